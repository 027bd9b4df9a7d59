//! What files written by hand gave the tables in addition to what the models describe. A copy of a table keeps it.

use super::objects::Objects;
use crate::sql::tokens::{Quotes, plain};
use crate::structure::names::{mentions, quoted};
use crate::structure::{Alteration, Check, ColumnSchema, ForeignKey, Schema, SchemaChange, Step, Table, Unique};

/// The database that the files create.
pub(super) struct ByHand {
    /// Its structure, after the renames of the next migration.
    pub(super) schema: Schema,
    pub(super) objects: Objects,
    pub(super) quotes: Quotes,
}

impl ByHand {
    /// Adds what the models do not describe to both sides of each alteration, and the names that checks have.
    pub(super) fn add_to(&self, changes: &mut [SchemaChange]) {
        for change in changes {
            if let SchemaChange::Alter(alteration) = change
                && let Some(found) = self.found(alteration)
            {
                let addition = Addition { found, quotes: self.quotes };
                addition.name_checks(alteration);
                addition.add_to(alteration);
            }
        }
    }

    /// What uses a column that is dropped, and what a copy would lose.
    pub(super) fn problems(&self, changes: &[SchemaChange], is_copied: impl Fn(&Alteration) -> bool) -> Vec<String> {
        let mut problems = Vec::new();
        for alteration in changes.iter().filter_map(altered) {
            let Some(found) = self.found(alteration) else { continue };
            for step in &alteration.steps {
                if let Step::DropColumn(column) = step {
                    problems.extend(Self::users(alteration, found, &column.name));
                }
            }
            if is_copied(alteration) {
                problems.extend(self.not_copied(alteration));
            }
        }
        problems
    }

    /// The statements that create the indexes and triggers of copied tables which the models do not describe.
    pub(super) fn statements(&self, changes: &[SchemaChange], is_copied: impl Fn(&Alteration) -> bool) -> Vec<String> {
        let copied = changes.iter().filter_map(altered).filter(|alteration| is_copied(alteration));
        copied
            .flat_map(|alteration| {
                let of_models = |name: &str| {
                    let tables = [&alteration.before, &alteration.after];
                    tables.iter().any(|table| table.indexes.iter().any(|index| index.name.eq_ignore_ascii_case(name)))
                };
                let objects = self.objects.of_table(&alteration.after.name.name);
                objects.filter(move |object| object.kind != "index" || !of_models(&object.name))
            })
            .map(|object| object.sql.clone())
            .collect()
    }

    fn found(&self, alteration: &Alteration) -> Option<&Table> {
        let name = &alteration.after.name;
        let is_it =
            |table: &&Table| table.name.schema == name.schema && table.name.name.eq_ignore_ascii_case(&name.name);
        self.schema.tables.iter().find(is_it)
    }

    /// The indexes and constraints which the models do not describe, and which use a column.
    fn users(alteration: &Alteration, found: &Table, column: &str) -> Vec<String> {
        let is_it = |name: &String| name.eq_ignore_ascii_case(column);
        let mentions = |sql: &str| mentions(sql, column);
        let (before, table) = (&alteration.before, &alteration.after.name);
        let told = |what: String, advice: String| {
            format!("{what} of `{table}`, which the models do not describe, uses the column `{column}`; {advice}")
        };
        let mut users = Vec::new();
        for index in &found.indexes {
            let term =
                index.terms.iter().any(|term| is_it(&term.value) || (term.is_expression && mentions(&term.value)));
            let is_used = term || index.condition.as_deref().is_some_and(mentions);
            if is_used && before.indexes.iter().all(|known| known.name != index.name) {
                let advice = "drop it first, in a migration that you write by hand";
                users.push(told(
                    format!("the index `{}`", index.name),
                    format!("{advice}: `DROP INDEX {};`", quoted(&index.name)),
                ));
            }
        }
        let after = &alteration.after;
        let advice = || "change the table first, in a migration that you write by hand".to_owned();
        let checks = after.checks.iter().filter(|check| mentions(&check.condition));
        users.extend(checks.map(|check| told(format!("the check `{}`", check.condition), advice())));
        let unique = after.unique.iter().filter(|unique| unique.columns.iter().any(is_it));
        users.extend(unique.map(|unique| told(format!("the unique key of {}", unique.columns.join(", ")), advice())));
        let keys = after.foreign_keys.iter().filter(|key| key.columns.iter().any(is_it));
        users.extend(keys.map(|key| told(format!("the foreign key of {}", key.columns.join(", ")), advice())));
        let by = |column: &&ColumnSchema| column.generated.as_ref().is_some_and(|by| mentions(&by.expression));
        let generated = after.columns.iter().filter(by);
        users.extend(generated.map(|column| told(format!("the generated column `{}`", column.name), advice())));
        users
    }

    /// What a structure cannot express.
    fn not_copied(&self, alteration: &Alteration) -> Vec<String> {
        let table = &alteration.after.name;
        let Some(object) = self.objects.table(&table.name) else { return Vec::new() };
        let words = plain(&object.sql, self.quotes);
        let lost: [&[&str]; 2] = [&["deferrable", "initially", "deferred"], &["on", "conflict"]];
        let has = |phrase: &&&[&str]| words.windows(phrase.len()).any(|words| words.iter().eq(phrase.iter()));
        let told = |phrase: &&[&str]| {
            format!(
                "table `{table}` would be copied and lose `{}`, which a migration written by hand gave it; write this migration \
                 by hand too, and run `migrate adopt` after it",
                phrase.join(" ").to_uppercase()
            )
        };
        lost.iter().filter(has).map(told).collect()
    }
}

fn altered(change: &SchemaChange) -> Option<&Alteration> {
    match change {
        SchemaChange::Alter(alteration) => Some(alteration),
        _ => None,
    }
}

/// The table in the database, and what it has in addition to an alteration's table.
struct Addition<'f> {
    found: &'f Table,
    quotes: Quotes,
}

impl Addition<'_> {
    /// Drops and renames checks by the names that the files gave them: SQLite kept old names when it renamed a table.
    fn name_checks(&self, alteration: &mut Alteration) {
        let after = &alteration.after;
        alteration.steps.retain_mut(|step| match step {
            Step::DropCheck(check) => {
                if let Some(found) = self.check(check) {
                    check.name.clone_from(&found.name);
                }
                true
            }
            Step::RenameConstraint { from, to } => {
                let renamed = after.checks.iter().find(|check| check.name.as_ref() == Some(to));
                match renamed.and_then(|check| self.check(check)).map(|found| &found.name) {
                    None => true,
                    // A check without a name has none until the table is copied.
                    Some(None) => false,
                    Some(Some(name)) => {
                        from.clone_from(name);
                        from != to
                    }
                }
            }
            _ => true,
        });
    }

    /// The check in the database with the same condition.
    fn check(&self, wanted: &Check) -> Option<&Check> {
        self.found.checks.iter().find(|found| self.words(found) == self.words(wanted))
    }

    fn words(&self, check: &Check) -> Vec<String> {
        plain(&check.condition, self.quotes)
    }

    fn add_to(&self, alteration: &mut Alteration) {
        let Alteration { before, after, .. } = alteration;
        self.columns(before, after);
        let checks: Vec<Check> =
            self.found.checks.iter().filter(|check| self.is_new(check, before, after)).cloned().collect();
        let has_unique =
            |table: &Table, unique: &Unique| table.unique.iter().any(|known| known.columns == unique.columns);
        let unique =
            self.found.unique.iter().filter(|unique| !has_unique(before, unique) && !has_unique(after, unique));
        let unique: Vec<Unique> = unique.cloned().collect();
        let is_same =
            |one: &ForeignKey, other: &ForeignKey| (&one.columns, &one.table) == (&other.columns, &other.table);
        let has_key = |table: &Table, key: &ForeignKey| table.foreign_keys.iter().any(|known| is_same(known, key));
        let keys = self.found.foreign_keys.iter().filter(|key| !has_key(before, key) && !has_key(after, key));
        let keys: Vec<ForeignKey> = keys.cloned().collect();
        let kinds = (self.found.without_rowid, self.found.strict);
        let is_kept = (before.without_rowid, before.strict) == (after.without_rowid, after.strict);
        for table in [before, after] {
            table.checks.extend(checks.iter().cloned());
            table.unique.extend(unique.iter().cloned());
            table.foreign_keys.extend(keys.iter().cloned());
            if is_kept {
                (table.without_rowid, table.strict) = kinds;
            }
        }
    }

    fn columns(&self, before: &mut Table, after: &mut Table) {
        for found in &self.found.columns {
            let is_it = |column: &&mut ColumnSchema| column.name.eq_ignore_ascii_case(&found.name);
            let (old, new) = (before.columns.iter_mut().find(is_it), after.columns.iter_mut().find(is_it));
            match (old, new) {
                (None, None) => {
                    for table in [&mut *before, &mut *after] {
                        table.columns.push(ColumnSchema { default: default_of(found), ..found.clone() });
                    }
                }
                (Some(old), Some(new)) => add(found, [old, new]),
                _ => {}
            }
        }
    }

    fn is_new(&self, check: &Check, before: &Table, after: &Table) -> bool {
        let mut known = before.checks.iter().chain(&after.checks);
        known.all(|known| self.words(known) != self.words(check))
    }
}

/// Adds what a column has in the database, unless the models say something about it.
fn add(found: &ColumnSchema, [old, new]: [&mut ColumnSchema; 2]) {
    let is_retyped = old.sql_type != new.sql_type;
    let says_default = [&*old, &*new].iter().any(|column| column.default.is_some() || column.generated.is_some());
    let says_collation = [&*old, &*new].iter().any(|column| column.collation.is_some());
    let says_assigned = [&*old, &*new].iter().any(|column| column.assigned.is_some());
    for column in [old, new] {
        if !is_retyped {
            column.sql_type.clone_from(&found.sql_type);
        }
        if !says_default {
            column.default = default_of(found);
        }
        if !says_collation {
            column.collation.clone_from(&found.collation);
        }
        if !says_assigned && !is_retyped {
            column.assigned.clone_from(&found.assigned);
        }
    }
}

/// The catalog has an expression without the parentheses that its declaration needs.
fn default_of(column: &ColumnSchema) -> Option<String> {
    column.default.as_ref().map(|default| format!("({default})"))
}
