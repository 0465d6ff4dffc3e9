//! Replays a deal over the cash flows of its pool and prints what every class is paid on every date.
//!
//! ```text
//! cargo run --release -p strata-waterfall --example replay -- DEAL.json COLLECTIONS.csv
//! ```
//!
//! Both formats are in `primitives/waterfall/DEALS.md`; deals are in `examples/deals`. The payments are
//! those of the engine that runs on the chain. Input that is wrong ends it with exit code 1 and a
//! message that names the file and the place.

use std::{
	env, fs,
	io::{self, Write},
	process::ExitCode,
};

// By path, so that the test includes the same module from where it is.
#[path = "replay.rs"]
mod replay;

use replay::{output, problem::Problem, Replay};

const USAGE: &str = "usage: replay DEAL.json COLLECTIONS.csv";

fn main() -> ExitCode {
	let arguments: Vec<String> = env::args().skip(1).collect();
	let [deal, flows] = arguments.as_slice() else {
		eprintln!("{USAGE}");
		return ExitCode::FAILURE;
	};
	match replayed(deal, flows).and_then(|replay| print(&replay)) {
		Ok(()) => ExitCode::SUCCESS,
		Err(problem) => {
			eprintln!("{problem}");
			ExitCode::FAILURE
		},
	}
}

fn replayed(deal: &str, flows: &str) -> Result<Replay, Problem> {
	let text = |name: &str| fs::read_to_string(name).map_err(|what| Problem::new(name, what));
	replay::replay(deal, &text(deal)?, flows, &text(flows)?)
}

fn print(replay: &Replay) -> Result<(), Problem> {
	if let Some(why) = &replay.refused {
		eprintln!("note: a deal on the chain may not have this waterfall: {why}");
	}
	if let Some(date) = replay.unused {
		eprintln!("note: collections from {date} on come after the last payment date: not used");
	}
	let mut out = io::BufWriter::new(io::stdout().lock());
	let written = writeln!(out, "{}", output::HEADER)
		.and_then(|()| {
			replay
				.paid
				.iter()
				.try_for_each(|paid| writeln!(out, "{}", output::Line(paid, replay.decimals)))
		})
		.and_then(|()| out.flush());
	match written {
		// Whoever reads our output may stop early, `head` for one.
		Err(what) if what.kind() == io::ErrorKind::BrokenPipe => Ok(()),
		written => written.map_err(|what| Problem::new("standard output", what)),
	}
}
