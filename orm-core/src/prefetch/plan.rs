//! The statements of a query, as a tree for people to read.

use std::fmt;
use std::sync::Arc;

use super::Context;
use super::fetch::{Fetch, RelationRows, Slotted, joins};
use super::relation::{FEW_PARENTS, covers_target, form_of_keys, related, unknown_keys};
use crate::ast::Aggregate;
use crate::schema::RelationKind;
use crate::sql::{self, Form, Sql};

/// The statements of a query: one for its rows, and one for each relation.
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
    /// The model or the relation.
    pub name: String,
    /// How it is loaded, in a few words.
    pub how: &'static str,
    /// The statement, if there is one. Unknown keys are shown as an empty list; their number does not change the SQL.
    pub sql: Option<Sql>,
    /// The statement for many parents, if it differs.
    pub sql_for_many: Option<Sql>,
    /// The steps for the rows of this one.
    pub steps: Vec<Step>,
}

/// The steps for the rows of a query. `whole` says that they are all rows of their table, and `joins` that relations
/// are joined to them.
pub(crate) fn steps(below: &[Slotted], whole: bool, joins: bool, context: &Context) -> Vec<Step> {
    below.iter().map(|slotted| step(slotted, whole, joins, context)).collect()
}

fn step(slotted: &Slotted, whole: bool, joins: bool, context: &Context) -> Step {
    match &slotted.fetch {
        Fetch::Rows(rows) if joins && rows.is_joined() => {
            // Relations of a joined relation are not joined.
            let steps = steps(&rows.draft.below, false, false, context);
            Step { steps, ..Step::without_statement(rows.relation.name, "by the join above") }
        }
        Fetch::Rows(rows) => of_rows(rows, whole, context),
        Fetch::Tree(rows) => {
            let levels = RelationRows { joined: false, ..RelationRows::clone(rows) };
            let how = "to any depth, this statement for each level";
            let steps = steps(&rows.draft.below, false, false, context);
            Step { how, steps, ..of_rows(&levels, false, context) }
        }
        Fetch::Value(rows, function) => of_value(rows, *function, context),
        Fetch::OneOf(relation, variants) => {
            let of_variant = |(tag, rows): &(&'static str, Arc<RelationRows>)| Step {
                name: (*tag).to_owned(),
                ..of_rows(rows, false, context)
            };
            let steps = variants.iter().map(of_variant).collect();
            let how = "belongs to one of several, one statement for each kind";
            Step { steps, ..Step::without_statement(relation.name, how) }
        }
        Fetch::Function => Step::without_statement(slotted.name(), "by a function of the program's own"),
    }
}

fn of_rows(rows: &RelationRows, whole: bool, context: &Context) -> Step {
    let (keys, joins) = (unknown_keys(rows.relation), joins(&rows.draft.below));
    let [few, many] = [0, FEW_PARENTS + 1].map(|parents| related(rows, &joins, whole, (&keys, parents), context));
    let steps = steps(&rows.draft.below, covers_target(&few), !few.joins.is_empty(), context);
    let sql_for_many = (many.form != few.form).then(|| sql::related(&many, keys.clone(), context.dialect));
    let how = if sql_for_many.is_some() { FOR_FEW_AND_MANY } else { how(rows.relation.kind, few.form) };
    let sql = sql::related(&few, keys, context.dialect);
    Step { sql_for_many, steps, ..Step::new(rows.relation.name, how, sql) }
}

/// The statement of a many-to-many relation that depends on the number of parents.
const FOR_FEW_AND_MANY: &str = "many to many, by key; above 500 parents the links by key, then each row once";

fn of_value(rows: &RelationRows, function: Aggregate, context: &Context) -> Step {
    let keys = unknown_keys(rows.relation);
    let form = form_of_keys(rows.relation, &keys, context);
    let sql = sql::aggregate(rows.relation, &rows.draft.select, function, (form, keys), context.dialect);
    Step::new(rows.relation.name, function.describe(), sql)
}

fn how(kind: RelationKind, form: Form) -> &'static str {
    match (kind, form) {
        (RelationKind::BelongsTo, _) => "belongs to, by key",
        (RelationKind::HasOne, Form::Whole) => "has one, of the whole table",
        (RelationKind::HasOne, _) => "has one, by key",
        (RelationKind::HasMany, Form::Whole) => "has many, of the whole table",
        (RelationKind::HasMany, Form::Number) => "has many, by key, numbered for each",
        (RelationKind::HasMany, Form::LimitEach) => "has many, a limited look-up for each key",
        (RelationKind::HasMany, _) => "has many, by key",
        (RelationKind::ManyToMany, Form::WholeLinks) => "many to many, the whole table's links, then each row once",
        (RelationKind::ManyToMany, Form::Links | Form::ListLinks) => "many to many, links by key, then each row once",
        (RelationKind::ManyToMany, Form::Whole) => "many to many, of the whole table",
        (RelationKind::ManyToMany, Form::Number) => "many to many, by key, numbered for each",
        (RelationKind::ManyToMany, Form::LimitEach) => "many to many, a limited look-up for each key",
        (RelationKind::ManyToMany, Form::Keys | Form::List) => "many to many, by key",
    }
}

impl Plan {
    /// Returns the number of statements, if no level is empty.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.root.statements()
    }
}

impl Step {
    pub(crate) fn new(name: &str, how: &'static str, sql: Sql) -> Self {
        Step { sql: Some(sql), ..Step::without_statement(name, how) }
    }

    pub(crate) fn without_statement(name: &str, how: &'static str) -> Self {
        Step { name: name.to_owned(), how, sql: None, sql_for_many: None, steps: Vec::new() }
    }

    /// The statements of which one is sent.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Sql> {
        self.sql.iter().chain(&self.sql_for_many)
    }

    fn statements(&self) -> usize {
        usize::from(self.sql.is_some()) + self.steps.iter().map(Step::statements).sum::<usize>()
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, first: &str, rest: &str) -> fmt::Result {
        let separator = if self.how.is_empty() { "" } else { ": " };
        writeln!(f, "{first}{}{separator}{}", self.name, self.how)?;
        let below = if self.steps.is_empty() { "   " } else { "│  " };
        for sql in self.texts() {
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
