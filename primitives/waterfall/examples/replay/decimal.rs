//! Decimal numbers as they are written, turned into integers exactly: no floating point in between.

use serde::{de::Error, Deserialize, Deserializer};
use serde_json::value::RawValue;
use strata_numbers::Ratio;

/// Decimals of a [`Ratio`].
const RATIO_DECIMALS: u8 = 18;
/// Exponents beyond this are not amounts or rates but mistakes.
const MAX_EXPONENT: i64 = 60;

/// A number of the deal file, as written: a JSON number or a string of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decimal(String);

impl<'de> Deserialize<'de> for Decimal {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let raw = Box::<RawValue>::deserialize(deserializer)?;
		let text = raw.get().trim();
		let text =
			text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).trim();
		// Whether it is a number at all is known here; how many decimals it may have is not.
		match Written::read(text) {
			Ok(_) => Ok(Self(text.into())),
			Err(what) => Err(D::Error::custom(what)),
		}
	}
}

impl Decimal {
	/// Units of a currency with this many decimals.
	///
	/// # Errors
	/// What is wrong with it: negative, more decimals than the currency, too large.
	pub fn units(&self, decimals: u8) -> Result<u128, String> {
		units(&self.0, decimals)
	}

	/// A ratio or yearly rate: 0.05 for 5 %.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn ratio(&self) -> Result<Ratio, String> {
		units(&self.0, RATIO_DECIMALS).map(Ratio::from_inner)
	}

	/// `base` and this, which may be negative; zero if that would be.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn added_to(&self, base: Ratio) -> Result<Ratio, String> {
		let written = Written::read(&self.0)?;
		let value = written.scaled(RATIO_DECIMALS)?;
		if written.negative {
			return Ok(Ratio::from_inner(base.into_inner().saturating_sub(value)));
		}
		base.into_inner()
			.checked_add(value)
			.map(Ratio::from_inner)
			.ok_or_else(|| format!("{} is too large", self.0))
	}

	/// Whether it is zero.
	pub fn is_zero(&self) -> bool {
		Written::read(&self.0)
			.is_ok_and(|written| written.digits.bytes().all(|digit| digit == b'0'))
	}

	/// Whether it is below zero.
	pub fn is_negative(&self) -> bool {
		Written::read(&self.0).is_ok_and(|written| written.negative)
	}
}

/// Units of a currency with this many decimals, from text. Nothing at all is zero.
///
/// # Errors
/// What is wrong with it: not a number, negative, more decimals than the currency, too large.
pub fn units(text: &str, decimals: u8) -> Result<u128, String> {
	let text = text.trim();
	if text.is_empty() {
		return Ok(0);
	}
	let written = Written::read(text)?;
	let value = written.scaled(decimals)?;
	if written.negative && value > 0 {
		return Err(format!("{text} is negative"));
	}
	Ok(value)
}

/// An amount as people write it: 5.41, 6.7, 100, 0.
pub fn shown(units: u128, decimals: u8) -> String {
	let digits = format!("{units:0>width$}", width = usize::from(decimals).saturating_add(1));
	let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals.into()));
	match fraction.trim_end_matches('0') {
		"" => whole.into(),
		fraction => format!("{whole}.{fraction}"),
	}
}

/// The parts of a written number.
struct Written<'a> {
	text: &'a str,
	negative: bool,
	digits: String,
	/// The number is its digits · 10^exponent.
	exponent: i64,
}

impl<'a> Written<'a> {
	fn read(text: &'a str) -> Result<Self, String> {
		let wrong = || format!("`{text}` is not a decimal number");
		let (negative, rest) = match text.strip_prefix('-') {
			Some(rest) => (true, rest),
			None => (false, text),
		};
		let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
			Some((mantissa, exponent)) => (mantissa, exponent.parse().map_err(|_| wrong())?),
			None => (rest, 0i64),
		};
		let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
		let digits = format!("{whole}{fraction}");
		let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
		if !plain || exponent.abs() > MAX_EXPONENT || fraction.len() > 200 {
			return Err(wrong());
		}
		let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
		Ok(Self { text, negative, digits, exponent })
	}

	/// It times 10^decimals, which must be an integer.
	fn scaled(&self, decimals: u8) -> Result<u128, String> {
		let shift = self.exponent.saturating_add(decimals.into());
		let (digits, zeros) = match usize::try_from(shift) {
			Ok(zeros) => (self.digits.as_str(), zeros),
			Err(_) => (self.without(shift.unsigned_abs(), decimals)?, 0),
		};
		let digits = format!("{digits}{}", "0".repeat(zeros));
		match digits.trim_start_matches('0') {
			"" => Ok(0),
			digits => digits.parse().map_err(|_| format!("{} is too large", self.text)),
		}
	}

	/// The digits without the last `count`, which must be zeros.
	fn without(&self, count: u64, decimals: u8) -> Result<&str, String> {
		let keep = usize::try_from(count)
			.ok()
			.and_then(|count| self.digits.len().checked_sub(count))
			.unwrap_or(0);
		let (kept, cut) = self.digits.split_at(keep);
		match cut.bytes().all(|byte| byte == b'0') {
			true => Ok(kept),
			false => Err(format!("{} has more than {decimals} decimals", self.text)),
		}
	}
}
