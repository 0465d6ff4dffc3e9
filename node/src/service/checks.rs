//! The threads that check transactions. They take what waits by the handful.
//!
//! In the SDK's pool each check is handed to a thread and its result back by itself, with room for one in between: for
//! a third of a millisecond of work a dozen changes of thread; and each makes an instance of the runtime. Here what
//! waits is in two queues without such a bound (whoever asks waits for the answer, so there are no more than there are
//! who ask). A thread takes a handful, what a block waits for first, has one instance check all of it
//! ([`TransactionsApi`]), and gives the answers together.
//!
//! The threads give way to those that make and execute blocks ([`NICE`]). On a machine that has more to do than it
//! can, blocks that come late make forks, and forks make more to do: each block of them is executed by everybody,
//! and what was in it is checked again. So what arrives waits. The pool checks on the same threads what a fork gives
//! back, so that it is later with its view of the newest block on such a machine.

use super::{pool::PoolError, Block, FullClient, Hash};
use codec::Encode;
use futures::{channel::oneshot, future::BoxFuture, FutureExt};
use sc_transaction_pool::{ChainApi, FullChainApi, ValidateTransactionPriority as Priority};
use sc_transaction_pool_api::TransactionSource;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_core::traits::SpawnEssentialNamed;
use sp_runtime::{transaction_validity::TransactionValidity, OpaqueExtrinsic};
use std::{
	collections::VecDeque,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use strata_runtime::checks::TransactionsApi;
use substrate_prometheus_endpoint::{register, Counter, PrometheusError, Registry, U64};
use tokio::sync::Notify;

/// How many threads check: what the SDK's pool has.
const THREADS: usize = 2;
/// How many checks a thread takes at a time at most. The first answer waits for the last: some milliseconds.
const HANDFUL: usize = 16;
/// And of how many bytes together, unless one alone has more: what blocks wait for cannot go between them.
const MOST_BYTES: usize = 256 * 1024;
/// How many handfuls of what blocks wait for are taken before one of what was sent.
const PATIENCE: usize = 3;
/// By how much the threads are nicer than the others: they have a tenth of what one of those has when a processor is
/// not enough for both, and all of it when they are alone.
const NICE: i32 = 10;

/// What is asked of the chain: what it says of each of these transactions at a block.
pub trait Checker: Send + Sync + 'static {
	/// Answers for each of them, in their order.
	fn check(&self, at: Hash, transactions: Vec<Asked>) -> Vec<Answer>;
}

/// A transaction, and where it came from.
pub type Asked = (TransactionSource, Arc<OpaqueExtrinsic>);
/// What the chain says of it.
pub type Answer = Result<TransactionValidity, PoolError>;

/// A check that waits for a thread.
struct Check {
	at: Hash,
	transaction: Asked,
	answer: oneshot::Sender<Answer>,
}

/// What waits for a thread.
#[derive(Default)]
struct Waiting {
	/// What a block waits for.
	maintained: VecDeque<Check>,
	/// What clients and peers sent.
	submitted: VecDeque<Check>,
	/// How many times in a row somebody was passed over who sent something.
	passed_over: usize,
	/// How many threads take from this.
	threads: usize,
}

impl Waiting {
	fn is_empty(&self) -> bool {
		self.maintained.is_empty() && self.submitted.is_empty()
	}

	/// A handful, or half of what waits, so that the other thread has something to do: of what a block waits for, which
	/// waits for nothing else; or what was sent, if there is nothing of that kind, or not without end.
	fn take(&mut self) -> Vec<Check> {
		let both = !self.maintained.is_empty() && !self.submitted.is_empty();
		let sent = self.maintained.is_empty() || (both && self.passed_over >= PATIENCE);
		self.passed_over = if both && !sent { self.passed_over.saturating_add(1) } else { 0 };
		let from = if sent { &mut self.submitted } else { &mut self.maintained };
		let count = from.len().div_ceil(THREADS).min(HANDFUL);
		let mut bytes = 0_usize;
		let mut taken = Vec::with_capacity(count);
		while taken.len() < count {
			// Who asked may have given up.
			let given_up = |check: &mut Check| check.answer.is_canceled();
			if from.pop_front_if(given_up).is_some() {
				continue;
			}
			let fits = |check: &mut Check| {
				bytes = bytes.saturating_add(check.transaction.1.inner().len());
				taken.is_empty() || bytes <= MOST_BYTES
			};
			let Some(check) = from.pop_front_if(fits) else { break };
			taken.push(check);
		}
		taken
	}
}

/// One of the threads. When the last of them is gone, nobody waits any more for an answer.
struct Thread<C>(Arc<Queue<C>>);

impl<C> Thread<C> {
	fn new(queue: &Arc<Queue<C>>) -> Self {
		let mut waiting = queue.waiting();
		waiting.threads = waiting.threads.saturating_add(1);
		Self(queue.clone())
	}
}

impl<C> Drop for Thread<C> {
	fn drop(&mut self) {
		let mut waiting = self.0.waiting();
		waiting.threads = waiting.threads.saturating_sub(1);
		if waiting.threads == 0 {
			waiting.maintained.clear();
			waiting.submitted.clear();
		}
	}
}

/// How many checks were asked for and made, under the names that the SDK's pool has for them.
struct Metrics {
	scheduled: Counter<U64>,
	finished: Counter<U64>,
}

impl Metrics {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let counter = |name: &str, help: &str| register(Counter::new(name, help)?, registry);
		Ok(Self {
			scheduled: counter(
				"substrate_sub_txpool_validations_scheduled",
				"Total number of transactions scheduled for validation",
			)?,
			finished: counter(
				"substrate_sub_txpool_validations_finished",
				"Total number of transactions that finished validation",
			)?,
		})
	}
}

/// What is shared by the threads and by those who ask.
struct Queue<C> {
	checker: C,
	waiting: Mutex<Waiting>,
	arrived: Notify,
	metrics: Option<Metrics>,
}

impl<C> Queue<C> {
	fn waiting(&self) -> MutexGuard<'_, Waiting> {
		self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl<C: Checker> Thread<C> {
	/// What it does until the node stops.
	async fn work(self) {
		let queue = &self.0;
		loop {
			let (checks, none_left) = {
				let mut waiting = queue.waiting();
				(waiting.take(), waiting.is_empty())
			};
			if checks.is_empty() {
				// All that was taken may have been given up.
				if none_left {
					queue.arrived.notified().await;
				}
				continue;
			}
			let count = checks.len();
			queue.make(checks);
			if let Some(metrics) = &queue.metrics {
				metrics.finished.inc_by(count.try_into().unwrap_or(u64::MAX));
			}
			// The node may be stopping.
			tokio::task::yield_now().await;
		}
	}
}

impl<C: Checker> Queue<C> {
	fn new(checker: C, metrics: Option<Metrics>) -> Arc<Self> {
		Arc::new(Self { checker, waiting: Mutex::default(), arrived: Notify::new(), metrics })
	}

	/// Makes checks: those at the same block together.
	fn make(&self, mut left: Vec<Check>) {
		while let Some(at) = left.first().map(|check| check.at) {
			let (here, elsewhere): (Vec<_>, _) = left.into_iter().partition(|check| check.at == at);
			left = elsewhere;
			let (asked, answers): (Vec<_>, Vec<_>) =
				here.into_iter().map(|check| (check.transaction, check.answer)).unzip();
			for (answer, to) in self.checker.check(at, asked).into_iter().zip(answers) {
				let _ = to.send(answer);
			}
		}
	}
}

/// Where checks are asked for.
pub struct Checks<C>(Arc<Queue<C>>);

impl<C: Checker> Checks<C> {
	/// Starts the threads.
	pub fn start(
		checker: C,
		spawner: &impl SpawnEssentialNamed,
		registry: Option<&Registry>,
	) -> Self {
		let metrics = registry.map(Metrics::register).and_then(|registered| {
			registered
				.inspect_err(|error| log::warn!("no metrics of checks of transactions: {error}"))
				.ok()
		});
		let queue = Queue::new(checker, metrics);
		let names = ["transaction-pool-task-0", "transaction-pool-task-1"];
		// All are there before one of them can be gone.
		for (name, thread) in names.map(|name| (name, Thread::new(&queue))) {
			let work = on_nice_thread(thread.work().boxed());
			spawner.spawn_essential_blocking(name, Some("transaction-pool"), work);
		}
		Self(queue)
	}

	/// Makes a check on one of the threads.
	///
	/// # Errors
	///
	/// That of the chain; or that the node is stopping.
	pub async fn make(&self, at: Hash, transaction: Asked, priority: Priority) -> Answer {
		let (answer, answered) = oneshot::channel();
		let check = Check { at, transaction, answer };
		{
			let mut waiting = self.0.waiting();
			match priority {
				// Dropped, it is answered.
				_ if waiting.threads == 0 => drop(check),
				Priority::Maintained => waiting.maintained.push_back(check),
				Priority::Submitted => waiting.submitted.push_back(check),
			}
		}
		self.0.arrived.notify_one();
		if let Some(metrics) = &self.0.metrics {
			metrics.scheduled.inc();
		}
		let stopping = |_| PoolError::RuntimeApi("the node is stopping".into());
		answered.await.map_err(stopping)?
	}
}

/// The runtime of a block, which checks many at once if it can.
pub struct ByRuntime {
	client: Arc<FullClient>,
	api: Arc<FullChainApi<FullClient, Block>>,
}

impl ByRuntime {
	/// Of this chain. `api` checks one.
	pub fn new(client: Arc<FullClient>, api: Arc<FullChainApi<FullClient, Block>>) -> Self {
		Self { client, api }
	}

	/// `None` if there is but one, or if the runtime cannot: it is of before there was this. And `None` of those that
	/// are no transactions.
	fn at_once(
		&self,
		at: Hash,
		transactions: &[Asked],
	) -> Option<Vec<Option<TransactionValidity>>> {
		if transactions.len() < 2 {
			return None;
		}
		let api = self.client.runtime_api();
		api.has_api::<dyn TransactionsApi<Block>>(at).ok().filter(|has| *has)?;
		let asked: Vec<_> =
			transactions.iter().map(|(source, one)| (*source, one.encode())).collect();
		let answers = api.validate_transactions(at, asked.try_into().ok()?, at).ok()?;
		(answers.len() == transactions.len()).then_some(answers)
	}
}

impl Checker for ByRuntime {
	fn check(&self, at: Hash, transactions: Vec<Asked>) -> Vec<Answer> {
		let known = self.at_once(at, &transactions);
		let known = known.unwrap_or_else(|| vec![None; transactions.len()]);
		let alone = |(source, one)| self.api.validate_transaction_blocking(at, source, one);
		let both = known.into_iter().zip(transactions);
		both.map(|(known, one)| known.map_or_else(|| alone(one), Ok)).collect()
	}
}

/// The task, on a thread of its own that gives way to others.
fn on_nice_thread(task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
	async {
		// Without it everything works, but for a machine that has too much to do.
		// A node that was started nicer than that stays so.
		let nice = rustix::process::getpriority_process(None).unwrap_or(NICE).max(NICE);
		if let Err(error) = rustix::process::setpriority_process(None, nice) {
			log::warn!("transactions are checked with the priority of blocks: {error}");
		}
		task.await;
	}
	.boxed()
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
	use std::thread;

	/// Runs each task on a thread of its own, for as long as the test lasts.
	#[derive(Clone)]
	pub struct OnThreads;

	impl SpawnEssentialNamed for OnThreads {
		fn spawn_essential_blocking(
			&self,
			_: &'static str,
			_: Option<&'static str>,
			future: BoxFuture<'static, ()>,
		) {
			thread::spawn(move || {
				let runtime = tokio::runtime::Builder::new_current_thread().build();
				runtime.expect("a runtime").block_on(future);
			});
		}

		fn spawn_essential(
			&self,
			name: &'static str,
			group: Option<&'static str>,
			future: BoxFuture<'static, ()>,
		) {
			self.spawn_essential_blocking(name, group, future);
		}
	}

	fn nice() -> i32 {
		rustix::process::getpriority_process(None).expect("of this thread")
	}

	/// Says of each transaction its length as the reason why it is not valid, and remembers what was asked together.
	#[derive(Default)]
	struct Lengths {
		asked: Mutex<Vec<(Hash, Vec<u8>)>>,
		nice: Mutex<Option<i32>>,
	}

	impl Checker for Arc<Lengths> {
		fn check(&self, at: Hash, transactions: Vec<Asked>) -> Vec<Answer> {
			let length = |(_, one): &Asked| one.encode().len() as u8;
			let lengths: Vec<_> = transactions.iter().map(length).collect();
			self.asked.lock().expect("not poisoned").push((at, lengths.clone()));
			*self.nice.lock().expect("not poisoned") = Some(nice());
			lengths.into_iter().map(|length| Ok(Err(said(length)))).collect()
		}
	}

	fn said(length: u8) -> TransactionValidityError {
		InvalidTransaction::Custom(length).into()
	}

	/// A transaction of so many bytes, and one more for its length.
	fn of(bytes: u8) -> Asked {
		let encoded = vec![0_u8; bytes.into()].encode();
		let one = OpaqueExtrinsic::try_from_encoded_extrinsic(&encoded).expect("bytes are bytes");
		(TransactionSource::External, Arc::new(one))
	}

	fn waiting(at: Hash, bytes: u8) -> (Check, oneshot::Receiver<Answer>) {
		let (answer, answered) = oneshot::channel();
		(Check { at, transaction: of(bytes), answer }, answered)
	}

	#[tokio::test]
	async fn checks_run_on_nice_threads() {
		let before = nice();
		let checker = Arc::new(Lengths::default());
		let checks = Checks::start(checker.clone(), &OnThreads, None);
		let answer = checks.make(Hash::zero(), of(6), Priority::Submitted).await;
		assert!(matches!(answer, Ok(Err(error)) if error == said(7)));
		assert_eq!(*checker.nice.lock().expect("not poisoned"), Some(NICE.max(before)));
		assert_eq!(nice(), before, "no other thread is");
	}

	/// What the next handful is: of each transaction its bytes.
	fn taken(all: &mut Waiting) -> Vec<usize> {
		all.take().iter().map(|check| check.transaction.1.encode().len() - 1).collect()
	}

	#[test]
	fn a_thread_takes_what_blocks_wait_for_first_and_leaves_half_to_the_other() {
		let mut all = Waiting::default();
		assert!(all.take().is_empty());
		let mut answers = vec![];
		for bytes in [0, 1, 2, 3, 4] {
			let (check, answer) = waiting(Hash::zero(), bytes);
			all.submitted.push_back(check);
			answers.push(answer);
		}
		for bytes in [10, 11, 12] {
			let (check, answer) = waiting(Hash::zero(), bytes);
			all.maintained.push_back(check);
			answers.push(answer);
		}
		// One gives up.
		drop(answers.remove(1));
		assert_eq!(taken(&mut all), [10, 11]);
		assert_eq!(taken(&mut all), [12]);
		assert_eq!(taken(&mut all), [0, 2, 3]);
		assert_eq!(taken(&mut all), [4]);
		assert!(all.take().is_empty());
	}

	#[test]
	fn who_sent_something_is_not_passed_over_without_end() {
		let mut all = Waiting::default();
		let mut answers = vec![];
		for _ in 0..20 * HANDFUL {
			let ((sent, one), (maintained, other)) =
				(waiting(Hash::zero(), 1), waiting(Hash::zero(), 2));
			all.submitted.push_back(sent);
			all.maintained.push_back(maintained);
			answers.extend([one, other]);
		}
		let sent: Vec<_> = (0..8)
			.map(|_| {
				let handful = taken(&mut all);
				assert_eq!(handful, vec![handful[0]; HANDFUL], "all of one kind");
				handful[0] == 1
			})
			.collect();
		assert_eq!(sent, [false, false, false, true, false, false, false, true]);
	}

	#[test]
	fn what_is_asked_of_a_block_is_asked_together() {
		let checker = Arc::new(Lengths::default());
		let queue = Queue::new(checker.clone(), None);
		let (here, there) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		let places = [(here, 1), (there, 2), (here, 4), (there, 5)];
		let (checks, mut answers): (Vec<_>, Vec<_>) =
			places.map(|(at, bytes)| waiting(at, bytes)).into_iter().unzip();
		queue.make(checks);
		let asked = checker.asked.lock().expect("not poisoned").clone();
		assert_eq!(asked, [(here, vec![2, 5]), (there, vec![3, 6])]);
		for (answer, bytes) in answers.iter_mut().zip([1, 2, 4, 5]) {
			let answer = answer.try_recv().expect("it is given").expect("and there");
			assert!(matches!(answer, Ok(Err(error)) if error == said(bytes + 1)));
		}
	}

	#[tokio::test]
	async fn everybody_gets_an_answer() {
		let registry = Registry::new();
		let checks = Checks::start(Arc::new(Lengths::default()), &OnThreads, Some(&registry));
		let asked = (0..1_000_usize).map(|number| {
			let priority = [Priority::Maintained, Priority::Submitted][number % 2];
			checks.make(Hash::zero(), of((number % 50) as u8), priority)
		});
		let answers = futures::future::join_all(asked).await;
		for (number, answer) in answers.into_iter().enumerate() {
			let expected = said((number % 50) as u8 + 1);
			assert!(matches!(answer, Ok(Err(error)) if error == expected), "{number}");
		}
		let metrics = checks.0.metrics.as_ref().expect("they are registered");
		assert_eq!(metrics.scheduled.get(), 1_000);
		// The last answers are given before they are counted.
		assert!(metrics.finished.get() >= 1_000 - (THREADS * HANDFUL) as u64);
	}

	#[tokio::test]
	async fn who_gave_up_holds_nobody_up() {
		let queue = Queue::new(Arc::new(Lengths::default()), None);
		for _ in 0..3 {
			let (given_up, _) = waiting(Hash::zero(), 1);
			queue.waiting().maintained.push_back(given_up);
		}
		let (check, answer) = waiting(Hash::zero(), 2);
		queue.waiting().submitted.push_back(check);
		// Nothing arrives any more.
		OnThreads.spawn_essential_blocking("checks", None, Thread::new(&queue).work().boxed());
		let answer = answer.await.expect("it is given");
		assert!(matches!(answer, Ok(Err(error)) if error == said(3)));
	}

	#[tokio::test]
	async fn nobody_waits_for_threads_that_are_gone() {
		let checks = Checks(Queue::new(Arc::new(Lengths::default()), None));
		let ask = || checks.make(Hash::zero(), of(7), Priority::Maintained);
		let threads = [Thread::new(&checks.0), Thread::new(&checks.0)];
		let (asked, also_asked) = (ask(), checks.make(Hash::zero(), of(7), Priority::Submitted));
		let stopped = async { drop(threads.map(|thread| thread.work())) };
		let (one, other, ()) = futures::join!(asked, also_asked, stopped);
		// Nor does who comes later.
		for answer in [one, other, ask().await] {
			assert!(matches!(answer, Err(PoolError::RuntimeApi(_))));
		}
	}

	#[test]
	fn a_handful_has_no_more_bytes_than_it_may_unless_it_is_one() {
		let big = |bytes: usize| {
			let one = OpaqueExtrinsic::try_from_encoded_extrinsic(&vec![0_u8; bytes].encode());
			Arc::new(one.expect("bytes are bytes"))
		};
		let mut all = Waiting::default();
		let mut answers = vec![];
		for bytes in [MOST_BYTES + 1, 1, MOST_BYTES / 2, MOST_BYTES / 2, 1, 1, 1, 1] {
			let (mut check, answer) = waiting(Hash::zero(), 0);
			check.transaction.1 = big(bytes);
			all.submitted.push_back(check);
			answers.push(answer);
		}
		let handfuls: Vec<_> = (0..5).map(|_| taken(&mut all).len()).collect();
		assert_eq!(handfuls, [1, 2, 3, 1, 1]);
		assert!(all.is_empty());
	}
}
