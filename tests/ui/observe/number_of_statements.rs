//! An expected number of statements that is neither a number nor a range.

use orm::{Db, assert_queries};

fn main() {
    let db = Db::memory().unwrap();
    assert_queries!(&db, "2", ());
    assert_queries!(&db, -1, ());
    assert_queries!(&db, 1..="2", ());
    assert_queries!(&db, 2.0, ());
}
