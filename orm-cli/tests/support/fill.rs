//! PostgreSQL databases made from a script.

use std::path::Path;

use orm::{Db, TrustedSql};

/// Makes a new database, as a schema on the test server.
pub(crate) fn of(url: &str, script: &Path) -> Db {
    let db = Db::connect(url).expect("the server is there");
    let script = std::fs::read_to_string(script).expect("the script is there");
    // It would make a database beside the schema.
    let lines = script.lines().filter(|line| !line.starts_with("\\c") && !line.starts_with("--"));
    let script: String = lines.map(|line| line.to_owned() + "\n").collect();
    let statements = script.split(";\n").map(str::trim).filter(|text| !text.is_empty() && !text.contains(" DATABASE "));
    for statement in statements {
        orm::sql(TrustedSql(statement.to_owned())).execute(&db).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    db
}

/// The script of the database with every feature that a schema can have.
pub(crate) fn features() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/features.sql"))
}
