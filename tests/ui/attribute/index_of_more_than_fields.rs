//! An index with a condition in the wrong place, a direction, or an expression.

use orm::Model;

#[derive(Model)]
#[model(unique(copy_id, condition = "returned_on IS NULL"))]
#[model(index(lent_on desc))]
#[model(index(lower(reader), "lower(reader)"))]
#[model(index(copy_id), where = "returned_on IS NULL")]
struct Loan {
    id: i64,
    #[model(unique, where = "returned_on IS NULL")]
    copy_id: i64,
    #[model(index(desc))]
    lent_on: String,
    #[model(unique(where = "returned_on IS NULL"))]
    returned_on: Option<String>,
    reader: String,
}

#[derive(Model)]
#[model(primary_key(day desc, hour))]
struct Slot {
    day: String,
    hour: i64,
}

fn main() {}
