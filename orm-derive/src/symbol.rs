//! The keywords of the attributes. The compiler reports a typo in the name of a constant.

/// The attributes.
pub(crate) const MODEL: &str = "model";
pub(crate) const BELONGS_TO: &str = "belongs_to";
pub(crate) const POLYMORPHIC: &str = "polymorphic";
pub(crate) const HAS_ONE: &str = "has_one";
pub(crate) const HAS_MANY: &str = "has_many";
pub(crate) const MANY_TO_MANY: &str = "many_to_many";

/// Keywords of `#[model(..)]`.
pub(crate) const TABLE: &str = "table";
pub(crate) const SCHEMA: &str = "schema";
pub(crate) const RENAMED_FROM: &str = "renamed_from";
pub(crate) const RENAME_ALL: &str = "rename_all";
pub(crate) const PRIMARY_KEY: &str = "primary_key";
pub(crate) const UNIQUE: &str = "unique";
pub(crate) const INDEX: &str = "index";
pub(crate) const WHERE: &str = "where";
pub(crate) const NEW: &str = "new";
pub(crate) const CONSTRUCTOR: &str = "constructor";
pub(crate) const LOADED: &str = "loaded";
pub(crate) const RELATIONS: &str = "relations";
pub(crate) const UPDATE: &str = "update";
pub(crate) const CRATE: &str = "crate";
pub(crate) const COLUMN: &str = "column";
pub(crate) const SQL_TYPE: &str = "sql_type";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const DB_DEFAULT: &str = "db_default";
pub(crate) const CHECK: &str = "check";
pub(crate) const GENERATED: &str = "generated";
pub(crate) const VERSION: &str = "version";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const UPDATED_AT: &str = "updated_at";
pub(crate) const ACCESSOR: &str = "accessor";
pub(crate) const WITH: &str = "with";
pub(crate) const JSON: &str = "json";
pub(crate) const SKIP: &str = "skip";
pub(crate) const STORED: &str = "stored";

/// Forms in which values are stored, and their options.
pub(crate) const NATIVE: &str = "native";
pub(crate) const SQLITE: &str = "sqlite";
pub(crate) const ISO8601: &str = "iso8601";
pub(crate) const UNIX_SECONDS: &str = "unix_seconds";
pub(crate) const UNIX_MILLISECONDS: &str = "unix_milliseconds";
pub(crate) const UNIX_MICROSECONDS: &str = "unix_microseconds";
pub(crate) const JULIAN_DAY: &str = "julian_day";
pub(crate) const HYPHENATED: &str = "hyphenated";
pub(crate) const SIMPLE: &str = "simple";
pub(crate) const BRACED: &str = "braced";
pub(crate) const T_F: &str = "t_f";
pub(crate) const TRUE_FALSE: &str = "true_false";
pub(crate) const Y_N: &str = "y_n";
pub(crate) const WORDS: &str = "words";
pub(crate) const NUMERIC: &str = "numeric";
pub(crate) const FIXED: &str = "fixed";
pub(crate) const MINOR_UNITS: &str = "minor_units";
pub(crate) const MIXED: &str = "mixed";
pub(crate) const FRACTION: &str = "fraction";
pub(crate) const OFFSET: &str = "offset";
pub(crate) const DATED: &str = "dated";
pub(crate) const SHORTEST: &str = "shortest";
pub(crate) const OPTIONAL: &str = "optional";
pub(crate) const AT_LEAST: &str = "at_least";
pub(crate) const AUTO_SI: &str = "auto_si";
pub(crate) const REAL: &str = "real";
pub(crate) const UPPER: &str = "upper";

/// Keywords of relations.
pub(crate) const FOREIGN_KEY: &str = "foreign_key";
pub(crate) const REFERENCES: &str = "references";
pub(crate) const ON_DELETE: &str = "on_delete";
pub(crate) const THROUGH: &str = "through";
pub(crate) const LEFT: &str = "left";
pub(crate) const RIGHT: &str = "right";
pub(crate) const TAG: &str = "tag";

/// Keywords of `#[column(..)]`.
pub(crate) const TEXT: &str = "text";
pub(crate) const INTEGER: &str = "integer";

/// The stored name of a variant, the name of a relation in a serialised row, and serde's name of a field.
pub(crate) const RENAME: &str = "rename";

/// Keywords of `#[serde(..)]`, besides `rename`, `rename_all`, `tag` and `skip`.
pub(crate) const SERDE: &str = "serde";
pub(crate) const SERIALIZE: &str = "serialize";
pub(crate) const SKIP_SERIALIZING: &str = "skip_serializing";
pub(crate) const FLATTEN: &str = "flatten";
pub(crate) const INTO: &str = "into";
pub(crate) const TRANSPARENT: &str = "transparent";
pub(crate) const REMOTE: &str = "remote";

/// Marks an expression in SQL after `db_default =`.
pub(crate) const SQL: &str = "sql";

/// Requests no name, as in `accessor = none`.
pub(crate) const NONE: &str = "none";

/// The keywords that each attribute accepts, in the order in which messages list them.
pub(crate) const ON_STRUCT: &[&str] = &[
    TABLE,
    SCHEMA,
    RENAMED_FROM,
    RENAME_ALL,
    PRIMARY_KEY,
    UNIQUE,
    INDEX,
    CHECK,
    STORED,
    NEW,
    CONSTRUCTOR,
    LOADED,
    RELATIONS,
    UPDATE,
    CRATE,
];
pub(crate) const ON_FIELD: &[&str] = &[
    PRIMARY_KEY,
    COLUMN,
    RENAMED_FROM,
    SQL_TYPE,
    UNIQUE,
    INDEX,
    VERSION,
    CREATED_AT,
    UPDATED_AT,
    DEFAULT,
    DB_DEFAULT,
    GENERATED,
    CHECK,
    ACCESSOR,
    STORED,
    WITH,
    JSON,
    SKIP,
];

/// What the indexes of other libraries have, and those of a model do not have in this place or with this name.
pub(crate) const OF_AN_INDEX: &[&str] = &[WHERE, "condition", "desc", "asc"];

/// The forms in which values are stored.
pub(crate) const FORMS: &[&str] = &[
    SQLITE,
    ISO8601,
    UNIX_SECONDS,
    UNIX_MILLISECONDS,
    UNIX_MICROSECONDS,
    JULIAN_DAY,
    HYPHENATED,
    SIMPLE,
    BRACED,
    T_F,
    TRUE_FALSE,
    Y_N,
    WORDS,
    NUMERIC,
    FIXED,
    MINOR_UNITS,
    MIXED,
    NATIVE,
];
pub(crate) const OF_TIME: &[&str] = &[FRACTION, OFFSET, DATED];
pub(crate) const FRACTIONS: &[&str] = &[NONE, SHORTEST, OPTIONAL, AT_LEAST, AUTO_SI];
pub(crate) const IN_BELONGS_TO_ON_FIELD: &[&str] = &[REFERENCES, ON_DELETE, INDEX, TAG, RENAME];
pub(crate) const IN_BELONGS_TO: &[&str] = &[FOREIGN_KEY, REFERENCES, ON_DELETE, INDEX, TAG, RENAME];
pub(crate) const IN_HAS_ONE: &[&str] = &[FOREIGN_KEY, REFERENCES, TAG, RENAME];
pub(crate) const IN_HAS_MANY: &[&str] = &[FOREIGN_KEY, REFERENCES, THROUGH, LEFT, RIGHT, TAG, RENAME];
pub(crate) const IN_MANY_TO_MANY: &[&str] = &[THROUGH, LEFT, RIGHT, INDEX, TAG, RENAME];

/// Keywords of `#[view(..)]`.
pub(crate) const VIEW: &str = "view";
pub(crate) const OF: &str = "of";
pub(crate) const FROM: &str = "from";
pub(crate) const ON_VIEW: &[&str] = &[OF, CRATE];

pub(crate) const ON_POLYMORPHIC: &[&str] = &[LOADED, CRATE];
pub(crate) const ON_COLUMN_TYPE: &[&str] = &[TEXT, INTEGER, CRATE];

/// Methods of every `…Loaded` struct, which a relation with the same name would hide.
pub(crate) const RESERVED: &[&str] = &["named", "into_inner"];
