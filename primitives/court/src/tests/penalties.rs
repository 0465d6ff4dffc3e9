//! Orderings, what an incoherent vote costs, and that it is rounded against the juror.

use codec::{Decode, Encode};
use proptest::prelude::*;
use sp_arithmetic::Perbill;

use super::{big, ceil, fraction};
use crate::*;

const ONE: u32 = 1_000_000_000;

fn parts(parts: u32) -> Perbill {
	Perbill::from_parts(parts)
}

/// Any penalties whose orderings hold, often with equality.
fn valid() -> impl Strategy<Value = Penalties> {
	let share = prop_oneof![Just(0), Just(ONE), Just(ONE / 3), 0..=ONE];
	let at_least = |least: u32| prop_oneof![Just(least), least..=ONE];
	(share.clone(), share)
		.prop_map(|(a, b)| (a.min(b), a.max(b)))
		.prop_flat_map(move |(least, most)| {
			(Just((least, most)), at_least(most.div_ceil(2)), at_least(most))
		})
		.prop_flat_map(move |(incoherent, no_commit, no_reveal)| {
			let denounced = at_least(no_reveal);
			(Just((incoherent, no_commit, no_reveal)), denounced, 0..=ONE)
		})
		.prop_map(|(((least, most), no_commit, no_reveal), denounced, bounty)| {
			// The most that leaves as much as is lost for no reveal, or less.
			let spare = u64::from(denounced - no_reveal) * u64::from(ONE);
			let most_bounty =
				spare.checked_div(u64::from(denounced)).map_or(ONE, |most| most as u32);
			Penalties {
				least: parts(least),
				most: parts(most),
				no_commit: parts(no_commit),
				no_reveal: parts(no_reveal),
				denounced: parts(denounced),
				bounty: parts(if bounty % 2 == 0 { most_bounty } else { bounty.min(most_bounty) }),
			}
		})
}

fn deposit() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..20, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s), Just(u128::MAX)]
}

#[test]
fn the_default_is_that_of_the_docs_and_valid() {
	let penalties = Penalties::default();
	assert_eq!(penalties.validate(), Ok(()));
	let Penalties { least, most, no_commit, no_reveal, denounced, bounty } = penalties;
	assert_eq!(
		[least, most, no_commit, no_reveal, denounced, bounty],
		[20, 60, 30, 75, 100, 25].map(Perbill::from_percent)
	);
	// The first and the third ordering hold with equality.
	let a_part_less = |share: Perbill| parts(share.deconstruct() - 1);
	let a_part_more = |share: Perbill| parts(share.deconstruct() + 1);
	for (changed, error) in [
		(
			Penalties { denounced: a_part_less(denounced), ..penalties },
			PenaltyError::DenouncedTooLow,
		),
		(Penalties { bounty: a_part_more(bounty), ..penalties }, PenaltyError::DenouncedTooLow),
		(
			Penalties { no_reveal: a_part_more(no_reveal), ..penalties },
			PenaltyError::DenouncedTooLow,
		),
		(
			Penalties { no_commit: a_part_less(no_commit), ..penalties },
			PenaltyError::NoCommitTooLow,
		),
		(Penalties { most: a_part_more(most), ..penalties }, PenaltyError::NoCommitTooLow),
	] {
		assert_eq!(changed.validate(), Err(error), "{changed:?}");
	}
}

#[test]
fn each_ordering_is_checked() {
	let penalties = Penalties::default();
	let percent = Perbill::from_percent;
	for (changed, result) in [
		(Penalties { least: percent(60), ..penalties }, Ok(())),
		(Penalties { least: parts(600_000_001), ..penalties }, Err(PenaltyError::LeastAboveMost)),
		(Penalties { no_reveal: percent(60), ..penalties }, Ok(())),
		(
			Penalties { no_reveal: parts(599_999_999), ..penalties },
			Err(PenaltyError::NoRevealTooLow),
		),
		(Penalties { no_commit: parts(0), ..penalties }, Err(PenaltyError::NoCommitTooLow)),
		(Penalties { bounty: percent(100), ..penalties }, Err(PenaltyError::DenouncedTooLow)),
		(Penalties { bounty: percent(0), denounced: percent(75), ..penalties }, Ok(())),
	] {
		assert_eq!(changed.validate(), result, "{changed:?}");
	}
	// An odd number of parts: half of it is rounded up.
	let odd = Penalties { most: parts(600_000_001), ..penalties };
	assert_eq!(odd.validate(), Err(PenaltyError::NoCommitTooLow));
	assert_eq!(Penalties { no_commit: parts(300_000_001), ..odd }.validate(), Ok(()));
}

#[test]
fn nothing_at_all_and_everything_are_valid() {
	let share = |percent: u32| Perbill::from_percent(percent);
	for (all, bounty, result) in [
		(0, 0, Ok(())),
		(0, 100, Ok(())),
		(100, 0, Ok(())),
		(100, 1, Err(PenaltyError::DenouncedTooLow)),
	] {
		let penalties = Penalties {
			least: share(all),
			most: share(all),
			no_commit: share(all),
			no_reveal: share(all),
			denounced: share(all),
			bounty: share(bounty),
		};
		assert_eq!(penalties.validate(), result, "{penalties:?}");
	}
}

#[test]
fn more_than_everything_is_refused() {
	let json = serde_json::to_value(Penalties::default()).unwrap();
	for field in ["least", "most", "no_commit", "no_reveal", "denounced", "bounty"] {
		let mut json = json.clone();
		json[field] = (ONE + 1).into();
		let penalties: Penalties = serde_json::from_value(json).unwrap();
		assert_eq!(penalties.validate(), Err(PenaltyError::AboveOne), "{field}");
		// Nor does it ever cost more than there is.
		assert!(slash(10, penalties.incoherent(1, 0, 1)) <= 10);
		assert!(Penalties::decode(&mut penalties.encode().as_slice()).is_err(), "{field}");
	}
}

#[test]
fn the_clearer_the_case_the_more_an_incoherent_vote_costs() {
	let penalties = Penalties::default();
	for (winning, losing, revealed, expected) in [
		(3, 2, 5, 280_000_000),
		(4, 1, 5, 440_000_000),
		(5, 0, 5, 600_000_000),
		// 0.2 + 0.4/3 and 0.2 + 0.4·7/11, up.
		(2, 1, 3, 333_333_334),
		(9, 2, 11, 454_545_455),
		// A tie, more losing than winning (awards that are scattered), none.
		(2, 2, 4, 200_000_000),
		(1, 4, 5, 200_000_000),
		(0, 0, 0, 200_000_000),
		// What cannot be.
		(9, 0, 5, 600_000_000),
		(5, 0, 0, 200_000_000),
		(u32::MAX, 0, u32::MAX, 600_000_000),
		(0, u32::MAX, u32::MAX, 200_000_000),
	] {
		let share = penalties.incoherent(winning, losing, revealed);
		assert_eq!(share, parts(expected), "{winning} {losing} {revealed}");
	}
}

#[test]
fn a_slash_is_rounded_up_by_a_unit() {
	for (deposit, share, expected) in [
		(0, ONE, 0),
		(1, 0, 0),
		(1, 1, 1),
		(1, ONE, 1),
		(10, 200_000_000, 2),
		(11, 200_000_000, 3),
		(300, 333_333_334, 101),
		(300, 333_333_333, 100),
		(u128::MAX, ONE, u128::MAX),
		(u128::MAX, 500_000_000, u128::MAX / 2 + 1),
	] {
		assert_eq!(slash(deposit, parts(share)), expected, "{deposit} {share}");
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn an_incoherent_vote_costs_between_least_and_most(
		penalties in valid(),
		winning in 0u32..100,
		losing in 0u32..100,
		silent in 0u32..3,
	) {
		let revealed = winning + losing + silent;
		let share = penalties.incoherent(winning, losing, revealed);
		prop_assert!(penalties.least <= share && share <= penalties.most);
		if losing >= winning {
			prop_assert_eq!(share, penalties.least);
		} else {
			let least = penalties.least.deconstruct();
			let span = big(penalties.most.deconstruct() - least);
			let exact = fraction(span * (winning - losing), revealed) + big(least);
			prop_assert_eq!(Some(u128::from(share.deconstruct())), ceil(&exact));
		}
	}

	#[test]
	fn the_orderings_hold_to_the_unit(
		penalties in valid(),
		deposit in deposit(),
		winning in 0u32..50,
		losing in 0u32..50,
	) {
		prop_assert_eq!(penalties.validate(), Ok(()));
		let of = |share| slash(deposit, share);
		let denounced = of(penalties.denounced);
		// To denounce oneself does not pay.
		prop_assert!(denounced - penalties.bounty.mul_floor(denounced) >= of(penalties.no_reveal));
		// Nor does it to hide a vote.
		prop_assert!(of(penalties.no_reveal) >= of(penalties.most));
		// Nor, for who is sure to one half, not to vote.
		prop_assert!(of(penalties.no_commit) >= of(penalties.most) / 2);
		let incoherent = of(penalties.incoherent(winning, losing, winning + losing));
		prop_assert!(of(penalties.least) <= incoherent && incoherent <= of(penalties.most));
	}

	#[test]
	fn a_slash_is_the_least_that_is_no_less(deposit in deposit(), share in 0..=ONE) {
		let slashed = slash(deposit, parts(share));
		prop_assert_eq!(Some(slashed), ceil(&fraction(big(deposit) * share, ONE)));
		prop_assert!(slashed <= deposit);
	}
}
