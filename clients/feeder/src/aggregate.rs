//! From what several sources say to one price, with as little trust in each as possible.
//!
//! The price is the median of all sources: with fewer than half of them lying, it lies between two honest
//! ones. Sources that are further from it than allowed disagree. If those that agree are no majority, or
//! fewer than the configured minimum, there is no price.
//!
//! The median is not taken again of those that agree: honest sources may be among those that do not, and
//! liars that keep close to the median would then be a majority of the rest.

use crate::decimal::{Price, BASIS_POINTS};

/// What one source says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sample {
	/// Which source, by its place in the configuration.
	pub source: usize,
	/// Its price.
	pub price: Price,
	/// When it was observed, milliseconds since 1970.
	pub observed_at: u64,
}

/// How sources become one price.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rules {
	/// How many must agree.
	pub minimum_sources: usize,
	/// How far each may be from the median of all, basis points of the median.
	pub maximum_spread_bps: u16,
	/// Least half-width, basis points of the price.
	pub half_width_bps: u16,
}

/// One price.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Aggregate {
	/// The median of all sources; of two in the middle, ⌊their mean⌋.
	pub price: Price,
	/// Price ± half-width holds every source that agrees; at least the configured share of the price,
	/// rounded up, and at most the price.
	pub half_width: u128,
	/// The middle of the times of the sources that agree; of two, the earlier. So at most half of them are
	/// older.
	pub observed_at: u64,
	/// The sources that agree.
	pub used: Vec<usize>,
	/// The sources that do not.
	pub aside: Vec<usize>,
}

/// Why there is no price.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoPrice {
	/// Too few sources have anything to say.
	#[error("{have} sources have a price, {need} are needed")]
	TooFew {
		/// How many have.
		have: usize,
		/// How many must.
		need: usize,
	},
	/// Too few agree.
	#[error("{agree} of {have} sources agree, {need} are needed")]
	Disagree {
		/// How many are near the median.
		agree: usize,
		/// How many have something to say.
		have: usize,
		/// How many must agree.
		need: usize,
	},
}

/// One price of `samples`, at most one from each source.
///
/// # Errors
/// [`NoPrice`].
pub fn aggregate(samples: &[Sample], rules: &Rules) -> Result<Aggregate, NoPrice> {
	let have = samples.len();
	if have < rules.minimum_sources.max(1) {
		return Err(NoPrice::TooFew { have, need: rules.minimum_sources.max(1) });
	}
	let mut sorted = samples.to_vec();
	sorted.sort_by_key(|sample| (sample.price, sample.source));
	let price = median(&sorted);
	let (mut agreeing, aside): (Vec<Sample>, Vec<Sample>) =
		sorted.into_iter().partition(|sample| is_near(price, sample.price, rules));
	let need = rules.minimum_sources.max(have / 2 + 1);
	if agreeing.len() < need {
		return Err(NoPrice::Disagree { agree: agreeing.len(), have, need });
	}
	let widest = agreeing.iter().map(|sample| price.distance(sample.price)).max().unwrap_or(0);
	let half_width = widest.max(price.share_up(rules.half_width_bps)).min(price.inner());
	let indices = |samples: &[Sample]| {
		let mut indices: Vec<usize> = samples.iter().map(|sample| sample.source).collect();
		indices.sort_unstable();
		indices
	};
	let (used, aside) = (indices(&agreeing), indices(&aside));
	agreeing.sort_by_key(|sample| sample.observed_at);
	let observed_at = agreeing[(agreeing.len() - 1) / 2].observed_at;
	Ok(Aggregate { price, half_width, observed_at, used, aside })
}

/// Whether a price is within the spread, the edge included.
fn is_near(median: Price, price: Price, rules: &Rules) -> bool {
	median.distance(price) * BASIS_POINTS <= median.inner() * u128::from(rules.maximum_spread_bps)
}

/// The median of prices in order, which are not none.
fn median(sorted: &[Sample]) -> Price {
	let (lower, upper) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
	Price::middle(lower.price, upper.price)
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	const RULES: Rules = Rules { minimum_sources: 2, maximum_spread_bps: 200, half_width_bps: 0 };

	fn price(inner: u128) -> Price {
		Price::from_inner(inner).unwrap()
	}

	fn samples(prices: &[u128]) -> Vec<Sample> {
		let all = prices.iter().enumerate();
		all.map(|(source, inner)| Sample {
			source,
			price: price(*inner),
			observed_at: 1_000 + source as u64,
		})
		.collect()
	}

	#[test]
	fn the_middle_one_and_the_middle_of_two() {
		let one = aggregate(&samples(&[10_100, 10_000, 10_050]), &RULES).unwrap();
		assert_eq!((one.price, one.half_width), (price(10_050), 50));
		assert_eq!((one.used, one.aside, one.observed_at), (vec![0, 1, 2], vec![], 1_001));
		let two = aggregate(&samples(&[10_000, 10_051]), &RULES).unwrap();
		assert_eq!(
			(two.price, two.half_width),
			(price(10_025), 26),
			"down, and the width holds both"
		);
		assert_eq!(two.observed_at, 1_000, "the earlier of two");
	}

	#[test]
	fn a_liar_is_put_aside_whichever_way_it_lies() {
		for (lie, expected) in
			[(1, 10_000), (9_000, 10_000), (11_000, 10_020), (1_000_000_000, 10_020)]
		{
			let found = aggregate(&samples(&[10_000, lie, 10_020]), &RULES).unwrap();
			assert_eq!((found.used, found.aside), (vec![0, 2], vec![1]), "{lie}");
			assert_eq!((found.price, found.half_width), (price(expected), 20));
		}
	}

	/// Were the median taken again of those that agree, the two liars would have the majority there.
	#[test]
	fn liars_close_to_the_median_gain_nothing() {
		let narrow = Rules { maximum_spread_bps: 2, ..RULES };
		let found = aggregate(&samples(&[9_900, 9_900, 10_000, 10_001, 10_002]), &narrow).unwrap();
		assert_eq!((found.price, found.aside), (price(10_000), vec![0, 1]));
	}

	#[test]
	fn two_that_disagree_are_no_price() {
		assert_eq!(
			aggregate(&samples(&[10_000, 20_000]), &RULES),
			Err(NoPrice::Disagree { agree: 0, have: 2, need: 2 })
		);
		// Half is no majority.
		assert_eq!(
			aggregate(&samples(&[10_000, 10_000, 10_500, 10_500]), &RULES),
			Err(NoPrice::Disagree { agree: 0, have: 4, need: 3 })
		);
	}

	#[test]
	fn too_few_are_no_price() {
		assert_eq!(aggregate(&[], &RULES), Err(NoPrice::TooFew { have: 0, need: 2 }));
		assert_eq!(aggregate(&samples(&[7]), &RULES), Err(NoPrice::TooFew { have: 1, need: 2 }));
		let alone = Rules { minimum_sources: 1, ..RULES };
		assert_eq!(aggregate(&samples(&[7]), &alone).unwrap().price, price(7));
		// The rest after a liar is not enough.
		let three = Rules { minimum_sources: 3, ..RULES };
		assert_eq!(
			aggregate(&samples(&[100, 100, 900]), &three),
			Err(NoPrice::Disagree { agree: 2, have: 3, need: 3 })
		);
	}

	#[test]
	fn the_edge_of_the_spread_is_inside() {
		let at = |far| aggregate(&samples(&[10_000, 10_000, far]), &RULES).unwrap().aside.len();
		assert_eq!((at(10_200), at(10_201), at(9_800), at(9_799)), (0, 1, 0, 1));
	}

	#[test]
	fn the_half_width_has_a_floor_and_a_ceiling() {
		let floor = Rules { half_width_bps: 5, minimum_sources: 1, ..RULES };
		assert_eq!(aggregate(&samples(&[10_001]), &floor).unwrap().half_width, 6, "rounded up");
		let wide = Rules { half_width_bps: 10_000, minimum_sources: 1, ..RULES };
		assert_eq!(
			aggregate(&samples(&[7]), &wide).unwrap().half_width,
			7,
			"never above the price"
		);
	}

	fn arbitrary() -> impl Strategy<Value = (Vec<u128>, Rules)> {
		let prices = proptest::collection::vec(
			prop_oneof![1u128..=crate::decimal::LARGEST, 9_000u128..11_000],
			1..12,
		);
		(prices, 1usize..6, 1u16..=10_000, 0u16..=10_000).prop_map(
			|(prices, minimum_sources, maximum_spread_bps, half_width_bps)| {
				(prices, Rules { minimum_sources, maximum_spread_bps, half_width_bps })
			},
		)
	}

	proptest! {
		#[test]
		fn order_does_not_matter((prices, rules) in arbitrary(), seed in any::<u64>()) {
			let given = samples(&prices);
			let mut shuffled = given.clone();
			shuffled.sort_by_key(|sample| (sample.source as u64).wrapping_mul(seed | 1) >> 7);
			prop_assert_eq!(aggregate(&given, &rules), aggregate(&shuffled, &rules));
		}

		#[test]
		fn what_comes_out_holds_together((prices, rules) in arbitrary()) {
			let given = samples(&prices);
			if let Ok(found) = aggregate(&given, &rules) {
				prop_assert!(found.used.len() >= rules.minimum_sources);
				prop_assert!(found.used.len() * 2 > given.len());
				prop_assert_eq!(found.used.len() + found.aside.len(), given.len());
				prop_assert!(found.half_width <= found.price.inner());
				let used = || found.used.iter().map(|source| given[*source]);
				prop_assert!(used().any(|sample| sample.price <= found.price));
				prop_assert!(used().any(|sample| sample.price >= found.price));
				for sample in used() {
					prop_assert!(sample.price.distance(found.price) <= found.half_width);
				}
				let older = used().filter(|sample| sample.observed_at < found.observed_at).count();
				prop_assert!(older * 2 <= found.used.len());
			}
		}

		/// With fewer than half lying, a price that comes out is one that honest sources enclose.
		#[test]
		fn liars_never_leave_the_honest_range(
			honest in proptest::collection::vec(9_900u128..=10_100, 1..7),
			lies in proptest::collection::vec(1u128..=crate::decimal::LARGEST, 0..6),
			spread in 1u16..=10_000,
		) {
			let lies = &lies[..lies.len().min(honest.len() - 1)];
			let all: Vec<u128> = honest.iter().chain(lies).copied().collect();
			let rules = Rules { minimum_sources: 1, maximum_spread_bps: spread, half_width_bps: 0 };
			if let Ok(found) = aggregate(&samples(&all), &rules) {
				let least = price(*honest.iter().min().unwrap());
				let most = price(*honest.iter().max().unwrap());
				prop_assert!(least <= found.price && found.price <= most);
			}
		}
	}
}
