//! Collateral in and out of a book's account.
//!
//! Collateral lies in the account of its book, *on hold*: the issuer, admin or freezer of an asset
//! of `pallet-assets` cannot move, burn or freeze what is on hold, nor destroy the asset while
//! anything of it is. A transfer of the same asset to the account arrives as free balance: no ledger
//! knows it and nothing changes.

use frame_support::{
	ensure,
	traits::{
		fungibles::{Inspect, InspectHold, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Provenance, Restriction},
		Get,
	},
};
use sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult};
use strata_traits::{Asset, Balance, BookId};

use crate::{Config, Error, HoldReason, Pallet};

impl<T: Config> Pallet<T> {
	/// The account that holds the collateral of `book`.
	pub fn account_of(book: BookId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(book)
	}

	/// What the account of `book` holds as collateral.
	pub(crate) fn held(book: BookId, asset: &Asset) -> Balance {
		let reason = HoldReason::Collateral.into();
		T::Holder::balance_on_hold(asset.clone(), &reason, &Self::account_of(book))
	}

	/// Takes `amount` of `asset` from `from` and locks it. Returns what was locked: where an account
	/// would be left with less than the asset's minimum balance, the rest comes along.
	pub(crate) fn lock(
		book: BookId,
		asset: &Asset,
		from: &T::AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		if amount == 0 {
			return Ok(0);
		}
		let account = Self::account_of(book);
		// `transfer_and_hold` asks the same, but says `CannotCreate` whatever the reason.
		T::Holder::can_deposit(asset.clone(), &account, amount, Provenance::Extant)
			.into_result()?;
		T::Holder::transfer_and_hold(
			asset.clone(),
			&HoldReason::Collateral.into(),
			from,
			&account,
			amount,
			Precision::Exact,
			Preservation::Expendable,
			Fortitude::Polite,
		)
	}

	/// Pays `amount` of the locked `asset` to `to`.
	pub(crate) fn release(
		book: BookId,
		asset: &Asset,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		// As in `lock`: `transfer_on_hold` would say `Frozen`, or `CannotCreate`.
		ensure!(Self::held(book, asset) >= amount, Error::<T>::Impaired);
		T::Holder::can_deposit(asset.clone(), to, amount, Provenance::Extant).into_result()?;
		T::Holder::transfer_on_hold(
			asset.clone(),
			&HoldReason::Collateral.into(),
			&Self::account_of(book),
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		)?;
		Ok(())
	}
}
