//! What the runtime APIs answer.

use alloc::vec::Vec;
use frame_support::{
	storage::{with_transaction, TransactionOutcome},
	traits::Get,
};
use sp_core::H256;
use sp_runtime::{traits::UniqueSaturatedInto, DispatchError};
use strata_court::{bribe, freeze_bond, quorum, secured, total_at};
use strata_traits::{Asset, Balance, DealDefault, DealId, DisputeId, Facts, Moment};

use crate::{
	pallet::{
		Agenda, Appeals, Config, Courts, Disputes, Error, Events, Evidence, Jurors, Pallet,
		Parties, Pots, Roles, Rounds, SeatOf, Seats,
	},
	runtime_api::{
		Act, Actor, AppealCost, CaseFile, CourtTime, CourtView, Deadline, Duty, FilingCost,
		JurorDuties, Next, PanelBudget, Permitted, Raised, RoundView, SeatDuty, SeatView,
		SecurityBudget, SideCost, MAX_LOOKED_THROUGH,
	},
	tree::Tree,
	types::{
		CourtId, Dispute, EventCases, Height, Seat, SeatIndex, Seeds, Side, SideFunds, State,
		Terms, Value,
	},
};

impl<T: Config> Pallet<T> {
	/// All courts, by id.
	pub fn courts() -> Vec<CourtView> {
		let mut courts: Vec<_> = Courts::<T>::iter()
			.filter_map(|(id, court)| {
				let terms = Self::terms_of(id, court.version).ok()?;
				let mut tree = Tree::<T>::of(id);
				let staked = total_at(&mut tree, court.levels, T::Seeds::epoch())?;
				Some(CourtView { id, court, terms, staked })
			})
			.collect();
		courts.sort_unstable_by_key(|court| court.id);
		courts
	}

	/// The clock.
	pub fn court_time() -> CourtTime {
		CourtTime {
			height: Self::height(),
			block: Self::block_now(),
			closed: !Self::is_open(),
			epoch: T::Seeds::epoch(),
			seed: T::Seeds::seed().is_some(),
		}
	}

	/// All that is known of a case; `None` if there is none.
	pub fn case_file(id: DisputeId) -> Option<CaseFile<T::AccountId>> {
		let dispute = Disputes::<T>::get(id)?;
		let terms = Self::terms_of(dispute.court, dispute.version)
			.or_else(|_| Self::terms_now(dispute.court))
			.ok()?;
		let rounds: Vec<_> = (0..=dispute.round)
			.filter_map(|round| Self::round_view(id, dispute.panel, round))
			.collect();
		let seats = rounds.iter().flat_map(|round| &round.panel);
		let at_risk = seats
			.filter(|seat| !seat.settled)
			.try_fold(0u128, |sum, seat| sum.checked_add(seat.deposit))?;
		let (all, _, _) = dispute.pieces;
		Some(CaseFile {
			terms,
			deadline: Self::deadline_of(&dispute),
			epoch: match dispute.state {
				State::AwaitSeed { from, .. } => Some(from),
				_ => None,
			},
			acts: Self::acts(id, &dispute),
			pot: Pots::<T>::get(id).unwrap_or_default(),
			at_risk,
			rounds,
			evidence: (0..all).filter_map(|piece| Evidence::<T>::get(id, piece)).collect(),
			excluded: Parties::<T>::get(id).into_inner(),
			dispute,
		})
	}

	/// The cases on an event; `None` if there are none.
	pub fn disputes_of_event(event: H256) -> Option<EventCases> {
		Events::<T>::get(event)
	}

	/// What an account has staked, and what is asked of it; `None` if it is no juror.
	pub fn juror_duties(who: &T::AccountId) -> Option<JurorDuties> {
		let juror = Jurors::<T>::get(who)?;
		let open = Agenda::<T>::iter_keys().take(MAX_LOOKED_THROUGH);
		let seats = open
			.filter_map(|key| Self::seat_duty(key.id(), who))
			.take(usize::try_from(juror.seats).unwrap_or(usize::MAX))
			.collect();
		Some(JurorDuties {
			bonded: juror.bonded()?,
			free: juror.free()?,
			stakes: juror.stakes.into_inner(),
			unbonding: juror.unbonding.into_inner(),
			roles: Roles::<T>::get(who).into_inner(),
			seats,
		})
	}

	/// What it would cost to file a claim of `amount` in `court`.
	///
	/// # Errors
	/// [`Error::UnknownCourt`]; if a figure does not fit.
	pub fn cost_of_filing(
		court: CourtId,
		asset: Option<Asset>,
		amount: Balance,
		freeze: Option<Balance>,
	) -> Result<FilingCost, DispatchError> {
		let route = Self::route(court, asset.as_ref(), amount)?;
		let terms = Self::terms_now(route.court)?;
		let overflow = sp_runtime::ArithmeticError::Overflow;
		let fees = terms.fee.checked_mul(route.panel.into()).ok_or(overflow)?;
		let freeze = match freeze {
			// Of what is no sum, e.g. of notes, `most` is what they are worth.
			Some(most) if amount == 0 => Self::freeze_cost(most, &terms).ok_or(overflow)?,
			Some(most) => Self::freeze_cost(most.min(amount), &terms).ok_or(overflow)?,
			None => 0,
		};
		let value = Self::value_of(asset.as_ref(), amount);
		Ok(FilingCost { route, value, bond: terms.bond, fees, freeze })
	}

	/// What both sides need for an appeal; `None` if the case cannot be appealed now.
	pub fn cost_of_appeal(id: DisputeId) -> Option<AppealCost> {
		let dispute = Disputes::<T>::get(id)?;
		let State::Appeal { half, until } = dispute.state else { return None };
		let appeal = Self::appeal(id, &dispute).ok()?;
		let ruling = Self::appealable(&dispute).ok()?;
		let losing = Side::of(ruling).other();
		let side = |side, raised| {
			let required = Self::needed(&appeal, side, ruling).ok()?;
			let missing = required.saturating_sub(raised);
			let least = strata_court::least_contribution(required).min(missing);
			let until = Self::deadline(if Self::may_appeal(side, ruling) { half } else { until });
			Some(SideCost { required, raised, least, until })
		};
		Some(AppealCost {
			round: dispute.round,
			losing,
			next: Self::next_instance(&dispute)?,
			cost: appeal.cost,
			claimant: side(Side::Claimant, appeal.claimant.raised)?,
			respondent: side(Side::Respondent, appeal.respondent.raised)?,
		})
	}

	/// What the panels are good for that a claim in `court` can come before, and where it goes.
	///
	/// # Errors
	/// [`Error::UnknownCourt`].
	pub fn security_budget(
		court: CourtId,
		asset: Option<Asset>,
		amount: Balance,
	) -> Result<SecurityBudget, DispatchError> {
		let value = Self::value_of(asset.as_ref(), amount);
		let route = Self::route(court, asset.as_ref(), amount)?;
		let mut panels = Vec::new();
		let mut next = Some(court);
		// No court is its own parent, and a chain of parents has an end.
		while let Some(court) = next.filter(|_| panels.len() < usize::from(u8::MAX)) {
			let terms = Self::terms_now(court)?;
			let chain = (0..=terms.appeals).filter_map(|round| Terms::seats(terms.panel, round));
			panels
				.extend(chain.filter_map(|seats| Self::panel_budget(court, &terms, seats, value)));
			next = Courts::<T>::get(court).ok_or(Error::<T>::UnknownCourt)?.parent;
		}
		Ok(SecurityBudget { value, panels, route })
	}

	/// The first moment at which a default of the deal would be there, and which.
	pub fn default_in_sight(deal: DealId) -> Option<(Moment, DealDefault)> {
		T::Facts::next_default(deal)
	}

	/// The number of the block.
	fn block_now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	fn deadline(at: Height) -> Deadline {
		let left = at.saturating_sub(Self::height());
		Deadline { at, left, block: Self::block_now().saturating_add(left) }
	}

	fn deadline_of(dispute: &Dispute<T::AccountId>) -> Option<Deadline> {
		let at = match dispute.state {
			State::Response { until }
			| State::Evidence { until, .. }
			| State::Commit { until }
			| State::Reveal { until }
			| State::Appeal { until, .. }
			| State::Final { until }
			| State::Correction { until, .. }
			| State::Cooling { until, .. } => until,
			State::Enforcing { .. } | State::Settling { .. } => dispute.due?,
			State::Stayed
			| State::AwaitSeed { .. }
			| State::Drawing { .. }
			| State::Closed { .. } => return None,
		};
		Some(Self::deadline(at))
	}

	fn round_view(id: DisputeId, first: u8, number: u8) -> Option<RoundView<T::AccountId>> {
		let round = Rounds::<T>::get(id, number)?;
		// A seat that did not vote in a round without a quorum is replaced, by one with a further number.
		let mut panel: Vec<_> = Seats::<T>::iter_prefix((id, number))
			.map(|(seat, row)| Self::seat_view(seat, row))
			.collect();
		panel.sort_unstable_by_key(|seat| seat.seat);
		let appeal = Appeals::<T>::get(id, number).map(|appeal| {
			let raised = |funds: SideFunds<_>| Raised {
				raised: funds.raised,
				funders: funds.funders.into_inner(),
			};
			(raised(appeal.claimant), raised(appeal.respondent))
		});
		Some(RoundView {
			round: number,
			seats: round.seats,
			committed: round.committed,
			quorum: quorum(Terms::seats(first, number)?),
			awards: round.awards.into_inner(),
			ruling: round.ruling,
			panel,
			appeal,
		})
	}

	fn seat_view(seat: SeatIndex, row: Seat<T::AccountId>) -> SeatView<T::AccountId> {
		SeatView {
			seat,
			juror: row.juror,
			deposit: row.deposit,
			committed: row.commitment.is_some(),
			award: row.award,
			denounced: row.denounced_by.is_some(),
			settled: row.settled,
		}
	}

	/// The seat of `who` in a case that is open, if it is not settled.
	fn seat_duty(id: DisputeId, who: &T::AccountId) -> Option<SeatDuty> {
		let (round, seat) = SeatOf::<T>::get(id, who)?;
		let row = Seats::<T>::get((id, round, seat)).filter(|row| !row.settled)?;
		let dispute = Disputes::<T>::get(id)?;
		let replaced = Rounds::<T>::get(id, round).is_some_and(|round| seat < round.from);
		let its_turn = round == dispute.round && row.denounced_by.is_none() && !replaced;
		let duty = match dispute.state {
			State::Commit { .. } if its_turn => Duty::Commit { again: row.commitment.is_some() },
			State::Reveal { .. } if its_turn && row.commitment.is_some() && row.award.is_none() => {
				Duty::Reveal
			},
			_ => Duty::Wait,
		};
		Some(SeatDuty {
			dispute: id,
			round,
			seat,
			deposit: row.deposit,
			duty,
			until: Self::deadline_of(&dispute),
			evidence: dispute.evidence,
		})
	}

	/// What may be done about a case now.
	fn acts(id: DisputeId, dispute: &Dispute<T::AccountId>) -> Vec<Permitted> {
		use Act::*;
		let mut acts = Vec::new();
		if !Self::is_open() {
			return acts;
		}
		let mut may = |who, act| acts.push(Permitted { who, act });
		let now = Self::height();
		let (claimant, respondent) = (Actor::Party(Side::Claimant), Actor::Party(Side::Respondent));
		match dispute.state {
			State::Response { until } if now < until => {
				may(respondent, Concede);
				may(respondent, Contest);
			},
			State::Evidence { until, ready: [first, second] } if now < until => {
				let wants = [(claimant, first), (respondent, second)];
				wants.into_iter().filter(|(_, ready)| !ready).for_each(|(who, _)| may(who, Ready));
			},
			State::Commit { until } if now < until => {
				may(Actor::Juror, Commit);
				may(Actor::Anyone, Denounce);
			},
			State::Reveal { until } if now < until => may(Actor::Juror, Reveal),
			State::Appeal { half, until } if now < until => {
				for side in Self::sides_to_fund(id, dispute, now < half) {
					may(Actor::Anyone, FundAppeal(side));
				}
			},
			State::Final { until } | State::Correction { until, .. } if now < until => {
				may(Actor::FinalAuthority, Rule);
			},
			_ => {},
		}
		if Self::is_before_votes(&dispute.state, now) {
			may(claimant, Withdraw);
			if dispute.state != State::Stayed {
				[claimant, respondent].into_iter().for_each(|who| may(who, OfferSettlement));
				if let Some((side, award)) = dispute.offer {
					may(Actor::Party(side.other()), AcceptSettlement(award));
				}
			}
		}
		let is_final = matches!(dispute.state, State::Final { until } if now < until);
		if is_final || Self::is_before_votes(&dispute.state, now) {
			[claimant, respondent].into_iter().for_each(|who| may(who, SubmitEvidence));
		}
		if Self::may_be_unfrozen(dispute) {
			may(respondent, PostCounterBond);
		}
		if Self::can_advance(id) {
			may(Actor::Anyone, Advance);
		}
		acts
	}

	/// Whether something is to be done about the case: tried, and undone.
	fn can_advance(id: DisputeId) -> bool {
		let tried = with_transaction(|| {
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(Self::do_advance(id)))
		});
		matches!(tried, Ok(Ok(_)))
	}

	/// The sides that an appeal takes money for: after the first half, one that answers an appeal of the
	/// other.
	fn sides_to_fund(
		id: DisputeId,
		dispute: &Dispute<T::AccountId>,
		first_half: bool,
	) -> impl Iterator<Item = Side> {
		let ruling = Self::appealable(dispute).ok();
		let sides = Self::cost_of_appeal(id).zip(ruling).map(|(cost, ruling)| {
			let AppealCost { claimant, respondent, .. } = cost;
			let appealed =
				|side, cost: &SideCost| Self::may_appeal(side, ruling) && cost.least == 0;
			[
				(Side::Claimant, claimant.least, appealed(Side::Respondent, &respondent)),
				(Side::Respondent, respondent.least, appealed(Side::Claimant, &claimant)),
			]
			.map(|(side, least, answers)| (least > 0 && (first_half || answers)).then_some(side))
		});
		sides.into_iter().flatten().flatten()
	}

	/// Whether parties may still settle and withdraw.
	fn is_before_votes(state: &State, now: Height) -> bool {
		match state {
			State::Stayed | State::AwaitSeed { .. } | State::Drawing { .. } => true,
			State::Response { until } | State::Evidence { until, .. } => now < *until,
			_ => false,
		}
	}

	/// Whether the respondent may put down cash instead of what is frozen.
	fn may_be_unfrozen(dispute: &Dispute<T::AccountId>) -> bool {
		let over = matches!(
			dispute.state,
			State::Cooling { .. }
				| State::Enforcing { .. }
				| State::Settling { .. }
				| State::Closed { .. }
		);
		let is_sum = Self::is_sum(&dispute.case.remedy);
		!over && is_sum && dispute.freeze.is_some_and(|freeze| freeze.counter == 0)
	}

	/// What comes after an appeal that is funded.
	fn next_instance(dispute: &Dispute<T::AccountId>) -> Option<Next> {
		let terms = Self::terms_of(dispute.court, dispute.version).ok()?;
		if !Self::has_next_panel(dispute, &terms).ok()? {
			return Some(Next::FinalAuthority);
		}
		strata_court::next_panel(Self::panel_size(dispute).ok()?).map(Next::Panel)
	}

	/// What is claimed, in STRA: nothing if nothing is to be paid.
	fn value_of(asset: Option<&Asset>, amount: Balance) -> Option<Balance> {
		asset.map_or(Some(0), |asset| T::Value::in_native(asset, amount))
	}

	/// The bond of a freeze, if no other case comes first. `None` if it does not fit.
	fn freeze_cost(most: Balance, terms: &Terms) -> Option<Balance> {
		let millis = u64::from(Self::longest(terms)?).checked_mul(T::BlockMillis::get())?;
		freeze_bond(most, terms.freeze_rate, millis)
	}

	/// What a panel of so many seats is good for. `None` if a figure does not fit.
	fn panel_budget(
		court: CourtId,
		terms: &Terms,
		seats: u8,
		value: Option<Balance>,
	) -> Option<PanelBudget> {
		let Terms { fee, deposit, penalties, .. } = *terms;
		let secured = secured(seats, fee, deposit, penalties.least)?;
		Some(PanelBudget {
			court,
			seats,
			fees: fee.checked_mul(seats.into())?,
			deposits: deposit.checked_mul(seats.into())?,
			secured,
			bribe: bribe(seats, fee, deposit, 0)?,
			suffices: value.is_some_and(|value| value <= secured),
		})
	}
}
