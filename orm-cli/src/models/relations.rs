//! Relations: both directions of each foreign key, and the links of join tables.

use orm::structure::{Action, ForeignKey, Name, Table};

use super::keys::referred;
use super::tables::unique_sets;
use super::{Kind, Model, Relation};
use crate::indexes::is_searched_by;
use crate::names::{self, Taken};
use crate::source::Source;

/// The keyword of a relation whose foreign key has no index.
const NO_INDEX: &str = "index = false";

/// Whether a table contains only links: two foreign keys that are unique together, and perhaps a key that the database
/// assigns.
pub(super) fn is_join_table(table: &Table, source: &Source) -> bool {
    let [left, right] = &table.foreign_keys[..] else { return false };
    let is_link = |column: &String| left.columns.contains(column) || right.columns.contains(column);
    let is_own_key = |column: &String| table.primary_key == [column.clone()] && !is_link(column);
    let is_assigned = |column: &str| {
        let Some(column) = table.column(column) else { return false };
        let is_serial = column.default.as_deref().is_some_and(|default| default.contains("nextval("));
        let is_rowid = column.sql_type.eq_ignore_ascii_case("INTEGER") && source.engine == orm::Engine::Sqlite;
        column.assigned.is_some() || is_serial || is_rowid && !table.without_rowid
    };
    let only_links = table.columns.iter().all(|column| {
        is_link(&column.name) && !column.nullable || is_own_key(&column.name) && is_assigned(&column.name)
    });
    let refers_to_keys = [left, right].iter().all(|key| {
        let Some(target) = source.schema.table(&key.table) else { return false };
        key.references.is_empty() || key.references == target.primary_key
    });
    only_links && refers_to_keys && table.name.schema.is_none() && is_unique_pair(table, left, right)
}

fn is_unique_pair(table: &Table, left: &ForeignKey, right: &ForeignKey) -> bool {
    let both: Vec<&String> = left.columns.iter().chain(&right.columns).collect();
    let is_both = |set: &Vec<String>| {
        set.iter().all(|column| both.contains(&column)) && both.iter().all(|&column| set.contains(column))
    };
    std::iter::once(table.primary_key.clone()).chain(unique_sets(table)).any(|set| is_both(&set))
}

/// Adds the relations to the models.
pub(super) fn add(models: &mut [Model], joins: &[&Table], source: &Source, left_out: &mut Vec<(String, String)>) {
    let mut taken: Vec<Taken> = models.iter().map(names_of_fields).collect();
    let references = references(models, source);
    for reference in &references {
        add_forward(models, reference, &mut taken);
    }
    for reference in &references {
        add_back(models, reference, &references, &mut taken);
    }
    for (at, model) in models.to_vec().iter().enumerate() {
        let Some(table) = source.schema.table(&model.table) else { continue };
        add_payload_links(models, at, table, &mut taken);
    }
    for table in joins {
        if !add_links(models, table, &mut taken) {
            left_out.push((table.name.to_string(), "links tables without a model".to_owned()));
        }
    }
}

fn names_of_fields(model: &Model) -> Taken {
    let mut taken = Taken::default();
    for field in &model.fields {
        taken.take(&field.name);
    }
    taken
}

/// A foreign key between two models.
struct Reference {
    from: usize,
    to: usize,
    columns: Vec<String>,
    referred: Vec<String>,
    on_delete: Action,
    /// Whether at most one row refers to each row.
    is_unique: bool,
    /// Whether the reference may be `NULL`.
    is_optional: bool,
    /// Whether an index finds the rows that refer to a row.
    is_indexed: bool,
    /// The name from which the relation's name is derived.
    stem: String,
}

fn references(models: &mut [Model], source: &Source) -> Vec<Reference> {
    let mut references: Vec<Reference> = Vec::new();
    for from in 0..models.len() {
        let Some(table) = source.schema.table(&models[from].table) else { continue };
        for key in &table.foreign_keys {
            match reference(models, from, table, key) {
                Ok(Some(found)) => {
                    let is_there = |other: &Reference| other.from == from && other.columns == found.columns;
                    // A second key of the same columns adds nothing, or something that no relation can express.
                    if !references.iter().any(is_there) {
                        references.push(found);
                    }
                }
                Ok(None) => {}
                Err(note) => models[from].notes.push(note),
            }
        }
    }
    references
}

/// Returns the reference of a foreign key, or `None` if a column or the other table is not in the models.
fn reference(models: &[Model], from: usize, table: &Table, key: &ForeignKey) -> Result<Option<Reference>, String> {
    let Some(to) = models.iter().position(|model| model.table == key.table) else { return Ok(None) };
    let referred = referred(&models[to], &key.references);
    let own: Option<Vec<_>> = key.columns.iter().map(|column| models[from].field(column)).collect();
    let others: Option<Vec<_>> = referred.iter().map(|column| models[to].field(column)).collect();
    let (Some(own), Some(others)) = (own, others) else { return Ok(None) };
    let agrees = own.iter().zip(&others).all(|(own, other)| own.of.rust == other.of.rust && own.of.is_key());
    if !agrees || own.len() != others.len() || own.len() > 4 {
        return Err(format!(
            "The foreign key of `{}` refers to `{}`, whose key has another type, so there is no relation.",
            key.columns.join(", "),
            key.table
        ));
    }
    let stem = match (&key.columns[..], &referred[..]) {
        ([column], [referred]) => names::stem(column, referred),
        _ => names::bare(&names::of_one(&models[to].name)).to_owned(),
    };
    let is_set =
        |set: &[String]| set.len() == key.columns.len() && set.iter().all(|column| key.columns.contains(column));
    Ok(Some(Reference {
        from,
        to,
        columns: key.columns.clone(),
        referred,
        on_delete: key.on_delete,
        is_unique: is_set(&table.primary_key) || unique_sets(table).iter().any(|set| is_set(set)),
        is_optional: own.iter().any(|field| field.nullable),
        is_indexed: is_searched_by(table, &key.columns),
        stem,
    }))
}

/// Adds the relation from the row that holds the key.
fn add_forward(models: &mut [Model], reference: &Reference, taken: &mut [Taken]) {
    make_room(models, reference, taken);
    let target = models[reference.to].clone();
    let to_one = names::of_one(&target.name);
    let name = taken[reference.from].first(&[
        names::relation(&reference.stem),
        to_one.clone(),
        format!("{}_row", names::bare(&to_one)),
    ]);
    let model = &mut models[reference.from];
    let fields: Vec<String> =
        reference.columns.iter().filter_map(|column| Some(model.field(column)?.name.clone())).collect();
    let mut words = Vec::new();
    if fields.len() > 1 {
        words.push(format!("foreign_key = ({})", fields.join(", ")));
    }
    if reference.referred != target.key_columns() {
        words.push(format!("references = {}", listed(&target, &reference.referred)));
    }
    words.extend(on_delete(reference.on_delete, reference.is_optional).map(|action| format!("on_delete = {action}")));
    words.extend((!reference.is_indexed).then(|| NO_INDEX.to_owned()));
    model.relations.push(Relation {
        name,
        kind: Kind::BelongsTo { fields, optional: reference.is_optional },
        to: reference.to,
        from_columns: reference.columns.clone(),
        to_columns: reference.referred.clone(),
        words,
    });
}

/// Renames the field if its relation would have the name of a column: `venue` becomes `venue_id`.
fn make_room(models: &mut [Model], reference: &Reference, taken: &mut [Taken]) {
    let [column] = &reference.columns[..] else { return };
    let renamed = format!("{}_id", reference.stem);
    let Some(field) = models[reference.from].fields.iter_mut().find(|field| field.column == *column) else { return };
    if names::bare(&field.name) != reference.stem || !taken[reference.from].allows(&renamed) {
        return;
    }
    let old = std::mem::replace(&mut field.name, renamed.clone());
    if !field.words.iter().any(|word| word.starts_with("column = ")) {
        field.words.insert(0, format!("column = {:?}", field.column));
    }
    taken[reference.from].release(&old);
    taken[reference.from].take(&renamed);
    let model = &mut models[reference.from];
    for word in &mut model.words {
        *word = with_field_renamed(word, &old, &renamed);
    }
}

/// Returns the keywords of a key or index with a field's new name.
fn with_field_renamed(word: &str, old: &str, new: &str) -> String {
    let listed = ["primary_key(", "unique(", "index("].iter().find(|list| word.starts_with(**list));
    let Some(list) = listed else { return word.to_owned() };
    let listed = &word[list.len()..];
    let (fields, rest) = listed.split_at(listed.find([')', '=']).unwrap_or(listed.len()));
    let fields = fields.split(", ").map(|field| if field == old { new } else { field });
    format!("{list}{}{rest}", fields.collect::<Vec<_>>().join(", "))
}

/// Adds the relation from the row that the key refers to.
fn add_back(models: &mut [Model], reference: &Reference, all: &[Reference], taken: &mut [Taken]) {
    let child = models[reference.from].clone();
    let base = if reference.is_unique { names::of_one(&child.name) } else { names::of_many(&child.name) };
    let by = format!("{}_by_{}", names::bare(&base), reference.stem);
    let is_only = all.iter().filter(|other| other.from == reference.from && other.to == reference.to).count() == 1;
    let mut candidates = Vec::new();
    if reference.from == reference.to && reference.stem.starts_with("parent") && !reference.is_unique {
        candidates.push("children".to_owned());
    }
    candidates.extend(is_only.then_some(base));
    candidates.push(by);
    let name = taken[reference.to].first(&candidates);
    let target = &models[reference.to];
    let mut words = vec![format!("foreign_key = {}", listed(&child, &reference.columns))];
    if reference.referred != target.key_columns() {
        words.push(format!("references = {}", listed(target, &reference.referred)));
    }
    models[reference.to].relations.push(Relation {
        name,
        kind: if reference.is_unique { Kind::HasOne } else { Kind::HasMany },
        to: reference.from,
        from_columns: reference.referred.clone(),
        to_columns: reference.columns.clone(),
        words,
    });
}

/// Adds the links of a join table that is a model too, because it has more columns for each link.
fn add_payload_links(models: &mut [Model], at: usize, table: &Table, taken: &mut [Taken]) {
    let [left, right] = &table.foreign_keys[..] else { return };
    if !is_unique_pair(table, left, right) {
        return;
    }
    let model = models[at].clone();
    let fields = |key: &ForeignKey| listed(&model, &key.columns);
    let through = format!("through = {}", model.name);
    let words = [
        vec![through.clone(), format!("left = {}", fields(left)), format!("right = {}", fields(right))],
        vec![through, format!("left = {}", fields(right)), format!("right = {}", fields(left))],
    ];
    link(models, table, words, taken);
}

/// Adds the links of a join table without a model, and returns whether both sides have one.
fn add_links(models: &mut [Model], table: &Table, taken: &mut [Taken]) -> bool {
    let [left, right] = &table.foreign_keys[..] else { return false };
    let columns = |key: &ForeignKey| {
        let quoted: Vec<String> = key.columns.iter().map(|column| format!("{column:?}")).collect();
        if let [only] = &quoted[..] { only.clone() } else { format!("({})", quoted.join(", ")) }
    };
    let words = |left: &ForeignKey, right: &ForeignKey| {
        let sides = [format!("left = {}", columns(left)), format!("right = {}", columns(right))];
        let no_index = (!is_searched_by(table, &right.columns)).then(|| NO_INDEX.to_owned());
        [format!("through = {:?}", table.name.name)].into_iter().chain(sides).chain(no_index).collect()
    };
    let words = [words(left, right), words(right, left)];
    link(models, table, words, taken)
}

/// Adds the links of a table to both sides.
fn link(models: &mut [Model], table: &Table, words: [Vec<String>; 2], taken: &mut [Taken]) -> bool {
    let [left, right] = &table.foreign_keys[..] else { return false };
    let position = |name: &Name| models.iter().position(|model| model.table == *name);
    let (Some(from), Some(to)) = (position(&left.table), position(&right.table)) else { return false };
    let refers_to_key =
        |key: &ForeignKey, to: usize| referred(&models[to], &key.references) == models[to].key_columns();
    if !refers_to_key(left, from) || !refers_to_key(right, to) {
        return false;
    }
    let [forward, back] = words;
    let sides = [(from, left, to, right, forward), (to, right, from, left, back)];
    for (from, own, to, other, words) in sides {
        let base = names::of_many(&models[to].name);
        let by_column = match &other.columns[..] {
            [column] => names::of_many(&names::stem(column, "id")),
            _ => base.clone(),
        };
        let by_table = format!("{}_by_{}", names::bare(&base), names::bare(&names::of_field(&table.name.name)));
        // Otherwise both sides of links between rows of one table would have the same name.
        let candidates = if from == to { vec![by_column, by_table] } else { vec![base, by_column, by_table] };
        let name = taken[from].first(&candidates);
        let kind =
            Kind::ManyToMany { through: table.name.clone(), left: own.columns.clone(), right: other.columns.clone() };
        let (from_columns, to_columns) = (models[from].key_columns(), models[to].key_columns());
        models[from].relations.push(Relation { name, kind, to, from_columns, to_columns, words });
    }
    true
}

/// Returns fields as attributes list them.
fn listed(model: &Model, columns: &[String]) -> String {
    let names: Vec<&str> = columns.iter().filter_map(|column| Some(&*model.field(column)?.name)).collect();
    if let [only] = names[..] { only.to_owned() } else { format!("({})", names.join(", ")) }
}

fn on_delete(action: Action, is_optional: bool) -> Option<&'static str> {
    match action {
        Action::Cascade => Some("cascade"),
        Action::Restrict => Some("restrict"),
        Action::SetNull if is_optional => Some("set_null"),
        _ => None,
    }
}
