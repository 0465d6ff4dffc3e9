//! Random cases to the end: whatever is ruled, appealed, given up or missing, no unit of STRA or of the
//! settlement asset comes or goes, and the court keeps none.

use frame_support::assert_ok;
use proptest::prelude::*;
use strata_traits::DisputeId;

use super::*;
use crate::types::{Outcome, Side, State};

/// What everybody does in a case.
#[derive(Clone, Debug)]
struct Course {
	/// Of what is claimed, in dollars; bonds are a thousand.
	amount: u32,
	freeze: Option<u16>,
	counter: bool,
	answer: u8,
	pieces: u8,
	/// By round, by seat: what is voted, and how.
	votes: Vec<(u16, u8)>,
	/// By round: what the sides raise, in parts of 200 of what they need.
	funds: Vec<(u8, u8)>,
	/// What the final authority says, if it comes to that.
	last: Option<u16>,
	fails: bool,
	/// In the middle of the case.
	stops: u8,
}

fn course() -> impl Strategy<Value = Course> {
	let votes = prop::collection::vec((0..=FULL, 0..20u8), 1..60);
	let funds = prop::collection::vec((0..=220u8, 0..=220u8), 4);
	(
		(1..1_600u32, prop::option::of(1..2_000u16), any::<bool>(), 0..10u8, 0..20u8),
		(votes, funds, prop::option::of(0..=FULL), prop::bool::weighted(0.1), 0..40u8),
	)
		.prop_map(|(case, trial)| {
			let (amount, freeze, counter, answer, pieces) = case;
			let (votes, funds, last, fails, stops) = trial;
			Course { amount, freeze, counter, answer, pieces, votes, funds, last, fails, stops }
		})
}

fn answer(id: DisputeId, course: &Course) -> bool {
	if course.counter {
		// Without a freeze there is nothing to lift.
		let lifted = TheCourt::post_counter_bond(signed(ORIGINATOR), id);
		assert_eq!(lifted.is_ok(), course.freeze.is_some());
	}
	for piece in 0..course.pieces {
		let who = if piece % 3 == 0 { ORIGINATOR } else { CLAIMANT };
		let hash = sp_core::H256::repeat_byte(piece);
		assert_ok!(TheCourt::submit_evidence(signed(who), id, hash, Default::default()));
	}
	match course.answer {
		0 => {
			assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		},
		1 => (),
		2 => {
			assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
		},
		_ => {
			assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
			return true;
		},
	}
	false
}

/// Seats vote as the course says: some do not commit, some do not reveal, some talk.
fn commit(id: DisputeId, course: &Course) {
	for (index, seat) in seats(id).into_iter().enumerate() {
		let (award, manner) = course.votes[index % course.votes.len()];
		// Most agree.
		let award = if manner < 10 { FULL } else { award };
		if manner == 19 {
			continue;
		}
		let who = seat.juror;
		let committed = TheCourt::commit(signed(who), id, commitment(id, who, award));
		if committed.is_ok() && manner == 18 {
			assert_ok!(TheCourt::denounce(signed(ANYONE), id, who, award, salt(who)));
		}
	}
}

fn reveal(id: DisputeId, course: &Course) {
	for (index, seat) in seats(id).into_iter().enumerate() {
		let (award, manner) = course.votes[index % course.votes.len()];
		let award = if manner < 10 { FULL } else { award };
		let ready = seat.commitment.is_some() && seat.denounced_by.is_none();
		if manner != 17 && ready && seat.award.is_none() {
			let replaced =
				TheCourt::reveal(signed(seat.juror), id, award, salt(seat.juror)).is_err();
			assert!(!replaced || round(id).from as usize > index);
		}
	}
}

fn fund(id: DisputeId, course: &Course) {
	let (claimant, respondent) = course.funds[usize::from(dispute(id).round) % 4];
	let cost = TheCourt::appeal(id, &dispute(id)).unwrap().cost;
	for (side, parts) in [(Side::Claimant, claimant), (Side::Respondent, respondent)] {
		for (who, backer) in BACKERS.into_iter().enumerate() {
			let whole = 3 * cost * Balance::from(parts) / 200;
			// Too little, or more than is missing: either is fine.
			let part = whole / (who as Balance + 2);
			if TheCourt::fund_appeal(signed(backer), id, side, part).is_err() {
				return;
			}
		}
	}
}

fn stop(id: DisputeId, course: &Course) {
	match course.stops {
		0 => {
			assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
		},
		1 => {
			assert_ok!(TheCourt::offer_settlement(signed(CLAIMANT), id, course.votes[0].0));
			let award = course.votes[0].0;
			assert_ok!(TheCourt::accept_settlement(signed(ORIGINATOR), id, award));
		},
		_ => advance(id),
	}
}

/// From the answer to the end; each stage is passed as the course says.
fn run(id: DisputeId, course: &Course) {
	for step in 0..3_000 {
		match state(id) {
			State::Closed { .. } => return,
			State::AwaitSeed { from, .. } if CurrentEpoch::get() < from => next_epoch(),
			State::Evidence { .. } if step > usize::from(course.stops) * 3 => stop(id, course),
			State::Commit { .. } if round(id).committed == 0 => {
				commit(id, course);
				advance(id);
			},
			State::Reveal { .. } => {
				reveal(id, course);
				advance(id);
			},
			State::Appeal { half, .. } if TheCourt::height() < half => {
				fund(id, course);
				advance(id);
			},
			State::Final { .. } => {
				if let Some(award) = course.last {
					assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, award));
				}
				advance(id);
			},
			_ => advance(id),
		}
	}
	panic!("stuck: {:?}", state(id));
}

fn check_end(id: DisputeId, before: (Balance, Balance)) {
	assert_eq!(sums(), before);
	assert_eq!(held(), (0, 0));
	assert_eq!(Kept::get(id), None);
	assert_eq!(OpenCases::get(id), None);
	let State::Closed { outcome, .. } = state(id) else { panic!() };
	let due = dispute(id).case.remedy.amount() * Balance::from(outcome.award()) / 10_000;
	match dispute(id).enforced {
		Some((paid, short)) => assert_eq!(paid + short, due),
		None => assert!(outcome.award() == 0 || EnforceFails::get()),
	}
	let paid = dispute(id).enforced.map_or(0, |(paid, _)| paid);
	assert_eq!(free(USD, CLASS), paid);
	for juror in crate::Jurors::<Test>::iter_values() {
		assert_eq!((juror.locked, juror.seats), (0, 0));
	}
	assert_ne!(outcome, Outcome::Decided);
	check();
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(200))]

	#[test]
	fn every_unit_of_a_case_goes_to_somebody(course in course(), experts in any::<bool>()) {
		new_test_ext(100).execute_with(|| {
			if experts {
				court_with_experts(24);
			}
			let before = sums();
			let amount = Balance::from(course.amount) * DOLLAR;
			let freeze = course.freeze.map(|most| Balance::from(most) * DOLLAR);
			let id = file(CLAIMANT, claim_of(amount), freeze).unwrap();
			EnforceFails::set(course.fails);
			answer(id, &course);
			run(id, &course);
			check_end(id, before);
		});
	}
}
