//! The tasks of consensus: BABE's author, GRANDPA's voter, and the discovery of authorities.

use super::{
	equivocations, network::Votes, paced::Paced, partial::Grandpa, voting::FromFinal, Block,
	BlockNumber, Consensus, Shared, JUSTIFICATION_PERIOD,
};
use crate::inherents::{inherents, Clock};
use futures::StreamExt;
use sc_authority_discovery::WorkerConfig;
use sc_consensus::import_queue::BoxBlockImport;
use sc_consensus_babe::{BabeLink, BabeParams, SlotProportion};
use sc_consensus_grandpa::{GrandpaParams, VotingRulesBuilder};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_network::{DhtEvent, Event};
use sc_service::{error::Error as ServiceError, Configuration, TaskManager};
use std::{sync::Arc, time::Duration};

/// The part of a slot in which a block is put together: the rest is for it to reach the others. Transactions are added
/// for two thirds of this time, 2.6 s, and the last third is for the state root: see [`Paced`].
const PROPOSAL_PORTION: f32 = 2.0 / 3.0;
/// After empty slots an author gets longer, in case that what it must do did not fit. A slot, not the many that the
/// SDK would let it have: a block that takes longer is late for the next author, who makes another one beside it.
const LONGEST_PROPOSAL: f32 = 1.0;
/// How long GRANDPA gathers messages before it sends them on.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// Blocks that may be without finality before authors make fewer of them.
const FINALITY_SLACK: BlockNumber = 50;

/// What the tasks of consensus take from the command line.
pub struct Options {
	name: String,
	force_authoring: bool,
	discovery: WorkerConfig,
}

impl Options {
	/// Reads them.
	pub fn new(config: &Configuration) -> Self {
		Self {
			name: config.network.node_name.clone(),
			force_authoring: config.force_authoring,
			discovery: WorkerConfig {
				publish_non_global_ips: config.network.allow_non_globals_in_dht,
				public_addresses: config.network.public_addresses.clone(),
				persisted_cache_directory: config.network.net_config_path.clone(),
				..Default::default()
			},
		}
	}
}

/// Starts the tasks that the node's role calls for.
pub fn start(
	options: Options,
	shared: &Shared,
	task_manager: &TaskManager,
	consensus: Consensus,
	votes: Option<Votes>,
) -> Result<(), ServiceError> {
	if shared.role.is_authority() {
		let force = options.force_authoring;
		let watch = equivocations::Watch::new(shared, consensus.babe_link.config().slot_duration());
		// It waits for the database and for the pool.
		task_manager.spawn_handle().spawn_blocking(
			"equivocations",
			Some("block-authoring"),
			watch.run(),
		);
		start_babe(force, shared, task_manager, consensus.block_import, consensus.babe_link)?;
		start_discovery(options.discovery, shared, task_manager);
	}
	match (consensus.grandpa, votes) {
		(Some(grandpa), Some(votes)) => {
			start_grandpa(options.name, shared, task_manager, grandpa, votes)
		},
		_ => Ok(()),
	}
}

/// Makes blocks in the slots that fall to the node's key.
fn start_babe(
	force_authoring: bool,
	shared: &Shared,
	task_manager: &TaskManager,
	block_import: BoxBlockImport<Block>,
	babe_link: BabeLink<Block>,
) -> Result<(), ServiceError> {
	let slot_duration = babe_link.config().slot_duration();
	let author = sc_consensus_babe::start_babe(BabeParams {
		keystore: shared.keystore.clone(),
		client: shared.client.clone(),
		select_chain: shared.select_chain.clone(),
		env: Paced(shared.proposer(task_manager)),
		block_import,
		sync_oracle: shared.sync.clone(),
		justification_sync_link: shared.sync.clone(),
		create_inherent_data_providers: inherents(
			shared.backend.clone(),
			slot_duration,
			Clock::Wall,
		),
		force_authoring,
		backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging {
			unfinalized_slack: FINALITY_SLACK,
			..Default::default()
		}),
		babe_link,
		block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PORTION),
		max_block_proposal_slot_portion: Some(SlotProportion::new(LONGEST_PROPOSAL)),
		telemetry: shared.telemetry.clone(),
	})?;

	task_manager.spawn_essential_handle().spawn_blocking(
		"babe-author",
		Some("block-authoring"),
		author,
	);
	Ok(())
}

/// Publishes the addresses of this authority and finds those of the others.
fn start_discovery(config: WorkerConfig, shared: &Shared, task_manager: &TaskManager) {
	let events = shared.network.event_stream("authority-discovery");
	let events = events.filter_map(|event| async move { dht_event(event) });
	let (worker, _) = sc_authority_discovery::new_worker_and_service_with_config(
		config,
		shared.client.clone(),
		Arc::new(shared.network.clone()),
		Box::pin(events),
		sc_authority_discovery::Role::PublishAndDiscover(shared.keystore.clone()),
		shared.registry.clone(),
		task_manager.spawn_handle(),
	);

	task_manager.spawn_handle().spawn(
		"authority-discovery-worker",
		Some("networking"),
		worker.run(),
	);
}

fn dht_event(event: Event) -> Option<DhtEvent> {
	match event {
		Event::Dht(event) => Some(event),
		_ => None,
	}
}

/// Votes on what is final, if the node is an authority, and follows the votes otherwise. A voter
/// that votes twice is reported from here.
fn start_grandpa(
	name: String,
	shared: &Shared,
	task_manager: &TaskManager,
	grandpa: Grandpa,
	votes: Votes,
) -> Result<(), ServiceError> {
	let config = sc_consensus_grandpa::Config {
		gossip_duration: GOSSIP_DURATION,
		justification_generation_period: JUSTIFICATION_PERIOD,
		observer_enabled: false,
		local_role: shared.role,
		name: Some(name),
		keystore: shared.role.is_authority().then(|| shared.keystore.clone()),
		telemetry: shared.telemetry.clone(),
		protocol_name: votes.protocol,
	};
	let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
		config,
		link: grandpa.link,
		network: shared.network.clone(),
		sync: Arc::new(shared.sync.clone()),
		notification_service: votes.notifications,
		voting_rule: FromFinal(VotingRulesBuilder::default().build()),
		prometheus_registry: shared.registry.clone(),
		shared_voter_state: grandpa.voter_state,
		telemetry: shared.telemetry.clone(),
		offchain_tx_pool_factory: shared.offchain_pool(),
	})?;

	task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	Ok(())
}
