//! The payment index against exact shares, with holders who come, go and settle at any time.

use codec::{Decode, Encode};
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use proptest::prelude::*;

use super::{big, number};
use crate::{Accrual, PaymentIndex};

/// What is owed, in 2^−64ths.
fn owed(accrual: Accrual) -> BigUint {
	(big(accrual.whole) << 64u8) + accrual.fraction
}

#[derive(Clone, Debug)]
enum Act {
	Pay(u128),
	Settle(usize),
	/// From, to, thousandths of what the first holds.
	Transfer(usize, usize, u128),
}

const HOLDERS: usize = 5;

fn act() -> impl Strategy<Value = Act> {
	prop_oneof![
		(0u128..1 << 60, 0u32..60).prop_map(|(x, shift)| Act::Pay(x >> shift)),
		(0..HOLDERS).prop_map(Act::Settle),
		(0..HOLDERS, 0..HOLDERS, 0u128..=1_000).prop_map(|(a, b, part)| Act::Transfer(a, b, part)),
	]
}

#[derive(Clone)]
struct Holder {
	units: u128,
	checkpoint: u128,
	accrual: Accrual,
	/// The exact share.
	model: BigRational,
}

fn settle(holder: &mut Holder, index: PaymentIndex) {
	holder.accrual =
		holder.accrual.settled(holder.units, holder.checkpoint, index.value()).unwrap();
	holder.checkpoint = index.value();
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn payment_agrees_with_exact_division(
		first in number(), second in number(), units in number(), other_units in number(),
	) {
		let mut index = PaymentIndex::default();
		let (mut value, mut carry) = (BigUint::zero(), BigUint::zero());
		for (amount, units) in [(first, units), (second, other_units)] {
			if units == 0 {
				prop_assert_eq!(index.paid(amount, units), None);
				return Ok(());
			}
			let (delta, rest) = ((big(amount) << 64u8) + &carry).div_rem(&big(units));
			value += delta;
			carry = rest;
			match index.paid(amount, units) {
				Some(next) => {
					prop_assert_eq!(big(next.value()), value.clone());
					prop_assert_eq!(big(next.carry()), carry.clone());
					index = next;
				},
				None => {
					prop_assert!(value.to_u128().is_none());
					return Ok(());
				},
			}
		}
	}

	#[test]
	fn payment_within_the_bound_fits(
		units in number(), parts in any::<u128>(), before in 0u128..1 << 127,
	) {
		prop_assume!(units > 0);
		let index = PaymentIndex::decode(&mut &(before, units - 1).encode()[..]).unwrap();
		let bound = big(units) << 63u8;
		let amount = (big(parts) % (bound + 1u8)).to_u128().unwrap_or(u128::MAX);
		prop_assert!(index.paid(amount, units).is_some());
	}

	#[test]
	fn settlement_is_exact(
		whole in number(), fraction in any::<u64>(), units in number(), a in number(), b in number(),
	) {
		let (from, to) = (a.min(b), a.max(b));
		let before = Accrual { whole, fraction };
		let expected = owed(before) + big(units) * big(to - from);
		match before.settled(units, from, to) {
			Some(after) => prop_assert_eq!(owed(after), expected),
			None => prop_assert!((expected >> 64u8).to_u128().is_none()),
		}
		if from < to {
			prop_assert_eq!(before.settled(units, to, from), None);
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	/// Holders are credited exactly what was paid less the carry, whenever they settle, and each is
	/// within a rounding of their exact share.
	#[test]
	fn credited_never_exceeds_paid(
		units in prop::collection::vec((0u128..1 << 70, 0u32..70).prop_map(|(x, s)| x >> s), HOLDERS),
		acts in prop::collection::vec(act(), 1..60),
	) {
		let total: u128 = units.iter().sum();
		prop_assume!(total > 0);
		let mut index = PaymentIndex::default();
		let mut holders: Vec<_> = units
			.into_iter()
			.map(|units| Holder {
				units,
				checkpoint: 0,
				accrual: Accrual::default(),
				model: BigRational::zero(),
			})
			.collect();
		let mut paid = BigUint::zero();
		let mut payments = 0u32;
		for act in acts {
			match act {
				Act::Pay(amount) => {
					// An index that is full takes no more: the payment is refused, nothing changes.
					let Some(next) = index.paid(amount, total) else { continue };
					index = next;
					paid += amount;
					payments += 1;
					for holder in &mut holders {
						holder.model += BigRational::new(
							BigInt::from(big(amount) * big(holder.units)),
							BigInt::from(total),
						);
					}
				},
				Act::Settle(who) => settle(&mut holders[who], index),
				Act::Transfer(from, to, part) => {
					settle(&mut holders[from], index);
					settle(&mut holders[to], index);
					let moved = holders[from].units * part / 1_000;
					holders[from].units -= moved;
					holders[to].units += moved;
				},
			}
			let unsettled: BigUint = holders
				.iter()
				.map(|h| owed(h.accrual) + big(h.units) * big(index.value() - h.checkpoint))
				.sum();
			prop_assert_eq!(unsettled + big(index.carry()), &paid << 64u8);
			prop_assert!(index.carry() < total);
		}
		for holder in &mut holders {
			settle(holder, index);
			let credited = BigRational::new(
				BigInt::from(owed(holder.accrual)),
				BigInt::from(big(1) << 64u8),
			);
			// Off the exact share by the undivided rest alone: up at most by earlier carries that
			// went to later holders, down by the share of the present one.
			let slack = BigRational::new(
				BigInt::from(big(total) * big(u128::from(payments) + 1)),
				BigInt::from(big(1) << 64u8),
			);
			prop_assert!(credited <= &holder.model + &slack);
			prop_assert!(credited + slack >= holder.model);
		}
		let whole: BigUint = holders.iter().map(|h| big(h.accrual.whole)).sum();
		prop_assert!(whole <= paid);
		// At most one unit per holder stays in fractions, and the carry.
		prop_assert!(paid - whole <= big(HOLDERS as u128) + (big(index.carry()) >> 64u8) + 1u8);
	}
}

#[test]
fn ten_among_three_leaves_a_carry_that_is_paid_later() {
	let index = PaymentIndex::default().paid(10, 3).unwrap();
	assert_eq!((index.value(), index.carry()), ((10 << 64) / 3, 1));
	let holder = Accrual::default().settled(1, 0, index.value()).unwrap();
	assert_eq!(holder.whole, 3);
	// Two more payments of 10: thirty among three is ten each, to the last fraction.
	let index = index.paid(10, 3).unwrap().paid(10, 3).unwrap();
	assert_eq!((index.value(), index.carry()), (10 << 64, 0));
	let holder = Accrual::default().settled(1, 0, index.value()).unwrap();
	assert_eq!(holder, Accrual { whole: 10, fraction: 0 });
}

#[test]
fn a_settlement_forced_by_dust_shaves_nothing() {
	let mut index = PaymentIndex::default();
	let mut often = Accrual::default();
	let mut checkpoint = 0;
	for _ in 0..1_000 {
		// A seventh of a unit of currency each time.
		index = index.paid(1, 7).unwrap();
		often = often.settled(1, checkpoint, index.value()).unwrap();
		checkpoint = index.value();
	}
	assert_eq!(often, Accrual::default().settled(1, 0, index.value()).unwrap());
	assert_eq!(often.whole, 142);
}

#[test]
fn a_payment_to_nobody_is_none() {
	assert_eq!(PaymentIndex::default().paid(1, 0), None);
	assert_eq!(PaymentIndex::default().paid(0, 0), None);
	assert_eq!(PaymentIndex::default().paid(0, 1), Some(PaymentIndex::default()));
}

#[test]
fn overflow_is_none() {
	let full = PaymentIndex::default().paid((1 << 64) - 1, 1).unwrap();
	assert_eq!(full.value(), u128::MAX - ((1 << 64) - 1));
	assert_eq!(full.paid(1, 1), None);
	assert_eq!(PaymentIndex::default().paid(1 << 64, 1), None);
	assert_eq!(PaymentIndex::default().paid(u128::MAX, 1), None);
	assert!(PaymentIndex::default().paid(u128::MAX, u128::MAX).is_some());
	let almost = Accrual { whole: u128::MAX, fraction: u64::MAX };
	assert_eq!(almost.settled(1, 0, 0), Some(almost));
	assert_eq!(almost.settled(1, 0, 1), None);
	assert_eq!(Accrual::default().settled(u128::MAX, 0, u128::MAX), None);
}
