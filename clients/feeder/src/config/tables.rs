//! The configuration file as it is written: tables of TOML. What they mean together is checked in
//! `check.rs`.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

use super::Span;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tables {
	/// Who reports.
	pub account: Account,
	/// To which chain.
	pub chain: Chain,
	/// Where the metrics are served.
	#[serde(default)]
	pub metrics: Metrics,
	/// What is logged.
	#[serde(default)]
	pub log: Log,
	/// What is reported.
	#[serde(default, rename = "feed")]
	pub feeds: Vec<Feed>,
}

/// The key that signs: exactly one of `keystore`, `seed_file` and `uri`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
	/// A key as polkadot-js exports it: JSON, encrypted.
	pub keystore: Option<PathBuf>,
	/// The file with the password of `keystore`.
	pub password_file: Option<PathBuf>,
	/// The environment variable with the password of `keystore`.
	pub password_env: Option<String>,
	/// A file with a secret phrase, a seed in hexadecimal or a secret URI.
	pub seed_file: Option<PathBuf>,
	/// A key of the development phrase, e.g. `//Feeder1`. Everybody has these keys.
	pub uri: Option<String>,
	/// The account that is bonded, if the key is not its own but that of a proxy: its address.
	pub reports_for: Option<String>,
}

/// The chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
	/// WebSocket addresses of nodes, tried in turn.
	pub endpoints: Vec<String>,
	/// Whether a node on another machine may be spoken to without TLS.
	#[serde(default)]
	pub allow_insecure: bool,
	/// The hash of the genesis block: no other chain is reported to.
	pub genesis: Option<String>,
	/// Whose clock observations are dated with.
	#[serde(default)]
	pub clock: Clock,
	/// How often it is decided whether to report.
	pub tick: Option<Span>,
	/// How old the newest block may be: older, nothing is sent, and another node is tried.
	pub stall_after: Option<Span>,
	/// How long the node is given for an answer, and for the connection.
	pub answer_within: Option<Span>,
	/// How many blocks a transaction is valid for: 4 to 64, a power of two.
	pub mortality: Option<u64>,
	/// How long to wait for a transaction to be in a block.
	pub submit_within: Option<Span>,
	/// How often the chain is asked about feeds, bond and balance.
	pub refresh: Option<Span>,
	/// Whether to take up work again by itself when a jail is over.
	#[serde(default)]
	pub unjail: bool,
}

/// Whose clock observations are dated with.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
	/// This machine's.
	#[default]
	System,
	/// The chain's, whose clock does not run with the world's: a development chain that seals blocks at
	/// will.
	Chain,
}

/// The metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
	/// Whether they are served.
	pub enabled: bool,
	/// Address and port.
	pub listen: String,
	/// Whether `listen` may be an address that other machines reach.
	pub allow_remote: bool,
}

impl Default for Metrics {
	fn default() -> Self {
		Self { enabled: true, listen: "127.0.0.1:9616".into(), allow_remote: false }
	}
}

/// The log.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
	/// How a line looks.
	pub format: LogFormat,
	/// What is logged, as `RUST_LOG` is written. `RUST_LOG` itself goes before it.
	pub filter: Option<String>,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
	/// For people.
	#[default]
	Text,
	/// For programs: one JSON object a line.
	Json,
}

/// One feed of the chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
	/// Its number on the chain.
	pub id: u32,
	/// What it is called in logs and metrics.
	pub name: String,
	/// How many sources must agree: a majority of them if it is not given.
	pub minimum_sources: Option<u32>,
	/// How far a source may be from the median of all, basis points of the median.
	pub maximum_spread_bps: u16,
	/// A report is due when the price has moved by so much since the last, basis points.
	pub deviation_bps: u16,
	/// A report is due when the last one was observed so long ago.
	pub heartbeat: Span,
	/// Least time between two reports.
	pub minimum_interval: Option<Span>,
	/// Least half-width of a report, basis points of the price.
	#[serde(default)]
	pub half_width_bps: u16,
	/// A feed that is not due yet goes along with one that is if it will be within this time.
	pub join_within: Option<Span>,
	/// Where the price comes from.
	#[serde(default, rename = "source")]
	pub sources: Vec<Source>,
}

/// One source of a price: exactly one of `http`, `csv` and `command`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
	/// What it is called in logs and metrics.
	pub name: String,
	/// How often it is asked.
	pub every: Span,
	/// How long it is given to answer.
	pub timeout: Option<Span>,
	/// How old its last answer may be.
	pub maximum_age: Span,
	/// For how long its price may stay the very same; without it, for ever.
	pub maximum_unchanged: Option<Span>,
	/// Its number is multiplied by 10 to this power: −2 for cents.
	#[serde(default)]
	pub power_of_ten: i32,
	/// JSON over HTTP.
	pub http: Option<Http>,
	/// A file that is played.
	pub csv: Option<Csv>,
	/// A program that prints a price.
	pub command: Option<Command>,
}

/// JSON over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
	/// What is asked for with GET.
	pub url: String,
	/// Where the price is: a JSONPath expression that finds exactly one number, or a string that is one.
	pub price: String,
	/// Where the time of the price is, alike.
	pub time: Option<String>,
	/// What the number at `time` counts.
	#[serde(default)]
	pub time_unit: TimeUnit,
	/// Longest answer, bytes.
	pub maximum_bytes: Option<u64>,
	/// Headers and what they say.
	#[serde(default)]
	pub headers: BTreeMap<String, String>,
	/// Headers and the environment variable that says it: for secrets.
	#[serde(default)]
	pub header_env: BTreeMap<String, String>,
	/// Whether another machine may be asked without TLS.
	#[serde(default)]
	pub allow_plain: bool,
	/// Whether to go through the proxy that the environment names.
	#[serde(default)]
	pub system_proxy: bool,
}

/// What a time counts since 1970.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
	/// Milliseconds.
	#[default]
	Ms,
	/// Seconds, with or without decimals.
	S,
}

/// A file that is played: a row after another, each as if it were observed now.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Csv {
	/// The file. Its first line names the columns.
	pub path: PathBuf,
	/// The column of the price.
	pub price: String,
	/// How long a row is the price.
	pub pace: Span,
	/// The row to begin with, counted from 0.
	#[serde(default)]
	pub start: usize,
	/// What happens after the last row.
	#[serde(default)]
	pub end: End,
}

/// What happens after the last row.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum End {
	/// The source has no price any more.
	#[default]
	Stop,
	/// The last row stays.
	Hold,
	/// The first row follows.
	Repeat,
}

/// A program that prints a price and ends with 0.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
	/// The program: an absolute path.
	pub program: PathBuf,
	/// Its arguments. No shell looks at them.
	#[serde(default)]
	pub arguments: Vec<String>,
	/// Where the price is, if it prints JSON. Without it, it prints the number alone.
	pub price: Option<String>,
	/// Where the time of the price is, if it prints JSON.
	pub time: Option<String>,
	/// What the number at `time` counts.
	#[serde(default)]
	pub time_unit: TimeUnit,
	/// Longest output, bytes.
	pub maximum_bytes: Option<u64>,
	/// Environment variables that it gets. No others, but for `PATH`.
	#[serde(default)]
	pub environment: Vec<String>,
}
