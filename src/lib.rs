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

pub use orm_core::assert_queries;
pub use orm_core::column::{Column, Condition, OrderBy};
pub use orm_core::db::{Db, Executor};
#[cfg(feature = "sqlite")]
pub use orm_core::driver::sqlite::SqliteOptions;
pub use orm_core::error::{Constraint, Error, Result, ResultExt};
pub use orm_core::model::Model;
pub use orm_core::observe::{Recording, StatementEvent, StatementKind};
pub use orm_core::prefetch::Plan;
pub use orm_core::query::Query;
pub use orm_core::relation::Relation;
pub use orm_core::row::{All, IsLoaded, Many, NotLoaded, One, Part};
pub use orm_core::sql::Sql;
pub use orm_core::transaction::Transaction;
pub use orm_core::types::{ColumnType, KeyType, Optional, Required, SqlType};
pub use orm_core::value::{Mismatch, Value, ValueRef};
pub use orm_core::write::insert_many;
pub use orm_derive::Model;

/// What generated code uses; nothing here is for people to call, and it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use orm_core::column::{Key, RefersTo};
    pub use orm_core::model::{HasColumn, Model, column_name, encode_column, no_such_column};
    pub use orm_core::relation::{At, ForeignKeyTypes, Slot, ToMany, ToMaybe, ToOne};
    pub use orm_core::row::serialize::{SerializeEntry, serialize_loaded};
    pub use orm_core::row::{Attach, AttachOnce, Extra, Get, Row, decode_column};
    pub use orm_core::schema::{ColumnDef, ForeignKey, OnDelete, RelationDef, RelationKind, Table, Through};
    pub use orm_core::types::{ColumnType, Presence};
    pub use orm_core::value::Value;
    pub use orm_core::write::{Insertable, insert};
    pub use serde;

    /// The definition of a column whose field has the type `T`.
    #[must_use]
    pub const fn column<T: ColumnType>(field: &'static str, name: &'static str, rust_type: &'static str) -> ColumnDef {
        ColumnDef::new(field, name, rust_type, T::SQL_TYPE, T::Presence::NULLABLE)
    }

    /// Compiles when a foreign key can refer to a key.
    pub const fn check_key<ForeignKey: RefersTo<K>, K>() {}
}
