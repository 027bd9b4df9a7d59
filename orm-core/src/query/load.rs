//! Running a query and the statements of its relations, level by level.

use super::by_name::ByName;
use super::{Statement, Window};
use crate::db::{On, Session};
use crate::error::{Error, Result};
use crate::live::Needs;
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::prefetch::fetch::{joins, levels, needs};
use crate::prefetch::{Branch, Loader, Loading, Parents, Slotted};
use crate::row::{Row, RowSink};
use crate::sql::{Request, Sql};

/// Runs a statement and loads the relations of the rows that the window takes, in one consistent snapshot. `whole` says
/// that the rows are all rows of their table.
pub(crate) fn load<M: Record, Row>(
    on: On<'_>,
    statement: &Statement<'_>,
    whole: bool,
    loads: Loads<'_, M, Row>,
    window: &mut Window,
) -> Result<Vec<Row>> {
    statement.run(on, |session| {
        if loads.below.is_empty() {
            return load_rows(session, statement, whole, loads, window);
        }
        statement.in_one_state(session, |session| load_rows(session, statement, whole, loads, window))
    })
}

/// What is fetched for the rows of a query, and the loader that makes rows of it.
pub(crate) struct Loads<'q, M, Row> {
    pub(crate) below: &'q [Slotted],
    pub(crate) loader: &'q dyn Loader<M, Row>,
}

fn load_rows<M: Record, Row>(
    session: &mut Session<'_>,
    statement: &Statement<'_>,
    whole: bool,
    Loads { below, loader }: Loads<'_, M, Row>,
    window: &mut Window,
) -> Result<Vec<Row>> {
    let context = session.context(needs(below, whole, session.dialect()))?;
    // Nothing is joined to a raw SQL statement, which is what the user wrote.
    let takes = matches!(statement, Statement::Rendered(..));
    let joins = (takes && !joins(below).is_empty()) || M::is_joined();
    let mut root = Root { rows: Vec::new(), loading: loader.start(whole), window, takes, joins };
    match statement {
        Statement::Rendered(..) => statement.send(session, &mut root)?,
        Statement::Raw(..) => statement.send(session, &mut ByName::<M>::new(&mut root))?,
    }
    let Root { rows, mut loading, window, .. } = root;
    if window.alone && window.more {
        return Err(Error::more_than_one(M::Model::TABLE));
    }
    let last = levels(below);
    let mut level = 1;
    while run_level(session, last == Some(level), |wanted| loading.requests(&rows, &context, wanted))? {
        level += 1;
    }
    loading.finish(rows)
}

/// Reads the rows of a query's own statement: the model's columns, then the columns of joined relations.
struct Root<'q, M, Row> {
    rows: Vec<M>,
    loading: Box<dyn Loading<M, Row> + 'q>,
    window: &'q mut Window,
    /// Whether relations may be joined to the rows.
    takes: bool,
    /// Whether rows are joined to them, at most one to each.
    joins: bool,
}

impl<M: Record, R> Root<'_, M, R> {
    /// Checks that no row was repeated by a join to several rows. Repeated rows would follow each other, because their
    /// order ends with their key.
    fn check_not_repeated(&self, row: &M) -> Result<()> {
        match self.rows.last() {
            Some(last) if last.has_same_key(row)? => Err(Error::joined_to_several(M::Model::TABLE)),
            _ => Ok(()),
        }
    }
}

impl<M: Record, R> RowSink for Root<'_, M, R> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if !self.window.takes(self.rows.len()) {
            return self.window.look_behind(row);
        }
        let decoded = M::decode(row, 0)?;
        if self.joins {
            self.check_not_repeated(&decoded)?;
        }
        self.rows.push(decoded);
        if self.takes {
            let mut at = M::width() + self.window.hidden;
            self.loading.take(row, &mut at)?;
        }
        self.window.remember(self.rows.len(), row)
    }
}

/// Loads one relation of parents that keep their type: returns the state for each of them.
pub(crate) fn load_branch<State>(
    session: &mut Session<'_>,
    mut branch: Box<dyn Branch<State> + '_>,
    parents: &dyn Parents,
    limited: bool,
) -> Result<Vec<State>> {
    let needs = Needs { indexes: limited || session.dialect().finds_keys_in_lists(), ..Needs::default() };
    let context = session.context(needs)?;
    while run_level(session, false, |wanted| branch.requests(parents, &context, wanted))? {}
    branch.finish(parents)
}

/// Runs the next statements, which may be known to be the last. Returns false if there are none.
fn run_level<'a>(
    session: &mut Session<'_>,
    is_last: bool,
    ask: impl FnOnce(&mut Vec<Request<'a>>) -> Result<()>,
) -> Result<bool> {
    let mut wanted = Vec::new();
    ask(&mut wanted)?;
    let is_done = wanted.is_empty();
    if !is_done {
        if is_last {
            session.ends_with_next();
        }
        run_together(session, wanted)?;
    }
    Ok(!is_done)
}

/// Runs the statements of one level, and equal ones only once.
fn run_together(session: &mut Session<'_>, wanted: Vec<Request<'_>>) -> Result<()> {
    let mut distinct: Vec<Shared<'_>> = Vec::with_capacity(wanted.len());
    for Request { sql, sink } in wanted {
        match distinct.iter_mut().find(|shared| shared.sql == sql) {
            Some(shared) => shared.sinks.push(sink),
            None => distinct.push(Shared { sql, sinks: vec![sink] }),
        }
    }
    let mut requests: Vec<Request<'_>> = distinct.iter_mut().map(Shared::request).collect();
    session.run(&mut requests)
}

/// A statement and all requests for its rows.
struct Shared<'a> {
    sql: &'a Sql,
    sinks: Vec<&'a mut dyn RowSink>,
}

impl Shared<'_> {
    fn request(&mut self) -> Request<'_> {
        let sink: &mut dyn RowSink = if self.sinks.len() == 1 { &mut *self.sinks[0] } else { &mut self.sinks };
        Request { sql: self.sql, sink }
    }
}

impl RowSink for Vec<&mut dyn RowSink> {
    #[inline]
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.iter_mut().try_for_each(|sink| sink.row(row))
    }
}
