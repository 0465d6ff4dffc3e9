//! Feeds that several classes of feeders must report to.

use frame_support::{assert_noop, assert_ok};
use strata_statistics::{Class, ClassQuorum, ClassRule};
use strata_traits::{PriceFeeds, Reading};

use super::{all_say, install, set_feed};
use crate::{mock::*, Classes, ConfigError, FeedConfig, Live};

pub const TRUSTEE: Class = 1;
pub const AUDITOR: Class = 2;
pub const SERVICER: Class = 3;

/// Feeder 1 is the trustee, 2 the auditor, 3 and 4 are servicers; one of each must report.
pub fn classes(rule: ClassRule) -> Classes<AccountId> {
	let one = |class| ClassQuorum { class, least: 1 };
	let of = [(4, SERVICER), (1, TRUSTEE), (3, SERVICER), (2, AUDITOR)];
	Classes {
		rule,
		quorums: [TRUSTEE, AUDITOR, SERVICER].map(one).to_vec().try_into().unwrap(),
		of: of.to_vec().try_into().unwrap(),
	}
}

/// A valuation of these classes.
pub fn valuation(rule: ClassRule) -> FeedConfig<AccountId> {
	FeedConfig { classes: Some(classes(rule)), ..config(4) }
}

fn with_classes(rule: ClassRule, test: impl FnOnce()) {
	execute(ext_with(vec![(7, valuation(rule))]), test)
}

#[test]
fn a_quorum_without_a_class_is_none() {
	with_classes(ClassRule::MedianOfMedians, || {
		// Three of four, and no auditor.
		all_say(7, [1, 3, 4], usd(100));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		all_say(7, [2], usd(90));
		// The medians of the classes are 100, 90 and 100.
		let Reading::Fresh(quote) = Oracle::reading(7) else { panic!("everybody reported") };
		assert_eq!((quote.lower, quote.mid, quote.upper), (usd(100), usd(100), usd(100)));
	});
}

#[test]
fn a_value_lasts_as_long_as_the_shortest_class() {
	with_classes(ClassRule::MedianOfMedians, || {
		all_say(7, [2], usd(100));
		pass(MINUTE);
		all_say(7, [1, 3, 4], usd(100));
		let Reading::Fresh(quote) = Oracle::reading(7) else { panic!("everybody reported") };
		assert_eq!(quote.valid_until, START + TTL);
		pass(START + TTL - 1 - now());
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		pass(1);
		// The auditor's report is gone: the other three are a quorum and no price.
		assert!(matches!(Oracle::reading(7), Reading::Stale(last) if last.mid == usd(100)));
		// A servicer may be missing.
		all_say(7, 1..=3, usd(100));
		pass(MINUTE);
		assert!(matches!(Oracle::reading(7), Reading::Degraded(_) | Reading::Fresh(_)));
	});
}

#[test]
fn no_class_outvotes_the_others_by_its_number() {
	let many = FeedConfig {
		classes: Some(Classes {
			of: [(1, TRUSTEE), (2, AUDITOR)]
				.into_iter()
				.chain((3..=9).map(|who| (who, SERVICER)))
				.collect::<Vec<_>>()
				.try_into()
				.unwrap(),
			..classes(ClassRule::MedianOfMedians)
		}),
		..config(9)
	};
	execute(ext_with(vec![(7, many)]), || {
		all_say(7, [1, 2], usd(100));
		all_say(7, 3..=9, usd(900));
		assert_eq!(Oracle::reading(7).reliable().unwrap().mid, usd(100));
	});
}

#[test]
fn the_lower_one_never_exceeds_what_the_trustee_says() {
	with_classes(ClassRule::LowerOf(TRUSTEE), || {
		all_say(7, [2, 3, 4], usd(120));
		all_say(7, [1], usd(80));
		assert_eq!(Oracle::reading(7).reliable().unwrap().upper, usd(80));
		pass(MINUTE);
		// Nor what all say together.
		all_say(7, [1], usd(500));
		assert_eq!(Oracle::reading(7).reliable().unwrap().upper, usd(120));
	});
}

#[test]
fn reports_change_class_with_their_feeders() {
	with_classes(ClassRule::MedianOfMedians, || {
		all_say(7, 1..=4, usd(100));
		let mut changed = valuation(ClassRule::MedianOfMedians);
		let mut of = changed.classes.as_ref().unwrap().of.clone().into_inner();
		of.iter_mut().find(|(who, _)| *who == 3).unwrap().1 = AUDITOR;
		changed.classes.as_mut().unwrap().of = of.try_into().unwrap();
		install(7, changed.validated().unwrap());
		let held: Vec<_> =
			Live::<Test>::get(7).unwrap().reports.iter().map(|held| held.class).collect();
		assert_eq!(held, [TRUSTEE, AUDITOR, AUDITOR, SERVICER]);
	});
}

#[test]
fn classes_must_hold_together() {
	use ConfigError::*;
	execute(ext(), || {
		let with = |change: &dyn Fn(&mut Classes<AccountId>)| {
			let mut config = valuation(ClassRule::MedianOfMedians);
			change(config.classes.as_mut().unwrap());
			set_feed(7, config)
		};
		let gate = FeedConfig { gate: Some(GATE), ..valuation(ClassRule::MedianOfMedians) };
		assert_noop!(set_feed(7, gate), config_error(GateWithClasses));
		let quorum = |class, least| ClassQuorum { class, least };
		assert_noop!(
			with(&|classes| classes.quorums.try_push(quorum(SERVICER, 2)).unwrap()),
			config_error(ClassTwice)
		);
		for least in [0, 3, u32::MAX] {
			assert_noop!(
				with(&|classes| classes.quorums[2].least = least),
				config_error(ClassQuorumOutOfRange)
			);
		}
		// Of a class that nobody is in, nobody can report.
		assert_noop!(
			with(&|classes| classes.quorums.try_push(quorum(9, 1)).unwrap()),
			config_error(ClassQuorumOutOfRange)
		);
		assert_noop!(with(&|classes| classes.quorums.truncate(2)), config_error(UnknownClass));
		assert_noop!(with(&|classes| classes.quorums.clear()), config_error(UnknownClass));
		assert_noop!(
			with(&|classes| classes.rule = ClassRule::LowerOf(9)),
			config_error(UnknownClass)
		);
		assert_noop!(
			with(&|classes| classes.of.truncate(3)),
			config_error(ClassesAndMembersDiffer)
		);
		for stranger in [5, 4] {
			assert_noop!(
				with(&|classes| classes.of.try_push((stranger, SERVICER)).unwrap()),
				config_error(ClassesAndMembersDiffer)
			);
		}
		assert_noop!(with(&|classes| classes.of[0].0 = 5), config_error(ClassesAndMembersDiffer));
		assert_ok!(with(&|classes| classes.quorums[2].least = 2));
	});
}
