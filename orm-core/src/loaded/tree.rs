//! Rows of a relation from a model to itself, loaded to any depth: trees, and graphs as trees.
//!
//! Nothing here recurses as deep as the tree, except serialising, which has a limit.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::{fmt, iter};

use serde::ser::{self, Serialize, SerializeSeq, Serializer};

use super::serialize::serialize_loaded;
use super::{IsLoaded, State};
use crate::loaded::RowAt;

/// All descendants of the parents of one query, and which rows are the children of which.
#[derive(Debug)]
pub(crate) struct Forest<T> {
    /// The relation's name in a serialised row.
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<T>,
    /// The range in `children` for each row.
    pub(crate) below: Vec<(u32, u32)>,
    pub(crate) children: Vec<RowAt>,
}

/// The descendants of one row: the result of [`to_any_depth`](crate::relation::Relation::to_any_depth).
///
/// [`nodes`](Tree::nodes) are the children, which hold their own children. Cycles are detected: a row is not expanded
/// again below itself.
///
/// Each row is in memory once. If several paths lead to a row, as in a graph, [`walk`](Tree::walk) and `nodes` visit it
/// along each of them, and there may be many more paths than rows. [`rows`](Tree::rows) returns each row once.
///
/// Trees can be compared: they are equal if equal rows have equal children in the same order.
///
/// # Serialising
///
/// A tree serialises as a sequence of its nodes, each with its children. serde writes nested values recursively, so the
/// serializer returns an error for a tree that is more than 128 levels deep, and for a graph that repeats rows more
/// than 100,000 times. Serialise `rows()` then. `serde_json` reads at most 128 nested arrays and objects, which is 63
/// levels.
pub struct Tree<T> {
    forest: Arc<Forest<T>>,
    /// The position of the parent, if it is among the rows: it may be a descendant of itself, or of another parent.
    root: Option<RowAt>,
    below: (u32, u32),
}

/// A row of a [`Tree`]. It dereferences to the row.
pub struct Node<'t, T> {
    tree: &'t Tree<T>,
    row: RowAt,
    above: Option<&'t Node<'t, T>>,
}

impl<T> Tree<T> {
    pub(crate) fn new(forest: Arc<Forest<T>>, root: Option<RowAt>, below: (u32, u32)) -> Self {
        Tree { forest, root, below }
    }

    /// Iterates over the children of the parent row.
    #[doc(alias = "children")]
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_, T>> {
        self.nodes_below(None, self.below)
    }

    /// Whether there are no descendants.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes().next().is_none()
    }

    /// Walks all descendants, depth first: each after its parent, with its depth, which is 1 for the children of the
    /// parent row.
    ///
    /// Each step is made when the iterator advances. In a graph a row is visited once for each path that leads to it;
    /// [`rows`](Tree::rows) returns it once.
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

    /// Iterates over all descendants, each once, in the order in which [`walk`](Tree::walk) first visits them.
    #[doc(alias = "descendants")]
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

/// An iterator over the rows of a [`Tree`] with their depth: the result of [`Tree::walk`].
pub struct Walk<'t, T> {
    forest: &'t Forest<T>,
    /// The remaining rows of each level, down to the current one.
    open: Vec<Range<u32>>,
    /// The ancestors, which are not visited again below themselves.
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
    /// Iterates over the children.
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
        self.is_same_below(other)
    }
}

impl<T: Eq> Eq for Tree<T> {}

impl<T: PartialEq> Tree<T> {
    /// Whether equal rows have equal children. Each pair is compared once, even if several paths lead to it.
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
                // A parent that is below itself is not visited there.
                if (Some(row) == self.root) != (Some(of_other) == other.root) {
                    return false;
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

/// The descendants, each once.
impl<T: fmt::Debug> fmt::Debug for Tree<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

/// The row, and the number of its children.
impl<T: fmt::Debug> fmt::Debug for Node<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("row", &**self).field("children", &self.children().count()).finish()
    }
}

/// The maximum number of levels that are serialised.
const DEEPEST: usize = 128;

/// The maximum number of times that rows of a graph are serialised again.
const MOST_REPEATED: usize = 100_000;

impl<T: Serialize> Serialize for Tree<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_nodes(self.nodes(), &left_of(&self.forest), 1, serializer)
    }
}

/// A node serialises as its row, with its children under the relation's name.
impl<T: Serialize> Serialize for Node<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Nested { node: self, left: &left_of(&self.tree.forest), depth: 0 }.serialize(serializer)
    }
}

/// The maximum number of nodes that are serialised: each row once, and some again.
fn left_of<T>(forest: &Forest<T>) -> Cell<usize> {
    Cell::new(forest.rows.len().saturating_add(MOST_REPEATED))
}

/// A node within other nodes.
struct Nested<'t, T> {
    node: &'t Node<'t, T>,
    /// How many more nodes may be written in all.
    left: &'t Cell<usize>,
    depth: usize,
}

impl<T: Serialize> Serialize for Nested<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.node.tree.forest.name;
        serialize_loaded(serializer, &**self.node, |entries| entries.add(name, &Below(self)))
    }
}

/// The children of a node, as a sequence.
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
                "the tree is more than {DEEPEST} levels deep; serialise its `rows()`"
            )));
        }
        let Some(fewer) = left.get().checked_sub(1) else {
            return Err(ser::Error::custom(format_args!(
                "the rows of the graph repeat more than {MOST_REPEATED} times; serialise its `rows()`"
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
