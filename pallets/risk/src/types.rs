//! Hard bounds, and what a front end is told.

use alloc::vec::Vec;

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::traits::{One, Zero};
use strata_numbers::{Price, Ratio};
use strata_traits::{
	Asset, CollateralListing, Decay, DrawRefused, Moment, ParameterError, ParameterSet,
	SettlementListing, Usage, DRAW_WINDOW,
};

/// Most decimals of a listed asset. A price has 18, and no amount may be finer.
pub const MAX_DECIMALS: u8 = 18;

/// What no origin can go beyond without a runtime upgrade. All bounds are inclusive.
///
/// A bound names what it limits; relations between the values of a set are
/// [`ParameterSet::validate`]'s.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct HardBounds {
	/// Least liquidation ratio m.
	pub least_liquidation_ratio: Ratio,
	/// Greatest liquidation, initial and target ratio, and greatest initial ratio that a haircut leads
	/// to.
	pub greatest_ratio: Ratio,
	/// Least liquidation bonus b: below it nobody buys.
	pub least_bonus: Ratio,
	/// Greatest liquidation bonus b.
	pub greatest_bonus: Ratio,
	/// Greatest yearly rate.
	pub greatest_rate: Ratio,
	/// Least minimum debt, USD at par.
	pub least_minimum_debt: Price,
	/// Greatest debt ceiling, USD at par.
	pub greatest_debt_ceiling: Price,
	/// Greatest start price of an auction over the market price.
	pub greatest_start_factor: Ratio,
	/// Least floor price of an auction over the market price.
	pub least_floor_factor: Ratio,
	/// Least length of an auction, milliseconds.
	pub least_auction_duration: Moment,
	/// Greatest length of an auction, milliseconds.
	pub greatest_auction_duration: Moment,
	/// Most restarts of an auction.
	pub most_restarts: u8,
	/// Shortest step of an auction whose price falls by steps, milliseconds: bidders must be able to
	/// follow.
	pub least_decay_step: Moment,
	/// What a step leaves of the price at least: below it the price falls past everybody at once.
	pub least_decay_cut: Ratio,
	/// Greatest debt whose collateral is in auction at a time, USD at par.
	pub greatest_auction_cap: Price,
	/// Most deviations that a haircut covers.
	pub greatest_deviations: Ratio,
	/// Greatest haircut. Below 1.
	pub greatest_haircut: Ratio,
	/// Longest wait between rises of a ceiling that follows what is drawn, milliseconds.
	pub greatest_ceiling_wait: Moment,
	/// Widest depeg band of a settlement asset. Below 1.
	pub widest_depeg_band: Ratio,
}

impl HardBounds {
	/// Whether `set` holds together and lies inside the bounds.
	///
	/// # Errors
	/// What [`ParameterSet::validate`] finds, else [`ParameterError::OutsideHardBounds`].
	pub fn check(&self, set: &ParameterSet) -> Result<(), ParameterError> {
		set.validate()?;
		// The greatest initial ratio is not below the initial ratio.
		let ratios = [set.liquidation_ratio, set.greatest_initial_ratio, set.target_ratio];
		let bonus = set.liquidation_bonus;
		let auction = set.auction;
		let gentle = match auction.decay {
			Decay::Linear => true,
			Decay::Stepped { step, cut } => {
				step >= self.least_decay_step && cut >= self.least_decay_cut
			},
		};
		let inside = set.liquidation_ratio >= self.least_liquidation_ratio &&
			ratios.iter().all(|ratio| *ratio <= self.greatest_ratio) &&
			self.least_bonus <= bonus &&
			bonus <= self.greatest_bonus &&
			// The minimum rate is not above the maximum rate.
			set.maximum_rate <= self.greatest_rate &&
			set.minimum_debt >= self.least_minimum_debt &&
			set.debt_ceiling <= self.greatest_debt_ceiling &&
			auction.start_factor <= self.greatest_start_factor &&
			auction.floor_factor >= self.least_floor_factor &&
			auction.duration >= self.least_auction_duration &&
			auction.duration <= self.greatest_auction_duration &&
			auction.restarts <= self.most_restarts &&
			gentle &&
			set.auction_cap <= self.greatest_auction_cap &&
			set.haircut.deviations <= self.greatest_deviations &&
			// The least haircut is not above the greatest.
			set.haircut.most <= self.greatest_haircut &&
			// A wider gap than the ceiling does nothing.
			set.ceiling_gap <= self.greatest_debt_ceiling &&
			set.ceiling_wait <= self.greatest_ceiling_wait;
		inside.then_some(()).ok_or(ParameterError::OutsideHardBounds)
	}

	/// Whether a settlement asset may have this depeg band: above zero, up to the widest.
	pub fn admits_band(&self, band: Ratio) -> bool {
		!band.is_zero() && band <= self.widest_depeg_band
	}

	/// Whether something lies inside the bounds at all.
	pub fn are_consistent(&self) -> bool {
		self.least_liquidation_ratio > Ratio::one()
			&& self.least_liquidation_ratio <= self.greatest_ratio
			&& self.least_bonus <= self.greatest_bonus
			&& self.least_minimum_debt <= self.greatest_debt_ceiling
			&& self.greatest_start_factor > Ratio::one()
			&& self.least_floor_factor < Ratio::one()
			&& self.least_auction_duration <= self.greatest_auction_duration
			&& self.least_decay_cut < Ratio::one()
			&& !self.greatest_auction_cap.is_zero()
			&& self.greatest_haircut < Ratio::one()
			&& !self.widest_depeg_band.is_zero()
			&& self.widest_depeg_band < Ratio::one()
	}
}

/// The window of the fuse that `now` lies in: the multiple of [`DRAW_WINDOW`] at or before it.
fn window_of(now: Moment) -> Moment {
	now.checked_rem(DRAW_WINDOW).map_or(now, |into| now.saturating_sub(into))
}

/// `listing` after `usd` more of principal is drawn at `now`. Ceiling and fuse may be reached and not
/// passed; a ceiling that follows what is drawn follows first.
///
/// # Errors
/// The first limit in the way: the pause, the ceiling, the fuse; [`DrawRefused::Overflow`] if a sum
/// does not fit.
pub(crate) fn drawn(
	listing: &CollateralListing,
	usd: u128,
	now: Moment,
) -> Result<CollateralListing, DrawRefused> {
	let CollateralListing { parameters, paused, usage, .. } = listing;
	let ensure = |holds: bool, refused| if holds { Ok(()) } else { Err(refused) };
	let add = |to: u128| to.checked_add(usd).ok_or(DrawRefused::Overflow);
	ensure(!paused, DrawRefused::Paused)?;
	// A clock never runs backwards; if it did, the later window would go on.
	let window = window_of(now).max(usage.window);
	let before = if window == usage.window { usage.drawn_in_window } else { 0 };
	let usage = Usage { drawn: add(usage.drawn)?, window, drawn_in_window: add(before)? };
	let ceiling = listing.ceiling_at(now);
	let most = ceiling.map_or(parameters.debt_ceiling, |ceiling| ceiling.line);
	ensure(usage.drawn <= most.into_inner(), DrawRefused::AboveCeiling)?;
	ensure(usage.drawn_in_window <= parameters.draw_fuse.into_inner(), DrawRefused::FuseBlown)?;
	Ok(CollateralListing { usage, ceiling, ..*listing })
}

/// Every listing, by asset.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Listings {
	/// The collateral assets.
	pub collateral: Vec<(Asset, CollateralListing)>,
	/// The settlement assets.
	pub settlement: Vec<(Asset, SettlementListing)>,
}
