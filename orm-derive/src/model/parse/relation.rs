//! `#[belongs_to(..)]`, `#[has_one(..)]`, `#[has_many(..)]` and `#[many_to_many(..)]`.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, DeriveInput, Field, LitBool, LitStr, Meta, Result, Token, Type, parenthesized};

use crate::attributes::{Side, each_of, no_keyword, once, rust_name, rust_names, side, unknown, value};
use crate::diagnostic::{Errors, error, list};
use crate::model::definition::{Join, Kind, Names, OnDelete, Relation, Tag};
use crate::names::{nearest, snake_case};
use crate::symbol as word;

/// Reads the relations above a struct, in their order.
pub(crate) fn on_struct(input: &DeriveInput, errors: &mut Errors) -> Vec<Relation> {
    let read = |attribute| Words::parse(attribute, None, errors)?.into_relation(attribute, &input.ident, errors);
    input.attrs.iter().filter(|attribute| is_relation(attribute)).filter_map(read).collect()
}

/// Reads the relations whose foreign key is one field.
pub(crate) fn on_field(field: &Field, model: &Ident, errors: &mut Errors) -> Vec<Relation> {
    let mut relations = Vec::new();
    for attribute in field.attrs.iter().filter(|attribute| is_relation(attribute)) {
        let Some(name) = attribute.path().get_ident() else { continue };
        if name == word::BELONGS_TO {
            let words = Words::parse(attribute, field.ident.as_ref(), errors);
            relations.extend(words.and_then(|words| words.into_relation(attribute, model, errors)));
        } else {
            errors.add(
                name,
                format!("`{name}` belongs on the struct, because its rows are not in this field; move it there"),
            );
        }
    }
    relations
}

impl Relation {
    /// Replaces `Self` with the model's name.
    pub(super) fn resolve_self(&mut self, model: &Ident) {
        resolve_self(&mut self.target, model);
        match &mut self.kind {
            Kind::ManyToMany(Join::Model { model: between, .. }) | Kind::HasThrough { model: between, .. } => {
                resolve_self(between, model);
            }
            _ => {}
        }
    }
}

/// What an attribute contains after `name: Type`.
struct Words {
    name: Ident,
    target: Type,
    foreign_key: Option<Vec<Ident>>,
    references: Option<Vec<Ident>>,
    on_delete: Option<OnDelete>,
    /// The keyword of `index = false`.
    unindexed: Option<Ident>,
    through: Option<Through>,
    left: Option<(Ident, Side)>,
    right: Option<(Ident, Side)>,
    tag: Option<TagWord>,
    rename: Option<LitStr>,
}

/// `tag = field` of a `belongs_to`, or `tag(field = "text")` of its other side.
enum TagWord {
    Field(Ident),
    Text(Tag),
}

#[expect(clippy::large_enum_variant, reason = "a struct has a handful of these")]
enum Through {
    Model(Type),
    Table(LitStr),
}

/// `name: Type`
struct Head {
    name: Ident,
    target: Type,
}

impl Words {
    /// Reads the attribute. `key` is the field below the attribute.
    fn parse(attribute: &Attribute, key: Option<&Ident>, errors: &mut Errors) -> Option<Self> {
        if !matches!(attribute.meta, Meta::List(_)) {
            errors.push(head_error(attribute.span(), attribute));
            return None;
        }
        let read = attribute.parse_args_with(|input: ParseStream| {
            let mut words = Words::new(head(attribute, input)?, key);
            let known = known_words(attribute, key.is_some());
            each_of(input, errors, |word, input| words.word(word, input, known, attribute));
            Ok(words)
        });
        errors.keep(read)
    }

    fn new(Head { name, target }: Head, key: Option<&Ident>) -> Self {
        Words {
            name,
            target,
            foreign_key: key.map(|key| vec![key.clone()]),
            references: None,
            on_delete: None,
            unindexed: None,
            through: None,
            left: None,
            right: None,
            tag: None,
            rename: None,
        }
    }

    fn word(&mut self, word: &Ident, input: ParseStream, known: &[&str], attribute: &Attribute) -> Result<()> {
        let text = word.to_string();
        if !known.contains(&text.as_str()) {
            return Err(unknown_here(word, known, attribute));
        }
        match text.as_str() {
            word::FOREIGN_KEY => once(&mut self.foreign_key, word, rust_names(word, input)),
            word::REFERENCES => once(&mut self.references, word, rust_names(word, input)),
            word::ON_DELETE => once(&mut self.on_delete, word, on_delete(word, input)),
            word::INDEX => once(&mut self.unindexed, word, no_index(word, input)),
            word::THROUGH => once(&mut self.through, word, value(word, input, "Model")),
            word::TAG => once(&mut self.tag, word, tag(word, input, attribute)),
            word::RENAME => once(&mut self.rename, word, value(word, input, "\"name\"")),
            word::LEFT => once(&mut self.left, word, side(word, input).map(|side| (word.clone(), side))),
            _ => once(&mut self.right, word, side(word, input).map(|side| (word.clone(), side))),
        }
    }

    fn into_relation(self, attribute: &Attribute, model: &Ident, errors: &mut Errors) -> Option<Relation> {
        let own_key = key_named(&model.unraw().to_string());
        let own_name = key_named(&self.name.unraw().to_string());
        let foreign_key = |default: &str| {
            self.foreign_key.clone().map_or_else(|| Names::default(default, &self.name), Names::written)
        };
        let references = self.references.clone().map(Names::written);
        let attribute = attribute.path().get_ident().map(Ident::to_string).unwrap_or_default();
        self.check_words_of_two_hops(&attribute, errors);
        let kind = match (attribute.as_str(), &self.through, &self.tag) {
            (word::BELONGS_TO, _, Some(TagWord::Field(tag))) => {
                errors.keep(self.belongs_to_any(tag, foreign_key(&own_name)))?
            }
            (word::BELONGS_TO, ..) => Kind::BelongsTo {
                foreign_key: foreign_key(&own_name),
                references,
                on_delete: self.on_delete.unwrap_or_default(),
                indexed: self.unindexed.is_none(),
            },
            (word::MANY_TO_MANY, ..) => Kind::ManyToMany(errors.keep(self.join(model))?),
            (_, Some(through), _) => errors.keep(self.has_through(model, through))?,
            (_, None, _) => {
                let foreign_key = foreign_key(&own_key);
                let tag = self.tag_text();
                Kind::Has { many: attribute == word::HAS_MANY, foreign_key, references, tag }
            }
        };
        Some(Relation { name: self.name, target: self.target, kind, rename: self.rename })
    }

    /// Returns the relation of the two fields by which a row refers to one of several models.
    fn belongs_to_any(&self, tag: &Ident, foreign_key: Names) -> Result<Kind> {
        if let Some([referred, ..]) = self.references.as_deref() {
            return Err(error(
                referred,
                "a relation to one of several models refers to their primary keys; remove `references`",
            ));
        }
        if self.on_delete.is_some() {
            return Err(error(
                &self.name,
                "a polymorphic relation has no foreign key in the database, so a deletion has no action; remove \
                 `on_delete`",
            ));
        }
        if let Some(second) = foreign_key.list.get(1) {
            return Err(error(second, "a relation to one of several models has a single key; name one field"));
        }
        Ok(Kind::BelongsToAny {
            foreign_key,
            tag: Names::written(vec![tag.clone()]),
            indexed: self.unindexed.is_none(),
        })
    }

    /// Checks that `left` occurs with `through`, and `references` without it.
    fn check_words_of_two_hops(&self, attribute: &str, errors: &mut Errors) {
        if attribute != word::HAS_MANY {
            return;
        }
        for (side, _) in self.left.iter().chain(&self.right).filter(|_| self.through.is_none()) {
            errors.add(
                side,
                format!("`{side}` names a field of the model that `through` names; write `through = Model` too"),
            );
        }
        if let (Some(_), Some(TagWord::Text(tag))) = (&self.through, &self.tag) {
            errors
                .add(&tag.field, "a relation through a model has no `tag`; remove it, or write two separate relations");
        }
        if let (Some(_), Some([references, ..])) = (&self.through, self.references.as_deref()) {
            errors.add(
                references,
                "a relation through a model refers to primary keys; remove `references`, or write two separate \
                 relations",
            );
        }
    }

    /// Returns the intermediate model, its reference to this model, and the target's reference to it or to the same
    /// row.
    fn has_through(&self, model: &Ident, through: &Through) -> Result<Kind> {
        let between = match through {
            Through::Model(between) => between.clone(),
            Through::Table(table) => {
                return Err(error(
                    table,
                    "a `has_many` relation leads through a model; write its name without quotes, or use `many_to_many` for a table without a model",
                ));
            }
        };
        let own_key = key_named(&model.unraw().to_string());
        let between_key = key_of(&between, model);
        let right = self.right.as_ref().map(|right| self.fields(Some(right), "")).transpose()?;
        let foreign_key = || match &right {
            Some(right) => Names { list: right.list.clone(), written: false },
            None => Names::default(&between_key, &self.name),
        };
        Ok(Kind::HasThrough {
            model: between,
            left: self.fields(self.left.as_ref(), &own_key)?,
            right: right.clone(),
            foreign_key: self.foreign_key.clone().map_or_else(foreign_key, Names::written),
        })
    }

    /// Returns the intermediate table, and the columns of its two sides.
    fn join(&self, model: &Ident) -> Result<Join> {
        let left = key_named(&model.unraw().to_string());
        let right = key_of(&self.target, model);
        if let (Some(Through::Model(_)), Some(word)) = (&self.through, &self.unindexed) {
            return Err(error(
                word,
                "`index` belongs in the intermediate model; write `index = false` in its `#[belongs_to(..)]`",
            ));
        }
        match (&self.through, self.tag_text()) {
            (Some(Through::Model(join)), tag) => Ok(Join::Model {
                model: join.clone(),
                left: self.fields(self.left.as_ref(), &left)?,
                right: self.fields(self.right.as_ref(), &right)?,
                tag,
            }),
            (Some(Through::Table(_)), Some(tag)) => {
                Err(error(&tag.field, "a table without a model holds two keys and no tag; write `through = Model`"))
            }
            (Some(Through::Table(table)), None) => Ok(Join::Table {
                name: table.clone(),
                left: self.columns(self.left.as_ref(), &left)?,
                right: self.columns(self.right.as_ref(), &right)?,
                indexed: self.unindexed.is_none(),
            }),
            (None, _) => Err(error(
                &self.name,
                "a many-to-many relation needs the table between; write `through = Model`, or `through = \"table\"` for a table without a model",
            )),
        }
    }

    /// Returns the tag of the rows on the other side, or of the links.
    fn tag_text(&self) -> Option<Tag> {
        match &self.tag {
            Some(TagWord::Text(tag)) => Some(tag.clone()),
            _ => None,
        }
    }

    fn fields(&self, side: Option<&(Ident, Side)>, default: &str) -> Result<Names> {
        match side {
            None => Ok(Names::default(default, &self.name)),
            Some((_, Side::Rust(fields))) => Ok(Names::written(fields.clone())),
            Some((word, Side::Sql(_))) => Err(error(
                word,
                format!("`{word}` names a field of the model that `through` names; write the field without quotes"),
            )),
        }
    }

    fn columns(&self, side: Option<&(Ident, Side)>, default: &str) -> Result<Vec<LitStr>> {
        match side {
            None => Ok(vec![LitStr::new(default, self.name.span())]),
            Some((_, Side::Sql(columns))) => Ok(columns.clone()),
            Some((word, Side::Rust(_))) => Err(error(
                word,
                format!("`{word}` names a column of a table without a model; write the column in quotes"),
            )),
        }
    }
}

impl Parse for Through {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(LitStr) { input.parse().map(Through::Table) } else { input.parse().map(Through::Model) }
    }
}

/// Returns the last name of a type's path.
fn last_name(ty: &Type, model: &Ident) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = &path.path.segments.last()?.ident;
    let last = if last == "Self" { model } else { last };
    Some(last.unraw().to_string())
}

fn head(attribute: &Attribute, input: ParseStream) -> Result<Head> {
    let head: Head = input.parse().map_err(|wrong: syn::Error| head_error(wrong.span(), attribute))?;
    if !matches!(head.target, Type::Path(_)) {
        return Err(head_error(head.target.span(), attribute));
    }
    Ok(Head { name: no_keyword(head.name)?, ..head })
}

impl Parse for Head {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        let target = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Head { name, target })
    }
}

fn head_error(at: Span, attribute: &Attribute) -> syn::Error {
    let attribute = attribute.path().get_ident().map(Ident::to_string).unwrap_or_default();
    syn::Error::new(
        at,
        format!("a relation begins with its name and the model it leads to; write `#[{attribute}(name: Model)]`"),
    )
}

/// Reads `= field` in a `belongs_to`, and `(field = "text")` in other relations.
fn tag(word: &Ident, input: ParseStream, attribute: &Attribute) -> Result<TagWord> {
    if attribute.path().is_ident(word::BELONGS_TO) {
        return rust_name(word, input).map(TagWord::Field);
    }
    let read = || -> Result<Tag> {
        let content;
        parenthesized!(content in input);
        let field = content.call(Ident::parse_any)?;
        content.parse::<Token![=]>()?;
        Ok(Tag { field, text: content.parse()? })
    };
    let of = if attribute.path().is_ident(word::MANY_TO_MANY) { "join" } else { "other" };
    read().map(TagWord::Text).map_err(|wrong| {
        syn::Error::new(
            wrong.span(),
            format!("`tag` takes a field of the {of} model and its text; write `tag(field = \"text\")`"),
        )
    })
}

/// Reads `= cascade`.
fn on_delete(word: &Ident, input: ParseStream) -> Result<OnDelete> {
    const ACTIONS: &[(&str, OnDelete)] = &[
        ("no_action", OnDelete::NoAction),
        ("restrict", OnDelete::Restrict),
        ("cascade", OnDelete::Cascade),
        ("set_null", OnDelete::SetNull),
    ];
    let name = rust_name(word, input)?;
    let found = ACTIONS.iter().find(|(known, _)| name == known);
    found.map(|(_, action)| *action).ok_or_else(|| {
        let known = ACTIONS.iter().map(|(known, _)| *known);
        let valid = list(known.clone());
        match nearest(&name.to_string(), known) {
            Some(near) => error(&name, format!("no such action; did you mean `{near}`? the actions are {valid}")),
            None => error(&name, format!("no such action; the actions are {valid}")),
        }
    })
}

/// `= false`
pub(super) fn no_index(word: &Ident, input: ParseStream) -> Result<Ident> {
    let said: LitBool = value(word, input, "false")?;
    if said.value {
        return Err(error(
            said,
            "the key of a relation has an index unless the attribute says otherwise; leave out `= true`",
        ));
    }
    Ok(word.clone())
}

fn known_words(attribute: &Attribute, on_field: bool) -> &'static [&'static str] {
    let is = |name| attribute.path().is_ident(name);
    if is(word::BELONGS_TO) && on_field {
        word::IN_BELONGS_TO_ON_FIELD
    } else if is(word::BELONGS_TO) {
        word::IN_BELONGS_TO
    } else if is(word::MANY_TO_MANY) {
        word::IN_MANY_TO_MANY
    } else if is(word::HAS_MANY) {
        word::IN_HAS_MANY
    } else {
        word::IN_HAS_ONE
    }
}

fn unknown_here(word: &Ident, known: &[&str], attribute: &Attribute) -> syn::Error {
    let name = attribute.path().get_ident().map(Ident::to_string).unwrap_or_default();
    if word == word::FOREIGN_KEY && name == word::BELONGS_TO {
        return error(
            word,
            "the field under this attribute is the foreign key; remove the keyword, or move the attribute to the \
             struct",
        );
    }
    if word == word::ON_DELETE {
        return error(word, "`on_delete` belongs on the side that holds the key; write it in its `#[belongs_to(..)]`");
    }
    if word == word::INDEX {
        return error(
            word,
            "`index` belongs on the side that holds the key; write `index = false` in its `#[belongs_to(..)]`, or \
             `#[model(index = false)]` on the field if it has none",
        );
    }
    unknown(word, &format!("`#[{name}(..)]`"), known)
}

fn is_relation(attribute: &Attribute) -> bool {
    const RELATIONS: &[&str] = &[word::BELONGS_TO, word::HAS_ONE, word::HAS_MANY, word::MANY_TO_MANY];
    RELATIONS.iter().any(|name| attribute.path().is_ident(name))
}

/// Derives `student_id` from `Student`.
fn key_named(name: &str) -> String {
    format!("{}_id", snake_case(name))
}

fn resolve_self(ty: &mut Type, model: &Ident) {
    if let Type::Path(path) = ty
        && path.path.is_ident("Self")
        && let Some(segment) = path.path.segments.first_mut()
    {
        let at = segment.ident.span();
        segment.ident = model.clone();
        segment.ident.set_span(at);
    }
}

/// Returns the column that holds a key of a type's model. A type without a name is not a model, which rustc reports.
fn key_of(target: &Type, model: &Ident) -> String {
    key_named(&last_name(target, model).unwrap_or_else(|| model.unraw().to_string()))
}
