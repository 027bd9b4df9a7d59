//! Statements that change the links of a parent.

use super::held::KeyColumn;
use super::{ComparedColumns, Conflict, Dialect, Held, Link, OnMatch, Sql, Writer, columns_of, lists};
use crate::ast::Expr;
use crate::schema::{RelationDef, Table, Through};
use crate::types::{Keys, Param, SqlType};
use crate::value::{Timestamp, Value};

/// The affected rows of a parent.
#[derive(Clone, Debug)]
pub enum WhichRows {
    /// All of them.
    All,
    /// Those with these keys.
    These(Keys),
    /// All but those with these keys.
    AllBut(Keys),
}

/// New rows of a join table, with distinct pairs of keys.
#[derive(Clone, Debug)]
pub struct NewLinks {
    /// The columns with their types and forms.
    pub columns: Vec<(&'static str, Held)>,
    /// The positions of the key columns among these.
    pub keys: Vec<usize>,
    /// The values, row after row.
    pub values: Vec<Value<'static>>,
}

impl NewLinks {
    /// Returns their number.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the same links with only their keys.
    #[must_use]
    pub fn only_keys(&self) -> NewLinks {
        let rows = self.values.chunks(self.columns.len().max(1));
        NewLinks {
            columns: self.keys.iter().map(|&key| self.columns[key]).collect(),
            keys: (0..self.keys.len()).collect(),
            values: rows.flat_map(|row| self.keys.iter().map(|&key| row[key].clone())).collect(),
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.columns.iter().map(|(name, _)| *name)
    }
}

/// How an existing link is recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// By a unique key of the key columns.
    ByKey,
    /// By a look-up: nothing in the table prevents duplicates.
    ByLooking,
}

/// `INSERT INTO "enrollments" ("student_id", "course_id") VALUES (?1, ?2), …
/// ON CONFLICT ("student_id", "course_id") DO NOTHING`, or `… SELECT unnest($1), unnest($2) …`
///
/// Without such a key: `INSERT INTO … SELECT … FROM (VALUES (?1, ?2), …) AS v WHERE NOT EXISTS (SELECT 1 FROM …)`
#[must_use]
pub fn insert_links(through: &'static Through, new: NewLinks, known: Known, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    match known {
        Known::ByKey => {
            let unique = new.keys.iter().map(|&key| new.columns[key].0).collect();
            let conflict = Conflict { unique, index: None, action: OnMatch::Skip };
            let mut new = Some(new);
            dialect.upsert(&mut writer, conflict, &mut |writer| {
                if let Some(new) = new.take() {
                    writer.new_links(through, &new).link_values(through, new);
                }
            });
        }
        Known::ByLooking => {
            writer.push("INSERT ").new_links(through, &new).push("SELECT ").separated(
                ", ",
                0..new.columns.len(),
                |writer, at| {
                    writer.link_value(at);
                },
            );
            writer.push(" FROM ").missing_links(through, new);
        }
    }
    writer.finish()
}

/// `SELECT count(*) FROM (VALUES (?1, ?2), …) AS v WHERE NOT EXISTS (SELECT 1 FROM …)`: the number of missing links.
#[must_use]
pub fn count_missing_links(through: &'static Through, new: NewLinks, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("SELECT count(*) FROM ").missing_links(through, new);
    writer.finish()
}

/// `DELETE FROM "enrollments" AS d WHERE d."student_id" = ?1 AND EXISTS (SELECT 1 FROM "enrollments" AS o WHERE
/// o."student_id" = d."student_id" AND o."course_id" = d."course_id" AND o.rowid < d.rowid)`
///
/// Leaves the first row of each link of an owner, and of those with its tag if there is one. `identity` are the
/// columns, quoted if necessary, that identify its rows.
#[must_use]
pub fn delete_doubled_links(
    relation: &'static RelationDef,
    through: &'static Through,
    owner: &[Value<'static>],
    identity: &[&str],
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    let has_alias = dialect.aliases_changed_tables();
    let doubled = |writer: &mut Writer<'_>| {
        if has_alias { writer.push("d") } else { writer.table(through.schema, through.table) }.push(".");
    };
    writer.push("DELETE FROM ").table(through.schema, through.table).push(if has_alias { " AS d" } else { "" });
    writer.push(" WHERE ");
    writer.separated(" AND ", relation.left_columns(through).zip(owner), |writer, (key, value)| {
        doubled(writer);
        writer.name(key.name).push(" = ").bind_stored(value.clone(), key.held);
    });
    writer.push(" AND EXISTS (SELECT 1 FROM ").table(through.schema, through.table).push(" AS o WHERE ");
    writer.separated(" AND ", through.columns(), |writer, name| {
        writer.push("o.").name(name).push(" = ");
        doubled(writer);
        writer.name(name);
    });
    writer.tagged(" AND o.", through);
    let other = |writer: &mut Writer<'_>| {
        writer.push("o.");
    };
    writer.push(" AND (").identity(other, identity).push(") < (").identity(doubled, identity).push("))");
    writer.finish()
}

/// Returns the key columns of a join table with their types and forms.
#[must_use]
pub fn key_columns(relation: &'static RelationDef, through: &'static Through) -> Vec<(&'static str, Held)> {
    let keys: Vec<KeyColumn> = relation.left_columns(through).chain(relation.right_columns(through)).collect();
    let of = |name: &'static str| keys.iter().find(|key| key.name == name).map(|key| (name, key.held));
    through.key_columns().filter_map(of).collect()
}

/// `DELETE FROM "enrollments" WHERE "student_id" = ?1 AND "course_id" IN (…)`
#[must_use]
pub fn delete_links(
    relation: &'static RelationDef,
    through: &'static Through,
    owner: &[Value<'static>],
    which: WhichRows,
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("DELETE FROM ").table(through.schema, through.table).push(" WHERE ");
    writer.names_equal(relation.left_columns(through), owner);
    writer.tagged(" AND ", through);
    let right = ComparedColumns { schema: through.schema, table: through.table, columns: through.right };
    let keys: Vec<KeyColumn> = relation.right_columns(through).collect();
    writer.among(right, &keys, which);
    writer.finish()
}

/// `UPDATE "courses" SET "department_id" = ?1 WHERE "id" IN (…)`
#[must_use]
pub fn adopt(
    relation: &'static RelationDef,
    owner: &[Value<'static>],
    keys: Keys,
    now: Timestamp,
    dialect: &dyn Dialect,
) -> Sql {
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
    writer.touched(to, now).push(" WHERE ").name_in(to.compared(&key), &columns, " IN ", keys);
    writer.finish()
}

/// `UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1 AND "id" IN (…)`
#[must_use]
pub fn release(
    relation: &'static RelationDef,
    owner: &[Value<'static>],
    which: WhichRows,
    now: Timestamp,
    dialect: &dyn Dialect,
) -> Sql {
    let to = (relation.to)();
    let mut writer = Writer::new(dialect);
    writer.push("UPDATE ").table(to.schema, to.name).push(" SET ");
    writer.separated(", ", to.names(relation.to_columns), |writer, name| {
        writer.name(name).push(" = NULL");
    });
    writer.touched(to, now).push(" WHERE ").names_equal(relation.target_columns(), owner);
    let key: Vec<&str> = to.names(to.primary_key).collect();
    let columns: Vec<KeyColumn> = to.key_columns(to.primary_key).collect();
    writer.among(to.compared(&key), &columns, which);
    writer.finish()
}

impl Writer<'_> {
    /// `"enrollments" AS t1`, or `(SELECT j."subject_id", j."tag_id" FROM "taggings" AS j WHERE j."subject_type" = ?2)
    /// AS t1` for rows with a tag: databases read these by the indexes of the table. Links that may be duplicates but
    /// count once are made `DISTINCT` there. If more than the keys of a link is read, the subquery has all columns of
    /// its model.
    pub(super) fn links_of(&mut self, through: &'static Through, link: usize) -> &mut Self {
        let repeats = through.repeats();
        if through.tag.is_none() && !repeats {
            return self.table(through.schema, through.table).push(" AS ").alias(link);
        }
        self.push(if repeats { "(SELECT DISTINCT " } else { "(SELECT " });
        let is_read = self.links.iter().any(|other| other.alias == link && other.is_read);
        let model = through.model.filter(|_| is_read).map(|table| table().columns.iter().map(|column| column.name));
        let keys = through.key_columns().filter(|_| model.is_none());
        self.separated(", ", model.clone().into_iter().flatten().chain(keys), |writer, name| {
            writer.push("j.").name(name);
        });
        self.push(" FROM ").table(through.schema, through.table).push(" AS j").tagged(" WHERE j.", through);
        self.push(") AS ").alias(link)
    }

    /// The alias of the row of a join table through which the row under an alias is reached.
    pub(super) fn link_to(&mut self, target: usize) -> usize {
        if let Some(link) = self.links.iter().find(|link| link.target == target) {
            return link.alias;
        }
        let alias = self.next_alias();
        self.links.push(Link { target, alias, is_read: false });
        alias
    }

    /// Notes that more than the keys is read of the row of a join model through which the row under an alias is
    /// reached.
    pub(super) fn read_link(&mut self, target: usize) -> usize {
        let alias = self.link_to(target);
        self.links.iter_mut().filter(|link| link.alias == alias).for_each(|link| link.is_read = true);
        alias
    }

    /// A condition on the row of a join model, or a value of it.
    pub(super) fn of_link(&mut self, model: &'static Table, expr: &Expr) {
        let Some((target, _)) = self.scope() else { return };
        let link = self.link_to(target);
        self.enter_as(link, model);
        self.term(expr);
        self.leave();
    }

    /// Conditions on the row of a join model under an alias.
    pub(super) fn conditions_of_link(
        &mut self,
        keyword: &str,
        through: &'static Through,
        link: usize,
        filter: &[Expr],
    ) {
        let Some(model) = through.model else { return };
        let conditions: Vec<Expr> = filter.iter().filter_map(Expr::of_link).cloned().collect();
        self.enter_as(link, model());
        self.conditions(keyword, &conditions);
        self.leave();
    }

    /// ` WHERE j."subject_type" = ?1`, if the links have a tag.
    fn tagged(&mut self, before: &str, through: &'static Through) -> &mut Self {
        if let Some((column, tag)) = through.tag_column() {
            self.push(before).name(column.name).push(" = ").bind_stored(Value::Text(tag.into()), Held::by(column));
        }
        self
    }

    /// `INTO "enrollments" ("student_id", "course_id") `
    fn new_links(&mut self, through: &'static Through, new: &NewLinks) -> &mut Self {
        self.push("INTO ").table(through.schema, through.table).push(" (").names(new.names()).push(") ")
    }

    /// `VALUES (?1, ?2), …`, or `SELECT unnest($1), …`
    fn link_values(&mut self, through: &'static Through, new: NewLinks) -> &mut Self {
        let rows = new.len();
        if rows > 1 && self.dialect.inserts_arrays() {
            return self.link_arrays(through, new);
        }
        let width = new.columns.len();
        let values = self.stored_links(new);
        self.rows_of_values(rows, width, values)
    }

    /// The values of new links, as the columns store them.
    fn stored_links(&self, new: NewLinks) -> Vec<Param<'static>> {
        let held: Vec<Held> = new.columns.iter().map(|(_, held)| self.held_here(*held)).collect();
        let stored = |(value, held): (Value<'static>, &Held)| match held.form.store(&value) {
            Ok(stored) => Param::Value(stored.unwrap_or(value)),
            Err(mismatch) => Param::Refused(mismatch),
        };
        new.values.into_iter().zip(held.iter().cycle()).map(stored).collect()
    }

    fn link_arrays(&mut self, through: &'static Through, new: NewLinks) -> &mut Self {
        let (names, types): (Vec<&str>, Vec<SqlType>) =
            new.columns.iter().map(|(name, held)| (*name, held.sql_type)).unzip();
        self.rows_of_arrays(&types, ComparedColumns { schema: through.schema, table: through.table, columns: &names });
        self.params.extend(lists(types.into_iter().zip(columns_of(new.values, names.len()))));
        self
    }

    /// `(VALUES (?1, ?2), …) AS v WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."student_id" = v."column1" …)`
    fn missing_links(&mut self, through: &'static Through, new: NewLinks) -> &mut Self {
        let keys: Vec<(&str, usize)> = new.keys.iter().map(|&key| (new.columns[key].0, key)).collect();
        let width = new.columns.len();
        if self.dialect.inserts_arrays() {
            // The types of values in `FROM` are not known.
            self.push("(").link_arrays(through, new).push(") AS v (").numbered_columns(width).push(")");
        } else {
            let (rows, mut values) = (new.len(), self.stored_links(new).into_iter());
            self.dialect.table_of_rows(self, rows, width, &mut |writer| writer.row(width, &mut values));
        }
        self.push(" WHERE NOT EXISTS (SELECT 1 FROM ").table(through.schema, through.table).push(" AS j WHERE ");
        self.separated(" AND ", keys, |writer, (name, at)| {
            writer.push("j.").name(name).push(" = ").link_value(at);
        });
        self.push(")")
    }

    /// `v."column1"`
    fn link_value(&mut self, at: usize) -> &mut Self {
        self.push("v.").name(&numbered(at))
    }

    /// `"column1", "column2"`
    pub(super) fn numbered_columns(&mut self, width: usize) -> &mut Self {
        self.separated(", ", 0..width, |writer, at| {
            writer.name(&numbered(at));
        })
    }

    /// `o."id", o."part"`
    fn identity(&mut self, alias: impl Fn(&mut Self), columns: &[&str]) -> &mut Self {
        self.separated(", ", columns, |writer, name| {
            alias(writer);
            writer.push(name);
        })
    }

    /// `"a" = ? AND "b" = ?`, in a statement without aliases
    fn names_equal(&mut self, columns: impl Iterator<Item = KeyColumn>, values: &[Value<'static>]) -> &mut Self {
        self.separated(" AND ", columns.zip(values), |writer, (column, value)| {
            writer.matched_name(column).push(" = ").bind_stored(value.clone(), column.held);
        })
    }

    fn among(&mut self, columns: ComparedColumns<'_>, held: &[KeyColumn], which: WhichRows) {
        match which {
            WhichRows::All => {}
            WhichRows::These(keys) => self.push(" AND ").name_in(columns, held, " IN ", keys),
            WhichRows::AllBut(keys) => self.push(" AND ").name_in(columns, held, " NOT IN ", keys),
        }
    }

    /// `"id" IN (SELECT k."value" FROM rarray(?) AS k)`, or `("a", "b") IN (…)`
    fn name_in(&mut self, columns: ComparedColumns<'_>, held: &[KeyColumn], operator: &str, keys: Keys) {
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
        self.dialect.keys(self.push(" FROM "), keys, columns);
        self.push(")");
    }
}

/// The name of a column at a position of unnamed rows.
fn numbered(at: usize) -> String {
    format!("column{}", at + 1)
}
