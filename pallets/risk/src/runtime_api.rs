//! What a front end asks of the listings.

// The macro generates items that it does not document.
#![allow(missing_docs)]

use strata_traits::{Asset, CollateralListing, SettlementListing};

use crate::Listings;

sp_api::decl_runtime_apis! {
	/// Which assets are listed, with which parameters.
	pub trait RiskApi {
		/// `asset` as collateral.
		fn collateral_listing(asset: Asset) -> Option<CollateralListing>;

		/// `asset` as settlement asset.
		fn settlement_listing(asset: Asset) -> Option<SettlementListing>;

		/// Every listing, by asset.
		fn listings() -> Listings;
	}
}
