//! Texts of statements without the differences between databases.

/// Placeholders have numbers in one database only.
pub(crate) fn without_placeholders(statement: &str) -> String {
    let mut text = String::new();
    let mut parts = statement.split(['?', '$']);
    text.extend(parts.next());
    for part in parts {
        text.push('?');
        text.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    }
    text
}
