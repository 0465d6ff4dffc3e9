//! The chains the node knows: `dev`, `local`, and any other by its file.

use crate::service::Block;
use sc_chain_spec::{ChainSpecExtension, ChainType, GenericChainSpec, Properties};
use serde::{Deserialize, Serialize};
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};

/// The native token's symbol.
pub const TOKEN_SYMBOL: &str = "STRA";
/// The native token's decimals.
pub const TOKEN_DECIMALS: u8 = 12;
/// The prefix of addresses.
pub const SS58_FORMAT: u16 = 42;
/// Names the protocols of the chain on the network.
const PROTOCOL_ID: &str = "strata";

/// A chain specification.
pub type ChainSpec = GenericChainSpec<Extensions>;

/// What a chain specification can hold beyond the usual.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
	/// Blocks that must be on the chain, by number.
	pub fork_blocks: sc_client_api::ForkBlocks<Block>,
	/// Blocks that must not be on the chain.
	pub bad_blocks: sc_client_api::BadBlocks<Block>,
	/// A finalised state for light clients to start from. `sync_state_genSyncSpec` fills it in.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// Finds a chain specification: `dev`, `local` (also for no name), or the path of a JSON file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match id {
		"dev" => development(),
		"" | "local" => local_testnet(),
		path => ChainSpec::from_json_file(path.into()).map_err(|error| unreadable(path, &error)),
	}
}

fn unreadable(path: &str, error: &str) -> String {
	format!(
		"`{path}` is no chain specification: {error}. Give --chain `dev`, `local`, or the file that all \
		nodes of the chain start from; if it is damaged, fetch it again and compare its sha256sum"
	)
}

/// One authority, Alice.
fn development() -> Result<ChainSpec, String> {
	from_preset("Strata Development", "strata_dev", ChainType::Development, DEV_RUNTIME_PRESET)
}

/// Several authorities on one machine. zombienet starts from it and puts its own in.
fn local_testnet() -> Result<ChainSpec, String> {
	let preset = LOCAL_TESTNET_RUNTIME_PRESET;
	from_preset("Strata Local Testnet", "strata_local_testnet", ChainType::Local, preset)
}

fn from_preset(name: &str, id: &str, kind: ChainType, preset: &str) -> Result<ChainSpec, String> {
	let code = strata_runtime::WASM_BINARY.ok_or(
		"this binary was built without the runtime's wasm: build it without SKIP_WASM_BUILD",
	)?;

	Ok(ChainSpec::builder(code, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(kind)
		.with_protocol_id(PROTOCOL_ID)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build())
}

/// What wallets and zombienet need to know of the native token.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), SS58_FORMAT.into());
	properties
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_runtime::BuildStorage;

	#[test]
	fn the_presets_build_a_genesis() {
		for id in ["dev", "local", ""] {
			let storage = load(id).unwrap().build_storage().unwrap();
			assert!(storage.top.contains_key(sp_core::storage::well_known_keys::CODE));
		}
	}

	#[test]
	fn the_presets_say_what_kind_of_chain_they_are() {
		let dev = load("dev").unwrap();
		let local = load("local").unwrap();

		assert_eq!(sc_chain_spec::ChainSpec::chain_type(&dev), ChainType::Development);
		assert_eq!(sc_chain_spec::ChainSpec::chain_type(&local), ChainType::Local);
		assert_ne!(dev.id(), local.id());
	}

	#[test]
	fn a_spec_survives_its_file() {
		for raw in [false, true] {
			let spec = load("local").unwrap();
			let json = spec.as_json(raw).unwrap();
			let again = ChainSpec::from_json_bytes(json.into_bytes()).unwrap();

			assert_eq!(again.id(), spec.id());
			assert_eq!(again.properties(), properties());
			assert_eq!(again.build_storage().unwrap().top, spec.build_storage().unwrap().top);
		}
	}

	#[test]
	fn an_unknown_chain_is_an_error_that_names_it() {
		let error = load("no-such-chain.json").err().unwrap();
		assert!(error.contains("no-such-chain.json"), "{error}");
	}
}
