//! What generated code asks of other models. It is asked of [`Model`], which is what a message should name.

use super::Model;
use crate::mapped::{Models, Other};
use crate::prefetch::{OneOf, all_rows};
use crate::schema::Table;

/// The model that a relation leads to or through. Generated code asks everything of what this returns: what is not a
/// model is one error, since nothing is known of the type that is returned then.
#[must_use]
pub const fn other<M: Model>() -> Other<M::Itself> {
    Other::new()
}

impl<M: Model> Models for M {
    fn tables() -> Vec<&'static Table> {
        vec![M::TABLE]
    }
}

/// All rows of a model, as they are.
#[must_use]
pub fn one_of<C: Model>() -> OneOf<C, C> {
    all_rows()
}
