//! What a front end asks of deals.

mod ahead;
mod holders;
mod risk;
mod statement;

pub use ahead::{ClassLoss, LossScenario, PaymentPreview};
pub use holders::{Claimable, HoldingView, Portfolio, Supply, MAX_DEALS};
pub use risk::{BookRisk, RiskQuery, RiskView, DEFAULT_SIGMA, DEFAULT_TIME, MAX_FALLS};
pub use statement::{
	BookView, DealPage, DealView, FeeView, Statement, TestFound, TestView, TrancheView,
	TriggerView, MAX_IDS,
};

use alloc::vec::Vec;
use codec::Codec;
use sp_runtime::DispatchError;
use strata_numbers::Ratio;
use strata_traits::{Balance, DealId};
use strata_waterfall::{Outcome, Payment, Program};

use crate::types::Receipts;

sp_api::decl_runtime_apis! {
	/// The real-time books of deals, in O(books + tranches) but for [`TranchesApi::risk`].
	pub trait TranchesApi<AccountId>
	where
		AccountId: Codec,
	{
		/// The deals from `from` on, of which one page looks at `limit` ids, in use or not, at most
		/// [`MAX_IDS`].
		fn deals(from: DealId, limit: u32) -> DealPage;
		/// A deal; `None` if there is none.
		fn deal(deal: DealId) -> Option<DealView<AccountId>>;
		/// The tranches of a deal, the senior-most first.
		fn tranches(deal: DealId) -> Vec<TrancheView>;
		/// The deal in full; `None` if there is none or a figure does not fit.
		fn statement(deal: DealId) -> Option<Statement<AccountId>>;
		/// How the deal pays; `None` if there is none.
		fn program(deal: DealId) -> Option<Program>;

		/// What an account could claim of a tranche.
		fn claimable(deal: DealId, rank: u8, who: AccountId) -> Claimable;
		/// What an account has of a tranche; `None` if there is no such tranche or a figure does not
		/// fit.
		fn holder(deal: DealId, rank: u8, who: AccountId) -> Option<HoldingView>;
		/// What an account has of every tranche of a deal, the senior-most first.
		fn holdings(deal: DealId, who: AccountId) -> Vec<HoldingView>;
		/// What an account has of deals from `from` on, of which one page looks at `limit`, at most
		/// [`MAX_DEALS`].
		fn portfolio(who: AccountId, from: DealId, limit: u32) -> Portfolio;
		/// The notes of a tranche; `None` if it has not been issued.
		fn supply(deal: DealId, rank: u8) -> Option<Supply>;
		/// Whether a transfer would be allowed, and if not, why.
		fn may_transfer(
			deal: DealId,
			rank: u8,
			from: AccountId,
			to: AccountId,
			amount: Balance,
		) -> Result<(), DispatchError>;

		/// What each class would be paid on the next payment date if this much more interest and
		/// principal came in before it.
		fn dry_run(deal: DealId, interest: Balance, principal: Balance) -> Vec<Payment>;
		/// The next payment date run dry, if `more` came in before it, of what borrowers owe now.
		/// `None` if the deal is not active, or a figure does not fit.
		fn preview_payment(deal: DealId, more: Receipts) -> Option<PaymentPreview>;
		/// The last payment date run again on its own receipts, or on these instead.
		fn rerun_payment(
			deal: DealId,
			receipts: Option<Receipts>,
		) -> Result<Outcome, DispatchError>;
		/// What each class would lose if so much of what is lent defaulted, `recovery` of it came back,
		/// and everything else were collected at par. Income, the reserve and interest owed are left
		/// out. `None` before closing, above a recovery of 1, or if a figure does not fit.
		fn loss_scenario(
			deal: DealId,
			defaults: Balance,
			recovery: Ratio,
		) -> Option<LossScenario>;
		/// The risk of a deal from the ladders of its books, in O(rungs). `None` before closing,
		/// without a price, above [`MAX_FALLS`] falls, unless they ascend and are at most 1, at a
		/// confidence of 1 − 10^−9 or more, or if a figure does not fit.
		fn risk(deal: DealId, query: RiskQuery) -> Option<RiskView>;
	}
}
