//! When a validator that makes no blocks is to blame.
//!
//! Slots are drawn by lot, so that an honest validator may miss a session. Who could have expected
//! [`WATCHED_BLOCKS`] blocks and made none is not there: that happens to an honest one once in e¹⁶ (nine
//! million) times. A watch lasts for as many blocks as that takes for everybody, and for
//! [`WATCHED_SESSIONS`] sessions at least.
//!
//! If a third of the validators are silent at once, it is the network or the chain that failed, not they:
//! taking them out would make of two halves that cannot hear each other two chains.

/// Sessions that a watch lasts at least.
pub const WATCHED_SESSIONS: u32 = 3;

/// Blocks that a validator could expect to make during a watch, at least.
pub const WATCHED_BLOCKS: u32 = 16;

/// Whether a watch of so many sessions, in which so many blocks were made by so many validators, says
/// anything about one of them.
pub fn is_long_enough(sessions: u32, blocks: u32, validators: u32) -> bool {
	let needed = u64::from(WATCHED_BLOCKS).saturating_mul(validators.into());
	sessions >= WATCHED_SESSIONS && u64::from(blocks) >= needed
}

/// Whether the silence of `silent` validators among `validators` is their own: fewer than a third.
pub const fn is_their_own(silent: u32, validators: u32) -> bool {
	(silent as u64).saturating_mul(3) < validators as u64
}
