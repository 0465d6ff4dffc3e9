//! Which price is confirmed: usual moves at once, a jump when its direction has been confirmed.
//!
//! # The rule
//!
//! A quote near the confirmed price is confirmed itself. Any other is a jump, and waits: not until one
//! value is confirmed, of which there may never be one in a fast market, but until a quorum of reports
//! has said for T_confirm on end that the price has left on the same side. From then on the value of
//! the last T_confirm (five sixths of it at least: [`Window`]) that is *nearest* to the confirmed price
//! is confirmed, again at each step while the quote is beyond the gate on that side, until it is near. (From then on
//! the medians decide, which take f + 1 reporters to move and never leave the honest ones.)
//!
//! Where no quorum agrees that the price has left, as when one honest reporter is wrong and f lie, the medians
//! say so in its stead, but it takes [`SLOWER`] times as long; meanwhile the limit goes on growing with time.
//!
//! After a fall that is the highest value of the window, after a rise the lowest. It is the friendliest
//! one for those whom the move hurts, and the most careful one towards those who gain by it, whichever
//! side of a loan the asset is on: a quorum has vouched for that much of the move, all through the
//! window, and for no more.
//!
//! # What follows
//!
//! With a quorum of m ≥ 2f + 1 of n ≥ 3f + 1 reporters, f of them lying:
//! - a spike that is back within T_confirm is never confirmed;
//! - no liars start a jump (a median needs f + 1) or a confirmation (a quorum needs f + 1 honest ones, and medians
//!   beyond the gate one at least), and none hold one up: the honest ones are a quorum;
//! - a monotone move is followed with a lag of T_confirm and one step at most;
//! - nothing ever stops for good while a quorum reports: as long as the medians are not near, they are beyond the gate
//!   on one side, or on both;
//! - a confirmed price lies within what honest reporters said no longer ago than T_confirm and a step,
//!   or it is the one before.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
	aggregate, Aggregate, Band, LimitTerms, Medians, Report, Side, Variance, Votes, Window,
};

/// How many times T_confirm the medians must have been beyond the gate before the price follows them without a quorum of
/// votes.
pub const SLOWER: u64 = 4;

/// The terms of a gate.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct GateTerms {
	/// How far a price may move at once.
	pub limit: LimitTerms,
	/// T_confirm: how long a quorum must say that the price has left, milliseconds. Above 0, or every
	/// jump is confirmed by the step that finds it.
	pub confirm_after: u64,
}

impl GateTerms {
	/// Whether the terms hold together.
	pub const fn are_valid(&self) -> bool {
		self.limit.are_valid() && self.confirm_after > 0
	}
}

/// A jump that is always on the same side, by the votes of a quorum or by the medians.
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
pub struct Confirmation {
	/// Where to.
	pub side: Side,
	/// Since when, without a break, milliseconds since the epoch.
	pub since: u64,
	/// Since when a quorum has been voting for it without a break, if one does.
	pub voted_since: Option<u64>,
	/// Until when the reports of the last step make a quorum.
	pub until: u64,
	/// Whether it has been vouched for long enough, so that the price follows.
	pub follows: bool,
	/// The limit that the jump was beyond, basis points. While a quorum votes it stays as it was: a limit that
	/// grows while it is waited for would confirm by itself.
	pub limit: u32,
	/// The quotes since then.
	pub window: Window,
}

impl Confirmation {
	/// Starts at `now` with a quote that is beyond `limit`.
	fn starting(vouched: Vouched, limit: u32, quote: Medians, now: u64) -> Self {
		let Vouched { side, until, voted } = vouched;
		let voted_since = voted.then_some(now);
		let window = Window::starting(quote, now);
		Self { side, since: now, voted_since, until, follows: false, limit, window }
	}

	/// Goes on at `now` with a quote that was found beyond `limit`.
	fn going_on(self, vouched: Vouched, limit: u32, quote: Medians, now: u64, length: u64) -> Self {
		Self {
			until: vouched.until,
			voted_since: vouched.voted.then(|| self.voted_since.unwrap_or(now)),
			limit,
			window: self.window.quoted(quote, self.side, now, length),
			..self
		}
	}

	/// Whether it has lasted long enough at `now`. Once it has, it stays so until it ends: a price that follows comes so
	/// close to what is reported that no quorum is beyond it.
	fn is_followed(&self, now: u64, confirm_after: u64) -> bool {
		let lasts = |since: u64| now.saturating_sub(since);
		self.follows
			|| self.voted_since.is_some_and(|since| lasts(since) >= confirm_after)
			|| lasts(self.since) >= confirm_after.saturating_mul(SLOWER)
	}
}

/// Who says at a step that the price has left, and until when if nobody reports again.
#[derive(Clone, Copy)]
struct Vouched {
	side: Side,
	until: u64,
	/// Whether a quorum does, and not only the medians.
	voted: bool,
}

impl Vouched {
	/// A quorum of votes, or else the medians beyond the gate. They lie among honest reports, so that it takes no votes
	/// for the price to be there, but time.
	fn by(found: &Aggregate, band: &Band, votes: Votes) -> Option<Self> {
		let by_votes = votes.side().map(|(side, until)| Self { side, until, voted: true });
		let beyond = || band.side_of(found.medians());
		by_votes
			.or_else(|| beyond().map(|side| Self { side, until: found.valid_until, voted: false }))
	}
}

/// Whether the last quote is confirmed.
#[allow(clippy::large_enum_variant)] // Without allocating there is no box to put it in.
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
pub enum Gate {
	/// It is.
	Confirmed,
	/// It is not. There is a confirmation unless the medians are on both sides.
	Pending(Option<Confirmation>),
}

/// What a step made of a quote.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
	/// The quote is near: it is confirmed.
	Accepted,
	/// The direction is confirmed, and with it the nearest quote of the window.
	Followed(Medians),
	/// The quote waits.
	Held,
}

impl Gate {
	/// The limit that applies at `now`, if the confirmed price is of `confirmed_at`: that of the
	/// confirmation that runs by votes, or is followed, or else what the volatility allows for the time since.
	pub fn limit(
		&self,
		terms: &LimitTerms,
		variance: Variance,
		confirmed_at: u64,
		now: u64,
	) -> u32 {
		match self {
			Self::Pending(Some(held)) if held.follows || held.voted_since.is_some() => held.limit,
			_ => terms.limit_floor(variance, now.saturating_sub(confirmed_at)),
		}
	}

	/// The confirmation that nothing has interrupted until `now`.
	fn running_at(&self, now: u64) -> Option<Confirmation> {
		match self {
			Self::Pending(Some(held)) if now < held.until => Some(*held),
			_ => None,
		}
	}
}

/// A price behind a gate.
///
/// A usual move is confirmed at once. A jump is when a quorum of reports has said for T_confirm on end
/// that the price has left on the same side, or the medians for [`SLOWER`] times as long, and then as far as the
/// nearest value of T_confirm, again at each step. So a spike that returns is never confirmed, and a fall in a straight line is followed
/// T_confirm and a step behind; f liars of 3f + 1 can do nothing about either.
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
pub struct GatedPrice {
	/// The confirmed price.
	pub confirmed: Medians,
	/// When it was confirmed, milliseconds since the epoch.
	pub at: u64,
	/// Whether the last quote is.
	pub gate: Gate,
}

impl GatedPrice {
	/// The first price of a feed, with which nothing can be compared.
	pub const fn first(confirmed: Medians, now: u64) -> Self {
		Self { confirmed, at: now, gate: Gate::Confirmed }
	}

	/// After the reports that are fresh at `now`, with their aggregate and what became of it.
	///
	/// Whenever the verdict is not [`Verdict::Held`] the confirmed price is new, and the caller tells
	/// the variance: the jump widens it. `None`, and nothing changes, below quorum: as
	/// [`aggregate`](crate::aggregate()). A confirmation goes on if a quorum vouched for it all the
	/// time until then.
	pub fn step(
		&self,
		reports: &[Report],
		quorum: u32,
		time_to_live: u64,
		now: u64,
		variance: Variance,
		terms: &GateTerms,
	) -> Option<(Self, Aggregate, Verdict)> {
		let found = aggregate(reports, quorum, time_to_live, now)?;
		let limit = self.gate.limit(&terms.limit, variance, self.at, now);
		let band = Band::around(self.confirmed, limit);
		let votes = band.votes(reports, quorum, time_to_live, now);
		let (gate, verdict) = self.passed(now, &found, limit, &band, votes, terms.confirm_after);
		let after = match verdict {
			Verdict::Accepted => Self { confirmed: found.medians(), at: now, gate },
			Verdict::Followed(confirmed) => Self { confirmed, at: now, gate },
			Verdict::Held => Self { gate, ..*self },
		};
		Some((after, found, verdict))
	}

	/// What becomes of a quote at `now`.
	///
	/// `limit` is [`Gate::limit`], `band` the band of that limit around the confirmed price, `votes`
	/// are those of [`Band::votes`] on the reports that `found` is the aggregate of. Total; O(1).
	fn passed(
		&self,
		now: u64,
		found: &Aggregate,
		limit: u32,
		band: &Band,
		votes: Votes,
		confirm_after: u64,
	) -> (Gate, Verdict) {
		let quote = found.medians();
		let vouched = Vouched::by(found, band, votes);
		let held = self.gate.running_at(now);
		let held = held.filter(|held| vouched.is_some_and(|vouched| vouched.side == held.side));
		let mut running = match (held, vouched) {
			(Some(held), Some(vouched)) => held.going_on(vouched, limit, quote, now, confirm_after),
			// Back again, or never away.
			(None, _) if band.is_near(quote) => return (Gate::Confirmed, Verdict::Accepted),
			(None, Some(vouched)) => Confirmation::starting(vouched, limit, quote, now),
			(_, None) => return (Gate::Pending(None), Verdict::Held),
		};
		running.follows = running.is_followed(now, confirm_after);
		let verdict = match running.follows {
			// A confirmation never moves the price back.
			true => {
				let nearest = running.window.nearest(running.side);
				Verdict::Followed(running.side.further(nearest, self.confirmed))
			},
			false => Verdict::Held,
		};
		(Gate::Pending(Some(running)), verdict)
	}
}
