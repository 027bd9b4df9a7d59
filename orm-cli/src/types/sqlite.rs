//! Types of SQLite. The declaration of a column is a hint, and the values decide.

use orm::structure::{ColumnSchema, Form, Table};
use orm::{ColumnType, SqlType, Value};

use super::{FieldType, Types};

/// A possible type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    Bool,
    Int,
    Real,
    Decimal,
    Text,
    Bytes,
    Uuid,
    Date,
    Time,
    /// A date and time, with or without a time zone.
    Moment,
    Json,
}

/// How many values must have a form for a type that the declaration does not name.
const ENOUGH: usize = 2;

impl Types<'_> {
    /// Returns the type of a column: the first that its declaration suggests and that can hold all its values.
    pub(super) fn of_sqlite(&self, table: &Table, column: &ColumnSchema) -> Result<FieldType, String> {
        let values = self.source.values(&table.name, &column.name);
        let declared = column.sql_type.to_ascii_uppercase();
        if let Some(of) = checked_bool(table, column, values) {
            return Ok(of);
        }
        let is_json = has_json_check(table, column);
        let guesses = guesses(&declared, is_json, values);
        let fitting = guesses.into_iter().find_map(|guess| self.fitting(guess, &declared, values));
        fitting.ok_or_else(|| describe(values))
    }

    /// Returns a note about a column of integers that may be times.
    pub(super) fn note_on_sqlite(&self, table: &Table, column: &ColumnSchema, of: &FieldType) -> Option<String> {
        let values = self.source.values(&table.name, &column.name);
        if of.rust != "i64" || values.len() < ENOUGH || !names_a_time(column) {
            return None;
        }
        let (form, time) = (numbers(values)?, self.timestamp().rust);
        Some(format!(
            "The integers of the column `{}` may be times: write `{time}` and `#[model(stored = {form})]`.",
            column.name
        ))
    }

    fn fitting(&self, guess: Guess, declared: &str, values: &[Value<'static>]) -> Option<FieldType> {
        match guess {
            Guess::Int => reads::<i64>(values).then(|| FieldType::of("i64")),
            Guess::Real => reads::<f64>(values).then(|| FieldType::of("f64")),
            Guess::Text => reads::<String>(values).then(|| FieldType::of("String")),
            Guess::Bytes => reads::<Vec<u8>>(values).then(|| FieldType::of("Vec<u8>")),
            Guess::Json => reads::<serde_json::Value>(values).then(FieldType::json),
            Guess::Bool => stored(FieldType::of("bool"), SqlType::Bool, values),
            Guess::Uuid => stored(FieldType::uuid(), SqlType::Uuid, values),
            Guess::Date => stored(self.date(), SqlType::Date, values),
            Guess::Time => stored(self.time(), SqlType::Time, values),
            Guess::Moment => self.moment(values),
            // A column of numbers would turn the text of a decimal into a number.
            Guess::Decimal if values.is_empty() && keeps_numbers(declared) => {
                Some(self.decimal().saying("stored = numeric"))
            }
            Guess::Decimal => stored(self.decimal(), SqlType::Decimal, values),
        }
    }

    fn moment(&self, values: &[Value<'static>]) -> Option<FieldType> {
        if let Some(form) = numbers(values) {
            return Some(self.timestamp().saying(format!("stored = {form}")));
        }
        let has_zone = values.iter().any(|value| matches!(value, Value::Text(text) if has_zone(text)));
        let has_zone = has_zone.then(|| stored(self.timestamp(), SqlType::Timestamp, values)).flatten();
        has_zone.or_else(|| stored(self.date_time(), SqlType::DateTime, values))
    }
}

/// Returns the possible types for a declaration. The first that can hold the values is used.
fn guesses(declared: &str, is_json: bool, values: &[Value<'static>]) -> Vec<Guess> {
    let says = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    let named = if is_json || says(&["JSON"]) {
        vec![Guess::Json]
    } else if says(&["BOOL"]) {
        vec![Guess::Bool]
    } else if says(&["DATETIME", "TIMESTAMP"]) {
        vec![Guess::Moment, Guess::Date]
    } else if says(&["DATE"]) {
        vec![Guess::Date, Guess::Moment]
    } else if says(&["TIME"]) {
        vec![Guess::Time, Guess::Moment]
    } else if says(&["UUID", "GUID"]) {
        vec![Guess::Uuid]
    } else if says(&["DECIMAL", "NUMERIC", "MONEY"]) {
        vec![Guess::Decimal]
    } else if says(&["INT"]) {
        vec![Guess::Int]
    } else if says(&["REAL", "FLOA", "DOUB"]) {
        vec![Guess::Real]
    } else if says(&["CHAR", "CLOB", "TEXT"]) && values.len() >= ENOUGH {
        vec![Guess::Uuid, Guess::Date, Guess::Moment]
    } else if says(&["BLOB", "BINARY"]) && values.len() >= ENOUGH && values.iter().all(is_uuid) {
        vec![Guess::Uuid]
    } else {
        Vec::new()
    };
    let mut guesses = named;
    if values.is_empty() {
        guesses.push(by_affinity(declared));
    }
    // The storage class of the values, whatever the declaration.
    guesses.extend([Guess::Int, Guess::Real, Guess::Text, Guess::Bytes]);
    guesses
}

/// Returns SQLite's affinity for any other declaration:
/// <https://sqlite.org/datatype3.html#determination_of_column_affinity>
fn by_affinity(declared: &str) -> Guess {
    let says = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if says(&["INT"]) {
        Guess::Int
    } else if says(&["CHAR", "CLOB", "TEXT"]) {
        Guess::Text
    } else if declared.is_empty() || says(&["BLOB"]) {
        Guess::Bytes
    } else {
        Guess::Real
    }
}

fn keeps_numbers(declared: &str) -> bool {
    !matches!(by_affinity(declared), Guess::Text | Guess::Bytes)
}

/// Returns the type with the form in which the values are stored, if there is one.
fn stored(of: FieldType, sql_type: SqlType, values: &[Value<'static>]) -> Option<FieldType> {
    let form = Form::detect(sql_type, values)?;
    Some(if form == Form::Native { of } else { of.saying(format!("stored = {form}")) })
}

/// Returns the form of timestamps that are numbers. The largest number decides: it counts as a time between 2001 and
/// 2255.
#[expect(clippy::cast_precision_loss, reason = "only the size of the numbers counts")]
fn numbers(values: &[Value<'static>]) -> Option<String> {
    let sizes: Vec<f64> = values
        .iter()
        .map(|value| match value {
            Value::Int(number) => Some(*number as f64),
            Value::Real(number) => Some(*number),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let largest = sizes.iter().fold(0.0, |largest: f64, size| largest.max(size.abs()));
    let is_real = values.iter().any(|value| matches!(value, Value::Real(_)));
    if is_real && (1e6..4e6).contains(&largest) {
        return Some("julian_day".to_owned());
    }
    let units = [(1.0, "unix_seconds"), (1e3, "unix_milliseconds"), (1e6, "unix_microseconds")];
    let (_, unit) = units.into_iter().find(|(factor, _)| (1e9 * factor..9e9 * factor).contains(&largest))?;
    Some(if is_real { format!("{unit}(real)") } else { unit.to_owned() })
}

/// Whether the text of a timestamp contains an offset from UTC.
fn has_zone(text: &str) -> bool {
    let time = text.get(10..).unwrap_or_default();
    time.ends_with(['Z', 'z']) || time.contains('+') || time.contains('-')
}

/// Whether bytes are a UUID, by its version and variant.
fn is_uuid(value: &Value<'static>) -> bool {
    let Value::Blob(bytes) = value else { return false };
    uuid::Uuid::from_slice(bytes)
        .is_ok_and(|uuid| uuid.get_variant() == uuid::Variant::RFC4122 && (1..=8).contains(&uuid.get_version_num()))
}

/// Whether the name or the comment of a column says that it holds times.
fn names_a_time(column: &ColumnSchema) -> bool {
    let name = column.name.to_ascii_lowercase();
    let comment = column.comment.as_deref().unwrap_or_default().to_ascii_lowercase();
    let is_time = |text: &str| ["date", "time", "unix", "epoch"].iter().any(|word| text.contains(word));
    name.ends_with("_at") || column.name.ends_with("At") || is_time(&name) || is_time(&comment)
}

/// Returns the type of a column in which a `CHECK` allows two words that mean yes and no.
fn checked_bool(table: &Table, column: &ColumnSchema, values: &[Value<'static>]) -> Option<FieldType> {
    let words = table.checks.iter().find_map(|check| words_of(&check.condition, &column.name))?;
    let words = words.into_iter().map(|word| Value::Text(word.into()));
    stored(FieldType::of("bool"), SqlType::Bool, &words.chain(values.iter().cloned()).collect::<Vec<_>>())
}

/// Returns the two words of a condition such as `active IN ('Y', 'N')`, if they mean yes and no.
pub(crate) fn words_of(condition: &str, column: &str) -> Option<[String; 2]> {
    let at = condition.to_ascii_lowercase().find(" in")?;
    let (name, list) = (&condition[..at], condition[at + 3..].trim());
    if !name.trim().trim_matches(['"', '`', '[', ']']).eq_ignore_ascii_case(column) {
        return None;
    }
    let words = list.strip_prefix('(')?.strip_suffix(')')?.split(',').map(|word| {
        let word = word.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        (!word.contains('\'')).then(|| word.to_owned())
    });
    let words: Vec<String> = words.collect::<Option<_>>()?;
    let mut sorted: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    sorted.sort();
    let means_yes_or_no = [["n", "y"], ["f", "t"], ["no", "yes"], ["false", "true"]].iter().any(|pair| sorted == *pair);
    words.try_into().ok().filter(|_| means_yes_or_no)
}

fn has_json_check(table: &Table, column: &ColumnSchema) -> bool {
    let wanted = format!("json_valid({})", column.name.to_ascii_lowercase());
    let plain = |condition: &str| condition.to_ascii_lowercase().replace(['"', '`', '[', ']', ' '], "");
    table.checks.iter().any(|check| plain(&check.condition).contains(&wanted))
}

fn reads<T: ColumnType>(values: &[Value<'static>]) -> bool {
    values.iter().all(|value| T::decode(value.as_value_ref()).is_ok())
}

/// Returns a description of the values of a column without a type.
fn describe(values: &[Value<'static>]) -> String {
    let kinds = [("integers", 0), ("floating-point numbers", 1), ("text", 2), ("bytes", 3)];
    let kind = |value: &Value<'static>| match value {
        Value::Int(_) => 0,
        Value::Real(_) => 1,
        Value::Text(_) => 2,
        _ => 3,
    };
    let found: Vec<&str> = kinds
        .into_iter()
        .filter(|(_, of)| values.iter().any(|value| kind(value) == *of))
        .map(|(name, _)| name)
        .collect();
    match found.split_last() {
        Some((last, [])) => format!("holds {last} that no field type can read"),
        Some((last, others)) => format!("holds {} and {last}", others.join(", ")),
        None => "holds nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn a_check_of_two_words_is_read() {
        let words = |condition| words_of(condition, "IsActive").map(|words| words.join(" "));
        assert_eq!(words("IsActive IN ('Y','N')").as_deref(), Some("Y N"));
        assert_eq!(words("\"IsActive\" in ( 'no', 'yes' )").as_deref(), Some("no yes"));
        for other in [
            "IsActive IN ('Y', 'N', 'M')",
            "IsActive IN ('a', 'b')",
            "IsActive IN (0, 1)",
            "IsActive IN ('Y''', 'N')",
            "other IN ('Y', 'N')",
            "IsActive IN ('Y', 'N') OR other",
            "IsActive = 'Y'",
            "",
        ] {
            assert_eq!(words(other), None, "{other}");
        }
    }
}
