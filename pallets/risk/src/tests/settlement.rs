//! Settlement assets.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use strata_numbers::Ratio;
use strata_traits::{Asset, Listing, SettlementListing};

use super::{list, settle};
use crate::{mock::*, Error, Event};

#[test]
fn only_the_admin_lists() {
	execute_listed(|| {
		for origin in [RuntimeOrigin::signed(GUARDIAN), RuntimeOrigin::none()] {
			assert_noop!(
				Risk::list_settlement(origin.clone(), FINEST, DOLLAR_FEED, percent(2)),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Risk::set_settlement(origin.clone(), DOLLAR, percent(2)),
				DispatchError::BadOrigin
			);
			assert_noop!(Risk::delist_settlement(origin, DOLLAR), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_listing_copies_the_decimals() {
	execute(|| {
		assert_ok!(settle(DOLLAR, DOLLAR_FEED, percent(2)));
		let listing = SettlementListing { feed: DOLLAR_FEED, decimals: 6, depeg_band: percent(2) };
		assert_eq!(<Risk as Listing>::settlement(&DOLLAR), Some(listing));
		assert_eq!(<Risk as Listing>::collateral(&DOLLAR), None);
		System::assert_last_event(Event::SettlementListed { asset: DOLLAR, listing }.into());
	});
}

#[test]
fn the_same_assets_are_refused_as_for_collateral() {
	execute_listed(|| {
		let settle = |asset, feed| settle(asset, feed, percent(2));
		assert_noop!(settle(DOLLAR, DOLLAR_FEED), Error::<Test>::AlreadyListed);
		assert_noop!(settle(NOTHING, DOLLAR_FEED), Error::<Test>::UnknownAsset);
		let note = strata_traits::note_asset(0).unwrap();
		assert_noop!(settle(note, DOLLAR_FEED), Error::<Test>::NotesNotAccepted);
		assert_noop!(settle(TOO_FINE, DOLLAR_FEED), Error::<Test>::TooManyDecimals);
		assert_noop!(settle(UNTRUSTED, DOLLAR_FEED), Error::<Test>::UntrustedRoles);
		assert_noop!(settle(FINEST, 13), Error::<Test>::UnknownFeed);
		assert_ok!(settle(FINEST, DOLLAR_FEED));
		assert_noop!(settle(Asset::Native, DOLLAR_FEED), Error::<Test>::TooManyListings);
		// The bound is on each kind.
		assert_ok!(list(Asset::Native, DOLLAR_FEED));
	});
}

#[test]
fn the_band_is_above_zero_and_within_the_hard_bound() {
	execute_listed(|| {
		let widest = Bounds::get().widest_depeg_band;
		let past = Ratio::from_inner(widest.into_inner() + 1);
		let set = |band| Risk::set_settlement(RuntimeOrigin::root(), DOLLAR, band);
		for wrong in [Ratio::default(), past, Ratio::from_inner(u128::MAX)] {
			assert_noop!(set(wrong), Error::<Test>::DepegBandOutOfRange);
			assert_noop!(settle(FINEST, OIL_FEED, wrong), Error::<Test>::DepegBandOutOfRange);
		}
		for band in [Ratio::from_inner(1), widest] {
			assert_ok!(set(band));
			let event = Event::SettlementSet { asset: DOLLAR, depeg_band: band };
			System::assert_last_event(event.into());
			assert_eq!(<Risk as Listing>::settlement(&DOLLAR).unwrap().depeg_band, band);
		}
		assert_noop!(
			Risk::set_settlement(RuntimeOrigin::root(), OIL, widest),
			Error::<Test>::NotListed
		);
	});
}

#[test]
fn only_what_nothing_relies_on_is_delisted() {
	execute_listed(|| {
		let delist = |asset| Risk::delist_settlement(RuntimeOrigin::root(), asset);
		assert_noop!(delist(OIL), Error::<Test>::NotListed);
		AssetsInUse::set(vec![DOLLAR]);
		assert_noop!(delist(DOLLAR), Error::<Test>::AssetInUse);
		AssetsInUse::set(vec![]);
		assert_ok!(delist(DOLLAR));
		System::assert_last_event(Event::SettlementDelisted { asset: DOLLAR }.into());
		assert_noop!(delist(DOLLAR), Error::<Test>::NotListed);
		assert_ok!(settle(DOLLAR, DOLLAR_FEED, percent(1)));
	});
}
