//! How SQLite runs the statements of patterns.

use orm::{Condition, Db, Model, Result, insert_many};

use crate::database::Shared as File;

#[derive(Model)]
#[model(index(text), index(day))]
struct Word {
    id: i64,
    text: String,
    /// A column with the collation `NOCASE`, and an index of it.
    folded: String,
    /// A column whose declared type converts texts that look like numbers.
    day: String,
}

fn words(file: &File) -> Db {
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL, folded TEXT NOT NULL COLLATE NOCASE,
                 day DATE NOT NULL);
             CREATE INDEX by_text ON words (text);
             CREATE INDEX by_folded ON words (folded);
             CREATE INDEX by_day ON words (day);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
             INSERT INTO words SELECT i, 'w' || i, 'W' || i, '2024-01-' || (10 + i % 20) FROM n",
        )
        .expect("the statements are sound");
    db
}

/// Returns SQLite's plan of the query, and the number of rows that it finds.
fn plan_of(file: &File, db: &Db, condition: Condition<Word>, patterns: &[&str]) -> Result<(String, usize)> {
    let recording = db.record();
    let found = Word::query().filter(condition).all(db)?.len();
    let raw = file.raw();
    let mut explained =
        raw.prepare(&format!("EXPLAIN QUERY PLAN {}", recording.statements()[0])).expect("the statement is sound");
    let lines = explained
        .query_map(rusqlite::params_from_iter(patterns), |row| row.get::<_, String>(3))
        .expect("the statement is explained");
    Ok((lines.map(|line| line.expect("a line is a text")).collect::<Vec<_>>().join("; "), found))
}

#[test]
fn a_prefix_is_found_by_an_index() -> Result<()> {
    let file = File::new();
    let db = words(&file);
    let (plan, found) = plan_of(&file, &db, Word::text().starts_with_case_sensitive("w12"), &["w12*"])?;
    assert!(plan.starts_with("SEARCH t0 USING INDEX by_text (text>? AND text<?)"), "{plan}");
    assert_eq!(found, 111);
    let (_, found) = plan_of(&file, &db, Word::text().starts_with_case_sensitive("W12"), &["W12*"])?;
    assert_eq!(found, 0);

    let (plan, found) = plan_of(&file, &db, Word::folded().starts_with("w12"), &["w12%"])?;
    assert!(plan.starts_with("SEARCH t0 USING INDEX by_folded (folded>? AND folded<?)"), "{plan}");
    assert_eq!(found, 111);

    let (plan, _) = plan_of(&file, &db, Word::text().starts_with("12"), &["12*"])?;
    assert!(plan.starts_with("SEARCH t0 USING INDEX by_text"), "{plan}");
    let (plan, _) = plan_of(&file, &db, Word::text().starts_with("12-a"), &["12-a%", "12-*"])?;
    assert!(plan.starts_with("SEARCH t0 USING INDEX by_text"), "{plan}");
    let (plan, found) = plan_of(&file, &db, Word::text().starts_with("W12"), &["W12%"])?;
    assert!(plan.starts_with("SCAN"), "an index tells `w` from `W`: {plan}");
    assert_eq!(found, 111);
    Ok(())
}

/// As a range, "20" would be a number here, and no text is between it and 21.
#[test]
fn a_prefix_is_found_where_texts_that_look_like_numbers_are_stored_as_such() -> Result<()> {
    let file = File::new();
    let db = words(&file);
    for condition in [Word::day().starts_with("20"), Word::day().starts_with_case_sensitive("20")] {
        assert_eq!(plan_of(&file, &db, condition, &["20*"])?.1, 2_000);
    }
    assert_eq!(plan_of(&file, &db, Word::day().starts_with("2024-01-1"), &["2024-01-1*"])?.1, 1_000);
    Ok(())
}

#[derive(Model, Debug)]
#[many_to_many(tags: Tag, through = "posts_tags")]
struct Post {
    id: i64,
}

#[derive(Model, Debug)]
struct Tag {
    id: i64,
    name: String,
}

#[test]
fn the_linked_rows_of_each_parent_come_in_the_order_of_their_links_and_are_not_sorted() -> Result<()> {
    let file = File::new();
    let db = file.open();
    db.create_tables::<(Post, Tag)>()?;
    let posts = insert_many(&db, [NewPost {}, NewPost {}])?;
    let tags = insert_many(&db, ["c", "b", "a"].map(|name| NewTag { name: name.into() }))?;
    Post::tags().link(&db, &posts[0], [&tags[2], &tags[0]])?;
    Post::tags().link(&db, &posts[1], [&tags[2], &tags[1], &tags[0]])?;
    let names = |tags: Vec<Tag>| tags.into_iter().map(|tag| tag.name).collect::<String>();

    let recording = db.record();
    let found = posts.iter().map(|post| Ok(names(Post::tags().of(post).all(&db)?))).collect::<Result<Vec<_>>>()?;
    assert_eq!(found, ["ca", "cba"]);
    let text = r#"SELECT t0."id", t0."name" FROM "tags" AS t0 JOIN "posts_tags" AS t1 ON t1."tag_id" = t0."id" WHERE t1."post_id" = ?1 ORDER BY t1."tag_id""#;
    assert_eq!(recording.statements(), [text, text]);
    let raw = file.raw();
    let mut explained = raw.prepare(&format!("EXPLAIN QUERY PLAN {text}")).expect("the statement is sound");
    let steps = explained.query_map([1], |row| row.get::<_, String>(3)).expect("it is explained");
    let plan: Vec<String> = steps.collect::<std::result::Result<_, _>>().expect("it is text");
    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");

    // A query with an order, a condition or a limit does not reuse this SQL.
    let of_second = || Post::tags().of(&posts[1]);
    assert_eq!(names(of_second().order_by(Tag::name().asc()).all(&db)?), "abc");
    assert_eq!(names(of_second().filter(Tag::name().ne("b")).all(&db)?), "ca");
    assert_eq!(names(of_second().limit(1).all(&db)?), "c");
    assert_eq!(names(of_second().offset(1).all(&db)?), "ba");
    Ok(())
}
