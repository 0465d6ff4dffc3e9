//! What the benchmarks need of this runtime, and which pallets have any.

use frame_support::traits::{
	fungible::{Mutate as _, NativeOrWithId},
	fungibles::{hold::Mutate as _, metadata, Create, Inspect, Mutate},
};
use strata_traits::{
	Asset, Balance, BookId, Case, DealDefault, DealId, DisputeId, FeedId, Ground, Listing, Moment,
	Office, Remedy, Subject,
};

use crate::{
	assets::{AllHolds, IssuerAccount},
	units::STRA,
	AccountId, Assets, Balances, Notes, Risk, Runtime, RuntimeHoldReason, Tranches, Vaults,
};

frame_benchmarking::define_benchmarks!(
	[pallet_strata_auctions, Auctions]
	[pallet_strata_backstop, Backstop]
	[pallet_strata_disputes, Disputes]
	[pallet_strata_oracle, Oracle]
	[pallet_strata_risk, Risk]
	[pallet_strata_tranches, Tranches]
	[pallet_strata_validator_set, ValidatorSet]
	[pallet_strata_vaults, Vaults]
);

/// Ids out of the way of genesis.
const LISTABLE: u32 = 1_000;
const OF_DEALS: u32 = 2_000;
const OF_VAULTS: u32 = 3_000;
const OF_AUCTIONS: u32 = 4_000;
const OF_BACKSTOP: u32 = 5_000;

/// Sets the scene for the benchmarks of our pallets.
pub struct Helper;

impl Helper {
	/// The asset `id`, with every role trusted. Created if need be: sufficient, minimum balance 1.
	fn asset(id: u32) -> Asset {
		if !<Assets as Inspect<AccountId>>::asset_exists(id) {
			let issuer = IssuerAccount::get();
			let created = <Assets as Create<AccountId>>::create(id, issuer, true, 1);
			assert!(created.is_ok(), "asset {id}: {created:?}");
		}
		NativeOrWithId::WithId(id)
	}

	/// Sets the clock. Not through `set_timestamp`, which would move BABE's slot too.
	fn set_clock(now: Moment) {
		pallet_timestamp::Now::<Runtime>::put(now);
	}
}

impl pallet_strata_risk::BenchmarkHelper for Helper {
	fn listable_asset() -> Asset {
		let asset = Self::asset(LISTABLE);
		let issuer = IssuerAccount::get();
		let funded = Balances::mint_into(&issuer, 1_000 * STRA);
		assert!(funded.is_ok(), "{funded:?}");
		let name = [b'n'; 50].to_vec();
		let named =
			<Assets as metadata::Mutate<AccountId>>::set(LISTABLE, &issuer, name.clone(), name, 6);
		assert!(named.is_ok(), "{named:?}");
		asset
	}

	fn follow(collateral: &Asset, rungs: u32) -> Result<(), frame_benchmarking::BenchmarkError> {
		let settlement = Self::asset(LISTABLE + 1);
		<Risk as Listing>::list(collateral, &settlement);
		pallet_strata_vaults::benchmark_followers::<Runtime>(collateral, &settlement, rungs)
	}

	fn set_time(now: Moment) {
		Self::set_clock(now);
	}
}

impl pallet_strata_vaults::BenchmarkHelper<AccountId> for Helper {
	fn assets() -> (Asset, Asset) {
		(Self::asset(OF_VAULTS), Self::asset(OF_VAULTS + 1))
	}

	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		let lived = Balances::mint_into(who, 1_000 * STRA);
		assert!(lived.is_ok(), "{lived:?}");
		if let NativeOrWithId::WithId(id) = asset {
			let minted = <Assets as Mutate<AccountId>>::mint_into(*id, who, amount);
			assert!(minted.is_ok(), "{minted:?}");
		} else {
			let minted = Balances::mint_into(who, amount);
			assert!(minted.is_ok(), "{minted:?}");
		}
	}

	fn set_time(now: Moment) {
		Self::set_clock(now);
	}
}

impl pallet_strata_auctions::BenchmarkHelper<AccountId> for Helper {
	fn assets() -> (Asset, Asset) {
		let (collateral, settlement) = (Self::asset(OF_AUCTIONS), Self::asset(OF_AUCTIONS + 1));
		<Risk as Listing>::list(&collateral, &settlement);
		(collateral, settlement)
	}

	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		<Self as pallet_strata_vaults::BenchmarkHelper<AccountId>>::fund(asset, who, amount);
	}

	fn set_time(now: Moment) {
		Self::set_clock(now);
	}

	fn seize(book: BookId, collateral: &Asset, units: Balance) {
		let account = Vaults::account_of(book);
		// What is on hold does not keep an account alive: one unit stays free.
		<Self as pallet_strata_vaults::BenchmarkHelper<AccountId>>::fund(
			collateral,
			&account,
			units.saturating_add(1),
		);
		let reason = RuntimeHoldReason::Vaults(pallet_strata_vaults::HoldReason::Collateral);
		let held = AllHolds::hold(collateral.clone(), &reason, &account, units);
		assert!(held.is_ok(), "{held:?}");
	}

	fn give_notes(deal: DealId, who: &AccountId, amount: Balance) {
		let note = pallet_strata_tranches::note_id(deal, 0);
		let note = note.unwrap_or_default();
		let minted = <Notes as Mutate<AccountId>>::mint_into(note, who, amount);
		assert!(minted.is_ok(), "{minted:?}");
		pallet_strata_tranches::Ledgers::<Runtime>::mutate(deal, |slot| {
			let Some(ledgers) = slot else { return };
			let Some(indices) = ledgers.notes.first() else { return };
			let holder = pallet_strata_tranches::Checkpoint::new(indices, ledgers.latest(), None);
			ledgers.checkpoints = ledgers.checkpoints.saturating_add(1);
			pallet_strata_tranches::Checkpoints::<Runtime>::insert((deal, 0, who), holder);
		});
	}
}

impl pallet_strata_backstop::BenchmarkHelper<AccountId> for Helper {
	fn assets() -> (Asset, Asset) {
		let (collateral, settlement) = (Self::asset(OF_BACKSTOP), Self::asset(OF_BACKSTOP + 1));
		<Risk as Listing>::list(&collateral, &settlement);
		(collateral, settlement)
	}

	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		<Self as pallet_strata_vaults::BenchmarkHelper<AccountId>>::fund(asset, who, amount);
	}

	fn set_time(now: Moment) {
		Self::set_clock(now);
	}
}

impl pallet_strata_tranches::benchmarking::BenchmarkHelper for Helper {
	fn asset(id: u32) -> Asset {
		Self::asset(OF_DEALS + id)
	}

	fn set_time(now: Moment) {
		Self::set_clock(now);
	}
}

/// A dispute that never is: a deal is made with a case for it, which is closed again.
const NO_DISPUTE: DisputeId = DisputeId::MAX - 1;

impl Helper {
	/// A deal with as many classes and books as may be.
	fn full_deal() -> DealId {
		let (case, _) = Tranches::benchmark_case(NO_DISPUTE);
		let closed = Tranches::court_close(NO_DISPUTE, &case);
		assert!(closed.is_ok(), "{closed:?}");
		match case.subject {
			Subject::Deal(deal) => deal,
			Subject::Feed(feed) => panic!("a case about feed {feed}"),
		}
	}
}

impl Helper {
	/// A deal in full of which `who` holds the residual, and whose coupons go by `feed`.
	pub fn deal_of(who: &AccountId, feed: FeedId) -> DealId {
		let deal = Self::full_deal();
		pallet_strata_tranches::Deals::<Runtime>::mutate(deal, |slot| {
			let Some(held) = slot else { return };
			held.originator = who.clone();
			held.terms.index = Some(feed);
		});
		deal
	}
}

impl pallet_strata_disputes::BenchmarkHelper<AccountId> for Helper {
	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		<Self as pallet_strata_vaults::BenchmarkHelper<AccountId>>::fund(asset, who, amount);
	}

	fn set_time(now: Moment) {
		Self::set_clock(now);
	}

	fn claim() -> (Case<AccountId>, AccountId) {
		let deal = Self::full_deal();
		let parties = pallet_strata_tranches::Deals::<Runtime>::get(deal).map(|deal| deal.parties);
		let Some(parties) = parties else { panic!("deal {deal} was made above") };
		let remedy = Remedy::Compensate { by: Office::Originator, rank: 0, amount: 1_000_000 };
		let subject = Subject::Deal(deal);
		(Case { subject, ground: Ground::FalseReport, at: 0, remedy }, parties.trustee)
	}

	fn default() -> (DealId, DealDefault) {
		let deal = Self::full_deal();
		pallet_strata_tranches::Ledgers::<Runtime>::mutate(deal, |ledgers| {
			if let Some(ledgers) = ledgers {
				ledgers.unpaid_since = Some(0);
			}
		});
		(deal, DealDefault::CouponUnpaid)
	}
}
