//! BABE makes blocks, GRANDPA finalises them, sessions give both their authorities.

use alloc::vec::Vec;
use frame_support::{
	parameter_types,
	traits::{ConstU128, ConstU32, ConstU64},
};
use frame_system::EnsureRoot;
use pallet_session::{historical, FindAccountFromAuthorIndex};
use pallet_strata_validator_set::{SessionKeyOwners, Terms};
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_runtime::{
	impl_opaque_keys,
	traits::{ConvertInto, OpaqueKeys},
};
use sp_session::MembershipProof;

use crate::{
	equivocations::{BlockReports, ReportWeight, VoteReports},
	governance::TreasuryAccount,
	units::{MILLISTRA, SLOT_MILLIS, STRA},
	AccountId, AuthorityDiscovery, Babe, Balances, Grandpa, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason, Session, UncheckedExtrinsic, ValidatorSet,
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
	type EquivocationReportSystem = BlockReports;
	type ExpectedBlockTime = ConstU64<SLOT_MILLIS>;
	type KeyOwnerProof = MembershipProof;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<0>;
	type WeightInfo = ReportWeight;
}

impl pallet_grandpa::Config for Runtime {
	type EquivocationReportSystem = VoteReports;
	type KeyOwnerProof = MembershipProof;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = pallet_strata_tempo::SetIdSessionEntries<Runtime>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ReportWeight;
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

/// The terms of validators on a chain that others rely on, unless its genesis gives others. Few seats: an
/// attacker who fills a third of them stops finality, and pays a bond for each. Governance opens more as bonds
/// come to be worth something.
pub const LIVE_TERMS: Terms =
	Terms { seats: 10, least: 4, bond: 10_000 * STRA, jail: 6, issuance: 0 };

/// The same on a development chain: everybody may try.
pub const FAST_TERMS: Terms =
	Terms { seats: MAX_AUTHORITIES, least: 4, bond: 1_000 * STRA, jail: 2, issuance: 0 };

parameter_types! {
	/// [`LIVE_TERMS`].
	pub const InitialTerms: Terms = LIVE_TERMS;
}

impl pallet_strata_validator_set::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Bonds = Balances;
	type HistoryDepth = pallet_strata_tempo::UnbondingSessions<Runtime>;
	type InitialTerms = InitialTerms;
	type MaxCandidates = ConstU32<256>;
	// About 5 million STRA a year at most.
	type MaxIssuance = ConstU128<STRA>;
	type MaxValidators = ConstU32<MAX_AUTHORITIES>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Treasury = TreasuryAccount;
	type WeightInfo = pallet_strata_validator_set::weights::SubstrateWeight<Runtime>;
}

impl pallet_offences::Config for Runtime {
	type IdentificationTuple = historical::IdentificationTuple<Self>;
	type OnOffenceHandler = ValidatorSet;
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_authorship::Config for Runtime {
	type EventHandler = ValidatorSet;
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

/// Proof that `key` belongs to a validator of this session.
pub(crate) fn key_owner_proof(
	kind: sp_core::crypto::KeyTypeId,
	key: impl codec::Encode,
) -> Option<MembershipProof> {
	use frame_support::traits::KeyOwnerProofSystem;
	SessionKeyOwners::<Runtime>::prove((kind, codec::Encode::encode(&key)))
}
