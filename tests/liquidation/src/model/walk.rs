//! What a liquidation does to the vaults of a rung: each by itself.

use std::ops::Bound;

use num_traits::{One, Zero};
use strata_numbers::{RateIndex, Ratio};
use strata_traits::{Balance, BookId, MarketPrices, Moment};

use super::{number, Book, Group, Haul, Market, Model, Spot};
use crate::exact::{ceil, edge, fixed, floor, index, part_floor, power, rung_of, whole, Rat};

/// Why and how a rung is liquidated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
	/// It is unsafe: back to the target ratio.
	Ordinary,
	/// In full, at the bonus that is not the borrowers' fault.
	Full,
	/// For so much cash, at that bonus too.
	Cash(Balance),
}

/// What is to be done with a rung.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
	/// Nothing.
	Keep,
	/// `repaid` of the debt, for `seized` of the collateral.
	Taken {
		/// x.
		repaid: Balance,
		/// s.
		seized: Balance,
		/// Whether the rung covered (1 + b)·X.
		solvent: bool,
		/// Whether it was all of the debt.
		full: bool,
	},
}

/// What was taken off a rung.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Taken {
	/// x.
	pub repaid: Balance,
	/// s.
	pub seized: Balance,
	/// q.
	pub principal: Balance,
	/// x − q.
	pub interest: Balance,
	/// Normalised debt and principal that are left.
	pub left: (Balance, Balance),
}

impl Book {
	/// κ* of an unsafe rung with m = `ratio`, with what is left of the close-out.
	pub fn threshold(&self, market: &Market, r: RateIndex, now: Moment, ratio: Ratio) -> Rat {
		let all = market.unit_price(self) / (fixed(ratio) * index(r));
		if now < self.maturity {
			return all;
		}
		// The rungs are closed out riskiest first, the last one at the end.
		let left = self.close_out.saturating_sub(now - self.maturity);
		all * whole(left.into()) / whole(self.close_out.into())
	}

	/// Whether the rung lies beyond the threshold.
	pub fn is_unsafe(rung: i32, threshold: &Rat) -> bool {
		edge(rung + 1) > *threshold
	}

	/// The bonus of a mode.
	pub fn bonus(&self, mode: Mode) -> Ratio {
		match mode {
			Mode::Ordinary => self.parameters.liquidation_bonus,
			Mode::Full | Mode::Cash(_) => self.call_bonus,
		}
	}

	/// What is to be done with `group` in `mode`.
	pub fn outcome(&self, group: &Group, mode: Mode, sight: &Sight) -> Outcome {
		let (market, r) = (&sight.market, sight.r);
		let unit_price = market.unit_price(self);
		let owed = Model::owed(group, r);
		let value = whole(group.c) * &unit_price;
		let more = Rat::one() + fixed(self.bonus(mode));
		let seized_for = |repaid| floor(&(whole(repaid) * &more / &unit_price));
		let solvent = value >= &more * whole(owed);
		// Where the bonus of less than one unit would be seized, one unit is.
		let least = |seized: Balance| seized.max(group.c.min(1));
		let full = Outcome::Taken {
			repaid: owed,
			seized: least(if solvent { seized_for(owed).min(group.c) } else { group.c }),
			solvent,
			full: true,
		};
		let minimum_lot = self.minimum_lot();
		let repaid = match mode {
			Mode::Cash(0) => return Outcome::Keep,
			Mode::Full => return full,
			_ if !solvent => return full,
			Mode::Cash(wanted) => {
				// Nothing is wrong with it: it is not closed out for that.
				let enough =
					|repaid: &Balance| owed > *repaid && owed - *repaid >= self.minimum_debt;
				let repaid = [wanted.max(minimum_lot), wanted].into_iter().find(enough);
				return repaid.map_or(Outcome::Keep, |repaid| Outcome::Taken {
					repaid,
					seized: least(seized_for(repaid)),
					solvent,
					full: false,
				});
			},
			Mode::Ordinary => {
				let target = fixed(sight.target);
				let missing = &target * whole(owed) - &value;
				if missing <= Rat::zero() {
					return Outcome::Keep;
				}
				ceil(&(missing / (target - &more)))
			},
		};
		let rest = owed.saturating_sub(repaid);
		if repaid < minimum_lot || rest == 0 || rest < self.minimum_debt {
			return full;
		}
		Outcome::Taken { repaid, seized: least(seized_for(repaid)), solvent, full: false }
	}

	/// Least x of a partial liquidation.
	pub fn minimum_lot(&self) -> Balance {
		self.minimum_debt
	}

	/// The bonus, the outcome, and where it would lead: see [`Step`].
	fn step(&self, t: i32, group: &Group, how: Mode, sight: &Sight) -> Step {
		let outcome = self.outcome(group, how, sight);
		match outcome {
			Outcome::Keep if sight.is_unsafe(t) && group.c > 0 && rung_of(group.d, group.c) < t => {
				Step::Take(outcome)
			},
			Outcome::Keep => Step::Pass,
			Outcome::Taken { repaid, seized, full: false, .. } => {
				let d = ceil(&(whole(Model::owed(group, sight.r) - repaid) / index(sight.r)));
				// A little taken from a rung whose average lies beyond its key leaves it where it is.
				let worse = |to| to > t && to > rung_of(group.d, group.c);
				if group.c == seized || worse(rung_of(d, group.c - seized)) {
					Step::Fail
				} else {
					Step::Take(outcome)
				}
			},
			Outcome::Taken { .. } => Step::Take(outcome),
		}
	}
}

/// What the walk does with a rung.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
	/// Nothing: on average it is covered.
	Pass,
	/// It is liquidated, or placed again.
	Take(Outcome),
	/// What is left would be riskier: it is set aside.
	Fail,
	/// There is as much in auction as may be.
	Cap,
}

/// What the walk goes by in one book.
#[derive(Clone, Debug)]
pub struct Sight {
	/// By which prices.
	pub market: Market,
	/// What lots are opened with.
	pub prices: MarketPrices,
	/// R now.
	pub r: RateIndex,
	/// κ*; `None` if all rungs are closed out, whatever their κ.
	pub threshold: Option<Rat>,
	/// T now.
	pub target: Ratio,
	/// Whether rungs are closed out in full.
	pub full: bool,
	/// Whether the deal's call is due.
	pub call: bool,
	/// The rung that it had come to, as the contract keeps it: it passes over those that are safe down
	/// to there.
	pub reached: Option<i32>,
}

impl Sight {
	/// Whether a rung lies beyond the threshold.
	pub fn is_unsafe(&self, t: i32) -> bool {
		self.threshold.as_ref().is_none_or(|threshold| Book::is_unsafe(t, threshold))
	}
}

/// A step through a book.
#[derive(Clone, Debug)]
pub struct Walk {
	/// The book.
	pub book: BookId,
	/// What it goes by.
	pub sight: Sight,
	/// The last rung that is behind it.
	pub passed: Option<i32>,
	/// What the book may have in auction.
	pub quota: Balance,
	/// What was taken from solvent rungs and from others.
	pub hauls: [Haul; 2],
	/// Principal of rungs without collateral.
	pub worthless: Balance,
}

impl Model {
	/// Debt that a book may have in auction: its part, by principal, of the asset's cap.
	pub fn quota(&self, id: BookId) -> Balance {
		let book = &self.books[&id];
		let cap = fixed(book.parameters.auction_cap) * power(book.settlement_decimals);
		let drawn = self.drawn.get(&number(&book.collateral)).copied().unwrap_or(0);
		let all = drawn + book.in_auction;
		if all == 0 {
			return floor(&cap);
		}
		let ours = (self.performing(id) + book.in_auction).min(all);
		floor(&(cap * whole(ours) / whole(all)))
	}

	/// A step through a book, from the rung after `passed`.
	pub fn walk(&self, book: BookId, sight: Sight, passed: Option<i32>) -> Walk {
		let quota = self.quota(book);
		Walk { book, sight, passed, quota, hauls: [Haul::default(); 2], worthless: 0 }
	}

	/// The next rung that the step has business with, and what is to be done with it.
	pub fn next(&self, walk: &Walk) -> Option<(i32, Step)> {
		let book = &self.books[&walk.book];
		let below = |passed: Option<i32>| {
			let below = passed.map_or(Bound::Unbounded, Bound::Excluded);
			let mut rungs = book.rungs.range((Bound::Unbounded, below));
			rungs.next_back().map(|(t, group)| (*t, *group))
		};
		let sight = &walk.sight;
		let call = sight.call && !sight.full && book.call.is_some();
		let (mut t, mut group) = below(walk.passed)?;
		if call && !sight.is_unsafe(t) && sight.reached.is_some_and(|reached| t >= reached) {
			(t, group) = below(sight.reached)?;
		}
		let is_unsafe = sight.is_unsafe(t);
		if !is_unsafe && !call {
			return None;
		}
		let mode = if sight.full {
			Mode::Full
		} else if is_unsafe {
			Mode::Ordinary
		} else {
			let amount = book.call.map_or(0, |(amount, _)| amount);
			Mode::Cash(group.callable(book.calls, sight.r).min(amount))
		};
		let step = match book.step(t, &group, mode, sight) {
			// Nothing is wrong with a rung that is safe.
			Step::Fail if !is_unsafe => Step::Pass,
			step => step,
		};
		// Room is asked for before it is seen whether what is left has a place.
		let sells = match step {
			Step::Take(Outcome::Taken { seized, .. }) => seized > 0,
			Step::Fail => group.c > 0,
			_ => false,
		};
		if sells && book.in_auction > 0 && book.in_auction >= walk.quota {
			return Some((t, Step::Cap));
		}
		Some((t, step))
	}

	/// Does what [`Model::next`] said.
	pub fn take(&mut self, walk: &mut Walk, t: i32, outcome: Outcome) -> (Taken, Option<i32>) {
		let r = walk.sight.r;
		let is_unsafe = walk.sight.is_unsafe(t);
		let (taken, to) = self.liquidate(walk.book, t, outcome, r);
		walk.passed = Some(t);
		let Outcome::Taken { repaid, solvent, .. } = outcome else { return (taken, to) };
		let full = walk.sight.full;
		let book = self.books.get_mut(&walk.book).expect("there is the book");
		let bonus = match (full, is_unsafe) {
			(false, true) => book.parameters.liquidation_bonus,
			_ => book.call_bonus,
		};
		if taken.seized == 0 {
			walk.worthless += taken.principal;
		} else {
			book.in_auction += repaid;
			let haul = &mut walk.hauls[usize::from(!solvent)];
			haul.units += taken.seized;
			haul.principal += taken.principal;
			haul.interest += taken.interest;
			haul.penalty += floor(&(whole(repaid) * fixed(bonus)));
		}
		if !full && !is_unsafe {
			if let Some((amount, _)) = &mut book.call {
				*amount = amount.saturating_sub(repaid);
			}
			let calls = book.calls;
			if let Some(group) = to.and_then(|to| book.rungs.get_mut(&to)) {
				*group = group.sparing(calls, taken.left);
			}
		}
		(taken, to)
	}

	/// After each rung, and at the end of the ladder: a call that is raised is over.
	pub fn end_call(&mut self, walk: &Walk, at_end: bool) {
		let book = self.books.get_mut(&walk.book).expect("there is the book");
		if walk.sight.call && !walk.sight.full {
			book.call = book.call.filter(|(amount, _)| *amount > 0 && !at_end);
		}
	}

	/// Puts up for sale what the step took.
	pub fn sell(&mut self, walk: &Walk, now: Moment, next_lot: &mut u32) {
		let id = walk.book;
		let book = self.books.get_mut(&id).expect("there is the book");
		let mut hauls = walk.hauls;
		if let Some(haul) = hauls.iter_mut().rev().find(|haul| haul.units > 0) {
			haul.units += book.dust;
			book.dust = 0;
		}
		let unit_price = walk.sight.market.unit_price(book);
		let least = floor(&(whole(book.minimum_debt) / unit_price));
		let workout = self.workouts.entry(id).or_default();
		for haul in hauls {
			self.ledger.in_liquidation += haul.principal;
			self.ledger.units += haul.units;
			workout.0 += haul.principal;
			workout.1 += haul.units;
		}
		self.ledger.lost += walk.worthless;
		for (haul, solvent) in hauls.into_iter().zip([true, false]) {
			if haul.units == 0 {
				continue;
			}
			let minimum = least.clamp(1, haul.units);
			let prices = walk.sight.prices;
			let opened = self.open_lot(id, solvent, haul, prices, minimum, now, *next_lot);
			if opened == Some(*next_lot) {
				*next_lot += 1;
			}
		}
	}
}

impl Model {
	/// Liquidates a rung: its vaults keep their exact fractions of what is left and go where the sums
	/// belong.
	pub fn liquidate(
		&mut self,
		id: BookId,
		t: i32,
		outcome: Outcome,
		r: RateIndex,
	) -> (Taken, Option<i32>) {
		let vaults = self.at(id, Spot::Rung(t));
		let book = self.books.get_mut(&id).expect("there is the book");
		let before = book.rungs.remove(&t).expect("there is the rung");
		let owed = Self::owed(&before, r);
		let (repaid, seized, full) = match outcome {
			Outcome::Keep => (0, 0, false),
			Outcome::Taken { repaid, seized, full, .. } => (repaid, seized, full),
		};
		let c = before.c - seized;
		let d = if outcome == Outcome::Keep {
			before.d
		} else if full {
			0
		} else {
			ceil(&(whole(owed - repaid) / index(r)))
		};
		let p = if full { 0 } else { part_floor(before.p, d, before.d) };
		let principal = before.p - p;
		let taken = Taken { repaid, seized, principal, interest: repaid - principal, left: (d, p) };

		let exact = (d > 0).then(|| rung_of(d, c));
		let to = exact.map(|exact| exact.min(t));
		// κ of each vault changes as the average does: from so many steps off `t` to so many off `to`.
		let drift = exact.map_or(0, |exact| {
			let off = rung_of(before.d, before.c) - t;
			off.abs_diff(exact - exact.min(t))
		});
		let spot = match to {
			Some(to) => {
				// A little raised for a call may leave it where it is.
				assert!(to <= t, "rung {t} went to {to}, which is riskier");
				let group = book.rungs.entry(to).or_default();
				*group = Group { c: group.c + c, d: group.d + d, p: group.p + p, ..*group };
				Spot::Rung(to)
			},
			None => {
				book.closings += 1;
				book.closed.insert(book.closings, c);
				Spot::Closed(book.closings)
			},
		};
		let part = |of: u128, all: u128| {
			if all == 0 {
				Rat::zero()
			} else {
				whole(of) / whole(all)
			}
		};
		let (of_c, of_d) = (part(c, before.c), part(d, before.d));
		for vault in vaults {
			let vault = self.vaults.get_mut(&vault).expect("it was there");
			vault.c *= &of_c;
			vault.d *= &of_d;
			vault.p *= &of_d;
			vault.hops += 1;
			vault.path += 1;
			vault.drift = vault.drift.saturating_add(drift);
			vault.spot = spot;
		}
		let asset = number(&self.books[&id].collateral);
		*self.drawn.entry(asset).or_default() -= principal;
		(taken, to)
	}
}
