//! The long differential run of the waterfall: `--deals N --seed N --threads N`.
//!
//! Plays the deals of the seeds `seed`, `seed + 1`, … and says now and then how far it is. Where engine
//! and model do not agree, it prints seed, date and everything that went in, and fails. The last line is
//! a JSON summary.

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

use strata_waterfall_tests::compare::{play, Tally};

fn main() {
	let mut options = [("--deals", 10_000), ("--seed", 1), ("--threads", 2)];
	let mut arguments = std::env::args().skip(1);
	while let Some(name) = arguments.next() {
		let value = arguments.next().and_then(|value| value.parse().ok());
		let option = options.iter_mut().find(|(known, _)| *known == name);
		match (option, value) {
			(Some((_, slot)), Some(value)) => *slot = value,
			_ => {
				eprintln!("usage: soak-waterfall [--deals N] [--seed N] [--threads N]");
				std::process::exit(2);
			},
		}
	}
	let [deals, seed, threads] = options.map(|(_, value): (&str, u64)| value);

	let (next, all, begun) = (AtomicU64::new(0), Mutex::new(Tally::default()), Instant::now());
	let failed = AtomicU64::new(0);
	thread::scope(|scope| {
		for _ in 0..threads {
			scope.spawn(|| loop {
				let at = next.fetch_add(1, Ordering::Relaxed);
				if at >= deals || failed.load(Ordering::Relaxed) > 0 {
					break;
				}
				// What failed has been printed by then.
				match std::panic::catch_unwind(|| play(seed + at)) {
					Ok(tally) => all.lock().expect("not poisoned").add(&tally),
					Err(_) => {
						failed.fetch_add(1, Ordering::Relaxed);
					},
				}
			});
		}
		let mut said = Instant::now();
		while next.load(Ordering::Relaxed) < deals && failed.load(Ordering::Relaxed) == 0 {
			thread::sleep(Duration::from_millis(100));
			if said.elapsed() > Duration::from_secs(15) {
				said = Instant::now();
				let at = next.load(Ordering::Relaxed);
				eprintln!("{at} of {deals} deals, {} s", begun.elapsed().as_secs());
			}
		}
	});

	let (all, failed) = (*all.lock().expect("not poisoned"), failed.load(Ordering::Relaxed));
	let counts: Vec<String> =
		all.named().iter().map(|(name, count)| format!(r#""{name}":{count}"#)).collect();
	println!(
		r#"{{"case":"soak_waterfall","seed":{seed},{},"failed":{failed},"seconds":{}}}"#,
		counts.join(","),
		begun.elapsed().as_secs(),
	);
	if failed > 0 {
		std::process::exit(1);
	}
}
