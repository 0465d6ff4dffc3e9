//! New code is authorised by a referendum of the root track (`system.authorize_upgrade`) and then
//! brought by anyone. Storage migrates over as many blocks as it takes.

use frame_support::{parameter_types, traits::ConstU32, weights::Weight};
use sp_runtime::Perbill;

use crate::{system::RuntimeBlockWeights, Runtime, RuntimeEvent};

/// What becoming this runtime does to storage, one step of each in a block, in their order.
#[cfg(not(any(test, feature = "next-runtime", feature = "runtime-benchmarks")))]
type Migrations = ();
/// The next runtime's, which tests of this one rehearse.
#[cfg(all(any(test, feature = "next-runtime"), not(feature = "runtime-benchmarks")))]
type Migrations = (pallet_strata_vaults::migrations::SettleAll<Runtime>,);

parameter_types! {
	/// How much of a block a migration may take.
	pub MaxServiceWeight: Weight =
		Perbill::from_percent(40) * RuntimeBlockWeights::get().max_block;
}

impl pallet_migrations::Config for Runtime {
	type CursorMaxLen = ConstU32<65_536>;
	type FailedMigrationHandler = frame_support::migrations::FreezeChainOnFailedMigration;
	type IdentifierMaxLen = ConstU32<256>;
	type MaxServiceWeight = MaxServiceWeight;
	type MigrationStatusHandler = ();
	#[cfg(not(feature = "runtime-benchmarks"))]
	type Migrations = Migrations;
	#[cfg(feature = "runtime-benchmarks")]
	type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}
