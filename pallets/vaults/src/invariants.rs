//! What is true after every block.

use alloc::collections::BTreeMap;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use strata_ladder::{Rung, RungKey};
use strata_traits::{Asset, BookId};

use crate::{
	types::{at_par, Book, Position, RungTotals},
	Books, Config, Drawn, NextBook, NextVault, Pallet, ReliedOn, Rungs, VaultOf, Vaults, VaultsOf,
	MINIMUM_COLLATERAL,
};

/// Sums over the vaults of one book.
#[derive(Default)]
struct Sums {
	totals: Position,
	vaults: u32,
	rungs: BTreeMap<RungKey, (Position, u32)>,
}

impl<T: Config> Pallet<T> {
	/// Recomputes every total from the vaults.
	///
	/// # Errors
	/// The first thing that does not agree:
	/// 1. each vault belongs to a book, is in its owner's list, holds nothing or the minimum, and
	///    owes no more principal than ⌊d·R⌋;
	/// 2. a vault with debt is placed at the rung that its debt and collateral give, with that
	///    rung's generation; one without is placed nowhere;
	/// 3. rungs and books are the exact sums over their vaults, and there is no other rung;
	/// 4. the account of each book holds exactly its vaults' collateral and exists;
	/// 5. what is drawn against each asset is the sum over books, at par;
	/// 6. a closed book has vaults and no debt.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<BookId, Sums> = BTreeMap::new();
		let mut listed = 0usize;
		for (_, ids) in VaultsOf::<T>::iter() {
			ensure!(!ids.is_empty(), "an owner without vaults is in the list");
			listed = listed.checked_add(ids.len()).ok_or("too many vaults")?;
		}
		for (id, vault) in Vaults::<T>::iter() {
			ensure!(id < NextVault::<T>::get(), "a vault has an id of the future");
			ensure!(VaultsOf::<T>::get(&vault.owner).contains(&id), "a vault is not in the list");
			listed = listed.checked_sub(1).ok_or("the owners' lists name fewer vaults")?;
			let book = Books::<T>::get(vault.book).ok_or("a vault without book")?;
			Self::check_vault(&book, &vault)?;
			Self::add_vault(sums.entry(vault.book).or_default(), &vault)?;
		}
		ensure!(listed == 0, "the owners' lists name more vaults than there are");

		let mut drawn: BTreeMap<Asset, u128> = BTreeMap::new();
		let mut relied_on: BTreeMap<Asset, u32> = BTreeMap::new();
		let mut rungs = 0usize;
		for (id, book) in Books::<T>::iter() {
			ensure!(id < NextBook::<T>::get(), "a book has an id of the future");
			let sums = sums.remove(&id).unwrap_or_default();
			Self::check_book(id, &book, &sums)?;
			rungs = rungs.checked_add(sums.rungs.len()).ok_or("too many rungs")?;
			let par = at_par(book.totals.principal, book.settlement_decimals)
				.ok_or("principal does not fit")?;
			let total = drawn.entry(book.collateral.clone()).or_default();
			*total = total.checked_add(par).ok_or("total drawn does not fit")?;
			for asset in [book.collateral, book.settlement] {
				let count = relied_on.entry(asset).or_default();
				*count = count.checked_add(1).ok_or("too many books")?;
			}
		}
		let stored: BTreeMap<_, _> = ReliedOn::<T>::iter().collect();
		ensure!(stored == relied_on, "the assets relied on are not those of the books");
		ensure!(Rungs::<T>::iter_keys().count() == rungs, "there are rungs without vaults");
		for (asset, total) in Drawn::<T>::iter() {
			ensure!(total > 0, "nothing drawn is stored");
			ensure!(drawn.remove(&asset) == Some(total), "drawn is not the sum over books");
		}
		ensure!(drawn.values().all(|total| *total == 0), "drawn misses an asset");
		Ok(())
	}

	fn check_vault(book: &Book, vault: &VaultOf<T>) -> Result<(), TryRuntimeError> {
		let Position { collateral, debt, principal } = vault.position;
		ensure!(collateral >= MINIMUM_COLLATERAL, "a vault holds less than the minimum");
		let lent = book.index.debt_floor(debt).ok_or("debt does not fit")?;
		ensure!(principal <= lent, "more principal than debt");
		let rung = match debt {
			0 => None,
			debt => Some(Rung::of(debt, collateral).ok_or("debt off the ladder")?),
		};
		ensure!(vault.place.map(|place| place.rung) == rung, "a vault is on another rung");
		if let Some(place) = vault.place {
			let rung =
				Rungs::<T>::get(vault.book, place.rung.key()).ok_or("a vault without rung")?;
			ensure!(rung.generation == place.generation, "a vault of another generation");
		}
		Ok(())
	}

	fn add_vault(sums: &mut Sums, vault: &VaultOf<T>) -> Result<(), TryRuntimeError> {
		sums.totals = sums.totals.plus(vault.position).ok_or("book total does not fit")?;
		sums.vaults = sums.vaults.checked_add(1).ok_or("too many vaults")?;
		if let Some(place) = vault.place {
			let (totals, vaults) = sums.rungs.entry(place.rung.key()).or_default();
			*totals = totals.plus(vault.position).ok_or("rung total does not fit")?;
			*vaults = vaults.checked_add(1).ok_or("too many vaults")?;
		}
		Ok(())
	}

	fn check_book(id: BookId, book: &Book, sums: &Sums) -> Result<(), TryRuntimeError> {
		ensure!(book.totals == sums.totals, "book totals are not the sums over vaults");
		ensure!(book.vaults == sums.vaults, "book counts other vaults");
		for (key, (totals, vaults)) in &sums.rungs {
			let RungTotals { totals: stored, vaults: counted, generation } =
				Rungs::<T>::get(id, key).ok_or("a rung is missing")?;
			ensure!(stored == *totals, "rung totals are not the sums over vaults");
			ensure!(counted == *vaults, "rung counts other vaults");
			ensure!(generation <= book.generation, "a generation of the future");
		}
		let held = Self::held(id, &book.collateral);
		ensure!(held == book.totals.collateral, "collateral held is not the sum over vaults");
		let account = Self::account_of(id);
		ensure!(frame_system::Pallet::<T>::providers(&account) > 0, "book account is gone");
		let alive = !book.closed || (book.vaults > 0 && book.totals.debt == 0);
		ensure!(alive, "a closed book without vaults, or with debt");
		Ok(())
	}
}
