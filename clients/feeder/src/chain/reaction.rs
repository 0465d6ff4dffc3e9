//! What to do about a refusal, by its name.

/// What to do about a refusal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reaction {
	/// The chain has another report of ours than we think: read it, and go on from there.
	ReadReports,
	/// A feed is not as we think: read what the chain wants, and go on without those that are not ours.
	ReadTerms,
	/// All reports would be refused: read why, and wait until that is over.
	ReadStanding,
	/// The chain takes fewer reports at a time than we think: read how many.
	ReadLimits,
	/// This machine's clock, or that of a source, is wrong. Somebody must look at it; wait meanwhile.
	CheckClock,
	/// Nothing that we can read tells more: the call is paused, the chain is in safe mode, or there is a
	/// mistake in this program. Wait.
	Wait,
}

/// What to do about the error `Pallet.Name`.
pub fn reaction(error: &str) -> Reaction {
	use Reaction::*;
	match error {
		"Oracle.NotNewer" | "Oracle.AlreadyReported" => ReadReports,
		"Oracle.UnknownFeed"
		| "Oracle.NotAFeeder"
		| "Oracle.OutsideBounds"
		| "Oracle.HalfWidthTooLarge"
		| "Oracle.ObservedTooLongAgo" => ReadTerms,
		"Oracle.ObservedInFuture" => CheckClock,
		"Oracle.NotBonded" | "Oracle.BondTooLow" | "Oracle.Leaving" | "Oracle.Jailed" => {
			ReadStanding
		},
		"Oracle.TooManyReports" => ReadLimits,
		_ => Wait,
	}
}

impl Reaction {
	/// Whether one feed of a batch is to blame, and the others could be reported without it.
	pub fn blames_a_feed(self) -> bool {
		matches!(self, Self::ReadReports | Self::ReadTerms)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_have_their_reaction() {
		for (error, expected) in [
			("Oracle.NotNewer", Reaction::ReadReports),
			("Oracle.Jailed", Reaction::ReadStanding),
			("Oracle.OutsideBounds", Reaction::ReadTerms),
			("Oracle.ObservedInFuture", Reaction::CheckClock),
			("System.CallFiltered", Reaction::Wait),
			// Another pallet's error of the same name.
			("Risk.NotNewer", Reaction::Wait),
			("", Reaction::Wait),
		] {
			assert_eq!(reaction(error), expected, "{error}");
		}
	}
}
