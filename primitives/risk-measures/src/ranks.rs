//! Who bears what is missing.

/// What each class is not repaid of its `balances`, the senior-most first, if `assets` are all that
/// there is to repay them: they are used up in this order, to the unit. Together the losses are
/// Σ balances − `assets`, or nothing.
pub fn losses_by_rank(balances: &[u128], assets: u128) -> impl Iterator<Item = u128> + '_ {
	balances.iter().scan(assets, |left, balance| {
		let repaid = balance.min(left);
		let loss = balance.saturating_sub(*repaid);
		*left = left.saturating_sub(*balance);
		Some(loss)
	})
}
