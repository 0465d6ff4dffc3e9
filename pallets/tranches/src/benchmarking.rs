//! Benchmarks. The worst case of every call has eight tranches, eight books and a program of the
//! largest size.

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
use strata_traits::{
	Asset, Balance, BookId, Books, Case, Collected, DealCash, DealId, DisputeId, FeedId, Ground,
	Listing, Moment, PriceFeeds, Remedy, Subject, FULL_AWARD,
};
use strata_waterfall::{
	ClassTerms, Classes, Condition, Coupon, Coverage, Effect, Fee, FeeAmount, Line, Part, PerClass,
	PerFee, Point, Program, Reset, Share, Step, Support, Test, Trigger, MAX_CLASSES, MAX_FEES,
	MAX_LINES, MAX_POINTS, MAX_RESETS, MAX_TRIGGERS,
};

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
/// The index of floating coupons.
pub(crate) const INDEX: FeedId = 60_000;
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
		restricted: false,
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

/// 5 %.
fn rate() -> Ratio {
	Ratio::from_rational(5, 100)
}

/// A program of 32 lines that pays 8 fees, the interest of 7 classes one by one, each with a test, and
/// 8 deficiencies; with 16 triggers, and coupons and schedules of the largest size.
fn full_program(now: Moment) -> Program {
	let residual = MAX_CLASSES as u8 - 1;
	let always = |step| Line::always(step);
	let mut lines: Vec<_> = (0..MAX_FEES as u8)
		.map(|fee| Step::PayFee { fee, cap: None, support: Support::FULL, subordinate: false })
		.collect();
	for rank in 0..residual {
		let classes = Classes::one(rank);
		lines.push(Step::PayInterest { classes, part: Part::All, support: Support::FULL });
		lines.push(Step::TestCoverage { test: rank });
		lines.push(Step::CreditPdl { rank });
	}
	lines.push(Step::CreditPdl { rank: residual });
	let classes = Classes::all(MAX_CLASSES);
	lines.push(Step::PayPrincipal { classes, share: Share::Sequential });
	lines.push(Step::PayResidual { rank: residual });
	assert_eq!(lines.len() as u32, MAX_LINES);
	let kind = |rank| match rank % 2 {
		0 => Coverage::Principal,
		_ => Coverage::Interest,
	};
	let test = |rank| Test { coverage: kind(rank), rank, threshold: Ratio::from_rational(11, 10) };
	let fee = |_| Fee { amount: FeeAmount::Yearly(100_000_000), carried: true };
	let trigger = |at: u32| Trigger {
		condition: match at {
			0 => Condition::CumulativeLoss(rate()),
			1 => Condition::Delinquency(rate()),
			2 => Condition::ServicerDefault,
			_ => Condition::CoverageBelow { test: (at % 7) as u8, level: Ratio::from_u32(1) },
		},
		effect: Effect::Flag,
		curable: true,
	};
	Program {
		classes: (0..MAX_CLASSES)
			.map(|at| full_class(now, at))
			.collect::<Vec<_>>()
			.try_into()
			.unwrap(),
		fees: (0..MAX_FEES).map(fee).collect::<Vec<_>>().try_into().unwrap(),
		tests: (0..residual).map(test).collect::<Vec<_>>().try_into().unwrap(),
		triggers: (0..MAX_TRIGGERS).map(trigger).collect::<Vec<_>>().try_into().unwrap(),
		lines: lines.into_iter().map(always).collect::<Vec<_>>().try_into().unwrap(),
		..Program::default()
	}
}

/// A class with all the resets and points there may be; the first one floats instead, the residual has
/// no coupon.
fn full_class(now: Moment, rank: u32) -> ClassTerms {
	let date = |at: u32| now + (u64::from(at) + 7) * HOUR;
	let resets: Vec<_> = (0..MAX_RESETS).map(|at| Reset { date: date(at), rate: rate() }).collect();
	let points = (0..MAX_POINTS)
		.map(|at| Point { date: date(at), balance: u128::from(MAX_POINTS - 1 - at) });
	ClassTerms {
		coupon: match rank {
			0 => Coupon::Floating { margin: rate(), floor: rate(), cap: rate() },
			_ if rank == MAX_CLASSES - 1 => Coupon::Fixed,
			_ => Coupon::Resets(resets.try_into().unwrap()),
		},
		schedule: points.collect::<Vec<_>>().try_into().unwrap(),
		locked_until: 0,
	}
}

/// Enough of everything for `who`.
fn endow<T: Config>(who: &AccountIdOf<T>, settlement: &Asset, amount: Balance) {
	T::Consideration::ensure_successful(who, Pallet::<T>::deal_footprint(&full_program(START)));
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
	program: Program,
) -> Result<DealId, DispatchError> {
	let originator: AccountIdOf<T> = account("originator", 0, 0);
	let investor: AccountIdOf<T> = account("investor", 0, 0);
	let total = faces.iter().sum();
	// Twice: the reserve and the bond come on top.
	endow::<T>(&originator, settlement, 2 * total);
	endow::<T>(&investor, settlement, total);
	let (terms, program) = terms::<T>(settlement, books, faces, program, Pallet::<T>::now());
	let id = Pallet::<T>::do_create(originator.clone(), terms, program.clone())?;
	let deal = Deals::<T>::get(id).expect("just created");
	Pallet::<T>::open_offering(id, deal, &program)?;
	for (rank, face) in faces.iter().enumerate().take(faces.len() - 1) {
		T::Consideration::ensure_successful(&investor, Pallet::<T>::holding_footprint());
		Pallet::<T>::do_order(investor.clone(), id, rank as u8, *face)?;
	}
	Ok(id)
}

/// Terms, and the program with the reserve that they ask for.
fn terms<T: Config>(
	settlement: &Asset,
	books: Vec<BookTermsOf<T>>,
	faces: &[Balance],
	mut program: Program,
	now: Moment,
) -> (TermsOf<T>, Program) {
	let last = faces.len() - 1;
	let par: Balance = faces.iter().sum();
	T::Feeds::set_price(INDEX, rate());
	let payees = alloc::vec![Party::Account(account("payee", 0, 0)); program.fees.len()];
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
		reserve_periods: T::MinReservePeriods::get(),
		servicer: account("servicer", 0, 0),
		trustee: account("trustee", 0, 0),
		bond: T::MinBond::get().mul_ceil(par),
		payees: PerFee::try_from(payees).expect("not too many fees"),
		index: Some(INDEX),
		clean_up: Perbill::one(),
		consents: Consents::default(),
		defaults: DefaultTerms { grace: HOUR, cure: HOUR, attestation: Some((INDEX, HOUR)) },
	};
	let closed_out = terms.books.iter().filter_map(T::Books::closed_out_by).max();
	let last = &mut terms.schedule.final_date;
	*last = (*last).max(closed_out.unwrap_or_default());
	program.reserve.least = Pallet::<T>::least_reserve(&terms, &program).expect("fits");
	(terms, program)
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
	let program = Program::sequential(2, 0).expect("two classes");
	let id = offered::<T>(settlement, books, &faces, program)?;
	let deal = Deals::<T>::get(id).expect("just launched");
	Pallet::<T>::settle_offering(id, deal)?;
	let ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
	let book = ledgers.books.first().copied().ok_or(Error::<T>::NoBooks)?;
	Ok((id, book))
}

/// The assets of a full deal, listed, and the terms of its books.
fn scene<T: Config>() -> (Asset, Vec<BookTermsOf<T>>) {
	scene_of::<T>(MAX_BOOKS)
}

/// The same with fewer books.
fn scene_of<T: Config>(books: u32) -> (Asset, Vec<BookTermsOf<T>>) {
	T::BenchmarkHelper::set_time(START);
	let settlement = T::BenchmarkHelper::asset(0);
	let books = (1..=books)
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
	offering_of::<T>(MAX_BOOKS)
}

/// The same with fewer books.
fn offering_of<T: Config>(books: u32) -> DealId {
	let (settlement, books) = scene_of::<T>(books);
	offered::<T>(&settlement, books, &FACES, full_program(START)).expect("it can be launched")
}

/// A full deal, closed, with one order of each tranche waiting.
fn full_deal<T: Config>() -> DealId {
	deal_of::<T>(MAX_BOOKS)
}

/// The same with fewer books.
fn deal_of<T: Config>(books: u32) -> DealId {
	let id = offering_of::<T>(books);
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

/// A case about a deal, with a ground that admits the remedy.
fn case_of<AccountId>(id: DealId, remedy: Remedy<AccountId>) -> Case<AccountId> {
	use Ground::*;
	let grounds = [NonPayment, Misstatement, BreachOfDuty, WrongfulHolding];
	let ground = grounds.into_iter().find(|ground| ground.admits(&remedy));
	Case {
		subject: Subject::Deal(id),
		ground: ground.expect("every remedy of deals has a ground"),
		at: START,
		remedy,
	}
}

/// [`strata_traits::Enforce::benchmark_case`]: all notes of a class, frozen, which go to somebody who
/// holds nothing yet. He places a deposit, and the one of the respondent's checkpoint goes back to a
/// third account.
pub(crate) fn case<T: Config>(dispute: DisputeId) -> (Case<AccountIdOf<T>>, AccountIdOf<T>) {
	let id = full_deal::<T>();
	let from = buyer::<T>(id);
	let to: AccountIdOf<T> = account("receiver", 0, 0);
	endow::<T>(&to, &Ledgers::<T>::get(id).unwrap().settlement, FACE);
	let case = case_of(id, Remedy::TransferNotes { rank: 0, from, to: to.clone(), units: FACE });
	Pallet::<T>::court_open(dispute, &case, &to).expect("the owner may claim");
	Pallet::<T>::court_freeze(dispute, &case, FACE).expect("notes can be frozen");
	(case, to)
}

/// `who` owes every class that is sold one unit.
fn judge<T: Config>(id: DealId, who: &AccountIdOf<T>) {
	let mut owed = [1; MAX_CLASSES as usize];
	owed[MAX_CLASSES as usize - 1] = 0;
	Judgments::<T>::insert(id, who, PerClass::truncate_from(owed.to_vec()));
	Ledgers::<T>::mutate(id, |ledgers| ledgers.as_mut().unwrap().court.judgments += 1);
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
		let (terms, program) = terms::<T>(&settlement, books, &FACES, full_program(START), START);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), Box::new(terms), Box::new(program));
		assert!(Deals::<T>::contains_key(0));
	}

	// Terms of the largest size over terms of the largest size, and a program that is larger than the
	// one before, so that more is held.
	#[benchmark]
	fn amend() {
		let (settlement, books) = scene::<T>();
		let who: AccountIdOf<T> = whitelisted_caller();
		endow::<T>(&who, &settlement, FACE);
		let (terms, program) = terms::<T>(&settlement, books, &FACES, full_program(START), START);
		let small = Program::sequential(MAX_CLASSES, 0).unwrap();
		let id = Pallet::<T>::do_create(who.clone(), terms.clone(), small).unwrap();
		let mut new = terms;
		new.day_count = DayCount::Act360;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, Box::new(new), Box::new(program));
		assert_eq!(Deals::<T>::get(id).unwrap().terms.day_count, DayCount::Act360);
	}

	// Eight books, eight tranches and a full program to validate.
	#[benchmark]
	fn launch() {
		let (settlement, books) = scene::<T>();
		let who: AccountIdOf<T> = whitelisted_caller();
		// The residual and the reserve.
		endow::<T>(&who, &settlement, 2 * FACE);
		let (terms, program) = terms::<T>(&settlement, books, &FACES, full_program(START), START);
		let id = Pallet::<T>::do_create(who.clone(), terms, program).unwrap();
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
		let (terms, program) = terms::<T>(&settlement, books, &FACES, full_program(START), START);
		let id = Pallet::<T>::do_create(who.clone(), terms, program).unwrap();
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

	// An ordinary date: every step of a full program, every fee and coupon paid.
	#[benchmark]
	fn run_payment(b: Linear<1, { MAX_BOOKS }>) {
		let id = deal_of::<T>(b);
		collect_interest::<T>(id, FACE);
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert_eq!(Ledgers::<T>::get(id).unwrap().next_date, START + 3 * HOUR);
	}

	// The date that pays interest and principal to eight tranches, ends the revolving period, repays
	// everything and closes eight books.
	#[benchmark]
	fn run_payment_last() {
		let id = full_deal::<T>();
		for hour in 2..6 {
			T::BenchmarkHelper::set_time(START + hour * HOUR);
			Pallet::<T>::do_run_payment(id).unwrap();
		}
		collect_interest::<T>(id, FACE);
		T::BenchmarkHelper::set_time(START + 6 * HOUR);
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		run_payment(RawOrigin::Signed(who), id);
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
		let books = Ledgers::<T>::get(id).unwrap().books;
		#[block]
		{
			Pallet::<T>::do_run_payment(id).unwrap();
			// Books without borrowers owe nothing that the date could call.
			for book in books {
				T::Books::call(book, 1).unwrap();
			}
		}
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
		let caller: AccountIdOf<T> = whitelisted_caller();
		let refused: DispatchError = Error::<T>::NothingToCall.into();
		let result;
		#[block]
		{
			result = Pallet::<T>::do_call_liquidity(&caller, id);
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

	/// A full deal whose first date has paid every fee.
	fn deal_with_fees<T: Config>() -> DealId {
		let id = full_deal::<T>();
		collect_interest::<T>(id, FACE);
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		Pallet::<T>::do_run_payment(id).unwrap();
		id
	}

	// Cash to an account that has none yet, after a judgment against it in favour of seven classes.
	#[benchmark]
	fn claim_fee() {
		let id = deal_with_fees::<T>();
		judge::<T>(id, &account("payee", 0, 0));
		let who: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 0u8);
		assert_eq!(Ledgers::<T>::get(id).unwrap().fees_payable[0], 0);
	}

	// Eight books that are owed something, notes with deficiencies, and as many dry runs as the price
	// may take.
	#[benchmark]
	fn clean_up() {
		let id = troubled_deal::<T>();
		let originator = Deals::<T>::get(id).unwrap().originator;
		let settlement = Deals::<T>::get(id).unwrap().terms.settlement;
		Ledgers::<T>::mutate(id, |ledgers| {
			let ledgers = ledgers.as_mut().unwrap();
			ledgers.cash.available.principal = 0;
			ledgers.cash.available.losses = 2 * FACE;
		});
		endow::<T>(&originator, &settlement, 10 * FACE);
		#[extrinsic_call]
		_(RawOrigin::Signed(originator), id);
		assert_eq!(Deals::<T>::get(id).unwrap().state, DealState::Active(Phase::Called));
	}

	// A default that is taken back: from then on the next one is looked for.
	#[benchmark]
	fn set_servicer_default() {
		let id = full_deal::<T>();
		let trustee = Deals::<T>::get(id).unwrap().parties.trustee;
		Ledgers::<T>::mutate(id, |ledgers| ledgers.as_mut().unwrap().servicer_default = true);
		#[extrinsic_call]
		_(RawOrigin::Signed(trustee), id, false);
		assert!(!Ledgers::<T>::get(id).unwrap().servicer_default);
	}

	/// [`deal_with_fees`], all of them due to `party`, who has no cash yet.
	fn deal_paying<T: Config>(party: Party<AccountIdOf<T>>) -> DealId {
		let id = deal_with_fees::<T>();
		Deals::<T>::mutate(id, |deal| {
			let payees = &mut deal.as_mut().unwrap().terms.payees;
			payees.iter_mut().for_each(|payee| *payee = party.clone());
		});
		id
	}

	/// As many former servicers as are remembered, and a bond of the one of now.
	fn serve_long<T: Config>(id: DealId) {
		let deal = Deals::<T>::get(id).unwrap();
		let who = deal.parties.servicer;
		let former = (0..MAX_FORMER_SERVICERS).map(|one| FormerServicer {
			who: account("former", one, 0),
			since: one.into(),
			left_at: Moment::from(one) + 1,
		});
		let former = former.collect::<Vec<_>>().try_into().unwrap();
		Servicings::<T>::insert(id, Servicing { since: MAX_FORMER_SERVICERS.into(), former });
		endow::<T>(&who, &deal.terms.settlement, FACE);
		T::Consideration::ensure_successful(&who, Pallet::<T>::bond_footprint());
		Pallet::<T>::do_post_bond(who, id, FACE).unwrap();
	}

	// Eight fees paid out first, after a judgment. The servicer has a bond, and the shortest of former
	// ones is forgotten.
	#[benchmark]
	fn replace_servicer() {
		let id = deal_paying::<T>(Party::Servicer);
		serve_long::<T>(id);
		judge::<T>(id, &Deals::<T>::get(id).unwrap().parties.servicer);
		let trustee = Deals::<T>::get(id).unwrap().parties.trustee;
		let who: AccountIdOf<T> = account("successor", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(trustee), id, who.clone());
		assert_eq!(Deals::<T>::get(id).unwrap().parties.servicer, who);
		assert_eq!(Ledgers::<T>::get(id).unwrap().fees(), Some(0));
	}

	// Eight fees paid out first, after a judgment.
	#[benchmark]
	fn replace_trustee() {
		let id = deal_paying::<T>(Party::Trustee);
		judge::<T>(id, &Deals::<T>::get(id).unwrap().parties.trustee);
		let origin = T::DealAdmin::try_successful_origin().expect("governance can act");
		let who: AccountIdOf<T> = account("successor", 0, 0);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, who.clone());
		assert_eq!(Deals::<T>::get(id).unwrap().parties.trustee, who);
		assert_eq!(Ledgers::<T>::get(id).unwrap().fees(), Some(0));
	}

	// Eight tokens to destroy, and as many judgments as there may be.
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
		for fee in 0..MAX_FEES as u8 {
			Pallet::<T>::do_claim_fee(id, fee).unwrap();
		}
		for debtor in 0..MAX_JUDGMENTS {
			judge::<T>(id, &account("debtor", debtor, 0));
		}
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
		assert_eq!(found.map(|key| key.id()), Some(id));
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

	/// [`full_deal`] with every class restricted, everything left to the holders, three parties, and
	/// somebody who is allowed and holds all notes of the senior-most class.
	fn open_deal<T: Config>() -> (DealId, AccountIdOf<T>) {
		let id = full_deal::<T>();
		let who = buyer::<T>(id);
		Ledgers::<T>::mutate(id, |ledgers| {
			ledgers.as_mut().unwrap().restricted = Classes::all(MAX_CLASSES);
		});
		Deals::<T>::mutate(id, |deal| {
			let deal = deal.as_mut().unwrap();
			deal.parties =
				Parties { servicer: account("servicer", 0, 0), trustee: account("trustee", 0, 0) };
			deal.terms.consents = Consents {
				replace_parties: true,
				accelerate: true,
				extend_revolving: true,
				waive_triggers: true,
			};
		});
		for _ in 0..4 {
			endow::<T>(&who, &Ledgers::<T>::get(id).unwrap().settlement, FACE);
		}
		(id, who)
	}

	/// Makes `who` eligible, with a deposit and cash.
	fn admit<T: Config>(id: DealId, who: &AccountIdOf<T>) {
		let trustee: AccountIdOf<T> = account("trustee", 0, 0);
		T::Consideration::ensure_successful(&trustee, Pallet::<T>::permit_footprint());
		Pallet::<T>::do_allow(trustee, id, who.clone(), Moment::MAX).unwrap();
		endow::<T>(who, &Ledgers::<T>::get(id).unwrap().settlement, 2 * FACE);
	}

	/// All notes of `who`, at par, until the end of the period.
	fn all_notes<T: Config>(id: DealId, who: &AccountIdOf<T>) -> OfferId {
		let listed = NextOffer::<T>::get();
		let terms = OfferTerms {
			amount: FACE,
			price: Ratio::from_u32(1),
			minimum_fill: 1,
			expiry: START + 2 * HOUR,
			taker: Some(account("receiver", 0, 0)),
			on_payment: OnPayment::Rescale,
		};
		T::Consideration::ensure_successful(who, Pallet::<T>::offer_footprint());
		Pallet::<T>::do_offer(who.clone(), id, 0, terms).unwrap();
		listed
	}

	// A first allowance, which places a deposit.
	#[benchmark]
	fn approve() {
		let (id, who) = open_deal::<T>();
		let spender: AccountIdOf<T> = account("spender", 0, 0);
		T::Consideration::ensure_successful(&who, Pallet::<T>::approval_footprint());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, 0u8, spender.clone(), FACE);
		assert!(Approvals::<T>::contains_key((id, 0, who, spender)));
	}

	// As the worst transfer, of a restricted class, by an allowance that is used up: its deposit goes
	// back too.
	#[benchmark]
	fn transfer_from() {
		let (id, who) = open_deal::<T>();
		let to: AccountIdOf<T> = account("receiver", 0, 0);
		admit::<T>(id, &to);
		T::Consideration::ensure_successful(&who, Pallet::<T>::approval_footprint());
		Pallet::<T>::do_approve(who.clone(), id, 0, to.clone(), FACE).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), id, 0u8, who.clone(), to.clone(), FACE);
		assert!(Checkpoints::<T>::contains_key((id, 0, to)));
		assert!(!Checkpoints::<T>::contains_key((id, 0, who)));
	}

	// Any offer: a deposit is placed.
	#[benchmark]
	fn offer() {
		let (id, who) = open_deal::<T>();
		let price = Ratio::from_u32(1);
		let taker = Some(account("receiver", 0, 0));
		let on_payment = OnPayment::Rescale;
		T::Consideration::ensure_successful(&who, Pallet::<T>::offer_footprint());
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 0u8, FACE, price, 1, Moment::MAX, taker, on_payment);
		assert!(Offers::<T>::contains_key(0));
	}

	// All notes of a seller, of a restricted class, by a buyer who holds nothing yet: he places a
	// deposit, and those of the offer and of the seller's checkpoint go back, the latter to a third
	// account.
	#[benchmark]
	fn take_offer() {
		let (id, who) = open_deal::<T>();
		let to: AccountIdOf<T> = account("receiver", 0, 0);
		admit::<T>(id, &to);
		let listed = all_notes::<T>(id, &who);
		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), listed, FACE, FACE);
		assert!(Checkpoints::<T>::contains_key((id, 0, to)));
		assert!(!Checkpoints::<T>::contains_key((id, 0, who)));
	}

	// By somebody else, after its end.
	#[benchmark]
	fn cancel_offer() {
		let (id, who) = open_deal::<T>();
		let listed = all_notes::<T>(id, &who);
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), listed);
		assert!(!Offers::<T>::contains_key(listed));
	}

	// Any holder.
	#[benchmark]
	fn freeze() {
		let (id, who) = open_deal::<T>();
		let origin = T::DealAdmin::try_successful_origin().expect("governance can act");
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, 0u8, who.clone());
		assert!(Checkpoints::<T>::get((id, 0, who)).unwrap().frozen);
	}

	// Any holder.
	#[benchmark]
	fn thaw() {
		let (id, who) = open_deal::<T>();
		Pallet::<T>::do_freeze(id, 0, who.clone()).unwrap();
		let origin = T::DealAdmin::try_successful_origin().expect("governance can act");
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, 0u8, who.clone());
		assert!(!Checkpoints::<T>::get((id, 0, who)).unwrap().frozen);
	}

	// A first permit, which places a deposit.
	#[benchmark]
	fn allow() {
		let (id, who) = open_deal::<T>();
		let trustee: AccountIdOf<T> = account("trustee", 0, 0);
		T::Consideration::ensure_successful(&trustee, Pallet::<T>::permit_footprint());
		#[extrinsic_call]
		_(RawOrigin::Signed(trustee), id, who.clone(), Moment::MAX);
		assert!(Permits::<T>::contains_key(id, who));
	}

	// By the trustee, whose deposit goes back.
	#[benchmark]
	fn disallow() {
		let (id, who) = open_deal::<T>();
		admit::<T>(id, &who);
		let trustee: AccountIdOf<T> = account("trustee", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(trustee), id, who.clone());
		assert!(!Permits::<T>::contains_key(id, who));
	}

	/// A proposal of the holder, to accelerate.
	fn asked<T: Config>(id: DealId, who: &AccountIdOf<T>) {
		T::Consideration::ensure_successful(who, Pallet::<T>::proposal_footprint());
		Pallet::<T>::do_propose(who.clone(), id, Matter::Accelerate).unwrap();
	}

	/// And his vote for it.
	fn agreed<T: Config>(id: DealId, who: &AccountIdOf<T>) {
		T::Consideration::ensure_successful(who, Pallet::<T>::vote_footprint());
		Pallet::<T>::do_vote(who.clone(), id).unwrap();
	}

	// By a holder, with three affiliates to look at, after a proposal that has run out, whose deposit
	// goes back.
	#[benchmark]
	fn propose() {
		let (id, who) = open_deal::<T>();
		asked::<T>(id, &who);
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		T::Consideration::ensure_successful(&who, Pallet::<T>::proposal_footprint());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, Matter::Accelerate);
		assert_eq!(Proposals::<T>::get(id).unwrap().id, 2);
	}

	// By one whose vote for an earlier proposal is released.
	#[benchmark]
	fn vote() {
		let (id, who) = open_deal::<T>();
		asked::<T>(id, &who);
		agreed::<T>(id, &who);
		Pallet::<T>::do_close_proposal(None, id).unwrap();
		asked::<T>(id, &who);
		T::Consideration::ensure_successful(&who, Pallet::<T>::vote_footprint());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id);
		assert_eq!(Votes::<T>::get(id, who).unwrap().proposal, 2);
	}

	// Eight books to mature.
	#[benchmark]
	fn enact() {
		let (id, who) = open_deal::<T>();
		asked::<T>(id, &who);
		agreed::<T>(id, &who);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);
		assert_eq!(Deals::<T>::get(id).unwrap().state, DealState::Active(Phase::Accelerated));
	}

	// By anyone, after its end.
	#[benchmark]
	fn close_proposal() {
		let (id, who) = open_deal::<T>();
		asked::<T>(id, &who);
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);
		assert!(!Proposals::<T>::contains_key(id));
	}

	// Of a proposal that has run out and is not cleared away.
	#[benchmark]
	fn release_vote() {
		let (id, who) = open_deal::<T>();
		asked::<T>(id, &who);
		agreed::<T>(id, &who);
		T::BenchmarkHelper::set_time(START + 2 * HOUR);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, who.clone());
		assert!(!Votes::<T>::contains_key(id, who));
	}

	/// [`full_deal`] and its servicer, with a deposit and cash.
	fn served_deal<T: Config>() -> (DealId, AccountIdOf<T>) {
		let id = full_deal::<T>();
		let deal = Deals::<T>::get(id).unwrap();
		let who = deal.parties.servicer;
		endow::<T>(&who, &deal.terms.settlement, FACE);
		T::Consideration::ensure_successful(&who, Pallet::<T>::bond_footprint());
		(id, who)
	}

	// A first bond, which places a deposit.
	#[benchmark]
	fn post_bond() {
		let (id, who) = served_deal::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id, FACE);
		assert_eq!(ServicerBonds::<T>::get(id, who).unwrap().amount, FACE);
	}

	// A former servicer's, after a judgment against him, to an account without cash; the deposit goes
	// back.
	#[benchmark]
	fn withdraw_bond() {
		let (id, who) = served_deal::<T>();
		let settlement = Deals::<T>::get(id).unwrap().terms.settlement;
		let cash = T::Assets::balance(settlement, &who);
		Pallet::<T>::do_post_bond(who.clone(), id, cash).unwrap();
		let (deal, ledgers) = (Deals::<T>::get(id).unwrap(), Ledgers::<T>::get(id).unwrap());
		Pallet::<T>::install_servicer(id, deal, ledgers, account("successor", 0, 0)).unwrap();
		judge::<T>(id, &who);
		T::BenchmarkHelper::set_time(Pallet::<T>::now() + BOND_WINDOW);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, who.clone());
		assert!(!ServicerBonds::<T>::contains_key(id, who));
	}

	/// An award of the originator's bond to whoever held the senior-most class, by dispute 0; it has been
	/// sold since, to the buyer.
	fn awarded<T: Config>() -> (DealId, AccountIdOf<T>) {
		let id = full_deal::<T>();
		let holder = buyer::<T>(id);
		let trustee = Deals::<T>::get(id).unwrap().parties.trustee;
		let case = case_of(id, Remedy::CompensateHolders { rank: 0, amount: FACE });
		Pallet::<T>::court_open(0, &case, &trustee).unwrap();
		let payer: AccountIdOf<T> = account("payer", 0, 0);
		endow::<T>(&payer, &Ledgers::<T>::get(id).unwrap().settlement, FACE);
		Pallet::<T>::court_enforce(0, &case, &trustee, FULL_AWARD, &payer, FACE).unwrap();
		Pallet::<T>::court_close(0, &case).unwrap();
		let to: AccountIdOf<T> = account("receiver", 0, 0);
		T::Consideration::ensure_successful(&holder, Pallet::<T>::holding_footprint());
		Pallet::<T>::do_transfer(holder.clone(), id, 0, to, FACE).unwrap();
		(id, holder)
	}

	// Of one who has sold since: his checkpoint is removed, and its deposit goes back to a third account.
	#[benchmark]
	fn claim_award() {
		let (id, who) = awarded::<T>();
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, 0, who.clone());
		assert!(!Checkpoints::<T>::contains_key((id, 0, who)));
	}

	// After its time.
	#[benchmark]
	fn sweep_award() {
		let (id, _) = awarded::<T>();
		T::BenchmarkHelper::set_time(START + HOUR + AWARD_WINDOW);
		let caller: AccountIdOf<T> = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, 0);
		assert!(!Awards::<T>::contains_key(id, 0));
	}

	// Not a call: [`strata_traits::Enforce::enforce`] at worst runs and closes.
	#[benchmark(extra)]
	fn court_case() {
		let (case, claimant) = super::case::<T>(7);
		let payer: AccountIdOf<T> = account("payer", 0, 0);
		let done;
		#[block]
		{
			done = Pallet::<T>::court_enforce(7, &case, &claimant, FULL_AWARD, &payer, 0).unwrap();
			Pallet::<T>::court_close(7, &case).unwrap();
		}
		assert_eq!((done.paid, done.short), (FACE, 0));
	}

	impl_benchmark_test_suite! {
		Pallet,
		crate::mock::new_test_ext(),
		crate::mock::Test
	}
}
