//! What a panel's stakes are good for: how much they secure, what it costs to bribe the panel, and the
//! bond for stopping a payment.

use sp_arithmetic::{PerThing, Perbill};
use strata_numbers::{mul_div_ceil, mul_div_floor, DayCount};

use crate::{next_panel, Balance};

/// [`Perbill::one`] in parts.
const ONE: u128 = Perbill::ACCURACY as u128;

/// A freeze's bond without interest is one such part of what it stops.
const FREEZE_PART: Balance = 10;

/// The greatest claim that a panel may decide, in the unit of the deposit: what its jurors together
/// stand to lose, ⌊N·(p + s·d)⌋ for N seats with a fee p and a deposit d of which an incoherent vote
/// loses s. `None` on overflow.
///
/// With a penalty that grows with the majority the court takes for s the least that a vote can lose
/// ([`Penalties::least`](crate::Penalties::least)), not the most: where a bribe has turned half of a panel,
/// a vote loses that, and the sum is then about what such a bribe can cost ([`bribe`]).
pub fn secured(seats: u8, fee: Balance, deposit: Balance, share: Perbill) -> Option<Balance> {
	let seats = Balance::from(seats);
	let parts = seats.checked_mul(share.deconstruct().into())?;
	let deposits = mul_div_floor(deposit, parts, ONE)?;
	seats.checked_mul(fee)?.checked_add(deposits)
}

/// The smallest panel of the chain first, 2·first + 1, … that secures `claim` ([`secured`]), the last
/// one being that after so many `appeals`.
///
/// `None` if none does, or on overflow: such a claim needs accredited jurors or the final origin.
pub fn panel_for(
	claim: Balance,
	first: u8,
	appeals: u8,
	fee: Balance,
	deposit: Balance,
	share: Perbill,
) -> Option<u8> {
	if first == 0 {
		return None;
	}
	let mut seats = first;
	for _ in 0..appeals {
		if secured(seats, fee, deposit, share)? >= claim {
			return Some(seats);
		}
		seats = next_panel(seats)?;
	}
	(secured(seats, fee, deposit, share)? >= claim).then_some(seats)
}

/// What an adversary must be able to pay to turn a panel by a p + ε promise, rounded down:
///
/// ```text
/// B(N) = h·((N·p + h·d)/(N − h) + d + ε),   h = ⌊N/2⌋
/// ```
///
/// He promises each of h jurors, should they vote with him and lose, what they would have had with the
/// majority, its fee and its part of the deposits, and what they lose, and ε. Here a juror who loses
/// loses all of his deposit; with a share s of it put ⌊s·d⌋ for d. `None` on overflow and for no seats.
///
/// The promise costs nothing if all believe it: V. Buterin, *The P + epsilon Attack*, 2015. What a briber must
/// be able to pay is the question of W. George and C. Lesaege, *An Analysis of p + ε Attacks on Various Models of
/// Schelling Game Based Systems*, Cryptoeconomic Systems, 2021, section 6.
pub fn bribe(seats: u8, fee: Balance, deposit: Balance, epsilon: Balance) -> Option<Balance> {
	let half = seats / 2;
	let others = seats.checked_sub(half)?;
	let (seats, half, others) = (Balance::from(seats), half.into(), others.into());
	let pot = seats.checked_mul(fee)?.checked_add(deposit.checked_mul(half)?)?;
	let forgone = mul_div_floor(pot, half, others)?;
	deposit.checked_add(epsilon)?.checked_mul(half)?.checked_add(forgone)
}

/// The bond for keeping back `amount` for `millis` milliseconds: a tenth of it, rounded up, and simple
/// interest on it at `yearly` over years of 365 days, rounded up. `None` on overflow.
///
/// Who stops a payment wrongly pays its respondent that much.
pub fn freeze_bond(amount: Balance, yearly: Perbill, millis: u64) -> Option<Balance> {
	let grown = u128::from(yearly.deconstruct()).checked_mul(millis.into())?;
	let year = DayCount::Act365Fixed.year().checked_mul(ONE)?;
	amount.div_ceil(FREEZE_PART).checked_add(mul_div_ceil(amount, grown, year)?)
}
