//! Metrics of the chain's business, next to Substrate's own and on the same port: deals, their tests,
//! cash and lots, prices and their age, validators, the court. `docs/operations.md` lists them.
//!
//! - [`series`]: which figures there are, and what shows them;
//! - [`chain`]: what is asked of the runtime, by its runtime APIs only: the node follows any upgrade;
//! - [`reader`]: makes the figures of the answers, within bounds.
//!
//! A task of its own reads them at the best block, when one is imported and some time has passed since
//! the last time. Nothing waits for it: while it reads, blocks are imported and made as ever.

mod chain;
mod reader;
mod series;
#[cfg(test)]
mod tests;

use crate::{
	cli::StrataOptions,
	service::{Block, FullClient, Shared},
};
use chain::At;
use futures::{FutureExt, Stream, StreamExt};
use reader::Reader;
use sc_client_api::{BlockImportNotification, BlockchainEvents};
use sc_service::{error::Error as ServiceError, TaskManager};
use series::Gauges;
use sp_consensus::SyncOracle;
use sp_runtime::traits::Header as _;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

/// Registers the figures and starts the task that reads them, if metrics are served and these are
/// wanted.
pub fn start(
	options: StrataOptions,
	shared: &Shared,
	task_manager: &TaskManager,
) -> Result<(), ServiceError> {
	let Some(registry) = shared.registry.as_ref().filter(|_| !options.no_chain_metrics) else {
		return Ok(());
	};
	let gauges = Gauges::new(registry)?;
	let pace = Pace::new(Duration::from_secs(options.chain_metrics_interval.get().into()));
	let (client, sync) = (shared.client.clone(), shared.sync.clone());
	let blocks = client.import_notification_stream();
	let syncs = move || sync.is_major_syncing();
	task_manager.spawn_handle().spawn_blocking(
		"chain-metrics",
		Some("metrics"),
		follow(blocks, client, syncs, gauges, pace),
	);
	Ok(())
}

/// Why a best block is not read at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Skip {
	/// The node is catching up: the figures would be of long ago, and the work is needed elsewhere.
	Syncing,
	/// The last time was a moment ago.
	TooSoon,
}

impl Skip {
	fn reason(self) -> &'static str {
		match self {
			Self::Syncing => "syncing",
			Self::TooSoon => "too_soon",
		}
	}
}

/// How often figures are read.
struct Pace {
	interval: Duration,
	/// When reading ended last: what takes long is not done more often for it.
	last: Option<Instant>,
}

impl Pace {
	fn new(interval: Duration) -> Self {
		Self { interval, last: None }
	}

	fn check(&self, syncs: bool, now: Instant) -> Result<(), Skip> {
		if syncs {
			return Err(Skip::Syncing);
		}
		match self.last {
			Some(last) if now.saturating_duration_since(last) < self.interval => Err(Skip::TooSoon),
			_ => Ok(()),
		}
	}
}

/// Reads at best blocks until there are no more.
async fn follow(
	mut blocks: impl Stream<Item = BlockImportNotification<Block>> + Unpin,
	client: Arc<FullClient>,
	syncs: impl Fn() -> bool,
	mut gauges: Gauges,
	mut pace: Pace,
) {
	let mut reader = Reader::default();
	while let Some(block) = newest(&mut blocks).await {
		if !block.is_new_best {
			continue;
		}
		if let Err(skip) = pace.check(syncs(), Instant::now()) {
			gauges.skipped.with_label_values(&[skip.reason()]).inc();
			continue;
		}
		let started = Instant::now();
		// The notification keeps the block's state from being pruned until it is dropped.
		let at = At { client: &client, hash: block.hash };
		let round = reader.read(&at, *block.header.number());
		for unanswered in &round.unanswered {
			log::debug!(target: "chain-metrics", "{}: {}", unanswered.api, unanswered.why);
			gauges.errors.with_label_values(&[unanswered.api]).inc();
		}
		gauges.show(&round.samples);
		gauges.rounds.inc();
		gauges.seconds.set(started.elapsed().as_secs_f64());
		pace.last = Some(Instant::now());
	}
}

/// The next block, or the newest best one of those that have come in meanwhile.
async fn newest<B: IsBest>(blocks: &mut (impl Stream<Item = B> + Unpin)) -> Option<B> {
	let mut newest = blocks.next().await?;
	while let Some(Some(block)) = blocks.next().now_or_never() {
		if block.is_best() || !newest.is_best() {
			newest = block;
		}
	}
	Some(newest)
}

/// Whether a block is the best one.
trait IsBest {
	fn is_best(&self) -> bool;
}

impl IsBest for BlockImportNotification<Block> {
	fn is_best(&self) -> bool {
		self.is_new_best
	}
}
