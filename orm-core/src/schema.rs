//! A model's table as data, which the derive writes and everything else reads.

mod case;
mod diagram;
mod relation;

pub use case::Case;
pub(crate) use diagram::diagram_of;
pub(crate) use relation::bare_links;
pub use relation::{PolymorphicDef, RelationDef, RelationKind, Through};

use crate::types::{Form, Reads, SqlType, VersionType};
use crate::value::{Mismatch, Timestamp, Value};

/// A table, its columns and its constraints.
#[derive(Debug)]
#[non_exhaustive]
pub struct Table {
    /// The model's name in Rust.
    pub model: &'static str,
    /// The schema of the table, if the database has several.
    pub schema: Option<&'static str>,
    /// The table's name in SQL.
    pub name: &'static str,
    /// The previous name of the table, which a migration renames.
    pub renamed_from: Option<&'static str>,
    /// The columns, in the order of the struct's fields.
    pub columns: &'static [ColumnDef],
    /// The positions of the primary key's columns.
    pub primary_key: &'static [usize],
    /// Whether the database generates the primary key: a single integer that the model does not supply.
    pub generated_key: bool,
    /// Sets of columns that are unique together.
    pub unique: &'static [&'static [usize]],
    /// Sets of columns with an index.
    pub indexes: &'static [&'static [usize]],
    /// Indexes of the rows that meet a condition.
    pub partial_indexes: &'static [PartialIndex],
    /// The positions of the columns that have no index although relations search rows by them.
    pub unindexed: &'static [usize],
    /// Foreign keys.
    pub foreign_keys: &'static [ForeignKey],
    /// `CHECK` conditions in SQL.
    pub checks: &'static [&'static str],
    /// The positions of the columns for which the model has a default in Rust.
    pub defaulted: &'static [usize],
    /// Returns the default of one of these columns.
    pub default_of: fn(usize) -> Result<Value<'static>, Mismatch>,
    /// The version column, if there is one.
    pub version: Option<Version>,
    /// The column with the time of the insert, if there is one.
    pub created_at: Option<usize>,
    /// The column with the time of the last write, if there is one.
    pub updated_at: Option<usize>,
    /// The relations that start at this model.
    pub relations: &'static [&'static RelationDef],
    /// The case in which serde writes the names of the fields, and which relations use too.
    pub case: Case,
    /// The name of the struct of rows with relations, if it is not `…Loaded`.
    pub loaded: Option<&'static str>,
    /// Whether some column has a type with several stored forms.
    pub(crate) may_have_forms: bool,
}

/// Two descriptions are equal if they describe the same table of the database.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl Table {
    /// Describes a table without unique sets, indexes, foreign keys or relations.
    #[must_use]
    pub const fn new(
        model: &'static str,
        name: &'static str,
        columns: &'static [ColumnDef],
        primary_key: &'static [usize],
    ) -> Self {
        Table {
            model,
            schema: None,
            name,
            renamed_from: None,
            columns,
            primary_key,
            generated_key: false,
            unique: &[],
            indexes: &[],
            partial_indexes: &[],
            unindexed: &[],
            foreign_keys: &[],
            checks: &[],
            defaulted: &[],
            default_of: no_default,
            version: None,
            created_at: None,
            updated_at: None,
            relations: &[],
            case: Case::Snake,
            loaded: None,
            may_have_forms: may_have_forms(columns),
        }
    }

    /// Sets the schema.
    #[must_use]
    pub const fn schema(mut self, schema: Option<&'static str>) -> Self {
        self.schema = schema;
        self
    }

    /// Sets the previous name.
    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    /// Sets whether the database generates the key.
    #[must_use]
    pub const fn generated_key(mut self, generated: bool) -> Self {
        self.generated_key = generated;
        self
    }

    /// Sets the unique sets of columns.
    #[must_use]
    pub const fn unique(mut self, unique: &'static [&'static [usize]]) -> Self {
        self.unique = unique;
        self
    }

    /// Sets the sets of columns with an index.
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [&'static [usize]]) -> Self {
        self.indexes = indexes;
        self
    }

    /// Sets the indexes of the rows that meet a condition.
    #[must_use]
    pub const fn partial_indexes(mut self, indexes: &'static [PartialIndex]) -> Self {
        self.partial_indexes = indexes;
        self
    }

    /// Sets the columns that have no index although relations search rows by them.
    #[must_use]
    pub const fn unindexed(mut self, columns: &'static [usize]) -> Self {
        self.unindexed = columns;
        self
    }

    /// Sets the foreign keys.
    #[must_use]
    pub const fn foreign_keys(mut self, foreign_keys: &'static [ForeignKey]) -> Self {
        self.foreign_keys = foreign_keys;
        self
    }

    /// Sets the `CHECK` conditions.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [&'static str]) -> Self {
        self.checks = checks;
        self
    }

    /// Sets the columns for which the model has a default.
    #[must_use]
    pub const fn defaulted(mut self, columns: &'static [usize]) -> Self {
        self.defaulted = columns;
        self
    }

    /// Sets the version column.
    #[must_use]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Sets the column with the time of the insert.
    #[must_use]
    pub const fn created_at(mut self, column: usize) -> Self {
        self.created_at = Some(column);
        self
    }

    /// Sets the column with the time of the last write.
    #[must_use]
    pub const fn updated_at(mut self, column: usize) -> Self {
        self.updated_at = Some(column);
        self
    }

    /// Sets the relations that start at the model.
    #[must_use]
    pub const fn relations(mut self, relations: &'static [&'static RelationDef]) -> Self {
        self.relations = relations;
        self
    }

    /// Sets the name of the struct of rows with relations.
    #[must_use]
    pub const fn loaded(mut self, name: &'static str) -> Self {
        self.loaded = Some(name);
        self
    }

    /// Sets the case in which serde writes the fields.
    #[must_use]
    pub const fn case(mut self, case: Case) -> Self {
        self.case = case;
        self
    }

    /// The positions of the columns that are written: all except generated ones.
    pub(crate) fn written(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(|&at| self.columns[at].generated.is_none())
    }

    /// The columns with the time of a row's insert.
    pub(crate) fn moments(&self) -> impl Iterator<Item = usize> + '_ {
        self.created_at.into_iter().chain(self.updated_at)
    }

    /// The value of a column with the time of a write.
    pub(crate) fn moment(&self, column: usize, at: Timestamp) -> Value<'static> {
        match self.columns[column].sql_type {
            SqlType::DateTime => Value::DateTime(at.0),
            _ => Value::Timestamp(at),
        }
    }

    /// Whether both describe the same table of the database.
    pub(crate) fn is_same(&self, other: &Table) -> bool {
        (self.schema, self.name) == (other.schema, other.name)
    }

    /// Returns the names of some columns in SQL.
    pub fn names<'a>(&'a self, columns: &'a [usize]) -> impl Iterator<Item = &'static str> + 'a {
        columns.iter().filter_map(|&at| self.columns.get(at)).map(|column| column.name)
    }

    /// The `CHECK` conditions of the columns, then of the table.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter_map(|column| column.check).chain(self.checks.iter().copied())
    }

    /// The column of the primary key, unless it has several.
    pub(crate) fn single_key(&self) -> Option<&'static ColumnDef> {
        match self.primary_key {
            [at] => self.columns.get(*at),
            _ => None,
        }
    }

    /// The probable size of a row in bytes, as far as the types of its columns determine it.
    pub(crate) fn likely_row_bytes(&self) -> Option<u64> {
        self.columns.iter().map(|column| column.sql_type.likely_bytes()).sum()
    }
}

/// Returns the error for a column without a default.
///
/// # Errors
///
/// Always returns an error.
pub fn no_default(column: usize) -> Result<Value<'static>, Mismatch> {
    Err(Mismatch::Refused(format!("column {column} has no default").into()))
}

/// The names of a table and its key, which other tables may use before this one is complete.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TableName {
    /// The schema of the table, if the database has several.
    pub schema: Option<&'static str>,
    /// The table's name in SQL.
    pub name: &'static str,
    /// The names of the primary key's columns in SQL.
    pub key: &'static [&'static str],
}

impl TableName {
    /// Names a table and the columns of its key.
    #[must_use]
    pub const fn new(name: &'static str, key: &'static [&'static str]) -> Self {
        TableName { schema: None, name, key }
    }

    /// Sets the schema.
    #[must_use]
    pub const fn schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }
}

/// A column of a table.
#[derive(Debug)]
#[non_exhaustive]
pub struct ColumnDef {
    /// The field's name in Rust.
    pub field: &'static str,
    /// The column's name in SQL.
    pub name: &'static str,
    /// The type of its values.
    pub sql_type: SqlType,
    /// How the values are stored, if the database has no type for them.
    pub form: Form,
    /// Whether the column is nullable.
    pub nullable: bool,
    /// The field's type as the user wrote it, for messages.
    pub rust_type: &'static str,
    /// Which values the field's type can always read.
    pub reads: Reads,
    /// The column `DEFAULT` of the database.
    pub default: Option<DefaultValue>,
    /// How the database generates it, if it does: such a column is never written.
    pub generated: Option<Generated>,
    /// A `CHECK` condition in SQL.
    pub check: Option<&'static str>,
    /// The column's type in SQL on databases with strict types, if it does not follow from `sql_type`.
    pub declared: Option<&'static str>,
    /// The previous name of the column, which a migration renames.
    pub renamed_from: Option<&'static str>,
}

impl ColumnDef {
    /// Describes a column.
    #[must_use]
    pub const fn new(
        field: &'static str,
        name: &'static str,
        rust_type: &'static str,
        sql_type: SqlType,
        nullable: bool,
    ) -> Self {
        ColumnDef {
            field,
            name,
            sql_type,
            form: Form::Native,
            nullable,
            rust_type,
            reads: Reads::Unsure,
            default: None,
            generated: None,
            check: None,
            declared: None,
            renamed_from: None,
        }
    }

    /// Sets the stored form of its values.
    #[must_use]
    pub const fn stored(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// Sets its default. A default of another type than the column does not compile.
    ///
    /// # Panics
    ///
    /// Panics if the type of the default differs from the type of the column.
    #[must_use]
    pub const fn default(mut self, default: DefaultValue) -> Self {
        assert!(default.fits(self.sql_type), "the value of `db_default` is of another kind than the column");
        self.default = Some(default);
        self
    }

    /// Sets how the database generates it.
    #[must_use]
    pub const fn generated(mut self, generated: Generated) -> Self {
        self.generated = Some(generated);
        self
    }

    /// Sets which values its type can always read.
    #[must_use]
    pub const fn reads(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    /// Sets its `CHECK` condition.
    #[must_use]
    pub const fn check(mut self, condition: &'static str) -> Self {
        self.check = Some(condition);
        self
    }

    /// Sets its previous name.
    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    /// Sets the SQL type that its field declares.
    #[must_use]
    pub const fn declared(mut self, sql_type: &'static str) -> Self {
        self.declared = Some(sql_type);
        self
    }
}

/// How the database generates a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Generated {
    /// As the existing table or a trigger defines it.
    Elsewhere,
    /// With an expression in SQL.
    By(&'static str),
}

/// The `DEFAULT` of a column.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum DefaultValue {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(&'static str),
    /// An expression in SQL.
    Sql(&'static str),
}

impl DefaultValue {
    /// Whether a column of a type can hold it. A value that some databases store as text is written as text.
    const fn fits(self, sql_type: SqlType) -> bool {
        match self {
            DefaultValue::Bool(_) => matches!(sql_type, SqlType::Bool),
            DefaultValue::Int(_) => sql_type.is_integer() || matches!(sql_type, SqlType::Real32 | SqlType::Real64),
            DefaultValue::Real(_) => matches!(sql_type, SqlType::Real32 | SqlType::Real64),
            DefaultValue::Text(_) => {
                !sql_type.is_integer()
                    && !matches!(
                        sql_type,
                        SqlType::Bool | SqlType::Real32 | SqlType::Real64 | SqlType::Blob | SqlType::Uuid
                    )
            }
            DefaultValue::Sql(_) => true,
        }
    }
}

const fn may_have_forms(mut columns: &[ColumnDef]) -> bool {
    while let [first, others @ ..] = columns {
        if first.sql_type.has_forms() {
            return true;
        }
        columns = others;
    }
    false
}

/// The version column of a table, for optimistic locking.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Version {
    /// Its position.
    pub column: usize,
    /// The maximum number that it can hold.
    pub most: i64,
}

impl Version {
    /// Describes the column at a position, with a type.
    #[must_use]
    pub const fn new<T: VersionType>(column: usize) -> Self {
        Version { column, most: T::MOST }
    }
}

/// An index of the rows that meet a condition.
#[derive(Debug)]
#[non_exhaustive]
pub struct PartialIndex {
    /// The positions of its columns.
    pub columns: &'static [usize],
    /// Whether no two of its rows have the same values in these columns.
    pub unique: bool,
    /// The condition, in SQL.
    pub condition: &'static str,
}

impl PartialIndex {
    /// Describes an index that is not unique.
    #[must_use]
    pub const fn new(columns: &'static [usize], condition: &'static str) -> Self {
        PartialIndex { columns, unique: false, condition }
    }

    /// Makes it unique.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }
}

/// A foreign key.
#[derive(Debug)]
#[non_exhaustive]
pub struct ForeignKey {
    /// The positions of the columns that refer.
    pub columns: &'static [usize],
    /// The referenced table, as a function, because tables may refer to each other.
    pub target: fn() -> &'static Table,
    /// The positions of the referenced columns.
    pub references: &'static [usize],
    /// What happens to a row if the row that it refers to is deleted.
    pub on_delete: OnDelete,
    /// Whether the columns have an index, so that the rows that refer to a row are found without reading the whole table.
    pub indexed: bool,
}

impl ForeignKey {
    /// Describes a foreign key.
    #[must_use]
    pub const fn new(
        columns: &'static [usize],
        target: fn() -> &'static Table,
        references: &'static [usize],
        on_delete: OnDelete,
    ) -> Self {
        ForeignKey { columns, target, references, on_delete, indexed: true }
    }

    /// Describes the foreign key of a `belongs_to` relation.
    #[must_use]
    pub const fn of(relation: &RelationDef, on_delete: OnDelete) -> Self {
        Self::new(relation.from_columns, relation.to, relation.to_columns, on_delete)
    }

    /// The same reference without an index for its columns.
    #[must_use]
    pub const fn without_index(mut self) -> Self {
        self.indexed = false;
        self
    }
}

/// What happens to a row if the row that it refers to is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDelete {
    /// The deletion fails when the transaction ends. This is the default.
    #[default]
    NoAction,
    /// The deletion fails at once.
    Restrict,
    /// The row is deleted too.
    Cascade,
    /// The foreign key becomes `NULL`.
    SetNull,
}
