//! The normal distribution, on a grid.

use sp_arithmetic::FixedPointNumber;
use strata_numbers::{mul_div_ceil, Ratio};

/// How many falls of the price are looked at: none, and up to 8 deviations.
pub const NODES: usize = 65;

/// Nodes in one deviation.
pub const NODES_PER_DEVIATION: u8 = 8;

/// 1, as a chance.
pub(crate) const CERTAIN: u128 = 1_000_000_000_000_000;

/// 10^−9: below it the grid is too coarse.
const LEAST_TAIL: u128 = 1_000_000;

/// The chance that z counts as node k or beyond, rounded up, in parts of [`CERTAIN`].
///
/// With h = 1/8 it is (E(Z − (k − 1)·h)⁺ − E(Z − k·h)⁺)/h, Z normal: the chance of every z is shared
/// out between its two neighbours so that the mean stays. A test computes it again.
pub(crate) const BEYOND: [u128; NODES] = [
	1_000_000_000_000_000,
	475_098_522_823_353,
	425_682_134_599_468,
	377_407_534_812_319,
	330_977_591_765_875,
	287_012_356_050_951,
	246_024_760_182_272,
	208_404_025_916_453,
	174_407_552_359_284,
	144_161_252_727_175,
	117_667_565_530_694,
	94_819_768_641_971,
	75_420_827_700_816,
	59_204_837_454_011,
	45_859_158_128_174,
	35_045_574_384_039,
	26_419_159_199_978,
	19_643_948_507_559,
	14_404_965_532_545,
	10_416_527_074_254,
	7_427_082_387_256,
	5_221_060_281_638,
	3_618_328_309_860,
	2_471_908_624_498,
	1_664_565_680_649,
	1_104_802_732_503,
	722_698_447_642,
	465_900_633_742,
	295_985_375_125,
	185_296_220_070,
	114_304_224_387,
	69_476_643_083,
	41_608_192_374,
	24_550_827_940,
	14_272_023_539,
	8_173_779_045,
	4_611_740_573,
	2_563_297_459,
	1_403_503_816,
	757_003_059,
	402_198_791,
	210_490_851,
	108_509_018,
	55_097_249,
	27_556_071,
	13_574_386,
	6_586_146,
	3_147_341,
	1_481_327,
	686_668,
	313_491,
	140_955,
	62_418,
	27_221,
	11_692,
	4_946,
	2_060,
	845,
	342,
	136,
	54,
	21,
	8,
	3,
	2,
];

/// The factors of the price at the nodes, for a deviation `sigma` of the relative change of the price:
/// max(0, 1 − ⌈sigma·k/8⌉).
pub fn factors(sigma: Ratio) -> [Ratio; NODES] {
	let mut node = 0u128;
	[(); NODES].map(|()| {
		let fall = mul_div_ceil(sigma.into_inner(), node, NODES_PER_DEVIATION.into());
		node = node.saturating_add(1);
		// A fall that does not fit is all of the price.
		Ratio::from_inner(fall.map_or(0, |fall| Ratio::DIV.saturating_sub(fall)))
	})
}

/// The worst part of all outcomes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tail(u128);

impl Tail {
	/// What lies beyond `confidence`, e.g. the worst hundredth beyond 0.99. `None` unless 10^−9 of all
	/// outcomes lie there, and if `confidence` is not below 1.
	pub fn beyond(confidence: Ratio) -> Option<Self> {
		let left = Ratio::DIV.checked_sub(confidence.into_inner())?;
		// The 18 decimals of a ratio, cut to 15.
		let chance = left.checked_div(1_000)?;
		(chance >= LEAST_TAIL).then_some(Self(chance))
	}

	/// Its chance, in parts of [`CERTAIN`].
	pub(crate) const fn chance(self) -> u128 {
		self.0
	}
}
