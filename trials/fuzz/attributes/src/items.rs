//! Items with attributes, from bytes.

use std::sync::LazyLock;

use crate::names::Case;
use crate::symbol;

/// ASCII bytes represent themselves, and every other byte represents a word, so that a mutated byte is a letter or a
/// word.
pub(crate) fn text(data: &[u8]) -> String {
    let mut text = String::new();
    for &byte in data {
        match usize::from(byte).checked_sub(FIRST) {
            None => text.push(char::from(byte)),
            Some(word) => text.extend([" ", WORDS[word % WORDS.len()], " "]),
        }
    }
    text
}

/// The first byte that is not ASCII.
const FIRST: usize = 0x80;

/// The words of the derives, and some of Rust.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let cases = Case::ALL.iter().map(|(name, _)| *name);
    let mut words: Vec<&str> = OF_DERIVES.concat().into_iter().chain(cases).collect();
    words.sort_unstable();
    words.dedup();
    words.extend(OF_RUST);
    assert!(words.len() <= 0x100 - FIRST, "{} words are more than there are bytes", words.len());
    words
});

const OF_DERIVES: [&[&str]; 17] = [
    &[symbol::MODEL, symbol::BELONGS_TO, symbol::HAS_ONE, symbol::HAS_MANY, symbol::MANY_TO_MANY],
    symbol::ON_STRUCT,
    symbol::ON_FIELD,
    symbol::FORMS,
    symbol::OF_TIME,
    symbol::FRACTIONS,
    &[symbol::REAL, symbol::UPPER, symbol::SQL],
    symbol::IN_BELONGS_TO_ON_FIELD,
    symbol::IN_BELONGS_TO,
    symbol::IN_HAS_ONE,
    symbol::IN_HAS_MANY,
    symbol::IN_MANY_TO_MANY,
    &[symbol::VIEW, symbol::FROM, symbol::POLYMORPHIC],
    symbol::ON_VIEW,
    symbol::ON_POLYMORPHIC,
    symbol::ON_COLUMN_TYPE,
    &[
        symbol::SERDE,
        symbol::SERIALIZE,
        symbol::SKIP_SERIALIZING,
        symbol::FLATTEN,
        symbol::INTO,
        symbol::TRANSPARENT,
        symbol::REMOTE,
    ],
];

const OF_RUST: [&str; 24] = [
    "#[",
    "]",
    "::",
    "struct",
    "enum",
    "pub",
    "Self",
    "id",
    "a",
    "A",
    "ß",
    "r#type",
    "'a",
    "Option<",
    "Vec<",
    "&'a",
    "i64",
    "f32",
    "bool",
    "String",
    "\"a\"",
    "\"\\0\"",
    "0x1_0000_0000_0000_0000",
    "-0.5e400",
];
