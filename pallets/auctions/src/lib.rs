//! # Auctions
//!
//! Collateral that was seized from the rungs of a book is a *lot*. The chain opens it
//! ([`strata_traits::Auctions`]), sells it at a falling price to whoever bids first, and settles it;
//! nobody has to be there for any of it but the buyer.
//!
//! ## The life of a lot
//!
//! | stage | what happens | price |
//! |---|---|---|
//! | opening | a backstop pool that covers all of x buys at once, and there is no lot | x |
//! | [`Stage::Auction`](types::Stage) | anyone buys all or a part: [`Pallet::bid`]. At the end of a round: [`Pallet::restart`], as often as the shape says | from ⌈upper·start factor⌉ down to the floor |
//! | end of the last round | the backstop pool buys as much as it can | ⌈units·lower·(1 − d)⌉, at most the floor or what is left of x, whichever is more |
//! | [`Stage::Exchange`](types::Stage) | holders of the senior-most class take collateral against notes: [`Pallet::exchange`] | the last floor |
//! | end of the offer | the pool is asked once more; then the loss is charged to the deal | |
//! | [`Stage::Recovery`](types::Stage) | what is left is sold round after round; all it brings is a recovery | as in an auction, the floor at the floor factor |
//!
//! What ends is carried on by [`Auctions::work`](strata_traits::Auctions::work), which the walk of
//! the vaults calls in every block, or by anyone with [`Pallet::restart`] and [`Pallet::wrap_up`].
//!
//! ## The floor
//!
//! x is what was owed and s what was seized for it. Where the rungs covered (1 + b)·x the floor is
//! ⌈x/s⌉, so that no part of a lot is ever sold for less than its share of what it was seized for:
//! who buys back his own collateral pays what he owed. In a restart it never falls. A lot from rungs
//! that did not cover it may fall to the floor factor times the market.
//!
//! So within the rounds of its auction it never pays to buy one's own lot. In recovery nothing is owed
//! on a lot any more: its price may fall to the floor factor times the market of the day whatever it was
//! seized for. That is open to everybody alike, and its owner has no better place in it than others.
//!
//! Prices are rounded up and so is what a bid costs; a floor is never 0, so a zero bid wins nothing.
//!
//! ## What a sale pays
//!
//! Principal first, then interest, then penalty up to ⌊b·x⌋, and what is above them is surplus:
//! over the whole lot, whatever the number of its buyers. Payment and delivery are one act: a buyer
//! who cannot pay, or may not receive the collateral, changes nothing.
//!
//! ## Time
//!
//! Prices fall, rounds and offers end by [`Custody::clock`](strata_traits::Custody::clock): it stops
//! while the chain stands still, so that nothing gets cheaper while nobody can bid. Every time here,
//! stored or in an event, is one of that clock; as long as the chain has not stood still it is the
//! calendar.
//!
//! ## Bounds
//!
//! Parameters are copied at opening; no change reaches an open lot. The number of lots is bounded by
//! what the vaults let a book have in auction, and what of it is paid or lost while a rest is still for
//! sale. Each is one entry here and one in the agenda, which is keyed by big-endian time: whether
//! anything is due is one read. A lot that is sold out leaves its place in the agenda until then, so
//! that the bid that ends it writes one entry less.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod invariants;
#[cfg(test)]
mod mock;
mod opening;
mod rounds;
pub mod runtime_api;
mod sale;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use weights::WeightInfo;

/// Most lots in one answer of the runtime API.
pub const MAX_PAGE: u32 = 1_000;

/// Lots, the agenda and the calls on them.
#[frame_support::pallet]
// What FRAME's macros generate expects and casts; nothing written here does.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use strata_numbers::Price;
	use strata_traits::{
		AgendaKey, Asset, Backstop, Balance, BookId, Custody, DealCash, DealId, LotId, Moment,
	};

	use crate::{
		types::{BookLots, Lot},
		weights::WeightInfo,
	};

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The cash of the deals: takes what buyers pay, and bears what is lost.
		type Cash: DealCash<Self::AccountId>;

		/// Where the collateral is kept until it is sold, what it is worth, and the clock that its
		/// price falls by.
		type Custody: Custody<Self::AccountId>;

		/// The pools that buy first, or stand behind the auction.
		type Backstop: Backstop<Self::AccountId>;

		/// How long what an auction did not sell is offered in exchange for notes, milliseconds;
		/// above 0.
		#[pallet::constant]
		type ExchangePeriod: Get<Moment>;

		/// How long a lot waits that could not be carried on, for example because there is no
		/// reliable price; milliseconds, above 0.
		#[pallet::constant]
		type RetryAfter: Get<Moment>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes assets, balances and seizures for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// All open lots, by id.
	#[pallet::storage]
	pub type Lots<T: Config> = StorageMap<_, Twox64Concat, LotId, Lot>;

	/// The id of the next lot.
	#[pallet::storage]
	pub type NextLot<T: Config> = StorageValue<_, LotId, ValueQuery>;

	/// How many lots of each book are open, what is in them, and the latest of each kind.
	#[pallet::storage]
	pub type OpenLots<T: Config> = StorageMap<_, Twox64Concat, BookId, BookLots, ValueQuery>;

	/// When the chain looks at which lot next, the earliest first. The lot may be closed by then.
	#[pallet::storage]
	pub type Agenda<T: Config> = StorageMap<_, Identity, AgendaKey, ()>;

	/// In which block keys were taken off the agenda last, and how many: for the rest of that block
	/// whoever looks for the first key passes them again.
	#[pallet::storage]
	pub type Cleared<T: Config> = StorageValue<_, (BlockNumberFor<T>, u32), ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Seized collateral is for sale.
		LotOpened {
			/// The lot.
			lot: LotId,
			/// The deal that lent.
			deal: DealId,
			/// The book.
			book: BookId,
			/// What is for sale.
			collateral: Asset,
			/// Units of it.
			units: Balance,
			/// x: what was owed, in units of the settlement asset.
			owed: Balance,
			/// Whether the floor is x/s.
			solvent: bool,
			/// Price at the start.
			start: Price,
			/// Price at the end.
			floor: Price,
			/// When the first round ends.
			ends_at: Moment,
		},
		/// More of the same book and moment was added to a lot.
		LotIncreased {
			/// The lot.
			lot: LotId,
			/// Units for sale, all together.
			units: Balance,
			/// x, all together.
			owed: Balance,
			/// Price at the start.
			start: Price,
			/// Price at the end.
			floor: Price,
		},
		/// Collateral was bought.
		Sold {
			/// The lot.
			lot: LotId,
			/// Who paid, and got it.
			buyer: T::AccountId,
			/// Units bought.
			units: Balance,
			/// Price of a whole unit.
			price: Price,
			/// What was paid.
			cost: Balance,
			/// Units left.
			left: Balance,
		},
		/// A backstop pool bought collateral.
		SoldToBackstop {
			/// The book.
			book: BookId,
			/// The lot; `None` if the pool bought all of it at once, and no lot was opened.
			lot: Option<LotId>,
			/// Units bought.
			units: Balance,
			/// What was paid.
			cost: Balance,
		},
		/// A backstop pool could not buy. It is passed over.
		BackstopFailed {
			/// The book.
			book: BookId,
			/// Why.
			error: DispatchError,
		},
		/// A new round of a lot has begun.
		LotRestarted {
			/// The lot.
			lot: LotId,
			/// Price at the start.
			start: Price,
			/// Price at the end.
			floor: Price,
			/// When the round ends.
			ends_at: Moment,
			/// Restarts left; of a lot whose loss is charged there is no end.
			restarts: u8,
		},
		/// What nobody bought is offered in exchange for notes of the senior-most class.
		ExchangeOpened {
			/// The lot.
			lot: LotId,
			/// Units on offer.
			units: Balance,
			/// Price of a whole unit.
			price: Price,
			/// When the offer ends.
			ends_at: Moment,
		},
		/// Collateral was taken in exchange for notes.
		Exchanged {
			/// The lot.
			lot: LotId,
			/// Who gave up notes, and got it.
			who: T::AccountId,
			/// Units taken.
			units: Balance,
			/// What they cost.
			cost: Balance,
			/// Principal that was paid off.
			principal: Balance,
			/// Units left.
			left: Balance,
		},
		/// The loss of a lot was charged to its deal. Whatever its collateral brings from now on is a
		/// recovery.
		LossCharged {
			/// The lot.
			lot: LotId,
			/// Principal lost.
			principal: Balance,
			/// Units not sold.
			units: Balance,
		},
		/// Nothing is left of a lot.
		LotClosed {
			/// The lot.
			lot: LotId,
			/// Principal lost in closing it.
			lost: Balance,
		},
		/// A lot could not be carried on now.
		Postponed {
			/// The lot.
			lot: LotId,
			/// When it is tried again.
			until: Moment,
			/// Why.
			error: DispatchError,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such lot.
		UnknownLot,
		/// The round of the lot, or its offer in exchange, has ended.
		LotEnded,
		/// The round of the lot, or its offer in exchange, has not ended yet.
		StillRunning,
		/// The lot is offered in exchange for notes, not for cash.
		NotForSale,
		/// The lot is for sale, not offered in exchange.
		NotInExchange,
		/// All principal of the lot is paid: no notes are taken for it any more.
		PrincipalPaid,
		/// The price is above the bidder's limit.
		PriceAboveLimit,
		/// A bid for nothing.
		AmountZero,
		/// A bid for more than is left.
		MoreThanLeft,
		/// A bid for less than the minimum of the lot, and not for all that is left.
		TooSmall,
		/// A bid that leaves less than the minimum of the lot, and not nothing.
		LeavesTooLittle,
		/// The deal does not buy its own lots.
		OwnLot,
		/// The lot is to be restarted first.
		RestartsLeft,
		/// The lot has been restarted as often as it may.
		NoRestartsLeft,
		/// There is no reliable price.
		NoPrice,
		/// Nothing was seized, or for nothing.
		NothingSeized,
		/// A figure of the result does not fit.
		DoesNotFit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::ExchangePeriod::get() > 0, "an exchange offer must last");
			assert!(T::RetryAfter::get() > 0, "a lot would be retried for ever in one block");
			assert!(
				Self::unit_weight()
					.all_lte(<T as frame_system::Config>::BlockWeights::get().max_block),
				"a block must hold one unit of work"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Buys `amount` units of `lot` at its price now, if that is at most `max_price` for a whole
		/// unit. What it costs is rounded up. What is left is nothing or at least the lot's minimum,
		/// and so is what is bought, unless it is all.
		///
		/// ## Origin
		/// Signed, anyone but the deal: pays the settlement asset and gets the collateral.
		///
		/// ## Errors
		/// - [`Error::UnknownLot`], [`Error::NotForSale`], [`Error::LotEnded`];
		/// - [`Error::AmountZero`], [`Error::MoreThanLeft`], [`Error::TooSmall`],
		///   [`Error::LeavesTooLittle`];
		/// - [`Error::PriceAboveLimit`]; [`Error::OwnLot`]; [`Error::DoesNotFit`];
		/// - if the bidder cannot pay, or may not receive the collateral, the asset's error.
		///
		/// ## Events
		/// [`Event::Sold`], and [`Event::LotClosed`] if nothing is left.
		///
		/// ## Complexity
		/// O(log of the steps that the price has fallen).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::bid())]
		pub fn bid(
			origin: OriginFor<T>,
			lot: LotId,
			max_price: Price,
			amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bid(&who, lot, max_price, amount)
		}

		/// Starts another round of a lot whose round has ended, at the prices of now. The chain does
		/// it by itself; this is for when it is short of weight.
		///
		/// ## Origin
		/// Signed, anyone.
		///
		/// ## Errors
		/// - [`Error::UnknownLot`], [`Error::StillRunning`];
		/// - [`Error::NoRestartsLeft`]: it is to be wrapped up;
		/// - [`Error::NoPrice`]; [`Error::DoesNotFit`].
		///
		/// ## Events
		/// [`Event::LotRestarted`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::restart())]
		pub fn restart(origin: OriginFor<T>, lot: LotId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_restart(lot)
		}

		/// Ends the auction of a lot after its last round, or its offer in exchange: the backstop pool
		/// buys what it can; of what is left, what is owed principal is offered in exchange for notes
		/// once, and then its loss is charged and it is sold for recovery. The chain does it by itself.
		///
		/// ## Origin
		/// Signed, anyone.
		///
		/// ## Errors
		/// - [`Error::UnknownLot`], [`Error::StillRunning`];
		/// - [`Error::RestartsLeft`]: it is to be restarted;
		/// - [`Error::DoesNotFit`], and what the deal refuses with.
		///
		/// ## Events
		/// [`Event::SoldToBackstop`] or [`Event::BackstopFailed`] if there is a pool; then
		/// [`Event::LotClosed`] if nothing is left, [`Event::ExchangeOpened`], or
		/// [`Event::LossCharged`] and, with a reliable price, [`Event::LotRestarted`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::wrap_up())]
		pub fn wrap_up(origin: OriginFor<T>, lot: LotId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_wrap_up(lot)
		}

		/// Takes `amount` units of a lot that nobody bought, in exchange for notes of the deal's
		/// senior-most class that are worth what they cost at the lot's floor price, both rounded up.
		/// The same minimum holds as for [`Pallet::bid`].
		///
		/// ## Origin
		/// Signed by a holder of such notes.
		///
		/// ## Errors
		/// - [`Error::UnknownLot`], [`Error::NotInExchange`], [`Error::LotEnded`];
		/// - [`Error::AmountZero`], [`Error::MoreThanLeft`], [`Error::TooSmall`],
		///   [`Error::LeavesTooLittle`];
		/// - [`Error::PrincipalPaid`]; [`Error::OwnLot`]; [`Error::DoesNotFit`];
		/// - what the deal refuses with, for example if the holder has fewer notes; if the holder may
		///   not receive the collateral, the asset's error.
		///
		/// ## Events
		/// [`Event::Exchanged`], and [`Event::LotClosed`] if nothing is left.
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::exchange())]
		pub fn exchange(origin: OriginFor<T>, lot: LotId, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_exchange(&who, lot, amount)
		}
	}
}
