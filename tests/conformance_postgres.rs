//! What eager loading promises elsewhere, on PostgreSQL: the tests of `tests/conformance.rs` that look at the rows and the
//! number of statements alone, and those of PostgreSQL.

#![allow(dead_code, reason = "some helpers serve the tests of SQLite's files")]

#[path = "conformance/compare.rs"]
mod compare;
#[path = "conformance/django_budget.rs"]
mod django_budget;
#[path = "conformance/django_composite.rs"]
mod django_composite;
#[path = "conformance/django_databases.rs"]
mod django_databases;
#[path = "conformance/django_limits.rs"]
mod django_limits;
#[path = "conformance/django_loaded.rs"]
mod django_loaded;
#[path = "conformance/django_memory.rs"]
mod django_memory;
#[path = "conformance/django_nesting.rs"]
mod django_nesting;
#[path = "conformance/django_polymorphic.rs"]
mod django_polymorphic;
#[path = "conformance/django_prefetch_object.rs"]
mod django_prefetch_object;
#[path = "conformance/django_relations.rs"]
mod django_relations;
#[path = "conformance/django_roots.rs"]
mod django_roots;
#[cfg(feature = "uuid-1")]
#[path = "conformance/django_uuid.rs"]
mod django_uuid;
#[path = "conformance/library.rs"]
mod library;
#[path = "conformance/peer_keys.rs"]
mod peer_keys;
#[path = "conformance/peer_postgres.rs"]
mod peer_postgres;
#[path = "conformance/peer_relations.rs"]
mod peer_relations;
#[path = "conformance/peer_scale.rs"]
mod peer_scale;
#[path = "support/postgres.rs"]
mod server;
#[path = "conformance/on_postgres.rs"]
mod support;
#[path = "conformance/town.rs"]
mod town;
