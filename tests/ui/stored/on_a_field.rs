use orm::Model;
use orm::value::{Decimal, Timestamp};

#[derive(Model)]
struct Event {
    id: i64,
    #[model(stored(unix_seconds))]
    a: Timestamp,
    #[model(stored = unix_second)]
    b: Timestamp,
    #[model(stored = julian_day(3))]
    c: Timestamp,
    #[model(stored = iso8601(digits = 3))]
    d: Timestamp,
    #[model(stored = iso8601(fraction = 10))]
    e: Timestamp,
    #[model(stored = sqlite(offset = "+01:00"))]
    f: Timestamp,
    #[model(stored = words("yes"))]
    g: bool,
    #[model(stored = minor_units)]
    h: Decimal,
    #[model(stored = unix_seconds, stored = unix_milliseconds)]
    i: Timestamp,
    #[model(stored = hyphenated(lower))]
    j: String,
}

fn main() {}
