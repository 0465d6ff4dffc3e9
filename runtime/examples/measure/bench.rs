//! What a call costs by itself, in a block of the wasm.

use std::{collections::BTreeSet, time::Duration};

use codec::Encode;
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{CallMetadata, GetCallMetadata},
};
use frame_system::Phase;
use sp_runtime::Weight;
use strata_numbers::Price;
use strata_runtime::{RuntimeCall, RuntimeEvent};

use crate::{
	chain::{Chain, Run, Watch},
	counting::Log,
	market::Market,
	print::{explain, print},
};

/// Picoseconds in a microsecond: `ref_time` is in picoseconds.
pub const MICRO: u64 = 1_000_000;
/// Microseconds that a read of ParityDB counts for.
pub const READ_US: f64 = 8.0;
/// How often what is timed is executed: of an API the median counts, of a block the fastest.
const TIMES: usize = 9;
/// The place of the measured transaction in its block: after the clock and two remarks.
const MEASURED: u32 = 3;

/// What a call costs beyond what every transaction of the same account does.
pub struct Cost {
	/// Its pallet and name.
	pub call: String,
	/// Distinct keys read, and steps to a next key.
	pub reads: usize,
	/// Of these, keys under the prefix that was asked for.
	pub under: usize,
	/// Keys written.
	pub writes: usize,
	/// What the chain says that it weighed.
	pub weight: Weight,
	/// The block.
	pub run: Run,
}

/// An act of `//name`, alone. In its block, two remarks of the account come before it: the first one
/// lets the hooks run that run before transactions, the second one says what a transaction costs.
/// `under` is a prefix whose reads are counted for themselves.
pub fn cost(
	chain: &mut Chain,
	op: &str,
	name: &str,
	call: impl Into<RuntimeCall>,
	under: &[u8],
) -> Cost {
	let call: RuntimeCall = call.into();
	let CallMetadata { function_name, pallet_name } = call.get_call_metadata();
	let remark: RuntimeCall = frame_system::Call::remark { remark: Vec::new() }.into();
	let plain = remark.get_dispatch_info().call_weight;
	let transactions = [
		chain.sign(name, 0, remark.clone()),
		chain.sign(name, 1, remark),
		chain.sign(name, 2, call),
	];
	let run = chain.block(&transactions);
	for result in &run.results {
		assert!(matches!(result, Ok(Ok(()))), "{op}: {result:?}");
	}
	let index = MEASURED as usize;
	let reads = run.logs[index].reads_beyond(&run.logs[index - 1]);
	let every = run.written_by(MEASURED - 1);
	let written: BTreeSet<_> = run.written_by(MEASURED).difference(&every).cloned().collect();
	let weight = weight_of(&run, MEASURED) - weight_of(&run, MEASURED - 1) + plain;
	let mut log = run.logs[index].clone();
	log.keys.retain(|key| !run.logs[index - 1].keys.contains(key));
	explain(op, &log, &written);
	let call = format!("{}.{function_name}", pallet_name.to_lowercase());
	Cost { call, reads, under: log.reads_under(under), writes: written.len(), weight, run }
}

/// How long the executor takes for an act of `//name`: a block with it less a block with a remark
/// instead, the fastest of each, because what else the machine does is not the act's.
pub fn time(chain: &mut Chain, name: &str, call: impl Into<RuntimeCall>) -> Duration {
	let remark: RuntimeCall = frame_system::Call::remark { remark: Vec::new() }.into();
	let mut fastest = |call: RuntimeCall| {
		let transactions = [chain.sign(name, 0, call)];
		let walls = (0..TIMES).map(|_| {
			let run = chain.run(Watch::Time, &transactions);
			assert!(matches!(run.results[..], [Ok(Ok(_))]), "{:?}", run.results);
			run.wall
		});
		walls.min().expect("some were made")
	};
	fastest(call.into()).saturating_sub(fastest(remark))
}

/// A market in which acts are measured.
pub struct Bench {
	/// The market.
	pub market: Market,
	/// What the collateral is worth now.
	pub price: Price,
}

impl Bench {
	/// An act of `//name`, alone: prints what it costs ([`cost`]).
	pub fn measure(
		&mut self,
		op: &str,
		hops: u32,
		name: &str,
		call: impl Into<RuntimeCall>,
	) -> Run {
		self.quote();
		let cost = cost(&mut self.market.chain, op, name, call, b"none");
		print(&[
			("case", "op".into()),
			("op", op.into()),
			("call", cost.call.into()),
			("hops", hops.into()),
			("reads", cost.reads.into()),
			("writes", cost.writes.into()),
			("ref_time_us", (cost.weight.ref_time() / MICRO).into()),
		]);
		cost.run
	}

	/// Reports the price again, right before a block that is no session's first.
	pub fn quote(&mut self) {
		self.market.chain.pass_session_border();
		self.market.report(self.price);
	}

	/// A block without transactions.
	pub fn block(&mut self) -> Run {
		self.quote();
		self.market.chain.block(&[])
	}

	/// The price becomes `ratio` / `of` of itself, and a block passes.
	pub fn fall(&mut self, ratio: u128, of: u128) -> Run {
		self.price = self.price * Price::from_rational(ratio, of);
		self.block()
	}
}

/// What the block says that extrinsic `index` weighed.
fn weight_of(run: &Run, index: u32) -> Weight {
	run.events
		.iter()
		.filter(|record| record.phase == Phase::ApplyExtrinsic(index))
		.find_map(|record| match &record.event {
			RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { dispatch_info }) => {
				Some(dispatch_info.weight)
			},
			_ => None,
		})
		.expect("it succeeded")
}

/// What an API of the wasm reads, and how long it takes.
pub fn asked(chain: &Chain, method: &str, argument: &impl Encode) -> (Log, Duration) {
	let mut times: Vec<_> =
		(0..TIMES).map(|_| chain.ask(Watch::Time, method, argument).1).collect();
	times.sort();
	(chain.ask(Watch::Reads, method, argument).0, times[TIMES / 2])
}
