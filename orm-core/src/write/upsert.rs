//! Upserts: inserting rows that may exist already, identified by a unique key.

use std::collections::HashSet;
use std::fmt;

use super::change::{Changes, by_column};
use super::order::{self, bytes};
use super::rows::columns_of_values;
use super::stored::{self, Writing};
use super::{Given, Insertable, in_statements, insert_params};
use crate::access::Access;
use crate::ast::Expr;
use crate::column::{Column, ColumnSet, Condition};
use crate::db::{On, Performs, Run, Session, write};
use crate::error::{Error, Result};
use crate::expression::Expression;
use crate::mapped::Mapped;
use crate::sql::{self, Matched, OnConflict};
use crate::types::ColumnType;
use crate::value::Value;

/// Inserts a row, or updates some columns of the existing row with the same unique key (upsert). Returns the row as
/// stored.
#[doc(alias = "insert_or_update")]
#[doc(alias = "save")]
#[doc(alias = "merge")]
#[doc(alias = "on_duplicate_key_update")]
///
/// `unique` is the conflict target: the columns of a unique index or of the primary key. `update` are the columns that
/// take the new values. For many rows, computed values and partial indexes, use [`Upsert`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let ada = NewStudent { email: "ada@example.org".into(), ..student("Ada", "Lovelace") };
/// let ada = orm::upsert(&db, ada, Student::email(), Student::last_name())?;
/// # Ok(())
/// # }
/// ```
///
/// SQL: `INSERT INTO "students" (…) VALUES (…) ON CONFLICT ("email") DO UPDATE SET "name" = excluded."name" RETURNING …`
///
/// # Errors
///
/// Returns an error if another constraint is violated, and the error of the database if no unique index has exactly
/// these columns.
#[track_caller]
pub fn upsert<N: Insertable, Mode: Performs<Upsert<N, N::Model>, N::Model>>(
    on: &impl Run<Mode = Mode>,
    new: N,
    unique: impl ColumnSet<N::Model>,
    update: impl ColumnSet<N::Model>,
) -> Mode::Outcome<'_, N::Model> {
    write(on, Upsert::of([new], unique).update(update), |upsert, on| {
        upsert.write(on)?.pop().ok_or_else(|| Error::ignored(N::Model::TABLE, 1, 0))
    })
}

/// Inserts a row, or returns `None` if a row with the same unique key exists.
#[doc(alias = "insert_or_ignore")]
#[doc(alias = "on_conflict_do_nothing")]
///
/// `unique` are the columns of a unique index or of the primary key. [`get_or_create`](super::get_or_create) returns
/// the existing row; for many rows, use [`Upsert`].
///
/// SQL: `INSERT INTO "students" (…) VALUES (…) ON CONFLICT ("email") DO NOTHING RETURNING …`
///
/// # Errors
///
/// Returns the same errors as [`upsert`].
#[track_caller]
pub fn insert_or_skip<N: Insertable, Mode: Performs<(N, Vec<usize>), Option<N::Model>>>(
    on: &impl Run<Mode = Mode>,
    new: N,
    unique: impl ColumnSet<N::Model>,
) -> Mode::Outcome<'_, Option<N::Model>> {
    write(on, (new, unique.positions()), |(new, unique), on| insert_unless(on, &new, unique))
}

/// Inserts a row unless a row has the same values in these columns, which have a unique index.
pub(super) fn insert_unless<N: Insertable>(on: On<'_>, new: &N, unique: Vec<usize>) -> Result<Option<N::Model>> {
    write_one(on, new, &Conflict { unique, index: None, changes: Vec::new() })
}

/// Returns the value of a column in the new row, for a change of the existing row; see [`Upsert::set`].
///
/// SQL: `excluded."n"`
pub fn excluded<M: Mapped, T: ColumnType>(column: Column<M, T>) -> Expression<M, T> {
    Expression::excluded(column)
}

/// Inserts any number of rows, or updates the existing rows with the same unique key: all or none, in as few statements
/// as the database allows. `N` is the `New…` struct of the model `M`.
///
/// [`update`](Upsert::update) and [`set`](Upsert::set) set the changes of an existing row. Without changes it stays as
/// it is, and the new row is skipped. If rows have a version, an update increments it; a field with
/// `#[model(updated_at)]` takes the value of the new row, unless a change sets it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// use orm::{Upsert, excluded};
///
/// let students = [student("Ada", "Lovelace"), student("Grace", "Hopper")];
/// let students: Vec<Student> = Upsert::of(students, Student::email())
///     .update(Student::last_name())
///     .set(Student::age().add(excluded(Student::age())))
///     .all(&db)?;
/// assert_eq!((students[0].age, students[1].age), (40, 20));
/// # Ok(())
/// # }
/// ```
///
/// SQL: `INSERT INTO "students" (…) VALUES (…), (…) ON CONFLICT ("email") DO UPDATE SET "last_name" = excluded."last_name",
/// "age" = ("students"."age" + excluded."age") RETURNING …`
///
/// If two new rows have the same unique key, the second would update what the first wrote. That is an error that
/// [`is_invalid`](Error::is_invalid), and nothing is written. If rows are skipped, the second one is.
#[must_use = "nothing is written until it is run, as with `.all(&db)`"]
#[doc(alias = "upsert_many")]
#[doc(alias = "on_conflict")]
#[doc(alias = "bulk_create")]
pub struct Upsert<N, M> {
    rows: Vec<N>,
    unique: Vec<usize>,
    index: Option<Condition<M>>,
    changes: Vec<(usize, Result<Expr>)>,
}

impl<N: Insertable> Upsert<N, N::Model> {
    /// Creates an upsert of some new rows, with the columns of the unique index or of the primary key that identifies
    /// existing ones.
    pub fn of(rows: impl IntoIterator<Item = N>, unique: impl ColumnSet<N::Model>) -> Self {
        Upsert { rows: rows.into_iter().collect(), unique: unique.positions(), index: None, changes: Vec::new() }
    }
}

impl<N, M: Mapped> Upsert<N, M> {
    /// Names a partial unique index by its condition: `CREATE UNIQUE INDEX … WHERE "left" IS NULL`.
    ///
    /// The condition compares columns with numbers, texts and booleans, which are written into the statement as
    /// literals. On SQLite, write the condition exactly as in the index. On PostgreSQL, the condition of the index has
    /// to follow from this one.
    ///
    /// SQL: `ON CONFLICT ("email") WHERE "left" IS NULL DO …`
    #[doc(alias = "filter_target")]
    pub fn index_where(self, condition: Condition<M>) -> Self {
        Upsert { index: Some(condition), ..self }
    }

    /// Sets these columns of an existing row to the values of the new row.
    ///
    /// SQL: `DO UPDATE SET "last_name" = excluded."last_name"`
    #[doc(alias = "do_update")]
    pub fn update(mut self, columns: impl ColumnSet<M>) -> Self {
        let taken = columns.positions().into_iter().map(|column| (column, Ok(Expr::Excluded(column))));
        self.changes.extend(taken);
        self
    }

    /// Changes an existing row. In the change, a column is the value of the existing row, and [`excluded`] the value of
    /// the new row: `.set(Word::count().add(excluded(Word::count())))`.
    ///
    /// SQL: `DO UPDATE SET "count" = ("words"."count" + excluded."count")`
    pub fn set(mut self, changes: impl Changes<M>) -> Self {
        changes.append_to(&mut self.changes);
        self
    }

    /// Writes the rows, and returns those that were inserted or updated as they are stored, in the order of the new
    /// rows. Without rows, nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns an error if a constraint is violated, or if no unique index has exactly these columns; then nothing is
    /// written. Returns one that [`is_invalid`](Error::is_invalid) if two new rows have the same unique key, if a
    /// column is changed twice, or if the version is changed, or the primary key of one of several rows.
    #[track_caller]
    pub fn all<Mode: Performs<Self, Vec<M>>>(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, Vec<M>>
    where
        N: Insertable<Model = M>,
    {
        write(on, self, Self::write)
    }

    fn write(self, on: On<'_>) -> Result<Vec<M>>
    where
        N: Insertable<Model = M>,
    {
        let (rows, conflict) = self.checked()?;
        match &*rows {
            [] => Ok(Vec::new()),
            [row] => Ok(write_one(on, row, &conflict)?.into_iter().collect()),
            rows => on.run(Access::Write, |session| session.atomic(|session| write_all(session, rows, &conflict))),
        }
    }

    /// Does the same as [`all`](Upsert::all), and returns for each new row whether it was inserted, updated an existing
    /// row, or was skipped.
    ///
    /// The first statement inserts the missing rows, and locks the others; a second one updates those. So the result is
    /// correct even if other programs write at the same time. On PostgreSQL, `BEFORE INSERT` triggers run for both
    /// statements.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// use orm::Upsert;
    ///
    /// let students = [student("Ada", "Lovelace"), student("Grace", "Hopper")];
    /// let outcomes = Upsert::of(students, Student::email()).update(Student::last_name()).outcomes(&db)?;
    /// assert!(!outcomes[0].is_inserted() && outcomes[1].is_inserted());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `INSERT INTO … ON CONFLICT ("email") DO NOTHING RETURNING …`, on PostgreSQL `… DO UPDATE SET "email" =
    /// excluded."email" WHERE 1 = 0 RETURNING …`; then, for the rows that did not come back,
    /// `INSERT INTO … ON CONFLICT ("email") DO UPDATE SET … RETURNING …`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Upsert::all), and one that [`is_invalid`](Error::is_invalid) if only some of
    /// the rows were inserted, and the database stores other values in the columns of the key than were sent, so that
    /// these rows cannot be identified.
    #[track_caller]
    pub fn outcomes<Mode: Performs<Self, Vec<Upserted<M>>>>(
        self,
        on: &impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'_, Vec<Upserted<M>>>
    where
        N: Insertable<Model = M>,
    {
        write(on, self, Self::write_telling)
    }

    fn write_telling(self, on: On<'_>) -> Result<Vec<Upserted<M>>>
    where
        N: Insertable<Model = M>,
    {
        let (rows, conflict) = self.checked()?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        on.run(Access::Write, |session| session.atomic(|session| write_telling(session, rows, &conflict)))
    }

    /// The rows, and the changes of existing ones.
    fn checked(self) -> Result<(Vec<N>, Conflict)> {
        let table = M::TABLE;
        let index = self.index.map(|condition| condition.into_expr().and_then(of_an_index)).transpose()?;
        let mut changes = by_column::<M>(self.changes)?;
        let is_changed = |column: &usize| changes.iter().any(|(other, _)| other == column);
        if let Some(key) = table.primary_key.iter().copied().find(is_changed).filter(|_| self.rows.len() > 1) {
            let (model, field) = (table.model, table.columns[key].field);
            return Err(Error::invalid(format!(
                "an upsert of several rows cannot change `{model}.{field}`, the primary key that identifies them; \
                 leave it out of the change, or upsert the rows one by one"
            )));
        }
        let moment = table.updated_at.filter(|moment| !changes.is_empty() && !is_changed(moment));
        changes.extend(moment.map(|moment| (moment, Expr::Excluded(moment))));
        Ok((self.rows, Conflict { unique: self.unique, index, changes }))
    }
}

impl<N, M: Mapped> fmt::Debug for Upsert<N, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upsert of {} rows of {}", self.rows.len(), M::TABLE.model)
    }
}

/// The outcome of a new row: [`Upsert::outcomes`] returns one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upserted<M> {
    /// It was inserted: the row as it is stored.
    Inserted(M),
    /// It updated the row with the same unique key, which is returned as it is stored.
    Updated(M),
    /// A row with the same unique key exists, and was not changed.
    Skipped,
}

impl<M> Upserted<M> {
    /// Returns whether the new row was inserted.
    #[must_use]
    pub fn is_inserted(&self) -> bool {
        matches!(self, Upserted::Inserted(_))
    }

    /// Returns the row that was inserted or updated.
    #[must_use]
    pub fn row(&self) -> Option<&M> {
        match self {
            Upserted::Inserted(row) | Upserted::Updated(row) => Some(row),
            Upserted::Skipped => None,
        }
    }

    /// Returns the row that was inserted or updated, by value.
    #[must_use]
    pub fn into_row(self) -> Option<M> {
        match self {
            Upserted::Inserted(row) | Upserted::Updated(row) => Some(row),
            Upserted::Skipped => None,
        }
    }
}

/// How new rows conflict with existing ones, and what happens then.
struct Conflict {
    unique: Vec<usize>,
    index: Option<Expr>,
    changes: Vec<(usize, Expr)>,
}

impl Conflict {
    fn updates(&self) -> bool {
        !self.changes.is_empty()
    }

    fn matched(&self) -> Matched<'_> {
        if self.updates() { Matched::Update(&self.changes) } else { Matched::Skip }
    }

    /// The number of values in the changes.
    fn values(&self) -> usize {
        columns_of_values(&self.changes).len()
    }

    /// Runs the statement for some rows.
    fn run<N: Insertable, T>(
        &self,
        session: &mut Session<'_>,
        given: &Given<'_, N>,
        action: Matched<'_>,
        write: impl FnOnce(&mut Session<'_>, &Writing<'_>) -> Result<T>,
    ) -> Result<T> {
        let (table, rows, dialect) = (N::Model::TABLE, given.rows.len(), session.dialect());
        if self.index.is_some() && !dialect.has_partial_indexes() {
            return Err(Error::unsupported("the database has no partial unique indexes; leave out `index_where`"));
        }
        let conflict = OnConflict { unique: &self.unique, index: self.index.as_ref(), action };
        let sql = sql::upsert(table, &given.columns, rows, conflict, dialect);
        let mut params = insert_params(given, rows, dialect)?;
        let first = params.len();
        params.extend(sql.params.into_iter().skip(first));
        session.check_columns(table, &given.columns)?;
        session.check_forms(&sql.used)?;
        let sent = self.sent(&given.columns);
        let (text, columns, told_by) = (&sql.text, &*given.columns, &*self.unique);
        let written = write(session, &Writing { text, params: &params, columns, told_by, sent: &sent, by_key: false });
        written.map_err(|error| match error.sqlstate() {
            Some(CARDINALITY_VIOLATION) => twice(table, &self.unique).with_source(error),
            _ => given.target().blame_first(error, dialect, first, &columns_of_values(&self.changes)),
        })
    }

    /// The columns in which a returned row contains what is sent: an existing row only in those that take the new
    /// values.
    fn sent(&self, given: &[usize]) -> Vec<usize> {
        if !self.updates() {
            return given.to_vec();
        }
        let taken = self.changes.iter().filter(|(column, value)| matches!(value, Expr::Excluded(own) if own == column));
        taken.map(|(column, _)| *column).collect()
    }

    /// Checks that no row was written for two new ones.
    fn check_apart<'r, M: Mapped>(&self, mut written: impl Iterator<Item = &'r M>) -> Result<()> {
        let mut keys = HashSet::new();
        let mut is_new = |row: &M| Ok(keys.insert(bytes(M::PRIMARY_KEY, |column| row.encode(column))?));
        let all_are_new = written.try_fold(true, |all, row| Ok(all && is_new(row)?))?;
        if all_are_new { Ok(()) } else { Err(twice(M::TABLE, &self.unique)) }
    }
}

/// The code of a statement that would change a row a second time.
const CARDINALITY_VIOLATION: &str = "21000";

fn twice(table: &'static crate::schema::Table, unique: &[usize]) -> Error {
    let columns: Vec<String> = table.names(unique).map(|name| format!("`{name}`")).collect();
    Error::invalid(format!(
        "two new rows have the same unique key in table `{}` ({}), and the second would change what the first wrote; \
         give each key once",
        table.name,
        columns.join(", ")
    ))
}

/// Writes one row; `None` where it is skipped.
fn write_one<N: Insertable>(on: On<'_>, new: &N, conflict: &Conflict) -> Result<Option<N::Model>> {
    let given = Given::of(std::slice::from_ref(new));
    on.run(Access::Write, |session| {
        conflict.run(session, &given, conflict.matched(), |session, writing| {
            if conflict.updates() {
                stored::one(session, writing).map(Some)
            } else {
                stored::one_or_none(session, writing)
            }
        })
    })
}

/// Writes rows, and returns those that were not skipped.
fn write_all<N: Insertable>(session: &mut Session<'_>, rows: &[N], conflict: &Conflict) -> Result<Vec<N::Model>> {
    let mut written = Vec::with_capacity(rows.len());
    for given in in_statements(rows, session.dialect(), true, conflict.values()) {
        let first = written.len();
        write_part(session, &given, conflict.matched(), conflict, &mut written)?;
        order::restore_by(session, &given, &conflict.unique, &mut written[first..])?;
    }
    if conflict.updates() {
        conflict.check_apart(written.iter())?;
    }
    Ok(written)
}

/// Writes the rows of one statement: if it updates, all of them are returned.
fn write_part<N: Insertable>(
    session: &mut Session<'_>,
    given: &Given<'_, N>,
    action: Matched<'_>,
    conflict: &Conflict,
    written: &mut Vec<N::Model>,
) -> Result<()> {
    let least = if matches!(action, Matched::Update(_)) { given.rows.len() } else { 0 };
    conflict.run(session, given, action, |session, writing| stored::several(session, writing, least, written))
}

/// Writes rows, and returns the outcome of each.
fn write_telling<N: Insertable>(
    session: &mut Session<'_>,
    rows: Vec<N>,
    conflict: &Conflict,
) -> Result<Vec<Upserted<N::Model>>> {
    let statements = in_statements(&rows, session.dialect(), true, conflict.values());
    let numbers: Vec<usize> = statements.map(|given| given.rows.len()).collect();
    let mut outcomes = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter();
    for number in numbers {
        tell_part(session, rows.by_ref().take(number).collect(), conflict, &mut outcomes)?;
    }
    if conflict.updates() {
        conflict.check_apart(outcomes.iter().filter_map(Upserted::row))?;
    }
    Ok(outcomes)
}

/// Does the same for the rows of one statement: inserts the missing ones, then updates the others.
fn tell_part<N: Insertable>(
    session: &mut Session<'_>,
    rows: Vec<N>,
    conflict: &Conflict,
    outcomes: &mut Vec<Upserted<N::Model>>,
) -> Result<()> {
    let given = Given::of(&rows);
    let (mut inserted, mut updated) = (Vec::new(), Vec::new());
    let first = if conflict.updates() { Matched::Lock } else { Matched::Skip };
    write_part(session, &given, first, conflict, &mut inserted)?;
    let places = order::places(session, &given, &conflict.unique, inserted)?;
    let rest = rows.into_iter().zip(&places).filter(|(_, place)| place.is_none());
    let rest: Vec<N> = rest.map(|(row, _)| row).collect();
    if conflict.updates() && !rest.is_empty() {
        let given = Given::of(&rest);
        write_part(session, &given, conflict.matched(), conflict, &mut updated)?;
        order::restore_by(session, &given, &conflict.unique, &mut updated)?;
    }
    let mut updated = updated.into_iter();
    outcomes.extend(places.into_iter().map(|place| match place {
        Some(row) => Upserted::Inserted(row),
        None => updated.next().map_or(Upserted::Skipped, Upserted::Updated),
    }));
    Ok(())
}

/// A condition that a database finds in an index: the statement contains its values as literals.
fn of_an_index(condition: Expr) -> Result<Expr> {
    if is_of_an_index(&condition) {
        return Ok(condition);
    }
    Err(Error::invalid(
        "the condition of an index compares columns with numbers, booleans, and texts without a backslash; write it as in the \
         index itself",
    ))
}

fn is_of_an_index(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Value(value) => is_literal(value),
        Expr::Compare(left, _, right) => is_of_an_index(left) && is_of_an_index(right),
        Expr::Between(value, least, greatest) => [value, least, greatest].iter().all(|expr| is_of_an_index(expr)),
        Expr::In(value, values) => is_of_an_index(value) && values.iter().all(is_literal),
        Expr::IsNull(condition) | Expr::Not(condition) | Expr::IsTrue(condition) | Expr::IsNotTrue(condition) => {
            is_of_an_index(condition)
        }
        Expr::And(terms) | Expr::Or(terms) => terms.iter().all(is_of_an_index),
        _ => false,
    }
}

fn is_literal(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) => true,
        Value::Text(text) => !text.contains(['\\', '\0']),
        _ => false,
    }
}
