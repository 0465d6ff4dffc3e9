//! What goes over the wire, byte by byte: HTTP, WebSocket and whatever else, with nothing in between that
//! would set it right.

use crate::common::PATIENCE;
use std::{
	io::{ErrorKind, Read, Write},
	net::{SocketAddr, TcpStream},
};

/// A connection that waits long, but not for ever.
pub fn connect(address: SocketAddr) -> TcpStream {
	let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
	stream.set_read_timeout(Some(PATIENCE)).unwrap();
	stream.set_write_timeout(Some(PATIENCE)).unwrap();
	stream
}

/// Sends bytes, as many as the other side takes, and returns what it answers until it ends the connection.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
	let mut stream = connect(address);
	// A refusal may come, and the connection end, before all is written.
	let _ = stream.write_all(bytes);
	let mut answer = Vec::new();
	match stream.read_to_end(&mut answer) {
		Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
			panic!("no end of an answer to {} bytes within {PATIENCE:?}", bytes.len())
		},
		_ => answer,
	}
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
	/// The status code.
	pub status: u16,
	/// The body.
	pub body: String,
}

/// Sends bytes to an HTTP server.
pub fn http(address: SocketAddr, bytes: &[u8]) -> Answer {
	let answer = String::from_utf8_lossy(&exchange(address, bytes)).into_owned();
	let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
	let status = status.and_then(|status| status.parse().ok());
	let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
	Answer { status: status.unwrap_or_else(|| panic!("no HTTP: {answer:?}")), body: body.into() }
}

/// The bytes of a request with these lines of the head.
pub fn request(head: &[&str], body: &str) -> Vec<u8> {
	let length = format!("Content-Length: {}", body.len());
	let lines = [head, &[&length, "Connection: close", "", body]].concat();
	lines.join("\r\n").into_bytes()
}

/// Sends a body as JSON.
pub fn post(address: SocketAddr, body: &str) -> Answer {
	let host = format!("Host: {address}");
	http(address, &request(&["POST / HTTP/1.1", &host, "Content-Type: application/json"], body))
}

/// A WebSocket connection.
pub struct WebSocket(TcpStream);

/// What comes over a WebSocket.
#[derive(Debug, PartialEq)]
pub enum Frame {
	/// A message of text.
	Text(String),
	/// The other side has ended the connection, with a word or without.
	End,
}

/// Kinds of frames.
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;

impl WebSocket {
	/// Opens one.
	pub fn connect(address: SocketAddr) -> Self {
		let mut stream = connect(address);
		write!(
			stream,
			"GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
			Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
		)
		.unwrap();
		let mut head = Vec::new();
		while !head.ends_with(b"\r\n\r\n") {
			let mut byte = [0];
			stream.read_exact(&mut byte).unwrap();
			head.push(byte[0]);
		}
		let head = String::from_utf8_lossy(&head);
		assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
		Self(stream)
	}

	/// Sends bytes as they are.
	pub fn send_raw(&mut self, bytes: &[u8]) {
		// The other side may have ended the connection.
		let _ = self.0.write_all(bytes);
	}

	/// Sends a whole message.
	pub fn send(&mut self, kind: u8, message: &[u8]) {
		self.send_raw(&[&head(0x80 | kind, message.len() as u64), message].concat());
	}

	/// Receives a frame; pings are left out.
	pub fn receive(&mut self) -> Frame {
		self.try_receive().unwrap_or_else(|error| match error.kind() {
			ErrorKind::WouldBlock | ErrorKind::TimedOut => panic!("no frame within {PATIENCE:?}"),
			_ => Frame::End,
		})
	}

	fn try_receive(&mut self) -> std::io::Result<Frame> {
		loop {
			let mut head = [0; 2];
			self.0.read_exact(&mut head)?;
			let length = match head[1] {
				126 => u64::from(u16::from_be_bytes(self.read()?)),
				127 => u64::from_be_bytes(self.read()?),
				length => length.into(),
			};
			let mut message = vec![0; length as usize];
			self.0.read_exact(&mut message)?;
			match head[0] & 0x0f {
				TEXT => return Ok(Frame::Text(String::from_utf8_lossy(&message).into())),
				8 => return Ok(Frame::End),
				_ => (),
			}
		}
	}

	fn read<const N: usize>(&mut self) -> std::io::Result<[u8; N]> {
		let mut bytes = [0; N];
		self.0.read_exact(&mut bytes)?;
		Ok(bytes)
	}
}

/// The head of a frame, with a mask that changes nothing.
pub fn head(first: u8, length: u64) -> Vec<u8> {
	let mut head = vec![first];
	match length {
		0..126 => head.push(0x80 | length as u8),
		126..=0xffff => {
			head.push(0x80 | 126);
			head.extend((length as u16).to_be_bytes());
		},
		_ => {
			head.push(0x80 | 127);
			head.extend(length.to_be_bytes());
		},
	}
	head.extend([0; 4]);
	head
}
