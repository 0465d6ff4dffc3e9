//! The pool of transactions: the SDK's, which takes its time over what nobody waits for.
//!
//! After every block the fork-aware pool checks all of its transactions again, one after the other, until
//! the next block comes. The checks go before those of what arrives, and with a full pool they have not ended
//! when the next block comes. They find what expired, or what its signer can no longer pay; that can wait, as
//! the author of a block checks each transaction anyway. So they rest between two of them ([`REST`]), as in the
//! SDK's older pool; what a client, a peer or a block waits for never rests, but for a transaction that takes the
//! place of another, which the pool's background puts into the views that had the other.
//!
//! While the pool still looks at a block that has lost to another, and whose state is gone since the other is
//! final, it can check nothing there, and takes what cannot be checked for wrong: it bans what is sent, and what it
//! has it drops, with all that follow from the same account. So what it asks of such a block is answered of the best one.

use super::{
	checks::{Answer, Asked, ByRuntime, Checker, Checks},
	door::Limit,
	Block, FullClient, FullPool, Hash,
};
use futures::{future::BoxFuture, FutureExt};
use jsonrpsee::core::async_trait;
use sc_service::{Configuration, TaskManager};
use sc_transaction_pool::{
	ChainApi, ForkAwareTxPool, FullChainApi, Options, PoolLimit, TransactionPoolWrapper,
	ValidateTransactionPriority as Priority,
};
use sc_transaction_pool_api::{TransactionPool, TransactionSource};
use sp_blockchain::TreeRoute;
use sp_core::traits::SpawnEssentialNamed;
use sp_runtime::{
	generic::BlockId,
	traits::{Block as BlockT, NumberFor},
	transaction_validity::TransactionValidity,
};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::Mutex as Turn;

/// How long the checks of the background rest after one, in times that it took: they have one part in ten of
/// a processor.
const REST: u32 = 9;
/// But no longer than this: the first of a batch rests too, and on a busy machine a check takes long because it waits
/// for its turn. The next block waits for the batch.
const LONGEST_REST: Duration = Duration::from_millis(20);
/// How many times more transactions there may be whose turn has come than such whose turn has not. The pool has room for
/// twelve times the limit ([`Limit::behind`]), most of it for what is in blocks: these have eight tenths of the limit.
const READY_TO_FUTURE: usize = 15;

/// What the command line says of a fork-aware pool.
#[derive(Clone, Copy, Debug)]
pub struct ForkAware {
	/// The room in it.
	pub room: Limit,
	/// How long a transaction that was wrong is not looked at again.
	pub ban: Duration,
}

impl ForkAware {
	fn options(self) -> Options {
		let limit = |part| PoolLimit {
			count: self.room.count / part,
			total_bytes: self.room.kilobytes.saturating_mul(1024) / part,
		};
		Options {
			ready: limit(1),
			future: limit(READY_TO_FUTURE),
			reject_future_transactions: false,
			ban_time: self.ban,
		}
	}
}

/// Makes the pool: a fork-aware one, or the one of the configuration.
pub fn build(
	config: &Configuration,
	client: &Arc<FullClient>,
	task_manager: &TaskManager,
	fork_aware: Option<ForkAware>,
) -> FullPool {
	let spawner = task_manager.spawn_essential_handle();
	let registry = config.prometheus_registry();
	let is_validator = config.role.is_authority().into();
	let Some(terms) = fork_aware else {
		return sc_transaction_pool::Builder::new(spawner, client.clone(), is_validator)
			.with_options(config.transaction_pool.clone())
			.with_prometheus(registry)
			.build();
	};
	let api = Arc::new(FullChainApi::new(client.clone(), None, &Nowhere));
	let checker = ByRuntime::new(client.clone(), api.clone());
	let checks = Checks::start(checker, &spawner, registry);
	let followed = client.clone();
	let best = Box::new(move || followed.chain_info().best_hash);
	let api = Unhurried { api, checks, best, turn: Turn::new(()) };
	let chain = client.chain_info();
	TransactionPoolWrapper(Box::new(ForkAwareTxPool::new_with_background_worker(
		terms.options(),
		is_validator,
		Arc::new(api),
		registry,
		Spawner(spawner),
		chain.best_hash,
		chain.finalized_hash,
	)))
}

/// Why the pool does not take a transaction, or could not have it checked.
pub type PoolError = <FullPool as TransactionPool>::Error;

tokio::task_local! {
	/// Is there in the pool's tasks of the background.
	static BACKGROUND: ();
}

/// Runs nothing: the threads of the SDK's pool, which [`Checks`] has instead.
#[derive(Clone)]
struct Nowhere;

impl SpawnEssentialNamed for Nowhere {
	fn spawn_essential_blocking(
		&self,
		_: &'static str,
		_: Option<&'static str>,
		_: BoxFuture<'static, ()>,
	) {
	}

	fn spawn_essential(&self, _: &'static str, _: Option<&'static str>, _: BoxFuture<'static, ()>) {
	}
}

/// Marks the tasks of the background.
#[derive(Clone)]
struct Spawner<S>(S);

impl<S: SpawnEssentialNamed + Clone> SpawnEssentialNamed for Spawner<S> {
	fn spawn_essential_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_essential_blocking(name, group, BACKGROUND.scope((), future).boxed());
	}

	fn spawn_essential(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_essential(name, group, BACKGROUND.scope((), future).boxed());
	}
}

/// How long the background rests after a check that took so long.
fn rest_after(check: Duration) -> Duration {
	check.saturating_mul(REST).min(LONGEST_REST)
}

/// What the pool asks of the chain, with rests between the checks of the background.
struct Unhurried<A, C> {
	api: Arc<A>,
	checks: Checks<C>,
	/// The best block.
	best: Box<dyn Fn() -> Hash + Send + Sync>,
	/// Held by a check of the background, and through its rest.
	turn: Turn<()>,
}

/// Whether something could not be checked because the state of the block is gone.
fn is_gone(error: &PoolError) -> bool {
	error.to_string().contains("State already discarded")
}

impl<A, C: Checker> Unhurried<A, C> {
	/// Makes a check now: at the best block if the state of the other is gone. In the view of the other it makes no
	/// difference, for no block is made there.
	async fn check(&self, at: Hash, asked: Asked, priority: Priority) -> Answer {
		match self.checks.make(at, asked.clone(), priority).await {
			Err(error) if is_gone(&error) => self.checks.make((self.best)(), asked, priority).await,
			answer => answer,
		}
	}
}

#[async_trait]
impl<A, C> ChainApi for Unhurried<A, C>
where
	A: ChainApi<Block = Block, Error = PoolError> + 'static,
	C: Checker,
{
	type Block = Block;
	type Error = A::Error;

	async fn validate_transaction(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: Arc<<Block as BlockT>::Extrinsic>,
		priority: Priority,
	) -> Result<TransactionValidity, Self::Error> {
		let in_background = BACKGROUND.try_with(|()| ()).is_ok();
		// A batch of the background, of transactions that have waited for many blocks, keeps the next block
		// waiting. Of a batch all but the first find the turn taken.
		let Some(_turn) = in_background.then(|| self.turn.try_lock().ok()).flatten() else {
			return self.check(at, (source, transaction), priority).await;
		};
		let begun = Instant::now();
		// One at a time: it need not wait behind all that arrives, for the next block may wait for it.
		let validity = self.check(at, (source, transaction), priority).await;
		tokio::time::sleep(rest_after(begun.elapsed())).await;
		validity
	}

	fn validate_transaction_blocking(
		&self,
		at: Hash,
		source: TransactionSource,
		transaction: Arc<<Block as BlockT>::Extrinsic>,
	) -> Result<TransactionValidity, Self::Error> {
		self.api.validate_transaction_blocking(at, source, transaction)
	}

	fn block_id_to_number(
		&self,
		at: &BlockId<Block>,
	) -> Result<Option<NumberFor<Block>>, Self::Error> {
		self.api.block_id_to_number(at)
	}

	fn block_id_to_hash(&self, at: &BlockId<Block>) -> Result<Option<Hash>, Self::Error> {
		self.api.block_id_to_hash(at)
	}

	fn hash_and_length(&self, transaction: &<Block as BlockT>::Extrinsic) -> (Hash, usize) {
		self.api.hash_and_length(transaction)
	}

	async fn block_body(
		&self,
		at: Hash,
	) -> Result<Option<Vec<<Block as BlockT>::Extrinsic>>, Self::Error> {
		self.api.block_body(at).await
	}

	fn block_header(&self, at: Hash) -> Result<Option<<Block as BlockT>::Header>, Self::Error> {
		self.api.block_header(at)
	}

	fn tree_route(&self, from: Hash, to: Hash) -> Result<TreeRoute<Block>, Self::Error> {
		self.api.tree_route(from, to)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::service::checks::tests::OnThreads;
	use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
	use std::sync::atomic::{AtomicU32, Ordering};

	/// How long a check takes.
	const CHECK: Duration = Duration::from_millis(2);
	/// How many checks are made.
	const CHECKS: u32 = 10;

	/// A chain that checks slowly.
	#[derive(Default)]
	struct Slow {
		/// How many it has checked.
		checked: AtomicU32,
	}

	impl Checker for Arc<Slow> {
		fn check(&self, _: Hash, transactions: Vec<Asked>) -> Vec<Answer> {
			let stale = |_| {
				std::thread::sleep(CHECK);
				self.checked.fetch_add(1, Ordering::Relaxed);
				Ok(Err(TransactionValidityError::Invalid(InvalidTransaction::Stale)))
			};
			transactions.into_iter().map(stale).collect()
		}
	}

	/// It is asked for nothing else.
	struct Nothing;

	#[async_trait]
	impl ChainApi for Nothing {
		type Block = Block;
		type Error = PoolError;

		async fn validate_transaction(
			&self,
			_: Hash,
			_: TransactionSource,
			_: Arc<<Block as BlockT>::Extrinsic>,
			_: Priority,
		) -> Result<TransactionValidity, Self::Error> {
			unreachable!("there are threads for that")
		}

		fn validate_transaction_blocking(
			&self,
			_: Hash,
			_: TransactionSource,
			_: Arc<<Block as BlockT>::Extrinsic>,
		) -> Result<TransactionValidity, Self::Error> {
			unreachable!("there are threads for that")
		}

		fn block_id_to_number(
			&self,
			_: &BlockId<Block>,
		) -> Result<Option<NumberFor<Block>>, Self::Error> {
			Ok(None)
		}

		fn block_id_to_hash(&self, _: &BlockId<Block>) -> Result<Option<Hash>, Self::Error> {
			Ok(None)
		}

		fn hash_and_length(&self, _: &<Block as BlockT>::Extrinsic) -> (Hash, usize) {
			Default::default()
		}

		async fn block_body(
			&self,
			_: Hash,
		) -> Result<Option<Vec<<Block as BlockT>::Extrinsic>>, Self::Error> {
			Ok(None)
		}

		fn block_header(&self, _: Hash) -> Result<Option<<Block as BlockT>::Header>, Self::Error> {
			Ok(None)
		}

		fn tree_route(&self, _: Hash, _: Hash) -> Result<TreeRoute<Block>, Self::Error> {
			unreachable!("there are no blocks")
		}
	}

	/// The best block of each chain here.
	const BEST: Hash = Hash::repeat_byte(1);

	type OfSlow = Unhurried<Nothing, Arc<Slow>>;

	fn unhurried<C: Checker>(chain: C) -> Unhurried<Nothing, C> {
		let checks = Checks::start(chain, &OnThreads, None);
		Unhurried { api: Arc::new(Nothing), checks, best: Box::new(|| BEST), turn: Turn::new(()) }
	}

	fn slow() -> (Arc<OfSlow>, Arc<Slow>) {
		let chain = Arc::new(Slow::default());
		(Arc::new(unhurried(chain.clone())), chain)
	}

	async fn answer<C: Checker>(
		api: &Unhurried<Nothing, C>,
		at: Hash,
		priority: Priority,
	) -> Answer {
		let source = TransactionSource::External;
		let transaction = sp_runtime::OpaqueExtrinsic::try_from_encoded_extrinsic(&[0])
			.expect("an extrinsic without content");
		api.validate_transaction(at, source, Arc::new(transaction), priority).await
	}

	async fn check(api: &OfSlow) {
		let checked = answer(api, Hash::zero(), Priority::Maintained).await;
		assert!(matches!(checked, Ok(Err(TransactionValidityError::Invalid(_)))));
	}

	/// A chain that has the state of its best block only.
	struct Pruned;

	impl Checker for Pruned {
		fn check(&self, at: Hash, transactions: Vec<Asked>) -> Vec<Answer> {
			let one = |_| {
				if at == BEST {
					return Ok(Err(TransactionValidityError::Invalid(InvalidTransaction::Stale)));
				}
				Err(PoolError::RuntimeApi(format!("State already discarded for {at:?}")))
			};
			transactions.into_iter().map(one).collect()
		}
	}

	#[tokio::test]
	async fn what_cannot_be_checked_because_the_state_is_gone_is_checked_at_the_best_block() {
		let api = unhurried(Pruned);
		for priority in [Priority::Submitted, Priority::Maintained] {
			let checked = answer(&api, Hash::zero(), priority).await;
			assert!(
				matches!(checked, Ok(Err(TransactionValidityError::Invalid(_)))),
				"{checked:?}"
			);
		}
		// Other errors are told as they are.
		assert!(!is_gone(&PoolError::RuntimeApi("the node is stopping".into())));
	}

	async fn one_by_one(api: Arc<OfSlow>) {
		for _ in 0..CHECKS {
			check(&api).await;
		}
	}

	/// Runs a task as the pool's spawner does.
	#[derive(Clone)]
	struct Tokio(tokio::sync::mpsc::UnboundedSender<()>);

	impl SpawnEssentialNamed for Tokio {
		fn spawn_essential_blocking(
			&self,
			name: &'static str,
			group: Option<&'static str>,
			future: BoxFuture<'static, ()>,
		) {
			self.spawn_essential(name, group, future);
		}

		fn spawn_essential(
			&self,
			_: &'static str,
			_: Option<&'static str>,
			future: BoxFuture<'static, ()>,
		) {
			let done = self.0.clone();
			tokio::spawn(async move {
				future.await;
				done.send(()).expect("somebody waits");
			});
		}
	}

	/// Runs `task` in the background, to its end.
	async fn in_background(task: BoxFuture<'static, ()>) {
		let (done, mut ended) = tokio::sync::mpsc::unbounded_channel();
		Spawner(Tokio(done)).spawn_essential("checks", None, task);
		ended.recv().await.expect("it ends");
	}

	#[tokio::test]
	async fn checks_of_the_background_rest() {
		let api = slow().0;
		let begun = Instant::now();
		in_background(one_by_one(api.clone()).boxed()).await;
		assert!(begun.elapsed() >= CHECK * CHECKS * (1 + REST), "{:?}", begun.elapsed());
	}

	#[tokio::test]
	async fn nobody_waits_for_a_check_that_rests() {
		let api = slow().0;
		let background = tokio::spawn(in_background(one_by_one(api.clone()).boxed()));
		one_by_one(api.clone()).await;
		assert!(!background.is_finished(), "ten rests are longer than ten checks");
		background.await.expect("it ends");
	}

	#[tokio::test]
	async fn a_batch_of_the_background_rests_once() {
		let (api, chain) = slow();
		let batch = api.clone();
		let begun = Instant::now();
		in_background(
			async move {
				futures::future::join_all((0..CHECKS).map(|_| check(&batch))).await;
			}
			.boxed(),
		)
		.await;
		assert!(begun.elapsed() >= CHECK * (1 + REST), "{:?}", begun.elapsed());
		assert_eq!(chain.checked.load(Ordering::Relaxed), CHECKS);
		assert!(api.turn.try_lock().is_ok(), "nobody rests any more");
	}

	#[test]
	fn a_pool_has_the_room_that_it_is_given() {
		let room = Limit { count: 1_000, kilobytes: 10 };
		let options = ForkAware { room, ban: Duration::from_secs(7) }.options();
		assert_eq!((options.ready.count, options.ready.total_bytes), (1_000, 10_240));
		assert_eq!((options.future.count, options.future.total_bytes), (66, 682));
		assert_eq!(options.ban_time, Duration::from_secs(7));
		assert!(!options.reject_future_transactions);
	}

	#[test]
	fn transactions_out_of_turn_have_eight_tenths_of_the_limit() {
		let limit = Limit { count: 10_000, kilobytes: 20_480 };
		let future = ForkAware { room: limit.behind(), ban: Duration::ZERO }.options().future;
		assert_eq!((future.count, future.total_bytes), (8_000, 20_480 * 1_024 / 10 * 8));
	}
}
