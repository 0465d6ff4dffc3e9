//! `settle`, hops and what they cost.

use frame_support::{
	assert_noop, assert_ok,
	dispatch::{GetDispatchInfo, Pays, PostDispatchInfo},
};

use super::*;
use crate::{weights::WeightInfo, Call};

/// A vault that lies `hops` liquidations away from its rung.
fn crawl(hops: u32) -> (BookId, VaultId) {
	let id = open_book(GOLD, 0.0);
	let vault = open_vault(ALICE, id, 100 * OUNCE, 5_000 * DOLLAR);
	for _ in 0..hops {
		merge_riskiest(id, 999, 990);
	}
	(id, vault)
}

fn hops(id: VaultId) -> u32 {
	Vaults::vault_state(id).unwrap().hops
}

#[test]
fn what_cannot_be_settled_is_named() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault) = crawl(2);
		let who = || signed(BOB);
		assert_noop!(
			Vaults::settle(RuntimeOrigin::none(), vault, 1),
			sp_runtime::traits::BadOrigin
		);
		assert_noop!(Vaults::settle(who(), vault, 0), Error::NoHops);
		assert_noop!(Vaults::settle(who(), vault, 65), Error::TooManyHops);
		assert_noop!(Vaults::settle(who(), vault, u32::MAX), Error::TooManyHops);
		assert_noop!(Vaults::settle(who(), vault + 1, 1), Error::UnknownVault);
		assert_ok!(Vaults::settle(who(), vault, 64));
		assert_noop!(Vaults::settle(who(), vault, 1), Error::NothingToDo);
		let idle = open_vault(BOB, id, OUNCE, 0);
		assert_noop!(Vaults::settle(who(), idle, 1), Error::NothingToDo);
	});
}

#[test]
fn a_long_path_is_settled_in_parts_and_nothing_changes_by_it() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault) = crawl(20);
		let neighbour = open_vault(BOB, id, 100 * OUNCE, 4_000 * DOLLAR);
		let before = Vaults::vault_state(vault).unwrap();
		assert_eq!((before.hops, edges(id).len()), (20, 20));
		let ladder = rungs(id);
		for (most, left) in [(1, 19), (3, 16), (8, 8)] {
			assert_ok!(Vaults::settle(signed(BOB), vault, most));
			Vaults::do_try_state().unwrap();
			assert_eq!((hops(vault), edges(id).len()), (left, left as usize));
			let now = Vaults::vault_state(vault).unwrap();
			assert_eq!(now, crate::types::VaultState { hops: left, ..before.clone() });
			assert_eq!(rungs(id), ladder);
		}
		assert_ok!(Vaults::settle(signed(BOB), vault, 8));
		assert_eq!((hops(vault), edges(id)), (0, vec![]));
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_ok!(Vaults::close(signed(BOB), neighbour));
	});
}

#[test]
fn a_vault_waits_before_an_edge_that_others_lead_to() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let first = open_vault(ALICE, id, 100 * OUNCE, 5_000 * DOLLAR);
		let second = open_vault(BOB, id, 100 * OUNCE, 5_000 * DOLLAR);
		merge_riskiest(id, 999, 990);
		merge_riskiest(id, 999, 990);
		let references = || edges(id).iter().map(|(_, edge)| edge.references).collect::<Vec<_>>();
		assert_eq!(references(), [2, 1]);
		assert_ok!(Vaults::settle(signed(DAVE), first, 1));
		assert_eq!(references(), [1, 2]);
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::settle(signed(DAVE), second, 1));
		assert_eq!(references(), [2]);
		Vaults::do_try_state().unwrap();
		assert_ok!(Vaults::settle(signed(DAVE), first, 1));
		assert_ok!(Vaults::settle(signed(DAVE), second, 1));
		assert_eq!(references(), [0; 0]);
	});
}

#[test]
fn acts_follow_so_many_edges_and_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault) = crawl(9);
		let who = || signed(ALICE);
		assert_noop!(Vaults::deposit(who(), vault, OUNCE), Error::TooManyHops);
		assert_noop!(Vaults::withdraw(who(), vault, OUNCE), Error::TooManyHops);
		assert_noop!(Vaults::draw(who(), vault, DOLLAR), Error::TooManyHops);
		assert_noop!(Vaults::repay(who(), vault, DOLLAR), Error::TooManyHops);
		assert_noop!(Vaults::close(who(), vault), Error::TooManyHops);
		let wish = crate::types::Adjustment { deposit: 1, ..Default::default() };
		assert_noop!(Vaults::adjust(who(), vault, wish), Error::TooManyHops);
		assert_noop!(Vaults::preview_adjust(vault, wish), Error::TooManyHops);
		// Seen all the same.
		assert_eq!(hops(vault), 9);
		assert!(Vaults::max_draw(vault).unwrap() > 0);
		assert_ok!(Vaults::settle(signed(BOB), vault, 1));
		assert_ok!(Vaults::deposit(who(), vault, OUNCE));
		assert_eq!((hops(vault), edges(id)), (0, vec![]));
	});
}

#[test]
fn hops_that_were_not_needed_are_given_back() {
	type W = <Test as crate::Config>::WeightInfo;
	ExtBuilder::default().build_and_execute(|| {
		let actual = |post: PostDispatchInfo| {
			assert_eq!(post.pays_fee, Pays::Yes);
			post.actual_weight.unwrap()
		};
		let (_, vault) = crawl(3);
		let charged = |call: Call<Test>| call.get_dispatch_info().call_weight;
		let declared = charged(Call::settle { vault, hops: 40 });
		assert_eq!(declared, W::settle(40));
		assert_eq!(charged(Call::settle { vault, hops: u32::MAX }), W::settle(64));
		let settled = actual(Vaults::settle(signed(BOB), vault, 40).unwrap());
		assert_eq!(settled, W::settle(3));
		assert!(settled.all_lt(declared));

		let (_, vault) = crawl(3);
		let declared = charged(Call::deposit { vault, amount: 1 });
		let slope = |hops| W::settle(hops) - W::settle(0);
		assert_eq!(declared, W::deposit() + slope(8));
		assert_eq!(
			actual(Vaults::deposit(signed(BOB), vault, OUNCE).unwrap()),
			W::deposit() + slope(3)
		);
		assert_eq!(actual(Vaults::deposit(signed(BOB), vault, OUNCE).unwrap()), W::deposit());
		let adjustment = crate::types::Adjustment { deposit: OUNCE, ..Default::default() };
		for (call, base) in [
			(Call::withdraw { vault, amount: 1 }, W::withdraw()),
			(Call::draw { vault, amount: 1 }, W::draw()),
			(Call::repay { vault, amount: 1 }, W::repay()),
			(Call::adjust { vault, adjustment }, W::adjust()),
			(Call::close { vault }, W::close()),
		] {
			assert_eq!(charged(call), base + slope(8));
		}
		assert_eq!(actual(Vaults::repay(signed(ALICE), vault, 9).unwrap()), W::repay());
		assert_eq!(actual(Vaults::draw(signed(ALICE), vault, 1).unwrap()), W::draw());
		assert_eq!(actual(Vaults::withdraw(signed(ALICE), vault, OUNCE).unwrap()), W::withdraw());
		assert_eq!(actual(Vaults::adjust(signed(ALICE), vault, adjustment).unwrap()), W::adjust());
		assert_eq!(actual(Vaults::close(signed(ALICE), vault).unwrap()), W::close());
	});
}

#[test]
fn the_last_vault_of_a_closed_book_takes_it_along() {
	use strata_traits::Books as BooksOfDeals;
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault) = crawl(1);
		merge_riskiest(id, 0, 0);
		Lots::kill();
		// Nothing was seized in earnest: the collateral is where it was.
		Books::<Test>::mutate(id, |book| book.as_mut().unwrap().impaired = true);
		assert_ok!(<Vaults as BooksOfDeals>::close(id));
		events();
		assert_ok!(Vaults::settle(signed(BOB), vault, 2));
		assert_eq!(Books::<Test>::get(id), None);
		assert_eq!(
			events()[1..],
			[Event::VaultRemoved { vault, owner: ALICE }, Event::BookRemoved { book: id }]
		);
	});
}
