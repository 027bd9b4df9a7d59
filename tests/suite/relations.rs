//! Relations: every kind, nested, narrowed and named, and which rows they lead to.

mod keys;
mod kinds;
mod narrowed;
mod orphans;
mod polymorphic;
mod prefetch;
mod random;
mod two_hops;
