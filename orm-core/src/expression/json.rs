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
            /// A value within JSON by its path: the names of objects separated by points, and positions in arrays in
            /// brackets, as in `user.name` or `items[0].price`. A method of the [`JsonPath`] determines the type that
            /// it is read as.
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
            /// A path is written in the program, and is checked when the query runs. For a name with other characters,
            /// such as a point, or for a user-supplied name, call [`key`](Self::key).
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

            /// The value of a name in the JSON object of the column, with any characters in the name.
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

/// A path to a value within JSON, which may not exist: the result of [`Column::path`].
///
/// [`text`](JsonPath::text), [`integer`](JsonPath::integer), [`real`](JsonPath::real) and
/// [`boolean`](JsonPath::boolean) read the value. They return `None` if it does not exist, is `null`, or is a value of
/// another type: the string `"1"` is not an integer.
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

    /// Appends further steps, like [`Column::path`].
    pub fn path(mut self, path: &str) -> Self {
        match path_steps(path) {
            Ok(steps) => self.steps.extend(steps),
            Err(problem) => self.expr = self.expr.and(Err(Refusal::Invalid(Error::invalid(problem)))),
        }
        self
    }

    /// Appends the value of a name in the object, with any characters in the name. An array has no names, not even
    /// numbers.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.steps.push(JsonStep::Key(key.into()));
        self
    }

    /// Appends the element at a position of the array, counted from 0. An object has no positions.
    pub fn index(mut self, index: u32) -> Self {
        self.steps.push(JsonStep::Index(index));
        self
    }

    /// Reads a string.
    ///
    /// SQL: `orm_json_text("payload", '["user","name"]')`; on PostgreSQL
    /// `jsonb_path_query_first("payload", 'strict $."user"."name" ? (@.type() == "string")', '{}', true) #>> '{}'`
    pub fn text(self) -> Expression<M, Option<String>> {
        self.read(JsonKind::Text)
    }

    /// Reads an integer, written as `100`, `100.0` or `1e2`. A number with a fraction is read as `None`. A number that
    /// does not fit 64 bits is an error when the query runs.
    ///
    /// SQL: `orm_json_integer("payload", '["count"]')`; on PostgreSQL a cast to `bigint`
    pub fn integer(self) -> Expression<M, Option<i64>> {
        self.read(JsonKind::Integer)
    }

    /// Reads a number as the nearest double. A number that is too large is an error when the query runs.
    ///
    /// SQL: `orm_json_real("payload", '["rate"]')`; on PostgreSQL a cast to `double precision`
    pub fn real(self) -> Expression<M, Option<f64>> {
        self.read(JsonKind::Real)
    }

    /// Reads a boolean.
    ///
    /// SQL: `orm_json_boolean("payload", '["done"]')`; on PostgreSQL a cast to `boolean`
    pub fn boolean(self) -> Expression<M, Option<bool>> {
        self.read(JsonKind::Boolean)
    }

    fn read<V>(self, kind: JsonKind) -> Expression<M, V> {
        let steps = self.steps;
        let expr = self.expr.map(|value| Expr::Json(JsonValue { of: Box::new(value), steps, kind }));
        // The column cannot be set to it.
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
