//! Relations that lead to rows of several models: a column says which, and a Rust enum holds the row.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Named;
use crate::column::Filter;
use crate::loaded::{All, At, Attach, Extent, Here, Kind, Part, There};
use crate::mapped::Mapped;
use crate::prefetch::{Branch, Fetch, OneOf, Place, PolymorphicLoading, Prefetch, RelationOf, Variant, WithRelation};
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

    /// The text that stands for the row's model in the tag's column.
    fn tag(&self) -> &'static str;

    /// The list, before anything was narrowed.
    #[doc(hidden)]
    fn models() -> Self::Models;

    /// The variants, as they are to be loaded.
    #[doc(hidden)]
    fn variants(models: &Self::Models) -> Vec<Variant<'_, Self>>;
}

/// An enum of models that has a variant for the model `C`. The derive implements it.
///
/// A trait, since the models of the variants are types, and so are their places.
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
///
/// A trait beside [`Polymorphic`], since an enum has a counterpart for each list of rows.
pub trait HoldsLoaded<L> {
    /// The counterpart.
    type Row: 'static;

    /// The variants, as they are to be loaded.
    fn variants(list: &L) -> Vec<Variant<'_, Self::Row>>;
}

/// A place in the list `L`, as a type: the items of a list have types of their own, and so has what is done to one.
pub trait PlaceIn<L> {
    /// What stands there.
    type Item;

    /// The list when a `T` stands there.
    type With<T>;

    /// What stands there.
    fn item(list: &mut L) -> &mut Self::Item;

    /// Makes something else of it.
    fn replace<T>(list: L, change: impl FnOnce(Self::Item) -> T) -> Self::With<T>;
}

impl<First, Rest> PlaceIn<(First, Rest)> for Here {
    type Item = First;
    type With<T> = (T, Rest);

    fn item((first, _): &mut (First, Rest)) -> &mut First {
        first
    }

    fn replace<T>((first, rest): (First, Rest), change: impl FnOnce(First) -> T) -> (T, Rest) {
        (change(first), rest)
    }
}

impl<First, Rest, I: PlaceIn<Rest>> PlaceIn<(First, Rest)> for There<I> {
    type Item = I::Item;
    type With<T> = (First, I::With<T>);

    fn item((_, rest): &mut (First, Rest)) -> &mut I::Item {
        I::item(rest)
    }

    fn replace<T>((first, rest): (First, Rest), change: impl FnOnce(I::Item) -> T) -> (First, I::With<T>) {
        (first, I::replace(rest, change))
    }
}

/// A list of models whose primary keys a foreign key of type `K` can refer to: a trait, since the list is one of types.
pub trait KeyedBy<K> {}

impl<K> KeyedBy<K> for () {}

impl<K: RefersTo<C::Key>, C: Mapped, Row, Rest: KeyedBy<K>> KeyedBy<K> for (OneOf<C, Row>, Rest) {}

/// Compiles when a foreign key of type `K` can refer to each model of the enum `S`.
pub const fn check_polymorphic<S: Polymorphic<Models: KeyedBy<K>>, K>() {}

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

/// The list `L` of the enum `S` when the rows of its model `C`, so far a `V`, hold what the relation `R` loads.
type Widened<S, L, C, R, V> = <<S as Holds<C>>::At as PlaceIn<L>>::With<OneOf<C, Holding<C, R, V>>>;

/// The row `V` of the model `C` when it holds what the relation `R` loads.
type Holding<C, R, V> =
    <V as Attach<<R as RelationOf<C>>::Slot, <<R as RelationOf<C>>::Loads as Prefetch>::State>>::Out;

/// Makes the variants of a list.
type Variants<L, Row> = for<'l> fn(&'l L) -> Vec<Variant<'l, Row>>;

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
    pub fn filter<C, V>(mut self, condition: impl Filter<C>) -> PolymorphicRelation<P, S, K, AT, Row, L, Part>
    where
        S: Holds<C>,
        S::At: PlaceIn<L, Item = OneOf<C, V>>,
    {
        Arc::make_mut(&mut S::At::item(&mut self.list).fetched).draft.filter(condition);
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
    pub fn prefetch<R, C, V>(
        self,
        relation: R,
    ) -> PolymorphicRelation<P, S, K, AT, <S as HoldsLoaded<Widened<S, L, C, R, V>>>::Row, Widened<S, L, C, R, V>, E>
    where
        R: RelationOf<C>,
        R::Loads: Prefetch,
        R::Slot: Place<R>,
        C: Mapped,
        V: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
        S: Holds<C> + HoldsLoaded<Widened<S, L, C, R, V>>,
        S::At: PlaceIn<L, Item = OneOf<C, V>>,
    {
        let relation = relation.loads();
        let list = S::At::replace(self.list, |OneOf { mut fetched, loader }| {
            Arc::make_mut(&mut fetched).draft.fetch::<R::Slot>(relation.fetch());
            OneOf { fetched, loader: Arc::new(WithRelation::<C, V, R::Loads, R::Slot>::new(loader, relation)) }
        });
        PolymorphicRelation {
            def: self.def,
            variants: <S as HoldsLoaded<Widened<S, L, C, R, V>>>::variants,
            list,
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
        Fetch::OneOf(self.def, variants.iter().map(|variant| (variant.tag, Arc::clone(variant.fetched))).collect())
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
