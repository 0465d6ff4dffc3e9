//! What a transaction costs, what it may do, and what clients are told of it.

use codec::Encode;
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::{fungible::Inspect, Contains, Get, GetStorageVersion, InstanceFilter, StorageVersion},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
		Weight,
	},
	BoundedVec,
};
use pallet_strata_oracle::Report;
use pallet_strata_vaults::types::Adjustment;
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::{
	traits::{BlakeTwo256, Hash, TransactionExtension},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use strata_numbers::Price;

use super::{
	chain::{account, on_dev_chain, send, send_all, send_failing, send_invalid, signed},
	governance::privileged_calls::{every_call, names},
};
use crate::{
	genesis::{USDX_FEED, WTI_FEED},
	governance::{
		councils::CouncilInstance, referenda::MaximumSchedulerWeight, upgrades::MaxServiceWeight,
	},
	operational::CheckSender,
	products::{LiquidationShare, PaymentShare},
	system::{PermittedCalls, ProxyType, RuntimeBlockWeights, AVERAGE_ON_INITIALIZE_RATIO},
	units::{SLOT_MILLIS, STRA},
	Auctions, Backstop, Balances, Oracle, Risk, Runtime, RuntimeCall, System, Tempo, Timestamp,
	Tranches, TxExtension, UncheckedExtrinsic, ValidatorSet, Vaults, VERSION,
};

/// A batch of reports of one dollar, as of now.
fn report(feeds: &[u32], value: Price) -> RuntimeCall {
	let report = |feed: &u32| Report {
		feed: *feed,
		value,
		half_width: Price::default(),
		observed_at: Timestamp::get(),
	};
	let reports = BoundedVec::truncate_from(feeds.iter().map(report).collect());
	pallet_strata_oracle::Call::report { reports }.into()
}

#[test]
fn report_should_be_free_when_accepted_and_paid_for_when_refused() {
	on_dev_chain(|| {
		let feeder = account("Feeder1");
		let stra = || Balances::balance(&feeder);
		let before = stra();
		send("Feeder1", report(&[USDX_FEED, WTI_FEED], Price::from_u32(1)));
		assert_eq!(stra(), before, "accepted");
		assert_eq!(System::account_nonce(&feeder), 1);
		// Beyond the hard bounds of the dollar.
		let refused = send_failing("Feeder1", report(&[USDX_FEED], Price::from_u32(3)));
		assert_eq!(refused, pallet_strata_oracle::Error::<Runtime>::OutsideBounds.into());
		let paid = before - stra();
		assert!(paid > 0 && paid < STRA / 100, "{paid}");
		// A member that has given notice pays too, whatever it says.
		let leaving = account("Feeder2");
		send("Feeder2", pallet_strata_oracle::Call::unbond {});
		let before = Balances::balance(&leaving);
		let refused = send_failing("Feeder2", one_dollar());
		assert_eq!(refused, pallet_strata_oracle::Error::<Runtime>::Leaving.into());
		assert!(Balances::balance(&leaving) < before);
	});
}

/// What the pool says of `call`, sent by `//name`.
fn checked(name: &str, call: impl Into<RuntimeCall>) -> TransactionValidity {
	checked_as(signed(name, vec![call.into()]).remove(0))
}

/// What the pool says of a transaction.
fn checked_as(transaction: UncheckedExtrinsic) -> TransactionValidity {
	let asked = vec![(TransactionSource::External, transaction.encode())];
	let answers =
		crate::checks::validate_each(BoundedVec::truncate_from(asked), System::parent_hash());
	answers.into_iter().next().flatten().expect("it can be decoded")
}

/// What is said of an operational call whose sender may not send it.
fn not_his() -> TransactionValidityError {
	InvalidTransaction::Call.into()
}

/// A report of one dollar.
fn one_dollar() -> RuntimeCall {
	report(&[USDX_FEED], Price::from_u32(1))
}

/// `call` in the name of `//real`.
fn by_proxy(real: &str, call: RuntimeCall) -> RuntimeCall {
	let real = account(real).into();
	let call = Box::new(call);
	pallet_proxy::Call::<Runtime>::proxy { real, force_proxy_type: None, call }.into()
}

/// `call` of an account of which the sender and `//other` may each dispose.
fn by_either(other: &str, call: RuntimeCall) -> RuntimeCall {
	let call = Box::new(call);
	let other_signatories = vec![account(other)];
	pallet_multisig::Call::<Runtime>::as_multi_threshold_1 { other_signatories, call }.into()
}

/// Makes `//delegate` a proxy of `//real`.
fn add_proxy(real: &str, delegate: &str, proxy_type: ProxyType, delay: u32) {
	let delegate = account(delegate).into();
	send(real, pallet_proxy::Call::<Runtime>::add_proxy { delegate, proxy_type, delay });
}

/// The end of a motion that does not exist, with so much weight.
fn close_motion(millis: u64) -> pallet_collective::Call<Runtime, CouncilInstance> {
	pallet_collective::Call::close {
		proposal_hash: Default::default(),
		index: 0,
		proposal_weight_bound: Weight::from_parts(millis * WEIGHT_REF_TIME_PER_MILLIS, 0),
		length_bound: 0,
	}
}

/// `call` within every call that holds others and is operational if they are, but for [`by_proxy`] and [`by_either`].
fn within_another(call: &RuntimeCall) -> Vec<RuntimeCall> {
	type Utility = pallet_utility::Call<Runtime>;
	let calls = || vec![call.clone(), call.clone()];
	let boxed = || Box::new(call.clone());
	let feeder = || account("Feeder1").into();
	vec![
		Utility::batch { calls: calls() }.into(),
		Utility::batch_all { calls: calls() }.into(),
		Utility::force_batch { calls: calls() }.into(),
		Utility::if_else { main: boxed(), fallback: boxed() }.into(),
		Utility::as_derivative { index: 0, call: boxed() }.into(),
		Utility::with_weight { call: boxed(), weight: Weight::from_parts(1_000, 0) }.into(),
		pallet_proxy::Call::<Runtime>::proxy_announced {
			delegate: feeder(),
			real: feeder(),
			force_proxy_type: None,
			call: boxed(),
		}
		.into(),
	]
}

#[test]
fn operational_calls_of_nobody_entitled_should_never_reach_a_block() {
	on_dev_chain(|| {
		let apply = |code: &[u8]| -> RuntimeCall {
			frame_system::Call::<Runtime>::apply_authorized_upgrade { code: code.to_vec() }.into()
		};
		// With a bond, and a member of nothing.
		send("Eve", pallet_strata_oracle::Call::bond { amount: 1_000 * STRA });
		add_proxy("Dave", "Eve", ProxyType::Any, 0);
		// One that may not report, and one that may not do so at once.
		add_proxy("Feeder2", "Eve", ProxyType::Servicing, 0);
		add_proxy("Feeder3", "Eve", ProxyType::Feeder, 1);
		add_proxy("Feeder4", "Eve", ProxyType::Feeder, 0);
		let mut calls = vec![
			one_dollar(),
			report(&[], Price::from_u32(1)),
			report(&[u32::MAX], Price::from_u32(1)),
			apply(b"\0asm new"),
			frame_system::Call::<Runtime>::set_code { code: b"\0asm new".to_vec() }.into(),
			RuntimeCall::Council(close_motion(100)),
			by_proxy("Dave", one_dollar()),
			by_proxy("Feeder1", one_dollar()),
			by_proxy("Feeder2", one_dollar()),
			by_proxy("Feeder3", one_dollar()),
			by_proxy("Feeder4", report(&[], Price::from_u32(1))),
			by_proxy("Feeder4", apply(b"\0asm new")),
			by_proxy("Feeder4", by_proxy("Feeder4", one_dollar())),
			by_proxy("Feeder4", by_either("Dave", one_dollar())),
			by_either("Feeder1", one_dollar()),
			by_either("Dave", by_proxy("Feeder4", one_dollar())),
		];
		calls.extend(within_another(&one_dollar()));
		for call in calls {
			let info = call.get_dispatch_info();
			assert_eq!(info.class, DispatchClass::Operational, "{call:?}");
			assert_eq!(checked("Eve", call.clone()), Err(not_his()), "{call:?}");
			let before = Balances::balance(&account("Eve"));
			assert_eq!(send_invalid("Eve", call), not_his());
			assert_eq!(Balances::balance(&account("Eve")), before);
		}
		// Nor of a feeder, but as reports by themselves.
		for call in within_another(&one_dollar()) {
			assert_eq!(checked("Feeder1", call.clone()), Err(not_his()), "{call:?}");
		}
		// Other code than what was authorised, whoever brings it.
		System::do_authorize_upgrade(BlakeTwo256::hash(b"\0asm new"), false);
		for who in ["Eve", "Alice", "Feeder1"] {
			assert_eq!(checked(who, apply(b"\0asm other")), Err(not_his()), "{who}");
		}
	});
}

/// Of every operational call that there is: whoever may send one is named here.
#[test]
fn operational_calls_should_be_those_that_somebody_may_send_and_roots() {
	on_dev_chain(|| {
		let of = |who: &'static str| -> Vec<_> {
			let operational = every_call()
				.into_iter()
				.filter(|call| call.get_dispatch_info().class == DispatchClass::Operational);
			operational
				.filter(|call| {
					let said = checked(who, call.clone());
					assert!(said.is_ok() || said == Err(not_his()), "{who}, {call:?}: {said:?}");
					said.is_ok()
				})
				.map(|call| names(&call))
				.collect()
		};
		assert_eq!(of("Eve"), vec![]);
		// Its report is empty here.
		assert_eq!(of("Feeder1"), vec![]);
		let members = ["execute", "propose", "vote", "close"];
		assert_eq!(of("Alice"), members.map(|call| ("Council", call)));
		assert_eq!(of("Guardian1"), members.map(|call| ("Guardians", call)));
	});
}

#[test]
fn reports_and_upgrades_of_those_entitled_should_pass() {
	on_dev_chain(|| {
		// Feeders, and a feeder's proxy.
		send("Feeder1", one_dollar());
		add_proxy("Feeder2", "Eve", ProxyType::Feeder, 0);
		assert!(checked("Eve", by_proxy("Feeder2", one_dollar())).is_ok());
		send("Eve", by_proxy("Feeder2", one_dollar()));
		assert!(super::chain::happened(|event| matches!(
			event,
			crate::RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result: Ok(()) })
		)));
		// Each of those who share the account of a member, and nobody else.
		let mut either = [account("Dave"), account("Ferdie")];
		either.sort();
		let shared = crate::Multisig::multi_account_id(&either, 1);
		let mut members = vec![account("Alice"), shared];
		members.sort();
		let set = crate::Council::set_members(crate::RuntimeOrigin::root(), members, None, 3);
		assert!(set.is_ok(), "{set:?}");
		let close = || RuntimeCall::Council(close_motion(0));
		assert!(checked("Alice", close()).is_ok());
		assert!(checked("Dave", by_either("Ferdie", close())).is_ok());
		assert!(checked("Ferdie", by_either("Dave", close())).is_ok());
		assert_eq!(checked("Eve", by_either("Dave", close())), Err(not_his()));
		// Everybody, as an ordinary call.
		let remark = frame_system::Call::<Runtime>::remark { remark: vec![] };
		for call in [close(), one_dollar()] {
			let calls = vec![call, remark.clone().into()];
			let batch = pallet_utility::Call::<Runtime>::batch { calls };
			assert!(checked("Eve", batch).is_ok());
		}
		// The code that was authorised: by anybody, also without a signature.
		let code = b"\0asm new".to_vec();
		System::do_authorize_upgrade(BlakeTwo256::hash(&code), false);
		let apply =
			|| frame_system::Call::<Runtime>::apply_authorized_upgrade { code: code.clone() };
		assert!(checked_as(UncheckedExtrinsic::new_bare(apply().into())).is_ok());
		// But not for a feeder whose reports alone may be sent.
		assert_eq!(checked("Eve", by_proxy("Feeder2", apply().into())), Err(not_his()));
		send("Eve", apply());
		assert_eq!(sp_io::storage::get(CODE).as_deref(), Some(&code[..]));
	});
}

/// What is looked up to know who may send a call is part of its weight.
#[test]
fn operational_calls_should_count_what_is_asked_of_their_senders() {
	on_dev_chain(|| {
		let weight = |call: RuntimeCall| {
			TransactionExtension::weight(&CheckSender::default(), &call).ref_time()
		};
		let read = ParityDbWeight::get().reads(1).ref_time();
		assert_eq!(weight(frame_system::Call::<Runtime>::remark { remark: vec![] }.into()), 0);
		for call in [one_dollar(), by_proxy("Feeder1", one_dollar())] {
			assert_eq!(weight(call), 2 * read);
		}
	});
}

/// Many at once are told what each is told alone, and nothing of one check is there in the next.
#[test]
fn transactions_checked_at_once_should_be_told_the_same() {
	use frame_support::storage::{
		transactional::with_transaction_unchecked, TransactionOutcome::Rollback,
	};

	on_dev_chain(|| {
		let transfer = |value| -> RuntimeCall {
			pallet_balances::Call::transfer_keep_alive { dest: account("Eve").into(), value }.into()
		};
		let stale = signed("Bob", vec![transfer(STRA)]);
		send("Bob", transfer(STRA));
		let mut forged = signed("Bob", vec![transfer(STRA)]);
		forged[0].function = transfer(2 * STRA);
		let transactions = [
			signed("Alice", vec![transfer(STRA), transfer(2 * STRA)]),
			stale,
			forged,
			signed("Feeder1", vec![report(&[USDX_FEED], Price::from_u32(1))]),
			// The first of Alice's again.
			signed("Alice", vec![transfer(STRA)]),
		]
		.concat();
		let hash = System::parent_hash();
		let external = TransactionSource::External;
		let alone = transactions.iter().map(|one| {
			with_transaction_unchecked(|| {
				Rollback(crate::Executive::validate_transaction(external, one.clone(), hash))
			})
		});
		let alone: Vec<_> = alone.collect();
		let mut encoded: Vec<_> = transactions.iter().map(|one| (external, one.encode())).collect();
		// What is no transaction, or more than one, keeps nobody from being checked.
		encoded.insert(3, (external, vec![1, 2, 3]));
		encoded.insert(4, (external, vec![]));
		encoded.push((external, [transactions[0].encode(), vec![0]].concat()));
		let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
		let mut found = crate::checks::validate_each(BoundedVec::truncate_from(encoded), hash);
		assert_eq!((found.remove(3), found.remove(3), found.pop()), (None, None, Some(None)));
		let at_once: Vec<_> = found.into_iter().flatten().collect();
		assert_eq!(at_once, alone);
		assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
		assert_eq!(at_once[2], Err(InvalidTransaction::Stale.into()));
		assert_eq!(at_once[3], Err(InvalidTransaction::BadProof.into()));
		assert_eq!(at_once[0], at_once[5]);
		let tags = |at: usize| at_once[at].clone().map(|valid| (valid.requires, valid.provides));
		let ((first_requires, first), (requires, _)) = (tags(0).unwrap(), tags(1).unwrap());
		assert_eq!((first_requires, requires), (vec![], first));
		assert!(at_once[4].is_ok());
		assert_eq!(crate::checks::validate_each(BoundedVec::default(), hash), vec![]);
	});
}

#[test]
fn second_report_of_a_feeder_in_a_block_should_be_paid_for() {
	on_dev_chain(|| {
		if super::chain::session_begins_next() {
			super::chain::next_block();
		}
		let feeder = account("Feeder1");
		let before = Balances::balance(&feeder);
		let calls = vec![report(&[USDX_FEED], Price::from_u32(1)); 2];
		let results = super::chain::block(signed("Feeder1", calls));
		assert!(matches!(results[0], Ok(Ok(()))), "{results:?}");
		let repeated = pallet_strata_oracle::Error::<Runtime>::AlreadyReported;
		assert_eq!(results[1], Ok(Err(repeated.into())));
		assert!(Balances::balance(&feeder) < before);
	});
}

#[test]
fn all_free_reports_of_a_block_should_fit_into_what_is_reserved_for_them() {
	let per_batch: u32 = <Runtime as pallet_strata_oracle::Config>::MaxReports::get();
	let feeds: Vec<u32> = (0..per_batch).collect();
	sp_io::TestExternalities::default().execute_with(|| {
		let info = report(&feeds, Price::from_u32(1)).get_dispatch_info();
		assert_eq!(info.class, DispatchClass::Operational);
		let smaller = report(&feeds[1..], Price::from_u32(1)).get_dispatch_info();
		assert!(info.call_weight.ref_time() > smaller.call_weight.ref_time());
		// As many feeders to every feed as there may be, each in batches as large as may be.
		let feeds: u32 = <Runtime as pallet_strata_oracle::Config>::MaxFeeds::get();
		let batches = feeds.div_ceil(per_batch) * pallet_strata_oracle::MAX_MEMBERS;
		let weights = RuntimeBlockWeights::get();
		let operational = weights.get(DispatchClass::Operational);
		let each = info.call_weight.saturating_add(operational.base_extrinsic);
		let all = each.saturating_mul(batches.into());
		let reserved = operational.reserved.expect("some of a block is theirs");
		assert!(all.all_lte(reserved), "{all} of {reserved}");
	});
}

#[test]
fn shares_of_hooks_should_fit_into_a_block_together() {
	let block = RuntimeBlockWeights::get().max_block.ref_time();
	let usual = AVERAGE_ON_INITIALIZE_RATIO.mul_ceil(block);
	let scheduled = MaximumSchedulerWeight::get().ref_time();
	let payments = PaymentShare::get().mul_ceil(block);
	let liquidations = LiquidationShare::get().mul_ceil(block);
	assert!(liquidations <= block / 4, "{liquidations} of {block}");
	let migrations = MaxServiceWeight::get().ref_time();
	// While a migration runs no payment date does and nothing is liquidated, but scheduled calls are
	// made.
	let most = usual + scheduled + (payments + liquidations).max(migrations);
	assert!(most <= block, "{most} of {block}");
}

#[test]
fn metadata_should_be_there_in_every_version_that_clients_know() {
	sp_io::TestExternalities::default().execute_with(|| {
		assert_eq!(Runtime::metadata_versions(), [14, 15, 16]);
		for version in [14, 15, 16] {
			let metadata = Runtime::metadata_at_version(version).expect("it is there");
			let prefixed = metadata.to_vec();
			assert_eq!(&prefixed[..4], b"meta");
			assert_eq!(u32::from(prefixed[4]), version);
		}
		assert!(Runtime::metadata_at_version(13).is_none());
	});
}

#[test]
fn transactions_should_carry_what_clients_know_in_the_order_they_expect() {
	let names: Vec<_> = <TxExtension as TransactionExtension<RuntimeCall>>::metadata()
		.into_iter()
		.map(|extension| extension.identifier)
		.collect();
	assert_eq!(
		names,
		[
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"WeightReclaim",
		]
	);
	assert_eq!(VERSION.system_version, 1);
}

#[test]
fn storage_of_every_pallet_of_ours_should_have_its_version_from_genesis_on() {
	fn check<P: GetStorageVersion<InCodeStorageVersion = StorageVersion>>(name: &str) {
		assert_eq!(P::in_code_storage_version(), 1, "{name}");
		assert_eq!(P::on_chain_storage_version(), 1, "{name}");
	}
	on_dev_chain(|| {
		check::<Oracle>("oracle");
		check::<Risk>("risk");
		check::<Vaults>("vaults");
		check::<Tranches>("tranches");
		check::<Auctions>("auctions");
		check::<Backstop>("backstop");
		check::<Tempo>("tempo");
		check::<ValidatorSet>("validator set");
	});
}

/// Calls with which a proxy could enrich itself.
fn moving_value() -> Vec<RuntimeCall> {
	let eve = account("Eve");
	let adjustment = Adjustment::default();
	let asset = strata_traits::Asset::WithId;
	let pair = pallet_strata_backstop::types::Pair {
		collateral: asset(crate::genesis::WTI),
		settlement: asset(crate::genesis::USDX),
	};
	vec![
		pallet_balances::Call::<Runtime>::transfer_all {
			dest: eve.clone().into(),
			keep_alive: false,
		}
		.into(),
		RuntimeCall::Assets(
			pallet_assets::Call::<Runtime, crate::assets::AssetsInstance>::transfer {
				id: crate::genesis::USDX.into(),
				target: eve.clone().into(),
				amount: 1,
			},
		),
		// Anybody's vault can be repaid and added to, the proxy's own included.
		pallet_strata_vaults::Call::deposit { vault: 0, amount: 1 }.into(),
		pallet_strata_vaults::Call::repay { vault: 0, amount: 1 }.into(),
		pallet_strata_vaults::Call::adjust { vault: 0, adjustment }.into(),
		pallet_strata_vaults::Call::open { book: 0, collateral: 1, draw: 0 }.into(),
		pallet_strata_tranches::Call::<Runtime>::transfer { deal: 0, rank: 0, to: eve, amount: 1 }
			.into(),
		pallet_strata_tranches::Call::order { deal: 0, rank: 0, amount: 1 }.into(),
		pallet_strata_auctions::Call::bid { lot: 0, max_price: Price::from_u32(1), amount: 1 }
			.into(),
		pallet_strata_auctions::Call::exchange { lot: 0, amount: 1 }.into(),
		pallet_strata_backstop::Call::deposit { pair, amount: 1 }.into(),
		pallet_utility::Call::<Runtime>::batch { calls: vec![] }.into(),
	]
}

#[test]
fn only_a_proxy_for_anything_should_move_value() {
	use ProxyType::*;
	for call in moving_value() {
		assert!(Any.filter(&call));
		for kind in [NonTransfer, Governance, Feeder, Servicing, CancelProxy] {
			assert!(!kind.filter(&call), "{kind:?}: {call:?}");
			assert!(!kind.is_superset(&Any) && Any.is_superset(&kind));
		}
	}
}

#[test]
fn feeders_proxy_should_report_and_leave_jail_and_do_nothing_else() {
	on_dev_chain(|| {
		let allowed: Vec<_> =
			every_call().iter().filter(|call| ProxyType::Feeder.filter(call)).map(names).collect();
		assert_eq!(allowed, [("Oracle", "report"), ("Oracle", "unjail")]);
		let wider = ProxyType::NonTransfer;
		assert!(wider.is_superset(&ProxyType::Feeder));
		for call in every_call() {
			assert!(!ProxyType::Feeder.filter(&call) || wider.filter(&call), "{:?}", names(&call));
		}
	});
}

#[test]
fn feeders_proxy_should_take_a_feeder_out_of_jail_when_it_is_over() {
	on_dev_chain(|| {
		let feeder = account("Feeder1");
		let add = pallet_proxy::Call::<Runtime>::add_proxy {
			delegate: account("Eve").into(),
			proxy_type: ProxyType::Feeder,
			delay: 0,
		};
		send("Feeder1", add);
		let by_proxy = |call: RuntimeCall| {
			let real = account("Feeder1").into();
			let call = Box::new(call);
			send(
				"Eve",
				pallet_proxy::Call::<Runtime>::proxy { real, force_proxy_type: None, call },
			);
			let result = System::events().iter().find_map(|record| match record.event {
				crate::RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => {
					Some(result)
				},
				_ => None,
			});
			result.expect("it was passed on")
		};
		type Error = pallet_strata_oracle::Error<Runtime>;
		let unjail = || RuntimeCall::from(pallet_strata_oracle::Call::<Runtime>::unjail {});
		assert_eq!(by_proxy(unjail()), Err(Error::NotJailed.into()));
		pallet_strata_oracle::Feeders::<Runtime>::mutate(&feeder, |slot| {
			let record = slot.as_mut().expect("it is bonded");
			record.jailed_until = Some(Timestamp::get() + 5 * SLOT_MILLIS);
		});
		let one = || report(&[USDX_FEED], Price::from_u32(1));
		assert_eq!(by_proxy(one()), Err(Error::Jailed.into()));
		assert_eq!(by_proxy(unjail()), Err(Error::TooEarly.into()));
		while by_proxy(unjail()) != Ok(()) {
			assert!(System::block_number() < 30, "it is still in jail");
		}
		assert_eq!(by_proxy(one()), Ok(()));
		// What the bond is and where it goes stays with its owner.
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		assert_eq!(by_proxy(pallet_strata_oracle::Call::unbond {}.into()), filtered);
		let claim = pallet_strata_oracle::Call::claim_rewards { feeder };
		assert_eq!(by_proxy(claim.into()), filtered);
	});
}

#[test]
fn servicing_proxy_should_not_fill_its_own_vault_with_its_principals_money() {
	on_dev_chain(|| {
		let delegate = account("Eve").into();
		let proxy_type = ProxyType::Servicing;
		send(
			"Borrower1",
			pallet_proxy::Call::<Runtime>::add_proxy { delegate, proxy_type, delay: 0 },
		);
		for call in moving_value() {
			let real = account("Borrower1").into();
			let call = Box::new(call);
			send(
				"Eve",
				pallet_proxy::Call::<Runtime>::proxy { real, force_proxy_type: None, call },
			);
			assert!(super::chain::happened(|event| matches!(
				event,
				crate::RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result: Err(error) })
					if *error == frame_system::Error::<Runtime>::CallFiltered.into()
			)));
		}
	});
}

#[test]
fn wrapping_a_call_should_not_get_it_past_the_filter() {
	on_dev_chain(|| {
		let purge = || RuntimeCall::from(pallet_session::Call::<Runtime>::purge_keys {});
		assert!(!PermittedCalls::contains(&purge()));
		let batch = pallet_utility::Call::<Runtime>::batch_all { calls: vec![purge()] };
		let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
		for result in send_all(vec![("Alice//stash", batch.into()), ("Bob", purge())]) {
			assert_eq!(result, Err(filtered));
		}
	});
}
