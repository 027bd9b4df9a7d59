//! What is fetched for the rows of a query, as data. The types of the resulting rows are not in it:
//! [`Loader`](super::Loader)s have them.

use std::any::TypeId;
use std::sync::Arc;

use crate::ast::{Aggregate, Expr, Join, Order, Select};
use crate::column::{Condition, Filter, Ordering};
use crate::error::{Error, Result};
use crate::live::Needs;
use crate::schema::{PolymorphicDef, RelationDef, Table};
use crate::sql::Dialect;

/// A query as data: its rows and their order, and what is fetched for each row.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The rows.
    pub select: Select,
    /// What is fetched for them.
    pub below: Vec<Slotted>,
    /// How deep conditions are nested.
    pub depth: usize,
    /// The first error, such as a condition with a value that cannot be stored; it is returned when the rows are
    /// loaded.
    pub error: Option<Error>,
}

/// Something that is fetched, and the slot of the row that holds it.
#[derive(Clone, Debug)]
pub struct Slotted {
    /// What is fetched.
    pub fetch: Fetch,
    slot: TypeId,
    name: &'static str,
}

/// A relation or a value that is fetched for each row.
#[derive(Clone, Debug)]
pub enum Fetch {
    /// The rows that a relation leads to.
    Rows(Arc<RelationRows>),
    /// The descendants by a relation, to any depth.
    Tree(Arc<RelationRows>),
    /// A value computed from them.
    Value(Arc<RelationRows>, Aggregate),
    /// Rows of one of several models, each with its tag.
    OneOf(PolymorphicDef, Vec<(&'static str, Arc<RelationRows>)>),
    /// A value that a function of the program loads.
    Function,
}

/// The rows that a relation leads to.
#[derive(Clone, Debug)]
pub struct RelationRows {
    /// The relation.
    pub relation: &'static RelationDef,
    /// Which of its rows.
    pub draft: Draft,
    /// Whether they are joined to the rows that refer to them, if possible.
    pub joined: bool,
}

impl Draft {
    /// All rows of a table.
    pub(crate) fn new(table: &'static Table) -> Self {
        Draft::of(Select::new(table))
    }

    /// The rows of a select.
    pub(crate) fn of(select: Select) -> Self {
        Draft { select, below: Vec::new(), depth: 0, error: None }
    }

    /// Keeps only the rows that meet the condition.
    pub(crate) fn filter<M, Of>(&mut self, condition: impl Filter<M, Of>) {
        let condition = condition.into_condition().and_then(|condition| self.condition(condition));
        self.select.filter.extend(condition);
    }

    /// The condition, unless it contains a value that cannot be stored, or every row meets it.
    pub(crate) fn condition<M, Of>(&mut self, condition: Condition<M, Of>) -> Option<Expr> {
        self.depth = self.depth.max(condition.depth());
        let condition = condition.into_expr().map_err(|error| self.remember(error)).ok();
        condition.filter(|condition| !condition.says_nothing())
    }

    /// Adds terms to the order.
    pub(crate) fn order_by<M, Of>(&mut self, order: impl Ordering<M, Of>) {
        if let Err(error) = order.append_to(&mut self.select.order) {
            self.remember(error);
        }
    }

    /// Adds these terms to the order.
    pub(crate) fn order_by_terms(&mut self, terms: Result<Vec<Order>>) {
        match terms {
            Ok(terms) => self.select.order.extend(terms),
            Err(error) => self.remember(error),
        }
    }

    /// Fetches something for the rows, into the slot `S`. The compiler checks that a relation without a name is fetched
    /// once.
    pub(crate) fn fetch<S: 'static>(&mut self, fetch: Fetch) {
        let slotted = Slotted { fetch, slot: TypeId::of::<S>(), name: std::any::type_name::<S>() };
        if let Some(error) = slotted.fetch.error().cloned() {
            self.remember(error);
        } else if self.below.iter().any(|other| other.slot == slotted.slot) {
            let name = slotted.name();
            let name = name.rsplit("::").next().unwrap_or(name);
            self.remember(Error::invalid(format!(
                "two values of one row are loaded under the name `{name}`; give one of them another name"
            )));
        }
        self.below.push(slotted);
    }

    /// Fetches more for the rows, each into its own slot.
    pub(crate) fn fetch_all(&mut self, more: Vec<Slotted>) {
        if let Some(error) = more.iter().find_map(|slotted| slotted.fetch.error()).cloned() {
            self.remember(error);
        }
        self.below.extend(more);
    }

    /// Stores an error, if it is the first one.
    pub(crate) fn remember(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// Returns the error, if there is one.
    pub(crate) fn check(&self) -> Result<()> {
        self.error.clone().map_or(Ok(()), Err)
    }
}

impl Slotted {
    /// Something that is fetched for a field of a view.
    pub(crate) fn of_field(fetch: Fetch) -> Self {
        Slotted { fetch, slot: TypeId::of::<()>(), name: "" }
    }

    /// The name that the user chose for the slot: the path of a type.
    pub(crate) fn name(&self) -> &'static str {
        self.name.split_once('<').map_or(self.name, |(_, name)| name.trim_end_matches('>'))
    }
}

impl Fetch {
    /// Its error, if it has one.
    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Fetch::Rows(rows) | Fetch::Tree(rows) | Fetch::Value(rows, _) => rows.draft.error.as_ref(),
            Fetch::OneOf(_, variants) => variants.iter().find_map(|(_, rows)| rows.draft.error.as_ref()),
            Fetch::Function => None,
        }
    }

    /// The maximum number of levels of statements; `None` if it depends on the rows.
    fn levels(&self) -> Option<usize> {
        match self {
            Fetch::Rows(rows) => Some(1 + levels(&rows.draft.below)?),
            Fetch::Tree(_) => None,
            Fetch::Value(..) => Some(1),
            Fetch::OneOf(_, variants) => Some(1 + most(variants.iter().map(|(_, rows)| levels(&rows.draft.below)))?),
            Fetch::Function => Some(0),
        }
    }

    /// Whether it depends on the database's indexes: the statement of a relation with a limit per parent does, and so
    /// does the recognition of rows that several parents share.
    pub(crate) fn needs_indexes(&self) -> bool {
        match self {
            Fetch::Rows(rows) => rows.needs_indexes(),
            // Indexes say whether a row with the same key is the same row.
            Fetch::Tree(_) => true,
            Fetch::Value(..) | Fetch::Function => false,
            Fetch::OneOf(_, variants) => variants.iter().any(|(_, rows)| needs_indexes(&rows.draft.below)),
        }
    }
}

impl RelationRows {
    /// All rows that a relation leads to.
    pub(crate) fn new(relation: &'static RelationDef, select: Select) -> Self {
        RelationRows { relation, draft: Draft::of(select), joined: false }
    }

    /// Whether the rows are joined in the statement of their parents: if the relation is sure to lead to at most one
    /// row, so that the join repeats no row, and if its columns are those of the model.
    pub(crate) fn is_joined(&self) -> bool {
        self.joined && self.relation.leads_to_a_key() && self.draft.select.outputs.is_none()
    }

    pub(crate) fn needs_indexes(&self) -> bool {
        let joins = !joins(&self.draft.below).is_empty();
        let shares_rows = shares_rows(self.relation, joins || self.draft.select.reads_links());
        self.draft.select.is_limited() || shares_rows || needs_indexes(&self.draft.below)
    }
}

/// The relations that are joined to the rows for which they are fetched.
pub(crate) fn joins(below: &[Slotted]) -> Vec<Join> {
    let join = |slotted: &Slotted| match &slotted.fetch {
        Fetch::Rows(rows) if rows.is_joined() => {
            Some(Join { relation: rows.relation, filter: rows.draft.select.filter.clone() })
        }
        _ => None,
    };
    below.iter().filter_map(join).collect()
}

/// What the statements for the rows of one query need to know besides the models. `whole` says that they are all rows
/// of their table.
pub(crate) fn needs(below: &[Slotted], whole: bool, dialect: &dyn Dialect) -> Needs {
    let loads = !below.is_empty();
    Needs { indexes: needs_indexes(below) || (loads && dialect.finds_keys_in_lists()), references: loads && whole }
}

/// The maximum number of levels of statements after the query's own; `None` if it depends on the rows.
pub(crate) fn levels(below: &[Slotted]) -> Option<usize> {
    most(below.iter().map(|slotted| slotted.fetch.levels()))
}

/// The maximum of some numbers, if all are known.
fn most(mut numbers: impl Iterator<Item = Option<usize>>) -> Option<usize> {
    numbers.try_fold(0, |most, number| Some(most.max(number?)))
}

fn needs_indexes(below: &[Slotted]) -> bool {
    below.iter().any(|slotted| slotted.fetch.needs_indexes())
}

/// Whether the join table refers to the target by its primary key, which is one integer.
pub(super) fn links_by_int(relation: &RelationDef) -> bool {
    relation.through.is_some() && relation.to_columns == (relation.to)().primary_key && has_int_key(relation)
}

/// Whether each parent gets its own copy of shared rows, which are recognized by their key.
fn shares_rows(relation: &RelationDef, joins: bool) -> bool {
    relation.through.is_some() && (!links_by_int(relation) || joins)
}

pub(super) fn has_int_key(relation: &RelationDef) -> bool {
    (relation.to)().single_key().is_some_and(|key| key.sql_type.is_integer())
}
