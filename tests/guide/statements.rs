//! The program text of the chapter on seeing what is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::{Db, Model, StatementEvent, StatementKind};

use crate::chapter::Chapter;
use crate::{Course, Department, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("08-statements");
    recording(&db)?;
    asserting(&db)?;
    repeated(&db)?;
    one_by_one(&db)?;
    watching(&db)?;
    plan(&db, &mut chapter)?;
    missing_indexes(&db, &mut chapter)?;
    keys_that_the_database_finds_equal(&Db::memory()?)?;
    forms(&db, &mut chapter)?;
    chapter.close();
    Ok(())
}

fn recording(db: &Db) -> orm::Result<()> {
    let recording = db.record();
    let students = Student::query().prefetch(Student::courses()).all(db)?;
    println!("{} students in {} statements", students.len(), recording.count());
    for statement in recording.statements() {
        println!("{statement}");
    }
    assert_eq!(recording.count(), 2);
    Ok(())
}

fn asserting(db: &Db) -> orm::Result<()> {
    let students = orm::assert_queries!(db, 2, Student::query().prefetch(Student::courses()).all(db)?);
    assert_eq!(students.len(), 3);
    let named = Student::query().filter(Student::last_name().eq("Lovelace")).prefetch(Student::courses());
    let found = orm::assert_queries!(db, 1..=2, named.all(db)?);
    assert_eq!(found.len(), 1);
    Ok(())
}

fn repeated(db: &Db) -> orm::Result<()> {
    let recording = db.record();
    for student in Student::query().prefetch(Student::courses()).all(db)? {
        println!("{} takes {} courses", student.first_name, student.courses().len());
    }
    assert!(recording.repeated().is_empty());
    Ok(())
}

fn one_by_one(db: &Db) -> orm::Result<()> {
    let recording = db.record();
    for student in Student::query().all(db)? {
        let courses = Student::courses().of(&student).all(db)?;
        println!("{} takes {} courses", student.first_name, courses.len());
    }
    assert_eq!(recording.repeated()[0].1, 3);
    let quiet = Db::sqlite().n_plus_one_threshold(0).memory()?;
    assert_eq!(quiet.record().count(), 0);
    Ok(())
}

fn watching(db: &Db) -> orm::Result<()> {
    let slow = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&slow);
    db.on_statement(move |event: &StatementEvent<'_>| {
        if event.kind == StatementKind::Query && event.elapsed.as_millis() > 100 {
            counter.fetch_add(1, Ordering::Relaxed);
            eprintln!("{:?}: {}", event.elapsed, event.sql);
        }
    });
    Student::query().all(db)?;
    assert!(slow.load(Ordering::Relaxed) <= 1);
    Ok(())
}

fn missing_indexes(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    orm::assert_plan!(db, Student::query().limit(10).prefetch(Student::courses()));
    let by_name = Student::query().filter(Student::last_name().eq("Lovelace"));
    for scan in by_name.plan(db)?.scans(db)? {
        println!("{scan}");
    }
    let scans: Vec<String> = by_name.plan(db)?.scans(db)?.iter().map(ToString::to_string).collect();
    chapter.shows("text", scans.join("\n"));
    Ok(())
}

fn plan(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let query = Department::query()
        .filter(Department::name().eq("Computing"))
        .prefetch(Department::courses().order_by(Course::title().asc()));
    println!("{}", query.plan(db)?);
    assert_eq!(query.all(db)?.len(), 1);
    chapter.shows("text", query.plan(db)?);
    Ok(())
}

fn forms(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    struct Number;

    let sql = |plan: orm::Plan| vec![plan.root.steps[0].sql.as_ref().map_or_else(String::new, ToString::to_string)];
    let by_key = Department::query().limit(10).prefetch(Department::courses());
    chapter.shows_sql(&sql(by_key.plan(db)?));
    let whole = Department::query().prefetch(Department::courses());
    chapter.shows_sql(&sql(whole.plan(db)?));
    let links = Student::query().limit(10).prefetch(Student::courses());
    chapter.shows_sql(&sql(links.plan(db)?));
    let all_links = Student::query().prefetch(Student::courses());
    chapter.shows_sql(&sql(all_links.plan(db)?));
    let largest = Department::courses().order_by(Course::credits().desc()).limit(3);
    let limited = Department::query().prefetch(largest);
    chapter.shows_sql(&sql(limited.plan(db)?));
    let numbered = Student::query().prefetch(Student::courses().order_by(Course::credits().desc()).limit(3));
    chapter.shows_sql(&sql(numbered.plan(db)?));
    let counted = Department::query().prefetch(Department::courses().count().named(Number));
    chapter.shows_sql(&sql(counted.plan(db)?));
    Ok(())
}

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

fn keys_that_the_database_finds_equal(db: &Db) -> orm::Result<()> {
    orm::sql("CREATE TABLE words (spelling TEXT COLLATE NOCASE PRIMARY KEY)").execute(db)?;
    orm::sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, word TEXT COLLATE NOCASE REFERENCES words)").execute(db)?;
    NewWord { spelling: "Rust".into() }.insert(db)?;
    NewNote { word: "RUST".into() }.insert(db)?;
    let words = Word::query().prefetch(Word::notes().prefetch(Note::spelled())).all(db)?;
    assert_eq!(words[0].notes()[0].spelled().spelling, "Rust");
    Ok(())
}
