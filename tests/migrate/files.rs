//! Files: their order, their statements, and their folder.

use std::fs;

use orm::Result;
use orm::migrate::{Migrations, State};

use crate::database::{Fresh, applied, exists, failure, number, on_each_database, students};

on_each_database!(
    files_are_applied_once_in_the_order_of_their_versions,
    a_failing_statement_leaves_the_database_as_it_was,
    files_before_a_failing_one_stay,
    a_violated_constraint_is_still_one,
    statements_may_return_rows_and_hold_semicolons,
    files_are_read_from_a_folder_and_those_below,
    files_are_compiled_into_the_program,
    a_file_that_came_after_the_program_was_compiled_is_told,
);

fn files_are_applied_once_in_the_order_of_their_versions(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = Migrations::new()
        .file("V10__third.sql", "INSERT INTO log VALUES (3);")
        .file("V9__second.sql", "INSERT INTO log SELECT 2 FROM log;")
        .file("V1__first.sql", "CREATE TABLE log (step INTEGER);\nINSERT INTO log VALUES (1)");
    assert!(migrations.status(&db)?.iter().all(|status| status.state == State::Pending));
    assert_eq!(applied(&migrations, &db)?, ["V1__first", "V9__second", "V10__third"]);
    assert_eq!(number(&db, "SELECT count(*) FROM log")?, 3);
    assert!(applied(&migrations, &db)?.is_empty());
    assert!(applied(&migrations, &fresh.open())?.is_empty());
    assert!(migrations.status(&db)?.iter().all(|status| matches!(status.state, State::Applied(_))));
    Ok(())
}

fn a_failing_statement_leaves_the_database_as_it_was(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let broken = Migrations::new().file(
        "V1__broken.sql",
        "-- students\nCREATE TABLE students (id INTEGER PRIMARY KEY);\n\n-- and what is wrong\nINSERT INTO nowhere\n  VALUES (1);\n",
    );
    let error = broken.run(&db).expect_err("it fails");
    let message = error.to_string();
    assert!(
        message.starts_with("migration `V1__broken.sql` failed in line 5: the database has no table "),
        "{message}"
    );
    assert!(
        message.ends_with("; the statement is `INSERT INTO nowhere VALUES (1)`; the file was rolled back"),
        "{message}"
    );
    assert_eq!(error.statement(), Some("INSERT INTO nowhere\n  VALUES (1);"));
    assert!(!exists(&db, "students") && !exists(&db, "refinery_schema_history"));
    assert_eq!(broken.status(&db)?[0].state, State::Pending);
    assert_eq!(applied(&students(), &db)?, ["V1__students"]);
    Ok(())
}

fn files_before_a_failing_one_stay(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = students().file("V2__broken.sql", "CREATE TABLE courses (id INTEGER);\nSELECT nonsense;");
    assert!(failure(&migrations, &db).starts_with("migration `V2__broken.sql` failed in line 2: "));
    assert!(exists(&db, "students") && !exists(&db, "courses"));
    let states: Vec<State> = migrations.status(&db)?.iter().map(|status| status.state).collect();
    assert!(matches!(states[..], [State::Applied(_), State::Pending]));
    Ok(())
}

fn a_violated_constraint_is_still_one(fresh: &Fresh) {
    let db = fresh.open();
    let twice = "INSERT INTO students VALUES (1, 'Ada');\nINSERT INTO students VALUES (1, 'Grace');";
    let error = students().file("V2__twice.sql", twice).run(&db).expect_err("it fails");
    assert!(error.is_migration_failure() && error.is_unique_violation(), "{error}");
}

fn statements_may_return_rows_and_hold_semicolons(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = students().file(
        "V2__rows.sql",
        "\u{feff}INSERT INTO students VALUES (1, 'Ada;'), (2, 'it''s; -- no comment');\nSELECT * FROM students; /* ; */;\n-- end;",
    );
    migrations.run(&db)?;
    assert_eq!(number(&db, "SELECT count(*) FROM students WHERE name LIKE '%;%'")?, 2);
    assert!(applied(&migrations.file("V3__empty.sql", "-- nothing to do\n"), &db)? == ["V3__empty"]);
    Ok(())
}

fn files_are_read_from_a_folder_and_those_below(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = Migrations::read("tests/migrate/compiled")?;
    assert_eq!(applied(&migrations, &db)?, ["V1__students", "V2__slugs", "V10__index"]);
    for (folder, message) in [
        ("tests/migrate/nowhere", "migrations cannot be read from `tests/migrate/nowhere`"),
        ("tests/migrate/mistakes/name", "v2__b.sql` is not named like a migration; write `V1__create_students.sql`"),
        ("tests/migrate/mistakes/rust", "V2__fill.rs` is a migration of refinery written in Rust"),
    ] {
        let error = Migrations::read(folder).expect_err("it cannot be read");
        assert!(error.is_migration_failure() && error.to_string().replace('\\', "/").contains(message), "{error}");
    }
    let twice = Migrations::read("tests/migrate/mistakes/versions")?;
    assert_eq!(
        failure(&twice, &db),
        "`V02__b.sql` and `V2__a.sql` have the same version; rename the newer one to `V4__a.sql`"
    );
    Ok(())
}

fn files_are_compiled_into_the_program(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = orm::migrations!("tests/migrate/compiled");
    assert_eq!(applied(&migrations, &db)?, ["V1__students", "V2__slugs", "V10__index"]);
    // They have the same content.
    assert!(applied(&Migrations::read("tests/migrate/compiled")?, &db)?.is_empty());
    Ok(())
}

fn a_file_that_came_after_the_program_was_compiled_is_told(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let folder = tempfile::tempdir().expect("a folder is created").keep();
    fs::write(folder.join("V1__students.sql"), "SELECT 1").expect("a file is written");
    let path: &'static str = folder.to_str().expect("a path of text").to_owned().leak();
    let migrations = students().compiled_from(path);
    migrations.run(&db)?;
    fs::write(folder.join("V2__new.sql"), "SELECT 1").expect("a file is written");
    let message = failure(&migrations, &db);
    assert!(message.starts_with("`V2__new.sql` is in `") && message.contains("compile it again"), "{message}");
    fs::remove_dir_all(folder).expect("the folder is removed");
    // If the program runs elsewhere, there is nothing to compare with.
    migrations.run(&db).map(drop)
}
