use codec::Encode;
use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_court::freeze_bond;
use strata_traits::{Asset, Case, Ground, Remedy, Subject};

use super::*;
use crate::types::{EventCases, Outcome, Pot, Route, Side, State, Terms, MAX_STAYED};

/// Files as a block does.
fn try_file(who: AccountId, case: Case<AccountId>, freeze: Option<u128>) -> DispatchResult {
	file_in(who, case, GENERAL, freeze)
}

fn file_in(
	who: AccountId,
	case: Case<AccountId>,
	court: u16,
	freeze: Option<u128>,
) -> DispatchResult {
	dispatch(signed(who), crate::Call::file { case: Box::new(case), court, freeze })
}

fn route(court: u16, asset: Option<&Asset>, amount: u128) -> (u16, u8, bool) {
	let Route { court, panel, confirm } = TheCourt::route(court, asset, amount).unwrap();
	(court, panel, confirm)
}

/// The interest and the tenth that a freeze of `most` costs behind so many other cases.
fn bond_behind(most: u128, cases: u64) -> u128 {
	// 20 to answer, four rounds of twice 10 + 10 + 10 and 10 for an appeal, 20 + 5 for the final
	// authority and 5 to cool down.
	let course = 20 + 4 * (2 * 30 + 10) + 20 + 5 + 5;
	freeze_bond(most, terms().freeze_rate, (cases + 1) * course * BLOCK_MILLIS).unwrap()
}

fn rule_out(id: u32) {
	assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
	draw(id);
	vote(id, &[0; 5]);
	close(id);
}

fn close_conceded(id: u32) {
	assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
	close(id);
}

#[test]
fn only_accounts_file() {
	build_and_execute(0, || {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let call = crate::Call::file { case: Box::new(claim()), court: GENERAL, freeze: None };
			assert_noop!(dispatch(origin, call), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_does_not_fit_is_refused() {
	build_and_execute(0, || {
		let wrong = Case { ground: Ground::WrongfulHolding, ..claim() };
		assert_noop!(try_file(CLAIMANT, wrong, None), Error::WrongRemedy);
		assert_noop!(file_in(CLAIMANT, claim(), 7, None), Error::UnknownCourt);
		let unknown = Case { subject: Subject::Deal(DEAL_ID + 1), ..claim() };
		let error = DispatchError::Other("no such deal or feed");
		assert_noop!(try_file(CLAIMANT, unknown, None), error);
		let error = DispatchError::Other("more than there is");
		assert_noop!(try_file(CLAIMANT, claim_of(MOST + 1), None), error);
		let error = DispatchError::Other("against oneself");
		assert_noop!(try_file(ORIGINATOR, claim(), None), error);
	});
}

#[test]
fn a_claim_has_its_time() {
	build_and_execute(0, || {
		let at = |at| Case { at, ..claim() };
		let now = Now::get();
		let limitation = terms().limitation;
		assert_noop!(try_file(CLAIMANT, at(now + 1), None), Error::InFuture);
		assert_noop!(try_file(CLAIMANT, at(now - limitation - 1), None), Error::TooLongAgo);
		assert_ok!(try_file(CLAIMANT, at(now), None));
		assert_ok!(try_file(CLAIMANT, at(now - limitation), None));
	});
}

#[test]
fn a_closed_court_takes_no_claims() {
	build_and_execute(0, || {
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(try_file(CLAIMANT, claim(), None), Error::CourtPaused);
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		assert_ok!(try_file(CLAIMANT, claim(), None));
	});
}

#[test]
fn ids_do_not_run_over() {
	build_and_execute(0, || {
		crate::NextDispute::<Test>::put(u32::MAX);
		assert_noop!(try_file(CLAIMANT, claim(), None), ArithmeticError::Overflow);
		crate::NextDispute::<Test>::put(0);
	});
}

#[test]
fn who_cannot_pay_cannot_claim() {
	build_and_execute(0, || {
		let Terms { bond, fee, .. } = terms();
		let poor = 77;
		// One unit less than bond, fees and what keeps the account alive.
		let needed = bond + 5 * fee + EXISTENTIAL_DEPOSIT;
		assert_ok!(Balances::mint_into(&poor, needed - 1));
		assert!(try_file(poor, claim(), None).is_err());
		assert_noop!(
			try_file(poor, claim(), None),
			DispatchError::Token(sp_runtime::TokenError::NotExpendable)
		);
		assert_ok!(Balances::mint_into(&poor, 1));
		assert_ok!(try_file(poor, claim(), None));
		assert_eq!(free(Asset::Native, poor), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn a_claim_costs_a_bond_and_the_fees_of_the_first_panel() {
	build_and_execute(0, || {
		let before = free(Asset::Native, CLAIMANT);
		let id = filed();
		let Terms { bond, fee, periods, .. } = terms();
		assert_eq!(free(Asset::Native, CLAIMANT), before - bond - 5 * fee);
		assert_eq!(pot(id), Pot { bonds: (bond, 0), fees: (5 * fee, 0), ..Pot::default() });
		let until = TheCourt::height() + periods.response;
		let filed = dispute(id);
		assert_eq!(filed.state, State::Response { until });
		assert_eq!(filed.due, Some(until));
		assert_eq!((filed.court, filed.panel, filed.confirm), (GENERAL, 5, false));
		assert_eq!((filed.claimant, filed.respondent), (CLAIMANT, ORIGINATOR));
		assert_eq!(crate::CourtTerms::<Test>::get(GENERAL, 0).unwrap().cases, 1);
		let events = events();
		assert!(events.iter().any(|event| matches!(
			event,
			Event::Filed { dispute: 0, claimant: CLAIMANT, court: GENERAL, stayed: false, .. }
		)));
	});
}

#[test]
fn the_panel_grows_with_the_claim() {
	build_and_execute(0, || {
		// N·(5 + 0.3·50) STRA for N seats.
		for (seats, secured) in [(5, 100), (11, 220), (23, 460), (47, 940)] {
			let most = secured * DOLLAR;
			assert_eq!(route(GENERAL, Some(&USD), most), (GENERAL, seats, false));
		}
		assert_eq!(route(GENERAL, Some(&USD), 100 * DOLLAR + 1), (GENERAL, 11, false));
		assert_eq!(route(GENERAL, Some(&Asset::Native), 100 * STRA), (GENERAL, 5, false));
		assert_eq!(route(GENERAL, Some(&Asset::Native), 100 * STRA + 1), (GENERAL, 11, false));
	});
}

#[test]
fn a_claim_too_large_for_a_court_goes_up() {
	build_and_execute(0, || {
		let beyond = 940 * DOLLAR + 1;
		assert_eq!(route(GENERAL, Some(&USD), beyond), (ACCREDITED, 5, false));
		// 11·(50 + 0.3·500) STRA.
		assert_eq!(route(GENERAL, Some(&USD), 2_200 * DOLLAR), (ACCREDITED, 11, false));
		// For all of them: the accredited decide, the final authority confirms.
		assert_eq!(route(GENERAL, Some(&USD), 2_200 * DOLLAR + 1), (ACCREDITED, 5, true));
		assert_eq!(route(ACCREDITED, Some(&USD), MOST), (ACCREDITED, 5, true));
	});
}

#[test]
fn a_claim_without_a_price_is_confirmed() {
	build_and_execute(0, || {
		Rate::set(None);
		assert_eq!(route(GENERAL, Some(&USD), 1), (ACCREDITED, 5, true));
		assert_eq!(route(GENERAL, Some(&Asset::Native), STRA), (GENERAL, 5, false));
		// What it is worth does not fit.
		Rate::set(Some(u128::MAX));
		assert_eq!(route(GENERAL, Some(&USD), 2), (ACCREDITED, 5, true));
	});
}

#[test]
fn what_pays_nothing_is_for_the_courts_own_panel() {
	build_and_execute(0, || {
		Rate::set(None);
		assert_eq!(route(GENERAL, None, 0), (GENERAL, 5, false));
		assert_eq!(route(GENERAL, None, u128::MAX), (GENERAL, 5, false));
		assert_ok!(try_file(CLAIMANT, servicer_claim(), None));
		assert_eq!(dispute(0).panel, 5);
	});
}

#[test]
fn without_accredited_jurors_the_final_authority_alone_decides() {
	build_and_execute(0, || {
		let court = crate::NextCourt::<Test>::get();
		assert_ok!(TheCourt::create_court(RuntimeOrigin::root(), None, terms()));
		assert_eq!(route(court, Some(&USD), 2_000 * DOLLAR), (court, 0, true));
		assert_ok!(file_in(CLAIMANT, claim_of(2_000 * DOLLAR), court, None));
		// No jurors, no fees.
		assert_eq!(pot(0), Pot { bonds: (terms().bond, 0), ..Pot::default() });
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), 0));
		assert!(matches!(state(0), State::Final { .. }));
	});
}

#[test]
fn a_larger_panel_is_paid_for_by_both() {
	build_and_execute(60, || {
		let id = file(CLAIMANT, claim_of(200 * DOLLAR), None).unwrap();
		assert_eq!(dispute(id).panel, 11);
		assert_eq!(pot(id).fees, (55 * STRA, 0));
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		assert_eq!(pot(id).fees, (55 * STRA, 55 * STRA));
		draw(id);
		assert_eq!(seats(id).len(), 11);
		vote(id, &[10_000; 11]);
		close(id);
	});
}

#[test]
fn terms_are_those_of_the_day_of_filing() {
	build_and_execute(20, || {
		let id = filed();
		let harsh = Terms { bond: 999 * STRA, panel: 3, fee: 7 * STRA, ..terms() };
		assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, harsh));
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		assert_eq!(pot(id).bonds, (terms().bond, terms().bond));
		draw(id);
		assert_eq!(seats(id).len(), 5);
		vote(id, &[0; 5]);
		close(id);
		// Nobody is tried under them any more.
		assert_eq!(crate::CourtTerms::<Test>::get(GENERAL, 0), None);
	});
}

#[test]
fn a_freeze_costs_a_tenth_and_interest() {
	build_and_execute(0, || {
		let before = free(USD, CLAIMANT);
		let most = 80 * DOLLAR;
		let id = file(CLAIMANT, claim(), Some(most)).unwrap();
		let bond = bond_behind(most, 0);
		assert!(bond > 8 * DOLLAR);
		assert_eq!(free(USD, CLAIMANT), before - bond);
		assert_eq!(pot(id).freeze, bond);
		let freeze = dispute(id).freeze.unwrap();
		assert_eq!((freeze.most, freeze.bond, freeze.counter), (most, bond, 0));
		assert_eq!(Kept::get(id), Some(most));
		assert!(events().contains(&Event::Frozen { dispute: id, most, bond }));
	});
}

#[test]
fn no_more_is_frozen_than_is_claimed() {
	build_and_execute(0, || {
		let id = file(CLAIMANT, claim(), Some(u128::MAX)).unwrap();
		assert_eq!(dispute(id).freeze.unwrap().most, 100 * DOLLAR);
		assert_eq!(Kept::get(id), Some(100 * DOLLAR));
	});
}

#[test]
fn what_cannot_be_frozen_is_refused() {
	build_and_execute(0, || {
		assert_noop!(try_file(CLAIMANT, claim(), Some(0)), Error::ZeroAmount);
		// What is refused by whom it concerns has taken no bond.
		let error = DispatchError::Other("nothing to keep");
		assert_noop!(try_file(CLAIMANT, servicer_claim(), Some(DOLLAR)), error);
		assert_noop!(try_file(CLAIMANT, price_claim(), Some(STRA)), error);
		// A claim of no money keeps none.
		assert_noop!(try_file(CLAIMANT, claim_of(0), Some(DOLLAR)), Error::ZeroAmount);
		// Without the cash for the bond.
		assert!(try_file(juror(0), claim(), Some(DOLLAR)).is_err());
		assert_eq!(crate::NextDispute::<Test>::get(), 0);
	});
}

/// Notes that somebody else holds.
fn notes(units: u128) -> Case<AccountId> {
	let remedy = Remedy::TransferNotes { rank: 0, from: RIVAL, to: CLAIMANT, units };
	Case { ground: Ground::WrongfulHolding, remedy, ..claim() }
}

#[test]
fn what_pays_nothing_is_frozen_for_as_much_as_is_asked() {
	let faster = || Case { remedy: Remedy::Accelerate, ..claim() };
	type Made = (fn() -> Case<AccountId>, u128);
	let cases: [Made; 2] = [(faster, 500 * DOLLAR), (|| notes(400 * DOLLAR), 0)];
	for (case, kept) in cases {
		build_and_execute(0, || {
			let case = case();
			let before = free(USD, CLAIMANT);
			let most = 500 * DOLLAR;
			assert_noop!(try_file(CLAIMANT, case, Some(0)), Error::ZeroAmount);
			let id = file(CLAIMANT, case, Some(most)).unwrap();
			let freeze = dispute(id).freeze.unwrap();
			let terms = TheCourt::terms_of(dispute(id).court, dispute(id).version).unwrap();
			let millis = u64::from(TheCourt::longest(&terms).unwrap()) * BLOCK_MILLIS;
			let bond = freeze_bond(most, terms.freeze_rate, millis).unwrap();
			assert!(bond > 50 * DOLLAR);
			assert_eq!((freeze.most, freeze.bond), (most, bond));
			assert_eq!(free(USD, CLAIMANT), before - bond);
			assert_eq!(Kept::get(id), Some(kept));
			// Nobody rules: the claimant has it back.
			close(id);
			assert_eq!((free(USD, CLAIMANT), Kept::get(id)), (before, None));
		});
	}
}

#[test]
fn a_freeze_of_notes_must_cover_them() {
	build_and_execute(0, || {
		let error = DispatchError::Other("less than the notes");
		assert_noop!(try_file(CLAIMANT, notes(DOLLAR), Some(DOLLAR - 1)), error);
		assert_ok!(try_file(CLAIMANT, notes(DOLLAR), Some(DOLLAR)));
	});
}

#[test]
fn an_asset_does_not_change_where_a_remedy_without_a_sum_is_tried() {
	build_and_execute(0, || {
		Rate::set(None);
		let faster = Remedy::Accelerate;
		for asset in [None, Some(&USD)] {
			let routed = TheCourt::route_of(GENERAL, asset, &faster).unwrap();
			assert_eq!(routed, Route { court: GENERAL, panel: 5, confirm: false });
			let routed = TheCourt::route_of(GENERAL, asset, &notes(1).remedy).unwrap();
			assert_eq!(routed, Route { court: ACCREDITED, panel: 5, confirm: true });
		}
	});
}

#[test]
fn one_freeze_is_for_all_cases_of_an_event() {
	build_and_execute(0, || {
		let first = file(CLAIMANT, claim(), Some(DOLLAR)).unwrap();
		assert_noop!(try_file(RIVAL, claim(), Some(DOLLAR)), Error::AlreadyFrozen);
		// Also if it was lifted.
		assert_ok!(TheCourt::post_counter_bond(signed(ORIGINATOR), first));
		assert_noop!(try_file(RIVAL, claim(), Some(DOLLAR)), Error::AlreadyFrozen);
		assert_ok!(try_file(RIVAL, claim(), None));
	});
}

#[test]
fn the_freeze_of_a_case_that_waits_bears_interest_for_those_before_it() {
	build_and_execute(20, || {
		filed();
		let most = 100 * DOLLAR;
		let later = file(RIVAL, claim(), Some(most)).unwrap();
		assert_eq!(state(later), State::Stayed);
		assert_eq!(Kept::get(later), Some(most));
		assert_eq!(pot(later).freeze, bond_behind(most, 1));
		assert_noop!(try_file(ANYONE, claim(), Some(DOLLAR)), Error::AlreadyFrozen);
		// The respondent can lift it meanwhile.
		assert_ok!(TheCourt::post_counter_bond(signed(ORIGINATOR), later));
		assert_eq!(Kept::get(later), None);
		assert_eq!(pot(later).counter, most);
		// When the first case says that nothing happened it is over, and the freeze was wrong.
		let before = free(Asset::Native, RIVAL) + pot(later).bonds.0 + pot(later).fees.0;
		let bond = pot(later).freeze;
		rule_out(0);
		close(later);
		assert_eq!(free(Asset::Native, RIVAL), before);
		assert_eq!(free(USD, RIVAL), ENDOWMENT * DOLLAR - bond);
		assert_eq!(free(USD, ORIGINATOR), ENDOWMENT * DOLLAR + bond);
	});
}

#[test]
fn an_event_is_what_was_done_by_whom_and_when() {
	build_and_execute(0, || {
		assert_ok!(try_file(CLAIMANT, claim(), None));
		assert_noop!(try_file(CLAIMANT, claim(), None), Error::AlreadyClaimed);
		// Another remedy for the same is the same event.
		assert_noop!(
			try_file(CLAIMANT, Case { remedy: Remedy::Accelerate, ..claim() }, None),
			Error::AlreadyClaimed
		);
		for other in [
			Case { at: claim().at - 1, ..claim() },
			Case { ground: Ground::BreachOfDuty, ..claim() },
			Case { ground: Ground::FalseReport, ..servicer_claim() },
			price_claim(),
		] {
			assert_ok!(try_file(CLAIMANT, other, None));
		}
		let events: std::collections::BTreeSet<_> =
			(0..5).map(|id| dispute(id).event.encode()).collect();
		assert_eq!(events.len(), 5);
	});
}

#[test]
fn later_cases_wait_and_are_bounded() {
	build_and_execute(1, || {
		let first = filed();
		let others = people().into_iter().filter(|who| ![CLAIMANT, ORIGINATOR].contains(who));
		let others: Vec<_> = others.collect();
		assert_eq!(others.len(), MAX_STAYED as usize);
		for who in &others {
			assert_ok!(try_file(*who, claim(), None));
		}
		assert_noop!(try_file(juror(0), claim(), None), Error::TooManyCases);
		assert_noop!(try_file(others[7], claim(), None), Error::AlreadyClaimed);
		let cases = crate::Events::<Test>::get(dispute(first).event).unwrap();
		assert_eq!((cases.first, cases.decided), (first, false));
		assert_eq!(cases.stayed.to_vec(), (1..9).collect::<Vec<_>>());
		for id in 1..9 {
			assert_eq!((state(id), dispute(id).due), (State::Stayed, None));
			assert_noop!(
				dispatch(signed(ANYONE), crate::Call::advance { dispute: id }),
				Error::NotDue
			);
			assert_noop!(
				dispatch(signed(ORIGINATOR), crate::Call::concede { dispute: id }),
				Error::WrongStage
			);
		}
		// What is decided for the first is decided for them: everything is theirs again.
		close_conceded(first);
		for id in 1..9 {
			close(id);
			assert!(matches!(state(id), State::Closed { outcome: Outcome::Decided, .. }));
		}
		for who in others {
			assert_eq!(free(Asset::Native, who), ENDOWMENT * STRA);
		}
		assert_noop!(try_file(CLAIMANT, dispute(first).case, None), Error::AlreadyDecided);
	});
}

#[test]
fn the_next_case_is_tried_if_the_first_decides_nothing() {
	build_and_execute(0, || {
		let first = filed();
		let second = file(RIVAL, claim(), None).unwrap();
		let third = file(ANYONE, claim(), None).unwrap();
		pass_blocks(7);
		assert_ok!(TheCourt::withdraw(signed(CLAIMANT), first));
		assert_eq!(state(second), State::Stayed);
		close(first);
		// With all the time to answer.
		let until = TheCourt::height() + terms().periods.response;
		assert_eq!(state(second), State::Response { until });
		assert_eq!(dispute(second).due, Some(until));
		assert_eq!(state(third), State::Stayed);
		let cases = crate::Events::<Test>::get(dispute(first).event).unwrap();
		assert_eq!((cases.first, cases.stayed.to_vec()), (second, vec![third]));
		// A settlement binds those who settled.
		assert_ok!(TheCourt::offer_settlement(signed(RIVAL), second, 5_000));
		assert_ok!(TheCourt::accept_settlement(signed(ORIGINATOR), second, 5_000));
		close(second);
		assert!(matches!(state(third), State::Response { .. }));
		assert_ok!(TheCourt::withdraw(signed(ANYONE), third));
		close(third);
		assert_eq!(crate::Events::<Test>::get(dispute(first).event), None);
		assert_ok!(try_file(CLAIMANT, claim_of(DOLLAR), None));
	});
}

#[test]
fn who_waits_may_leave_the_queue() {
	build_and_execute(0, || {
		let first = filed();
		let second = file(RIVAL, claim(), None).unwrap();
		let third = file(ANYONE, claim(), None).unwrap();
		assert_ok!(TheCourt::withdraw(signed(RIVAL), second));
		let cases = crate::Events::<Test>::get(dispute(first).event).unwrap();
		assert_eq!(cases.stayed.to_vec(), vec![third]);
		// He may claim again before that is settled, and waits anew.
		let fourth = file(RIVAL, claim(), None).unwrap();
		close(second);
		assert_eq!(state(first), State::Response { until: dispute(first).due.unwrap() });
		let cases = crate::Events::<Test>::get(dispute(first).event).unwrap();
		assert_eq!((cases.first, cases.stayed.to_vec()), (first, vec![third, fourth]));
	});
}

#[test]
fn a_ruling_that_nothing_happened_decides_every_claim() {
	build_and_execute(20, || {
		let first = filed();
		let larger = file(RIVAL, claim_of(MOST), None).unwrap();
		let other = file(ANYONE, Case { remedy: Remedy::Accelerate, ..claim() }, None).unwrap();
		rule_out(first);
		for id in [larger, other] {
			close(id);
			assert!(matches!(state(id), State::Closed { outcome: Outcome::Decided, .. }));
		}
		let case = Case { at: dispute(first).case.at, ..claim_of(MOST) };
		assert_noop!(try_file(FEEDER, case, None), Error::AlreadyDecided);
	});
}

#[test]
fn to_concede_a_unit_to_a_friend_decides_nothing_for_others() {
	build_and_execute(0, || {
		let case = claim();
		let unit = Case { remedy: claim_of(1).remedy, ..case };
		let faster = Case { remedy: Remedy::Accelerate, ..case };
		let friend = file(ANYONE, unit, None).unwrap();
		let same = file(FEEDER, unit, None).unwrap();
		let holder = file(CLAIMANT, case, None).unwrap();
		let other = file(RIVAL, faster, None).unwrap();
		close_conceded(friend);
		// Who asked for the unit has it; who asks for more is tried.
		close(same);
		assert!(matches!(state(same), State::Closed { outcome: Outcome::Decided, .. }));
		assert!(matches!(state(holder), State::Response { .. }));
		assert_eq!(state(other), State::Stayed);
		close_conceded(holder);
		assert!(matches!(state(other), State::Response { .. }));
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), other));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), other, 10_000));
		close(other);
		// Decided in so far.
		let event = dispute(other).event;
		let earlier = vec![friend, holder].try_into().unwrap();
		let stayed = Default::default();
		let cases = EventCases { first: other, decided: true, stayed, earlier };
		assert_eq!(crate::Events::<Test>::get(event), Some(cases));
		assert_noop!(try_file(SERVICER, faster, None), Error::AlreadyDecided);
		// What the holder has cannot be claimed once more; what nobody has, can.
		for amount in [1, 2, 100 * DOLLAR] {
			let again = Case { remedy: claim_of(amount).remedy, ..case };
			assert_noop!(try_file(SERVICER, again, None), Error::AlreadyDecided);
		}
		let more = Case { remedy: claim_of(100 * DOLLAR + 1).remedy, ..case };
		let last = file(SERVICER, more, None).unwrap();
		assert!(matches!(state(last), State::Response { .. }));
		// And given up, it leaves decided what was.
		assert_ok!(TheCourt::withdraw(signed(SERVICER), last));
		close(last);
		assert_noop!(try_file(SERVICER, faster, None), Error::AlreadyDecided);
		assert_noop!(try_file(SERVICER, case, None), Error::AlreadyDecided);
	});
}

#[test]
fn a_ruling_for_the_claimant_decides_what_asks_for_no_more() {
	build_and_execute(20, || {
		let case = claim();
		let of = |amount| Case { remedy: claim_of(amount).remedy, ..case };
		let first = file(CLAIMANT, case, None).unwrap();
		let same = file(RIVAL, case, None).unwrap();
		let more = file(ANYONE, of(100 * DOLLAR + 1), None).unwrap();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), first));
		draw(first);
		vote(first, &[5_000; 5]);
		close(first);
		close(same);
		assert!(matches!(state(same), State::Closed { outcome: Outcome::Decided, .. }));
		assert!(matches!(state(more), State::Response { .. }));
		assert_eq!(Side::of(dispute(first).ruling.unwrap()), Side::Claimant);
	});
}
