//! Whether the tables of a configuration hold together. Every problem is found, not just the first.

use std::{
	collections::{BTreeMap, BTreeSet},
	net::SocketAddr,
	path::{Path, PathBuf},
	str::FromStr,
};

use reqwest::{
	header::{HeaderMap, HeaderName, HeaderValue},
	Url,
};
use serde_json_path::JsonPath;
use subxt::utils::AccountId32;

use super::{
	tables, Chain, Command, Config, Csv, Feed, Http, KeySource, Password, Paths, Source,
	SourceKind, Span, TimeUnit,
};
use crate::{aggregate, decide, decimal::BASIS_POINTS};

/// Most feeds, and most sources of one.
const MOST: usize = 64;
/// Longest name of a feed or a source, bytes.
const LONGEST_NAME: usize = 64;
/// Most bytes of an answer if nothing is said, and most that may be said.
const BYTES: (u64, u64) = (256 * 1024, 16 * 1024 * 1024);

type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The configuration, or all that is wrong with it.
pub fn check(tables: tables::Tables, environment: Environment<'_>) -> Result<Config, Vec<String>> {
	let mut checker = Checker { problems: Vec::new(), place: String::new(), environment };
	let (key, reports_for) = checker.within("account", |c| {
		let reports_for = c.reports_for(&tables.account);
		(c.key(tables.account), reports_for)
	});
	let chain = checker.within("chain", |c| c.chain(tables.chain));
	let metrics = checker.within("metrics", |c| c.metrics(&tables.metrics));
	let feeds = checker.feeds(tables.feeds, chain.tick);
	match (key, checker.problems) {
		(Some(key), problems) if problems.is_empty() => {
			Ok(Config { key, reports_for, chain, metrics, log: tables.log, feeds })
		},
		(_, problems) => Err(problems),
	}
}

struct Checker<'a> {
	problems: Vec<String>,
	place: String,
	environment: Environment<'a>,
}

impl Checker<'_> {
	fn within<R>(&mut self, place: &str, run: impl FnOnce(&mut Self) -> R) -> R {
		let outer = self.place.clone();
		if !self.place.is_empty() {
			self.place.push_str(", ");
		}
		self.place.push_str(place);
		let result = run(self);
		self.place = outer;
		result
	}

	fn problem(&mut self, what: impl AsRef<str>) {
		let what = what.as_ref();
		self.problems.push(match self.place.as_str() {
			"" => what.to_owned(),
			place => format!("{place}: {what}"),
		});
	}

	fn ensure(&mut self, holds: bool, what: impl AsRef<str>) {
		if !holds {
			self.problem(what);
		}
	}

	/// A path that may begin with a variable of the environment: `$CREDENTIALS_DIRECTORY/password`.
	fn path(&mut self, path: PathBuf) -> PathBuf {
		let Some(rest) = path.to_str().and_then(|path| path.strip_prefix('$')) else {
			return path;
		};
		let (name, below) = rest.split_once('/').unwrap_or((rest, ""));
		match (self.environment)(name) {
			Some(value) => Path::new(&value).join(below),
			None => {
				self.problem(format!("{}: the environment has no {name}", path.display()));
				path
			},
		}
	}

	fn reports_for(&mut self, account: &tables::Account) -> Option<AccountId32> {
		let address = account.reports_for.as_ref()?;
		let parsed = AccountId32::from_str(address).ok();
		self.ensure(parsed.is_some(), format!("reports_for: {address:?} is no address"));
		parsed
	}

	fn key(&mut self, account: tables::Account) -> Option<KeySource> {
		let tables::Account { keystore, password_file, password_env, seed_file, uri, .. } = account;
		let passwords = password_file.is_some() || password_env.is_some();
		self.ensure(
			keystore.is_some() || !passwords,
			"password_file and password_env belong to a keystore",
		);
		match (keystore, seed_file, uri) {
			(Some(path), None, None) => {
				let password = match (password_file, password_env) {
					(Some(file), None) => Password::File(self.path(file)),
					(None, Some(name)) => Password::Environment(name),
					_ => {
						self.problem(
							"a keystore needs its password: either password_file or password_env",
						);
						return None;
					},
				};
				Some(KeySource::Keystore { path: self.path(path), password })
			},
			(None, Some(path), None) => Some(KeySource::Seed(self.path(path))),
			(None, None, Some(uri)) => {
				self.ensure(
					uri.starts_with("//"),
					"uri is for keys of the development phrase, such as //Feeder1. \
					 Put a secret into a file of its own and name that in seed_file",
				);
				Some(KeySource::Development(uri))
			},
			_ => {
				self.problem("exactly one of keystore, seed_file and uri says which key signs");
				None
			},
		}
	}

	fn chain(&mut self, chain: tables::Chain) -> Chain {
		self.ensure(!chain.endpoints.is_empty(), "endpoints names no node");
		for endpoint in &chain.endpoints {
			match Url::parse(endpoint) {
				Ok(url) if url.scheme() == "wss" => {},
				Ok(url) if url.scheme() == "ws" => self.ensure(
					chain.allow_insecure || is_loopback(&url),
					format!(
						"{endpoint} is on another machine and without TLS: use wss, or say \
						 allow_insecure = true"
					),
				),
				_ => self.problem(format!("{endpoint} is no address of a WebSocket (ws or wss)")),
			}
		}
		let genesis = chain.genesis.map(|hash| hash.to_ascii_lowercase());
		let is_hash = |hash: &String| {
			hash.strip_prefix("0x").is_some_and(|digits| {
				digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
			})
		};
		self.ensure(
			genesis.as_ref().is_none_or(is_hash),
			"genesis is no hash: 0x and 64 hexadecimal digits",
		);
		let mortality = chain.mortality.unwrap_or(16);
		self.ensure(
			(4..=64).contains(&mortality) && mortality.is_power_of_two(),
			"mortality is 4, 8, 16, 32 or 64 blocks",
		);
		Chain {
			endpoints: chain.endpoints,
			allow_insecure: chain.allow_insecure,
			genesis,
			clock: chain.clock,
			tick: self.span("tick", chain.tick, Span::seconds(1), Span::millis(50)),
			stall_after: self.span(
				"stall_after",
				chain.stall_after,
				Span::seconds(60),
				Span::seconds(1),
			),
			answer_within: self.span(
				"answer_within",
				chain.answer_within,
				Span::seconds(20),
				Span::millis(100),
			),
			mortality,
			submit_within: self.span(
				"submit_within",
				chain.submit_within,
				Span::seconds(60),
				Span::seconds(1),
			),
			refresh: self.span("refresh", chain.refresh, Span::seconds(60), Span::seconds(1)),
			unjail: chain.unjail,
		}
	}

	fn span(&mut self, name: &str, given: Option<Span>, default: Span, least: Span) -> Span {
		let span = given.unwrap_or(default);
		self.ensure(span >= least, format!("{name} is {span}, at least {least} is needed"));
		span
	}

	fn metrics(&mut self, metrics: &tables::Metrics) -> Option<SocketAddr> {
		let Ok(address) = metrics.listen.parse::<SocketAddr>() else {
			self.problem(format!("listen: {} is no address with a port", metrics.listen));
			return None;
		};
		self.ensure(
			address.ip().is_loopback() || metrics.allow_remote,
			"listen: other machines reach this address. Use a loopback address, or say \
			 allow_remote = true",
		);
		metrics.enabled.then_some(address)
	}

	fn feeds(&mut self, feeds: Vec<tables::Feed>, tick: Span) -> Vec<Feed> {
		self.ensure(!feeds.is_empty(), "there is no [[feed]]");
		self.ensure(feeds.len() <= MOST, format!("there are more than {MOST} feeds"));
		let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
		let mut checked = Vec::new();
		for feed in feeds {
			let place = format!("feed {} ({:?})", feed.id, feed.name);
			self.within(&place, |c| {
				c.ensure(ids.insert(feed.id), "another feed has the same id");
				c.name(&feed.name, &mut names);
				checked.push(c.feed(feed, tick));
			});
		}
		checked
	}

	fn name(&mut self, name: &str, taken: &mut BTreeSet<String>) {
		let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
		self.ensure(
			!name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(plain),
			format!("a name has 1 to {LONGEST_NAME} letters, digits and -_./"),
		);
		self.ensure(taken.insert(name.to_owned()), "another has the same name");
	}

	fn feed(&mut self, feed: tables::Feed, tick: Span) -> Feed {
		let count = feed.sources.len();
		self.ensure(count > 0, "there is no [[feed.source]]");
		self.ensure(count <= MOST, format!("there are more than {MOST} sources"));
		let minimum = feed.minimum_sources.map_or(count / 2 + 1, |least| least as usize);
		self.ensure(
			minimum > 0 && minimum <= count,
			format!("minimum_sources is {minimum}, and there are {count} sources"),
		);
		self.bps("maximum_spread_bps", feed.maximum_spread_bps, 1);
		self.bps("deviation_bps", feed.deviation_bps, 1);
		self.bps("half_width_bps", feed.half_width_bps, 0);
		let minimum_interval = feed.minimum_interval.unwrap_or(Span::seconds(6));
		let join_within = feed.join_within.unwrap_or(Span::millis(feed.heartbeat.as_millis() / 10));
		self.ensure(
			feed.heartbeat > tick && feed.heartbeat >= minimum_interval,
			format!(
				"heartbeat is {}: it must be above the chain's tick of {tick}, and not below \
				 minimum_interval of {minimum_interval}",
				feed.heartbeat
			),
		);
		self.ensure(
			join_within < feed.heartbeat,
			format!("join_within is {join_within}, not below the heartbeat of {}", feed.heartbeat),
		);
		let mut names = BTreeSet::new();
		let mut sources = Vec::new();
		for source in feed.sources {
			let place = format!("source {:?}", source.name);
			self.within(&place, |c| {
				c.name(&source.name, &mut names);
				sources.extend(c.source(source));
			});
		}
		Feed {
			id: feed.id,
			name: feed.name,
			aggregation: aggregate::Rules {
				minimum_sources: minimum,
				maximum_spread_bps: feed.maximum_spread_bps,
				half_width_bps: feed.half_width_bps,
			},
			reporting: decide::Rules {
				deviation_bps: feed.deviation_bps,
				heartbeat: feed.heartbeat.as_millis(),
				minimum_interval: minimum_interval.as_millis(),
				join_within: join_within.as_millis(),
			},
			sources,
		}
	}

	fn bps(&mut self, name: &str, value: u16, least: u16) {
		self.ensure(
			value >= least && u128::from(value) <= BASIS_POINTS,
			format!("{name} is {value}: {least} to {BASIS_POINTS} basis points are possible"),
		);
	}

	fn source(&mut self, source: tables::Source) -> Option<Source> {
		let timeout = source.timeout.unwrap_or(Span::seconds(5));
		self.ensure(source.every >= Span::millis(100), "every is below 100ms");
		self.ensure(timeout >= Span::millis(50), "timeout is below 50ms");
		self.ensure(
			source.maximum_age > source.every,
			"maximum_age is not above every: the answer would be too old before the next",
		);
		self.ensure(source.power_of_ten.unsigned_abs() <= 36, "power_of_ten is beyond −36 to 36");
		let kind = match (source.http, source.csv, source.command) {
			(Some(http), None, None) => self.within("http", |c| c.http(http)).map(SourceKind::Http),
			(None, Some(csv), None) => Some(SourceKind::Csv(self.within("csv", |c| c.csv(csv)))),
			(None, None, Some(command)) => {
				self.within("command", |c| c.command(command)).map(SourceKind::Command)
			},
			_ => {
				self.problem("exactly one of http, csv and command says what it is");
				None
			},
		}?;
		Some(Source {
			name: source.name,
			every: source.every,
			timeout,
			maximum_age: source.maximum_age,
			maximum_unchanged: source.maximum_unchanged,
			power_of_ten: source.power_of_ten,
			kind,
		})
	}

	fn json_path(&mut self, name: &str, path: &str) -> Option<JsonPath> {
		match JsonPath::parse(path) {
			Ok(path) => Some(path),
			Err(error) => {
				self.problem(format!("{name}: {path:?} is no JSONPath expression: {error}"));
				None
			},
		}
	}

	fn paths(&mut self, price: &str, time: Option<String>, unit: TimeUnit) -> Option<Paths> {
		let price = self.json_path("price", price);
		let time = match time {
			Some(time) => self.json_path("time", &time).map(|time| Some((time, unit))),
			None => Some(None),
		};
		Some(Paths { price: price?, time: time? })
	}

	fn bytes(&mut self, given: Option<u64>) -> usize {
		let (default, most) = BYTES;
		let bytes = given.unwrap_or(default);
		self.ensure(bytes > 0 && bytes <= most, format!("maximum_bytes is not 1 to {most}"));
		usize::try_from(bytes).unwrap_or(usize::MAX)
	}

	fn http(&mut self, http: tables::Http) -> Option<Http> {
		let url = match Url::parse(&http.url) {
			Ok(url) if url.scheme() == "https" => Some(url),
			Ok(url) if url.scheme() == "http" => {
				self.ensure(
					http.allow_plain || is_loopback(&url),
					"url: anybody on the way can change the price. Use https, or say \
					 allow_plain = true",
				);
				Some(url)
			},
			_ => {
				self.problem(format!("url: {:?} is no address of HTTP", http.url));
				None
			},
		};
		let paths = self.paths(&http.price, http.time, http.time_unit);
		let maximum_bytes = self.bytes(http.maximum_bytes);
		let headers = self.headers(&http.headers, &http.header_env);
		Some(Http {
			url: url?,
			paths: paths?,
			maximum_bytes,
			headers,
			system_proxy: http.system_proxy,
		})
	}

	fn headers(
		&mut self,
		plain: &BTreeMap<String, String>,
		from_environment: &BTreeMap<String, String>,
	) -> HeaderMap {
		let mut headers = HeaderMap::new();
		let mut add = |checker: &mut Self, name: &str, value: &str, secret: bool| {
			let parsed = (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim_end()));
			let (Ok(header), Ok(mut value)) = parsed else {
				return checker.problem(format!("{name}: no header of HTTP, or no value of one"));
			};
			value.set_sensitive(secret);
			let twice = headers.insert(header, value).is_some();
			checker.ensure(!twice, format!("{name} is given twice"));
		};
		for (name, value) in plain {
			add(self, name, value, false);
		}
		for (name, variable) in from_environment {
			match (self.environment)(variable) {
				Some(value) => add(self, name, &value, true),
				None => self.problem(format!("{name}: the environment has no {variable}")),
			}
		}
		headers
	}

	fn csv(&mut self, csv: tables::Csv) -> Csv {
		self.ensure(csv.pace >= Span::millis(1), "pace is zero");
		Csv {
			path: self.path(csv.path),
			price: csv.price,
			pace: csv.pace,
			start: csv.start,
			end: csv.end,
		}
	}

	fn command(&mut self, command: tables::Command) -> Option<Command> {
		self.ensure(
			command.program.is_absolute(),
			format!("program: {} is no absolute path", command.program.display()),
		);
		self.ensure(
			command.price.is_some() || command.time.is_none(),
			"time needs price: it looks into JSON",
		);
		let paths = match command.price {
			Some(price) => Some(self.paths(&price, command.time, command.time_unit)?),
			None => None,
		};
		let mut environment = BTreeMap::new();
		for name in command.environment.iter().chain([&"PATH".to_owned()]) {
			match (self.environment)(name) {
				Some(value) => drop(environment.insert(name.clone(), value)),
				None if name == "PATH" => {},
				None => self.problem(format!("the environment has no {name}")),
			}
		}
		Some(Command {
			program: command.program,
			arguments: command.arguments,
			paths,
			maximum_bytes: self.bytes(command.maximum_bytes),
			environment,
		})
	}
}

/// Whether an address is this very machine.
fn is_loopback(url: &Url) -> bool {
	match url.host_str() {
		Some("localhost") => true,
		Some(host) => host
			.trim_matches(['[', ']'])
			.parse::<std::net::IpAddr>()
			.is_ok_and(|address| address.is_loopback()),
		None => false,
	}
}

#[cfg(test)]
mod tests {
	use super::super::ConfigError;
	use super::*;

	const GOOD: &str = r#"
		[account]
		uri = "//Feeder1"
		[chain]
		endpoints = ["ws://127.0.0.1:9944"]
		[[feed]]
		id = 10
		name = "WTI"
		maximum_spread_bps = 200
		deviation_bps = 50
		heartbeat = "2m"
		[[feed.source]]
		name = "one"
		every = "5s"
		maximum_age = "30s"
		http = { url = "https://example.org/wti", price = "$.price" }
		[[feed.source]]
		name = "two"
		every = "5s"
		maximum_age = "30s"
		command = { program = "/bin/price" }
		[[feed.source]]
		name = "three"
		every = "5s"
		maximum_age = "30s"
		csv = { path = "/data/wti.csv", price = "price", pace = "1m" }
	"#;

	fn environment(name: &str) -> Option<String> {
		match name {
			"PATH" => Some("/bin".into()),
			"TOKEN" => Some("secret\n".into()),
			"CREDENTIALS_DIRECTORY" => Some("/run/credentials".into()),
			_ => None,
		}
	}

	fn problems(text: &str) -> Vec<String> {
		match Config::parse(text, &environment) {
			Ok(_) => Vec::new(),
			Err(ConfigError::Wrong(problems)) => problems,
			Err(error) => vec![error.to_string()],
		}
	}

	/// The good one with one piece of text replaced.
	fn with(from: &str, to: &str) -> String {
		assert!(GOOD.contains(from), "{from}");
		GOOD.replacen(from, to, 1)
	}

	#[test]
	fn what_is_not_said_has_a_sensible_value() {
		let config = Config::parse(GOOD, &environment).unwrap();
		assert_eq!(config.key, KeySource::Development("//Feeder1".into()));
		assert_eq!(config.metrics, Some("127.0.0.1:9616".parse().unwrap()));
		assert_eq!(config.chain.tick, Span::seconds(1));
		assert_eq!(config.chain.mortality, 16);
		let feed = &config.feeds[0];
		assert_eq!(feed.aggregation.minimum_sources, 2, "a majority of three");
		assert_eq!(feed.reporting.heartbeat, 120_000);
		assert_eq!(feed.reporting.join_within, 12_000);
		assert_eq!(feed.reporting.minimum_interval, 6_000);
		assert_eq!(feed.sources[1].timeout, Span::seconds(5));
		let SourceKind::Command(command) = &feed.sources[1].kind else { panic!("a command") };
		assert_eq!(command.environment, [("PATH".to_owned(), "/bin".to_owned())].into());
	}

	#[test]
	fn every_rule_is_checked() {
		let cases = [
			("uri = \"//Feeder1\"", "", "exactly one of keystore"),
			("uri = \"//Feeder1\"", "uri = \"bottom drive obey\"", "development phrase"),
			("uri = \"//Feeder1\"", "uri = \"//A\"\nseed_file = \"/s\"", "exactly one of"),
			("uri = \"//Feeder1\"", "uri = \"//A\"\npassword_env = \"P\"", "belong to a keystore"),
			("uri = \"//Feeder1\"", "keystore = \"/k\"", "needs its password"),
			("uri = \"//Feeder1\"", "seed_file = \"$NOWHERE/seed\"", "no NOWHERE"),
			("uri = \"//Feeder1\"", "uri = \"//A\"\nreports_for = \"5Grw\"", "no address"),
			("\"ws://127.0.0.1:9944\"", "", "names no node"),
			("ws://127.0.0.1:9944", "ws://node.example.org", "without TLS"),
			("ws://127.0.0.1:9944", "http://127.0.0.1", "no address of a WebSocket"),
			("[[feed]]", "genesis = \"0x12\"\n[[feed]]", "no hash"),
			("[[feed]]", "mortality = 5\n[[feed]]", "mortality"),
			("[[feed]]", "tick = \"1ms\"\n[[feed]]", "tick is 1ms"),
			("[[feed]]", "[metrics]\nlisten = \"0.0.0.0:9616\"\n[[feed]]", "other machines"),
			("[[feed]]", "[metrics]\nlisten = \"here\"\n[[feed]]", "no address with a port"),
			("name = \"WTI\"", "name = \"W T I\"", "letters"),
			("maximum_spread_bps = 200", "maximum_spread_bps = 0", "basis points"),
			("deviation_bps = 50", "deviation_bps = 10001", "basis points"),
			("deviation_bps = 50", "deviation_bps = 50\nminimum_sources = 4", "there are 3"),
			("deviation_bps = 50", "deviation_bps = 50\nminimum_sources = 0", "there are 3"),
			("heartbeat = \"2m\"", "heartbeat = \"1s\"", "heartbeat"),
			("heartbeat = \"2m\"", "heartbeat = \"2m\"\njoin_within = \"2m\"", "join_within"),
			("name = \"two\"", "name = \"one\"", "the same name"),
			("every = \"5s\"", "every = \"5ms\"", "below 100ms"),
			("maximum_age = \"30s\"", "maximum_age = \"5s\"", "maximum_age"),
			("maximum_age = \"30s\"", "maximum_age = \"30s\"\ntimeout = \"1ms\"", "timeout"),
			("maximum_age = \"30s\"", "maximum_age = \"30s\"\npower_of_ten = 37", "power_of_ten"),
			("https://example.org", "http://example.org", "anybody on the way"),
			("https://example.org", "ftp://example.org", "no address of HTTP"),
			("\"$.price\"", "\"price\"", "no JSONPath"),
			("\"$.price\"", "\"$.price\", time = \"[\"", "no JSONPath"),
			("\"$.price\"", "\"$.price\", maximum_bytes = 0", "maximum_bytes"),
			("\"$.price\"", "\"$.price\", headers = { \"a b\" = \"c\" }", "no header"),
			("\"$.price\"", "\"$.price\", header_env = { a = \"NO\" }", "no NO"),
			("\"/bin/price\"", "\"price\"", "no absolute path"),
			("\"/bin/price\"", "\"/bin/price\", time = \"$.t\"", "time needs price"),
			("\"/bin/price\"", "\"/bin/price\", environment = [\"NO\"]", "no NO"),
			("pace = \"1m\"", "pace = \"0s\"", "pace is zero"),
			("command = { program = \"/bin/price\" }", "", "exactly one of http"),
		];
		assert_eq!(problems(GOOD), Vec::<String>::new());
		for (from, to, expected) in cases {
			let found = problems(&with(from, to));
			assert!(
				found.iter().any(|problem| problem.contains(expected)),
				"{to:?} should give {expected:?} and gives {found:?}"
			);
		}
	}

	#[test]
	fn unknown_keys_and_wrong_types_are_no_toml_of_ours() {
		for (from, to) in [
			("heartbeat = \"2m\"", "heartbeat = \"2m\"\nhartbeat = \"2m\""),
			("heartbeat = \"2m\"", "heartbeat = 120"),
			("deviation_bps = 50", "deviation_bps = -1"),
			("uri = \"//Feeder1\"", "uri = \"//Feeder1\"\nsecret = \"x\""),
			("[account]", "[account"),
		] {
			assert!(
				matches!(
					Config::parse(&with(from, to), &environment),
					Err(ConfigError::Malformed(_))
				),
				"{to}"
			);
		}
	}

	#[test]
	fn all_problems_are_named_with_their_place() {
		let text = with("deviation_bps = 50", "deviation_bps = 0").replace("/bin/price", "price");
		let found = problems(&text);
		assert_eq!(found.len(), 2, "{found:?}");
		assert!(found[0].starts_with("feed 10 (\"WTI\"): deviation_bps"), "{found:?}");
		assert!(found[1].starts_with("feed 10 (\"WTI\"), source \"two\", command:"), "{found:?}");
	}

	#[test]
	fn two_feeds_with_one_number() {
		let second = GOOD.split_once("[[feed]]").unwrap().1;
		let found = problems(&format!("{GOOD}\n[[feed]]\n{second}"));
		assert!(found.iter().any(|problem| problem.contains("the same id")), "{found:?}");
	}

	#[test]
	fn a_proxy_reports_for_the_account_that_is_bonded() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let text =
			with("uri = \"//Feeder1\"", &format!("uri = \"//Feeder1\"\nreports_for = \"{alice}\""));
		let config = Config::parse(&text, &environment).unwrap();
		assert_eq!(config.reports_for.map(|account| account.to_string()), Some(alice.into()));
		assert!(!config.chain.unjail);
		// It may leave jail for it too.
		let text = text.replace("[[feed]]", "unjail = true\n[[feed]]");
		assert!(Config::parse(&text, &environment).unwrap().chain.unjail);
	}

	#[test]
	fn secrets_come_from_the_environment() {
		let text = with("\"$.price\"", "\"$.price\", header_env = { X-Key = \"TOKEN\" }")
			.replace("uri = \"//Feeder1\"", "seed_file = \"$CREDENTIALS_DIRECTORY/seed\"");
		let config = Config::parse(&text, &environment).unwrap();
		assert_eq!(config.key, KeySource::Seed("/run/credentials/seed".into()));
		let SourceKind::Http(http) = &config.feeds[0].sources[0].kind else { panic!("http") };
		assert_eq!(http.headers["x-key"], "secret");
		assert!(!format!("{config:?}").contains("secret"), "secrets are not printed");
	}

	#[test]
	fn loopback_is_this_machine_only() {
		for (url, expected) in [
			("ws://127.0.0.1:1", true),
			("ws://127.9.9.9", true),
			("ws://[::1]:1", true),
			("ws://localhost", true),
			("ws://localhost.example.org", false),
			("ws://10.0.0.1", false),
			("ws://0.0.0.0", false),
		] {
			assert_eq!(is_loopback(&Url::parse(url).unwrap()), expected, "{url}");
		}
	}
}
