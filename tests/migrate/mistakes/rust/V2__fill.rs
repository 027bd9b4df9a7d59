//! A migration for refinery.
