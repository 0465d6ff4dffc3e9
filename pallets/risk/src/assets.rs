//! What must be known of an asset before it is listed.

use core::marker::PhantomData;

use frame_support::traits::{
	fungibles::{metadata, roles, Inspect},
	Contains, Get,
};
use strata_traits::Asset;

/// Whether an asset exists, and how fine it is.
pub trait AssetInfo {
	/// 10^decimals smallest units of `asset` make one whole unit. `None` if there is no such asset.
	fn decimals(asset: &Asset) -> Option<u8>;
}

/// [`AssetInfo`] from the assets of `F` and the native token, whose decimals are `NativeDecimals`.
pub struct InfoFrom<F, AccountId, NativeDecimals>(PhantomData<(F, AccountId, NativeDecimals)>);

impl<F, AccountId, NativeDecimals> AssetInfo for InfoFrom<F, AccountId, NativeDecimals>
where
	F: metadata::Inspect<AccountId, AssetId = u32>,
	NativeDecimals: Get<u8>,
{
	fn decimals(asset: &Asset) -> Option<u8> {
		match asset {
			Asset::Native => Some(NativeDecimals::get()),
			Asset::WithId(id) => {
				<F as Inspect<AccountId>>::asset_exists(*id).then(|| F::decimals(*id))
			},
		}
	}
}

/// The assets of `F` whose owner, issuer, admin and freezer are all `Trusted`, and the native token.
///
/// Each of the four can take, burn, move or freeze what the chain holds in trust.
pub struct TrustedRoles<F, AccountId, Trusted>(PhantomData<(F, AccountId, Trusted)>);

impl<F, AccountId, Trusted> Contains<Asset> for TrustedRoles<F, AccountId, Trusted>
where
	F: roles::Inspect<AccountId> + Inspect<AccountId, AssetId = u32>,
	Trusted: Contains<AccountId>,
{
	fn contains(asset: &Asset) -> bool {
		match asset {
			Asset::Native => true,
			Asset::WithId(id) => [F::owner, F::issuer, F::admin, F::freezer]
				.into_iter()
				// A role that cannot be told is not trusted.
				.all(|role| role(*id).is_some_and(|who| Trusted::contains(&who))),
		}
	}
}
