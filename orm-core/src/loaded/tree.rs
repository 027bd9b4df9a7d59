//! Rows of a relation from a model to itself, loaded to any depth: trees, and graphs as the trees that they unfold to.
//!
//! Nothing here calls itself by how deep the rows lie, except serialising, which has a limit.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::{fmt, iter};

use serde::ser::{self, Serialize, SerializeSeq, Serializer};

use super::serialize::serialize_loaded;
use super::{IsLoaded, State};
use crate::loaded::RowAt;

/// All rows below the parents of one query, and who is directly below whom.
#[derive(Debug)]
pub(crate) struct Forest<T> {
    /// The relation's name where a row is serialised.
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<T>,
    /// The positions in `children` of what is directly below each row.
    pub(crate) below: Vec<(u32, u32)>,
    pub(crate) children: Vec<RowAt>,
}

/// The rows below one row, to any depth; what [`to_any_depth`](crate::relation::Relation::to_any_depth) loads.
///
/// [`nodes`](Tree::nodes) are the rows directly below, and hold those below them. Where a row is below itself, the tree
/// ends: no row stands below itself.
///
/// Each row stands in memory once. Where several paths lead to a row, as in a graph, [`walk`](Tree::walk) and `nodes` come to it
/// along each of them, and there may be far more paths than rows. [`rows`](Tree::rows) gives each row once.
///
/// Trees can be compared: they are equal when the same rows stand directly below the same rows, in the same order.
///
/// # Serialising
///
/// A tree serialises as a sequence of its nodes, each with those below it. serde writes what is nested by calls within calls, so
/// it is an error of the serializer to serialise rows that lie more than 128 levels deep, or a graph that repeats rows more than
/// 100,000 times. Serialise `rows()` then. `serde_json` reads at most 128 arrays and objects
/// within each other, which are 63 levels.
pub struct Tree<T> {
    forest: Arc<Forest<T>>,
    /// The position of the parent, if it is below itself.
    root: Option<RowAt>,
    below: (u32, u32),
}

/// A row of a [`Tree`]. It derefs to the row.
pub struct Node<'t, T> {
    tree: &'t Tree<T>,
    row: RowAt,
    above: Option<&'t Node<'t, T>>,
}

impl<T> Tree<T> {
    pub(crate) fn new(forest: Arc<Forest<T>>, root: Option<RowAt>, below: (u32, u32)) -> Self {
        Tree { forest, root, below }
    }

    /// The rows directly below.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_, T>> {
        self.nodes_below(None, self.below)
    }

    /// Whether nothing is below.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes().next().is_none()
    }

    /// Walks all rows below, depth first: each after the row that it is directly below of, with its depth, which is 1 for the
    /// rows directly below the parent.
    ///
    /// Each step is made when the iterator is asked for it. In a graph a row comes once for each path that leads to it;
    /// [`rows`](Tree::rows) gives it once.
    #[must_use]
    pub fn walk(&self) -> Walk<'_, T> {
        let (start, end) = self.below;
        Walk {
            forest: &self.forest,
            open: iter::once(start..end).collect(),
            path: Vec::new(),
            on_path: self.root.into_iter().collect(),
        }
    }

    /// All rows below, each once: in the order in which [`walk`](Tree::walk) first comes to them.
    pub fn rows(&self) -> impl Iterator<Item = &T> {
        let mut seen: HashSet<RowAt> = self.root.into_iter().collect();
        let mut open: Vec<Range<u32>> = iter::once(self.below.0..self.below.1).collect();
        iter::from_fn(move || {
            loop {
                let Some(at) = open.last_mut()?.next() else {
                    open.pop();
                    continue;
                };
                let row = self.forest.children[at as usize];
                if seen.insert(row) {
                    let (start, end) = self.forest.below[row.index()];
                    open.push(start..end);
                    return Some(&self.forest.rows[row.index()]);
                }
            }
        })
    }

    fn nodes_below<'t>(
        &'t self,
        above: Option<&'t Node<'t, T>>,
        (start, end): (u32, u32),
    ) -> impl Iterator<Item = Node<'t, T>> {
        let rows = &self.forest.children[start as usize..end as usize];
        let nodes = rows.iter().map(move |&row| Node { tree: self, row, above });
        nodes.filter(|node| Some(node.row) != self.root && !node.is_below_itself())
    }
}

/// Walks the rows of a [`Tree`] with their depth; what [`Tree::walk`] returns.
pub struct Walk<'t, T> {
    forest: &'t Forest<T>,
    /// What is left of the rows at each level, down to where the walk is.
    open: Vec<Range<u32>>,
    /// The rows above, which do not come again below themselves.
    path: Vec<RowAt>,
    on_path: HashSet<RowAt>,
}

impl<'t, T> Iterator for Walk<'t, T> {
    type Item = (usize, &'t T);

    fn next(&mut self) -> Option<(usize, &'t T)> {
        loop {
            let Some(at) = self.open.last_mut()?.next() else {
                self.open.pop();
                if let Some(row) = self.path.pop() {
                    self.on_path.remove(&row);
                }
                continue;
            };
            let row = self.forest.children[at as usize];
            if self.on_path.insert(row) {
                let depth = self.open.len();
                let (start, end) = self.forest.below[row.index()];
                self.path.push(row);
                self.open.push(start..end);
                return Some((depth, &self.forest.rows[row.index()]));
            }
        }
    }
}

impl<T> fmt::Debug for Walk<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Walk(at depth {})", self.path.len())
    }
}

impl<T> Node<'_, T> {
    /// The rows directly below.
    pub fn children(&self) -> impl Iterator<Item = Node<'_, T>> {
        self.tree.nodes_below(Some(self), self.tree.forest.below[self.row.index()])
    }

    fn is_below_itself(&self) -> bool {
        iter::successors(self.above, |node| node.above).any(|node| node.row == self.row)
    }
}

impl<T> Deref for Node<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.tree.forest.rows[self.row.index()]
    }
}

impl<T> Clone for Tree<T> {
    fn clone(&self) -> Self {
        Tree { forest: Arc::clone(&self.forest), ..*self }
    }
}

impl<T: PartialEq> PartialEq for Tree<T> {
    fn eq(&self, other: &Self) -> bool {
        self.root.is_some() == other.root.is_some() && self.is_same_below(other)
    }
}

impl<T: Eq> Eq for Tree<T> {}

impl<T: PartialEq> Tree<T> {
    /// Whether equal rows stand below equal rows. Each pair is compared once, however many paths lead to it.
    fn is_same_below(&self, other: &Self) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![(self.below, other.below)];
        while let Some(((start, end), (other_start, other_end))) = open.pop() {
            let rows = &self.forest.children[start as usize..end as usize];
            let others = &other.forest.children[other_start as usize..other_end as usize];
            if rows.len() != others.len() {
                return false;
            }
            for (&row, &of_other) in rows.iter().zip(others) {
                if !seen.insert((row, of_other)) {
                    continue;
                }
                if self.forest.rows[row.index()] != other.forest.rows[of_other.index()] {
                    return false;
                }
                open.push((self.forest.below[row.index()], other.forest.below[of_other.index()]));
            }
        }
        true
    }
}

/// The rows below, each once.
impl<T: fmt::Debug> fmt::Debug for Tree<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

/// The row, and how many are directly below it.
impl<T: fmt::Debug> fmt::Debug for Node<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("row", &**self).field("children", &self.children().count()).finish()
    }
}

/// The greatest number of levels that are serialised.
const DEEPEST: usize = 128;

/// How many times rows may be serialised again, of a graph where several paths lead to a row.
const MOST_REPEATED: usize = 100_000;

impl<T: Serialize> Serialize for Tree<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_nodes(self.nodes(), &left_of(&self.forest), 1, serializer)
    }
}

/// A node serialises as its row, with what is below it under the relation's name.
impl<T: Serialize> Serialize for Node<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Nested { node: self, left: &left_of(&self.tree.forest), depth: 0 }.serialize(serializer)
    }
}

/// How many nodes are serialised at most: each row once, and some again.
fn left_of<T>(forest: &Forest<T>) -> Cell<usize> {
    Cell::new(forest.rows.len().saturating_add(MOST_REPEATED))
}

/// A node within others.
struct Nested<'t, T> {
    node: &'t Node<'t, T>,
    /// How many more may be written, of all together.
    left: &'t Cell<usize>,
    depth: usize,
}

impl<T: Serialize> Serialize for Nested<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.node.tree.forest.name;
        serialize_loaded(serializer, &**self.node, |entries| entries.add(name, &Below(self)))
    }
}

/// What is below a node, as a sequence.
struct Below<'t, T>(&'t Nested<'t, T>);

impl<T: Serialize> Serialize for Below<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Nested { node, left, depth } = self.0;
        serialize_nodes(node.children(), left, depth + 1, serializer)
    }
}

fn serialize_nodes<'t, T: Serialize + 't, S: Serializer>(
    nodes: impl Iterator<Item = Node<'t, T>>,
    left: &Cell<usize>,
    depth: usize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(None)?;
    for node in nodes {
        if depth > DEEPEST {
            return Err(ser::Error::custom(format_args!(
                "the rows of a tree lie more than {DEEPEST} levels deep; serialise its `rows()`"
            )));
        }
        let Some(fewer) = left.get().checked_sub(1) else {
            return Err(ser::Error::custom(format_args!(
                "the rows of a graph come again more than {MOST_REPEATED} times; serialise its `rows()`"
            )));
        };
        left.set(fewer);
        sequence.serialize_element(&Nested { node: &node, left, depth })?;
    }
    sequence.end()
}

impl<T> State for Tree<T> {
    type Or<Whole> = Self;
    type Held = Self;
}

#[diagnostic::do_not_recommend]
impl<T> IsLoaded for Tree<T> {
    fn read<Whole>(&self) -> &Self {
        self
    }

    fn into_read<Whole>(self) -> Self {
        self
    }
}
