//! The two councils. Referenda of the root track choose their members.

use frame_support::{
	parameter_types,
	traits::{ConstU32, EitherOf},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_collective::{DefaultVote, EnsureProportionAtLeast, MemberCount};
use sp_runtime::Perbill;

use super::Canceller;
use crate::{
	system::RuntimeBlockWeights, AccountId, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
};

/// The instance of `pallet-collective` that is the council: the stewards of risk.
pub type CouncilInstance = frame_support::instances::Instance1;
/// The instance of `pallet-collective` that is the guardians.
pub type GuardiansInstance = frame_support::instances::Instance2;

/// Three fifths of the council.
pub type EnsureStewards = EnsureProportionAtLeast<AccountId, CouncilInstance, 3, 5>;
/// Two thirds of the council.
pub type EnsureTwoThirds = EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>;
/// Half of the guardians.
pub type EnsureGuardians = EnsureProportionAtLeast<AccountId, GuardiansInstance, 1, 2>;

/// Three fifths of the council, or a referendum of the root track: small steps of risk parameters,
/// pausing single calls, and the end of safe mode.
pub type Stewards = EitherOf<EnsureRoot<AccountId>, EnsureStewards>;
/// Half of the guardians, or a referendum of the root track: what can only tighten, is done at once,
/// and ends by itself unless it is ratified.
pub type Guardian = EitherOf<EnsureRoot<AccountId>, EnsureGuardians>;

parameter_types! {
	/// How heavy a call a council may make.
	pub MaxProposalWeight: Weight =
		Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

/// Who does not vote is against it: half of a council must mean what half of it does. (With the
/// SDK's own rules, a majority speaks for all when a motion ends, and two thirds are never needed.)
pub struct AbsentAreAgainst;

impl DefaultVote for AbsentAreAgainst {
	fn default_vote(_: Option<bool>, _: MemberCount, _: MemberCount, _: MemberCount) -> bool {
		false
	}
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
	type Consideration = ();
	type DefaultVote = AbsentAreAgainst;
	type DisapproveOrigin = Canceller;
	type KillOrigin = EnsureRoot<AccountId>;
	type MaxMembers = ConstU32<25>;
	type MaxProposalWeight = MaxProposalWeight;
	type MaxProposals = ConstU32<32>;
	type MotionDuration = pallet_strata_tempo::MotionDuration<Runtime>;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
}

impl pallet_collective::Config<GuardiansInstance> for Runtime {
	type Consideration = ();
	type DefaultVote = AbsentAreAgainst;
	type DisapproveOrigin = Canceller;
	type KillOrigin = EnsureRoot<AccountId>;
	type MaxMembers = ConstU32<15>;
	type MaxProposalWeight = MaxProposalWeight;
	type MaxProposals = ConstU32<32>;
	type MotionDuration = pallet_strata_tempo::MotionDuration<Runtime>;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
}
