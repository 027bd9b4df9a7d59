//! The parts of statements that hooks are given, and what a database answers about how it writes some.

use std::borrow::Cow;
use std::fmt;

use crate::sql::Writer;

/// A fragment of a statement, which a hook writes where its database wants it.
pub type Fragment<'p> = &'p mut dyn FnMut(&mut Writer<'_>);

/// A table of keys in a `FROM` clause.
#[derive(Clone, Debug)]
pub struct KeyTable {
    /// The key's position in the list, counted from `first_ordinal`.
    pub ordinal: &'static str,
    /// What the first key's ordinal is.
    pub first_ordinal: i64,
    /// How the next table is joined, so that the keys stay the outer loop where the database must be told.
    pub join: &'static str,
    /// The key's parts.
    pub parts: Cow<'static, [Cow<'static, str>]>,
}

/// The columns that the parts of keys are compared with, or that values are stored in.
#[derive(Clone, Copy, Debug)]
pub struct ComparedColumns<'n> {
    /// The schema of their table.
    pub schema: Option<&'n str>,
    /// Their table.
    pub table: &'n str,
    /// Their names, one for each part.
    pub columns: &'n [&'n str],
}

/// What an insert does where a row has the same unique key.
pub struct Conflict<'n> {
    /// The columns of the key.
    pub unique: Vec<&'n str>,
    /// The condition of the unique index, where it holds only some rows.
    pub index: Option<Fragment<'n>>,
    /// What becomes of the row.
    pub action: OnMatch<'n>,
}

/// What becomes of the row that has the same unique key.
pub enum OnMatch<'n> {
    /// It stays as it is.
    Skip,
    /// It stays as it is, and nobody else changes it until the transaction ends; with a column that the new row gives.
    Lock(&'n str),
    /// It is updated by these changes.
    Update(Fragment<'n>),
}

impl fmt::Debug for Conflict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Conflict of {}", self.unique.join(", "))
    }
}

impl fmt::Debug for OnMatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OnMatch::Skip => "Skip",
            OnMatch::Lock(_) => "Lock",
            OnMatch::Update(_) => "Update",
        })
    }
}

/// How the rows of each parent are limited where an index finds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsEach {
    /// By a subquery in `FROM` that refers to the keys before it.
    Lateral,
    /// By a subquery that the primary key is compared with.
    Subquery,
    /// By numbering them, since no subquery with a limit can refer to a key: as where there is no index.
    Numbering,
}

/// How the rows of a many-to-many relation come, each of them once, in the statement that gives the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedRows {
    /// The statement learns while it runs which rows were linked.
    Wanted {
        /// The table of the keys that were asked for by [`Row::want`](crate::row::Row).
        table: &'static str,
        /// Its column.
        key: &'static str,
    },
    /// The links are read a second time, to tell which rows they lead to. Links and rows come in any order.
    Again,
}

/// What a database says of a table that it reads whole, or may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// What stands for the table in the statement.
    pub alias: String,
    /// Whether its rows are read in the order of an index, so that reading may end early.
    pub ordered: bool,
    /// The index that is searched, if the table is read whole only where that does not begin with a column of the condition.
    pub searched: Option<Searched>,
}

/// An index that is searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Its name.
    pub index: String,
    /// By what.
    pub condition: String,
}

/// What a database says of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The tables that are read whole.
    pub whole: Vec<Whole>,
    /// Whether rows are sorted.
    pub sorts: bool,
}

/// The statements that read the structure of a database. Each table and each enum comes as two columns: its schema, which is `NULL` if
/// the `search_path` finds it, and its name.
#[derive(Clone, Copy, Debug)]
pub struct Structure {
    /// The tables and views, by name: the table, `table` or `view`, the text that created it or `NULL`, whether it is `WITHOUT
    /// ROWID`, whether it is `STRICT`, and its comment.
    pub tables: &'static str,
    /// The columns of tables, in their order: the table, the name, the type, the collation or `NULL`, whether it must not be `NULL`,
    /// the words by which it is assigned or `NULL`, the default, the expression by which it is generated or `NULL`, whether
    /// that is stored, and the comment.
    pub columns: &'static str,
    /// The constraints, a row for each column in its order: the table, `primary`, `unique`, `foreign` or `check`, what tells it from
    /// others of the table and kind, its name or `NULL`, the column, the table and the column that it refers to, what a deletion and
    /// a change do, and the condition.
    pub constraints: &'static str,
    /// The indexes that belong to no constraint: the table, the definition, the name, whether it is unique, and its kind unless it
    /// is a B-tree.
    pub indexes: &'static str,
    /// The values of enums in their order: the enum, and the value.
    pub enums: &'static str,
}
