//! Columns: whether they are there, their types, nullability and defaults.

use super::Check;
use super::keys::lacks_assignment;
use crate::live::difference::difference;
use crate::live::{Difference, LiveColumn, LiveKind, LiveTable, Mismatched};
use crate::schema::{ColumnDef, DefaultValue, Generated, Table};
use crate::sql::ddl::{column_sql, default_change_sql, default_of, default_sql};
use crate::types::SqlType;

impl Check<'_> {
    pub(super) fn columns(&self, table: &'static Table, live: &LiveTable) -> Vec<Difference> {
        table.columns.iter().flat_map(|column| self.column(table, column, live)).collect()
    }

    fn column(&self, table: &'static Table, column: &'static ColumnDef, live: &LiveTable) -> Vec<Difference> {
        let Some(found) = live.column(column.name, self.dialect) else {
            let fix = (live.kind == LiveKind::Table).then(|| self.addition(table, column)).flatten();
            return vec![difference(table, Mismatched::NoColumn { column: column.name.to_owned() }, fix)];
        };
        let mut differences: Vec<Difference> = self.column_type(table, column, found).into_iter().collect();
        // What a view's columns can hold is not known.
        if live.kind == LiveKind::Table {
            differences.extend(generation(table, column, found));
            differences.extend(nullability(table, column, found));
            differences.extend(self.default(table, column, found));
        }
        differences
    }

    /// The statement that adds a column, if the rows that are there can get a value: `NULL`, or one that is the same for all.
    fn addition(&self, table: &'static Table, column: &'static ColumnDef) -> Option<String> {
        let is_constant = column.default.is_some_and(|default| !matches!(default, DefaultValue::Sql(_)));
        let can_be_added = match column.generated {
            // It is computed for the rows that are there.
            Some(Generated::By(_)) => true,
            _ => column.default.map_or(column.nullable, |_| is_constant),
        };
        can_be_added.then(|| column_sql(table, column, self.dialect))
    }

    fn column_type(&self, table: &'static Table, column: &'static ColumnDef, found: &LiveColumn) -> Option<Difference> {
        if self.dialect.holds(&found.declared, self.declared_as(column)) {
            return None;
        }
        let expected = self.dialect.column_type(column);
        let what = Mismatched::Type { column: column.name.to_owned(), found: found.declared.clone(), expected };
        Some(difference(table, what, None))
    }

    /// The type as which a column has to be declared for what it stores.
    pub(super) fn declared_as(&self, column: &ColumnDef) -> SqlType {
        if self.dialect.has_forms() { column.form.declared_as(column.sql_type) } else { column.sql_type }
    }

    fn default(&self, table: &'static Table, column: &'static ColumnDef, found: &LiveColumn) -> Option<Difference> {
        let default =
            default_of(column, self.dialect).filter(|default| !self.is_default(found.default.as_deref(), *default))?;
        let (column_name, found) = (column.name.to_owned(), found.default.clone());
        let what = Mismatched::Default { column: column_name, found, expected: default_sql(default) };
        let fix = self.dialect.alters_columns().then(|| default_change_sql(table, column, default, self.dialect));
        Some(difference(table, what, fix))
    }

    /// Whether a default as the database tells it is that of a model.
    fn is_default(&self, found: Option<&str>, default: DefaultValue) -> bool {
        let Some(found) = found else { return false };
        match default {
            // A database that tells expressions in its own words may say the same in others.
            DefaultValue::Sql(expression) => {
                self.dialect.alters_columns() || in_parentheses(found) == in_parentheses(expression)
            }
            DefaultValue::Text(_) => without_cast(in_parentheses(found)) == default_sql(default),
            _ => {
                let found = without_cast(in_parentheses(found)).trim_matches('\'').to_ascii_uppercase();
                let found = in_parentheses(&found);
                let number = found.parse::<f64>().ok();
                match default {
                    DefaultValue::Bool(value) => found == default_sql(default) || number == Some(f64::from(value)),
                    _ => number.is_some() && number == default_sql(default).parse::<f64>().ok(),
                }
            }
        }
    }
}

fn nullability(table: &'static Table, column: &'static ColumnDef, found: &LiveColumn) -> Option<Difference> {
    let name = column.name.to_owned();
    match (column.nullable, found.not_null) {
        (false, false) if !lacks_assignment(table, column, found) => {
            Some(difference(table, Mismatched::MayBeNull { column: name }, None))
        }
        (true, true) => Some(difference(table, Mismatched::NotNull { column: name }, None)),
        _ => None,
    }
}

/// Whether the database computes a column, where the model says otherwise.
fn generation(table: &'static Table, column: &'static ColumnDef, found: &LiveColumn) -> Option<Difference> {
    let name = column.name.to_owned();
    match column.generated {
        None if found.generated => Some(difference(table, Mismatched::Generated { column: name }, None)),
        Some(Generated::By(_)) if !found.generated => {
            Some(difference(table, Mismatched::NotGenerated { column: name }, None))
        }
        _ => None,
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

/// The text without the type that a database says after it: `'x'::text`.
fn without_cast(text: &str) -> &str {
    match text.rsplit_once("::") {
        Some((value, sql_type)) if !sql_type.contains('\'') => value,
        _ => text,
    }
}
