//! Rust text that compares each relation of some models with a join: the rows that a prefetch puts together, and the pairs
//! of keys that SQL finds.

use orm_cli::models::{Kind, Model, Models, Relation};

/// A function that compares all relations of some models.
pub(crate) fn text(models: &Models, name: &str) -> String {
    let mut parts = vec![format!(
        "//! Compares each relation with a join.\n\nuse orm::{{Db, Model as _}};\n\nuse crate::joined::{{key, same}};\n\
         use crate::models::{name}::*;\n\npub(crate) fn compare(db: &Db) -> orm::Result<usize> {{\n    let mut compared = 0;\n",
    )];
    for model in &models.models {
        parts.push(format!("    {}::query().all(db)?;\n", model.name));
        parts.extend(model.relations.iter().map(|relation| comparison(model, relation, models)));
    }
    parts.push("    Ok(compared)\n}\n".to_owned());
    parts.concat()
}

fn comparison(model: &Model, relation: &Relation, models: &Models) -> String {
    let (name, other) = (&relation.name, &models.models[relation.to]);
    let related = match relation.kind {
        Kind::BelongsTo { optional: false, .. } => format!("std::iter::once(row.{name}())"),
        _ => format!("row.{name}().iter()"),
    };
    format!(
        "    let rows = {model}::query().prefetch({model}::{name}()).all(db)?;\n    \
         let pairs = rows.iter().flat_map(|row| {related}.map(move |other| ({own_key}, {other_key})));\n    \
         compared += same(db, \"{model}.{name}\", pairs.collect(), {sql:?})?;\n",
        model = model.name,
        own_key = key("row", model, models),
        other_key = key("other", other, models),
        sql = sql(model, relation, other),
    )
}

fn key(row: &str, model: &Model, models: &Models) -> String {
    let fields: Vec<String> = model
        .key
        .iter()
        .map(|&at| {
            let field = &model.fields[at];
            // What is in a type of a database's own prints.
            let is_own = models.types.iter().any(|own| own.name == field.of.rust);
            format!("&{row}.{}{}", field.name, if is_own { ".0" } else { "" })
        })
        .collect();
    format!("key(&[{}])", fields.join(", "))
}

fn sql(model: &Model, relation: &Relation, other: &Model) -> String {
    let own_key = columns("a", &model.key_columns());
    let other_key = columns("b", &other.key_columns());
    let (own, other) = (table(model), table(other));
    let on = |one: &str, columns: &[String], two: &str, others: &[String]| {
        let pairs: Vec<String> = columns
            .iter()
            .zip(others)
            .map(|(column, other)| format!("{one}.{} = {two}.{}", quoted(column), quoted(other)))
            .collect();
        pairs.join(" AND ")
    };
    let joined = match &relation.kind {
        Kind::ManyToMany { through, left, right } => format!(
            "JOIN {} AS l ON {} JOIN {other} AS b ON {}",
            quoted(&through.name),
            on("l", left, "a", &relation.from_columns),
            on("l", right, "b", &relation.to_columns)
        ),
        _ => format!("JOIN {other} AS b ON {}", on("a", &relation.from_columns, "b", &relation.to_columns)),
    };
    format!("SELECT {own_key}, {other_key} FROM {own} AS a {joined}")
}

fn columns(alias: &str, columns: &[String]) -> String {
    let texts: Vec<String> = columns.iter().map(|column| format!("CAST({alias}.{} AS TEXT)", quoted(column))).collect();
    texts.join(" || '/' || ")
}

fn table(model: &Model) -> String {
    let schema = model.table.schema.as_ref().map(|schema| format!("{}.", quoted(schema)));
    format!("{}{}", schema.unwrap_or_default(), quoted(&model.table.name))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
