//! Referenda decide, on a development chain within twenty blocks; nobody else has root.

use frame_support::traits::{fungible::Inspect, schedule::DispatchTime, StorePreimage};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::traits::{BlakeTwo256, Hash};

use super::chain::{account, happened, next_block, on_dev_chain, send, send_all, send_failing};
use crate::{
	governance::ROOT_TRACK, units::STRA, Balances, OriginCaller, Preimage, Referenda, Runtime,
	RuntimeCall, RuntimeEvent, System,
};

/// Submits `call` to a referendum of the root track, votes for it with most of the stake, and makes
/// blocks until it is enacted. Returns how many.
fn enact_by_referendum(call: RuntimeCall) -> u32 {
	let from = System::block_number();
	let index = pallet_referenda::ReferendumCount::<Runtime>::get();
	let proposal = Preimage::bound(call).expect("the call is not too long");
	let submit = pallet_referenda::Call::submit {
		proposal_origin: Box::new(OriginCaller::system(frame_system::RawOrigin::Root)),
		proposal,
		enactment_moment: DispatchTime::After(0),
	};
	send("Alice", submit);
	let votes = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"].map(|who| {
		let balance = Balances::balance(&account(who)) / 10 * 9;
		let vote = Vote { aye: true, conviction: Conviction::Locked1x };
		let vote = AccountVote::Standard { vote, balance };
		let call = pallet_conviction_voting::Call::vote { poll_index: index, vote };
		(who, RuntimeCall::from(call))
	});
	send("Alice", pallet_referenda::Call::place_decision_deposit { index });
	for result in send_all(votes.into()) {
		assert!(result.is_ok(), "{result:?}");
	}
	for _ in 0..40 {
		next_block();
		if dispatched() {
			return System::block_number() - from;
		}
	}
	panic!("the referendum was not enacted: {:?}", Referenda::is_referendum_passing(index));
}

/// Whether a scheduled call was carried out in the last block, successfully.
fn dispatched() -> bool {
	happened(|event| {
		matches!(
			event,
			RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched {
				// Only what a referendum decided has a name; its alarms have none.
				id: Some(_),
				result: Ok(()),
				..
			})
		)
	})
}

#[test]
fn referendum_should_pass_within_twenty_blocks_on_a_development_chain() {
	on_dev_chain(|| {
		let remark = frame_system::Call::set_storage { items: vec![(b"key".into(), b"v".into())] };
		let blocks = enact_by_referendum(remark.into());
		assert!(blocks <= 20, "{blocks}");
		assert_eq!(sp_io::storage::get(b"key").as_deref(), Some(&b"v"[..]));
	});
}

#[test]
fn runtime_should_be_upgraded_by_referendum_and_by_nothing_else() {
	on_dev_chain(|| {
		let code = b"\0asm new".to_vec();
		let code_hash = BlakeTwo256::hash(&code);
		let authorize = || frame_system::Call::authorize_upgrade_without_checks { code_hash };
		let apply = || frame_system::Call::apply_authorized_upgrade { code: code.clone() };
		assert_eq!(send_failing("Alice", authorize()), sp_runtime::DispatchError::BadOrigin);
		assert_eq!(
			send_failing("Alice", apply()),
			frame_system::Error::<Runtime>::NothingAuthorized.into()
		);

		let before = sp_io::storage::get(CODE);
		enact_by_referendum(authorize().into());
		assert_eq!(sp_io::storage::get(CODE), before, "authorised, not applied");
		// Anyone may bring the code that was authorised.
		send("Eve", apply());
		assert_eq!(sp_io::storage::get(CODE).as_deref(), Some(&code[..]));
		assert!(happened(|event| {
			matches!(event, RuntimeEvent::System(frame_system::Event::CodeUpdated { .. }))
		}));
	});
}

#[test]
fn root_track_should_be_the_only_track_and_follow_the_tempo() {
	on_dev_chain(|| {
		use pallet_referenda::TracksInfo;
		type Tracks = crate::governance::Tracks;
		let ids: Vec<_> = Tracks::track_ids().collect();
		assert_eq!(ids, [ROOT_TRACK]);
		assert!(Tracks::info(ROOT_TRACK + 1).is_none());
		let info = Tracks::info(ROOT_TRACK).expect("the root track");
		assert_eq!(info.decision_period, crate::Tempo::tempo().decision_period);
		assert!(
			Tracks::track_for(&frame_system::RawOrigin::Signed(account("Alice")).into()).is_err()
		);
	});
	// The SDK asks for tracks on empty storage too.
	sp_io::TestExternalities::default().execute_with(|| {
		use pallet_referenda::TracksInfo;
		crate::governance::Tracks::check_integrity().expect("sorted");
		let info = crate::governance::Tracks::info(ROOT_TRACK).expect("the root track");
		assert!(info.decision_period > 20, "the tempo of a live chain");
	});
}

#[test]
fn council_should_set_parameters_but_no_single_member() {
	on_dev_chain(|| {
		let pause = || {
			RuntimeCall::from(pallet_strata_risk::Call::pause {
				asset: frame_support::traits::fungible::NativeOrWithId::WithId(crate::genesis::WTI),
			})
		};
		assert_eq!(send_failing("Alice", pause()), sp_runtime::DispatchError::BadOrigin);
		let length = codec::Encode::encoded_size(&pause()) as u32;
		let propose = |threshold| pallet_collective::Call::<Runtime, _>::propose {
			threshold,
			proposal: Box::new(pause()),
			length_bound: length,
		};
		// One of three is a third: enough to pause, and carried out at once.
		send("Alice", RuntimeCall::Council(propose(1)));
		assert!(happened(|event| matches!(
			event,
			RuntimeEvent::Council(pallet_collective::Event::Executed { result: Ok(()), .. })
		)));
		assert_eq!(
			send_failing("Investor1", RuntimeCall::Council(propose(1))),
			pallet_collective::Error::<Runtime, crate::governance::CouncilInstance>::NotMember
				.into()
		);
	});
}

#[test]
fn fees_should_go_to_the_author() {
	on_dev_chain(|| {
		let author = account("Alice//stash");
		let (before, issued) = (Balances::balance(&author), Balances::total_issuance());
		send("Eve", frame_system::Call::remark { remark: vec![1; 100] });
		let paid = Balances::balance(&author) - before;
		assert!(paid > 0 && paid < STRA / 100, "{paid}");
		assert_eq!(Balances::total_issuance(), issued);
	});
}
