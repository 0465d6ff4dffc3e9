//! The disk that the database is on: what is said when it cannot be used, and a stop before it is full.
//!
//! ParityDB writes ahead to a log, so a node that is killed at any moment opens its database again. But
//! it cannot go on when a write fails: the node then ends at once, and what it says should tell an
//! operator what to do, not that he has found a bug. It also writes through memory maps of sparse files:
//! there a full disk is no error that could be explained but the signal SIGBUS. So the node stops before.
//!
//! Where the write ahead fails, the database refuses every write from then on, and nothing else of the node
//! minds: it would answer, make no blocks and import none for ever. So a write is tried now and then.

use crate::{cli::StrataOptions, service::FullBackend};
use jsonrpsee::tokio::time::interval;
use sc_client_api::backend::AuxStore;
use sc_service::{error::Error as ServiceError, Configuration, TaskManager};
use std::{
	io::{self, Write},
	panic,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};

/// The exit code of a node that its disk failed: `EX_IOERR`. A service manager should not start it
/// again before somebody has looked.
const DISK_FAILED: i32 = 74;
/// How often the free space is looked at.
const INTERVAL: Duration = Duration::from_secs(1);
/// How often a write is tried: every so many times that the free space is looked at.
const TRIES: u32 = 5;
/// Where what is tried to write goes.
const TRIAL: &[u8] = b"strata:disk-trial";
const MIB: u64 = 1024 * 1024;

/// Puts what to do in front of what the database says when it cannot be opened.
pub fn explain(error: ServiceError, config: &Configuration) -> ServiceError {
	let path = config.database.path().unwrap_or(Path::new("a temporary folder"));
	match advice(&error.to_string()) {
		Some(advice) => {
			let path = path.display();
			ServiceError::Other(format!("the database in {path} {advice} ({error})"))
		},
		None => error,
	}
}

/// What to do about a failure of the database, if it is the disk's.
pub fn advice(error: &str) -> Option<&'static str> {
	let says = |sign: &str| error.contains(sign);
	if says("Database file is in use") {
		Some(
			"is used by another process: stop that one, or give this node a --base-path of its own. \
			Never run two nodes with the same keys",
		)
	} else if says("No space left on device") || says("StorageFull") {
		Some("cannot be written, because the disk is full: make room and start the node again")
	} else if says("Read-only file system") || says("ReadOnlyFilesystem") {
		Some("cannot be written, because the disk is read-only: check and mount it again")
	} else if says("Permission denied") || says("PermissionDenied") {
		Some("may not be written by this user: give it to the user that runs the node")
	} else if says("Not a directory") || says("NotADirectory") {
		Some("has no place, because a part of its path is a file: choose another --base-path")
	} else {
		None
	}
}

/// Says what is wrong with the disk when the database fails while the node runs, and ends the node.
/// Other panics are reported as ever. Call it after the runner was created, which sets a hook too.
pub fn explain_failures() {
	let usual = panic::take_hook();
	panic::set_hook(Box::new(move |panic| {
		let payload = panic.payload();
		let said = payload.downcast_ref::<String>().map(String::as_str);
		let said = said.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default();
		if let Some(failure) = failure(said) {
			// Nothing is left to do if this cannot be written either.
			let _ = writeln!(io::stderr(), "{failure}");
			std::process::exit(DISK_FAILED);
		}
		usual(panic);
	}));
}

/// What to say about a panic of the database that is the disk's fault.
fn failure(said: &str) -> Option<String> {
	let reason = said.strip_prefix("Critical database error: ")?;
	let advice = advice(reason)?;
	Some(format!("Error: the database {advice}. What was final is safe. ({reason})"))
}

/// Whether there is room, and a task that stops the node in order when there is not any more, or when the
/// database cannot be written.
///
/// # Errors
/// If there is less room than the node asks for.
pub fn watch(
	options: StrataOptions,
	config: &Configuration,
	backend: &Arc<FullBackend>,
	task_manager: &TaskManager,
) -> Result<(), ServiceError> {
	let Some(path) = config.database.path() else { return Ok(()) };
	let (path, least) = (path.to_owned(), options.min_free_disk);
	if let Some(shortage) = shortage(&path, least) {
		return Err(ServiceError::Other(shortage));
	}
	let watch = stop_when_failed(path, least, backend.clone());
	task_manager.spawn_essential_handle().spawn_blocking("disk", None, watch);
	Ok(())
}

/// Ends when there is less room than this, or a write fails: the node stops with it.
async fn stop_when_failed(path: PathBuf, least: u64, backend: Arc<FullBackend>) {
	let mut ticks = interval(INTERVAL);
	for tick in (0..TRIES).cycle() {
		ticks.tick().await;
		let failed = shortage(&path, least);
		let failed = failed.or_else(|| (tick == 0).then(|| unwritable(&path, &backend)).flatten());
		if let Some(failed) = failed {
			log::error!("{failed}");
			return;
		}
	}
}

/// What to say if the database does not take a write.
fn unwritable(path: &Path, backend: &FullBackend) -> Option<String> {
	let error = backend.insert_aux(&[(TRIAL, TRIAL)], &[]).err()?.to_string();
	let advice = advice(&error).unwrap_or("cannot be written");
	Some(format!("the database in {} {advice} ({error})", path.display()))
}

/// What to say if fewer than `least` MiB are free where the database is. Where that cannot be found out,
/// nothing: a node is not stopped for it.
fn shortage(path: &Path, least: u64) -> Option<String> {
	let free = fs2::available_space(path).ok()? / MIB;
	(free < least).then(|| {
		format!(
			"the disk is almost full: {free} MiB are free for the database in {}, and the node stops \
			below {least} (--min-free-disk). Make room and start it again",
			path.display(),
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_the_disk_does_is_told_from_what_is_a_bug() {
		for (error, advice_begins) in [
			("Backend error: Database file is in use. (os error 11)", "is used by another process"),
			(
				"IO Error: No space left on device (os error 28)",
				"cannot be written, because the disk",
			),
			(
				"Io(Os { code: 28, kind: StorageFull })",
				"cannot be written, because the disk is full",
			),
			(
				"IO Error: Read-only file system (os error 30)",
				"cannot be written, because the disk is",
			),
			("IO Error: Permission denied (os error 13)", "may not be written by this user"),
			("IO Error: Not a directory (os error 20)", "has no place, because a part of its path"),
		] {
			assert!(advice(error).unwrap().starts_with(advice_begins), "{error}");
			let said = failure(&format!("Critical database error: {error}")).unwrap();
			assert!(said.contains(error) && said.contains(advice_begins), "{said}");
			// The same words of somebody else are none of our business.
			assert_eq!(failure(error), None);
		}
		assert_eq!(advice("Corruption: bad checksum"), None);
		assert_eq!(failure("Critical database error: Corruption(\"bad checksum\")"), None);
	}

	#[test]
	fn a_shortage_says_where_and_how_much() {
		let here = std::env::temp_dir();
		assert_eq!(shortage(&here, 0), None);
		let said = shortage(&here, u64::MAX).unwrap();
		assert!(
			said.contains(here.to_str().unwrap()) && said.contains("--min-free-disk"),
			"{said}"
		);
		assert_eq!(shortage(Path::new("/no/such/folder"), u64::MAX), None);
	}
}
