//! How a referendum passes, for each office. Periods are parts of the chain's tempo, so that one wasm
//! serves a chain where a referendum takes days and one where it takes twenty blocks.

use alloc::borrow::Cow;

use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use pallet_strata_tempo::Tempo;
use sp_runtime::{str_array, FixedI64};

use super::origins::Origin;
use crate::{units::STRA, Balance, BlockNumber, OriginCaller, Runtime};

/// The id of the track with the powers of root.
pub const ROOT_TRACK: u16 = 0;
/// The id of the track of risk parameters.
pub const RISK_TRACK: u16 = 10;
/// The id of the track of feeds.
pub const ORACLE_TRACK: u16 = 11;
/// The id of the track of courts and deals.
pub const COURT_TRACK: u16 = 12;
/// The id of the track that spends.
pub const TREASURER_TRACK: u16 = 20;
/// The id of the track that cancels.
pub const CANCELLER_TRACK: u16 = 30;

/// A track, apart from the chain's tempo.
struct Course {
	id: u16,
	name: [u8; 25],
	/// How many of its referenda are decided at a time; others wait.
	max_deciding: u32,
	/// What it costs to have one decided: given back, unless it is killed.
	decision_deposit: Balance,
	/// Its periods are one in so many of the tempo's.
	one_in: OneIn,
	/// Of the votes, which conviction weighs.
	min_approval: Curve,
	/// Of all STRA, whatever the conviction.
	min_support: Curve,
}

/// What each period of the tempo is divided by. At least 1.
struct OneIn {
	prepare: u32,
	decision: u32,
	confirm: u32,
	enactment: u32,
}

/// `percent` / 100.
const fn percent(percent: u128) -> FixedI64 {
	FixedI64::from_rational(percent, 100)
}

/// What the offices that set things need: four fifths of the votes after two sevenths of the
/// decision, falling to three fifths; a quarter of all STRA, falling to a twentieth.
const SETTING_APPROVAL: Curve =
	Curve::make_reciprocal(2, 7, percent(80), percent(60), percent(100));
const SETTING_SUPPORT: Curve = Curve::make_linear(7, 7, percent(5), percent(25));

/// The tracks, by id. Periods on a live chain are at the right.
static COURSES: [Course; 6] = [
	Course {
		id: ROOT_TRACK,
		name: str_array("root"),
		max_deciding: 4,
		decision_deposit: 100 * STRA,
		// 2 hours, 14 days, 1 day, 2 days.
		one_in: OneIn { prepare: 1, decision: 1, confirm: 1, enactment: 1 },
		min_approval: Curve::make_linear(1, 1, percent(50), percent(90)),
		min_support: Curve::make_linear(1, 1, percent(1), percent(30)),
	},
	Course {
		id: RISK_TRACK,
		name: str_array("risk_admin"),
		max_deciding: 10,
		decision_deposit: 50 * STRA,
		// 2 hours, 7 days, 1 day, 2 days. A proposal then waits for hours more in the risk pallet.
		one_in: OneIn { prepare: 1, decision: 2, confirm: 1, enactment: 1 },
		min_approval: SETTING_APPROVAL,
		min_support: SETTING_SUPPORT,
	},
	Course {
		id: ORACLE_TRACK,
		name: str_array("oracle_admin"),
		max_deciding: 10,
		decision_deposit: 50 * STRA,
		// 1 hour, 7 days, 1 day, 1 day. New members then wait for two days more in the oracle.
		one_in: OneIn { prepare: 2, decision: 2, confirm: 1, enactment: 2 },
		min_approval: SETTING_APPROVAL,
		min_support: SETTING_SUPPORT,
	},
	Course {
		id: COURT_TRACK,
		name: str_array("court_admin"),
		max_deciding: 10,
		decision_deposit: 50 * STRA,
		// 2 hours, 7 days, 1 day, 1 day.
		one_in: OneIn { prepare: 1, decision: 2, confirm: 1, enactment: 2 },
		min_approval: SETTING_APPROVAL,
		min_support: SETTING_SUPPORT,
	},
	Course {
		id: TREASURER_TRACK,
		name: str_array("treasurer"),
		max_deciding: 10,
		decision_deposit: 50 * STRA,
		// 2 hours, 14 days, 1 day, 1 day.
		one_in: OneIn { prepare: 1, decision: 1, confirm: 1, enactment: 2 },
		min_approval: Curve::make_reciprocal(4, 14, percent(80), percent(50), percent(100)),
		min_support: Curve::make_linear(14, 14, percent(2), percent(25)),
	},
	Course {
		id: CANCELLER_TRACK,
		name: str_array("canceller"),
		max_deciding: 20,
		decision_deposit: 50 * STRA,
		// 30 minutes, 7 days, 3 hours, 10 minutes: sooner than what it cancels. A large part of all
		// STRA is needed at once, and hardly any at the end.
		one_in: OneIn { prepare: 4, decision: 2, confirm: 8, enactment: 288 },
		min_approval: Curve::make_linear(17, 28, percent(50), percent(100)),
		min_support: Curve::make_reciprocal(12, 28, percent(1), percent(0), percent(50)),
	},
];

/// One in `parts` of `period`, rounded up: never nothing, and never more than the period.
fn part(period: BlockNumber, parts: u32) -> BlockNumber {
	period.div_ceil(parts.max(1))
}

impl Course {
	/// The track at this tempo.
	fn at(&self, tempo: &Tempo) -> TrackInfo<Balance, BlockNumber> {
		TrackInfo {
			name: self.name,
			max_deciding: self.max_deciding,
			decision_deposit: self.decision_deposit,
			prepare_period: part(tempo.prepare_period, self.one_in.prepare),
			decision_period: part(tempo.decision_period, self.one_in.decision),
			confirm_period: part(tempo.confirm_period, self.one_in.confirm),
			min_enactment_period: part(tempo.min_enactment_period, self.one_in.enactment),
			min_approval: self.min_approval.clone(),
			min_support: self.min_support.clone(),
		}
	}
}

/// The tempo of this chain.
fn tempo() -> Tempo {
	pallet_strata_tempo::Pallet::<Runtime>::tempo()
}

/// The tracks of referenda.
pub struct Tracks;

impl TracksInfo<Balance, BlockNumber> for Tracks {
	type Id = u16;
	type RuntimeOrigin = OriginCaller;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<Self::Id, Balance, BlockNumber>>> {
		let tempo = tempo();
		COURSES
			.iter()
			.map(move |course| Cow::Owned(Track { id: course.id, info: course.at(&tempo) }))
	}

	fn track_ids() -> impl Iterator<Item = Self::Id> {
		COURSES.iter().map(|course| course.id)
	}

	fn track_for(origin: &Self::RuntimeOrigin) -> Result<Self::Id, ()> {
		match origin {
			OriginCaller::system(frame_system::RawOrigin::Root) => Ok(ROOT_TRACK),
			OriginCaller::Origins(office) => Ok(match office {
				Origin::RiskAdmin => RISK_TRACK,
				Origin::OracleAdmin => ORACLE_TRACK,
				Origin::CourtAdmin => COURT_TRACK,
				Origin::Treasurer => TREASURER_TRACK,
				Origin::Canceller => CANCELLER_TRACK,
			}),
			_ => Err(()),
		}
	}

	fn info(id: Self::Id) -> Option<Cow<'static, TrackInfo<Balance, BlockNumber>>> {
		let course = COURSES.iter().find(|course| course.id == id)?;
		Some(Cow::Owned(course.at(&tempo())))
	}
}
