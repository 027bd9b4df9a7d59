//! The program text of the chapter on the SQL of relations.

use orm::{Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("29-query-strategies");
    keys_that_the_database_finds_equal(&Db::memory()?)?;
    forms(&crate::school()?, &mut chapter)?;
    chapter.close();
    Ok(())
}

fn forms(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    struct Number;

    let sql = |plan: orm::Plan| vec![plan.root.steps[0].sql.as_ref().map_or_else(String::new, ToString::to_string)];
    // ANCHOR: by_key
    let by_key = Department::query().limit(10).prefetch(Department::courses());
    // ANCHOR_END: by_key
    chapter.shows_sql(&sql(by_key.plan(db)?));
    // ANCHOR: whole
    let whole = Department::query().prefetch(Department::courses());
    // ANCHOR_END: whole
    chapter.shows_sql(&sql(whole.plan(db)?));
    // ANCHOR: links
    let links = Student::query().limit(10).prefetch(Student::courses());
    // ANCHOR_END: links
    chapter.shows_sql(&sql(links.plan(db)?));
    // ANCHOR: all_links
    let all_links = Student::query().prefetch(Student::courses());
    // ANCHOR_END: all_links
    chapter.shows_sql(&sql(all_links.plan(db)?));
    // ANCHOR: limited
    let largest = Department::courses().order_by(Course::credits().desc()).limit(3);
    let limited = Department::query().prefetch(largest);
    // ANCHOR_END: limited
    chapter.shows_sql(&sql(limited.plan(db)?));
    // ANCHOR: numbered
    let numbered = Student::query().prefetch(Student::courses().order_by(Course::credits().desc()).limit(3));
    // ANCHOR_END: numbered
    chapter.shows_sql(&sql(numbered.plan(db)?));
    // ANCHOR: counted
    let counted = Department::query().prefetch(Department::courses().count().named(Number));
    // ANCHOR_END: counted
    chapter.shows_sql(&sql(counted.plan(db)?));
    Ok(())
}

// ANCHOR: word
#[derive(Model)]
#[has_many(notes: Note, foreign_key = word)]
struct Word {
    #[model(primary_key)]
    spelling: String,
}

#[derive(Model)]
struct Note {
    id: i64,
    #[belongs_to(spelled: Word)]
    word: String,
}
// ANCHOR_END: word

fn keys_that_the_database_finds_equal(db: &Db) -> orm::Result<()> {
    // ANCHOR: keys_that_the_database_finds_equal
    orm::sql("CREATE TABLE words (spelling TEXT COLLATE NOCASE PRIMARY KEY)").execute(db)?;
    orm::sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, word TEXT COLLATE NOCASE REFERENCES words)").execute(db)?;
    NewWord { spelling: "Rust".into() }.insert(db)?;
    NewNote { word: "RUST".into() }.insert(db)?;
    let words = Word::query().prefetch(Word::notes().prefetch(Note::spelled())).all(db)?;
    assert_eq!(words[0].notes()[0].spelled().spelling, "Rust");
    // ANCHOR_END: keys_that_the_database_finds_equal
    Ok(())
}
