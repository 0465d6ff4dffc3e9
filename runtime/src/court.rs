//! The court: what it is told of the chain, what a ruling reaches, and the terms of its courts.

// Products of constants only; the integrity tests evaluate every one.
#![allow(clippy::arithmetic_side_effects)]

use frame_support::{
	migrations::MultiStepMigrator,
	parameter_types,
	traits::{fungible::NativeOrWithId, ConstU64, EitherOf, Get},
	PalletId,
};
use pallet_strata_disputes::types::{
	CourtId, Periods, RoleId, Seeds, Terms, Value, MIN_ACTIVATION,
};
use sp_runtime::{DispatchError, DispatchResult, Perbill};
use strata_court::{Epoch, Penalties};
use strata_numbers::Holding;
use strata_traits::{
	Admission, Asset, Award, Case, DisputeId, Enforce, Enforced, Listing, PriceFeeds, Subject,
};

use crate::{
	assets::AllAssets,
	governance::{
		councils::{EnsureStewards, EnsureTwoThirds},
		CourtAdmin, TreasuryAccount,
	},
	units::{DAYS, HOURS, SLOT_MILLIS, STRA},
	AccountId, Balance, Balances, MultiBlockMigrations, Oracle, Risk, Runtime, RuntimeHoldReason,
	SafeMode, Timestamp, Tranches,
};

/// The court that anybody may sit in.
pub const GENERAL: CourtId = 0;
/// The court above it, for accredited jurors.
pub const ACCREDITED: CourtId = 1;
/// What its jurors must be.
pub const ACCREDITED_JUROR: RoleId = 1;

/// A referendum of the court track, or two thirds of the council: the last word where jurors cannot
/// have it.
pub type FinalAuthority = EitherOf<CourtAdmin, EnsureTwoThirds>;
/// A referendum of the court track, or three fifths of the council: closes the court and opens it.
/// Guardians cannot, since a closed court does not open by itself; they have safe mode.
pub type CourtKeeper = EitherOf<CourtAdmin, EnsureStewards>;

parameter_types! {
	/// Where the court keeps what cases are about.
	pub const CourtPalletId: PalletId = PalletId(*b"str/crt!");
	/// What the court may take of what is left of a block at its end.
	pub const CourtShare: Perbill = Perbill::from_percent(10);
}

impl pallet_strata_seeds::Config for Runtime {}

impl pallet_strata_disputes::Config for Runtime {
	type AdminOrigin = CourtAdmin;
	type Assets = AllAssets;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type BlockMillis = ConstU64<SLOT_MILLIS>;
	type Currency = Balances;
	type Enforce = Remedies;
	type Facts = Tranches;
	type FinalOrigin = FinalAuthority;
	type Halted = Halted;
	type IdleShare = CourtShare;
	type PalletId = CourtPalletId;
	type PauseOrigin = CourtKeeper;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Seeds = EpochSeeds;
	type Time = Timestamp;
	type Treasury = TreasuryAccount;
	type Value = MarketValue;
	type WeightInfo = pallet_strata_disputes::weights::SubstrateWeight<Runtime>;
}

/// While storage migrates over several blocks nobody can make a transaction, and in safe mode few can:
/// the court's clock stands.
pub struct Halted;

impl Get<bool> for Halted {
	fn get() -> bool {
		SafeMode::is_entered() || MultiBlockMigrations::ongoing()
	}
}

/// Epochs of BABE, and what their primary slots revealed.
pub struct EpochSeeds;

impl Seeds for EpochSeeds {
	fn epoch() -> Epoch {
		pallet_strata_seeds::Pallet::<Runtime>::epoch()
	}

	fn seed() -> Option<[u8; 32]> {
		pallet_strata_seeds::Pallet::<Runtime>::seed()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set(epoch: Epoch, seed: [u8; 32]) {
		pallet_strata_seeds::Pallet::<Runtime>::set(epoch, seed);
	}
}

/// Decimals of STRA.
const NATIVE_DECIMALS: u8 = 12;

/// Amounts of settlement assets in STRA, at prices that may be relied on.
pub struct MarketValue;

impl Value for MarketValue {
	/// The asset at the upper side of its price, STRA at the lower side of its own: never less than
	/// what a claim is worth.
	fn in_native(asset: &Asset, amount: Balance) -> Option<Balance> {
		if *asset == NativeOrWithId::Native {
			return Some(amount);
		}
		let listing = Risk::settlement(asset)?;
		let price = Oracle::reading(listing.feed).reliable()?.upper;
		let native = Risk::collateral(&NativeOrWithId::Native)?;
		let native_price = Oracle::reading(native.feed).reliable()?.lower;
		Holding::new(amount, listing.decimals, price).converted_ceil(NATIVE_DECIMALS, native_price)
	}
}

/// What a ruling reaches: the parties to a deal, or a feeder.
pub struct Remedies;

impl Enforce<AccountId> for Remedies {
	fn open(
		dispute: DisputeId,
		case: &Case<AccountId>,
		claimant: &AccountId,
	) -> Result<Admission<AccountId>, DispatchError> {
		match case.subject {
			Subject::Deal(_) => Tranches::court_open(dispute, case, claimant),
			Subject::Feed(_) => Oracle::court_open(dispute, case, claimant),
		}
	}

	fn is_conflicted(case: &Case<AccountId>, who: &AccountId) -> bool {
		match case.subject {
			Subject::Deal(_) => Tranches::court_is_conflicted(case, who),
			Subject::Feed(_) => Oracle::court_is_conflicted(case, who),
		}
	}

	fn freeze(dispute: DisputeId, case: &Case<AccountId>, most: Balance) -> DispatchResult {
		match case.subject {
			Subject::Deal(_) => Tranches::court_freeze(dispute, case, most),
			Subject::Feed(_) => Oracle::court_freeze(dispute, case, most),
		}
	}

	fn unfreeze(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult {
		match case.subject {
			Subject::Deal(_) => Tranches::court_unfreeze(dispute, case),
			Subject::Feed(_) => Oracle::court_unfreeze(dispute, case),
		}
	}

	fn enforce(
		dispute: DisputeId,
		case: &Case<AccountId>,
		claimant: &AccountId,
		award: Award,
		payer: &AccountId,
		extra: Balance,
	) -> Result<Enforced, DispatchError> {
		match case.subject {
			Subject::Deal(_) => {
				Tranches::court_enforce(dispute, case, claimant, award, payer, extra)
			},
			Subject::Feed(_) => Oracle::court_enforce(dispute, case, claimant, award, payer, extra),
		}
	}

	fn close(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult {
		match case.subject {
			Subject::Deal(_) => Tranches::court_close(dispute, case),
			Subject::Feed(_) => Oracle::court_close(dispute, case),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_case(dispute: DisputeId) -> (Case<AccountId>, AccountId) {
		Tranches::benchmark_case(dispute)
	}
}

/// How long the stages of a case last on a development chain, in blocks: a case in minutes.
pub const fn fast_periods() -> Periods {
	Periods {
		response: 20,
		evidence: 20,
		commit: 15,
		reveal: 15,
		appeal: 20,
		cooling: 5,
		ruling: 50,
		correction: 10,
	}
}

/// How long they last on a chain that others rely on, in blocks: at most 14 days without an appeal.
pub const fn live_periods() -> Periods {
	Periods {
		response: 72 * HOURS,
		evidence: 96 * HOURS,
		commit: 48 * HOURS,
		reveal: 48 * HOURS,
		appeal: 72 * HOURS,
		cooling: 24 * HOURS,
		ruling: 14 * DAYS,
		correction: DAYS,
	}
}

/// Epochs from a stake to its activation on a development chain: the least.
pub const FAST_ACTIVATION: Epoch = MIN_ACTIVATION;

/// The same on a chain that others rely on: 7 days, of epochs of 4 hours. That is longer than a
/// respondent has to answer: the first panel of a case has nobody in it who staked because it was filed.
pub const LIVE_ACTIVATION: Epoch = 42;

/// The terms of a court whose stages last so long, where a stake waits for so many epochs, and whose
/// jurors must be this, if anything.
pub fn terms(periods: Periods, activation: Epoch, role: Option<RoleId>) -> Terms {
	Terms {
		stake: 1_000 * STRA,
		deposit: 300 * STRA,
		fee: 20 * STRA,
		panel: 5,
		appeals: 3,
		bond: 100 * STRA,
		evidence: STRA,
		periods,
		limitation: 365 * 24 * 60 * 60 * 1_000,
		penalties: Penalties::default(),
		activation,
		ejection: 3,
		freeze_rate: Perbill::from_percent(10),
		role,
		quota: None,
	}
}

/// The courts of a chain: the general one, with its parent, and the accredited one.
pub fn courts(periods: Periods, activation: Epoch) -> alloc::vec::Vec<(Option<CourtId>, Terms)> {
	alloc::vec![
		(Some(ACCREDITED), terms(periods, activation, None)),
		(None, terms(periods, activation, Some(ACCREDITED_JUROR))),
	]
}
