//! A runtime of two pallets.

use frame_support::derive_impl;
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

use crate as pallet_strata_tempo;
use crate::Tempo as Beat;

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Tempo = pallet_strata_tempo;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

impl crate::Config for Test {}

/// Builds a chain with `tempo`, runs `test` on it, and checks the state afterwards.
pub fn build_and_execute(tempo: Beat, test: impl FnOnce()) {
	let config = RuntimeGenesisConfig {
		tempo: crate::GenesisConfig { tempo, ..Default::default() },
		..Default::default()
	};
	let mut ext = TestExternalities::new(config.build_storage().expect("a genesis to build on"));
	ext.execute_with(|| {
		test();
		Tempo::do_try_state().expect("the state to hold");
	});
}
