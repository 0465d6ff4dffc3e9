//! The pool of transactions: the SDK's, which takes its time over what nobody waits for.
//!
//! After every block the fork-aware pool checks all of its transactions again, one after the other, until
//! the next block comes. The checks go before those of what arrives, and with a full pool they have not ended
//! when the next block comes. They find what expired, or what its signer can no longer pay; that can wait, as
//! the author of a block checks each transaction anyway. So they rest between two of them ([`REST`]), as in the
//! SDK's older pool; what a client, a peer or a block waits for never rests.
//!
//! And the threads that check transactions give way to those that make and execute blocks ([`NICE`]). On a
//! machine that has more to do than it can, blocks that come late make forks, and forks make more to do: each block of
//! them is executed by everybody, and what was in it is checked again. So what arrives waits. The pool checks on the same
//! threads what a fork gives back, so that it is later with its view of the newest block on such a machine.

use super::{door::Limit, Block, FullClient, FullPool, Hash};
use futures::{future::BoxFuture, FutureExt};
use jsonrpsee::core::async_trait;
use sc_service::{Configuration, TaskManager};
use sc_transaction_pool::{
	ChainApi, ForkAwareTxPool, FullChainApi, Options, PoolLimit, TransactionPoolWrapper,
	ValidateTransactionPriority as Priority,
};
use sc_transaction_pool_api::TransactionSource;
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
/// By how much the threads that check transactions are nicer than the others: they have a tenth of what one of
/// those has when a processor is not enough for both, and all of it when they are alone.
const NICE: i32 = 10;
/// How many times more transactions there may be whose turn has come than such whose turn has not.
const READY_TO_FUTURE: usize = 10;

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
	let api = FullChainApi::new(client.clone(), registry, &Nice(spawner.clone()));
	let chain = client.chain_info();
	TransactionPoolWrapper(Box::new(ForkAwareTxPool::new_with_background_worker(
		terms.options(),
		is_validator,
		Arc::new(Unhurried { api, turn: Turn::new(()) }),
		registry,
		Spawner(spawner),
		chain.best_hash,
		chain.finalized_hash,
	)))
}

tokio::task_local! {
	/// Is there in the pool's tasks of the background.
	static BACKGROUND: ();
}

/// Runs tasks that have a thread of their own on a nice one.
#[derive(Clone)]
struct Nice<S>(S);

impl<S: SpawnEssentialNamed + Clone> SpawnEssentialNamed for Nice<S> {
	fn spawn_essential_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		let on_nice_thread = async {
			// Without it everything works, but for a machine that has too much to do.
			// A node that was started nicer than that stays so.
			let nice = rustix::process::getpriority_process(None).unwrap_or(NICE).max(NICE);
			if let Err(error) = rustix::process::setpriority_process(None, nice) {
				log::warn!("transactions are checked with the priority of blocks: {error}");
			}
			future.await;
		};
		self.0.spawn_essential_blocking(name, group, on_nice_thread.boxed());
	}

	fn spawn_essential(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_essential(name, group, future);
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
struct Unhurried<A> {
	api: A,
	/// Held by a check of the background, and through its rest.
	turn: Turn<()>,
}

#[async_trait]
impl<A: ChainApi<Block = Block>> ChainApi for Unhurried<A> {
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
			return self.api.validate_transaction(at, source, transaction, priority).await;
		};
		let begun = Instant::now();
		// Not before what somebody waits for.
		let validity =
			self.api.validate_transaction(at, source, transaction, Priority::Submitted).await;
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
	use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
	use std::sync::atomic::{AtomicU32, Ordering};

	/// How long a check takes.
	const CHECK: Duration = Duration::from_millis(2);
	/// How many checks are made.
	const CHECKS: u32 = 10;

	/// A chain that checks slowly, and is asked for nothing else.
	#[derive(Default)]
	struct Slow {
		/// Checks that were asked for as if somebody waited for them.
		urgent: AtomicU32,
	}

	#[async_trait]
	impl ChainApi for Slow {
		type Block = Block;
		type Error = <FullChainApi<FullClient, Block> as ChainApi>::Error;

		async fn validate_transaction(
			&self,
			_: Hash,
			_: TransactionSource,
			_: Arc<<Block as BlockT>::Extrinsic>,
			priority: Priority,
		) -> Result<TransactionValidity, Self::Error> {
			self.urgent.fetch_add(u32::from(priority == Priority::Maintained), Ordering::Relaxed);
			tokio::time::sleep(CHECK).await;
			Ok(Err(TransactionValidityError::Invalid(InvalidTransaction::Stale)))
		}

		fn validate_transaction_blocking(
			&self,
			_: Hash,
			_: TransactionSource,
			_: Arc<<Block as BlockT>::Extrinsic>,
		) -> Result<TransactionValidity, Self::Error> {
			unreachable!("nothing is checked so")
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

	fn slow() -> Arc<Unhurried<Slow>> {
		Arc::new(Unhurried { api: Slow::default(), turn: Turn::new(()) })
	}

	async fn check(api: &Unhurried<Slow>) {
		let transaction = sp_runtime::OpaqueExtrinsic::try_from_encoded_extrinsic(&[0])
			.expect("an extrinsic without content");
		let source = TransactionSource::External;
		let checked = api
			.validate_transaction(Hash::zero(), source, Arc::new(transaction), Priority::Maintained)
			.await;
		assert!(matches!(checked, Ok(Err(TransactionValidityError::Invalid(_)))));
	}

	async fn one_by_one(api: Arc<Unhurried<Slow>>) {
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
	async fn checks_of_the_background_rest_and_let_others_go_first() {
		let api = slow();
		let begun = Instant::now();
		in_background(one_by_one(api.clone()).boxed()).await;
		assert!(begun.elapsed() >= CHECK * CHECKS * (1 + REST), "{:?}", begun.elapsed());
		assert_eq!(api.api.urgent.load(Ordering::Relaxed), 0);
	}

	#[test]
	fn a_check_that_waited_long_rests_no_longer_for_it() {
		assert_eq!(rest_after(Duration::from_millis(1)), Duration::from_millis(9));
		assert_eq!(rest_after(Duration::from_secs(60)), LONGEST_REST);
		assert_eq!(rest_after(Duration::MAX), LONGEST_REST);
		assert!(
			rest_after(CHECK) < LONGEST_REST,
			"the other tests are of checks that rest in full"
		);
	}

	#[tokio::test]
	async fn nobody_waits_for_a_check_that_rests() {
		let api = slow();
		let background = tokio::spawn(in_background(one_by_one(api.clone()).boxed()));
		one_by_one(api.clone()).await;
		assert!(!background.is_finished(), "ten rests are longer than ten checks");
		assert_eq!(api.api.urgent.load(Ordering::Relaxed), CHECKS);
		background.await.expect("it ends");
	}

	#[tokio::test]
	async fn a_batch_of_the_background_rests_once() {
		let api = slow();
		let batch = api.clone();
		in_background(
			async move {
				futures::future::join_all((0..CHECKS).map(|_| check(&batch))).await;
			}
			.boxed(),
		)
		.await;
		assert_eq!(api.api.urgent.load(Ordering::Relaxed), CHECKS - 1);
	}

	#[test]
	fn checks_run_on_nice_threads() {
		let nice = || rustix::process::getpriority_process(None).expect("of this thread");
		let before = nice();
		let seen = Arc::new(std::sync::Mutex::new(None));
		std::thread::scope(|threads| {
			let task = {
				let seen = seen.clone();
				async move { *seen.lock().expect("not poisoned") = Some(nice()) }
			};
			threads.spawn(|| {
				let runtime =
					tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
				runtime.block_on(async {
					let (done, mut ended) = tokio::sync::mpsc::unbounded_channel();
					Nice(Tokio(done)).spawn_essential_blocking("checks", None, task.boxed());
					ended.recv().await.expect("it ends");
				});
			});
		});
		assert_eq!(*seen.lock().expect("not poisoned"), Some(NICE.max(before)));
		assert_eq!(nice(), before, "no other thread is");
	}

	#[test]
	fn a_pool_has_the_room_that_it_is_given() {
		let room = Limit { count: 1_000, kilobytes: 10 };
		let options = ForkAware { room, ban: Duration::from_secs(7) }.options();
		assert_eq!((options.ready.count, options.ready.total_bytes), (1_000, 10_240));
		assert_eq!((options.future.count, options.future.total_bytes), (100, 1_024));
		assert_eq!(options.ban_time, Duration::from_secs(7));
		assert!(!options.reject_future_transactions);
	}
}
