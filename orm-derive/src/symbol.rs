//! The words of the attributes. A typo in one of ours is an error of the compiler.

/// The attributes.
pub(crate) const MODEL: &str = "model";
pub(crate) const BELONGS_TO: &str = "belongs_to";
pub(crate) const POLYMORPHIC: &str = "polymorphic";
pub(crate) const HAS_ONE: &str = "has_one";
pub(crate) const HAS_MANY: &str = "has_many";
pub(crate) const MANY_TO_MANY: &str = "many_to_many";

/// Words of `#[model(..)]`.
pub(crate) const TABLE: &str = "table";
pub(crate) const SCHEMA: &str = "schema";
pub(crate) const RENAME_ALL: &str = "rename_all";
pub(crate) const PRIMARY_KEY: &str = "primary_key";
pub(crate) const UNIQUE: &str = "unique";
pub(crate) const INDEX: &str = "index";
pub(crate) const CRATE: &str = "crate";
pub(crate) const COLUMN: &str = "column";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const DB_DEFAULT: &str = "db_default";
pub(crate) const CHECK: &str = "check";
pub(crate) const VERSION: &str = "version";
pub(crate) const ACCESSOR: &str = "accessor";
pub(crate) const WITH: &str = "with";
pub(crate) const JSON: &str = "json";
pub(crate) const SKIP: &str = "skip";

/// Words of relations.
pub(crate) const FOREIGN_KEY: &str = "foreign_key";
pub(crate) const REFERENCES: &str = "references";
pub(crate) const ON_DELETE: &str = "on_delete";
pub(crate) const THROUGH: &str = "through";
pub(crate) const LEFT: &str = "left";
pub(crate) const RIGHT: &str = "right";
pub(crate) const TAG: &str = "tag";

/// Words of `#[column(..)]`.
pub(crate) const TEXT: &str = "text";
pub(crate) const INTEGER: &str = "integer";
pub(crate) const RENAME: &str = "rename";

/// What stands after `db_default =` before an expression in SQL.
pub(crate) const SQL: &str = "sql";

/// The words after `accessor =` that are no name.
pub(crate) const NONE: &str = "none";

/// What each attribute accepts, in the order in which messages list it.
pub(crate) const ON_STRUCT: &[&str] = &[TABLE, SCHEMA, RENAME_ALL, PRIMARY_KEY, UNIQUE, INDEX, CHECK, CRATE];
pub(crate) const ON_FIELD: &[&str] =
    &[PRIMARY_KEY, COLUMN, UNIQUE, INDEX, VERSION, DEFAULT, DB_DEFAULT, CHECK, ACCESSOR, WITH, JSON, SKIP];
pub(crate) const IN_BELONGS_TO_ON_FIELD: &[&str] = &[REFERENCES, ON_DELETE, TAG];
pub(crate) const IN_BELONGS_TO: &[&str] = &[FOREIGN_KEY, REFERENCES, ON_DELETE, TAG];
pub(crate) const IN_HAS_ONE: &[&str] = &[FOREIGN_KEY, REFERENCES, TAG];
pub(crate) const IN_HAS_MANY: &[&str] = &[FOREIGN_KEY, REFERENCES, THROUGH, LEFT, TAG];
pub(crate) const IN_MANY_TO_MANY: &[&str] = &[THROUGH, LEFT, RIGHT];

/// Words of `#[view(..)]`.
pub(crate) const VIEW: &str = "view";
pub(crate) const OF: &str = "of";
pub(crate) const FROM: &str = "from";
pub(crate) const ON_VIEW: &[&str] = &[OF, CRATE];

pub(crate) const ON_COLUMN_TYPE: &[&str] = &[TEXT, INTEGER, CRATE];

/// Methods of every `…Loaded` struct, which a relation would hide.
pub(crate) const RESERVED: &[&str] = &["named", "into_inner"];

/// The method of a model with a version, which a column or relation of that name would be defined twice with.
pub(crate) const UPDATE: &str = "update";
