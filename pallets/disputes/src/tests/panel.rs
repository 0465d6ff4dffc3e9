//! Who judges: the draw of the pallet against a naive one over the same past, and all that can come in
//! between.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_core::U256;
use strata_court::{Epoch, KEEP_EPOCHS};
use strata_traits::{Balance, DisputeId};

use super::{
	tree::{stakes, History, Stakes},
	*,
};
use crate::{
	panel::DRAW_PAGE,
	types::{CourtId, Quota, Side, State, Terms},
	Courts, Draws, Jurors, SeatOf, Seats,
};

/// Has 99,000 STRA in the tree of [`GENERAL`], the others 200 each.
const WHALE: AccountId = 9_999;

fn stake_whale(court: CourtId) {
	stake_in(court, WHALE, 99_000 * STRA);
	next_epoch();
	next_epoch();
	assert_ok!(TheCourt::activate(signed(WHALE), WHALE, court));
}

fn jurors_of(id: DisputeId) -> Vec<AccountId> {
	seats(id).into_iter().map(|seat| seat.juror).collect()
}

fn sits(id: DisputeId, who: AccountId) -> bool {
	SeatOf::<Test>::contains_key(id, who)
}

/// Epochs pass until the case may have a seed.
fn until_seed(id: DisputeId) {
	let State::AwaitSeed { from, .. } = state(id) else { panic!("{:?}", state(id)) };
	while CurrentEpoch::get() < from {
		next_epoch();
	}
}

/// Advances the case, without a block passing.
fn push(id: DisputeId) {
	assert_ok!(TheCourt::advance(signed(ANYONE), id));
}

/// Takes all of a juror's stake but `left`, as a slash would.
fn slash_to(who: AccountId, left: Balance) {
	let bonded = Jurors::<Test>::get(who).unwrap().bonded().unwrap();
	assert!(TheCourt::lock_seat(&who, GENERAL, 1).unwrap());
	assert_ok!(TheCourt::release_seat(&who, GENERAL, 1, bonded - left, None));
}

fn eject(who: AccountId) {
	assert!(TheCourt::lock_seat(&who, GENERAL, 1).unwrap());
	assert_ok!(TheCourt::release_seat(&who, GENERAL, 1, 0, Some(100)));
}

/// A case that a panel of 11 decides.
fn contested_by_eleven() -> DisputeId {
	let Terms { panel, fee, deposit, penalties, .. } = terms();
	let five = strata_court::secured(panel, fee, deposit, penalties.least).unwrap();
	let id = file(CLAIMANT, claim_of(five / (STRA / DOLLAR) + 1), None).unwrap();
	assert_eq!(dispute(id).panel, 11);
	assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
	id
}

/// A list, drawn from one by one: whoever does not fit is drawn too.
fn naive(
	stakes: &Stakes,
	excluded: &BTreeSet<AccountId>,
	numbers: impl Iterator<Item = U256>,
	fits: impl Fn(AccountId) -> bool,
	seats: usize,
) -> Vec<AccountId> {
	let mut left: Vec<(AccountId, Balance)> = stakes.values().copied().collect();
	left.retain(|(who, _)| !excluded.contains(who));
	let mut panel = Vec::new();
	for number in numbers {
		let total = left.iter().map(|(_, weight)| weight).sum::<Balance>();
		if panel.len() == seats || total == 0 {
			break;
		}
		let mut offset = (number % U256::from(total)).as_u128();
		let at = left.iter().position(|(_, weight)| {
			let here = offset < *weight;
			offset = offset.saturating_sub(*weight);
			here
		});
		let (who, _) = left.remove(at.unwrap());
		if fits(who) {
			panel.push(who);
		}
	}
	panel
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, ..Default::default() })]

	#[test]
	fn every_seat_is_the_one_that_a_naive_draw_gives(
		weights in prop::collection::vec(100u32..90_000, 60..100),
		equal in any::<bool>(),
		fates in prop::collection::vec((0u32..60, 0u8..5), 0..14),
		entropy in any::<u64>(),
	) {
		new_test_ext(0).execute_with(|| {
			let parties = BTreeSet::from([CLAIMANT, ORIGINATOR, SERVICER]);
			let mut jurors: Vec<AccountId> = parties.iter().copied().collect();
			jurors.extend((0..weights.len() as u32).map(juror));
			for (who, weight) in jurors.iter().zip(weights.iter().cycle()) {
				let weight = if equal { 200 } else { *weight };
				stake_in(GENERAL, *who, Balance::from(weight) * STRA);
			}
			let mut history = History::default();
			history.next_epoch(GENERAL);
			history.next_epoch(GENERAL);
			for who in &jurors {
				assert_ok!(TheCourt::activate(signed(ANYONE), *who, GENERAL));
			}
			history.next_epoch(GENERAL);
			let id = file(CLAIMANT, claim(), None).unwrap();
			assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
			// Whatever happens now, happens after the stakes are fixed.
			let mut out = BTreeSet::new();
			let mut seen = BTreeSet::new();
			for (index, fate) in fates {
				let who = juror(index);
				if !seen.insert(who) {
					continue;
				}
				match fate {
					0 => slash_to(who, 49 * STRA),
					1 => eject(who),
					2 => Conflicted::mutate(|all| all.push(who)),
					3 => {
						let all = Jurors::<Test>::get(who).unwrap().bonded().unwrap();
						assert_ok!(TheCourt::unstake(signed(who), GENERAL, all));
					},
					_ => {
						assert_ok!(TheCourt::stake(signed(who), GENERAL, 9_000 * STRA));
					},
				}
				if fate < 3 {
					out.insert(who);
				}
			}
			let mut sat = parties.clone();
			for (round, size) in [(0u8, 5usize), (1, 11)] {
				let State::AwaitSeed { snapshot, from } = state(id) else { panic!() };
				while CurrentEpoch::get() < from {
					history.next_epoch(GENERAL);
				}
				let seed = sp_io::hashing::blake2_256(&(entropy + u64::from(round)).to_le_bytes());
				CurrentSeed::set(Some(seed));
				push(id);
				let most = 3 * size as u16;
				let numbers = (0..most).map(|j| strata_court::number(&seed, id, round, j));
				let stakes = &history.0[&snapshot];
				let fits = |who| !out.contains(&who);
				let expected = naive(stakes, &sat, numbers, fits, size);
				// The seed of a later epoch is none of its business.
				history.next_epoch(GENERAL);
				while matches!(state(id), State::Drawing { .. }) {
					push(id);
				}
				assert_eq!(jurors_of(id), expected, "round {round}");
				assert!(matches!(state(id), State::Evidence { .. }));
				sat.extend(expected);
				history.compare(GENERAL);
				check();
				if round == 0 {
					vote(id, &[10_000; 5]);
					fund_both(id);
					advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
				}
			}
		});
	}
}

#[test]
fn a_tree_of_a_million_leaves_is_drawn_from_alike() {
	build_and_execute(16, || {
		for index in 16..80 {
			stake_in(GENERAL, juror(index), STAKED + Balance::from(index) * STRA);
		}
		next_epoch();
		next_epoch();
		// Leaves that somebody had make way for a tree of five levels: 16 jurors in each part of it.
		let mut index = 16;
		for (levels, leaves) in [(2, 16), (3, 256), (4, 4_096), (5, 65_536)] {
			Courts::<Test>::mutate(GENERAL, |court| court.as_mut().unwrap().leaves = leaves);
			for _ in 0..16 {
				assert_ok!(TheCourt::activate(signed(ANYONE), juror(index), GENERAL));
				index += 1;
			}
			assert_eq!(Courts::<Test>::get(GENERAL).unwrap().levels, levels);
			check();
		}
		let mut history = History::default();
		history.next_epoch(GENERAL);
		assert_eq!(history.0.values().next().unwrap().len(), 80);
		let id = contested_by_eleven();
		until_seed(id);
		let seed = CurrentSeed::get().unwrap();
		push(id);
		push(id);
		push(id);
		let numbers = (0..33).map(|j| strata_court::number(&seed, id, 0, j));
		let stakes = history.0.values().next().unwrap();
		assert_eq!(jurors_of(id), naive(stakes, &BTreeSet::new(), numbers, |_| true, 11));
	});
}

#[test]
fn nobody_sits_twice_in_a_case() {
	build_and_execute(140, || {
		let id = drawn();
		let sizes = [5usize, 11, 23, 47];
		for (round, size) in sizes.into_iter().enumerate() {
			assert_eq!(jurors_of(id).len(), size);
			let all: usize = sizes[..=round].iter().sum();
			assert_eq!(SeatOf::<Test>::iter_prefix(id).count(), all);
			vote(id, &vec![if round % 2 == 0 { 10_000 } else { 0 }; size]);
			if round < 3 {
				fund_both(id);
				advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
				draw(id);
			}
		}
		let sat: BTreeSet<AccountId> =
			Seats::<Test>::iter_prefix_values((id,)).map(|seat| seat.juror).collect();
		assert_eq!(sat.len(), 86);
		close(id);
		assert!(Jurors::<Test>::iter_values().all(|juror| juror.locked == 0 && juror.seats == 0));
	});
}

#[test]
fn the_stakes_of_the_epoch_before_the_contest_count() {
	for epochs in [0, 1] {
		build_and_execute(20, || {
			stake_whale(GENERAL);
			for _ in 0..epochs {
				next_epoch();
			}
			let snapshot = CurrentEpoch::get() - 1;
			let id = contested();
			assert_eq!(state(id), State::AwaitSeed { snapshot, from: CurrentEpoch::get() + 2 });
			draw(id);
			assert_eq!(sits(id, WHALE), epochs == 1);
		});
	}
}

#[test]
fn a_seed_is_awaited_that_nobody_knew_at_the_contest() {
	build_and_execute(10, || {
		let id = contested();
		let advance = || TheCourt::advance(signed(ANYONE), id);
		assert_noop!(advance(), Error::NotDue);
		next_epoch();
		assert_noop!(advance(), Error::NotDue);
		next_epoch();
		let epoch = CurrentEpoch::get();
		events();
		push(id);
		let seed = CurrentSeed::get().unwrap();
		let draw = Draws::<Test>::get(id).unwrap();
		assert_eq!((draw.seed, draw.snapshot, draw.trials), (seed, epoch - 3, 0));
		let last = epoch - 3 + KEEP_EPOCHS;
		assert_eq!(state(id), State::Drawing { last });
		let taken =
			Event::SeedTaken { dispute: id, round: 0, snapshot: epoch - 3, seed: seed.into() };
		assert!(events().contains(&taken));
	});
}

#[test]
fn without_a_seed_the_next_epoch_is_awaited() {
	build_and_execute(10, || {
		let id = contested();
		until_seed(id);
		CurrentSeed::set(None);
		assert_noop!(TheCourt::advance(signed(ANYONE), id), Error::NotDue);
		// The hook does not mind.
		IdleHelps::set(true);
		pass_blocks(25);
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		next_epoch();
		pass_blocks(15);
		assert!(matches!(state(id), State::Evidence { .. }));
		assert_eq!(seats(id).len(), 5);
	});
}

#[test]
fn without_a_seed_for_long_later_stakes_count() {
	build_and_execute(10, || {
		let id = contested();
		let State::AwaitSeed { snapshot, .. } = state(id) else { panic!() };
		for _ in 0..=KEEP_EPOCHS {
			next_epoch();
			CurrentSeed::set(None);
		}
		assert_eq!(CurrentEpoch::get(), snapshot + KEEP_EPOCHS + 2);
		events();
		push(id);
		let later = CurrentEpoch::get() - 1;
		assert!(events().contains(&Event::Redrawn { dispute: id, snapshot: later }));
		assert_eq!(state(id), State::AwaitSeed { snapshot: later, from: later + 3 });
		draw(id);
	});
}

#[test]
fn a_draw_is_done_a_page_at_a_time() {
	build_and_execute(30, || {
		let id = contested_by_eleven();
		until_seed(id);
		push(id);
		push(id);
		assert_eq!(round(id).drawn, DRAW_PAGE);
		assert!(matches!(state(id), State::Drawing { .. }));
		check();
		assert_eq!(dispute(id).due, Some(TheCourt::height() + 1));
		push(id);
		assert_eq!((round(id).drawn, round(id).seats), (11, 11));
		assert!(Draws::<Test>::get(id).is_none());
		let drawn: Vec<_> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::Drawn { seat, juror, round: 0, dispute } if dispute == id => {
					Some((seat, juror))
				},
				_ => None,
			})
			.collect();
		let expected: Vec<_> = (0..11).zip(jurors_of(id)).collect();
		assert_eq!(drawn, expected);
	});
}

#[test]
fn a_draw_that_lasts_too_long_begins_again_and_keeps_its_seats() {
	build_and_execute(40, || {
		let id = contested_by_eleven();
		until_seed(id);
		push(id);
		push(id);
		let first = jurors_of(id);
		let State::Drawing { last } = state(id) else { panic!() };
		while CurrentEpoch::get() <= last {
			next_epoch();
		}
		events();
		push(id);
		let snapshot = CurrentEpoch::get() - 1;
		assert!(events().contains(&Event::Redrawn { dispute: id, snapshot }));
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		assert!(Draws::<Test>::get(id).is_none());
		check();
		draw(id);
		assert_eq!(jurors_of(id).len(), 11);
		assert_eq!(jurors_of(id)[..8], first);
		assert_eq!(SeatOf::<Test>::iter_prefix(id).count(), 11);
	});
}

#[test]
fn a_draw_may_take_until_its_last_epoch_ends() {
	build_and_execute(30, || {
		let id = contested_by_eleven();
		let State::AwaitSeed { snapshot, .. } = state(id) else { panic!() };
		while CurrentEpoch::get() < snapshot + KEEP_EPOCHS {
			next_epoch();
			// The tree changes in each of them.
			assert_ok!(TheCourt::unstake(signed(juror(0)), GENERAL, STRA));
		}
		let before = stakes(GENERAL);
		assert_eq!(before[&0].1, STAKED - KEEP_EPOCHS as Balance * STRA + STRA);
		push(id);
		push(id);
		push(id);
		assert_eq!(seats(id).len(), 11);
	});
}

#[test]
fn parties_are_not_drawn_whatever_they_stake() {
	build_and_execute(12, || {
		for who in [ORIGINATOR, SERVICER, CLAIMANT] {
			stake_in(GENERAL, who, 500_000 * STRA);
		}
		next_epoch();
		next_epoch();
		for who in [ORIGINATOR, SERVICER, CLAIMANT] {
			assert_ok!(TheCourt::activate(signed(who), who, GENERAL));
		}
		next_epoch();
		let id = contested();
		until_seed(id);
		push(id);
		// Known beforehand, they cost no number.
		assert_eq!(Draws::<Test>::get(id).unwrap().excluded.len(), 3);
		push(id);
		assert_eq!(seats(id).len(), 5);
		for who in [ORIGINATOR, SERVICER, CLAIMANT] {
			assert!(!sits(id, who));
		}
	});
}

#[test]
fn who_put_money_on_an_appeal_is_not_drawn_for_it() {
	for funds in [false, true] {
		build_and_execute(40, || {
			stake_whale(GENERAL);
			// It is not in the tree that the first panel is drawn from.
			let id = drawn();
			vote(id, &[10_000; 5]);
			let who = if funds { WHALE } else { ANYONE };
			let losing = Side::Respondent;
			assert_ok!(TheCourt::fund_appeal(signed(who), id, losing, 500 * STRA));
			advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
			draw(id);
			assert_eq!(seats(id).len(), 11);
			assert_eq!(sits(id, WHALE), !funds);
		});
	}
}

/// The whale is in the snapshot, and drawn first but for a wonder; then `happens`. Others sit.
fn passed_over(happens: fn()) {
	build_and_execute(20, || {
		stake_whale(GENERAL);
		next_epoch();
		let id = contested();
		until_seed(id);
		push(id);
		happens();
		push(id);
		assert_eq!(seats(id).len(), 5);
		assert!(!sits(id, WHALE));
	});
}

#[test]
fn who_turns_out_to_be_conflicted_is_passed_over() {
	passed_over(|| Conflicted::set(vec![WHALE]));
}

#[test]
fn who_is_ejected_is_passed_over() {
	passed_over(|| eject(WHALE));
}

#[test]
fn who_has_too_little_left_is_passed_over() {
	passed_over(|| slash_to(WHALE, 50 * STRA - 1));
}

#[test]
fn a_leaf_whose_owner_has_nothing_left_is_passed_over() {
	passed_over(|| {
		let leaf = Jurors::<Test>::get(WHALE).unwrap().stake(GENERAL).unwrap().leaf.unwrap();
		slash_to(WHALE, 0);
		assert!(!Jurors::<Test>::contains_key(WHALE));
		// Nobody gets it while a draw may meet it.
		let court = Courts::<Test>::get(GENERAL).unwrap();
		assert_eq!(court.free, (0, 1));
		stake_in(GENERAL, juror(500), STAKED);
		next_epoch();
		next_epoch();
		assert_ok!(TheCourt::activate(signed(ANYONE), juror(500), GENERAL));
		let other = Jurors::<Test>::get(juror(500)).unwrap().stake(GENERAL).unwrap().leaf;
		assert_ne!(other, Some(leaf));
	});
}

#[test]
fn just_enough_left_is_enough() {
	build_and_execute(20, || {
		stake_whale(GENERAL);
		next_epoch();
		let id = contested();
		until_seed(id);
		push(id);
		slash_to(WHALE, 50 * STRA);
		push(id);
		assert!(sits(id, WHALE));
		assert_eq!(Jurors::<Test>::get(WHALE).unwrap().free(), Some(0));
	});
}

#[test]
fn who_took_his_stake_out_after_the_snapshot_is_drawn_and_answers() {
	build_and_execute(20, || {
		stake_whale(GENERAL);
		next_epoch();
		let id = contested();
		assert_ok!(TheCourt::unstake(signed(WHALE), GENERAL, 99_000 * STRA));
		draw(id);
		assert!(sits(id, WHALE));
		for _ in 0..=KEEP_EPOCHS {
			next_epoch();
		}
		assert_ok!(TheCourt::withdraw_stake(signed(WHALE), WHALE));
		let withdraw = || TheCourt::withdraw_stake(signed(WHALE), WHALE);
		assert_noop!(withdraw(), Error::TooEarly);
		let juror = Jurors::<Test>::get(WHALE).unwrap();
		assert_eq!((juror.bonded(), juror.locked), (Some(50 * STRA), 50 * STRA));
		// All but he vote.
		advance_until(id, |state| matches!(state, State::Commit { .. }));
		let others = || seats(id).into_iter().filter(|seat| seat.juror != WHALE);
		for seat in others() {
			let sealed = commitment(id, seat.juror, 10_000);
			assert_ok!(TheCourt::commit(signed(seat.juror), id, sealed));
		}
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		for seat in others() {
			let salt = salt(seat.juror);
			assert_ok!(TheCourt::reveal(signed(seat.juror), id, 10_000, salt));
		}
		close(id);
		assert_eq!(Jurors::<Test>::get(WHALE).unwrap().bonded(), Some(35 * STRA));
		assert_ok!(withdraw());
		assert_eq!(free(strata_traits::Asset::Native, WHALE), (100_000 - 15) * STRA);
	});
}

/// What became of a case in a court with so many jurors.
fn with_jurors(jurors: u32) -> (State, CourtId) {
	let mut end = None;
	build_and_execute(jurors, || {
		let id = contested();
		end = Some((state(id), dispute(id).court));
		// It ends in any case.
		close(id);
	});
	end.unwrap()
}

#[test]
fn a_court_without_a_choice_of_jurors_tries_nothing() {
	for jurors in [0, 1, 2, 5, 9] {
		let (state, court) = with_jurors(jurors);
		assert!(matches!(state, State::Final { .. }), "{jurors}: {state:?}");
		assert_eq!(court, ACCREDITED);
	}
	let (state, court) = with_jurors(10);
	assert!(matches!(state, State::AwaitSeed { .. }));
	assert_eq!(court, GENERAL);
}

#[test]
fn parties_are_no_choice() {
	build_and_execute(9, || {
		stake_in(GENERAL, ORIGINATOR, STAKED);
		next_epoch();
		next_epoch();
		assert_ok!(TheCourt::activate(signed(ORIGINATOR), ORIGINATOR, GENERAL));
		next_epoch();
		let id = contested();
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		until_seed(id);
		push(id);
		assert!(matches!(state(id), State::Final { .. }));
	});
}

#[test]
fn stakes_that_are_nearly_gone_are_no_choice() {
	build_and_execute(10, || {
		// 499 STRA for five deposits of 50.
		for index in 0..10 {
			slash_to(juror(index), 50 * STRA - Balance::from(u32::from(index == 0)));
		}
		next_epoch();
		let id = contested();
		assert!(matches!(state(id), State::Final { .. }));
	});
	build_and_execute(10, || {
		for index in 0..10 {
			slash_to(juror(index), 50 * STRA);
		}
		next_epoch();
		draw(contested());
	});
}

#[test]
fn a_case_without_a_choice_goes_to_the_parent_court() {
	build_and_execute(9, || {
		court_with_experts(10);
		let id = filed();
		events();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		assert!(events().contains(&Event::Moved { dispute: id, court: ACCREDITED }));
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		check();
		draw(id);
		for seat in seats(id) {
			assert_eq!((seat.court, seat.deposit), (ACCREDITED, 500 * STRA));
			assert!(seat.juror >= juror(10_000));
		}
		vote(id, &[10_000; 5]);
		close(id);
	});
}

#[test]
fn a_draw_that_finds_nobody_ends() {
	build_and_execute(40, || {
		let id = contested();
		until_seed(id);
		push(id);
		Conflicted::set((0..40).map(juror).collect());
		push(id);
		assert_eq!(Draws::<Test>::get(id).unwrap().trials, u16::from(DRAW_PAGE));
		assert!(matches!(state(id), State::Drawing { .. }));
		push(id);
		assert!(matches!(state(id), State::Final { .. }));
		assert!(Draws::<Test>::get(id).is_none());
		assert_eq!(seats(id).len(), 0);
		close(id);
	});
}

#[test]
fn seats_that_are_drawn_stay_when_a_case_moves_to_the_parent_court() {
	build_and_execute(40, || {
		court_with_experts(6);
		let id = contested_by_eleven();
		until_seed(id);
		push(id);
		push(id);
		let first = jurors_of(id);
		assert_eq!(first.len(), 8);
		Conflicted::set((0..40).map(juror).collect());
		advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
		assert_eq!(dispute(id).court, ACCREDITED);
		check();
		draw(id);
		assert_eq!(jurors_of(id)[..8], first);
		let courts: Vec<CourtId> = seats(id).iter().map(|seat| seat.court).collect();
		assert_eq!(courts[..8], [GENERAL; 8]);
		assert_eq!(courts[8..], [ACCREDITED; 3]);
		vote(id, &[10_000; 11]);
		close(id);
	});
}

#[test]
fn a_stake_sits_no_more_often_than_it_covers() {
	build_and_execute(10, || {
		let mut seats_of: BTreeMap<AccountId, u32> = BTreeMap::new();
		let mut panels = 0;
		for index in 0..9 {
			let mut case = claim();
			case.at -= index;
			let id = file(CLAIMANT, case, None).unwrap();
			assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
			until_seed(id);
			let moved = |state| matches!(state, State::Evidence { .. } | State::Final { .. });
			while !moved(state(id)) {
				push(id);
			}
			check();
			if matches!(state(id), State::Final { .. }) {
				break;
			}
			panels += 1;
			for who in jurors_of(id) {
				*seats_of.entry(who).or_default() += 1;
			}
		}
		// 10 jurors with four deposits each.
		assert!((5..=8).contains(&panels), "{panels}");
		assert!(seats_of.values().all(|seats| *seats <= 4));
		assert_eq!(seats_of.values().max(), Some(&4));
	});
}

/// A case in the court of experts.
fn contested_before_experts() -> DisputeId {
	let id = crate::NextDispute::<Test>::get();
	assert_ok!(TheCourt::file(signed(CLAIMANT), Box::new(claim()), ACCREDITED, None));
	assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
	id
}

#[test]
fn who_lost_the_role_is_passed_over() {
	for loses in [false, true] {
		build_and_execute(0, || {
			assert_ok!(TheCourt::grant_role(RuntimeOrigin::root(), WHALE, EXPERT));
			court_with_experts(12);
			stake_whale(ACCREDITED);
			next_epoch();
			let id = contested_before_experts();
			until_seed(id);
			push(id);
			if loses {
				assert_ok!(TheCourt::revoke_role(RuntimeOrigin::root(), WHALE, EXPERT));
			}
			push(id);
			assert_eq!(seats(id).len(), 5);
			assert_eq!(sits(id, WHALE), !loses);
		});
	}
}

fn set_quota(seats: u8) {
	let quota = Some(Quota { court: ACCREDITED, seats });
	let terms = Terms { quota, ..terms() };
	assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, terms));
}

fn courts_of(id: DisputeId) -> Vec<CourtId> {
	seats(id).into_iter().map(|seat| seat.court).collect()
}

#[test]
fn a_quota_of_seats_is_drawn_from_the_other_court() {
	build_and_execute(20, || {
		set_quota(2);
		// Experts judge here too, and sit once all the same.
		for index in 0..6 {
			stake_in(GENERAL, juror(10_000 + index), 90_000 * STRA);
		}
		court_with_experts(14);
		for index in 0..6 {
			let who = juror(10_000 + index);
			assert_ok!(TheCourt::activate(signed(ANYONE), who, GENERAL));
		}
		next_epoch();
		let id = contested();
		draw(id);
		assert_eq!(courts_of(id), [ACCREDITED, ACCREDITED, GENERAL, GENERAL, GENERAL]);
		assert!(jurors_of(id)[..2].iter().all(|who| *who >= juror(10_000)));
		assert_eq!(SeatOf::<Test>::iter_prefix(id).count(), 5);
		assert!(seats(id).iter().all(|seat| seat.deposit == 50 * STRA));
		vote(id, &[10_000; 5]);
		fund_both(id);
		advance_until(id, |state| matches!(state, State::AwaitSeed { .. } | State::Final { .. }));
		// Experts who sit in either court's name are no choice any more; enough are left.
		draw(id);
		assert_eq!(courts_of(id)[..2], [ACCREDITED; 2]);
		assert_eq!(courts_of(id)[2..], [GENERAL; 9]);
		vote(id, &[10_000; 11]);
		close(id);
	});
}

#[test]
fn a_quota_without_a_choice_moves_the_case() {
	build_and_execute(20, || {
		set_quota(2);
		court_with_experts(3);
		let id = contested();
		// Nor are there enough experts for the whole panel.
		assert!(matches!(state(id), State::Final { .. }));
		assert_eq!(dispute(id).court, ACCREDITED);
	});
}

#[test]
fn who_replaces_an_expert_is_one() {
	build_and_execute(20, || {
		set_quota(2);
		court_with_experts(8);
		let id = drawn();
		let voters = jurors_of(id)[2..].to_vec();
		advance_until(id, |state| matches!(state, State::Commit { .. }));
		for who in &voters {
			assert_ok!(TheCourt::commit(signed(*who), id, commitment(id, *who, 10_000)));
		}
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		for who in &voters {
			assert_ok!(TheCourt::reveal(signed(*who), id, 10_000, salt(*who)));
		}
		advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
		draw(id);
		let all = courts_of(id);
		assert_eq!(all.len(), 7);
		assert_eq!(all[5..], [ACCREDITED; 2]);
		assert_eq!(SeatOf::<Test>::iter_prefix(id).count(), 7);
		for who in &jurors_of(id)[5..] {
			assert!(!voters.contains(who));
		}
		close(id);
	});
}

#[test]
fn a_stake_grown_after_the_contest_draws_no_more() {
	build_and_execute(20, || {
		let id = contested();
		let snapshot: Epoch = CurrentEpoch::get() - 1;
		assert_ok!(TheCourt::stake(signed(juror(0)), GENERAL, 90_000 * STRA));
		until_seed(id);
		assert_ok!(TheCourt::activate(signed(ANYONE), juror(0), GENERAL));
		push(id);
		assert_eq!(super::tree::weight(GENERAL, 0, snapshot), STAKED);
		push(id);
		assert_eq!(seats(id).len(), 5);
	});
}
