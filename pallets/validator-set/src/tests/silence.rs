//! Who makes no blocks goes to jail, unless it is not to blame.
//!
//! A session has five blocks here, but for the first, which has three with an author.

use frame_support::{assert_noop, assert_ok};

use super::{signed, FOUR, SEVEN};
use crate::{mock::*, *};

/// Sessions until a watch of so many validators is over, at five blocks each.
const fn watch_of(validators: u32) -> u32 {
	(16 * validators).div_ceil(5)
}

fn jailed() -> Vec<(u64, u32)> {
	events()
		.into_iter()
		.filter_map(|event| match event {
			Event::Jailed { validator, until, cause: Cause::Silence } => Some((validator, until)),
			_ => None,
		})
		.collect()
}

#[test]
fn who_makes_no_block_is_jailed_when_the_watch_is_over_and_not_before() {
	build_and_execute(&SEVEN, || {
		let over = watch_of(7);
		let six = [1, 2, 3, 4, 5, 6];
		run_by(&six, over - 1);
		assert_eq!(jailed(), []);
		assert_eq!(Silent::<Test>::get().into_inner(), [7]);
		run_by(&six, over);
		assert_eq!(jailed(), [(7, over + 2)]);
		assert!(!Watched::<Test>::exists() && !Silent::<Test>::exists());
		assert_eq!(standing(), six);
		assert_eq!(Session::validators(), SORTED);
		// The set that is planned now is without it.
		run_by(&six, over + 1);
		assert_eq!(Session::validators(), six);
		assert_noop!(ValidatorSet::stand(signed(7)), Error::<Test>::InJail);
		run_by(&six, over + 2);
		assert_ok!(ValidatorSet::stand(signed(7)));
		// A founder it still is, and nothing was slashed.
		assert!(candidate(7).founder);
		run_by(&six, over + 4);
		assert_eq!(Session::validators(), SORTED);
	});
}

const SORTED: [u64; 7] = [1, 2, 3, 4, 5, 6, 7];

#[test]
fn one_block_in_the_watch_is_enough() {
	build_and_execute(&SEVEN, || {
		run_by(&[1, 2, 3, 4, 5, 6], 10);
		run_by(&[7], 11);
		run_by(&[1, 2, 3, 4, 5, 6], 2 * watch_of(7) - 2);
		assert_eq!(jailed(), []);
		assert_eq!(Session::validators(), SORTED);
	});
}

#[test]
fn a_chain_that_stands_still_jails_nobody() {
	build_and_execute(&SEVEN, || {
		run_to_session(100);
		assert_eq!(jailed(), []);
		// Blocks are needed, not sessions.
		assert_eq!(Watched::<Test>::get(), (100, 0));
		assert_eq!(Session::validators(), SORTED);
	});
}

#[test]
fn if_a_third_are_silent_nobody_is_to_blame() {
	for (authors, expected) in [(vec![1, 2, 3, 4], 0), (vec![1, 2, 3, 4, 5], 2)] {
		build_and_execute(&SEVEN, || {
			run_by(&authors, watch_of(7) + 1);
			assert_eq!(jailed().len(), expected);
		});
	}
}

#[test]
fn nobody_is_jailed_who_cannot_be_spared() {
	build_and_execute(&FOUR, || {
		run_by(&[1, 2, 3], 3 * watch_of(4));
		assert_eq!(jailed(), []);
		// With a fifth it can.
		join(5, 100);
		run_by(&[1, 2, 3], 3 * watch_of(4) + 2);
		run_by(&[1, 2, 3, 5], 5 * watch_of(5));
		assert_eq!(jailed().iter().map(|(who, _)| *who).collect::<Vec<_>>(), [4]);
		assert_eq!(Session::validators(), [1, 2, 3, 5]);
	});
}

#[test]
fn who_came_during_the_watch_is_not_judged_by_it() {
	build_and_execute(&SEVEN, || {
		join(10, 100);
		// It has been a validator since session 2, not since session 0.
		run_by(&SORTED, watch_of(8) + 1);
		assert_eq!(jailed(), []);
		run_by(&SORTED, 2 * watch_of(8) + 2);
		assert_eq!(jailed().iter().map(|(who, _)| *who).collect::<Vec<_>>(), [10]);
		assert_eq!(held(10), 100, "silence costs no bond");
	});
}

#[test]
fn who_is_disabled_may_make_no_blocks_and_is_not_meant() {
	build_and_execute(&SEVEN, || {
		let (six, over) = ([1, 2, 3, 4, 5, 6], watch_of(7));
		run_by(&six, over - 1);
		assert_eq!(Silent::<Test>::get().into_inner(), [7]);
		assert_ok!(offend(7, 1, 10));
		let until = candidate(7).jailed_until;
		run_by(&six, over);
		assert!(!Watched::<Test>::exists(), "the watch is over");
		assert_eq!(jailed(), []);
		assert_eq!(candidate(7).jailed_until, until, "and no longer than for what it did");
	});
}

#[test]
fn a_set_that_shrinks_is_not_judged_by_the_blocks_of_many() {
	build_and_execute(&SEVEN, || {
		set_terms(|terms| terms.least = 3);
		let loud = [4, 5, 6];
		run_by(&loud, 12);
		for who in [1, 2, 3] {
			assert_ok!(ValidatorSet::retire(RuntimeOrigin::root(), who));
		}
		run_by(&loud, 14);
		assert_eq!(Session::validators(), [4, 5, 6, 7]);
		// In 14 sessions each of seven could expect a little less than ten blocks; each of four, five in four sessions.
		run_by(&loud, 19);
		assert_eq!(jailed(), []);
		run_by(&loud, 20);
		assert_eq!(jailed().iter().map(|(who, _)| *who).collect::<Vec<_>>(), [7]);
	});
}

#[test]
fn who_is_silent_on_its_way_out_stays_out() {
	build_and_execute(&SEVEN, || {
		join(10, 100);
		let over = watch_of(8);
		run_by(&SORTED, over - 2);
		run_by(&[10], over - 1);
		run_by(&SORTED, over);
		assert_eq!(jailed(), []);
		// Watched anew, and silent from now on, it leaves before that watch is over.
		run_by(&SORTED, 2 * over - 1);
		assert_ok!(ValidatorSet::leave(signed(10)));
		run_by(&SORTED, 2 * over + 1);
		assert_eq!(jailed(), [(10, 2 * over + 2)]);
		assert_eq!(candidate(10).status, Status::Left);
		assert_noop!(ValidatorSet::bond(signed(10), 100), Error::<Test>::InJail);
		run_by(&SORTED, 2 * over + 2);
		assert_ok!(ValidatorSet::bond(signed(10), 100));
	});
}
