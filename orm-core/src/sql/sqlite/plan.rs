//! SQLite's plan of a statement.

use crate::sql::dialect::{Explained, Whole};

/// Reads the rows of `EXPLAIN QUERY PLAN`: `SCAN t0`, `SCAN t0 USING INDEX …`, `SEARCH t0 USING AUTOMATIC COVERING INDEX (…)`.
pub(super) fn explained(lines: &[String]) -> Explained {
    let sorts = lines.iter().any(|line| line == "USE TEMP B-TREE FOR ORDER BY");
    let subquery =
        |line: &str| Some(line.strip_prefix("CO-ROUTINE ").or(line.strip_prefix("MATERIALIZE "))?.to_owned());
    let subqueries: Vec<String> = lines.iter().filter_map(|line| subquery(line)).collect();
    let whole =
        lines.iter().filter_map(|line| whole(line)).filter(|whole| !subqueries.contains(&whole.alias)).collect();
    Explained { whole, sorts }
}

fn whole(line: &str) -> Option<Whole> {
    let (verb, rest) = line.split_once(' ')?;
    let (alias, how) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_whole = match verb {
        // Lists of keys are tables too, and constant rows have no indexes.
        "SCAN" => !how.contains("VIRTUAL TABLE") && alias != "CONSTANT" && !alias.starts_with('('),
        // SQLite builds an index for only this statement, from the whole table.
        "SEARCH" => how.contains("AUTOMATIC") && !how.contains("VIRTUAL TABLE"),
        _ => false,
    };
    let ordered = how.contains("USING INDEX") || how.contains("USING COVERING INDEX");
    is_whole.then(|| Whole { alias: alias.to_owned(), ordered: ordered && verb == "SCAN", searched: None })
}
