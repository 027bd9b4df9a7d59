//! The data that the parser reads from a view.

use proc_macro2::Ident;
use syn::{Expr, Path, Type};

/// A struct with `#[derive(View)]`.
pub(crate) struct View {
    pub(crate) ident: Ident,
    /// The model that the view reads.
    pub(crate) model: Type,
    /// The path under which generated code finds the facade.
    pub(crate) krate: Path,
    pub(crate) fields: Vec<Field>,
}

/// A field and its source.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) from: Source,
}

/// The source of a field.
pub(crate) enum Source {
    /// A function of the model, which returns a column or a relation.
    Named(Ident),
    /// A column of the row that a relation leads to.
    Through(Ident, Ident),
    /// An expression.
    Expression(Box<Expr>),
}
