//! `#[derive(View)]`: a struct that reads part of a model, with related rows as plain fields.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Expr, ExprField, Field, Fields, GenericArgument, Member, Path, PathArguments, Type};

use crate::attributes::{called, crate_path, default_crate, each, once, unknown, value};
use crate::diagnostic::Errors;
use crate::names::{hash, type_text};
use crate::symbol as word;

/// The implementation, or the mistakes.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let said = OnStruct::parse(input, &mut errors);
    let fields = fields(input, &mut errors);
    let Some(model) = said.of else {
        if errors.is_empty() {
            errors.add(&input.ident, "which model does the view read? write `#[view(of = Student)]` on it");
        }
        return errors.into_compile_errors();
    };
    if !errors.is_empty() {
        return errors.into_compile_errors();
    }
    expand(&View { ident: &input.ident, model, krate: said.krate.unwrap_or_else(default_crate), fields })
}

/// `#[view(..)]` on the struct.
#[derive(Default)]
struct OnStruct {
    of: Option<Type>,
    krate: Option<Path>,
}

impl OnStruct {
    fn parse(input: &DeriveInput, errors: &mut Errors) -> Self {
        let mut said = OnStruct::default();
        for attribute in called(word::VIEW, &input.attrs) {
            each(attribute, errors, |word, input| match word.to_string().as_str() {
                word::OF => once(&mut said.of, word, value(word, input, "Student")),
                word::CRATE => once(&mut said.krate, word, crate_path(word, input)),
                _ => Err(unknown(word, "`#[view(..)]` on a struct", word::ON_VIEW)),
            });
        }
        said
    }
}

struct View<'a> {
    ident: &'a Ident,
    model: Type,
    krate: Path,
    fields: Vec<ViewField>,
}

struct ViewField {
    ident: Ident,
    ty: Type,
    from: From,
}

/// What a field is read from.
enum From {
    /// What a function of the model returns: a column or a relation.
    Named(Ident),
    /// A column of the row that a relation leads to.
    Through(Ident, Ident),
    /// What an expression says.
    Expression(Box<Expr>),
}

fn fields(input: &DeriveInput, errors: &mut Errors) -> Vec<ViewField> {
    if !input.generics.params.is_empty() {
        errors.add(&input.generics, "a view has no parameters; write one view for each type");
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) if !named.named.is_empty() => {
                return named.named.iter().filter_map(|field| view_field(field, errors)).collect();
            }
            _ => errors.add(&input.ident, "a view has fields with names; write `struct Card { first_name: String }`"),
        },
        _ => errors.add(&input.ident, "a view is a struct; write `struct Card { first_name: String }`"),
    }
    Vec::new()
}

fn view_field(field: &Field, errors: &mut Errors) -> Option<ViewField> {
    let ident = field.ident.clone()?;
    let mut from = None;
    for attribute in called(word::VIEW, &field.attrs) {
        each(attribute, errors, |word, input| match word.to_string().as_str() {
            word::FROM => once(&mut from, word, value(word, input, "department.name")),
            _ => Err(unknown(word, "`#[view(..)]` on a field", &[word::FROM])),
        });
    }
    let from = match from {
        Some(expr) => source(expr, errors)?,
        None => From::Named(ident.clone()),
    };
    Some(ViewField { ident, ty: field.ty.clone(), from })
}

/// `title`, `department.name`, or any other expression.
fn source(expr: Expr, errors: &mut Errors) -> Option<From> {
    if let Some(name) = single(&expr) {
        return Some(From::Named(name.clone()));
    }
    let Expr::Field(ExprField { base, member: Member::Named(column), .. }) = &expr else {
        return Some(From::Expression(Box::new(expr)));
    };
    match (single(base), &**base) {
        (Some(relation), _) => Some(From::Through(relation.clone(), column.clone())),
        (None, Expr::Field(_)) => {
            errors.add(&expr, "a column is read through one relation; for what lies further on, nest a view");
            None
        }
        _ => Some(From::Expression(Box::new(expr))),
    }
}

fn single(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.attrs.is_empty() => path.path.get_ident(),
        _ => None,
    }
}

fn expand(view: &View<'_>) -> TokenStream {
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
            use #krate::__private as __orm;
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
                const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::clone_of!(Self);
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
                fn parts() -> ::std::vec::Vec<::std::boxed::Box<dyn __orm::Part<__Draft>>> {
                    let parts = [
                        #(__orm::part(__orm::Source::<#types>::load(#sources()), |draft: &mut __Draft| &mut draft.#names),)*
                    ];
                    ::core::iter::Iterator::collect(::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(parts)))
                }
                fn complete(draft: __Draft) -> ::core::option::Option<Self> {
                    ::core::option::Option::Some(Self { #(#names: draft.#names?,)* })
                }
            }
        };
    }
}

/// The check that a field's rows can be handed out, and that the view does not contain itself by them; its error stands at the
/// field's type.
fn check_field(view: &Ident, field: &ViewField) -> TokenStream {
    let (ty, source, name) = (&field.ty, source_name(field), field.ident.unraw());
    let rows = type_text(rows_of(ty));
    let not_cloned =
        format!("a `{rows}` that several rows lead to is handed to each of them; add `#[derive(Clone)]` to it");
    let in_itself = format!(
        "this view contains itself by the field `{name}`, and reading it would have no end; give the field another view, \
         or load the relation as a tree by `.to_any_depth()`"
    );
    let check = quote_spanned! {ty.span()=>
        __orm::check_field::<#ty, _, #view>(#source, #not_cloned, #in_itself)
    };
    quote!(const _: () = #check;)
}

/// `CourseCard`, of `Vec<CourseCard>`.
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

fn source_name(field: &ViewField) -> Ident {
    format_ident!("__from_{}", field.ident.unraw(), span = Span::call_site())
}

/// What a field is read from, as a function: the one place that asks whether the two go together, so that a mistake is one
/// message, at the field's type.
fn source_function(model: &Type, field: &ViewField) -> TokenStream {
    let (name, ty) = (source_name(field), &field.ty);
    let returned = quote_spanned!(ty.span()=> impl __orm::Source<#ty>);
    match &field.from {
        From::Named(of) => quote! {
            fn #name() -> #returned {
                #model::#of()
            }
        },
        From::Expression(expr) => quote! {
            fn #name() -> #returned {
                #expr
            }
        },
        From::Through(relation, column) => {
            let span = Span::call_site().located_at(column.span());
            let (parameter, hash) = (Ident::new(&column.unraw().to_string(), span), hash(&column.unraw().to_string()));
            let through = quote_spanned!(relation.span()=> __orm::through(#model::#relation));
            let found = quote_spanned!(span=> #through.column::<#hash, _, #parameter>());
            let of_column = format_ident!("{name}_column");
            let check = quote_spanned!(relation.span()=> __orm::check_through(#model::#relation));
            quote! {
                const _: () = #check;
                // A type parameter called as the column, for the message about one that is not there.
                #[allow(non_camel_case_types)]
                fn #of_column<#parameter>() -> #returned {
                    #found
                }
                fn #name() -> impl __orm::Source<#ty> {
                    #of_column::<()>()
                }
            }
        }
    }
}
