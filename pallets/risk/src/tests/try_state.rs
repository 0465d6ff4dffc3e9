//! That the invariants are checked: each is broken once.

use strata_numbers::Ratio;
use strata_traits::{CollateralListing, SettlementListing};

use crate::{mock::*, Collateral, FeedUses, Settlement};

/// Breaks something on a chain with listings, and expects the complaint.
fn breaks(expected: &'static str, harm: impl FnOnce()) {
	let collateral = vec![(OIL, OIL_FEED, parameters())];
	let settlement = vec![(DOLLAR, DOLLAR_FEED, percent(2))];
	ext_with(collateral, settlement).execute_with(|| {
		Risk::do_try_state().unwrap();
		harm();
		assert_eq!(Risk::do_try_state(), Err(expected.into()));
	});
}

fn in_collateral(expected: &'static str, harm: impl FnOnce(&mut CollateralListing)) {
	breaks(expected, || Collateral::<Test>::mutate(OIL, |slot| harm(slot.as_mut().unwrap())));
}

fn in_settlement(expected: &'static str, harm: impl FnOnce(&mut SettlementListing)) {
	breaks(expected, || Settlement::<Test>::mutate(DOLLAR, |slot| harm(slot.as_mut().unwrap())));
}

#[test]
fn listings_validate() {
	in_collateral("risk: a parameter set does not validate", |listing| {
		listing.parameters.maximum_rate = percent(101)
	});
	in_collateral("risk: too many decimals", |listing| listing.decimals = 19);
	in_collateral("risk: a window that begins between windows", |listing| {
		listing.usage.window = strata_traits::DRAW_WINDOW + 1
	});
	in_settlement("risk: too many decimals", |listing| listing.decimals = 19);
	in_settlement("risk: a depeg band out of range", |listing| {
		listing.depeg_band = Ratio::default()
	});
}

#[test]
fn feeds_are_listed_and_counted() {
	breaks("risk: a listing without its feed", || ListedFeeds::set(vec![DOLLAR_FEED]));
	let miscounted = "risk: the uses of a feed are miscounted";
	in_collateral(miscounted, |listing| listing.feed = DOLLAR_FEED);
	breaks(miscounted, || FeedUses::<Test>::insert(13, 1));
	breaks(miscounted, || FeedUses::<Test>::remove(OIL_FEED));
	breaks("risk: one asset, two feeds", || {
		let oil = Collateral::<Test>::get(OIL).unwrap();
		Collateral::<Test>::insert(DOLLAR, oil);
	});
}

#[test]
fn listings_are_counted_and_bounded() {
	breaks("risk: the count of listings is wrong", || {
		let key = Collateral::<Test>::hashed_key_for(OIL);
		frame_support::storage::unhashed::kill(&key);
	});
	breaks("risk: more listings than allowed", || {
		let dollar = Settlement::<Test>::get(DOLLAR).unwrap();
		for asset in [FINEST, WHOLE] {
			Settlement::<Test>::insert(asset, dollar);
		}
	});
}
