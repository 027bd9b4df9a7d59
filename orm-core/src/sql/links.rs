//! Statements that change which rows belong to a parent.

use super::{Compared, Dialect, Param, Sql, Writer, columns_of};
use crate::prefetch::Keys;
use crate::schema::{ColumnDef, RelationDef, Through};
use crate::types::SqlType;
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
        writer.params.extend(columns_of(values, width).map(Param::List));
    } else {
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
pub fn delete_links(through: &'static Through, owner: &[Value<'static>], which: Among, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("DELETE FROM ").table(through.schema, through.table).push(" WHERE ");
    writer.names_equal(through.left.iter().copied(), owner);
    let right = Compared { schema: through.schema, table: through.table, columns: through.right };
    writer.among(right, which);
    writer.finish()
}

/// `UPDATE "courses" SET "department_id" = ?1 WHERE "id" IN (…)`
#[must_use]
pub fn adopt(relation: &'static RelationDef, owner: &[Value<'static>], keys: Keys, dialect: &dyn Dialect) -> Sql {
    let to = (relation.to)();
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").table(to.schema, to.name).push(" SET ");
    writer.separated(", ", to.names(relation.to_columns).zip(owner), |writer, (name, value)| {
        writer.name(name).push(" = ").bind(Param::Value(value.clone()));
    });
    let key: Vec<&str> = to.names(to.primary_key).collect();
    writer.next_version(to).push(" WHERE ").name_in(to.compared(&key), " IN ", keys);
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
    writer.next_version(to).push(" WHERE ").names_equal(to.names(relation.to_columns), owner);
    let key: Vec<&str> = to.names(to.primary_key).collect();
    writer.among(to.compared(&key), which);
    writer.finish()
}

impl Writer<'_> {
    /// `"a" = ? AND "b" = ?`, in a statement without aliases
    fn names_equal<'n>(&mut self, names: impl Iterator<Item = &'n str>, values: &[Value<'static>]) -> &mut Self {
        self.separated(" AND ", names.zip(values), |writer, (name, value)| {
            writer.name(name).push(" = ").bind(Param::Value(value.clone()));
        })
    }

    fn among(&mut self, columns: Compared<'_>, which: Among) {
        match which {
            Among::All => {}
            Among::These(keys) => self.push(" AND ").name_in(columns, " IN ", keys),
            Among::AllBut(keys) => self.push(" AND ").name_in(columns, " NOT IN ", keys),
        }
    }

    /// `"id" IN (SELECT k."value" FROM rarray(?) AS k)`, or `("a", "b") IN (…)`
    fn name_in(&mut self, columns: Compared<'_>, operator: &str, keys: Keys) {
        let table = self.dialect.key_table(keys.types());
        let several = table.parts.len() > 1;
        self.push(if several { "(" } else { "" }).separated(", ", columns.columns, |writer, name| {
            writer.name(name);
        });
        self.push(if several { ")" } else { "" }).push(operator).push("(SELECT ");
        self.separated(", ", table.parts.iter(), |writer, part| {
            writer.push(part);
        });
        self.push(" FROM ").push(table.before).bind_keys(keys, columns).push(&table.after).push(")");
    }
}
