//! Converting values for tokio-postgres, in the database's binary form.

mod array;
mod bound;
mod calendar;
mod carrier;
mod numeric;
mod row;
mod scalar;
mod shape;

pub(super) use bound::{Bound, Refused, bound, is_narrow, wide_enough};
pub(super) use row::PostgresRow;
pub(super) use shape::Shape;
