//! Values of holdings, compared and converted across decimals and prices without converting first.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U512;

use crate::{
	mul_div_floor,
	muldiv::{product, quotient_ceil, quotient_floor, RATIO_ONE},
	pow10, Price, Ratio,
};

/// An amount of an asset with what is needed to value it.
///
/// Its value in USD is `amount · price / 10^decimals`. Decimals above 38 make every function answer
/// `None`: 10^39 leaves 128 bits, and no asset has them.
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
pub struct Holding {
	/// Raw units of the asset.
	pub amount: u128,
	/// Raw units in a whole unit are 10^decimals.
	pub decimals: u8,
	/// USD per whole unit.
	pub price: Price,
}

impl Holding {
	/// `amount` raw units of an asset with these decimals at this price per whole unit.
	pub const fn new(amount: u128, decimals: u8, price: Price) -> Self {
		Self { amount, decimals, price }
	}

	/// Value in USD with 18 decimals, rounded down: collateral, what is paid out.
	///
	/// `None` on overflow or above 38 decimals.
	pub fn value_floor(&self) -> Option<u128> {
		mul_div_floor(self.amount, self.price.into_inner(), pow10(self.decimals)?)
	}

	/// Whether the value of `self` ≥ `ratio` · the value of `debt`: exactly, by cross-multiplication
	/// in 512 bits, without any rounding. A debt of 0 is always covered.
	///
	/// `None` above 38 decimals. It cannot overflow: the greater side stays below
	/// 2^(3·128)·10^38 < 2^511.
	pub fn covers(&self, ratio: Ratio, debt: &Holding) -> Option<bool> {
		let value = self.scaled_value(debt.decimals)?.checked_mul(U512::from(RATIO_ONE))?;
		let required =
			debt.scaled_value(self.decimals)?.checked_mul(U512::from(ratio.into_inner()))?;
		Some(value >= required)
	}

	/// The value in raw units of another asset, rounded down: what a payer gets for `self`.
	///
	/// `None` if the other price is 0, on overflow, or above 38 decimals.
	pub fn converted_floor(&self, other_decimals: u8, other_price: Price) -> Option<u128> {
		let (n, d) = self.conversion(other_decimals, other_price)?;
		quotient_floor(n, d)
	}

	/// The value in raw units of another asset, rounded up: what is asked for `self`.
	///
	/// `None` if the other price is 0, on overflow, or above 38 decimals.
	pub fn converted_ceil(&self, other_decimals: u8, other_price: Price) -> Option<u128> {
		let (n, d) = self.conversion(other_decimals, other_price)?;
		quotient_ceil(n, d)
	}

	/// The value of `self` over the value of `debt`, rounded down to 18 decimals.
	///
	/// For display and for limits: whether a ratio is met is decided by [`Holding::covers`].
	/// `None` if the value of `debt` is 0, on overflow, or above 38 decimals.
	pub fn ratio_floor(&self, debt: &Holding) -> Option<Ratio> {
		let n = self.scaled_value(debt.decimals)?.checked_mul(U512::from(RATIO_ONE))?;
		quotient_floor(n, debt.scaled_value(self.decimals)?).map(Ratio::from_inner)
	}

	/// amount · price · 10^decimals with the *other* side's decimals: below 2^383.
	fn scaled_value(&self, other_decimals: u8) -> Option<U512> {
		U512::from(product(self.amount, self.price.into_inner()))
			.checked_mul(U512::from(pow10(other_decimals)?))
	}

	/// Numerator and denominator of the value in raw units of the other asset.
	fn conversion(&self, other_decimals: u8, other_price: Price) -> Option<(U512, U512)> {
		let d = product(other_price.into_inner(), pow10(self.decimals)?);
		Some((self.scaled_value(other_decimals)?, U512::from(d)))
	}
}

/// ⌈notes · balance · price / units⌉: what `notes` of a class cost at `price` per unit of principal
/// outstanding, when `balance` is outstanding on all its `units`. Rounded once.
///
/// `None` without units, or if the result leaves 128 bits. The product of three stays below 2^384.
pub fn note_price_ceil(notes: u128, balance: u128, units: u128, price: Ratio) -> Option<u128> {
	let n = U512::from(product(notes, balance)).checked_mul(U512::from(price.into_inner()))?;
	quotient_ceil(n, U512::from(product(units, RATIO_ONE)))
}
