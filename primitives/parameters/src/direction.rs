//! Which way a change goes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_traits::ParameterSet;

use crate::{Kind, Tighter};

/// Which way a change goes.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Direction {
	/// Nothing changes.
	#[default]
	Same,
	/// What changes becomes tighter.
	Tighter,
	/// What changes becomes looser.
	Looser,
	/// Something becomes tighter and something looser, or nobody can say.
	Mixed,
}

impl Direction {
	/// The direction of two changes together.
	pub const fn and(self, other: Self) -> Self {
		match (self, other) {
			(Self::Same, direction) | (direction, Self::Same) => direction,
			(Self::Tighter, Self::Tighter) => Self::Tighter,
			(Self::Looser, Self::Looser) => Self::Looser,
			_ => Self::Mixed,
		}
	}
}

impl Kind {
	/// Which way the value goes from `old` to `new`.
	pub fn direction(self, old: &ParameterSet, new: &ParameterSet) -> Direction {
		let (old, new) = (self.of(old), self.of(new));
		match self.tighter() {
			_ if old == new => Direction::Same,
			Tighter::Neither => Direction::Mixed,
			Tighter::Up if new > old => Direction::Tighter,
			Tighter::Down if new < old => Direction::Tighter,
			Tighter::Up | Tighter::Down => Direction::Looser,
		}
	}
}

/// Which way the change from `old` to `new` goes as a whole.
pub fn compare(old: &ParameterSet, new: &ParameterSet) -> Direction {
	Kind::ALL.iter().map(|kind| kind.direction(old, new)).fold(Direction::Same, Direction::and)
}
