//! Reads attributes into a [`View`]. After a mistake the parser continues with the rest.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Expr, ExprField, Fields, Member, Path, Type};

use super::definition::{Field, Source, View};
use crate::attributes::{called, crate_path, default_crate, each, once, unknown, value};
use crate::diagnostic::Errors;
use crate::symbol as word;

/// Reads a struct. Without a model it is not a view.
pub(crate) fn view(input: &DeriveInput, errors: &mut Errors) -> Option<View> {
    let said = OnStruct::parse(input, errors);
    let fields = fields(input, errors);
    if said.of.is_none() && errors.is_empty() {
        errors.add(&input.ident, "which model does the view read? write `#[view(of = Student)]` on it");
    }
    Some(View { ident: input.ident.clone(), model: said.of?, krate: said.krate.unwrap_or_else(default_crate), fields })
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

fn fields(input: &DeriveInput, errors: &mut Errors) -> Vec<Field> {
    if !input.generics.params.is_empty() {
        errors.add(&input.generics, "a view has no parameters; write one view for each type");
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) if !named.named.is_empty() => {
                return named.named.iter().filter_map(|field| field_of(field, errors)).collect();
            }
            _ => errors.add(&input.ident, "a view has fields with names; write `struct Card { first_name: String }`"),
        },
        _ => errors.add(&input.ident, "a view is a struct; write `struct Card { first_name: String }`"),
    }
    Vec::new()
}

fn field_of(field: &syn::Field, errors: &mut Errors) -> Option<Field> {
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
        None => Source::Named(ident.clone()),
    };
    Some(Field { ident, ty: field.ty.clone(), from })
}

/// Reads `title`, `department.name`, or any other expression.
fn source(expr: Expr, errors: &mut Errors) -> Option<Source> {
    if let Some(name) = single(&expr) {
        return Some(Source::Named(name.clone()));
    }
    let Expr::Field(ExprField { base, member: Member::Named(column), .. }) = &expr else {
        return Some(Source::Expression(Box::new(expr)));
    };
    match (single(base), &**base) {
        (Some(relation), _) => Some(Source::Through(relation.clone(), column.clone())),
        (None, Expr::Field(_)) => {
            errors.add(&expr, "a column is read through one relation; for columns further away, nest a view");
            None
        }
        _ => Some(Source::Expression(Box::new(expr))),
    }
}

fn single(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.attrs.is_empty() => path.path.get_ident(),
        _ => None,
    }
}
