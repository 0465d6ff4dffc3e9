//! What a ruling does: to the report, to the price, to the bond.

use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::{Inspect, InspectHold, Mutate},
		tokens::Preservation,
		LockableCurrency, WithdrawReasons,
	},
};
use strata_traits::{
	Asset, Balance, Case, Enforced, FeedId, Ground, Moment, PriceFeeds, Reading, Remedy, Subject,
	FULL_AWARD,
};

use super::{all_say, install, report, set_feed};
use crate::{mock::*, Cases, Error, Event, FeedConfig, Feeders, HoldReason, Live, Report};

/// Who claims, in every test.
const CLAIMANT: AccountId = BONDED + 1;
/// Where the court keeps what is its own.
const COURT: AccountId = BONDED + 2;
/// An account that does not exist.
const NOBODY: AccountId = FUNDED + 1;

/// What `feeder` reported to `feed` as observed at `observed_at` was false, and did harm of `amount`.
pub fn claim(
	feed: FeedId,
	feeder: AccountId,
	observed_at: Moment,
	amount: Balance,
) -> Case<AccountId> {
	Case {
		subject: Subject::Feed(feed),
		ground: Ground::FalsePrice,
		at: observed_at,
		remedy: Remedy::VoidPrice { feeder, observed_at, amount },
	}
}

/// Opens dispute `dispute` and decides it for the claimant.
fn rule(dispute: u32, case: &Case<AccountId>, award: u16) -> Enforced {
	assert_ok!(Oracle::court_open(dispute, case, &CLAIMANT));
	Oracle::court_enforce(dispute, case, &CLAIMANT, award, &COURT, 0).unwrap()
}

fn bond_of(who: AccountId) -> Balance {
	let bond = Feeders::<Test>::get(who).unwrap().amount;
	assert_eq!(Balances::balance_on_hold(&HoldReason::FeederBond.into(), &who), bond);
	bond
}

fn frozen(feed: FeedId) -> bool {
	matches!(Oracle::reading(feed), Reading::Frozen(_))
}

#[test]
fn a_case_names_a_feed_a_bond_and_no_more_than_there_is() {
	with_feed(4, || {
		let open = |case: &Case<AccountId>, claimant| Oracle::court_open(1, case, &claimant);
		let good = claim(7, 1, START, MIN_BOND);
		for bad in [
			Case { subject: Subject::Deal(7), ..good },
			Case { remedy: Remedy::Accelerate, ..good },
			Case { at: START - 1, ..good },
		] {
			assert_noop!(open(&bad, CLAIMANT), Error::<Test>::NotAboutAReport);
		}
		assert_noop!(open(&good, 1), Error::<Test>::OwnReport);
		assert_noop!(open(&claim(8, 1, START, 1), CLAIMANT), Error::<Test>::UnknownFeed);
		assert_noop!(open(&claim(7, 1, START + 1, 1), CLAIMANT), Error::<Test>::ObservedInFuture);
		assert_noop!(open(&claim(7, FUNDED, START, 0), CLAIMANT), Error::<Test>::NotBonded);
		assert_noop!(
			open(&claim(7, 1, START, MIN_BOND + 1), CLAIMANT),
			Error::<Test>::ClaimAboveBond
		);
		assert_ok!(open(&good, CLAIMANT));
		assert_noop!(open(&good, CLAIMANT), Error::<Test>::CaseExists);
	});
}

#[test]
fn everybody_who_prices_the_feed_is_a_party() {
	with_feed(15, || {
		let admission = Oracle::court_open(1, &claim(7, 20, START, 5), &CLAIMANT).unwrap();
		assert_eq!(admission.respondent, 20);
		assert_eq!(admission.asset, Some(Asset::Native));
		let parties: Vec<_> = (1..=15).chain([20, CLAIMANT]).collect();
		assert_eq!(admission.parties.to_vec(), parties);
		// A member is named once.
		let admission = Oracle::court_open(2, &claim(7, 3, START, 5), &4).unwrap();
		assert_eq!(admission.parties.to_vec(), (1..=15).collect::<Vec<_>>());

		let case = claim(7, 3, START, 5);
		assert!(Oracle::court_is_conflicted(&case, &15));
		assert!(!Oracle::court_is_conflicted(&case, &16));
		assert!(!Oracle::court_is_conflicted(&claim(8, 3, START, 5), &15));
		assert!(!Oracle::court_is_conflicted(&Case { subject: Subject::Deal(7), ..case }, &15));
	});
}

#[test]
fn there_is_nothing_to_freeze() {
	with_feed(4, || {
		let case = claim(7, 1, START, 5);
		assert_ok!(Oracle::court_open(1, &case, &CLAIMANT));
		assert_noop!(Oracle::court_freeze(1, &case, 5), Error::<Test>::NothingToFreeze);
		assert_ok!(Oracle::court_unfreeze(1, &case));
	});
}

#[test]
fn only_what_is_open_is_enforced_and_closed() {
	with_feed(4, || {
		let case = claim(7, 1, START, 5);
		let enforce = |award| Oracle::court_enforce(1, &case, &CLAIMANT, award, &COURT, 0);
		assert_noop!(enforce(FULL_AWARD), Error::<Test>::CaseUnknown);
		assert_noop!(Oracle::court_close(1, &case), Error::<Test>::CaseUnknown);
		assert_ok!(Oracle::court_open(1, &case, &CLAIMANT));
		assert_noop!(enforce(FULL_AWARD + 1), Error::<Test>::AwardAboveClaim);
		assert_ok!(Oracle::court_close(1, &case));
		assert_noop!(Oracle::court_close(1, &case), Error::<Test>::CaseUnknown);
	});
}

#[test]
fn nothing_is_awarded_nothing_happens() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		let before = Live::<Test>::get(7);
		assert_eq!(rule(1, &claim(7, 1, START, 5), 0), Enforced::default());
		assert_eq!(Live::<Test>::get(7), before);
		assert_eq!(bond_of(1), MIN_BOND);
	});
}

#[test]
fn a_quarter_is_the_claimants_to_the_unit_and_the_rest_the_treasurys() {
	with_feed(4, || {
		// ⌊333 · 5,001 / 10,000⌋ = ⌊166.5…⌋.
		let case = claim(7, 1, START, 333);
		assert_eq!(rule(1, &case, 5_001), Enforced { paid: 166, short: 0 });
		assert_eq!(bond_of(1), MIN_BOND - 166);
		// A quarter of it, ⌊41.5⌋, is his, the rest the treasury's.
		assert_eq!(Balances::balance(&CLAIMANT), FUNDS + 41);
		assert_eq!(Balances::balance(&TREASURY), FUNDS + 125);
		let slashed = Event::BondSlashed {
			feeder: 1,
			dispute: 1,
			claimant: CLAIMANT,
			amount: 166,
			reward: 41,
		};
		System::assert_last_event(slashed.into());
		// Less than a unit is nothing, though the report is void.
		assert_eq!(rule(2, &claim(7, 2, START, 1), FULL_AWARD - 1), Enforced::default());
		assert_eq!(bond_of(2), MIN_BOND);
	});
}

#[test]
fn a_bond_pays_what_it_has_and_the_first_ruling_first() {
	with_feed(4, || {
		let (one, two, three) =
			(claim(7, 1, START, 700), claim(7, 1, START, 800), claim(7, 1, START, 100));
		for (dispute, case) in [(1, &one), (2, &two), (3, &three)] {
			assert_ok!(Oracle::court_open(dispute, case, &CLAIMANT));
		}
		let enforce = |dispute, case| {
			Oracle::court_enforce(dispute, case, &CLAIMANT, FULL_AWARD, &COURT, 0).unwrap()
		};
		assert_eq!(enforce(2, &two), Enforced { paid: 800, short: 0 });
		assert_eq!(enforce(1, &one), Enforced { paid: 200, short: 500 });
		assert_eq!(enforce(3, &three), Enforced { paid: 0, short: 100 });
		assert_eq!(Balances::balance(&CLAIMANT), FUNDS + MIN_BOND / 4);
		assert_eq!(Balances::balance(&TREASURY), FUNDS + MIN_BOND - MIN_BOND / 4);
		// Nothing is left of the bond, and with the last case it is gone.
		assert_ok!(Oracle::court_close(2, &two));
		assert_ok!(Oracle::court_close(1, &one));
		assert_eq!(bond_of(1), 0);
		assert_ok!(Oracle::court_close(3, &three));
		assert_eq!(Feeders::<Test>::get(1), None);
		assert!(Cases::<Test>::iter().next().is_none());
	});
}

#[test]
fn a_ruling_is_carried_out_once() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		let case = claim(7, 1, START, 400);
		let done = rule(1, &case, FULL_AWARD);
		assert_eq!(done, Enforced { paid: 400, short: 0 });
		let (data, balance) = (Live::<Test>::get(7), Balances::balance(&CLAIMANT));
		System::reset_events();
		for award in [FULL_AWARD, 1] {
			let again = Oracle::court_enforce(1, &case, &CLAIMANT, award, &COURT, 0);
			assert_eq!(again, Ok(done));
		}
		assert!(System::events().is_empty());
		assert_eq!((Live::<Test>::get(7), Balances::balance(&CLAIMANT)), (data, balance));
		assert_eq!(bond_of(1), MIN_BOND - 400);
	});
}

#[test]
fn what_the_court_holds_for_it_is_used_first() {
	with_feed(4, || {
		let case = claim(7, 1, START, 100);
		assert_ok!(Oracle::court_open(1, &case, &CLAIMANT));
		let paid = Oracle::court_enforce(1, &case, &CLAIMANT, 5_000, &COURT, 30).unwrap();
		assert_eq!(paid, Enforced { paid: 50, short: 0 });
		assert_eq!((Balances::balance(&COURT), bond_of(1)), (FUNDS - 30, MIN_BOND - 20));
		// No more of it than is due.
		let case = claim(7, 2, START, 100);
		assert_ok!(Oracle::court_open(2, &case, &CLAIMANT));
		assert_ok!(Oracle::court_enforce(2, &case, &CLAIMANT, 5_000, &COURT, 51));
		assert_eq!((Balances::balance(&COURT), bond_of(2)), (FUNDS - 80, MIN_BOND));
		// All that the court had, and a quarter of what the bond lost.
		assert_eq!(Balances::balance(&CLAIMANT), FUNDS + 80 + 20 / 4);
	});
}

#[test]
fn a_payee_that_cannot_be_paid_does_not_block() {
	with_feed(4, || {
		let dust = claim(7, 1, START, EXISTENTIAL_DEPOSIT - 1);
		assert_ok!(Oracle::court_open(1, &dust, &NOBODY));
		let done = Oracle::court_enforce(1, &dust, &NOBODY, FULL_AWARD, &COURT, 0).unwrap();
		// The bond is lost all the same, to the treasury.
		assert_eq!(done, Enforced { paid: EXISTENTIAL_DEPOSIT - 1, short: 0 });
		assert_eq!(bond_of(1), MIN_BOND - (EXISTENTIAL_DEPOSIT - 1));
		assert_eq!(Balances::balance(&TREASURY), FUNDS + EXISTENTIAL_DEPOSIT - 1);
		// A quarter that makes an account.
		let enough = claim(7, 1, START, 4 * EXISTENTIAL_DEPOSIT);
		assert_ok!(Oracle::court_open(2, &enough, &NOBODY));
		let done = Oracle::court_enforce(2, &enough, &NOBODY, FULL_AWARD, &COURT, 0).unwrap();
		assert_eq!(done, Enforced { paid: 4 * EXISTENTIAL_DEPOSIT, short: 0 });
		assert_eq!(Balances::balance(&NOBODY), EXISTENTIAL_DEPOSIT);
		// Where there is no treasury either nothing is taken.
		let all = Balances::balance(&TREASURY);
		let emptied = Balances::transfer(&TREASURY, &COURT, all, Preservation::Expendable);
		assert_ok!(emptied.map(|_| ()));
		let before = bond_of(2);
		let nobody = NOBODY + 1;
		let dust = claim(7, 2, START, EXISTENTIAL_DEPOSIT - 1);
		assert_ok!(Oracle::court_open(3, &dust, &nobody));
		let done = Oracle::court_enforce(3, &dust, &nobody, FULL_AWARD, &COURT, 0).unwrap();
		assert_eq!(done, Enforced { paid: 0, short: EXISTENTIAL_DEPOSIT - 1 });
		assert_eq!(bond_of(2), before);
	});
}

#[test]
fn a_feeders_friend_does_not_save_his_bond() {
	with_feed(4, || {
		let together = || Balances::total_balance(&1) + Balances::total_balance(&CLAIMANT);
		let before = together();
		let done = rule(1, &claim(7, 1, START, MIN_BOND), FULL_AWARD);
		assert_eq!(done, Enforced { paid: MIN_BOND, short: 0 });
		assert_eq!(before - together(), MIN_BOND - MIN_BOND / 4);
	});
}

#[test]
fn a_lock_does_not_keep_the_bond() {
	with_feed(4, || {
		// As a vote of conviction would.
		Balances::set_lock(*b"votelock", &1, Balance::MAX, WithdrawReasons::all());
		let free = FUNDS - MIN_BOND;
		assert!(
			<Balances as Mutate<_>>::transfer(&1, &2, free / 2, Preservation::Preserve).is_err()
		);
		let done = rule(1, &claim(7, 1, START, MIN_BOND), FULL_AWARD);
		assert_eq!(done, Enforced { paid: MIN_BOND, short: 0 });
	});
}

#[test]
fn below_the_minimum_nobody_reports_until_topped_up() {
	with_feed(4, || {
		let case = claim(7, 1, START, 1);
		rule(1, &case, FULL_AWARD);
		assert_noop!(report(1, [said(7, usd(5))]), Error::<Test>::BondTooLow);
		assert_ok!(Oracle::bond(RuntimeOrigin::signed(1), 1));
		assert_ok!(report(1, [said(7, usd(5))]));
		assert_eq!(bond_of(1), MIN_BOND);
		// Still one case to answer in.
		assert_eq!(Feeders::<Test>::get(1).unwrap().cases, 1);
	});
}

#[test]
fn a_feeder_removed_from_the_feed_still_answers() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		install(7, FeedConfig { members: members(2..=5), ..config(4) });
		let before = Live::<Test>::get(7);
		let done = rule(1, &claim(7, 1, START, 100), FULL_AWARD);
		assert_eq!(done, Enforced { paid: 100, short: 0 });
		// Its report went when it was removed.
		assert_eq!(Live::<Test>::get(7), before);
	});
}

#[test]
fn a_feed_that_is_gone_does_not_keep_the_claimant_from_the_bond() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		let case = claim(7, 1, START, 100);
		assert_ok!(Oracle::court_open(1, &case, &CLAIMANT));
		assert_ok!(Oracle::remove_feed(RuntimeOrigin::root(), 7));
		let done = Oracle::court_enforce(1, &case, &CLAIMANT, FULL_AWARD, &COURT, 0);
		assert_eq!(done, Ok(Enforced { paid: 100, short: 0 }));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
	});
}

#[test]
fn a_voided_report_freezes_the_feed_that_rests_on_it() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		pass(MINUTE);
		assert_ok!(report(1, [said(7, usd(900))]));
		assert_ok!(report(2, [said(7, usd(6))]));
		let at = now();
		pass(MINUTE);
		rule(1, &claim(7, 1, at, 0), 1);
		// The others are a quorum: what is shown is theirs, and void since now.
		let Reading::Frozen(quote) = Oracle::reading(7) else { panic!("it was part of the price") };
		assert_eq!((quote.lower, quote.upper), (usd(5), usd(5)));
		assert_eq!(quote.valid_until, now());
		assert_eq!(Oracle::reading(7).reliable(), None);
		assert_eq!(Oracle::reading(7).last(), Some(quote));
		System::assert_has_event(
			Event::ReportVoided { feed: 7, feeder: 1, observed_at: at }.into(),
		);
		System::assert_last_event(Event::FeedFrozen { feed: 7, quote }.into());
		let feeders: Vec<_> =
			Live::<Test>::get(7).unwrap().reports.iter().map(|held| held.feeder).collect();
		assert_eq!(feeders, [2, 3, 4]);
	});
}

#[test]
fn without_the_others_the_last_quote_is_the_voided_one() {
	with_feed(4, || {
		all_say(7, 1..=3, usd(5));
		let before = Oracle::reading(7).last().unwrap();
		pass(MINUTE);
		rule(1, &claim(7, 1, START, 0), 1);
		let Reading::Frozen(quote) = Oracle::reading(7) else { panic!("it was part of the price") };
		assert_eq!(quote, strata_traits::Quote { valid_until: now(), ..before });
	});
}

#[test]
fn a_new_quorum_thaws_and_old_reports_do_not_count() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		pass(MINUTE);
		// In the block of the ruling is not after it.
		all_say(7, [2], usd(6));
		rule(1, &claim(7, 1, START, 0), 1);
		all_say(7, [3, 4], usd(7));
		assert!(frozen(7));
		pass(6_000);
		assert!(frozen(7), "time does not thaw");
		all_say(7, [2, 3], usd(8));
		// With the old one of feeder 4 it would be a quorum.
		assert!(frozen(7));
		// The feeder whose report was voided may report again: its bond is enough.
		all_say(7, [1], usd(9));
		let Reading::Degraded(quote) = Oracle::reading(7) else { panic!("three of four") };
		assert_eq!((quote.lower, quote.upper), (usd(8), usd(8)));
		let data = Live::<Test>::get(7).unwrap();
		assert_eq!((data.frozen, data.reports.len()), (None, 3));
		all_say(7, [4], usd(9));
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
	});
}

#[test]
fn a_report_that_no_price_rests_on_freezes_nothing() {
	// Below quorum from the start.
	with_feed(4, || {
		all_say(7, 1..=2, usd(5));
		rule(1, &claim(7, 1, START, 0), 1);
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 1);
	});
	// Expired.
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		pass(TTL);
		rule(1, &claim(7, 1, START, 0), 1);
		assert!(matches!(Oracle::reading(7), Reading::Stale(_)));
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 3);
	});
	// Superseded by a later one, which stays.
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		pass(MINUTE);
		all_say(7, [1], usd(6));
		let before = Live::<Test>::get(7);
		rule(1, &claim(7, 1, START, 0), 1);
		rule(2, &claim(7, 1, now() - 1, 0), 1);
		assert_eq!(Live::<Test>::get(7), before);
		rule(3, &claim(7, 1, now(), 0), 1);
		assert!(frozen(7));
	});
	// Of somebody who has not reported.
	with_feed(4, || {
		all_say(7, 1..=3, usd(5));
		rule(1, &claim(7, 4, START, 0), 1);
		assert!(matches!(Oracle::reading(7), Reading::Degraded(_)));
	});
}

#[test]
fn the_last_price_may_rest_on_a_fresh_report_below_quorum() {
	with_feed(4, || {
		all_say(7, 1..=2, usd(5));
		pass(MINUTE);
		all_say(7, [3], usd(5));
		pass(TTL - MINUTE);
		assert!(matches!(Oracle::reading(7), Reading::Stale(_)));
		rule(1, &claim(7, 3, START + MINUTE, 0), 1);
		assert!(frozen(7));
	});
}

#[test]
fn a_report_from_ahead_of_the_clock_is_found_by_what_it_says() {
	with_feed(1, || {
		let observed_at = now() + 20_000;
		assert_ok!(report(1, [Report { observed_at, ..said(7, usd(5)) }]));
		pass(MINUTE);
		rule(1, &claim(7, 1, observed_at, 0), 1);
		assert!(frozen(7));
	});
}

#[test]
fn a_second_ruling_on_a_frozen_feed_moves_nothing() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		rule(1, &claim(7, 1, START, 0), 1);
		pass(MINUTE);
		all_say(7, [2], usd(6));
		rule(2, &claim(7, 2, now(), 0), 1);
		rule(3, &claim(7, 3, START, 0), 1);
		let data = Live::<Test>::get(7).unwrap();
		assert_eq!((data.frozen, data.reports.len()), (Some(START), 1));
		// Reports since the first ruling count still.
		pass(MINUTE);
		all_say(7, 1..=3, usd(6));
		assert!(matches!(Oracle::reading(7), Reading::Degraded(_)));
	});
}

#[test]
fn governance_does_not_thaw_by_a_new_configuration() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		rule(1, &claim(7, 1, START, 0), 1);
		pass(MINUTE);
		assert_ok!(set_feed(7, config(4)));
		assert!(frozen(7));
		// Nor by bounds that leave no last quote: old reports still do not count.
		let higher = FeedConfig { minimum: usd(6), ..config(4) };
		assert_ok!(set_feed(7, higher.clone()));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		// With fewer members fewer are a quorum.
		all_say(7, 2..=2, usd(6));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		install(7, FeedConfig { members: members([2]), quorum: 1, ..higher });
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
	});
}

#[cfg(feature = "runtime-benchmarks")]
#[test]
fn the_case_of_the_benchmark_is_the_worst() {
	execute(ext(), || {
		pass(MINUTE);
		let (case, claimant) = Oracle::court_benchmark_case(3);
		let amount = case.remedy.amount();
		assert_eq!(Balances::balance(&claimant), 0);
		let done = Oracle::court_enforce(3, &case, &claimant, FULL_AWARD, &COURT, 0);
		assert_eq!(done, Ok(Enforced { paid: amount, short: 0 }));
		assert!(frozen(FeedId::MAX - 3));
		assert_ok!(Oracle::court_close(3, &case));
	});
}
