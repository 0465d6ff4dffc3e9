//! What is asked of the runtime.

use crate::service::{AccountId, Block, FullClient, Hash};
use pallet_strata_auctions::runtime_api::AuctionsApi;
use pallet_strata_disputes::runtime_api::DisputesApi;
use pallet_strata_oracle::runtime_api::{Freshness, OracleApi};
use pallet_strata_risk::runtime_api::RiskApi;
use pallet_strata_tranches::runtime_api::{DealPage, Statement, TranchesApi};
use pallet_strata_validator_set::runtime_api::ValidatorSetApi;
use pallet_strata_vaults::runtime_api::{LiquidationState, VaultsApi};
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_consensus_grandpa::GrandpaApi;
use strata_numbers::Ratio;
use strata_traits::{Asset, Balance, BookId, DealId, FeedId, LotId, Reading};

/// A question that was not answered: this runtime does not know it, or answers in another form.
#[derive(Debug)]
pub struct Unanswered {
	/// The runtime API.
	pub api: &'static str,
	/// Why.
	pub why: String,
}

/// An answer of the runtime.
pub type Answer<T> = Result<T, Unanswered>;

/// How many validators there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Validators {
	/// In this session.
	pub current: usize,
	/// In the next one.
	pub next: usize,
	/// If a set were planned now.
	pub elected: usize,
	/// At least.
	pub least: u32,
}

/// What the figures are made of, at one block. Each is one call into the runtime.
pub trait Chain {
	/// Which deals there are.
	fn deals(&self, from: DealId, limit: u32) -> Answer<DealPage>;
	/// A deal in full.
	fn statement(&self, deal: DealId) -> Answer<Option<Statement<AccountId>>>;
	/// Decimals of a settlement asset.
	fn decimals(&self, asset: Asset) -> Answer<Option<u8>>;
	/// The feeds of a book: of its collateral, and of its settlement asset.
	fn feeds_of(&self, book: BookId) -> Answer<Option<[FeedId; 2]>>;
	/// Where a book stands on its ladder.
	fn liquidation(&self, book: BookId) -> Answer<Option<LiquidationState>>;
	/// Debt of a book that is unsafe at the last prices. O(unsafe rungs).
	fn unsafe_debt(&self, book: BookId) -> Answer<Option<Balance>>;
	/// Open lots, each with its deal.
	fn lots(&self, from: Option<LotId>, limit: u32) -> Answer<Vec<(LotId, DealId)>>;
	/// All feeds.
	fn feeds(&self) -> Answer<Vec<(FeedId, Reading)>>;
	/// How many report to a feed.
	fn freshness(&self, feed: FeedId) -> Answer<Option<Freshness>>;
	/// How many validators there are.
	fn validators(&self) -> Answer<Validators>;
	/// Whether the court is closed.
	fn court_closed(&self) -> Answer<bool>;
}

/// The chain at a block, in its database.
pub struct At<'a> {
	/// The chain.
	pub client: &'a FullClient,
	/// The block.
	pub hash: Hash,
}

/// Names the API that did not answer.
fn of<T>(api: &'static str, answer: Result<T, ApiError>) -> Answer<T> {
	answer.map_err(|error| Unanswered { api, why: error.to_string() })
}

impl Chain for At<'_> {
	fn deals(&self, from: DealId, limit: u32) -> Answer<DealPage> {
		let api = self.client.runtime_api();
		of("TranchesApi", TranchesApi::<Block, AccountId>::deals(&*api, self.hash, from, limit))
	}

	fn statement(&self, deal: DealId) -> Answer<Option<Statement<AccountId>>> {
		let api = self.client.runtime_api();
		of("TranchesApi", TranchesApi::<Block, AccountId>::statement(&*api, self.hash, deal))
	}

	fn decimals(&self, asset: Asset) -> Answer<Option<u8>> {
		let listing = self.client.runtime_api().settlement_listing(self.hash, asset);
		Ok(of("RiskApi", listing)?.map(|listing| listing.decimals))
	}

	fn feeds_of(&self, book: BookId) -> Answer<Option<[FeedId; 2]>> {
		let api = self.client.runtime_api();
		let state = VaultsApi::<Block, AccountId>::book(&*api, self.hash, book);
		let feeds =
			|book: pallet_strata_vaults::types::Book| [book.collateral_feed, book.settlement_feed];
		Ok(of("VaultsApi", state)?.map(|state| feeds(state.book)))
	}

	fn liquidation(&self, book: BookId) -> Answer<Option<LiquidationState>> {
		let api = self.client.runtime_api();
		of("VaultsApi", VaultsApi::<Block, AccountId>::liquidation(&*api, self.hash, book))
	}

	fn unsafe_debt(&self, book: BookId) -> Answer<Option<Balance>> {
		let (api, as_it_is) = (self.client.runtime_api(), Ratio::from_u32(1));
		let shock = VaultsApi::<Block, AccountId>::shock(&*api, self.hash, book, as_it_is);
		Ok(of("VaultsApi", shock)?.map(|shock| shock.unsafe_debt))
	}

	fn lots(&self, from: Option<LotId>, limit: u32) -> Answer<Vec<(LotId, DealId)>> {
		let lots = of("AuctionsApi", self.client.runtime_api().lots(self.hash, from, limit))?;
		Ok(lots.into_iter().map(|view| (view.id, view.lot.deal)).collect())
	}

	fn feeds(&self) -> Answer<Vec<(FeedId, Reading)>> {
		of("OracleApi", self.client.runtime_api().feeds(self.hash))
	}

	fn freshness(&self, feed: FeedId) -> Answer<Option<Freshness>> {
		of("OracleApi", self.client.runtime_api().freshness(self.hash, feed))
	}

	fn validators(&self) -> Answer<Validators> {
		const API: &str = "ValidatorSetApi";
		let (api, at) = (self.client.runtime_api(), self.hash);
		Ok(Validators {
			current: of("GrandpaApi", api.grandpa_authorities(at))?.len(),
			next: of(API, ValidatorSetApi::<Block, AccountId>::next_set(&*api, at))?.len(),
			elected: of(API, ValidatorSetApi::<Block, AccountId>::elected(&*api, at))?.len(),
			least: of(API, ValidatorSetApi::<Block, AccountId>::terms(&*api, at))?.least,
		})
	}

	fn court_closed(&self) -> Answer<bool> {
		let api = self.client.runtime_api();
		let time = DisputesApi::<Block, AccountId>::court_time(&*api, self.hash);
		Ok(of("DisputesApi", time)?.closed)
	}
}
