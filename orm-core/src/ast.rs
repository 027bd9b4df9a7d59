//! What a query asks for: plain data that knows no dialect and does no I/O.
//!
//! A column is a position in the table of the scope it stands in, so conditions carry no aliases: the renderer opens a
//! scope for each table and names them. `Outer` looks one scope out, which is how a subquery refers to its parent row.

use crate::schema::{RelationDef, Table};
use crate::value::Value;

/// A `SELECT` over one model's table.
#[derive(Clone, Debug)]
pub struct Select {
    /// The table that the rows come from.
    pub table: &'static Table,
    /// To-one relations whose rows come in the same statement, after the table's own columns.
    pub joins: Vec<Join>,
    /// The rows of one parent, where the query is the relation of one.
    pub of: Option<OfParent>,
    /// Conditions that all must hold.
    pub filter: Vec<Expr>,
    /// What to order by; the primary key is added when rendering.
    pub order: Vec<Order>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// Skip so many rows.
    pub offset: Option<u64>,
}

impl Select {
    pub(crate) fn new(table: &'static Table) -> Self {
        Select { table, joins: Vec::new(), of: None, filter: Vec::new(), order: Vec::new(), limit: None, offset: None }
    }

    /// Whether only some of the rows that meet the conditions are returned.
    pub(crate) fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Whether the select returns every row of its table.
    pub(crate) fn is_whole_table(&self) -> bool {
        self.of.is_none() && self.filter.is_empty() && !self.is_limited()
    }
}

/// A to-one relation whose row comes in the same statement as the one it starts at.
#[derive(Clone, Debug)]
pub struct Join {
    /// The relation.
    pub relation: &'static RelationDef,
    /// Conditions on the related row; a row that does not meet them is as good as none.
    pub filter: Vec<Expr>,
}

/// "The rows that `relation` leads to from the parent with this key."
#[derive(Clone, Debug)]
pub struct OfParent {
    /// The relation from the parent to the selected table.
    pub relation: &'static RelationDef,
    /// The parent's values for the relation's `from_columns`.
    pub key: Vec<Value<'static>>,
}

/// One term of an `ORDER BY`.
#[derive(Clone, Debug)]
pub struct Order {
    /// The position of the column.
    pub column: usize,
    /// From the greatest to the least.
    pub descending: bool,
    /// Where `NULL`s go, if not where the database puts them.
    pub nulls: Option<Nulls>,
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
#[derive(Clone, Debug)]
pub enum Expr {
    /// The column at a position of this scope's table.
    Column(usize),
    /// A bound value.
    Value(Value<'static>),
    /// A comparison of two values.
    Compare(Box<Expr>, Comparison, Box<Expr>),
    /// A number computed from two others.
    Arithmetic(Box<Expr>, Arithmetic, Box<Expr>),
    /// The value is `NULL`.
    IsNull(Box<Expr>),
    /// The value is one of a list; false for an empty one.
    In(Box<Expr>, Vec<Value<'static>>),
    /// The value lies between two others, both included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The text matches a pattern.
    Like(Box<Expr>, Pattern),
    /// All of the conditions hold; true for none.
    And(Vec<Expr>),
    /// One of the conditions holds; false for none.
    Or(Vec<Expr>),
    /// The condition does not hold.
    Not(Box<Expr>),
    /// The relation leads to a row for which the condition holds.
    Exists(&'static RelationDef, Box<Expr>),
    /// How many rows for which the condition holds the relation leads to.
    Count(&'static RelationDef, Box<Expr>),
    /// The condition is not known because a value is missing: for "all", which `NULL` must not pass.
    IsNotTrue(Box<Expr>),
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
}

/// What a text is matched against.
#[derive(Clone, Debug)]
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
}

impl Expr {
    /// The condition that a target's tag sets, for the other side of a polymorphic relation.
    pub(crate) fn tag(relation: &RelationDef) -> Option<Expr> {
        let (column, tag) = relation.tag?;
        let tag = Box::new(Expr::Value(Value::Text(tag.into())));
        Some(Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, tag))
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

    /// Either condition, kept flat.
    pub(crate) fn or(self, other: Expr) -> Expr {
        let mut terms = match self {
            Expr::Or(terms) => terms,
            term => vec![term],
        };
        match other {
            Expr::Or(more) => terms.extend(more),
            term => terms.push(term),
        }
        Expr::Or(terms)
    }
}
