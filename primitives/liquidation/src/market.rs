//! The two prices of a book, and the threshold that follows from them.

use sp_core::{U256, U512};
use strata_ladder::Rung;
use strata_numbers::{pow10, Holding, Price, RateIndex, Ratio};

/// The prices by which a book is judged, on the sides that the caller has chosen.
///
/// A price of zero, or one so large that a product leaves 512 bits, makes a function answer `None`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Market {
	/// USD per whole unit of the collateral.
	pub collateral: Price,
	/// 10^decimals smallest units of the collateral make one whole unit; ≤ 18.
	pub collateral_decimals: u8,
	/// USD per whole unit of the settlement asset.
	pub settlement: Price,
	/// 10^decimals smallest units of the settlement asset make one whole unit; ≤ 18.
	pub settlement_decimals: u8,
}

impl Market {
	/// `units` of collateral in units of the settlement asset, rounded down.
	pub fn value_floor(&self, units: u128) -> Option<u128> {
		self.collateral(units).converted_floor(self.settlement_decimals, self.settlement)
	}

	/// Units of collateral that are worth `amount` of the settlement asset, rounded down.
	pub fn units_floor(&self, amount: u128) -> Option<u128> {
		self.settlement(amount).converted_floor(self.collateral_decimals, self.collateral)
	}

	/// Whether `units` of collateral are worth `ratio` times `owed` or more: exactly.
	pub fn covers(&self, units: u128, ratio: Ratio, owed: u128) -> Option<bool> {
		self.collateral(units).covers(ratio, &self.settlement(owed))
	}

	/// Whole units of the settlement asset per whole unit of collateral, 18 decimals, rounded down.
	pub fn price_floor(&self) -> Option<Price> {
		strata_numbers::mul_div_floor(
			self.collateral.into_inner(),
			ONE,
			self.settlement.into_inner(),
		)
		.map(Price::from_inner)
	}

	/// Whole units of the settlement asset per whole unit of collateral, 18 decimals, rounded up.
	pub fn price_ceil(&self) -> Option<Price> {
		strata_numbers::mul_div_ceil(
			self.collateral.into_inner(),
			ONE,
			self.settlement.into_inner(),
		)
		.map(Price::from_inner)
	}

	/// κ*: the normalised debt per unit of collateral at which collateral is worth exactly `ratio`
	/// times the debt. `None` if a price or the ratio is zero.
	///
	/// κ* = p_c·10^ds·10^27·10^18 / (10^dc · m · R · p_s), with every figure as it is stored.
	pub fn threshold(&self, ratio: Ratio, index: RateIndex) -> Option<Threshold> {
		let product = |factors: [u128; 4]| {
			factors.iter().try_fold(U512::one(), |all, factor| all.checked_mul(U512::from(*factor)))
		};
		let numerator = product([
			self.collateral.into_inner(),
			pow10(self.settlement_decimals)?,
			RateIndex::ONE.inner(),
			ONE,
		])?;
		let denominator = product([
			self.settlement.into_inner(),
			pow10(self.collateral_decimals)?,
			ratio.into_inner(),
			index.inner(),
		])?;
		Threshold::of(numerator, denominator)
	}

	fn collateral(&self, units: u128) -> Holding {
		Holding::new(units, self.collateral_decimals, self.collateral)
	}

	fn settlement(&self, amount: u128) -> Holding {
		Holding::new(amount, self.settlement_decimals, self.settlement)
	}
}

/// κ* as a quotient of two numbers of 256 bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Threshold {
	/// Above the line.
	pub numerator: U256,
	/// Below the line; above 0.
	pub denominator: U256,
}

impl Threshold {
	/// `numerator/denominator`. Where one leaves 256 bits both lose their last bits, the numerator
	/// rounded up and the denominator down: κ* rises by less than 2^−100 of itself, in the owners'
	/// favour. `None` if either is zero.
	fn of(numerator: U512, denominator: U512) -> Option<Self> {
		let bits = |x: U512| 512u32.saturating_sub(x.leading_zeros());
		let excess = bits(numerator).max(bits(denominator)).saturating_sub(255);
		let cut = U512::from(2).checked_pow(U512::from(excess))?;
		let (above, rest) = numerator.div_mod(cut);
		let above = above.checked_add(U512::from(u8::from(!rest.is_zero())))?;
		let below = denominator.checked_div(cut)?;
		if above.is_zero() || below.is_zero() {
			return None;
		}
		Some(Self {
			numerator: U256::try_from(above).ok()?,
			denominator: U256::try_from(below).ok()?,
		})
	}

	/// κ*·left/of, for a close-out that is `left` of `of` from its end; at its end κ* = 0. Rounded
	/// up. `None` if `of` is 0.
	pub fn ramped(self, left: u64, of: u64) -> Option<Self> {
		let numerator = U512::from(self.numerator).checked_mul(U512::from(left.min(of)))?;
		if numerator.is_zero() && of > 0 {
			return Some(Self { numerator: U256::zero(), ..self });
		}
		Self::of(numerator, U512::from(self.denominator).checked_mul(U512::from(of))?)
	}

	/// The safest rung that is unsafe; `None` if none is.
	pub fn rung(self) -> Option<Rung> {
		Rung::threshold(self.numerator, self.denominator)
	}
}

/// One, with 18 decimals.
const ONE: u128 = <Ratio as sp_arithmetic::FixedPointNumber>::DIV;
