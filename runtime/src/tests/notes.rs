//! Nothing but the tranches pallet moves a note.

use frame_support::traits::fungible::NativeOrWithId;
use frame_support::traits::{fungibles, Contains, PalletInfoAccess};

use super::chain::{account, on_dev_chain, send, send_failing};
use crate::{
	assets::{AllAssets, GovernedAssets, NotesInstance},
	genesis::{USDX, WTI},
	Assets, Balances, Notes, Runtime, RuntimeCall,
};

#[test]
fn notes_should_have_no_calls() {
	use frame_support::traits::GetCallMetadata;
	use frame_support::traits::GetCallName;
	let modules = RuntimeCall::get_module_names();
	assert!(modules.contains(&"Assets"));
	assert!(!modules.contains(&Notes::name()));
	// The pallet itself has some: what is missing is the way to them.
	assert!(!pallet_assets::Call::<Runtime, NotesInstance>::get_call_names().is_empty());
}

#[test]
fn assets_should_be_governed_only_while_every_role_is_the_issuers() {
	on_dev_chain(|| {
		assert!(GovernedAssets::contains(&NativeOrWithId::Native));
		assert!(GovernedAssets::contains(&NativeOrWithId::WithId(USDX)));
		assert!(!GovernedAssets::contains(&NativeOrWithId::WithId(99)), "does not exist");
		let create = pallet_assets::Call::<Runtime, crate::assets::AssetsInstance>::create {
			id: 99.into(),
			admin: account("Eve").into(),
			min_balance: 1,
		};
		send("Eve", RuntimeCall::Assets(create));
		assert!(!GovernedAssets::contains(&NativeOrWithId::WithId(99)), "Eve could freeze it");
	});
}

#[test]
fn holders_should_not_reach_the_roles_of_a_governed_asset() {
	on_dev_chain(|| {
		let freeze = pallet_assets::Call::<Runtime, crate::assets::AssetsInstance>::freeze_asset {
			id: WTI.into(),
		};
		assert_eq!(
			send_failing("Borrower1", RuntimeCall::Assets(freeze)),
			pallet_assets::Error::<Runtime, crate::assets::AssetsInstance>::NoPermission.into()
		);
	});
}

#[test]
fn one_interface_should_reach_stra_and_assets() {
	on_dev_chain(|| {
		use frame_support::traits::fungible::Inspect as _;
		let who = account("Borrower1");
		let stra = <AllAssets as fungibles::Inspect<_>>::balance(NativeOrWithId::Native, &who);
		assert_eq!(stra, Balances::balance(&who));
		let wti = <AllAssets as fungibles::Inspect<_>>::balance(NativeOrWithId::WithId(WTI), &who);
		assert_eq!(wti, Assets::balance(WTI, &who));
		assert!(wti > 0);
	});
}
