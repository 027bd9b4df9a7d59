//! The trait of models: the operations on a model's rows.

mod asked;

pub use asked::{one_of, other};

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use crate::column::{Condition, KeyOf, PrimaryKey};
use crate::db::{Performs, Run, look, write_row};
use crate::error::Result;
use crate::mapped::Mapped;
use crate::query::{self, Query};
use crate::write::{Edited, Meant, Rows, Stored, Written};

/// A struct whose values are rows of a table.
///
/// `#[derive(Model)]` implements it. The derive also makes typed columns, relations, a `New…` struct for inserts, and a
/// `…Loaded` struct for rows with relations.
///
/// # Versions
///
/// A field with `#[model(version)]` enables optimistic locking. A row is updated and deleted only if it still has the
/// version that was read; otherwise the error [is stale](crate::error::Error::is_stale). The version is 1 at first, and
/// every change through this library increments it. For such a model, the derive makes an `update` that returns the row
/// with its next version: `let page = page.update(&db)?;`
///
/// # Timestamps
///
/// A field with `#[model(created_at)]` holds the time at which its row was inserted, and one with
/// `#[model(updated_at)]` the time at which it was inserted or last changed through this library. It is the time of the
/// program's clock, [`Timestamp::now`](crate::value::Timestamp::now), the same for all rows of a statement. A change
/// that sets the field itself is not overwritten. [`update`](Model::update), which writes all fields, always sets the
/// field. [`insert`](Model::insert) writes a row as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "derive it: `#[derive(Model)] struct {Self} {{ id: i64, .. }}`"
)]
pub trait Model: Mapped {
    /// Begins a query of all rows, to which you add filters, orders and relations.
    #[doc(alias = "objects")]
    fn query() -> Query<Self> {
        Query::new()
    }

    /// Returns the row with a primary key.
    ///
    /// SQL: `SELECT … FROM "students" AS t0 WHERE t0."id" = ?1`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](crate::error::Error::is_not_found) if there is no such row; call
    /// [`optional`](crate::error::ResultExt::optional) to convert it to `None`.
    #[doc(alias = "get")]
    #[doc(alias = "find_by_id")]
    #[doc(alias = "reload")]
    #[doc(alias = "refresh")]
    #[doc(alias = "refresh_from_db")]
    #[track_caller]
    fn find<Mode: Performs<Self::Key, Self>>(
        on: &impl Run<Mode = Mode>,
        key: impl KeyOf<Self, Self::Key>,
    ) -> Mode::Outcome<'_, Self> {
        look(on, key.into_key(), query::find::<Self>)
    }

    /// Returns the rows with these primary keys, in the order of the keys, like [`Query::find_many`](Query::find_many).
    ///
    /// SQL: `SELECT k.rowid, … FROM rarray(?1) AS k CROSS JOIN "students" AS t0 ON t0."id" = k."value"`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](crate::error::Error::is_not_found) if one of the rows does not exist.
    #[track_caller]
    fn find_many<K: Borrow<Self::Key>, Mode: Performs<query::Keyed<Query<Self>>, Vec<Self>>>(
        on: &impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = K>,
    ) -> Mode::Outcome<'_, Vec<Self>> {
        Self::query().find_many(on, keys)
    }

    /// Returns the rows with these primary keys as a map by key, like [`Query::by_keys`](Query::by_keys).
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    #[track_caller]
    fn by_keys<K, Mode>(
        on: &impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = K>,
    ) -> Mode::Outcome<'_, HashMap<Self::Key, Self>>
    where
        K: Borrow<Self::Key>,
        Self::Key: Clone + Eq + Hash,
        Mode: Performs<(Vec<Self::Key>, query::Keyed<Query<Self>>), HashMap<Self::Key, Self>>,
    {
        Self::query().by_keys(on, keys)
    }

    /// Returns the primary key, for conditions and orders in code that is generic over models.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// fn newest<M: Model>(db: &Db, number: u64) -> Result<Vec<M>> {
    ///     M::query().order_by(M::primary_key().desc()).limit(number).all(db)
    /// }
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let courses: Vec<Course> = newest(&db, 1)?;
    /// # assert_eq!(courses[0].title, "Geometry");
    /// # Ok(())
    /// # }
    /// ```
    fn primary_key() -> PrimaryKey<Self> {
        PrimaryKey::new()
    }

    /// Selects the rows that meet a condition, to update or delete them in one statement.
    ///
    /// If every row meets the condition because it is empty, such as `Condition::default()`, the update or deletion
    /// returns an error that [`is_invalid`](crate::error::Error::is_invalid): for all rows call
    /// [`all_rows`](Model::all_rows).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// Enrollment::rows_where(Enrollment::grade().is_null()).delete(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "delete_by_id")]
    #[doc(alias = "delete_many")]
    #[doc(alias = "update_many")]
    fn rows_where(condition: Condition<Self>) -> Rows<Self> {
        Rows::matching(condition)
    }

    /// Selects all rows of the table, to update or delete them in one statement.
    #[doc(alias = "delete_all")]
    #[doc(alias = "update_all")]
    fn all_rows() -> Rows<Self> {
        Rows::all()
    }

    /// Inserts the row with its key, and returns it as stored. To let the database generate the key, insert the model's
    /// `New…` struct.
    ///
    /// SQL: `INSERT INTO "students" ("id", …) VALUES (?1, …) RETURNING "id", …`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_unique_violation`](crate::error::Error::is_unique_violation) if the key exists, and
    /// an error if another constraint is violated.
    #[doc(alias = "create")]
    #[doc(alias = "save")]
    #[track_caller]
    fn insert<'e, Mode: Performs<Result<Stored<Self>>, Self>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Self> {
        write_row(on, Stored::of(self), Stored::again, |row, on| row?.insert(on))
    }

    /// Writes all columns of the row with this primary key.
    ///
    /// SQL: `UPDATE "students" SET "first_name" = ?1, … WHERE "id" = ?n`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_not_found`](crate::error::Error::is_not_found) if no row has the key, and one that
    /// [`is_stale`](crate::error::Error::is_stale) if the row has a version and was changed since it was read. Returns
    /// an error if a constraint is violated.
    #[doc(alias = "save")]
    #[track_caller]
    fn update<'e, Mode: Performs<Result<Written<Self>>, ()>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, ()> {
        write_row(on, Written::all(self), Written::again, |written, on| written?.update(on))
    }

    /// Calls a function with a copy of the row, and writes the columns that it changes. Returns the changed row; the
    /// original is not modified, so it stays valid if the transaction is rolled back.
    ///
    /// If the function changes nothing, nothing is sent. Fields that are not in the table have their default, as in any
    /// row that is read.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let ada = ada(&db)?;
    /// let ada = ada.edit(&db, |ada| ada.last_name = "Lovelace".into())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `UPDATE "students" SET "last_name" = ?1 WHERE "id" = ?2`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`update`](Model::update), and one that
    /// [`is_invalid`](crate::error::Error::is_invalid) if the function changes the version.
    #[doc(alias = "patch")]
    #[doc(alias = "update_fields")]
    #[track_caller]
    fn edit<'e, Mode: Performs<Result<Edited<Self>>, Self>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        change: impl FnOnce(&mut Self),
    ) -> Mode::Outcome<'e, Self> {
        write_row(on, Edited::of(self, change), Edited::again, |edited, on| edited?.write(on))
    }

    /// Deletes the row with this primary key.
    ///
    /// SQL: `DELETE FROM "students" WHERE "id" = ?1`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`update`](Model::update).
    #[doc(alias = "destroy")]
    #[doc(alias = "remove")]
    #[track_caller]
    fn delete<'e, Mode: Performs<Result<Meant<Self>>, ()>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, ()> {
        write_row(on, Meant::of(self), Meant::again, |row, on| row?.delete(on))
    }
}
