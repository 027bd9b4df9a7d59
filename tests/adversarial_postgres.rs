//! What is tried against the library, on PostgreSQL: the cases of `tests/adversarial.rs` that are not SQLite's own. Those of
//! PostgreSQL alone stand in `tests/postgres/`.

#[path = "adversarial/bank.rs"]
mod bank;
#[path = "adversarial/cells.rs"]
mod cells;
#[path = "adversarial/child.rs"]
mod child;
#[path = "adversarial/crashes.rs"]
mod crashes;
#[path = "adversarial/injection.rs"]
mod injection;
#[path = "adversarial/observability.rs"]
mod observability;
#[path = "adversarial/prefetch.rs"]
mod prefetch;
#[path = "support/postgres.rs"]
mod server;
#[path = "adversarial/on_postgres.rs"]
mod support;
#[path = "adversarial/values.rs"]
mod values;
