//! What the runtime APIs answer.

use alloc::vec::Vec;
use frame_support::{storage::with_transaction, traits::Time};
use sp_runtime::{DispatchError, FixedPointNumber, TransactionOutcome};
use strata_ladder::Rung;
use strata_numbers::{mul_div_ceil, mul_div_floor, Ratio};
use strata_traits::{Balance, BookId, CollateralListing, Listing, Moment, VaultId};

use crate::{
	acts::Outcome,
	edges::End,
	limits::{Bar, Prices},
	types::{at_par, window_of, Adjustment, Book, BookState, Health, Position, VaultState},
	Books, Config, Error, Pallet, VaultOf, VaultsOf, MINIMUM_COLLATERAL,
};

/// A vault as liquidations of its rung have left it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Resolved {
	/// What it holds and owes: what an act on it would find.
	pub position: Position,
	/// The rung that it is liquidated with; `None` without debt.
	pub rung: Option<Rung>,
	/// Edges between its last touch and its rung.
	pub hops: u32,
}

impl<T: Config> Pallet<T> {
	/// The vault as it stands now. `None` if there is none, or if a figure does not fit.
	pub fn vault_state(id: VaultId) -> Option<VaultState<T::AccountId>> {
		let (vault, book) = Self::vault_and_book(id).ok()?;
		Self::described(&book, &vault)
	}

	/// Where and what the vault is now, however many liquidations ago it was touched. O(hops).
	/// `None` if a figure does not fit.
	pub(crate) fn resolved(book: &Book, vault: &VaultOf<T>) -> Option<Resolved> {
		let Some(path) = Self::path(vault, u32::MAX).ok()? else {
			return Some(Resolved { position: vault.position, rung: None, hops: 0 });
		};
		let hops = path.hops;
		match path.end {
			End::Rung(place, mut totals) => {
				let position = totals.leave(path.position, book.index)?.position;
				let rung = (position.debt > 0).then_some(place.rung);
				Some(Resolved { position, rung, hops })
			},
			End::Closed => Some(Resolved { position: path.position, rung: None, hops }),
			End::Edge(..) => None,
		}
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
		let position = Self::resolved(&book, &vault)?.position;
		Some(Self::room_to_draw(&book, position).unwrap_or(0))
	}

	/// The most collateral that the owner could take out now. Rounded down; 0 if none. `None` if
	/// there is no such vault.
	pub fn max_withdraw(id: VaultId) -> Option<Balance> {
		let (vault, book) = Self::vault_and_book(id).ok()?;
		let position = Self::resolved(&book, &vault)?.position;
		Some(Self::room_to_withdraw(&book, position).unwrap_or(0))
	}

	fn preview(
		act: impl FnOnce() -> Result<Outcome<T>, DispatchError>,
	) -> Result<VaultState<T::AccountId>, DispatchError> {
		// Carried out in full, against all the checks of all pallets, looked at, and undone.
		with_transaction(|| {
			TransactionOutcome::Rollback(act().and_then(|Outcome { book, vault, .. }| {
				Self::described(&book, &vault).ok_or_else(|| Error::<T>::DoesNotFit.into())
			}))
		})
	}

	fn described(book: &Book, vault: &VaultOf<T>) -> Option<VaultState<T::AccountId>> {
		let now = T::Time::now();
		let (index, _) = book.accrued(now)?;
		let Resolved { position, rung, hops } = Self::resolved(book, vault)?;
		let debt = position.owed(index)?;
		let quotes = Self::last_quotes(book);
		let prices = quotes.map(|quotes| Prices::valued(&quotes.collateral, &quotes.settlement));
		let bar = match quotes {
			Some(quotes) => Some(Bar::of(book, now, &quotes.collateral, &quotes.settlement)?),
			None => None,
		};
		let liquidation = book.ratios(now).liquidation;
		Some(VaultState {
			book: vault.book,
			owner: vault.owner.clone(),
			collateral: position.collateral,
			debt,
			principal: position.principal,
			interest: debt.checked_sub(position.principal)?,
			ratio: prices.and_then(|prices| {
				book.collateral_at(position.collateral, prices.collateral)
					.ratio_floor(&book.settlement_at(debt, prices.settlement))
			}),
			initial_ratio: bar.map(|bar| bar.ratio),
			health: Self::health(book, &position, debt, bar.zip(prices), liquidation)?,
			reliable: Self::is_reliable(book),
			rung,
			hops,
			liquidation_price: rung
				.and_then(|rung| book.liquidation_price_ceil(rung, index, liquidation)),
		})
	}

	fn health(
		book: &Book,
		position: &Position,
		debt: Balance,
		known: Option<(Bar, Prices)>,
		liquidation: Ratio,
	) -> Option<Health> {
		if debt == 0 {
			return Some(Health::NoDebt);
		}
		let Some((bar, prices)) = known else { return Some(Health::Unpriced) };
		let covers = |prices: Prices, ratio| {
			book.collateral_at(position.collateral, prices.collateral)
				.covers(ratio, &book.settlement_at(debt, prices.settlement))
		};
		let health = if covers(bar.prices, bar.ratio)? {
			Health::Healthy
		} else if covers(prices, liquidation)? {
			Health::BelowInitialRatio
		} else {
			Health::BelowLiquidationRatio
		};
		Some(health)
	}

	fn room_to_draw(book: &Book, position: Position) -> Option<Balance> {
		let listing = T::Listing::collateral(&book.collateral).filter(|listing| !listing.paused)?;
		let now = T::Time::now();
		Self::ensure_lends(book, now).ok()?;
		let Bar { prices, ratio } = Self::bar(book, now).ok()?;
		let (index, _) = book.accrued(now)?;
		let most = book
			.collateral_at(position.collateral, prices.collateral)
			.converted_floor(book.settlement_decimals, prices.settlement)?;
		let most = mul_div_floor(most, Ratio::DIV, ratio.into_inner())?;
		let below_asset = Self::room_of_asset(&listing, now)?;
		let unit = at_par(1, book.settlement_decimals)?;
		// The largest normalised debt whose ⌈d·R⌉ is still covered.
		let largest = index.normalised_floor(most)?;
		let amount = index
			.debt_floor(largest.checked_sub(position.debt)?)?
			.min(book.debt_ceiling.checked_sub(book.totals.principal)?)
			.min(book.room_in_window(now))
			.min(below_asset.checked_div(unit)?);
		let owed = position.drawn(amount, index)?.owed(index)?;
		let large = position.collateral >= MINIMUM_COLLATERAL;
		(large && owed >= book.minimum_debt).then_some(amount)
	}

	/// What may still be drawn against a collateral asset at `now`, in all books: USD at par.
	fn room_of_asset(listing: &CollateralListing, now: Moment) -> Option<u128> {
		let (usage, parameters) = (listing.usage, listing.parameters);
		let in_window = if usage.window == window_of(now) { usage.drawn_in_window } else { 0 };
		let below_fuse = parameters.draw_fuse.into_inner().checked_sub(in_window)?;
		let below_ceiling = listing.most_drawn(now).into_inner().checked_sub(usage.drawn)?;
		Some(below_ceiling.min(below_fuse))
	}

	fn room_to_withdraw(book: &Book, position: Position) -> Option<Balance> {
		let listing = T::Listing::collateral(&book.collateral);
		if listing.is_some_and(|listing| listing.paused) {
			return None;
		}
		if position.debt == 0 {
			return Some(position.collateral);
		}
		let now = T::Time::now();
		Self::ensure_bears_risk(book, now).ok()?;
		let Bar { prices, ratio } = Self::bar(book, now).ok()?;
		let (index, _) = book.accrued(now)?;
		let owed = mul_div_ceil(position.owed(index)?, ratio.into_inner(), Ratio::DIV)?;
		let needed = book
			.settlement_at(owed, prices.settlement)
			.converted_ceil(book.collateral_decimals, prices.collateral)?;
		position.collateral.checked_sub(needed.max(MINIMUM_COLLATERAL))
	}
}
