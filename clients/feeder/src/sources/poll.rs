//! Asking a source again and again.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use super::{dated, now, Fetcher, Observation, Slot, SourceError};
use crate::{config::Source, metrics::SourceMetrics};

/// Longest pause that failures lead to, unless the source is asked less often anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Asks a source for ever, and puts what it says into `slot`. Meant for a task of its own.
pub async fn poll(
	feed: String,
	source: Source,
	fetcher: Fetcher,
	slot: Slot,
	metrics: SourceMetrics,
) {
	loop {
		let began = Instant::now();
		let result = ask(&fetcher, &source).await;
		metrics.note(&result, began.elapsed());
		log(&feed, &source.name, &slot, &result);
		let failures = slot.note(result, now());
		let pause = pause(source.every.as_std(), failures);
		sleep(pause.saturating_sub(began.elapsed())).await;
	}
}

/// Asks once, within the time that the source is given.
pub async fn ask(fetcher: &Fetcher, source: &Source) -> Result<Observation, SourceError> {
	let limit = source.timeout.as_std();
	let answer = timeout(limit, fetcher.fetch()).await;
	let observation = answer.unwrap_or(Err(SourceError::Timeout(limit)))?;
	dated(observation, now(), source.maximum_age.as_millis())
}

/// From one question to the next. It doubles with every failure.
fn pause(every: Duration, failures: u32) -> Duration {
	let factor = 1u32 << failures.saturating_sub(1).min(10);
	every.saturating_mul(factor).min(LONGEST_PAUSE.max(every))
}

/// A failure is news once; that it goes on is not.
fn log(feed: &str, name: &str, slot: &Slot, result: &Result<Observation, SourceError>) {
	let before = slot.read();
	match result {
		Ok(found) => {
			if before.error.is_some() {
				info!(feed, source = name, price = %found.price, "the source answers again");
			}
			debug!(feed, source = name, price = %found.price, observed_at = found.observed_at, "answer");
		},
		// The text of one and the same failure may vary, with times in it.
		Err(error) if before.error.is_some_and(|before| before.label() == error.label()) => {
			debug!(feed, source = name, %error, "still no answer");
		},
		Err(error) => warn!(feed, source = name, %error, "no answer"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn failures_make_the_pause_longer_up_to_a_minute() {
		let pause = |failures| pause(Duration::from_secs(5), failures).as_secs();
		assert_eq!([0, 1, 2, 3, 4, 5, u32::MAX].map(pause), [5, 5, 10, 20, 40, 60, 60]);
		assert_eq!(super::pause(Duration::from_secs(600), 9).as_secs(), 600);
	}
}
