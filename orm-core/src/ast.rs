//! What a query asks for: plain data that knows no dialect and does no I/O.
//!
//! A column is a position in the table of the scope it stands in, so conditions carry no aliases: the renderer opens a
//! scope for each table and names them. `Outer` looks one scope out, which is how a subquery refers to its parent row.

mod calendar;
mod call_site;
mod computed;
mod fragment;
mod group;
mod json;
mod union;

use std::sync::Arc;

pub use calendar::Calendar;
pub use call_site::CallSite;
pub use computed::{Call, Case, Scalar};
pub use group::Group;
pub(crate) use group::Loose;
pub use json::JsonValue;
pub use union::{SetOperator, Union};

use crate::schema::{RelationDef, Table};
use crate::types::SqlType;
use crate::value::Value;

pub use fragment::SqlFragment;

/// A `SELECT` over one model's table.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// The table that the rows come from.
    pub table: &'static Table,
    /// What is selected, if not the columns of the model.
    pub outputs: Option<Arc<[Expr]>>,
    /// Whether rows that are equal in all that is selected come once.
    pub distinct: bool,
    /// The groups that the rows are put together in, if they are.
    pub group: Option<Group>,
    /// To-one relations whose rows come in the same statement, after the table's own columns.
    pub joins: Vec<Join>,
    /// The rows of one parent, where the query is the relation of one.
    pub of: Option<OfParent>,
    /// Conditions that all must hold.
    pub filter: Vec<Expr>,
    /// What to order by; the primary key is added when rendering.
    pub order: Vec<Order>,
    /// What tells rows apart that have the primary key in common.
    pub apart_by: Vec<Expr>,
    /// The greatest number of rows to return.
    pub limit: Option<u64>,
    /// The number of rows to skip first.
    pub offset: Option<u64>,
    /// How the rows are locked, if they are.
    pub lock: Option<Lock>,
}

impl Select {
    pub(crate) fn new(table: &'static Table) -> Self {
        Select {
            table,
            outputs: None,
            distinct: false,
            group: None,
            joins: Vec::new(),
            of: None,
            filter: Vec::new(),
            order: Vec::new(),
            apart_by: Vec::new(),
            limit: None,
            offset: None,
            lock: None,
        }
    }

    /// Whether only some of the rows that meet the conditions are returned.
    pub(crate) fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// What is selected other than the columns of the model, what rows are grouped by, the conditions, and what to order by.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let outputs = self.outputs.iter().flat_map(|outputs| outputs.iter());
        let keys = self.group.iter().flat_map(|group| &group.by);
        outputs.chain(keys).chain(self.conditions()).chain(self.order.iter().map(|order| &order.by))
    }

    /// The conditions on rows and on groups.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Expr> {
        self.filter.iter().chain(self.group.iter().flat_map(|group| &group.having))
    }

    /// Whether the rows of a join model are read or ordered by, and not only asked about.
    pub(crate) fn reads_links(&self) -> bool {
        self.selects_links() || self.order.iter().any(|order| order.by.of_link().is_some())
    }

    /// Whether no other row is looked at for one that is selected, be it to compute, to compare or to order.
    pub(crate) fn reads_own_values(&self) -> bool {
        self.exprs().all(Expr::reads_own_values)
    }

    /// Whether rows come with those of a join model.
    pub(crate) fn selects_links(&self) -> bool {
        self.outputs.iter().any(|outputs| outputs.iter().any(|output| output.of_link().is_some()))
    }

    /// How many values are selected.
    pub(crate) fn width(&self) -> usize {
        self.outputs.as_ref().map_or(self.table.columns.len(), |outputs| outputs.len())
    }

    /// The same select with a limit of `rows`, or its own limit if that is lower.
    pub(crate) fn limited_to(&self, rows: u64) -> Self {
        Select { limit: Some(self.limit.map_or(rows, |limit| limit.min(rows))), ..self.clone() }
    }

    /// Whether the select returns every row of its table.
    pub(crate) fn is_whole_table(&self) -> bool {
        self.of.is_none() && self.filter.is_empty() && !self.is_limited()
    }

    /// What the rows are ordered by: what was asked for, then what tells them apart, so that the order is the same on
    /// every run.
    pub(crate) fn full_order(&self) -> Vec<Order> {
        match &self.group {
            _ if self.distinct => self.distinct_order(),
            Some(group) => behind(&self.order, group.untold(&self.order)),
            None => behind(&self.order, self.key().chain(self.apart_by.iter().cloned())),
        }
    }

    /// The columns of the primary key that the order asked for does not hold.
    fn key(&self) -> impl Iterator<Item = Expr> {
        let told = |column: &&usize| is_ordered_by(&self.order, **column);
        self.table.primary_key.iter().filter(move |column| !told(column)).map(|&column| Expr::Column(column))
    }

    /// Distinct rows are told apart by all that is selected.
    fn distinct_order(&self) -> Vec<Order> {
        let outputs = self.outputs.iter().flat_map(|outputs| outputs.iter());
        let tail = outputs.enumerate().filter_map(|(at, output)| match output {
            output if self.order.iter().any(|order| order.by == *output) => None,
            Expr::Column(column) => Some(Expr::Column(*column)),
            _ => Some(Expr::Output(at)),
        });
        behind(&self.order, tail)
    }
}

/// The order asked for, and more terms in the direction of its last: so an index of both can be read backwards too.
fn behind(orders: &[Order], tail: impl Iterator<Item = Expr>) -> Vec<Order> {
    let descending = orders.last().is_some_and(|order| order.descending);
    orders.iter().cloned().chain(tail.map(|by| Order { descending, ..Order::ascending(by) })).collect()
}

/// Whether a column is among the terms of an order.
pub(crate) fn is_ordered_by(orders: &[Order], column: usize) -> bool {
    orders.iter().any(|order| matches!(order.by, Expr::Column(other) if other == column))
}

/// How the rows that a select returns are locked until the transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// What others cannot do with them.
    pub strength: Strength,
    /// What becomes of rows that others have locked.
    pub wait: Wait,
}

/// What others cannot do with locked rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Change, delete or lock them.
    Update,
    /// Change or delete them.
    Share,
}

/// What becomes of rows that others have locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// They are waited for.
    Wait,
    /// They are left out.
    Skip,
    /// They are an error.
    Refuse,
}

/// A to-one relation whose row comes in the same statement as the one it starts at.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The relation.
    pub relation: &'static RelationDef,
    /// Conditions on the related row; a row that does not meet them is as good as none.
    pub filter: Vec<Expr>,
}

/// "The rows that `relation` leads to from the parent with this key."
#[derive(Clone, Debug, PartialEq)]
pub struct OfParent {
    /// The relation from the parent to the selected table.
    pub relation: &'static RelationDef,
    /// The parent's values for the relation's `from_columns`.
    pub key: Vec<Value<'static>>,
    /// Where the query was written.
    pub place: CallSite,
}

/// One term of an `ORDER BY`.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The value.
    pub by: Expr,
    /// From the greatest to the least.
    pub descending: bool,
    /// Where `NULL`s go, if not where the database puts them.
    pub nulls: Option<Nulls>,
    /// What a text from outside calls the term.
    pub name: Option<&'static str>,
}

impl Order {
    /// From the least to the greatest.
    pub(crate) fn ascending(by: Expr) -> Self {
        Order { by, descending: false, nulls: None, name: None }
    }

    /// Whether a value may be `NULL`, for rows of this table.
    pub(crate) fn is_nullable(&self, table: &Table) -> bool {
        self.by.is_nullable(table)
    }
}

/// Where `NULL`s stand in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

/// A condition or a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// The column at a position of this scope's table.
    Column(usize),
    /// The column at a position of the new row of an upsert, where it meets one that is there.
    Excluded(usize),
    /// A bound value.
    Value(Value<'static>),
    /// A comparison of two values.
    Compare(Box<Expr>, Comparison, Box<Expr>),
    /// A number computed from two others.
    Arithmetic(Box<Expr>, Arithmetic, Box<Expr>),
    /// A part or the beginning of a date or a moment.
    Calendar(Calendar, Argument),
    /// A value computed by a function.
    Call(Call),
    /// A value chosen by conditions.
    Case(Case),
    /// A value within JSON.
    Json(JsonValue),
    /// The value is `NULL`.
    IsNull(Box<Expr>),
    /// The value is one of a list; false for an empty one.
    In(Box<Expr>, Vec<Value<'static>>),
    /// The value is one of those that a select of one output returns; its `NULL`s are left out.
    InQuery(Box<Expr>, Arc<Select>),
    /// The value lies between two others, both included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The text matches a pattern.
    Like(Box<Expr>, Pattern, Letters),
    /// All of the conditions hold; true for none.
    And(Vec<Expr>),
    /// One of the conditions holds; false for none.
    Or(Vec<Expr>),
    /// The condition does not hold.
    Not(Box<Expr>),
    /// The relation leads to a row for which the condition holds.
    Exists(&'static RelationDef, Box<Expr>),
    /// One of the rows that the relation leads to and the select takes, in its order and within its limits, meets the condition.
    ExistsAmong(&'static RelationDef, Box<Select>, Box<Expr>),
    /// A value computed from the rows for which the condition holds that the relation leads to.
    OfRelated(&'static RelationDef, Aggregate, Box<Expr>),
    /// The condition is not known because a value is missing: for "all", which `NULL` must not pass.
    IsNotTrue(Box<Expr>),
    /// The condition holds: a value that is never `NULL`.
    IsTrue(Box<Expr>),
    /// A value computed from all rows of a group.
    Aggregate(Function, Option<Argument>),
    /// The column at a position of the row that a to-one relation of this scope's table leads to, which is joined.
    Joined(&'static RelationDef, usize),
    /// A value computed from the row that a to-one relation of this scope's table leads to, in the scope of that row.
    ValueOf(&'static RelationDef, Box<Expr>),
    /// A condition on the row of a join model, or a value of it, by which a row of this scope's table was reached.
    OfLink(&'static Table, Box<Expr>),
    /// Several values, compared as one: by the first, then by the second, and so on.
    Row(Vec<Expr>),
    /// The value at a position of what is selected, counted from 0; to order by.
    Output(usize),
    /// A condition or a value in SQL that the user wrote.
    Fragment(Box<SqlFragment>),
}

/// What a value is computed from for all rows of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The value of a row.
    pub value: Box<Expr>,
    /// What it holds.
    pub sql_type: SqlType,
}

/// How a value is computed from those of all rows of a group, of which `NULL`s are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Their number; that of the rows where there is no value to ask for.
    Count,
    /// The number of different values.
    CountDistinct,
    /// Their sum.
    Sum,
    /// Their average.
    Average,
    /// The least of them.
    Min,
    /// The greatest of them.
    Max,
}

/// What is computed from the rows that a relation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// Whether there are any.
    Presence,
    /// A function of a column, or of the rows themselves.
    Of(Function, Option<usize>),
}

impl Aggregate {
    /// The number of rows.
    pub(crate) const COUNT: Self = Aggregate::Of(Function::Count, None);

    /// The value in a word.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Aggregate::Presence => "presence",
            Aggregate::Of(Function::Count, _) => "count",
            Aggregate::Of(Function::CountDistinct, _) => "count of different values",
            Aggregate::Of(Function::Sum, _) => "sum",
            Aggregate::Of(Function::Average, _) => "average",
            Aggregate::Of(Function::Min, _) => "least value",
            Aggregate::Of(Function::Max, _) => "greatest value",
        }
    }
}

/// How a number is computed from two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `@>`: an array holds all elements of another.
    Contains,
    /// `<@`: all elements of an array are among those of another.
    ContainedIn,
    /// `&&`: two arrays have an element in common.
    Overlaps,
}

/// Whether the case of ASCII letters counts where a text is matched with a pattern. That of other letters does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// `a` matches `A`.
    EitherCase,
    /// `a` matches `a` alone.
    AsWritten,
}

/// What a text is matched against.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A pattern of the user's, with `%`, `_` and `\` as escape.
    Like(String),
    /// Text to be found anywhere, taken literally.
    Contains(String),
    /// Text to be found at the start, taken literally.
    StartsWith(String),
    /// Text to be found at the end, taken literally.
    EndsWith(String),
}

impl Pattern {
    /// The text as the user wrote it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Pattern::Like(text) | Pattern::Contains(text) | Pattern::StartsWith(text) | Pattern::EndsWith(text) => text,
        }
    }

    /// Whether this ends in a `\` that escapes nothing.
    pub(crate) fn ends_in_escape(&self) -> bool {
        let Pattern::Like(pattern) = self else { return false };
        let escapes = pattern.chars().rev().take_while(|letter| *letter == '\\').count();
        escapes % 2 == 1
    }
}

impl Expr {
    /// Whether this is a column of the row that a relation leads to.
    pub(crate) fn is_joined(&self, relation: &RelationDef, column: usize) -> bool {
        matches!(self, Expr::Joined(other, at) if other.is_same(relation) && *at == column)
    }

    /// Whether this is a value computed from all rows of a group.
    fn is_aggregate(&self) -> bool {
        match self {
            Expr::Aggregate(..) => true,
            Expr::Fragment(fragment) => fragment.is_aggregate,
            _ => false,
        }
    }

    /// Whether the value may be `NULL`, for rows of this table.
    pub(crate) fn is_nullable(&self, table: &Table) -> bool {
        match self {
            Expr::Column(column) => table.columns[*column].nullable,
            Expr::OfLink(link, value) => value.is_nullable(link),
            Expr::Calendar(_, argument) => argument.value.is_nullable(table),
            Expr::Aggregate(Function::Count | Function::CountDistinct, _)
            | Expr::OfRelated(_, Aggregate::COUNT | Aggregate::Presence, _) => false,
            Expr::Value(value) => matches!(value, Value::Null),
            Expr::Call(call) => call.is_nullable(table),
            Expr::Case(case) => case.is_nullable(table),
            _ => true,
        }
    }

    /// The condition or value of the row of a join model that this is, if it is one.
    pub(crate) fn of_link(&self) -> Option<&Expr> {
        match self {
            Expr::OfLink(_, expr) => Some(expr),
            _ => None,
        }
    }

    /// Visits the expression, and what it is made of in the same scope where `visit` says so.
    pub(crate) fn visit<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr) -> bool) {
        if !visit(self) {
            return;
        }
        match self {
            Expr::Aggregate(_, argument) => argument.iter().for_each(|argument| argument.value.visit(visit)),
            Expr::Calendar(_, argument) => argument.value.visit(visit),
            Expr::Json(value) => value.of.visit(visit),
            Expr::Compare(left, _, right) | Expr::Arithmetic(left, _, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Expr::Between(value, least, greatest) => {
                value.visit(visit);
                least.visit(visit);
                greatest.visit(visit);
            }
            Expr::Call(call) => call.arguments.iter().for_each(|argument| argument.visit(visit)),
            Expr::Case(case) => case.parts().for_each(|part| part.visit(visit)),
            Expr::IsNull(value) | Expr::In(value, _) | Expr::InQuery(value, _) | Expr::Like(value, ..) => {
                value.visit(visit);
            }
            Expr::And(terms) | Expr::Or(terms) | Expr::Row(terms) => terms.iter().for_each(|term| term.visit(visit)),
            Expr::Not(condition) | Expr::IsNotTrue(condition) | Expr::IsTrue(condition) => condition.visit(visit),
            Expr::Fragment(fragment) => fragment.arguments.iter().for_each(|argument| argument.visit(visit)),
            Expr::Column(_)
            | Expr::Excluded(_)
            | Expr::Value(_)
            | Expr::Exists(..)
            | Expr::ExistsAmong(..)
            | Expr::OfRelated(..)
            | Expr::ValueOf(..)
            | Expr::OfLink(..)
            | Expr::Joined(..)
            | Expr::Output(_) => {}
        }
    }

    /// Whether it is computed from values of one row alone, as far as is known: SQL of the user's may be anything.
    fn reads_own_values(&self) -> bool {
        let mut own = true;
        self.visit(&mut |expr| {
            own &= match expr {
                Expr::Exists(..)
                | Expr::ExistsAmong(..)
                | Expr::OfRelated(..)
                | Expr::InQuery(..)
                | Expr::ValueOf(..)
                | Expr::Joined(..)
                | Expr::Fragment(_) => false,
                Expr::OfLink(_, of_link) => of_link.reads_own_values(),
                _ => true,
            };
            own
        });
        own
    }

    /// Whether a value of the row that a to-one relation leads to stands in it.
    pub(crate) fn reads_joined(&self) -> bool {
        let mut reads = false;
        self.visit(&mut |expr| {
            reads |= matches!(expr, Expr::ValueOf(..) | Expr::Joined(..));
            !reads
        });
        reads
    }

    /// The condition that a target's tag sets, for the other side of a polymorphic relation.
    pub(crate) fn tag(relation: &RelationDef) -> Option<Expr> {
        let (column, tag) = relation.tag?;
        let tag = Box::new(Expr::Value(Value::Text(tag.into())));
        Some(Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, tag))
    }

    /// Whether every row meets the condition, since it is a list of none.
    pub(crate) fn says_nothing(&self) -> bool {
        matches!(self, Expr::And(terms) if terms.is_empty())
    }

    /// Both conditions, kept flat: a chain of `&` is one list, so that its depth stays small.
    pub(crate) fn and(self, other: Expr) -> Expr {
        let mut terms = match self {
            Expr::And(terms) => terms,
            term => vec![term],
        };
        match other {
            Expr::And(more) => terms.extend(more),
            term => terms.push(term),
        }
        Expr::And(terms)
    }
}
