//! Decimal numbers, and their text.

use std::fmt;

/// A decimal number: a coefficient of up to 38 digits, and how many of them stand after the point.
///
/// It is always in its shortest form: 1.50 is 15 and one digit after the point. So numbers are equal exactly when their
/// forms are, and so are their texts, such as `-1.5`; texts do not sort as the numbers do.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// As bytes, so that values are not aligned to 16 bytes for its sake.
    coefficient: [u8; 16],
    scale: u16,
}

impl Decimal {
    /// The number `coefficient / 10^scale`.
    #[must_use]
    pub fn new(mut coefficient: i128, mut scale: u16) -> Self {
        while scale > 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            scale -= 1;
        }
        Decimal { coefficient: coefficient.to_ne_bytes(), scale }
    }

    /// The number without its point.
    #[must_use]
    pub const fn coefficient(self) -> i128 {
        i128::from_ne_bytes(self.coefficient)
    }

    /// How many digits stand after the point.
    #[must_use]
    pub const fn scale(self) -> u16 {
        self.scale
    }

    /// The number of a text in its shortest form; `None` when it is of another form or has too many digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = [whole.strip_prefix('-').unwrap_or(whole), fraction].concat();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let sign = if whole.starts_with('-') { "-" } else { "" };
        let coefficient = [sign, &digits].concat().parse().ok()?;
        let number = Decimal::new(coefficient, u16::try_from(fraction.len()).ok()?);
        (number.to_string() == text).then_some(number)
    }
}

/// The text: `-1.5`, `0.01`, `12`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        // A digit before the point and all those after it.
        let digits = format!("{:0width$}", self.coefficient().unsigned_abs(), width = scale + 1);
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
