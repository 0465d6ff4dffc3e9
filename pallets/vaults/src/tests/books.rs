//! Opening, figures and closing of books.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::{One, Zero};
use strata_numbers::{Price, RateIndex};
use strata_traits::{Asset, Books as BooksOfDeals, Reading};

use super::*;
use crate::{types::BookTerms, NextBook};

type Deals = Vaults;

#[test]
fn opening_pins_parameters_and_converts_the_minimum_debt() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.05);
		let opened = book(id);
		assert_eq!(opened.parameters, parameters());
		assert_eq!(opened.minimum_debt, 100 * DOLLAR);
		assert_eq!((opened.collateral_decimals, opened.settlement_decimals), (9, 6));
		assert_eq!(opened.index, RateIndex::ONE);
		assert_eq!(opened.updated_at, Now::get());
		assert_eq!(System::providers(&Vaults::account_of(id)), 1);
		assert_eq!(
			events(),
			vec![Event::BookOpened {
				book: id,
				deal: 7,
				collateral: GOLD,
				settlement: USD,
				yearly_rate: ratio(0.05),
				debt_ceiling: Balance::MAX,
				minimum_debt: 100 * DOLLAR,
				follows: false,
			}]
		);
		// What governance changes later is for later books.
		relist(GOLD, |listing| listing.parameters.initial_ratio = ratio(3.0));
		assert_eq!(book(id).parameters, parameters());
		assert_eq!(book(open_book(GOLD, 0.05)).parameters.initial_ratio, ratio(3.0));
	});
}

#[test]
fn the_minimum_debt_is_rounded_up() {
	ExtBuilder::default().decimals(9, 0).build_and_execute(|| {
		relist(GOLD, |listing| {
			listing.parameters.minimum_debt = Price::from_inner(10u128.pow(18) + 1)
		});
		assert_eq!(book(open_book(GOLD, 0.05)).minimum_debt, 2);
	});
}

#[test]
fn terms_that_cannot_work_are_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let refused = |terms: BookTerms, settlement: Asset, error: Error| {
			assert_noop!(Deals::check(&terms, &settlement), error);
			let error = Deals::check(&terms, &settlement).unwrap_err();
			assert_noop!(<Deals as BooksOfDeals>::open(7, &settlement, &terms), error);
		};
		refused(terms(Asset::WithId(5), 0.05), USD, Error::CollateralNotListed);
		refused(terms(GOLD, 0.05), STRA, Error::SettlementNotListed);
		refused(terms(GOLD, 0.05), GOLD, Error::CollateralIsSettlement);
		refused(terms(GOLD, 0.51), USD, Error::RateOutsideCorridor);
		relist(STRA, |listing| listing.parameters.minimum_rate = ratio(0.01));
		refused(terms(STRA, 0.009), USD, Error::RateOutsideCorridor);
		assert_ok!(Deals::check(&terms(STRA, 0.01), &USD));
		assert_ok!(Deals::check(&terms(STRA, 0.5), &USD));

		let fuse = |draw_fuse| BookTerms { draw_fuse, ..terms(GOLD, 0.05) };
		refused(fuse(100 * DOLLAR - 1), USD, Error::FuseBelowMinimumDebt);
		assert_ok!(Deals::check(&fuse(100 * DOLLAR), &USD));
		let matures = |maturity| BookTerms { maturity, ..terms(GOLD, 0.05) };
		refused(matures(0), USD, Error::MaturityPassed);
		refused(matures(Now::get()), USD, Error::MaturityPassed);
		assert_ok!(Deals::check(&matures(Now::get() + 1), &USD));
		let hurry = BookTerms { close_out: 0, ..terms(GOLD, 0.05) };
		refused(hurry, USD, Error::NoCloseOut);
		let bonus = |inner| BookTerms {
			call_bonus: strata_numbers::Ratio::from_inner(inner),
			..terms(GOLD, 0.05)
		};
		let most = parameters().liquidation_bonus.into_inner();
		refused(bonus(most + 1), USD, Error::CallBonusTooHigh);
		assert_ok!(Deals::check(&bonus(most), &USD));
		// The pool's discount is 1 %: 1/0.99 is 1.010101010101010101 and a bit.
		refused(bonus(10_101_010_101_010_101), USD, Error::CallBonusTooLow);
		assert_ok!(Deals::check(&bonus(10_101_010_101_010_102), &USD));

		let small = |debt_ceiling| BookTerms { debt_ceiling, ..terms(GOLD, 0.05) };
		refused(small(100 * DOLLAR - 1), USD, Error::CeilingBelowMinimumDebt);
		assert_ok!(Deals::check(&small(100 * DOLLAR), &USD));

		relist(GOLD, |listing| listing.decimals = 19);
		refused(terms(GOLD, 0.05), USD, Error::TooManyDecimals);
		relist(GOLD, |listing| {
			listing.decimals = 18;
			listing.paused = true;
		});
		refused(terms(GOLD, 0.05), USD, Error::Paused);
		assert_eq!(NextBook::<Test>::get(), 0);
	});
}

#[test]
fn the_last_id_is_not_used_twice() {
	ExtBuilder::default().build_and_execute(|| {
		NextBook::<Test>::put(u32::MAX);
		assert_noop!(
			<Deals as BooksOfDeals>::open(7, &USD, &terms(GOLD, 0.05)),
			sp_runtime::ArithmeticError::Overflow
		);
	});
}

#[test]
fn figures_count_principal_interest_and_value() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Deals::figures(0), None);
		let id = open_book(GOLD, 0.1);
		assert_eq!(
			Deals::figures(id),
			Some(Default::default()).map(|f: strata_traits::BookFigures| {
				strata_traits::BookFigures { value: Some(0), ..f }
			})
		);
		open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		open_vault(BOB, id, 20 * OUNCE, 300 * DOLLAR);
		let figures = Deals::figures(id).unwrap();
		assert_eq!(figures.performing_principal, 500 * DOLLAR);
		assert_eq!((figures.past_due, figures.interest_due), (0, 0));
		assert_eq!(figures.value, Some(3_000 * DOLLAR));

		// Without touching the book: 500·(1 + 0.1/31 536 000)^31 536 000 = 552.585458 (e^0.1, less
		// a hair), rounded down.
		pass(YEAR);
		assert_eq!(Deals::figures(id).unwrap().interest_due, 52_585_458);
		assert_eq!(book(id).index, RateIndex::ONE);

		// At the lower price of gold and the upper price of the dollar, but not below par.
		set_reading(GOLD_FEED, Reading::Degraded(quote(Price::from_u32(50), Price::from_u32(90))));
		set_reading(USD_FEED, Reading::Fresh(quote(ratio(0.99), ratio(1.25))));
		assert_eq!(Deals::figures(id).unwrap().value, Some(1_200 * DOLLAR));
		set_price(USD_FEED, 0.5);
		assert_eq!(Deals::figures(id).unwrap().value, Some(1_500 * DOLLAR));
		set_reading(USD_FEED, Reading::Stale(quote(Price::one(), Price::one())));
		assert_eq!(Deals::figures(id).unwrap().value, None);
		set_price(USD_FEED, 1);
		// While a jump waits, at the worse of both prices; in auction too.
		let at = |usd| quote(Price::from_u32(usd), Price::from_u32(usd + 1));
		let half = Price::from_rational(1, 2);
		for (confirmed, current) in [(at(40), at(90)), (at(90), at(40))] {
			set_reading(GOLD_FEED, Reading::Pending { confirmed, current });
			assert_eq!(Deals::figures(id).unwrap().value, Some(1_200 * DOLLAR));
			assert_eq!(Deals::carrying(id, OUNCE), Some(28 * DOLLAR));
			let dollar = quote(half, Price::from_u32(2));
			let par = quote(Price::one(), Price::one());
			set_reading(USD_FEED, Reading::Pending { confirmed: par, current: dollar });
			assert_eq!(Deals::figures(id).unwrap().value, Some(600 * DOLLAR));
			set_price(USD_FEED, 1);
		}
		set_reading(GOLD_FEED, Reading::Unknown);
		assert_eq!(Deals::figures(id).unwrap().value, None);
		set_price(GOLD_FEED, 0);
		assert!(Deals::figures(id).unwrap().value.unwrap().is_zero());
	});
}

#[test]
fn a_rate_of_zero_never_grows() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		pass(100 * YEAR);
		assert_eq!(owed(vault), 200 * DOLLAR);
		assert_eq!(Deals::figures(id).unwrap().interest_due, 0);
	});
}

#[test]
fn an_index_that_does_not_fit_is_an_error_and_deposits_still_work() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.5);
		let vault = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		pass(60 * YEAR); // e^30 does not fit
		assert_eq!(Deals::figures(id), None);
		assert_noop!(
			Vaults::repay(signed(ALICE), vault, DOLLAR),
			sp_runtime::ArithmeticError::Overflow
		);
		assert_ok!(Vaults::deposit(signed(ALICE), vault, OUNCE));
	});
}

#[test]
fn interest_accrues_by_whole_seconds_and_keeps_the_rest() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.5);
		let vault = open_vault(ALICE, id, 10_000 * OUNCE, 100_000 * DOLLAR);
		let start = book(id).updated_at;
		let touch = || {
			assert_ok!(Vaults::draw(signed(ALICE), vault, 1));
		};
		pass(999);
		touch();
		assert_eq!((book(id).index, book(id).updated_at), (RateIndex::ONE, start));
		pass(999);
		touch();
		let second = RateIndex::ONE.grown_ceil(ratio(0.5), 1).unwrap();
		assert_eq!((book(id).index, book(id).updated_at), (second, start + 1_000));
		pass(2);
		touch();
		let two = second.grown_ceil(ratio(0.5), 1).unwrap();
		assert_eq!((book(id).index, book(id).updated_at), (two, start + 2_000));
		// The clock never runs backwards; if it did, nothing would be accrued or lost.
		Now::set(start);
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), sp_runtime::ArithmeticError::Overflow);
	});
}

#[test]
fn a_book_with_debt_does_not_close() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(<Deals as BooksOfDeals>::close(0), Error::UnknownBook);
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		assert_noop!(<Deals as BooksOfDeals>::close(id), Error::DebtOutstanding);
		assert_ok!(Vaults::repay(signed(ALICE), vault, Balance::MAX));
		assert_ok!(<Deals as BooksOfDeals>::close(id));
	});
}

#[test]
fn an_unused_book_goes_when_it_closes() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		events();
		assert_ok!(<Deals as BooksOfDeals>::close(id));
		assert_eq!(Books::<Test>::get(id), None);
		assert_eq!(System::providers(&Vaults::account_of(id)), 0);
		assert_eq!(
			events(),
			vec![Event::BookClosed { book: id, vaults: 0 }, Event::BookRemoved { book: id }]
		);
		assert_noop!(<Deals as BooksOfDeals>::close(id), Error::UnknownBook);
	});
}

#[test]
fn in_a_closed_book_collateral_stays_its_owners() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let alices = open_vault(ALICE, id, 10 * OUNCE, 0);
		let bobs = open_vault(BOB, id, 5 * OUNCE, 0);
		assert_ok!(<Deals as BooksOfDeals>::close(id));
		assert_noop!(<Deals as BooksOfDeals>::close(id), Error::BookClosed);
		assert_noop!(Vaults::open(signed(CAROL), id, 5 * OUNCE, 0), Error::BookClosed);
		assert_noop!(Vaults::draw(signed(ALICE), alices, 100 * DOLLAR), Error::BookClosed);

		assert_ok!(Vaults::deposit(signed(CAROL), bobs, OUNCE));
		assert_ok!(Vaults::withdraw(signed(BOB), bobs, 6 * OUNCE));
		assert_eq!(book(id).vaults, 1);
		events();
		assert_ok!(Vaults::close(signed(ALICE), alices));
		assert_eq!(Books::<Test>::get(id), None);
		assert_eq!(System::providers(&Vaults::account_of(id)), 0);
		assert_eq!(
			events(),
			vec![
				Event::Withdrawn { vault: alices, to: ALICE, amount: 10 * OUNCE, collateral: 0 },
				Event::VaultRemoved { vault: alices, owner: ALICE },
				Event::BookRemoved { book: id },
			]
		);
	});
}

#[test]
fn an_asset_stays_relied_on_until_its_last_book_is_gone() {
	use frame_support::traits::Contains;
	let relied_on = |asset: Asset| <Vaults as Contains<Asset>>::contains(&asset);
	ExtBuilder::default().build_and_execute(|| {
		assert!(!relied_on(GOLD) && !relied_on(USD));
		let (first, second) = (open_book(GOLD, 0.1), open_book(GOLD, 0.1));
		assert!(relied_on(GOLD) && relied_on(USD) && !relied_on(STRA));
		let vault = open_vault(ALICE, first, OUNCE, 0);
		assert_ok!(<Deals as BooksOfDeals>::close(second));
		assert_ok!(<Deals as BooksOfDeals>::close(first));
		// Closed, but collateral is still there.
		assert!(relied_on(GOLD) && relied_on(USD));
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert!(!relied_on(GOLD) && !relied_on(USD));
	});
}

#[test]
fn a_book_should_last_only_as_long_as_its_index_fits() {
	let lasts = |rate, millis| <Deals as BooksOfDeals>::lasts(&terms(GOLD, rate), millis);
	assert!(lasts(0.0, u64::MAX));
	// 128 bits hold e^26.55 with 27 decimals.
	assert!(lasts(10.0, YEAR * 265 / 100));
	assert!(!lasts(10.0, YEAR * 266 / 100));
	assert!(lasts(0.1, 265 * YEAR));
	assert!(!lasts(0.1, 266 * YEAR));
	assert!(!lasts(10.0, u64::MAX));
}

#[test]
fn all_is_closed_out_after_the_longest_auction() {
	ExtBuilder::default().build_and_execute(|| {
		let terms = BookTerms { maturity: 1_000, close_out: 200, ..terms(GOLD, 0.1) };
		// An hour each, three times.
		assert_eq!(Deals::closed_out_by(&terms), Some(1_200 + 3 * 3_600_000));
		let late = BookTerms { maturity: u64::MAX - 1_000, ..terms.clone() };
		assert_eq!(Deals::closed_out_by(&late), None);
		let unlisted = BookTerms { collateral: Asset::WithId(9), ..terms };
		assert_eq!(Deals::closed_out_by(&unlisted), None);
	});
}

#[test]
fn a_book_matures_earlier_but_not_later() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Deals::mature(0, 1), Error::UnknownBook);
		let id = open_book(GOLD, 0.1);
		let agreed = book(id).maturity;
		events();
		assert_ok!(Deals::mature(id, agreed + 1));
		assert_ok!(Deals::mature(id, agreed));
		assert_eq!((book(id).maturity, events()), (agreed, vec![]));
		assert_ok!(Deals::mature(id, agreed - 1));
		assert_eq!(book(id).maturity, agreed - 1);
		assert_eq!(events(), vec![Event::MaturityMoved { book: id, maturity: agreed - 1 }]);
	});
}

#[test]
fn winding_down_starts_once_with_the_last_prices() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Deals::wind_down(0, 1), Error::UnknownBook);
		let (id, other) = (open_book(GOLD, 0.1), open_book(STRA, 0.1));
		events();
		// The sides that favour the owners: gold high, the dollar low and never above par.
		let price = Price::from_u32;
		set_reading(GOLD_FEED, Reading::Stale(quote(price(90), price(95))));
		set_reading(USD_FEED, Reading::Fresh(quote(ratio(0.99), ratio(1.01))));
		let until = Now::get() + DAY;
		assert_ok!(Deals::wind_down(id, until));
		let winding = book(id).wind_down.unwrap();
		assert_eq!((winding.until, winding.summed_to, winding.weight), (until, Now::get(), 0));
		assert_eq!(winding.last, Some((price(95), ratio(0.99))));
		assert_eq!(events(), vec![Event::WindingDown { book: id, until }]);
		assert_noop!(Deals::wind_down(id, until + 1), Error::WindingDown);

		set_price(USD_FEED, 1.5);
		set_reading(STRA_FEED, Reading::Unknown);
		assert_ok!(Deals::wind_down(other, until));
		assert_eq!(book(other).wind_down.unwrap().last, None);
	});
}

#[test]
fn a_call_asks_for_no_more_than_the_interest_owed() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Deals::call(0, 1), Error::UnknownBook);
		let id = open_book(GOLD, 0.1);
		open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		events();
		assert_eq!(Deals::call(id, 5), Ok(0));
		assert_eq!((book(id).call, events()), (None, vec![]));
		pass(YEAR);
		let due = Now::get() + DAY;
		assert_eq!(Deals::call(id, 5 * DOLLAR), Ok(5 * DOLLAR));
		let called = |amount, due| crate::types::LiquidityCall { amount, due, at: None };
		assert_eq!(book(id).call, Some(called(5 * DOLLAR, due)));
		assert_eq!(events(), vec![Event::Called { book: id, amount: 5 * DOLLAR, due }]);
		// Another one takes its place. Borrowers had notice: it does not begin anew.
		pass(1);
		let owed = Deals::figures(id).unwrap().interest_due;
		assert_eq!(Deals::call(id, Balance::MAX), Ok(owed));
		assert_eq!(book(id).call, Some(called(owed, due)));
		events();
		assert_eq!(Deals::call(id, 0), Ok(0));
		assert_eq!(book(id).call, None);
		assert_eq!(events(), vec![Event::Called { book: id, amount: 0, due }]);
	});
}

#[test]
fn a_book_is_unsound_when_impaired_or_without_price_for_too_long() {
	ExtBuilder::default().build_and_execute(|| {
		assert!(!Deals::is_unsound(0));
		let id = open_book(GOLD, 0.1);
		assert!(!Deals::is_unsound(id));
		let limit = UnpricedLimit::get();
		for feed in [GOLD_FEED, USD_FEED] {
			let last = strata_traits::Quote {
				valid_until: Now::get(),
				..quote(Price::from_u32(1), Price::from_u32(1))
			};
			set_reading(feed, Reading::Stale(last));
			pass(limit);
			assert!(!Deals::is_unsound(id));
			// One that a ruling froze is borne for as long.
			set_reading(feed, Reading::Frozen(last));
			assert!(!Deals::is_unsound(id));
			pass(1);
			assert!(Deals::is_unsound(id));
			set_reading(feed, Reading::Stale(last));
			assert!(Deals::is_unsound(id));
			set_reading(feed, Reading::Degraded(last));
			assert!(!Deals::is_unsound(id));
			// While a jump waits a quorum reports.
			set_reading(feed, Reading::Pending { confirmed: last, current: last });
			assert!(!Deals::is_unsound(id));
			set_reading(feed, Reading::Degraded(last));
		}
		// Unknown is unbearable once anything is owed.
		set_price(GOLD_FEED, 100);
		let vault = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		set_reading(GOLD_FEED, Reading::Unknown);
		assert!(Deals::is_unsound(id));
		assert_ok!(Vaults::repay(signed(ALICE), vault, Balance::MAX));
		assert!(!Deals::is_unsound(id));
		Books::<Test>::mutate(id, |book| book.as_mut().unwrap().impaired = true);
		assert!(Deals::is_unsound(id));
	});
}

#[test]
fn collateral_that_waits_counts_at_its_floor_rounded_once() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Deals::carrying(0, 1), None);
		let id = open_book(GOLD, 0.1);
		// An ounce at 100 USD and a floor of 70 %.
		assert_eq!(Deals::carrying(id, OUNCE), Some(70 * DOLLAR));
		assert_eq!(Deals::carrying(id, 0), Some(0));
		// 70·10^6/10^9 of a unit: 15 of them make one.
		assert_eq!(Deals::carrying(id, 14), Some(0));
		assert_eq!(Deals::carrying(id, 15), Some(1));
		let price = Price::from_u32;
		set_reading(GOLD_FEED, Reading::Fresh(quote(price(50), price(100))));
		set_reading(USD_FEED, Reading::Fresh(quote(ratio(0.99), ratio(1.25))));
		assert_eq!(Deals::carrying(id, OUNCE), Some(28 * DOLLAR));
		set_reading(USD_FEED, Reading::Stale(quote(price(1), price(1))));
		assert_eq!(Deals::carrying(id, OUNCE), None);
		set_price(USD_FEED, 0.5);
		assert_eq!(Deals::carrying(id, OUNCE), Some(35 * DOLLAR));
		let highest = strata_traits::Quote {
			lower: Price::from_inner(u128::MAX),
			..quote(price(1), price(1))
		};
		set_reading(GOLD_FEED, Reading::Fresh(highest));
		assert_eq!(Deals::carrying(id, Balance::MAX), None);
	});
}

#[test]
fn a_book_with_open_lots_does_not_close() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		merge_riskiest(id, 400, 0);
		assert_noop!(<Deals as BooksOfDeals>::close(id), Error::LotsOpen);
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_noop!(<Deals as BooksOfDeals>::close(id), Error::LotsOpen);
		close_lots(id);
		assert_ok!(<Deals as BooksOfDeals>::close(id));
		assert_eq!(Books::<Test>::get(id), None);
	});
}
