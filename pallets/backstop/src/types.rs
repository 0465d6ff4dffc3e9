//! What the pallet stores and shows. Nothing here knows a `Config`.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_liquidation::pool::{Pool, Share};
use strata_traits::{Asset, Balance, Moment};

/// A pool's number: its account and its records are found by it. Never used twice.
pub type PoolId = u32;

/// What a pool buys, and what it pays with.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Pair {
	/// The asset that is bought.
	pub collateral: Asset,
	/// The asset that is deposited and paid.
	pub settlement: Asset,
}

/// A pool and its ledgers. The account holds at least `active` + waiting cash + `cash_float` of the
/// settlement asset, and `collateral` + `collateral_float` of the collateral.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PoolRecord {
	/// Its number.
	pub id: PoolId,
	/// Cash, and how purchases are shared.
	pub pool: Pool,
	/// Collateral bought and not paid out, in units: all gains, and what rounding kept back.
	pub collateral: Balance,
	/// Depositors.
	pub shares: u32,
	/// Units of the settlement asset that keep the account open: its minimum balance, paid by the
	/// first depositor.
	pub cash_float: Balance,
	/// Units of the collateral that keep the account open: its minimum balance, kept back from the
	/// first purchase.
	pub collateral_float: Balance,
}

impl PoolRecord {
	/// A new pool without depositors.
	pub fn new(id: PoolId, cash_float: Balance) -> Self {
		Self {
			id,
			pool: Pool::default(),
			collateral: 0,
			shares: 0,
			cash_float,
			collateral_float: 0,
		}
	}

	/// What the account holds of the settlement asset, at least. `None` if it does not fit.
	pub fn cash(&self) -> Option<Balance> {
		self.pool.active.checked_add(self.pool.pending()?)?.checked_add(self.cash_float)
	}

	/// What the account holds of the collateral, at least. `None` if it does not fit.
	pub fn goods(&self) -> Option<Balance> {
		self.collateral.checked_add(self.collateral_float)
	}
}

/// A depositor's share and the deposit for its storage.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Depositor<Ticket> {
	/// What the depositor has in the pool.
	pub share: Share,
	/// The deposit for storing it.
	pub ticket: Ticket,
}

/// A pool as it stands now.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct PoolState<AccountId> {
	/// What it buys, and what it pays with.
	pub pair: Pair,
	/// Its number.
	pub id: PoolId,
	/// Its account.
	pub account: AccountId,
	/// Cash that takes part, in units of the settlement asset.
	pub active: Balance,
	/// Cash that waits, in units of the settlement asset.
	pub pending: Balance,
	/// Collateral bought and not paid out, in units.
	pub collateral: Balance,
	/// Depositors.
	pub depositors: u32,
	/// What can be bought for now: `active`, or nothing if the account holds less than its ledgers.
	pub capacity: Balance,
}

/// A deposit that waits.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct PendingDeposit {
	/// Units of the settlement asset.
	pub amount: Balance,
	/// When it takes part, milliseconds since 1970.
	pub active_from: Moment,
}

/// Cash whose owner gave notice.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct PendingExit {
	/// What is left of it now, in units of the settlement asset. Part of the active cash.
	pub amount: Balance,
	/// From when it can be withdrawn, milliseconds since 1970.
	pub from: Moment,
	/// Until when: not at this moment any more.
	pub until: Moment,
}

/// A depositor's share as it stands now. Every figure is rounded down.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct ShareState {
	/// Cash that takes part, in units of the settlement asset.
	pub active: Balance,
	/// Deposits that wait, at most two.
	pub pending: Vec<PendingDeposit>,
	/// Collateral that can be claimed, in units.
	pub gains: Balance,
	/// The notice, if there is one.
	pub exit: Option<PendingExit>,
}
