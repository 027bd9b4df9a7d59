//! Generating models of PostgreSQL databases again gives the models that other tests are compiled with.

#[path = "support/data.rs"]
mod data;
#[path = "support/fill.rs"]
mod fill;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/relations.rs"]
mod relations;
#[path = "../../tests/support/postgres.rs"]
mod server;

use orm::Engine;
use orm_cli::models::Wanted;

#[test]
fn chinook() {
    let Some(path) = data::path("chinook_postgres.sql") else { return };
    golden::compare(&fill::of(&server::schema(), &path), Engine::Postgres, "chinook_postgres", &Wanted::default());
}

#[test]
fn features() {
    let db = fill::of(&server::schema(), fill::features());
    let models = golden::compare(&db, Engine::Postgres, "features", &Wanted::default());
    let left_out: Vec<&str> = models.left_out.iter().map(|(name, _)| &**name).collect();
    assert_eq!(left_out, ["refinery_schema_history", "log", "open_orders"]);
}
