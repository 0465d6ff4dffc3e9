//! Tests by theme. Every one of them runs on real assets and holds and ends with all invariants.

mod acts;
mod books;
mod custody;
mod position;
mod random;
mod risk;
mod rungs;
mod views;

use frame_support::assert_ok;
use strata_traits::{Balance, BookId, VaultId};

use crate::{mock::*, types::Position, Books, NextVault, VaultOf, Vaults as VaultMap};

pub type Error = crate::Error<Test>;
pub type Event = crate::Event<Test>;

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

pub fn open_vault(who: AccountId, book: BookId, collateral: Balance, draw: Balance) -> VaultId {
	let id = NextVault::<Test>::get();
	assert_ok!(Vaults::open(signed(who), book, collateral, draw));
	id
}

pub fn vault(id: VaultId) -> VaultOf<Test> {
	VaultMap::<Test>::get(id).unwrap()
}

pub fn position(id: VaultId) -> Position {
	vault(id).position
}

pub fn owed(id: VaultId) -> Balance {
	Vaults::vault_state(id).unwrap().debt
}

pub fn book(id: BookId) -> crate::types::Book {
	Books::<Test>::get(id).unwrap()
}

/// The events of this pallet since the last time, oldest first.
pub fn events() -> Vec<Event> {
	let events = System::events();
	System::reset_events();
	events
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Vaults(event) => Some(event),
			_ => None,
		})
		.collect()
}
