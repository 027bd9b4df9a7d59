//! A to-one relation that is loaded by a JOIN in the query's own statement.

use super::fetch::RelationRows;
use super::{Branch, Context, Loader, Loading, Parents, RelationLoading, SeenRows};
use crate::error::{Error, Result};
use crate::loaded::{Extent, Kind, Record, RowAt, RowPool};
use crate::mapped::Mapped;
use crate::row::Row;
use crate::schema::RelationDef;
use crate::sql::Request;
use crate::value::ValueRef;

/// A relation whose rows are joined to the rows of the query, or loaded by a separate statement if they were not.
pub(crate) struct Joining<'q, C, K, R, E> {
    relation: &'static RelationDef,
    loader: &'q dyn Loader<C, R>,
    /// The separate statement, unless a row was joined.
    separate: Option<RelationLoading<'q, C, K, R, E>>,
    seen: SeenRows,
    rows: Vec<C>,
    /// Each parent's row.
    of_parents: Vec<RowAt>,
    nested: Option<Box<dyn Loading<C, R> + 'q>>,
}

impl<'q, C: Record, K: Kind, R, E: Extent> Joining<'q, C, K, R, E> {
    pub(crate) fn new(fetched: &'q RelationRows, loader: &'q dyn Loader<C, R>, whole: bool) -> Self {
        Joining {
            relation: fetched.relation,
            loader,
            separate: Some(RelationLoading::new(fetched, loader, whole)),
            seen: SeenRows::default(),
            rows: Vec::new(),
            of_parents: Vec::new(),
            nested: None,
        }
    }
}

impl<C: Record, K: Kind, R, E: Extent> Branch<K::State<R, E>> for Joining<'_, C, K, R, E> {
    fn take(&mut self, row: Row<'_>, at: &mut usize) -> Result<()> {
        self.separate = None;
        let first = *at;
        *at += C::width();
        if C::Model::PRIMARY_KEY.iter().all(|&column| row.value(first + column) == Ok(ValueRef::Null)) {
            self.of_parents.push(RowAt::NONE);
            return Ok(());
        }
        let (position, is_new) = self.seen.number::<C::Model>(row, first)?;
        if is_new {
            self.rows.push(C::decode(row, first)?);
        }
        self.of_parents.push(position);
        Ok(())
    }

    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if let Some(separate) = &mut self.separate {
            return separate.requests(parents, context, wanted);
        }
        let loader = self.loader;
        let nested = self.nested.get_or_insert_with(|| loader.start(false));
        nested.requests(&self.rows, context, wanted)
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<K::State<R, E>>> {
        if let Some(separate) = self.separate {
            return Box::new(separate).finish(parents);
        }
        let nested = self.nested.unwrap_or_else(|| self.loader.start(false));
        let pool = RowPool::new(nested.finish(self.rows)?, Vec::new());
        let state = |(parent, row): (usize, &RowAt)| {
            K::state(&pool, row.range(), || Error::missing_related(self.relation, parents.describe(parent)))
        };
        self.of_parents.iter().enumerate().map(state).collect()
    }
}
