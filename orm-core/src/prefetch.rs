//! Loading relations for many parents at once.
//!
//! ```text
//! parents ─► keys ─► one statement per relation ─► rows, joined by key ─► parents with relations
//! ```
//!
//! A query holds a tree of [`Loader`]s. To run, each becomes a [`Loading`], which asks for the statements it wants next
//! and takes their rows; whoever runs them may send those of one level together. Nothing here does I/O but `load.rs`.

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
pub(crate) use tree::TreeLoading;

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
    /// Its indexes; none when nothing depends on them.
    pub indexes: Arc<Indexes>,
    /// The foreign keys that it enforces; none when nothing depends on them.
    pub references: Arc<References>,
}

/// Turns rows of the model `M` into rows of type `Row`, which hold what was fetched for them.
///
/// A trait, so that a query need not name what it loads: each `prefetch` wraps the loader before in another type.
pub trait Loader<M, Row>: Send + Sync {
    /// Begins to load for the rows of one query. `whole` says that they are all rows of their table, so that relations
    /// may be loaded without naming their parents.
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<M, Row> + 'q>;
}

/// Relations being loaded for the rows of one query.
///
/// A trait, as [`Loader`] is: what runs the statements knows nothing of the relations.
pub trait Loading<M, Row> {
    /// Takes what a row of the query holds of joined relations, whose columns begin at `at`; moves `at` behind them.
    ///
    /// # Errors
    ///
    /// When a value does not fit its Rust type.
    fn take(&mut self, row: row::Row<'_>, at: &mut usize) -> Result<()> {
        let _ = (row, at);
        Ok(())
    }

    /// Adds the statements wanted next; none when everything is there. The rows of those added by the last call have
    /// been delivered before the next call.
    ///
    /// # Errors
    ///
    /// When a parent's key cannot be sent.
    fn requests<'a>(&'a mut self, parents: &[M], context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()>;

    /// The rows with their relations.
    ///
    /// # Errors
    ///
    /// When a to-one relation leads to no row where one must be, or to several.
    fn finish(self: Box<Self>, parents: Vec<M>) -> Result<Vec<Row>>;
}

/// A relation of the model `M`, or a value computed from one; what `.prefetch(..)` takes.
///
/// A trait, since relations, aggregates, the values of a function, and each of them under a name are types of their own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "does not start at `{M}`",
    note = "prefetch what a function of `{M}` returns, as in `.prefetch(Student::courses())` on a query of students; relations of the rows it leads to go inside: `Student::courses().prefetch(Course::department())`"
)]
pub trait RelationOf<M> {
    /// Which slot of the row holds it.
    type Slot;

    /// What is prefetched. What [`Prefetch`] asks is asked of this and not of the relation, so that a relation of another
    /// model is one error: without a slot and something to load, nothing more is asked.
    type Loads;

    /// The relation as what is prefetched.
    #[doc(hidden)]
    fn loads(self) -> Self::Loads;
}

/// What can be prefetched.
///
/// A trait, since each kind of relation has its own way to its rows, and leaves a state of another type.
pub trait Prefetch: Send + Sync + 'static {
    /// What a row holds afterwards.
    type State;

    /// What is fetched, as data.
    #[doc(hidden)]
    fn fetch(&self) -> Fetch;

    /// Begins to load for the parents of one query.
    #[doc(hidden)]
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q>;
}

/// A slot that something has: by its relation, or by a name.
///
/// A trait, so that a value without a name does not compile where it is prefetched.
#[diagnostic::on_unimplemented(
    message = "`{R}` needs a name to be prefetched",
    label = "no name",
    note = "a computed value has no place of its own in a row; write `.named(Name)`, where `Name` is a unit struct of yours, and read it by `row.named(Name)`"
)]
pub trait Place<R>: 'static {}

#[diagnostic::do_not_recommend]
impl<P: 'static, const AT: usize, R> Place<R> for At<P, AT> {}
#[diagnostic::do_not_recommend]
impl<N: 'static, R> Place<R> for Slot<N> {}

/// One prefetched relation being loaded.
///
/// A trait, so that rows and views hold any relation that is being loaded for them by what it leaves.
pub trait Branch<State> {
    /// As [`Loading::take`].
    ///
    /// # Errors
    ///
    /// When a value does not fit its Rust type.
    fn take(&mut self, row: row::Row<'_>, at: &mut usize) -> Result<()> {
        let _ = (row, at);
        Ok(())
    }

    /// Adds the statements wanted next, as [`Loading::requests`] does.
    ///
    /// # Errors
    ///
    /// When a parent's key cannot be sent.
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()>;

    /// What each parent holds, in the order of the parents.
    ///
    /// # Errors
    ///
    /// As [`Loading::finish`].
    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<State>>;
}

/// The parents of a relation, of whatever type.
///
/// A trait, since they are rows of a query, rows that hold relations already, or keys alone. A relation is loaded for any of
/// them by the same code.
pub trait Parents {
    /// Their number.
    fn count(&self) -> usize;

    /// The values of some columns as keys, without duplicates.
    ///
    /// # Errors
    ///
    /// When a value cannot be stored in any database.
    fn keys(&self, columns: &[usize]) -> Result<ParentKeys>;

    /// A parent as a person would name it: "`Student` 17".
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

/// The rows as they are, without relations.
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

/// What an inner loader gives, and one relation more, which goes into the slot `S`.
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

/// A row of a table with a key as a person would name it.
fn describe_key<'k>(table: &Table, key: impl Iterator<Item = Result<Value<'k>>>) -> String {
    let key = key.map(|value| match value {
        Ok(Value::Int(value)) => value.to_string(),
        Ok(Value::Text(value)) => format!("{value:?}"),
        _ => "?".to_owned(),
    });
    format!("`{}` {}", table.model, key.collect::<Vec<_>>().join(", "))
}
