//! Cursors: texts that anybody can change, with a checksum that anybody can compute.

use orm::{Cursor, CursorKey, Db, Model as _, OrderBy, Result};

use super::{Found, Fuzz, Wide, mutate};

/// An order by each column.
fn orders() -> Vec<OrderBy<Wide>> {
    vec![
        Wide::id().desc(),
        Wide::text().asc(),
        Wide::real().desc(),
        Wide::small().asc(),
        Wide::flag().asc(),
        Wide::bytes().asc(),
        Wide::decimal().asc(),
        Wide::any_decimal().desc(),
        Wide::date().asc(),
        Wide::time().asc(),
        Wide::moment().asc(),
        Wide::any_moment().asc(),
        Wide::seconds().asc(),
        Wide::day().asc(),
        Wide::uuid().asc(),
        Wide::any_uuid().asc(),
        Wide::letter().asc(),
    ]
}

/// The bytes of a cursor of each order.
pub(super) fn corpus(db: &Db) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for number in 0..orders().len() {
        for size in [1, 3] {
            let page = Wide::query().order_by(orders().swap_remove(number)).page(size).read(db)?;
            found.push(bytes_of(&page.next.map(|cursor| cursor.to_string()).unwrap_or_default()));
        }
    }
    Ok(found)
}

fn bytes_of(text: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    text.as_bytes().chunks(2).filter_map(byte).collect()
}

fn text_of(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// FNV-1a, as cursors are checked by.
fn with_checksum(mut content: Vec<u8>) -> Vec<u8> {
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let checksum = content.iter().fold(0xcbf2_9ce4_8422_2325, hash);
    content.extend(checksum.to_le_bytes());
    content
}

/// A cursor that was changed, half of the time with a checksum that fits.
pub(super) fn mutated(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let number = fuzz.random.below(fuzz.cursors.len());
    let other = fuzz.random.below(fuzz.cursors.len());
    let (cursor, other) = (fuzz.cursors[number].clone(), fuzz.cursors[other].clone());
    let text = if fuzz.random.chance(50) {
        let content = cursor.len().saturating_sub(8);
        text_of(&with_checksum(mutate::bytes(&mut fuzz.random, &cursor[..content], &other)))
    } else {
        let text = mutate::bytes(&mut fuzz.random, text_of(&cursor).as_bytes(), text_of(&other).as_bytes());
        String::from_utf8_lossy(&text).into_owned()
    };
    text.clone_into(input);
    read(fuzz, number / 2, &text)
}

/// A cursor of the right query, with values of any kind.
pub(super) fn made_up(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let number = fuzz.random.below(fuzz.cursors.len());
    let mut content = fuzz.cursors[number][..9].to_vec();
    for _ in 0..=fuzz.random.below(3) {
        value(fuzz, &mut content, 1);
    }
    let text = text_of(&with_checksum(content));
    text.clone_into(input);
    read(fuzz, number / 2, &text)
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

fn read(fuzz: &Fuzz, number: usize, text: &str) -> Found {
    let Ok(cursor) = text.parse::<Cursor>() else { return Ok(()) };
    let order = orders().swap_remove(number);
    match Wide::query().order_by(order).page(2).after(cursor).read(&fuzz.db) {
        Ok(_) => Ok(()),
        Err(error) if error.is_bad_cursor() => Ok(()),
        Err(error) => Err(format!("an error that is not one of a bad cursor: {error}")),
    }
}

/// Without the key, no text is taken that was not signed.
pub(super) fn signed(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let key = CursorKey::new(b"a key of the trial, of 32 bytes.").map_err(|error| error.to_string())?;
    let number = fuzz.random.below(fuzz.cursors.len());
    let cursor: Cursor = text_of(&fuzz.cursors[number]).parse().map_err(|error: orm::Error| error.to_string())?;
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
