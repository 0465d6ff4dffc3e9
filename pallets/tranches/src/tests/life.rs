//! Create, amend, launch, cancel, remove; what terms are refused.

use frame_support::{assert_noop, assert_ok, traits::tokens::fungible::NativeOrWithId};
use sp_arithmetic::Perbill;
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

use crate::{mock::*, *};

/// Launching a deal with changed terms fails with `error` and changes nothing.
fn refused(change: impl FnOnce(&mut TermsOf<Test>), error: impl Into<DispatchError>) {
	let mut terms = terms();
	change(&mut terms);
	let id = created(terms);
	assert_noop!(Tranches::launch(signed(ORIGINATOR), id), error.into());
}

#[test]
fn only_signed_accounts_create_and_only_the_originator_runs_a_deal() {
	build_and_execute(|| {
		let boxed = || Box::new(terms());
		let program = || Box::new(plain(3));
		let bad = DispatchError::BadOrigin;
		assert_noop!(Tranches::create(RuntimeOrigin::root(), boxed(), program()), bad);
		assert_noop!(Tranches::create(RuntimeOrigin::none(), boxed(), program()), bad);
		let deal = created(terms());
		for call in [
			Tranches::amend(signed(ALICE), deal, boxed(), program()),
			Tranches::launch(signed(ALICE), deal),
			Tranches::cancel(signed(ALICE), deal),
		] {
			assert_noop!(call, Error::<Test>::NotOriginator);
		}
		for call in [
			Tranches::amend(RuntimeOrigin::none(), deal, boxed(), program()),
			Tranches::launch(RuntimeOrigin::root(), deal),
			Tranches::cancel(RuntimeOrigin::root(), deal),
			Tranches::order(RuntimeOrigin::root(), deal, 0, 1),
			Tranches::reduce_order(RuntimeOrigin::root(), deal, 0, 1),
			Tranches::close_offering(RuntimeOrigin::none(), deal),
			Tranches::collect(RuntimeOrigin::none(), deal, 0, ALICE),
			Tranches::transfer(RuntimeOrigin::none(), deal, 0, ALICE, 1),
			Tranches::claim(RuntimeOrigin::none(), deal, 0, ALICE),
			Tranches::run_payment(RuntimeOrigin::none(), deal),
			Tranches::remove(RuntimeOrigin::none(), deal),
			Tranches::claim_fee(RuntimeOrigin::none(), deal, 0),
			Tranches::clean_up(RuntimeOrigin::root(), deal),
			Tranches::resign(RuntimeOrigin::root(), deal),
		] {
			assert_noop!(call, bad);
		}
	});
}

#[test]
fn unknown_deals_are_a_typed_error_everywhere() {
	build_and_execute(|| {
		let s = || signed(ORIGINATOR);
		for call in [
			Tranches::amend(s(), 7, Box::new(terms()), Box::new(plain(3))),
			Tranches::launch(s(), 7),
			Tranches::cancel(s(), 7),
			Tranches::order(s(), 7, 0, 1),
			Tranches::reduce_order(s(), 7, 0, 1),
			Tranches::close_offering(s(), 7),
			Tranches::collect(s(), 7, 0, ALICE),
			Tranches::transfer(s(), 7, 0, ALICE, 1),
			Tranches::claim(s(), 7, 0, ALICE),
			Tranches::run_payment(s(), u32::MAX),
			Tranches::remove(s(), 7),
			Tranches::claim_fee(s(), 7, 0),
			Tranches::clean_up(s(), 7),
			Tranches::set_servicer_default(s(), 7, true),
			Tranches::replace_servicer(s(), 7, ALICE),
			Tranches::replace_trustee(RuntimeOrigin::root(), 7, ALICE),
			Tranches::resign(s(), 7),
			<Tranches as strata_traits::DealCash<_>>::advance(7, &ALICE, 1),
			<Tranches as strata_traits::DealCash<_>>::collect(7, &ALICE, Default::default()),
		] {
			assert_noop!(call, Error::<Test>::UnknownDeal);
		}
		assert_eq!(Tranches::deal_view(7), None);
		assert!(Tranches::tranche_views(7).is_empty());
		assert!(Tranches::dry_run(7, 1, 1).is_empty());
	});
}

#[test]
fn a_draft_holds_a_deposit_is_amended_and_withdrawn() {
	build_and_execute(|| {
		assert_noop!(
			Tranches::create(signed(STRANGER), Box::new(terms()), Box::new(plain(3))),
			TokenError::FundsUnavailable
		);
		let deal = created(terms());
		let held = Balances::reserved_balance(ORIGINATOR);
		assert!(held > 1_000, "a deposit is held");
		let mut other = terms();
		other.schedule.period = 30_000;
		let program = Box::new(plain(3));
		assert_ok!(Tranches::amend(signed(ORIGINATOR), deal, Box::new(other.clone()), program));
		assert_eq!(Deals::<Test>::get(deal).unwrap().terms, other);
		assert_noop!(
			Tranches::order(signed(ALICE), deal, 0, LEAST_ORDER),
			Error::<Test>::WrongState
		);
		assert_noop!(Tranches::remove(signed(ALICE), deal), Error::<Test>::WrongState);
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), deal));
		assert_eq!(Balances::reserved_balance(ORIGINATOR), 0);
		assert!(Deals::<Test>::get(deal).is_none());
		// Ids are not used twice.
		assert_eq!(created(terms()), deal + 1);
	});
}

#[test]
fn launch_takes_the_residual_and_the_float_and_fixes_the_terms() {
	build_and_execute(|| {
		let deal = launched(terms());
		let account = Tranches::account(deal);
		assert_eq!(usd(ORIGINATOR), ENDOWMENT - RESIDUAL - USD_MINIMUM);
		assert_eq!(usd(account), RESIDUAL + USD_MINIMUM);
		assert_eq!(Offerings::<Test>::get(deal).unwrap().refunds(), Some(RESIDUAL));
		assert_eq!(state(deal), DealState::Offering);
		let s = || signed(ORIGINATOR);
		let (again, program) = (Box::new(terms()), Box::new(plain(3)));
		assert_noop!(Tranches::amend(s(), deal, again, program), Error::<Test>::WrongState);
		assert_noop!(Tranches::launch(s(), deal), Error::<Test>::WrongState);
		assert_noop!(Tranches::remove(s(), deal), Error::<Test>::WrongState);
		assert_noop!(Tranches::run_payment(s(), deal), Error::<Test>::WrongState);
		assert_noop!(Tranches::claim(s(), deal, 0, ALICE), Error::<Test>::WrongState);
		assert_noop!(Tranches::collect(s(), deal, 2, ORIGINATOR), Error::<Test>::WrongState);
		assert_noop!(lend_raw(deal), Error::<Test>::NotLending);
	});
}

fn lend_raw(deal: DealId) -> sp_runtime::DispatchResult {
	<Tranches as strata_traits::DealCash<_>>::advance(deal, &BORROWER, 1)
}

#[test]
fn launch_fails_without_the_cash() {
	build_and_execute(|| {
		let mut rich = terms();
		for tranche in rich.tranches.iter_mut() {
			tranche.face *= 1_000;
		}
		let deal = created(rich);
		assert_noop!(Tranches::launch(signed(ORIGINATOR), deal), TokenError::FundsUnavailable);
	});
}

#[test]
fn launch_refuses_bad_books() {
	build_and_execute(|| {
		use NativeOrWithId::WithId;
		type E = Error<Test>;
		refused(|t| t.settlement = WithId(3), E::SettlementNotListed);
		refused(|t| t.books = Default::default(), E::NoBooks);
		refused(|t| t.books[1].collateral = WithId(10), E::DuplicateCollateral);
		refused(|t| t.books[1].collateral = USD, E::CollateralIsSettlement);
		refused(|t| t.books[1].collateral = WithId(9), E::CollateralNotListed);
		refused(|t| t.books[1].acceptable = false, DispatchError::Other("book terms"));
		// A single book of an asset that may be 40 % of a deal can never lend all of it.
		let capped = |t: &mut TermsOf<Test>| {
			t.books.pop();
			t.books[0].collateral = WithId(19);
		};
		refused(capped, E::ConcentrationImpossible);
	});
}

#[test]
fn a_book_lends_no_more_than_its_share_of_the_deal() {
	build_and_execute(|| {
		let capped = |ceiling| {
			move |t: &mut TermsOf<Test>| {
				t.books[1].collateral = NativeOrWithId::WithId(19);
				t.books[1].ceiling = ceiling;
			}
		};
		// 40 % of the face of 10,000,000,000.
		let most = 4_000_000_000;
		refused(capped(most + 1), Error::<Test>::CeilingAboveConcentrationCap);
		refused(capped(u128::MAX), Error::<Test>::CeilingAboveConcentrationCap);
		let all = SENIOR + MEZZANINE + RESIDUAL;
		refused(|t| t.books[0].ceiling = all + 1, Error::<Test>::CeilingAboveConcentrationCap);
		let mut full = terms();
		capped(most)(&mut full);
		let deal = active_with(full.clone());
		let ceiling =
			|deal: DealId, book: usize| Lent::get(ledgers(deal).books[book]).unwrap().ceiling;
		assert_eq!((ceiling(deal, 0), ceiling(deal, 1)), (all, most));
		// The share is one of what was issued: 5,000,000,003 of notes, 40 % of which is floored.
		at(START);
		let small = launched(full.clone());
		order(small, 0, ALICE, 2_000_000_003);
		order(small, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		assert_eq!((ceiling(small, 0), ceiling(small, 1)), (5_000_000_003, 2_000_000_001));
		// A ceiling below the share stays.
		at(START);
		capped(1_000)(&mut full);
		let low = active_with(full);
		assert_eq!(ceiling(low, 1), 1_000);
	});
}

#[test]
fn books_of_one_group_lend_no_more_than_its_share_of_the_deal() {
	build_and_execute(|| {
		let all = SENIOR + MEZZANINE + RESIDUAL;
		let group = |share: u32, of: &[u32]| {
			let cap = percent(share.into());
			let assets = of.iter().map(|id| (NativeOrWithId::WithId(*id), (7, cap)));
			Groups::set(assets.collect());
		};
		let ceilings = |first, second| {
			move |t: &mut TermsOf<Test>| {
				t.books[0].ceiling = first;
				t.books[1].ceiling = second;
			}
		};
		let most = all / 10 * 8;
		group(80, &[10, 11]);
		refused(ceilings(most, 1), Error::<Test>::CeilingsAboveGroupCap);
		refused(ceilings(1, most), Error::<Test>::CeilingsAboveGroupCap);
		refused(ceilings(most / 2 + 1, most / 2), Error::<Test>::CeilingsAboveGroupCap);
		// One of them alone is in the group: the other does not count.
		group(80, &[10]);
		refused(ceilings(most + 1, 1), Error::<Test>::CeilingsAboveGroupCap);
		let mut full = terms();
		ceilings(most, all)(&mut full);
		launched(full);
		// Rounded down: 33 % of 10,000,000,000.
		group(33, &[10, 11]);
		refused(ceilings(3_300_000_000, 1), Error::<Test>::CeilingsAboveGroupCap);

		// What is not sold lowers both by the same part.
		at(START);
		group(80, &[10, 11]);
		let mut full = terms();
		ceilings(most / 4 * 3, most / 4)(&mut full);
		let deal = active_with(full.clone());
		let ceiling =
			|deal: DealId, book: usize| Lent::get(ledgers(deal).books[book]).unwrap().ceiling;
		assert_eq!((ceiling(deal, 0), ceiling(deal, 1)), (most / 4 * 3, most / 4));
		at(START);
		let small = launched(full.clone());
		order(small, 0, ALICE, 2_000_000_003);
		order(small, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		// 5,000,000,003 was issued, 4,000,000,002 of which the group may lend. The first book may lend
		// what was issued; of that and 2,000,000,000 each keeps the same part.
		let (first, second) = (ceiling(small, 0), ceiling(small, 1));
		assert_eq!((first, second), (2_857_142_859, 1_142_857_142));
		assert!(first + second <= 4_000_000_002);
		// A group that was given its cap after the launch counts from then on.
		at(START);
		group(100, &[10, 11]);
		let late = launched(full);
		order(late, 0, ALICE, 2_000_000_003);
		order(late, 1, CAROL, MEZZANINE);
		group(50, &[10, 11]);
		poll(OFFERING_END);
		assert!(ceiling(late, 0) + ceiling(late, 1) <= 2_500_000_001);
	});
}

#[test]
fn a_gift_cannot_keep_a_deal_from_being_removed() {
	build_and_execute(|| {
		let deal = launched(terms());
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), deal));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 2, ORIGINATOR));
		// An asset that is not sufficient holds a reference on the account that has it.
		assert_ok!(Assets::transfer(signed(KEEPER), 2, Tranches::account(deal), 1));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert_eq!(Balances::reserved_balance(ORIGINATOR), 0);
		assert_eq!(usd(ORIGINATOR), ENDOWMENT);
	});
}

#[test]
fn launch_refuses_bad_tranches() {
	build_and_execute(|| {
		type E = Error<Test>;
		refused(|t| t.tranches = Default::default(), E::TooFewTranches);
		refused(
			|t| t.tranches.retain(|tranche| tranche.kind == TrancheKind::Residual),
			E::TooFewTranches,
		);
		refused(|t| t.tranches.truncate(2), E::ResidualNotLast);
		refused(|t| t.tranches[0].kind = TrancheKind::Residual, E::ResidualNotLast);
		refused(|t| t.tranches[2].coupon = percent(1), E::ResidualWithCoupon);
		let below = Perbill::from_percent(1);
		refused(|t| t.tranches[2].minimum_subordination = below, E::ResidualWithCoupon);
		refused(|t| t.tranches[1].face = 0, E::ZeroFace);
		refused(|t| t.tranches[1].minimum = MEZZANINE + 1, E::MinimumAboveFace);
		refused(|t| t.tranches[0].coupon = percent(51), E::CouponTooHigh);
		refused(|t| t.tranches[0].minimum_order = 0, E::OrderLimitsOutOfRange);
		refused(|t| t.tranches[0].maximum_order = LEAST_ORDER - 1, E::OrderLimitsOutOfRange);
		refused(|t| t.tranches[0].face += 1, E::EnhancementImpossible);
		refused(|t| t.tranches[0].face = u128::MAX, ArithmeticError::Overflow);
	});
}

#[test]
fn the_originator_retains_at_least_five_percent_to_the_unit() {
	build_and_execute(|| {
		let plain = |residual| {
			let mut terms = terms();
			terms.tranches.remove(1);
			terms.tranches[0].minimum_subordination = Perbill::zero();
			terms.tranches[0].face = 950_001;
			terms.tranches[1].face = residual;
			for tranche in terms.tranches.iter_mut() {
				tranche.minimum = 1;
			}
			for book in terms.books.iter_mut() {
				book.ceiling = 1_000_000;
			}
			terms
		};
		// 5 % of 1,000,001 is 50,000.05: required up.
		let short = created(plain(50_000));
		assert_noop!(Tranches::launch(signed(ORIGINATOR), short), Error::<Test>::RetentionTooSmall);
		launched(plain(50_001));
	});
}

#[test]
fn launch_refuses_bad_dates() {
	build_and_execute(|| {
		type E = Error<Test>;
		refused(|t| t.schedule.offering_end = START - 1, E::OfferingTooShort);
		refused(|t| t.schedule.offering_end = START, E::OfferingTooShort);
		refused(|t| t.schedule.quiet_period = 100_000, E::OfferingTooShort);
		refused(|t| t.schedule.first_payment = START - 5, E::DatesOutOfOrder);
		refused(|t| t.schedule.first_payment = OFFERING_END, E::DatesOutOfOrder);
		refused(|t| t.schedule.first_payment = FINAL + 1, E::DatesOutOfOrder);
		refused(|t| t.schedule.revolving_end = OFFERING_END, E::DatesOutOfOrder);
		refused(|t| t.schedule.revolving_end = FINAL + 1, E::DatesOutOfOrder);
		refused(|t| t.schedule.period = 9_999, E::PeriodTooShort);
		refused(|t| t.schedule.period = 0, E::PeriodTooShort);
		refused(|t| t.schedule.period = u64::MAX, E::LifeTooLong);
		refused(|t| t.schedule.final_date = u64::MAX, E::LifeTooLong);
		// Countable for a millisecond less than twice from launch to the final date.
		refused(|t| t.books[1].lasts = 2 * (FINAL - START) - 1, E::RateTooHighForLife);
		// Nothing would be redeemed for decades.
		refused(|t| t.schedule.period = 1_000_000_000_000, E::NoRedemptionDate);
		// The only date that could be is missed by a millisecond.
		refused(|t| t.schedule.period = FINAL - FIRST + 1, E::NoRedemptionDate);
		refused(
			|t| {
				t.schedule.revolving_end = FINAL;
				t.schedule.final_date = FINAL;
				t.schedule.period = PERIOD + 1;
			},
			E::NoRedemptionDate,
		);
		launched({
			let mut terms = terms();
			terms.schedule.period = FINAL - FIRST;
			terms.schedule.revolving_end = FINAL;
			terms
		});
	});
}

#[test]
fn note_ids_are_checked_not_wrapped() {
	build_and_execute(|| {
		assert_eq!(note_id((1 << 28) - 1, 7), Some((1 << 31) - 1));
		assert_eq!(note_id(1 << 28, 0), None);
		assert_eq!(note_id(1, 8), None);
		NextDeal::<Test>::put(1 << 28);
		assert_noop!(
			Tranches::create(signed(ORIGINATOR), Box::new(terms()), Box::new(plain(3))),
			Error::<Test>::TooManyDeals
		);
		NextDeal::<Test>::put((1 << 28) - 1);
		created(terms());
	});
}

#[test]
fn a_cancelled_offering_refunds_everybody_and_leaves_nothing() {
	build_and_execute(|| {
		let before = root();
		let deal = launched(terms());
		order(deal, 0, ALICE, 4_000_000_000);
		order(deal, 1, BOB, 1_234_567);
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), deal));
		assert_eq!(state(deal), DealState::Failed);
		assert_noop!(Tranches::cancel(signed(ORIGINATOR), deal), Error::<Test>::WrongState);
		assert_noop!(Tranches::order(signed(BOB), deal, 0, 5_000), Error::<Test>::WrongState);
		assert_noop!(Tranches::close_offering(signed(BOB), deal), Error::<Test>::WrongState);
		assert_noop!(Tranches::remove(signed(BOB), deal), Error::<Test>::StillHeld);
		for (rank, who) in [(0, ALICE), (1, BOB), (2, ORIGINATOR)] {
			assert_ok!(Tranches::collect(signed(KEEPER), deal, rank, who));
			assert_noop!(
				Tranches::collect(signed(KEEPER), deal, rank, who),
				Error::<Test>::UnknownOrder
			);
		}
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		for who in PEOPLE {
			assert_eq!(usd(who), ENDOWMENT);
			assert_eq!(Balances::free_balance(who), ENDOWMENT);
		}
		// Nothing is left but the number of the next deal.
		NextDeal::<Test>::kill();
		System::reset_events();
		assert_eq!(root(), before);
	});
}

#[test]
fn nobody_cancels_after_the_end_of_the_offering() {
	build_and_execute(|| {
		let deal = launched(terms());
		at(OFFERING_END - 1);
		let before = root();
		at(OFFERING_END);
		assert_noop!(Tranches::cancel(signed(ORIGINATOR), deal), Error::<Test>::OfferingOver);
		at(OFFERING_END - 1);
		assert_eq!(root(), before);
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), deal));
	});
}

#[test]
fn a_deal_in_the_native_token_and_one_in_an_asset_that_is_not_sufficient_live_to_the_end() {
	build_and_execute(|| {
		for settlement in [NativeOrWithId::Native, POOR] {
			let mut terms = terms();
			terms.settlement = settlement.clone();
			let shift = pallet_timestamp::Now::<Test>::get() - START;
			let dates = &mut terms.schedule;
			for date in [
				&mut dates.offering_end,
				&mut dates.first_payment,
				&mut dates.ramp_up_end,
				&mut dates.revolving_end,
				&mut dates.final_date,
			] {
				*date += shift;
			}
			let dates = *dates;
			let deal = launched(terms);
			order(deal, 0, ALICE, SENIOR);
			order(deal, 1, CAROL, MEZZANINE);
			poll(dates.offering_end);
			assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
			assert_ok!(Tranches::collect(signed(KEEPER), deal, 1, CAROL));
			assert_ok!(lend(deal, 0, 5_000_000_000));
			assert_ok!(repay(deal, 0, 1_000_000, 5_000_000_000));
			poll(dates.revolving_end + PERIOD);
			assert_eq!(state(deal), DealState::Closed);
			for (rank, who) in [(0, ALICE), (1, CAROL), (2, ORIGINATOR)] {
				assert_ok!(Tranches::claim(signed(KEEPER), deal, rank, who));
			}
			assert_ok!(Tranches::remove(signed(KEEPER), deal));
			let account = Tranches::account(deal);
			assert!(!frame_system::Account::<Test>::contains_key(account));
		}
		assert_eq!(Balances::reserved_balance(ORIGINATOR), 0);
	});
}
