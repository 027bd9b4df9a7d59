//! What the program reads from a database before it writes models: the structure, the domains, and samples of the
//! values.

mod comments;

use std::collections::HashMap;

use orm::structure::{ColumnSchema, Name, Schema, Table};
use orm::{ColumnType, Db, Engine, Mismatch, Optional, Result, SqlType, TrustedSql, Value, ValueRef};

/// What the program reads from a database.
#[derive(Debug)]
pub struct Source {
    /// The database system.
    pub engine: Engine,
    /// The name of the database for users.
    pub name: String,
    /// The database's structure.
    pub schema: Schema,
    /// The domains: named types of PostgreSQL that are based on another type.
    pub domains: Vec<Domain>,
    samples: HashMap<(Name, String), Vec<Value<'static>>>,
}

/// A domain of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The domain's name.
    pub name: Name,
    /// The type on which it is based.
    pub of: String,
    /// The domain's comment.
    pub comment: Option<String>,
}

/// How many values of a column are read from each end of its table.
const SAMPLE: u32 = 10_000;

impl Source {
    /// Reads a database. Calls `reading` before it reads the values of a table.
    ///
    /// # Errors
    ///
    /// Returns an error if a statement fails.
    pub fn read(db: &Db, engine: Engine, name: String, mut reading: impl FnMut(&Table)) -> Result<Self> {
        let mut schema = db.schema()?;
        if engine == Engine::Sqlite {
            add_comments(db, &mut schema)?;
        }
        let domains = if engine == Engine::Postgres { domains(db)? } else { Vec::new() };
        let mut samples = HashMap::new();
        // Only in SQLite the type of a column does not determine its values.
        for table in schema.tables.iter().filter(|_| engine == Engine::Sqlite) {
            reading(table);
            for column in &table.columns {
                samples.insert((table.name.clone(), column.name.clone()), sample(db, table, column)?);
            }
        }
        Ok(Source { engine, name, schema, domains, samples })
    }

    /// Returns the values of a column, without `NULL`. It is empty where the type of the column determines the values.
    #[must_use]
    pub fn values(&self, table: &Name, column: &str) -> &[Value<'static>] {
        self.samples.get(&(table.clone(), column.to_owned())).map_or(&[], Vec::as_slice)
    }
}

/// Returns a name in quotes, as SQL requires it.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A stored value.
struct Stored(Value<'static>);

impl ColumnType for Stored {
    const SQL_TYPE: SqlType = SqlType::Blob;
    type Presence = Optional;

    fn decode(value: ValueRef<'_>) -> std::result::Result<Self, Mismatch> {
        Ok(Stored(Value::from(value).into_owned()))
    }

    fn encode(&self) -> std::result::Result<Value<'_>, Mismatch> {
        Ok(self.0.clone())
    }
}

fn sample(db: &Db, table: &Table, column: &ColumnSchema) -> Result<Vec<Value<'static>>> {
    let (of, column) = (quoted(&table.name.name), quoted(&column.name));
    let first = format!("SELECT {column} FROM {of} WHERE {column} IS NOT NULL LIMIT {SAMPLE}");
    let last = format!("SELECT {column} FROM {of} WHERE {column} IS NOT NULL ORDER BY rowid DESC LIMIT {SAMPLE}");
    let mut values: Vec<(Stored,)> = orm::sql(TrustedSql(first)).tuples(db)?;
    if values.len() >= SAMPLE as usize && !table.without_rowid {
        values.extend(orm::sql(TrustedSql(last)).tuples(db)?);
    }
    Ok(values.into_iter().map(|(value,)| value.0).collect())
}

fn domains(db: &Db) -> Result<Vec<Domain>> {
    let rows: Vec<(Option<String>, String, String, Option<String>)> = orm::sql(
        "SELECT CASE WHEN pg_type_is_visible(y.oid) THEN NULL ELSE n.nspname::text END, y.typname::text, \
         format_type(y.typbasetype, y.typtypmod), obj_description(y.oid, 'pg_type') \
         FROM pg_type AS y JOIN pg_namespace AS n ON n.oid = y.typnamespace \
         WHERE y.typtype = 'd' AND n.nspname = ANY(current_schemas(false)) ORDER BY y.typname",
    )
    .tuples(db)?;
    Ok(rows
        .into_iter()
        .map(|(schema, name, of, comment)| Domain { name: Name { schema, name }, of, comment })
        .collect())
}

/// Adds the comments beside the columns: SQLite keeps the text of each `CREATE TABLE`.
fn add_comments(db: &Db, schema: &mut Schema) -> Result<()> {
    let texts: Vec<(String, String)> =
        orm::sql("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL").tuples(db)?;
    for (name, text) in texts {
        let Some(table) = schema.tables.iter_mut().find(|table| table.name.name == name) else { continue };
        for (column, comment) in comments::of_columns(&text) {
            if let Some(column) = table.columns.iter_mut().find(|known| known.name == column) {
                column.comment = Some(comment);
            }
        }
    }
    Ok(())
}
