//! What the tests share: an HTTP server that behaves as badly as it is told to, and prices.

// Each test uses a part of it.
#![allow(dead_code)]

use std::{
	net::SocketAddr,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex,
	},
};

use strata_feeder::{
	config::{Config, Feed},
	decimal::{Price, Rounding},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
	task::JoinHandle,
};

/// What the server does when it is asked.
#[derive(Clone, Debug)]
pub enum Manner {
	/// Answers with status 200 and this body.
	Body(String),
	/// Answers with this status.
	Status(u16),
	/// Answers that it is elsewhere.
	Redirect(String),
	/// Takes the question and says nothing.
	Hang,
	/// Begins an answer and never ends it.
	HangWithin(String),
	/// Answers without an end.
	Flood,
	/// Says that so many bytes follow, and closes after less.
	Cut(String),
	/// Closes without a word.
	Close,
	/// Answers with what is no HTTP.
	Garbage,
}

/// A server on a port of its own. Dropped, it is gone.
pub struct Server {
	pub address: SocketAddr,
	manner: Arc<Mutex<Manner>>,
	asked: Arc<AtomicUsize>,
	last_request: Arc<Mutex<String>>,
	task: JoinHandle<()>,
}

impl Server {
	pub async fn start(manner: Manner) -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let manner = Arc::new(Mutex::new(manner));
		let asked = Arc::new(AtomicUsize::new(0));
		let last_request = Arc::new(Mutex::new(String::new()));
		let task = tokio::spawn({
			let (manner, asked, last) = (manner.clone(), asked.clone(), last_request.clone());
			async move {
				loop {
					let (stream, _) = listener.accept().await.unwrap();
					let manner = manner.lock().unwrap().clone();
					tokio::spawn(answer(stream, manner, asked.clone(), last.clone()));
				}
			}
		});
		Self { address, manner, asked, last_request, task }
	}

	/// A server that gives `{"price": …}`.
	pub async fn priced(price: &str) -> Self {
		Self::start(Manner::Body(format!("{{\"price\": {price}}}"))).await
	}

	pub fn url(&self) -> String {
		format!("http://{}/price", self.address)
	}

	pub fn behave(&self, manner: Manner) {
		*self.manner.lock().unwrap() = manner;
	}

	pub fn price(&self, price: &str) {
		self.behave(Manner::Body(format!("{{\"price\": {price}}}")));
	}

	pub fn asked(&self) -> usize {
		self.asked.load(Ordering::SeqCst)
	}

	pub fn last_request(&self) -> String {
		self.last_request.lock().unwrap().clone()
	}
}

impl Drop for Server {
	fn drop(&mut self) {
		self.task.abort();
	}
}

async fn answer(
	mut stream: TcpStream,
	manner: Manner,
	asked: Arc<AtomicUsize>,
	last: Arc<Mutex<String>>,
) {
	let mut request = Vec::new();
	let mut buffer = [0; 1024];
	while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
		match stream.read(&mut buffer).await {
			Ok(0) | Err(_) => return,
			Ok(count) => request.extend_from_slice(&buffer[..count]),
		}
	}
	*last.lock().unwrap() = String::from_utf8_lossy(&request).into_owned();
	asked.fetch_add(1, Ordering::SeqCst);
	let with_length = |status: &str, length: usize, body: &str| {
		format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
	};
	let without_length = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
	let (text, hang) = match manner {
		Manner::Body(body) => (with_length("200 OK", body.len(), &body), false),
		Manner::Status(status) => (with_length(&format!("{status} Bad"), 0, ""), false),
		Manner::Redirect(to) => (
			format!(
				"HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
			),
			false,
		),
		Manner::Hang => (String::new(), true),
		Manner::HangWithin(body) => (format!("{without_length}{body}"), true),
		Manner::Flood => (without_length.to_owned(), false),
		Manner::Cut(body) => (with_length("200 OK", body.len() + 100, &body), false),
		Manner::Close => (String::new(), false),
		Manner::Garbage => ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), false),
	};
	let flood = text == without_length && !hang;
	if stream.write_all(text.as_bytes()).await.is_err() {
		return;
	}
	if hang {
		std::future::pending::<()>().await;
	}
	while flood && stream.write_all(&[b'1'; 4096]).await.is_ok() {}
}

/// A price from its text.
pub fn price(text: &str) -> Price {
	Price::parse(text, 0, Rounding::Nearest).unwrap()
}

/// A configuration with these feeds, and chain settings.
pub fn config(chain: &str, feeds: &str) -> Config {
	let text = format!(
		"[account]\nuri = \"//Feeder1\"\n[chain]\nendpoints = [\"ws://127.0.0.1:1\"]\n{chain}\n\
		 [metrics]\nenabled = false\n{feeds}"
	);
	Config::parse(&text, &|name| std::env::var(name).ok()).unwrap()
}

/// A source over HTTP.
pub fn http_source(name: &str, url: &str, more: &str) -> String {
	format!(
		"[[feed.source]]\nname = \"{name}\"\nevery = \"100ms\"\ntimeout = \"300ms\"\n\
		 maximum_age = \"2s\"\n{more}\n[feed.source.http]\nurl = \"{url}\"\nprice = \"$.price\"\n"
	)
}

/// A feed of these sources.
pub fn feed(id: u32, name: &str, more: &str, sources: &[String]) -> String {
	format!(
		"[[feed]]\nid = {id}\nname = \"{name}\"\nmaximum_spread_bps = 200\ndeviation_bps = 50\n\
		 heartbeat = \"1m\"\nminimum_interval = \"0ms\"\n{more}\n{}\n",
		sources.concat()
	)
}

/// The only feed of a configuration.
pub fn only(config: Config) -> Feed {
	config.feeds.into_iter().next().unwrap()
}
