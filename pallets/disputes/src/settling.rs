//! What is done when a case is over: seats are released, jurors and funders paid, bonds given to whom
//! they belong, a page at a time.
//!
//! Votes of every round are measured against the final award, as in Kleros: what makes bribing one round
//! useless. Where nothing was ruled in the end (a settlement, no ruling in time) they are measured
//! against what the last round ruled, and where none did, whoever revealed is paid.

use alloc::vec::Vec;
use frame_support::{ensure, traits::Time};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult, Perbill};
use strata_court::{appeal_share, is_coherent, slash};
use strata_traits::{Award, Balance, DisputeId, Enforce};

use crate::{
	pot::Part,
	types::{Appeal, Outcome, Piece, Pot, Round, Seat, SeatIndex, Settling, Side, State, Terms},
	Appeals, Config, DisputeOf, Disputes, Draws, Error, Event, Evidence, Pallet, Parties, Pots,
	Rounds, SeatOf, Seats,
};

/// Seats, or pieces of evidence, that one call settles.
pub const SETTLE_PAGE: u8 = 16;

/// Funders of both sides of an appeal, at most.
pub const MAX_PAID_FUNDERS: u32 = 2 * strata_court::MAX_FUNDERS;

impl Settling {
	/// Where the settling of a round begins.
	pub(crate) fn first(round: u8) -> Self {
		Self::Penalties { round, seat: 0, coherent: 0 }
	}
}

/// What the seats of a round have in common.
struct Bench {
	number: u8,
	round: Round,
	terms: Terms,
	/// What votes are measured against.
	ruling: Option<Award>,
	/// What an incoherent vote loses.
	incoherent: Perbill,
}

/// What a seat is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Due {
	/// A share of the reward.
	Reward,
	/// A share of the deposit, and with `true` no more draws for a while.
	Slash(Perbill, bool),
}

impl Bench {
	fn of(number: u8, round: Round, terms: Terms, ruling: Option<Award>) -> Self {
		let awards = round.awards.iter();
		let winning = awards.filter(|award| ruling.is_none_or(|of| is_coherent(**award, of)));
		let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
		let (winning, revealed) = (count(winning.count()), count(round.awards.len()));
		let losing = revealed.saturating_sub(winning);
		let incoherent = terms.penalties.incoherent(winning, losing, revealed);
		Self { number, round, terms, ruling, incoherent }
	}

	/// What the seat at `place` is due. Who had no chance to vote has done what could be done.
	fn due<AccountId>(&self, place: SeatIndex, seat: &Seat<AccountId>) -> Due {
		let penalties = &self.terms.penalties;
		if seat.denounced_by.is_some() {
			return Due::Slash(penalties.denounced, true);
		}
		let excused = place >= self.round.from && self.round.ruling.is_none();
		match (seat.award, seat.commitment) {
			(Some(award), _) if self.ruling.is_some_and(|ruling| !is_coherent(award, ruling)) => {
				Due::Slash(self.incoherent, false)
			},
			(Some(_), _) => Due::Reward,
			(None, _) if excused => Due::Reward,
			(None, Some(_)) => Due::Slash(penalties.no_reveal, true),
			(None, None) => Due::Slash(penalties.no_commit, true),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Settles a page.
	pub(crate) fn settle(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		outcome: Outcome,
		next: Settling,
	) -> DispatchResult {
		let next = match next {
			Settling::Penalties { round, seat, coherent } => {
				Self::settle_penalties(id, dispute, outcome, (round, seat, coherent))?
			},
			Settling::Rewards { round, seat, each } => {
				Self::settle_rewards(id, dispute, outcome, (round, seat, each))?
			},
			Settling::Appeal { round } => Self::settle_appeal(id, dispute, outcome, round)?,
			Settling::Evidence { piece } => Self::settle_evidence(id, dispute, piece)?,
			Settling::Bonds => return Self::close(id, dispute, outcome),
		};
		dispute.state = State::Settling { outcome, next };
		Self::schedule(id, dispute, Self::due_of(&dispute.state));
		Ok(())
	}

	/// What votes are measured against.
	fn measure(dispute: &DisputeOf<T>, outcome: Outcome) -> Option<Award> {
		match outcome {
			Outcome::Ruled(award) => Some(award),
			_ => dispute.ruling,
		}
	}

	fn bench(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		number: u8,
	) -> Result<Option<Bench>, DispatchError> {
		let Some(round) = Rounds::<T>::get(id, number) else { return Ok(None) };
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		Ok(Some(Bench::of(number, round, terms, Self::measure(dispute, outcome))))
	}

	/// Releases and slashes a page of seats of a round; what is slashed is the reward of the others.
	fn settle_penalties(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		(number, first, mut coherent): (u8, SeatIndex, u8),
	) -> Result<Settling, DispatchError> {
		let Some(bench) = Self::bench(id, dispute, outcome, number)? else {
			return Ok(Settling::Evidence { piece: 0 });
		};
		if number == 0 && first == 0 {
			Self::take_first_fees(id, &bench.round, outcome)?;
		}
		let end = first.saturating_add(SETTLE_PAGE).min(bench.round.drawn);
		for place in first..end {
			if Self::release(id, &bench, place)? {
				coherent = coherent.saturating_add(1);
			}
		}
		if end < bench.round.drawn {
			return Ok(Settling::Penalties { round: number, seat: end, coherent });
		}
		let each = Self::divide_reward(id, dispute, outcome, coherent)?;
		Ok(Settling::Rewards { round: number, seat: 0, each })
	}

	/// Releases a seat. Whether it is to be paid.
	fn release(id: DisputeId, bench: &Bench, place: SeatIndex) -> Result<bool, DispatchError> {
		let key = (id, bench.number, place);
		let mut seat = Seats::<T>::get(key).ok_or(Error::<T>::NotAJuror)?;
		let due = bench.due(place, &seat);
		ensure!(!seat.settled, Error::<T>::SeatDone);
		seat.settled = true;
		let (lost, eject) = match due {
			Due::Reward => (0, None),
			Due::Slash(share, eject) => {
				(slash(seat.deposit, share), eject.then_some(bench.terms.ejection))
			},
		};
		let slashed = Self::release_seat(&seat.juror, seat.court, seat.deposit, lost, eject)?;
		Self::book_slash(id, &seat, slashed, bench.terms.penalties.bounty)?;
		if due != Due::Reward {
			let juror = seat.juror.clone();
			Self::deposit_event(Event::SeatSettled { dispute: id, juror, slashed, rewarded: 0 });
		}
		Seats::<T>::insert(key, seat);
		Ok(due == Due::Reward)
	}

	/// Books what was slashed, and pays the denouncer's part of it.
	fn book_slash(
		id: DisputeId,
		seat: &Seat<T::AccountId>,
		slashed: Balance,
		bounty: Perbill,
	) -> DispatchResult {
		Self::book_in(id, Part::Reward, slashed)?;
		let bounty = match &seat.denounced_by {
			Some(by) => {
				let bounty = bounty.mul_floor(slashed);
				Self::pay(id, by, Part::Reward, bounty)?;
				bounty
			},
			None => 0,
		};
		Self::note_slashed(id, slashed.saturating_sub(bounty))
	}

	fn note_slashed(id: DisputeId, slashed: Balance) -> DispatchResult {
		if slashed > 0 {
			Pots::<T>::try_mutate_exists(id, |pot| {
				let pot = pot.as_mut().ok_or(Error::<T>::UnknownDispute)?;
				pot.slashed = pot.slashed.checked_add(slashed).ok_or(ArithmeticError::Overflow)?;
				Ok::<_, DispatchError>(())
			})?;
		}
		Ok(())
	}

	/// What each of so many coherent seats is paid, down; what is left over goes to the treasury. If there
	/// are none, the fees go to the party that is right, and what was slashed to the treasury.
	fn divide_reward(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		coherent: u8,
	) -> Result<Balance, DispatchError> {
		let Some(pot) = Pots::<T>::get(id) else { return Ok(0) };
		Pots::<T>::insert(id, Pot { slashed: 0, ..pot });
		if let Some(each) = pot.reward.checked_div(coherent.into()) {
			let all = each.checked_mul(coherent.into()).ok_or(ArithmeticError::Overflow)?;
			Self::pay_treasury(id, Part::Reward, pot.reward.saturating_sub(all))?;
			return Ok(each);
		}
		let slashed = pot.slashed.min(pot.reward);
		Self::pay_treasury(id, Part::Reward, slashed)?;
		Self::pay_party(id, dispute, outcome, Part::Reward, pot.reward.saturating_sub(slashed))?;
		Ok(0)
	}

	/// Pays the party that is right; both alike if neither is.
	fn pay_party(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		part: Part,
		amount: Balance,
	) -> DispatchResult {
		match outcome.loser() {
			Some(loser) => Self::pay(id, Self::party(dispute, loser.other()), part, amount),
			None => {
				let half = amount / 2;
				Self::pay(id, &dispute.respondent, part, half)?;
				Self::pay(id, &dispute.claimant, part, amount.saturating_sub(half))
			},
		}
	}

	fn party(dispute: &DisputeOf<T>, side: Side) -> &T::AccountId {
		match side {
			Side::Claimant => &dispute.claimant,
			Side::Respondent => &dispute.respondent,
		}
	}

	/// What a round costs of the fees that were put down for it: nothing without jurors, and only those
	/// of the drawn if none of them had a chance to vote.
	fn fees_due(round: &Round, fees: Balance) -> Balance {
		if round.drawn == 0 {
			return 0;
		}
		if round.from > 0 || round.ruling.is_some() {
			return fees;
		}
		let seat = fees.checked_div(round.seats.into()).unwrap_or(0);
		seat.saturating_mul(round.drawn.into()).min(fees)
	}

	/// The jurors of the first panel are paid by who has lost; by both alike if nobody has.
	fn take_first_fees(id: DisputeId, round: &Round, outcome: Outcome) -> DispatchResult {
		let pot = Pots::<T>::get(id).unwrap_or_default();
		if let Some(loser) = outcome.loser() {
			let part = Part::fees(loser);
			return Self::shift(id, part, Part::Reward, Self::fees_due(round, pot.part(part)));
		}
		let due = Self::fees_due(round, pot.fees.0);
		let half = (due / 2).min(pot.fees.1);
		Self::shift(id, Part::RespondentFees, Part::Reward, half)?;
		Self::shift(id, Part::ClaimantFees, Part::Reward, due.saturating_sub(half))
	}

	/// Pays the coherent seats of a page, and removes all.
	fn settle_rewards(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		(number, first, each): (u8, SeatIndex, Balance),
	) -> Result<Settling, DispatchError> {
		let Some(bench) = Self::bench(id, dispute, outcome, number)? else {
			return Ok(Settling::Appeal { round: number });
		};
		let end = first.saturating_add(SETTLE_PAGE).min(bench.round.drawn);
		for place in first..end {
			let key = (id, number, place);
			let seat = Seats::<T>::take(key).ok_or(Error::<T>::NotAJuror)?;
			SeatOf::<T>::remove(id, &seat.juror);
			if bench.due(place, &seat) == Due::Reward {
				Self::pay(id, &seat.juror, Part::Reward, each)?;
				let (juror, slashed, rewarded) = (seat.juror, 0, each);
				Self::deposit_event(Event::SeatSettled { dispute: id, juror, slashed, rewarded });
			}
		}
		if end < bench.round.drawn {
			return Ok(Settling::Rewards { round: number, seat: end, each });
		}
		Ok(Settling::Appeal { round: number })
	}

	/// Pays out the appeal from a round. An appeal that did not go on gives everything back. Of one that
	/// did, the next panel gets what it costs; what is left of both sides goes to the funders of the one
	/// that is right, by what they contributed, down; without funders to the party itself.
	fn settle_appeal(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		number: u8,
	) -> Result<Settling, DispatchError> {
		let next = number.saturating_add(1);
		let ruling = Rounds::<T>::take(id, number).and_then(|round| round.ruling);
		if let Some(appeal) = Appeals::<T>::take(id, number) {
			if appeal.heard {
				let round = Rounds::<T>::get(id, next).unwrap_or_default();
				Self::pay_heard(id, dispute, outcome, (&appeal, ruling), &round)?;
			} else {
				for (who, amount) in Self::funders(&appeal) {
					Self::pay(id, who, Part::Appeals, *amount)?;
				}
			}
		}
		if Rounds::<T>::contains_key(id, next) {
			Ok(Settling::first(next))
		} else {
			Ok(Settling::Evidence { piece: 0 })
		}
	}

	fn funders(
		appeal: &Appeal<T::AccountId>,
	) -> impl Iterator<Item = &(T::AccountId, Balance)> + '_ {
		appeal.claimant.funders.iter().chain(appeal.respondent.funders.iter())
	}

	fn pay_heard(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
		(appeal, ruling): (&Appeal<T::AccountId>, Option<Award>),
		round: &Round,
	) -> DispatchResult {
		let raised = appeal.claimant.raised.checked_add(appeal.respondent.raised);
		let raised = raised.ok_or(ArithmeticError::Overflow)?;
		let fees = Self::fees_due(round, appeal.cost.min(raised));
		Self::shift(id, Part::Appeals, Part::Reward, fees)?;
		let pool = raised.saturating_sub(fees);
		let right = Self::proved_right(ruling, appeal, outcome)?;
		let funders: Vec<_> = match right {
			Some(Side::Claimant) => appeal.claimant.funders.iter().collect(),
			Some(Side::Respondent) => appeal.respondent.funders.iter().collect(),
			None => Self::funders(appeal).collect(),
		};
		let of = funders.iter().fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount));
		let mut left = pool;
		for (who, amount) in funders {
			left = left.saturating_sub(Self::pay_share(id, who, pool, *amount, of)?);
		}
		match right {
			Some(side) if of == 0 => Self::pay(id, Self::party(dispute, side), Part::Appeals, pool),
			_ => Self::pay_treasury(id, Part::Appeals, left),
		}
	}

	/// The side that an appeal has proved right: the one towards which the award moved from the ruling
	/// that was appealed against. If it did not move, the one that did not appeal; nobody if both did, or
	/// if nothing was ruled in the end.
	fn proved_right(
		ruling: Option<Award>,
		appeal: &Appeal<T::AccountId>,
		outcome: Outcome,
	) -> Result<Option<Side>, DispatchError> {
		let winner = outcome.loser().map(Side::other);
		let (Some(ruling), Outcome::Ruled(award)) = (ruling, outcome) else { return Ok(winner) };
		if award != ruling {
			let up = award > ruling;
			return Ok(Some(if up { Side::Claimant } else { Side::Respondent }));
		}
		let by_claimant = Self::is_appealed(appeal, Side::Claimant, ruling)?;
		let by_respondent = Self::is_appealed(appeal, Side::Respondent, ruling)?;
		Ok(match (by_claimant, by_respondent) {
			(true, false) => Some(Side::Respondent),
			(false, true) => Some(Side::Claimant),
			_ => None,
		})
	}

	fn pay_share(
		id: DisputeId,
		who: &T::AccountId,
		pool: Balance,
		contribution: Balance,
		raised: Balance,
	) -> Result<Balance, DispatchError> {
		let share = appeal_share(pool, contribution, raised).ok_or(ArithmeticError::Overflow)?;
		Self::pay(id, who, Part::Appeals, share)?;
		Ok(share)
	}

	/// Removes a page of evidence and returns its deposits.
	fn settle_evidence(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		first: u8,
	) -> Result<Settling, DispatchError> {
		let (pieces, ..) = dispute.pieces;
		let end = first.saturating_add(SETTLE_PAGE).min(pieces);
		for number in first..end {
			if let Some(Piece { side, deposit, .. }) = Evidence::<T>::take(id, number) {
				Self::pay(id, Self::party(dispute, side), Part::Evidence, deposit)?;
			}
		}
		if end < pieces {
			Ok(Settling::Evidence { piece: end })
		} else {
			Ok(Settling::Bonds)
		}
	}

	/// Gives bonds and fees to whom they belong, lets go of everything, and ends the case.
	fn close(id: DisputeId, dispute: &mut DisputeOf<T>, outcome: Outcome) -> DispatchResult {
		Self::release_bonds(id, dispute, outcome)?;
		Self::release_freeze(id, dispute, outcome)?;
		T::Enforce::close(id, &dispute.case)?;
		Self::unpin(dispute.court, dispute.version)?;
		let pot = Pots::<T>::take(id).unwrap_or_default();
		ensure!(pot == Default::default(), ArithmeticError::Underflow);
		Parties::<T>::remove(id);
		Draws::<T>::remove(id);
		Self::event_ended(id, dispute, outcome)?;
		Self::enter(id, dispute, State::Closed { outcome, at: Self::height() })?;
		Self::deposit_event(Event::Closed { dispute: id, outcome });
		Ok(())
	}

	/// The loser's bond is the winner's; of a claim that was given up before it was contested or ruled
	/// on nothing is lost. What is left of prepaid fees goes back.
	fn release_bonds(id: DisputeId, dispute: &DisputeOf<T>, outcome: Outcome) -> DispatchResult {
		let pot = Pots::<T>::get(id).unwrap_or_default();
		let tried = pot.bonds.1 > 0 || dispute.ruling.is_some();
		let loser = outcome.loser().filter(|_| tried);
		for side in [Side::Claimant, Side::Respondent] {
			let owner = if loser == Some(side) { side.other() } else { side };
			let bond = pot.part(Part::bond(side));
			Self::pay(id, Self::party(dispute, owner), Part::bond(side), bond)?;
			let fees = pot.part(Part::fees(side));
			Self::pay(id, Self::party(dispute, side), Part::fees(side), fees)?;
		}
		Ok(())
	}

	/// The body of [`Pallet::prune`].
	pub(crate) fn do_prune(id: DisputeId) -> DispatchResult {
		let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		ensure!(matches!(dispute.state, State::Closed { .. }), Error::<T>::WrongStage);
		let limitation = Self::terms_now(dispute.court)?.limitation;
		let age = T::Time::now().saturating_sub(dispute.case.at);
		ensure!(age > limitation, Error::<T>::StillBinding);
		Self::leave_event(id, dispute.event);
		Disputes::<T>::remove(id);
		Self::deposit_event(Event::Pruned { dispute: id });
		Ok(())
	}
}
