//! What the holders of the senior-most class decide.

use frame_support::assert_ok;
use sp_runtime::{DispatchResult, TokenError};
use strata_waterfall::{Condition, Effect, Trigger};

use super::make::{clo, date};
use crate::{mock::*, *};

type E = Error<Test>;

const SERVICER: AccountId = BORROWER;
const TRUSTEE: AccountId = KEEPER;
/// Of a deal in these tests Alice holds 4/7 of the senior-most class, Bob 2/7 and Carol 1/7.
const CAROLS: Balance = 1_000_000_000;

fn asking() -> DealId {
	asking_with(terms())
}

fn asking_with(launch: impl Into<Launch>) -> DealId {
	let mut launch = launch.into();
	launch.terms.consents = Consents {
		replace_parties: true,
		accelerate: true,
		extend_revolving: true,
		waive_triggers: true,
	};
	let deal = active_with(launch);
	appoint(deal, SERVICER, TRUSTEE);
	assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, CAROLS));
	deal
}

fn propose(deal: DealId, who: AccountId, matter: Matter<AccountId>) -> DispatchResult {
	Tranches::propose(signed(who), deal, matter)
}

fn vote(deal: DealId, who: AccountId) -> DispatchResult {
	Tranches::vote(signed(who), deal)
}

fn enact(deal: DealId) -> DispatchResult {
	Tranches::enact(signed(STRANGER), deal)
}

fn proposal(deal: DealId) -> ProposalOf<Test> {
	Proposals::<Test>::get(deal).unwrap()
}

fn held(deal: DealId, who: AccountId) -> Balance {
	Checkpoints::<Test>::get((deal, 0, who)).map_or(0, |checkpoint| checkpoint.held)
}

fn parties(deal: DealId) -> Parties<AccountId> {
	Deals::<Test>::get(deal).unwrap().parties
}

#[test]
fn two_thirds_replace_the_servicer_and_everybody_has_everything_back() {
	build_and_execute(|| {
		let deal = asking();
		let deposits = [ALICE, BOB, CAROL].map(Balances::reserved_balance);
		assert_ok!(propose(deal, ALICE, Matter::ReplaceServicer(STRANGER)));
		assert_eq!(proposal(deal).electorate, SENIOR);
		assert_ok!(vote(deal, ALICE));
		refused(E::NotCarried, || enact(deal));
		assert_ok!(vote(deal, CAROL));
		assert_ok!(enact(deal));
		assert_eq!(parties(deal), Parties { servicer: STRANGER, trustee: TRUSTEE });
		refused(E::NoProposal, || enact(deal));
		// Votes are released one by one, by anyone.
		assert_eq!(held(deal, ALICE), 4_000_000_000);
		for who in [ALICE, CAROL] {
			assert_ok!(Tranches::release_vote(signed(STRANGER), deal, who));
			refused(E::UnknownVote, || Tranches::release_vote(signed(STRANGER), deal, who));
			assert_eq!(held(deal, who), 0);
		}
		assert_eq!([ALICE, BOB, CAROL].map(Balances::reserved_balance), deposits);
		assert_ok!(propose(deal, TRUSTEE, Matter::ReplaceTrustee(ALICE)));
		assert_ok!(vote(deal, ALICE));
		assert_ok!(vote(deal, BOB));
		assert_ok!(enact(deal));
		assert_eq!(parties(deal).trustee, ALICE);
		let enacted = |e: &Event<Test>| matches!(e, Event::Enacted { proposal: 2, .. });
		assert_eq!(happened(enacted), 1);
	});
}

#[test]
fn a_unit_less_than_two_thirds_is_not_enough() {
	build_and_execute(|| {
		// Alice 4,666,666,666 of 7,000,000,000: ⌈2/3⌉ is 4,666,666,667.
		let deal = asking();
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, ALICE, 666_666_666));
		assert_ok!(propose(deal, ALICE, Matter::Accelerate));
		assert_ok!(vote(deal, ALICE));
		refused(E::NotCarried, || enact(deal));
		assert_ok!(Tranches::close_proposal(signed(ALICE), deal));
		assert_ok!(Tranches::release_vote(signed(ALICE), deal, ALICE));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, ALICE, 1));
		assert_ok!(propose(deal, ALICE, Matter::Accelerate));
		assert_ok!(vote(deal, ALICE));
		assert_ok!(enact(deal));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert_eq!(Lent::get(ledgers(deal).books[0]).unwrap().matures, Some(OFFERING_END));
	});
}

#[test]
fn what_the_terms_do_not_leave_to_the_holders_is_not_asked() {
	build_and_execute(|| {
		let deal = active();
		for matter in [
			Matter::ReplaceServicer(BOB),
			Matter::ReplaceTrustee(BOB),
			Matter::Accelerate,
			Matter::ExtendRevolving(FINAL),
			Matter::WaiveTrigger(0),
		] {
			refused(E::NotForHolders, || propose(deal, ALICE, matter));
		}
		refused(E::UnknownDeal, || propose(7, ALICE, Matter::Accelerate));
		let waiting = launched(later(terms()));
		refused(E::WrongState, || propose(waiting, ALICE, Matter::Accelerate));
		refused(E::NoProposal, || vote(deal, ALICE));
		refused(E::NoProposal, || enact(deal));
		refused(E::NoProposal, || Tranches::close_proposal(signed(ALICE), deal));
		refused(E::UnknownVote, || Tranches::release_vote(signed(ALICE), deal, ALICE));
	});
}

#[test]
fn those_who_have_a_stake_or_the_trustee_ask_and_one_question_at_a_time() {
	build_and_execute(|| {
		let deal = asking();
		let least = SENIOR / 20;
		for who in [ORIGINATOR, SERVICER] {
			refused(E::Affiliate, || propose(deal, who, Matter::Accelerate));
		}
		refused(E::NothingHeld, || propose(deal, STRANGER, Matter::Accelerate));
		assert_ok!(Tranches::transfer(signed(CAROL), deal, 0, BOB, CAROLS - least + 1));
		refused(E::StakeTooSmall, || propose(deal, CAROL, Matter::Accelerate));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, 1));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, CAROL));
		refused(E::HolderFrozen, || propose(deal, CAROL, Matter::Accelerate));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, CAROL));
		assert_ok!(propose(deal, CAROL, Matter::Accelerate));
		refused(E::ProposalOpen, || propose(deal, TRUSTEE, Matter::Accelerate));
		refused(E::ProposalOpen, || Tranches::close_proposal(signed(ALICE), deal));
		// Whoever asked, and governance, may make room; anyone may, and the next question does, once its
		// time is over.
		let deposit = Balances::reserved_balance(CAROL);
		assert_ok!(Tranches::close_proposal(RuntimeOrigin::root(), deal));
		assert!(Balances::reserved_balance(CAROL) < deposit);
		assert_ok!(propose(deal, TRUSTEE, Matter::Accelerate));
		let over = proposal(deal).deadline;
		assert_eq!(over, OFFERING_END + PERIOD);
		at(over);
		refused(E::ProposalOver, || vote(deal, ALICE));
		refused(E::ProposalOver, || enact(deal));
		assert_ok!(propose(deal, ALICE, Matter::Accelerate));
		at(over + PERIOD);
		assert_ok!(Tranches::close_proposal(signed(STRANGER), deal));
		refused(TokenError::FundsUnavailable, || {
			appoint(deal, SERVICER, STRANGER);
			propose(deal, STRANGER, Matter::Accelerate)
		});
	});
}

#[test]
fn affiliates_have_no_vote_and_do_not_count() {
	build_and_execute(|| {
		let deal = asking();
		for (who, amount) in [(SERVICER, 1_000), (TRUSTEE, 200), (ORIGINATOR, 30)] {
			assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, who, amount));
		}
		assert_ok!(propose(deal, TRUSTEE, Matter::ReplaceServicer(BOB)));
		assert_eq!(proposal(deal).electorate, SENIOR - 1_230);
		for who in [SERVICER, TRUSTEE, ORIGINATOR] {
			refused(E::Affiliate, || vote(deal, who));
		}
		// Nor once they are replaced, nor where two of them are one.
		appoint(deal, BOB, BOB);
		refused(E::Affiliate, || vote(deal, SERVICER));
		assert_ok!(vote(deal, BOB));
		assert_ok!(Tranches::close_proposal(signed(TRUSTEE), deal));
		appoint(deal, ORIGINATOR, SERVICER);
		assert_ok!(propose(deal, SERVICER, Matter::ReplaceServicer(BOB)));
		assert_eq!(proposal(deal).electorate, SENIOR - 1_030);
	});
}

#[test]
fn notes_count_as_they_were_held_when_the_question_was_asked() {
	build_and_execute(|| {
		let deal = asking();
		assert_ok!(propose(deal, TRUSTEE, Matter::Accelerate));
		// Bought since: counts for nobody, however often it moves.
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, ORIGINATOR, 500));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, STRANGER, 1_000));
		refused(E::NoVote, || vote(deal, STRANGER));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 1_000));
		assert_ok!(vote(deal, BOB));
		assert_eq!(proposal(deal).consenting, 2_000_000_000);
		assert_eq!(held(deal, BOB), 2_000_000_000);
		refused(E::AlreadyVoted, || vote(deal, BOB));
		// Alice votes with what she has left of it.
		assert_ok!(vote(deal, ALICE));
		assert_eq!(proposal(deal).consenting, 6_000_000_000 - 2_500);
		// What she sells and buys back counts once.
		refused(E::NotesHeld, || Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
		refused(E::ProposalOpen, || Tranches::release_vote(signed(ALICE), deal, ALICE));
		// Carol sells all, is forgotten, and buys back: she did not keep her notes, and has no vote.
		assert_ok!(Tranches::transfer(signed(CAROL), deal, 0, BOB, CAROLS));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, CAROLS));
		refused(E::NoVote, || vote(deal, CAROL));
		// At the next question everything counts again, and old votes give way to new ones.
		assert_ok!(Tranches::close_proposal(signed(TRUSTEE), deal));
		assert_ok!(propose(deal, TRUSTEE, Matter::Accelerate));
		for (who, units) in [(CAROL, CAROLS), (BOB, 2_000_001_000), (ALICE, 3_999_997_500)] {
			let before = proposal(deal).consenting;
			assert_ok!(vote(deal, who));
			assert_eq!(proposal(deal).consenting - before, units);
		}
		assert_ok!(enact(deal));
	});
}

#[test]
fn notes_that_were_not_collected_yet_count_for_who_collects_them() {
	build_and_execute(|| {
		let mut terms = terms();
		terms.consents.accelerate = true;
		let deal = launched(terms);
		order(deal, 0, ALICE, 4_000_000_000);
		order(deal, 0, BOB, 3_000_000_000);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		appoint(deal, SERVICER, TRUSTEE);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, BOB));
		assert_ok!(propose(deal, BOB, Matter::Accelerate));
		assert_eq!(proposal(deal).electorate, SENIOR);
		refused(E::NothingHeld, || vote(deal, ALICE));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, ALICE, 7));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_ok!(vote(deal, ALICE));
		assert_eq!(proposal(deal).consenting, 4_000_000_000);
		assert_ok!(vote(deal, BOB));
		assert_eq!(proposal(deal).consenting, SENIOR - 7);
	});
}

#[test]
fn notes_on_offer_and_frozen_holders_do_not_vote() {
	build_and_execute(|| {
		let deal = asking();
		let terms = OfferTerms {
			amount: 1_000,
			price: sp_runtime::FixedU128::from_u32(1),
			minimum_fill: 1,
			expiry: FINAL,
			taker: None,
			on_payment: OnPayment::Lapse,
		};
		assert_ok!(put_on_offer(ALICE, deal, 0, terms));
		assert_ok!(propose(deal, TRUSTEE, Matter::Accelerate));
		assert_ok!(vote(deal, ALICE));
		assert_eq!(proposal(deal).consenting, 3_999_999_000);
		// The offer goes on, and what is taken of it is not what voted.
		assert_ok!(Tranches::take_offer(signed(STRANGER_WITH_CASH), 0, 1_000, 1_000));
		assert_eq!(held(deal, ALICE), 3_999_999_000);
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, BOB));
		refused(E::HolderFrozen, || vote(deal, BOB));
	});
}

const STRANGER_WITH_CASH: AccountId = ORIGINATOR;

#[test]
fn a_class_that_is_paid_off_has_no_say_any_more() {
	build_and_execute(|| {
		let deal = asking();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(Tranches::accelerate(RuntimeOrigin::root(), deal));
		at(FIRST - 1);
		assert_ok!(propose(deal, ALICE, Matter::ReplaceServicer(BOB)));
		assert_ok!(vote(deal, ALICE));
		assert_ok!(vote(deal, BOB));
		assert_ok!(repay(deal, 0, 10_000, SENIOR));
		at(FIRST);
		refused(E::PaymentPending, || enact(deal));
		poll(FIRST);
		assert_eq!(ledgers(deal).waterfall.classes[0].balance, 0);
		refused(E::ProposalOver, || enact(deal));
		assert_ok!(Tranches::close_proposal(signed(ALICE), deal));
		// The mezzanine is asked now.
		assert_ok!(propose(deal, CAROL, Matter::ReplaceServicer(BOB)));
		assert_eq!((proposal(deal).rank, proposal(deal).electorate), (1, MEZZANINE));
		refused(E::NothingHeld, || vote(deal, BOB));
		refused(E::WrongState, || {
			Tranches::close_proposal(signed(CAROL), deal)?;
			propose(deal, CAROL, Matter::Accelerate)
		});
		assert_ok!(vote(deal, CAROL));
		assert_ok!(enact(deal));
		assert_eq!(parties(deal).servicer, BOB);
	});
}

#[test]
fn a_deal_that_still_lends_may_lend_for_longer() {
	build_and_execute(|| {
		let deal = asking();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		let extend = |until| propose(deal, ALICE, Matter::ExtendRevolving(until));
		refused(E::MatterOutOfRange, || extend(REVOLVING_END));
		refused(E::MatterOutOfRange, || extend(FINAL + 1));
		// The final date is a payment date, on which everything could still be redeemed.
		assert_eq!(FIRST + 14 * PERIOD, FINAL);
		assert_ok!(extend(FINAL));
		assert_ok!(Tranches::close_proposal(signed(ALICE), deal));
		assert_ok!(extend(REVOLVING_END + 2 * PERIOD));
		assert_ok!(vote(deal, ALICE));
		assert_ok!(vote(deal, BOB));
		assert_ok!(enact(deal));
		assert_eq!(ledgers(deal).revolving_end, REVOLVING_END + 2 * PERIOD);
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		assert_ok!(repay(deal, 0, 0, 100));
		assert_ok!(lend(deal, 0, 1));
		at(REVOLVING_END + 2 * PERIOD - 1);
		assert_ok!(extend(FINAL));
		at(REVOLVING_END + 2 * PERIOD);
		// Too late: it has ended.
		refused(E::WrongState, || {
			Tranches::close_proposal(signed(ALICE), deal)?;
			extend(FINAL)
		});
	});
}

#[test]
fn matters_that_cannot_be_are_not_asked() {
	build_and_execute(|| {
		let deal = asking();
		let account = Tranches::account(deal);
		for matter in [
			Matter::ReplaceServicer(account),
			Matter::ReplaceTrustee(account),
			Matter::WaiveTrigger(0),
			Matter::WaiveTrigger(255),
		] {
			refused(E::MatterOutOfRange, || propose(deal, ALICE, matter));
		}
	});
}

#[test]
fn a_trigger_that_would_never_cure_is_waived() {
	build_and_execute(|| {
		let mut program = clo();
		let condition = Condition::ServicerDefault;
		let trigger = Trigger { condition, effect: Effect::Amortise, curable: false };
		program.triggers = vec![trigger].try_into().unwrap();
		let deal = asking_with(program);
		assert_ok!(lend(deal, 0, 6_000_000_000));
		assert_ok!(lend(deal, 1, 4_000_000_000));
		let waive = |index| propose(deal, ALICE, Matter::WaiveTrigger(index));
		refused(E::MatterOutOfRange, || waive(0));
		assert_ok!(Tranches::set_servicer_default(signed(TRUSTEE), deal, true));
		date(deal, 5_000);
		assert_ok!(Tranches::set_servicer_default(signed(TRUSTEE), deal, false));
		date(deal, 5_000);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		refused(E::MatterOutOfRange, || waive(1));
		assert_ok!(waive(0));
		assert_ok!(vote(deal, ALICE));
		assert_ok!(vote(deal, BOB));
		assert_ok!(enact(deal));
		assert_eq!(ledgers(deal).waterfall.triggers[0], None);
		date(deal, 5_000);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		// While the condition holds it trips again.
		assert_ok!(Tranches::set_servicer_default(signed(TRUSTEE), deal, true));
		date(deal, 5_000);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
	});
}

#[test]
fn a_deal_that_closes_lets_go_of_every_vote() {
	build_and_execute(|| {
		let deal = asking();
		catch_up(REVOLVING_END - PERIOD + 1);
		assert_ok!(propose(deal, ALICE, Matter::ReplaceServicer(BOB)));
		assert_ok!(vote(deal, ALICE));
		refused(E::ProposalOpen, || Tranches::release_vote(signed(ALICE), deal, ALICE));
		// Everything is repaid, before the proposal's end.
		catch_up(REVOLVING_END);
		assert!(proposal(deal).deadline > REVOLVING_END);
		assert_eq!(state(deal), DealState::Closed);
		refused(E::WrongState, || propose(deal, BOB, Matter::ReplaceServicer(BOB)));
		assert_ok!(Tranches::release_vote(signed(STRANGER), deal, ALICE));
		assert_ok!(Tranches::close_proposal(signed(STRANGER), deal));
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 0, ALICE));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
	});
}

#[test]
fn a_question_that_makes_room_for_the_next_is_closed() {
	build_and_execute(|| {
		let deal = asking();
		assert_ok!(propose(deal, TRUSTEE, Matter::Accelerate));
		at(proposal(deal).deadline);
		assert_ok!(propose(deal, ALICE, Matter::Accelerate));
		let closed = |e: &Event<Test>| matches!(e, Event::ProposalClosed { proposal: 1, .. });
		assert_eq!(happened(closed), 1);
	});
}
