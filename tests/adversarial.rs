//! What is tried against the library: the cases of `docs/adversarial.md` that no other suite holds, a file for each family.

#[path = "adversarial/injection.rs"]
mod injection;
#[path = "adversarial/observability.rs"]
mod observability;
#[path = "adversarial/prefetch.rs"]
mod prefetch;
#[path = "adversarial/processes.rs"]
mod processes;
#[path = "adversarial/support.rs"]
mod support;
#[path = "adversarial/table.rs"]
mod table;
#[path = "adversarial/transactions.rs"]
mod transactions;
#[path = "adversarial/values.rs"]
mod values;
