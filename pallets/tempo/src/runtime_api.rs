//! The tempo for clients.

use crate::Tempo;

sp_api::decl_runtime_apis! {
	/// How fast this chain lives. Constants in the metadata that depend on it are evaluated without
	/// state and show the default; this is the truth.
	pub trait TempoApi {
		/// The tempo chosen at genesis.
		fn tempo() -> Tempo;
	}
}
