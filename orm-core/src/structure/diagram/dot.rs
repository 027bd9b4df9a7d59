//! A diagram in Graphviz's language.

use super::{Attribute, Count, Diagram, Key, Line};

impl Diagram {
    /// Writes the diagram in Graphviz's language, for `dot -Tsvg`.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut parts = vec!["digraph {\n    rankdir=RL\n    node [shape=plain]\n    edge [dir=both]\n".to_owned()];
        for (at, entity) in self.entities.iter().enumerate() {
            let view = if entity.is_view { " (view)" } else { "" };
            parts.push(format!("    t{at} [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\">\n"));
            parts.push(format!("        <tr><td><b>{}</b>{view}</td></tr>\n", escaped(&entity.name)));
            parts.extend(entity.attributes.iter().map(attribute));
            parts.push("    </table>>]\n".to_owned());
        }
        parts.extend(self.lines.iter().map(line));
        parts.push("}\n".to_owned());
        parts.concat()
    }
}

fn attribute(column: &Attribute) -> String {
    let name = escaped(&column.name);
    let name = if column.keys.contains(&Key::Primary) { format!("<u>{name}</u>") } else { name };
    let null = if column.nullable { "?" } else { "" };
    // SQLite has columns without a type.
    let kind = if column.kind.is_empty() { String::new() } else { format!(": {}", escaped(&column.kind)) };
    format!("        <tr><td align=\"left\">{name}{kind}{null}</td></tr>\n")
}

/// A line from the table that refers to the referenced one.
fn line(line: &Line) -> String {
    let (first, second) = line.ends;
    let (head, tail) = (arrow(line.first), arrow(line.second));
    let style = if line.is_checked { "solid" } else { "dashed" };
    let label = escaped(&line.label);
    format!("    t{second} -> t{first} [label=<{label}>, arrowhead={head}, arrowtail={tail}, style={style}]\n")
}

fn arrow(count: Count) -> &'static str {
    match count {
        Count::One => "teetee",
        Count::NoneOrOne => "teeodot",
        Count::Many => "crowodot",
    }
}

/// Text within a label, which is similar to HTML, and may not have elements without text.
fn escaped(text: &str) -> String {
    if text.is_empty() {
        return "_".to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
