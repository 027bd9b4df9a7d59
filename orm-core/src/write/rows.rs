//! Updating and deleting all rows that meet a condition.

use std::fmt;
use std::marker::PhantomData;

use super::change::{Changes, collect};
use super::stored::{self, Writing};
use crate::access::Access;
use crate::ast::{Arithmetic, Expr};
use crate::column::Condition;
use crate::db::{On, Performs, Run, write};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::sql;
use crate::value::{Timestamp, Value};

/// Rows that are updated or deleted in one statement: the result of
/// [`Model::rows_where`](crate::model::Model::rows_where) and [`Model::all_rows`](crate::model::Model::all_rows).
#[must_use = "rows stay as they are until they are updated or deleted"]
pub struct Rows<M> {
    filter: Result<Vec<Expr>>,
    changes: Result<Vec<(usize, Expr)>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped> Rows<M> {
    pub(crate) fn matching(condition: Condition<M>) -> Self {
        let filter = condition.into_expr().and_then(|condition| {
            if condition.says_nothing() { Err(all_rows_unsaid(M::TABLE)) } else { Ok(vec![condition]) }
        });
        Rows { filter, changes: Ok(Vec::new()), model: PhantomData }
    }

    pub(crate) fn all() -> Self {
        Rows { filter: Ok(Vec::new()), changes: Ok(Vec::new()), model: PhantomData }
    }

    /// Updates the rows in one statement, and returns their number (bulk update). If they have a version, it is
    /// incremented, and a field with `#[model(updated_at)]` is set, unless a change sets it.
    #[doc(alias = "bulk_update")]
    #[doc(alias = "update_all")]
    ///
    /// Pass one change, a tuple, a `Vec` for a number that is known at run time, or an `Option` of any of these.
    /// Without any change, nothing is sent and the number is 0, and neither version nor time change.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// Student::rows_where(Student::age().lt(30)).update(&db, Student::age().add(1))?;
    ///
    /// # let (name, age) = (Some("King"), None);
    /// let changes = (name.map(|name| Student::last_name().set(name)), age.map(|age: i32| Student::age().set(age)));
    /// Student::rows_where(Student::id().eq(1)).update(&db, changes)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `UPDATE "accounts" AS t0 SET "balance" = t0."balance" + ?1 WHERE …`
    ///
    /// # Errors
    ///
    /// Returns an error if a constraint is violated; then no row is changed. Returns one that
    /// [`is_invalid`](crate::error::Error::is_invalid) if a column is changed twice, or a version is changed.
    #[track_caller]
    pub fn update<Mode: Performs<Self, u64>>(
        self,
        on: &impl Run<Mode = Mode>,
        changes: impl Changes<M>,
    ) -> Mode::Outcome<'_, u64> {
        write(on, self.with(changes), Self::write)
    }

    fn with(self, changes: impl Changes<M>) -> Self {
        Rows { changes: all_changes(changes), ..self }
    }

    fn write(self, on: On<'_>) -> Result<u64> {
        let (filter, changes) = (self.filter?, self.changes?);
        if changes.is_empty() {
            return Ok(0);
        }
        let sql = sql::update_where(M::TABLE, &changes, &filter, false, on.dialect());
        let updated = on.run(Access::Write, |session| session.execute(&sql));
        updated.map_err(|error| error.in_first_columns(M::TABLE, &columns_of_values(&changes)))
    }

    /// Does the same as [`update`](Rows::update), and returns the rows as they are stored then, in no particular order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let older: Vec<Student> = Student::rows_where(Student::age().lt(30)).update_returning(&db, Student::age().add(1))?;
    /// assert_eq!(older[0].age, 21);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `UPDATE "students" AS t0 SET "age" = (t0."age" + ?1) WHERE … RETURNING "id", …`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`update`](Rows::update), and one that [`is_decode`](crate::error::Error::is_decode)
    /// if a row cannot be read; then no row is changed.
    #[track_caller]
    pub fn update_returning<Mode: Performs<Self, Vec<M>>>(
        self,
        on: &impl Run<Mode = Mode>,
        changes: impl Changes<M>,
    ) -> Mode::Outcome<'_, Vec<M>> {
        write(on, self.with(changes), Self::write_returning)
    }

    fn write_returning(self, on: On<'_>) -> Result<Vec<M>> {
        let (filter, changes) = (self.filter?, self.changes?);
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let values = columns_of_values(&changes);
        let updated = on.run(Access::Write, |session| {
            if session.dialect().last_key().is_some() {
                return stored::change_each(session, &filter, &changes);
            }
            let sql = sql::update_where(M::TABLE, &changes, &filter, true, session.dialect());
            session.check_forms(&sql.used)?;
            let is_sent = |(_, value): &&(usize, Expr)| matches!(value, Expr::Value(_));
            let sent: Vec<usize> = changes.iter().filter(is_sent).map(|(column, _)| *column).collect();
            stored::changed(session, &Writing::of_any(&sql, &sent))
        });
        updated.map_err(|error| error.in_first_columns(M::TABLE, &values))
    }

    /// Deletes the rows in one statement, and returns their number.
    ///
    /// SQL: `DELETE FROM "accounts" AS t0 WHERE …`
    ///
    /// # Errors
    ///
    /// Returns an error if a constraint is violated; then no row is deleted.
    #[track_caller]
    pub fn delete<Mode: Performs<Self, u64>>(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, u64> {
        write(on, self, Self::remove)
    }

    fn remove(self, on: On<'_>) -> Result<u64> {
        let sql = sql::delete_where(M::TABLE, &self.filter?, false, on.dialect());
        on.run(Access::Write, |session| session.execute(&sql))
    }

    /// Does the same as [`delete`](Rows::delete), and returns the rows as they were, in no particular order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let left: Vec<Enrollment> = Enrollment::rows_where(Enrollment::grade().is_null()).delete_returning(&db)?;
    /// assert_eq!(left.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `DELETE FROM "enrollments" AS t0 WHERE … RETURNING "student_id", …`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`delete`](Rows::delete), and one that [`is_decode`](crate::error::Error::is_decode)
    /// if a row cannot be read; then no row is deleted.
    #[track_caller]
    pub fn delete_returning<Mode: Performs<Self, Vec<M>>>(
        self,
        on: &impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'_, Vec<M>> {
        write(on, self, Self::remove_returning)
    }

    fn remove_returning(self, on: On<'_>) -> Result<Vec<M>> {
        let filter = self.filter?;
        on.run(Access::Write, |session| {
            if session.dialect().last_key().is_some() {
                return stored::delete_each(session, &filter);
            }
            let sql = sql::delete_where(M::TABLE, &filter, true, session.dialect());
            session.check_forms(&sql.used)?;
            stored::deleted(session, &Writing::of_any(&sql, &[]))
        })
    }
}

/// A list of conditions that is empty by mistake would update or delete the whole table.
fn all_rows_unsaid(table: &Table) -> Error {
    let model = table.model;
    Error::invalid(format!(
        "this condition is an empty list, so every row of `{model}` meets it; to update or delete all rows, write \
         `{model}::all_rows()`"
    ))
}

/// The changes of many rows, with their next versions, and the time of the update.
fn all_changes<M: Mapped>(changes: impl Changes<M>) -> Result<Vec<(usize, Expr)>> {
    let mut changes = collect(changes)?;
    if changes.is_empty() {
        return Ok(changes);
    }
    if let Some(version) = &M::TABLE.version {
        let current = Box::new(Expr::Column(version.column));
        let next = Expr::Arithmetic(current, Arithmetic::Add, Box::new(Expr::Value(Value::Int(1))));
        changes.push((version.column, next));
    }
    if let Some(moment) = M::TABLE.updated_at.filter(|moment| changes.iter().all(|(column, _)| column != moment)) {
        changes.push((moment, Expr::Value(M::TABLE.moment(moment, Timestamp::now()))));
    }
    Ok(changes)
}

/// The column of each value in some changes, in the order of the statement's parameters.
pub(super) fn columns_of_values(changes: &[(usize, Expr)]) -> Vec<usize> {
    changes.iter().flat_map(|(column, change)| std::iter::repeat_n(*column, values_in(change))).collect()
}

fn values_in(change: &Expr) -> usize {
    let mut values = 0;
    change.visit(&mut |expr| {
        values += usize::from(matches!(expr, Expr::Value(_) | Expr::In(..) | Expr::Like(..)));
        true
    });
    values
}

impl<M: Mapped> fmt::Debug for Rows<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows of {}", M::TABLE.model)
    }
}
