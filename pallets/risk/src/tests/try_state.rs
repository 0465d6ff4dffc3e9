//! That the invariants are checked: each is broken once.

use frame_support::assert_ok;
use strata_numbers::{Price, Ratio};
use strata_traits::{
	AutomaticCeiling, CollateralListing, ParameterSet, Ramp, Ratios, SettlementListing,
};

use crate::{
	mock::*, Collateral, Due, FeedUses, GroupOf, Groups, Guards, History, NextProposal, Proposals,
	ProposalsOf, Settlement,
};

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
		History::<Test>::insert(DOLLAR, 0, History::<Test>::get(OIL, 0).unwrap());
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

#[test]
fn ratios_and_ceilings_are_where_they_should_be() {
	let ramp = |to: ParameterSet| Ramp {
		from: Ratios::of(&parameters()),
		to: Ratios::of(&to),
		begins: START,
		ends: START + DAY,
	};
	in_collateral("risk: a ramp that ends elsewhere", |listing| {
		listing.ramp = Some(ramp(ParameterSet { initial_ratio: percent(170), ..parameters() }));
	});
	in_collateral("risk: ratios on their way do not go together", |listing| {
		let mut ramp = ramp(parameters());
		ramp.from.initial = percent(150);
		listing.ramp = Some(ramp);
	});
	let line = AutomaticCeiling { line: Price::from_u32(1_000_001), raised_at: START };
	let follow = "risk: a ceiling that should, or should not, follow";
	in_collateral(follow, |listing| listing.ceiling = Some(line));
	in_collateral(follow, |listing| listing.parameters.ceiling_gap = Price::from_u32(1));
	in_collateral("risk: a ceiling above the debt ceiling", |listing| {
		listing.parameters.ceiling_gap = Price::from_u32(1);
		listing.ceiling = Some(line);
	});
}

#[test]
fn versions_are_remembered() {
	let gap = "risk: a gap in the history";
	in_collateral(gap, |listing| listing.version = 1);
	breaks(gap, || History::<Test>::remove(OIL, 0));
	in_collateral("risk: the history tells something else", |listing| {
		listing.parameters.maximum_rate = percent(19);
	});
	breaks("risk: something of an unlisted asset", || {
		let version = History::<Test>::get(OIL, 0).unwrap();
		History::<Test>::insert(FINEST, 0, version);
	});
}

#[test]
fn proposals_are_indexed() {
	let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
	let harm = |expected, harm: fn()| {
		breaks(expected, || {
			assert_ok!(propose(OIL, to, 0));
			Risk::do_try_state().unwrap();
			harm();
		});
	};
	harm("risk: a proposal from the future", || NextProposal::<Test>::put(0));
	harm("risk: a proposal that its asset does not know", || ProposalsOf::<Test>::remove(OIL));
	harm("risk: a proposal that cannot be executed", || {
		Proposals::<Test>::mutate(0, |slot| slot.as_mut().unwrap().expires = START);
	});
	harm("risk: the count of proposals is wrong", || Proposals::<Test>::remove(0));
	harm("risk: something of an unlisted asset", || {
		Proposals::<Test>::remove(0);
		let ids = ProposalsOf::<Test>::take(OIL);
		ProposalsOf::<Test>::insert(FINEST, ids);
		let proposal = crate::Proposal {
			asset: FINEST,
			parameters: parameters(),
			level: crate::Level::Admin,
			declared_impact: 0,
			ramp: 0,
			proposed_at: 0,
			executable_from: 0,
			expires: 1,
		};
		Proposals::<Test>::insert(0, proposal);
	});
}

#[test]
fn what_guardians_do_reverts_in_order() {
	let harm = |expected, harm: fn()| {
		breaks(expected, || {
			let guardian = || RuntimeOrigin::signed(GUARDIAN);
			assert_ok!(Risk::pause(guardian(), OIL));
			let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
			assert_ok!(Risk::tighten(guardian(), OIL, to));
			Risk::do_try_state().unwrap();
			harm();
		});
	};
	harm("risk: reversions are miscounted", Due::<Test>::kill);
	harm("risk: reversions are miscounted", || Guards::<Test>::remove(OIL));
	harm("risk: a reversion before its time", || {
		Due::<Test>::mutate(|due| due[0].0 -= 1);
	});
	harm("risk: a reversion of nothing", || {
		Due::<Test>::mutate(|due| due[0].1 = FINEST);
	});
	harm("risk: a pause that is not in force", || {
		Collateral::<Test>::mutate(OIL, |slot| slot.as_mut().unwrap().paused = false);
	});
	harm("risk: a guardian loosened", || {
		Guards::<Test>::mutate(OIL, |slot| {
			let tightening = slot.as_mut().unwrap().tightening.as_mut().unwrap();
			tightening.before.debt_ceiling = Price::from_u32(1);
		});
	});
	harm("risk: reversions out of order", || {
		let earlier = (START, FINEST);
		Due::<Test>::mutate(|due| due.try_push(earlier).unwrap());
	});
}

#[test]
fn members_of_groups_are_counted() {
	let miscounted = "risk: the members of a group are miscounted";
	let harm = |expected, harm: fn()| {
		breaks(expected, || {
			assert_ok!(Risk::set_group(RuntimeOrigin::root(), 0, Some(percent(80))));
			assert_ok!(Risk::assign(RuntimeOrigin::root(), OIL, Some(0)));
			Risk::do_try_state().unwrap();
			harm();
		});
	};
	harm(miscounted, || GroupOf::<Test>::remove(OIL));
	harm(miscounted, || Groups::<Test>::remove(0));
	harm("risk: more groups than allowed", || {
		for id in [1, 2] {
			Groups::<Test>::insert(id, crate::Group { cap: percent(1), members: 0 });
		}
	});
	harm("risk: something of an unlisted asset", || GroupOf::<Test>::insert(FINEST, 0));
}
