//! Builds the wasm of the runtime with its benchmarks. The native runtime is never compiled: the
//! benchmarks run in the wasm, as they would on a node.

use substrate_wasm_builder::WasmBuilder;

fn main() {
	WasmBuilder::new()
		.with_project(concat!(env!("CARGO_MANIFEST_DIR"), "/../../runtime/Cargo.toml"))
		.expect("the runtime's manifest is two folders up, in the same checkout")
		.import_memory()
		.export_heap_base()
		.enable_feature("runtime-benchmarks")
		.build();
}
