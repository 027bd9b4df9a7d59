//! Runs the statements that a loading asks for, level by level. The only file here that does I/O.

use super::{Branch, Loader, Loading, Parents, Request};
use crate::driver::Session;
use crate::error::Result;
use crate::model::Model;
use crate::row::{Row, RowSink};
use crate::sql::Dialect;

/// Loads the relations of some rows.
///
/// # Errors
///
/// Those of the statements, of decoding their rows, and of to-one relations that lead to no row or several.
pub fn load<M: Model, Row>(
    session: &mut Session<'_>,
    loader: &dyn Loader<M, Row>,
    parents: Vec<M>,
    whole: bool,
) -> Result<Vec<Row>> {
    let mut loading = loader.start(whole);
    run_to_end(session, &mut OfRows { loading: &mut *loading, parents: &parents })?;
    loading.finish(parents)
}

/// Loads one relation of parents that stay where they are: what each of them will hold.
pub(super) fn load_branch<State>(
    session: &mut Session<'_>,
    mut branch: Box<dyn Branch<State> + '_>,
    parents: &dyn Parents,
) -> Result<Vec<State>> {
    run_to_end(session, &mut OfBranch { branch: &mut *branch, parents })?;
    branch.finish(parents)
}

/// Whatever asks for statements until it has all that it needs.
trait Asking {
    fn ask<'a>(&'a mut self, dialect: &dyn Dialect, wanted: &mut Vec<Request<'a>>) -> Result<()>;
}

struct OfRows<'l, M, Row> {
    loading: &'l mut (dyn Loading<M, Row> + 'l),
    parents: &'l [M],
}

impl<M, Row> Asking for OfRows<'_, M, Row> {
    fn ask<'a>(&'a mut self, dialect: &dyn Dialect, wanted: &mut Vec<Request<'a>>) -> Result<()> {
        self.loading.requests(self.parents, dialect, wanted)
    }
}

struct OfBranch<'l, State> {
    branch: &'l mut (dyn Branch<State> + 'l),
    parents: &'l dyn Parents,
}

impl<State> Asking for OfBranch<'_, State> {
    fn ask<'a>(&'a mut self, dialect: &dyn Dialect, wanted: &mut Vec<Request<'a>>) -> Result<()> {
        self.branch.requests(self.parents, dialect, wanted)
    }
}

fn run_to_end(session: &mut Session<'_>, asking: &mut dyn Asking) -> Result<()> {
    let dialect = session.dialect();
    loop {
        let mut wanted = Vec::new();
        asking.ask(dialect, &mut wanted)?;
        if wanted.is_empty() {
            return Ok(());
        }
        run_level(session, wanted)?;
    }
}

/// Runs the statements of one level; equal ones once, for all who want their rows.
fn run_level(session: &mut Session<'_>, wanted: Vec<Request<'_>>) -> Result<()> {
    let mut distinct: Vec<Shared<'_>> = Vec::with_capacity(wanted.len());
    for Request { sql, sink } in wanted {
        match distinct.iter_mut().find(|shared| shared.sql == sql) {
            Some(shared) => shared.sinks.push(sink),
            None => distinct.push(Shared { sql, sinks: vec![sink] }),
        }
    }
    let mut requests: Vec<Request<'_>> =
        distinct.iter_mut().map(|shared| Request { sql: shared.sql, sink: &mut shared.sinks }).collect();
    session.run(&mut requests)
}

/// A statement and all who want its rows.
struct Shared<'a> {
    sql: &'a crate::sql::Sql,
    sinks: Vec<&'a mut dyn RowSink>,
}

impl RowSink for Vec<&mut dyn RowSink> {
    #[inline]
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.iter_mut().try_for_each(|sink| sink.row(row))
    }
}
