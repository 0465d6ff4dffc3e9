//! Whole rounds against a chain that keeps the oracle's rules in memory.

mod common;

use std::{
	collections::BTreeMap,
	sync::Mutex,
	time::{Duration, Instant},
};

use common::{config, feed, http_source, only, price};
use strata_feeder::{
	chain::{
		ChainError, Head, Ledger, Limits, Receipt, Rehearsal, Report, Standing, SubmitError, Terms,
		FUTURE_TOLERANCE,
	},
	decide::Accepted,
	desk::{Desk, HELD},
	metrics::Metrics,
	runner::{Ended, Runner},
	sources::{self, Observation},
};
use substrate_prometheus_endpoint::{prometheus::TextEncoder, Registry};
use tokio::{
	sync::{watch, Notify},
	time::{sleep, timeout},
};

const PATIENCE: Duration = Duration::from_millis(300);
const BOND: u128 = 100;

/// What the chain has.
struct State {
	head: Option<Head>,
	terms: BTreeMap<u32, Terms>,
	reports: BTreeMap<u32, Accepted>,
	limits: Limits,
	standing: Standing,
	/// Errors without a reason that can be read from the chain, by feed.
	whims: BTreeMap<u32, &'static str>,
	/// What comes of the next transactions, whatever they say.
	verdicts: Vec<SubmitError>,
	/// Every transaction that was sent, accepted or not.
	sent: Vec<Vec<Report>>,
	accepted: Vec<Vec<Report>>,
	rehearsed: usize,
	unjailed: usize,
}

/// A chain that keeps the oracle's rules.
struct Chain {
	state: Mutex<State>,
	gone: Notify,
}

const TERMS: Terms = Terms {
	minimum: 1,
	maximum: 1_000 * 10u128.pow(18),
	time_to_live: 600_000,
	maximum_source_age: 300_000,
	member: true,
};

impl Chain {
	fn new(feeds: &[u32]) -> Self {
		let standing =
			Standing { balance: 1_000, bond: Some(BOND), leaving: None, jailed_until: None };
		let state = State {
			head: Some(Head { number: 1, time: sources::now(), seen: Instant::now() }),
			terms: feeds.iter().map(|feed| (*feed, TERMS)).collect(),
			reports: BTreeMap::new(),
			limits: Limits { reports: 16, bond: BOND },
			standing,
			whims: BTreeMap::new(),
			verdicts: Vec::new(),
			sent: Vec::new(),
			accepted: Vec::new(),
			rehearsed: 0,
			unjailed: 0,
		};
		Self { state: Mutex::new(state), gone: Notify::new() }
	}

	fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
		change(&mut self.state.lock().unwrap())
	}

	/// Feeds of the accepted transactions.
	fn accepted(&self) -> Vec<Vec<u32>> {
		let ids = |batch: &Vec<Report>| batch.iter().map(|report| report.feed).collect();
		self.with(|state| state.accepted.iter().map(ids).collect())
	}

	fn sent(&self) -> Vec<Vec<u32>> {
		let ids = |batch: &Vec<Report>| batch.iter().map(|report| report.feed).collect();
		self.with(|state| state.sent.iter().map(ids).collect())
	}
}

impl State {
	/// The chain has another report of ours.
	fn has(&mut self, feed: u32, report: Accepted) {
		self.reports.insert(feed, report);
	}

	/// Reports to a feed are refused for no reason that can be read from the chain.
	fn dislikes(&mut self, feed: u32, error: &'static str) {
		self.whims.insert(feed, error);
	}

	/// What pallets/oracle says to a batch.
	fn judge(&self, reports: &[Report], now: u64) -> Result<(), &'static str> {
		match self.standing {
			Standing { bond: None, .. } => return Err("Oracle.NotBonded"),
			Standing { jailed_until: Some(_), .. } => return Err("Oracle.Jailed"),
			Standing { leaving: Some(_), .. } => return Err("Oracle.Leaving"),
			Standing { bond: Some(bond), .. } if bond < self.limits.bond => {
				return Err("Oracle.BondTooLow")
			},
			_ => {},
		}
		assert!(!reports.is_empty() && reports.len() <= self.limits.reports, "no such batch");
		for (index, report) in reports.iter().enumerate() {
			let twice = reports[..index].iter().any(|other| other.feed == report.feed);
			assert!(!twice, "two reports to one feed");
			let terms = self.terms.get(&report.feed).ok_or("Oracle.UnknownFeed")?;
			let value = report.price.inner();
			let last = self.reports.get(&report.feed);
			if !terms.member {
				return Err("Oracle.NotAFeeder");
			}
			if value < terms.minimum || value > terms.maximum {
				return Err("Oracle.OutsideBounds");
			}
			if report.half_width > value {
				return Err("Oracle.HalfWidthTooLarge");
			}
			if report.observed_at > now + 30_000 {
				return Err("Oracle.ObservedInFuture");
			}
			if now.saturating_sub(report.observed_at) > terms.maximum_source_age {
				return Err("Oracle.ObservedTooLongAgo");
			}
			if last.is_some_and(|last| last.observed_at >= report.observed_at) {
				return Err("Oracle.NotNewer");
			}
			if let Some(whim) = self.whims.get(&report.feed) {
				return Err(whim);
			}
		}
		Ok(())
	}
}

impl Ledger for Chain {
	fn head(&self) -> Option<Head> {
		self.with(|state| state.head)
	}

	async fn lost(&self) -> ChainError {
		self.gone.notified().await;
		ChainError::Lost("gone".into())
	}

	async fn limits(&self) -> Result<Limits, ChainError> {
		Ok(self.with(|state| state.limits))
	}

	async fn standing(&self) -> Result<Standing, ChainError> {
		Ok(self.with(|state| state.standing))
	}

	async fn terms(&self, feed: u32) -> Result<Option<Terms>, ChainError> {
		Ok(self.with(|state| state.terms.get(&feed).copied()))
	}

	async fn report_of_ours(&self, feed: u32) -> Result<Option<Accepted>, ChainError> {
		Ok(self.with(|state| state.reports.get(&feed).copied()))
	}

	async fn report(&self, reports: &[Report]) -> Result<Receipt, SubmitError> {
		self.with(|state| {
			state.sent.push(reports.to_vec());
			if !state.verdicts.is_empty() {
				return Err(state.verdicts.remove(0));
			}
			let now = sources::now();
			let refused = |error: &str| SubmitError::Refused { error: error.into(), fee: 7 };
			state.judge(reports, now).map_err(refused)?;
			for report in reports {
				let accepted = Accepted {
					price: report.price,
					observed_at: report.observed_at,
					received_at: now,
				};
				state.reports.insert(report.feed, accepted);
			}
			state.accepted.push(reports.to_vec());
			Ok(Receipt { block: 1, hash: "0x".into(), fee: 0 })
		})
	}

	async fn rehearse(&self, _: &[Report]) -> Result<Rehearsal, SubmitError> {
		self.with(|state| state.rehearsed += 1);
		Ok(Rehearsal { validity: "valid".into(), fee: 7 })
	}

	async fn unjail(&self) -> Result<Receipt, SubmitError> {
		self.with(|state| {
			state.unjailed += 1;
			state.standing.jailed_until = None;
		});
		Ok(Receipt { block: 1, hash: "0x".into(), fee: 3 })
	}
}

/// A feeder whose sources are filled by hand.
struct Feeder {
	runner: Runner,
	registry: Registry,
}

impl Feeder {
	fn new(chain: &str, feeds: &[(u32, &str)]) -> Self {
		Self::build(chain, feeds, false)
	}

	fn build(chain: &str, feeds: &[(u32, &str)], dry_run: bool) -> Self {
		let source = http_source("one", "http://127.0.0.1:1/", "");
		let feeds: String = feeds
			.iter()
			.map(|(id, more)| feed(*id, &format!("F{id}"), more, std::slice::from_ref(&source)))
			.collect();
		let config = config(&format!("tick = \"50ms\"\nrefresh = \"1s\"\n{chain}"), &feeds);
		let registry = Registry::new();
		let metrics = Metrics::new(&registry).unwrap();
		Self { runner: Runner::new(config.feeds, config.chain, metrics, dry_run), registry }
	}

	/// The only source of a feed says a price, now.
	fn says(&self, feed: u32, text: &str) {
		self.says_at(feed, text, sources::now());
	}

	fn says_at(&self, feed: u32, text: &str, observed_at: u64) {
		let desk = self.runner.desks().iter().find(|desk| desk.feed.id == feed).unwrap();
		desk.slots[0].note(Ok(Observation { price: price(text), observed_at }), sources::now());
	}

	/// Works for a while.
	async fn works(&mut self, chain: &Chain, millis: u64) {
		let (_sender, stop) = watch::channel(false);
		let worked = timeout(Duration::from_millis(millis), self.runner.session(chain, stop)).await;
		assert!(worked.is_err(), "{worked:?}");
	}

	fn metric(&self, line: &str) -> bool {
		TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap().contains(line)
	}
}

#[tokio::test]
async fn all_that_is_due_goes_in_one_transaction() {
	let chain = Chain::new(&[1, 2, 3]);
	let mut feeder = Feeder::new("", &[(1, ""), (2, ""), (3, "")]);
	for feed in [1, 2, 3] {
		feeder.says(feed, "100");
	}
	feeder.works(&chain, 400).await;
	assert_eq!(chain.accepted(), [vec![1, 2, 3]], "once, and not again");
	assert!(feeder.metric(r#"strata_feeder_reports_total{feed="F2",reason="first"} 1"#));
	assert!(feeder.metric(r#"strata_feeder_reported_price{feed="F2"} 100"#));
}

#[tokio::test]
async fn never_more_in_one_than_the_chain_takes() {
	let feeds: Vec<u32> = (1..=5).collect();
	let chain = Chain::new(&feeds);
	chain.with(|state| state.limits.reports = 2);
	let with_rules: Vec<(u32, &str)> = feeds.iter().map(|feed| (*feed, "")).collect();
	let mut feeder = Feeder::new("", &with_rules);
	for feed in &feeds {
		feeder.says(*feed, "100");
	}
	feeder.works(&chain, 600).await;
	let mut all: Vec<u32> = chain.accepted().concat();
	all.sort_unstable();
	assert_eq!((all, chain.accepted().len()), (feeds, 3));
}

#[tokio::test]
async fn a_move_is_reported_and_less_is_not() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says(1, "100");
	feeder.works(&chain, 200).await;
	feeder.says(1, "100.49");
	feeder.works(&chain, 200).await;
	assert_eq!(chain.accepted().len(), 1);
	assert!(feeder.metric(r#"strata_feeder_deviation_bps{feed="F1"} 49"#));
	feeder.says(1, "100.5");
	feeder.works(&chain, 200).await;
	assert_eq!(chain.accepted().len(), 2);
	assert!(feeder.metric(r#"strata_feeder_reports_total{feed="F1",reason="moved"} 1"#));
}

#[tokio::test]
async fn the_heartbeat_takes_those_along_that_are_nearly_due() {
	let chain = Chain::new(&[1, 2, 3]);
	let feeds =
		[(1, "join_within = \"0ms\""), (2, "join_within = \"50s\""), (3, "join_within = \"1s\"")];
	let mut feeder = Feeder::new("", &feeds);
	let now = sources::now();
	chain.with(|state| {
		for (feed, age) in [(1, 61_000), (2, 20_000), (3, 20_000)] {
			let at = now - age;
			let last = Accepted { price: price("100"), observed_at: at, received_at: at };
			state.reports.insert(feed, last);
		}
	});
	for feed in [1, 2, 3] {
		feeder.says(feed, "100");
	}
	feeder.works(&chain, 300).await;
	assert_eq!(chain.accepted(), [vec![1, 2]], "what is on the chain was read at the start");
	assert!(feeder.metric(r#"strata_feeder_reports_total{feed="F1",reason="heartbeat"} 1"#));
	assert!(feeder.metric(r#"strata_feeder_reports_total{feed="F2",reason="joined"} 1"#));
}

#[tokio::test]
async fn without_something_newer_nothing_is_said() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	let at = sources::now() - 500;
	feeder.says_at(1, "100", at);
	feeder.works(&chain, 200).await;
	feeder.says_at(1, "120", at);
	feeder.works(&chain, 300).await;
	assert_eq!(chain.sent().len(), 1);
}

#[tokio::test]
async fn what_the_chain_would_refuse_is_held_back_and_the_others_go() {
	let chain = Chain::new(&[1, 2, 3, 5]);
	chain.with(|state| {
		state.terms.get_mut(&2).unwrap().maximum = 10u128.pow(18);
		state.terms.get_mut(&3).unwrap().member = false;
		state.terms.get_mut(&5).unwrap().maximum_source_age = 1_000;
	});
	let mut feeder = Feeder::new("", &[(1, ""), (2, ""), (3, ""), (4, ""), (5, "")]);
	for feed in [1, 2, 3, 4] {
		feeder.says(feed, "100");
	}
	// It would be too old by the time it is in a block.
	feeder.says_at(5, "100", sources::now() - 800);
	feeder.works(&chain, 300).await;
	assert_eq!(chain.sent(), [vec![1]]);
	for (feed, reason) in
		[(2, "out_of_bounds"), (3, "not_a_member"), (4, "unknown_feed"), (5, "too_old")]
	{
		let line = format!(r#"strata_feeder_held{{feed="F{feed}",reason="{reason}"}} 1"#);
		assert!(feeder.metric(&line), "{line}");
	}
	// The bounds are widened: it is noticed by itself.
	chain.with(|state| state.terms.get_mut(&2).unwrap().maximum = TERMS.maximum);
	feeder.says(2, "100");
	feeder.works(&chain, 1_300).await;
	assert!(chain.accepted().contains(&vec![2]));
	assert!(feeder.metric(r#"strata_feeder_held{feed="F2",reason="out_of_bounds"} 0"#));
}

#[tokio::test]
async fn what_is_dated_in_the_future_is_held_back() {
	// What was seen before the clock was set back by a minute is no price, and is not reported.
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says_at(1, "100", sources::now() + 60_000);
	feeder.works(&chain, 200).await;
	assert_eq!(chain.sent().len(), 0);
	feeder.says(1, "101");
	feeder.works(&chain, 200).await;
	assert_eq!(chain.accepted(), [vec![1]]);
	// Whatever came of it, what the chain would refuse is not sent.
	let source = http_source("one", "http://127.0.0.1:1/price", "");
	let mut desk = Desk::new(only(config("", &feed(1, "F1", "", &[source]))));
	desk.note_terms(Some(TERMS));
	let now = sources::now();
	let obstacle = |observed_at| {
		let report = Report { feed: 1, price: price("100"), half_width: 0, observed_at };
		desk.obstacle(&report, now)
	};
	assert_eq!(obstacle(now + FUTURE_TOLERANCE), None);
	assert_eq!(obstacle(now + FUTURE_TOLERANCE + 1), Some("from_future"));
	assert!(HELD.contains(&"from_future"));
}

#[tokio::test]
async fn one_feed_that_is_refused_without_a_visible_reason_stops_no_other() {
	let chain = Chain::new(&[1, 2, 3]);
	chain.with(|state| state.dislikes(2, "Oracle.OutsideBounds"));
	let mut feeder = Feeder::new("", &[(1, ""), (2, ""), (3, "")]);
	for feed in [1, 2, 3] {
		feeder.says(feed, "100");
	}
	feeder.works(&chain, 700).await;
	let mut accepted = chain.accepted();
	accepted.sort();
	assert_eq!(accepted, [vec![1], vec![3]], "each alone");
	let sent = chain.sent();
	assert_eq!(sent[0], [1, 2, 3]);
	let alone = sent.iter().filter(|batch| **batch == [2]).count();
	assert_eq!((alone, sent.len()), (1, 4), "it waits after a refusal of its own: {sent:?}");
	assert!(feeder.metric(r#"strata_feeder_refusals_total{error="Oracle.OutsideBounds"} 2"#));
	assert!(feeder.metric(r#"strata_feeder_held{feed="F2",reason="paused"} 1"#));
	assert!(feeder.metric("strata_feeder_fees_stra_total 0.000000000014"));
}

#[tokio::test]
async fn another_instance_with_the_same_key_is_noticed() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says(1, "100");
	feeder.works(&chain, 200).await;
	// The other one reports something newer.
	let at = sources::now() + 1_000;
	let last = Accepted { price: price("101"), observed_at: at, received_at: at };
	chain.with(|state| state.has(1, last));
	feeder.says(1, "102");
	feeder.works(&chain, 250).await;
	assert_eq!(chain.sent().len(), 1, "read at the start of the session");
}

#[tokio::test]
async fn not_newer_is_answered_by_reading_what_is_there() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says(1, "100");
	let refused = SubmitError::Refused { error: "Oracle.NotNewer".into(), fee: 7 };
	let at = sources::now() + 400;
	chain.with(|state| state.verdicts.push(refused));
	let (_sender, stop) = watch::channel(false);
	let _ = timeout(Duration::from_millis(30), feeder.runner.session(&chain, stop)).await;
	assert_eq!(chain.sent().len(), 1);
	assert!(feeder.metric(r#"strata_feeder_refusals_total{error="Oracle.NotNewer"} 1"#));
	// What the other one said meanwhile.
	let last = Accepted { price: price("101"), observed_at: at, received_at: at };
	chain.with(|state| state.has(1, last));
	feeder.works(&chain, 300).await;
	assert!(feeder.metric(r#"strata_feeder_reported_price{feed="F1"} 101"#));
	assert_eq!(chain.sent().len(), 1, "nothing newer is there to be said");
}

#[tokio::test]
async fn a_jailed_feeder_is_silent_until_somebody_takes_it_out() {
	let chain = Chain::new(&[1]);
	chain.with(|state| state.standing.jailed_until = Some(1));
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says(1, "100");
	feeder.works(&chain, 300).await;
	assert_eq!((chain.sent().len(), chain.with(|state| state.unjailed)), (0, 0));
	assert!(feeder.metric(r#"strata_feeder_barred{reason="jailed"} 1"#));
	chain.with(|state| state.standing.jailed_until = None);
	feeder.says(1, "100");
	feeder.works(&chain, 300).await;
	assert_eq!(chain.accepted(), [vec![1]]);
	assert!(feeder.metric(r#"strata_feeder_barred{reason="jailed"} 0"#));
}

#[tokio::test]
async fn a_feeder_that_may_leaves_its_jail_when_it_is_over_and_not_before() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("unjail = true", &[(1, "")]);
	let now = sources::now();
	chain.with(|state| state.standing.jailed_until = Some(now + 3_600_000));
	feeder.says(1, "100");
	feeder.works(&chain, 300).await;
	assert_eq!((chain.sent().len(), chain.with(|state| state.unjailed)), (0, 0));
	chain.with(|state| state.standing.jailed_until = Some(now - 1_000));
	feeder.says(1, "100");
	feeder.works(&chain, 500).await;
	assert_eq!(chain.with(|state| state.unjailed), 1);
	assert_eq!(chain.accepted(), [vec![1]]);
	assert!(feeder.metric("strata_feeder_fees_stra_total 0.000000000003"));
}

#[tokio::test]
async fn jailed_between_two_readings_it_is_refused_once() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	let (_sender, stop) = watch::channel(false);
	let slot = feeder.runner.desks()[0].slots[0].clone();
	let (worked, ()) = tokio::join!(
		timeout(Duration::from_millis(700), feeder.runner.session(&chain, stop)),
		async {
			// The first round has read that all is well.
			sleep(Duration::from_millis(120)).await;
			chain.with(|state| state.standing.jailed_until = Some(u64::MAX));
			let observed_at = sources::now();
			slot.note(Ok(Observation { price: price("100"), observed_at }), observed_at);
		}
	);
	assert!(worked.is_err());
	assert_eq!((chain.sent().len(), chain.accepted().len()), (1, 0));
	assert!(feeder.metric(r#"strata_feeder_refusals_total{error="Oracle.Jailed"} 1"#));
}

#[tokio::test]
async fn other_bars_keep_it_silent_too() {
	for (change, label) in [
		((|state: &mut State| state.standing.bond = None) as fn(&mut State), "not_bonded"),
		(|state| state.standing.bond = Some(BOND - 1), "bond_too_low"),
		(|state| state.standing.leaving = Some(5), "leaving"),
	] {
		let chain = Chain::new(&[1]);
		chain.with(change);
		let mut feeder = Feeder::new("", &[(1, "")]);
		feeder.says(1, "100");
		feeder.works(&chain, 150).await;
		assert_eq!(chain.sent().len(), 0, "{label}");
		assert!(feeder.metric(&format!(r#"strata_feeder_barred{{reason="{label}"}} 1"#)));
	}
}

#[tokio::test]
async fn a_refusal_that_says_nothing_about_us_makes_it_wait() {
	for verdict in [
		SubmitError::Refused { error: "System.CallFiltered".into(), fee: 7 },
		SubmitError::NotTaken("Priority is too low".into()),
		SubmitError::NoFunds,
	] {
		let chain = Chain::new(&[1]);
		chain.with(|state| state.verdicts.push(verdict.clone()));
		let mut feeder = Feeder::new("", &[(1, "")]);
		feeder.says(1, "100");
		feeder.works(&chain, 400).await;
		assert_eq!(chain.sent().len(), 1, "{verdict}");
	}
}

#[tokio::test]
async fn of_an_outcome_that_is_not_known_the_chain_is_asked() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	let at = sources::now();
	feeder.says_at(1, "100", at);
	chain.with(|state| state.verdicts.push(SubmitError::Unknown));
	let (_sender, stop) = watch::channel(false);
	let (worked, ()) = tokio::join!(
		timeout(Duration::from_millis(500), feeder.runner.session(&chain, stop)),
		async {
			sleep(Duration::from_millis(20)).await;
			assert_eq!(chain.sent().len(), 1);
			// It got in after all.
			let last = Accepted { price: price("100"), observed_at: at, received_at: at };
			chain.with(|state| state.has(1, last));
		}
	);
	assert!(worked.is_err());
	assert_eq!(chain.sent().len(), 1, "not said twice");
	assert!(feeder.metric("strata_feeder_unknown_outcomes_total 1"));
}

#[tokio::test]
async fn a_voided_report_is_made_anew() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says(1, "100");
	feeder.works(&chain, 200).await;
	chain.with(|state| state.reports.clear());
	sleep(Duration::from_millis(5)).await;
	feeder.says(1, "100");
	feeder.works(&chain, 300).await;
	assert_eq!(chain.accepted().len(), 2);
}

#[tokio::test]
async fn a_dry_run_sends_nothing_and_does_not_repeat_itself() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::build("", &[(1, "")], true);
	feeder.says(1, "100");
	feeder.works(&chain, 1_400).await;
	assert_eq!((chain.sent().len(), chain.with(|state| state.rehearsed)), (0, 1));
}

#[tokio::test]
async fn once_reports_everything_that_the_chain_takes() {
	let chain = Chain::new(&[1, 2]);
	let mut feeder = Feeder::new("", &[(1, ""), (2, "")]);
	feeder.says_at(1, "100", sources::now() - 100);
	feeder.says_at(2, "100", sources::now() - 100);
	let round = feeder.runner.once(&chain, PATIENCE).await.unwrap();
	assert_eq!(round.reported, [1, 2]);
	assert!(round.held.is_empty() && round.refused.is_empty());
	// Again: neither moved nor due, but asked for.
	feeder.says(1, "100");
	feeder.says(2, "100");
	let round = feeder.runner.once(&chain, PATIENCE).await.unwrap();
	assert_eq!(round.reported, [1, 2]);
	assert!(feeder.metric(r#"strata_feeder_reports_total{feed="F1",reason="asked"} 1"#));
}

#[tokio::test]
async fn once_says_what_it_could_not_report() {
	let chain = Chain::new(&[1, 2, 3]);
	chain.with(|state| state.dislikes(3, "Oracle.NotAFeeder"));
	let mut feeder = Feeder::new("", &[(1, ""), (2, ""), (3, "")]);
	feeder.says(1, "100");
	feeder.says(3, "100");
	let round = feeder.runner.once(&chain, PATIENCE).await.unwrap();
	assert_eq!(round.reported, [1]);
	assert_eq!(round.held.iter().map(|(feed, _)| *feed).collect::<Vec<_>>(), [2]);
	assert_eq!(round.refused.len(), 1);
	assert!(round.refused[0].0 == 3 && round.refused[0].1.contains("Oracle.NotAFeeder"));
}

#[tokio::test]
async fn once_by_a_jailed_feeder_reports_nothing() {
	let chain = Chain::new(&[1]);
	chain.with(|state| state.standing.jailed_until = Some(1));
	let mut feeder = Feeder::new("", &[(1, "")]);
	feeder.says(1, "100");
	let round = feeder.runner.once(&chain, PATIENCE).await.unwrap();
	assert!(round.reported.is_empty() && round.held[0].1.contains("jailed"), "{round:?}");
}

#[tokio::test]
async fn a_session_ends_when_it_is_told_to_and_when_the_connection_does() {
	let chain = Chain::new(&[1]);
	let mut feeder = Feeder::new("", &[(1, "")]);
	let (sender, stop) = watch::channel(false);
	let (ended, ()) = tokio::join!(feeder.runner.session(&chain, stop), async {
		sleep(Duration::from_millis(120)).await;
		sender.send_replace(true);
	});
	assert!(matches!(ended, Ended::Stopped), "{ended:?}");
	let (_sender, stop) = watch::channel(false);
	let (ended, ()) = tokio::join!(feeder.runner.session(&chain, stop), async {
		sleep(Duration::from_millis(120)).await;
		chain.gone.notify_one();
	});
	assert!(matches!(ended, Ended::Lost(ChainError::Lost(_))), "{ended:?}");
}

#[tokio::test]
async fn a_chain_that_stands_still_is_left() {
	let chain = Chain::new(&[1]);
	chain.with(|state| state.head.as_mut().unwrap().time -= 10_000);
	let mut feeder = Feeder::new("stall_after = \"1s\"", &[(1, "")]);
	let (_sender, stop) = watch::channel(false);
	let ended = timeout(Duration::from_secs(3), feeder.runner.session(&chain, stop)).await;
	let Ok(Ended::Lost(ChainError::Lost(why))) = ended else { panic!("{ended:?}") };
	assert!(why.contains("newest block"), "{why}");
	chain.with(|state| state.head = None);
	let (_sender, stop) = watch::channel(false);
	let ended = timeout(Duration::from_secs(3), feeder.runner.session(&chain, stop)).await;
	let Ok(Ended::Lost(ChainError::Lost(why))) = ended else { panic!("{ended:?}") };
	assert!(why.contains("no block"), "{why}");
}

#[tokio::test]
async fn on_a_chain_with_its_own_clock_observations_have_its_dates() {
	let chain = Chain::new(&[1]);
	let chain_time = 1_000_000_000_000;
	chain.with(|state| {
		state.head = Some(Head { number: 9, time: chain_time, seen: Instant::now() });
	});
	let mut feeder = Feeder::new("clock = \"chain\"", &[(1, "")]);
	feeder.says_at(1, "100", sources::now() - 200);
	// What this chain keeps of the rules takes its dates for far too old; only what was sent matters.
	feeder.works(&chain, 150).await;
	let observed_at = chain.with(|state| state.sent[0][0].observed_at);
	let expected = chain_time - 200;
	// The age is a difference of two clocks, each cut to a millisecond: it may be one more.
	assert!((expected - 1..expected + 150).contains(&observed_at), "{observed_at}");
}
