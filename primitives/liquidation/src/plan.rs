//! How much of a rung is repaid, and what is seized for it.
//!
//! With collateral of value V, debt X, target ratio T and bonus b, a rung is
//! liquidated in part if V ≥ (1 + b)·X: x = ⌈(T·X − V)/(T − 1 − b)⌉ is repaid and s = ⌊x·(1 + b)/p⌋ is
//! seized, which leaves (V − (1 + b)·x)/(X − x) ≥ T up to the rounding of s. Below (1 + b)·X a part
//! would leave the rest worse, so the whole of it goes.

use sp_arithmetic::traits::{CheckedAdd, CheckedSub, One};
use sp_core::U512;
use strata_numbers::{pow10, ratio_mul_floor, Ratio};

use crate::Market;

/// What a book liquidates by. Amounts are in units of the settlement asset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Terms {
	/// T: the ratio that a partial liquidation leads to; above 1 + b.
	pub target: Ratio,
	/// b: what a buyer gets on top.
	pub bonus: Ratio,
	/// Least debt that a rung is left with.
	pub minimum_debt: u128,
	/// Least x of a partial liquidation; of one for cash only as far as the minimum debt is left.
	pub minimum_lot: u128,
}

/// What is to be done with a rung.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Plan {
	/// Nothing: its collateral covers the target ratio, or no cash can be raised from it without closing
	/// it out.
	Keep,
	/// A part of the debt is repaid. The rest is covered better than before.
	Partial {
		/// x: units of the settlement asset.
		repaid: u128,
		/// s: units of collateral.
		seized: u128,
	},
	/// All of the debt is repaid. What is not seized is the owners'.
	Full {
		/// X: units of the settlement asset.
		repaid: u128,
		/// s: units of collateral; all of it if `solvent` is false.
		seized: u128,
		/// Whether V ≥ (1 + b)·X.
		solvent: bool,
	},
}

impl Plan {
	/// The plan for a rung that is below its liquidation ratio: a part if that helps and is worth
	/// while, otherwise all of it.
	///
	/// `None` on overflow, for a price of zero, or if T ≤ 1 + b.
	pub fn at_ratio(collateral: u128, owed: u128, market: &Market, terms: &Terms) -> Option<Self> {
		let full = Self::in_full(collateral, owed, market, terms.bonus)?;
		let Self::Full { solvent: true, .. } = full else { return Some(full) };
		match repaid_to_target(collateral, owed, market, terms)? {
			0 => Some(Self::Keep),
			repaid => Self::partial(repaid, owed, full, market, terms),
		}
	}

	/// The plan that raises `wanted` from a rung, whatever its ratio: that much is repaid, and at least
	/// the minimum lot where as much can be spared. Nothing is wrong with a rung that covers
	/// (1 + b)·X: it is never closed out for cash, and keeps the minimum debt or all that it owes.
	/// Below that the whole of it goes.
	///
	/// `None` on overflow or for a price of zero.
	pub fn for_cash(
		collateral: u128,
		owed: u128,
		wanted: u128,
		market: &Market,
		terms: &Terms,
	) -> Option<Self> {
		if wanted == 0 {
			return Some(Self::Keep);
		}
		let full = Self::in_full(collateral, owed, market, terms.bonus)?;
		let Self::Full { solvent: true, .. } = full else { return Some(full) };
		let leaves_enough = |repaid: &u128| {
			owed.checked_sub(*repaid).is_some_and(|rest| rest >= terms.minimum_debt.max(1))
		};
		let Some(repaid) = [wanted.max(terms.minimum_lot), wanted].into_iter().find(leaves_enough)
		else {
			return Some(Self::Keep);
		};
		Some(Self::Partial { repaid, seized: seized_for(repaid, market, terms.bonus)? })
	}

	/// The plan that repays everything: s = ⌊X·(1 + b)/p⌋, or all of it where there is less.
	///
	/// `None` on overflow or for a price of zero.
	pub fn in_full(collateral: u128, owed: u128, market: &Market, bonus: Ratio) -> Option<Self> {
		let solvent = market.covers(collateral, Ratio::one().checked_add(&bonus)?, owed)?;
		let seized =
			if solvent { seized_for(owed, market, bonus)?.min(collateral) } else { collateral };
		Some(Self::Full { repaid: owed, seized, solvent })
	}

	/// A part, unless it is below the minimum lot or leaves less than the minimum debt.
	fn partial(
		repaid: u128,
		owed: u128,
		full: Self,
		market: &Market,
		terms: &Terms,
	) -> Option<Self> {
		let rest = owed.saturating_sub(repaid);
		if repaid < terms.minimum_lot || rest == 0 || rest < terms.minimum_debt {
			return Some(full);
		}
		Some(Self::Partial { repaid, seized: seized_for(repaid, market, terms.bonus)? })
	}
}

/// s = ⌊x·(1 + b)·p_s·10^dc / (p_c·10^ds)⌋: one rounding, in the owners' favour.
fn seized_for(repaid: u128, market: &Market, bonus: Ratio) -> Option<u128> {
	let above = U512::from(repaid)
		.checked_mul(U512::from(Ratio::one().checked_add(&bonus)?.into_inner()))?
		.checked_mul(U512::from(market.settlement.into_inner()))?
		.checked_mul(U512::from(pow10(market.collateral_decimals)?))?;
	let below = U512::from(market.collateral.into_inner())
		.checked_mul(U512::from(pow10(market.settlement_decimals)?))?
		.checked_mul(U512::from(Ratio::one().into_inner()))?;
	u128::try_from(above.checked_div(below)?).ok()
}

/// x = ⌈(T·X − V)/(T − 1 − b)⌉, 0 if V ≥ T·X. Where V ≥ (1 + b)·X, x ≤ X.
fn repaid_to_target(collateral: u128, owed: u128, market: &Market, terms: &Terms) -> Option<u128> {
	let gap = terms.target.checked_sub(&Ratio::one())?.checked_sub(&terms.bonus)?.into_inner();
	// Values in USD, over the decimals of both assets, with the 18 decimals of a ratio.
	let required = U512::from(owed)
		.checked_mul(U512::from(terms.target.into_inner()))?
		.checked_mul(U512::from(market.settlement.into_inner()))?
		.checked_mul(U512::from(pow10(market.collateral_decimals)?))?;
	let there = U512::from(collateral)
		.checked_mul(U512::from(Ratio::one().into_inner()))?
		.checked_mul(U512::from(market.collateral.into_inner()))?
		.checked_mul(U512::from(pow10(market.settlement_decimals)?))?;
	let Some(missing) = required.checked_sub(there) else { return Some(0) };
	let per_unit = U512::from(gap)
		.checked_mul(U512::from(market.settlement.into_inner()))?
		.checked_mul(U512::from(pow10(market.collateral_decimals)?))?;
	if per_unit.is_zero() {
		return None;
	}
	let (quotient, rest) = missing.div_mod(per_unit);
	u128::try_from(quotient).ok()?.checked_add(u128::from(!rest.is_zero()))
}

/// ⌊b·x⌋: the most that a deal keeps as penalty. `None` on overflow.
pub fn penalty(repaid: u128, bonus: Ratio) -> Option<u128> {
	ratio_mul_floor(repaid, bonus)
}
