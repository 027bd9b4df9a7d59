//! Types of keys: a foreign key has the type of the key that it refers to.

use orm::Engine;

use super::Model;
use crate::source::Source;
use crate::types::FieldType;

/// Gives both ends of each foreign key the same type, where one type fits both.
pub(super) fn unify(models: &mut [Model], source: &Source) {
    // A key may refer to a key that is a foreign key too.
    while pairs(models, source).into_iter().any(|pair| agree(models, source, pair)) {}
}

/// A column and the column that it refers to, each as the positions of the model and the field.
type Pair = ((usize, usize), (usize, usize));

fn pairs(models: &[Model], source: &Source) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, model) in models.iter().enumerate() {
        let Some(table) = source.schema.table(&model.table) else { continue };
        for key in &table.foreign_keys {
            let Some(to) = models.iter().position(|model| model.table == key.table) else { continue };
            let referred = referred(&models[to], &key.references);
            let field = |model: &Model, column: &String| model.fields.iter().position(|field| field.column == *column);
            pairs.extend(
                key.columns
                    .iter()
                    .zip(&referred)
                    .filter_map(|(from, refers)| Some(((at, field(model, from)?), (to, field(&models[to], refers)?)))),
            );
        }
    }
    pairs
}

/// Returns the columns that a foreign key refers to. If it names none, they are those of the primary key.
pub(super) fn referred(to: &Model, named: &[String]) -> Vec<String> {
    if named.is_empty() { to.key_columns() } else { named.to_vec() }
}

/// Gives two fields the same type, and returns whether anything changed.
fn agree(models: &mut [Model], source: &Source, (from, to): Pair) -> bool {
    let (own, other) = (models[from.0].fields[from.1].of.clone(), models[to.0].fields[to.1].of.clone());
    if own.rust == other.rust {
        return false;
    }
    if let (Some(bits), Some(wanted)) = (own.bits(), other.bits()) {
        let (narrow, wide) = if bits < wanted { (from, other) } else { (to, own) };
        widen(models, narrow, &wide, source.engine);
        return true;
    }
    // Where one of the two has no values, the other decides.
    let values = |models: &[Model], (model, field): (usize, usize)| {
        let model: &Model = &models[model];
        source.values(&model.table, &model.fields[field].column).is_empty()
    };
    if source.engine == Engine::Sqlite && values(models, from) {
        models[from.0].fields[from.1].of = other;
        true
    } else if source.engine == Engine::Sqlite && values(models, to) {
        models[to.0].fields[to.1].of = own;
        true
    } else {
        false
    }
}

/// Gives a field a type that is wider than its column.
fn widen(models: &mut [Model], (model, field): (usize, usize), wide: &FieldType, engine: Engine) {
    let field = &mut models[model].fields[field];
    let narrow = if field.of.bits() == Some(16) { "smallint" } else { "integer" };
    field.of.rust.clone_from(&wide.rust);
    if engine == Engine::Postgres && field.of.words.is_empty() {
        field.of.words.push(format!("sql_type = {narrow:?}"));
    }
}
