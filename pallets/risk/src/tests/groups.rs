//! Groups of correlated assets.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use strata_numbers::Ratio;
use strata_traits::{Asset, GroupId, Listing};

use super::plus;
use crate::{mock::*, Error, Event, Group, GroupOf, Groups};

fn group(id: GroupId, cap: Option<Ratio>) -> DispatchResult {
	Risk::set_group(RuntimeOrigin::root(), id, cap)
}

fn assign(asset: Asset, id: Option<GroupId>) -> DispatchResult {
	Risk::assign(RuntimeOrigin::root(), asset, id)
}

#[test]
fn a_group_has_a_cap_and_members() {
	execute_listed(|| {
		assert_ok!(group(7, Some(percent(80))));
		System::assert_last_event(Event::GroupSet { group: 7, cap: Some(percent(80)) }.into());
		assert_eq!(<Risk as Listing>::group(&OIL), None);
		assert_ok!(assign(OIL, Some(7)));
		System::assert_last_event(Event::GroupAssigned { asset: OIL, group: Some(7) }.into());
		assert_eq!(<Risk as Listing>::group(&OIL), Some((7, percent(80))));
		// Another cap keeps the members.
		assert_ok!(group(7, Some(Ratio::from_u32(1))));
		assert_eq!(<Risk as Listing>::group(&OIL), Some((7, percent(100))));
		let held = Group { cap: percent(100), members: 1 };
		assert_eq!(Groups::<Test>::get(7), Some(held));
		assert_noop!(group(7, None), Error::<Test>::GroupInUse);
		assert_ok!(assign(OIL, None));
		assert_eq!(<Risk as Listing>::group(&OIL), None);
		assert_ok!(group(7, None));
		assert_noop!(group(7, None), Error::<Test>::UnknownGroup);
	});
}

#[test]
fn caps_are_above_zero_and_up_to_one() {
	execute_listed(|| {
		for wrong in [Ratio::default(), plus(percent(100), 1), Ratio::from_inner(u128::MAX)] {
			assert_noop!(group(0, Some(wrong)), Error::<Test>::CapOutOfRange);
		}
		assert_ok!(group(0, Some(Ratio::from_inner(1))));
	});
}

#[test]
fn groups_are_bounded() {
	execute_listed(|| {
		assert_ok!(group(0, Some(percent(1))));
		assert_ok!(group(GroupId::MAX, Some(percent(1))));
		assert_noop!(group(5, Some(percent(1))), Error::<Test>::TooManyGroups);
		// One that is there may still be changed.
		assert_ok!(group(0, Some(percent(2))));
	});
}

#[test]
fn an_asset_is_in_one_group() {
	execute_listed(|| {
		assert_ok!(group(0, Some(percent(50))));
		assert_ok!(group(1, Some(percent(60))));
		assert_noop!(assign(DOLLAR, Some(0)), Error::<Test>::NotListed);
		assert_noop!(assign(OIL, Some(2)), Error::<Test>::UnknownGroup);
		assert_noop!(assign(OIL, None), Error::<Test>::NothingChanges);
		assert_ok!(assign(OIL, Some(0)));
		assert_noop!(assign(OIL, Some(0)), Error::<Test>::NothingChanges);
		assert_noop!(assign(OIL, Some(2)), Error::<Test>::UnknownGroup);
		assert_ok!(assign(OIL, Some(1)));
		assert_ok!(group(0, None));
		// It goes with the listing.
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), OIL));
		assert!(!GroupOf::<Test>::contains_key(OIL));
		assert_ok!(group(1, None));
	});
}
