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
    chapter.close();
    Ok(())
}

fn recording(db: &Db) -> orm::Result<()> {
    // ANCHOR: recording
    let recording = db.record();
    let students = Student::query().prefetch(Student::courses()).all(db)?;
    println!("{} students in {} statements", students.len(), recording.count());
    for statement in recording.statements() {
        println!("{statement}");
    }
    // ANCHOR_END: recording
    assert_eq!(recording.count(), 2);
    Ok(())
}

fn asserting(db: &Db) -> orm::Result<()> {
    // ANCHOR: asserting
    let students = orm::assert_queries!(db, 2, Student::query().prefetch(Student::courses()).all(db)?);
    // ANCHOR_END: asserting
    assert_eq!(students.len(), 3);
    // ANCHOR: found
    let named = Student::query().filter(Student::last_name().eq("Lovelace")).prefetch(Student::courses());
    let found = orm::assert_queries!(db, 1..=2, named.all(db)?);
    // ANCHOR_END: found
    assert_eq!(found.len(), 1);
    Ok(())
}

fn repeated(db: &Db) -> orm::Result<()> {
    // ANCHOR: repeated
    let recording = db.record();
    for student in Student::query().prefetch(Student::courses()).all(db)? {
        println!("{} takes {} courses", student.first_name, student.courses().len());
    }
    assert!(recording.repeated().is_empty());
    // ANCHOR_END: repeated
    Ok(())
}

fn one_by_one(db: &Db) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: one_by_one
    for student in Student::query().all(db)? {
        let courses = Student::courses().of(&student).all(db)?;
        println!("{} takes {} courses", student.first_name, courses.len());
    }
    // ANCHOR_END: one_by_one
    assert_eq!(recording.repeated()[0].1, 3);
    // ANCHOR: quiet
    let quiet = Db::sqlite().n_plus_one_threshold(0).memory()?;
    // ANCHOR_END: quiet
    assert_eq!(quiet.record().count(), 0);
    Ok(())
}

fn watching(db: &Db) -> orm::Result<()> {
    // ANCHOR: watching
    let slow = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&slow);
    db.on_statement(move |event: &StatementEvent<'_>| {
        if event.kind == StatementKind::Query && event.elapsed.as_millis() > 100 {
            counter.fetch_add(1, Ordering::Relaxed);
            eprintln!("{:?}: {}", event.elapsed, event.sql);
        }
    });
    // ANCHOR_END: watching
    Student::query().all(db)?;
    assert!(slow.load(Ordering::Relaxed) <= 1);
    Ok(())
}

fn missing_indexes(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: missing_indexes
    orm::assert_plan!(db, Student::query().limit(10).prefetch(Student::courses()));
    // ANCHOR_END: missing_indexes
    // ANCHOR: scan
    let by_name = Student::query().filter(Student::last_name().eq("Lovelace"));
    for scan in by_name.plan(db)?.scans(db)? {
        println!("{scan}");
    }
    // ANCHOR_END: scan
    let scans: Vec<String> = by_name.plan(db)?.scans(db)?.iter().map(ToString::to_string).collect();
    chapter.shows("text", scans.join("\n"));
    Ok(())
}

fn plan(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: plan
    let query = Department::query()
        .filter(Department::name().eq("Computing"))
        .prefetch(Department::courses().order_by(Course::title().asc()));
    println!("{}", query.plan(db)?);
    // ANCHOR_END: plan
    assert_eq!(query.all(db)?.len(), 1);
    chapter.shows("text", query.plan(db)?);
    Ok(())
}
