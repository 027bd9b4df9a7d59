//! Columns: whether they exist, whether they are nullable or generated, and their defaults.

use super::{Lack, Structures};
use crate::live::Mismatched;
use crate::sql::ddl::{column_sql, default_change_sql};
use crate::structure::{ColumnSchema, Table};

impl Structures<'_> {
    /// A missing column, with the statement that adds it, if existing rows can get a value.
    pub(in crate::live::check) fn no_column(&self, of: &Table, wanted: &ColumnSchema) -> Lack {
        let can_be_added = !self.is_view(&of.name) && has_value_for_all(wanted);
        let fix = can_be_added.then(|| column_sql(of, wanted, self.dialect));
        (Mismatched::NoColumn { column: wanted.name.clone() }, fix)
    }

    /// What an existing column lacks.
    pub(in crate::live::check) fn column_lacks(
        &self,
        of: &Table,
        wanted: &ColumnSchema,
        found: &ColumnSchema,
    ) -> Vec<Lack> {
        let is_of_key = self.table(&of.name).is_some_and(|table| table.primary_key.contains(&found.name));
        // SQLite lets a primary key be `NULL` that is not declared otherwise; whether one is, the rows say.
        let nullability =
            nullability(wanted, found).filter(|what| !(is_of_key && matches!(what, Mismatched::MayBeNull { .. })));
        let plain = generation(wanted, found).into_iter().chain(nullability).map(|what| (what, None));
        plain.chain(self.default(of, wanted, found)).collect()
    }

    fn default(&self, of: &Table, wanted: &ColumnSchema, found: &ColumnSchema) -> Option<Lack> {
        let default = wanted.default.as_deref()?;
        if found.default.as_deref().is_some_and(|found| self.is_default(found, default)) {
            return None;
        }
        let (column, expected) = (wanted.name.clone(), default.to_owned());
        let what = Mismatched::Default { column, found: found.default.clone(), expected };
        let alters = self.dialect.alters_columns();
        Some((what, alters.then(|| default_change_sql(&of.name, &wanted.name, default, self.dialect))))
    }

    /// Whether a default that the database reports is the required one.
    fn is_default(&self, found: &str, wanted: &str) -> bool {
        let found = in_parentheses(found);
        match wanted.chars().next() {
            // A database that rewrites expressions may report the same default in other words.
            Some('(') => self.dialect.alters_columns() || found == in_parentheses(wanted),
            Some('\'') => without_cast(found) == wanted,
            _ => is_constant(found, wanted),
        }
    }
}

/// Whether an added column has a value for all rows: a generated one, a constant, or `NULL`.
fn has_value_for_all(column: &ColumnSchema) -> bool {
    let has_constant = |default: &String| !default.starts_with('(');
    column.generated.is_some() || column.default.as_ref().map_or(column.nullable, has_constant)
}

fn nullability(wanted: &ColumnSchema, found: &ColumnSchema) -> Option<Mismatched> {
    let column = wanted.name.clone();
    match (wanted.nullable, found.nullable) {
        (false, true) => Some(Mismatched::MayBeNull { column }),
        (true, false) => Some(Mismatched::NotNull { column }),
        _ => None,
    }
}

/// Whether only one of the two columns is generated.
fn generation(wanted: &ColumnSchema, found: &ColumnSchema) -> Option<Mismatched> {
    let column = wanted.name.clone();
    match (&wanted.generated, &found.generated) {
        (None, Some(_)) => Some(Mismatched::Generated { column }),
        (Some(_), None) => Some(Mismatched::NotGenerated { column }),
        _ => None,
    }
}

/// Whether a default is this number or boolean, in any notation.
fn is_constant(found: &str, wanted: &str) -> bool {
    let found = without_cast(found).trim_matches('\'').to_ascii_uppercase();
    let found = in_parentheses(&found);
    let number = found.parse::<f64>().ok();
    match wanted {
        "TRUE" => found == wanted || number == Some(1.0),
        "FALSE" => found == wanted || number == Some(0.0),
        _ => number.is_some() && number == wanted.parse::<f64>().ok(),
    }
}

/// The text without parentheses around all of it.
fn in_parentheses(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.filter(|inner| is_balanced(inner)).map_or(text, in_parentheses)
}

fn is_balanced(text: &str) -> bool {
    let mut open = 0_usize;
    text.chars().all(|letter| match letter {
        '(' => {
            open += 1;
            true
        }
        ')' if open == 0 => false,
        ')' => {
            open -= 1;
            true
        }
        _ => true,
    })
}

/// The text without the cast that a database appends: `'x'::text`.
fn without_cast(text: &str) -> &str {
    match text.rsplit_once("::") {
        Some((value, sql_type)) if !sql_type.contains('\'') => value,
        _ => text,
    }
}
