//! A few hundred random sequences.

use strata_liquidation_tests::{runner::Tally, sequence::Sequence};

fn play(from: u64, count: u64, steps: u32) -> Tally {
	let mut all = Tally::default();
	for seed in from..from + count {
		all.add(&Sequence::play(seed, steps));
	}
	all
}

#[test]
fn pallets_and_model_agree() {
	let count = std::env::var("STRATA_SEQUENCES").map_or(300, |count| count.parse().unwrap());
	let all = play(1, count, 100);
	println!("{all:?}");
	// The sequences do more than being refused.
	assert!(all.done * 10 > all.steps * 6, "{all:?}");
	assert!(all.followed > count / 2 && all.impacts > 0 && all.rates > count, "{all:?}");
	assert!(all.rungs > count && all.lots > count / 2 && all.sales > count / 2, "{all:?}");
}
