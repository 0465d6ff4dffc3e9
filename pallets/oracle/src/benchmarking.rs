//! Worst cases of the calls.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use alloc::{boxed::Box, vec::Vec};

use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		EnsureOrigin, Get, Time,
	},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_runtime::traits::One;
use strata_numbers::Price;
use strata_statistics::{
	GateTerms, LimitTerms, OutlierTerms, Variance, VolatilityTerms, DEFAULT_CLIP,
};
use strata_traits::{Case, Conflicts, DisputeId, FeedId, Ground, Moment, Remedy, Subject};

use crate::{
	benchmarking_upkeep::{change_due, moving, moving_pair, other_members},
	tolerated, Call, Config, FeedConfig, FeedData, Feeders, Feeds, LastPair, Live, Members,
	NextMembers, Pairs, Pallet, Removed, Report, StoredReport, WeightInfo, LONGEST_TIME_TO_LIVE,
	LONGEST_WAIT, MAX_DESCRIPTION, MAX_MEMBERS, SHORTEST_INTERVAL,
};

/// Late enough for observations of any allowed age.
pub(crate) const NOW: Moment = LONGEST_TIME_TO_LIVE;

/// The `n`-th feeder.
pub(crate) fn feeder<T: Config>(n: u32) -> T::AccountId {
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
		gate: Some(GATE),
		volatility: VOLATILITY,
		starting_variance: Variance::default(),
		outlier: OutlierTerms { limit: GATE.limit, distances: 3 },
		delay: 0,
		classes: None,
		reward: 1,
	}
}

/// A gate with limits that depend on the variance.
const GATE: GateTerms = GateTerms {
	limit: LimitTerms { least: 1, most: 9_999, deviations: 6 },
	confirm_after: LONGEST_WAIT,
};

/// A half-life that is no whole part of the times between reports.
pub(crate) const VOLATILITY: VolatilityTerms =
	VolatilityTerms { half_life: 86_413, clip: DEFAULT_CLIP, interval: SHORTEST_INTERVAL };

/// The same with a variance of which a root is much work, and a delay.
pub(crate) fn lively<T: Config>() -> FeedConfig<T::AccountId> {
	let starting_variance = Variance::from_inner(10u128.pow(30) - 1);
	FeedConfig { starting_variance, delay: 1, ..config::<T>() }
}

/// As many feeds as can be were removed lately; one of them is free again.
fn removed_lately<T: Config>() {
	let block = frame_system::Pallet::<T>::block_number();
	let until = |feed| if feed == 1 { block } else { block + One::one() };
	let removed: Vec<_> = (1..=T::MaxFeeds::get()).map(|feed| (feed, until(feed))).collect();
	Removed::<T>::put(BoundedVec::truncate_from(removed));
}

/// Makes every member of `feed` report, in the order of members, what `value` says.
fn fill<T: Config>(feed: FeedId, at: Moment, value: impl Fn(u32) -> Price) {
	let config = Feeds::<T>::get(feed).expect("the feed is listed");
	let mut data = FeedData::new(config.terms());
	for (n, member) in (0u32..).zip(config.members.iter()) {
		let report = StoredReport {
			feeder: member.clone(),
			class: config.class_of(member),
			value: value(n),
			half_width: Price::default(),
			observed_at: at,
			received_at: at,
			doubted_since: None,
		};
		data.put(report).expect("one report for each member");
	}
	data.refresh(&config, at).expect("a first price does not overflow");
	Live::<T>::insert(feed, data);
}

/// Lists `feed` in full, every member having reported so long ago that all that is kept of the past is
/// shifted as far as it can be, and once more since then, without a step.
pub(crate) fn fill_long_ago<T: Config>(
	feed: FeedId,
	config: FeedConfig<T::AccountId>,
	now: Moment,
) {
	Feeds::<T>::insert(feed, &config);
	fill::<T>(feed, NOW, descending);
	Live::<T>::mutate(feed, |slot| {
		let data = slot.as_mut().expect("the feed has reports");
		// A second time, so that there are extremes of late.
		data.refresh(&config, NOW + 1).expect("it does not overflow");
		for held in data.reports.iter_mut() {
			(held.observed_at, held.received_at) = (now, now);
		}
		// Far above the others: what it does to the medians is yet to be seen.
		let last = data.reports.last_mut().expect("there are reports");
		(last.value, last.doubted_since) = (Price::from_u32(500_000), Some(NOW));
	});
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
		if !Feeders::<T>::contains_key(&respondent) {
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

pub(crate) fn set_now<T: pallet_timestamp::Config<Moment = Moment>>(now: Moment) {
	// Not `set_timestamp`, which makes BABE compare the time with its slot.
	pallet_timestamp::Now::<T>::put(now);
}

#[benchmarks(where T: pallet_timestamp::Config<Moment = Moment>)]
mod benchmarks {
	use super::*;

	/// Worst case: full membership, everybody's reports fresh and sorted backwards, and the caller
	/// the last member, whose report was off for long and is replaced by one that is off too: a strike,
	/// and both are judged. The medians move, within the gate: so the limits of gate and outlier are worked out and all votes counted, and the
	/// new price goes into the variance, both windows, the sum, the ring and the delayed price. (A jump
	/// is less work: it leaves these as they are. So are classes: eight aggregates more, but no gate.)
	#[benchmark]
	fn report(x: Linear<1, { T::MaxReports::get() }>) -> Result<(), BenchmarkError> {
		let before = NOW + 10 * LONGEST_TIME_TO_LIVE;
		for feed in 0..x {
			fill_long_ago::<T>(feed, lively::<T>(), before);
		}
		set_now::<T>(before + 6_000);
		let caller = members::<T>().last().cloned().ok_or("there are members")?;
		put_up::<T>(&caller);
		let reports: Vec<_> = (0..x)
			.map(|feed| Report {
				feed,
				value: Price::from_u32(1_000_000),
				half_width: Price::default(),
				observed_at: before + 5_000,
			})
			.collect();
		let reports = BoundedVec::try_from(reports).map_err(|_| "at most MaxReports")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), reports);

		for feed in 0..x {
			let data = Live::<T>::get(feed).ok_or("the feed has reports")?;
			let held = data.report_of(&caller).ok_or("the caller has reported")?;
			assert_eq!(held.received_at, before + 6_000);
			let track = data.track.ok_or("a quorum has reported")?;
			assert_eq!(track.volatility.at, before + 6_000);
			// Of 1000 down to 986 it was 993.
			assert_eq!(track.price.confirmed.upper, Price::from_u32(994).into_inner());
		}
		Ok(())
	}

	/// Worst case: a listed feed at full membership, all reports fresh and kept, of which the price
	/// moves when it is looked at, as in the benchmark of a report.
	#[benchmark]
	fn set_feed() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let now = moving::<T>(0);
		let mut config = lively::<T>();
		config.maximum_source_age = 1;
		config.members.sort_by(|one, other| other.cmp(one));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0, Box::new(config));

		assert_eq!(Feeds::<T>::get(0).map(|config| config.maximum_source_age), Some(1));
		let at = Live::<T>::get(0).and_then(|data| data.track).map(|track| track.volatility.at);
		assert_eq!(at, Some(now));
		Ok(())
	}

	/// Worst case: full membership, members given in reverse order, as many of them changed as may be in
	/// pairs.
	#[benchmark]
	fn propose_members() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let config = config::<T>();
		Feeds::<T>::insert(0, &config);
		let changed = other_members::<T>(&config);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0, changed, config.quorum, None);

		assert!(NextMembers::<T>::contains_key(0));
		Ok(())
	}

	/// Worst case: full membership before and after, all reports fresh, those of leavers purged, and the
	/// price moves when it is looked at.
	#[benchmark]
	fn enact_members() -> Result<(), BenchmarkError> {
		let now = moving::<T>(0);
		change_due::<T>(0);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 0);

		let data = Live::<T>::get(0).ok_or("the feed is listed")?;
		assert_eq!(data.reports.len(), MAX_MEMBERS as usize - 2);
		assert_eq!(data.track.map(|track| track.volatility.at), Some(now));
		Ok(())
	}

	/// Worst case: the only one.
	#[benchmark]
	fn cancel_members() -> Result<(), BenchmarkError> {
		let origin =
			T::GuardianOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		moving::<T>(0);
		change_due::<T>(0);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0);

		assert!(!NextMembers::<T>::contains_key(0));
		Ok(())
	}

	/// Worst case: full membership, all reports fresh, a change that names the feeder waits, and the
	/// price moves when it is looked at.
	#[benchmark]
	fn suspend_feeder() -> Result<(), BenchmarkError> {
		let origin =
			T::GuardianOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let now = moving::<T>(0);
		change_due::<T>(0);
		let feeder = members::<T>().get(2).cloned().ok_or("there are members")?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0, feeder);

		assert!(!NextMembers::<T>::contains_key(0));
		let data = Live::<T>::get(0).ok_or("the feed is listed")?;
		assert_eq!(data.reports.len(), MAX_MEMBERS as usize - 1);
		assert_eq!(data.track.map(|track| track.volatility.at), Some(now));
		Ok(())
	}

	/// Worst case: full membership, and the feeder the last of them.
	#[benchmark]
	fn report_silence() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let time_to_live = 3_600_000;
		Feeds::<T>::insert(0, FeedConfig { time_to_live, ..config::<T>() });
		fill::<T>(0, NOW, descending);
		let feeder = members::<T>().last().cloned().ok_or("there are members")?;
		put_up::<T>(&feeder);
		let now = NOW + time_to_live + T::Day::get();
		Live::<T>::mutate(0, |slot| {
			let Some(data) = slot else { return };
			for held in data.reports.iter_mut().filter(|held| held.feeder != feeder) {
				held.observed_at = now;
			}
			// The others were a quorum all the time.
			if let Some(track) = &mut data.track {
				track.basis.valid_until = now + time_to_live;
			}
		});
		set_now::<T>(now);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 0, feeder.clone());

		assert!(Feeders::<T>::get(&feeder).is_some_and(|record| record.jailed_until.is_some()));
		Ok(())
	}

	/// Worst case: the only one.
	#[benchmark]
	fn unjail() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let caller: T::AccountId = whitelisted_caller();
		put_up::<T>(&caller);
		Feeders::<T>::mutate(&caller, |record| {
			record.as_mut().map(|record| record.jailed_until = Some(NOW))
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(Feeders::<T>::get(&caller).is_some_and(|record| record.jailed_until.is_none()));
		Ok(())
	}

	/// Worst case: the treasury has all of it.
	#[benchmark]
	fn claim_rewards() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let feeder = feeder::<T>(0);
		put_up::<T>(&feeder);
		fund::<T>(&T::Treasury::get());
		Feeders::<T>::mutate(&feeder, |record| {
			record.as_mut().map(|record| record.earned = T::MinBond::get())
		});
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), feeder.clone());

		assert_eq!(Feeders::<T>::get(&feeder).map(|record| record.earned), Some(0));
		Ok(())
	}

	/// Worst case: the pair is new.
	#[benchmark]
	fn watch_pair() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		Feeds::<T>::insert(0, config::<T>());
		Feeds::<T>::insert(1, config::<T>());

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 1, 0, VOLATILITY);

		assert!(Pairs::<T>::contains_key((0, 1)));
		Ok(())
	}

	/// Worst case: the only one.
	#[benchmark]
	fn forget_pair() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		moving_pair::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 1, 0);

		assert!(!Pairs::<T>::contains_key((0, 1)));
		Ok(())
	}

	/// Worst case: both feeds in full, with prices that move when they are looked at, and compared
	/// before.
	#[benchmark]
	fn observe_pair() -> Result<(), BenchmarkError> {
		let now = moving_pair::<T>();
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 1, 0);

		let observed = Pairs::<T>::get((0, 1)).and_then(|pair| pair.observed);
		assert_eq!(observed.map(|observed| observed.at), Some(now));
		Ok(())
	}

	/// Worst case: as of a suspension, and the deal has as many books as may be.
	#[benchmark]
	fn report_conflict() -> Result<(), BenchmarkError> {
		let feeder = members::<T>().get(2).cloned().ok_or("there are members")?;
		// First: it may set the clock.
		let deal = T::Conflicts::benchmark_conflict(0, &feeder);
		moving::<T>(0);
		change_due::<T>(0);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 0, feeder, deal);

		assert!(!NextMembers::<T>::contains_key(0));
		assert_eq!(Live::<T>::get(0).map(|data| data.reports.len()), Some(14));
		Ok(())
	}

	/// What `on_idle` takes if there is room for nothing else.
	#[benchmark]
	fn idle_pairs() -> Result<(), BenchmarkError> {
		moving_pair::<T>();
		LastPair::<T>::put((0, 1));
		let mut meter = WeightMeter::with_limit(<T as Config>::WeightInfo::idle_pairs());

		#[block]
		{
			Pallet::<T>::observe_pairs(&mut meter);
		}

		let observed = Pairs::<T>::get((0, 1)).and_then(|pair| pair.observed);
		assert_eq!(observed.map(|observed| observed.at), Some(NOW));
		Ok(())
	}

	/// What `on_idle` takes for one pair, as in the benchmark of comparing one, which comes after itself.
	/// What it takes without any is counted here as well: a little more than it is.
	#[benchmark]
	fn idle_pair() -> Result<(), BenchmarkError> {
		// Those of genesis would be walked too.
		let others: Vec<_> = Pairs::<T>::iter_keys().collect();
		others.into_iter().for_each(Pairs::<T>::remove);
		let now = moving_pair::<T>();
		let mut meter = WeightMeter::new();

		#[block]
		{
			Pallet::<T>::observe_pairs(&mut meter);
		}

		let observed = Pairs::<T>::get((0, 1)).and_then(|pair| pair.observed);
		assert_eq!(observed.map(|observed| observed.at), Some(now));
		assert_eq!(LastPair::<T>::get(), Some((0, 1)));
		Ok(())
	}

	/// Worst case: full membership, all with reports, as many others removed lately as may be, of which
	/// one is free again.
	#[benchmark]
	fn remove_feed() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		set_now::<T>(NOW);
		Feeds::<T>::insert(0, config::<T>());
		fill::<T>(0, NOW, descending);
		removed_lately::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0);

		assert!(!Feeds::<T>::contains_key(0));
		Ok(())
	}

	/// Worst case: the feeder is new.
	#[benchmark]
	fn bond() -> Result<(), BenchmarkError> {
		set_now::<T>(NOW);
		let caller: T::AccountId = whitelisted_caller();
		fund::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), T::MinBond::get());

		let amount = Feeders::<T>::get(&caller).map(|record| record.amount);
		assert_eq!(amount, Some(T::MinBond::get()));
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

		let leaving = Feeders::<T>::get(&caller).and_then(|put_up| put_up.leaving);
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

		assert!(!Feeders::<T>::contains_key(&caller));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
