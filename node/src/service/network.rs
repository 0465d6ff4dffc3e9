//! What the node adds to every Substrate node's network: GRANDPA's votes and warp sync.

use super::{door::Door, partial::Grandpa, Block, FullBackend, FullClient, FullImportQueue, Hash};
use sc_client_api::HeaderBackend;
use sc_network::{
	config::FullNetworkConfiguration, error::Error as NetworkError, NetworkBackend,
	NotificationMetrics, NotificationService, ProtocolName,
};
use sc_service::{
	error::Error as ServiceError, BuildNetworkParams, Configuration, TaskManager, WarpSyncConfig,
};
use std::sync::Arc;

/// A network that can be started.
pub struct Prepared<N: NetworkBackend<Block, Hash>> {
	/// Its configuration and protocols.
	config: FullNetworkConfiguration<Block, Hash, N>,
	/// Counts its notifications.
	metrics: NotificationMetrics,
	/// Proves finality to nodes that join. `None` without GRANDPA.
	warp_sync: Option<WarpSyncConfig<Block>>,
	/// For GRANDPA's voter. `None` without GRANDPA, or if the node does not take part in it.
	votes: Option<Votes>,
}

/// What a network is started with.
pub type Parameters<'a, N> = BuildNetworkParams<'a, Block, N, Door, FullImportQueue, FullClient>;

impl<N: NetworkBackend<Block, Hash>> Prepared<N> {
	/// What it is started with, and what GRANDPA's voter gets.
	pub fn parameters<'a>(
		self,
		config: &'a Configuration,
		client: Arc<FullClient>,
		pool: Arc<Door>,
		import_queue: FullImportQueue,
		task_manager: &TaskManager,
	) -> (Parameters<'a, N>, Option<Votes>) {
		let parameters = BuildNetworkParams {
			config,
			net_config: self.config,
			client,
			transaction_pool: pool,
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: self.warp_sync,
			block_relay: None,
			metrics: self.metrics,
			gap_sync_body_policy: None,
		};
		(parameters, self.votes)
	}
}

/// The protocol of GRANDPA's votes.
pub struct Votes {
	/// Its name on this chain.
	pub protocol: ProtocolName,
	/// Sends and receives the votes.
	pub notifications: Box<dyn NotificationService>,
}

/// Prepares the network.
///
/// # Errors
///
/// A key of the network that cannot be read, and addresses that cannot be used.
pub fn prepare<N: NetworkBackend<Block, Hash>>(
	config: &Configuration,
	client: &FullClient,
	backend: &Arc<FullBackend>,
	grandpa: Option<&Grandpa>,
) -> Result<Prepared<N>, ServiceError> {
	let registry = config.prometheus_registry();
	let mut network = FullNetworkConfiguration::new(&config.network, registry.cloned());
	// `build_network` finds these out too, but only when it has started to sync, and that task panics if it
	// loses those that it serves.
	config.network.node_key.clone().into_keypair().map_err(NetworkError::from)?;
	network.sanity_check_addresses()?;
	network.sanity_check_bootnodes()?;
	let metrics = N::register_notification_metrics(registry);

	// A protocol that nobody serves would end every connection.
	let votes = grandpa.filter(|_| !config.disable_grandpa).map(|_| {
		let genesis = client.info().genesis_hash;
		let protocol = sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
		let (protocol_config, notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
			protocol.clone(),
			metrics.clone(),
			network.peer_store_handle(),
		);
		network.add_notification_protocol(protocol_config);
		Votes { protocol, notifications }
	});
	let warp_sync = grandpa.map(|grandpa| {
		WarpSyncConfig::WithProvider(Arc::new(
			sc_consensus_grandpa::warp_proof::NetworkProvider::new(
				backend.clone(),
				grandpa.link.shared_authority_set().clone(),
				Vec::new(),
			),
		))
	});

	Ok(Prepared { config: network, metrics, warp_sync, votes })
}
