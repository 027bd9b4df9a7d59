//! Statements of a plan that scan a whole table although an index would find the rows: `assert_plan!`.

use crate::access::Access;
use crate::db::{On, Performs, Run, Session, read_with};
use crate::error::{Error, Result};
use crate::observe::StatementKind;
use crate::prefetch::{Plan, Step};
use crate::row::{Row, RowSink};
use crate::sql::{Scan, Searched, Sql, scans};
use crate::value::ValueRef;

/// The savepoint in which sequential scans are switched off.
const SAVEPOINT: &str = "orm_plan";

impl Plan {
    /// Explains each statement in the database, and returns the tables that it scans although an index would help:
    /// where rows are compared, joined, or sorted for their first ones. A query of a whole table, such as
    /// `Student::query().all(&db)`, is not reported.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let by_name = Student::query().filter(Student::last_name().eq("Lovelace"));
    /// let scans = by_name.plan(&db)?.scans(&db)?;
    /// assert_eq!((&*scans[0].table, &*scans[0].columns[0]), ("students", "last_name"));
    /// assert!(Student::query().plan(&db)?.scans(&db)?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The result does not depend on the number of rows. On PostgreSQL, sequential scans are disabled for it, in a
    /// transaction or savepoint that is rolled back. No statement of the plan runs, and
    /// [`Recording`](crate::observe::Recording) does not count the `EXPLAIN`s.
    ///
    /// It recognizes comparisons by `=`, `<`, `<=`, `>`, `>=`, `IN`, `BETWEEN` and `IS NULL` of columns. It cannot see
    /// whether an index on an expression, on JSON or for patterns would help, and of raw SQL it knows only the table. A
    /// relation without a statement in the plan, such as one loaded by [`batch`](crate::relation::batch), is ignored.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot explain a statement, and one that
    /// [`is_unsupported`](Error::is_unsupported) if it cannot explain statements at all.
    #[track_caller]
    pub fn scans<'e, Mode: Performs<Self, Vec<Scan>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Scan>> {
        read_with(on, self, Self::look)
    }

    fn look(&self, on: On<'_>) -> Result<Vec<Scan>> {
        on.run(Access::Read, |session| {
            if session.in_transaction() {
                return within_savepoint(session, |session| of_step(&self.root, session));
            }
            session.begin(Access::Read)?;
            let found = of_step(&self.root, session);
            session.rollback()?;
            found
        })
    }
}

fn within_savepoint<T>(session: &mut Session<'_>, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
    let dialect = session.dialect();
    session.batch(StatementKind::Transaction, &dialect.savepoint(SAVEPOINT))?;
    let found = work(session);
    session.batch(StatementKind::Transaction, &dialect.roll_back_to(SAVEPOINT))?;
    session.batch(StatementKind::Transaction, &dialect.release(SAVEPOINT))?;
    found
}

/// The scans of a step and of the steps after it.
fn of_step(step: &Step, session: &mut Session<'_>) -> Result<Vec<Scan>> {
    if let Some(prefer) = session.dialect().prefer_indexes() {
        session.batch(StatementKind::Transaction, prefer)?;
    }
    let mut found = Vec::new();
    let mut steps = vec![step];
    while let Some(step) = steps.pop() {
        let before = found.len();
        for sql in step.texts() {
            for scan in of_statement(sql, session)? {
                if !found[before..].iter().any(|known: &Scan| known.is_same(&scan)) {
                    found.push(scan);
                }
            }
        }
        steps.extend(step.steps.iter().rev());
    }
    Ok(found)
}

fn of_statement(sql: &Sql, session: &mut Session<'_>) -> Result<Vec<Scan>> {
    let dialect = session.dialect();
    let explain = dialect.explain().ok_or_else(|| Error::unsupported("this database cannot explain statements"))?;
    let mut lines = Lines(Vec::new());
    session.look_up(&format!("{explain}{}", sql.text), &sql.params, &mut lines)?;
    let mut explained = dialect.explained(&lines.0);
    if explained.whole.iter().any(|whole| whole.searched.is_some()) {
        let indexes = session.indexes()?;
        let is_whole = |searched: &Searched| !indexes.begins_within(&searched.index, &searched.condition);
        explained.whole.retain(|whole| whole.searched.as_ref().is_none_or(is_whole));
    }
    Ok(scans(&sql.text, explained))
}

/// The last column of each row, which contains a line of the plan.
struct Lines(Vec<String>);

impl RowSink for Lines {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let mut last = 0;
        while row.name(last + 1).is_some() {
            last += 1;
        }
        let ValueRef::Text(line) =
            row.value(last).map_err(|_| Error::invalid("a line of the plan is not valid UTF-8"))?
        else {
            return Err(Error::invalid("a line of the plan is not text"));
        };
        self.0.push(line.to_owned());
        Ok(())
    }
}

/// Fails a test whose query scans a table.
///
/// # Panics
///
/// Panics with the scans, or with the error of the plan.
#[track_caller]
#[doc(hidden)]
pub fn assert_no_scans<'e, Mode: Performs<Plan, Vec<Scan>>>(
    on: &'e impl Run<Mode = Mode>,
    plan: Mode::Outcome<'e, Plan>,
) {
    match Mode::wait(plan).and_then(|plan| Mode::wait(plan.scans(on))) {
        Ok(scans) if scans.is_empty() => {}
        Ok(scans) => {
            let scans: Vec<String> = scans.iter().map(Scan::to_string).collect();
            panic!("an index would serve:\n{}", scans.join("\n"));
        }
        Err(error) => panic!("the plan cannot be explained: {error}"),
    }
}

/// Asserts that no statement of a query or of its prefetched relations scans a table although an index would help. It
/// takes everything that has a [`plan`](crate::query::Query::plan): queries, pages, queries with locks, views, relations
/// of a row, selections, unions and raw queries.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # use orm::assert_plan;
/// assert_plan!(&db, Student::query().filter(Student::id().gt(7)).prefetch(Student::courses()));
/// # Ok(())
/// # }
/// ```
///
/// With an `AsyncDb` it is written in the same way, without `.await`: the thread of the test waits for the plan.
///
/// [`Plan::scans`](crate::prefetch::Plan::scans) documents what it can see, and returns the scans as data.
///
/// # Panics
///
/// Panics if a table is scanned. The message lists each table with the columns to index, and its statement.
#[macro_export]
macro_rules! assert_plan {
    ($db:expr, $query:expr $(,)?) => {{
        let db = $db;
        $crate::query::assert_no_scans(db, ($query).plan(db))
    }};
}
