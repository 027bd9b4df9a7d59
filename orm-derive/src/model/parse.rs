//! Reads attributes into a [`Model`]. After a mistake the parser continues, so that one compilation shows all mistakes.

mod indexes;
mod items;
mod relation;
mod serialized;
mod stored;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Data, DeriveInput, Expr, Field, Fields, Lit, LitStr, Path, Result};

use self::indexes::Indexes;
use crate::attributes::{
    Name, called, crate_path, default_crate, each, field_list, more_than_fields, name_or_none, not_blank, once,
    sql_name, sql_text, unknown, value, without_nul,
};
use crate::diagnostic::{Errors, error, list};
use crate::model::definition::{Codec, Column, DbDefault, Generated, Model, Moment, Relation, Skipped, Stored};
use crate::names::{self, Case};
use crate::symbol as word;

/// Reads a struct. Anything else reads as a struct without fields, so that it is a model to the rest of the program.
pub(crate) fn model(input: &DeriveInput, errors: &mut Errors) -> Model {
    let fields = errors.keep(named_fields(input)).unwrap_or_default();
    errors.keep(without_generics(input));

    let on_struct = OnStruct::parse(&input.attrs, errors);
    let on_fields = fields.iter().map(|field| OnField::parse(field, errors));
    let (skipped, on_fields): (Vec<OnField>, Vec<OnField>) = on_fields.partition(|field| field.skip.is_some());

    let mut relations = relation::on_struct(input, errors);
    relations.extend(fields.iter().flat_map(|field| relation::on_field(field, &input.ident, errors)));

    let primary_key = primary_key(&on_struct, &on_fields, errors);
    let alone = |wanted: fn(&OnField) -> bool| {
        on_fields.iter().filter(move |field| wanted(field)).map(|field| vec![field.ident.clone()])
    };
    Model {
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        vis: input.vis.clone(),
        krate: on_struct.krate.unwrap_or_else(default_crate),
        schema: on_struct.schema.map(|name| name.value()),
        table: on_struct.table.map_or_else(|| default_table(&input.ident), |name| name.value()),
        renamed_from: on_struct.renamed_from,
        primary_key,
        versions: on_fields.iter().filter(|field| field.version.is_some()).map(|field| field.ident.clone()).collect(),
        unique: alone(|field| field.unique.is_some()).chain(on_struct.unique.whole).collect(),
        indexes: alone(|field| field.index.is_some()).chain(on_struct.indexes.whole).collect(),
        partial_indexes: on_struct.unique.partial.into_iter().chain(on_struct.indexes.partial).collect(),
        unindexed: on_fields
            .iter()
            .filter(|field| field.unindexed.is_some())
            .map(|field| field.ident.clone())
            .collect(),
        checks: on_struct.checks,
        stored: on_struct.stored.unwrap_or_default(),
        columns: on_fields.into_iter().map(|field| field.into_column(on_struct.rename_all)).collect(),
        skipped: skipped.into_iter().map(|field| Skipped { field: field.ident, ty: field.ty }).collect(),
        relations: with_self(relations, &input.ident),
        serialized: serialized::of(&input.attrs, &fields),
        items: on_struct.items.into_items(&input.ident),
    }
}

/// `#[model(..)]` on the struct.
#[derive(Default)]
struct OnStruct {
    table: Option<LitStr>,
    schema: Option<LitStr>,
    renamed_from: Option<LitStr>,
    rename_all: Option<Case>,
    primary_key: Option<Vec<Ident>>,
    unique: Indexes,
    indexes: Indexes,
    checks: Vec<LitStr>,
    stored: Option<Vec<Stored>>,
    items: items::Words,
    krate: Option<Path>,
}

impl OnStruct {
    fn parse(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut said = OnStruct::default();
        for attribute in called(word::MODEL, attributes) {
            each(attribute, errors, |word, input| said.word(word, input));
        }
        said
    }

    fn word(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        match word.to_string().as_str() {
            word::TABLE => once(&mut self.table, word, sql_name(word, input)),
            word::SCHEMA => once(&mut self.schema, word, sql_name(word, input)),
            word::RENAMED_FROM => once(&mut self.renamed_from, word, sql_name(word, input)),
            word::RENAME_ALL => once(&mut self.rename_all, word, case(word, input)),
            word::PRIMARY_KEY => once(&mut self.primary_key, word, field_list(word, input)),
            word::UNIQUE => self.unique.word(word, input),
            word::INDEX => self.indexes.word(word, input),
            word::CHECK => sql_text(word, input, "\"price > 0\"").map(|condition| self.checks.push(condition)),
            word::STORED => once(&mut self.stored, word, stored::on_struct(word, input)),
            word::NEW | word::CONSTRUCTOR | word::LOADED | word::RELATIONS | word::UPDATE => {
                self.items.word(word, input)
            }
            word::CRATE => once(&mut self.krate, word, crate_path(word, input)),
            other if word::ON_FIELD.contains(&other) => {
                Err(error(word, format!("`{other}` applies to a field; write it on the field")))
            }
            other if word::OF_AN_INDEX.contains(&other) => Err(more_than_fields(word)),
            _ => Err(unknown(word, "`#[model(..)]` on a struct", word::ON_STRUCT)),
        }
    }
}

/// A field and its `#[model(..)]`.
struct OnField {
    ident: Ident,
    ty: syn::Type,
    column: Option<LitStr>,
    renamed_from: Option<LitStr>,
    /// The name of the function that returns the column.
    accessor: Option<Name>,
    primary_key: Option<Ident>,
    unique: Option<Ident>,
    index: Option<Ident>,
    /// The keyword of `index = false`.
    unindexed: Option<Ident>,
    version: Option<Ident>,
    moment: Option<Moment>,
    default: Option<Expr>,
    db_default: Option<DbDefault>,
    generated: Option<Generated>,
    given: Option<Ident>,
    check: Option<LitStr>,
    sql_type: Option<LitStr>,
    codec: Option<Codec>,
    stored: Option<Stored>,
    skip: Option<Ident>,
}

impl OnField {
    fn parse(field: &Field, errors: &mut Errors) -> Self {
        let mut said = OnField {
            ident: field.ident.clone().unwrap_or_else(|| format_ident!("_")),
            ty: field.ty.clone(),
            column: None,
            renamed_from: None,
            accessor: None,
            primary_key: None,
            unique: None,
            index: None,
            unindexed: None,
            version: None,
            moment: None,
            default: None,
            db_default: None,
            generated: None,
            given: None,
            check: None,
            sql_type: None,
            codec: None,
            stored: None,
            skip: None,
        };
        for attribute in called(word::MODEL, &field.attrs) {
            each(attribute, errors, |word, input| said.word(word, input));
        }
        errors.keep(said.skipped_alone());
        said
    }

    fn word(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        match word.to_string().as_str() {
            word::PRIMARY_KEY => once(&mut self.primary_key, word, alone(word, input)),
            word::UNIQUE => once(&mut self.unique, word, alone(word, input)),
            word::INDEX => self.index(word, input),
            word::VERSION => once(&mut self.version, word, flag(word, input)),
            word::CREATED_AT => self.moment(word, flag(word, input).map(Moment::Created)),
            word::UPDATED_AT => self.moment(word, flag(word, input).map(Moment::Updated)),
            word::DEFAULT => once(&mut self.default, word, value(word, input, "expression")),
            word::DB_DEFAULT => once(&mut self.db_default, word, db_default(word, input)),
            word::GENERATED => self.generated(word, input),
            word::CHECK => once(&mut self.check, word, sql_text(word, input, "\"price > 0\"")),
            word::SQL_TYPE => once(&mut self.sql_type, word, sql_text(word, input, "\"inet\"")),
            word::COLUMN => once(&mut self.column, word, sql_name(word, input)),
            word::RENAMED_FROM => once(&mut self.renamed_from, word, sql_name(word, input)),
            word::ACCESSOR => once(&mut self.accessor, word, name_or_none(word, input)),
            word::JSON => self.codec(word, flag(word, input).map(Codec::Json)),
            word::WITH => self.codec(word, value(word, input, "Codec").map(|codec| Codec::With(Box::new(codec)))),
            word::STORED => once(&mut self.stored, word, stored::on_field(word, input)),
            word::SKIP => once(&mut self.skip, word, flag(word, input)),
            other if word::ON_STRUCT.contains(&other) => {
                Err(error(word, format!("`{other}` applies to the table; write it on the struct")))
            }
            other if word::OF_AN_INDEX.contains(&other) => Err(more_than_fields(word)),
            _ => Err(unknown(word, "`#[model(..)]` on a field", word::ON_FIELD)),
        }
    }

    /// Reads `index` or `index = false`.
    fn index(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        if self.index.is_some() || self.unindexed.is_some() {
            return Err(error(word, "`index` occurs twice; remove one of the two"));
        }
        if input.peek(syn::Token![=]) && input.peek2(syn::LitBool) {
            self.unindexed = Some(relation::no_index(word, input)?);
        } else {
            self.index = Some(alone(word, input)?);
        }
        Ok(())
    }

    fn codec(&mut self, word: &Ident, said: Result<Codec>) -> Result<()> {
        if self.codec.is_some() {
            return Err(error(word, "the field has two codecs; write one of `json` and `with`, once"));
        }
        self.codec = Some(said?);
        Ok(())
    }

    fn generated(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        if self.generated.is_some() || self.given.is_some() {
            return Err(error(word, "`generated` occurs twice; remove one of the two"));
        }
        match generated(word, input)? {
            Some(by) => self.generated = Some(by),
            None => self.given = Some(word.clone()),
        }
        Ok(())
    }

    fn moment(&mut self, word: &Ident, said: Result<Moment>) -> Result<()> {
        if self.moment.is_some() {
            return Err(error(
                word,
                "a field cannot be both; write only `updated_at`, which an insert sets too, or only `created_at`",
            ));
        }
        self.moment = Some(said?);
        Ok(())
    }

    /// Checks that a skipped field has no keywords of a column.
    fn skipped_alone(&self) -> Result<()> {
        let Some(skip) = &self.skip else { return Ok(()) };
        let is_alone = self.column.is_none()
            && self.renamed_from.is_none()
            && self.accessor.is_none()
            && self.primary_key.is_none()
            && self.unique.is_none()
            && self.index.is_none()
            && self.unindexed.is_none()
            && self.version.is_none()
            && self.moment.is_none()
            && self.default.is_none()
            && self.db_default.is_none()
            && self.generated.is_none()
            && self.given.is_none()
            && self.check.is_none()
            && self.sql_type.is_none()
            && self.codec.is_none()
            && self.stored.is_none();
        if is_alone {
            return Ok(());
        }
        Err(error(skip, "`skip` leaves the field out of the table; remove the other keywords, or `skip`"))
    }

    fn into_column(self, case: Option<Case>) -> Column {
        let name = self.ident.unraw().to_string();
        let sql = match (self.column, case) {
            (Some(column), _) => column.value(),
            (None, Some(case)) => case.apply(&name),
            (None, None) => name,
        };
        let accessor = self.accessor.map_or_else(|| Some(self.ident.clone()), Name::into_ident);
        Column {
            field: self.ident,
            ty: self.ty,
            sql,
            renamed_from: self.renamed_from,
            accessor,
            moment: self.moment,
            default: self.default,
            db_default: self.db_default,
            generated: self.generated,
            given: self.given,
            check: self.check,
            sql_type: self.sql_type,
            codec: self.codec,
            stored: self.stored,
        }
    }
}

fn named_fields(input: &DeriveInput) -> Result<Vec<&Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if fields.named.is_empty() => {
                Err(error(&input.ident, "a model needs a column; give the struct a field"))
            }
            Fields::Named(fields) => Ok(fields.named.iter().collect()),
            Fields::Unnamed(_) | Fields::Unit => {
                Err(error(&input.ident, "the fields of a model have names; write `struct Name { id: i64, .. }`"))
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            Err(error(&input.ident, "a model is a struct; write `struct Name { id: i64, .. }`"))
        }
    }
}

fn without_generics(input: &DeriveInput) -> Result<()> {
    if input.generics.params.is_empty() {
        return Ok(());
    }
    Err(error(&input.generics, "a model has no type parameters; write one struct for each table"))
}

/// Returns the key that the user marked on the struct or on a field, or otherwise the field `id`.
fn primary_key(on_struct: &OnStruct, on_fields: &[OnField], errors: &mut Errors) -> Vec<Ident> {
    let mut marked = on_fields.iter().filter_map(|field| Some((field, field.primary_key.as_ref()?)));
    let first = marked.next();
    if let (Some((field, _)), Some((other, mark))) = (first, marked.next()) {
        let (one, two) = (&field.ident, &other.ident);
        errors.add(
            mark,
            format!("a second field is marked as the primary key; for a key of both write `#[model(primary_key({one}, {two}))]` on the struct"),
        );
    }
    match (&on_struct.primary_key, first) {
        (Some(_), Some((_, mark))) => {
            errors.add(mark, "the struct names the primary key already; remove one of the two");
            Vec::new()
        }
        (Some(fields), None) => fields.clone(),
        (None, Some((field, _))) => vec![field.ident.clone()],
        (None, None) => {
            on_fields.iter().find(|field| field.ident == "id").map(|id| id.ident.clone()).into_iter().collect()
        }
    }
}

/// Reads `unique` without anything after it.
fn alone(word: &Ident, input: ParseStream) -> Result<Ident> {
    if input.is_empty() || input.peek(syn::Token![,]) {
        return Ok(word.clone());
    }
    if word != word::PRIMARY_KEY && contains_more_than_fields(&input.fork()) {
        return Err(more_than_fields(word));
    }
    Err(error(
        word,
        format!("on a field `{word}` takes no value; for several fields write `#[model({word}(a, b))]` on the struct"),
    ))
}

/// Whether a condition or a direction of an index follows.
fn contains_more_than_fields(input: ParseStream) -> bool {
    let contains = |tokens: TokenStream| {
        tokens
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if word::OF_AN_INDEX.iter().any(|of| word == of)))
    };
    match input.parse() {
        Ok(TokenTree::Group(inside)) => contains(inside.stream()),
        Ok(token) => contains(token.into()),
        Err(_) => false,
    }
}

/// Reads `version` without anything after it.
fn flag(word: &Ident, input: ParseStream) -> Result<Ident> {
    if input.is_empty() || input.peek(syn::Token![,]) {
        return Ok(word.clone());
    }
    Err(error(word, format!("`{word}` takes no value; write `#[model({word})]`")))
}

/// Reads `= 7`, `= -0.5`, `= true`, `= "text"` or `= sql("expression")`.
fn db_default(word: &Ident, input: ParseStream) -> Result<DbDefault> {
    if !input.peek(syn::Token![=]) {
        return value::<LitStr>(word, input, "\"text\"").map(DbDefault::Text);
    }
    input.parse::<syn::Token![=]>()?;
    let sign: Option<syn::Token![-]> = input.parse()?;
    if sign.is_none() && input.peek(syn::Ident::peek_any) && !input.peek(syn::LitBool) {
        return sql_call(input).map(DbDefault::Sql);
    }
    Ok(match input.parse()? {
        Lit::Int(number) => DbDefault::Int(quote!(#sign #number)),
        Lit::Float(number) => DbDefault::Real(quote!(#sign #number)),
        Lit::Bool(value) if sign.is_none() => DbDefault::Bool(value),
        Lit::Str(text) if sign.is_none() => DbDefault::Text(without_nul(text)?),
        other => return Err(error(other, "a default is a number, `true`, `false`, a string or `sql(\"..\")`")),
    })
}

/// Reads `sql("expression")`.
fn sql_call(input: ParseStream) -> Result<LitStr> {
    let name = input.call(Ident::parse_any)?;
    let refused = || error(&name, "a default is a value; for an expression in SQL write `db_default = sql(\"..\")`");
    if name != word::SQL || !input.peek(syn::token::Paren) {
        return Err(refused());
    }
    let inside;
    syn::parenthesized!(inside in input);
    let sql: LitStr = inside.parse().map_err(|_| refused())?;
    if !inside.is_empty() {
        inside.parse::<TokenStream>()?;
        return Err(refused());
    }
    not_blank(sql)
}

/// Reads nothing, or `= "expression"`. Returns `None` for `= false`.
fn generated(word: &Ident, input: ParseStream) -> Result<Option<Generated>> {
    if input.is_empty() || input.peek(syn::Token![,]) {
        return Ok(Some(Generated::Elsewhere));
    }
    if input.peek2(syn::LitBool) {
        let said: syn::LitBool = value(word, input, "false")?;
        if said.value {
            return Err(error(said, "`generated` takes no value, or an SQL expression; leave out `= true`"));
        }
        return Ok(None);
    }
    sql_text(word, input, "\"price * count\"").map(|sql| Some(Generated::By(sql)))
}

/// Reads `= "camelCase"`.
fn case(word: &Ident, input: ParseStream) -> Result<Case> {
    let text: LitStr = value(word, input, "\"snake_case\"")?;
    let name = text.value();
    let found = Case::ALL.iter().find(|(known, _)| *known == name);
    found.map(|(_, case)| *case).ok_or_else(|| {
        let known = list(Case::ALL.iter().map(|(name, _)| name));
        error(text, format!("no such case; write one of {known}"))
    })
}

fn default_table(ident: &Ident) -> String {
    names::plural(&names::snake_case(&ident.unraw().to_string()))
}

/// Replaces `Self` with the model's name, because generated items cannot write `Self`.
fn with_self(mut relations: Vec<Relation>, ident: &Ident) -> Vec<Relation> {
    for relation in &mut relations {
        relation.resolve_self(ident);
    }
    relations
}
