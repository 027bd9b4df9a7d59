//! What tests create on a shared server: a database, and a schema for each test.

use orm::{Db, TrustedSql, sql};

/// The local server, with the address of most installations.
const SERVER: &str = "postgres://postgres@127.0.0.1:5432";
const DATABASE: &str = "orm_test";

/// Returns the URL of the database for tests on the local server, and creates the database if it is missing. Returns
/// `None` if there is no server or its database cannot be created.
pub(crate) fn database() -> Option<String> {
    let url = format!("{SERVER}/{DATABASE}");
    if answers(&url) {
        return Some(url);
    }
    let server = Db::connect(&format!("{SERVER}/postgres")).ok()?;
    // Another run may create it at this moment.
    let _ = sql(TrustedSql(format!("CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"))).execute(&server);
    answers(&url).then_some(url)
}

pub(crate) fn answers(url: &str) -> bool {
    Db::connect(url).and_then(|db| sql("SELECT 1").tuples::<(i64,)>(&db)).is_ok()
}

/// A schema for a test: its URL, and the handle with which it is dropped.
pub(crate) fn schema(url: &str) -> orm::Result<(String, Db)> {
    let db = Db::postgres().test_schema().connect(url)?;
    let name = sql("SELECT CAST(current_schema() AS text)").tuples::<(String,)>(&db)?.remove(0).0;
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok((format!("{url}{separator}options=-c%20search_path%3D{name}"), db))
}
