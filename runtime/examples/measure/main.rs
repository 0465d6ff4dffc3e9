//! Measures what liquidation, the waterfall, the court, the oracle and plain transactions cost: blocks of
//! the compiled wasm, executed in the node's executor on a state in memory that counts what is asked of it.
//! `docs/measurements.md` says what each figure is.
//!
//! ```sh
//! ./scripts/measure.sh liquidation
//! ./scripts/measure.sh waterfall
//! ./scripts/measure.sh court
//! ./scripts/measure.sh oracle
//! ./scripts/measure.sh overhead
//! ```
//!
//! Prints one JSON object a line. The first argument says what is measured; the others are the cases to
//! run (of liquidation `crash`, `idle`, `op`, `comparison`; of the waterfall `payment_run`, `op`, `nav`; of
//! the court `draw`, `op`; of the oracle `report`, `reading`, `impact`), all of them by default; `--most N`
//! leaves out what needs more than N vaults, holders or jurors; `--explain` lists what was read and
//! written, on the standard error.

mod bench;
mod chain;
mod counting;
mod court;
mod impact;
mod liquidation;
mod market;
mod ops;
mod oracle;
mod overhead;
mod print;
mod waterfall;

/// What was asked for.
struct Wanted {
	names: Vec<String>,
	most: usize,
}

impl Wanted {
	/// From the arguments after the first one.
	fn parse(mut arguments: impl Iterator<Item = String>, cases: &[&str]) -> Self {
		let mut wanted = Self { names: Vec::new(), most: usize::MAX };
		while let Some(argument) = arguments.next() {
			match argument.as_str() {
				"--most" => {
					let number = arguments.next().and_then(|number| number.parse().ok());
					wanted.most = number.expect("--most needs a number");
				},
				"--explain" => print::be_explicit(),
				name if cases.contains(&name) => wanted.names.push(argument),
				_ => panic!("no case {argument}"),
			}
		}
		wanted
	}

	fn case(&self, name: &str) -> bool {
		self.names.is_empty() || self.names.iter().any(|asked| asked == name)
	}
}

fn main() {
	let mut arguments = std::env::args().skip(1);
	match arguments.next().as_deref() {
		Some("liquidation") => {
			let cases = ["crash", "idle", "op", "comparison"];
			measure_liquidation(&Wanted::parse(arguments, &cases));
		},
		Some("waterfall") => {
			let cases = ["payment_run", "op", "nav"];
			measure_waterfall(&Wanted::parse(arguments, &cases));
		},
		Some("court") => measure_court(&Wanted::parse(arguments, &["draw", "op"])),
		Some("oracle") => {
			measure_oracle(&Wanted::parse(arguments, &["report", "reading", "impact"]));
		},
		Some("overhead") => overhead::measure(),
		other => panic!("liquidation, waterfall, court, oracle or overhead, not {other:?}"),
	}
}

fn measure_liquidation(wanted: &Wanted) {
	let mut crashes = Vec::new();
	if wanted.case("crash") || wanted.case("comparison") {
		for n in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= wanted.most) {
			let crash = liquidation::crash(n);
			if wanted.case("crash") {
				crash.print();
			}
			crashes.push(crash);
		}
	}
	if let (true, Some(crash)) = (wanted.case("crash"), crashes.last()) {
		crash.print_step();
	}
	liquidation::check_limits(&crashes);
	if wanted.case("idle") {
		for n in [1_000, 100_000] {
			liquidation::idle(n);
		}
	}
	if wanted.case("op") {
		ops::all();
	}
	if let (true, Some(crash)) = (wanted.case("comparison"), crashes.last()) {
		liquidation::comparison(crash);
	}
}

fn measure_waterfall(wanted: &Wanted) {
	if wanted.case("payment_run") {
		for (holders, vaults) in [(10, 10), (100_000, 10), (10, 1_000_000)] {
			if holders.max(vaults) <= wanted.most {
				waterfall::payment_run(holders, vaults);
			}
		}
	}
	if wanted.case("op") {
		waterfall::ops();
	}
	if wanted.case("nav") {
		for vaults in [10, 1_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= wanted.most) {
			waterfall::nav(vaults);
		}
	}
}

fn measure_court(wanted: &Wanted) {
	for jurors in [1_000, 65_536, 1_000_000].into_iter().filter(|n| *n <= wanted.most) {
		court::measure(jurors as u32, wanted.case("draw"), wanted.case("op") && jurors != 65_536);
	}
}

fn measure_oracle(wanted: &Wanted) {
	if wanted.case("report") {
		oracle::reports();
	}
	if wanted.case("reading") {
		oracle::readings();
	}
	if wanted.case("impact") {
		for n in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= wanted.most) {
			impact::measure(n);
		}
	}
}
