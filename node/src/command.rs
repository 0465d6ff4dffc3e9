//! Does what the command line asks for.

use crate::{
	chain_spec,
	cli::{Cli, Key, StrataOptions, Subcommand},
	disk,
	inherents::Clock,
	keystore, sealing,
	service::{self, door::Limit, pool::ForkAware, Block, FullBackend, FullClient, Partial},
};
use sc_cli::{
	ChainSpec, Error, KeySubcommand, Result, RunCmd, Runner, SubstrateCli, TransactionPoolType,
};
use sc_network::config::NetworkBackendType;
use sc_service::{Configuration, TaskManager};
use std::{future::Future, sync::Arc, time::Duration};

/// How long a transaction that was wrong is not looked at again, if the command line says nothing of it: five slots. The
/// SDK's half an hour outlives the fork on which it was wrong, because a block of that fork had it already.
const BAN_SECONDS: u64 = 30;

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Strata Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		"The Strata authors".into()
	}

	fn support_url() -> String {
		"the documentation in docs/ of the source".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn ChainSpec>, String> {
		Ok(Box::new(chain_spec::load(id)?))
	}
}

/// Reads the command line and does what it says.
pub fn run() -> Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli),
		Some(subcommand) => run_subcommand(&cli, subcommand),
	}
}

/// Runs a node until it fails or is told to stop (`SIGINT`, `SIGTERM`).
fn run_node(cli: &Cli) -> Result<()> {
	let pool_limit = pool_limit(cli);
	let fork_aware = fork_aware(&run_command(cli));
	let options = StrataOptions { pool_limit, fork_aware, ..cli.strata };
	let explain = |error| with_folder(error, cli);
	let runner = cli.create_runner(&run_command(cli)).map_err(explain)?;
	disk::explain_failures();
	let ended = runner.run_node_until_exit(|config| async move { start_node(config, options) });
	ended.map_err(explain)
}

/// Names the folder that the system complains of and what to do, unless somebody has done so.
fn with_folder(error: Error, cli: &Cli) -> Error {
	let reason = error.to_string();
	let Some(advice) = disk::advice(&reason).filter(|_| !reason.contains(": ")) else {
		return error;
	};
	let folder = match &cli.run.shared_params.base_path {
		Some(folder) => format!("the folder {} of --base-path", folder.display()),
		None => "the usual folder of nodes".into(),
	};
	Error::Input(format!("{folder} {advice} ({reason})"))
}

/// What the user wants the pool of transactions to hold at most.
fn pool_limit(cli: &Cli) -> Limit {
	let asked = &cli.run.pool_config;
	Limit { count: asked.pool_limit, kilobytes: asked.pool_kbytes }
}

/// How to run a node, with the pool of transactions that suits how it makes blocks, and more room in it than
/// its door lets anybody use.
///
/// Blocks that are sealed on demand never fork, and nothing but a transaction may bring the next one.
/// The fork-aware pool keeps what arrives between two of its views for the next view, which comes with
/// the next block: the transaction and the block would wait for each other.
fn run_command(cli: &Cli) -> RunCmd {
	let mut run = cli.run.clone();
	let room = pool_limit(cli).behind();
	(run.pool_config.pool_limit, run.pool_config.pool_kbytes) = (room.count, room.kilobytes);
	if cli.strata.sealing.is_some() {
		run.pool_config.pool_type = TransactionPoolType::SingleState;
	}
	run
}

/// What the command line says of a fork-aware pool. As in the SDK, a development chain bans nothing.
fn fork_aware(run: &RunCmd) -> Option<ForkAware> {
	let asked = &run.pool_config;
	if !matches!(asked.pool_type, TransactionPoolType::ForkAware) {
		return None;
	}
	let usual = if run.shared_params.is_dev() { 0 } else { BAN_SECONDS };
	let ban = Duration::from_secs(asked.tx_ban_seconds.unwrap_or(usual));
	let room = Limit { count: asked.pool_limit, kilobytes: asked.pool_kbytes };
	Some(ForkAware { room, ban })
}

/// The network backend is a type, so the choice is made here.
fn start_node(config: Configuration, options: StrataOptions) -> Result<TaskManager> {
	use sc_network::{Litep2pNetworkBackend, NetworkWorker};

	let task_manager = match config.network.network_backend {
		NetworkBackendType::Litep2p => service::new_full::<Litep2pNetworkBackend>(config, options)?,
		NetworkBackendType::Libp2p => {
			service::new_full::<NetworkWorker<Block, service::Hash>>(config, options)?
		},
	};
	Ok(task_manager)
}

fn run_subcommand(cli: &Cli, subcommand: &Subcommand) -> Result<()> {
	match subcommand {
		Subcommand::Key(key) => run_key(cli, key),
		Subcommand::BuildSpec(command) => cli
			.create_runner(command)?
			.sync_run(|config| command.run(config.chain_spec, config.network)),
		Subcommand::ExportChainSpec(command) => command.run(cli.load_spec(&command.chain)?),
		Subcommand::PurgeChain(command) => {
			cli.create_runner(command)?.sync_run(|config| command.run(config.database))
		},
		Subcommand::ChainInfo(command) => {
			cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
		},
		Subcommand::CheckBlock(command) => with_client(cli.create_runner(command)?, |_, node| {
			command.run(node.client, node.import_queue)
		}),
		Subcommand::ImportBlocks(command) => with_client(cli.create_runner(command)?, |_, node| {
			command.run(node.client, node.import_queue)
		}),
		Subcommand::ExportBlocks(command) => {
			with_client(cli.create_runner(command)?, |config, node| {
				command.run(node.client, config.database)
			})
		},
		Subcommand::ExportState(command) => {
			with_client(cli.create_runner(command)?, |config, node| {
				command.run(node.client, config.chain_spec)
			})
		},
		Subcommand::Revert(command) => with_client(cli.create_runner(command)?, |_, node| {
			command.run(node.client, node.backend, Some(Box::new(revert_consensus)))
		}),
	}
}

/// Inserts a key only if it is one of the chain's sessions, as what it is.
fn run_key(cli: &Cli, key: &Key) -> Result<()> {
	if let (KeySubcommand::Insert(insert), Some(key_type)) = (&key.command, &key.key_type) {
		keystore::check_scheme(key_type, insert.scheme).map_err(Error::Input)?;
	}
	key.command.run(cli)
}

/// What a command on the database needs of a node.
struct Database {
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
	import_queue: service::FullImportQueue,
}

/// Opens the database and runs a command on it.
fn with_client<F>(
	runner: Runner<Cli>,
	command: impl FnOnce(Configuration, Database) -> F,
) -> Result<()>
where
	F: Future<Output = Result<()>>,
{
	runner.async_run(|config| {
		let Partial { client, backend, import_queue, task_manager, .. } =
			service::new_partial(&config, Clock::Wall, None)?;
		let database = Database { client, backend, import_queue };
		Ok((command(config, database), task_manager))
	})
}

/// Takes back what BABE and GRANDPA keep of blocks that are reverted. GRANDPA keeps nothing of sealed ones.
fn revert_consensus(
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
	blocks: service::BlockNumber,
) -> Result<()> {
	sc_consensus_babe::revert(client.clone(), backend, blocks).map_err(Error::from)?;
	if sealing::sealed(&client)?.is_some() {
		return Ok(());
	}
	sc_consensus_grandpa::revert(client, blocks).map_err(Error::from)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[test]
	fn what_the_system_says_of_a_folder_is_said_with_the_folder() {
		let cli = Cli::try_parse_from(["strata-node", "--base-path", "/some/where"]).unwrap();
		let said = |error| with_folder(error, &cli).to_string();

		let file = said(Error::Io(std::io::Error::from_raw_os_error(20)));
		assert!(file.contains("the folder /some/where of --base-path has no place"), "{file}");
		for other in ["the database in / has no place: Not a directory", "Address already in use"] {
			assert!(said(Error::Input(other.into())).ends_with(other));
		}
	}

	#[test]
	fn a_sealed_node_has_a_pool_without_forks() {
		let pool =
			|args: &[&str]| run_command(&Cli::try_parse_from(args).unwrap()).pool_config.pool_type;
		let sealed = pool(&["strata-node", "--dev", "--sealing", "instant"]);
		assert!(matches!(sealed, TransactionPoolType::SingleState));
		assert!(matches!(pool(&["strata-node", "--dev"]), TransactionPoolType::ForkAware));
	}

	#[test]
	fn a_fork_aware_pool_is_as_the_command_line_says() {
		let pool = |args: &[&str]| fork_aware(&run_command(&Cli::try_parse_from(args).unwrap()));
		let dev = pool(&["strata-node", "--dev", "--pool-limit", "100"]).expect("fork-aware");
		let limit = Limit { count: 100, kilobytes: 20_480 };
		assert_eq!((dev.room, dev.ban), (limit.behind(), Duration::ZERO));
		let live = pool(&["strata-node"]).expect("fork-aware");
		assert_eq!(live.ban, Duration::from_secs(BAN_SECONDS));
		let asked = pool(&["strata-node", "--tx-ban-seconds", "5"]).expect("fork-aware");
		assert_eq!(asked.ban, Duration::from_secs(5));
		for other in [&["--pool-type", "single-state"], &["--sealing", "instant"]] {
			assert!(pool(&[&["strata-node"], &other[..]].concat()).is_none(), "{other:?}");
		}
	}
}
