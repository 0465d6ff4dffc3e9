//! Random numbers that depend on the seed alone.

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
	/// The sequence of `seed`.
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// 64 random bits.
	pub fn bits(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// One of 0..n, for n above 0.
	pub fn below(&mut self, n: u64) -> u64 {
		((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
	}

	/// One of from..=to.
	pub fn within(&mut self, from: u64, to: u64) -> u64 {
		from + self.below(to - from + 1)
	}

	/// True once in n times.
	pub fn once_in(&mut self, n: u64) -> bool {
		self.below(n) == 0
	}

	/// In [0, 1).
	pub fn unit(&mut self) -> f64 {
		(self.bits() >> 11) as f64 / (1u64 << 53) as f64
	}

	/// Spread evenly over the magnitudes between two positive numbers.
	pub fn magnitude(&mut self, from: f64, to: f64) -> f64 {
		from * (to / from).powf(self.unit())
	}

	/// One of `all`.
	pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
		all[self.below(all.len() as u64) as usize]
	}

	/// ⌊whole·f⌋ for a random part f, exact for numbers of 128 bits; often nothing or all.
	pub fn part_of(&mut self, whole: u128) -> u128 {
		match self.below(8) {
			0 => whole,
			1 => whole.min(1),
			_ => {
				let part = u128::from(self.bits() >> 32);
				(whole >> 32) * part + (((whole & 0xffff_ffff) * part) >> 32)
			},
		}
	}
}
