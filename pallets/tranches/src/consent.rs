//! What the holders of the senior-most class decide, for the terms that leave it to them.
//!
//! Two thirds of the notes of the class must agree, counted as they were held when the proposal was
//! opened and without those of the originator, the servicer and the trustee. Notes that agree are on
//! hold until the proposal has ended, so that none counts twice; notes that changed hands since count
//! for nobody. Notes that were not collected yet when it was opened count for who collects them.

use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	traits::{Consideration, Footprint},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

use crate::{
	cash::{add, sub},
	AccountIdOf, Balance, Checkpoints, Config, DealId, DealLedgers, DealOf, Deals, Error, Event,
	Ledgers, Matter, MatterOf, Moment, Pallet, Phase, Proposal, ProposalOf, Proposals, Vote,
	VoteOf, Votes,
};

/// A holder needs one in so many notes of the electorate to propose.
const PROPOSER_SHARE: Balance = 20;

impl<T: Config> Pallet<T> {
	/// What the deposit of a proposal covers.
	pub(crate) fn proposal_footprint() -> Footprint {
		Footprint::from_parts(1, ProposalOf::<T>::max_encoded_len())
	}

	/// What the deposit of a vote covers.
	pub(crate) fn vote_footprint() -> Footprint {
		Footprint::from_parts(1, VoteOf::<T>::max_encoded_len())
	}

	/// The senior-most class with a balance, but for the residual.
	pub(crate) fn senior_most(ledgers: &DealLedgers) -> Option<u8> {
		let residual = ledgers.notes.len().saturating_sub(1);
		(0u8..)
			.zip(ledgers.waterfall.classes.iter())
			.take(residual)
			.find(|(_, class)| class.balance > 0)
			.map(|(rank, _)| rank)
	}

	/// Whether the matter may be decided now.
	fn check_matter(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
		matter: &MatterOf<T>,
	) -> DispatchResult {
		ensure!(matter.is_left_to(&deal.terms.consents), Error::<T>::NotForHolders);
		let running = matches!(ledgers.phase, Some(Phase::Revolving | Phase::Amortising));
		match matter {
			Matter::ReplaceServicer(who) => {
				let parties = &deal.parties;
				let another = *who != parties.servicer && *who != parties.trustee;
				let fit = another && *who != Self::account(id);
				ensure!(fit, Error::<T>::MatterOutOfRange);
			},
			Matter::ReplaceTrustee(who) => {
				let parties = &deal.parties;
				let another = *who != parties.servicer && *who != parties.trustee;
				let fit = another && *who != deal.originator && *who != Self::account(id);
				ensure!(fit, Error::<T>::MatterOutOfRange);
			},
			Matter::Accelerate => ensure!(running, Error::<T>::WrongState),
			Matter::ExtendRevolving(until) => Self::check_extension(deal, ledgers, *until)?,
			Matter::WaiveTrigger(index) => {
				ensure!(running, Error::<T>::WrongState);
				let trigger = ledgers.waterfall.triggers.get(usize::from(*index));
				ensure!(trigger.is_some_and(Option::is_some), Error::<T>::MatterOutOfRange);
			},
		}
		Ok(())
	}

	/// A deal that still lends may lend for longer, if a date is left to redeem its notes.
	fn check_extension(deal: &DealOf<T>, ledgers: &DealLedgers, until: Moment) -> DispatchResult {
		ensure!(ledgers.lends(Self::now()), Error::<T>::WrongState);
		let mut schedule = deal.terms.schedule;
		let longer = until > schedule.revolving_end && until <= schedule.final_date;
		ensure!(longer, Error::<T>::MatterOutOfRange);
		schedule.revolving_end = until;
		Self::validate_redemption(&schedule)
	}

	/// Notes of the class without those of affiliates, each counted once.
	pub(crate) fn electorate(
		id: DealId,
		rank: u8,
		ledgers: &DealLedgers,
		affiliates: &[AccountIdOf<T>; 3],
	) -> Result<Balance, DispatchError> {
		let class = ledgers.notes.get(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		let [originator, servicer, trustee] = affiliates;
		let mut without = sub(class.units, Self::units(id, rank, originator))?;
		if servicer != originator {
			without = sub(without, Self::units(id, rank, servicer))?;
		}
		if trustee != originator && trustee != servicer {
			without = sub(without, Self::units(id, rank, trustee))?;
		}
		Ok(without)
	}

	/// The trustee may always ask; a holder who has a vote needs a twentieth of all votes.
	fn may_propose(
		who: &AccountIdOf<T>,
		id: DealId,
		rank: u8,
		ledgers: &DealLedgers,
		affiliates: &[AccountIdOf<T>; 3],
		electorate: Balance,
	) -> DispatchResult {
		let [.., trustee] = affiliates;
		if who == trustee {
			return Ok(());
		}
		ensure!(!affiliates.contains(who), Error::<T>::Affiliate);
		let indices = Self::transferable(ledgers, rank)?;
		let holding = Self::settled(id, rank, who, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		ensure!(!holding.checkpoint.frozen, Error::<T>::HolderFrozen);
		let least = electorate.div_ceil(PROPOSER_SHARE);
		ensure!(holding.units >= least, Error::<T>::StakeTooSmall);
		Ok(())
	}

	pub(crate) fn do_propose(
		proposer: AccountIdOf<T>,
		id: DealId,
		matter: MatterOf<T>,
	) -> DispatchResult {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let mut ledgers = Self::active(id, Error::<T>::WrongState)?;
		Self::check_matter(id, &deal, &ledgers, &matter)?;
		let now = Self::now();
		if let Some(earlier) = Proposals::<T>::get(id) {
			ensure!(now >= earlier.deadline, Error::<T>::ProposalOpen);
			let proposal = earlier.id;
			Self::end_proposal(id, earlier)?;
			Self::deposit_event(Event::ProposalClosed { deal: id, proposal });
		}
		let rank = Self::senior_most(&ledgers).ok_or(Error::<T>::NothingOwed)?;
		let affiliates = [deal.originator, deal.parties.servicer, deal.parties.trustee];
		let electorate = Self::electorate(id, rank, &ledgers, &affiliates)?;
		ensure!(electorate > 0, Error::<T>::NoVote);
		Self::may_propose(&proposer, id, rank, &ledgers, &affiliates, electorate)?;

		let deadline = now.checked_add(ledgers.period).ok_or(ArithmeticError::Overflow)?;
		let proposal = ledgers.proposal.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		ledgers.proposal = proposal;
		Ledgers::<T>::insert(id, ledgers);
		let ticket = T::Consideration::new(&proposer, Self::proposal_footprint())?;
		let entry = Proposal {
			id: proposal,
			proposer: proposer.clone(),
			matter: matter.clone(),
			rank,
			affiliates,
			electorate,
			consenting: 0,
			deadline,
			ticket,
		};
		Proposals::<T>::insert(id, entry);
		Self::deposit_event(Event::Proposed {
			deal: id,
			proposal,
			proposer,
			matter,
			rank,
			electorate,
			deadline,
		});
		Ok(())
	}

	/// The proposal of a deal, if votes count now.
	fn open_proposal(id: DealId) -> Result<ProposalOf<T>, DispatchError> {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::NoProposal)?;
		ensure!(Self::now() < proposal.deadline, Error::<T>::ProposalOver);
		Ok(proposal)
	}

	pub(crate) fn do_vote(who: AccountIdOf<T>, id: DealId) -> DispatchResult {
		let mut proposal = Self::open_proposal(id)?;
		let ledgers = Self::active(id, Error::<T>::WrongState)?;
		ensure!(!proposal.excludes(&who), Error::<T>::Affiliate);
		if let Some(earlier) = Votes::<T>::get(id, &who) {
			ensure!(earlier.proposal != proposal.id, Error::<T>::AlreadyVoted);
			Self::end_vote(id, who.clone(), earlier)?;
		}
		let rank = proposal.rank;
		let indices = Self::transferable(&ledgers, rank)?;
		let mut holding =
			Self::settled(id, rank, &who, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		ensure!(!holding.checkpoint.frozen, Error::<T>::HolderFrozen);
		let free = holding.checkpoint.free(holding.units).ok_or(ArithmeticError::Underflow)?;
		let units = holding.checkpoint.snapshot.at(proposal.id, holding.units).min(free);
		ensure!(units > 0, Error::<T>::NoVote);

		holding.checkpoint.held = add(holding.checkpoint.held, units)?;
		Checkpoints::<T>::insert((id, rank, &who), holding.checkpoint);
		proposal.consenting = add(proposal.consenting, units)?;
		let ticket = T::Consideration::new(&who, Self::vote_footprint())?;
		let vote = Vote { proposal: proposal.id, rank, units, ticket };
		Votes::<T>::insert(id, &who, vote);
		let number = proposal.id;
		Proposals::<T>::insert(id, proposal);
		Self::deposit_event(Event::Voted { deal: id, proposal: number, who, units });
		Ok(())
	}

	pub(crate) fn do_enact(id: DealId) -> DispatchResult {
		let proposal = Self::open_proposal(id)?;
		let carried = proposal.is_carried().ok_or(ArithmeticError::Overflow)?;
		ensure!(carried, Error::<T>::NotCarried);
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let ledgers = Self::active(id, Error::<T>::WrongState)?;
		// A date that has come is run first, as it would have been in time.
		let settled = Self::now() < ledgers.next_date && !ledgers.parked;
		ensure!(settled, Error::<T>::PaymentPending);
		// Who is paid off has no say any more.
		ensure!(Self::senior_most(&ledgers) == Some(proposal.rank), Error::<T>::ProposalOver);
		Self::check_matter(id, &deal, &ledgers, &proposal.matter)?;
		let (number, matter) = (proposal.id, proposal.matter.clone());
		Self::end_proposal(id, proposal)?;
		Self::deposit_event(Event::Enacted { deal: id, proposal: number, matter: matter.clone() });
		Self::carry(id, deal, ledgers, matter)
	}

	/// Does what was decided. The matter was checked.
	fn carry(
		id: DealId,
		mut deal: DealOf<T>,
		mut ledgers: DealLedgers,
		matter: MatterOf<T>,
	) -> DispatchResult {
		match matter {
			Matter::ReplaceServicer(who) => return Self::install_servicer(id, deal, ledgers, who),
			Matter::ReplaceTrustee(who) => return Self::install_trustee(id, deal, ledgers, who),
			Matter::Accelerate => Self::mature_books(id, &mut ledgers)?,
			Matter::ExtendRevolving(until) => {
				deal.terms.schedule.revolving_end = until;
				ledgers.revolving_end = until;
				Deals::<T>::insert(id, deal);
			},
			Matter::WaiveTrigger(index) => {
				let trigger = ledgers.waterfall.triggers.get_mut(usize::from(index));
				*trigger.ok_or(Error::<T>::MatterOutOfRange)? = None;
			},
		}
		Ledgers::<T>::insert(id, ledgers);
		Ok(())
	}

	/// Whoever asked may think again; anyone clears what has run out; governance may clear the way.
	pub(crate) fn do_close_proposal(who: Option<&AccountIdOf<T>>, id: DealId) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::NoProposal)?;
		let over = || {
			Self::now() >= proposal.deadline
				|| Ledgers::<T>::get(id).is_none_or(|ledgers| ledgers.phase.is_none())
		};
		let may = who.is_none_or(|who| *who == proposal.proposer || over());
		ensure!(may, Error::<T>::ProposalOpen);
		let number = proposal.id;
		Self::end_proposal(id, proposal)?;
		Self::deposit_event(Event::ProposalClosed { deal: id, proposal: number });
		Ok(())
	}

	/// Removes a proposal and gives its deposit back.
	fn end_proposal(id: DealId, proposal: ProposalOf<T>) -> DispatchResult {
		Proposals::<T>::remove(id);
		proposal.ticket.drop(&proposal.proposer)
	}

	pub(crate) fn do_release_vote(id: DealId, who: AccountIdOf<T>) -> DispatchResult {
		let vote = Votes::<T>::get(id, &who).ok_or(Error::<T>::UnknownVote)?;
		let now = Self::now();
		let counts = |proposal: ProposalOf<T>| {
			proposal.id == vote.proposal
				&& now < proposal.deadline
				&& Ledgers::<T>::get(id).is_some_and(|ledgers| ledgers.phase.is_some())
		};
		let open = Proposals::<T>::get(id).is_some_and(counts);
		ensure!(!open, Error::<T>::ProposalOpen);
		Self::end_vote(id, who, vote)
	}

	/// Removes a vote, ends its hold and gives its deposit back.
	fn end_vote(id: DealId, who: AccountIdOf<T>, vote: VoteOf<T>) -> DispatchResult {
		Votes::<T>::remove(id, &who);
		Self::unhold(id, vote.rank, &who, vote.units)?;
		vote.ticket.drop(&who)?;
		Self::deposit_event(Event::VoteReleased { deal: id, who, units: vote.units });
		Ok(())
	}
}
