//! Many claims at once, and what audits and issues of other systems found (Arcadia at Sherlock, percolator-stake,
//! Sentiment, Basis Cash), each by name.

use frame_support::{assert_ok, traits::fungibles::Inspect};
use sp_runtime::{BoundedVec, DispatchError, DispatchResult, TokenError};

use crate::{mock::*, *};

type E = Error<Test>;

fn claim_many(claims: &[(DealId, u8)], who: AccountId) -> DispatchResult {
	let claims = BoundedVec::try_from(claims.to_vec()).expect("at most sixteen");
	Tranches::claim_many(signed(STRANGER), claims, who)
}

fn claim(deal: DealId, rank: u8, who: AccountId) -> DispatchResult {
	Tranches::claim(signed(STRANGER), deal, rank, who)
}

fn claimable(deal: DealId, rank: u8, who: AccountId) -> Balance {
	let claimable = Tranches::claimable_view(deal, rank, &who);
	claimable.interest + claimable.principal + claimable.refund
}

/// Pays `interest` on the next date.
fn pay(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 0, interest, 0));
	poll(ledgers(deal).next_date);
}

fn not_delivered() -> Vec<(DealId, u8, DispatchError)> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Tranches(Event::NotDelivered { deal, rank, error, .. }) => {
				Some((deal, rank, error))
			},
			_ => None,
		})
		.collect()
}

#[test]
fn several_tranches_of_several_deals_are_claimed_at_once() {
	build_and_execute(|| {
		let first = active();
		assert_ok!(Tranches::transfer(signed(CAROL), first, 1, ALICE, MEZZANINE / 2));
		let second = launched(later(terms()));
		order(second, 0, ALICE, SENIOR);
		order(second, 1, CAROL, MEZZANINE);
		catch_up(OFFERING_END * 2 - START);
		assert_ok!(Tranches::collect(signed(KEEPER), second, 0, ALICE));
		pay(first, 2_000);
		pay(second, 665);
		let due = claimable(first, 0, ALICE) + claimable(first, 1, ALICE);
		let due = due + claimable(second, 0, ALICE);
		let before = usd(ALICE);
		assert_ok!(claim_many(&[(first, 0), (first, 1), (second, 0)], ALICE));
		assert_eq!(usd(ALICE) - before, due);
		assert!(not_delivered().is_empty());
		// Again: nothing is paid twice, and it does no harm.
		assert_ok!(claim_many(&[(first, 0), (first, 1), (second, 0)], ALICE));
		assert_eq!(usd(ALICE) - before, due);
		assert_eq!(not_delivered().len(), 3);
	});
}

#[test]
fn a_claim_that_cannot_be_delivered_stops_no_other() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(Tranches::transfer(signed(CAROL), deal, 1, ALICE, MEZZANINE));
		pay(deal, 2_000);
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, ALICE));
		let (senior, mezzanine) = (claimable(deal, 0, ALICE), claimable(deal, 1, ALICE));
		let before = usd(ALICE);
		assert_ok!(claim_many(&[(7, 0), (deal, 0), (deal, 9), (deal, 1), (deal, 1)], ALICE));
		assert_eq!(usd(ALICE) - before, mezzanine);
		assert_eq!(claimable(deal, 0, ALICE), senior);
		assert_eq!(
			not_delivered(),
			[
				(7, 0, E::UnknownDeal.into()),
				(deal, 0, E::HolderFrozen.into()),
				(deal, 9, E::UnknownTranche.into()),
				(deal, 1, E::NothingToClaim.into()),
			]
		);
		refused(E::NothingToClaim, || claim_many(&[], ALICE));
	});
}

#[test]
fn no_more_than_sixteen_claims_fit_into_a_call() {
	use codec::{Decode, Encode};
	let call = |count: usize| {
		let claims = BoundedVec::truncate_from(vec![(0, 0); count.min(16)]);
		let call = Call::<Test>::claim_many { tranches: claims, who: ALICE };
		let mut bytes = call.encode();
		if count > 16 {
			// One more pair, and the length that says so: a compact number of one byte.
			bytes[1] = (count as u8) << 2;
			bytes.splice(2..2, [0; 5]);
		}
		Call::<Test>::decode(&mut &bytes[..])
	};
	assert!(call(16).is_ok());
	assert!(call(17).is_err());
}

#[test]
fn a_claim_waits_for_an_asset_that_is_frozen_in_the_middle_of_a_run_and_never_expires() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(repay(deal, 0, 665, 0));
		assert_ok!(Assets::freeze_asset(signed(KEEPER), 1));
		// The run is not stopped by it.
		poll(FIRST);
		let due = claimable(deal, 0, ALICE);
		assert_eq!(due, share(665, 4_000_000_000, SENIOR));
		assert_ok!(claim_many(&[(deal, 0)], ALICE));
		assert_eq!(not_delivered().len(), 1);
		assert_eq!(claimable(deal, 0, ALICE), due);
		assert_ok!(Assets::thaw_asset(signed(KEEPER), 1));
		// Long after the deal has closed.
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		at(FINAL * 2);
		let before = usd(ALICE);
		assert_ok!(claim(deal, 0, ALICE));
		assert_eq!(usd(ALICE) - before, due + 4_000_000_000 + (claimable_rest(deal) - due));
	});
}

/// What the senior-most class was paid as interest in all, for Alice's share.
fn claimable_rest(deal: DealId) -> Balance {
	let paid = ledgers(deal).waterfall.classes[0].interest_paid;
	share(paid, 4_000_000_000, SENIOR)
}

#[test]
fn indices_at_their_upper_bound_are_an_error_and_lose_nothing() {
	build_and_execute(|| {
		let deal = active();
		pay(deal, 665);
		let due = claimable(deal, 0, ALICE);
		let before = ledgers(deal);
		// As if a unit had been paid 2^64 − 2^-64: units · index leaves 128 bits of whole units.
		Ledgers::<Test>::mutate(deal, |ledgers| {
			let indices = &mut ledgers.as_mut().unwrap().notes[0];
			let paid = indices.interest.paid(u128::from(u64::MAX), 1).unwrap();
			indices.interest = paid;
		});
		// Sums of both, fraction and all, still fit: 4·10^9 notes times 2^64 is below 2^128.
		let most = claimable(deal, 0, ALICE);
		assert!(most > due);
		// The account has no such cash: nothing moves.
		let before_claim = root();
		let claimed = frame_support::storage::with_storage_layer(|| claim(deal, 0, ALICE));
		assert!(claimed.is_err());
		assert_eq!(root(), before_claim);
		// A transfer settles both at the bound.
		let moved = frame_support::storage::with_storage_layer(|| -> DispatchResult {
			Tranches::transfer(signed(ALICE), deal, 0, BOB, 1)?;
			assert_eq!(claimable(deal, 0, ALICE), most);
			Err(DispatchError::Other("undone"))
		});
		assert!(moved.is_err());
		// Beyond it the index itself does not go.
		let indices = ledgers(deal).notes[0];
		assert_eq!(indices.interest.paid(u128::from(u64::MAX), 1), None);
		// An index below the checkpoint's, which cannot be, is an error and not a wrap.
		Ledgers::<Test>::mutate(deal, |ledgers| {
			ledgers.as_mut().unwrap().notes[0].interest = Default::default();
		});
		Checkpoints::<Test>::mutate((deal, 0, BOB), |checkpoint| {
			checkpoint.as_mut().unwrap().interest_index = u128::MAX;
		});
		refused(sp_runtime::ArithmeticError::Overflow, || claim(deal, 0, BOB));
		refused(sp_runtime::ArithmeticError::Overflow, || {
			Tranches::transfer(signed(ALICE), deal, 0, BOB, 1)
		});
		Checkpoints::<Test>::mutate((deal, 0, BOB), |checkpoint| {
			checkpoint.as_mut().unwrap().interest_index = 0;
		});
		Ledgers::<Test>::insert(deal, before);
		assert_ok!(claim(deal, 0, ALICE));
	});
}

#[test]
fn in_the_payment_block_everything_comes_after_the_run() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(repay(deal, 0, 665, 0));
		// The run stands at the beginning of the block.
		poll(FIRST);
		let due = claimable(deal, 0, ALICE);
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, KEEPER, 4_000_000_000));
		assert_eq!((claimable(deal, 0, ALICE), claimable(deal, 0, KEEPER)), (due, 0));
		refused(E::NothingToClaim, || claim(deal, 0, KEEPER));
		assert_ok!(claim(deal, 0, ALICE));
		refused(E::NothingHeld, || claim(deal, 0, ALICE));
		// A block that is late: until the run, notes go with what the date will pay.
		assert_ok!(repay(deal, 0, 665, 0));
		at(FIRST + PERIOD);
		assert_ok!(Tranches::transfer(signed(KEEPER), deal, 0, BOB, 4_000_000_000));
		poll(FIRST + PERIOD);
		// The residual had the interest of the date before; this one is all for the senior notes.
		assert_eq!(claimable(deal, 0, KEEPER), 0);
		assert!(claimable(deal, 0, BOB) > due);
	});
}

#[test]
fn to_oneself_and_to_an_account_without_checkpoint() {
	build_and_execute(|| {
		let deal = active();
		pay(deal, 665);
		let due = claimable(deal, 0, ALICE);
		refused(E::SelfTransfer, || Tranches::transfer(signed(ALICE), deal, 0, ALICE, 1));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, STRANGER, 1));
		// Nothing of what was paid before came with it.
		assert_eq!((claimable(deal, 0, ALICE), claimable(deal, 0, STRANGER)), (due, 0));
		refused(E::NothingToClaim, || claim(deal, 0, STRANGER));
	});
}

/// Arcadia #87, #65, #48: nobody leaves just before a loss. Notes are not redeemed on demand: the only
/// ways out are to sell to somebody who takes them as they are, and collateral at its price.
#[test]
fn finding_no_exit_before_bad_debt() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(seize(deal, 0, 5_000_000, 5));
		refused(E::NothingToClaim, || claim(deal, 0, ALICE));
		refused(E::NothingToClaim, || claim(deal, 1, CAROL));
		assert_ok!(lose(deal, 0, 5_000_000, 5));
		poll(FIRST);
		assert_eq!(pdl(deal), [0, 0, 5_000_000]);
		refused(E::NothingToClaim, || claim(deal, 2, ORIGINATOR));
	});
}

/// Arcadia #76: a donation to the deal's account changes no tranche's claim, whenever it comes.
#[test]
fn finding_a_donation_is_nobodys_income() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(repay(deal, 0, 665, 0));
		donate(Tranches::account(deal), 1_000_000);
		poll(FIRST);
		assert_eq!(claimable(deal, 0, ALICE), share(665, 4_000_000_000, SENIOR));
		assert_eq!(claimable(deal, 2, ORIGINATOR), 0);
		// Notes cannot be donated to it.
		let account = Tranches::account(deal);
		refused(E::CannotHold, || Tranches::transfer(signed(ALICE), deal, 0, account, 1));
	});
}

/// percolator-stake #145, #159: whoever joins just before a recovery has a share in it only as the
/// buyer of somebody's note, at the price they agreed on; nobody else's share is diluted.
#[test]
fn finding_recoveries_are_not_sniped() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(seize(deal, 0, 5_000_000, 5));
		assert_ok!(lose(deal, 0, 5_000_000, 5));
		poll(FIRST);
		let units = ledgers(deal).notes[0].units;
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, KEEPER, 4_000_000_000));
		assert_ok!(repay(deal, 0, 7_000, 0));
		poll(FIRST + PERIOD);
		let paid = ledgers(deal).waterfall.classes[0].interest_paid;
		assert_eq!(ledgers(deal).notes[0].units, units, "no note is made for a late joiner");
		assert_eq!(claimable(deal, 0, BOB), share(paid, 3_000_000_000, SENIOR));
		assert_eq!(claimable(deal, 0, KEEPER), share(paid, 4_000_000_000, SENIOR));
		assert_eq!(claimable(deal, 0, ALICE), 0);
	});
}

/// percolator-stake #149: a new holder does not inherit losses or debts of the one before him: what
/// was credited stays with the seller, and a price per unit outstanding follows what was redeemed.
#[test]
fn finding_a_new_holder_inherits_only_the_note() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(Tranches::accelerate(RuntimeOrigin::root(), deal));
		assert_ok!(repay(deal, 0, 665, 3_500_000_000));
		poll(FIRST);
		let due = claimable(deal, 0, ALICE);
		let terms = OfferTerms {
			amount: 4_000_000_000,
			price: sp_runtime::FixedU128::from_u32(1),
			minimum_fill: 1,
			expiry: FINAL,
			taker: None,
			on_payment: OnPayment::Rescale,
		};
		assert_ok!(put_on_offer(ALICE, deal, 0, terms));
		let (alice, keeper) = (usd(ALICE), usd(KEEPER));
		assert_ok!(Tranches::take_offer(signed(KEEPER), 0, 4_000_000_000, 2_000_000_000));
		// Half of the face is outstanding, and half is what it costs.
		assert_eq!((usd(ALICE) - alice, keeper - usd(KEEPER)), (2_000_000_000, 2_000_000_000));
		assert_eq!((claimable(deal, 0, ALICE), claimable(deal, 0, KEEPER)), (due, 0));
	});
}

/// percolator-stake #180: holders of a class that is wiped out can burn what they hold, have their
/// deposits back and keep nobody's deal from being removed.
#[test]
fn finding_a_wiped_class_burns() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(seize(deal, 0, 10_000_000_000, 5));
		assert_ok!(lose(deal, 0, 10_000_000_000, 5));
		catch_up(FINAL + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_eq!(claimable(deal, rank, who), 0);
			assert_ok!(claim(deal, rank, who));
			assert_eq!(notes(deal, rank, who), 0);
		}
		assert_ok!(Tranches::remove(signed(STRANGER), deal));
		for who in PEOPLE {
			assert_eq!(Balances::reserved_balance(who), 0);
		}
	});
}

/// Sentiment: rounding in the system's favour is no weapon on tiny shares. Somebody who forces one
/// settlement after the other by dust cannot take a fraction of a unit from a holder.
#[test]
fn finding_tiny_shares_are_not_shaved() {
	let earned = |dust: bool| {
		let mut got = 0;
		build_and_execute(|| {
			let deal = active();
			// Three notes each.
			assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, CAROL, 3));
			for _ in 0..4 {
				pay(deal, 665);
				if dust {
					assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, 1));
					assert_ok!(Tranches::transfer(signed(CAROL), deal, 0, BOB, 1));
				}
			}
			let indices = ledgers(deal).notes[0];
			let mut checkpoint = Checkpoints::<Test>::get((deal, 0, CAROL)).unwrap();
			checkpoint.settle(3, &indices).unwrap();
			got = checkpoint.interest.fraction;
		});
		got
	};
	assert!(earned(false) > 0);
	assert_eq!(earned(true), earned(false));
}

/// Basis Cash #10, #11: no payment is claimed twice, not in the block of the payment, not through
/// another account, and not by a claim and a batch.
#[test]
fn finding_no_double_claim_in_the_payment_block() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(repay(deal, 0, 665, 0));
		poll(FIRST);
		let account = Tranches::account(deal);
		let before = Cashes::balance(USD, &account);
		assert_ok!(claim(deal, 0, ALICE));
		refused(E::NothingToClaim, || claim(deal, 0, ALICE));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, KEEPER, 4_000_000_000));
		refused(E::NothingToClaim, || claim(deal, 0, KEEPER));
		assert_ok!(Tranches::transfer(signed(KEEPER), deal, 0, ALICE, 4_000_000_000));
		assert_ok!(claim_many(&[(deal, 0), (deal, 0)], ALICE));
		assert_eq!(not_delivered().len(), 2);
		assert_eq!(before - Cashes::balance(USD, &account), share(665, 4_000_000_000, SENIOR));
	});
}

#[test]
fn a_claim_below_the_minimum_of_the_asset_waits_in_a_batch_too() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, STRANGER, 40_000_000));
		pay(deal, 665);
		assert_eq!(claimable(deal, 0, STRANGER), 3);
		assert_ok!(claim_many(&[(deal, 0)], STRANGER));
		assert_eq!(not_delivered(), [(deal, 0, TokenError::BelowMinimum.into())]);
		for _ in 0..3 {
			pay(deal, 665);
		}
		assert_ok!(claim_many(&[(deal, 0)], STRANGER));
		assert_eq!(usd(STRANGER), 15);
	});
}
