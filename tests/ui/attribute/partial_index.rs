//! Partial indexes: without a field, without a condition, with two conditions, with a term that is not a field.

use orm::Model;

#[derive(Model)]
#[model(unique(where = "number > 0"))]
#[model(unique(number, where))]
#[model(unique(number, where = number > 0))]
#[model(unique(number, where = " "))]
#[model(unique(number, where = "number > 0", where = "number > 1"))]
#[model(index(number desc, where = "number > 0"))]
#[model(index(nubmer, where = "number > 0"))]
struct Seat {
    id: i64,
    number: i64,
}

fn main() {}
