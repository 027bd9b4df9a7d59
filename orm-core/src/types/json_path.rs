//! Paths into JSON, and the types that values are read as.

use std::fmt::Write as _;

use super::SqlType;

/// A step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonStep {
    /// The value of this name in an object.
    Key(String),
    /// The element at this position of an array, counted from 0.
    Index(u32),
}

/// The type that a value of JSON text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    Text,
    /// A number without a fraction.
    Integer,
    /// A number.
    Real,
    /// A boolean.
    Boolean,
}

impl JsonKind {
    /// The type of such a value outside of JSON.
    pub(crate) fn sql_type(self) -> SqlType {
        match self {
            JsonKind::Text => SqlType::Text,
            JsonKind::Integer => SqlType::Int64,
            JsonKind::Real => SqlType::Real64,
            JsonKind::Boolean => SqlType::Bool,
        }
    }
}

/// The steps of `user.name` or `items[0].price`.
///
/// # Errors
///
/// Returns the part that is not a step, and what to write instead.
pub(crate) fn path_steps(path: &str) -> Result<Vec<JsonStep>, String> {
    let mut steps = Vec::new();
    if path.is_empty() {
        return Ok(steps);
    }
    for (position, part) in path.split('.').enumerate() {
        let (key, indexes) = part.split_at(part.find('[').unwrap_or(part.len()));
        if key.is_empty() && (indexes.is_empty() || position > 0) {
            return Err(format!(
                "the path `{path}` has a step without a name; write it as `user.name` or `items[0].price`"
            ));
        }
        if key.bytes().all(|byte| byte.is_ascii_digit()) && !key.is_empty() {
            return Err(format!(
                "`{key}` in the path `{path}` may be a position or a name; write `[{key}]` for the element of an array, or \
                 `.key(\"{key}\")` for the value of an object"
            ));
        }
        if key.contains(['"', '\'', '\\', ']', '*', '$']) {
            return Err(format!(
                "the name `{key}` in the path `{path}` has characters that paths may use; write `.key(..)` for it"
            ));
        }
        if !key.is_empty() {
            steps.push(JsonStep::Key(key.to_owned()));
        }
        append_indexes(path, indexes, &mut steps)?;
    }
    Ok(steps)
}

/// The steps of `[0][1]`.
fn append_indexes(path: &str, indexes: &str, steps: &mut Vec<JsonStep>) -> Result<(), String> {
    let mut rest = indexes;
    while !rest.is_empty() {
        let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let position = index.filter(|(digits, _)| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let position = position.and_then(|(digits, behind)| Some((digits.parse().ok()?, behind)));
        let Some((position, behind)) = position else {
            return Err(format!("`{rest}` in the path `{path}` is not a position in an array, such as `[0]`"));
        };
        steps.push(JsonStep::Index(position));
        rest = behind;
    }
    Ok(())
}

/// The steps as JSON: `["items",0,"price"]`.
#[cfg(feature = "sqlite")]
pub(crate) fn written_steps(steps: &[JsonStep]) -> String {
    let mut text = String::from("[");
    for (position, step) in steps.iter().enumerate() {
        text.push_str(if position > 0 { "," } else { "" });
        match step {
            JsonStep::Key(key) => text.push_str(&quoted_key(key)),
            JsonStep::Index(index) => text.push_str(itoa::Buffer::new().format(*index)),
        }
    }
    text.push(']');
    text
}

/// A name as a string of JSON.
pub(crate) fn quoted_key(key: &str) -> String {
    let mut text = String::from("\"");
    for letter in key.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            // Writing into a `String` cannot fail.
            control if control < ' ' => drop(write!(text, "\\u{:04x}", u32::from(control))),
            letter => text.push(letter),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::{JsonStep, path_steps, written_steps};

    #[test]
    fn a_path_is_read_as_its_steps() {
        let key = |key: &str| JsonStep::Key(key.to_owned());
        assert_eq!(path_steps("user.name"), Ok(vec![key("user"), key("name")]));
        assert_eq!(
            path_steps("items[0][12].price"),
            Ok(vec![key("items"), JsonStep::Index(0), JsonStep::Index(12), key("price")])
        );
        assert_eq!(path_steps("[3].\u{e4}-b c"), Ok(vec![JsonStep::Index(3), key("\u{e4}-b c")]));
        assert_eq!(path_steps(""), Ok(vec![]));
        for path in
            [".", "a.", "a..b", "a.[0]", "0", "a.7", "a[", "a[]", "a[-1]", "a[0]b", "a[99999999999]", "$.a", "a\"b"]
        {
            assert!(path_steps(path).is_err(), "{path}");
        }
    }

    #[test]
    fn steps_are_written_as_json() {
        let key = |key: &str| JsonStep::Key(key.to_owned());
        let steps = [key("a\"b\\c"), JsonStep::Index(7), key("\0\n'\u{e4}")];
        assert_eq!(written_steps(&steps), "[\"a\\\"b\\\\c\",7,\"\\u0000\\u000a'\u{e4}\"]");
        assert_eq!(written_steps(&[]), "[]");
    }
}
