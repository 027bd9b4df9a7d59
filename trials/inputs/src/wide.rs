//! A model with a column of each kind of value, and its table.

use orm::{Db, Model, Result, TrustedSql, sql};

use crate::rows::COLUMNS;

/// A column of each kind of value, some in other stored forms. The table checks no types.
#[derive(Model, Clone, Debug)]
#[model(table = "wide", new = none)]
pub struct Wide {
    id: i64,
    text: Option<String>,
    real: Option<f64>,
    small: Option<u8>,
    flag: Option<bool>,
    bytes: Option<Vec<u8>>,
    decimal: Option<rust_decimal::Decimal>,
    #[model(stored = mixed)]
    any_decimal: Option<orm::value::Decimal>,
    date: Option<orm::value::Date>,
    time: Option<orm::value::Time>,
    moment: Option<orm::value::Timestamp>,
    #[model(stored = mixed)]
    any_moment: Option<orm::value::DateTime>,
    #[model(stored = unix_seconds)]
    seconds: Option<orm::value::Timestamp>,
    #[model(stored = julian_day)]
    day: Option<orm::value::DateTime>,
    uuid: Option<uuid::Uuid>,
    #[model(stored = mixed)]
    any_uuid: Option<uuid::Uuid>,
    #[model(stored = y_n)]
    letter: Option<bool>,
    #[model(json)]
    json: Option<serde_json::Value>,
}

/// Creates a database with a few rows of the model.
///
/// # Errors
///
/// Returns an error if the database cannot be created.
pub fn database() -> Result<Db> {
    let db = Db::memory()?;
    let columns = COLUMNS.map(|(name, _)| name).join(", ");
    sql(TrustedSql(format!("CREATE TABLE wide (id INTEGER PRIMARY KEY, {columns})"))).execute(&db)?;
    for id in 0..6 {
        sql("INSERT INTO wide (id) VALUES ($1)").bind(id).execute(&db)?;
    }
    sql("UPDATE wide SET text = 'a' || id, real = id / 2.0, small = id, flag = id % 2, bytes = x'00ff', decimal = '1.5', \
         any_decimal = '2.5', date = '2024-02-29', time = '10:20:30', moment = '2024-02-29 10:20:30', any_moment = '2024-02-29', \
         seconds = 1710498030, day = 2460384.5, letter = 'Y', json = '{\"a\": 1}' WHERE id > 1")
    .execute(&db)?;
    Ok(db)
}
