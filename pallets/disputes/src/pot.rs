//! What the court holds, and for which case.
//!
//! Bonds, fees, contributions, deposits and slashes are in the court's account and booked in the pot of
//! their case. What cannot be delivered when it is due is booked as owed, so that no payee stops a case.

use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungibles::{Inspect, Mutate},
		tokens::Preservation::{Expendable, Preserve},
		Get,
	},
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};
use strata_traits::{Asset, Balance, DisputeId};

use crate::{
	types::{Pot, Side},
	Config, DisputeOf, Error, Event, Owed, Pallet, Pots,
};

/// A part of a pot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
	/// The claimant's bond.
	ClaimantBond,
	/// The respondent's bond.
	RespondentBond,
	/// What the claimant prepaid for the first panel.
	ClaimantFees,
	/// What the respondent prepaid for the first panel.
	RespondentFees,
	/// Deposits of evidence.
	Evidence,
	/// Contributions to appeals.
	Appeals,
	/// What the jurors of the round that is being settled share.
	Reward,
	/// The claimant's freeze bond, in the asset of the case.
	Freeze,
	/// The respondent's counter-bond, in the asset of the case.
	Counter,
}

impl Part {
	/// The bond of a party.
	pub(crate) fn bond(side: Side) -> Self {
		match side {
			Side::Claimant => Self::ClaimantBond,
			Side::Respondent => Self::RespondentBond,
		}
	}

	/// The prepaid fees of a party.
	pub(crate) fn fees(side: Side) -> Self {
		match side {
			Side::Claimant => Self::ClaimantFees,
			Side::Respondent => Self::RespondentFees,
		}
	}
}

impl Pot {
	/// How much of it is in `part`.
	pub(crate) fn part(&self, part: Part) -> Balance {
		let mut pot = *self;
		*pot.part_mut(part)
	}

	fn part_mut(&mut self, part: Part) -> &mut Balance {
		match part {
			Part::ClaimantBond => &mut self.bonds.0,
			Part::RespondentBond => &mut self.bonds.1,
			Part::ClaimantFees => &mut self.fees.0,
			Part::RespondentFees => &mut self.fees.1,
			Part::Evidence => &mut self.evidence,
			Part::Appeals => &mut self.appeals,
			Part::Reward => &mut self.reward,
			Part::Freeze => &mut self.freeze,
			Part::Counter => &mut self.counter,
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The court's account.
	pub fn account() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Takes `amount` of STRA from `who` into a part of the pot. The account stays alive.
	///
	/// # Errors
	/// If `who` has less to spare.
	pub(crate) fn take(
		id: DisputeId,
		who: &T::AccountId,
		part: Part,
		amount: Balance,
	) -> DispatchResult {
		Self::take_in(id, &Asset::Native, who, part, amount)
	}

	/// Takes the counter-bond of the respondent, or the freeze bond of the claimant, in the asset of the
	/// case.
	///
	/// # Errors
	/// If the party has less, or the case has no asset.
	pub(crate) fn take_of_case(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		part: Part,
		amount: Balance,
	) -> DispatchResult {
		let asset = dispute.asset.as_ref().ok_or(Error::<T>::NothingToFreeze)?;
		let who = match part {
			Part::Counter => &dispute.respondent,
			_ => &dispute.claimant,
		};
		Self::take_in(id, asset, who, part, amount)
	}

	fn take_in(
		id: DisputeId,
		asset: &Asset,
		who: &T::AccountId,
		part: Part,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		// Of STRA something must stay, or what is left below the minimum would be burnt.
		let keep = if *asset == Asset::Native { Preserve } else { Expendable };
		T::Assets::transfer(asset.clone(), who, &Self::account(), amount, keep)?;
		Self::book_in(id, part, amount)
	}

	/// Books what came into the court's account.
	///
	/// # Errors
	/// If the sum does not fit.
	pub(crate) fn book_in(id: DisputeId, part: Part, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let mut pot = Pots::<T>::get(id).unwrap_or_default();
		let held = pot.part_mut(part);
		*held = held.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		Pots::<T>::insert(id, pot);
		Ok(())
	}

	/// Books out what left the court's account.
	///
	/// # Errors
	/// If the part holds less.
	pub(crate) fn book_out(id: DisputeId, part: Part, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let mut pot = Pots::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		let held = pot.part_mut(part);
		*held = held.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
		Pots::<T>::insert(id, pot);
		Ok(())
	}

	/// Moves `amount` from one part of the pot to another.
	///
	/// # Errors
	/// If there is less.
	pub(crate) fn shift(id: DisputeId, from: Part, to: Part, amount: Balance) -> DispatchResult {
		Self::book_out(id, from, amount)?;
		Self::book_in(id, to, amount)
	}

	/// Pays `amount` of STRA out of a part of the pot; owes it if it cannot be delivered.
	///
	/// # Errors
	/// If the part holds less.
	pub(crate) fn pay(
		id: DisputeId,
		to: &T::AccountId,
		part: Part,
		amount: Balance,
	) -> DispatchResult {
		Self::pay_in(id, &Asset::Native, to, part, amount)
	}

	/// The same in another asset, that of the case.
	///
	/// # Errors
	/// If the part holds less.
	pub(crate) fn pay_in(
		id: DisputeId,
		asset: &Asset,
		to: &T::AccountId,
		part: Part,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		Self::book_out(id, part, amount)?;
		if Self::deliver(asset, to, amount).is_err() {
			Owed::<T>::try_mutate(to, asset, |owed| {
				let sum = owed.unwrap_or(0).checked_add(amount).ok_or(ArithmeticError::Overflow)?;
				*owed = Some(sum);
				Ok::<_, DispatchError>(())
			})?;
			let (who, asset) = (to.clone(), asset.clone());
			Self::deposit_event(Event::NotDelivered { who, asset, amount });
		}
		Ok(())
	}

	/// Pays to whom nothing else of the part is due: the treasury.
	///
	/// # Errors
	/// If the part holds less.
	pub(crate) fn pay_treasury(id: DisputeId, part: Part, amount: Balance) -> DispatchResult {
		Self::pay(id, &T::Treasury::get(), part, amount)
	}

	/// All or nothing, from the court's account.
	fn deliver(asset: &Asset, to: &T::AccountId, amount: Balance) -> DispatchResult {
		let account = Self::account();
		// What others have in the account is not burnt for being below the minimum.
		let all = T::Assets::balance(asset.clone(), &account) == amount;
		let keep = if all { Expendable } else { Preserve };
		with_storage_layer(|| {
			T::Assets::transfer(asset.clone(), &account, to, amount, keep)?;
			Ok(())
		})
	}

	/// The body of [`Pallet::collect`].
	pub(crate) fn do_collect(who: T::AccountId, asset: Asset) -> DispatchResult {
		let amount = Owed::<T>::take(&who, &asset).ok_or(Error::<T>::NothingOwed)?;
		ensure!(amount > 0, Error::<T>::NothingOwed);
		Self::deliver(&asset, &who, amount)?;
		Self::deposit_event(Event::Collected { who, asset, amount });
		Ok(())
	}
}
