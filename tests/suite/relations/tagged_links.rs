//! A many-to-many relation through a join model that links rows of several models, which a tag distinguishes.

use orm::{Db, Many, Model, Result, assert_queries};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(tags: Tag, through = Tagging, left = subject_id, right = tag_id, tag(subject_type = "photo"))]
#[many_to_many(marks: Tag, through = Mark, left = subject, right = tag, tag(kind = "photo"))]
struct Photo {
    id: i64,
    caption: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(tags: Tag, through = Tagging, left = subject_id, right = tag_id, tag(subject_type = "post"))]
#[many_to_many(marks: Tag, through = Mark, left = subject, right = tag, tag(kind = "post"))]
struct Post {
    id: i64,
    title: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(photos: Photo, through = Tagging, left = tag_id, right = subject_id, tag(subject_type = "photo"))]
#[many_to_many(posts: Post, through = Tagging, left = tag_id, right = subject_id, tag(subject_type = "post"))]
struct Tag {
    id: i64,
    word: String,
}

/// A link whose key is its foreign keys and its tag.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(subject_id, tag_id, subject_type))]
struct Tagging {
    subject_id: i64,
    #[belongs_to(tag: Tag)]
    tag_id: i64,
    subject_type: String,
    #[model(default = 1)]
    weight: i64,
}

/// A link that may occur several times, and for which the database has no constraint.
#[derive(Model, Clone, Debug, PartialEq)]
struct Mark {
    id: i64,
    subject: i64,
    tag: Option<i64>,
    kind: Option<String>,
}

const TAGGINGS: [(i64, i64, &str); 7] = [
    (1, 1, "photo"),
    (1, 2, "post"),
    (2, 3, "photo"),
    (2, 1, "photo"),
    (2, 2, "post"),
    (3, 3, "post"),
    (9, 1, "video"),
];

/// Three photos and three posts with the same keys, and tags. The join table contains which tag belongs to which.
fn gallery() -> Result<Db> {
    let db = db();
    db.create_tables::<(Photo, Post, Tag, Tagging, Mark)>()?;
    orm::insert_many(&db, ["Sea", "Hill", "Fog"].map(|caption| NewPhoto { caption: caption.into() }))?;
    orm::insert_many(&db, ["News", "Olds", "Rest"].map(|title| NewPost { title: title.into() }))?;
    orm::insert_many(&db, ["blue", "green", "grey"].map(|word| NewTag { word: word.into() }))?;
    orm::insert_many(
        &db,
        TAGGINGS.map(|(subject_id, tag_id, kind)| NewTagging {
            subject_id,
            tag_id,
            subject_type: kind.into(),
            weight: Some(5),
        }),
    )?;
    Ok(db)
}

fn words(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| &*tag.word).collect()
}

fn words_of(photos: &[PhotoLoaded<Many<Tag>>]) -> Vec<Vec<&str>> {
    photos.iter().map(|photo| photo.tags().iter().map(|tag| &*tag.word).collect()).collect()
}

/// The taggings as they are stored: subject, tag, kind, weight.
fn taggings(db: &Db) -> Result<Vec<(i64, i64, String, i64)>> {
    let rows = Tagging::query().all(db)?;
    Ok(rows.into_iter().map(|row| (row.subject_id, row.tag_id, row.subject_type, row.weight)).collect())
}

#[test]
fn only_links_with_the_tag_are_followed() -> Result<()> {
    let db = gallery()?;
    let query = Photo::query().prefetch(Photo::tags());
    let photos = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(words_of(&photos), [vec!["blue"], vec!["blue", "grey"], vec![]]);

    let by_loop = assert_queries!(&db, 4, {
        let photos = Photo::query().all(&db)?;
        photos.iter().map(|photo| Photo::tags().of(photo).all(&db)).collect::<Result<Vec<_>>>()?
    });
    assert_eq!(by_loop.iter().map(|tags| words(tags)).collect::<Vec<_>>(), words_of(&photos));

    let joined: Vec<(i64, String)> = orm::sql(
        "SELECT p.id, t.word FROM photos AS p JOIN taggings AS j ON j.subject_id = p.id AND j.subject_type = 'photo'
         JOIN tags AS t ON t.id = j.tag_id ORDER BY p.id, t.id",
    )
    .tuples(&db)?;
    let pairs = photos.iter().flat_map(|photo| photo.tags().iter().map(|tag| (photo.id, tag.word.clone())));
    assert_eq!(pairs.collect::<Vec<_>>(), joined);
    Ok(())
}

#[test]
fn both_sides_and_other_kinds_have_the_tag() -> Result<()> {
    let db = gallery()?;
    let nested = Tag::query()
        .prefetch(Tag::photos().prefetch(Photo::tags()))
        .prefetch(Tag::posts().order_by(Post::title().desc()));
    let tags = assert_queries!(&db, 4, nested.all(&db)?);
    let captions = tags.iter().map(|tag| tag.photos().iter().map(|photo| &*photo.caption).collect::<Vec<_>>());
    assert_eq!(captions.collect::<Vec<_>>(), [vec!["Sea", "Hill"], vec![], vec!["Hill"]]);
    let titles = tags.iter().map(|tag| tag.posts().iter().map(|post| &*post.title).collect::<Vec<_>>());
    assert_eq!(titles.collect::<Vec<_>>(), [vec![], vec!["Olds", "News"], vec!["Rest"]]);
    assert_eq!(tags[2].photos()[0].tags().len(), 2);
    Ok(())
}

#[test]
fn filtered_ordered_and_limited_for_each_photo() -> Result<()> {
    let db = gallery()?;
    let last = Photo::tags().filter(Tag::word().ne("green")).order_by(Tag::word().desc()).limit(1);
    let photos = assert_queries!(&db, 2, Photo::query().prefetch(last).all(&db)?);
    let found = photos.iter().map(|photo| photo.tags().iter().map(|tag| &*tag.word).collect::<Vec<_>>());
    assert_eq!(found.collect::<Vec<_>>(), [vec!["blue"], vec!["grey"], vec![]]);
    let some = Photo::query().filter(Photo::id().ge(2)).prefetch(Photo::tags().offset(1)).all(&db)?;
    assert_eq!(some.iter().map(|photo| photo.tags().len()).collect::<Vec<_>>(), [1, 0]);
    Ok(())
}

#[test]
fn conditions_ask_for_links_with_the_tag() -> Result<()> {
    let db = gallery()?;
    let captions = |condition| -> Result<Vec<String>> {
        let photos = assert_queries!(&db, 1, Photo::query().filter(condition).all(&db)?);
        Ok(photos.into_iter().map(|photo| photo.caption).collect())
    };
    assert_eq!(captions(Photo::tags().any(Tag::word().eq("blue")))?, ["Sea", "Hill"]);
    assert!(captions(Photo::tags().any(Tag::word().eq("green")))?.is_empty());
    assert_eq!(captions(Photo::tags().none(Tag::word().eq("blue")))?, ["Fog"]);
    assert_eq!(captions(Photo::tags().all(Tag::word().eq("blue")))?, ["Sea", "Fog"]);
    assert_eq!(captions(Photo::tags().exists())?, ["Sea", "Hill"]);
    assert_eq!(captions(Photo::tags().count().ge(2))?, ["Hill"]);
    assert_eq!(captions(Photo::tags().any(Tag::posts().exists()))?, ["Hill"]);
    Ok(())
}

#[test]
fn aggregates_and_the_query_of_one_row_have_the_tag() -> Result<()> {
    struct Number;
    struct Last;
    let db = gallery()?;
    let query =
        Photo::query().prefetch(Photo::tags().count().named(Number)).prefetch(Photo::tags().max(Tag::id()).named(Last));
    let photos = assert_queries!(&db, 3, query.all(&db)?);
    assert_eq!(photos.iter().map(|photo| *photo.named(Number)).collect::<Vec<u64>>(), [1, 2, 0]);
    assert_eq!(photos.iter().map(|photo| *photo.named(Last)).collect::<Vec<Option<i64>>>(), [Some(1), Some(3), None]);
    let hill = Photo::find(&db, 2)?;
    assert_eq!(assert_queries!(&db, 1, Photo::tags().of(&hill).count(&db)?), 2);
    assert_eq!(words(&Photo::tags().of(&hill).order_by(Tag::word().desc()).all(&db)?), ["grey", "blue"]);
    Ok(())
}

#[test]
fn linking_writes_the_tag_and_leaves_other_kinds_alone() -> Result<()> {
    let db = gallery()?;
    let (sea, tags) = (Photo::find(&db, 1)?, Tag::query().all(&db)?);
    Photo::tags().link(&db, &sea, [&tags[0], &tags[1]])?;
    let others = TAGGINGS.map(|(subject, tag, kind)| (subject, tag, kind.to_owned(), 5));
    let mut expected = others.to_vec();
    expected.insert(1, (1, 2, "photo".into(), 1));
    assert_eq!(sorted(taggings(&db)?), sorted(expected));

    Photo::tags().set(&db, &sea, [&tags[2]])?;
    assert_eq!(words(&Photo::tags().of(&sea).all(&db)?), ["grey"]);
    Photo::tags().unlink(&db, &sea, &tags)?;
    Photo::tags().clear(&db, &Photo::find(&db, 2)?)?;
    let left = others.into_iter().filter(|(_, _, kind, _)| kind != "photo").collect::<Vec<_>>();
    assert_eq!(sorted(taggings(&db)?), sorted(left));
    Ok(())
}

fn sorted<T: Ord>(mut rows: Vec<T>) -> Vec<T> {
    rows.sort();
    rows
}

#[test]
fn new_rows_are_linked_with_the_tag() -> Result<()> {
    use orm::Insert as _;
    let db = gallery()?;
    let new = NewPhoto { caption: "Dune".into() };
    let dune = new.with(Photo::tags(), |_| [NewTag { word: "sand".into() }]).insert(&db)?;
    assert_eq!(dune.tags()[0].word, "sand");
    assert!(taggings(&db)?.contains(&(dune.id, dune.tags()[0].id, "photo".into(), 1)));
    Ok(())
}

#[test]
fn links_made_by_a_function_need_the_tag() -> Result<()> {
    let db = gallery()?;
    let (fog, green) = (Photo::find(&db, 3)?, Tag::find(&db, 2)?);
    let link = |kind: &'static str| {
        move |photo: &Photo, tag: &Tag| NewTagging {
            subject_id: photo.id,
            tag_id: tag.id,
            subject_type: kind.into(),
            weight: Some(7),
        }
    };
    let refused = Photo::tags().link_with(&db, &fog, [&green], link("post")).expect_err("another tag");
    assert!(refused.is_invalid());
    assert!(refused.to_string().contains("another tag in `subject_type`; give it \"photo\""), "{refused}");
    Photo::tags().link_with(&db, &fog, [&green], link("photo"))?;
    assert!(taggings(&db)?.contains(&(3, 2, "photo".into(), 7)));
    Ok(())
}

#[test]
fn links_that_stand_twice_are_found_and_kept_once_by_set() -> Result<()> {
    let db = gallery()?;
    let (sea, blue) = (Photo::find(&db, 1)?, Tag::find(&db, 1)?);
    let mark = |tag, kind: Option<&str>| NewMark { subject: 1, tag, kind: kind.map(Into::into) };
    let marks = [mark(Some(1), Some("photo")), mark(Some(1), Some("post")), mark(Some(1), Some("post"))];
    orm::insert_many(&db, marks.into_iter().chain([mark(Some(1), None), mark(None, Some("photo"))]))?;
    Photo::marks().link(&db, &sea, [&blue])?;
    assert_eq!(Mark::query().count(&db)?, 5);
    orm::insert_many(&db, [mark(Some(1), Some("photo"))])?;
    Photo::marks().set(&db, &sea, [&blue])?;
    let of = |kind: &str| Mark::query().filter(Mark::kind().eq(kind.to_owned()) & Mark::tag().is_not_null()).count(&db);
    assert_eq!((of("photo")?, of("post")?), (1, 2));
    assert_eq!(words(&Photo::marks().of(&sea).all(&db)?), ["blue"]);
    Ok(())
}

#[test]
fn diagrams_draw_what_no_foreign_key_checks() {
    let diagram = orm::diagram::<(Photo, Post, Tag, Tagging, Mark)>().mermaid();
    let lines: Vec<&str> = diagram.lines().map(str::trim).filter(|line| line.ends_with("\"tags\"")).collect();
    assert_eq!(lines, [r#""photos" }o..o{ "tags" : "tags""#, r#""posts" }o..o{ "tags" : "tags""#]);
    assert!(diagram.contains(r#""tags" ||--o{ "taggings" : "tag""#), "{diagram}");
}
