//! Listing and delisting collateral.

use frame_support::{assert_noop, assert_ok, traits::Contains};
use sp_runtime::DispatchError;
use strata_traits::{Asset, CollateralListing, FeedId, Listing};

use super::{list, settle};
use crate::{mock::*, Collateral, Error, Event, FeedUses};

#[test]
fn only_the_admin_lists() {
	execute_listed(|| {
		let strangers = [
			RuntimeOrigin::signed(1),
			RuntimeOrigin::signed(GUARDIAN),
			RuntimeOrigin::signed(CUSTODIAN),
			RuntimeOrigin::none(),
		];
		for origin in strangers {
			assert_noop!(
				Risk::list_collateral(origin.clone(), FINEST, OIL_FEED, parameters()),
				DispatchError::BadOrigin
			);
			assert_noop!(Risk::delist_collateral(origin, OIL), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_listing_copies_the_decimals() {
	execute(|| {
		for (asset, decimals) in [(Asset::Native, 12), (OIL, 8), (WHOLE, 0), (FINEST, 18)] {
			assert_ok!(list(asset.clone(), OIL_FEED));
			let listing = CollateralListing::new(OIL_FEED, decimals, parameters());
			assert_eq!(<Risk as Listing>::collateral(&asset), Some(listing));
			System::assert_last_event(Event::CollateralListed { asset, listing }.into());
		}
		// The owner cannot change what a price means.
		let owner = RuntimeOrigin::signed(CUSTODIAN);
		assert_ok!(Assets::force_set_metadata(
			RuntimeOrigin::root(),
			1,
			b"name".to_vec(),
			b"SYM".to_vec(),
			2,
			false
		));
		assert_eq!(Collateral::<Test>::get(OIL).unwrap().decimals, 8);
		assert_noop!(
			Risk::list_collateral(owner, OIL, OIL_FEED, parameters()),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn only_known_trusted_and_coarse_assets_are_listed() {
	execute(|| {
		assert_noop!(list(NOTHING, OIL_FEED), Error::<Test>::UnknownAsset);
		let note = strata_traits::note_asset(7).unwrap();
		assert_noop!(list(note, OIL_FEED), Error::<Test>::NotesNotAccepted);
		assert_noop!(list(Asset::WithId(u32::MAX), OIL_FEED), Error::<Test>::NotesNotAccepted);
		let last = Asset::WithId(strata_traits::NOTE_ASSETS - 1);
		assert_noop!(list(last, OIL_FEED), Error::<Test>::UnknownAsset);
		assert_noop!(list(TOO_FINE, OIL_FEED), Error::<Test>::TooManyDecimals);
		assert_noop!(list(UNTRUSTED, OIL_FEED), Error::<Test>::UntrustedRoles);
	});
}

#[test]
fn each_role_of_an_asset_must_be_trusted() {
	execute(|| {
		let team = |issuer, admin, freezer| {
			let owner = RuntimeOrigin::signed(CUSTODIAN);
			Assets::set_team(owner, 1, issuer, admin, freezer)
		};
		for (issuer, admin, freezer) in
			[(66, CUSTODIAN, CUSTODIAN), (CUSTODIAN, 66, CUSTODIAN), (CUSTODIAN, CUSTODIAN, 66)]
		{
			assert_ok!(team(issuer, admin, freezer));
			assert_noop!(list(OIL, OIL_FEED), Error::<Test>::UntrustedRoles);
		}
		assert_ok!(team(CUSTODIAN, CUSTODIAN, CUSTODIAN));
		assert_ok!(list(OIL, OIL_FEED));
	});
}

#[test]
fn the_feed_must_be_listed() {
	execute(|| assert_eq!(list(OIL, 13), Err(Error::<Test>::UnknownFeed.into())));
}

#[test]
fn an_asset_is_listed_once_in_a_role_and_with_one_price() {
	execute_listed(|| {
		assert_noop!(list(OIL, OIL_FEED), Error::<Test>::AlreadyListed);
		// The settlement asset as collateral: the same price, or it would have two.
		assert_noop!(list(DOLLAR, OIL_FEED), Error::<Test>::FeedDiffers);
		assert_ok!(list(DOLLAR, DOLLAR_FEED));
		assert_noop!(settle(OIL, DOLLAR_FEED, percent(2)), Error::<Test>::FeedDiffers);
		assert_ok!(settle(OIL, OIL_FEED, percent(2)));
	});
}

#[test]
fn listings_are_bounded() {
	execute(|| {
		for asset in [OIL, DOLLAR, WHOLE, FINEST] {
			assert_ok!(list(asset, OIL_FEED));
		}
		assert_noop!(list(Asset::Native, OIL_FEED), Error::<Test>::TooManyListings);
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), WHOLE));
		assert_ok!(list(Asset::Native, OIL_FEED));
	});
}

#[test]
fn only_what_nothing_relies_on_is_delisted() {
	execute_listed(|| {
		let delist = |asset| Risk::delist_collateral(RuntimeOrigin::root(), asset);
		assert_noop!(delist(FINEST), Error::<Test>::NotListed);
		// Listed, but in the other role.
		assert_noop!(delist(DOLLAR), Error::<Test>::NotListed);
		AssetsInUse::set(vec![OIL]);
		assert_noop!(delist(OIL), Error::<Test>::AssetInUse);
		AssetsInUse::set(vec![]);
		assert_ok!(delist(OIL));
		System::assert_last_event(Event::CollateralDelisted { asset: OIL }.into());
		assert_eq!(<Risk as Listing>::collateral(&OIL), None);
		assert_noop!(delist(OIL), Error::<Test>::NotListed);
	});
}

#[test]
fn a_feed_is_kept_until_its_last_listing_goes() {
	execute_listed(|| {
		let used = |feed| <Risk as Contains<FeedId>>::contains(&feed);
		assert!(used(OIL_FEED) && used(DOLLAR_FEED) && !used(13));
		assert_ok!(list(FINEST, OIL_FEED));
		assert_ok!(settle(FINEST, OIL_FEED, percent(2)));
		assert_eq!(FeedUses::<Test>::get(OIL_FEED), 3);
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), OIL));
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), FINEST));
		assert!(used(OIL_FEED));
		assert_ok!(Risk::delist_settlement(RuntimeOrigin::root(), FINEST));
		assert!(!used(OIL_FEED));
	});
}

#[test]
fn a_count_of_uses_that_is_full_refuses_more() {
	execute(|| {
		FeedUses::<Test>::insert(OIL_FEED, u32::MAX);
		assert_noop!(list(OIL, OIL_FEED), sp_runtime::ArithmeticError::Overflow);
		FeedUses::<Test>::remove(OIL_FEED);
	});
}

#[test]
fn listings_are_told_in_order() {
	execute_listed(|| {
		assert_ok!(list(Asset::Native, OIL_FEED));
		assert_ok!(list(FINEST, OIL_FEED));
		let told = Risk::listings();
		let assets: Vec<_> = told.collateral.into_iter().map(|(asset, _)| asset).collect();
		assert_eq!(assets, [Asset::Native, OIL, FINEST]);
		assert_eq!(told.settlement.len(), 1);
		assert_eq!(told.settlement[0].1.depeg_band, percent(2));
	});
}
