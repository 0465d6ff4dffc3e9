//! `docs/privileged-calls.md`: every call that not just anybody may make in his own name, with who may.
//! It is found by trying every call of the runtime as everybody, so that none can be forgotten.
//!
//! After a change, `STRATA_UPDATE_DOCS=1` in the environment of this test writes the document anew.

use std::{collections::BTreeMap, fmt::Write as _};

use codec::Decode;
use frame_support::{
	assert_ok,
	storage::{with_transaction, TransactionOutcome},
	traits::{Contains, GetCallMetadata, UnfilteredDispatchable},
};
use sp_core::traits::ReadRuntimeVersionExt;
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_runtime::{traits::TrailingZeroInput, DispatchError};

use super::{is_filtered, Body};
use crate::{
	assets::IssuerAccount,
	governance::{
		open_calls::{NeverPaused, OpenInSafeMode},
		origins::Origin,
	},
	system::PermittedCalls,
	tests::{
		chain::{account, next_block, preset},
		deal::{history, issue},
	},
	units::SLOT_MILLIS,
	Assets, OriginCaller, RuntimeCall, RuntimeOrigin, Timestamp,
};

/// The document.
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/privileged-calls.md");

/// Somebody, as the origin of a call.
pub struct Who {
	/// As the document calls him.
	pub label: &'static str,
	origin: fn() -> RuntimeOrigin,
}

impl Who {
	/// Whether he may make `call`: it is not refused for who he is.
	pub fn may(&self, call: &RuntimeCall) -> bool {
		with_transaction(|| {
			let result = call.clone().dispatch_bypass_filter((self.origin)());
			let refused = result.is_err_and(|error| error.error == DispatchError::BadOrigin);
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(!refused))
		})
		.expect("it does not fail")
	}
}

/// `ayes` of `members` of a council.
fn of(body: Body, ayes: u32, members: u32) -> RuntimeOrigin {
	use pallet_collective::RawOrigin::Members;
	match body {
		Body::Council => OriginCaller::Council(Members(ayes, members)).into(),
		Body::Guardians => OriginCaller::Guardians(Members(ayes, members)).into(),
	}
}

/// An account that has STRA and no part in anything.
pub const SIGNED: Who = Who { label: "signed", origin: || RuntimeOrigin::signed(account("Dave")) };

/// What has no origin: inherents, and transactions without a signature.
const NONE: Who = Who { label: "none", origin: RuntimeOrigin::none };

/// Everybody who is more than an account. Of a council the least part that may do anything, then more.
pub const GOVERNANCE: [Who; 10] = [
	Who { label: "root", origin: RuntimeOrigin::root },
	Who { label: "risk admin", origin: || Origin::RiskAdmin.into() },
	Who { label: "oracle admin", origin: || Origin::OracleAdmin.into() },
	Who { label: "court admin", origin: || Origin::CourtAdmin.into() },
	Who { label: "treasurer", origin: || Origin::Treasurer.into() },
	Who { label: "canceller", origin: || Origin::Canceller.into() },
	Who { label: "council 3/5", origin: || of(Body::Council, 3, 5) },
	Who { label: "council 2/3", origin: || of(Body::Council, 2, 3) },
	Who { label: "guardians 1/2", origin: || of(Body::Guardians, 1, 2) },
	Who { label: "all guardians", origin: || of(Body::Guardians, 3, 3) },
];

/// The names of a call's pallet and of the call.
pub fn names(call: &RuntimeCall) -> (&'static str, &'static str) {
	let names = call.get_call_metadata();
	(names.pallet_name, names.function_name)
}

/// Every call of the runtime, each with arguments that are zero, empty or the first of their kind.
pub fn every_call() -> Vec<RuntimeCall> {
	let mut calls = Vec::new();
	for pallet in 0..=u8::MAX {
		for call in 0..=u8::MAX {
			let bytes = [pallet, call];
			if let Ok(call) = RuntimeCall::decode(&mut TrailingZeroInput::new(&bytes)) {
				calls.push(sensible(call));
			}
		}
	}
	calls.extend(without_zero());
	let mut found: BTreeMap<_, _> = calls.into_iter().map(|call| (names(&call), call)).collect();
	let calls: Vec<_> = RuntimeCall::get_module_names()
		.iter()
		.flat_map(|pallet| {
			RuntimeCall::get_call_names(pallet).iter().map(move |call| (*pallet, *call))
		})
		.map(|name| {
			found.remove(&name).unwrap_or_else(|| panic!("{name:?}: not in `without_zero`"))
		})
		.collect();
	assert!(found.is_empty(), "calls without a name");
	calls
}

/// The calls whose arguments cannot be zero.
fn without_zero() -> [RuntimeCall; 1] {
	use sp_consensus_babe::{digests::NextConfigDescriptor, AllowedSlots};
	let config = NextConfigDescriptor::V1 { c: (1, 4), allowed_slots: AllowedSlots::PrimarySlots };
	[pallet_babe::Call::plan_config_change { config }.into()]
}

/// `call`, or the same with arguments that do not stop the chain.
fn sensible(call: RuntimeCall) -> RuntimeCall {
	match call {
		RuntimeCall::Timestamp(pallet_timestamp::Call::set { .. }) => {
			// Later, and in the same slot.
			pallet_timestamp::Call::set { now: Timestamp::get() + SLOT_MILLIS / 2 }.into()
		},
		other => other,
	}
}

/// Who may make a call, in words. `None` if anybody may in his own name, and nobody else.
fn who_may(call: &RuntimeCall) -> Option<String> {
	let mut labels: Vec<_> =
		GOVERNANCE.iter().filter(|who| who.may(call)).map(|who| who.label).collect();
	let (signed, unsigned) = (SIGNED.may(call), NONE.may(call));
	if !PermittedCalls::contains(call) {
		return Some("nobody: it is closed for good".into());
	}
	if labels.len() == GOVERNANCE.len() && signed {
		return Some(
			if unsigned { "anybody, without a signature too" } else { "anybody, for himself" }
				.into(),
		);
	}
	// Who may with less, may with more.
	for (less, more) in [("council 3/5", "council 2/3"), ("guardians 1/2", "all guardians")] {
		if labels.contains(&less) {
			labels.retain(|label| *label != more);
		}
	}
	if unsigned {
		labels.push("none: the block itself, or a proof without a signature");
	}
	match (labels.is_empty(), signed) {
		(true, true) => None,
		(true, false) => Some("nobody".into()),
		(false, true) => Some(format!("{}; signed: see the call", labels.join(", "))),
		(false, false) => Some(labels.join(", ")),
	}
}

/// What the document says before its tables.
const HEAD: &str = "\
# Privileged calls

Every call of the runtime that is not made by just anybody in his own name, with who may make it. \
A test tries every call as everybody and compares (`runtime/src/tests/governance/privileged_calls.rs`), \
so that this page is complete and true; do not edit it, run that test with `STRATA_UPDATE_DOCS=1`.

| who | is |
|---|---|
| root | a referendum of the root track |
| risk admin, oracle admin, court admin, treasurer, canceller | a referendum of that track |
| council 3/5, council 2/3 | so many of the council's members |
| guardians 1/2 | at least half of the guardians |
| none | no account at all: what a block's author puts in, or a proof that speaks for itself |
| signed: see the call | an account that the call names besides, such as a deal's trustee or the owner of an asset; its documentation says whom |

Root may do all of this, and no brake stops it. [governance.md](governance.md) says how each of them acts.
";

/// The document as it ought to be.
fn document() -> String {
	let mut text = String::from(HEAD);
	text.push_str("\n## Who may make them\n\n| call | who |\n|---|---|\n");
	let calls = every_call();
	for call in &calls {
		if let Some(who) = who_may(call) {
			let (pallet, function) = names(call);
			writeln!(text, "| `{pallet}.{function}` | {who} |").expect("it is text");
		}
	}
	text.push_str(
		"\n## What the brakes leave open\n\n\
		A call in the first column can neither be paused nor is it closed in safe mode; one in the \
		second can be paused by itself; one in the third can be paused, and is closed in safe mode. \
		Pallets of which all calls are in the first column are not in the table.\n\n\
		| pallet | always open | open in safe mode | closed in safe mode |\n|---|---|---|---|\n",
	);
	for pallet in RuntimeCall::get_module_names() {
		let of_pallet = calls.iter().filter(|call| names(call).0 == *pallet);
		let mut columns = [Vec::new(), Vec::new(), Vec::new()];
		for call in of_pallet {
			let (_, function) = names(call);
			let column = match (is_never_paused(call), OpenInSafeMode::contains(call)) {
				(true, _) => 0,
				(false, true) => 1,
				(false, false) => 2,
			};
			columns[column].push(format!("`{function}`"));
		}
		if columns[1].is_empty() && columns[2].is_empty() {
			continue;
		}
		let [always, safe, closed] = columns.map(|calls| calls.join(", "));
		writeln!(text, "| {pallet} | {always} | {safe} | {closed} |").expect("it is text");
	}
	text
}

fn is_never_paused(call: &RuntimeCall) -> bool {
	let bounded = |name: &str| name.as_bytes().to_vec().try_into().expect("names are short");
	let (pallet, function) = names(call);
	NeverPaused::contains(&(bounded(pallet), bounded(function)))
}

/// Runs `test` on a development chain that can tell the version of new code, and on which there are an
/// asset and a deal of the number 0: some calls look for those before they ask who it is.
pub fn on_chain(test: impl FnOnce()) {
	let mut state = preset(DEV_RUNTIME_PRESET);
	let executor = sc_executor::WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
	state.register_extension(ReadRuntimeVersionExt::new(executor));
	state.execute_with(|| {
		next_block();
		let issuer = IssuerAccount::get();
		assert_ok!(Assets::force_create(RuntimeOrigin::root(), 0.into(), issuer.into(), true, 1));
		assert_eq!(issue(history()[0]), 0);
		test();
	});
}

#[test]
fn document_of_privileged_calls_should_be_complete_and_true() {
	on_chain(|| {
		let expected = document();
		if std::env::var_os("STRATA_UPDATE_DOCS").is_some() {
			std::fs::write(DOCUMENT, &expected).expect("the document can be written");
		}
		let written = std::fs::read_to_string(DOCUMENT).expect("the document can be read");
		for (written, expected) in written.lines().zip(expected.lines()) {
			assert_eq!(written, expected);
		}
		assert_eq!(written, expected, "docs/privileged-calls.md: one is longer");
	});
}

/// What is in the tables of the document as who may, for `label`.
fn calls_of(label: &str) -> Vec<String> {
	let who = GOVERNANCE.iter().find(|who| who.label == label).expect("a label");
	let mut calls = Vec::new();
	for call in every_call() {
		let (pallet, function) = names(&call);
		if who.may(&call) && !SIGNED.may(&call) {
			calls.push(format!("{pallet}.{function}"));
		}
	}
	calls
}

#[test]
fn guardians_should_make_no_call_but_those_that_tighten() {
	on_chain(|| {
		let calls = calls_of("all guardians");
		assert_eq!(calls, GUARDIANS_MAY);
		// Half of them may do the same.
		assert_eq!(calls_of("guardians 1/2"), GUARDIANS_MAY);
	});
}

/// All that guardians may do. Each can only tighten, and ends by itself; think twice before adding one.
const GUARDIANS_MAY: [&str; 6] = [
	"Oracle.cancel_members",
	"Oracle.suspend_feeder",
	"Risk.pause",
	"Risk.cancel",
	"Risk.tighten",
	"SafeMode.force_enter",
];

/// All that the canceller may do: stop what others began.
const CANCELLER_MAY: [&str; 4] = [
	"Referenda.cancel",
	"Council.disapprove_proposal",
	"Guardians.disapprove_proposal",
	"Risk.cancel",
];

#[test]
fn what_each_may_should_be_no_more_than_its_office() {
	on_chain(|| {
		let pallets = |label| {
			let mut pallets: Vec<_> = calls_of(label)
				.iter()
				.map(|call| call.split('.').next().expect("a pallet").to_owned())
				.collect();
			pallets.dedup();
			pallets
		};
		assert_eq!(pallets("risk admin"), ["Risk"]);
		assert_eq!(pallets("oracle admin"), ["Oracle"]);
		assert_eq!(pallets("court admin"), ["Tranches", "Disputes"]);
		assert_eq!(pallets("treasurer"), ["Treasury"]);
		assert_eq!(calls_of("canceller"), CANCELLER_MAY);
		assert_eq!(pallets("council 3/5"), ["TxPause", "Risk", "Disputes", "SafeMode"]);
	});
}

#[test]
fn no_origin_should_get_past_the_filter_for_what_is_closed() {
	on_chain(|| {
		use sp_runtime::traits::Dispatchable;
		let entered = crate::SafeMode::force_enter(RuntimeOrigin::root());
		assert_eq!(entered, Ok(()));
		for call in every_call() {
			let (pallet, function) = names(&call);
			let open = OpenInSafeMode::contains(&call) && PermittedCalls::contains(&call);
			for who in GOVERNANCE.iter().skip(1).chain([&SIGNED, &NONE]) {
				let filtered = with_transaction(|| {
					let result = call.clone().dispatch((who.origin)());
					let filtered = result.is_err_and(|error| is_filtered(error.error));
					TransactionOutcome::Rollback(Ok::<_, DispatchError>(filtered))
				});
				assert_eq!(filtered, Ok(!open), "{pallet}.{function} by {}", who.label);
			}
		}
	});
}
