//! The door of the pool of transactions: what a client or a peer sends comes in by it.
//!
//! A pool at its limit makes room by dropping the transaction that has waited longest among those of the
//! lowest priority, and all that follow it from the same account: they had been accepted, and nobody is
//! told. The door refuses instead, with an error, what is not worth more than the last that the limit has
//! room for. What is worth more, such as a report of a feeder, comes in all the same: the pool behind has
//! room beyond the limit, and drops nothing that is ready. Transactions whose turn has not come (a nonce is
//! missing) take no room that somebody else could have; the pool has a limit of its own for them.
//!
//! While the pool still looks at a block that has lost to another, and whose state is gone since the other is
//! final, it can check nothing: the door offers what comes again, until the pool has caught up.
//!
//! To peers, it has another side. The network asks every three seconds for all transactions that are
//! ready, to send each peer those that it has not got yet; and it punishes a peer that sends something
//! that the pool does not take. On a busy chain that drops peers:
//!
//! - one that connects while thousands wait is sent all of them at once, more than the queue to it
//!   holds (2,048): the connection is closed, opens again, and is flooded again. So the network is
//!   given a part of the pool at a time, and the next part three seconds later;
//! - each transaction is sent by itself as soon as it is in the pool, and wakes a dozen tasks on its way at either end.
//!   So the network is told of them in bursts ([`BURST`]), which go out and come in together;
//! - one that sends what the pool has no room for, or what a block has taken meanwhile, could not know.
//!   So the network is told that it was not its fault.

use super::{pool::PoolError, Block, FullClient, FullPool, Hash};
use futures::{
	channel::{mpsc, oneshot},
	lock::Mutex as Turn,
	Stream,
};
use jsonrpsee::core::async_trait;
use sc_service::SpawnTaskHandle;
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
	cmp::Reverse,
	collections::HashMap,
	future::Future,
	pin::Pin,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex, PoisonError,
	},
	time::{Duration, Instant},
};
use tokio_stream::StreamExt;

/// Transactions that the network gets at a time: half of what the queue to a peer holds. The other half is
/// for those that arrive meanwhile.
const PART: usize = 1_024;
/// How long what is known of the pool's priorities is used: looking means going through the pool.
const LOOK: Duration = Duration::from_secs(1);
/// And for how many that passed, as a part of the limit: each may have changed what is known.
const PASSED: usize = 100;

/// How long what comes into the pool waits for more of its kind before the network is told.
const BURST: Duration = Duration::from_millis(200);
/// How many the network has not been told yet at most. Beyond them it finds what there is when it asks next.
const UNTOLD: usize = 8_192;

/// How long a transaction waits that the pool cannot check, and how many times it is offered again: longer than a
/// busy node takes to follow its chain.
const PATIENCE: Duration = Duration::from_millis(500);
/// See [`PATIENCE`].
const OFFERS: usize = 40;

/// How many times what waits for a block the pool holds, what is in blocks that are not final included.
const UNTIL_FINAL: usize = 12;

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

	/// Whether the limit is reached by what is ready, and by so many more that are on their way into the pool.
	fn is_reached(self, status: &PoolStatus, arriving: usize) -> bool {
		status.ready.saturating_add(arriving) >= self.count
			|| status.ready_bytes / 1024 >= self.kilobytes
	}

	/// The priority of the last that the limit has room for, of these priorities and sizes in bytes: what is
	/// not above it would not be among those that the next blocks take. Not the lowest of all: one that
	/// nobody takes would hold the door open for everybody.
	fn bar(self, mut waiting: Vec<(TransactionPriority, usize)>) -> TransactionPriority {
		waiting.sort_unstable_by_key(|(priority, _)| Reverse(*priority));
		let mut bytes = 0_usize;
		for (before, (priority, size)) in waiting.iter().enumerate() {
			bytes = bytes.saturating_add(*size);
			if before.saturating_add(1) >= self.count || bytes / 1024 >= self.kilobytes {
				return *priority;
			}
		}
		waiting.last().map_or(0, |(priority, _)| *priority)
	}
}

/// What both sides of the door lead to.
pub struct Gate {
	pool: Arc<FullPool>,
	client: Arc<FullClient>,
	limit: Limit,
	spawner: SpawnTaskHandle,
	/// Transactions that were let in and are not in the pool yet.
	arriving: AtomicUsize,
	/// What was seen when the pool was looked through.
	look: Mutex<Option<Look>>,
	/// Whose turn it is to be looked at while the pool is full: one at a time, beside the node's other work.
	turn: Turn<()>,
}

struct Look {
	when: Instant,
	bar: TransactionPriority,
	passed: usize,
}

/// One that was let in and is not in the pool yet.
struct Arrival<'a>(&'a AtomicUsize);

impl<'a> Arrival<'a> {
	/// And how many others there are.
	fn new(arriving: &'a AtomicUsize) -> (Self, usize) {
		let others = arriving.fetch_add(1, Ordering::Relaxed);
		(Self(arriving), others)
	}
}

impl Drop for Arrival<'_> {
	fn drop(&mut self) {
		self.0.fetch_sub(1, Ordering::Relaxed);
	}
}

impl Gate {
	/// Before this pool, with this limit.
	pub fn new(
		pool: Arc<FullPool>,
		client: Arc<FullClient>,
		limit: Limit,
		spawner: SpawnTaskHandle,
	) -> Arc<Self> {
		Arc::new(Self {
			pool,
			client,
			limit,
			spawner,
			arriving: AtomicUsize::new(0),
			look: Mutex::default(),
			turn: Turn::default(),
		})
	}

	/// Refuses what comes while the pool is full and is not worth more than what the limit has room for.
	async fn admit(
		self: &Arc<Self>,
		at: Hash,
		source: TransactionSource,
		transaction: &TransactionFor<Door>,
	) -> Result<Arrival<'_>, PoolError> {
		{
			let (arrival, others) = Arrival::new(&self.arriving);
			if !self.limit.is_reached(&self.pool.status(), others) {
				return Ok(arrival);
			}
		}
		// Most of what peers send while many wait is here already. Looking at it again would be dear.
		let hash = self.pool.hash_of(transaction);
		if self.pool.ready_transaction(&hash).is_some() {
			return Err(Error::AlreadyImported(Box::new(hash)).into());
		}
		let _turn = self.turn.lock().await;
		let (answer, answered) = oneshot::channel();
		let (gate, transaction) = (self.clone(), transaction.clone());
		self.spawner.spawn_blocking("transaction-door", "transaction-pool", async move {
			let _ = answer.send(gate.is_worth(at, source, transaction));
		});
		match answered.await {
			Ok(true) => Ok(Arrival::new(&self.arriving).0),
			_ => Err(Error::ImmediatelyDropped.into()),
		}
	}

	/// Whether a transaction is worth more than what the limit has room for. What is not valid passes: the
	/// pool itself says what is wrong with it.
	fn is_worth(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Door>,
	) -> bool {
		match self.client.runtime_api().validate_transaction(at, source, transaction, at) {
			Ok(Ok(valid)) => self.passes(valid.priority),
			_ => true,
		}
	}

	fn passes(&self, priority: TransactionPriority) -> bool {
		let mut look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
		let most = self.limit.count / PASSED;
		let known = look.take().filter(|look| look.when.elapsed() < LOOK && look.passed <= most);
		let known = look.insert(known.unwrap_or_else(|| self.look()));
		let passes = priority > known.bar;
		known.passed = known.passed.saturating_add(usize::from(passes));
		passes
	}

	fn look(&self) -> Look {
		let waiting = self.pool.ready().map(|ready| (*ready.priority(), ready.bytes));
		Look { when: Instant::now(), bar: self.limit.bar(waiting.collect()), passed: 0 }
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
	gate: Arc<Gate>,
	side: Side,
}

impl Door {
	/// The side of clients.
	pub fn for_clients(gate: Arc<Gate>) -> Arc<Self> {
		Arc::new(Self { gate, side: Side::Clients })
	}

	/// The side of peers.
	pub fn for_peers(gate: Arc<Gate>) -> Arc<Self> {
		Arc::new(Self { gate, side: Side::Peers(AtomicUsize::new(0)) })
	}

	fn pool(&self) -> &FullPool {
		&self.gate.pool
	}

	/// An error, as whoever stands at the door is told it.
	fn told(&self, error: PoolError) -> PoolError {
		match self.side {
			Side::Clients => error,
			Side::Peers(_) => forgiven(error),
		}
	}
}

/// Whether the pool could not look at a transaction, because the state of the block that it looks at is gone.
fn is_behind(error: &PoolError) -> bool {
	error.to_string().contains("State already discarded")
}

/// Offers something to the pool again while it is behind.
async fn patiently<T, F: Future<Output = Result<T, PoolError>>>(
	mut offer: impl FnMut() -> F,
) -> Result<T, PoolError> {
	for _ in 1..OFFERS {
		match offer().await {
			Err(error) if is_behind(&error) => tokio::time::sleep(PATIENCE).await,
			other => return other,
		}
	}
	offer().await
}

/// Says in bursts what arrives, until nobody listens, or there is nothing to listen to any more. The pool ends a stream of
/// which too much is unread: then it listens to the next one.
async fn in_bursts<T, S: Stream<Item = T>>(
	listen: impl Fn() -> Option<S>,
	mut told: mpsc::Sender<T>,
) {
	while let Some(arrives) = listen() {
		let bursts = arrives.chunks_timeout(PART, BURST);
		futures::pin_mut!(bursts);
		while let Some(burst) = bursts.next().await {
			for transaction in burst {
				if told.try_send(transaction).is_err_and(|error| error.is_disconnected()) {
					return;
				}
			}
		}
		tokio::time::sleep(BURST).await;
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
		let Side::Peers(next) = &self.side else { return self.pool().ready() };
		let all: Vec<_> = self.pool().ready().collect();
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
		let admitted = self.gate.admit(at, source, &transaction).await;
		let _arrival = admitted.map_err(|error| self.told(error))?;
		let offer = || self.pool().submit_one(at, source, transaction.clone());
		let submitted = patiently(offer).await;
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
		let _arrival = self.gate.admit(at, source, &transaction).await?;
		patiently(|| self.pool().submit_and_watch(at, source, transaction.clone())).await
	}

	// The rest is the pool's.

	async fn ready_at(&self, at: Hash) -> Ready {
		self.pool().ready_at(at).await
	}

	async fn report_invalid(
		&self,
		at: Option<Hash>,
		invalid: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<InPool>> {
		self.pool().report_invalid(at, invalid).await
	}

	fn futures(&self) -> Vec<InPool> {
		self.pool().futures()
	}

	fn status(&self) -> PoolStatus {
		self.pool().status()
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
		let (told, listens) = mpsc::channel(UNTOLD);
		let pool = Arc::downgrade(&self.gate.pool);
		let listen = move || pool.upgrade().map(|pool| pool.import_notification_stream());
		let spawner = &self.gate.spawner;
		spawner.spawn("transaction-bursts", "transaction-pool", in_bursts(listen, told));
		listens
	}

	fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
		self.pool().on_broadcasted(propagations);
	}

	fn hash_of(&self, transaction: &TransactionFor<Self>) -> TxHash<Self> {
		self.pool().hash_of(transaction)
	}

	fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<InPool>> {
		self.pool().ready_transaction(hash)
	}

	async fn ready_at_with_timeout(&self, at: Hash, timeout: Duration) -> Ready {
		self.pool().ready_at_with_timeout(at, timeout).await
	}
}

#[async_trait]
impl MaintainedTransactionPool for Door {
	async fn maintain(&self, event: ChainEvent<Block>) {
		self.pool().maintain(event).await;
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

	#[tokio::test]
	async fn what_the_pool_cannot_check_yet_is_offered_again() {
		let behind = || PoolError::RuntimeApi("State already discarded for 0x00".into());
		let answers = [Err(behind()), Err(behind()), Ok(7), Ok(8)];
		let mut offers = answers.into_iter().map(std::future::ready);
		let taken = patiently(|| offers.next().expect("no more than four times")).await;
		assert_eq!(taken.ok(), Some(7));
		assert_eq!(offers.len(), 1, "and not again once it is taken");
		// What is wrong with a transaction is said at once.
		let mut offers = 0;
		let refused: Result<(), _> = patiently(|| {
			offers += 1;
			std::future::ready(Err(Error::ImmediatelyDropped.into()))
		})
		.await;
		assert!(refused.is_err());
		assert_eq!(offers, 1);
	}

	#[tokio::test]
	async fn the_network_is_told_in_bursts() {
		let (arrive, arrives) = mpsc::unbounded();
		let (told, mut listens) = mpsc::channel(UNTOLD);
		// The first stream ends at once.
		let streams = Mutex::new(vec![arrives, mpsc::unbounded().1]);
		let task = tokio::spawn(in_bursts(move || streams.lock().ok()?.pop(), told));
		let begun = Instant::now();
		for transaction in 0..3 {
			arrive.unbounded_send(transaction).expect("somebody listens");
		}
		assert_eq!(listens.next().await, Some(0));
		// Once for the stream that ended, once for more to arrive.
		assert!(begun.elapsed() >= 2 * BURST);
		// The others of the burst are there already.
		assert_eq!((listens.try_recv().ok(), listens.try_recv().ok()), (Some(1), Some(2)));
		// Nobody listens any more.
		drop(listens);
		arrive.unbounded_send(3).expect("the task still runs");
		task.await.expect("it ends");
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

		assert!(!limit.is_reached(&status(99, 0, 10_239), 0));
		assert!(limit.is_reached(&status(100, 0, 0), 0));
		assert!(limit.is_reached(&status(1, 0, 10_240), 0));
		// Those on their way count, those whose turn has not come do not.
		assert!(limit.is_reached(&status(90, 0, 0), 10));
		assert!(!limit.is_reached(&status(90, 1_000, 0), 9));
		assert_eq!(limit.behind(), Limit { count: 1_200, kilobytes: 120 });
	}

	#[test]
	fn the_bar_is_the_last_that_the_limit_has_room_for() {
		let limit = Limit { count: 3, kilobytes: 10 };
		let bar = |priorities: &[TransactionPriority]| {
			limit.bar(priorities.iter().map(|priority| (*priority, 1)).collect())
		};

		assert_eq!(bar(&[]), 0);
		assert_eq!(bar(&[7, 9]), 7);
		assert_eq!(bar(&[7, 9, 9]), 7);
		// One that nobody takes lets one more in, not everybody.
		assert_eq!(bar(&[7, 9, 9, 9]), 9);
		assert_eq!(bar(&[1, 5, 9, 7, 3]), 5);
		// By size as well.
		assert_eq!(limit.bar(vec![(9, 6_000), (8, 6_000), (1, 1)]), 8);
	}

	#[test]
	fn who_was_let_in_counts_until_the_pool_has_it() {
		let arriving = AtomicUsize::new(0);
		let (first, others) = Arrival::new(&arriving);
		assert_eq!(others, 0);
		assert_eq!(Arrival::new(&arriving).1, 1);
		assert_eq!(arriving.load(Ordering::Relaxed), 1);
		drop(first);
		assert_eq!(arriving.load(Ordering::Relaxed), 0);
	}
}
