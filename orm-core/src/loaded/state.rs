//! The state of a relation in a row, by its kind, and by whether it was filtered or limited.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{All, Many, One, Part, RowPool};
use crate::error::{Error, Result};
use crate::types::{ColumnType, Comparable};

/// The slot of the relation at position `AT` of the model `P`.
#[derive(Debug)]
pub struct At<P, const AT: usize>(PhantomData<fn() -> P>);

/// The slot of a value that still needs a name: it has none.
#[derive(Debug)]
pub struct NoSlot;

/// The slot named `N`.
#[derive(Debug)]
pub struct Slot<N>(PhantomData<fn() -> N>);

/// The kind of a relation, which determines its state in a row: [`ToMany`], [`ToOne`] or [`ToMaybe`].
///
/// This is a trait because the type of the state follows from the kind.
pub trait Kind: 'static {
    /// The state, for rows of type `T`.
    type State<T, E: Extent>;

    /// The type of a related row's value of type `T`, read from the row that the relation starts at: an `Option` if
    /// there may be no related row.
    type Value<T: Comparable>: ColumnType;

    /// Returns the state of a parent whose rows are at `range` of the pool.
    ///
    /// # Errors
    ///
    /// Returns `error()` if a to-one relation leads to several rows, or to no row if one is required.
    fn state<T, E: Extent>(
        pool: &Arc<RowPool<T>>,
        range: (u32, u32),
        error: impl FnOnce() -> Error,
    ) -> Result<Self::State<T, E>>;
}

/// The state of a complete relation of a kind to rows of type `T`.
pub type Whole<K, T> = <K as Kind>::State<T, All>;

/// Kinds of relations that may lead to several rows.
///
/// This is a trait so that other relations cannot be limited.
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

/// The relation leads to one row: [`One`], or an `Option` of it if the relation was filtered.
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

/// Whether a relation was loaded completely ([`All`]), or filtered or limited ([`Part`]).
///
/// This is a trait because a required row may be missing in a filtered relation, which changes the type of the state.
pub trait Extent: 'static {
    /// The state of a required to-one relation.
    type OneOrOption<T>;

    /// Returns the state if the row exists.
    fn present<T>(row: One<T>) -> Self::OneOrOption<T>;

    /// Returns the state if the row does not exist.
    ///
    /// # Errors
    ///
    /// Returns `error()` if it must exist.
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

/// The kind of a `belongs_to` relation with a nullable foreign key, [`ToMaybe`], or with a required one, [`ToOne`].
pub type KindIf<const NULLABLE: bool> = <Null<NULLABLE> as ForeignKeyKind>::Kind;

/// A foreign key that is nullable or not.
#[derive(Debug)]
pub struct Null<const POSSIBLE: bool>;

/// The kind of a relation by a foreign key.
///
/// This is a trait because a type follows from a constant here.
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
