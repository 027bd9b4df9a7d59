//! Relations as values: the result of functions such as `Student::courses()`.

mod aggregate;
mod batch;
mod by_keys;
mod by_name;
#[doc(hidden)]
pub mod compared;
#[doc(hidden)]
pub mod conditions;
#[doc(hidden)]
mod guessed;
mod joined;
#[doc(hidden)]
pub mod linked;
mod polymorphic;
mod tree;
#[doc(hidden)]
pub mod value;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::ast::{CallSite, Expr, OfParent, Select};
use crate::column::{Filter, Ordering};
use crate::error::{Error, Result};
use crate::loaded::{All, At, Attach, Extent, Kind, LeadsToMany, MaybeLoaded, Part, Record, Slot};
use crate::mapped::Mapped;
use crate::prefetch::{
    Branch, Fetch, Joining, Loader, Place, Plain, Prefetch, RelationLoading, RelationOf, RelationRows, Slotted,
    WithChosen, WithRelation,
};
use crate::query::Query;
use crate::schema::RelationDef;

pub use aggregate::Aggregate;
pub use batch::{Batch, batch};
pub use by_name::HasRelation;
pub use joined::LeadsToOne;
pub use linked::JoinedBy;
pub use polymorphic::{
    Holds, HoldsLoaded, KeyedBy, PlaceIn, Polymorphic, PolymorphicRelation, check_polymorphic, check_tag,
};
pub use tree::AnyDepth;

/// A relation from the model `P` to the model `C`, such as `Student::courses()`.
///
/// A relation is a value. You can filter it ([`filter`](Relation::filter)), limit it ([`limit`](Relation::limit)),
/// order it and nest others in it ([`prefetch`](Relation::prefetch)). Pass it to [`prefetch`](Query::prefetch) of a
/// query, use it in a filter ([`any`](Relation::any)), or query the rows of one parent ([`of`](Relation::of)).
///
/// `K` is its kind, `AT` its position among the model's relations, `Row` the type of the rows that it loads, and `E`
/// says whether it loads all of them or a [`Part`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let latest = Student::courses().order_by(Course::id().desc()).limit(3);
/// let students = Student::query().prefetch(latest).all(&db)?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a relation does nothing until it is prefetched or queried"]
pub struct Relation<P, C, K, const AT: usize, Row = C, E = All, Base = C> {
    fetched: Arc<RelationRows>,
    loader: Arc<dyn Loader<Base, Row>>,
    types: Types<P, C, K, E>,
}

/// The types that a relation only names: it is always `Send` and `Sync`.
type Types<P, C, K, E> = PhantomData<fn() -> (P, C, K, E)>;

impl<P: Mapped, C: Mapped, K, const AT: usize> Relation<P, C, K, AT> {
    /// Creates a relation. Generated code calls this.
    #[doc(hidden)]
    pub fn new() -> Self {
        let def = P::TABLE.relations[AT];
        let select = Select { filter: Expr::tag(def).into_iter().collect(), ..Select::new(C::TABLE) };
        Relation { fetched: Arc::new(RelationRows::new(def, select)), loader: Arc::new(Plain), types: PhantomData }
    }
}

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row, E: Extent, B: Record<Model = C>>
    Relation<P, C, K, AT, Row, E, B>
{
    /// Loads only the rows that meet the condition, or all of them for `None`. With several filters, rows have to meet
    /// all of them.
    ///
    /// The relation becomes a [`Part`] in the type of the rows, also for `None`.
    pub fn filter(mut self, condition: impl Filter<C>) -> Relation<P, C, K, AT, Row, Part, B> {
        self.fetched_mut().draft.filter(condition);
        self.with_types()
    }

    /// Orders the rows of each parent by these terms, and then by primary key in the direction of the last term. A
    /// second call adds terms after the first ones; a second term of the same column is left out.
    pub fn order_by(mut self, order: impl Ordering<C>) -> Self {
        self.fetched_mut().draft.order_by(order);
        self
    }

    /// Loads a relation of the related rows: one more statement, for any number of rows.
    #[doc(alias = "include")]
    #[doc(alias = "preload")]
    #[doc(alias = "prefetch_related")]
    pub fn prefetch<R>(mut self, relation: R) -> Relation<P, C, K, AT, Row::Out, E, B>
    where
        R: RelationOf<C>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
    {
        let relation = relation.loads();
        self.fetched_mut().draft.fetch::<R::Slot>(relation.fetch());
        let loader = Arc::new(WithRelation::<B, Row, R::Loads, R::Slot>::new(self.loader, relation));
        Relation { fetched: self.fetched, loader, types: PhantomData }
    }

    /// Loads a relation of the related rows if `wanted` is true, as [`Query::prefetch_if`] does.
    pub fn prefetch_if<R>(mut self, wanted: bool, relation: R) -> Relation<P, C, K, AT, Row::Out, E, B>
    where
        R: RelationOf<C>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        Row: Attach<R::Slot, MaybeLoaded<<R::Loads as Prefetch>::State>> + 'static,
    {
        let draft = &mut Arc::make_mut(&mut self.fetched).draft;
        let loader = WithChosen::<B, Row, R::Loads, R::Slot>::new(self.loader, draft, wanted, relation.loads());
        Relation { fetched: self.fetched, loader: Arc::new(loader), types: PhantomData }
    }

    /// Begins a query of the related rows of one parent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let ada = ada(&db)?;
    /// let courses = Student::courses().of(&ada).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Limits and offsets that were set before apply to this parent.
    #[doc(alias = "load")]
    #[doc(alias = "get")]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn of(self, parent: &P) -> Query<C, Row, B> {
        let place = CallSite::here();
        let RelationRows { relation, mut draft, .. } = Arc::unwrap_or_clone(self.fetched);
        let key = relation.from_columns.iter().map(|&column| Ok(parent.encode(column)?.into_owned()));
        match key.collect::<Result<Vec<_>>>() {
            Ok(key) => draft.select.of = Some(OfParent { relation, key, place }),
            Err(error) => draft.remember(error),
        }
        Query::from_parts(draft, self.loader)
    }

    /// Gives the loaded relation a name, so that a query can load the same relation several times. The name is a unit
    /// struct that you declare; read the rows with `row.named(Name)`.
    #[doc(alias = "as")]
    #[doc(alias = "to_attr")]
    #[doc(alias = "alias")]
    pub fn named<N>(self, name: N) -> Named<N, Self> {
        Named::new(self, name)
    }

    fn with_types<E2>(self) -> Relation<P, C, K, AT, Row, E2, B> {
        Relation { fetched: self.fetched, loader: self.loader, types: PhantomData }
    }
}

/// A relation that may lead to several rows can be limited for each parent.
impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row, E: Extent, B: Record<Model = C>>
    Relation<P, C, K, AT, Row, E, B>
{
    /// Loads at most `rows` rows for each parent.
    #[doc(alias = "take")]
    pub fn limit(mut self, rows: u64) -> Relation<P, C, K, AT, Row, Part, B>
    where
        K: LeadsToMany,
    {
        self.fetched_mut().draft.select.limit = Some(rows);
        self.with_types()
    }

    /// Skips the first `rows` rows of each parent.
    #[doc(alias = "skip")]
    pub fn offset(mut self, rows: u64) -> Relation<P, C, K, AT, Row, Part, B>
    where
        K: LeadsToMany,
    {
        self.fetched_mut().draft.select.offset = Some(rows);
        self.with_types()
    }
}

impl<P, C, K, const AT: usize, Row, E, B> Relation<P, C, K, AT, Row, E, B> {
    pub(crate) fn def(&self) -> &'static RelationDef {
        self.fetched.relation
    }

    /// What is fetched, for a change: it is copied if something else holds the relation.
    fn fetched_mut(&mut self) -> &mut RelationRows {
        Arc::make_mut(&mut self.fetched)
    }

    /// The same rows, read as another type and with what that type fetches.
    pub(crate) fn read_as<V, B2>(
        mut self,
        outputs: Option<Arc<[Expr]>>,
        below: Vec<Slotted>,
        loader: Arc<dyn Loader<B2, V>>,
    ) -> Relation<P, C, K, AT, V, E, B2> {
        let draft = &mut self.fetched_mut().draft;
        draft.select.outputs = outputs;
        draft.fetch_all(below);
        Relation { fetched: self.fetched, loader, types: PhantomData }
    }

    /// The definition of a relation to write to, for which an order would have no effect.
    pub(crate) fn unordered(&self) -> Result<&'static RelationDef> {
        if self.fetched.draft.select.order.is_empty() {
            return Ok(self.def());
        }
        let path = self.def().path();
        Err(Error::invalid(format!("new rows of `{path}` keep the order in which you pass them; leave out `order_by`")))
    }
}

/// A relation has no columns: this leads the compiler to functions whose bound says so. The target type has no values,
/// so there is nothing to dereference, and `*Student::courses()` panics.
impl<P, C: Mapped, K, const AT: usize, Row, E, B> Deref for Relation<P, C, K, AT, Row, E, B> {
    type Target = C::Columns;

    fn deref(&self) -> &C::Columns {
        unreachable!("a relation has no columns")
    }
}

impl<P, C, K, const AT: usize, Row, E, B> Clone for Relation<P, C, K, AT, Row, E, B> {
    fn clone(&self) -> Self {
        Relation { fetched: Arc::clone(&self.fetched), loader: Arc::clone(&self.loader), types: PhantomData }
    }
}

impl<P, C, K, const AT: usize, Row, E, B> fmt::Debug for Relation<P, C, K, AT, Row, E, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.def().path())
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, C, K, const AT: usize, Row, E, B> RelationOf<P> for Relation<P, C, K, AT, Row, E, B> {
    type Slot = At<P, AT>;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, K, const AT: usize, Row, E, B> Prefetch for Relation<P, C, K, AT, Row, E, B>
where
    P: Mapped,
    C: Mapped,
    K: Kind,
    Row: 'static,
    E: Extent,
    B: Record<Model = C>,
{
    type State = K::State<Row, E>;

    fn fetch(&self) -> Fetch {
        Fetch::Rows(Arc::clone(&self.fetched))
    }

    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        if self.fetched.is_joined() {
            return Box::new(Joining::<B, K, Row, E>::new(&self.fetched, &*self.loader, whole));
        }
        Box::new(RelationLoading::<B, K, Row, E>::new(&self.fetched, &*self.loader, whole))
    }
}

/// A relation or a value with a name: the result of `.named(Name)`.
#[must_use = "a named relation does nothing until it is prefetched"]
pub struct Named<N, R> {
    relation: R,
    name: PhantomData<fn() -> N>,
}

impl<N, R> Named<N, R> {
    pub(crate) fn new(relation: R, _name: N) -> Self {
        Named { relation, name: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<M, N, R: RelationOf<M>> RelationOf<M> for Named<N, R> {
    type Slot = Slot<N>;
    type Loads = R::Loads;

    fn loads(self) -> R::Loads {
        self.relation.loads()
    }
}

impl<N, R: fmt::Debug> fmt::Debug for Named<N, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} named {}", self.relation, std::any::type_name::<N>())
    }
}
