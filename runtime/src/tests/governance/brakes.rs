//! Pausing a call and safe mode: what they stop, what they never stop, and that guardians' hold ends.

use frame_support::{
	traits::{fungible::Inspect, Contains, Get, GetCallMetadata, UnfilteredDispatchable},
	BoundedVec,
};
use sp_runtime::{traits::Dispatchable, DispatchError};

use super::{enact, is_filtered, motion, office, root, Body, GUARDIANS, STEWARDS};
use crate::{
	governance::{
		open_calls::{self, NeverPaused, OpenInSafeMode},
		origins::{pallet_origins::GuardiansRestUntil, Origin},
	},
	system::CallFilter,
	tests::{
		chain::{account, happened, next_block, on_dev_chain, send, send_failing},
		governance::privileged_calls::{every_call, names, on_chain, GOVERNANCE, SIGNED},
	},
	units::STRA,
	Balances, Disputes, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, SafeMode, System,
};

type Paused = pallet_tx_pause::RuntimeCallNameOf<Runtime>;
type TxError = pallet_tx_pause::Error<Runtime>;
type SafeError = pallet_safe_mode::Error<Runtime>;

/// The name of a call, as it is paused.
fn name(pallet: &str, call: &str) -> Paused {
	let bounded = |name: &str| BoundedVec::try_from(name.as_bytes().to_vec()).expect("short");
	(bounded(pallet), bounded(call))
}

fn pause(pallet: &str, call: &str) -> pallet_tx_pause::Call<Runtime> {
	pallet_tx_pause::Call::pause { full_name: name(pallet, call) }
}

/// A payment to somebody who does nothing else.
fn transfer() -> RuntimeCall {
	let dest = account("Investor5").into();
	pallet_balances::Call::transfer_keep_alive { dest, value: STRA }.into()
}

fn repay() -> RuntimeCall {
	pallet_strata_vaults::Call::repay { vault: 77, amount: 1 }.into()
}

fn enter() -> pallet_safe_mode::Call<Runtime> {
	pallet_safe_mode::Call::force_enter {}
}

fn exit() -> pallet_safe_mode::Call<Runtime> {
	pallet_safe_mode::Call::force_exit {}
}

fn extend() -> pallet_safe_mode::Call<Runtime> {
	pallet_safe_mode::Call::force_extend {}
}

#[test]
fn council_should_pause_a_call_for_everybody_but_the_root_track() {
	on_dev_chain(|| {
		send("Alice", transfer());
		let pause = || pause("Balances", "transfer_keep_alive");
		assert_eq!(send_failing("Alice", pause()), DispatchError::BadOrigin);
		assert_eq!(motion(Body::Council, &STEWARDS[..2], pause()), Ok(()));
		assert!(is_filtered(send_failing("Alice", transfer())));
		// Nor within another call.
		let batch = pallet_utility::Call::batch_all { calls: vec![transfer()] };
		assert!(is_filtered(send_failing("Alice", batch)));
		let again = motion(Body::Council, &STEWARDS[..2], pause());
		assert_eq!(again, Err(TxError::IsPaused.into()));
		// Another call that does nearly the same is another call.
		let dest = account("Dave").into();
		send("Alice", pallet_balances::Call::transfer_allow_death { dest, value: STRA });
		// The root track is not held up: here it acts for an account.
		let as_origin = Box::new(frame_system::RawOrigin::Signed(account("Alice")).into());
		let call = pallet_utility::Call::dispatch_as { as_origin, call: Box::new(transfer()) };
		let before = Balances::total_balance(&account("Investor5"));
		enact(root(), call);
		assert_eq!(Balances::total_balance(&account("Investor5")), before + STRA);
		let unpause =
			pallet_tx_pause::Call::unpause { ident: name("Balances", "transfer_keep_alive") };
		assert_eq!(motion(Body::Council, &STEWARDS[..2], unpause), Ok(()));
		send("Alice", transfer());
	});
}

#[test]
fn guardians_should_not_pause_a_call_since_that_does_not_end_by_itself() {
	on_dev_chain(|| {
		let result = motion(Body::Guardians, &GUARDIANS, pause("Balances", "transfer_all"));
		assert_eq!(result, Err(DispatchError::BadOrigin));
		let ident = name("Balances", "transfer_all");
		let result = motion(Body::Guardians, &GUARDIANS, pallet_tx_pause::Call::unpause { ident });
		assert_eq!(result, Err(DispatchError::BadOrigin));
	});
}

#[test]
fn calls_that_must_stay_open_should_not_be_paused() {
	on_dev_chain(|| {
		for (pallet, call) in [
			("Vaults", "repay"),
			("Vaults", "deposit"),
			("Tranches", "claim"),
			("Oracle", "report"),
			("Disputes", "reveal"),
			("Disputes", "advance"),
			("Tranches", "cancel"),
			("Risk", "unpause"),
			("Timestamp", "set"),
			("Referenda", "submit"),
			("TxPause", "unpause"),
			("SafeMode", "force_exit"),
			// A validator's ways out.
			("Session", "set_keys"),
			("ValidatorSet", "chill"),
			("ValidatorSet", "unbond"),
			("ValidatorSet", "leave"),
			("ValidatorSet", "withdraw"),
			("ValidatorSet", "purge_keys"),
		] {
			let paused = crate::TxPause::pause(RuntimeOrigin::root(), name(pallet, call));
			assert_eq!(paused, Err(TxError::Unpausable.into()), "{pallet}.{call}");
		}
	});
}

#[test]
fn every_name_in_a_list_should_be_of_a_call_and_no_name_too_long() {
	let limit: u32 = <Runtime as pallet_tx_pause::Config>::MaxNameLen::get();
	let limit = limit as usize;
	for pallet in RuntimeCall::get_module_names() {
		assert!(pallet.len() <= limit, "{pallet}");
		for call in RuntimeCall::get_call_names(pallet) {
			assert!(call.len() <= limit, "{pallet}.{call}");
		}
	}
	for (pallet, calls) in open_calls::named() {
		assert!(RuntimeCall::get_module_names().contains(&pallet), "{pallet}");
		let known = RuntimeCall::get_call_names(pallet);
		for call in calls {
			assert!(known.contains(call), "{pallet}.{call}");
		}
		let mut sorted = calls.to_vec();
		sorted.sort_unstable();
		sorted.dedup();
		assert_eq!(sorted.len(), calls.len(), "{pallet}: named twice");
	}
}

#[test]
fn calls_of_every_office_should_be_beyond_both_brakes() {
	on_chain(|| {
		let offices: Vec<_> = GOVERNANCE.iter().filter(|who| who.label != "root").collect();
		for call in every_call() {
			let (pallet, function) = names(&call);
			let privileged = offices.iter().any(|who| who.may(&call));
			if privileged && !SIGNED.may(&call) {
				assert!(OpenInSafeMode::contains(&call), "{pallet}.{function}");
				assert!(NeverPaused::contains(&name(pallet, function)), "{pallet}.{function}");
			}
		}
	});
}

#[test]
fn what_cannot_be_paused_should_be_open_in_safe_mode_and_the_filter_say_so() {
	on_dev_chain(|| {
		assert_eq!(SafeMode::force_enter(RuntimeOrigin::root()), Ok(()));
		let forbidden = |call: &RuntimeCall| names(call) == ("Session", "purge_keys");
		for call in every_call().into_iter().filter(|call| !forbidden(call)) {
			let (pallet, function) = names(&call);
			let open = OpenInSafeMode::contains(&call);
			assert_eq!(CallFilter::contains(&call), open, "{pallet}.{function}");
			if NeverPaused::contains(&name(pallet, function)) {
				assert!(open, "{pallet}.{function}");
			}
		}
	});
}

#[test]
fn what_moves_value_or_adds_risk_should_be_closed_in_safe_mode() {
	let closed = [
		("Balances", "transfer_keep_alive"),
		("Balances", "transfer_allow_death"),
		("Balances", "transfer_all"),
		("Balances", "burn"),
		("Assets", "transfer"),
		("Assets", "transfer_approved"),
		("Vaults", "open"),
		("Vaults", "draw"),
		("Vaults", "withdraw"),
		("Vaults", "adjust"),
		("Tranches", "create"),
		("Tranches", "launch"),
		("Tranches", "order"),
		("Tranches", "transfer"),
		("Tranches", "offer"),
		("Tranches", "take_offer"),
		("Disputes", "file"),
		("Disputes", "stake"),
		("Treasury", "payout"),
	];
	let calls = on_dev_chain_calls();
	for (pallet, function) in closed {
		let call = calls.iter().find(|call| names(call) == (pallet, function));
		let call = call.unwrap_or_else(|| panic!("{pallet}.{function}"));
		assert!(!OpenInSafeMode::contains(call), "{pallet}.{function}");
	}
}

fn on_dev_chain_calls() -> Vec<RuntimeCall> {
	let mut calls = Vec::new();
	on_dev_chain(|| calls = every_call());
	calls
}

#[test]
fn safe_mode_of_guardians_should_close_the_chain_but_not_the_exits_and_end_by_itself() {
	on_dev_chain(|| {
		assert_eq!(send_failing("Guardian1", enter()), DispatchError::BadOrigin);
		assert_eq!(
			motion(Body::Guardians, &GUARDIANS[..1], enter()),
			Err(DispatchError::BadOrigin)
		);
		assert_eq!(motion(Body::Guardians, &GUARDIANS[..2], enter()), Ok(()));
		let entered = System::block_number();
		assert!(is_filtered(send_failing("Alice", transfer())));
		let batch = pallet_utility::Call::batch_all { calls: vec![repay(), transfer()] };
		assert!(!is_filtered(send_failing("Alice", batch)), "it fails at the first: no such vault");
		let batch = pallet_utility::Call::batch_all { calls: vec![transfer()] };
		assert!(is_filtered(send_failing("Alice", batch)));
		let unknown = pallet_strata_vaults::Error::<Runtime>::UnknownVault;
		assert_eq!(send_failing("Alice", repay()), unknown.into());
		// A second time, or for longer: not by guardians.
		let result = motion(Body::Guardians, &GUARDIANS, enter());
		assert_eq!(result, Err(SafeError::Entered.into()));
		for call in [extend(), exit()] {
			let result = motion(Body::Guardians, &GUARDIANS, call);
			assert_eq!(result, Err(DispatchError::BadOrigin));
		}
		// A day of hours, each a block here.
		while System::block_number() < entered + 24 {
			assert!(SafeMode::is_entered());
			next_block();
		}
		assert!(SafeMode::is_entered());
		next_block();
		assert!(!SafeMode::is_entered());
		assert!(happened(|event| matches!(
			event,
			RuntimeEvent::SafeMode(pallet_safe_mode::Event::Exited {
				reason: pallet_safe_mode::ExitReason::Timeout
			})
		)));
		send("Alice", transfer());
	});
}

#[test]
fn guardians_should_rest_for_three_days_after_a_safe_mode_and_others_not() {
	on_dev_chain(|| {
		assert_eq!(motion(Body::Guardians, &GUARDIANS, enter()), Ok(()));
		assert_eq!(motion(Body::Council, &STEWARDS[..2], exit()), Ok(()));
		let ended = System::block_number();
		assert_eq!(GuardiansRestUntil::<Runtime>::get(), ended + 72);
		assert_eq!(motion(Body::Guardians, &GUARDIANS, enter()), Err(DispatchError::BadOrigin));
		// The council and the root track need no rest, and theirs is longer.
		assert_eq!(motion(Body::Council, &STEWARDS[..2], enter()), Ok(()));
		let until = pallet_safe_mode::EnteredUntil::<Runtime>::get();
		assert_eq!(until, Some(System::block_number() + 72));
		assert_eq!(motion(Body::Council, &STEWARDS[..2], extend()), Ok(()));
		let longer = pallet_safe_mode::EnteredUntil::<Runtime>::get();
		assert_eq!(longer, until.map(|until| until + 72));
		assert_eq!(motion(Body::Council, &STEWARDS[..2], exit()), Ok(()));
		let ended = System::block_number();
		let origin = || {
			RuntimeOrigin::from(crate::OriginCaller::Guardians(
				pallet_collective::RawOrigin::Members(3, 3),
			))
		};
		// To the block.
		while System::block_number() < ended + 72 {
			next_block();
		}
		let refused = RuntimeCall::from(enter()).dispatch(origin()).expect_err("one block more");
		assert_eq!(refused.error, DispatchError::BadOrigin);
		next_block();
		assert!(RuntimeCall::from(enter()).dispatch(origin()).is_ok());
	});
}

#[test]
fn nobody_should_buy_a_halt() {
	on_dev_chain(|| {
		let enter = pallet_safe_mode::Call::enter {};
		assert_eq!(send_failing("Alice", enter), SafeError::NotConfigured.into());
		assert_eq!(SafeMode::force_enter(RuntimeOrigin::root()), Ok(()));
		let extend = pallet_safe_mode::Call::extend {};
		assert_eq!(send_failing("Alice", extend), SafeError::NotConfigured.into());
	});
}

#[test]
fn governance_should_find_its_way_out_of_safe_mode() {
	on_dev_chain(|| {
		assert_eq!(SafeMode::force_enter(RuntimeOrigin::root()), Ok(()));
		// An office still does what it may, and the root track ends it.
		let (who, role) = (account("Dave"), crate::court::ACCREDITED_JUROR);
		enact(office(Origin::CourtAdmin), pallet_strata_disputes::Call::grant_role { who, role });
		assert!(SafeMode::is_entered());
		enact(root(), exit());
		assert!(!SafeMode::is_entered());
	});
}

#[test]
fn clock_of_the_court_should_stand_in_safe_mode() {
	on_dev_chain(|| {
		let height = || Disputes::court_time().height;
		let before = height();
		next_block();
		assert_eq!(height(), before + 1);
		assert_eq!(motion(Body::Guardians, &GUARDIANS, enter()), Ok(()));
		let stood = height();
		assert!(Disputes::court_time().closed);
		while SafeMode::is_entered() {
			assert_eq!(height(), stood);
			next_block();
		}
		// The block in which it ends is the last that does not count.
		assert_eq!(height(), stood);
		assert!(!Disputes::court_time().closed);
		next_block();
		assert_eq!(height(), stood + 1);
	});
}

#[test]
fn call_that_is_forbidden_for_good_should_be_so_for_everybody_but_root() {
	on_dev_chain(|| {
		let purge = || RuntimeCall::from(pallet_session::Call::purge_keys {});
		assert!(is_filtered(send_failing("Alice", purge())));
		// Root has no keys to purge.
		let refused = purge().dispatch(RuntimeOrigin::root()).expect_err("it wants a signature");
		assert_eq!(refused.error, DispatchError::BadOrigin);
		let refused = purge().dispatch_bypass_filter(RuntimeOrigin::root());
		assert_eq!(refused.expect_err("the same").error, DispatchError::BadOrigin);
	});
}
