//! A market with one deal and as many vaults as are asked for.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{InspectHold, Mutate as _, MutateHold as _, NativeOrWithId},
		fungibles::{hold::Mutate as _, Mutate as _},
		tokens::{Fortitude, Precision, Preservation},
		Consideration, Footprint, Get,
	},
	BoundedVec,
};
use pallet_strata_tranches::types::{
	Consents, DealState, Party, Phase, Schedule, Terms, TrancheKind, TrancheTerms,
};
use pallet_strata_vaults::types::{BookTerms, Place, Position, RungTotals, Vault};
use sp_io::hashing::blake2_256;
use sp_runtime::{traits::Dispatchable, FixedU128, Perbill};
use strata_ladder::Rung;
use strata_numbers::{mul_div_ceil, DayCount, Price};
use strata_runtime::{
	genesis::{USDX, USDX_FEED, WTI, WTI_FEED},
	units::STRA,
	AccountId, Assets, Balance, Balances, Risk, Runtime, RuntimeCall, RuntimeHoldReason,
	RuntimeOrigin, Timestamp, Tranches, Vaults,
};
use strata_traits::{Asset, BookId, Collected, DealCash, DealId, Listing, VaultId};
use strata_waterfall::{
	Classes, Condition, Coverage, Effect, Fee, FeeAmount, Line, Part, Program, ReserveTarget,
	Share, Step, Support, Test, Trigger, MAX_CLASSES, MAX_FEES, MAX_TRIGGERS,
};

use crate::chain::{account, Chain, Run};

type BookMap = pallet_strata_vaults::Books<Runtime>;
type VaultMap = pallet_strata_vaults::Vaults<Runtime>;
type Ticket = <Runtime as pallet_strata_vaults::Config>::Consideration;

/// One whole unit: the assets of the development market have 6 decimals.
pub const UNIT: Balance = 1_000_000;
/// The price of a barrel before it falls.
pub const PRICE: u32 = 80;
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
const YEAR: u64 = 365 * DAY;
/// What the deal has left to lend when all vaults are there.
const SPARE: Balance = 50_000_000 * UNIT;

/// A chain with a deal that lends `UNIT`s of USDX against WTI, and nothing drawn yet.
pub struct Market {
	/// The chain.
	pub chain: Chain,
	/// The deal.
	pub deal: DealId,
	/// Its book.
	pub book: BookId,
}

/// `call` by `//name`, natively; it must succeed.
pub fn act(chain: &mut Chain, name: &str, call: impl Into<RuntimeCall>) {
	let (call, who) = (call.into(), account(name));
	let result = chain.native(|| call.dispatch(RuntimeOrigin::signed(who)));
	assert!(result.is_ok(), "{name}: {result:?}");
}

/// The barrel.
pub fn barrel() -> Asset {
	NativeOrWithId::WithId(WTI)
}

/// The deals that are measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
	/// Three tranches, a sequential waterfall, five years without an event; a payment date a month.
	Plain,
	/// Eight tranches, eight fees, as many tests and triggers as a program of 32 lines has room for; a
	/// payment date every ten minutes.
	Full,
}

impl Market {
	/// A deal of [`Shape::Plain`].
	pub fn new(principal: Balance) -> Self {
		Self::shaped(principal, Shape::Plain)
	}

	/// Caps lifted: the ceiling, the fuse and the auction cap of the barrel are out of the way. The
	/// deal is written, launched, subscribed and closed by its parties' calls.
	pub fn shaped(principal: Balance, shape: Shape) -> Self {
		let mut chain = Chain::new();
		chain.native_block(1);
		chain.native(lift_caps);
		let face = (principal + SPARE).div_ceil(100 * UNIT) * 100 * UNIT;
		chain.native(|| {
			for who in ["Originator", "Investor1", "Investor2"] {
				assert_ok!(Assets::mint_into(USDX, &account(who), 2 * face));
			}
			for who in ["Borrower1", "Borrower2", "Investor1"] {
				assert_ok!(Assets::mint_into(WTI, &account(who), 10_000_000 * UNIT));
				assert_ok!(Assets::mint_into(USDX, &account(who), 100_000_000 * UNIT));
			}
			assert_ok!(Balances::mint_into(&account("Investor1"), 1_000_000 * STRA));
		});
		let mut market = Self { chain, deal: 0, book: 0 };
		market.price(100);
		let terms = terms(market.chain.now(), face, shape);
		let program = program(terms.tranches.len() as u32, face, shape);
		let chain = &mut market.chain;
		let end = terms.schedule.offering_end;
		let orders: Vec<_> = terms.tranches.iter().map(|tranche| tranche.face).collect();
		let deal = chain.native(pallet_strata_tranches::NextDeal::<Runtime>::get);
		let create = pallet_strata_tranches::Call::create {
			terms: Box::new(terms),
			program: Box::new(program),
		};
		act(chain, "Originator", create);
		act(chain, "Originator", pallet_strata_tranches::Call::launch { deal });
		let residual = orders.len() - 1;
		for (rank, amount) in orders.into_iter().take(residual).enumerate() {
			let who = if rank == 1 { "Investor2" } else { "Investor1" };
			let order = pallet_strata_tranches::Call::order { deal, rank: rank as u8, amount };
			act(chain, who, order);
		}
		chain.native_blocks_to(end, 5);
		chain.native_block(1);
		for rank in 0..residual {
			let who = if rank == 1 { "Investor2" } else { "Investor1" };
			let who = account(who);
			let collect = pallet_strata_tranches::Call::collect { deal, rank: rank as u8, who };
			act(chain, "Investor1", collect);
		}
		market.deal = deal;
		market.book = market.chain.native(|| {
			let state =
				pallet_strata_tranches::Deals::<Runtime>::get(deal).expect("launched").state;
			assert_eq!(state, DealState::Active(Phase::Revolving), "the offering is closed");
			pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("active").books[0]
		});
		market
	}

	/// The deal's ledgers.
	fn ledgers(&mut self) -> pallet_strata_tranches::types::DealLedgers {
		let deal = self.deal;
		self.chain.native(|| {
			pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("the deal is active")
		})
	}

	/// Its next payment date.
	pub fn next_date(&mut self) -> u64 {
		self.ledgers().next_date
	}

	/// How many tranches it has.
	pub fn tranches(&mut self) -> usize {
		self.ledgers().notes.len()
	}

	/// How many hold notes of it, or a claim.
	pub fn holders(&mut self) -> u32 {
		self.ledgers().checkpoints
	}

	/// Whether `run` ran a payment date.
	pub fn paid(&self, run: &Run) -> bool {
		use strata_runtime::RuntimeEvent::Tranches;
		let paid =
			|event: &_| matches!(event, Tranches(pallet_strata_tranches::Event::PaymentRun { .. }));
		run.events.iter().any(|record| paid(&record.event))
	}

	/// Makes `count` holders of the senior-most notes in all, by transfers of the first investor.
	pub fn spread_notes(&mut self, count: usize) {
		let deal = self.deal;
		let have = self.holders() as usize;
		let from = account("Investor1");
		self.chain.native(|| {
			for number in 0..count.saturating_sub(have) {
				let to = AccountId::from(("holder", number as u32).using_encoded(blake2_256));
				let call =
					pallet_strata_tranches::Call::transfer { deal, rank: 0, to, amount: UNIT };
				let result = RuntimeCall::from(call).dispatch(RuntimeOrigin::signed(from.clone()));
				assert!(result.is_ok(), "{result:?}");
			}
		});
	}

	/// A borrower pays interest of a thousandth of the deal.
	pub fn pay_interest(&mut self) {
		let deal = self.deal;
		self.chain.native(|| {
			let collected = Collected { interest: 50_000 * UNIT, principal: 0 };
			assert_ok!(<Tranches as DealCash<_>>::collect(deal, &account("Borrower1"), collected));
		});
	}

	/// Blocks until the next date has been paid.
	pub fn pass_date(&mut self) {
		let date = self.next_date();
		while self.next_date() == date {
			self.price(100);
			self.chain.native_block(1);
		}
	}

	/// Every feeder reports `percent` of [`PRICE`] for the barrel, and par for the dollar.
	pub fn price(&mut self, percent: u32) {
		let price = Price::from_rational(u128::from(PRICE) * u128::from(percent), 100);
		self.report(price);
	}

	/// Every feeder reports `price` for the barrel, and par for the dollar.
	pub fn report(&mut self, price: Price) {
		self.chain.report(&[(WTI_FEED, price), (USDX_FEED, Price::from_u32(1))]);
	}

	/// `more` books like the first one, of the same deal.
	pub fn copy_book(&mut self, more: u32) -> Vec<BookId> {
		let first = self.book;
		let copies = self.chain.native(|| {
			let mut book = BookMap::get(first).expect("it is open");
			// There is no room for a hundred that follow.
			book.follows = false;
			let next = pallet_strata_vaults::NextBook::<Runtime>::get();
			let ids: Vec<_> = (next..next + more).collect();
			for id in &ids {
				strata_runtime::System::inc_providers(&Vaults::account_of(*id));
				BookMap::insert(id, book.clone());
			}
			pallet_strata_vaults::NextBook::<Runtime>::put(next + more);
			ids
		});
		[vec![first], copies].concat()
	}

	/// Puts `borrowers` into `book`. Cash, collateral and deposits move through the pallets' own
	/// interfaces, in one sum each; vaults, rungs and the book's totals are written as the pallet
	/// stores them.
	pub fn populate(&mut self, book_id: BookId, borrowers: &[Borrower]) {
		let (deal, count) = (self.deal, borrowers.len() as u32);
		let (index, first, mut generation) = self.chain.native(|| {
			BookMap::mutate(book_id, |slot| {
				let book = slot.as_mut().expect("it is open");
				book.accrue(Timestamp::get()).expect("it fits");
				(book.index, pallet_strata_vaults::NextVault::<Runtime>::get(), book.generation)
			})
		});
		let ticket = self.chain.native(new_ticket);
		let mut rungs: BTreeMap<Rung, RungTotals> = BTreeMap::new();
		let mut totals = Position::default();
		let mut owners: Vec<(AccountId, Vec<VaultId>)> = Vec::new();
		let mut entries = Vec::new();
		let most: u32 = <Runtime as pallet_strata_vaults::Config>::MaxVaultsPerOwner::get();
		for (number, borrower) in borrowers.iter().enumerate() {
			let id = first + number as u32;
			let position = borrower.position(index);
			let rung = Rung::of(position.debt, position.collateral).expect("it has both");
			let slot = rungs.entry(rung).or_insert_with(|| {
				generation += 1;
				RungTotals::new(generation)
			});
			slot.totals = slot.totals.plus(position).expect("it fits");
			slot.vaults += 1;
			slot.references += 1;
			totals = totals.plus(position).expect("it fits");
			let place = Some(Place { rung, generation: slot.generation });
			if (number as u32).is_multiple_of(most) {
				let seed = (b"owner", id).using_encoded(blake2_256);
				owners.push((AccountId::from(seed), Vec::new()));
			}
			let (owner, ids) = owners.last_mut().expect("one was pushed");
			ids.push(id);
			let (owner, ticket) = (owner.clone(), ticket.0.clone());
			let vault = Vault { book: book_id, owner, position, place, ticket };
			entries.push((VaultMap::hashed_key_for(id), vault.encode()));
			if entries.len() == 100_000 {
				self.chain.insert(core::mem::take(&mut entries));
			}
		}
		self.chain.insert(entries);
		self.chain.native(|| {
			for (owner, ids) in owners {
				let deposit = ticket.1 * ids.len() as Balance;
				assert_ok!(Balances::mint_into(&owner, deposit + STRA));
				assert_ok!(Balances::hold(&vault_deposit(), &owner, deposit));
				let ids = BoundedVec::truncate_from(ids);
				pallet_strata_vaults::VaultsOf::<Runtime>::insert(owner, ids);
			}
			for (rung, totals) in rungs {
				pallet_strata_vaults::Rungs::<Runtime>::insert(book_id, rung.key(), totals);
			}
			pallet_strata_vaults::NextVault::<Runtime>::put(first + count);
			lock(book_id, totals.collateral);
			let usd = totals.principal * 10u128.pow(12);
			assert_eq!(Risk::draw(&barrel(), usd, Timestamp::get()), Ok(()));
			assert_ok!(Tranches::advance(deal, &account("Borrower4"), totals.principal));
			BookMap::mutate(book_id, |slot| {
				let book = slot.as_mut().expect("it is open");
				book.totals = book.totals.plus(totals).expect("it fits");
				book.vaults += count;
				book.generation = generation;
			});
		});
	}

	/// The book.
	pub fn book_state(&mut self) -> pallet_strata_vaults::types::Book {
		let id = self.book;
		self.chain.native(|| BookMap::get(id).expect("it is open"))
	}

	/// Recomputes everything that our pallets promise, from every vault.
	pub fn check(&mut self) {
		self.chain.native(|| {
			assert_ok!(Vaults::do_try_state());
			assert_ok!(Risk::do_try_state());
			assert_ok!(Tranches::do_try_state());
			assert_ok!(strata_runtime::Auctions::do_try_state());
		});
	}
}

/// The reason of the deposit for a vault.
fn vault_deposit() -> RuntimeHoldReason {
	pallet_strata_vaults::HoldReason::VaultDeposit.into()
}

/// The ticket of a vault and what it holds: all vaults have the same size.
fn new_ticket() -> (Ticket, Balance) {
	let who = account("Borrower3");
	let before = Balances::balance_on_hold(&vault_deposit(), &who);
	let size = Footprint::from_mel::<pallet_strata_vaults::VaultOf<Runtime>>();
	let ticket = Ticket::new(&who, size).expect("he can afford it");
	let held = Balances::balance_on_hold(&vault_deposit(), &who) - before;
	assert_ok!(ticket.clone().drop(&who));
	(ticket, held)
}

/// Makes `amount` of barrels and locks it in the account of the book, as the vaults pallet does.
fn lock(book: BookId, amount: Balance) {
	let (from, to) = (account("Borrower3"), Vaults::account_of(book));
	assert_ok!(Assets::mint_into(WTI, &from, amount));
	assert_ok!(<Runtime as pallet_strata_vaults::Config>::Holder::transfer_and_hold(
		barrel(),
		&pallet_strata_vaults::HoldReason::Collateral.into(),
		&from,
		&to,
		amount,
		Precision::Exact,
		Preservation::Expendable,
		Fortitude::Polite,
	));
}

/// The caps of the barrel, which would stop a million vaults, go to the hard bounds of the runtime: a
/// million million dollars.
fn lift_caps() {
	pallet_strata_risk::Collateral::<Runtime>::mutate(barrel(), |slot| {
		let listing = slot.as_mut().expect("it is listed");
		let parameters = &mut listing.parameters;
		let lifted = Price::from_u32(1_000_000) * Price::from_u32(1_000_000);
		parameters.debt_ceiling = lifted;
		parameters.draw_fuse = lifted;
		parameters.auction_cap = lifted;
		parameters.concentration_cap = FixedU128::from_u32(1);
		// What is in force is the last that is remembered.
		pallet_strata_risk::History::<Runtime>::mutate(barrel(), listing.version, |slot| {
			slot.as_mut().expect("it is remembered").parameters = *parameters;
		});
	});
}

/// Faces and coupons of the tranches, in hundredths of the deal and in percent: the last is the
/// residual's.
fn classes(shape: Shape) -> &'static [(u128, u32)] {
	match shape {
		Shape::Plain => &[(70, 2), (20, 3), (10, 0)],
		Shape::Full => &[(50, 2), (10, 3), (8, 3), (7, 4), (5, 4), (5, 5), (5, 6), (10, 0)],
	}
}

/// A deal that lends for five years.
fn terms(now: u64, face: Balance, shape: Shape) -> Terms<AccountId, BookTerms> {
	let offering_end = now + MINUTE;
	let classes = classes(shape);
	let tranches: Vec<_> = classes
		.iter()
		.enumerate()
		.map(|(rank, (hundredths, percent))| {
			let junior: u128 = classes.iter().skip(rank + 1).map(|(part, _)| part).sum();
			let last = rank + 1 == classes.len();
			TrancheTerms {
				kind: if last { TrancheKind::Residual } else { TrancheKind::Note },
				face: face / 100 * hundredths,
				minimum: face / 200 * hundredths,
				coupon: FixedU128::from_rational((*percent).into(), 100),
				minimum_subordination: Perbill::from_percent(junior as u32),
				minimum_order: UNIT,
				maximum_order: face,
				restricted: false,
			}
		})
		.collect();
	let book = BookTerms {
		collateral: barrel(),
		rate: strata_numbers::RateModel::Fixed(FixedU128::from_rational(5, 100)),
		debt_ceiling: face,
		draw_fuse: face,
		maturity: now + 5 * YEAR,
		close_out: 30 * DAY,
		call_notice: DAY,
		call_bonus: FixedU128::from_rational(5, 100),
		follows: true,
	};
	let period = match shape {
		Shape::Plain => 30 * DAY,
		Shape::Full => 10 * MINUTE,
	};
	let payees = match shape {
		Shape::Plain => 0,
		Shape::Full => MAX_FEES,
	};
	Terms {
		settlement: NativeOrWithId::WithId(USDX),
		books: BoundedVec::truncate_from(vec![book]),
		tranches: tranches.try_into().expect("at most eight"),
		day_count: DayCount::Act365Fixed,
		schedule: Schedule {
			offering_end,
			quiet_period: 0,
			first_payment: offering_end + period,
			period,
			ramp_up_end: now + 5 * YEAR,
			revolving_end: now + 5 * YEAR,
			final_date: now + 10 * YEAR,
		},
		reserve_periods: 1,
		servicer: account("Borrower3"),
		trustee: account("Borrower4"),
		bond: face / 20,
		payees: vec![Party::Servicer; payees as usize].try_into().expect("at most eight"),
		index: None,
		clean_up: Perbill::from_percent(10),
		consents: Consents::default(),
		defaults: pallet_strata_tranches::DefaultTerms { grace: period, ..Default::default() },
	}
}

/// The waterfall: the plain one, or one with everything in it.
fn program(count: u32, face: Balance, shape: Shape) -> Program {
	// More than the senior coupon of a month.
	let least = face / 100;
	let mut program = Program::sequential(count, least).expect("from two to eight classes");
	if shape == Shape::Plain {
		return program;
	}
	assert_eq!(count, MAX_CLASSES);
	program.reserve = ReserveTarget { least, of_balances: FixedU128::from_rational(1, 1_000) };
	program.fees = (0..MAX_FEES)
		.map(|_| Fee {
			amount: FeeAmount::OfPool(FixedU128::from_rational(1, 1_000)),
			carried: true,
		})
		.collect::<Vec<_>>()
		.try_into()
		.expect("eight");
	program.tests = tests().try_into().expect("six");
	program.triggers = triggers().try_into().expect("sixteen");
	program.lines = lines(count).try_into().expect("32 lines");
	program
}

/// A test of principal and one of interest for each of the three senior-most classes.
fn tests() -> Vec<Test> {
	(0..6u8)
		.map(|test| Test {
			coverage: if test % 2 == 0 { Coverage::Principal } else { Coverage::Interest },
			rank: test / 2,
			threshold: FixedU128::from_rational(101, 100),
		})
		.collect()
}

/// As many triggers as there may be: on losses, on delinquency and on coverage in turn.
fn triggers() -> Vec<Trigger> {
	(0..MAX_TRIGGERS as u8)
		.map(|trigger| Trigger {
			condition: match trigger % 3 {
				0 => Condition::CumulativeLoss(FixedU128::from_rational(1, 2)),
				1 => Condition::Delinquency(FixedU128::from_rational(1, 2)),
				_ => Condition::CoverageBelow {
					test: (trigger % 6) / 2 * 2,
					level: FixedU128::from_rational(1, 2),
				},
			},
			effect: Effect::Flag,
			curable: true,
		})
		.collect()
}

/// The order of payment of the program with everything in it.
fn lines(count: u32) -> Vec<Line> {
	let residual = (count - 1) as u8;
	let mut steps = Vec::new();
	let fee =
		|fee, subordinate| Step::PayFee { fee, cap: None, support: Support::NONE, subordinate };
	(0..4).for_each(|senior| steps.push(fee(senior, false)));
	for rank in 0..residual {
		let classes = Classes::one(rank);
		steps.push(Step::PayInterest { classes, part: Part::All, support: Support::FULL });
		if rank < 3 {
			steps.push(Step::TestCoverage { test: rank * 2 });
			steps.push(Step::TestCoverage { test: rank * 2 + 1 });
		}
		steps.push(Step::CreditPdl { rank });
	}
	steps.push(Step::CreditPdl { rank: residual });
	steps.push(Step::TopUpReserve);
	(4..8).for_each(|subordinate| steps.push(fee(subordinate, true)));
	steps.push(Step::PayPrincipal { classes: Classes::all(count), share: Share::Sequential });
	steps.push(Step::PayResidual { rank: residual });
	steps.into_iter().map(Line::always).collect()
}

/// Somebody who has drawn against barrels.
#[derive(Clone, Copy, Debug)]
pub struct Borrower {
	/// What is owed, in units of USDX.
	pub debt: Balance,
	/// Value of the collateral over debt, at [`PRICE`] and par.
	pub ratio: FixedU128,
}

impl Borrower {
	/// Collateral is rounded up; principal is all that is owed.
	fn position(&self, index: strata_numbers::RateIndex) -> Position {
		let debt = index.normalised_ceil(self.debt).expect("it fits");
		let price = Price::from_u32(PRICE).into_inner();
		let collateral = mul_div_ceil(self.debt, self.ratio.into_inner(), price).expect("it fits");
		Position { collateral, debt, principal: index.debt_floor(debt).expect("it fits") }
	}
}

/// `count` borrowers, spread as in practice: nobody at the limit, most well above it, a long tail.
///
/// The distance of a ratio from the initial ratio i, ratio/i − 1, is log-normal with median 0.6 and
/// σ = 0.7: half of them are above 2.4 where i = 1.5. It is cut into steps of 0.1 %, the width of a
/// rung; a step that would hold less than one of 10,000 borrowers is left out. So 10,000 and
/// 1,000,000 borrowers occupy the same rungs, and fewer a part of them. Debt is log-normal with
/// median 5,000 dollars and σ = 1, from 150 to 500,000.
pub fn in_practice(count: usize, initial: f64) -> Vec<Borrower> {
	// ln 0 = −∞, of which Φ is 0.
	let share = |ratio: f64| normal_cdf(((ratio / initial - 1.0).max(0.0) / 0.6).ln() / 0.7);
	let steps: Vec<(f64, f64)> = (0..4_000)
		.map(|step| initial * 1.001f64.powi(step))
		.map(|ratio| (ratio * 1.001f64.sqrt(), share(ratio * 1.001) - share(ratio)))
		.filter(|(_, share)| *share >= 1e-4)
		.collect();
	let all: f64 = steps.iter().map(|(_, share)| share).sum();
	// Everybody up to a step, rounded, so that all of them are there.
	let (mut borrowers, mut passed) = (Vec::with_capacity(count), 0.0);
	for (ratio, share) in steps {
		passed += share / all;
		let until = (passed * count as f64).round() as usize;
		let ratio = FixedU128::from_inner((ratio * 1e18) as u128);
		while borrowers.len() < until.min(count) {
			let debt = debt_of(borrowers.len() as u64);
			borrowers.push(Borrower { debt, ratio });
		}
	}
	assert_eq!(borrowers.len(), count, "the shares add up");
	borrowers
}

/// What borrower `number` owes: the sum of twelve uniform numbers stands for a normal one.
fn debt_of(number: u64) -> Balance {
	let bytes = ("debt", number).using_encoded(blake2_256);
	let uniform = |pair: &[u8]| f64::from(u16::from_le_bytes([pair[0], pair[1]])) / 65_536.0;
	let normal = bytes.chunks(2).take(12).map(uniform).sum::<f64>() - 6.0;
	let dollars: f64 = 5_000.0 * normal.exp();
	let dollars = dollars.clamp(150.0, 500_000.0);
	(dollars * UNIT as f64) as Balance
}

/// Φ, to 10⁻⁷ (Abramowitz and Stegun 26.2.17).
fn normal_cdf(x: f64) -> f64 {
	let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
	let series = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
	let polynomial = series.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
	let tail = (-x * x / 2.0).exp() / (2.0 * core::f64::consts::PI).sqrt() * polynomial;
	match x < 0.0 {
		true => tail,
		false => 1.0 - tail,
	}
}
