//! What a front end asks of the listings.

// The macro generates items that it does not document.
#![allow(missing_docs)]

use alloc::vec::Vec;

use sp_runtime::DispatchError;
use strata_traits::{Asset, CollateralListing, ParameterSet, SettlementListing};

use crate::{Allowance, Guard, Listings, Proposal, ProposalId};

sp_api::decl_runtime_apis! {
	/// Which assets are listed, with which parameters.
	pub trait RiskApi {
		/// `asset` as collateral.
		fn collateral_listing(asset: Asset) -> Option<CollateralListing>;

		/// `asset` as settlement asset.
		fn settlement_listing(asset: Asset) -> Option<SettlementListing>;

		/// Every listing, by asset.
		fn listings() -> Listings;

		/// The parameters that a book opened now is opened with: the ratios of this moment, and of the
		/// debt ceiling what is in force.
		fn effective_parameters(asset: Asset) -> Option<ParameterSet>;

		/// The proposals that wait, the oldest first.
		fn parameter_proposals() -> Vec<(ProposalId, Proposal)>;

		/// What stewards may do to the parameters of `asset` now.
		fn allowances(asset: Asset) -> Vec<Allowance>;

		/// What a guardian did to `asset` and nobody ratified yet.
		fn guard(asset: Asset) -> Option<Guard>;

		/// The debt, USD at par, that would become unsafe if `parameters` were in force at once.
		fn preview_impact(asset: Asset, parameters: ParameterSet) -> Result<u128, DispatchError>;
	}
}
