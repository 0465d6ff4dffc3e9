//! Every rung, and random vaults, against big integers.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Ordering;
use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::One;
use proptest::{prelude::*, strategy::Union};
use sp_core::U256;

use crate::{
	logarithm::{binary_logarithm, estimated_steps, FRACTION_BITS},
	powers::{FALLING, POWERS, RISING},
	Edge, Rung, RungKey,
};

/// Scale of the fixed-point numbers that edges are compared to.
const SCALE: u32 = 640;

/// A 128-bit number above 0 of any magnitude.
fn number() -> impl Strategy<Value = u128> {
	Union::new_weighted(vec![
		(8, (any::<u128>(), 0u32..128).prop_map(|(x, shift)| (x >> shift).max(1)).boxed()),
		(1, (0u32..128).prop_map(|bit| 1 << bit).boxed()),
		(1, prop_oneof![Just(1), Just(u128::MAX - 1), Just(u128::MAX)].boxed()),
	])
}

/// A 256-bit number above 0 of any magnitude.
fn wide_number() -> impl Strategy<Value = U256> {
	(any::<[u64; 4]>(), 0u32..256)
		.prop_map(|(words, shift)| (U256(words) >> shift).max(U256::one()))
}

fn rungs() -> impl Iterator<Item = Rung> {
	(Rung::MIN.index()..=Rung::MAX.index()).map(|t| Rung::new(t).unwrap())
}

fn big(x: U256) -> BigUint {
	BigUint::from_bytes_le(&x.to_little_endian())
}

/// The edge, exactly, scaled by 2^[`SCALE`].
fn scaled(edge: Edge) -> BigUint {
	let shift = i64::from(SCALE) + i64::from(edge.exponent());
	BigUint::from(edge.mantissa()) << u64::try_from(shift).unwrap()
}

/// edge ≤ n/d, by big integers.
fn at_most(edge: Edge, n: &BigUint, d: &BigUint) -> bool {
	scaled(edge) * d <= n << SCALE
}

/// ⌊n/d·2^−x⌋ normalised to 128 bits, and x.
fn normalised(n: &BigUint, d: &BigUint) -> Edge {
	let shift = |x: i64| {
		if x < 0 {
			(n << x.unsigned_abs()) / d
		} else {
			n / (d << x.unsigned_abs())
		}
	};
	let guess = i64::try_from(n.bits()).unwrap() - i64::try_from(d.bits()).unwrap() - 128;
	(guess..=guess + 1)
		.find_map(|x| {
			let mantissa = u128::try_from(shift(x)).ok().filter(|m| m.leading_zeros() == 0)?;
			Some(Edge::normalised(mantissa, i32::try_from(x).unwrap()))
		})
		.unwrap()
}

/// The lower edge as a fraction. At an exponent of −256 the denominator would not fit: rounded up to
/// the next half.
fn fraction(edge: Edge) -> (U256, U256) {
	let mantissa = U256::from(edge.mantissa());
	match edge.exponent() {
		-256 => ((mantissa + 1u32) / 2u32, U256::one() << 255u32),
		negative @ -255..=-1 => (mantissa, U256::one() << negative.unsigned_abs()),
		positive => (mantissa << positive.unsigned_abs(), U256::one()),
	}
}

#[test]
fn tables_are_the_exact_powers_cut_to_128_bits() {
	let (mut n, mut d) = (BigUint::from(1001u32), BigUint::from(1000u32));
	for k in 0..POWERS {
		assert_eq!(RISING[k], normalised(&n, &d), "g^(2^{k})");
		assert_eq!(FALLING[k], normalised(&d, &n), "g^(-2^{k})");
		(n, d) = (&n * &n, &d * &d);
	}
}

/// Walks from g^0 to either end with bounds that start 640 bits wide, so that after 88,768 steps
/// they are still within 2^−490 of each other.
#[test]
fn every_edge_is_below_its_power_by_less_than_one_part_in_2_to_the_121() {
	for (n, d, direction) in [(1001u32, 1000u32, 1), (1000, 1001, -1)] {
		let (mut low, mut high) = (BigUint::one() << SCALE, BigUint::one() << SCALE);
		let last = if direction > 0 { Rung::MAX.index() + 1 } else { -Rung::MIN.index() };
		for step in 0..=last {
			let edge = Edge::at(step * direction);
			let value = scaled(edge);
			assert!(value <= low, "edge {step} above its power");
			assert!(&high - &value <= &high >> 121u8, "edge {step} too far below its power");
			assert_eq!(edge.mantissa().leading_zeros(), 0);
			assert!((-256..=1).contains(&edge.exponent()));
			low = low * n / d;
			high = Integer::div_ceil(&(high * n), &BigUint::from(d));
		}
	}
}

/// For rungs near the middle the exact power is short: no bounds needed.
#[test]
fn edges_near_one_against_exact_powers() {
	let (mut n, mut d) = (BigUint::one(), BigUint::one());
	for t in 0..=1_500 {
		// scaled(edge) ≤ 2^SCALE·n/d, and within 2^−121.
		for (t, n, d) in [(t, &n, &d), (-t, &d, &n)] {
			let (ours, exact) = (scaled(Edge::at(t)) * d, n << SCALE);
			assert!(ours <= exact, "edge {t}");
			assert!(&exact - ours <= &exact >> 121u8, "edge {t}");
		}
		n *= 1001u32;
		d *= 1000u32;
	}
}

#[test]
fn every_edge_is_above_the_one_before() {
	for rung in rungs() {
		assert!(rung.lower_edge() < rung.upper_edge(), "{rung:?}");
		if let Some(next) = Rung::new(rung.index() + 1) {
			assert_eq!(rung.upper_edge(), next.lower_edge());
		}
	}
}

/// The edge itself belongs to its rung; anything below belongs to the rung before.
#[test]
fn every_edge_leads_back_to_its_rung() {
	for rung in rungs() {
		let (n, d) = fraction(rung.lower_edge());
		assert_eq!(Rung::threshold(n, d), Some(rung));
		let below = Rung::new(rung.index() - 1).unwrap_or(Rung::MIN);
		assert_eq!(Rung::threshold(n - 1u32, d), Some(below), "below {rung:?}");
	}
	let (n, d) = fraction(Rung::MAX.upper_edge());
	assert_eq!(Rung::threshold(n, d), None);
	assert_eq!(Rung::threshold(n - 1u32, d), Some(Rung::MAX));
}

/// A vault on every rung, as close to its edge as 128 bits allow.
#[test]
fn every_rung_holds_a_vault() {
	for rung in rungs() {
		let edge = scaled(rung.lower_edge());
		// κ ≥ 1: as much collateral as lets the debt fit; κ < 1: the debt decides.
		let d_over_c = |c: &BigUint| Integer::div_ceil(&(&edge * c), &(BigUint::one() << SCALE));
		let max = BigUint::from(u128::MAX);
		let greatest: BigUint = (&max << SCALE) / &edge;
		let c = greatest.min(max);
		let d = d_over_c(&c);
		let (d, c) = (u128::try_from(d).unwrap(), u128::try_from(c).unwrap());
		let found = Rung::of(d, c).unwrap();
		if rung == Rung::MIN {
			assert_eq!((d, found), (1, Rung::MIN));
			continue;
		}
		// At the ends of the range d or c is a handful, and the next fraction may be rungs away.
		assert!(found >= rung, "{rung:?} {found:?}");
		if d >= 1_000_000 && c >= 1_000_000 {
			assert_eq!(found, rung);
			let below = Rung::of(d - 1, c).unwrap();
			assert_eq!(below.index(), rung.index() - 1);
		}
	}
}

#[test]
fn the_ladder_ends_where_128_bits_end() {
	assert_eq!(Rung::of(u128::MAX, 1), Some(Rung::MAX));
	assert_eq!(Rung::of(1, u128::MAX), Some(Rung::MIN));
	assert_eq!(Rung::new(Rung::MAX.index() + 1), None);
	assert_eq!(Rung::new(Rung::MIN.index() - 1), None);
	assert_eq!(Rung::new(i32::MAX), None);
	assert_eq!(Rung::new(i32::MIN), None);
}

#[test]
fn without_debt_or_collateral_there_is_no_rung() {
	assert_eq!(Rung::of(0, 1), None);
	assert_eq!(Rung::of(1, 0), None);
	assert_eq!(Rung::of(0, 0), None);
}

#[test]
fn known_rungs() {
	assert_eq!(Rung::of(1, 1).map(Rung::index), Some(0));
	// Powers of g lie on their own rung: edges are cut, never raised.
	assert_eq!(Rung::of(1_001, 1_000).map(Rung::index), Some(1));
	assert_eq!(Rung::of(1_000_999, 1_000_000).map(Rung::index), Some(0));
	assert_eq!(Rung::of(1_000, 1_001).map(Rung::index), Some(-1));
	assert_eq!(Rung::of(u128::MAX - 1, u128::MAX).map(Rung::index), Some(-1));
	assert_eq!(Rung::of(2, 1).map(Rung::index), Some(693));
	assert_eq!(Rung::of(1, 2).map(Rung::index), Some(-694));
}

#[test]
fn keys_order_every_rung_riskiest_first() {
	let mut last: Option<RungKey> = None;
	for rung in rungs() {
		let key = rung.key();
		assert_eq!(key.rung(), rung);
		assert_eq!(RungKey::from_bytes(key.to_bytes()), Some(key));
		assert_eq!(key.encode(), key.to_bytes());
		assert_eq!(RungKey::decode(&mut &key.encode()[..]), Ok(key));
		assert_eq!(Rung::decode(&mut &rung.encode()[..]), Ok(rung));
		if let Some(last) = last {
			// The trie compares bytes.
			assert!(key.to_bytes() < last.to_bytes());
			assert!(key < last);
		}
		last = Some(key);
	}
	assert_eq!(Rung::MAX.key().to_bytes(), [0; 4]);
	assert_eq!(RungKey::max_encoded_len(), 4);
	assert_eq!(Rung::max_encoded_len(), 4);
}

#[test]
fn what_is_no_rung_does_not_decode() {
	fn tracked<T: DecodeWithMemTracking>(bytes: &[u8]) -> bool {
		T::decode(&mut &bytes[..]).is_ok()
	}
	let beyond = u32::from_be_bytes(Rung::MIN.key().to_bytes()) + 1;
	for bytes in [beyond.to_be_bytes(), [0xff; 4], [0x80, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff]] {
		assert_eq!(RungKey::from_bytes(bytes), None);
		assert!(!tracked::<RungKey>(&bytes));
	}
	assert!(tracked::<RungKey>(&(beyond - 1).to_be_bytes()));
	for t in [Rung::MAX.index() + 1, Rung::MIN.index() - 1, i32::MAX, i32::MIN] {
		assert!(!tracked::<Rung>(&t.encode()));
	}
	assert!(!tracked::<Rung>(&[0, 0, 0]));
}

#[test]
fn thresholds_at_the_ends() {
	let (zero, one, max) = (U256::zero(), U256::one(), U256::MAX);
	// Worthless collateral: everything is unsafe. Worthless debt: nothing is.
	assert_eq!(Rung::threshold(zero, one), Some(Rung::MIN));
	assert_eq!(Rung::threshold(one, max), Some(Rung::MIN));
	assert_eq!(Rung::threshold(max, one), None);
	assert_eq!(Rung::threshold(one, zero), None);
	assert_eq!(Rung::threshold(zero, zero), None);
	assert!(Rung::MIN.is_unsafe(zero, one));
	assert!(Rung::MIN.is_unsafe(one, max));
	assert!(!Rung::MAX.is_unsafe(max, one));
	assert!(!Rung::MAX.is_unsafe(one, zero));
	assert!(!Rung::MAX.is_unsafe(zero, zero));
	assert_eq!(Rung::MIN.lower_edge().compared_to(one, zero), None);
}

#[test]
fn a_rung_whose_upper_edge_is_the_threshold_is_safe() {
	for t in [-5_000, -1, 0, 1, 5_000] {
		let rung = Rung::new(t).unwrap();
		let (n, d) = fraction(rung.upper_edge());
		assert!(!rung.is_unsafe(n, d));
		assert!(rung.is_unsafe(n - 1u32, d));
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(20_000))]

	#[test]
	fn a_vault_lies_between_the_edges_of_its_rung(d in number(), c in number()) {
		let rung = Rung::of(d, c).unwrap();
		let (d, c) = (BigUint::from(d), BigUint::from(c));
		prop_assert!(at_most(rung.lower_edge(), &d, &c));
		prop_assert!(!at_most(rung.upper_edge(), &d, &c));
	}

	/// d/c as close as can be to a random edge, from either side.
	#[test]
	fn vaults_next_to_an_edge_are_on_the_right_side(
		t in -40_000i32..40_000, c in number(), nudge in 0u32..3,
	) {
		let edge = Edge::at(t);
		let d: BigUint = ((scaled(edge) * c) >> SCALE) + nudge;
		let Ok(d) = u128::try_from(d) else { return Ok(()) };
		prop_assume!(d > 0);
		let rung = Rung::of(d, c).unwrap();
		let (d, c) = (BigUint::from(d), BigUint::from(c));
		prop_assert_eq!(rung.index() >= t, at_most(edge, &d, &c));
		prop_assert!(at_most(rung.lower_edge(), &d, &c));
		prop_assert!(!at_most(rung.upper_edge(), &d, &c));
	}

	#[test]
	fn more_debt_is_never_safer(d in number(), e in number(), c in number()) {
		prop_assert!(Rung::of(d.min(e), c) <= Rung::of(d.max(e), c));
	}

	#[test]
	fn more_collateral_is_never_riskier(d in number(), c in number(), b in number()) {
		prop_assert!(Rung::of(d, c.min(b)) >= Rung::of(d, c.max(b)));
	}

	/// The rung depends on the ratio alone.
	#[test]
	fn the_same_ratio_is_the_same_rung(d in 1u128..1 << 64, c in 1u128..1 << 64, k in 1u128..1 << 64) {
		prop_assert_eq!(Rung::of(d, c), Rung::of(d * k, c * k));
	}

	#[test]
	fn comparison_is_exact(t in Rung::MIN.index()..=Rung::MAX.index(), n in wide_number(), d in wide_number()) {
		let edge = Edge::at(t);
		let expected = (scaled(edge) * big(d)).cmp(&(big(n) << SCALE));
		prop_assert_eq!(edge.compared_to(n, d), Some(expected));
		prop_assert_eq!(edge.compared_to(n, U256::zero()), None);
	}

	/// Unsafe means upper edge above the threshold, and the threshold rung divides exactly so.
	#[test]
	fn threshold_divides_safe_from_unsafe(
		t in Rung::MIN.index()..=Rung::MAX.index(), n in wide_number(), d in wide_number(),
		near in any::<bool>(), shift in 0u32..4,
	) {
		let rung = Rung::new(t).unwrap();
		// Half of the cases right at the rung's own edge.
		let (n, d) = if near {
			let (n, d) = fraction(rung.upper_edge());
			(n + U256::from(shift) - U256::from(2u32), d)
		} else {
			(n, d)
		};
		let expected = !at_most(rung.upper_edge(), &big(n), &big(d));
		prop_assert_eq!(rung.is_unsafe(n, d), expected);
		match Rung::threshold(n, d) {
			Some(threshold) => {
				prop_assert_eq!(rung >= threshold, expected);
				prop_assert!(threshold.is_unsafe(n, d));
				if let Some(safer) = Rung::new(threshold.index() - 1) {
					prop_assert!(!safer.is_unsafe(n, d));
				}
			},
			None => {
				prop_assert!(!expected);
				prop_assert!(!Rung::MAX.is_unsafe(n, d));
			},
		}
	}

	/// A vault is unsafe by its rung whenever it is by its own ratio, and at most one step early.
	#[test]
	fn a_rung_is_never_late_and_at_most_a_step_early(
		d in number(), c in number(), n in number(), m in number(),
	) {
		let rung = Rung::of(d, c).unwrap();
		let by_rung = rung.is_unsafe(U256::from(n), U256::from(m));
		let (own, threshold) = (
			BigUint::from(d) * BigUint::from(m), // κ·m·c
			BigUint::from(n) * BigUint::from(c), // κ*·m·c
		);
		if own > threshold {
			prop_assert!(by_rung);
		}
		if by_rung {
			// Early by 0.1 %, and the 2^−120 that the edges are off.
			prop_assert!(((own * 1001u32) << 120u8) / 1000u32 > (&threshold << 120u8) - &threshold);
		}
	}

	#[test]
	fn the_estimate_is_off_by_one_at_most(n in wide_number(), d in wide_number()) {
		let steps = estimated_steps(n, d);
		// log2 by way of the bits of an n^64, which has six bits of fraction: enough for a bound,
		// while the exact bound is what the tests of `of` rely on.
		let bits = |x: U256| big(x).pow(64).bits() as f64 / 64.0;
		let expected = (bits(n) - bits(d)) * 693.493_696;
		prop_assert!((steps as f64 - expected).abs() < 693.5 / 64.0 + 1.1);
		if let (Some(low), Some(high)) = (
			i32::try_from(steps - 1).ok().and_then(Rung::new),
			i32::try_from(steps + 1).ok().and_then(Rung::new),
		) {
			prop_assert_ne!(low.lower_edge().compared_to(n, d), Some(Ordering::Greater));
			prop_assert_eq!(high.upper_edge().compared_to(n, d), Some(Ordering::Greater));
		}
	}

	/// The same digits from 640 bits, where nothing that matters is cut.
	#[test]
	fn logarithms_are_cut_by_one_unit_at_most(x in wide_number()) {
		let one = BigUint::one() << SCALE;
		let whole = big(x).bits() - 1;
		let mut mantissa = (big(x) << SCALE) >> whole;
		let mut exact = i64::try_from(whole).unwrap();
		for _ in 0..FRACTION_BITS {
			mantissa = (&mantissa * &mantissa) >> SCALE;
			exact *= 2;
			if mantissa >= &one * 2u8 {
				mantissa >>= 1u8;
				exact += 1;
			}
		}
		let ours = binary_logarithm(x);
		prop_assert!(ours <= exact && exact - ours <= 1, "{} {}", ours, exact);
	}
}
