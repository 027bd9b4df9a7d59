//! Relations: how their tables are joined, and the functions that give their descriptors.
//!
//! A bare name of a field of another model becomes a lookup by hash: `HasColumn<hash>`. Each lookup has a trait of its
//! own, so that rustc's message speaks of the relation and stands under the word that the user wrote.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::model_impl::{positions, single_or_tuple};
use crate::model::{Column, Join, Kind, Model, Names, OnDelete, Relation};
use crate::names;
use crate::symbol;

/// The functions that give the descriptors.
pub(crate) fn accessors(model: &Model) -> TokenStream {
    if model.relations.is_empty() {
        return TokenStream::new();
    }
    let (krate, private) = (&model.krate, model.private());
    let (ident, vis) = (&model.ident, &model.vis);
    let functions = model.relations.iter().enumerate().map(|(at, relation)| {
        let (name, target) = (&relation.name, &relation.target);
        let at = Literal::usize_unsuffixed(at);
        let kind = kind(model, relation);
        let doc = doc(relation);
        // The same check stands in the table's definition; asked in the same words, rustc answers once.
        let check = table_of(model, target);
        let span = target.span();
        let krate_at = respan(krate, span);
        let new = quote_spanned!(span=> #krate_at::Relation::new);
        quote! {
            #[doc = #doc]
            #vis fn #name() -> #krate::Relation<#ident, #target, #kind, #at> {
                let _ = #check;
                #new(<#ident as #private::Model>::TABLE.relations[#at])
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #ident {
            #(#functions)*
        }
    }
}

/// The constants that hold the relations' definitions.
pub(crate) fn definitions(model: &Model) -> TokenStream {
    let private = model.private();
    let constants = model.relations.iter().map(|relation| {
        let (constant, definition) = (constant(relation), definition(model, relation));
        quote!(const #constant: #private::RelationDef = #definition;)
    });
    quote!(#(#constants)*)
}

/// The name of the constant that holds a relation's definition.
pub(crate) fn constant(relation: &Relation) -> Ident {
    format_ident!("RELATION_{}", relation.text().to_uppercase(), span = Span::call_site())
}

/// The references that the table declares: one for each `belongs_to`.
pub(crate) fn foreign_keys(model: &Model) -> Option<TokenStream> {
    let private = model.private();
    let keys: Vec<TokenStream> = model.relations.iter().filter_map(|relation| foreign_key(model, relation)).collect();
    (!keys.is_empty()).then(|| quote!(const FOREIGN_KEYS: &[#private::ForeignKey] = &[#(#keys),*];))
}

fn foreign_key(model: &Model, relation: &Relation) -> Option<TokenStream> {
    let Kind::BelongsTo { on_delete, .. } = &relation.kind else { return None };
    let (private, relation) = (model.private(), constant(relation));
    let on_delete = match on_delete {
        OnDelete::NoAction => quote!(NoAction),
        OnDelete::Restrict => quote!(Restrict),
        OnDelete::Cascade => quote!(Cascade),
        OnDelete::SetNull => quote!(SetNull),
    };
    Some(quote! {
        #private::ForeignKey::new(#relation.from_columns, #relation.to, #relation.to_columns, #private::OnDelete::#on_delete)
    })
}

fn definition(model: &Model, relation: &Relation) -> TokenStream {
    match &relation.kind {
        Kind::BelongsTo { foreign_key, references, .. } => {
            belongs_to(model, relation, foreign_key, references.as_ref())
        }
        Kind::Has { many, foreign_key, references } => has(model, relation, *many, foreign_key, references.as_ref()),
        Kind::ManyToMany(join) => many_to_many(model, relation, join),
    }
}

fn belongs_to(model: &Model, relation: &Relation, foreign_key: &Names, references: Option<&Names>) -> TokenStream {
    let (private, target) = (model.private(), &relation.target);
    let name = relation.text();
    let own = own_side(model, &model.positions(&foreign_key.list));
    let table = table_of(model, target);
    let keys = model.columns_of(&foreign_key.list);
    let (check, referred) = match references {
        None => (check_key(model, &keys, target), primary_key_of(model, target)),
        Some(names) => {
            let lookup = |(name, key): (&Ident, &&Column)| {
                let from = &key.ty;
                let refers = quote!(#from: #private::RefersTo<__M::Type>);
                Lookup { model, relation, other: target, name, word: symbol::REFERENCES, written: true }
                    .position(Some(&refers))
            };
            let found = names.list.iter().zip(&keys).map(lookup);
            (quote!(const REFERENCES: &[usize] = &[#(#found),*];), quote!(REFERENCES))
        }
    };
    quote! {{
        #check
        #private::RelationDef::direct(#name, #private::RelationKind::BelongsTo, #own, (#table, #referred))
    }}
}

fn has(model: &Model, relation: &Relation, many: bool, foreign_key: &Names, references: Option<&Names>) -> TokenStream {
    let (private, target) = (model.private(), &relation.target);
    let name = relation.text();
    let kind = if many { quote!(HasMany) } else { quote!(HasOne) };
    let referred = references.map_or(&model.primary_key, |names| &names.list);
    let own = own_side(model, &model.positions(referred));
    let table = table_of(model, target);
    let found = lookups(model, relation, target, foreign_key, symbol::FOREIGN_KEY, &model.columns_of(referred));
    quote! {{
        const FOREIGN_KEY: &[usize] = &[#(#found),*];
        #private::RelationDef::direct(#name, #private::RelationKind::#kind, #own, (#table, FOREIGN_KEY))
    }}
}

fn many_to_many(model: &Model, relation: &Relation, join: &Join) -> TokenStream {
    let (private, target) = (model.private(), &relation.target);
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let (table, key) = (table_of(model, target), primary_key_of(model, target));
    let through = match join {
        Join::Table { name, left, right } => quote!(#private::Through::bare(#name, &[#(#left),*], &[#(#right),*])),
        Join::Model { model: join, left, right } => through_model(model, relation, join, left, right),
    };
    quote!(#private::RelationDef::through(#name, #own, (#table, #key), #through))
}

fn through_model(model: &Model, relation: &Relation, join: &Type, left: &Names, right: &Names) -> TokenStream {
    let private = model.private();
    let table = table_of(model, join);
    let data = quote_spanned!(join.span()=> <#join as #private::Model>::TABLE);
    let own_key = model.columns_of(&model.primary_key);
    let left = lookups(model, relation, join, left, symbol::LEFT, &own_key);
    let right = right_lookups(model, relation, join, right);
    quote! {{
        const LEFT: &[&str] = &[#(#data.columns[#left].name),*];
        const RIGHT: &[&str] = &[#(#data.columns[#right].name),*];
        #private::Through::model(#table, #data, LEFT, RIGHT)
    }}
}

/// The far side of a join refers to a key of which only the type is known.
fn right_lookups(model: &Model, relation: &Relation, join: &Type, right: &Names) -> Vec<TokenStream> {
    let (private, target) = (model.private(), &relation.target);
    let refers = quote!(__M::Type: #private::RefersTo<<#target as #private::Model>::Key>);
    let is_single = right.list.len() == 1;
    let position = |name: &Ident| {
        Lookup { model, relation, other: join, name, word: symbol::RIGHT, written: right.written }
            .position(is_single.then_some(&refers))
    };
    let mut positions: Vec<TokenStream> = right.list.iter().map(position).collect();
    if let (false, Some(first)) = (is_single, positions.first_mut()) {
        let types = right.list.iter().map(|name| {
            let hash = hash(name);
            quote!(<#join as #private::HasColumn<#hash>>::Type)
        });
        let check = quote_spanned!(relation.name.span()=>
            #private::check_key::<(#(#types),*), <#target as #private::Model>::Key>()
        );
        *first = quote!({ #check; #first });
    }
    positions
}

/// The positions of foreign key columns in another model, each of a type that can refer to the own column beside it.
fn lookups(
    model: &Model,
    relation: &Relation,
    other: &Type,
    names: &Names,
    word: &'static str,
    referred: &[&Column],
) -> Vec<TokenStream> {
    let private = model.private();
    let lookup = |(name, to): (&Ident, &&Column)| {
        let to = &to.ty;
        let refers = quote!(__M::Type: #private::RefersTo<#to>);
        Lookup { model, relation, other, name, word, written: names.written }.position(Some(&refers))
    };
    names.list.iter().zip(referred).map(lookup).collect()
}

/// The search for a field of another model.
struct Lookup<'a> {
    model: &'a Model,
    relation: &'a Relation,
    /// The model that should have the field.
    other: &'a Type,
    name: &'a Ident,
    /// The word of the attribute that names, or could name, the field.
    word: &'static str,
    written: bool,
}

impl Lookup<'_> {
    /// The column's position, with a condition on its type.
    fn position(&self, condition: Option<&TokenStream>) -> TokenStream {
        let private = self.model.private();
        let (other, hash, span) = (self.other, hash(self.name), self.name.span());
        let (message, label, note) = (self.message(), self.label(), self.note());
        let condition = condition.map(|condition| quote!(where #condition));
        // An alias, since rustc points at a type argument: a written one would send its errors away from the name.
        let call = quote_spanned!(span=> position::<__Other>());
        quote! {{
            type __Other = #other;
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            trait __Field: #private::HasColumn<#hash> {}
            #[diagnostic::do_not_recommend]
            impl<__M: #private::HasColumn<#hash>> __Field for __M {}
            const fn position<__M: __Field>() -> usize #condition {
                __M::INDEX
            }
            #call
        }}
    }

    fn message(&self) -> String {
        format!("`{}` has no column `{}`", names::type_text(self.other), self.name.unraw())
    }

    fn label(&self) -> String {
        let (relation, model) = (self.relation.text(), self.model.name());
        if self.written {
            format!("not a field of `{}`", names::type_text(self.other))
        } else {
            format!("`{relation}` of `{model}` looks for it there")
        }
    }

    fn note(&self) -> String {
        let (attribute, relation) = (self.relation.attribute(), self.relation.text());
        let (target, word) = (names::type_text(&self.relation.target), self.word);
        let other = names::type_text(self.other);
        format!("add the field to `{other}`, or name another: `#[{attribute}({relation}: {target}, {word} = ..)]`")
    }
}

/// The check that a foreign key has the type of the key it refers to; its error stands at the foreign key's type.
fn check_key(model: &Model, keys: &[&Column], target: &Type) -> TokenStream {
    let private = model.private();
    let span = keys.first().map_or_else(Span::call_site, |key| key.ty.span());
    let types = single_or_tuple(keys.iter().map(|key| key.ty.to_token_stream()));
    quote_spanned!(span=> #private::check_key::<#types, <#target as #private::Model>::Key>();)
}

/// `(table, &[0])` of the model itself.
fn own_side(model: &Model, columns: &[usize]) -> TokenStream {
    let (private, ident) = (model.private(), &model.ident);
    let columns = positions(columns.iter().copied());
    quote!((<#ident as #private::Model>::table, &#columns))
}

fn table_of(model: &Model, other: &Type) -> TokenStream {
    let private = model.private();
    quote_spanned!(other.span()=> <#other as #private::Model>::table)
}

fn primary_key_of(model: &Model, other: &Type) -> TokenStream {
    let private = model.private();
    quote_spanned!(other.span()=> <#other as #private::Model>::PRIMARY_KEY)
}

fn kind(model: &Model, relation: &Relation) -> TokenStream {
    let private = model.private();
    match &relation.kind {
        Kind::Has { many: false, .. } => quote!(#private::ToMaybe),
        Kind::Has { many: true, .. } | Kind::ManyToMany(_) => quote!(#private::ToMany),
        Kind::BelongsTo { foreign_key, .. } => {
            let types = model.columns_of(&foreign_key.list).into_iter().map(|column| &column.ty);
            quote!(<(#(#types,)*) as #private::ForeignKeyTypes>::Kind)
        }
    }
}

fn hash(name: &Ident) -> Literal {
    Literal::u64_unsuffixed(names::hash(&name.unraw().to_string()))
}

/// A path as it stands, with errors about it at another place.
fn respan(path: &syn::Path, span: Span) -> TokenStream {
    let at = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    path.to_token_stream().into_iter().map(at).collect()
}

/// ``Relation `courses`: the `Course`s …``
fn doc(relation: &Relation) -> String {
    let (name, target) = (relation.text(), names::type_text(&relation.target));
    let leads = match &relation.kind {
        Kind::BelongsTo { .. } => format!("the `{target}` that this row refers to"),
        Kind::Has { many: false, .. } => format!("the `{target}` that refers to this row"),
        Kind::Has { many: true, .. } => format!("each `{target}` that refers to this row"),
        Kind::ManyToMany(Join::Model { model, .. }) => {
            format!("each `{target}` that a `{}` links with this row", names::type_text(model))
        }
        Kind::ManyToMany(Join::Table { name, .. }) => {
            format!("each `{target}` that a row of `\"{}\"` links with this one", name.value())
        }
    };
    format!(" Relation `{name}`: {leads}.")
}
