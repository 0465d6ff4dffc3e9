//! Which court tries a claim, with how many seats: jurors must not stand to gain more from a false
//! ruling than they stand to lose.

use sp_runtime::DispatchError;
use strata_court::panel_for;
use strata_traits::{Asset, Balance, Remedy};

use crate::{
	courts::MAX_DEPTH,
	pallet::{Config, Pallet},
	types::{Court, CourtId, Route, Terms, Value},
};

impl<T: Config> Pallet<T> {
	/// Where a claim of `amount` that is filed in `court` goes.
	///
	/// The first court from `court` upwards one of whose panels secures the claim
	/// ([`strata_court::secured`]), with the smallest such panel. If none does, or nobody knows what the
	/// claim is worth: the nearest court that wants a role, and the final authority confirms; without such
	/// a court the final authority alone. What pays nothing is tried by the court's own panel.
	///
	/// # Errors
	/// [`crate::Error::UnknownCourt`].
	pub(crate) fn route(
		court: CourtId,
		asset: Option<&Asset>,
		amount: Balance,
	) -> Result<Route, DispatchError> {
		let claim = match asset.filter(|_| amount > 0) {
			Some(asset) => T::Value::in_native(asset, amount),
			None => Some(0),
		};
		Self::route_worth(court, claim)
	}

	/// Where a case goes that is about `remedy`. Notes have no amount, but they are worth something, and
	/// nobody knows how much.
	///
	/// # Errors
	/// [`crate::Error::UnknownCourt`].
	pub(crate) fn route_of(
		court: CourtId,
		asset: Option<&Asset>,
		remedy: &Remedy<T::AccountId>,
	) -> Result<Route, DispatchError> {
		match remedy {
			Remedy::TransferNotes { .. } => Self::route_worth(court, None),
			_ => Self::route(court, asset, remedy.amount()),
		}
	}

	/// Whether the remedy is a sum of money. Then no more than that is kept for it, and as much money can
	/// stand in for what is kept.
	pub(crate) fn is_sum(remedy: &Remedy<T::AccountId>) -> bool {
		match remedy {
			Remedy::Compensate { .. }
			| Remedy::CompensateHolders { .. }
			| Remedy::VoidPrice { .. } => true,
			Remedy::Accelerate | Remedy::ReplaceServicer { .. } | Remedy::TransferNotes { .. } => {
				false
			},
		}
	}

	/// Where a claim goes that is worth so much, in STRA, if somebody knows.
	fn route_worth(court: CourtId, claim: Option<Balance>) -> Result<Route, DispatchError> {
		let courts = Self::upwards(court)?;
		let secured = claim.and_then(|claim| {
			courts.iter().find_map(|(court, terms)| {
				let panel = Self::secures(terms, claim)?;
				Some(Route { court: *court, panel, confirm: false })
			})
		});
		let accredited = || {
			let (court, terms) = courts.iter().find(|(_, terms)| terms.role.is_some())?;
			Some(Route { court: *court, panel: terms.panel, confirm: true })
		};
		Ok(secured.or_else(accredited).unwrap_or(Route { court, panel: 0, confirm: true }))
	}

	/// The smallest panel that secures a claim worth `claim` STRA. Reckoned by the least that an
	/// incoherent vote costs: that is what it does cost where a bribe has turned half of the panel.
	fn secures(terms: &Terms, claim: Balance) -> Option<u8> {
		let Terms { panel, appeals, fee, deposit, penalties, .. } = terms;
		panel_for(claim, *panel, *appeals, *fee, *deposit, penalties.least)
	}

	/// The court and those above it, the nearest first, with their terms now.
	fn upwards(court: CourtId) -> Result<alloc::vec::Vec<(CourtId, Terms)>, DispatchError> {
		let mut courts = alloc::vec::Vec::new();
		let mut next = Some(court);
		for _ in 0..MAX_DEPTH {
			let Some(court) = next else { break };
			let Court { parent, version, .. } = Self::court(court)?;
			courts.push((court, Self::terms_of(court, version)?));
			next = parent;
		}
		Ok(courts)
	}
}
