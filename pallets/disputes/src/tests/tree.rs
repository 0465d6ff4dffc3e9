//! The tree in storage against a plain list.

use std::collections::BTreeMap;

use frame_support::{assert_ok, storage::with_storage_layer};
use proptest::prelude::*;
use strata_court::{Epoch, Leaf, KEEP_EPOCHS};
use strata_traits::Balance;

use super::*;
use crate::{tree::Tree, types::CourtId, Courts, Jurors, Leaves};

/// Who had which leaf with which weight.
pub type Stakes = BTreeMap<Leaf, (AccountId, Balance)>;

/// The weight of a leaf at the end of `epoch`.
pub fn weight(court: CourtId, leaf: Leaf, epoch: Epoch) -> Balance {
	let levels = Courts::<Test>::get(court).unwrap().levels;
	strata_court::weight_at(&mut Tree::<Test>::of(court), levels, leaf, epoch).unwrap()
}

/// The weight of all leaves at the end of `epoch`.
pub fn total(court: CourtId, epoch: Epoch) -> Balance {
	let levels = Courts::<Test>::get(court).unwrap().levels;
	strata_court::total_at(&mut Tree::<Test>::of(court), levels, epoch).unwrap()
}

/// The stakes in a court now, by the records of its jurors.
pub fn stakes(court: CourtId) -> Stakes {
	Jurors::<Test>::iter()
		.filter_map(|(who, juror)| {
			let stake = juror.stake(court)?;
			(stake.active > 0).then(|| (stake.leaf.unwrap(), (who, stake.active)))
		})
		.collect()
}

/// The stakes at the end of each epoch.
#[derive(Default)]
pub struct History(pub BTreeMap<Epoch, Stakes>);

impl History {
	/// An epoch ends.
	pub fn next_epoch(&mut self, court: CourtId) {
		self.0.insert(CurrentEpoch::get(), stakes(court));
		next_epoch();
	}

	/// The tree knows all of it that a draw may still ask for, and so do the owners of leaves.
	pub fn compare(&self, court: CourtId) {
		let leaves = Courts::<Test>::get(court).unwrap().leaves;
		for (epoch, stakes) in self.0.range(CurrentEpoch::get() - KEEP_EPOCHS..) {
			let sum = stakes.values().map(|(_, weight)| weight).sum::<Balance>();
			assert_eq!(total(court, *epoch), sum, "in epoch {epoch}");
			for leaf in 0..leaves {
				let expected = stakes.get(&leaf).map_or(0, |(_, weight)| *weight);
				assert_eq!(weight(court, leaf, *epoch), expected, "{leaf} in epoch {epoch}");
			}
			for (leaf, (owner, _)) in stakes {
				assert_eq!(Leaves::<Test>::get(court, leaf), Some(*owner), "{leaf}");
			}
		}
	}
}

/// Something happens to a juror, if it can. What is refused changes nothing.
fn act(kind: u8, who: AccountId, amount: Balance) {
	let origin = signed(who);
	let active = || {
		let juror = Jurors::<Test>::get(who)?;
		Some(juror.stake(GENERAL)?.active)
	};
	let done = with_storage_layer(|| match kind {
		0 | 1 => TheCourt::stake(origin, GENERAL, amount),
		2..=5 => TheCourt::activate(origin, who, GENERAL),
		6 => TheCourt::unstake(origin, GENERAL, amount),
		7 | 8 => TheCourt::unstake(origin, GENERAL, active().unwrap_or(0)),
		9 | 10 => TheCourt::withdraw_stake(origin, who),
		_ => {
			if TheCourt::lock_seat(&who, GENERAL, 1)? {
				let eject = (kind == 11).then_some(3);
				TheCourt::release_seat(&who, GENERAL, 1, amount, eject)?;
			}
			Ok(())
		},
	});
	assert!(done.is_ok() || kind <= 10, "{done:?}");
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 48, ..Default::default() })]

	#[test]
	fn the_tree_is_what_a_list_would_be(
		acts in prop::collection::vec((0u8..13, 0u32..40, 1u32..300), 100..400),
		period in 3usize..25,
	) {
		new_test_ext(12).execute_with(|| {
			for index in 12..40 {
				stake_in(GENERAL, juror(index), STAKED);
			}
			let mut history = History::default();
			for (at, (kind, who, amount)) in acts.into_iter().enumerate() {
				act(kind, juror(who), Balance::from(amount) * STRA);
				if at % period == 0 {
					history.next_epoch(GENERAL);
					history.compare(GENERAL);
					check();
				}
			}
			history.compare(GENERAL);
			check();
		});
	}
}

#[test]
fn leaves_are_used_again_and_the_past_stays_what_it_was() {
	build_and_execute(20, || {
		let mut history = History::default();
		for turn in 0..40u32 {
			// One leaves for good, another comes.
			if turn < 20 {
				assert_ok!(TheCourt::unstake(signed(juror(turn)), GENERAL, STAKED));
			}
			stake_in(GENERAL, juror(100 + turn), STAKED + Balance::from(turn));
			for who in 0..200 {
				act(9, juror(who), 0);
				act(2, juror(who), 0);
			}
			history.next_epoch(GENERAL);
			history.compare(GENERAL);
		}
		// Those of turns 2 to 10 had a new leaf, then 20 had one that was given up 11 turns before.
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().leaves, 20 + 9 + 9);
	});
}

#[test]
fn a_tree_grows_with_all_its_past() {
	build_and_execute(16, || {
		let levels = || Courts::<Test>::get(GENERAL).unwrap().levels;
		let mut history = History::default();
		history.next_epoch(GENERAL);
		assert_eq!(levels(), 1);
		for index in 16..258 {
			stake_in(GENERAL, juror(index), STAKED + Balance::from(index));
		}
		history.next_epoch(GENERAL);
		for (until, expected) in [(17, 2), (256, 2), (257, 3), (258, 3)] {
			history.next_epoch(GENERAL);
			for index in 0..until {
				act(2, juror(index), 0);
			}
			assert_eq!(levels(), expected, "with {until} jurors");
			history.compare(GENERAL);
		}
	});
}
