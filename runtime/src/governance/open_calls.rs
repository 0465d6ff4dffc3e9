//! What no brake closes.
//!
//! Whoever owes may repay and add collateral; whoever is owed may claim; whoever leaves may leave;
//! feeders report; cases that are before the court go on; and governance itself goes on, or there
//! would be no way out of a pause. What is not named here can be paused, and is closed in safe mode:
//! a call that is new is closed until somebody decides otherwise.
//!
//! The names are those of the metadata. Tests hold that each exists, and that the calls of every
//! office are among them.

use frame_support::traits::{Contains, GetCallMetadata};
use pallet_tx_pause::RuntimeCallNameOf;

use crate::{Runtime, RuntimeCall};

/// Calls of a pallet.
enum Calls {
	/// Those that there are and those that come.
	All,
	/// These.
	Only(&'static [&'static str]),
}

use Calls::{All, Only};

impl Calls {
	/// Whether the call is one of these.
	fn contains(&self, call: &[u8]) -> bool {
		match self {
			All => true,
			Only(names) => names.iter().any(|name| name.as_bytes() == call),
		}
	}
}

/// Pallets by name, and which of their calls.
type List = &'static [(&'static str, Calls)];

/// Whether the call of the pallet is on the list.
fn is_on(list: List, pallet: &[u8], call: &[u8]) -> bool {
	list.iter().any(|(name, calls)| name.as_bytes() == pallet && calls.contains(call))
}

/// What neither brake closes.
const ALWAYS: List = &[
	// Blocks themselves: the clock, proofs of equivocation, the keys of validators, new code.
	("System", All),
	("Timestamp", All),
	("Babe", All),
	("Grandpa", All),
	("Session", All),
	// Whoever validates may stop and go, with his bond as soon as it answers for nothing any more, and with the
	// deposit for his keys: locked in he would go on being slashed for a set that he wants to leave, and could not
	// even stop his node for repairs. Keys can be replaced too (Session): one that was stolen must not wait. Those
	// who take a founder's seat away or change the terms are governance.
	(
		"ValidatorSet",
		Only(&["chill", "leave", "purge_keys", "retire", "set_terms", "unbond", "withdraw"]),
	),
	// They wrap other calls, each of which is looked at by itself.
	("Utility", All),
	("Multisig", All),
	("Proxy", All),
	// Governance.
	("Preimage", All),
	("Scheduler", All),
	("ConvictionVoting", All),
	("Referenda", All),
	("Council", All),
	("Guardians", All),
	("MultiBlockMigrations", All),
	("TxPause", All),
	("SafeMode", All),
	("Treasury", Only(&["spend", "void_spend", "remove_approval", "spend_local"])),
	// Prices.
	("Oracle", All),
	// Every change of a parameter is governance's, with its own delays.
	("Risk", All),
	// Debtors.
	("Vaults", Only(&["deposit", "repay", "close", "settle", "liquidate"])),
	// Creditors, and whoever is responsible for a deal.
	(
		"Tranches",
		Only(&[
			"accelerate",
			"call_liquidity",
			"cancel",
			"cancel_offer",
			"claim",
			"claim_award",
			"claim_fee",
			"claim_many",
			"close_offering",
			"close_proposal",
			"collect",
			"freeze",
			"reduce_order",
			"release_vote",
			"remove",
			"replace_servicer",
			"replace_trustee",
			"resign",
			"run_payment",
			"set_servicer_default",
			"sweep_award",
			"thaw",
			"wind_down",
			"withdraw_bond",
		]),
	),
	("Auctions", Only(&["restart", "wrap_up"])),
	("Backstop", Only(&["cancel_exit", "claim", "request_exit", "withdraw"])),
	// Whatever has a deadline: only the court's clock can stand still.
	(
		"Disputes",
		Only(&[
			"accept_settlement",
			"activate",
			"advance",
			"collect",
			"commit",
			"concede",
			"contest",
			"create_court",
			"declare_default",
			"denounce",
			"fund_appeal",
			"grant_role",
			"offer_settlement",
			"pause",
			"post_counter_bond",
			"prune",
			"ready",
			"resume",
			"reveal",
			"revoke_role",
			"rule",
			"set_terms",
			"submit_evidence",
			"unstake",
			"withdraw",
			"withdraw_stake",
		]),
	),
];

/// What safe mode leaves open besides. One of them alone can be paused.
const IN_SAFE_MODE: List = &[
	// Cash for what is liquidated.
	("Auctions", Only(&["bid", "exchange"])),
	("Backstop", Only(&["deposit"])),
	// What answers for promises, the last payment of a deal, and what its holders have begun.
	("Tranches", Only(&["clean_up", "disallow", "enact", "post_bond", "vote"])),
	// The ways in, and back after jail: sets must not shrink in a crisis. But who fills seats to stop finality
	// can be kept out of them, one call at a time.
	("ValidatorSet", Only(&["bond", "bond_more", "stand"])),
];

/// What cannot be paused.
pub struct NeverPaused;

impl Contains<RuntimeCallNameOf<Runtime>> for NeverPaused {
	fn contains((pallet, call): &RuntimeCallNameOf<Runtime>) -> bool {
		is_on(ALWAYS, pallet, call)
	}
}

/// What safe mode leaves open.
pub struct OpenInSafeMode;

impl Contains<RuntimeCall> for OpenInSafeMode {
	fn contains(call: &RuntimeCall) -> bool {
		let names = call.get_call_metadata();
		let (pallet, call) = (names.pallet_name.as_bytes(), names.function_name.as_bytes());
		is_on(ALWAYS, pallet, call) || is_on(IN_SAFE_MODE, pallet, call)
	}
}

/// Every pallet and call that is named in a list, for the test that each exists.
#[cfg(test)]
pub(crate) fn named() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
	ALWAYS.iter().chain(IN_SAFE_MODE).map(|(pallet, calls)| match calls {
		All => (*pallet, &[][..]),
		Only(names) => (*pallet, *names),
	})
}
