//! Loading relations for many parents at once.
//!
//! ```text
//! parents ─► keys ─► one statement per relation ─► rows, joined by key ─► parents with relations
//! ```
//!
//! A query holds a tree of [`Loader`]s. To run, each becomes a [`Loading`], which requests statements and takes their
//! rows; the statements of one level may be sent together. Nothing here does I/O except `load.rs`.

mod bounds;
mod by_hand;
mod by_key;
mod chosen;
pub(crate) mod fetch;
mod gather;
mod given_keys;
mod group;
mod joined;
mod keys;
mod lookup;
mod one_of;
mod plan;
mod polymorphic;
mod relation;
mod tree;

pub use bounds::{Prefetchable, Takes};
pub use by_hand::{attach, detach, detach_named};
pub(crate) use by_key::{Found, LoadingByKey};
pub(crate) use chosen::WithChosen;
pub use fetch::{Draft, Fetch, RelationRows, Slotted};
pub(crate) use gather::Owner;
pub(crate) use given_keys::GivenKeys;
pub(crate) use joined::Joining;
pub use keys::{KeyAt, KeysOfParents, ParentKeys};
pub(crate) use keys::{collect, keys_of};
pub(crate) use lookup::SeenRows;
pub use one_of::OneOf;
pub(crate) use one_of::{all_rows, by_key};
pub(crate) use plan::steps;
pub use plan::{Plan, Step};
pub(crate) use relation::{RelationLoading, form_of_keys};

pub(crate) use polymorphic::PolymorphicLoading;
pub use polymorphic::{Variant, variant};
pub(crate) use tree::{TreeLoading, node_outputs};

use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::Result;
use crate::live::{Indexes, References};
use crate::loaded::{At, Attach, Record, Slot};
use crate::mapped::Mapped;
use crate::row::{self};
use crate::schema::Table;
use crate::sql::{Dialect, Request};
use crate::value::Value;

/// What loading relations needs to know of the database.
#[derive(Clone)]
pub struct Context {
    /// Its dialect.
    pub dialect: &'static dyn Dialect,
    /// Its indexes; empty if nothing depends on them.
    pub indexes: Arc<Indexes>,
    /// The foreign keys that it enforces; empty if nothing depends on them.
    pub references: Arc<References>,
}

/// Converts rows of the model `M` to rows of type `Row`, which hold what was fetched for them.
///
/// This is a trait so that a query need not name what it loads: each `prefetch` wraps the previous loader in another
/// type.
pub trait Loader<M, Row>: Send + Sync {
    /// Begins to load for the rows of one query. `whole` says that they are all rows of their table, so that relations
    /// may be loaded without the keys of their parents.
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<M, Row> + 'q>;
}

/// Relations that are being loaded for the rows of one query.
///
/// This is a trait for the same reason as [`Loader`]: what runs the statements knows nothing of the relations.
pub trait Loading<M, Row> {
    /// Takes the columns of joined relations from a row of the query, beginning at `at`; moves `at` after them.
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not fit its Rust type.
    fn take(&mut self, row: row::Row<'_>, at: &mut usize) -> Result<()> {
        let _ = (row, at);
        Ok(())
    }

    /// Adds the next statements, or none if everything is loaded. The rows of the last call's statements have been
    /// delivered before the next call.
    ///
    /// # Errors
    ///
    /// Returns an error if a parent's key cannot be sent.
    fn requests<'a>(&'a mut self, parents: &[M], context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()>;

    /// Returns the rows with their relations.
    ///
    /// # Errors
    ///
    /// Returns an error if a to-one relation leads to no row although one is required, or to several.
    fn finish(self: Box<Self>, parents: Vec<M>) -> Result<Vec<Row>>;
}

/// A relation of the model `M`, or a value computed from one: the argument of `.prefetch(..)`.
///
/// This is a trait because relations, aggregates, batch functions, and each of them with a name have different types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "does not start at `{M}`",
    note = "prefetch what a function of `{M}` returns, as in `.prefetch(Student::courses())` on a query of students; to load relations of the related rows, nest the calls: `Student::courses().prefetch(Course::department())`"
)]
pub trait RelationOf<M> {
    /// The slot of the row that holds it.
    type Slot;

    /// What is prefetched. [`Prefetch`] bounds this type and not the relation, so that a relation of another model is
    /// one error: without a slot and something to load, nothing more is required.
    type Loads;

    /// Converts the relation to what is prefetched.
    #[doc(hidden)]
    fn loads(self) -> Self::Loads;
}

/// What can be prefetched.
///
/// This is a trait because each kind of relation finds its rows differently, and has a state of another type.
pub trait Prefetch: Send + Sync + 'static {
    /// The state in a row afterwards.
    type State;

    /// Describes what is fetched.
    #[doc(hidden)]
    fn fetch(&self) -> Fetch;

    /// Begins to load for the parents of one query.
    #[doc(hidden)]
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q>;
}

/// A value with a slot: of its relation, or with a name.
///
/// This is a trait so that prefetching a value without a name does not compile.
#[diagnostic::on_unimplemented(
    message = "`{R}` needs a name to be prefetched",
    label = "no name",
    note = "a computed value has no slot in a row; write `.named(Name)`, where `Name` is a unit struct that you declare, and read it with `row.named(Name)`"
)]
pub trait Place<R>: 'static {}

#[diagnostic::do_not_recommend]
impl<P: 'static, const AT: usize, R> Place<R> for At<P, AT> {}
#[diagnostic::do_not_recommend]
impl<N: 'static, R> Place<R> for Slot<N> {}

/// One prefetched relation that is being loaded.
///
/// This is a trait so that rows and views can hold any relation that is being loaded for them, by the type of its
/// state.
pub trait Branch<State> {
    /// Does the same as [`Loading::take`].
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not fit its Rust type.
    fn take(&mut self, row: row::Row<'_>, at: &mut usize) -> Result<()> {
        let _ = (row, at);
        Ok(())
    }

    /// Adds the next statements, as [`Loading::requests`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if a parent's key cannot be sent.
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()>;

    /// Returns the state of each parent, in the order of the parents.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Loading::finish`].
    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<State>>;
}

/// The parents of a relation, with any type.
///
/// This is a trait because parents are rows of a query, rows that already hold relations, or bare keys. The same code
/// loads a relation for all of them.
pub trait Parents {
    /// Returns their number.
    fn count(&self) -> usize;

    /// Returns the values of some columns as keys, without duplicates.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store a value.
    fn keys(&self, columns: &[usize]) -> Result<ParentKeys>;

    /// Describes a parent for a message: "`Student` 17".
    fn describe(&self, parent: usize) -> String;
}

/// The rows of a query as parents.
pub(crate) struct Slice<'a, M>(pub(crate) &'a [M]);

impl<M: Record> Parents for Slice<'_, M> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn keys(&self, columns: &[usize]) -> Result<ParentKeys> {
        keys::collect(self.0.iter(), columns)
    }

    fn describe(&self, parent: usize) -> String {
        self.0.get(parent).map_or_else(String::new, describe)
    }
}

/// The rows unchanged, without relations.
#[derive(Debug)]
pub struct Plain;

impl<M: 'static> Loader<M, M> for Plain {
    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Loading<M, M> + 'q> {
        Box::new(Plain)
    }
}

impl<M> Loading<M, M> for Plain {
    fn requests<'a>(&'a mut self, _: &[M], _: &Context, _: &mut Vec<Request<'a>>) -> Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>, parents: Vec<M>) -> Result<Vec<M>> {
        Ok(parents)
    }
}

/// The rows of an inner loader with one more relation, which goes into the slot `S`.
pub(crate) struct WithRelation<M, Row, R, S> {
    inner: Arc<dyn Loader<M, Row>>,
    relation: R,
    slot: PhantomData<fn() -> S>,
}

impl<M, Row, R, S> WithRelation<M, Row, R, S> {
    pub(crate) fn new(inner: Arc<dyn Loader<M, Row>>, relation: R) -> Self {
        WithRelation { inner, relation, slot: PhantomData }
    }
}

impl<M, Row, R, S> Loader<M, Row::Out> for WithRelation<M, Row, R, S>
where
    M: Record,
    R: Prefetch,
    S: 'static,
    Row: Attach<S, R::State>,
{
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<M, Row::Out> + 'q> {
        let (inner, branch) = (self.inner.start(whole), self.relation.start(whole));
        Box::new(LoadingWith::<M, Row, S, R::State> { inner, branch, slot: PhantomData })
    }
}

struct LoadingWith<'q, M, Row, Slot, State> {
    inner: Box<dyn Loading<M, Row> + 'q>,
    branch: Box<dyn Branch<State> + 'q>,
    slot: PhantomData<fn() -> Slot>,
}

impl<M, Row, Slot, State> Loading<M, Row::Out> for LoadingWith<'_, M, Row, Slot, State>
where
    M: Record,
    Row: Attach<Slot, State>,
{
    fn take(&mut self, row: row::Row<'_>, at: &mut usize) -> Result<()> {
        self.inner.take(row, at)?;
        self.branch.take(row, at)
    }

    fn requests<'a>(&'a mut self, parents: &[M], context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()> {
        self.inner.requests(parents, context, wanted)?;
        self.branch.requests(&Slice(parents), context, wanted)
    }

    fn finish(self: Box<Self>, parents: Vec<M>) -> Result<Vec<Row::Out>> {
        let states = self.branch.finish(&Slice(&parents))?;
        let rows = self.inner.finish(parents)?;
        Ok(rows.into_iter().zip(states).map(|(row, state)| row.attach(state)).collect())
    }
}

pub(crate) fn describe<M: Record>(row: &M) -> String {
    describe_key(M::Model::TABLE, M::Model::PRIMARY_KEY.iter().map(|&column| row.encode(column)))
}

/// A row of a table with a key, described for a message.
fn describe_key<'k>(table: &Table, key: impl Iterator<Item = Result<Value<'k>>>) -> String {
    let key = key.map(|value| match value {
        Ok(Value::Int(value)) => value.to_string(),
        Ok(Value::Text(value)) => format!("{value:?}"),
        _ => "?".to_owned(),
    });
    format!("`{}` {}", table.model, key.collect::<Vec<_>>().join(", "))
}
