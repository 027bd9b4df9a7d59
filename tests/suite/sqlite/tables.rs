//! Tables of other programs: collations, loose types, views, and schemas that change.

use orm::{Model, Result};

use crate::database::{Shared as File, db};
use crate::schemas::university::{Course, Department, Student, titles, university_in};

use super::law;

#[test]
fn keys_that_the_database_alone_treats_as_equal_are_matched() -> Result<()> {
    #[derive(Model, Debug)]
    #[has_many(users: User)]
    #[many_to_many(friends: Country, through = "friendships", left = "one", right = "other")]
    struct Country {
        #[model(primary_key)]
        code: String,
    }
    #[derive(Model, Debug)]
    struct User {
        id: i64,
        #[belongs_to(country: Country)]
        country_id: String,
    }
    let file = File::new();
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE countries (code TEXT PRIMARY KEY COLLATE NOCASE);
             CREATE TABLE users (id INTEGER PRIMARY KEY, country_id TEXT COLLATE NOCASE REFERENCES countries);
             CREATE TABLE friendships (one TEXT COLLATE NOCASE, other TEXT COLLATE NOCASE);
             INSERT INTO countries VALUES ('DE'), ('fr');
             INSERT INTO users VALUES (1, 'de'), (2, 'De'), (3, 'FR'), (4, 'fr');
             INSERT INTO friendships VALUES ('de', 'FR'), ('Fr', 'De')",
        )
        .unwrap();
    for query in [Country::query(), Country::query().filter(Country::code().ne("x"))] {
        let countries = query.prefetch(Country::users()).prefetch(Country::friends()).all(&db)?;
        let ids: Vec<Vec<i64>> =
            countries.iter().map(|country| country.users().iter().map(|user| user.id).collect()).collect();
        assert_eq!(ids, [vec![1, 2], vec![3, 4]]);
        let friends: Vec<_> = countries.iter().map(|country| country.friends()[0].code.as_str()).collect();
        assert_eq!(friends, ["fr", "DE"]);
    }
    let users = User::query().prefetch(User::country()).all(&db)?;
    assert_eq!(users.iter().map(|user| user.country().code.as_str()).collect::<Vec<_>>(), ["DE", "DE", "fr", "fr"]);
    Ok(())
}

#[test]
fn a_cached_statement_survives_a_change_of_the_schema() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let raw = file.raw();
    let query = Department::query().prefetch(Department::courses());
    let before = query.all(&db)?;
    raw.execute_batch(
        "ALTER TABLE departments ADD COLUMN motto TEXT DEFAULT 'x'; ALTER TABLE courses ADD COLUMN hours INTEGER",
    )
    .unwrap();
    assert_eq!(query.all(&db)?, before);
    raw.execute_batch("ALTER TABLE departments RENAME COLUMN name TO title").unwrap();
    let error = query.all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("departments"), Some("name")), "{error}");
    raw.execute_batch("DROP TABLE courses").unwrap();
    assert_eq!(Course::query().all(&db).unwrap_err().table(), Some("courses"));
    Ok(())
}

#[test]
fn views_and_strict_tables_are_tables_too() -> Result<()> {
    let file = File::new();
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE base (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
             INSERT INTO base VALUES (1, 'Law'), (2, 'Art');
             CREATE VIEW departments AS SELECT id, upper(name) AS name FROM base;
             CREATE TABLE courses (id INT PRIMARY KEY, title ANY, department_id INT) STRICT, WITHOUT ROWID;
             INSERT INTO courses VALUES (7, 'T', 2)",
        )
        .unwrap();
    for query in [Department::query(), Department::query().filter(Department::id().gt(0))] {
        let departments = query.prefetch(Department::courses()).all(&db)?;
        assert_eq!(departments[0].name, "LAW");
        assert_eq!(titles(departments[1].courses()), ["T"]);
    }
    Ok(())
}

#[test]
fn links_of_another_type_are_followed_or_refused_and_never_lost() {
    for (left, right) in [("INTEGER", "TEXT"), ("TEXT", "INTEGER"), ("TEXT", "TEXT"), ("", ""), ("REAL", "REAL")] {
        let file = File::new();
        let db = file.open();
        let tables = format!(
            "CREATE TABLE students (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, department_id INTEGER);
             CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT, department_id INTEGER);
             CREATE TABLE enrollments (student_id {left}, course_id {right});
             INSERT INTO students VALUES (1, 'Ada', 'L', NULL), (2, 'Emil', 'V', NULL);
             INSERT INTO courses VALUES (7, 'Algebra', 1);
             INSERT INTO enrollments VALUES (1, 7), (NULL, 7), (2, NULL)"
        );
        file.raw().execute_batch(&tables).unwrap();
        for query in [Student::query(), Student::query().filter(Student::id().gt(0))] {
            match query.prefetch(Student::courses()).all(&db) {
                Ok(students) => {
                    assert_eq!(titles(students[0].courses()), ["Algebra"], "{left} {right}");
                    assert!(students[1].courses().is_empty());
                }
                Err(error) => {
                    assert!(error.is_decode(), "{left} {right}: {error}");
                    assert_eq!(error.table(), Some("enrollments"));
                }
            }
        }
    }
}

#[test]
fn the_next_key_follows_the_greatest() -> Result<()> {
    let db = db();
    db.create_tables::<Department>()?;
    Department { id: 17, name: "Law".into() }.insert(&db)?;
    assert_eq!(law().insert(&db)?.id, 18);
    Ok(())
}

/// Other programs write to a file without checking foreign keys, and SQLite accepts text in a column of integers.
#[test]
fn a_whole_table_is_read_though_some_rows_break_its_foreign_key() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let raw = file.raw();
    raw.execute_batch("PRAGMA foreign_keys = OFF; INSERT INTO courses VALUES (4, 'Orphan', 99)").unwrap();
    let query = Department::query().prefetch(Department::courses().prefetch(Course::students()));
    let plan = query.plan(&db)?;
    assert_eq!(plan.root.steps[0].how, "has many, of the whole table");
    let departments = query.all(&db)?;
    let courses: Vec<Vec<i64>> =
        departments.iter().map(|row| row.courses().iter().map(|course| course.id).collect()).collect();
    assert_eq!(courses, [vec![1, 2], vec![3], vec![]]);

    raw.execute_batch("UPDATE courses SET department_id = 'x' WHERE id = 4").unwrap();
    let error = query.all(&db).unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!((error.table(), error.column()), (Some("courses"), Some("department_id")));
    Ok(())
}
