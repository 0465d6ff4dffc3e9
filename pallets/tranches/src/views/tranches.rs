//! Tranches.

use alloc::vec::Vec;

use super::{ratio_floor, sum, Issued};
use crate::{
	note_id, runtime_api::TrancheView, AccountIdOf, Balance, BookTermsOf, Config, DealId, Deals,
	Offerings, Pallet, Terms,
};

impl<T: Config> Pallet<T> {
	/// The tranches of a deal now, the senior-most first. Empty for an unknown deal.
	pub fn tranche_views(id: DealId) -> Vec<TrancheView> {
		let Some(deal) = Deals::<T>::get(id) else { return Vec::new() };
		match Issued::read::<T>(id) {
			Some(issued) => issued.tranches(id, &deal.terms),
			None => Self::offered_views(id, &deal.terms),
		}
		.unwrap_or_default()
	}

	/// Before closing there is only what is on offer.
	pub(super) fn offered_views(
		id: DealId,
		terms: &Terms<AccountIdOf<T>, BookTermsOf<T>>,
	) -> Option<Vec<TrancheView>> {
		let offering = Offerings::<T>::get(id).unwrap_or_default();
		(0u8..)
			.zip(terms.tranches.iter())
			.map(|(rank, terms)| {
				let class = offering.classes.get(usize::from(rank)).copied().unwrap_or_default();
				Some(TrancheView {
					rank,
					note: note_id(id, rank)?,
					coupon: terms.coupon,
					offered: terms.face,
					ordered: class.ordered,
					restricted: terms.restricted,
					..TrancheView::default()
				})
			})
			.collect()
	}
}

impl Issued {
	/// What each tranche is worth: what it is owed, as far as the net asset value goes after accrued
	/// fees and those senior to it; the residual is worth all that is left. `None` without a net asset
	/// value.
	fn values(&self) -> Option<Vec<Balance>> {
		let last = self.state.classes.len().checked_sub(1)?;
		let fees = sum(self.state.fees.iter().map(|fee| Some(fee.due)))?;
		let mut left = self.nav()?.saturating_sub(fees);
		let value = |(rank, class): (usize, &strata_waterfall::ClassState)| {
			let owed = class.balance.checked_add(class.interest_owed()?)?;
			let value = if rank == last { left } else { left.min(owed) };
			left = left.checked_sub(value)?;
			Some(value)
		};
		self.state.classes.iter().enumerate().map(value).collect()
	}

	/// The tranches, the senior-most first. `None` if a figure does not fit.
	pub(super) fn tranches<AccountId, BookTerms>(
		&self,
		id: DealId,
		terms: &Terms<AccountId, BookTerms>,
	) -> Option<Vec<TrancheView>> {
		let (nav, values) = (self.nav(), self.values());
		let mut senior = 0u128;
		let mut views = Vec::new();
		let classes = self.state.classes.iter().zip(self.ledgers.notes.iter());
		for ((rank, terms), (class, indices)) in (0u8..).zip(terms.tranches.iter()).zip(classes) {
			let due = class.interest_owed()?;
			senior = senior.checked_add(class.balance)?.checked_add(due)?;
			views.push(TrancheView {
				rank,
				note: note_id(id, rank)?,
				coupon: class.rate,
				offered: terms.face,
				ordered: 0,
				units: indices.units,
				balance: class.balance,
				factor: ratio_floor(class.balance, indices.units).unwrap_or_default(),
				due,
				interest_on_interest: class.interest_on_interest,
				interest_paid: class.interest_paid,
				principal_paid: class.principal_paid,
				pdl: class.pdl,
				written_off: class.written_off,
				coverage: nav.and_then(|nav| ratio_floor(nav, senior)),
				value: values.as_ref().and_then(|all| all.get(usize::from(rank)).copied()),
				restricted: self.ledgers.restricted.contains(rank),
			});
		}
		Some(views)
	}
}
