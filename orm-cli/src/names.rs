//! Names in Rust for names in SQL.

use std::collections::HashSet;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

/// Rust's keywords, which are valid names after `r#`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that are not valid names after `r#`.
const PATHS: &[&str] = &["crate", "self", "super"];

/// Functions of every model. A column or a relation with such a name would hide them.
const FUNCTIONS: &[&str] = &[
    "all_rows",
    "by_keys",
    "delete",
    "edit",
    "find",
    "find_many",
    "insert",
    "primary_key",
    "query",
    "rows_where",
    "table",
    "update",
];

/// Names that the files of models use, so that no model may have them.
const TYPES: &[&str] = &[
    "All",
    "Box",
    "Clone",
    "ColumnType",
    "Copy",
    "Date",
    "DateTime",
    "Debug",
    "Decimal",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "From",
    "Hash",
    "Interval",
    "Into",
    "IpNet",
    "Iterator",
    "Json",
    "Model",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "None",
    "OffsetDateTime",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PrimitiveDateTime",
    "Range",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "Time",
    "Timestamp",
    "Utc",
    "Uuid",
    "Value",
    "Vec",
];

/// The names that are taken.
#[derive(Clone, Debug, Default)]
pub struct Taken(HashSet<String>);

impl Taken {
    /// Whether a name is free.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        !self.0.contains(bare(name))
    }

    /// Takes a name.
    pub fn take(&mut self, name: &str) {
        self.0.insert(bare(name).to_owned());
    }

    /// Releases a name.
    pub fn release(&mut self, name: &str) {
        self.0.remove(bare(name));
    }

    /// Takes the first free name of a list, or the last with a number after it.
    pub fn first(&mut self, names: &[String]) -> String {
        let last = names.last().map_or("", |name| bare(name));
        let numbered = (2..).map(|number| format!("{last}_{number}"));
        let free = names.iter().cloned().chain(numbered).find(|name| self.allows(name)).unwrap_or_default();
        self.take(&free);
        free
    }
}

/// Returns the name of a model: `InvoiceLine` for `invoice_lines`.
#[must_use]
pub fn of_model(table: &str) -> String {
    let name = valid(&singular(&table.to_snake_case()).to_upper_camel_case(), "Table");
    if TYPES.contains(&&*name) { format!("{name}Row") } else { name }
}

/// Returns the name of a type that is not a model: `OrderState` for `order_state`.
#[must_use]
pub fn of_type(name: &str) -> String {
    let name = valid(&name.to_upper_camel_case(), "Type");
    if TYPES.contains(&&*name) { format!("{name}Type") } else { name }
}

/// Returns the name of an enum's variant.
#[must_use]
pub fn of_variant(value: &str) -> String {
    let name = valid(&value.to_upper_camel_case(), "Value");
    if name == "Self" { "SelfValue".to_owned() } else { name }
}

/// Returns the name of a field, as an identifier: `created_at` for `createdAt`, and `r#type` for `type`.
#[must_use]
pub fn of_field(column: &str) -> String {
    identifier(&valid(&column.to_snake_case(), "column"))
}

/// Returns the name of a model's module.
#[must_use]
pub fn of_module(model: &str) -> String {
    let name = model.to_snake_case();
    // A file with this name would belong to another module.
    if name == "mod" || name == "types" { format!("{name}_row") } else { identifier(&name) }
}

/// Returns the name of a relation to one row of a model.
#[must_use]
pub fn of_one(model: &str) -> String {
    relation(&model.to_snake_case())
}

/// Returns the name of a relation to many rows of a model.
#[must_use]
pub fn of_many(model: &str) -> String {
    relation(&plural(&model.to_snake_case()))
}

/// Returns the name of a relation.
#[must_use]
pub fn relation(name: &str) -> String {
    let name = valid(name, "relation");
    if FUNCTIONS.contains(&&*name) { format!("{name}_row") } else { identifier(&name) }
}

/// Whether a function of every model has the name of a column.
#[must_use]
pub fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// Returns the name for a foreign key from which the relation's name is derived: `artist` for `artist_id`.
#[must_use]
pub fn stem(column: &str, referred: &str) -> String {
    let (column, referred) = (column.to_snake_case(), referred.to_snake_case());
    let endings = ["id", "uuid", "key", "fk", "pk", "code", "no", "ref"].map(str::to_owned);
    let mut endings = std::iter::once(referred).chain(endings);
    let stem = endings.find_map(|ending| column.strip_suffix(&format!("_{ending}")).filter(|stem| !stem.is_empty()));
    stem.map_or_else(|| column.clone(), str::to_owned)
}

/// Returns a name without the `r#` of keywords.
#[must_use]
pub fn bare(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Returns the column name that a struct's `rename_all` gives to a field.
#[must_use]
pub fn renamed(case: &str, field: &str) -> String {
    let words = bare(field).split('_').filter(|word| !word.is_empty());
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    let pascal: String = words.map(capitalized).collect();
    match case {
        "PascalCase" => pascal,
        "camelCase" => {
            let mut letters = pascal.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
        "SCREAMING_SNAKE_CASE" => bare(field).to_uppercase(),
        _ => bare(field).to_owned(),
    }
}

fn singular(snake: &str) -> String {
    with_last_word(snake, |word| pluralizer::pluralize(word, 1, false))
}

fn plural(snake: &str) -> String {
    with_last_word(snake, |word| pluralizer::pluralize(word, 2, false))
}

fn with_last_word(snake: &str, change: impl Fn(&str) -> String) -> String {
    match snake.rsplit_once('_') {
        Some((before, last)) if !last.is_empty() => format!("{before}_{}", change(last)),
        _ => change(snake),
    }
}

/// Returns a name that begins with a letter and contains only letters, digits and underscores.
fn valid(name: &str, otherwise: &str) -> String {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    match letters.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_alphabetic() => letters,
        Some(_) if letters.trim_matches('_').is_empty() => otherwise.to_owned(),
        // A type begins with a capital.
        Some(_) if otherwise.starts_with(char::is_uppercase) => format!("N{letters}"),
        Some(_) => format!("n{letters}"),
    }
}

/// Returns a name as an identifier: `r#type` for `type`.
pub(crate) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else if PATHS.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_named_in_the_singular() {
        let tables = ["invoice_lines", "InvoiceLine", "categories", "people", "status", "addresses", "news", "options"];
        let names = ["InvoiceLine", "InvoiceLine", "Category", "Person", "Status", "Address", "News", "OptionRow"];
        assert_eq!(tables.map(of_model), names);
        assert_eq!(of_many("Category"), "categories");
        assert_eq!(of_many("InvoiceLine"), "invoice_lines");
    }

    #[test]
    fn fields_are_names_that_rust_takes() {
        let columns = ["createdAt", "type", "self", "2fa", "a b", "größe", "$$", "AlbumId", "_id"];
        let names = ["created_at", "r#type", "self_", "n2fa", "a_b", "größe", "column", "album_id", "id"];
        assert_eq!(columns.map(of_field), names);
    }

    #[test]
    fn a_foreign_key_is_called_by_what_stands_before_its_ending() {
        assert_eq!(stem("artist_id", "id"), "artist");
        assert_eq!(stem("ArtistId", "ArtistId"), "artist");
        assert_eq!(stem("country_code", "code"), "country");
        assert_eq!(stem("born_in", "code"), "born_in");
        assert_eq!(stem("reports_to", "employee_id"), "reports_to");
    }

    #[test]
    fn a_name_is_given_once() {
        let mut taken = Taken::default();
        let names = ["games".to_owned(), "games_by_home".to_owned()];
        assert_eq!(
            [(); 4].map(|()| taken.first(&names)),
            ["games", "games_by_home", "games_by_home_2", "games_by_home_3"]
        );
    }
}
