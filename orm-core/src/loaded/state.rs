//! What a relation leaves in a row: by its kind, and by whether it was narrowed.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{All, Many, One, Part, RowPool};
use crate::error::{Error, Result};
use crate::types::{ColumnType, Comparable};

/// The slot of the relation at position `AT` of the model `P`.
#[derive(Debug)]
pub struct At<P, const AT: usize>(PhantomData<fn() -> P>);

/// The slot of what needs a name first: there is none.
#[derive(Debug)]
pub struct NoSlot;

/// The slot named `N`.
#[derive(Debug)]
pub struct Slot<N>(PhantomData<fn() -> N>);

/// What kind of state a relation leaves in a row: [`ToMany`], [`ToOne`] or [`ToMaybe`].
///
/// A trait, since the type of the state follows from the kind.
pub trait Kind: 'static {
    /// The state, for rows of type `T`.
    type State<T, E: Extent>;

    /// What a value of type `T` of a related row is to the row that the relation starts at: an `Option` where there may be no
    /// related row.
    type Value<T: Comparable>: ColumnType;

    /// The state of a parent whose rows stand at `range` of the pool.
    ///
    /// # Errors
    ///
    /// `error()` when a to-one relation leads to several rows, or to none where one must be.
    fn state<T, E: Extent>(
        pool: &Arc<RowPool<T>>,
        range: (u32, u32),
        error: impl FnOnce() -> Error,
    ) -> Result<Self::State<T, E>>;
}

/// What a row holds of a whole relation of a kind to rows of type `T`.
pub type Whole<K, T> = <K as Kind>::State<T, All>;

/// Kinds of relations that may lead to several rows.
///
/// A trait, so that other relations cannot be limited.
#[diagnostic::on_unimplemented(
    message = "only a to-many relation can be limited",
    label = "leads to at most one row",
    note = "to load the row only where it meets a condition, write `.filter(..)`"
)]
pub trait LeadsToMany: Kind {}

impl LeadsToMany for ToMany {}

/// The relation may lead to several rows: [`Many`].
#[derive(Debug)]
pub struct ToMany;

/// The relation leads to one row: [`One`], or an `Option` of it when the relation was narrowed.
#[derive(Debug)]
pub struct ToOne;

/// The relation may lead to a row: `Option<One>`.
#[derive(Debug)]
pub struct ToMaybe;

impl Kind for ToMany {
    type State<T, E: Extent> = Many<T, E>;
    type Value<T: Comparable> = Option<T::Value>;

    fn state<T, E: Extent>(
        pool: &Arc<RowPool<T>>,
        (start, end): (u32, u32),
        _error: impl FnOnce() -> Error,
    ) -> Result<Many<T, E>> {
        Ok(Many::new(Arc::clone(pool), start, end))
    }
}

impl Kind for ToOne {
    type State<T, E: Extent> = E::OneOrOption<T>;
    type Value<T: Comparable> = T;

    fn state<T, E: Extent>(
        pool: &Arc<RowPool<T>>,
        (start, end): (u32, u32),
        error: impl FnOnce() -> Error,
    ) -> Result<E::OneOrOption<T>> {
        match end - start {
            0 => E::absent(error),
            1 => Ok(E::present(One::new(Arc::clone(pool), start))),
            _ => Err(error()),
        }
    }
}

impl Kind for ToMaybe {
    type State<T, E: Extent> = Option<One<T>>;
    type Value<T: Comparable> = Option<T::Value>;

    fn state<T, E: Extent>(
        pool: &Arc<RowPool<T>>,
        (start, end): (u32, u32),
        error: impl FnOnce() -> Error,
    ) -> Result<Option<One<T>>> {
        match end - start {
            0 => Ok(None),
            1 => Ok(Some(One::new(Arc::clone(pool), start))),
            _ => Err(error()),
        }
    }
}

/// Whether a relation was loaded whole, [`All`], or narrowed, [`Part`].
///
/// A trait, since a required row may be missing of a narrowed relation, which changes the type of the state.
pub trait Extent: 'static {
    /// The state of a required to-one relation.
    type OneOrOption<T>;

    /// The state when the row is there.
    fn present<T>(row: One<T>) -> Self::OneOrOption<T>;

    /// The state when it is not.
    ///
    /// # Errors
    ///
    /// `error()` when it must be there.
    fn absent<T>(error: impl FnOnce() -> Error) -> Result<Self::OneOrOption<T>>;
}

impl Extent for All {
    type OneOrOption<T> = One<T>;

    fn present<T>(row: One<T>) -> One<T> {
        row
    }

    fn absent<T>(error: impl FnOnce() -> Error) -> Result<One<T>> {
        Err(error())
    }
}

impl Extent for Part {
    type OneOrOption<T> = Option<One<T>>;

    fn present<T>(row: One<T>) -> Option<One<T>> {
        Some(row)
    }

    fn absent<T>(_error: impl FnOnce() -> Error) -> Result<Option<One<T>>> {
        Ok(None)
    }
}

/// The kind of a `belongs_to` relation whose foreign key may be `NULL`, or may not: [`ToMaybe`] or [`ToOne`].
pub type KindIf<const NULLABLE: bool> = <Null<NULLABLE> as ForeignKeyKind>::Kind;

/// A foreign key that may be `NULL`, or may not.
#[derive(Debug)]
pub struct Null<const POSSIBLE: bool>;

/// The kind of a relation by a foreign key.
///
/// A trait, since a type follows from a constant here.
pub trait ForeignKeyKind {
    /// The kind.
    type Kind: Kind;
}

impl ForeignKeyKind for Null<false> {
    type Kind = ToOne;
}

impl ForeignKeyKind for Null<true> {
    type Kind = ToMaybe;
}
