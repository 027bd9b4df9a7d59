//! The behaviour of SQLite only: foreign keys that are off while a table is rebuilt, and a lock on the whole file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use orm::migrate::Migrations;
use orm::{Db, Result};

use crate::database::{Fresh, applied, failure, number, run};

/// Two departments with a student each.
fn school() -> Migrations {
    Migrations::new().file(
        "V1__school.sql",
        "CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT);\n\
         CREATE TABLE students (id INTEGER PRIMARY KEY, department_id INTEGER REFERENCES departments (id) ON DELETE CASCADE);\n\
         INSERT INTO departments VALUES (1, 'Mathematics'), (2, 'Physics');\n\
         INSERT INTO students VALUES (10, 1), (20, 2);\n",
    )
}

const REBUILD: &str = "CREATE TABLE new_departments (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');\n\
    INSERT INTO new_departments SELECT id, name FROM departments;\n\
    DROP TABLE departments;\n\
    ALTER TABLE new_departments RENAME TO departments;\n";

/// A file with foreign keys off.
fn off(statements: &str) -> Migrations {
    school().file("V2__rebuild.sql", format!("-- orm: foreign keys off\n{statements}"))
}

fn assert_enforced(db: &Db) -> Result<()> {
    let error = run(db, "INSERT INTO students VALUES (99, 99)").expect_err("there is no such department");
    assert!(error.is_foreign_key_violation(), "{error}");
    run(db, "DELETE FROM students WHERE id = 99").map(drop)
}

#[test]
fn a_rebuilt_table_keeps_the_rows_that_refer_to_it() -> Result<()> {
    for db in [Fresh::file().open(), Db::memory()?] {
        assert_eq!(applied(&off(REBUILD), &db)?, ["V1__school", "V2__rebuild"]);
        assert_eq!(number(&db, "SELECT count(*) FROM students")?, 2);
        assert_enforced(&db)?;
        run(&db, "DELETE FROM departments WHERE id = 1")?;
        assert_eq!(number(&db, "SELECT count(*) FROM students")?, 1, "the foreign key still cascades");
    }
    // Without the first line, they are deleted.
    let db = Db::memory()?;
    school().file("V2__rebuild.sql", REBUILD).run(&db)?;
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 0);
    Ok(())
}

#[test]
fn rows_that_lost_what_they_refer_to_are_listed_and_the_file_is_rolled_back() -> Result<()> {
    let fresh = Fresh::file();
    let db = fresh.open();
    let message = failure(&off("DELETE FROM departments;"), &db);
    assert_eq!(
        message,
        "migration `V2__rebuild.sql` leaves rows that refer to rows which do not exist: row 10 of `students` refers to a row of \
         `departments`, row 20 of `students` refers to a row of `departments`; the file was rolled back; delete or change these rows in it"
    );
    assert_eq!(number(&db, "SELECT count(*) FROM departments")?, 2);
    assert_enforced(&db)
}

#[test]
fn rows_that_referred_to_nothing_before_do_not_stop_a_file() -> Result<()> {
    let fresh = Fresh::file();
    let loose = Db::sqlite().foreign_keys(false).open(&fresh.address)?;
    school().run(&loose)?;
    run(&loose, "INSERT INTO students VALUES (30, 3)")?;
    drop(loose);
    let db = fresh.open();
    assert_eq!(applied(&off(REBUILD), &db)?, ["V2__rebuild"]);
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 3);
    assert_enforced(&db)
}

#[test]
fn foreign_keys_are_on_again_after_an_error_and_a_panic() -> Result<()> {
    let fresh = Fresh::file();
    let db = fresh.open();
    assert!(failure(&off("DELETE FROM departments;\nSELECT nonsense;"), &db).contains("failed in line 3: "));
    assert_enforced(&db)?;
    db.on_statement(|statement| assert!(!statement.sql.contains("panic"), "as the test wants it"));
    let panicking = off("DELETE FROM departments;\nSELECT 'panic';");
    catch_unwind(AssertUnwindSafe(|| panicking.run(&db))).expect_err("it panics");
    assert_eq!(number(&db, "SELECT count(*) FROM departments")?, 2);
    assert_enforced(&db)
}

#[test]
fn foreign_keys_that_cannot_be_checked_are_an_error() -> Result<()> {
    let db = Db::memory()?;
    let unkeyed = "CREATE TABLE new_departments (id INTEGER);\nINSERT INTO new_departments SELECT id FROM departments;\n\
                   DROP TABLE departments;\nALTER TABLE new_departments RENAME TO departments;";
    let message = failure(&off(unkeyed), &db);
    assert!(
        message.starts_with("the foreign keys cannot be checked for migration `V2__rebuild.sql`: a foreign key"),
        "{message}"
    );
    assert_eq!(number(&db, "SELECT count(*) FROM departments WHERE name <> ''")?, 2);
    assert_enforced(&db)
}

#[test]
fn foreign_keys_that_were_off_stay_off() -> Result<()> {
    let db = Db::sqlite().foreign_keys(false).memory()?;
    off(REBUILD).run(&db)?;
    run(&db, "INSERT INTO students VALUES (99, 99)").map(drop)
}

#[test]
fn a_pragma_that_would_do_nothing_is_refused() -> Result<()> {
    let db = Db::memory()?;
    for pragma in ["PRAGMA foreign_keys = OFF;", "-- off\npragma main.FOREIGN_KEYS(0);"] {
        let message = failure(&school().file("V2__off.sql", pragma), &db);
        assert!(
            message.contains("which does nothing in a transaction; remove it, and make `-- orm: foreign"),
            "{message}"
        );
    }
    let message = failure(&school().file("V2__index.sql", "-- orm: no transaction\nSELECT 1;"), &db);
    assert!(
        message.contains("every statement of this database can run in a transaction; remove the line"),
        "{message}"
    );
    school().file("V2__defer.sql", "PRAGMA defer_foreign_keys = ON;").run(&db).map(drop)
}

#[test]
fn a_trigger_is_one_statement() -> Result<()> {
    let db = Db::memory()?;
    let trigger = "CREATE TABLE log (id INTEGER);\nCREATE TRIGGER note AFTER INSERT ON students BEGIN\n  \
                   INSERT INTO log VALUES (CASE WHEN new.id > 1 THEN new.id ELSE 0 END);\n  SELECT 1;\nEND;\n\
                   INSERT INTO students VALUES (30, 1);";
    school().file("V2__trigger.sql", trigger).run(&db)?;
    assert_eq!(number(&db, "SELECT id FROM log")?, 30);
    Ok(())
}

#[test]
fn a_file_that_another_program_writes_is_waited_for() -> Result<()> {
    let fresh = Fresh::file();
    let impatient = Db::sqlite().busy_timeout(Duration::from_millis(10)).open(&fresh.address)?;
    let other = fresh.open();
    let held = other.begin()?;
    let message = school().patience(Duration::from_millis(100)).run(&impatient).expect_err("the file is locked");
    assert!(message.is_busy(), "{message}");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| school().run(&impatient));
        thread::sleep(Duration::from_millis(300));
        held.commit()?;
        assert_eq!(waiting.join().expect("it does not panic")?.len(), 1);
        Ok(())
    })
}

#[test]
fn a_trigger_does_not_vanish_with_its_table() -> Result<()> {
    let trigger = "CREATE TRIGGER log AFTER INSERT ON departments BEGIN SELECT 1; END;\n";
    let with_trigger = |rest: &str| {
        school()
            .file("V2__trigger.sql", trigger)
            .file("V3__rebuild.sql", format!("-- orm: foreign keys off\n{REBUILD}{rest}"))
    };
    let db = Db::memory()?;
    let message = failure(&with_trigger(""), &db);
    assert_eq!(
        message,
        "migration `V3__rebuild.sql` drops with a table what it does not create again; the file was rolled back; write each of \
         these at its end, or drop it in the file by name, such as `DROP TRIGGER \"log\";`:\\n- trigger `log` of `departments`"
    );
    assert_eq!(number(&db, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'")?, 1);
    assert_eq!(number(&db, "SELECT count(*) FROM students")?, 2);
    assert_eq!(applied(&with_trigger(trigger), &db)?, ["V3__rebuild"]);
    assert_eq!(number(&db, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'")?, 1);
    Ok(())
}

/// A setting that a file changed and could not restore ends with the file.
#[test]
fn a_failed_copy_leaves_no_setting_behind() -> Result<()> {
    let db = Db::memory()?;
    failure(&off("PRAGMA legacy_alter_table = ON;\nDROP TABLE nowhere;\n"), &db);
    assert_eq!(number(&db, "SELECT legacy_alter_table FROM pragma_legacy_alter_table")?, 0);
    assert_enforced(&db)
}
