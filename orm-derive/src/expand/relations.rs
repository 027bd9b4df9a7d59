//! Relations: how their tables are joined, and the functions that give their descriptors.
//!
//! A bare name of a field of another model becomes a lookup by hash: `HasColumn<hash>`. Each lookup has a trait of its
//! own, so that rustc's message speaks of the relation and stands under the word that the user wrote.

use proc_macro2::{Ident, Literal, Span, TokenStream};
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
    let krate = &model.krate;
    let (ident, vis) = (&model.ident, &model.vis);
    let functions = model.relations.iter().enumerate().map(|(at, relation)| {
        let (name, target) = (&relation.name, &relation.target);
        let at = Literal::usize_unsuffixed(at);
        let kind = kind(model, relation);
        let doc = doc(relation);
        // The same check stands in the table's definition; asked first and at the same place, rustc answers once.
        let check = table_of(target);
        let new = quote_spanned!(target.span()=> __Relation::new(<#ident as __orm::Model>::TABLE.relations[#at]));
        quote! {
            #[doc = #doc]
            #vis fn #name() -> #krate::Relation<#ident, #target, #kind, #at> {
                use #krate::Relation as __Relation;
                let _ = #check;
                #new
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, clippy::self_named_constructors)]
        impl #ident {
            #(#functions)*
        }
    }
}

/// The constants that hold the relations' definitions.
pub(crate) fn definitions(model: &Model) -> TokenStream {
    let constants = model.relations.iter().map(|relation| {
        let (constant, definition) = (constant(relation), definition(model, relation));
        quote!(const #constant: __orm::RelationDef = #definition;)
    });
    quote!(#(#constants)*)
}

/// The name of the constant that holds a relation's definition.
pub(crate) fn constant(relation: &Relation) -> Ident {
    format_ident!("RELATION_{}", relation.text().to_uppercase(), span = Span::call_site())
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
    Some(quote! {
        __orm::ForeignKey::new(#relation.from_columns, #relation.to, #relation.to_columns, __orm::OnDelete::#on_delete)
    })
}

fn definition(model: &Model, relation: &Relation) -> TokenStream {
    match &relation.kind {
        Kind::BelongsTo { foreign_key, references, on_delete } => {
            let nullable = matches!(on_delete, OnDelete::SetNull).then(|| check_nullable(model, foreign_key));
            let definition = belongs_to(model, relation, foreign_key, references.as_ref());
            quote!({ #nullable #definition })
        }
        Kind::Has { many, foreign_key, references } => has(model, relation, *many, foreign_key, references.as_ref()),
        Kind::ManyToMany(join) => many_to_many(model, relation, join),
    }
}

fn belongs_to(model: &Model, relation: &Relation, foreign_key: &Names, references: Option<&Names>) -> TokenStream {
    let target = &relation.target;
    let name = relation.text();
    let own = own_side(model, &model.positions(&foreign_key.list));
    let table = table_of(target);
    let keys = model.columns_of(&foreign_key.list);
    let (check, referred) = match references {
        None => (check_key(&keys, target), primary_key_of(target)),
        Some(names) => {
            let lookup = |(name, key): (&Ident, &&Column)| {
                let check = Check::ReferredBy(key.ty.to_token_stream());
                Lookup { model, relation, other: target, name, word: symbol::REFERENCES, written: true }
                    .position(Some(check))
            };
            let found = names.list.iter().zip(&keys).map(lookup);
            (quote!(const REFERENCES: &[usize] = &[#(#found),*];), quote!(REFERENCES))
        }
    };
    quote! {
        #check
        __orm::RelationDef::direct(#name, __orm::RelationKind::BelongsTo, #own, (#table, #referred))
    }
}

fn has(model: &Model, relation: &Relation, many: bool, foreign_key: &Names, references: Option<&Names>) -> TokenStream {
    let target = &relation.target;
    let name = relation.text();
    let kind = if many { quote!(HasMany) } else { quote!(HasOne) };
    let referred = references.map_or(&model.primary_key, |names| &names.list);
    let own = own_side(model, &model.positions(referred));
    let table = table_of(target);
    let found = lookups(model, relation, target, foreign_key, symbol::FOREIGN_KEY, &model.columns_of(referred));
    quote! {{
        const FOREIGN_KEY: &[usize] = &[#(#found),*];
        __orm::RelationDef::direct(#name, __orm::RelationKind::#kind, #own, (#table, FOREIGN_KEY))
    }}
}

fn many_to_many(model: &Model, relation: &Relation, join: &Join) -> TokenStream {
    let target = &relation.target;
    let name = relation.text();
    let own = own_side(model, &model.positions(&model.primary_key));
    let (table, key) = (table_of(target), primary_key_of(target));
    let through = match join {
        Join::Table { name, left, right } => quote!(__orm::Through::bare(#name, &[#(#left),*], &[#(#right),*])),
        Join::Model { model: join, left, right } => through_model(model, relation, join, left, right),
    };
    quote!(__orm::RelationDef::through(#name, #own, (#table, #key), #through))
}

fn through_model(model: &Model, relation: &Relation, join: &Type, left: &Names, right: &Names) -> TokenStream {
    let table = table_of(join);
    let data = quote_spanned!(join.span()=> <#join as __orm::Model>::TABLE);
    let own_key = model.columns_of(&model.primary_key);
    let left = lookups(model, relation, join, left, symbol::LEFT, &own_key);
    let right = right_lookups(model, relation, join, right);
    quote! {{
        const LEFT: &[&str] = &[#(#data.columns[#left].name),*];
        const RIGHT: &[&str] = &[#(#data.columns[#right].name),*];
        __orm::Through::model(#table, #data, LEFT, RIGHT)
    }}
}

/// The far side of a join refers to a key of which only the type is known.
fn right_lookups(model: &Model, relation: &Relation, join: &Type, right: &Names) -> Vec<TokenStream> {
    let target = &relation.target;
    let key = quote!(<#target as __orm::Model>::Key);
    let is_single = right.list.len() == 1;
    let position = |name: &Ident| {
        Lookup { model, relation, other: join, name, word: symbol::RIGHT, written: right.written }
            .position(is_single.then(|| Check::RefersTo(key.clone())))
    };
    let mut positions: Vec<TokenStream> = right.list.iter().map(position).collect();
    if let (false, Some(first)) = (is_single, positions.first_mut()) {
        let types = right.list.iter().map(|name| {
            let hash = hash(name);
            quote!(<#join as __orm::HasColumn<#hash>>::Type)
        });
        let check = quote_spanned!(relation.name.span()=>
            __orm::check_key::<(#(#types),*), #key>()
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
    let lookup = |(name, to): (&Ident, &&Column)| {
        let check = Check::RefersTo(to.ty.to_token_stream());
        Lookup { model, relation, other, name, word, written: names.written }.position(Some(check))
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

/// What the type of a field that was found must fit.
enum Check {
    RefersTo(TokenStream),
    ReferredBy(TokenStream),
}

impl Lookup<'_> {
    /// The column's position, with a check of its type.
    fn position(&self, check: Option<Check>) -> TokenStream {
        let (other, hash, span) = (self.other, hash(self.name), self.name.span());
        let (message, label, note) = (self.message(), self.label(), self.note());
        // The search comes first, so that a field that is missing is not also one of the wrong type. The alias is there
        // since rustc points at type arguments: a written one would send its errors away from the name.
        let search = quote_spanned!(span=> position::<__Other>());
        let fits = check.map(|check| match check {
            Check::RefersTo(key) => quote!(__M::Type: __orm::RefersTo<#key>),
            Check::ReferredBy(foreign_key) => quote!(#foreign_key: __orm::RefersTo<__M::Type>),
        });
        let refers = fits.as_ref().map(|fits| quote!(const fn refers<__M: __orm::HasColumn<#hash>>() where #fits {}));
        let check = fits.map(|_| quote_spanned!(span=> refers::<__Other>();));
        quote! {{
            type __Other = #other;
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            trait __Field: __orm::HasColumn<#hash> {}
            #[diagnostic::do_not_recommend]
            impl<__M: __orm::HasColumn<#hash>> __Field for __M {}
            const fn position<__M: __Field>() -> usize {
                __M::INDEX
            }
            #refers
            let position = #search;
            #check
            position
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
fn check_key(keys: &[&Column], target: &Type) -> TokenStream {
    let span = keys.first().map_or_else(Span::call_site, |key| key.ty.span());
    let types = single_or_tuple(keys.iter().map(|key| key.ty.to_token_stream()));
    quote_spanned!(span=> __orm::check_key::<#types, <#target as __orm::Model>::Key>();)
}

/// The check that `on_delete = set_null` can do what it says; its error stands at the foreign key's type.
fn check_nullable(model: &Model, foreign_key: &Names) -> TokenStream {
    let krate = &model.krate;
    let columns = model.columns_of(&foreign_key.list).into_iter().map(|column| {
        let (name, ty) = (column.name(), &column.ty);
        let message = format!("the column `{name}` cannot become `NULL`, as `on_delete = set_null` asks");
        let note = format!("give it the type `Option<{}>`, or choose another action", names::type_text(ty));
        let check = quote_spanned!(ty.span()=> check::<#ty>(););
        quote! {{
            #[diagnostic::on_unimplemented(message = #message, label = "not an `Option`", note = #note)]
            trait __Nullable {}
            #[diagnostic::do_not_recommend]
            impl<__T: __orm::ColumnType<Presence = #krate::Optional>> __Nullable for __T {}
            const fn check<__T: __Nullable>() {}
            #check
        }}
    });
    quote!(#(#columns)*)
}

/// `(table, &[0])` of the model itself.
fn own_side(model: &Model, columns: &[usize]) -> TokenStream {
    let ident = &model.ident;
    let columns = positions(columns.iter().copied());
    quote!((<#ident as __orm::Model>::table, &#columns))
}

fn table_of(other: &Type) -> TokenStream {
    quote_spanned!(other.span()=> <#other as __orm::Model>::table)
}

fn primary_key_of(other: &Type) -> TokenStream {
    quote_spanned!(other.span()=> <#other as __orm::Model>::PRIMARY_KEY)
}

fn kind(model: &Model, relation: &Relation) -> TokenStream {
    match &relation.kind {
        Kind::Has { many: false, .. } => quote!(__orm::ToMaybe),
        Kind::Has { many: true, .. } | Kind::ManyToMany(_) => quote!(__orm::ToMany),
        Kind::BelongsTo { foreign_key, .. } => {
            let types = model.columns_of(&foreign_key.list).into_iter().map(|column| &column.ty);
            quote!(<(#(#types,)*) as __orm::ForeignKeyTypes>::Kind)
        }
    }
}

fn hash(name: &Ident) -> Literal {
    Literal::u64_unsuffixed(names::hash(&name.unraw().to_string()))
}

/// ``Relation `courses`: the `Course`s …``
fn doc(relation: &Relation) -> String {
    let (name, target) = (relation.text(), names::type_text(&relation.target));
    let leads = match &relation.kind {
        Kind::BelongsTo { .. } => format!("the `{target}` that this row refers to"),
        Kind::Has { many: false, .. } => format!("the `{target}` that refers to this row"),
        Kind::Has { many: true, .. } => format!("each `{target}` that refers to this row"),
        Kind::ManyToMany(Join::Model { model, .. }) => {
            format!("each `{target}` linked with this row by `{}`", names::type_text(model))
        }
        Kind::ManyToMany(Join::Table { name, .. }) => {
            format!("each `{target}` linked with this row by `\"{}\"`", name.value())
        }
    };
    format!(" Relation `{name}`: {leads}.")
}
