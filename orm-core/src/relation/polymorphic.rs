//! Polymorphic relations: a column says which model a row refers to, and a Rust enum holds the row.

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

/// An enum of models, one for each model that a polymorphic relation may lead to; `#[derive(Polymorphic)]` implements
/// it.
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
    /// The models of the variants as a list of [`OneOf`] in pairs, each with rows without relations.
    #[doc(hidden)]
    type Models: Clone + Send + Sync + 'static;

    /// Returns the text of the row's model in the tag's column.
    fn tag(&self) -> &'static str;

    /// Returns the list, before any filters.
    #[doc(hidden)]
    fn models() -> Self::Models;

    /// Returns the variants, as they are to be loaded.
    #[doc(hidden)]
    fn variants(models: &Self::Models) -> Vec<Variant<'_, Self>>;
}

/// An enum of models with a variant for the model `C`. The derive implements it.
///
/// This is a trait because the models of the variants are types, and so are their positions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have exactly one variant for `{C}`",
    label = "not about a model of `{Self}`",
    note = "a polymorphic relation takes conditions on its models, and prefetches relations of its models"
)]
pub trait Holds<C> {
    /// The variant's position in the list.
    type At;
}

/// The rows of an enum's variants with relations: the enum's `…Loaded` counterpart. The derive implements it.
///
/// This is a trait besides [`Polymorphic`] because an enum has a counterpart for each list of rows.
pub trait HoldsLoaded<L> {
    /// The counterpart.
    type Row: 'static;

    /// Returns the variants, as they are to be loaded.
    fn variants(list: &L) -> Vec<Variant<'_, Self::Row>>;
}

/// A position in the list `L`, as a type: the items of a list have different types, and a change of one changes the
/// list's type.
pub trait PlaceIn<L> {
    /// The item at the position.
    type Item;

    /// The list with a `T` at the position.
    type With<T>;

    /// Returns the item at the position.
    fn item(list: &mut L) -> &mut Self::Item;

    /// Replaces the item.
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

/// A list of models whose primary keys a foreign key of type `K` can refer to: a trait because it is a list of types.
pub trait KeyedBy<K> {}

impl<K> KeyedBy<K> for () {}

impl<K: RefersTo<C::Key>, C: Mapped, Row, Rest: KeyedBy<K>> KeyedBy<K> for (OneOf<C, Row>, Rest) {}

/// Compiles if a foreign key of type `K` can refer to each model of the enum `S`.
pub const fn check_polymorphic<S: Polymorphic<Models: KeyedBy<K>>, K>() {}

/// Compiles if a column can hold the tag of a polymorphic relation.
pub const fn check_tag<T: TextType>() {}

/// A polymorphic relation from the model `P` to one of several models, held by the enum `S`.
///
/// Filter it by conditions on its models ([`filter`](PolymorphicRelation::filter)), and prefetch their relations
/// ([`prefetch`](PolymorphicRelation::prefetch)). `K` is its kind, `AT` its position among the model's relations, `Row`
/// the type of the rows that it loads, `L` how the rows of each variant are loaded, and `E` says whether it loads all
/// of them or a [`Part`].
#[doc(alias = "GenericForeignKey")]
#[must_use = "a relation does nothing until it is prefetched"]
pub struct PolymorphicRelation<P, S: Polymorphic, K, const AT: usize, Row = S, L = <S as Polymorphic>::Models, E = All>
{
    def: PolymorphicDef,
    list: L,
    variants: Variants<L, Row>,
    types: Types<P, S, K, E>,
}

/// The list `L` of the enum `S` if the rows of its model `C`, currently `V`, hold what the relation `R` loads.
type Widened<S, L, C, R, V> = <<S as Holds<C>>::At as PlaceIn<L>>::With<OneOf<C, Holding<C, R, V>>>;

/// The row `V` of the model `C` if it holds what the relation `R` loads.
type Holding<C, R, V> =
    <V as Attach<<R as RelationOf<C>>::Slot, <<R as RelationOf<C>>::Loads as Prefetch>::State>>::Out;

/// Makes the variants of a list.
type Variants<L, Row> = for<'l> fn(&'l L) -> Vec<Variant<'l, Row>>;

/// The types that a relation only names: it is always `Send` and `Sync`.
type Types<P, S, K, E> = PhantomData<fn() -> (P, S, K, E)>;

impl<P: Mapped, S: Polymorphic, K: Kind, const AT: usize> PolymorphicRelation<P, S, K, AT> {
    /// Creates a relation. Generated code calls this.
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
    /// Loads only the rows of one model that meet the condition, and all rows of the other models. A row that is left
    /// out reads as `None`. A `None` in place of the condition leaves out nothing.
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

    /// Loads a relation of one of the models, with one more statement for the rows of that model. The rows are returned
    /// in the enum's `…Loaded` counterpart, whose variants hold rows with relations.
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
    #[expect(clippy::type_complexity, reason = "it says which rows are loaded")]
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

    /// Gives the loaded relation a name: a unit struct that you declare.
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
