//! How much a value moved, relative to what it was.

use sp_arithmetic::{traits::Zero, FixedI128, FixedPointNumber};
use strata_numbers::{mul_div_ceil, Ratio};

/// A relative change: −0.2 = a fall by 20 %. 18 decimals.
pub type Change = FixedI128;

/// r = clamp((to − from)/from, ±clip).
///
/// Rounded away from zero to 18 decimals, so that a variance made of it is not understated. The clip
/// bounds what a single jump does to a variance. `None` if `from` is 0, or if the clip is 0 or above
/// [`LARGEST_CLIP`].
pub fn change(from: u128, to: u128, clip: Ratio) -> Option<Change> {
	if clip.is_zero() || clip > LARGEST_CLIP || from == 0 {
		return None;
	}
	// What does not fit is beyond any clip.
	let size = mul_div_ceil(from.abs_diff(to), Ratio::DIV, from).unwrap_or(u128::MAX);
	let size = i128::try_from(size.min(clip.into_inner())).ok()?;
	Some(Change::from_inner(if to < from { size.checked_neg()? } else { size }))
}

/// The largest clip: a change by 100 %.
pub const LARGEST_CLIP: Ratio = Ratio::from_u32(1);

/// Default of the clip: ±20 %.
pub const DEFAULT_CLIP: Ratio = Ratio::from_rational(1, 5);
