//! Tests by theme. Every one of them runs on real assets and holds and ends with all invariants.

mod custody;
mod deposits;
mod exits;
mod life;
mod purchases;
mod random;
mod try_state;

use frame_support::assert_ok;
use strata_traits::Balance;

use crate::{
	mock::*,
	types::{PendingDeposit, PendingExit, PoolRecord},
	Pools,
};

pub type Error = crate::Error<Test>;
pub type Event = crate::Event<Test>;

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

pub fn deposit(who: AccountId, amount: Balance) {
	assert_ok!(Backstop::deposit(signed(who), pair(), amount));
}

/// Deposits, and lets all of them join.
pub fn joined(deposits: &[(AccountId, Balance)]) {
	for (who, amount) in deposits {
		deposit(*who, *amount);
	}
	pass(2 * DELAY);
}

pub fn record() -> PoolRecord {
	Pools::<Test>::get(pair()).unwrap()
}

pub fn account() -> AccountId {
	Backstop::account_of(record().id)
}

/// What the account holds, without the floats: cash, collateral.
pub fn ledgers() -> (Balance, Balance) {
	let record = record();
	(record.cash().unwrap() - record.cash_float, record.collateral)
}

/// The events of this pallet since the last time, oldest first.
pub fn events() -> Vec<Event> {
	let events = System::events();
	System::reset_events();
	events
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Backstop(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// What is held of `who` for shares.
pub fn held(who: AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&ShareHoldReason::get(), &who)
}
