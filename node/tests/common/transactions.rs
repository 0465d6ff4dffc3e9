//! Transactions, signed as a wallet signs them, or not quite.

use codec::Encode;
use sp_core::{crypto::Pair, H256};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::generic::Era;
use strata_runtime::{Balance, Nonce, RuntimeCall, SignedPayload, UncheckedExtrinsic, VERSION};

/// A transaction of Alice's, before she signs it.
#[derive(Clone)]
pub struct Draft {
	pub call: RuntimeCall,
	pub nonce: Nonce,
	/// What the author of the block gets beside the fee.
	pub tip: Balance,
	/// The chain that it is for.
	pub genesis: H256,
	pub spec_version: u32,
	pub transaction_version: u32,
	/// How long it is valid, and the block that this counts from.
	pub era: (Era, H256),
}

impl Draft {
	/// A remark.
	pub fn remark(genesis: H256, nonce: Nonce) -> Self {
		let remark = nonce.encode();
		Self {
			call: RuntimeCall::System(frame_system::Call::remark { remark }),
			nonce,
			tip: 0,
			genesis,
			spec_version: VERSION.spec_version,
			transaction_version: VERSION.transaction_version,
			era: (Era::Immortal, genesis),
		}
	}

	/// Signs it.
	pub fn sign(self) -> UncheckedExtrinsic {
		let extension = strata_runtime::tx_extension(self.nonce, self.era.0, self.tip);
		let (spec, transaction) = (self.spec_version, self.transaction_version);
		let implied = ((), spec, transaction, self.genesis, self.era.1, (), (), (), None, ());
		let payload = SignedPayload::from_raw(self.call.clone(), extension.clone(), implied);
		let signature = payload.using_encoded(|bytes| Alice.pair().sign(bytes));
		let from = Alice.to_account_id().into();
		UncheckedExtrinsic::new_signed(self.call, from, signature.into(), extension)
	}

	/// Signs and encodes it.
	pub fn encode(self) -> Vec<u8> {
		self.sign().encode()
	}
}
