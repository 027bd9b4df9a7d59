//! A migration as refinery has it.
