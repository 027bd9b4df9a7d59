//! Generating models again keeps what people wrote, and adds what is new in the database.

use std::fs;
use std::path::Path;

use orm::{Db, Engine, TrustedSql};
use orm_cli::files::{self, Done, Written};
use orm_cli::models::{Models, Wanted};
use orm_cli::source::Source;
use tempfile::TempDir;

const SHOP: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), total REAL);
";

fn database(sql: &str) -> Db {
    let db = Db::memory().expect("a database");
    run(&db, sql);
    db
}

fn run(db: &Db, sql: &str) {
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        orm::sql(TrustedSql(statement.to_owned())).execute(db).expect("the statement runs");
    }
}

fn models(db: &Db, folder: &Path) -> Models {
    let source = Source::read(db, Engine::Sqlite, "shop".to_owned(), |_| ()).expect("the database is read");
    let named = files::named(folder).expect("the folder is read");
    Models::of(&source, &Wanted { named, ..Wanted::default() })
}

fn write(db: &Db, folder: &Path) -> Vec<(String, Done, Vec<String>)> {
    let written = files::write(&models(db, folder), folder, false).expect("the files are written");
    let told = |Written { path, done, notes }: Written| {
        (path.file_name().expect("a name").to_string_lossy().into_owned(), done, notes)
    };
    written.into_iter().map(told).collect()
}

fn read(folder: &TempDir, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).expect("the file is there")
}

fn edit(folder: &TempDir, file: &str, old: &str, new: &str) {
    let text = read(folder, file);
    assert!(text.contains(old), "{text}");
    fs::write(folder.path().join(file), text.replacen(old, new, 1)).expect("the file is written");
}

#[test]
fn nothing_is_written_where_nothing_is_new() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    let first = write(&db, folder.path());
    assert!(first.iter().all(|(_, done, _)| *done == Done::Created), "{first:?}");
    let second = write(&db, folder.path());
    assert!(second.iter().all(|(_, done, notes)| *done == Done::Kept && notes.is_empty()), "{second:?}");
}

#[test]
fn what_people_wrote_stays() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    // A field, a type and a relation are renamed; there is one more derive, and other code at the end.
    edit(&folder, "customer.rs", "Clone, Debug", "Clone, Debug, Eq");
    edit(
        &folder,
        "customer.rs",
        "pub name: String",
        "#[model(column = \"name\")]\n    pub full_name: String, // as on the card",
    );
    edit(&folder, "customer.rs", "has_many(orders:", "has_many(purchases:");
    edit(&folder, "order.rs", "pub total: Option<f64>", "pub total: Option<Money>");
    let below = "\nimpl Customer {\n    /// Says hello.\n    pub fn greet(&self) -> String {\n        format!(\"Hello {}\", self.full_name)\n    }\n}\n";
    let text = read(&folder, "customer.rs") + below;
    fs::write(folder.path().join("customer.rs"), &text).expect("the file is written");
    let again = write(&db, folder.path());
    assert!(again.iter().all(|(_, done, notes)| *done == Done::Kept && notes.is_empty()), "{again:?}");
    assert_eq!(read(&folder, "customer.rs"), text);
}

#[test]
fn what_is_new_is_added() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    edit(&folder, "order.rs", "pub total: Option<f64>,", "pub total: Option<f64>, // with VAT");
    run(
        &db,
        "CREATE TABLE shops (id INTEGER PRIMARY KEY, \"type\" TEXT NOT NULL);
         ALTER TABLE orders ADD COLUMN placed_at TIMESTAMP;
         ALTER TABLE orders ADD COLUMN shop_id INTEGER REFERENCES shops (id) ON DELETE SET NULL",
    );
    let again = write(&db, folder.path());
    let done: Vec<(&str, Done)> = again.iter().map(|(file, done, _)| (&**file, *done)).collect();
    assert_eq!(
        done,
        [
            ("customer.rs", Done::Kept),
            ("order.rs", Done::Changed),
            ("shop.rs", Done::Created),
            ("mod.rs", Done::Changed)
        ]
    );
    let expected = "\
use orm::Model;

use super::Customer;
use orm::value::DateTime;
use super::Shop;

/// A row of `orders`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = \"orders\")]
pub struct Order {
    pub id: i64,
    #[belongs_to(customer: Customer, index = false)]
    pub customer_id: i64,
    pub total: Option<f64>, // with VAT
    pub placed_at: Option<DateTime>,
    #[belongs_to(shop: Shop, on_delete = set_null, index = false)]
    pub shop_id: Option<i64>,
}
";
    assert_eq!(read(&folder, "order.rs"), expected);
    let index = read(&folder, "mod.rs");
    assert!(index.contains("mod order;\nmod shop;\n"), "{index}");
    assert!(index.contains("pub use self::order::*;\npub use self::shop::*;\n"), "{index}");
    assert!(index.contains("pub type All = (Customer, Order, Shop);"), "{index}");
    let third = write(&db, folder.path());
    assert!(third.iter().all(|(_, done, notes)| *done == Done::Kept && notes.is_empty()), "{third:?}");
}

#[test]
fn new_relations_are_added_to_models_that_are_there() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    run(&db, "CREATE TABLE notes (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id))");
    write(&db, folder.path());
    let expected = "\
use orm::Model;

use super::Order;
use super::Note;

/// A row of `customers`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = \"customers\")]
#[has_many(orders: Order, foreign_key = customer_id)]
#[has_many(notes: Note, foreign_key = customer_id)]
pub struct Customer {
    pub id: i64,
    pub name: String,
}
";
    assert_eq!(read(&folder, "customer.rs"), expected);
}

#[test]
fn what_is_gone_or_otherwise_is_told() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    let other = database(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
         CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id))",
    );
    let notes: Vec<String> = write(&other, folder.path()).into_iter().flat_map(|(_, _, notes)| notes).collect();
    assert_eq!(
        notes,
        [
            "the column of `Customer.name` may be NULL now: make it an `Option`",
            "the field `Order.total` has no column in the table"
        ]
    );
    assert!(read(&folder, "order.rs").contains("pub total: Option<f64>"));
}

#[test]
fn files_that_are_no_rust_stop_it_before_anything_is_written() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    fs::write(folder.path().join("order.rs"), "pub struct Order {").expect("the file is written");
    let error = files::write(&models(&db, folder.path()), folder.path(), false).expect_err("the file is no Rust");
    assert!(error.to_string().contains("order.rs"), "{error}");
    assert!(!folder.path().join("customer.rs").exists());
    files::write(&models(&db, folder.path()), folder.path(), true).expect("files are written again");
    assert!(read(&folder, "order.rs").contains("customer_id"));
}

#[test]
fn a_model_that_was_renamed_is_found_by_its_table() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    // `Customer` becomes `Client`, in a file with another name; a table `clients` is added afterwards.
    edit(&folder, "customer.rs", "pub struct Customer {", "pub struct Client {");
    fs::rename(folder.path().join("customer.rs"), folder.path().join("client.rs")).expect("the file is renamed");
    edit(&folder, "mod.rs", "mod customer;", "mod client;");
    edit(&folder, "mod.rs", "self::customer::*", "self::client::*");
    edit(&folder, "mod.rs", "(Customer, Order)", "(Client, Order)");
    edit(&folder, "order.rs", "super::Customer", "super::Client");
    edit(&folder, "order.rs", "customer: Customer", "customer: Client");
    let again = write(&db, folder.path());
    assert!(again.iter().all(|(_, done, notes)| *done == Done::Kept && notes.is_empty()), "{again:?}");

    run(
        &db,
        "ALTER TABLE customers ADD COLUMN email TEXT;
         CREATE TABLE clients (id INTEGER PRIMARY KEY, of_id INTEGER NOT NULL REFERENCES customers (id));
         CREATE TABLE tags (id INTEGER PRIMARY KEY);
         CREATE TABLE customer_tags (customer_id INTEGER NOT NULL REFERENCES customers (id), weight INTEGER,
             tag_id INTEGER NOT NULL REFERENCES tags (id), PRIMARY KEY (customer_id, tag_id)) WITHOUT ROWID",
    );
    let notes: Vec<String> = write(&db, folder.path()).into_iter().flat_map(|(_, _, notes)| notes).collect();
    assert_eq!(notes, [""; 0]);
    let client = read(&folder, "client.rs");
    assert!(client.contains("pub email: Option<String>,") && client.contains("pub struct Client {"), "{client}");
    assert!(client.contains("#[has_many(client_rows: ClientRow, foreign_key = of_id)]"), "{client}");
    let other = read(&folder, "client_row.rs");
    assert!(other.contains("use super::Client;") && other.contains("belongs_to(of: Client"), "{other}");
    let link = read(&folder, "customer_tag.rs");
    assert!(link.contains("belongs_to(customer: Client"), "{link}");
    let tag = read(&folder, "tag.rs");
    assert!(tag.contains("#[many_to_many(clients: Client, through = CustomerTag"), "{tag}");
    let index = read(&folder, "mod.rs");
    assert!(!index.contains("mod customer;") && index.contains("mod client_row;"), "{index}");
    assert!(index.contains("pub type All = (Client, Order, (ClientRow, CustomerTag, Tag));"), "{index}");
    let third = write(&db, folder.path());
    assert!(third.iter().all(|(_, done, notes)| *done == Done::Kept && notes.is_empty()), "{third:?}");
}

#[test]
fn models_can_be_in_one_file() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    let both = format!(
        "use orm::Model;\n{}{}",
        structure(&read(&folder, "customer.rs")),
        structure(&read(&folder, "order.rs"))
    );
    fs::write(folder.path().join("shop.rs"), both).expect("the file is written");
    fs::remove_file(folder.path().join("customer.rs")).expect("it is removed");
    fs::remove_file(folder.path().join("order.rs")).expect("it is removed");
    edit(&folder, "mod.rs", "mod customer;\nmod order;", "mod shop;");
    edit(&folder, "mod.rs", "pub use self::customer::*;\npub use self::order::*;", "pub use self::shop::*;");
    run(&db, "ALTER TABLE customers ADD COLUMN email TEXT; ALTER TABLE orders ADD COLUMN note TEXT");
    let again = write(&db, folder.path());
    let done: Vec<(&str, Done)> = again.iter().map(|(file, done, _)| (&**file, *done)).collect();
    assert_eq!(done, [("shop.rs", Done::Changed), ("mod.rs", Done::Kept)]);
    let shop = read(&folder, "shop.rs");
    assert!(shop.contains("pub email: Option<String>,") && shop.contains("pub note: Option<String>,"), "{shop}");
}

#[test]
fn what_is_new_in_a_file_is_written_although_another_model_is_skipped() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    // The file has the name of the module of a new table.
    fs::rename(folder.path().join("customer.rs"), folder.path().join("type.rs")).expect("the file is renamed");
    edit(&folder, "mod.rs", "mod customer;", "mod r#type;");
    edit(&folder, "mod.rs", "self::customer::*", "self::r#type::*");
    run(&db, "ALTER TABLE customers ADD COLUMN email TEXT; CREATE TABLE types (id INTEGER PRIMARY KEY)");
    let again = write(&db, folder.path());
    let file = again.iter().find(|(file, ..)| file == "type.rs").expect("the report lists the file");
    assert_eq!(file.1, Done::Skipped);
    assert!(read(&folder, "type.rs").contains("pub email: Option<String>,"), "{}", read(&folder, "type.rs"));
    assert_eq!(read(&folder, "mod.rs").matches("r#type").count(), 2, "{}", read(&folder, "mod.rs"));
}

/// The struct of a file, with what is above it.
fn structure(text: &str) -> &str {
    &text[text.find("\n/// A row").expect("a struct")..]
}

#[test]
fn a_file_without_the_model_is_skipped() {
    let (db, folder) = (database(SHOP), tempfile::tempdir().expect("a folder"));
    write(&db, folder.path());
    edit(&folder, "customer.rs", "#[model(table = \"customers\")]\n", "");
    edit(&folder, "customer.rs", "pub struct Customer {", "pub struct Client {");
    let again = write(&db, folder.path());
    let (file, done, notes) = &again[0];
    assert_eq!((&**file, *done), ("customer.rs", Done::Skipped));
    let expected =
        "has no struct with `#[model(table = \"customers\")]` and no `struct Customer`, so nothing was added to it";
    assert_eq!(notes[..], [expected]);
}

#[test]
fn a_prefix_of_tables_is_left_out_of_names() {
    let db = database(
        "CREATE TABLE tblDepot (DepotID INTEGER PRIMARY KEY, ParentDepotID INTEGER REFERENCES tblDepot (DepotID));
         CREATE TABLE TBLVehicle (VehicleID INTEGER PRIMARY KEY, DepotID INTEGER NOT NULL REFERENCES tblDepot (DepotID));
         CREATE TABLE tbl (id INTEGER PRIMARY KEY);
         CREATE TABLE other (id INTEGER PRIMARY KEY);
         CREATE VIEW vwVehicle AS SELECT VehicleID FROM TBLVehicle",
    );
    let source = Source::read(&db, Engine::Sqlite, "fleet".to_owned(), |_| ()).expect("the database is read");
    let models = Models::of(&source, &Wanted { prefix: "tbl".to_owned(), ..Wanted::default() });
    let names: Vec<&str> = models.models.iter().map(|model| &*model.name).collect();
    assert_eq!(names, ["Vehicle", "Other", "Tbl", "Depot"]);
    let depot = models.models.last().expect("the last one");
    let relations: Vec<&str> = depot.relations.iter().map(|relation| &*relation.name).collect();
    assert_eq!(relations, ["parent", "vehicles", "children"]);
    assert_eq!(depot.words[0], "table = \"tblDepot\"");

    let wanted = Wanted { tables: vec!["vwVehicle".to_owned(), "none".to_owned()], ..Wanted::default() };
    let left_out = Models::of(&source, &wanted).left_out;
    assert!(left_out[0].1.starts_with("is a view; "), "{left_out:?}");
    assert_eq!(left_out[1], ("none".to_owned(), "is not a table of the database".to_owned()));
}

#[test]
fn many_models_make_tuples_of_tuples() {
    let tables: Vec<String> =
        (0..35).map(|number| format!("CREATE TABLE t{number} (id INTEGER PRIMARY KEY)")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    write(&database(&tables.join(";")), folder.path());
    let index = read(&folder, "mod.rs");
    let all: syn::ItemType = syn::parse_file(&index)
        .expect("it is Rust")
        .items
        .into_iter()
        .find_map(|item| if let syn::Item::Type(all) = item { Some(all) } else { None })
        .expect("there is the type of all");
    let syn::Type::Tuple(tuple) = *all.ty else { panic!("a tuple") };
    assert_eq!(tuple.elems.len(), 3);
}
