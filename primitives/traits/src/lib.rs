//! What the pallets of Strata know of each other: ids, prices, parameter sets, books and cash.
//!
//! No pallet depends on another one; each depends on the traits here, and the runtime wires them.
//! Data flows one way round: feeders → oracle → risk → vaults → tranches → holders.
//!
//! | trait | implemented by | used by | says |
//! |---|---|---|---|
//! | [`PriceFeeds`] | oracle | risk, vaults | what a price is, and whether it may be relied on |
//! | [`Listing`] | risk | vaults, tranches | which assets are listed, with which parameters |
//! | [`Books`] | vaults | tranches | what a deal's lending is worth, owes and is due |
//! | [`DealCash`] | tranches | vaults | whether a deal lends, and where collected cash goes |

#![cfg_attr(not(feature = "std"), no_std)]

mod books;
mod ids;
mod listing;
mod prices;

pub use books::{BookFigures, Books, Collected, DealCash};
pub use ids::{Asset, Balance, BookId, DealId, FeedId, Moment, VaultId};
pub use listing::{
	AuctionShape, CollateralListing, Listing, ParameterError, ParameterSet, SettlementListing,
};
pub use prices::{PriceFeeds, Quote, Reading};
