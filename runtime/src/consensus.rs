//! BABE makes blocks, GRANDPA finalises them, sessions give both their authorities.

use alloc::vec::Vec;
use frame_support::traits::{ConstU128, ConstU32, ConstU64};
use pallet_session::{historical, FindAccountFromAuthorIndex};
use pallet_strata_tempo::ReportLongevity;
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_runtime::{
	impl_opaque_keys,
	traits::{ConvertInto, OpaqueKeys},
};
use sp_session::MembershipProof;

use crate::{
	units::{MILLISTRA, SLOT_MILLIS},
	AccountId, AuthorityDiscovery, Babe, Balances, Grandpa, Historical, Offences, Runtime,
	RuntimeCall, RuntimeEvent, Session, UncheckedExtrinsic, ValidatorSet,
};

/// Most validators at once.
pub const MAX_AUTHORITIES: u32 = 100;

/// A quarter of the slots has a primary author; the others fall to one drawn by VRF, so that no slot
/// is empty while everybody is there.
pub const BABE_GENESIS_EPOCH_CONFIG: BabeEpochConfiguration =
	BabeEpochConfiguration { c: (1, 4), allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots };

impl_opaque_keys! {
	/// The keys of a validator's node.
	pub struct SessionKeys {
		/// Makes blocks.
		pub babe: Babe,
		/// Finalises them.
		pub grandpa: Grandpa,
		/// Signs the node's addresses.
		pub authority_discovery: AuthorityDiscovery,
	}
}

impl pallet_babe::Config for Runtime {
	type DisabledValidators = Session;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type EpochDuration = pallet_strata_tempo::EpochDuration<Runtime>;
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity<Runtime>>;
	type ExpectedBlockTime = ConstU64<SLOT_MILLIS>;
	type KeyOwnerProof = MembershipProof;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<0>;
	type WeightInfo = ();
}

impl pallet_grandpa::Config for Runtime {
	type EquivocationReportSystem = pallet_grandpa::EquivocationReportSystem<
		Self,
		Offences,
		Historical,
		ReportLongevity<Runtime>,
	>;
	type KeyOwnerProof = MembershipProof;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = pallet_strata_tempo::SetIdSessionEntries<Runtime>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
}

impl pallet_session::Config for Runtime {
	type Currency = Balances;
	type DisablingStrategy = pallet_session::disabling::UpToLimitDisablingStrategy;
	type KeyDeposit = ConstU128<{ 500 * MILLISTRA }>;
	type Keys = SessionKeys;
	type NextSessionRotation = Babe;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager =
		pallet_strata_seeds::NoteSeed<Self, historical::NoteHistoricalRoot<Self, ValidatorSet>>;
	type ShouldEndSession = Babe;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl historical::Config for Runtime {
	type FullIdentification = ();
	type FullIdentificationOf = pallet_strata_validator_set::FullIdentificationOf<Self>;
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_strata_validator_set::Config for Runtime {
	type MaxValidators = ConstU32<MAX_AUTHORITIES>;
	type HistoryDepth = pallet_strata_tempo::UnbondingSessions<Runtime>;
	type WeightInfo = pallet_strata_validator_set::weights::SubstrateWeight<Runtime>;
}

impl pallet_offences::Config for Runtime {
	type IdentificationTuple = historical::IdentificationTuple<Self>;
	type OnOffenceHandler = ValidatorSet;
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_authorship::Config for Runtime {
	type EventHandler = ();
	type FindAuthor = FindAccountFromAuthorIndex<Self, Babe>;
}

impl pallet_authority_discovery::Config for Runtime {
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
}

impl pallet_strata_tempo::Config for Runtime {}

// Reports of equivocations are transactions without a signature that carry their own proof.
impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateBare<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}

/// The authorities now, as authority discovery wants them.
pub(crate) fn discoverable_authorities() -> Vec<AuthorityDiscoveryId> {
	AuthorityDiscovery::authorities()
}

/// Proof that `key` belongs to a validator of this or an earlier session.
pub(crate) fn key_owner_proof(
	kind: sp_core::crypto::KeyTypeId,
	key: impl codec::Encode,
) -> Option<MembershipProof> {
	use frame_support::traits::KeyOwnerProofSystem;
	Historical::prove((kind, codec::Encode::encode(&key)))
}
