//! Types of fields that no column holds: optional twice, nothing at all, and numbers of 128 bits.

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
