//! Every vault with debt is in one rung, and rungs come and go with their vaults.

use frame_support::assert_ok;

use super::*;

/// A rung that no edge leads to.
fn lone(totals: Position, vaults: u32, generation: u64) -> RungTotals {
	RungTotals { totals, vaults, references: vaults, ..RungTotals::new(generation) }
}

#[test]
fn vaults_alike_share_a_rung_and_idle_ones_have_none() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		open_vault(CAROL, id, 50 * OUNCE, 0);
		assert_eq!(rungs(id), vec![]);
		let first = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		let second = open_vault(BOB, id, 200 * OUNCE, 2_000 * DOLLAR);
		let place = vault(first).place.unwrap();
		assert_eq!(vault(second).place, Some(place));
		assert_eq!(place.rung, Rung::of(1_000 * DOLLAR, 100 * OUNCE).unwrap());
		let sum = position(first).plus(position(second)).unwrap();
		assert_eq!(rungs(id), vec![(place.rung, lone(sum, 2, 1))]);
	});
}

#[test]
fn the_riskiest_rung_comes_first_in_the_state() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		for (who, draw) in [(ALICE, 500), (BOB, 5_000), (CAROL, 100), (DAVE, 2_000)] {
			open_vault(who, id, 100 * OUNCE, draw * DOLLAR);
		}
		let debts: Vec<_> = rungs(id).into_iter().map(|(_, rung)| rung.totals.debt).collect();
		assert_eq!(debts, [5_000, 2_000, 500, 100].map(|debt| debt * DOLLAR));
		let ladder: Vec<_> = rungs(id).into_iter().map(|(rung, _)| rung).collect();
		assert!(ladder.windows(2).all(|pair| pair[0] > pair[1]));
		// Another book has a ladder of its own.
		let other = open_book(GOLD, 0.1);
		open_vault(ALICE, other, 100 * OUNCE, 6_000 * DOLLAR);
		assert_eq!(rungs(other).len(), 1);
		assert_eq!(rungs(id).len(), 4);
	});
}

#[test]
fn acts_move_a_vault_and_time_and_price_do_not() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault_id = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		let start = vault(vault_id).place;
		pass(YEAR);
		set_price(GOLD_FEED, 60);
		assert_eq!(rungs(id).len(), 1);
		assert_eq!(Vaults::vault_state(vault_id).unwrap().rung, start.map(|place| place.rung));

		// Strangers' help moves it too, downwards.
		assert_ok!(Vaults::deposit(signed(BOB), vault_id, 10 * OUNCE));
		let safer = vault(vault_id).place;
		assert!(safer.unwrap().rung < start.unwrap().rung);
		assert_ok!(Vaults::draw(signed(ALICE), vault_id, 500 * DOLLAR));
		assert!(vault(vault_id).place.unwrap().rung > start.unwrap().rung);
		assert_eq!(rungs(id).len(), 1);
		assert_ok!(Vaults::repay(signed(BOB), vault_id, Balance::MAX));
		assert_eq!(rungs(id), vec![]);
		assert_eq!(vault(vault_id).place, None);
	});
}

#[test]
fn a_small_act_stays_in_its_rung_and_generation() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let first = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		let before = vault(first).place;
		assert_ok!(Vaults::deposit(signed(ALICE), first, 1_000));
		assert_ok!(Vaults::draw(signed(ALICE), first, 1));
		assert_eq!(vault(first).place, before);
		assert_eq!(rungs(id)[0].1.totals, position(first));
	});
}

#[test]
fn a_rung_that_is_filled_again_is_another_generation() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let first = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		let one = vault(first).place.unwrap();
		assert_ok!(Vaults::repay(signed(ALICE), first, Balance::MAX));
		assert_ok!(Vaults::draw(signed(ALICE), first, 1_000 * DOLLAR));
		let two = vault(first).place.unwrap();
		assert_eq!(one.rung, two.rung);
		assert!(two.generation > one.generation);
		// Joining a rung that lives takes its generation; leaving it behind does not end it.
		let second = open_vault(BOB, id, 100 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(vault(second).place, Some(two));
		assert_ok!(Vaults::close(signed(ALICE), first));
		assert_eq!(rungs(id)[0].1, lone(position(second), 1, two.generation));
	});
}
