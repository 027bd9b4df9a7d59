//! Migrations that are refused before anything runs, because they would not do what they seem to do.

use orm::Result;
use orm::migrate::Migrations;

use crate::database::{Fresh, exists, failure, on_each_database, students};

on_each_database!(
    migrations_are_refused_in_a_transaction,
    statements_that_end_the_transaction_are_refused,
    files_that_would_be_read_in_part_are_refused,
    instructions_that_mean_nothing_are_refused,
    names_that_are_none_are_refused,
);

fn migrations_are_refused_in_a_transaction(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    for tx in [db.begin()?, db.begin_read()?] {
        let error = students().run(&tx).expect_err("it is refused");
        assert!(error.is_migration_failure(), "{error}");
        assert!(error.to_string().contains("pass the database to `run`"), "{error}");
    }
    assert!(!exists(&db, "students"));
    Ok(())
}

/// A file is refused with a message, and the file before it was not applied.
fn assert_refused(fresh: &Fresh, sql: &'static str, message: &str) {
    let db = fresh.open();
    assert_eq!(failure(&students().file("V2__bad.sql", sql), &db), format!("`V2__bad.sql` {message}"));
    assert!(!exists(&db, "students"));
}

fn statements_that_end_the_transaction_are_refused(fresh: &Fresh) {
    let commit = "SELECT 1;\n\n/* now */ commit;\nSELECT 2";
    assert_refused(fresh, commit, "has `commit` in line 3, and each file runs in a transaction already; remove it");
    let begin = "BEGIN;\nSELECT 1;\nEND;";
    assert_refused(fresh, begin, "has `BEGIN` in line 1, and each file runs in a transaction already; remove it");
}

fn files_that_would_be_read_in_part_are_refused(fresh: &Fresh) {
    let nul = "holds a NUL character, where the database would stop reading; remove it";
    assert_refused(fresh, "SELECT 1;\0 SELECT 2;", nul);
    let comment = "has a comment in line 2 that is not closed; write `*/` after it";
    assert_refused(fresh, "SELECT 1;\n/* SELECT 2;", comment);
}

fn instructions_that_mean_nothing_are_refused(fresh: &Fresh) {
    let unknown = "begins with `-- orm: no transactions`, which is not a known directive; write `-- orm: no \
                   transaction` or `-- orm: foreign keys off`, or remove the line";
    assert_refused(fresh, "-- orm: no transactions\nSELECT 1;", unknown);
    let late = "has `-- orm: no transaction` in line 3; make it the first line of the file";
    assert_refused(fresh, "-- students\n\n-- orm: no transaction\nSELECT 1;", late);
}

fn names_that_are_none_are_refused(fresh: &Fresh) {
    let db = fresh.open();
    for name in ["students.sql", "V1__students", "V1-students.sql", "V1__stu dents.sql"] {
        let message = failure(&Migrations::new().file(name, "SELECT 1"), &db);
        assert!(
            message.starts_with(&format!("`{name}` is not named like a migration; write `V1__create_")),
            "{message}"
        );
    }
}
