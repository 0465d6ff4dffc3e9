//! What a front end asks of deals.

use alloc::vec::Vec;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;
use strata_numbers::Ratio;
use strata_traits::{Asset, Balance, BookId, DealId, Moment};
use strata_waterfall::Payment;

use crate::types::{Cash, DealState, Workout};

/// A deal's books at one block. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct DealView<AccountId> {
	/// Who originated it.
	pub originator: AccountId,
	/// Where it is in its life.
	pub state: DealState,
	/// What it lends and pays in.
	pub settlement: Asset,
	/// Where its cash lies.
	pub account: AccountId,
	/// Its books, once open.
	pub books: Vec<BookId>,
	/// The next contractual payment date; `None` unless active.
	pub next_payment: Option<Moment>,
	/// Cash by ledger.
	pub cash: Cash,
	/// Cash held for orders.
	pub refunds: Balance,
	/// Cash kept for the coupon of the senior-most class.
	pub reserve: Balance,
	/// What of each book is in liquidation, in the order of `books`.
	pub workouts: Vec<Workout>,
	/// Principal lost so far.
	pub losses: Balance,
	/// What assets and open losses are above the balances of all classes.
	pub excess: Balance,
	/// The first of the dates in a row that left the coupon of the senior-most class unpaid.
	pub unpaid_since: Option<Moment>,
	/// Whether collateral that waits to be sold counts for less than its principal, or has no price:
	/// no residual is paid then.
	pub under_water: bool,
	/// All cash not paid to a class yet, reserve included; of each book what it is owed but no more
	/// than the value of what backs it at the lower price, and what is in liquidation but no more than
	/// what the collateral that waits to be sold counts for. `None` before closing, and while a book
	/// has no price.
	pub nav: Option<Balance>,
	/// What is owed on all notes, residual included.
	pub notes: Balance,
	/// Left alone by the hook after a failure.
	pub parked: bool,
}

/// A tranche at one block. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct TrancheView {
	/// Its rank; 0 is the senior-most.
	pub rank: u8,
	/// Its token in the notes instance.
	pub note: u32,
	/// Yearly coupon.
	pub coupon: Ratio,
	/// Face on offer.
	pub offered: Balance,
	/// Orders, until closing.
	pub ordered: Balance,
	/// Notes in existence; one is one unit of original face.
	pub units: Balance,
	/// Principal not yet repaid.
	pub balance: Balance,
	/// Balance per note, rounded down.
	pub factor: Ratio,
	/// Interest accrued to now and not paid, interest on it included.
	pub due: Balance,
	/// Interest paid so far; for the residual, its income.
	pub interest_paid: Balance,
	/// Principal paid so far.
	pub principal_paid: Balance,
	/// Losses charged to it and not made good; part of the balance.
	pub pdl: Balance,
	/// Balance written off when the deal closed.
	pub written_off: Balance,
	/// Net asset value over all that is owed to this class and those senior to it, rounded down.
	/// `None` if nothing is owed or without a net asset value.
	pub coverage: Option<Ratio>,
	/// What the class is owed (balance and due), as far as the net asset value goes after the classes
	/// senior to it; the residual is worth all that is left. `None` without a net asset value.
	pub value: Option<Balance>,
}

/// What a holder could claim, in whole units of the settlement asset.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Claimable {
	/// Interest, or residual income.
	pub interest: Balance,
	/// Principal.
	pub principal: Balance,
	/// Refund of an order that could not be delivered, or the leftover of rounding.
	pub refund: Balance,
}

sp_api::decl_runtime_apis! {
	/// The real-time books of deals.
	pub trait TranchesApi<AccountId>
	where
		AccountId: Codec,
	{
		/// A deal; `None` if there is none.
		fn deal(deal: DealId) -> Option<DealView<AccountId>>;
		/// The tranches of a deal, the senior-most first.
		fn tranches(deal: DealId) -> Vec<TrancheView>;
		/// What an account could claim of a tranche.
		fn claimable(deal: DealId, rank: u8, who: AccountId) -> Claimable;
		/// Whether a transfer would be allowed, and if not, why.
		fn may_transfer(
			deal: DealId,
			rank: u8,
			from: AccountId,
			to: AccountId,
			amount: Balance,
		) -> Result<(), DispatchError>;
		/// What each class would be paid on the next payment date if this much more interest and
		/// principal came in before it.
		fn dry_run(deal: DealId, interest: Balance, principal: Balance) -> Vec<Payment>;
	}
}
