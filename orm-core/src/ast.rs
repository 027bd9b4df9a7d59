//! Queries as data: an abstract syntax tree that knows no dialect and does no I/O.
//!
//! A column is a position in the table of its scope, so conditions contain no aliases: the renderer opens a scope for
//! each table and chooses its alias. `Outer` refers to the enclosing scope, as a subquery does to its parent row.

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
    /// The selected values, if they are not the columns of the model.
    pub outputs: Option<Arc<[Expr]>>,
    /// Whether duplicate rows are removed (`DISTINCT`).
    pub distinct: bool,
    /// The grouping, if the rows are grouped.
    pub group: Option<Group>,
    /// To-one relations that are joined; their columns follow the table's columns.
    pub joins: Vec<Join>,
    /// The parent, if the query reads the relation of one parent row.
    pub of: Option<OfParent>,
    /// Conditions that all must hold.
    pub filter: Vec<Expr>,
    /// What to order by; the primary key is added when rendering.
    pub order: Vec<Order>,
    /// Values that distinguish rows with the same primary key.
    pub apart_by: Vec<Expr>,
    /// The maximum number of rows to return.
    pub limit: Option<u64>,
    /// The number of rows to skip first.
    pub offset: Option<u64>,
    /// The row lock, if the query locks rows.
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

    /// The selected values other than the model's columns, the grouping, the conditions and the order.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let outputs = self.outputs.iter().flat_map(|outputs| outputs.iter());
        let keys = self.group.iter().flat_map(|group| &group.by);
        outputs.chain(keys).chain(self.conditions()).chain(self.order.iter().map(|order| &order.by))
    }

    /// The conditions on rows and on groups.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Expr> {
        self.filter.iter().chain(self.group.iter().flat_map(|group| &group.having))
    }

    /// Whether the rows of a join model are selected or ordered by, and not only used in conditions.
    pub(crate) fn reads_links(&self) -> bool {
        self.selects_links() || self.order.iter().any(|order| order.by.of_link().is_some())
    }

    /// Whether a selected row depends on no other row: no value, comparison or order reads one.
    pub(crate) fn reads_own_values(&self) -> bool {
        self.exprs().all(Expr::reads_own_values)
    }

    /// Whether columns of a join model are selected.
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

    /// The parent whose rows are selected, if the query says nothing else of them.
    pub(crate) fn plain_of(&self) -> Option<&OfParent> {
        let Select { outputs, group, joins, filter, order, apart_by, lock, .. } = self;
        let asks_more = outputs.is_some() || group.is_some() || lock.is_some() || self.distinct || self.is_limited();
        let is_plain = !asks_more && joins.is_empty() && filter.is_empty() && order.is_empty() && apart_by.is_empty();
        self.of.as_ref().filter(|_| is_plain)
    }

    /// The complete order: the requested terms, then terms that distinguish rows, so that the order is the same on
    /// every run.
    pub(crate) fn full_order(&self) -> Vec<Order> {
        match &self.group {
            _ if self.distinct => self.distinct_order(),
            Some(group) => behind(&self.order, group.untold(&self.order)),
            None => behind(&self.order, self.key().chain(self.apart_by.iter().cloned())),
        }
    }

    /// The columns of the primary key that are missing in the requested order.
    fn key(&self) -> impl Iterator<Item = Expr> {
        let told = |column: &&usize| is_ordered_by(&self.order, **column);
        self.table.primary_key.iter().filter(move |column| !told(column)).map(|&column| Expr::Column(column))
    }

    /// The order of distinct rows, which are distinguished by all selected values.
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

/// The requested order and more terms, in the direction of its last term, so that an index of both can also be read
/// backwards.
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
    /// What other transactions cannot do with them.
    pub strength: Strength,
    /// What happens to rows that others have locked.
    pub wait: Wait,
}

/// What other transactions cannot do with locked rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Change, delete or lock them.
    Update,
    /// Change or delete them.
    Share,
}

/// What happens to rows that others have locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The query waits for them.
    Wait,
    /// The query leaves them out.
    Skip,
    /// The query returns an error.
    Refuse,
}

/// A to-one relation whose row is joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The relation.
    pub relation: &'static RelationDef,
    /// Conditions on the related row; a row that does not meet them is treated as missing.
    pub filter: Vec<Expr>,
}

/// The rows that `relation` leads to from the parent with this key.
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
    /// Whether the order is descending.
    pub descending: bool,
    /// The position of `NULL`s, if it is not the default of the database.
    pub nulls: Option<Nulls>,
    /// The name of the term in a user-supplied order.
    pub name: Option<&'static str>,
}

impl Order {
    /// An ascending term.
    pub(crate) fn ascending(by: Expr) -> Self {
        Order { by, descending: false, nulls: None, name: None }
    }

    /// Whether a value may be `NULL`, for rows of this table.
    pub(crate) fn is_nullable(&self, table: &Table) -> bool {
        self.by.is_nullable(table)
    }
}

/// The position of `NULL`s in an order.
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
    /// The column at a position of the new row of an upsert, after a conflict with an existing row.
    Excluded(usize),
    /// A bound value.
    Value(Value<'static>),
    /// A comparison of two values.
    Compare(Box<Expr>, Comparison, Box<Expr>),
    /// A number computed from two others.
    Arithmetic(Box<Expr>, Arithmetic, Box<Expr>),
    /// A part of a date or date-time, or the beginning of a unit of time.
    Calendar(Calendar, Argument),
    /// A value computed by a function.
    Call(Call),
    /// A value chosen by conditions.
    Case(Case),
    /// A value within JSON.
    Json(JsonValue),
    /// The value is `NULL`.
    IsNull(Box<Expr>),
    /// The value is in a list; false for an empty list.
    In(Box<Expr>, Vec<Value<'static>>),
    /// The value is among those that a select of one output returns; its `NULL`s are left out.
    InQuery(Box<Expr>, Arc<Select>),
    /// The value lies between two others, both included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The text matches a pattern.
    Like(Box<Expr>, Pattern, Letters),
    /// All of the conditions hold; true for an empty list.
    And(Vec<Expr>),
    /// One of the conditions holds; false for an empty list.
    Or(Vec<Expr>),
    /// The condition does not hold.
    Not(Box<Expr>),
    /// The relation leads to a row for which the condition holds.
    Exists(&'static RelationDef, Box<Expr>),
    /// The condition holds for one of the related rows that the select returns, in its order and within its limit.
    ExistsAmong(&'static RelationDef, Box<Select>, Box<Expr>),
    /// A value computed from the related rows for which the condition holds.
    OfRelated(&'static RelationDef, Aggregate, Box<Expr>),
    /// The condition is false or `NULL`: for "all", which a `NULL` must not satisfy.
    IsNotTrue(Box<Expr>),
    /// The condition holds: a value that is never `NULL`.
    IsTrue(Box<Expr>),
    /// A value computed from all rows of a group.
    Aggregate(Function, Option<Argument>),
    /// The column at a position of the row that a to-one relation of this scope's table leads to, which is joined.
    Joined(&'static RelationDef, usize),
    /// A value computed from the row that a to-one relation of this scope's table leads to, in the scope of that row.
    ValueOf(&'static RelationDef, Box<Expr>),
    /// A condition on the row of a join model through which a row of this scope's table was reached, or a value of that
    /// row.
    OfLink(&'static Table, Box<Expr>),
    /// Several values, compared as a row value: by the first, then by the second, and so on.
    Row(Vec<Expr>),
    /// The value at a position of the selected values, counted from 0, to order by.
    Output(usize),
    /// A condition or a value in raw SQL.
    Fragment(Box<SqlFragment>),
}

/// The argument of an aggregate function.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The value of a row.
    pub value: Box<Expr>,
    /// Its type.
    pub sql_type: SqlType,
}

/// An aggregate function, which ignores `NULL`s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The number of values, or of rows if there is no argument.
    Count,
    /// The number of distinct values.
    CountDistinct,
    /// Their sum.
    Sum,
    /// Their average.
    Average,
    /// Their minimum.
    Min,
    /// Their maximum.
    Max,
}

/// An aggregate of the rows that a relation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// Whether there are any rows.
    Presence,
    /// A function of a column, or of the rows themselves.
    Of(Function, Option<usize>),
}

impl Aggregate {
    /// The number of rows.
    pub(crate) const COUNT: Self = Aggregate::Of(Function::Count, None);

    /// The name of the value.
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

/// Whether the case of ASCII letters matters when a text is matched with a pattern. The case of other letters always
/// does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// `a` matches `A`.
    EitherCase,
    /// `a` matches only `a`.
    AsWritten,
}

/// What a text is matched against.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A pattern that the user wrote, with `%`, `_` and `\` as escape.
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

    /// Whether the value is nullable, for rows of this table.
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

    /// The condition on the row of a join model, or its value, if this is one.
    pub(crate) fn of_link(&self) -> Option<&Expr> {
        match self {
            Expr::OfLink(_, expr) => Some(expr),
            _ => None,
        }
    }

    /// Visits the expression, and its parts in the same scope if `visit` returns true.
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

    /// Whether the value is known to depend on one row only: raw SQL may contain anything.
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

    /// Whether the expression contains a value of the row that a to-one relation leads to.
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

    /// Whether every row meets the condition, because it is an empty list.
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
