//! What reports cost at full membership, and what reading a price costs.

use codec::Encode;
use frame_support::{
	assert_ok, storage::storage_prefix, traits::fungible::Mutate as _, BoundedVec,
};
use pallet_strata_oracle::{Call, Feeds, Report};
use sp_runtime::traits::Dispatchable;
use strata_numbers::Price;
use strata_runtime::{
	genesis::WTI_FEED, units::STRA, AccountId, Balances, Runtime, RuntimeCall, RuntimeOrigin,
};
use strata_traits::FeedId;

use crate::{
	bench::{asked, cost, time, MICRO, READ_US},
	chain::{account, Chain},
	market::act,
	print::{explain, print},
};

/// The first feed that is measured: not one of genesis.
const FIRST_FEED: FeedId = 1_000;
/// Who makes the report that is measured.
const REPORTER: &str = "Feeder1";
/// Rounds of reports before it: more than a feed keeps observations, so that its value is at its
/// longest.
const ROUNDS: u32 = 30;
/// From one round to the next, milliseconds: an observation is kept each time.
const ROUND: u64 = 10 * 60 * 1_000;
/// Slots between blocks that only let time pass: fewer than a session has.
const STRIDE: u64 = 25;
/// pallet-oracle 0.7.0: its published microseconds for a batch, and for each value in it.
const PALLET_ORACLE_US: (f64, f64) = (6.05, 5.17);
/// Microseconds that a write of ParityDB counts for.
const WRITE_US: f64 = 50.0;

/// The largest batch to feeds of the most members: what it may read and write by itself.
const LIMIT: (u32, u32, usize, usize) = (10, 15, 23, 11);

/// Feeds that everybody reports to.
struct Trial {
	chain: Chain,
	feeds: Vec<FeedId>,
	feeders: Vec<String>,
	/// Counts the rounds: the price walks with them.
	round: u32,
}

/// Batches of 1, 5 and 10 reports to feeds of 4, 7 and 15 members, each by a member while all have
/// reported.
pub fn reports() {
	for feeders in [4, 7, 15] {
		for feeds in [1, 5, 10] {
			Trial::new(feeds, feeders).report();
		}
	}
}

/// What asking for a price takes, by the number of members of its feed.
pub fn readings() {
	for feeders in [4, 7, 15] {
		Trial::new(1, feeders).readings();
	}
}

impl Trial {
	fn new(feeds: u32, feeders: u32) -> Self {
		let mut chain = Chain::new();
		chain.native_block(1);
		let feeders: Vec<_> = (1..=feeders).map(|number| format!("Feeder{number}")).collect();
		let feeds: Vec<_> = (FIRST_FEED..FIRST_FEED + feeds).collect();
		for name in &feeders {
			let who = account(name);
			chain.native(|| {
				assert_ok!(Balances::mint_into(&who, 10_000 * STRA));
			});
			act(&mut chain, name, Call::bond { amount: 100 * STRA });
		}
		list(&mut chain, &feeds, &feeders);
		let mut trial = Self { chain, feeds, feeders, round: 0 };
		for _ in 0..ROUNDS {
			trial.everybody(true);
			let next = trial.chain.now() + ROUND;
			trial.chain.native_blocks_to(next, STRIDE);
		}
		trial
	}

	/// The batch of feeder `index` now.
	fn batch(&self, index: usize) -> Call<Runtime> {
		let observed_at = self.chain.now();
		let report = |feed: &FeedId| {
			// A walk of a few tenths of a percent, and a basis point between one feeder and the next.
			let walk = u128::from((self.round * 7 + feed) % 11) * 10 + index as u128;
			let value = Price::from_rational(80 * (10_000 + walk), 10_000);
			Report { feed: *feed, value, half_width: Price::from_rational(4, 100), observed_at }
		};
		let reports = self.feeds.iter().map(report).collect();
		Call::report { reports: BoundedVec::truncate_from(reports) }
	}

	/// All feeders report, natively; or all but the one whose report is measured.
	fn everybody(&mut self, reporter_too: bool) {
		self.round += 1;
		for (index, name) in self.feeders.clone().iter().enumerate() {
			if reporter_too || name != REPORTER {
				let batch = self.batch(index);
				act(&mut self.chain, name, batch);
			}
		}
	}

	/// One batch, alone in a block, when every member has reported and every feed is at its largest.
	fn report(mut self) {
		self.chain.native_block(1);
		self.chain.pass_session_border();
		self.everybody(false);
		let batch = self.batch(0);
		let cpu = time(&mut self.chain, REPORTER, batch.clone());
		let what = format!("report to {} feeds of {}", self.feeds.len(), self.feeders.len());
		let cost = cost(&mut self.chain, &what, REPORTER, batch, b"none");
		let (x, n) = (self.feeds.len(), self.feeders.len());
		// Of a batch of x reports at n members, as it executes and not as it is charged.
		let (reads, writes) = (3 + x * (n + 2), 1 + 2 * x);
		let (once, each) = PALLET_ORACLE_US;
		let theirs = once + each * x as f64 + READ_US * reads as f64 + WRITE_US * writes as f64;
		print(&[
			("case", "report".into()),
			("feeds", x.into()),
			("feeders", n.into()),
			("reads", cost.reads.into()),
			("writes", cost.writes.into()),
			("ref_time_us", (cost.weight.ref_time() / MICRO).into()),
			("cpu_us", (cpu.as_micros() as u64).into()),
			("value_bytes", self.largest_value().into()),
			("pallet_oracle_reads", reads.into()),
			("pallet_oracle_writes", writes.into()),
			("pallet_oracle_ref_time_us", (theirs.round() as u64).into()),
		]);
		let (feeds, feeders, most_reads, most_writes) = LIMIT;
		if (x, n) == (feeds as usize, feeders as usize) {
			let holds = cost.reads <= most_reads && cost.writes <= most_writes;
			assert!(holds, "more than {most_reads} reads or {most_writes} writes");
		}
	}

	/// Bytes of the largest value of a feed.
	fn largest_value(&mut self) -> usize {
		let feeds = self.feeds.clone();
		self.chain.native(|| {
			let size = |feed| {
				let data = pallet_strata_oracle::Live::<Runtime>::get(feed);
				data.expect("it is listed").encoded_size()
			};
			feeds.into_iter().map(size).max().unwrap_or_default()
		})
	}

	/// Asks for the price as a client does.
	fn readings(self) {
		let feed = self.feeds[0];
		self.reading("reading", &feed);
		self.reading("delayed", &feed);
		self.reading("average", &(feed, ROUND));
	}

	fn reading(&self, what: &str, argument: &impl Encode) {
		let (log, time) = asked(&self.chain, &format!("OracleApi_{what}"), argument);
		explain(what, &log, &Default::default());
		let cpu = time.as_secs_f64() * 1e6;
		let reads = log.reads_under(&storage_prefix(b"Oracle", b"")[..16]);
		print(&[
			("case", "reading".into()),
			("what", what.into()),
			("feeders", self.feeders.len().into()),
			("reads", reads.into()),
			("cpu_us", (cpu.round() as u64).into()),
			("ref_time_us", ((cpu + READ_US * reads as f64).round() as u64).into()),
		]);
		assert_eq!(reads, 1, "a price is one read");
	}
}

/// Lists `feeds` as governance does, each with the terms of the barrel's but for its members.
fn list(chain: &mut Chain, feeds: &[FeedId], feeders: &[String]) {
	let members: Vec<AccountId> = feeders.iter().map(|name| account(name)).collect();
	let count = members.len() as u32;
	chain.native(|| {
		let mut config = Feeds::<Runtime>::get(WTI_FEED).expect("a feed of genesis");
		config.quorum = 2 * pallet_strata_oracle::tolerated(count) + 1;
		config.members = BoundedVec::truncate_from(members);
		for feed in feeds.iter().copied() {
			let call = RuntimeCall::from(Call::set_feed { feed, config: Box::new(config.clone()) });
			let result = call.dispatch(RuntimeOrigin::root());
			assert!(result.is_ok(), "{feed}: {result:?}");
		}
	});
}
