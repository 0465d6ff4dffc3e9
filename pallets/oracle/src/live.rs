//! The live reports of one feed, and what they amount to at a given instant.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use strata_numbers::Price;
use strata_statistics::aggregate;
use strata_traits::{Moment, Quote, Reading};

use crate::types::{FeedConfig, StoredReport, Terms, MAX_MEMBERS};

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
	/// The last aggregate that had a quorum when a report came in, or when one was voided.
	pub last: Option<Quote>,
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

impl<AccountId: Ord> FeedData<AccountId> {
	/// A feed that nobody has reported to.
	pub fn new(terms: Terms) -> Self {
		Self { terms, reports: BoundedVec::new(), last: None, frozen: None }
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

	/// The aggregate of the reports that are fresh at `now`, with their number; `None` below quorum.
	/// Of a frozen feed those count that were received later. O(n²) comparisons at worst, n ≤ 15.
	pub fn aggregated(&self, now: Moment) -> Option<(Quote, u32)> {
		let reports: Vec<_> = self
			.reports
			.iter()
			.filter(|held| self.frozen.is_none_or(|since| held.received_at > since))
			.map(|held| strata_statistics::Report {
				value: held.value.into_inner(),
				observed_at: held.observed_at,
			})
			.collect();
		let found = aggregate(&reports, self.terms.quorum, self.terms.time_to_live, now)?;
		let quote = Quote {
			lower: Price::from_inner(found.lower),
			mid: Price::from_inner(found.mid),
			upper: Price::from_inner(found.upper),
			confidence: Price::from_inner(found.confidence),
			observed_at: found.observed_at,
			valid_until: found.valid_until,
		};
		Some((quote, found.fresh))
	}

	/// The state of the feed at `now`, exact: expiry needs no transaction.
	pub fn reading(&self, now: Moment) -> Reading {
		match (self.aggregated(now), self.last) {
			(Some((quote, fresh)), _) if fresh >= self.terms.members => Reading::Fresh(quote),
			(Some((quote, _)), _) => Reading::Degraded(quote),
			(None, Some(last)) if self.frozen.is_some() => Reading::Frozen(last),
			(None, Some(last)) => Reading::Stale(last),
			(None, None) => Reading::Unknown,
		}
	}

	/// Remembers the aggregate at `now`, if there is one, and returns it. A frozen feed thaws with it,
	/// and what was reported before goes for good.
	pub fn refresh(&mut self, now: Moment) -> Option<(Quote, u32)> {
		let found = self.aggregated(now)?;
		self.last = Some(found.0);
		if let Some(since) = self.frozen.take() {
			self.reports.retain(|held| held.received_at > since);
		}
		Some(found)
	}

	/// Drops the report of `feeder`, if it was observed at `observed_at` or before, and freezes the
	/// feed if its price may rest on it: if the report is fresh, and there was a price. O(n²)
	/// comparisons at worst.
	///
	/// A report whose observation was ahead of the chain's clock is stored as made when it was
	/// received, earlier than it says: hence "or before".
	///
	/// The quote that stays is one without the report, if the others are a quorum.
	pub fn void(&mut self, feeder: &AccountId, observed_at: Moment, now: Moment) -> Option<Voided> {
		let place = self.reports.binary_search_by(|held| held.feeder.cmp(feeder)).ok()?;
		let held = self.reports.get(place).filter(|held| held.observed_at <= observed_at)?;
		let observed_at = held.observed_at;
		let fresh = observed_at.saturating_add(self.terms.time_to_live) > now;
		self.reports.remove(place);
		let last = self.last.filter(|_| fresh && self.frozen.is_none());
		let frozen = last.map(|last| {
			let quote = self.aggregated(now).map_or(last, |(others, _)| others);
			Quote { valid_until: quote.valid_until.min(now), ..quote }
		});
		if frozen.is_some() {
			self.last = frozen;
			self.frozen = Some(now);
		}
		Some(Voided { observed_at, frozen })
	}

	/// Fits the reports to a new configuration: those of leavers and those outside the hard bounds
	/// go, and so does a last quote outside them. Returns the new aggregate, if any.
	pub fn adopt(&mut self, config: &FeedConfig<AccountId>, now: Moment) -> Option<(Quote, u32)> {
		self.terms = config.terms();
		self.reports.retain(|held| config.is_member(&held.feeder) && config.admits(held.value));
		self.last = self
			.last
			.filter(|quote| config.admits(quote.lower) && config.admits(quote.upper))
			// Without the purged reports the quorum may be lost already.
			.map(|quote| Quote { valid_until: quote.valid_until.min(now), ..quote });
		self.refresh(now)
	}
}
