//! Collateral that falls short, on the real pallets and in real blocks: what is seized, who buys it,
//! and what reaches the notes. Everything that must hold is checked after every block.

mod crash;
mod halts;
mod issuer;
mod ladder;
mod modes;
mod ratios;
mod upgrade;

use frame_support::traits::fungibles::Inspect as _;
use pallet_strata_auctions::types::{Lot, LotView, Stage};
use pallet_strata_tranches::Terms;
use pallet_strata_vaults::types::{Book, BookTerms, VaultState};
use strata_numbers::Price;
use strata_traits::{BookId, DealId, LotId, VaultId};

use super::{
	chain::{
		account, block_after, check_invariants, next_block, on_dev_chain, send, send_all, signed,
	},
	deal::{books, issue_with, price, report, reports, terms_over, Day, MINUTE, RESERVE},
};
use crate::{
	genesis::PARTIES, AccountId, Assets, Auctions, Balance, Runtime, RuntimeCall, Timestamp,
	Tranches, Vaults,
};

/// What a price of 100 per barrel and 1.20 per euro is before anything happens.
fn calm() -> Day {
	day("100")
}

/// USD per barrel; a euro is at 1.20.
fn day(wti: &str) -> Day {
	Day { wti: price(wti), eur: price("1.2") }
}

/// A deal with money to lend, and its books.
struct Scene {
	deal: DealId,
	oil: BookId,
}

/// Runs `test` on a development chain with a deal whose periods are this long, and prices reported.
fn scene_over(period: u64, test: impl FnOnce(Scene)) {
	scene_with(RESERVE, || terms_over(period), test);
}

/// [`scene_over`] with this reserve and these terms.
fn scene_with(
	reserve: Balance,
	terms: impl FnOnce() -> Terms<AccountId, BookTerms>,
	test: impl FnOnce(Scene),
) {
	on_dev_chain(|| {
		let deal = issue_with(calm(), reserve, terms);
		let [oil, _] = books(deal)[..] else { panic!("two books") };
		report(calm());
		test(Scene { deal, oil });
	});
}

/// [`scene_over`] ten minutes.
fn scene(test: impl FnOnce(Scene)) {
	scene_over(10 * MINUTE, test);
}

/// Makes blocks until `moment`, with `day` reported often enough to stay fresh.
fn wait_until(moment: u64, day: Day) {
	let mut reported = Timestamp::get();
	while Timestamp::get() < moment {
		if Timestamp::get() >= reported + 4 * MINUTE {
			report(day);
			reported = Timestamp::get();
		} else {
			next_block();
		}
	}
}

/// [`wait_until`] with a block every 54 seconds, each with a report: no halt, even where a session
/// begins.
fn hurry_until(moment: u64, day: Day) {
	while Timestamp::get() < moment {
		report_after(8, day);
	}
}

/// A block `missed` slots late, in which the feeders report `day`.
fn report_after(missed: u64, day: Day) {
	let transactions = reports(day)
		.into_iter()
		.flat_map(|(who, call): (_, RuntimeCall)| signed(who, vec![call]))
		.collect();
	for result in block_after(missed, transactions) {
		assert!(matches!(result, Ok(Ok(()))), "{result:?}");
	}
	check_invariants();
}

/// The open lots, by id.
fn lots() -> Vec<LotView> {
	let mut lots = Auctions::lots(None, u32::MAX);
	lots.sort_by_key(|view| view.id);
	lots
}

/// The lot that is open, if only one is.
fn only_lot() -> (LotId, Lot) {
	let mut lots = lots();
	assert_eq!(lots.len(), 1, "{lots:?}");
	let view = lots.remove(0);
	(view.id, view.lot)
}

/// The stage of `lot`; `None` once it is closed.
fn stage(lot: LotId) -> Option<Stage> {
	Auctions::lot(lot).map(|view| view.lot.stage)
}

/// A bid for `amount` of `lot` at any price.
fn bid(lot: LotId, amount: Balance) -> RuntimeCall {
	let max_price = Price::from_inner(u128::MAX);
	pallet_strata_auctions::Call::bid { lot, max_price, amount }.into()
}

/// `//name` buys `amount` of `lot` at the price of the moment. Returns what was paid.
fn buy(name: &str, lot: LotId, amount: Balance) -> Balance {
	let held = holding(crate::genesis::USDX, &account(name));
	send(name, bid(lot, amount));
	held - holding(crate::genesis::USDX, &account(name))
}

/// `//name` buys all lots that are for sale. Returns what was paid.
fn buy_all(name: &str) -> Balance {
	let for_sale = lots().into_iter().filter(|view| view.price.is_some());
	for_sale.map(|view| buy(name, view.id, view.lot.units)).sum()
}

/// What `who` holds of `asset`.
fn holding(asset: u32, who: &AccountId) -> Balance {
	Assets::total_balance(asset, who)
}

/// What the vault holds and owes now, every liquidation of its rung passed on.
fn vault_state(vault: VaultId) -> VaultState<AccountId> {
	Vaults::vault_state(vault).expect("it exists")
}

/// The book as stored.
fn book(id: BookId) -> Book {
	pallet_strata_vaults::Books::<Runtime>::get(id).expect("it exists")
}

/// x of the lots of a book whose loss is not charged.
fn in_auction(id: BookId) -> Balance {
	<Auctions as strata_traits::Auctions>::on_sale(id).owed
}

/// How many rungs of a book are occupied.
fn rungs(id: BookId) -> usize {
	pallet_strata_vaults::Rungs::<Runtime>::iter_prefix(id).count()
}

/// How many edges of a book there are.
fn edges(id: BookId) -> usize {
	pallet_strata_vaults::Edges::<Runtime>::iter_prefix(id).count()
}

/// Principal in liquidation and units of collateral seized for it, in all books of `deal`.
fn in_liquidation(deal: DealId) -> (Balance, Balance) {
	let ledgers = pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("it is active");
	ledgers.workouts.iter().fold((0, 0), |sum, part| (sum.0 + part.principal, sum.1 + part.units))
}

/// Losses charged to each class and not made good.
fn deficiencies(deal: DealId) -> Vec<Balance> {
	Tranches::tranche_views(deal).iter().map(|view| view.pdl).collect()
}

/// The next payment date of `deal`.
fn next_date(deal: DealId) -> u64 {
	Tranches::deal_view(deal).expect("it exists").next_payment.expect("it is active")
}

/// Everybody claims everything.
fn claim_all(deal: DealId) {
	for who in PARTIES {
		for rank in 0..3 {
			let claim = pallet_strata_tranches::Call::claim { deal, rank, who: who.account() };
			// Most hold nothing of most tranches.
			send_all(vec![("Borrower1", claim.into())]);
		}
	}
}
