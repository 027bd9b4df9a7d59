//! Decimals of the crate `rust_decimal`, which have up to 28 digits.

use super::neutral::through;
use super::range::range_bounds;
use crate::value::{Decimal, Mismatch};

through! {
    rust_decimal::Decimal: Decimal,
        |number| {
            let scale = u16::try_from(number.scale()).map_err(|_| Mismatch::OutOfRange)?;
            Ok(Decimal::new(number.mantissa(), scale))
        },
        |number| rust_decimal::Decimal::try_from_i128_with_scale(number.coefficient(), number.scale().into()).ok();
}

range_bounds!(rust_decimal::Decimal);
