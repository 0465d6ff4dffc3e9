//! The treasury: what belongs to everybody, in STRA. Slashed bonds and deposits come in, rewards of
//! feeders and what referenda spend go out. Nothing is burned.

use frame_support::{
	parameter_types,
	traits::{
		tokens::{PayFromAccount, UnityAssetBalanceConversion},
		ConstU128, ConstU32, EitherOf, MapSuccess,
	},
	PalletId,
};
use frame_system::EnsureRootWithSuccess;
use sp_runtime::{
	traits::{AccountIdConversion, IdentityLookup, Replace},
	Permill,
};

use super::{origins::EnsureTreasurer, Hours, Treasurer};
use crate::{units::STRA, AccountId, Balance, Balances, Runtime, RuntimeEvent, System};

/// What one referendum of the treasurer's track may spend, all its payments together.
pub const TREASURER_BOUND: Balance = 10_000 * STRA;

parameter_types! {
	/// Where the treasury's account is derived from.
	pub const TreasuryPalletId: PalletId = PalletId(*b"py/trsry");
	/// The account of the treasury.
	pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
	/// What the root track may spend.
	pub const Unbounded: Balance = Balance::MAX;
	/// What of the treasury is burned each period.
	pub const Burn: Permill = Permill::zero();
}

impl pallet_treasury::Config for Runtime {
	// STRA only.
	type AssetKind = ();
	type BalanceConverter = UnityAssetBalanceConversion;
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type BlockNumberProvider = System;
	type Burn = Burn;
	type BurnDestination = ();
	type Currency = Balances;
	// The old way to spend, without a time to claim in, is closed.
	type MaxApprovals = ConstU32<0>;
	type PalletId = TreasuryPalletId;
	type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
	// 30 days to claim what was granted.
	type PayoutPeriod = Hours<720>;
	// Takes back what is granted and not paid.
	type RejectOrigin = Treasurer;
	type RuntimeEvent = RuntimeEvent;
	type SpendFunds = ();
	type SpendOrigin = EitherOf<
		EnsureRootWithSuccess<AccountId, Unbounded>,
		MapSuccess<EnsureTreasurer, Replace<ConstU128<TREASURER_BOUND>>>,
	>;
	// 7 days. Nothing happens then: there are no approvals, and nothing burns.
	type SpendPeriod = Hours<168>;
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
}
