//! The readers of an input.

use std::sync::LazyLock;

use inputs::{Found, cursors, rows, texts};
use orm::value::Decimal;
use orm::{Cursor, Db};

static DB: LazyLock<Db> = LazyLock::new(|| inputs::database().expect("the database is made"));

/// Lets one of the readers read an input.
pub(crate) fn run(target: u8, input: &[u8]) -> Found {
    match target % 10 {
        0 => with_number(input, cursor),
        1 => signed_cursor(input),
        2 => with_text(input, |text| texts::order(&DB, text)),
        3 => with_text(input, decimal),
        4 => with_text(input, texts::moment),
        5 => with_text(input, |text| texts::statement(&DB, text)),
        6 => with_text(input, texts::url),
        7 => with_number(input, |column, value| rows::stored(&DB, column, value.to_vec())),
        8 => with_number(input, |column, value| with_text(value, |text| rows::stored(&DB, column, text.to_owned()))),
        _ => with_number(input, stored_number),
    }
}

fn with_text(input: &[u8], read: impl Fn(&str) -> Found) -> Found {
    std::str::from_utf8(input).map_or(Ok(()), read)
}

/// The number of a column or an order, and the rest of the input.
fn with_number(input: &[u8], read: impl Fn(usize, &[u8]) -> Found) -> Found {
    input.split_first().map_or(Ok(()), |(&number, rest)| read(number.into(), rest))
}

/// A cursor of an order, with a valid form, fingerprint and checksum, so that its values are read.
fn cursor(order: usize, values: &[u8]) -> Found {
    let cursor = cursors::after_page(&DB, order, 2).map_err(|error| error.to_string())?;
    let content = [&cursor[..cursors::HEAD], values].concat();
    cursors::read(&DB, order, &cursors::text_of(&cursors::with_checksum(content)))
}

/// A text is only accepted if it was signed.
fn signed_cursor(input: &[u8]) -> Found {
    let text = String::from_utf8_lossy(input);
    let _ = text.parse::<Cursor>();
    Cursor::verify(&text, &cursors::key()).map_or(Ok(()), |_| Err("a text that was not signed is taken".to_owned()))
}

/// A decimal, and after a space a second one for a computation.
fn decimal(text: &str) -> Found {
    let (text, other) = text.split_once(' ').unwrap_or((text, text));
    texts::decimal(text, Decimal::parse(other).unwrap_or_else(|| Decimal::new(-15, u16::MAX)))
}

/// An integer or a real number.
fn stored_number(column: usize, value: &[u8]) -> Found {
    let Some((kind, Some(&bytes))) = value.split_first().map(|(kind, bytes)| (kind, bytes.first_chunk())) else {
        return Ok(());
    };
    if kind % 2 == 0 {
        return rows::stored(&DB, column, i64::from_le_bytes(bytes));
    }
    rows::stored(&DB, column, Some(f64::from_le_bytes(bytes)).filter(|real| !real.is_nan()))
}
