//! What is drawn against an asset: pause, ceiling, fuse.

use frame_support::{assert_noop, assert_ok, assert_storage_noop};
use proptest::prelude::*;
use strata_numbers::Price;
use strata_traits::{DrawRefused, Listing, Moment, ParameterSet, Usage, DRAW_WINDOW};

use super::set;
use crate::{mock::*, Collateral, Error};

/// Some window's beginning.
const WINDOW: Moment = 481_523 * DRAW_WINDOW;
/// What the fuse of [`parameters`] lets through, USD with 18 decimals.
const FUSE: u128 = 250_000 * USD;
/// The ceiling of [`parameters`].
const CEILING: u128 = 1_000_000 * USD;
const USD: u128 = 1_000_000_000_000_000_000;

fn draw(usd: u128, now: Moment) -> Result<(), DrawRefused> {
	<Risk as Listing>::draw(&OIL, usd, now)
}

fn repaid(usd: u128) -> Result<(), DrawRefused> {
	<Risk as Listing>::repaid(&OIL, usd)
}

fn usage() -> Usage {
	Collateral::<Test>::get(OIL).unwrap().usage
}

fn usage_is(drawn: u128, window: Moment, drawn_in_window: u128) {
	assert_eq!(usage(), Usage { drawn, window, drawn_in_window });
}

#[test]
fn only_against_collateral_is_drawn_and_repaid() {
	execute_listed(|| {
		for asset in [DOLLAR, FINEST, NOTHING] {
			let refused = Err(DrawRefused::NotListed);
			assert_storage_noop!(assert_eq!(<Risk as Listing>::draw(&asset, 1, WINDOW), refused));
			assert_storage_noop!(assert_eq!(<Risk as Listing>::repaid(&asset, 1), refused));
			// Nothing to count: nothing is asked.
			assert_storage_noop!(assert_eq!(<Risk as Listing>::repaid(&asset, 0), Ok(())));
		}
	});
}

#[test]
fn nothing_is_drawn_while_paused_but_repaid() {
	execute_listed(|| {
		assert_ok!(draw(100, WINDOW));
		assert_ok!(Risk::pause(RuntimeOrigin::signed(GUARDIAN), OIL));
		assert_storage_noop!(assert_eq!(draw(1, WINDOW), Err(DrawRefused::Paused)));
		assert_ok!(repaid(40));
		usage_is(60, WINDOW, 100);
		assert_ok!(Risk::unpause(RuntimeOrigin::root(), OIL));
		assert_ok!(draw(1, WINDOW));
	});
}

#[test]
fn the_fuse_blows_past_the_last_unit() {
	execute_listed(|| {
		let blown = Err(DrawRefused::FuseBlown);
		assert_storage_noop!(assert_eq!(draw(FUSE + 1, WINDOW), blown));
		assert_ok!(draw(FUSE - 1, WINDOW + 5));
		assert_storage_noop!(assert_eq!(draw(2, WINDOW + 6), blown));
		assert_ok!(draw(1, WINDOW + 7));
		assert_storage_noop!(assert_eq!(draw(1, WINDOW + 8), blown));
		usage_is(FUSE, WINDOW, FUSE);
	});
}

#[test]
fn a_window_lasts_to_its_last_millisecond() {
	execute_listed(|| {
		assert_ok!(draw(FUSE, WINDOW));
		let last = WINDOW + DRAW_WINDOW - 1;
		assert_storage_noop!(assert_eq!(draw(1, last), Err(DrawRefused::FuseBlown)));
		assert_ok!(draw(FUSE, last + 1));
		usage_is(2 * FUSE, WINDOW + DRAW_WINDOW, FUSE);
	});
	// A first draw on the last millisecond belongs to the window that ends.
	execute_listed(|| {
		assert_ok!(draw(FUSE, WINDOW - 1));
		usage_is(FUSE, WINDOW - DRAW_WINDOW, FUSE);
		assert_ok!(draw(FUSE, WINDOW));
	});
}

#[test]
fn windows_are_counted_from_the_epoch() {
	execute_listed(|| {
		assert_ok!(draw(1, 0));
		usage_is(1, 0, 1);
		assert_ok!(draw(1, Moment::MAX));
		usage_is(2, Moment::MAX - Moment::MAX % DRAW_WINDOW, 1);
		// A clock that ran backwards would not open a new window.
		assert_ok!(draw(1, WINDOW));
		usage_is(3, Moment::MAX - Moment::MAX % DRAW_WINDOW, 2);
	});
}

#[test]
fn a_repayment_gives_back_the_ceiling_and_not_the_fuse() {
	execute_listed(|| {
		assert_ok!(draw(FUSE, WINDOW));
		assert_ok!(repaid(FUSE));
		usage_is(0, WINDOW, FUSE);
		assert_storage_noop!(assert_eq!(draw(1, WINDOW), Err(DrawRefused::FuseBlown)));
	});
}

#[test]
fn the_ceiling_is_reached_and_not_passed() {
	execute_listed(|| {
		for window in 0..4 {
			assert_ok!(draw(FUSE, WINDOW + window * DRAW_WINDOW));
		}
		let now = WINDOW + 4 * DRAW_WINDOW;
		usage_is(CEILING, now - DRAW_WINDOW, FUSE);
		assert_storage_noop!(assert_eq!(draw(1, now), Err(DrawRefused::AboveCeiling)));
		assert_ok!(repaid(1));
		assert_storage_noop!(assert_eq!(draw(2, now), Err(DrawRefused::AboveCeiling)));
		assert_ok!(draw(1, now));
		usage_is(CEILING, now, 1);
	});
}

#[test]
fn a_ceiling_of_zero_stops_every_draw_and_no_repayment() {
	execute_listed(|| {
		assert_ok!(draw(100, WINDOW));
		let none = ParameterSet { debt_ceiling: Price::default(), ..parameters() };
		assert_ok!(set(OIL, none));
		assert_storage_noop!(assert_eq!(draw(1, WINDOW), Err(DrawRefused::AboveCeiling)));
		assert_ok!(repaid(100));
	});
}

#[test]
fn no_more_is_repaid_than_was_drawn() {
	execute_listed(|| {
		assert_storage_noop!(assert_eq!(repaid(1), Err(DrawRefused::Overflow)));
		assert_ok!(draw(10, WINDOW));
		assert_storage_noop!(assert_eq!(repaid(11), Err(DrawRefused::Overflow)));
		assert_ok!(repaid(10));
	});
}

#[test]
fn sums_that_do_not_fit_are_refused() {
	execute_listed(|| {
		assert_ok!(draw(1, WINDOW));
		assert_storage_noop!(assert_eq!(draw(u128::MAX, WINDOW), Err(DrawRefused::Overflow)));
		assert_storage_noop!(assert_eq!(
			draw(u128::MAX - 1, WINDOW),
			Err(DrawRefused::AboveCeiling)
		));
	});
}

#[test]
fn new_parameters_keep_what_is_drawn() {
	execute_listed(|| {
		assert_ok!(draw(FUSE, WINDOW));
		let tighter = ParameterSet { draw_fuse: Price::from_u32(1), ..parameters() };
		assert_ok!(set(OIL, tighter));
		usage_is(FUSE, WINDOW, FUSE);
		let now = WINDOW + DRAW_WINDOW;
		assert_storage_noop!(assert_eq!(draw(USD + 1, now), Err(DrawRefused::FuseBlown)));
		assert_ok!(draw(USD, now));
	});
}

#[test]
fn what_is_drawn_against_stays_listed() {
	execute_listed(|| {
		let delist = || Risk::delist_collateral(RuntimeOrigin::root(), OIL);
		assert_ok!(draw(1, WINDOW));
		assert_noop!(delist(), Error::<Test>::AssetInUse);
		assert_ok!(repaid(1));
		assert_ok!(delist());
		// Listed again, it begins anew.
		assert_ok!(super::list(OIL, OIL_FEED));
		assert_eq!(usage(), Usage::default());
	});
}

proptest! {
	/// Whatever is drawn and repaid, the sums are those of a naive book-keeper, who keeps every draw.
	#[test]
	fn usage_is_what_a_naive_bookkeeper_says(
		acts in prop::collection::vec((any::<bool>(), 0..FUSE, 0..DRAW_WINDOW), 1..40),
	) {
		execute_listed(|| {
			let (mut now, mut drawn, mut draws) = (WINDOW, 0u128, Vec::<(Moment, u128)>::new());
			for (repays, usd, later) in acts {
				now += later / 3;
				if repays {
					let fits = usd <= drawn;
					assert_eq!(repaid(usd).is_ok(), fits);
					drawn -= if fits { usd } else { 0 };
					continue;
				}
				let hour = now / DRAW_WINDOW;
				let within: u128 =
					draws.iter().filter(|(at, _)| at / DRAW_WINDOW == hour).map(|(_, usd)| usd).sum();
				let expected = match () {
					() if drawn + usd > CEILING => Err(DrawRefused::AboveCeiling),
					() if within + usd > FUSE => Err(DrawRefused::FuseBlown),
					() => Ok(()),
				};
				assert_eq!(draw(usd, now), expected);
				if expected.is_ok() {
					drawn += usd;
					draws.push((now, usd));
				}
				assert_eq!(usage().drawn, drawn);
			}
		});
	}
}
