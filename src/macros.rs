//! Macros for types by the names of relations, and for migrations. Each calls a macro of `orm-derive` with the path of this crate.

/// The type of a loaded row, by the names of the relations and values that it holds.
///
/// Write each relation with its type in the row: `Many<..>`, `One<..>`, `Option<One<..>>` or [`Tree<..>`](crate::Tree). The
/// relations can be in any order. A relation that is not in the list was not loaded. Write the keyword `named` before a named value.
/// Named values have the order in which the query prefetches them.
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
/// If the query loads something else, rustc reports a type error where the function returns the rows. The type stays the same when
/// the model gets another relation.
#[macro_export]
macro_rules! row {
    ($($row:tt)*) => { $crate::__private::row!($crate; $($row)*) };
}

/// The type of a relation, by its name, for the return type of a function.
///
/// Write the model that the relation leads to after the name. Two more parts are only necessary if they differ from the relation that
/// the model's function returns:
///
/// - `as row!(..)` with the relations that are prefetched for the rows, or `as view Title` with the view as which they are read;
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

/// Includes the migrations in a folder in the program, and returns them as [`Migrations`](crate::migrate::Migrations).
///
/// The path is relative to the folder of the crate's `Cargo.toml`:
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
/// Cargo compiles the program again when one of these files changes. To make Cargo do the same when a file is added, write this in
/// the `main` of a `build.rs` next to `Cargo.toml`:
///
/// ```
/// println!("cargo:rerun-if-changed=migrations");
/// ```
///
/// A program with debug assertions reads the folder when it migrates, and returns an error if the folder contains a file that is not
/// in the program.
///
/// The macro causes a compile error if the folder cannot be read, a file does not have the name of a migration, or two files have the
/// same version.
#[cfg(feature = "migrate")]
#[macro_export]
macro_rules! migrations {
    ($($folder:tt)*) => { $crate::__private::migrations!($crate; $($folder)*) };
}
