//! Production of blocks on demand, instead of BABE's slots and GRANDPA's votes.
//!
//! The runtime is the same as ever and wants BABE's digests, so they are made, with the one
//! authority's key. What is missing is the authority's seal on each block: no other node accepts
//! such blocks, and neither does this one once it runs BABE for real (see
//! [`refuse_sealed_database`]).

use crate::{
	inherents::{inherents, Clock},
	service::{Block, BlockNumber, Consensus, FullClient, FullPool, Hash, Header, Shared},
};
use futures::{
	channel::{mpsc, oneshot},
	SinkExt, StreamExt,
};
use jsonrpsee::tokio::time::{interval, timeout, MissedTickBehavior};
use sc_client_api::BlockBackend;
use sc_consensus_manual_seal::{
	consensus::babe::BabeConsensusDataProvider, run_manual_seal, EngineCommand, ManualSealParams,
};
use sc_service::{error::Error as ServiceError, Configuration, TaskManager};
use sc_transaction_pool_api::TransactionPool;
use sp_blockchain::HeaderBackend;
use sp_consensus_babe::{digests::CompatibleDigestItem, BabeConfiguration, Slot};
use sp_core::{crypto::key_types, ByteArray};
use sp_keystore::Keystore;
use sp_runtime::traits::{Header as _, Zero};
use sp_timestamp::Timestamp;
use std::{num::NonZeroU64, str::FromStr, sync::Arc, time::Duration};

/// Commands that may wait for the sealing task.
const COMMANDS: usize = 1024;
/// How many blocks in a row are made for transactions that none of them takes. The first block of a
/// session takes none; one that still waits after a few more is not going to fit soon.
const EMPTY_BLOCKS: u32 = 3;
/// How long the pool may take to digest a block.
const POOL_PATIENCE: Duration = Duration::from_secs(10);

/// How long after the last look the pool is looked at again, although nothing arrived. On a busy
/// machine the pool may announce a transaction before the state that it fits on, and the block that
/// was made for it is then empty.
const REMINDER: Duration = Duration::from_secs(1);
/// The longest such time, for transactions that nothing has helped.
const LAST_REMINDER: Duration = Duration::from_secs(64);

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
	/// When transactions arrive.
	Instant,
	/// When `engine_createBlock` is called.
	Manual,
	/// Every so many milliseconds.
	Interval(NonZeroU64),
}

impl FromStr for Sealing {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		match text {
			"instant" => Ok(Self::Instant),
			"manual" => Ok(Self::Manual),
			number => number.parse().map(Self::Interval).map_err(|_| {
				format!("`{number}` is not `instant`, `manual` or a number of milliseconds above 0")
			}),
		}
	}
}

/// Takes commands to the sealing task.
pub type Commands = mpsc::Sender<EngineCommand<Hash>>;

/// The sealing task before it starts.
pub struct Engine {
	sealing: Sealing,
	commands: Commands,
	queue: mpsc::Receiver<EngineCommand<Hash>>,
}

impl Engine {
	/// An engine that seals at the given times, and whenever it gets a command.
	pub fn new(sealing: Sealing) -> Self {
		let (commands, queue) = mpsc::channel(COMMANDS);
		Self { sealing, commands, queue }
	}

	/// Where it takes its commands.
	pub fn commands(&self) -> Commands {
		self.commands.clone()
	}

	/// Starts it. The keystore must hold the authority's key.
	pub fn start(
		self,
		shared: &Shared,
		task_manager: &TaskManager,
		consensus: Consensus,
	) -> Result<(), ServiceError> {
		let Consensus { block_import, babe_link, .. } = consensus;
		check_key(shared, babe_link.config())?;

		let digests = BabeConsensusDataProvider::new(
			shared.client.clone(),
			shared.keystore.clone(),
			babe_link.epoch_changes().clone(),
			babe_link.config().authorities.clone(),
		)
		.map_err(|error| error.to_string())?;
		let task = run_manual_seal(ManualSealParams {
			block_import,
			env: shared.proposer(task_manager),
			client: shared.client.clone(),
			pool: shared.pool.clone(),
			commands_stream: self.queue,
			select_chain: shared.select_chain.clone(),
			consensus_data_provider: Some(Box::new(digests)),
			create_inherent_data_providers: inherents(
				shared.backend.clone(),
				babe_link.config().slot_duration(),
				Clock::Sealed,
			),
		});
		let spawner = task_manager.spawn_essential_handle();
		spawner.spawn_blocking("sealing", Some("block-authoring"), task);

		let (client, pool) = (shared.client.clone(), shared.pool.clone());
		match self.sealing {
			Sealing::Manual => {},
			Sealing::Interval(millis) => {
				let period = Duration::from_millis(millis.get());
				spawner.spawn("sealing-clock", Some("block-authoring"), tick(self.commands, period))
			},
			Sealing::Instant => {
				let follow = follow(self.commands, client, pool);
				spawner.spawn("sealing-on-arrival", Some("block-authoring"), follow)
			},
		}
		Ok(())
	}
}

/// A block that was asked for and not made.
enum Unmade {
	/// The sealing task has ended.
	Stopped,
	/// It reported an error, which is in the log.
	Failed,
}

/// Asks for a final block on the best one and waits for it.
async fn seal(commands: &mut Commands) -> Result<Hash, Unmade> {
	let (sender, block) = oneshot::channel();
	let command = EngineCommand::SealNewBlock {
		create_empty: true,
		finalize: true,
		parent_hash: None,
		sender: Some(sender),
	};
	commands.send(command).await.map_err(|_| Unmade::Stopped)?;

	match block.await.map_err(|_| Unmade::Stopped)? {
		Ok(block) => Ok(block.hash),
		Err(error) => {
			log::error!("The block was not sealed: {error}");
			Err(Unmade::Failed)
		},
	}
}

/// Seals a block every `period`, or as fast as it can when that is slower.
async fn tick(mut commands: Commands, period: Duration) {
	let mut ticks = interval(period);
	ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
	loop {
		ticks.tick().await;
		if let Err(Unmade::Stopped) = seal(&mut commands).await {
			return;
		}
	}
}

/// Seals blocks whenever transactions arrive, until none is left that fits. What is left over is
/// tried again, ever less often until something else arrives.
async fn follow(mut commands: Commands, client: Arc<FullClient>, pool: Arc<FullPool>) {
	let mut arrivals = pool.import_notification_stream();
	let mut reminder = REMINDER;
	loop {
		match timeout(reminder, arrivals.next()).await {
			Ok(None) => return,
			Ok(Some(_)) => reminder = REMINDER,
			Err(_) => (),
		}
		reminder = match seal_waiting(&mut commands, &client, &pool).await {
			Ok(Served::All) => REMINDER,
			Ok(Served::NotAll) | Err(Unmade::Failed) => LAST_REMINDER.min(reminder * 2),
			Err(Unmade::Stopped) => return,
		};
	}
}

/// What became of the transactions that waited.
enum Served {
	/// None waits any more.
	All,
	/// Some wait that several blocks did not take.
	NotAll,
}

async fn seal_waiting(
	commands: &mut Commands,
	client: &FullClient,
	pool: &FullPool,
) -> Result<Served, Unmade> {
	let mut best = client.info().best_hash;
	let mut empty = 0;
	while has_waiting(pool, best).await {
		if empty == EMPTY_BLOCKS {
			return Ok(Served::NotAll);
		}
		best = seal(commands).await?;
		empty = if takes_transactions(client, best) { 0 } else { empty.saturating_add(1) };
	}
	Ok(Served::All)
}

/// Whether transactions wait for a block on top of this one, once the pool has seen it.
async fn has_waiting(pool: &FullPool, best: Hash) -> bool {
	pool.ready_at_with_timeout(best, POOL_PATIENCE).await.next().is_some()
}

/// Whether the block holds more than its timestamp.
fn takes_transactions(client: &FullClient, hash: Hash) -> bool {
	matches!(client.block_body(hash), Ok(Some(body)) if body.len() > 1)
}

/// Sealing makes every block with one key: the chain must have one authority, and the node must be
/// it.
pub fn check_chain(config: &Configuration, babe: &BabeConfiguration) -> Result<(), String> {
	if !config.role.is_authority() {
		return Err("--sealing makes blocks, so it needs an authority: add --dev or --alice".into());
	}
	match babe.authorities.len() {
		1 => Ok(()),
		count => Err(format!(
			"--sealing makes every block with one key, but `{}` has {count} authorities: use --dev",
			config.chain_spec.name(),
		)),
	}
}

/// The check of [`check_chain`] that has to wait until the keys are in place.
fn check_key(shared: &Shared, babe: &BabeConfiguration) -> Result<(), String> {
	let keys: Vec<_> = babe
		.authorities
		.iter()
		.map(|(authority, _)| (authority.to_raw_vec(), key_types::BABE))
		.collect();
	match shared.keystore.has_keys(&keys) {
		true => Ok(()),
		false => Err("--sealing needs the key of the chain's authority in the keystore".into()),
	}
}

/// The header of the best block if that was sealed on demand: its author has not signed it.
pub fn sealed(client: &FullClient) -> Result<Option<Header>, ServiceError> {
	let best = client.info();
	if best.best_number.is_zero() {
		return Ok(None);
	}
	let header = client
		.header(best.best_hash)?
		.ok_or_else(|| format!("the header of the best block {} is missing", best.best_hash))?;
	let signed = header.digest().logs().iter().any(|item| item.as_babe_seal().is_some());
	Ok((!signed).then_some(header))
}

/// Refuses to run BABE on blocks that were sealed on demand.
///
/// BABE would wait, without a word, until the clock has caught up with the last block's slot, and
/// no other node would accept the blocks below.
pub fn refuse_sealed_database(
	client: &FullClient,
	babe: &BabeConfiguration,
) -> Result<(), ServiceError> {
	let Some(header) = sealed(client)? else { return Ok(()) };
	let slot = sc_consensus_babe::find_pre_digest::<Block>(&header)
		.map_err(|error| error.to_string())?
		.slot();
	let now = Slot::from_timestamp(Timestamp::current(), babe.slot_duration());
	Err(refusal(*header.number(), slot, now).into())
}

fn refusal(number: BlockNumber, slot: Slot, now: Slot) -> String {
	let time = match slot.saturating_sub(*now) {
		ahead if *ahead > 0 => {
			format!(", ahead of time: its slot {slot} is {ahead} slots from now")
		},
		_ => String::new(),
	};
	format!(
		"the database was made with --sealing: block {number} has no seal of its authority{time}. \
		BABE cannot go on from there. Start with --sealing again, choose another --base-path, or \
		remove the database with purge-chain",
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn sealing_is_read_from_text() {
		let interval = |millis| Sealing::Interval(NonZeroU64::new(millis).unwrap());

		assert_eq!("instant".parse(), Ok(Sealing::Instant));
		assert_eq!("manual".parse(), Ok(Sealing::Manual));
		assert_eq!("1".parse(), Ok(interval(1)));
		assert_eq!("6000".parse(), Ok(interval(6_000)));
		for wrong in ["", "0", "-1", "1.5", "6s", "Manual", "18446744073709551616"] {
			let error = wrong.parse::<Sealing>().unwrap_err();
			assert!(error.contains(wrong), "{error}");
		}
	}

	#[test]
	fn the_refusal_says_what_to_do_and_how_far_ahead_the_chain_is() {
		let ahead = refusal(200, 1_200.into(), 1_000.into());
		assert!(ahead.contains("block 200") && ahead.contains("200 slots from now"), "{ahead}");
		for way_out in ["--sealing", "--base-path", "purge-chain"] {
			assert!(ahead.contains(way_out), "{ahead}");
		}

		for late in [1_000, 900] {
			assert!(!refusal(200, late.into(), 1_000.into()).contains("ahead of time"));
		}
	}
}
