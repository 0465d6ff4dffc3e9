//! Which reports count, and until when enough of them do. Times are milliseconds since the epoch.

/// The instant at which a report of `observed_at` stops being fresh.
///
/// `None` if it leaves 64 bits. Such a report is never fresh, so that one made-up time cannot spoil
/// the others.
pub fn expiry(observed_at: u64, time_to_live: u64) -> Option<u64> {
	observed_at.checked_add(time_to_live)
}

/// Whether a report of `observed_at` is fresh at `now`: before its [`expiry`], not at it.
pub fn is_fresh(observed_at: u64, time_to_live: u64, now: u64) -> bool {
	expiry(observed_at, time_to_live).is_some_and(|expiry| expiry > now)
}

/// The oldest observation that a quorum of the fresh reports rests on: the `quorum`-th newest, i.e.
/// number k − quorum of the k observation times `sorted` ascending, counted from 0.
///
/// When it expires, only `quorum − 1` reports or fewer are fresh, and not before. `None` if the
/// quorum is 0 or not reached.
pub fn quorum_holds_since(sorted: &[u64], quorum: u32) -> Option<u64> {
	let older = sorted.len().checked_sub(usize::try_from(quorum).ok()?)?;
	sorted.get(older).copied()
}
