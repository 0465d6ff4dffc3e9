//! Delivery against payment.

use frame_support::{
	assert_ok,
	traits::{fungible::NativeOrWithId, fungibles::Mutate, tokens::Preservation},
};
use sp_runtime::{ArithmeticError, DispatchResult, FixedU128, TokenError};

use crate::{mock::*, *};

type E = Error<Test>;

/// Alice's notes at par, whole or from 10 on, until the last date.
fn asked(amount: Balance) -> OfferTerms<AccountId> {
	OfferTerms {
		amount,
		price: FixedU128::from_u32(1),
		minimum_fill: amount.min(10),
		expiry: FINAL,
		taker: None,
		on_payment: OnPayment::Lapse,
	}
}

fn offer(deal: DealId, terms: OfferTerms<AccountId>) -> OfferId {
	let id = NextOffer::<Test>::get();
	assert_ok!(put_on_offer(ALICE, deal, 0, terms));
	id
}

fn take(id: OfferId, who: AccountId, amount: Balance) -> DispatchResult {
	Tranches::take_offer(signed(who), id, amount, Balance::MAX)
}

fn held(deal: DealId, who: AccountId) -> Balance {
	Checkpoints::<Test>::get((deal, 0, who)).map_or(0, |checkpoint| checkpoint.held)
}

fn left(id: OfferId) -> Option<Balance> {
	Offers::<Test>::get(id).map(|offer| offer.terms.amount)
}

/// Pays `interest` on the next date.
fn pay(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 0, interest, 0));
	poll(ledgers(deal).next_date);
}

/// A deal that has lent everything: a date without collections pays nobody.
fn lent() -> DealId {
	let deal = active();
	assert_ok!(lend(deal, 0, 10_000_000_000));
	deal
}

/// A deal that redeems `principal` on its next date, which is run.
fn redeem(deal: DealId, principal: Balance) {
	assert_ok!(lend(deal, 0, 10_000_000_000));
	assert_ok!(Tranches::accelerate(RuntimeOrigin::root(), deal));
	// What the coupons of the first date take, to the unit.
	assert_ok!(repay(deal, 0, 969, principal));
	poll(ledgers(deal).next_date);
}

#[test]
fn cash_and_notes_change_hands_in_one_call() {
	build_and_execute(|| {
		let deal = active();
		let deposit = Balances::reserved_balance(ALICE);
		let id = offer(deal, asked(1_000));
		assert!(Balances::reserved_balance(ALICE) > deposit);
		assert_eq!((held(deal, ALICE), notes(deal, 0, ALICE)), (1_000, 4_000_000_000));
		let (alice, keeper) = (usd(ALICE), usd(KEEPER));
		assert_ok!(take(id, KEEPER, 1_000));
		assert_eq!((usd(ALICE), usd(KEEPER)), (alice + 1_000, keeper - 1_000));
		assert_eq!((notes(deal, 0, ALICE), notes(deal, 0, KEEPER)), (3_999_999_000, 1_000));
		assert_eq!((held(deal, ALICE), left(id)), (0, None));
		assert_eq!(Balances::reserved_balance(ALICE), deposit);
		assert!(Balances::reserved_balance(KEEPER) > 0, "the buyer's deposit is his own");
		let taken = |e: &Event<Test>| {
			matches!(e, Event::OfferTaken { cash: 1_000, amount: 1_000, left: 0, .. })
		};
		assert_eq!(happened(taken), 1);
		// Taken twice.
		refused(E::UnknownOffer, || take(id, BOB, 10));
	});
}

#[test]
fn notes_on_offer_earn_for_the_seller_until_they_are_taken() {
	build_and_execute(|| {
		let deal = active();
		let terms = OfferTerms { on_payment: OnPayment::Rescale, ..asked(4_000_000_000) };
		let id = offer(deal, terms);
		pay(deal, 665);
		assert_ok!(take(id, KEEPER, 4_000_000_000));
		pay(deal, 665);
		let interest = |who| Tranches::claimable_view(deal, 0, &who).interest;
		assert_eq!(interest(ALICE), share(665, 4_000_000_000, SENIOR));
		assert_eq!(interest(KEEPER), share(665, 4_000_000_000, SENIOR));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
	});
}

#[test]
fn the_price_is_rounded_once_and_up() {
	build_and_execute(|| {
		let deal = active();
		redeem(deal, 5_000_000_000);
		// 2/7 of a note is outstanding.
		assert_eq!(ledgers(deal).waterfall.classes[0].balance, 2_000_000_000);
		for (amount, price, cash) in [
			// ⌈7 · 2/7⌉
			(7, FixedU128::from_u32(1), 2),
			(8, FixedU128::from_u32(1), 3),
			(10, FixedU128::from_u32(1), 3),
			// ⌈35 · 2/7 · 0.995⌉ = ⌈9.95⌉
			(35, FixedU128::from_rational(995, 1_000), 10),
			// ⌈350 · 2/7 · 0.995⌉ = ⌈99.5⌉; two roundings in a row would ask for the same or more.
			(350, FixedU128::from_rational(995, 1_000), 100),
			// ⌈351 · 2/7 · 0.5⌉ = ⌈50.14⌉; ⌈⌈351 · 2/7⌉ / 2⌉ = ⌈101/2⌉ = 51 as well.
			(351, FixedU128::from_rational(1, 2), 51),
			// ⌈10 · 2/7 · 10⌉ = ⌈28.57⌉ = 29, where ⌈10 · 2/7⌉ · 10 = 30.
			(10, FixedU128::from_u32(10), 29),
			(1_000, FixedU128::from_inner(1), 1),
		] {
			let id = offer(deal, OfferTerms { price, ..asked(amount) });
			let before = usd(ALICE);
			refused(E::CashAboveMaximum, || {
				Tranches::take_offer(signed(BOB), id, amount, cash - 1)
			});
			assert_ok!(Tranches::take_offer(signed(BOB), id, amount, cash));
			assert_eq!(usd(ALICE) - before, cash, "{amount} at {price:?}");
		}
		let id = offer(deal, OfferTerms { price: FixedU128::from_inner(u128::MAX), ..asked(100) });
		// More than there is of the asset.
		refused(ArithmeticError::Underflow, || take(id, BOB, 100));
	});
}

#[test]
fn an_offer_is_filled_in_parts_of_the_least_size_and_the_rest() {
	build_and_execute(|| {
		let deal = active();
		let id = offer(deal, OfferTerms { minimum_fill: 400, ..asked(1_000) });
		refused(E::FillTooSmall, || take(id, KEEPER, 399));
		refused(E::FillTooLarge, || take(id, KEEPER, 1_001));
		refused(E::FillTooLarge, || take(id, KEEPER, Balance::MAX));
		refused(E::ZeroAmount, || take(id, KEEPER, 0));
		assert_ok!(take(id, KEEPER, 400));
		assert_ok!(take(id, BOB, 500));
		assert_eq!((left(id), held(deal, ALICE)), (Some(100), 100));
		refused(E::FillTooSmall, || take(id, BOB, 99));
		assert_ok!(take(id, CAROL, 100));
		assert_eq!((left(id), held(deal, ALICE)), (None, 0));
		assert_eq!((notes(deal, 0, KEEPER), notes(deal, 0, CAROL)), (400, 100));
	});
}

#[test]
fn a_payment_makes_an_offer_lapse_or_asks_for_less() {
	build_and_execute(|| {
		let deal = active();
		let lapsing = offer(deal, asked(700));
		let standing = offer(deal, OfferTerms { on_payment: OnPayment::Rescale, ..asked(700) });
		redeem(deal, 5_000_000_000);
		refused(E::OfferLapsed, || take(lapsing, BOB, 700));
		let before = usd(ALICE);
		assert_ok!(take(standing, BOB, 700));
		assert_eq!(usd(ALICE) - before, 200, "2/7 of the face is outstanding");
		// Anyone ends what has lapsed.
		assert_ok!(Tranches::cancel_offer(signed(STRANGER), lapsing));
		assert_eq!(held(deal, ALICE), 0);
		// A date that pays the class nothing makes nothing lapse.
		let id = offer(deal, asked(700));
		poll(ledgers(deal).next_date);
		assert_ok!(take(id, BOB, 700));
	});
}

#[test]
fn a_write_off_ends_every_offer() {
	build_and_execute(|| {
		let deal = active();
		let id = offer(deal, OfferTerms { on_payment: OnPayment::Rescale, ..asked(700) });
		let before = ledgers(deal).waterfall;
		Ledgers::<Test>::mutate(deal, |ledgers| {
			let class = &mut ledgers.as_mut().unwrap().waterfall.classes[0];
			(class.balance, class.written_off) = (class.balance - 10, 10);
		});
		refused(E::OfferLapsed, || take(id, BOB, 700));
		Ledgers::<Test>::mutate(deal, |ledgers| ledgers.as_mut().unwrap().waterfall = before);
		assert_ok!(take(id, BOB, 700));
	});
}

#[test]
fn between_a_date_and_its_run_nobody_buys_at_the_old_balance() {
	build_and_execute(|| {
		let deal = lent();
		let id = offer(deal, asked(1_000));
		at(FIRST);
		refused(E::PaymentPending, || take(id, BOB, 1_000));
		poll(FIRST);
		// In the block of the date, after its run: nothing was paid.
		assert_ok!(take(id, BOB, 1_000));
		Ledgers::<Test>::mutate(deal, |ledgers| ledgers.as_mut().unwrap().parked = true);
		let id = offer(deal, asked(1_000));
		refused(E::PaymentPending, || take(id, BOB, 1_000));
		Ledgers::<Test>::mutate(deal, |ledgers| ledgers.as_mut().unwrap().parked = false);
	});
}

#[test]
fn offers_that_make_no_sense_are_refused() {
	build_and_execute(|| {
		let deal = active();
		let put = put_on_offer;
		let fine = || asked(1_000);
		refused(E::UnknownDeal, || put(ALICE, 7, 0, fine()));
		refused(E::UnknownTranche, || put(ALICE, deal, 3, fine()));
		refused(E::ResidualLocked, || put(ORIGINATOR, deal, 2, fine()));
		refused(E::ZeroAmount, || put(ALICE, deal, 0, asked(0)));
		refused(E::ZeroAmount, || put(ALICE, deal, 0, OfferTerms { minimum_fill: 0, ..fine() }));
		refused(E::MinimumAboveAmount, || {
			put(ALICE, deal, 0, OfferTerms { minimum_fill: 1_001, ..fine() })
		});
		refused(E::ZeroPrice, || {
			put(ALICE, deal, 0, OfferTerms { price: FixedU128::default(), ..fine() })
		});
		refused(E::OfferExpired, || {
			put(ALICE, deal, 0, OfferTerms { expiry: OFFERING_END, ..fine() })
		});
		refused(E::SelfTransfer, || {
			put(ALICE, deal, 0, OfferTerms { taker: Some(ALICE), ..fine() })
		});
		refused(E::NothingHeld, || put(KEEPER, deal, 0, fine()));
		refused(E::InsufficientNotes, || put(ALICE, deal, 0, asked(4_000_000_001)));
		refused(E::InsufficientNotes, || put(ALICE, deal, 0, asked(Balance::MAX)));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, STRANGER, 5));
		refused(TokenError::FundsUnavailable, || put(STRANGER, deal, 0, asked(5)));
		let waiting = launched(later(terms()));
		refused(E::WrongState, || put(ALICE, waiting, 0, fine()));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, ALICE));
		refused(E::HolderFrozen, || put(ALICE, deal, 0, fine()));
	});
}

#[test]
fn offers_are_not_taken_by_those_who_must_not() {
	build_and_execute(|| {
		let deal = lent();
		let id = offer(deal, asked(1_000));
		refused(E::SelfTransfer, || take(id, ALICE, 1_000));
		refused(E::CannotHold, || take(id, Tranches::account(deal), 1_000));
		refused(E::UnknownOffer, || take(9, BOB, 1_000));
		let ours = offer(deal, OfferTerms { taker: Some(BOB), ..asked(1_000) });
		refused(E::NotTaker, || take(ours, KEEPER, 1_000));
		assert_ok!(take(ours, BOB, 1_000));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, BOB));
		refused(E::HolderFrozen, || take(id, BOB, 1_000));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, ALICE));
		refused(E::HolderFrozen, || take(id, KEEPER, 1_000));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		at(ledgers(deal).next_date - 1);
		let short = OfferTerms { expiry: ledgers(deal).next_date, ..asked(1_000) };
		let short = offer(deal, short);
		poll(ledgers(deal).next_date);
		refused(E::OfferExpired, || take(short, KEEPER, 1_000));
		assert_ok!(take(id, KEEPER, 1_000));
	});
}

#[test]
fn a_restricted_note_is_bought_by_the_allowed_only() {
	build_and_execute(|| {
		let deal = restricted();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		let id = offer(deal, asked(1_000));
		refused(E::NotEligible, || take(id, CAROL, 1_000));
		assert_ok!(Tranches::allow(signed(KEEPER), deal, CAROL, FIRST));
		assert_ok!(take(id, CAROL, 500));
		poll(FIRST);
		refused(E::NotEligible, || take(id, CAROL, 500));
	});
}

#[test]
fn neither_leg_moves_without_the_other() {
	build_and_execute(|| {
		let deal = active();
		let id = offer(deal, asked(1_000));
		// The buyer has none of the settlement asset, and plenty of another.
		let poor = 77;
		for asset in [NativeOrWithId::Native, POOR] {
			Cashes::transfer(asset, &KEEPER, &poor, 1_000_000, Preservation::Preserve).unwrap();
		}
		refused(TokenError::FundsUnavailable, || take(id, poor, 1_000));
		// Cash for all but one unit.
		Cashes::transfer(USD, &KEEPER, &poor, 999, Preservation::Preserve).unwrap();
		refused(TokenError::FundsUnavailable, || take(id, poor, 1_000));
		// The cash, and no deposit: the note leg fails after the cash leg.
		Cashes::transfer(USD, &KEEPER, &STRANGER, 5_000, Preservation::Preserve).unwrap();
		refused(TokenError::FundsUnavailable, || take(id, STRANGER, 1_000));
		// The asset is frozen, or the seller may not receive it.
		assert_ok!(Assets::freeze_asset(signed(KEEPER), 1));
		let frozen = || frame_support::storage::with_storage_layer(|| take(id, BOB, 1_000));
		let before = root();
		assert!(frozen().is_err());
		assert_eq!(root(), before);
		assert_ok!(Assets::thaw_asset(signed(KEEPER), 1));
		assert_ok!(Assets::block(signed(KEEPER), 1, ALICE));
		let before = root();
		assert!(frozen().is_err());
		assert_eq!(root(), before);
		assert_ok!(Assets::thaw(signed(KEEPER), 1, ALICE));
		assert_ok!(frozen());
	});
}

#[test]
fn what_is_on_hold_moves_by_its_offer_only() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		let id = offer(deal, asked(3_999_999_990));
		let send = |amount| Tranches::transfer(signed(ALICE), deal, 0, BOB, amount);
		refused(E::NotesHeld, || send(11));
		assert_eq!(Tranches::may_transfer(deal, 0, &ALICE, &BOB, 11), Err(E::NotesHeld.into()));
		refused(E::NotesHeld, || put_on_offer(ALICE, deal, 0, asked(11)));
		assert_ok!(Tranches::approve(signed(ALICE), deal, 0, KEEPER, 100));
		refused(E::NotesHeld, || Tranches::transfer_from(signed(KEEPER), deal, 0, ALICE, BOB, 11));
		assert_ok!(seize(deal, 0, 3_000_000, 3_000));
		refused(E::NotesHeld, || exchange(deal, 0, ALICE, 1, 11, 11).map(|_| ()));
		// The rest is free.
		assert_ok!(exchange(deal, 0, ALICE, 1, 4, 4));
		assert_ok!(send(6));
		refused(E::NotesHeld, || send(1));
		assert_ok!(Tranches::cancel_offer(signed(ALICE), id));
		assert_ok!(send(1));
	});
}

#[test]
fn an_offer_is_withdrawn_by_its_seller_and_by_anyone_once_it_is_over() {
	build_and_execute(|| {
		let deal = active();
		let deposit = Balances::reserved_balance(ALICE);
		let id = offer(deal, asked(1_000));
		refused(E::NotSeller, || Tranches::cancel_offer(signed(BOB), id));
		assert_ok!(Tranches::cancel_offer(signed(ALICE), id));
		refused(E::UnknownOffer, || Tranches::cancel_offer(signed(ALICE), id));
		refused(E::UnknownOffer, || take(id, BOB, 1_000));
		let id = offer(deal, OfferTerms { expiry: OFFERING_END + 1, ..asked(1_000) });
		assert_ok!(take(id, BOB, 400));
		at(OFFERING_END + 1);
		refused(E::OfferExpired, || take(id, BOB, 600));
		// Also while the seller is frozen: nothing moves by it.
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, ALICE));
		assert_ok!(Tranches::cancel_offer(signed(STRANGER), id));
		assert_eq!((held(deal, ALICE), Balances::reserved_balance(ALICE)), (0, deposit));
	});
}

#[test]
fn a_deal_that_closes_with_offers_open_burns_their_notes_once_they_are_ended() {
	build_and_execute(|| {
		let deal = active();
		let id = offer(deal, OfferTerms { on_payment: OnPayment::Rescale, ..asked(1_000) });
		let all = OfferTerms { on_payment: OnPayment::Rescale, ..asked(3_000_000_000) };
		let bobs = NextOffer::<Test>::get();
		assert_ok!(put_on_offer(BOB, deal, 0, all));
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		refused(E::WrongState, || take(id, KEEPER, 1_000));
		refused(E::WrongState, || put_on_offer(ALICE, deal, 0, asked(10)));
		// Alice is paid; what is on hold is not burned yet.
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 0, ALICE));
		assert_eq!(notes(deal, 0, ALICE), 1_000);
		refused(E::NotesHeld, || Tranches::claim(signed(STRANGER), deal, 0, ALICE));
		assert_ok!(Tranches::cancel_offer(signed(STRANGER), id));
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 0, ALICE));
		assert_eq!((notes(deal, 0, ALICE), Balances::reserved_balance(ALICE)), (0, 0));
		// Bob's are all on hold, and are paid all the same.
		let before = usd(BOB);
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 0, BOB));
		assert!(usd(BOB) > before);
		refused(E::NotesHeld, || Tranches::claim(signed(STRANGER), deal, 0, BOB));
		for (rank, who) in [(1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(Tranches::claim(signed(STRANGER), deal, rank, who));
		}
		refused(E::StillHeld, || Tranches::remove(signed(STRANGER), deal));
		assert_ok!(Tranches::cancel_offer(signed(STRANGER), bobs));
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 0, BOB));
		assert_ok!(Tranches::remove(signed(STRANGER), deal));
	});
}

#[test]
fn collecting_an_order_leaves_what_is_on_hold_on_hold() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, 4_000_000_000);
		order(deal, 0, BOB, 3_000_000_000);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, BOB));
		// Alice buys before she collects, and sells what she bought.
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, ALICE, 50));
		offer(deal, asked(50));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!((held(deal, ALICE), notes(deal, 0, ALICE)), (50, 4_000_000_050));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, KEEPER, 4_000_000_000));
		refused(E::NotesHeld, || Tranches::transfer(signed(ALICE), deal, 0, KEEPER, 1));
	});
}
