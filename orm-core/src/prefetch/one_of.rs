//! How the rows of one variant of a polymorphic relation are loaded.

use std::sync::Arc;

use super::fetch::RelationRows;
use super::{Loader, Plain};
use crate::ast::Select;
use crate::mapped::Mapped;
use crate::schema::{RelationDef, RelationKind};

/// How the rows of one variant are loaded: rows of the model `C` as a `Row`.
pub struct OneOf<C, Row> {
    pub(crate) fetched: Arc<RelationRows>,
    pub(crate) loader: Arc<dyn Loader<C, Row>>,
}

/// All rows of a model, unchanged.
pub(crate) fn all_rows<C: Mapped>() -> OneOf<C, C> {
    OneOf { fetched: Arc::new(RelationRows::new(by_key::<C>(), Select::new(C::TABLE))), loader: Arc::new(Plain) }
}

/// From a primary key of the model to its row.
pub(crate) fn by_key<C: Mapped>() -> &'static RelationDef {
    OneOf::<C, C>::BY_KEY
}

impl<M: Mapped> OneOf<M, M> {
    /// The rows of the model by its primary key.
    const BY_KEY: &'static RelationDef =
        &RelationDef::direct("by key", RelationKind::BelongsTo, (M::table, M::PRIMARY_KEY), (M::table, M::PRIMARY_KEY));
}

impl<C, Row> Clone for OneOf<C, Row> {
    fn clone(&self) -> Self {
        OneOf { fetched: Arc::clone(&self.fetched), loader: Arc::clone(&self.loader) }
    }
}
