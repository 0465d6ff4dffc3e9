//! That the invariants are checked: each is broken once.

use strata_numbers::Price;

use super::all_say;
use crate::{mock::*, Bonds, Cases, FeedData, FeederBond, Feeds, Live, OpenCase};

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
	in_data("oracle: a half-width above its value", |data| data.reports[0].half_width = usd(6));
	in_data("oracle: observed after receipt", |data| data.reports[0].observed_at += 1);
	in_data("oracle: received in the future", |data| data.reports[0].received_at += 1);
}

#[test]
fn bonds_are_on_hold_and_count_their_cases() {
	fn bond(harm: impl FnOnce(&mut FeederBond)) {
		Bonds::<Test>::mutate(1, |bond| harm(bond.as_mut().unwrap()));
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
		Bonds::<Test>::insert(FUNDED, FeederBond::default())
	});
}

#[test]
fn a_frozen_feed_has_no_price() {
	in_data("oracle: frozen with a quorum", |data| data.frozen = Some(0));
	in_data("oracle: frozen in the future", |data| data.frozen = Some(now() + 1));
	in_data("oracle: a frozen price that lasts", |data| data.frozen = Some(now()));
}

#[test]
fn quotes_are_in_order_and_in_bounds() {
	in_data("oracle: a quote out of order", |data| data.last.as_mut().unwrap().mid = usd(6));
	in_data("oracle: a quote outside the hard bounds", |data| {
		data.last.as_mut().unwrap().lower = Price::default()
	});
}
