//! That the invariants are checked: each is broken once.

use strata_statistics::{Covolatility, Gate, Medians, VolatilityTerms};

use super::all_say;
use crate::{
	conduct::Attendance, mock::*, Cases, Delayed, FeedData, Feeder, Feeders, Feeds, Live,
	NextMembers, OpenCase, Pair, Pairs, PendingMembers, Track,
};

/// Breaks something in a feed that everybody has reported to, and expects the complaint.
fn breaks(expected: &'static str, harm: impl FnOnce()) {
	ext_with(vec![(7, config(4))]).execute_with(|| {
		all_say(7, 1..=4, usd(5));
		Oracle::do_try_state().unwrap();
		harm();
		assert_eq!(Oracle::do_try_state(), Err(expected.into()));
	});
}

fn in_data(expected: &'static str, harm: impl FnOnce(&mut FeedData<AccountId>)) {
	breaks(expected, || Live::<Test>::mutate(7, |data| harm(data.as_mut().unwrap())));
}

#[test]
fn feeds_and_reports_belong_together() {
	breaks("oracle: a feed without its reports", || Live::<Test>::remove(7));
	breaks("oracle: reports of a feed that is not listed", || Feeds::<Test>::remove(7));
	breaks("oracle: a feed does not validate", || {
		Feeds::<Test>::mutate(7, |config| config.as_mut().unwrap().quorum = 1)
	});
	in_data("oracle: terms differ from the configuration", |data| data.terms.quorum = 2);
}

#[test]
fn reports_are_of_members_and_in_order() {
	in_data("oracle: reports out of order, or two of one feeder", |data| {
		data.reports[1].feeder = 1
	});
	in_data("oracle: a report of a stranger", |data| data.reports[3].feeder = 5);
	in_data("oracle: a report outside the hard bounds", |data| data.reports[0].value = usd(1_001));
	in_data("oracle: a report of another class than its feeder", |data| data.reports[0].class = 1);
	in_data("oracle: a half-width above its value", |data| data.reports[0].half_width = usd(6));
	in_data("oracle: observed after receipt", |data| data.reports[0].observed_at += 1);
	in_data("oracle: received in the future", |data| data.reports[0].received_at += 1);
	in_data("oracle: doubted since after receipt", |data| {
		data.reports[0].doubted_since = Some(now() + 1)
	});
}

#[test]
fn bonds_are_on_hold_and_count_their_cases() {
	fn bond(harm: impl FnOnce(&mut Feeder)) {
		Feeders::<Test>::mutate(1, |bond| harm(bond.as_mut().unwrap()));
	}
	breaks("oracle: a bond is not what is on hold", || bond(|bond| bond.amount -= 1));
	breaks("oracle: a bond counts other cases than there are", || bond(|bond| bond.cases = 1));
	breaks("oracle: a bond counts other cases than there are", || {
		Cases::<Test>::insert(3, OpenCase { feeder: 1, enforced: None })
	});
	breaks("oracle: a case against somebody without a bond", || {
		Cases::<Test>::insert(3, OpenCase { feeder: FUNDED, enforced: None })
	});
	breaks("oracle: nothing is left of a bond", || {
		Feeders::<Test>::insert(FUNDED, Feeder::default())
	});
}

#[test]
fn a_frozen_feed_has_no_price() {
	in_data("oracle: frozen with a quorum", |data| data.frozen = Some(0));
	in_data("oracle: frozen in the future", |data| data.frozen = Some(now() + 1));
	in_data("oracle: a frozen price that lasts", |data| data.frozen = Some(now()));
}

fn in_track(expected: &'static str, harm: impl FnOnce(&mut Track)) {
	in_data(expected, |data| harm(data.track.as_mut().unwrap()));
}

#[test]
fn prices_are_in_order_and_in_bounds() {
	let wrong = "oracle: a price out of order or outside the hard bounds";
	in_track(wrong, |track| track.price.confirmed.upper = 0);
	in_track(wrong, |track| track.price.confirmed = Medians { lower: 1, upper: 1 });
	in_track("oracle: a quorum lasts longer or shorter than is written down", |track| {
		track.basis.valid_until += 1
	});
	in_data("oracle: a quorum without a price", |data| data.track = None);
}

#[test]
fn a_price_has_a_past_and_no_future() {
	in_track("oracle: a price confirmed in the future", |track| track.price.at += 1);
	in_track("oracle: a quorum in the future", |track| track.quorum_since += 1);
	in_track("oracle: a change from the future", |track| track.volatility.at += 1);
	in_track("oracle: a sum from the future", |track| track.sum.at += 1);
	in_track("oracle: a sum that fell", |track| track.sum.at -= 1);
	let delayed = "oracle: a delayed price out of order or outside the hard bounds";
	let at = |price: u128, at| Delayed {
		current: None,
		next: Medians { lower: price, upper: price },
		at,
	};
	let good = usd(5).into_inner();
	in_track(delayed, |track| track.delayed = Some(at(good, now() + 1)));
	in_track(delayed, |track| track.delayed = Some(at(1, now())));
	in_track(delayed, |track| {
		let current = Some(Medians { lower: good + 1, upper: good });
		track.delayed = Some(Delayed { current, ..at(good, now()) });
	});
}

#[test]
fn nothing_is_held_back_without_a_gate() {
	in_track("oracle: a price held back without a gate", |track| {
		track.price.gate = Gate::Pending(None)
	});
}

#[test]
fn a_frozen_feed_has_no_delayed_price() {
	in_data("oracle: a frozen feed with a delayed price", |data| {
		data.frozen = Some(now());
		let track = data.track.as_mut().unwrap();
		track.basis.valid_until = now();
		let next = track.price.confirmed;
		track.delayed = Some(Delayed { current: None, next, at: now() });
	});
}

#[test]
fn conduct_is_of_the_past() {
	fn record(harm: impl FnOnce(&mut Feeder)) {
		Feeders::<Test>::mutate(1, |record| harm(record.as_mut().unwrap()));
	}
	breaks("oracle: an outlier in the future", || {
		record(|record| {
			record.strikes.add(now() + 1, DAY);
		})
	});
	breaks("oracle: outliers out of order", || {
		record(|record| {
			record.strikes.add(now(), DAY);
			record.strikes.add(now() - 1, DAY);
		})
	});
	breaks("oracle: attendance that cannot be", || {
		record(|record| record.attendance = Attendance::starting(now() + 1))
	});
	breaks("oracle: jailed for longer than a day", || {
		record(|record| record.jailed_until = Some(now() + DAY + 1))
	});
}

#[test]
fn changes_are_of_listed_feeds_and_in_order() {
	let change = |who: [AccountId; 2]| PendingMembers {
		at: 1,
		members: members(who),
		quorum: 1,
		classes: None,
	};
	breaks("oracle: a change of a feed that is not listed", || {
		NextMembers::<Test>::insert(8, change([1, 2]))
	});
	for wrong in [[2, 1], [1, 1]] {
		breaks("oracle: members to be out of order, or one twice", || {
			NextMembers::<Test>::insert(7, change(wrong))
		});
	}
}

#[test]
fn pairs_are_in_order_and_of_the_past() {
	let pair = Pair { terms: VOLATILITY, observed: None };
	breaks("oracle: a pair out of order", || Pairs::<Test>::insert((2, 1), pair));
	breaks("oracle: a pair out of order", || Pairs::<Test>::insert((1, 1), pair));
	breaks("oracle: a pair with terms that do not hold together", || {
		let terms = VolatilityTerms { half_life: 0, ..VOLATILITY };
		Pairs::<Test>::insert((1, 2), Pair { terms, ..pair })
	});
	breaks("oracle: a pair compared in the future", || {
		let observed = Some(Covolatility::starting([1, 1], now() + 1));
		Pairs::<Test>::insert((1, 2), Pair { observed, ..pair })
	});
	breaks("oracle: more pairs than allowed", || {
		for other in 1..=7 {
			Pairs::<Test>::insert((0, other), pair);
		}
	});
}
