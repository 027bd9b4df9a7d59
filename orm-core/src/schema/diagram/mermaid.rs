//! A diagram in the language of Mermaid.

use super::{Attribute, Count, Diagram, Entity, Key, Line};

impl Diagram {
    /// The diagram in the language of Mermaid, which many sites draw within Markdown: an `erDiagram`.
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

/// The names of the tables in quotes, so that none is a word of the language; each another, also where a letter had to go.
fn names(entities: &[Entity]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(entities.len());
    for entity in entities {
        let mut name = quotable(&entity.name);
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
    let name = word(column.name);
    let mut notes = Vec::new();
    if name != column.name {
        notes.push(quotable(column.name));
    }
    if column.nullable {
        notes.push("may be NULL".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" \"{}\"", notes.join(", ")) };
    format!("        {} {name}{keys}{notes}\n", column.kind)
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

/// The name of a column, which takes no quotes, with an underscore for each letter that the language does not take.
fn word(name: &str) -> String {
    let mut word: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let is_key = ["PK", "FK", "UK"].iter().any(|key| word.eq_ignore_ascii_case(key));
    if is_key || !word.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        word.insert_str(0, "c_");
    }
    word
}

/// A name that can stand in quotes, which have no escapes.
fn quotable(name: &str) -> String {
    let quotable = |letter: char| match letter {
        '"' => '\'',
        '%' | '\\' => '_',
        letter if letter.is_control() => '_',
        letter => letter,
    };
    name.chars().map(quotable).collect()
}
