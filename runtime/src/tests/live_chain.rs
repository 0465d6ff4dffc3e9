//! The template of a live chain in `docs/operations`: filled in it makes a chain that lives at the tempo
//! of hours, and left as it is it makes none.

use serde_json::{json, Value};
use sp_core::{crypto::Ss58Codec, Pair};
use sp_genesis_builder::DEV_RUNTIME_PRESET;

use super::chain::{account, check_invariants, from_json, next_block, with_defaults};
use crate::{
	consensus::LIVE_TERMS, court, genesis, governance::TreasuryAccount, Babe, Balances, Grandpa,
	RuntimeGenesisConfig, Session, Tempo, ValidatorSet,
};

fn template() -> Value {
	serde_json::from_str(include_str!("../../../docs/operations/live-chain.json")).expect("JSON")
}

fn patch(spec: &Value) -> &Value {
	&spec["genesis"]["runtimeGenesis"]["patch"]
}

/// A field that is to be filled in.
fn is_field(text: &str) -> bool {
	text.len() > 1
		&& text
			.chars()
			.all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
		&& text != "STRA"
}

/// Fills in what an operator does: accounts and keys.
fn fill(value: &mut Value) {
	match value {
		Value::Object(fields) => fields.values_mut().for_each(fill),
		Value::Array(entries) => entries.iter_mut().for_each(fill),
		Value::String(text) if is_field(text) => {
			*value = match text.strip_suffix("_GRANDPA") {
				Some(founder) => {
					let pair = sp_core::ed25519::Pair::from_string(&format!("//{founder}"), None);
					json!(pair.expect("a derivation path").public().to_ss58check())
				},
				None => json!(account(text)),
			};
		},
		_ => (),
	}
}

#[test]
fn the_template_should_make_a_chain_that_lives_in_hours() {
	let mut spec = template();
	fill(&mut spec);
	from_json(with_defaults(patch(&spec).clone())).execute_with(|| {
		assert_eq!(Tempo::tempo(), pallet_strata_tempo::Tempo::live());
		assert_eq!(ValidatorSet::terms(), LIVE_TERMS);
		assert_eq!(Session::validators().len(), 4);
		assert_eq!(Babe::authorities().len(), 4);
		assert_eq!(Grandpa::grandpa_authorities().len(), 4);
		assert!(Balances::free_balance(TreasuryAccount::get()) > 0);
		let founder = account("FOUNDER_1");
		assert!(Balances::free_balance(&founder) >= LIVE_TERMS.bond);
		next_block();
		next_block();
		check_invariants();
	});
}

#[test]
fn the_template_should_agree_with_the_runtime_where_it_repeats_it() {
	let mut spec = template();
	fill(&mut spec);
	let (patch, bytes) = (patch(&spec), genesis::preset(&DEV_RUNTIME_PRESET.into()));
	let dev: Value = serde_json::from_slice(&bytes.expect("it exists")).expect("it is JSON");
	assert_eq!(patch["babe"], dev["babe"]);
	assert_eq!(patch["tempo"]["tempo"], json!(pallet_strata_tempo::Tempo::live()));
	let courts = court::courts(court::live_periods(), court::LIVE_ACTIVATION);
	assert_eq!(patch["disputes"]["courts"], json!(courts));
	// Nothing but sessions names validators, and no preset's accounts are left.
	assert!(patch["babe"].get("authorities").is_none() && patch.get("grandpa").is_none());
	for well_known in ["Alice", "Alice//stash", "Bob", "Guardian1", "Feeder1"] {
		let address = account(well_known).to_ss58check();
		assert!(!patch.to_string().contains(&address), "{well_known}");
	}
}

#[test]
fn the_template_should_be_refused_until_it_is_filled_in() {
	let spec = template();
	let whole = with_defaults(patch(&spec).clone());
	let error = serde_json::from_slice::<RuntimeGenesisConfig>(&whole).err();
	assert!(error.is_some(), "a chain without keys");
	assert_eq!(spec["chainType"], "Live");
	for field in ["name", "id", "protocolId"] {
		assert!(spec[field].as_str().is_some_and(is_field), "{field} is to be filled in");
	}
	// The code comes from the binary: docs/operations.md says how.
	assert_eq!(spec["genesis"]["runtimeGenesis"]["code"], "0x");
}
