//! A ceiling that follows what is drawn.

use frame_support::{assert_noop, assert_ok, assert_storage_noop};
use sp_runtime::DispatchResult;
use strata_numbers::Price;
use strata_traits::{AutomaticCeiling, DrawRefused, Listing, ParameterSet};

use super::set;
use crate::{mock::*, Collateral, Error, Event};

const USD: u128 = 1_000_000_000_000_000_000;

/// A gap of 100,000 and a day between rises, below a ceiling of a million.
fn following() -> ParameterSet {
	ParameterSet { ceiling_gap: Price::from_u32(100_000), ..parameters() }
}

fn execute_following(test: impl FnOnce()) {
	execute_on(ext_with(vec![(OIL, OIL_FEED, following())], vec![]), test)
}

fn draw(usd: u128) -> Result<(), DrawRefused> {
	<Risk as Listing>::draw(&OIL, usd * USD, Now::get())
}

fn adjust() -> DispatchResult {
	Risk::adjust_ceiling(RuntimeOrigin::signed(ANYONE), OIL)
}

fn ceiling() -> Option<AutomaticCeiling> {
	Collateral::<Test>::get(OIL).unwrap().ceiling
}

fn line(usd: u32, raised_at: u64) -> Option<AutomaticCeiling> {
	Some(AutomaticCeiling { line: Price::from_u32(usd), raised_at })
}

#[test]
fn draws_reach_the_line_and_wait_for_the_next() {
	execute_following(|| {
		assert_eq!(ceiling(), line(100_000, START));
		let above = Err(DrawRefused::AboveCeiling);
		assert_storage_noop!(assert_eq!(draw(100_001), above));
		assert_ok!(draw(100_000));
		assert_storage_noop!(assert_eq!(draw(1), above));
		pass(DAY - 1);
		assert_storage_noop!(assert_eq!(draw(1), above));
		assert_noop!(adjust(), Error::<Test>::NothingChanges);
		// A draw brings it up itself.
		pass(1);
		assert_ok!(draw(100_000));
		assert_eq!(ceiling(), line(200_000, START + DAY));
		assert_storage_noop!(assert_eq!(draw(1), above));
	});
}

#[test]
fn anyone_brings_it_up_to_date() {
	execute_following(|| {
		assert_ok!(draw(60_000));
		pass(DAY);
		assert_noop!(
			Risk::adjust_ceiling(RuntimeOrigin::none(), OIL),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_ok!(adjust());
		System::assert_last_event(
			Event::CeilingAdjusted { asset: OIL, line: Price::from_u32(160_000) }.into(),
		);
		assert_noop!(adjust(), Error::<Test>::NothingChanges);
		// It falls at once, with what is repaid.
		assert_ok!(<Risk as Listing>::repaid(&OIL, 50_000 * USD));
		assert_ok!(adjust());
		assert_eq!(ceiling(), line(110_000, START + DAY));
		// And a fall does not put off the next rise.
		assert_ok!(draw(90_000));
		pass(DAY);
		assert_ok!(adjust());
		assert_eq!(ceiling(), line(200_000, START + 2 * DAY));
	});
}

#[test]
fn a_repayment_is_seen_by_the_next_draw() {
	execute_following(|| {
		assert_ok!(draw(100_000));
		pass(DAY);
		assert_ok!(adjust());
		assert_ok!(<Risk as Listing>::repaid(&OIL, 100_000 * USD));
		// The line was 200,000; with nothing drawn it is 100,000.
		assert_storage_noop!(assert_eq!(draw(100_001), Err(DrawRefused::AboveCeiling)));
		assert_ok!(draw(100_000));
	});
}

#[test]
fn it_never_passes_the_debt_ceiling() {
	execute_following(|| {
		for day in 1..=12 {
			let most = Collateral::<Test>::get(OIL).unwrap().most_drawn(Now::get());
			let drawn = Collateral::<Test>::get(OIL).unwrap().usage.drawn;
			assert_ok!(<Risk as Listing>::draw(&OIL, most.into_inner() - drawn, Now::get()));
			let expected = (day * 100_000).min(1_000_000);
			assert_eq!(ceiling().map(|ceiling| ceiling.line), Some(Price::from_u32(expected)));
			pass(DAY);
		}
		assert_storage_noop!(assert_eq!(draw(1), Err(DrawRefused::AboveCeiling)));
	});
}

#[test]
fn a_change_of_its_terms_lowers_it_at_once_and_raises_nothing() {
	execute_following(|| {
		assert_ok!(draw(50_000));
		pass(DAY);
		assert_ok!(adjust());
		// A wider gap within the wait: the line stays.
		let wait = ParameterSet { ceiling_wait: 30 * DAY, ..following() };
		assert_ok!(propose(OIL, wait, 0));
		let wider = ParameterSet { ceiling_gap: Price::from_u32(300_000), ..wait };
		assert_ok!(propose(OIL, wider, 0));
		pass(48 * HOUR);
		assert_ok!(run(0));
		assert_ok!(run(1));
		assert_eq!(ceiling(), line(150_000, START + DAY));
		let narrow = ParameterSet { ceiling_gap: Price::from_u32(10_000), ..wait };
		assert_ok!(set(OIL, narrow));
		assert_eq!(ceiling(), line(60_000, START + DAY));
		// Without a gap there is none, and with one again it begins at the gap.
		assert_ok!(set(OIL, parameters()));
		assert_eq!(ceiling(), None);
		assert_noop!(adjust(), Error::<Test>::CeilingDoesNotFollow);
		assert_ok!(set(OIL, following()));
		assert_eq!(ceiling().map(|ceiling| ceiling.line), Some(Price::from_u32(150_000)));
	});
}

#[test]
fn only_collateral_has_one() {
	execute_listed(|| {
		let adjust = |asset| Risk::adjust_ceiling(RuntimeOrigin::signed(ANYONE), asset);
		assert_noop!(adjust(DOLLAR), Error::<Test>::NotListed);
		assert_noop!(adjust(OIL), Error::<Test>::CeilingDoesNotFollow);
	});
}
