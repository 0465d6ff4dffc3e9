//! Listings from genesis.

use strata_traits::{Listing, ParameterSet};

use crate::mock::*;

#[test]
fn listings_of_genesis_are_in_force() {
	execute_listed(|| {
		assert_eq!(<Risk as Listing>::collateral(&OIL).unwrap().decimals, 8);
		assert_eq!(<Risk as Listing>::settlement(&DOLLAR).unwrap().decimals, 6);
	});
}

#[test]
#[should_panic(expected = "genesis: collateral WithId(1)")]
fn genesis_validates_parameters() {
	let wrong = ParameterSet { initial_ratio: percent(150), ..parameters() };
	ext_with(vec![(OIL, OIL_FEED, wrong)], vec![]);
}

#[test]
#[should_panic(expected = "genesis: collateral WithId(7)")]
fn genesis_lists_assets_that_exist() {
	ext_with(vec![(NOTHING, OIL_FEED, parameters())], vec![]);
}

#[test]
#[should_panic(expected = "genesis: settlement asset WithId(2)")]
fn genesis_lists_an_asset_once() {
	let dollar = (DOLLAR, DOLLAR_FEED, percent(2));
	ext_with(vec![], vec![dollar.clone(), dollar]);
}

#[test]
fn genesis_survives_json() {
	let genesis = crate::GenesisConfig::<Test> {
		collateral: vec![(OIL, OIL_FEED, parameters())],
		settlement: vec![(DOLLAR, DOLLAR_FEED, percent(2))],
		..Default::default()
	};
	let json = serde_json::to_string(&genesis).unwrap();
	let back: crate::GenesisConfig<Test> = serde_json::from_str(&json).unwrap();
	assert_eq!(back.collateral, genesis.collateral);
	assert_eq!(back.settlement, genesis.settlement);
}
