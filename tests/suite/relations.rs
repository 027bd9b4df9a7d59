//! Relations: every kind, nested, narrowed and named, and their target rows.

mod changes;
mod compared_keys;
mod composite_keys;
mod conditions;
mod few_parents;
mod keys;
mod kinds;
mod lazy;
mod limits;
mod linked;
mod loaded;
mod missing;
mod named;
mod narrowed;
mod nesting;
mod order;
mod orphans;
mod polymorphic;
mod polymorphic_keys;
mod prefetch;
mod random;
mod roles;
mod shared_rows;
mod tagged_links;
mod through_links;
mod twice;
mod two_hops;
#[cfg(feature = "uuid-1")]
mod uuid_keys;
