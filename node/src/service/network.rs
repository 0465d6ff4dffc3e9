//! What the node adds to every Substrate node's network: GRANDPA's votes and warp sync.

use super::{partial::Grandpa, Block, FullBackend, FullClient, Hash};
use sc_client_api::HeaderBackend;
use sc_network::{
	config::FullNetworkConfiguration, NetworkBackend, NotificationMetrics, NotificationService,
	ProtocolName,
};
use sc_service::{Configuration, WarpSyncConfig};
use std::sync::Arc;

/// A network that can be started.
pub struct Prepared<N: NetworkBackend<Block, Hash>> {
	/// Its configuration and protocols.
	pub config: FullNetworkConfiguration<Block, Hash, N>,
	/// Counts its notifications.
	pub metrics: NotificationMetrics,
	/// Proves finality to nodes that join. `None` without GRANDPA.
	pub warp_sync: Option<WarpSyncConfig<Block>>,
	/// For GRANDPA's voter. `None` without GRANDPA, or if the node does not take part in it.
	pub votes: Option<Votes>,
}

/// The protocol of GRANDPA's votes.
pub struct Votes {
	/// Its name on this chain.
	pub protocol: ProtocolName,
	/// Sends and receives the votes.
	pub notifications: Box<dyn NotificationService>,
}

/// Prepares the network.
pub fn prepare<N: NetworkBackend<Block, Hash>>(
	config: &Configuration,
	client: &FullClient,
	backend: &Arc<FullBackend>,
	grandpa: Option<&Grandpa>,
) -> Prepared<N> {
	let registry = config.prometheus_registry();
	let mut network = FullNetworkConfiguration::new(&config.network, registry.cloned());
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

	Prepared { config: network, metrics, warp_sync, votes }
}
