//! What an act does to a vault, its rung, its book, and to whom it pays.
//!
//! There is one way through, whatever the call: find the vault, bring R up to date, lock what is
//! added, change the position, check it, find the rate that follows, store all of it everywhere it is
//! counted, and only then move cash and collateral out, so that whoever is called on the way reads the
//! state after the act.

use frame_support::{
	ensure,
	traits::{Consideration, Footprint, Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_traits::{Balance, BookId, Collected, DealCash, VaultId};

use crate::{
	types::{Adjustment, Book, Position, Vault},
	Books, Config, Error, Event, NextVault, Pallet, VaultOf, Vaults, VaultsOf,
};

/// What an act left: the book, and the vault even if it was removed.
pub(crate) struct Outcome<T: Config> {
	pub book: Book,
	pub vault: VaultOf<T>,
	/// Edges that the vault passed.
	pub hops: u32,
}

impl<T: Config> Pallet<T> {
	/// Opens a vault of `owner` with `collateral` locked and `draw` drawn.
	pub(crate) fn do_open(
		owner: &T::AccountId,
		id: BookId,
		collateral: Balance,
		draw: Balance,
	) -> Result<Outcome<T>, DispatchError> {
		let mut book = Books::<T>::get(id).ok_or(Error::<T>::UnknownBook)?;
		ensure!(!book.closed, Error::<T>::BookClosed);
		ensure!(collateral > 0, Error::<T>::BelowMinimumCollateral);

		let vault_id = NextVault::<T>::get();
		NextVault::<T>::put(vault_id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		VaultsOf::<T>::try_mutate(owner, |ids| ids.try_push(vault_id))
			.map_err(|_| Error::<T>::TooManyVaults)?;
		book.vaults = book.vaults.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let vault = Vault {
			book: id,
			owner: owner.clone(),
			position: Position::default(),
			place: None,
			ticket: T::Consideration::new(owner, Footprint::from_mel::<VaultOf<T>>())?,
		};
		Self::deposit_event(Event::VaultOpened { vault: vault_id, book: id, owner: owner.clone() });
		let wish = Adjustment { deposit: collateral, draw, ..Adjustment::default() };
		Self::apply(owner, vault_id, vault, book, |_| wish)
	}

	/// Carries out `wish` on the vault, for its owner only.
	pub(crate) fn do_adjust(
		owner: &T::AccountId,
		id: VaultId,
		wish: Adjustment,
	) -> Result<Outcome<T>, DispatchError> {
		let (vault, book) = Self::vault_and_book(id)?;
		ensure!(vault.owner == *owner, Error::<T>::NotOwner);
		ensure!(wish != Adjustment::default(), Error::<T>::NothingToDo);
		Self::apply(owner, id, vault, book, |_| wish)
	}

	/// Adds collateral or repays, for anyone.
	pub(crate) fn do_help(
		who: &T::AccountId,
		id: VaultId,
		deposit: Balance,
		repay: Balance,
	) -> Result<Outcome<T>, DispatchError> {
		let (vault, book) = Self::vault_and_book(id)?;
		let wish = Adjustment { deposit, repay, ..Adjustment::default() };
		ensure!(wish != Adjustment::default(), Error::<T>::NothingToDo);
		Self::apply(who, id, vault, book, |_| wish)
	}

	/// Repays everything, returns everything, removes the vault.
	pub(crate) fn do_close(owner: &T::AccountId, id: VaultId) -> Result<Outcome<T>, DispatchError> {
		let (vault, book) = Self::vault_and_book(id)?;
		ensure!(vault.owner == *owner, Error::<T>::NotOwner);
		Self::apply(owner, id, vault, book, |before| Adjustment {
			repay: if before.debt > 0 { Balance::MAX } else { 0 },
			withdraw: before.collateral,
			..Adjustment::default()
		})
	}

	pub(crate) fn vault_and_book(id: VaultId) -> Result<(VaultOf<T>, Book), DispatchError> {
		let vault = Vaults::<T>::get(id).ok_or(Error::<T>::UnknownVault)?;
		let book = Books::<T>::get(vault.book).ok_or(Error::<T>::UnknownBook)?;
		Ok((vault, book))
	}

	/// Finds the vault, carries out what `wish` makes of its position, and places it exactly: `who`
	/// pays, the owner is paid. The caller has checked who may.
	fn apply(
		who: &T::AccountId,
		id: VaultId,
		mut vault: VaultOf<T>,
		mut book: Book,
		wish: impl FnOnce(&Position) -> Adjustment,
	) -> Result<Outcome<T>, DispatchError> {
		let found = Self::detach(&mut book, &vault, T::AutoHops::get())?;
		let before = found.position;
		let wish = wish(&before);
		let now = T::Time::now();
		Self::ensure_open_for(&book, &wish, now)?;
		if wish.needs_index(&before) {
			book.accrue(now).ok_or(ArithmeticError::Overflow)?;
		}
		let locked = Self::lock(vault.book, &book.collateral, who, wish.deposit)?;
		let (after, collected) = Self::changed(&book, before, &wish, locked)?;
		Self::ensure_large_enough(&book, &wish, &before, &after)?;
		if wish.adds_risk(&after) {
			Self::ensure_covered(&book, &after, now)?;
		}
		Self::answer_call(vault.book, &mut book, collected.interest);
		Self::count(&mut book, &before, &after)?;
		let less = collected.principal.checked_add(found.written_off);
		Self::count_repaid(&book, less.ok_or(ArithmeticError::Overflow)?)?;
		Self::count_draw(&mut book, wish.draw, now)?;
		Self::reprice(vault.book, &mut book, now)?;

		vault.place = Self::attach(vault.book, &mut book, found.rung, after)?;
		vault.position = after;
		Books::<T>::insert(vault.book, &book);
		Vaults::<T>::insert(id, &vault);

		Self::announce_hops(id, found.hops, before);
		Self::write_off(vault.book, &book, found.written_off)?;
		Self::announce_lock(who, id, locked, &after);
		Self::move_out(who, id, &vault, &book, &wish, collected)?;
		if after.is_empty() {
			Self::remove_vault(id, &vault, &mut book)?;
		}
		Ok(Outcome { book, vault, hops: found.hops })
	}

	/// Interest that was paid need not be raised any more.
	fn answer_call(id: BookId, book: &mut Book, interest: Balance) {
		let Some(call) = &mut book.call else { return };
		call.amount = call.amount.saturating_sub(interest);
		if call.amount == 0 {
			book.call = None;
			Self::deposit_event(Event::CallEnded { book: id, unraised: 0 });
		}
	}

	/// The position after `wish` with `locked` added, and what is collected.
	fn changed(
		book: &Book,
		before: Position,
		wish: &Adjustment,
		locked: Balance,
	) -> Result<(Position, Collected), DispatchError> {
		let mut after = before;
		let mut collected = Collected::default();
		after.collateral = after.collateral.checked_add(locked).ok_or(ArithmeticError::Overflow)?;
		if wish.repay > 0 {
			ensure!(after.debt > 0, Error::<T>::NothingOwed);
			(after, collected) =
				after.repaid(wish.repay, book.index).ok_or(ArithmeticError::Overflow)?;
		}
		if wish.draw > 0 {
			after = after.drawn(wish.draw, book.index).ok_or(ArithmeticError::Overflow)?;
		}
		after.collateral = after
			.collateral
			.checked_sub(wish.withdraw)
			.ok_or(Error::<T>::InsufficientCollateral)?;
		Ok((after, collected))
	}

	pub(crate) fn announce_hops(vault: VaultId, hops: u32, position: Position) {
		if hops > 0 {
			Self::deposit_event(Event::Settled { vault, hops, position });
		}
	}

	/// Tells the deal of principal that rounding left to nobody.
	pub(crate) fn write_off(id: BookId, book: &Book, principal: Balance) -> DispatchResult {
		if principal == 0 {
			return Ok(());
		}
		T::Cash::written_off(book.deal, id, principal)
	}

	fn announce_lock(who: &T::AccountId, vault: VaultId, locked: Balance, after: &Position) {
		if locked > 0 {
			Self::deposit_event(Event::Deposited {
				vault,
				from: who.clone(),
				amount: locked,
				collateral: after.collateral,
			});
		}
	}

	/// Moves cash to the deal, cash to the owner, and collateral to the owner, in this order.
	fn move_out(
		who: &T::AccountId,
		id: VaultId,
		vault: &VaultOf<T>,
		book: &Book,
		wish: &Adjustment,
		collected: Collected,
	) -> DispatchResult {
		let after = &vault.position;
		let debt = || after.owed(book.index).ok_or(ArithmeticError::Overflow);
		if wish.repay > 0 {
			T::Cash::collect(book.deal, who, collected)?;
			Self::deposit_event(Event::Repaid {
				vault: id,
				from: who.clone(),
				interest: collected.interest,
				principal: collected.principal,
				debt: debt()?,
			});
		}
		if wish.draw > 0 {
			T::Cash::advance(book.deal, &vault.owner, wish.draw)?;
			Self::deposit_event(Event::Drawn {
				vault: id,
				to: vault.owner.clone(),
				amount: wish.draw,
				debt: debt()?,
			});
		}
		if wish.withdraw > 0 {
			Self::release(vault.book, &book.collateral, &vault.owner, wish.withdraw)?;
			Self::deposit_event(Event::Withdrawn {
				vault: id,
				to: vault.owner.clone(),
				amount: wish.withdraw,
				collateral: after.collateral,
			});
		}
		Ok(())
	}

	/// Removes an empty vault and gives its deposit back; the last vault of a closed book takes the
	/// book along.
	pub(crate) fn remove_vault(id: VaultId, vault: &VaultOf<T>, book: &mut Book) -> DispatchResult {
		Vaults::<T>::remove(id);
		VaultsOf::<T>::mutate_exists(&vault.owner, |slot| {
			if let Some(ids) = slot {
				ids.retain(|other| *other != id);
				if ids.is_empty() {
					*slot = None;
				}
			}
		});
		vault.ticket.clone().drop(&vault.owner)?;
		Self::deposit_event(Event::VaultRemoved { vault: id, owner: vault.owner.clone() });

		book.vaults = book.vaults.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		if book.closed && book.vaults == 0 {
			Self::remove_book(vault.book, book);
		} else {
			Books::<T>::insert(vault.book, book);
		}
		Ok(())
	}
}
