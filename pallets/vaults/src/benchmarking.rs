//! What the calls cost at worst.
//!
//! Everywhere: the collateral is not the native token (a hold on one of `pallet-assets` reads and
//! writes more); the book was touched 2^28 − 1 seconds ago (eight and a half years, every bit set, so
//! that compounding multiplies most); other vaults stay behind in the rung that is left and wait in
//! the rung that is joined, so that both are rewritten; and the owner has as many vaults as allowed.

#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::traits::{Consideration, Footprint, Get};
use frame_system::RawOrigin;
use strata_ladder::Rung;
use strata_numbers::pow10;
use strata_traits::{Asset, Balance, BookId, DealCash, Listing, Moment, VaultId};

use crate::{
	types::{Adjustment, Position, RungTotals},
	Books, Call, Config, NextVault, Pallet, Rungs, VaultOf, Vaults, VaultsOf,
};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// A collateral asset and a settlement asset that exist; neither is the native one.
	fn assets() -> (Asset, Asset);

	/// Gives `who` `amount` of `asset`, and what an account needs to exist.
	fn fund(asset: &Asset, who: &AccountId, amount: Balance);

	/// Sets the calendar.
	fn set_time(now: Moment);
}

/// 2^28 − 1 seconds.
const LONG_AGO: Moment = 268_435_455_000;

struct Market {
	book: BookId,
	collateral: Asset,
	settlement: Asset,
	/// Collateral worth more than any debt here will ever be.
	lot: Balance,
	/// The book's minimum debt.
	debt: Balance,
}

impl Market {
	fn new<T: Config>() -> Result<Self, BenchmarkError> {
		T::BenchmarkHelper::set_time(LONG_AGO);
		let (collateral, settlement) = T::BenchmarkHelper::assets();
		T::Listing::list(&collateral, &settlement);
		let money = T::Listing::settlement(&settlement).ok_or("not listed")?;
		let listing = T::Listing::collateral(&collateral).ok_or("not listed")?;
		let unit = pow10(money.decimals).ok_or("decimals")?;
		let (_, book) = T::Cash::benchmark_deal(&settlement, &collateral, 1_000_000 * unit)?;
		let debt = Books::<T>::get(book).ok_or("no book")?.minimum_debt;
		let ounce = pow10(listing.decimals).ok_or("decimals")?;
		// A whole unit is worth 100 USD: a thousand for every dollar owed.
		let lot = (debt / unit + 1) * 1_000 * ounce.max(crate::MINIMUM_COLLATERAL);
		Ok(Self { book, collateral, settlement, lot, debt })
	}

	/// An account with all it needs.
	fn person<T: Config>(&self, name: &'static str) -> T::AccountId {
		let who = account(name, 0, 0);
		self.equip::<T>(&who);
		who
	}

	fn equip<T: Config>(&self, who: &T::AccountId) {
		T::BenchmarkHelper::fund(&self.collateral, who, self.lot * 10);
		T::BenchmarkHelper::fund(&self.settlement, who, self.debt * 100);
		T::Consideration::ensure_successful(who, Footprint::from_mel::<VaultOf<T>>());
	}

	fn vault<T: Config>(
		&self,
		owner: &T::AccountId,
		collateral: Balance,
		draw: Balance,
	) -> Result<VaultId, BenchmarkError> {
		let id = NextVault::<T>::get();
		let origin = RawOrigin::Signed(owner.clone()).into();
		Pallet::<T>::open(origin, self.book, collateral, draw)?;
		Ok(id)
	}

	/// A vault of `owner` with `lot` and four times the minimum debt, and another one in its rung.
	fn vault_in_company<T: Config>(&self, owner: &T::AccountId) -> Result<VaultId, BenchmarkError> {
		let neighbour = self.person::<T>("neighbour");
		self.vault::<T>(&neighbour, self.lot, self.debt * 4)?;
		self.vault::<T>(owner, self.lot, self.debt * 4)
	}

	/// A position of four times the minimum debt after `wish`, with the book as [`Market::age`] leaves
	/// it; and what it owes before.
	fn foreseen<T: Config>(
		&self,
		wish: impl FnOnce(Balance) -> Adjustment,
	) -> Result<(Adjustment, Position), BenchmarkError> {
		let mut book = Books::<T>::get(self.book).ok_or("no book")?;
		book.updated_at = 0;
		book.accrue(LONG_AGO).ok_or("index")?;
		let debt = self.debt * 4;
		let before = Position { collateral: self.lot, debt, principal: debt };
		let wish = wish(before.owed(book.index).ok_or("debt")?);
		let (after, _) = before.repaid(wish.repay, book.index).ok_or("repay")?;
		let after = after.drawn(wish.draw, book.index).ok_or("draw")?;
		let collateral = self.lot + wish.deposit - wish.withdraw;
		Ok((wish, Position { collateral, ..after }))
	}

	/// Makes sure that somebody is in the rung that the vault will join.
	fn occupy<T: Config>(&self, after: Position) -> Result<(), BenchmarkError> {
		let rung = Rung::of(after.debt, after.collateral).ok_or("rung")?;
		let other = RungTotals { totals: after, vaults: 1, generation: 0 };
		Rungs::<T>::insert(self.book, rung.key(), other);
		Ok(())
	}

	/// Makes the owner's list as long as it may be with `room` places left, and the book untouched
	/// for a long time.
	fn age<T: Config>(&self, owner: &T::AccountId, room: u32) {
		VaultsOf::<T>::mutate(owner, |ids| {
			let full = T::MaxVaultsPerOwner::get() - room;
			let mut id = VaultId::MAX;
			while (ids.len() as u32) < full && ids.try_insert(0, id).is_ok() {
				id -= 1;
			}
		});
		Books::<T>::mutate(self.book, |book| {
			if let Some(book) = book {
				book.updated_at = 0;
			}
		});
	}

	/// How many vaults each rung has, riskiest first.
	fn ladder<T: Config>(&self) -> Vec<u32> {
		Rungs::<T>::iter_prefix_values(self.book).map(|rung| rung.vaults).collect()
	}
}

fn vault_of<T: Config>(id: VaultId) -> Result<VaultOf<T>, BenchmarkError> {
	Vaults::<T>::get(id).ok_or(BenchmarkError::Stop("no vault"))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// With a draw; the last vault that the owner may have.
	#[benchmark]
	fn open() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		market.age::<T>(&caller, 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), market.book, market.lot, market.debt * 4);

		let id = NextVault::<T>::get() - 1;
		assert_eq!(vault_of::<T>(id)?.position.principal, market.debt * 4);
		assert_eq!(VaultsOf::<T>::get(&caller).len() as u32, T::MaxVaultsPerOwner::get());
		Ok(())
	}

	/// By somebody else than the owner; the vault changes its rung.
	#[benchmark]
	fn deposit() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let owner = market.person::<T>("owner");
		let vault = market.vault_in_company::<T>(&owner)?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		let amount = market.lot;
		let (wish, after) =
			market.foreseen::<T>(|_| Adjustment { deposit: amount, ..Adjustment::default() })?;
		market.occupy::<T>(after)?;
		market.age::<T>(&owner, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault, wish.deposit);

		assert_eq!(vault_of::<T>(vault)?.position, after);
		assert_eq!(market.ladder::<T>(), vec![1, 2]);
		Ok(())
	}

	/// With debt, so that both prices are read; the vault changes its rung.
	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		let vault = market.vault_in_company::<T>(&caller)?;
		let amount = market.lot / 4;
		let (wish, after) =
			market.foreseen::<T>(|_| Adjustment { withdraw: amount, ..Adjustment::default() })?;
		market.occupy::<T>(after)?;
		market.age::<T>(&caller, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault, wish.withdraw);

		assert_eq!(vault_of::<T>(vault)?.position, after);
		assert_eq!(market.ladder::<T>(), vec![2, 1]);
		Ok(())
	}

	/// The vault changes its rung.
	#[benchmark]
	fn draw() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		let vault = market.vault_in_company::<T>(&caller)?;
		let amount = market.debt * 4;
		let (wish, after) =
			market.foreseen::<T>(|_| Adjustment { draw: amount, ..Adjustment::default() })?;
		market.occupy::<T>(after)?;
		market.age::<T>(&caller, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault, wish.draw);

		assert_eq!(vault_of::<T>(vault)?.position, after);
		assert_eq!(market.ladder::<T>(), vec![2, 1]);
		Ok(())
	}

	/// By somebody else than the owner; interest and principal; the vault changes its rung.
	#[benchmark]
	fn repay() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let owner = market.person::<T>("owner");
		let vault = market.vault_in_company::<T>(&owner)?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		// Twice the minimum is left of four times the minimum and its interest.
		let left = market.debt * 2;
		let (wish, after) = market
			.foreseen::<T>(|owed| Adjustment { repay: owed - left, ..Adjustment::default() })?;
		T::BenchmarkHelper::fund(&market.settlement, &caller, wish.repay);
		market.occupy::<T>(after)?;
		market.age::<T>(&owner, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault, wish.repay);

		assert_eq!(vault_of::<T>(vault)?.position, after);
		assert_eq!(market.ladder::<T>(), vec![1, 2]);
		Ok(())
	}

	/// All four at once; the vault changes its rung.
	#[benchmark]
	fn adjust() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		let vault = market.vault_in_company::<T>(&caller)?;
		let (lot, debt) = (market.lot, market.debt);
		let (wish, after) = market.foreseen::<T>(|_| Adjustment {
			deposit: lot,
			repay: debt,
			draw: debt * 2,
			withdraw: lot / 4,
		})?;
		market.occupy::<T>(after)?;
		market.age::<T>(&caller, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault, wish);

		assert_eq!(vault_of::<T>(vault)?.position, after);
		Ok(())
	}

	/// With debt, leaving another vault in the rung.
	#[benchmark]
	fn close() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let caller: T::AccountId = whitelisted_caller();
		market.equip::<T>(&caller);
		let vault = market.vault_in_company::<T>(&caller)?;
		market.age::<T>(&caller, 0);
		let owed = Pallet::<T>::vault_state(vault).ok_or("no vault")?.debt;
		T::BenchmarkHelper::fund(&market.settlement, &caller, owed);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault);

		assert!(Vaults::<T>::get(vault).is_none());
		assert_eq!(market.ladder::<T>(), vec![1]);
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
