//! A relation from a model to itself being followed to any depth: one statement for each level, until no new row comes.

use std::collections::HashMap;
use std::sync::Arc;

use super::keys::{Keys, append_bytes, collect, narrow};
use super::relation::Asked;
use super::{Branch, Context, Parents, Plain, Request};
use crate::ast::Select;
use crate::error::Result;
use crate::model::Model;
use crate::row::{Forest, Tree};
use crate::schema::RelationDef;
use crate::value::Value;

/// A relation being followed.
pub(crate) struct TreeLoading<'q, C> {
    relation: &'static RelationDef,
    select: &'q Select,
    asked: Option<Asked<'static, C, C>>,
    started: bool,
    /// What is directly below each parent.
    below_parents: Vec<(u32, u32)>,
    rows: Vec<C>,
    /// What is directly below each row.
    below: Vec<(u32, u32)>,
    children: Vec<u32>,
    /// The positions of the rows by primary key: a row that comes again is not followed again.
    known: HashMap<Box<[u8]>, u32>,
    /// The rows whose children were asked for last begin here.
    level: usize,
}

impl<'q, C: Model> TreeLoading<'q, C> {
    pub(crate) fn new(relation: &'static RelationDef, select: &'q Select) -> Self {
        TreeLoading {
            relation,
            select,
            asked: None,
            started: false,
            below_parents: Vec::new(),
            rows: Vec::new(),
            below: Vec::new(),
            children: Vec::new(),
            known: HashMap::new(),
            level: 0,
        }
    }

    /// Adds the rows of a level, and notes below whom they are.
    fn absorb(&mut self, asked: Asked<'_, C, C>) -> Result<()> {
        let (joined, slots, _) = asked.join()?;
        let next_level = self.rows.len();
        let positions = joined.rows.into_iter().map(|row| self.position(row)).collect::<Result<Vec<u32>>>()?;
        let owners = if self.below_parents.is_empty() { None } else { Some(self.level) };
        for (owner, slot) in slots.iter().enumerate() {
            let (start, end) = joined.groups.range(slot);
            let rows = (start..end).map(|at| positions[joined.groups.row(at) as usize]);
            let first = narrow(self.children.len());
            self.children.extend(rows);
            let range = (first, narrow(self.children.len()));
            match owners {
                None => self.below_parents.push(range),
                Some(level) => self.below[level + owner] = range,
            }
        }
        self.level = next_level;
        Ok(())
    }

    /// The position of a row, which is added if it is new.
    fn position(&mut self, row: C) -> Result<u32> {
        let mut key = Vec::new();
        for &column in C::PRIMARY_KEY {
            append_bytes(&mut key, &row.encode(column)?);
        }
        let next = narrow(self.rows.len());
        let position = *self.known.entry(key.into()).or_insert(next);
        if position == next {
            self.rows.push(row);
            self.below.push((0, 0));
        }
        Ok(position)
    }

    /// The position of each parent among the rows, for those that are below some parent.
    fn roots(&self, parents: &dyn Parents) -> Result<Vec<Option<u32>>> {
        let own = parents.keys(C::PRIMARY_KEY)?;
        let known: Vec<Option<u32>> = match &own.keys {
            Keys::Ints(keys) => keys.iter().map(|&key| self.known(&[Value::Int(key)])).collect(),
            Keys::Values { types, values } => values.chunks(types.len().max(1)).map(|key| self.known(key)).collect(),
        };
        Ok(own.slots.iter().map(|slot| slot.and_then(|slot| known[slot])).collect())
    }

    fn known(&self, key: &[Value<'_>]) -> Option<u32> {
        let mut bytes = Vec::new();
        for value in key {
            append_bytes(&mut bytes, value);
        }
        self.known.get(bytes.as_slice()).copied()
    }
}

impl<C: Model> Branch<Tree<C>> for TreeLoading<'_, C> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        let columns = self.relation.from_columns;
        let keys = match self.asked.take() {
            Some(asked) => {
                self.absorb(asked)?;
                collect(self.rows[self.level..].iter(), columns)?
            }
            None if self.started => return Ok(()),
            None => parents.keys(columns)?,
        };
        self.started = true;
        self.asked = Asked::new(self.relation, self.select, &Plain, false, keys, context);
        wanted.extend(self.asked.as_mut().map(Asked::request));
        Ok(())
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<Tree<C>>> {
        let roots = self.roots(parents)?;
        let TreeLoading { relation, below_parents, rows, below, children, .. } = *self;
        let forest = Arc::new(Forest { name: relation.name, rows, below, children });
        let tree = |(parent, root)| {
            let below = below_parents.get(parent).copied().unwrap_or((0, 0));
            Tree::new(Arc::clone(&forest), root, below)
        };
        Ok(roots.into_iter().enumerate().map(tree).collect())
    }
}
