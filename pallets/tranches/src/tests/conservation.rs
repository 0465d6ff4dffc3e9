//! Random lives of a deal: every invariant after every act, and every unit accounted for at the end.

use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_arithmetic::Perbill;
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::Proceeds;
use strata_waterfall::{Condition, Effect, Line, Step, Trigger};

use super::{
	court::random::{self, court_act, CourtAct},
	make::*,
};
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
	ClaimFee(u8),
	CleanUp,
	Judge(bool),
	Value(u8, Option<Balance>, bool),
	Approve(u8, u8, u8, Balance),
	TransferFrom(u8, [u8; 3], Balance),
	Offer(u8, u8, Balance, u8, bool),
	Take(u8, u8, Balance),
	Cancel(u8, u8),
	Freeze(u8, u8, bool),
	Propose(u8),
	Vote(u8),
	Enact,
	Release(u8),
	Court(CourtAct),
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
		6 => trade(),
		2 => ballot(),
		6 => court_act().prop_map(Act::Court),
	]
}

/// What holders do with their notes.
fn trade() -> impl Strategy<Value = Act> {
	let amount = || prop_oneof![1u128..2_000, 1u128..4_000_000_000];
	let rank = || 0u8..2;
	let person = || 0u8..6;
	prop_oneof![
		1 => (rank(), person(), person(), prop_oneof![Just(0), amount()])
			.prop_map(|(r, p, q, a)| Act::Approve(r, p, q, a)),
		1 => (rank(), prop::array::uniform3(person()), amount())
			.prop_map(|(r, p, a)| Act::TransferFrom(r, p, a)),
		3 => (rank(), person(), amount(), 0u8..200, any::<bool>())
			.prop_map(|(r, p, a, price, lapse)| Act::Offer(r, p, a, price, lapse)),
		3 => (0u8..4, person(), amount()).prop_map(|(o, p, a)| Act::Take(o, p, a)),
		1 => (0u8..4, person()).prop_map(|(o, p)| Act::Cancel(o, p)),
		1 => (0u8..3, person(), any::<bool>()).prop_map(|(r, p, on)| Act::Freeze(r, p, on)),
	]
}

/// What they decide.
fn ballot() -> impl Strategy<Value = Act> {
	prop_oneof![
		1 => (0u8..6).prop_map(Act::Propose),
		3 => (0u8..6).prop_map(Act::Vote),
		1 => Just(Act::Enact),
		1 => (0u8..6).prop_map(Act::Release),
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
		2 => (0u8..2).prop_map(Act::ClaimFee),
		1 => Just(Act::CleanUp),
		1 => any::<bool>().prop_map(Act::Judge),
		2 => (0u8..2, prop::option::of(0u128..4_000_000_000), any::<bool>())
			.prop_map(|(b, value, due)| Act::Value(b, value, due)),
	]
}

/// [`clo`] with `reserve` and triggers of every kind, at levels that random deals cross.
fn program(reserve: Balance) -> Launch {
	let trigger = |condition, effect| Trigger { condition, effect, curable: true };
	let below = |test, level| Condition::CoverageBelow { test, level: percent(level) };
	let triggers = vec![
		trigger(below(0, 126), Effect::Sequential),
		trigger(below(1, 108), Effect::Amortise),
		trigger(Condition::Delinquency(percent(30)), Effect::Flag),
		trigger(Condition::ServicerDefault, Effect::Amortise),
		trigger(Condition::CumulativeLoss(percent(40)), Effect::Accelerate),
		trigger(Condition::From(FIRST + PERIOD), Effect::Flag),
	];
	let mut program = clo();
	program.reserve.least = reserve;
	program.triggers = triggers.try_into().unwrap();
	program.lines.try_insert(8, Line::always(Step::TopUpReserve)).unwrap();
	let mut launch = Launch::from(program);
	launch.terms.clean_up = Perbill::from_percent(60);
	launch.terms.bond = 1_234;
	launch.terms.payees =
		vec![Party::Account(BORROWER), Party::Account(KEEPER)].try_into().unwrap();
	launch
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
		Act::Court(ref act) if issued => random::perform(deal, act)?,
		_ if issued => {
			perform_trouble(deal, act)?;
			perform_trade(deal, act)?;
		},
		_ => {},
	}
	Ok(())
}

/// The first open offer, or the second and so on.
fn some_offer(deal: DealId, which: u8) -> Option<OfferId> {
	let of_deal = Offers::<Test>::iter().filter(|(_, offer)| offer.deal == deal);
	let mut offers: Vec<_> = of_deal.map(|(id, _)| id).collect();
	offers.sort();
	offers.get(usize::from(which) % offers.len().max(1)).copied()
}

fn perform_trade(deal: DealId, act: &Act) -> DispatchResult {
	match *act {
		Act::Approve(rank, p, q, amount) => {
			Tranches::approve(signed(who(p)), deal, rank, who(q), amount)
		},
		Act::TransferFrom(rank, [p, q, r], amount) => {
			Tranches::transfer_from(signed(who(p)), deal, rank, who(q), who(r), amount)
		},
		Act::Offer(rank, p, amount, price, lapse) => {
			let terms = OfferTerms {
				amount,
				price: percent(price.into()),
				minimum_fill: amount.min(100),
				expiry: pallet_timestamp::Now::<Test>::get() + 2 * PERIOD,
				taker: None,
				on_payment: if lapse { OnPayment::Lapse } else { OnPayment::Rescale },
			};
			put_on_offer(who(p), deal, rank, terms)
		},
		Act::Take(which, p, amount) => some_offer(deal, which).map_or(Ok(()), |offer| {
			let left = Offers::<Test>::get(offer).unwrap().terms.amount;
			Tranches::take_offer(signed(who(p)), offer, amount.min(left), Balance::MAX)
		}),
		Act::Cancel(which, p) => some_offer(deal, which)
			.map_or(Ok(()), |offer| Tranches::cancel_offer(signed(who(p)), offer)),
		Act::Freeze(rank, p, true) => Tranches::freeze(RuntimeOrigin::root(), deal, rank, who(p)),
		Act::Freeze(rank, p, false) => Tranches::thaw(RuntimeOrigin::root(), deal, rank, who(p)),
		Act::Propose(p) => Tranches::propose(signed(who(p)), deal, Matter::Accelerate),
		Act::Vote(p) => Tranches::vote(signed(who(p)), deal),
		Act::Enact => Tranches::enact(signed(KEEPER), deal),
		Act::Release(p) => Tranches::release_vote(signed(KEEPER), deal, who(p)),
		_ => Ok(()),
	}
}

/// Ends everything that holds notes or keeps a holder from what is his, and takes every deposit back.
fn let_go(deal: DealId) {
	for rank in 0..3 {
		for person in PEOPLE {
			let thawed =
				with_storage_layer(|| Tranches::thaw(RuntimeOrigin::root(), deal, rank, person));
			assert!(matches!(thawed, Ok(()) | Err(DispatchError::Module(_))));
		}
	}
	for (id, offer) in Offers::<Test>::iter().collect::<Vec<_>>() {
		Tranches::cancel_offer(signed(offer.seller), id).unwrap();
	}
	if Proposals::<Test>::contains_key(deal) {
		Tranches::close_proposal(RuntimeOrigin::root(), deal).unwrap();
	}
	for voter in Votes::<Test>::iter_key_prefix(deal).collect::<Vec<_>>() {
		Tranches::release_vote(signed(KEEPER), deal, voter).unwrap();
	}
	for (deal, rank, owner, spender) in Approvals::<Test>::iter_keys().collect::<Vec<_>>() {
		Tranches::approve(signed(owner), deal, rank, spender, 0).unwrap();
	}
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
		Act::ClaimFee(fee) => Tranches::claim_fee(signed(STRANGER), deal, fee),
		Act::CleanUp => Tranches::clean_up(signed(ORIGINATOR), deal),
		Act::Judge(default) => Tranches::set_servicer_default(signed(TRUSTEE), deal, default),
		Act::Value(index, value, due) => {
			let value = value.or(Some(u128::MAX));
			book(deal, index.into(), |book| (book.value, book.due) = (value, due));
			Ok(())
		},
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
	let_go(deal);
	random::let_go(deal);
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
	for fee in 0..2 {
		let _ = with_storage_layer(|| Tranches::claim_fee(signed(KEEPER), deal, fee));
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
		plain in any::<bool>(),
		acts in prop::collection::vec(act(), 1..70),
	) {
		build_and_execute(|| {
			let mut launch = if plain { terms_with_reserve(reserve) } else { program(reserve) };
			launch.terms.consents.accelerate = true;
			launch.terms.servicer = BORROWER;
			launch.terms.defaults =
				DefaultTerms { grace: 2 * PERIOD, cure: 2 * PERIOD, attestation: Some((INDEX, PERIOD)) };
			let deal = launched(launch);
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
			random::nothing_is_left();
			assert_eq!(Checkpoints::<Test>::iter().count(), 0);
			assert_eq!(Orders::<Test>::iter().count(), 0);
			assert_eq!(LateCash::<Test>::iter().count(), 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
			assert!(!frame_system::Account::<Test>::contains_key(Tranches::account(deal)));
		});
	}
}
