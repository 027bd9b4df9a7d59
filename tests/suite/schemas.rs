//! Models with tables and rows that several subjects use.

#[path = "schemas/bank.rs"]
pub(crate) mod bank;
#[path = "schemas/music.rs"]
pub(crate) mod music;
#[path = "schemas/university.rs"]
pub(crate) mod university;
