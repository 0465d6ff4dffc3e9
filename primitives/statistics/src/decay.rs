//! What is left of a weight after a time, given its half-life: 2^(−elapsed/half-life).

/// One, in the 64 binary places of a [`Decay`].
pub(crate) const ONE: u128 = 1 << 64;

/// Milliseconds in a second.
const MILLIS: u128 = 1_000;

/// By how much the exact root exceeds an entry of [`ROOTS`] at most: an error halves at the least when
/// the next root is taken of it, and each root is cut by less than one.
const ROOT_ERROR: u128 = 2;

/// 2^(−2^−i) for i = 1 … 64, with 64 binary places, each the root of the one before, rounded down.
static ROOTS: [u128; 64] = roots();

/// Bounds of 2^(−elapsed/half-life), 64 binary places: `0 ≤ least ≤ exact ≤ most ≤ 1`.
///
/// They lie less than 2^−55 apart. Whoever rounds in favour of one side takes the bound that does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Decay {
	/// Not above the exact value.
	pub(crate) least: u128,
	/// Not below the exact value.
	pub(crate) most: u128,
}

impl Decay {
	/// What is left after `elapsed` milliseconds of a weight that halves every `half_life` seconds.
	///
	/// The exponent is cut into its whole part, a shift, and the bits of its fraction, each of which
	/// is a root of two from a table. O(64) multiplications. `None` for a half-life of 0.
	pub(crate) fn over(elapsed: u64, half_life: u64) -> Option<Self> {
		let exponent = u128::from(elapsed) << 64;
		let period = u128::from(half_life).checked_mul(MILLIS)?;
		let low = exponent.checked_div(period)?;
		// Below 2^128 / 1000, or equal to `low`.
		let high = low.checked_add(u128::from(exponent.checked_rem(period)? > 0))?;
		Some(Self { least: power_floor(high)?, most: power_ceil(low)? })
	}
}

/// ⌊2^−exponent⌋ or less; both with 64 binary places.
fn power_floor(exponent: u128) -> Option<u128> {
	let mut power = ONE;
	for root in roots_of(exponent) {
		power = power.checked_mul(root)? >> 64;
	}
	Some(power.checked_shr(whole(exponent)?).unwrap_or(0))
}

/// ⌈2^−exponent⌉ or more; both with 64 binary places.
fn power_ceil(exponent: u128) -> Option<u128> {
	let mut power = ONE;
	for root in roots_of(exponent) {
		let root = root.checked_add(ROOT_ERROR)?;
		// A root that may be one changes nothing.
		if root < ONE {
			power = shifted_ceil(power.checked_mul(root)?, 64)?;
		}
	}
	shifted_ceil(power, whole(exponent)?)
}

/// The entries of [`ROOTS`] for the bits that are set in the fraction of `exponent`.
fn roots_of(exponent: u128) -> impl Iterator<Item = u128> {
	let bits = (0..64u32).rev().map(move |place| exponent >> place & 1 == 1);
	ROOTS.iter().zip(bits).filter_map(|(root, set)| set.then_some(*root))
}

/// The whole part of an exponent.
fn whole(exponent: u128) -> Option<u32> {
	Some(u32::try_from(exponent >> 64).unwrap_or(u32::MAX))
}

/// ⌈x/2^places⌉.
fn shifted_ceil(x: u128, places: u32) -> Option<u128> {
	let floor = x.checked_shr(places).unwrap_or(0);
	let back = floor.checked_shl(places).unwrap_or(0);
	floor.checked_add(u128::from(back != x))
}

/// Builds [`ROOTS`].
#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]
// Run by the compiler: a fault would not compile.
const fn roots() -> [u128; 64] {
	let mut roots = [0; 64];
	let mut last = ONE / 2;
	let mut i = 0;
	while i < roots.len() {
		last = (last << 64).isqrt();
		roots[i] = last;
		i += 1;
	}
	roots
}
