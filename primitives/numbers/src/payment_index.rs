//! Payments to all holders of a note in one write, and what each of them is owed.
//!
//! The index is what one unit was ever paid, in 2^−64ths (Q64.64). A payment divides among all units
//! and carries what does not divide to the next one; a holder is owed `units · Δindex`, of which the
//! fraction is kept. Hence what all holders are credited never exceeds what was paid, and the
//! difference is the carry alone, below `units/2^64` of a unit of currency: settling a holder any
//! number of times, in any order, shaves nothing off.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

use crate::muldiv::product;

/// What one unit was ever paid, Q64.64, and what has not divided yet.
///
/// All payments together must stay below 2^64 per unit. A payment of `amount ≤ units·2^63` to an
/// index that has paid less than 2^63 per unit so far always fits (if `units` has not fallen below
/// the carry since the last payment); whatever does not fit is `None`.
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
pub struct PaymentIndex {
	/// Paid per unit, in 2^−64ths.
	index: u128,
	/// Not divided yet, in 2^−64ths of currency. Below the units of the last payment.
	carry: u128,
}

impl PaymentIndex {
	/// `amount` paid to `units` alike: `n = amount·2^64 + carry`, the index rises by `⌊n/units⌋`, and
	/// `n mod units` is carried to the next payment.
	///
	/// `None` if there are no units, or if the index leaves 128 bits.
	pub fn paid(self, amount: u128, units: u128) -> Option<Self> {
		if units == 0 {
			return None;
		}
		let n = product(amount, 1 << 64).checked_add(U256::from(self.carry))?;
		let (delta, carry) = n.div_mod(U256::from(units));
		let delta = u128::try_from(delta).ok()?;
		Some(Self { index: self.index.checked_add(delta)?, carry: u128::try_from(carry).ok()? })
	}

	/// The index: what one unit was ever paid, in 2^−64ths of currency.
	pub const fn value(self) -> u128 {
		self.index
	}

	/// What did not divide so far and goes into the next payment, in 2^−64ths of currency.
	pub const fn carry(self) -> u128 {
		self.carry
	}
}

/// What a holder is owed.
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
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub struct Accrual {
	/// Whole units of currency. Only these can be paid out.
	pub whole: u128,
	/// 2^−64ths of a unit, kept for the next settlement.
	pub fraction: u64,
}

impl Accrual {
	/// `self + units·(to − from)/2^64`, exactly: the fraction is kept, nothing is rounded.
	///
	/// `from` is the index at the holder's last settlement, `to` the index now. `None` if the index
	/// fell, or if the whole part leaves 128 bits.
	pub fn settled(self, units: u128, from: u128, to: u128) -> Option<Self> {
		let growth = to.checked_sub(from)?;
		let U256([fraction, low, high, top]) =
			product(units, growth).checked_add(U256::from(self.fraction))?;
		let whole = u128::try_from(U256([low, high, top, 0])).ok()?;
		Some(Self { whole: self.whole.checked_add(whole)?, fraction })
	}
}
