//! What is true after every block.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use strata_ladder::{Rung, RungKey};
use strata_traits::{Asset, Auctions, Balance, BookId, Listing, Ramp};

use crate::{
	edges::End,
	types::{at_par, Book, Destination, Edge, Place, Position, RungTotals},
	Books, Config, Edges, Following, NextBook, NextVault, Pallet, ReliedOn, Rungs, VaultOf, Vaults,
	VaultsOf,
};

/// What the vaults behind one rung or one last edge say.
#[derive(Default)]
struct Sum {
	position: Position,
	vaults: u32,
}

/// What the vaults of one book say.
#[derive(Default)]
struct Sums {
	vaults: u32,
	/// Collateral of vaults without debt.
	idle: Balance,
	/// Vaults whose path ends at a rung.
	rungs: BTreeMap<RungKey, Sum>,
	/// Vaults whose path ends behind an edge, by the edge's place.
	closed: BTreeMap<(RungKey, u64), Sum>,
	/// How many vaults and edges lead to each place.
	references: BTreeMap<(RungKey, u64), u32>,
}

type Checked<R = ()> = Result<R, TryRuntimeError>;

fn add(count: &mut u32, more: u32) -> Checked {
	*count = count.checked_add(more).ok_or("too many to count")?;
	Ok(())
}

impl Sum {
	fn add(&mut self, position: Position) -> Checked {
		self.position = self.position.plus(position).ok_or("a sum of vaults does not fit")?;
		add(&mut self.vaults, 1)
	}
}

impl<T: Config> Pallet<T> {
	/// Recomputes every total from the vaults, each followed to where it is now.
	///
	/// # Errors
	/// The first thing that does not agree:
	/// 1. each vault belongs to a book, is in its owner's list, holds or owes something, and owes no
	///    more principal than ⌊d·R⌋; one that was just placed lies on the rung that its debt and
	///    collateral give;
	/// 2. what the vaults of a rung hold is no more than the rung holds, what they owe no less than it
	///    owes; how many they are is exact, and so is how many places lead to each rung and edge;
	/// 3. there is no rung without vaults, no rung without debt, no edge that nothing leads to, and no
	///    collateral behind a last edge that was promised twice;
	/// 4. a book is the exact sum of its rungs, of what is left behind last edges, and of its vaults
	///    without debt;
	/// 5. the account of each book exists and holds that, the dust and the lots, if the book is not
	///    marked as impaired;
	/// 6. what is drawn against each asset is the sum over books, at par;
	/// 7. a closed book has vaults and no debt;
	/// 8. the rate of a book is what its model gives for its principal, and its ratios hold together;
	/// 9. the books that follow an asset are those whose terms say so, each once; no other has a ramp.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut books = Self::sum_vaults()?;
		let mut drawn: BTreeMap<Asset, u128> = BTreeMap::new();
		let mut relied_on: BTreeMap<Asset, u32> = BTreeMap::new();
		let mut following: BTreeMap<Asset, Vec<BookId>> = BTreeMap::new();
		let (mut rungs, mut edges) = (0usize, 0usize);
		for (id, book) in Books::<T>::iter() {
			ensure!(id < NextBook::<T>::get(), "a book has an id of the future");
			let mut sums = books.remove(&id).unwrap_or_default();
			let led = Self::check_edges(id, &book, &mut sums)?;
			let lying = Self::check_rungs(id, &book, &sums)?;
			rungs = rungs.checked_add(sums.rungs.len()).ok_or("too many rungs")?;
			edges = edges.checked_add(led.edges).ok_or("too many edges")?;
			Self::check_book(id, &book, &sums, lying, led.left)?;
			Self::check_terms(&book)?;
			if book.follows {
				following.entry(book.collateral.clone()).or_default().push(id);
			}
			let par = at_par(book.totals.principal, book.settlement_decimals)
				.ok_or("principal does not fit")?;
			let total = drawn.entry(book.collateral.clone()).or_default();
			*total = total.checked_add(par).ok_or("total drawn does not fit")?;
			for asset in [book.collateral, book.settlement] {
				add(relied_on.entry(asset).or_default(), 1)?;
			}
		}
		Self::check_following(following)?;
		let stored: BTreeMap<_, _> = ReliedOn::<T>::iter().collect();
		ensure!(stored == relied_on, "the assets relied on are not those of the books");
		ensure!(Rungs::<T>::iter_keys().count() == rungs, "there are rungs without book");
		ensure!(Edges::<T>::iter_keys().count() == edges, "there are edges without book");
		for (asset, total) in drawn {
			let usage = T::Listing::collateral(&asset).map(|listing| listing.usage.drawn);
			let agrees = usage.is_none_or(|usage| usage == total);
			ensure!(agrees, "what is drawn against an asset is not the sum over books");
		}
		Ok(())
	}

	/// What a book goes by now follows from what it was opened with.
	fn check_terms(book: &Book) -> Checked {
		let rate = book.rate.rate_ceil(book.totals.principal, book.debt_ceiling);
		ensure!(rate == Some(book.yearly_rate), "a rate that is not that of what is lent");
		let sound = |ramp: Ramp| book.goes_with(&ramp.from) && book.goes_with(&ramp.to);
		ensure!(book.ramp.is_none_or(sound), "a ramp between ratios that do not go together");
		ensure!(book.follows || book.ramp.is_none(), "a ramp of a book that does not follow");
		Ok(())
	}

	fn check_following(mut books: BTreeMap<Asset, Vec<BookId>>) -> Checked {
		for (asset, stored) in Following::<T>::iter() {
			let mut found = books.remove(&asset).ok_or("an asset that no book follows")?;
			let mut stored = stored.into_inner();
			found.sort_unstable();
			stored.sort_unstable();
			ensure!(stored == found, "other books follow an asset than say so");
		}
		ensure!(books.is_empty(), "a book follows and is not in the list");
		Ok(())
	}

	fn sum_vaults() -> Checked<BTreeMap<BookId, Sums>> {
		let mut books: BTreeMap<BookId, Sums> = BTreeMap::new();
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
			let sums = books.entry(vault.book).or_default();
			add(&mut sums.vaults, 1)?;
			Self::add_vault(&book, &vault, sums)?;
		}
		ensure!(listed == 0, "the owners' lists name more vaults than there are");
		Ok(books)
	}

	fn add_vault(book: &Book, vault: &VaultOf<T>, sums: &mut Sums) -> Checked {
		let Position { collateral, debt, principal } = vault.position;
		ensure!(!vault.position.is_empty(), "a vault with nothing");
		let lent = book.index.debt_floor(debt).ok_or("debt does not fit")?;
		ensure!(principal <= lent, "more principal than debt");
		let Some(place) = vault.place else {
			ensure!(debt == 0, "a vault with debt is placed nowhere");
			sums.idle = sums.idle.checked_add(collateral).ok_or("collateral does not fit")?;
			return Ok(());
		};
		ensure!(debt > 0, "a vault without debt is placed");
		add(sums.references.entry(place.key()).or_default(), 1)?;
		let path = Self::path(vault, u32::MAX)
			.map_err(|_| "a path leads nowhere")?
			.ok_or("a placed vault without path")?;
		match (path.end, path.edges.last()) {
			(End::Rung(at, _), _) => {
				// One that was left by `settle` on the way to its rung may be off by a step.
				let exact = collateral == 0 || Rung::of(debt, collateral) == Some(place.rung);
				ensure!(path.hops > 0 || exact, "a vault is on another rung");
				sums.rungs.entry(at.rung.key()).or_default().add(path.position)
			},
			(End::Closed, Some((at, _))) => {
				sums.closed.entry(at.key()).or_default().add(path.position)
			},
			_ => Err("a path without end".into()),
		}
	}

	/// Checks the edges of a book; adds to `sums` what they lead to.
	fn check_edges(id: BookId, book: &Book, sums: &mut Sums) -> Checked<Led> {
		let mut led = Led::default();
		for ((key, generation), edge) in Edges::<T>::iter_prefix(id) {
			led.edges = led.edges.checked_add(1).ok_or("too many edges")?;
			ensure!(generation <= book.generation, "an edge of the future");
			for fraction in [edge.collateral, edge.debt] {
				ensure!(fraction.left <= fraction.whole, "an edge that makes something grow");
			}
			let Edge { to, .. } = edge;
			match to {
				Destination::Rung(next) => {
					ensure!(Self::leads_on(id, next), "an edge leads nowhere");
					ensure!(next.rung <= key.rung(), "an edge leads to a riskier rung");
					add(sums.references.entry(next.key()).or_default(), 1)?;
				},
				Destination::Closed { left, vaults } => {
					let sum = sums.closed.remove(&(key, generation)).unwrap_or_default();
					ensure!(sum.vaults == vaults, "a last edge counts other vaults");
					ensure!(sum.position.collateral <= left, "more is promised than is left");
					led.left = led.left.checked_add(left).ok_or("collateral does not fit")?;
				},
			}
		}
		ensure!(sums.closed.is_empty(), "vaults behind an edge that is not there");
		for ((key, generation), edge) in Edges::<T>::iter_prefix(id) {
			let counted = sums.references.remove(&(key, generation)).unwrap_or_default();
			ensure!(edge.references == counted, "an edge counts other references");
			ensure!(counted > 0, "an edge that nothing leads to");
		}
		Ok(led)
	}

	fn leads_on(id: BookId, place: Place) -> bool {
		let rung = Rungs::<T>::get(id, place.rung.key());
		rung.is_some_and(|rung| rung.generation == place.generation)
			|| Edges::<T>::contains_key(id, place.key())
	}

	/// Checks the rungs of a book. Returns their sum.
	fn check_rungs(id: BookId, book: &Book, sums: &Sums) -> Checked<Position> {
		let (mut sum, mut references) = (Position::default(), 0usize);
		for (key, rung) in Rungs::<T>::iter_prefix(id) {
			let RungTotals { totals, vaults, generation, spared, .. } = rung;
			sum = sum.plus(totals).ok_or("the rungs do not fit")?;
			let lying = sums.rungs.get(&key).ok_or("a rung without vaults")?;
			ensure!(vaults == lying.vaults, "a rung counts other vaults");
			ensure!(lying.position.collateral <= totals.collateral, "a rung holds too little");
			ensure!(lying.position.debt >= totals.debt, "a rung owes too much");
			ensure!(totals.debt > 0, "a rung without debt");
			let lent = book.index.debt_floor(totals.debt).ok_or("debt does not fit")?;
			ensure!(totals.principal <= lent, "a rung with more principal than debt");
			let within = spared.0 <= totals.debt && spared.1 <= totals.principal;
			ensure!(within, "a rung spares more than it has");
			ensure!(generation <= book.generation, "a generation of the future");
			let counted = sums.references.get(&(key, generation)).copied().unwrap_or_default();
			ensure!(rung.references == counted, "a rung counts other references");
			references = references.checked_add(1).ok_or("too many rungs")?;
		}
		ensure!(references == sums.references.len(), "something leads to no rung");
		ensure!(references == sums.rungs.len(), "a vault's rung is missing");
		Ok(sum)
	}

	fn check_book(id: BookId, book: &Book, sums: &Sums, lying: Position, left: Balance) -> Checked {
		let idle = Position { collateral: sums.idle, ..Position::default() };
		let left = Position { collateral: left, ..Position::default() };
		let total = lying.plus(idle).and_then(|sum| sum.plus(left));
		ensure!(Some(book.totals) == total, "book totals are not the sum of what lies in it");
		ensure!(book.vaults == sums.vaults, "book counts other vaults");
		let ledger = book
			.totals
			.collateral
			.checked_add(book.dust)
			.and_then(|sum| sum.checked_add(T::Auctions::on_sale(id).units))
			.ok_or("collateral does not fit")?;
		let held = Self::held(id, &book.collateral);
		ensure!(held == ledger || book.impaired, "collateral held is not what the ledgers say");
		let account = Self::account_of(id);
		ensure!(frame_system::Pallet::<T>::providers(&account) > 0, "book account is gone");
		let alive = !book.closed || (book.vaults > 0 && book.totals.debt == 0);
		ensure!(alive, "a closed book without vaults, or with debt");
		Ok(())
	}
}

/// What the edges of a book lead to beside rungs.
#[derive(Default)]
struct Led {
	/// How many edges.
	edges: usize,
	/// Collateral behind last edges.
	left: Balance,
}
