//! Listing and delisting assets, and what others ask of the listings.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Contains, Get, Time},
};
use sp_runtime::ArithmeticError;
use strata_numbers::Ratio;
use strata_traits::{
	note_of, Asset, CollateralListing, DrawRefused, FeedId, GroupId, Listing, Moment, ParameterSet,
	PriceFeeds, SettlementListing,
};

use crate::{
	records::{Guard, Source, MAX_HISTORY},
	types::{drawn, MAX_DECIMALS},
	AssetInfo, Collateral, Config, Error, Event, FeedUses, GroupOf, Groups, History, Ledgers,
	Pallet, Proposals, ProposalsOf, Settlement,
};

impl<T: Config> Pallet<T> {
	/// Lists `asset` as collateral.
	pub(crate) fn do_list_collateral(
		asset: Asset,
		feed: FeedId,
		parameters: ParameterSet,
	) -> DispatchResult {
		ensure!(!Collateral::<T>::contains_key(&asset), Error::<T>::AlreadyListed);
		ensure!(Collateral::<T>::count() < T::MaxCollateral::get(), Error::<T>::TooManyListings);
		let decimals = Self::ensure_listable(&asset, feed)?;
		let twin = Settlement::<T>::get(&asset);
		ensure!(twin.is_none_or(|twin| twin.feed == feed), Error::<T>::FeedDiffers);
		Self::ensure_parameters(&parameters)?;
		Self::use_feed(feed)?;
		let now = T::Time::now();
		let mut listing = CollateralListing::new(feed, decimals, parameters);
		listing.ceiling = listing.ceiling_at(now);
		Self::remember(&asset, &listing, Source::Listing, now);
		Collateral::<T>::insert(&asset, listing);
		Self::deposit_event(Event::CollateralListed { asset, listing });
		Ok(())
	}

	/// Takes `asset` off the list of collateral. A listing that something is drawn against stays: its
	/// usage would be lost with it.
	pub(crate) fn do_delist_collateral(asset: Asset) -> DispatchResult {
		ensure!(!T::InUse::contains(&asset), Error::<T>::AssetInUse);
		let listing = Collateral::<T>::get(&asset).ok_or(Error::<T>::NotListed)?;
		ensure!(listing.usage.drawn == 0, Error::<T>::AssetInUse);
		Self::forget(&asset)?;
		Collateral::<T>::remove(&asset);
		Self::release_feed(listing.feed)?;
		Self::deposit_event(Event::CollateralDelisted { asset });
		Ok(())
	}

	/// Lists `asset` as settlement asset.
	pub(crate) fn do_list_settlement(
		asset: Asset,
		feed: FeedId,
		depeg_band: Ratio,
	) -> DispatchResult {
		ensure!(!Settlement::<T>::contains_key(&asset), Error::<T>::AlreadyListed);
		ensure!(Settlement::<T>::count() < T::MaxSettlement::get(), Error::<T>::TooManyListings);
		let decimals = Self::ensure_listable(&asset, feed)?;
		let twin = Collateral::<T>::get(&asset);
		ensure!(twin.is_none_or(|twin| twin.feed == feed), Error::<T>::FeedDiffers);
		Self::ensure_band(depeg_band)?;
		Self::use_feed(feed)?;
		let listing = SettlementListing { feed, decimals, depeg_band };
		Settlement::<T>::insert(&asset, listing);
		Self::deposit_event(Event::SettlementListed { asset, listing });
		Ok(())
	}

	/// Replaces the depeg band of a settlement asset.
	pub(crate) fn do_set_settlement(asset: Asset, depeg_band: Ratio) -> DispatchResult {
		Self::ensure_band(depeg_band)?;
		Settlement::<T>::try_mutate(&asset, |slot| {
			slot.as_mut().ok_or(Error::<T>::NotListed)?.depeg_band = depeg_band;
			Ok::<_, Error<T>>(())
		})?;
		Self::deposit_event(Event::SettlementSet { asset, depeg_band });
		Ok(())
	}

	/// Takes `asset` off the list of settlement assets.
	pub(crate) fn do_delist_settlement(asset: Asset) -> DispatchResult {
		ensure!(!T::InUse::contains(&asset), Error::<T>::AssetInUse);
		let listing = Settlement::<T>::take(&asset).ok_or(Error::<T>::NotListed)?;
		Self::release_feed(listing.feed)?;
		Self::deposit_event(Event::SettlementDelisted { asset });
		Ok(())
	}

	/// Removes everything that is stored of a collateral asset but its listing.
	fn forget(asset: &Asset) -> DispatchResult {
		for id in ProposalsOf::<T>::take(asset) {
			Proposals::<T>::remove(id);
			Self::deposit_event(Event::Cancelled { id, asset: asset.clone() });
		}
		Self::put_guard(asset, Guard::default())?;
		Self::leave_group(asset)?;
		Ledgers::<T>::remove(asset);
		// No more than that are kept.
		let _ = History::<T>::clear_prefix(asset, MAX_HISTORY, None);
		Ok(())
	}

	pub(crate) fn change_collateral(
		asset: &Asset,
		change: impl FnOnce(&mut CollateralListing) -> Result<(), Error<T>>,
	) -> Result<(), Error<T>> {
		Collateral::<T>::try_mutate(asset, |slot| {
			change(slot.as_mut().ok_or(Error::<T>::NotListed)?)
		})
	}

	/// Whether `asset` can be listed with `feed`, in either role. Returns its decimals.
	fn ensure_listable(asset: &Asset, feed: FeedId) -> Result<u8, Error<T>> {
		ensure!(note_of(asset).is_none(), Error::<T>::NotesNotAccepted);
		let decimals = T::Assets::decimals(asset).ok_or(Error::<T>::UnknownAsset)?;
		ensure!(decimals <= MAX_DECIMALS, Error::<T>::TooManyDecimals);
		ensure!(T::TrustedAsset::contains(asset), Error::<T>::UntrustedRoles);
		ensure!(T::Feeds::is_listed(feed), Error::<T>::UnknownFeed);
		Ok(decimals)
	}

	/// Whether `parameters` hold together and lie inside the hard bounds.
	pub(crate) fn ensure_parameters(parameters: &ParameterSet) -> Result<(), Error<T>> {
		T::HardBounds::get().check(parameters).map_err(Error::<T>::Parameters)
	}

	fn ensure_band(depeg_band: Ratio) -> Result<(), Error<T>> {
		let admitted = T::HardBounds::get().admits_band(depeg_band);
		ensure!(admitted, Error::<T>::DepegBandOutOfRange);
		Ok(())
	}

	/// Counts one more listing that relies on `feed`.
	pub(crate) fn use_feed(feed: FeedId) -> Result<(), ArithmeticError> {
		FeedUses::<T>::try_mutate(feed, |uses| {
			*uses = uses.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Ok(())
		})
	}

	/// Counts one listing less that relies on `feed`.
	fn release_feed(feed: FeedId) -> Result<(), ArithmeticError> {
		FeedUses::<T>::try_mutate_exists(feed, |slot| {
			let left = slot.unwrap_or_default().checked_sub(1).ok_or(ArithmeticError::Underflow)?;
			*slot = (left > 0).then_some(left);
			Ok(())
		})
	}
}

impl<T: Config> Listing for Pallet<T> {
	fn collateral(asset: &Asset) -> Option<CollateralListing> {
		Collateral::<T>::get(asset)
	}

	fn settlement(asset: &Asset) -> Option<SettlementListing> {
		Settlement::<T>::get(asset)
	}

	fn group(asset: &Asset) -> Option<(GroupId, Ratio)> {
		let id = GroupOf::<T>::get(asset)?;
		Some((id, Groups::<T>::get(id)?.cap))
	}

	fn draw(asset: &Asset, usd: u128, now: Moment) -> Result<(), DrawRefused> {
		Collateral::<T>::try_mutate(asset, |slot| {
			let listing = slot.as_mut().ok_or(DrawRefused::NotListed)?;
			*listing = drawn(listing, usd, now)?;
			Ok(())
		})
	}

	fn repaid(asset: &Asset, usd: u128) -> Result<(), DrawRefused> {
		if usd == 0 {
			return Ok(());
		}
		Collateral::<T>::try_mutate(asset, |slot| {
			let usage = &mut slot.as_mut().ok_or(DrawRefused::NotListed)?.usage;
			usage.drawn = usage.drawn.checked_sub(usd).ok_or(DrawRefused::Overflow)?;
			Ok(())
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn list(collateral: &Asset, settlement: &Asset) {
		crate::benchmarking::list::<T>(collateral, settlement);
	}
}

/// The feeds that a listing relies on: the oracle does not remove them.
impl<T: Config> Contains<FeedId> for Pallet<T> {
	fn contains(feed: &FeedId) -> bool {
		FeedUses::<T>::contains_key(feed)
	}
}
