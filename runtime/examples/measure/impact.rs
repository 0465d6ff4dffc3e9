//! What it takes to know what new risk parameters would do: the call that checks their declared impact
//! and carries them out, alone in a block of the wasm.

use frame_support::{storage::storage_prefix, traits::Get};
use pallet_strata_risk::{Call, NextProposal, ProposalId, Proposals};
use sp_runtime::{traits::Dispatchable, FixedU128};
use strata_numbers::Price;
use strata_runtime::{Risk, Runtime, RuntimeCall, RuntimeOrigin, Vaults};
use strata_traits::{Exposure, Impact, Listing, ParameterSet, Ratios};

use crate::{
	bench::{cost, time, MICRO},
	liquidation::market_of,
	market::{barrel, Market, PRICE},
	print::print,
};

/// Who carries the change out: anybody may.
const ANYBODY: &str = "Borrower1";
/// All ratios become so much larger: what is unsafe then is unsafe at prices 30 % lower.
const TIGHTER: (u128, u128) = (10, 7);

/// `n` vaults in one book, which follows the barrel's ratios, and ratios that would make a good part of
/// them unsafe.
pub fn measure(n: usize) {
	let mut market = market_of(n);
	market.price(100);
	let parameters = market.chain.native(tighter);
	let impact = market.impact_of(&parameters);
	assert!(impact.debt > 0, "somebody would be unsafe");
	let id = market.propose(parameters, impact);
	market.wait(id);
	// Interest has made it a little more.
	let most_rungs = impact.rungs + 1;
	let execute = Call::execute { id, most_rungs };
	let wall = time(&mut market.chain, ANYBODY, execute.clone());
	let rungs = storage_prefix(b"Vaults", b"Rungs");
	let cost = cost(&mut market.chain, "impact", ANYBODY, execute, &rungs);
	print(&[
		("case", "impact".into()),
		("n", n.into()),
		("unsafe_usd", ((impact.debt / 10u128.pow(18)) as u64).into()),
		("rungs", impact.rungs.into()),
		("rung_reads", cost.under.into()),
		("reads", cost.reads.into()),
		("writes", cost.writes.into()),
		("ref_time_us", (cost.weight.ref_time() / MICRO).into()),
		("wall_us", (wall.as_micros() as u64).into()),
	]);
}

/// The barrel's parameters with larger ratios.
fn tighter() -> ParameterSet {
	let larger = |ratio: FixedU128| ratio * FixedU128::from(TIGHTER);
	let set = Risk::collateral(&barrel()).expect("it is listed").parameters;
	ParameterSet {
		liquidation_ratio: larger(set.liquidation_ratio),
		initial_ratio: larger(set.initial_ratio),
		target_ratio: larger(set.target_ratio),
		greatest_initial_ratio: larger(set.greatest_initial_ratio),
		..set
	}
}

impl Market {
	/// What `parameters` would do to the book now.
	fn impact_of(&mut self, parameters: &ParameterSet) -> Impact {
		let ratios = Ratios::of(parameters);
		self.chain.native(|| Vaults::impact(&barrel(), &ratios, u32::MAX)).expect("it is known")
	}

	/// Proposes them as a referendum does, along the shortest ramp, with a hundredth more debt declared
	/// than would be unsafe today.
	fn propose(&mut self, parameters: ParameterSet, impact: Impact) -> ProposalId {
		let declared_impact = impact.debt / 100 * 101;
		self.chain.native(|| {
			let id = NextProposal::<Runtime>::get();
			let ramp = <Runtime as pallet_strata_risk::Config>::Periods::get().least_ramp;
			let call = Call::propose { asset: barrel(), parameters, declared_impact, ramp };
			let result = RuntimeCall::from(call).dispatch(RuntimeOrigin::root());
			assert!(result.is_ok(), "{result:?}");
			id
		})
	}

	/// Until the proposal can be executed, in a block that is no session's first, with prices.
	fn wait(&mut self, id: ProposalId) {
		let proposal = self.chain.native(|| Proposals::<Runtime>::get(id).expect("it waits"));
		self.chain.native_blocks_to(proposal.executable_from, 5);
		self.chain.pass_session_border();
		self.report(Price::from_u32(PRICE));
	}
}
