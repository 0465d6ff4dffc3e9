//! Two brakes, for when something is found to be wrong before it can be mended.
//!
//! *Pausing a call* takes one call from everybody, for as long as the council wants. *Safe mode*
//! closes everything that is not on a list, for a time that is fixed when it is entered; it ends by
//! itself. Neither closes a way out: see [`open_calls`](super::open_calls). Neither stops the root
//! track.
//!
//! Guardians may enter safe mode for a day, and then not again for three: whatever they do ends by
//! itself, and leaves time for others to act. To pause a call, which does not end by itself, takes
//! the council.

use frame_support::{
	parameter_types,
	traits::{ConstU32, EitherOf, EnsureOrigin, Get, MapSuccess, SafeModeNotify},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use sp_runtime::traits::Replace;

use super::{
	councils::{EnsureGuardians, EnsureStewards},
	open_calls::{NeverPaused, OpenInSafeMode},
	origins::pallet_origins::GuardiansRestUntil,
	Hours, Stewards,
};
use crate::{
	AccountId, Balances, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, RuntimeHoldReason,
	RuntimeOrigin, System,
};

parameter_types! {
	/// How long the root track closes the chain for, and extends that by: a week.
	pub RootStay: BlockNumber = Hours::<168>::get();
	/// How long the council closes it for, and extends that by: three days.
	pub CouncilStay: BlockNumber = Hours::<72>::get();
	/// How long guardians close it for. They cannot extend it.
	pub GuardiansStay: BlockNumber = Hours::<24>::get();
	/// How long guardians rest after it has ended, whoever began it.
	pub GuardiansRest: BlockNumber = Hours::<72>::get();
}

/// Half of the guardians, unless they rest.
pub struct RestedGuardians;

impl EnsureOrigin<RuntimeOrigin> for RestedGuardians {
	type Success = BlockNumber;

	fn try_origin(origin: RuntimeOrigin) -> Result<BlockNumber, RuntimeOrigin> {
		let rested = System::block_number() > GuardiansRestUntil::<Runtime>::get();
		if !rested {
			return Err(origin);
		}
		EnsureGuardians::try_origin(origin).map(|()| GuardiansStay::get())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		EnsureGuardians::try_successful_origin()
	}
}

/// Has guardians rest after a safe mode.
pub struct Rest;

impl SafeModeNotify for Rest {
	fn entered() {}

	fn exited() {
		let until = System::block_number().saturating_add(GuardiansRest::get());
		GuardiansRestUntil::<Runtime>::put(until);
	}
}

/// Weights of safe mode, with the rest of guardians: a read to enter it, a write when it ends.
pub struct SafeModeWeight;

/// The weights of the pallet alone.
type Plain = pallet_safe_mode::weights::SubstrateWeight<Runtime>;

/// A read, or a write, of when guardians may act again.
fn resting(reads: u64, writes: u64) -> Weight {
	<Runtime as frame_system::Config>::DbWeight::get().reads_writes(reads, writes)
}

impl pallet_safe_mode::WeightInfo for SafeModeWeight {
	fn on_initialize_noop() -> Weight {
		Plain::on_initialize_noop()
	}

	fn on_initialize_exit() -> Weight {
		Plain::on_initialize_exit().saturating_add(resting(0, 1))
	}

	fn enter() -> Weight {
		Plain::enter()
	}

	fn force_enter() -> Weight {
		Plain::force_enter().saturating_add(resting(1, 0))
	}

	fn extend() -> Weight {
		Plain::extend()
	}

	fn force_extend() -> Weight {
		Plain::force_extend()
	}

	fn force_exit() -> Weight {
		Plain::force_exit().saturating_add(resting(0, 1))
	}

	fn release_deposit() -> Weight {
		Plain::release_deposit()
	}

	fn force_release_deposit() -> Weight {
		Plain::force_release_deposit()
	}

	fn force_slash_deposit() -> Weight {
		Plain::force_slash_deposit()
	}
}

impl pallet_safe_mode::Config for Runtime {
	type Currency = Balances;
	// Nobody buys a halt.
	type EnterDepositAmount = ();
	type EnterDuration = GuardiansStay;
	type ExtendDepositAmount = ();
	type ExtendDuration = GuardiansStay;
	// There are no deposits.
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type ForceEnterOrigin = EitherOf<
		EitherOf<
			EnsureRootWithSuccess<AccountId, RootStay>,
			MapSuccess<EnsureStewards, Replace<CouncilStay>>,
		>,
		RestedGuardians,
	>;
	type ForceExitOrigin = Stewards;
	type ForceExtendOrigin = EitherOf<
		EnsureRootWithSuccess<AccountId, RootStay>,
		MapSuccess<EnsureStewards, Replace<CouncilStay>>,
	>;
	type Notify = Rest;
	type ReleaseDelay = ();
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = SafeModeWeight;
	type WhitelistedCalls = OpenInSafeMode;
}

impl pallet_tx_pause::Config for Runtime {
	// Longer than any name, which a test checks: what is longer counts as paused.
	type MaxNameLen = ConstU32<64>;
	type PauseOrigin = Stewards;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type UnpauseOrigin = Stewards;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
	type WhitelistedCalls = NeverPaused;
}
