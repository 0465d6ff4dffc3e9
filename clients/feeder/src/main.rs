//! Reports prices to the oracle of a Strata chain.

use std::process::ExitCode;

use clap::Parser;
use strata_feeder::cli::{execute, Arguments};

#[tokio::main]
async fn main() -> ExitCode {
	execute(Arguments::parse()).await.into()
}
