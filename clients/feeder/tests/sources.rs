//! Sources that lie, hang, answer garbage or too much, redirect and die.

mod common;

use std::{
	fs,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

use common::{config, feed, http_source, only, price, Manner, Server};
use strata_feeder::{
	aggregate::NoPrice,
	config::{Feed, Source},
	decimal::DecimalError,
	desk::Desk,
	metrics::Metrics,
	sources::{self, Fetcher, Observation, SourceError},
};
use substrate_prometheus_endpoint::Registry;
use tokio::{task::JoinSet, time::sleep};

async fn ask(source: &Source) -> Result<Observation, SourceError> {
	sources::ask(&Fetcher::new(source).unwrap(), source).await
}

fn source_at(url: &str, more: &str) -> Source {
	let sources = [http_source("one", url, more)];
	only(config("", &feed(1, "F", "", &sources))).sources.remove(0)
}

/// What a server that behaves like this comes to.
async fn asked(manner: Manner) -> Result<Observation, SourceError> {
	let server = Server::start(manner).await;
	ask(&source_at(&server.url(), "")).await
}

fn body(text: &str) -> Manner {
	Manner::Body(text.into())
}

#[tokio::test]
async fn a_price_is_read_to_the_last_digit() {
	let before = sources::now();
	let found = asked(body(r#"{"price": 83.123456789012345678}"#)).await.unwrap();
	assert_eq!(found.price, price("83.123456789012345678"));
	assert!(before <= found.observed_at && found.observed_at <= sources::now());
}

#[tokio::test]
async fn what_is_asked_is_a_get_with_the_headers_given() {
	let server = Server::priced("1").await;
	let text = http_source("one", &server.url(), "") + "headers = { X-Plan = \"free\" }\n";
	let source = only(config("", &feed(1, "F", "", &[text]))).sources.remove(0);
	ask(&source).await.unwrap();
	let request = server.last_request().to_ascii_lowercase();
	assert!(request.starts_with("get /price http/1.1\r\n"), "{request}");
	for header in ["x-plan: free", "accept: application/json", "user-agent: strata-feeder/"] {
		assert!(request.contains(header), "{header} in {request}");
	}
}

#[tokio::test]
async fn garbage_is_named() {
	for (manner, expected) in [
		(body("<html>busy</html>"), "not_json"),
		(body(""), "not_json"),
		(body("{\"price\": 1"), "not_json"),
		(body("{\"other\": 1}"), "not_found"),
		(body("{\"price\": null}"), "not_a_number"),
		(body("{\"price\": [1]}"), "not_a_number"),
		(body("{\"price\": \"n/a\"}"), "not_a_price"),
		(body("{\"price\": -1}"), "not_a_price"),
		(body("{\"price\": 0}"), "not_a_price"),
		(body("{\"price\": 1e300}"), "not_a_price"),
		(Manner::Status(404), "status"),
		(Manner::Status(429), "status"),
		(Manner::Status(500), "status"),
		(Manner::Cut("{\"price\": 1}".into()), "transport"),
		(Manner::Close, "transport"),
		(Manner::Garbage, "transport"),
	] {
		let error = asked(manner.clone()).await.unwrap_err();
		assert_eq!(error.label(), expected, "{manner:?} gives {error}");
	}
	let error = asked(body("{\"price\": 1e300}")).await;
	assert_eq!(error, Err(SourceError::NotAPrice(DecimalError::TooLarge)));
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_given_up() {
	let long = format!("{{\"price\": 1, \"more\": \"{}\"}}", "x".repeat(300_000));
	assert_eq!(asked(body(&long)).await, Err(SourceError::TooLong(256 * 1024)));
	let began = Instant::now();
	let error = asked(Manner::Flood).await.unwrap_err();
	assert!(["too_long", "transport", "timeout"].contains(&error.label()), "{error}");
	assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
	let target = Server::priced("1").await;
	let error = asked(Manner::Redirect(target.url())).await;
	let shown = target.url().trim_end_matches("/price").to_owned();
	assert_eq!(error, Err(SourceError::Redirect(shown)));
	assert_eq!(target.asked(), 0);
}

#[tokio::test]
async fn a_redirection_is_told_without_what_may_be_secret() {
	let server = Server::start(Manner::Close).await;
	let here = server.url().trim_end_matches("/price").to_owned();
	for (to, expected) in [
		(
			"https://me:word@other.example.org:8443/v2/key?token=a#b",
			"https://other.example.org:8443",
		),
		("//other.example.org/v2/key", "http://other.example.org"),
		// Relative to the source itself, whose address may have a secret, too.
		("/v2/key?token=a", here.as_str()),
		("?token=a", here.as_str()),
		("http://[", "nowhere"),
	] {
		server.behave(Manner::Redirect(to.into()));
		let error = ask(&source_at(&server.url(), "")).await;
		assert_eq!(error, Err(SourceError::Redirect(expected.into())), "{to}");
	}
}

#[tokio::test]
async fn who_hangs_is_left_in_time() {
	for manner in [Manner::Hang, Manner::HangWithin("{\"price\": 1".into())] {
		let began = Instant::now();
		let error = asked(manner.clone()).await.unwrap_err();
		assert_eq!(error, SourceError::Timeout(Duration::from_millis(300)), "{manner:?}");
		assert!(began.elapsed() < Duration::from_secs(1), "{manner:?}");
	}
}

#[tokio::test]
async fn nobody_there_is_an_error_without_the_address() {
	let server = Server::priced("1").await;
	let url = format!("{}?key=secret", server.url());
	drop(server);
	sleep(Duration::from_millis(50)).await;
	let error = ask(&source_at(&url, "")).await.unwrap_err();
	assert_eq!(error.label(), "transport");
	assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_date_of_its_own_counts() {
	let server = Server::priced("1").await;
	let text = http_source("one", &server.url(), "") + "time = \"$.at\"\ntime_unit = \"s\"\n";
	let source = only(config("", &feed(1, "F", "", &[text]))).sources.remove(0);
	let now = sources::now() / 1_000;
	let at = |seconds: u64| Manner::Body(format!("{{\"price\": 1, \"at\": {seconds}}}"));
	server.behave(at(now - 1));
	assert_eq!(ask(&source).await.unwrap().observed_at, (now - 1) * 1_000);
	server.behave(at(now - 10));
	assert_eq!(ask(&source).await.unwrap_err().label(), "too_old");
	server.behave(at(now + 100));
	assert_eq!(ask(&source).await.unwrap_err().label(), "from_future");
	server.behave(body("{\"price\": 1}"));
	assert_eq!(ask(&source).await, Err(SourceError::NotFound));
	server.behave(body("{\"price\": 1, \"at\": \"noon\"}"));
	assert_eq!(ask(&source).await.unwrap_err().label(), "not_a_time");
}

/// A feed at work: its sources are asked, its price is looked at.
struct Bench {
	desk: Desk,
	metrics: Metrics,
	_tasks: JoinSet<()>,
}

impl Bench {
	fn start(feed: Feed) -> Self {
		let metrics = Metrics::new(&Registry::new()).unwrap();
		let desk = Desk::new(feed);
		let mut tasks = JoinSet::new();
		for (source, slot) in desk.feed.sources.iter().zip(&desk.slots) {
			let fetcher = Fetcher::new(source).unwrap();
			let metrics = metrics.source("F", &source.name);
			tasks.spawn(sources::poll("F".into(), source.clone(), fetcher, slot.clone(), metrics));
		}
		Self { desk, metrics, _tasks: tasks }
	}

	fn price(&mut self) -> Result<String, NoPrice> {
		let price = self.desk.price(sources::now(), |time| time, &self.metrics)?;
		Ok(price.aggregate.price.to_string())
	}

	/// Waits until the price is as expected.
	async fn becomes(&mut self, expected: Result<&str, NoPrice>) {
		let expected = expected.map(ToOwned::to_owned);
		for _ in 0..100 {
			if self.price() == expected {
				return;
			}
			sleep(Duration::from_millis(50)).await;
		}
		panic!("{expected:?} is expected and {:?} is found", self.price());
	}
}

async fn three(prices: [&str; 3]) -> ([Server; 3], Bench) {
	let servers = [
		Server::priced(prices[0]).await,
		Server::priced(prices[1]).await,
		Server::priced(prices[2]).await,
	];
	let texts = servers
		.iter()
		.enumerate()
		.map(|(index, server)| http_source(&format!("s{index}"), &server.url(), ""));
	let bench = Bench::start(only(config("", &feed(1, "F", "", &texts.collect::<Vec<_>>()))));
	(servers, bench)
}

#[tokio::test]
async fn one_that_hangs_delays_no_other() {
	let (servers, mut bench) = three(["100", "100.2", "100.4"]).await;
	bench.becomes(Ok("100.2")).await;
	servers[0].behave(Manner::Hang);
	sleep(Duration::from_millis(400)).await;
	let before = (servers[1].asked(), servers[2].asked());
	servers[1].price("101");
	servers[2].price("101");
	sleep(Duration::from_millis(600)).await;
	let asked = (servers[1].asked() - before.0, servers[2].asked() - before.1);
	assert!(asked.0 >= 3 && asked.1 >= 3, "asked {asked:?} times meanwhile");
	// The price of the hanging one ages out; until then it is one of three.
	bench.becomes(Ok("101")).await;
}

#[tokio::test]
async fn one_that_lies_is_outvoted_and_one_that_dies_is_missed_until_it_is_back() {
	let (servers, mut bench) = three(["100", "100.2", "100.4"]).await;
	bench.becomes(Ok("100.2")).await;
	servers[2].price("500000");
	bench.becomes(Ok("100.2")).await;
	servers[2].price("0.000001");
	bench.becomes(Ok("100")).await;
	// With a liar and one that is gone there is no majority left.
	servers[0].behave(Manner::Close);
	bench.becomes(Err(NoPrice::Disagree { agree: 0, have: 2, need: 2 })).await;
	servers[0].price("100.1");
	bench.becomes(Ok("100.1")).await;
	for server in &servers {
		server.behave(Manner::Status(500));
	}
	bench.becomes(Err(NoPrice::TooFew { have: 0, need: 2 })).await;
}

#[tokio::test]
async fn who_fails_is_asked_less_and_less() {
	let server = Server::start(Manner::Status(500)).await;
	let texts = [http_source("one", &server.url(), "")];
	let _bench = Bench::start(only(config("", &feed(1, "F", "", &texts))));
	sleep(Duration::from_millis(1_600)).await;
	// At 0, 100, 300, 700 and 1,500 ms; without a longer pause it would be 16 times.
	assert!((3..=6).contains(&server.asked()), "{}", server.asked());
}

fn script(directory: &Path, text: &str) -> PathBuf {
	let path = directory.join("price");
	fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
	fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
	path
}

fn command(directory: &Path, text: &str, more: &str) -> Source {
	let program = script(directory, text);
	let text = format!(
		"[[feed.source]]\nname = \"one\"\nevery = \"100ms\"\ntimeout = \"2s\"\n\
		 maximum_age = \"10s\"\n[feed.source.command]\nprogram = \"{}\"\n{more}\n",
		program.display()
	);
	only(config("", &feed(1, "F", "", &[text]))).sources.remove(0)
}

#[tokio::test]
async fn a_program_prints_a_number_or_json() {
	let directory = tempfile::tempdir().unwrap();
	let plain = command(directory.path(), "echo 83.25", "");
	assert_eq!(ask(&plain).await.unwrap().price, price("83.25"));
	let json = command(
		directory.path(),
		"echo \"{\\\"a\\\": [$1]}\"",
		"arguments = [\"83.250000000000000001\"]\nprice = \"$.a[0]\"",
	);
	assert_eq!(ask(&json).await.unwrap().price, price("83.250000000000000001"));
}

#[tokio::test]
async fn a_program_that_complains_at_length_is_no_failure() {
	let directory = tempfile::tempdir().unwrap();
	let text =
		"i=0; while [ $i -lt 5000 ]; do echo 'a line of complaint' >&2; i=$((i+1)); done; echo 7";
	assert_eq!(ask(&command(directory.path(), text, "")).await.unwrap().price, price("7"));
}

#[tokio::test]
async fn a_program_that_fails_says_why() {
	let directory = tempfile::tempdir().unwrap();
	let error = ask(&command(directory.path(), "echo no feed today >&2; exit 3", "")).await;
	let Err(SourceError::Program(text)) = error else { panic!("{error:?}") };
	assert!(text.contains('3') && text.contains("no feed today"), "{text}");
	let error = ask(&command(directory.path(), "echo nothing", "")).await;
	assert_eq!(error, Err(SourceError::NotAPrice(DecimalError::Malformed)));
	let error = ask(&command(directory.path(), "printf '\\377'", "")).await.unwrap_err();
	assert_eq!(error.label(), "not_a_number");
	let error = ask(&command(directory.path(), "yes 1", "maximum_bytes = 100")).await;
	assert_eq!(error, Err(SourceError::TooLong(100)));
	let mut gone = command(directory.path(), "", "");
	fs::remove_file(directory.path().join("price")).unwrap();
	assert_eq!(ask(&gone).await.unwrap_err().label(), "program");
	gone.name = "still gone".into();
	assert_eq!(ask(&gone).await.unwrap_err().label(), "program");
}

#[tokio::test]
async fn a_program_gets_no_more_of_the_environment_than_it_is_given() {
	let directory = tempfile::tempdir().unwrap();
	// cargo sets CARGO_MANIFEST_DIR for tests; HOME is there as well as a rule.
	assert!(std::env::var("CARGO_MANIFEST_DIR").is_ok());
	let text = "test -z \"$CARGO_MANIFEST_DIR$HOME\" && test -n \"$PATH\" && echo 1";
	assert!(ask(&command(directory.path(), text, "")).await.is_ok());
	let text = "test -n \"$CARGO_MANIFEST_DIR\" && echo 1";
	let more = "environment = [\"CARGO_MANIFEST_DIR\"]";
	assert!(ask(&command(directory.path(), text, more)).await.is_ok());
}

/// Whether a process with this argument is there.
fn is_running(argument: &str) -> bool {
	fs::read_dir("/proc").unwrap().flatten().any(|entry| {
		let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
		line.split(|byte| *byte == 0).any(|word| word == argument.as_bytes())
	})
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_with_all_that_it_started() {
	let directory = tempfile::tempdir().unwrap();
	// No other process sleeps for exactly this long.
	let nap = format!("31{:09}", sources::now() % 1_000_000_000);
	let mut hanging = command(directory.path(), &format!("sleep {nap}; echo 1"), "");
	hanging.timeout = strata_feeder::config::Span::millis(700);
	let fetcher = Fetcher::new(&hanging).unwrap();
	let asking = tokio::spawn(async move { sources::ask(&fetcher, &hanging).await });
	for _ in 0..20 {
		if is_running(&nap) {
			break;
		}
		sleep(Duration::from_millis(20)).await;
	}
	assert!(is_running(&nap), "it sleeps");
	assert_eq!(asking.await.unwrap(), Err(SourceError::Timeout(Duration::from_millis(700))));
	for _ in 0..50 {
		if !is_running(&nap) {
			return;
		}
		sleep(Duration::from_millis(20)).await;
	}
	panic!("what the program started is still there");
}
