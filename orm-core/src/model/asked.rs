//! Functions of generated code that refer to other models. They require [`Model`], which messages should name.

use super::Model;
use crate::mapped::{Models, Other};
use crate::prefetch::{OneOf, all_rows};
use crate::schema::Table;

/// Names the model that a relation leads to or through. Generated code calls the methods of the result: a type that is
/// not a model is one error, because nothing is known of the result's type then.
#[must_use]
pub const fn other<M: Model>() -> Other<M::Itself> {
    Other::new()
}

impl<M: Model> Models for M {
    fn tables() -> Vec<&'static Table> {
        vec![M::TABLE]
    }
}

/// A projection that reads all rows of a model.
#[must_use]
pub fn one_of<C: Model>() -> OneOf<C, C> {
    all_rows()
}
