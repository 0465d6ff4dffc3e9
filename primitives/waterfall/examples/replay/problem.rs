//! What is wrong with an input, and where.

use std::fmt;

/// A bad input: the place in it, and what is wrong there.
#[derive(Debug, Eq, PartialEq)]
pub struct Problem {
	/// The file; with it the line, or the field as a path.
	pub place: String,
	/// What is wrong.
	pub what: String,
}

impl Problem {
	/// `what` is wrong at `place`.
	pub fn new(place: impl Into<String>, what: impl fmt::Display) -> Self {
		Self { place: place.into(), what: what.to_string() }
	}

	/// The same, in this file.
	pub fn in_file(mut self, file: &str) -> Self {
		self.place =
			if self.place.is_empty() { file.into() } else { format!("{file}: {}", self.place) };
		self
	}
}

impl fmt::Display for Problem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: {}", self.place, self.what)
	}
}
