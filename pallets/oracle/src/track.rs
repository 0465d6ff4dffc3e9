//! What is known of a feed's price: the confirmed one, how volatile it is, what it was of late.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::Price;
use strata_statistics::{
	Aggregate, Average, Gate, GatedPrice, Medians, NoAverage, Observation, Ring, Side, Verdict,
	Volatility, Window, WINDOW_PARTS,
};
use strata_traits::{Moment, Quote};

use crate::config::{FeedConfig, Terms};

/// How many observations of a price are kept for its average.
pub const OBSERVATIONS: usize = 24;
/// Shortest time between two of them: 10 minutes, in milliseconds. So averages go back by 230 minutes
/// at least, once a feed is that old.
pub const OBSERVATION_SPACING: Moment = 10 * 60 * 1_000;

/// Parts of a window that it covers whole, the latest not among them.
const COVERED_PARTS: u64 = WINDOW_PARTS - 1;

/// What the reports of a feed make of its price at an instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
	/// The confirmed price after it, and whether the quote is confirmed.
	pub price: GatedPrice,
	/// What the reports amount to.
	pub found: Aggregate,
	/// What became of it.
	pub verdict: Verdict,
}

/// What a price rests on.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Basis {
	/// Half-width of the quartiles, in the unit of the feed.
	pub confidence: u128,
	/// Observation time of the oldest report that the quorum rests on.
	pub observed_at: Moment,
	/// Until when the reports make a quorum, if nobody reports again.
	pub valid_until: Moment,
}

impl Basis {
	/// What an aggregate rests on.
	const fn of(found: &Aggregate) -> Self {
		Self {
			confidence: found.confidence,
			observed_at: found.observed_at,
			valid_until: found.valid_until,
		}
	}
}

/// The price of a feed as far as it was confirmed. A price is confirmed by the transaction that makes
/// it so: what readings say between two of them leaves no trace here.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Track {
	/// The confirmed price, and whether the last quote is. Its time is that of the oldest look that it
	/// rests on: what it may have moved since goes by that.
	pub price: GatedPrice,
	/// What the confirmed price rests on. `valid_until` is that of the last quote, confirmed or not.
	pub basis: Basis,
	/// Since when there has been a quorum without a break, as far as `basis.valid_until`, and the time to
	/// live has been no longer than now: silence counts from then on.
	pub quorum_since: Moment,
	/// How volatile the confirmed price is.
	pub volatility: Volatility,
	/// The extremes of confirmed prices until the moment of the last step. None in the first one.
	extremes: Option<Extremes>,
	/// What the middle of the confirmed price has added up to, until the last step.
	pub sum: Observation,
	/// The same at some moments before.
	ring: Ring<OBSERVATIONS>,
	/// The price some time ago, of a feed with a delay.
	pub delayed: Option<Delayed>,
}

/// The lowest and the highest confirmed price of late.
///
/// Of the prices that are confirmed in one block only the last counts: the others held for no time, and
/// depend on the order of transactions.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
struct Extremes {
	/// Seen from above the lowest price is the nearest.
	lowest: Window,
	/// Seen from below the highest is.
	highest: Window,
}

impl Extremes {
	/// With `price` as the one that holds from `now` on. The windows are a fifth longer than the
	/// latency, and so cover all of it: a window covers five sixths of its length at least.
	fn with(self, price: Medians, terms: &Terms, now: Moment) -> Self {
		let length = terms.latency.div_ceil(COVERED_PARTS).saturating_mul(WINDOW_PARTS);
		Self {
			lowest: self.lowest.quoted(price, Side::Above, now, length),
			highest: self.highest.quoted(price, Side::Below, now, length),
		}
	}

	/// With nothing but `price`.
	const fn starting(price: Medians, now: Moment) -> Self {
		let window = Window::starting(price, now);
		Self { lowest: window, highest: window }
	}

	/// The least lower and the largest upper median.
	fn found(&self) -> (u128, u128) {
		(self.lowest.nearest(Side::Above).lower, self.highest.nearest(Side::Below).upper)
	}
}

/// The price of two moments before: Maker's oracle security module, which looks at the price when it
/// is told something, not at times of its own.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Delayed {
	/// The delayed price until `next` is old enough. There is none at first.
	pub current: Option<Medians>,
	/// The delayed price after that.
	pub next: Medians,
	/// When `next` was the confirmed price.
	pub at: Moment,
}

impl Delayed {
	/// Starts with a price that is too new.
	const fn starting(next: Medians, at: Moment) -> Self {
		Self { current: None, next, at }
	}

	/// Whether `next` is old enough at `now`.
	const fn is_due(&self, delay: Moment, now: Moment) -> bool {
		now.saturating_sub(self.at) >= delay
	}

	/// Takes `price`, confirmed at `now`, in the place of a `next` that is old enough, or of one of this
	/// very moment: of all that is confirmed in a block the last counts.
	fn turned(self, price: Medians, delay: Moment, now: Moment) -> Self {
		if self.at == now {
			Self { next: price, ..self }
		} else if self.is_due(delay, now) {
			Self { current: Some(self.next), next: price, at: now }
		} else {
			self
		}
	}

	/// The price that was the confirmed one at `now − delay` or before.
	pub const fn price(&self, delay: Moment, now: Moment) -> Option<Medians> {
		match self.is_due(delay, now) {
			true => Some(self.next),
			false => self.current,
		}
	}
}

impl Track {
	/// Begins with the first price of a feed.
	pub fn starting<AccountId: Ord>(
		step: &Step,
		config: &FeedConfig<AccountId>,
		now: Moment,
	) -> Self {
		let price = step.price;
		let sum = Observation::starting(now);
		Self {
			price,
			basis: Basis::of(&step.found),
			quorum_since: now,
			volatility: Volatility::starting(price.confirmed.mid(), now, config.starting_variance),
			extremes: None,
			sum,
			ring: Ring::starting(sum),
			delayed: (config.delay > 0).then(|| Delayed::starting(price.confirmed, now)),
		}
	}

	/// After a step at `now`.
	///
	/// `None` on overflow, of which there is none while times do not run backwards and the terms are
	/// valid: variances are bounded ([`SHORTEST_INTERVAL`](crate::SHORTEST_INTERVAL)), sums have room for
	/// 10^30 years.
	pub fn taken<AccountId: Ord>(
		self,
		step: &Step,
		config: &FeedConfig<AccountId>,
		now: Moment,
	) -> Option<Self> {
		let terms = config.terms();
		let mut next = self.turned(&terms, now).summed(now)?;
		if next.basis.valid_until < now {
			next.quorum_since = now;
		}
		next.price = step.price;
		let confirmed = step.price.confirmed;
		if step.verdict == Verdict::Held {
			next.basis.valid_until = step.found.valid_until;
		} else {
			next.basis = Basis::of(&step.found);
			next.volatility = match next.extremes {
				Some(_) => next.volatility.observed(confirmed.mid(), now, &config.volatility)?,
				// Of the first block, too, the last price counts.
				None => Volatility::starting(confirmed.mid(), now, config.starting_variance),
			};
		}
		next.delayed = (config.delay > 0).then(|| match next.delayed {
			Some(delayed) => delayed.turned(confirmed, config.delay, now),
			None => Delayed::starting(confirmed, now),
		});
		Some(next)
	}

	/// After the court voided a report that the price rests on, or may rest on: it is void from `now`
	/// on. If the others are a quorum whose quote is near, theirs is what is left of it; a jump that
	/// waited must begin anew; and no delayed price is left, for it may be as wrong.
	pub fn voided(self, others: Option<Step>, terms: &Terms, now: Moment) -> Self {
		// Nothing more is added up after this, whatever happens to the sum.
		let turned = self.turned(terms, now);
		let mut next = turned.summed(now).unwrap_or(turned);
		match others {
			Some(step) if step.verdict == Verdict::Accepted => {
				next.price = step.price;
				next.basis = Basis::of(&step.found);
			},
			_ => (),
		}
		next.basis.valid_until = next.basis.valid_until.min(now);
		if let Gate::Pending(Some(_)) = next.price.gate {
			next.price.gate = Gate::Pending(None);
		}
		next.delayed = None;
		next
	}

	/// Under other terms, before the next step: nothing is left if the price is not inside the hard
	/// bounds. What the quorum was is to be found out anew.
	pub fn adopted<AccountId: Ord>(
		self,
		config: &FeedConfig<AccountId>,
		now: Moment,
	) -> Option<Self> {
		if !admits(config, self.price.confirmed) {
			return None;
		}
		let mut next = self;
		next.basis.valid_until = next.basis.valid_until.min(now);
		if config.gate.is_none() {
			next.price.gate = Gate::Confirmed;
		}
		next.delayed = next.delayed.filter(|delayed| {
			admits(config, delayed.next)
				&& delayed.current.is_none_or(|current| admits(config, current))
		});
		Some(next)
	}

	/// The last confirmed quote, as it is at `now`.
	pub fn last(&self, terms: &Terms, now: Moment) -> Quote {
		self.quote(self.price.confirmed, self.basis, terms, now)
	}

	/// The confirmed quote after a step that is not taken.
	pub fn confirmed_by(&self, step: &Step, terms: &Terms, now: Moment) -> Quote {
		let basis = match step.verdict {
			Verdict::Held => Basis { valid_until: step.found.valid_until, ..self.basis },
			_ => Basis::of(&step.found),
		};
		self.quote(step.price.confirmed, basis, terms, now)
	}

	/// What the reports say, confirmed or not.
	pub fn reported(&self, step: &Step, terms: &Terms, now: Moment) -> Quote {
		self.quote(step.found.medians(), Basis::of(&step.found), terms, now)
	}

	/// The average of the middle of the confirmed price over the last `length` milliseconds at least.
	///
	/// A price that waits for confirmation does not count before it is confirmed; the one before it
	/// does. Time without a quorum, or after a price was voided, makes a window incomplete.
	///
	/// # Errors
	/// [`NoAverage`].
	pub fn average(&self, now: Moment, length: Moment) -> Result<Average, NoAverage> {
		let present = self.summed(now).ok_or(NoAverage::Inconsistent)?.sum;
		self.ring.average(&present, length)
	}

	/// The observations of averages: the newest in the ring, and the sum.
	pub fn observations(&self) -> (Option<&Observation>, &Observation) {
		(self.ring.newest(), &self.sum)
	}

	/// With what the confirmed price has added up to until `now`.
	fn summed(mut self, now: Moment) -> Option<Self> {
		let mid = self.price.confirmed.mid();
		self.sum = self.sum.advanced(mid, self.basis.valid_until, now)?;
		self.ring.observe(self.sum, OBSERVATION_SPACING);
		Some(self)
	}

	/// With the price of the last step among the extremes, if that was before `now`.
	fn turned(mut self, terms: &Terms, now: Moment) -> Self {
		let (price, moment) = (self.price.confirmed, self.sum.at);
		if moment < now {
			self.extremes = Some(match self.extremes {
				Some(extremes) => extremes.with(price, terms, moment),
				None => Extremes::starting(price, moment),
			});
		}
		self
	}

	/// A quote of these medians at `now`.
	fn quote(&self, price: Medians, basis: Basis, terms: &Terms, now: Moment) -> Quote {
		let extremes = self.turned(terms, now).extremes;
		let extremes = extremes
			.map_or(Extremes::starting(price, now), |extremes| extremes.with(price, terms, now));
		let (least, most) = extremes.found();
		Quote {
			lower: Price::from_inner(price.lower),
			mid: Price::from_inner(price.mid()),
			upper: Price::from_inner(price.upper),
			confidence: Price::from_inner(basis.confidence),
			observed_at: basis.observed_at,
			valid_until: basis.valid_until,
			least: Price::from_inner(least),
			most: Price::from_inner(most),
			variance: self.volatility.variance,
			latency: terms.latency,
		}
	}
}

/// Whether both medians lie inside the hard bounds.
fn admits<AccountId: Ord>(config: &FeedConfig<AccountId>, price: Medians) -> bool {
	config.admits(Price::from_inner(price.lower)) && config.admits(Price::from_inner(price.upper))
}
