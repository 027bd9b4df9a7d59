//! An ORM for SQLite and PostgreSQL with eager loading that the compiler checks.
//!
//! The type of a row contains the relations that its query loaded. A relation that was not loaded cannot be read, so N+1 queries
//! cannot happen by accident. The same models and queries work on a blocking [`Db`] and on an [`AsyncDb`].
//!
//! # Contents
//!
//! - [The N+1 problem](#the-n1-problem)
//! - [Define models](#define-models), [connect](#connect), [load relations](#load-relations), [filter](#filter), [write](#write)
//! - [Transactions](#transactions) and [async programs](#async-programs)
//! - [Features](#features)
//! - [The guide](#the-guide)
//!
//! # The N+1 problem
//!
//! This loop sends one query for the authors, and one more for each author. With 1,000 authors, it sends 1,001 queries:
//!
//! ```
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String }
//! # #[derive(Model)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<(Author, Book)>()?;
//! for author in Author::query().all(&db)? {
//!     let books = Author::books().of(&author).all(&db)?;
//!     println!("{} wrote {} books", author.name, books.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With [`prefetch`](Query::prefetch), it sends two queries, whatever the number of authors:
//!
//! ```
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String }
//! # #[derive(Model)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<(Author, Book)>()?;
//! for author in Author::query().prefetch(Author::books()).all(&db)? {
//!     println!("{} wrote {} books", author.name, author.books().len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Without `prefetch`, the call of `author.books()` does not compile:
//!
//! ```compile_fail,E0277
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String }
//! # #[derive(Model)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<(Author, Book)>()?;
//! for author in Author::query().all(&db)? {
//!     println!("{} wrote {} books", author.name, author.books().len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Define models
//!
//! A model is a struct for the rows of a table. [`derive(Model)`](derive@Model) lists all attributes.
//!
//! ```
//! use orm::Model;
//!
//! #[derive(Model)]
//! #[has_many(books: Book)]
//! struct Author {
//!     id: i64,
//!     name: String,
//!     born: Option<i32>,
//! }
//!
//! #[derive(Model)]
//! #[model(unique(author_id, title))]
//! struct Book {
//!     id: i64,
//!     #[model(index)]
//!     title: String,
//!     #[belongs_to(author: Author, on_delete = cascade)]
//!     author_id: i64,
//! }
//! ```
//!
//! # Connect
//!
//! A [`Db`] is a connection pool. A clone of it uses the same connections.
//!
//! ```
//! use orm::Db;
//!
//! # fn main() -> orm::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("library.db");
//! let in_memory = Db::memory()?;
//! let in_a_file = Db::open(path)?;
//! # Ok(())
//! # }
//! # #[cfg(feature = "postgres")]
//! fn postgres() -> orm::Result<Db> {
//!     Db::postgres().connect("postgres://user:password@localhost/library")
//! }
//! ```
//!
//! [`create_tables`](Db::create_tables) creates the tables of models. A program that runs for years uses
//! [migrations](migrate) instead.
//!
//! # Load relations
//!
//! A prefetch loads a relation for all rows of a query in one statement. Prefetches can be nested, and the loaded rows can be
//! filtered, sorted and limited.
//!
//! ```
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String, born: Option<i32> }
//! # #[derive(Model)]
//! # #[has_many(reviews: Review)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # #[derive(Model)]
//! # struct Review { id: i64, stars: i32, #[belongs_to(book: Book)] book_id: i64 }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<(Author, Book, Review)>()?;
//! let best = Book::reviews().order_by(Review::stars().desc()).limit(3);
//! let books = Author::books().filter(Book::title().contains("Winter")).prefetch(best);
//! for author in Author::query().prefetch(books).all(&db)? {
//!     for book in author.books() {
//!         println!("{}: {} has {} reviews", author.name, book.title, book.reviews().len());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Filter
//!
//! The compiler checks that a column belongs to the model, and that a value has the column's type.
//!
//! ```
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String, born: Option<i32> }
//! # #[derive(Model)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<(Author, Book)>()?;
//! let modern = Author::born().ge(1900) | Author::born().is_null();
//! let authors = Author::query()
//!     .filter(modern)
//!     .filter(Author::books().any(Book::title().starts_with("The")))
//!     .order_by(Author::name().asc())
//!     .limit(20)
//!     .all(&db)?;
//! # assert!(authors.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Write
//!
//! The derive generates `NewAuthor`, which has no field for a key that the database assigns.
//!
//! ```
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String, born: Option<i32> }
//! # #[derive(Model)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<(Author, Book)>()?;
//! let mut ursula = NewAuthor { name: "Ursula".into(), born: Some(1929) }.insert(&db)?;
//! NewBook { title: "The Dispossessed".into(), author_id: ursula.id }.insert(&db)?;
//!
//! ursula.name = "Ursula K. Le Guin".into();
//! ursula.update(&db)?;
//!
//! let books = Book::rows_where(Book::author_id().eq(ursula.id));
//! let changed = books.update(&db, Book::title().set("Rocannon's World"))?;
//! assert_eq!(changed, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Transactions
//!
//! If the closure returns an error, the transaction is rolled back.
//!
//! ```
//! # use orm::{Db, Model};
//! # #[derive(Model)]
//! # struct Author { id: i64, name: String, born: Option<i32> }
//! # fn main() -> orm::Result<()> {
//! # let db = Db::memory()?;
//! # db.create_tables::<Author>()?;
//! db.transaction(|tx| {
//!     NewAuthor { name: "Stanislaw Lem".into(), born: Some(1921) }.insert(tx)?;
//!     NewAuthor { name: "Octavia Butler".into(), born: Some(1947) }.insert(tx)?;
//!     Ok(())
//! })?;
//! # assert_eq!(Author::query().count(&db)?, 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Async programs
//!
//! With the feature `async`, an [`AsyncDb`] takes the same calls, and the program awaits them. It works on tokio, smol and any
//! other runtime.
//!
//! ```
//! # use orm::Model;
//! # #[derive(Model)]
//! # #[has_many(books: Book)]
//! # struct Author { id: i64, name: String }
//! # #[derive(Model)]
//! # struct Book { id: i64, title: String, #[belongs_to(author: Author)] author_id: i64 }
//! # #[cfg(feature = "async")]
//! async fn print_authors(db: &orm::AsyncDb) -> orm::Result<()> {
//!     for author in Author::query().prefetch(Author::books()).all(db).await? {
//!         println!("{} wrote {} books", author.name, author.books().len());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `bundled` (default) | SQLite, compiled into the program |
//! | `sqlite` | SQLite as the system provides it; needs `default-features = false` |
//! | `postgres` | PostgreSQL |
//! | `postgres-tls` | PostgreSQL with encrypted connections |
//! | `async` | [`AsyncDb`] |
//! | `migrate` | [migrations](migrate) |
//! | `jiff-02`, `chrono-04`, `time-03` | dates and times of these libraries as column types |
//! | `rust_decimal-1`, `uuid-1`, `ipnet-2` | decimals, UUIDs and IP networks of these libraries as column types |
//! | `json` | values that serde can serialise, stored as JSON |
//! | `signed-cursors` | cursors of pages that clients cannot forge, see [`CursorKey`] |
//!
//! # The guide
//!
//! First steps:
//!
//! - [Getting started](https://github.com/OWNER/orm/blob/main/docs/guide/23-getting-started.md)
//! - [Models](https://github.com/OWNER/orm/blob/main/docs/guide/01-models.md)
//! - [Queries](https://github.com/OWNER/orm/blob/main/docs/guide/02-queries.md)
//! - [Relations](https://github.com/OWNER/orm/blob/main/docs/guide/03-relations.md)
//! - [Writing](https://github.com/OWNER/orm/blob/main/docs/guide/07-writing.md)
//!
//! Reading more:
//!
//! - [Dynamic queries](https://github.com/OWNER/orm/blob/main/docs/guide/24-dynamic-queries.md)
//! - [Filters by relations](https://github.com/OWNER/orm/blob/main/docs/guide/05-relation-filters.md)
//! - [Projections, aggregates and pagination](https://github.com/OWNER/orm/blob/main/docs/guide/14-parts.md)
//! - [Named relations, aggregates and DataLoaders](https://github.com/OWNER/orm/blob/main/docs/guide/04-values.md)
//! - [Other ways to load](https://github.com/OWNER/orm/blob/main/docs/guide/06-loading.md)
//! - [JSON](https://github.com/OWNER/orm/blob/main/docs/guide/10-json.md)
//! - [Raw SQL](https://github.com/OWNER/orm/blob/main/docs/guide/11-raw-sql.md)
//!
//! Databases:
//!
//! - [Connecting and connection pools](https://github.com/OWNER/orm/blob/main/docs/guide/18-connecting.md)
//! - [SQLite](https://github.com/OWNER/orm/blob/main/docs/guide/16-sqlite.md)
//! - [PostgreSQL](https://github.com/OWNER/orm/blob/main/docs/guide/12-postgresql.md)
//! - [Column types](https://github.com/OWNER/orm/blob/main/docs/guide/13-types.md)
//! - [Migrations](https://github.com/OWNER/orm/blob/main/docs/guide/21-migrations.md)
//! - [Existing databases](https://github.com/OWNER/orm/blob/main/docs/guide/22-existing-databases.md)
//!
//! Applications:
//!
//! - [Async programs and web servers](https://github.com/OWNER/orm/blob/main/docs/guide/20-asynchronous.md)
//! - [Errors](https://github.com/OWNER/orm/blob/main/docs/guide/09-errors.md)
//! - [Testing](https://github.com/OWNER/orm/blob/main/docs/guide/19-testing.md)
//! - [Observing queries](https://github.com/OWNER/orm/blob/main/docs/guide/08-statements.md)
//! - [Security](https://github.com/OWNER/orm/blob/main/docs/guide/17-security.md)
//! - [Deployment](https://github.com/OWNER/orm/blob/main/docs/guide/25-deployment.md)
//!
//! Recipes and answers:
//!
//! - [Cookbook](https://github.com/OWNER/orm/blob/main/docs/guide/26-cookbook.md)
//! - [Coming from Django, Diesel or SeaORM](https://github.com/OWNER/orm/blob/main/docs/guide/15-coming-from.md)
//! - [Glossary: if you look for …](https://github.com/OWNER/orm/blob/main/docs/guide/28-glossary.md)
//! - [Frequent questions](https://github.com/OWNER/orm/blob/main/docs/guide/27-faq.md)
//!
//! Internals:
//!
//! - [Query strategies: the SQL of relations](https://github.com/OWNER/orm/blob/main/docs/guide/29-query-strategies.md)
#![cfg_attr(docsrs, feature(doc_cfg))]

// Models: structs for the rows of a table.
pub use orm_core::mapped::Mapped;
pub use orm_core::model::Model;
#[doc = include_str!("docs/model.md")]
pub use orm_derive::Model;

// Columns, and the conditions, orderings and expressions of columns.
pub use orm_core::column::{Column, Condition, EachGroup, EachRow, OrderBy, PrimaryKey, order_from};
pub use orm_core::expression::{
    Case, Expression, JsonPath, SqlValue, When, case, count, sql_condition, sql_order, sql_value,
};

// Queries for rows of a model, also in chunks and pages, and their plans.
pub use orm_core::prefetch::{Plan, Step};
#[cfg(feature = "signed-cursors")]
pub use orm_core::query::CursorKey;
pub use orm_core::query::{Chunks, Cursor, Locked, Page, Paged, Query, include_from, prefetch, prefetch_one};

// Projections: columns read as tuples, and structs that read part of a model.
pub use orm_core::select::{Grouped, Selected, Union};
pub use orm_core::view::{View, ViewOf};
#[doc = include_str!("docs/view.md")]
pub use orm_derive::View;

// Relations, and rows with relations.
pub use orm_core::loaded::{
    All, Attach, Get, IsLoaded, Linked, Many, MaybeLoaded, Node, NotLoaded, One, Part, Record, ToMany, ToMaybe, ToOne,
    Tree, Walk,
};
pub use orm_core::prefetch::{Place, Prefetch, Prefetchable, RelationOf, Takes, attach, detach, detach_named};
pub use orm_core::relation::{Aggregate, AnyDepth, Batch, Named, Polymorphic, PolymorphicRelation, Relation, batch};
#[doc = include_str!("docs/polymorphic.md")]
pub use orm_derive::Polymorphic;

// Writing.
pub use orm_core::write::{
    Change, Insert, Rows, Upsert, Upserted, bulk_insert, excluded, get_or_create, insert_many, insert_or_skip, upsert,
};

// Raw SQL.
pub use orm_core::raw::{RawQuery, Script, script};
pub use orm_core::sql::{RawSql, Scan, Sql, TrustedSql, sql};

// Databases, connection options and transactions.
#[cfg(feature = "async")]
pub use orm_core::asynchronous::{AsyncDb, AsyncExecutor, AsyncSavepoint, AsyncTransaction, Pending};
pub use orm_core::db::{Db, Executor, Run, Savepoint, Transaction};
pub use orm_core::driver::BackupProgress;
#[cfg(feature = "postgres")]
pub use orm_core::driver::postgres::{PostgresOptions, PostgresSetup};
#[cfg(feature = "sqlite")]
pub use orm_core::driver::sqlite::{SqliteArguments, SqliteOptions, SqliteSetup};

// The schema: creating tables, comparing them with the database, and drawing them.
pub use orm_core::db::Engine;
pub use orm_core::live::{Difference, Mismatched};
pub use orm_core::mapped::{Models, diagram};
pub use orm_core::structure::{Diagram, Schema};

/// The structure of a database as a value: the structure that models require ([`Engine::schema`]), or the existing structure of a
/// database ([`Db::schema`]).
pub mod structure {
    pub use orm_core::structure::{
        Action, Alteration, Check, ColumnSchema, Enum, ForeignKey, Generated, Index, Name, Runs, Schema, SchemaChange,
        Script, Step, Table, Term, Unique, changes,
    };
    pub use orm_core::types::Form;
}

// Migrations: files of SQL and functions, applied in order.
#[cfg(feature = "migrate")]
pub use orm_core::migrate;

// Column types and their values.
pub use orm_core::types::{
    ArrayType, Codec, Coded, ColumnType, Element, KeyType, Optional, OrNull, Range, RangeBound, RangeType, Reads,
    Required, SqlType,
};
#[cfg(feature = "json")]
pub use orm_core::types::{AsJson, Json};
pub use orm_core::value::{DateUnit, Mismatch, TimeUnit, Value, ValueRef};
#[doc = include_str!("docs/column_type.md")]
pub use orm_derive::ColumnType;

#[doc = include_str!("docs/value.md")]
pub mod value {
    pub use orm_core::value::{Date, DateTime, Decimal, Interval, Time, Timestamp};
}

// Errors.
pub use orm_core::error::{Constraint, Error, Result, ResultExt};

// Observing and counting statements.
pub use orm_core::observe::{Recording, StatementEvent, StatementKind};
pub use orm_core::{assert_plan, assert_queries};

mod editor;
mod macros;

pub mod checks;
pub mod signature;

// Messages of the compiler name a method by the module of its `impl`, if that is not the module of its type.
#[doc(hidden)]
pub mod methods {
    pub use orm_core::{column, db, expression, query, relation, select, view, write};
}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
