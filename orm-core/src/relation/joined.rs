//! To-one relations whose rows come by a JOIN in the query's own statement.

use std::fmt;

use super::Relation;
use crate::ast::Join;
use crate::error::{Error, Result};
use crate::loaded::{Extent, Kind, Pool, ToMaybe, ToOne};
use crate::mapped::Mapped;
use crate::prefetch::{
    Branch, Context, Loader, Loading, Parents, Prefetch, RelationLoading, RelationOf, SeenRows, Slots, Step,
};
use crate::row::Row;
use crate::schema::{RelationDef, RelationKind};
use crate::sql::Request;
use crate::value::ValueRef;

/// A to-one relation that comes by a JOIN; what [`Relation::joined`] returns.
#[must_use = "a relation does nothing until it is prefetched"]
pub struct Joined<R>(R);

/// Kinds of relations that lead to at most one row.
#[diagnostic::on_unimplemented(
    message = "only a to-one relation can be joined",
    label = "leads to many rows",
    note = "each related row would repeat the row it belongs to; prefetch the relation without `.joined()`"
)]
pub trait LeadsToOne: Kind {}

impl LeadsToOne for ToOne {}
impl LeadsToOne for ToMaybe {}

impl<P: Mapped, C: Mapped, K: LeadsToOne, const AT: usize, Row, E: Extent> Relation<P, C, K, AT, Row, E> {
    /// Loads the related row by a `LEFT JOIN` in the statement of the rows that refer to it, instead of a statement of its
    /// own. The rows are the same, and related rows that several parents share are still decoded once.
    ///
    /// One statement less is worth it for small results; for large ones the related columns are repeated in each row.
    /// Only a `belongs_to` relation is joined, and only by the target's primary key. Below a limited relation or another join,
    /// and where a join could repeat rows, the relation is loaded by a statement of its own.
    ///
    /// SQL: `SELECT t0."id", …, t1."id", … FROM "students" AS t0 LEFT JOIN "departments" AS t1 ON …`
    pub fn joined(self) -> Joined<Self> {
        Joined(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M>> RelationOf<M> for Joined<R> {
    type Slot = R::Slot;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P, C, K, const AT: usize, R, E> Prefetch for Joined<Relation<P, C, K, AT, R, E>>
where
    P: Mapped,
    C: Mapped,
    K: LeadsToOne,
    R: 'static,
    E: Extent,
{
    type State = K::State<R, E>;

    fn start<'q>(&'q self, whole: bool) -> Box<dyn Branch<Self::State> + 'q> {
        let Relation { def, select, loader, .. } = &self.0;
        let separate = RelationLoading::<C, K, R, E>::new(def, select, &**loader, whole);
        Box::new(Joining {
            relation: def,
            loader: &**loader,
            separate: Some(separate),
            seen: SeenRows::default(),
            rows: Vec::new(),
            of_parents: Vec::new(),
            nested: None,
        })
    }

    fn plan(&self, whole: bool, context: &Context) -> Step {
        if !self.is_joined() || !context.joins {
            return self.0.plan(whole, context);
        }
        // What is joined below a joined relation does not come with the rows above both.
        let below = Context { joins: false, ..context.clone() };
        let mut steps = Vec::new();
        self.0.loader.plan(false, &below, &mut steps);
        Step { steps, ..Step::without_statement(self.0.def.name, "by the join above") }
    }

    fn error(&self) -> Option<&Error> {
        self.0.error()
    }

    fn joins(&self, joins: &mut Vec<Join>) {
        if self.is_joined() {
            joins.push(Join { relation: self.0.def, filter: self.0.select.filter.clone() });
        }
    }

    fn needs_indexes(&self) -> bool {
        self.0.needs_indexes()
    }
}

impl<P, C, K, const AT: usize, R, E> Joined<Relation<P, C, K, AT, R, E>> {
    fn is_joined(&self) -> bool {
        is_joined(self.0.def)
    }
}

/// Whether the relation leads to at most one row for certain, so that its join repeats no row.
fn is_joined(relation: &RelationDef) -> bool {
    relation.kind == RelationKind::BelongsTo && relation.to_columns == (relation.to)().primary_key
}

impl<R: fmt::Debug> fmt::Debug for Joined<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} joined", self.0)
    }
}

/// A relation whose rows come with those of the query; or by a statement of its own, if none came.
struct Joining<'q, C, K, R, E> {
    relation: &'static RelationDef,
    loader: &'q dyn Loader<C, R>,
    /// The other way, until a row came with the query.
    separate: Option<RelationLoading<'q, C, K, R, E>>,
    seen: SeenRows,
    rows: Vec<C>,
    /// The position of each parent's row; [`Slots::NONE`] for none.
    of_parents: Vec<u32>,
    nested: Option<Box<dyn Loading<C, R> + 'q>>,
}

impl<C: Mapped, K: LeadsToOne, R, E: Extent> Branch<K::State<R, E>> for Joining<'_, C, K, R, E> {
    fn take(&mut self, row: Row<'_>, at: &mut usize) -> Result<()> {
        if !is_joined(self.relation) {
            return Ok(());
        }
        self.separate = None;
        let first = *at;
        *at += C::TABLE.columns.len();
        if C::PRIMARY_KEY.iter().all(|&column| row.value(first + column) == Ok(ValueRef::Null)) {
            self.of_parents.push(Slots::NONE);
            return Ok(());
        }
        let (position, is_new) = self.seen.number::<C>(row, first)?;
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
        let pool = Pool::new(nested.finish(self.rows)?, Vec::new());
        let state = |(parent, &row): (usize, &u32)| {
            let range = if row == Slots::NONE { (0, 0) } else { (row, row + 1) };
            K::state(&pool, range, || Error::missing_related(self.relation, parents.describe(parent)))
        };
        self.of_parents.iter().enumerate().map(state).collect()
    }
}
