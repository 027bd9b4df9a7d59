//! A difference between a model and the live database.

use crate::schema::Table;
use std::fmt;

/// A difference between a model and the live database, as [`Db::check`](crate::db::Db::check) lists it; or between two
/// structures, as [`Engine::differences`](crate::db::Engine::differences) lists it.
///
/// It prints as a sentence, with the statement that fixes it, if a single one does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The model, or the relation for a join table. If structures are compared without models, it is the table.
    pub model: String,
    /// The table in the database.
    pub table: String,
    /// What differs.
    pub what: Mismatched,
    /// The statement that fixes it, if a single one does. It may fail because of existing rows, as a unique index does
    /// because of duplicates.
    pub fix: Option<String>,
}

/// What differs between a model and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatched {
    /// The table is missing.
    NoTable,
    /// The view, or a table of another server or engine, cannot be read.
    Unreadable {
        /// The message of the database.
        problem: String,
    },
    /// The name of the table, its schema or a column is longer than the database allows.
    LongName {
        /// The name.
        name: String,
        /// The maximum number of bytes in a name.
        most: usize,
    },
    /// The database reserves names like the name of the table.
    ReservedName,
    /// The database treats the name of the table as equal to another table's, or the name of a column as equal to
    /// another column's.
    SameName {
        /// The name.
        name: String,
        /// The name that it is treated as.
        other: String,
    },
    /// The database has no column type for the field.
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
    /// The type of the column cannot store the field's values.
    Type {
        /// Its name in SQL.
        column: String,
        /// The type in the database.
        found: String,
        /// The type that the model would be created with.
        expected: &'static str,
    },
    /// The column stores values in another form than the field declares, as a sample of its rows shows. Queries and
    /// writes of the column fail until the field declares the form.
    Form {
        /// Its name in SQL.
        column: String,
        /// What it stores, and the attribute to write.
        problem: String,
    },
    /// The column is nullable, and the field is not an `Option`: reading a row with `NULL` fails.
    MayBeNull {
        /// Its name in SQL.
        column: String,
    },
    /// The column belongs to a primary key of SQLite that is not declared `NOT NULL`, and is `NULL` in some row: reading that row
    /// fails.
    NullKey {
        /// Its name in SQL.
        column: String,
    },
    /// The column is `NOT NULL`, and the field is an `Option`: writing a `None` fails.
    NotNull {
        /// Its name in SQL.
        column: String,
    },
    /// The column has another default, or no default: an insert that leaves the column out stores another value than
    /// the model declares.
    Default {
        /// Its name in SQL.
        column: String,
        /// The default in the database, as the database reports it.
        found: Option<String>,
        /// The default that the model would be created with.
        expected: String,
    },
    /// The database generates the column, and the model does not declare it as `generated`: writing it fails.
    Generated {
        /// Its name in SQL.
        column: String,
    },
    /// The database does not generate the column, although the model declares it as `generated`, so it is never
    /// written.
    NotGenerated {
        /// Its name in SQL.
        column: String,
    },
    /// The primary key has other columns, and the columns of the model's key are not a unique key either: two rows may
    /// have the same key.
    PrimaryKey {
        /// Its columns in the database; empty if the table has no primary key.
        found: Vec<String>,
        /// The columns of the model's key.
        expected: Vec<String>,
    },
    /// The database does not generate the key, and the model leaves it to the database. On SQLite an integer key with
    /// another type than `INTEGER` is not the rowid, and an insert without it stores `NULL` or fails.
    NotAssigned {
        /// The key's name in SQL.
        column: String,
        /// How the column has to be declared.
        expected: &'static str,
    },
    /// Columns that the model declares as unique are not, or the columns of a join table, where a link may then occur
    /// twice.
    NotUnique {
        /// The columns.
        columns: Vec<String>,
    },
    /// A foreign key is missing: rows may refer to rows that do not exist, and `on_delete` has no effect.
    NoForeignKey {
        /// The columns that refer.
        columns: Vec<String>,
        /// The table and columns that they refer to, as `departments (id)`.
        expected: String,
    },
    /// A foreign key refers to another table or to other columns.
    ForeignKey {
        /// The columns that refer.
        columns: Vec<String>,
        /// The table and columns that they refer to in the database.
        found: String,
        /// The table and columns that they refer to in the model.
        expected: String,
    },
    /// The foreign key has another `ON DELETE` action.
    OnDelete {
        /// The columns of the foreign key.
        columns: Vec<String>,
        /// The action in the database, such as `CASCADE`.
        found: String,
        /// The action in the model.
        expected: &'static str,
    },
    /// A foreign key of the table refers to a missing table, or to columns that are not a unique key, so SQLite refuses
    /// every write of both tables. The model need not have this key.
    ForeignKeyToNoKey {
        /// The columns that refer.
        columns: Vec<String>,
        /// The table and columns that they refer to.
        target: String,
    },
    /// A `CHECK` is missing. It is reported only if no condition of the table may be the same in other words.
    NoCheck {
        /// The condition, in SQL.
        condition: String,
    },
    /// A partial index is missing. It is reported only if no partial index of these columns may have the same condition
    /// in other words.
    NoPartialIndex {
        /// The columns of the index.
        columns: Vec<String>,
        /// Whether it is unique.
        unique: bool,
        /// The condition, in SQL.
        condition: String,
    },
    /// An index is missing: a declared one, or one for the key of a relation, so loading the relation reads the whole
    /// table.
    NoIndex {
        /// The columns of the index.
        columns: Vec<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.model)?;
        self.what.describe(&self.table, f)?;
        self.fix.as_ref().map_or(Ok(()), |fix| write!(f, "; to fix it: {fix}"))
    }
}

impl Mismatched {
    /// What is wrong with the table of this name.
    fn describe(&self, table: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatched::NoTable => write!(f, "the database has no table `{table}`"),
            Mismatched::Unreadable { problem } => write!(f, "`{table}` cannot be read: {problem}"),
            Mismatched::LongName { name, most } => {
                write!(f, "the name `{name}` has {} bytes, and the database accepts at most {most}", name.len())
            }
            Mismatched::ReservedName => {
                write!(f, "the database reserves names like `{table}`; give the table another name")
            }
            Mismatched::SameName { name, other } => {
                write!(f, "the database treats the name `{name}` as `{other}`; rename one of them")
            }
            Mismatched::NoColumn { column } => write!(f, "table `{table}` has no column `{column}`"),
            Mismatched::NoCheck { condition } => write!(f, "table `{table}` has no `CHECK ({condition})`"),
            Mismatched::NoPartialIndex { columns, unique, condition } => {
                let (kind, columns) = (if *unique { "unique index" } else { "index" }, columns.join(", "));
                write!(f, "table `{table}` has no {kind} of {columns} `WHERE {condition}`")
            }
            Mismatched::NoIndex { columns } => {
                write!(f, "no index of table `{table}` begins with {}", columns.join(", "))
            }
            _ => self.describe_column(table, f),
        }
    }

    fn describe_column(&self, table: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatched::Type { column, found, expected } => {
                write!(f, "column `{table}.{column}` is `{found}`, where `{expected}` is expected")
            }
            Mismatched::NoType { column, reason } => write!(f, "column `{table}.{column}`: {reason}"),
            Mismatched::Form { column, problem } => write!(f, "column `{table}.{column}` {problem}"),
            Mismatched::MayBeNull { column } => {
                write!(f, "column `{table}.{column}` may be NULL, and the field is not an `Option`")
            }
            Mismatched::NullKey { column } => {
                write!(f, "column `{table}.{column}` of the primary key is NULL in some row, as SQLite allows")
            }
            Mismatched::NotNull { column } => {
                write!(f, "column `{table}.{column}` must not be NULL, and the field is an `Option`")
            }
            Mismatched::Default { column, found, expected } => {
                let found =
                    found.as_ref().map_or_else(|| "no default".into(), |found| format!("the default `{found}`"));
                write!(f, "column `{table}.{column}` has {found}, where `{expected}` is expected")
            }
            _ => self.describe_key(table, f),
        }
    }

    fn describe_key(&self, table: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatched::PrimaryKey { found, expected } => {
                let found = if found.is_empty() { "missing".to_owned() } else { format!("({})", found.join(", ")) };
                write!(f, "the primary key of table `{table}` is {found}, where ({}) is expected", expected.join(", "))
            }
            Mismatched::Generated { column } => {
                write!(f, "column `{table}.{column}` is generated; write `#[model(generated)]` on the field")
            }
            Mismatched::NotGenerated { column } => {
                write!(f, "column `{table}.{column}` is not generated, and the model never writes it")
            }
            Mismatched::NotAssigned { column, expected } => {
                write!(f, "the database does not assign the key `{table}.{column}`; declare it as `{expected}`")
            }
            Mismatched::NotUnique { columns } => {
                write!(f, "table `{table}` has no unique key of ({})", columns.join(", "))
            }
            Mismatched::NoForeignKey { columns, expected } => {
                write!(f, "table `{table}` has no foreign key from ({}) to {expected}", columns.join(", "))
            }
            Mismatched::ForeignKey { columns, found, expected } => write!(
                f,
                "the foreign key from `{table}` ({}) refers to {found}, where {expected} is expected",
                columns.join(", ")
            ),
            Mismatched::OnDelete { columns, found, expected } => write!(
                f,
                "the foreign key from `{table}` ({}) is ON DELETE {found}, where {expected} is expected",
                columns.join(", ")
            ),
            Mismatched::ForeignKeyToNoKey { columns, target } => write!(
                f,
                "the foreign key from `{table}` ({}) refers to {target}, which is not a unique key, so neither table \
                 can be written while foreign keys are enforced",
                columns.join(", ")
            ),
            _ => Ok(()),
        }
    }
}

pub(super) fn difference(table: &'static Table, what: Mismatched, fix: Option<String>) -> Difference {
    Difference { model: table.model.to_owned(), table: table.name.to_owned(), what, fix }
}
