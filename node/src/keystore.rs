//! What may be put into the keystore, by RPC and by the command line: `author_insertKey` and `key insert` of the SDK
//! would file anything under any name, and what cannot sign is noticed only when the validator stays silent.

use sc_cli::{with_crypto_scheme, CryptoScheme};
use sc_service::config::KeystoreConfig;
use sp_core::{
	crypto::{key_types, ExposeSecret, KeyTypeId, SecretString},
	ecdsa, ed25519, sr25519, Pair,
};
use sp_keystore::{Error, Keystore, KeystorePtr};
use std::sync::Arc;

/// The scheme in which session keys of a type sign.
fn scheme_of(key_type: KeyTypeId) -> Result<CryptoScheme, String> {
	match key_type {
		key_types::BABE | key_types::AUTHORITY_DISCOVERY => Ok(CryptoScheme::Sr25519),
		key_types::GRANDPA => Ok(CryptoScheme::Ed25519),
		_ => Err("the chain's session keys are `babe`, `gran` and `audi`".into()),
	}
}

/// What the command line calls a scheme.
fn name_of(scheme: CryptoScheme) -> String {
	format!("{scheme:?}").to_lowercase()
}

/// Whether the command line may file a key under this type, if it makes it of a phrase in this scheme.
pub fn check_scheme(key_type: &str, scheme: CryptoScheme) -> Result<(), String> {
	// What is no type at all is none of the chain's either.
	let session = scheme_of(KeyTypeId::try_from(key_type).unwrap_or_default())
		.map_err(|reason| format!("--key-type {key_type}: {reason}"))?;
	if scheme == session {
		return Ok(());
	}
	let (given, needed) = (name_of(scheme), name_of(session));
	Err(format!("--scheme {given}: keys of type `{key_type}` are of scheme {needed}"))
}

/// A keystore that takes only keys of the chain's sessions, each as what it is.
struct Checked {
	inner: KeystorePtr,
	password: Option<SecretString>,
}

/// Wraps the keystore of a node. What is refused is said in the log: the RPC method says only that it was.
pub fn checked(inner: KeystorePtr, config: &KeystoreConfig) -> KeystorePtr {
	let password = match config {
		KeystoreConfig::Path { password, .. } => password.clone(),
		KeystoreConfig::InMemory => None,
	};
	Arc::new(Checked { inner, password })
}

impl Checked {
	/// Whether this is the public key of the phrase, in the scheme that the type of key has.
	fn check(&self, key_type: KeyTypeId, phrase: &str, public: &[u8]) -> Result<(), String> {
		let password = self.password.as_ref().map(|it| it.expose_secret().as_str());
		let scheme = scheme_of(key_type)?;
		if with_crypto_scheme!(scheme, derive(phrase, password))? == public {
			return Ok(());
		}
		let length = match public.len() {
			32 => String::new(),
			length => format!(": it has {length} bytes, not 32"),
		};
		let scheme = name_of(scheme);
		Err(format!(
			"the public key is not that of the phrase, which is of scheme {scheme}{length}"
		))
	}
}

fn derive<P: Pair>(phrase: &str, password: Option<&str>) -> Result<Vec<u8>, String> {
	let pair = P::from_string(phrase, password)
		.map_err(|_| "it is neither a phrase nor a secret seed nor a derivation of one")?;
	Ok(AsRef::<[u8]>::as_ref(&pair.public()).to_vec())
}

/// Methods that the keystore inside answers.
macro_rules! pass_on {
	($(fn $name:ident($($arg:ident: $kind:ty),*) -> $out:ty;)*) => {
		$(fn $name(&self, $($arg: $kind),*) -> $out {
			self.inner.$name($($arg),*)
		})*
	};
}

impl Keystore for Checked {
	fn insert(&self, key_type: KeyTypeId, suri: &str, public: &[u8]) -> Result<(), ()> {
		self.check(key_type, suri, public).map_err(|reason| {
			let name = String::from_utf8_lossy(&key_type.0).into_owned();
			log::warn!("author_insertKey: the key of type `{name}` was not taken: {reason}");
		})?;
		self.inner.insert(key_type, suri, public)
	}

	pass_on! {
		fn keys(key_type: KeyTypeId) -> Result<Vec<Vec<u8>>, Error>;
		fn has_keys(public_keys: &[(Vec<u8>, KeyTypeId)]) -> bool;
		fn sr25519_public_keys(key_type: KeyTypeId) -> Vec<sr25519::Public>;
		fn sr25519_generate_new(
			key_type: KeyTypeId, seed: Option<&str>
		) -> Result<sr25519::Public, Error>;
		fn sr25519_sign(
			key_type: KeyTypeId, public: &sr25519::Public, msg: &[u8]
		) -> Result<Option<sr25519::Signature>, Error>;
		fn sr25519_vrf_sign(
			key_type: KeyTypeId, public: &sr25519::Public, data: &sr25519::vrf::VrfSignData
		) -> Result<Option<sr25519::vrf::VrfSignature>, Error>;
		fn sr25519_vrf_pre_output(
			key_type: KeyTypeId, public: &sr25519::Public, input: &sr25519::vrf::VrfInput
		) -> Result<Option<sr25519::vrf::VrfPreOutput>, Error>;
		fn ed25519_public_keys(key_type: KeyTypeId) -> Vec<ed25519::Public>;
		fn ed25519_generate_new(
			key_type: KeyTypeId, seed: Option<&str>
		) -> Result<ed25519::Public, Error>;
		fn ed25519_sign(
			key_type: KeyTypeId, public: &ed25519::Public, msg: &[u8]
		) -> Result<Option<ed25519::Signature>, Error>;
		fn ecdsa_public_keys(key_type: KeyTypeId) -> Vec<ecdsa::Public>;
		fn ecdsa_generate_new(
			key_type: KeyTypeId, seed: Option<&str>
		) -> Result<ecdsa::Public, Error>;
		fn ecdsa_sign(
			key_type: KeyTypeId, public: &ecdsa::Public, msg: &[u8]
		) -> Result<Option<ecdsa::Signature>, Error>;
		fn ecdsa_sign_prehashed(
			key_type: KeyTypeId, public: &ecdsa::Public, msg: &[u8; 32]
		) -> Result<Option<ecdsa::Signature>, Error>;
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keystore::testing::MemoryKeystore;

	fn keystore(password: Option<&str>) -> Checked {
		let password = password.map(|it| SecretString::new(it.into()));
		Checked { inner: Arc::new(MemoryKeystore::new()), password }
	}

	#[test]
	fn only_the_key_of_the_phrase_is_taken() {
		let store = keystore(None);
		let alice = sr25519::Pair::from_string("//Alice", None).unwrap().public();
		let voter = ed25519::Pair::from_string("//Alice", None).unwrap().public();
		for (key_type, phrase, public, reason) in [
			(key_types::BABE, "//Alice", voter.as_ref(), "scheme sr25519"),
			(key_types::GRANDPA, "//Alice", alice.as_ref(), "scheme ed25519"),
			(key_types::BABE, "//Bob", alice.as_ref(), "not that of the phrase"),
			(key_types::BABE, "//Alice", &alice.0[..31], "31 bytes, not 32"),
			(key_types::BABE, "//Alice", &[], "0 bytes, not 32"),
			(key_types::BABE, "no phrase", alice.as_ref(), "neither a phrase"),
			(key_types::ACCOUNT, "//Alice", alice.as_ref(), "`babe`, `gran` and `audi`"),
		] {
			let error = store.check(key_type, phrase, public).unwrap_err();
			assert!(error.contains(reason), "{error}");
			assert_eq!(store.insert(key_type, phrase, public), Err(()));
			assert!(!store.has_keys(&[(public.to_vec(), key_type)]));
		}
		assert_eq!(store.insert(key_types::BABE, "//Alice", &alice.0), Ok(()));
		assert_eq!(store.insert(key_types::AUTHORITY_DISCOVERY, "//Alice", &alice.0), Ok(()));
		assert_eq!(store.insert(key_types::GRANDPA, "//Alice", &voter.0), Ok(()));
		assert!(store.has_keys(&[(voter.0.to_vec(), key_types::GRANDPA)]));
		assert!(store.ed25519_sign(key_types::GRANDPA, &voter, b"").unwrap().is_some());
	}

	#[test]
	fn the_command_line_files_a_key_only_in_the_scheme_of_its_type() {
		use CryptoScheme::{Ecdsa, Ed25519, Sr25519};
		for (key_type, scheme) in [("babe", Sr25519), ("audi", Sr25519), ("gran", Ed25519)] {
			for given in [Ecdsa, Ed25519, Sr25519] {
				let needed = format!("are of scheme {}", name_of(scheme));
				match check_scheme(key_type, given) {
					Ok(()) => assert_eq!(given, scheme, "{key_type}"),
					Err(error) => assert!(given != scheme && error.ends_with(&needed), "{error}"),
				}
			}
		}
		for key_type in ["acco", "BABE", "babeX", ""] {
			let error = check_scheme(key_type, Sr25519).unwrap_err();
			assert!(error.contains("`babe`, `gran` and `audi`"), "{error}");
		}
	}

	#[test]
	fn the_keystores_password_is_part_of_the_phrase() {
		let phrase = sp_core::crypto::DEV_PHRASE;
		let public = sr25519::Pair::from_string(phrase, Some("secret")).unwrap().public();
		assert_eq!(keystore(Some("secret")).check(key_types::BABE, phrase, &public.0), Ok(()));
		assert!(keystore(None).check(key_types::BABE, phrase, &public.0).is_err());
	}
}
