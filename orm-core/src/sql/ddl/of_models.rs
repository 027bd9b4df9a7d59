//! The structure that models need.

use super::names::{joined_name, number_of};
use crate::schema::{
    self, ColumnDef, DefaultValue, Generated, OnDelete, PartialIndex, RelationDef, RelationKind, Through, bare_links,
};
use crate::sql::Dialect;
use crate::structure::{
    Action, Check, ColumnSchema, ForeignKey, Generated as Computed, Index, Name, Schema, Table, Term, Unique,
};
use crate::types::Form;

/// The structure that some models need: their tables, each after those that it refers to, and their join tables.
pub(crate) fn schema_of(tables: &[&'static schema::Table], dialect: &dyn Dialect) -> Schema {
    let tables = in_dependency_order(tables);
    let links = bare_links(&tables);
    let of_models = tables.iter().map(|table| table_of(table, &tables, dialect));
    let of_links = links.iter().map(|(relation, through)| link_table_of(relation, through, dialect));
    Schema { tables: of_models.chain(of_links).collect(), ..Schema::default() }
}

/// The table of a model; the relations of `tables` may search its rows.
pub(crate) fn table_of(
    table: &'static schema::Table,
    tables: &[&'static schema::Table],
    dialect: &dyn Dialect,
) -> Table {
    let names = |columns: &[usize]| table.names(columns).map(str::to_owned).collect::<Vec<String>>();
    Table {
        name: Name::new(table.schema, table.name),
        renamed_from: table.renamed_from.map(str::to_owned),
        columns: table.columns.iter().map(|column| column_of(table, column, dialect)).collect(),
        primary_key: names(table.primary_key),
        unique: table.unique.iter().map(|unique| unique_of(table, names(unique), dialect)).collect(),
        foreign_keys: references(table, dialect),
        checks: checks(table, dialect),
        indexes: indexes(table, tables, dialect),
        without_rowid: table.primary_key.len() != 1 && dialect.has_rowids(),
        strict: false,
        comment: None,
    }
}

/// The column of a field.
fn column_of(table: &'static schema::Table, column: &'static ColumnDef, dialect: &dyn Dialect) -> ColumnSchema {
    let is_assigned = table.generated_key && table.single_key().is_some_and(|key| key.name == column.name);
    let (sql_type, collation) = declared(dialect.column_type(column));
    let computed = |expression: &str| Computed { expression: expression.to_owned(), stored: true };
    let generated = match column.generated {
        Some(Generated::By(expression)) => Some(computed(expression)),
        _ => None,
    };
    ColumnSchema {
        name: column.name.to_owned(),
        renamed_from: column.renamed_from.map(str::to_owned),
        sql_type,
        collation,
        nullable: column.nullable,
        assigned: dialect.assigned_words().filter(|_| is_assigned).map(str::to_owned),
        default: default_of(column, dialect).filter(|_| generated.is_none()).map(default_sql),
        generated,
        comment: None,
    }
}

/// A column's type, and the collation after it.
fn declared(text: &str) -> (String, Option<String>) {
    match text.split_once(" COLLATE ") {
        Some((sql_type, collation)) => (sql_type.to_owned(), Some(collation.trim_matches('"').to_owned())),
        None => (text.to_owned(), None),
    }
}

/// The foreign keys of a table that are possible in the database.
fn references(table: &'static schema::Table, dialect: &dyn Dialect) -> Vec<ForeignKey> {
    let of_key = |key: &'static schema::ForeignKey| {
        let target = (key.target)();
        let columns: Vec<&str> = table.names(key.columns).collect();
        let references: Vec<&str> = target.names(key.references).collect();
        reference((table.schema, table.name), &columns, target, &references, key.on_delete, dialect)
    };
    table.foreign_keys.iter().filter_map(of_key).collect()
}

/// The foreign keys of a join table without a model that are possible in the database.
fn link_references(
    relation: &'static RelationDef,
    through: &'static Through,
    dialect: &dyn Dialect,
) -> Vec<ForeignKey> {
    let side = |columns: &[&str], target: &'static schema::Table, references: &[usize]| {
        let references: Vec<&str> = target.names(references).collect();
        reference((through.schema, through.table), columns, target, &references, OnDelete::Cascade, dialect)
    };
    let left = side(through.left, (relation.from)(), relation.from_columns);
    left.into_iter().chain(side(through.right, (relation.to)(), relation.to_columns)).collect()
}

fn reference(
    (schema, table): (Option<&str>, &str),
    columns: &[&str],
    target: &schema::Table,
    references: &[&str],
    on_delete: OnDelete,
    dialect: &dyn Dialect,
) -> Option<ForeignKey> {
    if dialect.stays_within_schema() && schema != target.schema {
        return None;
    }
    Some(ForeignKey {
        name: Some(joined_name(table, columns.iter().copied(), dialect)),
        columns: owned(columns),
        table: Name::new(target.schema, target.name),
        references: owned(references),
        on_delete: action(on_delete),
        on_update: Action::NoAction,
    })
}

fn action(on_delete: OnDelete) -> Action {
    match on_delete {
        OnDelete::NoAction => Action::NoAction,
        OnDelete::Restrict => Action::Restrict,
        OnDelete::Cascade => Action::Cascade,
        OnDelete::SetNull => Action::SetNull,
    }
}

/// An index that is not unique may have a name made of the same columns.
fn unique_of(table: &schema::Table, columns: Vec<String>, dialect: &dyn Dialect) -> Unique {
    let name = joined_name(table.name, columns.iter().map(String::as_str).chain(["key"]), dialect);
    Unique { name: Some(name), columns }
}

/// The checks of the columns, then of the table.
fn checks(table: &schema::Table, dialect: &dyn Dialect) -> Vec<Check> {
    let of_columns = table.columns.iter().filter_map(|column| Some((Some(column.name), column.check?)));
    let of_table = table.checks.iter().map(|condition| (None, *condition));
    let mut checks: Vec<Check> = Vec::new();
    for check in of_columns.chain(of_table).map(|check| check_of(table.name, check, dialect)) {
        // A condition may be written twice, and two constraints cannot have one name.
        if checks.iter().all(|other| other.name != check.name) {
            checks.push(check);
        }
    }
    checks
}

/// A check with its name, by which each database reports that it is violated.
fn check_of(table: &str, (column, condition): (Option<&str>, &str), dialect: &dyn Dialect) -> Check {
    // A check of the table has no column, and the order of checks may change.
    let number = number_of(condition);
    let name = joined_name(table, [column.unwrap_or(&number), "check"].into_iter(), dialect);
    Check { name: Some(name), column: column.map(str::to_owned), condition: condition.to_owned() }
}

/// The join table of a relation without a model: its two keys, which are the primary key together.
pub(crate) fn link_table_of(relation: &'static RelationDef, through: &'static Through, dialect: &dyn Dialect) -> Table {
    let (from, to) = ((relation.from)(), (relation.to)());
    let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
    let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
    let column = |(name, key): (&&str, &ColumnDef)| {
        let (sql_type, collation) = declared(dialect.column_type(key));
        ColumnSchema { name: (*name).to_owned(), sql_type, collation, ..ColumnSchema::default() }
    };
    // Both sides may have the same column, such as the key of a tenant.
    let right = right.filter(|(name, _)| !through.left.contains(name));
    Table {
        name: Name::new(through.schema, through.table),
        columns: left.chain(right).map(column).collect(),
        primary_key: through.columns().map(str::to_owned).collect(),
        foreign_keys: link_references(relation, through, dialect),
        indexes: through.indexed.then(|| index_of(through.table, through.right, dialect)).into_iter().collect(),
        without_rowid: dialect.has_rowids(),
        ..Table::default()
    }
}

/// The declared indexes, and then one for each key of a relation that no other index or key begins with: without it, loading
/// the relation and deleting a parent would read the whole table.
fn indexes(table: &'static schema::Table, tables: &[&'static schema::Table], dialect: &dyn Dialect) -> Vec<Index> {
    let mut covered: Vec<&[usize]> = vec![table.primary_key];
    covered.extend(table.unique);
    covered.extend(table.indexes);
    let index = |columns: &[usize]| index_of(table.name, &table.names(columns).collect::<Vec<_>>(), dialect);
    let whole = table.indexes.iter().map(|columns| index(columns));
    let partial = table.partial_indexes.iter().map(|partial| partial_index_of(table, partial, dialect));
    let mut indexes: Vec<Index> = whole.chain(partial).collect();
    for key in relation_keys(table, tables) {
        if !covered.iter().any(|columns| columns.starts_with(key)) {
            covered.push(key);
            indexes.push(index(key));
        }
    }
    indexes
}

/// The index of the rows that meet a condition. A table may have several with the same columns, so that the name has a
/// hash of the condition.
fn partial_index_of(table: &'static schema::Table, partial: &PartialIndex, dialect: &dyn Dialect) -> Index {
    let columns: Vec<&str> = table.names(partial.columns).collect();
    let number = number_of(partial.condition);
    let kind = if partial.unique { "key" } else { "index" };
    let name = joined_name(table.name, columns.iter().copied().chain([&*number, kind]), dialect);
    let condition = Some(partial.condition.to_owned());
    Index { name, unique: partial.unique, condition, ..index_of(table.name, &columns, dialect) }
}

/// The index of some columns of a table.
pub(crate) fn index_of(table: &str, columns: &[&str], dialect: &dyn Dialect) -> Index {
    let name = joined_name(table, columns.iter().copied(), dialect);
    Index { name, terms: columns.iter().map(|column| Term::column(column)).collect(), ..Index::default() }
}

/// The default of a column, in the stored form of the column's values.
fn default_of(column: &ColumnDef, dialect: &dyn Dialect) -> Option<DefaultValue> {
    match (column.default, column.form) {
        (Some(DefaultValue::Bool(value)), Form::Words { yes, no }) if dialect.has_forms() => {
            Some(DefaultValue::Text(if value { yes } else { no }))
        }
        (default, _) => default,
    }
}

/// A default in a statement: text in quotes, which are doubled within, and expressions in parentheses.
fn default_sql(default: DefaultValue) -> String {
    match default {
        DefaultValue::Bool(true) => "TRUE".to_owned(),
        DefaultValue::Bool(false) => "FALSE".to_owned(),
        DefaultValue::Int(number) => number.to_string(),
        DefaultValue::Real(number) => format!("{number:?}"),
        DefaultValue::Text(text) => format!("'{}'", text.replace('\'', "''")),
        DefaultValue::Sql(expression) => format!("({})", super::closed(expression)),
    }
}

/// The tables, each after those that it refers to, unless they refer to each other in a cycle.
fn in_dependency_order(tables: &[&'static schema::Table]) -> Vec<&'static schema::Table> {
    let mut ordered = Vec::with_capacity(tables.len());
    let mut visited = Vec::with_capacity(tables.len());
    for table in tables {
        visit(table, tables, &mut visited, &mut ordered);
    }
    ordered
}

fn visit(
    table: &'static schema::Table,
    tables: &[&'static schema::Table],
    visited: &mut Vec<&'static schema::Table>,
    ordered: &mut Vec<&'static schema::Table>,
) {
    if visited.iter().any(|other| other.is_same(table)) {
        return;
    }
    visited.push(table);
    for key in table.foreign_keys {
        let target = (key.target)();
        if tables.iter().any(|other| other.is_same(target)) {
            visit(target, tables, visited, ordered);
        }
    }
    ordered.push(table);
}

/// The columns by which relations search rows of a table, without duplicates: its foreign keys, and the keys that the
/// relations of some tables use, which need not be declared as foreign keys. Columns that are to have no index are left out.
pub(crate) fn relation_keys(table: &'static schema::Table, tables: &[&'static schema::Table]) -> Vec<&'static [usize]> {
    let leads_here = |relation: &&'static RelationDef| {
        let (to, columns) = ((relation.to)(), relation.to_columns);
        let by_key = matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany);
        // Two models of one table may have its columns at different positions.
        by_key && relation.through.is_none() && to.is_same(table) && to.names(columns).eq(table.names(columns))
    };
    let (indexed, without): (Vec<_>, Vec<_>) = table.foreign_keys.iter().partition(|key| key.indexed);
    let mut keys: Vec<&'static [usize]> = indexed.iter().map(|key| key.columns).collect();
    let is_without = |columns: &[usize]| {
        let is_said = |column| table.unindexed.contains(column);
        without.iter().any(|key| key.columns == columns) || columns.iter().all(is_said)
    };
    for relation in tables.iter().flat_map(|table| table.relations.iter().copied()).filter(leads_here) {
        if !keys.contains(&relation.to_columns) && !is_without(relation.to_columns) {
            keys.push(relation.to_columns);
        }
    }
    keys
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
