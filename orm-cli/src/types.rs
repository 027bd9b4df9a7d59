//! The Rust type of a column, and its attributes.

mod postgres;
mod sqlite;

use std::collections::BTreeSet;

use orm::Engine;
use orm::structure::{ColumnSchema, Table};

use crate::names;
use crate::source::Source;
pub(crate) use sqlite::words_of;

/// A library whose types replace those of `orm::value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Library {
    /// Dates and times of `chrono`.
    Chrono,
    /// Dates and times of `jiff`.
    Jiff,
    /// Dates and times of `time`.
    Time,
    /// Decimal numbers of `rust_decimal`.
    RustDecimal,
    /// IP addresses and networks of `ipnet`.
    Ipnet,
}

/// The Rust type of a column, and its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldType {
    /// The type, without the `Option` of a column that may be `NULL`: `Timestamp`.
    pub rust: String,
    /// The path of each name in it: `orm::value::Timestamp`.
    pub imports: BTreeSet<String>,
    /// The features of `orm` that the type needs.
    pub features: BTreeSet<&'static str>,
    /// Keywords of `#[model(..)]` on the field.
    pub words: Vec<String>,
}

/// A type that is written besides the models, for an enum or a domain of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnType {
    /// The type's name in Rust.
    pub name: String,
    /// The type's name in the database.
    pub of: String,
    /// The comment of the database.
    pub comment: Option<String>,
    /// The kind of type.
    pub kind: OwnKind,
}

/// The kind of a type besides the models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnKind {
    /// An enum: the names of its variants with their stored texts.
    Enum(Vec<(String, String)>),
    /// A struct around a value of a type.
    Newtype(FieldType),
}

/// Determines the types of columns.
#[derive(Clone, Copy, Debug)]
pub struct Types<'s> {
    source: &'s Source,
    libraries: &'s [Library],
    own: &'s [OwnType],
}

impl<'s> Types<'s> {
    /// Uses the types of some libraries.
    #[must_use]
    pub fn new(source: &'s Source, libraries: &'s [Library], own: &'s [OwnType]) -> Self {
        Types { source, libraries, own }
    }

    /// Returns the type of a column.
    ///
    /// # Errors
    ///
    /// Returns an error with the reason if no type can hold all values of the column.
    pub fn of_column(&self, table: &Table, column: &ColumnSchema) -> Result<FieldType, String> {
        match self.source.engine {
            Engine::Postgres => Ok(self.of_postgres(&column.sql_type)),
            _ => self.of_sqlite(table, column),
        }
    }

    /// Returns a note about a column whose values may mean more than its type says.
    #[must_use]
    pub fn note(&self, table: &Table, column: &ColumnSchema, of: &FieldType) -> Option<String> {
        match self.source.engine {
            Engine::Postgres => None,
            _ => self.note_on_sqlite(table, column, of),
        }
    }

    fn date(&self) -> FieldType {
        match self.calendar() {
            Some(Library::Chrono) => FieldType::of("chrono::NaiveDate").with("chrono-04"),
            Some(Library::Jiff) => FieldType::of("jiff::civil::Date").with("jiff-02"),
            Some(Library::Time) => FieldType::of("time::Date").with("time-03"),
            _ => FieldType::of("orm::value::Date"),
        }
    }

    fn time(&self) -> FieldType {
        match self.calendar() {
            Some(Library::Chrono) => FieldType::of("chrono::NaiveTime").with("chrono-04"),
            Some(Library::Jiff) => FieldType::of("jiff::civil::Time").with("jiff-02"),
            Some(Library::Time) => FieldType::of("time::Time").with("time-03"),
            _ => FieldType::of("orm::value::Time"),
        }
    }

    fn date_time(&self) -> FieldType {
        match self.calendar() {
            Some(Library::Chrono) => FieldType::of("chrono::NaiveDateTime").with("chrono-04"),
            Some(Library::Jiff) => FieldType::of("jiff::civil::DateTime").with("jiff-02"),
            Some(Library::Time) => FieldType::of("time::PrimitiveDateTime").with("time-03"),
            _ => FieldType::of("orm::value::DateTime"),
        }
    }

    fn timestamp(&self) -> FieldType {
        match self.calendar() {
            Some(Library::Chrono) => {
                let imports = ["chrono::DateTime", "chrono::Utc"].map(str::to_owned).into();
                FieldType { rust: "DateTime<Utc>".to_owned(), imports, ..FieldType::default() }.with("chrono-04")
            }
            Some(Library::Jiff) => FieldType::of("jiff::Timestamp").with("jiff-02"),
            Some(Library::Time) => FieldType::of("time::OffsetDateTime").with("time-03"),
            _ => FieldType::of("orm::value::Timestamp"),
        }
    }

    fn decimal(&self) -> FieldType {
        if self.libraries.contains(&Library::RustDecimal) {
            return FieldType::of("rust_decimal::Decimal").with("rust_decimal-1");
        }
        FieldType::of("orm::value::Decimal")
    }

    fn calendar(&self) -> Option<Library> {
        let calendars = [Library::Chrono, Library::Jiff, Library::Time];
        self.libraries.iter().copied().find(|library| calendars.contains(library))
    }
}

impl FieldType {
    /// Returns a type by its path: `orm::value::Timestamp` is written `Timestamp`, and imported.
    fn of(path: &str) -> Self {
        match path.rsplit_once("::") {
            Some((_, name)) => {
                FieldType { rust: name.to_owned(), imports: [path.to_owned()].into(), ..FieldType::default() }
            }
            None => FieldType { rust: path.to_owned(), ..FieldType::default() },
        }
    }

    fn uuid() -> Self {
        FieldType::of("uuid::Uuid").with("uuid-1")
    }

    fn json() -> Self {
        // The name `Value` would be unclear.
        FieldType { rust: "serde_json::Value".to_owned(), ..FieldType::default() }.with("json")
    }

    fn with(mut self, feature: &'static str) -> Self {
        self.features.insert(feature);
        self
    }

    fn saying(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Returns this type within another one: `Vec` or `Range`.
    fn within(mut self, outer: &str, import: Option<&str>) -> Self {
        self.rust = format!("{outer}<{}>", self.rust);
        self.imports.extend(import.map(str::to_owned));
        self.words.clear();
        self
    }

    /// Returns how many bits an integer has, and `None` for other types.
    #[must_use]
    pub fn bits(&self) -> Option<u32> {
        match &*self.rust {
            "i16" => Some(16),
            "i32" => Some(32),
            "i64" => Some(64),
            _ => None,
        }
    }

    /// Whether its values can be keys.
    #[must_use]
    pub fn is_key(&self) -> bool {
        let never = ["f32", "f64", "bool", "serde_json::Value", "Interval"];
        !never.contains(&&*self.rust) && !self.rust.starts_with("Vec<") && !self.rust.starts_with("Range<")
            || self.rust == "Vec<u8>"
    }
}

/// Returns the types besides the models: one for each enum and domain of a database, even if no column uses it.
#[must_use]
pub fn own_types(source: &Source, libraries: &[Library]) -> Vec<OwnType> {
    let mut taken = names::Taken::default();
    let mut own: Vec<OwnType> = Vec::new();
    for of in &source.schema.enums {
        let name = taken.first(&[names::of_type(&of.name.name)]);
        let mut variants = names::Taken::default();
        let variant = |value: &String| (variants.first(&[names::of_variant(value)]), value.clone());
        let kind = OwnKind::Enum(of.values.iter().map(variant).collect());
        own.push(OwnType { name, of: of.name.to_string(), comment: None, kind });
    }
    for domain in &source.domains {
        let of = Types::new(source, libraries, &own).of_postgres(&domain.of);
        let name = taken.first(&[names::of_type(&domain.name.name)]);
        let comment = domain.comment.clone();
        own.push(OwnType { name, of: domain.name.to_string(), comment, kind: OwnKind::Newtype(of) });
    }
    own
}
