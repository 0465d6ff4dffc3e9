//! The court on the real pallets: a default that the chain declares by itself, cases from the claim to
//! the last unit that they move, and what interrupts them.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect as _, InspectHold as _},
		PalletsInfoAccess,
	},
	BoundedVec,
};
use pallet_strata_disputes::{
	runtime_api::{Act, Actor, CaseFile, Duty, Next},
	types::{Outcome, Side, State},
	Call, HoldReason,
};
use pallet_strata_oracle::Report;
use pallet_strata_tranches::{DealState, DefaultTerms, Phase};
use sp_core::H256;
use strata_court::commitment;
use strata_numbers::Price;
use strata_traits::{
	Award, Case, Collected, DealCash, DealDefault, DealId, DisputeId, Ground, Office, PriceFeeds,
	Remedy, Subject,
};

use super::{
	chain::{
		account, block_after, check_invariants, happened, next_block, on_dev_chain, primary_block,
		run_to, send, send_all, session_begins_next,
	},
	deal::{
		books, history, issue_over, issue_with, open, report, state, terms_over, Day, BOND, MINUTE,
		UNIT,
	},
	governance::{motion, Body, GUARDIANS, STEWARDS},
};
use crate::{
	court::{fast_periods, terms, CourtShare, ACCREDITED, FAST_ACTIVATION, GENERAL},
	genesis::{STRA_FEED, USDX, WTI_FEED},
	products::{IdleShare, PairsShare, RevertShare},
	units::STRA,
	Assets, Balance, Balances, Disputes, Oracle, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
	SafeMode, Seeds, Session, System, Timestamp, Tranches, Vaults,
};

/// Longer than any case of these tests.
const LONG: u64 = 12 * 60 * MINUTE;
const HALF_AN_HOUR: u64 = 30 * MINUTE;
/// Accounts with STRA that are no party to anything.
const JURORS: [&str; 12] = [
	"Alice",
	"Bob",
	"Charlie",
	"Dave",
	"Eve",
	"Ferdie",
	"Alice//stash",
	"Bob//stash",
	"Charlie//stash",
	"Dave//stash",
	"Eve//stash",
	"Ferdie//stash",
];
const STAKE: Balance = 5_000 * STRA;

/// Blocks until a session begins.
fn next_session() {
	let session = Session::current_index();
	while Session::current_index() == session {
		next_block();
	}
}

/// All of [`JURORS`] are in the tree, and were at the end of the last epoch.
fn seat_jurors() {
	let all = |call: fn(&'static str) -> Call<Runtime>| {
		let calls = JURORS.iter().map(|who| (*who, RuntimeCall::from(call(who)))).collect();
		for result in send_all(calls) {
			assert_ok!(result);
		}
	};
	all(|_| Call::stake { court: GENERAL, amount: STAKE });
	next_session();
	next_session();
	all(|who| Call::activate { juror: account(who), court: GENERAL });
	next_session();
}

/// What the four feeders report of STRA now: two dollars.
fn report_stra() {
	let reports = ["Feeder1", "Feeder2", "Feeder3", "Feeder4"].map(|who| {
		let report = Report {
			feed: STRA_FEED,
			value: Price::from_u32(2),
			half_width: Price::default(),
			observed_at: Timestamp::get(),
		};
		let reports = BoundedVec::truncate_from(vec![report]);
		(who, pallet_strata_oracle::Call::report { reports }.into())
	});
	for result in send_all(reports.to_vec()) {
		assert_ok!(result);
	}
}

/// Prices by which a claim is worth something in STRA.
fn quote() {
	report(history()[0]);
	report_stra();
}

/// A claim of the senior class against the originator, for something at `at`.
fn claim(deal: DealId, amount: Balance, at: u64) -> Box<Case<crate::AccountId>> {
	let remedy = Remedy::Compensate { by: Office::Originator, rank: 0, amount };
	Box::new(Case { subject: Subject::Deal(deal), ground: Ground::FalseReport, at, remedy })
}

/// `Investor1` files that claim, about this moment.
fn file(deal: DealId, amount: Balance, freeze: Option<Balance>) -> DisputeId {
	quote();
	let dispute = pallet_strata_disputes::NextDispute::<Runtime>::get();
	let case = claim(deal, amount, Timestamp::get());
	send("Investor1", Call::file { case, court: GENERAL, freeze });
	dispute
}

fn case_file(dispute: DisputeId) -> CaseFile<crate::AccountId> {
	Disputes::case_file(dispute).expect("it was filed")
}

fn stage(dispute: DisputeId) -> State {
	case_file(dispute).dispute.state
}

/// Blocks until the case is in a stage that is wanted; nobody but the chain moves it.
fn wait_for(dispute: DisputeId, wanted: impl Fn(&State) -> bool) {
	for _ in 0..300 {
		if wanted(&stage(dispute)) {
			return;
		}
		next_block();
	}
	panic!("never: {:?}", stage(dispute));
}

/// The name of a juror.
fn name_of(juror: &crate::AccountId) -> &'static str {
	JURORS.into_iter().find(|name| account(name) == *juror).expect("a juror")
}

/// Contests, and waits for a panel by what is revealed in the epoch after.
fn seat_panel(dispute: DisputeId) -> Vec<&'static str> {
	send("Originator", Call::contest { dispute });
	let State::AwaitSeed { snapshot, from } = stage(dispute) else {
		panic!("{:?}", stage(dispute));
	};
	assert_eq!((snapshot + 1, from), (Seeds::epoch(), Seeds::epoch() + 2));
	// This epoch reveals something: it is not what the panel is drawn by.
	primary_block();
	next_session();
	for _ in 0..3 {
		primary_block();
	}
	assert!(Seeds::seed().is_some() && matches!(stage(dispute), State::AwaitSeed { .. }));
	next_session();
	wait_for(dispute, |state| matches!(state, State::Evidence { .. }));
	let panel = &case_file(dispute).rounds[0].panel;
	panel.iter().map(|seat| name_of(&seat.juror)).collect()
}

/// All of a panel vote, and the round has ruled.
fn vote(dispute: DisputeId, panel: &[&'static str], awards: &[Award]) {
	assert_eq!(panel.len(), awards.len());
	for party in ["Investor1", "Originator"] {
		send(party, Call::ready { dispute });
	}
	let file = case_file(dispute);
	assert!(matches!(file.dispute.state, State::Commit { .. }));
	let salt = H256::repeat_byte(9);
	let commits = panel.iter().zip(awards).map(|(who, award)| {
		let (round, root) = (file.dispute.round, file.dispute.evidence.0);
		let sealed = account(who)
			.using_encoded(|who| commitment(dispute, round, who, *award, &root, &salt.0));
		(*who, RuntimeCall::from(Call::commit { dispute, commitment: sealed.into() }))
	});
	for result in send_all(commits.collect()) {
		assert_ok!(result);
	}
	let duties = Disputes::juror_duties(&account(panel[0])).expect("a juror");
	assert_eq!(duties.seats[0].duty, Duty::Commit { again: true });
	// All have committed: nobody waits for the end of the stage.
	send("Borrower1", Call::advance { dispute });
	let reveals = panel.iter().zip(awards).map(|(who, award)| {
		(*who, RuntimeCall::from(Call::reveal { dispute, award: *award, salt }))
	});
	for result in send_all(reveals.collect()) {
		assert_ok!(result);
	}
	send("Borrower1", Call::advance { dispute });
	assert!(matches!(stage(dispute), State::Appeal { .. }), "{:?}", stage(dispute));
}

fn staked(who: &str) -> Balance {
	Balances::balance_on_hold(&HoldReason::JurorStake.into(), &account(who))
}

fn usdx(who: &str) -> Balance {
	Assets::balance(USDX, account(who))
}

#[test]
fn courts_of_genesis_should_be_there_and_cost_what_they_say() {
	on_dev_chain(|| {
		let courts = Disputes::courts();
		assert_eq!(courts.iter().map(|court| court.id).collect::<Vec<_>>(), [GENERAL, ACCREDITED]);
		assert_eq!(courts[0].court.parent, Some(ACCREDITED));
		assert_eq!((courts[0].terms.role, courts[1].court.parent), (None, None));
		quote();
		let asset = strata_traits::Asset::WithId(USDX);
		// 800 dollars are 400 STRA, what five jurors lose at least; one unit more is more.
		let cost = |amount| Disputes::cost_of_filing(GENERAL, Some(asset.clone()), amount, None);
		let five = cost(800 * UNIT).expect("there is such a court");
		assert_eq!((five.route.panel, five.route.confirm), (5, false));
		assert_eq!((five.value, five.bond), (Some(400 * STRA), 100 * STRA));
		assert_eq!((five.fees, five.freeze), (100 * STRA, 0));
		assert_eq!(cost(800 * UNIT + 1).expect("a court").route.panel, 11);
		let large = cost(1_000_000 * UNIT).expect("a court");
		assert_eq!((large.route.court, large.route.confirm), (ACCREDITED, true));
		let budget = Disputes::security_budget(GENERAL, Some(asset.clone()), 800 * UNIT);
		let panels = budget.expect("there is such a court").panels;
		assert_eq!(panels.len(), 8, "four of each court");
		assert_eq!((panels[0].secured, panels[0].suffices), (400 * STRA, true));
		// Without a price nobody knows what a claim is worth.
		for _ in 0..12 {
			block_after(9, Vec::new());
		}
		check_invariants();
		let unknown = cost(800 * UNIT).expect("there is such a court");
		assert_eq!((unknown.value, unknown.route.confirm), (None, true));
		let missing = Disputes::cost_of_filing(7, Some(asset.clone()), UNIT, None);
		let error = pallet_strata_disputes::Error::<Runtime>::UnknownCourt;
		assert_eq!(missing, Err(error.into()));
	});
}

#[test]
fn idle_hooks_should_share_what_is_left_of_a_block() {
	// Others have their share of a block at its beginning: `shares_of_hooks_should_fit_into_a_block_together`.
	let court = CourtShare::get();
	assert!(court <= sp_runtime::Perbill::from_percent(10));
	let others = [IdleShare::get(), PairsShare::get(), RevertShare::get()];
	let all = others.iter().fold(court.deconstruct(), |sum, share| sum + share.deconstruct());
	assert!(all <= 1_000_000_000);
}

#[test]
fn missed_senior_coupon_should_be_declared_by_the_chain_itself() {
	on_dev_chain(|| {
		let (period, grace) = (30 * MINUTE, 5 * MINUTE);
		let first = history()[0];
		let deal = issue_with(first, 100 * UNIT, || {
			let mut terms = terms_over(period);
			terms.reserve_periods = 1;
			terms.defaults = DefaultTerms { grace, ..DefaultTerms::default() };
			terms
		});
		// All of the principal is lent, and prices stop: no coupon can be called from borrowers.
		report(first);
		let [oil, euro] = books(deal)[..] else { panic!("two books") };
		open("Borrower1", oil, 8_000, 250_000);
		open("Borrower2", oil, 8_000, 250_000);
		open("Borrower3", euro, 400_000, 250_000);
		let ledgers = || pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("issued");
		let left = ledgers().cash.available.principal;
		let (book, collateral) = (euro, 500_000 * UNIT);
		send("Borrower4", pallet_strata_vaults::Call::open { book, collateral, draw: left });
		assert_eq!(ledgers().cash.available.principal, 0);

		let unpaid = || ledgers().unpaid_since;
		while unpaid().is_none() {
			block_after(9, Vec::new());
			check_invariants();
			assert!(Timestamp::get() < ledgers().final_date, "the reserve does not last for ever");
		}
		let due = unpaid().expect("the loop ended") + grace;
		let in_sight = Disputes::default_in_sight(deal);
		assert_eq!(in_sight, Some((due, DealDefault::CouponUnpaid)));
		run_to(due - 2 * 6_000);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		let early = Call::declare_default { deal, default: DealDefault::CouponUnpaid };
		let refused = super::chain::send_failing("Eve", early);
		assert_eq!(refused, pallet_strata_disputes::Error::<Runtime>::NoDefault.into());
		let mut declared = 0;
		for _ in 0..6 {
			next_block();
			declared += u32::from(happened(|event| {
				matches!(
					event,
					RuntimeEvent::Disputes(pallet_strata_disputes::Event::DefaultDeclared { .. })
				)
			}));
		}
		assert_eq!(declared, 1, "once, and by nobody");
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert_eq!(Disputes::default_in_sight(deal), None);
	});
}

#[test]
fn case_should_pay_the_class_from_the_originators_bond_to_the_unit() {
	on_dev_chain(|| {
		seat_jurors();
		let deal = issue_over(history()[0], LONG);
		let amount = 800 * UNIT;
		let stra = |who| Balances::total_balance(&account(who));
		let (claimant, originator) = (stra("Investor1"), stra("Originator"));
		let dispute = file(deal, amount, None);
		assert_eq!(case_file(dispute).pot.bonds.0, 100 * STRA);
		let acts = case_file(dispute).acts;
		let may =
			|side, act| acts.iter().any(|one| one.who == Actor::Party(side) && one.act == act);
		assert!(may(Side::Respondent, Act::Contest) && may(Side::Respondent, Act::Concede));
		assert!(may(Side::Claimant, Act::Withdraw) && !may(Side::Claimant, Act::Contest));

		let panel = seat_panel(dispute);
		assert_eq!(panel.len(), 5);
		let file = case_file(dispute);
		assert_eq!(file.at_risk, 1_500 * STRA);
		vote(dispute, &panel, &[10_000, 10_000, 0, 10_000, 9_500]);
		let appeal = Disputes::cost_of_appeal(dispute).expect("it may be appealed");
		assert_eq!((appeal.losing, appeal.next), (Side::Respondent, Next::Panel(11)));
		assert_eq!((appeal.cost, appeal.respondent.required), (220 * STRA, 660 * STRA));
		// Nobody appeals; all else happens by itself.
		wait_for(dispute, |state| matches!(state, State::Closed { .. }));
		let file = case_file(dispute);
		let outcome = Outcome::Ruled(10_000);
		assert!(matches!(file.dispute.state, State::Closed { outcome: of, .. } if of == outcome));
		assert_eq!(file.dispute.enforced, Some((amount, 0)));
		assert_eq!((file.pot, file.at_risk, file.rounds.len()), (Default::default(), 0, 0));

		// Four voted with the ruling, one against: he loses 20 % + 40 % · (4 − 1) / 5 of 300.
		let lost = 132 * STRA;
		assert_eq!(staked(panel[2]), STAKE - lost);
		for who in JURORS.iter().filter(|who| **who != panel[2]) {
			assert_eq!(staked(who), STAKE);
		}
		// The claimant has the respondent's bond; the respondent paid that and the fees of the panel.
		let fees = STRA / 100;
		let gained = stra("Investor1") + fees - claimant;
		assert!((100 * STRA..=100 * STRA + fees).contains(&gained), "{gained}");
		let spent = originator - stra("Originator");
		assert!((200 * STRA..=200 * STRA + fees).contains(&spent), "{spent}");

		// The bond pays the class, by notes, whoever holds them.
		let bond = pallet_strata_tranches::Deals::<Runtime>::get(deal).expect("there").bond;
		assert_eq!(bond, BOND - amount);
		let note = pallet_strata_tranches::note_id(deal, 0).expect("small");
		let mut paid = 0;
		for who in ["Investor1", "Investor2", "Investor3"] {
			let units = crate::Notes::balance(note, account(who));
			let due = units * amount / (700_000 * UNIT);
			let before = usdx(who);
			send(
				"Borrower1",
				pallet_strata_tranches::Call::claim { deal, rank: 0, who: account(who) },
			);
			let got = usdx(who) - before;
			assert!(got == due || got + 1 == due, "{who}: {got} of {due}");
			paid += got;
		}
		let left_over = amount - paid;
		let unissued = 700_000 * UNIT
			- ["Investor1", "Investor2", "Investor3"]
				.map(|who| crate::Notes::balance(note, account(who)))
				.iter()
				.sum::<Balance>();
		assert!(left_over <= 4 + unissued, "{left_over} units of the award went nowhere");
		// Decided: nobody claims for it again.
		let case = Box::new(file.dispute.case);
		let again = Call::file { case, court: GENERAL, freeze: None };
		let refused = super::chain::send_failing("Investor2", again);
		assert_eq!(refused, pallet_strata_disputes::Error::<Runtime>::AlreadyDecided.into());
	});
}

#[test]
fn silent_feeder_should_lose_his_bond_and_freeze_the_feed() {
	on_dev_chain(|| {
		let deal = issue_over(history()[0], LONG);
		report(history()[0]);
		let oil = books(deal)[0];
		open("Borrower1", oil, 6_000, 200_000);
		quote();
		let observed_at = Timestamp::get() - 2 * 6_000;
		let live = |feed| Oracle::reading(feed).reliable().is_some();
		assert!(live(WTI_FEED));
		let feeder = account("Feeder1");
		let held = || Balances::total_balance_on_hold(&feeder);
		let before = (held(), Balances::total_balance(&account("Eve")));
		let at = pallet_strata_oracle::Live::<Runtime>::get(WTI_FEED)
			.expect("a feed")
			.reports
			.iter()
			.map(|report| report.observed_at)
			.max()
			.expect("all reported");
		assert!(at <= Timestamp::get() && at >= observed_at);
		let remedy =
			Remedy::VoidPrice { feeder: feeder.clone(), observed_at: at, amount: 100 * STRA };
		let subject = Subject::Feed(WTI_FEED);
		let case = Box::new(Case { subject, ground: Ground::FalsePrice, at, remedy });
		let dispute = pallet_strata_disputes::NextDispute::<Runtime>::get();
		send("Eve", Call::file { case, court: GENERAL, freeze: None });
		// Silence is a concession.
		wait_for(dispute, |state| matches!(state, State::Closed { .. }));
		assert_eq!(case_file(dispute).dispute.enforced, Some((100 * STRA, 0)));
		assert_eq!(held(), before.0 - 100 * STRA);
		let gained = Balances::total_balance(&account("Eve")) + STRA / 100 - before.1;
		assert!((25 * STRA..26 * STRA).contains(&gained), "a quarter to who claimed: {gained}");
		// The price that rested on the report is gone, and nothing is sold by it.
		assert!(!live(WTI_FEED));
		let book = Vaults::liquidation(oil).expect("a book");
		assert_eq!((book.mode, book.threshold), (None, None));
		let calls = pallet_strata_vaults::Call::liquidate { book: oil, rungs: 1 };
		super::chain::send_failing("Borrower2", calls);
		// A new quorum thaws it.
		let day = history()[0];
		for _ in 0..12 {
			report(Day { wti: day.wti, eur: day.eur });
		}
		assert!(live(WTI_FEED), "{:?}", Oracle::reading(WTI_FEED));
	});
}

#[test]
fn freeze_should_keep_the_residual_over_a_date_until_a_counter_bond_lifts_it() {
	on_dev_chain(|| {
		let deal = issue_over(history()[0], HALF_AN_HOUR);
		let most = 1_000 * UNIT;
		let dispute = file(deal, most, Some(most));
		let bond = case_file(dispute).dispute.freeze.expect("it is frozen").bond;
		// A tenth, and ten percent a year of it over the longest course of a case.
		assert!(bond > 100 * UNIT && bond < 101 * UNIT, "{bond}");
		send("Originator", Call::offer_settlement { dispute, award: 5_000 });
		let income = Collected { interest: 50_000 * UNIT, principal: 0 };
		assert_ok!(<Tranches as DealCash<_>>::collect(deal, &account("Borrower1"), income));
		send("Originator", Call::contest { dispute });
		let next_date =
			|| pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("issued").next_date;
		let date = next_date();
		while next_date() == date {
			block_after(9, Vec::new());
			check_invariants();
		}
		let view = || Tranches::deal_view(deal).expect("there");
		assert_eq!(view().set_aside, most, "kept of what the residual was due");
		let residual = || Tranches::claimable_view(deal, 2, &account("Originator")).interest;
		let due = residual();
		let cash = usdx("Originator");
		send("Originator", Call::post_counter_bond { dispute });
		assert_eq!(usdx("Originator"), cash - most);
		assert_eq!(view().set_aside, 0);
		assert!((due + most - 1..=due + most).contains(&residual()));
		// No jurors: the final authority decides, for the claimant, out of the counter-bond.
		wait_for(dispute, |state| matches!(state, State::Final { .. }));
		assert_ok!(Disputes::rule(RuntimeOrigin::root(), dispute, 2_500));
		wait_for(dispute, |state| matches!(state, State::Closed { .. }));
		assert_eq!(case_file(dispute).dispute.enforced, Some((most / 4, 0)));
		assert_eq!(usdx("Originator"), cash - most / 4, "the rest of it came back");
		let bond = pallet_strata_tranches::Deals::<Runtime>::get(deal).expect("there").bond;
		assert_eq!(bond, BOND, "no need to touch it");
	});
}

#[test]
fn pause_and_new_terms_should_not_change_a_case_that_is_under_way() {
	on_dev_chain(|| {
		let deal = issue_over(history()[0], LONG);
		let dispute = file(deal, 100 * UNIT, None);
		let State::Response { until } = stage(dispute) else { panic!("it waits for an answer") };
		let council = |call: Call<Runtime>| {
			assert_ok!(motion(Body::Council, &STEWARDS[..2], call));
		};
		council(Call::pause {});
		assert!(Disputes::court_time().closed);
		let height = Disputes::court_time().height;
		for _ in 0..40 {
			next_block();
		}
		assert_eq!(stage(dispute), State::Response { until });
		assert!(case_file(dispute).acts.is_empty());
		let call = Call::contest { dispute };
		let refused = super::chain::send_failing("Originator", call);
		assert_eq!(refused, pallet_strata_disputes::Error::<Runtime>::CourtPaused.into());
		// One block of the pause counted: the one in which it began.
		assert!(Disputes::court_time().height <= height + 1);
		council(Call::resume {});
		// Other terms, as an upgrade or a vote might bring them.
		let mut hasty = terms(fast_periods(), FAST_ACTIVATION, None);
		hasty.periods.response = 1;
		hasty.bond *= 10;
		assert_ok!(Disputes::set_terms(RuntimeOrigin::root(), GENERAL, hasty));
		let file_now = case_file(dispute);
		assert_eq!(file_now.terms.periods.response, 20);
		assert_eq!(file_now.deadline.expect("it has one").at, until);
		// The answer is in the last block in which there is time.
		while Disputes::court_time().height + 2 < until || session_begins_next() {
			next_block();
			assert_eq!(stage(dispute), State::Response { until });
		}
		send("Originator", Call::concede { dispute });
		wait_for(dispute, |state| matches!(state, State::Closed { .. }));
		let versions = pallet_strata_disputes::CourtTerms::<Runtime>::iter_prefix(GENERAL);
		assert_eq!(versions.count(), 1, "terms of no case are gone");
		let later = file(deal, 100 * UNIT, None);
		assert_eq!(case_file(later).pot.bonds.0, 1_000 * STRA);
	});
}

#[test]
fn safe_mode_should_stretch_every_deadline_of_the_court() {
	on_dev_chain(|| {
		let deal = issue_over(history()[0], LONG);
		let dispute = file(deal, 100 * UNIT, None);
		let State::Response { until } = stage(dispute) else { panic!("it waits for an answer") };
		let left = until - Disputes::court_time().height;
		assert_ok!(motion(
			Body::Guardians,
			&GUARDIANS[..2],
			pallet_safe_mode::Call::force_enter {}
		));
		// Three blocks of votes have counted, and the one in which it began.
		assert_eq!(until - Disputes::court_time().height, left - 4);
		assert!(left < 24, "it lasts longer than there was time");
		while SafeMode::is_entered() {
			let refused = super::chain::send_failing("Originator", Call::contest { dispute });
			assert_eq!(refused, pallet_strata_disputes::Error::<Runtime>::CourtPaused.into());
			assert_eq!(stage(dispute), State::Response { until });
			// The next block may end it.
			if pallet_safe_mode::EnteredUntil::<Runtime>::get() == Some(System::block_number()) {
				next_block();
			}
		}
		assert_eq!(until - Disputes::court_time().height, left - 4);
		send("Originator", Call::concede { dispute });
		wait_for(dispute, |state| matches!(state, State::Closed { .. }));
	});
}

#[test]
fn deadline_in_the_first_block_of_a_session_should_be_met_in_the_next() {
	on_dev_chain(|| {
		let deal = issue_over(history()[0], LONG);
		next_session();
		let dispute = file(deal, 100 * UNIT, None);
		let State::Response { until } = stage(dispute) else { panic!("it waits for an answer") };
		while Disputes::court_time().height + 1 < until {
			assert!(!session_begins_next(), "a session is longer than an answer");
			next_block();
		}
		// The slots before it are missed.
		let session = Session::current_index();
		block_after(60, Vec::new());
		check_invariants();
		assert!(Session::current_index() > session);
		assert_eq!(Disputes::court_time().height, until);
		assert_eq!(stage(dispute), State::Response { until }, "its first block does nothing else");
		next_block();
		assert!(matches!(stage(dispute), State::Cooling { outcome: Outcome::ByDefault, .. }));
	});
}

#[test]
fn what_is_due_should_be_done_whichever_pallet_is_idle_first() {
	on_dev_chain(|| {
		let deal = issue_over(history()[0], LONG);
		quote();
		let pallets = crate::AllPalletsWithSystem::infos().len() as u32;
		let dest = account("Investor1").into();
		let value = 20_000 * STRA;
		send("Alice", pallet_balances::Call::transfer_allow_death { dest, value });
		// One claim a block, until the first idle pallet was each of them.
		let start = Timestamp::get();
		let mut filed: BTreeMap<u32, DisputeId> = BTreeMap::new();
		while filed.len() < pallets as usize + 2 {
			if session_begins_next() {
				next_block();
				continue;
			}
			let dispute = pallet_strata_disputes::NextDispute::<Runtime>::get();
			let case = claim(deal, UNIT, start - u64::from(dispute) * 1_000);
			send("Investor1", Call::file { case, court: GENERAL, freeze: None });
			let State::Response { until } = stage(dispute) else { panic!("{:?}", stage(dispute)) };
			filed.insert(until, dispute);
		}
		let mut seen = 0;
		for _ in 0..2 * pallets {
			let begins = session_begins_next();
			next_block();
			let height = Disputes::court_time().height;
			if let (Some(dispute), false) = (filed.get(&height), begins) {
				let cooling = matches!(stage(*dispute), State::Cooling { .. });
				assert!(cooling, "{:?} in block {}", stage(*dispute), System::block_number());
				seen += 1;
			}
		}
		assert!(seen > 0, "none was due");
		let done = |id: &DisputeId| {
			matches!(stage(*id), State::Cooling { .. } | State::Closed { .. })
				|| matches!(stage(*id), State::Enforcing { .. } | State::Settling { .. })
		};
		assert!(filed.values().all(done));
	});
}
