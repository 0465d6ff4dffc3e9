//! What a front end asks a runtime about vaults.

use alloc::vec::Vec;
use codec::Codec;
use sp_runtime::DispatchError;
use strata_traits::{Balance, BookId, VaultId};

use crate::types::{Adjustment, BookState, VaultState};

sp_api::decl_runtime_apis! {
	/// Vaults and books as they stand now, and what an act would leave.
	pub trait VaultsApi<AccountId>
	where
		AccountId: Codec,
	{
		/// The vault; `None` if there is none.
		fn vault(vault: VaultId) -> Option<VaultState<AccountId>>;

		/// The vault after its owner adjusted it, or what the call would fail with.
		fn preview_adjust(
			vault: VaultId,
			adjustment: Adjustment,
		) -> Result<VaultState<AccountId>, DispatchError>;

		/// The vault that `open` would make, or what the call would fail with.
		fn preview_open(
			owner: AccountId,
			book: BookId,
			collateral: Balance,
			draw: Balance,
		) -> Result<VaultState<AccountId>, DispatchError>;

		/// The book; `None` if there is none.
		fn book(book: BookId) -> Option<BookState<AccountId>>;

		/// The vaults of `owner`, oldest first.
		fn vaults_of(owner: AccountId) -> Vec<VaultId>;

		/// The most that can be drawn from the vault now, if the deal has the cash; `None` if there
		/// is no such vault.
		fn max_draw(vault: VaultId) -> Option<Balance>;

		/// The most collateral that can be taken out of the vault now; `None` if there is none.
		fn max_withdraw(vault: VaultId) -> Option<Balance>;
	}
}
