//! PostgreSQL's plan of a statement.

use crate::sql::dialect::{Explained, Searched, Whole};

/// The planner uses an index whenever it can, and nested loops as joins, so a table that is still read completely has
/// no useful index.
pub(super) const PREFER_INDEXES: &str =
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off";

/// Reads the lines of `EXPLAIN (COSTS OFF)`: `->  Seq Scan on students t0`, `->  Index Scan using students_pkey on students t0`.
pub(super) fn explained(lines: &[String]) -> Explained {
    let mut explained = Explained::default();
    // The table of the following index scans, which find its rows.
    let mut by_bitmap = String::new();
    for line in lines {
        let line = line.trim_start();
        let step = line.strip_prefix("->  ").unwrap_or(line);
        // An incremental sort ends early: it sorts rows that are in the order of an index by the remaining terms.
        explained.sorts |= step == "Sort";
        if let Some(table) = step.split_once("Bitmap Heap Scan on ").and_then(|(_, of)| alias(of)) {
            by_bitmap = table;
        } else if let Some((_, index)) = step.split_once("Bitmap Index Scan on ") {
            explained.whole.push(Whole { alias: by_bitmap.clone(), ordered: false, searched: Some(search(index)) });
        } else if let Some(whole) = whole(step) {
            explained.whole.push(whole);
        } else if let (Some(condition), Some(last)) = (step.strip_prefix("Index Cond: "), explained.whole.last_mut()) {
            last.searched.iter_mut().for_each(|index| condition.clone_into(&mut index.condition));
        }
    }
    // An index without a condition is read completely.
    for whole in &mut explained.whole {
        whole.searched.take_if(|index| index.condition.is_empty());
    }
    explained
}

/// The table that a step reads, directly or by an index.
fn whole(step: &str) -> Option<Whole> {
    let (scan, of) = step.split_once(" on ")?;
    let index = scan.split_once("Scan using ").or_else(|| scan.split_once("Scan Backward using "));
    if !scan.ends_with("Seq Scan") && index.is_none() {
        return None;
    }
    Some(Whole { alias: alias(of)?, ordered: index.is_some(), searched: index.map(|(_, name)| search(name)) })
}

fn search(index: &str) -> Searched {
    Searched { index: index.trim_matches('"').to_owned(), condition: String::new() }
}

/// The alias of a table in the statement: `t0` of `students t0`.
fn alias(of: &str) -> Option<String> {
    Some(of.split_whitespace().last()?.trim_matches('"').to_owned())
}
