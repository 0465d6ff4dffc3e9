//! Courts, their terms, and roles.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::{BuildStorage, DispatchError::BadOrigin, Perbill};
use strata_court::PenaltyError;

use super::*;
use crate::{
	types::{CourtId, Quota, RoleId, State, Terms, TermsError, MAX_ROLES},
	CourtTerms, Courts, NextCourt, Roles,
};

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn refused(error: TermsError) -> Error {
	Error::Terms(error)
}

/// What makes terms wrong.
type Spoil = fn(&mut Terms);

/// How many versions of the court's terms are kept.
fn kept(court: CourtId) -> usize {
	CourtTerms::<Test>::iter_prefix(court).count()
}

#[test]
fn only_the_admin_sets_courts_and_roles() {
	build_and_execute(0, || {
		let who = signed(ANYONE);
		assert_noop!(TheCourt::create_court(who.clone(), None, terms()), BadOrigin);
		assert_noop!(TheCourt::set_terms(who.clone(), GENERAL, terms()), BadOrigin);
		assert_noop!(TheCourt::grant_role(who.clone(), ANYONE, EXPERT), BadOrigin);
		assert_noop!(TheCourt::revoke_role(who, ANYONE, EXPERT), BadOrigin);
	});
}

#[test]
fn terms_must_hold_together() {
	use TermsError::*;
	build_and_execute(0, || {
		let cases: [(Spoil, TermsError); 22] = [
			(|terms| terms.deposit = 0, AmountOutOfRange),
			(|terms| terms.fee = 0, AmountOutOfRange),
			(|terms| terms.bond = 0, AmountOutOfRange),
			(|terms| terms.evidence = 0, AmountOutOfRange),
			(|terms| terms.stake = terms.deposit - 1, AmountOutOfRange),
			(|terms| terms.panel = 1, PanelOutOfRange),
			(|terms| terms.panel = 4, PanelOutOfRange),
			(|terms| terms.panel = 97, PanelOutOfRange),
			(|terms| terms.appeals = 5, PanelOutOfRange),
			(|terms| terms.periods.response = 0, PeriodTooShort),
			(|terms| terms.periods.evidence = 0, PeriodTooShort),
			(|terms| terms.periods.commit = 0, PeriodTooShort),
			(|terms| terms.periods.reveal = 0, PeriodTooShort),
			(|terms| terms.periods.appeal = 1, PeriodTooShort),
			(|terms| terms.periods.cooling = 0, PeriodTooShort),
			(|terms| terms.activation = 0, PeriodTooShort),
			(|terms| terms.activation = 1, PeriodTooShort),
			(|terms| terms.limitation = 0, NoLimitation),
			(|terms| terms.quota = Some(Quota { court: ACCREDITED, seats: 0 }), QuotaOutOfRange),
			(|terms| terms.quota = Some(Quota { court: ACCREDITED, seats: 5 }), QuotaOutOfRange),
			(|terms| terms.quota = Some(Quota { court: GENERAL, seats: 1 }), QuotaOutOfRange),
			(
				|terms| terms.penalties.no_reveal = Perbill::from_percent(59),
				Penalties(PenaltyError::NoRevealTooLow),
			),
		];
		for (spoil, error) in cases {
			let mut spoilt = terms();
			spoil(&mut spoilt);
			assert_noop!(TheCourt::set_terms(root(), GENERAL, spoilt), refused(error));
		}
		let own = Terms { quota: Some(Quota { court: 2, seats: 1 }), ..terms() };
		assert_noop!(TheCourt::create_court(root(), None, own), refused(QuotaOutOfRange));
		let unknown = Terms { quota: Some(Quota { court: 9, seats: 1 }), ..terms() };
		assert_noop!(TheCourt::create_court(root(), None, unknown), Error::UnknownCourt);
		assert_noop!(TheCourt::set_terms(root(), GENERAL, unknown), Error::UnknownCourt);
		assert_noop!(TheCourt::set_terms(root(), 2, terms()), Error::UnknownCourt);
	});
}

#[test]
fn a_court_is_below_one_that_there_is_and_not_too_deep() {
	build_and_execute(0, || {
		assert_noop!(TheCourt::create_court(root(), Some(2), terms()), Error::UnknownCourt);
		for (parent, court) in [(GENERAL, 2), (2, 3)] {
			assert_ok!(TheCourt::create_court(root(), Some(parent), terms()));
			let parent = Some(parent);
			assert_eq!(events(), vec![Event::CourtCreated { court, parent }]);
			assert_eq!(Courts::<Test>::get(court).unwrap().parent, parent);
		}
		assert_noop!(TheCourt::create_court(root(), Some(3), terms()), Error::TooManyCourts);
		assert_ok!(TheCourt::create_court(root(), Some(2), terms()));
		NextCourt::<Test>::put(CourtId::MAX);
		assert_noop!(TheCourt::create_court(root(), None, terms()), Error::TooManyCourts);
		NextCourt::<Test>::put(5);
	});
}

/// Whether a chain can begin with courts that have these parents.
fn can_begin_with(parents: &[Option<CourtId>]) -> bool {
	let courts = parents.iter().map(|parent| (*parent, terms())).collect();
	let genesis = RuntimeGenesisConfig {
		the_court: crate::GenesisConfig { courts, roles: vec![] },
		..Default::default()
	};
	std::panic::catch_unwind(|| genesis.build_storage().unwrap()).is_ok()
}

#[test]
fn at_genesis_every_way_up_ends_soon() {
	assert!(can_begin_with(&[None, Some(0), Some(1), Some(2)]));
	assert!(can_begin_with(&[Some(1), Some(2), Some(3), None]));
	for wrong in [
		&[Some(0)][..],
		&[Some(1), Some(0)],
		&[None, Some(2), Some(3), Some(1)],
		&[None, Some(2), Some(1), Some(1)],
		&[None, Some(0), Some(1), Some(2), Some(3)],
		&[Some(7)],
	] {
		assert!(!can_begin_with(wrong), "{wrong:?}");
	}
}

#[test]
fn superseded_terms_are_kept_as_long_as_a_case_is_tried_under_them() {
	build_and_execute(10, || {
		assert_ok!(TheCourt::set_terms(root(), GENERAL, Terms { fee: STRA, ..terms() }));
		assert_eq!(events(), vec![Event::TermsSet { court: GENERAL, version: 1 }]);
		assert_eq!(kept(GENERAL), 1);
		let id = filed();
		assert_ok!(TheCourt::set_terms(root(), GENERAL, Terms { fee: 2 * STRA, ..terms() }));
		assert_ok!(TheCourt::set_terms(root(), GENERAL, Terms { fee: 3 * STRA, ..terms() }));
		assert_eq!(dispute(id).version, 1);
		assert_eq!(kept(GENERAL), 2);
		let pinned = CourtTerms::<Test>::get(GENERAL, 1).unwrap();
		assert_eq!((pinned.terms.fee, pinned.cases), (STRA, 1));
		close(id);
		assert_eq!(kept(GENERAL), 1);
		assert_eq!(CourtTerms::<Test>::get(GENERAL, 3).unwrap().cases, 0);
	});
}

#[test]
fn a_case_keeps_its_terms_through_every_stage() {
	build_and_execute(10, || {
		let id = filed();
		let mut others = terms();
		others.deposit = 90 * STRA;
		others.periods.evidence = 77;
		others.periods.commit = 77;
		assert_ok!(TheCourt::set_terms(root(), GENERAL, others));
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		draw(id);
		assert!(seats(id).iter().all(|seat| seat.deposit == terms().deposit));
		let State::Evidence { until, .. } = state(id) else { panic!() };
		assert_eq!(until, TheCourt::height() + terms().periods.evidence);
		vote(id, &[10_000; 5]);
		close(id);
	});
}

#[test]
fn the_last_version_is_not_passed() {
	build_and_execute(0, || {
		Courts::<Test>::mutate(GENERAL, |court| court.as_mut().unwrap().version = u32::MAX);
		let overflow = sp_runtime::ArithmeticError::Overflow;
		assert_noop!(TheCourt::set_terms(root(), GENERAL, terms()), overflow);
		Courts::<Test>::mutate(GENERAL, |court| court.as_mut().unwrap().version = 0);
	});
}

#[test]
fn a_role_is_granted_once_and_taken_back_once() {
	build_and_execute(0, || {
		assert_noop!(TheCourt::revoke_role(root(), ANYONE, EXPERT), Error::NoSuchRole);
		assert_ok!(TheCourt::grant_role(root(), ANYONE, EXPERT));
		assert_eq!(events(), vec![Event::RoleGranted { who: ANYONE, role: EXPERT }]);
		assert_noop!(TheCourt::grant_role(root(), ANYONE, EXPERT), Error::RoleNotGranted);
		assert_noop!(TheCourt::revoke_role(root(), ANYONE, 2), Error::NoSuchRole);
		assert_ok!(TheCourt::revoke_role(root(), ANYONE, EXPERT));
		assert_eq!(events(), vec![Event::RoleRevoked { who: ANYONE, role: EXPERT }]);
		assert!(!Roles::<Test>::contains_key(ANYONE));
		for role in 0..MAX_ROLES as RoleId {
			assert_ok!(TheCourt::grant_role(root(), ANYONE, role));
		}
		assert_noop!(TheCourt::grant_role(root(), ANYONE, 99), Error::RoleNotGranted);
		assert_eq!(Roles::<Test>::get(ANYONE).len() as u32, MAX_ROLES);
	});
}
