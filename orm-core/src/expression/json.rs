//! Values within JSON, by a path of names and positions.

use std::fmt;
use std::marker::PhantomData;

use super::{Expression, Refusal};
use crate::ast::{Expr, JsonValue};
use crate::column::Column;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::types::{ColumnType, JsonKind, JsonStep, JsonType, path_steps};

macro_rules! paths {
    ($($type:ident),*) => {$(
        impl<M: Mapped, T: ColumnType> $type<M, T> {
            /// A value within JSON: the names of objects with points between them, and positions in arrays in brackets, as in
            /// `user.name` or `items[0].price`. What it is read as says a function of the [`JsonPath`].
            ///
            #[cfg_attr(feature = "json", doc = "```")]
            #[cfg_attr(not(feature = "json"), doc = "```ignore")]
            /// use orm::{Db, Model};
            ///
            /// #[derive(Model)]
            /// struct Event {
            ///     id: i64,
            ///     payload: serde_json::Value,
            /// }
            ///
            /// # fn main() -> orm::Result<()> {
            /// # let db = Db::memory()?;
            /// # db.create_tables::<Event>()?;
            /// let of_ada = Event::query().filter(Event::payload().path("user.name").text().eq("Ada")).all(&db)?;
            /// let prices: Vec<Option<i64>> =
            ///     Event::query().select(Event::payload().path("items[0].price").integer()).all(&db)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// A path is text of the program's own, and is checked when the query runs. For a name that has other characters in
            /// it, such as a point, or that comes from outside, write [`key`](Self::key).
            ///
            /// SQL: `orm_json_text("payload", '["user","name"]')`; on PostgreSQL `jsonb_path_query_first("payload", …)`
            #[doc(alias = "json_extract")]
            #[doc(alias = "jsonb")]
            #[doc(alias = "pointer")]
            pub fn path(self, path: &str) -> JsonPath<M>
            where
                T: JsonType,
            {
                JsonPath::of(Expression::from(self)).path(path)
            }

            /// The value of a name in the JSON object that the column holds, whatever characters the name has.
            ///
            /// `Event::payload().key("a.b").index(0).text()`
            pub fn key(self, key: impl Into<String>) -> JsonPath<M>
            where
                T: JsonType,
            {
                JsonPath::of(Expression::from(self)).key(key)
            }
        }
    )*};
}

paths!(Column, Expression);

/// A place within JSON, which may lead nowhere; what [`Column::path`] returns.
///
/// [`text`](JsonPath::text), [`integer`](JsonPath::integer), [`real`](JsonPath::real) and [`boolean`](JsonPath::boolean) say what is
/// read there. They are `None` where the path leads nowhere, to `null`, or to a value of another kind: the string `"1"` is no
/// integer.
#[must_use = "a path does nothing until it is read as something, as with `.text()`"]
pub struct JsonPath<M> {
    expr: Result<Expr, Refusal>,
    depth: usize,
    steps: Vec<JsonStep>,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped> JsonPath<M> {
    fn of<T: ColumnType>(expression: Expression<M, T>) -> Self {
        let Expression { expr, depth, .. } = expression;
        JsonPath { expr, depth, steps: Vec::new(), model: PhantomData }
    }

    /// Further steps, as those of [`Column::path`].
    pub fn path(mut self, path: &str) -> Self {
        match path_steps(path) {
            Ok(steps) => self.steps.extend(steps),
            Err(problem) => self.expr = self.expr.and(Err(Refusal::Invalid(Error::invalid(problem)))),
        }
        self
    }

    /// The value of a name in the object, whatever characters the name has. An array has none, also if the name is a number.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.steps.push(JsonStep::Key(key.into()));
        self
    }

    /// The element at a position of the array, counted from 0. An object has none.
    pub fn index(mut self, index: u32) -> Self {
        self.steps.push(JsonStep::Index(index));
        self
    }

    /// The string there.
    ///
    /// SQL: `orm_json_text("payload", '["user","name"]')`; on PostgreSQL
    /// `jsonb_path_query_first("payload", 'strict $."user"."name" ? (@.type() == "string")', '{}', true) #>> '{}'`
    pub fn text(self) -> Expression<M, Option<String>> {
        self.read(JsonKind::Text)
    }

    /// The whole number there, whether it is written as `100`, `100.0` or `1e2`. A number with a fraction is none. One that does not
    /// fit 64 bits is an error when the query runs.
    ///
    /// SQL: `orm_json_integer("payload", '["count"]')`; on PostgreSQL a cast to `bigint`
    pub fn integer(self) -> Expression<M, Option<i64>> {
        self.read(JsonKind::Integer)
    }

    /// The number there, as the double that is nearest to it. One that is too large is an error when the query runs.
    ///
    /// SQL: `orm_json_real("payload", '["rate"]')`; on PostgreSQL a cast to `double precision`
    pub fn real(self) -> Expression<M, Option<f64>> {
        self.read(JsonKind::Real)
    }

    /// True or false.
    ///
    /// SQL: `orm_json_boolean("payload", '["done"]')`; on PostgreSQL a cast to `boolean`
    pub fn boolean(self) -> Expression<M, Option<bool>> {
        self.read(JsonKind::Boolean)
    }

    fn read<V>(self, kind: JsonKind) -> Expression<M, V> {
        let steps = self.steps;
        let expr = self.expr.map(|value| Expr::Json(JsonValue { of: Box::new(value), steps, kind }));
        // It is no value that the column can be changed to.
        Expression::composed(expr, None, self.depth.saturating_add(1))
    }
}

impl<M> Clone for JsonPath<M> {
    fn clone(&self) -> Self {
        JsonPath { expr: self.expr.clone(), steps: self.steps.clone(), ..*self }
    }
}

impl<M: Mapped> fmt::Debug for JsonPath<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonPath of {}", M::TABLE.model)
    }
}
