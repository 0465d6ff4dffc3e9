//! Changes of members: announced, bounded, and stopped.

use std::collections::BTreeSet;

use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult, traits::Hooks};
use proptest::prelude::*;
use sp_runtime::DispatchError;
use strata_statistics::ClassRule;
use strata_traits::{PriceFeeds, Reading};

use super::{
	all_say,
	classes::{classes, valuation, AUDITOR, SERVICER, TRUSTEE},
	report,
};
use crate::{
	mock::*, tolerated, Classes, ConfigError, Error, Event, FeedConfig, Feeds, Live, NextMembers,
};

fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Proposes for feed 7.
fn propose(who: impl IntoIterator<Item = AccountId>, quorum: u32) -> DispatchResult {
	Oracle::propose_members(RuntimeOrigin::root(), 7, members(who), quorum, None)
}

fn enact() -> DispatchResult {
	Oracle::enact_members(signed(FUNDED - 2), 7)
}

/// Blocks go by.
fn wait(blocks: u64) {
	for _ in 0..blocks {
		pass(6_000);
	}
}

fn in_force() -> Vec<AccountId> {
	Feeds::<Test>::get(7).unwrap().members.into_inner()
}

#[test]
fn a_change_that_waits_a_day_may_be_configured() {
	assert_eq!(Oracle::least_membership_delay(), DAY);
	Oracle::integrity_test();
}

#[test]
#[should_panic(expected = "must not change more than once a day")]
fn a_change_that_waits_less_than_a_day_may_not_be_configured() {
	MembershipDelay::set(MEMBERSHIP_BLOCKS - 1);
	Oracle::integrity_test();
}

#[test]
fn each_call_has_its_origin() {
	with_feed(4, || {
		for origin in [signed(1), signed(Guardian::get()), RuntimeOrigin::none()] {
			assert_noop!(
				Oracle::propose_members(origin, 7, members(1..=5), 3, None),
				DispatchError::BadOrigin
			);
		}
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Oracle::enact_members(origin.clone(), 7), DispatchError::BadOrigin);
			assert_noop!(Oracle::report_conflict(origin, 7, 1, 1), DispatchError::BadOrigin);
		}
		assert_noop!(Oracle::cancel_members(signed(1), 7), DispatchError::BadOrigin);
		// Not even governance: it has other means.
		for origin in [signed(1), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Oracle::suspend_feeder(origin, 7, 1), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_change_waits_to_the_last_block() {
	with_feed(4, || {
		assert_noop!(enact(), Error::<Test>::NothingPending);
		assert_ok!(propose([5, 4, 3, 2, 1], 3));
		let at = 1 + MEMBERSHIP_BLOCKS;
		System::assert_last_event(Event::MembersProposed { feed: 7, at }.into());
		assert_eq!(in_force(), [1, 2, 3, 4]);
		wait(MEMBERSHIP_BLOCKS - 1);
		assert_noop!(enact(), Error::<Test>::TooEarly);
		// It is not in force until then.
		assert_noop!(report(5, [said(7, usd(100))]), Error::<Test>::NotAFeeder);
		wait(1);
		assert_ok!(enact());
		System::assert_has_event(Event::MembersSet { feed: 7, members: 5, quorum: 3 }.into());
		assert_eq!(in_force(), [1, 2, 3, 4, 5]);
		assert_eq!(Live::<Test>::get(7).unwrap().terms.members, 5);
		assert_noop!(enact(), Error::<Test>::NothingPending);
		assert_ok!(report(5, [said(7, usd(100))]));
	});
}

#[test]
fn one_change_waits_at_a_time() {
	with_feed(4, || {
		assert_ok!(propose(1..=5, 3));
		assert_noop!(propose(1..=3, 3), Error::<Test>::ChangePending);
		// Also when its time has come.
		wait(MEMBERSHIP_BLOCKS);
		assert_noop!(propose(1..=3, 3), Error::<Test>::ChangePending);
		assert_ok!(enact());
		assert_ok!(propose(1..=4, 3));
	});
}

#[test]
fn a_leaver_takes_its_report_along_when_the_change_is_carried_out() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		assert_ok!(propose(1..=3, 3));
		wait(MEMBERSHIP_BLOCKS);
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 4);
		assert_ok!(enact());
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 3);
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		assert_noop!(report(4, [said(7, usd(100))]), Error::<Test>::NotAFeeder);
	});
}

#[test]
fn members_change_only_as_a_valid_whole() {
	with_feed(6, || {
		let set = |accounts: Vec<AccountId>, quorum| propose(accounts, quorum);
		assert_noop!(
			Oracle::propose_members(RuntimeOrigin::root(), 8, members(1..=4), 3, None),
			Error::<Test>::UnknownFeed
		);
		assert_noop!(set(vec![], 1), config_error(ConfigError::NoMembers));
		assert_noop!(set(vec![1, 1, 2, 3], 3), config_error(ConfigError::MemberTwice));
		assert_noop!(set((1..=7).collect(), 4), config_error(ConfigError::QuorumTooLow));
		assert_noop!(set((1..=7).collect(), 6), config_error(ConfigError::QuorumTooHigh));
		assert_noop!(set((1..=6).collect(), 3), Error::<Test>::NoChange);
		// The quorum alone is a change too.
		assert_ok!(set((1..=6).collect(), 4));
		assert_ok!(Oracle::cancel_members(RuntimeOrigin::root(), 7));
		assert_ok!(set((1..=7).collect(), 5));
	});
}

#[test]
fn a_third_changes_at_once_who_comes_and_who_goes_counted_apart() {
	for n in 1..=15u64 {
		let most = (n / 3).max(1);
		for leave in 0..=n.min(6) {
			for join in 0..=6 {
				let members = (leave + 1)..=(n + join);
				let count = (n - leave + join) as u32;
				if count == 0 || count > 15 || leave + join == 0 {
					continue;
				}
				with_feed(n, || {
					let proposed = propose(members, 2 * tolerated(count) + 1);
					assert_eq!(proposed.is_ok(), leave + join <= most, "{n}: -{leave} +{join}");
				});
			}
		}
	}
}

#[test]
fn replacing_a_feed_changes_neither_members_nor_quorum_nor_classes() {
	with_feed(6, || {
		let set = |config| super::set_feed(7, config);
		let listed = config(6);
		for changed in [
			FeedConfig { members: members(1..=5), ..config(6) },
			FeedConfig { members: members(2..=7), ..config(6) },
			FeedConfig { quorum: 4, ..config(6) },
			FeedConfig { classes: Some(classes(ClassRule::MedianOfMedians)), ..config(6) },
		] {
			assert_noop!(set(changed), Error::<Test>::MembersTimeLocked);
		}
		// In any order they are the same.
		let shuffled = members([6, 2, 3, 1, 5, 4]);
		assert_ok!(set(FeedConfig { members: shuffled, maximum: usd(500), ..listed }));
		assert_eq!(Feeds::<Test>::get(7).unwrap().maximum, usd(500));
	});
}

#[test]
fn governance_and_the_guardian_stop_a_change() {
	with_feed(4, || {
		for origin in [RuntimeOrigin::root(), signed(Guardian::get())] {
			assert_noop!(Oracle::cancel_members(origin.clone(), 7), Error::<Test>::NothingPending);
			assert_ok!(propose(1..=5, 3));
			assert_ok!(Oracle::cancel_members(origin, 7));
			System::assert_last_event(Event::MembersCancelled { feed: 7 }.into());
			wait(MEMBERSHIP_BLOCKS);
			assert_noop!(enact(), Error::<Test>::NothingPending);
		}
	});
}

#[test]
fn a_change_is_checked_again_when_it_is_carried_out() {
	with_feed(6, || {
		all_say(7, 1..=6, usd(100));
		// Without 5 and 6, of six: a third.
		assert_ok!(propose(1..=4, 3));
		assert_ok!(Oracle::suspend_feeder(signed(Guardian::get()), 7, 6));
		wait(MEMBERSHIP_BLOCKS);
		// 5 goes: one of five.
		assert_ok!(enact());
		assert_eq!(in_force(), [1, 2, 3, 4]);
	});
	with_feed(6, || {
		all_say(7, 1..=6, usd(100));
		// 7 comes, 6 goes; and 6 goes before its time, of five one may come.
		assert_ok!(propose([1, 2, 3, 4, 5, 7], 3));
		assert_ok!(Oracle::suspend_feeder(signed(Guardian::get()), 7, 6));
		wait(MEMBERSHIP_BLOCKS);
		assert_ok!(enact());
		assert_eq!(in_force(), [1, 2, 3, 4, 5, 7]);
	});
	with_feed(4, || {
		// A feed that is listed anew has no change waiting.
		assert_ok!(propose(1..=5, 3));
		assert_ok!(Oracle::remove_feed(RuntimeOrigin::root(), 7));
		assert!(NextMembers::<Test>::get(7).is_none());
		wait(MEMBERSHIP_BLOCKS);
		assert_ok!(super::set_feed(7, config(4)));
		assert_noop!(enact(), Error::<Test>::NothingPending);
	});
}

#[test]
fn a_change_of_class_is_a_change() {
	let listed = valuation(ClassRule::MedianOfMedians);
	execute(ext_with(vec![(7, listed.clone())]), || {
		let propose = |changes: &[(AccountId, u8)]| {
			let mut changed = listed.classes.clone().unwrap();
			for (who, class) in changed.of.iter_mut() {
				for (mover, to) in changes {
					if who == mover {
						*class = *to;
					}
				}
			}
			let members = listed.members.clone();
			Oracle::propose_members(RuntimeOrigin::root(), 7, members, 3, Some(changed))
		};
		assert_noop!(propose(&[]), Error::<Test>::NoChange);
		assert_noop!(
			propose(&[(3, AUDITOR), (4, TRUSTEE)]),
			config_error(ConfigError::ClassQuorumOutOfRange)
		);
		assert_noop!(propose(&[(1, SERVICER), (4, TRUSTEE)]), Error::<Test>::TooManyChanges);
		assert_ok!(propose(&[(4, TRUSTEE)]));
		all_say(7, [4], usd(100));
		wait(MEMBERSHIP_BLOCKS);
		assert_ok!(enact());
		assert_eq!(Live::<Test>::get(7).unwrap().report_of(&4).unwrap().class, TRUSTEE);
		// How the classes make a price waits as well.
		let rule = ClassRule::LowerOf(TRUSTEE);
		let changed = Feeds::<Test>::get(7).unwrap().classes.unwrap();
		let changed = Classes { rule, ..changed };
		let propose =
			Oracle::propose_members(RuntimeOrigin::root(), 7, members(1..=4), 3, Some(changed));
		assert_ok!(propose);
		assert_noop!(enact(), Error::<Test>::TooEarly);
	});
}

#[test]
fn the_guardian_takes_out_at_once_and_the_feed_goes_on() {
	with_feed(7, || {
		let suspend = |feed, who| Oracle::suspend_feeder(signed(Guardian::get()), feed, who);
		assert_noop!(suspend(8, 1), Error::<Test>::UnknownFeed);
		assert_noop!(suspend(7, 8), Error::<Test>::NotAFeeder);
		// Nobody has reported: nothing would go on.
		assert_noop!(suspend(7, 7), Error::<Test>::QuorumNeeded);
		all_say(7, 1..=6, usd(100));
		assert_ok!(suspend(7, 6));
		System::assert_has_event(Event::FeederSuspended { feed: 7, feeder: 6 }.into());
		assert_noop!(report(6, [said(7, usd(100))]), Error::<Test>::NotAFeeder);
		let config = Feeds::<Test>::get(7).unwrap();
		// The quorum is what it was: that fewer might lie does not make it less.
		assert_eq!((config.member_count(), config.quorum), (6, 5));
		// Five have reported.
		assert_noop!(suspend(7, 5), Error::<Test>::QuorumNeeded);
		// The one that has not is not needed.
		assert_ok!(suspend(7, 7));
		assert_eq!(in_force(), [1, 2, 3, 4, 5]);
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		for who in 1..=5 {
			assert_noop!(suspend(7, who), Error::<Test>::QuorumNeeded);
		}
		// Governance can still change the rest of the feed, and bring it back to strength.
		let config = Feeds::<Test>::get(7).unwrap();
		let wider = FeedConfig { maximum: usd(2_000), ..config };
		assert_ok!(super::set_feed(7, wider));
		// Five of five is more than may be proposed: one could stop it.
		assert_noop!(propose(1..=5, 5), config_error(ConfigError::QuorumTooHigh));
		assert_ok!(propose(1..=6, 5));
	});
}

#[test]
fn a_suspended_feeder_does_not_come_back_by_what_was_decided_before() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		// 5 comes, and 4 stays.
		assert_ok!(propose(1..=5, 3));
		assert_ok!(Oracle::suspend_feeder(signed(Guardian::get()), 7, 4));
		System::assert_has_event(Event::MembersCancelled { feed: 7 }.into());
		assert!(NextMembers::<Test>::get(7).is_none());
		// By what is decided afterwards it does.
		assert_ok!(propose(1..=4, 3));
		wait(MEMBERSHIP_BLOCKS);
		assert_ok!(enact());
		assert_eq!(in_force(), [1, 2, 3, 4]);
	});
}

#[test]
fn no_class_loses_its_quorum_by_a_suspension() {
	execute(ext_with(vec![(7, valuation(ClassRule::MedianOfMedians))]), || {
		all_say(7, 1..=4, usd(100));
		let suspend = |who| Oracle::suspend_feeder(signed(Guardian::get()), 7, who);
		// The only trustee, the only auditor.
		assert_noop!(suspend(1), Error::<Test>::QuorumNeeded);
		assert_noop!(suspend(2), Error::<Test>::QuorumNeeded);
		assert_ok!(suspend(3));
		assert_noop!(suspend(4), Error::<Test>::QuorumNeeded);
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
	});
}

#[test]
fn who_holds_the_residual_of_a_deal_does_not_price_it() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		let show = |feed, who, deal| Oracle::report_conflict(signed(FUNDED), feed, who, deal);
		Residuals::set(vec![(4, 3, 7), (5, 3, 7), (6, 3, 7)]);
		assert_noop!(show(8, 4, 3), Error::<Test>::UnknownFeed);
		assert_noop!(show(7, 4, 2), Error::<Test>::NoConflict);
		assert_noop!(show(7, 3, 3), Error::<Test>::NoConflict);
		assert_noop!(show(7, 5, 3), Error::<Test>::NotAFeeder);
		// Who is to be a member is kept out, who is one is taken out.
		assert_ok!(propose(1..=5, 3));
		assert_ok!(show(7, 5, 3));
		System::assert_has_event(Event::MembersCancelled { feed: 7 }.into());
		System::assert_last_event(Event::ConflictFound { feed: 7, feeder: 5, deal: 3 }.into());
		assert!(NextMembers::<Test>::get(7).is_none());
		assert_eq!(in_force(), [1, 2, 3, 4]);
		assert_ok!(show(7, 4, 3));
		System::assert_has_event(Event::FeederSuspended { feed: 7, feeder: 4 }.into());
		assert_eq!(in_force(), [1, 2, 3]);
		assert_noop!(show(7, 4, 3), Error::<Test>::NotAFeeder);
		// The feed goes on: it is not stopped by showing a conflict.
		Residuals::set(vec![(3, 3, 7)]);
		assert_noop!(show(7, 3, 3), Error::<Test>::QuorumNeeded);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// Whatever governance proposes, and whoever is in a hurry: of the members at any time at least two
	/// thirds, less the one that a small feed may lose, are there one delay later.
	#[test]
	fn nobody_takes_a_feed_over_within_a_delay(
		n in 4u64..=15,
		acts in prop::collection::vec((any::<u64>(), any::<u64>(), 0u64..=MEMBERSHIP_BLOCKS), 1..60),
	) {
		with_feed(n, || {
			let mut past: Vec<(u64, BTreeSet<AccountId>)> = Vec::new();
			for (leave, join, blocks) in acts {
				let mut wanted: BTreeSet<_> = in_force().into_iter().collect();
				for who in 1..=20 {
					// A few bits of each.
					if (leave >> who) & 0b111 == 0 {
						wanted.remove(&who);
					}
					if (join >> who) & 0b1111 == 0 && wanted.len() < 15 {
						wanted.insert(who);
					}
				}
				let quorum = 2 * tolerated(wanted.len() as u32) + 1;
				let _ = propose(wanted, quorum);
				wait(blocks);
				let _ = enact();
				let block = System::block_number();
				let now: BTreeSet<_> = in_force().into_iter().collect();
				for (then, before) in &past {
					if block - then < MEMBERSHIP_BLOCKS {
						let gone = before.difference(&now).count();
						assert!(gone <= (before.len() / 3).max(1));
					}
				}
				past.push((block, now));
			}
		});
	}
}
