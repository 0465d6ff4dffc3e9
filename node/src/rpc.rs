//! RPC methods beyond those that every Substrate node has: what BABE and GRANDPA know, account
//! nonces, fees, the state to sync from, and `engine_*` when blocks are sealed on demand.

use crate::{
	sealing,
	service::{
		AccountId, Balance, Block, BlockNumber, Consensus, FullBackend, FullClient, FullPool,
		FullSelectChain, Grandpa, Hash, Nonce, Shared,
	},
};
use jsonrpsee::RpcModule;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_rpc::SubscriptionTaskExecutor;
use sc_service::{ChainSpec, Configuration};
use sp_keystore::KeystorePtr;
use std::sync::Arc;

/// Why the methods could not be set up.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What the methods read.
pub struct Deps {
	client: Arc<FullClient>,
	pool: Arc<FullPool>,
	select_chain: FullSelectChain,
	keystore: KeystorePtr,
	babe_worker: BabeWorkerHandle<Block>,
	chain_spec: Box<dyn ChainSpec>,
	finality: Option<Finality>,
	engine: Option<sealing::Commands>,
}

/// What the methods about finality read.
struct Finality {
	voter_state: SharedVoterState,
	authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	justifications: GrandpaJustificationStream<Block>,
	proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

impl Finality {
	fn new(grandpa: &Grandpa, backend: &Arc<FullBackend>) -> Self {
		let authority_set = grandpa.link.shared_authority_set().clone();
		let proofs =
			FinalityProofProvider::new_for_service(backend.clone(), Some(authority_set.clone()));
		Self {
			voter_state: grandpa.voter_state.clone(),
			authority_set,
			justifications: grandpa.link.justification_stream(),
			proofs,
		}
	}
}

impl Deps {
	/// Gathers what the methods read. `engine` takes the commands of `engine_*`.
	pub fn new(
		config: &Configuration,
		shared: &Shared,
		consensus: &Consensus,
		engine: Option<sealing::Commands>,
	) -> Self {
		Self {
			client: shared.client.clone(),
			pool: shared.pool.clone(),
			select_chain: shared.select_chain.clone(),
			keystore: shared.keystore.clone(),
			babe_worker: consensus.babe_worker.clone(),
			chain_spec: config.chain_spec.cloned_box(),
			finality: consensus
				.grandpa
				.as_ref()
				.map(|grandpa| Finality::new(grandpa, &shared.backend)),
			engine,
		}
	}

	/// Sets the methods up.
	pub fn module(&self, executor: SubscriptionTaskExecutor) -> Result<RpcModule<()>, Error> {
		use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
		use pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo;
		use sc_consensus_babe_rpc::{Babe, BabeApiServer};
		use sc_consensus_manual_seal::rpc::{ManualSeal, ManualSealApiServer};
		use substrate_frame_rpc_system::{System, SystemApiServer};

		let mut module = RpcModule::new(());
		let system = System::<_, _, Block>::new(self.client.clone(), self.pool.clone());
		module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(system))?;
		let payment = TransactionPayment::<_, Block>::new(self.client.clone());
		module.merge(
			TransactionPaymentApiServer::<Hash, RuntimeDispatchInfo<Balance>>::into_rpc(payment),
		)?;
		let babe = Babe::new(
			self.client.clone(),
			self.babe_worker.clone(),
			self.keystore.clone(),
			self.select_chain.clone(),
		);
		module.merge(babe.into_rpc())?;
		if let Some(finality) = &self.finality {
			self.add_finality(&mut module, finality, executor)?;
		}
		if let Some(engine) = &self.engine {
			module.merge(ManualSeal::new(engine.clone()).into_rpc())?;
		}
		Ok(module)
	}

	fn add_finality(
		&self,
		module: &mut RpcModule<()>,
		finality: &Finality,
		executor: SubscriptionTaskExecutor,
	) -> Result<(), Error> {
		use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
		use sc_sync_state_rpc::{SyncState, SyncStateApiServer};

		let grandpa = Grandpa::new(
			executor,
			finality.authority_set.clone(),
			finality.voter_state.clone(),
			finality.justifications.clone(),
			finality.proofs.clone(),
		);
		module.merge(grandpa.into_rpc())?;
		let sync_state = SyncState::new(
			self.chain_spec.cloned_box(),
			self.client.clone(),
			finality.authority_set.clone(),
			self.babe_worker.clone(),
		)?;
		module.merge(sync_state.into_rpc())?;
		Ok(())
	}
}
