//! Who had a key in a session, with a proof.
//!
//! `pallet_session::historical` checks a proof of the session that runs against the keys of now, although
//! new keys are of no use before the session after the next. An offender that rotates its keys in the block of
//! its offence would so make worthless every proof that was made before it, and nodes report once. The root of
//! the session, with the keys that it was planned with, is stored: [`SessionKeyOwners`] asks that instead.
//!
//! It makes proofs of the keys of now as well. As soon as one validator has set new ones, whoever that is, such a proof
//! is none of the stored root: good in the session that runs, and in no later one, though a report may be put into
//! a block of that only. An offender that sets new keys all the time would never be punished for what it does at the
//! end of a session. [`SessionKeyOwners`] makes them of the keys that the session began with.

use codec::{Decode, Encode};
use core::marker::PhantomData;

use frame_support::{
	storage::{with_transaction, TransactionOutcome},
	traits::KeyOwnerProofSystem,
};
use pallet_session::{
	historical::{HistoricalSessions, IdentificationTuple, Pallet as Historical},
	NextKeys,
};
use sp_runtime::{DispatchError, KeyTypeId};
use sp_session::MembershipProof;
use sp_trie::{
	accessed_nodes_tracker::AccessedNodesTracker, trie_types::TrieDBBuilder, StorageProof, Trie,
};

use crate::{Config, Offender, Pallet, PresentKeys};

/// Proofs of who had a session key, and in which session. In the session that runs they are of the keys that it began
/// with; of earlier sessions `pallet_session::historical` checks them.
pub struct SessionKeyOwners<T>(PhantomData<T>);

impl<T: Config, D: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, D)> for SessionKeyOwners<T> {
	type Proof = MembershipProof;
	type IdentificationTuple = Offender<T>;

	fn prove((id, key): (KeyTypeId, D)) -> Option<Self::Proof> {
		// The SDK takes what `NextKeys` says, for the moment.
		let proof = with_transaction(|| {
			for (who, keys) in PresentKeys::<T>::get() {
				NextKeys::<T>::insert(who, keys);
			}
			let proof = Historical::<T>::prove((id, key.as_ref()));
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(proof))
		});
		proof.ok().flatten()
	}

	fn check_proof((id, key): (KeyTypeId, D), proof: Self::Proof) -> Option<Offender<T>> {
		let (key, session) = (key.as_ref(), proof.session);
		let owner = if session == Pallet::<T>::session() {
			owner_when_planned::<T>(id, key, proof)
		} else {
			Historical::<T>::check_proof((id, key), proof)
		};
		Some((owner?, session))
	}
}

/// Who `proof` says has the `key` of kind `id`, if it is one of the stored root of its session.
fn owner_when_planned<T: Config>(
	id: KeyTypeId,
	key: &[u8],
	proof: MembershipProof,
) -> Option<IdentificationTuple<T>> {
	let (root, count) = HistoricalSessions::<T>::get(proof.session)?;
	if count != proof.validator_count {
		return None;
	}
	let nodes = StorageProof::new_with_duplicate_nodes_check(proof.trie_nodes).ok()?;
	let mut unused = AccessedNodesTracker::<T::Hash>::new(nodes.len());
	let nodes = nodes.into_memory_db::<T::Hashing>();
	let owner = {
		let trie =
			TrieDBBuilder::<T::Hashing>::new(&nodes, &root).with_recorder(&mut unused).build();
		// As `historical` lays it out: a key leads to a position, a position to its owner.
		let position = trie.get(&(id, key).encode()).ok()??;
		let position = u32::decode(&mut &position[..]).ok()?;
		let owner = trie.get(&position.encode()).ok()??;
		IdentificationTuple::<T>::decode(&mut &owner[..]).ok()?
	};
	// A proof with more in it than it needs would be another proof of the same.
	unused.ensure_no_unused_nodes().ok()?;
	Some(owner)
}
