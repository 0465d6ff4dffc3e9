//! The councils: who may act, and who may say who is in them.

use codec::Encode;
use frame_support::{dispatch::GetDispatchInfo, traits::fungible::NativeOrWithId};
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	transaction_validity::InvalidTransaction,
	DispatchError,
};
use strata_traits::Listing;

use super::{
	approve, close, enact, motion, office, propose, referendum, root, Body, Collective1, Inst1,
	Inst2, GUARDIANS, STEWARDS,
};
use crate::{
	genesis::WTI,
	governance::origins::Origin,
	tests::chain::{account, happened, next_block, on_dev_chain, send_failing, send_invalid},
	Council, Guardians, Risk, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
};

/// Pauses barrels.
fn pause() -> RuntimeCall {
	pallet_strata_risk::Call::pause { asset: NativeOrWithId::WithId(WTI) }.into()
}

/// Whether barrels are paused.
fn paused() -> bool {
	Risk::collateral(&NativeOrWithId::WithId(WTI)).expect("listed").paused
}

#[test]
fn half_of_the_guardians_should_pause_and_no_single_one() {
	on_dev_chain(|| {
		assert_eq!(send_failing("Guardian1", pause()), DispatchError::BadOrigin);
		// One of three is less than half.
		assert_eq!(
			motion(Body::Guardians, &GUARDIANS[..1], pause()),
			Err(DispatchError::BadOrigin)
		);
		assert!(!paused());
		assert_eq!(motion(Body::Guardians, &GUARDIANS[..2], pause()), Ok(()));
		assert!(paused());
	});
}

#[test]
fn guardians_should_not_end_a_pause_and_stewards_not_begin_one() {
	on_dev_chain(|| {
		assert_eq!(motion(Body::Council, &STEWARDS, pause()), Err(DispatchError::BadOrigin));
		assert_eq!(motion(Body::Guardians, &GUARDIANS, pause()), Ok(()));
		let unpause =
			|| pallet_strata_risk::Call::<Runtime>::unpause { asset: NativeOrWithId::WithId(WTI) };
		let result = motion(Body::Guardians, &GUARDIANS, unpause());
		assert_eq!(result, Err(DispatchError::BadOrigin));
		assert!(paused());
		enact(office(Origin::RiskAdmin), unpause());
		assert!(!paused());
	});
}

#[test]
fn strangers_should_have_no_part_in_either() {
	on_dev_chain(|| {
		let proposal = Box::new(pause());
		let length_bound = proposal.encoded_size() as u32;
		let call = Collective1::propose { threshold: 1, proposal, length_bound };
		assert_eq!(
			send_invalid("Investor1", RuntimeCall::Council(call)),
			InvalidTransaction::Call.into()
		);
		// A steward is no guardian.
		let proposal = Box::new(pause());
		let call = super::Collective2::propose { threshold: 1, proposal, length_bound };
		let call = RuntimeCall::Guardians(call);
		assert_eq!(send_invalid("Alice", call.clone()), InvalidTransaction::Call.into());
		// Nor as a part of an ordinary call.
		let remark = frame_system::Call::<Runtime>::remark { remark: vec![] };
		let calls = vec![remark.into(), call];
		assert_eq!(
			send_failing("Alice", pallet_utility::Call::<Runtime>::batch_all { calls }),
			pallet_collective::Error::<Runtime, Inst2>::NotMember.into()
		);
	});
}

#[test]
fn members_should_be_set_by_the_root_track_only() {
	on_dev_chain(|| {
		let new_members = vec![account("Dave"), account("Eve")];
		let call = || {
			RuntimeCall::Guardians(super::Collective2::set_members {
				new_members: new_members.clone(),
				prime: None,
				old_count: 3,
			})
		};
		assert_eq!(send_invalid("Guardian1", call()), InvalidTransaction::Call.into());
		for (body, ayes) in [(Body::Guardians, &GUARDIANS), (Body::Council, &STEWARDS)] {
			assert_eq!(motion(body, ayes, call()), Err(DispatchError::BadOrigin));
		}
		let (_, result) = referendum(office(Origin::RiskAdmin), call());
		assert_eq!(result, Err(DispatchError::BadOrigin));
		enact(root(), call());
		assert!(Guardians::is_member(&account("Dave")));
		assert!(!Guardians::is_member(&account("Guardian1")));
		assert!(Council::is_member(&account("Alice")), "the other council is as it was");
	});
}

#[test]
fn who_does_not_vote_should_be_against_even_of_a_prime() {
	on_dev_chain(|| {
		let members = ["Alice", "Bob", "Charlie", "Dave", "Eve"].map(account);
		let set = Council::set_members(
			RuntimeOrigin::root(),
			members.to_vec(),
			Some(account("Alice")),
			3,
		);
		assert!(set.is_ok(), "{set:?}");
		// Three of five are a majority, and less than the two thirds that a ruling takes.
		let call: RuntimeCall = pallet_strata_disputes::Call::rule { dispute: 0, award: 0 }.into();
		let (hash, weight) = (BlakeTwo256::hash_of(&call), call.get_dispatch_info().call_weight);
		let length = call.encoded_size() as u32;
		let index = propose(Body::Council, "Alice", 4, call);
		for who in ["Alice", "Bob", "Charlie"] {
			approve(Body::Council, who, hash, index);
		}
		let duration = crate::Tempo::tempo().motion_duration;
		for _ in 0..duration {
			next_block();
		}
		close(Body::Council, "Alice", hash, index, weight, length);
		assert!(happened(|event| matches!(
			event,
			RuntimeEvent::Council(pallet_collective::Event::Disapproved { .. })
		)));
	});
}

#[test]
fn two_thirds_should_mean_two_thirds() {
	on_dev_chain(|| {
		let rule = || pallet_strata_disputes::Call::<Runtime>::rule { dispute: 7, award: 0 };
		assert_eq!(motion(Body::Council, &STEWARDS[..1], rule()), Err(DispatchError::BadOrigin));
		// There is no such case: the origin was good.
		let result = motion(Body::Council, &STEWARDS[..2], rule());
		assert_eq!(result, Err(pallet_strata_disputes::Error::<Runtime>::UnknownDispute.into()));
		let result = motion(Body::Guardians, &GUARDIANS, rule());
		assert_eq!(result, Err(DispatchError::BadOrigin));
	});
}

#[test]
fn canceller_should_strike_out_a_motion_of_either_council() {
	on_dev_chain(|| {
		let call = pause();
		let hash = BlakeTwo256::hash_of(&call);
		for body in [Body::Council, Body::Guardians] {
			propose(
				body,
				if matches!(body, Body::Council) { "Alice" } else { "Guardian1" },
				2,
				call.clone(),
			);
			let strike = |body| match body {
				Body::Council => {
					RuntimeCall::Council(Collective1::disapprove_proposal { proposal_hash: hash })
				},
				Body::Guardians => {
					RuntimeCall::Guardians(super::Collective2::disapprove_proposal {
						proposal_hash: hash,
					})
				},
			};
			assert_eq!(send_failing("Alice", strike(body)), DispatchError::BadOrigin);
			enact(office(Origin::Canceller), strike(body));
		}
		let open = pallet_collective::Proposals::<Runtime, Inst1>::get().len()
			+ pallet_collective::Proposals::<Runtime, Inst2>::get().len();
		assert_eq!(open, 0);
	});
}
