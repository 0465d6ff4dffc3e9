//! Which figures there are: their names, labels and units.

use substrate_prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64, U64,
};

use std::collections::{BTreeMap, HashSet};

/// A kind of figure, a gauge.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Series {
	/// The block that all figures are of.
	Block,
	/// Its time.
	Time,
	/// Where a deal is in its life.
	DealState,
	/// Its net asset value.
	DealNav,
	/// What is owed on its notes.
	DealNotes,
	/// Its cash.
	DealCash,
	/// Its reserve.
	DealReserve,
	/// Principal that it lost.
	DealLosses,
	/// Whether the hook leaves it alone.
	DealParked,
	/// Whether collateral for sale counts for less than its principal.
	DealUnderWater,
	/// Its next payment date.
	DealNextPayment,
	/// Its open cases.
	DealDisputes,
	/// Its open lots.
	DealLots,
	/// Its triggers that are tripped.
	DealTriggers,
	/// Debt whose collateral is in auction.
	DealInAuction,
	/// Debt of unsafe rungs.
	DealUnsafeDebt,
	/// Books that left unsafe rungs behind.
	DealBacklog,
	/// Books that hold less than their ledgers say.
	DealImpaired,
	/// The age of the oldest price it depends on.
	DealPriceAge,
	/// What a coverage test finds.
	TestRatio,
	/// What it asks for.
	TestThreshold,
	/// What may be lost before it fails.
	TestHeadroom,
	/// Whether it passes.
	TestPassed,
	/// The price of a feed.
	FeedPrice,
	/// Its age.
	FeedPriceAge,
	/// Whether it may be relied on.
	FeedStatus,
	/// How many reports are fresh.
	FeedFresh,
	/// How many it takes.
	FeedQuorum,
	/// How many feeders there are.
	FeedMembers,
	/// How many validators there are.
	Validators,
	/// The least set.
	ValidatorsLeast,
	/// Whether the court is closed.
	CourtClosed,
	/// Open lots of all deals.
	Lots,
	/// What had no room.
	LeftOut,
}

impl Series {
	/// All of them.
	pub const ALL: [Self; 34] = [
		Self::Block,
		Self::Time,
		Self::DealState,
		Self::DealNav,
		Self::DealNotes,
		Self::DealCash,
		Self::DealReserve,
		Self::DealLosses,
		Self::DealParked,
		Self::DealUnderWater,
		Self::DealNextPayment,
		Self::DealDisputes,
		Self::DealLots,
		Self::DealTriggers,
		Self::DealInAuction,
		Self::DealUnsafeDebt,
		Self::DealBacklog,
		Self::DealImpaired,
		Self::DealPriceAge,
		Self::TestRatio,
		Self::TestThreshold,
		Self::TestHeadroom,
		Self::TestPassed,
		Self::FeedPrice,
		Self::FeedPriceAge,
		Self::FeedStatus,
		Self::FeedFresh,
		Self::FeedQuorum,
		Self::FeedMembers,
		Self::Validators,
		Self::ValidatorsLeast,
		Self::CourtClosed,
		Self::Lots,
		Self::LeftOut,
	];

	/// Its name.
	pub fn name(self) -> &'static str {
		self.described().0
	}

	/// Its labels, in the order in which a [`Sample`] gives their values.
	pub fn labels(self) -> &'static [&'static str] {
		match self {
			Self::DealState => &["deal", "state"],
			Self::TestRatio | Self::TestThreshold | Self::TestHeadroom | Self::TestPassed => {
				&["deal", "test", "rank"]
			},
			Self::FeedStatus => &["feed", "status"],
			Self::FeedPrice
			| Self::FeedPriceAge
			| Self::FeedFresh
			| Self::FeedQuorum
			| Self::FeedMembers => &["feed"],
			Self::Validators => &["set"],
			Self::LeftOut => &["of"],
			Self::Block | Self::Time | Self::ValidatorsLeast | Self::CourtClosed | Self::Lots => {
				&[]
			},
			_ => &["deal"],
		}
	}

	/// Its name, and what it says. Amounts are in whole units of the deal's settlement asset.
	fn described(self) -> (&'static str, &'static str) {
		match self {
			Self::Block => ("strata_metrics_block", "The block that all strata figures are of"),
			Self::Time => {
				("strata_chain_time_seconds", "The time of that block, seconds since 1970")
			},
			Self::DealState => ("strata_deal_state", "1 for the state that a deal is in"),
			Self::DealNav => ("strata_deal_nav", "Net asset value, settlement asset"),
			Self::DealNotes => ("strata_deal_notes", "Owed on all notes, settlement asset"),
			Self::DealCash => ("strata_deal_cash", "Cash in the ledgers, settlement asset"),
			Self::DealReserve => ("strata_deal_reserve", "Reserve, settlement asset"),
			Self::DealLosses => ("strata_deal_losses", "Principal lost so far, settlement asset"),
			Self::DealParked => {
				("strata_deal_parked", "1 if the hook leaves the deal alone after a failure")
			},
			Self::DealUnderWater => (
				"strata_deal_under_water",
				"1 if collateral for sale counts for less than its principal",
			),
			Self::DealNextPayment => (
				"strata_deal_next_payment_seconds",
				"The next contractual payment date, seconds since 1970",
			),
			Self::DealDisputes => ("strata_deal_open_disputes", "Cases before the court"),
			Self::DealLots => ("strata_deal_open_lots", "Open lots"),
			Self::DealTriggers => ("strata_deal_triggers_tripped", "Triggers that are tripped"),
			Self::DealInAuction => {
				("strata_deal_in_auction", "Debt whose collateral is in auction, settlement asset")
			},
			Self::DealUnsafeDebt => (
				"strata_deal_unsafe_debt",
				"Debt of rungs that are unsafe at the last prices, settlement asset",
			),
			Self::DealBacklog => {
				("strata_deal_backlog_books", "Books whose last walk left unsafe rungs behind")
			},
			Self::DealImpaired => {
				("strata_deal_impaired_books", "Books that hold less than their ledgers say")
			},
			Self::DealPriceAge => (
				"strata_deal_oldest_price_age_seconds",
				"Age of the oldest price that the deal depends on; +Inf if there never was one",
			),
			Self::TestRatio => (
				"strata_deal_coverage_ratio",
				"What a coverage test would find now; +Inf if nothing is owed",
			),
			Self::TestThreshold => {
				("strata_deal_coverage_threshold", "The ratio at which a coverage test passes")
			},
			Self::TestHeadroom => (
				"strata_deal_coverage_headroom",
				"The most that could be lost and the test still pass, settlement asset",
			),
			Self::TestPassed => ("strata_deal_coverage_passed", "1 if the coverage test passes"),
			Self::FeedPrice => {
				("strata_feed_price_usd", "The last confirmed price, USD per whole unit")
			},
			Self::FeedPriceAge => (
				"strata_feed_price_age_seconds",
				"Age of the oldest report that the price rests on; +Inf if there never was a price",
			),
			Self::FeedStatus => ("strata_feed_status", "1 for the status that a feed has"),
			Self::FeedFresh => ("strata_feed_fresh_reports", "Reports that are fresh and count"),
			Self::FeedQuorum => ("strata_feed_quorum", "Fresh reports that it takes for a price"),
			Self::FeedMembers => ("strata_feed_members", "Feeders of the feed"),
			Self::Validators => (
				"strata_validators",
				"Validators: of this session, of the next one, and if a set were planned now",
			),
			Self::ValidatorsLeast => {
				("strata_validators_least", "Validators at least: nobody leaves below it")
			},
			Self::CourtClosed => ("strata_court_closed", "1 if the court is closed"),
			Self::Lots => ("strata_open_lots", "Open lots of all deals"),
			Self::LeftOut => (
				"strata_metrics_left_out",
				"What the last round left out because there is more than it may show",
			),
		}
	}
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
	/// Of which kind.
	pub series: Series,
	/// The values of its labels.
	pub labels: Vec<String>,
	/// The figure.
	pub value: f64,
}

/// One kind of figure, and for what it is shown.
struct Family {
	gauges: GaugeVec<F64>,
	shown: HashSet<Vec<String>>,
}

/// What is registered.
pub struct Gauges {
	families: BTreeMap<Series, Family>,
	/// Rounds that were made.
	pub rounds: Counter<U64>,
	/// How long the last one took.
	pub seconds: Gauge<F64>,
	/// Blocks that no round was made for.
	pub skipped: CounterVec<U64>,
	/// Questions that the runtime did not answer.
	pub errors: CounterVec<U64>,
}

impl Gauges {
	/// Registers all figures.
	pub fn new(registry: &Registry) -> Result<Self, PrometheusError> {
		let mut families = BTreeMap::new();
		for series in Series::ALL {
			let (name, help) = series.described();
			let gauges = GaugeVec::new(Opts::new(name, help), series.labels())?;
			let gauges = register(gauges, registry)?;
			families.insert(series, Family { gauges, shown: HashSet::new() });
		}
		let counters = |name: &str, help: &str, label: &str| {
			register(CounterVec::new(Opts::new(name, help), &[label])?, registry)
		};
		Ok(Self {
			families,
			rounds: register(
				Counter::new("strata_metrics_rounds_total", "Blocks that figures were read at")?,
				registry,
			)?,
			seconds: register(
				Gauge::new("strata_metrics_round_seconds", "How long reading them took last")?,
				registry,
			)?,
			skipped: counters(
				"strata_metrics_skipped_total",
				"Best blocks that no figures were read at, by reason",
				"reason",
			)?,
			errors: counters(
				"strata_metrics_errors_total",
				"Questions that the runtime did not answer, by runtime API",
				"api",
			)?,
		})
	}

	/// Shows these figures and no others: what is gone is not shown any more.
	pub fn show(&mut self, samples: &[Sample]) {
		let mut shown: BTreeMap<Series, HashSet<Vec<String>>> = BTreeMap::new();
		for Sample { series, labels, value } in samples {
			let Some(family) = self.families.get(series) else { continue };
			let values: Vec<_> = labels.iter().map(String::as_str).collect();
			match family.gauges.get_metric_with_label_values(&values) {
				Ok(gauge) => gauge.set(*value),
				Err(error) => {
					log::error!("{}: {error}", series.name());
					continue;
				},
			}
			shown.entry(*series).or_default().insert(labels.clone());
		}
		for (series, family) in &mut self.families {
			let shown = shown.remove(series).unwrap_or_default();
			for gone in family.shown.difference(&shown) {
				let values: Vec<_> = gone.iter().map(String::as_str).collect();
				// It can only be missing, which is what is wanted.
				let _ = family.gauges.remove_label_values(&values);
			}
			family.shown = shown;
		}
	}
}
