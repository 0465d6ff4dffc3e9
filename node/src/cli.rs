//! The command line.

use crate::{
	sealing::Sealing,
	service::{door::Limit, pool::ForkAware},
};
use clap::{ArgMatches, Command, FromArgMatches};
use sc_cli::{
	BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd,
	ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd,
};
use std::num::NonZeroU32;

/// Most transactions in the pool, unless `--pool-limit` says otherwise. More than one of the fullest blocks
/// of transfers, so that the next one is full too; fewer than the 10,240 of which the network remembers,
/// for each peer, that it has them: beyond that it would send all of them again and again.
const POOL_LIMIT: &str = "10000";

/// The whole command line. Without a subcommand a node is run.
#[derive(Debug, clap::Parser)]
#[command(mut_arg("pool_limit", |limit| limit.default_value(POOL_LIMIT)))]
pub struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// How to run a node.
	#[command(flatten)]
	pub run: RunCmd,

	/// How to run a node: Strata's own options.
	#[command(flatten)]
	pub strata: StrataOptions,
}

/// Options of a running node that Substrate's [`RunCmd`] does not have.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct StrataOptions {
	/// Produce blocks on demand instead of by the clock, and without GRANDPA.
	///
	/// For development and tests, on a chain with one authority: `instant` makes a block when
	/// transactions arrive, `manual` when `engine_createBlock` is called, and a number makes one
	/// every so many milliseconds. `instant` and a number finalise at once; `manual`
	/// finalises as its caller says. Transactions wait in the single-state pool, whatever
	/// `--pool-type` says. The chain's time moves by one slot a block, so it soon differs
	/// from the clock; a database made so is not accepted without this option.
	#[arg(long, value_name = "instant|manual|MILLISECONDS")]
	pub sealing: Option<Sealing>,

	/// Measure this machine's processor, memory and disk at start-up, and report them to the
	/// telemetry servers, if any.
	#[arg(long)]
	pub hardware_benchmarks: bool,

	/// Don't serve metrics of the chain's business: deals, prices, lots, disputes, validators.
	/// Substrate's own are served as before; `--no-prometheus` turns off both.
	#[arg(long)]
	pub no_chain_metrics: bool,

	/// Read the metrics of the chain's business at a best block, but at most once in so many
	/// seconds, and not while the node catches up.
	#[arg(long, value_name = "SECONDS", default_value = "10")]
	pub chain_metrics_interval: NonZeroU32,

	/// Stop in order when less than this is free on the disk of the database; 0 to go on until a
	/// write fails.
	#[arg(long, value_name = "MIB", default_value = "512")]
	pub min_free_disk: u64,

	/// What `--pool-limit` and `--pool-kbytes` say: the pool itself is given more room.
	#[arg(skip)]
	pub pool_limit: Limit,

	/// What the options of Substrate say of a fork-aware pool, if that is what they ask for.
	#[arg(skip)]
	pub fork_aware: Option<ForkAware>,
}

/// What the binary can do besides running a node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Generate, inspect and insert keys.
	#[command(subcommand)]
	Key(Key),

	/// Print a chain specification (see also `export-chain-spec`).
	BuildSpec(BuildSpecCmd),

	/// Write a chain specification to a file or to the standard output.
	ExportChainSpec(ExportChainSpecCmd),

	/// Import a block of the database once more.
	CheckBlock(CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(ExportBlocksCmd),

	/// Write the state at a block as a chain specification.
	ExportState(ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(ImportBlocksCmd),

	/// Remove a chain's database.
	PurgeChain(PurgeChainCmd),

	/// Take back the latest blocks, finalised ones excepted.
	Revert(RevertCmd),

	/// Print the best and the finalised block of the database.
	ChainInfo(ChainInfoCmd),
}

/// The SDK's commands on keys, as they are. Its `insert` keeps the type of the key to itself, so that it is read
/// beside it: it must be known before the key is filed.
#[derive(Debug)]
pub struct Key {
	/// What to do.
	pub command: KeySubcommand,

	/// The type of the key to insert, if one is to be inserted.
	pub key_type: Option<String>,
}

impl FromArgMatches for Key {
	fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
		let insert = matches.subcommand_matches("insert");
		let key_type = insert.and_then(|it| it.get_one::<String>("key_type")).cloned();
		Ok(Self { command: KeySubcommand::from_arg_matches(matches)?, key_type })
	}

	fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
		*self = Self::from_arg_matches(matches)?;
		Ok(())
	}
}

impl clap::Subcommand for Key {
	fn augment_subcommands(command: Command) -> Command {
		<KeySubcommand as clap::Subcommand>::augment_subcommands(command)
	}

	fn augment_subcommands_for_update(command: Command) -> Command {
		<KeySubcommand as clap::Subcommand>::augment_subcommands_for_update(command)
	}

	fn has_subcommand(name: &str) -> bool {
		<KeySubcommand as clap::Subcommand>::has_subcommand(name)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::{CommandFactory, Parser};
	use sc_cli::CryptoScheme;

	#[test]
	fn the_command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn every_subcommand_of_the_documentation_is_there() {
		let command = Cli::command();
		for name in [
			"build-spec",
			"export-chain-spec",
			"check-block",
			"export-blocks",
			"export-state",
			"import-blocks",
			"purge-chain",
			"revert",
			"key",
			"chain-info",
		] {
			assert!(command.find_subcommand(name).is_some(), "{name} is missing");
		}
	}

	#[test]
	fn what_is_to_be_inserted_is_known() {
		let key = |args: &[&str]| {
			let args = [&["strata-node", "key"][..], args].concat();
			match Cli::try_parse_from(args).unwrap().subcommand {
				Some(Subcommand::Key(key)) => key,
				other => panic!("{other:?}"),
			}
		};
		let inserted = key(&["insert", "--key-type", "gran", "--scheme", "Ed25519"]);
		assert_eq!(inserted.key_type.as_deref(), Some("gran"));
		let KeySubcommand::Insert(insert) = inserted.command else { panic!("another command") };
		assert_eq!(insert.scheme, CryptoScheme::Ed25519);
		assert_eq!(key(&["generate"]).key_type, None);
	}

	#[test]
	fn metrics_of_the_chain_are_on_unless_turned_off() {
		let options = |args: &[&str]| Cli::try_parse_from(args).map(|cli| cli.strata);

		let usual = options(&["strata-node", "--dev"]).unwrap();
		assert!(!usual.no_chain_metrics);
		assert_eq!(usual.chain_metrics_interval.get(), 10);
		let off = options(&["strata-node", "--dev", "--no-chain-metrics"]).unwrap();
		assert!(off.no_chain_metrics);
		assert!(options(&["strata-node", "--dev", "--chain-metrics-interval", "0"]).is_err());
	}

	#[test]
	fn the_pool_holds_what_gossip_remembers_unless_told_otherwise() {
		let limit = |args: &[&str]| Cli::try_parse_from(args).unwrap().run.pool_config.pool_limit;

		assert_eq!(limit(&["strata-node", "--dev"]), 10_000);
		assert_eq!(limit(&["strata-node", "--dev", "--pool-limit", "8192"]), 8_192);
	}

	#[test]
	fn sealing_is_off_unless_asked_for() {
		let sealing = |args: &[&str]| Cli::try_parse_from(args).map(|cli| cli.strata.sealing);

		assert_eq!(sealing(&["strata-node", "--dev"]).unwrap(), None);
		assert_eq!(
			sealing(&["strata-node", "--dev", "--sealing", "manual"]).unwrap(),
			Some(Sealing::Manual)
		);
		assert!(sealing(&["strata-node", "--dev", "--sealing", "sometimes"]).is_err());
	}
}
