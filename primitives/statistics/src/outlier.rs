//! Whether a report lies so far off that its reporter has to answer for it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
	aggregate::sorted, is_fresh, upper_median, LimitTerms, Medians, Report, Variance, BASIS_POINTS,
	MAX_REPORTS,
};

/// When a report is an outlier.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct OutlierTerms {
	/// The distance that is usual given the volatility, relative to the median.
	pub limit: LimitTerms,
	/// How many typical distances are usual.
	pub distances: u32,
}

/// The typical distance of the fresh reports from `middle`: the upper median of all distances, in the
/// unit of the feed.
///
/// Less than half of the reports cannot move it beyond the honest distances. The quartiles that give
/// an aggregate its confidence can be moved by a quarter of them, fewer than the third that may lie:
/// liars who drag a quartile would widen the band that they are judged by (as Zellic found of the
/// standard deviation in Nibiru's). `None` without fresh reports, or with more than [`MAX_REPORTS`].
pub fn typical_distance(
	reports: &[Report],
	middle: u128,
	time_to_live: u64,
	now: u64,
) -> Option<u128> {
	if reports.len() > MAX_REPORTS {
		return None;
	}
	let mut distances = [0; MAX_REPORTS];
	let fresh = reports.iter().filter(|report| is_fresh(report.observed_at, time_to_live, now));
	upper_median(sorted(&mut distances, fresh.map(|report| report.value.abs_diff(middle)))?)
}

impl OutlierTerms {
	/// Whether `value` lies off the medians by more than max(g_min, k_σ·σ·√Δt) of them and by more than
	/// so many typical distances ([`typical_distance`]).
	///
	/// `elapsed` is Δt, the age of the oldest report that the aggregate rests on, milliseconds: two
	/// honest reports may be that far apart in time. Exact but for the limit ([`LimitTerms::limit_floor`],
	/// which is cut at g_max: beyond it there is no excuse).
	pub fn is_outlier(
		&self,
		value: u128,
		medians: Medians,
		typical: u128,
		variance: Variance,
		elapsed: u64,
	) -> bool {
		let (median, off) = if value < medians.lower {
			(medians.lower, medians.lower.abs_diff(value))
		} else if value > medians.upper {
			(medians.upper, medians.upper.abs_diff(value))
		} else {
			return false;
		};
		let limit = u128::from(self.limit.limit_floor(variance, elapsed));
		// ⌊median·limit/10^4⌋ is exact for integers, and fits: the limit is below 10^4.
		let usual = strata_numbers::mul_div_floor(median, limit, BASIS_POINTS.into());
		let usual = usual.unwrap_or(u128::MAX);
		off > usual && off > typical.saturating_mul(self.distances.into())
	}
}
