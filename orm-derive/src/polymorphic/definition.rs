//! What the user said of an enum of models: data.

use proc_macro2::Ident;
use syn::{Generics, LitStr, Path, Type, Visibility};

/// An enum with `#[derive(Polymorphic)]`.
pub(crate) struct Polymorphic {
    pub(crate) ident: Ident,
    /// None, in a valid enum.
    pub(crate) generics: Generics,
    pub(crate) vis: Visibility,
    /// Where generated code finds the facade.
    pub(crate) krate: Path,
    /// The name of the enum of rows with relations.
    pub(crate) loaded: Ident,
    pub(crate) kinds: Vec<Kind>,
}

/// One variant: its name, the model that it holds, and the text that stands for it.
pub(crate) struct Kind {
    pub(crate) variant: Ident,
    pub(crate) model: Type,
    pub(crate) tag: LitStr,
}
