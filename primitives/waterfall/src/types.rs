//! What goes in and what comes out.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use strata_numbers::{DayCount, Ratio};

use crate::{Mode, MAX_FEES, MAX_TESTS, MAX_TRIGGERS};

/// Classes of a deal, at most.
pub const MAX_CLASSES: u32 = 8;

/// One value per class, by rank: the senior-most first, the residual last.
pub type PerClass<T> = BoundedVec<T, ConstU32<MAX_CLASSES>>;
/// One value per fee, in the order of the program.
pub type PerFee<T> = BoundedVec<T, ConstU32<MAX_FEES>>;
/// One value per coverage test, in the order of the program.
pub type PerTest<T> = BoundedVec<T, ConstU32<MAX_TESTS>>;
/// One value per trigger, in the order of the program.
pub type PerTrigger<T> = BoundedVec<T, ConstU32<MAX_TRIGGERS>>;

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
	/// Yearly rate now, e.g. 0.05; zero for the residual.
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
	/// Balance that was written off and not written up again.
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

/// What a deal owes for one fee. Amounts are in the smallest unit of the settlement asset.
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
pub struct FeeState {
	/// Accrued and not paid.
	pub due: u128,
	/// Paid so far.
	pub paid: u128,
	/// Of a fee that is due once: whether it was.
	pub charged: bool,
}

/// What the engine keeps of a deal between two dates.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct State {
	/// The classes by rank; the last one is the residual.
	pub classes: PerClass<ClassState>,
	/// The fees, in the order of the program.
	pub fees: PerFee<FeeState>,
	/// Since which date each trigger is tripped: milliseconds since 1970.
	pub triggers: PerTrigger<Option<u64>>,
	/// How time becomes a share of a year.
	pub day_count: DayCount,
	/// The contractual date up to which interest has accrued: milliseconds since 1970.
	pub accrued_to: u64,
	/// Cash kept for senior fees and coupons.
	pub reserve: u128,
	/// Losses beyond what the classes could be charged.
	pub uncovered: u128,
	/// Principal lost since closing, as far as it was charged.
	pub losses: u128,
	/// The original pool: closing par, or whatever the deal measures its losses against.
	pub original: u128,
	/// The pool after the last date: what fees on the pool accrue on.
	pub pool: u128,
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

/// What the deal has lent, after the collections, defaults and losses of the period.
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
pub struct Pool {
	/// Principal that is lent and not lost: performing, past due or in liquidation.
	pub lent: u128,
	/// What counts in tests of principal: performing principal and what of the rest is expected back,
	/// less haircuts and excess concentrations.
	pub adjusted: u128,
	/// Of `lent`, what is past due or in liquidation. For triggers.
	pub delinquent: u128,
}

/// What came in for one contractual date.
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
pub struct Collections {
	/// The contractual date: interest accrues to it, whenever the run happens.
	pub date: u64,
	/// Cash collected up to the date, but for recoveries.
	pub funds: Funds,
	/// Cash recovered on losses charged earlier. It first writes up what was written off, and is income
	/// beyond that.
	pub recoveries: u128,
	/// Principal lost since the last date, less what already made it good.
	pub losses: u128,
	/// The pool after all of this.
	pub pool: Pool,
	/// What the calendar or a decision makes of principal on this date. A trigger may go further.
	pub mode: Mode,
	/// While revolving: principal that is to redeem notes all the same (never lent by the end of the
	/// ramp-up).
	pub set_aside: u128,
	/// Whether the residual and subordinate fees must wait: something may still be lost that is not
	/// charged yet. The residual's principal waits as long as another class is owed principal.
	pub hold_residual: bool,
	/// Whether the servicer is in default. For triggers.
	pub servicer_default: bool,
	/// The index for the period that begins on this date. `None`: rates stay.
	pub index: Option<Ratio>,
	/// Whether nothing will come in any more but recoveries: the reserve is income from the beginning,
	/// and balances that the run leaves are written off, the most junior first.
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

/// What a coverage test found. Passed if `numerator ≥ threshold · denominator`.
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
pub struct TestResult {
	/// Adjusted collateral and principal cash, or income.
	pub numerator: u128,
	/// Balances, or interest owed. Zero passes.
	pub denominator: u128,
	/// Whether it passed as it was found, before any cure.
	pub passed: bool,
	/// Income that it diverted to redeem classes.
	pub diverted: u128,
	/// Principal cash that it used so.
	pub principal: u128,
}

/// The result of a run.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Outcome {
	/// The state after the date.
	pub state: State,
	/// One payment per class, by rank, also where nothing is paid.
	pub payments: PerClass<Payment>,
	/// What each fee was paid.
	pub fees: PerFee<u128>,
	/// What each test found where its step stood; where a test has no step in this mode, at the
	/// beginning of the run.
	pub tests: PerTest<TestResult>,
	/// The mode that the run was in: that of the collections, or further by a trigger.
	pub mode: Mode,
	/// What no step took. It stays with the deal.
	pub left: Funds,
	/// By how much the run raised the identity of principal: income that redeemed principal beyond all
	/// deficiencies.
	pub built: u128,
	/// By how much it lowered it: principal cash that was paid as interest or income once every class
	/// was redeemed, and was charged to no class.
	pub released: u128,
	/// Balances written off at the end of the run.
	pub written_off: u128,
	/// Balances written up at its beginning.
	pub written_up: u128,
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
	/// The state does not have the classes, fees or triggers of the program, or a step names something
	/// that it does not have.
	Mismatch,
	/// An amount does not fit into 128 bits.
	Overflow,
}
