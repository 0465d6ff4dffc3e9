//! Benchmarks. The worst case of every call has eight tranches and eight books.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used
)]

use alloc::{boxed::Box, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungibles::{Inspect, Mutate},
		Consideration, EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_arithmetic::Perbill;
use sp_runtime::DispatchError;
use strata_numbers::{DayCount, Ratio};
use strata_traits::{Asset, Balance, BookId, Books, Collected, DealCash, DealId, Listing, Moment};
use strata_waterfall::{PerClass, MAX_CLASSES};

use crate::*;

/// What the runtime does to set the scene.
pub trait BenchmarkHelper {
	/// A fungible asset that can be minted: 0 is the settlement asset, 1 to 8 are collateral.
	/// Created if need be: sufficient, minimum balance 1.
	fn asset(id: u32) -> Asset;
	/// Sets the clock, e.g. `pallet_timestamp::Now::<Runtime>::put(now)`. (`set_timestamp` would
	/// disturb BABE.)
	fn set_time(now: Moment);
}

/// When benchmarks begin.
const START: Moment = 1_700_000_000_000;
/// Length of the offering, of a period, and of a quarter of the revolving time.
const HOUR: Moment = 3_600_000;
/// Face of every tranche.
const FACE: Balance = 1_000_000_000_000;

fn tranche(kind: TrancheKind, face: Balance) -> TrancheTerms {
	TrancheTerms {
		kind,
		face,
		minimum: 1,
		coupon: match kind {
			TrancheKind::Note => Ratio::from_inner(50_000_000_000_000_000),
			TrancheKind::Residual => Ratio::default(),
		},
		minimum_subordination: match kind {
			TrancheKind::Note => Perbill::from_percent(10),
			TrancheKind::Residual => Perbill::zero(),
		},
		minimum_order: 1,
		maximum_order: Balance::MAX,
	}
}

fn schedule(now: Moment) -> Schedule {
	Schedule {
		offering_end: now + HOUR,
		quiet_period: 0,
		first_payment: now + 2 * HOUR,
		period: HOUR,
		ramp_up_end: now + 6 * HOUR,
		revolving_end: now + 6 * HOUR,
		final_date: now + 1_000 * HOUR,
	}
}

/// Enough of everything for `who`.
fn endow<T: Config>(who: &AccountIdOf<T>, settlement: &Asset, amount: Balance) {
	T::Consideration::ensure_successful(who, Pallet::<T>::deal_footprint());
	T::Consideration::ensure_successful(who, Pallet::<T>::holding_footprint());
	T::Consideration::ensure_successful(who, Pallet::<T>::holding_footprint());
	let spare = T::Assets::minimum_balance(settlement.clone()) * 10;
	T::Assets::mint_into(settlement.clone(), who, amount + spare).expect("can mint cash");
}

/// A deal of `notes` tranches of `face` each and a residual, in its offering, with one order for each
/// of them. The terms are not validated: the caller's book and listing may be of any kind.
fn offered<T: Config>(
	settlement: &Asset,
	books: Vec<BookTermsOf<T>>,
	faces: &[Balance],
) -> Result<DealId, DispatchError> {
	let originator: AccountIdOf<T> = account("originator", 0, 0);
	let investor: AccountIdOf<T> = account("investor", 0, 0);
	let total = faces.iter().sum();
	// Twice: the reserve comes on top.
	endow::<T>(&originator, settlement, 2 * total);
	endow::<T>(&investor, settlement, total);
	let id = Pallet::<T>::do_create(
		originator.clone(),
		terms::<T>(settlement, books, faces, Pallet::<T>::now()),
	)?;
	let deal = Deals::<T>::get(id).expect("just created");
	Pallet::<T>::open_offering(id, deal)?;
	for (rank, face) in faces.iter().enumerate().take(faces.len() - 1) {
		T::Consideration::ensure_successful(&investor, Pallet::<T>::holding_footprint());
		Pallet::<T>::do_order(investor.clone(), id, rank as u8, *face)?;
	}
	Ok(id)
}

fn terms<T: Config>(
	settlement: &Asset,
	books: Vec<BookTermsOf<T>>,
	faces: &[Balance],
	now: Moment,
) -> TermsOf<T> {
	let last = faces.len() - 1;
	let par = faces.iter().sum();
	let books: Vec<_> = books
		.into_iter()
		.map(|book| {
			let most = Pallet::<T>::most_lent(&book, par).expect("listed");
			T::Books::capped(book, most)
		})
		.collect();
	let tranches: Vec<_> = faces
		.iter()
		.enumerate()
		.map(|(rank, face)| match rank == last {
			true => tranche(TrancheKind::Residual, *face),
			false => tranche(TrancheKind::Note, *face),
		})
		.collect();
	let mut terms = Terms {
		settlement: settlement.clone(),
		books: BoundedVec::try_from(books).expect("not too many books"),
		tranches: PerClass::try_from(tranches).expect("not too many tranches"),
		day_count: DayCount::Act365Fixed,
		schedule: schedule(now),
		reserve_target: 0,
		reserve_periods: T::MinReservePeriods::get(),
	};
	let closed_out = terms.books.iter().filter_map(T::Books::closed_out_by).max();
	let last = &mut terms.schedule.final_date;
	*last = (*last).max(closed_out.unwrap_or_default());
	terms.reserve_target = Pallet::<T>::least_reserve(&terms).expect("fits");
	terms
}

/// [`strata_traits::DealCash::benchmark_deal`]: an active deal with one book and `principal` in cash.
/// Half of it is a senior class, half the residual.
pub(crate) fn deal<T: Config>(
	settlement: &Asset,
	collateral: &Asset,
	principal: Balance,
) -> Result<(DealId, BookId), DispatchError> {
	let residual = principal.div_ceil(2);
	let faces = [principal - residual, residual];
	let books = alloc::vec![T::Books::benchmark_terms(collateral)];
	let id = offered::<T>(settlement, books, &faces)?;
	let deal = Deals::<T>::get(id).expect("just launched");
	Pallet::<T>::settle_offering(id, deal)?;
	let ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
	let book = ledgers.books.first().copied().ok_or(Error::<T>::NoBooks)?;
	Ok((id, book))
}

/// The assets of a full deal, listed, and the terms of its books.
fn scene<T: Config>() -> (Asset, Vec<BookTermsOf<T>>) {
	T::BenchmarkHelper::set_time(START);
	let settlement = T::BenchmarkHelper::asset(0);
	let books = (1..=MAX_BOOKS)
		.map(|id| {
			let collateral = T::BenchmarkHelper::asset(id);
			T::Listing::list(&collateral, &settlement);
			T::Books::benchmark_terms(&collateral)
		})
		.collect();
	(settlement, books)
}

const FACES: [Balance; MAX_CLASSES as usize] = [FACE; MAX_CLASSES as usize];

/// A full deal in its offering.
fn full_offering<T: Config>() -> DealId {
	let (settlement, books) = scene::<T>();
	offered::<T>(&settlement, books, &FACES).expect("a full deal can be launched")
}

/// A full deal, closed, with one order of each tranche waiting.
fn full_deal<T: Config>() -> DealId {
	let id = full_offering::<T>();
	T::BenchmarkHelper::set_time(START + HOUR);
	Pallet::<T>::do_close_offering(id).expect("a full deal closes");
	assert!(Ledgers::<T>::contains_key(id), "the deal was issued");
	id
}

/// Interest for the next payment date, from somebody with cash.
fn collect_interest<T: Config>(id: DealId, interest: Balance) {
	let payer: AccountIdOf<T> = account("payer", 0, 0);
	let settlement = Deals::<T>::get(id).expect("exists").terms.settlement;
	endow::<T>(&payer, &settlement, interest);
	let collected = Collected { interest, principal: 0 };
	<Pallet<T> as DealCash<_>>::collect(id, &payer, collected).expect("cash can be collected");
}

/// Runs dates until the deal is closed: nothing was lent, so the first amortising date repays all.
fn close<T: Config>(id: DealId) {
	T::BenchmarkHelper::set_time(START + 6 * HOUR);
	while Deals::<T>::get(id).expect("exists").state != DealState::Closed {
		Pallet::<T>::do_run_payment(id).expect("a date is due");
	}
}

#[benchmarks]
mod benches {
	use super::*;

	// Terms of the largest size.
	#[benchmark]
	fn create() {
		let (settlement, books) = scene::<T>();
		let who: AccountIdOf<T> = whitelisted_caller();
		endow::<T>(&who, &settlement, FACE);
		let terms = Box::new(terms::<T>(&settlement, books, &FACES, START));
		#[extrinsic_call]
		_(RawOrigin::Signed(who), terms);
		assert!(Deals::<T>::contains_key(0));
	}

	// Terms of the largest size over terms of the largest size.
	#[benchmark]
	fn amend() {
		let (settlement, books) = scene::<T>();
		let who: AccountIdOf<T> = whitelisted_caller();
		endow::<T>(&who, &settlement, FACE);
		let terms = terms::<T>(&settlement, books, &FACES, START);
		let id = Pallet::<T>::do_create(who.clone(), terms.clone()).unwrap();
		let mut new = terms;
		new.day_count = DayCount::Act360;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, Box::new(new));
		assert_eq!(Deals::<T>::get(id).unwrap().terms.day_count, DayCount::Act360);
	}

	// Eight books and eight tranches to validate.
	#[benchmark]
	fn launch() {
		let (settlement, books) = scene::<T>();
		let who: AccountIdOf<T> = whitelisted_caller();
		// The residual and the reserve.
		endow::<T>(&who, &settlement, 2 * FACE);
		let terms = terms::<T>(&settlement, books, &FACES, START);
		let id = Pallet::<T>::do_create(who.clone(), terms).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert_eq!(Deals::<T>::get(id).unwrap().state, DealState::Offering);
	}

	// A draft, whose deposit is given back; an offering writes the deal and the agenda only.
	#[benchmark]
	fn cancel() {
		let (settlement, books) = scene::<T>();
		let who: AccountIdOf<T> = account("originator", 0, 0);
		endow::<T>(&who, &settlement, FACE);
		let terms = terms::<T>(&settlement, books, &FACES, START);
		let id = Pallet::<T>::do_create(who.clone(), terms).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(!Deals::<T>::contains_key(id));
	}

	// A first order, which places a deposit.
	#[benchmark]
	fn order() {
		let id = full_offering::<T>();
		let who: AccountIdOf<T> = whitelisted_caller();
		let settlement = Deals::<T>::get(id).unwrap().terms.settlement;
		endow::<T>(&who, &settlement, FACE);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, 0u8, FACE);
		assert!(Orders::<T>::contains_key((id, 0, who)));
	}

	// An order withdrawn, which gives the deposit back.
	#[benchmark]
	fn reduce_order() {
		let id = full_offering::<T>();
		let who: AccountIdOf<T> = account("investor", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, 0u8, FACE);
		assert!(!Orders::<T>::contains_key((id, 0, who)));
	}

	// Eight tranches to issue, each with its token, and eight books to open; the cost does not
	// depend on the number of orders.
	#[benchmark]
	fn close_offering() {
		let id = full_offering::<T>();
		T::BenchmarkHelper::set_time(START + HOUR);
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(Ledgers::<T>::contains_key(id));
	}

	// The last order of an over-subscribed tranche: a refund, the deposit given back because the
	// holder bought a note before he collects, and leftovers of rounding, notes and cash, credited to
	// the originator.
	#[benchmark]
	fn collect() {
		let id = full_offering::<T>();
		let settlement = Deals::<T>::get(id).unwrap().terms.settlement;
		let first: AccountIdOf<T> = account("second", 0, 0);
		let who: AccountIdOf<T> = account("third", 0, 0);
		for investor in [&first, &who] {
			endow::<T>(investor, &settlement, FACE);
			Pallet::<T>::do_order(investor.clone(), id, 0, FACE).unwrap();
		}
		T::BenchmarkHelper::set_time(START + HOUR);
		Pallet::<T>::do_close_offering(id).unwrap();
		Pallet::<T>::do_collect(id, 0, account("investor", 0, 0)).unwrap();
		Pallet::<T>::do_collect(id, 0, first.clone()).unwrap();
		T::Consideration::ensure_successful(&first, Pallet::<T>::holding_footprint());
		Pallet::<T>::do_transfer(first, id, 0, who.clone(), 1).unwrap();
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, 0u8, who.clone());
		assert!(Checkpoints::<T>::contains_key((id, 0, who.clone())));
		assert_eq!(Offerings::<T>::get(id).unwrap().classes[0].orders, 0);
		assert!(!Orders::<T>::contains_key((id, 0, who)));
	}

	/// Somebody who bought all notes of the senior-most tranche: the deposit of his checkpoint is the
	/// seller's.
	fn buyer<T: Config>(id: DealId) -> AccountIdOf<T> {
		let seller: AccountIdOf<T> = account("investor", 0, 0);
		let buyer: AccountIdOf<T> = account("buyer", 0, 0);
		Pallet::<T>::do_collect(id, 0, seller.clone()).unwrap();
		T::Consideration::ensure_successful(&seller, Pallet::<T>::holding_footprint());
		Pallet::<T>::do_transfer(seller, id, 0, buyer.clone(), FACE).unwrap();
		buyer
	}

	// Everything, to an account that holds nothing yet: a deposit is placed for it, and the one of the
	// sender's checkpoint goes back to a third account. (With something left to claim the checkpoint
	// stays, which is less.)
	#[benchmark]
	fn transfer() {
		let id = full_deal::<T>();
		let who = buyer::<T>(id);
		T::Consideration::ensure_successful(&who, Pallet::<T>::holding_footprint());
		let to: AccountIdOf<T> = account("receiver", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, 0u8, to.clone(), FACE);
		assert!(Checkpoints::<T>::contains_key((id, 0, to)));
		assert!(!Checkpoints::<T>::contains_key((id, 0, who)));
	}

	// In a closed deal: cash to an account that has none yet, notes burned, checkpoint removed and
	// its deposit returned to a third account.
	#[benchmark]
	fn claim() {
		let id = full_deal::<T>();
		let who = buyer::<T>(id);
		collect_interest::<T>(id, FACE);
		close::<T>(id);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, 0u8, who.clone());
		assert!(!Checkpoints::<T>::contains_key((id, 0, who)));
	}

	// The date that pays interest and principal to eight tranches, ends the revolving period, repays
	// everything and closes eight books.
	#[benchmark]
	fn run_payment() {
		let id = full_deal::<T>();
		for hour in 2..6 {
			T::BenchmarkHelper::set_time(START + hour * HOUR);
			Pallet::<T>::do_run_payment(id).unwrap();
		}
		collect_interest::<T>(id, FACE);
		T::BenchmarkHelper::set_time(START + 6 * HOUR);
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert_eq!(Deals::<T>::get(id).unwrap().state, DealState::Closed);
	}

	/// A full deal with collateral of every book waiting to be sold and half a period to go.
	fn troubled_deal<T: Config>() -> DealId {
		let id = full_deal::<T>();
		let books = Ledgers::<T>::get(id).unwrap().books;
		for book in books {
			// Far more units than one unit of cash: each book is asked, since none is under water.
			let units = 1_000_000_000_000_000_000_000;
			<Pallet<T> as DealCash<_>>::seized(id, book, 1, units).unwrap();
		}
		T::BenchmarkHelper::set_time(START + HOUR + HOUR / 2);
		id
	}

	// The senior coupon stays unpaid, because all principal is lent, and is called from eight books,
	// collateral of each of which waits to be sold; receipts of every kind came late, losses reach
	// every class.
	#[benchmark]
	fn run_payment_short() {
		let id = troubled_deal::<T>();
		Ledgers::<T>::mutate(id, |ledgers| {
			let ledgers = ledgers.as_mut().unwrap();
			ledgers.cash.available.principal = 0;
			ledgers.cash.available.losses = MAX_CLASSES as Balance * FACE - 1;
			ledgers.waterfall.reserve = 0;
			let later = Receipts { interest: 1, principal: 1, losses: 1, ..Receipts::default() };
			ledgers.cash.later = later;
			LateCash::<T>::insert(id, ledgers.next_date + HOUR, later);
		});
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		run_payment(RawOrigin::Signed(who), id);
		assert_eq!(Ledgers::<T>::get(id).unwrap().unpaid_since, Some(START + 2 * HOUR));
	}

	// A dry run with eight tranches, and eight books to call. Books without borrowers owe no interest
	// to call: the call fails with `NothingToCall` after every look but the writes of the books, so the
	// block calls each of them as well.
	#[benchmark]
	fn call_liquidity() {
		let id = troubled_deal::<T>();
		Ledgers::<T>::mutate(id, |ledgers| {
			let ledgers = ledgers.as_mut().unwrap();
			ledgers.cash.available.principal = 0;
			ledgers.waterfall.reserve = 0;
		});
		let refused: DispatchError = Error::<T>::NothingToCall.into();
		let result;
		#[block]
		{
			result = Pallet::<T>::do_call_liquidity(id);
			let ledgers = Ledgers::<T>::get(id).unwrap();
			for book in ledgers.books.iter() {
				T::Books::call(*book, 1).unwrap();
			}
			Ledgers::<T>::insert(id, ledgers);
		}
		assert_eq!(result, Err(refused));
	}

	// Eight books to mature, by anyone.
	#[benchmark]
	fn accelerate() {
		let id = full_deal::<T>();
		Ledgers::<T>::mutate(id, |ledgers| ledgers.as_mut().unwrap().unpaid_since = Some(START));
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert_eq!(Deals::<T>::get(id).unwrap().state, DealState::Active(Phase::Accelerated));
	}

	// Eight books to look at and to wind down. By governance, since a benchmark's books are sound; the
	// block looks at them as anyone's call would.
	#[benchmark]
	fn wind_down() {
		let id = full_deal::<T>();
		let origin = T::DealAdmin::try_successful_origin().expect("governance can act");
		let books = Ledgers::<T>::get(id).unwrap().books;
		let mut unsound = 0;
		#[block]
		{
			unsound += books.iter().filter(|book| T::Books::is_unsound(**book)).count();
			Pallet::<T>::do_wind_down(origin, id).unwrap();
		}
		assert_eq!(unsound, 0);
		assert_eq!(Deals::<T>::get(id).unwrap().state, DealState::Active(Phase::WindingDown));
	}

	// Eight tokens to destroy.
	#[benchmark]
	fn remove() {
		let id = full_deal::<T>();
		let investor: AccountIdOf<T> = account("investor", 0, 0);
		let originator = Deals::<T>::get(id).unwrap().originator;
		let last = MAX_CLASSES as u8 - 1;
		for rank in 0..last {
			Pallet::<T>::do_collect(id, rank, investor.clone()).unwrap();
		}
		close::<T>(id);
		for rank in 0..last {
			Pallet::<T>::do_claim(id, rank, investor.clone()).unwrap();
		}
		Pallet::<T>::do_claim(id, last, originator).unwrap();
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(!Deals::<T>::contains_key(id));
	}

	// Nothing is due: one look at the first key. `next_key` is not counted by the benchmark's
	// tracker; the read it stands for is the one of the deal that is listed.
	#[benchmark]
	fn agenda_read() {
		let id = full_offering::<T>();
		let found;
		#[block]
		{
			found = Agenda::<T>::iter_keys().next();
			Deals::<T>::contains_key(id);
		}
		assert_eq!(found.map(|key| key.deal()), Some(id));
	}

	// A deal whose payment date failed.
	#[benchmark]
	fn park() {
		let id = full_deal::<T>();
		let key = AgendaKey::new(START + 2 * HOUR, id);
		#[block]
		{
			Pallet::<T>::park(key, DispatchError::Other("benchmark"));
		}
		assert!(Ledgers::<T>::get(id).unwrap().parked);
	}

	impl_benchmark_test_suite! {
		Pallet,
		crate::mock::new_test_ext(),
		crate::mock::Test
	}
}
