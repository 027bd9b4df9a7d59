//! Inputs from outside, by libFuzzer: the first byte of an input says what reads the rest. Nothing panics, hangs, or is another
//! error than it should be. `.ci/fuzz` builds and runs it.

#![no_main]

mod targets;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((&target, input)) = data.split_first() {
        targets::run(target, input).unwrap_or_else(|found| panic!("{found}"));
    }
});
