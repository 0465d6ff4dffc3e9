//! What a node or a client may ask the runtime without a transaction.

use alloc::vec::Vec;
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	traits::Get,
	weights::Weight,
};
use pallet_strata_auctions::types::LotView;
use pallet_strata_backstop::types::{Pair, PoolState, ShareState};
use pallet_strata_disputes::{
	runtime_api::{
		AppealCost, CaseFile, CourtTime, CourtView, FilingCost, JurorDuties, SecurityBudget,
	},
	types::{CourtId, EventCases},
};
use pallet_strata_oracle::runtime_api::{AverageView, Freshness, VolatilityView};
use pallet_strata_risk::{Allowance, Guard, Proposal, ProposalId};
use pallet_strata_tranches::{
	runtime_api::{
		Claimable, DealPage, DealView, HoldingView, LossScenario, PaymentPreview, Portfolio,
		RiskQuery, RiskView, Statement, Supply, TrancheView,
	},
	Receipts,
};
use pallet_strata_validator_set::{
	runtime_api::{CandidateView, StandingView},
	Terms,
};
use pallet_strata_vaults::{
	runtime_api::{LiquidationState, RungView, Shock},
	types::{Adjustment, BookState, VaultState},
};
use pallet_transaction_payment_rpc_runtime_api::{FeeDetails, RuntimeDispatchInfo};
use sp_api::impl_runtime_apis;
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_core::{OpaqueMetadata, H256};
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	traits::Block as BlockT,
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, DispatchError, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;
use strata_numbers::Ratio;
use strata_statistics::{Covariance, NoAverage};
use strata_traits::{
	Asset, BookId, Books, CollateralListing, DealDefault, DealId, DisputeId, FeedId, Listing,
	LotId, Moment, ParameterSet, PriceFeeds, Reading, SettlementListing, VaultId,
};
use strata_waterfall::{Outcome, Payment, Program};

use crate::{
	checks::{validate_each, Transactions},
	consensus::{
		discoverable_authorities, key_owner_proof, SessionKeys, BABE_GENESIS_EPOCH_CONFIG,
	},
	genesis, AccountId, Auctions, Babe, Backstop, Balance, Block, Disputes, Executive, Grandpa,
	InherentDataExt, Nonce, Oracle, Risk, Runtime, RuntimeCall, RuntimeGenesisConfig, System,
	Tempo, Tranches, TransactionPayment, ValidatorSet, Vaults, VERSION,
};

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: frame_support::view_functions::ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: InherentData,
		) -> CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl crate::checks::TransactionsApi<Block> for Runtime {
		fn validate_transactions(
			transactions: Transactions,
			block_hash: <Block as BlockT>::Hash,
		) -> Vec<Option<TransactionValidity>> {
			validate_each(transactions, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(
			owner: Vec<u8>,
			seed: Option<Vec<u8>>,
		) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(
			encoded: Vec<u8>,
		) -> Option<Vec<(Vec<u8>, sp_core::crypto::KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> sp_consensus_babe::BabeConfiguration {
			let config = Babe::epoch_config().unwrap_or(BABE_GENESIS_EPOCH_CONFIG);
			sp_consensus_babe::BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: <Runtime as pallet_babe::Config>::EpochDuration::get(),
				c: config.c,
				authorities: Babe::authorities().to_vec(),
				randomness: Babe::randomness(),
				allowed_slots: config.allowed_slots,
			}
		}

		fn current_epoch_start() -> sp_consensus_babe::Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> sp_consensus_babe::Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> sp_consensus_babe::Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			_slot: sp_consensus_babe::Slot,
			authority: sp_consensus_babe::AuthorityId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			let proof = key_owner_proof(sp_consensus_babe::KEY_TYPE, authority)?;
			Some(sp_consensus_babe::OpaqueKeyOwnershipProof::new(codec::Encode::encode(&proof)))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			proof: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
			owner: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Babe::submit_unsigned_equivocation_report(proof, owner.decode()?)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			pallet_grandpa::CurrentSetId::<Runtime>::get()
		}

		fn generate_key_ownership_proof(
			_set: sp_consensus_grandpa::SetId,
			authority: sp_consensus_grandpa::AuthorityId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			let proof = key_owner_proof(sp_consensus_grandpa::KEY_TYPE, authority)?;
			Some(sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(codec::Encode::encode(&proof)))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			proof: sp_consensus_grandpa::EquivocationProof<
				<Block as BlockT>::Hash,
				sp_runtime::traits::NumberFor<Block>,
			>,
			owner: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Grandpa::submit_unsigned_equivocation_report(proof, owner.decode()?)
		}
	}

	impl sp_authority_discovery::AuthorityDiscoveryApi<Block> for Runtime {
		fn authorities() -> Vec<AuthorityDiscoveryId> {
			discoverable_authorities()
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(extrinsic, length)
		}

		fn query_fee_details(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> FeeDetails<Balance> {
			TransactionPayment::query_fee_details(extrinsic, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall>
		for Runtime
	{
		fn query_call_info(call: RuntimeCall, length: u32) -> RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, length)
		}

		fn query_call_fee_details(call: RuntimeCall, length: u32) -> FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(json: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(json)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis::preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis::preset_names()
		}
	}

	impl pallet_strata_tempo::runtime_api::TempoApi<Block> for Runtime {
		fn tempo() -> pallet_strata_tempo::Tempo {
			Tempo::tempo()
		}
	}

	impl pallet_strata_validator_set::runtime_api::ValidatorSetApi<Block, AccountId> for Runtime {
		fn terms() -> Terms {
			ValidatorSet::terms()
		}

		fn candidates() -> Vec<StandingView<AccountId>> {
			ValidatorSet::standing_views()
		}

		fn candidate(who: AccountId) -> Option<CandidateView> {
			ValidatorSet::candidate_view(&who)
		}

		fn next_set() -> Vec<AccountId> {
			ValidatorSet::next_set()
		}

		fn elected() -> Vec<AccountId> {
			ValidatorSet::elected()
		}
	}

	impl pallet_strata_oracle::runtime_api::OracleApi<Block> for Runtime {
		fn reading(feed: FeedId) -> Reading {
			Oracle::reading(feed)
		}

		fn feeds() -> Vec<(FeedId, Reading)> {
			Oracle::readings()
		}

		fn freshness(feed: FeedId) -> Option<Freshness> {
			Oracle::freshness(feed)
		}

		fn delayed(feed: FeedId) -> Reading {
			Oracle::delayed(feed)
		}

		fn average(feed: FeedId, length: Moment) -> Result<AverageView, NoAverage> {
			Oracle::average_view(feed, length)
		}

		fn volatility(feed: FeedId) -> Option<VolatilityView> {
			Oracle::volatility_view(feed)
		}

		fn covariance(one: FeedId, other: FeedId) -> Option<Covariance> {
			<Oracle as PriceFeeds>::covariance(one, other)
		}
	}

	impl pallet_strata_risk::runtime_api::RiskApi<Block> for Runtime {
		fn collateral_listing(asset: Asset) -> Option<CollateralListing> {
			Risk::collateral(&asset)
		}

		fn settlement_listing(asset: Asset) -> Option<SettlementListing> {
			Risk::settlement(&asset)
		}

		fn listings() -> pallet_strata_risk::Listings {
			Risk::listings()
		}

		fn effective_parameters(asset: Asset) -> Option<ParameterSet> {
			Risk::effective_parameters(&asset)
		}

		fn parameter_proposals() -> Vec<(ProposalId, Proposal)> {
			Risk::proposals()
		}

		fn allowances(asset: Asset) -> Vec<Allowance> {
			Risk::allowances(&asset)
		}

		fn guard(asset: Asset) -> Option<Guard> {
			Risk::guard(&asset)
		}

		fn preview_impact(asset: Asset, parameters: ParameterSet) -> Result<u128, DispatchError> {
			Risk::preview_impact(&asset, &parameters)
		}
	}

	impl pallet_strata_vaults::runtime_api::VaultsApi<Block, AccountId> for Runtime {
		fn vault(vault: VaultId) -> Option<VaultState<AccountId>> {
			Vaults::vault_state(vault)
		}

		fn preview_adjust(
			vault: VaultId,
			adjustment: Adjustment,
		) -> Result<VaultState<AccountId>, DispatchError> {
			Vaults::preview_adjust(vault, adjustment)
		}

		fn preview_open(
			owner: AccountId,
			book: BookId,
			collateral: Balance,
			draw: Balance,
		) -> Result<VaultState<AccountId>, DispatchError> {
			Vaults::preview_open(&owner, book, collateral, draw)
		}

		fn book(book: BookId) -> Option<BookState<AccountId>> {
			Vaults::book_state(book)
		}

		fn vaults_of(owner: AccountId) -> Vec<VaultId> {
			Vaults::vaults_of(&owner)
		}

		fn max_draw(vault: VaultId) -> Option<Balance> {
			Vaults::max_draw(vault)
		}

		fn max_withdraw(vault: VaultId) -> Option<Balance> {
			Vaults::max_withdraw(vault)
		}

		fn ladder(book: BookId, from: Option<i32>, limit: u32) -> Vec<RungView> {
			Vaults::ladder(book, from, limit)
		}

		fn shock(book: BookId, factor: Ratio) -> Option<Shock> {
			Vaults::shock(book, factor)
		}

		fn losses(book: BookId, factors: Vec<Ratio>) -> Option<Vec<Balance>> {
			<Vaults as Books>::losses(book, &factors)
		}

		fn liquidation(book: BookId) -> Option<LiquidationState> {
			Vaults::liquidation(book)
		}
	}

	impl pallet_strata_auctions::runtime_api::AuctionsApi<Block> for Runtime {
		fn lots(from: Option<LotId>, limit: u32) -> Vec<LotView> {
			Auctions::lots(from, limit)
		}

		fn lot(lot: LotId) -> Option<LotView> {
			Auctions::lot(lot)
		}

		fn quote(lot: LotId, amount: Balance) -> Result<Balance, DispatchError> {
			Auctions::quote(lot, amount)
		}
	}

	impl pallet_strata_backstop::runtime_api::BackstopApi<Block, AccountId> for Runtime {
		fn pool(pair: Pair) -> Option<PoolState<AccountId>> {
			Backstop::pool_state(&pair)
		}

		fn share(pair: Pair, who: AccountId) -> Option<ShareState> {
			Backstop::share_state(&pair, &who)
		}

		fn pools() -> Vec<PoolState<AccountId>> {
			Backstop::pool_states()
		}
	}

	impl pallet_strata_tranches::runtime_api::TranchesApi<Block, AccountId> for Runtime {
		fn deals(from: DealId, limit: u32) -> DealPage {
			Tranches::deals_view(from, limit)
		}

		fn deal(deal: DealId) -> Option<DealView<AccountId>> {
			Tranches::deal_view(deal)
		}

		fn tranches(deal: DealId) -> Vec<TrancheView> {
			Tranches::tranche_views(deal)
		}

		fn statement(deal: DealId) -> Option<Statement<AccountId>> {
			Tranches::statement(deal)
		}

		fn program(deal: DealId) -> Option<Program> {
			pallet_strata_tranches::Programs::<Runtime>::get(deal)
		}

		fn claimable(deal: DealId, rank: u8, who: AccountId) -> Claimable {
			Tranches::claimable_view(deal, rank, &who)
		}

		fn holder(deal: DealId, rank: u8, who: AccountId) -> Option<HoldingView> {
			Tranches::holder_view(deal, rank, &who)
		}

		fn holdings(deal: DealId, who: AccountId) -> Vec<HoldingView> {
			Tranches::holdings_view(deal, &who)
		}

		fn portfolio(who: AccountId, from: DealId, limit: u32) -> Portfolio {
			Tranches::portfolio_view(&who, from, limit)
		}

		fn supply(deal: DealId, rank: u8) -> Option<Supply> {
			Tranches::supply_view(deal, rank)
		}

		fn may_transfer(
			deal: DealId,
			rank: u8,
			from: AccountId,
			to: AccountId,
			amount: Balance,
		) -> Result<(), DispatchError> {
			Tranches::may_transfer(deal, rank, &from, &to, amount)
		}

		fn dry_run(deal: DealId, interest: Balance, principal: Balance) -> Vec<Payment> {
			Tranches::dry_run(deal, interest, principal)
		}

		fn preview_payment(deal: DealId, more: Receipts) -> Option<PaymentPreview> {
			Tranches::preview_payment(deal, &more)
		}

		fn rerun_payment(
			deal: DealId,
			receipts: Option<Receipts>,
		) -> Result<Outcome, DispatchError> {
			Tranches::rerun(deal, receipts.as_ref())
		}

		fn loss_scenario(
			deal: DealId,
			defaults: Balance,
			recovery: Ratio,
		) -> Option<LossScenario> {
			Tranches::loss_scenario(deal, defaults, recovery)
		}

		fn risk(deal: DealId, query: RiskQuery) -> Option<RiskView> {
			Tranches::risk(deal, &query)
		}
	}

	impl pallet_strata_disputes::runtime_api::DisputesApi<Block, AccountId> for Runtime {
		fn courts() -> Vec<CourtView> {
			Disputes::courts()
		}

		fn court_time() -> CourtTime {
			Disputes::court_time()
		}

		fn case_file(dispute: DisputeId) -> Option<CaseFile<AccountId>> {
			Disputes::case_file(dispute)
		}

		fn disputes_of_event(event: H256) -> Option<EventCases> {
			Disputes::disputes_of_event(event)
		}

		fn juror_duties(who: AccountId) -> Option<JurorDuties> {
			Disputes::juror_duties(&who)
		}

		fn cost_of_filing(
			court: CourtId,
			asset: Option<Asset>,
			amount: Balance,
			freeze: Option<Balance>,
		) -> Result<FilingCost, DispatchError> {
			Disputes::cost_of_filing(court, asset, amount, freeze)
		}

		fn cost_of_appeal(dispute: DisputeId) -> Option<AppealCost> {
			Disputes::cost_of_appeal(dispute)
		}

		fn security_budget(
			court: CourtId,
			asset: Option<Asset>,
			amount: Balance,
		) -> Result<SecurityBudget, DispatchError> {
			Disputes::security_budget(court, asset, amount)
		}

		fn default_in_sight(deal: DealId) -> Option<(Moment, DealDefault)> {
			Disputes::default_in_sight(deal)
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(extra: bool) -> (
			Vec<frame_benchmarking::BenchmarkList>,
			Vec<frame_support::traits::StorageInfo>,
		) {
			use crate::AllPalletsWithSystem;
			use frame_benchmarking::BenchmarkList;
			use frame_support::traits::StorageInfoTrait;

			let mut list = Vec::<BenchmarkList>::new();
			list_benchmarks!(list, extra);
			(list, AllPalletsWithSystem::storage_info())
		}

		#[allow(non_local_definitions)]
		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			use crate::AllPalletsWithSystem;
			use frame_benchmarking::BenchmarkBatch;
			use frame_support::traits::WhitelistedStorageKeys;

			let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
			let mut batches = Vec::<BenchmarkBatch>::new();
			let params = (&config, &whitelist);
			add_benchmarks!(params, batches);
			Ok(batches)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(
			checks: frame_try_runtime::UpgradeCheckSelect,
		) -> (Weight, Weight) {
			// The whole point of this call is to fail loudly, off chain.
			#[allow(clippy::unwrap_used)]
			let weight = Executive::try_runtime_upgrade(checks).unwrap();
			(weight, crate::system::RuntimeBlockWeights::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			#[allow(clippy::unwrap_used)]
			Executive::try_execute_block(block, state_root_check, signature_check, select).unwrap()
		}
	}
}
