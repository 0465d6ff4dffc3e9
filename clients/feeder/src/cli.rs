//! Arguments, and what is done with them.

use std::{io::IsTerminal, path::PathBuf, time::Duration};

use clap::{Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::{
	app::{self, Exit, Options},
	chain::Identity,
	config::{Config, Log, LogFormat, Span},
	keys,
};

/// Reports prices from outside sources to the oracle of a Strata chain.
///
/// Ends with 0 when it was told to, 1 if something of the machine is in the way, 2 if arguments or
/// configuration are wrong, 3 without a key, 4 without a chain, 5 if the chain refused what `run --once`
/// reports, 6 if a feed has no price in `run --once` or `check-config --probe`, or none that the chain would
/// take.
#[derive(Debug, Parser)]
#[command(name = "strata-feeder", version)]
pub struct Arguments {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Report prices until the end is asked for (SIGTERM, Ctrl-C).
	Run(Run),
	/// Say whether a configuration holds together, and what is wrong with it.
	CheckConfig(CheckConfig),
	/// Print the address of the account that the configuration's key belongs to.
	Address(File),
}

/// The configuration.
#[derive(Clone, Debug, clap::Args)]
pub struct File {
	/// The configuration: a file in TOML.
	#[arg(long, short, env = "STRATA_FEEDER_CONFIG", value_name = "FILE")]
	pub config: PathBuf,
}

/// Reporting.
#[derive(Debug, clap::Args)]
pub struct Run {
	/// The configuration.
	#[command(flatten)]
	pub file: File,
	/// Sign reports and let a node look at them, but send nothing.
	#[arg(long)]
	pub dry_run: bool,
	/// Report every feed once, and end.
	#[arg(long)]
	pub once: bool,
	/// How long --once waits for the sources.
	#[arg(long, value_name = "SPAN", default_value = "30s", value_parser = Span::parse)]
	pub patience: Span,
	/// How a line of the log looks, whatever the configuration says.
	#[arg(long, value_name = "FORMAT")]
	pub log_format: Option<Format>,
}

/// Checking.
#[derive(Debug, clap::Args)]
pub struct CheckConfig {
	/// The configuration.
	#[command(flatten)]
	pub file: File,
	/// Also ask every source once.
	#[arg(long)]
	pub probe: bool,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
	/// For people.
	Text,
	/// For programs: one JSON object a line.
	Json,
}

/// Does what the arguments say.
pub async fn execute(arguments: Arguments) -> Exit {
	match arguments.command {
		Command::Run(run) => match load(&run.file) {
			Ok(config) => start(config, &run).await,
			Err(exit) => exit,
		},
		Command::CheckConfig(check) => match load(&check.file) {
			Ok(config) => inspect(&config, check.probe).await,
			Err(exit) => exit,
		},
		Command::Address(file) => match load(&file) {
			Ok(config) => address(&config),
			Err(exit) => exit,
		},
	}
}

fn load(file: &File) -> Result<Config, Exit> {
	Config::load(&file.config).map_err(|error| {
		eprintln!("{error}");
		Exit::Configuration
	})
}

fn key(config: &Config) -> Result<subxt_signer::sr25519::Keypair, Exit> {
	keys::load(&config.key, &|name| std::env::var(name).ok()).map_err(|error| {
		eprintln!("{error}");
		Exit::Key
	})
}

async fn start(config: Config, run: &Run) -> Exit {
	let format = match run.log_format {
		Some(Format::Text) => LogFormat::Text,
		Some(Format::Json) => LogFormat::Json,
		None => config.log.format,
	};
	if let Err(problem) = start_log(&config.log, format) {
		eprintln!("log: {problem}");
		return Exit::Configuration;
	}
	let identity = match key(&config) {
		Ok(key) => Identity { key, reports_for: config.reports_for },
		Err(exit) => return exit,
	};
	let patience: Duration = run.patience.as_std();
	app::run(config, identity, Options { dry_run: run.dry_run, once: run.once, patience }).await
}

async fn inspect(config: &Config, probe: bool) -> Exit {
	if let Err(problem) = filter(&config.log) {
		eprintln!("log: {problem}");
		return Exit::Configuration;
	}
	let sources: usize = config.feeds.iter().map(|feed| feed.sources.len()).sum();
	println!("the configuration holds together: {} feeds, {sources} sources", config.feeds.len());
	match probe {
		true => app::probe(config).await,
		false => Exit::Done,
	}
}

fn address(config: &Config) -> Exit {
	match key(config) {
		Ok(key) => {
			println!("{}", key.public_key().to_account_id());
			Exit::Done
		},
		Err(exit) => exit,
	}
}

fn filter(log: &Log) -> Result<EnvFilter, String> {
	let text = log.filter.as_deref().unwrap_or("info");
	EnvFilter::try_new(text).map_err(|error| error.to_string())
}

/// Logs to the standard error output, as `RUST_LOG` or the configuration says.
fn start_log(log: &Log, format: LogFormat) -> Result<(), String> {
	let filter = match std::env::var_os(EnvFilter::DEFAULT_ENV) {
		Some(_) => EnvFilter::try_from_default_env().map_err(|error| error.to_string())?,
		None => filter(log)?,
	};
	let builder = tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_writer(std::io::stderr)
		.with_ansi(std::io::stderr().is_terminal());
	match format {
		LogFormat::Text => builder.try_init(),
		LogFormat::Json => builder.json().flatten_event(true).try_init(),
	}
	.map_err(|error| error.to_string())
}
