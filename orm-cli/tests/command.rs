//! The command-line program, run as a process.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use orm::{Db, TrustedSql};
use tempfile::TempDir;

const SHOP: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id));
    CREATE TABLE notes (message TEXT)
";

fn shop() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(folder.path().join("shop.db").to_str().expect("a path")).expect("a database");
    for statement in SHOP.split(';') {
        orm::sql(TrustedSql(statement.to_owned())).execute(&db).expect("the statement runs");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_orm-cli")).args(arguments).current_dir(folder).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it is text")
}

#[test]
fn models_are_printed() {
    let folder = shop();
    let run = run(folder.path(), &["generate", "shop.db"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let models = text(&run.stdout);
    assert!(models.starts_with("//! Models of `shop.db`, written by `orm-cli generate`."), "{models}");
    assert!(
        models.contains("#[has_many(orders: Order, foreign_key = customer_id)]\npub struct Customer {"),
        "{models}"
    );
    syn::parse_file(models).expect("it is Rust");
    // Colours are for terminals.
    assert_eq!(
        text(&run.stderr),
        "left out notes: has no primary key; if some of its columns identify a row, write a model with them as `primary_key(..)`\n"
    );
}

#[test]
fn a_skipped_table_is_a_failure() {
    let folder = shop();
    run(folder.path(), &["generate", "shop.db", "--out", "src/models"]);
    let path = folder.path().join("src/models/customer.rs");
    fs::write(&path, "// The model is elsewhere.\n").expect("the file is written");
    let second = run(folder.path(), &["generate", "shop.db", "--out", "src/models"]);
    assert!(!second.status.success());
    let told = text(&second.stderr);
    assert!(told.contains("skipped  src/models/customer.rs\n"), "{told}");
    assert!(told.contains("look: has no struct with `#[model(table = \"customers\")]`"), "{told}");
}

#[test]
fn models_are_written_and_added_to() {
    let folder = shop();
    let first = run(folder.path(), &["generate", "shop.db", "--out", "src/models"]);
    assert!(text(&first.stderr).contains("wrote    src/models/customer.rs\n"), "{}", text(&first.stderr));
    let second = run(folder.path(), &["generate", "shop.db", "--out", "src/models"]);
    assert!(text(&second.stderr).contains("kept     src/models/customer.rs\n"), "{}", text(&second.stderr));
    let index = fs::read_to_string(folder.path().join("src/models/mod.rs")).expect("the file is there");
    assert!(index.contains("pub type All = (Customer, Order);"), "{index}");
}

#[test]
fn tables_and_libraries_are_chosen() {
    let folder = shop();
    let db = Db::open(folder.path().join("shop.db").to_str().expect("a path")).expect("a database");
    orm::sql("ALTER TABLE orders ADD COLUMN placed TIMESTAMP").execute(&db).expect("the statement runs");
    let run = run(folder.path(), &["generate", "shop.db", "--table", "orders", "--with", "jiff", "--table", "missing"]);
    let models = text(&run.stdout);
    assert!(models.contains("pub placed: Option<DateTime>"), "{models}");
    assert!(models.contains("use jiff::civil::DateTime;"), "{models}");
    assert!(!models.contains("Customer"), "{models}");
    assert_eq!(text(&run.stderr), "left out missing: is not a table of the database\n");
}

#[test]
fn findings_are_listed() {
    let folder = shop();
    let run = run(folder.path(), &["check", "shop.db"]);
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(
        text(&run.stdout),
        "notes: has no primary key, so its rows cannot be identified\n\
         orders: no index begins with the foreign key `customer_id`: loading the rows that refer to a row reads the whole table\n"
    );
    assert_eq!(text(&run.stderr), "2 to look at\n");
}

#[test]
fn a_diagram_is_drawn() {
    let folder = shop();
    let mermaid = run(folder.path(), &["diagram", "shop.db", "--table", "orders", "--table", "customers"]);
    assert!(text(&mermaid.stdout).starts_with("erDiagram"), "{}", text(&mermaid.stdout));
    assert!(!text(&mermaid.stdout).contains("notes"), "{}", text(&mermaid.stdout));
    let dot = run(folder.path(), &["diagram", "shop.db", "--format", "dot", "--out", "shop.dot"]);
    assert!(dot.status.success() && dot.stdout.is_empty());
    let written = fs::read_to_string(folder.path().join("shop.dot")).expect("the file is there");
    assert!(written.starts_with("digraph"), "{written}");
}

#[test]
fn problems_are_told() {
    let folder = shop();
    let missing = run(folder.path(), &["generate", "other.db"]);
    assert!(!missing.status.success());
    assert!(text(&missing.stderr).starts_with("error: "), "{}", text(&missing.stderr));
    assert!(!folder.path().join("other.db").exists(), "nothing is created");
    let unknown = run(folder.path(), &["generate", "mysql://localhost/shop"]);
    assert_eq!(
        text(&unknown.stderr),
        "error: `mysql` is not a supported kind of database; write the path of an SQLite file, or a URL \
         `postgres://..`\n"
    );
    let usage = run(folder.path(), &["generate"]);
    assert_eq!(usage.status.code(), Some(2));
}
