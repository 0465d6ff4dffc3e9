//! Civil dates: reading them, the contract's calendar, milliseconds since 1970.

use chrono::{Datelike, Months, NaiveDate};
use serde::{de::Error, Deserialize, Deserializer};

/// Dates that a grid may have.
const MAX_DATES: usize = 10_000;

/// A day, from 1970 to 9999. Contracts mean its midnight in UTC.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Day(NaiveDate);

impl Day {
	/// Reads YYYY-MM-DD.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn read(text: &str) -> Result<Self, String> {
		let wrong = || format!("`{text}` is not a date like 2026-01-31, from 1970 on");
		if text.len() != 10 {
			return Err(wrong());
		}
		let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| wrong())?;
		match (1970..=9999).contains(&date.year()) {
			true => Ok(Self(date)),
			false => Err(wrong()),
		}
	}

	/// Milliseconds from 1970 to its midnight.
	pub fn millis(self) -> u64 {
		let days = self.0.signed_duration_since(NaiveDate::default()).num_days();
		// A day is 1970 or later, so this is never negative.
		u64::try_from(days).unwrap_or_default().saturating_mul(86_400_000)
	}

	/// The day of its month, from 1.
	pub fn of_month(self) -> u32 {
		self.0.day()
	}

	/// This day of the month that lies `months` later; the month's last day where it has fewer.
	fn later(self, months: u32, day: u32) -> Option<Self> {
		let first = self.0.with_day(1)?.checked_add_months(Months::new(months))?;
		(1..=day).rev().find_map(|day| first.with_day(day)).map(Self)
	}
}

impl std::fmt::Display for Day {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		self.0.format("%Y-%m-%d").fmt(f)
	}
}

impl<'de> Deserialize<'de> for Day {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		Self::read(&text).map_err(D::Error::custom)
	}
}

/// Dates of a contract: a list, or a first date and an interval.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
	/// All of them, ascending.
	#[serde(default)]
	on: Vec<Day>,
	/// The first.
	first: Option<Day>,
	/// Months from one to the next.
	every_months: Option<u32>,
	/// Day of the month of all but the first; the last of a shorter month.
	day: Option<u32>,
}

impl Grid {
	/// Its dates up to the first that is at or after `end`; of a list, all.
	///
	/// # Errors
	/// What is wrong with it.
	pub fn dates(&self, end: Day) -> Result<Vec<Day>, String> {
		match (self.first, self.every_months) {
			(None, None) if self.day.is_none() => self.listed(),
			(Some(first), Some(months)) if self.on.is_empty() => self.spaced(first, months, end),
			_ => Err("write either `on`, or `first` and `every_months` (and `day`)".into()),
		}
	}

	fn listed(&self) -> Result<Vec<Day>, String> {
		if self.on.is_empty() {
			return Err("no dates".into());
		}
		let falling = self.on.iter().zip(self.on.iter().skip(1)).find(|(a, b)| a >= b);
		match falling {
			Some((a, b)) => Err(format!("{b} does not come after {a}")),
			None => Ok(self.on.clone()),
		}
	}

	fn spaced(&self, first: Day, months: u32, end: Day) -> Result<Vec<Day>, String> {
		let day = self.day.unwrap_or(first.of_month());
		if months == 0 || !(1..=31).contains(&day) {
			return Err("`every_months` starts at 1, `day` is from 1 to 31".into());
		}
		let mut dates = vec![first];
		let mut last = first;
		let mut ahead = 0u32;
		while last < end {
			ahead = ahead.saturating_add(months);
			last = first.later(ahead, day).ok_or("the dates run out of the calendar")?;
			dates.push(last);
			if dates.len() > MAX_DATES {
				return Err(format!("more than {MAX_DATES} dates"));
			}
		}
		Ok(dates)
	}
}
