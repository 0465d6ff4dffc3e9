//! What a liquidation of a rung does to its vaults, seen through edges.

use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::ArithmeticError;
use strata_liquidation::Fraction;

use super::*;
use crate::{
	types::{Adjustment, Destination, Place},
	HoldReason,
};

fn state(id: VaultId) -> crate::types::VaultState<AccountId> {
	Vaults::vault_state(id).unwrap()
}

fn hops(id: VaultId) -> u32 {
	state(id).hops
}

/// Two vaults in one rung, with 100 ounces and 1000 dollars, and with twice that.
fn pair() -> (BookId, VaultId, VaultId) {
	let id = open_book(GOLD, 0.0);
	let first = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
	let second = open_vault(BOB, id, 200 * OUNCE, 2_000 * DOLLAR);
	(id, first, second)
}

#[test]
fn a_liquidation_writes_an_edge_and_touches_no_vault() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		let stored = (vault(first), vault(second));
		let (rung, before) = rungs(id)[0];
		merge_riskiest(id, 800, 700);
		assert_eq!(stored, (vault(first), vault(second)));

		let (safer, after) = rungs(id)[0];
		assert_eq!(rungs(id).len(), 1);
		assert!(safer < rung);
		assert_eq!(after.totals, thousandths(before.totals, 800, 700));
		assert_eq!((after.vaults, after.references), (2, 1));
		assert_eq!(after.generation, 2);
		let to = Destination::Rung(Place { rung: safer, generation: 2 });
		let collateral = Fraction { left: 240 * OUNCE, whole: 300 * OUNCE };
		let debt = Fraction { left: 2_100 * DOLLAR, whole: 3_000 * DOLLAR };
		assert_eq!(edges(id), vec![(rung, Edge { to, collateral, debt, references: 2 })]);
		assert_eq!(book(id).totals, after.totals);

		// Everybody sees what is left.
		let seen = state(first);
		assert_eq!((seen.collateral, seen.debt), (80 * OUNCE, 700 * DOLLAR));
		assert_eq!((seen.principal, seen.interest), (700 * DOLLAR, 0));
		assert_eq!((seen.rung, seen.hops), (Some(safer), 1));
		assert!(seen.liquidation_price < state_price(id, rung));
		assert_eq!(state(second).collateral, 160 * OUNCE);
	});
}

fn state_price(id: BookId, rung: Rung) -> Option<Price> {
	book(id).liquidation_price_ceil(rung, book(id).index, parameters().liquidation_ratio)
}

#[test]
fn a_touch_places_exactly_and_the_last_one_takes_the_edge_along() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		merge_riskiest(id, 800, 700);
		let safer = rungs(id)[0].0;
		events();
		assert_ok!(Vaults::deposit(signed(CAROL), first, OUNCE));
		let moved =
			Position { collateral: 80 * OUNCE, debt: 700 * DOLLAR, principal: 700 * DOLLAR };
		assert_eq!(events()[0], Event::Settled { vault: first, hops: 1, position: moved });
		assert_eq!(position(first), Position { collateral: 81 * OUNCE, ..moved });
		assert_eq!(edges(id)[0].1.references, 1);
		let left = rungs(id)[0];
		assert_eq!((left.0, left.1.vaults, left.1.references), (safer, 1, 1));
		assert_eq!(left.1.totals.collateral, 160 * OUNCE);
		assert!(vault(first).place.unwrap().rung < safer);
		Vaults::do_try_state().unwrap();

		assert_ok!(Vaults::repay(signed(BOB), second, 100 * DOLLAR));
		assert_eq!(edges(id), vec![]);
		assert_eq!(position(second).debt, 1_300 * DOLLAR);
		assert_eq!((hops(first), hops(second)), (0, 0));
	});
}

#[test]
fn a_vault_that_stays_on_its_rung_swaps_the_edge_for_a_place() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		merge_riskiest(id, 800, 700);
		let before = rungs(id)[0];
		// Three references become: the edge, and the vault.
		assert_ok!(Vaults::deposit(signed(ALICE), first, 1_000));
		let (rung, after) = rungs(id)[0];
		assert_eq!(rung, before.0);
		assert_eq!((after.vaults, after.references), (2, 2));
		assert_eq!(after.generation, before.1.generation);
		assert_ok!(Vaults::deposit(signed(BOB), second, 1_000));
		assert_eq!((rungs(id)[0].1.vaults, rungs(id)[0].1.references), (2, 2));
		assert_eq!(edges(id), vec![]);
		assert_eq!(rungs(id)[0].1.totals, position(first).plus(position(second)).unwrap());
	});
}

#[test]
fn what_is_left_joins_those_who_are_there() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, _) = pair();
		let third = open_vault(CAROL, id, 80 * OUNCE, 700 * DOLLAR);
		let there = rungs(id)[1];
		merge_riskiest(id, 800, 700);
		let (rung, after) = rungs(id)[0];
		assert_eq!((rung, rungs(id).len()), (there.0, 1));
		assert_eq!((after.vaults, after.references), (3, 2));
		assert_eq!(after.generation, there.1.generation);
		assert_eq!(after.totals.debt, 2_800 * DOLLAR);
		// They share what comes next.
		merge_riskiest(id, 500, 250);
		assert_eq!((state(third).collateral, state(third).debt), (40 * OUNCE, 175 * DOLLAR));
		assert_eq!((state(first).collateral, state(first).debt), (40 * OUNCE, 175 * DOLLAR));
		assert_eq!((hops(third), hops(first)), (1, 2));
	});
}

#[test]
fn a_path_goes_when_its_last_vault_has_passed() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		merge_riskiest(id, 900, 800);
		let third = open_vault(CAROL, id, 900 * OUNCE, 8_000 * DOLLAR);
		merge_riskiest(id, 900, 800);
		merge_riskiest(id, 900, 800);
		assert_eq!((hops(first), hops(third)), (3, 2));
		let references = |id| edges(id).iter().map(|(_, edge)| edge.references).collect::<Vec<_>>();
		assert_eq!(references(id), [2, 2, 1]);
		assert_ok!(Vaults::settle(signed(DAVE), first, 3));
		assert_eq!(references(id), [1, 2, 1]);
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::settle(signed(DAVE), second, 9));
		// The first edge is gone, and with it its reference to the second.
		assert_eq!(references(id), [1, 1]);
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::close(signed(CAROL), third));
		assert_eq!(edges(id), vec![]);
		assert_eq!(rungs(id).iter().map(|(_, rung)| rung.vaults).sum::<u32>(), 2);
	});
}

#[test]
fn a_key_that_is_taken_again_is_another_rung() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, _) = pair();
		let rung = merge_riskiest(id, 800, 700);
		let third = open_vault(CAROL, id, 100 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(rungs(id)[0].0, rung);
		assert_eq!((state(third).debt, hops(third)), (1_000 * DOLLAR, 0));
		assert_eq!((state(first).debt, hops(first)), (700 * DOLLAR, 1));
		// Liquidated in turn, it has an edge of its own.
		merge_riskiest(id, 600, 500);
		assert_eq!(edges(id).len(), 2);
		assert_eq!((state(third).debt, state(first).debt), (500 * DOLLAR, 700 * DOLLAR));
	});
}

#[test]
fn where_no_debt_is_left_the_rest_is_the_owners() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		merge_riskiest(id, 400, 0);
		assert_eq!(rungs(id), vec![]);
		let to = Destination::Closed { left: 120 * OUNCE, vaults: 2 };
		assert_eq!(edges(id)[0].1.to, to);
		assert_eq!(book(id).totals, Position { collateral: 120 * OUNCE, debt: 0, principal: 0 });
		let seen = state(first);
		assert_eq!((seen.collateral, seen.debt, seen.principal), (40 * OUNCE, 0, 0));
		assert_eq!((seen.rung, seen.liquidation_price, seen.hops), (None, None, 1));

		assert_eq!(Vaults::max_withdraw(first), Some(40 * OUNCE));
		assert_noop!(Vaults::repay(signed(ALICE), first, 1), Error::NothingOwed);
		let gold = free(GOLD, ALICE);
		assert_ok!(Vaults::withdraw(signed(ALICE), first, 10 * OUNCE));
		assert_eq!((vault(first).place, position(first).collateral), (None, 30 * OUNCE));
		let to = Destination::Closed { left: 80 * OUNCE, vaults: 1 };
		assert_eq!(edges(id)[0].1.to, to);
		assert_ok!(Vaults::close(signed(ALICE), first));
		assert_eq!(free(GOLD, ALICE), gold + 40 * OUNCE);
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::close(signed(BOB), second));
		assert_eq!(edges(id), vec![]);
		assert_eq!((book(id).dust, book(id).vaults), (0, 0));
	});
}

#[test]
fn what_rounding_leaves_of_a_closed_rung_is_dust() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let ids: Vec<_> =
			[ALICE, BOB, CAROL].map(|who| open_vault(who, id, 100 * OUNCE, 1_000 * DOLLAR)).into();
		let (rung, _) = rungs(id)[0];
		// Not to be divided by three.
		let left = 100 * OUNCE + 1;
		assert_ok!(merge(id, rung, Position { collateral: left, debt: 0, principal: 0 }));
		for vault in &ids[..2] {
			assert_ok!(Vaults::settle(signed(DAVE), *vault, 1));
			assert_eq!(position(*vault).collateral, left / 3);
			assert_eq!(book(id).dust, 0);
		}
		assert_ok!(Vaults::settle(signed(DAVE), ids[2], 1));
		assert_eq!(position(ids[2]).collateral, left / 3);
		assert_eq!(book(id).dust, left % 3);
		assert_ne!(book(id).dust, 0);
	});
}

#[test]
fn the_last_vault_of_a_rung_owes_what_is_left() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let ids: Vec<_> =
			[ALICE, BOB, CAROL].map(|who| open_vault(who, id, 100 * OUNCE, 1_000 * DOLLAR)).into();
		let (rung, _) = rungs(id)[0];
		let debt = 1_000 * DOLLAR + 1;
		let collateral = 200 * OUNCE + 2;
		assert_ok!(merge(id, rung, Position { collateral, debt, principal: debt }));
		for vault in &ids[..2] {
			assert_ok!(Vaults::close(signed(vault_owner(*vault)), *vault));
		}
		// Both paid rounded up what they owed, of which one unit was not principal.
		let rest = debt - 2 * debt.div_ceil(3);
		assert_eq!(rungs(id)[0].1.totals.debt, rest);
		assert_eq!(state(ids[2]).debt, rest);
		let written_off = debt - 2 * (debt / 3) - rest;
		assert_eq!(WrittenOff::get(id), written_off);
		assert_ne!(written_off, 0);
		assert_eq!(UsageOf::get(GOLD).drawn, at_par(rest, 6).unwrap());
		assert_ok!(Vaults::close(signed(CAROL), ids[2]));
		assert_eq!(book(id).totals, Position::default());
		assert_eq!(book(id).dust, collateral - 3 * (collateral / 3));
		assert_ne!(book(id).dust, 0);
		assert_eq!((rungs(id), edges(id)), (vec![], vec![]));
	});
}

fn vault_owner(id: VaultId) -> AccountId {
	vault(id).owner
}

#[test]
fn a_rung_whose_debt_was_used_up_is_closed() {
	// A dollar has no decimals, so that rounding up is a lot.
	ExtBuilder::default().decimals(9, 0).build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let people = [ALICE, BOB, CAROL, DAVE];
		let ids: Vec<_> = people.map(|who| open_vault(who, id, 100 * OUNCE, 1_000)).into();
		let (rung, _) = rungs(id)[0];
		let after = Position { collateral: 40 * OUNCE, debt: 2, principal: 2 };
		assert_ok!(merge(id, rung, after));
		assert_eq!(state(ids[3]).debt, 1);
		assert_ok!(Vaults::close(signed(ALICE), ids[0]));
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::close(signed(BOB), ids[1]));
		// Each paid 1 for a half. The others owe nothing any more.
		assert_eq!(rungs(id), vec![]);
		assert_eq!((state(ids[2]).debt, state(ids[3]).debt), (0, 0));
		assert_eq!(book(id).totals.collateral, 20 * OUNCE);
		// Principal was rounded down when they paid.
		assert_eq!(WrittenOff::get(id), 2);
		assert_eq!(book(id).totals.principal, 0);
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::close(signed(CAROL), ids[2]));
		assert_ok!(Vaults::settle(signed(ALICE), ids[3], 8));
		assert_eq!(position(ids[3]), Position { collateral: 10 * OUNCE, debt: 0, principal: 0 });
		assert_eq!(edges(id), vec![]);
	});
}

#[test]
fn a_vault_that_is_left_with_nothing_goes() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		let deposit = |who| Balances::balance_on_hold(&HoldReason::VaultDeposit.into(), &who);
		merge_riskiest(id, 0, 0);
		assert!(deposit(ALICE) > 0);
		let little = crate::MINIMUM_COLLATERAL - 1;
		assert_noop!(Vaults::deposit(signed(BOB), first, little), Error::BelowMinimumCollateral);
		events();
		assert_ok!(Vaults::settle(signed(DAVE), first, 1));
		let nothing = Position::default();
		assert_eq!(
			events(),
			vec![
				Event::Settled { vault: first, hops: 1, position: nothing },
				Event::VaultRemoved { vault: first, owner: ALICE },
			]
		);
		assert_eq!(deposit(ALICE), 0);
		assert_eq!(VaultMap::<Test>::get(first), None);
		Vaults::do_try_state().unwrap();
		// By its owner too.
		assert_ok!(Vaults::close(signed(BOB), second));
		assert_eq!((deposit(BOB), book(id).vaults), (0, 0));
		assert_eq!(edges(id), vec![]);
	});
}

#[test]
fn debt_without_collateral_stays_on_its_rung() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, second) = pair();
		let (rung, entry) = rungs(id)[0];
		// One unit of collateral for two vaults.
		let after = Position { collateral: 1, debt: 1, principal: 1 };
		assert!(Rung::of(1, 1).unwrap() > rung);
		assert_noop!(merge(id, rung, after), Error::NotSafer);
		// Far below on the ladder it can be.
		let big = Position { collateral: 10 * OUNCE, ..thousandths(entry.totals, 0, 10) };
		assert_ok!(merge(id, rung, big));
		let (rung, _) = rungs(id)[0];
		VaultMap::<Test>::mutate(first, |vault| {
			if let Some(vault) = vault {
				vault.position.collateral = 0;
			}
		});
		assert_ok!(Vaults::settle(signed(DAVE), first, 1));
		let lone = position(first);
		assert_eq!((lone.collateral, lone.debt), (0, 10 * DOLLAR));
		assert_eq!(vault(first).place.unwrap().rung, rung);
		Vaults::do_try_state().unwrap();
		assert_noop!(Vaults::withdraw(signed(ALICE), first, 1), Error::InsufficientCollateral);
		assert_ok!(Vaults::repay(signed(BOB), first, DOLLAR));
		assert_eq!(vault(first).place.unwrap().rung, rung);
		// Adding works however little it is.
		assert_ok!(Vaults::deposit(signed(BOB), first, 1_000));
		assert_eq!(Rung::of(9 * DOLLAR, 1_000), vault(first).place.map(|place| place.rung));
		assert_ok!(Vaults::deposit(signed(BOB), first, OUNCE - 1_000));
		assert_eq!(Rung::of(9 * DOLLAR, OUNCE), vault(first).place.map(|place| place.rung));
		assert_ok!(Vaults::close(signed(ALICE), first));
		assert_ok!(Vaults::close(signed(BOB), second));
		assert_eq!(book(id).totals, Position::default());
	});
}

#[test]
fn minimums_bind_nobody_who_was_liquidated_and_helps() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, _) = pair();
		let (rung, entry) = rungs(id)[0];
		let small = Position {
			collateral: 3 * crate::MINIMUM_COLLATERAL / 2,
			debt: 3_000,
			principal: 3_000,
		};
		assert!(small.debt < entry.totals.debt);
		assert_ok!(merge(id, rung, small));
		// Half the minimum of collateral, and a thousandth of a dollar owed.
		assert_eq!(state(first).collateral, crate::MINIMUM_COLLATERAL / 2);
		assert_eq!(state(first).debt, 1_000);
		assert_ok!(Vaults::deposit(signed(CAROL), first, 1_000));
		assert_ok!(Vaults::repay(signed(CAROL), first, 10));
		assert_eq!(state(first).debt, 990);
		assert_noop!(Vaults::draw(signed(ALICE), first, 1), Error::BelowMinimumCollateral);
		assert_noop!(Vaults::withdraw(signed(ALICE), first, 1), Error::BelowMinimumCollateral);
		assert_ok!(Vaults::close(signed(ALICE), first));
	});
}

#[test]
fn a_rung_whose_average_lies_beyond_its_key_stays_there_when_a_little_is_taken() {
	ExtBuilder::default().build().execute_with(|| {
		let (id, ..) = pair();
		let (rung, entry) = rungs(id)[0];
		// As if the safer ones of a merged rung had left.
		let below = Rung::new(rung.index() - 1).unwrap();
		Rungs::<Test>::remove(id, rung.key());
		Rungs::<Test>::insert(id, below.key(), entry);
		let Position { collateral, debt, principal } = entry.totals;
		let after = Position { collateral, debt: debt - 1, principal: principal - 1 };
		assert_ok!(merge(id, below, after));
		assert_eq!(rungs(id)[0].0, below);
	});
}

#[test]
fn only_a_part_that_is_safer_than_before_is_left() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, ..) = pair();
		let (rung, entry) = rungs(id)[0];
		let totals = entry.totals;
		let left = |after| merge(id, rung, after);
		assert_noop!(left(thousandths(totals, 900, 950)), Error::NotSafer);
		assert_noop!(left(Position { collateral: 0, ..totals }), Error::OffLadder);
		let more = Position { collateral: totals.collateral + 1, ..totals };
		assert_noop!(left(more), ArithmeticError::Underflow);
		let more = Position { debt: totals.debt + 1, ..totals };
		assert_noop!(left(more), ArithmeticError::Underflow);
		for debt in [0, DOLLAR] {
			let odd = Position { debt, principal: debt + 1, ..totals };
			assert_noop!(left(odd), ArithmeticError::Underflow);
		}
		let other = Rung::new(rung.index() + 1).unwrap();
		assert_noop!(merge(id, other, Position::default()), Error::UnknownRung);
	});
}

#[test]
fn owners_act_on_what_is_left() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, first, _) = pair();
		merge_riskiest(id, 200, 150);
		// 150 dollars need 2.4 of 20 ounces, which would do for 1250 dollars.
		assert_eq!(state(first).debt, 150 * DOLLAR);
		assert_eq!(Vaults::max_withdraw(first), Some(17 * OUNCE + 6 * OUNCE / 10));
		assert_eq!(Vaults::max_draw(first), Some(1_100 * DOLLAR));
		assert_noop!(
			Vaults::withdraw(signed(ALICE), first, 100 * OUNCE),
			Error::InsufficientCollateral
		);
		assert_noop!(Vaults::draw(signed(ALICE), first, 1_101 * DOLLAR), Error::BelowInitialRatio);
		let wish = Adjustment { draw: 100 * DOLLAR, withdraw: OUNCE, ..Default::default() };
		let preview = Vaults::preview_adjust(first, wish).unwrap();
		assert_ok!(Vaults::adjust(signed(ALICE), first, wish));
		assert_eq!(state(first), preview);
		assert_eq!((preview.collateral, preview.debt), (19 * OUNCE, 250 * DOLLAR));
		assert_ok!(Vaults::close(signed(ALICE), first));
	});
}

#[test]
fn try_state_sees_every_skipped_count() {
	let broken = |what: &str, breaking: &dyn Fn(BookId)| {
		ExtBuilder::default().build().execute_with(|| {
			let (id, ..) = pair();
			open_vault(CAROL, id, 80 * OUNCE, 900 * DOLLAR);
			merge_riskiest(id, 900, 800);
			merge_riskiest(id, 900, 800);
			merge_riskiest(id, 500, 0);
			open_vault(DAVE, id, 80 * OUNCE, 900 * DOLLAR);
			Vaults::do_try_state().unwrap();
			breaking(id);
			assert!(Vaults::do_try_state().is_err(), "{what}");
		});
	};
	let change_rung = |id, change: &dyn Fn(&mut RungTotals)| {
		Rungs::<Test>::translate_values::<RungTotals, _>(|mut rung| {
			change(&mut rung);
			Some(rung)
		});
		assert!(!rungs(id).is_empty());
	};
	let change_edge = |id: BookId, nth: usize, change: &dyn Fn(&mut Edge)| {
		let mut all: Vec<_> = Edges::<Test>::iter_prefix(id).collect();
		all.sort_by_key(|(place, _)| *place);
		let (place, mut edge) = all[nth];
		change(&mut edge);
		Edges::<Test>::insert(id, place, edge);
	};
	broken("vaults of a rung", &|id| change_rung(id, &|rung| rung.vaults += 1));
	broken("references of a rung", &|id| change_rung(id, &|rung| rung.references += 1));
	broken("collateral of a rung", &|id| change_rung(id, &|rung| rung.totals.collateral -= 1));
	broken("debt of a rung", &|id| change_rung(id, &|rung| rung.totals.debt += 1));
	broken("generation of a rung", &|id| change_rung(id, &|rung| rung.generation += 1));
	for nth in 0..edges_of_a_run() {
		broken("references of an edge", &|id| change_edge(id, nth, &|edge| edge.references += 1));
		broken("references less", &|id| change_edge(id, nth, &|edge| edge.references -= 1));
		broken("an edge gone", &|id| {
			let mut all: Vec<_> = Edges::<Test>::iter_prefix(id).collect();
			all.sort_by_key(|(place, _)| *place);
			Edges::<Test>::remove(id, all[nth].0);
		});
	}
	let book_of = |id, change: &dyn Fn(&mut crate::types::Book)| {
		Books::<Test>::mutate(id, |book| change(book.as_mut().unwrap()));
	};
	broken("dust", &|id| book_of(id, &|book| book.dust += 1));
	broken("vaults of a book", &|id| book_of(id, &|book| book.vaults += 1));
	broken("totals of a book", &|id| book_of(id, &|book| book.totals.principal -= 1));
	broken("what is drawn", &|_| UsageOf::mutate(GOLD, |usage| usage.drawn += 1));
	broken("a lot", &|_| {
		Lots::mutate(|lots| {
			lots.pop();
		})
	});
}

/// How many edges the book of `try_state_sees_every_skipped_count` has.
fn edges_of_a_run() -> usize {
	3
}
