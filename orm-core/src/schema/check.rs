//! Comparing models with the live database.

use std::fmt;

use super::ddl::{
    bare_links, column_sql, default_change_sql, default_of, default_sql, index_sql, link_index_sql, link_table_sql,
    relation_keys, table_sql,
};
use super::names::unusable;
use super::{ColumnDef, DefaultValue, Generated, RelationDef, Table, Through};
use crate::catalog::{Indexes, Sample, TableName, text};
use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::sql::Dialect;
use crate::types::SqlType;
use crate::value::ValueRef;

/// A place where a model and the live database do not agree; what [`Db::check`](crate::db::Db::check) lists.
///
/// It prints as a sentence, with the statement that would mend it, if one would. Nothing is changed by checking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The model, or the relation for a join table.
    pub model: String,
    /// The table in the database.
    pub table: String,
    /// What differs.
    pub what: Mismatched,
    /// The statement that would mend it, if a single one would.
    pub mend: Option<String>,
}

/// What differs between a model and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatched {
    /// The table is missing.
    NoTable,
    /// The name of the table, its schema or a column is longer than the database takes.
    LongName {
        /// The name.
        name: String,
        /// The greatest number of bytes in a name.
        most: usize,
    },
    /// The database keeps names like that of the table to itself.
    ReservedName,
    /// The database takes the name of the table for that of another one, or that of a column for that of another column.
    SameName {
        /// The name.
        name: String,
        /// The name that it is taken for.
        other: String,
    },
    /// The database has no type of column for the field.
    NoType {
        /// The column's name in SQL.
        column: String,
        /// What the database lacks, and what to write instead.
        reason: &'static str,
    },
    /// The column is missing.
    NoColumn {
        /// Its name in SQL.
        column: String,
    },
    /// The column is of a type that does not hold the field's values as they are stored.
    Type {
        /// Its name in SQL.
        column: String,
        /// The type in the database.
        found: String,
        /// The type that the model would be created with.
        expected: &'static str,
    },
    /// The column holds values in another form than the field says, as a sample of its rows shows: they are not compared
    /// and not written until the field names the form.
    Form {
        /// Its name in SQL.
        column: String,
        /// What it holds, and the attribute to write.
        problem: String,
    },
    /// The column may be `NULL`, and the field is no `Option`: reading such a row fails.
    MayBeNull {
        /// Its name in SQL.
        column: String,
    },
    /// The column must not be `NULL`, and the field is an `Option`: writing a `None` fails.
    NotNull {
        /// Its name in SQL.
        column: String,
    },
    /// The column has another default, or none: what an insert leaves out becomes something else than the model says.
    Default {
        /// Its name in SQL.
        column: String,
        /// The default in the database, as the database tells it.
        found: Option<String>,
        /// The default that the model would be created with.
        expected: String,
    },
    /// The database computes the column, and the model does not say so by `generated`: writing it fails.
    Generated {
        /// Its name in SQL.
        column: String,
    },
    /// The database does not compute the column, as the expression of the model's `generated` says: nobody writes it.
    NotGenerated {
        /// Its name in SQL.
        column: String,
    },
    /// A relation's key has no index, so that loading the relation reads the whole table.
    NoIndex {
        /// The columns of the key.
        columns: Vec<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { model, table, what, mend } = self;
        match what {
            Mismatched::NoTable => write!(f, "`{model}`: the database has no table `{table}`"),
            Mismatched::LongName { name, most } => {
                write!(f, "`{model}`: the name `{name}` has {} bytes, and the database takes {most}", name.len())
            }
            Mismatched::ReservedName => {
                write!(f, "`{model}`: the database keeps names like `{table}` to itself; name the table otherwise")
            }
            Mismatched::SameName { name, other } => {
                write!(f, "`{model}`: the database takes the name `{name}` for `{other}`; name one of them otherwise")
            }
            Mismatched::NoType { column, reason } => write!(f, "`{model}`: column `{table}.{column}`: {reason}"),
            Mismatched::NoColumn { column } => write!(f, "`{model}`: table `{table}` has no column `{column}`"),
            Mismatched::Type { column, found, expected } => {
                write!(f, "`{model}`: column `{table}.{column}` is `{found}`, where `{expected}` is expected")
            }
            Mismatched::Form { column, problem } => write!(f, "`{model}`: column `{table}.{column}` {problem}"),
            Mismatched::MayBeNull { column } => {
                write!(f, "`{model}`: column `{table}.{column}` may be NULL, and the field is no `Option`")
            }
            Mismatched::NotNull { column } => {
                write!(f, "`{model}`: column `{table}.{column}` must not be NULL, and the field is an `Option`")
            }
            Mismatched::Default { column, found: None, expected } => {
                write!(f, "`{model}`: column `{table}.{column}` has no default, where `{expected}` is expected")
            }
            Mismatched::Default { column, found: Some(found), expected } => {
                write!(
                    f,
                    "`{model}`: column `{table}.{column}` has the default `{found}`, where `{expected}` is expected"
                )
            }
            Mismatched::Generated { column } => {
                write!(f, "`{model}`: column `{table}.{column}` is generated; write `#[model(generated)]` on the field")
            }
            Mismatched::NotGenerated { column } => {
                write!(f, "`{model}`: column `{table}.{column}` is not generated, and the model never writes it")
            }
            Mismatched::NoIndex { columns } => {
                write!(f, "`{model}`: no index of table `{table}` begins with {}", columns.join(", "))
            }
        }?;
        mend.as_ref().map_or(Ok(()), |mend| write!(f, "; to mend it: {mend}"))
    }
}

/// Every difference between some tables and the live database.
pub(crate) fn differences(
    tables: &[&'static Table],
    live: &Live,
    indexes: &Indexes,
    dialect: &dyn Dialect,
) -> Vec<Difference> {
    let check = Check { tables, live, indexes, dialect };
    let mut found = unusable(tables, dialect);
    found.extend(tables.iter().flat_map(|table| check.table(table)));
    found.extend(bare_links(tables).into_iter().flat_map(|(relation, through)| check.links(relation, through)));
    found
}

/// The columns that hold values in another form than their fields say.
pub(crate) fn other_forms(sample: &Sample) -> impl Iterator<Item = Difference> {
    sample.others().map(|(at, other)| {
        let column = &sample.table.columns[at];
        let what = Mismatched::Form { column: column.name.to_owned(), problem: other.describe(column) };
        difference(sample.table, what, None)
    })
}

/// The columns of the live database's tables.
#[derive(Default)]
pub(crate) struct Live(Vec<LiveColumn>);

struct LiveColumn {
    table: TableName,
    name: String,
    declared: String,
    not_null: bool,
    default: Option<String>,
    generated: bool,
}

/// Takes rows of a schema, a table, whether it is meant without its schema, a column, its type, whether it must not be
/// `NULL`, its default, and whether the database computes it.
impl RowSink for Live {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (table, not_null) = (TableName::read(row, 0)?, row.number(5)? != 0);
        let default = row.value(6).is_ok_and(|value| !matches!(value, ValueRef::Null)).then(|| text(row, 6));
        let (name, declared, generated) = (text(row, 3), text(row, 4), row.number(7)? != 0);
        self.0.push(LiveColumn { table, name, declared, not_null, default, generated });
        Ok(())
    }
}

struct Check<'c> {
    tables: &'c [&'static Table],
    live: &'c Live,
    indexes: &'c Indexes,
    dialect: &'c dyn Dialect,
}

impl Check<'_> {
    fn table(&self, table: &'static Table) -> Vec<Difference> {
        let long = self.long_names(table);
        if !long.is_empty() {
            return long;
        }
        if !self.is_there(table.schema, table.name) {
            let mend = Some(table_sql(table, self.dialect));
            return vec![difference(table, Mismatched::NoTable, mend)];
        }
        let columns = table.columns.iter().flat_map(|column| self.column(table, column));
        columns.chain(self.keys(table)).collect()
    }

    fn long_names(&self, table: &'static Table) -> Vec<Difference> {
        let Some(most) = self.dialect.longest_name() else { return Vec::new() };
        let names = table.schema.into_iter().chain([table.name]).chain(table.columns.iter().map(|column| column.name));
        let long = names.filter(|name| name.len() > most);
        long.map(|name| difference(table, Mismatched::LongName { name: name.to_owned(), most }, None)).collect()
    }

    fn column(&self, table: &'static Table, column: &'static ColumnDef) -> Vec<Difference> {
        let dialect = self.dialect;
        let name = column.name.to_owned();
        let Some(live) = self.live_column(table.schema, table.name, column.name) else {
            // The rows that are there already must get a value: NULL, or one that is the same for all.
            let is_constant = column.default.is_some_and(|default| !matches!(default, DefaultValue::Sql(_)));
            let can_be_added = match column.generated {
                // It is computed for the rows that are there.
                Some(Generated::By(_)) => true,
                _ => column.default.map_or(column.nullable, |_| is_constant),
            };
            let mend = can_be_added.then(|| column_sql(table, column, dialect));
            return vec![difference(table, Mismatched::NoColumn { column: name }, mend)];
        };
        let mut found = Vec::new();
        if !dialect.holds(&live.declared, declared_as(column, dialect)) {
            let expected = dialect.column_type(column, false);
            let what = Mismatched::Type { column: name.clone(), found: live.declared.clone(), expected };
            found.push(difference(table, what, None));
        }
        match column.generated {
            None if live.generated => {
                found.push(difference(table, Mismatched::Generated { column: name.clone() }, None));
            }
            Some(Generated::By(_)) if !live.generated => {
                found.push(difference(table, Mismatched::NotGenerated { column: name.clone() }, None));
            }
            _ => {}
        }
        let is_key = table.names(table.primary_key).any(|key| key == column.name);
        if !column.nullable && !live.not_null && !is_key {
            found.push(difference(table, Mismatched::MayBeNull { column: name.clone() }, None));
        }
        if column.nullable && live.not_null {
            found.push(difference(table, Mismatched::NotNull { column: name.clone() }, None));
        }
        if let Some(default) = default_of(column, dialect)
            && !self.is_default(live.default.as_deref(), default)
        {
            let what =
                Mismatched::Default { column: name, found: live.default.clone(), expected: default_sql(default) };
            let mend = dialect.alters_columns().then(|| default_change_sql(table, column, default, dialect));
            found.push(difference(table, what, mend));
        }
        found
    }

    /// A join table without a model: its columns, and an index for each side.
    fn links(&self, relation: &'static RelationDef, through: &'static Through) -> Vec<Difference> {
        let found = |what, mend| Difference { model: relation.path(), table: through.table.to_owned(), what, mend };
        if !self.is_there(through.schema, through.table) {
            return vec![found(Mismatched::NoTable, Some(link_table_sql(relation, through, self.dialect)))];
        }
        let columns = through.left.iter().chain(through.right).copied();
        let missing = columns.filter(|column| self.live_column(through.schema, through.table, column).is_none());
        let missing: Vec<Difference> =
            missing.map(|column| found(Mismatched::NoColumn { column: column.to_owned() }, None)).collect();
        if !missing.is_empty() {
            return missing;
        }
        let sides = [through.left, through.right].into_iter();
        let unindexed = sides
            .filter(|side| !self.indexes.begin_with(through.schema, through.table, side, self.dialect))
            .map(|side| {
                let columns = side.iter().map(|&column| column.to_owned()).collect();
                found(Mismatched::NoIndex { columns }, Some(link_index_sql(through, side, self.dialect)))
            });
        unindexed.collect()
    }

    fn is_there(&self, schema: Option<&str>, table: &str) -> bool {
        self.live.0.iter().any(|column| column.table.is(schema, table, self.dialect))
    }

    fn live_column(&self, schema: Option<&str>, table: &str, name: &str) -> Option<&LiveColumn> {
        let is_meant =
            |live: &&LiveColumn| live.table.is(schema, table, self.dialect) && self.dialect.same_name(&live.name, name);
        self.live.0.iter().find(is_meant)
    }

    /// Whether a default as the database tells it is that of a model.
    fn is_default(&self, found: Option<&str>, default: DefaultValue) -> bool {
        let Some(found) = found else { return false };
        match default {
            // A database that tells expressions in its own words may say the same in others.
            DefaultValue::Sql(expression) => {
                self.dialect.alters_columns() || in_parentheses(found) == in_parentheses(expression)
            }
            DefaultValue::Text(_) => without_cast(in_parentheses(found)) == default_sql(default),
            _ => {
                let found = without_cast(in_parentheses(found)).trim_matches('\'').to_ascii_uppercase();
                let found = in_parentheses(&found);
                let number = found.parse::<f64>().ok();
                match default {
                    DefaultValue::Bool(value) => found == default_sql(default) || number == Some(f64::from(value)),
                    _ => number.is_some() && number == default_sql(default).parse::<f64>().ok(),
                }
            }
        }
    }

    /// The keys of relations that no index begins with.
    fn keys(&self, table: &'static Table) -> Vec<Difference> {
        let single_key = table.single_key().map(|key| key.name);
        let unindexed = relation_keys(table, self.tables).into_iter().filter_map(|key| {
            let columns: Vec<&'static str> = table.names(key).collect();
            let is_primary = columns.len() == 1 && columns.first().copied() == single_key;
            let is_indexed = self.indexes.begin_with(table.schema, table.name, &columns, self.dialect);
            (!is_primary && !is_indexed).then_some(columns)
        });
        let missing = |columns: Vec<&'static str>| {
            let mend = Some(index_sql(table, &columns, self.dialect));
            let columns = columns.into_iter().map(ToOwned::to_owned).collect();
            difference(table, Mismatched::NoIndex { columns }, mend)
        };
        unindexed.map(missing).collect()
    }
}

/// The text without parentheses around all of it.
/// The type as which a column has to be declared for what it stores.
fn declared_as(column: &ColumnDef, dialect: &dyn Dialect) -> SqlType {
    if dialect.has_forms() { column.form.declared_as(column.sql_type) } else { column.sql_type }
}

fn in_parentheses(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.filter(|inner| is_balanced(inner)).map_or(text, in_parentheses)
}

fn is_balanced(text: &str) -> bool {
    let mut open = 0_usize;
    text.chars().all(|letter| match letter {
        '(' => {
            open += 1;
            true
        }
        ')' if open == 0 => false,
        ')' => {
            open -= 1;
            true
        }
        _ => true,
    })
}

/// The text without the type that a database says behind it: `'x'::text`.
fn without_cast(text: &str) -> &str {
    match text.rsplit_once("::") {
        Some((value, sql_type)) if !sql_type.contains('\'') => value,
        _ => text,
    }
}

pub(super) fn difference(table: &'static Table, what: Mismatched, mend: Option<String>) -> Difference {
    Difference { model: table.model.to_owned(), table: table.name.to_owned(), what, mend }
}
