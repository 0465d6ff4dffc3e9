//! Coverage tests and their cures.

use strata_numbers::{mul_div_ceil, mul_div_floor, Ratio};

use crate::{
	compare::{below, taken_from_both, ONE},
	run::{Period, Run},
	share::{collect, sum},
	ClassState, Classes, Collections, Coverage, FundMode, PerTest, Program, RunError, State, Step,
	Test, TestResult,
};

/// What every test finds on a state that is accrued to a date, before anything of the collections is
/// paid; nothing is changed. Read of the collections: funds, `pool.adjusted`, mode and
/// `hold_residual`.
///
/// Principal: adjusted pool and principal cash over the balances. Interest: the interest fund (with one
/// fund all cash) less what the fee steps before the first interest step would take from it, over the
/// interest owed. What a step would release from the reserve is not counted: the test itself, which
/// comes after it, does. Conditions of lines are those of the triggers in the state. Nothing is
/// diverted.
///
/// Complexity: O(tests · classes + lines).
///
/// # Errors
/// [`RunError::Mismatch`], [`RunError::Overflow`].
pub fn coverage(
	state: &State,
	program: &Program,
	collections: &Collections,
) -> Result<PerTest<TestResult>, RunError> {
	if !program.fits(state) {
		return Err(RunError::Mismatch);
	}
	measured(state, program, collections).ok_or(RunError::Overflow)
}

/// [`coverage`] of a program that fits. `None` if an amount does not fit.
pub(crate) fn measured(
	state: &State,
	program: &Program,
	collections: &Collections,
) -> Option<PerTest<TestResult>> {
	let Collections { funds, pool, .. } = collections;
	let income = match program.funds {
		FundMode::Separate => funds.interest,
		FundMode::One => funds.interest.checked_add(funds.principal)?,
	};
	let income = program.income_after_fees(state, collections, income)?;
	let found = |test: &Test| {
		let (numerator, denominator) = match test.coverage {
			Coverage::Principal => {
				(pool.adjusted.checked_add(funds.principal)?, state.balances_up_to(test.rank)?)
			},
			Coverage::Interest => (income, state.interest_up_to(test.rank)?),
		};
		Some(TestResult::found(numerator, test.threshold, denominator))
	};
	collect(program.tests.iter().map(found))
}

impl TestResult {
	/// Before any cure.
	fn found(numerator: u128, threshold: Ratio, denominator: u128) -> Self {
		let passed = !below(numerator, threshold, denominator);
		Self { numerator, denominator, passed, diverted: 0, principal: 0 }
	}
}

impl State {
	/// Σ interest owed to the classes from the senior-most to the one of rank `rank`.
	fn interest_up_to(&self, rank: u8) -> Option<u128> {
		let classes = self.classes.iter().take(usize::from(rank).saturating_add(1));
		classes.map(ClassState::interest_owed).try_fold(0u128, |all, owed| all.checked_add(owed?))
	}
}

impl Program {
	/// `income` less what the fee steps before the first interest step would take from it.
	fn income_after_fees(
		&self,
		state: &State,
		collections: &Collections,
		mut income: u128,
	) -> Option<u128> {
		let mut fees = state.fees.clone();
		let lines = self.lines.iter().filter(|line| line.runs(collections.mode, &state.triggers));
		for line in lines {
			match line.step {
				Step::PayInterest { .. } => break,
				Step::PayFee { fee, cap, subordinate, .. }
					if !(subordinate && collections.hold_residual) =>
				{
					let due = &mut fees.get_mut(usize::from(fee))?.due;
					let paid = (*due).min(cap.unwrap_or(u128::MAX)).min(income);
					*due = due.checked_sub(paid)?;
					income = income.checked_sub(paid)?;
				},
				_ => {},
			}
		}
		Some(income)
	}
}

impl Run<'_> {
	/// Carries a test out: where it fails, exactly what cures it redeems the senior-most class, from
	/// income and then from principal.
	pub(crate) fn test_coverage(&mut self, position: u8) -> Option<()> {
		let test = *self.program.tests.get(usize::from(position))?;
		// Before any interest step a test compares what is there when it begins: what it diverts itself
		// stays in the numerator.
		let alone = self.frozen.is_none();
		if alone {
			self.frozen = Some(self.freeze()?);
		}
		self.record(position, &test)?;
		let everybody = Classes::all(crate::MAX_CLASSES);
		let cure = self.cure_from_income(&test)?.min(self.funds.interest);
		let diverted = self.divert(everybody, cure)?;
		let cure = self.cure_from_principal(&test)?.min(self.funds.principal);
		let principal = self.redeem_from_principal(everybody, cure)?;
		let result = self.tests.get_mut(usize::from(position))?;
		result.diverted = result.diverted.checked_add(diverted)?;
		result.principal = result.principal.checked_add(principal)?;
		if alone {
			self.frozen = None;
		}
		Some(())
	}

	/// Records what the first step of a test found.
	fn record(&mut self, position: u8, test: &Test) -> Option<()> {
		let bit = 1u16.checked_shl(position.into())?;
		if self.tested & bit == 0 {
			self.tested |= bit;
			let (numerator, denominator) = self.compared(test)?;
			let found = TestResult::found(numerator, test.threshold, denominator);
			*self.tests.get_mut(usize::from(position))? = found;
		}
		Some(())
	}

	/// Numerator and denominator of a test now.
	fn compared(&self, test: &Test) -> Option<(u128, u128)> {
		match test.coverage {
			Coverage::Principal => {
				let cash = self.funds.principal;
				let numerator = self.collections.pool.adjusted.checked_add(cash)?;
				Some((numerator, self.state.balances_up_to(test.rank)?))
			},
			Coverage::Interest => {
				let (income, coupons) = self.coupons_up_to(test.rank)?;
				Some((income, sum(coupons.iter().map(|coupon| coupon.owed))?))
			},
		}
	}

	/// By how much the denominator alone must fall for the test to pass: D − ⌊N/t⌋, or nothing.
	fn missing(&self, test: &Test) -> Option<u128> {
		let (numerator, denominator) = self.compared(test)?;
		if !below(numerator, test.threshold, denominator) {
			return Some(0);
		}
		denominator.checked_sub(mul_div_floor(
			numerator,
			ONE.into_inner(),
			test.threshold.into_inner(),
		)?)
	}

	/// The least redemption from income that makes the test pass.
	fn cure_from_income(&self, test: &Test) -> Option<u128> {
		let missing = self.missing(test)?;
		match test.coverage {
			Coverage::Principal => Some(missing),
			Coverage::Interest => self.redemption_for(test.rank, missing),
		}
	}

	/// The least redemption from the principal fund that makes the test pass. In a test of principal it
	/// lowers the numerator too.
	fn cure_from_principal(&self, test: &Test) -> Option<u128> {
		match test.coverage {
			Coverage::Principal => {
				let (numerator, denominator) = self.compared(test)?;
				taken_from_both(numerator, test.threshold, denominator, self.funds.principal)
			},
			Coverage::Interest => self.redemption_for(test.rank, self.missing(test)?),
		}
	}

	/// The least redemption, the senior-most class first, by which the interest owed to the classes up
	/// to `rank` falls by `missing` pro forma; all their balances if nothing does.
	fn redemption_for(&self, rank: u8, missing: u128) -> Option<u128> {
		let (_, coupons) = self.coupons_up_to(rank)?;
		let mut left = missing;
		let mut all = 0u128;
		for coupon in coupons.iter() {
			if left == 0 {
				break;
			}
			let (redeemed, fallen) = coupon.redeemed_for(left)?;
			all = all.checked_add(redeemed)?;
			left = left.saturating_sub(fallen);
		}
		Some(all)
	}

	/// The frozen income, and the coupons of the classes up to `rank` pro forma.
	fn coupons_up_to(&self, rank: u8) -> Option<(u128, crate::PerClass<Coupon>)> {
		let frozen = self.frozen.as_ref()?;
		let classes = self.state.classes.iter().zip(self.periods.iter()).zip(frozen.owed.iter());
		let count = usize::from(rank).saturating_add(1);
		let coupon = |((class, period), owed): ((&ClassState, &Period), &u128)| {
			Coupon::pro_forma(class.balance, period, *owed)
		};
		Some((frozen.income, collect(classes.take(count).map(coupon))?))
	}
}

/// The coupon of a class for the period, pro forma on what its balance is now.
struct Coupon {
	/// The balance now.
	balance: u128,
	/// The balance that the coupon accrued on.
	accrued_on: u128,
	/// What accrued on it.
	accrued: u128,
	/// ⌈accrued · balance / accrued_on⌉.
	coupon: u128,
	/// All interest owed, with the coupon pro forma.
	owed: u128,
}

impl Coupon {
	/// Of a class with this balance now that was owed `owed` at the first interest step.
	fn pro_forma(balance: u128, period: &Period, owed: u128) -> Option<Self> {
		let Period { balance: accrued_on, coupon: accrued, .. } = *period;
		if accrued == 0 || accrued_on == 0 {
			return Some(Self { balance, accrued_on, accrued: 0, coupon: 0, owed });
		}
		let coupon = mul_div_ceil(accrued, balance, accrued_on)?;
		// In a program that pays interest before its first interest step less may be owed.
		let owed = owed.saturating_sub(accrued).checked_add(coupon)?;
		Some(Self { balance, accrued_on, accrued, coupon, owed })
	}

	/// The least redemption by which the coupon falls by `fall`, or all of the balance; and by how much
	/// it falls.
	fn redeemed_for(&self, fall: u128) -> Option<(u128, u128)> {
		let Some(left) = self.coupon.checked_sub(fall).filter(|left| *left > 0) else {
			return Some((self.balance, self.coupon));
		};
		// ⌈accrued · kept / accrued_on⌉ ≤ left exactly if kept ≤ ⌊left · accrued_on / accrued⌋.
		let kept = mul_div_floor(left, self.accrued_on, self.accrued)?;
		let after = mul_div_ceil(self.accrued, kept, self.accrued_on)?;
		Some((self.balance.checked_sub(kept)?, self.coupon.checked_sub(after)?))
	}
}
