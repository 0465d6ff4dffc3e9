//! What must hold between blocks.

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use sp_runtime::TryRuntimeError;
use strata_traits::Quote;

use crate::{live::FeedData, types::FeedConfig, Config, Feeds, Live, Pallet};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of the pallet.
	///
	/// - at most `MaxFeeds` feeds, each with its reports, and no reports of any other;
	/// - every configuration validates, with its members sorted, and its copy beside the reports is
	///   true;
	/// - one report at most per member and none of anybody else, inside the hard bounds, not
	///   observed after it was received, not received in the future;
	/// - the last quote is in order and inside the hard bounds.
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
		}
		ensure!(listed == Feeds::<T>::count(), "oracle: the count of feeds is wrong");
		let orphan = Live::<T>::iter_keys().any(|feed| !Feeds::<T>::contains_key(feed));
		ensure!(!orphan, "oracle: reports of a feed that is not listed");
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
