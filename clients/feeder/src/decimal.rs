//! Prices as exact decimals: read from their text, kept as integers, never as floating point.

use std::fmt;

/// Decimals of a price on the chain.
pub const DECIMALS: u32 = 18;
/// The price 1.
pub const ONE: u128 = 10u128.pow(DECIMALS);
/// Largest price that is read: 10^15 USD per unit. With it no product in this crate leaves 128 bits:
/// a price times 65,535 basis points stays below 7·10^37.
pub const LARGEST: u128 = 10u128.pow(15 + DECIMALS);
/// Longest text of a number, bytes.
pub const LONGEST: usize = 128;
/// A hundredth of a percent: so many make the whole.
pub const BASIS_POINTS: u128 = 10_000;

/// A price in USD per whole unit, above zero and at most [`LARGEST`], as the integer that the chain has:
/// times 10^18.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Price(u128);

/// Where a number goes that has more decimals than are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rounding {
	/// Towards zero.
	Down,
	/// Away from zero.
	Up,
	/// To the nearest, a half away from zero: what sources are read with.
	Nearest,
}

/// Why a text is no price.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecimalError {
	/// Nothing but blanks.
	#[error("there is no number")]
	Empty,
	/// More than [`LONGEST`] bytes.
	#[error("longer than {LONGEST} bytes")]
	TooLong,
	/// Not a decimal number, e.g. `1,5`, `NaN` or `0x10`.
	#[error("not a decimal number")]
	Malformed,
	/// A minus in front.
	#[error("below zero")]
	Negative,
	/// Zero, or nothing is left of it after rounding.
	#[error("zero")]
	Zero,
	/// Above [`LARGEST`].
	#[error("above 10^15")]
	TooLarge,
}

impl Price {
	/// A price from the chain's integer; `None` for zero and above [`LARGEST`].
	pub fn from_inner(inner: u128) -> Option<Self> {
		(inner > 0 && inner <= LARGEST).then_some(Self(inner))
	}

	/// The integer that the chain has.
	pub fn inner(self) -> u128 {
		self.0
	}

	/// Reads a decimal number such as `83.25`, `.5` or `8.325e1`, times 10^`power_of_ten`, and rounds it
	/// once.
	///
	/// # Errors
	/// The first [`DecimalError`] found.
	pub fn parse(text: &str, power_of_ten: i32, rounding: Rounding) -> Result<Self, DecimalError> {
		let number = Number::read(text.trim_ascii())?;
		let inner = number.scaled(i64::from(power_of_ten) + i64::from(DECIMALS), rounding)?;
		match inner {
			0 => Err(DecimalError::Zero),
			inner if inner > LARGEST => Err(DecimalError::TooLarge),
			inner => Ok(Self(inner)),
		}
	}

	/// ⌊(one + other) / 2⌋, which is never outside the two.
	pub fn middle(one: Self, other: Self) -> Self {
		Self((one.0 + other.0) / 2)
	}

	/// How far two prices are apart, in units of 10^-18.
	pub fn distance(self, other: Self) -> u128 {
		self.0.abs_diff(other.0)
	}

	/// Whether `other` is at least `bps` basis points of this price away from it. Exact: nothing is
	/// divided.
	pub fn moved(self, other: Self, bps: u16) -> bool {
		self.distance(other) * BASIS_POINTS >= self.0 * u128::from(bps)
	}

	/// How many whole basis points of this price `other` is away from it, rounded down: for people to
	/// look at.
	pub fn moved_bps(self, other: Self) -> u128 {
		self.distance(other) * BASIS_POINTS / self.0
	}

	/// ⌈`bps` basis points of this price⌉.
	pub fn share_up(self, bps: u16) -> u128 {
		(self.0 * u128::from(bps)).div_ceil(BASIS_POINTS)
	}

	/// The nearest floating-point number, for a gauge that can hold nothing else. No decision rests on it.
	pub fn for_display(self) -> f64 {
		self.to_string().parse().unwrap_or(f64::NAN)
	}
}

impl fmt::Display for Price {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&plain(self.0))
	}
}

impl fmt::Debug for Price {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

/// An integer of 18 decimals as people write it, without zeros at the end.
pub fn plain(inner: u128) -> String {
	let (whole, rest) = (inner / ONE, inner % ONE);
	if rest == 0 {
		return whole.to_string();
	}
	let decimals = format!("{rest:018}");
	format!("{whole}.{}", decimals.trim_end_matches('0'))
}

/// `digits` × 10^`exponent`, the digits without zeros in front.
struct Number {
	digits: Vec<u8>,
	exponent: i64,
}

impl Number {
	fn read(text: &str) -> Result<Self, DecimalError> {
		use DecimalError::*;
		if text.is_empty() {
			return Err(Empty);
		}
		if text.len() > LONGEST {
			return Err(TooLong);
		}
		let (negative, text) = match text.as_bytes() {
			[b'-', rest @ ..] => (true, rest),
			[b'+', rest @ ..] => (false, rest),
			all => (false, all),
		};
		let (mantissa, power) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
			Some(at) => (&text[..at], exponent(&text[at + 1..])?),
			None => (text, 0),
		};
		let (whole, decimals) = match mantissa.iter().position(|byte| *byte == b'.') {
			Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
			None => (mantissa, &[][..]),
		};
		let digits: Vec<u8> = whole.iter().chain(decimals).copied().collect();
		if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
			return Err(Malformed);
		}
		let first = digits.iter().position(|digit| *digit != b'0').ok_or(Zero)?;
		if negative {
			return Err(Negative);
		}
		// Both are short: a text has at most `LONGEST` bytes.
		let exponent = power - i64::try_from(decimals.len()).map_err(|_| TooLong)?;
		Ok(Self { digits: digits[first..].to_vec(), exponent })
	}

	/// The number times 10^`power`, rounded to an integer.
	fn scaled(&self, power: i64, rounding: Rounding) -> Result<u128, DecimalError> {
		let shift = self.exponent + power;
		if shift >= 0 {
			let shift = u32::try_from(shift).map_err(|_| DecimalError::TooLarge)?;
			let factor = 10u128.checked_pow(shift).ok_or(DecimalError::TooLarge)?;
			return integer(&self.digits)?.checked_mul(factor).ok_or(DecimalError::TooLarge);
		}
		let count = self.digits.len();
		let cut = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
		let (kept, dropped) = self.digits.split_at(count.saturating_sub(cut));
		// What is cut off is not zero as a whole unless every digit is; its first digit counts for a half
		// only if it stands right behind the point.
		let something = dropped.iter().any(|digit| *digit != b'0');
		let half = cut <= count && dropped.first().is_some_and(|digit| *digit >= b'5');
		let up = match rounding {
			Rounding::Down => false,
			Rounding::Up => something,
			Rounding::Nearest => half,
		};
		integer(kept)?.checked_add(u128::from(up)).ok_or(DecimalError::TooLarge)
	}
}

/// Digits as an integer; none are zero.
fn integer(digits: &[u8]) -> Result<u128, DecimalError> {
	digits.iter().try_fold(0u128, |value, digit| {
		value
			.checked_mul(10)
			.and_then(|value| value.checked_add(u128::from(digit - b'0')))
			.ok_or(DecimalError::TooLarge)
	})
}

/// What stands behind an `e`. Beyond what any price can have, its size does not matter.
fn exponent(text: &[u8]) -> Result<i64, DecimalError> {
	let (sign, digits) = match text {
		[b'-', rest @ ..] => (-1, rest),
		[b'+', rest @ ..] => (1, rest),
		all => (1, all),
	};
	if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
		return Err(DecimalError::Malformed);
	}
	let size = digits
		.iter()
		.fold(0i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1_000_000));
	Ok(sign * size)
}

#[cfg(test)]
mod tests {
	use num_bigint::BigUint;
	use proptest::prelude::*;

	use super::*;

	fn read(text: &str) -> Result<u128, DecimalError> {
		Price::parse(text, 0, Rounding::Nearest).map(Price::inner)
	}

	#[test]
	fn numbers_as_sources_write_them() {
		for (text, inner) in [
			("1", ONE),
			("83.25", 83_250_000_000_000_000_000),
			(" 83.25\n", 83_250_000_000_000_000_000),
			("+.5", ONE / 2),
			("5.", 5 * ONE),
			("0083.25", 83_250_000_000_000_000_000),
			("8.325e1", 83_250_000_000_000_000_000),
			("8325E-2", 83_250_000_000_000_000_000),
			("1e15", LARGEST),
			("0.000000000000000001", 1),
			("1e-18", 1),
			// What a double makes of it would end in …048.
			("0.1000000000000000055511151231257827", 100_000_000_000_000_006),
			("123456789012345.123456789012345678", 123_456_789_012_345_123_456_789_012_345_678),
		] {
			assert_eq!(read(text), Ok(inner), "{text:?}");
		}
	}

	#[test]
	fn what_is_no_price() {
		use DecimalError::*;
		for (text, error) in [
			("", Empty),
			("  \t", Empty),
			(".", Malformed),
			("1,5", Malformed),
			("1.2.3", Malformed),
			("1e", Malformed),
			("1e+", Malformed),
			("1e1.5", Malformed),
			("e5", Malformed),
			("+-1", Malformed),
			("0x10", Malformed),
			("NaN", Malformed),
			("inf", Malformed),
			("1 2", Malformed),
			("1_000", Malformed),
			("٣", Malformed),
			("-1", Negative),
			("-0", Zero),
			("0", Zero),
			("0.0e9", Zero),
			("1e-19", Zero),
			("1e-999999999999999999999999", Zero),
			("1000000000000000.1", TooLarge),
			("1e16", TooLarge),
			("1e999999999999999999999999", TooLarge),
		] {
			assert_eq!(read(text), Err(error), "{text:?}");
		}
		assert_eq!(read(&"1".repeat(LONGEST + 1)), Err(TooLong));
		assert_eq!(read(&"9".repeat(LONGEST)), Err(TooLarge));
	}

	#[test]
	fn rounding_has_a_name() {
		use Rounding::*;
		for (text, down, nearest, up) in [
			("1.0000000000000000004", 0, 0, 1),
			("1.0000000000000000005", 0, 1, 1),
			("1.00000000000000000049999", 0, 0, 1),
			("1.00000000000000000000001", 0, 0, 1),
			("1.0000000000000000000", 0, 0, 0),
			("1.0000000000000000009", 0, 1, 1),
		] {
			for (rounding, more) in [(Down, down), (Nearest, nearest), (Up, up)] {
				let price = Price::parse(text, 0, rounding).map(Price::inner);
				assert_eq!(price, Ok(ONE + more), "{text} {rounding:?}");
			}
		}
		// Nothing is kept: the first digit dropped is behind the point, or is not.
		assert_eq!(Price::parse("5e-19", 0, Nearest).map(Price::inner), Ok(1));
		assert_eq!(Price::parse("9e-20", 0, Nearest), Err(DecimalError::Zero));
		assert_eq!(Price::parse("9e-20", 0, Up).map(Price::inner), Ok(1));
	}

	#[test]
	fn cents_are_a_power_of_ten() {
		let price = Price::parse("54325", -2, Rounding::Nearest);
		assert_eq!(price.map(|price| price.to_string()), Ok("543.25".into()));
		assert_eq!(Price::parse("1", i32::MAX, Rounding::Down), Err(DecimalError::TooLarge));
		assert_eq!(Price::parse("1", i32::MIN, Rounding::Down), Err(DecimalError::Zero));
	}

	#[test]
	fn moves_at_the_edge() {
		let price = |inner| Price::from_inner(inner).unwrap();
		let last = price(10_000);
		assert!(last.moved(price(10_050), 50) && last.moved(price(9_950), 50));
		assert!(!last.moved(price(10_049), 50) && !last.moved(price(9_951), 50));
		assert!(last.moved(last, 0) && !last.moved(last, 1));
		assert_eq!(last.moved_bps(price(10_049)), 49);
		assert_eq!(price(10_001).share_up(1), 2);
		let (most, least) = (price(LARGEST), price(1));
		assert!(most.moved(least, 9_999) && least.moved(most, u16::MAX));
		assert_eq!(Price::middle(price(1), price(2)), price(1));
		assert_eq!((Price::from_inner(0), Price::from_inner(LARGEST + 1)), (None, None));
	}

	/// ⌊digits × 10^(exponent + 18)⌋ and whether something was cut off, and whether it was a half or
	/// more, by big integers.
	fn by_big_integers(digits: &str, exponent: i64) -> (BigUint, bool, bool) {
		let value: BigUint = digits.parse().unwrap();
		let shift = exponent + 18;
		if shift >= 0 {
			return (value * BigUint::from(10u8).pow(shift as u32), false, false);
		}
		let divisor = BigUint::from(10u8).pow(shift.unsigned_abs() as u32);
		let (whole, rest) = (&value / &divisor, &value % &divisor);
		let half = &rest * 2u8 >= divisor;
		(whole, rest != BigUint::default(), half)
	}

	proptest! {
		#[test]
		fn as_big_integers_say(
			whole in "[0-9]{0,24}",
			decimals in "[0-9]{1,40}",
			power in -45i64..45,
		) {
			let text = format!("{whole}.{decimals}e{power}");
			let digits = format!("0{whole}{decimals}");
			let (floor, something, half) =
				by_big_integers(&digits, power - decimals.len() as i64);
			for (rounding, more) in
				[(Rounding::Down, false), (Rounding::Up, something), (Rounding::Nearest, half)]
			{
				let expected = &floor + u8::from(more);
				let read = Price::parse(&text, 0, rounding).map(Price::inner);
				if expected == BigUint::default() {
					prop_assert_eq!(read, Err(DecimalError::Zero));
				} else if expected > BigUint::from(LARGEST) {
					prop_assert_eq!(read, Err(DecimalError::TooLarge));
				} else {
					prop_assert_eq!(read.map(BigUint::from), Ok(expected));
				}
			}
		}

		#[test]
		fn what_is_written_reads_back(inner in 1..=LARGEST) {
			let price = Price::from_inner(inner).unwrap();
			for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
				prop_assert_eq!(Price::parse(&price.to_string(), 0, rounding), Ok(price));
			}
		}

		#[test]
		fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
			let _ = Price::parse(&text, 0, Rounding::Nearest);
		}

		#[test]
		fn any_number_like_text_is_read_or_refused(text in "[-+.eE0-9]{0,40}", power in any::<i32>()) {
			let _ = Price::parse(&text, power, Rounding::Nearest);
		}

		#[test]
		fn a_larger_number_is_no_smaller_price(one in 1..LARGEST, other in 1..LARGEST) {
			let (one, other) = (one.min(other), one.max(other));
			let middle = Price::middle(Price(one), Price(other));
			prop_assert!(Price(one) <= middle && middle <= Price(other));
		}

		#[test]
		fn moved_agrees_with_big_integers(
			last in 1..=LARGEST,
			now in 1..=LARGEST,
			bps in any::<u16>(),
		) {
			let (one, other) = (Price(last), Price(now));
			let distance = BigUint::from(last.abs_diff(now)) * 10_000u32;
			prop_assert_eq!(one.moved(other, bps), distance >= BigUint::from(last) * bps);
			prop_assert_eq!(BigUint::from(one.moved_bps(other)), distance / last);
		}
	}
}
