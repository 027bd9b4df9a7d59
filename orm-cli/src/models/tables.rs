//! Which tables get a model, and the attributes of the tables and columns.

use orm::Engine;
use orm::structure::{ColumnSchema, Index, Name, Table};

use super::{Field, Kind, Model, Named, Wanted};
use crate::indexes::is_searched_by;
use crate::names::{self, Taken};
use crate::source::Source;
use crate::types::{Types, words_of};

/// Tables in which other tools store the history of a schema, or data about themselves.
const HISTORIES: &[&str] = &[
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "ar_internal_metadata",
    "django_migrations",
    "flyway_schema_history",
    "knex_migrations",
    "knex_migrations_lock",
    "refinery_schema_history",
    "schema_migrations",
    "seaql_migrations",
];

/// Why a view has no model.
pub(super) const IS_A_VIEW: &str =
    "is a view; if some of its columns identify a row, write a model with them as primary key";

/// Returns the tables that get a model, and the other tables with the reason.
pub(super) fn chosen<'s>(source: &'s Source, wanted: &[String]) -> (Vec<&'s Table>, Vec<(String, String)>) {
    let mut left_out = Vec::new();
    let mut chosen = Vec::new();
    for table in &source.schema.tables {
        let name = table.name.to_string();
        if !wanted.is_empty() {
            chosen.extend(wanted.iter().any(|wanted| *wanted == name || *wanted == table.name.name).then_some(table));
        } else if HISTORIES.contains(&&*table.name.name) {
            left_out.push((name, "is the migration history of another tool".to_owned()));
        } else {
            chosen.push(table);
        }
    }
    for missing in wanted.iter().filter(|wanted| {
        !source.schema.tables.iter().any(|table| table.name.to_string() == **wanted || table.name.name == **wanted)
    }) {
        let is_it = |view: &Name| view.to_string() == *missing || view.name == *missing;
        let reason = if source.schema.views.iter().any(is_it) { IS_A_VIEW } else { "is not a table of the database" };
        left_out.push((missing.clone(), reason.to_owned()));
    }
    (chosen, left_out)
}

/// Returns the model of a table, without relations.
pub(super) fn model(table: &Table, types: &Types<'_>, wanted: &Wanted, taken: &mut Taken) -> Result<Model, String> {
    let mut notes = Vec::new();
    let mut fields = Vec::new();
    let mut names = Taken::default();
    for column in &table.columns {
        match types.of_column(table, column) {
            Ok(of) => {
                let name = names.first(&[names::of_field(&column.name)]);
                let words = words(column, &name, &of.rust);
                let comment = column.comment.clone();
                notes.extend(types.note(table, column, &of));
                fields.push(Field { name, column: column.name.clone(), comment, of, nullable: column.nullable, words });
            }
            Err(reason) => notes.push(format!("The column `{}` {reason}: give it a field with a codec.", column.name)),
        }
    }
    let key = key(table, &fields)?;
    for &at in &key {
        if std::mem::take(&mut fields[at].nullable) {
            notes.push(format!(
                "SQLite allows NULL in the key `{}`; a row with NULL there cannot be read.",
                fields[at].column
            ));
        }
    }
    let (name, module) = name_and_module(table, wanted, taken);
    let mut model = Model {
        table: table.name.clone(),
        name,
        module,
        comment: table.comment.clone(),
        notes,
        words: Vec::new(),
        fields,
        key,
        relations: Vec::new(),
    };
    name_columns(&mut model);
    say_keys(&mut model, table);
    say_checks(&mut model, table);
    model.notes.extend(polymorphic(table));
    Ok(model)
}

/// Takes the name of a model, and the names that derive from it.
pub(super) fn take(name: &str, taken: &mut Taken) {
    for name in derived(name) {
        taken.take(&name);
    }
}

/// Returns the name and the module of the table's model, which may exist already.
fn name_and_module(table: &Table, wanted: &Wanted, taken: &mut Taken) -> (String, String) {
    let bare = without_prefix(&table.name.name, &wanted.prefix);
    let own = names::of_model(bare);
    let mut existing: Vec<&Named> = wanted.named.iter().filter(|named| named.table == table.name).collect();
    // If a table has several models, the others are the user's.
    existing.sort_by_key(|named| named.name != own);
    if let Some(named) = existing.first() {
        return (named.name.clone(), named.module.clone());
    }
    let name = name(table, bare, taken);
    let module = names::of_module(&name);
    (name, module)
}

/// Returns the name of a table without a prefix, in any case, unless nothing else is left.
fn without_prefix<'n>(table: &'n str, prefix: &str) -> &'n str {
    match table.split_at_checked(prefix.len()) {
        Some((begin, rest)) if begin.eq_ignore_ascii_case(prefix) && !rest.is_empty() => rest,
        _ => table,
    }
}

/// Returns the names of the items that the derive generates for a model.
fn derived(name: &str) -> [String; 4] {
    [name.to_owned(), format!("New{name}"), format!("{name}Loaded"), format!("{name}Relations")]
}

/// Returns a name for the model that is not taken, and takes the names that derive from it.
fn name(table: &Table, bare: &str, taken: &mut Taken) -> String {
    let own = names::of_model(bare);
    let schema = table.name.schema.as_deref().unwrap_or_default();
    let with_schema = names::of_model(&format!("{schema}_{bare}"));
    let numbered = (2..).map(|number| format!("{own}{number}"));
    let mut names = [own.clone(), with_schema, format!("{own}Row")].into_iter().chain(numbered);
    let free = names.find(|name| derived(name).iter().all(|name| taken.allows(name))).unwrap_or_default();
    take(&free, taken);
    free
}

/// Returns the positions of the primary key's fields, or otherwise of another unique key.
fn key(table: &Table, fields: &[Field]) -> Result<Vec<usize>, String> {
    let position = |column: &String| {
        let at = fields.iter().position(|field| field.column == *column)?;
        fields[at].of.is_key().then_some(at)
    };
    let positions = |columns: &[String]| columns.iter().map(position).collect::<Option<Vec<usize>>>();
    if !table.primary_key.is_empty() {
        return positions(&table.primary_key)
            .filter(|key| key.len() <= 4)
            .ok_or_else(|| "has a primary key whose type or number of columns a model's key cannot have".to_owned());
    }
    let is_required = |key: &Vec<usize>| key.iter().all(|&at| !fields[at].nullable) && key.len() <= 4;
    let mut keys = unique_sets(table).into_iter().filter_map(|columns| positions(&columns));
    keys.find(is_required).ok_or_else(|| {
        "has no primary key; if some of its columns identify a row, write a model with them as `primary_key(..)`"
            .to_owned()
    })
}

/// Returns the sets of columns that are unique together, besides the primary key.
pub(super) fn unique_sets(table: &Table) -> Vec<Vec<String>> {
    let constraints = table.unique.iter().map(|unique| unique.columns.clone());
    let indexes = table.indexes.iter().filter(|index| index.unique && is_plain(index));
    let indexes = indexes.filter_map(|index| Some(index.columns()?.into_iter().map(str::to_owned).collect()));
    constraints.chain(indexes).collect()
}

/// Whether an index is one that `index(..)` or `unique(..)` would create for all rows.
fn is_plain(index: &Index) -> bool {
    index.condition.is_none() && has_only_columns(index)
}

/// Whether an index is one that `index(..)` or `unique(..)` would create, perhaps for some rows.
fn has_only_columns(index: &Index) -> bool {
    let is_default = |order: &Option<String>| order.is_none();
    index.method.is_none()
        && index.options.is_none()
        && index.terms.iter().all(|term| !term.is_expression && is_default(&term.order))
}

/// Returns the keywords of a column.
fn words(column: &ColumnSchema, field: &str, rust: &str) -> Vec<String> {
    let mut words = Vec::new();
    if names::is_function(names::bare(field)) {
        words.push(format!("accessor = {}_column", names::bare(field)));
    }
    if let Some(generated) = &column.generated {
        words.push(match generated.expression.trim() {
            "" => "generated".to_owned(),
            expression => format!("generated = {expression:?}"),
        });
    } else if let Some(default) = column.default.as_deref().filter(|default| !default.contains("nextval(")) {
        words.extend(default_word(default, rust));
    }
    words
}

/// Returns `db_default` for a default in SQL. It is `None` for `NULL`, which a column without a default has.
fn default_word(sql: &str, rust: &str) -> Option<String> {
    let sql = sql.trim();
    if sql.eq_ignore_ascii_case("null") || sql.to_ascii_lowercase().starts_with("null::") {
        return None;
    }
    let text = sql.strip_suffix("::text").unwrap_or(sql);
    let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    let plain = quoted.filter(|text| !text.contains(['\'', '\\']));
    Some(match (rust, plain, sql.parse::<i64>()) {
        ("String", Some(text), _) => format!("db_default = {text:?}"),
        ("i16" | "i32" | "i64" | "f32" | "f64", _, Ok(number)) => format!("db_default = {number}"),
        ("bool", _, Ok(number @ (0 | 1))) => format!("db_default = {}", number == 1),
        ("bool", ..) if ["true", "false"].contains(&sql) => format!("db_default = {sql}"),
        _ => format!("db_default = sql({sql:?})"),
    })
}

/// Adds the names of the columns that do not follow from the fields.
fn name_columns(model: &mut Model) {
    let follows = |case: &str, field: &Field| names::renamed(case, &field.name) == field.column;
    let following = |case: &&str| model.fields.iter().filter(|field| follows(case, field)).count();
    let plain = following(&"snake_case");
    let case = ["PascalCase", "camelCase", "SCREAMING_SNAKE_CASE"].into_iter().max_by_key(following);
    let case = case.filter(|case| following(case) > plain).unwrap_or("snake_case");
    let mut words = vec![format!("table = {:?}", model.table.name)];
    words.extend(model.table.schema.as_ref().map(|schema| format!("schema = {schema:?}")));
    words.extend((case != "snake_case").then(|| format!("rename_all = {case:?}")));
    model.words.push(words.join(", "));
    for field in model.fields.iter_mut().filter(|field| !follows(case, field)) {
        field.words.insert(0, format!("column = {:?}", field.column));
    }
}

/// Adds the primary key, and whether the program or the database sets it.
pub(super) fn say_primary_key(model: &mut Model, table: &Table, engine: Engine) {
    let [at] = model.key[..] else {
        let names: Vec<&str> = model.key.iter().map(|&at| &*model.fields[at].name).collect();
        model.words.insert(1, format!("primary_key({})", names.join(", ")));
        return;
    };
    let assigned = is_assigned(table, &model.fields[at], engine);
    let is_reference = model.relations.iter().any(
        |relation| matches!(&relation.kind, Kind::BelongsTo { fields, .. } if fields.contains(&model.fields[at].name)),
    );
    let field = &mut model.fields[at];
    let is_integer = field.of.bits().is_some();
    let mut words = Vec::new();
    words.extend((field.name != "id").then_some("primary_key"));
    words.extend((assigned && !is_integer && !is_reference).then_some("generated"));
    words.extend((!assigned && is_integer && !is_reference).then_some("generated = false"));
    field.words.splice(0..0, words.into_iter().map(str::to_owned));
    if assigned {
        field.words.retain(|word| !word.starts_with("db_default"));
        field.of.words.retain(|word| !word.starts_with("sql_type"));
    }
}

/// Adds the unique columns and the indexes.
fn say_keys(model: &mut Model, table: &Table) {
    for columns in unique_sets(table) {
        if columns != model.key_columns() {
            say(model, "unique", &columns);
        }
    }
    let references: Vec<&Vec<String>> = table.foreign_keys.iter().map(|key| &key.columns).collect();
    for index in table.indexes.iter().filter(|index| !index.unique && is_plain(index)) {
        let columns: Option<Vec<String>> =
            index.columns().map(|columns| columns.into_iter().map(str::to_owned).collect());
        // A foreign key has an index without a keyword.
        if let Some(columns) = columns.filter(|columns| !references.contains(&columns)) {
            say(model, "index", &columns);
        }
    }
    for index in table.indexes.iter().filter(|index| has_only_columns(index)) {
        say_partial(model, index);
    }
}

/// Adds an index of the rows that meet a condition, if all of its columns have fields.
fn say_partial(model: &mut Model, index: &Index) {
    let (Some(condition), Some(columns)) = (&index.condition, index.columns()) else { return };
    let word = if index.unique { "unique" } else { "index" };
    if let Some(fields) = fields_of(model, columns.into_iter()) {
        model.words.push(format!("{word}({}, where = {condition:?})", fields.join(", ")));
    }
}

/// Returns the names of the fields of some columns, if all of them have one.
fn fields_of<'c>(model: &Model, mut columns: impl Iterator<Item = &'c str>) -> Option<Vec<String>> {
    columns.try_fold(Vec::new(), |mut fields, column| {
        fields.push(model.field(column)?.name.clone());
        Some(fields)
    })
}

/// Adds a keyword for some columns, if all of them have fields.
fn say(model: &mut Model, word: &str, columns: &[String]) {
    let Some(fields) = fields_of(model, columns.iter().map(String::as_str)) else { return };
    if let [only] = &fields[..] {
        if let Some(field) = model.fields.iter_mut().find(|field| field.name == *only)
            && !field.words.iter().any(|said| said == word)
        {
            field.words.push(word.to_owned());
        }
        return;
    }
    let text = format!("{word}({})", fields.join(", "));
    if !model.words.contains(&text) {
        model.words.push(text);
    }
}

/// Whether the database assigns the key.
pub(super) fn is_assigned(table: &Table, key: &Field, engine: Engine) -> bool {
    let Some(column) = table.column(&key.column) else { return false };
    match engine {
        Engine::Postgres => {
            column.assigned.is_some() || column.default.as_deref().is_some_and(|default| default.contains("nextval("))
        }
        // Such a key is the row number: https://sqlite.org/lang_createtable.html#rowid
        _ => column.sql_type.eq_ignore_ascii_case("INTEGER") && !table.without_rowid,
    }
}

fn say_checks(model: &mut Model, table: &Table) {
    for check in &table.checks {
        // The form of a bool is another one on PostgreSQL.
        if is_kept_by_the_type(model, &check.condition) {
            continue;
        }
        let word = format!("check = {:?}", check.condition);
        let of_column =
            check.column.as_ref().and_then(|column| model.fields.iter_mut().find(|field| field.column == *column));
        match of_column {
            Some(field) if !field.words.iter().any(|word| word.starts_with("check")) => field.words.push(word),
            _ => model.words.push(word),
        }
    }
}

/// Whether a condition allows the two words of a bool, so that the field's type allows nothing else.
fn is_kept_by_the_type(model: &Model, condition: &str) -> bool {
    model.fields.iter().any(|field| field.of.rust == "bool" && words_of(condition, &field.column).is_some())
}

/// Returns pairs of columns that look like a polymorphic relation.
fn polymorphic(table: &Table) -> Vec<String> {
    let is_reference =
        |name: &str| table.foreign_keys.iter().any(|key| key.columns.iter().any(|column| column == name));
    let pair = |column: &ColumnSchema| {
        let name = &column.name;
        let (stem, key) = match (name.strip_suffix("_type"), name.strip_suffix("Type")) {
            (Some(stem), _) => (stem, format!("{stem}_id")),
            (_, Some(stem)) => (stem, format!("{stem}Id")),
            _ => return None,
        };
        let is_pair = !stem.is_empty() && table.column(&key).is_some() && !is_reference(&key);
        is_pair.then(|| {
            let no_index = if is_searched_by(table, std::slice::from_ref(&key)) { "" } else { ", index = false" };
            format!(
                "`{name}` and `{key}` look like a polymorphic relation: `#[derive(Polymorphic)]` makes an enum of the models \
                 that it leads to, and `#[belongs_to({}: .., tag = ..{no_index})]` the relation.",
                names::of_field(stem)
            )
        })
    };
    table.columns.iter().filter_map(pair).collect()
}
