//! What the pallet does by itself in every block, and what it may take for it.
//!
//! | hook | may take |
//! |---|---|
//! | `on_poll` | [`Config::LiquidationShare`] of the block |
//! | `on_idle` | [`Config::IdleShare`] of what is left |
//!
//! Nine tenths at most go to the walk; the auctions get what it leaves. Neither hook runs in a
//! session's first block or during a migration, and `liquidate` fits there as little: the next block
//! catches up.
//!
//! Finding the next key is one read, which benchmarks do not count: it is added here.

use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
};
use sp_runtime::Perbill;
use strata_traits::Auctions;

use crate::{walk::MAX_PASSED, Config, Pallet, WeightInfo};

/// The part that is kept for the auctions, whatever the walk could use.
const AUCTIONS: Perbill = Perbill::from_percent(10);

/// `share` of `whole`, rounded down in both dimensions.
fn part(share: Perbill, whole: Weight) -> Weight {
	Weight::from_parts(share.mul_floor(whole.ref_time()), share.mul_floor(whole.proof_size()))
}

impl<T: Config> Pallet<T> {
	/// The most that `on_poll` may take.
	pub(crate) fn poll_limit() -> Weight {
		part(T::LiquidationShare::get(), T::BlockWeights::get().max_block)
	}

	/// The work of `on_poll`.
	pub(crate) fn poll(meter: &mut WeightMeter) {
		let limit = Self::poll_limit().min(meter.remaining());
		meter.consume(Self::work(limit, false));
	}

	/// The work of `on_idle`. Returns what it took.
	pub(crate) fn idle(remaining: Weight) -> Weight {
		Self::work(part(T::IdleShare::get(), remaining), true)
	}

	/// Walks, and then lets the auctions work. Returns what both took, at most `limit`.
	fn work(limit: Weight, idle: bool) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let mut own = WeightMeter::with_limit(limit.saturating_sub(part(AUCTIONS, limit)));
		Self::walk(&mut own, idle);
		meter.consume(own.consumed());
		T::Auctions::work(&mut meter);
		meter.consumed()
	}

	/// Looking at a book: two keys, the book, its threshold.
	pub(crate) fn look_weight() -> Weight {
		T::WeightInfo::visit_book().saturating_add(T::DbWeight::get().reads(2))
	}

	/// Looking at a book at worst.
	pub(crate) fn visit_weight() -> Weight {
		Self::look_weight().saturating_add(Self::after_look_weight())
	}

	/// What may follow a look: prices that are not known yet, an average to add to, a flag to change.
	pub(crate) fn after_look_weight() -> Weight {
		T::WeightInfo::read_price()
			.saturating_mul(2)
			.saturating_add(T::WeightInfo::mark_book().saturating_mul(2))
	}

	/// A step through a book before its first rung, the key where a liquidity call goes on, and the two
	/// lots after its last.
	pub(crate) fn step_weight() -> Weight {
		T::WeightInfo::liquidate(0).saturating_add(T::DbWeight::get().reads(1))
	}

	/// One rung of a step, and the key of the next.
	pub(crate) fn rung_weight() -> Weight {
		T::WeightInfo::liquidate(1)
			.saturating_sub(T::WeightInfo::liquidate(0))
			.saturating_add(T::DbWeight::get().reads(1))
	}

	/// A call of `liquidate` that looks at `rungs` rungs, after the keys of those that may have gone
	/// before it in the block.
	pub(crate) fn liquidate_weight(rungs: u32) -> Weight {
		Self::step_weight()
			.saturating_add(Self::rung_weight().saturating_mul(rungs.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(Self::passing_weight(MAX_PASSED))
	}

	/// Passing the keys of `removed` rungs on the way to the riskiest one.
	pub(crate) fn passing_weight(removed: u32) -> Weight {
		T::DbWeight::get().reads(removed.into())
	}

	/// The least with which a walk gets anywhere: one rung of one book.
	pub(crate) fn least_weight() -> Weight {
		T::WeightInfo::walk_base()
			.saturating_add(T::WeightInfo::audit_book())
			.saturating_add(Self::visit_weight())
			.saturating_add(Self::step_weight())
			.saturating_add(Self::rung_weight())
	}

	/// What the runtime must have got right.
	pub(crate) fn check_shares() {
		let limit = Self::poll_limit();
		let own = limit.saturating_sub(part(AUCTIONS, limit));
		assert!(
			Self::least_weight().all_lte(own),
			"the walk's share of a block must hold one rung of one book"
		);
	}
}
