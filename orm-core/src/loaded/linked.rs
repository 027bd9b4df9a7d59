//! Rows of a many-to-many relation with their links, the rows of the join model.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use super::serialize::serialize_loaded;
use super::{Loaded, LoadedRow, Name, Record, Wrap};
use crate::ast::Expr;
use crate::error;
use crate::mapped::Mapped;
use crate::row::Row;
use crate::value::Value;

/// A row that a many-to-many relation leads to, with its link: the row of the join model.
///
/// It derefs to the row. Serialised, it is the row with the entry `link`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked<R, J> {
    row: R,
    link: J,
}

impl<R, J> Linked<R, J> {
    /// Makes a row with its link, as a relation with [`with_link`](crate::relation::Relation::with_link) loads it: for tests.
    pub fn new(row: R, link: J) -> Self {
        Linked { row, link }
    }

    /// Returns the link, the row of the join model.
    #[doc(alias = "pivot")]
    pub fn link(&self) -> &J {
        &self.link
    }

    /// Returns the row and its link.
    pub fn into_parts(self) -> (R, J) {
        (self.row, self.link)
    }
}

impl<R, J> Deref for Linked<R, J> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}

impl<R, J> DerefMut for Linked<R, J> {
    fn deref_mut(&mut self) -> &mut R {
        &mut self.row
    }
}

/// A relation is put into the row itself.
#[diagnostic::do_not_recommend]
impl<R: LoadedRow, J> LoadedRow for Linked<R, J> {
    type Model = Linked<R::Model, J>;
    type States = R::States;
    type Named = R::Named;

    fn into_loaded(self) -> Loaded<Linked<R::Model, J>, R::States, R::Named> {
        let Loaded { row, states, named } = self.row.into_loaded();
        Loaded { row: Linked { row, link: self.link }, states, named }
    }
}

#[diagnostic::do_not_recommend]
impl<S, N, M: Wrap<S, N>, J> Wrap<S, N> for Linked<M, J> {
    type Row = Linked<M::Row, J>;

    fn wrap(Loaded { row, states, named }: Loaded<Linked<M, J>, S, N>) -> Linked<M::Row, J> {
        Linked { row: M::wrap(Loaded { row: row.row, states, named }), link: row.link }
    }
}

impl<R: Serialize, J: Serialize> Serialize for Linked<R, J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_loaded(serializer, &self.row, |entries| entries.add("link", &self.link))
    }
}

impl<C: Mapped, J: Mapped> Record for Linked<C, J> {
    type Model = C;

    fn outputs() -> Option<Arc<[Expr]>> {
        let row = (0..C::TABLE.columns.len()).map(Expr::Column);
        let link = (0..J::TABLE.columns.len()).map(|column| Expr::OfLink(J::TABLE, Box::new(Expr::Column(column))));
        Some(row.chain(link).collect())
    }

    fn names() -> Vec<Name> {
        let link = J::TABLE.columns.iter().map(|_| Name::None);
        C::names().into_iter().chain(link).collect()
    }

    fn width() -> usize {
        C::width() + J::TABLE.columns.len()
    }

    fn position(column: usize) -> Option<usize> {
        Some(column)
    }

    fn decode(row: Row<'_>, at: usize) -> error::Result<Self> {
        Ok(Linked { row: C::decode(row, at)?, link: J::decode(row, at + C::width())? })
    }

    fn is_joined() -> bool {
        false
    }

    fn has_same_key(&self, other: &Self) -> error::Result<bool> {
        Ok(self.row.has_same_key(&other.row)? && self.link.has_same_key(&other.link)?)
    }

    fn encode(&self, column: usize) -> error::Result<Value<'_>> {
        self.row.encode(column)
    }
}
