//! The history: its content, and files that do not match it.

use orm::migrate::{Migrations, State};
use orm::value::Timestamp;
use orm::{Result, sql};

use crate::database::{Fresh, applied, exists, failure, number, on_each_database, run, students};

on_each_database!(
    the_history_is_that_of_refinery,
    status_tells_how_each_migration_stands,
    a_changed_file_is_refused_before_anything_runs,
    a_renamed_file_is_refused_before_anything_runs,
    a_missing_file_is_refused_before_anything_runs,
    a_file_of_another_branch_is_refused_before_anything_runs,
    a_file_that_may_come_late_is_applied_late,
    two_files_of_one_version_are_refused_before_anything_runs,
    great_versions_are_applied_and_found_again,
);

fn courses() -> Migrations {
    students().file("V3__courses.sql", "CREATE TABLE courses (id INTEGER PRIMARY KEY);\n")
}

fn the_history_is_that_of_refinery(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let before = Timestamp::now();
    courses().run(&db)?;
    let rows = sql("SELECT version, name, applied_on, checksum FROM refinery_schema_history ORDER BY version");
    let rows = rows.tuples::<(i64, String, String, String)>(&db)?;
    assert_eq!((rows[0].0, &*rows[0].1, rows[1].0, &*rows[1].1), (1, "students", 3, "courses"));
    // The checksum of refinery 0.10 for this file.
    assert_eq!(rows[0].3, "15086649269842391220");
    assert!(rows[0].2.contains('T') && rows[0].2.ends_with('Z'), "{}", rows[0].2);
    let State::Applied(on) = courses().status(&db)?[0].state else { panic!("it was applied") };
    assert!(before <= on && on <= Timestamp::now());
    Ok(())
}

fn status_tells_how_each_migration_stands(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    assert_eq!(courses().status(&db)?[0].to_string(), "V1__students: pending");
    assert!(!exists(&db, "refinery_schema_history"), "the status changes nothing");
    courses().file("V4__gone.sql", "").run(&db)?;
    let migrations = students().file("V3__courses.sql", "-- another text").file("V5__new.sql", "");
    let found = migrations.status(&db)?;
    let states: Vec<(i64, State)> = found.iter().map(|status| (status.version, status.state)).collect();
    assert!(
        matches!(
            states[..],
            [(1, State::Applied(_)), (3, State::Changed(_)), (4, State::Missing(_)), (5, State::Pending)]
        ),
        "{states:?}"
    );
    let shown = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in ["V1__students: applied on 20", "V3__courses: changed since", ", and missing\nV5__new: pending"] {
        assert!(shown.contains(part), "{shown}");
    }
    // The history can be read in a transaction.
    assert_eq!(migrations.status(&db.begin()?)?, found);
    Ok(())
}

/// The migrations fail with a message, and a pending file was not applied.
fn assert_refused(migrations: Migrations, fresh: &Fresh, parts: &[&str]) {
    let db = fresh.open();
    let message = failure(&migrations.file("V99__later.sql", "CREATE TABLE later (id INTEGER)"), &db);
    for part in parts {
        assert!(message.contains(part), "{message}");
    }
    assert!(!exists(&db, "later"));
}

fn a_changed_file_is_refused_before_anything_runs(fresh: &Fresh) -> Result<()> {
    courses().run(&fresh.open())?;
    let changed = students().file("V3__courses.sql", "CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT);\n");
    let parts = ["changed after they were applied: `V3__courses.sql`, applied on 20", "such as `V100__courses.sql`"];
    assert_refused(changed, fresh, &parts);
    Ok(())
}

fn a_renamed_file_is_refused_before_anything_runs(fresh: &Fresh) -> Result<()> {
    courses().run(&fresh.open())?;
    let renamed = students().file("V3__lessons.sql", "CREATE TABLE courses (id INTEGER PRIMARY KEY);\n");
    assert_refused(renamed, fresh, &["`V3__lessons.sql`, applied on 20", " as `V3__courses`"]);
    Ok(())
}

fn a_missing_file_is_refused_before_anything_runs(fresh: &Fresh) -> Result<()> {
    courses().run(&fresh.open())?;
    let parts = ["migrations that the program does not have: `V3__courses.sql`; restore the files"];
    assert_refused(students(), fresh, &parts);
    Ok(())
}

fn a_file_of_another_branch_is_refused_before_anything_runs(fresh: &Fresh) -> Result<()> {
    courses().run(&fresh.open())?;
    let other = courses().file("V2__teachers.sql", "CREATE TABLE teachers (id INTEGER)");
    let parts = ["`V2__teachers.sql` is not applied, and `V3__courses`", "Rename the first to `V100__teachers.sql`"];
    assert_refused(other, fresh, &parts);
    assert!(!exists(&fresh.open(), "teachers"));
    Ok(())
}

fn a_file_that_may_come_late_is_applied_late(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    courses().run(&db)?;
    let late = courses().file("U2__teachers.sql", "CREATE TABLE teachers (id INTEGER)");
    assert_eq!(applied(&late, &db)?, ["V2__teachers"]);
    assert!(exists(&db, "teachers") && applied(&late, &db)?.is_empty());
    Ok(())
}

fn two_files_of_one_version_are_refused_before_anything_runs(fresh: &Fresh) {
    let twice = courses().step(3, "fill", |_| Ok(()));
    let parts = ["`V3__courses.sql` and `V3__fill (a function)` have the same version; rename", "to `V100__fill.sql`"];
    assert_refused(twice, fresh, &parts);
    assert!(!exists(&fresh.open(), "students"));
}

fn great_versions_are_applied_and_found_again(fresh: &Fresh) -> Result<()> {
    let db = fresh.open();
    let migrations = students().file("V20261130034022__courses.sql", "CREATE TABLE courses (id INTEGER)");
    assert_eq!(migrations.run(&db)?.len(), 2);
    assert!(applied(&migrations, &db)?.is_empty());
    assert_eq!(number(&db, "SELECT max(version) FROM refinery_schema_history")?, 20_261_130_034_022);
    run(&db, "UPDATE refinery_schema_history SET applied_on = 'soon' WHERE version = 1")?;
    let error = migrations.status(&db).expect_err("there is no such time");
    assert!(error.to_string().contains("no valid time for version 1: `soon`"), "{error}");
    Ok(())
}
