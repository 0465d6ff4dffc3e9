//! Reports authors who make two blocks for one slot.
//!
//! `sc-consensus-babe` looks for them too, but while it imports a block: the seal has been taken off the header
//! there, and two headers without seals prove nothing. The runtime refuses such a report
//! (`babe.InvalidEquivocationProof`) after it has been put into a block, so that nobody is ever punished for
//! it. So what BABE reports goes nowhere (`partial.rs`), and this task makes reports of imported blocks, whose
//! headers are whole.

use super::{Block, FullClient, FullPool, FullSelectChain, Hash, Shared};
use codec::Decode;
use futures::StreamExt;
use sc_client_api::{AuxStore, BlockchainEvents};
use sc_consensus_slots::check_equivocation;
use sc_transaction_pool_api::{
	error::{Error as NotTaken, IntoPoolError},
	TransactionPool, TransactionSource,
};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::{BlockOrigin, SelectChain};
use sp_consensus_babe::{
	check_equivocation_proof, AuthorityId, BabeApi, BabeAuthorityWeight, EquivocationProof, Slot,
	SlotDuration,
};
use sp_core::{
	crypto::{key_types, ByteArray},
	offchain::{TransactionPool as Submit, TransactionPoolExt},
};
use sp_keystore::KeystorePtr;
use sp_runtime::{transaction_validity::InvalidTransaction, OpaqueExtrinsic};
use sp_timestamp::Timestamp;
use std::{
	error::Error,
	sync::{Arc, Mutex, PoisonError},
};

/// Where this task logs.
const LOG_TARGET: &str = "equivocations";
/// In how many blocks' time a report is sent again that the pool does not take.
const TRIES: u32 = 100;

/// Why a block could not be looked at.
type Failure = Box<dyn Error + Send + Sync>;

/// A block's header.
type Header = <Block as sp_runtime::traits::Block>::Header;

/// Looks at every block that is imported.
pub struct Watch {
	client: Arc<FullClient>,
	select_chain: FullSelectChain,
	pool: Arc<FullPool>,
	keystore: KeystorePtr,
	slot_duration: SlotDuration,
}

impl Watch {
	/// For a node that makes blocks, and so can put its reports into them: nobody else would take them.
	pub fn new(shared: &Shared, slot_duration: SlotDuration) -> Self {
		Self {
			client: shared.client.clone(),
			select_chain: shared.select_chain.clone(),
			pool: shared.pool.clone(),
			keystore: shared.keystore.clone(),
			slot_duration,
		}
	}

	/// Looks at blocks until the node stops.
	pub async fn run(self) {
		let mut imported = self.client.import_notification_stream();
		let mut reports = Vec::new();
		while let Some(block) = imported.next().await {
			reports = self.send(reports).await;
			// What a node catches up with was reported when it was new.
			if block.origin == BlockOrigin::NetworkInitialSync {
				continue;
			}
			match self.look_at(block.hash, &block.header).await {
				Ok(None) => {},
				Ok(Some(report)) => reports.extend(self.send(vec![report]).await),
				Err(error) => {
					log::warn!(target: LOG_TARGET, "Whether the author of {} made two blocks: {error}", block.hash);
				},
			}
		}
	}

	/// Sends reports, and says which of them are to be sent again. The pool tells the runtime's own way to it nothing of
	/// what becomes of a report: hence this one.
	async fn send(&self, reports: Vec<Report>) -> Vec<Report> {
		let mut again = Vec::new();
		for report in reports {
			let best = self.client.chain_info().best_hash;
			let sent =
				self.pool.submit_one(best, TransactionSource::Local, report.transaction.clone());
			match sent.await {
				Ok(_) => log::warn!(target: LOG_TARGET, "{}: a report is sent", report.what),
				Err(error) => again.extend(report.refused(error.into_pool_error())),
			}
		}
		again
	}

	/// Makes a report of the author of a block if it has made another one for the same slot.
	async fn look_at(&self, hash: Hash, header: &Header) -> Result<Option<Report>, Failure> {
		// The block itself is of the session in which its author had the key.
		let authorities = self.client.runtime_api().current_epoch(hash)?.authorities;
		let now = Slot::from_timestamp(Timestamp::current(), self.slot_duration);
		let Some(proof) = two_blocks(&*self.client, now, header, &authorities)? else {
			return Ok(None);
		};
		let (slot, offender) = (proof.slot, proof.offender.clone());
		if is_own(&self.keystore, &offender) {
			log::error!(target: LOG_TARGET, "This node's key has made two blocks for slot {}: it runs twice", *slot);
			return Ok(None);
		}
		let owner = self
			.client
			.runtime_api()
			.generate_key_ownership_proof(hash, slot, offender.clone())?
			.ok_or("no proof of who has the key")?;

		let best = self.select_chain.best_chain().await?.hash();
		let mut api = self.client.runtime_api();
		let made = Made::default();
		api.register_extension(TransactionPoolExt::new(made.clone()));
		api.submit_report_equivocation_unsigned_extrinsic(best, proof, owner)?
			.ok_or("the runtime made no report")?;
		let what = format!("{offender:?} made two blocks for slot {}", *slot);
		Ok(Some(Report { transaction: made.taken()?, what, tries: TRIES }))
	}
}

/// A report of two blocks.
#[derive(Clone, Debug, PartialEq)]
struct Report {
	transaction: OpaqueExtrinsic,
	/// What it says.
	what: String,
	/// How many times it may be sent.
	tries: u32,
}

impl Report {
	/// The report, if it is to be sent again: the pool may only not be ready for it. Who is reported once is not
	/// reported again for the same session, and the others who saw the blocks report them too.
	fn refused(mut self, why: Result<NotTaken, impl Error>) -> Option<Self> {
		if matches!(
			why,
			Ok(NotTaken::AlreadyImported(_)
				| NotTaken::InvalidTransaction(InvalidTransaction::Stale))
		) {
			return None;
		}
		self.tries = self.tries.saturating_sub(1);
		if self.tries == 0 {
			let why = why.map_or_else(|error| error.to_string(), |error| error.to_string());
			log::warn!(target: LOG_TARGET, "{}: this node's report was not taken: {why}", self.what);
			return None;
		}
		Some(self)
	}
}

/// Takes the transaction that the runtime makes.
#[derive(Clone, Default)]
struct Made(Arc<Mutex<Option<Vec<u8>>>>);

impl Made {
	fn taken(&self) -> Result<OpaqueExtrinsic, Failure> {
		let made = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
		Ok(OpaqueExtrinsic::decode(&mut &made.ok_or("the runtime made no report")?[..])?)
	}
}

impl Submit for Made {
	fn submit_transaction(&mut self, extrinsic: Vec<u8>) -> Result<(), ()> {
		*self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(extrinsic);
		Ok(())
	}
}

/// Whether the key is this node's. It does not report itself: the others do. A block of its own with the report in
/// it would be lost, because its author may make none as soon as the report is taken.
fn is_own(keystore: &KeystorePtr, author: &AuthorityId) -> bool {
	keystore.has_keys(&[(author.to_raw_vec(), key_types::BABE)])
}

/// Keeps `header`, and proves that its author, one of `authorities`, has made another block for its slot, if so.
fn two_blocks(
	store: &impl AuxStore,
	now: Slot,
	header: &Header,
	authorities: &[(AuthorityId, BabeAuthorityWeight)],
) -> Result<Option<EquivocationProof<Header>>, Failure> {
	let claim = sc_consensus_babe::find_pre_digest::<Block>(header)?;
	let author = usize::try_from(claim.authority_index()).ok().and_then(|at| authorities.get(at));
	let (author, _) = author.ok_or("its author is no authority")?;
	let proof = check_equivocation(&Ours(store), now, claim.slot(), header, author)?;
	// What the runtime would refuse must not be sent.
	Ok(proof.filter(|proof| check_equivocation_proof(proof.clone())))
}

/// What BABE keeps of headers without seals has the same keys: these are others.
struct Ours<'s, S>(&'s S);

fn ours(key: &[u8]) -> Vec<u8> {
	[b"strata_", key].concat()
}

impl<S: AuxStore> AuxStore for Ours<'_, S> {
	fn insert_aux<
		'a,
		'b: 'a,
		'c: 'a,
		I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
		D: IntoIterator<Item = &'a &'b [u8]>,
	>(
		&self,
		insert: I,
		delete: D,
	) -> sp_blockchain::Result<()> {
		let insert: Vec<_> = insert.into_iter().map(|(key, value)| (ours(key), *value)).collect();
		let insert: Vec<(&[u8], &[u8])> =
			insert.iter().map(|(key, value)| (&key[..], *value)).collect();
		let delete: Vec<_> = delete.into_iter().map(|key| ours(key)).collect();
		let delete: Vec<&[u8]> = delete.iter().map(Vec::as_slice).collect();
		self.0.insert_aux(&insert, &delete)
	}

	fn get_aux(&self, key: &[u8]) -> sp_blockchain::Result<Option<Vec<u8>>> {
		self.0.get_aux(&ours(key))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
	use sp_core::{sr25519::Pair, Pair as _};
	use sp_keyring::Sr25519Keyring::{Alice, Bob};
	use sp_runtime::{
		generic::{Digest, DigestItem},
		traits::Header as _,
	};
	use std::{collections::HashMap, sync::Mutex};

	#[test]
	fn a_node_does_not_report_itself() {
		let keys = sp_keystore::testing::MemoryKeystore::new();
		sp_keystore::Keystore::sr25519_generate_new(&keys, key_types::BABE, Some("//Alice"))
			.unwrap();
		let keystore: KeystorePtr = Arc::new(keys);
		assert!(is_own(&keystore, &Alice.public().into()));
		assert!(!is_own(&keystore, &Bob.public().into()));
	}

	#[derive(Default)]
	struct Store(Mutex<HashMap<Vec<u8>, Vec<u8>>>);

	impl AuxStore for Store {
		fn insert_aux<
			'a,
			'b: 'a,
			'c: 'a,
			I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
			D: IntoIterator<Item = &'a &'b [u8]>,
		>(
			&self,
			insert: I,
			delete: D,
		) -> sp_blockchain::Result<()> {
			let mut map = self.0.lock().unwrap();
			map.extend(insert.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec())));
			for key in delete {
				map.remove(*key);
			}
			Ok(())
		}

		fn get_aux(&self, key: &[u8]) -> sp_blockchain::Result<Option<Vec<u8>>> {
			Ok(self.0.lock().unwrap().get(key).cloned())
		}
	}

	const NOW: u64 = 100;

	fn authorities() -> Vec<(AuthorityId, BabeAuthorityWeight)> {
		[Alice, Bob].map(|who| (who.public().into(), 1)).to_vec()
	}

	/// A block of authority `index` for `slot`, as it is before its seal: one of several, by `state`.
	fn unsealed(index: u32, slot: u64, state: u8) -> Header {
		let claim = SecondaryPlainPreDigest { authority_index: index, slot: slot.into() };
		let claim =
			<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryPlain(claim));
		let digest = Digest { logs: vec![claim] };
		Header::new(7, Hash::default(), Hash::repeat_byte(state), Hash::default(), digest)
	}

	fn sealed(index: u32, slot: u64, state: u8) -> Header {
		let mut header = unsealed(index, slot, state);
		let pair: Pair = [Alice, Bob][index as usize].pair();
		let seal = pair.sign(header.hash().as_ref());
		header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal.into()));
		header
	}

	fn seen(store: &Store, header: &Header) -> Option<EquivocationProof<Header>> {
		two_blocks(store, NOW.into(), header, &authorities()).unwrap()
	}

	#[test]
	fn two_blocks_for_a_slot_are_proven_as_the_runtime_wants_it() {
		let store = Store::default();
		let (first, second) = (sealed(1, NOW, 1), sealed(1, NOW, 2));
		assert_eq!(seen(&store, &first), None);
		let proof = seen(&store, &second).unwrap();
		assert_eq!((proof.offender.clone(), *proof.slot), (Bob.public().into(), NOW));
		assert_eq!((&proof.first_header, &proof.second_header), (&first, &second));
		assert!(check_equivocation_proof(proof));
	}

	#[test]
	fn who_makes_one_block_for_a_slot_is_not_reported() {
		let store = Store::default();
		for header in [sealed(0, NOW, 1), sealed(1, NOW, 2), sealed(0, NOW - 1, 3)] {
			assert_eq!(seen(&store, &header), None);
			// A block may be imported again.
			assert_eq!(seen(&store, &header), None);
		}
	}

	#[test]
	fn headers_without_seals_prove_nothing() {
		let store = Store::default();
		assert_eq!(seen(&store, &unsealed(1, NOW, 1)), None);
		assert_eq!(seen(&store, &unsealed(1, NOW, 2)), None);
	}

	#[test]
	fn what_babe_keeps_is_left_alone() {
		let store = Store::default();
		let bob = authorities()[1].0.clone();
		// As BABE does before the block is imported.
		let header = unsealed(1, NOW, 1);
		let found = check_equivocation(&store, NOW.into(), NOW.into(), &header, &bob).unwrap();
		assert_eq!(found, None);
		assert_eq!(seen(&store, &sealed(1, NOW, 1)), None);
		let found = check_equivocation(&store, NOW.into(), NOW.into(), &header, &bob).unwrap();
		assert_eq!(found, None);
	}

	#[test]
	fn what_the_runtime_makes_is_taken_once() {
		use codec::Encode;

		let made = Made::default();
		assert!(made.taken().is_err());
		let transaction = vec![1_u8, 2, 3].encode();
		made.clone().submit_transaction(transaction.clone()).unwrap();
		assert_eq!(made.taken().unwrap().encode(), transaction);
		assert!(made.taken().is_err());
	}

	#[test]
	fn a_report_is_sent_again_until_it_is_known_or_hopeless() {
		let transaction = OpaqueExtrinsic::try_from_encoded_extrinsic(&[0]).unwrap();
		let report = Report { transaction, what: "two blocks".into(), tries: 3 };
		type Refused = Result<NotTaken, std::fmt::Error>;
		let known: [Refused; 2] = [
			Ok(NotTaken::AlreadyImported(Box::new(()))),
			Ok(NotTaken::InvalidTransaction(InvalidTransaction::Stale)),
		];
		for known in known {
			assert_eq!(report.clone().refused(known), None);
		}
		let why: [Refused; 3] = [
			Ok(NotTaken::TemporarilyBanned),
			Err(std::fmt::Error),
			Ok(NotTaken::ImmediatelyDropped),
		];
		let mut left = Some(report);
		let tries: Vec<_> = why
			.into_iter()
			.map(|why| {
				left = left.take().expect("not given up yet").refused(why);
				left.as_ref().map(|report| report.tries)
			})
			.collect();
		assert_eq!(tries, [Some(2), Some(1), None]);
	}

	#[test]
	fn a_claim_of_nobody_is_an_error() {
		let error = two_blocks(&Store::default(), NOW.into(), &unsealed(2, NOW, 1), &authorities());
		assert!(error.unwrap_err().to_string().contains("no authority"));
	}
}
