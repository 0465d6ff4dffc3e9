//! Feeds and bonds from genesis.

use frame_support::traits::fungible::InspectHold;
use sp_runtime::BuildStorage;
use strata_statistics::ClassRule;

use super::{
	all_say,
	classes::{valuation, TRUSTEE},
};
use crate::{mock::*, FeedConfig, Feeders, Feeds, HoldReason, LARGEST_VARIANCE};

#[test]
fn feeds_of_genesis_can_be_reported_to() {
	let shuffled = FeedConfig { members: members([2, 4, 1, 3]), ..config(4) };
	execute(ext_with(vec![(7, shuffled), (9, config(1))]), || {
		assert_eq!(Feeds::<Test>::count(), 2);
		assert_eq!(Feeds::<Test>::get(7).unwrap(), config(4));
		all_say(7, 1..=4, usd(5));
		all_say(9, [1], usd(5));
	});
}

#[test]
#[should_panic(expected = "genesis: feed 7 is listed twice")]
fn genesis_lists_a_feed_once() {
	ext_with(vec![(7, config(1)), (7, config(2))]);
}

#[test]
#[should_panic(expected = "genesis: feed 7 does not validate")]
fn genesis_validates() {
	ext_with(vec![(7, FeedConfig { quorum: 5, ..config(4) })]);
}

#[test]
#[should_panic(expected = "genesis: feed 20 does not validate")]
fn genesis_is_bounded() {
	ext_with((0..21).map(|feed| (feed, config(1))).collect());
}

#[test]
fn bonds_of_genesis_are_on_hold() {
	execute(
		ext_of(vec![(7, config(1))], vec![(1, MIN_BOND), (2, FUNDS - EXISTENTIAL_DEPOSIT)]),
		|| {
			let bond = |who| Feeders::<Test>::get(who).map(|record| record.amount);
			assert_eq!(bond(1), Some(MIN_BOND));
			assert_eq!(bond(2), Some(FUNDS - EXISTENTIAL_DEPOSIT));
			assert_eq!(bond(3), None);
			let held = Balances::balance_on_hold(&HoldReason::FeederBond.into(), &2);
			assert_eq!(held, FUNDS - EXISTENTIAL_DEPOSIT);
			all_say(7, [1], usd(5));
		},
	);
}

#[test]
#[should_panic(expected = "genesis: 1 is bonded twice")]
fn genesis_bonds_a_feeder_once() {
	ext_of(Vec::new(), vec![(1, MIN_BOND), (1, MIN_BOND)]);
}

#[test]
#[should_panic(expected = "genesis: 1 cannot be bonded")]
fn bonds_of_genesis_are_at_least_the_minimum() {
	ext_of(Vec::new(), vec![(1, MIN_BOND - 1)]);
}

#[test]
#[should_panic(expected = "genesis: 1 cannot be bonded")]
fn bonds_of_genesis_are_had() {
	ext_of(Vec::new(), vec![(1, FUNDS)]);
}

#[test]
fn genesis_survives_json() {
	use crate::mock::RuntimeGenesisConfig as Genesis;
	let genesis = Genesis {
		balances: pallet_balances::GenesisConfig {
			balances: vec![(1, FUNDS)],
			..Default::default()
		},
		oracle: crate::GenesisConfig {
			feeds: vec![
				(7, FeedConfig { starting_variance: LARGEST_VARIANCE, ..gated(4) }),
				(8, valuation(ClassRule::LowerOf(TRUSTEE)).sorted()),
			],
			bonds: vec![(1, MIN_BOND)],
			pairs: vec![(8, 7, VOLATILITY)],
		},
		..Default::default()
	};
	// As a value too: of numbers it holds none beyond 64 bits.
	assert!(serde_json::to_value(&genesis.oracle).is_ok());
	let json = serde_json::to_string(&genesis).unwrap();
	// A chain specification is read by people.
	assert!(json.contains(r#""description":"test""#), "{json}");
	let back: Genesis = serde_json::from_str(&json).unwrap();
	assert_eq!(back.oracle.feeds, genesis.oracle.feeds);
	assert_eq!(back.oracle.bonds, genesis.oracle.bonds);
	assert_eq!(back.oracle.pairs, genesis.oracle.pairs);
	assert!(back.build_storage().is_ok());
	let long = json.replace(r#""test""#, &format!("{:?}", "x".repeat(65)));
	assert!(serde_json::from_str::<Genesis>(&long).is_err());
}
