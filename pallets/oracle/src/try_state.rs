//! What must hold between blocks.

use alloc::collections::BTreeMap;

use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get, Time},
};
use sp_runtime::TryRuntimeError;
use strata_traits::Quote;

use crate::{
	live::FeedData, types::FeedConfig, Bonds, Cases, Config, Feeds, HoldReason, Live, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of the pallet.
	///
	/// - at most `MaxFeeds` feeds, each with its reports, and no reports of any other;
	/// - every configuration validates, with its members sorted, and its copy beside the reports is
	///   true;
	/// - one report at most per member and none of anybody else, inside the hard bounds, not
	///   observed after it was received, not received in the future;
	/// - the last quote is in order and inside the hard bounds;
	/// - a frozen feed was frozen in the past, has no quorum since, and no price that lasts longer;
	/// - each bond is what its feeder has on hold for it, and counts the cases against it; one of
	///   which nothing is left has a case.
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
			if let Some(last) = data.last {
				Self::check_quote(&config, last)?;
			}
			Self::check_frozen(&data)?;
		}
		ensure!(listed == Feeds::<T>::count(), "oracle: the count of feeds is wrong");
		let orphan = Live::<T>::iter_keys().any(|feed| !Feeds::<T>::contains_key(feed));
		ensure!(!orphan, "oracle: reports of a feed that is not listed");
		Self::check_bonds()
	}

	fn check_frozen(data: &FeedData<T::AccountId>) -> Result<(), TryRuntimeError> {
		let Some(since) = data.frozen else { return Ok(()) };
		let now = T::Time::now();
		ensure!(since <= now, "oracle: frozen in the future");
		ensure!(data.aggregated(now).is_none(), "oracle: frozen with a quorum");
		let lasts = data.last.is_some_and(|quote| quote.valid_until > since);
		ensure!(!lasts, "oracle: a frozen price that lasts");
		Ok(())
	}

	fn check_bonds() -> Result<(), TryRuntimeError> {
		let mut cases = BTreeMap::<T::AccountId, u32>::new();
		for open in Cases::<T>::iter_values() {
			let count = cases.entry(open.feeder).or_default();
			*count = count.saturating_add(1);
		}
		for (feeder, bond) in Bonds::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::FeederBond.into(), &feeder);
			ensure!(held == bond.amount, "oracle: a bond is not what is on hold");
			let counted = cases.remove(&feeder).unwrap_or_default();
			ensure!(counted == bond.cases, "oracle: a bond counts other cases than there are");
			let gone = bond.amount == 0 && bond.cases == 0;
			ensure!(!gone, "oracle: nothing is left of a bond");
		}
		ensure!(cases.is_empty(), "oracle: a case against somebody without a bond");
		Ok(())
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
			ensure!(config.admits(report.value), "oracle: a report outside the hard bounds");
			ensure!(report.half_width <= report.value, "oracle: a half-width above its value");
			ensure!(report.observed_at <= report.received_at, "oracle: observed after receipt");
			ensure!(report.received_at <= now, "oracle: received in the future");
		}
		Ok(())
	}

	fn check_quote(config: &FeedConfig<T::AccountId>, quote: Quote) -> Result<(), TryRuntimeError> {
		let ordered = quote.lower <= quote.mid && quote.mid <= quote.upper;
		ensure!(ordered, "oracle: a quote out of order");
		let inside = config.admits(quote.lower) && config.admits(quote.upper);
		ensure!(inside, "oracle: a quote outside the hard bounds");
		Ok(())
	}
}
