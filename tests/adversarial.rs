//! What is tried against the library: the cases of `docs/adversarial.md` that no other suite holds, a file for each family.

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
#[path = "adversarial/loose_types.rs"]
mod loose_types;
#[path = "adversarial/observability.rs"]
mod observability;
#[path = "adversarial/prefetch.rs"]
mod prefetch;
#[path = "adversarial/processes.rs"]
mod processes;
#[path = "adversarial/support.rs"]
mod support;
#[path = "adversarial/transactions.rs"]
mod transactions;
#[path = "adversarial/values.rs"]
mod values;
