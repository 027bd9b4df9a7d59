//! Field types that no column can hold: a nested `Option`, `()` and 128-bit integers.

use std::marker::PhantomData;

use orm::Model;

#[derive(Model)]
struct Odd {
    id: i64,
    twice: Option<Option<i64>>,
    nothing: PhantomData<u8>,
    wide: u128,
}

fn main() {}
