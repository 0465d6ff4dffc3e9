//! What a change of parameters must satisfy, and putting it in force.

use alloc::{vec, vec::Vec};

use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_parameters::{compare, Direction, Ledger};
use strata_traits::{Asset, CollateralListing, Exposure, Moment, ParameterSet, Ramp, Ratios};

use crate::{
	records::{Level, Proposal, Source, StewardTerms, Tightening, Version, MAX_HISTORY},
	Collateral, Config, Error, Event, History, Pallet,
};

/// A change that no rule stands against.
pub(crate) struct Change {
	/// Which way it goes.
	pub direction: Direction,
	/// How the ratios move, if they do.
	pub ramp: Option<Ramp>,
}

/// Everything that a change to `to` at `at` starts from, the decided parameters first.
///
/// Ratios may be on their way, and what a guardian tightened may be about to revert. A change counts
/// as what it is from any of them: nobody loosens a decision by catching it half-way.
pub(crate) fn starts(
	listing: &CollateralListing,
	tightening: Option<&Tightening>,
	to: &ParameterSet,
	at: Moment,
) -> Vec<ParameterSet> {
	let mut starts = vec![listing.parameters];
	if Ratios::of(&listing.parameters) != Ratios::of(to) {
		starts.push(listing.parameters_at(at));
	}
	starts.extend(tightening.map(|tightening| tightening.before));
	starts
}

/// Which way a change from all of `starts` to `to` goes.
pub(crate) fn direction(starts: &[ParameterSet], to: &ParameterSet) -> Direction {
	starts.iter().map(|start| compare(start, to)).fold(Direction::Same, Direction::and)
}

impl<T: Config> Pallet<T> {
	/// Checks everything about `proposal` but its time and its impact, as if it were executed `at`, and
	/// notes it in `ledger`, which is to be thrown away if it fails.
	pub(crate) fn check_change(
		listing: &CollateralListing,
		tightening: Option<&Tightening>,
		proposal: &Proposal,
		at: Moment,
		ledger: &mut Ledger,
	) -> Result<Change, DispatchError> {
		let to = &proposal.parameters;
		Self::ensure_parameters(to)?;
		let starts = starts(listing, tightening, to, at);
		let direction = direction(&starts, to);
		ensure!(direction != Direction::Same, Error::<T>::NothingChanges);
		let ramp = Self::checked_ramp(listing, &starts, proposal, at)?;
		match proposal.level {
			Level::Admin => ledger.change(&listing.parameters, to, at),
			Level::Steward => {
				let window = T::Periods::get().budget_window;
				ledger
					.step(&starts, to, T::StewardTerms::terms, window, at)
					.map_err(|(kind, refused)| Error::<T>::Step(kind, refused))?;
			},
		}
		Ok(Change { direction, ramp })
	}

	/// The ramp of `proposal`, `None` if its ratios are those that are decided: what is on its way then
	/// goes on. What is in force meanwhile must go together with the new values at every instant; the
	/// relations are linear, so both ends suffice.
	fn checked_ramp(
		listing: &CollateralListing,
		starts: &[ParameterSet],
		proposal: &Proposal,
		at: Moment,
	) -> Result<Option<Ramp>, DispatchError> {
		let (to, length) = (&proposal.parameters, proposal.ramp);
		let periods = T::Periods::get();
		ensure!(length <= periods.greatest_ramp, Error::<T>::RampTooLong);
		let ends = at.checked_add(length).ok_or(ArithmeticError::Overflow)?;
		let moves = Ratios::of(&listing.parameters) != Ratios::of(to);
		let ramp =
			moves.then(|| Ramp { from: listing.ratios(at), to: Ratios::of(to), begins: at, ends });
		let rises = starts.iter().any(|start| to.liquidation_ratio > start.liquidation_ratio);
		let gentle = ramp.is_none() || !rises || length >= periods.least_ramp;
		ensure!(gentle, Error::<T>::RampTooShort);
		Self::ensure_together(ramp.map_or(listing.ratios(at), |ramp| ramp.at(at)), to)?;
		Ok(ramp)
	}

	/// Whether `ratios` go together with the other values of `set`.
	pub(crate) fn ensure_together(ratios: Ratios, set: &ParameterSet) -> Result<(), Error<T>> {
		ratios.put_into(*set).validate().map_err(Error::<T>::Parameters)
	}

	/// Puts parameters in force as a new version. With a ramp the books that follow go over to it.
	pub(crate) fn apply(
		asset: &Asset,
		listing: CollateralListing,
		parameters: ParameterSet,
		ramp: Option<Ramp>,
		by: Source,
		now: Moment,
	) -> Result<u32, DispatchError> {
		let version = listing.version.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let mut changed =
			CollateralListing { parameters, version, ramp: ramp.or(listing.ramp), ..listing };
		changed.ceiling = changed.ceiling_at(now);
		Collateral::<T>::insert(asset, changed);
		Self::remember(asset, &changed, by, now);
		if let Some(ramp) = ramp {
			T::Exposure::follow(asset, &ramp)?;
		}
		let (asset, ramp) = (asset.clone(), changed.ramp);
		Self::deposit_event(Event::ParametersSet { asset, version, parameters, ramp, by });
		Ok(version)
	}

	/// Remembers the parameters of `listing` under its version, and forgets the oldest beyond
	/// [`MAX_HISTORY`].
	pub(crate) fn remember(asset: &Asset, listing: &CollateralListing, by: Source, now: Moment) {
		let CollateralListing { parameters, ramp, version, .. } = *listing;
		History::<T>::insert(asset, version, Version { parameters, ramp, since: now, by });
		if let Some(oldest) = version.checked_sub(MAX_HISTORY) {
			History::<T>::remove(asset, oldest);
		}
	}
}
