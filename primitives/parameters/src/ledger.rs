//! What was changed of an asset's parameters, and when.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedBTreeMap, ConstU32};
use strata_traits::{Moment, ParameterSet};

use crate::{
	steps::{ensure_near, Record},
	Kind, StepRefused, StepTerms, KINDS,
};

/// The changes of an asset's parameters, by kind. A kind that was never changed has no record.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Ledger(BoundedBTreeMap<Kind, Record, ConstU32<KINDS>>);

/// Whether any of `from` has another value of `kind` than `to`.
fn moves(kind: Kind, from: &[ParameterSet], to: &ParameterSet) -> bool {
	let end = kind.of(to);
	from.iter().any(|set| kind.of(set) != end)
}

/// Whether one step leads from each of `from` to `to`.
///
/// # Errors
/// The first kind of which it goes further than `terms` say, or of which they say nothing.
pub fn ensure_one_step(
	from: &[ParameterSet],
	to: &ParameterSet,
	terms: impl Fn(Kind) -> Option<StepTerms>,
) -> Result<(), (Kind, StepRefused)> {
	for kind in Kind::ALL.into_iter().filter(|kind| moves(*kind, from, to)) {
		let allowed = terms(kind).ok_or((kind, StepRefused::NoSteps))?;
		ensure_near(from.iter().map(|set| kind.of(set)), kind.of(to), &allowed.step)
			.map_err(|error| (kind, error))?;
	}
	Ok(())
}

impl Ledger {
	/// The record of `kind`.
	pub fn record(&self, kind: Kind) -> Option<&Record> {
		self.0.get(&kind)
	}

	/// Notes that `now` stewards go over to `to`. What it starts from is not always one set: values may
	/// be on their way, or be about to revert. `from` has all that count, with the decided one first; a
	/// step is short enough if it is so from each, and costs as much of the budget as from the furthest.
	///
	/// # Errors
	/// The first kind that it cannot be done for, and why. The ledger is to be thrown away then.
	pub fn step(
		&mut self,
		from: &[ParameterSet],
		to: &ParameterSet,
		terms: impl Fn(Kind) -> Option<StepTerms>,
		window: Moment,
		now: Moment,
	) -> Result<(), (Kind, StepRefused)> {
		ensure_one_step(from, to, &terms)?;
		for kind in Kind::ALL.into_iter().filter(|kind| moves(*kind, from, to)) {
			let refused = |error| (kind, error);
			let allowed = terms(kind).ok_or(refused(StepRefused::NoSteps))?;
			let end = kind.of(to);
			let by = from.iter().map(|set| kind.of(set).abs_diff(end)).max().unwrap_or_default();
			let start = from.first().map_or(end, |set| kind.of(set));
			let mut record = self.0.get(&kind).cloned().unwrap_or_default();
			record.step(start, by, &allowed, window, now).map_err(refused)?;
			self.put(kind, record);
		}
		Ok(())
	}

	/// Notes that `now` governance went from `from` to `to`, which no step or budget bounds.
	pub fn change(&mut self, from: &ParameterSet, to: &ParameterSet, now: Moment) {
		for kind in Kind::ALL.into_iter().filter(|kind| kind.of(from) != kind.of(to)) {
			let mut record = self.0.get(&kind).cloned().unwrap_or_default();
			record.changed = Some(now);
			self.put(kind, record);
		}
	}

	/// There is room for every kind.
	fn put(&mut self, kind: Kind, record: Record) {
		let kept = self.0.try_insert(kind, record).is_ok();
		debug_assert!(kept, "a ledger has room for every kind");
	}

	/// Every record, by kind.
	pub fn iter(&self) -> impl Iterator<Item = (&Kind, &Record)> {
		self.0.iter()
	}
}
