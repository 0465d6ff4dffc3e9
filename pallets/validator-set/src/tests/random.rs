//! Everything at random, beside a model of the money and of the rules of election.

use std::collections::BTreeMap;

use frame_support::traits::fungible::Inspect;
use proptest::prelude::*;

use super::signed;
use crate::{mock::*, *};

/// One act of one account, or of the chain.
#[derive(Clone, Debug)]
enum Act {
	Keys(u64),
	Bond(u64, u128),
	More(u64, u128),
	Unbond(u64, u128),
	Chill(u64),
	Stand(u64),
	Leave(u64),
	Withdraw(u64),
	Purge(u64),
	Retire(u64),
	Offend(u64, u32),
	Terms(u32, u32, u128),
	Blocks(u64, Vec<u64>),
}

const PEOPLE: u64 = 12;

fn act() -> impl Strategy<Value = Act> {
	let who = || 1..=PEOPLE;
	let amount = || prop_oneof![0u128..400, Just(RICH)];
	prop_oneof![
		2 => who().prop_map(Act::Keys),
		3 => (who(), amount()).prop_map(|(who, amount)| Act::Bond(who, amount)),
		1 => (who(), amount()).prop_map(|(who, amount)| Act::More(who, amount)),
		2 => (who(), amount()).prop_map(|(who, amount)| Act::Unbond(who, amount)),
		1 => who().prop_map(Act::Chill),
		1 => who().prop_map(Act::Stand),
		1 => who().prop_map(Act::Leave),
		2 => who().prop_map(Act::Withdraw),
		1 => who().prop_map(Act::Purge),
		1 => who().prop_map(Act::Retire),
		2 => (who(), 0u32..3).prop_map(|(who, back)| Act::Offend(who, back)),
		1 => (1u32..9, 0u32..6, 50u128..200).prop_map(|(least, more, bond)| Act::Terms(least, more, bond)),
		6 => (1u64..12, prop::collection::vec(who(), 1..8)).prop_map(|(n, by)| Act::Blocks(n, by)),
	]
}

/// Does `act`; refusals are as good as anything.
fn perform(act: Act, slot: u64) {
	let goes = matches!(act, Act::Chill(_) | Act::Leave(_) | Act::Retire(_) | Act::Unbond(..));
	let elected = ValidatorSet::elected().len();
	let done = match act {
		Act::Keys(who) => {
			set_keys(who, 1_000 * (slot + 1) + who);
			Ok(())
		},
		Act::Bond(who, amount) => ValidatorSet::bond(signed(who), amount),
		Act::More(who, amount) => ValidatorSet::bond_more(signed(who), amount),
		Act::Unbond(who, amount) => ValidatorSet::unbond(signed(who), amount),
		Act::Chill(who) => ValidatorSet::chill(signed(who)),
		Act::Stand(who) => ValidatorSet::stand(signed(who)),
		Act::Leave(who) => ValidatorSet::leave(signed(who)),
		Act::Withdraw(who) => ValidatorSet::withdraw(signed(who)),
		Act::Purge(who) => ValidatorSet::purge_keys(signed(who)),
		Act::Retire(who) => ValidatorSet::retire(RuntimeOrigin::root(), who),
		Act::Offend(who, back) => {
			let session = Session::current_index().saturating_sub(back);
			offend_in(session, who, slot, 10).map_err(|_| "known".into())
		},
		Act::Terms(least, more, bond) => {
			let terms = Terms { seats: least + more, least, bond, ..ValidatorSet::terms() };
			ValidatorSet::set_terms(RuntimeOrigin::root(), terms)
		},
		Act::Blocks(blocks, by) => {
			for n in 0..blocks {
				let author = by[n as usize % by.len()];
				Author::set(Some(author).filter(|who| Session::validators().contains(who)));
				let next = System::block_number() + 1;
				System::run_to_block::<AllPalletsWithSystem>(next);
			}
			Author::set(None);
			Ok(())
		},
	};
	if goes && done.is_ok() {
		let least = ValidatorSet::terms().least as usize;
		assert!(ValidatorSet::elected().len() >= least.min(elected), "nobody goes below the least");
	}
}

/// What must hold whatever was done.
fn check(before: &[u64]) {
	ValidatorSet::do_try_state().expect("the state to hold");
	// No STRA is made or lost, but for what slashes brought the treasury.
	assert_eq!(<Balances as Inspect<u64>>::total_issuance(), 250 * RICH + 1);
	let everybody: u128 =
		(1..=250).map(|who| <Balances as Inspect<u64>>::total_balance(&who)).sum();
	assert_eq!(everybody + Balances::free_balance(TREASURY), 250 * RICH + 1);
	// Nothing is on hold that nobody knows of.
	for who in 1..=250 {
		let kept = Candidates::<Test>::get(who).map_or(0, |kept| kept.held().expect("a sum"));
		assert_eq!(held(who), kept, "{who}");
	}
	// The next set is never smaller than it must be, unless it was: nobody is taken out below the least.
	let terms = ValidatorSet::terms();
	let elected = ValidatorSet::elected();
	let able = |who: &&u64| {
		pallet_session::NextKeys::<Test>::contains_key(**who)
			&& Candidates::<Test>::get(**who).is_some_and(|kept| kept.status != Status::Left)
	};
	let could_stay = before.iter().filter(able).count();
	assert!(elected.len() >= could_stay.min(terms.least as usize));
	// Seats go to founders, and to bonds that are high enough, up to their number, unless there are too few.
	let mut seats: BTreeMap<bool, usize> = BTreeMap::new();
	for who in &elected {
		let kept = candidate(*who);
		let eligible = kept.status == Status::Standing && (kept.founder || kept.bond >= terms.bond);
		*seats.entry(eligible).or_default() += 1;
	}
	let founders = standing().iter().filter(|who| candidate(**who).founder).count();
	assert!(elected.len() <= founders.max(terms.seats as usize));
	if seats.contains_key(&false) {
		assert_eq!(elected.len(), (terms.least as usize).min(elected.len()));
		let all = standing();
		let eligible = all.iter().filter(|who| {
			let kept = candidate(**who);
			let keys = pallet_session::NextKeys::<Test>::contains_key(**who);
			keys && (kept.founder || kept.bond >= terms.bond)
		});
		assert!(eligible.count() < terms.least as usize);
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(250))]

	#[test]
	fn whatever_is_done_the_state_holds_and_no_money_is_lost(
		founders in 1u64..8,
		acts in prop::collection::vec(act(), 1..80),
	) {
		let owners: Vec<u64> = (1..=founders).collect();
		build_and_execute(&owners, || {
			for (slot, act) in acts.into_iter().enumerate() {
				perform(act, slot as u64 + 1);
				check(&ValidatorSet::next_set());
			}
		});
	}
}
