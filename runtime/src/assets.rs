//! STRA, the assets of users (settlement assets and collateral), and the notes of deals.

use frame_support::{
	parameter_types,
	traits::{
		fungible::{self, Balanced, Credit, NativeFromLeft, NativeOrWithId},
		AsEnsureOriginWithArg, ConstU128, ConstU32, Equals, NeverEnsureOrigin, OnUnbalanced,
		VariantCountOf,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_runtime::traits::AccountIdConversion;

use crate::{
	units::{deposit, EXISTENTIAL_DEPOSIT},
	AccountId, Assets, AssetsHolder, Authorship, Balance, Balances, NotesFreezer, NotesHolder,
	Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
};

/// The instance of `pallet-assets` for settlement assets and collateral.
pub type AssetsInstance = frame_support::instances::Instance1;
/// The instance of `pallet-assets` for notes.
pub type NotesInstance = frame_support::instances::Instance2;

/// STRA and the assets of users behind one interface.
pub type AllAssets =
	fungible::UnionOf<Balances, Assets, NativeFromLeft, NativeOrWithId<u32>, AccountId>;
/// Holds on STRA and on the assets of users behind one interface.
pub type AllHolds =
	fungible::UnionOf<Balances, AssetsHolder, NativeFromLeft, NativeOrWithId<u32>, AccountId>;

impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = Balance;
	type DoneSlashHandler = ();
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type ReserveIdentifier = [u8; 8];
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = crate::weights::Balances;
}

/// Gives fees to the author of the block. What cannot be given (an author without an account) is
/// burned.
pub struct ToAuthor;

impl OnUnbalanced<Credit<AccountId, Balances>> for ToAuthor {
	fn on_nonzero_unbalanced(fees: Credit<AccountId, Balances>) {
		if let Some(author) = Authorship::author() {
			// Dropping what is left over burns it.
			drop(Balances::resolve(&author, fees));
		}
	}
}

parameter_types! {
	/// The deposit for a new asset.
	pub const AssetDeposit: Balance = deposit(2, 400);
	/// The deposit for an account that holds an asset which does not keep accounts alive by itself.
	pub const AssetAccountDeposit: Balance = deposit(1, 16);
	/// The deposit for a name and a symbol.
	pub const MetadataDepositBase: Balance = deposit(1, 68);
	/// The deposit for each byte of them.
	pub const MetadataDepositPerByte: Balance = deposit(0, 1);
	/// The deposit for an approval.
	pub const ApprovalDeposit: Balance = deposit(1, 80);
	/// The keyless account that issues the assets which governance vouches for. Only governance
	/// acts for it, by `utility.dispatch_as`.
	pub IssuerAccount: AccountId = PalletId(*b"str/issu").into_account_truncating();
}

impl pallet_assets::Config<AssetsInstance> for Runtime {
	type ApprovalDeposit = ApprovalDeposit;
	type AssetAccountDeposit = AssetAccountDeposit;
	type AssetDeposit = AssetDeposit;
	type AssetId = u32;
	type AssetIdAllocator = ();
	type AssetIdParameter = codec::Compact<u32>;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type CallbackHandle = ();
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type Currency = Balances;
	type Extra = ();
	type ForceOrigin = EnsureRoot<AccountId>;
	// Nothing freezes a part of a balance of these, which every transfer would look for.
	type Freezer = ();
	type Holder = AssetsHolder;
	type MetadataDepositBase = MetadataDepositBase;
	type MetadataDepositPerByte = MetadataDepositPerByte;
	type RemoveItemsLimit = ConstU32<1_000>;
	type ReserveData = ();
	type RuntimeEvent = RuntimeEvent;
	type StringLimit = ConstU32<50>;
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
}

impl pallet_assets_holder::Config<AssetsInstance> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

// Nobody creates a note, and nobody forces one, but the tranches pallet: its calls are disabled and
// its origins never succeed.
impl pallet_assets::Config<NotesInstance> for Runtime {
	type ApprovalDeposit = ApprovalDeposit;
	type AssetAccountDeposit = AssetAccountDeposit;
	type AssetDeposit = AssetDeposit;
	type AssetId = u32;
	type AssetIdAllocator = ();
	type AssetIdParameter = codec::Compact<u32>;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type CallbackHandle = ();
	type CreateOrigin = AsEnsureOriginWithArg<NeverEnsureOrigin<AccountId>>;
	type Currency = Balances;
	type Extra = ();
	type ForceOrigin = NeverEnsureOrigin<AccountId>;
	type Freezer = NotesFreezer;
	type Holder = NotesHolder;
	// The deposit of the deal covers its notes.
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type RemoveItemsLimit = ConstU32<1_000>;
	type ReserveData = ();
	type RuntimeEvent = RuntimeEvent;
	type StringLimit = ConstU32<50>;
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
}

impl pallet_assets_holder::Config<NotesInstance> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_assets_freezer::Config<NotesInstance> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
}

/// Assets whose roles nobody but governance can use: an owner, issuer, admin or freezer could
/// otherwise destroy, dilute, move or freeze what a deal holds.
pub type GovernedAssets =
	pallet_strata_risk::TrustedRoles<Assets, AccountId, Equals<IssuerAccount>>;
