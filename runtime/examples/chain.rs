//! Writes a chain of the past to a file, as `strata-node import-blocks --binary` reads it, within seconds: by
//! the clock it takes days. Other nodes can sync it, as its blocks are real: each is sealed by Alice for the slot after
//! the last one and holds a transfer, and she has made every 512th and the last one final.
//!
//! ```text
//! strata-node export-chain-spec --chain dev --raw >SPEC
//! chain SPEC BLOCKS FILE
//! strata-node import-blocks --chain SPEC --binary FILE
//! ```
//!
//! The blocks are made natively: build it from the same sources as the node.

use std::{
	fs::File,
	io::{BufWriter, Write},
	process::ExitCode,
	time::SystemTime,
};

use codec::Encode;
use frame_support::{storage::with_storage_layer, traits::Get};
use serde_json::Value;
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
	make_vrf_sign_data,
};
use sp_consensus_grandpa::{localized_payload, GRANDPA_ENGINE_ID};
use sp_core::{bytes::from_hex, crypto::VrfSecret, ed25519, sr25519, storage::StateVersion, Pair};
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{Digest, DigestItem, Era, SignedBlock},
	traits::{BlakeTwo256, Block as _, Hash as _, Header as _},
	DispatchError, Justifications,
};
use strata_runtime::{
	units::SLOT_MILLIS, AccountId, Babe, Block, BlockNumber, Executive, Hash, Header, Runtime,
	RuntimeCall, SignedPayload, System, UncheckedExtrinsic,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How often blocks are made final: as often as nodes keep the proof of it.
const JUSTIFIED: BlockNumber = 512;

fn main() -> ExitCode {
	let args: Vec<_> = std::env::args().skip(1).collect();
	let [spec, blocks, file] = &args[..] else {
		eprintln!("usage: chain SPEC BLOCKS FILE");
		return ExitCode::FAILURE;
	};
	match write(spec, blocks, file) {
		Ok(last) => {
			println!("{last:?}");
			ExitCode::SUCCESS
		},
		Err(error) => {
			eprintln!("Error: {error}");
			ExitCode::FAILURE
		},
	}
}

/// Writes the chain and returns the hash of its last block.
fn write(spec: &str, blocks: &str, file: &str) -> Result<Hash> {
	let blocks: BlockNumber = blocks.parse()?;
	let mut chain = Chain::new(&std::fs::read_to_string(spec)?, blocks)?;
	let mut file = BufWriter::new(File::create(file)?);
	file.write_all(&u64::from(blocks).encode())?;
	for number in 1..=blocks {
		let block = chain.next()?;
		let justified = number % JUSTIFIED == 0 || number == blocks;
		let justifications = justified.then(|| chain.justification(number));
		file.write_all(&SignedBlock { block, justifications }.encode())?;
	}
	file.flush()?;
	Ok(chain.parent)
}

/// A chain whose only validator is Alice.
struct Chain {
	state: TestExternalities,
	author: sr25519::Pair,
	voter: ed25519::Pair,
	parent: Hash,
	number: BlockNumber,
	slot: u64,
}

impl Chain {
	/// The genesis of a raw specification; `blocks` later the chain has come to the present.
	fn new(spec: &str, blocks: BlockNumber) -> Result<Self> {
		let spec: Value = serde_json::from_str(spec)?;
		let top =
			spec["genesis"]["raw"]["top"].as_object().ok_or("the specification is not raw")?;
		let mut state = TestExternalities::default();
		state.state_version = StateVersion::V1;
		for (key, value) in top {
			state.insert(from_hex(key)?, from_hex(value.as_str().ok_or("a value is no text")?)?);
		}
		let nothing = BlakeTwo256::trie_root(Vec::new(), StateVersion::V1);
		let root = *state.backend.root();
		let genesis = Header::new(0, nothing, root, Hash::default(), Digest::default());
		let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis() as u64;
		Ok(Self {
			state,
			author: sr25519::Pair::from_string("//Alice", None)?,
			voter: ed25519::Pair::from_string("//Alice", None)?,
			parent: genesis.hash(),
			number: 0,
			slot: now / SLOT_MILLIS - u64::from(blocks) - 1,
		})
	}

	/// Makes the next block.
	fn next(&mut self) -> Result<Block> {
		(self.number, self.slot) = (self.number + 1, self.slot + 1);
		let (number, slot, parent, author) = (self.number, self.slot, self.parent, &self.author);
		let (mut header, extrinsics) = self.state.execute_with(|| {
			let digest = Digest { logs: vec![claim(author, slot)] };
			let header = Header::new(number, Hash::default(), Hash::default(), parent, digest);
			Executive::initialize_block(&header);
			let extrinsics = [clock(slot), transfer(author)];
			// The first block of a session takes no transaction, and must not keep traces of one.
			let taken = |it: &UncheckedExtrinsic| {
				with_storage_layer(|| match Executive::apply_extrinsic(it.clone()) {
					Ok(result) => result,
					Err(_) => Err(DispatchError::Other("not taken")),
				})
				.is_ok()
			};
			let extrinsics: Vec<_> = extrinsics.into_iter().filter(taken).collect();
			(Executive::finalize_block(), extrinsics)
		});
		self.state.commit_all()?;
		if extrinsics.is_empty() {
			return Err(format!("block {number} does not take its clock").into());
		}
		let seal = self.author.sign(header.hash().as_ref());
		header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal.into()));
		self.parent = header.hash();
		Ok(Block::new(header, extrinsics))
	}

	/// Alice's precommit for the last block, in a round of its own.
	fn justification(&mut self, round: BlockNumber) -> Justifications {
		let set = self.state.execute_with(pallet_grandpa::CurrentSetId::<Runtime>::get);
		let round = u64::from(round);
		let vote = (self.parent, self.number);
		// 1: a precommit.
		let signature = self.voter.sign(&localized_payload(round, set, &(1u8, vote)));
		let commit = (vote, vec![(vote, signature, self.voter.public())]);
		let ancestries = Vec::<Header>::new();
		Justifications::from((GRANDPA_ENGINE_ID, (round, commit, ancestries).encode()))
	}
}

/// A slot that falls to the only validator because none has won it.
fn claim(author: &sr25519::Pair, slot: u64) -> DigestItem {
	let slots = <Runtime as pallet_babe::Config>::EpochDuration::get();
	let current = Babe::current_epoch();
	// Before the first block the epoch has no beginning.
	let ended = System::block_number() > 0 && slot >= *current.start_slot + slots;
	let epoch = if ended { Babe::next_epoch() } else { current };
	let data = make_vrf_sign_data(&epoch.randomness, slot.into(), epoch.epoch_index);
	let claim = SecondaryVRFPreDigest {
		authority_index: 0,
		slot: slot.into(),
		vrf_signature: author.vrf_sign(&data),
	};
	<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryVRF(claim))
}

/// The inherent of a block in this slot.
fn clock(slot: u64) -> UncheckedExtrinsic {
	let set = pallet_timestamp::Call::set { now: slot * SLOT_MILLIS };
	UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(set))
}

/// A transfer to an account that was not there before, so that the state grows.
fn transfer(signer: &sr25519::Pair) -> UncheckedExtrinsic {
	let from = AccountId::from(signer.public().0);
	let nonce = System::account_nonce(&from);
	let to = AccountId::from(BlakeTwo256::hash(&nonce.encode()).0);
	let call = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: to.into(),
		value: strata_runtime::units::STRA,
	});
	let extension = strata_runtime::tx_extension(nonce, Era::Immortal, 0);
	let payload = SignedPayload::new(call.clone(), extension.clone()).expect("it is short");
	let signature = payload.using_encoded(|bytes| signer.sign(bytes));
	UncheckedExtrinsic::new_signed(call, from.into(), signature.into(), extension)
}
