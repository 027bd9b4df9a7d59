//! A relation's definition: how its tables are joined.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;

use super::lookup::{
    Parameters, check_columns, check_key, check_nullable, here, indexes, lookup, lookups, lookups_together, other,
    sql_names,
};
use crate::model::definition::{Join, Kind, Model, Names, OnDelete, Relation, Tag};
use crate::model::expand::serialized;
use crate::model::expand::tokens::positions;
use crate::symbol;

/// Returns the constants that hold the relations' definitions.
pub(crate) fn definitions(model: &Model) -> TokenStream {
    let constants = model.relations.iter().map(|relation| {
        let (constant, definition) = (constant(relation), definition(model, relation));
        let serialized = serialized::name(model, relation);
        quote!(const #constant: __orm::RelationDef = #definition #serialized;)
    });
    quote!(#(#constants)*)
}

/// Returns the name of the constant that holds a relation's definition.
pub(crate) fn constant(relation: &Relation) -> Ident {
    format_ident!("RELATION_{}", relation.text(), span = Span::call_site())
}

/// Returns the references that the table declares: one for each `belongs_to`.
pub(crate) fn foreign_keys(model: &Model) -> Option<TokenStream> {
    let keys: Vec<TokenStream> = model.relations.iter().filter_map(foreign_key).collect();
    (!keys.is_empty()).then(|| quote!(const FOREIGN_KEYS: &[__orm::ForeignKey] = &[#(#keys),*];))
}

fn foreign_key(relation: &Relation) -> Option<TokenStream> {
    let Kind::BelongsTo { on_delete, indexed, .. } = &relation.kind else { return None };
    let relation = constant(relation);
    let on_delete = match on_delete {
        OnDelete::NoAction => quote!(NoAction),
        OnDelete::Restrict => quote!(Restrict),
        OnDelete::Cascade => quote!(Cascade),
        OnDelete::SetNull => quote!(SetNull),
    };
    let unindexed = (!indexed).then(|| quote!(.without_index()));
    Some(quote!(__orm::ForeignKey::of(&#relation, __orm::OnDelete::#on_delete)#unindexed))
}

/// Returns a relation's definition. If it looks up fields of other models, it is a function, and rustc's messages name
/// the fields by its type parameters. In its body, one mistake causes one message.
fn definition(model: &Model, relation: &Relation) -> TokenStream {
    let target = &relation.target;
    let mut names = Parameters::new(model, relation);
    let definition = match &relation.kind {
        Kind::BelongsToAny { foreign_key, .. } => {
            let own = own_side(model, &model.positions(&foreign_key.list));
            let name = relation.text();
            return quote!(__orm::RelationDef::polymorphic(#name, #own));
        }
        Kind::BelongsTo { foreign_key, references, on_delete, .. } => {
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
        Kind::ManyToMany(Join::Table { name, left, right, indexed }) => {
            many_to_many_bare(model, relation, name, (left, right), *indexed)
        }
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

/// Restricts a relation to the rows with a tag, or its links to the rows of the join table with a tag.
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

/// Returns the relation to rows of the target that refer to rows of the intermediate model, which refer to this model.
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

/// Returns the relation to rows of the target that refer to the same rows as those of the intermediate model, which
/// refer to this model.
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
    (left, right): (&[LitStr], &[LitStr]),
    indexed: bool,
) -> TokenStream {
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let unindexed = (!indexed).then(|| quote!(.without_index()));
    let check = check_columns(relation, right);
    quote! {
        #check
        let through = __orm::Through::bare(#table, &[#(#left),*], &[#(#right),*])#unindexed;
        __orm::RelationDef::through(#name, #own, target.key(), through)
    }
}

/// Returns `(table, &[0])` of the model itself.
fn own_side(model: &Model, columns: &[usize]) -> TokenStream {
    let ident = &model.ident;
    let columns = positions(columns.iter().copied());
    quote!((<#ident as __orm::Mapped>::table, &#columns))
}
