//! What the feeder needs of a chain, and what a chain can say to it.

mod node;
pub mod reaction;
pub mod wire;

use std::{future::Future, time::Instant};

pub use node::{Identity, Node};

use crate::{
	decide::Accepted,
	decimal::{plain, Price, ONE},
};

/// Units of STRA in one STRA.
pub const STRA: u128 = 1_000_000_000_000;

/// How far ahead of the chain's clock an observation may be dated, milliseconds.
pub const FUTURE_TOLERANCE: u64 = 30_000;

/// The newest block.
#[derive(Clone, Copy, Debug)]
pub struct Head {
	/// Its number.
	pub number: u64,
	/// Its time by the chain's clock, milliseconds since 1970. 0 in the first.
	pub time: u64,
	/// When it was seen here.
	pub seen: Instant,
}

/// What is said of one feed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Report {
	/// The feed.
	pub feed: u32,
	/// The price.
	pub price: Price,
	/// The price is ± this.
	pub half_width: u128,
	/// When it was observed, milliseconds since 1970.
	pub observed_at: u64,
}

/// What the chain wants of reports to one feed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Terms {
	/// Least price.
	pub minimum: u128,
	/// Largest price.
	pub maximum: u128,
	/// How long a report counts after its observation, milliseconds.
	pub time_to_live: u64,
	/// How old an observation may be when it is reported, milliseconds.
	pub maximum_source_age: u64,
	/// Whether this feeder is a member.
	pub member: bool,
}

/// What the chain wants of transactions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
	/// Most reports in one.
	pub reports: usize,
	/// Least bond, in units of STRA.
	pub bond: u128,
}

/// What the chain knows of this feeder.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Standing {
	/// Free balance, in units of STRA.
	pub balance: u128,
	/// Bond in units of STRA, if there is one.
	pub bond: Option<u128>,
	/// When the bond may be withdrawn, if the feeder has given notice.
	pub leaving: Option<u64>,
	/// Until when it is jailed, if it is.
	pub jailed_until: Option<u64>,
}

/// Why the chain would refuse every report.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Bar {
	/// There is no bond.
	#[error("the account has no bond: send oracle.bond from it")]
	NotBonded,
	/// It is too low.
	#[error("the bond of {} STRA is below {} STRA: add to it with oracle.bond", stra(*bond), stra(*least))]
	BondTooLow {
		/// What it is.
		bond: u128,
		/// What it must be.
		least: u128,
	},
	/// The feeder has given notice.
	#[error("the feeder has given notice: oracle.bond takes it back")]
	Leaving,
	/// The feeder is jailed.
	#[error(
		"the feeder is jailed until {until} ms since 1970, and until oracle.unjail after that"
	)]
	Jailed {
		/// Until when, milliseconds since 1970.
		until: u64,
	},
}

impl Bar {
	/// As metrics have it: one of [`crate::metrics::BARS`].
	pub fn label(self) -> &'static str {
		match self {
			Self::NotBonded => "not_bonded",
			Self::BondTooLow { .. } => "bond_too_low",
			Self::Leaving => "leaving",
			Self::Jailed { .. } => "jailed",
		}
	}
}

impl Standing {
	/// Why every report would be refused, if it would.
	pub fn bar(&self, limits: &Limits) -> Option<Bar> {
		let Some(bond) = self.bond else { return Some(Bar::NotBonded) };
		if let Some(until) = self.jailed_until {
			return Some(Bar::Jailed { until });
		}
		if self.leaving.is_some() {
			return Some(Bar::Leaving);
		}
		let too_low = bond < limits.bond;
		too_low.then_some(Bar::BondTooLow { bond, least: limits.bond })
	}
}

/// An accepted transaction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Receipt {
	/// The number of its block.
	pub block: u64,
	/// The hash of its block.
	pub hash: String,
	/// What it cost, in units of STRA: nothing for a report.
	pub fee: u128,
}

/// What a transaction would come to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rehearsal {
	/// Whether a node would take it, in its words.
	pub validity: String,
	/// What it would cost if it were refused, in units of STRA.
	pub fee: u128,
}

/// Why the chain says nothing that can be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChainError {
	/// No connection any more, or no answer.
	#[error("{0}")]
	Lost(String),
	/// Not the chain that the configuration names.
	#[error("this chain begins with {found}, not with {expected}")]
	OtherChain {
		/// The hash of its first block.
		found: String,
		/// The hash in the configuration.
		expected: String,
	},
	/// The chain is not as this feeder knows it.
	#[error("the chain is not as this feeder knows it: {0}")]
	Incompatible(String),
}

/// Why a transaction was not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SubmitError {
	/// It was executed and failed: it cost a fee.
	#[error("refused with {error} for a fee of {} STRA", stra(*fee))]
	Refused {
		/// Pallet and name, e.g. `Oracle.NotNewer`.
		error: String,
		/// In units of STRA.
		fee: u128,
	},
	/// The node did not take it: the account cannot pay the fee in advance.
	#[error("the account cannot pay the fee that is held until a report is accepted")]
	NoFunds,
	/// The node did not take it, or dropped it.
	#[error("not taken: {0}")]
	NotTaken(String),
	/// It was not seen in a block in time. It may get into one.
	#[error("not in a block in time")]
	Unknown,
	/// An earlier one may still get into a block.
	#[error("an earlier transaction may get into a block up to {0}")]
	Pending(u64),
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
}

/// A chain, seen through one node.
pub trait Ledger: Sync {
	/// The newest block, once one was seen.
	fn head(&self) -> Option<Head>;

	/// Comes back when the connection is lost.
	fn lost(&self) -> impl Future<Output = ChainError> + Send;

	/// What it wants of transactions.
	fn limits(&self) -> impl Future<Output = Result<Limits, ChainError>> + Send;

	/// What it knows of this feeder.
	fn standing(&self) -> impl Future<Output = Result<Standing, ChainError>> + Send;

	/// What it wants of reports to a feed. `None` if there is no such feed.
	fn terms(&self, feed: u32) -> impl Future<Output = Result<Option<Terms>, ChainError>> + Send;

	/// This feeder's report to a feed that the chain has.
	fn report_of_ours(
		&self,
		feed: u32,
	) -> impl Future<Output = Result<Option<Accepted>, ChainError>> + Send;

	/// Reports, and waits until the transaction is in a block.
	fn report(
		&self,
		reports: &[Report],
	) -> impl Future<Output = Result<Receipt, SubmitError>> + Send;

	/// Signs a report and has a node look at it, without sending it.
	fn rehearse(
		&self,
		reports: &[Report],
	) -> impl Future<Output = Result<Rehearsal, SubmitError>> + Send;

	/// Takes up work again after a jail.
	fn unjail(&self) -> impl Future<Output = Result<Receipt, SubmitError>> + Send;
}

/// An amount in STRA, for people.
pub fn stra(units: u128) -> String {
	// STRA has 12 decimals, prices have 18.
	match units.checked_mul(ONE / STRA) {
		Some(inner) => plain(inner),
		None => (units / STRA).to_string(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_bars_a_feeder() {
		let limits = Limits { reports: 16, bond: 100 };
		let good = Standing { balance: 0, bond: Some(100), leaving: None, jailed_until: None };
		assert_eq!(good.bar(&limits), None);
		let bar = |standing: Standing| standing.bar(&limits);
		assert_eq!(bar(Standing { bond: None, ..good }), Some(Bar::NotBonded));
		assert_eq!(
			bar(Standing { bond: Some(99), ..good }),
			Some(Bar::BondTooLow { bond: 99, least: 100 })
		);
		assert_eq!(bar(Standing { leaving: Some(1), ..good }), Some(Bar::Leaving));
		assert_eq!(
			bar(Standing { jailed_until: Some(7), leaving: Some(1), ..good }),
			Some(Bar::Jailed { until: 7 })
		);
	}

	#[test]
	fn every_bar_has_its_metric() {
		let bars = [
			Bar::NotBonded,
			Bar::BondTooLow { bond: 0, least: 1 },
			Bar::Leaving,
			Bar::Jailed { until: 0 },
		];
		assert_eq!(bars.map(Bar::label), crate::metrics::BARS);
	}

	#[test]
	fn amounts_for_people() {
		assert_eq!(stra(1_500_000_000_000), "1.5");
		assert_eq!(stra(1), "0.000000000001");
		assert_eq!(stra(u128::MAX), (u128::MAX / STRA).to_string());
	}
}
