//! New code comes by referendum and by nothing else, and only such code as may follow this one.

use codec::Encode;
use sp_core::{
	storage::well_known_keys::CODE,
	traits::{ReadRuntimeVersion, ReadRuntimeVersionExt},
};
use sp_externalities::Externalities;
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};

use super::{enact, motion, office, referendum, root, Body, GUARDIANS, STEWARDS};
use crate::{
	governance::origins::Origin,
	tests::chain::{
		check_invariants, happened, next_block, on_dev_chain, preset, send, send_invalid,
	},
	Runtime, RuntimeEvent, VERSION,
};

type Call = frame_system::Call<Runtime>;
type Error = frame_system::Error<Runtime>;

#[test]
fn runtime_should_be_upgraded_by_a_referendum_of_the_root_track_and_by_nothing_else() {
	on_dev_chain(|| {
		let code = b"\0asm new".to_vec();
		let code_hash = BlakeTwo256::hash(&code);
		let authorize = || Call::authorize_upgrade_without_checks { code_hash };
		let apply = || Call::apply_authorized_upgrade { code: code.clone() };
		let no_call = TransactionValidityError::from(InvalidTransaction::Call);

		assert_eq!(send_invalid("Alice", authorize()), no_call);
		for (body, ayes) in [(Body::Council, &STEWARDS), (Body::Guardians, &GUARDIANS)] {
			assert_eq!(motion(body, ayes, authorize()), Err(DispatchError::BadOrigin));
		}
		let (_, result) = referendum(office(Origin::RiskAdmin), authorize());
		assert_eq!(result, Err(DispatchError::BadOrigin));
		assert_eq!(send_invalid("Alice", apply()), no_call);

		let before = sp_io::storage::get(CODE);
		let blocks = enact(root(), authorize());
		assert!(blocks <= 20, "{blocks}");
		assert_eq!(sp_io::storage::get(CODE), before, "authorised, not applied");
		// Other code than what was authorised is refused.
		let other = Call::apply_authorized_upgrade { code: b"\0asm other".to_vec() };
		assert_eq!(send_invalid("Eve", other), no_call);
		// Anyone may bring the code that was, in safe mode too.
		assert_eq!(
			motion(Body::Guardians, &GUARDIANS, pallet_safe_mode::Call::force_enter {}),
			Ok(())
		);
		send("Eve", apply());
		assert_eq!(sp_io::storage::get(CODE).as_deref(), Some(&code[..]));
		assert!(happened(|event| {
			matches!(event, RuntimeEvent::System(frame_system::Event::CodeUpdated { .. }))
		}));
	});
}

/// Reads the version of what [`code`] makes: a node reads it from a section of the wasm.
struct Versions;

impl ReadRuntimeVersion for Versions {
	fn read_runtime_version(
		&self,
		code: &[u8],
		_: &mut dyn Externalities,
	) -> Result<Vec<u8>, String> {
		let version = code.strip_prefix(b"\0asm");
		version.map(<[u8]>::to_vec).ok_or_else(|| "this is no wasm".into())
	}
}

/// Code that says that it is version `spec_version` of `spec_name`.
fn code(spec_name: &'static str, spec_version: u32) -> Vec<u8> {
	let version =
		sp_version::RuntimeVersion { spec_name: spec_name.into(), spec_version, ..VERSION };
	[b"\0asm".to_vec(), version.encode()].concat()
}

#[test]
fn code_that_may_not_follow_this_one_should_be_refused_although_it_is_authorised() {
	let mut state = preset(DEV_RUNTIME_PRESET);
	state.register_extension(ReadRuntimeVersionExt::new(Versions));
	state.execute_with(|| {
		next_block();
		let before = sp_io::storage::get(CODE);
		let now = VERSION.spec_version;
		let bad = [
			(code("strata", now), Error::SpecVersionNeedsToIncrease),
			(code("strata", now - 1), Error::SpecVersionNeedsToIncrease),
			(code("other", now + 1), Error::InvalidSpecName),
			(b"no wasm".to_vec(), Error::FailedToExtractRuntimeVersion),
		];
		for (code, reason) in bad {
			let code_hash = BlakeTwo256::hash(&code);
			enact(root(), Call::authorize_upgrade { code_hash });
			// Whoever brought it is not to blame.
			send("Eve", Call::apply_authorized_upgrade { code: code.clone() });
			let reason = DispatchError::from(reason);
			assert!(happened(|event| {
				let RuntimeEvent::System(event) = event else { return false };
				let refused = frame_system::Event::RejectedInvalidAuthorizedUpgrade {
					code_hash,
					error: reason,
				};
				*event == refused
			}));
			assert_eq!(sp_io::storage::get(CODE), before);
			// It was authorised once, and is no more.
			let again = send_invalid("Eve", Call::apply_authorized_upgrade { code });
			assert_eq!(again, InvalidTransaction::Call.into());
		}
		let good = code("strata", now + 1);
		let code_hash = BlakeTwo256::hash(&good);
		enact(root(), Call::authorize_upgrade { code_hash });
		send("Eve", Call::apply_authorized_upgrade { code: good.clone() });
		assert_eq!(sp_io::storage::get(CODE).as_deref(), Some(&good[..]));
		check_invariants();
	});
}
