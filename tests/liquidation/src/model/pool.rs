//! Pools: each depositor by himself, in exact rationals.
//!
//! A depositor's cash shrinks and his collateral grows in proportion at each purchase. The pallet
//! rounds down at each purchase and each touch of a share: its figures are never above the exact ones,
//! and below them by less than `short` and `short_gains`, which count one unit for each rounding, and
//! what a unit of cash that was rounded away would have bought. What rounding keeps back stays in the
//! pool and buys along, which the model knows as the difference between the pool's cash and all
//! exact stakes: a purchase is taken from `active`, a whole number of the contract.

use std::collections::BTreeMap;

use num_traits::Zero;
use strata_traits::{Balance, Moment};

use super::Model;
use crate::{
	exact::{whole, Rat},
	world::{AccountId, ENTRY_DELAY},
};

/// One depositor.
#[derive(Clone, Debug)]
pub struct Depositor {
	/// Cash that takes part.
	pub stake: Rat,
	/// Collateral that is his.
	pub gains: Rat,
	/// Cash that waits, by window.
	pub waiting: BTreeMap<u64, Balance>,
	/// The part of the stake that leaves, and when it may.
	pub exit: Option<(Rat, Moment)>,
	/// How much less of the cash the pallet may show.
	pub short: Rat,
	/// How much less of the collateral.
	pub short_gains: Rat,
}

impl Default for Depositor {
	fn default() -> Self {
		Self {
			stake: Rat::zero(),
			gains: Rat::zero(),
			waiting: BTreeMap::new(),
			exit: None,
			short: whole(1),
			short_gains: whole(1),
		}
	}
}

impl Depositor {
	/// The pallet has rounded once more.
	pub fn touched(&mut self) {
		self.short += whole(1);
		self.short_gains += whole(1);
	}
}

/// A pool.
#[derive(Clone, Debug, Default)]
pub struct Pool {
	/// Cash that takes part.
	pub active: Balance,
	/// Collateral that was bought and not paid out.
	pub collateral: Balance,
	/// Cash that keeps the account open.
	pub cash_float: Balance,
	/// Collateral that keeps the account open.
	pub collateral_float: Balance,
	/// Everybody.
	pub depositors: BTreeMap<AccountId, Depositor>,
}

impl Pool {
	/// Those whose time has come take part.
	pub fn advance(&mut self, now: Moment) {
		for depositor in self.depositors.values_mut() {
			let due: Vec<u64> = depositor
				.waiting
				.keys()
				.copied()
				.filter(|window| (window + 2) * ENTRY_DELAY <= now)
				.collect();
			for window in due {
				let amount = depositor.waiting.remove(&window).expect("it waits");
				depositor.stake += whole(amount);
				self.active += amount;
				depositor.touched();
			}
		}
	}

	/// Cash that waits.
	pub fn waiting(&self) -> Balance {
		self.depositors.values().flat_map(|depositor| depositor.waiting.values()).sum()
	}

	/// The pool pays `cost` for `units`. The minimum balance of the collateral stays behind.
	pub fn buy(&mut self, units: Balance, cost: Balance) {
		let kept = (1 - self.collateral_float).min(units);
		self.collateral_float += kept;
		let shared = units - kept;
		let all = whole(self.active);
		let left = (&all - whole(cost)) / &all;
		let each = whole(shared) / &all;
		for depositor in self.depositors.values_mut() {
			depositor.gains += &depositor.stake * &each;
			depositor.short_gains += &depositor.short * &each;
			depositor.stake *= &left;
			depositor.touched();
			if let Some((leaving, _)) = &mut depositor.exit {
				*leaving *= &left;
			}
		}
		self.active -= cost;
		self.collateral += shared;
	}
}

impl Model {
	/// What the pool of a collateral asset can pay.
	pub fn capacity(&mut self, asset: u32, now: Moment) -> Balance {
		let Some(pool) = self.pools.get_mut(&asset) else { return 0 };
		pool.advance(now);
		pool.active
	}

	/// See [`Pool::buy`].
	pub fn bought_by_pool(&mut self, asset: u32, units: Balance, cost: Balance, now: Moment) {
		let pool = self.pools.get_mut(&asset).expect("there is the pool");
		pool.advance(now);
		assert!(cost <= pool.active, "a pool paid more than it had");
		pool.buy(units, cost);
	}
}
