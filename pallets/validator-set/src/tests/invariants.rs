//! Each invariant is found when it is broken.

use frame_support::{
	assert_ok,
	storage::with_transaction,
	traits::{fungible::MutateHold, tokens::Precision},
	BoundedVec,
};
use pallet_session::{
	historical::{HistoricalSessions, StoredRange},
	QueuedKeys, Validators,
};
use sp_runtime::{DispatchError, TransactionOutcome};
use sp_staking::offence::OffenceSeverity;
use strata_validators::Contender;

use super::{signed, FOUR};
use crate::{mock::*, types::Unbonding, *};

/// What is found after `change` on a chain with four founders, of whom 1 has a bond of 500, and two
/// candidates, 5 with 300 and 6 with 200, of which it has taken out 50 and 40.
fn broken(change: impl FnOnce()) -> Result<(), DispatchError> {
	let mut result = Ok(());
	build_and_execute(&FOUR, || {
		run_to_session(2);
		assert_ok!(ValidatorSet::bond(signed(1), 500));
		join(5, 300);
		join(6, 290);
		assert_ok!(ValidatorSet::unbond(signed(6), 50));
		run_to_session(3);
		assert_ok!(ValidatorSet::unbond(signed(6), 40));
		result = with_transaction(|| {
			change();
			TransactionOutcome::Rollback(ValidatorSet::do_try_state())
		});
	});
	result
}

fn finds(change: impl FnOnce(), found: &'static str) {
	let expected = Box::leak(format!("validator set: {found}").into_boxed_str());
	assert_eq!(broken(change), Err(DispatchError::Other(expected)));
}

/// Changes what is kept of `who`.
fn edit(who: u64, change: impl FnOnce(&mut Candidate)) {
	Candidates::<Test>::mutate_extant(who, change);
}

/// Changes the list of those who stand.
fn list(change: impl FnOnce(&mut Vec<Contender<u64>>)) {
	Standing::<Test>::mutate(|standing| {
		let mut all = standing.to_vec();
		change(&mut all);
		*standing = BoundedVec::truncate_from(all);
	});
}

#[test]
fn nothing_is_found_where_nothing_is_broken() {
	assert_eq!(broken(|| ()), Ok(()));
}

#[test]
fn of_terms() {
	let terms = Terms { bond: 0, ..TERMS };
	finds(|| CurrentTerms::<Test>::put(terms), "the terms do not hold together");
}

#[test]
fn of_validators() {
	finds(|| Validators::<Test>::put(vec![1, 3, 2, 4]), "not sorted, or one twice");
	let many: Vec<u64> = (0..101).collect();
	finds(|| Validators::<Test>::put(many), "too many validators");
	let next = vec![(9, keys(9)), (9, keys(9))];
	finds(|| QueuedKeys::<Test>::put(next), "not sorted, or one twice");
	let counted = BoundedVec::truncate_from(vec![0; 5]);
	finds(|| Authored::<Test>::put(counted), "blocks of no validator");
	let silent = BoundedVec::truncate_from(vec![2, 1]);
	finds(|| Silent::<Test>::put(silent), "the silent are not sorted, or one is twice");
	let silent = || {
		Watched::<Test>::kill();
		Silent::<Test>::put(BoundedVec::truncate_from(vec![1]));
	};
	finds(silent, "somebody is silent, and nobody watches");
}

#[test]
fn of_those_who_stand() {
	let no_such = "who stands is no such candidate";
	finds(|| list(|all| all[5].bond += 1), no_such);
	finds(|| list(|all| all[5].founder = true), no_such);
	finds(|| list(|all| all[5].who = 77), no_such);
	finds(|| edit(5, |kept| kept.status = Status::Chilled), no_such);
	finds(|| list(|all| all.swap(4, 5)), "candidates out of order");
	finds(|| list(|all| all.insert(1, all[0].clone())), "one stands twice");
	finds(|| list(|all| all.truncate(5)), "a candidate that stands is not listed");
	finds(|| edit(5, |kept| kept.jailed_until = 4), "one in jail stands");
	let offends = || {
		let severity = OffenceSeverity(sp_runtime::Perbill::one());
		Offenders::<Test>::put(BoundedVec::truncate_from(vec![(1, severity)]));
	};
	finds(offends, "an offender stands");
}

#[test]
fn of_candidates_and_their_bonds() {
	let release = || {
		let reason = HoldReason::Bond.into();
		assert_ok!(Balances::release(&reason, &6, 1, Precision::Exact));
	};
	finds(release, "a bond is not what is on hold");
	finds(|| edit(6, |kept| kept.unbonding[0].amount += 1), "a bond is not what is on hold");
	finds(|| edit(6, |kept| kept.unbonding[1].last = 3), "unbonding out of order");
	let nothing = Unbonding { amount: 0, last: 9 };
	let push = |kept: &mut Candidate| kept.unbonding.try_push(nothing).expect("there is room");
	finds(|| edit(6, push), "nothing unbonds");
	let leave = |who| {
		edit(who, |kept| kept.status = Status::Left);
		list(|all| all.retain(|one| one.who != who));
	};
	finds(|| leave(5), "who has left has a bond");
	finds(|| leave(2), "who has left has a bond");
}

#[test]
fn of_offenders_and_convictions() {
	let grave = OffenceSeverity::max_severity();
	let keep = |offenders: Vec<u64>| {
		let offenders: Vec<_> = offenders.into_iter().map(|who| (who, grave)).collect();
		Offenders::<Test>::put(BoundedVec::truncate_from(offenders));
	};
	finds(|| keep(vec![9]), "an offender is no validator");
	finds(|| keep(vec![1, 1]), "an offender twice");
	let convict = |session, charged: Vec<u128>| {
		let convicts =
			charged.into_iter().map(|charged| Conviction { who: 5, answering: 9, charged });
		Convictions::<Test>::insert(session, BoundedVec::truncate_from(convicts.collect()));
	};
	finds(|| convict(5, vec![9]), "a conviction of no session");
	finds(|| convict(3, vec![9, 9]), "convicted twice for a session");
	finds(|| convict(3, vec![10]), "charged more than answered");
}

#[test]
fn of_history() {
	finds(
		|| HistoricalSessions::<Test>::remove(3),
		"the root of this session is missing or of another set",
	);
	finds(|| StoredRange::<Test>::put((0, 6)), "history has the wrong end");
	finds(|| StoredRange::<Test>::put((4, 5)), "history is not pruned, or too far");
	finds(StoredRange::<Test>::kill, "no historical root is stored");
	let others = || PresentKeys::<Test>::mutate(|all| all.truncate(1));
	finds(others, "the keys of this session are not its validators'");
	finds(|| Beginnings::<Test>::insert(4, 20), "a beginning of no session");
	let twice = || Beginnings::<Test>::insert(2, 15);
	finds(twice, "sessions do not begin one after the other");
}
