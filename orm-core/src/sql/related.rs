//! The statement that loads one relation for all parents at once.
//!
//! Its first column identifies the parent of a row, either by the position of the parent's key in the list that was
//! sent, or by the key itself; the target's columns follow. If the target's own columns contain the parent's key, only
//! they are selected.

use std::ops::Range;

use super::held::KeyColumn;
use super::{ComparedColumns, Dialect, Held, LimitsEach, LinkedRows, Sql, Writer};
use crate::ast::{Aggregate, Argument, Expr, Join, Select};
use crate::schema::{RelationDef, Table, Through};
use crate::types::{Keys, SqlType};

/// The forms of the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The keys are sent as one parameter, and are joined with the target. Rows have their key's position.
    Keys,
    /// The keys are sent as one parameter, and the column that refers to them is compared with the list. Rows have
    /// their key.
    List,
    /// No keys are sent: the parents are a whole table to which a foreign key leads, so all rows that refer to one are
    /// loaded. Rows have their key.
    Whole,
    /// Like `Keys`, for many-to-many: the links, then each linked row once.
    Links,
    /// Like `List`, for many-to-many: the links, then each linked row once.
    ListLinks,
    /// Like `Whole`, for many-to-many: all links, then each linked row once.
    WholeLinks,
    /// Like `Keys`, with a subquery for each key that stops at the limit; for keys with an index.
    LimitEach,
    /// Like `Keys`, with numbered rows for each key; for limits without such an index.
    Number,
}

impl Form {
    /// Whether rows have the key of their parent, and not its position.
    pub(crate) fn tells_keys(self) -> bool {
        matches!(self, Form::List | Form::ListLinks | Form::Whole | Form::WholeLinks)
    }

    /// Whether links and rows are separate.
    pub(crate) fn is_links(self) -> bool {
        matches!(self, Form::Links | Form::ListLinks | Form::WholeLinks)
    }
}

/// A relation to load, with the conditions and order of `select`.
#[derive(Clone, Copy, Debug)]
pub struct Related<'s> {
    /// The relation.
    pub relation: &'static RelationDef,
    /// Its conditions, order and limit.
    pub select: &'s Select,
    /// To-one relations of the target that are joined to its rows; their columns follow its own.
    pub joins: &'s [Join],
    /// The form of the statement.
    pub form: Form,
    /// Whether the statement sorts the rows, or the code that collects them does.
    pub order_in_sql: bool,
}

impl Related<'_> {
    fn to_columns(self) -> impl Iterator<Item = KeyColumn> + use<> {
        self.relation.target_columns()
    }
}

impl Table {
    /// Columns of the table, with which keys are compared.
    pub(super) fn compared<'n>(&self, columns: &'n [&'n str]) -> ComparedColumns<'n> {
        ComparedColumns { schema: self.schema, table: self.name, columns }
    }
}

impl Through {
    /// The columns that the owners' keys are compared with.
    fn compared(&self) -> ComparedColumns<'static> {
        ComparedColumns { schema: self.schema, table: self.table, columns: self.left }
    }
}

/// The statement that loads a relation for the parents with these keys.
#[must_use]
pub fn related(related: &Related<'_>, keys: Keys, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    let keys = writer.stored_keys_of(related.relation, keys);
    match related.form {
        Form::Whole => writer.alone(related, None),
        Form::List => writer.alone(related, Some(keys)),
        Form::Keys => writer.by_keys(related, keys),
        Form::WholeLinks => writer.links(related, None),
        Form::Links | Form::ListLinks => writer.links(related, Some(keys)),
        Form::LimitEach => writer.limit_each(related.relation, related.select, keys),
        Form::Number => writer.number_each(related.relation, related.select, keys),
    }
    writer.finish()
}

impl Held {
    /// The type of a value computed for each parent, if it is computed from a column.
    pub(crate) fn of_each(function: Aggregate, table: &'static Table) -> Option<Self> {
        let Aggregate::Of(function, Some(column)) = function else { return None };
        Held::of(&Expr::Aggregate(function, Some(argument(table, column))), table)
    }
}

fn argument(table: &'static Table, column: usize) -> Argument {
    Argument { value: Box::new(Expr::Column(column)), sql_type: table.columns[column].sql_type }
}

/// `SELECT k.rowid, count(*) FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON … GROUP BY k.rowid`, or
/// `SELECT t0."student_id", count(*) FROM "courses" AS t0 WHERE t0."student_id" = ANY($1) … GROUP BY t0."student_id"`
///
/// The form is one of `Keys` and `List`.
#[must_use]
pub fn aggregate(
    relation: &'static RelationDef,
    select: &Select,
    function: Aggregate,
    (form, keys): (Form, Keys),
    dialect: &dyn Dialect,
) -> Sql {
    let mut writer = Writer::new(dialect);
    let keys = writer.stored_keys_of(relation, keys);
    if form == Form::List {
        writer.of_each_listed(relation, select, function, keys);
    } else {
        writer.of_each_joined(relation, select, function, keys);
    }
    writer.finish()
}

/// The alias and the column of the owner's key.
fn owner(relation: &'static RelationDef, to: &'static Table, target: usize, link: usize) -> (usize, &'static str) {
    let (alias, column) = match &relation.through {
        Some(through) => (link, through.left.first().copied()),
        None => (target, to.names(relation.to_columns).next()),
    };
    (alias, column.unwrap_or_default())
}

impl Writer<'_> {
    fn of_each_joined(&mut self, relation: &'static RelationDef, select: &Select, function: Aggregate, keys: Keys) {
        let target = self.next_alias();
        self.name_joined(target, &select.filter);
        let ordinal = self.dialect.key_table(keys.types()).ordinal;
        self.push("SELECT ").push(ordinal).push(", ");
        self.enter_as(target, select.table);
        self.of_each(function, select.table);
        self.keys_joined(relation, select.table, target, keys);
        self.output_joins(target).conditions(" WHERE ", &select.filter);
        self.leave();
        self.push(" GROUP BY ").push(ordinal);
    }

    fn of_each_listed(&mut self, relation: &'static RelationDef, select: &Select, function: Aggregate, keys: Keys) {
        let (target, link) = self.target_and_link();
        let owner = owner(relation, select.table, target, link);
        self.name_joined(target, &select.filter);
        self.push("SELECT ").qualified(owner.0, owner.1).push(", ");
        self.enter_as(target, select.table);
        self.of_each(function, select.table);
        self.push(" FROM ").linked_target(relation, select.table, target, link).output_joins(target);
        self.push(" WHERE ").owned_by(owner, Some(keys), relation);
        self.conditions(" AND ", &select.filter);
        self.leave();
        self.push(" GROUP BY ").qualified(owner.0, owner.1);
    }

    pub(super) fn of_each(&mut self, function: Aggregate, table: &'static Table) -> &mut Self {
        match function {
            Aggregate::Presence => self.push("count(*) > 0"),
            Aggregate::Of(_, None) => self.push("count(*)"),
            Aggregate::Of(function, Some(column)) => self.aggregate(function, &argument(table, column)),
        }
    }

    /// `SELECT t0."id", t0."student_id", … FROM "courses" AS t0 WHERE t0."student_id" IS NOT NULL …`, or with
    /// `t0."student_id" = ANY($1)`; for many-to-many the owner's key, which is in the join table, comes first, and also
    /// if not all columns are selected.
    fn alone(&mut self, related: &Related<'_>, keys: Option<Keys>) {
        let Related { relation, select, .. } = *related;
        let (target, link) = self.target_and_link();
        let owner = owner(relation, select.table, target, link);
        self.name_joined(target, select.exprs()).push("SELECT ");
        if relation.through.is_some() || select.outputs.is_some() {
            self.qualified(owner.0, owner.1).push(", ");
        }
        let joined = self.outputs(target, select).joined_columns(related.joins);
        self.push(" FROM ").linked_target(relation, select.table, target, link);
        self.output_joins(target);
        self.joins(target, related.joins, &joined);
        self.push(" WHERE ").owned_by(owner, keys, relation);
        self.enter_as(target, select.table);
        self.conditions(" AND ", &select.filter);
        self.order_related(related);
        self.leave();
    }

    /// `SELECT k.rowid, t0."id", … FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."student_id" = +k."value" …`
    fn by_keys(&mut self, related: &Related<'_>, keys: Keys) {
        let Related { relation, select, .. } = *related;
        let target = self.next_alias();
        let table = self.dialect.key_table(keys.types());
        self.name_joined(target, select.exprs());
        self.push("SELECT ").push(table.ordinal).push(", ").outputs(target, select);
        let joined = self.joined_columns(related.joins);
        self.keys_joined(relation, select.table, target, keys);
        self.joined_link(target, select).output_joins(target);
        self.joins(target, related.joins, &joined);
        self.enter_as(target, select.table);
        self.restrictions(select);
        self.order_related(related);
        self.leave();
    }

    /// ```sql
    /// SELECT k.rowid, t1."course_id", NULL, … FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON …
    /// UNION ALL
    /// SELECT NULL, t0."id", t0."id", t0."title", … FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON …
    /// ```
    ///
    /// or, if no part of a statement knows what its other parts returned,
    ///
    /// ```sql
    /// SELECT t1."student_id", t1."course_id", NULL, … FROM "enrollments" AS t1 WHERE t1."student_id" = ANY($1)
    /// UNION ALL
    /// SELECT NULL, t0."id", t0."id", t0."title", … FROM "courses" AS t0
    /// WHERE t0."id" IN (SELECT t1."course_id" FROM "enrollments" AS t1 WHERE t1."student_id" = ANY($1))
    /// ```
    ///
    /// The second column of a row is its rank: its key, or its number in the requested order.
    fn links(&mut self, related: &Related<'_>, keys: Option<Keys>) {
        let Some(through) = &related.relation.through else { return };
        let (target, link) = self.target_and_link();
        self.name_joined(target, related.select.exprs());
        let nulls = ", NULL".repeat(related.select.width());
        match self.dialect.linked_rows() {
            LinkedRows::Wanted { table, key } => {
                self.select_links(related, through, link, keys, &nulls);
                self.push(" UNION ALL ").select_linked(related, target);
                self.push(table).push(" CROSS JOIN ").target_as(related, target).push(" ON ");
                self.equal_parts(target, related.to_columns(), &[key]).joins_from(target);
                self.filter_linked(" WHERE ", related, target);
            }
            LinkedRows::Again => {
                let (from, bound) = self.select_links(related, through, link, keys, &nulls);
                self.push(" UNION ALL ").select_linked(related, target);
                self.target_as(related, target).joins_from(target).push(" WHERE ");
                self.separated("", related.to_columns(), |writer, column| {
                    writer.qualified(target, column.name);
                });
                self.push(" IN (SELECT ").link_target(through, link).again(from, bound).push(")");
                self.filter_linked(" AND ", related, target);
            }
        }
    }

    /// `SELECT k.rowid, t1."course_id", NULL, … FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON …`, or `SELECT
    /// t1."student_id", t1."course_id", NULL, … FROM "enrollments" AS t1 WHERE …`. Returns the ranges of the text and
    /// of the parameters from its ` FROM ` on.
    fn select_links(
        &mut self,
        related: &Related<'_>,
        through: &'static Through,
        link: usize,
        keys: Option<Keys>,
        nulls: &str,
    ) -> (Range<usize>, Range<usize>) {
        let left = through.left.first().copied().unwrap_or_default();
        let table = keys.as_ref().filter(|_| !related.form.tells_keys());
        let table = table.map(|keys| self.dialect.key_table(keys.types()));
        self.push("SELECT ");
        match &table {
            Some(table) => self.push(table.ordinal),
            None => self.qualified(link, left),
        };
        self.push(", ").link_target(through, link).push(nulls);
        let (from, bound) = (self.text.len(), self.params.len());
        self.push(" FROM ");
        match (table, keys) {
            (Some(table), Some(keys)) => {
                self.keys_compared(related.relation, keys).push(table.join).links_of(through, link).push(" ON ");
                self.equal_parts(link, related.relation.left_columns(through), &table.parts).joins_from(link);
                self.conditions_of_link(" WHERE ", through, link, &related.select.filter);
            }
            (_, keys) => {
                self.links_of(through, link).joins_from(link);
                self.push(" WHERE ").owned_by((link, left), keys, related.relation);
                self.conditions_of_link(" AND ", through, link, &related.select.filter);
            }
        }
        (from..self.text.len(), bound..self.params.len())
    }

    /// The aliases of the target and of the link to it.
    fn target_and_link(&mut self) -> (usize, usize) {
        let target = self.next_alias();
        (target, self.link_to(target))
    }

    /// `t1."course_id"`
    fn link_target(&mut self, through: &'static Through, link: usize) -> &mut Self {
        self.qualified(link, through.right.first().copied().unwrap_or_default())
    }

    /// `"courses" AS t0`, or `"enrollments" AS t1 JOIN "courses" AS t0 ON …` for many-to-many.
    fn linked_target(
        &mut self,
        relation: &'static RelationDef,
        to: &'static Table,
        target: usize,
        link: usize,
    ) -> &mut Self {
        let Some(through) = &relation.through else {
            return self.table(to.schema, to.name).push(" AS ").alias(target);
        };
        self.links_of(through, link).push(" JOIN ");
        self.table(to.schema, to.name).push(" AS ").alias(target).push(" ON ");
        self.equal_columns(link, relation.right_columns(through), target, relation.target_columns());
        self
    }

    /// `t0."student_id" = ANY($1)`, or `t0."student_id" IS NOT NULL` for all owners.
    fn owned_by(
        &mut self,
        (alias, column): (usize, &'static str),
        keys: Option<Keys>,
        relation: &'static RelationDef,
    ) -> &mut Self {
        self.qualified(alias, column);
        let Some(keys) = keys else { return self.push(" IS NOT NULL") };
        let sql_type = keys.types().first().copied().unwrap_or(SqlType::Int64);
        let mut keys = Some(keys);
        self.dialect.in_list(self, sql_type, &mut |writer| {
            if let Some(keys) = keys.take() {
                writer.with_compared(relation, |writer, compared| writer.dialect.bind_keys(writer, keys, compared));
            }
        });
        self
    }

    /// `SELECT NULL, t0."id", t0."id", t0."title", … FROM `
    fn select_linked(&mut self, related: &Related<'_>, target: usize) {
        let Related { select, order_in_sql, .. } = *related;
        self.push("SELECT NULL, ");
        if order_in_sql {
            self.enter_as(target, select.table);
            self.push("row_number() OVER (ORDER BY ").order_terms(select).push(")");
            self.leave();
        } else {
            self.key_of(target, select.table);
        }
        self.push(", ").outputs(target, select).push(" FROM ");
    }

    /// `"courses" AS t0`
    fn target_as(&mut self, related: &Related<'_>, target: usize) -> &mut Self {
        let table = related.select.table;
        self.table(table.schema, table.name).push(" AS ").alias(target)
    }

    /// The conditions on the targets, if the links are selected separately.
    fn filter_linked(&mut self, keyword: &str, related: &Related<'_>, target: usize) {
        let filter = related.select.filter.iter().filter(|condition| condition.of_link().is_none());
        let filter: Vec<Expr> = filter.cloned().collect();
        self.enter_as(target, related.select.table);
        self.conditions(keyword, &filter);
        self.leave();
    }

    /// Like [`by_keys`](Self::by_keys), with `t0."id" IN (SELECT … WHERE t1."student_id" = +k."value" ORDER BY … LIMIT
    /// ?)` as the condition of the join, or with such a subquery in place of the target.
    fn limit_each(&mut self, relation: &'static RelationDef, select: &Select, keys: Keys) {
        let limits_each = self.dialect.limits_each();
        if limits_each == LimitsEach::Numbering {
            return self.number_each(relation, select, keys);
        }
        let target = self.next_alias();
        let table = self.dialect.key_table(keys.types());
        let outputs = select.outputs.iter().flat_map(|outputs| outputs.iter());
        self.name_joined(target, outputs.chain(select.order.iter().map(|order| &order.by)));
        self.push("SELECT ").push(table.ordinal).push(", ").outputs(target, select).push(" FROM ");
        self.keys_compared(relation, keys);
        if limits_each == LimitsEach::Lateral {
            self.push(" CROSS JOIN LATERAL (SELECT ");
            let inner = self.next_alias();
            self.columns(inner, select.table);
            self.limited(inner, relation, select, &table.parts);
            self.push(") AS ").alias(target);
        } else {
            self.push(table.join).table(select.table.schema, select.table.name).push(" AS ").alias(target);
            self.push(" ON ").key_of(target, select.table).push(" IN (SELECT ");
            let inner = self.next_alias();
            self.separated(", ", select.table.names(select.table.primary_key), |writer, column| {
                writer.qualified(inner, column);
            });
            self.limited(inner, relation, select, &table.parts);
            self.push(")");
        }
        self.output_joins(target);
        self.enter_as(target, select.table);
        self.order(select);
        self.leave();
    }

    /// ` FROM "courses" AS t1 WHERE t1."student_id" = +k."value" AND … ORDER BY … LIMIT ?`
    fn limited<P: AsRef<str>>(&mut self, inner: usize, relation: &'static RelationDef, select: &Select, parts: &[P]) {
        self.name_joined(inner, select.filter.iter().chain(select.order.iter().map(|order| &order.by)));
        self.push(" FROM ").table(select.table.schema, select.table.name).push(" AS ").alias(inner);
        if let Some(through) = &relation.through {
            let link = self.link_to(inner);
            self.push(" JOIN ").links_of(through, link).push(" ON ");
            self.equal_columns(link, relation.right_columns(through), inner, relation.target_columns());
            self.output_joins(inner).push(" WHERE ").equal_parts(link, relation.left_columns(through), parts);
        } else {
            self.output_joins(inner).push(" WHERE ").equal_parts(inner, relation.target_columns(), parts);
        }
        self.enter_as(inner, select.table);
        self.conditions(" AND ", &select.filter);
        self.order(select);
        self.leave();
        self.bounds(select);
    }

    /// `SELECT * FROM (SELECT k.rowid AS owner, …, row_number() OVER (PARTITION BY k.rowid ORDER BY …) AS nth …)
    /// WHERE nth <= ?`
    fn number_each(&mut self, relation: &'static RelationDef, select: &Select, keys: Keys) {
        let target = self.next_alias();
        let table = self.dialect.key_table(keys.types());
        self.name_joined(target, select.exprs());
        self.push("SELECT n.").name("owner").push(", ");
        self.separated(", ", 0..select.width(), |writer, column| {
            writer.push("n.c").number(column);
        });
        self.push(" FROM (SELECT ").push(table.ordinal).push(" AS ").name("owner").push(", ");
        self.numbered_outputs(target, select);
        self.push(", row_number() OVER (PARTITION BY ").push(table.ordinal).push(" ORDER BY ");
        self.enter_as(target, select.table);
        self.order_terms(select);
        self.push(") AS ").name("nth");
        self.keys_joined(relation, select.table, target, keys);
        self.output_joins(target);
        self.conditions(" WHERE ", &select.filter);
        self.leave();
        self.push(") AS n WHERE n.").name("nth").push(" > ").bound(select.offset.unwrap_or(0));
        if let Some(limit) = select.limit {
            let last = limit.saturating_add(select.offset.unwrap_or(0));
            self.push(" AND n.").name("nth").push(" <= ").bound(last);
        }
        self.push(" ORDER BY n.").name("owner").push(", n.").name("nth");
    }

    /// `t0."id" AS c0, t0."title" AS c1, …`
    fn numbered_outputs(&mut self, alias: usize, select: &Select) {
        self.enter_as(alias, select.table);
        self.separated(", ", 0..select.width(), |writer, position| {
            match &select.outputs {
                Some(outputs) => writer.expr(&outputs[position]),
                None => {
                    writer.column(position);
                }
            }
            writer.push(" AS c").number(position);
        });
        self.leave();
    }

    /// ` FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."student_id" = +k."value"`, with the join table in
    /// between for many-to-many.
    fn keys_joined(&mut self, relation: &'static RelationDef, to: &'static Table, target: usize, keys: Keys) {
        let table = self.dialect.key_table(keys.types());
        self.push(" FROM ").keys_compared(relation, keys).push(table.join);
        if let Some(through) = &relation.through {
            let link = self.link_to(target);
            self.links_of(through, link).push(" ON ");
            self.equal_parts(link, relation.left_columns(through), &table.parts).push(table.join);
            self.table(to.schema, to.name).push(" AS ").alias(target).push(" ON ");
            self.equal_columns(link, relation.right_columns(through), target, relation.target_columns());
        } else {
            self.table(to.schema, to.name).push(" AS ").alias(target).push(" ON ");
            self.equal_parts(target, relation.target_columns(), &table.parts);
        }
    }

    /// `rarray(?1) AS k`: the keys of a relation's parents.
    fn keys_compared(&mut self, relation: &'static RelationDef, keys: Keys) -> &mut Self {
        self.with_compared(relation, |writer, compared| writer.dialect.keys(writer, keys, compared))
    }

    /// Writes something that may depend on the columns with which the keys of a relation's parents are compared:
    /// columns of the target or of the join table.
    fn with_compared(
        &mut self,
        relation: &'static RelationDef,
        write: impl FnOnce(&mut Self, ComparedColumns<'_>),
    ) -> &mut Self {
        if let Some(through) = &relation.through {
            write(self, through.compared());
        } else {
            let to = (relation.to)();
            let columns: Vec<&str> = to.names(relation.to_columns).collect();
            write(self, to.compared(&columns));
        }
        self
    }

    /// Repeats a part of the statement. Its parameters are bound again if they are not numbered.
    fn again(&mut self, text: Range<usize>, params: Range<usize>) -> &mut Self {
        self.text.extend_from_within(text);
        if !self.dialect.numbers_parameters() {
            self.params.extend_from_within(params);
        }
        self
    }

    fn equal_parts<P: AsRef<str>>(
        &mut self,
        alias: usize,
        columns: impl Iterator<Item = KeyColumn>,
        parts: &[P],
    ) -> &mut Self {
        self.separated(" AND ", columns.zip(parts), |writer, (column, part)| {
            writer.matched_column(alias, column).push(" = ").push(part.as_ref());
        })
    }

    /// `t0."id"`, or `(t0."a", t0."b")`
    fn key_of(&mut self, alias: usize, table: &'static Table) -> &mut Self {
        let several = table.primary_key.len() > 1;
        self.push(if several { "(" } else { "" });
        self.separated(", ", table.names(table.primary_key), |writer, column| {
            writer.qualified(alias, column);
        });
        self.push(if several { ")" } else { "" })
    }

    fn order_related(&mut self, related: &Related<'_>) {
        if related.order_in_sql {
            self.order(related.select);
        }
    }
}
