//! The rules for a model, with one function for each rule, below an example of the code that it refuses. rustc checks
//! what only types show, such as whether a key has the type of the column that it refers to.
//! [`expand`](crate::model::expand) writes the code for these checks.

use std::collections::HashMap;

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use crate::diagnostic::{Errors, error};
use crate::model::definition::{
    Codec, Column, Generated, Join, Kind, Model, Moment, Names, Relation, is_primitive_integer,
};
use crate::names::nearest;
use crate::symbol;

/// Checks a model against all rules.
pub(crate) fn model(model: &Model, errors: &mut Errors) {
    // A keyword that could not be read leaves a default in its place, and an error about the default would be useless.
    let all_was_read = errors.is_empty();

    listed_fields_exist(model, errors);
    listed_fields_differ(model, errors);
    keys_are_stored_as_they_are(model, errors);
    json_has_its_feature(model, errors);
    columns_have_names_of_their_own(model, errors);
    accessors_have_names_of_their_own(model, errors);
    at_most_one_version(model, errors);
    a_version_is_no_key(model, errors);
    at_most_one_field_for_each_moment(model, errors);
    a_moment_is_set_by_writes_alone(model, errors);
    a_foreign_key_has_its_own_word_for_no_index(model, errors);
    what_is_assigned_has_no_default(model, errors);
    what_is_generated_is_not_written(model, errors);
    only_an_integer_key_is_given_instead(model, errors);
    what_is_assigned_has_the_type_of_its_field(model, errors);
    the_method_of_a_version_is_left_alone(model, errors);
    items_have_names_of_their_own(model, errors);
    relations_have_names_of_their_own(model, errors);
    relations_leave_our_methods_alone(model, errors);
    relations_are_not_too_many(model, errors);
    written_fields_of_relations_exist(model, errors);
    if all_was_read {
        words_of_items_name_something(model, errors);
        a_primary_key_exists(model, errors);
        default_fields_of_relations_exist(model, errors);
        keys_have_as_many_columns_as_what_they_refer_to(model, errors);
        sides_of_a_join_differ(model, errors);
        a_tag_is_no_side_of_its_join(model, errors);
    }
}

// struct Student { name: String }
fn a_primary_key_exists(model: &Model, errors: &mut Errors) {
    if model.primary_key.is_empty() {
        errors.add(
            &model.ident,
            "no primary key; add `id: i64`, mark a field `#[model(primary_key)]` or write `#[model(primary_key(a, b))]`",
        );
    }
}

// #[model(unique(frist_name))]
fn listed_fields_exist(model: &Model, errors: &mut Errors) {
    for field in lists(model).flatten() {
        exists(model, field, errors);
    }
}

// #[model(primary_key(a, a))]
fn listed_fields_differ(model: &Model, errors: &mut Errors) {
    for list in lists(model) {
        for (at, field) in list.iter().enumerate() {
            if list[..at].contains(field) {
                errors.add(field, format!("`{field}` occurs twice in this list; remove one of the two"));
            }
        }
    }
}

// struct Student { #[model(primary_key, json)] id: Key }
fn keys_are_stored_as_they_are(model: &Model, errors: &mut Errors) {
    let foreign = own_names(model).flat_map(|(_, names)| &names.list);
    for column in model.columns_of(model.primary_key.iter().chain(foreign)) {
        let field = &column.field;
        if column.codec.is_some() {
            errors.add(field, format!("`{field}` is a key, and a key has no codec; remove `json` or `with`"));
        }
    }
}

// struct Post { id: i64, #[model(index = false)] #[belongs_to(author: Author)] author_id: i64 }
fn a_foreign_key_has_its_own_word_for_no_index(model: &Model, errors: &mut Errors) {
    let is_foreign_key = |field: &Ident| {
        model.relations.iter().any(|relation| {
            matches!(&relation.kind, Kind::BelongsTo { foreign_key, .. } if foreign_key.list == [field.clone()])
        })
    };
    for field in model.unindexed.iter().filter(|field| is_foreign_key(field)) {
        errors.add(
            field,
            format!("`{field}` is a foreign key; write `index = false` in its `#[belongs_to(..)]`, and not in `#[model(..)]`"),
        );
    }
}

// struct Student { id: i64, #[model(json)] tags: Tags }
fn json_has_its_feature(model: &Model, errors: &mut Errors) {
    if cfg!(feature = "json") {
        return;
    }
    for column in &model.columns {
        if let Some(Codec::Json(word)) = &column.codec {
            errors.add(
                word,
                "`#[model(json)]` needs the feature `json` of `orm`; write `features = [\"json\"]` where `Cargo.toml` names `orm`",
            );
        }
    }
}

// struct Student { id: i64, name: String, #[model(column = "name")] other: String }
fn columns_have_names_of_their_own(model: &Model, errors: &mut Errors) {
    let mut seen = HashMap::new();
    for column in &model.columns {
        if let Some(first) = seen.insert(&column.sql, &column.field) {
            let name = &column.sql;
            errors.add(
                &column.field,
                format!(
                    "the column \"{name}\" belongs to `{first}` already; name another: `#[model(column = \"..\")]`"
                ),
            );
        }
    }
}

// struct Student { id: i64, name: String, #[model(accessor = name)] other: String }
fn accessors_have_names_of_their_own(model: &Model, errors: &mut Errors) {
    let mut seen = HashMap::new();
    for column in &model.columns {
        let Some(accessor) = &column.accessor else { continue };
        if let Some(first) = seen.insert(accessor.unraw(), &column.field) {
            errors.add(
                accessor,
                format!(
                    "the function `{accessor}` returns the column of `{first}` already; \
                     write another name, or `accessor = none`"
                ),
            );
        }
    }
}

// struct Page { id: i64, #[model(version)] a: i64, #[model(version)] b: i64 }
fn at_most_one_version(model: &Model, errors: &mut Errors) {
    if let [first, second, ..] = &model.versions[..] {
        errors.add(second, format!("`{first}` is the version already; a row has only one"));
    }
}

// struct Page { #[model(version)] id: i64 }
fn a_version_is_no_key(model: &Model, errors: &mut Errors) {
    for version in model.versions.iter().filter(|version| model.primary_key.contains(version)) {
        errors.add(
            version,
            "the primary key cannot be the version; add a field for it: `#[model(version)] version: i64`",
        );
    }
}

// struct Page { id: i64, #[model(updated_at)] a: Timestamp, #[model(updated_at)] b: Timestamp }
fn at_most_one_field_for_each_moment(model: &Model, errors: &mut Errors) {
    let mut seen = HashMap::new();
    for (column, word) in moments(model) {
        if let Some(first) = seen.insert(word.to_string(), &column.field) {
            errors.add(word, format!("`{first}` is the field for `{word}` already; remove one of the two"));
        }
    }
}

// struct Page { id: i64, #[model(created_at, default = Timestamp::MIN)] at: Timestamp }
fn a_moment_is_set_by_writes_alone(model: &Model, errors: &mut Errors) {
    for (column, word) in moments(model) {
        if column.default.is_some() {
            errors.add(word, format!("`{word}` sets the value in a new row; remove `default`"));
        } else if column.generated.is_some() {
            errors.add(word, format!("a generated column is never written; remove `{word}`"));
        } else if model.versions.contains(&column.field) {
            errors.add(word, format!("a version is a counter, not a time; remove `{word}` or `version`"));
        } else if model.primary_key.contains(&column.field) {
            errors.add(
                word,
                format!(
                    "rows written at the same time would have the same key; remove `{word}`, or choose another key"
                ),
            );
        } else if column.codec.is_some() {
            errors.add(
                word,
                format!("`{word}` needs a date-time type without a codec; remove `json` or `with`, or `{word}`"),
            );
        }
    }
}

// struct Page { #[model(default = 1)] id: i64, #[model(version, default = 1)] version: i64 }
fn what_is_assigned_has_no_default(model: &Model, errors: &mut Errors) {
    for column in model.columns.iter().filter(|column| column.default.is_some()) {
        if model.versions.contains(&column.field) {
            errors.add(&column.field, "a version is 1 in a new row; leave out the default");
        }
    }
    for column in model.columns.iter().filter(|column| column.has_default()) {
        if model.generated_key() && model.primary_key.contains(&column.field) {
            errors.add(&column.field, "the database assigns this key; leave out the default");
        }
    }
}

// struct Item { id: i64, #[model(generated = "a || b", default = "")] name: String }
fn what_is_generated_is_not_written(model: &Model, errors: &mut Errors) {
    for column in &model.columns {
        let Some(generated) = &column.generated else { continue };
        let field = &column.field;
        if model.primary_key.contains(field) {
            a_generated_key_is_assigned(model, column, generated, errors);
        } else if model.versions.contains(field) {
            errors.add(field, "every update increments a version, so it cannot be generated; remove `generated`");
        } else if column.default.is_some() {
            errors.add(field, "a generated column is never written; remove `default`");
        } else if column.db_default.is_some() && matches!(generated, Generated::By(_)) {
            errors.add(field, "a column with an expression has no default; remove `db_default`");
        }
    }
}

// struct Item { #[model(generated = "a + 1")] id: i64 }
fn a_generated_key_is_assigned(model: &Model, column: &Column, generated: &Generated, errors: &mut Errors) {
    let field = &column.field;
    if matches!(generated, Generated::By(_)) {
        errors.add(field, "a primary key cannot be computed; write `#[model(generated)]`, without an expression, for an auto-increment key");
    } else if model.primary_key.len() > 1 {
        errors.add(
            field,
            "a key of several columns is not auto-incremented; remove `generated`, and set the fields yourself",
        );
    } else if model.is_foreign_key(field) {
        errors.add(field, format!("`{field}` is a foreign key too, which you set yourself; remove `generated`"));
    }
}

// struct Page { id: i64, #[model(generated = false)] title: String }
fn only_an_integer_key_is_given_instead(model: &Model, errors: &mut Errors) {
    for column in &model.columns {
        let Some(word) = &column.given else { continue };
        let is_single_key = model.primary_key.len() == 1 && model.primary_key.contains(&column.field);
        if !is_single_key || !is_primitive_integer(&column.ty) || model.is_foreign_key(&column.field) {
            errors.add(word, "only an integer primary key is assigned by the database; remove `generated = false`");
        }
    }
}

// struct Page { #[model(sql_type = "integer")] id: i64 }
fn what_is_assigned_has_the_type_of_its_field(model: &Model, errors: &mut Errors) {
    for column in model.columns.iter().filter(|column| column.sql_type.is_some()) {
        if model.generated_key() && model.primary_key.contains(&column.field) {
            errors
                .add(&column.field, "the database assigns this key; leave out `sql_type`, and choose the field's type");
        }
    }
}

// struct Page { id: i64, update: String, #[model(version)] version: i64 }
fn the_method_of_a_version_is_left_alone(model: &Model, errors: &mut Errors) {
    let (false, Some(update)) = (model.versions.is_empty(), &model.items.update) else { return };
    let accessors = model.columns.iter().filter_map(|column| column.accessor.as_ref());
    let relations = model.relations.iter().map(|relation| &relation.name);
    for name in accessors.chain(relations).filter(|name| name.unraw() == update.unraw()) {
        errors.add(
            name,
            format!("a model with a version has a method `{update}` already; write another name here, or name the method by `#[model(update = ..)]` on the struct"),
        );
    }
}

// #[model(new = none, constructor = new)]
// struct Student { id: i64 }
//
// #[model(relations = StudentLinks)]
// struct Student { id: i64 }
//
// #[model(update = save)]
// struct Page { id: i64 }
fn words_of_items_name_something(model: &Model, errors: &mut Errors) {
    for word in &model.items.written {
        if word == symbol::CONSTRUCTOR && model.items.new.is_none() {
            errors.add(word, "`constructor` names a function of the struct for new rows; remove it, or `new = none`");
        } else if word == symbol::RELATIONS && model.relations.is_empty() {
            errors.add(word, "a model without relations has no trait for them; remove `relations`");
        } else if word == symbol::UPDATE && model.versions.is_empty() {
            errors.add(
                word,
                "`update` names the method of a model with a version; remove it, or write `#[model(version)]` on a field",
            );
        }
    }
}

// #[model(new = Draft, loaded = Draft)]
// struct Student { id: i64 }
fn items_have_names_of_their_own(model: &Model, errors: &mut Errors) {
    if let Some((name, first)) = model.items.second(&model.ident) {
        errors.add(name, format!("`{name}` is the name of {first} already; write another name"));
    }
}

// #[has_many(courses: Course)]
// #[many_to_many(courses: Course, through = Enrollment)]
// struct Student { id: i64 }
//
// #[has_many(name: Course)]
// struct Student { id: i64, name: String }
fn relations_have_names_of_their_own(model: &Model, errors: &mut Errors) {
    for (at, relation) in model.relations.iter().enumerate() {
        let name = relation.name.unraw();
        if model.relations[..at].iter().any(|other| other.name.unraw() == name) {
            errors.add(
                &relation.name,
                format!("a relation called `{name}` exists already; give one of them another name"),
            );
        }
        let accessors = model.columns.iter().filter_map(|column| column.accessor.as_ref());
        if accessors.into_iter().any(|accessor| accessor.unraw() == name) {
            errors.add(
                &relation.name,
                format!(
                    "the column `{name}` has this name too; rename the relation, or write `#[model(accessor = none)]` \
                     on the field"
                ),
            );
        }
    }
}

// #[has_many(named: Course)]
fn relations_leave_our_methods_alone(model: &Model, errors: &mut Errors) {
    for relation in &model.relations {
        let name = relation.text();
        if symbol::RESERVED.contains(&name.as_str()) {
            errors.add(
                &relation.name,
                format!("rows with relations already have a method `{name}`; rename the relation"),
            );
        }
    }
}

// #[has_many(a: A)] … #[has_many(z: Z)] …
fn relations_are_not_too_many(model: &Model, errors: &mut Errors) {
    // The runtime's lists of states take this many.
    const MOST: usize = 32;
    if let Some(relation) = model.relations.get(MOST) {
        errors.add(
            &relation.name,
            format!("a model has at most {MOST} relations; leave out those that only the other side uses"),
        );
    }
}

// #[belongs_to(department: Department, foreign_key = departement_id)]
// #[has_many(courses: Course, references = codee)]
fn written_fields_of_relations_exist(model: &Model, errors: &mut Errors) {
    for names in own_names(model).filter(|(_, names)| names.written).map(|(_, names)| names) {
        for field in &names.list {
            exists(model, field, errors);
        }
    }
}

// #[belongs_to(department: Department)]
// struct Student { id: i64 }
fn default_fields_of_relations_exist(model: &Model, errors: &mut Errors) {
    for (relation, names) in own_names(model).filter(|(_, names)| !names.written) {
        for field in names.list.iter().filter(|field| model.position(field).is_none()) {
            let (model, name) = (&model.ident, &relation.name);
            errors.add(
                name,
                format!(
                    "`{model}` has no field `{field}` for this relation; add it, or name another: `foreign_key = field`"
                ),
            );
        }
    }
}

// #[belongs_to(department: Department, foreign_key = (a, b), references = c)]
//
// #[has_many(grades: Grade)]
// #[model(primary_key(student_id, course_id))]
// struct Enrollment { student_id: i64, course_id: i64 }
fn keys_have_as_many_columns_as_what_they_refer_to(model: &Model, errors: &mut Errors) {
    for relation in &model.relations {
        let own_key = (&relation.name, model.primary_key.len());
        match &relation.kind {
            Kind::BelongsTo { foreign_key, references: Some(references), .. } => {
                as_many(relation, foreign_key.list.len(), count(relation, references), errors);
            }
            Kind::BelongsTo { references: None, .. } | Kind::BelongsToAny { .. } => {}
            Kind::Has { foreign_key, references, .. } => {
                let referred = references.as_ref().map_or(own_key, |names| count(relation, names));
                as_many(relation, foreign_key.list.len(), referred, errors);
            }
            Kind::HasThrough { left, right, foreign_key, .. } => {
                as_many(relation, left.list.len(), own_key, errors);
                if let Some(right) = right {
                    as_many_on_both_ways(foreign_key, count(relation, right), errors);
                }
            }
            Kind::ManyToMany(Join::Model { left, .. }) => as_many(relation, left.list.len(), own_key, errors),
            Kind::ManyToMany(Join::Table { left, .. }) => as_many(relation, left.len(), own_key, errors),
        }
    }
}

fn count<'a>(relation: &'a Relation, names: &'a Names) -> (&'a Ident, usize) {
    (names.list.first().unwrap_or(&relation.name), names.list.len())
}

fn as_many_on_both_ways(foreign_key: &Names, (at, right): (&Ident, usize), errors: &mut Errors) {
    let foreign = foreign_key.list.len();
    if foreign != right {
        errors.add(at, format!("`right` names {right} columns and `foreign_key` {foreign}; name as many in both"));
    }
}

fn as_many(relation: &Relation, foreign: usize, (at, referred): (&Ident, usize), errors: &mut Errors) {
    // A model without a key has an error about it already.
    if foreign == referred || referred == 0 {
        return;
    }
    let word = match relation.kind {
        Kind::HasThrough { .. } | Kind::ManyToMany(_) => symbol::LEFT,
        _ => symbol::FOREIGN_KEY,
    };
    errors.add(
        at,
        format!("the foreign key of this relation has {foreign} of the {referred} columns that it needs; name as many: `{word} = (a, b)`"),
    );
}

// #[many_to_many(friends: Person, through = Friendship)]
// struct Person { id: i64 }
fn sides_of_a_join_differ(model: &Model, errors: &mut Errors) {
    for relation in &model.relations {
        let Kind::ManyToMany(join) = &relation.kind else { continue };
        let equal = match join {
            Join::Model { left, right, .. } => left.list == right.list,
            Join::Table { left, right, .. } => {
                left.iter().map(syn::LitStr::value).eq(right.iter().map(syn::LitStr::value))
            }
        };
        if equal {
            let column = sides_text(join);
            errors.add(
                &relation.name,
                format!("both sides of the join would be `{column}`; name the columns: `left = a, right = b`"),
            );
        }
    }
}

// #[many_to_many(tags: Tag, through = Tagging, left = subject_id, tag(subject_id = "photo"))]
// struct Photo { id: i64 }
fn a_tag_is_no_side_of_its_join(model: &Model, errors: &mut Errors) {
    for relation in &model.relations {
        let Kind::ManyToMany(Join::Model { left, right, tag: Some(tag), .. }) = &relation.kind else { continue };
        let field = &tag.field;
        if left.list.iter().chain(&right.list).any(|side| side.unraw() == field.unraw()) {
            errors.add(field, format!("`{field}` holds a key of the join; name the field that holds the tag"));
        }
    }
}

fn sides_text(join: &Join) -> String {
    match join {
        Join::Model { left, .. } => left.list.iter().map(Ident::to_string).collect::<Vec<_>>().join(", "),
        Join::Table { left, .. } => left.iter().map(syn::LitStr::value).collect::<Vec<_>>().join(", "),
    }
}

/// Returns the columns that hold the timestamp of a write, with their keyword.
fn moments(model: &Model) -> impl Iterator<Item = (&Column, &Ident)> {
    model.columns.iter().filter_map(|column| match column.moment.as_ref()? {
        Moment::Created(word) | Moment::Updated(word) => Some((column, word)),
    })
}

/// Returns the lists of fields in `#[model(..)]`.
fn lists(model: &Model) -> impl Iterator<Item = &Vec<Ident>> {
    let partial = model.partial_indexes.iter().map(|index| &index.fields);
    std::iter::once(&model.primary_key).chain(&model.unique).chain(&model.indexes).chain(partial)
}

/// Returns the names of this model's fields that its relations use.
fn own_names(model: &Model) -> impl Iterator<Item = (&Relation, &Names)> {
    model.relations.iter().flat_map(|relation| {
        let names = match &relation.kind {
            Kind::BelongsTo { foreign_key, .. } => [Some(foreign_key), None],
            Kind::BelongsToAny { foreign_key, tag, .. } => [Some(foreign_key), Some(tag)],
            Kind::Has { references, .. } => [references.as_ref(), None],
            Kind::HasThrough { .. } | Kind::ManyToMany(_) => [None, None],
        };
        names.into_iter().flatten().map(move |names| (relation, names))
    })
}

fn exists(model: &Model, field: &Ident, errors: &mut Errors) {
    if model.position(field).is_some() {
        return;
    }
    if model.skipped.iter().any(|skipped| skipped.field.unraw() == field.unraw()) {
        errors.add(field, format!("the field `{field}` is not a column, because it is skipped; remove `skip`"));
        return;
    }
    let fields: Vec<String> = model.columns.iter().map(crate::model::definition::Column::name).collect();
    let near = nearest(&field.unraw().to_string(), fields.iter().map(String::as_str));
    let ident = &model.ident;
    errors.push(match near {
        Some(near) => {
            error(field.to_token_stream(), format!("`{ident}` has no field `{field}`; did you mean `{near}`?"))
        }
        None => error(
            field.to_token_stream(),
            format!("`{ident}` has no field `{field}`; write the name of one that it has"),
        ),
    });
}
