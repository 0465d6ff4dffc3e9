//! A deal and its tranches.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use strata_numbers::Ratio;
use strata_traits::{Asset, Balance, BookId, DealId, Moment};
use strata_waterfall::{Condition, Coverage, Effect, FeeAmount, Mode, Pool};

use crate::types::{Cash, DealState, Workout};

/// Deals that one page of [`DealPage`] looks for, at most.
pub const MAX_IDS: u32 = 256;

/// Which deals there are.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct DealPage {
	/// Each with where it is in its life, by id.
	pub deals: Vec<(DealId, DealState)>,
	/// Where the next page begins; `None` on the last one.
	pub next: Option<DealId>,
}

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
	/// Cash kept for senior fees and coupons.
	pub reserve: Balance,
	/// Cash paid for fees and not claimed yet.
	pub fees_payable: Balance,
	/// The originator's bond, in cash.
	pub bond: Balance,
	/// Bonds of servicers, former ones too, in cash.
	pub servicer_bonds: Balance,
	/// Cash that was paid to junior classes and waits for the court.
	pub set_aside: Balance,
	/// Cash of awards to those who held a class, not claimed yet.
	pub awards: Balance,
	/// Cases before the court.
	pub cases: u32,
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
	/// All cash not paid to a class or for a fee yet, reserve included; of each book what it is owed
	/// but no more than the value of what backs it at the lower price, and what is in liquidation but
	/// no more than what the collateral that waits to be sold counts for. `None` before closing, and
	/// while a book has no price.
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
	/// Yearly coupon; of an issued class that of now, after resets and fixings.
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
	/// Of `due`, interest on unpaid interest.
	pub interest_on_interest: Balance,
	/// Interest paid so far; for the residual, its income.
	pub interest_paid: Balance,
	/// Principal paid so far.
	pub principal_paid: Balance,
	/// Losses charged to it and not made good; part of the balance.
	pub pdl: Balance,
	/// Balance written off and not written up again.
	pub written_off: Balance,
	/// Net asset value over all that is owed to this class and those senior to it, rounded down.
	/// `None` if nothing is owed or without a net asset value.
	pub coverage: Option<Ratio>,
	/// What the class is owed (balance and due), as far as the net asset value goes after fees that
	/// have accrued and the classes senior to it; the residual is worth all that is left. `None`
	/// without a net asset value.
	pub value: Option<Balance>,
	/// Whether only those may receive its notes whom the trustee has allowed.
	pub restricted: bool,
}

/// All that is known of a deal at one block.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Statement<AccountId> {
	/// The block's time: milliseconds since 1970. Interest and fees have accrued to it.
	pub at: Moment,
	/// The deal: state, dates, cash, net asset value.
	pub deal: DealView<AccountId>,
	/// Who looks after the loans.
	pub servicer: AccountId,
	/// Who looks after the holders.
	pub trustee: AccountId,
	/// Whether the trustee says that the servicer is in default.
	pub servicer_default: bool,
	/// The tranches, the senior-most first.
	pub tranches: Vec<TrancheView>,
	/// What the next date does with principal, unless a trigger takes it further. `None` unless active.
	pub mode: Option<Mode>,
	/// Whether borrowers may draw now, as far as there is cash: it is in time, no date waits to be run,
	/// and the coverage tests pass.
	pub lends: bool,
	/// What is lent, what of it counts in tests, and what is delinquent. `None` unless active.
	pub pool: Option<Pool>,
	/// What the reserve should hold now. `None` unless active.
	pub reserve_target: Option<Balance>,
	/// The coverage tests, in the order of the program.
	pub tests: Vec<TestView>,
	/// The triggers, in the order of the program.
	pub triggers: Vec<TriggerView>,
	/// The books and their shares of the deal, in the order of the terms; none before closing.
	pub books: Vec<BookView>,
	/// The fees, in the order of the program.
	pub fees: Vec<FeeView<AccountId>>,
	/// Accounts that hold notes of the deal or may claim, a tranche each.
	pub checkpoints: u32,
}

/// A coverage test.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct TestView {
	/// What is compared.
	pub coverage: Coverage,
	/// The class; those senior to it count too.
	pub rank: u8,
	/// Passed at this ratio or above.
	pub threshold: Ratio,
	/// What it would find now, before anything is paid, on the cash that the next date may use.
	/// `None` unless the deal is active, or if a figure does not fit.
	pub now: Option<TestFound>,
	/// What it found on the last date; `None` before the first one.
	pub last: Option<TestFound>,
}

/// What a coverage test found. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct TestFound {
	/// Adjusted collateral and principal cash, or income after senior fees.
	pub numerator: Balance,
	/// Balances, or interest owed.
	pub denominator: Balance,
	/// The one over the other, rounded down; `None` if nothing is owed.
	pub ratio: Option<Ratio>,
	/// Whether it passed.
	pub passed: bool,
	/// The most of the numerator that could be lost and the test still pass: adjusted collateral, or
	/// income. 0 if it fails.
	pub headroom: Balance,
	/// What the numerator lacks for it to pass; 0 if it does. `None` if that does not fit.
	pub missing: Option<Balance>,
	/// Income that a date diverted for it.
	pub diverted: Balance,
	/// Principal that a date used for it.
	pub principal: Balance,
}

/// A trigger.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct TriggerView {
	/// When it trips.
	pub condition: Condition,
	/// What it does while it is tripped.
	pub effect: Effect,
	/// Whether it clears.
	pub curable: bool,
	/// The date since which it is tripped: milliseconds since 1970.
	pub since: Option<Moment>,
	/// Whether it would be tripped after the next date on what there is now. `None` unless active.
	pub next: Option<bool>,
}

/// A book in the deal. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct BookView {
	/// Which.
	pub book: BookId,
	/// Principal lent and not in liquidation.
	pub performing: Balance,
	/// Of it, what is past due.
	pub past_due: Balance,
	/// Interest accrued to now and not paid by borrowers.
	pub interest_due: Balance,
	/// Value of what backs it at the lower price; `None` without one.
	pub value: Option<Balance>,
	/// Principal in liquidation.
	pub in_liquidation: Balance,
	/// What the collateral that waits to be sold for it counts for; `None` without a price, or if
	/// nothing waits.
	pub carrying: Option<Balance>,
	/// Performing principal over all that performs in the deal and its principal cash, rounded down;
	/// `None` if there is none.
	pub share: Option<Ratio>,
	/// The most of that share that counts in tests.
	pub cap: Ratio,
	/// Performing principal beyond the cap, rounded up.
	pub excess: Balance,
}

/// A fee. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct FeeView<AccountId> {
	/// How much it is.
	pub amount: FeeAmount,
	/// Whether what a date leaves unpaid stays due.
	pub carried: bool,
	/// Who is paid.
	pub payee: AccountId,
	/// Accrued to now and not paid. A fee that is due once, or so much on every date, is added on the
	/// date.
	pub due: Balance,
	/// Paid by the waterfall and not claimed yet.
	pub payable: Balance,
	/// Paid by the waterfall so far.
	pub paid: Balance,
}
