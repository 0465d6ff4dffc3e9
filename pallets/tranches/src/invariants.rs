//! What holds after every block.

#![cfg(any(feature = "std", feature = "try-runtime"))]

mod court;
mod holders;

use frame_support::{ensure, traits::tokens::fungibles::Inspect};
use sp_core::U256;
use sp_runtime::TryRuntimeError;
use strata_numbers::Accrual;

use crate::{
	note_id, Agenda, AgendaKey, Allocation, Balance, Books, Checkpoints, Config, DealId,
	DealLedgers, DealOf, DealState, Deals, LateCash, Ledgers, NextDeal, NoteIndices, Offering,
	Offerings, Openings, Orders, Pallet, Programs, Receipts,
};

/// A sum that did not fit.
const OVERFLOW: TryRuntimeError = TryRuntimeError::Other("a sum does not fit");

/// An accrual in 2^-64ths of a unit.
fn exact(accrual: &Accrual) -> U256 {
	shifted(accrual.whole) | U256::from(accrual.fraction)
}

/// Whole units in 2^-64ths. 128 bits moved up by 64 fit 256.
fn shifted(whole: Balance) -> U256 {
	let [low, high, ..] = U256::from(whole).0;
	U256([0, low, high, 0])
}

fn plus(a: Balance, b: Balance) -> Result<Balance, TryRuntimeError> {
	a.checked_add(b).ok_or(OVERFLOW)
}

impl<T: Config> Pallet<T> {
	/// Checks every deal, every ledger, every note and the agenda against each other. Donations are
	/// ignored: accounts may hold more than their ledgers say, never less.
	///
	/// # Errors
	/// What does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for (id, deal) in Deals::<T>::iter() {
			ensure!(id < NextDeal::<T>::get(), "deal ids are given out in order");
			let offering = Offerings::<T>::get(id);
			let ledgers = Ledgers::<T>::get(id);
			let issued = matches!(deal.state, DealState::Active(_) | DealState::Closed);
			ensure!(issued == ledgers.is_some(), "a deal has ledgers exactly when it has notes");
			let taking = deal.state == DealState::Offering;
			ensure!(!taking || offering.is_some(), "an offering has a book of orders");
			Self::check_cash(id, &deal, offering.as_ref(), ledgers.as_ref())?;
			Self::check_program(id, &deal, ledgers.as_ref())?;
			if let Some(offering) = &offering {
				Self::check_orders(id, &deal, offering)?;
			}
			if let Some(ledgers) = &ledgers {
				Self::check_notes(id, offering.as_ref(), ledgers)?;
				Self::check_active(id, &deal, ledgers)?;
				Self::check_court(id, ledgers)?;
			}
		}
		for id in Programs::<T>::iter_keys().chain(Openings::<T>::iter_keys()) {
			ensure!(Deals::<T>::contains_key(id), "a program and an opening have a deal");
		}
		Self::check_holders()?;
		Self::check_court_entries()?;
		Self::check_agenda()
	}

	fn check_cash(
		id: DealId,
		deal: &DealOf<T>,
		offering: Option<&Offering>,
		ledgers: Option<&DealLedgers>,
	) -> Result<(), TryRuntimeError> {
		let refunds = offering.map_or(Some(0), Offering::refunds).ok_or(OVERFLOW)?;
		let cash = ledgers.map_or(Some(0), |ledgers| {
			let kept = ledgers.waterfall.reserve.checked_add(ledgers.fees()?)?;
			let kept = kept.checked_add(ledgers.court.cash()?)?;
			ledgers.cash.total()?.checked_add(kept)
		});
		let kept = plus(plus(deal.float, deal.bond)?, deal.reserve)?;
		let owed = plus(plus(refunds, cash.ok_or(OVERFLOW)?)?, kept)?;
		let held = T::Assets::total_balance(deal.terms.settlement.clone(), &Self::account(id));
		ensure!(held >= owed, "a deal's account covers its ledgers");
		ensure!(ledgers.is_none() || deal.reserve == 0, "an open deal has its reserve");
		let mut later = Receipts::default();
		for (date, receipts) in LateCash::<T>::iter_prefix(id) {
			let next = ledgers.map_or(0, |ledgers| ledgers.next_date);
			ensure!(date > next, "late cash waits for a later date");
			later = later.plus(&receipts).ok_or(OVERFLOW)?;
		}
		let total = ledgers.map_or(Receipts::default(), |ledgers| ledgers.cash.later);
		ensure!(later == total, "late cash adds up to its ledger");
		Ok(())
	}

	/// The program is there and the ledgers have a place for all of it.
	fn check_program(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: Option<&DealLedgers>,
	) -> Result<(), TryRuntimeError> {
		let program = Programs::<T>::get(id).ok_or("a deal has a program")?;
		let opening = Openings::<T>::get(id);
		let Some(ledgers) = ledgers else {
			ensure!(opening.is_none(), "no date was run without ledgers");
			return Ok(());
		};
		ensure!(program.classes.len() == ledgers.waterfall.classes.len(), "every class has terms");
		ensure!(program.classes.len() == ledgers.notes.len(), "every class has notes");
		ensure!(program.triggers.len() == ledgers.waterfall.triggers.len(), "triggers are kept");
		let fees = program.fees.len();
		let kept = fees == ledgers.fees_payable.len() && fees == ledgers.waterfall.fees.len();
		ensure!(kept && fees == deal.terms.payees.len(), "every fee has a ledger and a payee");
		let tests = ledgers.coverage.iter().map(|(test, _)| test);
		ensure!(tests.eq(program.tests.iter()), "the ledgers know the tests");
		if let Some(opening) = opening {
			let last = ledgers.next_date.checked_sub(ledgers.period);
			ensure!(last == Some(opening.collections.date), "the opening is of the last date");
			ensure!(opening.rerun(&program, None).is_some(), "the last date can be run again");
		}
		Ok(())
	}

	fn check_orders(
		id: DealId,
		deal: &DealOf<T>,
		offering: &Offering,
	) -> Result<(), TryRuntimeError> {
		for (rank, class) in (0u8..).zip(offering.classes.iter()) {
			let mut sum = 0;
			let mut count = 0u32;
			for (_, order) in Orders::<T>::iter_prefix((id, rank)) {
				sum = plus(sum, order.amount)?;
				count = count.checked_add(1).ok_or(OVERFLOW)?;
			}
			ensure!(count == class.orders, "orders are counted");
			ensure!(sum <= class.ordered, "orders do not exceed their sum");
			if deal.state == DealState::Offering {
				let held = sum == class.ordered && sum == class.refunds_left;
				ensure!(held, "an offering holds all cash of its orders");
			}
			let due = plus(class.notes_left, class.refunds_left)?;
			ensure!(due >= sum.saturating_sub(count.into()), "what is left covers the orders left");
		}
		Ok(())
	}

	fn check_notes(
		id: DealId,
		offering: Option<&Offering>,
		ledgers: &DealLedgers,
	) -> Result<(), TryRuntimeError> {
		let mut claims = U256::zero();
		let mut count = 0u32;
		for (rank, indices) in (0u8..).zip(ledgers.notes.iter()) {
			let note = note_id(id, rank).ok_or("a rank has a note")?;
			let class = offering.and_then(|offering| offering.classes.get(usize::from(rank)));
			let waiting = class.copied().unwrap_or_default();
			ensure!(
				T::Notes::total_issuance(note) == indices.units,
				"the notes of a tranche are its units"
			);
			let in_escrow = T::Notes::balance(note, &Self::account(id));
			ensure!(in_escrow == waiting.notes_left, "the deal holds the notes not collected");
			let (held, owed, holders) = Self::holdings(id, rank, indices)?;
			ensure!(plus(held, in_escrow)? == indices.units, "every note has a holder");
			let escrowed = Self::escrowed(&waiting, indices)?;
			claims = claims
				.checked_add(owed)
				.and_then(|sum| sum.checked_add(escrowed))
				.ok_or(OVERFLOW)?;
			count = count.checked_add(holders).ok_or(OVERFLOW)?;
		}
		ensure!(count == ledgers.checkpoints, "checkpoints are counted");
		let distributable = shifted(ledgers.cash.distributable);
		ensure!(claims <= distributable, "claims, with fractions, are covered");
		Ok(())
	}

	/// Notes held, what their holders are owed in 2^-64ths, and the number of checkpoints.
	fn holdings(
		id: DealId,
		rank: u8,
		indices: &NoteIndices,
	) -> Result<(Balance, U256, u32), TryRuntimeError> {
		let (mut held, mut owed, mut count) = (0, U256::zero(), 0u32);
		for (who, mut checkpoint) in Checkpoints::<T>::iter_prefix((id, rank)) {
			let units = Self::units(id, rank, &who);
			checkpoint.settle(units, indices).ok_or(OVERFLOW)?;
			held = plus(held, units)?;
			owed = owed
				.checked_add(exact(&checkpoint.interest))
				.and_then(|sum| sum.checked_add(exact(&checkpoint.principal)))
				.and_then(|sum| sum.checked_add(exact(&checkpoint.compensation)))
				.and_then(|sum| sum.checked_add(shifted(checkpoint.refund)))
				.ok_or(OVERFLOW)?;
			count = count.checked_add(1).ok_or(OVERFLOW)?;
		}
		Ok((held, owed, count))
	}

	/// What the notes that are not collected yet were paid since closing, in 2^-64ths.
	fn escrowed(class: &Allocation, indices: &NoteIndices) -> Result<U256, TryRuntimeError> {
		let since_closing = |index| {
			Accrual::default().settled(class.notes_left, 0, index).map(|accrual| exact(&accrual))
		};
		let interest = since_closing(indices.interest.value()).ok_or(OVERFLOW)?;
		let principal = since_closing(indices.principal.value()).ok_or(OVERFLOW)?;
		let compensation = since_closing(indices.compensation.value()).ok_or(OVERFLOW)?;
		let paid = interest.checked_add(principal).and_then(|sum| sum.checked_add(compensation));
		paid.ok_or(OVERFLOW)
	}

	fn check_active(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
	) -> Result<(), TryRuntimeError> {
		let DealState::Active(phase) = deal.state else {
			ensure!(ledgers.phase.is_none(), "a closed deal has no phase");
			return Ok(());
		};
		let schedule = &deal.terms.schedule;
		ensure!(ledgers.phase == Some(phase), "the ledgers know the phase");
		ensure!(ledgers.settlement == deal.terms.settlement, "the ledgers know the asset");
		let dates = (ledgers.period, ledgers.revolving_end);
		ensure!(dates == (schedule.period, schedule.revolving_end), "the ledgers know the dates");
		ensure!(ledgers.final_date == schedule.final_date, "the ledgers know the final date");
		ensure!(ledgers.index == deal.terms.index, "the ledgers know the index");
		ensure!(ledgers.defaults == deal.terms.defaults, "the ledgers know what a default is");
		ensure!(ledgers.failed_since.len() == ledgers.coverage.len(), "every test has a past");
		ensure!(ledgers.workouts.len() == ledgers.books.len(), "every book has a workout");
		ensure!(ledgers.caps.len() == ledgers.books.len(), "every book has a cap");
		for (class, indices) in ledgers.waterfall.classes.iter().zip(ledgers.notes.iter()) {
			let owed = plus(plus(class.balance, class.principal_paid)?, class.exchanged)?;
			let issued = plus(indices.units, indices.retired)?;
			ensure!(plus(owed, class.written_off)? == issued, "a note's face is accounted for");
			ensure!(class.pdl <= class.balance, "no more is charged than is owed");
		}
		Self::check_identity(ledgers)?;
		let key = AgendaKey::new(ledgers.next_date, id);
		let listed = Agenda::<T>::contains_key(key);
		ensure!(listed != ledgers.parked, "a deal is in the agenda or parked");
		Ok(())
	}

	/// The identity of principal ([`strata_waterfall`]): what of it is lent, in liquidation and in cash, and
	/// losses not made good (of this period, charged to classes, and uncovered) are what the classes
	/// are owed and the excess.
	fn check_identity(ledgers: &DealLedgers) -> Result<(), TryRuntimeError> {
		let Some(performing) = ledgers.books.iter().try_fold(0u128, |sum, book| {
			sum.checked_add(T::Books::figures(*book)?.performing_principal)
		}) else {
			return Ok(());
		};
		let (now, later) = (&ledgers.cash.available, &ledgers.cash.later);
		let state = &ledgers.waterfall;
		let mut assets = plus(performing, ledgers.in_liquidation().ok_or(OVERFLOW)?)?;
		for part in [now.principal, later.principal, now.losses, later.losses, state.uncovered] {
			assets = plus(assets, part)?;
		}
		let mut owed = ledgers.excess;
		for class in state.classes.iter() {
			assets = plus(assets, class.pdl)?;
			owed = plus(owed, class.balance)?;
		}
		ensure!(assets == owed, "principal and losses not made good are what the classes are owed");
		Ok(())
	}

	fn check_agenda() -> Result<(), TryRuntimeError> {
		for key in Agenda::<T>::iter_keys() {
			let deal = Deals::<T>::get(key.id()).ok_or("the agenda lists deals that exist")?;
			let date = match deal.state {
				DealState::Offering => Some(deal.terms.schedule.offering_end),
				DealState::Active(_) => Ledgers::<T>::get(key.id()).map(|l| l.next_date),
				_ => None,
			};
			ensure!(date == Some(key.time()), "the agenda lists what is next");
		}
		Ok(())
	}
}
