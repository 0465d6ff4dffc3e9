//! What is true after every block.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, fungibles::Inspect},
};
use sp_runtime::TryRuntimeError;
use strata_court::{capacity, ARITY};
use strata_traits::{AgendaKey, Asset, Balance, DisputeId};

use crate::{
	types::{CourtId, Juror, Pot, State, TermsVersion},
	Agenda, Appeals, Config, CourtTerms, Courts, DisputeOf, Disputes, Draws, Events, Evidence,
	FreeLeaves, HoldReason, Jurors, Leaves, NextCourt, NextDispute, Nodes, Owed, Pallet, Parties,
	Pots, Rounds, SeatOf, Seats,
};

/// Of each juror: deposits and number of seats that are not settled.
type Locks<T> = BTreeMap<<T as frame_system::Config>::AccountId, (Balance, u32)>;

impl<T: Config> Pallet<T> {
	/// Checks trees, jurors, cases and money.
	///
	/// # Errors
	/// The first thing that does not agree:
	/// 1. of each tree, a node is the sum of the one below it; leaves are what their owners have active,
	///    and the court counts them;
	/// 2. of each juror, what is on hold is what the record says, and what is locked are the deposits of
	///    the seats that are not settled;
	/// 3. of each seat, there is the round that counts it, and its juror is known to sit there;
	/// 4. what the court's account holds covers all pots and all that is owed, in each asset; pots agree
	///    with the contributions and the evidence they are for;
	/// 5. the agenda lists each case that moves once, when it is due;
	/// 6. a case that is over holds nothing: no pot, seat, round, appeal, evidence, party;
	/// 7. terms are kept for as many cases as are tried under them, and for no court more than it needs;
	/// 8. each event knows the case that is tried, or decided it, and those that wait.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_trees()?;
		let locks = Self::check_seats()?;
		Self::check_jurors(&locks)?;
		Self::check_money()?;
		Self::check_agenda()?;
		Self::check_disputes()?;
		Self::check_terms_kept()?;
		Self::check_events()
	}

	fn check_trees() -> Result<(), TryRuntimeError> {
		let width = u32::try_from(ARITY).map_err(|_| "nodes are too wide")?;
		let mut weights: BTreeMap<CourtId, BTreeMap<u32, Balance>> = BTreeMap::new();
		for ((court, level, index), node) in Nodes::<T>::iter() {
			let levels = Courts::<T>::get(court).ok_or("a tree without a court")?.levels;
			ensure!(level < levels, "a node above the root");
			let sums = node.now();
			if level == 0 {
				let first = index.checked_mul(width).ok_or("a leaf too far")?;
				let leaves = (first..).zip(sums).filter(|(_, weight)| *weight > 0);
				weights.entry(court).or_default().extend(leaves);
			}
			let above = level.checked_add(1).filter(|above| *above < levels);
			if let Some(above) = above {
				let slot = index.checked_rem(width).ok_or("no slot")? as usize;
				let parent = index.checked_div(width).ok_or("no parent")?;
				let sum = sums.iter().try_fold(0u128, |sum, part| sum.checked_add(*part));
				let in_parent = Nodes::<T>::get((court, above, parent)).now().get(slot).copied();
				ensure!(sum == in_parent, "a node is not the sum of the one below it");
			}
		}
		let mut active: BTreeMap<CourtId, BTreeMap<u32, Balance>> = BTreeMap::new();
		for (who, juror) in Jurors::<T>::iter() {
			for stake in &juror.stakes {
				let Some(leaf) = stake.leaf else {
					ensure!(stake.active == 0, "an active stake without a leaf");
					continue;
				};
				let owner = Leaves::<T>::get(stake.court, leaf);
				ensure!(owner.as_ref() == Some(&who), "a leaf is another's");
				if stake.active > 0 {
					active.entry(stake.court).or_default().insert(leaf, stake.active);
				}
			}
		}
		weights.retain(|_, leaves| !leaves.is_empty());
		ensure!(weights == active, "the leaves of a tree are not what jurors have active");
		for (id, court) in Courts::<T>::iter() {
			ensure!(id < NextCourt::<T>::get(), "a court of the future");
			let jurors = active.get(&id).map_or(0, BTreeMap::len);
			ensure!(court.jurors as usize == jurors, "a court miscounts its jurors");
			ensure!(
				capacity(court.levels).is_some_and(|room| room >= court.leaves),
				"a tree with too few levels"
			);
			let (first, end) = court.free;
			let free = FreeLeaves::<T>::iter_prefix(id).count();
			ensure!(end.checked_sub(first).map(|len| len as usize) == Some(free), "free leaves");
		}
		Ok(())
	}

	fn check_seats() -> Result<Locks<T>, TryRuntimeError> {
		let mut locks: Locks<T> = BTreeMap::new();
		let mut seats: BTreeMap<(DisputeId, u8), u32> = BTreeMap::new();
		for ((id, round, place), seat) in Seats::<T>::iter() {
			let known = SeatOf::<T>::get(id, &seat.juror);
			ensure!(known == Some((round, place)), "a juror is not known to have the seat");
			let count = seats.entry((id, round)).or_default();
			*count = count.saturating_add(1);
			if !seat.settled {
				let (locked, count) = locks.entry(seat.juror).or_default();
				*locked = locked.saturating_add(seat.deposit);
				*count = count.saturating_add(1);
			}
		}
		for (id, who, (round, place)) in SeatOf::<T>::iter() {
			let seat = Seats::<T>::get((id, round, place)).ok_or("a juror without the seat")?;
			ensure!(seat.juror == who, "a seat is another's");
		}
		for (id, number, round) in Rounds::<T>::iter() {
			let there = seats.remove(&(id, number)).unwrap_or(0);
			let dispute = Disputes::<T>::get(id).ok_or("a round without a case")?;
			// Settling removes them a page at a time.
			let settling = matches!(dispute.state, State::Settling { .. });
			ensure!(there == u32::from(round.drawn) || settling, "a round miscounts its seats");
			ensure!(round.drawn <= round.seats, "more seats than the round has");
			ensure!(round.awards.is_sorted(), "votes out of order");
		}
		ensure!(seats.is_empty(), "a seat without a round");
		Ok(locks)
	}

	fn check_jurors(locks: &Locks<T>) -> Result<(), TryRuntimeError> {
		for (who, juror) in Jurors::<T>::iter() {
			let bonded = juror.bonded().ok_or("a juror's stakes do not fit")?;
			let held = T::Currency::balance_on_hold(&HoldReason::JurorStake.into(), &who);
			ensure!(held == bonded, "what is on hold is not what the record says");
			let (locked, seats) = locks.get(&who).copied().unwrap_or_default();
			ensure!(juror.locked == locked, "what is locked are not the deposits");
			ensure!(juror.seats == seats, "a juror's seats are miscounted");
			Self::check_juror(&juror)?;
		}
		let known = locks.keys().all(Jurors::<T>::contains_key);
		ensure!(known, "a seat of nobody");
		Ok(())
	}

	fn check_juror(juror: &Juror) -> Result<(), TryRuntimeError> {
		ensure!(!juror.is_empty(), "a juror without anything");
		let courts: BTreeSet<_> = juror.stakes.iter().map(|stake| stake.court).collect();
		ensure!(courts.len() == juror.stakes.len(), "two stakes in one court");
		ensure!(juror.unbonding.iter().all(|chunk| chunk.amount > 0), "an empty chunk");
		Ok(())
	}

	fn check_money() -> Result<(), TryRuntimeError> {
		let mut due: BTreeMap<alloc::vec::Vec<u8>, (Asset, Balance)> = BTreeMap::new();
		let mut add = |asset: Asset, amount: Balance| {
			let key = codec::Encode::encode(&asset);
			let (_, sum) = due.entry(key).or_insert((asset, 0));
			*sum = sum.checked_add(amount).ok_or("what is held does not fit")?;
			Ok::<(), TryRuntimeError>(())
		};
		for (id, pot) in Pots::<T>::iter() {
			let dispute = Disputes::<T>::get(id).ok_or("a pot without a case")?;
			add(Asset::Native, pot.native().ok_or("a pot does not fit")?)?;
			let of_case = pot.of_case().ok_or("a pot does not fit")?;
			match dispute.asset {
				Some(asset) => add(asset, of_case)?,
				None => ensure!(of_case == 0, "a freeze without an asset"),
			}
			Self::check_pot(id, &pot)?;
		}
		for (_, asset, owed) in Owed::<T>::iter() {
			ensure!(owed > 0, "nothing is owed");
			add(asset, owed)?;
		}
		let account = Self::account();
		for (asset, sum) in due.into_values() {
			let held = T::Assets::balance(asset, &account);
			ensure!(held >= sum, "the court holds less than it should");
		}
		Ok(())
	}

	fn check_pot(id: DisputeId, pot: &Pot) -> Result<(), TryRuntimeError> {
		let mut appeals: Balance = 0;
		for (_, appeal) in Appeals::<T>::iter_prefix(id) {
			for funds in [&appeal.claimant, &appeal.respondent] {
				let given = funds.funders.iter().map(|(_, amount)| *amount);
				let raised = given.fold(0, Balance::saturating_add);
				ensure!(raised == funds.raised, "a side has raised something else");
				appeals = appeals.saturating_add(raised);
			}
		}
		ensure!(appeals == pot.appeals, "contributions are not what the pot says");
		let deposits = Evidence::<T>::iter_prefix_values(id).map(|piece| piece.deposit);
		let deposits = deposits.fold(0, Balance::saturating_add);
		ensure!(deposits == pot.evidence, "evidence is not what the pot says");
		ensure!(pot.slashed <= pot.reward, "more was slashed than is there");
		Ok(())
	}

	fn check_agenda() -> Result<(), TryRuntimeError> {
		let mut listed: BTreeSet<DisputeId> = BTreeSet::new();
		for key in Agenda::<T>::iter_keys() {
			let dispute = Disputes::<T>::get(key.id()).ok_or("the agenda lists what is gone")?;
			let due = dispute.due.map(u64::from);
			ensure!(due == Some(key.time()), "the agenda lists a case at another time");
			ensure!(listed.insert(key.id()), "the agenda lists a case twice");
		}
		for (id, dispute) in Disputes::<T>::iter() {
			let rests = matches!(dispute.state, State::Stayed | State::Closed { .. });
			ensure!(dispute.due.is_none() == rests, "a case moves, or does not, for no reason");
			if let Some(due) = dispute.due {
				let there = Agenda::<T>::contains_key(AgendaKey::new(due.into(), id));
				ensure!(there, "a case is forgotten");
			}
		}
		Ok(())
	}

	fn check_disputes() -> Result<(), TryRuntimeError> {
		for (id, dispute) in Disputes::<T>::iter() {
			ensure!(id < NextDispute::<T>::get(), "a case of the future");
			let drawing = matches!(dispute.state, State::Drawing { .. });
			ensure!(Draws::<T>::contains_key(id) == drawing, "a draw of a case that draws nobody");
			let open = !matches!(dispute.state, State::Closed { .. });
			ensure!(Pots::<T>::contains_key(id) == open, "a pot for nothing, or none");
			ensure!(open || Self::holds_nothing(id), "a case that is over holds something");
			ensure!(dispute.claimant != dispute.respondent, "somebody claims from himself");
		}
		Ok(())
	}

	fn holds_nothing(id: DisputeId) -> bool {
		!Parties::<T>::contains_key(id)
			&& Rounds::<T>::iter_key_prefix(id).next().is_none()
			&& Appeals::<T>::iter_key_prefix(id).next().is_none()
			&& Evidence::<T>::iter_key_prefix(id).next().is_none()
			&& SeatOf::<T>::iter_key_prefix(id).next().is_none()
	}

	fn check_terms_kept() -> Result<(), TryRuntimeError> {
		let mut cases: BTreeMap<(CourtId, TermsVersion), u32> = BTreeMap::new();
		for dispute in Disputes::<T>::iter_values() {
			let over = matches!(dispute.state, State::Closed { .. });
			let count = cases.entry((dispute.court, dispute.version)).or_default();
			*count = count.saturating_add(u32::from(!over));
		}
		for (court, version, pinned) in CourtTerms::<T>::iter() {
			let counted = cases.remove(&(court, version)).unwrap_or(0);
			ensure!(pinned.cases == counted, "terms are kept for another number of cases");
			let now = Courts::<T>::get(court).ok_or("terms of no court")?.version;
			ensure!(counted > 0 || version == now, "terms are kept for nobody");
			ensure!(pinned.terms.validate().is_ok(), "terms that do not hold together");
		}
		ensure!(cases.values().all(|count| *count == 0), "a case is tried under no terms");
		Ok(())
	}

	fn check_events() -> Result<(), TryRuntimeError> {
		let over = |dispute: &DisputeOf<T>| matches!(dispute.state, State::Closed { .. });
		let mut known: BTreeSet<DisputeId> = BTreeSet::new();
		for (event, cases) in Events::<T>::iter() {
			let first = Disputes::<T>::get(cases.first).ok_or("an event without its case")?;
			ensure!(first.event == event, "an event has another's case");
			ensure!(over(&first) == cases.decided, "an event is decided by a case that is not");
			ensure!(!cases.decided || cases.stayed.is_empty(), "a case waits for nothing");
			known.insert(cases.first);
			for id in &cases.stayed {
				let stayed = Disputes::<T>::get(id).ok_or("an event without its case")?;
				let waits = stayed.event == event && stayed.state == State::Stayed;
				ensure!(waits, "a case does not wait");
				ensure!(known.insert(*id), "a case waits twice");
			}
		}
		for (id, dispute) in Disputes::<T>::iter() {
			// One that was withdrawn while it waited, or was decided with the first, is only settled.
			let ends = matches!(dispute.state, State::Settling { .. }) || over(&dispute);
			ensure!(ends || known.contains(&id), "a case is unknown to its event");
		}
		Ok(())
	}
}
