//! Missing rows, and rows without related rows.

use orm::{Model, Result, assert_queries, insert_many};

use crate::database::{Shared, db};
use crate::schemas::journal::{Article, NewArticle, NewProfile, NewWriter, Profile, Tag, Writer, journal};
use crate::support::compare::assert_as_lazy;

#[test]
fn empty_tables_and_leaves_end_a_path() -> Result<()> {
    let db = db();
    db.create_tables::<(Writer, Article, Tag, Profile)>()?;
    let query = Writer::query()
        .prefetch(Writer::written().prefetch(Article::tags().prefetch(Tag::articles())).prefetch(Article::editor()))
        .prefetch(Writer::profile());
    assert!(assert_queries!(&db, 1, query.all(&db)?).is_empty());
    insert_many(&db, ["Ann", "Bob"].map(|name| NewWriter { name: name.into() }))?;
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    assert!(rows.len() == 2 && rows.iter().all(|row| row.written().is_empty() && row.profile().is_none()));
    NewArticle { title: "Red".into(), author_id: 2, editor_id: None }.insert(&db)?;
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    assert!(rows[0].written().is_empty() && rows[1].written()[0].tags().is_empty());
    assert!(rows[1].written()[0].editor().is_none());
    Ok(())
}

#[test]
fn a_relation_below_a_missing_row_is_missing_too() -> Result<()> {
    let db = journal()?;
    for (writer_id, text) in [(2, Some("b")), (3, None)] {
        NewProfile { writer_id: Some(writer_id), text: text.map(Into::into) }.insert(&db)?;
    }
    let editors = || Article::editor().prefetch(Writer::profile()).prefetch(Writer::edited());
    let articles = assert_queries!(&db, 4, Article::query().prefetch(editors()).all(&db)?);
    let found: Vec<_> = articles
        .iter()
        .map(|article| article.editor().as_ref().map(|it| (it.profile().is_some(), it.edited().len())))
        .collect();
    assert_eq!(found, [Some((true, 1)), None, Some((false, 2)), Some((false, 2))]);
    assert_eq!(assert_queries!(&db, 3, Article::query().prefetch(editors().joined()).all(&db)?), articles);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    text: Option<String>,
    weight: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    #[belongs_to(note: Note)]
    note_id: Option<i64>,
}

#[test]
fn a_row_of_nulls_is_a_row() -> Result<()> {
    let db = db();
    db.create_tables::<(Note, Page)>()?;
    let note = NewNote { text: None, weight: None }.insert(&db)?;
    insert_many(&db, [Some(note.id), None].map(|note_id| NewPage { note_id }))?;
    let separate = assert_queries!(&db, 2, Page::query().prefetch(Page::note()).all(&db)?);
    let joined = assert_queries!(&db, 1, Page::query().prefetch(Page::note().joined()).all(&db)?);
    assert_eq!(joined, separate);
    assert_eq!(joined[0].note().as_deref(), Some(&note));
    assert!(joined[1].note().is_none());
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(sticks: Stick)]
#[many_to_many(colours: Colour, through = "bundle_colours", left = "bundle", right = "colour")]
struct Bundle {
    id: i64,
}

/// Refers to a bundle without a foreign key in the database.
#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(notches: Notch)]
struct Stick {
    id: i64,
    bundle_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Notch {
    id: i64,
    stick_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Colour {
    id: i64,
}

#[test]
fn children_whose_parent_is_not_there_belong_to_nobody() -> Result<()> {
    let file = Shared::new();
    let db = &file.open();
    file.run(
        "CREATE TABLE bundles (id INTEGER PRIMARY KEY);
             CREATE TABLE sticks (id INTEGER PRIMARY KEY, bundle_id INTEGER NOT NULL);
             CREATE TABLE notches (id INTEGER PRIMARY KEY, stick_id INTEGER NOT NULL);
             CREATE TABLE colours (id INTEGER PRIMARY KEY);
             CREATE TABLE bundle_colours (bundle INTEGER, colour INTEGER);
             INSERT INTO bundles VALUES (1), (2), (3);
             INSERT INTO sticks VALUES (1, 1), (2, 99), (3, 3), (4, -1), (5, 1);
             INSERT INTO notches VALUES (1, 1), (2, 2), (3, 4), (4, 5), (5, 77);
             INSERT INTO colours VALUES (1), (2);
             INSERT INTO bundle_colours VALUES (1, 1), (99, 2), (2, 77), (3, 2), (NULL, 1), (3, NULL);",
    );
    for query in [Bundle::query(), Bundle::query().filter(Bundle::id().gt(0)), Bundle::query().limit(2)] {
        let query = query.prefetch(Bundle::sticks().prefetch(Stick::notches())).prefetch(Bundle::colours());
        let rows = assert_queries!(db, 4, query.all(db)?);
        let found: Vec<_> = rows
            .iter()
            .map(|row| {
                let sticks = row.sticks().iter().map(|stick| (stick.id, stick.notches().len()));
                let colours = row.colours().iter().map(|colour| colour.id);
                (row.id, sticks.collect::<Vec<_>>(), colours.collect::<Vec<_>>())
            })
            .collect();
        let expected = [(1, vec![(1, 1), (5, 1)], vec![1]), (2, vec![], vec![]), (3, vec![(3, 0)], vec![2])];
        assert_eq!(found, expected[..rows.len()]);
        assert!(rows.len() >= 2);
        assert_as_lazy(&rows, |row| row.colours().to_vec(), |row| Bundle::colours().of(row).all(db));
    }
    Ok(())
}
