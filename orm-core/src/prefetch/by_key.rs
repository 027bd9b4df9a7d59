//! Loading rows of a model by primary keys.

use super::fetch::RelationRows;
use super::relation::RelationLoading;
use super::{Branch, Context, Loader, Parents};
use crate::error::{Error, Result};
use crate::loaded::{All, Record, ToMaybe};
use crate::mapped::Mapped;
use crate::sql::Request;

/// The row of a key.
pub(crate) enum Found<Row> {
    /// Its row.
    Row(Row),
    /// No row.
    Nothing,
    /// The key occurred before, and has its row there.
    Again,
}

/// The rows of a model that are being loaded by keys; the relation leads from a key to its row.
pub(crate) struct LoadingByKey<'q, B, Row>(RelationLoading<'q, B, ToMaybe, Row, All>);

impl<'q, B: Record, Row> LoadingByKey<'q, B, Row> {
    pub(crate) fn new(fetched: &'q RelationRows, loader: &'q dyn Loader<B, Row>) -> Self {
        LoadingByKey(RelationLoading::new(fetched, loader, false))
    }
}

impl<B: Record, Row> Branch<Found<Row>> for LoadingByKey<'_, B, Row> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.0.requests(parents, context, wanted)
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<Found<Row>>> {
        let Some((rows, groups, of_parents)) = self.0.into_rows()? else {
            return Ok((0..parents.count()).map(|_| Found::Nothing).collect());
        };
        let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
        let mut seen = vec![false; parents.count()];
        let found = of_parents.iter().map(|key| {
            if let Some(seen) = key.and_then(|key| seen.get_mut(key))
                && std::mem::replace(seen, true)
            {
                return Ok(Found::Again);
            }
            match groups.range(key) {
                (start, end) if end - start > 1 => Err(Error::more_than_one(B::Model::TABLE)),
                (start, end) if start == end => Ok(Found::Nothing),
                (start, _) => Ok(rows[groups.row(start).index()].take().map_or(Found::Nothing, Found::Row)),
            }
        });
        found.collect()
    }
}
