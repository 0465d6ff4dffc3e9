//! Notes that go to whom they belong.

use sp_runtime::{ArithmeticError, DispatchError};
use strata_traits::{DisputeId, Enforced};

use crate::{cash::sub, notes::Sides, AccountIdOf, Balance, Config, DealId, Pallet};

impl<T: Config> Pallet<T> {
	/// Moves up to `target` notes of the class from `from` to `to`, both credited first: what was paid
	/// on them before stays `from`'s to claim. Whether `to` may hold them was the court's to decide: the
	/// register of a restricted class is not asked, and neither side's freeze is looked at.
	///
	/// Notes on hold for an offer or a vote are held for somebody else and stay; they are `short`, with
	/// those that have left. The claimant places the deposit of a receiver who holds nothing yet.
	///
	/// # Errors
	/// If that deposit cannot be held, or if a sum does not fit.
	pub(crate) fn force_transfer(
		id: DealId,
		dispute: DisputeId,
		rank: u8,
		[from, to, claimant]: [&AccountIdOf<T>; 3],
		target: Balance,
	) -> Result<Enforced, DispatchError> {
		Self::thaw_for(id, dispute, rank, from)?;
		let ledgers = Self::issued(id)?;
		let indices = Self::transferable(&ledgers, rank)?;
		let Some(sender) = Self::settled(id, rank, from, &indices)? else {
			return Ok(Enforced { paid: 0, short: target });
		};
		let free = sender.checkpoint.free(sender.units).ok_or(ArithmeticError::Underflow)?;
		let moved = target.min(free);
		if moved > 0 {
			let receiver = Self::settled(id, rank, to, &indices)?;
			let sides = Sides { sender, receiver };
			Self::carry_out(ledgers, id, rank, [from, to, claimant], moved, sides)?;
		}
		Ok(Enforced { paid: moved, short: sub(target, moved)? })
	}
}
