//! The text forms of dates and times.

use std::fmt::{self, Write as _};

use crate::value::{DateTime, Mismatch, Time};

/// No database stores smaller fractions than this, in nanoseconds.
const MICROSECOND: u32 = 1_000;

/// A text of date-times, or of times of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextForm {
    /// The separator of date and time.
    pub separator: Separator,
    /// How the fraction of a second is written.
    pub fraction: Fraction,
    /// The offset after the time.
    pub offset: Offset,
    /// Whether a time of day has the date 2000-01-01 before it, as Rails writes it.
    pub dated: bool,
}

/// The separator of date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separator {
    /// A space, as SQLite's functions write it.
    Space,
    /// A `T`, as in ISO 8601.
    T,
}

/// How the fraction of a second is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fraction {
    /// It is omitted.
    None,
    /// Without trailing zeros, and omitted for a whole second.
    Shortest,
    /// With this number of digits.
    Exactly(u8),
    /// With this number of digits, and omitted for a whole second.
    Optional(u8),
    /// Without trailing zeros, but with at least this number of digits.
    AtLeast(u8),
    /// With 0, 3 or 6 digits: the fewest that are sufficient.
    AutoSi,
}

/// The offset after the time, which is in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offset {
    /// Nothing.
    None,
    /// `Z` after an instant, and nothing after a date-time without a time zone.
    Auto,
    /// A text that means UTC: `Z` or `+00:00`, optionally after a space.
    Utc(&'static str),
}

impl Fraction {
    /// The maximum number of digits.
    const fn digits(self) -> u32 {
        match self {
            Fraction::None => 0,
            Fraction::Exactly(digits) | Fraction::Optional(digits) => digits as u32,
            Fraction::Shortest | Fraction::AtLeast(_) | Fraction::AutoSi => 6,
        }
    }

    /// Whether it has the same length for every time.
    const fn is_fixed(self) -> bool {
        matches!(self, Fraction::None | Fraction::Exactly(_))
    }

    fn append(self, text: &mut String, nanoseconds: u32) {
        let all = format!("{:09}", nanoseconds - nanoseconds % MICROSECOND);
        let needed = all.trim_end_matches('0').len();
        let digits = match self {
            Fraction::None => 0,
            Fraction::Shortest => needed,
            Fraction::Exactly(digits) => digits.into(),
            Fraction::Optional(digits) => {
                let digits = usize::from(digits);
                if all[..digits.min(9)].bytes().all(|digit| digit == b'0') { 0 } else { digits }
            }
            Fraction::AtLeast(digits) => needed.max(digits.into()),
            Fraction::AutoSi => needed.div_ceil(3) * 3,
        };
        if digits > 0 {
            text.push('.');
            text.push_str(&all[..digits.min(9)]);
        }
    }
}

impl TextForm {
    /// The format of SQLite's own functions and of `CURRENT_TIMESTAMP`: `2024-02-29 12:34:56`, with the fraction of a
    /// second if there is one.
    pub const SQLITE: TextForm =
        TextForm { separator: Separator::Space, fraction: Fraction::Shortest, offset: Offset::None, dated: false };

    /// The format of ISO 8601: `2024-02-29T12:34:56`, and `Z` after an instant.
    pub const ISO: TextForm = TextForm { separator: Separator::T, offset: Offset::Auto, ..TextForm::SQLITE };

    /// Sets the fraction.
    #[must_use]
    pub const fn fraction(mut self, fraction: Fraction) -> Self {
        self.fraction = fraction;
        self
    }

    /// Sets the offset.
    #[must_use]
    pub const fn offset(mut self, offset: Offset) -> Self {
        self.offset = offset;
        self
    }

    /// Adds a date before a time of day.
    #[must_use]
    pub const fn dated(mut self) -> Self {
        self.dated = true;
        self
    }

    /// The smallest step between times that it can store, in nanoseconds.
    pub(crate) fn step(self) -> u64 {
        10_u64.pow(9 - self.fraction.digits().min(6))
    }

    /// Whether texts are ordered as the times are. A `Z` sorts after all digits, so the fraction before it must have a
    /// fixed length.
    pub(crate) fn sorts(self) -> bool {
        match self.offset {
            Offset::None => true,
            Offset::Auto => self.fraction.is_fixed() || self.separator == Separator::Space,
            Offset::Utc(offset) => self.fraction.is_fixed() || !offset.starts_with('Z'),
        }
    }

    /// The text of a date-time, which is an instant or not.
    pub(crate) fn date_time(self, at: DateTime, is_instant: bool) -> Result<String, Mismatch> {
        let mut text = at.date().text()?;
        text.push(if self.separator == Separator::T { 'T' } else { ' ' });
        self.append_time(&mut text, at.time());
        text.push_str(self.suffix(is_instant));
        Ok(text)
    }

    /// The text of a time of day.
    pub(crate) fn time(self, time: Time) -> String {
        let mut text = String::from(if self.dated { "2000-01-01 " } else { "" });
        self.append_time(&mut text, time);
        text
    }

    fn append_time(self, text: &mut String, time: Time) {
        let (hour, minute, second, nanoseconds) = time.clock();
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{hour:02}:{minute:02}:{second:02}");
        self.fraction.append(text, nanoseconds);
    }

    fn suffix(self, is_instant: bool) -> &'static str {
        match self.offset {
            Offset::None => "",
            Offset::Auto => match self.separator {
                Separator::T if is_instant => "Z",
                _ => "",
            },
            Offset::Utc(offset) => offset,
        }
    }

    /// The forms that are tried for date-times.
    pub(super) fn all() -> impl Iterator<Item = TextForm> {
        const OFFSETS: [Offset; 5] =
            [Offset::Auto, Offset::None, Offset::Utc("+00:00"), Offset::Utc("Z"), Offset::Utc(" +00:00")];
        [TextForm::SQLITE, TextForm::ISO].into_iter().flat_map(|form| {
            FRACTIONS
                .iter()
                .flat_map(move |&fraction| OFFSETS.iter().map(move |&offset| form.fraction(fraction).offset(offset)))
        })
    }

    /// The forms that are tried for times of day.
    pub(super) fn of_times() -> impl Iterator<Item = TextForm> {
        let plain = FRACTIONS.iter().map(|&fraction| TextForm::SQLITE.fraction(fraction));
        plain.clone().chain(plain.map(TextForm::dated))
    }
}

/// The usual fractions. The first one that fits is proposed.
const FRACTIONS: [Fraction; 8] = [
    Fraction::Shortest,
    Fraction::Optional(6),
    Fraction::Exactly(3),
    Fraction::Exactly(6),
    Fraction::AutoSi,
    Fraction::AtLeast(1),
    Fraction::Exactly(9),
    Fraction::None,
];

/// The keywords of the attribute that names the form.
impl fmt::Display for TextForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = match self.fraction {
            Fraction::Shortest => None,
            Fraction::None => Some("fraction = none".to_owned()),
            Fraction::Exactly(digits) => Some(format!("fraction = {digits}")),
            Fraction::Optional(digits) => Some(format!("fraction = optional({digits})")),
            Fraction::AtLeast(digits) => Some(format!("fraction = at_least({digits})")),
            Fraction::AutoSi => Some("fraction = auto_si".to_owned()),
        };
        let offset = match (self.separator, self.offset) {
            (Separator::Space, Offset::None | Offset::Auto) | (Separator::T, Offset::Auto) => None,
            (Separator::T, Offset::None) => Some("offset = none".to_owned()),
            (_, Offset::Utc(offset)) => Some(format!("offset = {offset:?}")),
        };
        let dated = self.dated.then(|| "dated".to_owned());
        f.write_str(if self.separator == Separator::T { "iso8601" } else { "sqlite" })?;
        let options: Vec<String> = [dated, fraction, offset].into_iter().flatten().collect();
        if options.is_empty() { Ok(()) } else { write!(f, "({})", options.join(", ")) }
    }
}
