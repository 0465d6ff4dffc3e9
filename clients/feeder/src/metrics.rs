//! What the feeder tells Prometheus about itself.

use std::time::Duration;

use substrate_prometheus_endpoint::{
	prometheus::core::Atomic, register, Counter, CounterVec, Gauge, GaugeVec, HistogramOpts,
	HistogramVec, Opts, PrometheusError, Registry, F64, U64,
};

use crate::{
	decimal::Price,
	sources::{Observation, SourceError},
};

/// Seconds that answers of sources are sorted by.
const LATENCIES: [f64; 8] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// All metrics. Cloning gives another hold on the same.
#[derive(Clone)]
pub struct Metrics {
	source_price: GaugeVec<F64>,
	source_age: GaugeVec<F64>,
	source_usable: GaugeVec<U64>,
	source_errors: CounterVec<U64>,
	source_latency: HistogramVec,
	feed_price: GaugeVec<F64>,
	feed_sources: GaugeVec<U64>,
	feed_reported_price: GaugeVec<F64>,
	feed_reported_at: GaugeVec<F64>,
	feed_deviation: GaugeVec<U64>,
	feed_held: GaugeVec<U64>,
	reports: CounterVec<U64>,
	refusals: CounterVec<U64>,
	/// Transactions whose outcome is not known.
	pub unknown_outcomes: Counter<U64>,
	/// What transactions cost, in whole STRA.
	pub fees: Counter<F64>,
	/// The free balance of the feeder's account, in whole STRA.
	pub balance: Gauge<F64>,
	/// The feeder's bond, in whole STRA.
	pub bond: Gauge<F64>,
	/// 1 while the chain would refuse every report of this feeder.
	barred: GaugeVec<U64>,
	/// 1 while there is a connection to a node.
	pub connected: Gauge<U64>,
	/// How often a connection was made.
	pub connections: Counter<U64>,
	/// Number of the newest block.
	pub head_number: Gauge<U64>,
	/// Age of the newest block in seconds.
	pub head_age: Gauge<F64>,
}

/// Registers metrics under the feeder's name.
struct Registrar<'a>(&'a Registry);

impl Registrar<'_> {
	fn counter<P: Atomic + 'static>(
		&self,
		name: &str,
		help: &str,
	) -> Result<Counter<P>, PrometheusError> {
		register(Counter::with_opts(opts(name, help))?, self.0)
	}

	fn counters<P: Atomic + 'static>(
		&self,
		name: &str,
		help: &str,
		labels: &[&str],
	) -> Result<CounterVec<P>, PrometheusError> {
		register(CounterVec::new(opts(name, help), labels)?, self.0)
	}

	fn gauge<P: Atomic + 'static>(
		&self,
		name: &str,
		help: &str,
	) -> Result<Gauge<P>, PrometheusError> {
		register(Gauge::with_opts(opts(name, help))?, self.0)
	}

	fn gauges<P: Atomic + 'static>(
		&self,
		name: &str,
		help: &str,
		labels: &[&str],
	) -> Result<GaugeVec<P>, PrometheusError> {
		register(GaugeVec::new(opts(name, help), labels)?, self.0)
	}

	fn histograms(
		&self,
		name: &str,
		help: &str,
		labels: &[&str],
		buckets: &[f64],
	) -> Result<HistogramVec, PrometheusError> {
		let opts = HistogramOpts::from(opts(name, help)).buckets(buckets.to_vec());
		register(HistogramVec::new(opts, labels)?, self.0)
	}
}

fn opts(name: &str, help: &str) -> Opts {
	Opts::new(format!("strata_feeder_{name}"), help)
}

/// Why all reports would be refused, as metrics have it.
pub const BARS: [&str; 4] = ["not_bonded", "bond_too_low", "leaving", "jailed"];

impl Metrics {
	/// Registers all metrics.
	///
	/// # Errors
	/// If one of the same name is registered already.
	pub fn new(registry: &Registry) -> Result<Self, PrometheusError> {
		let all = Registrar(registry);
		let (feed, source) = (["feed"], ["feed", "source"]);
		Ok(Self {
			source_price: all.gauges("source_price", "Last price of a source", &source)?,
			source_age: all.gauges(
				"source_age_seconds",
				"Age of the last price of a source",
				&source,
			)?,
			source_usable: all.gauges(
				"source_usable",
				"2 if the price of a source counts and agrees with the others, 1 if it counts and \
				 does not agree, 0 if it does not count",
				&source,
			)?,
			source_errors: all.counters(
				"source_errors_total",
				"Questions that a source did not answer, by reason",
				&["feed", "source", "reason"],
			)?,
			source_latency: all.histograms(
				"source_latency_seconds",
				"Time from a question to the answer or the failure",
				&source,
				&LATENCIES,
			)?,
			feed_price: all.gauges(
				"price",
				"Price of a feed now, by its own sources; absent if there is none",
				&feed,
			)?,
			feed_sources: all.gauges("sources", "Sources that the price rests on", &feed)?,
			feed_reported_price: all.gauges(
				"reported_price",
				"Price of the last report that was accepted",
				&feed,
			)?,
			feed_reported_at: all.gauges(
				"reported_timestamp_seconds",
				"When the last report that was accepted was observed",
				&feed,
			)?,
			feed_deviation: all.gauges(
				"deviation_bps",
				"How far the price is from the last report",
				&feed,
			)?,
			feed_held: all.gauges(
				"held",
				"1 while a price that would be reported is held back, by reason",
				&["feed", "reason"],
			)?,
			reports: all.counters(
				"reports_total",
				"Accepted reports, by why they were made",
				&["feed", "reason"],
			)?,
			refusals: all.counters(
				"refusals_total",
				"Refused transactions, by the chain's error",
				&["error"],
			)?,
			unknown_outcomes: all.counter(
				"unknown_outcomes_total",
				"Transactions that were not seen in a block in time",
			)?,
			fees: all.counter(
				"fees_stra_total",
				"Fees paid: for refused reports, and for all that a proxy makes",
			)?,
			balance: all.gauge("balance_stra", "Free balance of the account")?,
			bond: all.gauge("bond_stra", "Bond of the feeder")?,
			barred: all.gauges(
				"barred",
				"1 while the chain would refuse every report, by reason",
				&["reason"],
			)?,
			connected: all.gauge("connected", "1 while connected to a node")?,
			connections: all.counter("connections_total", "Connections made")?,
			head_number: all.gauge("chain_head_number", "Number of the newest block")?,
			head_age: all.gauge("chain_head_age_seconds", "Age of the newest block")?,
		})
	}

	/// The part of one source.
	pub fn source(&self, feed: &str, source: &str) -> SourceMetrics {
		SourceMetrics { all: self.clone(), feed: feed.to_owned(), source: source.to_owned() }
	}

	/// What is known of a source now.
	pub fn source_state(
		&self,
		feed: &str,
		source: &str,
		observation: Option<&Observation>,
		age_ms: u64,
		state: u64,
	) {
		let labels = [feed, source];
		self.source_usable.with_label_values(&labels).set(state);
		if let Some(observation) = observation {
			self.source_price.with_label_values(&labels).set(observation.price.for_display());
			self.source_age.with_label_values(&labels).set(seconds(age_ms));
		}
	}

	/// The price of a feed now, and how many sources it rests on.
	pub fn feed_state(&self, feed: &str, price: Option<Price>, sources: usize) {
		self.feed_sources.with_label_values(&[feed]).set(sources as u64);
		match price {
			Some(price) => self.feed_price.with_label_values(&[feed]).set(price.for_display()),
			// Absent rather than old. An error means that it was absent.
			None => drop(self.feed_price.remove_label_values(&[feed])),
		}
	}

	/// The last accepted report of a feed.
	pub fn reported(&self, feed: &str, price: Price, observed_at: u64) {
		self.feed_reported_price.with_label_values(&[feed]).set(price.for_display());
		self.feed_reported_at.with_label_values(&[feed]).set(seconds(observed_at));
	}

	/// How far the price of a feed is from its last report.
	pub fn deviation(&self, feed: &str, bps: u128) {
		let bps = u64::try_from(bps).unwrap_or(u64::MAX);
		self.feed_deviation.with_label_values(&[feed]).set(bps);
	}

	/// Whether a price of a feed is held back for `reason`, one of `reasons`.
	pub fn held(&self, feed: &str, reasons: &[&str], reason: Option<&str>) {
		for one in reasons {
			let is = u64::from(reason == Some(*one));
			self.feed_held.with_label_values(&[feed, one]).set(is);
		}
	}

	/// A report was accepted.
	pub fn accepted(&self, feed: &str, reason: &str) {
		self.reports.with_label_values(&[feed, reason]).inc();
	}

	/// A transaction was refused.
	pub fn refused(&self, error: &str) {
		self.refusals.with_label_values(&[error]).inc();
	}

	/// Whether all reports would be refused, and why.
	pub fn barred(&self, reason: Option<&str>) {
		for one in BARS {
			self.barred.with_label_values(&[one]).set(u64::from(reason == Some(one)));
		}
	}
}

/// The metrics of one source.
pub struct SourceMetrics {
	all: Metrics,
	feed: String,
	source: String,
}

impl SourceMetrics {
	/// Takes note of an answer.
	pub fn note(&self, result: &Result<Observation, SourceError>, latency: Duration) {
		let labels = [self.feed.as_str(), self.source.as_str()];
		self.all.source_latency.with_label_values(&labels).observe(latency.as_secs_f64());
		if let Err(error) = result {
			let labels = [labels[0], labels[1], error.label()];
			self.all.source_errors.with_label_values(&labels).inc();
		}
	}
}

/// Milliseconds as seconds, for gauges.
pub fn seconds(millis: u64) -> f64 {
	Duration::from_millis(millis).as_secs_f64()
}

#[cfg(test)]
mod tests {
	use substrate_prometheus_endpoint::prometheus::TextEncoder;

	use super::*;

	#[test]
	fn what_happens_is_there_to_be_read() {
		let registry = Registry::new();
		let metrics = Metrics::new(&registry).unwrap();
		let price = Price::from_inner(83_250_000_000_000_000_000).unwrap();
		let observation = Observation { price, observed_at: 1_000 };
		metrics.source("WTI", "one").note(&Ok(observation), Duration::from_millis(70));
		metrics.source("WTI", "one").note(&Err(SourceError::NotFound), Duration::from_millis(70));
		metrics.source_state("WTI", "one", Some(&observation), 2_500, 2);
		metrics.feed_state("WTI", Some(price), 3);
		metrics.reported("WTI", price, 1_764_385_933_123);
		metrics.accepted("WTI", "moved");
		metrics.refused("Oracle.Jailed");
		metrics.barred(Some("jailed"));
		metrics.held("WTI", &["bounds", "age"], Some("age"));
		let text = || TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
		for line in [
			r#"strata_feeder_source_price{feed="WTI",source="one"} 83.25"#,
			r#"strata_feeder_source_age_seconds{feed="WTI",source="one"} 2.5"#,
			r#"strata_feeder_source_errors_total{feed="WTI",reason="not_found",source="one"} 1"#,
			r#"strata_feeder_source_latency_seconds_count{feed="WTI",source="one"} 2"#,
			r#"strata_feeder_price{feed="WTI"} 83.25"#,
			r#"strata_feeder_reported_timestamp_seconds{feed="WTI"} 1764385933.123"#,
			r#"strata_feeder_reports_total{feed="WTI",reason="moved"} 1"#,
			r#"strata_feeder_refusals_total{error="Oracle.Jailed"} 1"#,
			r#"strata_feeder_barred{reason="jailed"} 1"#,
			r#"strata_feeder_barred{reason="leaving"} 0"#,
			r#"strata_feeder_held{feed="WTI",reason="age"} 1"#,
			r#"strata_feeder_held{feed="WTI",reason="bounds"} 0"#,
		] {
			assert!(text().contains(line), "{line} in\n{}", text());
		}
		metrics.feed_state("WTI", None, 0);
		assert!(!text().contains("strata_feeder_price{"), "absent, not old");
		assert!(Metrics::new(&registry).is_err(), "not twice");
	}
}
