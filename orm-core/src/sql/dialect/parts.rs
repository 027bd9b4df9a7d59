//! The parts of statements that are passed to hooks, and how a database writes some of them.

use std::borrow::Cow;
use std::fmt;

use crate::sql::Writer;

/// A fragment of a statement, which a hook writes at the right place.
pub type Fragment<'p> = &'p mut dyn FnMut(&mut Writer<'_>);

/// A table of keys in a `FROM` clause.
#[derive(Clone, Debug)]
pub struct KeyTable {
    /// The key's position in the list, counted from `first_ordinal`.
    pub ordinal: &'static str,
    /// The ordinal of the first key.
    pub first_ordinal: i64,
    /// How the next table is joined, so that the keys stay the outer loop if the database needs to know that.
    pub join: &'static str,
    /// The key's parts.
    pub parts: Cow<'static, [Cow<'static, str>]>,
}

/// The columns that the parts of keys are compared with, or that store values.
#[derive(Clone, Copy, Debug)]
pub struct ComparedColumns<'n> {
    /// The schema of their table.
    pub schema: Option<&'n str>,
    /// Their table.
    pub table: &'n str,
    /// Their names, one for each part.
    pub columns: &'n [&'n str],
}

/// The action of an insert if a row has the same unique key.
pub struct Conflict<'n> {
    /// The columns of the key.
    pub unique: Vec<&'n str>,
    /// The condition of a partial unique index.
    pub index: Option<Fragment<'n>>,
    /// The action on the existing row.
    pub action: OnMatch<'n>,
}

/// The action on the row with the same unique key.
pub enum OnMatch<'n> {
    /// It is not changed.
    Skip,
    /// It is not changed, and locked until the transaction ends; with a column that has a value in the new row.
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

/// How the rows of each parent are limited if an index finds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsEach {
    /// With a subquery in `FROM` that refers to the keys before it.
    Lateral,
    /// With a subquery that the primary key is compared with.
    Subquery,
    /// By numbering them, if no subquery with a limit can refer to a key: as without an index.
    Numbering,
}

/// How the rows of a many-to-many relation are returned, each of them once, in the statement that returns the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedRows {
    /// The statement learns which rows were linked while it runs.
    Wanted {
        /// The table of the keys that were requested by [`Row::want`](crate::row::Row).
        table: &'static str,
        /// Its column.
        key: &'static str,
    },
    /// The links are read a second time, to find the rows that they lead to. Links and rows arrive in any order.
    Again,
}

/// A table that a statement scans, or may scan, according to the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// The alias of the table in the statement.
    pub alias: String,
    /// Whether its rows are read in the order of an index, so that reading may end early.
    pub ordered: bool,
    /// The index that is searched, if the table is scanned only if the index does not begin with a column of the
    /// condition.
    pub searched: Option<Searched>,
}

/// An index that is searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Its name.
    pub index: String,
    /// The condition of the search.
    pub condition: String,
}

/// The plan of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The tables that are scanned.
    pub whole: Vec<Whole>,
    /// Whether rows are sorted.
    pub sorts: bool,
}

/// The statements that read the structure of a database. Each table and each enum is two columns: its schema, which is
/// `NULL` if the `search_path` finds it, and its name.
#[derive(Clone, Copy, Debug)]
pub struct Structure {
    /// The tables and views, by name: the table, `table` or `view`, the statement that created it or `NULL`, whether it
    /// is `WITHOUT ROWID`, whether it is `STRICT`, and its comment.
    pub tables: &'static str,
    /// The columns of tables, in their order: the table, the name, the type, the collation or `NULL`, whether it is
    /// `NOT NULL`, the words by which it is generated as a key or `NULL`, the default, the expression of a generated
    /// column or `NULL`, whether that is stored, and the comment.
    pub columns: &'static str,
    /// The constraints, a row for each column in its order: the table, `primary`, `unique`, `foreign` or `check`, what
    /// distinguishes it from others of the table and kind, its name or `NULL`, the column, the table and the column
    /// that it refers to, the actions of a deletion and a change, and the condition.
    pub constraints: &'static str,
    /// The indexes that belong to no constraint: the table, the definition, the name, whether it is unique, and its
    /// kind unless it is a B-tree.
    pub indexes: &'static str,
    /// The values of enums in their order: the enum, and the value.
    pub enums: &'static str,
}
