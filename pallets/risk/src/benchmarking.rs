//! Worst cases of the calls.

#![allow(clippy::arithmetic_side_effects)]

use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Get, Time};
use frame_system::RawOrigin;
use sp_runtime::traits::One;
use strata_numbers::{Price, Ratio};
use strata_parameters::{Ledger, Limit, StepTerms, MAX_STEPS};
use strata_statistics::HaircutTerms;
use strata_traits::{
	Asset, AuctionShape, CollateralListing, Decay, FeedId, Moment, ParameterSet, PriceFeeds, Ramp,
	Ratios, SettlementListing,
};

use crate::{
	AssetInfo, Call, Collateral, Config, Due, Group, GroupOf, Groups, Guard, Guards, History,
	Ledgers, Level, NextProposal, Pallet, Proposal, ProposalId, Proposals, ProposalsOf, Settlement,
	Source, Tightening, Version, MAX_HISTORY,
};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper {
	/// An asset that can be listed: it exists, has at most 18 decimals and trusted roles. The worst
	/// case is one whose metadata and roles are in storage.
	fn listable_asset() -> Asset;

	/// Makes as many books follow `collateral` as may, with `rungs` rungs in all which lie side by side
	/// below those that are unsafe now. It is listed, and has a price.
	///
	/// # Errors
	/// If a book cannot be opened.
	fn follow(collateral: &Asset, rungs: u32) -> Result<(), BenchmarkError>;

	/// Sets the calendar.
	fn set_time(now: Moment);
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
		haircut: HaircutTerms {
			deviations: Ratio::one().min(bounds.greatest_deviations),
			least: Ratio::default(),
			most: percent(1).min(bounds.greatest_haircut),
		},
		greatest_initial_ratio: percent(170).min(bounds.greatest_ratio),
		ceiling_gap: Price::default(),
		ceiling_wait: 0,
	}
}

/// [`parameters`] with ratios so much higher that the rungs of [`BenchmarkHelper::follow`] become
/// unsafe: 32 books with 128 rungs each are passed by a rise of 13.7 %.
fn raised<T: Config>() -> ParameterSet {
	let most = T::HardBounds::get().greatest_ratio;
	ParameterSet {
		liquidation_ratio: percent(180).min(most),
		initial_ratio: percent(190).min(most),
		target_ratio: percent(190).min(most),
		greatest_initial_ratio: percent(200).min(most),
		..parameters::<T>()
	}
}

/// Lists both assets and prices their feeds: collateral at 100 USD, settlement asset at par.
pub(crate) fn list<T: Config>(collateral: &Asset, settlement: &Asset) {
	let decimals = |asset| T::Assets::decimals(asset).unwrap_or(12);
	let listed = Collateral::<T>::get(collateral).unwrap_or_else(|| {
		let _ = Pallet::<T>::use_feed(COLLATERAL_FEED);
		CollateralListing::new(COLLATERAL_FEED, decimals(collateral), parameters::<T>())
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

/// When benchmarks that need a time happen: 2^28 − 1 seconds after the beginning, so that books bring
/// their index up to date over a long time.
const NOW: Moment = 268_435_455_000;

/// Some time before [`NOW`], and after everything that waits for it.
const BEFORE: Moment = 1;

/// A ledger with as many steps of every kind as are kept.
fn full_ledger<T: Config>() -> Result<Ledger, BenchmarkError> {
	let all = Limit::absolute(u128::MAX);
	let terms = |_| Some(StepTerms { step: all, interval: 0, budget: all });
	// With gaps, because none at all is too far from any for sixteen steps.
	let one = ParameterSet { ceiling_gap: Price::from_inner(2), ..parameters::<T>() };
	let other = raised::<T>();
	let stepped = different(one);
	let mut ledger = Ledger::default();
	for nth in 0..MAX_STEPS {
		let (from, to) = if nth % 2 == 0 { (one, stepped) } else { (stepped, one) };
		ledger
			.step(&[from], &to, terms, Moment::MAX, BEFORE)
			.map_err(|_| BenchmarkError::Stop("a step was refused"))?;
	}
	ledger.change(&one, &other, BEFORE);
	Ok(ledger)
}

/// A set of which every value differs from that of `set`.
fn different(mut set: ParameterSet) -> ParameterSet {
	let other = |of: &mut Ratio| *of = Ratio::from_inner(of.into_inner() ^ 1);
	let ParameterSet { auction, haircut, .. } = &mut set;
	let AuctionShape { start_factor, floor_factor, .. } = auction;
	let HaircutTerms { deviations, least, most } = haircut;
	[start_factor, floor_factor, deviations, least, most].into_iter().for_each(other);
	auction.duration ^= 1;
	auction.restarts ^= 1;
	auction.decay = Decay::Linear;
	[
		&mut set.liquidation_ratio,
		&mut set.initial_ratio,
		&mut set.target_ratio,
		&mut set.liquidation_bonus,
		&mut set.minimum_debt,
		&mut set.debt_ceiling,
		&mut set.minimum_rate,
		&mut set.maximum_rate,
		&mut set.concentration_cap,
		&mut set.auction_cap,
		&mut set.draw_fuse,
		&mut set.backstop_discount,
		&mut set.greatest_initial_ratio,
		&mut set.ceiling_gap,
	]
	.into_iter()
	.for_each(other);
	set.ceiling_wait ^= 1;
	set
}

/// A proposal that the admin made at the beginning.
fn proposal<T: Config>(asset: &Asset, parameters: ParameterSet) -> Proposal {
	Proposal {
		asset: asset.clone(),
		parameters,
		level: Level::Admin,
		declared_impact: u128::MAX,
		ramp: T::Periods::get().least_ramp,
		proposed_at: 0,
		executable_from: 0,
		expires: Moment::MAX,
	}
}

/// So many proposals of `asset`. The number of the first.
fn proposed<T: Config>(
	asset: &Asset,
	count: u32,
	parameters: ParameterSet,
) -> Result<ProposalId, BenchmarkError> {
	let first = NextProposal::<T>::get();
	for id in first..first + count {
		ProposalsOf::<T>::try_append(asset, id).map_err(|()| "too many proposals")?;
		Proposals::<T>::insert(id, proposal::<T>(asset, parameters));
	}
	NextProposal::<T>::put(first + count);
	Ok(first)
}

/// An asset listed as collateral that has been changed as often as is remembered, with a full ledger,
/// at [`NOW`].
fn seasoned<T: Config>() -> Result<Asset, BenchmarkError> {
	T::BenchmarkHelper::set_time(NOW);
	// The inherent of every block has it read and written.
	let now = frame_support::storage::storage_prefix(b"Timestamp", b"Now");
	frame_benchmarking::benchmarking::add_to_whitelist(now.to_vec().into());
	let asset = as_collateral::<T>()?;
	T::Feeds::set_price(COLLATERAL_FEED, Price::from_u32(100));
	let ratios = Ratios::of(&parameters::<T>());
	// Arrived, and still there.
	let ramp = Ramp { from: ratios, to: ratios, begins: BEFORE, ends: BEFORE };
	Collateral::<T>::mutate(&asset, |slot| {
		if let Some(listing) = slot {
			listing.version = MAX_HISTORY - 1;
			listing.ramp = Some(ramp);
		}
	});
	for version in 0..MAX_HISTORY {
		let (parameters, by) = (parameters::<T>(), Source::Listing);
		let remembered = Version { parameters, ramp: Some(ramp), since: BEFORE, by };
		History::<T>::insert(&asset, version, remembered);
	}
	Ledgers::<T>::insert(&asset, full_ledger::<T>()?);
	Ok(asset)
}

/// As if a guardian had paused `asset` and tightened its initial ratio, and nobody had ratified. As many
/// other assets as may be listed wait behind it.
fn guarded<T: Config>(asset: &Asset) -> Result<(), BenchmarkError> {
	Collateral::<T>::mutate(asset, |slot| {
		if let Some(listing) = slot {
			listing.paused = true;
			listing.parameters.initial_ratio = percent(161);
			listing.ramp = None;
		}
	});
	let tightening = Tightening { before: parameters::<T>(), ramp: None, until: BEFORE };
	let guard = Guard { pause: Some(BEFORE), tightening: Some(tightening) };
	Guards::<T>::insert(asset, guard);
	let others = (1..T::MaxCollateral::get()).map(|id| (Moment::MAX, Asset::WithId(u32::MAX - id)));
	let due: alloc::vec::Vec<_> = core::iter::once((BEFORE, asset.clone())).chain(others).collect();
	Due::<T>::put(frame_support::BoundedVec::truncate_from(due));
	Ok(())
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

	/// A change of ratios, of an asset with all proposals but this one, and something that a guardian
	/// tightened.
	#[benchmark]
	fn propose() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::ProposeOrigin>()?;
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;
		proposed::<T>(&asset, T::MaxProposalsPerAsset::get() - 1, raised::<T>())?;
		let id = NextProposal::<T>::get();
		let changed = ParameterSet { initial_ratio: percent(162), ..parameters::<T>() };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset, changed, 0, 0);

		assert!(Proposals::<T>::contains_key(id));
		Ok(())
	}

	/// A rise of the liquidation ratio with as many books as may follow, each of which has its share of
	/// `r` rungs that would become unsafe; of an asset with as many proposals and versions as are kept
	/// and a full ledger; and it replaces what a guardian tightened.
	#[benchmark]
	fn execute(r: Linear<0, 4_096>) -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		T::BenchmarkHelper::follow(&asset, r)?;
		guarded::<T>(&asset)?;
		let count = T::MaxProposalsPerAsset::get();
		let id = proposed::<T>(&asset, count, raised::<T>())?;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, r);

		let listing = Collateral::<T>::get(&asset).ok_or("it is listed")?;
		assert_eq!(listing.parameters, raised::<T>());
		assert!(!Proposals::<T>::contains_key(id));
		assert!(Guards::<T>::get(&asset).is_some_and(|guard| guard.tightening.is_none()));
		Ok(())
	}

	/// By a guardian, who does not cancel everything, of an asset with as many proposals as may be.
	#[benchmark]
	fn cancel() -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;
		let looser = ParameterSet { minimum_debt: Price::from_inner(1), ..parameters::<T>() };
		let id = proposed::<T>(&asset, T::MaxProposalsPerAsset::get(), looser)?;

		// Whoever may cancel everything would be taken for the guardian's origin.
		#[block]
		{
			Pallet::<T>::do_cancel(id, true)?;
		}

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	/// An initial ratio, which as many books as may follow; other assets wait for their reversion.
	#[benchmark]
	fn tighten() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::GuardianOrigin>()?;
		let asset = seasoned::<T>()?;
		T::BenchmarkHelper::follow(&asset, 0)?;
		guarded::<T>(&asset)?;
		Collateral::<T>::mutate(&asset, |slot| {
			if let Some(listing) = slot {
				listing.parameters.initial_ratio = parameters::<T>().initial_ratio;
			}
		});
		Guards::<T>::mutate(&asset, |slot| {
			if let Some(guard) = slot {
				guard.tightening = None;
			}
		});
		let initial_ratio = Ratio::from_inner(percent(160).into_inner() + 1);
		let tighter = ParameterSet { initial_ratio, ..parameters::<T>() };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), tighter);

		assert!(Guards::<T>::get(&asset).is_some_and(|guard| guard.tightening.is_some()));
		Ok(())
	}

	/// As many other assets as may be listed wait for their reversion.
	#[benchmark]
	fn ratify() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(!Guards::<T>::contains_key(&asset));
		Ok(())
	}

	/// A pause, and an initial ratio which as many books as may follow.
	#[benchmark]
	fn revert() -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		T::BenchmarkHelper::follow(&asset, 0)?;
		guarded::<T>(&asset)?;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), asset.clone());

		let listing = Collateral::<T>::get(&asset).ok_or("it is listed")?;
		assert_eq!((listing.parameters, listing.paused), (parameters::<T>(), false));
		assert!(!Guards::<T>::contains_key(&asset));
		Ok(())
	}

	/// A rise.
	#[benchmark]
	fn adjust_ceiling() -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		Collateral::<T>::mutate(&asset, |slot| {
			if let Some(listing) = slot {
				listing.parameters.ceiling_gap = Price::one();
			}
		});
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), asset.clone());

		assert!(Collateral::<T>::get(&asset).is_some_and(|listing| listing.ceiling.is_some()));
		Ok(())
	}

	/// A new one.
	#[benchmark]
	fn set_group() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 7, Some(Ratio::one()));

		assert!(Groups::<T>::contains_key(7));
		Ok(())
	}

	/// From one group into another.
	#[benchmark]
	fn assign() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = seasoned::<T>()?;
		Groups::<T>::insert(1, Group { cap: Ratio::one(), members: 1 });
		Groups::<T>::insert(2, Group { cap: Ratio::one(), members: 0 });
		GroupOf::<T>::insert(&asset, 1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone(), Some(2));

		assert_eq!(GroupOf::<T>::get(&asset), Some(2));
		Ok(())
	}

	/// Of an asset with as many proposals as may be.
	#[benchmark]
	fn expire() -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		let id = proposed::<T>(&asset, T::MaxProposalsPerAsset::get(), raised::<T>())?;
		Proposals::<T>::mutate(id, |slot| {
			if let Some(proposal) = slot {
				proposal.expires = BEFORE;
			}
		});
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	/// As many assets as may be listed wait for their reversion.
	#[benchmark]
	fn due_read() -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;
		let first;

		#[block]
		{
			first = Due::<T>::get().into_iter().next().filter(|(at, _)| *at <= T::Time::now());
		}

		assert_eq!(first, Some((BEFORE, asset)));
		Ok(())
	}

	/// From the first place to one among as many assets as may be listed.
	#[benchmark]
	fn postpone() -> Result<(), BenchmarkError> {
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;

		#[block]
		{
			let error = sp_runtime::DispatchError::CannotLookup;
			Pallet::<T>::postpone(asset.clone(), NOW, error);
		}

		let at = NOW + T::Periods::get().retry;
		assert_eq!(Due::<T>::get().first(), Some(&(at, asset)));
		Ok(())
	}

	/// The feed's last use, so that its entry goes too; and everything that is stored of a listing.
	#[benchmark]
	fn delist_collateral() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;
		proposed::<T>(&asset, T::MaxProposalsPerAsset::get(), raised::<T>())?;
		Groups::<T>::insert(1, Group { cap: Ratio::one(), members: 1 });
		GroupOf::<T>::insert(&asset, 1);

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

	/// As many assets as may be listed wait for their reversion, this one with a tightening.
	#[benchmark]
	fn pause() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::GuardianOrigin>()?;
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;
		Collateral::<T>::mutate(&asset, |slot| {
			if let Some(listing) = slot {
				listing.paused = false;
			}
		});

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert_eq!(Collateral::<T>::get(&asset).map(|listing| listing.paused), Some(true));
		Ok(())
	}

	/// As many assets as may be listed wait for their reversion, this one with a tightening.
	#[benchmark]
	fn unpause() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let asset = seasoned::<T>()?;
		guarded::<T>(&asset)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert_eq!(Collateral::<T>::get(&asset).map(|listing| listing.paused), Some(false));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
