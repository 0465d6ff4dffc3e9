//! Opens the database and sets up what imports blocks.

use super::{
	pool::{self, ForkAware},
	Block, Executor, FullBackend, FullClient, FullImportQueue, FullPool, FullSelectChain,
	JUSTIFICATION_PERIOD,
};
use crate::{
	disk, genesis,
	inherents::{inherents, Clock},
	sealing,
};
use sc_consensus::{
	import_queue::{BoxBlockImport, BoxJustificationImport},
	BlockImport,
};
use sc_consensus_babe::{BabeLink, BabeWorkerHandle};
use sc_consensus_grandpa::{GrandpaPruningFilter, SharedVoterState};
use sc_service::{error::Error as ServiceError, Configuration, KeystoreContainer, TaskManager};
use sc_telemetry::{Telemetry, TelemetryHandle, TelemetryWorker};
use sc_transaction_pool_api::{OffchainTransactionPoolFactory, RejectAllTxPool};
use std::sync::Arc;

/// Telemetry messages that may wait to be sent.
const TELEMETRY_BUFFER: usize = 16;

/// What GRANDPA's voter shares with the rest of the node.
pub struct Grandpa {
	/// Connects it with the import of blocks.
	pub link: sc_consensus_grandpa::LinkHalf<Block, FullClient, FullSelectChain>,
	/// Shows its rounds, once it runs.
	pub voter_state: SharedVoterState,
}

/// A node that can import blocks but does nothing yet.
pub struct Partial {
	/// The chain.
	pub client: Arc<FullClient>,
	/// The database.
	pub backend: Arc<FullBackend>,
	/// Runs and stops the node's tasks.
	pub task_manager: TaskManager,
	/// Checks and imports blocks of other nodes.
	pub import_queue: FullImportQueue,
	/// The node's keys.
	pub keystore_container: KeystoreContainer,
	/// Chooses the best chain.
	pub select_chain: FullSelectChain,
	/// Transactions that wait for a block.
	pub pool: Arc<FullPool>,
	/// What the tasks of consensus need.
	pub consensus: Consensus,
	/// The connection to the telemetry servers, if there are any.
	pub telemetry: Option<Telemetry>,
}

/// What the tasks of consensus share with the import of blocks.
pub struct Consensus {
	/// Imports the node's own blocks.
	pub block_import: BoxBlockImport<Block>,
	/// BABE's epochs and configuration.
	pub babe_link: BabeLink<Block>,
	/// Answers what BABE knows of epochs.
	pub babe_worker: BabeWorkerHandle<Block>,
	/// For GRANDPA's voter. `None` when blocks are sealed on demand.
	pub grandpa: Option<Grandpa>,
}

/// Opens the database and sets up what imports blocks.
///
/// With [`Clock::Sealed`], and if the database was sealed on demand, there is no GRANDPA: blocks are final
/// when the one who seals says so, and no block of another node is expected.
///
/// The pool of transactions is fork-aware if `pool` says what there is to say of it, else that of `config`.
pub fn new_partial(
	config: &Configuration,
	clock: Clock,
	pool: Option<ForkAware>,
) -> Result<Partial, ServiceError> {
	let telemetry = connect_telemetry(config)?;
	let executor = sc_service::new_wasm_executor(&config.executor);
	let (client, backend, keystore_container, task_manager) =
		open(config, telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()), executor)?;
	let client = Arc::new(client);
	genesis::check_validators(&client)?;
	// GRANDPA was not there when blocks were sealed on demand, and cannot begin after them.
	let clock = if sealing::sealed(&client)?.is_some() { Clock::Sealed } else { clock };
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = sc_consensus::LongestChain::new(backend.clone());
	let pool = Arc::new(pool::build(config, &client, &task_manager, pool));
	let parts = Parts {
		config,
		client: &client,
		backend: &backend,
		select_chain: &select_chain,
		task_manager: &task_manager,
		telemetry: telemetry.as_ref().map(Telemetry::handle),
	};
	let (import_queue, consensus) = match clock {
		Clock::Wall => parts.babe_and_grandpa()?,
		Clock::Sealed => parts.babe(clock, client.clone(), None, None)?,
	};

	Ok(Partial {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		pool,
		consensus,
		telemetry,
	})
}

/// Opens the database, and makes the first block if there is none.
fn open(
	config: &Configuration,
	telemetry: Option<TelemetryHandle>,
	executor: Executor,
) -> Result<(FullClient, Arc<FullBackend>, KeystoreContainer, TaskManager), ServiceError> {
	let state = genesis::state(config)?;
	let explain = |error| disk::explain(error, config);

	let mut database = config.db_config();
	// Warp sync starts from justifications: pruning must leave them.
	database.pruning_filters = vec![Arc::new(GrandpaPruningFilter)];
	let backend =
		sc_service::new_db_backend(database).map_err(ServiceError::from).map_err(explain)?;
	let genesis = genesis::builder(state, config, &backend, &executor)?;
	sc_service::new_full_parts_with_genesis_builder(
		config, telemetry, executor, backend, genesis, false,
	)
	.map_err(explain)
}

fn connect_telemetry(
	config: &Configuration,
) -> Result<Option<(TelemetryWorker, Telemetry)>, ServiceError> {
	let Some(endpoints) = config.telemetry_endpoints.clone().filter(|it| !it.is_empty()) else {
		return Ok(None);
	};
	let worker = TelemetryWorker::new(TELEMETRY_BUFFER)?;
	let telemetry = worker.handle().new_telemetry(endpoints);
	Ok(Some((worker, telemetry)))
}

/// What the import of blocks is made of.
struct Parts<'a> {
	config: &'a Configuration,
	client: &'a Arc<FullClient>,
	backend: &'a Arc<FullBackend>,
	select_chain: &'a FullSelectChain,
	task_manager: &'a TaskManager,
	telemetry: Option<TelemetryHandle>,
}

impl Parts<'_> {
	fn babe_and_grandpa(self) -> Result<(FullImportQueue, Consensus), ServiceError> {
		let (grandpa, link) = sc_consensus_grandpa::block_import(
			self.client.clone(),
			JUSTIFICATION_PERIOD,
			self.client,
			self.select_chain.clone(),
			self.telemetry.clone(),
		)?;
		let justifications = Box::new(grandpa.clone());
		let voter_state = SharedVoterState::empty();
		self.babe(Clock::Wall, grandpa, Some(justifications), Some(Grandpa { link, voter_state }))
	}

	/// BABE on top of what imports blocks after it.
	fn babe<Inner>(
		self,
		clock: Clock,
		inner: Inner,
		justification_import: Option<BoxJustificationImport<Block>>,
		grandpa: Option<Grandpa>,
	) -> Result<(FullImportQueue, Consensus), ServiceError>
	where
		Inner: BlockImport<Block, Error = sp_consensus::Error> + Clone + Send + Sync + 'static,
	{
		let client = self.client;
		let babe_config = sc_consensus_babe::configuration(&**client)?;
		let slot_duration = babe_config.slot_duration();

		let (block_import, link) = sc_consensus_babe::block_import(
			babe_config,
			inner,
			client.clone(),
			inherents(self.backend.clone(), slot_duration, clock),
			self.select_chain.clone(),
			// What it would send there proves nothing: `equivocations.rs` reports.
			OffchainTransactionPoolFactory::new(RejectAllTxPool::default()),
		)?;
		let (import_queue, babe_worker) =
			sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
				link: link.clone(),
				block_import: block_import.clone(),
				justification_import,
				client: client.clone(),
				slot_duration,
				spawner: &self.task_manager.spawn_essential_handle(),
				registry: self.config.prometheus_registry(),
				telemetry: self.telemetry,
			})?;

		let block_import = Box::new(block_import);
		Ok((import_queue, Consensus { block_import, babe_link: link, babe_worker, grandpa }))
	}
}
