//! One value out of the reports of several classes of reporters: valuations and attestations.
//!
//! A trustee, an auditor and a servicer see different things. Each class must have reported, whatever
//! the others say; and no class can outvote the others by its numbers.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
	aggregate, aggregate::sorted, lower_median, upper_median, Aggregate, Medians, Report,
	MAX_REPORTS,
};

/// A class of reporters: trustee, auditor, servicer, or what a feed says.
pub type Class = u8;

/// How many of a class must have reported.
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
pub struct ClassQuorum {
	/// The class.
	pub class: Class,
	/// Fresh reports of it that are needed. Above 0.
	pub least: u32,
}

/// How the classes make one value.
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
pub enum ClassRule {
	/// The median of the medians of the classes, lower of the lower and upper of the upper ones. Of C
	/// classes ⌊(C − 1)/2⌋ may be bought as a whole.
	MedianOfMedians,
	/// The lower of the medians of this class, the trustee's, and of all reports. It never exceeds
	/// what either of them says.
	LowerOf(Class),
}

/// Why the classes make no value.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub enum NoClassValue {
	/// No classes, one twice, one that needs no report, more than [`MAX_REPORTS`] of them, or a rule
	/// about a class that is none of them.
	BadTerms,
	/// More than [`MAX_REPORTS`] reports, or one of a class that is not named.
	BadReports,
	/// All reports together are below the quorum.
	BelowQuorum,
	/// Too few fresh reports of a class, the first such one.
	Missing {
		/// The class.
		class: Class,
	},
}

/// The aggregate of the reports that are fresh at `now`, in any order, each with its reporter's class.
///
/// Medians are those of the rule; `fresh` counts all reports; the value holds until the quorum, or that
/// of a class, is lost, whichever is first; `confidence` is that of all reports, and how far their
/// middle lies from this one. O(classes · [`MAX_REPORTS`]²).
///
/// # Errors
/// The first [`NoClassValue`] found, in its order.
pub fn aggregate_classes(
	reports: &[(Class, Report)],
	classes: &[ClassQuorum],
	rule: ClassRule,
	quorum: u32,
	time_to_live: u64,
	now: u64,
) -> Result<Aggregate, NoClassValue> {
	check(reports, classes, rule)?;
	let of = |class: Option<Class>, quorum: u32| {
		let mut buffer = [Report { value: 0, observed_at: 0 }; MAX_REPORTS];
		let chosen = reports.iter().filter(|(of, _)| class.is_none_or(|class| class == *of));
		let mut count = 0usize;
		for (place, (_, report)) in buffer.iter_mut().zip(chosen) {
			*place = *report;
			count = count.saturating_add(1);
		}
		aggregate(buffer.get(..count)?, quorum, time_to_live, now)
	};
	let all = of(None, quorum).ok_or(NoClassValue::BelowQuorum)?;
	let mut found = [all; MAX_REPORTS];
	for (place, terms) in found.iter_mut().zip(classes) {
		let missing = NoClassValue::Missing { class: terms.class };
		*place = of(Some(terms.class), terms.least).ok_or(missing)?;
	}
	let found = found.get(..classes.len()).ok_or(NoClassValue::BadTerms)?;
	let medians = match rule {
		ClassRule::MedianOfMedians => median_of(found),
		ClassRule::LowerOf(class) => classes
			.iter()
			.zip(found)
			.find(|(terms, _)| terms.class == class)
			.map(|(_, leading)| lower_of(leading.medians(), all.medians())),
	};
	let medians = medians.ok_or(NoClassValue::BadTerms)?;
	Ok(Aggregate {
		lower: medians.lower,
		mid: medians.mid(),
		upper: medians.upper,
		confidence: all.confidence.saturating_add(medians.mid().abs_diff(all.mid)),
		fresh: all.fresh,
		observed_at: found.iter().fold(all.observed_at, |least, a| least.min(a.observed_at)),
		valid_until: found.iter().fold(all.valid_until, |least, a| least.min(a.valid_until)),
	})
}

/// Whether terms and reports hold together.
fn check(
	reports: &[(Class, Report)],
	classes: &[ClassQuorum],
	rule: ClassRule,
) -> Result<(), NoClassValue> {
	let times = |class: Class| classes.iter().filter(|terms| terms.class == class).count();
	let good = !classes.is_empty()
		&& classes.len() <= MAX_REPORTS
		&& classes.iter().all(|terms| terms.least > 0 && times(terms.class) == 1)
		&& match rule {
			ClassRule::MedianOfMedians => true,
			ClassRule::LowerOf(class) => times(class) == 1,
		};
	if !good {
		return Err(NoClassValue::BadTerms);
	}
	if reports.len() > MAX_REPORTS || reports.iter().any(|(class, _)| times(*class) == 0) {
		return Err(NoClassValue::BadReports);
	}
	Ok(())
}

/// The lower median of the lower medians, the upper one of the upper ones.
fn median_of(classes: &[Aggregate]) -> Option<Medians> {
	let mut lower = [0; MAX_REPORTS];
	let mut upper = [0; MAX_REPORTS];
	Some(Medians {
		lower: lower_median(sorted(&mut lower, classes.iter().map(|a| a.lower))?)?,
		upper: upper_median(sorted(&mut upper, classes.iter().map(|a| a.upper))?)?,
	})
}

/// The lower of each.
fn lower_of(one: Medians, other: Medians) -> Medians {
	Medians { lower: one.lower.min(other.lower), upper: one.upper.min(other.upper) }
}
