//! What the calls cost at worst.
//!
//! Everywhere: the collateral is not the native token (a hold on one of `pallet-assets` reads and
//! writes more); the book was touched 2^28 − 1 seconds ago (eight and a half years, every bit set, so
//! that compounding multiplies most); other vaults stay behind in the rung that is left and wait in
//! the rung that is joined, so that both are rewritten; the rate rises with what is lent, and changes;
//! the ratios are on their way to others, which are the same; and the owner has as many vaults as
//! allowed. An act that follows edges pays for them by the slope of `settle`. `Timestamp::Now`, which
//! every block reads and writes anyway, is not counted.

#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::traits::{Consideration, Footprint, Get};
use frame_system::RawOrigin;
use strata_ladder::Rung;
use strata_liquidation::Fraction;
use strata_numbers::{pow10, RateModel, Ratio};
use strata_traits::{Asset, Balance, BookId, DealCash, Listing, Moment, Ramp, Ratios, VaultId};

use crate::{
	types::{Adjustment, Book, Destination, Edge, Place, Position, RungTotals},
	Books, Call, Config, Edges, Following, NextVault, Pallet, Rungs, VaultOf, Vaults, VaultsOf,
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
		// The inherent of every block has it read and written.
		let now = frame_support::storage::storage_prefix(b"Timestamp", b"Now");
		frame_benchmarking::benchmarking::add_to_whitelist(now.to_vec().into());
		let (collateral, settlement) = T::BenchmarkHelper::assets();
		T::Listing::list(&collateral, &settlement);
		let money = T::Listing::settlement(&settlement).ok_or("not listed")?;
		let listing = T::Listing::collateral(&collateral).ok_or("not listed")?;
		let unit = pow10(money.decimals).ok_or("decimals")?;
		let (_, book) = T::Cash::benchmark_deal(&settlement, &collateral, 1_000_000 * unit)?;
		let debt = bend::<T>(book)?;
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
		grow_old(&mut book);
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
		let other = RungTotals::new(0).joined(after, 1, 1).ok_or("rung")?;
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
				grow_old(book);
			}
		});
	}

	/// Puts `vault` at the far end of `hops` edges which nobody else uses. The last one leads to a
	/// closed rung of which nothing was left.
	fn send_away<T: Config>(&self, vault: VaultId, hops: u32) -> Result<(), BenchmarkError> {
		let place = |nth: u32| {
			let rung = Rung::new(i32::try_from(hops - nth).ok()?)?;
			Some(Place { rung, generation: nth.into() })
		};
		// As wide as figures get, so that multiplying takes longest.
		let most = Fraction { left: u128::MAX - 1, whole: u128::MAX };
		for nth in 0..hops {
			let from = place(nth).ok_or("place")?;
			let last = nth + 1 == hops;
			let to = match last {
				true => Destination::Closed { left: 0, vaults: 1 },
				false => Destination::Rung(place(nth + 1).ok_or("place")?),
			};
			let debt = if last { Fraction { left: 0, whole: u128::MAX } } else { most };
			let edge = Edge { to, collateral: most, debt, references: 1 };
			Edges::<T>::insert(self.book, from.key(), edge);
		}
		Vaults::<T>::mutate(vault, |vault| {
			if let Some(vault) = vault {
				vault.place = place(0);
			}
		});
		Ok(())
	}

	/// How many vaults each rung has, riskiest first.
	fn ladder<T: Config>(&self) -> Vec<u32> {
		Rungs::<T>::iter_prefix_values(self.book).map(|rung| rung.vaults).collect()
	}
}

/// Gives `id` a rate that rises with what is lent, by next to nothing: compounding costs the same at
/// any rate, and at a low one no vault of a benchmark gets unsafe; and a ramp. Returns the minimum debt.
fn bend<T: Config>(id: BookId) -> Result<Balance, BenchmarkError> {
	let mut book = Books::<T>::get(id).ok_or("no book")?;
	book.rate = RateModel::Utilisation {
		base: book.yearly_rate,
		kink: Ratio::from_rational(1, 2),
		slope1: Ratio::from_inner(1),
		slope2: Ratio::from_inner(1),
	};
	let ratios = Ratios::of(&book.parameters);
	book.ramp = Some(Ramp { from: ratios, to: ratios, begins: 0, ends: Moment::MAX });
	let debt = book.minimum_debt;
	Books::<T>::insert(id, book);
	Ok(debt)
}

/// Nobody has touched the book for long, and its rate is that of an empty one, so that the next act
/// changes it.
fn grow_old(book: &mut Book) {
	book.updated_at = 0;
	book.yearly_rate = book.rate.least();
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

	/// The calendar, the queue at its longest and the cursor, all of them written.
	#[benchmark]
	fn walk_base() -> Result<(), BenchmarkError> {
		Market::new::<T>()?;
		let long: Vec<_> = (0..crate::MAX_BACKLOG).map(|book| (book, book)).collect();
		crate::Backlog::<T>::put(frame_support::BoundedVec::truncate_from(long));
		crate::Cursor::<T>::put(BookId::MAX);
		crate::Clock::<T>::put(crate::types::WalkClock {
			last: 1,
			resumed: 1,
			..Default::default()
		});

		#[block]
		{
			let now = <T::Time as frame_support::traits::Time>::now();
			let clock = Pallet::<T>::tick(now);
			assert_eq!(clock.resumed, now);
			let mut queue = crate::Backlog::<T>::get();
			queue.sort_by_key(|(_, depth)| core::cmp::Reverse(*depth));
			crate::Backlog::<T>::put(queue);
			crate::Cursor::<T>::put(crate::Cursor::<T>::get().map_or(0, |book| book - 1));
		}

		assert_eq!(crate::Cursor::<T>::get(), Some(BookId::MAX - 1));
		Ok(())
	}

	/// A book whose riskiest rung is safe; its prices are known already.
	#[benchmark]
	fn visit_book() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let owner = market.person::<T>("owner");
		market.vault::<T>(&owner, market.lot, market.debt * 4)?;
		market.age::<T>(&owner, 0);
		let mut readings = crate::market::Readings::default();
		let book = Books::<T>::get(market.book).ok_or("no book")?;
		readings.enforceable::<T>(&book).map_err(|_| "no price")?;
		let clock = crate::types::WalkClock::default();

		let is_safe;
		#[block]
		{
			let book = Books::<T>::get(market.book).ok_or("no book")?;
			let first = Pallet::<T>::next_rung(market.book, None).ok_or("no rung")?;
			is_safe = Pallet::<T>::situation(&book, LONG_AGO, &clock, &mut readings)
				.is_ok_and(|situation| !situation.concerns(first.rung()));
		}

		assert!(is_safe);
		Ok(())
	}

	/// One feed.
	#[benchmark]
	fn read_price() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let feed = Books::<T>::get(market.book).ok_or("no book")?.collateral_feed;

		let reading;
		#[block]
		{
			reading = <T::Feeds as strata_traits::PriceFeeds>::reading(feed);
		}

		assert!(reading.reliable().is_some());
		Ok(())
	}

	/// A flag of a book is changed.
	#[benchmark]
	fn mark_book() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;

		#[block]
		{
			let mut book = Books::<T>::get(market.book).ok_or("no book")?;
			assert!(Pallet::<T>::flag(market.book, &mut book, true));
			Books::<T>::insert(market.book, book);
		}

		assert!(Books::<T>::get(market.book).is_some_and(|book| book.backlog));
		Ok(())
	}

	/// A book that holds less than its ledgers say, with a lot.
	#[benchmark]
	fn audit_book() -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let owner = market.person::<T>("owner");
		market.vault::<T>(&owner, market.lot, market.debt * 4)?;
		crate::benchmarking_walk::open_lot::<T>(market.book)?;
		Books::<T>::mutate(market.book, |book| {
			if let Some(book) = book {
				book.totals.collateral += 1;
			}
		});

		#[block]
		{
			Pallet::<T>::audit(market.book);
		}

		assert!(Books::<T>::get(market.book).is_some_and(|book| book.impaired));
		Ok(())
	}

	/// The setting of `benchmarking_walk`: a liquidity call on a ladder that is full. A backstop pool
	/// buys the solvent lot at once; the other one is put up for sale.
	#[benchmark]
	fn liquidate(r: Linear<2, 64>) -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let Market { book, debt, .. } = market;
		crate::benchmarking_walk::fill::<T>(book, &market.collateral, debt, r)?;
		let before = Rungs::<T>::iter_prefix(book).count();
		let settlement = Books::<T>::get(book).ok_or("no book")?.settlement;
		<T::Auctions as strata_traits::Auctions>::benchmark_buyer(
			&market.collateral,
			&settlement,
			debt.max(crate::benchmarking_walk::SCALE) * 10_000,
		);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), book, r);

		// Each went to a rung that was there.
		assert_eq!(Rungs::<T>::iter_prefix(book).count(), before - r as usize);
		assert_eq!(crate::Edges::<T>::iter_prefix(book).count(), r as usize);
		assert!(Books::<T>::get(book).is_some_and(|book| book.backlog));
		Ok(())
	}

	/// Nothing is left of the vault at the end of its path, and it was the last one of a closed book:
	/// its deposit is given back and the book, which followed its collateral as many others do, goes. No
	/// other vault uses an edge of the path, so that every one is removed.
	#[benchmark]
	fn settle(h: Linear<1, 64>) -> Result<(), BenchmarkError> {
		let market = Market::new::<T>()?;
		let owner = market.person::<T>("owner");
		let vault = market.vault::<T>(&owner, market.lot, market.debt * 4)?;
		let _ = Rungs::<T>::clear_prefix(market.book, u32::MAX, None);
		market.send_away::<T>(vault, h)?;
		market.age::<T>(&owner, 0);
		Books::<T>::mutate(market.book, |book| {
			if let Some(book) = book {
				book.totals = Position::default();
				book.closed = true;
				book.follows = true;
				book.yearly_rate = book.rate.most().unwrap_or_default();
			}
		});
		let others = (1..crate::MAX_FOLLOWING).map(|other| market.book + other);
		let following: Vec<_> = core::iter::once(market.book).chain(others).collect();
		let following = frame_support::BoundedVec::truncate_from(following);
		Following::<T>::insert(&market.collateral, following);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), vault, h);

		assert!(Vaults::<T>::get(vault).is_none());
		assert!(Books::<T>::get(market.book).is_none());
		let following = Following::<T>::decode_len(&market.collateral);
		assert_eq!(following, Some(crate::MAX_FOLLOWING as usize - 1));
		assert_eq!(Edges::<T>::iter_prefix(market.book).count(), 0);
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
