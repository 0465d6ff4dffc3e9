//! The naive model: every vault by itself, in exact rationals.
//!
//! It knows no edge, no generation and no reference count. It takes from the contract what is a
//! whole number there: the sums of a rung (they are what is liquidated), cash, and the units of a
//! lot. What a *vault* has of a rung is an exact fraction here, and the pallets must agree within
//! one unit per vault and hop. The tolerance, for a vault that has passed h hops since it was last
//! touched, with c, d and p exact:
//!
//! - Collateral and principal are floored once per hop by a fraction of at most 1, so that the pallets
//!   show less than h below the exact value, and never more than it.
//! - Debt is raised once per hop: less than h above the exact value, and never less; except that no
//!   vault owes more than its rung. Where others have left with debt rounded up, the rung has that
//!   much less than the exact debts of the rest: `shortage`, which the model knows to the unit.
//! - The same for principal: P' = ⌊P·D'/D⌋ of the rung, and what is written off when
//!   P > ⌊D·R⌋, is missing to the exact principals of its vaults.
//! - A vault that is touched becomes what the pallets show, in whole numbers: the rounding is the
//!   vault's, by contract. Nothing is carried further than to the next touch.

mod lots;
mod pool;
mod vaults;
mod walk;

use std::collections::BTreeMap;

use num_traits::Zero;
use strata_numbers::{Price, RateIndex, RateModel, Ratio};
use strata_traits::{
	Asset, Balance, BookId, LotId, Moment, ParameterSet, Ramp, Ratios, Reading, VaultId,
};

pub use lots::{Haul, Lot, Stage};
pub use pool::{Depositor, Pool};
pub use vaults::Seen;
pub use walk::{Mode, Outcome, Sight, Step, Taken, Walk};

use crate::{
	exact::{excess, fixed, floor, index, most, power, price_ceil, price_floor, whole, Rat},
	world::{AccountId, HaltGap, Ledger, Past},
};

/// The sums of a rung, as the contract keeps them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Group {
	/// Collateral.
	pub c: Balance,
	/// Normalised debt.
	pub d: Balance,
	/// Principal.
	pub p: Balance,
	/// The call that was raised last from vaults here.
	pub called: u32,
	/// Normalised debt and principal that it was raised from.
	pub spared: (Balance, Balance),
}

impl Group {
	/// The part that a call was raised from.
	fn spared_by(&self, call: u32) -> (Balance, Balance) {
		Some(self.spared).filter(|_| self.called == call).unwrap_or_default()
	}

	/// Interest on the part that a call was not raised from.
	pub fn callable(&self, call: u32, r: RateIndex) -> Balance {
		let (d, p) = self.spared_by(call);
		floor(&(whole(self.d - d) * index(r))).saturating_sub(self.p - p)
	}

	/// A call was raised from so much of it.
	pub fn sparing(self, call: u32, (d, p): (Balance, Balance)) -> Self {
		let before = self.spared_by(call);
		Self { called: call, spared: (before.0 + d, before.1 + p), ..self }
	}

	/// Nobody who is not there is spared.
	pub fn bounded(self) -> Self {
		Self { spared: (self.spared.0.min(self.d), self.spared.1.min(self.p)), ..self }
	}
}

/// Where a vault is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Spot {
	/// It has no debt, by its owner's act.
	Free,
	/// On this rung.
	Rung(i32),
	/// Its rung was liquidated in full: what is left of the collateral waits here.
	Closed(u32),
}

/// A vault.
#[derive(Clone, Debug)]
pub struct Vault {
	/// Its book.
	pub book: BookId,
	/// Its owner.
	pub owner: AccountId,
	/// Collateral.
	pub c: Rat,
	/// Normalised debt.
	pub d: Rat,
	/// Principal.
	pub p: Rat,
	/// Where it is.
	pub spot: Spot,
	/// How often its rung was liquidated since it was last touched.
	pub hops: u32,
	/// How many of these have not been settled.
	pub path: u32,
	/// By how many steps more than one for each hop it may lie off its rung: the average of a rung lies
	/// beyond it where others have left.
	pub drift: u32,
}

/// A book, as opened.
#[derive(Clone, Debug)]
pub struct Book {
	/// What it lends against.
	pub collateral: Asset,
	/// Decimals of the collateral.
	pub collateral_decimals: u8,
	/// Decimals of the settlement asset.
	pub settlement_decimals: u8,
	/// The parameters.
	pub parameters: ParameterSet,
	/// Whether it goes over to new ratios.
	pub follows: bool,
	/// How its ratios move.
	pub ramp: Option<Move>,
	/// How its rate is found.
	pub rate: RateModel,
	/// The most that it lends.
	pub ceiling: Balance,
	/// Its rate since it was touched last.
	pub yearly: Ratio,
	/// R when it was touched last.
	pub r: RateIndex,
	/// Until when interest is in it.
	pub updated_at: Moment,
	/// Least debt.
	pub minimum_debt: Balance,
	/// From then on nothing is drawn.
	pub maturity: Moment,
	/// How long the close-out takes.
	pub close_out: Moment,
	/// Notice of a call.
	pub call_notice: Moment,
	/// Bonus of everything that is not the borrowers' fault.
	pub call_bonus: Ratio,
	/// Its rungs.
	pub rungs: BTreeMap<i32, Group>,
	/// Collateral that waits for the vaults of rungs that were liquidated in full.
	pub closed: BTreeMap<u32, Balance>,
	/// How many of these there have been.
	pub closings: u32,
	/// Collateral that rounding left to nobody.
	pub dust: Balance,
	/// What is not paid of the debt of lots that are not settled for good.
	pub in_auction: Balance,
	/// A call: amount and when it is due.
	pub call: Option<(Balance, Moment)>,
	/// How many calls there have been.
	pub calls: u32,
	/// A wind-down: the end of its repay window.
	pub wind_down: Option<Moment>,
	/// No vault is opened.
	pub closed_for_good: bool,
}

/// A move of the ratios in a straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
	/// Where it begins.
	pub from: Ratios,
	/// Where it ends.
	pub to: Ratios,
	/// When it begins.
	pub begins: Moment,
	/// When it ends.
	pub ends: Moment,
}

impl Move {
	/// The ratios at a time: the exact point of the line, to the digit that does no harm.
	fn at(&self, now: Moment) -> Ratios {
		let part = if now >= self.ends {
			whole(1)
		} else if now <= self.begins {
			whole(0)
		} else {
			whole((now - self.begins).into()) / whole((self.ends - self.begins).into())
		};
		let point = |from: Ratio, to: Ratio| fixed(from) + (fixed(to) - fixed(from)) * &part;
		Ratios {
			liquidation: price_floor(&point(self.from.liquidation, self.to.liquidation)),
			initial: price_ceil(&point(self.from.initial, self.to.initial)),
			target: price_ceil(&point(self.from.target, self.to.target)),
		}
	}
}

/// The sides of a price that favour owners, as far as somebody may be liquidated on it.
#[derive(Clone, Copy, Debug)]
pub struct Enforced {
	/// Of money.
	pub lower: Price,
	/// Of collateral.
	pub upper: Price,
	/// The oldest report behind it.
	pub observed_at: Moment,
}

/// What of `reading` liquidation may use. While a jump waits, what is better for owners of two.
pub fn enforced(reading: Reading) -> Option<Enforced> {
	let all = match reading {
		Reading::Fresh(quote) | Reading::Degraded(quote) => vec![quote],
		Reading::Pending { confirmed, current } => vec![confirmed, current],
		Reading::Stale(_) | Reading::Frozen(_) | Reading::Unknown => return None,
	};
	Some(Enforced {
		lower: all.iter().map(|quote| quote.lower).min()?,
		upper: all.iter().map(|quote| quote.upper).max()?,
		observed_at: all.iter().map(|quote| quote.observed_at).min()?,
	})
}

impl Book {
	/// Its ratios at a time.
	pub fn ratios(&self, now: Moment) -> Ratios {
		self.ramp.map_or(Ratios::of(&self.parameters), |ramp| ramp.at(now))
	}

	/// Whether what it was opened with goes together with `ratios`.
	pub fn goes_with(&self, ratios: &Ratios) -> bool {
		let set = ratios.put_into(self.parameters);
		let greatest_initial_ratio = set.greatest_initial_ratio.max(ratios.initial);
		ParameterSet { greatest_initial_ratio, ..set }.validate().is_ok()
	}

	/// Goes over to the end of `ramp`, if it goes together with what it was opened with.
	pub fn follow(&mut self, ramp: &Ramp, now: Moment) {
		if self.follows && self.goes_with(&ramp.to) {
			let from = self.ratios(now);
			let Ramp { to, begins, ends, .. } = *ramp;
			self.ramp = Some(Move { from, to, begins: begins.max(now), ends });
		}
	}

	/// The exact yearly rate with so much lent.
	pub fn rate_of(&self, lent: Balance) -> Rat {
		match self.rate {
			RateModel::Fixed(rate) => fixed(rate),
			RateModel::Utilisation { base, kink, slope1, slope2 } => {
				let [base, kink, slope1, slope2] = [base, kink, slope1, slope2].map(fixed);
				let used = whole(lent) / whole(self.ceiling);
				if used <= kink {
					base + slope1 * used / kink
				} else {
					base + slope1 + slope2 * (used - &kink) / (whole(1) - kink)
				}
			},
		}
	}

	/// Whether collateral of `value` covers `owed` as an act that adds risk asks for, exactly: the
	/// initial ratio, and what is left after a fall by the haircut the liquidation ratio, up to the
	/// bound.
	pub fn may_add_risk(&self, value: &Rat, owed: &Rat, now: Moment, past: &Past) -> bool {
		let Ratios { liquidation, initial, .. } = self.ratios(now);
		let covers = |ratio: Ratio| *value >= owed * fixed(ratio);
		if !covers(initial) {
			return false;
		}
		if covers(self.parameters.greatest_initial_ratio.max(initial)) {
			return true;
		}
		// What value may be lost before the liquidation ratio is all that is left.
		let spare = whole(1) - owed * fixed(liquidation) / value;
		let terms = self.parameters.haircut;
		let variance = whole(past.variance.inner()) / (power(18) * power(18));
		let square = fixed(terms.deviations)
			* fixed(terms.deviations)
			* variance
			* whole(past.latency.into())
			/ whole(1_000);
		spare >= fixed(terms.least) && (spare >= fixed(terms.most) || &spare * &spare >= square)
	}

	/// Debt in USD, and rungs, that become unsafe with `ratios`.
	pub fn impact(
		&self,
		ratios: &Ratios,
		market: &Market,
		r: RateIndex,
		now: Moment,
	) -> (Rat, u32) {
		let line = |ratio| self.threshold(market, r, now, ratio);
		let (before, after) = (line(self.ratios(now).liquidation), line(ratios.liquidation));
		let falls = |t: i32| Self::is_unsafe(t, &after) && !Self::is_unsafe(t, &before);
		let hit = self.rungs.iter().filter(|(t, _)| falls(**t));
		hit.fold((whole(0), 0), |(debt, rungs), (_, group)| {
			let usd = whole(Model::owed(group, r)) / power(self.settlement_decimals);
			(debt + usd, rungs + 1)
		})
	}
}

/// The two prices on the sides that favour owners.
#[derive(Clone, Debug)]
pub struct Market {
	/// USD per whole unit of collateral.
	pub collateral: Rat,
	/// USD per whole unit of the settlement asset.
	pub settlement: Rat,
}

impl Market {
	/// Smallest units of the settlement asset per smallest unit of collateral.
	pub fn unit_price(&self, book: &Book) -> Rat {
		&self.collateral * power(book.settlement_decimals)
			/ (&self.settlement * power(book.collateral_decimals))
	}
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Model {
	/// All books.
	pub books: BTreeMap<BookId, Book>,
	/// All vaults.
	pub vaults: BTreeMap<VaultId, Vault>,
	/// All lots.
	pub lots: BTreeMap<LotId, Lot>,
	/// The pools by collateral.
	pub pools: BTreeMap<u32, Pool>,
	/// What the deal's cash must have seen.
	pub ledger: Ledger,
	/// Principal and units in liquidation, by book.
	pub workouts: BTreeMap<BookId, (Balance, Balance)>,
	/// The latest lot of each book and kind, and when it was opened.
	pub latest: BTreeMap<(BookId, bool), (LotId, Moment)>,
	/// Principal that performs, by collateral asset id.
	pub drawn: BTreeMap<u32, Balance>,
	/// The rung that a vault left last with nobody behind, and what it had paid of its call.
	pub vacated: (BookId, i32, Group),
	/// The time of the last hook.
	pub last_hook: Moment,
	/// The end of the last halt, or 0.
	pub resumed: Moment,
	/// What was too long of all gaps between hooks.
	pub stood: Moment,
}

/// The number of an asset that is not native.
pub fn number(asset: &Asset) -> u32 {
	match asset {
		Asset::WithId(id) => *id,
		Asset::Native => 0,
	}
}

impl Model {
	/// The vaults at `spot` of `book`: by looking at each.
	pub fn at(&self, book: BookId, spot: Spot) -> Vec<VaultId> {
		self.vaults
			.iter()
			.filter(|(_, vault)| vault.book == book && vault.spot == spot)
			.map(|(id, _)| *id)
			.collect()
	}

	/// The clock that lots are sold by: of each gap between two hooks as much as is no halt.
	pub fn clock(&self, now: Moment) -> Moment {
		let open = if self.last_hook > 0 { now - self.last_hook } else { 0 };
		now - self.stood - open.saturating_sub(HaltGap::get())
	}

	/// Prices that liquidation acts on: a quorum behind both and, after a halt, newer than its end.
	pub fn market(
		&self,
		now: Moment,
		grace: Moment,
		collateral: Reading,
		settlement: Reading,
	) -> Option<Market> {
		let (collateral, settlement) = (enforced(collateral)?, enforced(settlement)?);
		if self.resumed > 0 {
			let full = collateral.observed_at.min(settlement.observed_at) >= self.resumed;
			if !full || now < self.resumed.saturating_add(grace) {
				return None;
			}
		}
		let one = whole(1);
		let dollar = fixed(settlement.lower);
		Some(Market {
			collateral: fixed(collateral.upper),
			settlement: if dollar < one { dollar } else { one },
		})
	}

	/// How much more the vaults of a rung owe, and are lent, exactly than the rung says.
	pub fn shortage(&self, book: BookId, rung: i32) -> (Rat, Rat) {
		let group = self.books[&book].rungs[&rung];
		let (mut d, mut p) = (Rat::zero(), Rat::zero());
		for id in self.at(book, Spot::Rung(rung)) {
			d += &self.vaults[&id].d;
			p += &self.vaults[&id].p;
		}
		(excess(&d, &whole(group.d)), excess(&p, &whole(group.p)))
	}

	/// What everybody has of the collateral of `book`, as the ledgers say.
	pub fn locked(&self, id: BookId) -> Balance {
		let book = &self.books[&id];
		let rungs: Balance = book.rungs.values().map(|group| group.c).sum();
		let closed: Balance = book.closed.values().sum();
		let free: Balance =
			self.at(id, Spot::Free).iter().map(|vault| floor(&self.vaults[vault].c)).sum();
		let lots: Balance =
			self.lots.values().filter(|lot| lot.book == id).map(|lot| lot.units).sum();
		rungs + closed + free + lots + book.dust
	}

	/// Principal that performs in `book`: the sum over its rungs.
	pub fn performing(&self, id: BookId) -> Balance {
		self.books[&id].rungs.values().map(|group| group.p).sum()
	}

	/// Whether the exact share of a vault and what the pallets show agree. See the module.
	///
	/// # Errors
	/// What is wrong.
	pub fn agrees(&self, id: VaultId, seen: &Seen) -> Result<(), String> {
		let vault = &self.vaults[&id];
		let hops = whole(vault.hops.into());
		let (short_d, short_p) = match vault.spot {
			Spot::Rung(rung) => self.shortage(vault.book, rung),
			_ => (Rat::zero(), Rat::zero()),
		};
		let fail = |what: &str, exact: &Rat, seen: u128| {
			let hops = vault.hops;
			Err(format!("vault {id}: {what} is {seen}, exactly {exact} after {hops} hops"))
		};
		// Less than one unit per hop; exactly equal without hops.
		let within =
			|gap: &Rat, more: &Rat| *gap <= &hops + more && (*gap < &hops + more || gap == more);
		let c = whole(seen.c);
		if c > vault.c || !within(&(&vault.c - &c), &Rat::zero()) {
			return fail("collateral", &vault.c, seen.c);
		}
		let d = whole(seen.d);
		if excess(&vault.d, &d) > short_d || !within(&excess(&d, &vault.d), &Rat::zero()) {
			return fail("debt", &vault.d, seen.d);
		}
		let p = whole(seen.p);
		if p > vault.p || !within(&(&vault.p - &p), &most(short_p, Rat::zero())) {
			return fail("principal", &vault.p, seen.p);
		}
		Ok(())
	}

	/// ⌈d·R⌉ of a rung.
	pub fn owed(group: &Group, r: RateIndex) -> Balance {
		crate::exact::ceil(&(whole(group.d) * index(r)))
	}
}
