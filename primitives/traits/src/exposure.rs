//! What a change of risk parameters reaches: the books that follow it.

use frame_support::dispatch::DispatchResult;

use crate::{Asset, Ramp, Ratios};

/// What books that follow an asset's ratios would feel of new ones.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Impact {
	/// Debt, with interest, that becomes unsafe: USD at par of the settlement assets, 18 decimals,
	/// rounded up. What is unsafe already does not count.
	pub debt: u128,
	/// Rungs that were read.
	pub rungs: u32,
}

/// Why an impact is not known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImpactUnknown {
	/// A book that follows has no price that may be relied on now.
	NoPrice,
	/// More rungs would have to be read than was allowed.
	TooManyRungs,
	/// A sum does not fit.
	Overflow,
}

/// The books that follow the ratios of a collateral asset, as the parameters of that asset see them.
pub trait Exposure {
	/// What `ratios` would do at today's prices, all at once. Reads at most `most_rungs` rungs, those
	/// that become unsafe and one more of each book; O(books + rungs).
	///
	/// # Errors
	/// [`ImpactUnknown`].
	fn impact(asset: &Asset, ratios: &Ratios, most_rungs: u32) -> Result<Impact, ImpactUnknown>;

	/// Makes every book that follows `asset` go over to `ramp`, from wherever it is. A book whose pinned
	/// parameters do not go together with the end of it stays as it is, and says so by an event.
	///
	/// # Errors
	/// If a sum does not fit.
	fn follow(asset: &Asset, ramp: &Ramp) -> DispatchResult;

	/// Most books that follow one asset.
	fn most_followers() -> u32;
}

/// Nothing follows.
impl Exposure for () {
	fn impact(_: &Asset, _: &Ratios, _: u32) -> Result<Impact, ImpactUnknown> {
		Ok(Impact::default())
	}

	fn follow(_: &Asset, _: &Ramp) -> DispatchResult {
		Ok(())
	}

	fn most_followers() -> u32 {
		0
	}
}
