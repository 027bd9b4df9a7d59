//! Full-text search with the index of the database, in typed queries.

use orm::{Condition, Db, Model, Query, Result, TrustedSql, assert_queries, sql, sql_condition, sql_value};

use crate::database::{db, either};

#[derive(Model, Clone, Debug, PartialEq)]
struct Writer {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Article {
    id: i64,
    title: String,
    body: String,
    #[belongs_to(writer: Writer)]
    writer_id: i64,
}

const ON_SQLITE: [&str; 4] = [
    "CREATE VIRTUAL TABLE articles_search USING fts5(title, body, content='articles', content_rowid='id')",
    "CREATE TRIGGER articles_inserted AFTER INSERT ON articles BEGIN
        INSERT INTO articles_search (rowid, title, body) VALUES (new.id, new.title, new.body);
     END",
    "CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
        INSERT INTO articles_search (articles_search, rowid, title, body)
        VALUES ('delete', old.id, old.title, old.body);
     END",
    "CREATE TRIGGER articles_updated AFTER UPDATE ON articles BEGIN
        INSERT INTO articles_search (articles_search, rowid, title, body)
        VALUES ('delete', old.id, old.title, old.body);
        INSERT INTO articles_search (rowid, title, body) VALUES (new.id, new.title, new.body);
     END",
];

const ON_POSTGRES: [&str; 2] = [
    "ALTER TABLE articles ADD COLUMN article_words tsvector
     GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || body)) STORED",
    "CREATE INDEX articles_search ON articles USING gin (article_words)",
];

/// A database with a full-text index, or `None` if SQLite was built without FTS5.
fn articles() -> Result<Option<Db>> {
    let db = db();
    db.create_tables::<(Writer, Article)>()?;
    for text in either(&ON_SQLITE[..], &ON_POSTGRES[..]) {
        match sql(*text).execute(&db) {
            Err(error) if error.to_string().contains("no such module: fts5") => {
                println!("SQLite was built without FTS5: full-text search is not tested");
                return Ok(None);
            }
            executed => executed?,
        };
    }
    orm::insert_many(&db, ["Ada", "Ben"].map(|name| NewWriter { name: name.into() }))?;
    let articles = [
        ("Gardens", "A garden needs water, and a garden needs time.", 1),
        ("Clocks", "Time and again.", 2),
        ("Rain", "Water falls on the garden's wall of stone that stands behind the old house.", 2),
    ];
    orm::insert_many(
        &db,
        articles.map(|(title, body, writer_id)| NewArticle { title: title.into(), body: body.into(), writer_id }),
    )?;
    Ok(Some(db))
}

/// The articles that match what a user typed, the best first.
fn search(typed: &str) -> Query<Article> {
    let words = either(quoted(typed), typed.to_owned());
    let (matches, rank): (Condition<Article>, _) = either(
        (
            sql_condition(
                "{} IN (SELECT rowid FROM articles_search WHERE articles_search MATCH {})",
                (Article::id(), words.clone()),
            ),
            sql_value(
                "(SELECT -rank FROM articles_search WHERE articles_search MATCH {} AND rowid = {})",
                (words.clone(), Article::id()),
            ),
        ),
        (
            sql_condition("article_words @@ websearch_to_tsquery('english', {})", words.clone()),
            sql_value("ts_rank(article_words, websearch_to_tsquery('english', {}))", words),
        ),
    );
    Article::query().filter(matches).order_by(rank.desc())
}

/// Each word in quotes, so that no word is an operator of FTS5.
fn quoted(typed: &str) -> String {
    let words = typed.split(char::is_whitespace).map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn articles_are_found_by_words_the_best_first_with_their_writers() -> Result<()> {
    let Some(db) = articles()? else { return Ok(()) };
    let query = search("garden").prefetch(Article::writer());
    let found = assert_queries!(&db, 2, query.all(&db)?);
    let told: Vec<_> = found.iter().map(|article| (&*article.title, &*article.writer().name)).collect();
    assert_eq!(told, [("Gardens", "Ada"), ("Rain", "Ben")]);
    assert_eq!(search("garden").count(&db)?, 2);
    let by_ben = search("garden").filter(Article::writer().has(Writer::name().eq("Ben")));
    assert_eq!(by_ben.one(&db)?.title, "Rain");
    let first = search("garden").page(1).read(&db)?;
    let second = search("garden").page(1).after(first.next.clone()).read(&db)?;
    assert_eq!((&*first.rows[0].title, &*second.rows[0].title, second.next), ("Gardens", "Rain", None));
    assert_eq!(search("water garden").count(&db)?, 2);
    assert_eq!(search("clockwork").count(&db)?, 0);
    Ok(())
}

#[test]
fn the_index_follows_what_is_written() -> Result<()> {
    let Some(db) = articles()? else { return Ok(()) };
    let clocks = search("time").filter(Article::title().eq("Clocks")).one(&db)?;
    Article::rows_where(Article::id().eq(clocks.id)).update(&db, Article::body().set("A garden of hours."))?;
    assert_eq!((search("time").count(&db)?, search("garden").count(&db)?), (1, 3));
    Article::rows_where(Article::title().ne("Rain")).delete(&db)?;
    assert_eq!((search("time").count(&db)?, search("garden").count(&db)?), (0, 1));
    Ok(())
}

#[test]
fn what_a_user_types_is_no_syntax() -> Result<()> {
    let Some(db) = articles()? else { return Ok(()) };
    for typed in
        ["\"", "garden\"", "a AND", "(", "-", "*", "title:x", "'; DROP TABLE articles; --", "NEAR(", "{}", "$1 ?"]
    {
        let found = search(typed).count(&db);
        assert!(found.is_ok(), "{typed}: {found:?}");
    }
    assert_eq!((search("").count(&db)?, search(" \n").count(&db)?, search("\t garden ").count(&db)?), (0, 0, 2));
    assert_eq!(Article::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn the_index_of_words_is_used() -> Result<()> {
    let Some(db) = articles()? else { return Ok(()) };
    let statement = search("garden").sql(&db);
    assert!(statement.params.len() == 2);
    let text = ["1", "2"].iter().fold(statement.text, |text, number| {
        text.replace(&format!("{}{number}", either("?", "$")), either("'\"garden\"'", "'garden'"))
    });
    let explained = TrustedSql(format!("{} {text}", either("EXPLAIN QUERY PLAN", "EXPLAIN (COSTS OFF)")));
    let plan: Vec<String> = if either(true, false) {
        sql(explained).tuples::<(i64, i64, i64, String)>(&db)?.into_iter().map(|(.., step)| step).collect()
    } else {
        let steps = db.transaction(|tx| {
            sql("SET LOCAL enable_seqscan = off").execute(tx)?;
            sql(explained).tuples::<(String,)>(tx)
        });
        steps?.into_iter().map(|(step,)| step).collect()
    };
    let plan = plan.join("\n");
    let steps: &[&str] = either(
        &[
            "SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)",
            "SCAN articles_search VIRTUAL TABLE INDEX 0:M2",
            "VIRTUAL TABLE INDEX 0:=",
        ],
        &["Bitmap Index Scan on articles_search", "Index Cond: (article_words @@"],
    );
    for step in steps {
        assert!(plan.contains(step), "{plan}");
    }
    Ok(())
}
