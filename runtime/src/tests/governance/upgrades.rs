//! New code comes by referendum and by nothing else.

use sp_core::storage::well_known_keys::CODE;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	DispatchError,
};

use super::{enact, motion, office, referendum, root, Body, GUARDIANS, STEWARDS};
use crate::{
	governance::origins::Origin,
	tests::chain::{happened, on_dev_chain, send, send_failing},
	Runtime, RuntimeEvent,
};

#[test]
fn runtime_should_be_upgraded_by_a_referendum_of_the_root_track_and_by_nothing_else() {
	on_dev_chain(|| {
		let code = b"\0asm new".to_vec();
		let code_hash = BlakeTwo256::hash(&code);
		type Call = frame_system::Call<Runtime>;
		let authorize = || Call::authorize_upgrade_without_checks { code_hash };
		let apply = || Call::apply_authorized_upgrade { code: code.clone() };
		let nothing = frame_system::Error::<Runtime>::NothingAuthorized;

		assert_eq!(send_failing("Alice", authorize()), DispatchError::BadOrigin);
		for (body, ayes) in [(Body::Council, &STEWARDS), (Body::Guardians, &GUARDIANS)] {
			assert_eq!(motion(body, ayes, authorize()), Err(DispatchError::BadOrigin));
		}
		let (_, result) = referendum(office(Origin::RiskAdmin), authorize());
		assert_eq!(result, Err(DispatchError::BadOrigin));
		assert_eq!(send_failing("Alice", apply()), nothing.into());

		let before = sp_io::storage::get(CODE);
		let blocks = enact(root(), authorize());
		assert!(blocks <= 20, "{blocks}");
		assert_eq!(sp_io::storage::get(CODE), before, "authorised, not applied");
		// Other code than what was authorised is refused.
		let other = Call::apply_authorized_upgrade { code: b"\0asm other".to_vec() };
		let refused = send_failing("Eve", other);
		assert_eq!(refused, frame_system::Error::<Runtime>::Unauthorized.into());
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
