//! Following a relation from a model to itself to any depth: one statement for each level, until no new row arrives.

mod node;

use std::collections::HashMap;
use std::sync::Arc;

use self::node::NodeRow;
use super::fetch::RelationRows;
use super::keys::collect_of;
use super::relation::Asked;
use super::{Branch, Context, Loader, Loading, Parents, Plain};
use crate::error::{Error, Result};
use crate::loaded::{Forest, Record, RowAt, Tree};
use crate::mapped::Mapped;
use crate::sql::Request;
use crate::types::{Keys, append_bytes};
use crate::value::Value;

pub(crate) use self::node::node_outputs;

/// The relation at `AT` being followed.
pub(crate) struct TreeLoading<'q, C: Record, Row, const AT: usize> {
    fetched: &'q RelationRows,
    loader: &'q dyn Loader<C, Row>,
    asked: Option<Asked<'static, NodeRow<C, AT>, NodeRow<C, AT>>>,
    /// The children of each parent.
    below_parents: Vec<(u32, u32)>,
    rows: Vec<C>,
    /// The values of each row by which its children are found; none where the rows are whole models, which have them.
    keys: Vec<Box<[Value<'static>]>>,
    /// The children of each row.
    below: Vec<(u32, u32)>,
    children: Vec<RowAt>,
    /// The positions of the rows by primary key: a row that is returned again is not followed again.
    known: HashMap<Box<[u8]>, RowAt>,
    /// Whether the database guarantees that rows with the same key are the same row.
    is_sure: bool,
    /// The children of the rows and parents with some key: no key is sent twice, so a cycle ends where it closes.
    below_keys: HashMap<Box<[u8]>, (u32, u32)>,
    /// The rows whose children were requested last; none while the children of the parents are.
    level: Option<Vec<RowAt>>,
    /// What is fetched for the rows, after all of them have arrived.
    nested: Option<Box<dyn Loading<C, Row> + 'q>>,
}

impl<'q, C: Record, Row, const AT: usize> TreeLoading<'q, C, Row, AT> {
    pub(crate) fn new(fetched: &'q RelationRows, loader: &'q dyn Loader<C, Row>) -> Self {
        TreeLoading {
            fetched,
            loader,
            asked: None,
            below_parents: Vec::new(),
            rows: Vec::new(),
            keys: Vec::new(),
            below: Vec::new(),
            children: Vec::new(),
            known: HashMap::new(),
            is_sure: false,
            below_keys: HashMap::new(),
            level: None,
            nested: None,
        }
    }

    /// Continues with the next level; after the last one, with what is fetched for the rows.
    fn go_on(&mut self, parents: &dyn Parents, context: &Context) -> Result<()> {
        let columns = self.fetched.relation.from_columns;
        let keys = match self.asked.take() {
            Some(asked) => {
                self.absorb(asked, parents)?;
                let level = self.level.as_deref().unwrap_or_default();
                let value = |row: RowAt, column| self.value(row.index(), column);
                collect_of(C::Model::TABLE, level.iter().copied(), columns, value)?
            }
            None => parents.keys(columns)?,
        };
        self.is_sure = context.indexes.tells_apart(C::Model::TABLE, context.dialect);
        self.asked = Asked::new(self.fetched, &[], &Plain, false, keys, context);
        if self.asked.is_none() {
            self.nested = Some(self.loader.start(false));
        }
        Ok(())
    }

    /// Adds the rows of a level, and notes their parents. The new ones are the next level.
    fn absorb(&mut self, asked: Asked<'_, NodeRow<C, AT>, NodeRow<C, AT>>, parents: &dyn Parents) -> Result<()> {
        let (joined, of_parents, _) = asked.join()?;
        let first_new = self.rows.len();
        let positions = joined.rows.into_iter().map(|row| self.position(row)).collect::<Result<Vec<RowAt>>>()?;
        check_distinct::<C>(&positions, self.rows.len())?;
        for (owner, key) in of_parents.iter().enumerate() {
            let (start, end) = joined.groups.range(key);
            let rows = (start..end).map(|at| positions[joined.groups.row(at).index()]);
            let first = RowAt::new(self.children.len()).0;
            self.children.extend(rows);
            let range = (first, RowAt::new(self.children.len()).0);
            match self.level.as_deref().and_then(|level| level.get(owner)) {
                Some(&row) => {
                    self.below[row.index()] = range;
                    self.below_keys.insert(self.key_of_children(row.index())?, range);
                }
                None => self.below_parents.push(range),
            }
        }
        if self.level.is_none() {
            let parents = keys_of(parents, self.fetched.relation.from_columns)?.into_iter().zip(&self.below_parents);
            self.below_keys.extend(parents.filter_map(|(key, &range)| Some((key?, range))));
        }
        let mut level = Vec::new();
        for row in first_new..self.rows.len() {
            let key = self.key_of_children(row)?;
            match self.below_keys.get(&key) {
                Some(&range) => self.below[row] = range,
                None => level.push(RowAt::new(row)),
            }
        }
        self.level = Some(level);
        Ok(())
    }

    /// The position of a row, which is added if it is new.
    fn position(&mut self, NodeRow { row, key }: NodeRow<C, AT>) -> Result<RowAt> {
        let next = RowAt::new(self.rows.len());
        let own = bytes_of(C::Model::PRIMARY_KEY.iter().map(|&column| row.encode(column)))?;
        let position = *self.known.entry(own).or_insert(next);
        if position == next {
            self.rows.push(row);
            self.keys.extend(key);
            self.below.push((0, 0));
        } else if !self.is_sure && !holds_the_same(&self.rows[position.index()], &row)? {
            return Err(Error::key_not_unique(C::Model::TABLE));
        }
        Ok(position)
    }

    /// The bytes of the columns by which the children of a row are found.
    fn key_of_children(&self, row: usize) -> Result<Box<[u8]>> {
        bytes_of(self.fetched.relation.from_columns.iter().map(|&column| self.value(row, column)))
    }

    /// The value of a column by which the children of a row are found.
    fn value(&self, row: usize, column: usize) -> Result<Value<'_>> {
        match self.keys.get(row) {
            Some(key) => NodeRow::<C, AT>::value(key, column),
            None => self.rows[row].encode(column),
        }
    }

    /// The position of each parent among the rows, if it is a descendant of some parent.
    fn roots(&self, parents: &dyn Parents) -> Result<Vec<Option<RowAt>>> {
        let keys = keys_of(parents, C::Model::PRIMARY_KEY)?;
        Ok(keys.into_iter().map(|key| self.known.get(&key?).copied()).collect())
    }
}

/// Checks that the rows of one statement are at distinct positions: rows with the same key are not.
fn check_distinct<C: Record>(positions: &[RowAt], rows: usize) -> Result<()> {
    let mut is_taken = vec![false; rows];
    for &position in positions {
        if std::mem::replace(&mut is_taken[position.index()], true) {
            return Err(Error::key_not_unique(C::Model::TABLE));
        }
    }
    Ok(())
}

/// Whether two rows are equal in all columns. Rows that are read as views do not have all columns.
fn holds_the_same<C: Record>(one: &C, other: &C) -> Result<bool> {
    if C::outputs().is_some() {
        return Ok(false);
    }
    for column in 0..C::width() {
        if one.encode(column)? != other.encode(column)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The bytes of the values of a key.
fn bytes_of<'v>(values: impl Iterator<Item = Result<Value<'v>>>) -> Result<Box<[u8]>> {
    let mut key = Vec::new();
    for value in values {
        append_bytes(&mut key, &value?);
    }
    Ok(key.into())
}

/// The bytes of some columns of each parent; `None` where one is `NULL`.
fn keys_of(parents: &dyn Parents, columns: &[usize]) -> Result<Vec<Option<Box<[u8]>>>> {
    let own = parents.keys(columns)?;
    let bytes = |key: &[Value<'_>]| {
        let mut bytes = Vec::new();
        for value in key {
            append_bytes(&mut bytes, value);
        }
        bytes.into_boxed_slice()
    };
    let keys: Vec<Box<[u8]>> = match &own.keys {
        Keys::Ints(keys) => keys.iter().map(|&key| bytes(&[Value::Int(key)])).collect(),
        Keys::Values { types, values } => values.chunks(types.len().max(1)).map(bytes).collect(),
    };
    Ok(own.of_parents.iter().map(|key| keys.get(key?).cloned()).collect())
}

impl<C: Record, Row, const AT: usize> Branch<Tree<Row>> for TreeLoading<'_, C, Row, AT> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if self.nested.is_none() {
            self.go_on(parents, context)?;
        }
        match (&mut self.nested, &mut self.asked) {
            (Some(nested), _) => nested.requests(&self.rows, context, wanted)?,
            (None, Some(asked)) => wanted.push(asked.request()),
            (None, None) => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<Tree<Row>>> {
        let roots = self.roots(parents)?;
        let TreeLoading { fetched, loader, below_parents, rows, below, children, nested, .. } = *self;
        let rows = nested.unwrap_or_else(|| loader.start(false)).finish(rows)?;
        let forest = Arc::new(Forest { name: fetched.relation.serialized, rows, below, children });
        let tree = |(parent, root)| {
            let below = below_parents.get(parent).copied().unwrap_or((0, 0));
            Tree::new(Arc::clone(&forest), root, below)
        };
        Ok(roots.into_iter().enumerate().map(tree).collect())
    }
}
