//! The key that signs reports.

use std::{
	fs,
	os::unix::fs::MetadataExt,
	path::{Path, PathBuf},
	str::FromStr,
};

use subxt_signer::{polkadot_js_compat, sr25519::Keypair, SecretString, SecretUri};

use crate::config::{KeySource, Password};

/// Largest key file, bytes.
const LARGEST: u64 = 64 * 1024;
/// What a keystore's ciphertext begins with, bytes: salt, parameters of scrypt, nonce.
const PREAMBLE: usize = 68;

/// Why there is no key. Never says anything of a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
	/// The file cannot be read.
	#[error("cannot read {path}: {error}")]
	Unreadable {
		/// The file.
		path: PathBuf,
		/// Why.
		error: std::io::Error,
	},
	/// Others may read the file, or its group may write it.
	#[error("{path} is open to others (mode {mode:03o}): it must be readable by its owner, or by its group as well, and nobody else")]
	Exposed {
		/// The file.
		path: PathBuf,
		/// Its permissions.
		mode: u32,
	},
	/// The file is no key.
	#[error("{path}: {what}")]
	Malformed {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		what: String,
	},
	/// The variable with the password is not set.
	#[error("the environment has no {0}")]
	NoPassword(String),
	/// The secret URI is none.
	#[error("no secret phrase, seed in hexadecimal or secret URI")]
	NoSecret,
}

/// Reads the key.
///
/// # Errors
/// [`KeyError`].
pub fn load(
	source: &KeySource,
	environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Keypair, KeyError> {
	match source {
		KeySource::Development(uri) => from_uri(uri),
		KeySource::Seed(path) => from_uri(read(path)?.trim())
			.map_err(|error| KeyError::Malformed { path: path.clone(), what: error.to_string() }),
		KeySource::Keystore { path, password } => {
			let text = read(path)?;
			let password = SecretString::from(match password {
				// An editor ends the file with a new line, which is no part of the password.
				Password::File(file) => read(file)?.trim_end_matches(['\r', '\n']).to_owned(),
				Password::Environment(name) => {
					environment(name).ok_or_else(|| KeyError::NoPassword(name.clone()))?
				},
			});
			decrypt(&text, &password)
				.map_err(|what| KeyError::Malformed { path: path.clone(), what })
		},
	}
}

fn from_uri(uri: &str) -> Result<Keypair, KeyError> {
	let uri = SecretUri::from_str(uri).map_err(|_| KeyError::NoSecret)?;
	Keypair::from_uri(&uri).map_err(|_| KeyError::NoSecret)
}

fn decrypt(text: &str, password: &SecretString) -> Result<Keypair, String> {
	use subxt_signer::ExposeSecret;
	// The decoder takes for granted that the ciphertext has its preamble.
	let json: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
	let encoded = json.get("encoded").and_then(|encoded| encoded.as_str()).unwrap_or_default();
	let bytes = encoded.trim_end_matches('=').len() * 6 / 8;
	if bytes <= PREAMBLE {
		return Err("no keystore of polkadot-js: \"encoded\" is missing or too short".into());
	}
	polkadot_js_compat::decrypt_json(text, password.expose_secret()).map_err(|error| match error {
		polkadot_js_compat::Error::Secretbox(_) => "the password is wrong".into(),
		polkadot_js_compat::Error::UnsupportedEncoding => {
			"only sr25519 keys that are encrypted (version 3) can be read".into()
		},
		error => error.to_string(),
	})
}

/// The text of a file that nobody else may read.
fn read(path: &Path) -> Result<String, KeyError> {
	let unreadable = |error| KeyError::Unreadable { path: path.to_owned(), error };
	let metadata = fs::metadata(path).map_err(unreadable)?;
	let mode = metadata.mode() & 0o777;
	if mode & 0o027 != 0 {
		return Err(KeyError::Exposed { path: path.to_owned(), mode });
	}
	if metadata.len() > LARGEST {
		let what = format!("longer than {LARGEST} bytes");
		return Err(KeyError::Malformed { path: path.to_owned(), what });
	}
	fs::read_to_string(path).map_err(unreadable)
}

#[cfg(test)]
mod tests {
	use std::os::unix::fs::PermissionsExt;

	use super::*;

	/// Bob's key of the development phrase, as polkadot-js exports it, with the password `whoisbob`.
	const BOB: &str = r#"{
		"encoded": "J2FFcPHAY11Pmq/38eqbwfUv9OPitYJs+oYgahBvlagAAAIAAQAAAAgAAAB5o0DwXCWDblsH+9pc++RaBO4fpHBHzUirHFHFE9yS3sDzgAIQjhgvPqJ3ODrMR2gy7vk0VZg1fyirIvmsrfjGbWnOI8YU0joX0tYytroyWaykFKtZJMmE0pNKcJ5dJmDxscbK53Ac+7ld2UdH07yKPXxmPuYNNw3vKx8cg9CdQgifKfzQxHnC+EUpOoHPLwGlHsFEYtIlQtngqd9n",
		"encoding": {"content": ["pkcs8", "sr25519"], "type": ["scrypt", "xsalsa20-poly1305"], "version": "3"},
		"address": "5CfWTDh7XxJ2yrayqQ2aJnnZAH5v5XaF1oJFfH5QCpbfP9v8",
		"meta": {}
	}"#;
	const BOBS_ADDRESS: &str = "5CfWTDh7XxJ2yrayqQ2aJnnZAH5v5XaF1oJFfH5QCpbfP9v8";

	fn nothing(_: &str) -> Option<String> {
		None
	}

	fn file(directory: &Path, name: &str, text: &str, mode: u32) -> PathBuf {
		let path = directory.join(name);
		fs::write(&path, text).unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
		path
	}

	fn address(key: &Keypair) -> String {
		key.public_key().to_account_id().to_string()
	}

	#[test]
	fn a_key_of_the_development_phrase() {
		let key = load(&KeySource::Development("//Alice".into()), &nothing).unwrap();
		assert_eq!(address(&key), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
	}

	#[test]
	fn a_seed_file_holds_a_phrase_a_seed_or_an_uri() {
		let directory = tempfile::tempdir().unwrap();
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
		for (text, expected) in [
			(format!("{phrase}//Alice\n"), "//Alice"),
			(
				"0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a\n".into(),
				"//Alice",
			),
		] {
			let path = file(directory.path(), "seed", &text, 0o600);
			let key = load(&KeySource::Seed(path), &nothing).unwrap();
			let expected = load(&KeySource::Development(expected.into()), &nothing).unwrap();
			assert_eq!(address(&key), address(&expected));
		}
	}

	#[test]
	fn a_seed_that_is_none_is_not_repeated_in_the_error() {
		let directory = tempfile::tempdir().unwrap();
		let path = file(directory.path(), "seed", "my secret words", 0o600);
		let error = load(&KeySource::Seed(path), &nothing).unwrap_err().to_string();
		assert!(error.contains("no secret phrase") && !error.contains("my secret"), "{error}");
	}

	#[test]
	fn a_keystore_with_its_password() {
		let directory = tempfile::tempdir().unwrap();
		let path = file(directory.path(), "bob.json", BOB, 0o640);
		let password = Password::File(file(directory.path(), "password", "whoisbob\n", 0o400));
		let source = KeySource::Keystore { path: path.clone(), password };
		assert_eq!(address(&load(&source, &nothing).unwrap()), BOBS_ADDRESS);

		let password = Password::Environment("WORD".into());
		let source = KeySource::Keystore { path, password };
		let with = |word: &'static str| move |name: &str| (name == "WORD").then(|| word.to_owned());
		assert_eq!(address(&load(&source, &with("whoisbob")).unwrap()), BOBS_ADDRESS);
		let error = load(&source, &with("whoisalice")).unwrap_err().to_string();
		assert!(error.contains("the password is wrong") && !error.contains("alice"), "{error}");
		assert!(matches!(load(&source, &nothing), Err(KeyError::NoPassword(_))));
	}

	#[test]
	fn what_is_no_keystore_is_refused_and_nothing_panics() {
		let directory = tempfile::tempdir().unwrap();
		for text in [
			"",
			"{}",
			"[]",
			r#"{"encoded": 5}"#,
			r#"{"encoded": "AAAA"}"#,
			&BOB.replace("sr25519", "ed25519"),
			&BOB.replace("\"3\"", "\"2\""),
			&BOB.replace("J2FF", "****"),
			&BOB.replace("gqd9n", "gqd9"),
		] {
			let path = file(directory.path(), "key.json", text, 0o600);
			let password = Password::Environment("WORD".into());
			let source = KeySource::Keystore { path, password };
			let error = load(&source, &|_| Some("whoisbob".into()));
			assert!(matches!(error, Err(KeyError::Malformed { .. })), "{text}");
		}
	}

	#[test]
	fn a_file_that_others_can_read_is_refused() {
		let directory = tempfile::tempdir().unwrap();
		for (mode, exposed) in [
			(0o600, false),
			(0o400, false),
			(0o440, false),
			(0o644, true),
			(0o604, true),
			(0o620, true),
			(0o601, true),
		] {
			let path = file(directory.path(), &format!("{mode:o}"), "//Alice", mode);
			let found = load(&KeySource::Seed(path), &nothing);
			assert_eq!(matches!(found, Err(KeyError::Exposed { .. })), exposed, "{mode:o}");
		}
	}

	#[test]
	fn a_file_that_is_not_there_or_too_long() {
		let directory = tempfile::tempdir().unwrap();
		let gone = KeySource::Seed(directory.path().join("gone"));
		assert!(matches!(load(&gone, &nothing), Err(KeyError::Unreadable { .. })));
		let long = file(directory.path(), "long", &" ".repeat(65_537), 0o600);
		assert!(matches!(load(&KeySource::Seed(long), &nothing), Err(KeyError::Malformed { .. })));
	}
}
