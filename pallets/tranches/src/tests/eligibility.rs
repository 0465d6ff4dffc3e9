//! Restricted tranches and the trustee's register.

use frame_support::assert_ok;
use sp_runtime::{DispatchResult, TokenError};

use crate::{mock::*, *};

type E = Error<Test>;

const TRUSTEE: AccountId = KEEPER;

fn allow(deal: DealId, who: AccountId, until: Moment) -> DispatchResult {
	Tranches::allow(signed(TRUSTEE), deal, who, until)
}

fn transfer(deal: DealId, rank: u8, from: AccountId, to: AccountId) -> DispatchResult {
	Tranches::transfer(signed(from), deal, rank, to, 100)
}

#[test]
fn a_restricted_note_is_ordered_by_the_allowed_only() {
	build_and_execute(|| {
		let mut terms = terms();
		terms.tranches[1].restricted = true;
		let deal = launched(terms);
		appoint(deal, ORIGINATOR, TRUSTEE);
		let order = |rank, who| Tranches::order(signed(who), deal, rank, LEAST_ORDER);
		assert_ok!(order(0, ALICE));
		refused(E::NotEligible, || order(1, ALICE));
		assert_ok!(allow(deal, ALICE, START + 10));
		assert_ok!(order(1, ALICE));
		at(START + 10);
		refused(E::NotEligible, || order(1, ALICE));
		// An order that was placed may be reduced, and collected, by anyone.
		assert_ok!(Tranches::reduce_order(signed(ALICE), deal, 1, LEAST_ORDER));
	});
}

#[test]
fn a_restricted_note_is_received_by_the_allowed_only_and_sold_by_anyone() {
	build_and_execute(|| {
		let deal = restricted();
		// The mezzanine is not.
		assert_ok!(transfer(deal, 1, CAROL, BORROWER));
		assert_eq!(Tranches::may_transfer(deal, 0, &ALICE, &CAROL, 1), Err(E::NotEligible.into()));
		refused(E::NotEligible, || transfer(deal, 0, ALICE, CAROL));
		assert_ok!(Tranches::approve(signed(ALICE), deal, 0, BORROWER, 100));
		refused(E::NotEligible, || {
			Tranches::transfer_from(signed(BORROWER), deal, 0, ALICE, CAROL, 100)
		});
		// To the very last moment, and not longer.
		assert_ok!(allow(deal, CAROL, FIRST));
		at(FIRST - 1);
		assert_ok!(transfer(deal, 0, ALICE, CAROL));
		at(FIRST);
		refused(E::NotEligible, || transfer(deal, 0, ALICE, CAROL));
		// What she holds she may sell, and claim on.
		assert_ok!(transfer(deal, 0, CAROL, BOB));
		assert_ok!(allow(deal, CAROL, FINAL));
		assert_ok!(transfer(deal, 0, ALICE, CAROL));
		assert_ok!(Tranches::disallow(signed(TRUSTEE), deal, CAROL));
		refused(E::NotEligible, || transfer(deal, 0, ALICE, CAROL));
		assert_ok!(transfer(deal, 0, CAROL, BOB));
	});
}

#[test]
fn the_register_is_the_trustees_and_so_are_its_deposits() {
	build_and_execute(|| {
		let deal = restricted();
		let held = Balances::reserved_balance(TRUSTEE);
		refused(E::UnknownDeal, || allow(7, CAROL, FINAL));
		refused(E::NotTrustee, || Tranches::allow(signed(ORIGINATOR), deal, CAROL, FINAL));
		refused(E::PermitExpired, || allow(deal, CAROL, OFFERING_END));
		refused(E::UnknownPermit, || Tranches::disallow(signed(TRUSTEE), deal, CAROL));
		assert_ok!(allow(deal, CAROL, FIRST));
		let with_one = Balances::reserved_balance(TRUSTEE);
		assert!(with_one > held);
		assert_ok!(allow(deal, CAROL, FIRST + 1));
		assert_eq!(Balances::reserved_balance(TRUSTEE), with_one, "once for an account");
		// Another trustee goes on with the register; the deposit stays with who placed it.
		appoint(deal, ORIGINATOR, BORROWER);
		refused(E::NotTrustee, || Tranches::disallow(signed(TRUSTEE), deal, CAROL));
		refused(E::NotTrustee, || Tranches::disallow(signed(CAROL), deal, CAROL));
		assert_ok!(Tranches::allow(signed(BORROWER), deal, CAROL, FIRST + 2));
		assert_eq!(Balances::reserved_balance(TRUSTEE), with_one);
		at(FIRST + 2);
		assert_ok!(Tranches::disallow(signed(STRANGER), deal, CAROL));
		assert_eq!(Balances::reserved_balance(TRUSTEE), held);
		appoint(deal, ORIGINATOR, STRANGER);
		refused(TokenError::FundsUnavailable, || {
			Tranches::allow(signed(STRANGER), deal, CAROL, FINAL)
		});
	});
}
