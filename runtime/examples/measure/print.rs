//! What is said, and how.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::atomic::{AtomicBool, Ordering},
};

use frame_support::traits::StorageInfoTrait;
use serde_json::Value;
use sp_state_machine::StorageKey;
use strata_runtime::AllPalletsWithSystem;

use crate::counting::Log;

static EXPLICIT: AtomicBool = AtomicBool::new(false);

/// From now on [`explain`] explains.
pub fn be_explicit() {
	EXPLICIT.store(true, Ordering::Relaxed);
}

/// Prints a JSON object on a line of its own, its keys in this order.
pub fn print(entries: &[(&str, Value)]) {
	let entries = entries.iter().map(|(key, value)| format!("{}:{value}", Value::from(*key)));
	println!("{{{}}}", entries.collect::<Vec<_>>().join(","));
}

/// Lists, if asked to, what `title` read and wrote, by storage item.
pub fn explain(title: &str, log: &Log, written: &BTreeSet<StorageKey>) {
	if !EXPLICIT.load(Ordering::Relaxed) {
		return;
	}
	let count = |keys: &mut dyn Iterator<Item = &StorageKey>| {
		let mut counts: BTreeMap<String, usize> = BTreeMap::new();
		keys.for_each(|key| *counts.entry(item_of(key)).or_default() += 1);
		let counts = counts.into_iter().map(|(item, count)| match count {
			1 => item,
			count => format!("{item} ×{count}"),
		});
		counts.collect::<Vec<_>>().join(", ")
	};
	eprintln!("{title}");
	eprintln!("\tread: {}", count(&mut log.keys.iter()));
	eprintln!("\tnext_key: {}", count(&mut log.steps.iter()));
	eprintln!("\twritten: {}", count(&mut written.iter()));
}

/// The pallet and the item that `key` belongs to.
fn item_of(key: &StorageKey) -> String {
	AllPalletsWithSystem::storage_info()
		.into_iter()
		.find(|info| key.starts_with(&info.prefix))
		.map(|info| {
			let name = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
			format!("{}.{}", name(info.pallet_name), name(info.storage_name))
		})
		.unwrap_or_else(|| sp_core::hexdisplay::HexDisplay::from(key).to_string())
}
