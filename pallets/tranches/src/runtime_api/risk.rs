//! What a fall of the prices of collateral would cost a deal.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use strata_numbers::Ratio;
use strata_traits::{Balance, BookId};

/// What is asked of the risk of a deal.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct RiskQuery {
	/// Falls of all prices, ascending, e.g. 0, 0.05, 0.1, …; at most [`MAX_FALLS`]. Differences are
	/// taken between neighbours, so they should lie equally far apart.
	pub falls: Vec<Ratio>,
	/// The confidence of the expected shortfall, e.g. 0.99.
	pub confidence: Ratio,
	/// The deviation of the relative change of the price of each book's collateral, over whatever time
	/// the question is about, in the order of the deal's books. A book without one has that of its feed
	/// over [`DEFAULT_TIME`], or [`DEFAULT_SIGMA`] if the feed has none.
	pub sigmas: Vec<Ratio>,
}

/// Falls of prices that one query looks at, at most: what [`strata_traits::MAX_SHOCKS`] leaves.
pub const MAX_FALLS: usize = strata_traits::MAX_SHOCKS.saturating_sub(strata_risk_measures::NODES);

/// Ten days, milliseconds: over which a deviation is taken if none is asked for.
pub const DEFAULT_TIME: u64 = 10 * 24 * 60 * 60 * 1_000;

/// 10 %: about ten days of an asset that moves 60 % a year. For books whose feed has no variance.
pub const DEFAULT_SIGMA: Ratio = Ratio::from_rational(10, 100);

/// The risk of a deal, from the ladders of its books. Amounts are in the smallest unit of the
/// settlement asset.
///
/// L(s) of a book is what it would lose if the price of its collateral fell by s at once and
/// everything were sold at that price: of each rung what is owed, with interest, beyond the value of
/// its collateral, exact to the rung; and principal in liquidation beyond what the collateral that
/// waits to be sold counts for.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct RiskView {
	/// Book by book, in the order of the terms.
	pub books: Vec<BookRisk>,
	/// Σ L(s) of all books, a loss for each fall.
	pub losses: Vec<Balance>,
	/// L(next) − L(this), one less than there are falls.
	pub delta: Vec<i128>,
	/// Differences of `delta`, two less than there are falls.
	pub gamma: Vec<i128>,
	/// The expected shortfall if all prices fall together (correlation 1). Exact on the grid that
	/// [`strata_risk_measures`] describes, rounded up.
	pub together: Balance,
	/// The expected shortfall if prices move independently (correlation 0). Never too low; too high by
	/// less than a 1024th of all that can be lost for each book, mostly by far less.
	pub independent: Balance,
	/// The expected shortfalls of the books put together by the correlations ρ that their feeds have
	/// shown: ⌈√(Σ ρ_ij·ES_i·ES_j)⌉, ρ being 1 of a pair that is not watched. Not below the largest of
	/// them, as no book's gain makes up for another's loss, and never above `together`.
	pub correlated: Balance,
	/// `independent` over `together`, rounded up; 1 if nothing is diversified away. `None` without a
	/// shortfall.
	pub diversification: Option<Ratio>,
}

/// The risk of one book.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct BookRisk {
	/// Which.
	pub book: BookId,
	/// The deviation that its shortfall is computed with.
	pub sigma: Ratio,
	/// L(s), a loss for each fall.
	pub losses: Vec<Balance>,
	/// L(next) − L(this).
	pub delta: Vec<i128>,
	/// Differences of `delta`.
	pub gamma: Vec<i128>,
	/// Its expected shortfall alone, rounded up.
	pub shortfall: Balance,
}
