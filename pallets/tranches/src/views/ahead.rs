//! What would be, on a date and in a loss.

use alloc::vec::Vec;
use sp_runtime::traits::{One, Zero};
use strata_numbers::{ratio_mul_floor, Ratio};
use strata_risk_measures::losses_by_rank;
use strata_waterfall::{Payment, Pool};

use super::{ratio_floor, sum, Issued};
use crate::{
	payments::{Dated, End},
	runtime_api::{ClassLoss, LossScenario, PaymentPreview},
	Balance, Config, DealId, Opening, Pallet, Phase, Receipts,
};

impl<T: Config> Pallet<T> {
	/// What each class would be paid on the next payment date if this much more cash came in before
	/// it. Empty if the deal is not active.
	pub fn dry_run(id: DealId, interest: Balance, principal: Balance) -> Vec<Payment> {
		let more = Receipts { interest, principal, ..Receipts::default() };
		let preview = Self::preview_payment(id, &more);
		preview.map(|preview| preview.outcome.payments.to_vec()).unwrap_or_default()
	}

	/// The next payment date, if `more` came in before it. What of it is principal, or lost, is no
	/// longer lent: it comes out of what counts in tests, unit for unit. Nothing is written.
	///
	/// `None` if the deal is not active, or if a figure does not fit.
	pub fn preview_payment(id: DealId, more: &Receipts) -> Option<PaymentPreview> {
		let Issued { program, ledgers, .. } = Issued::active::<T>(id)?;
		let receipts = ledgers.cash.available.plus(more)?;
		let Dated { netted, mut collections, mut outcome, end, .. } =
			Self::ahead(&program, &ledgers, more).ok()?;
		let gone = more.principal.checked_add(more.losses)?;
		if !gone.is_zero() {
			collections.pool = less(&collections.pool, gone);
			let state = ledgers.waterfall.clone();
			let called = ledgers.phase == Some(Phase::Called);
			let opening = Opening { state, receipts, collections, called };
			outcome = opening.rerun(&program, None)?;
		}
		Some(PaymentPreview {
			date: collections.date,
			receipts,
			charged: netted.losses,
			to_reserve: netted.to_reserve,
			pool: collections.pool,
			held: collections.hold_residual,
			last: end != End::Open,
			outcome,
		})
	}

	/// What each class would lose if `defaults` of what is lent defaulted and `recovery` of it came
	/// back, rounded down. `None` before closing and after the end, above a recovery of 1, while a
	/// book cannot say what it is owed, or if a figure does not fit.
	pub fn loss_scenario(id: DealId, defaults: Balance, recovery: Ratio) -> Option<LossScenario> {
		let issued = Issued::active::<T>(id).filter(|_| recovery <= Ratio::one())?;
		let lent = issued.lent()?;
		let defaults = defaults.min(lent);
		let lost = defaults.checked_sub(ratio_mul_floor(defaults, recovery)?)?;
		let assets = lent.checked_add(issued.principal_cash()?)?.checked_sub(lost)?;
		let balances: Vec<_> = issued.state.classes.iter().map(|class| class.balance).collect();
		let losses = losses_by_rank(&balances, assets);
		let classes = (0u8..).zip(balances.iter()).zip(losses);
		let classes = classes.map(|((rank, balance), loss)| ClassLoss {
			rank,
			balance: *balance,
			loss,
			share: ratio_floor(loss, *balance),
		});
		Some(LossScenario { defaults, lost, assets, classes: classes.collect() })
	}
}

impl Issued {
	/// Principal that performs or is in liquidation. `None` while a book cannot say, or if it does not
	/// fit.
	fn lent(&self) -> Option<Balance> {
		sum(self.books.iter().map(|book| {
			let performing = book.figures?.performing_principal;
			performing.checked_add(book.in_liquidation)
		}))
	}
}

/// A pool of which `gone` is not lent any more.
fn less(pool: &Pool, gone: Balance) -> Pool {
	let lent = pool.lent.saturating_sub(gone);
	Pool {
		lent,
		adjusted: pool.adjusted.saturating_sub(gone),
		delinquent: pool.delinquent.min(lent),
	}
}
