//! Relations: how their tables are joined, and the functions that give their descriptors.
//!
//! A bare name of a field of another model becomes a lookup by hash: `HasColumn<hash>`. rustc's message about it stands
//! under the word that the user wrote.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

use super::tokens::{positions, single_or_tuple};
use super::{columns, serialized};
use crate::model::definition::{Column, Join, Kind, Model, Names, OnDelete, Relation, Tag};
use crate::names;
use crate::symbol;

/// The functions that give the descriptors.
pub(crate) fn accessors(model: &Model) -> TokenStream {
    if model.relations.is_empty() {
        return TokenStream::new();
    }
    let krate = &model.krate;
    let (ident, vis) = (&model.ident, &model.vis);
    let functions = model.relations.iter().enumerate().map(|(at, relation)| {
        let (name, target) = (&relation.name, &relation.target);
        let at = Literal::usize_unsuffixed(at);
        let kind = kind(relation);
        let doc = doc(relation);
        if let Kind::BelongsToAny { foreign_key, tag } = &relation.kind {
            let new = polymorphic(model, relation, foreign_key, tag);
            let descriptor = quote_spanned! {target.span()=>
                #krate::PolymorphicRelation<#ident, #target, #kind, #at>
            };
            return quote! {
                #[doc = #doc]
                #vis fn #name() -> #descriptor {
                    #new
                }
            };
        }
        let position = position(relation);
        quote! {
            #[doc = #doc]
            #vis fn #name() -> #krate::Relation<#ident, #target, #kind, #position> {
                #krate::Relation::new()
            }
        }
    });
    let joins = joins(model);
    let by_name = by_name(model);
    let checked = checked_positions(model);
    let nullable = nullable(model);
    quote! {
        #checked
        #nullable
        impl #ident {
            #(#functions)*
        }
        #joins
        #by_name
    }
}

/// Each relation by its name, for the macros that write types.
fn by_name(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let relations = model.relations.iter().enumerate().map(|(at, relation)| {
        let (hash, at) = (hash(&relation.name), Literal::usize_unsuffixed(at));
        let kind = kind(relation);
        quote! {
            impl __orm::HasRelation<#hash> for #ident {
                const AT: usize = #at;
                type Kind = #kind;
            }
        }
    });
    quote!(#(#relations)*)
}

/// Which model the links of each many-to-many relation are rows of.
fn joins(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let joins = model.relations.iter().enumerate().filter_map(|(at, relation)| {
        let Kind::ManyToMany(Join::Model { model: join, .. }) = &relation.kind else { return None };
        let at = Literal::usize_unsuffixed(at);
        Some(quote! {
            impl __orm::JoinedBy<#at, #join> for #ident {}
        })
    });
    quote!(#(#joins)*)
}

/// The positions of the relations, as constants that only compile where the target is a model: the type of a descriptor holds
/// its position, and of a type with a mistake in it rustc says no more. So a target that is no model is one message, however
/// often the relation is used.
///
/// The same check stands in the table's definition; asked at the same place, rustc answers once.
fn checked_positions(model: &Model) -> TokenStream {
    let constants = model.relations.iter().enumerate().filter_map(|(at, relation)| {
        let (constant, at, target) = (position(relation), Literal::usize_unsuffixed(at), &relation.target);
        if let Kind::BelongsToAny { .. } = relation.kind {
            return None;
        }
        let target = quote_spanned!(target.span()=> __orm::other::<#target>());
        Some(quote!(const #constant: usize = #target.at(#at);))
    });
    quote!(#(#constants)*)
}

/// The name of the constant that holds a relation's position.
fn position(relation: &Relation) -> Ident {
    format_ident!("__AT_{}", relation.text(), span = Span::call_site())
}

/// The descriptor of a relation to one of several models, and the checks that the tag is a text and that the key can refer
/// to each of them.
fn polymorphic(model: &Model, relation: &Relation, foreign_key: &Names, tag: &Names) -> TokenStream {
    let (krate, name, target) = (&model.krate, relation.text(), &relation.target);
    let column = |names: &Names| positions(model.positions(&names.list));
    let (tag_at, key_at) = (column(tag), column(foreign_key));
    let checks = model.columns_of(&foreign_key.list).into_iter().map(|key| {
        let ty = &key.ty;
        quote_spanned!(target.span()=> __orm::check_polymorphic::<#target, #ty>();)
    });
    let texts = model.columns_of(&tag.list).into_iter().map(|column| {
        let ty = &column.ty;
        quote_spanned!(ty.span()=> __orm::check_tag::<#ty>();)
    });
    quote! {
        #(#checks)*
        #(#texts)*
        #krate::PolymorphicRelation::new(#name, #tag_at[0], #key_at[0])
    }
}

/// The constants that hold the relations' definitions.
pub(crate) fn definitions(model: &Model) -> TokenStream {
    let constants = model.relations.iter().map(|relation| {
        let (constant, definition) = (constant(relation), definition(model, relation));
        let serialized = serialized::name(model, relation);
        quote!(const #constant: __orm::RelationDef = #definition #serialized;)
    });
    quote!(#(#constants)*)
}

/// The name of the constant that holds a relation's definition.
pub(crate) fn constant(relation: &Relation) -> Ident {
    format_ident!("RELATION_{}", relation.text(), span = Span::call_site())
}

/// The references that the table declares: one for each `belongs_to`.
pub(crate) fn foreign_keys(model: &Model) -> Option<TokenStream> {
    let keys: Vec<TokenStream> = model.relations.iter().filter_map(foreign_key).collect();
    (!keys.is_empty()).then(|| quote!(const FOREIGN_KEYS: &[__orm::ForeignKey] = &[#(#keys),*];))
}

fn foreign_key(relation: &Relation) -> Option<TokenStream> {
    let Kind::BelongsTo { on_delete, .. } = &relation.kind else { return None };
    let relation = constant(relation);
    let on_delete = match on_delete {
        OnDelete::NoAction => quote!(NoAction),
        OnDelete::Restrict => quote!(Restrict),
        OnDelete::Cascade => quote!(Cascade),
        OnDelete::SetNull => quote!(SetNull),
    };
    Some(quote!(__orm::ForeignKey::of(&#relation, __orm::OnDelete::#on_delete)))
}

/// What a relation's definition is. Where it looks for fields of others it is a function, whose type parameters are there for
/// the messages, which call these fields by them; in its body one mistake is one message.
fn definition(model: &Model, relation: &Relation) -> TokenStream {
    let target = &relation.target;
    let mut names = Parameters::new(model, relation);
    let definition = match &relation.kind {
        Kind::BelongsToAny { foreign_key, .. } => {
            let own = own_side(model, &model.positions(&foreign_key.list));
            let name = relation.text();
            return quote!(__orm::RelationDef::polymorphic(#name, #own));
        }
        Kind::BelongsTo { foreign_key, references, on_delete } => {
            let nullable = matches!(on_delete, OnDelete::SetNull).then(|| check_nullable(model, foreign_key));
            let definition = belongs_to(model, relation, foreign_key, references.as_ref(), &mut names);
            quote!(#nullable #definition)
        }
        Kind::Has { many, foreign_key, references, tag } => {
            let has = has(model, relation, *many, foreign_key, references.as_ref(), &mut names);
            match tag {
                Some(tag) => tagged(&has, "target", tag, &mut names),
                None => has,
            }
        }
        Kind::HasThrough { model: between, left, right, foreign_key } => {
            let between = other("between", between);
            let definition = match right {
                Some(right) => has_through_links(model, relation, (left, right), foreign_key, &mut names),
                None => has_through(model, relation, left, foreign_key, &mut names),
            };
            quote!(#between #definition)
        }
        Kind::ManyToMany(Join::Table { name, left, right }) => many_to_many_bare(model, relation, name, left, right),
        Kind::ManyToMany(Join::Model { model: between, left, right, tag }) => {
            let between = other("between", between);
            let definition = many_to_many(model, relation, (left, right), tag.as_ref(), &mut names);
            quote!(#between #definition)
        }
    };
    let target = other("target", target);
    let names = names.list;
    if names.is_empty() {
        return quote!({ #target #definition });
    }
    let units = names.iter().map(|_| quote!(()));
    quote! {{
        #[allow(non_camel_case_types)]
        const fn definition<#(#names),*>() -> __orm::RelationDef {
            #target
            #definition
        }
        definition::<#(#units),*>()
    }}
}

fn belongs_to(
    model: &Model,
    relation: &Relation,
    foreign_key: &Names,
    references: Option<&Names>,
    names: &mut Parameters,
) -> TokenStream {
    let name = relation.text();
    let own = own_side(model, &model.positions(&foreign_key.list));
    let keys = model.columns_of(&foreign_key.list);
    let (check, to) = match references {
        None => (check_key(&keys), quote!(target.key())),
        Some(referred) => {
            let found = referred.list.iter().zip(&keys).map(|(field, key)| {
                let (span, ty) = (here(field.span()), &key.ty);
                let field = lookup("target", field, symbol::REFERENCES, names);
                quote_spanned!(span=> #field.referred_by::<#ty>())
            });
            let indexes = indexes(referred);
            (quote!(let fields = (#(#found,)*);), quote!((target.table(), #indexes)))
        }
    };
    quote! {
        #check
        __orm::RelationDef::direct(#name, __orm::RelationKind::BelongsTo, #own, #to)
    }
}

fn has(
    model: &Model,
    relation: &Relation,
    many: bool,
    foreign_key: &Names,
    references: Option<&Names>,
    names: &mut Parameters,
) -> TokenStream {
    let name = relation.text();
    let kind = if many { quote!(HasMany) } else { quote!(HasOne) };
    let referred = references.map_or(&model.primary_key, |names| &names.list);
    let own = own_side(model, &model.positions(referred));
    let found = lookups("target", foreign_key, symbol::FOREIGN_KEY, &model.columns_of(referred), names);
    let indexes = indexes(foreign_key);
    quote! {
        let fields = #found;
        let to = (target.table(), #indexes);
        __orm::RelationDef::direct(#name, __orm::RelationKind::#kind, #own, to)
    }
}

/// A relation to those rows alone that have a tag, or a join table of which those alone are links.
fn tagged(all: &TokenStream, of: &str, tag: &Tag, names: &mut Parameters) -> TokenStream {
    let span = here(tag.field.span());
    let (text, field) = (&tag.text, lookup(of, &tag.field, symbol::TAG, names));
    let field = quote_spanned!(span=> #field.holds_tag());
    let index = quote_spanned!(span=> __orm::one::indexes(&tag)[0]);
    quote! {
        let all = { #all };
        let tag = (#field,);
        all.tagged(#index, #text)
    }
}

/// The rows of the target that refer to rows of the model between, which refer to this model.
fn has_through(
    model: &Model,
    relation: &Relation,
    left: &Names,
    foreign_key: &Names,
    names: &mut Parameters,
) -> TokenStream {
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let left_names = sql_names(left, "left");
    let left = lookups("between", left, symbol::LEFT, &model.columns_of(&model.primary_key), names);
    let (found, check) = lookups_together("target", foreign_key, symbol::FOREIGN_KEY, "between", names);
    let indexes = indexes(foreign_key);
    quote! {
        let left = #left;
        let fields = #found;
        #check
        let to = (target.table(), #indexes);
        __orm::RelationDef::two_hops(#name, #own, to, between.between(#left_names))
    }
}

/// The rows of the target that refer to the same rows as those of the model between, which refer to this model.
fn has_through_links(
    model: &Model,
    relation: &Relation,
    (left, right): (&Names, &Names),
    foreign_key: &Names,
    names: &mut Parameters,
) -> TokenStream {
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let (left_names, right_names) = (sql_names(left, "left"), sql_names(right, "right"));
    let left = lookups("between", left, symbol::LEFT, &model.columns_of(&model.primary_key), names);
    let found = foreign_key.list.iter().enumerate().map(|(at, field)| {
        let (span, lookup) = (here(field.span()), lookup("target", field, symbol::FOREIGN_KEY, names));
        let mut at = Literal::usize_unsuffixed(at);
        at.set_span(span);
        quote_spanned!(span=> #lookup.refers_as(&right.#at))
    });
    let found: Vec<TokenStream> = found.collect();
    let right = right.list.iter().map(|field| lookup("between", field, symbol::RIGHT, names));
    let right: Vec<TokenStream> = right.collect();
    let indexes = indexes(foreign_key);
    quote! {
        let left = #left;
        let right = (#(#right,)*);
        let through = between.through(#left_names, #right_names).distinct();
        let fields = (#(#found,)*);
        let to = (target.table(), #indexes);
        __orm::RelationDef::two_hops(#name, #own, to, through)
    }
}

fn many_to_many(
    model: &Model,
    relation: &Relation,
    (left, right): (&Names, &Names),
    tag: Option<&Tag>,
    names: &mut Parameters,
) -> TokenStream {
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let left_names = sql_names(left, "left");
    let right_names = sql_names(right, "fields");
    let left = lookups("between", left, symbol::LEFT, &model.columns_of(&model.primary_key), names);
    let (right, check) = lookups_together("between", right, symbol::RIGHT, "target", names);
    let through = quote!(between.through(#left_names, #right_names));
    let through = match tag {
        Some(tag) => {
            let tagged = tagged(&through, "between", tag, names);
            quote!({ #tagged })
        }
        None => through,
    };
    quote! {
        let left = #left;
        let fields = #right;
        #check
        let through = #through;
        __orm::RelationDef::through(#name, #own, target.key(), through)
    }
}

fn many_to_many_bare(
    model: &Model,
    relation: &Relation,
    table: &LitStr,
    left: &[LitStr],
    right: &[LitStr],
) -> TokenStream {
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let check = check_columns(relation, right);
    quote! {
        #check
        let through = __orm::Through::bare(#table, &[#(#left),*], &[#(#right),*]);
        __orm::RelationDef::through(#name, #own, target.key(), through)
    }
}

/// The other model, asked for at the place where the user wrote it: `let target = …;`
fn other(name: &str, model: &Type) -> TokenStream {
    let name = if name == "_" { quote!(_) } else { Ident::new(name, Span::call_site()).into_token_stream() };
    let asked = quote_spanned!(model.span()=> __orm::other::<#model>());
    quote!(let #name = #asked;)
}

/// Columns in another model, each of a type that can refer to the own column beside it.
fn lookups(other: &str, fields: &Names, word: &str, referred: &[&Column], names: &mut Parameters) -> TokenStream {
    let fields = fields.list.iter().zip(referred).map(|(field, to)| {
        let (lookup, ty) = (lookup(other, field, word, names), &to.ty);
        quote_spanned!(here(field.span())=> #lookup.refers_to::<#ty>())
    });
    quote!((#(#fields,)*))
}

/// Columns in another model, and the check that they together can refer to the key of a third, of which only the name is
/// known.
fn lookups_together(
    other: &str,
    fields: &Names,
    word: &str,
    referred: &str,
    names: &mut Parameters,
) -> (TokenStream, TokenStream) {
    let (span, count) = (place(fields), count(fields));
    let fields = fields.list.iter().map(|field| lookup(other, field, word, names));
    let found = quote!((#(#fields,)*));
    let referred = Ident::new(referred, span);
    (found, quote_spanned!(span=> #referred.#count(&fields);))
}

/// The positions of the columns that are called `fields`.
fn indexes(names: &Names) -> TokenStream {
    let count = count(names);
    quote_spanned!(place(names)=> __orm::#count::indexes(&fields))
}

/// The names of columns in SQL.
fn sql_names(names: &Names, variable: &str) -> TokenStream {
    let (span, count) = (place(names), count(names));
    let variable = Ident::new(variable, span);
    quote_spanned!(span=> __orm::#count::names(&#variable))
}

/// The module of the runtime for so many columns.
fn count(names: &Names) -> Ident {
    let count = match names.list.len() {
        1 => "one",
        2 => "two",
        3 => "three",
        _ => "four",
    };
    Ident::new(count, place(names))
}

/// The search for a field of another model. Its error stands at the field's name.
fn lookup(other: &str, field: &Ident, word: &str, names: &mut Parameters) -> TokenStream {
    let (hash, span) = (hash(field), here(field.span()));
    let other = Ident::new(other, span);
    let (name, word) = (names.add(&field.unraw().to_string()), names.add(word));
    quote_spanned!(span=> #other.field::<#hash, _, #name, #word>())
}

/// Where rustc shows what is wrong with some fields.
fn place(fields: &Names) -> Span {
    here(fields.list.first().map_or_else(Span::call_site, Ident::span))
}

/// A place of the user's, for names that are ours: expressions of both kinds of spans would be shown at the derive.
fn here(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The check that a foreign key has the type of the key it refers to; its error stands at the foreign key's type.
fn check_key(keys: &[&Column]) -> TokenStream {
    let span = here(keys.first().map_or_else(Span::call_site, |key| key.ty.span()));
    let types = single_or_tuple(keys.iter().map(|key| key.ty.to_token_stream()));
    let target = Ident::new("target", span);
    quote_spanned!(span=> #target.check_key::<#types>();)
}

/// The check that a join table has a column for each of the target's key.
fn check_columns(relation: &Relation, right: &[LitStr]) -> TokenStream {
    let span = here(right.first().map_or_else(Span::call_site, LitStr::span));
    let target = Ident::new("target", span);
    let columns = Literal::usize_unsuffixed(right.len());
    let message = format!(
        "the primary key of `{}` does not have {columns} column{}; write one column for each of the key's, in their order: \
         `right = (\"a\", \"b\")`",
        names::type_text(&relation.target),
        if right.len() == 1 { "" } else { "s" }
    );
    quote_spanned!(span=> #target.check_columns(#columns, #message);)
}

/// The check that `on_delete = set_null` can do what it says; its error stands at the foreign key's type.
fn check_nullable(model: &Model, foreign_key: &Names) -> TokenStream {
    let ident = &model.ident;
    let columns = model.columns_of(&foreign_key.list).into_iter().map(|column| {
        let (hash, ty) = (columns::hash(column), names::type_text(&column.ty));
        let message = format!(
            "a column of type `{ty}` cannot become `NULL`, as `on_delete = set_null` asks; give it the type `Option<{ty}>`, or \
             choose another action"
        );
        let is_nullable = quote!(__orm::nullable::<#ident, #hash, _>());
        let check = quote_spanned!(column.ty.span()=> ::core::assert!(#is_nullable, "{}", #message));
        quote!(const _: () = #check;)
    });
    quote!(#(#columns)*)
}

/// Type parameters that are called as fields and words are, for rustc to print them.
struct Parameters {
    list: Vec<Ident>,
    /// The names of the types beside them.
    types: Vec<String>,
}

impl Parameters {
    fn new(model: &Model, relation: &Relation) -> Self {
        let mut types = model.ident.to_token_stream();
        types.extend(relation.target.to_token_stream());
        match &relation.kind {
            Kind::HasThrough { model, .. } | Kind::ManyToMany(Join::Model { model, .. }) => {
                types.extend(model.to_token_stream());
            }
            _ => {}
        }
        Parameters { list: Vec::new(), types: types.into_iter().map(|token| token.to_string()).collect() }
    }

    fn add(&mut self, name: &str) -> Ident {
        let mut name = name.to_owned();
        while self.types.contains(&name) {
            name.push('_');
        }
        let is_keyword = syn::parse_str::<Ident>(&name).is_err();
        let new = if is_keyword { Ident::new_raw } else { Ident::new };
        let name = new(&name, Span::call_site());
        if !self.list.contains(&name) {
            self.list.push(name.clone());
        }
        name
    }
}

/// `(table, &[0])` of the model itself.
fn own_side(model: &Model, columns: &[usize]) -> TokenStream {
    let ident = &model.ident;
    let columns = positions(columns.iter().copied());
    quote!((<#ident as __orm::Mapped>::table, &#columns))
}

pub(crate) fn kind(relation: &Relation) -> TokenStream {
    match &relation.kind {
        Kind::Has { many: false, .. } => quote!(__orm::ToMaybe),
        Kind::Has { many: true, .. } | Kind::HasThrough { .. } | Kind::ManyToMany(_) => quote!(__orm::ToMany),
        Kind::BelongsTo { .. } | Kind::BelongsToAny { .. } => {
            let nullable = null(relation);
            quote!(__orm::KindIf<#nullable>)
        }
    }
}

/// Whether the foreign key of each `belongs_to` relation may be `NULL`, as constants: the types of its columns may be private
/// where the type of a descriptor is public.
fn nullable(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let constants = model.relations.iter().filter_map(|relation| {
        let (Kind::BelongsTo { foreign_key, .. } | Kind::BelongsToAny { foreign_key, .. }) = &relation.kind else {
            return None;
        };
        let (constant, columns) = (null(relation), model.columns_of(&foreign_key.list));
        let columns = columns.into_iter().map(|column| {
            let hash = columns::hash(column);
            quote!(__orm::nullable::<#ident, #hash, _>())
        });
        // A struct with mistakes may lack them.
        let nullable = columns.reduce(|one, other| quote!(#one || #other)).unwrap_or_else(|| quote!(false));
        Some(quote!(const #constant: bool = #nullable;))
    });
    quote!(#(#constants)*)
}

/// The name of the constant that tells whether the foreign key may be `NULL`.
fn null(relation: &Relation) -> Ident {
    format_ident!("__NULL_{}", relation.text(), span = Span::call_site())
}

fn hash(name: &Ident) -> Literal {
    Literal::u64_unsuffixed(names::hash(&name.unraw().to_string()))
}

/// ``Relation `courses`: the `Course`s …``
fn doc(relation: &Relation) -> String {
    let (name, target) = (relation.text(), names::type_text(&relation.target));
    let leads = match &relation.kind {
        Kind::BelongsTo { .. } => format!("the `{target}` that this row refers to"),
        Kind::BelongsToAny { .. } => format!("the row of one of the models of `{target}` that this row refers to"),
        Kind::Has { many: false, .. } => format!("the `{target}` that refers to this row"),
        Kind::Has { many: true, .. } => format!("each `{target}` that refers to this row"),
        Kind::HasThrough { model, right: Some(_), .. } => {
            let between = names::type_text(model);
            format!("each `{target}` that refers to the same row as a `{between}` that refers to this row")
        }
        Kind::HasThrough { model, .. } => {
            format!("each `{target}` of the `{}` rows that refer to this row", names::type_text(model))
        }
        Kind::ManyToMany(Join::Model { model, .. }) => {
            format!("each `{target}` linked with this row by `{}`", names::type_text(model))
        }
        Kind::ManyToMany(Join::Table { name, .. }) => {
            format!("each `{target}` linked with this row by `\"{}\"`", name.value())
        }
    };
    format!(" Relation `{name}`: {leads}.")
}
