//! What governance may set, and what it may not.

use frame_support::{assert_noop, assert_ok, traits::Hooks};
use sp_runtime::{BuildStorage, DispatchError};

use super::{signed, FOUR};
use crate::{mock::*, TermsError::*, *};

/// Terms that do not hold together, and why.
fn impossible() -> Vec<(Terms, TermsError)> {
	vec![
		(Terms { seats: 0, ..TERMS }, SeatsOutOfRange),
		(Terms { seats: 101, ..TERMS }, SeatsOutOfRange),
		(Terms { least: 0, ..TERMS }, LeastOutOfRange),
		(Terms { seats: 3, ..TERMS }, LeastOutOfRange),
		(Terms { bond: 0, ..TERMS }, NoBond),
		(Terms { jail: 0, ..TERMS }, JailOutOfRange),
		(Terms { jail: LONGEST_JAIL + 1, ..TERMS }, JailOutOfRange),
		(Terms { issuance: 1_001, ..TERMS }, IssuanceTooHigh),
	]
}

#[test]
fn impossible_terms_are_refused() {
	build_and_execute(&FOUR, || {
		for (terms, why) in impossible() {
			let refused = ValidatorSet::set_terms(RuntimeOrigin::root(), terms);
			assert_noop!(refused, Error::<Test>::Terms(why));
		}
		let possible = Terms { seats: 4, least: 4, bond: 1, jail: LONGEST_JAIL, issuance: 1_000 };
		assert_noop!(ValidatorSet::set_terms(signed(1), possible), DispatchError::BadOrigin);
		assert_ok!(ValidatorSet::set_terms(RuntimeOrigin::root(), possible));
		assert_eq!(ValidatorSet::terms(), possible);
		assert_eq!(events(), [Event::TermsSet { terms: possible }]);
	});
}

#[test]
fn a_genesis_with_impossible_terms_is_refused() {
	for (terms, why) in impossible() {
		let config = crate::GenesisConfig::<Test> { terms: Some(terms), ..Default::default() };
		let built = std::panic::catch_unwind(|| config.build_storage());
		let said = *built.expect_err("no genesis").downcast::<String>().expect("a reason");
		assert!(said.contains(&format!("{why:?}")), "{said}");
	}
}

#[test]
fn genesis_names_terms_or_has_those_of_the_runtime() {
	let json = r#"{ "terms": { "seats": 7, "least": 1, "bond": 5, "jail": 3, "issuance": 0 } }"#;
	let config: crate::GenesisConfig<Test> = serde_json::from_str(json).expect("as documented");
	let terms = Terms { seats: 7, least: 1, bond: 5, jail: 3, issuance: 0 };
	assert_eq!(config.terms, Some(terms));
	let mut state: sp_io::TestExternalities = config.build_storage().expect("a genesis").into();
	state.execute_with(|| assert_eq!(ValidatorSet::terms(), terms));
	let json = r#"{ "terms": { "seat": 7, "least": 1, "bond": 5, "jail": 3, "issuance": 0 } }"#;
	assert!(serde_json::from_str::<crate::GenesisConfig<Test>>(json).is_err());
	build_and_execute(&FOUR, || {
		assert!(!CurrentTerms::<Test>::exists());
		assert_eq!(ValidatorSet::terms(), TERMS);
	});
}

#[test]
fn integrity_test_refuses_a_runtime_that_cannot_live() {
	ValidatorSet::integrity_test();
	let refuses = || std::panic::catch_unwind(ValidatorSet::integrity_test).is_err();
	HistoryDepth::set(0);
	assert!(refuses());
	HistoryDepth::set(DEPTH);
	InitialTerms::set(Terms { bond: 0, ..TERMS });
	assert!(refuses());
	InitialTerms::set(TERMS);
	ValidatorSet::integrity_test();
}
