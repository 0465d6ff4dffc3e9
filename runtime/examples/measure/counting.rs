//! A state that counts what is asked of it.

use std::{cell::RefCell, collections::BTreeSet};

use frame_support::storage::storage_prefix;
use sp_core::{
	storage::{ChildInfo, StateVersion},
	Hasher,
};
use sp_state_machine::{
	Backend, BackendTransaction, IterArgs, StateMachineStats, StorageIterator, StorageKey,
	StorageValue, UsageInfo,
};
use sp_trie::MerkleValue;

/// Whether `key` lives within a block only, such as `:extrinsic_index`, `:transaction_level:` and the
/// copy of an extrinsic from which the root of all is computed: it is never in a database, and
/// benchmarks do not count it either.
pub fn is_fleeting(key: &[u8]) -> bool {
	key.starts_with(b":") || key.starts_with(&storage_prefix(b"System", b"ExtrinsicData"))
}

/// What reached the state since the log was taken last.
#[derive(Clone, Debug, Default)]
pub struct Log {
	/// The keys whose value, hash or existence was asked for, each once: what is asked for again in
	/// a block comes from the caches of the node, and weights count it once too.
	pub keys: BTreeSet<StorageKey>,
	/// Every step to the next key, by the key it started from: one read each.
	pub steps: Vec<StorageKey>,
}

impl Log {
	/// Reads: distinct keys and steps.
	pub fn reads(&self) -> usize {
		self.keys.len() + self.steps.len()
	}

	/// Reads whose key begins with `prefix`.
	pub fn reads_under(&self, prefix: &[u8]) -> usize {
		let under = |key: &&StorageKey| key.starts_with(prefix);
		self.keys.iter().filter(under).count() + self.steps.iter().filter(under).count()
	}

	/// Reads that `other` does not have: keys that it did not ask for, and the steps beyond its own.
	pub fn reads_beyond(&self, other: &Self) -> usize {
		let keys = self.keys.difference(&other.keys).count();
		keys + self.steps.len().saturating_sub(other.steps.len())
	}

	/// Both together.
	pub fn and(mut self, other: Self) -> Self {
		self.keys.extend(other.keys);
		self.steps.extend(other.steps);
		self
	}
}

/// `inner`, with a log of what is read from it.
pub struct Counting<'a, B> {
	inner: &'a B,
	log: RefCell<Log>,
}

impl<'a, B> Counting<'a, B> {
	/// Counts what is read from `inner`.
	pub fn new(inner: &'a B) -> Self {
		Self { inner, log: RefCell::default() }
	}

	/// The log since the last call; a new one begins.
	pub fn take(&self) -> Log {
		self.log.take()
	}

	fn read(&self, key: &[u8]) {
		if !is_fleeting(key) {
			self.log.borrow_mut().keys.insert(key.to_vec());
		}
	}

	/// Child tries: nothing of this chain is in one, but what is read would count.
	fn child_read(&self, child: &ChildInfo, key: &[u8]) {
		self.read(&[child.storage_key(), key].concat());
	}

	fn step(&self, from: &[u8]) {
		self.log.borrow_mut().steps.push(from.to_vec());
	}
}

impl<B> core::fmt::Debug for Counting<'_, B> {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.debug_struct("Counting").field("log", &self.log).finish_non_exhaustive()
	}
}

/// An iterator over the inner state; every step is a read.
pub struct CountingIter<'a, B, I> {
	inner: I,
	backend: core::marker::PhantomData<&'a B>,
}

impl<'a, H, B> StorageIterator<H> for CountingIter<'a, B, B::RawIter>
where
	H: Hasher,
	B: Backend<H> + 'a,
{
	type Backend = Counting<'a, B>;
	type Error = B::Error;

	fn next_key(&mut self, backend: &Self::Backend) -> Option<Result<StorageKey, Self::Error>> {
		backend.step(&[]);
		self.inner.next_key(backend.inner)
	}

	fn next_pair(
		&mut self,
		backend: &Self::Backend,
	) -> Option<Result<(StorageKey, StorageValue), Self::Error>> {
		backend.step(&[]);
		self.inner.next_pair(backend.inner)
	}

	fn was_complete(&self) -> bool {
		self.inner.was_complete()
	}
}

impl<'a, H, B> Backend<H> for Counting<'a, B>
where
	H: Hasher,
	B: Backend<H> + 'a,
{
	type Error = B::Error;
	type TrieBackendStorage = B::TrieBackendStorage;
	type RawIter = CountingIter<'a, B, B::RawIter>;

	fn storage(&self, key: &[u8]) -> Result<Option<StorageValue>, Self::Error> {
		self.read(key);
		self.inner.storage(key)
	}

	fn storage_hash(&self, key: &[u8]) -> Result<Option<H::Out>, Self::Error> {
		self.read(key);
		self.inner.storage_hash(key)
	}

	fn closest_merkle_value(&self, key: &[u8]) -> Result<Option<MerkleValue<H::Out>>, Self::Error> {
		self.read(key);
		self.inner.closest_merkle_value(key)
	}

	fn child_closest_merkle_value(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<MerkleValue<H::Out>>, Self::Error> {
		self.child_read(child, key);
		self.inner.child_closest_merkle_value(child, key)
	}

	fn child_storage(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<StorageValue>, Self::Error> {
		self.child_read(child, key);
		self.inner.child_storage(child, key)
	}

	fn child_storage_hash(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<H::Out>, Self::Error> {
		self.child_read(child, key);
		self.inner.child_storage_hash(child, key)
	}

	fn next_storage_key(&self, key: &[u8]) -> Result<Option<StorageKey>, Self::Error> {
		self.step(key);
		self.inner.next_storage_key(key)
	}

	fn next_child_storage_key(
		&self,
		child: &ChildInfo,
		key: &[u8],
	) -> Result<Option<StorageKey>, Self::Error> {
		self.step(&[child.storage_key(), key].concat());
		self.inner.next_child_storage_key(child, key)
	}

	fn storage_root<'b>(
		&self,
		delta: impl Iterator<Item = (&'b [u8], Option<&'b [u8]>)>,
		state_version: StateVersion,
	) -> (H::Out, BackendTransaction<H>)
	where
		H::Out: Ord,
	{
		self.inner.storage_root(delta, state_version)
	}

	fn child_storage_root<'b>(
		&self,
		child: &ChildInfo,
		delta: impl Iterator<Item = (&'b [u8], Option<&'b [u8]>)>,
		state_version: StateVersion,
	) -> (H::Out, bool, BackendTransaction<H>)
	where
		H::Out: Ord,
	{
		self.inner.child_storage_root(child, delta, state_version)
	}

	fn raw_iter(&self, args: IterArgs) -> Result<Self::RawIter, Self::Error> {
		let inner = self.inner.raw_iter(args)?;
		Ok(CountingIter { inner, backend: core::marker::PhantomData })
	}

	fn register_overlay_stats(&self, stats: &StateMachineStats) {
		self.inner.register_overlay_stats(stats);
	}

	fn usage_info(&self) -> UsageInfo {
		self.inner.usage_info()
	}
}
