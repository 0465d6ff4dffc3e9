//! What owners and their helpers do.

use num_traits::Zero;
use strata_numbers::RateIndex;
use strata_traits::{Balance, BookId, VaultId};

use super::{number, Group, Model, Spot, Vault};
use crate::{
	exact::{ceil, floor, index, rung_of, whole, Rat},
	world::AccountId,
};

/// What the pallets show of a vault, in whole numbers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Seen {
	/// Collateral.
	pub c: Balance,
	/// Normalised debt.
	pub d: Balance,
	/// Principal.
	pub p: Balance,
}

impl Model {
	/// A vault that holds nothing yet.
	pub fn opened(&mut self, id: VaultId, book: BookId, owner: AccountId) {
		let zero = Rat::zero;
		let vault = Vault {
			book,
			owner,
			c: zero(),
			d: zero(),
			p: zero(),
			spot: Spot::Free,
			hops: 0,
			path: 0,
			drift: 0,
		};
		assert!(self.vaults.insert(id, vault).is_none(), "vault {id} is new");
	}

	/// Somebody touches the vault: it leaves its rung with what the pallets show, which must have
	/// been compared before, and rounding stays where the contract says.
	pub fn touch(&mut self, id: VaultId, seen: Seen, r: RateIndex) -> Spot {
		let vault = &self.vaults[&id];
		let (id_of_book, spot) = (vault.book, vault.spot);
		let company = self.at(id_of_book, spot).len() > 1;
		let book = self.books.get_mut(&id_of_book).expect("a vault has a book");
		let (mut written_off, mut paid_out) = (0, false);
		match spot {
			Spot::Free => {},
			Spot::Rung(t) => {
				let group = book.rungs.get_mut(&t).expect("a vault has a rung");
				let left = Group {
					c: group.c - seen.c,
					d: group.d - seen.d,
					p: group.p - seen.p,
					..*group
				};
				if company {
					let most = floor(&(whole(left.d) * index(r)));
					written_off = left.p.saturating_sub(most);
					*group = Group { p: left.p - written_off, ..left };
					paid_out = left.d == 0;
				} else {
					assert_eq!(left.d, 0, "the last vault of a rung owes what is left");
					self.vacated = (id_of_book, t, left);
					book.rungs.remove(&t);
					book.dust += left.c;
					written_off = left.p;
				}
			},
			Spot::Closed(at) => {
				let left = book.closed.get_mut(&at).expect("a closed vault has a remainder");
				*left -= seen.c;
				if !company {
					book.dust += *left;
					book.closed.remove(&at);
				}
			},
		}
		let asset = number(&book.collateral);
		self.ledger.written_off += written_off;
		*self.drawn.entry(asset).or_default() -= written_off;
		let vault = self.vaults.get_mut(&id).expect("it was there");
		(vault.c, vault.d, vault.p) = (whole(seen.c), whole(seen.d), whole(seen.p));
		(vault.spot, vault.hops, vault.path, vault.drift) = (Spot::Free, 0, 0, 0);
		if paid_out {
			self.free_of_debt(id_of_book, spot);
		}
		spot
	}

	/// Those before them took their part of the debt rounded up, and nothing is left for the rest of
	/// a rung: they are free.
	fn free_of_debt(&mut self, id: BookId, spot: Spot) {
		let Spot::Rung(t) = spot else { return };
		let vaults = self.at(id, spot);
		let book = self.books.get_mut(&id).expect("there is the book");
		let left = book.rungs.remove(&t).expect("there is the rung");
		book.closings += 1;
		let closing = book.closings;
		book.closed.insert(closing, left.c);
		for vault in vaults {
			let vault = self.vaults.get_mut(&vault).expect("it was there");
			(vault.d, vault.p) = (Rat::zero(), Rat::zero());
			vault.path += 1;
			vault.spot = Spot::Closed(closing);
		}
	}

	/// Puts a vault that was touched, and came from `from`, where it belongs, or removes it if it is
	/// empty. Debt without collateral stays where it was.
	pub fn place(&mut self, id: VaultId, from: Spot) {
		let book = self.vaults[&id].book;
		self.put(id, from);
		let Spot::Rung(t) = from else { return };
		let book = self.books.get_mut(&book).expect("a vault has a book");
		if let Some(group) = book.rungs.get_mut(&t) {
			*group = group.bounded();
		}
	}

	/// [`Model::place`], whatever it leaves behind at `from`.
	fn put(&mut self, id: VaultId, from: Spot) {
		let vault = self.vaults.get_mut(&id).expect("it was there");
		let [c, d, p] = [&vault.c, &vault.d, &vault.p].map(floor);
		if d == 0 {
			assert_eq!(p, 0, "principal without debt");
			vault.spot = Spot::Free;
			if c == 0 {
				self.vaults.remove(&id);
			}
			return;
		}
		let t = match from {
			Spot::Rung(t) if c == 0 => t,
			_ => rung_of(d, c),
		};
		vault.spot = Spot::Rung(t);
		let book = self.books.get_mut(&vault.book).expect("a vault has a book");
		// Whoever was alone on a rung and comes back to it finds it as it was.
		let marks = match self.vacated {
			(id, rung, left) if from == Spot::Rung(t) && (id, rung) == (vault.book, t) => {
				Group { c: 0, d: 0, p: 0, ..left }
			},
			_ => Group::default(),
		};
		let group = book.rungs.entry(t).or_insert(marks);
		*group = Group { c: group.c + c, d: group.d + d, p: group.p + p, ..*group };
	}

	/// Adds, repays, draws and withdraws on a vault that was touched. Returns interest and principal
	/// that were paid.
	pub fn changed(
		&mut self,
		id: VaultId,
		[deposit, repay, draw, withdraw]: [Balance; 4],
		r: RateIndex,
	) -> (Balance, Balance) {
		let vault = self.vaults.get_mut(&id).expect("it was there");
		let r = index(r);
		let mut paid = (0, 0);
		vault.c += whole(deposit);
		if repay > 0 {
			let owed = ceil(&(&vault.d * &r));
			let p = floor(&vault.p);
			let all = repay.min(owed);
			let interest = (owed - p).min(all);
			paid = (interest, all - interest);
			vault.p -= whole(paid.1);
			vault.d = if all == owed {
				Rat::zero()
			} else {
				let rest = &vault.d - whole(floor(&(whole(all) / &r)));
				let least = whole(ceil(&(&vault.p / &r)));
				if rest > least {
					rest
				} else {
					least
				}
			};
		}
		vault.d += whole(ceil(&(whole(draw) / &r)));
		vault.p += whole(draw);
		vault.c -= whole(withdraw);
		assert!(vault.c >= Rat::zero(), "more was taken out of vault {id} than it held");
		let book = self.books.get_mut(&vault.book).expect("there is the book");
		// Interest that was paid need not be raised any more.
		book.call = book
			.call
			.map(|(amount, due)| (amount.saturating_sub(paid.0), due))
			.filter(|(amount, _)| *amount > 0);
		let asset = number(&book.collateral);
		let drawn = self.drawn.entry(asset).or_default();
		*drawn = *drawn + draw - paid.1;
		self.ledger.interest += paid.0;
		self.ledger.repaid += paid.1;
		self.ledger.advanced += draw;
		paid
	}
}
