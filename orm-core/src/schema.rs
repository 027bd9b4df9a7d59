//! What a model says about its table: data that the derive writes and everything else reads.

mod case;
pub mod diagram;
mod relation;

pub use case::Case;
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
    /// The schema that holds the table, where the database has several.
    pub schema: Option<&'static str>,
    /// The table's name in SQL.
    pub name: &'static str,
    /// The name that the table had before, which a migration renames.
    pub renamed_from: Option<&'static str>,
    /// The columns, in the order of the struct's fields.
    pub columns: &'static [ColumnDef],
    /// The positions of the primary key's columns.
    pub primary_key: &'static [usize],
    /// Whether the database assigns the primary key: a single integer that the user did not claim.
    pub generated_key: bool,
    /// Sets of columns that are unique together.
    pub unique: &'static [&'static [usize]],
    /// Sets of columns with an index.
    pub indexes: &'static [&'static [usize]],
    /// References to other tables.
    pub foreign_keys: &'static [ForeignKey],
    /// Conditions in SQL that every row meets.
    pub checks: &'static [&'static str],
    /// The positions of the columns for which the model has a default in Rust.
    pub defaulted: &'static [usize],
    /// The default of one of these, by its position.
    pub default_of: fn(usize) -> Result<Value<'static>, Mismatch>,
    /// The column that counts the changes of a row, if one does.
    pub version: Option<Version>,
    /// The column that holds the moment at which a row was inserted, if one does.
    pub created_at: Option<usize>,
    /// The column that holds the moment at which a row was last written, if one does.
    pub updated_at: Option<usize>,
    /// The relations that start at this model.
    pub relations: &'static [&'static RelationDef],
    /// How serde writes the names of the fields; what is loaded beside them is called so too.
    pub case: Case,
    /// The name of the struct of rows with relations, where it is not `…Loaded`.
    pub loaded: Option<&'static str>,
    /// Whether some column is of a type whose values some databases store in several forms.
    pub(crate) may_have_forms: bool,
}

/// Two descriptions are equal when they are of one table of the database.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl Table {
    /// A table without unique sets, indexes, references or relations.
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

    /// The table, in a schema.
    #[must_use]
    pub const fn schema(mut self, schema: Option<&'static str>) -> Self {
        self.schema = schema;
        self
    }

    /// The table, which had another name before.
    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    /// The table, with a key that the database assigns or not.
    #[must_use]
    pub const fn generated_key(mut self, generated: bool) -> Self {
        self.generated_key = generated;
        self
    }

    /// The table, with sets of columns that are unique together.
    #[must_use]
    pub const fn unique(mut self, unique: &'static [&'static [usize]]) -> Self {
        self.unique = unique;
        self
    }

    /// The table, with sets of columns that have an index.
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [&'static [usize]]) -> Self {
        self.indexes = indexes;
        self
    }

    /// The table, with references to others.
    #[must_use]
    pub const fn foreign_keys(mut self, foreign_keys: &'static [ForeignKey]) -> Self {
        self.foreign_keys = foreign_keys;
        self
    }

    /// The table, with conditions that every row meets.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [&'static str]) -> Self {
        self.checks = checks;
        self
    }

    /// The table, with columns for which the model has a default.
    #[must_use]
    pub const fn defaulted(mut self, columns: &'static [usize]) -> Self {
        self.defaulted = columns;
        self
    }

    /// The table, with a column that counts the changes of a row.
    #[must_use]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// The table, with a column that holds the moment at which a row was inserted.
    #[must_use]
    pub const fn created_at(mut self, column: usize) -> Self {
        self.created_at = Some(column);
        self
    }

    /// The table, with a column that holds the moment at which a row was last written.
    #[must_use]
    pub const fn updated_at(mut self, column: usize) -> Self {
        self.updated_at = Some(column);
        self
    }

    /// The table, with the relations that start at its model.
    #[must_use]
    pub const fn relations(mut self, relations: &'static [&'static RelationDef]) -> Self {
        self.relations = relations;
        self
    }

    /// The table, of a model whose rows with relations are of a struct of this name.
    #[must_use]
    pub const fn loaded(mut self, name: &'static str) -> Self {
        self.loaded = Some(name);
        self
    }

    /// The table, of a model whose fields serde writes in this case.
    #[must_use]
    pub const fn case(mut self, case: Case) -> Self {
        self.case = case;
        self
    }

    /// The positions of the columns that are written, all but those which the database computes.
    pub(crate) fn written(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(|&at| self.columns[at].generated.is_none())
    }

    /// The columns that hold the moment of a row's insert.
    pub(crate) fn moments(&self) -> impl Iterator<Item = usize> + '_ {
        self.created_at.into_iter().chain(self.updated_at)
    }

    /// The value of one of the columns that hold the moment of a write.
    pub(crate) fn moment(&self, column: usize, at: Timestamp) -> Value<'static> {
        match self.columns[column].sql_type {
            SqlType::DateTime => Value::DateTime(at.0),
            _ => Value::Timestamp(at),
        }
    }

    /// Whether both describe one table of the database.
    pub(crate) fn is_same(&self, other: &Table) -> bool {
        (self.schema, self.name) == (other.schema, other.name)
    }

    /// The names of some columns in SQL.
    pub fn names<'a>(&'a self, columns: &'a [usize]) -> impl Iterator<Item = &'static str> + 'a {
        columns.iter().filter_map(|&at| self.columns.get(at)).map(|column| column.name)
    }

    /// The conditions that every row meets: those of columns, then those of the table.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter_map(|column| column.check).chain(self.checks.iter().copied())
    }

    /// The only column of the primary key, unless it has several.
    pub(crate) fn single_key(&self) -> Option<&'static ColumnDef> {
        match self.primary_key {
            [at] => self.columns.get(*at),
            _ => None,
        }
    }

    /// How many bytes a row likely takes, as far as the types of its columns tell.
    pub(crate) fn likely_row_bytes(&self) -> Option<u64> {
        self.columns.iter().map(|column| column.sql_type.likely_bytes()).sum()
    }
}

/// The default of a column that has none.
///
/// # Errors
///
/// Always.
pub fn no_default(column: usize) -> Result<Value<'static>, Mismatch> {
    Err(Mismatch::Refused(format!("column {column} has no default").into()))
}

/// The names of a table and its key: what other tables may ask before this one is complete.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TableName {
    /// The schema that holds the table, where the database has several.
    pub schema: Option<&'static str>,
    /// The table's name in SQL.
    pub name: &'static str,
    /// The names of the primary key's columns in SQL.
    pub key: &'static [&'static str],
}

impl TableName {
    /// A table and the columns of its key.
    #[must_use]
    pub const fn new(name: &'static str, key: &'static [&'static str]) -> Self {
        TableName { schema: None, name, key }
    }

    /// The table, in a schema.
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
    /// What the column holds.
    pub sql_type: SqlType,
    /// How the values are stored, where the database has no type for them.
    pub form: Form,
    /// Whether the column may be `NULL`.
    pub nullable: bool,
    /// The field's type as the user wrote it, for messages.
    pub rust_type: &'static str,
    /// Which values the field's type reads for certain.
    pub reads: Reads,
    /// What the database puts there when an insert says nothing.
    pub default: Option<DefaultValue>,
    /// How the database computes it, if it does: such a column is never written.
    pub generated: Option<Generated>,
    /// A condition in SQL that the column meets in every row.
    pub check: Option<&'static str>,
    /// The column's type in SQL on databases with types of their own, if not the one that follows from `sql_type`.
    pub declared: Option<&'static str>,
    /// The name that the column had before, which a migration renames.
    pub renamed_from: Option<&'static str>,
}

impl ColumnDef {
    /// A column.
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

    /// The column, with its values stored in a form.
    #[must_use]
    pub const fn stored(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// The column, with a default. What is no value of the column's type does not compile.
    ///
    /// # Panics
    ///
    /// When the value is of another kind than the column.
    #[must_use]
    pub const fn default(mut self, default: DefaultValue) -> Self {
        assert!(default.fits(self.sql_type), "the value of `db_default` is of another kind than the column");
        self.default = Some(default);
        self
    }

    /// The column, computed by the database.
    #[must_use]
    pub const fn generated(mut self, generated: Generated) -> Self {
        self.generated = Some(generated);
        self
    }

    /// The column, of a type that reads these values for certain.
    #[must_use]
    pub const fn reads(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    /// The column, with a condition that it meets in every row.
    #[must_use]
    pub const fn check(mut self, condition: &'static str) -> Self {
        self.check = Some(condition);
        self
    }

    /// The column, which had another name before.
    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    /// The column, with the SQL type that its field names.
    #[must_use]
    pub const fn declared(mut self, sql_type: &'static str) -> Self {
        self.declared = Some(sql_type);
        self
    }
}

/// How the database computes a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Generated {
    /// As the existing table says, or a trigger does.
    Elsewhere,
    /// By an expression in SQL.
    By(&'static str),
}

/// What the database puts into a column when an insert says nothing.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum DefaultValue {
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text, as it is.
    Text(&'static str),
    /// An expression in SQL.
    Sql(&'static str),
}

impl DefaultValue {
    /// Whether a column of a type can hold it. What is stored as text in some databases is written as text.
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

/// The column that counts the changes of a row.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Version {
    /// Its position.
    pub column: usize,
    /// The greatest number that it can hold.
    pub most: i64,
}

impl Version {
    /// The column at a position, of a type.
    #[must_use]
    pub const fn new<T: VersionType>(column: usize) -> Self {
        Version { column, most: T::MOST }
    }
}

/// A reference from some columns of a table to the key of another.
#[derive(Debug)]
#[non_exhaustive]
pub struct ForeignKey {
    /// The positions of the columns that refer.
    pub columns: &'static [usize],
    /// The table referred to: a function, since tables may refer to each other.
    pub target: fn() -> &'static Table,
    /// The positions of the columns referred to.
    pub references: &'static [usize],
    /// What becomes of a row when the row it refers to is deleted.
    pub on_delete: OnDelete,
}

impl ForeignKey {
    /// A reference.
    #[must_use]
    pub const fn new(
        columns: &'static [usize],
        target: fn() -> &'static Table,
        references: &'static [usize],
        on_delete: OnDelete,
    ) -> Self {
        ForeignKey { columns, target, references, on_delete }
    }

    /// The reference that a `belongs_to` relation follows.
    #[must_use]
    pub const fn of(relation: &RelationDef, on_delete: OnDelete) -> Self {
        ForeignKey { columns: relation.from_columns, target: relation.to, references: relation.to_columns, on_delete }
    }
}

/// What becomes of a row when the row it refers to is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDelete {
    /// The deletion is refused when the transaction ends. This is the default.
    #[default]
    NoAction,
    /// The deletion is refused at once.
    Restrict,
    /// The row is deleted too.
    Cascade,
    /// The reference becomes `NULL`.
    SetNull,
}
