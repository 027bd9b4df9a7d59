//! The conformance suite: what eager loading promises elsewhere, and where it goes wrong, a test for each row.
//!
//! `docs/conformance.md` lists the rows in our words, with how each holds here and which test holds it. A test's name
//! begins with the row's number: `django_042_…` is row 42 of what Django's `prefetch_related` promises, `peer_b17_…` is
//! case B17 of what other libraries had wrong.

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
#[path = "conformance/peer_relations.rs"]
mod peer_relations;
#[path = "conformance/peer_scale.rs"]
mod peer_scale;
#[path = "conformance/peer_work.rs"]
mod peer_work;
#[path = "conformance/plans.rs"]
mod plans;
#[path = "conformance/support.rs"]
mod support;
#[path = "conformance/town.rs"]
mod town;
