//! The door of the pool of transactions: what a client or a peer sends comes in by it.
//!
//! A pool at its limit makes room by dropping the transaction that has waited longest among those of the
//! lowest priority, and all that follow it from the same account: they had been accepted, and nobody is
//! told. The door refuses instead, with an error, what is not worth more than the last that the limit has
//! room for. What is worth more, such as a report of a feeder, comes in all the same: the pool behind has
//! room beyond the limit, and drops nothing that is ready. Transactions whose turn has not come (a nonce is
//! missing) take no room that somebody else could have; the pool has a limit of its own for them.
//!
//! Clients and peers wait for their turn apart from one another, in the order in which they came, and what peers send can
//! shut the door to peers but not, before the pool has it, to clients.
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
//!
//! What has come in by either side is remembered until it is final ([`kept`](super::kept)), for the pool may lose it.

use super::{
	kept::{Behind, Keeper},
	pool::PoolError,
	Block, FullClient, FullPool, Hash,
};
use futures::{
	channel::{mpsc, oneshot},
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
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use sp_transaction_pool::runtime_api::TaggedTransactionQueue;
use std::{
	cmp::Reverse,
	collections::{HashMap, HashSet},
	pin::Pin,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::Mutex as Turn;
use tokio_stream::StreamExt;

/// Transactions that the network gets at a time: half of what the queue to a peer holds. The other half is
/// for those that arrive meanwhile.
const PART: usize = 1_024;
/// How long what is known of the pool's priorities is used: looking means going through the pool.
const LOOK: Duration = Duration::from_secs(1);
/// And for how much that passed, as a part of the limit: each may have changed what is known.
const PASSED: usize = 100;

/// How long what comes into the pool waits for more of its kind before the network is told.
const BURST: Duration = Duration::from_millis(200);
/// How many the network has not been told yet at most. Beyond them it finds what there is when it asks next.
const UNTOLD: usize = 8_192;

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

	/// Whether the limit is reached by what is ready, and by what is on its way into the pool.
	fn is_reached(self, status: &PoolStatus, arriving: Load) -> bool {
		Load { count: status.ready, bytes: status.ready_bytes }.plus(arriving).reaches(self)
	}

	/// The priority of the last that the limit has room for, of these priorities and sizes in bytes: what is
	/// not above it would not be among those that the next blocks take. Not the lowest of all: one that
	/// nobody takes would hold the door open for everybody.
	fn bar(self, mut waiting: Vec<(TransactionPriority, usize)>) -> TransactionPriority {
		waiting.sort_unstable_by_key(|(priority, _)| Reverse(*priority));
		let mut before = Load::default();
		for (priority, bytes) in &waiting {
			before = before.plus(Load::of(*bytes));
			if before.reaches(self) {
				return *priority;
			}
		}
		waiting.last().map_or(0, |(priority, _)| *priority)
	}
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
	/// Transactions.
	count: usize,
	/// Bytes of them.
	bytes: usize,
}

impl Load {
	/// One transaction.
	pub(super) fn of(bytes: usize) -> Self {
		Self { count: 1, bytes }
	}

	pub(super) fn plus(self, more: Self) -> Self {
		Self {
			count: self.count.saturating_add(more.count),
			bytes: self.bytes.saturating_add(more.bytes),
		}
	}

	pub(super) fn minus(self, less: Self) -> Self {
		Self {
			count: self.count.saturating_sub(less.count),
			bytes: self.bytes.saturating_sub(less.bytes),
		}
	}

	/// This, or half of the limit if that is less.
	fn up_to_half(self, limit: Limit) -> Self {
		Self {
			count: self.count.min(limit.count / 2),
			bytes: self.bytes.min(limit.kilobytes.saturating_mul(1024) / 2),
		}
	}

	pub(super) fn reaches(self, limit: Limit) -> bool {
		self.count >= limit.count || self.bytes / 1024 >= limit.kilobytes
	}
}

/// Who comes to the door.
#[derive(Clone, Copy)]
pub enum Who {
	/// Whoever uses this node's RPC.
	Client,
	/// Another node.
	Peer,
}

/// What was let in and is not in the pool yet.
#[derive(Default)]
struct Arriving {
	clients: Load,
	peers: Load,
}

impl Arriving {
	fn of(&mut self, who: Who) -> &mut Load {
		match who {
			Who::Client => &mut self.clients,
			Who::Peer => &mut self.peers,
		}
	}

	/// What of it counts against `who`. What peers send costs them nothing before it is checked, so that it counts
	/// against a client up to half of the limit only.
	fn against(&self, who: Who, limit: Limit) -> Load {
		match who {
			Who::Client => self.clients.plus(self.peers.up_to_half(limit)),
			Who::Peer => self.clients.plus(self.peers),
		}
	}
}

/// What both sides of the door lead to.
pub struct Gate {
	pool: Arc<FullPool>,
	client: Arc<FullClient>,
	limit: Limit,
	keeper: Arc<Keeper>,
	spawner: SpawnTaskHandle,
	/// What was let in and is not in the pool yet.
	arriving: Mutex<Arriving>,
	/// What was seen when the pool was looked through.
	look: Mutex<Option<Look>>,
	/// Whose turn it is to be looked at while the pool is full: one client and one peer at a time, beside the node's other
	/// work, in the order in which they came.
	clients: Arc<Turn<()>>,
	peers: Arc<Turn<()>>,
}

struct Look {
	when: Instant,
	bar: TransactionPriority,
	passed: Load,
}

impl Look {
	/// Whether it still says how things are.
	fn holds(&self, limit: Limit) -> bool {
		let most = Limit { count: limit.count / PASSED, kilobytes: limit.kilobytes / PASSED };
		// As much as that may have passed, and one more.
		self.when.elapsed() < LOOK
			&& self.passed.count <= most.count
			&& self.passed.bytes / 1024 <= most.kilobytes
	}
}

/// One that was let in and is not in the pool yet.
struct Arrival<'a> {
	arriving: &'a Mutex<Arriving>,
	who: Who,
	load: Load,
}

impl<'a> Arrival<'a> {
	/// And what else there is that counts against it.
	fn new(arriving: &'a Mutex<Arriving>, who: Who, load: Load, limit: Limit) -> (Self, Load) {
		let mut all = arriving.lock().unwrap_or_else(PoisonError::into_inner);
		let others = all.against(who, limit);
		let mine = all.of(who);
		*mine = mine.plus(load);
		(Self { arriving, who, load }, others)
	}
}

impl Drop for Arrival<'_> {
	fn drop(&mut self) {
		let mut all = self.arriving.lock().unwrap_or_else(PoisonError::into_inner);
		let mine = all.of(self.who);
		*mine = mine.minus(self.load);
	}
}

impl Gate {
	/// Before this pool, with this limit.
	pub fn new(
		pool: Arc<FullPool>,
		client: Arc<FullClient>,
		limit: Limit,
		keeper: Arc<Keeper>,
		spawner: SpawnTaskHandle,
	) -> Arc<Self> {
		Arc::new(Self {
			pool,
			client,
			limit,
			keeper,
			spawner,
			arriving: Mutex::default(),
			look: Mutex::default(),
			clients: Arc::default(),
			peers: Arc::default(),
		})
	}

	/// Refuses what comes while the pool is full and is not worth more than what the limit has room for; and whatever
	/// comes when the pool behind has no room, which would drop something.
	async fn admit(
		self: &Arc<Self>,
		who: Who,
		at: Hash,
		source: TransactionSource,
		transaction: &TransactionFor<Door>,
	) -> Result<Arrival<'_>, PoolError> {
		let load = Load::of(transaction.inner().len());
		if let Some(arrival) = self.room(who, load, self.limit) {
			return Ok(arrival);
		}
		// Most of what peers send while many wait is here already. Looking at it again would be dear.
		let hash = self.pool.hash_of(transaction);
		if self.pool.ready_transaction(&hash).is_some() {
			return Err(Error::AlreadyImported(Box::new(hash)).into());
		}
		let turn = match who {
			Who::Client => self.clients.clone(),
			Who::Peer => self.peers.clone(),
		};
		let turn = turn.lock_owned().await;
		let (answer, answered) = oneshot::channel();
		let (gate, transaction) = (self.clone(), transaction.clone());
		self.spawner.spawn_blocking("transaction-door", "transaction-pool", async move {
			// Whoever asked may have gone: the turn ends with the look all the same.
			let _turn = turn;
			let _ = answer.send(gate.judge(at, source, transaction));
		});
		answered.await.unwrap_or_else(|_| Err(Error::ImmediatelyDropped.into()))?;
		self.room(who, load, self.limit.behind()).ok_or_else(|| Error::ImmediatelyDropped.into())
	}

	/// Has a transaction remembered until it is final, if the pool has it by this answer.
	fn keep<T>(
		&self,
		who: Who,
		source: TransactionSource,
		transaction: TransactionFor<Door>,
		answer: &Result<T, PoolError>,
	) {
		if matches!(answer, Ok(_) | Err(PoolError::Pool(Error::AlreadyImported(_)))) {
			let hash = self.pool.hash_of(&transaction);
			self.keeper.remember(who, hash, source, transaction, Instant::now());
		}
	}

	/// Lets in what there is room for within `limit`.
	fn room(&self, who: Who, load: Load, limit: Limit) -> Option<Arrival<'_>> {
		let (arrival, others) = Arrival::new(&self.arriving, who, load, limit);
		(!limit.is_reached(&self.pool.status(), others)).then_some(arrival)
	}

	/// Refuses a transaction that is not valid, or not worth more than what the limit has room for. What cannot be
	/// checked passes: the pool itself says why.
	fn judge(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Door>,
	) -> Result<(), PoolError> {
		let bytes = transaction.inner().len();
		match self.client.runtime_api().validate_transaction(at, source, transaction, at) {
			Ok(Ok(valid)) if self.passes(valid.priority, bytes) => Ok(()),
			Ok(Ok(_)) => Err(Error::ImmediatelyDropped.into()),
			Ok(Err(TransactionValidityError::Invalid(why))) => {
				Err(Error::InvalidTransaction(why).into())
			},
			Ok(Err(TransactionValidityError::Unknown(why))) => {
				Err(Error::UnknownTransaction(why).into())
			},
			Err(_) => Ok(()),
		}
	}

	fn passes(&self, priority: TransactionPriority, bytes: usize) -> bool {
		let mut look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
		let known = look.take().filter(|look| look.holds(self.limit));
		let known = look.insert(known.unwrap_or_else(|| self.look()));
		let passes = priority > known.bar;
		if passes {
			known.passed = known.passed.plus(Load::of(bytes));
		}
		passes
	}

	fn look(&self) -> Look {
		let waiting = self.pool.ready().map(|ready| (*ready.priority(), ready.bytes));
		Look {
			when: Instant::now(),
			bar: self.limit.bar(waiting.collect()),
			passed: Load::default(),
		}
	}
}

#[async_trait]
impl Behind for Gate {
	fn hash_of(&self, transaction: &TransactionFor<Door>) -> Hash {
		self.pool.hash_of(transaction)
	}

	async fn submit(
		&self,
		source: TransactionSource,
		transactions: Vec<TransactionFor<Door>>,
	) -> Option<Vec<Result<Hash, PoolError>>> {
		let loads = transactions.iter().map(|transaction| Load::of(transaction.inner().len()));
		let load = loads.fold(Load::default(), Load::plus);
		// They have been let in before. As if they were a peer's, they leave clients room to arrive.
		let _arrival = self.room(Who::Peer, load, self.limit.behind())?;
		let best = self.client.chain_info().best_hash;
		let submitted = self.pool.submit_at(best, source, transactions).await;
		submitted.inspect_err(|error| log::debug!("nothing can be submitted: {error}")).ok()
	}
}

/// Who stands at the door.
enum Side {
	/// Clients.
	Clients,
	/// Peers; and what of the pool has been sent to them in this round.
	Peers(Mutex<HashSet<Hash>>),
}

impl Side {
	fn who(&self) -> Who {
		match self {
			Self::Clients => Who::Client,
			Self::Peers(_) => Who::Peer,
		}
	}
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
		Arc::new(Self { gate, side: Side::Peers(Mutex::default()) })
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

/// The next part of what is ready: of what has not been sent in this round. A round ends when all has been.
fn part<T>(sent: &mut HashSet<Hash>, mut ready: Vec<(Hash, T)>) -> Vec<T> {
	let here: HashSet<_> = ready.iter().map(|(hash, _)| *hash).collect();
	sent.retain(|hash| here.contains(hash));
	if sent.len() == here.len() {
		sent.clear();
	}
	ready.retain(|(hash, _)| !sent.contains(hash));
	ready.truncate(PART);
	sent.extend(ready.iter().map(|(hash, _)| *hash));
	ready.into_iter().map(|(_, transaction)| transaction).collect()
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
		let Side::Peers(sent) = &self.side else { return self.pool().ready() };
		let ready = self.pool().ready().map(|transaction| (*transaction.hash(), transaction));
		let ready = ready.collect();
		let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
		Box::new(Part(part(&mut sent, ready).into_iter()))
	}

	async fn submit_one(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: TransactionFor<Self>,
	) -> Result<TxHash<Self>, PoolError> {
		let admitted = self.gate.admit(self.side.who(), at, source, &transaction).await;
		let _arrival = admitted.map_err(|error| self.told(error))?;
		let submitted = self.pool().submit_one(at, source, transaction.clone()).await;
		self.gate.keep(self.side.who(), source, transaction, &submitted);
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
		let _arrival = self.gate.admit(self.side.who(), at, source, &transaction).await?;
		let submitted = self.pool().submit_and_watch(at, source, transaction.clone()).await;
		self.gate.keep(self.side.who(), source, transaction, &submitted);
		submitted
	}

	/// What the node's operator has removed, and what cannot be without it, stays away.
	async fn report_invalid(
		&self,
		at: Option<Hash>,
		invalid: TxInvalidityReportMap<TxHash<Self>>,
	) -> Vec<Arc<InPool>> {
		self.gate.keeper.forget(invalid.keys());
		let removed = self.pool().report_invalid(at, invalid).await;
		self.gate.keeper.forget(removed.iter().map(|one| one.hash()));
		removed
	}

	// The rest is the pool's.

	async fn ready_at(&self, at: Hash) -> Ready {
		self.pool().ready_at(at).await
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
		let ready = |numbers: std::ops::Range<usize>| {
			let hash = |number: usize| Hash::from_low_u64_be(number as u64);
			numbers.map(|number| (hash(number), number)).collect::<Vec<_>>()
		};
		let mut sent = HashSet::new();
		let all = 2 * PART + 1;
		let starts: Vec<_> = (0..4)
			.map(|_| {
				let some = part(&mut sent, ready(0..all));
				(some[0], some.len())
			})
			.collect();
		assert_eq!(starts, [(0, PART), (PART, PART), (2 * PART, 1), (0, PART)]);

		// Nobody is passed over because blocks take those before it.
		let mut sent = HashSet::new();
		let mut seen = HashSet::new();
		for taken in [0, PART / 2, PART, 3 * PART / 2] {
			seen.extend(part(&mut sent, ready(taken..all)));
		}
		assert_eq!(seen.len(), all);
		assert!(sent.len() <= all - 3 * PART / 2, "what is gone is not remembered");

		// One that fits is sent as a whole each time.
		for _ in 0..2 {
			assert_eq!(part(&mut sent, ready(0..PART)).len(), PART);
		}
		assert!(part(&mut sent, ready(0..0)).is_empty());
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

		let none = Load::default();
		assert!(!limit.is_reached(&status(99, 0, 10_239), none));
		assert!(limit.is_reached(&status(100, 0, 0), none));
		assert!(limit.is_reached(&status(1, 0, 10_240), none));
		// Those on their way count, those whose turn has not come do not.
		assert!(limit.is_reached(&status(90, 0, 0), Load { count: 10, bytes: 0 }));
		assert!(limit.is_reached(&status(1, 0, 10_000), Load { count: 1, bytes: 240 }));
		assert!(!limit.is_reached(&status(90, 1_000, 0), Load { count: 9, bytes: 10_239 }));
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
	fn a_look_holds_until_much_has_passed() {
		let limit = Limit { count: 1_000, kilobytes: 1_000 };
		let holds = |count, bytes| {
			let passed = Load { count, bytes };
			Look { when: Instant::now(), bar: 0, passed }.holds(limit)
		};
		assert!(holds(10, 10 * 1024));
		assert!(!holds(11, 0));
		assert!(!holds(1, 11 * 1024));
		let old = Instant::now().checked_sub(LOOK).expect("the machine runs for longer");
		assert!(!Look { when: old, bar: 0, passed: Load::default() }.holds(limit));
	}

	#[test]
	fn who_was_let_in_counts_until_the_pool_has_it() {
		let limit = Limit { count: 4, kilobytes: 4 };
		let arriving = Mutex::default();
		let enter = |who, bytes| Arrival::new(&arriving, who, Load::of(bytes), limit);
		let (first, others) = enter(Who::Client, 7);
		assert_eq!(others, Load::default());
		let (second, others) = enter(Who::Client, 0);
		assert_eq!(others, Load { count: 1, bytes: 7 });
		drop(first);
		assert_eq!(enter(Who::Peer, 0).1, Load { count: 1, bytes: 0 });
		drop(second);
		assert_eq!(enter(Who::Client, 0).1, Load::default());
	}

	#[test]
	fn what_peers_send_shuts_the_door_to_peers_only() {
		let limit = Limit { count: 4, kilobytes: 4 };
		let arriving = Mutex::default();
		let peer = || Arrival::new(&arriving, Who::Peer, Load::of(1_024), limit);
		let peers: Vec<_> = (0..8).map(|_| peer().0).collect();
		assert!(peer().1.reaches(limit));
		let (client, others) = Arrival::new(&arriving, Who::Client, Load::of(1), limit);
		assert_eq!(others, Load { count: 2, bytes: 2_048 });
		assert!(!others.reaches(limit));
		drop((peers, client));
		assert_eq!(peer().1, Load::default());
	}

	#[tokio::test]
	async fn whoever_came_first_has_the_first_turn() {
		let turn = Arc::new(Turn::new(()));
		let first = turn.clone().lock_owned().await;
		let order = Arc::new(Mutex::new(vec![]));
		let wait = |number| {
			let (turn, order) = (turn.clone(), order.clone());
			async move {
				let _turn = turn.lock_owned().await;
				order.lock().expect("not poisoned").push(number);
				tokio::task::yield_now().await;
			}
		};
		futures::join!(wait(1), wait(2), wait(3), async { drop(first) });
		assert_eq!(*order.lock().expect("not poisoned"), [1, 2, 3]);
	}
}
