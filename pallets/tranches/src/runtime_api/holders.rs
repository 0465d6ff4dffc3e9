//! What an account has of a deal.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use strata_traits::{Balance, DealId};

/// Deals that one page of [`Portfolio`] looks at, at most.
pub const MAX_DEALS: u32 = 64;

/// What a holder could claim, in whole units of the settlement asset.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Claimable {
	/// Interest, or residual income.
	pub interest: Balance,
	/// Principal.
	pub principal: Balance,
	/// Compensation by rulings.
	pub compensation: Balance,
	/// Refund of an order that could not be delivered, or the leftover of rounding.
	pub refund: Balance,
}

/// What an account has of one tranche. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct HoldingView {
	/// The deal.
	pub deal: DealId,
	/// The tranche.
	pub rank: u8,
	/// Its token in the notes instance.
	pub note: u32,
	/// Notes held; one is one unit of original face.
	pub units: Balance,
	/// Of them, those that may move.
	pub free: Balance,
	/// Of them, those on hold for offers and votes.
	pub held: Balance,
	/// Whether neither notes nor cash may move.
	pub frozen: bool,
	/// What could be claimed, by cause; while frozen it waits.
	pub claimable: Claimable,
	/// Principal still owed on the notes: their share of the tranche's balance, rounded down.
	pub balance: Balance,
	/// Interest accrued to now and not paid by the deal yet: their share, rounded down.
	pub accrued: Balance,
	/// What the notes are worth: their share of the tranche's value, rounded down. `None` without a
	/// net asset value.
	pub value: Option<Balance>,
	/// An order that is not collected yet: cash paid in.
	pub order: Balance,
}

/// One page of what an account has of all deals.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Portfolio {
	/// The tranches of which it has anything, by deal and rank.
	pub holdings: Vec<HoldingView>,
	/// Where the next page begins; `None` on the last one.
	pub next: Option<DealId>,
}

/// The notes of a tranche.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Supply {
	/// Its token in the notes instance.
	pub note: u32,
	/// Notes in existence.
	pub units: Balance,
	/// Notes given up for collateral since closing.
	pub retired: Balance,
	/// Of `units`, those that wait with the deal for orders to be collected.
	pub escrow: Balance,
}
