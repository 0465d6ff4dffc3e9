//! Every way around the tranches pallet that a chain like this offers, tried on a note: none moves it.
//! The ways through it credit both sides first.

use codec::{Decode, Encode};
use frame_support::{
	assert_ok,
	storage::storage_prefix,
	traits::{Contains, InstanceFilter, PalletInfoAccess},
};
use frame_system::RawOrigin;
use pallet_strata_tranches::{note_id, Call, Checkpoints, Error, Ledgers, Matter, OnPayment};
use sp_io::{hashing::twox_128, storage as raw};
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError, FixedU128,
};
use strata_traits::{Asset, DealId};

use super::{
	chain::{account, block, on_dev_chain, send, send_all, send_failing, signed},
	deal::{history, issue, price, report, UNIT},
};
use crate::{
	assets::{AssetsInstance, NotesInstance},
	genesis::USDX,
	system::ProxyType,
	AccountId, Assets, Notes, NotesFreezer, NotesHolder, OriginCaller, Proxy, Runtime, RuntimeCall,
	RuntimeOrigin, System, Timestamp, Tranches, TxExtension,
};

type AssetsCall = pallet_assets::Call<Runtime, AssetsInstance>;

const OWNER: &str = "Investor1";
const OTHER: &str = "Investor5";

/// Everything that is stored under `prefix`.
fn stored(prefix: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
	let mut entries = Vec::new();
	let mut key = prefix.to_vec();
	while let Some(next) = raw::next_key(&key) {
		if !next.starts_with(prefix) {
			break;
		}
		let value = raw::get(&next).map(|value| value.to_vec()).unwrap_or_default();
		entries.push((next.clone(), value));
		key = next;
	}
	entries
}

/// All notes, who holds them, what of them is on hold or frozen, and what holders are credited.
fn register() -> impl PartialEq + std::fmt::Debug {
	let pallets = ["Notes", "NotesHolder", "NotesFreezer"];
	let mut all: Vec<_> =
		pallets.into_iter().flat_map(|name| stored(&twox_128(name.as_bytes()))).collect();
	all.extend(stored(&storage_prefix(b"Tranches", b"Checkpoints")));
	assert!(all.len() > 10, "there is something to lose");
	all
}

fn notes(deal: DealId, who: &AccountId) -> u128 {
	Notes::balance(note_id(deal, 0).expect("small"), who)
}

/// A deal with a payment made, so that every holder has something to be credited.
pub fn paid_deal() -> DealId {
	let day = history()[0];
	let deal = issue(day);
	let book = super::deal::books(deal)[0];
	report(day);
	let vault = super::deal::open("Borrower1", book, 6_000, 100_000);
	let date = Ledgers::<Runtime>::get(deal).expect("active").next_date;
	super::chain::run_to(date - 12_000);
	send("Borrower1", pallet_strata_vaults::Call::repay { vault, amount: 50_000 * UNIT });
	super::chain::run_to(date);
	super::chain::next_block();
	let claimable = Tranches::claimable_view(deal, 0, &account(OWNER));
	assert!(claimable.interest > 0, "{claimable:?}");
	deal
}

fn transfer(deal: DealId, to: AccountId, amount: u128) -> RuntimeCall {
	Call::transfer { deal, rank: 0, to, amount }.into()
}

/// What the assets pallet can do to an asset, aimed at a note by its id.
fn assets_calls(id: u32, from: &AccountId, to: &AccountId) -> Vec<RuntimeCall> {
	let (id, amount) = (id.into(), 1_000);
	let (source, dest) = (from.clone().into(), to.clone().into());
	let calls: Vec<AssetsCall> = vec![
		AssetsCall::transfer { id, target: to.clone().into(), amount },
		AssetsCall::transfer_keep_alive { id, target: to.clone().into(), amount },
		AssetsCall::transfer_all { id, dest, keep_alive: false },
		AssetsCall::force_transfer { id, source, dest: to.clone().into(), amount },
		AssetsCall::approve_transfer { id, delegate: to.clone().into(), amount },
		AssetsCall::transfer_approved {
			id,
			owner: from.clone().into(),
			destination: to.clone().into(),
			amount,
		},
		AssetsCall::mint { id, beneficiary: to.clone().into(), amount },
		AssetsCall::burn { id, who: from.clone().into(), amount },
		AssetsCall::freeze { id, who: from.clone().into() },
		AssetsCall::block { id, who: from.clone().into() },
		AssetsCall::freeze_asset { id },
		AssetsCall::transfer_ownership { id, owner: to.clone().into() },
		AssetsCall::set_team {
			id,
			issuer: to.clone().into(),
			admin: to.clone().into(),
			freezer: to.clone().into(),
		},
		AssetsCall::touch { id },
		AssetsCall::refund { id, allow_burn: true },
		AssetsCall::start_destroy { id },
		AssetsCall::destroy_accounts { id },
		AssetsCall::force_asset_status {
			id,
			owner: to.clone().into(),
			issuer: to.clone().into(),
			admin: to.clone().into(),
			freezer: to.clone().into(),
			min_balance: 1,
			is_sufficient: true,
			is_frozen: false,
		},
		AssetsCall::force_create {
			id,
			owner: to.clone().into(),
			is_sufficient: true,
			min_balance: 1,
		},
	];
	calls.into_iter().map(Into::into).collect()
}

/// A call in every wrapper that the chain has for it.
fn wrapped(call: &RuntimeCall, real: &AccountId) -> Vec<RuntimeCall> {
	let calls = || vec![call.clone()];
	let inner = || Box::new(call.clone());
	let origin = OriginCaller::system(RawOrigin::Signed(real.clone()));
	vec![
		call.clone(),
		pallet_utility::Call::batch { calls: calls() }.into(),
		pallet_utility::Call::batch_all { calls: calls() }.into(),
		pallet_utility::Call::force_batch { calls: calls() }.into(),
		pallet_utility::Call::as_derivative { index: 0, call: inner() }.into(),
		pallet_utility::Call::dispatch_as { as_origin: Box::new(origin), call: inner() }.into(),
		pallet_proxy::Call::proxy {
			real: real.clone().into(),
			force_proxy_type: None,
			call: inner(),
		}
		.into(),
		pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories: vec![real.clone()],
			call: inner(),
		}
		.into(),
	]
}

/// Dispatches, as the runtime would within an extrinsic.
fn dispatch(call: RuntimeCall, origin: RuntimeOrigin) -> Result<(), DispatchError> {
	call.dispatch(origin).map(|_| ()).map_err(|error| error.error)
}

#[test]
fn no_bytes_should_decode_into_a_call_of_the_notes_pallets() {
	for pallet in [Notes::index(), NotesHolder::index(), NotesFreezer::index()] {
		for call in 0..=u8::MAX {
			let mut bytes = vec![u8::try_from(pallet).expect("small"), call];
			bytes.extend([0; 200]);
			assert!(RuntimeCall::decode(&mut &bytes[..]).is_err(), "{pallet}.{call}");
			// Nor within a batch.
			let batch = pallet_utility::Call::<Runtime>::batch { calls: Vec::new() };
			let mut outer = RuntimeCall::from(batch).encode();
			outer.pop();
			outer.push(1 << 2);
			outer.extend(&bytes);
			assert!(RuntimeCall::decode(&mut &outer[..]).is_err(), "{pallet}.{call}");
		}
	}
	// The way to check is right: the same bytes reach the pallet of other assets.
	let mut bytes = vec![u8::try_from(Assets::index()).expect("small"), 8];
	bytes.extend([0; 200]);
	assert!(RuntimeCall::decode(&mut &bytes[..]).is_ok());
}

#[test]
fn assets_calls_should_not_reach_a_note_by_its_id_in_any_wrapper_and_by_any_origin() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let (owner, other) = (account(OWNER), account(OTHER));
		let deals = Tranches::deal_view(deal).expect("exists").account;
		let add = pallet_proxy::Call::add_proxy {
			delegate: other.clone().into(),
			proxy_type: ProxyType::Any,
			delay: 0,
		};
		send(OWNER, RuntimeCall::from(add));
		let before = register();
		for rank in 0..3 {
			let note = note_id(deal, rank).expect("small");
			for call in assets_calls(note, &owner, &other) {
				for call in wrapped(&call, &owner) {
					let origins = [
						RuntimeOrigin::signed(owner.clone()),
						RuntimeOrigin::signed(other.clone()),
						RuntimeOrigin::signed(deals.clone()),
						RuntimeOrigin::root(),
					];
					for origin in origins {
						frame_support::storage::with_transaction(|| {
							let _ = dispatch(call.clone(), origin);
							assert!(register() == before, "{call:?}");
							sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(()))
						})
						.expect("rolled back");
					}
				}
			}
		}
	});
}

#[test]
fn force_and_creation_should_be_nobodys_in_the_notes_instance() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let note = note_id(deal, 0).expect("small").into();
		let (owner, other) = (account(OWNER), account(OTHER));
		let before = register();
		let force = pallet_assets::Pallet::<Runtime, NotesInstance>::force_asset_status(
			RuntimeOrigin::root(),
			note,
			other.clone().into(),
			other.clone().into(),
			other.clone().into(),
			other.clone().into(),
			1,
			true,
			false,
		);
		assert_eq!(force, Err(DispatchError::BadOrigin));
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::signed(owner)] {
			let created = pallet_assets::Pallet::<Runtime, NotesInstance>::create(
				origin,
				99.into(),
				other.clone().into(),
				1,
			);
			assert_eq!(created, Err(DispatchError::BadOrigin));
		}
		assert!(register() == before);
	});
}

#[test]
fn derivatives_the_deals_account_and_root_should_hold_no_notes_to_move() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let (owner, other) = (account(OWNER), account(OTHER));
		let deals = Tranches::deal_view(deal).expect("exists").account;
		let before = register();
		let nothing: DispatchError = Error::<Runtime>::NothingHeld.into();
		let call = transfer(deal, other.clone(), 1);
		let derived =
			pallet_utility::Call::as_derivative { index: 7, call: Box::new(call.clone()) };
		assert_eq!(dispatch(derived.into(), RuntimeOrigin::signed(owner.clone())), Err(nothing));
		// Governance, as the deal's own account.
		let as_origin = Box::new(OriginCaller::system(RawOrigin::Signed(deals.clone())));
		let dressed =
			|call| pallet_utility::Call::dispatch_as { as_origin: as_origin.clone(), call };
		assert_ok!(dispatch(dressed(Box::new(call.clone())).into(), RuntimeOrigin::root()));
		assert!(register() == before);
		assert_eq!(dispatch(call.clone(), RuntimeOrigin::signed(deals.clone())), Err(nothing));
		assert_eq!(dispatch(call, RuntimeOrigin::root()), Err(DispatchError::BadOrigin));
		let offer = Call::offer {
			deal,
			rank: 0,
			amount: 1,
			price: FixedU128::from_u32(1),
			minimum_fill: 1,
			expiry: u64::MAX,
			taker: None,
			on_payment: OnPayment::Lapse,
		};
		assert_eq!(dispatch(offer.into(), RuntimeOrigin::signed(deals.clone())), Err(nothing));
		let to_it = dispatch(transfer(deal, deals, 1), RuntimeOrigin::signed(owner));
		assert_eq!(to_it, Err(Error::<Runtime>::CannotHold.into()));
		assert!(register() == before);
	});
}

#[test]
fn only_a_full_proxy_should_move_notes_or_bind_them() {
	let who = account(OTHER);
	let calls: Vec<Call<Runtime>> = vec![
		Call::transfer { deal: 0, rank: 0, to: who.clone(), amount: 1 },
		Call::approve { deal: 0, rank: 0, spender: who.clone(), amount: 1 },
		Call::transfer_from { deal: 0, rank: 0, from: who.clone(), to: who.clone(), amount: 1 },
		Call::offer {
			deal: 0,
			rank: 0,
			amount: 1,
			price: FixedU128::from_u32(1),
			minimum_fill: 1,
			expiry: 1,
			taker: None,
			on_payment: OnPayment::Lapse,
		},
		Call::take_offer { offer: 0, amount: 1, max_cash: 1 },
		Call::cancel_offer { offer: 0 },
		Call::propose { deal: 0, matter: Matter::Accelerate },
		Call::vote { deal: 0 },
		Call::allow { deal: 0, who: who.clone(), until: 1 },
		Call::disallow { deal: 0, who: who.clone() },
		Call::freeze { deal: 0, rank: 0, who: who.clone() },
		Call::thaw { deal: 0, rank: 0, who: who.clone() },
	];
	for call in calls {
		let call = RuntimeCall::from(call);
		assert!(ProxyType::Any.filter(&call));
		for kind in [
			ProxyType::NonTransfer,
			ProxyType::Governance,
			ProxyType::Feeder,
			ProxyType::Servicing,
			ProxyType::CancelProxy,
		] {
			assert!(!kind.filter(&call), "{kind:?}: {call:?}");
			let batch = pallet_utility::Call::batch_all { calls: vec![call.clone()] };
			assert!(!kind.filter(&batch.into()), "{kind:?}: {call:?}");
		}
	}
	// What pays others what they are owed is for those who serve.
	let tranches = Default::default();
	let many = RuntimeCall::from(Call::claim_many { tranches, who });
	assert!(ProxyType::Servicing.filter(&many));
}

#[test]
fn a_servicing_proxy_should_not_move_its_principals_notes() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let (owner, other) = (account(OWNER), account(OTHER));
		for proxy_type in [ProxyType::Servicing, ProxyType::NonTransfer] {
			let delegate = other.clone().into();
			send(
				OWNER,
				RuntimeCall::from(pallet_proxy::Call::add_proxy { delegate, proxy_type, delay: 0 }),
			);
		}
		let before = register();
		for kind in [None, Some(ProxyType::Servicing), Some(ProxyType::NonTransfer)] {
			let call = pallet_proxy::Call::proxy {
				real: owner.clone().into(),
				force_proxy_type: kind,
				call: Box::new(transfer(deal, other.clone(), 1_000)),
			};
			send(OTHER, RuntimeCall::from(call));
			assert!(register() == before, "{kind:?}");
		}
		assert!(Proxy::proxies(owner.clone()).0.len() == 2);
	});
}

/// Whether both sides are credited with everything paid up to now.
fn settled(deal: DealId, who: &AccountId) -> bool {
	let indices = Ledgers::<Runtime>::get(deal).expect("active").notes[0];
	let checkpoint = Checkpoints::<Runtime>::get((deal, 0, who)).expect("holds something");
	(checkpoint.interest_index, checkpoint.principal_index)
		== (indices.interest.value(), indices.principal.value())
}

#[test]
fn batches_proxies_and_multisigs_should_go_through_the_pallet_and_credit_both_sides() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let (owner, other) = (account(OWNER), account(OTHER));
		let claimable = |who: &AccountId| Tranches::claimable_view(deal, 0, who).interest;
		let due = claimable(&owner);
		let held = notes(deal, &owner);
		assert!(!settled(deal, &owner));

		// A batch that fails at its second call moves nothing.
		let calls = vec![transfer(deal, other.clone(), 10), transfer(deal, owner.clone(), 1)];
		let failed = send_failing(OWNER, pallet_utility::Call::batch_all { calls });
		assert_eq!(failed, Error::<Runtime>::SelfTransfer.into());
		assert_eq!((notes(deal, &owner), settled(deal, &owner)), (held, false));

		let calls = vec![transfer(deal, other.clone(), 10), transfer(deal, other.clone(), 20)];
		send(OWNER, RuntimeCall::from(pallet_utility::Call::batch_all { calls }));
		assert_eq!((notes(deal, &owner), notes(deal, &other)), (held - 30, 30));
		assert!(settled(deal, &owner) && settled(deal, &other));
		assert_eq!((claimable(&owner), claimable(&other)), (due, 0));

		// A full proxy.
		let delegate = other.clone().into();
		let add = pallet_proxy::Call::add_proxy { delegate, proxy_type: ProxyType::Any, delay: 0 };
		send(OWNER, RuntimeCall::from(add));
		let by_proxy = pallet_proxy::Call::proxy {
			real: owner.clone().into(),
			force_proxy_type: None,
			call: Box::new(transfer(deal, other.clone(), 5)),
		};
		send(OTHER, RuntimeCall::from(by_proxy));
		assert_eq!(notes(deal, &other), 35);

		// Two of two, of whom one holds the notes: the notes of the account that is both.
		let mut both = vec![owner.clone(), other.clone()];
		both.sort();
		let joint = pallet_multisig::Pallet::<Runtime>::multi_account_id(&both, 1);
		send(OWNER, transfer(deal, joint.clone(), 1_000));
		let call = Box::new(transfer(deal, other.clone(), 400));
		let other_signatories = vec![owner.clone()];
		let joint_call = pallet_multisig::Call::as_multi_threshold_1 { other_signatories, call };
		send(OTHER, RuntimeCall::from(joint_call));
		assert_eq!((notes(deal, &joint), notes(deal, &other)), (600, 435));
		assert!(settled(deal, &joint) && settled(deal, &owner) && settled(deal, &other));
		assert_eq!((claimable(&owner), claimable(&other), claimable(&joint)), (due, 0, 0));
	});
}

#[test]
fn fees_should_not_be_payable_in_notes() {
	on_dev_chain(|| {
		let deal = paid_deal();
		// Somebody with notes and no STRA.
		let poor = account("Poor");
		send(OWNER, transfer(deal, poor.clone(), 1_000_000));
		assert_eq!(System::account(&poor).data.free, 0);
		let before = register();
		let claim = Call::claim { deal, rank: 0, who: account(OWNER) };
		for call in [transfer(deal, account(OTHER), 1), claim.into()] {
			let result = block(signed("Poor", vec![call])).remove(0);
			let payment = TransactionValidityError::Invalid(InvalidTransaction::Payment);
			assert_eq!(result, Err(payment));
		}
		assert!(register() == before);
		use sp_runtime::traits::TransactionExtension;
		let extensions = <TxExtension as TransactionExtension<RuntimeCall>>::metadata();
		let names: Vec<_> = extensions.iter().map(|extension| extension.identifier).collect();
		assert!(names.contains(&"ChargeTransactionPayment"), "{names:?}");
		assert!(!names.iter().any(|name| name.contains("Asset")), "{names:?}");
	});
}

#[test]
fn notes_should_be_no_collateral_yet_and_their_ids_reserved() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let note = note_id(deal, 0).expect("small");
		let asset = strata_traits::note_asset(note).expect("every note has an asset id");
		assert_eq!(strata_traits::note_of(&asset), Some(note));
		assert!(!crate::assets::GovernedAssets::contains(&asset));
		let listed = pallet_strata_risk::Call::list_collateral {
			asset,
			feed: crate::genesis::WTI_FEED,
			parameters: pallet_strata_risk::Collateral::<Runtime>::get(Asset::WithId(
				crate::genesis::WTI,
			))
			.expect("listed")
			.parameters,
		};
		assert_eq!(
			dispatch(listed.into(), RuntimeOrigin::root()),
			Err(pallet_strata_risk::Error::<Runtime>::NotesNotAccepted.into())
		);
	});
}

#[test]
fn a_note_should_be_sold_against_cash_between_two_dates() {
	on_dev_chain(|| {
		let deal = paid_deal();
		let (owner, other) = (account(OWNER), account(OTHER));
		let offer = pallet_strata_tranches::NextOffer::<Runtime>::get();
		let terms = Call::offer {
			deal,
			rank: 0,
			amount: 1_000 * UNIT,
			price: price("0.995"),
			minimum_fill: UNIT,
			expiry: Timestamp::get() + 60_000,
			taker: None,
			on_payment: OnPayment::Rescale,
		};
		send(OWNER, terms);
		let cash = |who: &AccountId| Assets::balance(USDX, who);
		let (sellers, buyers) = (cash(&owner), cash(&other));
		let take = |amount| Call::take_offer { offer, amount, max_cash: 1_000 * UNIT };
		send(OTHER, take(400 * UNIT));
		send(OTHER, take(600 * UNIT));
		assert_eq!(cash(&owner) - sellers, 995 * UNIT);
		assert_eq!(buyers - cash(&other), 995 * UNIT);
		assert_eq!(notes(deal, &other), 1_000 * UNIT);
		let again = send_failing(OTHER, take(1));
		assert_eq!(again, Error::<Runtime>::UnknownOffer.into());
		// Two takers of the last notes in one block: one of them has them.
		let offer = pallet_strata_tranches::NextOffer::<Runtime>::get();
		let last = Call::offer {
			deal,
			rank: 0,
			amount: UNIT,
			price: FixedU128::from_u32(1),
			minimum_fill: UNIT,
			expiry: Timestamp::get() + 60_000,
			taker: None,
			on_payment: OnPayment::Rescale,
		};
		send(OWNER, last);
		let take = || RuntimeCall::from(Call::take_offer { offer, amount: UNIT, max_cash: UNIT });
		let results = send_all(vec![("Investor4", take()), (OTHER, take())]);
		assert_eq!(results, [Ok(()), Err(Error::<Runtime>::UnknownOffer.into())]);
	});
}
