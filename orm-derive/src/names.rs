//! Names derived from names: tables, columns and type parameters. Also the name that is nearest to a misspelled one.

use quote::ToTokens;

/// Converts `HTTPServer` to `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let begins_word = letter.is_uppercase()
            && match before {
                None | Some('_') => false,
                // The last capital of a run begins the next word: `HTTP|Server`.
                Some(before) if before.is_uppercase() => letters.get(at + 1).is_some_and(|after| after.is_lowercase()),
                Some(_) => true,
            };
        if begins_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Converts `first_name` to `FirstName`.
pub(crate) fn pascal_case(name: &str) -> String {
    words(name).map(capitalized).collect()
}

/// Converts `university` to `universities`, `class` to `classes` and `student` to `students`. It has no dictionary:
/// `person` becomes `persons`.
pub(crate) fn plural(name: &str) -> String {
    let ends_with_any = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let vowel_before_y = ends_with_any(&["ay", "ey", "iy", "oy", "uy"]);
    match name.strip_suffix('y') {
        Some(stem) if !stem.is_empty() && !vowel_before_y => format!("{stem}ies"),
        _ if ends_with_any(&["s", "x", "z", "ch", "sh"]) => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

/// Returns the known word that is nearest to a misspelled one, if one is near.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let distances = known.into_iter().map(|known| (distance(word, known), known));
    distances.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// FNV-1a: the hash by which generated code of one model names a field of another.
pub(crate) fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns a type as its author would write it. Tokens print with a space between any two.
pub(crate) fn type_text(ty: &syn::Type) -> String {
    let tokens = ty.to_token_stream().to_string();
    let mut text = String::with_capacity(tokens.len());
    for word in tokens.split(' ') {
        let joins_before = [">", "<", "::", ",", ";", ")", "]"].iter().any(|joint| word.starts_with(joint));
        let joins_after = ["<", "::", "&", "(", "["].iter().any(|joint| text.ends_with(joint));
        if !text.is_empty() && !joins_before && !joins_after {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// The cases of column names for `rename_all`.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
}

impl Case {
    /// The cases with the names that the attribute uses.
    pub(crate) const ALL: &'static [(&'static str, Case)] = &[
        ("lowercase", Case::Lower),
        ("UPPERCASE", Case::Upper),
        ("PascalCase", Case::Pascal),
        ("camelCase", Case::Camel),
        ("snake_case", Case::Snake),
        ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
        ("kebab-case", Case::Kebab),
    ];

    /// Returns a field's name in this case.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Case::Lower => words(field).collect::<String>().to_lowercase(),
            Case::Upper => words(field).collect::<String>().to_uppercase(),
            Case::Pascal => pascal_case(field),
            Case::Camel => {
                let pascal = pascal_case(field);
                let mut letters = pascal.chars();
                letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
            }
            Case::Snake => field.to_owned(),
            Case::ScreamingSnake => field.to_uppercase(),
            Case::Kebab => field.replace('_', "-"),
        }
    }
}

/// The cases of field names for serde's `rename_all`. The rules differ from those of [`Case`]: field names count as
/// lower case already, and only ASCII letters change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SerdeCase {
    #[default]
    Snake,
    ScreamingSnake,
    Pascal,
    Camel,
    Kebab,
    ScreamingKebab,
}

impl SerdeCase {
    /// The cases with the names that serde uses.
    const ALL: &'static [(&'static str, SerdeCase)] = &[
        ("lowercase", SerdeCase::Snake),
        ("UPPERCASE", SerdeCase::ScreamingSnake),
        ("PascalCase", SerdeCase::Pascal),
        ("camelCase", SerdeCase::Camel),
        ("snake_case", SerdeCase::Snake),
        ("SCREAMING_SNAKE_CASE", SerdeCase::ScreamingSnake),
        ("kebab-case", SerdeCase::Kebab),
        ("SCREAMING-KEBAB-CASE", SerdeCase::ScreamingKebab),
    ];

    /// Returns the case for a name that serde knows.
    pub(crate) fn named(name: &str) -> Option<Self> {
        SerdeCase::ALL.iter().find(|(known, _)| *known == name).map(|(_, case)| *case)
    }

    /// Returns a field's name in this case.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            SerdeCase::Snake => field.to_owned(),
            SerdeCase::ScreamingSnake => field.to_ascii_uppercase(),
            SerdeCase::Pascal => words(field).map(|word| with_first(word, char::to_ascii_uppercase)).collect(),
            SerdeCase::Camel => with_first(&SerdeCase::Pascal.apply(field), char::to_ascii_lowercase),
            SerdeCase::Kebab => field.replace('_', "-"),
            SerdeCase::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// Returns the word with another first letter.
fn with_first(word: &str, change: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| change(&first)).into_iter().chain(letters).collect()
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split('_').filter(|word| !word.is_empty())
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the smallest number of letters to insert, delete, replace or swap with the next.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    // `rows[i][j]` is the distance between the first `i` letters of `left` and the first `j` of `right`.
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, letter) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(letter != other);
            let swapped = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(h), Some(g)) if left[h] == *other && right[g] == *letter => rows[h][g] + 1,
                _ => usize::MAX,
            };
            row.push(replaced.min(rows[i][j + 1] + 1).min(row[j] + 1).min(swapped));
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_splits_at_capitals() {
        for (name, snake) in [
            ("Student", "student"),
            ("OrderLine", "order_line"),
            ("HTTPServer", "http_server"),
            ("Utf8Text", "utf8_text"),
            ("A", "a"),
            ("ABTest", "ab_test"),
            ("Already_Snake", "already_snake"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn plural_follows_the_endings() {
        for (name, many) in [
            ("student", "students"),
            ("university", "universities"),
            ("day", "days"),
            ("class", "classes"),
            ("box", "boxes"),
            ("quiz", "quizes"),
            ("church", "churches"),
            ("dish", "dishes"),
            ("person", "persons"),
            ("y", "ys"),
        ] {
            assert_eq!(plural(name), many);
        }
    }

    #[test]
    fn nearest_finds_typos_and_nothing_far() {
        let known = ["table", "schema", "primary_key"];
        assert_eq!(nearest("tabel", known), Some("table"));
        assert_eq!(nearest("tables", known), Some("table"));
        assert_eq!(nearest("primarykey", known), Some("primary_key"));
        assert_eq!(nearest("colour", known), None);
    }

    #[test]
    fn hash_is_fnv_1a() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn type_text_reads_as_written() -> syn::Result<()> {
        for text in
            ["i64", "Option<i64>", "std::collections::HashMap<String, Vec<u8>>", "[u8; 4]", "(A, B)", "&'static str"]
        {
            assert_eq!(type_text(&syn::parse_str(text)?), text);
        }
        Ok(())
    }

    #[test]
    fn cases_rewrite_field_names() {
        let written: Vec<String> = Case::ALL.iter().map(|(_, case)| case.apply("first_name")).collect();
        assert_eq!(
            written,
            ["firstname", "FIRSTNAME", "FirstName", "firstName", "first_name", "FIRST_NAME", "first-name"]
        );
    }
    #[test]
    fn serde_cases_are_those_of_serde() {
        let written = |name: &str| -> Vec<String> {
            let case = |known| SerdeCase::named(known).map(|case| case.apply(name)).unwrap_or_default();
            SerdeCase::ALL.iter().map(|(known, _)| case(known)).collect()
        };
        assert_eq!(
            written("paid_on_2nd"),
            [
                "paid_on_2nd",
                "PAID_ON_2ND",
                "PaidOn2nd",
                "paidOn2nd",
                "paid_on_2nd",
                "PAID_ON_2ND",
                "paid-on-2nd",
                "PAID-ON-2ND",
            ]
        );
        assert_eq!(SerdeCase::Camel.apply("_Hidden__name_"), "hiddenName");
        assert_eq!(SerdeCase::Pascal.apply("über_größe"), "überGröße");
        assert!(SerdeCase::named("Title Case").is_none());
    }
}
