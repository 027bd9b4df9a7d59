//! The code of the derive, wherever a model is: names that clash with nothing, all kinds of visibility, types by
//! other names, and the structs and traits around a model.

#[path = "derive/columns.rs"]
mod columns;
#[path = "derive/hygiene.rs"]
mod hygiene;
#[path = "derive/loaded.rs"]
mod loaded;
#[path = "derive/names.rs"]
mod names;
#[path = "derive/strict.rs"]
mod strict;
