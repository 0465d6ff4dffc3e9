//! The Strata node.
//!
//! - [`cli`] and [`command`]: what can be asked of the binary and what it does then;
//! - [`chain_spec`]: the chains it knows;
//! - [`service`]: the full node, BABE for production and GRANDPA for finality;
//! - [`sealing`]: production on demand instead of BABE, for development and tests;
//! - [`genesis`]: whether the chain can begin, and whether the database is of it;
//! - [`disk`]: what is said when the database cannot be used;
//! - [`keystore`]: what RPC and the command line may put into the keystore;
//! - [`metrics`]: figures of the chain's business for Prometheus;
//! - [`inherents`]: where a block's slot and timestamp come from;
//! - [`rpc`]: the RPC methods beyond those of every Substrate node.

// The errors of `sc_cli` and `sc_service` are large, and are what their functions take and return.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod cli;
mod command;
mod disk;
mod genesis;
mod inherents;
mod keystore;
mod metrics;
mod rpc;
mod sealing;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			let error = error.to_string();
			// Without what Substrate puts in front of an error that is none of its own.
			let error = error.strip_prefix("Other: ").unwrap_or(&error);
			eprintln!("Error: {}", genesis::brief(error));
			ExitCode::FAILURE
		},
	}
}
