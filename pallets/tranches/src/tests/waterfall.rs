//! Programs on real dates: tests and their cures, triggers, fees, floating coupons, the final date.

use frame_support::{assert_noop, assert_ok};
use strata_numbers::Ratio;
use strata_traits::Proceeds;
use strata_waterfall::{Condition, Coupon, Effect, Mode, Step, Support, TestResult, Trigger};

use super::make::*;
use crate::{mock::*, *};

type E = Error<Test>;

/// What half a billion lost leaves of the pool.
const LEFT: Balance = 9_500_000_000;
/// 9e9 − ⌊9.5e9 / 1.08⌋: what cures the mezzanine's test.
const CURE: Balance = 203_703_704;

fn trigger(condition: Condition, effect: Effect, curable: bool) -> Trigger {
	Trigger { condition, effect, curable }
}

/// [`clo`] with this trigger.
fn with_trigger(condition: Condition, effect: Effect, curable: bool) -> Launch {
	let mut program = clo();
	program.triggers.try_push(trigger(condition, effect, curable)).unwrap();
	program.into()
}

/// Below the threshold of the mezzanine's test.
fn below() -> Condition {
	Condition::CoverageBelow { test: 1, level: percent(108) }
}

fn triggered(deal: DealId) -> Option<Moment> {
	ledgers(deal).waterfall.triggers[0]
}

#[test]
fn a_healthy_deal_pays_fees_coupons_and_the_residual() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		date(deal, 10_000);
		let rest = 10_000 - SENIOR_FEE - COUPONS.0 - COUPONS.1 - JUNIOR_FEE;
		assert_eq!(last_run().1[2], (0, rest, 0, RESIDUAL));
		assert_eq!(ledgers(deal).fees_payable[..], [SENIOR_FEE, JUNIOR_FEE]);
		let passed = |numerator, denominator| TestResult {
			numerator,
			denominator,
			passed: true,
			..TestResult::default()
		};
		let par = SENIOR + MEZZANINE + RESIDUAL;
		assert_eq!(last_tests(), [passed(par, SENIOR), passed(par, SENIOR + MEZZANINE)]);
	});
}

#[test]
fn a_date_is_run_without_a_look_at_the_terms() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		assert_ok!(repay(deal, 1, 10_000, 0));
		let whole = Deals::<Test>::take(deal).unwrap();
		at(FIRST);
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		assert_eq!(last_run().0, FIRST);
		Deals::<Test>::insert(deal, whole);
	});
}

#[test]
fn a_failing_test_diverts_exactly_its_cure_from_those_below() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		default(deal, 500_000_000);
		let income = 300_000_000;
		date(deal, income);
		let left = income - SENIOR_FEE - COUPONS.0 - COUPONS.1 - CURE;
		assert_eq!(
			last_run().1,
			[
				(COUPONS.0, COUPONS.0, CURE, SENIOR - CURE),
				(COUPONS.1, COUPONS.1, 0, MEZZANINE),
				(0, 0, 0, RESIDUAL)
			]
		);
		let [senior, mezzanine] = last_tests()[..] else { panic!() };
		assert!(senior.passed && senior.diverted == 0);
		assert_eq!(
			mezzanine,
			TestResult {
				numerator: LEFT,
				denominator: SENIOR + MEZZANINE,
				passed: false,
				diverted: CURE,
				principal: 0
			}
		);
		// What is left makes losses good: the subordinate fee and the residual wait.
		assert_eq!(pdl(deal), [0, 0, 500_000_000 - CURE - left]);
		assert_eq!(ledgers(deal).cash.available.principal, left);
		assert_eq!(ledgers(deal).fees_payable[..], [SENIOR_FEE, 0]);
		assert_eq!(ledgers(deal).waterfall.fees[1].due, JUNIOR_FEE);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		// The fee is carried.
		date(deal, 1_000_000_000);
		assert_eq!(ledgers(deal).fees_payable[..], [2 * SENIOR_FEE, 2 * JUNIOR_FEE]);
		assert_eq!(pdl(deal), [0, 0, 0]);
	});
}

#[test]
fn nothing_is_lent_while_a_test_fails_and_again_once_it_is_cured() {
	build_and_execute(|| {
		let deal = lent(clo(), 100_000_000);
		assert_ok!(lend(deal, 0, 1));
		assert_ok!(seize(deal, 0, 500_000_000, 500_000_000));
		assert_ok!(lend(deal, 0, 1));
		// In liquidation it counts for what it should bring: 280,000,001 less is a unit too little.
		book(deal, 0, |book| book.unit = Some(0));
		let before = root();
		assert_eq!(lend(deal, 0, 1), Err(E::CoverageFailing.into()));
		assert_eq!(root(), before);
		book(deal, 0, |book| book.unit = None);
		assert_eq!(lend(deal, 0, 1), Err(E::CoverageFailing.into()));
		book(deal, 0, |book| book.unit = Some(1));
		assert_ok!(sell(
			deal,
			0,
			220_000_000,
			Proceeds { principal: 220_000_000, ..Default::default() }
		));
		assert_ok!(lose(deal, 0, 280_000_000, 280_000_000));
		// 9.72 of 9 are 108 %.
		assert_ok!(lend(deal, 0, 1));
		assert_ok!(seize(deal, 0, 1, 0));
		assert_ok!(lose(deal, 0, 1, 0));
		assert_eq!(lend(deal, 0, 1), Err(E::CoverageFailing.into()));
		// The date diverts one unit, and makes the rest of the loss good as far as it goes.
		date(deal, 1_000_000);
		assert_eq!(last_tests()[1].diverted, 1);
		assert_ok!(lend(deal, 0, 1));
		date(deal, 0);
	});
}

#[test]
fn a_fall_of_value_that_a_date_found_stops_lending_until_a_date_finds_it_gone() {
	build_and_execute(|| {
		let deal = lent(clo(), 100_000_000);
		book(deal, 0, |book| book.value = Some(5_000_000_000));
		assert_ok!(lend(deal, 0, 1));
		date(deal, 2_000);
		// 1,000,000,001 less than par.
		assert_eq!(last_tests()[1].numerator, 9_000_000_000 - 1);
		assert_ok!(repay(deal, 1, 0, 1_000));
		assert_eq!(lend(deal, 0, 1), Err(E::CoverageFailing.into()));
		book(deal, 0, |book| book.value = Some(u128::MAX));
		assert_eq!(lend(deal, 0, 1), Err(E::CoverageFailing.into()));
		date(deal, 2_000);
		assert!(last_tests()[1].passed);
		assert_ok!(lend(deal, 0, 1));
	});
}

#[test]
fn interest_coverage_counts_as_the_last_date_found_it() {
	build_and_execute(|| {
		let mut program = clo();
		program.tests[1].coverage = strata_waterfall::Coverage::Interest;
		let deal = lent(program, 100_000_000);
		// 969 are owed; 108 % of them are 1,046.52.
		date(deal, SENIOR_FEE + 1_046);
		assert!(!last_tests()[1].passed);
		assert_eq!(lend(deal, 0, 1), Err(E::CoverageFailing.into()));
		date(deal, SENIOR_FEE + 1_047);
		assert!(last_tests()[1].passed);
		assert_ok!(lend(deal, 0, 1));
	});
}

#[test]
fn a_curable_trigger_ends_lending_at_once_and_lets_it_begin_again() {
	build_and_execute(|| {
		let deal = lent(with_trigger(below(), Effect::Amortise, true), 100_000_000);
		default(deal, 500_000_000);
		let first = ledgers(deal).next_date;
		date(deal, 2_000);
		assert_eq!(triggered(deal), Some(first));
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_eq!(happened(|e| matches!(e, Event::Triggered { trigger: 0, .. })), 1);
		assert_eq!(happened(|e| matches!(e, Event::Amortising { .. })), 1);
		// Principal redeems notes on the same date already.
		assert_eq!(ledgers(deal).cash.available.principal, 0);
		assert!(last_run().1[0].2 >= 100_000_000);
		assert_eq!(lend(deal, 0, 1), Err(E::NotLending.into()));
		// This date cures the test, the one after finds it cured.
		date(deal, 300_000_000);
		assert_eq!(triggered(deal), Some(first));
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_ok!(repay(deal, 0, 0, 1_000));
		date(deal, 2_000_000_000);
		assert_eq!(triggered(deal), None);
		assert_eq!(happened(|e| matches!(e, Event::Cured { trigger: 0, .. })), 1);
		assert_eq!(happened(|e| matches!(e, Event::Revolving { .. })), 1);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		assert!(ledgers(deal).cash.available.principal >= 1_000);
		assert_ok!(lend(deal, 0, 1_000));
	});
}

#[test]
fn a_trigger_that_is_not_curable_stays() {
	build_and_execute(|| {
		let deal = lent(with_trigger(below(), Effect::Amortise, false), 0);
		default(deal, 500_000_000);
		date(deal, 300_000_000);
		date(deal, 2_000_000_000);
		date(deal, 2_000_000_000);
		assert_eq!(triggered(deal), Some(FIRST));
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_eq!(happened(|e| matches!(e, Event::Cured { .. })), 0);
	});
}

#[test]
fn a_curable_trigger_does_not_let_a_deal_lend_after_its_time() {
	build_and_execute(|| {
		let deal = lent(with_trigger(below(), Effect::Amortise, true), 0);
		for _ in 0..3 {
			date(deal, 10_000);
		}
		default(deal, 500_000_000);
		date(deal, 300_000_000);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		// The next date is the end of the revolving period.
		date(deal, 2_000_000_000);
		assert_eq!(triggered(deal), None);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_eq!(happened(|e| matches!(e, Event::Revolving { .. })), 0);
	});
}

#[test]
fn a_trigger_accelerates_a_deal_and_pays_no_residual() {
	build_and_execute(|| {
		let loss = Condition::CumulativeLoss(percent(4));
		let deal = lent(with_trigger(loss, Effect::Accelerate, false), 0);
		default(deal, 400_000_000);
		date(deal, 1_000_000_000);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving), "exactly 4 %");
		let residual = last_run().1[2].1;
		assert!(residual > 0);
		default(deal, 1);
		date(deal, 1_000_000_000);
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert_eq!(last_run().1[2].1, 0);
		let held = |e: &Event<Test>| {
			matches!(e, Event::PaymentRun { held: true, mode: Mode::Accelerated, .. })
		};
		assert_eq!(happened(held), 1);
		assert_eq!(happened(|e| matches!(e, Event::Accelerated { .. })), 1);
		for at in 0..2 {
			let id = ledgers(deal).books[at];
			assert_eq!(Lent::get(id).unwrap().matures, Some(FIRST + PERIOD));
		}
		// The same date once more, from what is kept of it.
		let again = Tranches::rerun(deal, None).unwrap();
		assert_eq!(again.state, ledgers(deal).waterfall);
	});
}

#[test]
fn what_is_past_due_or_in_liquidation_is_delinquent() {
	build_and_execute(|| {
		let late = Condition::Delinquency(percent(40));
		let deal = lent(with_trigger(late, Effect::Amortise, true), 0);
		// Of ten billion, the second book is owed four.
		book(deal, 1, |book| book.due = true);
		date(deal, 10_000);
		assert_eq!(triggered(deal), None);
		assert_ok!(seize(deal, 0, 1, 1));
		date(deal, 10_000);
		assert_eq!(triggered(deal), Some(FIRST + PERIOD));
		book(deal, 1, |book| book.due = false);
		date(deal, 10_000);
		assert_eq!(triggered(deal), None);
	});
}

#[test]
fn dates_that_were_missed_are_run_one_by_one_with_their_triggers() {
	build_and_execute(|| {
		let from = Condition::From(FIRST + PERIOD);
		let deal = lent(with_trigger(from, Effect::Amortise, false), 100_000_000);
		assert_ok!(repay(deal, 1, 10_000, 0));
		at(FIRST + 2 * PERIOD + 5);
		assert_ok!(repay(deal, 1, 50, 7_000_000));
		catch_up(FIRST + 2 * PERIOD + 5);
		let runs: Vec<_> = System::events()
			.into_iter()
			.filter_map(|record| match record.event {
				RuntimeEvent::Tranches(Event::PaymentRun { date, mode, payments, .. }) => {
					Some((date, mode, payments[0].principal))
				},
				_ => None,
			})
			.collect();
		// 1,665 of the fee and the coupon of the dates that had no income came of principal.
		assert_eq!(runs.len(), 3);
		assert_eq!(runs[0], (FIRST, Mode::Revolving, 0));
		assert_eq!((runs[1].0, runs[1].1), (FIRST + PERIOD, Mode::Amortising));
		assert_eq!(runs[1].2, 100_000_000 - SENIOR_FEE - COUPONS.0);
		assert_eq!((runs[2].0, runs[2].1), (FIRST + 2 * PERIOD, Mode::Amortising));
		let trips: Vec<_> = System::events()
			.into_iter()
			.filter_map(|record| match record.event {
				RuntimeEvent::Tranches(Event::Triggered { date, .. }) => Some(date),
				_ => None,
			})
			.collect();
		assert_eq!(trips, [FIRST + PERIOD]);
		// What came after the dates waits for the one after.
		let cash = ledgers(deal).cash;
		assert_eq!((cash.available.interest, cash.available.principal), (50, 7_000_000));
		assert_eq!(ledgers(deal).next_date, FIRST + 3 * PERIOD);
	});
}

#[test]
fn a_late_run_finds_as_much_covered_as_one_in_time() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		assert_ok!(repay(deal, 1, 10_000, 0));
		at(FIRST + 7);
		assert_ok!(repay(deal, 0, 0, 5_000_000_000));
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		let par = SENIOR + MEZZANINE + RESIDUAL;
		assert!(last_tests().iter().all(|test| test.passed && test.numerator == par));
		assert_eq!(Openings::<Test>::get(deal).unwrap().collections.pool.lent, par);
	});
}

#[test]
fn floating_coupons_follow_the_index_while_it_can_be_relied_on() {
	build_and_execute(|| {
		let mut launch = Launch::from(clo());
		launch.program.classes[0].coupon =
			Coupon::Floating { margin: percent(2), floor: percent(3), cap: percent(9) };
		launch.terms.index = Some(INDEX);
		let deal = lent(launch, 0);
		let rate = |deal| ledgers(deal).waterfall.classes[0].rate;
		let coupon = |percent: u128| SENIOR * percent * 60 / (100 * 365 * 86_400);
		// No index has been reported: the first coupon goes on.
		date(deal, 10_000);
		assert_eq!((rate(deal), last_run().1[0].0), (percent(5), coupon(5)));
		set_index(percent(4), true);
		date(deal, 10_000);
		assert_eq!((rate(deal), last_run().1[0].0), (percent(6), coupon(5)));
		// What is stale is not used.
		set_index(percent(5), false);
		date(deal, 10_000);
		assert_eq!((rate(deal), last_run().1[0].0), (percent(6), coupon(6)));
		set_index(percent(8), true);
		date(deal, 10_000);
		assert_eq!(rate(deal), percent(9));
		set_index(Ratio::default(), true);
		date(deal, 10_000);
		assert_eq!((rate(deal), last_run().1[0].0), (percent(3), coupon(9)));
	});
}

#[test]
fn fees_are_capped_carried_and_claimed_by_anyone_for_their_payee() {
	build_and_execute(|| {
		let mut launch = Launch::from(clo());
		let capped = |cap| Step::PayFee { fee: 0, cap, support: Support::NONE, subordinate: false };
		launch.program.lines[0].step = capped(Some(400));
		launch.program.lines.try_insert(8, strata_waterfall::Line::always(capped(None))).unwrap();
		launch.terms.payees = vec![Party::Servicer, Party::Account(ALICE)].try_into().unwrap();
		let deal = lent(launch, 0);
		assert_noop!(Tranches::claim_fee(signed(KEEPER), deal, 0), E::NothingToClaim);
		assert_noop!(Tranches::claim_fee(signed(KEEPER), deal, 2), E::UnknownFee);
		// 400 first; the coupons leave 31 for the rest.
		date(deal, 400 + 969 + 31);
		assert_eq!(ledgers(deal).fees_payable[..], [431, 0]);
		assert_eq!(ledgers(deal).waterfall.fees[0].due, 569);
		date(deal, 10_000);
		assert_eq!(ledgers(deal).fees_payable[..], [2 * SENIOR_FEE, 2 * JUNIOR_FEE]);
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 0));
		assert_eq!(usd(SERVICER), 2 * SENIOR_FEE);
		let paid = |e: &Event<Test>| {
			matches!(e, Event::FeeClaimed { fee: 0, who: SERVICER, amount: 2_000, .. })
		};
		assert_eq!(happened(paid), 1);
		assert_noop!(Tranches::claim_fee(signed(KEEPER), deal, 0), E::NothingToClaim);
		let before = usd(ALICE);
		assert_ok!(Tranches::claim_fee(signed(STRANGER), deal, 1));
		assert_eq!(usd(ALICE), before + 2 * JUNIOR_FEE);
		let draft = created(clo());
		assert_noop!(Tranches::claim_fee(signed(KEEPER), draft, 0), E::WrongState);
	});
}

#[test]
fn a_currency_that_is_frozen_stops_claims_and_no_run() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		date(deal, 10_000);
		assert_ok!(repay(deal, 1, 10_000, 0));
		assert_ok!(Assets::freeze_asset(signed(KEEPER), 1));
		poll(FIRST + PERIOD);
		assert_eq!(last_run().0, FIRST + PERIOD);
		assert_eq!(ledgers(deal).fees_payable[..], [2 * SENIOR_FEE, 2 * JUNIOR_FEE]);
		let before = root();
		assert!(Tranches::claim_fee(signed(KEEPER), deal, 0).is_err());
		assert!(Tranches::claim(signed(KEEPER), deal, 0, ALICE).is_err());
		assert_eq!(root(), before, "nothing is lost");
		assert_ok!(Assets::thaw_asset(signed(KEEPER), 1));
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 0));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
	});
}

#[test]
fn a_donation_changes_nothing() {
	build_and_execute(|| {
		let run = |gift| {
			let mut result = None;
			let outcome = frame_support::storage::with_transaction(|| {
				let deal = lent(clo(), 0);
				default(deal, 500_000_000);
				if gift > 0 {
					donate(Tranches::account(deal), gift);
				}
				date(deal, 300_000_000);
				result = Some((last_run(), last_tests(), ledgers(deal)));
				sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(()))
			});
			assert_ok!(outcome);
			at(START);
			result
		};
		assert_eq!(run(0), run(1_000_000_000));
	});
}

#[test]
fn the_last_date_can_be_run_again_on_what_it_had_and_on_other_receipts() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		assert_eq!(Tranches::rerun(deal, None), Err(E::NotDue.into()));
		assert_eq!(Tranches::rerun(deal + 1, None), Err(E::UnknownDeal.into()));
		default(deal, 500_000_000);
		date(deal, 300_000_000);
		let after = ledgers(deal);
		let before = root();
		let again = Tranches::rerun(deal, None).unwrap();
		assert_eq!(again.state, after.waterfall);
		assert_eq!(again.tests.to_vec(), last_tests());
		// Had the loss not been reported, nothing would have been diverted.
		let receipts = Openings::<Test>::get(deal).unwrap().receipts;
		let other = Receipts { losses: 0, ..receipts };
		let other = Tranches::rerun(deal, Some(&other)).unwrap();
		assert_eq!(other.state.losses, 0);
		assert!(other.state != again.state);
		assert_eq!(root(), before, "nothing is written");
		// Only the last date is kept.
		date(deal, 10_000);
		let opening = Openings::<Test>::get(deal).unwrap();
		assert_eq!(opening.collections.date, FIRST + PERIOD);
		assert_eq!(opening.state, after.waterfall);
	});
}

/// Runs every date up to `until` with just the interest that is owed.
fn pay_coupons(deal: DealId, until: Moment) {
	while ledgers(deal).next_date <= until {
		let owed = Tranches::dry_run(deal, 0, 0).iter().map(|payment| payment.due).sum();
		date(deal, owed);
	}
}

#[test]
fn at_the_final_date_what_is_left_is_written_off_and_written_up_again_by_recoveries() {
	build_and_execute(|| {
		let deal = lent(terms(), 0);
		// Everything of the second book comes back; the first one loses 5 of 6 billion, with a lot
		// open that may still bring something.
		assert_ok!(repay(deal, 1, 0, 4_000_000_000));
		default(deal, 5_000_000_000);
		assert_ok!(repay(deal, 0, 0, 1_000_000_000));
		book(deal, 0, |book| book.lots = 1);
		pay_coupons(deal, FINAL - PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		let balances = |deal| {
			let classes = ledgers(deal).waterfall.classes;
			classes.iter().map(|class| (class.balance, class.written_off)).collect::<Vec<_>>()
		};
		assert!(balances(deal).iter().all(|(balance, off)| *balance > 0 && *off == 0));
		pay_coupons(deal, FINAL);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		let [(0, senior), rest @ ..] = &balances(deal)[..] else { panic!() };
		assert!(*senior > 1_900_000_000 && *senior <= 2_000_000_000, "{senior}");
		assert_eq!(rest, [(0, MEZZANINE), (0, RESIDUAL)]);
		let gone = senior + MEZZANINE + RESIDUAL;
		let off = |e: &Event<Test>| matches!(e, Event::PaymentRun { written_off, .. } if *written_off == gone);
		assert_eq!(happened(off), 1);
		// The lot brings more than the senior class lacks: it goes up in order of seniority.
		let recovered = Proceeds { surplus: senior + 1_000, ..Default::default() };
		assert_ok!(sell(deal, 0, 0, recovered));
		poll_to(deal, FINAL + PERIOD);
		assert_eq!(balances(deal), [(0, 0), (0, MEZZANINE - 1_000), (0, RESIDUAL)]);
		assert_eq!((last_run().1[0].2, last_run().1[1].2), (*senior, 1_000));
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		book(deal, 0, |book| book.lots = 0);
		poll_to(deal, FINAL + 2 * PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		let all = MEZZANINE - 1_000 + RESIDUAL;
		let closed = |e: &Event<Test>| matches!(e, Event::DealClosed { written_off, .. } if *written_off == all);
		assert_eq!(happened(closed), 1);
	});
}

#[test]
fn fees_keep_a_closed_deal_until_they_are_claimed() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		date(deal, 10_000);
		assert_ok!(repay(deal, 0, 100_000, 6_000_000_000));
		assert_ok!(repay(deal, 1, 0, 4_000_000_000));
		poll_to(deal, REVOLVING_END);
		assert_eq!(state(deal), DealState::Closed);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(Tranches::claim(signed(KEEPER), deal, rank, who));
		}
		assert_noop!(Tranches::remove(signed(KEEPER), deal), E::StillHeld);
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 0));
		assert_noop!(Tranches::remove(signed(KEEPER), deal), E::StillHeld);
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 1));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert!(Programs::<Test>::get(deal).is_none() && Openings::<Test>::get(deal).is_none());
		let held: Balance = PEOPLE.iter().map(|who| usd(*who)).sum();
		assert_eq!(held + usd(TRUSTEE), 6 * ENDOWMENT);
	});
}
