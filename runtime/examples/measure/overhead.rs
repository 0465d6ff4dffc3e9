//! What an empty block, a transaction that does nothing, and a transfer take the executor: the figures
//! from which `scripts/weights.sh transactions` makes the weights of `runtime/src/weights`.

use std::time::Duration;

use codec::Encode;
use frame_support::weights::Weight;
use pallet_balances::AccountData;
use sp_core::{sr25519, Pair};
use sp_trie::cache::CacheSize;
use strata_runtime::{
	units::STRA, AccountId, Address, Balance, Runtime, RuntimeCall, UncheckedExtrinsic,
};

use crate::{
	bench::MICRO,
	chain::{Cache, Chain, Run, Watch},
	print::print,
};

/// Accounts in the state, so that the trie has the depth of a chain in use.
const ACCOUNTS: u32 = 200_000;
/// Transactions in a block: as many different senders.
const TRANSACTIONS: u32 = 2_000;
/// Times that each block is executed; the median counts.
const TIMES: usize = 15;
/// Times that the empty block is.
const EMPTY: u32 = 2_000;
/// What each account has.
const BALANCE: Balance = 100 * STRA;
/// What is left to a sender whose account ends: the fee, and no more than the existential deposit.
const REST: Balance = STRA / 200;

/// The pair of sender `index`.
fn sender(index: u32) -> sr25519::Pair {
	let mut seed = [0; 32];
	seed[..4].copy_from_slice(&index.to_le_bytes());
	sr25519::Pair::from_seed(&seed)
}

/// An account without a key.
fn keyless(kind: u8, index: u32) -> AccountId {
	AccountId::from((kind, index).using_encoded(sp_io::hashing::blake2_256))
}

/// An entry of the state: an account with [`BALANCE`].
fn account(who: &AccountId) -> (Vec<u8>, Vec<u8>) {
	let data = AccountData::<Balance> { free: BALANCE, ..Default::default() };
	let info =
		frame_system::AccountInfo { nonce: 0u32, consumers: 0, providers: 1, sufficients: 0, data };
	(frame_system::Account::<Runtime>::hashed_key_for(who), info.encode())
}

/// The median of some executions of the next block, which takes every one of `transactions`.
fn median(chain: &Chain, transactions: &[UncheckedExtrinsic]) -> (Duration, Run) {
	// As large as a node's; the first execution fills it.
	let cache = Cache::new(CacheSize::new(1 << 30), None);
	chain.run_cached(&cache, transactions);
	let mut runs: Vec<_> = (0..TIMES).map(|_| chain.run_cached(&cache, transactions)).collect();
	for result in runs.iter().flat_map(|run| &run.results) {
		assert!(matches!(result, Ok(Ok(()))), "{result:?}");
	}
	runs.sort_by_key(|run| run.processor);
	let run = runs.swap_remove(TIMES / 2);
	(run.processor, run)
}

/// The mean of many executions of the next block without transactions: Linux counts the time of a thread
/// in steps of some milliseconds, which are longer.
fn empty(chain: &Chain) -> (Duration, Run) {
	let cache = Cache::new(CacheSize::new(1 << 30), None);
	let run = chain.run_cached(&cache, &[]);
	let total: Duration = (0..EMPTY).map(|_| chain.run_cached(&cache, &[]).processor).sum();
	(total / EMPTY, run)
}

/// What a block is beyond an empty one, for each of its transactions.
struct Each {
	cpu_ns: f64,
	reads: f64,
	writes: f64,
	weight: Weight,
}

/// Measures blocks of `call`, one by each sender.
fn each(
	chain: &mut Chain,
	senders: &[sr25519::Pair],
	empty: &(Duration, Run),
	call: impl Fn(u32) -> RuntimeCall,
) -> Each {
	let transactions: Vec<_> = (0..TRANSACTIONS)
		.map(|index| chain.sign_by(&senders[index as usize], 0, call(index)))
		.collect();
	let (cpu, run) = median(chain, &transactions);
	let counted = chain.run(Watch::Reads, &transactions);
	let nothing = chain.run(Watch::Reads, &[]);
	let count = f64::from(TRANSACTIONS);
	let per = |more: usize, less: usize| more.saturating_sub(less) as f64 / count;
	Each {
		cpu_ns: (cpu.saturating_sub(empty.0)).as_nanos() as f64 / count,
		reads: per(counted.log().keys.len(), nothing.log().keys.len()),
		writes: per(counted.writes(), nothing.writes()),
		weight: (run.weight - empty.1.weight) / u64::from(TRANSACTIONS),
	}
}

/// The processor of this machine.
fn processor() -> String {
	let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
	let line = text.lines().find_map(|line| line.strip_prefix("model name"));
	line.and_then(|line| line.split(": ").nth(1)).unwrap_or("unknown").into()
}

/// Measures and prints everything.
pub fn measure() {
	let mut chain = Chain::new();
	let senders: Vec<_> = (0..TRANSACTIONS).map(sender).collect();
	let mut entries: Vec<_> = (0..ACCOUNTS).map(|index| account(&keyless(0, index))).collect();
	entries.extend(senders.iter().map(|pair| account(&pair.public().0.into())));
	chain.insert(entries);
	for _ in 0..3 {
		chain.native_block(1);
	}
	chain.pass_session_border();

	print(&[
		("case", "overhead".into()),
		("what", "machine".into()),
		("cpu", processor().into()),
		("accounts", ACCOUNTS.into()),
		("transactions", TRANSACTIONS.into()),
		("times", TIMES.into()),
	]);
	let empty = empty(&chain);
	let nothing = chain.run(Watch::Reads, &[]);
	print(&[
		("case", "overhead".into()),
		("what", "block".into()),
		("cpu_ns", (empty.0.as_nanos() as u64).into()),
		("reads", nothing.log().keys.len().into()),
		("writes", nothing.writes().into()),
		("ref_time_us", (empty.1.weight.ref_time() / MICRO).into()),
	]);

	let remark = |_: u32| -> RuntimeCall {
		frame_system::Call::<Runtime>::remark { remark: Vec::new() }.into()
	};
	let base = each(&mut chain, &senders, &empty, remark);
	show("remark", &base, None);
	type Transfer = pallet_balances::Call<Runtime>;
	let to = |index: u32| Address::Id(keyless(1, index));
	// The call of the transaction with this number.
	type Caller = Box<dyn Fn(u32) -> RuntimeCall>;
	let calls: [(&str, Caller); 3] = [
		("transfer_keep_alive", {
			Box::new(move |index| {
				Transfer::transfer_keep_alive { dest: to(index), value: STRA }.into()
			})
		}),
		("transfer_allow_death", {
			Box::new(move |index| {
				let value = BALANCE - REST;
				Transfer::transfer_allow_death { dest: to(index), value }.into()
			})
		}),
		("transfer_all", {
			Box::new(move |index| {
				Transfer::transfer_all { dest: to(index), keep_alive: false }.into()
			})
		}),
	];
	for (name, call) in calls {
		let cost = each(&mut chain, &senders, &empty, call);
		show(name, &cost, Some(&base));
	}
}

/// Prints what a transaction takes, and what of it is beyond one that does nothing.
fn show(what: &str, each: &Each, base: Option<&Each>) {
	let (cpu, reads, writes) =
		base.map_or((0.0, 0.0, 0.0), |base| (base.cpu_ns, base.reads, base.writes));
	print(&[
		("case", "overhead".into()),
		("what", what.into()),
		("cpu_ns", ((each.cpu_ns - cpu).max(0.0).round() as u64).into()),
		("reads", ((each.reads - reads).max(0.0).round() as u64).into()),
		("writes", ((each.writes - writes).max(0.0).round() as u64).into()),
		("whole_cpu_ns", (each.cpu_ns.round() as u64).into()),
		("ref_time_us", (each.weight.ref_time() / MICRO).into()),
	]);
}
