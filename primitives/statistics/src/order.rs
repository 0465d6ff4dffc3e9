//! Order statistics of values that are sorted already, ascending.
//!
//! For k values, counted from 0; all are members of the sample, none is interpolated. Every function
//! answers `None` for no values.

/// Value ⌊(k − 1)/2⌋: the median, or the lower of the two middle ones.
pub fn lower_median<T: Copy>(sorted: &[T]) -> Option<T> {
	sorted.get(last(sorted)? / 2).copied()
}

/// Value ⌈(k − 1)/2⌉: the median, or the upper of the two middle ones.
pub fn upper_median<T: Copy>(sorted: &[T]) -> Option<T> {
	sorted.get(last(sorted)?.div_ceil(2)).copied()
}

/// Value ⌊(k − 1)/4⌋: a quarter of the values are not above it.
pub fn lower_quartile<T: Copy>(sorted: &[T]) -> Option<T> {
	sorted.get(last(sorted)? / 4).copied()
}

/// Value ⌈3(k − 1)/4⌉: a quarter of the values are not below it.
pub fn upper_quartile<T: Copy>(sorted: &[T]) -> Option<T> {
	sorted.get(last(sorted)?.checked_mul(3)?.div_ceil(4)).copied()
}

/// The middle between the medians, rounded down: lower + ⌊(upper − lower)/2⌋.
pub fn middle(sorted: &[u128]) -> Option<u128> {
	Some(lower_median(sorted)?.midpoint(upper_median(sorted)?))
}

/// How far the quartiles lie from the middle: the greater of both distances, in the unit of the
/// values.
pub fn confidence(sorted: &[u128]) -> Option<u128> {
	let middle = middle(sorted)?;
	let below = middle.checked_sub(lower_quartile(sorted)?)?;
	let above = upper_quartile(sorted)?.checked_sub(middle)?;
	Some(below.max(above))
}

/// Position of the last value.
fn last<T>(sorted: &[T]) -> Option<usize> {
	sorted.len().checked_sub(1)
}
