//! Worst cases of what runs at offences and at the change of sessions. The pallet has no calls.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use alloc::vec::Vec;

use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{traits::Get, BoundedVec};
use pallet_session::{
	historical::{self, HistoricalSessions, StoredRange},
	DisabledValidators, NextKeys, QueuedKeys, SessionManager, Validators,
};
use sp_runtime::Perbill;
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

use crate::{Config, Offenders, Pallet};

type KeysOf<T> = <T as pallet_session::Config>::Keys;

/// Session keys of which every byte is `byte`. Nobody signs with them, so no curve is asked.
fn keys<T: Config>(byte: u8) -> KeysOf<T> {
	KeysOf::<T>::decode(&mut &[byte; 1_024][..]).expect("keys are bytes")
}

/// As many validators as there can be, none of them disabled. All have `queued` keys in the session
/// that is planned and `next` keys after it.
fn validators<T: Config>(queued: u8, next: u8) -> Vec<T::AccountId> {
	let mut all: Vec<T::AccountId> =
		(0..T::MaxValidators::get()).map(|n| account("validator", n, 0)).collect();
	all.sort();
	Validators::<T>::put(&all);
	DisabledValidators::<T>::kill();
	QueuedKeys::<T>::put(
		all.iter().map(|who| (who.clone(), keys::<T>(queued))).collect::<Vec<_>>(),
	);
	for who in &all {
		NextKeys::<T>::insert(who, keys::<T>(next));
	}
	Offenders::<T>::kill();
	all
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The offenders are the last validators in the list, which are found last. As many are disabled
	/// as the limit allows.
	#[benchmark]
	fn on_offence(n: Linear<1, 100>) {
		let all = validators::<T>(1, 1);
		let offenders: Vec<_> = all
			.iter()
			.rev()
			.take(n as usize)
			.map(|who| OffenceDetails { offender: (who.clone(), ()), reporters: Vec::new() })
			.collect();
		let fractions = alloc::vec![Perbill::one(); offenders.len()];
		#[block]
		{
			let _ = <Pallet<T> as OnOffenceHandler<
				T::AccountId,
				historical::IdentificationTuple<T>,
				_,
			>>::on_offence(&offenders, &fractions, 0);
		}
		assert_eq!(Offenders::<T>::get().len(), offenders.len());
	}

	/// Every validator has new keys.
	#[benchmark]
	fn new_session() {
		let all = validators::<T>(1, 2);
		let planned;
		#[block]
		{
			planned = <Pallet<T> as SessionManager<T::AccountId>>::new_session(2);
		}
		assert_eq!(planned, Some(all));
	}

	/// Every validator has offended and the set has changed, so that as many are disabled again as
	/// the limit allows. One historical root is pruned, as in every session of a chain that has
	/// lived longer than its history.
	#[benchmark]
	fn start_session() {
		let all = validators::<T>(1, 1);
		let severity = OffenceSeverity(Perbill::one());
		let offenders: Vec<_> = all.iter().rev().map(|who| (who.clone(), severity)).collect();
		Offenders::<T>::put(BoundedVec::truncate_from(offenders));
		let session: SessionIndex = T::HistoryDepth::get() + 1;
		StoredRange::<T>::put((0, session + 1));
		HistoricalSessions::<T>::insert(0, (T::Hash::default(), T::MaxValidators::get()));
		#[block]
		{
			<Pallet<T> as SessionManager<T::AccountId>>::start_session(session);
		}
		assert_eq!(StoredRange::<T>::get(), Some((1, session + 1)));
		assert_eq!(Offenders::<T>::get().len(), all.len());
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
