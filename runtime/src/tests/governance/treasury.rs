//! The treasury: what an office may spend, and where it comes from.

use frame_support::traits::fungible::Inspect;
use sp_runtime::DispatchError;

use super::{enact, motion, office, referendum, root, submit, Body, GUARDIANS, STEWARDS};
use crate::{
	governance::{origins::Origin, treasury::TREASURER_BOUND, TreasuryAccount},
	tests::chain::{account, next_block, on_dev_chain, send, send_failing},
	units::STRA,
	Balance, Balances, Runtime, RuntimeCall, Treasury,
};

type Error = pallet_treasury::Error<Runtime>;

/// Grants Dave an amount.
fn spend(amount: Balance) -> RuntimeCall {
	pallet_treasury::Call::spend {
		asset_kind: Box::new(()),
		amount,
		beneficiary: Box::new(account("Dave")),
		valid_from: None,
	}
	.into()
}

/// What the treasury holds.
fn held() -> Balance {
	Balances::total_balance(&TreasuryAccount::get())
}

#[test]
fn treasury_should_be_the_account_that_the_court_and_the_oracle_pay_to() {
	on_dev_chain(|| {
		assert_eq!(Treasury::account_id(), TreasuryAccount::get());
		assert_eq!(held(), 100_000 * STRA);
		assert_eq!(Treasury::pot(), held() - crate::units::EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn treasurer_should_spend_up_to_its_bound_and_not_a_unit_more() {
	on_dev_chain(|| {
		let (_, result) = referendum(office(Origin::Treasurer), spend(TREASURER_BOUND + 1));
		assert_eq!(result, Err(Error::InsufficientPermission.into()));

		let blocks = enact(office(Origin::Treasurer), spend(TREASURER_BOUND));
		assert!(blocks <= 20, "{blocks}");
		let (before, treasury) = (Balances::balance(&account("Dave")), held());
		// Anyone may have it paid, once.
		send("Eve", pallet_treasury::Call::payout { index: 0 });
		assert_eq!(Balances::balance(&account("Dave")), before + TREASURER_BOUND);
		assert_eq!(held(), treasury - TREASURER_BOUND);
		let again = send_failing("Eve", pallet_treasury::Call::payout { index: 0 });
		assert_eq!(again, Error::AlreadyAttempted.into());
		send("Eve", pallet_treasury::Call::check_status { index: 0 });
	});
}

#[test]
fn bound_should_hold_for_all_that_one_referendum_spends() {
	on_dev_chain(|| {
		let half = TREASURER_BOUND / 2;
		let both = |second| {
			RuntimeCall::from(pallet_utility::Call::batch_all {
				calls: vec![spend(half), spend(second)],
			})
		};
		let (_, result) = referendum(office(Origin::Treasurer), both(half + 1));
		assert_eq!(result, Err(Error::InsufficientPermission.into()));
		assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 0);
		enact(office(Origin::Treasurer), both(half));
		assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 2);
	});
}

#[test]
fn root_track_should_spend_beyond_the_bound_but_not_what_there_is_not() {
	on_dev_chain(|| {
		enact(root(), spend(TREASURER_BOUND * 2));
		send("Eve", pallet_treasury::Call::payout { index: 0 });
		enact(root(), spend(1_000_000 * STRA));
		let failed = send_failing("Eve", pallet_treasury::Call::payout { index: 1 });
		assert_eq!(failed, Error::PayoutError.into());
	});
}

#[test]
fn nobody_else_should_spend() {
	on_dev_chain(|| {
		let call = || spend(STRA);
		assert_eq!(send_failing("Alice", call()), DispatchError::BadOrigin);
		for (body, ayes) in [(Body::Council, &STEWARDS), (Body::Guardians, &GUARDIANS)] {
			assert_eq!(motion(body, ayes, call()), Err(DispatchError::BadOrigin));
		}
		let (_, result) = referendum(office(Origin::CourtAdmin), call());
		assert_eq!(result, Err(DispatchError::BadOrigin));
	});
}

// What it tests is that it is of no use.
#[allow(deprecated)]
#[test]
fn old_way_to_spend_should_be_closed() {
	on_dev_chain(|| {
		let beneficiary = account("Dave").into();
		let call = pallet_treasury::Call::spend_local { amount: STRA, beneficiary };
		let (_, result) = referendum(root(), call);
		assert_eq!(result, Err(Error::TooManyApprovals.into()));
	});
}

#[test]
fn what_is_granted_should_be_taken_back_until_it_is_paid() {
	on_dev_chain(|| {
		enact(office(Origin::Treasurer), spend(STRA));
		let void = || pallet_treasury::Call::<Runtime>::void_spend { index: 0 };
		assert_eq!(send_failing("Alice", void()), DispatchError::BadOrigin);
		enact(office(Origin::Treasurer), void());
		let late = send_failing("Eve", pallet_treasury::Call::payout { index: 0 });
		assert_eq!(late, Error::InvalidIndex.into());
	});
}

#[test]
fn nothing_should_burn_when_a_period_ends() {
	on_dev_chain(|| {
		let (treasury, issued) = (held(), Balances::total_issuance());
		// Two periods, of a week of hours each.
		for _ in 0..2 * 168 {
			next_block();
		}
		assert_eq!((held(), Balances::total_issuance()), (treasury, issued));
	});
}

#[test]
fn deposit_of_a_killed_referendum_should_go_to_the_treasury() {
	on_dev_chain(|| {
		let index = submit(root(), frame_system::Call::remark { remark: vec![1] });
		let (treasury, issued) = (held(), Balances::total_issuance());
		enact(root(), pallet_referenda::Call::kill { index });
		assert_eq!(held(), treasury + 101 * STRA);
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn fees_should_go_to_the_author() {
	on_dev_chain(|| {
		let author = account("Alice//stash");
		let (before, issued) = (Balances::balance(&author), Balances::total_issuance());
		send("Eve", frame_system::Call::remark { remark: vec![1; 100] });
		let paid = Balances::balance(&author) - before;
		assert!(paid > 0 && paid < STRA / 100, "{paid}");
		assert_eq!(Balances::total_issuance(), issued);
	});
}
