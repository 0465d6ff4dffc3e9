//! Blocks are counted by their authors, and earn what governance has said.

use frame_support::{dispatch::DispatchClass, traits::fungible::Inspect};
use pallet_authorship::EventHandler;

use super::FOUR;
use crate::{mock::*, *};

#[test]
fn nothing_is_issued_unless_governance_says_so() {
	build_and_execute(&FOUR, || {
		let before = <Balances as Inspect<u64>>::total_issuance();
		run_by(&[1, 2, 3, 4], 4);
		assert_eq!(<Balances as Inspect<u64>>::total_issuance(), before);
		assert!(events().is_empty());
	});
}

#[test]
fn authors_are_paid_when_the_session_ends_for_its_blocks() {
	build_and_execute(&FOUR, || {
		set_terms(|terms| terms.issuance = 7);
		run_to_session(1);
		events();
		let before = <Balances as Inspect<u64>>::total_issuance();
		// The first block of session 1 had no author: four blocks are left of it.
		run_by(&[1, 1, 1, 4, 2], 2);
		assert_eq!(
			events(),
			[
				Event::Rewarded { validator: 1, blocks: 3, amount: 21 },
				Event::Rewarded { validator: 4, blocks: 1, amount: 7 },
			]
		);
		assert_eq!(Balances::free_balance(1), RICH + 21);
		assert_eq!(Balances::free_balance(2), RICH);
		assert_eq!(<Balances as Inspect<u64>>::total_issuance(), before + 28);
		// The block of 2 began session 2, and counts there.
		assert_eq!(Authored::<Test>::get().into_inner(), [0, 1]);
	});
}

#[test]
fn the_first_author_of_a_session_is_one_of_its_set() {
	build_and_execute(&FOUR, || {
		join(5, 100);
		run_to_session(1);
		set_terms(|terms| terms.issuance = 7);
		// 5 makes the first block of the first session that it is a validator of.
		run_by(&[1, 1, 1, 1, 5], 2);
		assert_eq!(Authored::<Test>::get().into_inner(), [0, 0, 0, 0, 1]);
		run_to_session(3);
		assert!(events().contains(&Event::Rewarded { validator: 5, blocks: 1, amount: 7 }));
	});
}

#[test]
fn a_block_of_no_validator_counts_for_nobody() {
	build_and_execute(&FOUR, || {
		ValidatorSet::note_author(77);
		assert!(Authored::<Test>::get().is_empty());
		ValidatorSet::note_author(3);
		ValidatorSet::note_author(3);
		assert_eq!(Authored::<Test>::get().into_inner(), [0, 0, 2]);
	});
}

#[test]
fn the_block_pays_for_noting_its_author() {
	build_and_execute(&FOUR, || {
		let used = || System::block_weight().get(DispatchClass::Mandatory).ref_time();
		let before = used();
		ValidatorSet::note_author(3);
		assert_eq!(used() - before, <() as WeightInfo>::note_author().ref_time());
	});
}

#[test]
fn a_reward_that_does_not_fit_is_not_paid_and_stops_nobody_elses() {
	build_and_execute(&FOUR, || {
		set_terms(|terms| terms.issuance = 7);
		let room = u128::MAX - <Balances as Inspect<u64>>::total_issuance();
		// Room for one block of three.
		pallet_balances::TotalIssuance::<Test>::mutate(|all| *all += room - 20);
		ValidatorSet::note_author(2);
		for _ in 0..3 {
			ValidatorSet::note_author(1);
		}
		run_to_session(1);
		assert_eq!(
			events(),
			[
				Event::TermsSet { terms: ValidatorSet::terms() },
				Event::Rewarded { validator: 2, blocks: 1, amount: 7 }
			]
		);
		pallet_balances::TotalIssuance::<Test>::mutate(|all| *all -= room - 20);
	});
}
