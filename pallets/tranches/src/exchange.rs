//! Notes for collateral that nobody bought.

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError};
use strata_numbers::mul_div_ceil;
use strata_traits::BookId;

use crate::{
	cash::{add, sub},
	lending::{pay_with_notes, take},
	AccountIdOf, Balance, Config, DealId, DealLedgers, Error, Event, Ledgers, Pallet,
};

impl<T: Config> Pallet<T> {
	/// `who` gives up notes of the senior-most class with a balance for collateral priced at `price`:
	/// ⌈price · notes in existence / balance⌉ of them, so that a note counts for what is still owed on
	/// it. The class's balance falls by `price`; what rounding took from `who` is the other holders'.
	///
	/// Interest that the notes are owed and was not paid yet is given up with them. What was paid stays
	/// claimable. Notes on hold for an offer or a vote are not given up: it has to end first. `price` beyond `principal` makes losses good that classes were charged, and what is
	/// left of it is the deal's excess.
	pub(crate) fn do_exchange(
		id: DealId,
		book: BookId,
		who: &AccountIdOf<T>,
		units: Balance,
		price: Balance,
		principal: Balance,
	) -> Result<Balance, DispatchError> {
		let mut ledgers = Self::active(id, Error::<T>::WrongState)?;
		// Between a date and its run, balances are those of the date.
		let settled = Self::now() < ledgers.next_date && !ledgers.parked;
		ensure!(settled, Error::<T>::PaymentPending);
		ensure!(price > 0, Error::<T>::ZeroAmount);
		let (rank, notes) = Self::notes_for(&ledgers, price)?;
		let position = usize::from(rank);
		let indices = *ledgers.notes.get(position).ok_or(Error::<T>::UnknownTranche)?;
		let mut holding = Self::settled(id, rank, who, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		holding.ensure_free(notes)?;

		let paid = pay_with_notes(&mut ledgers, position, price, principal)?;
		take::<T>(&mut ledgers, book, paid, units)?;
		Self::burn(id, rank, who, notes)?;
		let class = ledgers.notes.get_mut(position).ok_or(Error::<T>::UnknownTranche)?;
		class.units = sub(class.units, notes)?;
		class.retired = add(class.retired, notes)?;
		if class.units == 0 {
			Self::forget_interest(&mut ledgers, position);
		}
		holding.checkpoint.keep_snapshots(ledgers.latest(), holding.units);
		let left = sub(holding.units, notes)?;
		Self::put_checkpoint(id, rank, who, left, holding.checkpoint, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::Exchanged {
			deal: id,
			rank,
			who: who.clone(),
			book,
			units,
			notes,
			price,
			principal: paid,
		});
		Ok(paid)
	}

	/// The senior-most class with a balance, and how many of its notes are worth `price`, rounded up.
	fn notes_for(ledgers: &DealLedgers, price: Balance) -> Result<(u8, Balance), DispatchError> {
		let rank = Self::senior_most(ledgers).ok_or(Error::<T>::NothingOwed)?;
		let position = usize::from(rank);
		let class = ledgers.waterfall.classes.get(position).ok_or(Error::<T>::UnknownTranche)?;
		let indices = ledgers.notes.get(position).ok_or(Error::<T>::UnknownTranche)?;
		let notes = mul_div_ceil(price, indices.units, class.balance);
		Ok((rank, notes.ok_or(ArithmeticError::Overflow)?))
	}

	/// Nobody holds the class any more: what was due on it is owed to nobody.
	fn forget_interest(ledgers: &mut DealLedgers, position: usize) {
		if let Some(class) = ledgers.waterfall.classes.get_mut(position) {
			class.due = 0;
			class.interest_on_interest = 0;
		}
	}
}
