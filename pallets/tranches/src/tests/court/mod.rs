//! Rulings: how they are opened, what they keep, what they take and from whom.

mod awards;
mod bonds;
mod compensation;
mod facts;
mod freezes;
mod open;
pub mod random;
mod remedies;
mod transfer;

use frame_support::{assert_ok, storage::with_storage_layer};
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{
	Admission, Award, Case, DisputeId, Enforced, Ground, Office, Remedy, Subject, FULL_AWARD,
};

use crate::{mock::*, *};

/// The originator's bond in these tests.
pub const BOND: Balance = 1_000_000;
/// The coupons of a period, of both classes together.
pub const COUPON: Balance = 665 + 304;

/// An active deal with a bond, of which Alice, Bob and Carol hold the notes.
pub fn bonded() -> DealId {
	active_with(Terms { bond: BOND, ..terms() })
}

/// A deal like [`active_with`]'s, launched now.
pub fn another(terms: TermsOf<Test>) -> DealId {
	let terms = later(terms);
	let end = terms.schedule.offering_end;
	let deal = launched(terms);
	order(deal, 0, ALICE, 4_000_000_000);
	order(deal, 0, BOB, 3_000_000_000);
	order(deal, 1, CAROL, MEZZANINE);
	poll(end);
	for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL)] {
		assert_ok!(Tranches::collect(signed(KEEPER), deal, rank, who));
	}
	deal
}

/// `amount`, which rounding may have made a unit smaller.
pub fn about(amount: Balance) -> std::ops::RangeInclusive<Balance> {
	amount - 1..=amount
}

pub fn case(deal: DealId, remedy: Remedy<AccountId>) -> Case<AccountId> {
	use Ground::*;
	let ground = [NonPayment, Misstatement, BreachOfDuty, WrongfulHolding]
		.into_iter()
		.find(|ground| ground.admits(&remedy))
		.unwrap_or(FalsePrice);
	Case { subject: Subject::Deal(deal), ground, at: START, remedy }
}

/// The originator owes the class of rank `rank` `amount`.
pub fn owes(deal: DealId, rank: u8, amount: Balance) -> Case<AccountId> {
	case(deal, Remedy::Compensate { by: Office::Originator, rank, amount })
}

pub fn open(
	dispute: DisputeId,
	case: &Case<AccountId>,
	who: AccountId,
) -> Result<Admission<AccountId>, DispatchError> {
	with_storage_layer(|| Tranches::court_open(dispute, case, &who))
}

/// The same, which must work.
pub fn opened(dispute: DisputeId, case: &Case<AccountId>, who: AccountId) {
	assert_ok!(open(dispute, case, who).map(|_| ()));
	Tranches::do_try_state().unwrap();
}

pub fn freeze(dispute: DisputeId, case: &Case<AccountId>, most: Balance) -> DispatchResult {
	with_storage_layer(|| Tranches::court_freeze(dispute, case, most))
}

pub fn unfreeze(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult {
	with_storage_layer(|| Tranches::court_unfreeze(dispute, case))
}

pub fn close(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult {
	with_storage_layer(|| Tranches::court_close(dispute, case))
}

/// Carries out `award` of a case of Alice's, with `extra` of the keeper's.
pub fn enforce_with(
	dispute: DisputeId,
	case: &Case<AccountId>,
	award: Award,
	extra: Balance,
) -> Result<Enforced, DispatchError> {
	with_storage_layer(|| Tranches::court_enforce(dispute, case, &ALICE, award, &KEEPER, extra))
}

/// The same of all that is claimed, which must work. Says what was paid and what is short.
pub fn enforced(dispute: DisputeId, case: &Case<AccountId>) -> (Balance, Balance) {
	let done = enforce_with(dispute, case, FULL_AWARD, 0).unwrap();
	Tranches::do_try_state().unwrap();
	(done.paid, done.short)
}

/// Runs the next date with this much interest.
pub fn pay(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 0, interest, 0));
	poll(ledgers(deal).next_date);
}

pub fn claim(deal: DealId, rank: u8, who: AccountId) -> DispatchResult {
	Tranches::claim(signed(KEEPER), deal, rank, who)
}

/// Compensation that `who` could claim.
pub fn compensation(deal: DealId, rank: u8, who: AccountId) -> Balance {
	Tranches::claimable_view(deal, rank, &who).compensation
}

/// What Alice's share of a payment to the senior class is.
pub fn alices(amount: Balance) -> Balance {
	share(amount, 4_000_000_000, SENIOR)
}
