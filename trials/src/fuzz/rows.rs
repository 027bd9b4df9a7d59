//! Values of any kind in columns of any other.

use inputs::{Found, rows};

use super::{Fuzz, mutate};

const TEXTS: [&str; 4] = [
    include_str!("../../corpus/decimal.txt"),
    include_str!("../../corpus/moment.txt"),
    include_str!("../../corpus/json.txt"),
    include_str!("../../corpus/uuid.txt"),
];

pub(super) fn stored(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let column = fuzz.random.below(rows::COLUMNS.len());
    let corpus = *fuzz.random.one_of(&TEXTS);
    let text = mutate::line(&mut fuzz.random, corpus);
    let kind = fuzz.random.below(6);
    let bits = fuzz.random.bits();
    *input = format!("column {column} = {text:?} as {kind}, {bits}");
    match kind {
        0 => rows::stored(&fuzz.db, column, bits.cast_signed() >> (bits % 64)),
        1 => rows::stored(&fuzz.db, column, Some(f64::from_bits(bits)).filter(|real| !real.is_nan())),
        2 => rows::stored(&fuzz.db, column, text.into_bytes()),
        _ => rows::stored(&fuzz.db, column, text),
    }
}
