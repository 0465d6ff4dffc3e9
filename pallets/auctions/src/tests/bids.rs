//! Bids.

use strata_traits::Seizure;

use super::*;

#[test]
fn a_bid_needs_a_lot() {
	execute(|| {
		assert_noop!(Auctions::bid(signed(ALICE), 0, ANY, OUNCE), Error::UnknownLot);
		assert_noop!(Auctions::bid(RuntimeOrigin::root(), 0, ANY, OUNCE), DispatchError::BadOrigin);
		let id = open(solvent());
		assert_noop!(Auctions::bid(signed(ALICE), id + 1, ANY, OUNCE), Error::UnknownLot);
		buy(ALICE, id, 11 * OUNCE);
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, OUNCE), Error::UnknownLot);
	});
}

#[test]
fn a_zero_bid_wins_nothing() {
	execute(|| {
		let id = open(insolvent());
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, 0), Error::AmountZero);
		// A limit of nothing buys nothing, to the very last millisecond.
		let zero = Price::default();
		for elapsed in [0, HOUR / 2, HOUR / 2 - 1] {
			pass(elapsed);
			let refused = Error::PriceAboveLimit;
			assert_noop!(Auctions::bid(signed(ALICE), id, zero, 8 * OUNCE), refused);
			assert!(Auctions::quote(id, 8 * OUNCE).unwrap() >= 400 * DOLLAR);
		}
		// One smallest unit at the smallest price there is costs one smallest unit.
		let prices = strata_traits::MarketPrices { lower: zero, upper: zero };
		let id = open(Seizure { prices, units: 1, minimum_units: 1, ..insolvent() });
		assert_eq!(buy(ALICE, id, 1), 1);
	});
}

#[test]
fn a_limit_protects_the_bidder_to_the_last_digit() {
	execute(|| {
		let id = open(insolvent());
		pass(HOUR / 7);
		let price = lot(id).price(Now::get()).unwrap();
		let below = Price::from_inner(price.into_inner() - 1);
		let refused = Error::PriceAboveLimit;
		assert_noop!(Auctions::bid(signed(ALICE), id, below, OUNCE), refused);
		assert_ok!(Auctions::bid(signed(ALICE), id, price, OUNCE));
		// In a later block it is cheaper, never dearer.
		pass(1);
		assert_ok!(Auctions::bid(signed(ALICE), id, price, OUNCE));
	});
}

#[test]
fn a_partial_bid_buys_the_minimum_and_leaves_it() {
	execute(|| {
		let id = open(Seizure { minimum_units: 3 * OUNCE, ..solvent() });
		let bid = |amount| Auctions::bid(signed(ALICE), id, ANY, amount);
		assert_noop!(bid(3 * OUNCE - 1), Error::TooSmall);
		assert_noop!(bid(8 * OUNCE + 1), Error::LeavesTooLittle);
		assert_noop!(bid(11 * OUNCE - 1), Error::LeavesTooLittle);
		assert_noop!(bid(11 * OUNCE + 1), Error::MoreThanLeft);
		assert_noop!(bid(Balance::MAX), Error::MoreThanLeft);
		assert_ok!(bid(3 * OUNCE));
		assert_ok!(bid(5 * OUNCE));
		assert_noop!(bid(OUNCE), Error::TooSmall);
		assert_ok!(bid(3 * OUNCE));
		assert_eq!(Lots::<Test>::get(id), None);
	});
}

#[test]
fn less_than_the_minimum_in_all_is_sold_in_one() {
	execute(|| {
		let id = open(Seizure { minimum_units: 12 * OUNCE, ..solvent() });
		let bid = |amount| Auctions::bid(signed(ALICE), id, ANY, amount);
		assert_noop!(bid(11 * OUNCE - 1), Error::TooSmall);
		assert_ok!(bid(11 * OUNCE));
	});
}

#[test]
fn an_ended_lot_is_not_sold() {
	execute(|| {
		let id = open(solvent());
		pass(HOUR - 1);
		buy(ALICE, id, OUNCE);
		pass(1);
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, OUNCE), Error::LotEnded);
		assert_eq!(Auctions::quote(id, OUNCE), Err(Error::LotEnded.into()));
		assert_ok!(Auctions::restart(signed(BOB), id));
		buy(ALICE, id, OUNCE);
		to_exchange(id);
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, OUNCE), Error::NotForSale);
		assert_eq!(Auctions::quote(id, OUNCE), Err(Error::NotForSale.into()));
	});
}

#[test]
fn the_deal_does_not_bid() {
	execute(|| {
		let id = open(solvent());
		assert_noop!(Auctions::bid(signed(DEAL), id, ANY, OUNCE), Error::OwnLot);
	});
}

#[test]
fn who_cannot_pay_gets_nothing() {
	execute(|| {
		let id = open(solvent());
		let poor = 77;
		let without = sp_runtime::TokenError::FundsUnavailable;
		assert_noop!(Auctions::bid(signed(poor), id, ANY, OUNCE), without);
		let price = 120 * DOLLAR;
		assert_ok!(Assets::mint(signed(ISSUER), 1, poor, price - 1));
		assert!(Auctions::bid(signed(poor), id, ANY, OUNCE).is_err());
		assert_eq!((free(USD, poor), free(GOLD, poor)), (price - 1, 0));
		assert_eq!(ledger().received, 0);
		assert_eq!(lot(id).units, 11 * OUNCE);
	});
}

#[test]
fn what_cannot_be_delivered_is_not_paid_for() {
	execute(|| {
		let id = open(solvent());
		// The bidder is blocked; the keeper's account is frozen; the asset is.
		buy(ALICE, id, OUNCE);
		assert_ok!(Assets::block(signed(ISSUER), 2, ALICE));
		let blocked = sp_runtime::TokenError::Blocked;
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, OUNCE), blocked);
		assert_ok!(Assets::freeze(signed(ISSUER), 2, KEEPER));
		let frozen = sp_runtime::TokenError::Frozen;
		assert_noop!(Auctions::bid(signed(BOB), id, ANY, OUNCE), frozen);
		assert_ok!(Assets::thaw(signed(ISSUER), 2, KEEPER));
		assert_ok!(Assets::freeze_asset(signed(ISSUER), 2));
		assert!(Auctions::bid(signed(BOB), id, ANY, OUNCE).is_err());
		assert_eq!((free(USD, BOB), free(GOLD, BOB)), (ENDOWMENT, 0));
		assert_ok!(Assets::thaw_asset(signed(ISSUER), 2));
		// Or there is less of it than there should be: its issuer burnt it.
		assert_ok!(Assets::burn(signed(ISSUER), 2, KEEPER, 10 * OUNCE));
		assert!(Auctions::bid(signed(BOB), id, ANY, 10 * OUNCE).is_err());
		assert_eq!((free(USD, BOB), free(GOLD, BOB)), (ENDOWMENT, 0));
		assert_ok!(Assets::mint(signed(ISSUER), 2, KEEPER, 10 * OUNCE));
		assert_eq!(buy(BOB, id, 10 * OUNCE), 1_200 * DOLLAR);
	});
}

#[test]
fn a_failed_bid_leaves_the_deal_as_it_was() {
	execute(|| {
		let id = open(solvent());
		assert_ok!(Assets::freeze(signed(ISSUER), 2, KEEPER));
		let before = ledger();
		// `assert_noop!` compares the whole of storage: payment and ledger included.
		let frozen = sp_runtime::TokenError::Frozen;
		assert_noop!(Auctions::bid(signed(BOB), id, ANY, 11 * OUNCE), frozen);
		assert_eq!(ledger(), before);
	});
}

#[test]
fn proceeds_pay_principal_interest_penalty_and_then_surplus_over_the_whole_lot() {
	execute(|| {
		// 120 an ounce, 900 + 100 + 100, and 220 above.
		let id = open(solvent());
		let booked = || {
			let Ledger { repaid, interest, penalty, surplus, .. } = ledger();
			[repaid, interest, penalty, surplus].map(|amount| amount / DOLLAR)
		};
		assert_eq!(buy(ALICE, id, 7 * OUNCE), 840 * DOLLAR);
		assert_eq!(booked(), [840, 0, 0, 0]);
		assert_eq!(buy(BOB, id, OUNCE), 120 * DOLLAR);
		assert_eq!(booked(), [900, 60, 0, 0]);
		assert_eq!(buy(ALICE, id, OUNCE), 120 * DOLLAR);
		assert_eq!(booked(), [900, 100, 80, 0]);
		assert_eq!(buy(CAROL, id, 2 * OUNCE), 240 * DOLLAR);
		assert_eq!(booked(), [900, 100, 100, 220]);
		assert_eq!((ledger().lost, Auctions::on_sale(BOOK).owed), (0, 0));
		let last = events().into_iter().rev().take(2).collect::<Vec<_>>();
		let sold = Event::Sold {
			lot: id,
			buyer: CAROL,
			units: 2 * OUNCE,
			price: dollars(120.0),
			cost: 240 * DOLLAR,
			left: 0,
		};
		assert_eq!(last, [Event::LotClosed { lot: id, lost: 0 }, sold]);
		assert_eq!(OpenLots::<Test>::iter().count(), 0);
		// Its place in the agenda goes when its time comes.
		assert_eq!(Agenda::<Test>::iter().count(), 1);
		pass(HOUR);
		work();
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(events(), []);
	});
}

#[test]
fn what_an_insolvent_lot_does_not_bring_is_lost_when_it_closes() {
	execute(|| {
		let id = open(insolvent());
		pass(HOUR / 2);
		// 85 an ounce.
		assert_eq!(buy(ALICE, id, 4 * OUNCE), 340 * DOLLAR);
		assert_eq!((ledger().lost, Auctions::on_sale(BOOK).owed), (0, 660 * DOLLAR));
		assert_eq!(buy(ALICE, id, 4 * OUNCE), 340 * DOLLAR);
		assert_eq!((ledger().repaid, ledger().lost), (680 * DOLLAR, 220 * DOLLAR));
		assert_eq!(Auctions::on_sale(BOOK).owed, 0);
		assert_eq!(events().last(), Some(&Event::LotClosed { lot: id, lost: 220 * DOLLAR }));
	});
}

#[test]
fn what_is_sold_of_a_lot_no_longer_counts_as_in_auction() {
	execute(|| {
		let in_auction = || Auctions::on_sale(BOOK).owed / DOLLAR;
		let id = open(solvent());
		let other = open(insolvent());
		assert_eq!(in_auction(), 2_000);
		// 840 of principal; 60 of it and 60 of interest; 40 of interest, and penalty.
		for (ounces, left) in [(7, 1_160), (1, 1_040), (1, 1_000)] {
			buy(ALICE, id, ounces * OUNCE);
			assert_eq!(in_auction(), left);
		}
		// What brings nothing but penalty and surplus changes nothing, nor does the end of the lot.
		buy(ALICE, id, OUNCE);
		assert_eq!((lot(id).owed, in_auction()), (1_000 * DOLLAR, 1_000));
		buy(ALICE, id, OUNCE);
		assert_eq!((Lots::<Test>::get(id), in_auction()), (None, 1_000));
		// Notes pay principal: 2 ounces at 50.
		Notes::insert(BOB, 10_000 * DOLLAR);
		to_exchange(other);
		assert_ok!(Auctions::exchange(signed(BOB), other, 2 * OUNCE));
		assert_eq!(in_auction(), 900);
		// Nothing of what is left counts once the loss is charged.
		end_round(other);
		assert_eq!((lot(other).stage, in_auction()), (Stage::Recovery, 0));
	});
}

#[test]
fn a_loss_that_the_deal_refuses_undoes_the_bid() {
	execute(|| {
		let id = open(insolvent());
		pass(HOUR / 2);
		LossRefused::set(true);
		let refused = DispatchError::Other("not now");
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, 8 * OUNCE), refused);
	});
}

/// The owner's own lot: whatever he buys of it, whenever, in however many parts and rounds, he pays
/// for it at least what was owed for it. That holds for the rounds of the auction: in recovery the price
/// may fall to the floor factor times the market, for him as for everybody.
#[test]
fn buying_ones_own_lot_never_pays() {
	for parts in 1..=11u128 {
		for rounds in 0..=2u32 {
			for millis in [0, 1, HOUR / 3, HOUR - 1] {
				execute(|| {
					// After the seizure the market collapses.
					let id = open(solvent());
					set_market(1.0);
					for _ in 0..rounds {
						end_round(id);
					}
					pass(millis);
					let whole = 11 * OUNCE;
					let mut paid = 0;
					for part in 0..parts {
						let left = lot(id).units;
						let amount = if part + 1 == parts { left } else { whole / parts };
						let cost = buy(ALICE, id, amount);
						paid += cost;
						assert!(cost * whole >= 1_000 * DOLLAR * amount, "less than its share");
					}
					assert!(paid >= 1_000 * DOLLAR);
					assert_eq!(ledger().lost, 0);
				});
			}
		}
	}
}

#[test]
fn a_solvent_lot_sold_at_its_floor_pays_what_is_owed_and_at_most_a_unit_more() {
	execute(|| {
		let id = open(solvent());
		pass(HOUR - 1);
		set_market(1.0);
		// The start of another round is the floor.
		end_round(id);
		assert_eq!(lot(id).start, lot(id).floor);
		assert_eq!(buy(ALICE, id, 11 * OUNCE), 1_000 * DOLLAR + 1);
		let Ledger { repaid, interest, penalty, surplus, .. } = ledger();
		assert_eq!((repaid, interest), (900 * DOLLAR, 100 * DOLLAR));
		assert_eq!((penalty, surplus), (1, 0));
	});
}

#[test]
fn a_cost_that_does_not_fit_is_an_error() {
	execute(|| {
		let upper = Price::from_inner(u128::MAX / 2);
		let prices = strata_traits::MarketPrices { lower: upper, upper };
		let id = open(Seizure {
			units: Balance::MAX / 4,
			collateral_decimals: 0,
			settlement_decimals: 18,
			prices,
			book: BOOK + 5,
			..insolvent()
		});
		let refused = Error::DoesNotFit;
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, Balance::MAX / 8), refused);
		assert_eq!(Auctions::lot(id).unwrap().cost_of_all, None);
	});
}
