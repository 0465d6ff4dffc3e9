//! Tests by theme. Every one of them runs on real assets and holds and ends with all invariants.

mod acts;
mod books;
mod custody;
mod draws;
mod edges;
mod following;
mod haircut;
mod halt;
mod ladder;
mod liquidation;
mod merges;
mod migrations;
mod modes;
mod position;
mod random;
mod rates;
mod risk;
mod rungs;
mod settle;
mod views;
mod walk;

use frame_support::{assert_ok, storage::with_storage_layer};
use sp_runtime::DispatchResult;
use strata_ladder::Rung;
use strata_numbers::{mul_div_floor, Price};
use strata_traits::{Auctions, Balance, BookId, Listing, MarketPrices, Seizure, VaultId};

use crate::{
	mock::*,
	types::{at_par, Edge, Position, RungTotals},
	Books, Edges, NextVault, Rungs, VaultOf, Vaults as VaultMap,
};

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

/// The rungs of a book, riskiest first.
pub fn rungs(id: BookId) -> Vec<(Rung, RungTotals)> {
	Rungs::<Test>::iter_prefix(id).map(|(key, totals)| (key.rung(), totals)).collect()
}

/// The edges of a book, riskiest first.
pub fn edges(id: BookId) -> Vec<(Rung, Edge)> {
	let mut edges: Vec<_> = Edges::<Test>::iter_prefix(id).collect();
	edges.sort_by_key(|((key, generation), _)| (*key, *generation));
	edges.into_iter().map(|((key, _), edge)| (key.rung(), edge)).collect()
}

/// Liquidates a rung so that `after` is left of its totals. What is taken goes to a lot, as a walk
/// would do; who gets it is not the business of these tests.
pub fn merge(id: BookId, rung: Rung, after: Position) -> DispatchResult {
	with_storage_layer(|| {
		let mut book = book(id);
		let before = book.totals;
		Vaults::merge_rung(id, &mut book, rung, after)?;
		let gone = before.minus(book.totals).unwrap();
		let usd = at_par(gone.principal, book.settlement_decimals).unwrap();
		ListingMock::repaid(&book.collateral, usd).unwrap();
		Lots::append(lot(id, &book, gone));
		Books::<Test>::insert(id, book);
		Ok(())
	})
}

/// x of the lots of a book.
pub fn in_auction(id: BookId) -> Balance {
	AuctionsMock::on_sale(id).owed
}

fn lot(id: BookId, book: &crate::types::Book, gone: Position) -> Seizure {
	let price = Price::from_u32(1);
	Seizure {
		deal: book.deal,
		book: id,
		collateral: book.collateral.clone(),
		collateral_decimals: book.collateral_decimals,
		settlement: book.settlement.clone(),
		settlement_decimals: book.settlement_decimals,
		units: gone.collateral,
		principal: gone.principal,
		interest: 0,
		penalty: 0,
		solvent: true,
		prices: MarketPrices { lower: price, upper: price },
		shape: book.parameters.auction,
		backstop_discount: book.parameters.backstop_discount,
		minimum_units: 1,
	}
}

/// What is left of `totals` with `collateral` and `debt` thousandths of each; principal follows debt.
pub fn thousandths(totals: Position, collateral: u128, debt: u128) -> Position {
	let debt = mul_div_floor(totals.debt, debt, 1_000).unwrap();
	Position {
		collateral: mul_div_floor(totals.collateral, collateral, 1_000).unwrap(),
		debt,
		principal: mul_div_floor(totals.principal, debt, totals.debt).unwrap(),
	}
}

/// Liquidates the riskiest rung, leaving so many thousandths.
pub fn merge_riskiest(id: BookId, collateral: u128, debt: u128) -> Rung {
	let (rung, entry) = rungs(id)[0];
	assert_ok!(merge(id, rung, thousandths(entry.totals, collateral, debt)));
	rung
}
