//! Relations that lead to rows of several models: a column says which, and a Rust enum holds the row.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Named;
use crate::column::Filter;
use crate::loaded::{All, At, Attach, Extent, Here, Kind, Part, There};
use crate::mapped::Mapped;
use crate::prefetch::{Branch, Fetch, OneOf, PolymorphicLoading, Prefetch, RelationOf, Variant, WithRelation};
use crate::schema::PolymorphicDef;
use crate::types::{RefersTo, TextType};

/// An enum of models, one for each kind of row that a relation may lead to; `#[derive(Polymorphic)]` implements it.
///
/// ```
/// # use orm::{Model, Polymorphic};
/// # #[derive(Model)] struct Photo { id: i64 }
/// # #[derive(Model)] struct Post { id: i64 }
/// #[derive(Polymorphic)]
/// enum Subject { Photo(Photo), Post(Post) }
///
/// #[derive(Model)]
/// struct Comment {
///     id: i64,
///     subject_type: String,          // "photo" or "post"
///     #[belongs_to(subject: Subject, tag = subject_type)]
///     subject_id: i64,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enum of models",
    label = "no `#[derive(Polymorphic)]`",
    note = "a `belongs_to` with a `tag` leads to an enum: `#[derive(Polymorphic)] enum {Self} {{ Photo(Photo), Post(Post) }}`"
)]
pub trait Polymorphic: Sized + 'static {
    /// The models of the variants as a list of [`OneOf`] in pairs, each with rows that hold no relations.
    #[doc(hidden)]
    type Models: Clone + Send + Sync + 'static;

    /// The enum itself, which an error about another type does not name.
    #[doc(hidden)]
    type Itself;

    /// The text that stands for the row's model in the tag's column.
    fn tag(&self) -> &'static str;

    /// The list, before anything was narrowed.
    #[doc(hidden)]
    fn models() -> Self::Models;

    /// The variants, as they are to be loaded.
    #[doc(hidden)]
    fn variants(models: &Self::Models) -> Vec<Box<dyn Variant<Self> + '_>>;
}

/// An enum of models that has a variant for the model `C`. The derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no variant of its own for `{C}`",
    label = "not about a model of `{Self}`",
    note = "a relation to rows of several models is narrowed by conditions on these models, and goes on to their relations"
)]
pub trait Holds<C> {
    /// The variant's place in the list.
    type At;
}

/// The rows of an enum's variants when they hold relations: the enum's `…Loaded` counterpart. The derive implements it.
pub trait HoldsLoaded<L> {
    /// The counterpart.
    type Row: 'static;

    /// The variants, as they are to be loaded.
    fn variants(list: &L) -> Vec<Box<dyn Variant<Self::Row> + '_>>;
}

/// A place in a list of variants `L` where the model `C` stands, whose rows can also hold what the relation `R` loads.
pub trait Widen<L, C, R, Slot> {
    /// The list then.
    type Out: Clone + Send + Sync + 'static;

    /// Also loads the relation.
    fn widen(list: L, relation: R) -> Self::Out;
}

impl<C, Row, Rest, R, Slot> Widen<(OneOf<C, Row>, Rest), C, R, Slot> for Here
where
    C: Mapped,
    Row: Attach<Slot, R::State, Out: 'static> + 'static,
    Rest: Clone + Send + Sync + 'static,
    R: Prefetch,
    Slot: 'static,
{
    type Out = (OneOf<C, Row::Out>, Rest);

    fn widen((OneOf { mut fetched, loader }, rest): (OneOf<C, Row>, Rest), relation: R) -> Self::Out {
        Arc::make_mut(&mut fetched).draft.fetch::<Slot>(relation.fetch());
        (OneOf { fetched, loader: Arc::new(WithRelation::<C, Row, R, Slot>::new(loader, relation)) }, rest)
    }
}

impl<First, Rest, I, C, R, Slot> Widen<(First, Rest), C, R, Slot> for There<I>
where
    First: Clone + Send + Sync + 'static,
    I: Widen<Rest, C, R, Slot>,
{
    type Out = (First, I::Out);

    fn widen((first, rest): (First, Rest), relation: R) -> Self::Out {
        (first, I::widen(rest, relation))
    }
}

/// A place in a list of variants `L` where the model `C` stands.
pub trait Narrow<L, C> {
    /// Leaves out rows that do not meet the condition.
    fn narrow(list: &mut L, condition: impl Filter<C>);
}

impl<C, Row, Rest> Narrow<(OneOf<C, Row>, Rest), C> for Here {
    fn narrow(list: &mut (OneOf<C, Row>, Rest), condition: impl Filter<C>) {
        Arc::make_mut(&mut list.0.fetched).draft.filter(condition);
    }
}

impl<First, Rest, I: Narrow<Rest, C>, C> Narrow<(First, Rest), C> for There<I> {
    fn narrow(list: &mut (First, Rest), condition: impl Filter<C>) {
        I::narrow(&mut list.1, condition);
    }
}

/// An enum of models whose primary keys a foreign key of type `K` can refer to.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{K}` cannot refer to every model of `{Self}`",
    label = "the key of some model of `{Self}` has another type",
    note = "give all models of the enum primary keys of one type"
)]
pub trait KeyedBy<K> {}

/// A key that can refer to the primary key of the model `M`.
pub trait RefersToModel<M> {}

impl<K: RefersTo<M::Key>, M: Mapped> RefersToModel<M> for K {}

/// Compiles when a foreign key of type `K` can refer to each model of the enum `S`.
pub const fn check_polymorphic<S: Polymorphic<Itself: KeyedBy<K>>, K>() {}

/// Compiles when a column can hold the tag of a polymorphic relation.
pub const fn check_tag<T: TextType>() {}

/// A relation from the model `P` to one of several models, held by the enum `S`.
///
/// It is narrowed by conditions on its models ([`filter`](PolymorphicRelation::filter)), and goes on to their relations
/// ([`prefetch`](PolymorphicRelation::prefetch)). `K` is its kind, `AT` its position among the model's relations, `Row` the
/// type of the rows it loads, `L` how the rows of each variant are loaded, and `E` says whether it loads all of them or
/// [`Part`].
#[must_use = "a relation does nothing until it is prefetched"]
pub struct PolymorphicRelation<P, S: Polymorphic, K, const AT: usize, Row = S, L = <S as Polymorphic>::Models, E = All>
{
    def: PolymorphicDef,
    list: L,
    variants: Variants<L, Row>,
    types: Types<P, S, K, E>,
}

/// The list `L` of the enum `S` when the relation `R` of its model `C` is loaded too.
type Widened<S, L, C, R> =
    <<S as Holds<C>>::At as Widen<L, C, <R as RelationOf<C>>::Loads, <R as RelationOf<C>>::Slot>>::Out;

/// Makes the variants of a list.
type Variants<L, Row> = for<'l> fn(&'l L) -> Vec<Box<dyn Variant<Row> + 'l>>;

/// The types that a relation only names: it is `Send` and `Sync` whatever they are.
type Types<P, S, K, E> = PhantomData<fn() -> (P, S, K, E)>;

impl<P: Mapped, S: Polymorphic, K: Kind, const AT: usize> PolymorphicRelation<P, S, K, AT> {
    /// The descriptor of a relation. Generated code calls this.
    #[doc(hidden)]
    pub fn new(name: &'static str, tag: usize, key: usize) -> Self {
        PolymorphicRelation {
            def: PolymorphicDef { name, from: P::table, columns: [tag, key] },
            list: S::models(),
            variants: S::variants,
            types: PhantomData,
        }
    }
}

impl<P: Mapped, S: Polymorphic, K: Kind, const AT: usize, Row, L, E: Extent>
    PolymorphicRelation<P, S, K, AT, Row, L, E>
{
    /// Loads of the rows of one model only those that meet the condition, and rows of the other models as before. What is left
    /// out reads as `None`. An `Option` of a condition that is `None` leaves out nothing.
    ///
    /// ```
    /// # use orm::{Db, Model, Polymorphic, Result};
    /// # #[derive(Model)] struct Photo { id: i64, #[belongs_to(album: Album)] album_id: i64 }
    /// # #[derive(Model)] struct Album { id: i64 }
    /// # #[derive(Model)] struct Post { id: i64, published: bool, #[belongs_to(author: Author)] author_id: i64 }
    /// # #[derive(Model)] struct Author { id: i64 }
    /// # #[derive(Polymorphic)] enum Subject { Photo(Photo), Post(Post) }
    /// # #[derive(Model)] struct Comment { id: i64, subject_type: String, #[belongs_to(subject: Subject, tag = subject_type)] subject_id: i64 }
    /// # fn main() -> Result<()> {
    /// let subject = Comment::subject().filter(Post::published().eq(true));
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter<C>(mut self, condition: impl Filter<C>) -> PolymorphicRelation<P, S, K, AT, Row, L, Part>
    where
        S: Holds<C>,
        S::At: Narrow<L, C>,
    {
        S::At::narrow(&mut self.list, condition);
        let PolymorphicRelation { def, list, variants, .. } = self;
        PolymorphicRelation { def, list, variants, types: PhantomData }
    }

    /// Also loads a relation of one of the models, by one statement more for the rows of that model. The rows come in the
    /// enum's `…Loaded` counterpart, whose variants hold rows with relations.
    ///
    /// ```
    /// # use orm::{Db, Model, Polymorphic, Result};
    /// # #[derive(Model)] struct Photo { id: i64, #[belongs_to(album: Album)] album_id: i64 }
    /// # #[derive(Model)] struct Album { id: i64 }
    /// # #[derive(Model)] struct Post { id: i64, published: bool, #[belongs_to(author: Author)] author_id: i64 }
    /// # #[derive(Model)] struct Author { id: i64 }
    /// # #[derive(Polymorphic)] enum Subject { Photo(Photo), Post(Post) }
    /// # #[derive(Model)] struct Comment { id: i64, subject_type: String, #[belongs_to(subject: Subject, tag = subject_type)] subject_id: i64 }
    /// # fn main() -> Result<()> {
    /// let subject = Comment::subject().prefetch(Post::author()).prefetch(Photo::album());
    /// # Ok(())
    /// # }
    /// ```
    #[expect(clippy::type_complexity, reason = "it says which rows come")]
    pub fn prefetch<R, C>(
        self,
        relation: R,
    ) -> PolymorphicRelation<P, S, K, AT, <S as HoldsLoaded<Widened<S, L, C, R>>>::Row, Widened<S, L, C, R>, E>
    where
        R: RelationOf<C>,
        R::Loads: Prefetch,
        S: Holds<C> + HoldsLoaded<Widened<S, L, C, R>>,
        S::At: Widen<L, C, R::Loads, R::Slot>,
    {
        PolymorphicRelation {
            def: self.def,
            variants: <S as HoldsLoaded<Widened<S, L, C, R>>>::variants,
            list: S::At::widen(self.list, relation.loads()),
            types: PhantomData,
        }
    }

    /// Gives the loaded relation a name of its own: a unit struct of the user's.
    pub fn named<N>(self, name: N) -> Named<N, Self> {
        Named::new(self, name)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, S: Polymorphic, K, const AT: usize, Row, L, E> RelationOf<P>
    for PolymorphicRelation<P, S, K, AT, Row, L, E>
{
    type Slot = At<P, AT>;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P, S, K, const AT: usize, Row, L, E> Prefetch for PolymorphicRelation<P, S, K, AT, Row, L, E>
where
    P: Mapped,
    S: Polymorphic,
    K: Kind,
    Row: 'static,
    L: Send + Sync + 'static,
    E: Extent,
{
    type State = K::State<Row, E>;

    fn fetch(&self) -> Fetch {
        let variants = (self.variants)(&self.list);
        Fetch::OneOf(self.def, variants.iter().map(|variant| (variant.tag(), variant.fetched())).collect())
    }

    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        let variants = (self.variants)(&self.list);
        Box::new(PolymorphicLoading::<Row, K, E>::new(self.def, std::any::type_name::<S>(), variants))
    }
}

impl<P, S: Polymorphic, K, const AT: usize, Row, L: Clone, E> Clone for PolymorphicRelation<P, S, K, AT, Row, L, E> {
    fn clone(&self) -> Self {
        PolymorphicRelation { def: self.def, list: self.list.clone(), variants: self.variants, types: PhantomData }
    }
}

impl<P, S: Polymorphic, K, const AT: usize, Row, L, E> fmt::Debug for PolymorphicRelation<P, S, K, AT, Row, L, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.def.path())
    }
}
