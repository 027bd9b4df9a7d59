//! The face of a model: what the derive gives every one of them.

mod asked;

pub use asked::{one_of, other};

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use crate::column::{Condition, KeyOf, PrimaryKey};
use crate::db::{Performs, Run, read, write};
use crate::error::Result;
use crate::mapped::Mapped;
use crate::query::{self, Query};
use crate::write::{Edited, Meant, Rows, Stored, Written};

/// A struct that is a row of a table.
///
/// `#[derive(Model)]` implements it; besides, it gives the struct its typed columns, its relations, a `New…` struct for
/// inserting and a `…Loaded` struct for rows with relations.
///
/// # Versions
///
/// A field with `#[model(version)]` counts the changes of its row, so that nobody writes over what others changed in the
/// meantime. A row is updated and deleted only while it has the version that was read; else the error
/// [is stale](crate::error::Error::is_stale). The version is 1 at first and counts up with each change, by whatever function of this
/// library. The derive gives such a model an `update` that returns the row with its next version:
/// `let page = page.update(&db)?;`
///
/// # Moments
///
/// A field with `#[model(created_at)]` holds the moment at which its row was inserted, and one with `#[model(updated_at)]` the
/// moment at which it was inserted or last changed, by whatever function of this library. The moment is that of the program's
/// clock, [`Timestamp::now`](crate::value::Timestamp::now), one for all rows of a statement. A change that sets
/// the field itself is left as it is; only [`update`](Model::update), which writes all fields, cannot know, and always
/// sets it. [`insert`](Model::insert) writes a row as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "derive it: `#[derive(Model)] struct {Self} {{ id: i64, .. }}`"
)]
pub trait Model: Mapped {
    /// A query for all rows, to be narrowed, ordered and given relations.
    #[doc(alias = "objects")]
    fn query() -> Query<Self> {
        Query::new()
    }

    /// The row with a primary key.
    ///
    /// SQL: `SELECT … FROM "students" AS t0 WHERE t0."id" = ?1`
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) when there is none; with [`optional`](crate::error::ResultExt::optional)
    /// that becomes `None`.
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
        read(on, key.into_key(), query::find)
    }

    /// The rows with these primary keys, in the order of the keys; as [`Query::find_many`](Query::find_many), of all rows.
    ///
    /// SQL: `SELECT k.rowid, … FROM rarray(?1) AS k CROSS JOIN "students" AS t0 ON t0."id" = k."value"`
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) when one of the rows does not exist.
    #[track_caller]
    fn find_many<K: Borrow<Self::Key>, Mode: Performs<query::Keyed<Query<Self>>, Vec<Self>>>(
        on: &impl Run<Mode = Mode>,
        keys: impl IntoIterator<Item = K>,
    ) -> Mode::Outcome<'_, Vec<Self>> {
        Self::query().find_many(on, keys)
    }

    /// The rows with these primary keys, each by its key; as [`Query::by_keys`](Query::by_keys), of all rows.
    ///
    /// # Errors
    ///
    /// Those of the database.
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

    /// The primary key, to be compared and ordered by in code that does not know which columns it has.
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

    /// The rows that meet a condition, to be updated or deleted in one statement.
    ///
    /// A condition that is a list of none, such as `Condition::default()`, is an error of the update or deletion,
    /// [`is_invalid`](crate::error::Error::is_invalid): for all rows write [`all_rows`](Model::all_rows).
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

    /// All rows of the table, to be updated or deleted in one statement.
    #[doc(alias = "delete_all")]
    #[doc(alias = "update_all")]
    fn all_rows() -> Rows<Self> {
        Rows::all()
    }

    /// Inserts the row as it is, with the key it has, and returns it as stored. To let the database assign the key,
    /// insert the model's `New…` struct.
    ///
    /// SQL: `INSERT INTO "students" ("id", …) VALUES (?1, …) RETURNING "id", …`
    ///
    /// # Errors
    ///
    /// [`is_unique_violation`](crate::error::Error::is_unique_violation) when the key exists, and those of other constraints.
    #[doc(alias = "create")]
    #[doc(alias = "save")]
    #[track_caller]
    fn insert<'e, Mode: Performs<Result<Stored<Self>>, Self>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Self> {
        write(on, Stored::of(self), |row, on| row?.insert(on))
    }

    /// Writes all columns of the row that has this one's primary key.
    ///
    /// SQL: `UPDATE "students" SET "first_name" = ?1, … WHERE "id" = ?n`
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) when no row has the key, [`is_stale`](crate::error::Error::is_stale) when the row has a
    /// version and was changed since it was read, and those of constraints.
    #[doc(alias = "save")]
    #[track_caller]
    fn update<'e, Mode: Performs<Result<Written<Self>>, ()>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, ()> {
        write(on, Written::all(self), |written, on| written?.update(on))
    }

    /// Changes the row and writes the columns that differ then. Returns the changed row; this one stays as it is.
    ///
    /// A function that changes nothing sends nothing. Fields that are not in the table have their default, as in any row
    /// that is read.
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
    /// As [`update`](Model::update), and [`is_invalid`](crate::error::Error::is_invalid) when the function changes the version.
    #[doc(alias = "patch")]
    #[doc(alias = "update_fields")]
    #[track_caller]
    fn edit<'e, Mode: Performs<Result<Edited<Self>>, Self>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        change: impl FnOnce(&mut Self),
    ) -> Mode::Outcome<'e, Self> {
        write(on, Edited::of(self, change), |edited, on| edited?.write(on))
    }

    /// Deletes the row that has this one's primary key.
    ///
    /// SQL: `DELETE FROM "students" WHERE "id" = ?1`
    ///
    /// # Errors
    ///
    /// As [`update`](Model::update).
    #[doc(alias = "destroy")]
    #[doc(alias = "remove")]
    #[track_caller]
    fn delete<'e, Mode: Performs<Result<Meant<Self>>, ()>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, ()> {
        write(on, Meant::of(self), |row, on| row?.delete(on))
    }
}
