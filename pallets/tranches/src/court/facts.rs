//! Defaults that the chain sees by itself.

use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{DealDefault, Facts, PriceFeeds, Watch};

use crate::{Config, DealId, DealLedgers, Deals, Error, Event, Ledgers, Moment, Pallet, Phase};

impl DealLedgers {
	/// Whether `default` would have anything to change: a deal that lends or amortises is accelerated, a
	/// servicer that is not in default is declared to be.
	fn may_change(&self, default: DealDefault) -> bool {
		match default {
			DealDefault::CouponUnpaid | DealDefault::CoverageFailed(_) => {
				matches!(self.phase, Some(Phase::Revolving | Phase::Amortising))
			},
			DealDefault::AttestationOverdue => self.phase.is_some() && !self.servicer_default,
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Whether every payment date that has come is run.
	fn is_run(ledgers: &DealLedgers) -> bool {
		Self::now() < ledgers.next_date && !ledgers.parked
	}

	/// Since when `default` is there, or from when on it would be if nothing happens: what a payment date
	/// that has come would find is not known before it is run. `None` if it is not in sight, or if the
	/// moment does not fit.
	fn default_at(id: DealId, ledgers: &DealLedgers, default: DealDefault) -> Option<Moment> {
		let terms = &ledgers.defaults;
		let known = || Self::is_run(ledgers);
		match default {
			DealDefault::CouponUnpaid => {
				ledgers.unpaid_since.filter(|_| known())?.checked_add(terms.grace)
			},
			DealDefault::CoverageFailed(test) => {
				let since = *ledgers.failed_since.get(usize::from(test))?;
				let cure = Some(terms.cure).filter(|cure| *cure > 0 && known())?;
				since?.checked_add(cure)
			},
			DealDefault::AttestationOverdue => {
				let (feed, limit) = terms.attestation?;
				let observed = T::Feeds::reading(feed).last().map(|quote| quote.observed_at);
				// The first one is due so long after closing.
				let from = match observed {
					Some(observed) => observed,
					None => Deals::<T>::get(id)?.terms.schedule.offering_end,
				};
				from.checked_add(limit)?.checked_add(1)
			},
		}
	}

	/// The first default that could change anything, and when it would be there.
	fn next_in_sight(id: DealId, ledgers: &DealLedgers) -> Option<(Moment, DealDefault)> {
		let tests = (0u8..).zip(ledgers.failed_since.iter());
		let failed = tests.filter(|(_, since)| since.is_some());
		let coverage = failed.map(|(test, _)| DealDefault::CoverageFailed(test));
		[DealDefault::CouponUnpaid, DealDefault::AttestationOverdue]
			.into_iter()
			.chain(coverage)
			.filter(|default| ledgers.may_change(*default))
			.filter_map(|default| Some((Self::default_at(id, ledgers, default)?, default)))
			.min_by_key(|(at, _)| *at)
	}

	/// Has somebody look for the next default of the deal when it would be there.
	pub(crate) fn watch_defaults(id: DealId, ledgers: &DealLedgers) {
		if let Some((at, _)) = Self::next_in_sight(id, ledgers) {
			T::Watch::watch(id, at);
		}
	}

	/// The same after a payment date, which changes what is known of coupons and tests.
	pub(crate) fn watch_after_date(id: DealId, ledgers: &DealLedgers) {
		let failing = ledgers.failed_since.iter().any(Option::is_some);
		if ledgers.unpaid_since.is_some() || failing {
			Self::watch_defaults(id, ledgers);
		}
	}
}

impl<T: Config> Facts for Pallet<T> {
	fn holds(deal: DealId, default: DealDefault) -> Result<bool, DispatchError> {
		let ledgers = Self::active(deal, Error::<T>::WrongState)?;
		if let DealDefault::CoverageFailed(test) = default {
			let known = usize::from(test) < ledgers.failed_since.len();
			ensure!(known, Error::<T>::UnknownTest);
		}
		Ok(Self::default_at(deal, &ledgers, default).is_some_and(|at| Self::now() >= at))
	}

	fn next_default(deal: DealId) -> Option<(Moment, DealDefault)> {
		Self::next_in_sight(deal, &Ledgers::<T>::get(deal)?)
	}

	fn declare(deal: DealId, default: DealDefault) -> DispatchResult {
		let mut ledgers = Self::active(deal, Error::<T>::WrongState)?;
		ensure!(ledgers.may_change(default), Error::<T>::NothingChanges);
		let dated = default != DealDefault::AttestationOverdue;
		// A date that has come is run first, as it would have been in time.
		ensure!(!dated || Self::is_run(&ledgers), Error::<T>::PaymentPending);
		ensure!(Self::holds(deal, default)?, Error::<T>::NoDefault);
		Self::deposit_event(Event::DefaultDeclared { deal, default });
		match default {
			DealDefault::CouponUnpaid | DealDefault::CoverageFailed(_) => {
				Self::mature_books(deal, &mut ledgers)?;
			},
			DealDefault::AttestationOverdue => {
				ledgers.servicer_default = true;
				Self::deposit_event(Event::ServicerDefaultSet { deal, default: true });
			},
		}
		Ledgers::<T>::insert(deal, ledgers);
		Ok(())
	}
}
