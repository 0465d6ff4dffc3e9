//! Referenda decide, on a development chain within twenty blocks; councils and guardians may what is
//! written at them; nobody else has root.

mod brakes;
mod councils;
pub mod privileged_calls;
mod tracks;
mod treasury;
mod upgrades;

use codec::Encode;
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{fungible::Inspect, schedule::DispatchTime, StorePreimage},
};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use sp_core::H256;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	DispatchError, DispatchResult,
};

use super::chain::{account, next_block, send, send_all};
use crate::{
	governance::origins::Origin, Balances, Council, Guardians, OriginCaller, Preimage, Referenda,
	Runtime, RuntimeCall, RuntimeEvent, System,
};

/// Members of the council of a development chain.
pub const STEWARDS: [&str; 3] = ["Alice", "Bob", "Charlie"];
/// Its guardians.
pub const GUARDIANS: [&str; 3] = ["Guardian1", "Guardian2", "Guardian3"];

/// The root track.
pub fn root() -> OriginCaller {
	OriginCaller::system(frame_system::RawOrigin::Root)
}

/// The track of an office.
pub fn office(office: Origin) -> OriginCaller {
	OriginCaller::Origins(office)
}

/// Submits `call` to a referendum in the name of `origin` and pays its deposit. Returns its index.
pub fn submit(origin: OriginCaller, call: impl Into<RuntimeCall>) -> u32 {
	let index = pallet_referenda::ReferendumCount::<Runtime>::get();
	let proposal = Preimage::bound(call.into()).expect("the call is not too long");
	let submit = pallet_referenda::Call::submit {
		proposal_origin: Box::new(origin),
		proposal,
		enactment_moment: DispatchTime::After(0),
	};
	send("Alice", submit);
	send("Alice", pallet_referenda::Call::place_decision_deposit { index });
	index
}

/// Votes for a referendum with most of the stake.
pub fn vote(index: u32) {
	let votes = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"].map(|who| {
		let balance = Balances::balance(&account(who)) / 10 * 9;
		let vote = Vote { aye: true, conviction: Conviction::Locked1x };
		let vote = AccountVote::Standard { vote, balance };
		let call = pallet_conviction_voting::Call::vote { poll_index: index, vote };
		(who, RuntimeCall::from(call))
	});
	for result in send_all(votes.into()) {
		assert!(result.is_ok(), "{result:?}");
	}
}

/// Has `call` decided by a referendum in the name of `origin`, and makes blocks until it is enacted.
/// Returns in how many blocks after it was submitted, and what it came to.
pub fn referendum(origin: OriginCaller, call: impl Into<RuntimeCall>) -> (u32, DispatchResult) {
	let from = System::block_number();
	let index = submit(origin, call);
	vote(index);
	for _ in 0..40 {
		next_block();
		if let Some(result) = enacted() {
			return (System::block_number() - from, result);
		}
	}
	panic!("referendum {index} was not enacted: {:?}", Referenda::is_referendum_passing(index));
}

/// As [`referendum`]; it must succeed. Returns in how many blocks.
pub fn enact(origin: OriginCaller, call: impl Into<RuntimeCall>) -> u32 {
	let (blocks, result) = referendum(origin, call);
	assert_eq!(result, Ok(()));
	blocks
}

/// What a call that a referendum decided came to in the last block.
fn enacted() -> Option<DispatchResult> {
	System::events().iter().find_map(|record| match record.event {
		// Only what a referendum decided has a name; its alarms have none.
		RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched {
			id: Some(_),
			result,
			..
		}) => Some(result),
		_ => None,
	})
}

/// A council.
#[derive(Clone, Copy, Debug)]
pub enum Body {
	/// The stewards of risk.
	Council,
	/// The guardians.
	Guardians,
}

/// Has `ayes` of a council propose `call`, agree to it, and carry it out. Returns what it came to.
pub fn motion(body: Body, ayes: &[&str], call: impl Into<RuntimeCall>) -> DispatchResult {
	let call = call.into();
	let threshold = ayes.len() as u32;
	let (proposal_hash, length_bound) = (BlakeTwo256::hash_of(&call), call.encoded_size() as u32);
	let weight = call.get_dispatch_info().call_weight;
	let first = ayes.first().expect("somebody proposes");
	let index = propose(body, first, threshold, call);
	if threshold > 1 {
		for who in ayes {
			approve(body, who, proposal_hash, index);
		}
		close(body, first, proposal_hash, index, weight, length_bound);
	}
	outcome(body)
}

/// Proposes a motion. Returns its index.
pub fn propose(body: Body, who: &str, threshold: u32, call: RuntimeCall) -> u32 {
	let length_bound = call.encoded_size() as u32;
	let proposal = Box::new(call);
	match body {
		Body::Council => {
			let index = pallet_collective::ProposalCount::<Runtime, Inst1>::get();
			let call = Collective1::propose { threshold, proposal, length_bound };
			send(who, RuntimeCall::Council(call));
			index
		},
		Body::Guardians => {
			let index = pallet_collective::ProposalCount::<Runtime, Inst2>::get();
			let call = Collective2::propose { threshold, proposal, length_bound };
			send(who, RuntimeCall::Guardians(call));
			index
		},
	}
}

/// Agrees to a motion.
pub fn approve(body: Body, who: &str, proposal: H256, index: u32) {
	match body {
		Body::Council => {
			send(who, RuntimeCall::Council(Collective1::vote { proposal, index, approve: true }));
		},
		Body::Guardians => {
			send(who, RuntimeCall::Guardians(Collective2::vote { proposal, index, approve: true }));
		},
	}
}

/// Ends a motion, and carries it out if enough agree.
pub fn close(
	body: Body,
	who: &str,
	proposal_hash: H256,
	index: u32,
	proposal_weight_bound: frame_support::weights::Weight,
	length_bound: u32,
) {
	match body {
		Body::Council => send(
			who,
			RuntimeCall::Council(Collective1::close {
				proposal_hash,
				index,
				proposal_weight_bound,
				length_bound,
			}),
		),
		Body::Guardians => send(
			who,
			RuntimeCall::Guardians(Collective2::close {
				proposal_hash,
				index,
				proposal_weight_bound,
				length_bound,
			}),
		),
	}
}

/// What a motion that was carried out in the last block came to.
fn outcome(body: Body) -> DispatchResult {
	let result = System::events().iter().find_map(|record| match (body, &record.event) {
		(
			Body::Council,
			RuntimeEvent::Council(pallet_collective::Event::Executed { result, .. }),
		) => Some(*result),
		(
			Body::Guardians,
			RuntimeEvent::Guardians(pallet_collective::Event::Executed { result, .. }),
		) => Some(*result),
		_ => None,
	});
	result.expect("a motion was carried out")
}

/// Whether `error` says that the call is closed or paused.
pub fn is_filtered(error: DispatchError) -> bool {
	error == frame_system::Error::<Runtime>::CallFiltered.into()
}

type Inst1 = crate::governance::CouncilInstance;
type Inst2 = crate::governance::GuardiansInstance;
type Collective1 = pallet_collective::Call<Runtime, Inst1>;
type Collective2 = pallet_collective::Call<Runtime, Inst2>;

/// The members of both councils are what genesis says.
#[test]
fn councils_should_have_members_from_genesis() {
	super::chain::on_dev_chain(|| {
		let members = |names: [&str; 3]| {
			let mut accounts = names.map(account);
			accounts.sort();
			accounts.to_vec()
		};
		assert_eq!(pallet_collective::Members::<Runtime, Inst1>::get(), members(STEWARDS));
		assert_eq!(pallet_collective::Members::<Runtime, Inst2>::get(), members(GUARDIANS));
		assert!(Council::is_member(&account("Alice")));
		assert!(!Guardians::is_member(&account("Alice")));
	});
}
