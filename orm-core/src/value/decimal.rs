//! Decimal numbers, and their text.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number: a coefficient of up to 38 digits, and the number of digits after the decimal point.
///
/// It is always in its shortest form: 1.50 is 15 with one digit after the point. So numbers are equal exactly if their
/// forms are, and so are their texts, such as `-1.5`; texts do not sort as the numbers do.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// As bytes, so that values need not be aligned to 16 bytes.
    coefficient: [u8; 16],
    scale: u16,
}

impl Decimal {
    /// The number 0.
    pub const ZERO: Decimal = Decimal { coefficient: [0; 16], scale: 0 };

    /// Returns the number `coefficient / 10^scale`.
    #[must_use]
    pub fn new(mut coefficient: i128, mut scale: u16) -> Self {
        while scale > 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            scale -= 1;
        }
        Decimal { coefficient: coefficient.to_ne_bytes(), scale }
    }

    /// Returns the number without its decimal point.
    #[must_use]
    pub const fn coefficient(self) -> i128 {
        i128::from_ne_bytes(self.coefficient)
    }

    /// Returns the number of digits after the decimal point.
    #[must_use]
    pub const fn scale(self) -> u16 {
        self.scale
    }

    /// Parses a number such as `-1.5` or `1.50`; `None` if the text has another form or too many digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let sign = if unsigned.len() < text.len() { "-" } else { "" };
        let coefficient = [sign, whole, fraction].concat().parse().ok()?;
        Some(Decimal::new(coefficient, u16::try_from(fraction.len()).ok()?))
    }

    /// The decimal with the fewest digits that is nearest to a floating-point number; `None` if it has too many digits.
    pub(crate) fn from_f64(number: f64) -> Option<Self> {
        if number == 0.0 { Some(Decimal::ZERO) } else { Decimal::parse(&number.to_string()) }
    }

    /// The greatest number at or below this one with `scale` digits after the decimal point.
    pub(crate) fn floor(self, scale: u16) -> Self {
        let Some(dropped) = self.scale.checked_sub(scale) else { return self };
        let coefficient = match 10_i128.checked_pow(dropped.into()) {
            Some(factor) => self.coefficient().div_euclid(factor),
            None if self.coefficient() < 0 => -1,
            None => 0,
        };
        Decimal::new(coefficient, scale)
    }

    /// Returns the sum; `None` if it has too many digits.
    #[must_use]
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        Some(Decimal::new(self.scaled(scale)?.checked_add(other.scaled(scale)?)?, scale))
    }

    /// Returns the difference; `None` if it has too many digits.
    #[must_use]
    pub fn checked_sub(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        Some(Decimal::new(self.scaled(scale)?.checked_sub(other.scaled(scale)?)?, scale))
    }

    /// Returns the product; `None` if it has too many digits.
    #[must_use]
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        let coefficient = self.coefficient().checked_mul(other.coefficient())?;
        Some(Decimal::new(coefficient, self.scale.checked_add(other.scale)?))
    }

    /// Returns the absolute value; `None` if it has too many digits.
    #[must_use]
    pub fn checked_abs(self) -> Option<Decimal> {
        Some(Decimal::new(self.coefficient().checked_abs()?, self.scale))
    }

    /// Rounds to `scale` digits after the decimal point; halves are rounded away from zero.
    #[must_use]
    pub fn round(self, scale: u16) -> Decimal {
        let Some(dropped) = self.scale.checked_sub(scale) else { return self };
        // If more digits are dropped than a coefficient has, the rest is less than a half.
        let Some(factor) = 10_i128.checked_pow(dropped.into()) else { return Decimal::ZERO };
        let (kept, rest) = (self.coefficient() / factor, self.coefficient() % factor);
        let goes_on = rest.abs() >= factor - rest.abs();
        Decimal::new(if goes_on { kept + rest.signum() } else { kept }, scale)
    }

    /// The coefficient with `scale` digits after the decimal point.
    fn scaled(self, scale: u16) -> Option<i128> {
        let factor = 10_i128.checked_pow(u32::from(scale.checked_sub(self.scale)?))?;
        self.coefficient().checked_mul(factor)
    }

    /// The order of two texts as numbers, of any length; text that is not a number comes last, in the order of its
    /// bytes.
    pub(crate) fn compare_texts(left: &str, right: &str) -> Ordering {
        match (Digits::of(left), Digits::of(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => left.cmp(right),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        Decimal::compare_texts(&self.to_string(), &other.to_string())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The text of a number, without leading and trailing zeros.
#[derive(PartialEq, Eq)]
struct Digits<'t> {
    is_negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

impl<'t> Digits<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Digits { is_negative: text.starts_with('-') && !is_zero, whole, fraction })
    }
}

impl Ord for Digits<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |digits: &Self| digits.whole.len();
        let by_size = size(self).cmp(&size(other)).then(self.whole.cmp(other.whole));
        let absolute = by_size.then(self.fraction.cmp(other.fraction));
        match (self.is_negative, other.is_negative) {
            (false, false) => absolute,
            (true, true) => absolute.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Digits<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The text: `-1.5`, `0.01`, `12`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        // One digit before the point and all digits after it. The scale may exceed the maximum width of formatting.
        let digits = self.coefficient().unsigned_abs().to_string();
        let digits = ["0".repeat((scale + 1).saturating_sub(digits.len())), digits].concat();
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.coefficient() < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({self})")
    }
}

#[cfg(test)]
mod tests;
