//! Relation descriptors: what `Student::courses()` returns.

mod aggregate;
mod batch;
mod joined;
mod polymorphic;
mod tree;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::ast::{Expr, OfParent, Select};
use crate::column::{Condition, Ordering};
use crate::error::{Error, Result};
use crate::loaded::{All, At, Attach, Extent, Kind, LeadsToMany, Part, Slot};
use crate::mapped::Mapped;
use crate::prefetch::{
    Branch, Context, Loader, Plain, Prefetch, RelationLoading, RelationOf, Step, With, plan_relation, shares_rows,
};
use crate::query::Query;
use crate::schema::RelationDef;

pub use aggregate::{Aggregate, Computed};
pub use batch::{Batch, batch};
pub use joined::{Joined, LeadsToOne};
pub use polymorphic::{
    Holds, HoldsLoaded, KeyedBy, Polymorphic, PolymorphicRelation, RefersToModel, check_polymorphic, check_tag,
};
pub use tree::AnyDepth;

/// A relation from the model `P` to the model `C`.
///
/// A descriptor is a value. It can be narrowed ([`filter`](Relation::filter), [`limit`](Relation::limit)), ordered,
/// nested ([`prefetch`](Relation::prefetch)), given to a query's [`prefetch`](Query::prefetch), asked about in a filter
/// ([`any`](Relation::any)), or turned into the query for one parent ([`of`](Relation::of)).
///
/// `K` is its kind, `AT` its position among the model's relations, `Row` the type of the rows it loads, and `E` says
/// whether it loads all of them or [`Part`].
#[must_use = "a relation does nothing until it is prefetched or queried"]
pub struct Relation<P, C, K, const AT: usize, Row = C, E = All> {
    def: &'static RelationDef,
    select: Select,
    loader: Arc<dyn Loader<C, Row>>,
    error: Option<Error>,
    types: Types<P, K, E>,
}

/// The types that a relation only names: it is `Send` and `Sync` whatever they are.
type Types<P, K, E> = PhantomData<fn() -> (P, K, E)>;

impl<P: Mapped, C: Mapped, K, const AT: usize> Relation<P, C, K, AT> {
    /// The descriptor of a relation. Generated code calls this.
    #[doc(hidden)]
    pub fn new(def: &'static RelationDef) -> Self {
        let select = Select { filter: Expr::tag(def).into_iter().collect(), ..Select::new(C::TABLE) };
        Relation { def, select, loader: Arc::new(Plain), error: None, types: PhantomData }
    }

    /// The parents for which the relation leads to a row that meets the condition.
    ///
    /// SQL: `EXISTS (SELECT 1 FROM "courses" AS t1 … WHERE … AND condition)`
    pub fn any(self, condition: Condition<C>) -> Condition<P> {
        exists(self.def, condition)
    }

    /// The parents for which the relation leads to no row that meets the condition; those for which it leads to no row
    /// at all are among them.
    ///
    /// SQL: `NOT (EXISTS (SELECT 1 …))`
    pub fn none(self, condition: Condition<C>) -> Condition<P> {
        !exists(self.def, condition)
    }

    /// The parents for which every row that the relation leads to meets the condition; those for which it leads to no
    /// row at all are among them. A condition that is not known because of a `NULL` is not met.
    ///
    /// SQL: `NOT (EXISTS (SELECT 1 … WHERE … AND (condition) IS NOT TRUE))`
    pub fn all(self, condition: Condition<C>) -> Condition<P> {
        !exists(self.def, condition.within::<C>(|expr| Expr::IsNotTrue(Box::new(expr))))
    }

    /// The parents for which the relation leads to a row that meets the condition: [`any`](Relation::any), in the word
    /// that fits a to-one relation.
    pub fn has(self, condition: Condition<C>) -> Condition<P> {
        self.any(condition)
    }

    /// The parents for which the relation leads to some row.
    ///
    /// SQL: `EXISTS (SELECT 1 FROM "courses" AS t1 … WHERE …)`
    pub fn exists(self) -> Condition<P> {
        exists(self.def, Condition::<C>::new(Expr::And(Vec::new())))
    }
}

fn exists<P, C>(relation: &'static RelationDef, condition: Condition<C>) -> Condition<P> {
    condition.within(|expr| {
        let expr = Expr::tag(relation).into_iter().fold(expr, Expr::and);
        Expr::Exists(relation, Box::new(expr))
    })
}

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row, E: Extent> Relation<P, C, K, AT, Row, E> {
    /// Only the rows that meet the condition. Several filters must all be met.
    pub fn filter(mut self, condition: Condition<C>) -> Relation<P, C, K, AT, Row, Part> {
        match condition.into_expr() {
            Ok(expr) => self.select.filter.push(expr),
            Err(error) => {
                self.error.get_or_insert(error);
            }
        }
        self.with_types()
    }

    /// In this order; then by primary key, in the direction of the last term. A second call adds terms that count where the
    /// first ones are equal, and a second term of a column is left out.
    pub fn order_by(mut self, order: impl Ordering<C>) -> Self {
        if let Err(error) = order.append_to(&mut self.select.order) {
            self.error.get_or_insert(error);
        }
        self
    }

    /// Also loads a relation of the rows that this one leads to: one statement more, whatever their number.
    pub fn prefetch<R>(self, relation: R) -> Relation<P, C, K, AT, Row::Out, E>
    where
        R: RelationOf<C>,
        R::Loads: Prefetch,
        R::Slot: 'static,
        Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
    {
        let relation = relation.loads();
        let error = self.error.or_else(|| With::<C, Row, R::Loads, R::Slot>::error(&*self.loader, &relation));
        Relation {
            def: self.def,
            select: self.select,
            loader: Arc::new(With::<C, Row, R::Loads, R::Slot>::new(self.loader, relation)),
            error,
            types: PhantomData,
        }
    }

    /// The query for the rows of one parent.
    ///
    /// ```text
    /// Student::courses().of(&ada).all(&db)?
    /// ```
    ///
    /// Limits and offsets said before now count for the one parent.
    pub fn of(self, parent: &P) -> Query<C, Row> {
        let key = self.def.from_columns.iter().map(|&column| Ok(parent.encode(column)?.into_owned()));
        let (key, error) = match key.collect::<Result<Vec<_>>>() {
            Ok(key) => (key, self.error),
            Err(error) => (Vec::new(), self.error.or(Some(error))),
        };
        let select = Select { of: Some(OfParent { relation: self.def, key }), ..self.select };
        Query::from_parts(select, self.loader, error)
    }

    /// Gives the loaded relation a name of its own, so that the same one can be loaded several times. The name is a unit
    /// struct of the user's; the rows give the value back by `row.named(Name)`.
    pub fn named<N>(self, _name: N) -> Named<N, Self> {
        Named { relation: self, name: PhantomData }
    }

    fn with_types<E2>(self) -> Relation<P, C, K, AT, Row, E2> {
        Relation { def: self.def, select: self.select, loader: self.loader, error: self.error, types: PhantomData }
    }
}

/// A relation that may lead to several rows can be cut for each parent.
impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row, E: Extent> Relation<P, C, K, AT, Row, E> {
    /// At most so many rows for each parent.
    pub fn limit(mut self, rows: u64) -> Relation<P, C, K, AT, Row, Part>
    where
        K: LeadsToMany,
    {
        self.select.limit = Some(rows);
        self.with_types()
    }

    /// Without the first so many rows of each parent.
    pub fn offset(mut self, rows: u64) -> Relation<P, C, K, AT, Row, Part>
    where
        K: LeadsToMany,
    {
        self.select.offset = Some(rows);
        self.with_types()
    }
}

impl<P, C, K, const AT: usize, Row, E> Relation<P, C, K, AT, Row, E> {
    pub(crate) fn def(&self) -> &'static RelationDef {
        self.def
    }

    pub(crate) fn select(&self) -> &Select {
        &self.select
    }

    /// The relation, with something else selected than the model's columns.
    pub(crate) fn with_outputs(mut self, outputs: Option<Arc<[Expr]>>) -> Self {
        self.select.outputs = outputs;
        self
    }

    /// The definition of a relation to write along, where an order would be lost.
    pub(crate) fn unordered(&self) -> Result<&'static RelationDef> {
        if self.select.order.is_empty() {
            return Ok(self.def);
        }
        let path = self.def.path();
        Err(Error::invalid(format!(
            "new rows of `{path}` come in the order in which they are given; leave out `order_by`"
        )))
    }
}

impl<P, C, K, const AT: usize, Row, E> Clone for Relation<P, C, K, AT, Row, E> {
    fn clone(&self) -> Self {
        Relation {
            def: self.def,
            select: self.select.clone(),
            loader: Arc::clone(&self.loader),
            error: self.error.clone(),
            types: PhantomData,
        }
    }
}

impl<P, C, K, const AT: usize, Row, E> fmt::Debug for Relation<P, C, K, AT, Row, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.def.path())
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, C, K, const AT: usize, Row, E> RelationOf<P> for Relation<P, C, K, AT, Row, E> {
    type Slot = At<P, AT>;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, K, const AT: usize, Row, E> Prefetch for Relation<P, C, K, AT, Row, E>
where
    P: Mapped,
    C: Mapped,
    K: Kind,
    Row: 'static,
    E: Extent,
{
    type State = K::State<Row, E>;

    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        Box::new(RelationLoading::<C, K, Row, E>::new(self.def, &self.select, &*self.loader, whole))
    }

    fn plan(&self, whole: bool, context: &Context) -> Step {
        plan_relation(self.def, &self.select, &*self.loader, whole, context)
    }

    fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    fn needs_indexes(&self) -> bool {
        let shares_rows = shares_rows(self.def, &*self.loader);
        self.select.is_limited() || shares_rows || self.loader.needs_indexes()
    }
}

/// A relation or value to be loaded under a name; what `.named(Name)` returns.
#[must_use = "a named relation does nothing until it is prefetched"]
pub struct Named<N, R> {
    relation: R,
    name: PhantomData<fn() -> N>,
}

impl<N, R> Named<N, R> {
    pub(crate) fn new(relation: R, _name: N) -> Self {
        Named { relation, name: PhantomData }
    }

    pub(crate) fn relation(&self) -> &R {
        &self.relation
    }
}

#[diagnostic::do_not_recommend]
impl<M, N, R: RelationOf<M>> RelationOf<M> for Named<N, R> {
    type Slot = Slot<N>;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<N, P, C, K, const AT: usize, Row, E> Prefetch for Named<N, Relation<P, C, K, AT, Row, E>>
where
    N: 'static,
    P: Mapped,
    C: Mapped,
    K: Kind,
    Row: 'static,
    E: Extent,
{
    type State = K::State<Row, E>;

    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        self.relation.start(whole)
    }

    fn plan(&self, whole: bool, context: &Context) -> Step {
        self.relation.plan(whole, context)
    }

    fn error(&self) -> Option<&Error> {
        self.relation.error()
    }

    fn needs_indexes(&self) -> bool {
        self.relation.needs_indexes()
    }
}

impl<N, R: fmt::Debug> fmt::Debug for Named<N, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} named {}", self.relation, std::any::type_name::<N>())
    }
}
