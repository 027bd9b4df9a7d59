//! Renaming tables and columns in everything that refers to them.

use super::{Check, ForeignKey, Index, Name, Schema, Table, Term, Unique};

impl Schema {
    /// Renames a table.
    pub(super) fn rename_table(&mut self, from: &Name, to: &Name) {
        for table in &mut self.tables {
            if table.name == *from {
                table.name = to.clone();
            }
            for key in table.foreign_keys.iter_mut().filter(|key| key.table == *from) {
                key.table = to.clone();
            }
        }
    }

    /// Renames a column of a table.
    pub(super) fn rename_column(&mut self, of: &Name, from: &str, to: &str) {
        for table in &mut self.tables {
            if table.name == *of {
                table.rename_column(from, to);
            }
            for key in table.foreign_keys.iter_mut().filter(|key| key.table == *of) {
                rename_all(&mut key.references, from, to);
            }
        }
    }
}

impl Table {
    fn rename_column(&mut self, from: &str, to: &str) {
        for column in &mut self.columns {
            rename(&mut column.name, from, to);
            if let Some(generated) = &mut column.generated {
                generated.expression = renamed_within(&generated.expression, from, to);
            }
        }
        rename_all(&mut self.primary_key, from, to);
        self.unique.iter_mut().for_each(|Unique { columns, .. }| rename_all(columns, from, to));
        self.foreign_keys.iter_mut().for_each(|ForeignKey { columns, .. }| rename_all(columns, from, to));
        for Check { column, condition, .. } in &mut self.checks {
            if let Some(column) = column {
                rename(column, from, to);
            }
            *condition = renamed_within(condition, from, to);
        }
        self.indexes.iter_mut().for_each(|index| index.rename_column(from, to));
    }
}

impl Index {
    fn rename_column(&mut self, from: &str, to: &str) {
        for Term { value, is_expression, .. } in &mut self.terms {
            if *is_expression {
                *value = renamed_within(value, from, to);
            } else {
                rename(value, from, to);
            }
        }
        if let Some(condition) = &mut self.condition {
            *condition = renamed_within(condition, from, to);
        }
    }
}

fn rename(name: &mut String, from: &str, to: &str) {
    if name == from {
        to.clone_into(name);
    }
}

fn rename_all(names: &mut [String], from: &str, to: &str) {
    for name in names {
        rename(name, from, to);
    }
}

/// An expression in SQL with a name replaced, except in strings.
fn renamed_within(sql: &str, from: &str, to: &str) -> String {
    let mut renamed = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            first if is_of_name(first) => rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        let name = if first == '"' { token.trim_matches('"') } else { token };
        match (name == from, first) {
            (true, '"') => renamed.extend(["\"", to, "\""]),
            (true, _) => renamed.push_str(to),
            (false, _) => renamed.push_str(token),
        }
        rest = after;
    }
    renamed
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::renamed_within;

    #[test]
    fn names_are_renamed_and_strings_are_not() {
        let renamed = |sql| renamed_within(sql, "a", "b");
        assert_eq!(renamed("a > 0 AND \"a\" <> 'a' OR aa.a"), "b > 0 AND \"b\" <> 'a' OR aa.b");
        assert_eq!(renamed("ä'a"), "ä'a");
        assert_eq!(renamed("\""), "\"");
        assert_eq!(renamed(""), "");
    }
}
