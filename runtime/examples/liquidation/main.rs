//! Measures what liquidation costs: blocks of the compiled wasm, executed in the node's executor on a
//! state in memory that counts what is asked of it. `docs/measurements.md` says what each figure is.
//!
//! ```sh
//! ./scripts/measure.sh liquidation
//! ```
//!
//! Prints one JSON object a line. Arguments: the cases to run (`crash`, `idle`, `op`, `comparison`),
//! all of them by default; `--most N` leaves out crashes of more than N vaults; `--explain` lists what
//! was read and written in the cases `idle` and `op`, on the standard error.

mod cases;
mod chain;
mod counting;
mod market;
mod ops;
mod print;

/// The cases that were asked for.
fn main() {
	let mut arguments = std::env::args().skip(1);
	let (mut names, mut most) = (Vec::new(), usize::MAX);
	while let Some(argument) = arguments.next() {
		match argument.as_str() {
			"--most" => {
				let number = arguments.next().and_then(|number| number.parse().ok());
				most = number.expect("--most needs a number");
			},
			"--explain" => print::be_explicit(),
			"crash" | "idle" | "op" | "comparison" => names.push(argument),
			_ => panic!("no case {argument}"),
		}
	}
	let wanted = |name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
	let mut largest = None;
	if wanted("crash") || wanted("comparison") {
		for n in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= most) {
			let crash = cases::crash(n);
			if wanted("crash") {
				crash.print();
			}
			largest = Some(crash);
		}
	}
	if let (true, Some(crash)) = (wanted("crash"), &largest) {
		crash.print_step();
	}
	if wanted("idle") {
		for n in [1_000, 100_000] {
			cases::idle(n);
		}
	}
	if wanted("op") {
		ops::all();
	}
	if let (true, Some(crash)) = (wanted("comparison"), largest) {
		cases::comparison(&crash);
	}
}
