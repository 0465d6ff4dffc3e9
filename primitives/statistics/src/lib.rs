//! Statistics of price reports: medians, quorums, volatility, the deviation gate, averages.
//!
//! Pure, without FRAME, storage, clock or floats, and without allocating. Values are in the unit of
//! the feed, times are milliseconds since the epoch, half-lives seconds. What is beyond a name's range is
//! `None` or a named answer, never a clamp, except where a bound is the formula's own. The middle of the
//! reports with their quartiles as confidence is as in Pyth's aggregation.
//!
//! | question | answer |
//! |---|---|
//! | what do the reports of a feed amount to, and until when | [`aggregate`](aggregate()), [`Aggregate`] |
//! | and if classes of reporters must all agree | [`aggregate_classes`] |
//! | may a value be reported at all; is a quorum beyond that | [`Bounds`] |
//! | how volatile is it, how does it move with another | [`Volatility`], [`Covolatility`] |
//! | how far may it move unconfirmed | [`LimitTerms`], [`Band`] |
//! | which price is confirmed | [`GatedPrice`], [`Gate`] |
//! | what was it on average | [`Ring`] |
//! | does a reporter lie far off | [`OutlierTerms`], [`typical_distance`] |
//! | how much more collateral does volatility ask for | [`HaircutTerms`], [`initial_ratio_ceil`] |
//!
//! # Rounding
//!
//! | quantity | direction | function |
//! |---|---|---|
//! | medians, quartiles | exact: one of the reports | [`lower_median`] and so on |
//! | middle | down | [`middle`] |
//! | relative change | away from zero | [`change`](change()) |
//! | variance | up | [`Variance::updated_ceil`] |
//! | deviation over a time | up | [`Variance::deviation_ceil`] |
//! | covariance, correlation | towards +∞ | [`Covariance::updated_ceil`], [`Covariance::correlation_ceil`] |
//! | limit of a move, basis points | down | [`LimitTerms::limit_floor`] |
//! | edges of a band | exact | [`Band::around`] |
//! | average, collateral and debt | down, and up | [`Ring::average`] |
//! | haircut, initial ratio | up | [`HaircutTerms::haircut_ceil`], [`initial_ratio_ceil`] |
//!
//! # What the medians resist
//!
//! With at most f faulty reporters of n ≥ 3f + 1 and a quorum of at least 2f + 1 both medians lie
//! within the honest fresh reports, whichever of the honest ones an adversary manages to delay (a
//! test goes through all cases up to n = 9). Within that range an adversary can choose.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

mod aggregate;
mod average;
mod band;
mod bounds;
mod change;
mod classes;
mod covariance;
mod decay;
mod gate;
mod haircut;
mod limit;
mod order;
mod outlier;
mod quorum;
mod root;
#[cfg(test)]
mod tests;
mod variance;
mod window;

pub use aggregate::{aggregate, Aggregate, Report, MAX_REPORTS};
pub use average::{Average, NoAverage, Observation, Ring};
pub use band::{Band, Medians, Side, Votes};
pub use bounds::Bounds;
pub use change::{change, Change, DEFAULT_CLIP, LARGEST_CLIP};
pub use classes::{aggregate_classes, Class, ClassQuorum, ClassRule, NoClassValue};
pub use covariance::{Covariance, Covolatility};
pub use gate::{Confirmation, Gate, GateTerms, GatedPrice, Verdict, SLOWER};
pub use haircut::{initial_ratio_ceil, latency, HaircutTerms};
pub use limit::{LimitTerms, BASIS_POINTS};
pub use order::{confidence, lower_median, lower_quartile, middle, upper_median, upper_quartile};
pub use outlier::{typical_distance, OutlierTerms};
pub use quorum::{expiry, is_fresh, quorum_holds_since};
pub use variance::{Variance, Volatility, VolatilityTerms};
pub use window::{Window, WINDOW_PARTS};
