//! Named values of rows.

use std::fmt;
use std::marker::PhantomData;

use super::debug::{DebugEntries, slot_name};
use crate::schema::RelationDef;

/// Values of named slots, as a list of pairs in the type.
pub struct Extra<N, V, Rest> {
    pub(super) value: V,
    pub(super) rest: Rest,
    name: PhantomData<fn() -> N>,
}

impl<N, V, Rest> Extra<N, V, Rest> {
    /// Puts a value in front of the list.
    pub fn new(value: V, rest: Rest) -> Self {
        Extra { value, rest, name: PhantomData }
    }
}

// Implemented by hand, because a derive would require the same of the name, which is only a type.
impl<N, V: Clone, Rest: Clone> Clone for Extra<N, V, Rest> {
    fn clone(&self) -> Self {
        Extra::new(self.value.clone(), self.rest.clone())
    }
}

impl<N, V: fmt::Debug, Rest: fmt::Debug> fmt::Debug for Extra<N, V, Rest> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(std::any::type_name::<N>()).field(&self.value).field(&self.rest).finish()
    }
}

impl<N, V: PartialEq, Rest: PartialEq> PartialEq for Extra<N, V, Rest> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.rest == other.rest
    }
}

impl<N, V: fmt::Debug, Rest: DebugEntries> DebugEntries for Extra<N, V, Rest> {
    fn debug_entries(&self, relations: &[&RelationDef], output: &mut fmt::DebugStruct<'_, '_>) {
        self.rest.debug_entries(relations, output);
        output.field(&slot_name::<N>(), &self.value);
    }
}

/// The value is the first of the list.
#[derive(Debug)]
pub struct Here;

/// The value is further back in the list.
#[derive(Debug)]
pub struct There<I>(PhantomData<I>);

/// Named values of a row that contain a value of type `V` with the name `N`, at the position `I`.
///
/// This is a trait because each name is a type, by which rustc finds the value and its type.
///
/// A function that is generic over rows requires a value by it. The compiler infers the position, for which the
/// function has a type parameter:
///
/// ```
/// use orm::{Get, Model};
///
/// #[derive(Model)]
/// #[has_many(books: Book)]
/// struct Author { id: i64 }
///
/// #[derive(Model)]
/// struct Book { id: i64, #[belongs_to(author: Author)] author_id: i64 }
///
/// struct Count;
///
/// fn is_productive<At>(author: &impl AuthorRelations<Named: Get<Count, At, u64>>) -> bool {
///     *author.named(Count) > 3
/// }
/// # fn main() -> orm::Result<()> {
/// # let db = orm::Db::memory()?;
/// # db.create_tables::<(Author, Book)>()?;
/// let query = Author::query().prefetch(Author::books().count().named(Count));
/// let number = query.all(&db)?.iter().filter(|author| is_productive(*author)).count();
/// # assert_eq!(number, 0);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "nothing was loaded under the name `{N}`",
    label = "no such named slot",
    note = "add `.prefetch(relation.named({N}))` to the query these rows come from",
    note = "a function that takes any such row names it in its signature: `impl StudentRelations<Named: Get<{N}, At, u64>>`, with the name, its position and its type"
)]
pub trait Get<N, I, V> {
    /// The other values.
    #[doc(hidden)]
    type Without;

    /// Returns the value.
    fn get(&self) -> &V;

    /// Returns the value, and the others.
    #[doc(hidden)]
    fn take(self) -> (V, Self::Without);
}

impl<N, V, Rest> Get<N, Here, V> for Extra<N, V, Rest> {
    type Without = Rest;

    fn get(&self) -> &V {
        &self.value
    }

    fn take(self) -> (V, Rest) {
        (self.value, self.rest)
    }
}

impl<N, M, V, W, Rest: Get<N, I, V>, I> Get<N, There<I>, V> for Extra<M, W, Rest> {
    type Without = Extra<M, W, Rest::Without>;

    fn get(&self) -> &V {
        self.rest.get()
    }

    fn take(self) -> (V, Self::Without) {
        let (value, rest) = self.rest.take();
        (value, Extra::new(self.value, rest))
    }
}

/// The name of no slot, at no position.
#[derive(Debug)]
pub struct Nowhere;

// With a single implementation left, rustc would choose it, and report that the name is not the first one of the list.
// The implementation for the empty list keeps the choice open.
#[diagnostic::do_not_recommend]
impl Get<Nowhere, Nowhere, ()> for () {
    type Without = ();

    fn get(&self) -> &() {
        self
    }

    fn take(self) -> ((), ()) {
        ((), ())
    }
}
