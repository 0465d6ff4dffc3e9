//! Addresses as they may be shown.

use reqwest::Url;

/// An address without its path and user: there may be a secret in them.
pub fn shown(address: &str) -> String {
	Url::parse(address).map_or("?".into(), |url| origin(&url))
}

/// Scheme, host and port of an address, the port only if it is not that of the scheme.
pub fn origin(url: &Url) -> String {
	let (scheme, host) = (url.scheme(), url.host_str().unwrap_or("?"));
	url.port().map_or(format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn addresses_are_shown_without_their_secrets() {
		assert_eq!(
			shown("wss://me:word@node.example.org/v1/key?token=a"),
			"wss://node.example.org"
		);
		assert_eq!(shown("ws://[::1]:9944"), "ws://[::1]:9944");
		assert_eq!(shown("no address"), "?");
	}
}
