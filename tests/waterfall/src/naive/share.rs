//! How cash is shared out, and how the least of something is found.

use num_bigint::BigInt;

use crate::exact::{whole, Rat};

/// The senior-most first, each as far as its need goes.
pub fn in_order(cash: &Rat, needs: &[Rat]) -> Vec<Rat> {
	let mut left = cash.clone();
	let mut shares = Vec::new();
	for need in needs {
		let share = need.clone().min(left.clone());
		left -= &share;
		shares.push(share);
	}
	shares
}

/// By need: the whole part of everybody's exact share, then unit by unit from the senior-most on, round
/// and round, to whom has room for one.
pub fn by_need(cash: &Rat, needs: &[Rat]) -> Vec<Rat> {
	let sum: Rat = needs.iter().sum();
	if *cash >= sum {
		return needs.to_vec();
	}
	let mut shares: Vec<Rat> = needs.iter().map(|need| (cash * need / &sum).floor()).collect();
	let mut left = cash - shares.iter().sum::<Rat>();
	while left > whole(0) {
		for (share, need) in shares.iter_mut().zip(needs) {
			if left > whole(0) && *share < *need {
				*share += whole(1);
				left -= whole(1);
			}
		}
	}
	shares
}

/// The least whole x of 0..=most with which `passes`. `None` if there is none.
///
/// Few are tried one by one. Among many it is cut in half again and again, which finds the least if
/// what passes with x passes with more; that x − 1 does not pass is asserted.
pub fn least(most: &Rat, passes: impl Fn(&Rat) -> bool) -> Option<Rat> {
	let (mut low, mut high) = (BigInt::from(0), most.to_integer());
	if high <= BigInt::from(40) {
		let mut x = whole(low);
		while x <= *most {
			if passes(&x) {
				return Some(x);
			}
			x += whole(1);
		}
		return None;
	}
	if !passes(most) {
		return None;
	}
	while low < high {
		let middle: BigInt = (&low + &high) / 2;
		if passes(&whole(middle.clone())) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	let x = whole(low);
	assert!(x == whole(0) || !passes(&(&x - whole(1))), "not the least: {x}");
	Some(x)
}
