//! Who decides what: referenda on tracks, two councils, a treasury, and two brakes. There is no sudo.
//!
//! | module | concern |
//! |---|---|
//! | [`origins`] | the offices that referenda act as, and who holds which |
//! | [`tracks`] | how a referendum for each office passes |
//! | [`referenda`] | votes, referenda, and what they enact: preimages and the scheduler |
//! | [`councils`] | the stewards of risk and the guardians |
//! | [`treasury`] | what belongs to everybody, and how it is spent |
//! | [`brakes`] | pausing a call, and safe mode |
//! | [`open_calls`] | what no brake closes |
//! | [`parameters`] | how long changes of risk parameters wait, and how far stewards go |
//! | [`upgrades`] | new code, and the migration of storage |
//!
//! Which origin may make which call is in `docs/privileged-calls.md`, which a test keeps true.

// Products of constants only; the integrity tests evaluate every one.
#![allow(clippy::arithmetic_side_effects)]

pub mod brakes;
pub mod councils;
pub mod open_calls;
pub mod origins;
pub mod parameters;
pub mod referenda;
pub mod tracks;
pub mod treasury;
pub mod upgrades;

pub use councils::{CouncilInstance, Guardian, GuardiansInstance, Stewards};
pub use origins::{pallet_origins, Canceller, CourtAdmin, OracleAdmin, RiskAdmin, Treasurer};
pub use tracks::Tracks;
pub use treasury::TreasuryAccount;

/// `HOURS` hours of governance, in blocks: hours on a live chain, blocks on a development chain.
pub type Hours<const HOURS: u32> = pallet_strata_tempo::GovernanceHours<crate::Runtime, HOURS>;
