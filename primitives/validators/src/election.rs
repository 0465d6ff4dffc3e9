//! Who validates.
//!
//! Candidates stand in one order: founders, then all others; the better bonded first; among equals who
//! came first. A set is read off its front, so that it costs nothing to elect one:
//!
//! 1. every founder;
//! 2. then the others with the least bond or more, as long as seats are free.

use alloc::vec::Vec;
use core::cmp::Reverse;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::Balance;

/// An account that stands for election.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Contender<AccountId> {
	/// Who.
	pub who: AccountId,
	/// What it answers with, in units of STRA.
	pub bond: Balance,
	/// Whether the chain was born with it: it has a seat whatever its bond, until governance or it
	/// itself ends that.
	pub founder: bool,
}

impl<AccountId> Contender<AccountId> {
	/// Whether it may have a seat where others need `least` as bond.
	pub const fn is_eligible(&self, least: Balance) -> bool {
		self.founder || self.bond >= least
	}

	/// What it is ordered by: the smallest first.
	const fn key(&self) -> (bool, Reverse<Balance>) {
		(!self.founder, Reverse(self.bond))
	}
}

/// Where `new` belongs in the order of `standing`: behind all that are at least as good.
pub fn place<AccountId>(standing: &[Contender<AccountId>], new: &Contender<AccountId>) -> usize {
	standing.partition_point(|other| other.key() <= new.key())
}

/// How many seats there are, and who may have one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seats {
	/// Seats. Founders have theirs even if they are more.
	pub most: usize,
	/// The least bond of who is no founder, in units of STRA.
	pub bond: Balance,
}

/// Those of `standing`, best first, who have a seat.
///
/// `standing` is in order, with nobody in it who cannot validate now.
pub fn elect<AccountId>(
	standing: impl Iterator<Item = Contender<AccountId>>,
	seats: Seats,
) -> Vec<AccountId> {
	standing
		.filter(|candidate| candidate.is_eligible(seats.bond))
		.enumerate()
		.take_while(|(before, candidate)| candidate.founder || *before < seats.most)
		.map(|(_, candidate)| candidate.who)
		.collect()
}
