//! Statements that change which rows belong to a parent.

use super::held::KeyColumn;
use super::{Compared, Dialect, Param, Sql, Writer, columns_of};
use crate::prefetch::Keys;
use crate::schema::{ColumnDef, RelationDef, Through};
use crate::types::{Form, SqlType};
use crate::value::Value;

/// Which of a parent's rows are meant.
#[derive(Clone, Debug)]
pub enum Among {
    /// All of them.
    All,
    /// Those with these keys.
    These(Keys),
    /// All but those with these keys.
    AllBut(Keys),
}

/// `INSERT INTO "enrollments" ("student_id", "course_id") VALUES (?1, ?2), … ON CONFLICT DO NOTHING`, or
/// `… SELECT unnest($1), unnest($2) …`
///
/// The values are those of both sides, link after link.
#[must_use]
pub fn insert_links(
    relation: &'static RelationDef,
    through: &'static Through,
    values: Vec<Value<'static>>,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    let columns: Vec<&str> = through.columns().collect();
    let (width, rows) = (columns.len(), values.len() / columns.len().max(1));
    writer.push("INSERT INTO ").table(through.schema, through.table);
    writer.push(" (").names(columns.iter().copied()).push(") ");
    if rows > 1 && dialect.inserts_arrays() {
        let of = Compared { schema: through.schema, table: through.table, columns: &columns };
        writer.rows_of_arrays(&key_types(relation, through), of);
        writer.params.extend(columns_of(values, width).map(Param::Column));
    } else {
        let values = writer.stored_links(relation, through, values);
        writer.rows_of_values(rows, width, values);
    }
    writer.push(" ON CONFLICT DO NOTHING");
    writer.finish()
}

/// What the columns of a join table hold: the keys of both sides.
fn key_types(relation: &'static RelationDef, through: &'static Through) -> Vec<SqlType> {
    let (from, to) = ((relation.from)(), (relation.to)());
    let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
    let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
    let held: Vec<(&&str, &ColumnDef)> = left.chain(right).collect();
    let of = |name: &str| held.iter().find(|(other, _)| **other == name).map(|(_, key)| key.sql_type);
    through.columns().filter_map(of).collect()
}

/// `DELETE FROM "enrollments" WHERE "student_id" = ?1 AND "course_id" IN (…)`
#[must_use]
pub fn delete_links(
    relation: &'static RelationDef,
    through: &'static Through,
    owner: &[Value<'static>],
    which: Among,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("DELETE FROM ").table(through.schema, through.table).push(" WHERE ");
    writer.names_equal(relation.left_columns(through), owner);
    let right = Compared { schema: through.schema, table: through.table, columns: through.right };
    let keys: Vec<KeyColumn> = relation.right_columns(through).collect();
    writer.among(right, &keys, which);
    writer.finish()
}

/// `UPDATE "courses" SET "department_id" = ?1 WHERE "id" IN (…)`
#[must_use]
pub fn adopt(relation: &'static RelationDef, owner: &[Value<'static>], keys: Keys, dialect: &dyn Dialect) -> Sql {
    let to = (relation.to)();
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").table(to.schema, to.name).push(" SET ");
    writer.storing(|writer| {
        writer.separated(", ", relation.target_columns().zip(owner), |writer, (column, value)| {
            writer.matched_name(column).push(" = ").bind_stored(value.clone(), column.held);
        });
    });
    let key: Vec<&str> = to.names(to.primary_key).collect();
    let columns: Vec<KeyColumn> = to.key_columns(to.primary_key).collect();
    writer.next_version(to).push(" WHERE ").name_in(to.compared(&key), &columns, " IN ", keys);
    writer.finish()
}

/// `UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1 AND "id" IN (…)`
#[must_use]
pub fn release(relation: &'static RelationDef, owner: &[Value<'static>], which: Among, dialect: &dyn Dialect) -> Sql {
    let to = (relation.to)();
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").table(to.schema, to.name).push(" SET ");
    writer.separated(", ", to.names(relation.to_columns), |writer, name| {
        writer.name(name).push(" = NULL");
    });
    writer.next_version(to).push(" WHERE ").names_equal(relation.target_columns(), owner);
    let key: Vec<&str> = to.names(to.primary_key).collect();
    let columns: Vec<KeyColumn> = to.key_columns(to.primary_key).collect();
    writer.among(to.compared(&key), &columns, which);
    writer.finish()
}

impl Writer<'_> {
    /// The values of links, as the columns of the table between store them.
    fn stored_links(
        &self,
        relation: &'static RelationDef,
        through: &'static Through,
        values: Vec<Value<'static>>,
    ) -> Vec<Param<'static>> {
        let keys: Vec<KeyColumn> = relation.left_columns(through).chain(relation.right_columns(through)).collect();
        let of = |name: &str| keys.iter().find(|key| key.name == name).map(|key| self.held_here(key.held).form);
        let forms: Vec<Form> = through.columns().map(|name| of(name).unwrap_or_default()).collect();
        let stored = |(value, form): (Value<'static>, &Form)| match form.store(&value) {
            Ok(stored) => Param::Value(stored.unwrap_or(value)),
            Err(mismatch) => Param::Refused(mismatch),
        };
        values.into_iter().zip(forms.iter().cycle()).map(stored).collect()
    }

    /// `"a" = ? AND "b" = ?`, in a statement without aliases
    fn names_equal(&mut self, columns: impl Iterator<Item = KeyColumn>, values: &[Value<'static>]) -> &mut Self {
        self.separated(" AND ", columns.zip(values), |writer, (column, value)| {
            writer.matched_name(column).push(" = ").bind_stored(value.clone(), column.held);
        })
    }

    fn among(&mut self, columns: Compared<'_>, held: &[KeyColumn], which: Among) {
        match which {
            Among::All => {}
            Among::These(keys) => self.push(" AND ").name_in(columns, held, " IN ", keys),
            Among::AllBut(keys) => self.push(" AND ").name_in(columns, held, " NOT IN ", keys),
        }
    }

    /// `"id" IN (SELECT k."value" FROM rarray(?) AS k)`, or `("a", "b") IN (…)`
    fn name_in(&mut self, columns: Compared<'_>, held: &[KeyColumn], operator: &str, keys: Keys) {
        let keys = self.stored_keys(keys, held);
        let table = self.dialect.key_table(keys.types());
        let several = table.parts.len() > 1;
        self.push(if several { "(" } else { "" }).separated(", ", held, |writer, column| {
            writer.matched_name(*column);
        });
        self.push(if several { ")" } else { "" }).push(operator).push("(SELECT ");
        self.separated(", ", table.parts.iter(), |writer, part| {
            writer.push(part);
        });
        self.push(" FROM ").push(table.before).bind_keys(keys, columns).push(&table.after).push(")");
    }
}
