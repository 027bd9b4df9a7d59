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

/// All rows of a model, as they are.
pub(crate) fn all_rows<C: Mapped>() -> OneOf<C, C> {
    OneOf { fetched: Arc::new(RelationRows::new(by_key::<C>(), Select::new(C::TABLE))), loader: Arc::new(Plain) }
}

/// From a primary key of the model to its row.
pub(crate) fn by_key<M: Mapped>() -> &'static RelationDef {
    M::BY_KEY
}

/// The rows of a model by its primary key.
trait ByKey: Mapped {
    const BY_KEY: &'static RelationDef = &RelationDef::direct(
        "by key",
        RelationKind::BelongsTo,
        (Self::table, Self::PRIMARY_KEY),
        (Self::table, Self::PRIMARY_KEY),
    );
}

impl<M: Mapped> ByKey for M {}

impl<C, Row> Clone for OneOf<C, Row> {
    fn clone(&self) -> Self {
        OneOf { fetched: Arc::clone(&self.fetched), loader: Arc::clone(&self.loader) }
    }
}
