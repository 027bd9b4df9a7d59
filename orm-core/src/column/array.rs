//! Conditions on array columns.

use super::{Column, Condition, Operand};
use crate::ast::{Comparison, Expr};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::types::{ArrayType, ColumnType, Element, Required};
use crate::value::{Mismatch, Value};

/// Conditions on arrays, which only PostgreSQL has. An index of the kind `gin` serves them.
impl<M: Mapped, T: ColumnType> Column<M, T> {
    /// Tests whether the array has an element that is equal to a value. `None` is equal to nothing, as in SQL.
    ///
    /// ```no_run
    /// # use orm::{Db, Model, Result};
    /// # #[derive(Model)] struct Post { id: i64, tags: Vec<String> }
    /// # fn main() -> Result<()> {
    /// # let db = Db::memory()?;
    /// let posts = Post::query().filter(Post::tags().has("rust")).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `"tags" @> ?`, with an array of one value
    pub fn has(self, element: impl Operand<M, T::Element>) -> Condition<M>
    where
        T: ArrayType,
    {
        self.contains_all([element])
    }

    /// Tests whether the array has all of some elements, in any order. Every array matches an empty list.
    ///
    /// SQL: `"tags" @> ?`
    pub fn contains_all<V: Operand<M, T::Element>>(self, elements: impl IntoIterator<Item = V>) -> Condition<M>
    where
        T: ArrayType,
    {
        self.compare_elements(Comparison::Contains, elements)
    }

    /// Tests whether the array has at least one of some elements. No array matches an empty list.
    ///
    /// SQL: `"tags" && ?`
    #[doc(alias = "overlaps")]
    pub fn contains_any<V: Operand<M, T::Element>>(self, elements: impl IntoIterator<Item = V>) -> Condition<M>
    where
        T: ArrayType,
    {
        self.compare_elements(Comparison::Overlaps, elements)
    }

    /// Tests whether all elements of the array are in a list. An empty array always matches.
    ///
    /// SQL: `"tags" <@ ?`
    pub fn contained_in<V: Operand<M, T::Element>>(self, elements: impl IntoIterator<Item = V>) -> Condition<M>
    where
        T: ArrayType,
    {
        self.compare_elements(Comparison::ContainedIn, elements)
    }

    fn compare_elements<V: Operand<M, T::Element>>(
        self,
        comparison: Comparison,
        elements: impl IntoIterator<Item = V>,
    ) -> Condition<M>
    where
        T: ArrayType,
    {
        let elements: Result<Vec<_>> = elements.into_iter().map(|element| self.element(element)).collect();
        let array = elements.map(|elements| Expr::Value(Value::Array(elements)));
        Condition::compare(Ok(self.expr()), comparison, array)
    }

    fn element(self, element: impl Operand<M, T::Element>) -> Result<Value<'static>>
    where
        T: ArrayType,
    {
        match element.into_expr() {
            Ok(Expr::Value(value)) => Ok(value),
            Ok(_) => Err(Error::invalid("the elements of an array are values, and not columns")),
            Err(mismatch) => Err(Error::encode(M::TABLE, &M::TABLE.columns[self.index], mismatch)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Element, V: Operand<M, T>, const N: usize> Operand<M, Vec<T>> for [V; N] {
    type Presence = Required;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        array(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Element, V: Operand<M, T>, const N: usize> Operand<M, Option<Vec<T>>> for [V; N] {
    type Presence = Required;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        array(self)
    }
}

/// The elements of an array literal.
fn array<M, T: Element, V: Operand<M, T>, const N: usize>(elements: [V; N]) -> Result<Expr, Mismatch> {
    let value = |element: V| match element.into_expr()? {
        Expr::Value(value) => Ok(value),
        _ => Err(Mismatch::Unstorable("the elements of an array are values, and not columns")),
    };
    elements.into_iter().map(value).collect::<Result<_, _>>().map(|values| Expr::Value(Value::Array(values)))
}
