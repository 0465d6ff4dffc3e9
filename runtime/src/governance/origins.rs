//! The offices that referenda act as.
//!
//! A referendum of the root track may do anything. The others act in an office of their own, which
//! may do what is written at it and nothing else. No account holds an office.

use frame_support::traits::{EitherOf, EnsureOrigin, OriginTrait};
use frame_system::EnsureRoot;

pub use pallet_origins::Origin;

use crate::{AccountId, OriginCaller, RuntimeOrigin};

/// The offices as origins of calls, and since when guardians may enter safe mode again.
// What FRAME's macros generate expects; nothing written here does.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet_origins {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::BlockNumberFor;

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Nothing is to be configured.
	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// In which office a referendum acts.
	#[pallet::origin]
	#[derive(
		Clone,
		Copy,
		Debug,
		Decode,
		DecodeWithMemTracking,
		Encode,
		Eq,
		MaxEncodedLen,
		PartialEq,
		TypeInfo,
	)]
	pub enum Origin {
		/// Lists assets and sets their risk parameters.
		#[codec(index = 0)]
		RiskAdmin,
		/// Sets feeds and their feeders.
		#[codec(index = 1)]
		OracleAdmin,
		/// Sets courts and their terms, and acts on deals where no party can.
		#[codec(index = 2)]
		CourtAdmin,
		/// Spends from the treasury, up to a bound.
		#[codec(index = 3)]
		Treasurer,
		/// Cancels referenda, motions of the councils, and proposals of risk parameters.
		#[codec(index = 4)]
		Canceller,
	}

	/// The last block in which guardians may not enter safe mode: they rest after each one, so that
	/// they cannot keep the chain closed.
	#[pallet::storage]
	pub type GuardiansRestUntil<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;
}

impl pallet_origins::Config for crate::Runtime {}

macro_rules! offices {
	($($(#[$doc:meta])* $name:ident: $office:ident;)*) => {$(
		$(#[$doc])*
		pub struct $name;

		impl EnsureOrigin<RuntimeOrigin> for $name {
			type Success = ();

			fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
				match origin.caller() {
					OriginCaller::Origins(Origin::$office) => Ok(()),
					_ => Err(origin),
				}
			}

			#[cfg(feature = "runtime-benchmarks")]
			fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
				Ok(Origin::$office.into())
			}
		}
	)*};
}

offices! {
	/// A referendum of the risk track.
	EnsureRiskAdmin: RiskAdmin;
	/// A referendum of the oracle track.
	EnsureOracleAdmin: OracleAdmin;
	/// A referendum of the court track.
	EnsureCourtAdmin: CourtAdmin;
	/// A referendum of the treasurer's track.
	EnsureTreasurer: Treasurer;
	/// A referendum of the canceller's track.
	EnsureCanceller: Canceller;
}

/// Whoever may act as `Office`: a referendum of its track, or of the root track.
type Held<Office> = EitherOf<EnsureRoot<AccountId>, Office>;

/// Lists assets and sets their risk parameters.
pub type RiskAdmin = Held<EnsureRiskAdmin>;
/// Sets feeds and their feeders.
pub type OracleAdmin = Held<EnsureOracleAdmin>;
/// Sets courts and their terms, and acts on deals where no party can: it declares what the trustee
/// might, replaces those who fail, freezes holders. These are acts on single cases, with the law of
/// the deal before them, and so the court's rather than those of whoever sets parameters.
pub type CourtAdmin = Held<EnsureCourtAdmin>;
/// Takes back what the treasury has not paid yet.
pub type Treasurer = Held<EnsureTreasurer>;
/// Cancels referenda, motions, and proposals of risk parameters.
pub type Canceller = Held<EnsureCanceller>;
