//! Files that import each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::Import;

/// The shortest ring of imports through each file that is in one; of rings that share a file, the shortest.
pub(super) fn rings<'a>(imports: impl IntoIterator<Item = &'a Import>) -> Vec<Vec<&'a Import>> {
    let mut edges: Edges<'a> = BTreeMap::new();
    for import in imports {
        let Some(to) = &import.to else { continue };
        if import.from != *to {
            edges.entry(&import.from).or_default().push(Edge { from: &import.from, to, import });
        }
    }
    let mut rings: Vec<Vec<Edge<'a>>> = edges.keys().filter_map(|file| ring(&edges, file)).collect();
    rings.sort_by_key(Vec::len);
    let mut seen = BTreeSet::new();
    rings.retain(|ring| {
        let is_new = ring.iter().all(|edge| !seen.contains(edge.from));
        seen.extend(ring.iter().map(|edge| edge.from).filter(|_| is_new));
        is_new
    });
    rings.into_iter().map(|ring| ring.iter().map(|edge| edge.import).collect()).collect()
}

#[derive(Clone, Copy)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    import: &'a Import,
}

type Edges<'a> = BTreeMap<&'a str, Vec<Edge<'a>>>;

/// The shortest way from a file back to it.
fn ring<'a>(edges: &Edges<'a>, start: &str) -> Option<Vec<Edge<'a>>> {
    let mut reached: BTreeMap<&str, Edge<'a>> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(file) = waiting.pop_front() {
        for edge in edges.get(file).into_iter().flatten() {
            if !reached.contains_key(edge.to) {
                reached.insert(edge.to, *edge);
                waiting.push_back(edge.to);
            }
        }
    }
    let mut ring = vec![*reached.get(start)?];
    while ring[ring.len() - 1].from != start {
        ring.push(reached[ring[ring.len() - 1].from]);
    }
    ring.reverse();
    Some(ring)
}
