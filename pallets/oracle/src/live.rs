//! The live reports of one feed, and what they amount to at a given instant.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::ArithmeticError;
use strata_numbers::Price;
use strata_statistics::{
	aggregate, aggregate_classes, typical_distance, Aggregate, Average, Class, Gate, GatedPrice,
	Medians, NoAverage, OutlierTerms, Verdict,
};
use strata_traits::{Moment, Quote, Reading};

use crate::{
	conduct::grace,
	config::{FeedConfig, Terms, MAX_MEMBERS},
	track::{Step, Track},
	types::StoredReport,
};

/// Everything a reading of one feed needs, in one storage value.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct FeedData<AccountId> {
	/// A copy of what the feed's configuration says.
	pub terms: Terms,
	/// The latest report of each member that has reported, sorted by feeder. Expired ones stay
	/// until they are replaced, and do not count.
	pub reports: BoundedVec<StoredReport<AccountId>, ConstU32<MAX_MEMBERS>>,
	/// The confirmed price, once there was a quorum.
	pub track: Option<Track>,
	/// When a report that the price rested on was voided, until a quorum has reported anew. Reports
	/// received up to then do not count.
	pub frozen: Option<Moment>,
}

/// What voiding a report did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Voided {
	/// When the report that is gone was observed, as it was stored.
	pub observed_at: Moment,
	/// The last quote, if the feed is frozen by it.
	pub frozen: Option<Quote>,
}

/// What a step did that was taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Taken {
	/// The step.
	pub step: Step,
	/// The quote that is confirmed by it, or the one that it leaves waiting.
	pub quote: Quote,
}

impl Taken {
	/// Whether the quote waits for confirmation.
	pub fn waits(&self) -> bool {
		self.step.verdict == Verdict::Held
	}
}

impl<AccountId: Ord> FeedData<AccountId> {
	/// A feed that nobody has reported to.
	pub fn new(terms: Terms) -> Self {
		Self { terms, reports: BoundedVec::new(), track: None, frozen: None }
	}

	/// The latest report of `feeder`. O(log n).
	pub fn report_of(&self, feeder: &AccountId) -> Option<&StoredReport<AccountId>> {
		let place = self.reports.binary_search_by(|held| held.feeder.cmp(feeder)).ok()?;
		self.reports.get(place)
	}

	/// Puts `report` in the place of its feeder's last one. O(n).
	///
	/// # Errors
	/// Gives the report back if it is one more than [`MAX_MEMBERS`]: impossible while only members
	/// report.
	pub fn put(&mut self, report: StoredReport<AccountId>) -> Result<(), StoredReport<AccountId>> {
		match self.reports.binary_search_by(|held| held.feeder.cmp(&report.feeder)) {
			Ok(place) => match self.reports.get_mut(place) {
				Some(held) => {
					*held = report;
					Ok(())
				},
				None => Err(report),
			},
			Err(place) => self.reports.try_insert(place, report),
		}
	}

	/// The reports that may count, fresh or not, each with the class of its feeder: of a frozen feed
	/// those that were received later.
	fn counting(&self) -> impl Iterator<Item = (Class, strata_statistics::Report)> + '_ {
		self.reports
			.iter()
			.filter(|held| self.frozen.is_none_or(|since| held.received_at > since))
			.map(|held| {
				let value = held.value.into_inner();
				(held.class, strata_statistics::Report { value, observed_at: held.observed_at })
			})
	}

	/// How many reports are fresh at `now` and count, for runtime APIs.
	pub fn fresh(&self, now: Moment) -> u32 {
		let time_to_live = self.terms.time_to_live;
		let fresh =
			self.counting().filter(|(_, it)| it.observed_at.saturating_add(time_to_live) > now);
		u32::try_from(fresh.count()).unwrap_or(u32::MAX)
	}

	/// What the reports that are fresh at `now` amount to; `None` below quorum, that of a class
	/// included. O(n²) comparisons at worst, n ≤ 15, for each class and for all.
	pub fn aggregated(&self, now: Moment) -> Option<Aggregate> {
		let Terms { quorum, time_to_live, .. } = self.terms;
		match &self.terms.classes {
			Some(classes) => {
				let reports: Vec<_> = self.counting().collect();
				let (quorums, rule) = (&classes.quorums, classes.rule);
				aggregate_classes(&reports, quorums, rule, quorum, time_to_live, now).ok()
			},
			None => aggregate(&self.values(), quorum, time_to_live, now),
		}
	}

	/// What a step at `now` would make of the price; `None` below quorum. It is not taken.
	pub fn step(&self, now: Moment) -> Option<Step> {
		let found = self.aggregated(now)?;
		let accepted = |price| Some(Step { price, found, verdict: Verdict::Accepted });
		let first = GatedPrice::first(found.medians(), found.observed_at);
		let (Some(gate), Some(track)) = (&self.terms.gate, &self.track) else {
			return accepted(first);
		};
		// A price that has not moved is near: no need to find out how far it might.
		if track.price.gate == Gate::Confirmed && track.price.confirmed == first.confirmed {
			return accepted(first);
		}
		let Terms { quorum, time_to_live, .. } = self.terms;
		let variance = track.volatility.variance;
		let reports = self.values();
		let (price, found, verdict) =
			track.price.step(&reports, quorum, time_to_live, now, variance, gate)?;
		let at = match verdict {
			Verdict::Held => price.at,
			// How far it may have moved since then is a question of how old the looks are.
			_ => found.observed_at,
		};
		Some(Step { price: GatedPrice { at, ..price }, found, verdict })
	}

	/// The state of the feed at `now`: what a step would say that nothing but time has brought about.
	/// Exact, without a transaction: reports expire, a price leaves the gate because others than those
	/// that expired say something else, a jump is confirmed by having lasted.
	pub fn reading(&self, now: Moment) -> Reading {
		// Where there is a quorum there is a track.
		let Some(track) = &self.track else { return Reading::Unknown };
		let Some(step) = self.step(now) else {
			let last = track.last(&self.terms, now);
			return match self.frozen {
				Some(_) => Reading::Frozen(last),
				None => Reading::Stale(last),
			};
		};
		let confirmed = track.confirmed_by(&step, &self.terms, now);
		match step.price.gate {
			Gate::Pending(_) => {
				Reading::Pending { confirmed, current: track.reported(&step, &self.terms, now) }
			},
			Gate::Confirmed if step.found.fresh >= self.terms.members => Reading::Fresh(confirmed),
			Gate::Confirmed => Reading::Degraded(confirmed),
		}
	}

	/// The same with the price that was confirmed at least the feed's delay ago, in the place of the
	/// confirmed one: `least` and `most` take it in, confidence and times are those of today's. Unknown
	/// until a price is old enough.
	pub fn delayed(&self, now: Moment) -> Reading {
		let delay = self.terms.delay;
		let reading = self.reading(now);
		if delay == 0 {
			return reading;
		}
		let delayed = self.track.and_then(|track| track.delayed);
		let Some(old) = delayed.and_then(|delayed| delayed.price(delay, now)) else {
			return Reading::Unknown;
		};
		match reading {
			Reading::Fresh(quote) => Reading::Fresh(with(quote, old)),
			Reading::Degraded(quote) => Reading::Degraded(with(quote, old)),
			Reading::Stale(quote) => Reading::Stale(with(quote, old)),
			Reading::Frozen(quote) => Reading::Frozen(with(quote, old)),
			Reading::Pending { confirmed, current } => {
				Reading::Pending { confirmed: with(confirmed, old), current }
			},
			Reading::Unknown => Reading::Unknown,
		}
	}

	/// The average of the middle of the confirmed price: [`Track::average`].
	///
	/// # Errors
	/// [`NoAverage`]: of a feed that never had a price [`NoAverage::TooLong`].
	pub fn average(&self, now: Moment, length: Moment) -> Result<Average, NoAverage> {
		self.track.ok_or(NoAverage::TooLong)?.average(now, length)
	}

	/// Since when there has been a quorum without a break, if there was one just before `now`: before
	/// the step that is about to be taken.
	pub fn quorum_since(&self, now: Moment) -> Option<Moment> {
		let track =
			self.track.filter(|track| self.frozen.is_none() && track.basis.valid_until >= now)?;
		Some(track.quorum_since)
	}

	/// Takes the step at `now`, if there is a quorum. A frozen feed thaws with it, and what was reported
	/// before goes for good.
	///
	/// # Errors
	/// [`ArithmeticError::Overflow`]: see [`Track::taken`].
	pub fn refresh(
		&mut self,
		config: &FeedConfig<AccountId>,
		now: Moment,
	) -> Result<Option<Taken>, ArithmeticError> {
		let Some(step) = self.step(now) else { return Ok(None) };
		let track = match self.track {
			Some(track) => track.taken(&step, config, now).ok_or(ArithmeticError::Overflow)?,
			None => Track::starting(&step, config, now),
		};
		self.track = Some(track);
		if let Some(since) = self.frozen.take() {
			self.reports.retain(|held| held.received_at > since);
		}
		let quote = match step.verdict {
			Verdict::Held => track.reported(&step, &self.terms, now),
			_ => track.last(&self.terms, now),
		};
		Ok(Some(Taken { step, quote }))
	}

	/// Whether `value`, observed at `observed_at`, lies far off what was `found` at `now`, given the time
	/// since the older of the two. The variance is the one after the step: a jump that is confirmed
	/// excuses. O(n²) comparisons at worst.
	pub fn is_off(
		&self,
		value: Price,
		observed_at: Moment,
		found: &Aggregate,
		terms: &OutlierTerms,
		now: Moment,
	) -> bool {
		let Some(track) = &self.track else { return false };
		let typical = typical_distance(&self.values(), found.mid, self.terms.time_to_live, now);
		let Some(typical) = typical else { return false };
		let variance = track.volatility.variance;
		let elapsed = now.saturating_sub(observed_at.min(found.observed_at));
		terms.is_outlier(value.into_inner(), found.medians(), typical, variance, elapsed)
	}

	/// Judges the report of `feeder` that has just been taken in, and the `previous` one: the new one is
	/// doubted if it is off. The previous one is an outlier if it was doubted and is off still, given the
	/// time since, and the new one takes it back, or the feeder has insisted for [`grace`]: who is the
	/// first to see a jump must not be struck for saying so again before the others follow. A previous one
	/// that the others have borne out by now excuses: doubt starts over with what is said next. Below
	/// quorum there is nothing to judge by.
	pub fn judge(
		&mut self,
		feeder: &AccountId,
		previous: Option<&StoredReport<AccountId>>,
		found: &Aggregate,
		terms: &OutlierTerms,
		now: Moment,
		day: Moment,
	) -> bool {
		let Ok(place) = self.reports.binary_search_by(|held| held.feeder.cmp(feeder)) else {
			return false;
		};
		let off = |data: &Self, held: &StoredReport<AccountId>| {
			data.is_off(held.value, held.observed_at, found, terms, now)
		};
		let off_now = self.reports.get(place).is_some_and(|held| off(self, held));
		let since = previous.and_then(|held| held.doubted_since.filter(|_| off(self, held)));
		let grace = grace(self.terms.time_to_live, day);
		let outlier = since.is_some_and(|since| !off_now || now.saturating_sub(since) >= grace);
		if let Some(held) = self.reports.get_mut(place) {
			held.doubted_since = off_now.then(|| since.filter(|_| !outlier).unwrap_or(now));
		}
		outlier
	}

	/// The reports that may count, without their classes.
	fn values(&self) -> Vec<strata_statistics::Report> {
		self.counting().map(|(_, report)| report).collect()
	}

	/// Drops the report of `feeder`, if it was observed at `observed_at` or before, and freezes the
	/// feed if its price may rest on it: if the report is fresh, and there was a price. O(n²)
	/// comparisons at worst.
	///
	/// A report whose observation was ahead of the chain's clock is stored as made when it was
	/// received, earlier than it says: hence "or before".
	///
	/// The quote that stays is one without the report, if the others are a quorum and theirs is near
	/// the confirmed price.
	pub fn void(&mut self, feeder: &AccountId, observed_at: Moment, now: Moment) -> Option<Voided> {
		let place = self.reports.binary_search_by(|held| held.feeder.cmp(feeder)).ok()?;
		let held = self.reports.get(place).filter(|held| held.observed_at <= observed_at)?;
		let observed_at = held.observed_at;
		let fresh = observed_at.saturating_add(self.terms.time_to_live) > now;
		self.reports.remove(place);
		let track = self.track.filter(|_| fresh && self.frozen.is_none());
		let frozen = track.map(|track| {
			let track = track.voided(self.step(now), &self.terms, now);
			self.track = Some(track);
			self.frozen = Some(now);
			track.last(&self.terms, now)
		});
		Some(Voided { observed_at, frozen })
	}

	/// Fits the reports to a new configuration: those of leavers and those outside the hard bounds
	/// go, and so does a confirmed price outside them, with all that was known of it. Takes a step if
	/// there is still a quorum. Of a time to live that is shorter now nobody knew before: no time up to
	/// `now` counts as silence by it.
	///
	/// # Errors
	/// [`ArithmeticError::Overflow`]: see [`Track::taken`].
	pub fn adopt(
		&mut self,
		config: &FeedConfig<AccountId>,
		now: Moment,
	) -> Result<Option<Taken>, ArithmeticError> {
		let shorter = config.time_to_live < self.terms.time_to_live;
		self.terms = config.terms();
		self.reports.retain(|held| config.is_member(&held.feeder) && config.admits(held.value));
		for held in self.reports.iter_mut() {
			held.class = config.class_of(&held.feeder);
		}
		self.track = self.track.and_then(|track| track.adopted(config, now));
		if let Some(track) = self.track.as_mut().filter(|_| shorter) {
			track.quorum_since = now;
		}
		self.refresh(config, now)
	}
}

/// `quote` at another price.
fn with(quote: Quote, price: Medians) -> Quote {
	let (lower, upper) = (Price::from_inner(price.lower), Price::from_inner(price.upper));
	Quote {
		lower,
		mid: Price::from_inner(price.mid()),
		upper,
		least: quote.least.min(lower),
		most: quote.most.max(upper),
		..quote
	}
}
