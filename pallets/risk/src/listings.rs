//! Listing, changing and delisting assets.

use alloc::vec::Vec;

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Contains, Get},
};
use sp_runtime::ArithmeticError;
use strata_numbers::Ratio;
use strata_traits::{
	note_of, Asset, CollateralListing, DrawRefused, FeedId, Listing, Moment, ParameterSet,
	PriceFeeds, SettlementListing, Usage,
};

use crate::{
	types::{drawn, MAX_DECIMALS},
	AssetInfo, Collateral, Config, Error, Event, FeedUses, Listings, Pallet, Settlement,
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
		let listing = CollateralListing {
			feed,
			decimals,
			parameters,
			paused: false,
			usage: Usage::default(),
		};
		Collateral::<T>::insert(&asset, listing);
		Self::deposit_event(Event::CollateralListed { asset, listing });
		Ok(())
	}

	/// Replaces the parameters of a collateral asset, all at once.
	pub(crate) fn do_set_parameters(asset: Asset, parameters: ParameterSet) -> DispatchResult {
		Self::ensure_parameters(&parameters)?;
		Self::change_collateral(&asset, |listing| {
			listing.parameters = parameters;
			Ok(())
		})?;
		Self::deposit_event(Event::ParametersSet { asset, parameters });
		Ok(())
	}

	/// Takes `asset` off the list of collateral. A listing that something is drawn against stays: its
	/// usage would be lost with it.
	pub(crate) fn do_delist_collateral(asset: Asset) -> DispatchResult {
		ensure!(!T::InUse::contains(&asset), Error::<T>::AssetInUse);
		let listing = Collateral::<T>::get(&asset).ok_or(Error::<T>::NotListed)?;
		ensure!(listing.usage.drawn == 0, Error::<T>::AssetInUse);
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

	/// Stops draws, withdrawals and new books on a collateral asset.
	pub(crate) fn do_pause(asset: Asset) -> DispatchResult {
		Self::change_collateral(&asset, |listing| {
			ensure!(!listing.paused, Error::<T>::AlreadyPaused);
			listing.paused = true;
			Ok(())
		})?;
		Self::deposit_event(Event::Paused { asset });
		Ok(())
	}

	/// Ends a pause.
	pub(crate) fn do_unpause(asset: Asset) -> DispatchResult {
		Self::change_collateral(&asset, |listing| {
			ensure!(listing.paused, Error::<T>::NotPaused);
			listing.paused = false;
			Ok(())
		})?;
		Self::deposit_event(Event::Unpaused { asset });
		Ok(())
	}

	/// Every listing, by asset. O(listings), for runtime APIs.
	pub fn listings() -> Listings {
		let mut collateral: Vec<_> = Collateral::<T>::iter().collect();
		let mut settlement: Vec<_> = Settlement::<T>::iter().collect();
		collateral.sort_by(|(one, _), (other, _)| one.cmp(other));
		settlement.sort_by(|(one, _), (other, _)| one.cmp(other));
		Listings { collateral, settlement }
	}

	fn change_collateral(
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

	fn ensure_parameters(parameters: &ParameterSet) -> Result<(), Error<T>> {
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

	fn draw(asset: &Asset, usd: u128, now: Moment) -> Result<(), DrawRefused> {
		Collateral::<T>::try_mutate(asset, |slot| {
			let listing = slot.as_mut().ok_or(DrawRefused::NotListed)?;
			listing.usage = drawn(listing, usd, now)?;
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
