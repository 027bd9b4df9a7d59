//! Types of PostgreSQL, by their names in `format_type`.

use super::{FieldType, Library, OwnKind, Types};

impl Types<'_> {
    /// Returns the type of a column of this type.
    pub(super) fn of_postgres(&self, sql_type: &str) -> FieldType {
        if let Some(element) = sql_type.strip_suffix("[]") {
            return self.array(element, sql_type);
        }
        let (name, modifier) = split(sql_type);
        if let Some(simple) = self.simple(&name) {
            return if modifier.is_empty() { simple } else { simple.saying(word(&short(sql_type))) };
        }
        if let Some(own) = self.own.iter().find(|own| own.of == unquoted(sql_type)) {
            let features = match &own.kind {
                OwnKind::Newtype(of) => of.features.clone(),
                OwnKind::Enum(_) => [].into(),
            };
            let imports = [format!("super::types::{}", own.name)].into();
            return FieldType { rust: own.name.clone(), imports, features, words: vec![word(sql_type)] };
        }
        self.other(&name).unwrap_or_else(|| FieldType::of("String")).saying(word(&short(sql_type)))
    }

    /// Returns a type for which this library would create the same columns.
    fn simple(&self, name: &str) -> Option<FieldType> {
        Some(match name {
            "smallint" => FieldType::of("i16"),
            "integer" => FieldType::of("i32"),
            "bigint" => FieldType::of("i64"),
            "real" => FieldType::of("f32"),
            "double precision" => FieldType::of("f64"),
            "numeric" => self.decimal(),
            "boolean" => FieldType::of("bool"),
            "text" => FieldType::of("String"),
            "bytea" => FieldType::of("Vec<u8>"),
            "uuid" => FieldType::uuid(),
            "date" => self.date(),
            "time without time zone" => self.time(),
            "timestamp without time zone" => self.date_time(),
            "timestamp with time zone" => self.timestamp(),
            "interval" => FieldType::of("orm::value::Interval"),
            "jsonb" => FieldType::json(),
            "inet" if self.has_networks() => network(),
            "int4range" => FieldType::of("i32").within("Range", Some("orm::Range")),
            "int8range" => FieldType::of("i64").within("Range", Some("orm::Range")),
            "numrange" => self.decimal().within("Range", Some("orm::Range")),
            "daterange" => self.date().within("Range", Some("orm::Range")),
            "tsrange" => self.date_time().within("Range", Some("orm::Range")),
            "tstzrange" => self.timestamp().within("Range", Some("orm::Range")),
            _ => return None,
        })
    }

    /// Returns a type for which this library would create other columns, if it reads the values as more than text.
    fn other(&self, name: &str) -> Option<FieldType> {
        match name {
            "json" => Some(FieldType::json()),
            "cidr" if self.has_networks() => Some(network()),
            _ => None,
        }
    }

    fn array(&self, element: &str, whole: &str) -> FieldType {
        let of = self.of_postgres(element);
        // An array within an array, and one of bytes, would be another type.
        if of.rust.starts_with("Vec<") {
            return FieldType::of("String").saying(word(whole));
        }
        let is_named = !of.words.is_empty();
        let array = of.within("Vec", None);
        if is_named { array.saying(word(&short(whole))) } else { array }
    }

    fn has_networks(&self) -> bool {
        self.libraries.contains(&Library::Ipnet)
    }
}

fn network() -> FieldType {
    FieldType::of("ipnet::IpNet").with("ipnet-2")
}

fn word(sql_type: &str) -> String {
    format!("sql_type = {sql_type:?}")
}

/// Splits `timestamp(3) with time zone` into `timestamp with time zone` and `(3)`.
fn split(sql_type: &str) -> (String, &str) {
    let (Some(open), Some(close)) = (sql_type.find('('), sql_type.find(')')) else { return (sql_type.to_owned(), "") };
    (format!("{}{}", &sql_type[..open], &sql_type[close + 1..]), &sql_type[open..=close])
}

/// Returns the shorter of two names of one type.
fn short(sql_type: &str) -> String {
    sql_type.replacen("character varying", "varchar", 1).replacen("character(", "char(", 1)
}

/// Returns the name of a type without quotes: `Mood` for `"Mood"`.
fn unquoted(sql_type: &str) -> String {
    sql_type.split('.').map(|part| part.trim_matches('"').replace("\"\"", "\"")).collect::<Vec<_>>().join(".")
}
