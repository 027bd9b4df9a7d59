//! Problems of a database that a program should know before it uses it.

use orm::structure::{ColumnSchema, ForeignKey, Index, Table};
use orm::{Db, Engine, Result, TrustedSql};

use crate::indexes::{is_searched_by, whole};
use crate::source::{Source, quoted};
use crate::types::Types;

/// A problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table.
    pub table: String,
    /// What the problem is, and what to do.
    pub what: String,
}

/// Returns the problems of a database: first those of its structure, then those of its rows.
///
/// # Errors
///
/// Returns an error if a statement fails.
pub fn of(db: &Db, source: &Source) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for table in &source.schema.tables {
        let told = [
            without_key(table),
            keys_that_may_be_null(table),
            references_to_nothing(table, source),
            references_without_index(table),
            indexes_within_others(table),
            values_in_several_forms(table, source),
        ];
        found.extend(told.into_iter().flatten().map(|what| Finding { table: table.name.to_string(), what }));
    }
    found.extend(match source.engine {
        Engine::Postgres => left_half_done(db)?,
        _ => rows_that_refer_to_nothing(db, source)?,
    });
    Ok(found)
}

fn without_key(table: &Table) -> Vec<String> {
    let has_key = !table.primary_key.is_empty();
    if has_key { Vec::new() } else { vec!["has no primary key, so its rows cannot be identified".to_owned()] }
}

fn keys_that_may_be_null(table: &Table) -> Vec<String> {
    let nullable = |column: &&String| table.column(column).is_some_and(|column| column.nullable);
    table
        .primary_key
        .iter()
        .filter(nullable)
        .map(|column| {
            format!("the column `{column}` of the primary key may be NULL, as SQLite allows; declare it NOT NULL")
        })
        .collect()
}

fn references_to_nothing(table: &Table, source: &Source) -> Vec<String> {
    let broken = |key: &&ForeignKey| match source.schema.table(&key.table) {
        Some(target) => !is_unique(target, referred(target, key)),
        // The table may be in a schema that is not read.
        None => source.engine == Engine::Sqlite,
    };
    let told = |key: &ForeignKey| {
        let columns = key.columns.join(", ");
        match source.schema.table(&key.table) {
            Some(target) => format!(
                "the foreign key of `{columns}` refers to `{}` ({}), which is not a unique key",
                key.table,
                referred(target, key).join(", ")
            ),
            None => format!("the foreign key of `{columns}` refers to the table `{}`, which is missing", key.table),
        }
    };
    table.foreign_keys.iter().filter(broken).map(told).collect()
}

fn references_without_index(table: &Table) -> Vec<String> {
    let told = |key: &ForeignKey| {
        format!(
            "no index begins with the foreign key `{}`: loading the rows that refer to a row reads the whole table",
            key.columns.join(", ")
        )
    };
    table.foreign_keys.iter().filter(|key| !is_searched_by(table, &key.columns)).map(told).collect()
}

fn indexes_within_others(table: &Table) -> Vec<String> {
    let columns = |index: &Index| whole(index).filter(|_| index.terms.iter().all(|term| term.order.is_none()));
    let within = |one: &&Index| {
        let own = columns(one).filter(|_| !one.unique)?;
        let others = table.indexes.iter().filter(|other| other.name != one.name);
        let longer = others
            .filter(|other| columns(other).is_some_and(|other| other.len() > own.len() && other.starts_with(&own)));
        longer.map(|other| other.name.clone()).next()
    };
    let told = |index: &Index| {
        within(&index)
            .map(|other| format!("the index `{}` is redundant, because `{other}` serves the same queries", index.name))
    };
    table.indexes.iter().filter_map(told).collect()
}

fn values_in_several_forms(table: &Table, source: &Source) -> Vec<String> {
    let types = Types::new(source, &[], &[]);
    let told = |column: &ColumnSchema| match types.of_column(table, column) {
        Ok(of) if of.words.iter().any(|word| word == "stored = mixed") => Some(format!(
            "the column `{}` stores its values in several forms, so comparisons cannot use an index; convert them to \
             one form",
            column.name
        )),
        Ok(_) => None,
        Err(reason) => Some(format!("the column `{}` {reason}", column.name)),
    };
    table.columns.iter().filter_map(told).collect()
}

/// Returns the columns that a foreign key refers to.
fn referred<'s>(target: &'s Table, key: &'s ForeignKey) -> &'s [String] {
    if key.references.is_empty() { &target.primary_key } else { &key.references }
}

fn is_unique(table: &Table, columns: &[String]) -> bool {
    let is_set = |set: &[String]| set.len() == columns.len() && set.iter().all(|column| columns.contains(column));
    let indexes = table.indexes.iter().filter(|index| index.unique).filter_map(whole);
    is_set(&table.primary_key)
        || table.unique.iter().any(|unique| is_set(&unique.columns))
        || indexes.into_iter().any(|columns| is_set(&columns))
}

/// Returns the SQLite rows whose foreign key refers to no row. It skips foreign keys to columns that are not a unique
/// key, because no row refers by them.
fn rows_that_refer_to_nothing(db: &Db, source: &Source) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for table in &source.schema.tables {
        for key in &table.foreign_keys {
            let Some(target) = source.schema.table(&key.table) else { continue };
            let referred = referred(target, key);
            if !is_unique(target, referred) || referred.len() != key.columns.len() {
                continue;
            }
            let number = number_without_target(db, table, key, referred)?;
            let rows = if number == 1 { "1 row refers".to_owned() } else { format!("{number} rows refer") };
            let what = format!("{rows} to rows of `{}` that are missing", key.table);
            found.extend((number > 0).then(|| Finding { table: table.name.to_string(), what }));
        }
    }
    Ok(found)
}

fn number_without_target(db: &Db, table: &Table, key: &ForeignKey, referred: &[String]) -> Result<i64> {
    let own: Vec<String> = key.columns.iter().map(|column| format!("a.{}", quoted(column))).collect();
    let others = referred.iter().map(|column| format!("b.{}", quoted(column)));
    let is_set: Vec<String> = own.iter().map(|column| format!("{column} IS NOT NULL")).collect();
    let is_same: Vec<String> = own.iter().zip(others).map(|(own, other)| format!("{own} = {other}")).collect();
    let (from, to) = (quoted(&table.name.name), quoted(&key.table.name));
    let text = format!(
        "SELECT count(*) FROM {from} AS a WHERE {} AND NOT EXISTS (SELECT 1 FROM {to} AS b WHERE {})",
        is_set.join(" AND "),
        is_same.join(" AND ")
    );
    let rows: Vec<(i64,)> = orm::sql(TrustedSql(text)).tuples(db)?;
    Ok(rows.first().map_or(0, |(number,)| *number))
}

/// Returns the PostgreSQL constraints that do not hold for all rows, and the indexes that no query uses.
fn left_half_done(db: &Db) -> Result<Vec<Finding>> {
    let constraints: Vec<(String, String)> = orm::sql(
        "SELECT k.conrelid::regclass::text, k.conname::text FROM pg_constraint AS k \
         JOIN pg_namespace AS n ON n.oid = k.connamespace AND n.nspname = ANY(current_schemas(false)) \
         WHERE NOT k.convalidated ORDER BY 1, 2",
    )
    .tuples(db)?;
    let indexes: Vec<(String, String)> = orm::sql(
        "SELECT x.indrelid::regclass::text, i.relname::text FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid \
         JOIN pg_namespace AS n ON n.oid = i.relnamespace AND n.nspname = ANY(current_schemas(false)) \
         WHERE NOT x.indisvalid ORDER BY 1, 2",
    )
    .tuples(db)?;
    let constraints = constraints.into_iter().map(|(table, name)| Finding {
        what: format!(
            "the constraint `{name}` was never validated: ALTER TABLE {table} VALIDATE CONSTRAINT {}",
            quoted(&name)
        ),
        table,
    });
    let indexes = indexes.into_iter().map(|(table, name)| Finding {
        what: format!(
            "the index `{name}` is invalid, as an interrupted CREATE INDEX CONCURRENTLY leaves it; drop and create it"
        ),
        table,
    });
    Ok(constraints.chain(indexes).collect())
}
