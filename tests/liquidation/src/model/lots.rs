//! Lots: what a sale brings, in whole units of cash, and where it goes.

use num_traits::One;
use strata_numbers::Price;
use strata_traits::{AuctionShape, Balance, BookId, Decay, LotId, MarketPrices, Moment, Proceeds};

use super::{number, Model};
use crate::{
	exact::{ceil, fixed, floor, part_floor, power, price_ceil, whole, Rat},
	world::{EXCHANGE_PERIOD, RETRY_AFTER},
};

/// Where a lot is in its life.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
	/// For sale.
	Auction,
	/// Offered for notes.
	Exchange,
	/// For sale, the loss being charged.
	Recovery,
}

/// A lot.
#[derive(Clone, Debug)]
pub struct Lot {
	/// Its book.
	pub book: BookId,
	/// Whether its floor is x/s.
	pub solvent: bool,
	/// Units left.
	pub units: Balance,
	/// Principal not paid.
	pub principal: Balance,
	/// Interest not paid.
	pub interest: Balance,
	/// Penalty not paid.
	pub penalty: Balance,
	/// x.
	pub owed: Balance,
	/// See the contract.
	pub minimum_units: Balance,
	/// Price at the start of the round.
	pub start: Price,
	/// Price at its end.
	pub floor: Price,
	/// When it was opened, by [`Model::clock`] as all that follows.
	pub opened_at: Moment,
	/// When the round began.
	pub started_at: Moment,
	/// When it ends.
	pub ends_at: Moment,
	/// When the chain looks at it.
	pub due_at: Moment,
	/// Rounds left.
	pub restarts: u8,
	/// Its stage.
	pub stage: Stage,
	/// Decimals of collateral and settlement asset.
	pub decimals: (u8, u8),
	/// How it is sold.
	pub shape: AuctionShape,
	/// What the pool buys below the market.
	pub discount: Price,
}

/// What was taken for one lot in one step.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Haul {
	/// Units of collateral.
	pub units: Balance,
	/// Principal.
	pub principal: Balance,
	/// Interest.
	pub interest: Balance,
	/// Most penalty.
	pub penalty: Balance,
}

impl Lot {
	/// In smallest units of the settlement asset per smallest unit of collateral.
	fn unit(&self, price: Price) -> Rat {
		fixed(price) * power(self.decimals.1) / power(self.decimals.0)
	}

	/// What `units` cost at `price`.
	pub fn cost(&self, units: Balance, price: Price) -> Balance {
		ceil(&(whole(units) * self.unit(price)))
	}

	/// The exact price, before it is rounded up; for a stepped one the pallets' powers are rounded up
	/// at 36 decimals.
	pub fn exact_price(&self, now: Moment) -> Rat {
		let elapsed = (now - self.started_at).min(self.shape.duration);
		let (start, floor) = (fixed(self.start), fixed(self.floor));
		match self.shape.decay {
			Decay::Linear => {
				let part = whole(elapsed.into()) / whole(self.shape.duration.into());
				&start - (&start - floor) * part
			},
			Decay::Stepped { step, cut } => {
				let steps = (elapsed / step) as usize;
				let price = start * num_traits::pow(fixed(cut), steps);
				crate::exact::most(price, floor)
			},
		}
	}

	/// What the pool pays for all of it at once.
	pub fn offer(&self, lower: Price) -> Balance {
		self.discounted(lower).min(self.principal + self.interest)
	}

	/// What the pool pays for all that is left after the last round.
	pub fn late_offer(&self, lower: Price) -> Balance {
		let most = (self.principal + self.interest).max(self.cost(self.units, self.floor));
		self.discounted(lower).min(most)
	}

	fn discounted(&self, lower: Price) -> Balance {
		let kept = Rat::one() - fixed(self.discount);
		ceil(&(whole(self.units) * self.unit(lower) * kept))
	}

	/// A new round at these prices.
	pub fn round(&mut self, prices: MarketPrices, now: Moment) {
		let least = Price::from_inner(1);
		let times = |factor| price_ceil(&(fixed(prices.upper) * fixed(factor)));
		let floor = if self.solvent && self.stage == Stage::Auction {
			self.share().max(self.floor)
		} else {
			times(self.shape.floor_factor)
		};
		self.floor = floor.max(least);
		self.start = times(self.shape.start_factor).max(self.floor);
		self.started_at = now;
		self.ends_at = now + self.shape.duration;
		self.due_at = self.ends_at;
	}

	/// What is unpaid, per unit left: rounded up.
	pub fn share(&self) -> Price {
		let unpaid = whole(self.principal + self.interest);
		let each = unpaid * power(self.decimals.0) / (whole(self.units) * power(self.decimals.1));
		price_ceil(&each)
	}

	/// How `cost` is booked.
	pub fn split(&self, cost: Balance) -> Proceeds {
		let principal = cost.min(self.principal);
		let interest = (cost - principal).min(self.interest);
		let penalty = (cost - principal - interest).min(self.penalty);
		Proceeds { principal, interest, penalty, surplus: cost - principal - interest - penalty }
	}

	/// Whether `amount` may be bought.
	pub fn may_sell(&self, amount: Balance) -> bool {
		if amount == 0 || amount > self.units {
			return false;
		}
		let left = self.units - amount;
		left == 0 || (amount >= self.minimum_units && left >= self.minimum_units)
	}
}

impl Model {
	/// What one step took from a book is put up for sale, or bought by the pool at once. Returns the
	/// lot, if one was opened or added to.
	#[allow(clippy::too_many_arguments)]
	pub fn open_lot(
		&mut self,
		id: BookId,
		solvent: bool,
		haul: Haul,
		prices: MarketPrices,
		minimum_units: Balance,
		now: Moment,
		next: LotId,
	) -> Option<LotId> {
		let (book, at) = (&self.books[&id], self.clock(now));
		let mut lot = Lot {
			book: id,
			solvent,
			units: haul.units,
			principal: haul.principal,
			interest: haul.interest,
			penalty: haul.penalty,
			owed: haul.principal + haul.interest,
			minimum_units,
			start: Price::from_inner(0),
			floor: Price::from_inner(0),
			opened_at: at,
			started_at: at,
			ends_at: at,
			due_at: at,
			restarts: book.parameters.auction.restarts,
			stage: Stage::Auction,
			decimals: (book.collateral_decimals, book.settlement_decimals),
			shape: book.parameters.auction,
			discount: book.parameters.backstop_discount,
		};
		lot.round(prices, at);
		let asset = number(&book.collateral);
		let capacity = self.capacity(asset, now);
		if lot.offer(prices.lower) == lot.owed && capacity >= lot.owed {
			let (units, cost) = (lot.units, lot.owed);
			self.bought_by_pool(asset, units, cost, now);
			self.booked(id, units, lot.split(cost));
			self.paid_off(id, cost);
			return None;
		}
		let latest = self.latest.get(&(id, solvent)).copied().filter(|(_, then)| *then == at);
		if let Some(present) = latest.and_then(|(latest, _)| self.lots.get_mut(&latest)) {
			let untouched = present.stage == Stage::Auction
				&& present.principal + present.interest == present.owed
				&& present.ends_at == lot.ends_at
				&& present.due_at == present.ends_at
				&& present.restarts == lot.restarts;
			if untouched {
				present.units += lot.units;
				present.principal += lot.principal;
				present.interest += lot.interest;
				present.penalty += lot.penalty;
				present.owed += lot.owed;
				present.minimum_units = present.minimum_units.max(minimum_units);
				let floor = if solvent { present.share() } else { present.floor.max(lot.floor) };
				present.floor = floor.max(Price::from_inner(1));
				present.start = present.start.max(lot.start).max(present.floor);
				return latest.map(|(id, _)| id);
			}
		}
		self.latest.insert((id, solvent), (next, at));
		self.lots.insert(next, lot);
		Some(next)
	}

	/// A sale is booked: principal first.
	fn booked(&mut self, book: BookId, units: Balance, paid: Proceeds) {
		let ledger = &mut self.ledger;
		ledger.sold_principal += paid.principal;
		ledger.sold_interest += paid.interest;
		ledger.penalty += paid.penalty;
		ledger.surplus += paid.surplus;
		self.workout(book, paid.principal, units);
	}

	/// `principal` and `units` are not in liquidation any more.
	fn workout(&mut self, book: BookId, principal: Balance, units: Balance) {
		self.ledger.in_liquidation -= principal;
		self.ledger.units -= units;
		let workout = self.workouts.entry(book).or_default();
		workout.0 -= principal;
		workout.1 -= units;
	}

	/// So much of x counts as in auction no more: it was paid, or is lost.
	fn paid_off(&mut self, book: BookId, amount: Balance) {
		if let Some(book) = self.books.get_mut(&book) {
			book.in_auction -= amount;
		}
	}

	/// `units` of a lot are sold for `cost`.
	pub fn sold(&mut self, id: LotId, units: Balance, cost: Balance) {
		let lot = self.lots.get_mut(&id).expect("there is the lot");
		let paid = lot.split(cost);
		lot.units -= units;
		lot.principal -= paid.principal;
		lot.interest -= paid.interest;
		lot.penalty -= paid.penalty;
		let (book, counted) = (lot.book, if lot.stage == Stage::Recovery { 0 } else { units });
		self.booked(book, counted, paid);
		self.paid_off(book, paid.principal + paid.interest);
	}

	/// `units` of a lot are taken for notes. Returns the principal that was paid.
	pub fn exchanged(&mut self, id: LotId, units: Balance) -> Balance {
		let lot = self.lots.get_mut(&id).expect("there is the lot");
		let paid = lot.cost(units, lot.floor).min(lot.principal);
		lot.units -= units;
		lot.principal -= paid;
		let book = lot.book;
		self.ledger.exchanged += paid;
		self.workout(book, paid, units);
		self.paid_off(book, paid);
		paid
	}

	/// A lot of which nothing is left is settled.
	pub fn close_if_empty(&mut self, id: LotId) {
		if self.lots[&id].units > 0 {
			return;
		}
		let lot = self.lots.remove(&id).expect("there is the lot");
		self.latest.retain(|_, (latest, _)| *latest != id);
		if lot.stage != Stage::Recovery {
			self.lost(lot.book, lot.principal, 0);
			self.paid_off(lot.book, lot.principal + lot.interest);
		}
	}

	fn lost(&mut self, book: BookId, principal: Balance, units: Balance) {
		self.ledger.lost += principal;
		self.workout(book, principal, units);
	}

	/// The time of a lot has come: what the chain, or anyone, does then. `prices` is the market.
	pub fn carry_on(&mut self, id: LotId, prices: Option<MarketPrices>, now: Moment) {
		let (lot, at) = (&self.lots[&id], self.clock(now));
		assert!(at >= lot.ends_at, "lot {id} was carried on before its end");
		match lot.stage {
			Stage::Auction if lot.restarts > 0 => self.restart(id, prices, at),
			Stage::Recovery => self.restart(id, prices, at),
			Stage::Auction | Stage::Exchange => self.wrap_up(id, prices, now),
		}
	}

	fn restart(&mut self, id: LotId, prices: Option<MarketPrices>, at: Moment) {
		let lot = self.lots.get_mut(&id).expect("there is the lot");
		let Some(prices) = prices else {
			lot.due_at = at + RETRY_AFTER;
			return;
		};
		if lot.stage == Stage::Auction {
			lot.restarts -= 1;
		}
		lot.round(prices, at);
	}

	fn wrap_up(&mut self, id: LotId, prices: Option<MarketPrices>, now: Moment) {
		self.pool_stands_behind(id, prices, now);
		let at = self.clock(now);
		let lot = self.lots.get_mut(&id).expect("there is the lot");
		if lot.units == 0 {
			return self.close_if_empty(id);
		}
		if lot.stage == Stage::Auction && lot.principal > 0 {
			lot.stage = Stage::Exchange;
			lot.started_at = at;
			lot.ends_at = at + EXCHANGE_PERIOD;
			lot.due_at = lot.ends_at;
			return;
		}
		let (book, principal, units) = (lot.book, lot.principal, lot.units);
		let unpaid = principal + lot.interest;
		self.lost(book, principal, units);
		self.paid_off(book, unpaid);
		let lot = self.lots.get_mut(&id).expect("there is the lot");
		(lot.principal, lot.interest, lot.penalty, lot.owed) = (0, 0, 0, 0);
		lot.restarts = 0;
		lot.stage = Stage::Recovery;
		match prices {
			Some(prices) => lot.round(prices, at),
			None => {
				(lot.started_at, lot.ends_at) = (at, at);
				lot.due_at = at + RETRY_AFTER;
			},
		}
	}

	/// The pool buys as much as it can of what the auction did not sell.
	fn pool_stands_behind(&mut self, id: LotId, prices: Option<MarketPrices>, now: Moment) {
		let asset = number(&self.books[&self.lots[&id].book].collateral);
		let capacity = self.capacity(asset, now);
		let (Some(prices), true) = (prices, capacity > 0) else { return };
		let lot = &self.lots[&id];
		let offer = lot.late_offer(prices.lower);
		let (units, cost) = if offer <= capacity {
			(lot.units, offer)
		} else {
			if lot.units < lot.minimum_units {
				return;
			}
			let affordable = part_floor(lot.units, capacity, offer);
			let units = affordable.min(lot.units - lot.minimum_units);
			(units, ceil(&(whole(offer) * whole(units) / whole(lot.units))))
		};
		if units == 0 || cost == 0 {
			return;
		}
		self.bought_by_pool(asset, units, cost, now);
		self.sold(id, units, cost);
	}

	/// What seized collateral is worth at least and at most.
	pub fn lot_prices(lower: (Rat, Rat), upper: (Rat, Rat)) -> MarketPrices {
		let price_floor = |(a, b): (Rat, Rat)| Price::from_inner(floor(&(a / b * power(18))));
		MarketPrices { lower: price_floor(lower), upper: price_ceil(&(upper.0 / upper.1)) }
	}
}
