//! Cases about many vaults: a price fall, a price that harms nobody, and what others publish.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};

use codec::Decode;
use frame_support::storage::storage_prefix;
use serde_json::Value;
use sp_runtime::Weight;
use sp_state_machine::StorageKey;
use strata_ladder::RungKey;
use strata_runtime::Runtime;

use crate::{
	bench::MICRO,
	chain::{Chain, Run, Watch},
	counting::Log,
	market::{in_practice, Borrower, Market},
	print::{explain, print},
};

/// Blocks that are timed for one figure: the median counts.
const TIMES: usize = 5;
/// What a price fall must not need more blocks than, or this program is stuck.
const PATIENCE: usize = 50;
/// A price fall must be cleared in so many blocks, and take so much of each at most.
const CLEARED: (usize, f64) = (2, 0.25);
/// However many vaults fall, they must not read or write more than so many tenths of what so many take.
const GROWTH: (usize, usize) = (12, 10_000);
/// What a book more with a moved price may read.
const LOOK: usize = 3;

/// The prefix of `item` of the vaults pallet.
fn under(item: &str) -> [u8; 32] {
	storage_prefix(b"Vaults", item.as_bytes())
}

/// A market whose one book holds `n` vaults, spread as in practice.
pub fn market_of(n: usize) -> Market {
	let borrowers = in_practice(n, 1.5);
	let mut market = Market::new(owed(&borrowers));
	let initial = market.book_state().parameters.initial_ratio;
	assert_eq!(initial, sp_runtime::FixedU128::from_rational(15, 10), "what they are spread above");
	let book = market.book;
	market.populate(book, &borrowers);
	if n <= 10_000 {
		market.check();
	}
	market
}

/// What `borrowers` owe together.
fn owed(borrowers: &[Borrower]) -> u128 {
	borrowers.iter().map(|borrower| borrower.debt + 1).sum()
}

/// What one block took.
#[derive(Clone, Copy, Debug, Default)]
struct Figures {
	reads: usize,
	writes: usize,
	weight: Weight,
	proof: usize,
	wall: Duration,
}

impl Figures {
	/// The next block of `chain`, executed several times. The run is the one that was counted.
	fn of(chain: &Chain) -> (Self, Run) {
		let mut walls: Vec<_> = (0..TIMES).map(|_| chain.run(Watch::Time, &[]).wall).collect();
		walls.sort();
		let run = chain.run(Watch::Reads, &[]);
		let figures = Self {
			reads: run.log().reads(),
			writes: run.writes(),
			weight: run.weight,
			proof: chain.run(Watch::Proof, &[]).proof,
			wall: walls[TIMES / 2],
		};
		(figures, run)
	}

	/// What this block took more than `other`, the same block without the fall.
	fn beyond(self, other: Self) -> Self {
		Self {
			reads: self.reads.saturating_sub(other.reads),
			writes: self.writes.saturating_sub(other.writes),
			weight: self.weight.saturating_sub(other.weight),
			proof: self.proof.saturating_sub(other.proof),
			wall: self.wall.saturating_sub(other.wall),
		}
	}

	fn plus(self, other: Self) -> Self {
		Self {
			reads: self.reads + other.reads,
			writes: self.writes + other.writes,
			weight: self.weight + other.weight,
			proof: self.proof + other.proof,
			wall: self.wall + other.wall,
		}
	}

	/// Share of a block: of its time or of its proof, whichever is larger.
	fn share(self) -> f64 {
		let limit = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
		let time = self.weight.ref_time() as f64 / limit.ref_time() as f64;
		let proof = match limit.proof_size() {
			u64::MAX => 0.0,
			limit => self.weight.proof_size() as f64 / limit as f64,
		};
		time.max(proof)
	}
}

/// A price fall of 30 %.
pub struct Crash {
	n: usize,
	/// Rungs on which vaults lie before the fall.
	occupied: BTreeSet<RungKey>,
	/// Rungs that were liquidated.
	rungs: usize,
	vaults: u64,
	blocks: usize,
	sum: Figures,
	share: f64,
}

impl Crash {
	/// Prints its line.
	pub fn print(&self) {
		let Self { n, rungs, vaults, blocks, sum, share, .. } = self;
		print(&[
			("case", "crash".into()),
			("n", (*n).into()),
			("rungs", (*rungs).into()),
			("blocks_to_clear", (*blocks).into()),
			("reads", sum.reads.into()),
			("writes", sum.writes.into()),
			("ref_time_us", (sum.weight.ref_time() / MICRO).into()),
			("proof_bytes", sum.weight.proof_size().into()),
			("block_share", rounded(*share).into()),
			("wall_ms", rounded(sum.wall.as_secs_f64() * 1_000.0).into()),
			("vaults_liquidated", (*vaults).into()),
			("recorded_proof_bytes", sum.proof.into()),
		]);
	}

	/// Prints what one rung of it cost: the step of the walk.
	pub fn print_step(&self) {
		let each = |sum: f64| Value::from((sum / self.rungs as f64 * 100.0).round() / 100.0);
		print(&[
			("case", "op".into()),
			("op", format!("liquidation step of the walk (one of {} rungs)", self.rungs).into()),
			("hops", 0.into()),
			("reads", each(self.sum.reads as f64)),
			("writes", each(self.sum.writes as f64)),
			("ref_time_us", each((self.sum.weight.ref_time() / MICRO) as f64)),
		]);
	}
}

/// Whether falls of prices keep their limits, whatever the number of vaults.
pub fn check_limits(crashes: &[Crash]) {
	let (most_blocks, most_share) = CLEARED;
	for Crash { n, blocks, share, .. } in crashes {
		let clears = *blocks <= most_blocks && *share <= most_share;
		assert!(clears, "{n} vaults: {blocks} blocks, more than {most_blocks}, or {share} of one");
	}
	let (tenths, least) = GROWTH;
	let Some(base) = crashes.iter().find(|crash| crash.n == least) else { return };
	for Crash { n, occupied, sum, .. } in crashes.iter().filter(|crash| crash.n > least) {
		assert!(*occupied == base.occupied, "{n} vaults lie on other rungs than {least}");
		let grown = |more: usize, less: usize| more * 10 > less * tenths;
		let grows = grown(sum.reads, base.sum.reads) || grown(sum.writes, base.sum.writes);
		assert!(!grows, "{n} vaults: more than {tenths} tenths of the reads or writes of {least}");
	}
}

/// To four places.
fn rounded(x: f64) -> f64 {
	(x * 10_000.0).round() / 10_000.0
}

/// The rung of an edge's key: after the prefix the book (hashed and plain: 8 + 4 bytes), then the hash
/// (8 bytes) of rung and generation, then these.
fn rung_of_edge(key: &StorageKey) -> RungKey {
	RungKey::decode(&mut &key[32 + 12 + 8..]).expect("it is the key of an edge")
}

/// `n` vaults, and a price that falls by 30 % between two blocks. Blocks are made until nothing is
/// left to be liquidated; each is compared with the block that would have been made without the fall.
pub fn crash(n: usize) -> Crash {
	let mut market = market_of(n);
	market.price(100);
	market.chain.block(&[]);
	market.chain.pass_session_border();
	market.price(100);
	let (control, mut quiet) = Figures::of(&market.chain);
	assert!(quiet.set_under(&under("Edges")).is_empty(), "nobody is unsafe before the fall");
	let book = market.book;
	let occupied = market
		.chain
		.native(|| pallet_strata_vaults::Rungs::<Runtime>::iter_key_prefix(book).collect());
	let mut crash =
		Crash { n, occupied, rungs: 0, vaults: 0, blocks: 0, sum: Figures::default(), share: 0.0 };
	loop {
		market.chain.pass_session_border();
		market.price(70);
		let before: BTreeMap<RungKey, u32> = market.chain.native(|| {
			pallet_strata_vaults::Rungs::<Runtime>::iter_prefix(book)
				.map(|(key, rung)| (key, rung.vaults))
				.collect()
		});
		let (figures, mut run) = Figures::of(&market.chain);
		let edges = run.set_under(&under("Edges"));
		if edges.is_empty() {
			break;
		}
		let took = figures.beyond(control);
		crash.blocks += 1;
		assert!(crash.blocks <= PATIENCE, "{n} vaults are not cleared in {PATIENCE} blocks");
		crash.rungs += edges.len();
		// A rung that was filled again in this block has vaults that were counted where they came from.
		let walked = edges.iter().map(rung_of_edge);
		crash.vaults +=
			walked.filter_map(|key| before.get(&key)).map(|n| u64::from(*n)).sum::<u64>();
		crash.sum = crash.sum.plus(took);
		crash.share = crash.share.max(took.share());
		market.chain.commit(&run);
	}
	assert!(crash.rungs > 0, "the fall makes vaults unsafe");
	assert!(!market.book_state().backlog, "nothing is left behind");
	if n <= 10_000 {
		market.check();
	}
	crash
}

/// Books whose price has moved, with nothing to liquidate: `n` vaults in 1, 10 and 100 books. The block
/// has a remark, so that what the two hooks read is told apart.
pub fn idle(n: usize) {
	let mut last: Option<(u32, usize)> = None;
	for books in [1u32, 10, 100] {
		let borrowers = in_practice(n, 1.5);
		let mut market = Market::new(owed(&borrowers));
		let ids = market.copy_book(books - 1);
		for (book, borrowers) in ids.into_iter().zip(dealt(&borrowers, books as usize)) {
			market.populate(book, &borrowers);
		}
		market.price(100);
		market.chain.block(&[]);
		market.chain.pass_session_border();
		// Everybody is above the initial ratio, so 3 % less harms nobody.
		market.price(97);
		let remark = frame_system::Call::remark { remark: Vec::new() };
		let remark = market.chain.sign("Borrower1", 0, remark.into());
		let mut run = market.chain.run(Watch::Reads, &[remark]);
		assert!(run.set_under(&under("Edges")).is_empty(), "nobody is unsafe");
		let each = |log: &Log| {
			let own = ["Books", "Rungs", "Edges"].map(|item| log.reads_under(&under(item)));
			rounded(own.iter().sum::<usize>() as f64 / f64::from(books))
		};
		let log = run.log();
		let grown = last.map(|(fewer, reads)| ((books - fewer) as usize, log.reads() - reads));
		let growth = grown.map(|(more, reads)| reads as f64 / more as f64);
		explain(&format!("idle, {books} books, {n} vaults"), &log, &BTreeSet::new());
		print(&[
			("case", "idle".into()),
			("n", n.into()),
			("books", books.into()),
			("reads", each(&log).into()),
			// `on_poll` runs before the first transaction, `on_idle` at the end of the block.
			("on_poll_reads", each(&run.logs[1]).into()),
			("on_idle_reads", each(&run.logs[2]).into()),
			("block_reads", log.reads().into()),
			("reads_per_more_book", growth.map(rounded).into()),
		]);
		if let Some((more, reads)) = grown {
			let holds = reads <= more * LOOK;
			assert!(holds, "{n} vaults, {more} more books: {reads} more reads, above {LOOK} each");
		}
		last = Some((books, log.reads()));
	}
}

/// `borrowers`, dealt out into `hands` of the same spread.
fn dealt(borrowers: &[Borrower], hands: usize) -> Vec<Vec<Borrower>> {
	let hand = |first: usize| borrowers.iter().skip(first).step_by(hands).copied().collect();
	(0..hands).map(hand).collect()
}

/// Liquidations in 1.5 s of block weight: ours in `crash`, ours with every vault on a rung of its own,
/// both by our database constants and by those of the others, and what the others publish
/// (`docs/measurements.md` names the sources).
pub fn comparison(crash: &Crash) {
	let print = |system: &str, per: f64| {
		let per = per.round() as u64;
		print(&[
			("case", "comparison".into()),
			("system", system.into()),
			("per_1_5_s", per.into()),
		]);
	};
	let own = crash.sum.weight.ref_time() as f64 / MICRO as f64;
	// ParityDB: 8 µs a read, 50 µs a write. RocksDB, by which the others count: 25 µs and 100 µs.
	let alike = own + 17.0 * crash.sum.reads as f64 + 50.0 * crash.sum.writes as f64;
	// Vaults are liquidated by the rung: what n vaults cost is what their rungs cost.
	let spread = format!("Strata, {} vaults spread as in practice, prices fall 30 %", crash.n);
	for (constants, time) in [("", own), (", at 25 µs a read and 100 µs a write", alike)] {
		let in_window = |liquidated: f64| 1_500_000.0 * liquidated / time;
		print(&format!("{spread}{constants}"), in_window(crash.vaults as f64));
		print(&format!("Strata, one vault a rung{constants}"), in_window(crash.rungs as f64));
	}
	for (system, per) in PUBLISHED {
		print(system, per);
	}
}

/// Liquidations per 1.5 s of block weight, worked out from the weight files that these projects publish:
/// `docs/measurements.md` says which.
const PUBLISHED: [(&str, f64); 7] = [
	("Acala liquidate_by_dex", 492.0),
	("Acala liquidate_by_auction, 1 auction", 513.0),
	("Acala liquidate_by_auction, 50 auctions (what is charged before dispatch)", 81.0),
	("Interlay liquidate_borrow", 362.0),
	("Interlay report_undercollateralized_vault", 251.0),
	("Kensetsu liquidate, by weight (its code lets one a block)", 464.0),
	("Hydration liquidate", 3.0),
];
