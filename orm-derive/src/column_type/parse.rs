//! Reads attributes into a [`ColumnType`]. After a mistake the parser continues with the rest.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Data, DataEnum, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Lit, LitInt, LitStr, Path, UnOp, Variant};

use super::definition::{ColumnType, Stored};
use crate::attributes::{called, crate_path, default_crate, each, once, sql_name, unknown};
use crate::diagnostic::Errors;
use crate::names::snake_case;
use crate::symbol as word;

/// Reads a newtype or an enum.
pub(crate) fn column_type(input: &DeriveInput, errors: &mut Errors) -> ColumnType {
    let said = OnType::parse(input, errors);
    let stored = stored(input, &said, errors).filter(|_| errors.is_empty());
    let krate = said.krate.unwrap_or_else(default_crate);
    ColumnType { ident: input.ident.clone(), generics: input.generics.clone(), krate, stored }
}

/// `#[column(..)]` on the type.
#[derive(Default)]
struct OnType {
    text: Option<Ident>,
    integer: Option<Ident>,
    krate: Option<Path>,
}

impl OnType {
    fn parse(input: &DeriveInput, errors: &mut Errors) -> Self {
        let mut said = OnType::default();
        for attribute in called(word::COLUMN, &input.attrs) {
            each(attribute, errors, |word, input| match word.to_string().as_str() {
                word::TEXT => once(&mut said.text, word, Ok(word.clone())),
                word::INTEGER => once(&mut said.integer, word, Ok(word.clone())),
                word::CRATE => once(&mut said.krate, word, crate_path(word, input)),
                _ => Err(unknown(word, "`#[column(..)]` on a type", word::ON_COLUMN_TYPE)),
            });
        }
        said
    }
}

fn stored(input: &DeriveInput, said: &OnType, errors: &mut Errors) -> Option<Stored> {
    if !input.generics.params.is_empty() {
        errors.add(&input.generics, "a column type has no type parameters; write one type for each column");
        return None;
    }
    match &input.data {
        Data::Enum(data) => variants(&input.ident, data, said, errors),
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                for word in said.text.iter().chain(&said.integer) {
                    errors.add(word, format!("a newtype is stored as its inner value; remove `{word}`"));
                }
                fields.unnamed.first().map(|field| Stored::Inner(Box::new(field.ty.clone())))
            }
            _ => {
                errors.add(&input.ident, "a column type holds one value; write `struct Name(Type);`, or an enum");
                None
            }
        },
        Data::Union(_) => {
            errors.add(&input.ident, "a column type is a newtype or an enum; write `struct Name(Type);`");
            None
        }
    }
}

fn variants(ident: &Ident, data: &DataEnum, said: &OnType, errors: &mut Errors) -> Option<Stored> {
    if data.variants.is_empty() {
        errors.add(ident, "an enum without variants has no value to store; give it one");
    }
    for variant in data.variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit)) {
        let name = &variant.ident;
        errors.add(name, format!("a column holds one value, and `{name}` has fields; write `{name}` without them"));
    }
    match (&said.text, &said.integer) {
        (Some(_), Some(integer)) => {
            errors.add(integer, "the enum is stored as text already; remove one of the two keywords");
            None
        }
        (Some(_), None) => Some(Stored::Text(texts(data, errors))),
        (None, Some(_)) => Some(Stored::Integer(integers(data, errors))),
        // A keyword that could not be read may have been the missing one.
        (None, None) if !errors.is_empty() => None,
        (None, None) => {
            errors.add(
                ident,
                "how is the enum stored? write `#[column(text)]`, or `#[column(integer)]` and a number for each variant",
            );
            None
        }
    }
}

fn texts(data: &DataEnum, errors: &mut Errors) -> Vec<(Ident, String)> {
    let mut texts: Vec<(Ident, String)> = Vec::new();
    for variant in &data.variants {
        let name = variant.ident.unraw().to_string();
        let text = renamed(variant, errors).map_or_else(|| snake_case(&name), |text| text.value());
        if let Some((first, _)) = texts.iter().find(|(_, other)| *other == text) {
            errors.add(
                &variant.ident,
                format!("`{first}` is stored as \"{text}\" already; write `#[column(rename = \"..\")]` on one of them"),
            );
        }
        texts.push((variant.ident.clone(), text));
    }
    texts
}

fn integers(data: &DataEnum, errors: &mut Errors) -> Vec<(Ident, Expr)> {
    let mut integers = Vec::new();
    for variant in &data.variants {
        let name = &variant.ident;
        if let Some(text) = renamed(variant, errors) {
            errors.add(text, "the enum is stored as integers, which have no names; remove `rename`");
        }
        match &variant.discriminant {
            Some((_, number)) if is_literal(number) => integers.push((name.clone(), number.clone())),
            Some((_, other)) => errors.add(other, "the number is stored in the database; write it as a literal"),
            None => errors.add(
                name,
                format!(
                    "`{name}` has no number, and a number by position would change when variants move; \
                     write `{name} = 1`"
                ),
            ),
        }
    }
    integers
}

/// Reads `#[column(rename = "..")]` on a variant.
fn renamed(variant: &Variant, errors: &mut Errors) -> Option<LitStr> {
    let mut text = None;
    for attribute in called(word::COLUMN, &variant.attrs) {
        each(attribute, errors, |word, input| match word.to_string().as_str() {
            word::RENAME => once(&mut text, word, sql_name(word, input)),
            _ => Err(unknown(word, "`#[column(..)]` on a variant", &[word::RENAME])),
        });
    }
    text
}

/// Whether an expression is a literal such as `1` or `-1`.
fn is_literal(number: &Expr) -> bool {
    match number {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => LitInt::suffix(number).is_empty(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => matches!(**expr, Expr::Lit(_)) && is_literal(expr),
        _ => false,
    }
}
