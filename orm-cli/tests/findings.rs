//! What `check` reports about an SQLite database.

use orm::{Db, Engine, TrustedSql};
use orm_cli::findings;
use orm_cli::source::Source;

fn findings(sql: &str) -> Vec<String> {
    let db = Db::sqlite().foreign_keys(false).memory().expect("a database");
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        orm::sql(TrustedSql(statement.to_owned())).execute(&db).expect("the statement runs");
    }
    let source = Source::read(&db, Engine::Sqlite, "test".to_owned(), |_| ()).expect("the database is read");
    let found = findings::of(&db, &source).expect("the database is read");
    found.into_iter().map(|finding| format!("{}: {}", finding.table, finding.what)).collect()
}

#[test]
fn a_sound_database_has_nothing_to_report() {
    let found = findings(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
         CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers);
         CREATE INDEX orders_customer ON orders (customer_id, id);
         INSERT INTO customers VALUES (1, 'Ada'); INSERT INTO orders VALUES (1, 1)",
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn each_finding_names_its_table() {
    let found = findings(
        "CREATE TABLE a (x TEXT, y TEXT);
         CREATE TABLE b (code TEXT PRIMARY KEY, a_x TEXT REFERENCES a (x), gone_id INTEGER REFERENCES gone (id));
         CREATE TABLE c (id INTEGER PRIMARY KEY, b_code TEXT NOT NULL REFERENCES b, at DATETIME, v);
         CREATE INDEX c_b ON c (b_code); CREATE INDEX c_b_at ON c (b_code, at); CREATE INDEX b_a ON b (a_x);
         INSERT INTO c VALUES (1, 'x', '2024-01-01 10:00:00', 1), (2, 'y', '2024-01-01T10:00:00', 'one')",
    );
    assert_eq!(
        found,
        [
            "a: has no primary key, so its rows cannot be identified",
            "b: the column `code` of the primary key may be NULL, as SQLite allows; declare it NOT NULL",
            "b: the foreign key of `a_x` refers to `a` (x), which is not a unique key",
            "b: the foreign key of `gone_id` refers to the table `gone`, which is missing",
            "b: no index begins with the foreign key `gone_id`: loading the rows that refer to a row reads the whole table",
            "c: the index `c_b` is redundant, because `c_b_at` serves the same queries",
            "c: the column `at` stores its values in several forms, so comparisons cannot use an index; convert them \
             to one form",
            "c: the column `v` holds integers and text",
            "c: 2 rows refer to rows of `b` that are missing",
        ]
    );
}
