//! Relations: the functions that return their descriptors, and the items that these use.

mod definition;
mod lookup;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::columns;
use super::tokens::positions;
use crate::model::definition::{Join, Kind, Model, Names, Relation};
use crate::names;

pub(crate) use definition::{constant, definitions, foreign_keys};
use lookup::hash;

/// Returns the functions that return the descriptors.
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
        if let Kind::BelongsToAny { foreign_key, tag, .. } = &relation.kind {
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

/// Returns each relation by its name, for the macros that write types.
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

/// Returns the model of the links of each many-to-many relation.
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

/// Returns the positions of the relations, as constants that only compile where the target is a model. The type of a
/// descriptor holds the position, and rustc reports no further error about a type that contains one. Therefore a target
/// that is not a model causes one message, however often the relation is used.
///
/// The table's definition contains the same check. Both checks are at the same place, so rustc reports one error.
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

/// Returns the name of the constant that holds a relation's position.
fn position(relation: &Relation) -> Ident {
    format_ident!("__AT_{}", relation.text(), span = Span::call_site())
}

/// Returns the descriptor of a relation to one of several models. It also checks that the tag is a text and that the
/// key can refer to each of the models.
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

/// Returns whether the foreign key of each `belongs_to` relation may be `NULL`, as constants, because the types of its
/// columns may be private where the type of a descriptor is public.
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
        // A struct with mistakes may have no columns here.
        let nullable = columns.reduce(|one, other| quote!(#one || #other)).unwrap_or_else(|| quote!(false));
        Some(quote!(const #constant: bool = #nullable;))
    });
    quote!(#(#constants)*)
}

/// Returns the name of the constant for whether the foreign key may be `NULL`.
fn null(relation: &Relation) -> Ident {
    format_ident!("__NULL_{}", relation.text(), span = Span::call_site())
}

/// Returns the documentation: ``Relation `courses`: the `Course`s …``
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
