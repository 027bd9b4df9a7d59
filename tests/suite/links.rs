//! Relations written from their owner: links, and rows that move between parents.

use orm::{Model, Result, ResultExt};

use super::music::{Album, Artist, Tag, music};

#[test]
fn links_are_written_for_their_owner_alone() -> Result<()> {
    let db = music()?;
    let (one, two) = (Album::find(&db, 1)?, Album::find(&db, 2)?);
    let tags = Tag::query().all(&db)?;
    let names = |album: &Album| -> Result<Vec<String>> {
        Ok(Album::tags().of(album).all(&db)?.into_iter().map(|tag| tag.name).collect())
    };
    Album::tags().link(&db, &one, &tags)?;
    Album::tags().link(&db, &one, &tags)?;
    Album::tags().link(&db, &two, &tags)?;
    Album::tags().unlink(&db, &one, [&tags[0]])?;
    assert_eq!((names(&one)?, names(&two)?), (vec!["folk".to_owned()], vec!["rock".to_owned(), "folk".to_owned()]));
    Album::tags().set(&db, &one, [&tags[0]])?;
    assert_eq!((names(&one)?.len(), names(&two)?.len()), (1, 2));
    assert_eq!(names(&one)?, ["rock"]);
    Album::tags().clear(&db, &two)?;
    assert_eq!((names(&one)?.len(), names(&two)?.len()), (1, 0));
    let nobody = Tag { id: 99, name: String::new() };
    assert!(Album::tags().link(&db, &one, [&nobody]).is_err_and(|error| error.is_foreign_key_violation()));
    Ok(())
}

#[test]
fn has_many_rows_move_between_parents() -> Result<()> {
    let db = music()?;
    let (ada, ben) = (Artist::find(&db, 1)?, Artist::find(&db, 2)?);
    let albums = Album::query().all(&db)?;
    Artist::albums().link(&db, &ben, [&albums[0], &albums[4]])?;
    let of = |artist: &Artist| -> Result<Vec<i64>> {
        Ok(Artist::albums().of(artist).all(&db)?.into_iter().map(|album| album.id).collect())
    };
    assert_eq!((of(&ada)?, of(&ben)?), (vec![2, 4], vec![1, 3, 5]));
    Artist::albums().unlink(&db, &ada, [&albums[1], &albums[0]])?;
    assert_eq!((of(&ada)?, of(&ben)?), (vec![4], vec![1, 3, 5]));
    Artist::albums().set(&db, &ben, [&albums[2], &albums[3]])?;
    assert_eq!((of(&ada)?, of(&ben)?), (vec![], vec![3, 4]));
    let gone = Album { id: 77, title: String::new(), year: None, artist_id: None };
    assert!(Artist::albums().link(&db, &ada, [&gone]).is_err_and(|error| error.is_not_found()));
    assert_eq!(Album::find(&db, 77).optional()?, None);
    Ok(())
}
