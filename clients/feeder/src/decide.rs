//! Whether a price is to be reported now.
//!
//! All times are milliseconds since 1970 by the clock that observations are dated with.

use crate::decimal::Price;

/// When a feed is reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rules {
	/// The price has moved by so much since the last accepted report, basis points of that.
	pub deviation_bps: u16,
	/// The last accepted report was observed so long ago, milliseconds.
	pub heartbeat: u64,
	/// Least time between two reports, milliseconds.
	pub minimum_interval: u64,
	/// Goes along with another feed that is due if the heartbeat is due within so long, milliseconds.
	pub join_within: u64,
}

/// The last report that the chain accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Accepted {
	/// The price.
	pub price: Price,
	/// When it was observed, as the chain has it.
	pub observed_at: u64,
	/// When the chain received it.
	pub received_at: u64,
}

/// A price that could be reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Candidate {
	/// The price.
	pub price: Price,
	/// When it was observed.
	pub observed_at: u64,
}

/// Whether to report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
	/// Report.
	Report(Reason),
	/// Do not.
	Hold(Hold),
}

/// Why a price is reported.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Reason {
	/// The chain has no report of ours.
	First,
	/// The price has moved.
	Moved,
	/// The heartbeat is due.
	Heartbeat,
	/// Another feed is due and this one will be soon.
	Joined,
	/// Somebody asked for one report of everything.
	Asked,
}

impl Reason {
	/// As metrics and logs have it.
	pub fn label(self) -> &'static str {
		match self {
			Self::First => "first",
			Self::Moved => "moved",
			Self::Heartbeat => "heartbeat",
			Self::Joined => "joined",
			Self::Asked => "asked",
		}
	}
}

/// Why a price is not reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hold {
	/// It was not observed after the last accepted report: the chain would refuse it.
	NothingNewer,
	/// The last report was just now.
	TooSoon,
	/// It has not moved enough.
	NotDue {
		/// In how many milliseconds the heartbeat is due.
		heartbeat_in: u64,
	},
}

/// Whether `candidate` is to be reported at `now`, given the last accepted report.
pub fn decide(last: Option<&Accepted>, candidate: &Candidate, rules: &Rules, now: u64) -> Decision {
	let Some(last) = last else { return Decision::Report(Reason::First) };
	if candidate.observed_at <= last.observed_at {
		return Decision::Hold(Hold::NothingNewer);
	}
	if now < last.received_at.saturating_add(rules.minimum_interval) {
		return Decision::Hold(Hold::TooSoon);
	}
	if last.price.moved(candidate.price, rules.deviation_bps) {
		return Decision::Report(Reason::Moved);
	}
	// What a report counts for runs from its observation, so the heartbeat does too.
	let due = last.observed_at.saturating_add(rules.heartbeat);
	match due.saturating_sub(now) {
		0 => Decision::Report(Reason::Heartbeat),
		heartbeat_in => Decision::Hold(Hold::NotDue { heartbeat_in }),
	}
}

/// Decisions on several feeds taken together: if one is reported, those that are nearly due go along, in
/// the same transaction.
pub fn join<'a>(decisions: impl Iterator<Item = (&'a mut Decision, &'a Rules)>) {
	let mut decisions: Vec<_> = decisions.collect();
	if !decisions.iter().any(|(decision, _)| matches!(decision, Decision::Report(_))) {
		return;
	}
	for (decision, rules) in &mut decisions {
		if let Decision::Hold(Hold::NotDue { heartbeat_in }) = decision {
			if *heartbeat_in <= rules.join_within {
				**decision = Decision::Report(Reason::Joined);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	const RULES: Rules = Rules {
		deviation_bps: 50,
		heartbeat: 120_000,
		minimum_interval: 6_000,
		join_within: 12_000,
	};

	fn price(inner: u128) -> Price {
		Price::from_inner(inner).unwrap()
	}

	const AT: u64 = 1_000_000;

	fn last() -> Accepted {
		Accepted { price: price(10_000), observed_at: AT, received_at: AT + 3_000 }
	}

	fn at(now: u64, inner: u128, observed_at: u64) -> Decision {
		decide(Some(&last()), &Candidate { price: price(inner), observed_at }, &RULES, now)
	}

	#[test]
	fn the_first_report_goes_at_once() {
		let candidate = Candidate { price: price(1), observed_at: 0 };
		assert_eq!(decide(None, &candidate, &RULES, 0), Decision::Report(Reason::First));
	}

	#[test]
	fn a_move_counts_from_the_basis_point() {
		let now = AT + 60_000;
		assert_eq!(at(now, 10_050, now), Decision::Report(Reason::Moved));
		assert_eq!(at(now, 9_950, now), Decision::Report(Reason::Moved));
		let quiet = Decision::Hold(Hold::NotDue { heartbeat_in: 60_000 });
		assert_eq!((at(now, 10_049, now), at(now, 9_951, now)), (quiet, quiet));
	}

	#[test]
	fn the_heartbeat_counts_from_the_observation_to_the_millisecond() {
		let due = AT + 120_000;
		assert_eq!(at(due, 10_000, due), Decision::Report(Reason::Heartbeat));
		assert_eq!(at(due - 1, 10_000, due - 1), Decision::Hold(Hold::NotDue { heartbeat_in: 1 }));
	}

	#[test]
	fn never_what_the_chain_would_refuse_as_not_newer() {
		for inner in [10_000, 20_000] {
			assert_eq!(at(AT + 500_000, inner, AT), Decision::Hold(Hold::NothingNewer));
			assert_eq!(at(AT + 500_000, inner, AT - 1), Decision::Hold(Hold::NothingNewer));
		}
		assert_eq!(at(AT + 500_000, 20_000, AT + 1), Decision::Report(Reason::Moved));
	}

	#[test]
	fn not_twice_within_the_interval() {
		let received = AT + 3_000;
		assert_eq!(at(received + 5_999, 20_000, received), Decision::Hold(Hold::TooSoon));
		assert_eq!(at(received + 6_000, 20_000, received), Decision::Report(Reason::Moved));
		// A clock that was set back.
		assert_eq!(at(0, 20_000, received), Decision::Hold(Hold::TooSoon));
	}

	#[test]
	fn who_is_nearly_due_goes_along() {
		let hold = |heartbeat_in| Decision::Hold(Hold::NotDue { heartbeat_in });
		let joined = |mut decisions: Vec<Decision>| {
			join(decisions.iter_mut().map(|decision| (decision, &RULES)));
			decisions
		};
		let due = Decision::Report(Reason::Moved);
		let (soon, late) = (hold(12_000), hold(12_001));
		let stays = Decision::Hold(Hold::NothingNewer);
		assert_eq!(
			joined(vec![late, soon, due, stays]),
			vec![late, Decision::Report(Reason::Joined), due, stays]
		);
		assert_eq!(joined(vec![soon, late]), vec![soon, late], "nobody to go along with");
	}

	proptest! {
		/// However sources and clock behave: what is decided to be reported would not be refused for its
		/// time, and a feed that has something newer is never held for longer than its heartbeat.
		#[test]
		fn reports_are_newer_and_heartbeats_are_kept(
			last_price in 1u128..=crate::decimal::LARGEST,
			next_price in 1u128..=crate::decimal::LARGEST,
			observed in 0u64..10_000_000,
			delay in 0u64..60_000,
			newer in 0u64..1_000_000,
			now in 0u64..20_000_000,
			deviation_bps in 1u16..=10_000,
			heartbeat in 10_000u64..1_000_000,
		) {
			let rules = Rules { deviation_bps, heartbeat, ..RULES };
			let last = Accepted {
				price: price(last_price),
				observed_at: observed,
				received_at: observed + delay,
			};
			let candidate = Candidate { price: price(next_price), observed_at: observed + newer };
			let settled = now >= last.received_at + rules.minimum_interval;
			let due = now >= observed + heartbeat;
			match decide(Some(&last), &candidate, &rules, now) {
				Decision::Report(reason) => {
					prop_assert!(newer > 0 && settled);
					match reason {
						Reason::Moved => prop_assert!(last.price.moved(candidate.price, deviation_bps)),
						Reason::Heartbeat => prop_assert!(due),
						_ => prop_assert!(false, "{reason:?}"),
					}
				},
				Decision::Hold(_) => prop_assert!(newer == 0 || !settled || !due),
			}
		}
	}
}
