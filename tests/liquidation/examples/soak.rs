//! The long differential run: `--sequences N --steps N --seed N --threads N`.
//!
//! Plays the sequences of the seeds `seed`, `seed + 1`, … and says now and then how far it is. Where
//! pallets and model do not agree, it prints the seed, the step and all operations, and fails. The last
//! line is a JSON summary.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::panic,
	clippy::unwrap_used
)]

use std::{
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex,
	},
	thread,
	time::{Duration, Instant},
};

use strata_liquidation_tests::{runner::Tally, sequence::Sequence};

fn main() {
	let mut options = [("--sequences", 1_000), ("--steps", 100), ("--seed", 1), ("--threads", 2)];
	let mut arguments = std::env::args().skip(1);
	while let Some(name) = arguments.next() {
		let value = arguments.next().and_then(|value| value.parse().ok());
		let option = options.iter_mut().find(|(known, _)| *known == name);
		match (option, value) {
			(Some((_, slot)), Some(value)) => *slot = value,
			_ => {
				eprintln!("usage: soak [--sequences N] [--steps N] [--seed N] [--threads N]");
				std::process::exit(2);
			},
		}
	}
	let [sequences, steps, seed, threads] = options.map(|(_, value): (&str, u64)| value);
	let steps = u32::try_from(steps).expect("steps fit 32 bits");

	let (next, all, begun) = (AtomicU64::new(0), Mutex::new(Tally::default()), Instant::now());
	let failed = AtomicU64::new(0);
	thread::scope(|scope| {
		for _ in 0..threads {
			scope.spawn(|| loop {
				let at = next.fetch_add(1, Ordering::Relaxed);
				if at >= sequences || failed.load(Ordering::Relaxed) > 0 {
					break;
				}
				// What failed has been printed by then.
				match std::panic::catch_unwind(|| Sequence::play(seed + at, steps)) {
					Ok(tally) => all.lock().expect("not poisoned").add(&tally),
					Err(_) => {
						failed.fetch_add(1, Ordering::Relaxed);
					},
				}
			});
		}
		let mut said = Instant::now();
		while next.load(Ordering::Relaxed) < sequences && failed.load(Ordering::Relaxed) == 0 {
			thread::sleep(Duration::from_millis(100));
			if said.elapsed() > Duration::from_secs(15) {
				said = Instant::now();
				let at = next.load(Ordering::Relaxed);
				eprintln!("{at} of {sequences} sequences, {} s", begun.elapsed().as_secs());
			}
		}
	});

	let (all, failed) = (*all.lock().expect("not poisoned"), failed.load(Ordering::Relaxed));
	println!(
		concat!(
			r#"{{"case":"soak","seed":{},"sequences":{},"steps":{},"operations":{},"done":{},"#,
			r#""rungs":{},"lots":{},"sales":{},"pool":{},"losses":{},"quarantined":{},"#,
			r#""most_hops":{},"failed":{},"seconds":{}}}"#
		),
		seed,
		sequences,
		steps,
		all.steps,
		all.done,
		all.rungs,
		all.lots,
		all.sales,
		all.pool,
		all.losses,
		all.quarantined,
		all.hops,
		failed,
		begun.elapsed().as_secs(),
	);
	if failed > 0 {
		std::process::exit(1);
	}
}
