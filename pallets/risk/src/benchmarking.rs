//! Worst cases of the calls.

use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Get};
use sp_runtime::traits::One;
use strata_numbers::{Price, Ratio};
use strata_traits::{
	Asset, AuctionShape, CollateralListing, Decay, FeedId, ParameterSet, PriceFeeds,
	SettlementListing, Usage,
};

use crate::{AssetInfo, Call, Collateral, Config, Pallet, Settlement};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper {
	/// An asset that can be listed: it exists, has at most 18 decimals and trusted roles. The worst
	/// case is one whose metadata and roles are in storage.
	fn listable_asset() -> Asset;
}

impl BenchmarkHelper for () {
	fn listable_asset() -> Asset {
		Asset::Native
	}
}

/// The feeds that [`list`] uses unless the assets are listed already: out of the way of others.
const COLLATERAL_FEED: FeedId = FeedId::MAX - 1;
const SETTLEMENT_FEED: FeedId = FeedId::MAX;

/// A percentage as ratio.
fn percent(of: u128) -> Ratio {
	Ratio::from_rational(of, 100)
}

/// Parameters inside any reasonable hard bounds: 150 % liquidation, 160 % initial, as loose as they
/// get where benchmarks of consumers need room.
fn parameters<T: Config>() -> ParameterSet {
	let bounds = T::HardBounds::get();
	ParameterSet {
		liquidation_ratio: percent(150).max(bounds.least_liquidation_ratio),
		initial_ratio: percent(160).min(bounds.greatest_ratio),
		target_ratio: percent(165).min(bounds.greatest_ratio),
		liquidation_bonus: percent(5).max(bounds.least_bonus).min(bounds.greatest_bonus),
		minimum_debt: bounds.least_minimum_debt.max(Price::one()),
		debt_ceiling: bounds.greatest_debt_ceiling,
		minimum_rate: Ratio::default(),
		maximum_rate: bounds.greatest_rate,
		concentration_cap: Ratio::one(),
		auction: AuctionShape {
			start_factor: percent(110).min(bounds.greatest_start_factor),
			floor_factor: percent(50).max(bounds.least_floor_factor),
			duration: bounds.greatest_auction_duration,
			restarts: bounds.most_restarts,
			decay: Decay::Stepped {
				step: bounds.least_decay_step.max(1_000),
				cut: percent(99).max(bounds.least_decay_cut),
			},
		},
		auction_cap: bounds.greatest_auction_cap,
		draw_fuse: Price::from_inner(u128::MAX),
		backstop_discount: Ratio::default(),
	}
}

/// Lists both assets and prices their feeds: collateral at 100 USD, settlement asset at par.
pub(crate) fn list<T: Config>(collateral: &Asset, settlement: &Asset) {
	let decimals = |asset| T::Assets::decimals(asset).unwrap_or(12);
	let listed = Collateral::<T>::get(collateral).unwrap_or_else(|| {
		let _ = Pallet::<T>::use_feed(COLLATERAL_FEED);
		CollateralListing {
			feed: COLLATERAL_FEED,
			decimals: decimals(collateral),
			parameters: parameters::<T>(),
			paused: false,
			usage: Usage::default(),
		}
	});
	T::Feeds::set_price(listed.feed, Price::from_u32(100));
	let fresh = CollateralListing { parameters: parameters::<T>(), paused: false, ..listed };
	Collateral::<T>::insert(collateral, fresh);
	let listed = Settlement::<T>::get(settlement).unwrap_or_else(|| {
		let _ = Pallet::<T>::use_feed(SETTLEMENT_FEED);
		SettlementListing {
			feed: SETTLEMENT_FEED,
			decimals: decimals(settlement),
			depeg_band: T::HardBounds::get().widest_depeg_band,
		}
	});
	T::Feeds::set_price(listed.feed, Price::one());
	Settlement::<T>::insert(settlement, listed);
}

/// An origin that may do what `O` guards.
fn origin<T: Config, O: EnsureOrigin<T::RuntimeOrigin>>() -> Result<T::RuntimeOrigin, BenchmarkError>
{
	O::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// An asset that can be listed, and a feed with a price.
fn listable<T: Config>() -> (Asset, FeedId) {
	T::Feeds::set_price(COLLATERAL_FEED, Price::one());
	(T::BenchmarkHelper::listable_asset(), COLLATERAL_FEED)
}

/// An asset listed as collateral.
fn as_collateral<T: Config>() -> Result<Asset, BenchmarkError> {
	let (asset, feed) = listable::<T>();
	if !Collateral::<T>::contains_key(&asset) {
		Pallet::<T>::do_list_collateral(asset.clone(), feed, parameters::<T>())?;
	}
	Ok(asset)
}

/// An asset listed as settlement asset.
fn as_settlement<T: Config>() -> Result<Asset, BenchmarkError> {
	let (asset, feed) = listable::<T>();
	if !Settlement::<T>::contains_key(&asset) {
		let band = T::HardBounds::get().widest_depeg_band;
		Pallet::<T>::do_list_settlement(asset.clone(), feed, band)?;
	}
	Ok(asset)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Worst case: the asset is listed as settlement asset with the same feed, so that all checks
	/// are made and the feed's uses are counted on.
	#[benchmark]
	fn list_collateral() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_settlement::<T>()?;
		let feed = Settlement::<T>::get(&asset).map(|twin| twin.feed).ok_or("it is listed")?;
		Collateral::<T>::remove(&asset);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), feed, parameters::<T>());

		assert!(Collateral::<T>::contains_key(&asset));
		Ok(())
	}

	/// Every change costs the same.
	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_collateral::<T>()?;
		let changed = ParameterSet { maximum_rate: Ratio::default(), ..parameters::<T>() };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), changed);

		let held = Collateral::<T>::get(&asset).map(|listing| listing.parameters);
		assert_eq!(held, Some(changed));
		Ok(())
	}

	/// The feed's last use: its entry goes too.
	#[benchmark]
	fn delist_collateral() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_collateral::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(!Collateral::<T>::contains_key(&asset));
		Ok(())
	}

	/// Worst case: the asset is listed as collateral with the same feed.
	#[benchmark]
	fn list_settlement() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_collateral::<T>()?;
		let feed = Collateral::<T>::get(&asset).map(|twin| twin.feed).ok_or("it is listed")?;
		let band = T::HardBounds::get().widest_depeg_band;
		Settlement::<T>::remove(&asset);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), feed, band);

		assert!(Settlement::<T>::contains_key(&asset));
		Ok(())
	}

	/// Every change costs the same.
	#[benchmark]
	fn set_settlement() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_settlement::<T>()?;
		let band = Ratio::from_inner(1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), band);

		assert_eq!(Settlement::<T>::get(&asset).map(|listing| listing.depeg_band), Some(band));
		Ok(())
	}

	/// The feed's last use: its entry goes too.
	#[benchmark]
	fn delist_settlement() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_settlement::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(!Settlement::<T>::contains_key(&asset));
		Ok(())
	}

	/// Every pause costs the same.
	#[benchmark]
	fn pause() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::GuardianOrigin>()?;
		let asset = as_collateral::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert_eq!(Collateral::<T>::get(&asset).map(|listing| listing.paused), Some(true));
		Ok(())
	}

	/// Every end of a pause costs the same.
	#[benchmark]
	fn unpause() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = as_collateral::<T>()?;
		Pallet::<T>::do_pause(asset.clone())?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert_eq!(Collateral::<T>::get(&asset).map(|listing| listing.paused), Some(false));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
