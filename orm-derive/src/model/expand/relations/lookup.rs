//! The lookups of a relation in other models, and the checks of keys.
//!
//! The name of a field of another model becomes a lookup by hash: `HasColumn<hash>`. rustc's message about it points at
//! the name that the user wrote.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

use crate::model::definition::{Column, Join, Kind, Model, Names, Relation};
use crate::model::expand::columns;
use crate::model::expand::tokens::single_or_tuple;
use crate::names;

/// Looks up the other model at the place where the user wrote it: `let target = …;`
pub(super) fn other(name: &str, model: &Type) -> TokenStream {
    let name = if name == "_" { quote!(_) } else { Ident::new(name, Span::call_site()).into_token_stream() };
    let asked = quote_spanned!(model.span()=> __orm::other::<#model>());
    quote!(let #name = #asked;)
}

/// Looks up columns in another model, each of a type that can refer to the column of this model beside it.
pub(super) fn lookups(
    other: &str,
    fields: &Names,
    word: &str,
    referred: &[&Column],
    names: &mut Parameters,
) -> TokenStream {
    let fields = fields.list.iter().zip(referred).map(|(field, to)| {
        let (lookup, ty) = (lookup(other, field, word, names), &to.ty);
        quote_spanned!(here(field.span())=> #lookup.refers_to::<#ty>())
    });
    quote!((#(#fields,)*))
}

/// Looks up columns in another model, and checks that they together can refer to the key of a third model, of which
/// only the name is known.
pub(super) fn lookups_together(
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

/// Returns the positions of the columns with the names `fields`.
pub(super) fn indexes(names: &Names) -> TokenStream {
    let count = count(names);
    quote_spanned!(place(names)=> __orm::#count::indexes(&fields))
}

/// Returns the names of columns in SQL.
pub(super) fn sql_names(names: &Names, variable: &str) -> TokenStream {
    let (span, count) = (place(names), count(names));
    let variable = Ident::new(variable, span);
    quote_spanned!(span=> __orm::#count::names(&#variable))
}

/// Returns the module of the runtime for this number of columns.
fn count(names: &Names) -> Ident {
    let count = match names.list.len() {
        1 => "one",
        2 => "two",
        3 => "three",
        _ => "four",
    };
    Ident::new(count, place(names))
}

/// Looks up a field of another model. The error points at the field's name.
pub(super) fn lookup(other: &str, field: &Ident, word: &str, names: &mut Parameters) -> TokenStream {
    let (hash, span) = (hash(field), here(field.span()));
    let other = Ident::new(other, span);
    let (name, word) = (names.add(&field.unraw().to_string()), names.add(word));
    quote_spanned!(span=> #other.field::<#hash, _, #name, #word>())
}

/// Returns the place at which rustc reports mistakes in some fields.
fn place(fields: &Names) -> Span {
    here(fields.list.first().map_or_else(Span::call_site, Ident::span))
}

/// Returns a place in the user's code, for names of the macro. rustc would report an expression with both kinds of
/// spans at the derive.
pub(super) fn here(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// Checks that a foreign key has the type of the key that it refers to. The error points at the foreign key's type.
pub(super) fn check_key(keys: &[&Column]) -> TokenStream {
    let span = here(keys.first().map_or_else(Span::call_site, |key| key.ty.span()));
    let types = single_or_tuple(keys.iter().map(|key| key.ty.to_token_stream()));
    let target = Ident::new("target", span);
    quote_spanned!(span=> #target.check_key::<#types>();)
}

/// Checks that a join table has one column for each column of the target's key.
pub(super) fn check_columns(relation: &Relation, right: &[LitStr]) -> TokenStream {
    let span = here(right.first().map_or_else(Span::call_site, LitStr::span));
    let target = Ident::new("target", span);
    let columns = Literal::usize_unsuffixed(right.len());
    let message = format!(
        "the primary key of `{}` does not have {columns} column{}; write one column for each column of the key, in \
         the same order: `right = (\"a\", \"b\")`",
        names::type_text(&relation.target),
        if right.len() == 1 { "" } else { "s" }
    );
    quote_spanned!(span=> #target.check_columns(#columns, #message);)
}

/// Checks that the foreign key of `on_delete = set_null` can be `NULL`. The error points at the foreign key's type.
pub(super) fn check_nullable(model: &Model, foreign_key: &Names) -> TokenStream {
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

/// Type parameters with the names of fields and keywords, for rustc to print.
pub(super) struct Parameters {
    pub(super) list: Vec<Ident>,
    /// The names of the types beside them.
    types: Vec<String>,
}

impl Parameters {
    pub(super) fn new(model: &Model, relation: &Relation) -> Self {
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

pub(super) fn hash(name: &Ident) -> Literal {
    Literal::u64_unsuffixed(names::hash(&name.unraw().to_string()))
}
