//! Cursors that are changed, forged or signed.

use inputs::{Found, cursors};
use orm::{Cursor, Db, Result};

use super::{Fuzz, mutate};

/// The bytes of two cursors of each order.
pub(super) fn corpus(db: &Db) -> Result<Vec<Vec<u8>>> {
    let pages = (0..cursors::ORDERS).flat_map(|order| [(order, 1), (order, 3)]);
    pages.map(|(order, size)| cursors::after_page(db, order, size)).collect()
}

/// A changed cursor, half of the time with a valid checksum.
pub(super) fn mutated(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let number = fuzz.random.below(fuzz.cursors.len());
    let other = fuzz.random.below(fuzz.cursors.len());
    let (cursor, other) = (fuzz.cursors[number].clone(), fuzz.cursors[other].clone());
    let text = if fuzz.random.chance(50) {
        let content = mutate::bytes(&mut fuzz.random, cursors::content(&cursor), &other);
        cursors::text_of(&cursors::with_checksum(content))
    } else {
        let text =
            mutate::bytes(&mut fuzz.random, cursors::text_of(&cursor).as_bytes(), cursors::text_of(&other).as_bytes());
        String::from_utf8_lossy(&text).into_owned()
    };
    text.clone_into(input);
    cursors::read(&fuzz.db, number / 2, &text)
}

/// A cursor of the right query, with values of any kind.
pub(super) fn made_up(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let number = fuzz.random.below(fuzz.cursors.len());
    let mut content = fuzz.cursors[number][..cursors::HEAD].to_vec();
    for _ in 0..=fuzz.random.below(3) {
        value(fuzz, &mut content, 1);
    }
    let text = cursors::text_of(&cursors::with_checksum(content));
    text.clone_into(input);
    cursors::read(&fuzz.db, number / 2, &text)
}

/// A value as cursors hold it: a tag, a length, and the content.
fn value(fuzz: &mut Fuzz, content: &mut Vec<u8>, depth: usize) {
    const LENGTHS: [usize; 16] = [0, 1, 8, 8, 9, 5, 16, 4, 8, 12, 12, 18, 7, 0, 16, 3];
    let tag = fuzz.random.below(16);
    let mut inner = Vec::new();
    if tag == 13 && depth > 0 {
        (0..fuzz.random.below(3)).for_each(|_| value(fuzz, &mut inner, depth - 1));
    } else {
        let length = if fuzz.random.chance(90) { LENGTHS[tag] } else { fuzz.random.below(20) };
        let extreme = fuzz.random.below(4);
        let mut byte = || match extreme {
            0 => 0,
            1 => 0xff,
            2 => b'1',
            _ => u8::try_from(fuzz.random.below(256)).unwrap_or(0),
        };
        inner.extend((0..length).map(|_| byte()));
    }
    content.push(u8::try_from(tag).unwrap_or(0));
    content.extend((inner.len() as u64).to_le_bytes());
    content.extend(inner);
}

/// Without the key, a text is only accepted if it was signed.
pub(super) fn signed(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let key = cursors::key();
    let number = fuzz.random.below(fuzz.cursors.len());
    let cursor: Cursor =
        cursors::text_of(&fuzz.cursors[number]).parse().map_err(|error: orm::Error| error.to_string())?;
    let text = cursor.sign(&key);
    let mutated = mutate::bytes(&mut fuzz.random, text.as_bytes(), text.as_bytes());
    let mutated = String::from_utf8_lossy(&mutated).into_owned();
    mutated.clone_into(input);
    let is_same = mutated.eq_ignore_ascii_case(&text);
    match Cursor::verify(&mutated, &key) {
        Ok(_) if !is_same => Err("a text that was not signed is taken".to_owned()),
        Err(_) if is_same => Err("what was signed is refused".to_owned()),
        _ => Ok(()),
    }
}
