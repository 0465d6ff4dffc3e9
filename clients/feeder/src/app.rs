//! The program: sources, metrics, connections and the end of it all.

use std::{
	collections::hash_map::RandomState,
	fmt,
	hash::{BuildHasher, Hasher},
	process::ExitCode,
	time::{Duration, Instant},
};

use substrate_prometheus_endpoint::{init_prometheus, Registry};
use tokio::{
	signal::unix::{signal, SignalKind},
	sync::watch,
	task::JoinSet,
};
use tracing::{error, info, warn};

use crate::{
	address::shown,
	aggregate::{aggregate, Sample},
	chain::{ChainError, Identity, Node},
	config::{Config, Feed},
	desk::look,
	metrics::Metrics,
	runner::{Ended, Round, Runner},
	sources::{self, Fetcher, SourceError},
};

/// How the program ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
	/// As asked.
	Done,
	/// Something of the machine: the metrics' port is taken, a signal cannot be caught.
	Failed,
	/// The configuration is wrong. (clap ends with the same code when the arguments are.)
	Configuration,
	/// There is no key.
	Key,
	/// The chain could not be reached, or is another, or not as this feeder knows it.
	Chain,
	/// With `--once`: the chain refused.
	Refused,
	/// With `--once` or `--probe`: a feed had no price, or none that the chain would take.
	NoPrice,
}

impl Exit {
	/// The code for the shell.
	pub fn code(self) -> u8 {
		match self {
			Self::Done => 0,
			Self::Failed => 1,
			Self::Configuration => 2,
			Self::Key => 3,
			Self::Chain => 4,
			Self::Refused => 5,
			Self::NoPrice => 6,
		}
	}
}

impl From<Exit> for ExitCode {
	fn from(exit: Exit) -> Self {
		exit.code().into()
	}
}

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
	/// Sign, but send nothing.
	pub dry_run: bool,
	/// Report everything once, and end.
	pub once: bool,
	/// How long `once` waits for prices.
	pub patience: Duration,
}

/// Runs until it is told to end.
pub async fn run(config: Config, identity: Identity, options: Options) -> Exit {
	let registry = Registry::new();
	let metrics = match Metrics::new(&registry) {
		Ok(metrics) => metrics,
		Err(error) => return failed("the metrics cannot be registered", &error),
	};
	let mut tasks = JoinSet::new();
	let Config { chain, feeds, metrics: listen, .. } = config;
	let mut runner = Runner::new(feeds, chain.clone(), metrics.clone(), options.dry_run);
	if let Err(error) = start_sources(&runner, &metrics, &mut tasks) {
		error!("{error}");
		return Exit::Configuration;
	}
	let (stop_sender, stop) = watch::channel(false);
	if let Err(error) = catch_signals(stop_sender, &mut tasks) {
		return failed("signals cannot be caught", &error);
	}
	let serving = async move {
		match listen {
			Some(address) => init_prometheus(address, registry).await,
			None => std::future::pending().await,
		}
	};
	let (feeder, signer) = (identity.feeder(), identity.signer());
	info!(%feeder, %signer, dry_run = options.dry_run, once = options.once, "the feeder starts");
	let working = async {
		if options.once {
			let mut stop = stop.clone();
			tokio::select! {
				exit = once(&mut runner, &chain, identity, &metrics, options.patience) => exit,
				_ = stop.wait_for(|stop| *stop) => Exit::Done,
			}
		} else {
			forever(&mut runner, &chain, identity, &metrics, stop).await
		}
	};
	let exit = tokio::select! {
		exit = working => exit,
		served = serving => match served {
			Ok(()) => Exit::Failed,
			Err(error) => failed("the metrics cannot be served", &error),
		},
	};
	info!(code = exit.code(), "the feeder ends");
	exit
}

fn failed(what: &str, error: &dyn fmt::Display) -> Exit {
	error!("{what}: {error}");
	Exit::Failed
}

/// A task for each source, and one for each feed that keeps the metrics up to date, whether there is a
/// chain or not.
fn start_sources(
	runner: &Runner,
	metrics: &Metrics,
	tasks: &mut JoinSet<()>,
) -> Result<(), String> {
	for desk in runner.desks() {
		let (feed, slots) = (desk.feed.clone(), desk.slots.clone());
		for (source, slot) in feed.sources.iter().zip(&slots) {
			let name = feed.name.clone();
			let fetcher = Fetcher::new(source)
				.map_err(|error| format!("feed {name}, source {}: {error}", source.name))?;
			let metrics = metrics.source(&name, &source.name);
			tasks.spawn(sources::poll(name, source.clone(), fetcher, slot.clone(), metrics));
		}
		let metrics = metrics.clone();
		tasks.spawn(async move {
			loop {
				// Whether there is a price is for the runner to say.
				let _ = look(&feed, &slots, sources::now(), &metrics);
				tokio::time::sleep(Duration::from_secs(1)).await;
			}
		});
	}
	Ok(())
}

/// Asks for the end when the system does: SIGTERM, or Ctrl-C.
fn catch_signals(stop: watch::Sender<bool>, tasks: &mut JoinSet<()>) -> std::io::Result<()> {
	let mut terminate = signal(SignalKind::terminate())?;
	let mut interrupt = signal(SignalKind::interrupt())?;
	tasks.spawn(async move {
		tokio::select! {
			_ = terminate.recv() => {},
			_ = interrupt.recv() => {},
		}
		info!("asked to end");
		stop.send_replace(true);
		// The sender must outlive the work: who waits for it takes its end for the end of everything.
		std::future::pending::<()>().await;
	});
	Ok(())
}

/// A session after another, with this node and that.
async fn forever(
	runner: &mut Runner,
	chain: &crate::config::Chain,
	identity: Identity,
	metrics: &Metrics,
	mut stop: watch::Receiver<bool>,
) -> Exit {
	let mut pause = Pause::default();
	for address in chain.endpoints.iter().cycle() {
		let began = Instant::now();
		let endpoint = shown(address);
		let connected = tokio::select! {
			connected = Node::connect(address, chain, identity.clone()) => connected,
			_ = stop.wait_for(|stop| *stop) => return Exit::Done,
		};
		let error = match connected {
			Ok(node) => {
				info!(endpoint, "connected");
				metrics.connected.set(1);
				metrics.connections.inc();
				let ended = runner.session(&node, stop.clone()).await;
				metrics.connected.set(0);
				match ended {
					Ended::Stopped => return Exit::Done,
					Ended::Lost(error) => error,
				}
			},
			Err(error) => error,
		};
		if began.elapsed() > Pause::LONGEST {
			pause = Pause::default();
		}
		let wait = pause.next();
		match &error {
			ChainError::Lost(_) => warn!(endpoint, %error, ?wait, "no connection"),
			_ => error!(endpoint, %error, ?wait, "this node is of no use"),
		}
		tokio::select! {
			() = tokio::time::sleep(wait) => {},
			_ = stop.wait_for(|stop| *stop) => return Exit::Done,
		}
	}
	Exit::Configuration
}

/// Everything once, with the first node that answers.
async fn once(
	runner: &mut Runner,
	chain: &crate::config::Chain,
	identity: Identity,
	metrics: &Metrics,
	patience: Duration,
) -> Exit {
	for address in &chain.endpoints {
		let endpoint = shown(address);
		let result = match Node::connect(address, chain, identity.clone()).await {
			Ok(node) => {
				metrics.connected.set(1);
				runner.once(&node, patience).await
			},
			Err(error) => Err(error),
		};
		match result {
			Ok(round) => return outcome(&round),
			Err(error) => error!(endpoint, %error, "this node is of no use"),
		}
	}
	Exit::Chain
}

fn outcome(round: &Round) -> Exit {
	for (feed, why) in &round.held {
		error!(feed, why, "not reported");
	}
	for (feed, why) in &round.refused {
		error!(feed, why, "refused");
	}
	match (round.refused.is_empty(), round.held.is_empty()) {
		(false, _) => Exit::Refused,
		(true, false) => Exit::NoPrice,
		(true, true) => Exit::Done,
	}
}

/// The time before the next attempt: a second, doubled each time, at most a minute; a quarter of it
/// by chance, so that all feeders do not come back to a node at once.
#[derive(Default)]
struct Pause {
	failures: u32,
}

impl Pause {
	const LONGEST: Duration = Duration::from_secs(60);

	fn next(&mut self) -> Duration {
		let factor = 1u32 << self.failures.min(10);
		self.failures = self.failures.saturating_add(1);
		let pause = Duration::from_secs(1).saturating_mul(factor).min(Self::LONGEST);
		// A hasher with a random key is all the chance that is needed.
		let chance = u32::try_from(RandomState::new().build_hasher().finish() % 1_000).unwrap_or(0);
		pause - pause / 4 * chance / 1_000
	}
}

/// Asks every source once, side by side, and prints what they say and the price of each feed.
pub async fn probe(config: &Config) -> Exit {
	let mut asked = JoinSet::new();
	for (feed, sources) in config.feeds.iter().map(|feed| &feed.sources).enumerate() {
		for (index, source) in sources.iter().cloned().enumerate() {
			asked.spawn(async move {
				let began = Instant::now();
				let result = match Fetcher::new(&source) {
					Ok(fetcher) => sources::ask(&fetcher, &source).await,
					Err(error) => Err(error),
				};
				(feed, index, result, began.elapsed())
			});
		}
	}
	let mut answers = asked.join_all().await;
	answers.sort_by_key(|(feed, index, ..)| (*feed, *index));
	let mut exit = Exit::Done;
	for (number, feed) in config.feeds.iter().enumerate() {
		let own: Vec<_> = answers.iter().filter(|(feed, ..)| *feed == number).collect();
		for (_, index, result, elapsed) in &own {
			print_answer(feed, *index, result, *elapsed);
		}
		let samples: Vec<Sample> = own
			.iter()
			.filter_map(|(_, source, result, _)| {
				let found = result.as_ref().ok()?;
				let (price, observed_at) = (found.price, found.observed_at);
				Some(Sample { source: *source, price, observed_at })
			})
			.collect();
		match aggregate(&samples, &feed.aggregation) {
			Ok(found) => {
				println!("{}: {} from {} sources", feed.name, found.price, found.used.len());
			},
			Err(error) => {
				println!("{}: no price: {error}", feed.name);
				exit = Exit::NoPrice;
			},
		}
	}
	exit
}

fn print_answer(
	feed: &Feed,
	index: usize,
	result: &Result<sources::Observation, SourceError>,
	elapsed: Duration,
) {
	let (name, source) = (&feed.name, &feed.sources[index].name);
	match result {
		Ok(found) => println!("{name}, {source}: {} ({} ms)", found.price, elapsed.as_millis()),
		Err(error) => println!("{name}, {source}: {error} ({} ms)", elapsed.as_millis()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pauses_grow_to_a_minute_and_vary_by_a_quarter() {
		let mut pause = Pause::default();
		for expected in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
			let found = pause.next().as_millis();
			assert!(found * 4 >= expected * 3 && found <= expected, "{found} for {expected}");
		}
	}

	#[test]
	fn the_outcome_of_one_round() {
		let round = Round { reported: vec![1], ..Round::default() };
		assert_eq!(outcome(&round), Exit::Done);
		let held = Round { held: vec![(2, "no".into())], ..round.clone() };
		assert_eq!(outcome(&held), Exit::NoPrice);
		let refused = Round { refused: vec![(3, "no".into())], ..held };
		assert_eq!(outcome(&refused), Exit::Refused);
	}
}
