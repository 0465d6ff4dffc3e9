//! Each offender is reported once per session.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use sp_staking::{
	offence::{Kind, Offence, OffenceError, ReportOffence},
	SessionIndex,
};

use super::{signed, FOUR};
use crate::{mock::*, *};

/// An offence as consensus knows it: with the session of each offender.
struct Dated(Equivocation);

impl Offence<Offender<Test>> for Dated {
	const ID: Kind = Equivocation::ID;

	type Slot = u64;

	fn offenders(&self) -> Vec<Offender<Test>> {
		self.0.offenders().into_iter().map(|offender| (offender, self.0.session)).collect()
	}

	fn session_index(&self) -> SessionIndex {
		self.0.session_index()
	}

	fn validator_set_count(&self) -> u32 {
		self.0.validator_set_count()
	}

	fn slot(&self) -> u64 {
		self.0.slot()
	}

	fn slash_fraction(&self, offenders: u32) -> Perbill {
		self.0.slash_fraction(offenders)
	}
}

type Reports = OncePerSession<Test, Offences>;

/// Reports an offence of `who` in `session` and `slot`, as consensus does.
fn report(session: SessionIndex, who: u64, slot: u64) -> Result<(), OffenceError> {
	let severity = Perbill::from_percent(20);
	let offence = Equivocation { offenders: vec![who], session, slot, severity };
	Reports::report_offence(vec![], Dated(offence))
}

/// Whether a report of `who` is known to be of no use.
fn is_known(session: SessionIndex, who: u64, slot: u64) -> bool {
	let offender = ((who, ()), session);
	<Reports as ReportOffence<_, _, Dated>>::is_known_offence(&[offender], &slot)
}

#[test]
fn a_second_report_of_a_session_is_a_duplicate_and_leaves_nothing_behind() {
	build_and_execute(&FOUR, || {
		assert_ok!(ValidatorSet::bond(signed(3), 1_000));
		assert!(!is_known(0, 3, 7));
		assert_ok!(report(0, 3, 7));
		assert_eq!((held(3), disabled()), (900, vec![3]));
		// Of the same slot, and of others.
		for slot in [7, 8, 9] {
			assert!(is_known(0, 3, slot));
			assert_noop!(report(0, 3, slot), OffenceError::DuplicateReport);
		}
		assert_eq!(pallet_offences::Reports::<Test>::iter().count(), 1);
		assert_eq!(pallet_offences::ConcurrentReportsIndex::<Test>::iter().count(), 1);
	});
}

#[test]
fn another_session_or_another_offender_is_no_duplicate() {
	build_and_execute(&FOUR, || {
		assert_ok!(ValidatorSet::bond(signed(3), 1_000));
		assert_ok!(report(0, 3, 7));
		run_to_session(1);
		assert!(!is_known(1, 3, 8) && !is_known(0, 1, 7));
		assert_ok!(report(1, 3, 8));
		assert_eq!(held(3), 810);
		// Two of four: all that answered for the first session, less what was taken of it for the second.
		assert_ok!(report(0, 1, 7));
		assert_eq!(held(3), 0);
	});
}

#[test]
fn nobody_is_punished_for_the_session_of_another_offender_of_the_same_round() {
	build_and_execute(&FOUR, || {
		assert_ok!(ValidatorSet::bond(signed(3), 1_000));
		assert_ok!(report(0, 3, 7));
		assert_eq!(held(3), 900);
		run_to_session(1);
		// A round of votes lasts into the next session.
		assert_ok!(report(1, 1, 7));
		assert!(ValidatorSet::is_convicted(&1, 1) && !ValidatorSet::is_convicted(&3, 1));
		assert_eq!(held(3), 900);
		assert!(is_known(0, 3, 7) && is_known(1, 1, 7) && !is_known(1, 3, 7) && !is_known(0, 1, 7));
	});
}
