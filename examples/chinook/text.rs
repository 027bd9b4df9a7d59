//! Sections and texts of the report.

use orm::{Db, Recording};

/// A section of the report, and the statements that it took.
pub(crate) struct Section {
    recording: Recording,
}

impl Section {
    pub(crate) fn begin(db: &Db, title: &str) -> Self {
        println!("── {title} ──\n");
        Section { recording: db.record() }
    }

    pub(crate) fn end(self) {
        println!("\n  {} statements\n", self.recording.count());
    }
}

pub(crate) fn shown(name: Option<&String>) -> &str {
    name.map_or("unnamed", String::as_str)
}

pub(crate) fn plural(noun: &str, count: usize) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// The first characters of a text, with an ellipsis if some are missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// `73:05`
pub(crate) fn minutes(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
