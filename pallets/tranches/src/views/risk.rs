//! Risk from the ladders of a deal's books.

use alloc::vec::Vec;
use sp_runtime::{traits::One, FixedI128};
use strata_numbers::{mul_div_ceil, ratio_mul_floor, Ratio};
use strata_risk_measures::{
	comonotone, correlated, expected_shortfall, factors, first_differences, independent,
	second_differences, Tail, NODES,
};
use strata_statistics::Variance;
use strata_traits::{FeedId, PriceFeeds};

use super::{Issued, ONE};
use crate::{
	collections::Counted,
	runtime_api::{BookRisk, RiskQuery, RiskView, DEFAULT_SIGMA, DEFAULT_TIME, MAX_FALLS},
	Balance, BookId, Books, Config, DealId, Pallet,
};

/// What a book would lose at each fall that was asked for, and at the nodes of its distribution.
struct Losses {
	/// At the falls.
	falls: Vec<Balance>,
	/// At the nodes.
	nodes: [Balance; NODES],
}

impl<T: Config> Pallet<T> {
	/// The risk of a deal from the ladders of its books. See [`RiskView`].
	///
	/// Complexity: one walk over every ladder of the deal: O(rungs) reads, and for each rung as many
	/// comparisons as there are prices at which it falls short.
	pub fn risk(id: DealId, query: &RiskQuery) -> Option<RiskView> {
		let issued = Issued::active::<T>(id)?;
		let tail = Tail::beyond(query.confidence)?;
		let falls = falls(&query.falls)?;
		let mut sigmas = query.sigmas.iter().copied();
		let mut books = Vec::new();
		let mut nodes = Vec::new();
		let mut feeds = Vec::new();
		let mut joint = alloc::vec![0u128; falls.len()];
		for (book, counted) in issued.ledgers.books.iter().zip(issued.books.iter()) {
			let feed = Self::feed(*book);
			let sigma = match sigmas.next() {
				Some(sigma) => sigma,
				None => default_sigma(feed)?,
			};
			feeds.push(feed);
			let losses = Self::losses(*book, counted, &falls, sigma)?;
			for (sum, loss) in joint.iter_mut().zip(losses.falls.iter()) {
				*sum = sum.checked_add(*loss)?;
			}
			nodes.push(losses.nodes);
			books.push(BookRisk {
				book: *book,
				sigma,
				delta: first_differences(&losses.falls)?,
				gamma: second_differences(&losses.falls)?,
				shortfall: expected_shortfall(&losses.nodes, tail)?,
				losses: losses.falls,
			});
		}
		let (together, independent) = (comonotone(&nodes, tail)?, independent(&nodes, tail)?);
		let shortfalls: Vec<_> = books.iter().map(|book| book.shortfall).collect();
		let rho = |one: usize, other: usize| Self::correlation(feeds.get(one), feeds.get(other));
		Some(RiskView {
			books,
			delta: first_differences(&joint)?,
			gamma: second_differences(&joint)?,
			losses: joint,
			together,
			independent,
			correlated: correlated(&shortfalls, rho)?.min(together),
			diversification: mul_div_ceil(independent, ONE, together).map(Ratio::from_inner),
		})
	}

	/// The feed of a book's collateral and the variance that it shows; `None` without one.
	fn feed(book: BookId) -> Option<(FeedId, Variance)> {
		let feed = T::Books::feed(book)?;
		let quote = T::Feeds::reading(feed).last()?;
		(quote.variance > Variance::default()).then_some((feed, quote.variance))
	}

	/// How closely two prices move together, as far as their feeds show: 1 if they do not.
	fn correlation(
		one: Option<&Option<(FeedId, Variance)>>,
		other: Option<&Option<(FeedId, Variance)>>,
	) -> FixedI128 {
		let shown = || {
			let (one, of_one) = (*one?)?;
			let (other, of_other) = (*other?)?;
			if one == other {
				return None;
			}
			T::Feeds::covariance(one, other)?.correlation_ceil(of_one, of_other)
		};
		shown().unwrap_or(FixedI128::one())
	}

	/// What a book would lose if its price came to each of `falls`, and to each node of a distribution
	/// with the deviation `sigma`, in one walk over its ladder.
	fn losses(book: BookId, counted: &Counted, falls: &[Ratio], sigma: Ratio) -> Option<Losses> {
		let all: Vec<_> = falls.iter().copied().chain(factors(sigma)).collect();
		let ladder = T::Books::losses(book, &all)?;
		let loss =
			|(factor, ladder): (&Ratio, &Balance)| ladder.checked_add(waiting(counted, *factor)?);
		let losses: Option<Vec<_>> = all.iter().zip(ladder.iter()).map(loss).collect();
		let (falls, nodes) = losses.as_ref()?.split_at_checked(falls.len())?;
		Some(Losses { falls: falls.to_vec(), nodes: nodes.try_into().ok()? })
	}
}

/// The deviation of a price over [`DEFAULT_TIME`]. `None` if it does not fit.
fn default_sigma(feed: Option<(FeedId, Variance)>) -> Option<Ratio> {
	match feed {
		Some((_, variance)) => variance.deviation_ceil(DEFAULT_TIME),
		None => Some(DEFAULT_SIGMA),
	}
}

/// What of the principal in liquidation the collateral that waits to be sold would not bring at
/// `factor` of what it counts for.
fn waiting(book: &Counted, factor: Ratio) -> Option<Balance> {
	match book.in_liquidation {
		0 => Some(0),
		principal => Some(principal.saturating_sub(ratio_mul_floor(book.carrying?, factor)?)),
	}
}

/// The factors of the price after each fall. `None` if there are too many, one is above 1, or they do
/// not ascend.
fn falls(falls: &[Ratio]) -> Option<Vec<Ratio>> {
	let ascend = falls.iter().zip(falls.iter().skip(1)).all(|(a, b)| a < b);
	if falls.len() > MAX_FALLS || !ascend {
		return None;
	}
	let factor = |fall: &Ratio| {
		Ratio::one().into_inner().checked_sub(fall.into_inner()).map(Ratio::from_inner)
	};
	falls.iter().map(factor).collect()
}
