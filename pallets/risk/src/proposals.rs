//! Proposals: made, executed when their time has come, cancelled, expired.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_parameters::Direction;
use strata_traits::{
	Asset, CollateralListing, Exposure, Impact, ImpactUnknown, Moment, ParameterSet, Ratios,
};

use crate::{
	changes::{direction, starts},
	records::{Level, Proposal, ProposalId, Source, Tightening},
	Collateral, Config, Error, Event, Guards, Ledgers, NextProposal, Pallet, Proposals,
	ProposalsOf,
};

impl<T: Config> Pallet<T> {
	/// Proposes new parameters of `asset`.
	pub(crate) fn do_propose(
		level: Level,
		asset: Asset,
		parameters: ParameterSet,
		declared_impact: u128,
		ramp: Moment,
	) -> DispatchResult {
		let listing = Collateral::<T>::get(&asset).ok_or(Error::<T>::NotListed)?;
		ensure!(Proposals::<T>::count() < T::MaxProposals::get(), Error::<T>::TooManyProposals);
		let tightening = Self::tightening(&asset);
		let (now, periods) = (T::Time::now(), T::Periods::get());
		let way = direction(&starts(&listing, tightening.as_ref(), &parameters, now), &parameters);
		let later = |at: Moment, by| at.checked_add(by).ok_or(ArithmeticError::Overflow);
		let executable_from = later(now, periods.delay(level, way))?;
		let proposal = Proposal {
			asset: asset.clone(),
			parameters,
			level,
			declared_impact,
			ramp,
			proposed_at: now,
			executable_from,
			expires: later(executable_from, periods.execution)?,
		};
		let mut ledger = Ledgers::<T>::get(&asset);
		let at = executable_from;
		Self::check_change(&listing, tightening.as_ref(), &proposal, at, &mut ledger)?;
		let id = NextProposal::<T>::get();
		NextProposal::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		ProposalsOf::<T>::try_append(&asset, id).map_err(|()| Error::<T>::TooManyProposals)?;
		Proposals::<T>::insert(id, proposal.clone());
		Self::deposit_event(Event::Proposed { id, direction: way, proposal });
		Ok(())
	}

	/// Executes a proposal whose time has come. How many rungs were read.
	pub(crate) fn do_execute(id: ProposalId, most_rungs: u32) -> Result<u32, DispatchError> {
		ensure!(most_rungs <= T::MaxRungs::get(), Error::<T>::TooManyRungs);
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
		let now = T::Time::now();
		ensure!(now < proposal.expires, Error::<T>::Expired);
		ensure!(now >= proposal.executable_from, Error::<T>::TooEarly);
		let asset = proposal.asset.clone();
		let listing = Collateral::<T>::get(&asset).ok_or(Error::<T>::NotListed)?;
		let tightening = Self::tightening(&asset);
		let mut ledger = Ledgers::<T>::get(&asset);
		let change =
			Self::check_change(&listing, tightening.as_ref(), &proposal, now, &mut ledger)?;
		// What was a tightening when it was proposed may be a loosening of what came in between.
		let needed = T::Periods::get().delay(proposal.level, change.direction);
		let waited = now.checked_sub(proposal.proposed_at).is_some_and(|passed| passed >= needed);
		ensure!(waited, Error::<T>::DelayTooShort);
		let impact = match change.ramp {
			Some(ramp) => Self::impact(&asset, &ramp.to, most_rungs)?,
			None => Impact::default(),
		};
		ensure!(impact.debt <= proposal.declared_impact, Error::<T>::ImpactAboveDeclared);
		Self::forget_proposal(id, &asset);
		Ledgers::<T>::insert(&asset, ledger);
		// The new set was decided as a whole: what a guardian tightened before does not come back.
		Self::end_tightening(&asset)?;
		let by = Source::Proposal(proposal.level);
		let version = Self::apply(&asset, listing, proposal.parameters, change.ramp, by, now)?;
		Self::deposit_event(Event::Executed { id, asset, version, impact: impact.debt });
		Ok(impact.rungs)
	}

	/// The debt that `ratios` would make unsafe at once.
	pub(crate) fn impact(
		asset: &Asset,
		ratios: &Ratios,
		most_rungs: u32,
	) -> Result<Impact, DispatchError> {
		T::Exposure::impact(asset, ratios, most_rungs).map_err(|unknown| match unknown {
			ImpactUnknown::NoPrice => Error::<T>::NoPrice.into(),
			ImpactUnknown::TooManyRungs => Error::<T>::TooManyRungs.into(),
			ImpactUnknown::Overflow => ArithmeticError::Overflow.into(),
		})
	}

	/// Drops a proposal; `guarded` if by a guardian, who does not stand in the way of tightening.
	pub(crate) fn do_cancel(id: ProposalId, guarded: bool) -> DispatchResult {
		let Proposal { asset, parameters, .. } =
			Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
		if let Some(listing) = Collateral::<T>::get(&asset).filter(|_| guarded) {
			let way = Self::present_direction(&listing, &asset, &parameters);
			ensure!(way != Direction::Tighter, Error::<T>::OnlyTightens);
		}
		Self::forget_proposal(id, &asset);
		Self::deposit_event(Event::Cancelled { id, asset });
		Ok(())
	}

	/// Which way a change to `to` goes now.
	fn present_direction(
		listing: &CollateralListing,
		asset: &Asset,
		to: &ParameterSet,
	) -> Direction {
		let tightening = Self::tightening(asset);
		direction(&starts(listing, tightening.as_ref(), to, T::Time::now()), to)
	}

	/// Removes a proposal that cannot be executed any more.
	pub(crate) fn do_expire(id: ProposalId) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::UnknownProposal)?;
		ensure!(T::Time::now() >= proposal.expires, Error::<T>::NotExpired);
		Self::forget_proposal(id, &proposal.asset);
		Self::deposit_event(Event::ProposalExpired { id, asset: proposal.asset });
		Ok(())
	}

	/// What a guardian tightened of `asset`.
	pub(crate) fn tightening(asset: &Asset) -> Option<Tightening> {
		Guards::<T>::get(asset)?.tightening
	}

	fn forget_proposal(id: ProposalId, asset: &Asset) {
		Proposals::<T>::remove(id);
		ProposalsOf::<T>::mutate_exists(asset, |slot| {
			if let Some(ids) = slot {
				ids.retain(|other| *other != id);
			}
			*slot = slot.take().filter(|ids| !ids.is_empty());
		});
	}
}
