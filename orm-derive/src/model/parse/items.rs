//! The keywords for the items that the derive adds: `new`, `constructor`, `loaded`, `relations` and `update`.

use proc_macro2::Ident;
use syn::Result;
use syn::parse::ParseStream;

use crate::attributes::{Name, loaded_name, name_or_none, once};
use crate::model::definition::Items;
use crate::symbol as word;

/// The values of the keywords that the user wrote.
#[derive(Default)]
pub(crate) struct Words {
    new: Option<Name>,
    constructor: Option<Name>,
    loaded: Option<Ident>,
    relations: Option<Name>,
    update: Option<Name>,
    written: Vec<Ident>,
}

impl Words {
    /// Reads what follows one of the keywords.
    pub(super) fn word(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        self.written.push(word.clone());
        match word.to_string().as_str() {
            word::NEW => once(&mut self.new, word, name_or_none(word, input)),
            word::CONSTRUCTOR => once(&mut self.constructor, word, name_or_none(word, input)),
            word::LOADED => once(&mut self.loaded, word, loaded_name(word, input)),
            word::RELATIONS => once(&mut self.relations, word, name_or_none(word, input)),
            _ => once(&mut self.update, word, name_or_none(word, input)),
        }
    }

    pub(super) fn into_items(self, model: &Ident) -> Items {
        let default = Items::of(model);
        Items {
            new: self.new.map_or(default.new, Name::into_ident),
            constructor: self.constructor.and_then(Name::into_ident),
            loaded: self.loaded.unwrap_or(default.loaded),
            relations: self.relations.map_or(default.relations, Name::into_ident),
            update: self.update.map_or(default.update, Name::into_ident),
            written: self.written,
        }
    }
}
