//! What the pallet stores and shows; nothing here knows its configuration.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_liquidation::decay;
use strata_numbers::{ratio_mul_ceil, Price, Ratio};
use strata_traits::{
	Asset, AuctionShape, Balance, BookId, DealId, LotId, MarketPrices, Moment, Proceeds, Seizure,
};

/// Where a lot is in its life.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Stage {
	/// Sold at a falling price.
	Auction,
	/// Offered to the senior-most class against notes, at the last floor price.
	Exchange,
	/// Its loss is charged. Sold at a falling price, round after round; all it brings is a recovery.
	Recovery,
}

/// Seized collateral of one book, for sale. A copy of everything that its sale depends on.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Lot {
	/// The deal that lent.
	pub deal: DealId,
	/// The book.
	pub book: BookId,
	/// What is for sale.
	pub collateral: Asset,
	/// 10^decimals smallest units of the collateral make one whole unit.
	pub collateral_decimals: u8,
	/// What is paid in.
	pub settlement: Asset,
	/// 10^decimals smallest units of the settlement asset make one whole unit.
	pub settlement_decimals: u8,
	/// Units of collateral left; above 0.
	pub units: Balance,
	/// Principal not paid yet. 0 once the loss is charged.
	pub principal: Balance,
	/// Interest not paid yet. 0 once the loss is charged.
	pub interest: Balance,
	/// Penalty not paid yet: the most that is still kept as such. 0 once the loss is charged.
	pub penalty: Balance,
	/// x at opening: as long as all of it is unpaid, more can be added. 0 once the loss is charged.
	pub owed: Balance,
	/// Whether the rungs covered (1 + b) times their debt: then the floor is x/s.
	pub solvent: bool,
	/// How it is sold.
	pub shape: AuctionShape,
	/// d: below the market by this much the backstop pool buys.
	pub backstop_discount: Ratio,
	/// Least units that a buyer leaves, unless nothing is left, or takes, unless it is all.
	pub minimum_units: Balance,
	/// Price at the start of this round.
	pub start: Price,
	/// Price at the end of this round; above 0. In exchange: the price.
	pub floor: Price,
	/// When it was opened. All times of a lot are those of [`strata_traits::Custody::clock`].
	pub opened_at: Moment,
	/// When this round started.
	pub started_at: Moment,
	/// When this round, or the offer in exchange, ends: nothing is sold from then on.
	pub ends_at: Moment,
	/// When the chain looks at it next: its place in the agenda.
	pub due_at: Moment,
	/// Restarts left.
	pub restarts: u8,
	/// Where it is in its life.
	pub stage: Stage,
}

impl Lot {
	/// The lot that sells `seizure` from `now` on. `None` if a figure does not fit.
	pub fn of(seizure: Seizure, now: Moment) -> Option<Self> {
		let Seizure { prices, shape, .. } = seizure;
		let lot = Self {
			deal: seizure.deal,
			book: seizure.book,
			collateral: seizure.collateral,
			collateral_decimals: seizure.collateral_decimals,
			settlement: seizure.settlement,
			settlement_decimals: seizure.settlement_decimals,
			units: seizure.units,
			principal: seizure.principal,
			interest: seizure.interest,
			penalty: seizure.penalty,
			owed: seizure.principal.checked_add(seizure.interest)?,
			solvent: seizure.solvent,
			shape,
			backstop_discount: seizure.backstop_discount,
			minimum_units: seizure.minimum_units,
			start: Price::default(),
			floor: Price::default(),
			opened_at: now,
			started_at: now,
			ends_at: now,
			due_at: now,
			restarts: shape.restarts,
			stage: Stage::Auction,
		};
		lot.round(prices, now)
	}

	/// The lot in a new round that starts `now` at these prices. `None` if a figure does not fit.
	///
	/// - Start: ⌈upper·start factor⌉, at least the floor.
	/// - Floor of a solvent lot: ⌈what is left of x over the units left⌉, never lower than before.
	/// - Any other: ⌈upper·floor factor⌉, at least the smallest price there is.
	pub fn round(&self, prices: MarketPrices, now: Moment) -> Option<Self> {
		let times = |factor: Ratio| ratio_mul_ceil(prices.upper.into_inner(), factor);
		let floor = if self.solvent && self.stage == Stage::Auction {
			self.unit_price()?.max(self.floor)
		} else {
			Price::from_inner(times(self.shape.floor_factor)?)
		};
		let floor = floor.max(Price::from_inner(1));
		let start = Price::from_inner(times(self.shape.start_factor)?).max(floor);
		let ends_at = now.checked_add(self.shape.duration)?;
		Some(Self { start, floor, started_at: now, ends_at, ..self.clone() })
	}

	/// The lot with another one of the same book, kind and moment added. `None` if they are not that,
	/// if anything was sold, or if a figure does not fit.
	pub fn merged(&self, other: &Self) -> Option<Self> {
		let untouched = |lot: &Self| {
			lot.stage == Stage::Auction && lot.unpaid().is_some_and(|unpaid| unpaid == lot.owed)
		};
		let alike = self.deal == other.deal
			&& self.book == other.book
			&& self.collateral == other.collateral
			&& self.collateral_decimals == other.collateral_decimals
			&& self.settlement == other.settlement
			&& self.settlement_decimals == other.settlement_decimals
			&& self.solvent == other.solvent
			&& self.shape == other.shape
			&& self.backstop_discount == other.backstop_discount
			&& self.opened_at == other.opened_at
			&& self.ends_at == other.ends_at
			&& self.due_at == self.ends_at
			&& self.restarts == other.restarts;
		if !alike || !untouched(self) || !untouched(other) {
			return None;
		}
		let sum = Self {
			units: self.units.checked_add(other.units)?,
			principal: self.principal.checked_add(other.principal)?,
			interest: self.interest.checked_add(other.interest)?,
			penalty: self.penalty.checked_add(other.penalty)?,
			owed: self.owed.checked_add(other.owed)?,
			minimum_units: self.minimum_units.max(other.minimum_units),
			..self.clone()
		};
		let floor = if sum.solvent { sum.unit_price()? } else { self.floor.max(other.floor) };
		let floor = floor.max(Price::from_inner(1));
		Some(Self { start: self.start.max(other.start).max(floor), floor, ..sum })
	}

	/// What is left of x. `None` if it does not fit, which x itself rules out.
	pub fn unpaid(&self) -> Option<Balance> {
		self.principal.checked_add(self.interest)
	}

	/// Whether this round, or the offer in exchange, has ended.
	pub fn is_over(&self, now: Moment) -> bool {
		now >= self.ends_at
	}

	/// Price of a whole unit `now`, whatever the stage. `None` before the start of the round.
	pub fn price(&self, now: Moment) -> Option<Price> {
		match self.stage {
			Stage::Exchange => Some(self.floor),
			Stage::Auction | Stage::Recovery => {
				let elapsed = now.checked_sub(self.started_at)?;
				decay::price(self.start, self.floor, &self.shape, elapsed)
			},
		}
	}

	/// What `units` cost at `price`, in units of the settlement asset, rounded up. `None` if it does
	/// not fit.
	pub fn cost(&self, units: Balance, price: Price) -> Option<Balance> {
		decay::cost_ceil(units, price, self.collateral_decimals, self.settlement_decimals)
	}

	/// The least price at which all that is left brings what is left of x, rounded up.
	fn unit_price(&self) -> Option<Price> {
		decay::unit_price_ceil(
			self.unpaid()?,
			self.units,
			self.collateral_decimals,
			self.settlement_decimals,
		)
	}

	/// ⌈units·lower·(1 − d)⌉: all that is left, less the discount of the backstop pool. `None` if it does
	/// not fit.
	fn discounted(&self, lower: Price) -> Option<Balance> {
		decay::offer_ceil(
			self.units,
			lower,
			self.backstop_discount,
			self.collateral_decimals,
			self.settlement_decimals,
		)
	}

	/// What the backstop pool offers for all that is left: min(what is left of x,
	/// ⌈units·lower·(1 − d)⌉). `None` if it does not fit.
	pub fn offer(&self, lower: Price) -> Option<Balance> {
		Some(self.discounted(lower)?.min(self.unpaid()?))
	}

	/// What the backstop pool offers for all that is left after the last round: the market less its
	/// discount, at most the floor or what is left of x, whichever is more. What was sold dearly
	/// before does not make the rest cheap. `None` if it does not fit.
	pub fn late_offer(&self, lower: Price) -> Option<Balance> {
		let worth = self.discounted(lower)?;
		Some(worth.min(self.unpaid()?.max(self.cost(self.units, self.floor)?)))
	}

	/// How `cost` is booked: principal first, then interest, penalty, and what is above them. `None`
	/// never: parts of `cost` fit.
	pub fn split(&self, cost: Balance) -> Option<Proceeds> {
		let principal = cost.min(self.principal);
		let rest = cost.checked_sub(principal)?;
		let interest = rest.min(self.interest);
		let rest = rest.checked_sub(interest)?;
		let penalty = rest.min(self.penalty);
		let surplus = rest.checked_sub(penalty)?;
		Some(Proceeds { principal, interest, penalty, surplus })
	}

	/// The lot after `units` were sold for `paid`. `None` if there is less.
	pub fn sold(&self, units: Balance, paid: Proceeds) -> Option<Self> {
		Some(Self {
			units: self.units.checked_sub(units)?,
			principal: self.principal.checked_sub(paid.principal)?,
			interest: self.interest.checked_sub(paid.interest)?,
			penalty: self.penalty.checked_sub(paid.penalty)?,
			..self.clone()
		})
	}

	/// Units that count as collateral in liquidation when `units` of this lot go: none once the loss
	/// is charged, as the deal has taken them off its ledger then.
	pub fn counted(&self, units: Balance) -> Balance {
		match self.stage {
			Stage::Auction | Stage::Exchange => units,
			Stage::Recovery => 0,
		}
	}
}

/// The lots of a book that are open, and what they sum up to.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct BookLots {
	/// How many.
	pub open: u32,
	/// Units of collateral in them.
	pub units: Balance,
	/// What is not paid yet of Σx of those whose loss is not charged yet: what counts against what the
	/// book may have in auction.
	pub owed: Balance,
	/// The latest from solvent rungs and when it was opened; `None` once it is closed.
	pub solvent: Option<(LotId, Moment)>,
	/// The latest from insolvent rungs and when it was opened; `None` once it is closed.
	pub insolvent: Option<(LotId, Moment)>,
}

impl BookLots {
	/// `lot` is one of them now, or is added to one of them. `None` if a sum does not fit.
	pub fn add(&mut self, lot: &Lot) -> Option<()> {
		self.units = self.units.checked_add(lot.units)?;
		self.owed = self.owed.checked_add(lot.unpaid()?)?;
		Some(())
	}

	/// The lot `id`, which was sold out, is none of them any more. `None` if there is less.
	pub fn close(&mut self, id: LotId, lot: &Lot) -> Option<()> {
		self.open = self.open.checked_sub(1)?;
		self.owed = self.owed.checked_sub(lot.unpaid()?)?;
		let latest = self.latest(lot.solvent);
		if latest.is_some_and(|(latest, _)| latest == id) {
			*latest = None;
		}
		Some(())
	}

	/// The latest lot of a kind.
	pub fn latest(&mut self, solvent: bool) -> &mut Option<(LotId, Moment)> {
		if solvent {
			&mut self.solvent
		} else {
			&mut self.insolvent
		}
	}
}

/// A lot as it stands now, for front ends.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct LotView {
	/// Its id.
	pub id: LotId,
	/// The lot.
	pub lot: Lot,
	/// Price of a whole unit now; in exchange: what notes are given up at. `None` if nothing is sold
	/// now, because the round or the offer has ended.
	pub price: Option<Price>,
	/// What all that is left costs at that price, in units of the settlement asset, rounded up.
	pub cost_of_all: Option<Balance>,
	/// How long the round or the offer still lasts, milliseconds in which the chain runs; 0 if it has
	/// ended.
	pub ends_in: Moment,
}
