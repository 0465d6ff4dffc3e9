//! One feed: what its sources say, what the chain has of ours, and what of it could be reported.

use std::time::{Duration, Instant};

use tracing::{info, warn};

use crate::{
	aggregate::{aggregate, Aggregate, NoPrice, Sample},
	chain::{Report, Terms, FUTURE_TOLERANCE},
	config::Feed,
	decide::{decide, Accepted, Candidate, Decision, Hold, Reason},
	metrics::Metrics,
	sources::Slot,
};

/// Why a price that is due is held back, as metrics have it.
pub const HELD: [&str; 7] = [
	"terms_unknown",
	"unknown_feed",
	"not_a_member",
	"out_of_bounds",
	"from_future",
	"too_old",
	"paused",
];
/// What it may take from a decision to the block, milliseconds: observations that would be too old by
/// then are not sent. A quarter of the age that the chain allows if that is less.
const UNDER_WAY: u64 = 12_000;
/// Room that there should be between a heartbeat and the end of the report before it, milliseconds.
const ROOM: u64 = 30_000;

/// What the chain wants of a feed, as far as it is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
	/// Not asked yet.
	Nothing,
	/// There is no such feed.
	Unlisted,
	/// There is.
	Terms(Terms),
}

/// One feed at work.
pub struct Desk {
	/// Its configuration.
	pub feed: Feed,
	/// What its sources said, in the order of the configuration.
	pub slots: Vec<Slot>,
	/// What the chain wants of it.
	pub known: Known,
	/// The last report of ours that the chain has.
	pub last: Option<Accepted>,
	/// Whether a batch with it was refused: it is then sent alone until it is accepted.
	pub suspect: bool,
	refusals: u32,
	paused_until: Option<Instant>,
	had_price: Option<bool>,
	had_held: Option<&'static str>,
	warned_of_gap: bool,
}

/// The price of a feed, on the clock that observations are dated with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Price {
	/// From its sources.
	pub aggregate: Aggregate,
	/// When it was observed, by the clock that observations are dated with.
	pub observed_at: u64,
}

impl Desk {
	/// A feed at its beginning.
	pub fn new(feed: Feed) -> Self {
		Self {
			slots: feed.sources.iter().map(|_| Slot::default()).collect(),
			feed,
			known: Known::Nothing,
			last: None,
			suspect: false,
			refusals: 0,
			paused_until: None,
			had_price: None,
			had_held: None,
			warned_of_gap: false,
		}
	}

	/// The price now, `now` being this machine's clock. Metrics are brought up to date, and a change is
	/// logged.
	pub fn price(
		&mut self,
		now: u64,
		dated: impl Fn(u64) -> u64,
		metrics: &Metrics,
	) -> Result<Price, NoPrice> {
		let name = self.feed.name.as_str();
		let result = look(&self.feed, &self.slots, now, metrics);
		match &result {
			Ok(found) if self.had_price == Some(false) => {
				let sources = found.used.len();
				info!(feed = name, price = %found.price, sources, "there is a price again");
			},
			Err(error) if self.had_price == Some(true) => {
				warn!(feed = name, %error, "there is no price any more");
			},
			_ => {},
		}
		self.had_price = Some(result.is_ok());
		if let (Ok(found), Some(last)) = (&result, &self.last) {
			metrics.deviation(name, last.price.moved_bps(found.price));
		}
		result.map(|aggregate| Price { observed_at: dated(aggregate.observed_at), aggregate })
	}

	/// Whether to report a price at `now`, by the clock that observations are dated with. `asked` reports
	/// whatever the chain would take.
	pub fn decide(&self, price: &Price, asked: bool, now: u64) -> Decision {
		let candidate = Candidate { price: price.aggregate.price, observed_at: price.observed_at };
		let decision = decide(self.last.as_ref(), &candidate, &self.feed.reporting, now);
		match decision {
			Decision::Hold(Hold::NotDue { .. } | Hold::TooSoon) if asked => {
				Decision::Report(Reason::Asked)
			},
			decision => decision,
		}
	}

	/// Why a report that is due cannot be sent, if it cannot: what the chain would refuse for a fee.
	pub fn obstacle(&self, report: &Report, now: u64) -> Option<&'static str> {
		let terms = match &self.known {
			Known::Nothing => return Some("terms_unknown"),
			Known::Unlisted => return Some("unknown_feed"),
			Known::Terms(terms) => terms,
		};
		if !terms.member {
			return Some("not_a_member");
		}
		let value = report.price.inner();
		if value < terms.minimum || value > terms.maximum {
			return Some("out_of_bounds");
		}
		if report.observed_at > now.saturating_add(FUTURE_TOLERANCE) {
			return Some("from_future");
		}
		let allowed = terms.maximum_source_age;
		let under_way = UNDER_WAY.min(allowed / 4);
		if now.saturating_sub(report.observed_at) > allowed - under_way {
			return Some("too_old");
		}
		self.is_paused().then_some("paused")
	}

	/// Whether it waits after a refusal.
	pub fn is_paused(&self) -> bool {
		self.paused_until.is_some_and(|until| Instant::now() < until)
	}

	/// Takes note of why a report that is due is not sent, or that none is held back.
	pub fn note_held(&mut self, reason: Option<&'static str>, metrics: &Metrics) {
		metrics.held(&self.feed.name, &HELD, reason);
		if self.had_held != reason {
			if let Some(reason) = reason {
				warn!(feed = self.feed.name, reason, "a report is held back");
			}
			self.had_held = reason;
		}
	}

	/// Takes note of what the chain wants.
	pub fn note_terms(&mut self, terms: Option<Terms>) {
		self.known = terms.map_or(Known::Unlisted, Known::Terms);
		let Some(terms) = terms else { return };
		let heartbeat = self.feed.reporting.heartbeat;
		if heartbeat.saturating_add(ROOM) > terms.time_to_live && !self.warned_of_gap {
			self.warned_of_gap = true;
			warn!(
				feed = self.feed.name,
				heartbeat,
				time_to_live = terms.time_to_live,
				"a report expires about when the next is due or before: shorten the heartbeat"
			);
		}
	}

	/// Takes note of what the chain has of ours.
	pub fn note_last(&mut self, last: Option<Accepted>, metrics: &Metrics) {
		self.last = last;
		if let Some(last) = last {
			metrics.reported(&self.feed.name, last.price, last.observed_at);
		}
	}

	/// Takes note of an accepted report.
	pub fn note_accepted(&mut self, report: &Report, reason: Reason, now: u64, metrics: &Metrics) {
		let accepted =
			Accepted { price: report.price, observed_at: report.observed_at, received_at: now };
		self.note_last(Some(accepted), metrics);
		metrics.accepted(&self.feed.name, reason.label());
		(self.suspect, self.refusals, self.paused_until) = (false, 0, None);
	}

	/// Takes note of a refusal that one feed of the batch is to blame for. Alone, it was this one: it
	/// waits, longer each time.
	pub fn note_refused(&mut self, alone: bool) {
		self.suspect = true;
		if alone {
			self.refusals = self.refusals.saturating_add(1);
			self.paused_until = Some(Instant::now() + backoff(self.refusals));
		}
	}
}

/// The price of a feed at `now`, by this machine's clock, and what metrics say of it and of its sources.
///
/// # Errors
/// [`NoPrice`].
pub fn look(
	feed: &Feed,
	slots: &[Slot],
	now: u64,
	metrics: &Metrics,
) -> Result<Aggregate, NoPrice> {
	let latest: Vec<_> = slots.iter().map(Slot::read).collect();
	let usable: Vec<Sample> = (feed.sources.iter().zip(&latest).enumerate())
		.filter_map(|(source, (config, latest))| {
			let observation = latest.usable(config, now)?;
			let (price, observed_at) = (observation.price, observation.observed_at);
			Some(Sample { source, price, observed_at })
		})
		.collect();
	let result = aggregate(&usable, &feed.aggregation);
	for (index, (config, latest)) in feed.sources.iter().zip(&latest).enumerate() {
		let counts = usable.iter().any(|sample| sample.source == index);
		let agrees = result.as_ref().is_ok_and(|found| found.used.contains(&index));
		let observation = latest.observation.as_ref();
		let age = observation.map_or(0, |found| now.saturating_sub(found.observed_at));
		let state = u64::from(counts) + u64::from(agrees);
		metrics.source_state(&feed.name, &config.name, observation, age, state);
	}
	let (price, used) = match &result {
		Ok(found) => (Some(found.price), found.used.len()),
		Err(_) => (None, 0),
	};
	metrics.feed_state(&feed.name, price, used);
	result
}

/// How long to wait after so many refusals in a row: 6 s, doubled each time, at most 5 minutes. Each costs
/// a fee.
pub fn backoff(refusals: u32) -> Duration {
	let factor = 1u32 << refusals.saturating_sub(1).min(10);
	Duration::from_secs(6).saturating_mul(factor).min(Duration::from_secs(300))
}
