//! The door of the pool of transactions: what a client or a peer sends comes in by it.
//!
//! A pool at its limit makes room by dropping the transaction that has waited longest among those of the
//! lowest priority, and all that follow it from the same account: they had been accepted, and nobody is
//! told. The door refuses instead, with an error, what is not worth more than what waits already. What is
//! worth more, such as a report of a feeder, comes in all the same: the pool behind has room beyond the
//! limit, and drops nothing.
//!
//! To peers, it has another side. The network asks every three seconds for all transactions that are
//! ready, to send each peer those that it has not got yet; and it punishes a peer that sends something
//! that the pool does not take. On a busy chain that drops peers:
//!
//! - one that connects while thousands wait is sent all of them at once, more than the queue to it
//!   holds (2,048): the connection is closed, opens again, and is flooded again. So the network is
//!   given a part of the pool at a time, and the next part three seconds later;
//! - one that sends what the pool has no room for, or what a block has taken meanwhile, could not know.
//!   So the network is told that it was not its fault.

use super::{Block, FullClient, FullPool, Hash};
use jsonrpsee::core::async_trait;
use sc_transaction_pool_api::{
	error::{Error, IntoPoolError},
	ChainEvent, ImportNotificationStream, InPoolTransaction, MaintainedTransactionPool, PoolStatus,
	ReadyTransactions, TransactionFor, TransactionPool, TransactionPriority, TransactionSource,
	TransactionStatusStreamFor, TxHash, TxInvalidityReportMap,
};
use sp_api::ProvideRuntimeApi;
use sp_runtime::transaction_validity::InvalidTransaction;
use sp_transaction_pool::runtime_api::TaggedTransactionQueue;
use std::{
	collections::HashMap,
	pin::Pin,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex, PoisonError,
	},
	time::{Duration, Instant},
};

/// Transactions that the network gets at a time: half of what the queue to a peer holds. The other half is
/// for those that arrive meanwhile.
const PART: usize = 1_024;
/// How long what is known of the pool's lowest priority is used: looking means going through the pool.
const LOOK: Duration = Duration::from_secs(1);

/// How many times what waits for a block the pool holds, what is in blocks that are not final included.
const UNTIL_FINAL: usize = 8;

/// What the pool says when it does not take a transaction.
type PoolError = <FullPool as TransactionPool>::Error;
/// What is in the pool.
type InPool = <FullPool as TransactionPool>::InPoolTransaction;
/// Transactions that are ready.
type Ready = Box<dyn ReadyTransactions<Item = Arc<InPool>> + Send>;

/// What may be in the pool before the door is shut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
	/// Transactions.
	pub count: usize,
	/// Kilobytes of them.
	pub kilobytes: usize,
}

impl Limit {
	/// What the pool behind a door with this limit has room for. It keeps what is in blocks that are not
	/// final, and counts it: while finality is a few full blocks behind, that is several times the limit.
	pub fn behind(self) -> Self {
		let more = |limit: usize| limit.saturating_mul(UNTIL_FINAL);
		Self { count: more(self.count), kilobytes: more(self.kilobytes) }
	}

	fn is_reached(self, status: &PoolStatus) -> bool {
		let bytes = status.ready_bytes.saturating_add(status.future_bytes);
		status.ready.saturating_add(status.future) >= self.count || bytes / 1024 >= self.kilobytes
	}
}

/// Who stands at the door.
enum Side {
	/// Clients.
	Clients,
	/// Peers; and from where on the next part of the pool is sent to them.
	Peers(AtomicUsize),
}

/// The pool, by its door.
pub struct Door {
	pool: Arc<FullPool>,
	client: Arc<FullClient>,
	limit: Limit,
	side: Side,
	/// The lowest priority in the pool, and when it was looked for.
	lowest: Mutex<Option<(Instant, TransactionPriority)>>,
}

impl Door {
	/// The side of clients.
	pub fn for_clients(pool: Arc<FullPool>, client: Arc<FullClient>, limit: Limit) -> Arc<Self> {
		let lowest = Mutex::default();
		Arc::new(Self { pool, client, limit, side: Side::Clients, lowest })
	}

	/// The side of peers.
	pub fn for_peers(pool: Arc<FullPool>, client: Arc<FullClient>, limit: Limit) -> Arc<Self> {
		let (side, lowest) = (Side::Peers(AtomicUsize::new(0)), Mutex::default());
		Arc::new(Self { pool, client, limit, side, lowest })
	}

	/// Refuses what comes while the pool is full and is not worth more than all that waits.
	fn admit(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: &TransactionFor<Self>,
	) -> Result<(), PoolError> {
		if !self.limit.is_reached(&self.pool.status()) {
			return Ok(());
		}
		let api = self.client.runtime_api();
		let validity = api.validate_transaction(at, source, transaction.clone(), at);
		match validity {
			Ok(Ok(valid)) if valid.priority <= self.lowest_priority() => {
				Err(Error::ImmediatelyDropped.into())
			},
			// What is not valid the pool itself says.
			_ => Ok(()),
		}
	}

	fn lowest_priority(&self) -> TransactionPriority {
		let mut lowest = self.lowest.lock().unwrap_or_else(PoisonError::into_inner);
		match *lowest {
			Some((when, priority)) if when.elapsed() < LOOK => priority,
			_ => {
				let priority = self.pool.ready().map(|ready| *ready.priority()).min();
				let priority = priority.unwrap_or_default();
				*lowest = Some((Instant::now(), priority));
				priority
			},
		}
	}

	/// An error, as whoever stands at the door is told it.
	fn told(&self, error: PoolError) -> PoolError {
		match self.side {
			Side::Clients => error,
			Side::Peers(_) => forgiven(error),
		}
	}
}

/// From where on the next part is taken, of so many that are ready: after the last part comes the first.
fn part(next: &AtomicUsize, ready: usize) -> usize {
	let start = match next.load(Ordering::Relaxed) {
		start if start < ready => start,
		_ => 0,
	};
	next.store(start.saturating_add(PART), Ordering::Relaxed);
	start
}

/// Whether whoever sent the transaction could not know that it would be refused.
fn is_innocent(error: &Error) -> bool {
	matches!(
		error,
		Error::ImmediatelyDropped
			| Error::TemporarilyBanned
			| Error::TooLowPriority { .. }
			| Error::RejectedFutureTransaction
			| Error::InvalidTransaction(InvalidTransaction::Stale | InvalidTransaction::Future)
	)
}

/// The error, as one of the node if it is not about the transaction itself: no peer is punished for that.
fn forgiven(error: PoolError) -> PoolError {
	match error.into_pool_error() {
		Ok(error) if is_innocent(&error) => sp_blockchain::Error::Backend(error.to_string()).into(),
		Ok(error) => error.into(),
		Err(error) => error,
	}
}

/// Some of the transactions that are ready.
struct Part(std::vec::IntoIter<Arc<InPool>>);

impl Iterator for Part {
	type Item = Arc<InPool>;

	fn next(&mut self) -> Option<Self::Item> {
		self.0.next()
	}
}

impl ReadyTransactions for Part {
	fn report_invalid(&mut self, _: &Self::Item) {}
}

#[async_trait]
impl TransactionPool for Door {
	type Block = Block;
	type Hash = Hash;
	type InPoolTransaction = InPool;
	type Error = PoolError;

	fn ready(&self) -> Ready {
		let Side::Peers(next) = &self.side else { return self.pool.ready() };
		let all: Vec<_> = self.pool.ready().collect();
		let start = part(next, all.len());
		let some: Vec<_> = all.into_iter().skip(start).take(PART).collect();
		Box::new(Part(some.into_iter()))
	}

	async fn submit_one(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Self>,
	) -> Result<TxHash<Self>, PoolError> {
		self.admit(at, source, &transaction).map_err(|error| self.told(error))?;
		let submitted = self.pool.submit_one(at, source, transaction).await;
		submitted.map_err(|error| self.told(error))
	}

	async fn submit_at(
		&self,
		at: Hash,
		source: TransactionSource,
		transactions: Vec<TransactionFor<Self>>,
	) -> Result<Vec<Result<TxHash<Self>, PoolError>>, PoolError> {
		let mut results = Vec::with_capacity(transactions.len());
		for transaction in transactions {
			results.push(self.submit_one(at, source, transaction).await);
		}
		Ok(results)
	}

	async fn submit_and_watch(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Self>,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, PoolError> {
		self.admit(at, source, &transaction)?;
		self.pool.submit_and_watch(at, source, transaction).await
	}

	// The rest is the pool's.

	async fn ready_at(&self, at: Hash) -> Ready {
		self.pool.ready_at(at).await
	}

	async fn report_invalid(
		&self,
		at: Option<Hash>,
		invalid: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<InPool>> {
		self.pool.report_invalid(at, invalid).await
	}

	fn futures(&self) -> Vec<InPool> {
		self.pool.futures()
	}

	fn status(&self) -> PoolStatus {
		self.pool.status()
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
		self.pool.import_notification_stream()
	}

	fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
		self.pool.on_broadcasted(propagations);
	}

	fn hash_of(&self, transaction: &TransactionFor<Self>) -> TxHash<Self> {
		self.pool.hash_of(transaction)
	}

	fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<InPool>> {
		self.pool.ready_transaction(hash)
	}

	async fn ready_at_with_timeout(&self, at: Hash, timeout: Duration) -> Ready {
		self.pool.ready_at_with_timeout(at, timeout).await
	}
}

#[async_trait]
impl MaintainedTransactionPool for Door {
	async fn maintain(&self, event: ChainEvent<Block>) {
		self.pool.maintain(event).await;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_transaction_has_its_turn() {
		let next = AtomicUsize::new(0);
		let starts: Vec<_> = (0..4).map(|_| part(&next, 2 * PART + 1)).collect();
		assert_eq!(starts, [0, PART, 2 * PART, 0]);

		// A pool that shrank begins anew; one that fits is sent as a whole each time.
		assert_eq!(part(&next, PART), 0);
		assert_eq!(part(&next, PART), 0);
		assert_eq!(part(&next, 0), 0);
	}

	#[test]
	fn a_peer_is_punished_for_what_it_could_know_only() {
		use sp_runtime::transaction_validity::InvalidTransaction::{BadProof, Future, Stale};

		assert!(is_innocent(&Error::ImmediatelyDropped));
		assert!(is_innocent(&Error::InvalidTransaction(Stale)));
		assert!(is_innocent(&Error::InvalidTransaction(Future)));
		assert!(!is_innocent(&Error::InvalidTransaction(BadProof)));
		assert!(!is_innocent(&Error::CycleDetected));
		assert!(forgiven(Error::ImmediatelyDropped.into()).into_pool_error().is_err());
		assert!(forgiven(Error::CycleDetected.into()).into_pool_error().is_ok());
	}

	#[test]
	fn the_door_is_shut_by_the_number_of_transactions_or_by_their_size() {
		let limit = Limit { count: 100, kilobytes: 10 };
		let status = |ready, future, bytes| PoolStatus {
			ready,
			ready_bytes: bytes,
			future,
			future_bytes: 0,
		};

		assert!(!limit.is_reached(&status(90, 9, 10_239)));
		assert!(limit.is_reached(&status(90, 10, 0)));
		assert!(limit.is_reached(&status(1, 0, 10_240)));
		assert_eq!(limit.behind(), Limit { count: 800, kilobytes: 80 });
	}
}
