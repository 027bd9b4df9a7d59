//! The data that the parser reads from a column type.

use proc_macro2::Ident;
use syn::{Expr, Generics, Path, Type};

/// A type with `#[derive(ColumnType)]`.
pub(crate) struct ColumnType {
    pub(crate) ident: Ident,
    /// Empty in a valid column type.
    pub(crate) generics: Generics,
    /// The path under which generated code finds the facade.
    pub(crate) krate: Path,
    /// `None` where the type has a mistake.
    pub(crate) stored: Option<Stored>,
}

/// How the values are stored.
pub(crate) enum Stored {
    Inner(Box<Type>),
    Text(Vec<(Ident, String)>),
    Integer(Vec<(Ident, Expr)>),
}
