//! The types and forms of a statement's values, and how values in other forms are compared with them.

use super::Writer;
use crate::ast::{Argument, Call, Case, Comparison, Expr, Function};
use crate::schema::{ColumnDef, RelationDef, Table, Through};
use crate::types::{Form, Keys, Param, SqlType, meaning, native};
use crate::value::Value;

/// The type of a value, and its form if the database has no such type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// The type.
    pub sql_type: SqlType,
    /// The stored form.
    pub form: Form,
}

impl Held {
    /// The type and form of a column.
    pub(crate) fn by(column: &ColumnDef) -> Self {
        Held { sql_type: column.sql_type, form: column.form }
    }

    /// The type in the form of new tables.
    pub(crate) fn native(sql_type: SqlType) -> Self {
        Held { sql_type, form: Form::Native }
    }

    /// The type as which values of the form are compared by size.
    pub(super) fn compared_as(self) -> SqlType {
        match self.form {
            Form::Numeric | Form::MinorUnits(_) => SqlType::Real64,
            _ => self.sql_type,
        }
    }

    /// The type and form of an aggregate, or of its argument.
    fn aggregated(self, function: Function) -> Self {
        let as_stored = match function {
            Function::Count => true,
            Function::CountDistinct => self.form.is_canonical(),
            Function::Min | Function::Max => self.form.sorts(),
            Function::Sum | Function::Average => false,
        };
        if as_stored { self } else { Held::native(self.sql_type) }
    }

    /// The type and form of an expression, if they are known.
    pub(crate) fn of(expr: &Expr, table: &Table) -> Option<Self> {
        match expr {
            Expr::Column(column) | Expr::Excluded(column) => table.columns.get(*column).map(Held::by),
            Expr::Joined(relation, column) => (relation.to)().columns.get(*column).map(Held::by),
            Expr::Arithmetic(left, _, right) => {
                let held = Held::of(left, table).or_else(|| Held::of(right, table))?;
                Some(Held::native(held.sql_type))
            }
            Expr::Calendar(calendar, argument) => Some(calendar.held(argument.sql_type)),
            Expr::Call(Call { sql_type, .. }) | Expr::Case(Case { sql_type, .. }) => Some(Held::native(*sql_type)),
            Expr::Json(value) => Some(Held::native(value.kind.sql_type())),
            Expr::Aggregate(Function::Min | Function::Max, Some(argument)) => {
                let form = Held::of(&argument.value, table).map_or(Form::Native, |held| held.form);
                Some(Held { sql_type: argument.sql_type, form }.aggregated(Function::Min))
            }
            Expr::Aggregate(Function::Sum, Some(argument)) => Some(Held::native(argument.sql_type)),
            Expr::ValueOf(relation, value) => Held::of(value, (relation.to)()),
            Expr::OfLink(model, value) => Held::of(value, model),
            Expr::OfRelated(relation, function, _) => Held::of_each(*function, (relation.to)()),
            Expr::Fragment(fragment) => fragment.sql_type.map(Held::native),
            _ => None,
        }
    }
}

/// The comparison of stored values with a value.
#[derive(Debug, PartialEq)]
pub(crate) enum Compare {
    /// This comparison with this value, which the form can store.
    With(Comparison, Value<'static>),
    /// No stored value is equal to it.
    Never,
    /// Every stored value differs from it.
    Always,
}

impl Compare {
    /// A comparison with a value, for stored values of a form.
    ///
    /// A value between two steps of the form is above the lower of them, and no other step is in between: less than the
    /// value means at most that step, and at least the value means more than that step.
    pub(crate) fn of(comparison: Comparison, value: Value<'static>, form: Form) -> Compare {
        let Some(below) = form.step_below(&value) else { return Compare::With(comparison, value) };
        match comparison {
            Comparison::Eq => Compare::Never,
            Comparison::Ne => Compare::Always,
            Comparison::Lt | Comparison::Le => Compare::With(Comparison::Le, below),
            Comparison::Gt | Comparison::Ge => Compare::With(Comparison::Gt, below),
            // Arrays, whose elements have no steps.
            _ => Compare::With(comparison, value),
        }
    }
}

/// A column whose values a statement compares or writes in the form that its model declares.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// Its table.
    pub table: &'static Table,
    /// Its position.
    pub column: usize,
}

impl PartialEq for Used {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.table.is_same(other.table)
    }
}

/// A to-one relation that a statement trusts to lead to at most one row.
#[derive(Clone, Copy, Debug)]
pub struct Single(pub &'static RelationDef);

impl PartialEq for Single {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(other.0)
    }
}

/// A column of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyColumn {
    pub(crate) name: &'static str,
    pub(crate) held: Held,
    /// The column, unless it belongs to a table without a model.
    of: Option<Used>,
}

impl ColumnDef {
    /// Whether its type has several stored forms, and values are compared and written in one of them.
    pub(crate) fn trusts_form(&self) -> bool {
        self.sql_type.has_forms() && self.form.is_canonical()
    }
}

impl Table {
    /// The columns of a key.
    pub(crate) fn key_columns(&'static self, columns: &'static [usize]) -> impl Iterator<Item = KeyColumn> + Clone {
        columns.iter().filter_map(|&at| self.key_column(at))
    }

    pub(super) fn key_column(&'static self, at: usize) -> Option<KeyColumn> {
        let column = self.columns.get(at)?;
        Some(KeyColumn { name: column.name, held: Held::by(column), of: Some(Used { table: self, column: at }) })
    }

    /// Whether a column stores its values in another form than new tables.
    pub(crate) fn has_forms(&self) -> bool {
        self.may_have_forms && self.columns.iter().any(|column| !column.form.is_native())
    }
}

impl RelationDef {
    /// The columns of the starting table that are matched.
    pub(crate) fn source_columns(&self) -> impl Iterator<Item = KeyColumn> + Clone + use<> {
        (self.from)().key_columns(self.from_columns)
    }

    /// The columns of the target that are matched.
    pub(crate) fn target_columns(&self) -> impl Iterator<Item = KeyColumn> + Clone + use<> {
        (self.to)().key_columns(self.to_columns)
    }

    /// The columns of the join table with the key of the starting table.
    pub(crate) fn left_columns(&self, through: &'static Through) -> impl Iterator<Item = KeyColumn> + Clone + use<> {
        links(through, through.left, self.source_columns())
    }

    /// The columns of the join table with the key of the target.
    pub(crate) fn right_columns(&self, through: &'static Through) -> impl Iterator<Item = KeyColumn> + Clone + use<> {
        links(through, through.right, self.target_columns())
    }

    /// The columns with the keys of the parents: those of the target, or of the join table.
    pub(crate) fn owner_columns(&self) -> Vec<KeyColumn> {
        match &self.through {
            Some(through) => links(through, through.left, self.source_columns()).collect(),
            None => self.target_columns().collect(),
        }
    }
}

/// Columns of a join table: their types are those of its model, or otherwise of the keys that they refer to.
fn links(
    through: &Through,
    names: &'static [&'static str],
    keys: impl Iterator<Item = KeyColumn> + Clone,
) -> impl Iterator<Item = KeyColumn> + Clone {
    let model = through.model.map(|table| table());
    names.iter().zip(keys).map(move |(&name, key)| {
        let own =
            model.and_then(|table| table.key_column(table.columns.iter().position(|column| column.name == name)?));
        own.unwrap_or(KeyColumn { name, held: key.held, of: None })
    })
}

impl Writer<'_> {
    /// Notes that the statement trusts a column to have the form that its model declares.
    pub(super) fn trust(&mut self, table: &'static Table, column: usize) {
        let trusts = table.columns.get(column).is_some_and(ColumnDef::trusts_form);
        let used = Used { table, column };
        if trusts && self.dialect.has_forms() && !self.used.contains(&used) {
            self.used.push(used);
        }
    }

    pub(super) fn trust_value(&mut self, value: &Expr) {
        if let Some((_, table)) = self.scope() {
            self.trust_value_of(value, table);
        }
    }

    fn trust_value_of(&mut self, value: &Expr, table: &'static Table) {
        match value {
            Expr::Column(column) => self.trust(table, *column),
            Expr::Joined(relation, column) => self.trust((relation.to)(), *column),
            Expr::ValueOf(relation, value) => self.trust_value_of(value, (relation.to)()),
            Expr::OfLink(model, value) => self.trust_value_of(value, model),
            _ => {}
        }
    }

    /// Notes that the statement trusts a relation to lead to at most one row.
    pub(super) fn trust_single(&mut self, relation: &'static RelationDef) {
        let single = Single(relation);
        if !self.single.contains(&single) {
            self.single.push(single);
        }
    }

    /// The type and form of a value in the innermost scope; in the form of new tables if the database has such types.
    pub(super) fn held(&self, expr: &Expr) -> Option<Held> {
        let (_, table) = self.scope()?;
        Held::of(expr, table).map(|held| self.held_here(held))
    }

    pub(super) fn held_here(&self, held: Held) -> Held {
        if self.dialect.has_forms() { held } else { Held::native(held.sql_type) }
    }

    /// The type and form in which some values are compared: the one that all of them have, if possible, or otherwise
    /// the form of new tables.
    fn shared(&self, exprs: &[&Expr], by_size: bool) -> Option<Held> {
        let mut held = exprs.iter().filter_map(|expr| self.held(expr));
        let first = held.next()?;
        let serves = first.form.is_canonical() && (!by_size || first.form.sorts());
        let agree = held.all(|other| other.form == first.form);
        Some(if serves && agree { first } else { Held::native(first.sql_type) })
    }

    /// The form in which a value is compared with values of the program.
    pub(super) fn compared_by(&self, value: &Expr, by_size: bool) -> Option<Held> {
        self.shared(&[value], by_size)
    }

    /// `t0."at" < ?1`, exactly, even for digits that the column cannot store.
    pub(super) fn compare(&mut self, left: &Expr, comparison: Comparison, right: &Expr) {
        let by_size = matches!(comparison, Comparison::Lt | Comparison::Le | Comparison::Gt | Comparison::Ge);
        let form = self.shared(&[left, right], by_size).map_or(Form::Native, |held| held.form);
        let Expr::Value(value) = right else {
            let operator = self.dialect.operator(comparison);
            self.side(left, right, by_size, by_size).push(operator);
            self.side(right, left, by_size, false);
            return;
        };
        match Compare::of(comparison, value.clone(), form) {
            Compare::With(comparison, value) => {
                let operator = self.dialect.operator(comparison);
                self.side(left, right, by_size, by_size).push(operator);
                self.operand(&Expr::Value(value), left, by_size);
            }
            Compare::Never => {
                self.trust_value(left);
                self.expr(left);
                self.push(" <> ").expr(left);
            }
            Compare::Always => {
                self.trust_value(left);
                self.expr(left);
                self.push(" = ").expr(left);
            }
        }
    }

    /// One side of a comparison, each element of a row value as it is compared, possibly with the collation of its
    /// order.
    fn side(&mut self, value: &Expr, other: &Expr, by_size: bool, collated: bool) -> &mut Self {
        if let (Expr::Row(values), Expr::Row(others)) = (value, other) {
            self.push("(").separated(", ", values.iter().zip(others), |writer, (value, other)| {
                writer.side(value, other, by_size, collated);
            });
            return self.push(")");
        }
        self.operand(value, other, by_size);
        if collated {
            self.collated(&[value, other]);
        }
        self
    }

    /// A value in the form in which it is compared with another.
    pub(super) fn operand(&mut self, value: &Expr, other: &Expr, by_size: bool) {
        let held = self.shared(&[value, other], by_size);
        if let (Expr::Value(value), Some(held)) = (value, held) {
            let column = self.held(other).unwrap_or(held);
            self.bind_as(value, column, held);
            return;
        }
        self.trusted_as(value, held);
    }

    /// An expression, as it is compared.
    pub(super) fn trusted_as(&mut self, value: &Expr, held: Option<Held>) {
        self.trust_value(value);
        match held {
            Some(held) => self.in_form(value, held),
            None => self.expr(value),
        }
    }

    /// The type and form in which a value in the innermost scope and one of another table are compared.
    pub(super) fn shared_with(&self, value: &Expr, other: &Expr, table: &Table) -> Option<Held> {
        let held = [self.held(value), Held::of(other, table).map(|held| self.held_here(held))];
        match held {
            [Some(own), Some(other)] if own.form == other.form && own.form.is_canonical() => Some(own),
            // A value that is not of a column is in the form of new tables.
            [own, other] => own.or(other).map(|held| Held::native(held.sql_type)),
        }
    }

    /// A value in the form of a column, if it is compared in that form or in the form of new tables.
    fn bind_as(&mut self, value: &Value<'static>, column: Held, held: Held) -> &mut Self {
        if held.form == column.form {
            return self.bind_stored(value.clone(), held);
        }
        // The last value of a page is in its stored form.
        let meant = meaning(column.form, value.as_value_ref(), column.sql_type);
        self.bind_stored(meant.unwrap_or_else(|| value.clone()), held)
    }

    /// A parameter, as a column with this form stores it.
    pub(super) fn bind_stored(&mut self, value: Value<'static>, held: Held) -> &mut Self {
        let held = self.held_here(held);
        let param = match held.form.store(&value) {
            Ok(stored) => self.param(stored.unwrap_or(value)),
            Err(mismatch) => Param::Refused(mismatch),
        };
        self.bind(param)
    }

    /// An expression, in its form or in the form of new tables.
    pub(super) fn in_form(&mut self, value: &Expr, held: Held) {
        let own = self.held(value).filter(|own| own.form != held.form);
        let Some(own) = own else { return self.expr(value) };
        self.dialect.native(self, own, &mut |writer| writer.expr(value));
    }

    /// A value by which rows are ordered.
    pub(super) fn ordered_by(&mut self, value: &Expr) {
        self.operand(value, value, true);
        self.collated(&[value]);
    }

    /// A value by which rows are distinguished.
    pub(super) fn told_apart_by(&mut self, value: &Expr) {
        self.operand(value, value, false);
    }

    /// The collation for an order by these values, after the first.
    pub(super) fn collated(&mut self, exprs: &[&Expr]) -> &mut Self {
        if let Some(held) = self.shared(exprs, true) {
            self.dialect.order_collation(self, held.compared_as());
        }
        self
    }

    /// `sum(…)`, of values computed from columns.
    pub(super) fn aggregate(&mut self, function: Function, argument: &Argument) -> &mut Self {
        let held = self.aggregated(function, argument);
        if function != Function::Count {
            self.trust_value(&argument.value);
        }
        self.dialect.computed(self, function, held.compared_as(), &mut |writer| writer.in_form(&argument.value, held));
        self
    }

    /// The type and form of an aggregate's argument.
    pub(super) fn aggregated(&self, function: Function, argument: &Argument) -> Held {
        let form = self.held(&argument.value).map_or(Form::Native, |held| held.form);
        Held { sql_type: argument.sql_type, form }.aggregated(function)
    }

    /// The new value of a column, as the column stores it.
    pub(super) fn change(&mut self, column: &ColumnDef, value: &Expr) {
        let held = self.held_here(Held::by(column));
        match (value, self.held(value)) {
            (Expr::Value(value), _) => {
                self.bind_stored(value.clone(), held);
            }
            (_, Some(own)) if own.form != held.form => {
                let native = Held::native(own.sql_type);
                self.dialect.stored(self, held, &mut |writer| writer.in_form(value, native));
            }
            _ => {
                self.expr(value);
            }
        }
    }

    /// The list of an `IN`, as the column stores its values. Values that the column cannot store are left out.
    pub(super) fn list(held: Option<Held>, values: &[Value<'static>]) -> Vec<Value<'static>> {
        let form = held.map_or(Form::Native, |held| held.form);
        let stored = |value: &Value<'static>| match form.store(value) {
            _ if form.step_below(value).is_some() => None,
            Ok(stored) => Some(stored.unwrap_or_else(|| value.clone())),
            Err(_) => None,
        };
        values.iter().filter_map(stored).collect()
    }

    /// `t1."a" = t0."x" AND t1."b" = t0."y"`
    pub(super) fn equal_columns(
        &mut self,
        left: usize,
        left_columns: impl Iterator<Item = KeyColumn>,
        right: usize,
        right_columns: impl Iterator<Item = KeyColumn>,
    ) {
        self.separated(" AND ", left_columns.zip(right_columns), |writer, (own, other)| {
            let as_stored = own.held.form == other.held.form && own.held.form.is_canonical();
            writer.key_column(left, own, as_stored).push(" = ").key_column(right, other, as_stored);
        });
    }

    /// `t0."a" = ?1 AND t0."b" = ?2`
    pub(super) fn equal_values(
        &mut self,
        alias: usize,
        columns: impl Iterator<Item = KeyColumn>,
        key: &[Value<'static>],
    ) {
        self.separated(" AND ", columns.zip(key), |writer, (column, value)| {
            writer.matched_column(alias, column).push(" = ").bind_stored(value.clone(), column.held);
        });
    }

    /// A column that is compared with values in its own form.
    pub(super) fn matched_column(&mut self, alias: usize, column: KeyColumn) -> &mut Self {
        self.key_column(alias, column, column.held.form.is_canonical())
    }

    fn trust_key(&mut self, column: KeyColumn) {
        if let Some(Used { table, column }) = column.of {
            self.trust(table, column);
        }
    }

    /// Does the same in a statement without aliases.
    pub(super) fn matched_name(&mut self, column: KeyColumn) -> &mut Self {
        self.trust_key(column);
        let held = self.held_here(column.held);
        if held.form.is_canonical() {
            return self.name(column.name);
        }
        self.dialect.native(self, held, &mut |writer| {
            writer.name(column.name);
        });
        self
    }

    fn key_column(&mut self, alias: usize, column: KeyColumn, as_stored: bool) -> &mut Self {
        self.trust_key(column);
        let held = self.held_here(column.held);
        if as_stored || held.form.is_native() {
            return self.qualified(alias, column.name);
        }
        self.dialect.native(self, held, &mut |writer| {
            writer.qualified(alias, column.name);
        });
        self
    }

    /// The keys of a relation's parents, as the columns that are compared with them store them.
    pub(super) fn stored_keys_of(&self, relation: &'static RelationDef, keys: Keys) -> Keys {
        match keys {
            Keys::Values { .. } if self.dialect.has_forms() => self.stored_keys(keys, &relation.owner_columns()),
            keys => keys,
        }
    }

    /// Keys as columns store them.
    pub(super) fn stored_keys(&self, keys: Keys, columns: &[KeyColumn]) -> Keys {
        let is_native = columns.iter().all(|column| column.held.form.is_native());
        let Keys::Values { types, values } = keys else { return keys };
        if is_native || !self.dialect.has_forms() {
            return Keys::Values { types, values };
        }
        let storage = |(column, sql_type): (&KeyColumn, &SqlType)| match column.held.form {
            Form::Native => *sql_type,
            form => form.storage(column.held.sql_type),
        };
        let types: Vec<SqlType> = columns.iter().zip(&types).map(storage).collect();
        let stored = |(value, column): (Value<'static>, &KeyColumn)| {
            let stored = column.held.form.store(&value).ok().flatten();
            // In the form of new tables, a key that its own form cannot store belongs to no row.
            stored.unwrap_or_else(|| if column.held.form.is_native() { value } else { native(&value) })
        };
        let values = values.into_iter().zip(columns.iter().cycle()).map(stored).collect();
        Keys::Values { types, values }
    }
}
