//! Reading the text of a date-time in any known form.

use crate::value::{Date, DateTime, Time};

/// The parsed text of a date-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The date and time as written.
    pub(crate) local: DateTime,
    /// How many minutes they are ahead of UTC, if the text has an offset.
    pub(crate) offset: Option<i32>,
}

impl Moment {
    /// `2024-02-29`, or with a time after a space or a `T`, which may have a fraction of up to nine digits and end in `Z`
    /// or an offset; `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = (Date::parse(text.get(..10)?)?, text.get(10..)?);
        if rest.is_empty() {
            return Some(Moment { local: DateTime::of(date, Time::MIDNIGHT), offset: None });
        }
        let rest = rest.strip_prefix([' ', 'T'])?;
        let end = rest.find(['Z', '+', '-', ' ']).unwrap_or(rest.len());
        let (time, offset) = rest.split_at(end);
        let offset = if offset.is_empty() { None } else { Some(parse_offset(offset)?) };
        Some(Moment { local: DateTime::of(date, Time::parse(time)?), offset })
    }

    /// The date and time without a time zone; `None` if the text has an offset other than UTC, which would be lost.
    pub(crate) fn date_time(self) -> Option<DateTime> {
        matches!(self.offset, None | Some(0)).then_some(self.local)
    }

    /// The date and time in UTC; a text without an offset is in UTC.
    pub(crate) fn utc(self) -> Option<DateTime> {
        let ahead = i64::from(self.offset.unwrap_or(0)) * 60;
        DateTime::new(self.local.seconds().checked_sub(ahead)?, self.local.nanoseconds())
    }
}

/// `Z`, `+05:30` or `-08:00`, optionally after a space: minutes ahead of UTC.
fn parse_offset(text: &str) -> Option<i32> {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) = (text.get(..1)?, text.get(1..)?);
    let (hours, minutes) = digits.split_once(':')?;
    let number = |digits: &str| {
        let are_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        are_two.then(|| digits.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    match sign {
        "+" => Some(hours * 60 + minutes),
        "-" => Some(-(hours * 60 + minutes)),
        _ => None,
    }
}
