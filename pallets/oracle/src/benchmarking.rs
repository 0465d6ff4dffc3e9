//! Worst cases of the calls.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use alloc::vec::Vec;

use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		EnsureOrigin, Get, Time,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_runtime::traits::One;
use strata_numbers::Price;
use strata_traits::{Case, DisputeId, FeedId, Ground, Moment, Remedy, Subject};

use crate::{
	tolerated, Bonds, Call, Config, FeedConfig, FeedData, FeederBond, Feeds, Live, Members, Pallet,
	Report, StoredReport, LONGEST_TIME_TO_LIVE, MAX_DESCRIPTION, MAX_MEMBERS,
};

/// Late enough for observations of any allowed age.
const NOW: Moment = LONGEST_TIME_TO_LIVE;

/// The `n`-th feeder.
fn feeder<T: Config>(n: u32) -> T::AccountId {
	account("feeder", n, 0)
}

/// As many members as a feed can have, in the order in which they are stored.
fn members<T: Config>() -> Members<T::AccountId> {
	let mut members: Vec<_> = (0..MAX_MEMBERS).map(feeder::<T>).collect();
	members.sort();
	members.try_into().expect("as many as fit")
}

/// The largest configuration of a feed.
fn config<T: Config>() -> FeedConfig<T::AccountId> {
	let description = BoundedVec::try_from(alloc::vec![b'x'; MAX_DESCRIPTION as usize]);
	FeedConfig {
		description: description.expect("as long as fits"),
		minimum: Price::from_inner(1),
		maximum: Price::from_inner(u128::MAX),
		quorum: MAX_MEMBERS - tolerated(MAX_MEMBERS),
		time_to_live: LONGEST_TIME_TO_LIVE,
		maximum_source_age: LONGEST_TIME_TO_LIVE - 1,
		members: members::<T>(),
	}
}

/// Makes every member of `feed` report, in the order of members, what `value` says.
fn fill<T: Config>(feed: FeedId, at: Moment, value: impl Fn(u32) -> Price) {
	let config = Feeds::<T>::get(feed).expect("the feed is listed");
	let mut data = FeedData::new(config.terms());
	for (n, member) in (0u32..).zip(config.members.iter()) {
		let report = StoredReport {
			feeder: member.clone(),
			value: value(n),
			half_width: Price::default(),
			observed_at: at,
			received_at: at,
		};
		data.put(report).expect("one report for each member");
	}
	data.refresh(at);
	Live::<T>::insert(feed, data);
}

/// Descending values in ascending order of members: every insertion of the sort moves everything.
fn descending(n: u32) -> Price {
	Price::from_u32(1_000 - n)
}

/// Lists `feed` if need be and makes every member report `price` now.
pub(crate) fn set_price<T: Config>(feed: FeedId, price: Price) {
	let mut listed = Feeds::<T>::get(feed).unwrap_or_else(config::<T>);
	listed.minimum = listed.minimum.min(price);
	listed.maximum = listed.maximum.max(price);
	listed.time_to_live = LONGEST_TIME_TO_LIVE;
	Feeds::<T>::insert(feed, listed);
	fill::<T>(feed, T::Time::now(), |_| price);
}

/// Gives `who` what a bond takes, twice, and what keeps an account alive.
fn fund<T: Config>(who: &T::AccountId) {
	let amount = T::MinBond::get() * 2 + T::Currency::minimum_balance();
	T::Currency::mint_into(who, amount).expect("there is room for more");
}

/// Bonds `who` with the minimum.
fn put_up<T: Config>(who: &T::AccountId) {
	fund::<T>(who);
	Pallet::<T>::do_bond(who.clone(), T::MinBond::get()).expect("it has enough");
}

impl<T: Config> Pallet<T> {
	/// A case at worst, open, and its claimant: the report is one of as many as a feed can have, the
	/// price rests on it, the others are a quorum, and the claimant's account is new.
	pub fn court_benchmark_case(dispute: DisputeId) -> (Case<T::AccountId>, T::AccountId) {
		let feed = FeedId::MAX - dispute;
		Feeds::<T>::insert(feed, config::<T>());
		let observed_at = T::Time::now();
		fill::<T>(feed, observed_at, descending);
		let respondent = members::<T>().last().cloned().expect("there are members");
		if !Bonds::<T>::contains_key(&respondent) {
			put_up::<T>(&respondent);
		}
		let claimant = account("claimant", dispute, 0);
		let amount = T::MinBond::get();
		let remedy = Remedy::VoidPrice { feeder: respondent, observed_at, amount };
		let subject = Subject::Feed(feed);
		let case = Case { subject, ground: Ground::FalsePrice, at: observed_at, remedy };
		Self::court_open(dispute, &case, &claimant).expect("the feeder is bonded");
		(case, claimant)
	}
}

fn set_now<T: pallet_timestamp::Config<Moment = Moment>>(now: Moment) {
	// Not `set_timestamp`, which makes BABE compare the time with its slot.
	pallet_timestamp::Now::<T>::put(now);
}

#[benchmarks(where T: pallet_timestamp::Config<Moment = Moment>)]
mod benchmarks {
	use super::*;

	/// Worst case: full membership, everybody's reports fresh and sorted backwards, and the caller
	/// the last member, whose report is replaced.
	#[benchmark]
	fn report(x: Linear<1, { T::MaxReports::get() }>) -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		for feed in 0..x {
			Feeds::<T>::insert(feed, config::<T>());
			fill::<T>(feed, NOW, descending);
		}
		set_now::<T>(NOW + 6_000);
		let caller = members::<T>().last().cloned().ok_or("there are members")?;
		put_up::<T>(&caller);
		let reports: Vec<_> = (0..x)
			.map(|feed| Report {
				feed,
				value: Price::one(),
				half_width: Price::default(),
				observed_at: NOW + 5_000,
			})
			.collect();
		let reports = BoundedVec::try_from(reports).map_err(|_| "at most MaxReports")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), reports);

		for feed in 0..x {
			let data = Live::<T>::get(feed).ok_or("the feed has reports")?;
			let held = data.report_of(&caller).ok_or("the caller has reported")?;
			assert_eq!(held.received_at, NOW + 6_000);
		}
		Ok(())
	}

	/// Worst case: a listed feed at full membership, all reports fresh and kept, members given in
	/// reverse order.
	#[benchmark]
	fn set_feed() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		set_now::<T>(NOW);
		Feeds::<T>::insert(0, config::<T>());
		fill::<T>(0, NOW, descending);
		let mut config = config::<T>();
		config.maximum_source_age = 1;
		config.members.sort_by(|one, other| other.cmp(one));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0, config);

		assert_eq!(Feeds::<T>::get(0).map(|config| config.maximum_source_age), Some(1));
		Ok(())
	}

	/// Worst case: full membership before and after, all reports fresh, one member replaced and its
	/// report purged, members given in reverse order.
	#[benchmark]
	fn set_members() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		set_now::<T>(NOW);
		let config = config::<T>();
		Feeds::<T>::insert(0, &config);
		fill::<T>(0, NOW, descending);
		let mut changed = config.members.clone();
		if let Some(last) = changed.last_mut() {
			*last = feeder::<T>(MAX_MEMBERS);
		}
		changed.sort_by(|one, other| other.cmp(one));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0, changed, config.quorum);

		let kept = Live::<T>::get(0).map(|data| data.reports.len());
		assert_eq!(kept, Some(MAX_MEMBERS as usize - 1));
		Ok(())
	}

	/// Worst case: full membership, all with reports.
	#[benchmark]
	fn remove_feed() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		set_now::<T>(NOW);
		Feeds::<T>::insert(0, config::<T>());
		fill::<T>(0, NOW, descending);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0);

		assert!(!Feeds::<T>::contains_key(0));
		Ok(())
	}

	/// Worst case: there is a bond, and its feeder was leaving.
	#[benchmark]
	fn bond() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let caller: T::AccountId = whitelisted_caller();
		put_up::<T>(&caller);
		Pallet::<T>::do_unbond(caller.clone())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), T::MinBond::get());

		let amount = T::MinBond::get() * 2;
		assert_eq!(Bonds::<T>::get(&caller), Some(FeederBond { amount, cases: 0, leaving: None }));
		Ok(())
	}

	/// Worst case: the only one.
	#[benchmark]
	fn unbond() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let caller: T::AccountId = whitelisted_caller();
		put_up::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		let leaving = Bonds::<T>::get(&caller).and_then(|put_up| put_up.leaving);
		assert_eq!(leaving, Some(NOW + T::BondDelay::get()));
		Ok(())
	}

	/// Worst case: the only one.
	#[benchmark]
	fn withdraw_bond() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let caller: T::AccountId = whitelisted_caller();
		put_up::<T>(&caller);
		Pallet::<T>::do_unbond(caller.clone())?;
		set_now::<T>(NOW + T::BondDelay::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(!Bonds::<T>::contains_key(&caller));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
