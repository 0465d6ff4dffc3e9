//! What the runtime APIs answer.

use alloc::vec::Vec;
use frame_support::traits::Time;
use sp_runtime::{DispatchError, FixedPointNumber};
use strata_numbers::{mul_div_ceil, mul_div_floor, Ratio};
use strata_traits::{Balance, BookId, Listing, VaultId};

use crate::{
	acts::Outcome,
	limits::Prices,
	types::{at_par, Adjustment, Book, BookState, Health, Position, VaultState},
	Books, Config, Drawn, Error, Pallet, VaultOf, VaultsOf, MINIMUM_COLLATERAL,
};

impl<T: Config> Pallet<T> {
	/// The vault as it stands now. `None` if there is none, or if a figure does not fit.
	pub fn vault_state(id: VaultId) -> Option<VaultState<T::AccountId>> {
		let (vault, book) = Self::vault_and_book(id).ok()?;
		Self::described(&book, &vault)
	}

	/// What `wish` of its owner would leave of the vault.
	///
	/// # Errors
	/// What the call would fail with. It is carried out in full and undone.
	pub fn preview_adjust(
		id: VaultId,
		wish: Adjustment,
	) -> Result<VaultState<T::AccountId>, DispatchError> {
		let (vault, _) = Self::vault_and_book(id)?;
		Self::preview(|| Self::do_adjust(&vault.owner, id, wish))
	}

	/// What opening a vault would leave.
	///
	/// # Errors
	/// What the call would fail with. It is carried out in full and undone.
	pub fn preview_open(
		owner: &T::AccountId,
		book: BookId,
		collateral: Balance,
		draw: Balance,
	) -> Result<VaultState<T::AccountId>, DispatchError> {
		Self::preview(|| Self::do_open(owner, book, collateral, draw))
	}

	/// The book as it stands now. `None` if there is none, or if a figure does not fit.
	pub fn book_state(id: BookId) -> Option<BookState<T::AccountId>> {
		let book = Books::<T>::get(id)?;
		let (index, _) = book.accrued(T::Time::now())?;
		let figures = Self::figures_at(id, &book, index)?;
		Some(BookState { book, account: Self::account_of(id), index, figures })
	}

	/// The vaults of `owner`, oldest first; at most [`Config::MaxVaultsPerOwner`].
	pub fn vaults_of(owner: &T::AccountId) -> Vec<VaultId> {
		VaultsOf::<T>::get(owner).into_inner()
	}

	/// The most that the owner could draw now, as far as vault, prices and ceilings go: whether the
	/// deal has the cash and its tests allow it is left to [`Pallet::preview_adjust`]. Rounded down;
	/// 0 if nothing can be drawn. `None` if there is no such vault.
	pub fn max_draw(id: VaultId) -> Option<Balance> {
		let (vault, book) = Self::vault_and_book(id).ok()?;
		Some(Self::room_to_draw(&book, &vault).unwrap_or(0))
	}

	/// The most collateral that the owner could take out now. Rounded down; 0 if none. `None` if
	/// there is no such vault.
	pub fn max_withdraw(id: VaultId) -> Option<Balance> {
		let (vault, book) = Self::vault_and_book(id).ok()?;
		Some(Self::room_to_withdraw(&book, &vault).unwrap_or(0))
	}

	fn preview(
		act: impl FnOnce() -> Result<Outcome<T>, DispatchError>,
	) -> Result<VaultState<T::AccountId>, DispatchError> {
		let outcome = Self::dry_run(act)?;
		Self::described(&outcome.book, &outcome.vault).ok_or_else(|| Error::<T>::DoesNotFit.into())
	}

	fn described(book: &Book, vault: &VaultOf<T>) -> Option<VaultState<T::AccountId>> {
		let (index, _) = book.accrued(T::Time::now())?;
		let position = vault.position;
		let debt = position.owed(index)?;
		let prices = Self::last_prices(book);
		Some(VaultState {
			book: vault.book,
			owner: vault.owner.clone(),
			collateral: position.collateral,
			debt,
			principal: position.principal,
			interest: debt.checked_sub(position.principal)?,
			ratio: prices.and_then(|(prices, _)| {
				book.collateral_at(position.collateral, prices.collateral)
					.ratio_floor(&book.settlement_at(debt, prices.settlement))
			}),
			health: Self::health(book, &position, debt, prices.map(|(prices, _)| prices))?,
			reliable: prices.is_some_and(|(_, reliable)| reliable),
			rung: vault.place.map(|place| place.rung),
			liquidation_price: vault
				.place
				.and_then(|place| book.liquidation_price_ceil(place.rung, index)),
		})
	}

	fn health(
		book: &Book,
		position: &Position,
		debt: Balance,
		prices: Option<Prices>,
	) -> Option<Health> {
		if debt == 0 {
			return Some(Health::NoDebt);
		}
		let Some(prices) = prices else { return Some(Health::Unpriced) };
		let value = book.collateral_at(position.collateral, prices.collateral);
		let owed = book.settlement_at(debt, prices.settlement);
		let health = if value.covers(book.parameters.initial_ratio, &owed)? {
			Health::Healthy
		} else if value.covers(book.parameters.liquidation_ratio, &owed)? {
			Health::BelowInitialRatio
		} else {
			Health::BelowLiquidationRatio
		};
		Some(health)
	}

	fn room_to_draw(book: &Book, vault: &VaultOf<T>) -> Option<Balance> {
		let listing = T::Listing::collateral(&book.collateral).filter(|listing| !listing.paused)?;
		if book.closed || Self::held(vault.book, &book.collateral) < book.totals.collateral {
			return None;
		}
		let prices = Self::reliable_prices(book, Some(listing)).ok()?;
		let (index, _) = book.accrued(T::Time::now())?;
		let most = book
			.collateral_at(vault.position.collateral, prices.collateral)
			.converted_floor(book.settlement_decimals, prices.settlement)?;
		let most = mul_div_floor(most, Ratio::DIV, book.parameters.initial_ratio.into_inner())?;

		let drawn = Drawn::<T>::get(&book.collateral).unwrap_or_default();
		let below_asset = listing.parameters.debt_ceiling.into_inner().checked_sub(drawn)?;
		let unit = at_par(1, book.settlement_decimals)?;
		// The largest normalised debt whose ⌈d·R⌉ is still covered.
		let largest = index.normalised_floor(most)?;
		let amount = index
			.debt_floor(largest.checked_sub(vault.position.debt)?)?
			.min(book.debt_ceiling.checked_sub(book.totals.principal)?)
			.min(below_asset.checked_div(unit)?);
		let owed = vault.position.drawn(amount, index)?.owed(index)?;
		(owed >= book.minimum_debt).then_some(amount)
	}

	fn room_to_withdraw(book: &Book, vault: &VaultOf<T>) -> Option<Balance> {
		let listing = T::Listing::collateral(&book.collateral);
		let position = vault.position;
		if listing.is_some_and(|listing| listing.paused) {
			return None;
		}
		if position.debt == 0 {
			return Some(position.collateral);
		}
		let prices = Self::reliable_prices(book, listing).ok()?;
		let (index, _) = book.accrued(T::Time::now())?;
		let ratio = book.parameters.initial_ratio.into_inner();
		let owed = mul_div_ceil(position.owed(index)?, ratio, Ratio::DIV)?;
		let needed = book
			.settlement_at(owed, prices.settlement)
			.converted_ceil(book.collateral_decimals, prices.collateral)?;
		position.collateral.checked_sub(needed.max(MINIMUM_COLLATERAL))
	}
}
