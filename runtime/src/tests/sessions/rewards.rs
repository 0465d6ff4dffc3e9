//! What a block earns its author.

use super::{run_to_session, FOUR};
use crate::{
	consensus::FAST_TERMS,
	tests::{
		chain::{account, next_block, on_dev_chain, send},
		genesis::with_validators,
	},
	units::STRA,
	Balances, RuntimeOrigin, Session, Tempo, ValidatorSet,
};

#[test]
fn fees_should_go_to_the_author_of_the_block() {
	on_dev_chain(|| {
		let issued = Balances::total_issuance();
		let (payer, author) = (account("Eve"), account("Alice//stash"));
		let before = (Balances::free_balance(&payer), Balances::free_balance(&author));
		let dest = account("Ferdie").into();
		send("Eve", pallet_balances::Call::transfer_keep_alive { dest, value: STRA });
		let fee = before.0 - STRA - Balances::free_balance(&payer);
		assert!(fee > 0);
		assert_eq!(Balances::free_balance(&author), before.1 + fee);
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn nothing_should_be_issued_until_governance_says_so_and_then_by_the_block() {
	with_validators(&FOUR).execute_with(|| {
		next_block();
		let author = Session::validators()[0].clone();
		let before = (Balances::total_issuance(), Balances::free_balance(&author));
		run_to_session(2);
		assert_eq!((Balances::total_issuance(), Balances::free_balance(&author)), before);
		let mut terms = FAST_TERMS;
		terms.issuance = STRA / 100;
		assert_eq!(ValidatorSet::set_terms(RuntimeOrigin::root(), terms), Ok(()));
		run_to_session(3);
		// All blocks of session 2, the first one included.
		let earned = u128::from(Tempo::tempo().session_slots) * STRA / 100;
		assert_eq!(Balances::free_balance(&author), before.1 + earned);
		assert_eq!(Balances::total_issuance(), before.0 + earned);
	});
}
