//! Arithmetic with dates.

use orm::Model;
use orm::value::Date;

#[derive(Model)]
struct Loan {
    id: i64,
    lent_on: Date,
    returned_on: Option<Date>,
}

fn main() {
    let _ = Loan::returned_on().sub(Loan::lent_on());
}
