//! To-one relations that are loaded by a join, in the statement of the rows.

use orm::{Model, Result, assert_queries};

use crate::schemas::music::{Album, Artist, Tag, music, titles};

struct Count;

#[test]
fn a_to_one_relation_can_come_by_a_join() -> Result<()> {
    let db = music()?;
    let joined = Album::query().prefetch(Album::artist().joined());
    let albums = assert_queries!(&db, 1, joined.all(&db)?);
    let separate = assert_queries!(&db, 2, Album::query().prefetch(Album::artist()).all(&db)?);
    assert_eq!(albums, separate);
    assert!(std::ptr::eq(
        &raw const **albums[0].artist().as_ref().expect("an artist"),
        &raw const **albums[1].artist().as_ref().expect("an artist"),
    ));
    assert!(albums[4].artist().is_none());
    Ok(())
}

#[test]
fn relations_go_on_below_a_join() -> Result<()> {
    let db = music()?;
    let query = Album::query()
        .filter(Album::title().ne("Lost"))
        .order_by(Album::title().asc())
        .limit(3)
        .prefetch(Album::artist().prefetch(Artist::albums().order_by(Album::title().asc())).joined());
    let albums = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(albums.iter().map(|album| &**album)), ["One", "Solo", "Three"]);
    let siblings = albums[0].artist().as_ref().expect("an artist").albums();
    assert_eq!(titles(siblings), ["One", "Three", "Two"]);
    Ok(())
}

#[test]
fn a_join_below_another_relation_comes_in_its_statement() -> Result<()> {
    let db = music()?;
    let below = || Album::artist().prefetch(Artist::albums().count().named(Count)).joined();
    for root in [Artist::query(), Artist::query().filter(Artist::id().le(2))] {
        let query = root.prefetch(Artist::albums().order_by(Album::title().asc()).prefetch(below()));
        assert!(query.plan(&db)?.to_string().contains("by the join above"), "{}", query.plan(&db)?);
        let artists = assert_queries!(&db, 3, query.all(&db)?);
        let album = &artists[0].albums()[2];
        let artist = album.artist().as_ref().expect("an artist");
        assert_eq!((album.title.as_str(), artist.name.as_str(), *artist.named(Count)), ("Two", "Ada", 3));
    }
    let limited = Artist::query().prefetch(Artist::albums().limit(1).prefetch(Album::artist().joined()));
    assert!(!limited.plan(&db)?.to_string().contains("by the join above"));
    let artists = assert_queries!(&db, 3, limited.all(&db)?);
    assert_eq!(artists[1].albums()[0].artist().as_ref().map(|artist| artist.name.as_str()), Some("Ben"));
    Ok(())
}

#[test]
fn a_join_below_a_many_to_many_relation_repeats_no_row() -> Result<()> {
    let db = music()?;
    let tags = Tag::query().all(&db)?;
    for album in Album::query().all(&db)? {
        Album::tags().link(&db, &album, &tags)?;
    }
    let query = Tag::query().prefetch(Tag::albums().prefetch(Album::artist().joined()));
    let tags = assert_queries!(&db, 2, query.all(&db)?);
    let artists = |tag: usize| -> Vec<Option<&str>> {
        let albums = tags[tag].albums().iter();
        albums.map(|album| album.artist().as_ref().map(|artist| artist.name.as_str())).collect()
    };
    assert_eq!(artists(0), [Some("Ada"), Some("Ada"), Some("Ben"), Some("Ada"), None]);
    assert_eq!(artists(0), artists(1));
    Ok(())
}

struct Named;
struct Whole;

#[test]
fn a_joined_relation_is_narrowed_and_named() -> Result<()> {
    let db = music()?;
    let query = Album::query()
        .order_by(Album::title().asc())
        .prefetch(Album::artist().joined().filter(Artist::name().eq("Ada")).named(Named))
        .prefetch(Album::artist().joined().named(Whole))
        .prefetch(Album::artist().joined())
        .prefetch(Album::tags().count().named(Count));
    assert_eq!(query.plan(&db)?.statements(), 2);
    let albums = assert_queries!(&db, 2, query.all(&db)?);
    let separate = assert_queries!(
        &db,
        3,
        Album::query()
            .order_by(Album::title().asc())
            .prefetch(Album::artist().filter(Artist::name().eq("Ada")).named(Named))
            .prefetch(Album::artist())
            .all(&db)?
    );
    for (joined, separate) in albums.iter().zip(&separate) {
        assert_eq!(joined.named(Named), separate.named(Named));
        assert_eq!(joined.artist(), separate.artist());
        assert_eq!(joined.named(Whole), joined.artist());
    }
    assert!(albums.iter().any(|album| album.named(Named).is_none() && album.artist().is_some()));
    Ok(())
}

#[test]
fn the_order_of_joined_and_prefetch_does_not_matter() -> Result<()> {
    let db = music()?;
    let before = Album::query().prefetch(Album::artist().joined().prefetch(Artist::albums()));
    let behind = Album::query().prefetch(Album::artist().prefetch(Artist::albums()).joined());
    assert_eq!(before.plan(&db)?.to_string(), behind.plan(&db)?.to_string());
    assert_eq!(before.all(&db)?, behind.all(&db)?);
    Ok(())
}
