//! When a validator that makes no blocks is to blame.
//!
//! Slots are drawn by lot, so that an honest validator may miss a session. Who could have expected
//! [`WATCHED_BLOCKS`] blocks and made none is not there: that happens to an honest one once in e¹⁶ (nine
//! million) times. A watch lasts for as many blocks as that takes for everybody, and for
//! [`WATCHED_SESSIONS`] sessions at least. What one could expect is reckoned session by session
//! ([`share`]): where the validators become fewer, the blocks of the many say little of the few.
//!
//! If a third of the validators are silent at once, it is the network or the chain that failed, not they:
//! taking them out would make of two halves that cannot hear each other two chains.

/// Sessions that a watch lasts at least.
pub const WATCHED_SESSIONS: u32 = 3;

/// Blocks that a validator could expect to make during a watch, at least.
pub const WATCHED_BLOCKS: u32 = 16;

/// Parts of a block in which it is counted what a validator could expect.
pub const PARTS: u32 = 1_000;

/// What each of `validators` could expect to make of `blocks`, in [`PARTS`] of a block, rounded down; saturates.
/// Of no validators, nothing.
pub fn share(blocks: u32, validators: u32) -> u32 {
	let parts = u64::from(blocks).saturating_mul(PARTS.into());
	parts.checked_div(validators.into()).unwrap_or(0).try_into().unwrap_or(u32::MAX)
}

/// Whether a watch of so many sessions, in which a validator could expect so many [`PARTS`] of blocks, says anything
/// about it.
pub const fn is_long_enough(sessions: u32, expected: u32) -> bool {
	sessions >= WATCHED_SESSIONS && expected >= WATCHED_BLOCKS.saturating_mul(PARTS)
}

/// Whether the silence of `silent` validators among `validators` is their own: fewer than a third.
pub const fn is_their_own(silent: u32, validators: u32) -> bool {
	(silent as u64).saturating_mul(3) < validators as u64
}
