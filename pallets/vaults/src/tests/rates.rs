//! Rates that rise with what is lent.

use frame_support::{assert_noop, assert_ok};
use strata_numbers::{RateIndex, RateModel, Ratio};
use strata_traits::Books as BooksOfDeals;

use super::{
	walk::{liquidated, poll, run},
	*,
};
use crate::types::BookTerms;

/// 2 % while nothing is lent, 6 % at 80 % of 10,000 USD, 46 % at all of it.
fn bent() -> RateModel {
	RateModel::Utilisation {
		base: ratio(0.02),
		kink: ratio(0.8),
		slope1: ratio(0.04),
		slope2: ratio(0.4),
	}
}

fn bent_terms() -> BookTerms {
	BookTerms { rate: bent(), debt_ceiling: 10_000 * DOLLAR, ..terms(GOLD, 0.0) }
}

fn lends() -> BookId {
	<Vaults as BooksOfDeals>::open(7, &USD, &bent_terms()).unwrap()
}

fn rate(id: BookId) -> Ratio {
	book(id).yearly_rate
}

/// Rates that were announced since the last time.
fn announced() -> Vec<Ratio> {
	let rates = events().into_iter().filter_map(|event| match event {
		Event::RateChanged { yearly_rate, .. } => Some(yearly_rate),
		_ => None,
	});
	rates.collect()
}

#[test]
fn models_outside_the_corridor_are_refused() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| {
			listing.parameters.minimum_rate = ratio(0.02);
			listing.parameters.maximum_rate = ratio(0.46);
		});
		let check = |rate| Vaults::check(&BookTerms { rate, ..bent_terms() }, &USD);
		let with = |base: f64, kink: f64, slope2: f64| RateModel::Utilisation {
			base: ratio(base),
			kink: ratio(kink),
			slope1: ratio(0.04),
			slope2: ratio(slope2),
		};
		assert_ok!(check(bent()));
		assert_noop!(check(with(0.019, 0.8, 0.4)), Error::RateOutsideCorridor);
		assert_noop!(check(with(0.02, 0.8, 0.401)), Error::RateOutsideCorridor);
		for kink in [0.0, 1.0, 1.5] {
			assert_noop!(check(with(0.02, kink, 0.4)), Error::RateModelInvalid);
		}
		let huge = RateModel::Utilisation {
			base: ratio(0.02),
			kink: ratio(0.8),
			slope1: Ratio::from_inner(u128::MAX),
			slope2: Ratio::from_inner(1),
		};
		assert_noop!(check(huge), Error::RateModelInvalid);
		assert_noop!(check(RateModel::Fixed(ratio(0.47))), Error::RateOutsideCorridor);
	});
}

#[test]
fn what_must_stay_countable_is_counted_at_the_highest_rate() {
	let lasts =
		|rate, millis| <Vaults as BooksOfDeals>::lasts(&BookTerms { rate, ..bent_terms() }, millis);
	let fixed = |rate: f64| RateModel::Fixed(ratio(rate));
	// e^(0.46·t) leaves 3.4·10^11 after some 57 years.
	let years = (50..70).find(|years| !lasts(fixed(0.46), years * YEAR)).unwrap();
	assert!(lasts(bent(), (years - 1) * YEAR) && !lasts(bent(), years * YEAR));
	assert!(lasts(fixed(0.02), years * YEAR));
}

#[test]
fn every_change_of_principal_changes_the_rate() {
	ExtBuilder::default().build_and_execute(|| {
		let id = lends();
		assert_eq!((rate(id), announced()), (ratio(0.02), vec![]));
		let vault = open_vault(ALICE, id, 200 * OUNCE, 4_000 * DOLLAR);
		assert_eq!((rate(id), announced()), (ratio(0.04), vec![ratio(0.04)]));
		assert_ok!(Vaults::draw(signed(ALICE), vault, 4_000 * DOLLAR));
		assert_eq!((rate(id), announced()), (ratio(0.06), vec![ratio(0.06)]));
		// Collateral alone does not.
		assert_ok!(Vaults::deposit(signed(ALICE), vault, OUNCE));
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		assert_eq!((rate(id), announced()), (ratio(0.06), vec![]));
		let other = open_vault(BOB, id, 200 * OUNCE, 2_000 * DOLLAR);
		assert_eq!(rate(id), ratio(0.46));
		assert_ok!(Vaults::repay(signed(ALICE), vault, 6_000 * DOLLAR));
		assert_eq!(rate(id), ratio(0.04));
		// One act, one change, whatever it does on the way.
		announced();
		let wish = crate::types::Adjustment {
			repay: 1_000 * DOLLAR,
			draw: 5_000 * DOLLAR,
			..Default::default()
		};
		assert_ok!(Vaults::adjust(signed(BOB), other, wish));
		assert_eq!(announced(), vec![ratio(0.06)]);
		assert_ok!(Vaults::close(signed(BOB), other));
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(rate(id), ratio(0.02));
		assert_eq!(Vaults::book_state(id).unwrap().book.yearly_rate, ratio(0.02));
	});
}

#[test]
fn interest_up_to_a_change_accrues_at_the_old_rate() {
	ExtBuilder::default().build_and_execute(|| {
		let id = lends();
		let vault = open_vault(ALICE, id, 400 * OUNCE, 4_000 * DOLLAR);
		pass(YEAR);
		let grown = RateIndex::ONE.grown_ceil(ratio(0.04), YEAR / 1_000).unwrap();
		assert_ok!(Vaults::draw(signed(ALICE), vault, 4_000 * DOLLAR));
		assert_eq!((book(id).index, rate(id)), (grown, ratio(0.06)));
		pass(YEAR);
		let grown = grown.grown_ceil(ratio(0.06), YEAR / 1_000).unwrap();
		assert_ok!(Vaults::repay(signed(ALICE), vault, Balance::MAX));
		assert_eq!((book(id).index, rate(id)), (grown, ratio(0.02)));
	});
}

#[test]
fn what_is_left_of_a_second_accrues_at_the_new_rate() {
	ExtBuilder::default().build_and_execute(|| {
		let id = lends();
		let start = Now::get();
		let vault = open_vault(ALICE, id, 400 * OUNCE, 4_000 * DOLLAR);
		pass(1_999);
		assert_ok!(Vaults::draw(signed(ALICE), vault, 4_000 * DOLLAR));
		let first = RateIndex::ONE.grown_ceil(ratio(0.04), 1).unwrap();
		assert_eq!((book(id).index, book(id).updated_at), (first, start + 1_000));
		pass(1);
		let (index, until) = book(id).accrued(Now::get()).unwrap();
		assert_eq!(until, start + 2_000);
		assert_eq!(index, first.grown_ceil(ratio(0.06), 1).unwrap());
	});
}

#[test]
fn a_liquidation_lowers_the_rate() {
	ExtBuilder::default().build_and_execute(|| {
		let id = lends();
		open_vault(ALICE, id, 64 * OUNCE, 4_000 * DOLLAR);
		run(YEAR);
		let before = rate(id);
		set_price(GOLD_FEED, 90);
		announced();
		poll();
		assert_eq!(liquidated().len(), 1);
		let lent = book(id).totals.principal;
		assert!(lent < 4_000 * DOLLAR);
		let expected = bent().rate_ceil(lent, 10_000 * DOLLAR).unwrap();
		assert!(expected < before);
		assert_eq!(rate(id), expected);
		// R is right at that moment, at the old rate up to then.
		let grown = RateIndex::ONE.grown_ceil(ratio(0.04), YEAR / 1_000).unwrap();
		assert_eq!(book(id).index, grown);
	});
}

#[test]
fn principal_that_rounding_leaves_to_nobody_counts_too() {
	ExtBuilder::default().build_and_execute(|| {
		let id = lends();
		let vaults = [
			open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR + 1),
			open_vault(BOB, id, 20 * OUNCE, 1_000 * DOLLAR + 1),
			open_vault(CAROL, id, 20 * OUNCE, 1_000 * DOLLAR + 1),
		];
		merge_riskiest(id, 334, 334);
		Books::<Test>::mutate(id, |book| {
			assert!(book.as_mut().unwrap().reprice(Now::get()).unwrap());
		});
		let mut left = 0;
		for vault in vaults {
			pass(DAY);
			let before = book(id).totals.principal;
			// The first two take their parts along, rounded; the last one leaves what is nobody's.
			assert_ok!(Vaults::settle(signed(DAVE), vault, 1));
			left += before - book(id).totals.principal;
			assert_eq!(
				rate(id),
				bent().rate_ceil(book(id).totals.principal, 10_000 * DOLLAR).unwrap()
			);
		}
		assert!(left > 0 && WrittenOff::get(id) == left, "{left}");
	});
}

#[test]
fn full_and_empty_are_the_ends() {
	ExtBuilder::default().build_and_execute(|| {
		let id = lends();
		let vault = open_vault(ALICE, id, 1_000 * OUNCE, 10_000 * DOLLAR);
		assert_eq!(rate(id), bent().most().unwrap());
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::AboveBookCeiling);
		// Interest is no principal.
		pass(YEAR);
		assert_ok!(Vaults::repay(signed(ALICE), vault, 1));
		assert_eq!(rate(id), bent().most().unwrap());
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(rate(id), bent().least());
	});
}
