//! What the feeder sends and reads, by the names that the metadata has, is what the runtime means.

use std::sync::Arc;

use codec::{Decode, Encode};
use frame_support::{assert_ok, traits::Get};
use sp_genesis_builder::{runtime_decl_for_genesis_builder::GenesisBuilder, DEV_RUNTIME_PRESET};
use sp_io::TestExternalities;
use sp_runtime::{traits::Dispatchable, DispatchError};
use strata_feeder::{
	chain::{
		reaction::{reaction, Reaction},
		wire::{self, ORACLE},
		Report,
	},
	decimal::{Price, Rounding},
};
use strata_runtime::{
	AccountId, Block, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin,
};
use subxt::{
	config::substrate::SpecVersionForRange,
	dynamic,
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsFields},
	transactions::DynamicPayload,
	utils::AccountId32,
	Metadata, OfflineClient, OfflineClientAtBlock, SubstrateConfig,
};
use subxt_signer::{sr25519::Keypair, SecretUri};

/// The clock: 2025-01-01.
const NOW: u64 = 1_735_689_600_000;
/// Versions of the metadata that a node gives.
const VERSIONS: [u32; 3] = [14, 15, 16];
const FEEDS: [u32; 2] = [10, 11];

fn metadata(version: u32) -> Metadata {
	// Some constants are of the genesis: they are read from storage, of which there need not be any.
	let bytes = TestExternalities::default()
		.execute_with(|| Runtime::metadata_at_version(version))
		.expect("a version that there is");
	Metadata::decode(&mut bytes.as_slice()).expect("metadata")
}

fn client(version: u32) -> OfflineClientAtBlock<SubstrateConfig> {
	let versions =
		SpecVersionForRange { block_range: 0..10, spec_version: 0, transaction_version: 0 };
	let config = SubstrateConfig::builder()
		.set_metadata_for_spec_versions([(0, Arc::new(metadata(version)))])
		.set_spec_version_for_block_ranges([versions])
		.build();
	OfflineClient::new_with_config(config).at_block(0u64).expect("the only block")
}

fn account(name: &str) -> AccountId {
	let uri: SecretUri = format!("//{name}").parse().expect("an URI");
	Keypair::from_uri(&uri).expect("a key").public_key().0.into()
}

fn theirs(account: &AccountId) -> AccountId32 {
	AccountId32(*account.as_ref())
}

/// A development chain at `NOW`.
fn chain() -> TestExternalities {
	fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
		match (into, patch) {
			(serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
				for (key, value) in patch {
					merge(into.entry(key).or_insert(serde_json::Value::Null), value);
				}
			},
			(into, patch) => *into = patch,
		}
	}
	let patch = strata_runtime::genesis::preset(&DEV_RUNTIME_PRESET.into()).expect("a preset");
	let mut whole = serde_json::to_value(RuntimeGenesisConfig::default()).expect("JSON");
	merge(&mut whole, serde_json::from_slice(&patch).expect("JSON"));
	let mut state = TestExternalities::default();
	state.execute_with(|| {
		let json = serde_json::to_vec(&whole).expect("JSON");
		<Runtime as GenesisBuilder<Block>>::build_state(json).expect("genesis builds");
		frame_system::Pallet::<Runtime>::set_block_number(1);
		pallet_timestamp::Now::<Runtime>::put(NOW);
	});
	state
}

fn reports() -> Vec<Report> {
	FEEDS
		.iter()
		.map(|feed| Report {
			feed: *feed,
			price: Price::parse("1.250000000000000001", 0, Rounding::Nearest).expect("a price"),
			half_width: 2_000_000_000_000_003,
			observed_at: NOW - 1_000,
		})
		.collect()
}

fn encoded<C: EncodeAsFields>(version: u32, call: &DynamicPayload<C>) -> RuntimeCall {
	let bytes = client(version).transactions().call_data(call).expect("it can be encoded");
	let mut rest = bytes.as_slice();
	let call = RuntimeCall::decode(&mut rest).expect("the runtime understands it");
	assert!(rest.is_empty());
	call
}

/// A value of the storage, read by the feeder.
fn read<T: DecodeAsType>(version: u32, pallet: &str, entry: &str, value: &impl Encode) -> T {
	let metadata = metadata(version);
	let storage = metadata.pallet_by_name(pallet).and_then(|pallet| pallet.storage());
	let entry = storage.and_then(|storage| storage.entry_by_name(entry)).expect("it is there");
	let bytes = value.encode();
	let mut rest = bytes.as_slice();
	let value = T::decode_as_type(&mut rest, entry.value_ty(), metadata.types());
	let value = value.expect("the feeder understands it");
	assert!(rest.is_empty());
	value
}

#[test]
fn a_report_is_the_runtimes_call() {
	for version in VERSIONS {
		// One alone, and several: a list of one is not taken for its element.
		for count in 1..=FEEDS.len() {
			let sent = &reports()[..count];
			let call = encoded(version, &wire::report(sent));
			let RuntimeCall::Oracle(pallet_strata_oracle::Call::report { reports }) = call else {
				panic!("{call:?}")
			};
			assert_eq!(reports.len(), count);
			for (theirs, ours) in reports.iter().zip(sent) {
				assert_eq!((theirs.feed, theirs.observed_at), (ours.feed, ours.observed_at));
				assert_eq!(theirs.value.into_inner(), ours.price.inner());
				assert_eq!(theirs.half_width.into_inner(), ours.half_width);
			}
		}
	}
}

#[test]
fn a_report_by_a_proxy_is_the_runtimes_call() {
	let cold = account("Feeder1");
	for version in VERSIONS {
		let call = encoded(version, &wire::report_for(theirs(&cold), &reports()));
		let RuntimeCall::Proxy(pallet_proxy::Call::proxy { real, force_proxy_type, call }) = call
		else {
			panic!("{call:?}")
		};
		assert_eq!(real, cold.clone().into());
		assert_eq!(force_proxy_type, None);
		assert_eq!(*call, encoded(version, &wire::report(&reports())));
	}
}

#[test]
fn leaving_jail_is_the_runtimes_call() {
	for version in VERSIONS {
		let call = encoded(version, &wire::unjail());
		assert!(matches!(call, RuntimeCall::Oracle(pallet_strata_oracle::Call::unjail { .. })));
	}
}

#[test]
fn what_is_accepted_reads_back() {
	let feeder = account("Feeder1");
	chain().execute_with(|| {
		let call = encoded(16, &wire::report(&reports()));
		assert_ok!(call.dispatch(RuntimeOrigin::signed(feeder.clone())));
		for version in VERSIONS {
			for report in reports() {
				let data = pallet_strata_oracle::Live::<Runtime>::get(report.feed).expect("listed");
				let data: wire::FeedData = read(version, ORACLE, "Live", &data);
				let last = data.of(&theirs(&feeder)).expect("it is there");
				assert_eq!(last.price, report.price);
				assert_eq!((last.observed_at, last.received_at), (report.observed_at, NOW));
				assert_eq!(data.of(&theirs(&account("Feeder2"))), None);
			}
		}
	});
}

#[test]
fn a_proxy_of_the_feeders_type_may_report() {
	let (cold, hot) = (account("Feeder1"), account("Alice"));
	chain().execute_with(|| {
		let add = pallet_proxy::Call::<Runtime>::add_proxy {
			delegate: hot.clone().into(),
			proxy_type: strata_runtime::system::ProxyType::Feeder,
			delay: 0,
		};
		assert_ok!(RuntimeCall::Proxy(add).dispatch(RuntimeOrigin::signed(cold.clone())));
		let call = encoded(16, &wire::report_for(theirs(&cold), &reports()));
		assert_ok!(call.clone().dispatch(RuntimeOrigin::signed(hot.clone())));
		let executed = |result| {
			let event = pallet_proxy::Event::<Runtime>::ProxyExecuted { result };
			frame_system::Pallet::<Runtime>::assert_last_event(RuntimeEvent::Proxy(event));
		};
		executed(Ok(()));
		// A second time in the same block it is refused, and the event is the only one to tell.
		assert_ok!(call.dispatch(RuntimeOrigin::signed(hot)));
		let refused: DispatchError = pallet_strata_oracle::Error::<Runtime>::AlreadyReported.into();
		executed(Err(refused));
	});
}

#[test]
fn what_the_chain_wants_is_read_as_it_is() {
	let feeder = account("Feeder1");
	chain().execute_with(|| {
		for version in VERSIONS {
			for feed in FEEDS {
				let config = pallet_strata_oracle::Feeds::<Runtime>::get(feed).expect("listed");
				let read: wire::FeedConfig = read(version, ORACLE, "Feeds", &config);
				assert_eq!(read.minimum, config.minimum.into_inner());
				assert_eq!(read.maximum, config.maximum.into_inner());
				assert_eq!(read.time_to_live, config.time_to_live);
				assert_eq!(read.maximum_source_age, config.maximum_source_age);
				assert!(read.members.contains(&theirs(&feeder)));
				assert!(!read.members.contains(&theirs(&account("Alice"))));
			}
		}
	});
}

#[test]
fn what_the_chain_knows_of_a_feeder_is_read_as_it_is() {
	let feeder = account("Feeder1");
	chain().execute_with(|| {
		let mut record = pallet_strata_oracle::Feeders::<Runtime>::get(&feeder).expect("bonded");
		let account = frame_system::Account::<Runtime>::get(&feeder);
		for version in VERSIONS {
			for (leaving, jailed_until) in [(None, None), (Some(5), Some(7))] {
				(record.leaving, record.jailed_until) = (leaving, jailed_until);
				let read: wire::Feeder = read(version, ORACLE, "Feeders", &record);
				let expected = wire::Feeder { amount: record.amount, leaving, jailed_until };
				assert_eq!(read, expected);
			}
			let read: wire::Account = read(version, "System", "Account", &account);
			assert_eq!(read.data.free, account.data.free);
		}
	});
}

#[test]
fn constants_are_read_as_they_are() {
	for version in VERSIONS {
		let client = client(version);
		let most = client.constants().entry(dynamic::constant::<u32>(ORACLE, "MaxReports"));
		let expected: u32 = <Runtime as pallet_strata_oracle::Config>::MaxReports::get();
		assert_eq!(most.expect("it is there"), expected);
		let bond = client.constants().entry(dynamic::constant::<u128>(ORACLE, "MinBond"));
		let expected: u128 = <Runtime as pallet_strata_oracle::Config>::MinBond::get();
		assert_eq!(bond.expect("it is there"), expected);
	}
}

#[test]
fn every_error_that_is_reacted_to_by_name_exists() {
	let metadata = metadata(16);
	let oracle = metadata.pallet_by_name(ORACLE).expect("the oracle");
	let errors: Vec<&str> = oracle
		.error_variants()
		.expect("it has errors")
		.iter()
		.map(|error| error.name.as_str())
		.collect();
	let known = [
		("NotNewer", Reaction::ReadReports),
		("AlreadyReported", Reaction::ReadReports),
		("UnknownFeed", Reaction::ReadTerms),
		("NotAFeeder", Reaction::ReadTerms),
		("OutsideBounds", Reaction::ReadTerms),
		("HalfWidthTooLarge", Reaction::ReadTerms),
		("ObservedTooLongAgo", Reaction::ReadTerms),
		("ObservedInFuture", Reaction::CheckClock),
		("NotBonded", Reaction::ReadStanding),
		("BondTooLow", Reaction::ReadStanding),
		("Leaving", Reaction::ReadStanding),
		("Jailed", Reaction::ReadStanding),
		("TooManyReports", Reaction::ReadLimits),
	];
	for (name, expected) in known {
		assert!(errors.contains(&name), "the oracle has no error {name}");
		assert_eq!(reaction(&format!("{ORACLE}.{name}")), expected);
	}
	// No other is reacted to but by waiting: of what `report` can say, that is `EmptyBatch` and
	// `DuplicateFeed`, which this feeder does not send.
	for name in errors {
		let is_known = known.iter().any(|(known, _)| *known == name);
		assert_eq!(reaction(&format!("{ORACLE}.{name}")) != Reaction::Wait, is_known, "{name}");
	}
}

#[test]
fn the_feeder_knows_what_date_the_chain_refuses() {
	let ours = strata_feeder::chain::FUTURE_TOLERANCE;
	assert_eq!(ours, pallet_strata_oracle::FUTURE_TOLERANCE);
}

#[test]
fn events_that_are_read_have_the_fields_that_are_read() {
	for version in VERSIONS {
		let metadata = metadata(version);
		let fields = |pallet: &str, event: &str| -> Vec<Option<String>> {
			let pallet = metadata.pallet_by_name(pallet).expect("it is there");
			let events = pallet.event_variants().expect("it has events");
			let event = events.iter().find(|variant| variant.name == event).expect("it is there");
			event.fields.iter().map(|field| field.name.clone()).collect()
		};
		let fee = fields("TransactionPayment", "TransactionFeePaid");
		assert!(fee.contains(&Some("actual_fee".into())), "{fee:?}");
		assert_eq!(fields("Proxy", "ProxyExecuted"), [Some("result".into())]);
		assert_eq!(fields("System", "ExtrinsicFailed")[0], Some("dispatch_error".into()));
	}
}
