//! Types that the values and the checks of an SQLite database suggest.

use orm::{Db, Engine};
use orm_cli::models::{Models, Wanted};
use orm_cli::render;
use orm_cli::source::Source;

/// The struct of the only table.
fn generated(script: &'static str) -> String {
    let db = Db::memory().expect("a database");
    orm::script(script).execute(&db).expect("the script runs");
    let source = Source::read(&db, Engine::Sqlite, "shop".to_owned(), |_| ()).expect("the database is read");
    let models = Models::of(&source, &Wanted::default());
    assert!(models.left_out.is_empty(), "{:?}", models.left_out);
    render::structure(&models.models[0], &models)
}

#[test]
fn a_check_of_two_words_makes_a_bool() {
    let model = generated(
        "CREATE TABLE vehicles (id INTEGER PRIMARY KEY,
             \"InService\" CHAR(1) NOT NULL CHECK (\"InService\" IN ('Y', 'N')),
             sold TEXT CHECK (sold IN ('true', 'false')),
             grade CHAR(1) CHECK (grade IN ('A', 'B')));
         INSERT INTO vehicles VALUES (1, 'Y', NULL, 'A'), (2, 'N', 'true', 'B')",
    );
    assert!(model.contains("#[model(column = \"InService\", stored = y_n)]\n    pub in_service: bool,"), "{model}");
    assert!(model.contains("#[model(stored = true_false)]\n    pub sold: Option<bool>,"), "{model}");
    assert!(model.contains("#[model(check = \"grade IN ('A', 'B')\")]\n    pub grade: Option<String>,"), "{model}");
    assert_eq!(model.matches("check").count(), 1, "the type of a bool allows no other words: {model}");
}

#[test]
fn without_a_check_words_are_text() {
    let model = generated(
        "CREATE TABLE vehicles (id INTEGER PRIMARY KEY, in_service CHAR(1));
         INSERT INTO vehicles VALUES (1, 'Y'), (2, 'N')",
    );
    assert!(model.contains("pub in_service: Option<String>,"), "{model}");
}

#[test]
fn words_that_the_check_does_not_allow_are_text() {
    let model = generated(
        "CREATE TABLE vehicles (id INTEGER PRIMARY KEY, in_service CHAR(1) CHECK (in_service IN ('Y', 'N')));
         PRAGMA ignore_check_constraints = 1;
         INSERT INTO vehicles VALUES (1, '?')",
    );
    assert!(model.contains("pub in_service: Option<String>,"), "{model}");
}

#[test]
fn integers_that_may_be_times_have_a_note() {
    let model = generated(
        "CREATE TABLE positions (id INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL, metres INTEGER NOT NULL,
             measured_at INTEGER);
         INSERT INTO positions VALUES (1, 1710498030, 1710498030, 5), (2, 1710498031, 1710498031, 6)",
    );
    let notes: Vec<&str> = model.lines().filter(|line| line.starts_with("// ")).collect();
    assert_eq!(
        notes.join(" "),
        "// The integers of the column `seen_at` may be times: write `Timestamp` and `#[model(stored = // unix_seconds)]`.",
        "{model}"
    );
    assert!(model.contains("pub seen_at: i64,"), "{model}");
}
