//! Notes that go to whom they belong.

use super::*;

type E = Error<Test>;

fn wrong(deal: DealId, units: Balance) -> Case<AccountId> {
	case(deal, Remedy::TransferNotes { rank: 0, from: ALICE, to: KEEPER, units })
}

fn carry_out(
	dispute: DisputeId,
	case: &Case<AccountId>,
	claimant: AccountId,
	award: Award,
) -> Result<Enforced, DispatchError> {
	with_storage_layer(|| Tranches::court_enforce(dispute, case, &claimant, award, &KEEPER, 0))
}

#[test]
fn notes_are_frozen_and_move_with_what_they_earn_from_then_on() {
	build_and_execute(|| {
		let deal = bonded();
		let case = wrong(deal, 1_000_000_000);
		opened(1, &case, KEEPER);
		pay(deal, COUPON);
		assert_ok!(freeze(1, &case, 1_000_000_000));
		refused(E::AlreadyFrozen, || freeze(1, &case, 1_000_000_000));
		refused(E::HolderFrozen, || Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
		let deposit = Balances::reserved_balance(KEEPER);
		let done = carry_out(1, &case, KEEPER, FULL_AWARD).unwrap();
		assert_eq!((done.paid, done.short), (1_000_000_000, 0));
		assert_eq!(notes(deal, 0, KEEPER), 1_000_000_000);
		assert!(Balances::reserved_balance(KEEPER) > deposit);
		// What was paid before is Alice's, and she is frozen no more.
		assert_eq!(Tranches::claimable_view(deal, 0, &ALICE).interest, alices(665));
		assert_eq!(Tranches::claimable_view(deal, 0, &KEEPER).interest, 0);
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
		assert_ok!(close(1, &case));
		assert_eq!(carry_out(1, &case, KEEPER, FULL_AWARD), Err(E::NoCase.into()));
	});
}

#[test]
fn a_dismissed_case_thaws_and_spares_a_freeze_of_somebody_else() {
	build_and_execute(|| {
		let deal = bonded();
		let case = wrong(deal, 1);
		opened(1, &case, KEEPER);
		opened(2, &case, TRUSTEE);
		assert_ok!(freeze(1, &case, 1));
		refused(E::HolderFrozen, || freeze(2, &case, 1));
		// Nothing of the second case is frozen, so its end thaws nothing.
		assert_ok!(close(2, &case));
		refused(E::HolderFrozen, || claim(deal, 0, ALICE));
		assert_ok!(unfreeze(1, &case));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
		// Governance may have thawed already.
		assert_ok!(freeze(1, &case, 1));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		assert_ok!(close(1, &case));
	});
}

#[test]
fn notes_on_hold_for_others_stay_and_are_short() {
	build_and_execute(|| {
		let deal = bonded();
		let case = wrong(deal, 4_000_000_000);
		opened(1, &case, KEEPER);
		let terms = OfferTerms {
			amount: 3_999_999_999,
			price: percent(100),
			minimum_fill: 1,
			expiry: FINAL,
			taker: None,
			on_payment: OnPayment::Rescale,
		};
		assert_ok!(put_on_offer(ALICE, deal, 0, terms));
		let done = carry_out(1, &case, KEEPER, 5_000).unwrap();
		assert_eq!((done.paid, done.short), (1, 1_999_999_999));
		assert_eq!(notes(deal, 0, KEEPER), 1);
		assert_ok!(close(1, &case));
	});
}

#[test]
fn notes_are_frozen_for_what_is_outstanding_of_them() {
	build_and_execute(|| {
		let deal = bonded();
		let case = wrong(deal, 1_000_000_001);
		assert_eq!(open(1, &case, KEEPER).unwrap().asset, Some(USD));
		assert_eq!(case.remedy.amount(), 0);
		refused(E::ZeroAmount, || freeze(1, &case, 0));
		refused(E::FreezeTooSmall, || freeze(1, &case, 1_000_000_000));
		assert_ok!(freeze(1, &case, 1_000_000_001));
		assert_ok!(unfreeze(1, &case));
		// Half of the class is redeemed: ⌈1,000,000,001 / 2⌉.
		let balance = |balance| {
			Ledgers::<Test>::mutate(deal, |ledgers| {
				ledgers.as_mut().unwrap().waterfall.classes[0].balance = balance;
			});
		};
		balance(SENIOR / 2);
		assert_eq!(freeze(1, &case, 500_000_000), Err(E::FreezeTooSmall.into()));
		assert_ok!(freeze(1, &case, 500_000_001));
		balance(SENIOR);
		refused(E::HolderFrozen, || Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
	});
}

#[test]
fn what_has_left_is_short() {
	build_and_execute(|| {
		let deal = bonded();
		let case = wrong(deal, 4_000_000_000);
		opened(1, &case, KEEPER);
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 4_000_000_000));
		let done = carry_out(1, &case, KEEPER, FULL_AWARD).unwrap();
		assert_eq!((done.paid, done.short), (0, 4_000_000_000));
	});
}

#[test]
fn the_register_is_not_asked_and_a_receiver_who_is_frozen_gets_them() {
	build_and_execute(|| {
		let deal = restricted();
		let case = case(deal, Remedy::TransferNotes { rank: 0, from: ALICE, to: CAROL, units: 5 });
		opened(1, &case, CAROL);
		refused(E::NotEligible, || Tranches::transfer(signed(BOB), deal, 0, CAROL, 1));
		assert_ok!(carry_out(1, &case, CAROL, FULL_AWARD));
		assert_eq!(notes(deal, 0, CAROL), 5);
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, CAROL));
		opened(2, &case, CAROL);
		assert_ok!(carry_out(2, &case, CAROL, FULL_AWARD));
		assert_eq!(notes(deal, 0, CAROL), 10);
	});
}

#[test]
fn without_the_claimants_deposit_it_is_tried_again() {
	build_and_execute(|| {
		let deal = bonded();
		let case =
			case(deal, Remedy::TransferNotes { rank: 0, from: ALICE, to: BORROWER, units: 5 });
		opened(1, &case, TRUSTEE);
		let before = root();
		assert!(carry_out(1, &case, TRUSTEE, FULL_AWARD).is_err());
		assert_eq!(root(), before);
		assert_ok!(carry_out(1, &case, KEEPER, FULL_AWARD));
		assert_eq!(notes(deal, 0, BORROWER), 5);
	});
}
