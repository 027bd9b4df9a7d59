//! Relations that lead to rows of several models: a column says which, and a Rust enum holds the row.

use std::fmt;
use std::marker::PhantomData;

use super::{At, Kind, Named};
use crate::column::TextType;
use crate::error::Error;
use crate::model::Model;
use crate::prefetch::{Branch, Context, PolymorphicLoading, Prefetch, RelationOf, Step, Variant};
use crate::row::All;
use crate::schema::Table;

/// An enum of models, one for each kind of row that a relation may lead to; `#[derive(Polymorphic)]` implements it.
///
/// ```text
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
    /// The variants.
    #[doc(hidden)]
    fn variants() -> Vec<Box<dyn Variant<Self>>>;
}

/// An enum of models whose primary keys a foreign key of type `K` can refer to.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{K}` cannot refer to every model of `{Self}`",
    label = "the key of some model of `{Self}` has another type",
    note = "give all models of the enum primary keys of one type"
)]
pub trait KeyedBy<K> {}

/// Compiles when a foreign key of type `K` can refer to each model of the enum `S`.
pub const fn check_polymorphic<S: Polymorphic + KeyedBy<K>, K>() {}

/// Compiles when a column can hold the tag of a polymorphic relation.
pub const fn check_tag<T: TextType>() {}

/// A relation from the model `P` to one of several models, held by the enum `S`.
#[must_use = "a relation does nothing until it is prefetched"]
pub struct PolymorphicRelation<P, S, K, const AT: usize> {
    def: PolymorphicDef,
    types: Types<P, S, K>,
}

/// The types that a relation only names: it is `Send` and `Sync` whatever they are.
type Types<P, S, K> = PhantomData<fn() -> (P, S, K)>;

/// Where a polymorphic relation starts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolymorphicDef {
    /// The relation's name in Rust.
    pub name: &'static str,
    /// The table it starts at.
    pub from: fn() -> &'static Table,
    /// The positions of the columns that hold the tag and the key.
    pub columns: [usize; 2],
}

impl<P: Model, S: Polymorphic, K: Kind, const AT: usize> PolymorphicRelation<P, S, K, AT> {
    /// The descriptor of a relation. Generated code calls this.
    #[doc(hidden)]
    pub const fn new(name: &'static str, tag: usize, key: usize) -> Self {
        PolymorphicRelation { def: PolymorphicDef { name, from: P::table, columns: [tag, key] }, types: PhantomData }
    }

    /// Gives the loaded relation a name of its own: a unit struct of the user's.
    pub fn named<N>(self, _name: N) -> Named<N, Self> {
        Named { relation: self, name: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<P: Model, S, K, const AT: usize> RelationOf<P> for PolymorphicRelation<P, S, K, AT> {
    type Slot = At<P, AT>;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P: Model, S: Polymorphic, K: Kind, const AT: usize> Prefetch for PolymorphicRelation<P, S, K, AT> {
    type State = K::State<S, All>;

    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        Box::new(PolymorphicLoading::<S, K>::new(self.def))
    }

    fn plan(&self, _whole: bool, context: &Context) -> Step {
        let steps = S::variants().iter().map(|variant| variant.plan(self.def, context)).collect();
        Step {
            steps,
            ..Step::without_statement(self.def.name, "belongs to one of several, one statement for each kind")
        }
    }

    fn error(&self) -> Option<&Error> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<N, P, S, K, const AT: usize> Prefetch for Named<N, PolymorphicRelation<P, S, K, AT>>
where
    N: 'static,
    P: Model,
    S: Polymorphic,
    K: Kind,
{
    type State = K::State<S, All>;

    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        self.relation.start(whole)
    }

    fn plan(&self, whole: bool, context: &Context) -> Step {
        self.relation.plan(whole, context)
    }

    fn error(&self) -> Option<&Error> {
        None
    }
}

impl<P, S, K, const AT: usize> fmt::Debug for PolymorphicRelation<P, S, K, AT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.def.path())
    }
}

impl PolymorphicDef {
    /// The relation as a person reads it: `Comment.subject`.
    pub(crate) fn path(self) -> String {
        format!("{}.{}", (self.from)().model, self.name)
    }
}
