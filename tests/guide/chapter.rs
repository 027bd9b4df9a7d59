//! A chapter of the guide, compared with what its code prints.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::{env, fs, mem};

use crate::text::{self, Block, blocks};

/// A chapter, whose outputs are compared in order.
///
/// With `GUIDE=overwrite` in the environment, outputs are written into the chapter instead of being compared.
pub(crate) struct Chapter {
    path: String,
    shown: Vec<Block>,
    met: Vec<String>,
}

impl Chapter {
    pub(crate) fn open(name: &str) -> Self {
        let path = format!("docs/guide/{name}.md");
        let shown = blocks(&text::read(&path)).into_iter().filter(is_output).collect();
        Chapter { path, shown, met: Vec::new() }
    }

    /// Checks that the next output of the chapter shows these statements.
    pub(crate) fn shows_sql<S: AsRef<str>>(&mut self, statements: &[S]) {
        let broken: Vec<String> = statements.iter().map(|statement| broken_into_lines(statement.as_ref())).collect();
        self.shows("sql", broken.join("\n\n"));
    }

    /// Checks that the next output of the chapter is this one.
    pub(crate) fn shows(&mut self, language: &str, output: impl Display) {
        let output = output.to_string().trim_end().to_owned();
        let path = &self.path;
        let Some(shown) = self.shown.get(self.met.len()) else { panic!("{path} does not show this:\n\n{output}") };
        assert_eq!(shown.language, language, "{path} shows another output before this one:\n\n{output}");
        if !overwrites() {
            assert!(shown.text == output, "{path} shows\n\n{}\n\nwhere this came:\n\n{output}", shown.text);
        }
        self.met.push(output);
    }

    /// Checks that the chapter shows no further output.
    pub(crate) fn close(mut self) {
        let path = &self.path;
        if let Some(block) = self.shown.get(self.met.len()) {
            panic!("{path} shows an output that no test produces:\n\n{}", block.text);
        }
        if overwrites() {
            rewrite(path, |text| with_outputs(text, mem::take(&mut self.met)));
        }
    }
}

/// The outputs that a chapter shows: what a program printed or sent, but no source code and no compiler messages.
fn is_output(block: &Block) -> bool {
    matches!(&*block.language, "sql" | "text" | "json" | "mermaid") && !block.text.starts_with("error")
}

pub(crate) fn overwrites() -> bool {
    env::var_os("GUIDE").is_some_and(|value| value == "overwrite")
}

/// Changes the text of a chapter. Another test may change other parts of it at the same time.
pub(crate) fn rewrite(path: &str, change: impl FnOnce(&str) -> String) {
    static WRITING: Mutex<()> = Mutex::new(());
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let written = fs::write(text::root().join(path), change(&text::read(path)));
    written.unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// The text of a chapter with other outputs.
fn with_outputs(text: &str, outputs: Vec<String>) -> String {
    let mut outputs = outputs.into_iter();
    let mut parts: Vec<String> = text.split("```").map(ToOwned::to_owned).collect();
    for part in parts.iter_mut().skip(1).step_by(2) {
        let (language, shown) = part.split_once('\n').unwrap_or((part, ""));
        if is_output(&Block { language: language.to_owned(), text: shown.to_owned() }) {
            *part = format!("{language}\n{}\n", outputs.next().unwrap_or_default());
        }
    }
    parts.join("```")
}

/// Formats a statement with one line for each clause, unless it is short. The same for the content of parentheses.
fn broken_into_lines(statement: &str) -> String {
    const CLAUSES: [&str; 11] = [
        " FROM ",
        " LEFT JOIN ",
        " JOIN ",
        " CROSS JOIN ",
        " WHERE ",
        " GROUP BY ",
        " ORDER BY ",
        " LIMIT ",
        " UNION ALL ",
        " VALUES ",
        " RETURNING ",
    ];
    let mut lines = String::with_capacity(statement.len() + 64);
    let mut is_broken = vec![statement.len() > 100];
    for (at, letter) in statement.char_indices() {
        let rest = &statement[at..];
        match letter {
            '(' => is_broken.push(!lines.ends_with("OVER ") && length_in_parentheses(rest) > 60),
            ')' => drop(is_broken.pop()),
            _ => {}
        }
        let is_clause = CLAUSES.iter().any(|clause| rest.starts_with(clause));
        let goes_on = ["LEFT", "CROSS", "DELETE"].iter().any(|word| lines.ends_with(word));
        if is_clause && !goes_on && is_broken.last() == Some(&true) {
            lines.push('\n');
            lines.push_str(&"    ".repeat(is_broken.len() - 1));
        } else {
            lines.push(letter);
        }
    }
    lines.replace("\nUNION ALL SELECT", "\nUNION ALL\nSELECT")
}

/// The distance from a parenthesis to the one that closes it.
fn length_in_parentheses(text: &str) -> usize {
    let mut depth = 0_usize;
    let closing = text.find(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    closing.unwrap_or(text.len())
}
