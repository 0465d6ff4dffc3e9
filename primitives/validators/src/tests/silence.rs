//! How long a watch is, to the block, and the third.

use crate::*;

#[test]
fn a_watch_is_long_enough_in_sessions_and_in_blocks() {
	let needed = WATCHED_BLOCKS * PARTS;
	assert!(!is_long_enough(WATCHED_SESSIONS - 1, u32::MAX));
	assert!(!is_long_enough(u32::MAX, needed - 1));
	assert!(is_long_enough(WATCHED_SESSIONS, needed));
	// All blocks are needed that it takes for everybody.
	assert!(!is_long_enough(WATCHED_SESSIONS, share(4 * WATCHED_BLOCKS - 1, 4)));
	assert!(is_long_enough(WATCHED_SESSIONS, share(4 * WATCHED_BLOCKS, 4)));
}

#[test]
fn what_one_could_expect_is_rounded_down_and_saturates() {
	assert_eq!(share(5, 7), 714);
	assert_eq!(share(0, 7), 0);
	assert_eq!(share(1, PARTS + 1), 0);
	assert_eq!(share(u32::MAX, 1), u32::MAX);
	assert_eq!(share(u32::MAX, u32::MAX), PARTS);
}

#[test]
fn a_chain_that_stands_still_is_never_watched_long_enough() {
	assert!(!is_long_enough(u32::MAX, share(0, 1)));
	// Blocks of nobody: nobody could expect them, and there is nobody to blame.
	assert_eq!(share(u32::MAX, 0), 0);
	assert!(!is_their_own(0, 0));
}

#[test]
fn an_honest_validator_is_wrongly_suspected_once_in_millions() {
	// (1 − 1/n)^(16·n), which grows with n towards e^-16.
	for validators in 4..=100 {
		let other = 1.0 - 1.0 / f64::from(validators);
		let silent = other.powi((WATCHED_BLOCKS * validators) as i32);
		assert!(silent < 1.2e-7, "{validators}: {silent}");
	}
}

#[test]
fn fewer_than_a_third_are_to_blame_themselves() {
	let most = |validators| (0..=validators).filter(|k| is_their_own(*k, validators)).max();
	for (validators, silent) in
		[(1, 0), (2, 0), (3, 0), (4, 1), (6, 1), (7, 2), (9, 2), (10, 3), (100, 33)]
	{
		assert_eq!(most(validators), Some(silent), "{validators}");
	}
	assert!(!is_their_own(u32::MAX, u32::MAX));
}
