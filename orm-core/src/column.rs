//! Typed columns, and the conditions and orders that are made of them.

mod chosen;

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::ast::{Comparison, Expr, Nulls, Order, Pattern};
use crate::error::{Error, Result};
use crate::expression::{EachGroup, EachRow};
use crate::model::Model;
use crate::sql::Param;
use crate::types::{ColumnType, KeyType, Required};
use crate::value::{Mismatch, Value};

pub use chosen::order_from;

/// A column of the model `M` that holds a `T`; what `Student::last_name()` returns.
#[must_use = "a column does nothing until it is compared or ordered by"]
pub struct Column<M, T> {
    index: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at a position. Generated code calls this.
    #[doc(hidden)]
    pub const fn at(index: usize) -> Self {
        Column { index, types: PhantomData }
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Model, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", M::TABLE.model, M::TABLE.columns[self.index].field)
    }
}

impl<M: Model, T: ColumnType> Column<M, T> {
    /// Equal to a value or another column. `eq(None)` asks for `NULL`.
    ///
    /// SQL: `"last_name" = ?`
    pub fn eq(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Eq, other)
    }

    /// Different from a value or another column. As in SQL, a row whose column is `NULL` is not found by this;
    /// `ne(None)` asks for anything but `NULL`.
    ///
    /// SQL: `"last_name" <> ?`
    pub fn ne(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Ne, other)
    }

    /// Less than a value or another column. SQL: `"age" < ?`
    pub fn lt(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Lt, other)
    }

    /// At most a value or another column. SQL: `"age" <= ?`
    pub fn le(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Le, other)
    }

    /// Greater than a value or another column. SQL: `"age" > ?`
    pub fn gt(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Gt, other)
    }

    /// At least a value or another column. SQL: `"age" >= ?`
    pub fn ge(self, other: impl Operand<M, T>) -> Condition<M> {
        self.compare(Comparison::Ge, other)
    }

    /// Between two values, both included. SQL: `"age" BETWEEN ? AND ?`
    pub fn between(self, least: impl Operand<M, T>, greatest: impl Operand<M, T>) -> Condition<M> {
        let bounds = (self.operand(least), self.operand(greatest));
        let (Ok(least), Ok(greatest)) = bounds else {
            return Condition::failed(bounds.0.err().or(bounds.1.err()));
        };
        Condition::new(Expr::Between(Box::new(self.expr()), Box::new(least), Box::new(greatest)))
    }

    /// One of some values. None of an empty list; `None` in the list matches nothing, as in SQL. Any number of values
    /// works, with one statement text.
    ///
    /// SQL: `"id" IN (…)`
    pub fn in_<V: Operand<M, T>>(self, values: impl IntoIterator<Item = V>) -> Condition<M> {
        let mut list = Vec::new();
        for value in values {
            match self.operand(value) {
                Ok(Expr::Value(Value::Null)) => {}
                Ok(Expr::Value(Value::Json(_))) => return Condition::failed(Some(json_is_not_compared())),
                Ok(Expr::Value(value)) => list.push(value),
                Ok(_) => return Condition::failed(Some(Error::invalid("`in_` takes values, not columns; use `eq`"))),
                Err(error) => return Condition::failed(Some(error)),
            }
        }
        Condition::new(Expr::In(Box::new(self.expr()), list))
    }

    /// `NULL`. SQL: `"department_id" IS NULL`
    pub fn is_null(self) -> Condition<M> {
        Condition::new(Expr::IsNull(Box::new(self.expr())))
    }

    /// Not `NULL`. SQL: `"department_id" IS NOT NULL`
    pub fn is_not_null(self) -> Condition<M> {
        !self.is_null()
    }

    /// From the least to the greatest.
    pub fn asc(self) -> OrderBy<M> {
        OrderBy::new(Ok(self.expr()), false)
    }

    /// From the greatest to the least.
    pub fn desc(self) -> OrderBy<M> {
        OrderBy::new(Ok(self.expr()), true)
    }

    pub(crate) fn index(self) -> usize {
        self.index
    }

    pub(crate) fn expr(self) -> Expr {
        Expr::Column(self.index)
    }

    fn compare(self, comparison: Comparison, other: impl Operand<M, T>) -> Condition<M> {
        Condition::compare(Ok(self.expr()), comparison, self.operand(other))
    }

    pub(crate) fn operand(self, other: impl Operand<M, T>) -> Result<Expr> {
        other.into_expr().map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[self.index], mismatch))
    }
}

/// As text, `1.0` and `1` differ, and so do two orders of the names of an object; as JSON they do not.
fn json_is_not_compared() -> Error {
    Error::invalid("JSON is not compared, since databases do that in different ways; compare a column of its own")
}

/// Text columns: of `String`, `Option<String>` and newtypes of them.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no text",
    label = "not a text column",
    note = "patterns are of `String` columns; compare others with `eq`, `lt`, `between` and the like"
)]
pub trait TextType: ColumnType {}

impl TextType for String {}
impl<T: TextType + ColumnType<Presence = crate::types::Required>> TextType for Option<T> {}

impl<M: Model, T: ColumnType> Column<M, T> {
    /// Matches a pattern in which `%` stands for any text, `_` for any character, and `\` takes the next one literally.
    /// The case of ASCII letters does not count, and that of others does, on every database.
    ///
    /// SQL: `"title" LIKE ? ESCAPE '\'`; on PostgreSQL `"title" COLLATE "C" ILIKE ? ESCAPE '\'`
    pub fn like(self, pattern: impl Into<String>) -> Condition<M>
    where
        T: TextType,
    {
        self.matches(Pattern::Like(pattern.into()))
    }

    /// Contains a text, taken literally. Compared as `like` compares.
    pub fn contains(self, text: impl Into<String>) -> Condition<M>
    where
        T: TextType,
    {
        self.matches(Pattern::Contains(text.into()))
    }

    /// Starts with a text, taken literally. Compared as `like` compares.
    pub fn starts_with(self, text: impl Into<String>) -> Condition<M>
    where
        T: TextType,
    {
        self.matches(Pattern::StartsWith(text.into()))
    }

    /// Ends with a text, taken literally. Compared as `like` compares.
    pub fn ends_with(self, text: impl Into<String>) -> Condition<M>
    where
        T: TextType,
    {
        self.matches(Pattern::EndsWith(text.into()))
    }

    fn matches(self, pattern: Pattern) -> Condition<M> {
        if pattern.text().contains('\0') {
            // Databases that take a NUL at all end the pattern there, and would find other rows.
            let mismatch = Mismatch::Unstorable("a pattern cannot hold a NUL");
            return Condition::failed(Some(Error::encode(M::TABLE, &M::TABLE.columns[self.index], mismatch)));
        }
        Condition::new(Expr::Like(Box::new(self.expr()), pattern))
    }
}

/// What a column of type `T` can be compared with: a `T`, a value that stands for one, or another column of the model.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be compared with `{Self}`",
    label = "not a `{T}`, nor another such column of `{M}`"
)]
pub trait Operand<M, T> {
    /// The operand as part of a condition.
    ///
    /// # Errors
    ///
    /// When no database could hold the value exactly.
    #[doc(hidden)]
    fn into_expr(self) -> Result<Expr, Mismatch>;
}

fn bound<T: ColumnType>(value: &T) -> Result<Expr, Mismatch> {
    Ok(Expr::Value(value.encode()?.into_owned()))
}

impl<M, T: ColumnType> Operand<M, T> for T {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        bound(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for &T {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        bound(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for T {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        bound(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, String> for &str {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(Expr::Value(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, Option<String>> for &str {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(Expr::Value(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> Operand<M, T> for Column<M, T> {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> Operand<M, Option<T>> for Column<M, T> {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType<Presence = Required>> Operand<M, T> for Column<M, Option<T>> {
    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(self.expr())
    }
}

/// A condition on rows of the model `M`, or on groups of them ([`EachGroup`]). Conditions are combined with `&`, `|` and
/// `!`.
#[must_use = "a condition does nothing until a query is filtered by it"]
pub struct Condition<M, Of = EachRow> {
    /// The error waits for the query to run, so that building a condition needs no `?`.
    expr: Result<Expr>,
    /// How many levels of conditions lie within each other.
    depth: usize,
    model: PhantomData<fn() -> (M, Of)>,
}

/// More levels than anybody writes, and fewer than would exhaust a stack when they are rendered or dropped.
const MAX_DEPTH: usize = 200;

impl<M, Of> Condition<M, Of> {
    pub(crate) fn new(expr: Expr) -> Self {
        Condition { expr: Ok(expr), depth: 0, model: PhantomData }
    }

    pub(crate) fn failed(error: Option<Error>) -> Self {
        let error = error.unwrap_or_else(|| Error::invalid("the condition holds a value that cannot be stored"));
        Condition { expr: Err(error), depth: 0, model: PhantomData }
    }

    /// A comparison; with `NULL`, the question whether the other side is `NULL`.
    pub(crate) fn compare(left: Result<Expr>, comparison: Comparison, right: Result<Expr>) -> Self {
        let (left, right) = match (left, right) {
            (Ok(left), Ok(right)) => (Box::new(left), right),
            (Err(error), _) | (_, Err(error)) => return Condition::failed(Some(error)),
        };
        match (comparison, right) {
            (Comparison::Eq, Expr::Value(Value::Null)) => Condition::new(Expr::IsNull(left)),
            (Comparison::Ne, Expr::Value(Value::Null)) => !Condition::new(Expr::IsNull(left)),
            (_, Expr::Value(Value::Json(_))) => Condition::failed(Some(json_is_not_compared())),
            (_, right) => Condition::new(Expr::Compare(left, comparison, Box::new(right))),
        }
    }

    pub(crate) fn into_expr(self) -> Result<Expr> {
        self.expr
    }

    /// A condition made of this one, a level deeper.
    pub(crate) fn within<P>(self, outer: impl FnOnce(Expr) -> Expr) -> Condition<P, Of> {
        Condition { expr: self.expr.map(outer), depth: self.depth + 1, model: PhantomData }.checked()
    }

    fn combine(self, other: Self, is_same: fn(&Expr) -> bool, combine: fn(Expr, Expr) -> Expr) -> Self {
        // A list that takes another term stays one level.
        let level = |condition: &Self| condition.depth + usize::from(!condition.expr.as_ref().is_ok_and(is_same));
        let depth = level(&self).max(level(&other));
        let expr = self.expr.and_then(|left| Ok(combine(left, other.expr?)));
        Condition { expr, depth, model: PhantomData }.checked()
    }

    fn checked(self) -> Self {
        if self.depth <= MAX_DEPTH || self.expr.is_err() {
            return self;
        }
        Condition::failed(Some(Error::invalid(format!("conditions lie within each other more than {MAX_DEPTH} deep"))))
    }
}

impl<M, Of> BitAnd for Condition<M, Of> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.combine(other, |expr| matches!(expr, Expr::And(_)), Expr::and)
    }
}

impl<M, Of> BitOr for Condition<M, Of> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.combine(other, |expr| matches!(expr, Expr::Or(_)), Expr::or)
    }
}

impl<M, Of> Not for Condition<M, Of> {
    type Output = Self;

    fn not(self) -> Self {
        match self.expr {
            Ok(Expr::Not(condition)) => Condition { expr: Ok(*condition), depth: self.depth - 1, ..self },
            _ => self.within(|expr| Expr::Not(Box::new(expr))),
        }
    }
}

impl<M, Of> fmt::Debug for Condition<M, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition(..)")
    }
}

/// A term of an order over rows of the model `M`, or over groups of them ([`EachGroup`]); what
/// `Student::last_name().asc()` returns.
#[must_use = "an order does nothing until a query is ordered by it"]
pub struct OrderBy<M, Of = EachRow> {
    /// The error waits for the query to run, as that of a condition does.
    by: Result<Expr>,
    descending: bool,
    nulls: Option<Nulls>,
    model: PhantomData<fn() -> (M, Of)>,
}

impl<M, Of> OrderBy<M, Of> {
    pub(crate) fn new(by: Result<Expr>, descending: bool) -> Self {
        OrderBy { by, descending, nulls: None, model: PhantomData }
    }

    /// `NULL`s before all values. Without this or [`nulls_last`](OrderBy::nulls_last) they are less than all values,
    /// on every database.
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(Nulls::First);
        self
    }

    /// `NULL`s after all values.
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(Nulls::Last);
        self
    }

    fn push_to(self, orders: &mut Vec<Order>) -> Result<()> {
        orders.push(Order { by: self.by?, descending: self.descending, nulls: self.nulls });
        Ok(())
    }
}

impl<M: Model, Of> fmt::Debug for OrderBy<M, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.descending { "desc" } else { "asc" };
        match self.by {
            Ok(Expr::Column(column)) => write!(f, "{} {direction}", M::TABLE.columns[column].field),
            _ => write!(f, "an expression {direction}"),
        }
    }
}

/// What a query can be ordered by: one term, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not order rows of `{M}`",
    label = "not an order of `{M}`",
    note = "write a column with a direction, as in `.order_by(Student::last_name().asc())`, or a tuple of such terms"
)]
pub trait Ordering<M, Of = EachRow> {
    /// Adds the terms.
    ///
    /// # Errors
    ///
    /// When an expression holds a value that cannot be stored.
    #[doc(hidden)]
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()>;
}

impl<M> Ordering<M> for OrderBy<M> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.push_to(orders)
    }
}

#[diagnostic::do_not_recommend]
impl<M, Of> Ordering<M, EachGroup> for OrderBy<M, Of> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.push_to(orders)
    }
}

macro_rules! ordering_tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, Of, $($name: Ordering<M, Of>),*> Ordering<M, Of> for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
                let ($($name,)*) = self;
                $($name.append_to(orders)?;)*
                Ok(())
            }
        }
    };
}

ordering_tuple!(A B);
ordering_tuple!(A B C);
ordering_tuple!(A B C D);
ordering_tuple!(A B C D E);
ordering_tuple!(A B C D E F);
ordering_tuple!(A B C D E F G);
ordering_tuple!(A B C D E F G H);

/// Terms that were chosen at run time, as [`order_from`] returns them.
#[diagnostic::do_not_recommend]
impl<M> Ordering<M> for Vec<OrderBy<M>> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.into_iter().try_for_each(|term| term.push_to(orders))
    }
}

/// A primary key as a whole: the type of its column, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of a primary key",
    label = "not a key",
    note = "keys are integers, text, bytes or uuids, or tuples of up to four of these"
)]
pub trait Key {
    /// The values of the key's columns.
    ///
    /// # Errors
    ///
    /// When no database could hold a value exactly.
    #[doc(hidden)]
    fn to_values(&self) -> Result<Vec<Value<'static>>, Mismatch>;

    /// The same as parameters, which need no memory of their own.
    ///
    /// # Errors
    ///
    /// As [`to_values`](Key::to_values).
    #[doc(hidden)]
    fn to_params(&self) -> Result<impl AsRef<[Param<'_>]>, Mismatch>;
}

impl<T: KeyType> Key for T {
    fn to_params(&self) -> Result<impl AsRef<[Param<'_>]>, Mismatch> {
        Ok([Param::Value(self.encode()?)])
    }

    fn to_values(&self) -> Result<Vec<Value<'static>>, Mismatch> {
        Ok(vec![self.encode()?.into_owned()])
    }
}

macro_rules! key_tuple {
    ($($name:ident)*) => {
        impl<$($name: KeyType),*> Key for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn to_params(&self) -> Result<impl AsRef<[Param<'_>]>, Mismatch> {
                let ($($name,)*) = self;
                Ok([$(Param::Value($name.encode()?)),*])
            }

            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn to_values(&self) -> Result<Vec<Value<'static>>, Mismatch> {
                let ($($name,)*) = self;
                Ok(vec![$($name.encode()?.into_owned()),*])
            }
        }
    };
}

key_tuple!(A B);
key_tuple!(A B C);
key_tuple!(A B C D);

/// A key that can refer to a key of type `K`: a `K` or an `Option` of it, column by column.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot refer to a key of type `{K}`",
    label = "the key it refers to is a `{K}`",
    note = "give the foreign key the type `{K}`, or `Option<{K}>` where there may be no related row"
)]
pub trait RefersTo<K> {}

impl<K: KeyType> RefersTo<K> for K {}
impl<K: KeyType> RefersTo<K> for Option<K> {}

// A column that may be `NULL` can be referred to as well: no key refers to its `NULL`s.
#[diagnostic::do_not_recommend]
impl<K: KeyType> RefersTo<Option<K>> for K {}
#[diagnostic::do_not_recommend]
impl<K: KeyType> RefersTo<Option<K>> for Option<K> {}

macro_rules! refers_tuple {
    ($($own:ident $key:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($own: RefersTo<$key>, $key),*> RefersTo<($($key,)*)> for ($($own,)*) {}
    };
}

refers_tuple!(A KA, B KB);
refers_tuple!(A KA, B KB, C KC);
refers_tuple!(A KA, B KB, C KC, D KD);

/// A key of so many columns.
#[diagnostic::on_unimplemented(
    message = "the key `{Self}` of the other side does not have {COLUMNS} column(s)",
    label = "another number of columns",
    note = "write one column for each of the key's, in their order: `right = (\"a\", \"b\")`"
)]
pub trait KeyColumns<const COLUMNS: usize> {}

#[diagnostic::do_not_recommend]
impl<T: KeyType> KeyColumns<1> for T {}
impl<A, B> KeyColumns<2> for (A, B) {}
impl<A, B, C> KeyColumns<3> for (A, B, C) {}
impl<A, B, C, D> KeyColumns<4> for (A, B, C, D) {}

/// What a row of the model `M` is found by: its primary key, of type `K`, or what converts into it.
#[diagnostic::on_unimplemented(
    message = "a `{M}` is not found by a `{Self}`",
    label = "the primary key is a `{K}`",
    note = "a row is found by the whole of its primary key; by other columns it is found by a condition: `.filter(Student::email().eq(..)).one(&db)`"
)]
pub trait KeyOf<M, K> {
    /// The key.
    #[doc(hidden)]
    fn into_key(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<M, K, T: Into<K>> KeyOf<M, K> for T {
    fn into_key(self) -> K {
        self.into()
    }
}

/// A column type that has a `NULL`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot become `NULL`, as `on_delete = set_null` asks",
    label = "not an `Option`",
    note = "give it the type `Option<{Self}>`, or choose another action"
)]
pub trait Nullable {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Presence = crate::types::Optional>> Nullable for T {}
