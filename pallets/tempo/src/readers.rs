//! The tempo as the `Get` types that other pallets are configured with.
//!
//! Each costs one read of a value that every block touches anyway. They are evaluated on empty
//! storage too (metadata, integrity tests); they then give [`Tempo::live`], so none panics and none
//! is ever 0.

use core::marker::PhantomData;

use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;

use crate::{Config, CurrentTempo, Tempo};

macro_rules! readers {
	($($(#[$doc:meta])* $name:ident -> $unit:ty: $field:ident;)*) => {$(
		$(#[$doc])*
		pub struct $name<T>(PhantomData<T>);

		impl<T: Config> Get<$unit> for $name<T> {
			fn get() -> $unit {
				let Tempo { $field: value, .. } = CurrentTempo::<T>::get();
				value.into()
			}
		}
	)*};
}

readers! {
	/// Slots of a BABE epoch: `pallet_babe::Config::EpochDuration`.
	EpochDuration -> u64: session_slots;
	/// Blocks of a session, at the target of one per slot: for what counts sessions in blocks.
	SessionPeriod -> BlockNumberFor<T>: session_slots;
	/// Sessions whose validators can be held to account: `HistoryDepth` of
	/// `pallet-strata-validator-set`.
	UnbondingSessions -> u32: unbonding_sessions;
	/// Blocks before a referendum is decided: `prepare_period` of a track.
	PreparePeriod -> BlockNumberFor<T>: prepare_period;
	/// Blocks that a decision takes at most: `decision_period` of a track.
	DecisionPeriod -> BlockNumberFor<T>: decision_period;
	/// Blocks that a referendum must keep passing: `confirm_period` of a track.
	ConfirmPeriod -> BlockNumberFor<T>: confirm_period;
	/// Least blocks from approval to enactment: `min_enactment_period` of a track.
	MinEnactmentPeriod -> BlockNumberFor<T>: min_enactment_period;
	/// Blocks after which an undecided referendum is dropped:
	/// `pallet_referenda::Config::UndecidingTimeout`.
	UndecidingTimeout -> BlockNumberFor<T>: undeciding_timeout;
	/// Blocks a vote of conviction 1 is locked:
	/// `pallet_conviction_voting::Config::VoteLockingPeriod`.
	VoteLockingPeriod -> BlockNumberFor<T>: vote_locking_period;
	/// Blocks a motion stays open: `pallet_collective::Config::MotionDuration`.
	MotionDuration -> BlockNumberFor<T>: motion_duration;
	/// Blocks of an hour of governance.
	GovernanceHour -> BlockNumberFor<T>: governance_hour;
}

/// `HOURS` hours of governance: blocks. At most [`Tempo::MOST_GOVERNANCE_HOURS`], which is checked
/// when it is compiled.
pub struct GovernanceHours<T, const HOURS: u32>(PhantomData<T>);

impl<T: Config, const HOURS: u32> Get<BlockNumberFor<T>> for GovernanceHours<T, HOURS> {
	fn get() -> BlockNumberFor<T> {
		const { assert!(HOURS <= Tempo::MOST_GOVERNANCE_HOURS, "longer than ten years") };
		// The hour is bounded too: nothing saturates.
		CurrentTempo::<T>::get().governance_hour.saturating_mul(HOURS).into()
	}
}

/// `HOURS` hours of governance, milliseconds at one block a slot: for what is counted by the clock.
pub struct GovernanceMillis<T, const HOURS: u32>(PhantomData<T>);

impl<T: Config, const HOURS: u32> Get<u64> for GovernanceMillis<T, HOURS> {
	fn get() -> u64 {
		const { assert!(HOURS <= Tempo::MOST_GOVERNANCE_HOURS, "longer than ten years") };
		// The product of two `u32` and 6,000 fits if one of them is an hour: nothing saturates.
		u64::from(CurrentTempo::<T>::get().governance_hour)
			.saturating_mul(HOURS.into())
			.saturating_mul(Tempo::SLOT_MILLIS)
	}
}

/// Sets whose sessions GRANDPA remembers: `pallet_grandpa::Config::MaxSetIdSessionEntries`. There is at most one new
/// set a session, so that it is one for each of [`UnbondingSessions`], the present one, and that before the first
/// of them: it says where the first begins.
pub struct SetIdSessionEntries<T>(PhantomData<T>);

impl<T: Config> Get<u64> for SetIdSessionEntries<T> {
	fn get() -> u64 {
		// The sum of a `u32` and 2 fits: nothing saturates.
		u64::from(CurrentTempo::<T>::get().unbonding_sessions).saturating_add(2)
	}
}

/// Blocks for which an equivocation report stays valid in the pool: the unbonding time. The
/// longevity of the `EquivocationReportSystem` of BABE and of GRANDPA.
pub struct ReportLongevity<T>(PhantomData<T>);

impl<T: Config> Get<u64> for ReportLongevity<T> {
	fn get() -> u64 {
		let tempo = CurrentTempo::<T>::get();
		// The product of two `u32` fits: nothing saturates.
		u64::from(tempo.unbonding_sessions).saturating_mul(u64::from(tempo.session_slots))
	}
}
