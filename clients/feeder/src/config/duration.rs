//! Spans of time as people write them.

use std::{fmt, time::Duration};

use serde::{de, Deserialize, Deserializer};

/// A span of time of whole milliseconds, written with its unit: `500ms`, `5s`, `2m`, `1h` or `1d`.
/// At most 366 days.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct Span(u64);

const LONGEST: u64 = 366 * 24 * 60 * 60 * 1_000;

impl Span {
	/// `millis` milliseconds.
	pub const fn millis(millis: u64) -> Self {
		Self(millis)
	}

	/// `seconds` seconds.
	pub const fn seconds(seconds: u64) -> Self {
		Self(seconds * 1_000)
	}

	/// In milliseconds.
	pub fn as_millis(self) -> u64 {
		self.0
	}

	/// As the standard library has it.
	pub fn as_std(self) -> Duration {
		Duration::from_millis(self.0)
	}

	/// Reads a whole number with a unit.
	///
	/// # Errors
	/// What is wrong with the text.
	pub fn parse(text: &str) -> Result<Self, String> {
		let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
		let (number, unit) = text.split_at(unit);
		let factor = match unit {
			"ms" => 1,
			"s" => 1_000,
			"m" => 60_000,
			"h" => 3_600_000,
			"d" => 86_400_000,
			_ => {
				return Err(format!("{text:?} is no span of time such as 500ms, 5s, 2m, 1h or 1d"))
			},
		};
		let number: u64 = number.parse().map_err(|_| {
			format!("{text:?} does not begin with a whole number that is not too large")
		})?;
		match number.checked_mul(factor) {
			Some(millis) if millis <= LONGEST => Ok(Self(millis)),
			_ => Err(format!("{text:?} is more than 366 days")),
		}
	}
}

impl fmt::Display for Span {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
		match units.iter().find(|(size, _)| self.0 > 0 && self.0.is_multiple_of(*size)) {
			Some((size, unit)) => write!(f, "{}{unit}", self.0 / size),
			None => write!(f, "{}ms", self.0),
		}
	}
}

impl fmt::Debug for Span {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

impl<'de> Deserialize<'de> for Span {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spans_with_a_unit() {
		for (text, millis) in
			[("500ms", 500), ("5s", 5_000), ("2m", 120_000), ("1h", 3_600_000), ("366d", LONGEST)]
		{
			assert_eq!(Span::parse(text), Ok(Span(millis)), "{text}");
			assert_eq!(Span(millis).to_string(), text);
		}
		assert_eq!((Span(0).to_string(), Span(90_000).to_string()), ("0ms".into(), "90s".into()));
	}

	#[test]
	fn anything_else_is_refused() {
		for text in
			["", "5", "s", "5 s", "-5s", "1.5s", "5S", "5sec", "367d", "99999999999999999999s"]
		{
			assert!(Span::parse(text).is_err(), "{text}");
		}
	}
}
