//! Random lives of a deal: every invariant after every act, and every unit accounted for at the end.

use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use strata_traits::Proceeds;

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
	Seize(u8, Balance, Balance),
	Sell(u8, Balance, [Balance; 4]),
	Lose(u8, Balance, Balance),
	Forget(u8, Balance),
	Exchange(u8, u8, Balance, Balance, Balance),
	Market(u8, Option<Balance>, Balance),
	Call,
	Accelerate,
	WindDown,
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
		4 => trouble(),
	]
}

/// What happens to collateral.
fn trouble() -> impl Strategy<Value = Act> {
	let amount = || prop_oneof![0u128..2_000, 1u128..2_000_000_000];
	let units = || 0u128..1_000;
	prop_oneof![
		4 => (0u8..2, amount(), units()).prop_map(|(b, p, u)| Act::Seize(b, p, u)),
		4 => (0u8..2, units(), prop::array::uniform4(amount()))
			.prop_map(|(b, u, p)| Act::Sell(b, u, p)),
		3 => (0u8..2, amount(), units()).prop_map(|(b, p, u)| Act::Lose(b, p, u)),
		1 => (0u8..2, 0u128..9).prop_map(|(b, p)| Act::Forget(b, p)),
		4 => (0u8..2, 0u8..6, units(), amount(), amount())
			.prop_map(|(b, w, u, x, p)| Act::Exchange(b, w, u, x, p)),
		1 => (0u8..2, prop::option::of(0u128..2_000_000), 0u128..5_000)
			.prop_map(|(b, unit, interest)| Act::Market(b, unit, interest)),
		2 => Just(Act::Call),
		1 => Just(Act::Accelerate),
		1 => Just(Act::WindDown),
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
		_ if issued => perform_trouble(deal, act)?,
		_ => {},
	}
	Ok(())
}

/// As much as there is of what is asked for.
fn perform_trouble(deal: DealId, act: &Act) -> DispatchResult {
	let workout = |book: u8| ledgers(deal).workouts[usize::from(book)];
	let owed = |book: u8| Lent::get(ledgers(deal).books[usize::from(book)]).unwrap().principal;
	match *act {
		Act::Seize(book, principal, units) => {
			seize(deal, book.into(), principal.min(owed(book)), units)
		},
		Act::Sell(book, units, [principal, interest, penalty, surplus]) => {
			let Workout { principal: most, units: all } = workout(book);
			let proceeds = Proceeds { principal: principal.min(most), interest, penalty, surplus };
			sell(deal, book.into(), units.min(all), proceeds)
		},
		Act::Lose(book, principal, units) => {
			let Workout { principal: most, units: all } = workout(book);
			lose(deal, book.into(), principal.min(most), units.min(all))
		},
		Act::Forget(book, principal) => forget(deal, book.into(), principal.min(owed(book))),
		Act::Exchange(book, person, units, price, principal) => {
			let Workout { principal: most, units: all } = workout(book);
			let (units, principal) = (units.min(all), principal.min(most));
			exchange(deal, book.into(), who(person), units, price, principal).map(|_| ())
		},
		Act::Market(index, unit, interest) => {
			book(deal, index.into(), |book| (book.unit, book.interest) = (unit, interest));
			Ok(())
		},
		Act::Call => Tranches::call_liquidity(signed(KEEPER), deal),
		Act::Accelerate => Tranches::accelerate(signed(KEEPER), deal),
		Act::WindDown => Tranches::wind_down(RuntimeOrigin::root(), deal),
		_ => Ok(()),
	}
}

/// Nobody owes the book interest any more.
fn mock_settled(deal: DealId, index: usize) {
	book(deal, index, |book| book.interest = 0);
}

/// Repays what is lent, loses what is left of its collateral, lets the dates pass, and has everybody collect, claim and leave.
fn wind_up(deal: DealId) {
	catch_up(OFFERING_END.max(pallet_timestamp::Now::<Test>::get()));
	if Ledgers::<Test>::contains_key(deal) && state(deal) != DealState::Closed {
		for book in 0..2 {
			let principal = Lent::get(ledgers(deal).books[book]).unwrap().principal;
			repay(deal, book, 1_000_003, principal).unwrap();
			let Workout { principal, units } = ledgers(deal).workouts[book];
			lose(deal, book, principal, units).unwrap();
			mock_settled(deal, book);
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
	#![proptest_config(ProptestConfig::with_cases(96))]

	#[test]
	fn every_unit_of_every_asset_is_accounted_for(
		senior in (LEAST_ORDER..6_000_000_000u128, LEAST_ORDER..6_000_000_000u128),
		mezzanine in LEAST_ORDER..3_000_000_000u128,
		reserve in 0u128..3_000,
		acts in prop::collection::vec(act(), 1..70),
	) {
		build_and_execute(|| {
			let deal = launched(terms_with_reserve(reserve));
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
