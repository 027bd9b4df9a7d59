//! Loading one relation: its statement, its rows, and their relations.

use std::marker::PhantomData;

use super::fetch::{RelationRows, has_int_key, joins, links_by_int};
use super::gather::{Gather, Joined, Links, OwnedRows, Owner, SharedRows, Sorted};
use super::group::Groups;
use super::keys::{KeysOfParents, ParentKeys, types};
use super::lookup::{SeenInts, SeenRows};
use super::{Branch, Context, Loader, Loading, Parents};
use crate::ast::{Join, Select};
use crate::error::{Error, Result};
use crate::loaded::{Extent, Kind, Record, RowPool};
use crate::row::{Row, RowSink};
use crate::schema::{RelationDef, RelationKind};
use crate::sql::{self, Form, LimitsEach, LinkedRows, Related, Request, Sql};
use crate::types::Keys;

/// The maximum number of parents for which the rows of a many-to-many relation are joined to its links.
pub(super) const FEW_PARENTS: usize = 500;

/// The maximum size in bytes of rows that are repeated for each link.
const NARROW: u64 = 512;

/// A relation that is being loaded for the parents of one query.
pub(crate) struct RelationLoading<'q, C, K, Row, E> {
    fetched: &'q RelationRows,
    loader: &'q dyn Loader<C, Row>,
    /// The parents are all rows of their table.
    whole: bool,
    stage: Stage<'q, C, Row>,
    types: PhantomData<fn() -> (K, E)>,
}

enum Stage<'q, C, Row> {
    /// The parents are not known yet.
    Waiting,
    /// No parent has a key, so nothing is loaded.
    Nothing,
    /// The statement was requested.
    Asked(Box<Asked<'q, C, Row>>),
    /// The rows have arrived, and their relations are being loaded.
    Joined(Joined<C>, KeysOfParents, Box<dyn Loading<C, Row> + 'q>),
}

/// A relation's statement that was requested, and the sink of its rows.
pub(super) struct Asked<'q, C, Row> {
    sql: Sql,
    sink: Taking<'q, C, Row>,
    of_parents: KeysOfParents,
    keys: usize,
}

/// Takes the rows of a relation's statement, and the columns of relations that are joined to them.
struct Taking<'q, C, Row> {
    gather: Box<Gather<C>>,
    below: Box<dyn Loading<C, Row> + 'q>,
    joins: bool,
}

impl<C: Record, R> RowSink for Taking<'_, C, R> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let before = self.gather.rows();
        self.gather.sink().row(row)?;
        // A row that was decoded before, or belongs to no parent, is not taken again.
        if self.gather.rows() == before {
            return Ok(());
        }
        let mut at = self.gather.columns_at() + C::width();
        self.below.take(row, &mut at)
    }
}

impl<'q, C: Record, K: Kind, Row, E: Extent> RelationLoading<'q, C, K, Row, E> {
    pub(crate) fn new(fetched: &'q RelationRows, loader: &'q dyn Loader<C, Row>, whole: bool) -> Self {
        RelationLoading { fetched, loader, whole, stage: Stage::Waiting, types: PhantomData }
    }

    /// Requests the statement for parents with these keys, if there are any.
    pub(super) fn ask<'a>(&'a mut self, keys: ParentKeys, context: &Context, wanted: &mut Vec<Request<'a>>) {
        let joins = joins(&self.fetched.draft.below);
        let asked = Asked::new(self.fetched, &joins, self.loader, self.whole, keys, context);
        self.stage = asked.map_or(Stage::Nothing, |asked| Stage::Asked(Box::new(asked)));
        if let Stage::Asked(asked) = &mut self.stage {
            wanted.push(asked.request());
        }
    }

    /// Requests the statements of the rows' relations, when the rows have arrived.
    pub(super) fn ask_below<'a>(&'a mut self, context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()> {
        self.join()?;
        match &mut self.stage {
            Stage::Joined(joined, _, nested) => nested.requests(&joined.rows, context, wanted),
            _ => Ok(()),
        }
    }

    /// The rows with their relations, grouped by key, and the position of each parent's key; `None` if no parent has a
    /// key.
    pub(super) fn into_rows(mut self) -> Result<Option<(Vec<Row>, Groups, KeysOfParents)>> {
        self.join()?;
        match self.stage {
            Stage::Joined(joined, of_parents, nested) => {
                Ok(Some((nested.finish(joined.rows)?, joined.groups, of_parents)))
            }
            _ => Ok(None),
        }
    }

    /// Joins the rows that arrived with their parents, and begins with their relations.
    fn join(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.stage, Stage::Nothing) {
            Stage::Asked(asked) => {
                let (joined, of_parents, below) = asked.join()?;
                self.stage = Stage::Joined(joined, of_parents, below);
            }
            stage => self.stage = stage,
        }
        Ok(())
    }
}

impl<'q, C: Record, Row> Asked<'q, C, Row> {
    /// The statement for parents with these keys; `None` if no parent has a key.
    pub(super) fn new(
        fetched: &RelationRows,
        joins: &[Join],
        loader: &'q dyn Loader<C, Row>,
        whole: bool,
        parents: ParentKeys,
        context: &Context,
    ) -> Option<Self> {
        let ParentKeys { keys, of_parents } = parents;
        if keys.is_empty() {
            return None;
        }
        let related = related(fetched, joins, whole, (&keys, keys.len()), context);
        let owner = Owner::of(related.form, &keys, context);
        let below = loader.start(covers_target(&related));
        let sink =
            Taking { gather: Box::new(gather(&related, owner, context)), below, joins: !related.joins.is_empty() };
        Some(Asked { sink, of_parents, keys: keys.len(), sql: sql::related(&related, keys, context.dialect) })
    }

    pub(super) fn request(&mut self) -> Request<'_> {
        let sink: &mut dyn RowSink = if self.sink.joins { &mut self.sink } else { self.sink.gather.sink() };
        Request { sql: &self.sql, sink }
    }

    /// The rows that arrived, their parents, and their relations.
    #[expect(clippy::type_complexity, reason = "the three parts are used in different places")]
    pub(super) fn join(self) -> Result<(Joined<C>, KeysOfParents, Box<dyn Loading<C, Row> + 'q>)> {
        Ok((self.sink.gather.join(self.keys)?, self.of_parents, self.sink.below))
    }
}

impl<C: Record, K: Kind, Row, E: Extent> Branch<K::State<Row, E>> for RelationLoading<'_, C, K, Row, E> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if matches!(self.stage, Stage::Waiting) {
            self.ask(parents.keys(self.fetched.relation.from_columns)?, context, wanted);
            return Ok(());
        }
        self.ask_below(context, wanted)
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<K::State<Row, E>>> {
        let relation = self.fetched.relation;
        let none = || (Vec::new(), Groups::default(), KeysOfParents::none(parents.count()));
        let (rows, groups, of_parents) = self.into_rows()?.unwrap_or_else(none);
        let ranges: Vec<(u32, u32)> = of_parents.iter().map(|key| groups.range(key)).collect();
        let pool = RowPool::new(rows, groups.index);
        let states = ranges.into_iter().enumerate().map(|(parent, range)| {
            K::state(&pool, range, || match range.1 - range.0 {
                0 => Error::missing_related(relation, parents.describe(parent)),
                _ => Error::more_than_one_related(relation, parents.describe(parent)),
            })
        });
        states.collect()
    }
}

/// The collector for the form of the statement.
fn gather<C: Record>(related: &Related<'_>, owner: Owner, context: &Context) -> Gather<C> {
    let relation = related.relation;
    let sorted = if related.order_in_sql { Sorted::InSql } else { Sorted::ByKey };
    if related.form.is_links() {
        let (owners, targets, found) = (Vec::new(), Vec::new(), Vec::new());
        let wants = context.dialect.linked_rows() != LinkedRows::Again;
        return Gather::Links(Links { relation, owner, wants, seen: SeenInts::default(), owners, targets, found });
    }
    let (rows, owners) = (Vec::new(), Vec::new());
    // A row with its link belongs only to this link.
    if relation.through.is_some() && !related.select.selects_links() {
        let (targets, values, seen) = (Vec::new(), Vec::new(), SeenRows::default());
        let compared = if is_sure::<C>(related, context) { 0 } else { C::width() + joined_width(related) };
        Gather::Shared(SharedRows { relation, owner, sorted, rows, seen, owners, targets, compared, values })
    } else {
        let owner_column = relation
            .to_columns
            .first()
            .copied()
            .filter(|_| related.form.tells_keys() && related.select.outputs.is_none());
        let joins = C::is_joined() || !related.joins.is_empty();
        Gather::Owned(OwnedRows { relation, owner, owner_column, sorted, joins, rows, owners })
    }
}

/// Whether the database guarantees that rows with the same key are the same row.
fn is_sure<C: Record>(related: &Related<'_>, context: &Context) -> bool {
    let to = (related.relation.to)();
    related.joins.is_empty() && !C::is_joined() && context.indexes.tells_apart(to, context.dialect)
}

/// The number of columns that are joined to a row.
fn joined_width(related: &Related<'_>) -> usize {
    related.joins.iter().map(|join| (join.relation.to)().columns.len()).sum()
}

/// Empty keys of the relation's type.
pub(crate) fn unknown_keys(relation: &RelationDef) -> Keys {
    let from = (relation.from)();
    match relation.from_columns {
        &[column] if from.columns[column].sql_type.is_integer() => Keys::Ints(Vec::new()),
        columns => Keys::Values { types: types(from, columns), values: Vec::new() },
    }
}

/// Chooses the form of the relation's statement for keys of these types and this number.
pub(super) fn related<'s>(
    fetched: &'s RelationRows,
    joins: &'s [Join],
    whole: bool,
    (keys, parents): (&Keys, usize),
    context: &Context,
) -> Related<'s> {
    let (relation, select) = (fetched.relation, &fetched.draft.select);
    let whole = whole && matches!(keys, Keys::Ints(_));
    let by_keys = form_of_keys(relation, keys, context);
    // Links of one parent can only be placed between the keys and the conditions.
    let by_keys = if select.of.is_some() { Form::Keys } else { by_keys };
    let form = form(relation, select, !joins.is_empty(), whole, by_keys, context);
    let repeats = form == Form::ListLinks && parents <= FEW_PARENTS && can_repeat_rows(relation, select, context);
    let form = if repeats { Form::List } else { form };
    let by_key = select.order.is_empty() && select.apart_by.is_empty() && has_int_key(relation);
    let order_in_sql = relation.kind.is_to_many() && !by_key;
    // The other forms have subqueries, in which a join has no place.
    let joins = if matches!(form, Form::Keys | Form::List | Form::Whole) { joins } else { &[] };
    Related { relation, select, joins, form, order_in_sql }
}

fn form(relation: &RelationDef, select: &Select, joins: bool, whole: bool, by_keys: Form, context: &Context) -> Form {
    if select.is_limited() {
        // Outside of the look-up for each key, the links cannot be ordered by.
        let each = has_index(relation, context) && !select.reads_links();
        return if each { Form::LimitEach } else { Form::Number };
    }
    // The whole table is only read if the target or the join table has the foreign key: a `belongs_to` of a whole table
    // may lead to a small part of another one, as orders do to the few customers with orders. And only a foreign key
    // guarantees that every row has a parent: a view of few customers has few of the orders.
    let whole = whole && relation.kind != RelationKind::BelongsTo && context.references.hold(relation, context.dialect);
    let links = !joins && links_by_int(relation) && !select.reads_links();
    match (links, whole) {
        (true, true) => Form::WholeLinks,
        (true, false) if by_keys == Form::List => Form::ListLinks,
        (true, false) => Form::Links,
        (false, true) => Form::Whole,
        (false, false) => by_keys,
    }
}

/// Whether the rows of a many-to-many relation may be repeated for each link. For few links that costs the database
/// less than reading the links twice, if the rows are narrow and contain no computed values.
fn can_repeat_rows(relation: &RelationDef, select: &Select, context: &Context) -> bool {
    let (to, dialect) = ((relation.to)(), context.dialect);
    let is_scattered = |schema, table| context.indexes.is_scattered(schema, table, dialect);
    let of_one_server = !is_scattered(to.schema, to.name)
        && relation.through.as_ref().is_some_and(|through| !is_scattered(through.schema, through.table));
    // Rows with the same key would be mistaken for one row with several links.
    let tells_apart = context.indexes.tells_apart(to, dialect);
    let bytes = || context.indexes.row_bytes(to, dialect).or_else(|| to.likely_row_bytes());
    of_one_server && tells_apart && select.reads_own_values() && bytes().is_some_and(|bytes| bytes <= NARROW)
}

/// How the keys of a relation's parents are sent. Only integers are equal here exactly if they are equal in the
/// database; other keys are identified by their position.
pub(crate) fn form_of_keys(relation: &RelationDef, keys: &Keys, context: &Context) -> Form {
    let compares = matches!(keys, Keys::Ints(_)) && context.dialect.finds_keys_in_lists();
    if compares && refers_by_index(relation, context) { Form::List } else { Form::Keys }
}

/// Whether an index begins with the columns that refer to a parent.
fn refers_by_index(relation: &RelationDef, context: &Context) -> bool {
    let to = (relation.to)();
    if let Some(through) = &relation.through {
        return context.indexes.begin_with(through.schema, through.table, through.left, context.dialect);
    }
    let columns: Vec<&str> = to.names(relation.to_columns).collect();
    relation.to_columns == to.primary_key || context.indexes.begin_with(to.schema, to.name, &columns, context.dialect)
}

/// Whether the rows of one parent can be found without reading the rows of others.
fn has_index(relation: &RelationDef, context: &Context) -> bool {
    let to = (relation.to)();
    let columns: Vec<&str> = to.names(relation.to_columns).collect();
    if context.dialect.limits_each() == LimitsEach::Numbering {
        return false;
    }
    // A statement for several servers does not support a limit within.
    let is_scattered = |schema, table| context.indexes.is_scattered(schema, table, context.dialect);
    if is_scattered(to.schema, to.name) {
        return false;
    }
    match &relation.through {
        None => context.indexes.begin_with(to.schema, to.name, &columns, context.dialect),
        // In a look-up by key, rows of duplicate links would be returned once.
        Some(through) => {
            context.dialect.limits_each() == LimitsEach::Lateral
                && !is_scattered(through.schema, through.table)
                && context.indexes.begin_with(through.schema, through.table, through.left, context.dialect)
        }
    }
}

/// Whether the loaded rows are all rows of the target's table, so that their relations may leave out the keys too.
pub(super) fn covers_target(related: &Related<'_>) -> bool {
    let relation = related.relation;
    let to = (relation.to)();
    let every_row_has_an_owner =
        relation.through.is_none() && relation.to_columns.iter().all(|&column| !to.columns[column].nullable);
    related.form == Form::Whole && every_row_has_an_owner && related.select.is_whole_table()
}
