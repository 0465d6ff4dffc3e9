//! What terms must satisfy to be launched. Everything that relates two of them is checked here.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, traits::Get};
use sp_arithmetic::Perbill;
use sp_runtime::{traits::CheckedAdd, ArithmeticError, DispatchError, DispatchResult};
use strata_numbers::{mul_div_ceil, mul_div_floor, ratio_mul_floor, Ratio};
use strata_traits::{GroupId, PriceFeeds};
use strata_waterfall::{Coupon, Program};

use crate::{
	allocation, AccountIdOf, Balance, BookTermsOf, Books, Config, DefaultTerms, Error, Listing,
	Moment, Pallet, Schedule, TermsOf, TrancheKind, TrancheTerms,
};

/// 1, the whole of a deal.
const WHOLE: Ratio = Ratio::from_inner(1_000_000_000_000_000_000);

/// Periods that the grace for an unpaid coupon may be long.
const MOST_GRACE: Moment = 4;

/// ⌈share · amount⌉.
fn share_ceil(amount: Balance, share: Perbill) -> Result<Balance, ArithmeticError> {
	mul_div_ceil(amount, share.deconstruct().into(), 1_000_000_000).ok_or(ArithmeticError::Overflow)
}

impl<T: Config> Pallet<T> {
	/// Whether `originator` could launch a deal with these terms and this program at `now`.
	pub(crate) fn validate(
		originator: &AccountIdOf<T>,
		terms: &TermsOf<T>,
		program: &Program,
		now: Moment,
	) -> DispatchResult {
		Self::validate_books(terms)?;
		Self::validate_tranches(&terms.tranches)?;
		Self::validate_concentration(terms)?;
		Self::validate_schedule(terms, now)?;
		Self::validate_rates(terms, now)?;
		Self::validate_close_out(terms)?;
		Self::validate_parties(originator, terms)?;
		Self::validate_program(terms, program)?;
		Self::validate_defaults(terms)?;
		Self::validate_reserve(terms, program)
	}

	fn validate_books(terms: &TermsOf<T>) -> DispatchResult {
		let settlement = &terms.settlement;
		ensure!(T::Listing::settlement(settlement).is_some(), Error::<T>::SettlementNotListed);
		ensure!(!terms.books.is_empty(), Error::<T>::NoBooks);
		let mut caps = Ratio::default();
		for (position, book) in terms.books.iter().enumerate() {
			let collateral = T::Books::collateral(book);
			ensure!(collateral != *settlement, Error::<T>::CollateralIsSettlement);
			let earlier = terms.books.iter().take(position);
			for other in earlier {
				ensure!(T::Books::collateral(other) != collateral, Error::<T>::DuplicateCollateral);
			}
			let listing =
				T::Listing::collateral(&collateral).ok_or(Error::<T>::CollateralNotListed)?;
			caps = caps
				.checked_add(&listing.parameters.concentration_cap)
				.ok_or(ArithmeticError::Overflow)?;
			T::Books::check(book, settlement)?;
		}
		ensure!(caps >= WHOLE, Error::<T>::ConcentrationImpossible);
		Ok(())
	}

	fn validate_tranches(tranches: &[TrancheTerms]) -> DispatchResult {
		ensure!(tranches.len() >= 2, Error::<T>::TooFewTranches);
		let (residual, notes) = tranches.split_last().ok_or(Error::<T>::TooFewTranches)?;
		let in_order = residual.kind == TrancheKind::Residual
			&& notes.iter().all(|tranche| tranche.kind == TrancheKind::Note);
		ensure!(in_order, Error::<T>::ResidualNotLast);
		let plain = residual.coupon == Ratio::default() && residual.minimum_subordination.is_zero();
		ensure!(plain, Error::<T>::ResidualWithCoupon);
		for tranche in tranches {
			Self::validate_tranche(tranche)?;
		}
		let retained = share_ceil(Self::face(tranches)?, T::Retention::get())?;
		ensure!(residual.face >= retained, Error::<T>::RetentionTooSmall);
		Self::validate_enhancement(tranches)
	}

	fn face(tranches: &[TrancheTerms]) -> Result<Balance, ArithmeticError> {
		tranches
			.iter()
			.try_fold(0u128, |sum, tranche| sum.checked_add(tranche.face))
			.ok_or(ArithmeticError::Overflow)
	}

	/// The share of a deal that a book with these terms may lend.
	pub(crate) fn cap(book: &BookTermsOf<T>) -> Result<Ratio, DispatchError> {
		let listing = T::Listing::collateral(&T::Books::collateral(book));
		let listing = listing.ok_or(Error::<T>::CollateralNotListed)?;
		Ok(listing.parameters.concentration_cap)
	}

	/// The most that a book with these terms may lend of a deal of `par`: ⌊concentration cap · par⌋.
	pub(crate) fn most_lent(book: &BookTermsOf<T>, par: Balance) -> Result<Balance, DispatchError> {
		ratio_mul_floor(par, Self::cap(book)?).ok_or(ArithmeticError::Overflow.into())
	}

	/// No book may lend more than its asset's share of the deal, fully sold, nor may all whose assets
	/// are of one group lend more than the group's share. What is not sold lowers the ceilings when the
	/// books are opened.
	fn validate_concentration(terms: &TermsOf<T>) -> DispatchResult {
		let par = Self::face(&terms.tranches)?;
		for book in terms.books.iter() {
			let within = T::Books::ceiling(book) <= Self::most_lent(book, par)?;
			ensure!(within, Error::<T>::CeilingAboveConcentrationCap);
		}
		let ceilings: Vec<_> = terms.books.iter().map(T::Books::ceiling).collect();
		for (most, lent) in Self::groups(terms, &ceilings, par)?.values() {
			ensure!(lent <= most, Error::<T>::CeilingsAboveGroupCap);
		}
		Ok(())
	}

	/// Of each group that collateral of the deal belongs to: the most that may be lent against it of a
	/// deal of `par`, ⌊cap · par⌋, and the sum of the `ceilings` of its books.
	fn groups(
		terms: &TermsOf<T>,
		ceilings: &[Balance],
		par: Balance,
	) -> Result<BTreeMap<GroupId, (Balance, Balance)>, DispatchError> {
		let overflow = ArithmeticError::Overflow;
		let mut groups = BTreeMap::new();
		for (book, ceiling) in terms.books.iter().zip(ceilings) {
			let Some((group, cap)) = T::Listing::group(&T::Books::collateral(book)) else {
				continue;
			};
			let most = ratio_mul_floor(par, cap).ok_or(overflow)?;
			let (_, lent) = groups.entry(group).or_insert((most, 0u128));
			*lent = lent.checked_add(*ceiling).ok_or(overflow)?;
		}
		Ok(groups)
	}

	/// The ceilings of the books of a deal of which `par` was issued: each no more than its asset's
	/// share, and all books of a group together no more than the group's, for which each gives up the
	/// same part. Rounded down.
	pub(crate) fn ceilings(
		terms: &TermsOf<T>,
		par: Balance,
	) -> Result<Vec<Balance>, DispatchError> {
		let mut ceilings = Vec::new();
		for book in terms.books.iter() {
			ceilings.push(T::Books::ceiling(book).min(Self::most_lent(book, par)?));
		}
		let groups = Self::groups(terms, &ceilings, par)?;
		for (book, ceiling) in terms.books.iter().zip(ceilings.iter_mut()) {
			let group = T::Listing::group(&T::Books::collateral(book));
			let Some((most, all)) = group.and_then(|(group, _)| groups.get(&group)) else {
				continue;
			};
			if all > most {
				*ceiling = mul_div_floor(*ceiling, *most, *all).ok_or(ArithmeticError::Overflow)?;
			}
		}
		Ok(ceilings)
	}

	fn validate_tranche(tranche: &TrancheTerms) -> DispatchResult {
		ensure!(tranche.face > 0, Error::<T>::ZeroFace);
		ensure!(tranche.minimum <= tranche.face, Error::<T>::MinimumAboveFace);
		ensure!(tranche.coupon <= T::MaxCoupon::get(), Error::<T>::CouponTooHigh);
		let limits = tranche.minimum_order > 0 && tranche.minimum_order <= tranche.maximum_order;
		// The residual takes no orders.
		let limited = limits || tranche.kind == TrancheKind::Residual;
		ensure!(limited, Error::<T>::OrderLimitsOutOfRange);
		Ok(())
	}

	/// With every tranche full nothing may have to be scaled down, else the face is not on offer.
	fn validate_enhancement(tranches: &[TrancheTerms]) -> DispatchResult {
		let faces = tranches.iter().map(|tranche| tranche.face);
		let full: Vec<Balance> = faces.collect();
		let filled = allocation::fill(tranches, &full).map_err(|error| match error {
			allocation::Unfilled::BelowMinimum(_) => Error::<T>::EnhancementImpossible.into(),
			allocation::Unfilled::Overflow => DispatchError::from(ArithmeticError::Overflow),
		})?;
		ensure!(filled.as_slice() == full.as_slice(), Error::<T>::EnhancementImpossible);
		Ok(())
	}

	fn validate_schedule(terms: &TermsOf<T>, now: Moment) -> DispatchResult {
		let dates = &terms.schedule;
		let open = dates.offering_end.checked_sub(now).ok_or(Error::<T>::OfferingTooShort)?;
		ensure!(dates.quiet_period < open, Error::<T>::OfferingTooShort);
		let ordered = dates.offering_end < dates.first_payment
			&& dates.first_payment <= dates.final_date
			&& dates.offering_end < dates.ramp_up_end
			&& dates.ramp_up_end <= dates.revolving_end
			&& dates.revolving_end <= dates.final_date;
		ensure!(ordered, Error::<T>::DatesOutOfOrder);
		ensure!(dates.period >= T::MinPeriod::get(), Error::<T>::PeriodTooShort);
		let life = dates.final_date.checked_sub(now).ok_or(Error::<T>::DatesOutOfOrder)?;
		ensure!(life <= T::MaxLife::get(), Error::<T>::LifeTooLong);
		ensure!(dates.period <= T::MaxLife::get(), Error::<T>::LifeTooLong);
		Self::validate_redemption(dates)
	}

	/// What borrowers owe must stay countable for twice the life of the deal: until the final date, and
	/// as long again for those who are late.
	fn validate_rates(terms: &TermsOf<T>, now: Moment) -> DispatchResult {
		let life = terms.schedule.final_date.checked_sub(now).ok_or(ArithmeticError::Underflow)?;
		let twice = life.checked_mul(2).ok_or(ArithmeticError::Overflow)?;
		let countable = terms.books.iter().all(|book| T::Books::lasts(book, twice));
		ensure!(countable, Error::<T>::RateTooHighForLife);
		Ok(())
	}

	/// What every book lends must be closed out and sold before the final date.
	fn validate_close_out(terms: &TermsOf<T>) -> DispatchResult {
		let last = terms.schedule.final_date;
		let in_time = |book| T::Books::closed_out_by(book).is_some_and(|by| by <= last);
		ensure!(terms.books.iter().all(in_time), Error::<T>::ClosesOutTooLate);
		Ok(())
	}

	/// Somebody else than the originator and the servicer watches for the holders, and the originator
	/// pays in enough for his promises.
	fn validate_parties(originator: &AccountIdOf<T>, terms: &TermsOf<T>) -> DispatchResult {
		let distinct = terms.trustee != *originator && terms.trustee != terms.servicer;
		ensure!(distinct, Error::<T>::PartiesNotDistinct);
		let least = share_ceil(Self::face(&terms.tranches)?, T::MinBond::get())?;
		ensure!(terms.bond >= least, Error::<T>::BondTooSmall);
		Ok(())
	}

	/// Nobody is left without a coupon for longer than four periods before the deal is in default; a
	/// coverage test is given no longer than the deal lives; and what the servicer must keep reported is
	/// a feed that is listed.
	fn validate_defaults(terms: &TermsOf<T>) -> DispatchResult {
		let DefaultTerms { grace, cure, attestation } = terms.defaults;
		let most =
			terms.schedule.period.checked_mul(MOST_GRACE).ok_or(ArithmeticError::Overflow)?;
		let timely = grace <= most && cure <= T::MaxLife::get();
		ensure!(timely, Error::<T>::DefaultTermsOutOfRange);
		let due = attestation.is_none_or(|(_, limit)| limit > 0 && limit <= T::MaxLife::get());
		ensure!(due, Error::<T>::DefaultTermsOutOfRange);
		let listed = attestation.is_none_or(|(feed, _)| T::Feeds::is_listed(feed));
		ensure!(listed, Error::<T>::NoAttestationFeed);
		Ok(())
	}

	/// The reserve must pay the coupon of the senior-most class, fully sold, for as many periods as
	/// the terms say, and they must say enough.
	fn validate_reserve(terms: &TermsOf<T>, program: &Program) -> DispatchResult {
		let enough = terms.reserve_periods >= T::MinReservePeriods::get();
		ensure!(enough, Error::<T>::ReservePeriodsTooFew);
		let reserve = Self::full_reserve(terms, program)?;
		ensure!(reserve >= Self::least_reserve(terms, program)?, Error::<T>::ReserveTooSmall);
		Ok(())
	}

	/// What the program's reserve should hold when every tranche is fully sold.
	pub(crate) fn full_reserve(
		terms: &TermsOf<T>,
		program: &Program,
	) -> Result<Balance, DispatchError> {
		let faces: Vec<_> = terms.tranches.iter().map(|tranche| tranche.face).collect();
		let state = Self::opening(terms, program, &faces, 0)?;
		program.reserve.target(&state).ok_or(ArithmeticError::Overflow.into())
	}

	/// N times the coupon that the senior-most class, fully sold, is owed for a period (which accrual
	/// rounds down) at the highest rate that it can come to.
	pub(crate) fn least_reserve(
		terms: &TermsOf<T>,
		program: &Program,
	) -> Result<Balance, DispatchError> {
		let senior = terms.tranches.first().ok_or(Error::<T>::TooFewTranches)?;
		let rate = match program.classes.first().map(|class| &class.coupon) {
			Some(Coupon::Resets(resets)) => {
				resets.iter().fold(senior.coupon, |most, reset| most.max(reset.rate))
			},
			Some(Coupon::Floating { cap, .. }) => senior.coupon.max(*cap),
			_ => senior.coupon,
		};
		terms
			.day_count
			.interest_floor(senior.face, rate, terms.schedule.period)
			.and_then(|coupon| coupon.checked_mul(terms.reserve_periods.into()))
			.ok_or(ArithmeticError::Overflow.into())
	}

	/// Principal is redeemed on payment dates from the end of the revolving period on. One of them must
	/// not be after the final date, or a long period would lock in what is repaid.
	pub(crate) fn validate_redemption(dates: &Schedule) -> DispatchResult {
		let overflow = ArithmeticError::Overflow;
		let dating = dates.final_date.checked_sub(dates.first_payment).ok_or(overflow)?;
		let beyond = dating.checked_rem(dates.period).ok_or(overflow)?;
		let last = dates.final_date.checked_sub(beyond).ok_or(overflow)?;
		ensure!(last >= dates.revolving_end, Error::<T>::NoRedemptionDate);
		Ok(())
	}
}
