//! Notice, withdrawal, and what happens in between.

use frame_support::{assert_noop, assert_ok};

use super::*;

fn leaving(who: AccountId, amount: Balance) {
	assert_ok!(Backstop::request_exit(signed(who), pair(), amount));
}

#[test]
fn without_a_pool_a_share_or_a_notice_nobody_leaves() {
	ExtBuilder::default().build_and_execute(|| {
		let acts: [fn(AccountId) -> sp_runtime::DispatchResult; 4] = [
			|who| Backstop::request_exit(signed(who), pair(), 1),
			|who| Backstop::cancel_exit(signed(who), pair()),
			|who| Backstop::withdraw(signed(who), pair()),
			|who| Backstop::claim(signed(who), pair()),
		];
		for act in acts {
			assert_noop!(act(ALICE), Error::UnknownPool);
		}
		joined(&[(ALICE, 100)]);
		for act in acts {
			assert_noop!(act(BOB), Error::NoShare);
		}
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoNotice);
		assert_noop!(Backstop::cancel_exit(signed(ALICE), pair()), Error::NoNotice);
		assert_noop!(Backstop::request_exit(signed(ALICE), pair(), 0), Error::NothingToDo);
	});
}

#[test]
fn notice_is_kept_and_runs_out_to_the_millisecond() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100), (BOB, 100)]);
		let given = Now::get();
		leaving(ALICE, 60);
		let (from, until) = (given + NOTICE, given + NOTICE + WINDOW);
		assert_eq!(share(ALICE).exit, Some(PendingExit { amount: 60, from, until }));

		Now::set(from - 1);
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoticeRunning);
		Now::set(until);
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoticeExpired);
		Now::set(until - 1);
		events();
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
		assert_eq!(events(), [Event::Withdrawn { pool: 0, who: ALICE, amount: 60 }]);
		assert_eq!((share(ALICE).active, share(ALICE).exit), (40, None));
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoNotice);

		let given = Now::get();
		leaving(ALICE, Balance::MAX);
		assert_eq!(share(ALICE).exit.unwrap().amount, 40);
		Now::set(given + NOTICE);
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
		assert_eq!(Backstop::share_state(&pair(), &ALICE), None);
		assert_eq!((held(ALICE), record().shares), (0, 1));
		// The first one out does not take the float along.
		assert_eq!(free(USD, ALICE), ENDOWMENT - 1);
	});
}

#[test]
fn a_new_notice_replaces_the_old_one_and_starts_again() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		leaving(ALICE, 60);
		pass(NOTICE);
		leaving(ALICE, 10);
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoticeRunning);
		pass(NOTICE);
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
		assert_eq!(share(ALICE).active, 90);
	});
}

#[test]
fn a_notice_can_be_taken_back() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		leaving(ALICE, 60);
		events();
		assert_ok!(Backstop::cancel_exit(signed(ALICE), pair()));
		assert_eq!(events(), [Event::ExitCancelled { pool: 0, who: ALICE }]);
		pass(NOTICE);
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoNotice);
		assert_noop!(Backstop::cancel_exit(signed(ALICE), pair()), Error::NoNotice);
	});
}

#[test]
fn who_is_leaving_bears_losses_and_buys_meanwhile() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128), (BOB, 128)]);
		leaving(ALICE, 64);
		pass(NOTICE / 2);
		assert_ok!(sell_to(&pair(), 65, 128));
		assert_eq!(share(ALICE).exit.unwrap().amount, 32);
		assert_eq!((share(ALICE).active, share(ALICE).gains), (64, 32));
		pass(NOTICE / 2);
		// At the last moment before the withdrawal too.
		assert_ok!(sell_to(&pair(), 32, 64));
		events();
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
		assert_eq!(
			events(),
			[
				Event::Withdrawn { pool: 0, who: ALICE, amount: 16 },
				Event::Claimed { pool: 0, who: ALICE, amount: 48 },
			]
		);
		assert_eq!(free(USD, ALICE), ENDOWMENT - 1 - 128 + 16);
		assert_eq!(free(GOLD, ALICE), ENDOWMENT + 48);
		assert_eq!((share(ALICE).active, share(BOB).active), (16, 32));
	});
}

#[test]
fn a_notice_for_what_was_spent_is_void() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128)]);
		leaving(ALICE, 64);
		deposit(ALICE, 32);
		pass(NOTICE);
		assert_ok!(sell_to(&pair(), 65, 160));
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), Error::NoNotice);
		assert_noop!(Backstop::cancel_exit(signed(ALICE), pair()), Error::NoNotice);
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
	});
}

#[test]
fn a_deposit_made_after_the_notice_does_not_leave_with_it() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		leaving(ALICE, Balance::MAX);
		deposit(ALICE, 500);
		pass(NOTICE);
		assert_eq!(share(ALICE).active, 600);
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
		assert_eq!(share(ALICE).active, 500);
	});
}

#[test]
fn pending_cash_keeps_the_share_when_the_rest_leaves() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		leaving(ALICE, Balance::MAX);
		pass(NOTICE);
		deposit(ALICE, 7);
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
		assert_eq!((share(ALICE).active, share(ALICE).pending[0].amount), (0, 7));
		pass(2 * DELAY);
		assert_eq!(share(ALICE).active, 7);
	});
}
