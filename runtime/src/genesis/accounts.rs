//! Who holds what at genesis of a development chain.

use alloc::{vec, vec::Vec};
use sp_core::hex2array;
use sp_keyring::Sr25519Keyring;

use super::market::{EURX, USDX, WTI};
use crate::{governance::TreasuryAccount, units::STRA, AccountId, Balance, Disputes};

/// What a [`Party`] does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
	/// Originates deals.
	Originator,
	/// Buys notes.
	Investor,
	/// Locks collateral and draws.
	Borrower,
	/// Reports prices.
	Feeder,
	/// May stop things.
	Guardian,
}

/// A party of the development market. Its sr25519 key is derived from `//name` of the development
/// phrase.
#[derive(Clone, Copy, Debug)]
pub struct Party {
	/// The derivation path, without slashes.
	pub name: &'static str,
	/// What it does.
	pub role: Role,
	/// Its public key.
	pub key: [u8; 32],
}

impl Party {
	/// The account of the party.
	pub fn account(&self) -> AccountId {
		AccountId::from(self.key)
	}
}

/// Everybody in the development market. A test derives every key again from its name.
pub const PARTIES: [Party; 17] = [
	Party {
		name: "Originator",
		role: Role::Originator,
		key: hex2array!("14b7f3e6c142112304e4145a4354e318250047ab36b9def3362f1665f317ba2a"),
	},
	Party {
		name: "Investor1",
		role: Role::Investor,
		key: hex2array!("9abe6bd52d1df3bd1c942a8101e4eeffa229aaca0b06134f9ea09fbe205e2b5e"),
	},
	Party {
		name: "Investor2",
		role: Role::Investor,
		key: hex2array!("9673c0dfe01a245672d1dec171aeedab143f1a5459236daa0b9d9cce2e7f3c55"),
	},
	Party {
		name: "Investor3",
		role: Role::Investor,
		key: hex2array!("d40751dd030419094af09984405397f651ec67320c4b7e206eee12745de3061a"),
	},
	Party {
		name: "Investor4",
		role: Role::Investor,
		key: hex2array!("d6144d074658f00c6a1abec4bfa3d2e4e71a1433373fb0f4c4104c328ead7918"),
	},
	Party {
		name: "Investor5",
		role: Role::Investor,
		key: hex2array!("5c5a9d721bb81063774f06b4829d9c4d42bea4e651b4092887ed421927b25f46"),
	},
	Party {
		name: "Borrower1",
		role: Role::Borrower,
		key: hex2array!("12e1193ef8a1c277eb4ff191f1ef731c8e52653b5852729d7ddf18ef49ff4705"),
	},
	Party {
		name: "Borrower2",
		role: Role::Borrower,
		key: hex2array!("4a188226910f4db6c0d1499a5663386e694d8467dda3c195abee1b0190f3e678"),
	},
	Party {
		name: "Borrower3",
		role: Role::Borrower,
		key: hex2array!("ea9085b7b810f62eff901296e6c587c5c5235a86e597880934acb719977dc716"),
	},
	Party {
		name: "Borrower4",
		role: Role::Borrower,
		key: hex2array!("f495d9eb6adec7f9574e5f27e6d53eb76f4fdf608be3bcb7a504dce46dc3b635"),
	},
	Party {
		name: "Feeder1",
		role: Role::Feeder,
		key: hex2array!("60e7e8b8e5f0b53fe22b6755ebefb35067097362a82940732c1cb9e17dbfa204"),
	},
	Party {
		name: "Feeder2",
		role: Role::Feeder,
		key: hex2array!("e46a1e6faff32ea572f7397d1fd97017ff2f9986de10073273f096214b53287e"),
	},
	Party {
		name: "Feeder3",
		role: Role::Feeder,
		key: hex2array!("0006c8527099d65e54583c17280e4c66292e073f3b99defd7c01f4d17da7b116"),
	},
	Party {
		name: "Feeder4",
		role: Role::Feeder,
		key: hex2array!("284741e44d71d1e5c9cd7f43da8215fd0e3ef79bb61345d466f63172c37e1b31"),
	},
	Party {
		name: "Guardian1",
		role: Role::Guardian,
		key: hex2array!("b073a1640b4ea07ac75626a77f2e03e626d14cebc80c9bed8f5a447a234a090a"),
	},
	Party {
		name: "Guardian2",
		role: Role::Guardian,
		key: hex2array!("dc8f69f0e4936255ed1710e6968cf89a85a5b223e1103af154b4b39401931f32"),
	},
	Party {
		name: "Guardian3",
		role: Role::Guardian,
		key: hex2array!("f29ef068a8f6dc96c5fbec1f012435723baba9d58e77dc39744cc17b70bc5b5d"),
	},
];

/// The accounts of everybody with `role`.
pub(super) fn with_role(role: Role) -> impl Iterator<Item = AccountId> {
	PARTIES.iter().filter(move |party| party.role == role).map(Party::account)
}

/// STRA at genesis: the well-known accounts and the parties of the market. The account of the court
/// has what keeps it alive, the treasury what it pays feeders from.
pub(super) fn balances() -> Vec<(AccountId, Balance)> {
	let well_known =
		Sr25519Keyring::well_known().map(|key| (key.to_account_id(), 1_000_000 * STRA));
	let parties = PARTIES.iter().map(|party| (party.account(), 10_000 * STRA));
	let keyless = [(Disputes::account(), STRA), (TreasuryAccount::get(), 100_000 * STRA)];
	well_known.chain(parties).chain(keyless).collect()
}

/// What each feeder answers with at genesis: ten times the least.
pub(super) fn bonds() -> Vec<(AccountId, Balance)> {
	with_role(Role::Feeder).map(|feeder| (feeder, 1_000 * STRA)).collect()
}

/// Assets at genesis: dollars for those who lend and owe, barrels and euros for those who borrow.
pub(super) fn assets() -> Vec<(u32, AccountId, Balance)> {
	const UNIT: Balance = 1_000_000;
	let holding = |asset, whole: Balance| move |who| (asset, who, whole * UNIT);
	let borrowers = || with_role(Role::Borrower);
	with_role(Role::Investor)
		.map(holding(USDX, 10_000_000))
		.chain(with_role(Role::Originator).map(holding(USDX, 10_000_000)))
		.chain(borrowers().map(holding(USDX, 1_000_000)))
		.chain(borrowers().map(holding(WTI, 100_000)))
		.chain(borrowers().map(holding(EURX, 10_000_000)))
		.collect()
}

/// The guardians at genesis.
pub(super) fn guardians() -> Vec<AccountId> {
	with_role(Role::Guardian).collect()
}

/// The council at genesis: the stewards of risk.
pub(super) fn council() -> Vec<AccountId> {
	use Sr25519Keyring::*;
	vec![Alice.to_account_id(), Bob.to_account_id(), Charlie.to_account_id()]
}
