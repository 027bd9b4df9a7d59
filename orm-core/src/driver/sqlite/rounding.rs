//! Rounding floating-point numbers as their shortest decimals.

/// A number with `digits` digits after the decimal point, rounded as its shortest decimal; halves are rounded away from
/// zero.
pub(super) fn round_double(number: f64, digits: u8) -> f64 {
    let rounded = rounded(&number.abs().to_string(), digits).and_then(|text| text.parse().ok());
    let rounded: f64 = rounded.unwrap_or(number.abs());
    // Zero has no sign, as in a decimal.
    if rounded == 0.0 { 0.0 } else { rounded.copysign(number) }
}

/// Does the same for a number of 32 bits, whose shortest decimal has fewer digits.
pub(super) fn round_float(number: f32, digits: u8) -> f32 {
    let rounded = rounded(&number.abs().to_string(), digits).and_then(|text| text.parse().ok());
    let rounded: f32 = rounded.unwrap_or(number.abs());
    if rounded == 0.0 { 0.0 } else { rounded.copysign(number) }
}

/// A number in digits, rounded to `digits` digits after the point; `None` if it has no more of them, and if it is
/// infinite or not a number.
fn rounded(text: &str, digits: u8) -> Option<String> {
    let (whole, fraction) = text.split_once('.')?;
    let (kept, dropped) = fraction.split_at_checked(digits.into())?;
    let goes_up = dropped.bytes().next()? >= b'5';
    // The shortest digits of a number with a fraction are fewer than twenty, except for leading zeros.
    let units: u128 = [whole, kept].concat().parse().ok()?;
    Some(format!("{}e-{digits}", units + u128::from(goes_up)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_as_they_are_written() {
        let cases = [
            (2.675, 2, 2.68),
            (-2.675, 2, -2.68),
            (1.005, 2, 1.01),
            (0.5, 0, 1.0),
            (-0.5, 0, -1.0),
            (2.5, 0, 3.0),
            (0.499_999_999_999_999_94, 0, 0.0),
            (9.995, 2, 10.0),
            (1e-300, 255, 0.0),
            (5e-7, 6, 1e-6),
            (1e300, 2, 1e300),
            (1e22, 0, 1e22),
            (0.1, 1, 0.1),
            (0.1, 200, 0.1),
            (12.0, 0, 12.0),
            (f64::INFINITY, 2, f64::INFINITY),
            (f64::MIN_POSITIVE, 255, 0.0),
        ];
        for (number, digits, expected) in cases {
            assert_eq!(round_double(number, digits).to_bits(), f64::to_bits(expected), "{number} to {digits} digits");
        }
        assert!(round_double(f64::NAN, 1).is_nan());
        assert!(round_double(-0.4, 0).is_sign_positive());
    }

    #[test]
    fn a_number_of_32_bits_has_fewer_digits() {
        assert_eq!(round_float(2.675, 2).to_bits(), 2.68_f32.to_bits());
        assert_eq!(round_double(2.675_f32.into(), 2).to_bits(), 2.67_f64.to_bits());
        assert_eq!(round_float(f32::MIN_POSITIVE, 50).to_bits(), f32::MIN_POSITIVE.to_bits());
        assert_eq!(round_float(-0.05, 1).to_bits(), (-0.1_f32).to_bits());
    }
}
