//! A diagram in Mermaid's language.

use super::{Attribute, Count, Diagram, Entity, Key, Line};

impl Diagram {
    /// Writes the diagram as a Mermaid `erDiagram`, which many sites render within Markdown.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let names = names(&self.entities);
        let mut parts = vec!["erDiagram\n".to_owned()];
        for (entity, name) in self.entities.iter().zip(&names) {
            parts.push(format!("    {name} {{\n"));
            parts.extend(entity.attributes.iter().map(attribute));
            parts.push("    }\n".to_owned());
        }
        parts.extend(self.lines.iter().map(|one| line(one, &names)));
        parts.concat()
    }
}

/// The quoted names of the tables, so that none is a keyword; they stay distinct when characters are removed.
fn names(entities: &[Entity]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(entities.len());
    for entity in entities {
        let mut name = quotable(&entity.name);
        if entity.is_view {
            name.push_str(" (view)");
        }
        while names.iter().any(|other| other.trim_matches('"') == name) {
            name.push('_');
        }
        names.push(format!("\"{name}\""));
    }
    names
}

fn attribute(column: &Attribute) -> String {
    let word_of = |key: &Key| match key {
        Key::Primary => "PK",
        Key::Foreign => "FK",
        Key::Unique => "UK",
    };
    let keys: Vec<&str> = column.keys.iter().map(word_of).collect();
    let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(", ")) };
    let name = word(&column.name);
    let mut notes = Vec::new();
    if name != column.name {
        notes.push(quotable(&column.name));
    }
    if column.nullable {
        notes.push("may be NULL".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" \"{}\"", notes.join(", ")) };
    format!("        {} {name}{keys}{notes}\n", type_word(&column.kind))
}

fn line(line: &Line, names: &[String]) -> String {
    let left = match line.first {
        Count::One => "||",
        Count::NoneOrOne => "|o",
        Count::Many => "}o",
    };
    let right = match line.second {
        Count::One => "||",
        Count::NoneOrOne => "o|",
        Count::Many => "o{",
    };
    let middle = if line.is_checked { "--" } else { ".." };
    let (first, second) = line.ends;
    format!("    {} {left}{middle}{right} {} : \"{}\"\n", names[first], names[second], quotable(&line.label))
}

/// The name of a column, which cannot be quoted, with an underscore for each character that Mermaid does not allow.
fn word(name: &str) -> String {
    name_of(name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect(), "c_")
}

/// The type of a column, which cannot be quoted, but may have parentheses and brackets: `timestamp_with_time_zone`,
/// `numeric(10_2)`.
fn type_word(kind: &str) -> String {
    if kind.is_empty() {
        // SQLite has columns without a type, and Mermaid does not.
        return "any".to_owned();
    }
    let letter = |letter: char| match letter {
        '(' | ')' | '[' | ']' => letter,
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '_',
    };
    let word = kind.replace(", ", ",").replace('"', "").chars().map(letter).collect();
    name_of(word, "t_")
}

/// A word, with a prefix if it would be a keyword, or begins with a character that Mermaid does not allow.
fn name_of(word: String, prefix: &str) -> String {
    let first = word.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default();
    let is_key = ["PK", "FK", "UK"].iter().any(|key| first.eq_ignore_ascii_case(key));
    let is_name = word.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if is_key || !is_name { format!("{prefix}{word}") } else { word }
}

/// A name that can be quoted. There are no escapes: `%` begins a comment, `#name;` is an entity, `~` belongs to types,
/// and `direction TB` is a command anywhere in a line.
fn quotable(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        text.push(match letter {
            '"' => '\'',
            '%' | '\\' | '~' => '_',
            ';' if text.contains('#') => '_',
            letter if letter.is_control() => '_',
            letter if letter.is_whitespace() && text.to_ascii_lowercase().ends_with("direction") => '_',
            letter => letter,
        });
    }
    if text.is_empty() { "_".to_owned() } else { text }
}
