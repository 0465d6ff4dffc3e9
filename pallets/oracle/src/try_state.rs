//! What must hold between blocks.

use alloc::collections::{BTreeMap, BTreeSet};

use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get, Time},
};
use sp_runtime::TryRuntimeError;
use strata_numbers::Price;
use strata_statistics::{Gate, Medians};
use strata_traits::{FeedId, Quote};

use crate::{
	config::{FeedConfig, Terms},
	live::FeedData,
	track::Track,
	Cases, Config, Feeders, Feeds, HoldReason, Live, Pallet, Removed,
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of the pallet.
	///
	/// - at most `MaxFeeds` feeds, each with its reports, and no reports of any other;
	/// - no feed that is listed is kept from being listed, and none is kept from it twice;
	/// - every configuration validates, with its members sorted, and its copy beside the reports is
	///   true;
	/// - one report at most per member and none of anybody else, inside the hard bounds, not
	///   observed after it was received, not received in the future, not doubted since later;
	/// - each report is of the class of its feeder;
	/// - the confirmed price is in order and inside the hard bounds, and so is a delayed one; it was
	///   confirmed in the past; every quote is in order;
	/// - a feed without a gate holds nothing back;
	/// - with a quorum there is a confirmed price, and the quorum lasts as long as is written down;
	/// - what prices add up to does not run ahead of the clock, nor fall;
	/// - a frozen feed was frozen in the past, has no quorum since, no price that lasts longer, and no
	///   delayed price;
	/// - each bond is what its feeder has on hold for it, and counts the cases against it; one of
	///   which nothing is left has a case, or is owed rewards;
	/// - what `check_upkeep` says.
	///
	/// # Errors
	/// The first invariant that does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(Feeds::<T>::count() <= T::MaxFeeds::get(), "oracle: more feeds than allowed");
		let mut listed = 0u32;
		for (feed, config) in Feeds::<T>::iter() {
			listed = listed.saturating_add(1);
			ensure!(config.validate().is_ok(), "oracle: a feed does not validate");
			let data = Live::<T>::get(feed).ok_or("oracle: a feed without its reports")?;
			Self::check_reports(&config, &data)?;
			Self::check_quorum(&data)?;
			if let Some(track) = &data.track {
				Self::check_track(&config, &data.terms, track)?;
			}
			Self::check_frozen(&data)?;
		}
		ensure!(listed == Feeds::<T>::count(), "oracle: the count of feeds is wrong");
		let orphan = Live::<T>::iter_keys().any(|feed| !Feeds::<T>::contains_key(feed));
		ensure!(!orphan, "oracle: reports of a feed that is not listed");
		let removed: BTreeSet<FeedId> = Removed::<T>::get().iter().map(|(feed, _)| *feed).collect();
		let twice = removed.len() != Removed::<T>::decode_len().unwrap_or_default();
		ensure!(!twice, "oracle: a feed was removed twice");
		let listed = removed.iter().any(Feeds::<T>::contains_key);
		ensure!(!listed, "oracle: a removed feed is listed");
		Self::check_bonds()
	}

	fn check_frozen(data: &FeedData<T::AccountId>) -> Result<(), TryRuntimeError> {
		let Some(since) = data.frozen else { return Ok(()) };
		let now = T::Time::now();
		ensure!(since <= now, "oracle: frozen in the future");
		ensure!(data.aggregated(now).is_none(), "oracle: frozen with a quorum");
		let Some(track) = &data.track else { return Ok(()) };
		ensure!(track.basis.valid_until <= since, "oracle: a frozen price that lasts");
		ensure!(track.delayed.is_none(), "oracle: a frozen feed with a delayed price");
		Ok(())
	}

	fn check_bonds() -> Result<(), TryRuntimeError> {
		let mut cases = BTreeMap::<T::AccountId, u32>::new();
		for open in Cases::<T>::iter_values() {
			let count = cases.entry(open.feeder).or_default();
			*count = count.saturating_add(1);
		}
		for (feeder, bond) in Feeders::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::FeederBond.into(), &feeder);
			ensure!(held == bond.amount, "oracle: a bond is not what is on hold");
			let counted = cases.remove(&feeder).unwrap_or_default();
			ensure!(counted == bond.cases, "oracle: a bond counts other cases than there are");
			ensure!(!bond.is_over(), "oracle: nothing is left of a bond");
		}
		ensure!(cases.is_empty(), "oracle: a case against somebody without a bond");
		Self::check_upkeep()
	}

	fn check_reports(
		config: &FeedConfig<T::AccountId>,
		data: &FeedData<T::AccountId>,
	) -> Result<(), TryRuntimeError> {
		ensure!(data.terms == config.terms(), "oracle: terms differ from the configuration");
		let mut neighbours = data.reports.iter().zip(data.reports.iter().skip(1));
		let ordered = neighbours.all(|(one, next)| one.feeder < next.feeder);
		ensure!(ordered, "oracle: reports out of order, or two of one feeder");
		let now = T::Time::now();
		for report in &data.reports {
			ensure!(config.is_member(&report.feeder), "oracle: a report of a stranger");
			let class = config.class_of(&report.feeder);
			ensure!(report.class == class, "oracle: a report of another class than its feeder");
			ensure!(config.admits(report.value), "oracle: a report outside the hard bounds");
			ensure!(report.half_width <= report.value, "oracle: a half-width above its value");
			ensure!(report.observed_at <= report.received_at, "oracle: observed after receipt");
			ensure!(report.received_at <= now, "oracle: received in the future");
			let doubted = report.doubted_since.is_none_or(|since| since <= report.received_at);
			ensure!(doubted, "oracle: doubted since after receipt");
		}
		Ok(())
	}

	fn check_quorum(data: &FeedData<T::AccountId>) -> Result<(), TryRuntimeError> {
		let Some(found) = data.aggregated(T::Time::now()) else { return Ok(()) };
		let track = data.track.as_ref().ok_or("oracle: a quorum without a price")?;
		let lasts = track.basis.valid_until == found.valid_until;
		ensure!(lasts, "oracle: a quorum lasts longer or shorter than is written down");
		Ok(())
	}

	fn check_track(
		config: &FeedConfig<T::AccountId>,
		terms: &Terms,
		track: &Track,
	) -> Result<(), TryRuntimeError> {
		let now = T::Time::now();
		let inside = |price: Medians| {
			let (lower, upper) = (Price::from_inner(price.lower), Price::from_inner(price.upper));
			lower <= upper && config.admits(lower) && config.admits(upper)
		};
		let price = track.price;
		ensure!(inside(price.confirmed), "oracle: a price out of order or outside the hard bounds");
		ensure!(price.at <= now, "oracle: a price confirmed in the future");
		ensure!(track.quorum_since <= now, "oracle: a quorum in the future");
		let gated = terms.gate.is_some() || price.gate == Gate::Confirmed;
		ensure!(gated, "oracle: a price held back without a gate");
		if let Gate::Pending(Some(running)) = price.gate {
			let voted_since = running.voted_since.unwrap_or(running.since);
			ensure!(
				running.since <= voted_since && voted_since <= now,
				"oracle: a confirmation from the future"
			);
		}
		ensure!(track.volatility.at <= now, "oracle: a change from the future");
		let (newest, sum) = track.observations();
		ensure!(sum.at <= now, "oracle: a sum from the future");
		let grown = newest.is_some_and(|held| {
			held.at <= sum.at && held.sum <= sum.sum && held.missing <= sum.missing
		});
		ensure!(grown, "oracle: a sum that fell");
		let delayed = track.delayed.is_none_or(|delayed| {
			delayed.at <= now && inside(delayed.next) && delayed.current.is_none_or(inside)
		});
		ensure!(delayed, "oracle: a delayed price out of order or outside the hard bounds");
		let Quote { least, lower, mid, upper, most, .. } = track.last(terms, now);
		let ordered = least <= lower && lower <= mid && mid <= upper && upper <= most;
		ensure!(ordered, "oracle: a quote out of order");
		Ok(())
	}
}
