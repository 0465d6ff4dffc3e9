//! A chain through one node, by its legacy RPC methods, which every node has.
//!
//! One transaction is under way at a time. It is valid for a few blocks only, so that a report that did
//! not get into one is not in force later, when its price is old; until it has died no other takes its
//! nonce.

use std::{
	future::Future,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};

use subxt::{
	backend::LegacyBackend,
	client::OnlineClientAtBlockImpl,
	config::DefaultExtrinsicParamsBuilder,
	dynamic,
	error::{
		BackendError, DispatchError, ExtrinsicError, OnlineClientAtBlockError, RpcError,
		StorageError,
	},
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsFields},
	rpcs::RpcClient,
	storage::Address,
	transactions::{
		DynamicPayload, TransactionInBlock, TransactionProgress, TransactionStatus,
		ValidationResult,
	},
	utils::{AccountId32, H256},
	OnlineClient, OnlineClientAtBlock, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;
use tokio::{
	sync::watch,
	task::JoinHandle,
	time::{timeout, timeout_at},
};

use super::{
	wire::{self, ORACLE},
	ChainError, Head, Ledger, Limits, Receipt, Rehearsal, Report, Standing, SubmitError, Terms,
};
use crate::{config, decide::Accepted};

type At = OnlineClientAtBlock<SubstrateConfig>;
type Progress = TransactionProgress<SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;
type InBlock = TransactionInBlock<SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;

/// Who reports.
#[derive(Clone, Debug)]
pub struct Identity {
	/// The key that signs.
	pub key: Keypair,
	/// The account that is bonded, if the key is that of a proxy for it.
	pub reports_for: Option<AccountId32>,
}

impl Identity {
	/// The account of the key, which pays.
	pub fn signer(&self) -> AccountId32 {
		self.key.public_key().to_account_id()
	}

	/// The account that is bonded.
	pub fn feeder(&self) -> AccountId32 {
		self.reports_for.unwrap_or_else(|| self.signer())
	}
}

/// A connection to a node.
pub struct Node {
	client: OnlineClient<SubstrateConfig>,
	identity: Identity,
	settings: config::Chain,
	head: watch::Receiver<Option<(H256, Head)>>,
	lost: watch::Receiver<Option<ChainError>>,
	follower: JoinHandle<()>,
	nonces: Mutex<Nonces>,
}

/// What is known of the nonce beyond the state of the newest block that was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Nonces {
	/// The block that a transaction was last seen in, and the nonce that follows it.
	included: Option<(u64, u64)>,
	/// A transaction that may still get into a block: its nonce, and the last block that it can be in.
	pending: Option<(u64, u64)>,
}

impl Nonces {
	/// The nonce to use, given what the state of block `head` says.
	fn next(&mut self, head: u64, in_state: u64) -> Result<u64, SubmitError> {
		let next = match self.included {
			// The view of the chain lags behind that block.
			Some((block, next)) if head < block => next.max(in_state),
			_ => in_state,
		};
		if let Some((nonce, dies_after)) = self.pending {
			if next <= nonce && head < dies_after {
				return Err(SubmitError::Pending(dies_after));
			}
			self.pending = None;
		}
		Ok(next)
	}
}

impl Node {
	/// Connects to a node.
	///
	/// # Errors
	/// [`ChainError`].
	pub async fn connect(
		endpoint: &str,
		settings: &config::Chain,
		identity: Identity,
	) -> Result<Self, ChainError> {
		let limit = settings.answer_within.as_std();
		let client = within(limit, connect(endpoint, settings.allow_insecure)).await??;
		if let Some(expected) = &settings.genesis {
			let found = format!("{:#x}", client.genesis_hash());
			if found != *expected {
				return Err(ChainError::OtherChain { found, expected: expected.clone() });
			}
		}
		let (head_sender, head) = watch::channel(None);
		let (lost_sender, lost) = watch::channel(None);
		let follower = tokio::spawn({
			let client = client.clone();
			async move {
				let error = follow(&client, &head_sender, limit).await;
				lost_sender.send_replace(Some(error));
			}
		});
		let (settings, nonces) = (settings.clone(), Mutex::default());
		Ok(Self { client, identity, settings, head, lost, follower, nonces })
	}

	/// Waits for the answer of the node.
	async fn ask<R>(&self, answer: impl Future<Output = R>) -> Result<R, ChainError> {
		within(self.settings.answer_within.as_std(), answer).await
	}

	/// The chain as of the newest block.
	async fn at_head(&self) -> Result<At, ChainError> {
		let newest = *self.head.borrow();
		let (hash, _) = newest.ok_or_else(|| ChainError::Lost("no block seen yet".into()))?;
		self.ask(self.client.at_block(hash)).await?.map_err(|error| at_block(&error))
	}

	/// A value of the storage, or its default if it has one.
	async fn fetch<A: Address>(
		&self,
		at: &At,
		address: A,
		keys: A::KeyParts,
	) -> Result<Option<A::Value>, ChainError>
	where
		A::Value: DecodeAsType,
	{
		fetch(self.settings.answer_within.as_std(), at, address, keys).await
	}

	/// Signs a call, with a nonce that no transaction under way has.
	async fn sign<C: EncodeAsFields>(
		&self,
		at: &At,
		call: &DynamicPayload<C>,
	) -> Result<(Signed, u64), SubmitError> {
		let mut transactions = at.transactions();
		let in_state = self
			.ask(transactions.account_nonce(&self.identity.signer()))
			.await?
			.map_err(|error| ChainError::Lost(error.to_string()))?;
		let nonce = self.nonces().next(at.block_number(), in_state)?;
		let params = DefaultExtrinsicParamsBuilder::new()
			.nonce(nonce)
			.mortal(self.settings.mortality)
			.build();
		let signed = self
			.ask(transactions.create_signed(call, &self.identity.key, params))
			.await?
			.map_err(|error| extrinsic(&error))?;
		Ok((signed, nonce))
	}

	fn nonces(&self) -> std::sync::MutexGuard<'_, Nonces> {
		self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Sends a call and waits until it is in a block.
	async fn submit<C: EncodeAsFields>(
		&self,
		call: &DynamicPayload<C>,
	) -> Result<Receipt, SubmitError> {
		let at = self.at_head().await?;
		let (signed, nonce) = self.sign(&at, call).await?;
		let dies_after = at.block_number().saturating_add(self.settings.mortality);
		self.nonces().pending = Some((nonce, dies_after));
		let deadline = tokio::time::Instant::now() + self.settings.submit_within.as_std();
		let progress = match timeout_at(deadline, signed.submit_and_watch()).await {
			Ok(Ok(progress)) => progress,
			Ok(Err(error)) => return Err(self.not_taken(extrinsic(&error))),
			Err(_) => return Err(SubmitError::Unknown),
		};
		let block = match timeout_at(deadline, in_block(progress)).await {
			Ok(Ok(block)) => block,
			Ok(Err(error)) => return Err(self.not_taken(error)),
			Err(_) => return Err(SubmitError::Unknown),
		};
		self.outcome(&block, nonce).await
	}

	/// A transaction that the node does not have does not stand in the way of the next.
	fn not_taken(&self, error: SubmitError) -> SubmitError {
		if matches!(error, SubmitError::NotTaken(_) | SubmitError::NoFunds) {
			self.nonces().pending = None;
		}
		error
	}

	/// What a transaction came to in its block.
	async fn outcome(&self, block: &InBlock, nonce: u64) -> Result<Receipt, SubmitError> {
		let lost = |error: &dyn std::fmt::Display| ChainError::Lost(error.to_string());
		let at = self.ask(block.at()).await?.map_err(|error| at_block(&error))?;
		*self.nonces() = Nonces { included: Some((at.block_number(), nonce + 1)), pending: None };
		let events = self.ask(block.fetch_events()).await?.map_err(|error| lost(&error))?;
		let (mut fee, mut error) = (0, None);
		for event in events.iter() {
			let event = event.map_err(|error| ChainError::Incompatible(error.to_string()))?;
			match (event.pallet_name(), event.event_name()) {
				("TransactionPayment", "TransactionFeePaid") => {
					let paid = event.decode_fields_unchecked_as::<wire::FeePaid>();
					fee = paid.map_or(0, |paid| paid.actual_fee);
				},
				("System", "ExtrinsicFailed") => {
					error = Some(decoded(event.field_bytes(), &at));
				},
				// Its only field is a result: 0 is well, 1 goes before an error.
				("Proxy", "ProxyExecuted") => {
					if let [1, bytes @ ..] = event.field_bytes() {
						error = Some(decoded(bytes, &at));
					}
				},
				_ => {},
			}
		}
		match error {
			Some(error) => Err(SubmitError::Refused { error, fee }),
			None => {
				let hash = format!("{:#x}", block.block_hash());
				Ok(Receipt { block: at.block_number(), hash, fee })
			},
		}
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		self.follower.abort();
	}
}

impl Ledger for Node {
	fn head(&self) -> Option<Head> {
		self.head.borrow().map(|(_, head)| head)
	}

	async fn lost(&self) -> ChainError {
		let mut lost = self.lost.clone();
		let error = lost.wait_for(Option::is_some).await.ok().and_then(|error| (*error).clone());
		error.unwrap_or_else(|| ChainError::Lost("the connection ended".into()))
	}

	async fn limits(&self) -> Result<Limits, ChainError> {
		let at = self.at_head().await?;
		let incompatible = |error| ChainError::Incompatible(format!("{error}"));
		let reports = at
			.constants()
			.entry(dynamic::constant::<u32>(ORACLE, "MaxReports"))
			.map_err(incompatible)?;
		let bond = at
			.constants()
			.entry(dynamic::constant::<u128>(ORACLE, "MinBond"))
			.map_err(incompatible)?;
		Ok(Limits { reports: reports.max(1) as usize, bond })
	}

	async fn standing(&self) -> Result<Standing, ChainError> {
		let at = self.at_head().await?;
		let account = dynamic::storage::<(AccountId32,), wire::Account>("System", "Account");
		let feeder = dynamic::storage::<(AccountId32,), wire::Feeder>(ORACLE, "Feeders");
		let account = self.fetch(&at, account, (self.identity.signer(),)).await?;
		let feeder = self.fetch(&at, feeder, (self.identity.feeder(),)).await?;
		Ok(Standing {
			balance: account.map_or(0, |account| account.data.free),
			bond: feeder.as_ref().map(|feeder| feeder.amount),
			leaving: feeder.as_ref().and_then(|feeder| feeder.leaving),
			jailed_until: feeder.and_then(|feeder| feeder.jailed_until),
		})
	}

	async fn terms(&self, feed: u32) -> Result<Option<Terms>, ChainError> {
		let at = self.at_head().await?;
		let address = dynamic::storage::<(u32,), wire::FeedConfig>(ORACLE, "Feeds");
		let config = self.fetch(&at, address, (feed,)).await?;
		Ok(config.map(|config| Terms {
			minimum: config.minimum,
			maximum: config.maximum,
			time_to_live: config.time_to_live,
			maximum_source_age: config.maximum_source_age,
			member: config.members.contains(&self.identity.feeder()),
		}))
	}

	async fn report_of_ours(&self, feed: u32) -> Result<Option<Accepted>, ChainError> {
		let at = self.at_head().await?;
		let address = dynamic::storage::<(u32,), wire::FeedData>(ORACLE, "Live");
		let data = self.fetch(&at, address, (feed,)).await?;
		Ok(data.and_then(|data| data.of(&self.identity.feeder())))
	}

	async fn report(&self, reports: &[Report]) -> Result<Receipt, SubmitError> {
		match self.identity.reports_for {
			None => self.submit(&wire::report(reports)).await,
			Some(account) => self.submit(&wire::report_for(account, reports)).await,
		}
	}

	async fn rehearse(&self, reports: &[Report]) -> Result<Rehearsal, SubmitError> {
		let at = self.at_head().await?;
		let (signed, _) = match self.identity.reports_for {
			None => self.sign(&at, &wire::report(reports)).await?,
			Some(account) => self.sign(&at, &wire::report_for(account, reports)).await?,
		};
		let validity = self.ask(signed.validate()).await?.map_err(|error| extrinsic(&error))?;
		let fee =
			self.ask(signed.partial_fee_estimate()).await?.map_err(|error| extrinsic(&error))?;
		let validity = match validity {
			ValidationResult::Valid(_) => "valid".into(),
			ValidationResult::Invalid(why) => format!("invalid: {why:?}"),
			ValidationResult::Unknown(why) => format!("unknown: {why:?}"),
		};
		Ok(Rehearsal { validity, fee })
	}

	async fn unjail(&self) -> Result<Receipt, SubmitError> {
		match self.identity.reports_for {
			None => self.submit(&wire::unjail()).await,
			Some(account) => self.submit(&wire::unjail_for(account)).await,
		}
	}
}

type Signed = subxt::transactions::SubmittableTransaction<
	SubstrateConfig,
	OnlineClientAtBlockImpl<SubstrateConfig>,
>;

/// Waits for an answer for so long.
async fn within<R>(limit: Duration, answer: impl Future<Output = R>) -> Result<R, ChainError> {
	timeout(limit, answer)
		.await
		.map_err(|_| ChainError::Lost(format!("the node gave no answer within {limit:?}")))
}

async fn connect(
	endpoint: &str,
	insecure: bool,
) -> Result<OnlineClient<SubstrateConfig>, ChainError> {
	let lost = |error: &dyn std::fmt::Display| ChainError::Lost(error.to_string());
	let rpc = match insecure {
		true => RpcClient::from_insecure_url(endpoint).await,
		false => RpcClient::from_url(endpoint).await,
	};
	let rpc = rpc.map_err(|error| lost(&error))?;
	let backend = LegacyBackend::builder().build(rpc);
	OnlineClient::from_backend_with_config(SubstrateConfig::new(), Arc::new(backend))
		.await
		.map_err(|error| lost(&error))
}

/// Keeps up with the newest block, until that is not possible any more.
async fn follow(
	client: &OnlineClient<SubstrateConfig>,
	newest: &watch::Sender<Option<(H256, Head)>>,
	limit: Duration,
) -> ChainError {
	let lost = |error: &dyn std::fmt::Display| ChainError::Lost(error.to_string());
	let mut blocks = match within(limit, client.stream_best_blocks()).await {
		Ok(Ok(blocks)) => blocks,
		Ok(Err(error)) => return lost(&error),
		Err(error) => return error,
	};
	loop {
		let block = match blocks.next().await {
			Some(Ok(block)) => block,
			Some(Err(error)) => return lost(&error),
			None => return ChainError::Lost("the node ended the subscription".into()),
		};
		let seen = Instant::now();
		let at = match within(limit, block.at()).await {
			Ok(Ok(at)) => at,
			Ok(Err(error)) => return at_block(&error),
			Err(error) => return error,
		};
		let now = dynamic::storage::<(), u64>("Timestamp", "Now");
		match fetch(limit, &at, now, ()).await {
			Ok(time) => {
				let head = Head { number: block.number(), time: time.unwrap_or(0), seen };
				newest.send_replace(Some((block.hash(), head)));
			},
			Err(error) => return error,
		}
	}
}

async fn fetch<A: Address>(
	limit: Duration,
	at: &At,
	address: A,
	keys: A::KeyParts,
) -> Result<Option<A::Value>, ChainError>
where
	A::Value: DecodeAsType,
{
	let place = format!("{}.{}", address.pallet_name(), address.entry_name());
	let storage = at.storage();
	let value = match within(limit, storage.try_fetch(address, keys)).await? {
		Ok(value) => value,
		Err(StorageError::CannotFetchValue(error)) => {
			return Err(ChainError::Lost(error.to_string()))
		},
		Err(error) => return Err(ChainError::Incompatible(format!("{place}: {error}"))),
	};
	let decoded = value.map(|value| value.decode()).transpose();
	decoded.map_err(|error| ChainError::Incompatible(format!("{place}: {error}")))
}

/// Waits until a transaction is in a block.
async fn in_block(mut progress: Progress) -> Result<InBlock, SubmitError> {
	loop {
		match progress.next().await {
			Some(Ok(TransactionStatus::InBestBlock(block)))
			| Some(Ok(TransactionStatus::InFinalizedBlock(block))) => return Ok(block),
			Some(Ok(TransactionStatus::Error { message }))
			| Some(Ok(TransactionStatus::Invalid { message }))
			| Some(Ok(TransactionStatus::Dropped { message })) => {
				return Err(SubmitError::NotTaken(message))
			},
			Some(Ok(_)) => {},
			Some(Err(error)) => return Err(ChainError::Lost(error.to_string()).into()),
			None => return Err(ChainError::Lost("the node ended the subscription".into()).into()),
		}
	}
}

fn at_block(error: &OnlineClientAtBlockError) -> ChainError {
	ChainError::Lost(error.to_string())
}

/// What an error of making or sending a transaction means.
fn extrinsic(error: &ExtrinsicError) -> SubmitError {
	match error {
		ExtrinsicError::ErrorSubmittingTransaction(backend) => submission(backend),
		ExtrinsicError::TransactionStatusError(status) => SubmitError::NotTaken(status.to_string()),
		ExtrinsicError::PalletNameNotFound(_)
		| ExtrinsicError::CallNameNotFound { .. }
		| ExtrinsicError::EncodeError(_)
		| ExtrinsicError::UnsupportedVersion
		| ExtrinsicError::Params(_) => ChainError::Incompatible(error.to_string()).into(),
		error => ChainError::Lost(error.to_string()).into(),
	}
}

/// What a node says to a transaction that it does not take.
fn submission(error: &BackendError) -> SubmitError {
	let BackendError::Rpc(RpcError::ClientError(subxt::rpcs::Error::User(user))) = error else {
		return ChainError::Lost(error.to_string()).into();
	};
	let data = user.data.as_ref().map(|data| data.get()).unwrap_or_default();
	// 1010 is "Invalid Transaction"; only its text tells which kind.
	if data.contains("Inability to pay some fees") {
		return SubmitError::NoFunds;
	}
	SubmitError::NotTaken(format!("{} ({}) {data}", user.message, user.code).trim_end().to_owned())
}

/// The name of an error in its encoded form.
fn decoded(bytes: &[u8], at: &At) -> String {
	match DispatchError::decode_from(bytes, at.metadata()) {
		Ok(error) => name(&error),
		Err(error) => error.to_string(),
	}
}

/// The name of an error: pallet and variant of a pallet's, the kind of others.
fn name(error: &DispatchError) -> String {
	match error {
		DispatchError::Module(module) => match module.details() {
			Ok(details) => format!("{}.{}", details.pallet.name(), details.variant.name),
			Err(_) => format!("{:?}", module.bytes()),
		},
		DispatchError::Token(token) => format!("Token.{token:?}"),
		DispatchError::Arithmetic(arithmetic) => format!("Arithmetic.{arithmetic:?}"),
		DispatchError::Transactional(kind) => format!("Transactional.{kind:?}"),
		other => format!("{other:?}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_nonce_is_the_states_unless_a_later_block_is_known() {
		let mut nonces = Nonces::default();
		assert_eq!(nonces.next(10, 5), Ok(5));
		nonces.included = Some((12, 6));
		assert_eq!(nonces.next(11, 5), Ok(6), "this view lags behind");
		assert_eq!(nonces.next(12, 6), Ok(6));
		assert_eq!(nonces.next(12, 5), Ok(5), "the block was dropped for another");
		assert_eq!(nonces.next(13, 9), Ok(9), "somebody else signs with this key");
	}

	#[test]
	fn nothing_is_sent_while_an_earlier_one_may_get_in() {
		let mut nonces = Nonces { included: None, pending: Some((5, 26)) };
		assert_eq!(nonces.next(10, 5), Err(SubmitError::Pending(26)));
		assert_eq!(nonces.next(25, 5), Err(SubmitError::Pending(26)));
		assert_eq!(nonces.next(26, 5), Ok(5), "it is dead");
		assert_eq!(nonces.pending, None);
		let mut nonces = Nonces { included: None, pending: Some((5, 26)) };
		assert_eq!(nonces.next(11, 6), Ok(6), "it got in");
		assert_eq!(nonces.pending, None);
	}

	#[test]
	fn what_a_node_says_to_a_transaction() {
		let said = |code, message: &str, data: &str| {
			let data = serde_json::value::RawValue::from_string(format!("{data:?}")).unwrap();
			let user = subxt::rpcs::UserError { code, message: message.into(), data: Some(data) };
			submission(&BackendError::Rpc(RpcError::ClientError(subxt::rpcs::Error::User(user))))
		};
		assert_eq!(
			said(
				1010,
				"Invalid Transaction",
				"Inability to pay some fees (e.g. account balance too low)"
			),
			SubmitError::NoFunds
		);
		assert_eq!(
			said(1010, "Invalid Transaction", "Transaction is outdated"),
			SubmitError::NotTaken("Invalid Transaction (1010) \"Transaction is outdated\"".into())
		);
		assert!(matches!(
			submission(&BackendError::other("gone")),
			SubmitError::Chain(ChainError::Lost(_))
		));
	}
}
