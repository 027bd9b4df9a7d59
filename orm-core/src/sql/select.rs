//! Queries of rows, counts and existence.

use super::{Dialect, Sql, Writer};
use crate::ast::{Argument, Expr, Function, Join, Nulls, OfParent, Order, Select};
use crate::schema::{RelationDef, Table};
use crate::types::Param;
use crate::value::Value;

/// `SELECT t0."id", … FROM "students" AS t0 WHERE … ORDER BY … LIMIT …`
#[must_use]
pub fn select(select: &Select, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.rows(select);
    writer.finish()
}

/// `SELECT t0."id", … FROM "students" AS t0 WHERE t0."id" = ?1`, without the values of the key.
pub(crate) fn find(table: &'static Table, dialect: &dyn Dialect) -> Sql {
    find_by(table, table.primary_key, dialect)
}

/// Does the same as [`find`], for the row that was written last: by these columns, or, if there are none, by the key
/// that the database generated: `WHERE t0."id" = LAST_INSERT_ID()`.
pub(crate) fn written(table: &'static Table, columns: &[usize], dialect: &dyn Dialect) -> Sql {
    let (Some(key), Some(last), []) = (table.single_key(), dialect.last_key(), columns) else {
        return find_by(table, columns, dialect);
    };
    let mut writer = Writer::new(dialect);
    let alias = writer.find_in(table);
    writer.qualified(alias, key.name).push(" = ").push(last);
    writer.finish()
}

fn find_by(table: &'static Table, columns: &[usize], dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    let alias = writer.find_in(table);
    writer.separated(" AND ", columns.iter().filter_map(|&at| table.key_column(at)), |writer, column| {
        writer.matched_column(alias, column).push(" = ").bind(Param::Value(Value::Null));
    });
    writer.finish()
}

/// `SELECT count(*) FROM …`, of the rows that the select returns.
#[must_use]
pub fn count(select: &Select, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    let root = writer.next_alias();
    let in_part = select.distinct || select.group.is_some();
    if in_part || select.is_limited() {
        writer.push("SELECT count(*) FROM (");
        if in_part {
            writer.note_keys(root, select).name_joined(root, select.exprs()).select_outputs(root, select);
        } else {
            writer.push("SELECT 1");
        }
        writer.source(root, select).bounds(select);
        writer.push(") AS limited");
    } else {
        writer.push("SELECT count(*)").source(root, select);
    }
    writer.finish()
}

/// `SELECT sum(t0."balance") FROM …`, over the rows that the select returns.
#[must_use]
pub fn total(select: &Select, function: Function, argument: &Argument, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    let root = writer.next_alias();
    writer.name_joined(root, [&*argument.value]).push("SELECT ");
    if select.is_limited() {
        writer.name_joined(root, select.exprs());
        writer.enter_as(root, select.table);
        let held = writer.aggregated(function, argument);
        dialect.computed(&mut writer, function, held.compared_as(), &mut |writer| {
            writer.push("n.").name("value");
        });
        writer.push(" FROM (SELECT ").in_form(&argument.value, held);
        writer.leave();
        writer
            .push(" AS ")
            .name("value")
            .push(" FROM ")
            .table(select.table.schema, select.table.name)
            .push(" AS ")
            .alias(root)
            .joined_link(root, select)
            .output_joins(root);
        writer.enter_as(root, select.table);
        writer.restrictions(select);
        writer.order(select).leave();
        writer.bounds(select);
        writer.push(") AS n");
    } else {
        let total = Expr::Aggregate(function, Some(argument.clone()));
        writer.exprs(root, select.table, [&total]).source(root, select);
    }
    writer.finish()
}

/// `SELECT EXISTS (SELECT 1 FROM …)`
#[must_use]
pub fn exists(select: &Select, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    let root = writer.next_alias();
    writer.push("SELECT EXISTS (SELECT 1").source(root, select).bounds(select);
    writer.push(")");
    writer.finish()
}

/// `t0."balance" + ?1`: a value of a row, as in a statement for rows of a table.
pub(crate) fn value(expr: &Expr, table: &'static Table, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    let root = writer.next_alias();
    writer.exprs(root, table, [expr]);
    writer.finish()
}

impl Writer<'_> {
    /// `SELECT t0."id", … FROM "students" AS t0 WHERE `; returns the alias.
    fn find_in(&mut self, table: &'static Table) -> usize {
        let alias = self.aliases;
        self.push("SELECT ").columns(alias, table).push(" FROM ").enter(table).push(" WHERE ");
        alias
    }

    fn rows(&mut self, select: &Select) {
        let root = self.next_alias();
        self.note_keys(root, select).name_joined(root, select.exprs());
        let joined = self.select_outputs(root, select).joined_columns(&select.joins);
        self.push(" FROM ").table(select.table.schema, select.table.name).push(" AS ").alias(root);
        self.joined_link(root, select).output_joins(root);
        self.joins(root, &select.joins, &joined);
        self.enter_as(root, select.table);
        self.restrictions(select);
        match link_order(select) {
            Some(columns) => self.order_by_link(root, columns),
            None => self.order_by(&select.full_order(), select.order.len()),
        }
        self.leave();
        self.bounds(select);
        if let Some(lock) = select.lock {
            self.dialect.lock(self, lock, &mut |writer| {
                writer.alias(root);
            });
        }
    }

    /// `SELECT t0."id", …`
    fn select_outputs(&mut self, alias: usize, select: &Select) -> &mut Self {
        self.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " }).outputs(alias, select)
    }

    /// The outputs: all columns, unless the select has others.
    pub(super) fn outputs(&mut self, alias: usize, select: &Select) -> &mut Self {
        match &select.outputs {
            Some(outputs) if select.distinct => {
                self.enter_as(alias, select.table);
                self.separated(", ", outputs.iter(), Self::told_apart_by);
                self.leave();
                self
            }
            Some(outputs) => self.exprs(alias, select.table, outputs.iter()),
            None => self.columns(alias, select.table),
        }
    }

    /// Assigns aliases to the to-one relations that some values of the row under an alias are read from.
    pub(super) fn name_joined<'e>(&mut self, alias: usize, exprs: impl IntoIterator<Item = &'e Expr>) -> &mut Self {
        for expr in exprs {
            expr.visit(&mut |expr| {
                match expr {
                    Expr::Joined(relation, _) => {
                        self.name_relation(alias, relation);
                    }
                    Expr::ValueOf(relation, value) => {
                        let own = self.name_relation(alias, relation);
                        self.name_joined(own, [&**value]);
                    }
                    Expr::OfLink(_, value) => {
                        let link = self.read_link(alias);
                        self.name_joined(link, [&**value]);
                    }
                    _ => {}
                }
                true
            });
        }
        self
    }

    fn name_relation(&mut self, alias: usize, relation: &'static RelationDef) -> usize {
        self.joined_as(alias, relation).unwrap_or_else(|| {
            let own = self.next_alias();
            self.joined.push((alias, relation, own));
            own
        })
    }

    /// The alias of the row that a relation leads to from the one under an alias, if it is joined.
    pub(super) fn joined_as(&self, alias: usize, relation: &RelationDef) -> Option<usize> {
        let is_it = |&&(from, other, _): &&(usize, &RelationDef, usize)| from == alias && other.is_same(relation);
        self.joined.iter().find(is_it).map(|&(_, _, own)| own)
    }

    /// The joins of the relations with assigned aliases, from the row under this alias and from its link.
    pub(super) fn output_joins(&mut self, alias: usize) -> &mut Self {
        let link = self.links.iter().find(|link| link.target == alias && link.is_read).map(|link| link.alias);
        self.joins_from(alias);
        link.map(|link| self.joins_from(link));
        self
    }

    /// Does the same from only the row.
    pub(super) fn joins_from(&mut self, alias: usize) -> &mut Self {
        for (from, relation, own) in self.joined.clone() {
            if from == alias {
                self.join(alias, &Join { relation, filter: Expr::tag(relation).into_iter().collect() }, own);
                self.joins_from(own);
            }
        }
        self
    }

    /// Some values, in the scope of a table that has this alias.
    fn exprs<'e>(
        &mut self,
        alias: usize,
        table: &'static Table,
        exprs: impl IntoIterator<Item = &'e Expr>,
    ) -> &mut Self {
        self.enter_as(alias, table);
        self.separated(", ", exprs, Self::expr);
        self.leave();
        self
    }

    /// `, t1."id", t1."name", …`, the columns of joined relations, and the aliases that were assigned.
    pub(super) fn joined_columns(&mut self, joins: &[Join]) -> Vec<usize> {
        let aliases: Vec<usize> = joins.iter().map(|_| self.next_alias()).collect();
        for (join, &alias) in joins.iter().zip(&aliases) {
            self.push(", ").columns(alias, (join.relation.to)());
        }
        aliases
    }

    /// The joins themselves, under these aliases.
    pub(super) fn joins(&mut self, own: usize, joins: &[Join], aliases: &[usize]) {
        for (join, &alias) in joins.iter().zip(aliases) {
            self.join(own, join, alias);
        }
    }

    /// ` LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id"`
    fn join(&mut self, root: usize, join: &Join, alias: usize) {
        let to = (join.relation.to)();
        self.push(" LEFT JOIN ").table(to.schema, to.name).push(" AS ").alias(alias).push(" ON ");
        self.equal_columns(alias, join.relation.target_columns(), root, join.relation.source_columns());
        self.enter_as(alias, to);
        self.conditions(" AND ", &join.filter);
        self.leave();
    }

    /// Every column of a table, by name: tables may have more columns than the model, in another order.
    pub(super) fn columns(&mut self, alias: usize, table: &'static Table) -> &mut Self {
        self.separated(", ", table.columns, |writer, column| {
            writer.qualified(alias, column.name);
        })
    }

    /// ` FROM … WHERE …`, of the table under this alias.
    fn source(&mut self, alias: usize, select: &Select) -> &mut Self {
        self.name_joined(alias, select.conditions());
        self.push(" FROM ").table(select.table.schema, select.table.name).push(" AS ").alias(alias);
        self.joined_link(alias, select).output_joins(alias);
        self.enter_as(alias, select.table);
        self.restrictions(select);
        self.leave();
        self
    }

    /// The conditions on the rows of the innermost scope's table.
    pub(super) fn restrictions(&mut self, select: &Select) {
        let mut keyword = " WHERE ";
        if let Some(of) = &select.of {
            self.of_parent(of);
            keyword = " AND ";
        }
        self.conditions(keyword, &select.filter);
        if let Some(group) = &select.group {
            self.groups(group);
        }
    }

    /// ` JOIN link AS t1 ON …`, if the rows of one parent are reached by links.
    pub(super) fn joined_link(&mut self, target: usize, select: &Select) -> &mut Self {
        let Some((of, through)) = select.of.as_ref().and_then(|of| Some((of, of.relation.through.as_ref()?))) else {
            return self;
        };
        let link = self.link_to(target);
        self.push(" JOIN ").links_of(through, link).push(" ON ");
        self.equal_columns(link, of.relation.right_columns(through), target, of.relation.target_columns());
        self
    }

    /// The rows of one parent: ` WHERE t1."student_id" = ?`, of the link or of the row itself.
    fn of_parent(&mut self, of: &OfParent) {
        let Some((target, _)) = self.scope() else { return };
        self.push(" WHERE ");
        if let Some(through) = &of.relation.through {
            let link = self.link_to(target);
            self.equal_values(link, of.relation.left_columns(through), &of.key);
        } else {
            self.equal_values(target, of.relation.target_columns(), &of.key);
        }
    }

    /// ` ORDER BY …`: the requested terms, then the primary key, so that the order is the same on every run.
    pub(super) fn order(&mut self, select: &Select) -> &mut Self {
        self.push(" ORDER BY ");
        self.order_terms(select)
    }

    pub(super) fn order_terms(&mut self, select: &Select) -> &mut Self {
        self.terms(&select.full_order(), select.order.len())
    }

    /// ` ORDER BY …`, with only these terms.
    pub(super) fn order_by(&mut self, terms: &[Order], asked: usize) {
        if !terms.is_empty() {
            self.push(" ORDER BY ").terms(terms, asked);
        }
    }

    /// ` ORDER BY t1."course_id"`
    fn order_by_link(&mut self, target: usize, columns: Vec<&'static str>) {
        let link = self.link_to(target);
        self.push(" ORDER BY ").separated(", ", columns, |writer, column| {
            writer.qualified(link, column);
        });
    }

    /// Terms of which the first `asked` were requested. The others only make the order the same on every run, for which
    /// their stored form is sufficient.
    fn terms(&mut self, terms: &[Order], asked: usize) -> &mut Self {
        let terms = terms.iter().enumerate();
        self.separated(", ", terms, |writer, (position, order)| {
            let trusted = writer.used.len();
            let nulls = writer.nulls(order);
            writer.dialect.order_term(writer, &mut |writer| writer.ordered_by(&order.by), order.descending, nulls);
            if position >= asked {
                writer.used.truncate(trusted);
            }
        })
    }

    fn nulls(&self, order: &Order) -> Option<Nulls> {
        self.nulls_of(order, self.scope().is_none_or(|(_, table)| order.is_nullable(table)))
    }

    /// The position of `NULL`s, if it is not the database's default.
    pub(super) fn nulls_of(&self, order: &Order, nullable: bool) -> Option<Nulls> {
        let least = if order.descending { Nulls::Last } else { Nulls::First };
        let by_itself = if self.dialect.nulls_are_least() { least } else { opposite(least) };
        let wanted = order.nulls.unwrap_or(least);
        (nullable && wanted != by_itself).then_some(wanted)
    }

    /// ` LIMIT ? OFFSET ?`
    pub(super) fn bounds(&mut self, select: &Select) {
        if select.is_limited() {
            self.dialect.limit(self, select.limit, select.offset);
        }
    }

    /// A bound number of rows; no table has more than `i64::MAX`.
    pub(super) fn bound(&mut self, rows: u64) -> &mut Self {
        self.bind(Param::Value(Value::Int(i64::try_from(rows).unwrap_or(i64::MAX))))
    }
}

/// The columns of the links that hold the keys of the selected rows, if these are the rows of one parent in the order of their keys.
/// The links of a parent usually have an index in this order, so nothing has to be sorted; SQLite does not notice that the keys of
/// the rows are the same. Text keys are excluded: texts that compare equal may sort differently.
fn link_order(select: &Select) -> Option<Vec<&'static str>> {
    let relation = select.of.as_ref()?.relation;
    let through = relation.through.as_ref()?;
    let is_plain = select.order.is_empty() && select.apart_by.is_empty() && select.group.is_none() && !select.distinct;
    let column_of = |key: &usize| {
        let at = relation.to_columns.iter().position(|column| column == key)?;
        through.right.get(at).copied().filter(|_| select.table.columns[*key].sql_type.is_integer())
    };
    select.table.primary_key.iter().map(column_of).collect::<Option<Vec<_>>>().filter(|_| is_plain)
}

fn opposite(nulls: Nulls) -> Nulls {
    match nulls {
        Nulls::First => Nulls::Last,
        Nulls::Last => Nulls::First,
    }
}
