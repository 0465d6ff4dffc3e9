//! The nearest quote of the last so many minutes, in bounded space.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Medians, Side};

/// Parts that a window is kept in.
pub const WINDOW_PARTS: u64 = 6;

const PARTS: usize = 6;

/// A sliding window over quotes that all lie on one side of a price, of which the nearest is wanted.
///
/// Time is cut into parts of a sixth of the window, and of each of the last six parts only its nearest
/// quote is kept. A quote holds until the next one, so a part begins with the one before it. Hence
/// [`Window::nearest`] covers the last five to six sixths, and nothing that was replaced before the
/// window began.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Window {
	/// The nearest quote of each part, oldest first.
	parts: [Medians; PARTS],
	/// When the latest part began, milliseconds since the epoch. The parts that follow have the length
	/// that is given then, so that a change of T_confirm does not upset a window that is open.
	began: u64,
	/// The quote that holds.
	holds: Medians,
}

impl Window {
	/// Starts with a quote, as if it had always held.
	pub const fn starting(quote: Medians, now: u64) -> Self {
		Self { parts: [quote; PARTS], began: now, holds: quote }
	}

	/// After `quote` at `now`, the window being `length` milliseconds long. O(1).
	pub fn quoted(mut self, quote: Medians, side: Side, now: u64, length: u64) -> Self {
		// A window of less than six milliseconds has parts of one.
		let part = (length / WINDOW_PARTS).max(1);
		let passed = now.saturating_sub(self.began).checked_div(part).unwrap_or(0);
		for _ in 0..passed.min(WINDOW_PARTS) {
			self.parts.rotate_left(1);
			if let Some(latest) = self.parts.last_mut() {
				*latest = self.holds;
			}
		}
		if let Some(latest) = self.parts.last_mut() {
			*latest = side.nearer(*latest, quote);
		}
		// Not beyond `now`.
		let began = self.began.saturating_add(passed.saturating_mul(part));
		Self { began, holds: quote, ..self }
	}

	/// The nearest quote of the window, each median by itself.
	pub fn nearest(&self, side: Side) -> Medians {
		self.parts.iter().fold(self.holds, |near, part| side.nearer(near, *part))
	}
}
