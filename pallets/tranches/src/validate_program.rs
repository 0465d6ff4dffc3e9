//! What a program must satisfy to be launched with its terms. That it pays in contractual order is the
//! engine's to say ([`Program::validate`]).

use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchResult};
use strata_numbers::Ratio;
use strata_traits::PriceFeeds;
use strata_waterfall::{ClassTerms, Condition, Coupon, Coverage, FundMode, Program};

use crate::{
	coverage::passes, Balance, Config, Error, Flaw, Moment, Pallet, TermsOf, TrancheTerms,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn validate_program(terms: &TermsOf<T>, program: &Program) -> DispatchResult {
		program.validate().map_err(|error| Error::<T>::InvalidProgram(Flaw(error)))?;
		// A deal's books answer for principal by the identity, which one fund does not keep.
		ensure!(program.funds == FundMode::Separate, Error::<T>::OneFund);
		let classes = program.classes.len() == terms.tranches.len();
		ensure!(classes, Error::<T>::ClassesMismatch);
		ensure!(program.fees.len() == terms.payees.len(), Error::<T>::PayeesMismatch);
		for (class, tranche) in program.classes.iter().zip(terms.tranches.iter()) {
			Self::validate_coupon(terms, &class.coupon)?;
			Self::validate_principal(terms, class, tranche)?;
		}
		for trigger in program.triggers.iter() {
			if let Condition::From(date) = trigger.condition {
				Self::ensure_lives(terms, date)?;
			}
		}
		let faces: alloc::vec::Vec<_> = terms.tranches.iter().map(|tranche| tranche.face).collect();
		Self::validate_coverage(program, &faces)
	}

	/// Rates are bounded, and an index comes from somewhere.
	fn validate_coupon(terms: &TermsOf<T>, coupon: &Coupon) -> DispatchResult {
		let most = |rate: Ratio| -> DispatchResult {
			ensure!(rate <= T::MaxCoupon::get(), Error::<T>::CouponTooHigh);
			Ok(())
		};
		match coupon {
			Coupon::Fixed => Ok(()),
			Coupon::Resets(resets) => resets.iter().try_for_each(|reset| {
				Self::ensure_lives(terms, reset.date)?;
				most(reset.rate)
			}),
			Coupon::Floating { margin, cap, .. } => {
				let listed = terms.index.is_some_and(T::Feeds::is_listed);
				ensure!(listed, Error::<T>::NoIndex);
				most(*margin)?;
				most(*cap)
			},
		}
	}

	/// A schedule begins within the face and has redeemed it by the final date; so does a lock-out end.
	/// Nothing would be left to a class that may not take it.
	fn validate_principal(
		terms: &TermsOf<T>,
		class: &ClassTerms,
		tranche: &TrancheTerms,
	) -> DispatchResult {
		if class.locked_until > 0 {
			Self::ensure_lives(terms, class.locked_until)?;
		}
		for point in class.schedule.iter() {
			Self::ensure_lives(terms, point.date)?;
		}
		let (first, last) = (class.schedule.first(), class.schedule.last());
		let within = first.is_none_or(|point| point.balance <= tranche.face)
			&& last.is_none_or(|point| point.balance == 0);
		ensure!(within, Error::<T>::ScheduleOutOfRange);
		Ok(())
	}

	/// Whether `date` is between closing and the final date.
	fn ensure_lives(terms: &TermsOf<T>, date: Moment) -> DispatchResult {
		let (from, to) = (terms.schedule.offering_end, terms.schedule.final_date);
		ensure!(date > from && date <= to, Error::<T>::DateOutsideLife);
		Ok(())
	}

	/// A deal with these faces, all in cash, passes every test of principal: else it could never lend.
	pub(crate) fn validate_coverage(program: &Program, faces: &[Balance]) -> DispatchResult {
		let sum = |mut faces: &mut dyn Iterator<Item = &Balance>| {
			(&mut faces)
				.try_fold(0u128, |sum, face| sum.checked_add(*face))
				.ok_or(ArithmeticError::Overflow)
		};
		let par = sum(&mut faces.iter())?;
		for test in program.tests.iter().filter(|test| test.coverage == Coverage::Principal) {
			let count = usize::from(test.rank).saturating_add(1);
			let passed = passes(test, par, sum(&mut faces.iter().take(count))?);
			ensure!(passed, Error::<T>::CoverageImpossible);
		}
		Ok(())
	}
}
