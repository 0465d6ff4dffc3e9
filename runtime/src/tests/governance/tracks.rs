//! The tracks: from submission to effect, and what each may do.

use std::collections::BTreeSet;

use frame_support::{
	assert_noop, assert_ok,
	storage::{with_transaction, TransactionOutcome},
	traits::{fungible::NativeOrWithId, Get},
};
use pallet_referenda::{ReferendumInfo, ReferendumInfoFor, TrackInfo, TracksInfo};
use pallet_strata_tempo::Tempo as Beat;
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult};
use strata_numbers::Ratio;
use strata_traits::{Asset, Listing, ParameterSet, PriceFeeds};

use super::{enact, office, referendum, root, submit};
use crate::{
	genesis::{STRA_FEED, USDX, WTI},
	governance::{
		origins::Origin,
		parameters::ChangePeriods,
		tracks::{
			CANCELLER_TRACK, COURT_TRACK, ORACLE_TRACK, RISK_TRACK, ROOT_TRACK, TREASURER_TRACK,
		},
		Tracks,
	},
	tests::chain::{account, on_dev_chain, send, send_failing},
	units::{SLOT_MILLIS, STRA},
	Balance, BlockNumber, Oracle, OriginCaller, Risk, Runtime, RuntimeCall, RuntimeOrigin,
};

/// Every office, with its track.
const OFFICES: [(Origin, u16); 5] = [
	(Origin::RiskAdmin, RISK_TRACK),
	(Origin::OracleAdmin, ORACLE_TRACK),
	(Origin::CourtAdmin, COURT_TRACK),
	(Origin::Treasurer, TREASURER_TRACK),
	(Origin::Canceller, CANCELLER_TRACK),
];

/// Each track.
fn tracks() -> impl Iterator<Item = (u16, TrackInfo<Balance, BlockNumber>)> {
	Tracks::track_ids()
		.map(|id| (id, Tracks::info(id).expect("a track that is named").into_owned()))
}

#[test]
fn every_track_should_be_known_by_id_name_and_origin() {
	on_dev_chain(|| {
		let ids: Vec<_> = Tracks::track_ids().collect();
		assert_eq!(ids, [0, 10, 11, 12, 20, 30]);
		assert_eq!(ids, Tracks::tracks().map(|track| track.id).collect::<Vec<_>>());
		assert!(Tracks::info(1).is_none() && Tracks::info(31).is_none());
		let names: BTreeSet<_> = tracks().map(|(_, info)| info.name).collect();
		assert_eq!(names.len(), ids.len());
		assert_eq!(Tracks::track_for(&root()), Ok(ROOT_TRACK));
		for (origin, track) in OFFICES {
			assert_eq!(Tracks::track_for(&office(origin)), Ok(track));
		}
		let signed = frame_system::RawOrigin::Signed(account("Alice")).into();
		assert!(Tracks::track_for(&signed).is_err());
		let council = pallet_collective::RawOrigin::Members(3, 3);
		assert!(Tracks::track_for(&OriginCaller::Council(council)).is_err());
	});
}

#[test]
fn tracks_should_follow_the_tempo_and_never_wait_for_nothing() {
	on_dev_chain(|| {
		let tempo = Beat::fast();
		for (id, info) in tracks() {
			let longest = info.prepare_period
				+ info.decision_period
				+ info.confirm_period
				+ info.min_enactment_period;
			assert!(longest <= 20, "track {id}: {longest}");
			assert!(info.confirm_period <= info.decision_period, "track {id}");
			for (period, whole) in [
				(info.prepare_period, tempo.prepare_period),
				(info.decision_period, tempo.decision_period),
				(info.confirm_period, tempo.confirm_period),
				(info.min_enactment_period, tempo.min_enactment_period),
			] {
				assert!((1..=whole).contains(&period), "track {id}");
			}
		}
	});
}

#[test]
fn tracks_of_a_live_chain_should_take_days_and_the_canceller_be_first() {
	// The SDK asks for tracks on empty storage too, which is a live chain.
	sp_io::TestExternalities::default().execute_with(|| {
		Tracks::check_integrity().expect("sorted");
		const MINUTE: u32 = 10;
		const HOUR: u32 = 60 * MINUTE;
		const DAY: u32 = 24 * HOUR;
		let periods: Vec<_> = tracks()
			.map(|(id, info)| {
				(
					id,
					info.prepare_period,
					info.decision_period,
					info.confirm_period,
					info.min_enactment_period,
				)
			})
			.collect();
		let expected = [
			(ROOT_TRACK, 2 * HOUR, 14 * DAY, DAY, 2 * DAY),
			(RISK_TRACK, 2 * HOUR, 7 * DAY, DAY, 2 * DAY),
			(ORACLE_TRACK, HOUR, 7 * DAY, DAY, DAY),
			(COURT_TRACK, 2 * HOUR, 7 * DAY, DAY, DAY),
			(TREASURER_TRACK, 2 * HOUR, 14 * DAY, DAY, DAY),
			(CANCELLER_TRACK, 30 * MINUTE, 7 * DAY, 3 * HOUR, 10 * MINUTE),
		];
		assert_eq!(periods, expected);
		let soonest = |&(id, prepare, _, confirm, enactment): &(u16, u32, u32, u32, u32)| {
			(id != CANCELLER_TRACK, prepare + confirm + enactment)
		};
		let (_, cancelled) = periods.iter().map(soonest).min().expect("the canceller");
		let others = periods.iter().map(soonest).filter(|(other, _)| *other);
		assert!(others.min().expect("others").1 > 4 * cancelled);
	});
}

#[test]
fn approval_and_support_should_fall_to_their_floors_and_never_below() {
	sp_io::TestExternalities::default().execute_with(|| {
		let at = sp_runtime::Perbill::from_percent;
		for (id, least_approval, least_support) in [
			(ROOT_TRACK, 50, 1),
			(RISK_TRACK, 60, 5),
			(ORACLE_TRACK, 60, 5),
			(COURT_TRACK, 60, 5),
			(TREASURER_TRACK, 50, 2),
		] {
			let info = Tracks::info(id).expect("a track");
			let (mut approval, mut support) = (at(100), at(100));
			for x in 0..=100 {
				let needed =
					(info.min_approval.threshold(at(x)), info.min_support.threshold(at(x)));
				assert!(needed.0 <= approval && needed.1 <= support, "track {id} rises at {x}");
				(approval, support) = needed;
			}
			// What is rounded in the curve is less than a thousandth.
			let close = |value: sp_runtime::Perbill, percent| {
				let (value, wanted) = (value.deconstruct(), at(percent).deconstruct());
				value.abs_diff(wanted) <= 1_000_000
			};
			assert!(close(approval, least_approval), "track {id}: {approval:?}");
			assert!(close(support, least_support), "track {id}: {support:?}");
			let begin = info.min_support.threshold(at(0));
			assert!(begin >= at(25), "track {id} begins with {begin:?}");
		}
	});
}

#[test]
fn referendum_of_the_root_track_should_take_effect_within_twenty_blocks() {
	on_dev_chain(|| {
		let items = vec![(b"key".to_vec(), b"value".to_vec())];
		let blocks = enact(root(), frame_system::Call::set_storage { items });
		assert!(blocks <= 20, "{blocks}");
		assert_eq!(sp_io::storage::get(b"key").as_deref(), Some(&b"value"[..]));
	});
}

#[test]
fn referendum_of_the_risk_track_should_take_effect_within_twenty_blocks() {
	on_dev_chain(|| {
		let (asset, depeg_band) = (NativeOrWithId::WithId(USDX), Ratio::from_rational(3, 100));
		let call = pallet_strata_risk::Call::set_settlement { asset: asset.clone(), depeg_band };
		let blocks = enact(office(Origin::RiskAdmin), call);
		assert!(blocks <= 20, "{blocks}");
		let listed = Risk::settlement(&asset).expect("listed");
		assert_eq!(listed.depeg_band, depeg_band);
	});
}

#[test]
fn referendum_of_the_oracle_track_should_take_effect_within_twenty_blocks() {
	on_dev_chain(|| {
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), NativeOrWithId::Native));
		let call = pallet_strata_oracle::Call::remove_feed { feed: STRA_FEED };
		let blocks = enact(office(Origin::OracleAdmin), call);
		assert!(blocks <= 20, "{blocks}");
		assert!(!Oracle::is_listed(STRA_FEED));
	});
}

#[test]
fn referendum_of_the_court_track_should_take_effect_within_twenty_blocks() {
	on_dev_chain(|| {
		let (who, role) = (account("Dave"), crate::court::ACCREDITED_JUROR);
		let call = pallet_strata_disputes::Call::grant_role { who: who.clone(), role };
		let blocks = enact(office(Origin::CourtAdmin), call);
		assert!(blocks <= 20, "{blocks}");
		// He has it: it cannot be granted again.
		let again = crate::Disputes::grant_role(RuntimeOrigin::root(), who, role);
		assert_noop!(again, pallet_strata_disputes::Error::<Runtime>::RoleNotGranted);
	});
}

#[test]
fn referendum_of_the_canceller_should_stop_another_before_it_is_enacted() {
	on_dev_chain(|| {
		let items = vec![(b"key".to_vec(), b"value".to_vec())];
		let victim = submit(root(), frame_system::Call::set_storage { items });
		let call = pallet_referenda::Call::cancel { index: victim };
		let blocks = enact(office(Origin::Canceller), call);
		assert!(blocks <= 20, "{blocks}");
		let info = ReferendumInfoFor::<Runtime>::get(victim).expect("it is remembered");
		assert!(matches!(info, ReferendumInfo::Cancelled(..)), "{info:?}");
		send("Eve", pallet_referenda::Call::refund_decision_deposit { index: victim });
	});
}

/// What the barrel is listed with, but for the least rate, in thousandths.
fn barrel(least_rate: u128) -> (Asset, ParameterSet) {
	let asset = NativeOrWithId::WithId(WTI);
	let listed = Risk::collateral(&asset).expect("listed").parameters;
	let minimum_rate = Ratio::from_rational(least_rate, 1_000);
	(asset, ParameterSet { minimum_rate, ..listed })
}

/// What a call would come to.
fn tried(call: impl Into<RuntimeCall>, origin: OriginCaller) -> DispatchResult {
	let call = call.into();
	let result = with_transaction(|| {
		let result = call.dispatch(origin.into());
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(result))
	});
	result.expect("it is rolled back").map(|_| ()).map_err(|error| error.error)
}

#[test]
fn referendum_of_the_canceller_should_stop_any_proposal_of_risk_parameters() {
	use pallet_collective::RawOrigin::Members;
	on_dev_chain(|| {
		let (asset, decided) = barrel(10);
		let in_force = || Risk::collateral(&asset).expect("listed").parameters;
		assert_eq!(in_force(), decided);
		let cancel = |id| pallet_strata_risk::Call::<Runtime>::cancel { id };
		let (may, may_not) = (Ok(()), Err(DispatchError::BadOrigin));
		let only_tightens = pallet_strata_risk::Error::<Runtime>::OnlyTightens;
		// Looser, and tighter, which guardians leave alone.
		for (id, rate, guardians) in [(0, 9, may), (1, 11, Err(only_tightens.into()))] {
			let (asset, to) = barrel(rate);
			assert_ok!(Risk::propose(RuntimeOrigin::root(), asset, to, 0, 0));
			for (origin, expected) in [
				(office(Origin::OracleAdmin), may_not),
				(office(Origin::CourtAdmin), may_not),
				(office(Origin::Treasurer), may_not),
				(OriginCaller::Council(Members(3, 3)), may_not),
				(OriginCaller::Guardians(Members(3, 3)), guardians),
				(office(Origin::RiskAdmin), may),
				(office(Origin::Canceller), may),
				(root(), may),
			] {
				assert_eq!(tried(cancel(id), origin.clone()), expected, "{origin:?}");
			}
			assert_eq!(send_failing("Alice", cancel(id)), DispatchError::BadOrigin);
			let blocks = enact(office(Origin::Canceller), cancel(id));
			assert!(blocks <= 20, "{blocks}");
			assert!(Risk::proposals().is_empty());
			let execute = pallet_strata_risk::Call::execute { id, most_rungs: 0 };
			let unknown = pallet_strata_risk::Error::<Runtime>::UnknownProposal;
			assert_eq!(send_failing("Alice", execute), unknown.into());
		}
		assert_eq!(in_force(), decided);
	});
}

#[test]
fn canceller_of_a_live_chain_should_be_done_before_any_proposal_may_be_executed() {
	sp_io::TestExternalities::default().execute_with(|| {
		let track = Tracks::info(CANCELLER_TRACK).expect("a track");
		let blocks = track.prepare_period + track.confirm_period + track.min_enactment_period;
		let periods = ChangePeriods::get();
		let waits = [
			periods.admin_loosening,
			periods.admin_tightening,
			periods.steward_loosening,
			periods.steward_tightening,
		];
		let least = waits.into_iter().min().expect("four");
		assert!(u64::from(blocks) * SLOT_MILLIS < least, "{blocks} blocks, {least} ms");
	});
}

#[test]
fn canceller_should_not_kill_and_nobody_else_should_cancel() {
	on_dev_chain(|| {
		let remark = frame_system::Call::remark { remark: vec![1] };
		let index = submit(root(), remark);
		let cancel = || pallet_referenda::Call::<Runtime, ()>::cancel { index };
		assert_eq!(send_failing("Alice", cancel()), DispatchError::BadOrigin);
		let kill = pallet_referenda::Call::kill { index };
		let (_, result) = referendum(office(Origin::Canceller), kill);
		assert_eq!(result, Err(DispatchError::BadOrigin));
		let (_, result) = referendum(office(Origin::RiskAdmin), cancel());
		assert_eq!(result, Err(DispatchError::BadOrigin));
	});
}

#[test]
fn office_should_have_no_power_of_another() {
	on_dev_chain(|| {
		let feed = STRA_FEED;
		let calls: [(Origin, RuntimeCall); 4] = [
			(Origin::OracleAdmin, pallet_strata_oracle::Call::remove_feed { feed }.into()),
			(
				Origin::RiskAdmin,
				pallet_strata_risk::Call::set_settlement {
					asset: NativeOrWithId::WithId(USDX),
					depeg_band: Ratio::from_rational(1, 100),
				}
				.into(),
			),
			(
				Origin::CourtAdmin,
				pallet_strata_disputes::Call::grant_role { who: account("Dave"), role: 1 }.into(),
			),
			(
				Origin::Treasurer,
				pallet_treasury::Call::spend {
					asset_kind: Box::new(()),
					amount: STRA,
					beneficiary: Box::new(account("Dave")),
					valid_from: None,
				}
				.into(),
			),
		];
		for (holder, call) in calls {
			for (origin, _) in OFFICES.into_iter().filter(|(origin, _)| *origin != holder) {
				let call = call.clone();
				let result = call.dispatch(origin.into());
				let error = result.expect_err("another's power").error;
				assert_eq!(error, DispatchError::BadOrigin, "{origin:?} as {holder:?}");
			}
		}
	});
}

#[test]
fn referendum_should_be_in_the_name_of_an_office_or_of_nobody() {
	on_dev_chain(|| {
		use frame_support::traits::{schedule::DispatchTime, StorePreimage};
		let remark = RuntimeCall::from(frame_system::Call::remark { remark: vec![1] });
		let proposal = crate::Preimage::bound(remark).expect("it is short");
		let submit = |proposal_origin| pallet_referenda::Call::<Runtime, ()>::submit {
			proposal_origin: Box::new(proposal_origin),
			proposal: proposal.clone(),
			enactment_moment: DispatchTime::After(0),
		};
		let signed = frame_system::RawOrigin::Signed(account("Bob")).into();
		let guardians = pallet_collective::RawOrigin::Members(3, 3);
		for origin in [signed, OriginCaller::Guardians(guardians)] {
			let error = send_failing("Alice", submit(origin));
			assert_eq!(error, pallet_referenda::Error::<Runtime, ()>::NoTrack.into());
		}
		send("Alice", submit(office(Origin::CourtAdmin)));
	});
}
