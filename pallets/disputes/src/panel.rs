//! How a round gets its jurors.
//!
//! A case that needs a panel in epoch e fixes the stakes at the end of e − 1 (nobody could stake in view
//! of it), and waits for e + 2, when randomness is known that nobody knew in e. Whoever is known not to
//! judge it (the parties, who has or had a seat, who put money on an appeal) is taken out of the sum
//! that the number is reduced by, and so costs no other number. Whoever turns out when drawn not to (holds notes, has too little that
//! is free, lost the role) is taken out then, and the next number is used. A draw that is not finished
//! while the tree still knows the stakes goes on with later ones, and another seed; seats that are drawn
//! stay.
//!
//! A court with too few jurors for a choice hands the case to its parent, with the seats that are drawn;
//! the court above all, to the final authority.

use alloc::vec::Vec;

use frame_support::ensure;
use sp_core::H256;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_court::{Epoch, Excluded, Leaf, KEEP_EPOCHS};
use strata_traits::{Balance, DisputeId, Enforce};

use crate::{
	tree::Tree,
	types::{CourtId, Draw, RoleId, Round, Seat, SeatIndex, Seeds, State, Terms, MAX_ALL_SEATS},
	Config, DisputeOf, Draws, Error, Event, Jurors, Leaves, Pallet, Parties, Rounds, SeatOf, Seats,
};

/// Numbers that one call uses for a draw, at most: each gives a seat, or takes somebody out.
pub const DRAW_PAGE: u8 = 8;

/// Numbers that a draw uses for each seat of the panel, at most.
const TRIALS_PER_SEAT: u16 = 3;

/// For each seat so many jurors must be there, and so many deposits in the tree: no panel that there is
/// no choice for.
const CHOICE: u8 = 2;

/// Epochs until randomness is known that nobody knew in this one.
const SEED_EPOCHS: Epoch = 2;

/// Whom some seats are drawn from.
struct Bench<T> {
	court: CourtId,
	role: Option<RoleId>,
	levels: u8,
	jurors: u32,
	/// How many seats.
	seats: u8,
	tree: Tree<T>,
}

impl<T: Config> Bench<T> {
	fn of(court: CourtId, role: Option<RoleId>, seats: u8) -> Result<Self, DispatchError> {
		let record = Pallet::<T>::court(court)?;
		let (levels, jurors) = (record.levels, record.jurors);
		Ok(Self { court, role, levels, jurors, seats, tree: Tree::of(court) })
	}

	/// Those of the excluded who are in its tree.
	fn own(&self, excluded: &[(CourtId, Leaf, Balance)]) -> Vec<Excluded> {
		let own = excluded.iter().filter(|(court, ..)| *court == self.court);
		own.map(|(_, leaf, weight)| Excluded { leaf: *leaf, weight: *weight }).collect()
	}

	/// Whether there is a choice for its seats, without those: twice as many jurors, and twice as many
	/// deposits at the snapshot. `None` on overflow.
	fn is_enough(
		&mut self,
		snapshot: Epoch,
		deposit: Balance,
		excluded: &[(CourtId, Leaf, Balance)],
	) -> Option<bool> {
		if self.seats == 0 {
			return Some(true);
		}
		let excluded = self.own(excluded);
		let wanted = u32::from(self.seats).checked_mul(CHOICE.into())?;
		let jurors = self.jurors.saturating_sub(u32::try_from(excluded.len()).ok()?);
		let total = strata_court::total_at(&mut self.tree, self.levels, snapshot)?;
		let weight = excluded.iter().try_fold(total, |left, one| left.checked_sub(one.weight))?;
		Some(jurors >= wanted && weight >= deposit.checked_mul(wanted.into())?)
	}
}

/// What the seats of one page have in common.
struct Page<'a, T: Config> {
	id: DisputeId,
	dispute: &'a DisputeOf<T>,
	deposit: Balance,
	draw: Draw,
	round: Round,
	benches: Vec<Bench<T>>,
	parties: Vec<T::AccountId>,
}

impl<T: Config> Pallet<T> {
	/// Fixes the stakes that count, for the missing seats of the round, and waits for a seed. A round
	/// that has none gets as many as belong to it. Without enough jurors the case moves up.
	pub(crate) fn await_seed(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		if !Self::open_round(id, dispute)? {
			return Self::refer(id, dispute);
		}
		let epoch = T::Seeds::epoch();
		let snapshot = epoch.saturating_sub(1);
		while !Self::can_seat(id, dispute, snapshot)? {
			if !Self::to_parent(id, dispute)? {
				return Self::refer(id, dispute);
			}
		}
		let from = epoch.saturating_add(SEED_EPOCHS);
		Self::enter(id, dispute, State::AwaitSeed { snapshot, from })
	}

	/// Begins the round if it has not begun. `false` if the case would have more seats than may be.
	fn open_round(id: DisputeId, dispute: &DisputeOf<T>) -> Result<bool, DispatchError> {
		if !Rounds::<T>::contains_key(id, dispute.round) {
			let seats = Self::panel_size(dispute)?;
			Rounds::<T>::insert(id, dispute.round, Round { seats, ..Default::default() });
		}
		let mut seats: u32 = 0;
		for round in 0..=dispute.round {
			let more = Rounds::<T>::get(id, round).map_or(0, |round| round.seats);
			seats = seats.saturating_add(more.into());
		}
		Ok(seats <= MAX_ALL_SEATS)
	}

	/// Whether the courts have enough jurors for the missing seats, by what is known without looking for
	/// who is excluded.
	fn can_seat(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		snapshot: Epoch,
	) -> Result<bool, DispatchError> {
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let (_, mut benches) = Self::benches(id, dispute, &terms)?;
		Self::are_enough(&mut benches, snapshot, terms.deposit, &[])
	}

	fn are_enough(
		benches: &mut [Bench<T>],
		snapshot: Epoch,
		deposit: Balance,
		excluded: &[(CourtId, Leaf, Balance)],
	) -> Result<bool, DispatchError> {
		for bench in benches {
			let enough = bench.is_enough(snapshot, deposit, excluded);
			if !enough.ok_or(ArithmeticError::Overflow)? {
				return Ok(false);
			}
		}
		Ok(true)
	}

	/// Whom the missing seats of the round are drawn from, and how many of them from the quota's court.
	fn benches(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		terms: &Terms,
	) -> Result<(u8, Vec<Bench<T>>), DispatchError> {
		let round = Self::round_of(id, dispute.round)?;
		let missing = round.seats.saturating_sub(round.drawn);
		let reserved = Self::reserved(id, dispute, terms, &round).min(missing);
		Ok((reserved, Self::benches_for(dispute.court, terms, reserved, missing)?))
	}

	/// `reserved` of `seats` are drawn from the quota's court, the others from `court`.
	fn benches_for(
		court: CourtId,
		terms: &Terms,
		reserved: u8,
		seats: u8,
	) -> Result<Vec<Bench<T>>, DispatchError> {
		let others = seats.saturating_sub(reserved);
		let mut benches = alloc::vec![Bench::of(court, terms.role, others)?];
		if let Some(quota) = terms.quota {
			let role = Self::terms_now(quota.court)?.role;
			benches.push(Bench::of(quota.court, role, reserved)?);
		}
		Ok(benches)
	}

	/// How many seats the quota's court still has to fill: all of the quota but those of its jurors who
	/// have yet to vote, or whose votes count.
	fn reserved(id: DisputeId, dispute: &DisputeOf<T>, terms: &Terms, round: &Round) -> u8 {
		let Some(quota) = terms.quota else { return 0 };
		let filled = (0..round.drawn)
			.filter_map(|place| Some((place, Seats::<T>::get((id, dispute.round, place))?)))
			.filter(|(place, seat)| {
				let counts = seat.award.is_some() && !round.awards.is_empty();
				seat.court == quota.court && (*place >= round.from || counts)
			})
			.count();
		quota.seats.saturating_sub(u8::try_from(filled).unwrap_or(u8::MAX))
	}

	/// Hands the case to the parent of its court, under the terms of that one now. `false` if there is
	/// none.
	fn to_parent(id: DisputeId, dispute: &mut DisputeOf<T>) -> Result<bool, DispatchError> {
		let Some(court) = Self::court(dispute.court)?.parent else { return Ok(false) };
		Self::unpin(dispute.court, dispute.version)?;
		let (version, _) = Self::pin(court)?;
		dispute.court = court;
		dispute.version = version;
		dispute.failed = 0;
		Self::deposit_event(Event::Moved { dispute: id, court });
		Ok(true)
	}

	/// The missing seats are drawn from the jurors of the parent court; without a parent the final
	/// authority decides.
	pub(crate) fn move_up(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		Draws::<T>::remove(id);
		if Self::to_parent(id, dispute)? {
			Self::await_seed(id, dispute)
		} else {
			Self::refer(id, dispute)
		}
	}

	/// Takes the seed once there is one, and whoever is known not to judge out of the draw.
	pub(crate) fn advance_seed(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		let State::AwaitSeed { snapshot, from } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		let epoch = T::Seeds::epoch();
		ensure!(epoch >= from, Error::<T>::NotDue);
		let last = snapshot.saturating_add(KEEP_EPOCHS);
		if epoch > last {
			return Self::draw_again(id, dispute);
		}
		let seed = T::Seeds::seed().ok_or(Error::<T>::NotDue)?;
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let (reserved, mut benches) = Self::benches(id, dispute, &terms)?;
		let mut draw = Draw { snapshot, seed, trials: 0, reserved, excluded: Default::default() };
		let room = Self::exclude_known(id, &mut draw, &mut benches)?;
		if !room || !Self::are_enough(&mut benches, snapshot, terms.deposit, &draw.excluded)? {
			return Self::move_up(id, dispute);
		}
		Draws::<T>::insert(id, draw);
		let (round, seed) = (dispute.round, H256(seed));
		Self::deposit_event(Event::SeedTaken { dispute: id, round, snapshot, seed });
		Self::enter(id, dispute, State::Drawing { last })
	}

	/// Takes the parties out of the draw, who put money on an appeal, and all who have or had a seat.
	/// `false` if these are too many.
	fn exclude_known(
		id: DisputeId,
		draw: &mut Draw,
		benches: &mut [Bench<T>],
	) -> Result<bool, DispatchError> {
		let parties = Parties::<T>::get(id).into_iter().chain(Self::backers(id));
		for who in parties.chain(SeatOf::<T>::iter_key_prefix(id)) {
			if !Self::exclude(&who, draw, benches)? {
				return Ok(false);
			}
		}
		Ok(true)
	}

	/// Takes `who` out of the draw from all these trees. `false` if there is no room for that.
	fn exclude(
		who: &T::AccountId,
		draw: &mut Draw,
		benches: &mut [Bench<T>],
	) -> Result<bool, DispatchError> {
		let Some(juror) = Jurors::<T>::get(who) else { return Ok(true) };
		for bench in benches {
			let Some(leaf) = juror.stake(bench.court).and_then(|stake| stake.leaf) else {
				continue;
			};
			if !Self::exclude_leaf(leaf, draw, bench)? {
				return Ok(false);
			}
		}
		Ok(true)
	}

	/// Takes a leaf out of the draw, if it had weight. `false` if there is no room for that.
	fn exclude_leaf(
		leaf: Leaf,
		draw: &mut Draw,
		bench: &mut Bench<T>,
	) -> Result<bool, DispatchError> {
		if draw.excluded.iter().any(|(court, one, _)| (*court, *one) == (bench.court, leaf)) {
			return Ok(true);
		}
		let weight = strata_court::weight_at(&mut bench.tree, bench.levels, leaf, draw.snapshot);
		let weight = weight.ok_or(ArithmeticError::Overflow)?;
		Ok(weight == 0 || draw.excluded.try_push((bench.court, leaf, weight)).is_ok())
	}

	/// Fixes later stakes for the missing seats, and waits for a later seed.
	fn draw_again(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		Draws::<T>::remove(id);
		Self::await_seed(id, dispute)?;
		if let State::AwaitSeed { snapshot, .. } = dispute.state {
			Self::deposit_event(Event::Redrawn { dispute: id, snapshot });
		}
		Ok(())
	}

	/// Draws a page of seats. With the last one the case is in `Evidence`.
	pub(crate) fn advance_drawing(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		let State::Drawing { last } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		if T::Seeds::epoch() > last {
			return Self::draw_again(id, dispute);
		}
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let mut page = Self::page(id, dispute, &terms)?;
		let mut enough = true;
		for _ in 0..DRAW_PAGE {
			if !enough || page.round.drawn >= page.round.seats {
				break;
			}
			enough = Self::draw_one(&mut page)?;
		}
		let Page { draw, round, .. } = page;
		let full = round.drawn >= round.seats;
		Rounds::<T>::insert(id, dispute.round, round);
		if full {
			Draws::<T>::remove(id);
			let until = Self::height().saturating_add(terms.periods.evidence);
			return Self::enter(id, dispute, State::Evidence { until, ready: [false; 2] });
		}
		if !enough {
			return Self::move_up(id, dispute);
		}
		Draws::<T>::insert(id, draw);
		let next = Self::height().saturating_add(1);
		Self::schedule(id, dispute, Some(next));
		Ok(())
	}

	fn page<'a>(
		id: DisputeId,
		dispute: &'a DisputeOf<T>,
		terms: &Terms,
	) -> Result<Page<'a, T>, DispatchError> {
		let draw = Draws::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		let round = Self::round_of(id, dispute.round)?;
		let missing = round.seats.saturating_sub(round.drawn);
		let benches = Self::benches_for(dispute.court, terms, draw.reserved, missing)?;
		let parties = Parties::<T>::get(id).into_iter().chain(Self::backers(id)).collect();
		let deposit = terms.deposit;
		Ok(Page { id, dispute, deposit, draw, round, benches, parties })
	}

	/// Uses one number: whoever it draws has a seat, or is out of the draw. `false` if nobody can be
	/// drawn, or too many were in vain.
	fn draw_one(page: &mut Page<'_, T>) -> Result<bool, DispatchError> {
		let most = u16::from(page.round.seats).saturating_mul(TRIALS_PER_SEAT);
		// The quota's bench is the last one, and comes first.
		let bench =
			if page.draw.reserved > 0 { page.benches.last_mut() } else { page.benches.first_mut() };
		let (Some(bench), true) = (bench, page.draw.trials < most) else { return Ok(false) };
		let (draw, round) = (&mut page.draw, page.dispute.round);
		let number = strata_court::number(&draw.seed, page.id, round, draw.trials);
		draw.trials = draw.trials.saturating_add(1);
		let own = bench.own(&draw.excluded);
		let drawn = strata_court::draw(&mut bench.tree, bench.levels, draw.snapshot, &own, number);
		let Some(leaf) = drawn else { return Ok(false) };
		let (court, role) = (bench.court, bench.role);
		let mut room = Self::exclude_leaf(leaf, draw, bench)?;
		if let Some(who) = Leaves::<T>::get(court, leaf) {
			if Self::sit(page, &who, court, role)? {
				room &= Self::exclude(&who, &mut page.draw, &mut page.benches)?;
			}
		}
		Ok(room)
	}

	/// Gives `who` the next seat, unless something is in the way.
	fn sit(
		page: &mut Page<'_, T>,
		who: &T::AccountId,
		court: CourtId,
		role: Option<RoleId>,
	) -> Result<bool, DispatchError> {
		let (id, round, place): (_, _, SeatIndex) = (page.id, page.dispute.round, page.round.drawn);
		let may = !page.parties.contains(who)
			&& !SeatOf::<T>::contains_key(id, who)
			&& Self::is_qualified(who, role)
			&& !T::Enforce::is_conflicted(&page.dispute.case, who);
		if !may || !Self::lock_seat(who, court, page.deposit)? {
			return Ok(false);
		}
		let seat = Seat {
			juror: who.clone(),
			court,
			deposit: page.deposit,
			commitment: None,
			award: None,
			denounced_by: None,
			settled: false,
		};
		Seats::<T>::insert((id, round, place), seat);
		SeatOf::<T>::insert(id, who, (round, place));
		page.round.drawn = place.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		page.draw.reserved = page.draw.reserved.saturating_sub(1);
		let juror = who.clone();
		Self::deposit_event(Event::Drawn { dispute: id, round, seat: place, juror });
		Ok(true)
	}
}
