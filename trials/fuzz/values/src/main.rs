//! Inputs from outside, by libFuzzer: the first byte of an input selects the reader of the rest. Nothing panics, hangs,
//! or returns another error than it should. `.ci/fuzz` builds and runs it.

#![no_main]

mod targets;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((&target, input)) = data.split_first() {
        targets::run(target, input).unwrap_or_else(|found| panic!("{found}"));
    }
});
