//! A join table with one column for a composite key of two.

use orm::Model;

#[derive(Model)]
#[many_to_many(seats: Seat, through = "bookings")]
struct Person {
    id: i64,
}

#[derive(Model)]
#[model(primary_key(row, number))]
struct Seat {
    row: i64,
    number: i64,
}

fn main() {}
