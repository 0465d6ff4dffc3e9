//! What a front end asks a runtime about vaults.

use alloc::vec::Vec;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;
use strata_ladder::Rung;
use strata_numbers::{Price, Ratio};
use strata_traits::{Balance, BookId, MarketPrices, Moment, VaultId};

use crate::{
	modes::Mode,
	types::{Adjustment, BookState, VaultState},
};

/// The most rungs that one answer lists.
pub const MAX_RUNGS: u32 = 1_000;

/// One rung of a ladder.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct RungView {
	/// t: its vaults owe from g^t to g^(t + 1) of normalised debt per unit of collateral.
	pub rung: i32,
	/// How many vaults lie there.
	pub vaults: u32,
	/// Their collateral, in its smallest unit.
	pub collateral: Balance,
	/// What they owe now with interest, rounded up, in units of the settlement asset.
	pub debt: Balance,
	/// Principal owed, part of the debt.
	pub principal: Balance,
	/// The price of the collateral below which the rung is unsafe, rounded up, the settlement asset
	/// at par. `None` if it does not fit.
	pub liquidation_price: Option<Price>,
	/// The walk failed on it and leaves it alone.
	pub quarantined: bool,
}

/// What a change of the price of a collateral would do to a book. Amounts are in units of the
/// settlement asset unless they say otherwise.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Shock {
	/// The price on the owner's side after the change: USD per whole unit, rounded up.
	pub price: Price,
	/// The safest rung that would be unsafe; `None` if none would.
	pub threshold: Option<i32>,
	/// How many rungs would be unsafe.
	pub unsafe_rungs: u32,
	/// How many vaults lie there.
	pub unsafe_vaults: u32,
	/// What these vaults owe now.
	pub unsafe_debt: Balance,
	/// Σ x: the debt that would be liquidated.
	pub repaid: Balance,
	/// Σ s: collateral that would be seized, in its smallest unit.
	pub seized: Balance,
	/// Σ max(0, X − V): debt that the collateral would not cover even if it brought the whole price.
	pub shortfall: Balance,
}

/// Where a book stands on its ladder.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct LiquidationState {
	/// How rungs are treated now; `None` while the book waits, for a price or after a halt.
	pub mode: Option<Mode>,
	/// The safest rung that is unsafe; `None` if none is, or while the book waits.
	pub threshold: Option<i32>,
	/// The riskiest rung that is occupied.
	pub riskiest: Option<i32>,
	/// Unsafe rungs were left behind by the last walk.
	pub backlog: bool,
	/// The book holds less than its ledgers say and is not walked.
	pub impaired: bool,
	/// Debt whose collateral is in auction, in units of the settlement asset.
	pub in_auction: Balance,
	/// The most of it at once, beyond a first lot; `None` if it does not fit.
	pub quota: Option<Balance>,
	/// What a whole unit of collateral is worth in whole units of the settlement asset; `None`
	/// without reliable prices.
	pub prices: Option<MarketPrices>,
	/// Until when nothing is liquidated because the chain stood still; 0 if it never did.
	pub grace_until: Moment,
}

/// The index of a rung, for front ends.
pub(crate) fn index(rung: Option<Rung>) -> Option<i32> {
	rung.map(Rung::index)
}

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

		/// The ladder of `book` from rung `from` on, riskiest first, or all of it without `from`; at
		/// most `limit` rungs, and at most [`MAX_RUNGS`]. The next page begins below the last rung.
		fn ladder(book: BookId, from: Option<i32>, limit: u32) -> Vec<RungView>;

		/// What would be liquidated if the price of `book`'s collateral changed to `factor` of the
		/// last one. `None` if there is no such book, no price, or a figure does not fit.
		fn shock(book: BookId, factor: Ratio) -> Option<Shock>;

		/// L: the debt of `book` that its collateral would not cover, in units of the settlement asset,
		/// if the price of the collateral changed to each of `factors` of the last one: one loss per
		/// factor, exact to the rung, in one walk over the ladder. What is in auction is left out, and
		/// the collateral is taken to bring the whole of the price. At most
		/// [`strata_traits::MAX_SHOCKS`] factors. `None` above that, if there is no such book, no
		/// price, or a figure does not fit.
		fn losses(book: BookId, factors: Vec<Ratio>) -> Option<Vec<Balance>>;

		/// Where `book` stands on its ladder; `None` if there is none.
		fn liquidation(book: BookId) -> Option<LiquidationState>;
	}
}
