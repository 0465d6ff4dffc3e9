//! Genesis: the presets of a development chain and of a local network.
//!
//! Both hold a usable market: a settlement asset, collateral assets, feeds with their feeders, listed
//! parameters, and accounts with enough of everything. Validators are named in `session.keys` and
//! nowhere else, so that tools which rewrite a chain specification (zombienet) need to touch only
//! that.

// Products of constants, evaluated when a chain is specified and in every test; never in a block.
#![allow(clippy::arithmetic_side_effects)]

mod accounts;
mod market;

use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_strata_tempo::Tempo;
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

pub use accounts::{Party, PARTIES};
pub use market::{EURX, EURX_FEED, STRA_FEED, USDX, USDX_FEED, WTI, WTI_FEED};

use crate::{
	consensus::{SessionKeys, BABE_GENESIS_EPOCH_CONFIG, FAST_TERMS},
	court, AccountId, AssetsConfig, BabeConfig, BalancesConfig, CouncilConfig, DisputesConfig,
	GuardiansConfig, OracleConfig, RiskConfig, RuntimeGenesisConfig, SessionConfig, TempoConfig,
	ValidatorSetConfig,
};

/// A validator as genesis names it: the account that owns the keys, twice, and the keys.
type Validator = (AccountId, AccountId, SessionKeys);

/// A well-known validator: its stash owns the keys.
fn validator(stash: Sr25519Keyring, node: Sr25519Keyring, voter: Ed25519Keyring) -> Validator {
	let keys = SessionKeys {
		babe: node.public().into(),
		grandpa: voter.public().into(),
		authority_discovery: node.public().into(),
	};
	(stash.to_account_id(), stash.to_account_id(), keys)
}

/// A chain with these validators, the tempo of development, and a market.
fn patch(validators: Vec<Validator>) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		tempo: TempoConfig { tempo: Tempo::fast() },
		balances: BalancesConfig { balances: accounts::balances() },
		assets: AssetsConfig {
			assets: market::assets(),
			metadata: market::metadata(),
			accounts: accounts::assets(),
		},
		babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
		session: SessionConfig { keys: validators },
		validator_set: ValidatorSetConfig { terms: Some(FAST_TERMS) },
		council: CouncilConfig { members: accounts::council() },
		guardians: GuardiansConfig { members: accounts::guardians() },
		oracle: OracleConfig {
			feeds: market::feeds(),
			bonds: accounts::bonds(),
			pairs: market::pairs(),
		},
		disputes: DisputesConfig {
			courts: court::courts(court::fast_periods(), court::FAST_ACTIVATION),
		},
		risk: RiskConfig { collateral: market::collateral(), settlement: market::settlement() },
	})
}

/// One validator, Alice.
fn development() -> Value {
	use Sr25519Keyring::*;
	patch(vec![validator(AliceStash, Alice, Ed25519Keyring::Alice)])
}

/// Two validators, Alice and Bob. Zombienet puts its own in their place.
fn local_testnet() -> Value {
	use Sr25519Keyring::*;
	patch(vec![
		validator(AliceStash, Alice, Ed25519Keyring::Alice),
		validator(BobStash, Bob, Ed25519Keyring::Bob),
	])
}

/// The preset called `id`, as JSON.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
	let preset = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
		_ => return None,
	};
	serde_json::to_vec(&preset).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}
