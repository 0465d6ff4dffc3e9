//! The full node.
//!
//! [`partial`] opens the database and sets up what imports blocks, which is all that commands on
//! the database need. [`new_full`] adds the rest: the [`network`], the RPC server, and the tasks of
//! [`consensus`], or [`sealing`] in their stead.

mod checks;
mod consensus;
pub mod door;
mod equivocations;
pub mod kept;
mod network;
mod paced;
mod partial;
pub mod pool;
mod voting;

pub use partial::{new_partial, Consensus, Grandpa, Partial};

use crate::{cli::StrataOptions, disk, inherents::Clock, keystore, metrics, rpc, sealing};
use futures::FutureExt;
use sc_client_api::Backend;
use sc_executor::WasmExecutor;
use sc_network::{service::traits::NetworkService, NetworkBackend};
use sc_network_sync::SyncingService;
use sc_service::{
	error::Error as ServiceError, Configuration, Role, SpawnTasksParams, TaskManager,
};
use sc_telemetry::{Telemetry, TelemetryHandle};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::KeystorePtr;
use sp_runtime::{generic, traits::BlakeTwo256, OpaqueExtrinsic};
use std::sync::Arc;
use substrate_prometheus_endpoint::Registry;

/// A block's number.
pub type BlockNumber = u32;
/// A block's hash.
pub type Hash = sp_core::H256;
/// A block whose extrinsics only the runtime can read: the node follows any runtime upgrade.
pub type Block = generic::Block<Header, OpaqueExtrinsic>;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// An account.
pub type AccountId = sp_runtime::AccountId32;
/// An amount of the native token.
pub type Balance = u128;
/// How many transactions an account has signed.
pub type Nonce = u32;

/// Runs the runtime.
pub type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// The chain.
pub type FullClient = sc_service::TFullClient<Block, strata_runtime::RuntimeApi, Executor>;
/// Chooses the best chain.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// Transactions that wait for a block.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
/// Checks and imports blocks of other nodes.
pub type FullImportQueue = sc_consensus::DefaultImportQueue<Block>;

/// Blocks between justifications that are kept and sent along with their block, so that finality can
/// be proved without asking the authorities.
const JUSTIFICATION_PERIOD: u32 = 512;

/// What the tasks of a running node share.
pub struct Shared {
	/// The chain.
	pub client: Arc<FullClient>,
	/// The database.
	pub backend: Arc<FullBackend>,
	/// Transactions that wait for a block.
	pub pool: Arc<FullPool>,
	/// Chooses the best chain.
	pub select_chain: FullSelectChain,
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// The network.
	pub network: Arc<dyn NetworkService>,
	/// What the network knows of the chain.
	pub sync: Arc<SyncingService<Block>>,
	/// Where metrics are registered, if they are served.
	pub registry: Option<Registry>,
	/// Where telemetry goes, if anywhere.
	pub telemetry: Option<TelemetryHandle>,
	/// Whether the node is an authority.
	pub role: Role,
}

impl Shared {
	/// A pool for what the runtime and the node submit themselves.
	pub fn offchain_pool(&self) -> OffchainTransactionPoolFactory<Block> {
		OffchainTransactionPoolFactory::new(self.pool.clone())
	}

	/// Makes blocks of the pool's transactions.
	pub fn proposer(
		&self,
		task_manager: &TaskManager,
	) -> sc_basic_authorship::ProposerFactory<FullPool, FullClient> {
		sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			self.client.clone(),
			self.pool.clone(),
			self.registry.as_ref(),
			self.telemetry.clone(),
		)
	}
}

/// Starts a full node.
pub fn new_full<N: NetworkBackend<Block, Hash>>(
	config: Configuration,
	options: StrataOptions,
) -> Result<TaskManager, ServiceError> {
	let clock = if options.sealing.is_some() { Clock::Sealed } else { Clock::Wall };
	let Partial {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		pool,
		consensus,
		mut telemetry,
	} = new_partial(&config, clock, options.fork_aware)?;

	disk::watch(options, &config, &backend, &task_manager)?;

	match options.sealing {
		Some(_) => sealing::check_chain(&config, consensus.babe_link.config())?,
		None => sealing::refuse_sealed_database(&client, consensus.babe_link.config())?,
	}

	let network = network::prepare::<N>(&config, &client, &backend, consensus.grandpa.as_ref())?;
	let gate = open_door(&config, options, &client, &pool, &task_manager);
	let peers = door::Door::for_peers(gate.clone());
	let (parameters, votes) =
		network.parameters(&config, client.clone(), peers, import_queue, &task_manager);
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		sc_service::build_network(parameters)?;
	// Whatever fails from here on, the network's tasks are told to end before they lose what they serve.
	task_manager.keep_alive((network.clone(), sync_service.clone()));

	let shared = Shared {
		client: client.clone(),
		backend: backend.clone(),
		pool: pool.clone(),
		select_chain,
		keystore: keystore_container.keystore(),
		network: network.clone(),
		sync: sync_service.clone(),
		registry: config.prometheus_registry().cloned(),
		telemetry: telemetry.as_ref().map(Telemetry::handle),
		role: config.role,
	};
	let producer = Producer::new(&config, options);
	let rpc = rpc::Deps::new(&config, &shared, &consensus, producer.engine());

	start_offchain_workers(&config, &shared, &task_manager)?;
	metrics::start(options, &shared, &task_manager)?;
	if options.hardware_benchmarks {
		benchmark_hardware(&config, &shared, &task_manager);
	}
	sc_service::spawn_tasks(SpawnTasksParams {
		keystore: keystore::checked(shared.keystore.clone(), &config.keystore),
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		transaction_pool: door::Door::for_clients(gate),
		rpc_builder: Box::new(move |executor| Ok(rpc.module(executor)?)),
		network,
		system_rpc_tx,
		tx_handler_controller,
		sync_service,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	producer.start(&shared, &task_manager, consensus, votes)?;
	Ok(task_manager)
}

/// Puts the door before the pool, and has what comes in by it remembered.
fn open_door(
	config: &Configuration,
	options: StrataOptions,
	client: &Arc<FullClient>,
	pool: &Arc<FullPool>,
	task_manager: &TaskManager,
) -> Arc<door::Gate> {
	let spawner = task_manager.spawn_handle();
	let keeper = kept::Keeper::new(options.fork_aware, config.prometheus_registry());
	let gate = door::Gate::new(
		pool.clone(),
		client.clone(),
		options.pool_limit,
		keeper.clone(),
		spawner.clone(),
	);
	kept::start(keeper, gate.clone(), client.clone(), &spawner);
	gate
}

/// What makes blocks, and makes them final.
enum Producer {
	Consensus(consensus::Options),
	Sealing(sealing::Engine),
}

impl Producer {
	fn new(config: &Configuration, options: StrataOptions) -> Self {
		match options.sealing {
			Some(sealing) => Self::Sealing(sealing::Engine::new(sealing)),
			None => Self::Consensus(consensus::Options::new(config)),
		}
	}

	/// Takes the commands of the RPC methods `engine_*`.
	fn engine(&self) -> Option<sealing::Commands> {
		match self {
			Self::Consensus(_) => None,
			Self::Sealing(engine) => Some(engine.commands()),
		}
	}

	fn start(
		self,
		shared: &Shared,
		task_manager: &TaskManager,
		consensus: Consensus,
		votes: Option<network::Votes>,
	) -> Result<(), ServiceError> {
		match self {
			Self::Consensus(options) => {
				consensus::start(options, shared, task_manager, consensus, votes)
			},
			Self::Sealing(engine) => engine.start(shared, task_manager, consensus),
		}
	}
}

/// Runs the runtime's offchain worker after every block, unless switched off.
fn start_offchain_workers(
	config: &Configuration,
	shared: &Shared,
	task_manager: &TaskManager,
) -> Result<(), ServiceError> {
	if !config.offchain_worker.enabled {
		return Ok(());
	}

	let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
		runtime_api_provider: shared.client.clone(),
		keystore: Some(shared.keystore.clone()),
		offchain_db: shared.backend.offchain_storage(),
		transaction_pool: Some(shared.offchain_pool()),
		network_provider: Arc::new(shared.network.clone()),
		is_validator: shared.role.is_authority(),
		enable_http_requests: true,
		custom_extensions: |_| Vec::new(),
	})?;
	task_manager.spawn_handle().spawn(
		"offchain-workers-runner",
		"offchain-worker",
		workers.run(shared.client.clone(), task_manager.spawn_handle()).boxed(),
	);
	Ok(())
}

/// Measures the machine, writes the scores to the log and reports them to the telemetry servers.
fn benchmark_hardware(config: &Configuration, shared: &Shared, task_manager: &TaskManager) {
	// No requirements to meet: the figures of Polkadot's reference machine are not Strata's.
	let requirements = sc_sysinfo::Requirements(Vec::new());
	let scores = sc_sysinfo::gather_hwbench(config.database.path(), &requirements);
	sc_sysinfo::print_hwbench(&scores);

	if let Some(telemetry) = shared.telemetry.clone() {
		task_manager.spawn_handle().spawn(
			"telemetry-hwbench",
			None,
			sc_sysinfo::initialize_hwbench_telemetry(telemetry, scores),
		);
	}
}
