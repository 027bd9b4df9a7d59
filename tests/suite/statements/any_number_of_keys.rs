//! Keys and lists of any length are one parameter of one statement.

use orm::{Db, Model, Result};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(block, number))]
#[has_many(lines: Line, foreign_key = (page_block, page_number))]
struct Page {
    block: String,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(page: Page, foreign_key = (page_block, page_number))]
struct Line {
    id: i64,
    page_block: String,
    page_number: i64,
    #[belongs_to(tag: Tag)]
    tag_name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(lines: Line, foreign_key = tag_name)]
#[many_to_many(likes: Tag, through = "tag_likes", left = "tag", right = "other")]
struct Tag {
    #[model(primary_key)]
    name: String,
}

/// More than the maximum number of parameters of a statement on SQLite (32,766) and PostgreSQL (65,535).
const MANY: i64 = 70_000;

/// Creates this number of pages, tags and lines. Each line is on its page with its tag, and each tag likes itself.
fn book(pages: i64) -> Result<Db> {
    let db = db();
    db.create_tables::<(Page, Tag, Line)>()?;
    orm::insert_many(&db, (0..pages).map(|number| NewPage { block: block(number), number }))?;
    orm::insert_many(&db, (0..pages).map(|number| NewTag { name: format!("tag {number}") }))?;
    let line =
        |number| NewLine { page_block: block(number), page_number: number, tag_name: Some(format!("tag {number}")) };
    orm::insert_many(&db, (0..pages).map(line))?;
    db.transaction(|tx| {
        (0..pages).step_by(7).try_for_each(|number| {
            let tag = Tag { name: format!("tag {number}") };
            Tag::likes().link(tx, &tag, [&tag])
        })
    })?;
    Ok(db)
}

fn block(number: i64) -> String {
    format!("block {}", number % 10)
}

#[test]
fn keys_of_any_number_travel_in_one_statement() -> Result<()> {
    let db = book(MANY)?;
    let rows = usize::try_from(MANY).expect("a small number");
    for (only, expected) in [(1, 1), (MANY, rows)] {
        // Text keys, composite keys and a join table, each by keys instead of a whole table.
        let lines = Line::query()
            .filter(Line::id().le(only))
            .prefetch(Line::tag().prefetch(Tag::lines()).prefetch(Tag::likes()))
            .prefetch(Line::page().prefetch(Page::lines()));
        let lines = orm::assert_queries!(&db, 6, lines.all(&db)?);
        assert_eq!(lines.len(), expected);
        for line in &lines {
            let tag = line.tag().as_ref().expect("each line has a tag");
            assert_eq!(Some(&tag.name), line.tag_name.as_ref());
            assert_eq!(tag.lines().iter().map(|line| line.id).collect::<Vec<_>>(), [line.id]);
            assert_eq!(tag.likes().len(), usize::from((line.id - 1) % 7 == 0));
            assert_eq!(line.page().lines().iter().map(|line| line.id).collect::<Vec<_>>(), [line.id]);
        }
    }
    Ok(())
}

#[test]
fn lists_of_any_length_are_one_parameter() -> Result<()> {
    let db = book(10)?;
    let ids = |number: i64| Line::query().filter(Line::id().in_((1..=number).rev())).prefetch(Line::page());
    let recording = db.record();
    assert_eq!(ids(3).all(&db)?.len(), 3);
    assert_eq!(ids(MANY).all(&db)?.len(), 10);
    let texts = recording.statements();
    assert_eq!((texts.len(), &texts[..2]), (4, &texts[2..]), "the text does not depend on the number");
    Ok(())
}
