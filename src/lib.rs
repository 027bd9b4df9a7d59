//! A derive ORM in which a row's type says which relations it holds.
//!
//! ```
//! use orm::{Db, Model};
//!
//! #[derive(Model)]
//! #[has_many(books: Book)]
//! struct Author { id: i64, name: String }
//!
//! #[derive(Model)]
//! struct Book {
//!     id: i64,
//!     title: String,
//!     #[belongs_to(author: Author)]
//!     author_id: i64,
//! }
//!
//! # fn main() -> orm::Result<()> {
//! let db = Db::memory()?;
//! db.create_tables::<(Author, Book)>()?;
//! let ursula = NewAuthor { name: "Ursula K. Le Guin".into() }.insert(&db)?;
//! NewBook { title: "The Dispossessed".into(), author_id: ursula.id }.insert(&db)?;
//!
//! // Two statements, whatever the number of authors.
//! for author in Author::query().prefetch(Author::books()).all(&db)? {
//!     for book in author.books() {
//!         println!("{}: {}", author.name, book.title);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

// Models: structs whose rows are those of a table.
pub use orm_core::mapped::Mapped;
pub use orm_core::model::Model;
#[doc = include_str!("docs/model.md")]
pub use orm_derive::Model;

// Columns, and the conditions, orderings and expressions that they make.
pub use orm_core::column::{Column, Condition, EachGroup, EachRow, OrderBy, PrimaryKey, order_from};
pub use orm_core::expression::{
    Case, Expression, JsonPath, SqlValue, When, case, count, sql_condition, sql_order, sql_value,
};

// Queries: rows of a model, in chunks or pages, and what it takes to load them.
pub use orm_core::prefetch::{Plan, Step};
#[cfg(feature = "signed-cursors")]
pub use orm_core::query::CursorKey;
pub use orm_core::query::{Chunks, Cursor, Locked, Page, Paged, Query, include_from, prefetch, prefetch_one};

// Projections: columns read as tuples, and structs that read part of a model.
pub use orm_core::select::{Grouped, Selected, Union};
pub use orm_core::view::{View, ViewOf};
#[doc = include_str!("docs/view.md")]
pub use orm_derive::View;

// Relations, and the rows that hold them.
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
pub use orm_core::raw::RawQuery;
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

// The schema: tables that are created, compared with the live database, or drawn.
pub use orm_core::db::Engine;
pub use orm_core::live::{Difference, Mismatched};
pub use orm_core::mapped::{Models, diagram};
pub use orm_core::schema::diagram::Diagram;
pub use orm_core::structure::Schema;

/// The structure of a database as a value: what models ask for ([`Engine::schema`]), or what a database has ([`Db::schema`]).
pub mod structure {
    pub use orm_core::structure::{
        Action, Alteration, Check, ColumnSchema, Enum, ForeignKey, Generated, Index, Name, Runs, Schema, SchemaChange,
        Script, Step, Table, Term, Unique, changes,
    };
}

// Migrations: files of SQL and functions, applied in order.
#[cfg(feature = "migrate")]
pub use orm_core::migrate;

// Types of columns, and the values that they hold.
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

mod macros;

pub mod checks;
pub mod signature;

// The compiler calls a method by the module where its `impl` stands, if that is not the one of its type.
#[doc(hidden)]
pub mod methods {
    pub use orm_core::{column, db, expression, query, relation, select, view, write};
}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
