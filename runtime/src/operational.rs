//! Who may send operational calls.
//!
//! A fifth of a block is for operational calls alone, and what they take does not raise the fees of others. A call that
//! fails at once for who its sender is takes the room that its weight says all the same: with calls that are
//! root's, or with the reports of no feeder, anybody could fill blocks for little, and the fees would fall meanwhile. So
//! [`CheckSender`] looks before, where transactions enter the pool and where blocks are made and executed: who may not
//! make an operational call does not get it into a block.
//!
//! | call | who may send it |
//! |---|---|
//! | `Oracle.report` | a member of the first feed that it reports to |
//! | `System.apply_authorized_upgrade` | anybody, if the code is what was authorised |
//! | `Council` and `Guardians`: `propose`, `vote`, `close`, `execute` | their members |
//! | `Proxy.proxy` of one of these | who may make the call for an account that may send it, without an announcement |
//! | `Multisig.as_multi_threshold_1` of one of these | each signatory of an account that may send it |
//! | every other operational call | nobody: with a signature |
//!
//! Every other one is root's (the rest of `System`, `set_members` of the councils, `Treasury.remove_approval`,
//! `Utility.dispatch_as`, `dispatch_as_fallible` and `with_weight` of operational calls), or
//! holds operational calls only: `Utility.batch`, `batch_all`, `force_batch`, `if_else` and
//! `as_derivative`, `Proxy.proxy_announced`, and the two above within one another. Such a call, or `close` by somebody
//! who is no member, is still made by whoever may make it: in a `Utility.batch` with any call that is not
//! operational, such as `System.remark`, the batch is an ordinary call with an ordinary call's fee. `Multisig.as_multi` is
//! one in any case, and what referenda and motions decide is no transaction.

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	ensure,
	traits::{Get, InstanceFilter, OriginTrait},
	weights::Weight,
};
use scale_info::{Type, TypeInfo};
use sp_runtime::{
	impl_tx_ext_default,
	traits::{
		BlakeTwo256, DispatchInfoOf, Hash as _, Implication, StaticLookup, TransactionExtension,
		ValidateResult,
	},
	transaction_validity::{InvalidTransaction, TransactionSource},
};

use crate::{
	system::ProxyType, weights, AccountId, Address, Council, Guardians, Hash, Multisig, Oracle,
	Proxy, Runtime, RuntimeCall, RuntimeOrigin, System,
};

/// What it is to clients.
type NonZeroSender = frame_system::CheckNonZeroSender<Runtime>;

/// Checks that whoever signs is somebody, and may send the call if it is operational. In metadata and transactions it
/// is the SDK's `CheckNonZeroSender`, which every client knows.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, PartialEq)]
pub struct CheckSender(NonZeroSender);

impl TypeInfo for CheckSender {
	type Identity = NonZeroSender;

	fn type_info() -> Type {
		NonZeroSender::type_info()
	}
}

impl TransactionExtension<RuntimeCall> for CheckSender {
	const IDENTIFIER: &'static str =
		<NonZeroSender as TransactionExtension<RuntimeCall>>::IDENTIFIER;
	type Implicit = ();
	type Pre = ();
	type Val = ();

	fn weight(&self, call: &RuntimeCall) -> Weight {
		let plain = self.0.weight(call);
		if call.get_dispatch_info().class == DispatchClass::Operational {
			plain.saturating_add(weights::operational_sender())
		} else {
			plain
		}
	}

	fn validate(
		&self,
		origin: RuntimeOrigin,
		call: &RuntimeCall,
		info: &DispatchInfoOf<RuntimeCall>,
		len: usize,
		implicit: (),
		implication: &impl Implication,
		source: TransactionSource,
	) -> ValidateResult<(), RuntimeCall> {
		if info.class == DispatchClass::Operational {
			// What nobody signs is checked by its pallet.
			let allowed = origin.as_signer().is_none_or(|who| may_send(who, call));
			ensure!(allowed, InvalidTransaction::Call);
		}
		self.0.validate(origin, call, info, len, implicit, implication, source)
	}

	impl_tx_ext_default!(RuntimeCall; prepare);
}

/// Whether `who` may send `call`, which is operational: for himself or for whom he acts for. Two reads at most.
fn may_send(who: &AccountId, call: &RuntimeCall) -> bool {
	match call {
		RuntimeCall::Proxy(pallet_proxy::Call::proxy { real, force_proxy_type, call }) => {
			let real = principal(who, real, *force_proxy_type, call);
			real.is_some_and(|real| may_make(&real, call))
		},
		RuntimeCall::Multisig(pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories,
			call,
		}) => shared(who, other_signatories).is_some_and(|account| may_make(&account, call)),
		call => may_make(who, call),
	}
}

/// Whether an account may make an operational call that holds no other. One read.
fn may_make(who: &AccountId, call: &RuntimeCall) -> bool {
	match call {
		RuntimeCall::Oracle(pallet_strata_oracle::Call::report { reports }) => {
			reports.first().is_some_and(|report| Oracle::may_report(who, report.feed))
		},
		RuntimeCall::System(frame_system::Call::apply_authorized_upgrade { code }) => {
			is_authorised(code)
		},
		RuntimeCall::Council(call) => is_for_members(call) && Council::is_member(who),
		RuntimeCall::Guardians(call) => is_for_members(call) && Guardians::is_member(who),
		_ => false,
	}
}

/// Whether a call of a council is its members'. The rest is root's, but for `close`, which the pallet has anybody do:
/// its sender says how much room it takes.
fn is_for_members<I: 'static>(call: &pallet_collective::Call<Runtime, I>) -> bool
where
	Runtime: pallet_collective::Config<I>,
{
	use pallet_collective::Call;
	matches!(
		call,
		Call::propose { .. } | Call::vote { .. } | Call::close { .. } | Call::execute { .. }
	)
}

/// Whether `code` may be applied, because it was authorised. Its hash is taken only if any code was, and is part of the
/// weight of the call: this is no more than to take it twice.
fn is_authorised(code: &[u8]) -> bool {
	let Some(authorised) = System::authorized_upgrade() else { return false };
	// The hash is private to it: read as it is stored.
	let hash = authorised.using_encoded(|mut bytes| Hash::decode(&mut bytes));
	hash.is_ok_and(|hash| hash == BlakeTwo256::hash(code))
}

/// The account called `real`, if `who` is a proxy of it that may make `call` at once.
fn principal(
	who: &AccountId,
	real: &Address,
	kind: Option<ProxyType>,
	call: &RuntimeCall,
) -> Option<AccountId> {
	let real = <Runtime as frame_system::Config>::Lookup::lookup(real.clone()).ok()?;
	let proxy = Proxy::find_proxy(&real, who, kind).ok()?;
	(proxy.delay == 0 && proxy.proxy_type.filter(call)).then_some(real)
}

/// The account for which each of `who` and `others` may act alone. `None` if they are more than an account may have.
fn shared(who: &AccountId, others: &[AccountId]) -> Option<AccountId> {
	let most: u32 = <Runtime as pallet_multisig::Config>::MaxSignatories::get();
	u32::try_from(others.len()).ok().filter(|others| *others < most)?;
	let mut all = others.to_vec();
	all.push(who.clone());
	all.sort();
	Some(Multisig::multi_account_id(&all, 1))
}
