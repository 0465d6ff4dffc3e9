//! Which way each value is tighter.

use proptest::prelude::*;
use strata_numbers::Price;
use strata_traits::{Decay, ParameterSet};

use super::{set, with};
use crate::{compare, Direction, Kind, Tighter, KINDS};

#[test]
fn every_kind_is_listed_once_and_has_its_own_value() {
	assert_eq!(Kind::ALL.len(), KINDS as usize);
	assert!(Kind::ALL.windows(2).all(|pair| pair[0] < pair[1]));
	for kind in Kind::ALL {
		let value = kind.of(&set()) + 1;
		let changed = with(set(), kind, value);
		assert_eq!(kind.of(&changed), value);
		for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
			assert_eq!(other.of(&changed), other.of(&set()), "{kind:?} moves {other:?}");
		}
	}
}

#[test]
fn one_unit_of_each_kind_has_its_direction() {
	for kind in Kind::ALL {
		let base = set();
		let value = kind.of(&base);
		let (up, down) = (with(base, kind, value + 1), with(base, kind, value - 1));
		let expected = match kind.tighter() {
			Tighter::Up => (Direction::Tighter, Direction::Looser),
			Tighter::Down => (Direction::Looser, Direction::Tighter),
			Tighter::Neither => (Direction::Mixed, Direction::Mixed),
		};
		assert_eq!((compare(&base, &up), compare(&base, &down)), expected, "{kind:?}");
		assert_eq!(compare(&base, &base), Direction::Same);
	}
}

#[test]
fn a_tightening_and_a_loosening_together_are_mixed() {
	let tighter = ParameterSet { debt_ceiling: Price::from_u32(1), ..set() };
	let mixed = ParameterSet { draw_fuse: Price::from_u32(900_000), ..tighter };
	assert_eq!(compare(&set(), &tighter), Direction::Tighter);
	assert_eq!(compare(&set(), &mixed), Direction::Mixed);
	assert_eq!(compare(&tighter, &set()), Direction::Looser);
}

#[test]
fn no_gap_is_the_widest() {
	let none = ParameterSet { ceiling_gap: Price::default(), ..set() };
	assert_eq!(Kind::CeilingGap.of(&none), u128::MAX);
	assert_eq!(compare(&set(), &none), Direction::Looser);
	assert_eq!(compare(&none, &set()), Direction::Tighter);
}

#[test]
fn another_way_to_fall_is_seen() {
	let mut even = set();
	even.auction.decay = Decay::Linear;
	assert_eq!(compare(&set(), &even), Direction::Mixed);
	assert_eq!((Kind::DecayStep.of(&even), Kind::DecayCut.of(&even)), (0, 0));
}

fn any_direction() -> impl Strategy<Value = Direction> {
	use Direction::*;
	prop::sample::select(vec![Same, Tighter, Looser, Mixed])
}

proptest! {
	#[test]
	fn directions_add_up_in_any_order(
		a in any_direction(),
		b in any_direction(),
		c in any_direction(),
	) {
		prop_assert_eq!(a.and(b), b.and(a));
		prop_assert_eq!(a.and(b).and(c), a.and(b.and(c)));
		prop_assert_eq!(a.and(a), a);
		prop_assert_eq!(a.and(Direction::Mixed), Direction::Mixed);
	}

	/// Back is the other way round, whatever changes.
	#[test]
	fn the_way_back_is_the_other_way(
		changes in prop::collection::vec((0..KINDS as usize, 1u128..255), 1..5),
	) {
		let to = changes.iter().fold(set(), |set, (kind, value)| with(set, Kind::ALL[*kind], *value));
		let back = match compare(&set(), &to) {
			Direction::Tighter => Direction::Looser,
			Direction::Looser => Direction::Tighter,
			other => other,
		};
		prop_assert_eq!(compare(&to, &set()), back);
		prop_assert_eq!(compare(&set(), &to) == Direction::Same, set() == to);
	}
}
