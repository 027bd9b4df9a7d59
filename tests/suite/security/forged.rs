//! Forged cursors: each is refused, or continues at some place of the order.

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{Cursor, Db, Model, OrderBy, Result};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
struct Sample {
    id: i64,
    small: Option<i32>,
    real: f64,
    text: String,
    bytes: Vec<u8>,
    flag: bool,
    date: Date,
    time: Time,
    moment: DateTime,
    instant: Timestamp,
    price: Decimal,
}

fn samples() -> Result<Db> {
    let db = db();
    db.create_tables::<Sample>()?;
    orm::bulk_insert(
        &db,
        (0..9_i32).map(|at| NewSample {
            small: Some(at).filter(|at| at % 3 > 0),
            real: f64::from(at) / 4.0,
            text: format!("text {at}"),
            bytes: vec![0, u8::try_from(at).unwrap_or_default()],
            flag: at % 2 == 0,
            date: Date::from_days(at),
            time: Time::from_nanoseconds(1_000_000).expect("a time"),
            moment: DateTime::new(i64::from(at), 0).expect("a moment"),
            instant: Timestamp(DateTime::new(i64::from(at), 5_000).expect("an instant")),
            price: Decimal::new(i128::from(at), 2),
        }),
    )?;
    Ok(db)
}

/// The order of the rows, and the kind of its values.
type By = (&'static str, fn() -> OrderBy<Sample>);

/// The orders by each column, and by an expression.
fn orders() -> [By; 13] {
    [
        ("int", || Sample::id().asc()),
        ("int", || Sample::small().desc()),
        ("real", || Sample::real().asc()),
        ("text", || Sample::text().asc()),
        ("bytes", || Sample::bytes().desc()),
        ("bool", || Sample::flag().asc()),
        ("date", || Sample::date().asc()),
        ("time", || Sample::time().asc()),
        ("moment", || Sample::moment().asc()),
        ("instant", || Sample::instant().desc()),
        ("decimal", || Sample::price().asc()),
        ("int", || Sample::id().mul(-1).asc()),
        ("decimal", || Sample::price().add(Decimal::new(1, 0)).desc()),
    ]
}

/// The bytes of a cursor's text, without its checksum.
fn content(cursor: &Cursor) -> Vec<u8> {
    let text = cursor.to_string();
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("two digits"));
    let mut bytes: Vec<u8> = digits.map(|pair| u8::from_str_radix(pair, 16).expect("a byte")).collect();
    bytes.truncate(bytes.len() - 8);
    bytes
}

/// The text of a cursor with this content: the checksum does not prevent forgery.
fn text_of(content: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let checksum = content.iter().fold(0xcbf2_9ce4_8422_2325, step).to_le_bytes();
    let digits = content.iter().chain(&checksum).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A value of each kind that a cursor can contain, as its bytes: ordinary, largest, longest and deepest.
fn values() -> Vec<(&'static str, Vec<u8>)> {
    let value = |tag: u8, content: &[u8]| [&[tag][..], &(content.len() as u64).to_le_bytes(), content].concat();
    let decimal =
        |coefficient: i128, scale: u16| value(11, &[&coefficient.to_le_bytes()[..], &scale.to_le_bytes()].concat());
    let moment = |seconds: i64| [&seconds.to_le_bytes()[..], &0_u32.to_le_bytes()].concat();
    let int = value(2, &1_i64.to_le_bytes());
    vec![
        ("bool", value(1, &[1])),
        ("int", int.clone()),
        ("int", value(2, &i64::MIN.to_le_bytes())),
        ("real", value(3, &f64::NAN.to_bits().to_le_bytes())),
        ("real", value(3, &f64::MAX.to_bits().to_le_bytes())),
        ("text", value(4, b"x")),
        ("text", value(4, b"x\0y")),
        ("text", value(4, "y".repeat(20_000).as_bytes())),
        ("bytes", value(5, &[])),
        ("uuid", value(6, &[7; 16])),
        ("date", value(7, &0_i32.to_le_bytes())),
        ("date", value(7, &i32::MAX.to_le_bytes())),
        ("date", value(7, &i32::MIN.to_le_bytes())),
        ("time", value(8, &86_399_999_999_999_u64.to_le_bytes())),
        ("moment", value(9, &moment(0))),
        ("moment", value(9, &moment(i64::MAX))),
        ("instant", value(10, &moment(0))),
        ("instant", value(10, &moment(i64::MIN))),
        ("decimal", decimal(15, 1)),
        ("decimal", decimal(i128::MAX, 16_383)),
        ("decimal", decimal(i128::MIN, 65_535)),
        ("decimal", decimal(0, 65_535)),
        ("json", value(12, b"{}")),
        ("json", value(12, b"[[[[[")),
        ("array", value(13, &[])),
        ("array", value(13, &int.repeat(10_000))),
    ]
}

fn is_refused_or_read<T>(result: &Result<T>) -> bool {
    result.as_ref().is_ok() || result.as_ref().is_err_and(orm::Error::is_bad_cursor)
}

#[test]
fn a_forged_value_is_read_or_refused_as_a_cursor() -> Result<()> {
    let db = samples()?;
    for (kind, order) in orders() {
        let query = || Sample::query().order_by(vec![order(), Sample::id().asc()]).page(2);
        let real = query().read(&db)?.next.expect("there are more");
        let (content, key) = (content(&real), [&[2][..], &8_u64.to_le_bytes(), &1_i64.to_le_bytes()].concat());
        let is_key = content.len() == 9 + key.len();
        for (of, value) in values() {
            let forged = [&content[..9], &value, if is_key { &[] } else { &key }].concat();
            let result = text_of(&forged).parse::<Cursor>().and_then(|cursor| query().after(cursor).read(&db));
            assert!(is_refused_or_read(&result), "{of} for {kind}: {result:?}");
            // A value that a database without the type may store instead.
            let may_fit = of == kind || matches!((of, kind), ("int", "real" | "decimal") | ("int" | "text", "bool"));
            assert!(may_fit || result.is_err(), "{of} for {kind} is read");
        }
    }
    Ok(())
}

#[test]
fn an_ordinary_value_of_the_right_type_is_read() -> Result<()> {
    let db = samples()?;
    for (kind, order) in orders() {
        let query = || Sample::query().order_by(vec![order(), Sample::id().asc()]).page(2);
        let next = query().read(&db)?.next.expect("there are more").to_string();
        assert_eq!(query().after(next.parse::<Cursor>()?).read(&db)?.rows.len(), 2, "{kind}");
    }
    Ok(())
}

/// Bytes that were changed, removed and inserted anywhere, with a valid checksum.
#[test]
fn mutated_cursors_are_read_or_refused() -> Result<()> {
    let db = samples()?;
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for (_, order) in orders() {
        let query = || Sample::query().order_by(vec![order(), Sample::small().asc(), Sample::id().asc()]).page(3);
        let real = content(&query().read(&db)?.next.expect("there are more"));
        for _ in 0..150 {
            let mut bytes = real.clone();
            for _ in 0..=random.below(3) {
                // The fingerprint of the order is mostly unchanged, so that values are read.
                let at = if random.below(20) == 0 { random.below(9) } else { 9 + random.below(bytes.len() - 9) };
                match random.below(4) {
                    0 => bytes[at] = random.byte(),
                    1 => bytes[at] ^= 1 << random.below(8),
                    2 => bytes.insert(at, random.byte()),
                    _ => drop(bytes.drain(at..(at + 1 + random.below(4)).min(bytes.len()))),
                }
                if bytes.len() < 12 {
                    break;
                }
            }
            let result = text_of(&bytes).parse::<Cursor>().and_then(|cursor| query().after(cursor).read(&db));
            assert!(is_refused_or_read(&result), "{bytes:?}: {result:?}");
        }
    }
    Ok(())
}

#[test]
fn a_text_of_any_length_is_refused_at_once() -> Result<()> {
    let db = samples()?;
    let real = content(&Sample::query().page(2).read(&db)?.next.expect("there are more"));
    for bytes in [100_000, 10_000_000] {
        let long = [&real[..], &vec![0; bytes]].concat();
        assert!(text_of(&long).parse::<Cursor>().unwrap_err().is_bad_cursor());
    }
    Ok(())
}

/// A sequence that is the same in each run: xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}
