//! Types by the names of relations: macros, which pass the path of this crate on to those that do the work.

/// The type of a loaded row, by the names of the relations and values that it holds.
///
/// Each relation stands with what it leaves in the row: `Many<..>`, `One<..>`, `Option<One<..>>` or
/// [`Tree<..>`](crate::Tree). Relations may stand in any order, and a relation that is left out was not loaded. A named value stands
/// after the word `named`, in the order in which the query prefetches them.
///
/// ```
/// use orm::{Executor, Many, Model, One, Result, row};
///
/// #[derive(Model)]
/// #[has_many(books: Book)]
/// struct Author { id: i64, name: String }
///
/// #[derive(Model)]
/// struct Book {
///     id: i64,
///     title: String,
///     #[belongs_to(author: Author)]
///     author_id: i64,
/// }
///
/// struct Count;
///
/// type Card = row!(Author { books: Many<Book>, named Count: u64 });
///
/// fn cards(on: &impl Executor) -> Result<Vec<Card>> {
///     let count = Author::books().count().named(Count);
///     Author::query().prefetch(Author::books()).prefetch(count).all(on)
/// }
///
/// struct Page {
///     cards: Vec<Card>,
///     newest: Vec<row!(Book { author: One<row!(Author { books: Many<Book> })> })>,
/// }
/// ```
///
/// A query that loads something else is a type error where the function returns it, and a later relation of the model changes
/// nothing here.
#[macro_export]
macro_rules! row {
    ($($row:tt)*) => { $crate::__private::row!($crate; $($row)*) };
}

/// The type of a relation, by its name: what a function that returns one writes after its arrow.
///
/// After the name stand the model that the relation leads to and, if they differ from what the model's function returns:
///
/// - `as row!(..)`, what is prefetched for the rows; or `as view Title`, the struct that they are read as;
/// - `Part`, if the relation is filtered or limited.
///
/// ```
/// use orm::{Model, One, Part, relation, row};
///
/// #[derive(Model)]
/// #[has_many(books: Book)]
/// struct Author { id: i64, name: String }
///
/// #[derive(Model)]
/// struct Book {
///     id: i64,
///     title: String,
///     #[belongs_to(author: Author)]
///     author_id: i64,
/// }
///
/// fn by_title() -> relation!(Author.books: Book) {
///     Author::books().order_by(Book::title().asc())
/// }
///
/// fn first_three() -> relation!(Author.books: Book, Part) {
///     by_title().limit(3)
/// }
///
/// fn with_authors() -> relation!(Author.books: Book as row!(Book { author: One<Author> })) {
///     Author::books().prefetch(Book::author())
/// }
/// # let _ = (first_three(), with_authors());
/// ```
#[macro_export]
macro_rules! relation {
    ($($relation:tt)*) => { $crate::__private::relation!($crate; $($relation)*) };
}

/// The migrations in a folder, whose files become part of the program: a value of [`Migrations`](crate::migrate::Migrations).
///
/// The path of the folder starts at the folder of the crate's `Cargo.toml`:
///
/// ```
/// # use orm::{Db, Result};
/// # fn main() -> Result<()> {
/// let db = Db::memory()?;
/// orm::migrations!("examples/migrations/migrations").run(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// Cargo compiles the program anew when one of these files changes. So that it also does when a file is added, write this in the
/// `main` of a `build.rs` beside `Cargo.toml`:
///
/// ```
/// println!("cargo:rerun-if-changed=migrations");
/// ```
///
/// A program with debug assertions looks into the folder when it migrates, and fails if a file there is not in the program.
///
/// A folder that cannot be read, a file that is not named like a migration, and two files with one version do not compile.
#[cfg(feature = "migrate")]
#[macro_export]
macro_rules! migrations {
    ($($folder:tt)*) => { $crate::__private::migrations!($crate; $($folder)*) };
}
