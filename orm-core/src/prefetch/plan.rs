//! What a query will send, as a tree that a person can read.

use std::fmt;

use crate::sql::Sql;

/// The statements of a query: the root's, and one for each relation.
///
/// It prints as a tree:
///
/// ```text
/// Student
/// │ SELECT t0."id", t0."first_name" FROM "students" AS t0 ORDER BY t0."id"
/// └─ courses: many to many, sharing rows
///    SELECT …
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// The root.
    pub root: Step,
}

/// A statement of a plan, and those that follow from its rows.
#[derive(Clone, Debug)]
pub struct Step {
    /// The model or relation that is loaded.
    pub name: String,
    /// How, in a few words.
    pub how: &'static str,
    /// The statement, if it takes one. Keys that are not known yet show as an empty list; their number does not change the text.
    pub sql: Option<Sql>,
    /// What follows.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The number of statements, if no level turns out empty.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.root.statements()
    }
}

impl Step {
    pub(crate) fn new(name: &str, how: &'static str, sql: Sql) -> Self {
        Step { name: name.to_owned(), how, sql: Some(sql), steps: Vec::new() }
    }

    pub(crate) fn without_statement(name: &str, how: &'static str) -> Self {
        Step { name: name.to_owned(), how, sql: None, steps: Vec::new() }
    }

    fn statements(&self) -> usize {
        usize::from(self.sql.is_some()) + self.steps.iter().map(Step::statements).sum::<usize>()
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, first: &str, rest: &str) -> fmt::Result {
        let separator = if self.how.is_empty() { "" } else { ": " };
        writeln!(f, "{first}{}{separator}{}", self.name, self.how)?;
        let below = if self.steps.is_empty() { "   " } else { "│  " };
        if let Some(sql) = &self.sql {
            writeln!(f, "{rest}{below}{sql}")?;
        }
        for (position, step) in self.steps.iter().enumerate() {
            let last = position + 1 == self.steps.len();
            let (branch, trunk) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            step.print(f, &format!("{rest}{branch}"), &format!("{rest}{trunk}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.print(f, "", "")
    }
}
