//! A place where a model and the live database do not agree.

use crate::schema::Table;
use std::fmt;

/// A place where a model and the live database do not agree; what [`Db::check`](crate::db::Db::check) lists.
///
/// It prints as a sentence, with the statement that fixes it, if a single one does. Nothing is changed by checking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The model, or the relation for a join table.
    pub model: String,
    /// The table in the database.
    pub table: String,
    /// What differs.
    pub what: Mismatched,
    /// The statement that fixes it, if a single one does. It may fail on the rows that are there, as a unique index does on
    /// duplicates.
    pub fix: Option<String>,
}

/// What differs between a model and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatched {
    /// The table is missing.
    NoTable,
    /// The view, or a table that is not the database's own, cannot be read.
    Unreadable {
        /// What the database says.
        problem: String,
    },
    /// The name of the table, its schema or a column is longer than the database takes.
    LongName {
        /// The name.
        name: String,
        /// The greatest number of bytes in a name.
        most: usize,
    },
    /// The database reserves names like that of the table.
    ReservedName,
    /// The database treats the name of the table as that of another one, or that of a column as that of another column.
    SameName {
        /// The name.
        name: String,
        /// The name that it is treated as.
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
    /// The primary key has other columns, and those of the model are no unique key either: two rows may have the same key.
    PrimaryKey {
        /// Its columns in the database; none where it has no primary key.
        found: Vec<String>,
        /// The columns of the model's key.
        expected: Vec<String>,
    },
    /// The database assigns no key, and the model leaves that to it. On SQLite an integer key of another type than `INTEGER`
    /// is not the rowid, and an insert without it stores `NULL` or fails.
    NotAssigned {
        /// The key's name in SQL.
        column: String,
        /// How the column would be declared.
        expected: &'static str,
    },
    /// Columns that the model says are unique together are not, or those of a join table: a link may be there twice.
    NotUnique {
        /// The columns.
        columns: Vec<String>,
    },
    /// A foreign key is missing: nothing keeps rows from referring to others that do not exist, and `on_delete` does nothing.
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
        /// The table and columns that they refer to by the model.
        expected: String,
    },
    /// A deletion does something else to the rows that refer to the deleted one.
    OnDelete {
        /// The columns of the foreign key.
        columns: Vec<String>,
        /// What it does in the database, as `CASCADE`.
        found: String,
        /// What it does by the model.
        expected: &'static str,
    },
    /// A foreign key of the table refers to a table that is missing, or to columns that are no unique key, so that SQLite
    /// refuses every write of both tables. The model need not have this key.
    ForeignKeyToNoKey {
        /// The columns that refer.
        columns: Vec<String>,
        /// The table and columns that they refer to.
        target: String,
    },
    /// A condition is missing. It is reported only if the table has no condition that may be it in other words.
    NoCheck {
        /// The condition, in SQL.
        condition: String,
    },
    /// An index is missing: one that the model asks for, or one for the key of a relation, so that loading the relation reads
    /// the whole table.
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
                write!(f, "the name `{name}` has {} bytes, and the database takes {most}", name.len())
            }
            Mismatched::ReservedName => {
                write!(f, "the database reserves names like `{table}`; give the table another name")
            }
            Mismatched::SameName { name, other } => {
                write!(f, "the database treats the name `{name}` as `{other}`; rename one of them")
            }
            Mismatched::NoColumn { column } => write!(f, "table `{table}` has no column `{column}`"),
            Mismatched::NoCheck { condition } => write!(f, "table `{table}` has no `CHECK ({condition})`"),
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
                write!(f, "column `{table}.{column}` may be NULL, and the field is no `Option`")
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
                "the foreign key from `{table}` ({}) refers to {target}, which is no unique key, so that neither table can be \
                 written while foreign keys are enforced",
                columns.join(", ")
            ),
            _ => Ok(()),
        }
    }
}

pub(super) fn difference(table: &'static Table, what: Mismatched, fix: Option<String>) -> Difference {
    Difference { model: table.model.to_owned(), table: table.name.to_owned(), what, fix }
}
