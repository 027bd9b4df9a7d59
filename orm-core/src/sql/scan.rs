//! Tables that a statement scans although an index would find its rows.
//!
//! The plan of a database shows which tables are scanned. How an index could help is read from the statement:
//! conditions that compare a column, and an order with a limit.

use std::fmt;

use super::dialect::{Explained, Whole};

/// A table that a statement scans although an index would find its rows; see
/// [`Plan::scans`](crate::prefetch::Plan::scans).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scan {
    /// The SQL of the statement.
    pub sql: String,
    /// The table, or its alias in the statement if that is raw SQL.
    pub table: String,
    /// The columns that the statement compares; empty if they are not known, and if rows are sorted.
    pub columns: Vec<String>,
    /// Whether all rows are sorted although the statement returns only the first ones.
    pub sorted: bool,
}

impl Scan {
    /// Whether both search the same rows, possibly in different statements.
    pub(crate) fn is_same(&self, other: &Scan) -> bool {
        (&self.table, &self.columns, self.sorted) == (&other.table, &other.columns, other.sorted)
    }

    fn advice(&self) -> String {
        match &self.columns[..] {
            _ if self.sorted => "scanned and sorted for its first rows; index the columns of `order_by`".to_owned(),
            [] => "scanned; index the columns by which its rows are chosen or joined".to_owned(),
            [column] => {
                format!("scanned for rows by `{column}`; add an index: `#[model(index)]` on the field of `{column}`")
            }
            columns => format!(
                "scanned for rows by `{0}`; add an index: `#[model(index({0}))]` on the struct",
                columns.join(", ")
            ),
        }
    }
}

impl fmt::Display for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}\n  {}", self.table, self.advice(), self.sql)
    }
}

/// The scans of a statement with this plan.
pub(crate) fn scans(sql: &str, Explained { whole, sorts }: Explained) -> Vec<Scan> {
    let is_limited = sql.contains(" LIMIT ");
    let mut scans: Vec<Scan> = Vec::new();
    for whole in whole {
        let found = scan(sql, &whole, sorts && is_limited, is_limited);
        scans.extend(found.filter(|scan| !scans.contains(scan)));
    }
    scans
}

fn scan(sql: &str, Whole { alias, ordered, .. }: &Whole, sorted: bool, is_limited: bool) -> Option<Scan> {
    let fault =
        |table: &str, columns, sorted| Some(Scan { sql: sql.to_owned(), table: table.to_owned(), columns, sorted });
    // PostgreSQL numbers an alias that a statement uses twice: `t1_1`.
    let unnumbered = || alias.rsplit_once('_').map(|(alias, _)| alias).filter(|alias| table_of(sql, alias).is_some());
    let alias = if table_of(sql, alias).is_some() { alias } else { unnumbered().unwrap_or(alias) };
    let Some(table) = table_of(sql, alias) else {
        // Raw SQL: a table without conditions, joins or limits is read completely on purpose.
        let upper = sql.to_ascii_uppercase();
        let is_chosen = [" WHERE ", " JOIN "].iter().any(|word| upper.contains(word)) || sorted;
        return if is_chosen { fault(alias, Vec::new(), false) } else { None };
    };
    let columns = compared_columns(sql, alias);
    // Rows in the requested order are read until there are enough.
    if columns.is_empty() || (*ordered && is_limited) {
        return if sorted && columns.is_empty() { fault(table, Vec::new(), true) } else { None };
    }
    fault(table, columns, false)
}

/// The table of an alias, as our statements introduce it: `"students" AS t0`.
fn table_of<'s>(sql: &'s str, alias: &str) -> Option<&'s str> {
    let before = &sql[..introduced(sql, alias)?];
    let name = before.strip_suffix('"')?;
    Some(&name[name.rfind('"')? + 1..])
}

/// Where an alias is introduced.
fn introduced(sql: &str, alias: &str) -> Option<usize> {
    let introduction = format!(" AS {alias}");
    let ends =
        |at: usize| !sql[at + introduction.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
    sql.match_indices(&introduction).map(|(at, _)| at).find(|&at| ends(at))
}

/// How a column is compared; in this order, columns are best placed in an index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Compared {
    /// With a value, or values of a list.
    WithValue,
    /// With a column of a row that is read before.
    WithColumn,
    /// By its order.
    InOrder,
}

/// The columns by which rows of a table are selected, or joined with rows that are read before, in the order of an
/// index.
fn compared_columns(sql: &str, alias: &str) -> Vec<String> {
    let mut columns: Vec<(Compared, &str)> = Vec::new();
    let start = format!("{alias}.\"");
    for (at, _) in sql.match_indices(&start) {
        let is_whole_name = !sql[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let (before, rest) = (&sql[..at], &sql[at + start.len()..]);
        let Some(end) = rest.find('"') else { continue };
        let (column, after) = (&rest[..end], &rest[end + 1..]);
        if !is_whole_name || before.ends_with("NOT (") || columns.iter().any(|(_, other)| *other == column) {
            continue;
        }
        let compared = compared_before(sql, alias, before).or_else(|| compared_after(sql, alias, after));
        columns.extend(compared.map(|compared| (compared, column)));
    }
    columns.sort_by_key(|(compared, _)| *compared);
    columns.into_iter().map(|(_, column)| column.to_owned()).collect()
}

/// How a column is compared with what follows it, if that is known before its table is read.
fn compared_after(sql: &str, alias: &str, after: &str) -> Option<Compared> {
    const EQUAL: [&str; 3] = [" = ", " IN ", " IS NULL"];
    const IN_ORDER: [&str; 5] = [" < ", " <= ", " > ", " >= ", " BETWEEN "];
    let other = |comparison: &&str| after.strip_prefix(comparison);
    if let Some(other) = EQUAL.iter().find_map(other) {
        let Some(other) = qualifier(other) else { return Some(Compared::WithValue) };
        return is_known_before(sql, alias, other).then_some(Compared::WithColumn);
    }
    let other = IN_ORDER.iter().find_map(other)?;
    qualifier(other).is_none_or(|other| is_known_before(sql, alias, other)).then_some(Compared::InOrder)
}

/// How a column is compared with the column before it, if that is known before its table is read.
fn compared_before(sql: &str, alias: &str, before: &str) -> Option<Compared> {
    let other = before.strip_suffix(" = ").or_else(|| before.strip_suffix(" = +"))?.strip_suffix('"')?;
    let name = other[..other.rfind('"')?].strip_suffix('.')?;
    let start = name.rfind(|letter: char| !(letter.is_alphanumeric() || letter == '_')).map_or(0, |at| at + 1);
    is_known_before(sql, alias, &name[start..]).then_some(Compared::WithColumn)
}

/// The alias of a column: `t1` of `+t1."id"`.
fn qualifier(value: &str) -> Option<&str> {
    let value = value.strip_prefix('+').unwrap_or(value);
    let (alias, _) = value.split_once(".\"")?;
    alias.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then_some(alias)
}

/// Whether the rows of one alias are read before those of another.
fn is_known_before(sql: &str, alias: &str, other: &str) -> bool {
    alias != other && introduced(sql, other) < introduced(sql, alias)
}
