//! The real-time books of a deal, computed from totals in O(books + tranches).

use alloc::vec::Vec;
use sp_runtime::DispatchError;
use strata_numbers::{mul_div_floor, Ratio};
use strata_waterfall::{ClassState, Payment};

use crate::{
	note_id,
	runtime_api::{Claimable, DealView, TrancheView},
	AccountIdOf, Balance, Books, Config, DealId, DealLedgers, DealOf, DealState, Deals, Ledgers,
	Moment, Offering, Offerings, Pallet, Receipts,
};

/// 1 with the decimals of a [`Ratio`].
const ONE: u128 = 1_000_000_000_000_000_000;

/// The ratio of two amounts, rounded down; `None` of nothing.
fn ratio_floor(amount: Balance, of: Balance) -> Option<Ratio> {
	mul_div_floor(amount, ONE, of).map(Ratio::from_inner)
}

impl<T: Config> Pallet<T> {
	/// A deal's books now.
	pub fn deal_view(id: DealId) -> Option<DealView<AccountIdOf<T>>> {
		let deal = Deals::<T>::get(id)?;
		let ledgers = Ledgers::<T>::get(id);
		let refunds = Offerings::<T>::get(id).as_ref().map_or(Some(0), Offering::refunds)?;
		let active = matches!(deal.state, DealState::Active(_));
		let classes = ledgers.as_ref().map(|ledgers| ledgers.waterfall.classes.clone());
		let notes = classes
			.unwrap_or_default()
			.iter()
			.try_fold(0u128, |sum, class| sum.checked_add(class.balance))?;
		Some(DealView {
			next_payment: ledgers.as_ref().filter(|_| active).map(|ledgers| ledgers.next_date),
			books: ledgers.as_ref().map(|l| l.books.to_vec()).unwrap_or_default(),
			cash: ledgers.as_ref().map(|ledgers| ledgers.cash).unwrap_or_default(),
			nav: ledgers.as_ref().and_then(Self::nav),
			parked: ledgers.as_ref().is_some_and(|ledgers| ledgers.parked),
			workouts: ledgers.as_ref().map(|l| l.workouts.to_vec()).unwrap_or_default(),
			losses: ledgers.as_ref().map_or(0, |ledgers| ledgers.losses),
			excess: ledgers.as_ref().map_or(0, |ledgers| ledgers.excess),
			reserve: ledgers.as_ref().map_or(deal.reserve, |ledgers| ledgers.waterfall.reserve),
			unpaid_since: ledgers.as_ref().and_then(|ledgers| ledgers.unpaid_since),
			under_water: ledgers.as_ref().is_some_and(Self::under_water),
			originator: deal.originator,
			state: deal.state,
			settlement: deal.terms.settlement,
			account: Self::account(id),
			refunds,
			notes,
		})
	}

	/// Net asset value: cash that no class was paid yet, the reserve included; of each book the
	/// principal that performs and the interest it is due, but no more than the value of what backs
	/// it at the lower price; and its principal in liquidation, but no more than what the collateral
	/// that waits to be sold counts for. `None` while a book that is owed anything has no price.
	pub(crate) fn nav(ledgers: &DealLedgers) -> Option<Balance> {
		let cash = ledgers
			.cash
			.available
			.cash()?
			.checked_add(ledgers.cash.later.cash()?)?
			.checked_add(ledgers.waterfall.reserve)?;
		let books = ledgers.books.iter().zip(ledgers.workouts.iter());
		books.into_iter().try_fold(cash, |sum, (book, workout)| {
			let figures = T::Books::figures(*book)?;
			let owed = figures.performing_principal.checked_add(figures.interest_due)?;
			let worth = if owed == 0 { 0 } else { owed.min(figures.value?) };
			let waiting = match workout.principal {
				0 => 0,
				principal => principal.min(T::Books::carrying(*book, workout.units)?),
			};
			sum.checked_add(worth)?.checked_add(waiting)
		})
	}

	/// The tranches of a deal now, the senior-most first. Empty for an unknown deal.
	pub fn tranche_views(id: DealId) -> Vec<TrancheView> {
		let Some(deal) = Deals::<T>::get(id) else { return Vec::new() };
		match Ledgers::<T>::get(id) {
			Some(ledgers) => Self::issued_views(id, &deal, &ledgers, Self::now()),
			None => Self::offered_views(id, &deal),
		}
		.unwrap_or_default()
	}

	/// Before closing there is only what is on offer.
	fn offered_views(id: DealId, deal: &DealOf<T>) -> Option<Vec<TrancheView>> {
		let offering = Offerings::<T>::get(id).unwrap_or_default();
		(0u8..)
			.zip(deal.terms.tranches.iter())
			.map(|(rank, terms)| {
				let class = offering.classes.get(usize::from(rank)).copied().unwrap_or_default();
				Some(TrancheView {
					rank,
					note: note_id(id, rank)?,
					coupon: terms.coupon,
					offered: terms.face,
					ordered: class.ordered,
					..TrancheView::default()
				})
			})
			.collect()
	}

	/// A tranche is worth what it is owed, as far as what is left of the net asset value after those
	/// senior to it goes; the residual is worth all that is left.
	fn issued_views(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
		now: Moment,
	) -> Option<Vec<TrancheView>> {
		let active = matches!(deal.state, DealState::Active(_));
		let nav = if active { Self::nav(ledgers) } else { Some(0) };
		// A date that is overdue was accrued to already when its run came first.
		let to = if active {
			now.max(ledgers.waterfall.accrued_to)
		} else {
			ledgers.waterfall.accrued_to
		};
		let state = ledgers.waterfall.accrued(to).ok()?;
		let last = deal.terms.tranches.len().checked_sub(1)?;
		let mut remaining = nav;
		let mut senior = 0u128;
		let mut views = Vec::new();
		let classes = state.classes.iter().zip(ledgers.notes.iter());
		for ((rank, terms), (class, indices)) in
			(0u8..).zip(deal.terms.tranches.iter()).zip(classes)
		{
			let ClassState { balance, interest_paid, principal_paid, pdl, written_off, .. } =
				*class;
			let due = class.interest_owed()?;
			let owed = balance.checked_add(due)?;
			senior = senior.checked_add(owed)?;
			let value = match remaining {
				Some(left) if usize::from(rank) == last => Some(left),
				Some(left) => Some(left.min(owed)),
				None => None,
			};
			remaining = remaining.zip(value).and_then(|(left, value)| left.checked_sub(value));
			views.push(TrancheView {
				rank,
				note: note_id(id, rank)?,
				coupon: terms.coupon,
				offered: terms.face,
				ordered: 0,
				units: indices.units,
				balance,
				factor: ratio_floor(balance, indices.units).unwrap_or_default(),
				due,
				interest_paid,
				principal_paid,
				pdl,
				written_off,
				coverage: nav.and_then(|nav| ratio_floor(nav, senior)),
				value,
			});
		}
		Some(views)
	}

	/// What `who` could claim now, by cause. Nothing for an unknown holder.
	pub fn claimable_view(id: DealId, rank: u8, who: &AccountIdOf<T>) -> Claimable {
		let settled = || {
			let ledgers = Ledgers::<T>::get(id)?;
			let indices = ledgers.notes.get(usize::from(rank))?;
			Self::settled(id, rank, who, indices).ok()?
		};
		settled().map_or_else(Claimable::default, |checkpoint| Claimable {
			interest: checkpoint.interest.whole,
			principal: checkpoint.principal.whole,
			refund: checkpoint.refund,
		})
	}

	/// Whether a transfer would be allowed, and if not, why.
	///
	/// # Errors
	/// The error that the call would fail with, but for deposits.
	pub fn may_transfer(
		id: DealId,
		rank: u8,
		from: &AccountIdOf<T>,
		to: &AccountIdOf<T>,
		amount: Balance,
	) -> Result<(), DispatchError> {
		Self::check_transfer(id, rank, from, to, amount).map(|_| ())
	}

	/// What each class would be paid on the next payment date if this much more cash came in before
	/// it. Empty if the deal is not active.
	pub fn dry_run(id: DealId, interest: Balance, principal: Balance) -> Vec<Payment> {
		let more = Receipts { interest, principal, ..Receipts::default() };
		Self::hypothetical(id, &more).map(|payments| payments.to_vec()).unwrap_or_default()
	}
}
