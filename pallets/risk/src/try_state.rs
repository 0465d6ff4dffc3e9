//! What must hold between blocks.

use alloc::collections::BTreeMap;

use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;
use strata_traits::{FeedId, PriceFeeds, DRAW_WINDOW};

use crate::{types::MAX_DECIMALS, Collateral, Config, FeedUses, Pallet, Settlement};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of the pallet.
	///
	/// - no more listings than allowed, and their counts are right;
	/// - every parameter set validates and lies inside the hard bounds, every depeg band too;
	/// - decimals are at most 18;
	/// - the window of a fuse begins at a multiple of its length;
	/// - every feed that a listing names is listed, and is counted once for each listing;
	/// - an asset listed in both roles has one feed.
	///
	/// # Errors
	/// The first invariant that does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let bounds = T::HardBounds::get();
		let mut uses = BTreeMap::<FeedId, u32>::new();
		let mut used = |feed| {
			let count = uses.entry(feed).or_default();
			*count = count.saturating_add(1);
		};
		let (mut collateral, mut settlement) = (0u32, 0u32);
		for (_, listing) in Collateral::<T>::iter() {
			collateral = collateral.saturating_add(1);
			let valid = bounds.check(&listing.parameters).is_ok();
			ensure!(valid, "risk: a parameter set does not validate");
			ensure!(listing.decimals <= MAX_DECIMALS, "risk: too many decimals");
			let aligned = listing.usage.window.checked_rem(DRAW_WINDOW) == Some(0);
			ensure!(aligned, "risk: a window that begins between windows");
			used(listing.feed);
		}
		for (asset, listing) in Settlement::<T>::iter() {
			settlement = settlement.saturating_add(1);
			let valid = bounds.admits_band(listing.depeg_band);
			ensure!(valid, "risk: a depeg band out of range");
			ensure!(listing.decimals <= MAX_DECIMALS, "risk: too many decimals");
			let twin = Collateral::<T>::get(&asset);
			let agree = twin.is_none_or(|twin| twin.feed == listing.feed);
			ensure!(agree, "risk: one asset, two feeds");
			used(listing.feed);
		}
		Self::check_counts(collateral, settlement)?;
		for feed in uses.keys() {
			ensure!(T::Feeds::is_listed(*feed), "risk: a listing without its feed");
		}
		let counted: BTreeMap<_, _> = FeedUses::<T>::iter().collect();
		ensure!(counted == uses, "risk: the uses of a feed are miscounted");
		Ok(())
	}

	fn check_counts(collateral: u32, settlement: u32) -> Result<(), TryRuntimeError> {
		let right =
			collateral == Collateral::<T>::count() && settlement == Settlement::<T>::count();
		ensure!(right, "risk: the count of listings is wrong");
		let few = collateral <= T::MaxCollateral::get() && settlement <= T::MaxSettlement::get();
		ensure!(few, "risk: more listings than allowed");
		Ok(())
	}
}
