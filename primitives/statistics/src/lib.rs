//! Order statistics of a few reports: medians, quartiles, expiry of a quorum.
//!
//! [`aggregate`] turns the reports of one feed into one [`Aggregate`]: a lower and an upper median,
//! so that whoever relies on it takes the side that is safe for its use; the spread of the quartiles
//! around the middle; and the instant at which too few reports will be fresh. It allocates nothing,
//! rounds only the middle (down), and takes at most [`MAX_REPORTS`] reports.
//!
//! # What the medians resist
//!
//! With at most f faulty reporters of n ≥ 3f + 1 and a quorum of at least 2f + 1 both medians lie
//! within the honest fresh reports, whichever of the honest ones an adversary manages to delay (a
//! test goes through all cases up to n = 9). Within that range an adversary can choose.
//! Derivation: `research/disputes-oracles-governance.md` 2.10; formulas: 7.4 there.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

mod aggregate;
mod order;
mod quorum;
#[cfg(test)]
mod tests;

pub use aggregate::{aggregate, Aggregate, Report, MAX_REPORTS};
pub use order::{confidence, lower_median, lower_quartile, middle, upper_median, upper_quartile};
pub use quorum::{expiry, is_fresh, quorum_holds_since};
