//! Runs the statements that a loading asks for, level by level. The only file here that does I/O.

use super::Loader;
use crate::driver::Session;
use crate::error::Result;
use crate::model::Model;

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
    let dialect = session.dialect();
    let mut loading = loader.start(whole);
    loop {
        let mut wanted = Vec::new();
        loading.requests(&parents, dialect, &mut wanted)?;
        if wanted.is_empty() {
            return loading.finish(parents);
        }
        session.run(&mut wanted)?;
    }
}
