//! What runtime APIs answer.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use frame_support::traits::{Get, Time};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;
use strata_parameters::{Kind, Record};
use strata_traits::{Asset, CollateralListing, Moment, ParameterSet, Ratios};

use crate::{
	records::{Proposal, ProposalId, StewardTerms},
	Collateral, Config, Error, Guard, Guards, Ledgers, Listings, Pallet, Proposals, Settlement,
};

/// What stewards may do to a value of an asset's parameters now. Raw values: ratios and USD in 10^−18,
/// times in milliseconds.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Allowance {
	/// Which value.
	pub kind: Kind,
	/// What is decided.
	pub value: u128,
	/// How far one step goes.
	pub step: u128,
	/// How far all steps of the window go together.
	pub budget: u128,
	/// How far those that count now went.
	pub spent: u128,
	/// When it may be moved again, at the earliest.
	pub from: Moment,
}

impl<T: Config> Pallet<T> {
	/// Every listing, by asset. O(listings), for runtime APIs.
	pub fn listings() -> Listings {
		let mut collateral: Vec<_> = Collateral::<T>::iter().collect();
		let mut settlement: Vec<_> = Settlement::<T>::iter().collect();
		collateral.sort_by(|(one, _), (other, _)| one.cmp(other));
		settlement.sort_by(|(one, _), (other, _)| one.cmp(other));
		Listings { collateral, settlement }
	}

	/// The proposals that wait, the oldest first. O(proposals), for runtime APIs.
	pub fn proposals() -> Vec<(ProposalId, Proposal)> {
		let mut proposals: Vec<_> = Proposals::<T>::iter().collect();
		proposals.sort_by_key(|(id, _)| *id);
		proposals
	}

	/// The parameters that a book opened now is opened with: the ratios of this moment, and of the debt
	/// ceiling what is in force.
	pub fn effective_parameters(asset: &Asset) -> Option<ParameterSet> {
		let listing = Collateral::<T>::get(asset)?;
		let now = T::Time::now();
		Some(ParameterSet { debt_ceiling: listing.most_drawn(now), ..listing.parameters_at(now) })
	}

	/// What stewards may do to the parameters of `asset`; nothing of values that they never move.
	/// O(values), for runtime APIs.
	pub fn allowances(asset: &Asset) -> Vec<Allowance> {
		let Some(listing) = Collateral::<T>::get(asset) else { return Vec::new() };
		let ledger = Ledgers::<T>::get(asset);
		let allowance = |kind| Self::allowance(&listing, kind, ledger.record(kind));
		Kind::ALL.into_iter().filter_map(allowance).collect()
	}

	fn allowance(
		listing: &CollateralListing,
		kind: Kind,
		record: Option<&Record>,
	) -> Option<Allowance> {
		let terms = T::StewardTerms::terms(kind)?;
		let (now, window) = (T::Time::now(), T::Periods::get().budget_window);
		let value = kind.of(&listing.parameters);
		let changed = record.and_then(|record| record.changed);
		Some(Allowance {
			kind,
			value,
			step: terms.step.of(value),
			budget: record
				.map_or(terms.budget.of(value), |of| of.budget(&terms.budget, window, now, value)),
			// A sum that does not fit is more than any budget.
			spent: record.map_or(0, |of| of.spent(window, now).unwrap_or(u128::MAX)),
			from: changed.map_or(now, |at| at.saturating_add(terms.interval).max(now)),
		})
	}

	/// What a guardian did to `asset` and nobody ratified yet.
	pub fn guard(asset: &Asset) -> Option<Guard> {
		Guards::<T>::get(asset)
	}

	/// The debt, USD at par, that would become unsafe if `parameters` were in force at once: what a
	/// proposal has to declare at least.
	///
	/// # Errors
	/// [`Error::NotListed`], [`Error::Parameters`], and why it is not known.
	pub fn preview_impact(asset: &Asset, parameters: &ParameterSet) -> Result<u128, DispatchError> {
		let listing = Collateral::<T>::get(asset).ok_or(Error::<T>::NotListed)?;
		Self::ensure_parameters(parameters)?;
		let to = Ratios::of(parameters);
		if to == Ratios::of(&listing.parameters) {
			return Ok(0);
		}
		Self::impact(asset, &to, T::MaxRungs::get()).map(|impact| impact.debt)
	}
}
