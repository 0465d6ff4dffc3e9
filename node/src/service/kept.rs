//! What the pool of transactions has accepted, until it is in a final block.
//!
//! The fork-aware pool has a view of the chain at each of its tips. A transaction whose turn has not come (a nonce is
//! missing) it deletes with the last view that has it. But views go while nothing is wrong with what is in them, and a
//! transaction may be in no other yet:
//!
//! - while there are two forks, one that arrives gets into the view of either when its check there is done. If the
//!   other fork becomes final between the two checks, the pool deletes it with the view that is gone; the second check
//!   finds it valid, and the pool says that it has it. It has not: it is in a view alone, and the next view leaves it out;
//! - one that arrives while the view of the next block is built comes too late for that one. When that block is final
//!   before there is a view of the one after it, the views that have it are gone;
//! - and of too many of this kind the pool drops the oldest.
//!
//! Whoever sent it has been told that it is accepted. What was never ready has been sent to nobody, so that no other
//! node has it, and all that follow from the same account wait without end. A peer that loses one so does not get it
//! again either, for the network remembers that it had it.
//!
//! So what comes in by the door is remembered here until a final block has it. Who has waited for some time is submitted
//! to the pool again: what the pool has, as it nearly always does, it says so of without a check, and what it lost it
//! checks and takes. What it finds invalid by then is in a block, replaced, or void, and is forgotten.

use super::{
	door::{Gate, Limit, Load, Who},
	pool::{ForkAware, PoolError},
	FullClient, Hash,
};
use futures::{Stream, StreamExt};
use jsonrpsee::core::async_trait;
use sc_client_api::{BlockBackend, BlockchainEvents};
use sc_service::SpawnTaskHandle;
use sc_transaction_pool_api::{
	error::{Error, IntoPoolError},
	TransactionSource,
};
use sp_runtime::OpaqueExtrinsic;
use std::{
	collections::{BTreeMap, HashMap},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use substrate_prometheus_endpoint::{register, Counter, PrometheusError, Registry, U64};

/// How long after its ban the pool is asked of a transaction. What the pool deletes it bans when it has the view of the
/// next block, and the ban ends with a block. Asking too early makes the ban longer: each refusal begins it anew.
const MARGIN: Duration = Duration::from_secs(15);
/// How long one waits at least: most are final by then.
const LEAST_WAIT: Duration = Duration::from_secs(30);
/// How often those are looked for who have waited for long enough.
const LOOK: Duration = Duration::from_secs(10);
/// How many the pool is asked of at a time. What arrives meanwhile waits for as many checks at most.
const BATCH: usize = 64;
/// How many checks a look may cost: a third of a second of one processor.
const CHECKS: usize = 1_024;
/// How many times the pool is asked to take the same one, each time after twice as long. Who fills the pool with what it
/// drops again has it checked so many times, and no more. What peers send costs them nothing, and what of theirs is
/// dropped again and again is out of the way within minutes.
const fn tries(who: Who) -> u32 {
	match who {
		Who::Client => 8,
		Who::Peer => 3,
	}
}

/// What is asked of the pool behind the door.
#[async_trait]
pub trait Behind: Send + Sync {
	/// The hash by which the pool knows a transaction.
	fn hash_of(&self, transaction: &OpaqueExtrinsic) -> Hash;

	/// Submits transactions at the best block. `None` if there is no room for them.
	async fn submit(
		&self,
		source: TransactionSource,
		transactions: Vec<OpaqueExtrinsic>,
	) -> Option<Vec<Result<Hash, PoolError>>>;
}

/// What the pool said when it was asked to take a transaction again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
	/// It had it.
	There,
	/// It had lost it, and has it now.
	Lost,
	/// It does not take it now.
	Refused,
	/// It will not take it any more.
	Void,
}

impl Found {
	fn of(answer: Result<Hash, PoolError>) -> Self {
		match answer.map_err(IntoPoolError::into_pool_error) {
			Ok(_) => Self::Lost,
			Err(Ok(Error::AlreadyImported(_))) => Self::There,
			Err(Ok(error)) if !error.is_retriable() => Self::Void,
			// Or the node could not have it checked.
			Err(_) => Self::Refused,
		}
	}
}

/// A transaction that is remembered.
struct One {
	hash: Hash,
	/// Its bytes are those that the pool has.
	transaction: OpaqueExtrinsic,
	source: TransactionSource,
	who: Who,
	/// When the pool accepted it, or was last asked.
	since: Instant,
	/// For how long the pool is not asked.
	wait: Duration,
	/// How many times it was not there.
	tries: u32,
}

impl One {
	fn is_due(&self, now: Instant) -> bool {
		now.saturating_duration_since(self.since) >= self.wait
	}

	fn load(&self) -> Load {
		Load::of(self.transaction.inner().len())
	}
}

/// How much is remembered of those who came from one side, and how much may be.
#[derive(Default)]
struct Share {
	room: Limit,
	load: Load,
}

/// Some that have waited for long enough, all of one source.
struct Batch {
	source: TransactionSource,
	/// Under which each is filed.
	numbers: Vec<u64>,
	transactions: Vec<OpaqueExtrinsic>,
}

/// What is remembered.
#[derive(Default)]
struct Kept {
	clients: Share,
	peers: Share,
	/// How long one waits at first.
	wait: Duration,
	/// Under which number each is filed.
	numbers: HashMap<Hash, u64>,
	/// In the order in which they were accepted.
	all: BTreeMap<u64, One>,
	/// The next number.
	next: u64,
}

impl Kept {
	/// Clients have as much room as the pool itself: then all that it may have of theirs is remembered. Peers have half of
	/// it: what they send costs them nothing, and whoever sent it to them has kept it too.
	fn new(room: Limit, ban: Duration) -> Self {
		let half = Limit { count: room.count / 2, kilobytes: room.kilobytes / 2 };
		Self {
			clients: Share { room, ..Share::default() },
			peers: Share { room: half, ..Share::default() },
			wait: ban.saturating_add(MARGIN).max(LEAST_WAIT),
			..Self::default()
		}
	}

	fn share(&mut self, who: Who) -> &mut Share {
		match who {
			Who::Client => &mut self.clients,
			Who::Peer => &mut self.peers,
		}
	}

	fn is_empty(&self) -> bool {
		self.all.is_empty()
	}

	/// Remembers a transaction, if it is not and there is room: nobody else is forgotten for it.
	fn remember(
		&mut self,
		who: Who,
		hash: Hash,
		source: TransactionSource,
		transaction: OpaqueExtrinsic,
		now: Instant,
	) {
		if self.numbers.contains_key(&hash) {
			return;
		}
		let one = One { hash, transaction, source, who, since: now, wait: self.wait, tries: 0 };
		let share = self.share(who);
		if share.load.reaches(share.room) {
			return;
		}
		share.load = share.load.plus(one.load());
		self.numbers.insert(hash, self.next);
		self.all.insert(self.next, one);
		self.next = self.next.saturating_add(1);
	}

	fn forget(&mut self, hash: &Hash) {
		let number = self.numbers.remove(hash);
		let Some(one) = number.and_then(|number| self.all.remove(&number)) else { return };
		let share = self.share(one.who);
		share.load = share.load.minus(one.load());
	}

	/// The first of those who have waited for long enough, from number `from` on: at most so many.
	fn due(&self, from: u64, most: usize, now: Instant) -> Option<Batch> {
		let mut due = self.all.range(from..).filter(|(_, one)| one.is_due(now)).peekable();
		let source = due.peek()?.1.source;
		let (numbers, transactions) = due
			.take_while(|(_, one)| one.source == source)
			.take(most)
			.map(|(number, one)| (*number, one.transaction.clone()))
			.unzip();
		Some(Batch { source, numbers, transactions })
	}

	/// Notes what the pool said of the one with this number. It may be final meanwhile.
	fn note(&mut self, number: u64, found: Found, now: Instant) {
		let Some(one) = self.all.get_mut(&number) else { return };
		one.since = now;
		if found == Found::There {
			return;
		}
		one.wait = one.wait.saturating_mul(2);
		one.tries = one.tries.saturating_add(1);
		if found == Found::Void || one.tries >= tries(one.who) {
			let hash = one.hash;
			self.forget(&hash);
		}
	}
}

/// Registers the count of those that the pool had lost.
///
/// # Errors
///
/// That of the registry.
pub fn recovered(registry: &Registry) -> Result<Counter<U64>, PrometheusError> {
	let name = "strata_pool_recovered_total";
	let help = "Accepted transactions that the pool had lost and has taken again";
	register(Counter::new(name, help)?, registry)
}

/// Remembers what the pool has accepted, and has it take again what it lost.
pub struct Keeper {
	kept: Mutex<Kept>,
	recovered: Option<Counter<U64>>,
}

impl Keeper {
	/// For such a fork-aware pool. For another it remembers nothing: a pool without views loses none with them.
	pub fn new(pool: Option<ForkAware>, registry: Option<&Registry>) -> Arc<Self> {
		let recovered = registry.map(recovered).and_then(|registered| {
			registered
				.inspect_err(|error| log::warn!("no metric of lost transactions: {error}"))
				.ok()
		});
		let kept = pool.map(|pool| Kept::new(pool.room, pool.ban)).unwrap_or_default();
		Arc::new(Self { kept: Mutex::new(kept), recovered })
	}

	fn kept(&self) -> MutexGuard<'_, Kept> {
		self.kept.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Remembers a transaction that the pool has accepted, unless it is remembered already, or too many are.
	pub fn remember(
		&self,
		who: Who,
		hash: Hash,
		source: TransactionSource,
		transaction: OpaqueExtrinsic,
		now: Instant,
	) {
		self.kept().remember(who, hash, source, transaction, now);
	}

	/// Forgets these: nobody wants to have them back.
	pub fn forget<'a>(&self, hashes: impl IntoIterator<Item = &'a Hash>) {
		let mut kept = self.kept();
		hashes.into_iter().for_each(|hash| kept.forget(hash));
	}

	/// Forgets what is in final blocks with these bodies. They are not read while nothing is remembered.
	async fn forget_those_in(
		&self,
		blocks: Vec<Hash>,
		body: &impl Fn(Hash) -> Option<Vec<OpaqueExtrinsic>>,
		behind: &impl Behind,
	) {
		for block in blocks {
			if self.kept().is_empty() {
				return;
			}
			let transactions = body(block).unwrap_or_default();
			let hashes: Vec<_> = transactions.iter().map(|one| behind.hash_of(one)).collect();
			self.forget(&hashes);
			// Thousands may become final at once.
			tokio::task::yield_now().await;
		}
	}

	/// Submits again those who have waited for long enough, in the order in which they were accepted, and says how many of
	/// them the pool had lost.
	async fn look(&self, behind: &impl Behind, now: Instant) -> u64 {
		let (mut from, mut checks, mut lost) = (0, CHECKS, 0_u64);
		while checks > 0 {
			let batch = self.kept().due(from, BATCH.min(checks), now);
			let Some(Batch { source, numbers, transactions }) = batch else { break };
			from = numbers.last().map_or(u64::MAX, |last| last.saturating_add(1));
			let Some(answers) = behind.submit(source, transactions).await else { break };
			let found: Vec<_> = answers.into_iter().map(Found::of).collect();
			let count = |what: Found| found.iter().filter(|found| **found == what).count();
			checks = checks.saturating_sub(found.len().saturating_sub(count(Found::There)));
			lost = lost.saturating_add(count(Found::Lost).try_into().unwrap_or(u64::MAX));
			self.note(&numbers, &found, now);
			// Others have work too, and the pool may have said all of this without waiting for anything.
			tokio::task::yield_now().await;
		}
		if let Some(recovered) = &self.recovered {
			recovered.inc_by(lost);
		}
		lost
	}

	fn note(&self, numbers: &[u64], found: &[Found], now: Instant) {
		let mut kept = self.kept();
		numbers.iter().zip(found).for_each(|(number, found)| kept.note(*number, *found, now));
	}

	/// Forgets what becomes final, until nothing does any more.
	async fn follow(
		&self,
		mut finals: impl Stream<Item = Vec<Hash>> + Unpin,
		body: impl Fn(Hash) -> Option<Vec<OpaqueExtrinsic>>,
		behind: &impl Behind,
	) {
		while let Some(blocks) = finals.next().await {
			self.forget_those_in(blocks, &body, behind).await;
		}
	}

	/// Looks again and again.
	async fn keep_looking(&self, behind: &impl Behind) {
		loop {
			tokio::time::sleep(LOOK).await;
			let lost = self.look(behind, Instant::now()).await;
			if lost > 0 {
				log::warn!("The pool had lost {lost} transactions that it had accepted, and has them again");
			}
		}
	}
}

/// Starts the task that forgets and looks. It ends with the chain's notifications.
pub fn start(
	keeper: Arc<Keeper>,
	gate: Arc<Gate>,
	client: Arc<FullClient>,
	spawner: &SpawnTaskHandle,
) {
	let finals = client.finality_notification_stream().map(|last| {
		let before = last.tree_route.iter().copied();
		before.chain([last.hash]).collect::<Vec<_>>()
	});
	let body = move |block| client.block_body(block).ok().flatten();
	// Bodies are read from the disk.
	spawner.spawn_blocking("transactions-kept", "transaction-pool", async move {
		tokio::select! {
			() = keeper.follow(finals, body, &*gate) => {},
			() = keeper.keep_looking(&*gate) => {},
		}
	});
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::service::{checks::tests::OnThreads, Block, Header};
	use sc_transaction_pool::{
		ChainApi, ForkAwareTxPool, Options, ValidateTransactionPriority as Priority,
	};
	use sc_transaction_pool_api::{ChainEvent, MaintainedTransactionPool, TransactionPool};
	use sp_blockchain::{HashAndNumber, TreeRoute};
	use sp_runtime::{
		generic::BlockId,
		traits::{BlakeTwo256, Hash as _, Header as _},
		transaction_validity::{InvalidTransaction, TransactionValidity, ValidTransaction},
	};
	use tokio::sync::Notify;

	/// A limit that no test reaches.
	const ROOMY: Limit = Limit { count: 100_000, kilobytes: 100_000 };
	const BAN: Duration = Duration::from_secs(60);
	/// How long one waits at first, with that ban.
	const WAIT: Duration = Duration::from_secs(75);
	const SOURCE: TransactionSource = TransactionSource::External;

	fn transaction(number: u64) -> OpaqueExtrinsic {
		OpaqueExtrinsic::from_blob(number.to_be_bytes().to_vec())
	}

	fn hash(number: u64) -> Hash {
		BlakeTwo256::hash_of(&transaction(number))
	}

	fn keeper(room: Limit) -> Arc<Keeper> {
		let registry = Registry::new();
		Keeper::new(Some(ForkAware { room, ban: BAN }), Some(&registry))
	}

	fn remember(keeper: &Keeper, who: Who, number: u64, now: Instant) {
		keeper.remember(who, hash(number), SOURCE, transaction(number), now);
	}

	/// Those that are remembered, in their order.
	fn kept(keeper: &Keeper) -> Vec<Hash> {
		keeper.kept().all.values().map(|one| one.hash).collect()
	}

	/// A pool that says the same of each transaction, if it has room for it.
	struct Told {
		says: fn(Hash) -> Result<Hash, PoolError>,
		room: bool,
		/// What it was asked of.
		asked: Mutex<Vec<Hash>>,
	}

	impl Told {
		fn new(says: fn(Hash) -> Result<Hash, PoolError>) -> Self {
			Self { says, room: true, asked: Mutex::default() }
		}

		/// What it was asked of since it was looked at last.
		fn asked(&self) -> Vec<Hash> {
			std::mem::take(&mut *self.asked.lock().expect("not poisoned"))
		}
	}

	#[async_trait]
	impl Behind for Told {
		fn hash_of(&self, transaction: &OpaqueExtrinsic) -> Hash {
			BlakeTwo256::hash_of(transaction)
		}

		async fn submit(
			&self,
			source: TransactionSource,
			transactions: Vec<OpaqueExtrinsic>,
		) -> Option<Vec<Result<Hash, PoolError>>> {
			assert_eq!(source, SOURCE);
			let hashes: Vec<_> =
				transactions.iter().map(|one| Behind::hash_of(self, one)).collect();
			self.asked.lock().expect("not poisoned").extend(&hashes);
			self.room.then(|| hashes.into_iter().map(self.says).collect())
		}
	}

	fn there(hash: Hash) -> Result<Hash, PoolError> {
		Err(Error::AlreadyImported(Box::new(hash)).into())
	}

	#[test]
	fn what_is_remembered_is_bounded_for_clients_and_peers_apart() {
		let now = Instant::now();
		let by_count = keeper(Limit { count: 4, kilobytes: 100 });
		for number in 0..6 {
			remember(&by_count, Who::Peer, number, now);
			remember(&by_count, Who::Client, 10 + number, now);
		}
		// The first are not forgotten for the last.
		let expected: Vec<_> = [0, 10, 1, 11, 12, 13].map(hash).into();
		assert_eq!(kept(&by_count), expected);
		// Who is forgotten leaves room.
		by_count.forget(&[hash(0)]);
		remember(&by_count, Who::Client, 20, now);
		remember(&by_count, Who::Peer, 21, now);
		assert_eq!(kept(&by_count).last(), Some(&hash(21)));
		assert_eq!(by_count.kept().all.len(), 6);

		let by_size = keeper(Limit { count: 100, kilobytes: 2 });
		for number in 0..9_u8 {
			let large = OpaqueExtrinsic::from_blob(vec![number; 512]);
			let hash = BlakeTwo256::hash_of(&large);
			by_size.remember(Who::Client, hash, SOURCE, large, now);
		}
		assert_eq!(by_size.kept().all.len(), 4);
	}

	#[test]
	fn a_pool_without_forks_needs_no_keeper() {
		let none = Keeper::new(None, None);
		remember(&none, Who::Client, 1, Instant::now());
		assert!(none.kept().is_empty());
	}

	#[tokio::test]
	async fn who_sends_it_again_changes_nothing() {
		let (keeper, pool, start) = (keeper(ROOMY), Told::new(there), Instant::now());
		remember(&keeper, Who::Client, 1, start);
		remember(&keeper, Who::Client, 1, start + WAIT / 2);
		remember(&keeper, Who::Peer, 1, start + WAIT / 2);
		assert_eq!(kept(&keeper), [hash(1)]);
		assert_eq!(keeper.look(&pool, start + WAIT).await, 0);
		assert_eq!(pool.asked(), [hash(1)]);
	}

	#[tokio::test]
	async fn those_who_have_waited_are_submitted_in_their_order() {
		let (keeper, pool, start) = (keeper(ROOMY), Told::new(Ok), Instant::now());
		let second = Duration::from_secs(1);
		for (number, who) in [(3, Who::Client), (1, Who::Peer), (2, Who::Client)] {
			remember(&keeper, who, number, start);
		}
		remember(&keeper, Who::Client, 4, start + second);
		keeper.look(&pool, start + WAIT - second).await;
		assert!(pool.asked().is_empty(), "it is too early");
		assert_eq!(keeper.look(&pool, start + WAIT).await, 3);
		assert_eq!(pool.asked(), [3, 1, 2].map(hash));
		assert_eq!(keeper.recovered.as_ref().expect("it is registered").get(), 3);
		// Who comes later is not passed over for those who wait again.
		assert_eq!(keeper.look(&pool, start + WAIT + second).await, 1);
		assert_eq!(pool.asked(), [hash(4)]);
	}

	#[tokio::test]
	async fn the_pool_is_asked_less_and_less_often_and_not_without_end() {
		let answers: [fn(Hash) -> Result<Hash, PoolError>; 4] = [
			Ok,
			|_| Err(Error::TemporarilyBanned.into()),
			|_| Err(Error::ImmediatelyDropped.into()),
			|_| Err(PoolError::RuntimeApi("no state".into())),
		];
		for answer in answers {
			for (who, tries) in [(Who::Client, 8), (Who::Peer, 3)] {
				let (keeper, pool, mut now) = (keeper(ROOMY), Told::new(answer), Instant::now());
				remember(&keeper, who, 1, now);
				let mut wait = WAIT;
				for _ in 0..tries {
					keeper.look(&pool, now + wait - Duration::from_secs(1)).await;
					assert!(pool.asked().is_empty(), "it has not waited for {wait:?}");
					now += wait;
					keeper.look(&pool, now).await;
					assert_eq!(pool.asked(), [hash(1)], "it has waited for {wait:?}");
					wait *= 2;
				}
				assert!(keeper.kept().is_empty());
				assert_eq!(keeper.kept().share(who).load, Load::default());
			}
		}
	}

	#[tokio::test]
	async fn what_the_pool_has_stays_remembered() {
		let (keeper, pool, mut now) = (keeper(ROOMY), Told::new(there), Instant::now());
		remember(&keeper, Who::Peer, 1, now);
		for _ in 0..2 * tries(Who::Client) {
			now += WAIT;
			assert_eq!(keeper.look(&pool, now).await, 0);
			assert_eq!(pool.asked(), [hash(1)]);
		}
		assert_eq!(kept(&keeper), [hash(1)]);
	}

	#[tokio::test]
	async fn what_is_to_be_gone_is_not_brought_back() {
		let (keeper, pool, start) = (keeper(ROOMY), Told::new(Ok), Instant::now());
		for number in 1..4 {
			remember(&keeper, Who::Client, number, start);
		}
		keeper.forget(&[hash(1), hash(3), hash(4)]);
		assert_eq!(keeper.look(&pool, start + WAIT).await, 1);
		assert_eq!(pool.asked(), [hash(2)]);
	}

	#[tokio::test]
	async fn what_is_void_is_forgotten() {
		let answers: [fn(Hash) -> Result<Hash, PoolError>; 5] = [
			|_| Err(Error::InvalidTransaction(InvalidTransaction::Stale).into()),
			|_| Err(Error::InvalidTransaction(InvalidTransaction::AncientBirthBlock).into()),
			|_| Err(Error::InvalidTransaction(InvalidTransaction::Payment).into()),
			|_| Err(Error::InvalidTransaction(InvalidTransaction::BadProof).into()),
			|_| Err(Error::TooLowPriority { old: 2, new: 1 }.into()),
		];
		for answer in answers {
			let (keeper, start) = (keeper(ROOMY), Instant::now());
			remember(&keeper, Who::Client, 1, start);
			assert_eq!(keeper.look(&Told::new(answer), start + WAIT).await, 0);
			assert!(keeper.kept().is_empty());
		}
	}

	#[tokio::test]
	async fn a_look_costs_so_many_checks_and_no_more() {
		let start = Instant::now();
		let many = CHECKS as u64 + 100;
		let hashes: Vec<_> = (0..many).map(hash).collect();
		let lossy = keeper(ROOMY);
		(0..many).for_each(|number| remember(&lossy, Who::Client, number, start));
		// What the pool has costs none.
		let pool = Told::new(there);
		assert_eq!(lossy.look(&pool, start + WAIT).await, 0);
		assert_eq!(pool.asked(), hashes);
		let pool = Told::new(Ok);
		assert_eq!(lossy.look(&pool, start + 2 * WAIT).await, CHECKS as u64);
		assert_eq!(pool.asked(), hashes[..CHECKS]);
		// The others are not forgotten.
		assert_eq!(lossy.look(&pool, start + 2 * WAIT).await, 100);
		assert_eq!(pool.asked(), hashes[CHECKS..]);
	}

	#[tokio::test]
	async fn a_full_pool_is_left_alone() {
		let (keeper, start) = (keeper(ROOMY), Instant::now());
		let many = 2 * BATCH as u64;
		(0..many).for_each(|number| remember(&keeper, Who::Client, number, start));
		let mut pool = Told { room: false, ..Told::new(Ok) };
		assert_eq!(keeper.look(&pool, start + WAIT).await, 0);
		assert_eq!(pool.asked().len(), BATCH);
		// They have not been tried.
		pool.room = true;
		assert_eq!(keeper.look(&pool, start + WAIT).await, many);
	}

	#[tokio::test]
	async fn what_is_final_is_forgotten() {
		let (keeper, start) = (keeper(ROOMY), Instant::now());
		(0..4).for_each(|number| remember(&keeper, Who::Client, number, start));
		let block = Hash::repeat_byte;
		let body = |at: Hash| match at.as_bytes()[0] {
			1 => Some(vec![transaction(0), transaction(7)]),
			2 => Some(vec![transaction(2)]),
			3 => None,
			_ => Some((0..4).map(transaction).collect()),
		};
		let pool = Told::new(there);
		let finals = futures::stream::iter([vec![block(1), block(2)], vec![block(3)]]);
		keeper.follow(finals, body, &pool).await;
		assert_eq!(kept(&keeper), [1, 3].map(hash));
		keeper.follow(futures::stream::iter([vec![block(4)]]), body, &pool).await;
		let kept = keeper.kept();
		assert!(kept.is_empty() && kept.numbers.is_empty());
		assert_eq!(kept.clients.load, Load::default());
	}

	#[tokio::test]
	async fn nothing_costs_nothing() {
		let (keeper, pool) = (keeper(ROOMY), Told::new(there));
		assert_eq!(keeper.look(&pool, Instant::now()).await, 0);
		assert!(pool.asked().is_empty());
		let body = |_: Hash| -> Option<Vec<OpaqueExtrinsic>> { panic!("nobody is looked for") };
		let finals = futures::stream::iter([vec![Hash::zero()]]);
		keeper.follow(finals, body, &pool).await;
	}

	/// The first block, two that follow it, and two that follow the one of them that wins.
	const GENESIS: Hash = Hash::repeat_byte(1);
	const LOSER: Hash = Hash::repeat_byte(2);
	const WINNER: Hash = Hash::repeat_byte(3);
	const NEXT: Hash = Hash::repeat_byte(4);
	const LAST: Hash = Hash::repeat_byte(5);

	/// A block and those before it, up to the first one.
	fn ancestry(at: Hash) -> Vec<HashAndNumber<Block>> {
		let winners = [LAST, NEXT, WINNER, GENESIS];
		let hashes = match winners.iter().position(|hash| *hash == at) {
			Some(place) => winners[place..].to_vec(),
			None => vec![at, GENESIS],
		};
		let numbers = (0..hashes.len() as u32).rev();
		hashes
			.into_iter()
			.zip(numbers)
			.map(|(hash, number)| HashAndNumber { number, hash })
			.collect()
	}

	/// A chain with two forks. Transactions have to wait for another at the one that loses; at the other they are ready,
	/// but their checks take until somebody says so.
	#[derive(Default)]
	struct Forked {
		checked: Notify,
	}

	#[async_trait]
	impl ChainApi for Forked {
		type Block = Block;
		type Error = PoolError;

		async fn validate_transaction(
			&self,
			at: Hash,
			_: TransactionSource,
			transaction: Arc<OpaqueExtrinsic>,
			_: Priority,
		) -> Result<TransactionValidity, Self::Error> {
			if at == WINNER {
				self.checked.notified().await;
			}
			let requires = if at == LOSER { vec![b"another".to_vec()] } else { vec![] };
			let provides = vec![transaction.inner().to_vec()];
			Ok(Ok(ValidTransaction { requires, provides, ..Default::default() }))
		}

		fn validate_transaction_blocking(
			&self,
			_: Hash,
			_: TransactionSource,
			_: Arc<OpaqueExtrinsic>,
		) -> Result<TransactionValidity, Self::Error> {
			unreachable!("nothing is submitted by the node itself")
		}

		fn block_id_to_number(&self, at: &BlockId<Block>) -> Result<Option<u32>, Self::Error> {
			Ok(match at {
				BlockId::Hash(hash) => ancestry(*hash).first().map(|block| block.number),
				BlockId::Number(number) => Some(*number),
			})
		}

		fn block_id_to_hash(&self, at: &BlockId<Block>) -> Result<Option<Hash>, Self::Error> {
			Ok(match at {
				BlockId::Hash(hash) => Some(*hash),
				BlockId::Number(_) => None,
			})
		}

		fn hash_and_length(&self, transaction: &OpaqueExtrinsic) -> (Hash, usize) {
			(BlakeTwo256::hash_of(transaction), transaction.inner().len())
		}

		async fn block_body(&self, _: Hash) -> Result<Option<Vec<OpaqueExtrinsic>>, Self::Error> {
			Ok(Some(vec![]))
		}

		fn block_header(&self, at: Hash) -> Result<Option<Header>, Self::Error> {
			let ancestry = ancestry(at);
			let parent = ancestry.get(1).map_or(Hash::zero(), |parent| parent.hash);
			let (zero, number) = (Hash::zero(), ancestry[0].number);
			Ok(Some(Header::new(number, zero, zero, parent, Default::default())))
		}

		fn tree_route(&self, from: Hash, to: Hash) -> Result<TreeRoute<Block>, Self::Error> {
			let (mut route, mut enacted) = (ancestry(from), ancestry(to));
			let is_common =
				|block: &HashAndNumber<Block>| enacted.iter().any(|it| it.hash == block.hash);
			let pivot = route.iter().position(is_common).expect("all follow the first");
			route.truncate(pivot + 1);
			let common = enacted.iter().position(|block| block.hash == route[pivot].hash);
			enacted.truncate(common.expect("it is common to both"));
			route.extend(enacted.into_iter().rev());
			Ok(TreeRoute::new(route, pivot).expect("the pivot is on the route"))
		}
	}

	type Forks = ForkAwareTxPool<Forked, Block>;

	#[async_trait]
	impl Behind for Forks {
		fn hash_of(&self, transaction: &OpaqueExtrinsic) -> Hash {
			TransactionPool::hash_of(self, transaction)
		}

		async fn submit(
			&self,
			source: TransactionSource,
			transactions: Vec<OpaqueExtrinsic>,
		) -> Option<Vec<Result<Hash, PoolError>>> {
			self.submit_at(LAST, source, transactions).await.ok()
		}
	}

	/// A pool that has seen the fork that loses, and then the other.
	async fn forks() -> Arc<Forks> {
		// As on a development chain: what is banned may be back with the next block.
		let options = Options { ban_time: Duration::ZERO, ..Default::default() };
		let pool = Arc::new(Forks::new_with_background_worker(
			options,
			true.into(),
			Arc::new(Forked::default()),
			None,
			OnThreads,
			GENESIS,
			GENESIS,
		));
		best(&pool, LOSER).await;
		best(&pool, WINNER).await;
		pool
	}

	async fn best(pool: &Forks, hash: Hash) {
		pool.maintain(ChainEvent::NewBestBlock { hash, tree_route: None }).await;
	}

	/// Waits until something is so, and how many the pool has at all is part of it.
	async fn until(pool: &Forks, holds: impl Fn(usize) -> bool) {
		for _ in 0..2_000 {
			let (unwatched, watched) = pool.mempool_len().await;
			if holds(unwatched + watched) {
				return;
			}
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
		panic!("it is not so for ten seconds");
	}

	/// Whether the pool knows a transaction at its best block.
	fn is_anywhere(pool: &Forks, hash: &Hash) -> bool {
		pool.ready_transaction(hash).is_some() || pool.futures().iter().any(|one| one.hash == *hash)
	}

	#[tokio::test]
	async fn what_the_pool_loses_with_a_fork_is_ready_again() {
		let pool = forks().await;
		let sent = {
			let pool = pool.clone();
			tokio::spawn(async move { pool.submit_one(WINNER, SOURCE, transaction(1)).await })
		};
		// The losing fork has it, and it waits there for another.
		until(&pool, |_| pool.futures_at(LOSER).is_some_and(|all| all.len() == 1)).await;
		// The other becomes final before the check there is done: the pool deletes it.
		let tree_route: Arc<[Hash]> = Arc::from([]);
		pool.maintain(ChainEvent::Finalized { hash: WINNER, tree_route }).await;
		until(&pool, |count| count == 0).await;
		// It is accepted all the same, and lost.
		pool.api().checked.notify_one();
		let accepted = sent.await.expect("it does not panic").expect("it is accepted");
		assert_eq!(accepted, hash(1));
		for block in [NEXT, LAST] {
			best(&pool, block).await;
			assert!(!is_anywhere(&pool, &accepted), "the pool has kept it by itself");
		}

		let (keeper, start) = (keeper(ROOMY), Instant::now());
		remember(&keeper, Who::Client, 1, start);
		assert_eq!(keeper.look(&*pool, start + WAIT).await, 1);
		assert!(pool.ready_transaction(&accepted).is_some());
		// Now the pool has it, and knows that without a check.
		assert_eq!(keeper.look(&*pool, start + 4 * WAIT).await, 0);
		assert_eq!(kept(&keeper), [accepted]);
	}
}
