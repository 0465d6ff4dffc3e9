//! What jurors put in, and how they get it out again.

use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::{DispatchError::BadOrigin, TokenError};
use strata_court::{Epoch, Leaf, KEEP_EPOCHS, MAX_LEVELS};
use strata_traits::{Asset, Balance};

use super::*;
use crate::{
	types::{CourtId, Juror, Stake, Terms, Unbonding, MAX_UNBONDING},
	Courts, FreeLeaves, HoldReason, Jurors, Leaves, Nodes,
};

const ALICE: AccountId = juror_at(0);
const BOB: AccountId = juror_at(1);

const fn juror_at(index: u128) -> AccountId {
	1_000 + index
}

fn record(who: AccountId) -> Juror {
	Jurors::<Test>::get(who).unwrap()
}

fn stake_of(who: AccountId) -> Stake {
	*record(who).stake(GENERAL).unwrap()
}

fn held(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::JurorStake.into(), &who)
}

fn epochs(count: Epoch) {
	for _ in 0..count {
		next_epoch();
	}
}

fn set_terms(terms: Terms) {
	assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, terms));
}

fn unstake(who: AccountId, amount: Balance) {
	assert_ok!(TheCourt::unstake(signed(who), GENERAL, amount));
}

fn weight(leaf: Leaf, epoch: Epoch) -> Balance {
	super::tree::weight(GENERAL, leaf, epoch)
}

fn total(epoch: Epoch) -> Balance {
	super::tree::total(GENERAL, epoch)
}

/// A seat of `who` is locked and released, with a slash.
fn slash(who: AccountId, amount: Balance, eject: Option<Epoch>) -> Balance {
	assert!(TheCourt::lock_seat(&who, GENERAL, 1).unwrap());
	TheCourt::release_seat(&who, GENERAL, 1, amount, eject).unwrap()
}

#[test]
fn a_stake_is_refused_that_is_nothing_too_little_or_not_there() {
	build_and_execute(1, || {
		let stake = |who, court, amount| TheCourt::stake(signed(who), court, amount);
		assert_noop!(TheCourt::stake(RuntimeOrigin::root(), GENERAL, STAKED), BadOrigin);
		assert_noop!(stake(ANYONE, GENERAL, 0), Error::ZeroAmount);
		assert_noop!(stake(ANYONE, 2, STAKED), Error::UnknownCourt);
		assert_noop!(stake(ANYONE, GENERAL, 100 * STRA - 1), Error::StakeTooLow);
		assert_noop!(stake(ANYONE, ACCREDITED, 2_000 * STRA), Error::NotQualified);
		let all = ENDOWMENT * STRA;
		assert_noop!(stake(ANYONE, GENERAL, all), TokenError::FundsUnavailable);
		assert_noop!(stake(ANYONE, GENERAL, Balance::MAX), TokenError::FundsUnavailable);
		let overflow = sp_runtime::ArithmeticError::Overflow;
		assert_noop!(stake(ALICE, GENERAL, Balance::MAX), overflow);
		assert_ok!(stake(ANYONE, GENERAL, 100 * STRA));
		// What tops a stake up may be anything.
		assert_ok!(stake(ANYONE, GENERAL, 1));
		assert_eq!(held(ANYONE), 100 * STRA + 1);
	});
}

#[test]
fn a_juror_stakes_in_four_courts_and_all_of_it_is_one_hold() {
	build_and_execute(0, || {
		for _ in 0..4 {
			assert_ok!(TheCourt::create_court(RuntimeOrigin::root(), None, terms()));
		}
		for court in 2..6 {
			assert_ok!(TheCourt::stake(signed(ANYONE), court, 100 * STRA));
		}
		let fifth = TheCourt::stake(signed(ANYONE), GENERAL, 100 * STRA);
		assert_eq!(fifth, Err(Error::TooManyCourtsOfJuror.into()));
		assert_noop!(
			TheCourt::stake(signed(ANYONE), GENERAL, 100 * STRA),
			Error::TooManyCourtsOfJuror
		);
		assert_eq!(held(ANYONE), 400 * STRA);
		assert_eq!(free(Asset::Native, ANYONE), (ENDOWMENT - 400) * STRA);
		epochs(2);
		for court in 2..6 {
			assert_ok!(TheCourt::activate(signed(BOB), ANYONE, court));
			assert_eq!(super::tree::total(court, CurrentEpoch::get()), 100 * STRA);
		}
	});
}

#[test]
fn a_stake_is_in_no_tree_before_it_is_activated_two_epochs_later() {
	build_and_execute(0, || {
		let epoch = CurrentEpoch::get();
		let activate = |who| TheCourt::activate(signed(ANYONE), who, GENERAL);
		assert_noop!(activate(ALICE), Error::NoStake);
		stake_in(GENERAL, ALICE, STAKED);
		assert_eq!(
			events().pop(),
			Some(Event::Staked { juror: ALICE, court: GENERAL, amount: STAKED, from: epoch + 2 })
		);
		assert_eq!(Nodes::<Test>::iter().count(), 0);
		assert_noop!(TheCourt::activate(signed(ANYONE), ALICE, ACCREDITED), Error::NoStake);
		assert_noop!(activate(ALICE), Error::TooEarly);
		epochs(1);
		assert_noop!(activate(ALICE), Error::TooEarly);
		epochs(1);
		assert_noop!(TheCourt::activate(RuntimeOrigin::none(), ALICE, GENERAL), BadOrigin);
		assert_ok!(activate(ALICE));
		assert_noop!(activate(ALICE), Error::NoStake);
		assert_eq!(
			events(),
			vec![Event::Activated { juror: ALICE, court: GENERAL, active: STAKED }]
		);
		assert_eq!((total(epoch + 1), total(epoch + 2)), (0, STAKED));
		assert_eq!(Leaves::<Test>::get(GENERAL, 0), Some(ALICE));
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().jurors, 1);
	});
}

#[test]
fn a_court_may_have_stakes_wait_longer() {
	build_and_execute(0, || {
		set_terms(Terms { activation: 5, ..terms() });
		let epoch = CurrentEpoch::get();
		stake_in(GENERAL, ALICE, STAKED);
		assert_eq!(stake_of(ALICE).from, epoch + 5);
		epochs(4);
		assert_noop!(TheCourt::activate(signed(BOB), ALICE, GENERAL), Error::TooEarly);
		epochs(1);
		assert_ok!(TheCourt::activate(signed(BOB), ALICE, GENERAL));
		assert_eq!((total(epoch + 4), total(epoch + 5)), (0, STAKED));
	});
}

#[test]
fn who_stakes_when_a_case_is_filed_is_not_drawn_for_it() {
	build_and_execute(10, || {
		// The case is contested three epochs later.
		set_terms(Terms { activation: 5, ..terms() });
		let id = filed();
		let late = juror(500);
		stake_in(GENERAL, late, 90_000 * STRA);
		epochs(3);
		assert_noop!(TheCourt::activate(signed(BOB), late, GENERAL), Error::TooEarly);
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		epochs(2);
		assert_ok!(TheCourt::activate(signed(BOB), late, GENERAL));
		draw(id);
		assert!(seats(id).iter().all(|seat| seat.juror != late));
	});
}

#[test]
fn what_tops_a_stake_up_waits_and_what_is_there_stays() {
	build_and_execute(1, || {
		let epoch = CurrentEpoch::get();
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, STRA));
		epochs(1);
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, STRA));
		epochs(1);
		// The second one has put off the first.
		let activate = || TheCourt::activate(signed(ALICE), ALICE, GENERAL);
		assert_noop!(activate(), Error::TooEarly);
		assert_eq!(total(epoch + 2), STAKED);
		epochs(1);
		assert_ok!(activate());
		assert_eq!((total(epoch + 2), total(epoch + 3)), (STAKED, STAKED + 2 * STRA));
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().jurors, 1);
	});
}

#[test]
fn who_lost_the_role_or_has_less_than_the_least_stake_is_not_activated() {
	build_and_execute(0, || {
		let role = |who| TheCourt::grant_role(RuntimeOrigin::root(), who, EXPERT);
		assert_ok!(role(ALICE));
		stake_in(ACCREDITED, ALICE, 1_000 * STRA);
		stake_in(GENERAL, BOB, 100 * STRA);
		epochs(2);
		assert_ok!(TheCourt::revoke_role(RuntimeOrigin::root(), ALICE, EXPERT));
		let activate = |who, court| TheCourt::activate(signed(ANYONE), who, court);
		assert_noop!(activate(ALICE, ACCREDITED), Error::NotQualified);
		set_terms(Terms { stake: 101 * STRA, ..terms() });
		assert_noop!(activate(BOB, GENERAL), Error::StakeTooLow);
		assert_ok!(TheCourt::stake(signed(BOB), GENERAL, STRA));
		epochs(2);
		assert_ok!(activate(BOB, GENERAL));
		// Both can still leave.
		assert_ok!(TheCourt::unstake(signed(ALICE), ACCREDITED, 1));
		assert_eq!(record(ALICE).unbonding[0].amount, 1_000 * STRA);
	});
}

#[test]
fn no_more_is_taken_out_than_there_is() {
	build_and_execute(1, || {
		let unstake = |who, court, amount| TheCourt::unstake(signed(who), court, amount);
		assert_noop!(unstake(ALICE, GENERAL, 0), Error::ZeroAmount);
		assert_noop!(unstake(BOB, GENERAL, 1), Error::NoStake);
		assert_noop!(unstake(ALICE, ACCREDITED, 1), Error::NoStake);
		assert_noop!(unstake(ALICE, GENERAL, STAKED + 1), Error::NoStake);
		assert_noop!(TheCourt::unstake(RuntimeOrigin::root(), GENERAL, 1), BadOrigin);
		assert_ok!(unstake(ALICE, GENERAL, STAKED));
		assert_noop!(unstake(ALICE, GENERAL, 1), Error::NoStake);
	});
}

#[test]
fn nothing_stays_that_is_less_than_the_least_stake() {
	build_and_execute(2, || {
		unstake(ALICE, STAKED - 100 * STRA);
		assert_eq!(stake_of(ALICE).active, 100 * STRA);
		unstake(BOB, STAKED - 100 * STRA + 1);
		assert_eq!(stake_of(BOB).active, 0);
		let from = CurrentEpoch::get() + KEEP_EPOCHS + 1;
		assert_eq!(record(BOB).unbonding.to_vec(), vec![Unbonding { amount: STAKED, from }]);
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().jurors, 1);
		assert_eq!(held(BOB), STAKED);
	});
}

#[test]
fn the_tree_forgets_a_stake_at_once_but_not_in_the_past() {
	build_and_execute(2, || {
		let epoch = CurrentEpoch::get();
		let leaf = stake_of(ALICE).leaf.unwrap();
		epochs(1);
		unstake(ALICE, STAKED);
		assert_eq!((weight(leaf, epoch), weight(leaf, epoch + 1)), (STAKED, 0));
		assert_eq!((total(epoch), total(epoch + 1)), (2 * STAKED, STAKED));
	});
}

#[test]
fn what_is_pending_is_taken_out_after_what_is_in_the_tree() {
	build_and_execute(1, || {
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, STAKED));
		unstake(ALICE, STAKED + STRA);
		let Stake { active, pending, .. } = stake_of(ALICE);
		assert_eq!((active, pending), (0, STAKED - STRA));
		epochs(2);
		assert_ok!(TheCourt::activate(signed(ALICE), ALICE, GENERAL));
		assert_eq!(stake_of(ALICE).leaf, Some(0));
	});
}

#[test]
fn stakes_on_their_way_out_are_as_many_as_can_be() {
	build_and_execute(1, || {
		unstake(ALICE, STRA);
		unstake(ALICE, STRA);
		assert_eq!(record(ALICE).unbonding.len(), 1);
		for _ in 1..MAX_UNBONDING {
			epochs(1);
			unstake(ALICE, STRA);
		}
		epochs(1);
		let ninth = || TheCourt::unstake(signed(ALICE), GENERAL, STRA);
		assert_noop!(ninth(), Error::TooManyUnbonding);
		assert_ok!(TheCourt::withdraw_stake(signed(ALICE), ALICE));
		assert_ok!(ninth());
	});
}

#[test]
fn a_stake_is_withdrawn_when_no_case_can_have_drawn_it() {
	build_and_execute(1, || {
		let withdraw = |who| TheCourt::withdraw_stake(signed(ANYONE), who);
		assert_noop!(withdraw(ANYONE), Error::NoStake);
		assert_noop!(withdraw(ALICE), Error::TooEarly);
		unstake(ALICE, STAKED);
		epochs(KEEP_EPOCHS);
		assert_noop!(withdraw(ALICE), Error::TooEarly);
		assert_noop!(TheCourt::withdraw_stake(RuntimeOrigin::none(), ALICE), BadOrigin);
		epochs(1);
		events();
		assert_ok!(withdraw(ALICE));
		assert_eq!(events(), vec![Event::StakeWithdrawn { juror: ALICE, amount: STAKED }]);
		assert_noop!(withdraw(ALICE), Error::NoStake);
		assert_eq!((held(ALICE), free(Asset::Native, ALICE)), (0, 100_000 * STRA));
		assert!(!Jurors::<Test>::contains_key(ALICE));
		// Its last owner is known until it is used again.
		assert_eq!(FreeLeaves::<Test>::get(GENERAL, 0), Some((0, CurrentEpoch::get())));
		assert_eq!(Leaves::<Test>::get(GENERAL, 0), Some(ALICE));
	});
}

#[test]
fn what_a_seat_needs_is_not_withdrawn() {
	build_and_execute(1, || {
		assert!(TheCourt::lock_seat(&ALICE, GENERAL, 50 * STRA).unwrap());
		assert!(!TheCourt::lock_seat(&ALICE, GENERAL, 150 * STRA + 1).unwrap());
		assert!(!TheCourt::lock_seat(&BOB, GENERAL, 1).unwrap());
		unstake(ALICE, STAKED);
		epochs(KEEP_EPOCHS + 1);
		let withdraw = || TheCourt::withdraw_stake(signed(ALICE), ALICE);
		assert_ok!(withdraw());
		assert_eq!(held(ALICE), 50 * STRA);
		assert_noop!(withdraw(), Error::TooEarly);
		assert_eq!(TheCourt::release_seat(&ALICE, GENERAL, 50 * STRA, STRA, None), Ok(STRA));
		assert_ok!(withdraw());
		assert_eq!(free(Asset::Native, ALICE), 99_999 * STRA);
		assert!(!Jurors::<Test>::contains_key(ALICE));
	});
}

#[test]
fn a_seat_is_released_once() {
	build_and_execute(1, || {
		assert!(TheCourt::lock_seat(&ALICE, GENERAL, STRA).unwrap());
		assert_ok!(TheCourt::release_seat(&ALICE, GENERAL, STRA, 0, None));
		let underflow = sp_runtime::ArithmeticError::Underflow;
		assert_noop!(TheCourt::release_seat(&ALICE, GENERAL, STRA, 0, None), underflow);
		assert_noop!(TheCourt::release_seat(&BOB, GENERAL, STRA, 0, None), Error::NoStake);
		assert_eq!((record(ALICE).locked, record(ALICE).seats), (0, 0));
	});
}

#[test]
fn a_slash_takes_what_is_pending_then_what_leaves_then_what_is_in_the_trees() {
	build_and_execute(1, || {
		let courts: [CourtId; 2] = [GENERAL, 2];
		assert_ok!(TheCourt::create_court(RuntimeOrigin::root(), None, terms()));
		assert_ok!(TheCourt::stake(signed(ALICE), 2, 100 * STRA));
		epochs(2);
		assert_ok!(TheCourt::activate(signed(ALICE), ALICE, 2));
		// 150 in this tree and 100 in that, 50 on their way out, 2 and 3 pending.
		unstake(ALICE, 50 * STRA);
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, 2 * STRA));
		assert_ok!(TheCourt::stake(signed(ALICE), 2, 3 * STRA));
		let now = || {
			let juror = record(ALICE);
			let part = |court| *juror.stake(court).unwrap();
			let [here, there] = courts.map(part);
			let leaving = juror.unbonding.iter().map(|chunk| chunk.amount).sum::<Balance>();
			[here.pending, there.pending, leaving, here.active, there.active]
				.map(|amount| amount / STRA)
		};
		assert_eq!(now(), [2, 3, 50, 150, 100]);
		let before = free(Asset::Native, TheCourt::account());
		let steps = [
			(1, [1, 3, 50, 150, 100]),
			(2, [0, 2, 50, 150, 100]),
			(12, [0, 0, 40, 150, 100]),
			(41, [0, 0, 0, 149, 100]),
			(0, [0, 0, 0, 149, 100]),
			(150, [0, 0, 0, 0, 99]),
		];
		for (amount, left) in steps {
			assert_eq!(slash(ALICE, amount * STRA, None), amount * STRA);
			assert_eq!(now(), left);
			assert_eq!(held(ALICE), left.iter().sum::<Balance>() * STRA);
			let epoch = CurrentEpoch::get();
			let trees = courts.map(|court| super::tree::total(court, epoch) / STRA);
			assert_eq!(trees, [left[3], left[4]]);
			check();
		}
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().jurors, 0);
		// Only what there is.
		epochs(2);
		assert_eq!(slash(ALICE, Balance::MAX, None), 99 * STRA);
		assert_eq!(free(Asset::Native, TheCourt::account()) - before, 305 * STRA);
		assert!(!Jurors::<Test>::contains_key(ALICE));
	});
}

#[test]
fn an_ejected_juror_is_out_of_the_tree_for_his_time_whatever_he_does() {
	build_and_execute(2, || {
		let epoch = CurrentEpoch::get();
		let until = epoch + 20;
		events();
		assert_eq!(slash(ALICE, STRA, Some(20)), STRA);
		assert_eq!(events(), vec![Event::Ejected { juror: ALICE, court: GENERAL, until }]);
		assert_eq!(total(epoch), STAKED);
		let Stake { active, pending, from, .. } = stake_of(ALICE);
		assert_eq!((active, pending, from), (0, STAKED - STRA, until));
		assert!(!TheCourt::lock_seat(&ALICE, GENERAL, 1).unwrap());
		// Neither more stake nor leaving and coming back shortens it.
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, STRA));
		assert_eq!(stake_of(ALICE).from, until);
		unstake(ALICE, STAKED);
		epochs(KEEP_EPOCHS + 1);
		assert_ok!(TheCourt::withdraw_stake(signed(ALICE), ALICE));
		assert_eq!(held(ALICE), 0);
		assert_noop!(TheCourt::withdraw_stake(signed(ALICE), ALICE), Error::TooEarly);
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, STAKED));
		assert_eq!(stake_of(ALICE).from, until);
		let activate = || TheCourt::activate(signed(ALICE), ALICE, GENERAL);
		epochs(until - CurrentEpoch::get() - 1);
		assert_noop!(activate(), Error::TooEarly);
		epochs(1);
		assert_ok!(activate());
		assert!(TheCourt::lock_seat(&ALICE, GENERAL, 1).unwrap());
		assert_ok!(TheCourt::release_seat(&ALICE, GENERAL, 1, 0, None));
	});
}

#[test]
fn who_is_ejected_and_has_left_is_forgotten_when_it_is_over() {
	build_and_execute(1, || {
		assert_eq!(slash(ALICE, STAKED, Some(3)), STAKED);
		assert!(Jurors::<Test>::contains_key(ALICE));
		epochs(2);
		let withdraw = || TheCourt::withdraw_stake(signed(ANYONE), ALICE);
		assert_noop!(withdraw(), Error::TooEarly);
		epochs(1);
		assert_ok!(withdraw());
		assert!(!Jurors::<Test>::contains_key(ALICE));
	});
}

#[test]
fn a_leaf_is_used_again_when_no_snapshot_knows_its_last_owner() {
	build_and_execute(3, || {
		let given_up = CurrentEpoch::get() + 1;
		next_epoch();
		assert_eq!(slash(ALICE, STAKED, None), STAKED);
		assert_eq!(slash(BOB, STAKED, None), STAKED);
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().free, (0, 2));
		let newcomers: Vec<AccountId> = (10..14).map(juror_at).collect();
		for who in &newcomers {
			stake_in(GENERAL, *who, STAKED);
		}
		let activate = |who| {
			assert_ok!(TheCourt::activate(signed(ANYONE), who, GENERAL));
		};
		epochs(2);
		activate(newcomers[0]);
		assert_eq!(stake_of(newcomers[0]).leaf, Some(3));
		epochs(2);
		activate(newcomers[1]);
		assert_eq!(stake_of(newcomers[1]).leaf, Some(4));
		// The last draw from the stakes of the epoch before still finds whom it was.
		assert_eq!(CurrentEpoch::get(), given_up - 1 + KEEP_EPOCHS);
		assert_eq!(weight(0, given_up - 1), STAKED);
		assert_eq!(Leaves::<Test>::get(GENERAL, 0), Some(ALICE));
		epochs(1);
		activate(newcomers[2]);
		activate(newcomers[3]);
		let leaves = [2, 3].map(|at: usize| stake_of(newcomers[at]).leaf.unwrap());
		assert_eq!(leaves, [0, 1]);
		assert_eq!(Leaves::<Test>::get(GENERAL, 0), Some(newcomers[2]));
		assert_eq!(Courts::<Test>::get(GENERAL).unwrap().free, (0, 0));
		assert_eq!(FreeLeaves::<Test>::iter().count(), 0);
		assert_eq!(weight(0, given_up), 0);
	});
}

#[test]
fn a_tree_without_room_takes_nobody() {
	build_and_execute(1, || {
		stake_in(GENERAL, BOB, STAKED);
		epochs(2);
		let before = Courts::<Test>::get(GENERAL).unwrap();
		Courts::<Test>::mutate(GENERAL, |court| {
			let court = court.as_mut().unwrap();
			court.levels = MAX_LEVELS;
			court.leaves = strata_court::capacity(MAX_LEVELS).unwrap();
		});
		let activate = || TheCourt::activate(signed(ANYONE), BOB, GENERAL);
		assert_noop!(activate(), Error::CourtFull);
		Courts::<Test>::insert(GENERAL, before);
		assert_ok!(activate());
	});
}

#[test]
fn a_closed_court_lets_stakes_move() {
	build_and_execute(1, || {
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_ok!(TheCourt::stake(signed(ALICE), GENERAL, STRA));
		epochs(2);
		assert_ok!(TheCourt::activate(signed(ALICE), ALICE, GENERAL));
		unstake(ALICE, STAKED);
		epochs(KEEP_EPOCHS + 1);
		assert_ok!(TheCourt::withdraw_stake(signed(ALICE), ALICE));
		assert_eq!(held(ALICE), 0);
	});
}
