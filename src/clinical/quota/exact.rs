//! Exact decimals. Thresholds and roundings of the rules are decided in whole millionths, because
//! binary fractions err at the very limits (3 × 0.1 is not 0.3) and a limit decides about people.

use serde::ser::{SerializeSeq, Serializer};

/// Millionths in one unit. Six decimals are more than any entry or mean needs.
pub(crate) const MILLION: i128 = 1_000_000;

/// The nearest whole number of millionths.
pub(crate) fn millionths(value: f64) -> i128 {
    (value * MILLION as f64).round() as i128
}

/// A non-negative fraction of millionths; the denominator is above zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fraction {
    pub num: i128,
    pub den: i128,
}

impl Fraction {
    pub(super) fn less_than(self, other: Fraction) -> bool {
        self.num * other.den < other.num * self.den
    }

    /// Largest multiple of `step` (millionths) that is not above this.
    pub(super) fn floor_to(self, step: i128) -> i128 {
        self.num.div_euclid(self.den * step) * step
    }

    /// Nearest multiple of `step` (millionths), halves upwards.
    pub(super) fn round_half_up_to(self, step: i128) -> i128 {
        (2 * self.num + self.den * step).div_euclid(2 * self.den * step) * step
    }

    /// The value in units. Within the limits of an input both parts are whole numbers that an f64 holds exactly, so
    /// this is the nearest f64 to the true value.
    pub(super) fn to_f64(self) -> f64 {
        self.num as f64 / (self.den * MILLION) as f64
    }
}

/// Writes whole numbers without a decimal point: 160, not 160.0. Amounts end at a million, far below where whole
/// f64 and i64 part.
pub(super) fn number<S: Serializer>(value: &f64, out: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 { out.serialize_i64(*value as i64) } else { out.serialize_f64(*value) }
}

/// As [`number`], for a list.
pub(super) fn numbers<S: Serializer>(values: &[f64], out: S) -> Result<S::Ok, S::Error> {
    let mut list = out.serialize_seq(Some(values.len()))?;
    for value in values {
        if value.fract() == 0.0 {
            list.serialize_element(&(*value as i64))?;
        } else {
            list.serialize_element(value)?;
        }
    }
    list.end()
}
