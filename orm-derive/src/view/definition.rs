//! What the user said of a view: data.

use proc_macro2::Ident;
use syn::{Expr, Path, Type};

/// A struct with `#[derive(View)]`.
pub(crate) struct View {
    pub(crate) ident: Ident,
    /// The model that it reads.
    pub(crate) model: Type,
    /// Where generated code finds the facade.
    pub(crate) krate: Path,
    pub(crate) fields: Vec<Field>,
}

/// A field, and what it is read from.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) from: Source,
}

/// What a field is read from.
pub(crate) enum Source {
    /// What a function of the model returns: a column or a relation.
    Named(Ident),
    /// A column of the row that a relation leads to.
    Through(Ident, Ident),
    /// What an expression says.
    Expression(Box<Expr>),
}
