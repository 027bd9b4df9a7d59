//! Models of PostgreSQL databases: Chinook, and one with every feature that a schema can have.

#[path = "support/data.rs"]
mod data;
#[path = "support/fill.rs"]
mod fill;
#[path = "support/joined.rs"]
mod joined;
#[path = "../../tests/support/postgres.rs"]
mod server;

#[deny(warnings)]
#[allow(
    unreachable_pub,
    missing_docs,
    clippy::pedantic,
    reason = "the models are those of a program without these lints"
)]
#[rustfmt::skip]
mod models {
    pub(crate) mod chinook_postgres;
    pub(crate) mod features;
}

#[allow(clippy::pedantic, reason = "the text was generated")]
#[rustfmt::skip]
mod joins {
    pub(crate) mod chinook_postgres;
    pub(crate) mod features;
}

#[test]
fn chinook() {
    let Some(path) = data::path("chinook_postgres.sql") else { return };
    let db = fill::of(&server::schema(), &path);
    assert_eq!(joins::chinook_postgres::compare(&db).expect("the rows are read"), 49_058);
    assert_eq!(db.check::<models::chinook_postgres::All>().expect("the models are compared"), []);
}

#[test]
fn features() {
    let db = fill::of(&server::schema(), fill::features());
    assert_eq!(joins::features::compare(&db).expect("the rows are read"), 76);
    assert_eq!(db.check::<models::features::All>().expect("the models are compared"), []);
}
