//! Acceptance of reports: accepted as they are or rejected, never clamped into shape.

use alloc::collections::BTreeSet;

use frame_support::{dispatch::DispatchResult, ensure, traits::Time, BoundedVec};
use sp_runtime::DispatchError;
use strata_traits::{FeedId, Moment};

use crate::{
	types::{FeedConfig, Report, StoredReport, FUTURE_TOLERANCE},
	Config, Error, Event, Feeds, Live, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Accepts every report of the batch, or none.
	pub(crate) fn do_report(
		feeder: T::AccountId,
		reports: BoundedVec<Report, T::MaxReports>,
	) -> DispatchResult {
		ensure!(!reports.is_empty(), Error::<T>::EmptyBatch);
		Self::ensure_bonded(&feeder)?;
		let now = T::Time::now();
		let mut feeds = BTreeSet::<FeedId>::new();
		for report in &reports {
			ensure!(feeds.insert(report.feed), Error::<T>::DuplicateFeed);
			Self::accept(&feeder, report, now)?;
		}
		let count = u32::try_from(feeds.len()).map_err(|_| Error::<T>::TooManyReports)?;
		Self::deposit_event(Event::Reported { feeder, count });
		Ok(())
	}

	/// Accepts one report: one read of the feed, one read and one write of its reports.
	fn accept(feeder: &T::AccountId, report: &Report, now: Moment) -> DispatchResult {
		let config = Feeds::<T>::get(report.feed).ok_or(Error::<T>::UnknownFeed)?;
		ensure!(config.is_member(feeder), Error::<T>::NotAFeeder);
		Self::ensure_plausible(&config, report, now)?;
		let stored = StoredReport {
			feeder: feeder.clone(),
			value: report.value,
			half_width: report.half_width,
			// A feeder whose clock is ahead must not outlive the others.
			observed_at: report.observed_at.min(now),
			received_at: now,
		};
		let updated = Live::<T>::try_mutate(report.feed, |slot| {
			let data = slot.as_mut().ok_or(Error::<T>::UnknownFeed)?;
			if let Some(previous) = data.report_of(feeder) {
				// Valid reports are free: one for each feeder, feed and block bounds what that costs.
				ensure!(previous.received_at < now, Error::<T>::AlreadyReported);
				ensure!(previous.observed_at < stored.observed_at, Error::<T>::NotNewer);
			}
			data.put(stored).map_err(|_| Error::<T>::TooManyReports)?;
			Ok::<_, DispatchError>(data.refresh(now))
		})?;
		if let Some((quote, fresh)) = updated {
			Self::deposit_event(Event::PriceUpdated { feed: report.feed, quote, fresh });
		}
		Ok(())
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
