//! Acceptance of reports: accepted as they are or rejected, never clamped into shape.

use alloc::{collections::BTreeSet, vec::Vec};

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Get, Time},
	BoundedVec,
};
use sp_runtime::DispatchError;
use strata_traits::{FeedId, Moment};

use crate::{
	config::{FeedConfig, FUTURE_TOLERANCE},
	live::{FeedData, Taken},
	types::{Outcome, Report, StoredReport},
	Config, Error, Event, Feeders, Feeds, Live, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Whether `who` is a member of `feed`. One read.
	///
	/// For a runtime that wants to know, before it makes room for a batch, that it is not just anybody's: bond, notice and
	/// jail are looked at when the batch is carried out, and whoever is refused then pays.
	pub fn may_report(who: &T::AccountId, feed: FeedId) -> bool {
		Feeds::<T>::get(feed).is_some_and(|config| config.is_member(who))
	}

	/// Accepts every report of the batch, or none. Three reads and, of the feeder's record, one write;
	/// for each report two reads and one write.
	pub(crate) fn do_report(
		feeder: T::AccountId,
		reports: BoundedVec<Report, T::MaxReports>,
	) -> DispatchResult {
		ensure!(!reports.is_empty(), Error::<T>::EmptyBatch);
		let mut record = Self::reporting(&feeder)?;
		let (now, day) = (T::Time::now(), T::Day::get());
		let mut feeds = BTreeSet::<FeedId>::new();
		let mut outcomes = Vec::new();
		for report in &reports {
			ensure!(feeds.insert(report.feed), Error::<T>::DuplicateFeed);
			outcomes.push(Self::accept(&feeder, report, now, day)?);
		}
		Self::note_batch(&feeder, &mut record, &outcomes, now, day)?;
		Feeders::<T>::insert(&feeder, record);
		let count = u32::try_from(feeds.len()).map_err(|_| Error::<T>::TooManyReports)?;
		Self::deposit_event(Event::Reported { feeder, count });
		Ok(())
	}

	/// Accepts one report: one read of the feed, one read and one write of its reports.
	fn accept(
		feeder: &T::AccountId,
		report: &Report,
		now: Moment,
		day: Moment,
	) -> Result<Outcome, DispatchError> {
		let config = Feeds::<T>::get(report.feed).ok_or(Error::<T>::UnknownFeed)?;
		ensure!(config.is_member(feeder), Error::<T>::NotAFeeder);
		Self::ensure_plausible(&config, report, now)?;
		let stored = StoredReport {
			feeder: feeder.clone(),
			class: config.class_of(feeder),
			value: report.value,
			half_width: report.half_width,
			// A feeder whose clock is ahead must not outlive the others.
			observed_at: report.observed_at.min(now),
			received_at: now,
			doubted_since: None,
		};
		let (outcome, taken) = Live::<T>::try_mutate(report.feed, |slot| {
			let data = slot.as_mut().ok_or(Error::<T>::UnknownFeed)?;
			let previous = data.report_of(feeder).cloned();
			if let Some(previous) = &previous {
				// Valid reports are free: one for each feeder, feed and block bounds what that costs.
				ensure!(previous.received_at < now, Error::<T>::AlreadyReported);
				ensure!(previous.observed_at < stored.observed_at, Error::<T>::NotNewer);
			}
			let (silent_for, since_last) = absence(data, previous.as_ref(), now);
			data.put(stored).map_err(|_| Error::<T>::TooManyReports)?;
			let taken = data.refresh(&config, now)?;
			let outlier = taken.is_some_and(|taken| {
				data.judge(feeder, previous.as_ref(), &taken.step.found, &config.outlier, now, day)
			});
			let outcome = Outcome {
				feed: report.feed,
				outlier,
				counted: taken.is_some(),
				reward: config.reward,
				silent_for,
				since_last,
				expected_every: config.time_to_live,
			};
			Ok::<_, DispatchError>((outcome, taken))
		})?;
		Self::tell(report.feed, taken);
		Ok(outcome)
	}

	/// Tells what became of the quote of a feed.
	pub(crate) fn tell(feed: FeedId, taken: Option<Taken>) {
		let Some(taken) = taken else { return };
		let (quote, fresh) = (taken.quote, taken.step.found.fresh);
		Self::deposit_event(match taken.waits() {
			true => Event::PriceHeld { feed, quote, fresh },
			false => Event::PriceUpdated { feed, quote, fresh },
		});
	}

	/// What can be said of a report without knowing any other.
	fn ensure_plausible(
		config: &FeedConfig<T::AccountId>,
		report: &Report,
		now: Moment,
	) -> DispatchResult {
		ensure!(config.admits(report.value), Error::<T>::OutsideBounds);
		ensure!(report.half_width <= report.value, Error::<T>::HalfWidthTooLarge);
		let ahead = report.observed_at.saturating_sub(now);
		ensure!(ahead <= FUTURE_TOLERANCE, Error::<T>::ObservedInFuture);
		let age = now.saturating_sub(report.observed_at);
		ensure!(age <= config.maximum_source_age, Error::<T>::ObservedTooLongAgo);
		Ok(())
	}
}

/// For how long a feeder that reports again had no fresh report while others were a quorum, and how
/// long ago it reported last: see [`Outcome`]. Both are 0 if it had not reported.
pub(crate) fn absence<AccountId: Ord>(
	data: &FeedData<AccountId>,
	previous: Option<&StoredReport<AccountId>>,
	now: Moment,
) -> (Moment, Moment) {
	let Some(previous) = previous else { return (0, 0) };
	let expired = previous.observed_at.saturating_add(data.terms.time_to_live);
	let silent = data.quorum_since(now).map_or(0, |since| now.saturating_sub(since.max(expired)));
	(silent, now.saturating_sub(previous.received_at))
}
