//! A program that prints a price. It gets no input, hardly any environment, and is killed with all that it
//! started when its time is over.

use std::process::Stdio;

use rustix::process::{kill_process_group, Pid, Signal};
use tokio::{
	io::{AsyncRead, AsyncReadExt},
	process::{Child, Command},
};

use super::{now, read_document, Observation, SourceError};
use crate::{
	config,
	decimal::{Price, Rounding},
};

/// How much of what a program says about its failure is repeated, bytes.
const COMPLAINT: usize = 300;

/// A program that prints a price.
pub struct Program {
	command: config::Command,
	power_of_ten: i32,
}

impl Program {
	/// The program of a configuration.
	pub fn new(command: &config::Command, power_of_ten: i32) -> Self {
		Self { command: command.clone(), power_of_ten }
	}

	/// Runs it once. Dropping the future kills it.
	pub async fn run(&self) -> Result<Observation, SourceError> {
		let asked = now();
		let output = self.output().await?;
		if let Some(paths) = &self.command.paths {
			return read_document(&output, paths, self.power_of_ten, asked);
		}
		let text = std::str::from_utf8(&output)
			.map_err(|error| SourceError::NotANumber(error.to_string()))?;
		let price = Price::parse(text, self.power_of_ten, Rounding::Nearest)?;
		Ok(Observation { price, observed_at: asked })
	}

	/// What it prints, if it ends well.
	async fn output(&self) -> Result<Vec<u8>, SourceError> {
		let program = |error: std::io::Error| SourceError::Program(error.to_string());
		let mut child = Command::new(&self.command.program)
			.args(&self.command.arguments)
			.env_clear()
			.envs(&self.command.environment)
			.stdin(Stdio::null())
			.stdout(Stdio::piped())
			.stderr(Stdio::piped())
			.process_group(0)
			.kill_on_drop(true)
			.spawn()
			.map_err(program)?;
		let mut group = Group::of(&child);
		let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
		let limit = self.command.maximum_bytes;
		let (output, complaint) = tokio::join!(read(stdout, limit), drain(stderr, COMPLAINT));
		let output = output.map_err(program)?;
		if output.len() > limit {
			return Err(SourceError::TooLong(limit));
		}
		let status = child.wait().await.map_err(program)?;
		// From here on the number may be somebody else's.
		group.0 = None;
		if status.success() {
			return Ok(output);
		}
		let complaint = complaint.unwrap_or_default();
		let complaint = String::from_utf8_lossy(&complaint);
		Err(SourceError::Program(format!("{status}: {}", complaint.trim())))
	}
}

/// At most `limit` bytes and one more, by which one sees that there were more. What is beyond is not
/// waited for.
async fn read(stream: Option<impl AsyncRead + Unpin>, limit: usize) -> std::io::Result<Vec<u8>> {
	let mut bytes = Vec::new();
	if let Some(stream) = stream {
		let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
		stream.take(limit).read_to_end(&mut bytes).await?;
	}
	Ok(bytes)
}

/// Everything, of which the first `kept` bytes are kept.
async fn drain(stream: Option<impl AsyncRead + Unpin>, kept: usize) -> std::io::Result<Vec<u8>> {
	let mut bytes = Vec::new();
	let mut buffer = [0; 1024];
	let Some(mut stream) = stream else { return Ok(bytes) };
	loop {
		let count = stream.read(&mut buffer).await?;
		if count == 0 {
			return Ok(bytes);
		}
		bytes.extend_from_slice(&buffer[..count.min(kept - bytes.len())]);
	}
}

/// The process group of a program that has not been waited for: itself and what it started. Killed when
/// dropped.
struct Group(Option<Pid>);

impl Group {
	fn of(child: &Child) -> Self {
		Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
	}
}

impl Drop for Group {
	fn drop(&mut self) {
		if let Some(group) = self.0 {
			// An error means that nobody is left.
			let _ = kill_process_group(group, Signal::KILL);
		}
	}
}
