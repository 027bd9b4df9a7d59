//! Files that are written from other files. With `GUIDE=overwrite` in the environment they are written again instead of being compared.

use std::env;
use std::fs;

use crate::text::root;

#[track_caller]
pub(crate) fn assert_written(path: &str, text: &str) {
    let file = root().join(path);
    let text = format!("{}\n", text.trim_end());
    if env::var_os("GUIDE").is_some_and(|value| value == "overwrite") {
        fs::write(&file, &text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let is_current = fs::read_to_string(file).is_ok_and(|written| written == text);
    assert!(is_current, "{path} is not what it is written from; run `GUIDE=overwrite cargo test --test docs`");
}
