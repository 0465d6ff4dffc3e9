//! What nobody buys, against notes.

use strata_traits::Seizure;

use super::*;

fn offered() -> LotId {
	let id = open(insolvent());
	Notes::insert(BOB, 10_000 * DOLLAR);
	to_exchange(id);
	id
}

#[test]
fn only_what_is_on_offer_is_exchanged() {
	execute(|| {
		let exchange = |id, amount| Auctions::exchange(signed(BOB), id, amount);
		assert_noop!(exchange(0, OUNCE), Error::UnknownLot);
		let id = open(insolvent());
		Notes::insert(BOB, 10_000 * DOLLAR);
		assert_noop!(exchange(id, OUNCE), Error::NotInExchange);
		to_exchange(id);
		assert_noop!(exchange(id, 0), Error::AmountZero);
		assert_noop!(exchange(id, 8 * OUNCE + 1), Error::MoreThanLeft);
		assert_noop!(exchange(id, OUNCE / 10 - 1), Error::TooSmall);
		assert_noop!(exchange(id, 8 * OUNCE - 1), Error::LeavesTooLittle);
		assert_noop!(Auctions::exchange(signed(DEAL), id, OUNCE), Error::OwnLot);
		let fewer = DispatchError::Other("less is in liquidation");
		assert_noop!(Auctions::exchange(signed(ALICE), id, OUNCE), fewer);
		pass(EXCHANGE - 1);
		assert_ok!(exchange(id, OUNCE));
		pass(1);
		assert_noop!(exchange(id, OUNCE), Error::LotEnded);
		work();
		assert_noop!(exchange(id, OUNCE), Error::NotInExchange);
	});
}

#[test]
fn notes_pay_principal_at_the_last_floor() {
	execute(|| {
		let id = open(insolvent());
		Notes::insert(BOB, 10_000 * DOLLAR);
		// The floor follows the market with each restart: half of 60.
		set_market(60.0);
		to_exchange(id);
		assert_eq!(lot(id).price(Now::get()), Some(dollars(30.0)));
		assert_eq!(Auctions::lot(id).unwrap().cost_of_all, Some(240 * DOLLAR));
		// Whatever the market does meanwhile.
		set_market(500.0);
		assert_ok!(Auctions::exchange(signed(BOB), id, 5 * OUNCE));
		assert_eq!((free(GOLD, BOB), free(USD, BOB)), (5 * OUNCE, ENDOWMENT));
		assert_eq!(Notes::get(BOB), 9_850 * DOLLAR);
		assert_eq!((lot(id).principal, lot(id).units), (750 * DOLLAR, 3 * OUNCE));
		let exchanged = Event::Exchanged {
			lot: id,
			who: BOB,
			units: 5 * OUNCE,
			cost: 150 * DOLLAR,
			principal: 150 * DOLLAR,
			left: 3 * OUNCE,
		};
		assert_eq!(events().last(), Some(&exchanged));
		// The rest of the collateral, and then the rest of the principal is lost.
		assert_ok!(Auctions::exchange(signed(BOB), id, 3 * OUNCE));
		assert_eq!(Lots::<Test>::get(id), None);
		assert_eq!((ledger().exchanged, ledger().lost), (240 * DOLLAR, 660 * DOLLAR));
		assert_eq!(Auctions::on_sale(BOOK).owed, 0);
	});
}

#[test]
fn a_part_of_a_note_is_rounded_up() {
	execute(|| {
		let odd = Seizure { units: 8 * OUNCE + 1, minimum_units: 1, ..insolvent() };
		let id = open(odd);
		Notes::insert(BOB, 10_000 * DOLLAR);
		to_exchange(id);
		// One smallest unit at 50 is a twentieth of a smallest unit of dollars.
		assert_ok!(Auctions::exchange(signed(BOB), id, 1));
		assert_eq!(Notes::get(BOB), 10_000 * DOLLAR - 1);
		assert_eq!(lot(id).principal, 900 * DOLLAR - 1);
	});
}

#[test]
fn no_notes_are_taken_once_the_principal_is_paid() {
	execute(|| {
		// A solvent lot of which nobody buys anything: its floor is x/s.
		let id = open(solvent());
		Notes::insert(BOB, 10_000 * DOLLAR);
		to_exchange(id);
		assert_ok!(Auctions::exchange(signed(BOB), id, 10 * OUNCE));
		// 909.09… for 900 of principal.
		assert_eq!((lot(id).principal, lot(id).interest), (0, 100 * DOLLAR));
		assert_eq!((ledger().notes, ledger().exchanged), (909_090_910, 900 * DOLLAR));
		let refused = Error::PrincipalPaid;
		assert_noop!(Auctions::exchange(signed(BOB), id, OUNCE), refused);
		// What is left is sold for recovery. Nothing is lost.
		end_round(id);
		assert_eq!((lot(id).stage, ledger().lost), (Stage::Recovery, 0));
	});
}

#[test]
fn who_may_not_receive_the_collateral_keeps_the_notes() {
	execute(|| {
		let id = offered();
		assert_ok!(Assets::touch_other(signed(ISSUER), 2, BOB));
		assert_ok!(Assets::block(signed(ISSUER), 2, BOB));
		let blocked = sp_runtime::TokenError::Blocked;
		assert_noop!(Auctions::exchange(signed(BOB), id, OUNCE), blocked);
		assert_eq!(Notes::get(BOB), 10_000 * DOLLAR);
	});
}

#[test]
fn what_nobody_takes_is_lost_when_the_offer_ends() {
	execute(|| {
		let id = offered();
		assert_ok!(Auctions::exchange(signed(BOB), id, 2 * OUNCE));
		events();
		end_round(id);
		assert_eq!((ledger().exchanged, ledger().lost), (100 * DOLLAR, 800 * DOLLAR));
		let rest = lot(id);
		let charged = Event::LossCharged { lot: id, principal: 800 * DOLLAR, units: 6 * OUNCE };
		let restarted = Event::LotRestarted {
			lot: id,
			start: rest.start,
			floor: rest.floor,
			ends_at: rest.ends_at,
			restarts: 0,
		};
		assert_eq!(events(), [charged, restarted]);
		assert_eq!((rest.units, rest.principal, rest.interest), (6 * OUNCE, 0, 0));
		// Cash again, and all of it is a recovery.
		assert_noop!(Auctions::exchange(signed(BOB), id, OUNCE), Error::NotInExchange);
		assert_eq!(buy(ALICE, id, 6 * OUNCE), 720 * DOLLAR);
		assert_eq!(ledger().surplus, 720 * DOLLAR);
	});
}
