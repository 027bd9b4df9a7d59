//! Statements seen, counted and explained without being run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use orm::{Model, Result, StatementKind};

use crate::database::db;
use crate::schemas::university::{Course, Department, Student, empty_university, university};

#[test]
fn an_observer_is_told_of_each_statement() -> Result<()> {
    let db = university();
    let load = || Student::query().prefetch(Student::department()).all(&db);
    // The first call may read the indexes of the database.
    load()?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    db.on_statement(move |event| {
        log.lock().unwrap().push((
            event.kind,
            event.sql.split(' ').next().unwrap_or("").to_owned(),
            event.error.is_some(),
        ));
    });
    load()?;
    Department { id: 1, name: "Twice".into() }.insert(&db).unwrap_err();
    let expected = [
        (StatementKind::Transaction, "BEGIN", false),
        (StatementKind::Query, "SELECT", false),
        (StatementKind::Query, "SELECT", false),
        (StatementKind::Transaction, "COMMIT", false),
        (StatementKind::Query, "INSERT", true),
    ];
    let seen = seen.lock().unwrap();
    assert!(seen.iter().map(|(kind, word, failed)| (*kind, word.as_str(), *failed)).eq(expected), "{seen:?}");
    Ok(())
}

#[test]
fn a_query_without_relations_needs_no_transaction() -> Result<()> {
    let db = university();
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&kinds);
    db.on_statement(move |event| log.lock().unwrap().push(event.kind));
    Student::query().all(&db)?;
    Student::query().prefetch(Student::courses()).count(&db)?;
    assert_eq!(*kinds.lock().unwrap(), [StatementKind::Query; 2]);
    Ok(())
}

#[test]
fn creating_tables_counts_as_no_query() {
    let db = db();
    orm::assert_queries!(&db, 0, db.create_tables::<(Department, Course)>().expect("the tables are created"));
}

#[test]
fn a_recording_ends_when_it_is_dropped() -> Result<()> {
    let db = university();
    let outer = db.record();
    Student::query().all(&db)?;
    let inner = db.record();
    Student::find(&db, 1)?;
    assert_eq!((outer.count(), inner.count()), (2, 1));
    drop(inner);
    Student::query().all(&db.clone())?;
    assert_eq!(outer.count(), 3, "clones of the handle are one database");
    Student::query().all(&university())?;
    assert_eq!(outer.statements().len(), 3, "other databases are not");
    Ok(())
}

#[test]
fn the_assertion_lists_the_statements() {
    let db = university();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        orm::assert_queries!(&db, 1, Student::query().prefetch(Student::courses()).all(&db).map(|rows| rows.len()))
    }))
    .unwrap_err();
    let message = panic.downcast_ref::<String>().expect("a message");
    let lines: Vec<_> = message.lines().collect();
    assert_eq!(lines[0], "expected 1 statements, sent 2:");
    assert!(lines[1].contains("FROM \"students\"") && lines[2].contains("\"courses\""), "{message}");
}

#[test]
fn the_number_of_statements_may_be_a_range() -> Result<()> {
    let db = university();
    let two = || Student::query().prefetch(Student::courses()).all(&db);
    two()?;
    orm::assert_queries!(&db, 2, two()?);
    orm::assert_queries!(&db, 1..=2, two()?);
    orm::assert_queries!(&db, ..=2, two()?);
    orm::assert_queries!(&db, 2..3, two()?);
    orm::assert_queries!(&db, ..3, two()?);
    orm::assert_queries!(&db, 2.., two()?);
    let most = 1 + [two()?].len();
    assert_eq!(orm::assert_queries!(&db, ..=most, two()?).len(), two()?.len());
    Ok(())
}

#[test]
fn a_number_outside_of_the_range_fails_with_the_range_and_the_statements() {
    let db = university();
    let send = || Student::query().all(&db).expect("students").len();
    let failed = |work: &dyn Fn() -> usize| {
        let panic = catch_unwind(AssertUnwindSafe(work)).expect_err("the number is another one");
        panic.downcast_ref::<String>().expect("a message").clone()
    };
    let messages = [
        (failed(&|| orm::assert_queries!(&db, 2..=3, send())), "expected 2..=3 statements, sent 1:\nSELECT"),
        (failed(&|| orm::assert_queries!(&db, ..1, send())), "expected ..1 statements, sent 1:\nSELECT"),
        (failed(&|| orm::assert_queries!(&db, 2.., send())), "expected 2.. statements, sent 1:\nSELECT"),
    ];
    for (message, start) in messages {
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn the_sql_of_a_query_is_shown_without_running_it() -> Result<()> {
    let db = university();
    let query = Student::query().filter(Student::last_name().eq("x")).limit(3).prefetch(Student::courses());
    let sql = orm::assert_queries!(&db, 0, query.sql(&db));
    let sent = db.record();
    query.all(&db)?;
    assert_eq!(sent.statements(), [sql.to_string()]);
    assert_eq!(sql.params.len(), 2);
    Ok(())
}

#[test]
fn the_plan_says_what_will_be_sent() -> Result<()> {
    let db = university();
    for query in [Student::query(), Student::query().filter(Student::id().gt(0)), Student::query().limit(2)] {
        let query = query
            .prefetch(Student::courses().prefetch(Course::department()))
            .prefetch(Student::department().filter(Department::id().gt(0)))
            .prefetch(Student::enrollments().limit(1));
        let plan = orm::assert_queries!(&db, 0, query.plan(&db)?);
        assert_eq!(plan.statements(), 5);
        let sent = db.record();
        query.all(&db)?;
        let printed = plan.to_string();
        for statement in sent.statements() {
            assert!(printed.contains(&statement), "{printed}\nlacks\n{statement}");
        }
        assert_eq!(sent.count(), 5);
    }
    Ok(())
}

#[test]
fn the_plan_prints_as_a_tree() {
    let db = empty_university();
    let query = Department::query()
        .prefetch(Department::courses().prefetch(Course::students()))
        .prefetch(Department::students());
    let printed = query.plan(&db).expect("there is a plan").to_string();
    let lines: Vec<_> = printed.lines().filter(|line| !line.contains("SELECT")).collect();
    assert_eq!(lines.len(), 4, "{printed}");
    assert_eq!(lines[0], "Department");
    for (line, start) in lines[1..].iter().zip(["├─ courses: ", "│  └─ students: ", "└─ students: "]) {
        assert!(line.starts_with(start), "{line}");
    }
}
