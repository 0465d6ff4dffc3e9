//! What a period's receipts become before the waterfall runs.

use strata_traits::Balance;
use strata_waterfall::Funds;

use crate::types::Receipts;

/// Receipts, netted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Netted {
	/// The funds of the waterfall.
	pub funds: Funds,
	/// Income that makes losses of earlier periods good.
	pub recoveries: Balance,
	/// Losses that the classes are charged.
	pub losses: Balance,
	/// What goes to the reserve.
	pub to_reserve: Balance,
}

/// Nets `receipts`, with `room` left in the reserve below its target.
///
/// Penalties first make good the losses of the same period: that part is principal. The rest of them
/// fills the reserve up to its target, and what is left then is income. What a lot brought above all
/// that was owed goes to the reserve, whatever its target. `None` if a sum does not fit.
pub fn net(receipts: &Receipts, room: Balance) -> Option<Netted> {
	let made_good = receipts.penalties.min(receipts.losses);
	let penalties = receipts.penalties.checked_sub(made_good)?;
	let kept = penalties.min(room);
	let income = penalties.checked_sub(kept)?;
	Some(Netted {
		funds: Funds {
			interest: receipts.interest.checked_add(income)?,
			principal: receipts.principal.checked_add(made_good)?,
		},
		recoveries: receipts.recoveries,
		losses: receipts.losses.checked_sub(made_good)?,
		to_reserve: kept.checked_add(receipts.surplus)?,
	})
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;

	use super::*;

	fn netted(
		penalties: Balance,
		losses: Balance,
		surplus: Balance,
		room: Balance,
	) -> [Balance; 4] {
		let receipts = Receipts { penalties, losses, surplus, ..Default::default() };
		let Netted { funds, losses, to_reserve, .. } = net(&receipts, room).unwrap();
		[funds.principal, losses, to_reserve, funds.interest]
	}

	#[test]
	fn penalties_pay_losses_then_the_reserve_then_income() {
		// [made good, charged, to the reserve, income]
		assert_eq!(netted(30, 31, 0, 10), [30, 1, 0, 0]);
		assert_eq!(netted(30, 30, 0, 10), [30, 0, 0, 0]);
		assert_eq!(netted(30, 29, 0, 10), [29, 0, 1, 0]);
		assert_eq!(netted(30, 15, 0, 10), [15, 0, 10, 5]);
		assert_eq!(netted(30, 0, 0, 0), [0, 0, 0, 30]);
		assert_eq!(netted(30, 30, 7, 2), [30, 0, 7, 0]);
		assert_eq!(netted(3, 0, 7, 2), [0, 0, 9, 1]);
	}

	#[test]
	fn sums_that_do_not_fit_are_errors() {
		let full = Receipts { interest: Balance::MAX, penalties: 1, ..Default::default() };
		assert_eq!(net(&full, 0), None);
		assert!(net(&full, 1).is_some());
		let full = Receipts { surplus: Balance::MAX, penalties: 1, ..Default::default() };
		assert_eq!(net(&full, 1), None);
	}

	proptest! {
		#[test]
		fn netting_conserves(
			parts in prop::array::uniform6(0u128..1 << 100),
			room in 0u128..1 << 100,
		) {
			let [interest, principal, penalties, surplus, recoveries, losses] = parts;
			let receipts = Receipts { interest, principal, penalties, surplus, recoveries, losses };
			let n = net(&receipts, room).unwrap();
			let cash = n.funds.interest + n.funds.principal + n.recoveries + n.to_reserve;
			prop_assert_eq!(Some(cash), receipts.cash());
			// A loss that is made good became as much principal.
			prop_assert_eq!(losses - n.losses, n.funds.principal - principal);
			prop_assert!(n.losses == 0 || n.funds.interest == interest);
		}
	}
}
