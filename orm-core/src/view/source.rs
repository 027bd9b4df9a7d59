//! The sources of views' fields.

use std::marker::PhantomData;

use super::nesting::{Answer, Fuel, Held, No, cloning};
use super::{Described, Reader, Types, View};
use crate::ast::Expr;
use crate::column::Column;
use crate::error::{Error, Result};
use crate::loaded::{All, Extent, Many, One, Part, ToMany, ToMaybe, ToOne, Tree};
use crate::mapped::{HasField, Mapped};
use crate::prefetch::{Branch, Context, Fetch, Parents, Prefetch};
use crate::relation::{Aggregate, AnyDepth, Relation};
use crate::schema::{RelationDef, RelationKind};
use crate::sql::Request;
use crate::types::{ColumnType, Required};
use crate::value::ValueRef;
use crate::view::Kind;

/// The source of a view's field of type `F`.
///
/// This is a trait because the type of the field and the type of its source determine how it is read.
#[diagnostic::on_unimplemented(
    message = "a field of type `{F}` cannot hold what is read from `{Self}`",
    label = "not the type of what it is read from",
    note = "a column is read into a field of the same type, and a column of an optional relation into an `Option`",
    note = "a relation is read into `Vec<V>`, `Option<V>` or `V`, depending on whether it leads to many rows, to at most one, or to exactly one; `V` is a view of the related model, or the model itself"
)]
pub trait Source<F>: Sized + 'static {
    /// The contents of the field.
    #[doc(hidden)]
    const HELD: Held;

    /// Whether they lead to the view `T`.
    #[doc(hidden)]
    type Leads<T: View, Steps: Fuel>: Answer;

    /// Describes what it needs from the statement for the rows.
    fn describe(&self) -> Described;

    /// Reads the field, if it is read with the row.
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not fit its Rust type, or if a required related row does not exist.
    fn read(source: fn() -> Self, from: &mut Reader<'_>) -> Result<Option<F>>;

    /// Returns the loader of the field, if a separate statement loads it.
    fn load(self) -> Option<Box<dyn Prefetch<State = F>>>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Source<T> for Column<M, T> {
    const HELD: Held = Held::NO_ROWS;
    type Leads<W: View, Steps: Fuel> = No;

    fn describe(&self) -> Described {
        Described { output: Some(self.expr()), keys: &[] }
    }

    #[inline]
    fn read(source: fn() -> Self, from: &mut Reader<'_>) -> Result<Option<T>> {
        let column = &M::TABLE.columns[source().index()];
        let value = from.next().and_then(|value| column.form.read(value, column.sql_type)).and_then(T::decode);
        value.map(Some).map_err(|mismatch| Error::decode(M::TABLE, &M::TABLE.columns[source().index()], mismatch))
    }

    fn load(self) -> Option<Box<dyn Prefetch<State = T>>> {
        None
    }
}

/// A to-one relation whose columns a view reads.
#[derive(Debug)]
pub struct To<P, C, K, const AT: usize>(Types<(P, C, K)>);

/// The column, of type `T`, of the row of a to-one relation.
#[derive(Debug)]
pub struct RelatedColumn<P, C, K, const AT: usize, T> {
    column: usize,
    types: Types<(P, C, K, T)>,
}

/// Names the relation that a function of the model returns.
#[must_use]
pub fn through<P, C, K, const AT: usize>(_: fn() -> Relation<P, C, K, AT>) -> To<P, C, K, AT> {
    To(PhantomData)
}

/// Compiles if a view can read columns of the related row: if joining it repeats no row.
///
/// # Panics
///
/// Panics if this row does not have the relation's key: generated code calls it at compile time.
#[track_caller]
pub const fn check_through<P: Mapped, C: Mapped, K, const AT: usize>(_: fn() -> Relation<P, C, K, AT>) {
    let relation = P::TABLE.relations[AT];
    assert!(
        matches!(relation.kind, RelationKind::BelongsTo) && is_key(relation.to_columns, C::PRIMARY_KEY),
        "a column is read through a `belongs_to` relation that refers to a primary key; for other relations, nest a view"
    );
}

const fn is_key(columns: &[usize], key: &[usize]) -> bool {
    let mut at = 0;
    while at < columns.len() && at < key.len() && columns[at] == key[at] {
        at += 1;
    }
    at == columns.len() && at == key.len()
}

impl<P, C, K, const AT: usize> To<P, C, K, AT> {
    /// Names the column of a field of the related model.
    #[must_use]
    pub fn column<const FIELD: u64, T, Name, Word>(self) -> RelatedColumn<P, C, K, AT, T>
    where
        C: HasField<FIELD, T, Name, Word>,
    {
        RelatedColumn { column: C::INDEX, types: PhantomData }
    }
}

impl<P: Mapped, C: Mapped, K, const AT: usize, T> RelatedColumn<P, C, K, AT, T> {
    fn relation() -> &'static RelationDef {
        P::TABLE.relations[AT]
    }

    fn described(&self) -> Described {
        Described { output: Some(Expr::Joined(Self::relation(), self.column)), keys: &[] }
    }

    /// The value; `None` if there is no related row.
    fn value(source: fn() -> Self, from: &mut Reader<'_>) -> Result<Option<T>>
    where
        T: ColumnType,
    {
        let value = from.next();
        if value == Ok(ValueRef::Null) && !from.is_present(Self::relation()) {
            return Ok(None);
        }
        let column = &C::TABLE.columns[source().column];
        let value = value.and_then(|value| column.form.read(value, column.sql_type));
        let decoded = value.and_then(T::decode).map(Some);
        decoded.map_err(|mismatch| Error::decode(C::TABLE, &C::TABLE.columns[source().column], mismatch))
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, C: Mapped, const AT: usize, T: ColumnType> Source<T> for RelatedColumn<P, C, ToOne, AT, T> {
    const HELD: Held = Held::NO_ROWS;
    type Leads<W: View, Steps: Fuel> = No;

    fn describe(&self) -> Described {
        self.described()
    }

    fn read(source: fn() -> Self, from: &mut Reader<'_>) -> Result<Option<T>> {
        let value = Self::value(source, from)?;
        value.map(Some).ok_or_else(|| Error::missing_related(Self::relation(), from.describe::<P>()))
    }

    fn load(self) -> Option<Box<dyn Prefetch<State = T>>> {
        None
    }
}

macro_rules! through_maybe {
    ($($column:ty => $value:expr),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P: Mapped, C: Mapped, const AT: usize, T> Source<Option<T>> for RelatedColumn<P, C, ToMaybe, AT, $column>
        where
            T: ColumnType<Presence = Required>,
        {
            const HELD: Held = Held::NO_ROWS;
            type Leads<W: View, Steps: Fuel> = No;

            fn describe(&self) -> Described {
                self.described()
            }

            fn read(source: fn() -> Self, from: &mut Reader<'_>) -> Result<Option<Option<T>>> {
                let value: fn(Option<$column>) -> Option<T> = $value;
                Ok(Some(value(Self::value(source, from)?)))
            }

            fn load(self) -> Option<Box<dyn Prefetch<State = Option<T>>>> {
                None
            }
        }
    )*};
}

through_maybe!(T => |value| value, Option<T> => Option::flatten);

/// A relation whose loaded rows are converted to the value of a field.
struct Converted<R: Prefetch, F> {
    loads: R,
    map: fn(Vec<R::State>) -> Vec<F>,
}

impl<R: Prefetch, F: 'static> Prefetch for Converted<R, F> {
    type State = F;

    fn fetch(&self) -> Fetch {
        self.loads.fetch()
    }

    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<F> + 'q> {
        Box::new(Mapping { branch: self.loads.start(whole), map: self.map })
    }
}

struct Mapping<'q, S, F> {
    branch: Box<dyn Branch<S> + 'q>,
    map: fn(Vec<S>) -> Vec<F>,
}

impl<S, F> Branch<F> for Mapping<'_, S, F> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.branch.requests(parents, context, wanted)
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<F>> {
        Ok((self.map)(self.branch.finish(parents)?))
    }
}

macro_rules! related {
    ($($field:ty, $kind:ty, $extent:ty, ($($more:tt)*), $held:expr, $map:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P: Mapped, C: Mapped, const AT: usize, $($more)*> Source<$field> for Relation<P, C, $kind, AT, C, $extent> {
            const HELD: Held = $held;
            type Leads<T: View, Steps: Fuel> = V::Leads<T, Steps>;

            fn describe(&self) -> Described {
                Described { output: None, keys: P::TABLE.relations[AT].from_columns }
            }

            fn read(_: fn() -> Self, _: &mut Reader<'_>) -> Result<Option<$field>> {
                Ok(None)
            }

            fn load(self) -> Option<Box<dyn Prefetch<State = $field>>> {
                Some(Box::new(Converted { loads: self.view::<V>(), map: $map }))
            }
        }
    )*};
}

related! {
    Vec<V>, ToMany, E, (E: Extent, V: View<Model = C>), Held::boxed::<V>(),
        |rows| Many::owned(rows, const { cloning::<V>() });
    Many<V, E>, ToMany, E, (E: Extent, V: View<Model = C>), Held::SHARED, |rows| rows;
    V, ToOne, All, (V: View<Model = C>), Held::by_value::<V>(), |rows| {
        One::owned(rows.into_iter().map(Some), const { cloning::<V>() }).into_iter().flatten().collect()
    };
    Option<V>, ToOne, Part, (V: View<Model = C>), Held::by_value::<V>(),
        |rows| One::owned(rows.into_iter(), const { cloning::<V>() });
    Option<V>, ToMaybe, E, (E: Extent, V: View<Model = C>), Held::by_value::<V>(),
        |rows| One::owned(rows.into_iter(), const { cloning::<V>() });
}

/// A value that is computed for each parent.
#[diagnostic::do_not_recommend]
impl<P: Mapped, T: ColumnType + Clone> Source<T> for Aggregate<P, T> {
    const HELD: Held = Held::NO_ROWS;
    type Leads<W: View, Steps: Fuel> = No;

    fn describe(&self) -> Described {
        Described { output: None, keys: self.def().from_columns }
    }

    fn read(_: fn() -> Self, _: &mut Reader<'_>) -> Result<Option<T>> {
        Ok(None)
    }

    fn load(self) -> Option<Box<dyn Prefetch<State = T>>> {
        Some(Box::new(self))
    }
}

/// A tree of rows.
#[diagnostic::do_not_recommend]
impl<M: Mapped, K: Kind, const AT: usize, E: Extent, V: View<Model = M>> Source<Tree<V>>
    for AnyDepth<Relation<M, M, K, AT, M, E>>
{
    const HELD: Held = Held::SHARED;
    type Leads<T: View, Steps: Fuel> = V::Leads<T, Steps>;

    fn describe(&self) -> Described {
        Described { output: None, keys: M::TABLE.relations[AT].from_columns }
    }

    fn read(_: fn() -> Self, _: &mut Reader<'_>) -> Result<Option<Tree<V>>> {
        Ok(None)
    }

    fn load(self) -> Option<Box<dyn Prefetch<State = Tree<V>>>> {
        Some(Box::new(self.view::<V>()))
    }
}
