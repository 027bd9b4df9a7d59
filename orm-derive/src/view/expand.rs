//! Generates the code of a view. Nothing here reads an attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type};

use super::definition::{Field, Source, View};
use crate::names::{hash, type_text};
use crate::symbol;

/// Returns the implementation.
pub(crate) fn view(view: &View) -> TokenStream {
    let View { ident, model, krate, fields } = view;
    let names: Vec<&Ident> = fields.iter().map(|field| &field.ident).collect();
    let types: Vec<&Type> = fields.iter().map(|field| &field.ty).collect();
    let texts = names.iter().map(|name| name.unraw().to_string());
    let sources: Vec<Ident> = fields.iter().map(source_name).collect();
    let functions = fields.iter().map(|field| source_function(model, field));
    let name = ident.unraw().to_string();
    let checks = fields.iter().map(|field| check_field(ident, field));
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::{self as __orm, Unable as _};
            #(#functions)*
            #(#checks)*
            #[allow(missing_docs, unreachable_pub)]
            pub struct __Leads<__T, __F>(::core::marker::PhantomData<(__T, __F)>);
            impl<__T: __orm::View, __F: __orm::Fuel> __orm::Answer for __Leads<__T, __F> {
                const LEADS: __orm::Leads = match __orm::towards::<#ident, __T, __F>() {
                    ::core::option::Option::Some(leads) => leads,
                    ::core::option::Option::None => __orm::Leads::Nowhere
                        #(.or(__orm::field_leads::<#types, _, __T, __F::Less>(#sources)))*,
                };
            }
            #[allow(missing_docs, unreachable_pub)]
            pub struct __Draft {
                #(#names: ::core::option::Option<#types>,)*
            }
            #[automatically_derived]
            impl __orm::View for #ident {
                type Model = #model;
                type Base = __orm::ViewRow<Self>;
                const NAME: &'static str =
                    ::core::concat!(::core::file!(), ":", ::core::line!(), ":", ::core::column!(), " ", #name);
                type Leads<__T: __orm::View, __F: __orm::Fuel> = __Leads<__T, __F>;
                const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<Self>::CLONE;
                fn loads() -> __orm::ViewLoads<Self> {
                    __orm::ViewLoader::<Self>::loads()
                }
            }
            #[automatically_derived]
            impl __orm::ViewFields for #ident {
                type Model = #model;
                type Draft = __Draft;
                fn layout() -> &'static __orm::Layout {
                    static LAYOUT: ::std::sync::OnceLock<__orm::Layout> = ::std::sync::OnceLock::new();
                    LAYOUT.get_or_init(|| __orm::Layout::of::<#model>(&[
                        #((#texts, __orm::Source::<#types>::describe(&#sources())),)*
                    ]))
                }
                fn read(from: &mut __orm::Reader<'_>) -> #krate::Result<__Draft> {
                    ::core::result::Result::Ok(__Draft {
                        #(#names: __orm::Source::<#types>::read(#sources, from)?,)*
                    })
                }
                fn loaded_fields() -> ::std::vec::Vec<__orm::FieldLoader<Self>> {
                    let fields = [
                        #(__orm::FieldLoader::<Self>::of(__orm::Source::<#types>::load(#sources()), |draft| &mut draft.#names),)*
                    ];
                    ::core::iter::Iterator::collect(::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(fields)))
                }
                fn complete(draft: __Draft) -> ::core::option::Option<Self> {
                    ::core::option::Option::Some(Self { #(#names: draft.#names?,)* })
                }
            }
        };
    }
}

/// Checks that a field's rows can be cloned, and that the view does not contain itself through them. The error points
/// at the field's type.
fn check_field(view: &Ident, field: &Field) -> TokenStream {
    let (ty, source, name) = (&field.ty, source_name(field), field.ident.unraw());
    let rows = type_text(rows_of(ty));
    let not_cloned =
        format!("a `{rows}` that several rows share is cloned for each of them; add `#[derive(Clone)]` to it");
    let in_itself = format!(
        "this view contains itself by the field `{name}`, so reading it would never end; give the field another view, \
         or load the relation as a tree with `.to_any_depth()`"
    );
    let check = quote_spanned! {ty.span()=>
        __orm::check_field::<#ty, _, #view>(#source, #not_cloned, #in_itself)
    };
    quote!(const _: () = #check;)
}

/// Returns `CourseCard` for `Vec<CourseCard>`.
fn rows_of(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
    let Some(PathArguments::AngleBracketed(arguments)) = path.path.segments.last().map(|last| &last.arguments) else {
        return ty;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(rows)) => rows,
        _ => ty,
    }
}

fn source_name(field: &Field) -> Ident {
    format_ident!("__from_{}", field.ident.unraw(), span = Span::call_site())
}

/// Returns the source of a field as a function. It is the only place that checks whether the field and its source have
/// matching types, so that a mistake causes one message, at the field's type.
fn source_function(model: &Type, field: &Field) -> TokenStream {
    let (name, ty) = (source_name(field), &field.ty);
    let returned = quote_spanned!(ty.span()=> impl __orm::Source<#ty>);
    match &field.from {
        Source::Named(of) => quote! {
            fn #name() -> #returned {
                #model::#of()
            }
        },
        Source::Expression(expr) => quote! {
            fn #name() -> #returned {
                #expr
            }
        },
        Source::Through(relation, column) => {
            let span = Span::call_site().located_at(column.span());
            let (parameter, hash) = (Ident::new(&column.unraw().to_string(), span), hash(&column.unraw().to_string()));
            let through = quote_spanned!(relation.span()=> __orm::through(#model::#relation));
            let word = Ident::new(symbol::FROM, span);
            let found = quote_spanned!(span=> #through.column::<#hash, _, #parameter, #word>());
            let parameters = if parameter == word { vec![parameter] } else { vec![parameter, word] };
            let units = parameters.iter().map(|_| quote!(()));
            let of_column = format_ident!("{name}_column");
            let check = quote_spanned!(relation.span()=> __orm::check_through(#model::#relation));
            quote! {
                const _: () = #check;
                // The type parameters have the names of the column and of the keyword before it, for the message about
                // a missing column.
                #[allow(non_camel_case_types)]
                fn #of_column<#(#parameters),*>() -> #returned {
                    #found
                }
                fn #name() -> impl __orm::Source<#ty> {
                    #of_column::<#(#units),*>()
                }
            }
        }
    }
}
