//! The program text of the chapter on raw SQL.

use orm::{Db, Model, Query};

use crate::chapter::Chapter;
use crate::{Course, Department, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("11-raw-sql");
    rows(&crate::school()?)?;
    with_relations(&crate::school()?)?;
    tuples(&crate::school()?)?;
    writing(&crate::school()?)?;
    messages(&crate::school()?, &mut chapter);
    fragments(&crate::school()?, &mut chapter)?;
    lists(&crate::school()?)?;
    search()?;
    scripts(&crate::school()?)?;
    chapter.close();
    Ok(())
}

fn scripts(db: &Db) -> orm::Result<()> {
    // ANCHOR: script
    orm::script(
        "INSERT INTO departments (id, name) VALUES (10, 'Music');
         INSERT INTO courses (title, credits, department_id) VALUES ('Harmony', 4, 10);",
    )
    .execute(db)?;
    // ANCHOR_END: script
    assert_eq!(Course::query().filter(Course::title().eq("Harmony")).count(db)?, 1);
    Ok(())
}

fn rows(db: &Db) -> orm::Result<()> {
    // ANCHOR: rows
    let students: Vec<Student> = orm::sql(
        "SELECT s.*, rank() OVER (ORDER BY s.last_name) AS place FROM students AS s
         WHERE s.last_name >= $1 ORDER BY place",
    )
    .bind("I")
    .rows(db)?;
    let students = orm::prefetch(db, students, Student::courses().prefetch(Course::department()))?;
    assert_eq!(students[0].courses()[0].department().name, "Mathematics");
    // ANCHOR_END: rows

    assert_eq!(students.iter().map(|student| &*student.last_name).collect::<Vec<_>>(), ["Lovelace", "Turing"]);
    Ok(())
}

fn with_relations(db: &Db) -> orm::Result<()> {
    // ANCHOR: with_relations
    let needed = orm::sql(
        "WITH RECURSIVE needed AS (
             SELECT * FROM courses WHERE title = $1
             UNION SELECT c.* FROM courses AS c JOIN needed AS n ON c.id = n.prerequisite_id
         ) SELECT * FROM needed ORDER BY id",
    )
    .bind("Compilers")
    .query::<Course>()
    .prefetch(Course::department())
    .all(db)?;
    assert_eq!((needed.len(), &*needed[0].department().name), (3, "Mathematics"));
    // ANCHOR_END: with_relations
    Ok(())
}

fn tuples(db: &Db) -> orm::Result<()> {
    // ANCHOR: tuples
    let per_department: Vec<(Option<i64>, u32)> =
        orm::sql("SELECT department_id, count(*) FROM students GROUP BY department_id ORDER BY 1").tuples(db)?;
    // ANCHOR_END: tuples
    assert_eq!(per_department, [(None, 1), (Some(1), 1), (Some(2), 1)]);
    Ok(())
}

fn writing(db: &Db) -> orm::Result<()> {
    // ANCHOR: writing
    let raised: u64 = orm::sql("UPDATE courses SET credits = credits * 2 WHERE credits < $1").bind(5).execute(db)?;
    let removed: Vec<Department> =
        orm::sql("DELETE FROM departments WHERE id = $1 RETURNING *").bind(2).returning(db)?;

    let ids: Vec<(i64,)> =
        orm::sql("INSERT INTO departments (name) VALUES ('Logic') RETURNING id").writing().tuples(db)?;
    // ANCHOR_END: writing

    assert_eq!((raised, removed.len(), ids.len()), (1, 1, 1));
    Ok(())
}

fn lists(db: &Db) -> orm::Result<()> {
    // ANCHOR: lists
    let wanted = ["Algebra", "Logic"];
    let courses: Vec<Course> =
        orm::sql("SELECT * FROM courses WHERE title IN $1 AND credits > $2").bind_list(wanted).bind(4).rows(db)?;
    // ANCHOR_END: lists
    assert_eq!(courses.iter().map(|course| &*course.title).collect::<Vec<_>>(), ["Algebra"]);
    Ok(())
}

fn fragments(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: condition_and_value
    let even = orm::sql_condition("{} % {} = 0", (Course::credits(), 2));
    let by_length = orm::sql_value("length({})", Course::title()).desc();
    let courses = Course::query().filter(even & Course::id().gt(1)).order_by(by_length).all(db)?;
    // ANCHOR_END: condition_and_value

    chapter.shows_sql(&recording.statements());
    drop(recording);
    assert_eq!(courses.iter().map(|course| course.id).collect::<Vec<_>>(), [4, 5, 2, 3]);

    // ANCHOR: typed_value
    let initial = orm::sql_value("substr({}, 1, 1)", Student::last_name()).typed::<String>();
    let initials: Vec<(i64, String)> = Student::query().select((Student::id(), initial.clone())).all(db)?;
    let same = Student::query().filter(initial.eq("H")).count(db)?;
    // ANCHOR_END: typed_value

    assert_eq!((initials.len(), same), (3, 1));

    // ANCHOR: aggregate
    let titles = orm::sql_value("group_concat({}, {})", (Course::title(), "; ")).aggregate::<String>();
    let per_department: Vec<(i64, String)> =
        Course::query().group_by(Course::department_id()).select((Course::department_id(), titles)).all(db)?;
    // ANCHOR_END: aggregate

    assert_eq!(per_department[1], (2, "Programming; Compilers".to_owned()));

    let recording = db.record();
    // ANCHOR: order
    let by_title = orm::sql_order("{} COLLATE NOCASE DESC", Course::title());
    let page = Course::query().order_by((by_title, Course::credits().asc())).page(2).read(db)?;
    // ANCHOR_END: order

    chapter.shows_sql(&recording.statements());
    drop(recording);
    assert_eq!(page.rows.iter().map(|course| course.id).collect::<Vec<_>>(), [4, 3]);

    // ANCHOR: refused_fragment
    let error = Course::query().filter(orm::sql_condition("credits > 5) OR (1 = 1", ())).all(db).unwrap_err();
    println!("{error}");
    // ANCHOR_END: refused_fragment
    chapter.shows("text", error);
    Ok(())
}

fn messages(db: &Db, chapter: &mut Chapter) {
    // ANCHOR: messages
    let error = orm::sql("SELECT id, first_name FROM students").rows::<Student>(db).unwrap_err();
    println!("{error}");
    // ANCHOR_END: messages
    chapter.shows("text", error);
}

#[derive(Model, Clone, Debug)]
pub(crate) struct Article {
    id: i64,
    title: String,
    body: String,
    #[belongs_to(author: Student)]
    author_id: i64,
}

// ANCHOR: index_words_on_sqlite
fn index_words_on_sqlite(db: &Db) -> orm::Result<()> {
    for statement in [
        "CREATE VIRTUAL TABLE articles_search USING fts5(title, body, content = 'articles', content_rowid = 'id')",
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
        // The articles that exist already.
        "INSERT INTO articles_search (articles_search) VALUES ('rebuild')",
    ] {
        orm::sql(statement).execute(db)?;
    }
    Ok(())
}
// ANCHOR_END: index_words_on_sqlite

// ANCHOR: search_on_sqlite
fn search_on_sqlite(typed: &str) -> Query<Article> {
    let words = typed.split(char::is_whitespace).map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
    let words = words.collect::<Vec<_>>().join(" ");
    let matches = orm::sql_condition(
        "{} IN (SELECT rowid FROM articles_search WHERE articles_search MATCH {})",
        (Article::id(), &*words),
    );
    let rank = orm::sql_value(
        "(SELECT rank FROM articles_search WHERE articles_search MATCH {} AND rowid = {})",
        (&*words, Article::id()),
    );
    Article::query().filter(matches).order_by(rank.asc())
}

fn titles_and_authors(db: &Db, found: Query<Article>) -> orm::Result<Vec<(String, String)>> {
    let articles = found.prefetch(Article::author()).limit(10).all(db)?;
    Ok(articles.iter().map(|article| (article.title.clone(), article.author().last_name.clone())).collect())
}
// ANCHOR_END: search_on_sqlite

#[cfg(feature = "postgres")]
// ANCHOR: index_words_on_postgresql
fn index_words_on_postgresql(db: &Db) -> orm::Result<()> {
    for statement in [
        "ALTER TABLE articles ADD COLUMN article_words tsvector
         GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || body)) STORED",
        "CREATE INDEX articles_search ON articles USING gin (article_words)",
    ] {
        orm::sql(statement).execute(db)?;
    }
    Ok(())
}
// ANCHOR_END: index_words_on_postgresql

#[cfg(feature = "postgres")]
// ANCHOR: index_words_on_postgresql
fn search_on_postgresql(typed: &str) -> Query<Article> {
    let matches = orm::sql_condition("article_words @@ websearch_to_tsquery('english', {})", typed);
    let rank = orm::sql_value("ts_rank(article_words, websearch_to_tsquery('english', {}))", typed);
    Article::query().filter(matches).order_by(rank.desc())
}
// ANCHOR_END: index_words_on_postgresql

/// Searches articles on SQLite with FTS5, if it is compiled in.
fn search() -> orm::Result<()> {
    let db = crate::school()?;
    let built_with: Vec<(bool,)> = orm::sql("SELECT sqlite_compileoption_used('ENABLE_FTS5')").tuples(&db)?;
    if built_with != [(true,)] {
        println!("SQLite was built without FTS5: the guide's full-text search is not tested");
        return Ok(());
    }
    db.create_tables::<(Article,)>()?;
    write_articles(&db, 1)?;
    index_words_on_sqlite(&db)?;
    write_articles(&db, 2)?;
    assert_eq!(titles_and_authors(&db, search_on_sqlite("garden"))?, found());
    assert_eq!((search_on_sqlite("NOT \"").count(&db)?, search_on_sqlite("").count(&db)?), (0, 0));
    Ok(())
}

/// Searches articles on PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) fn search_on(db: &Db) -> orm::Result<()> {
    db.create_tables::<(Student, Article)>()?;
    for last_name in ["Lovelace", "Hopper"] {
        let new = crate::NewStudent { first_name: "A".into(), last_name: last_name.into(), department_id: None };
        new.insert(db)?;
    }
    write_articles(db, 1)?;
    index_words_on_postgresql(db)?;
    write_articles(db, 2)?;
    assert_eq!(titles_and_authors(db, search_on_postgresql("garden"))?, found());
    assert_eq!(search_on_postgresql("NOT \"").count(db)?, 0);
    Ok(())
}

fn write_articles(db: &Db, author_id: i64) -> orm::Result<()> {
    let body = if author_id == 1 { "A garden is a machine, and this garden runs." } else { "The wall of a garden." };
    NewArticle { title: "Walls".into(), body: "Walls stand around it all.".into(), author_id }.insert(db)?;
    NewArticle { title: format!("Number {author_id}"), body: body.into(), author_id }.insert(db)?;
    Ok(())
}

/// The articles on gardens, best match first.
fn found() -> Vec<(String, String)> {
    [("Number 1", "Lovelace"), ("Number 2", "Hopper")].map(|(title, author)| (title.into(), author.into())).into()
}
