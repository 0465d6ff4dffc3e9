//! What would be, on a date and in a loss.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use strata_numbers::Ratio;
use strata_traits::{Balance, Moment};
use strata_waterfall::{Outcome, Pool};

use crate::types::Receipts;

/// The next payment date, run dry.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct PaymentPreview {
	/// The contractual date.
	pub date: Moment,
	/// All receipts that it would be run on.
	pub receipts: Receipts,
	/// Losses that the classes would be charged, after penalties.
	pub charged: Balance,
	/// What would go to the reserve before anything is paid.
	pub to_reserve: Balance,
	/// The pool that tests and triggers would see.
	pub pool: Pool,
	/// Whether the residual and subordinate fees would wait.
	pub held: bool,
	/// Whether nothing but recoveries would come in after it.
	pub last: bool,
	/// What the waterfall would make of it: payments by class, fees, tests, triggers, mode, what is
	/// left, and the state after it with the reserve.
	pub outcome: Outcome,
}

/// Who would lose what. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct LossScenario {
	/// Principal that defaults: what was asked, but no more than is lent.
	pub defaults: Balance,
	/// What of it is lost for good.
	pub lost: Balance,
	/// What is left to redeem notes: principal that performs, in liquidation and in cash, less what is
	/// lost.
	pub assets: Balance,
	/// The classes, the senior-most first.
	pub classes: Vec<ClassLoss>,
}

/// What a class would lose.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct ClassLoss {
	/// Its rank.
	pub rank: u8,
	/// Principal that it is owed now.
	pub balance: Balance,
	/// What of it would not be repaid.
	pub loss: Balance,
	/// The one over the other, rounded down; `None` if it is owed nothing.
	pub share: Option<Ratio>,
}
