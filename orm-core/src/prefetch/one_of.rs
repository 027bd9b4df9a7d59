//! How the rows of one variant of a polymorphic relation are loaded.

use std::sync::Arc;

use super::{Loader, Plain};
use crate::ast::Select;
use crate::mapped::Mapped;

/// How the rows of one variant are loaded: rows of the model `C` as a `Row`.
pub struct OneOf<C, Row> {
    pub(crate) select: Select,
    pub(crate) loader: Arc<dyn Loader<C, Row>>,
}

/// All rows of a model, as they are.
pub(crate) fn all_rows<C: Mapped>() -> OneOf<C, C> {
    OneOf { select: Select::new(C::TABLE), loader: Arc::new(Plain) }
}

impl<C, Row> Clone for OneOf<C, Row> {
    fn clone(&self) -> Self {
        OneOf { select: self.select.clone(), loader: Arc::clone(&self.loader) }
    }
}
