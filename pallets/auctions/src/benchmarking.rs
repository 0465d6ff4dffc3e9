//! Worst cases of the calls and of the units of the hook. They run in a runtime with real neighbours:
//! a deal, a book whose account holds the collateral, and a backstop pool.
//!
//! `Timestamp::Now` is written by the inherent of every block, so its key is not counted.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used
)]

use frame_benchmarking::{benchmarking::add_to_whitelist, v2::*};
use frame_system::RawOrigin;
use sp_runtime::DispatchError;
use strata_numbers::{Price, Ratio};
use strata_traits::{
	AgendaKey, Asset, AuctionShape, Auctions as _, Backstop, Balance, BookId, DealCash, DealId,
	Decay, LotId, MarketPrices, Moment, Seizure,
};

use crate::{types::Stage, Agenda, Call, Config, Lots, NextLot, Pallet};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// A collateral asset and a settlement asset that exist, are listed and have reliable prices now;
	/// neither is the native one. With 9 decimals or fewer 10^12 smallest units are some whole units.
	fn assets() -> (Asset, Asset);

	/// Gives `who` `amount` of `asset`, and what an account needs to exist.
	fn fund(asset: &Asset, who: &AccountId, amount: Balance);

	/// Sets the calendar.
	fn set_time(now: Moment);

	/// What the vaults do before a lot of `book` is opened: the book's account keeps `units` more of
	/// its collateral.
	fn seize(book: BookId, collateral: &Asset, units: Balance);

	/// Gives `who` at least `amount` notes of the senior-most class of `deal`.
	fn give_notes(deal: DealId, who: &AccountId, amount: Balance);
}

/// When the lots are opened.
const START: Moment = 1_900_000_000_000;
/// s, x and its principal part.
const UNITS: Balance = 1_000_000_000_000;
const OWED: Balance = 1_100_000_000;
const PRINCIPAL: Balance = 1_000_000_000;

struct Sale {
	deal: DealId,
	collateral: Asset,
	settlement: Asset,
	lot: LotId,
}

impl Sale {
	/// An insolvent lot, whose price falls in very many steps, opened at [`START`]; another of the
	/// same book is open besides. The market is so low that its loss is certain.
	fn new<T: Config>(duration: Moment) -> Result<Self, BenchmarkError> {
		// Every block's inherent writes it.
		add_to_whitelist(
			frame_support::storage::storage_prefix(b"Timestamp", b"Now").to_vec().into(),
		);
		T::BenchmarkHelper::set_time(START);
		let (collateral, settlement) = T::BenchmarkHelper::assets();
		let (deal, book) = T::Cash::benchmark_deal(&settlement, &collateral, 100 * PRINCIPAL)?;
		let open = |solvent| -> Result<LotId, DispatchError> {
			let lot = NextLot::<T>::get();
			T::BenchmarkHelper::seize(book, &collateral, UNITS);
			T::Cash::seized(deal, book, PRINCIPAL, UNITS)?;
			let decay = Decay::Stepped { step: 1, cut: Ratio::from_rational(999_999, 1_000_000) };
			let price = Price::from_rational(1, 1_000);
			Pallet::<T>::open(Seizure {
				deal,
				book,
				collateral: collateral.clone(),
				collateral_decimals: 9,
				settlement: settlement.clone(),
				settlement_decimals: 6,
				units: UNITS,
				principal: PRINCIPAL,
				interest: OWED - PRINCIPAL,
				penalty: OWED / 10,
				solvent,
				prices: MarketPrices { lower: price, upper: price },
				shape: AuctionShape {
					start_factor: Ratio::from_rational(12, 10),
					floor_factor: Ratio::from_rational(5, 10),
					duration,
					restarts: 1,
					decay,
				},
				backstop_discount: Ratio::from_rational(4, 100),
				minimum_units: 1_000,
			})?;
			Ok(lot)
		};
		open(true)?;
		let lot = open(false)?;
		Ok(Self { deal, collateral, settlement, lot })
	}

	fn in_stage<T: Config>(&self, stage: Stage, restarts: u8) {
		Lots::<T>::mutate(self.lot, |lot| {
			let lot = lot.as_mut().unwrap();
			lot.stage = stage;
			lot.restarts = restarts;
		});
	}

	fn buyer<T: Config>(&self) -> T::AccountId {
		let buyer = account("buyer", 0, 0);
		T::BenchmarkHelper::fund(&self.settlement, &buyer, 1_000 * OWED);
		buyer
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	// All that is left, by a newcomer to the collateral, late in a fall of many steps: the lot is
	// settled with a loss, and another one of the book stays open.
	#[benchmark]
	fn bid() -> Result<(), BenchmarkError> {
		let sale = Sale::new::<T>(86_400_000)?;
		T::BenchmarkHelper::set_time(START + 86_399_999);
		let buyer = sale.buyer::<T>();
		let most = Price::from_inner(u128::MAX);
		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), sale.lot, most, UNITS);
		assert!(!Lots::<T>::contains_key(sale.lot));
		Ok(())
	}

	// A lot in auction: a stage that counts its restarts.
	#[benchmark]
	fn restart() -> Result<(), BenchmarkError> {
		let sale = Sale::new::<T>(1)?;
		T::BenchmarkHelper::set_time(START + 1);
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sale.lot);
		assert!(Lots::<T>::get(sale.lot).is_some_and(|lot| lot.restarts == 0));
		Ok(())
	}

	// The end of an exchange offer: the pool buys a part, the loss is charged, and what is left goes
	// into its first round of recovery.
	#[benchmark]
	fn wrap_up() -> Result<(), BenchmarkError> {
		let sale = Sale::new::<T>(1)?;
		sale.in_stage::<T>(Stage::Exchange, 0);
		T::BenchmarkHelper::set_time(START + 1);
		T::Backstop::benchmark_pool(&sale.collateral, &sale.settlement, 1_000_000);
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sale.lot);
		let lot = Lots::<T>::get(sale.lot).ok_or("closed")?;
		assert!(lot.stage == Stage::Recovery && lot.units > 0);
		Ok(())
	}

	// All that is left, by a newcomer to the collateral: the lot is settled with a loss, and another
	// one of the book stays open.
	#[benchmark]
	fn exchange() -> Result<(), BenchmarkError> {
		let sale = Sale::new::<T>(86_400_000)?;
		sale.in_stage::<T>(Stage::Exchange, 0);
		let holder = sale.buyer::<T>();
		T::BenchmarkHelper::give_notes(sale.deal, &holder, PRINCIPAL);
		#[extrinsic_call]
		_(RawOrigin::Signed(holder), sale.lot, UNITS);
		assert!(!Lots::<T>::contains_key(sale.lot));
		Ok(())
	}

	// The look at the agenda behind an entry that was removed in the same block, and how many were.
	#[benchmark]
	fn agenda_read() -> Result<(), BenchmarkError> {
		let sale = Sale::new::<T>(1)?;
		let key = AgendaKey::new(START, 0);
		let cleared;
		let found;
		#[block]
		{
			cleared = Pallet::<T>::cleared();
			found = Agenda::<T>::iter_keys_from(Agenda::<T>::hashed_key_for(key)).next();
		}
		assert!(cleared == 0 && found.is_some_and(|key| key.id() <= sale.lot));
		Ok(())
	}

	// A lot that is there.
	#[benchmark]
	fn postpone() -> Result<(), BenchmarkError> {
		let sale = Sale::new::<T>(1)?;
		let key = AgendaKey::new(START + 1, sale.lot);
		assert!(Agenda::<T>::contains_key(key));
		#[block]
		{
			Pallet::<T>::postpone(key, START + 1, DispatchError::Unavailable);
		}
		assert!(!Agenda::<T>::contains_key(key));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
