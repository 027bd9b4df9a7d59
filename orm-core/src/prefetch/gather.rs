//! Collecting the rows of a relation's statement, for each form of statement.

use super::Context;
use super::group::Groups;
use super::keys::KeyAt;
use super::lookup::{KeyLookup, SeenInts, SeenRows};
use crate::error::{Error, Result, ResultValue};
use crate::loaded::{Record, RowAt};
use crate::mapped::Mapped;
use crate::row::{Row, RowSink};
use crate::schema::RelationDef;
use crate::sql::Form;
use crate::types::Keys;
use crate::value::{Value, ValueRef};

/// Collects the rows of a relation's statement, and joins them with their owners when all have arrived.
pub(super) enum Gather<C> {
    Owned(OwnedRows<C>),
    Shared(SharedRows<C>),
    Links(Links<C>),
}

impl<C: Record> Gather<C> {
    /// The sink for the rows: there may be many, so the form is matched only once.
    pub(super) fn sink(&mut self) -> &mut dyn RowSink {
        match self {
            Gather::Owned(rows) => rows,
            Gather::Shared(rows) => rows,
            Gather::Links(links) => links,
        }
    }

    /// The number of decoded rows of the target.
    pub(super) fn rows(&self) -> usize {
        match self {
            Gather::Owned(owned) => owned.rows.len(),
            Gather::Shared(shared) => shared.rows.len(),
            Gather::Links(links) => links.found.len(),
        }
    }

    /// The position of the target's first column.
    pub(super) fn columns_at(&self) -> usize {
        match self {
            Gather::Owned(owned) => usize::from(owned.owner_column.is_none()),
            Gather::Shared(_) => 1,
            Gather::Links(_) => 2,
        }
    }

    /// The rows, grouped by the owners' keys.
    pub(super) fn join(self, keys: usize) -> Result<Joined<C>> {
        match self {
            Gather::Owned(rows) => Ok(rows.join(keys)),
            Gather::Shared(rows) => Ok(rows.join(keys)),
            Gather::Links(links) => links.join(keys),
        }
    }
}

/// The rows of a relation, joined with their owners.
pub(super) struct Joined<C> {
    pub(super) rows: Vec<C>,
    pub(super) groups: Groups,
}

/// How the first column of a row identifies its owner.
pub(crate) enum Owner {
    /// By the position of the owner's key in the list that was sent, counted from this number.
    Ordinal(i64),
    /// By the owner's key.
    Key(KeyLookup),
}

/// How the rows of an owner are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sorted {
    /// By the statement.
    InSql,
    /// By the target's integer primary key, here: the database would sort all rows together, which costs far more.
    ByKey,
}

impl Owner {
    /// How the rows of a statement of this form identify their owners.
    pub(crate) fn of(form: Form, keys: &Keys, context: &Context) -> Self {
        match keys {
            Keys::Ints(keys) if form.tells_keys() => Owner::Key(KeyLookup::new(keys)),
            _ => Owner::Ordinal(context.dialect.key_table(keys.types()).first_ordinal),
        }
    }

    /// The owner's key; `None` for a row whose owner is not among the parents, because it refers to no row.
    #[inline]
    pub(crate) fn key(&self, value: i64) -> Option<KeyAt> {
        match self {
            Owner::Ordinal(first) => u32::try_from(value - first).ok().map(KeyAt),
            Owner::Key(lookup) => lookup.position(value),
        }
    }
}

/// Rows that have one owner each: the owner, then the target's columns, one of which may be the owner.
pub(super) struct OwnedRows<C> {
    pub(super) relation: &'static RelationDef,
    pub(super) owner: Owner,
    /// The target's column that holds the owner's key, if the owner is not the first column.
    pub(super) owner_column: Option<usize>,
    pub(super) sorted: Sorted,
    /// Whether other rows are joined to them, at most one to each.
    pub(super) joins: bool,
    pub(super) rows: Vec<C>,
    pub(super) owners: Vec<KeyAt>,
}

impl<C: Record> OwnedRows<C> {
    fn join(self, keys: usize) -> Joined<C> {
        let OwnedRows { rows, owners, sorted, .. } = self;
        let mut groups = Groups::of_rows(&owners, keys);
        if sorted == Sorted::ByKey {
            groups.sort_by_key(rows.len(), |row| int_key(&rows[row.index()]));
        }
        Joined { rows, groups }
    }

    /// Checks that no row was repeated by a join to several rows: repeated rows would follow each other.
    fn check_not_repeated(&self, key: KeyAt, row: &C) -> Result<()> {
        match (self.owners.last(), self.rows.last()) {
            (Some(&owner), Some(last)) if owner == key && last.has_same_key(row)? => {
                Err(Error::joined_to_several(C::Model::TABLE))
            }
            _ => Ok(()),
        }
    }

    /// The owner's key and the row; `None` for a row without an owner.
    fn decode(&self, row: Row<'_>) -> Result<Option<(KeyAt, C)>> {
        let Some(column) = self.owner_column else {
            let Some(key) = self.owner.key(row.int(0)?) else { return Ok(None) };
            return Ok(Some((key, C::decode(row, 1)?)));
        };
        // The key is taken from the decoded row, because reading a column costs more.
        match C::decode(row, 0) {
            Ok(decoded) => Ok(self.owner.key(int_of(&decoded, column)).map(|key| (key, decoded))),
            Err(_) if row.int(column).is_ok_and(|owner| self.owner.key(owner).is_none()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<C: Record> RowSink for OwnedRows<C> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if let Some((key, row)) = self.decode(row)? {
            check_length(self.rows.len(), self.relation)?;
            if self.joins {
                self.check_not_repeated(key, &row)?;
            }
            self.rows.push(row);
            self.owners.push(key);
        }
        Ok(())
    }
}

/// Rows that several owners may share, one for each link: the owner, then the target's columns. A target is decoded
/// when it occurs for the first time.
pub(super) struct SharedRows<C> {
    pub(super) relation: &'static RelationDef,
    pub(super) owner: Owner,
    pub(super) sorted: Sorted,
    pub(super) rows: Vec<C>,
    pub(super) seen: SeenRows,
    pub(super) owners: Vec<KeyAt>,
    pub(super) targets: Vec<RowAt>,
    /// The number of values of a row that are compared with earlier rows of the same key: 0 if the database guarantees
    /// that the key is unique.
    pub(super) compared: usize,
    /// These values.
    pub(super) values: Vec<Box<[Value<'static>]>>,
}

impl<C: Record> SharedRows<C> {
    fn join(self, keys: usize) -> Joined<C> {
        let SharedRows { rows, owners, targets, sorted, .. } = self;
        let mut groups = Groups::of_links(&owners, targets, keys);
        if sorted == Sorted::ByKey {
            groups.sort_by_key(rows.len(), |row| int_key(&rows[row.index()]));
        }
        Joined { rows, groups }
    }

    /// Checks that a row is equal to the earlier one with its key.
    fn compare(&mut self, row: Row<'_>, (target, is_new): (RowAt, bool)) -> Result<()> {
        if self.compared == 0 {
            return Ok(());
        }
        let read = |at| match row.value(at) {
            Ok(value) => Ok(value.to_owned()),
            Err(mismatch) => Err(Error::unreadable_result(ResultValue::Numbered(at + 1), mismatch)),
        };
        let values: Box<[Value<'static>]> = (1..=self.compared).map(read).collect::<Result<_>>()?;
        if is_new {
            self.values.push(values);
        } else if self.values.get(target.index()).is_some_and(|first| *first != values) {
            return Err(Error::key_not_unique(C::Model::TABLE));
        }
        Ok(())
    }
}

impl<C: Record> RowSink for SharedRows<C> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let owner = match row.value(0) {
            Ok(ValueRef::Int(owner)) => owner,
            value => return Err(Error::link(self.relation, through_columns(self.relation).0, value)),
        };
        let Some(key) = self.owner.key(owner) else { return Ok(()) };
        check_length(self.owners.len(), self.relation)?;
        let (target, is_new) = self.seen.number::<C>(row, 1)?;
        if is_new {
            self.rows.push(C::decode(row, 1)?);
        }
        self.compare(row, (target, is_new))?;
        self.targets.push(target);
        self.owners.push(key);
        Ok(())
    }
}

/// Links, then each distinct target once.
///
/// A link is the owner, the target's key and `NULL`s; a target is `NULL`, its rank in the order, and its columns. If
/// the statement has to learn which targets to return, it reads them from [`Row::want`].
pub(super) struct Links<C> {
    pub(super) relation: &'static RelationDef,
    pub(super) owner: Owner,
    /// Whether the statement needs to know which targets to return; if not, targets may arrive before their links.
    pub(super) wants: bool,
    pub(super) seen: SeenInts,
    pub(super) owners: Vec<KeyAt>,
    /// The number of each link's target, in the order of their first occurrence.
    pub(super) targets: Vec<RowAt>,
    pub(super) found: Vec<Found<C>>,
}

/// A target that was returned.
pub(super) struct Found<C> {
    rank: i64,
    number: RowAt,
    row: C,
}

impl<C: Record> Links<C> {
    fn join(self, keys: usize) -> Result<Joined<C>> {
        let Links { relation, seen, mut owners, mut targets, mut found, .. } = self;
        check_length(owners.len(), relation)?;
        if !found.is_sorted_by_key(|target| target.rank) {
            found.sort_by_key(|target| target.rank);
        }
        // Rows are now in the requested order, so a row's position is its rank.
        let mut positions = vec![RowAt::NONE; seen.len as usize];
        for (target, position) in found.iter().zip(0..) {
            positions[target.number.index()] = RowAt(position);
        }
        if found.len() > positions.iter().filter(|&&position| position != RowAt::NONE).count() {
            return Err(Error::key_not_unique(C::Model::TABLE));
        }
        let complete = found.len() == positions.len();
        for target in &mut targets {
            *target = positions[target.index()];
        }
        if !complete {
            drop_links_to_nothing(&mut owners, &mut targets);
        }
        let rows = found.into_iter().map(|target| target.row).collect();
        let mut groups = Groups::of_links(&owners, targets, keys);
        groups.sort_by_key(0, |row| row);
        Ok(Joined { rows, groups })
    }

    fn link(&mut self, owner: i64, row: Row<'_>) -> Result<()> {
        let Some(owner) = self.owner.key(owner) else { return Ok(()) };
        let key = match row.value(1) {
            Ok(ValueRef::Int(key)) => key,
            Ok(ValueRef::Null) => return Ok(()),
            value => return Err(Error::link(self.relation, through_columns(self.relation).1, value)),
        };
        let (target, is_new) = self.seen.number(key);
        if is_new {
            check_length(self.owners.len(), self.relation)?;
        }
        if is_new && self.wants {
            row.want(key)?;
        }
        self.owners.push(owner);
        self.targets.push(target);
        Ok(())
    }

    fn target(&mut self, row: Row<'_>) -> Result<()> {
        let &[column] = self.relation.to_columns else { return Ok(()) };
        let key = row.int(2 + C::key_position(column))?;
        if self.wants && self.found.is_empty() {
            self.found.reserve_exact(self.seen.len as usize);
        }
        let (rank, (number, _)) = (row.int(1)?, self.seen.number(key));
        self.found.push(Found { rank, number, row: C::decode(row, 2)? });
        Ok(())
    }
}

impl<C: Record> RowSink for Links<C> {
    #[inline]
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        match row.value(0) {
            Ok(ValueRef::Int(owner)) => self.link(owner, row),
            Ok(ValueRef::Null) => self.target(row),
            value => Err(Error::link(self.relation, through_columns(self.relation).0, value)),
        }
    }
}

/// Drops the links to targets that a filter left out, or that do not exist.
fn drop_links_to_nothing(owners: &mut Vec<KeyAt>, targets: &mut Vec<RowAt>) {
    let mut kept = targets.iter().map(|&target| target != RowAt::NONE);
    owners.retain(|_| kept.next().unwrap_or(false));
    targets.retain(|&target| target != RowAt::NONE);
}

/// The columns of the join table that contain the owner's key and the target's, if each is one column.
fn through_columns(relation: &'static RelationDef) -> (&'static str, &'static str) {
    let through = relation.through.as_ref();
    let first = |columns: &[&'static str]| columns.first().copied().unwrap_or_default();
    through.map_or(("", ""), |through| (first(through.left), first(through.right)))
}

fn check_length(len: usize, relation: &'static RelationDef) -> Result<()> {
    if len < RowAt::NONE.index() { Ok(()) } else { Err(Error::too_many_rows(relation)) }
}

/// The integer primary key of a row; equal for all other keys, which leaves rows at their positions.
fn int_key<C: Record>(row: &C) -> i64 {
    match C::Model::PRIMARY_KEY {
        [column] => int_of(row, *column),
        _ => 0,
    }
}

/// The integer in a column of a row, if the type of the column is an integer.
fn int_of<C: Record>(row: &C, column: usize) -> i64 {
    match row.encode(column) {
        Ok(Value::Int(value)) => value,
        _ => 0,
    }
}
