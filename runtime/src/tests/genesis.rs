//! The presets hold what they say, and can be rewritten the way zombienet rewrites them.

use frame_support::{assert_ok, traits::Currency};
use serde_json::{json, Value};
use sp_core::Pair;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use strata_traits::PriceFeeds;

use super::chain::{account, check_invariants, from_json, next_block, pair, preset, with_defaults};
use crate::{
	genesis::{self, PARTIES},
	units::STRA,
	Babe, Balances, Grandpa, Oracle, Runtime, Session, Timestamp,
};

#[test]
fn presets_should_build_and_make_blocks() {
	for (name, validators) in [(DEV_RUNTIME_PRESET, 1), (LOCAL_TESTNET_RUNTIME_PRESET, 2)] {
		preset(name).execute_with(|| {
			assert_eq!(Session::validators().len(), validators, "{name}");
			assert_eq!(Babe::authorities().len(), validators, "{name}");
			assert_eq!(Grandpa::grandpa_authorities().len(), validators, "{name}");
			next_block();
			next_block();
			assert!(Timestamp::get() > 0);
			check_invariants();
		});
	}
}

#[test]
fn every_preset_that_is_named_should_exist_and_no_other() {
	for name in genesis::preset_names() {
		assert!(genesis::preset(&name).is_some(), "{name}");
	}
	assert!(genesis::preset(&"mainnet".into()).is_none());
}

#[test]
fn keys_of_parties_should_be_derived_from_their_names() {
	for party in PARTIES {
		assert_eq!(party.key, pair(party.name).public().0, "{}", party.name);
	}
}

#[test]
fn feeds_should_be_listed_but_unpriced_until_somebody_reports() {
	preset(DEV_RUNTIME_PRESET).execute_with(|| {
		for feed in [genesis::USDX_FEED, genesis::WTI_FEED, genesis::EURX_FEED, genesis::STRA_FEED]
		{
			assert!(Oracle::is_listed(feed));
			assert_eq!(Oracle::reading(feed), strata_traits::Reading::Unknown);
		}
	});
}

#[test]
fn feeders_should_be_bonded() {
	preset(DEV_RUNTIME_PRESET).execute_with(|| {
		let bonds: Vec<_> = pallet_strata_oracle::Feeders::<Runtime>::iter().collect();
		assert_eq!(bonds.len(), 4);
		for (feeder, bond) in bonds {
			assert_eq!(bond.amount, 1_000 * STRA);
			assert_eq!(Balances::reserved_balance(&feeder), 1_000 * STRA);
			assert_eq!(Balances::total_balance(&feeder), 10_000 * STRA);
		}
		assert_ok!(Oracle::do_try_state());
	});
}

#[test]
fn validators_should_be_replaceable_by_rewriting_session_keys() {
	with_validators(&["Alice", "Bob", "Charlie", "Dave"]).execute_with(|| {
		assert_eq!(Session::validators().len(), 4);
		assert_eq!(Babe::authorities().len(), 4);
		assert_eq!(Grandpa::grandpa_authorities().len(), 4);
		next_block();
		assert_eq!(Balances::free_balance(account("Alice//stash")), 2 * STRA);
	});
}

/// The local network after zombienet has rewritten its specification: it empties `session.keys`,
/// puts its own nodes there (validator `//Name//stash`, keys `//Name`, and keys that this chain does
/// not have), and gives their accounts about 2 STRA.
pub fn with_validators(names: &[&str]) -> sp_io::TestExternalities {
	let bytes = genesis::preset(&LOCAL_TESTNET_RUNTIME_PRESET.into()).expect("it exists");
	let mut spec: Value = serde_json::from_slice(&bytes).expect("it is JSON");
	for forbidden in ["grandpa", "aura", "authorityDiscovery", "staking", "collatorSelection"] {
		assert!(spec.get(forbidden).is_none(), "{forbidden} would be rewritten too");
	}
	assert!(spec["babe"].get("authorities").is_none(), "validators are named once");

	let keys = names.iter().map(|name| session_entry(name)).collect();
	spec["session"]["keys"] = Value::Array(keys);
	let stashes: Vec<Value> =
		names.iter().map(|name| json!(account(&format!("{name}//stash")))).collect();
	let balances = spec["balances"]["balances"].as_array_mut().expect("an array");
	balances.retain(|entry| !stashes.contains(&entry[0]));
	balances.extend(stashes.into_iter().map(|stash| json!([stash, 2 * STRA as u64])));
	from_json(with_defaults(spec))
}

/// How zombienet writes a validator.
fn session_entry(name: &str) -> Value {
	let stash = account(&format!("{name}//stash"));
	let key = account(name);
	let voter = sp_core::ed25519::Pair::from_string(&format!("//{name}"), None).expect("a path");
	let keys = json!({
		"babe": key,
		"grandpa": sp_consensus_grandpa::AuthorityId::from(voter.public()),
		"authority_discovery": key,
		"im_online": key,
	});
	json!([stash, stash, keys])
}
