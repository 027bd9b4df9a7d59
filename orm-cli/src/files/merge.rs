//! Adds what is new to an existing file. It changes and removes nothing that is in the file.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Attribute, Fields, Item, ItemStruct, Type};

use super::attributes::said;

use crate::models::{Field, Model, Models};
use crate::names;
use crate::render;
use crate::types::OwnKind;

/// A file with the additions.
pub(super) struct Merged {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
    /// Whether the file does not contain what the additions belong to.
    pub(super) is_skipped: bool,
}

/// A file that gets additions.
struct Text<'t> {
    old: &'t str,
    /// The additions, each with the byte that it precedes.
    added: Vec<(usize, String)>,
    notes: Vec<String>,
}

/// Adds new fields and relations to a model.
pub(super) fn model(text: &str, model: &Model, models: &Models) -> Result<Merged, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut text = Text::of(text);
    let found = file.items.iter().find_map(|item| match item {
        Item::Struct(found) if found.ident == model.name => Some(found),
        _ => None,
    });
    let Some(found) = found else {
        text.notes.push(format!(
            "has no struct with `#[model(table = {:?})]` and no `struct {}`, so nothing was added to it",
            model.table.name, model.name
        ));
        return Ok(Merged { is_skipped: true, ..text.finish() });
    };
    let mut needed = BTreeSet::new();
    text.add_relations(found, model, models, &mut needed);
    text.add_fields(found, model, models, &mut needed);
    let mut known = imported(&file.items);
    known.extend(file.items.iter().filter_map(declared));
    let missing: Vec<&str> =
        needed.iter().map(String::as_str).filter(|name| !known.contains(*name) && *name != model.name).collect();
    if !missing.is_empty() {
        let (paths, own): (Vec<&str>, Vec<&str>) = missing.into_iter().partition(|name| name.contains("::"));
        let mut lines: String = paths
            .iter()
            .filter_map(|path| path.rsplit_once("::"))
            .map(|(path, name)| render::import(path, &[name]))
            .collect();
        if !own.is_empty() {
            lines.push_str(&render::import("super", &own));
        }
        text.add_after_imports(&file.items, &lines);
    }
    Ok(text.finish())
}

/// Adds new types to the file of types.
pub(super) fn types(text: &str, models: &Models) -> Result<Merged, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut text = Text::of(text);
    for own in &models.types {
        let found = file.items.iter().find(|item| match item {
            Item::Struct(item) => item.ident == own.name,
            Item::Enum(item) => item.ident == own.name,
            _ => false,
        });
        match (found, &own.kind) {
            (None, _) => text.append(&format!("\n{}", render::own_type(own))),
            (Some(Item::Enum(found)), OwnKind::Enum(variants)) => {
                let missing: Vec<&str> =
                    variants.iter().map(|(_, value)| &**value).filter(|value| !has_variant(found, value)).collect();
                if !missing.is_empty() {
                    text.notes.push(format!("the enum `{}` lacks the values {}", own.name, missing.join(", ")));
                }
            }
            _ => {}
        }
    }
    Ok(text.finish())
}

/// Adds new modules to `mod.rs`.
pub(super) fn index(text: &str, models: &Models) -> Result<Merged, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut text = Text::of(text);
    let is_declared = |module: &str| {
        file.items.iter().any(
            |item| matches!(item, Item::Mod(found) if names::bare(&found.ident.to_string()) == names::bare(module)),
        )
    };
    let mut modules: Vec<String> = models.models.iter().map(|model| model.module.clone()).collect();
    modules.extend((!models.types.is_empty()).then(|| "types".to_owned()));
    let new: Vec<&String> = modules.iter().filter(|module| !is_declared(module)).collect();
    let declared: String = new.iter().map(|module| render::module_line(module)).collect();
    let exported: String = new.iter().map(|module| render::export_line(module)).collect();
    let after_modules = file.items.iter().rev().find(|item| matches!(item, Item::Mod(_)));
    text.add_after(after_modules.map(syn::spanned::Spanned::span), &declared);
    text.add_after_imports(&file.items, &exported);
    let all = file.items.iter().find_map(|item| match item {
        Item::Type(found) if found.ident == "All" => Some(found),
        _ => None,
    });
    if let (Some(all), false) = (all, new.is_empty()) {
        let names: Vec<&str> = models
            .models
            .iter()
            .filter(|model| new.iter().any(|module| **module == model.module))
            .map(|model| &*model.name)
            .collect();
        text.extend_tuple(&all.ty, &names);
    }
    Ok(text.finish())
}

impl<'t> Text<'t> {
    fn of(old: &'t str) -> Self {
        Text { old, added: Vec::new(), notes: Vec::new() }
    }

    fn finish(mut self) -> Merged {
        // An addition further back does not move the text before it.
        self.added.sort_by_key(|(at, _)| *at);
        let mut text = self.old.to_owned();
        for (at, added) in self.added.into_iter().rev() {
            text.insert_str(at, &added);
        }
        Merged { text, notes: self.notes, is_skipped: false }
    }

    fn append(&mut self, new: &str) {
        self.added.push((self.old.len(), new.to_owned()));
    }

    /// Adds lines after the line in which something ends, or at the end of the file.
    fn add_after(&mut self, span: Option<Span>, lines: &str) {
        if lines.is_empty() {
            return;
        }
        let at = span.map_or(self.old.len(), |span| self.line_after(span.byte_range().end));
        self.added.push((at, lines.to_owned()));
    }

    fn add_after_imports(&mut self, items: &[Item], lines: &str) {
        let last = items.iter().rev().find(|item| matches!(item, Item::Use(_) | Item::Mod(_)));
        self.add_after(last.map(syn::spanned::Spanned::span), lines);
    }

    fn add_relations(&mut self, found: &ItemStruct, model: &Model, models: &Models, needed: &mut BTreeSet<String>) {
        let start = found.vis.span().byte_range().start;
        let start = if start == 0 { found.struct_token.span.byte_range().start } else { start };
        let there = relations(found);
        let lines: Vec<String> = model
            .relations
            .iter()
            .filter(|relation| render::field_of(relation).is_none() && !there.contains(names::bare(&relation.name)))
            .filter(|relation| !leads_there(found, relation, models))
            .map(|relation| {
                needed.insert(models.models[relation.to].name.clone());
                let through = relation.words.iter().find_map(|word| word.strip_prefix("through = "));
                needed.extend(through.filter(|through| !through.starts_with('"')).map(str::to_owned));
                render::attribute(relation, models)
            })
            .collect();
        if !lines.is_empty() {
            let at = self.line_of(start);
            self.added.push((at, lines.concat()));
        }
    }

    fn add_fields(&mut self, found: &ItemStruct, model: &Model, models: &Models, needed: &mut BTreeSet<String>) {
        let Fields::Named(fields) = &found.fields else { return };
        let mut before = None;
        for field in &model.fields {
            let there = fields.named.iter().find(|other| is_field(other, field));
            if let Some(there) = there {
                before = Some(there.span());
                self.compare(there, field, model);
                continue;
            }
            let text = render::field(field, model, models);
            let at = before.map_or_else(
                || self.line_after(fields.brace_token.span.open().byte_range().end),
                |span: Span| self.line_after(span.byte_range().end),
            );
            self.added.push((at, text));
            needed.extend(field.of.imports.iter().map(|path| {
                path.rsplit_once("super::types::").map_or_else(|| path.clone(), |(_, name)| name.to_owned())
            }));
            let relations = model.relations.iter().filter(|relation| render::field_of(relation) == Some(&field.name));
            needed.extend(relations.map(|relation| models.models[relation.to].name.clone()));
        }
        for other in &fields.named {
            let Some(name) = &other.ident else { continue };
            if !model.fields.iter().any(|field| is_field(other, field)) && !is_skipped(other) {
                self.notes.push(format!("the field `{}.{name}` has no column in the table", model.name));
            }
        }
    }

    /// Notes a field that differs from its column in whether `NULL` is possible.
    fn compare(&mut self, there: &syn::Field, field: &Field, model: &Model) {
        let is_option = matches!(&there.ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"));
        if is_option != field.nullable {
            let now = if field.nullable {
                "may be NULL now: make it an `Option`"
            } else {
                "is NOT NULL now, so an `Option` is not needed"
            };
            self.notes.push(format!("the column of `{}.{}` {now}", model.name, names::bare(&field.name)));
        }
    }

    fn extend_tuple(&mut self, all: &Type, names: &[&str]) {
        let Type::Tuple(tuple) = all else {
            self.notes.push(format!("`All` is not a tuple, so these were not added to it: {}", names.join(", ")));
            return;
        };
        let close = tuple.paren_token.span.close().byte_range().start;
        let ends_with_comma = tuple.elems.trailing_punct() || tuple.elems.is_empty();
        // A tuple holds up to sixteen models or tuples.
        let new = if names.len() == 1 { names[0].to_owned() } else { render::tuple(names) };
        let is_in_lines = self.old[..close].trim_end_matches(' ').ends_with('\n');
        let text = match (ends_with_comma, is_in_lines) {
            (true, true) => format!("    {new},\n"),
            (true, false) => format!(" {new}"),
            (false, _) => format!(", {new}"),
        };
        self.added.push((close, text));
    }

    /// Returns the start of the line that contains a byte.
    fn line_of(&self, at: usize) -> usize {
        self.old[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Returns the start of the line after a byte.
    fn line_after(&self, at: usize) -> usize {
        self.old[at..].find('\n').map_or(self.old.len(), |end| at + end + 1)
    }
}

/// Returns the names of the relations in the attributes of a struct and its fields.
fn relations(found: &ItemStruct) -> BTreeSet<String> {
    let fields = found.fields.iter().flat_map(|field| &field.attrs);
    found.attrs.iter().chain(fields).filter_map(relation_name).collect()
}

/// Returns `tracks` for `#[has_many(tracks: Track)]`.
fn relation_name(attribute: &Attribute) -> Option<String> {
    let kinds = ["belongs_to", "has_one", "has_many", "many_to_many"];
    let is_relation = kinds.iter().any(|kind| attribute.path().is_ident(kind));
    let text = attribute.meta.require_list().ok().filter(|_| is_relation)?.tokens.to_string();
    let (name, _) = text.split_once(':')?;
    Some(names::bare(name.trim()).to_owned())
}

/// Whether a relation of the same kind to the same model has the same keywords, under a name that the user chose.
fn leads_there(found: &ItemStruct, relation: &crate::models::Relation, models: &Models) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = render::attribute(relation, models);
    let Some((kind, rest)) = wanted.trim_start_matches("#[").split_once('(') else { return false };
    let Some((_, rest)) = rest.split_once(':') else { return false };
    let wanted = squeezed(rest.trim_end().trim_end_matches(")]"));
    found.attrs.iter().filter(|attribute| attribute.path().is_ident(kind)).any(|attribute| {
        let tokens = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        tokens.split_once(':').is_some_and(|(_, rest)| squeezed(rest) == wanted)
    })
}

/// Whether a struct's field belongs to a column, by the field's name or by its `column = ".."`.
fn is_field(found: &syn::Field, field: &Field) -> bool {
    let name = found.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    match said(&found.attrs, "column") {
        Some(column) => column == field.column,
        None => names::bare(&name) == names::bare(&field.name),
    }
}

fn is_skipped(found: &syn::Field) -> bool {
    let mut skipped = false;
    for attribute in found.attrs.iter().filter(|attribute| attribute.path().is_ident("model")) {
        skipped |= attribute
            .meta
            .require_list()
            .is_ok_and(|list| list.tokens.to_string().split(',').any(|word| word.trim() == "skip"));
    }
    skipped
}

/// Whether an enum has a variant for a value, by the variant's `rename` or its name.
fn has_variant(found: &syn::ItemEnum, value: &str) -> bool {
    found.variants.iter().any(|variant| {
        let renamed = variant.attrs.iter().any(|attribute| {
            attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains(&format!("{value:?}")))
        });
        renamed || variant.ident == names::of_variant(value)
    })
}

/// Returns the name of a type that a file declares.
fn declared(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// Returns the names and the paths that the items of a file import.
fn imported(items: &[Item]) -> BTreeSet<String> {
    fn walk(tree: &syn::UseTree, path: &str, names: &mut BTreeSet<String>) {
        let below = |name: &syn::Ident| if path.is_empty() { name.to_string() } else { format!("{path}::{name}") };
        match tree {
            syn::UseTree::Path(part) => walk(&part.tree, &below(&part.ident), names),
            syn::UseTree::Name(name) => {
                names.insert(name.ident.to_string());
                names.insert(below(&name.ident));
            }
            syn::UseTree::Rename(rename) => {
                names.insert(rename.rename.to_string());
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, path, names)),
            syn::UseTree::Glob(_) => {}
        }
    }
    let mut names = BTreeSet::new();
    for item in items {
        if let Item::Use(item) = item {
            walk(&item.tree, "", &mut names);
        }
    }
    names
}
