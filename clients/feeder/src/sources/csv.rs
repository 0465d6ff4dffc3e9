//! A file that is played: each row is the price for a while, as if it were observed now.

use std::time::Instant;

use super::{now, Observation, SourceError};
use crate::{
	config::{Csv, End},
	decimal::{Price, Rounding},
};

/// Most rows of a file.
const MOST_ROWS: usize = 1_000_000;

/// A file being played.
pub struct Replay {
	prices: Vec<Price>,
	pace: u128,
	start: usize,
	end: End,
	began: Instant,
}

impl Replay {
	/// Reads the whole file and begins.
	pub fn open(csv: &Csv, power_of_ten: i32) -> Result<Self, SourceError> {
		let file = |what: String| SourceError::File(format!("{}: {what}", csv.path.display()));
		let mut reader =
			::csv::Reader::from_path(&csv.path).map_err(|error| file(error.to_string()))?;
		let headers = reader.headers().map_err(|error| file(error.to_string()))?;
		let column = headers
			.iter()
			.position(|header| header.trim() == csv.price)
			.ok_or_else(|| file(format!("no column {:?}", csv.price)))?;
		let mut prices = Vec::new();
		for record in reader.records() {
			let record = record.map_err(|error| file(error.to_string()))?;
			let line = record.position().map_or(0, |position| position.line());
			let text = record.get(column).unwrap_or_default();
			let price = Price::parse(text, power_of_ten, Rounding::Nearest)
				.map_err(|error| file(format!("line {line}: {text:?}: {error}")))?;
			if prices.len() == MOST_ROWS {
				return Err(file(format!("more than {MOST_ROWS} rows")));
			}
			prices.push(price);
		}
		if csv.start >= prices.len() {
			return Err(file(format!(
				"{} rows, and row {} is to be the first",
				prices.len(),
				csv.start
			)));
		}
		let pace = u128::from(csv.pace.as_millis().max(1));
		Ok(Self { prices, pace, start: csv.start, end: csv.end, began: Instant::now() })
	}

	/// The row that is the price now.
	pub fn row_now(&self) -> Result<Observation, SourceError> {
		let price = self.row_after(self.began.elapsed().as_millis())?;
		Ok(Observation { price, observed_at: now() })
	}

	/// The row that is the price after so many milliseconds.
	fn row_after(&self, elapsed: u128) -> Result<Price, SourceError> {
		let gone = usize::try_from(elapsed / self.pace).unwrap_or(usize::MAX);
		let last = self.prices.len() - 1;
		let row = self.start.saturating_add(gone);
		let row = match self.end {
			_ if row <= last => row,
			End::Stop => return Err(SourceError::Exhausted),
			End::Hold => last,
			End::Repeat => row % self.prices.len(),
		};
		Ok(self.prices[row])
	}
}

#[cfg(test)]
mod tests {
	use std::{fs, path::Path};

	use super::*;
	use crate::config::Span;

	fn open(directory: &Path, text: &str, start: usize, end: End) -> Result<Replay, SourceError> {
		let path = directory.join("prices.csv");
		fs::write(&path, text).unwrap();
		let (price, pace) = ("price".to_owned(), Span::seconds(1));
		Replay::open(&Csv { path, price, pace, start, end }, 0)
	}

	fn played(replay: &Replay, elapsed: u128) -> Result<String, SourceError> {
		replay.row_after(elapsed).map(|price| price.to_string())
	}

	const THREE: &str = "date,price\n2008-07-01,141.06\n2008-07-02,143.74\n2008-07-03,145.31\n";

	#[test]
	fn a_row_after_another() {
		let directory = tempfile::tempdir().unwrap();
		let replay = open(directory.path(), THREE, 0, End::Stop).unwrap();
		for (elapsed, expected) in
			[(0, "141.06"), (999, "141.06"), (1_000, "143.74"), (2_999, "145.31")]
		{
			assert_eq!(played(&replay, elapsed), Ok(expected.into()));
		}
		assert_eq!(played(&replay, 3_000), Err(SourceError::Exhausted));
		assert_eq!(played(&replay, u128::MAX), Err(SourceError::Exhausted));
	}

	#[test]
	fn the_end_holds_or_begins_again() {
		let directory = tempfile::tempdir().unwrap();
		let hold = open(directory.path(), THREE, 1, End::Hold).unwrap();
		assert_eq!(played(&hold, 0), Ok("143.74".into()));
		assert_eq!(played(&hold, 99_000), Ok("145.31".into()));
		let again = open(directory.path(), THREE, 1, End::Repeat).unwrap();
		assert_eq!(played(&again, 2_000), Ok("141.06".into()));
		assert_eq!(played(&again, 4_000), Ok("145.31".into()));
	}

	#[test]
	fn what_cannot_be_played_says_where() {
		let directory = tempfile::tempdir().unwrap();
		for (text, start, expected) in [
			("", 0, "no column"),
			("date,close\n2008-07-01,1\n", 0, "no column"),
			("date,price\n", 0, "0 rows"),
			(THREE, 3, "3 rows"),
			("date,price\n2008-07-01,1\n2008-07-02,.\n", 0, "line 3"),
			("date,price\n2008-07-01,1\n2008-07-02\n", 0, "2 fields"),
		] {
			let Err(SourceError::File(error)) = open(directory.path(), text, start, End::Stop)
			else {
				panic!("{text:?} should be refused")
			};
			assert!(error.contains(expected), "{error}");
		}
		let gone = Csv {
			path: directory.path().join("gone.csv"),
			price: "price".into(),
			pace: Span::seconds(1),
			start: 0,
			end: End::Stop,
		};
		assert!(matches!(Replay::open(&gone, 0), Err(SourceError::File(_))));
	}
}
