//! What the issuer of an asset can do to collateral while it is in auction: stop deliveries, and
//! nothing else.

use frame_support::{
	assert_ok,
	traits::{
		fungibles::hold::Mutate as _,
		tokens::{Fortitude, Precision},
	},
};
use pallet_strata_vaults::HoldReason;

use super::{
	super::{
		chain::{account, block_after, check_invariants, send_failing},
		deal::{open, report, set_frozen},
	},
	bid, book, buy, day, holding, only_lot, report_after, scene, vault_state, Scene,
};
use crate::{
	assets::{AssetsInstance, IssuerAccount},
	genesis::{USDX, WTI},
	Assets, AssetsHolder, Balance, Runtime, RuntimeHoldReason, RuntimeOrigin, Vaults,
};

/// A lot from a book with one vault.
fn lot(scene: &Scene) -> (u32, Balance) {
	open("Borrower1", scene.oil, 3_020, 200_000);
	report(day("92"));
	let (id, lot) = only_lot();
	(id, lot.units)
}

fn issuer() -> RuntimeOrigin {
	RuntimeOrigin::signed(IssuerAccount::get())
}

#[test]
fn frozen_collateral_should_be_sold_once_it_thaws_and_nobody_should_pay_before() {
	scene(|scene| {
		let (id, units) = lot(&scene);
		set_frozen(WTI, true);
		let dollars = holding(USDX, &account("Investor1"));
		let refused = send_failing("Investor1", bid(id, units));
		let frozen = pallet_assets::Error::<Runtime, AssetsInstance>::AssetNotLive;
		assert_eq!(refused, frozen.into());
		assert_eq!(holding(USDX, &account("Investor1")), dollars);
		assert_eq!(only_lot().1.units, units);
		// The price goes on falling meanwhile, and further rungs are liquidated.
		report(day("87"));
		set_frozen(WTI, false);
		buy("Investor1", id, units);
		assert_eq!(holding(WTI, &account("Investor1")), units);
	});
}

#[test]
fn issuer_should_neither_burn_nor_move_collateral_in_auction() {
	scene(|scene| {
		let (id, units) = lot(&scene);
		let custody = Vaults::account_of(scene.oil);
		let held = holding(WTI, &custody);
		let to = account("Eve");
		// Whether the issuer is told no or nothing happens: nothing is taken.
		let _ = Assets::burn(issuer(), WTI.into(), custody.clone().into(), held);
		assert_eq!(holding(WTI, &custody), held);
		let moved =
			Assets::force_transfer(issuer(), WTI.into(), custody.clone().into(), to.into(), held);
		assert!(moved.is_err(), "{moved:?}");
		assert_eq!(holding(WTI, &custody), held);
		assert!(Assets::start_destroy(issuer(), WTI.into()).is_err());
		check_invariants();
		buy("Investor1", id, units);
		assert_eq!(holding(WTI, &account("Investor1")), units);
	});
}

#[test]
fn book_that_holds_less_than_its_ledger_should_be_impaired_and_walked_no_more() {
	scene(|scene| {
		let (_, units) = lot(&scene);
		let custody = Vaults::account_of(scene.oil);
		let reason = RuntimeHoldReason::Vaults(HoldReason::Collateral);
		// What no call can do: a part of it is gone.
		let exact = (Precision::Exact, Fortitude::Force);
		assert_ok!(AssetsHolder::burn_held(WTI, &reason, &custody, units, exact.0, exact.1));
		// One book a block is audited, and there are two.
		block_after(0, Vec::new());
		block_after(0, Vec::new());
		assert!(book(scene.oil).impaired);
		let owed = vault_state(0).principal;
		// The price falls on: nothing more is seized of what is not there.
		report_after(0, day("80"));
		assert_eq!(vault_state(0).principal, owed);
	});
}
