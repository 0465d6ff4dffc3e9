//! What is read from the chain and sent to it, by name. The types are looked up in the metadata that the
//! chain itself gives: what is not named here may change.

use subxt::{
	dynamic,
	ext::{scale_decode, scale_encode},
	transactions::DynamicPayload,
	utils::{AccountId32, MultiAddress},
};

use super::Report;
use crate::{decide::Accepted, decimal::Price};

/// The oracle's name in the runtime.
pub const ORACLE: &str = "Oracle";

/// A feed's configuration, the part that a feeder needs.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct FeedConfig {
	/// Least price.
	pub minimum: u128,
	/// Largest price.
	pub maximum: u128,
	/// How long a report counts, milliseconds.
	pub time_to_live: u64,
	/// How old an observation may be, milliseconds.
	pub maximum_source_age: u64,
	/// Who may report.
	pub members: Vec<AccountId32>,
}

/// The live reports of a feed.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct FeedData {
	/// One for each feeder.
	pub reports: Vec<StoredReport>,
}

/// A report as the chain has it.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct StoredReport {
	/// Who reported.
	pub feeder: AccountId32,
	/// The price.
	pub value: u128,
	/// When it was observed.
	pub observed_at: u64,
	/// When it was received.
	pub received_at: u64,
}

/// A feeder's record, the part that it needs itself.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Feeder {
	/// Its bond.
	pub amount: u128,
	/// When the bond may be withdrawn, after notice.
	pub leaving: Option<u64>,
	/// Until when it is jailed.
	pub jailed_until: Option<u64>,
}

/// An account, the part that tells what it can pay.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Account {
	/// Its balances.
	pub data: Balances,
}

/// The balances of an account.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Balances {
	/// What is not on hold.
	pub free: u128,
}

/// The event that says what a transaction cost.
#[derive(Clone, Debug, Eq, PartialEq, scale_decode::DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct FeePaid {
	/// In units of STRA.
	pub actual_fee: u128,
}

/// One report of a call.
#[derive(Clone, Debug, Eq, PartialEq, scale_encode::EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Entry {
	feed: u32,
	value: u128,
	half_width: u128,
	observed_at: u64,
}

/// A call of the runtime, as a proxy passes it on.
#[derive(Clone, Debug, Eq, PartialEq, scale_encode::EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum RuntimeCall {
	/// The oracle's.
	Oracle(OracleCall),
}

/// A call of the oracle, by the chain's name for it.
#[derive(Clone, Debug, Eq, PartialEq, scale_encode::EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
#[allow(non_camel_case_types)]
pub enum OracleCall {
	/// Reports.
	report {
		/// What is said of each feed.
		reports: Vec<Entry>,
	},
	/// Leaves jail.
	unjail {},
}

/// No type of proxy is asked for: any that may make the call will do.
type AnyProxyType = Option<()>;
/// `proxy.proxy(real, forceProxyType, call)`.
pub type Proxied = DynamicPayload<(MultiAddress<AccountId32, ()>, AnyProxyType, RuntimeCall)>;

fn entries(reports: &[Report]) -> Vec<Entry> {
	let entry = |report: &Report| Entry {
		feed: report.feed,
		value: report.price.inner(),
		half_width: report.half_width,
		observed_at: report.observed_at,
	};
	reports.iter().map(entry).collect()
}

/// `oracle.report(reports)`.
pub fn report(reports: &[Report]) -> DynamicPayload<(Vec<Entry>,)> {
	dynamic::tx(ORACLE, "report", (entries(reports),))
}

/// `oracle.report(reports)` by a proxy of `account`.
pub fn report_for(account: AccountId32, reports: &[Report]) -> Proxied {
	by_proxy(account, OracleCall::report { reports: entries(reports) })
}

/// `oracle.unjail()`.
pub fn unjail() -> DynamicPayload<()> {
	dynamic::tx(ORACLE, "unjail", ())
}

/// `oracle.unjail()` by a proxy of `account`.
pub fn unjail_for(account: AccountId32) -> Proxied {
	by_proxy(account, OracleCall::unjail {})
}

fn by_proxy(account: AccountId32, call: OracleCall) -> Proxied {
	let call = RuntimeCall::Oracle(call);
	dynamic::tx("Proxy", "proxy", (MultiAddress::Id(account), None, call))
}

impl FeedData {
	/// The report of `feeder`. One with a price that cannot be, which the chain does not take, counts as
	/// none.
	pub fn of(&self, feeder: &AccountId32) -> Option<Accepted> {
		let report = self.reports.iter().find(|report| report.feeder == *feeder)?;
		Some(Accepted {
			price: Price::from_inner(report.value)?,
			observed_at: report.observed_at,
			received_at: report.received_at,
		})
	}
}
