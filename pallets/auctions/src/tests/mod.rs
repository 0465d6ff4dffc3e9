//! Tests by theme. Every one of them runs on real assets and ends with all invariants.

mod bids;
mod exchange;
mod history;
mod opening;
mod random;
mod rounds;
mod views;
mod work;

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use strata_numbers::Price;
use strata_traits::{Auctions as _, Balance, LotId, OnSale};

use crate::{
	mock::*,
	types::{Lot, Stage},
	Agenda, Lots, NextLot, OpenLots,
};

pub type Error = crate::Error<Test>;
pub type Event = crate::Event<Test>;

/// A limit that is never in the way.
pub const ANY: Price = Price::from_inner(u128::MAX);

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// The events of this pallet since the last time, oldest first.
pub fn events() -> Vec<Event> {
	let events = System::events();
	System::reset_events();
	events
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Auctions(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// What `buyer` pays for `amount` units.
pub fn buy(buyer: AccountId, id: LotId, amount: Balance) -> Balance {
	let before = (free(USD, buyer), free(GOLD, buyer));
	assert_ok!(Auctions::bid(signed(buyer), id, ANY, amount));
	assert_eq!(free(GOLD, buyer), before.1 + amount);
	before.0 - free(USD, buyer)
}

/// Ends the round of a lot and lets the chain carry it on.
pub fn end_round(id: LotId) {
	Now::set(lot(id).ends_at + Stood::get());
	work();
}

/// Lets the auction of a lot end without a buyer, up to the offer in exchange.
pub fn to_exchange(id: LotId) {
	while lot(id).stage == Stage::Auction {
		end_round(id);
	}
	assert_eq!(lot(id).stage, Stage::Exchange);
}
