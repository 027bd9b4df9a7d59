//! The data that the parser reads from an enum of models.

use proc_macro2::Ident;
use syn::{Generics, LitStr, Path, Type, Visibility};

/// An enum with `#[derive(Polymorphic)]`.
pub(crate) struct Polymorphic {
    pub(crate) ident: Ident,
    /// Empty in a valid enum.
    pub(crate) generics: Generics,
    pub(crate) vis: Visibility,
    /// The path under which generated code finds the facade.
    pub(crate) krate: Path,
    /// The name of the enum of rows with relations.
    pub(crate) loaded: Ident,
    pub(crate) kinds: Vec<Kind>,
}

/// One variant: its name, its model, and the text that is stored for it.
pub(crate) struct Kind {
    pub(crate) variant: Ident,
    pub(crate) model: Type,
    pub(crate) tag: LitStr,
}
