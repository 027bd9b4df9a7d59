//! Models as Rust text.

use std::collections::{BTreeMap, BTreeSet};

use crate::models::{Field, Kind, Model, Models, Relation};
use crate::names;
use crate::types::{OwnKind, OwnType};

/// The maximum width of a comment line.
const WIDTH: usize = 100;

/// The maximum number of models in one tuple.
const TUPLE: usize = 16;

/// Returns the text of one file with all models.
#[must_use]
pub fn single(models: &Models) -> String {
    let mut imports = Imports::default();
    for model in &models.models {
        imports.add_model(model);
    }
    for own in &models.types {
        imports.add_type(own);
    }
    let mut parts = vec![format!("{}\n\n{}", about(models), imports.text(None))];
    parts.extend(models.types.iter().map(own_type));
    parts.extend(models.models.iter().map(|model| structure(model, models)));
    parts.push(all(&models.models.iter().map(|model| &*model.name).collect::<Vec<_>>()));
    parts.join("\n")
}

/// Returns the text of `mod.rs`.
#[must_use]
pub fn index(models: &Models) -> String {
    let mut modules: Vec<String> = models.models.iter().map(|model| model.module.clone()).collect();
    modules.extend((!models.types.is_empty()).then(|| "types".to_owned()));
    modules.sort_by(|one, other| names::bare(one).cmp(names::bare(other)));
    let declared: String = modules.iter().map(|module| module_line(module)).collect();
    let exported: String = modules.iter().map(|module| export_line(module)).collect();
    let names: Vec<&str> = models.models.iter().map(|model| &*model.name).collect();
    format!("{}\n\n{declared}\n{exported}\n{}", about(models), all(&names))
}

/// Returns the line of `mod.rs` that declares a module.
#[must_use]
pub fn module_line(module: &str) -> String {
    format!("mod {module};\n")
}

/// Returns the line of `mod.rs` that exports the items of a module.
#[must_use]
pub fn export_line(module: &str) -> String {
    format!("pub use self::{module}::*;\n")
}

/// Returns the type of all models, for `check` and `create_tables`.
#[must_use]
pub fn all(names: &[&str]) -> String {
    format!("/// All models: `db.check::<All>()` compares them with the database.\npub type All = {};\n", tuple(names))
}

/// Returns models as a tuple, which contains tuples if there are many models.
#[must_use]
pub fn tuple(names: &[&str]) -> String {
    match names {
        [] => "()".to_owned(),
        [only] => format!("({only},)"),
        few if few.len() <= TUPLE => lines(few, "    "),
        many => {
            let parts: Vec<String> = many.chunks(TUPLE).map(tuple).collect();
            lines(&parts.iter().map(|part| &**part).collect::<Vec<_>>(), "    ")
        }
    }
}

/// Returns the text of a model's file.
#[must_use]
pub fn file(model: &Model, models: &Models) -> String {
    let mut imports = Imports::default();
    imports.add_model(model);
    let mut others = used_models(model, models);
    others.remove(&model.name);
    format!("{}\n{}", imports.text(Some(others)), structure(model, models))
}

/// Returns the text of the file with the types besides the models.
#[must_use]
pub fn types(own: &[OwnType]) -> String {
    let mut imports = Imports::default();
    for own in own {
        imports.add_type(own);
    }
    let texts: Vec<String> = own.iter().map(own_type).collect();
    format!("{}\n{}", imports.text(Some(BTreeSet::new())), texts.join("\n"))
}

/// Returns the text of a type besides the models.
#[must_use]
pub fn own_type(own: &OwnType) -> String {
    let docs = docs(own.comment.as_deref(), &format!("`{}` in the database.", own.of), "");
    match &own.kind {
        OwnKind::Newtype(of) => {
            let more = match &*of.rust {
                "i16" | "i32" | "i64" => ["Clone, Copy", ", Eq, Hash"],
                "String" | "Uuid" => ["Clone", ", Eq, Hash"],
                _ => ["Clone", ""],
            };
            let derived = format!("ColumnType, {}, Debug, PartialEq{}", more[0], more[1]);
            format!("{docs}#[derive({derived})]\npub struct {}(pub {});\n", own.name, of.rust)
        }
        OwnKind::Enum(variants) => {
            let variants: String = variants.iter().map(|(name, value)| variant(name, value)).collect();
            format!(
                "{docs}#[derive(ColumnType, Clone, Copy, Debug, PartialEq, Eq, Hash)]\n#[column(text)]\npub enum {} {{\n{variants}}}\n",
                own.name
            )
        }
    }
}

/// Returns the text of a model: its struct with all attributes.
#[must_use]
pub fn structure(model: &Model, models: &Models) -> String {
    let mut parts = vec![docs(model.comment.as_deref(), &format!("A row of `{}`.", model.table), "")];
    parts.extend(model.notes.iter().map(|note| comment(note, "")));
    parts.push("#[derive(Model, Clone, Debug, PartialEq)]\n".to_owned());
    parts.extend(model.words.iter().map(|words| format!("#[model({words})]\n")));
    let of_struct = model.relations.iter().filter(|relation| field_of(relation).is_none());
    parts.extend(of_struct.map(|relation| attribute(relation, models)));
    parts.push(format!("pub struct {} {{\n", model.name));
    parts.extend(model.fields.iter().map(|of| field(of, model, models)));
    parts.push("}\n".to_owned());
    parts.concat()
}

/// Returns the text of a field, with its attributes.
#[must_use]
pub fn field(field: &Field, model: &Model, models: &Models) -> String {
    let mut parts = vec![docs(field.comment.as_deref(), "", "    ")];
    let words: Vec<&str> = field.words.iter().chain(&field.of.words).map(String::as_str).collect();
    parts.extend((!words.is_empty()).then(|| format!("    #[model({})]\n", words.join(", "))));
    let relations = model.relations.iter().filter(|relation| field_of(relation) == Some(&field.name));
    parts.extend(relations.map(|relation| format!("    {}", attribute(relation, models))));
    let of = if field.nullable { format!("Option<{}>", field.of.rust) } else { field.of.rust.clone() };
    parts.push(format!("    pub {}: {of},\n", field.name));
    parts.concat()
}

/// Returns the attribute of a relation, with the end of the line.
#[must_use]
pub fn attribute(relation: &Relation, models: &Models) -> String {
    let kind = match relation.kind {
        Kind::BelongsTo { .. } => "belongs_to",
        Kind::HasOne => "has_one",
        Kind::HasMany => "has_many",
        Kind::ManyToMany { .. } => "many_to_many",
    };
    let mut said = vec![format!("{}: {}", relation.name, models.models[relation.to].name)];
    said.extend(relation.words.iter().cloned());
    format!("#[{kind}({})]\n", said.join(", "))
}

/// Returns the names of the models in a model's attributes.
#[must_use]
pub fn used_models(model: &Model, models: &Models) -> BTreeSet<String> {
    let through = |relation: &Relation| {
        let word = relation.words.iter().find_map(|word| word.strip_prefix("through = "))?;
        (!word.starts_with('"')).then(|| word.to_owned())
    };
    let targets = model.relations.iter().map(|relation| models.models[relation.to].name.clone());
    targets.chain(model.relations.iter().filter_map(through)).collect()
}

/// Returns the field below the relation's attribute, if the attribute is on a field.
#[must_use]
pub fn field_of(relation: &Relation) -> Option<&String> {
    match &relation.kind {
        Kind::BelongsTo { fields, .. } => match &fields[..] {
            [only] => Some(only),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the lines of a comment that is not documentation.
#[must_use]
pub fn comment(text: &str, indent: &str) -> String {
    let lines = wrapped(text, WIDTH - indent.len() - 3);
    lines.iter().map(|line| format!("{indent}// {line}\n")).collect::<Vec<_>>().concat()
}

/// The imports for some models, by path.
#[derive(Default)]
pub struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    /// Adds what a model needs.
    pub fn add_model(&mut self, model: &Model) {
        self.add("orm::Model");
        model.fields.iter().flat_map(|field| &field.of.imports).for_each(|path| self.add(path));
    }

    fn add_type(&mut self, own: &OwnType) {
        self.add("orm::ColumnType");
        if let OwnKind::Newtype(of) = &own.kind {
            of.imports.iter().for_each(|path| self.add(path));
        }
    }

    fn add(&mut self, path: &str) {
        if let Some((path, name)) = path.rsplit_once("::") {
            self.0.entry(path.to_owned()).or_default().insert(name.to_owned());
        }
    }

    /// Returns the lines: first other crates, then models and types of the files beside this one, if there are any.
    #[must_use]
    pub fn text(&self, beside: Option<BTreeSet<String>>) -> String {
        let (own, others): (Vec<_>, Vec<_>) = self.0.iter().partition(|(path, _)| path.starts_with("super"));
        let names = |items: &BTreeSet<String>| items.iter().map(String::clone).collect::<Vec<_>>();
        let mut lines: Vec<String> = others.into_iter().map(|(path, items)| import(path, &names(items))).collect();
        // This is the order of rustfmt.
        lines.sort();
        let mut text = lines.concat();
        if let Some(mut beside) = beside {
            beside.extend(own.into_iter().flat_map(|(_, items)| items.clone()));
            if !beside.is_empty() {
                text.push('\n');
                text.push_str(&import("super", &names(&beside)));
            }
        }
        text
    }
}

/// Returns one line of imports.
#[must_use]
pub fn import(path: &str, items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match &items[..] {
        [only] => format!("use {path}::{only};\n"),
        many => format!("use {path}::{{{}}};\n", many.join(", ")),
    }
}

fn about(models: &Models) -> String {
    let features: Vec<String> = models.features().iter().map(|feature| format!("`{feature}`")).collect();
    let needed = format!("//!\n//! They need these features of `orm`: {}.\n", features.join(", "));
    format!(
        "//! Models of `{}`, written by `orm-cli generate`.\n//!\n\
         //! You can change them. When `orm-cli generate` runs again, it adds what is new in the database, and leaves\n\
         //! everything else unchanged.\n{}\n\
         #![allow(dead_code, reason = \"a program need not use every column of a database\")]",
        models.source,
        if features.is_empty() { "" } else { &*needed },
    )
}

fn variant(name: &str, value: &str) -> String {
    let is_plain =
        value.split('_').all(|word| !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_lowercase()));
    if is_plain && names::of_variant(value) == *name {
        format!("    {name},\n")
    } else {
        format!("    #[column(rename = {value:?})]\n    {name},\n")
    }
}

fn docs(comment: Option<&str>, otherwise: &str, indent: &str) -> String {
    let text = comment.map(str::trim).filter(|comment| !comment.is_empty()).unwrap_or(otherwise);
    text.lines().map(|line| format!("{indent}/// {}", line.trim()).trim_end().to_owned() + "\n").collect()
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is a line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Returns a tuple on one line if it fits, and on several lines otherwise.
fn lines(items: &[&str], indent: &str) -> String {
    let one = format!("({})", items.join(", "));
    if one.len() + "pub type All = ;".len() <= WIDTH && !one.contains('\n') {
        return one;
    }
    let line = |item: &&str| format!("{indent}{},\n", item.replace('\n', &format!("\n{indent}")));
    format!("(\n{})", items.iter().map(line).collect::<Vec<_>>().concat())
}
