//! What acts read and write: each key once, as a block would pay for it.
//!
//! Prices are no keys in this world, and what a deal has in liquidation is a key of its own; the
//! runtime reads two prices more where an act adds risk, and one key less and writes one less where
//! collateral is sold. Keys of the system are not counted: every transaction has them.

mod common;

use frame_support::{storage::storage_prefix, weights::WeightMeter};
use pallet_strata_vaults::types::{Adjustment, BookTerms, Position, RungTotals};
use sp_io::TestExternalities;
use sp_trie::recorder::Recorder;
use strata_ladder::Rung;
use strata_liquidation_tests::world::{self, *};
use strata_numbers::{Price, RateModel};
use strata_traits::{
	Auctions as _, Balance, BookId, Books, Exposure, Impact, ImpactUnknown, Moment, Ramp, Ratios,
};

const DOLLAR: Balance = 1_000_000;
const OUNCE: Balance = 100_000_000;
const YEAR: Moment = 365 * 24 * common::HOUR;

/// Keys that `act` reads, and keys that it writes.
fn cost(world: &mut TestExternalities, act: impl FnOnce()) -> (usize, usize) {
	world.commit_all().expect("no transaction is open");
	let recorder = Recorder::default();
	world.execute_with_recorder(recorder.clone(), act);
	let system = &storage_prefix(b"System", b"")[..16];
	let counts = |key: &[u8]| !key.starts_with(system) && !key.starts_with(b":");
	let read = recorder.recorded_keys();
	let reads = read.values().flat_map(|trie| trie.keys()).filter(|key| counts(key)).count();
	let writes = world.overlayed_changes().changes().filter(|(key, _)| counts(key)).count();
	(reads, writes)
}

/// A rate that changes with every unit that is lent.
fn bent() -> RateModel {
	RateModel::Utilisation {
		base: ratio(0.01),
		kink: ratio(0.8),
		slope1: ratio(0.05),
		slope2: ratio(0.3),
	}
}

/// A book that lends against gold, with a vault that shares its rung with nobody.
fn market() -> (TestExternalities, BookId) {
	market_of(RateModel::Fixed(ratio(0.05)), false)
}

/// The same, at this rate; whether it follows gold's ratios.
fn market_of(rate: RateModel, follows: bool) -> (TestExternalities, BookId) {
	let mut world = world::build(&common::setup(1_000.0));
	let book = world.execute_with(|| {
		let book = <Vaults as Books>::open(
			DEAL_ID,
			&USD,
			&BookTerms {
				collateral: GOLD,
				rate,
				debt_ceiling: 1_000_000_000 * DOLLAR,
				draw_fuse: Balance::MAX,
				maturity: Now::get() + 50 * YEAR,
				close_out: YEAR,
				call_notice: 0,
				call_bonus: ratio(0.01),
				follows,
			},
		);
		let book = book.expect("it opens");
		// Another vault, so that none of those below is the first or the last of anything.
		for who in [OWNERS[0], OWNERS[1]] {
			open(who, book, 30 * OUNCE, 10_000 * DOLLAR);
		}
		book
	});
	(world, book)
}

/// What was done is done.
fn done<R, E: core::fmt::Debug>(result: Result<R, E>) {
	result.expect("it is allowed");
}

/// Opens a vault and returns it.
fn open(who: AccountId, book: BookId, collateral: Balance, draw: Balance) -> u32 {
	let vault = pallet_strata_vaults::NextVault::<Test>::get();
	done(Vaults::open(signed(who), book, collateral, draw));
	vault
}

/// Runs `costs` with a fixed rate; with one that changes by every act; and in a book that follows and
/// is on its way to other ratios. All cost the same.
fn in_every_book(costs: impl Fn(TestExternalities, BookId)) {
	let (world, book) = market();
	costs(world, book);
	let (world, book) = market_of(bent(), false);
	costs(world, book);
	let (mut world, book) = market_of(bent(), true);
	world.execute_with(|| {
		let now = Now::get();
		let from = pallet_strata_vaults::Books::<Test>::get(book).expect("open").ratios(now);
		let to = Ratios { initial: ratio(1.56), ..from };
		done(<Vaults as Exposure>::follow(
			&GOLD,
			&Ramp { from, to, begins: now, ends: now + YEAR },
		));
	});
	costs(world, book);
}

#[test]
fn acts_on_one_asset_stay_within_the_limit() {
	in_every_book(one_asset);
}

fn one_asset(mut world: TestExternalities, book: BookId) {
	let owner = OWNERS[0];
	let vault = world.execute_with(pallet_strata_vaults::NextVault::<Test>::get);
	let opened = cost(&mut world, || {
		open(owner, book, 30 * OUNCE, 0);
	});
	assert_eq!(opened, (10, 9));
	let draw = |amount| move || done(Vaults::draw(signed(owner), vault, amount));
	// With two prices 11, 12 and 11.
	assert_eq!(cost(&mut world, draw(5_000 * DOLLAR)), (9, 8));
	assert_eq!(cost(&mut world, draw(1_000 * DOLLAR)), (10, 9));
	assert_eq!(cost(&mut world, draw(1)), (9, 8));
	let repaid = cost(&mut world, || done(Vaults::repay(signed(owner), vault, 500 * DOLLAR)));
	assert_eq!(repaid, (10, 9));
	let deposited = cost(&mut world, || done(Vaults::deposit(signed(owner), vault, OUNCE)));
	assert_eq!(deposited, (10, 8));
	let withdrawn = cost(&mut world, || done(Vaults::withdraw(signed(owner), vault, OUNCE)));
	// The pause is a key of the risk pallet; there are two prices: 11.
	assert_eq!(withdrawn, (9, 8));
}

#[test]
fn acts_on_two_assets_cost_their_floor() {
	in_every_book(two_assets);
}

fn two_assets(mut world: TestExternalities, book: BookId) {
	let owner = OWNERS[0];
	let vault = world.execute_with(pallet_strata_vaults::NextVault::<Test>::get);
	// With two prices 19.
	let opened = cost(&mut world, || {
		open(owner, book, 20 * OUNCE, 5_000 * DOLLAR);
	});
	assert_eq!(opened, (17, 15));
	let adjust = |adjustment| move || done(Vaults::adjust(signed(owner), vault, adjustment));
	let safer = Adjustment { deposit: OUNCE, repay: 500 * DOLLAR, ..Adjustment::default() };
	assert_eq!(cost(&mut world, adjust(safer)), (16, 13));
	// With two prices 18.
	let larger = Adjustment { deposit: OUNCE, draw: 2_000 * DOLLAR, ..Adjustment::default() };
	assert_eq!(cost(&mut world, adjust(larger)), (16, 13));
	let closed = cost(&mut world, || done(Vaults::close(signed(owner), vault)));
	assert_eq!(closed, (15, 14));
}

#[test]
fn a_liquidation_and_its_bids_stay_within_the_limit() {
	in_every_book(liquidation);
}

fn liquidation(mut world: TestExternalities, book: BookId) {
	world.execute_with(|| {
		// Somebody holds gold and dollars, and the hooks have run.
		open(OWNERS[0], book, 17 * OUNCE, 10_000 * DOLLAR);
		open(OWNERS[2], book, 100 * OUNCE, 40_000 * DOLLAR);
		set_quote(GOLD_FEED, price(850.0), price(850.0));
	});
	// The keys that are found by iteration are the two rungs and one more step, which is not counted
	// here; with them, two prices and a key less for the deal, 12 and 10.
	let liquidated = cost(&mut world, || done(Vaults::liquidate(signed(BIDDERS[0]), book, 1)));
	assert_eq!(liquidated, (10, 12));
	let lot = 0;
	let bid = |amount| {
		let most = Price::from_inner(u128::MAX);
		move || done(Auctions::bid(signed(BIDDERS[0]), lot, most, amount))
	};
	let units = world.execute_with(|| {
		pallet_strata_auctions::Lots::<Test>::get(lot).expect("a lot was opened").units
	});
	// Without the clock, which the hooks of a block write before: 11 and 10, with one key less for
	// the deal.
	assert_eq!(cost(&mut world, bid(units / 2)), (13, 11));
	assert_eq!(cost(&mut world, bid(units - units / 2)), (13, 11));
	// What is left is a place in the agenda; it is counted that it is cleared.
	let cleared = cost(&mut world, || {
		Now::mutate(|now| *now += common::HOUR);
		Auctions::work(&mut WeightMeter::new());
	});
	assert_eq!(cleared, (3, 2));
}

/// A book of a million vaults, a hundred on each of ten thousand rungs below the threshold of today: a
/// change of ratios reads its own key, the book, and the rungs that become unsafe. The key that ends the
/// search is found by iteration, which is not counted here.
#[test]
fn an_impact_reads_what_becomes_unsafe_and_nothing_else() {
	const RUNGS: u32 = 10_000;
	const VAULTS: u32 = 100;
	let (mut world, book) = market_of(RateModel::Fixed(ratio(0.0)), true);
	let debt = 100 * DOLLAR;
	world.execute_with(|| {
		let unsafe_below = Vaults::liquidation(book).expect("a book").threshold;
		let first = unsafe_below.expect("a threshold") - 1;
		let mut all = Position::default();
		for at in 0..RUNGS as i32 {
			let rung = Rung::new(first - at).expect("on the ladder");
			let totals = Position { collateral: OUNCE, debt, principal: debt };
			let entry = RungTotals::new(1_000).joined(totals, VAULTS, VAULTS).expect("it fits");
			pallet_strata_vaults::Rungs::<Test>::insert(book, rung.key(), entry);
			all = all.plus(totals).expect("it fits");
		}
		pallet_strata_vaults::Books::<Test>::mutate(book, |book| {
			let book = book.as_mut().expect("open");
			book.totals = book.totals.plus(all).expect("it fits");
			book.vaults += RUNGS * VAULTS;
		});
	});
	for percent in [100u32, 101, 105, 110, 120] {
		let by = f64::from(percent) / 100.0;
		let to = Ratios {
			liquidation: ratio(1.5 * by),
			initial: ratio(1.55 * by),
			target: ratio(1.7 * by),
		};
		// g^n = by.
		let rungs = (by.ln() / 1.001f64.ln()).floor() as u32;
		let mut found = Err(ImpactUnknown::NoPrice);
		let mut took = std::time::Duration::ZERO;
		let (reads, writes) = cost(&mut world, || {
			let start = std::time::Instant::now();
			found = <Vaults as Exposure>::impact(&GOLD, &to, u32::MAX);
			took = start.elapsed();
		});
		let impact: Impact = found.expect("it is known");
		// The threshold may lie anywhere in its rung.
		assert!(impact.rungs.abs_diff(rungs) <= 1, "{percent}: {impact:?}, not {rungs}");
		assert_eq!(impact.debt, u128::from(impact.rungs) * debt * 10u128.pow(12));
		assert_eq!((reads, writes), (2 + impact.rungs as usize, 0), "{percent}");
		println!(
			"m + {} %: {} of {RUNGS} rungs, {} of {} vaults, {reads} reads, {took:?}",
			percent - 100,
			impact.rungs,
			impact.rungs * VAULTS,
			RUNGS * VAULTS,
		);
	}
}
