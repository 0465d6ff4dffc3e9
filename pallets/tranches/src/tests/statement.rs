//! The statement of a deal, by hand and against storage.

use frame_support::assert_ok;
use sp_runtime::FixedPointNumber;
use strata_numbers::Ratio;
use strata_waterfall::{
	Condition, Coverage, Effect, Fee, FeeAmount, Mode, Pool, Program, Test as CoverageTest, Trigger,
};

use super::make::*;
use crate::{
	mock::*,
	runtime_api::{BookView, Statement, TestFound},
	*,
};

const MILLION: Balance = 1_000_000;

/// [`clo`] with an interest test of the senior class at 120 %, which comes with its test of principal,
/// and a trigger that has the deal amortise while the mezzanine's test fails.
pub fn watched() -> Program {
	let mut program = clo();
	let test = CoverageTest { coverage: Coverage::Interest, rank: 0, threshold: percent(120) };
	program.tests.try_push(test).unwrap();
	let mut lines = program.lines.to_vec();
	lines.insert(
		2,
		strata_waterfall::Line::always(strata_waterfall::Step::TestCoverage { test: 2 }),
	);
	program.lines = lines.try_into().unwrap();
	let condition = Condition::CoverageBelow { test: 1, level: percent(108) };
	let trigger = Trigger { condition, effect: Effect::Amortise, curable: true };
	program.triggers.try_push(trigger).unwrap();
	program
}

fn statement(deal: DealId) -> Statement<AccountId> {
	Tranches::statement(deal).unwrap()
}

fn now(deal: DealId, test: usize) -> TestFound {
	statement(deal).tests[test].now.clone().unwrap()
}

fn found(
	numerator: Balance,
	denominator: Balance,
	headroom: Balance,
	missing: Balance,
) -> TestFound {
	TestFound {
		numerator,
		denominator,
		ratio: Ratio::checked_from_rational(numerator, denominator),
		passed: missing == 0,
		headroom,
		missing: Some(missing),
		diverted: 0,
		principal: 0,
	}
}

/// All cash of the deal is in one of the ledgers that the statement shows.
fn cash_has_an_owner(deal: DealId) {
	let view = statement(deal).deal;
	let float = Deals::<Test>::get(deal).unwrap().float;
	let shown = view.cash.total().unwrap()
		+ view.reserve
		+ view.fees_payable
		+ view.bond
		+ view.refunds
		+ float;
	assert_eq!(shown, usd(view.account));
}

#[test]
fn tests_show_ratio_and_headroom_now_and_as_of_the_last_date() {
	build_and_execute(|| {
		let deal = lent(watched(), 1_000 * MILLION);
		// 9,000 lent and 1,000 in cash over 7,000 and 9,000; 8,750 and 9,720 are enough.
		assert_eq!(now(deal, 0), found(10_000 * MILLION, 7_000 * MILLION, 1_250 * MILLION, 0));
		assert_eq!(now(deal, 1), found(10_000 * MILLION, 9_000 * MILLION, 280 * MILLION, 0));
		assert_eq!(now(deal, 0).ratio.unwrap().into_inner(), 1_428_571_428_571_428_571);
		// No interest is owed yet.
		assert_eq!(now(deal, 2).ratio, None);
		assert!(
			now(deal, 2).passed && statement(deal).tests.iter().all(|test| test.last.is_none())
		);
		// Half a period: 332 and 152 are owed.
		at(OFFERING_END + PERIOD / 2);
		assert_ok!(repay(deal, 1, 5_000, 0));
		assert_eq!(now(deal, 2), found(5_000, 332, 4_601, 0));
		assert!(statement(deal).lends);
		// 300 are lost: 9,700 over 9,000 is 20 short.
		default(deal, 300 * MILLION);
		assert!(!statement(deal).lends);
		assert_eq!(lend(deal, 0, 1), Err(Error::<Test>::CoverageFailing.into()));
		assert_eq!(now(deal, 0), found(9_700 * MILLION, 7_000 * MILLION, 950 * MILLION, 0));
		assert_eq!(now(deal, 1), found(9_700 * MILLION, 9_000 * MILLION, 0, 20 * MILLION));
		let pool = Pool { lent: 8_700 * MILLION, adjusted: 8_700 * MILLION, delinquent: 0 };
		assert_eq!(statement(deal).pool, Some(pool));
		// The trigger is not tripped, and the next date will trip it.
		let trigger = statement(deal).triggers[0].clone();
		assert_eq!((trigger.since, trigger.next), (None, Some(true)));
		assert_eq!(statement(deal).mode, Some(Mode::Revolving));
		cash_has_an_owner(deal);
		poll(FIRST);
		let after = statement(deal);
		assert_eq!(after.triggers[0].since, Some(FIRST));
		assert_eq!(after.mode, Some(Mode::Amortising));
		for (view, found) in after.tests.iter().zip(last_tests()) {
			let last = view.last.clone().unwrap();
			assert_eq!((last.numerator, last.denominator), (found.numerator, found.denominator));
			assert_eq!(last.passed, found.passed);
			assert_eq!((last.diverted, last.principal), (found.diverted, found.principal));
		}
		assert_eq!(after.tests[1].last.as_ref().unwrap().missing, Some(20 * MILLION));
		cash_has_an_owner(deal);
	});
}

#[test]
fn headroom_is_what_may_be_lost_before_the_test_fails() {
	build_and_execute(|| {
		let deal = lent(watched(), 1_000 * MILLION);
		let headroom = now(deal, 1).headroom;
		default(deal, headroom);
		let view = now(deal, 1);
		assert!(view.passed && view.headroom == 0);
		default(deal, 1);
		let view = now(deal, 1);
		assert!(!view.passed && view.missing == Some(1));
		// As the next date finds it.
		date(deal, 5_000);
		assert!(!last_tests()[1].passed);
	});
}

#[test]
fn concentrations_are_shares_of_all_principal_lent_and_in_cash() {
	build_and_execute(|| {
		let mut launch = Launch::from(clo());
		// At most 40 % of the deal.
		launch.terms.books[1].collateral =
			frame_support::traits::fungible::NativeOrWithId::WithId(19);
		launch.terms.books[1].ceiling = 4_000 * MILLION;
		let deal = lent(launch, 0);
		let books = statement(deal).books;
		let view = BookView {
			book: ledgers(deal).books[1],
			performing: 4_000 * MILLION,
			value: Some(u128::MAX),
			share: Some(percent(40)),
			cap: percent(40),
			..BookView::default()
		};
		assert_eq!(books[1], view);
		assert_eq!(
			(books[0].share, books[0].cap, books[0].excess),
			(Some(percent(60)), percent(100), 0)
		);
		// 1,000 of the first are lost: 4,000 of 9,000, of which 3,600 count.
		default(deal, 1_000 * MILLION);
		let books = statement(deal).books;
		assert_eq!(books[1].excess, 400 * MILLION);
		assert_eq!(books[1].share.unwrap().into_inner(), 444_444_444_444_444_444);
		assert_eq!(statement(deal).pool.unwrap().adjusted, 8_600 * MILLION);
		// What waits to be sold is no part of it.
		assert_ok!(seize(deal, 1, 400 * MILLION, 300 * MILLION));
		let view = statement(deal).books[1].clone();
		assert_eq!((view.in_liquidation, view.carrying), (400 * MILLION, Some(300 * MILLION)));
		assert_eq!((view.performing, view.excess), (3_600 * MILLION, 160 * MILLION));
		book(deal, 0, |book| book.due = true);
		assert_eq!(statement(deal).books[0].past_due, 5_000 * MILLION);
		assert_eq!(statement(deal).pool.unwrap().delinquent, 5_400 * MILLION);
	});
}

#[test]
fn fees_accrue_are_paid_and_claimed() {
	build_and_execute(|| {
		let mut program = watched();
		// 3.65 % a year: a ten-thousandth a day.
		let amount = FeeAmount::OfPool(Ratio::from_rational(365, 10_000));
		program.fees[0] = Fee { amount, carried: true };
		let mut launch = Launch::from(program);
		launch.terms.payees[1] = Party::Account(KEEPER);
		let deal = lent(launch, 0);
		let fee = |position: usize| statement(deal).fees[position].clone();
		assert_eq!((fee(0).payee, fee(1).payee), (TRUSTEE, KEEPER));
		assert_eq!((fee(0).amount, fee(0).carried), (amount, true));
		// A minute is 1/1440 of a day: ⌊10,000,000,000 / 10,000 / 1,440⌋.
		at(OFFERING_END + 60_000);
		assert_eq!((fee(0).due, fee(0).payable, fee(0).paid), (694, 0, 0));
		assert_eq!(fee(1).due, 0);
		date(deal, 10_000);
		assert_eq!((fee(0).due, fee(0).payable, fee(0).paid), (0, 694, 694));
		assert_eq!((fee(1).due, fee(1).payable), (0, JUNIOR_FEE));
		assert_eq!(statement(deal).deal.fees_payable, 694 + JUNIOR_FEE);
		cash_has_an_owner(deal);
		assert_ok!(Tranches::claim_fee(signed(ALICE), deal, 1));
		assert_eq!((fee(1).payable, fee(1).paid), (0, JUNIOR_FEE));
		cash_has_an_owner(deal);
	});
}

#[test]
fn accrued_fees_come_before_the_tranches() {
	build_and_execute(|| {
		let mut program = watched();
		program.fees[0].amount = FeeAmount::Yearly(525_600_000);
		let deal = lent(program, 0);
		at(OFFERING_END + PERIOD);
		// A minute of a year of minutes.
		let tranches = statement(deal).tranches;
		assert_eq!(statement(deal).fees[0].due, 1_000);
		assert_eq!(tranches[0].value, Some(SENIOR + 665));
		assert_eq!(tranches[2].value, Some(RESIDUAL - 665 - 304 - 1_000));
		let worth: Balance = tranches.iter().map(|tranche| tranche.value.unwrap()).sum();
		assert_eq!(Some(worth + 1_000), statement(deal).deal.nav);
	});
}

#[test]
fn a_statement_equals_what_is_stored_after_every_date() {
	build_and_execute(|| {
		let deal = lent(watched(), 500 * MILLION);
		for (number, lost) in [0, 400 * MILLION, 0, 0, 0].into_iter().enumerate() {
			default(deal, lost);
			date(deal, 2_000 + 7 * number as Balance);
			let (view, ledgers) = (statement(deal), ledgers(deal));
			let classes = view.tranches.iter().zip(ledgers.waterfall.classes.iter());
			for (tranche, class) in classes {
				assert_eq!((tranche.balance, tranche.pdl), (class.balance, class.pdl));
				assert_eq!(tranche.due, class.due + class.interest_on_interest);
				assert_eq!(tranche.coupon, class.rate);
				assert_eq!(Some(tranche.note), note_id(deal, tranche.rank));
				assert_eq!(tranche.units, Tranches::supply_view(deal, tranche.rank).unwrap().units);
			}
			assert_eq!(view.deal.cash, ledgers.cash);
			assert_eq!(view.deal.next_payment, Some(ledgers.next_date));
			assert_eq!(view.at, ledgers.next_date - PERIOD);
			let since: Vec<_> = view.triggers.iter().map(|trigger| trigger.since).collect();
			assert_eq!(since, ledgers.waterfall.triggers.to_vec());
			assert_eq!(view.deal.notes, view.tranches.iter().map(|t| t.balance).sum::<Balance>());
			assert_eq!(view.checkpoints, ledgers.checkpoints);
			cash_has_an_owner(deal);
		}
	});
}

#[test]
fn a_deal_has_a_statement_at_every_time_of_its_life() {
	build_and_execute(|| {
		assert_eq!(Tranches::statement(0), None);
		let deal = created(watched());
		let draft = statement(deal);
		assert_eq!((draft.tests.len(), draft.triggers.len(), draft.fees.len()), (3, 1, 2));
		assert!(draft.tests.iter().all(|test| test.now.is_none() && test.last.is_none()));
		assert_eq!((draft.pool, draft.mode, draft.reserve_target), (None, None, None));
		assert!(draft.books.is_empty());
		assert_eq!((draft.servicer, draft.trustee), (SERVICER, TRUSTEE));
		assert_ok!(Tranches::launch(signed(ORIGINATOR), deal));
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		assert_eq!(statement(deal).tranches[0].ordered, SENIOR);
		cash_has_an_owner(deal);
		poll(OFFERING_END);
		assert_eq!(statement(deal).books.len(), 2);
		poll_to(deal, REVOLVING_END + PERIOD);
		let closed = statement(deal);
		assert_eq!(closed.deal.state, DealState::Closed);
		assert_eq!((closed.pool, closed.mode, closed.deal.nav), (None, None, Some(0)));
		assert!(!closed.lends);
		assert!(closed.books.is_empty() && closed.tests.iter().all(|test| test.now.is_none()));
		cash_has_an_owner(deal);
	});
}

#[test]
fn looking_changes_nothing() {
	build_and_execute(|| {
		let deal = lent(watched(), 500 * MILLION);
		at(FIRST - 1);
		let before = root();
		statement(deal);
		Tranches::preview_payment(deal, &Receipts::default()).unwrap();
		Tranches::loss_scenario(deal, 1, percent(50)).unwrap();
		Tranches::portfolio_view(&ALICE, 0, 10);
		assert_eq!(root(), before);
	});
}
