//! A chain in memory: set up natively, its measured blocks executed by the compiled wasm in the
//! node's executor, with the node's host functions.

use std::{
	borrow::Cow,
	collections::BTreeSet,
	time::{Duration, Instant},
};

use codec::{Decode, Encode};
use frame_support::{storage::storage_prefix, traits::Get, BoundedVec};
use frame_system::{ConsumedWeight, EventRecord};
use pallet_strata_oracle::Report;
use sc_executor::WasmExecutor;
use serde_json::Value;
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_core::{
	sr25519,
	storage::StateVersion,
	traits::{CallContext, RuntimeCode, WrappedRuntimeCode},
	Blake2Hasher, Pair,
};
use sp_genesis_builder::{runtime_decl_for_genesis_builder::GenesisBuilder, DEV_RUNTIME_PRESET};
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{Digest, DigestItem, Era},
	traits::{Dispatchable, Header as _},
	ApplyExtrinsicResult, Weight,
};
use sp_state_machine::{Backend, OverlayedChanges, StateMachine, StorageKey, TrieBackendBuilder};
use sp_trie::{cache::SharedTrieCache, recorder::Recorder};
use strata_numbers::Price;
use strata_runtime::{
	genesis, units::SLOT_MILLIS, AccountId, Babe, Block, BlockNumber, Executive, Hash, Header,
	Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin, SignedPayload, System,
	Timestamp, UncheckedExtrinsic,
};
use strata_traits::FeedId;

use crate::counting::{is_fleeting, Counting, Log};

/// Nodes and values of the state that stay in memory from block to block.
pub type Cache = SharedTrieCache<Blake2Hasher>;

/// The clock of the first block: a slot border, 2025-01-01.
const START: u64 = 1_735_689_600_000;

/// What is looked at while a block is executed. Only one thing at a time, so that counting does not
/// slow down what is timed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Watch {
	/// The clock on the wall.
	Time,
	/// What is read.
	Reads,
	/// What a proof of the block holds.
	Proof,
}

/// A block that was executed and changed nothing yet.
pub struct Run {
	/// What became of each transaction.
	pub results: Vec<ApplyExtrinsicResult>,
	/// What was read before the first transaction, by each transaction, and after the last one.
	/// Empty unless [`Watch::Reads`].
	pub logs: Vec<Log>,
	/// How long it took, from its beginning to its state root.
	pub wall: Duration,
	/// How much of that the processor was at it: what else the machine does is not in it.
	pub processor: Duration,
	/// Encoded size of the recorded proof, bytes; 0 unless [`Watch::Proof`].
	pub proof: usize,
	/// The weight of the block: calls, inherents and hooks.
	pub weight: Weight,
	/// Its events.
	pub events: Vec<EventRecord<RuntimeEvent, Hash>>,
	/// Its changes.
	overlay: OverlayedChanges<Blake2Hasher>,
	number: BlockNumber,
	now: u64,
}

impl Run {
	/// Everything that it read.
	pub fn log(&self) -> Log {
		self.logs.iter().cloned().fold(Log::default(), Log::and)
	}

	/// How many keys it changes.
	pub fn writes(&self) -> usize {
		self.overlay.changes().filter(|(key, _)| !is_fleeting(key)).count()
	}

	/// The keys under `prefix` that it sets.
	pub fn set_under(&mut self, prefix: &[u8]) -> Vec<StorageKey> {
		self.overlay
			.changes_mut()
			.filter(|(key, _)| key.starts_with(prefix))
			.filter_map(|(key, entry)| entry.value().is_some().then(|| key.clone()))
			.collect()
	}

	/// The keys that the block changes.
	pub fn written(&self) -> BTreeSet<StorageKey> {
		let changes = self.overlay.changes().filter(|(key, _)| !is_fleeting(key));
		changes.map(|(key, _)| key.clone()).collect()
	}

	/// The keys that extrinsic `index` of the block wrote.
	pub fn written_by(&self, index: u32) -> BTreeSet<StorageKey> {
		self.overlay
			.changes()
			.filter(|(key, _)| !is_fleeting(key))
			.filter(|(_, entry)| entry.extrinsics().contains(&index))
			.map(|(key, _)| key.clone())
			.collect()
	}
}

/// A development chain.
pub struct Chain {
	/// Its state.
	pub state: TestExternalities,
	executor: WasmExecutor<sp_io::SubstrateHostFunctions>,
	code: &'static [u8],
	number: BlockNumber,
	now: u64,
}

impl Chain {
	/// The development preset.
	pub fn new() -> Self {
		let code = strata_runtime::WASM_BINARY.expect("the runtime is built with its wasm");
		let executor = WasmExecutor::builder().build();
		let mut chain =
			Self { state: TestExternalities::default(), executor, code, number: 0, now: 0 };
		chain.state.state_version = StateVersion::V1;
		let json = genesis::preset(&DEV_RUNTIME_PRESET.into()).expect("the preset exists");
		let patch = serde_json::from_slice(&json).expect("it is JSON");
		let mut whole =
			serde_json::to_value(RuntimeGenesisConfig::default()).expect("it becomes JSON");
		merge(&mut whole, patch);
		let json = serde_json::to_vec(&whole).expect("it becomes JSON");
		chain.native(|| {
			<Runtime as GenesisBuilder<Block>>::build_state(json).expect("genesis builds");
		});
		chain
	}

	/// Runs `act` on the state, natively and outside of a block, and commits what it changed.
	pub fn native<R>(&mut self, act: impl FnOnce() -> R) -> R {
		let result = self.state.execute_with(act);
		self.state.commit_all().expect("no transaction is open");
		result
	}

	/// Puts entries into the state, as they are stored.
	pub fn insert(&mut self, entries: Vec<(Vec<u8>, Vec<u8>)>) {
		self.state.batch_insert(entries);
	}

	/// The clock of the last block.
	pub fn now(&self) -> u64 {
		self.now
	}

	/// Makes and commits a native block without transactions, `slots` slots after the last one: fast,
	/// for setting up.
	pub fn native_block(&mut self, slots: u64) {
		let (number, now) = self.next(slots);
		self.native(|| {
			Executive::initialize_block(&header(number, now));
			let result = Executive::apply_extrinsic(clock(now));
			assert!(matches!(result, Ok(Ok(()))), "{result:?}");
			Executive::finalize_block();
		});
		(self.number, self.now) = (number, now);
	}

	/// Native blocks, at most `slots` apart, until the clock is at or past `moment`.
	pub fn native_blocks_to(&mut self, moment: u64, slots: u64) {
		while self.now < moment {
			self.native_block(slots);
		}
	}

	/// Passes the first block of a session if that is the next one, in which hooks do not run.
	pub fn pass_session_border(&mut self) {
		let next = self.now / SLOT_MILLIS + 1;
		let begins = self.native(|| {
			let slots = <Runtime as pallet_babe::Config>::EpochDuration::get();
			next >= u64::from(Babe::current_epoch_start()) + slots
		});
		if begins {
			self.native_block(1);
		}
	}

	/// Four of four feeders have reported these prices just now: by their calls, natively. What they
	/// had reported before is forgotten, so that they can report twice at one moment.
	pub fn report(&mut self, prices: &[(FeedId, Price)]) {
		self.native(|| {
			let now = Timestamp::get();
			let mut reports = Vec::new();
			for (feed, value) in prices.iter().copied() {
				pallet_strata_oracle::Live::<Runtime>::mutate(feed, |data| {
					data.as_mut().expect("a feed").reports = Default::default();
				});
				reports.push(Report {
					feed,
					value,
					half_width: Price::default(),
					observed_at: now,
				});
			}
			for feeder in ["Feeder1", "Feeder2", "Feeder3", "Feeder4"] {
				let reports = BoundedVec::truncate_from(reports.clone());
				let origin = RuntimeOrigin::signed(account(feeder));
				let call = RuntimeCall::from(pallet_strata_oracle::Call::report { reports });
				let result = call.dispatch(origin);
				assert!(result.is_ok(), "{feeder}: {result:?}");
			}
		});
	}

	/// `call`, signed by `//name`, as its `ahead`-th transaction of the next block.
	pub fn sign(&mut self, name: &str, ahead: u32, call: RuntimeCall) -> UncheckedExtrinsic {
		self.sign_by(&pair(name), ahead, call)
	}

	/// `call`, signed with this key, as its `ahead`-th transaction of the next block.
	pub fn sign_by(
		&mut self,
		signer: &sr25519::Pair,
		ahead: u32,
		call: RuntimeCall,
	) -> UncheckedExtrinsic {
		let who = AccountId::from(signer.public().0);
		self.native(|| {
			let nonce = System::account_nonce(&who) + ahead;
			let extension = strata_runtime::tx_extension(nonce, Era::Immortal, 0);
			let payload = SignedPayload::new(call.clone(), extension.clone()).expect("short");
			let signature = payload.using_encoded(|bytes| signer.sign(bytes));
			UncheckedExtrinsic::new_signed(call, who.into(), signature.into(), extension)
		})
	}

	/// Executes the next block in the wasm, with `transactions`; commits nothing.
	pub fn run(&self, watch: Watch, transactions: &[UncheckedExtrinsic]) -> Run {
		let state = &self.state.backend;
		match watch {
			Watch::Time => self.execute(state, transactions, Log::default),
			Watch::Reads => {
				let counting = Counting::new(state);
				let mut run = self.execute(&counting, transactions, || counting.take());
				// The lookups of this program itself, after the block.
				run.logs.truncate(transactions.len() + 2);
				run
			},
			Watch::Proof => {
				let recorder = Recorder::<Blake2Hasher>::default();
				let recording =
					TrieBackendBuilder::wrap(state).with_recorder(recorder.clone()).build();
				let mut run = self.execute(&recording, transactions, Log::default);
				run.proof = recorder.estimate_encoded_size();
				run
			},
		}
	}

	/// Executes the next block as a node does that has what it reads in memory.
	pub fn run_cached(&self, cache: &Cache, transactions: &[UncheckedExtrinsic]) -> Run {
		let state = TrieBackendBuilder::wrap(&self.state.backend)
			.with_cache(cache.local_cache_trusted())
			.build();
		self.execute(&state, transactions, Log::default)
	}

	/// Asks a runtime API of the wasm: what it reads (unless only the time is watched) and how long it
	/// takes.
	pub fn ask(&self, watch: Watch, method: &str, argument: &impl Encode) -> (Log, Duration) {
		let state = &self.state.backend;
		let mut overlay = OverlayedChanges::default();
		let started = Instant::now();
		if watch == Watch::Time {
			self.call(state, &mut overlay, method, argument);
			return (Log::default(), started.elapsed());
		}
		let counting = Counting::new(state);
		self.call(&counting, &mut overlay, method, argument);
		(counting.take(), started.elapsed())
	}

	/// Executes the next block on `state`; `log` is asked for what was read after each part.
	fn execute<B: Backend<Blake2Hasher>>(
		&self,
		state: &B,
		transactions: &[UncheckedExtrinsic],
		log: impl Fn() -> Log,
	) -> Run {
		let (number, now) = self.next(1);
		let mut overlay = OverlayedChanges::default();
		overlay.set_collect_extrinsics(true);
		let (mut results, mut logs) = (Vec::new(), Vec::new());
		let (started, begun) = (Instant::now(), processor_time());
		self.call(state, &mut overlay, "Core_initialize_block", &header(number, now));
		let inherent = self.apply(state, &mut overlay, &clock(now));
		assert!(matches!(inherent, Ok(Ok(()))), "{inherent:?}");
		logs.push(log());
		for transaction in transactions {
			results.push(self.apply(state, &mut overlay, transaction));
			logs.push(log());
		}
		self.call(state, &mut overlay, "BlockBuilder_finalize_block", &());
		let wall = started.elapsed();
		let processor = processor_time().saturating_sub(begun);
		logs.push(log());
		let stored = |overlay: &mut OverlayedChanges<_>, name| {
			let key = storage_prefix(b"System", name);
			overlay.storage(&key).flatten().map(<[u8]>::to_vec).unwrap_or_default()
		};
		let weight = ConsumedWeight::decode(&mut &stored(&mut overlay, b"BlockWeight")[..]);
		let events = Vec::decode(&mut &stored(&mut overlay, b"Events")[..]);
		Run {
			results,
			logs,
			wall,
			processor,
			proof: 0,
			weight: weight.expect("the weight decodes").total(),
			events: events.expect("the events decode"),
			overlay,
			number,
			now,
		}
	}

	/// Makes `run` the last block of the chain.
	pub fn commit(&mut self, run: &Run) {
		let changes = run
			.overlay
			.clone()
			.drain_storage_changes(&self.state.backend, StateVersion::V1)
			.expect("no transaction is open");
		let (root, nodes) = (changes.transaction_storage_root, changes.transaction);
		self.state.backend.apply_transaction(root, nodes);
		(self.number, self.now) = (run.number, run.now);
	}

	/// Executes a block, commits it and says what it read.
	pub fn block(&mut self, transactions: &[UncheckedExtrinsic]) -> Run {
		let run = self.run(Watch::Reads, transactions);
		self.commit(&run);
		run
	}

	/// The number and the clock of a block `slots` slots after the last one.
	fn next(&self, slots: u64) -> (BlockNumber, u64) {
		let now = if self.number == 0 { START } else { self.now + SLOT_MILLIS * slots };
		(self.number + 1, now)
	}

	fn apply<B: Backend<Blake2Hasher>>(
		&self,
		state: &B,
		overlay: &mut OverlayedChanges<Blake2Hasher>,
		extrinsic: &UncheckedExtrinsic,
	) -> ApplyExtrinsicResult {
		// As the block builder of a node does: what an invalid transaction did is rolled back.
		overlay.start_transaction();
		let bytes = self.call(state, overlay, "BlockBuilder_apply_extrinsic", extrinsic);
		let result = ApplyExtrinsicResult::decode(&mut &bytes[..]).expect("the result decodes");
		let closed = match result {
			Ok(_) => overlay.commit_transaction(),
			Err(_) => overlay.rollback_transaction(),
		};
		assert!(closed.is_ok(), "the transaction was opened above");
		result
	}

	fn call<B: Backend<Blake2Hasher>>(
		&self,
		state: &B,
		overlay: &mut OverlayedChanges<Blake2Hasher>,
		method: &str,
		argument: &impl Encode,
	) -> Vec<u8> {
		let fetcher = WrappedRuntimeCode(Cow::Borrowed(self.code));
		// The executor compiles once per hash; the hash itself does not matter.
		let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: vec![1] };
		let mut extensions = Default::default();
		let result = StateMachine::new(
			state,
			overlay,
			&self.executor,
			method,
			&argument.encode(),
			&mut extensions,
			&code,
			CallContext::Onchain { import: false },
		)
		.execute();
		result.unwrap_or_else(|error| panic!("{method}: {error}"))
	}
}

/// How long the processor was at this thread, by the first number that Linux keeps of it.
fn processor_time() -> Duration {
	let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
	let nanos = text.split_whitespace().next().and_then(|number| number.parse().ok());
	Duration::from_nanos(nanos.expect("Linux keeps statistics of its scheduler"))
}

/// The pair of `//name`.
fn pair(name: &str) -> sr25519::Pair {
	sr25519::Pair::from_string(&format!("//{name}"), None).expect("a derivation path")
}

/// The account of `//name`.
pub fn account(name: &str) -> AccountId {
	AccountId::from(pair(name).public().0)
}

/// The inherent that sets the clock.
fn clock(now: u64) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(pallet_timestamp::Call::set { now }))
}

/// The header of a block that is about to be made, with the slot that BABE looks for.
fn header(number: BlockNumber, now: u64) -> Header {
	let slot = (now / SLOT_MILLIS).into();
	let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot });
	let logs = vec![DigestItem::PreRuntime(BABE_ENGINE_ID, claim.encode())];
	let parent = if number == 1 { Hash::default() } else { Hash::repeat_byte(number as u8) };
	Header::new(number, Hash::default(), Hash::default(), parent, Digest { logs })
}

/// Merges a patch into a genesis, as a node does.
fn merge(into: &mut Value, patch: Value) {
	match (into, patch) {
		(Value::Object(into), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(into.entry(key).or_insert(Value::Null), value);
			}
		},
		(into, patch) => *into = patch,
	}
}
