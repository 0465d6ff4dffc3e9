//! What the court needs of deals: the runtime's [`strata_traits::Enforce`] comes here with every case
//! about a deal.
//!
//! A case is opened ([`Pallet::court_open`]), may have payments set aside ([`Pallet::court_freeze`]),
//! has its remedy carried out ([`Pallet::court_enforce`]) and is closed ([`Pallet::court_close`]).
//! While it is open no bond leaves, no worthless note is burned and the deal is not removed.
//!
//! # What pays
//!
//! Cash that the court holds for it; then what is the respondent's, and nothing else, in this order: the
//! originator's bond, his bond as servicer, what of the residual is set aside for the case, fees that
//! are payable to him, and what he could claim on the residual. The rest is a judgment
//! ([`Judgments`]): from then on what the deal pays him goes to the class first.
//!
//! # Who is paid
//!
//! [`Remedy::Compensate`](strata_traits::Remedy::Compensate) pays the class on an index of its own,
//! like a coupon: whoever holds the notes has it, no holder is touched.
//! [`Remedy::CompensateHolders`](strata_traits::Remedy::CompensateHolders) pays those who held the
//! class when the case was opened. Checkpoints keep that, copied when notes move; a deal keeps one such
//! record at a time, so a second such case waits for the end of the first one's award.
//!
//! # What waits
//!
//! A freeze keeps what dates pay to the residual, and in principal to classes junior to the one that
//! claims, in a ledger of its own. For the waterfall it is paid: balances fall, tests count it so, and
//! no coupon of a class that is sold is ever touched. So no freeze makes a deal default.
//!
//! # Rounding
//!
//! | amount | direction | left over to |
//! |---|---|---|
//! | remedy, amount · award / 10,000 | down | the respondent |
//! | compensation per note | down, remainder carried | the next compensation |
//! | award, amount · held / electorate | down | the reserve of the deal |

mod awards;
#[cfg(feature = "runtime-benchmarks")]
mod benchmark;
mod bonds;
mod enforce;
mod facts;
mod freeze;
mod judgments;
mod open;
mod sources;
mod transfer;
pub mod types;

use sp_runtime::DispatchError;
use strata_traits::{Case, Subject};

#[cfg(doc)]
use crate::Judgments;
use crate::{AccountIdOf, Balance, Config, DealId, DealLedgers, Error, Pallet};

impl<T: Config> Pallet<T> {
	/// The deal that a case is about.
	fn deal_of(case: &Case<AccountIdOf<T>>) -> Result<DealId, DispatchError> {
		match case.subject {
			Subject::Deal(deal) => Ok(deal),
			Subject::Feed(_) => Err(Error::<T>::NotOfDeals.into()),
		}
	}
}

impl DealLedgers {
	/// Pays `amount` to the class of rank `rank` on its index of compensation. `None`, and nothing is
	/// changed, if it has no notes, or if so much does not fit their number.
	pub(crate) fn compensate(&mut self, rank: u8, amount: Balance) -> Option<()> {
		let class = self.notes.get_mut(usize::from(rank))?;
		let index = class.compensation.paid(amount, class.units)?;
		self.cash.distributable = self.cash.distributable.checked_add(amount)?;
		class.compensation = index;
		Some(())
	}

	/// Gives `amount` to the deal itself: to its reserve. Of a closed deal it goes to the originator on
	/// removal, as all that is left. `None` if it does not fit.
	pub(crate) fn keep_in_reserve(&mut self, amount: Balance) -> Option<()> {
		if self.phase.is_some() {
			self.waterfall.reserve = self.waterfall.reserve.checked_add(amount)?;
		}
		Some(())
	}
}
