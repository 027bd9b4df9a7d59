//! Rows of a relation from a model to itself, loaded to any depth: trees, and graphs as the trees that they unfold to.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::serialize::{Entries, SerializeEntry, serialize_loaded};

/// All rows below the parents of one query, and who is directly below whom.
#[derive(Debug)]
pub(crate) struct Forest<T> {
    /// The relation's name where a row is serialised.
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<T>,
    /// The positions in `children` of what is directly below each row.
    pub(crate) below: Vec<(u32, u32)>,
    pub(crate) children: Vec<u32>,
}

/// The rows below one row, to any depth; what [`to_any_depth`](crate::relation::Relation::to_any_depth) loads.
///
/// [`nodes`](Tree::nodes) are the rows directly below, and hold those below them. Where a row is below itself, the tree
/// ends: no row stands below itself.
pub struct Tree<T> {
    forest: Arc<Forest<T>>,
    /// The position of the parent, if it is below itself.
    root: Option<u32>,
    below: (u32, u32),
}

/// A row of a [`Tree`]. It derefs to the row.
pub struct Node<'t, T> {
    tree: &'t Tree<T>,
    row: u32,
    above: Option<&'t Node<'t, T>>,
}

impl<T> Tree<T> {
    pub(crate) fn new(forest: Arc<Forest<T>>, root: Option<u32>, below: (u32, u32)) -> Self {
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

    /// All rows below, each behind the one that it is directly below of, with their depth: 1 for those directly below
    /// the parent.
    #[must_use]
    pub fn walk(&self) -> Vec<(usize, &T)> {
        let mut found = Vec::new();
        let mut path: Vec<u32> = self.root.into_iter().collect();
        let above = path.len();
        let (start, end) = self.below;
        let mut open = Vec::new();
        open.push(start..end);
        while let Some(siblings) = open.last_mut() {
            let Some(at) = siblings.next() else {
                open.pop();
                path.truncate(above + open.len().saturating_sub(1));
                continue;
            };
            let row = self.forest.children[at as usize];
            if path.contains(&row) {
                continue;
            }
            found.push((open.len(), &self.forest.rows[row as usize]));
            path.push(row);
            let (start, end) = self.forest.below[row as usize];
            open.push(start..end);
        }
        found
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

impl<T> Node<'_, T> {
    /// The rows directly below.
    pub fn children(&self) -> impl Iterator<Item = Node<'_, T>> {
        self.tree.nodes_below(Some(self), self.tree.forest.below[self.row as usize])
    }

    fn is_below_itself(&self) -> bool {
        std::iter::successors(self.above, |node| node.above).any(|node| node.row == self.row)
    }
}

impl<T> Deref for Node<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.tree.forest.rows[self.row as usize]
    }
}

impl<T> Clone for Tree<T> {
    fn clone(&self) -> Self {
        Tree { forest: Arc::clone(&self.forest), ..*self }
    }
}

impl<T: fmt::Debug> fmt::Debug for Tree<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.nodes()).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Node<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("row", &**self).field("children", &self.children().collect::<Vec<_>>()).finish()
    }
}

impl<T: Serialize> Serialize for Tree<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_nodes(self.nodes(), serializer)
    }
}

impl<T: Serialize> SerializeEntry for Tree<T> {
    fn serialize_entry<M: SerializeMap>(&self, name: &'static str, entries: &mut Entries<M>) -> Result<(), M::Error> {
        entries.add(name, self)
    }
}

/// A node serialises as its row, with what is below it under the relation's name.
impl<T: Serialize> Serialize for Node<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.tree.forest.name;
        serialize_loaded(serializer, &**self, |entries| entries.add(name, &Below(self)))
    }
}

/// What is below a node, as a sequence.
struct Below<'t, T>(&'t Node<'t, T>);

impl<T: Serialize> Serialize for Below<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_nodes(self.0.children(), serializer)
    }
}

fn serialize_nodes<'t, T: Serialize + 't, S: Serializer>(
    nodes: impl Iterator<Item = Node<'t, T>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(None)?;
    for node in nodes {
        sequence.serialize_element(&node)?;
    }
    sequence.end()
}
