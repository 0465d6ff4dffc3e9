//! What must hold between blocks of feeders, changes of members, and pairs.

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use sp_runtime::TryRuntimeError;

use crate::{Config, Feeders, Feeds, NextMembers, Pairs, Pallet};

impl<T: Config> Pallet<T> {
	/// - no feeder has an outlier or a time of attendance in the future, or was silent for more time than
	///   passed, and none is jailed for more than a day from now;
	/// - a change of members waits for a listed feed only, with its members sorted, none of them twice;
	/// - at most `MaxPairs` pairs, each with the lower id first, valid terms, and prices of the past.
	pub(crate) fn check_upkeep() -> Result<(), TryRuntimeError> {
		Self::check_conduct()?;
		Self::check_changes()?;
		Self::check_pairs()
	}

	fn check_conduct() -> Result<(), TryRuntimeError> {
		let now = T::Time::now();
		let latest = now.saturating_add(T::Day::get());
		for record in Feeders::<T>::iter_values() {
			let mut neighbours = record.strikes.times().windows(2);
			let ordered = neighbours.all(|pair| pair.first() <= pair.last());
			ensure!(ordered, "oracle: outliers out of order");
			let past = record.strikes.times().last().is_none_or(|last| *last <= now);
			ensure!(past, "oracle: an outlier in the future");
			ensure!(record.attendance.is_sound(now), "oracle: attendance that cannot be");
			let jailed = record.jailed_until.is_none_or(|until| until <= latest);
			ensure!(jailed, "oracle: jailed for longer than a day");
		}
		Ok(())
	}

	fn check_changes() -> Result<(), TryRuntimeError> {
		for (feed, next) in NextMembers::<T>::iter() {
			ensure!(
				Feeds::<T>::contains_key(feed),
				"oracle: a change of a feed that is not listed"
			);
			let mut neighbours = next.members.iter().zip(next.members.iter().skip(1));
			let ordered = neighbours.all(|(one, other)| one < other);
			ensure!(ordered, "oracle: members to be out of order, or one twice");
		}
		Ok(())
	}

	fn check_pairs() -> Result<(), TryRuntimeError> {
		ensure!(Pairs::<T>::count() <= T::MaxPairs::get(), "oracle: more pairs than allowed");
		let mut count = 0u32;
		for ((one, other), pair) in Pairs::<T>::iter() {
			count = count.saturating_add(1);
			ensure!(one < other, "oracle: a pair out of order");
			ensure!(pair.terms.are_valid(), "oracle: a pair with terms that do not hold together");
			let past = pair.observed.is_none_or(|observed| observed.at <= T::Time::now());
			ensure!(past, "oracle: a pair compared in the future");
		}
		ensure!(count == Pairs::<T>::count(), "oracle: the count of pairs is wrong");
		Ok(())
	}
}
