//! Where prices come from. Each source is asked by a task of its own: one that hangs delays no other.

mod command;
mod csv;
mod http;
mod json;
mod poll;

use std::{
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, SystemTime, UNIX_EPOCH},
};

pub use poll::{ask, poll};

use self::json::Document;
use crate::{
	config::{Paths, Source, SourceKind, TimeUnit},
	decimal::{DecimalError, Price, Rounding},
};

/// How far ahead of ours the clock of a source may be, milliseconds. What it dates that late is dated now.
pub const FUTURE_TOLERANCE: u64 = 30_000;
/// How much later than a look at the clock an answer may be dated that counts, milliseconds: it may come
/// between that look and the one at what sources said.
const MEANWHILE: u64 = 1_000;

/// What a source said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Observation {
	/// The price.
	pub price: Price,
	/// When it was observed, milliseconds since 1970 by this machine's clock: when the source says, or
	/// when it was asked.
	pub observed_at: u64,
}

/// Why a source said nothing that can be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SourceError {
	/// It took too long.
	#[error("no answer within {0:?}")]
	Timeout(Duration),
	/// It cannot be reached, or broke off.
	#[error("{0}")]
	Transport(String),
	/// It answered with an error.
	#[error("status {0}")]
	Status(u16),
	/// It is somewhere else now. Redirections are not followed. Without the path and what follows it: a
	/// secret of the source's address may have been taken over.
	#[error("redirected to somewhere at {0}, which is not followed: put the new address into the configuration if it is right")]
	Redirect(String),
	/// Its answer is too long.
	#[error("the answer is longer than {0} bytes")]
	TooLong(usize),
	/// Its answer is no JSON.
	#[error("no JSON: {0}")]
	NotJson(String),
	/// The expression finds nothing.
	#[error("the expression finds nothing")]
	NotFound,
	/// The expression finds several things.
	#[error("the expression finds {0} things")]
	Ambiguous(usize),
	/// What was found is no number.
	#[error("no number: {0}")]
	NotANumber(String),
	/// What was found is no price.
	#[error("no price: {0}")]
	NotAPrice(#[from] DecimalError),
	/// The time is none.
	#[error("no time: {0}")]
	NotATime(String),
	/// Observed later than now.
	#[error("dated {0} ms in the future")]
	FromFuture(u64),
	/// Observed too long ago.
	#[error("dated {0} ms ago")]
	TooOld(u64),
	/// The file is played to its end.
	#[error("no row is left")]
	Exhausted,
	/// The file cannot be played.
	#[error("{0}")]
	File(String),
	/// The program failed.
	#[error("{0}")]
	Program(String),
}

impl SourceError {
	/// As metrics have it.
	pub fn label(&self) -> &'static str {
		match self {
			Self::Timeout(_) => "timeout",
			Self::Transport(_) => "transport",
			Self::Status(_) => "status",
			Self::Redirect(_) => "redirect",
			Self::TooLong(_) => "too_long",
			Self::NotJson(_) => "not_json",
			Self::NotFound => "not_found",
			Self::Ambiguous(_) => "ambiguous",
			Self::NotANumber(_) => "not_a_number",
			Self::NotAPrice(_) => "not_a_price",
			Self::NotATime(_) => "not_a_time",
			Self::FromFuture(_) => "from_future",
			Self::TooOld(_) => "too_old",
			Self::Exhausted => "exhausted",
			Self::File(_) => "file",
			Self::Program(_) => "program",
		}
	}
}

/// A source that can be asked.
pub enum Fetcher {
	/// JSON over HTTP.
	Http(http::HttpSource),
	/// A file that is played.
	Csv(csv::Replay),
	/// A program.
	Command(command::Program),
}

impl Fetcher {
	/// Gets a source ready.
	///
	/// # Errors
	/// What stops it from ever working: no client can be made, the file cannot be read.
	pub fn new(source: &Source) -> Result<Self, SourceError> {
		Ok(match &source.kind {
			SourceKind::Http(http) => Self::Http(http::HttpSource::new(http, source)?),
			SourceKind::Csv(csv) => Self::Csv(csv::Replay::open(csv, source.power_of_ten)?),
			SourceKind::Command(command) => {
				Self::Command(command::Program::new(command, source.power_of_ten))
			},
		})
	}

	/// Asks once. The caller bounds how long that takes.
	///
	/// # Errors
	/// [`SourceError`].
	pub async fn fetch(&self) -> Result<Observation, SourceError> {
		match self {
			Self::Http(http) => http.fetch().await,
			Self::Csv(replay) => replay.row_now(),
			Self::Command(program) => program.run().await,
		}
	}
}

/// Now, milliseconds since 1970 by this machine's clock.
pub fn now() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// What a JSON document says, asked for at `asked`.
fn read_document(
	bytes: &[u8],
	paths: &Paths,
	power_of_ten: i32,
	asked: u64,
) -> Result<Observation, SourceError> {
	let document = Document::parse(bytes)?;
	let price = Price::parse(document.number(&paths.price)?, power_of_ten, Rounding::Nearest)?;
	let observed_at = match &paths.time {
		Some((path, unit)) => read_time(document.number(path)?, *unit)?,
		None => asked,
	};
	Ok(Observation { price, observed_at })
}

/// A time in milliseconds since 1970, rounded down.
fn read_time(text: &str, unit: TimeUnit) -> Result<u64, SourceError> {
	let power = match unit {
		TimeUnit::Ms => 0,
		TimeUnit::S => 3,
	};
	// The digits behind the point of a price are enough for milliseconds.
	let time = Price::parse(text, power, Rounding::Down)
		.map_err(|error| SourceError::NotATime(error.to_string()))?;
	u64::try_from(time.inner() / crate::decimal::ONE)
		.map_err(|_| SourceError::NotATime("too far away".into()))
}

/// Whether an observation can be used at `now`, and with what date.
fn dated(observation: Observation, now: u64, maximum_age: u64) -> Result<Observation, SourceError> {
	let ahead = observation.observed_at.saturating_sub(now);
	if ahead > FUTURE_TOLERANCE {
		return Err(SourceError::FromFuture(ahead));
	}
	let observed_at = observation.observed_at.min(now);
	if now - observed_at > maximum_age {
		return Err(SourceError::TooOld(now - observed_at));
	}
	Ok(Observation { observed_at, ..observation })
}

/// The last thing that a source said.
#[derive(Clone, Debug, Default)]
pub struct Slot {
	latest: Arc<Mutex<Latest>>,
}

/// What is known of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Latest {
	/// The last thing it said.
	pub observation: Option<Observation>,
	/// When its price last changed, by its own dates.
	pub changed_at: u64,
	/// How often it failed in a row.
	pub failures: u32,
	/// Why, the last time.
	pub error: Option<SourceError>,
}

impl Slot {
	/// What is known now.
	pub fn read(&self) -> Latest {
		self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	/// Takes note of an answer at `now`, and says how many failures in a row there are now. An older answer
	/// than the last does not replace it, unless that one is dated later than now: then the clock was set
	/// back, and nobody knows how old it is.
	pub fn note(&self, result: Result<Observation, SourceError>, now: u64) -> u32 {
		let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
		match result {
			Ok(new) => {
				let old = latest.observation.filter(|old| old.observed_at <= now);
				if old.is_none_or(|old| old.observed_at <= new.observed_at) {
					if old.is_none_or(|old| old.price != new.price) {
						latest.changed_at = new.observed_at;
					}
					latest.observation = Some(new);
				}
				latest.failures = 0;
				latest.error = None;
			},
			Err(error) => {
				latest.failures = latest.failures.saturating_add(1);
				latest.error = Some(error);
			},
		}
		latest.failures
	}
}

impl Latest {
	/// The observation, if it counts at `now`. None does that is dated later, for the clock was set back
	/// since it was made.
	pub fn usable(&self, source: &Source, now: u64) -> Option<Observation> {
		let observation = self.observation?;
		let age = since(observation.observed_at, now)?;
		let same_for = since(self.changed_at, now)?;
		let moves = source.maximum_unchanged.is_none_or(|most| same_for <= most.as_millis());
		(age <= source.maximum_age.as_millis() && moves).then_some(observation)
	}
}

/// How long ago `then` was at `now`. `None` if it is yet to come.
fn since(then: u64, now: u64) -> Option<u64> {
	(then <= now.saturating_add(MEANWHILE)).then(|| now.saturating_sub(then))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::{Csv, End, Span};

	fn observation(inner: u128, observed_at: u64) -> Observation {
		Observation { price: Price::from_inner(inner).unwrap(), observed_at }
	}

	fn source(maximum_unchanged: Option<Span>) -> Source {
		Source {
			name: "one".into(),
			every: Span::seconds(1),
			timeout: Span::seconds(1),
			maximum_age: Span::seconds(10),
			maximum_unchanged,
			power_of_ten: 0,
			kind: SourceKind::Csv(Csv {
				path: "/none".into(),
				price: "price".into(),
				pace: Span::seconds(1),
				start: 0,
				end: End::Stop,
			}),
		}
	}

	#[test]
	fn dates_at_the_edges() {
		let at = |observed_at| dated(observation(1, observed_at), 1_000_000, 10_000);
		assert_eq!(at(990_000), Ok(observation(1, 990_000)));
		assert_eq!(at(989_999), Err(SourceError::TooOld(10_001)));
		assert_eq!(at(1_030_000), Ok(observation(1, 1_000_000)), "dated now");
		assert_eq!(at(1_030_001), Err(SourceError::FromFuture(30_001)));
	}

	#[test]
	fn times_in_both_units() {
		assert_eq!(read_time("1764385933123", TimeUnit::Ms), Ok(1_764_385_933_123));
		assert_eq!(read_time("1764385933", TimeUnit::S), Ok(1_764_385_933_000));
		assert_eq!(read_time("1764385933.1239", TimeUnit::S), Ok(1_764_385_933_123));
		for text in ["", "today", "-5", "1e30"] {
			assert!(matches!(read_time(text, TimeUnit::Ms), Err(SourceError::NotATime(_))));
		}
	}

	#[test]
	fn an_answer_ages_out_to_the_millisecond() {
		let slot = Slot::default();
		assert_eq!(slot.read().usable(&source(None), 0), None);
		slot.note(Ok(observation(7, 1_000)), 1_000);
		let usable = |now| slot.read().usable(&source(None), now);
		assert_eq!(usable(11_000), Some(observation(7, 1_000)));
		assert_eq!(usable(11_001), None);
	}

	#[test]
	fn a_clock_that_is_set_back_voids_what_was_seen_before() {
		let slot = Slot::default();
		let watched = source(Some(Span::seconds(60)));
		let usable = |now| slot.read().usable(&watched, now);
		slot.note(Ok(observation(7, 1_000_000)), 1_000_000);
		assert_eq!(usable(1_000_000 - MEANWHILE), Some(observation(7, 1_000_000)));
		assert_eq!(usable(1_000_000 - MEANWHILE - 1), None);
		// Half of the time was set back. A failure does not bring it back, a new answer takes its place.
		slot.note(Err(SourceError::NotFound), 500_000);
		assert_eq!(usable(500_000), None);
		slot.note(Ok(observation(8, 500_000)), 500_000);
		assert_eq!(usable(500_000), Some(observation(8, 500_000)));
		// And so does the same price, whose time begins anew.
		slot.note(Ok(observation(8, 100_000)), 100_000);
		assert_eq!(slot.read().changed_at, 100_000);
		assert_eq!(usable(100_000), Some(observation(8, 100_000)));
	}

	#[test]
	fn a_failure_keeps_the_last_answer_until_it_is_too_old() {
		let slot = Slot::default();
		slot.note(Ok(observation(7, 1_000)), 1_000);
		assert_eq!(slot.note(Err(SourceError::NotFound), 1_500), 1);
		assert_eq!(slot.note(Err(SourceError::NotFound), 1_500), 2);
		let latest = slot.read();
		assert_eq!(latest.usable(&source(None), 5_000), Some(observation(7, 1_000)));
		assert_eq!((latest.failures, latest.error), (2, Some(SourceError::NotFound)));
		assert_eq!(slot.note(Ok(observation(8, 2_000)), 2_000), 0);
		assert_eq!(slot.read().error, None);
	}

	#[test]
	fn an_older_answer_does_not_replace_a_newer() {
		let slot = Slot::default();
		slot.note(Ok(observation(7, 2_000)), 2_000);
		slot.note(Ok(observation(8, 1_999)), 2_000);
		assert_eq!(slot.read().observation, Some(observation(7, 2_000)));
	}

	#[test]
	fn a_price_that_stands_still_is_no_price_any_more() {
		let slot = Slot::default();
		let watched = source(Some(Span::seconds(60)));
		slot.note(Ok(observation(7, 1_000)), 1_000);
		slot.note(Ok(observation(7, 61_000)), 61_000);
		assert!(slot.read().usable(&watched, 61_000).is_some());
		assert!(slot.read().usable(&watched, 61_001).is_none());
		slot.note(Ok(observation(8, 61_001)), 61_001);
		assert!(slot.read().usable(&watched, 61_001).is_some());
	}
}
