//! What is neither a number nor a range where a number of statements is expected.

use orm::{Db, assert_queries};

fn main() {
    let db = Db::memory().unwrap();
    assert_queries!(&db, "2", ());
    assert_queries!(&db, -1, ());
    assert_queries!(&db, 1..="2", ());
    assert_queries!(&db, 2.0, ());
}
