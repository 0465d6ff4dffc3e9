//! The genesis that a chain specification describes: whether a chain can begin with it, and whether the
//! database has begun with it.

use crate::service::{Block, Executor, FullBackend, FullClient, Hash};
use sc_chain_spec::BuildGenesisBlock;
use sc_client_api::Backend as _;
use sc_service::{error::Error as ServiceError, Configuration, GenesisBlockBuilder};
use sp_blockchain::HeaderBackend as _;
use sp_core::storage::{well_known_keys::CODE, Storage};
use sp_runtime::traits::Block as _;
use std::{path::Path, sync::Arc};

/// Makes the first block.
pub type Builder = GenesisBlockBuilder<Block, FullBackend, Executor>;

/// The state that the specification describes.
///
/// # Errors
/// If it describes none, or one without a runtime.
pub fn state(config: &Configuration) -> Result<Storage, ServiceError> {
	let storage = config.chain_spec.as_storage_builder().build_storage();
	let storage = storage.map_err(|error| unusable(config, &error))?;
	match storage.top.get(CODE) {
		Some(code) if !code.is_empty() => Ok(storage),
		_ => Err(unusable(config, "it has no runtime (`:code`)")),
	}
}

/// What makes the first block of this state, in a database that has none or the same.
///
/// # Errors
/// If the runtime is none, or if the database belongs to another chain: it would go on with that one,
/// whatever the specification says.
pub fn builder(
	state: Storage,
	config: &Configuration,
	backend: &Arc<FullBackend>,
	executor: &Executor,
) -> Result<Builder, ServiceError> {
	let builder =
		|state, commit| Builder::new_with_storage(state, commit, backend.clone(), executor.clone());
	let block = builder(state.clone(), false)?.build_genesis_block();
	let (block, _) = block.map_err(|error| unusable(config, &error.to_string()))?;
	let (expected, there) = (block.hash(), backend.blockchain().info().genesis_hash);
	if there != Hash::default() && there != expected {
		let path = config.database.path().unwrap_or(Path::new("memory"));
		return Err(another_chain(path, there, expected).into());
	}
	Ok(builder(state, !config.no_genesis())?)
}

fn unusable(config: &Configuration, reason: &str) -> ServiceError {
	let (name, reason) = (config.chain_spec.name(), brief(reason));
	let advice =
		"Give --chain the file that all nodes of the chain start from, or make it again with \
		export-chain-spec";
	format!("the chain specification of `{name}` describes no genesis: {reason}. {advice}").into()
}

/// An error without the whole genesis, which the runtime puts behind what is wrong with it.
pub fn brief(error: &str) -> &str {
	error.split_once(" for blob:").map_or(error, |(brief, _)| brief)
}

fn another_chain(path: &Path, there: Hash, expected: Hash) -> String {
	format!(
		"the database in {} is of another chain: its genesis is {there:?}, that of the chain specification \
		{expected:?}. Give --chain the specification that it was made with, choose another --base-path, or \
		remove the database with purge-chain",
		path.display(),
	)
}

/// Whether anybody may make blocks.
///
/// # Errors
/// If the genesis names no validator: nothing would ever happen on such a chain.
pub fn check_validators(client: &FullClient) -> Result<(), ServiceError> {
	match sc_consensus_babe::configuration(client)?.authorities.is_empty() {
		false => Ok(()),
		true => {
			Err("the chain has no validators, so it can make no blocks: name them with their keys \
			in `session.keys` of the chain specification's genesis, make it raw again, and remove the \
			database with purge-chain"
				.into())
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_wrong_with_a_genesis_is_one_line() {
		assert_eq!(
			brief("unknown field `no` at line 4 for blob:\n{\n}"),
			"unknown field `no` at line 4"
		);
		assert_eq!(brief("no runtime"), "no runtime");
	}

	#[test]
	fn a_database_of_another_chain_is_named_with_the_ways_out() {
		let (there, expected) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		let said = another_chain(Path::new("/data/db"), there, expected);
		assert!(!said.contains('\n') && !said.contains('\t'), "{said}");
		for part in ["/data/db", "0x0101", "0x0202", "--chain", "--base-path", "purge-chain"] {
			assert!(said.contains(part), "no `{part}`: {said}");
		}
	}
}
