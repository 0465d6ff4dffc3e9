//! Figures of a chain that a test makes up: what is shown, what is left out, and whether dashboard,
//! alerts and documentation speak of the same.

use super::{
	chain::{Answer, Chain, Unanswered, Validators},
	reader::{Reader, Round, MAX_SHOWN},
	series::{Gauges, Sample, Series},
	*,
};
use crate::service::{kept, AccountId};
use futures::stream;
use pallet_strata_oracle::runtime_api::Freshness;
use pallet_strata_tranches::{
	runtime_api::{
		BookView, DealPage, DealView, Statement, TestFound, TestView, TriggerView, MAX_IDS,
	},
	types::{DealState, Phase},
};
use pallet_strata_vaults::runtime_api::LiquidationState;
use std::{cell::Cell, collections::BTreeSet};
use strata_numbers::{Price, Ratio};
use strata_traits::{Asset, Balance, BookId, DealId, FeedId, LotId, Moment, Quote, Reading};
use strata_waterfall::{Condition, Coverage, Effect};
use substrate_prometheus_endpoint::Registry;

const NOW: Moment = 1_700_000_000_000;
const MINUTE: Moment = 60_000;
const DECIMALS: u8 = 6;
const WHOLE: Balance = 1_000_000;
const REVOLVING: DealState = DealState::Active(Phase::Revolving);

/// A chain with these deals, every active one of which lends from two books.
struct Mock {
	deals: Vec<(DealId, DealState)>,
	next_deal: DealId,
	lots: Vec<(LotId, DealId)>,
	backlog: bool,
	/// An API that does not answer.
	silent: &'static str,
	walks: Cell<u32>,
}

impl Mock {
	fn new(deals: &[(DealId, DealState)]) -> Self {
		Self {
			deals: deals.to_vec(),
			next_deal: deals.iter().map(|(deal, _)| deal + 1).max().unwrap_or(0),
			lots: Vec::new(),
			backlog: false,
			silent: "",
			walks: Cell::new(0),
		}
	}

	fn answer<T>(&self, api: &'static str, answer: T) -> Answer<T> {
		if api == self.silent {
			return Err(Unanswered { api, why: "not known".into() });
		}
		Ok(answer)
	}
}

fn quote(whole: u32, age: Moment) -> Quote {
	let price = Price::from_u32(whole);
	Quote::steady(price, price, NOW - age, NOW + MINUTE)
}

fn statement(state: DealState) -> Statement<AccountId> {
	let who = AccountId::new([7; 32]);
	let active = matches!(state, DealState::Active(_));
	let books: Vec<BookId> = if active { vec![3, 4] } else { Vec::new() };
	let view = |book: &BookId| BookView { book: *book, ..BookView::default() };
	let found = |ratio| TestFound {
		numerator: 0,
		denominator: 0,
		ratio,
		passed: ratio.is_none(),
		headroom: 5 * WHOLE / 2,
		missing: None,
		diverted: 0,
		principal: 0,
	};
	let test = |coverage, ratio| TestView {
		coverage,
		rank: 1,
		threshold: Ratio::from_rational(12, 10),
		now: active.then(|| found(ratio)),
		last: None,
	};
	let trigger = |since| TriggerView {
		condition: Condition::ServicerDefault,
		effect: Effect::Amortise,
		curable: true,
		since,
		next: None,
	};
	let books_of = books.iter().map(view).collect();
	Statement {
		at: NOW,
		deal: DealView {
			originator: who.clone(),
			state,
			settlement: Asset::WithId(1),
			account: who.clone(),
			books,
			next_payment: active.then_some(NOW + MINUTE),
			cash: Default::default(),
			refunds: 0,
			reserve: WHOLE / 4,
			fees_payable: 0,
			bond: 0,
			servicer_bonds: 0,
			set_aside: 0,
			awards: 0,
			cases: 2,
			workouts: Vec::new(),
			losses: 0,
			excess: 0,
			unpaid_since: None,
			under_water: true,
			nav: active.then_some(1_234_567 * WHOLE),
			notes: 1_000_000 * WHOLE,
			parked: false,
		},
		servicer: who.clone(),
		trustee: who,
		servicer_default: false,
		tranches: Vec::new(),
		mode: None,
		lends: active,
		pool: None,
		reserve_target: None,
		tests: vec![
			test(Coverage::Principal, Some(Ratio::from_rational(11, 10))),
			test(Coverage::Interest, None),
		],
		triggers: vec![trigger(Some(NOW)), trigger(None)],
		books: books_of,
		fees: Vec::new(),
		checkpoints: 0,
	}
}

impl Chain for Mock {
	fn deals(&self, from: DealId, limit: u32) -> Answer<DealPage> {
		let stop = (from + limit).min(self.next_deal);
		let on_page = self.deals.iter().filter(|(deal, _)| (from..stop).contains(deal));
		let page = DealPage {
			deals: on_page.copied().collect(),
			next: (stop < self.next_deal).then_some(stop),
		};
		self.answer("TranchesApi", page)
	}

	fn statement(&self, deal: DealId) -> Answer<Option<Statement<AccountId>>> {
		let listed = self.deals.iter().find(|(listed, _)| *listed == deal);
		self.answer("TranchesApi", listed.map(|(_, state)| statement(*state)))
	}

	fn decimals(&self, _: Asset) -> Answer<Option<u8>> {
		self.answer("RiskApi", Some(DECIMALS))
	}

	/// Book 4 depends on a feed that never had a price.
	fn feeds_of(&self, book: BookId) -> Answer<Option<[FeedId; 2]>> {
		self.answer("VaultsApi", Some([if book == 3 { 10 } else { 12 }, 1]))
	}

	fn liquidation(&self, book: BookId) -> Answer<Option<LiquidationState>> {
		let state = LiquidationState {
			mode: Some(pallet_strata_vaults::modes::Mode::Ordinary),
			threshold: (self.backlog && book == 3).then_some(-40),
			riskiest: Some(-40),
			backlog: self.backlog && book == 3,
			impaired: false,
			in_auction: 3 * WHOLE,
			quota: None,
			prices: None,
			grace_until: 0,
		};
		self.answer("VaultsApi", Some(state))
	}

	fn unsafe_debt(&self, _: BookId) -> Answer<Option<Balance>> {
		self.walks.set(self.walks.get() + 1);
		self.answer("VaultsApi", Some(8 * WHOLE))
	}

	fn lots(&self, from: Option<LotId>, limit: u32) -> Answer<Vec<(LotId, DealId)>> {
		let after = |lot: &&(LotId, DealId)| from.is_none_or(|from| lot.0 > from);
		let page = self.lots.iter().filter(after).take(limit.try_into().unwrap());
		self.answer("AuctionsApi", page.copied().collect())
	}

	fn feeds(&self) -> Answer<Vec<(FeedId, Reading)>> {
		let feeds = vec![
			(1, Reading::Fresh(quote(1, MINUTE))),
			(10, Reading::Stale(quote(70, 10 * MINUTE))),
			(12, Reading::Unknown),
		];
		self.answer("OracleApi", feeds)
	}

	fn freshness(&self, _: FeedId) -> Answer<Option<Freshness>> {
		self.answer("OracleApi", Some(Freshness { at: NOW, fresh: 3, quorum: 3, members: 4 }))
	}

	fn validators(&self) -> Answer<Validators> {
		self.answer("ValidatorSetApi", Validators { current: 4, next: 5, elected: 6, least: 3 })
	}

	fn court_closed(&self) -> Answer<bool> {
		self.answer("DisputesApi", false)
	}
}

/// The figure of a round, if it is there.
fn figure(round: &Round, series: Series, labels: &[&str]) -> Option<f64> {
	let mut found = round.samples.iter().filter(|it| it.series == series && it.labels == labels);
	let value = found.next().map(|sample| sample.value);
	assert!(found.next().is_none(), "{series:?} {labels:?} twice");
	value
}

fn read(mock: &Mock) -> Round {
	Reader::default().read(mock, 42)
}

#[test]
fn a_deal_is_shown_in_whole_units_with_its_tests() {
	let mut mock = Mock::new(&[(0, DealState::Draft), (1, REVOLVING)]);
	mock.lots = vec![(5, 1), (6, 1), (7, 9)];
	let round = read(&mock);
	assert!(round.unanswered.is_empty());
	let of_deal = |series| figure(&round, series, &["1"]);

	assert_eq!(figure(&round, Series::Block, &[]), Some(42.0));
	assert_eq!(figure(&round, Series::Time, &[]), Some(1_700_000_000.0));
	assert_eq!(figure(&round, Series::DealState, &["1", "revolving"]), Some(1.0));
	assert_eq!(of_deal(Series::DealNav), Some(1_234_567.0));
	assert_eq!(of_deal(Series::DealNotes), Some(1_000_000.0));
	assert_eq!(of_deal(Series::DealReserve), Some(0.25));
	assert_eq!(of_deal(Series::DealCash), Some(0.0));
	assert_eq!(of_deal(Series::DealDisputes), Some(2.0));
	assert_eq!(of_deal(Series::DealUnderWater), Some(1.0));
	assert_eq!(of_deal(Series::DealParked), Some(0.0));
	assert_eq!(of_deal(Series::DealTriggers), Some(1.0));
	assert_eq!(of_deal(Series::DealNextPayment), Some(1_700_000_060.0));
	assert_eq!(of_deal(Series::DealLots), Some(2.0));
	assert_eq!(figure(&round, Series::Lots, &[]), Some(3.0));

	let (oc, ic) = (["1", "oc", "1"], ["1", "ic", "1"]);
	assert_eq!(figure(&round, Series::TestRatio, &oc), Some(1.1));
	assert_eq!(figure(&round, Series::TestThreshold, &oc), Some(1.2));
	assert_eq!(figure(&round, Series::TestHeadroom, &oc), Some(2.5));
	assert_eq!(figure(&round, Series::TestPassed, &oc), Some(0.0));
	assert_eq!(figure(&round, Series::TestRatio, &ic), Some(f64::INFINITY));
	assert_eq!(figure(&round, Series::TestPassed, &ic), Some(1.0));
	// Anybody can write drafts: they are not shown.
	assert!(!round.samples.iter().any(|it| it.labels.first().is_some_and(|label| label == "0")));
}

#[test]
fn ladders_are_walked_only_where_something_is_unsafe() {
	let mut mock = Mock::new(&[(1, REVOLVING)]);
	let round = read(&mock);
	assert_eq!(figure(&round, Series::DealInAuction, &["1"]), Some(6.0));
	assert_eq!(figure(&round, Series::DealUnsafeDebt, &["1"]), Some(0.0));
	assert_eq!(figure(&round, Series::DealBacklog, &["1"]), Some(0.0));
	assert_eq!(mock.walks.get(), 0);

	mock.backlog = true;
	let round = read(&mock);
	assert_eq!(figure(&round, Series::DealUnsafeDebt, &["1"]), Some(8.0));
	assert_eq!(figure(&round, Series::DealBacklog, &["1"]), Some(1.0));
	assert_eq!(mock.walks.get(), 1);
}

#[test]
fn prices_have_an_age_and_one_that_never_was_is_infinitely_old() {
	let round = read(&Mock::new(&[(1, REVOLVING)]));
	assert_eq!(figure(&round, Series::FeedPrice, &["10"]), Some(70.0));
	assert_eq!(figure(&round, Series::FeedPriceAge, &["1"]), Some(60.0));
	assert_eq!(figure(&round, Series::FeedPriceAge, &["10"]), Some(600.0));
	assert_eq!(figure(&round, Series::FeedPriceAge, &["12"]), Some(f64::INFINITY));
	assert_eq!(figure(&round, Series::FeedPrice, &["12"]), None);
	for (feed, status) in [("1", "fresh"), ("10", "stale"), ("12", "unknown")] {
		assert_eq!(figure(&round, Series::FeedStatus, &[feed, status]), Some(1.0));
		assert_eq!(figure(&round, Series::FeedFresh, &[feed]), Some(3.0));
		assert_eq!(figure(&round, Series::FeedQuorum, &[feed]), Some(3.0));
		assert_eq!(figure(&round, Series::FeedMembers, &[feed]), Some(4.0));
	}
	assert_eq!(figure(&round, Series::DealPriceAge, &["1"]), Some(f64::INFINITY));
	for (set, validators) in [("current", 4.0), ("next", 5.0), ("elected", 6.0)] {
		assert_eq!(figure(&round, Series::Validators, &[set]), Some(validators));
	}
	assert_eq!(figure(&round, Series::ValidatorsLeast, &[]), Some(3.0));
	assert_eq!(figure(&round, Series::CourtClosed, &[]), Some(0.0));
}

#[test]
fn only_so_many_deals_are_shown_and_the_rest_is_counted() {
	let most = u32::try_from(MAX_SHOWN).unwrap();
	let all: Vec<_> = (0..most + 3).map(|deal| (deal, DealState::Offering)).collect();
	for (deals, left_out) in [(&all[..MAX_SHOWN], 0.0), (&all[..], 3.0)] {
		let round = read(&Mock::new(deals));
		let shown = round.samples.iter().filter(|it| it.series == Series::DealNotes).count();
		assert_eq!(shown, MAX_SHOWN);
		assert_eq!(figure(&round, Series::LeftOut, &["deals"]), Some(left_out));
	}
}

#[test]
fn deals_are_found_however_many_drafts_there_are_and_forgotten_when_they_end() {
	let far = MAX_IDS * 20;
	let mut mock = Mock::new(&[(1, REVOLVING), (far, REVOLVING)]);
	let mut reader = Reader::default();
	let shown = |round: &Round, deal: DealId| {
		figure(round, Series::DealNav, &[&deal.to_string()]).is_some()
	};

	// The first round does not get there, the second does.
	let round = reader.read(&mock, 1);
	assert!(shown(&round, 1) && !shown(&round, far));
	let round = reader.read(&mock, 2);
	assert!(shown(&round, 1) && shown(&round, far));

	mock.deals[0].1 = DealState::Closed;
	mock.deals.remove(1);
	let round = reader.read(&mock, 3);
	assert!(!shown(&round, 1) && !shown(&round, far));
	reader.read(&mock, 4);
	let round = reader.read(&mock, 5);
	assert!(!round.samples.iter().any(|it| it.series == Series::DealState));
}

#[test]
fn so_many_lots_are_counted_and_no_more() {
	let mut mock = Mock::new(&[(1, REVOLVING)]);
	for (lots, counted, more) in [(999, 999.0, 0.0), (3_999, 3_999.0, 0.0), (4_001, 4_000.0, 1.0)] {
		mock.lots = (0..lots).map(|lot| (lot, 1)).collect();
		let round = read(&mock);
		assert_eq!(figure(&round, Series::DealLots, &["1"]), Some(counted));
		assert_eq!(figure(&round, Series::LeftOut, &["lots"]), Some(more));
	}
}

#[test]
fn what_a_runtime_does_not_answer_is_noted_and_the_rest_is_shown() {
	let all = read(&Mock::new(&[(1, REVOLVING)])).samples.len();
	for api in [
		"TranchesApi",
		"RiskApi",
		"VaultsApi",
		"AuctionsApi",
		"OracleApi",
		"ValidatorSetApi",
		"DisputesApi",
	] {
		let mut mock = Mock::new(&[(1, REVOLVING)]);
		mock.silent = api;
		let round = read(&mock);
		assert!(!round.unanswered.is_empty(), "{api}");
		assert!(round.unanswered.iter().all(|it| it.api == api), "{api}");
		assert!((2..all).contains(&round.samples.len()), "{api}");
	}
}

/// The values of a kind of figure in what is served.
fn served(registry: &Registry, series: Series) -> Vec<(Vec<String>, f64)> {
	let families = registry.gather();
	let family = families.iter().find(|family| family.get_name() == series.name());
	let metrics = family.map(|family| family.get_metric()).unwrap_or_default();
	let labels = |metric: &substrate_prometheus_endpoint::prometheus::proto::Metric| {
		metric.get_label().iter().map(|pair| pair.get_value().to_string()).collect()
	};
	metrics.iter().map(|metric| (labels(metric), metric.get_gauge().get_value())).collect()
}

#[test]
fn what_is_gone_is_not_served_any_more() {
	let registry = Registry::new();
	let mut gauges = Gauges::new(&registry).unwrap();
	let sample = |labels: &[&str], value| Sample {
		series: Series::FeedStatus,
		labels: labels.iter().map(ToString::to_string).collect(),
		value,
	};
	let status = Series::FeedStatus;

	gauges.show(&[sample(&["1", "fresh"], 1.0), sample(&["2", "stale"], 1.0)]);
	assert_eq!(served(&registry, status).len(), 2);
	gauges.show(&[sample(&["1", "stale"], 1.0)]);
	assert_eq!(served(&registry, status), [(vec!["1".into(), "stale".into()], 1.0)]);
	gauges.show(&[]);
	assert!(served(&registry, status).is_empty());
	// It can come back.
	gauges.show(&[sample(&["1", "fresh"], 1.0)]);
	assert_eq!(served(&registry, status).len(), 1);
}

#[test]
fn the_pace_is_kept() {
	let second = Duration::from_secs(1);
	let mut pace = Pace::new(10 * second);
	let start = Instant::now();
	assert_eq!(pace.check(false, start), Ok(()));
	assert_eq!(pace.check(true, start), Err(Skip::Syncing));
	pace.last = Some(start);
	assert_eq!(pace.check(false, start), Err(Skip::TooSoon));
	assert_eq!(
		pace.check(false, start + 10 * second - Duration::from_millis(1)),
		Err(Skip::TooSoon)
	);
	assert_eq!(pace.check(false, start + 10 * second), Ok(()));
	assert_eq!(pace.check(true, start + 10 * second), Err(Skip::Syncing));
}

/// A block of a test: its number, and whether it is the best one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Block(u32, bool);

impl IsBest for Block {
	fn is_best(&self) -> bool {
		self.1
	}
}

#[test]
fn the_newest_best_block_is_taken_and_those_before_it_are_passed_over() {
	let newest =
		|blocks: &[Block]| futures::executor::block_on(newest(&mut stream::iter(blocks.to_vec())));
	assert_eq!(newest(&[]), None);
	assert_eq!(newest(&[Block(1, true)]), Some(Block(1, true)));
	assert_eq!(newest(&[Block(1, true), Block(2, true), Block(3, true)]), Some(Block(3, true)));
	assert_eq!(newest(&[Block(1, true), Block(2, true), Block(2, false)]), Some(Block(2, true)));
	assert_eq!(newest(&[Block(1, false), Block(2, false)]), Some(Block(2, false)));
	assert_eq!(newest(&[Block(1, false), Block(2, true)]), Some(Block(2, true)));
}

/// All names of figures in a text.
fn names(text: &str) -> BTreeSet<String> {
	text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
		.filter(|word| word.starts_with("strata_") && *word != "strata_")
		.map(ToString::to_string)
		.collect()
}

/// What the node serves once everything has happened.
fn all_names() -> BTreeSet<String> {
	let registry = Registry::new();
	let mut gauges = Gauges::new(&registry).unwrap();
	let round = read(&Mock::new(&[(1, REVOLVING)]));
	gauges.show(&round.samples);
	gauges.skipped.with_label_values(&[Skip::Syncing.reason()]).inc();
	gauges.errors.with_label_values(&["OracleApi"]).inc();
	kept::recovered(&registry).unwrap();
	registry.gather().iter().map(|family| family.get_name().to_string()).collect()
}

#[test]
fn every_kind_of_figure_is_served_by_its_name_once() {
	let all = all_names();
	for series in Series::ALL {
		let name = series.name();
		assert!(all.contains(name), "{name} is never shown");
	}
	// And five that are not figures of the chain.
	assert_eq!(all.len(), Series::ALL.len() + 5);
	assert!(all.iter().all(|name| name.starts_with("strata_")));
}

#[test]
fn dashboard_alerts_and_documentation_speak_of_what_is_served() {
	let all = all_names();
	let dashboard = include_str!("../../../docs/operations/grafana.json");
	let alerts = include_str!("../../../docs/operations/alerts.yml");
	let page = include_str!("../../../docs/operations.md");
	for (file, text) in [("grafana.json", dashboard), ("alerts.yml", alerts), ("page", page)] {
		let used = names(text);
		assert!(!used.is_empty(), "{file} names no figure");
		for name in used {
			assert!(all.contains(&name), "{file}: there is no {name}");
		}
	}
	for name in all {
		assert!(names(page).contains(&name), "docs/operations.md does not explain {name}");
	}
}
