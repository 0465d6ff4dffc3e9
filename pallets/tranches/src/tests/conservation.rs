//! Random lives of a deal: every invariant after every act, and every unit accounted for at the end.

use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::DispatchResult;

use crate::{mock::*, *};

#[derive(Clone, Debug)]
enum Act {
	Wait(Moment),
	Block,
	Order(u8, u8, Balance),
	Reduce(u8, u8, Balance),
	Collect(u8, u8),
	Transfer(u8, u8, u8, Balance),
	Claim(u8, u8),
	Lend(u8, Balance),
	Repay(u8, Balance, Balance),
	Run,
	Donate(Balance),
}

fn who(index: u8) -> AccountId {
	PEOPLE[usize::from(index) % PEOPLE.len()]
}

fn act() -> impl Strategy<Value = Act> {
	let (rank, person) = (0u8..3, 0u8..6);
	let amount = prop_oneof![1u128..2_000, 1u128..4_000_000_000];
	prop_oneof![
		3 => (1u64..90_000).prop_map(Act::Wait),
		4 => Just(Act::Block),
		1 => (rank.clone(), person.clone(), amount.clone()).prop_map(|(r, p, a)| Act::Order(r, p, a)),
		1 => (rank.clone(), person.clone(), amount.clone()).prop_map(|(r, p, a)| Act::Reduce(r, p, a)),
		3 => (rank.clone(), person.clone()).prop_map(|(r, p)| Act::Collect(r, p)),
		4 => (0u8..2, person.clone(), person.clone(), amount.clone())
			.prop_map(|(r, p, q, a)| Act::Transfer(r, p, q, a)),
		4 => (rank, person).prop_map(|(r, p)| Act::Claim(r, p)),
		3 => (0u8..2, amount.clone()).prop_map(|(b, a)| Act::Lend(b, a)),
		3 => (0u8..2, 0u128..3_000, amount).prop_map(|(b, i, p)| Act::Repay(b, i, p)),
		1 => Just(Act::Run),
		1 => (1u128..100).prop_map(Act::Donate),
	]
}

fn perform(deal: DealId, act: &Act) -> DispatchResult {
	let issued = Ledgers::<Test>::contains_key(deal);
	match *act {
		Act::Wait(time) => at(pallet_timestamp::Now::<Test>::get() + time),
		Act::Block => poll(pallet_timestamp::Now::<Test>::get()),
		Act::Order(rank, p, amount) => Tranches::order(signed(who(p)), deal, rank, amount)?,
		Act::Reduce(rank, p, amount) => Tranches::reduce_order(signed(who(p)), deal, rank, amount)?,
		Act::Collect(rank, p) => Tranches::collect(signed(KEEPER), deal, rank, who(p))?,
		Act::Transfer(rank, p, q, amount) => {
			Tranches::transfer(signed(who(p)), deal, rank, who(q), amount)?
		},
		Act::Claim(rank, p) => Tranches::claim(signed(KEEPER), deal, rank, who(p))?,
		Act::Lend(book, amount) if issued => lend(deal, book.into(), amount)?,
		Act::Repay(book, interest, principal) if issued => {
			let id = ledgers(deal).books[usize::from(book)];
			let owed = Lent::get(id).unwrap().principal;
			repay(deal, book.into(), interest, principal.min(owed))?
		},
		Act::Run => Tranches::run_payment(signed(KEEPER), deal)?,
		Act::Donate(amount) => donate(Tranches::account(deal), amount),
		_ => {},
	}
	Ok(())
}

/// Repays what is lent, lets the dates pass, and has everybody collect, claim and leave.
fn wind_up(deal: DealId) {
	catch_up(OFFERING_END.max(pallet_timestamp::Now::<Test>::get()));
	if Ledgers::<Test>::contains_key(deal) && state(deal) != DealState::Closed {
		for book in 0..2 {
			let principal = Lent::get(ledgers(deal).books[book]).unwrap().principal;
			repay(deal, book, 1_000_003, principal).unwrap();
		}
		let later = pallet_timestamp::Now::<Test>::get().max(REVOLVING_END) + 2 * PERIOD;
		catch_up(later);
		assert_eq!(state(deal), DealState::Closed);
	}
	for rank in 0..3 {
		for person in PEOPLE {
			let _ = with_storage_layer(|| Tranches::collect(signed(KEEPER), deal, rank, person));
		}
	}
	for rank in 0..3 {
		for person in PEOPLE {
			let _ = with_storage_layer(|| Tranches::claim(signed(KEEPER), deal, rank, person));
		}
	}
	Tranches::do_try_state().unwrap();
	Tranches::remove(signed(KEEPER), deal).unwrap();
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn every_unit_of_every_asset_is_accounted_for(
		senior in (LEAST_ORDER..6_000_000_000u128, LEAST_ORDER..6_000_000_000u128),
		mezzanine in LEAST_ORDER..3_000_000_000u128,
		acts in prop::collection::vec(act(), 1..70),
	) {
		build_and_execute(|| {
			let deal = launched(terms());
			order(deal, 0, ALICE, senior.0);
			order(deal, 0, BOB, senior.1);
			order(deal, 1, CAROL, mezzanine);
			for act in &acts {
				let before = root();
				let done = with_storage_layer(|| perform(deal, act));
				if done.is_err() {
					assert_eq!(root(), before, "a failed call changes nothing: {act:?}");
				}
				Tranches::do_try_state().unwrap_or_else(|e| panic!("{act:?}: {e:?}"));
			}
			wind_up(deal);
			assert_eq!(PEOPLE.iter().map(|p| usd(*p)).sum::<Balance>(), 6 * ENDOWMENT);
			for person in PEOPLE {
				assert_eq!(Balances::reserved_balance(person), 0);
				assert_eq!(Balances::free_balance(person), ENDOWMENT);
			}
			assert_eq!(Checkpoints::<Test>::iter().count(), 0);
			assert_eq!(Orders::<Test>::iter().count(), 0);
			assert_eq!(LateCash::<Test>::iter().count(), 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
			assert!(!frame_system::Account::<Test>::contains_key(Tranches::account(deal)));
		});
	}
}
