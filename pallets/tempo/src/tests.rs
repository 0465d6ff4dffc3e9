//! Refusals first, then the two tempos, then reading without state.

use frame_support::{
	assert_noop,
	traits::{Get, GetCallMetadata, GetCallName, GetStorageVersion, StorageVersion},
};
use proptest::prelude::*;
use sp_io::TestExternalities;
use sp_runtime::{BuildStorage, DispatchError};

use crate::{mock::*, Tempo as Beat, TempoError::*, *};

/// `fast`, with one thing changed.
fn with(change: impl FnOnce(&mut Beat)) -> Beat {
	let mut tempo = Beat::fast();
	change(&mut tempo);
	tempo
}

/// Each period that is counted in blocks.
const PERIODS: [fn(&mut Beat) -> &mut u32; 7] = [
	|tempo| &mut tempo.prepare_period,
	|tempo| &mut tempo.decision_period,
	|tempo| &mut tempo.confirm_period,
	|tempo| &mut tempo.min_enactment_period,
	|tempo| &mut tempo.undeciding_timeout,
	|tempo| &mut tempo.vote_locking_period,
	|tempo| &mut tempo.motion_duration,
];

/// Every reader, widened.
fn readings() -> [u64; 17] {
	[
		EpochDuration::<Test>::get(),
		<SessionPeriod<Test> as Get<u64>>::get(),
		u64::from(UnbondingSessions::<Test>::get()),
		SetIdSessionEntries::<Test>::get(),
		<PreparePeriod<Test> as Get<u64>>::get(),
		<DecisionPeriod<Test> as Get<u64>>::get(),
		<ConfirmPeriod<Test> as Get<u64>>::get(),
		<MinEnactmentPeriod<Test> as Get<u64>>::get(),
		<UndecidingTimeout<Test> as Get<u64>>::get(),
		<VoteLockingPeriod<Test> as Get<u64>>::get(),
		<MotionDuration<Test> as Get<u64>>::get(),
		ReportLongevity::<Test>::get(),
		<GovernanceHour<Test> as Get<u64>>::get(),
		<GovernanceHours<Test, 48> as Get<u64>>::get(),
		<GovernanceHours<Test, { Beat::MOST_GOVERNANCE_HOURS }> as Get<u64>>::get(),
		GovernanceMillis::<Test, 48>::get(),
		GovernanceMillis::<Test, { Beat::MOST_GOVERNANCE_HOURS }>::get(),
	]
}

/// What `readings` has to be for `tempo`.
fn expected(tempo: Beat) -> [u64; 17] {
	let hour = u64::from(tempo.governance_hour);
	[
		tempo.session_slots.into(),
		tempo.session_slots.into(),
		tempo.unbonding_sessions.into(),
		u64::from(tempo.unbonding_sessions) + 2,
		tempo.prepare_period.into(),
		tempo.decision_period.into(),
		tempo.confirm_period.into(),
		tempo.min_enactment_period.into(),
		tempo.undeciding_timeout.into(),
		tempo.vote_locking_period.into(),
		tempo.motion_duration.into(),
		u64::from(tempo.unbonding_sessions) * u64::from(tempo.session_slots),
		hour,
		48 * hour,
		87_600 * hour,
		48 * hour * 6_000,
		87_600 * hour * 6_000,
	]
}

#[test]
fn sessions_out_of_range_are_refused() {
	for slots in [0, 9, Beat::LONGEST_SESSION + 1, u32::MAX] {
		assert_eq!(with(|tempo| tempo.session_slots = slots).check(), Err(SessionOutOfRange));
	}
	for slots in [10, Beat::LONGEST_SESSION] {
		assert_eq!(with(|tempo| tempo.session_slots = slots).check(), Ok(()));
	}
}

#[test]
fn unbonding_out_of_range_is_refused() {
	for sessions in [0, 2, Beat::LONGEST_UNBONDING + 1, u32::MAX] {
		let tempo = with(|tempo| tempo.unbonding_sessions = sessions);
		assert_eq!(tempo.check(), Err(UnbondingOutOfRange));
	}
	for sessions in [3, Beat::LONGEST_UNBONDING] {
		assert_eq!(with(|tempo| tempo.unbonding_sessions = sessions).check(), Ok(()));
	}
}

#[test]
fn no_period_may_be_zero_or_longer_than_a_year() {
	for period in PERIODS {
		for blocks in [0, Beat::LONGEST_PERIOD + 1, u32::MAX] {
			assert_eq!(with(|tempo| *period(tempo) = blocks).check(), Err(PeriodOutOfRange));
		}
	}
	let longest = with(|tempo| PERIODS.iter().for_each(|p| *p(tempo) = Beat::LONGEST_PERIOD));
	assert_eq!(longest.check(), Err(TimeoutWithinPreparation));
	let possible = Beat { prepare_period: Beat::LONGEST_PERIOD - 1, ..longest };
	assert_eq!(possible.check(), Ok(()));
}

#[test]
fn confirmation_must_fit_into_the_decision() {
	let decision = Beat::fast().decision_period;
	let tempo = with(|tempo| tempo.confirm_period = decision + 1);
	assert_eq!(tempo.check(), Err(ConfirmationLongerThanDecision));
	assert_eq!(with(|tempo| tempo.confirm_period = decision).check(), Ok(()));
}

#[test]
fn a_referendum_must_be_decidable_before_it_times_out() {
	let prepare = Beat::fast().prepare_period;
	let tempo = with(|tempo| tempo.undeciding_timeout = prepare);
	assert_eq!(tempo.check(), Err(TimeoutWithinPreparation));
	assert_eq!(with(|tempo| tempo.undeciding_timeout = prepare + 1).check(), Ok(()));
}

#[test]
fn voters_stay_until_what_they_voted_for_is_enacted() {
	let enactment = Beat::fast().min_enactment_period;
	let tempo = with(|tempo| tempo.vote_locking_period = enactment - 1);
	assert_eq!(tempo.check(), Err(VoteUnlockedBeforeEnactment));
	assert_eq!(with(|tempo| tempo.vote_locking_period = enactment).check(), Ok(()));
}

#[test]
fn an_hour_of_governance_is_at_least_a_block_and_at_most_an_hour() {
	for blocks in [0, Beat::LONGEST_GOVERNANCE_HOUR + 1, u32::MAX] {
		let tempo = with(|tempo| tempo.governance_hour = blocks);
		assert_eq!(tempo.check(), Err(GovernanceHourOutOfRange));
	}
	for blocks in [1, Beat::LONGEST_GOVERNANCE_HOUR] {
		assert_eq!(with(|tempo| tempo.governance_hour = blocks).check(), Ok(()));
	}
}

#[test]
fn the_longest_delay_in_hours_fits_into_a_block_number() {
	let blocks = Beat::LONGEST_GOVERNANCE_HOUR.checked_mul(Beat::MOST_GOVERNANCE_HOURS);
	assert_eq!(blocks, Some(52_560_000));
}

#[test]
#[should_panic(expected = "tempo refused at genesis: Err(SessionOutOfRange)")]
fn genesis_refuses_a_tempo_that_makes_no_sense() {
	build_and_execute(with(|tempo| tempo.session_slots = 0), || {});
}

#[test]
fn try_state_finds_a_tempo_that_makes_no_sense() {
	TestExternalities::default().execute_with(|| {
		CurrentTempo::<Test>::put(with(|tempo| tempo.motion_duration = 0));
		assert_eq!(
			Pallet::<Test>::do_try_state(),
			Err(DispatchError::Other("tempo: period out of range"))
		);
		CurrentTempo::<Test>::put(with(|tempo| tempo.governance_hour = 0));
		assert_eq!(
			Pallet::<Test>::do_try_state(),
			Err(DispatchError::Other("tempo: hour of governance out of range"))
		);
	});
}

#[test]
fn nobody_can_call_it() {
	// The list is not empty, so the absence means something.
	assert_eq!(RuntimeCall::get_module_names(), ["System"]);
	assert!(Call::<Test>::get_call_names().is_empty());
}

#[test]
fn a_signed_account_cannot_write_it_raw() {
	build_and_execute(Beat::fast(), || {
		let key = CurrentTempo::<Test>::hashed_key().to_vec();
		let call = frame_system::Call::<Test>::kill_storage { keys: vec![key] };
		assert_noop!(
			sp_runtime::traits::Dispatchable::dispatch(
				RuntimeCall::System(call),
				RuntimeOrigin::signed(1)
			),
			DispatchError::BadOrigin
		);
		assert_eq!(Pallet::<Test>::tempo(), Beat::fast());
	});
}

#[test]
fn both_tempos_hold_and_are_read() {
	for tempo in [Beat::fast(), Beat::live()] {
		assert_eq!(tempo.check(), Ok(()));
		build_and_execute(tempo, || {
			assert_eq!(Pallet::<Test>::tempo(), tempo);
			assert_eq!(readings(), expected(tempo));
		});
	}
}

#[test]
fn figures_of_the_design() {
	assert_eq!(Beat::fast().session_slots, 50);
	assert_eq!(Beat::live().session_slots, 2_400);
	let fast = Beat::fast();
	let worst = fast.prepare_period + fast.decision_period + fast.confirm_period;
	assert!(worst + fast.min_enactment_period <= 20, "a referendum passes within 20 blocks");
	let live = Beat::live();
	let week = 7 * 14_400;
	assert!(live.decision_period >= week && live.min_enactment_period >= 14_400);
	assert_eq!(live.unbonding_sessions * live.session_slots, 4 * week);
	assert_eq!((fast.governance_hour, live.governance_hour), (1, 600));
}

#[test]
fn without_state_it_is_live_and_never_zero() {
	TestExternalities::default().execute_with(|| {
		assert!(!CurrentTempo::<Test>::exists());
		assert_eq!(readings(), expected(Beat::live()));
		assert!(readings().iter().all(|value| *value > 0));
		assert_eq!(Pallet::<Test>::do_try_state(), Ok(()));
	});
	// Undecodable state is not a reason to stop either.
	TestExternalities::default().execute_with(|| {
		sp_io::storage::set(&CurrentTempo::<Test>::hashed_key(), &[1, 2, 3]);
		assert_eq!(readings(), expected(Beat::live()));
	});
}

#[test]
fn genesis_that_says_nothing_is_live() {
	let storage = RuntimeGenesisConfig::default().build_storage().expect("a genesis");
	TestExternalities::new(storage).execute_with(|| {
		assert!(CurrentTempo::<Test>::exists());
		assert_eq!(Pallet::<Test>::tempo(), Beat::live());
		assert_eq!(Pallet::<Test>::on_chain_storage_version(), StorageVersion::new(1));
	});
}

#[test]
fn genesis_json_reads_as_written() {
	let json = r#"{ "tempo": {
		"sessionSlots": 50, "unbondingSessions": 12, "preparePeriod": 2, "decisionPeriod": 10,
		"confirmPeriod": 3, "minEnactmentPeriod": 2, "undecidingTimeout": 50,
		"votelockingPeriod": 10, "motionDuration": 20, "governanceHour": 1 } }"#;
	// A misspelt name is refused rather than ignored.
	assert!(serde_json::from_str::<crate::GenesisConfig<Test>>(json).is_err());
	let json = json.replace("votelocking", "voteLocking");
	let config: crate::GenesisConfig<Test> = serde_json::from_str(&json).expect("as documented");
	assert_eq!(config.tempo, Beat::fast());
	let again = serde_json::to_string(&config).expect("serialises");
	let again: crate::GenesisConfig<Test> = serde_json::from_str(&again).expect("reads back");
	assert_eq!(again.tempo, Beat::fast());
}

proptest! {
	/// Whatever `check` accepts can be read through every reader: never zero, and exactly the value.
	#[test]
	fn what_is_accepted_is_readable(values in prop::array::uniform10(0u32..=700_000)) {
		let [
			slots, unbonding, prepare, decision, confirm, enactment, undeciding, voting, motion, hour,
		] = values;
		let tempo = Beat {
			session_slots: slots / 5,
			unbonding_sessions: unbonding / 60,
			prepare_period: prepare,
			decision_period: decision,
			confirm_period: confirm,
			min_enactment_period: enactment,
			undeciding_timeout: undeciding,
			vote_locking_period: voting,
			motion_duration: motion,
			governance_hour: hour / 1_000,
		};
		if tempo.check().is_ok() {
			build_and_execute(tempo, || {
				assert_eq!(readings(), expected(tempo));
				assert!(readings().iter().all(|value| *value > 0));
			});
		} else {
			let blocks = [prepare, decision, confirm, enactment, undeciding, voting, motion];
			let at_fault = slots / 5 < 10
				|| slots / 5 > 100_800
				|| unbonding / 60 < 3
				|| unbonding / 60 > 10_000
				|| blocks.contains(&0)
				|| confirm > decision
				|| prepare >= undeciding
				|| enactment > voting
				|| hour / 1_000 < 1
				|| hour / 1_000 > 600;
			prop_assert!(at_fault, "refused without a reason: {tempo:?}");
		}
	}
}
