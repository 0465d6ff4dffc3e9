//! Measures the weights of the runtime's calls and hooks: `frame-benchmarking-cli`'s command for
//! pallets, over the wasm that `build.rs` made. `scripts/weights.sh` runs it; its options are those
//! of upstream's `benchmark pallet`.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sc_cli::{LoggerBuilder, Result};
use sp_runtime::traits::BlakeTwo256;
use std::path::PathBuf;

/// What wasm-builder wrote: the paths and the bytes of the wasm.
mod wasm {
	#![allow(dead_code, missing_docs)]
	include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

fn main() -> Result<()> {
	LoggerBuilder::new(std::env::var("RUST_LOG").unwrap_or_else(|_| "info".into())).init()?;

	let mut command = PalletCmd::parse();
	if command.runtime.is_none() && command.json_input.is_none() {
		let path =
			wasm::WASM_BINARY_PATH.ok_or("the wasm build was skipped: unset SKIP_WASM_BUILD")?;
		// Not an argument, so that the path of this machine is not written into the weight files.
		command.runtime = Some(PathBuf::from(path));
	}
	// With a runtime and nothing else said, the state starts from its `development` preset.
	// The runtime uses no host function beyond Substrate's.
	command.run_with_spec::<BlakeTwo256, ()>(None)
}
