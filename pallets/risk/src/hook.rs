//! What is reverted without anybody asking.

use frame_support::{
	storage::with_storage_layer,
	traits::{Get, Time},
	weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;
use strata_traits::{Asset, Moment};

use crate::{Config, Due, Event, Pallet, WeightInfo};

impl<T: Config> Pallet<T> {
	/// What the pallet may take of `remaining`.
	pub(crate) fn idle_limit(remaining: Weight) -> Weight {
		let share = T::IdleShare::get();
		let of = |amount: u64| share.mul_floor(amount);
		Weight::from_parts(of(remaining.ref_time()), of(remaining.proof_size()))
	}

	/// One reversion at worst: one that fails, and moving it on for that.
	pub(crate) fn unit_weight() -> Weight {
		T::WeightInfo::revert().saturating_add(T::WeightInfo::postpone())
	}

	/// Reverts what is due, the earliest first, within `meter`. One that fails is moved on and stands in
	/// nobody's way.
	pub(crate) fn work(meter: &mut WeightMeter) {
		let now = T::Time::now();
		while meter.try_consume(T::WeightInfo::due_read()).is_ok() {
			let first = Due::<T>::get().into_iter().next();
			let Some((_, asset)) = first.filter(|(at, _)| *at <= now) else { break };
			if meter.try_consume(Self::unit_weight()).is_err() {
				break;
			}
			if let Err(error) = with_storage_layer(|| Self::do_revert(asset.clone())) {
				Self::postpone(asset, now, error);
			}
		}
	}

	/// Looks at an asset again later.
	pub(crate) fn postpone(asset: Asset, now: Moment, error: DispatchError) {
		// A time beyond the end of the clock never comes; the call is still open to anyone.
		let until = now.saturating_add(T::Periods::get().retry);
		let noted = Self::put_due(&asset, Some(until));
		debug_assert!(noted.is_ok(), "it took the place of its own entry");
		Self::deposit_event(Event::RevertFailed { asset, until, error });
	}

	/// Checks what the types do not.
	pub(crate) fn check_integrity() {
		assert!(T::HardBounds::get().are_consistent(), "nothing lies inside the hard bounds");
		assert!(T::Periods::get().are_consistent(), "the periods contradict each other");
		assert!(T::MaxCollateral::get() > 0, "there must be room for a collateral asset");
		assert!(T::MaxSettlement::get() > 0, "there must be room for a settlement asset");
		assert!(T::MaxProposals::get() > 0, "there must be room for a proposal");
		let most = Self::idle_limit(T::BlockWeights::get().max_block);
		let needed = T::WeightInfo::due_read().saturating_add(Self::unit_weight());
		assert!(needed.all_lte(most), "a reversion does not fit in a block: {needed} > {most}");
	}
}
