//! Worst cases of the calls, and of what runs at offences, in every block, and at the change of sessions.
//!
//! The list of those who stand is as long as it can be, validators are as many as there can be, and nothing is
//! found before the end of what is looked through.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use alloc::vec::Vec;

use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{hold, Inspect, InspectHold, Mutate, MutateHold},
		EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use pallet_session::{
	historical::{self, HistoricalSessions, StoredRange},
	CurrentIndex, DisabledValidators, KeyOwner, NextKeys, QueuedKeys, SessionManager, Validators,
};
use sp_runtime::{
	traits::{OpaqueKeys, Zero},
	Perbill,
};
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};
use strata_validators::{Balance, Contender, PARTS, WATCHED_BLOCKS};

use crate::{
	types::{Unbonding, MAX_UNBONDING},
	Authored, Beginnings, Call, Candidate, Candidates, Config, Conviction, Convictions,
	CurrentTerms, HoldReason, Offenders, Pallet, PresentKeys, Silent, Standing, Status, Terms,
	Watched,
};

type KeysOf<T> = <T as pallet_session::Config>::Keys;
type KeyCurrency<T> = <T as pallet_session::Config>::Currency;

/// Session keys of which every byte is `byte`. Nobody signs with them, so no curve is asked.
fn keys<T: Config>(byte: u8) -> KeysOf<T> {
	KeysOf::<T>::decode(&mut &[byte; 1_024][..]).expect("keys are bytes")
}

/// Sets terms under which as many must validate as there can be.
fn terms<T: Config>(change: impl FnOnce(&mut Terms)) -> Terms {
	let most = T::MaxValidators::get();
	// A thousand times the existential deposit.
	let bond = T::Bonds::minimum_balance() * 1_000;
	let mut terms =
		Terms { seats: most, least: most, bond, jail: 6, issuance: T::MaxIssuance::get() };
	change(&mut terms);
	CurrentTerms::<T>::put(terms);
	terms
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

/// Gives `who` STRA, holds `bond` of it, and keeps that it has the `status`.
fn bonded<T: Config>(who: &T::AccountId, bond: Balance, status: Status) -> Candidate {
	T::Bonds::mint_into(who, bond * 4).expect("some STRA");
	T::Bonds::hold(&HoldReason::Bond.into(), who, bond).expect("enough");
	let candidate = Candidate { status, bond, ..Default::default() };
	Candidates::<T>::insert(who, &candidate);
	candidate
}

/// Has `front` and then others stand with `bond`, as many as may, all with keys.
fn full_list<T: Config>(front: &[T::AccountId], bond: Balance) -> Vec<T::AccountId> {
	let others = (0..T::MaxCandidates::get()).map(|n| account("candidate", n, 0));
	let most = T::MaxCandidates::get() as usize;
	let all: Vec<T::AccountId> = front.iter().cloned().chain(others).take(most).collect();
	for who in &all {
		bonded::<T>(who, bond, Status::Standing);
		NextKeys::<T>::insert(who, keys::<T>(9));
	}
	let standing = all.iter().cloned();
	let standing = standing.map(|who| Contender { who, bond, founder: false }).collect();
	Standing::<T>::put(BoundedVec::truncate_from(standing));
	all
}

/// Puts as many parts of `amount` on their way out as may be, the first of which answers for session
/// `first`, and each for one more.
fn unbonding<T: Config>(who: &T::AccountId, first: SessionIndex, amount: Balance) {
	let parts = (0..MAX_UNBONDING).map(|n| Unbonding { amount, last: first + n });
	T::Bonds::hold(&HoldReason::Bond.into(), who, amount * Balance::from(MAX_UNBONDING))
		.expect("enough");
	Candidates::<T>::mutate_extant(who, |kept| {
		kept.unbonding = BoundedVec::truncate_from(parts.collect());
	});
}

/// A validator that was kept although it has offended, as all have: the last of them, and disabled with as many
/// as can be.
fn kept_offender<T: Config>() -> T::AccountId {
	let all = validators::<T>(1, 1);
	let severity = OffenceSeverity(Perbill::one());
	let offenders = all.iter().map(|who| (who.clone(), severity));
	Offenders::<T>::put(BoundedVec::truncate_from(offenders.collect()));
	let count = all.len() as u32;
	let disabled = count.saturating_sub(1) / 3;
	DisabledValidators::<T>::put(
		(count - disabled..count).map(|index| (index, severity)).collect::<Vec<_>>(),
	);
	all.last().expect("a validator").clone()
}

/// A validator that stands last in a full list, with as much on its way out as may be.
fn validator_at_the_end<T: Config>() -> (T::AccountId, Balance) {
	let terms = terms::<T>(|_| ());
	let all = validators::<T>(1, 1);
	let listed = full_list::<T>(&[], terms.bond * 2);
	let who = all.last().expect("a validator").clone();
	// In the place of the last of the list.
	let last = listed.last().expect("a list").clone();
	Candidates::<T>::remove(&last);
	bonded::<T>(&who, terms.bond * 2, Status::Standing);
	unbonding::<T>(&who, 1_000_000, terms.bond / 1_000);
	Standing::<T>::mutate(|standing| {
		standing.pop();
		let one = Contender { who: who.clone(), bond: terms.bond * 2, founder: false };
		standing.try_push(one).expect("there is room");
	});
	(who, terms.bond)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The list is full, and whoever is last in it has to make room. The caller left once, and parts of its old
	/// bond are on their way out. It has offended, like as many validators as there can be, and is enabled again.
	#[benchmark]
	fn bond() {
		let terms = terms::<T>(|_| ());
		let listed = full_list::<T>(&[], terms.bond);
		let caller = kept_offender::<T>();
		bonded::<T>(&caller, terms.bond, Status::Left);
		unbonding::<T>(&caller, 1, terms.bond / 1_000);
		Candidates::<T>::mutate_extant(&caller, |kept| kept.bond = 0);
		NextKeys::<T>::insert(&caller, keys::<T>(3));
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), terms.bond + 1);
		assert_eq!(Standing::<T>::get().first().map(|one| one.who.clone()), Some(caller));
		let last = listed.last().expect("a list");
		assert_eq!(Candidates::<T>::get(last).map(|kept| kept.status), Some(Status::Chilled));
	}

	/// From the last place of a full list to the first.
	#[benchmark]
	fn bond_more() {
		let (caller, amount) = validator_at_the_end::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), amount);
		assert_eq!(Standing::<T>::get().first().map(|one| one.who.clone()), Some(caller));
	}

	/// In a full list, by one with as much on its way out as may be.
	#[benchmark]
	fn unbond() {
		let (caller, amount) = validator_at_the_end::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), amount);
		assert_eq!(Candidates::<T>::get(&caller).map(|kept| kept.bond), Some(amount));
	}

	/// A validator, at the end of a full list. As many must validate as there can be, and each is asked for keys.
	#[benchmark]
	fn chill() {
		let (caller, _) = validator_at_the_end::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));
		assert_eq!(Candidates::<T>::get(&caller).map(|kept| kept.status), Some(Status::Chilled));
	}

	/// The list is full, and whoever is last in it has to make room. The caller has offended, like as many
	/// validators as there can be, and was kept: it is enabled again.
	#[benchmark]
	fn stand() {
		let terms = terms::<T>(|_| ());
		full_list::<T>(&[], terms.bond);
		let caller = kept_offender::<T>();
		bonded::<T>(&caller, terms.bond * 2, Status::Chilled);
		unbonding::<T>(&caller, 1, terms.bond / 1_000);
		NextKeys::<T>::insert(&caller, keys::<T>(3));
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));
		assert_eq!(Standing::<T>::get().first().map(|one| one.who.clone()), Some(caller));
	}

	/// As `chill`, with as much on its way out already as may be.
	#[benchmark]
	fn leave() {
		let (caller, _) = validator_at_the_end::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));
		assert_eq!(Candidates::<T>::get(&caller).map(|kept| kept.status), Some(Status::Left));
	}

	/// All parts but the last are free.
	#[benchmark]
	fn withdraw() {
		let terms = terms::<T>(|_| ());
		let caller: T::AccountId = whitelisted_caller();
		bonded::<T>(&caller, terms.bond, Status::Standing);
		unbonding::<T>(&caller, 0, terms.bond / 1_000);
		CurrentIndex::<T>::put(T::HistoryDepth::get() + MAX_UNBONDING - 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));
		assert_eq!(Candidates::<T>::get(&caller).map(|kept| kept.unbonding.len()), Some(1));
	}

	/// Validators are as many as there can be, and the caller is none of them. A deposit is free again.
	#[benchmark]
	fn purge_keys() {
		validators::<T>(1, 1);
		let terms = terms::<T>(|_| ());
		let caller: T::AccountId = whitelisted_caller();
		bonded::<T>(&caller, terms.bond, Status::Chilled);
		pallet_session::Pallet::<T>::ensure_can_pay_key_deposit(&caller).expect("a deposit");
		let reason: <KeyCurrency<T> as hold::Inspect<T::AccountId>>::Reason =
			pallet_session::HoldReason::Keys.into();
		KeyCurrency::<T>::hold(&reason, &caller, T::KeyDeposit::get()).expect("enough");
		frame_system::Pallet::<T>::inc_consumers(&caller).expect("it has an account");
		let mine = keys::<T>(3);
		for id in KeysOf::<T>::key_ids() {
			KeyOwner::<T>::insert((*id, mine.get_raw(*id).to_vec()), &caller);
		}
		NextKeys::<T>::insert(&caller, mine);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));
		assert!(!NextKeys::<T>::contains_key(&caller));
		assert!(KeyCurrency::<T>::balance_on_hold(&reason, &caller).is_zero());
	}

	/// As `chill`, of a founder whose bond has become too low.
	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (founder, amount) = validator_at_the_end::<T>();
		terms::<T>(|terms| terms.bond = amount * 2);
		let low = amount * 2 - 1;
		Candidates::<T>::mutate_extant(&founder, |kept| (kept.founder, kept.bond) = (true, low));
		Standing::<T>::mutate(|standing| {
			standing.retain(|one| one.who != founder);
			let one = Contender { who: founder.clone(), bond: low, founder: true };
			standing.try_insert(0, one).expect("there is room");
		});
		let origin = T::AdminOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Stop("no admin"))?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, founder.clone());
		assert_eq!(Candidates::<T>::get(&founder).map(|kept| kept.status), Some(Status::Chilled));
		Ok(())
	}

	/// All that there is to it.
	#[benchmark]
	fn set_terms() -> Result<(), BenchmarkError> {
		let mut new = terms::<T>(|_| ());
		new.jail = 7;
		let origin = T::AdminOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Stop("no admin"))?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, new);
		assert_eq!(Pallet::<T>::terms(), new);
		Ok(())
	}

	/// The offenders are the last validators in the list, which are found last. As many are disabled
	/// as the limit allows. All stand, in a full list, and have as much on its way out as may be, which answers.
	/// Almost a third of the others, if there are so many, were convicted before for this session, and are charged
	/// the rest.
	#[benchmark]
	fn on_offence(n: Linear<1, 100>) {
		let terms = terms::<T>(|_| ());
		let all = validators::<T>(1, 1);
		full_list::<T>(&all, terms.bond);
		for who in &all {
			unbonding::<T>(who, 1_000_000, terms.bond / 1_000);
		}
		T::Bonds::mint_into(&T::Treasury::get(), terms.bond).expect("a treasury");
		HistoricalSessions::<T>::insert(0, (T::Hash::default(), T::MaxValidators::get()));
		let count = T::MaxValidators::get();
		let before = (count.saturating_sub(1) / 3).min(count - n);
		let convicts = all.iter().take(before as usize).map(|who| Conviction {
			who: who.clone(),
			answering: terms.bond,
			charged: 1,
		});
		Convictions::<T>::insert(0, BoundedVec::truncate_from(convicts.collect()));
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
		let convicts = Convictions::<T>::get(0);
		assert_eq!(convicts.len(), before as usize + offenders.len());
		assert!(convicts.iter().all(|convict| convict.charged > 1));
	}

	/// The first block in a session by the last of as many validators as there can be.
	#[benchmark]
	fn note_author() {
		let all = validators::<T>(1, 1);
		let author = all.last().expect("a validator").clone();
		Authored::<T>::kill();
		#[block]
		{
			<Pallet<T> as pallet_authorship::EventHandler<_, _>>::note_author(author);
		}
		assert_eq!(Authored::<T>::get().len(), all.len());
	}

	/// All validators but almost a third are paid; the others were silent during a watch that is over now, and
	/// are jailed. They can be spared just so, which is found out by asking all others for keys.
	#[benchmark]
	fn end_session() {
		let all = validators::<T>(1, 1);
		let silent = all.len().saturating_sub(1) / 3;
		let loud = all.len() - silent;
		let terms = terms::<T>(|terms| terms.least = loud as u32);
		let listed = full_list::<T>(&all, terms.bond);
		Authored::<T>::put(BoundedVec::truncate_from(alloc::vec![50; loud]));
		Watched::<T>::put((10, WATCHED_BLOCKS * PARTS));
		Silent::<T>::put(BoundedVec::truncate_from(all.iter().skip(loud).cloned().collect()));
		#[block]
		{
			<Pallet<T> as SessionManager<T::AccountId>>::end_session(10);
		}
		assert!(!Watched::<T>::exists());
		assert_eq!(Standing::<T>::get().len(), listed.len() - silent);
	}

	/// The list is full, but one less than must be have a bond that is high enough: one of the last set is kept, and all
	/// of them are asked for their keys and their bonds, which have become too low, and all have offended.
	#[benchmark]
	fn new_session() {
		let all = validators::<T>(1, 2);
		let terms = terms::<T>(|_| ());
		for who in &all {
			bonded::<T>(who, terms.bond, Status::Chilled);
		}
		let severity = OffenceSeverity(Perbill::one());
		let offenders = all.iter().map(|who| (who.clone(), severity));
		Offenders::<T>::put(BoundedVec::truncate_from(offenders.collect()));
		let listed = full_list::<T>(&[], terms.bond);
		let enough = all.len() - 1;
		Standing::<T>::mutate(|standing| {
			standing.iter_mut().skip(enough).for_each(|one| one.bond = terms.bond - 1);
		});
		let planned;
		#[block]
		{
			planned = <Pallet<T> as SessionManager<T::AccountId>>::new_session(2);
		}
		let mut elected: Vec<_> = listed.into_iter().take(enough).collect();
		elected.push(all.first().expect("a validator").clone());
		elected.sort();
		assert_eq!(planned, Some(elected));
	}

	/// Every validator has offended and the set has changed, so that as many are disabled again as
	/// the limit allows. One historical root is pruned, as in every session of a chain that has
	/// lived longer than its history, and everybody was convicted of something in it.
	#[benchmark]
	fn start_session() {
		let all = validators::<T>(1, 1);
		let severity = OffenceSeverity(Perbill::one());
		let offenders: Vec<_> = all.iter().rev().map(|who| (who.clone(), severity)).collect();
		Offenders::<T>::put(BoundedVec::truncate_from(offenders));
		let session: SessionIndex = T::HistoryDepth::get() + 1;
		StoredRange::<T>::put((0, session + 1));
		HistoricalSessions::<T>::insert(0, (T::Hash::default(), T::MaxValidators::get()));
		let convicts =
			all.iter().map(|who| Conviction { who: who.clone(), answering: 1, charged: 1 });
		Convictions::<T>::insert(0, BoundedVec::truncate_from(convicts.collect()));
		Beginnings::<T>::insert(0, frame_system::Pallet::<T>::block_number());
		#[block]
		{
			<Pallet<T> as SessionManager<T::AccountId>>::start_session(session);
		}
		assert!(!Beginnings::<T>::contains_key(0) && Beginnings::<T>::contains_key(session));
		assert_eq!(PresentKeys::<T>::get().len(), all.len());
		assert_eq!(StoredRange::<T>::get(), Some((1, session + 1)));
		assert_eq!(Offenders::<T>::get().len(), all.len());
		assert!(!Convictions::<T>::contains_key(0));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
