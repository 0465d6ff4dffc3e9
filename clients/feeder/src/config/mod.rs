//! What the feeder is told to do: a TOML file, read and checked as a whole.

mod check;
mod duration;
pub mod tables;

use std::{
	collections::BTreeMap,
	net::SocketAddr,
	path::{Path, PathBuf},
};

use serde_json_path::JsonPath;
use subxt::utils::AccountId32;

pub use duration::Span;
pub use tables::{Clock, End, Log, LogFormat, TimeUnit};

use crate::{aggregate, decide};

/// A configuration that holds together.
#[derive(Clone, Debug)]
pub struct Config {
	/// The key that signs.
	pub key: KeySource,
	/// The account that is bonded, if the key is that of a proxy for it.
	pub reports_for: Option<AccountId32>,
	/// The chain.
	pub chain: Chain,
	/// Where metrics are served, if they are.
	pub metrics: Option<SocketAddr>,
	/// The log.
	pub log: Log,
	/// What is reported.
	pub feeds: Vec<Feed>,
}

/// Where the key is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeySource {
	/// An encrypted JSON file of polkadot-js.
	Keystore {
		/// The file.
		path: PathBuf,
		/// Its password.
		password: Password,
	},
	/// A file with a secret.
	Seed(PathBuf),
	/// A key of the development phrase.
	Development(String),
}

/// Where a password is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Password {
	/// In a file.
	File(PathBuf),
	/// In an environment variable.
	Environment(String),
}

/// The chain and how it is spoken to.
#[derive(Clone, Debug)]
pub struct Chain {
	/// Nodes, tried in turn.
	pub endpoints: Vec<String>,
	/// Whether a node elsewhere may be spoken to without TLS.
	pub allow_insecure: bool,
	/// The hash of its genesis block, in lower-case hexadecimal with `0x`.
	pub genesis: Option<String>,
	/// Whose clock observations are dated with.
	pub clock: Clock,
	/// How often it is decided whether to report.
	pub tick: Span,
	/// How old the newest block may be.
	pub stall_after: Span,
	/// How long a node is given for an answer.
	pub answer_within: Span,
	/// How many blocks a transaction is valid for.
	pub mortality: u64,
	/// How long to wait for a transaction to be in a block.
	pub submit_within: Span,
	/// How often the chain is asked about feeds, bond and balance.
	pub refresh: Span,
	/// Whether to take up work again when a jail is over.
	pub unjail: bool,
}

/// One feed.
#[derive(Clone, Debug)]
pub struct Feed {
	/// Its number on the chain.
	pub id: u32,
	/// Its name here.
	pub name: String,
	/// How its sources become one price.
	pub aggregation: aggregate::Rules,
	/// When that is reported.
	pub reporting: decide::Rules,
	/// Its sources.
	pub sources: Vec<Source>,
}

/// One source.
#[derive(Clone, Debug)]
pub struct Source {
	/// Its name.
	pub name: String,
	/// How often it is asked.
	pub every: Span,
	/// How long it is given.
	pub timeout: Span,
	/// How old its last answer may be.
	pub maximum_age: Span,
	/// For how long its price may stay the very same.
	pub maximum_unchanged: Option<Span>,
	/// Its number is multiplied by 10 to this power.
	pub power_of_ten: i32,
	/// What it is.
	pub kind: SourceKind,
}

/// What a source is.
#[derive(Clone, Debug)]
pub enum SourceKind {
	/// JSON over HTTP.
	Http(Http),
	/// A file that is played.
	Csv(Csv),
	/// A program.
	Command(Command),
}

/// JSON over HTTP.
#[derive(Clone, Debug)]
pub struct Http {
	/// The address.
	pub url: reqwest::Url,
	/// Where the numbers are.
	pub paths: Paths,
	/// Longest answer, bytes.
	pub maximum_bytes: usize,
	/// Headers.
	pub headers: reqwest::header::HeaderMap,
	/// Whether to go through the proxy that the environment names.
	pub system_proxy: bool,
}

/// Where in a JSON document price and time are.
#[derive(Clone, Debug)]
pub struct Paths {
	/// The price.
	pub price: JsonPath,
	/// Its time.
	pub time: Option<(JsonPath, TimeUnit)>,
}

/// A file that is played.
#[derive(Clone, Debug)]
pub struct Csv {
	/// The file.
	pub path: PathBuf,
	/// The column of the price.
	pub price: String,
	/// How long a row is the price.
	pub pace: Span,
	/// The row to begin with.
	pub start: usize,
	/// What happens after the last.
	pub end: End,
}

/// A program that prints a price.
#[derive(Clone, Debug)]
pub struct Command {
	/// The program.
	pub program: PathBuf,
	/// Its arguments.
	pub arguments: Vec<String>,
	/// Where the numbers are, if it prints JSON.
	pub paths: Option<Paths>,
	/// Longest output, bytes.
	pub maximum_bytes: usize,
	/// The environment it gets.
	pub environment: BTreeMap<String, String>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// The file cannot be read.
	#[error("cannot read {path}: {error}")]
	Unreadable {
		/// The file.
		path: PathBuf,
		/// Why.
		error: std::io::Error,
	},
	/// It is not TOML, or has keys that mean nothing.
	#[error("{0}")]
	Malformed(#[from] Box<toml::de::Error>),
	/// Its parts do not hold together. Every problem is named.
	#[error("{}", .0.join("\n"))]
	Wrong(Vec<String>),
}

impl Config {
	/// Reads and checks a file.
	///
	/// # Errors
	/// [`ConfigError`]; of a file that is well formed, every problem at once.
	pub fn load(path: &Path) -> Result<Self, ConfigError> {
		let text = std::fs::read_to_string(path)
			.map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
		Self::parse(&text, &|name| std::env::var(name).ok())
	}

	/// Checks the text of a configuration, given the variables of the environment.
	///
	/// # Errors
	/// As [`Self::load`].
	pub fn parse(
		text: &str,
		environment: &dyn Fn(&str) -> Option<String>,
	) -> Result<Self, ConfigError> {
		let tables: tables::Tables = toml::from_str(text).map_err(Box::new)?;
		check::check(tables, environment).map_err(ConfigError::Wrong)
	}
}
