//! Books that follow the ratios of their collateral.

use frame_support::{assert_noop, assert_ok};
use strata_numbers::{Price, Ratio};
use strata_traits::{
	Books as BooksOfDeals, Exposure, Impact, ImpactUnknown, Ramp, Ratios, Reading,
};

use super::{
	walk::{crowd, liquidated, poll, run},
	*,
};
use crate::{types::BookTerms, Following, MAX_FOLLOWING};

fn ratios(liquidation: f64, initial: f64, target: f64) -> Ratios {
	Ratios { liquidation: ratio(liquidation), initial: ratio(initial), target: ratio(target) }
}

/// Those of the mock.
fn old() -> Ratios {
	Ratios::of(&parameters())
}

fn ramp(to: Ratios, millis: u64) -> Ramp {
	Ramp { from: old(), to, begins: Now::get(), ends: Now::get() + millis }
}

fn follower() -> BookId {
	let terms = BookTerms { follows: true, ..terms(GOLD, 0.0) };
	<Vaults as BooksOfDeals>::open(7, &USD, &terms).unwrap()
}

fn impact(to: Ratios) -> Result<Impact, ImpactUnknown> {
	<Vaults as Exposure>::impact(&GOLD, &to, u32::MAX)
}

fn follow(ramp: Ramp) {
	assert_ok!(<Vaults as Exposure>::follow(&GOLD, &ramp));
}

#[test]
fn only_books_that_say_so_follow() {
	ExtBuilder::default().build_and_execute(|| {
		let (pinned, id) = (open_book(GOLD, 0.0), follower());
		assert_eq!(Following::<Test>::get(GOLD).into_inner(), vec![id]);
		assert!(!Following::<Test>::contains_key(STRA));
		events();
		let ramp = ramp(ratios(1.6, 1.7, 1.8), DAY);
		follow(ramp);
		assert_eq!(events(), vec![Event::RatiosFollowed { book: id, ramp }]);
		let now = Now::get();
		assert_eq!((book(pinned).ramp, book(pinned).ratios(now + DAY)), (None, old()));
		let at = |millis| book(id).ratios(now + millis);
		assert_eq!((at(0), at(DAY), at(2 * DAY)), (old(), ramp.to, ramp.to));
		assert_eq!(at(DAY / 2), ratios(1.55, 1.65, 1.75));
		// What it was opened with stays what it was.
		assert_eq!(book(id).parameters, parameters());
		// Another asset is none of its business.
		assert_ok!(<Vaults as Exposure>::follow(&STRA, &ramp));
	});
}

#[test]
fn a_new_ramp_begins_where_the_book_is() {
	ExtBuilder::default().build_and_execute(|| {
		let id = follower();
		follow(ramp(ratios(1.6, 1.7, 1.8), DAY));
		pass(DAY / 2);
		// Whoever decides says where the asset is; the book knows where it is itself.
		follow(Ramp { from: ratios(9.0, 9.0, 9.0), ..ramp(old(), DAY) });
		let now = Now::get();
		assert_eq!(book(id).ratios(now), ratios(1.55, 1.65, 1.75));
		assert_eq!(book(id).ratios(now + DAY), old());
		// One that began before is not made up for, and one of no length is there at once.
		let late = Ramp { begins: now - DAY, ..ramp(ratios(1.5, 1.6, 1.8), DAY) };
		follow(late);
		assert_eq!(book(id).ratios(now), ratios(1.55, 1.65, 1.75));
		follow(ramp(ratios(1.5, 1.6, 1.7), 0));
		assert_eq!(book(id).ratios(now), old());
	});
}

#[test]
fn a_book_whose_parameters_do_not_go_along_stays_as_it_is() {
	ExtBuilder::default().build_and_execute(|| {
		let id = follower();
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		events();
		// 1 + b < m does not hold; i < m·g²; T < 1.03·m.
		for to in [ratios(1.05, 1.6, 1.7), ratios(1.6, 1.6, 1.7), ratios(1.6, 1.7, 1.64)] {
			follow(ramp(to, DAY));
			assert_eq!(events(), vec![Event::RatiosNotFollowed { book: id, to }]);
			assert_eq!(book(id).ramp, None);
			// Nothing becomes unsafe by what it does not follow.
			assert_eq!(impact(to), Ok(Impact::default()));
		}
		// An initial ratio above the bound of the haircut is no obstacle: it bounds the haircut itself.
		follow(ramp(ratios(1.5, 3.0, 1.7), 0));
		assert_eq!(Vaults::vault_state(vault).unwrap().initial_ratio, Some(ratio(3.0)));
	});
}

#[test]
fn a_rung_becomes_unsafe_on_the_way_and_is_found_by_the_walk() {
	ExtBuilder::default().build_and_execute(|| {
		let id = follower();
		// 1.6 times its debt; the threshold comes up from 1.5 to 1.7 within ten days.
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		follow(ramp(ratios(1.7, 1.8, 1.9), 10 * DAY));
		run(4 * DAY + DAY / 2);
		poll();
		assert_eq!(liquidated(), vec![]);
		let shown = Vaults::vault_state(vault).unwrap().liquidation_price.unwrap();
		assert_eq!(Vaults::ladder(id, None, 1)[0].liquidation_price, Some(shown));
		// m = 1.59: 0.1 % is one rung.
		assert!((99.3..99.5).contains(&shown.to_float()), "{shown}");
		assert_eq!(Vaults::shock(id, ratio(0.995)).unwrap().unsafe_rungs, 0);
		assert_eq!(Vaults::shock(id, ratio(0.993)).unwrap().unsafe_rungs, 1);
		run(DAY / 2 + DAY / 10);
		poll();
		assert_eq!(liquidated().len(), 1);
		// It goes to the target of this very moment: 1.7 + 0.2·0.51 = 1.802.
		let state = Vaults::vault_state(vault).unwrap();
		let reached = state.ratio.unwrap().to_float();
		assert!((1.8019..1.8021).contains(&reached), "{reached}");
		// And is safe for the rest of the way.
		run(10 * DAY);
		poll();
		assert_eq!(liquidated(), vec![]);
	});
}

#[test]
fn drawing_goes_by_the_ratio_of_the_moment() {
	ExtBuilder::default().build_and_execute(|| {
		let id = follower();
		follow(ramp(ratios(1.6, 2.0, 2.0), DAY));
		pass(DAY / 2);
		// 1.8 · 1000 USD are 18 ounces.
		assert_noop!(
			Vaults::open(signed(ALICE), id, 18 * OUNCE - 1, 1_000 * DOLLAR),
			Error::BelowInitialRatio
		);
		let vault = open_vault(ALICE, id, 18 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(Vaults::max_draw(vault), Some(0));
		assert_eq!(Vaults::max_withdraw(vault), Some(0));
		pass(DAY / 2);
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!(state.health, crate::types::Health::BelowInitialRatio);
		let other = open_book(GOLD, 0.0);
		open_vault(BOB, other, 16 * OUNCE, 1_000 * DOLLAR);
	});
}

#[test]
fn a_book_opened_on_the_way_goes_along_if_it_follows() {
	ExtBuilder::default().build_and_execute(|| {
		let way = ramp(ratios(1.6, 1.7, 1.8), DAY);
		relist(GOLD, |listing| {
			listing.parameters = way.to.put_into(listing.parameters);
			listing.ramp = Some(way);
		});
		pass(DAY / 2);
		let now = Now::get();
		let (pinned, id) = (open_book(GOLD, 0.0), follower());
		// What does not follow keeps the ratios of its opening.
		assert_eq!(book(pinned).ratios(now + DAY), ratios(1.55, 1.65, 1.75));
		assert_eq!(book(id).ratios(now), ratios(1.55, 1.65, 1.75));
		assert_eq!(book(id).ratios(now + DAY), way.to);
		pass(DAY);
		let later = follower();
		assert_eq!((book(later).ramp, book(later).ratios(now)), (None, way.to));
	});
}

#[test]
fn so_many_books_follow_an_asset_and_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		let books: Vec<_> = (0..MAX_FOLLOWING).map(|_| follower()).collect();
		let terms = BookTerms { follows: true, ..terms(GOLD, 0.0) };
		assert_noop!(<Vaults as BooksOfDeals>::check(&terms, &USD), Error::TooManyFollowing);
		assert_noop!(<Vaults as BooksOfDeals>::open(7, &USD, &terms), Error::TooManyFollowing);
		assert_eq!(<Vaults as Exposure>::most_followers(), MAX_FOLLOWING);
		open_book(GOLD, 0.0);
		// One that is closed makes room; the last one leaves nothing behind.
		assert_ok!(<Vaults as BooksOfDeals>::close(books[3]));
		let new = follower();
		assert_eq!(Following::<Test>::get(GOLD).len() as u32, MAX_FOLLOWING);
		for book in books.into_iter().filter(|book| *book != 3).chain([new]) {
			assert_ok!(<Vaults as BooksOfDeals>::close(book));
		}
		assert!(!Following::<Test>::contains_key(GOLD));
	});
}

#[test]
fn the_impact_is_the_debt_between_two_thresholds() {
	ExtBuilder::default().build_and_execute(|| {
		let id = follower();
		// From 160 % of the debt upwards by 0.3 % of it, on rungs of their own.
		crowd(id, 20);
		open_vault(BOB, open_book(GOLD, 0.0), 16 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(impact(old()), Ok(Impact::default()));
		assert_eq!(impact(ratios(1.4, 1.6, 1.7)), Ok(Impact::default()));
		// A target or an initial ratio makes nobody unsafe.
		assert_eq!(impact(ratios(1.5, 2.0, 2.0)), Ok(Impact::default()));
		let dollar = 10u128.pow(18);
		for (liquidation, rungs) in [(1.598, 0), (1.603, 1), (1.62, 5), (1.7, 20)] {
			let to = ratios(liquidation, 1.8, 1.9);
			let expected = Impact { debt: u128::from(rungs) * 1_000 * dollar, rungs };
			assert_eq!(impact(to), Ok(expected), "{liquidation}");
			// As many reads as it takes are enough, one less is not.
			let most = |rungs| <Vaults as Exposure>::impact(&GOLD, &to, rungs);
			assert_eq!(most(rungs), Ok(expected));
			if rungs > 0 {
				assert_eq!(most(rungs - 1), Err(ImpactUnknown::TooManyRungs));
			}
		}
		// Interest counts, rounded up; of all books.
		let other = follower();
		let vault = open_vault(CAROL, other, 17 * OUNCE, 1_000 * DOLLAR);
		Books::<Test>::mutate(other, |book| {
			let book = book.as_mut().unwrap();
			book.rate = strata_numbers::RateModel::Fixed(ratio(0.02));
			book.yearly_rate = ratio(0.02);
		});
		pass(YEAR);
		let both = impact(ratios(1.7, 1.8, 1.9)).unwrap();
		assert_eq!(both.rungs, 21);
		assert_eq!(both.debt, (20_000 * DOLLAR + owed(vault)) * 10u128.pow(12));
		// What is unsafe already does not count: at 99 USD the first three are.
		set_price(GOLD_FEED, 93.3);
		let fewer = impact(ratios(1.7, 1.8, 1.9)).unwrap();
		assert!(fewer.rungs < 21 && fewer.rungs > 0, "{fewer:?}");
		// At a price of which nobody knows what it is worth, nothing is known.
		let last = quote(Price::from_u32(100), Price::from_u32(100));
		for reading in [Reading::Stale(last), Reading::Frozen(last), Reading::Unknown] {
			set_reading(GOLD_FEED, reading);
			assert_eq!(impact(old()), Err(ImpactUnknown::NoPrice));
		}
		set_price(GOLD_FEED, 0);
		assert_eq!(impact(old()), Err(ImpactUnknown::NoPrice));
		// While a jump waits, at the price that liquidation goes by.
		let high = quote(Price::from_u32(1_000), Price::from_u32(1_000));
		set_reading(GOLD_FEED, Reading::Pending { confirmed: last, current: high });
		assert_eq!(impact(ratios(1.7, 1.8, 1.9)), Ok(Impact::default()));
	});
}

#[test]
fn books_without_debt_or_closed_out_anyway_feel_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (idle, winding) = (follower(), follower());
		open_vault(ALICE, idle, 16 * OUNCE, 0);
		open_vault(BOB, winding, 16 * OUNCE, 1_000 * DOLLAR);
		let to = ratios(1.7, 1.8, 1.9);
		assert_eq!(impact(to).unwrap().rungs, 1);
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(winding, Now::get() + DAY));
		assert_eq!(impact(to).unwrap().rungs, 1);
		pass(DAY);
		set_reading(GOLD_FEED, Reading::Unknown);
		assert_eq!(impact(to), Ok(Impact::default()));
	});
}

#[test]
fn after_maturity_the_impact_is_that_of_the_falling_threshold() {
	ExtBuilder::default().build_and_execute(|| {
		let id = follower();
		let (vault, now) = (open_vault(ALICE, id, 32 * OUNCE, 1_000 * DOLLAR), Now::get());
		assert_ok!(<Vaults as BooksOfDeals>::mature(id, now));
		// Half way the threshold is twice as high: 3.0, and with m = 1.7 it would be 3.4.
		pass(DAY / 2);
		let expected = Impact { debt: owed(vault) * 10u128.pow(12), rungs: 1 };
		assert_eq!(impact(ratios(1.7, 1.8, 1.9)), Ok(expected));
		assert_eq!(impact(ratios(1.55, 1.6, 1.7)), Ok(Impact::default()));
	});
}

#[test]
fn sums_that_do_not_fit_are_errors() {
	ExtBuilder::default().decimals(9, 0).build_and_execute(|| {
		let id = follower();
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000);
		let rung = vault_rung(vault);
		Rungs::<Test>::mutate(id, rung.key(), |entry| {
			entry.as_mut().unwrap().totals.debt = Balance::MAX / 2;
		});
		assert_eq!(impact(ratios(1.7, 1.8, 1.9)), Err(ImpactUnknown::Overflow));
		Rungs::<Test>::mutate(id, rung.key(), |entry| {
			entry.as_mut().unwrap().totals.debt = 1_000;
		});
	});
}

fn vault_rung(id: VaultId) -> Rung {
	vault(id).place.unwrap().rung
}

#[test]
fn ratios_of_no_book_are_of_no_consequence() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(impact(ratios(9.0, 9.1, 9.9)), Ok(Impact::default()));
		let to = Ratios { liquidation: Ratio::default(), ..old() };
		follow(ramp(to, 0));
		assert_eq!(events(), vec![]);
	});
}
