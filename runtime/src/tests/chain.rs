//! A chain in memory: real blocks with real digests, inherents and signed transactions.

use codec::Encode;
use frame_support::{assert_ok, traits::Get};
use serde_json::Value;
use sp_consensus_babe::{
	digests::{PreDigest, PrimaryPreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_core::{crypto::VrfSecret, sr25519, Pair};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{Digest, DigestItem, Era},
	traits::Header as _,
	transaction_validity::TransactionValidityError,
	ApplyExtrinsicResult, DispatchError,
};

use crate::{
	apis, genesis, AccountId, Babe, BlockNumber, Executive, Hash, Header, Runtime, RuntimeCall,
	RuntimeEvent, SignedPayload, System, Timestamp, UncheckedExtrinsic, VERSION,
};

/// The clock of the first block: a slot border, 2025-01-01.
pub const START: u64 = 1_735_689_600_000;
const SLOT: u64 = crate::units::SLOT_MILLIS;

/// The state that the preset called `name` describes.
pub fn preset(name: &str) -> TestExternalities {
	let json = genesis::preset(&name.into()).expect("the preset exists");
	from_json(with_defaults(serde_json::from_slice(&json).expect("it is JSON")))
}

/// A patch on top of the default genesis, as a node merges them.
pub fn with_defaults(patch: Value) -> Vec<u8> {
	let mut whole = serde_json::to_value(crate::RuntimeGenesisConfig::default()).expect("JSON");
	merge(&mut whole, patch);
	serde_json::to_vec(&whole).expect("JSON")
}

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

/// The state that a genesis in JSON describes.
pub fn from_json(json: Vec<u8>) -> TestExternalities {
	use sp_genesis_builder::runtime_decl_for_genesis_builder::GenesisBuilder;
	let mut state = TestExternalities::default();
	state.execute_with(|| {
		<Runtime as GenesisBuilder<crate::Block>>::build_state(json).expect("genesis builds");
	});
	state
}

/// Runs `test` on a development chain that has made its first block, and checks everything that
/// must hold after every block that `test` makes.
pub fn on_dev_chain(test: impl FnOnce()) {
	preset(DEV_RUNTIME_PRESET).execute_with(|| {
		next_block();
		test();
		check_invariants();
	});
}

/// The pair of `//name`.
pub fn pair(name: &str) -> sr25519::Pair {
	sr25519::Pair::from_string(&format!("//{name}"), None).expect("a derivation path")
}

/// The account of `//name`.
pub fn account(name: &str) -> AccountId {
	AccountId::from(pair(name).public().0)
}

/// A slot that falls to the only validator because no other has a better claim: it reveals nothing.
fn secondary(slot: u64) -> PreDigest {
	PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() })
}

/// A slot that `//Alice` has won, in the epoch that is under way: it reveals a VRF output.
fn primary(slot: u64) -> PreDigest {
	let data = sp_consensus_babe::make_vrf_sign_data(
		&Babe::randomness(),
		slot.into(),
		Babe::current_epoch().epoch_index,
	);
	let vrf_signature = pair("Alice").vrf_sign(&data);
	PreDigest::Primary(PrimaryPreDigest { authority_index: 0, slot: slot.into(), vrf_signature })
}

/// Begins block `number` in a slot, without an inherent.
fn begin(number: BlockNumber, claim: &PreDigest) {
	let logs = vec![DigestItem::PreRuntime(BABE_ENGINE_ID, claim.encode())];
	let parent = if number == 1 { Hash::default() } else { Hash::repeat_byte(number as u8) };
	let header = Header::new(number, Hash::default(), Hash::default(), parent, Digest { logs });
	Executive::initialize_block(&header);
}

/// Ends the block that is open.
fn end() -> Header {
	Executive::finalize_block()
}

/// Makes a block of `transactions`, `missed` slots late, and returns what became of each.
pub fn block_after(
	missed: u64,
	transactions: Vec<UncheckedExtrinsic>,
) -> Vec<ApplyExtrinsicResult> {
	make_block(missed, secondary, transactions)
}

/// Makes an empty block in a primary slot, which must not be the first of an epoch.
pub fn primary_block() {
	assert!(!session_begins_next(), "its epoch is not known yet");
	make_block(0, primary, Vec::new());
	check_invariants();
}

fn make_block(
	missed: u64,
	claim: impl FnOnce(u64) -> PreDigest,
	transactions: Vec<UncheckedExtrinsic>,
) -> Vec<ApplyExtrinsicResult> {
	let number = System::block_number() + 1;
	let now = if number == 1 { START } else { Timestamp::get() + SLOT * (1 + missed) };
	begin(number, &claim(now / SLOT));
	let clock = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
	let inherent = UncheckedExtrinsic::new_bare(clock);
	assert_ok!(Executive::apply_extrinsic(inherent).expect("the clock is valid"));
	let results = transactions.into_iter().map(Executive::apply_extrinsic).collect();
	end();
	results
}

/// Makes a block of `transactions`.
pub fn block(transactions: Vec<UncheckedExtrinsic>) -> Vec<ApplyExtrinsicResult> {
	let results = block_after(0, transactions);
	check_invariants();
	results
}

/// Makes an empty block.
pub fn next_block() {
	block(Vec::new());
}

/// Makes empty blocks until the clock is at or past `moment`.
pub fn run_to(moment: u64) {
	while Timestamp::get() < moment {
		next_block();
	}
}

/// `calls` of `//name`, signed, for the next block.
pub fn signed(name: &str, calls: Vec<RuntimeCall>) -> Vec<UncheckedExtrinsic> {
	let signer = pair(name);
	let from = System::account_nonce(account(name));
	calls.into_iter().zip(from..).map(|(call, nonce)| sign(&signer, nonce, call)).collect()
}

/// `call`, signed.
fn sign(signer: &sr25519::Pair, nonce: u32, call: RuntimeCall) -> UncheckedExtrinsic {
	let extension = crate::tx_extension(nonce, Era::Immortal, 0);
	let payload = SignedPayload::new(call.clone(), extension.clone()).expect("not too long");
	let signature = payload.using_encoded(|bytes| signer.sign(bytes));
	let who = AccountId::from(signer.public().0);
	UncheckedExtrinsic::new_signed(call, who.into(), signature.into(), extension)
}

/// Sends `call` by `//name` in a block of its own; it must succeed.
pub fn send(name: &str, call: impl Into<RuntimeCall>) {
	let call = call.into();
	let shown = format!("{call:?}");
	let result = send_all(vec![(name, call)]).remove(0);
	assert!(result.is_ok(), "{name}: {shown:.200}: {result:?}");
}

/// Sends `call` by `//name` in a block of its own and returns what it failed with.
pub fn send_failing(name: &str, call: impl Into<RuntimeCall>) -> DispatchError {
	let result = send_all(vec![(name, call.into())]).remove(0);
	result.expect_err("the call fails")
}

/// Sends `call` by `//name` for a block of its own, which must not take it. Returns why it does not.
pub fn send_invalid(name: &str, call: impl Into<RuntimeCall>) -> TransactionValidityError {
	let result = block(signed(name, vec![call.into()])).remove(0);
	result.expect_err("no block takes it")
}

/// Whether the next block begins a session: it takes no ordinary transaction.
pub fn session_begins_next() -> bool {
	let next = Timestamp::get() / SLOT + 1;
	let slots = <Runtime as pallet_babe::Config>::EpochDuration::get();
	next >= u64::from(Babe::current_epoch_start()) + slots
}

/// Sends one call by each `//name` in one block; where a session begins, in the block after, as the
/// pool of a node would. Each must be valid; what it returns is returned.
pub fn send_all(calls: Vec<(&str, RuntimeCall)>) -> Vec<Result<(), DispatchError>> {
	if session_begins_next() {
		next_block();
	}
	let transactions =
		calls.into_iter().flat_map(|(name, call)| signed(name, vec![call])).collect();
	block(transactions)
		.into_iter()
		.map(|result: Result<_, TransactionValidityError>| result.expect("a valid transaction"))
		.collect()
}

/// Whether the last block holds an event that `wanted` says it wants.
pub fn happened(wanted: impl Fn(&RuntimeEvent) -> bool) -> bool {
	System::events().iter().any(|record| wanted(&record.event))
}

/// Everything that must hold after every block.
pub fn check_invariants() {
	assert_ok!(crate::Oracle::do_try_state());
	assert_ok!(crate::Risk::do_try_state());
	assert_ok!(crate::Vaults::do_try_state());
	assert_ok!(crate::Tranches::do_try_state());
	assert_ok!(crate::Auctions::do_try_state());
	assert_ok!(crate::Backstop::do_try_state());
	assert_ok!(crate::Disputes::do_try_state());
	assert_ok!(crate::Tempo::do_try_state());
	assert_ok!(crate::ValidatorSet::do_try_state());
	assert_eq!(VERSION.apis, apis::RUNTIME_API_VERSIONS);
}
