//! What the pallets of Strata know of each other: ids, prices, parameter sets, books and cash.
//!
//! No pallet depends on another one; each depends on the traits here, and the runtime wires them.
//! Data flows one way round: feeders → oracle → risk → vaults → auctions → tranches → holders.
//!
//! | trait | implemented by | used by | says |
//! |---|---|---|---|
//! | [`PriceFeeds`] | oracle | risk, vaults | what a price is, and whether it may be relied on |
//! | [`Listing`] | risk | vaults, tranches | which assets are listed, with which parameters |
//! | [`Exposure`] | vaults | risk | what new ratios would do, and who follows them |
//! | [`Conflicts`] | the runtime, for tranches | oracle | who has an interest in a price of his own |
//! | [`Books`] | vaults | tranches | what a deal's lending is worth, owes and is due |
//! | [`DealCash`] | tranches | vaults, auctions | whether a deal lends, and where collected cash goes |
//! | [`Auctions`] | auctions | vaults | how seized collateral is sold |
//! | [`Custody`] | vaults | auctions | where it is kept meanwhile, what the market is, and the clock |
//! | [`Backstop`] | backstop | auctions | who buys what nobody else does |
//! | [`Enforce`] | the runtime, for tranches and oracle | disputes | what a ruling reaches |
//! | [`Facts`] | tranches | disputes | which defaults the chain sees by itself |
//! | [`Watch`] | disputes | tranches | when to look for them |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod agenda;
mod auctions;
mod books;
mod conflicts;
mod court;
mod exposure;
mod ids;
mod listing;
mod prices;
mod ramp;

pub use agenda::AgendaKey;
pub use auctions::{Auctions, Backstop, Custody, LotId, MarketPrices, OnSale, Seizure};
pub use books::{BookFigures, Books, Collected, DealCash, Proceeds, MAX_SHOCKS};
pub use conflicts::Conflicts;
pub use court::{
	Admission, Award, Case, DealDefault, DisputeId, Enforce, Enforced, Facts, Ground, Office,
	Remedy, Subject, Watch, FULL_AWARD, MAX_PARTIES,
};
pub use exposure::{Exposure, Impact, ImpactUnknown};
pub use ids::{
	note_asset, note_of, Asset, Balance, BookId, DealId, FeedId, Moment, VaultId, NOTE_ASSETS,
};
pub use listing::{
	AuctionShape, AutomaticCeiling, CollateralListing, Decay, DrawRefused, GroupId, Listing,
	ParameterError, ParameterSet, SettlementListing, Usage, DRAW_WINDOW,
};
pub use prices::{PriceFeeds, Quote, Reading};
pub use ramp::{Ramp, Ratios};
