//! Models: names, keys, defaults, types of the program, and the tables that they are compared with.

mod check;
mod claimed_keys;
mod codecs;
mod constraints;
mod defaults;
mod derived_types;
mod diagrams;
mod generated;
mod generated_keys;
mod items;
mod names;
mod new_rows;
mod partial_indexes;
