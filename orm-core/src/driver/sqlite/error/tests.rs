//! What SQLite's messages contain about tables and columns.

use super::*;

#[track_caller]
fn check(message: &str, statement: &str, table: Option<&str>, column: Option<&str>) {
    let error = Error::new(missing(message, statement).expect("something is missing"));
    assert_eq!((error.table(), error.column()), (table, column));
}

#[test]
fn missing_tables() {
    check("no such table: students", "", Some("students"), None);
    check("no such table: my \"odd\" table", "", Some("my \"odd\" table"), None);
}

#[test]
fn missing_columns_of_aliased_tables() {
    let text = "SELECT t0.\"a\" FROM \"x\" AS t0 JOIN \"we\"\"ird AS t1\" AS t10 JOIN \"\"\"y\"\"\" AS t1 ON 1";
    check("no such column: t0.a", text, Some("x"), Some("a"));
    check("no such column: t10.a b.c", text, Some("we\"ird AS t1"), Some("a b.c"));
    check("no such column: t1.z", text, Some("\"y\""), Some("z"));
    check("no such column: t9.a", text, None, Some("t9.a"));
}

#[test]
fn missing_columns_of_statements_without_aliases() {
    let update = "UPDATE \"my \"\"x\"\"\" SET \"a\" = ?1 WHERE \"b\" = ?2";
    check("no such column: a", update, Some("my \"x\""), Some("a"));
    let hint = "no such column: \"b\" - should this be a string literal in single-quotes?";
    check(hint, update, Some("my \"x\""), Some("b"));
    check("no such column: b", "DELETE FROM \"x\" WHERE \"b\" = ?1", Some("x"), Some("b"));
    check("table x y has no column named a b", "INSERT INTO \"x y\" (\"a b\")", Some("x y"), Some("a b"));
    check("no such column: b", "something else", None, Some("b"));
}

#[test]
fn other_messages_tell_of_neither() {
    assert!(missing("near \"FORM\": syntax error", "").is_none());
    assert!(missing("table t may not be altered", "").is_none());
}

#[test]
fn what_a_change_of_a_table_breaks() {
    let told = |message: &str| Error::new(missing(message, "").expect("something is broken")).to_string();
    let index = told("error in index live_emails after drop column: no such column: deleted_at");
    assert!(index.starts_with("the index `live_emails` uses the column `deleted_at`; drop the index first"), "{index}");
    let trigger =
        told("error in trigger log after rename: no such column: \"x\" - should this be a string literal in ..?");
    assert!(trigger.starts_with("the trigger `log` uses the column `x`; "), "{trigger}");
    let view = told("error in view old members: no such table: main.members");
    assert!(view.starts_with("the view `old members` uses the table `members`; "), "{view}");
    let other = told("error in view old: near \"FORM\": syntax error");
    assert!(other.starts_with("the view `old` cannot be compiled any more (near \"FORM\": syntax error); "), "{other}");
    assert!(missing("error in something", "").is_none());
}
