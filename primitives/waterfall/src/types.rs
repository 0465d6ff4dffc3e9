//! What goes in and what comes out.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use strata_numbers::{DayCount, Ratio};

/// Classes of a deal, at most.
pub const MAX_CLASSES: u32 = 8;

/// One value per class, by rank: the senior-most first, the residual last.
pub type PerClass<T> = BoundedVec<T, ConstU32<MAX_CLASSES>>;

/// What a deal owes one class. Amounts are in the smallest unit of the settlement asset.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct ClassState {
	/// Principal not yet redeemed.
	pub balance: u128,
	/// Yearly rate, e.g. 0.05; zero for the residual.
	pub rate: Ratio,
	/// Interest accrued on the balance and not paid.
	pub due: u128,
	/// Interest accrued on unpaid `due` and not paid.
	pub interest_on_interest: u128,
	/// Interest paid so far; for the residual, its income.
	pub interest_paid: u128,
	/// Principal paid so far.
	pub principal_paid: u128,
	/// Principal deficiency ledger: losses charged to this class and not made good from income yet.
	/// Part of the balance, never above it.
	pub pdl: u128,
	/// Balance given up for something else than cash.
	pub exchanged: u128,
	/// Balance that was written off at the end.
	pub written_off: u128,
}

impl ClassState {
	/// A class of which `balance` was issued, with nothing due.
	pub fn issued(balance: u128, rate: Ratio) -> Self {
		Self { balance, rate, ..Default::default() }
	}

	/// All interest that is owed: `due` and the interest on it. `None` if it does not fit.
	pub fn interest_owed(&self) -> Option<u128> {
		self.due.checked_add(self.interest_on_interest)
	}
}

/// What the engine keeps of a deal between two dates.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct State {
	/// The classes by rank; the last one is the residual.
	pub classes: PerClass<ClassState>,
	/// How time becomes a share of a year.
	pub day_count: DayCount,
	/// The contractual date up to which interest has accrued: milliseconds since 1970.
	pub accrued_to: u64,
	/// Cash kept for the coupon of the senior-most class.
	pub reserve: u128,
	/// Losses beyond what the classes could be charged.
	pub uncovered: u128,
}

/// Cash, with interest and principal kept apart.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Funds {
	/// Cash that pays interest, then the residual.
	pub interest: u128,
	/// Cash that redeems principal.
	pub principal: u128,
}

/// How much principal a date redeems.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Redeem {
	/// Nothing: principal stays, to be lent again (revolving).
	Nothing,
	/// At most this much; the rest stays.
	UpTo(u128),
	/// All there is (amortising).
	All,
}

/// What came in for one contractual date.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Collections {
	/// The contractual date: interest accrues to it, whenever the run happens.
	pub date: u64,
	/// Cash collected up to the date, but for recoveries.
	pub funds: Funds,
	/// Cash recovered on losses charged earlier: income.
	pub recoveries: u128,
	/// Principal lost since the last date, less what already made it good.
	pub losses: u128,
	/// What the principal fund may redeem on this date.
	pub redeem: Redeem,
	/// Whether the residual must wait: something may still be lost that is not charged yet.
	pub hold_residual: bool,
	/// Whether nothing will come in any more. The reserve then is income, and pays what is owed in
	/// order of rank.
	pub last: bool,
}

/// What one class is paid on one date.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Payment {
	/// Interest owed on the date, before anything is paid: due and interest on it.
	pub due: u128,
	/// Interest paid; for the residual, income.
	pub interest: u128,
	/// Principal paid.
	pub principal: u128,
	/// Principal still owed afterwards.
	pub balance: u128,
}

/// The result of a run.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Outcome {
	/// The state after the date.
	pub state: State,
	/// One payment per class, by rank, also where nothing is paid.
	pub payments: PerClass<Payment>,
	/// What no step took. It stays with the deal.
	pub left: Funds,
	/// Principal cash that was paid as interest or income because every class is redeemed: what the
	/// deal had above all balances. It was charged to no class.
	pub released: u128,
}

/// Why a run is refused. Nothing is changed.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum RunError {
	/// The date lies before the one up to which interest has accrued.
	DateBeforeLast,
	/// A step names a rank that the deal does not have.
	UnknownRank,
	/// An amount does not fit into 128 bits.
	Overflow,
}
