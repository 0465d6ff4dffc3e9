//! Builds the wasm of the runtime with its benchmarks. The native runtime is never compiled: the
//! benchmarks run in the wasm, as they would on a node.

use std::path::Path;
use substrate_wasm_builder::WasmBuilder;

fn main() {
	// wasm-builder looks for this path among those that cargo names, which have no `..` in them.
	let runtime = Path::new(env!("CARGO_MANIFEST_DIR"))
		.join("../../runtime/Cargo.toml")
		.canonicalize()
		.expect("the runtime is two folders up");
	WasmBuilder::new()
		.with_project(runtime)
		.expect("the runtime's manifest is two folders up, in the same checkout")
		.import_memory()
		.export_heap_base()
		.enable_feature("runtime-benchmarks")
		.build();
}
