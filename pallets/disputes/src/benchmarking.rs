//! Worst cases of the calls and of the units of the hook.
//!
//! A court has three courts above it, terms with a quota, and a tree of five levels every node of which
//! has as many versions as it may; jurors stake in all four courts, far from each other in each tree, so
//! that two of them share no node but the root. Cases are against a real neighbour: a deal.
//!
//! `Timestamp::Now` is written by the inherent of every block, so its key is not counted.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used
)]

use alloc::{boxed::Box, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::{benchmarking::add_to_whitelist, v2::*};
use frame_support::{
	traits::{fungible::MutateHold, EnsureOrigin, Get, Time},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::H256;
use sp_runtime::{DispatchError, Perbill};
use strata_court::{commitment, Epoch, Leaf, Node, Penalties, MAX_FUNDERS, MAX_LEVELS};
use strata_traits::{
	AgendaKey, Asset, Balance, Case, DealDefault, DealId, DisputeId, Enforce, Moment, Remedy,
	Watch, MAX_PARTIES,
};

use crate::{
	panel::DRAW_PAGE,
	settling::{MAX_PAID_FUNDERS, SETTLE_PAGE},
	types::{
		Appeal, Clock, CourtId, Dispute, Draw, EventCases, Juror, Outcome, Periods, Piece, Pot,
		Quota, Round, Seat, SeatIndex, Seeds, Settling, Side, SideFunds, Stake, State, Terms,
		TermsVersion, Unbonding, MAX_ALL_SEATS, MAX_EARLIER, MAX_EXCLUDED, MAX_PIECES, MAX_ROLES,
		MAX_STAYED, MAX_UNBONDING, MAX_URI,
	},
	Agenda, Appeals, Call, Config, CourtClock, CourtTerms, Courts, DisputeOf, Disputes, Draws,
	Events, Evidence, FreeLeaves, HoldReason, Jurors, Leaves, NextCourt, NextDispute, Nodes, Owed,
	Pallet, Parties, Pots, Roles, Rounds, SeatOf, Seats, Watches,
};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Gives `who` `amount` of `asset`, and what an account needs to exist.
	fn fund(asset: &Asset, who: &AccountId, amount: Balance);

	/// Sets the calendar.
	fn set_time(now: Moment);

	/// A claim in money that can be brought, with a freeze, and who may bring it. At least 1,000 units.
	fn claim() -> (Case<AccountId>, AccountId);

	/// A deal with a default that the chain sees now, at worst for what follows from it.
	fn default() -> (DealId, DealDefault);
}

/// The epoch in which everything happens, and the court time.
const EPOCH: Epoch = 100;
const NOW: u32 = 1_000;
/// One STRA, if it has 12 decimals; nothing depends on that.
const UNIT: Balance = 1_000_000_000_000;
const DEPOSIT: Balance = 100 * UNIT;
/// What a juror has in each tree where nothing else is said.
const ACTIVE: Balance = 10_000 * UNIT;
/// Leaves from one juror to the next: no node but the root is shared.
const STRIDE: Leaf = 16 * 16 * 16 * 16;
/// Courts from the lowest one up.
const COURTS: usize = 4;
/// The last of the roles of an account that has as many as it may.
const ROLE: u16 = MAX_ROLES as u16;
const AWARD: u16 = 10_000;
const SALT: H256 = H256::repeat_byte(3);

fn terms(quota: Option<Quota>) -> Terms {
	let stage = 100;
	Terms {
		stake: DEPOSIT,
		deposit: DEPOSIT,
		fee: UNIT,
		panel: 5,
		appeals: 4,
		bond: 100 * UNIT,
		evidence: UNIT,
		periods: Periods {
			response: stage,
			evidence: stage,
			commit: stage,
			reveal: stage,
			appeal: stage,
			cooling: stage,
			ruling: stage,
			correction: stage,
		},
		limitation: 365 * 86_400_000,
		penalties: Penalties::default(),
		activation: 2,
		// Who has lost everything is forgotten at once.
		ejection: 0,
		freeze_rate: Perbill::from_percent(10),
		role: Some(ROLE),
		quota,
	}
}

/// Epoch, court time and calendar are set; a court with three above it, from the lowest one up. The
/// quota of each is for the highest one, whose own is for the lowest.
fn scene<T: Config>() -> [CourtId; COURTS] {
	add_to_whitelist(frame_support::storage::storage_prefix(b"Timestamp", b"Now").to_vec().into());
	T::Seeds::set(EPOCH, [7; 32]);
	frame_system::Pallet::<T>::set_block_number(NOW.into());
	T::BenchmarkHelper::fund(&Asset::Native, &Pallet::<T>::account(), UNIT);
	T::BenchmarkHelper::fund(&Asset::Native, &T::Treasury::get(), UNIT);
	let top = NextCourt::<T>::get();
	Pallet::<T>::do_create_court(None, terms(None)).unwrap();
	for below in 1..COURTS as u16 {
		let quota = Quota { court: top, seats: 2 };
		Pallet::<T>::do_create_court(Some(top + below - 1), terms(Some(quota))).unwrap();
	}
	[3, 2, 1, 0].map(|below| top + below)
}

/// A node whose slots have these values, with as many versions as may be.
fn node(values: &[(u8, Balance)]) -> Node {
	let mut node = Node::default();
	for epoch in EPOCH - 6..EPOCH {
		for (slot, value) in values {
			node.set(*slot, *value, epoch).unwrap();
		}
	}
	node
}

/// The tree of `court` has five levels and these weights, and room for nobody else.
fn plant<T: Config>(court: CourtId, weights: &[(Leaf, Balance)]) {
	let mut below: Vec<(u32, Balance)> = weights.to_vec();
	for level in 0..MAX_LEVELS {
		let mut above: Vec<(u32, Vec<(u8, Balance)>)> = Vec::new();
		for (index, value) in below {
			let slot = ((index % 16) as u8, value);
			match above.last_mut().filter(|(parent, _)| *parent == index / 16) {
				Some((_, slots)) => slots.push(slot),
				None => above.push((index / 16, vec![slot])),
			}
		}
		below = above
			.into_iter()
			.map(|(index, slots)| {
				Nodes::<T>::insert((court, level, index), node(&slots));
				(index, slots.iter().map(|(_, value)| value).sum())
			})
			.collect();
	}
	Courts::<T>::mutate(court, |slot| {
		let court = slot.as_mut().unwrap();
		court.levels = MAX_LEVELS;
		court.leaves = 16 * STRIDE;
		court.jurors = 1_000_000;
	});
}

/// `who` has `active` in each of the courts at `leaf`, and as many roles as can be. Weights are not set.
fn enlist<T: Config>(courts: &[CourtId], who: &T::AccountId, leaf: Leaf, active: Balance) {
	let bonded = active * courts.len() as Balance;
	T::BenchmarkHelper::fund(&Asset::Native, who, bonded + 1_000 * UNIT);
	T::Currency::hold(&HoldReason::JurorStake.into(), who, bonded).unwrap();
	let stakes: Vec<_> = courts
		.iter()
		.map(|court| Stake { court: *court, active, pending: 0, from: 0, leaf: Some(leaf) })
		.collect();
	for court in courts {
		Leaves::<T>::insert(court, leaf, who);
	}
	let juror = Juror { stakes: stakes.try_into().unwrap(), ..Default::default() };
	Jurors::<T>::insert(who, juror);
	qualify::<T>(who, 1..=ROLE);
}

fn qualify<T: Config>(who: &T::AccountId, roles: impl Iterator<Item = u16>) {
	Roles::<T>::insert(who, BoundedVec::truncate_from(roles.collect::<Vec<_>>()));
}

fn juror<T: Config>(number: u32) -> T::AccountId {
	account("juror", number, 0)
}

/// Sixteen jurors with `active` in each court.
fn jurors<T: Config>(courts: &[CourtId], active: Balance) -> Vec<T::AccountId> {
	let leaves: Vec<_> = (0..16).map(|number| number * STRIDE).collect();
	let weights: Vec<_> = leaves.iter().map(|leaf| (*leaf, active)).collect();
	courts.iter().for_each(|court| plant::<T>(*court, &weights));
	let all: Vec<_> = (0..16).map(juror::<T>).collect();
	for (who, leaf) in all.iter().zip(leaves) {
		enlist::<T>(courts, who, leaf, active);
	}
	all
}

/// A claim that waits for the respondent in the lowest court, with `freeze`, and both parties with
/// enough of everything.
fn filed<T: Config>(courts: &[CourtId], freeze: bool) -> DisputeId {
	let (case, claimant) = claim::<T>();
	let id = NextDispute::<T>::get();
	let most = freeze.then(|| case.remedy.amount());
	Pallet::<T>::do_file(claimant, case, courts[0], most).unwrap();
	id
}

/// A claim that can be brought now, and both parties with enough of everything.
fn claim<T: Config>() -> (Case<T::AccountId>, T::AccountId) {
	let (mut case, claimant) = T::BenchmarkHelper::claim();
	case.at = T::Time::now();
	let probe = DisputeId::MAX;
	let admission = T::Enforce::open(probe, &case, &claimant).unwrap();
	T::Enforce::close(probe, &case).unwrap();
	for who in [&claimant, &admission.respondent] {
		T::BenchmarkHelper::fund(&Asset::Native, who, 10_000 * UNIT);
		let asset = admission.asset.as_ref().unwrap();
		T::BenchmarkHelper::fund(asset, who, 2 * case.remedy.amount());
	}
	(case, claimant)
}

fn dispute<T: Config>(id: DisputeId) -> DisputeOf<T> {
	Disputes::<T>::get(id).unwrap()
}

/// Puts the case in `state`, due now where it has a time.
fn enter<T: Config>(id: DisputeId, state: State) {
	let mut case = dispute::<T>(id);
	Pallet::<T>::enter(id, &mut case, state).unwrap();
	Pallet::<T>::schedule(id, &mut case, Some(NOW));
	Disputes::<T>::insert(id, case);
}

fn change<T: Config>(id: DisputeId, change: impl FnOnce(&mut DisputeOf<T>)) {
	let mut case = dispute::<T>(id);
	change(&mut case);
	Disputes::<T>::insert(id, case);
}

/// `count` cases of others on the same event wait for `id`.
fn stay<T: Config>(id: DisputeId, count: u32) {
	let first = dispute::<T>(id);
	let mut stayed = BoundedVec::new();
	for number in 0..count {
		let later = Dispute {
			claimant: account("later", number, 0),
			state: State::Stayed,
			due: None,
			freeze: None,
			..first.clone()
		};
		let later_id = id + 1 + number;
		CourtTerms::<T>::mutate(first.court, first.version, |pinned| {
			pinned.as_mut().unwrap().cases += 1;
		});
		Disputes::<T>::insert(later_id, later);
		stayed.try_push(later_id).unwrap();
	}
	NextDispute::<T>::put(id + 1 + count);
	// Read when another case is filed, in vain: they were about something else.
	let earlier: Vec<_> = (0..MAX_EARLIER).map(|number| DisputeId::MAX - number).collect();
	for decided in &earlier {
		let state = State::Closed { outcome: Outcome::Conceded, at: 0 };
		let case = Case { remedy: Remedy::Accelerate, ..first.case };
		let decided_case = Dispute { case, state, due: None, freeze: None, ..first.clone() };
		Disputes::<T>::insert(decided, decided_case);
	}
	let earlier = BoundedVec::truncate_from(earlier);
	Events::<T>::insert(first.event, EventCases { first: id, decided: false, stayed, earlier });
}

/// Seats of a round, with `jurors` in them whose deposits are locked.
fn seat<T: Config>(
	id: DisputeId,
	court: CourtId,
	jurors: &[T::AccountId],
	fill: impl Fn(SeatIndex, &mut Seat<T::AccountId>),
) {
	let number = dispute::<T>(id).round;
	for (place, who) in jurors.iter().enumerate() {
		let place = place as SeatIndex;
		let mut seat = Seat {
			juror: who.clone(),
			court,
			deposit: DEPOSIT,
			commitment: None,
			award: None,
			denounced_by: None,
			settled: false,
		};
		fill(place, &mut seat);
		Seats::<T>::insert((id, number, place), seat);
		SeatOf::<T>::insert(id, who, (number, place));
		Jurors::<T>::mutate_extant(who, |juror| {
			juror.locked += DEPOSIT;
			juror.seats += 1;
		});
	}
}

/// What a juror commits to.
fn sealed<T: Config>(id: DisputeId, who: &T::AccountId) -> H256 {
	let case = dispute::<T>(id);
	let root = case.evidence.0;
	who.using_encoded(|who| commitment(id, case.round, who, AWARD, &root, &SALT.0)).into()
}

/// A case with a panel of the most seats, of whom the one who signs is the last.
fn panel<T: Config>(state: State, committed: bool) -> (DisputeId, T::AccountId) {
	let courts = scene::<T>();
	let id = filed::<T>(&courts, true);
	change::<T>(id, |case| case.panel = 95);
	let who: T::AccountId = whitelisted_caller();
	seat::<T>(id, courts[0], core::slice::from_ref(&who), |_, _| {});
	let commitment = committed.then(|| sealed::<T>(id, &who));
	let mut last = Seats::<T>::take((id, 0, 0)).unwrap();
	last.commitment = commitment;
	Seats::<T>::insert((id, 0, 94), last);
	SeatOf::<T>::insert(id, &who, (0, 94));
	let awards = match state {
		State::Reveal { .. } => BoundedVec::truncate_from(vec![AWARD; 94]),
		_ => BoundedVec::new(),
	};
	let committed = if committed { 95 } else { 94 };
	let round = Round { seats: 95, drawn: 95, committed, awards, ..Default::default() };
	Rounds::<T>::insert(id, 0, round);
	enter::<T>(id, state);
	(id, who)
}

/// Funders of a side who gave `each`.
fn funds<T: Config>(name: &'static str, count: u32, each: Balance) -> SideFunds<T::AccountId> {
	let funders: Vec<_> =
		(0..count).map(|number| (account::<T::AccountId>(name, number, 0), each)).collect();
	for (who, _) in &funders {
		T::BenchmarkHelper::fund(&Asset::Native, who, UNIT);
	}
	let raised = each * Balance::from(count);
	SideFunds { raised, funders: BoundedVec::truncate_from(funders) }
}

/// The court holds `amount` for the case in a part of its pot.
fn put_in_pot<T: Config>(id: DisputeId, amount: Balance, part: impl FnOnce(&mut Pot, Balance)) {
	T::BenchmarkHelper::fund(&Asset::Native, &Pallet::<T>::account(), amount);
	Pots::<T>::mutate(id, |pot| part(pot.get_or_insert_with(Default::default), amount));
}

fn settling(next: Settling) -> State {
	State::Settling { outcome: Outcome::Ruled(AWARD), next }
}

#[benchmarks]
mod benchmarks {
	use super::*;

	// Below two others, with a quota.
	#[benchmark]
	fn create_court() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let next = NextCourt::<T>::get();
		let quota = Quota { court: courts[3], seats: 2 };
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Some(courts[1]), terms(Some(quota)));
		assert!(Courts::<T>::contains_key(next));
		Ok(())
	}

	// No case has the terms before, which are removed.
	#[benchmark]
	fn set_terms() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let quota = Quota { court: courts[3], seats: 2 };
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, courts[0], terms(Some(quota)));
		assert!(!CourtTerms::<T>::contains_key(courts[0], 0));
		Ok(())
	}

	// The last role that an account may have.
	#[benchmark]
	fn grant_role() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let who = juror::<T>(0);
		qualify::<T>(&who, 1..ROLE);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone(), ROLE);
		assert_eq!(Roles::<T>::get(who).len() as u32, MAX_ROLES);
		Ok(())
	}

	// One of as many as there may be.
	#[benchmark]
	fn revoke_role() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let who = juror::<T>(0);
		qualify::<T>(&who, 1..=ROLE);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone(), ROLE);
		assert_eq!(Roles::<T>::get(who).len() as u32, MAX_ROLES - 1);
		Ok(())
	}

	#[benchmark]
	fn pause() -> Result<(), BenchmarkError> {
		let origin =
			T::PauseOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);
		assert!(CourtClock::<T>::get().paused);
		Ok(())
	}

	#[benchmark]
	fn resume() -> Result<(), BenchmarkError> {
		let origin =
			T::PauseOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		CourtClock::<T>::put(Clock { paused_blocks: 1, paused: true });
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);
		assert!(!CourtClock::<T>::get().paused);
		Ok(())
	}

	// The fourth court of a juror who has as much on its way out as can be.
	#[benchmark]
	fn stake() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let who: T::AccountId = whitelisted_caller();
		enlist::<T>(&courts[1..], &who, 0, ACTIVE);
		T::BenchmarkHelper::fund(&Asset::Native, &who, ACTIVE);
		Jurors::<T>::mutate_extant(&who, |juror| juror.unbonding = unbonding(EPOCH + 1));
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), courts[0], ACTIVE);
		assert_eq!(Jurors::<T>::get(who).unwrap().stakes.len(), COURTS);
		Ok(())
	}

	// A leaf that was given up is used, and every level of a full tree is written.
	#[benchmark]
	fn activate() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		jurors::<T>(&courts, ACTIVE);
		let who: T::AccountId = account("newcomer", 0, 0);
		enlist::<T>(&courts, &who, 0, ACTIVE);
		Leaves::<T>::insert(courts[0], 0, juror::<T>(0));
		Jurors::<T>::mutate_extant(&who, |juror| {
			let first = juror.stakes.iter_mut().next().unwrap();
			(first.pending, first.active, first.leaf) = (first.active, 0, None);
			juror.unbonding = unbonding(EPOCH + 1);
		});
		FreeLeaves::<T>::insert(courts[0], 0, (STRIDE + 1, EPOCH - 10));
		FreeLeaves::<T>::insert(courts[0], 1, (STRIDE + 2, EPOCH - 10));
		Courts::<T>::mutate_extant(courts[0], |court| court.free = (0, 2));
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), courts[0]);
		assert_eq!(Leaves::<T>::get(courts[0], STRIDE + 1), Some(who));
		Ok(())
	}

	// Every level of a full tree is written, and something more is on its way out.
	#[benchmark]
	fn unstake() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let who = jurors::<T>(&courts, ACTIVE).remove(0);
		Jurors::<T>::mutate_extant(&who, |juror| {
			juror.unbonding = unbonding(EPOCH + 1);
			juror.unbonding.pop();
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), courts[0], ACTIVE / 2);
		let juror = Jurors::<T>::get(who).unwrap();
		assert_eq!(juror.stake(courts[0]).unwrap().active, ACTIVE / 2);
		Ok(())
	}

	// All of as much as can be on its way out, and nothing is left in four courts, whose leaves are
	// given up.
	#[benchmark]
	fn withdraw_stake() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let who = jurors::<T>(&courts, ACTIVE).remove(0);
		let amount = ACTIVE * COURTS as Balance / Balance::from(MAX_UNBONDING);
		Jurors::<T>::mutate_extant(&who, |juror| {
			juror.stakes.iter_mut().for_each(|one| one.active = 0);
			juror.unbonding = (0..MAX_UNBONDING)
				.map(|chunk| Unbonding { amount, from: u64::from(chunk) })
				.collect::<Vec<_>>()
				.try_into()
				.unwrap();
		});
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone());
		assert!(!Jurors::<T>::contains_key(who));
		Ok(())
	}

	// The last of as many cases as can wait for one, with a freeze, in a court with three above it.
	#[benchmark]
	fn file() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let first = filed::<T>(&courts, false);
		let Dispute { case, claimant, .. } = dispute::<T>(first);
		change::<T>(first, |case| case.claimant = account("other", 0, 0));
		stay::<T>(first, MAX_STAYED - 1);
		let id = NextDispute::<T>::get();
		let most = case.remedy.amount();
		#[extrinsic_call]
		_(RawOrigin::Signed(claimant), Box::new(case), courts[0], Some(most));
		assert!(dispute::<T>(id).freeze.is_some());
		Ok(())
	}

	#[benchmark]
	fn concede() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		let who = dispute::<T>(id).respondent;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(matches!(dispute::<T>(id).state, State::Cooling { .. }));
		Ok(())
	}

	// No court has enough jurors: all four are looked at, and the final authority gets the case.
	#[benchmark]
	fn contest() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		let who = dispute::<T>(id).respondent;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(matches!(dispute::<T>(id).state, State::Final { .. }));
		Ok(())
	}

	#[benchmark]
	fn offer_settlement() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		let who = dispute::<T>(id).claimant;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, AWARD);
		assert_eq!(dispute::<T>(id).offer, Some((Side::Claimant, AWARD)));
		Ok(())
	}

	// Seats are being drawn.
	#[benchmark]
	fn accept_settlement() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		change::<T>(id, |case| case.offer = Some((Side::Claimant, AWARD)));
		enter::<T>(id, State::Drawing { last: EPOCH });
		Draws::<T>::insert(id, full_draw(courts[0]));
		let who = dispute::<T>(id).respondent;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, AWARD);
		assert!(matches!(dispute::<T>(id).state, State::Cooling { .. }));
		Ok(())
	}

	// Seats are being drawn.
	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		enter::<T>(id, State::Drawing { last: EPOCH });
		Draws::<T>::insert(id, full_draw(courts[0]));
		let who = dispute::<T>(id).claimant;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(matches!(dispute::<T>(id).state, State::Settling { .. }));
		Ok(())
	}

	// A second piece, with a deposit; its address has n bytes.
	#[benchmark]
	fn submit_evidence(n: Linear<0, { MAX_URI }>) -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		change::<T>(id, |case| case.pieces = (2, 1, 1));
		let who = dispute::<T>(id).claimant;
		let uri = BoundedVec::truncate_from(vec![b'u'; n as usize]);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, H256::repeat_byte(1), uri);
		assert!(Evidence::<T>::contains_key(id, 2));
		Ok(())
	}

	// The second party: jurors vote.
	#[benchmark]
	fn ready() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		enter::<T>(id, State::Evidence { until: NOW + 1, ready: [false, true] });
		let who = dispute::<T>(id).claimant;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(matches!(dispute::<T>(id).state, State::Commit { .. }));
		Ok(())
	}

	// The first commitment of a seat in a panel of the most.
	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let (id, who) = panel::<T>(State::Commit { until: NOW + 1 }, false);
		let commitment = sealed::<T>(id, &who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, commitment);
		assert_eq!(Rounds::<T>::get(id, 0).unwrap().committed, 95);
		Ok(())
	}

	// The last of a panel of the most seats.
	#[benchmark]
	fn reveal() -> Result<(), BenchmarkError> {
		let (id, who) = panel::<T>(State::Reveal { until: NOW + 1 }, true);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, AWARD, SALT);
		assert_eq!(Rounds::<T>::get(id, 0).unwrap().awards.len(), 95);
		Ok(())
	}

	#[benchmark]
	fn denounce() -> Result<(), BenchmarkError> {
		let (id, who) = panel::<T>(State::Commit { until: NOW + 1 }, true);
		let by: T::AccountId = account("denouncer", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(by), id, who.clone(), AWARD, SALT);
		assert!(Seats::<T>::get((id, 0, 94)).unwrap().denounced_by.is_some());
		Ok(())
	}

	// The last funder of a side, in the second half.
	#[benchmark]
	fn fund_appeal() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		enter::<T>(id, State::Appeal { half: NOW, until: NOW + 1 });
		change::<T>(id, |case| case.ruling = Some(AWARD));
		let cost = 100 * UNIT;
		// The ruling went against the respondent, who needs three times as much.
		let respondent = funds::<T>("losing", 1, 3 * cost);
		let claimant = funds::<T>("prevailing", MAX_FUNDERS - 1, UNIT);
		let appeal = Appeal { cost, claimant, respondent, heard: false };
		Appeals::<T>::insert(id, 0, appeal);
		let who: T::AccountId = whitelisted_caller();
		T::BenchmarkHelper::fund(&Asset::Native, &who, 1_000 * UNIT);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, Side::Claimant, 1_000 * UNIT);
		assert_eq!(Appeals::<T>::get(id, 0).unwrap().claimant.raised, 2 * cost);
		Ok(())
	}

	#[benchmark]
	fn post_counter_bond() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		let who = dispute::<T>(id).respondent;
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(dispute::<T>(id).freeze.unwrap().counter > 0);
		Ok(())
	}

	// The first ruling, which begins the time for corrections.
	#[benchmark]
	fn rule() -> Result<(), BenchmarkError> {
		let origin =
			T::FinalOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		enter::<T>(id, State::Final { until: NOW + 1 });
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, AWARD);
		assert!(matches!(dispute::<T>(id).state, State::Correction { .. }));
		Ok(())
	}

	#[benchmark]
	fn declare_default() -> Result<(), BenchmarkError> {
		let (deal, default) = T::BenchmarkHelper::default();
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), deal, default);
		Ok(())
	}

	#[benchmark]
	fn collect() -> Result<(), BenchmarkError> {
		scene::<T>();
		let who: T::AccountId = account("owner", 0, 0);
		T::BenchmarkHelper::fund(&Asset::Native, &Pallet::<T>::account(), 100 * UNIT);
		Owed::<T>::insert(&who, Asset::Native, 100 * UNIT);
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), Box::new(Asset::Native));
		assert!(!Owed::<T>::contains_key(who, Asset::Native));
		Ok(())
	}

	// It decided its event.
	#[benchmark]
	fn prune() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, false);
		enter::<T>(id, State::Closed { outcome: Outcome::Conceded, at: 0 });
		T::BenchmarkHelper::set_time(dispute::<T>(id).case.at + 366 * 86_400_000);
		let caller: T::AccountId = whitelisted_caller();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);
		assert!(!Disputes::<T>::contains_key(id));
		Ok(())
	}

	// The court is closed: the block is counted.
	#[benchmark]
	fn tick() -> Result<(), BenchmarkError> {
		CourtClock::<T>::put(Clock { paused_blocks: 1, paused: true });
		#[block]
		{
			Pallet::<T>::tick();
		}
		assert_eq!(CourtClock::<T>::get().paused_blocks, 2);
		Ok(())
	}

	// The look at an agenda behind an entry that was removed in the same block.
	#[benchmark]
	fn agenda_read() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, false);
		let key = AgendaKey::new(0, 0);
		let found;
		#[block]
		{
			found = Agenda::<T>::iter_keys_from(Agenda::<T>::hashed_key_for(key)).next();
		}
		assert!(found.is_some_and(|key| key.id() <= id));
		Ok(())
	}

	#[benchmark]
	fn postpone() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, false);
		let key = AgendaKey::new(dispute::<T>(id).due.unwrap().into(), id);
		#[block]
		{
			Pallet::<T>::postpone(key, NOW, DispatchError::Unavailable);
		}
		assert!(!Agenda::<T>::contains_key(key));
		Ok(())
	}

	// A default that is declared, and a look at what comes after it.
	#[benchmark]
	fn watch() -> Result<(), BenchmarkError> {
		let (deal, _) = T::BenchmarkHelper::default();
		let _ = Watches::<T>::clear(u32::MAX, None);
		<Pallet<T> as Watch>::watch(deal, T::Time::now());
		let mut meter = WeightMeter::new();
		#[block]
		{
			Pallet::<T>::work_watches(&mut meter);
		}
		assert!(!Watches::<T>::contains_key(AgendaKey::new(T::Time::now(), deal)));
		Ok(())
	}

	// The last panel, of which all but two seats were drawn by an earlier seed: as many parties as there
	// may be, as many seats as a case may have, and the funders of four appeals, all of whom stake in both
	// courts. One of the missing seats is for the quota's court.
	#[benchmark]
	fn advance_seed() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		jurors::<T>(&courts, ACTIVE);
		let id = filed::<T>(&courts, true);
		let mut known = 0;
		let mut excluded = |count: u32| -> Vec<T::AccountId> {
			let all = known..known + count;
			known += count;
			all.map(|number| {
				let (who, leaf) = (account("excluded", number, 0), 16 * (number + 1) + 1);
				enlist::<T>(&courts, &who, leaf, UNIT);
				for court in courts {
					Nodes::<T>::insert((court, 0, leaf / 16), node(&[(1, UNIT)]));
				}
				who
			})
			.collect()
		};
		let parties = excluded(MAX_PARTIES);
		Parties::<T>::insert(id, BoundedVec::truncate_from(parties));
		// In the second round the whole panel was replaced.
		for (number, seats) in [5, 22, 23, 47].into_iter().enumerate() {
			let number = number as u8;
			change::<T>(id, |case| case.round = number);
			let jurors = excluded(seats);
			seat::<T>(id, courts[0], &jurors, |_, _| {});
			let seats = seats as u8;
			let round = Round { seats, drawn: seats, from: seats, ..Default::default() };
			Rounds::<T>::insert(id, number, round);
			let side = |funders: Vec<T::AccountId>| SideFunds {
				raised: UNIT,
				funders: BoundedVec::truncate_from(
					funders.into_iter().map(|who| (who, UNIT)).collect(),
				),
			};
			let (claimant, respondent) = (side(excluded(MAX_FUNDERS)), side(excluded(MAX_FUNDERS)));
			let appeal = Appeal { cost: UNIT, claimant, respondent, heard: true };
			Appeals::<T>::insert(id, number, appeal);
		}
		change::<T>(id, |case| case.round = 4);
		let jurors = excluded(93);
		seat::<T>(id, courts[0], &jurors, |place, seat| {
			if place == 0 {
				seat.court = courts[3];
			}
		});
		Rounds::<T>::insert(id, 4, Round { seats: 95, drawn: 93, ..Default::default() });
		assert_eq!(5 + 22 + 23 + 47 + 95, MAX_ALL_SEATS);
		enter::<T>(id, State::AwaitSeed { snapshot: EPOCH - 3, from: EPOCH });
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		let begun = Draws::<T>::get(id).unwrap();
		assert_eq!((begun.excluded.len() as u32, begun.reserved), (2 * known, 1));
		Ok(())
	}

	// A page of n seats, two of them for the quota's court, by numbers that each draw another juror; as
	// many others as can be are out of the draw. The panel is full then.
	#[benchmark]
	fn draw(n: Linear<1, { DRAW_PAGE as u32 }>) -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		jurors::<T>(&courts, ACTIVE);
		let id = filed::<T>(&courts, true);
		let parties: Vec<T::AccountId> =
			(0..MAX_PARTIES).map(|number| account("party", number, 0)).collect();
		Parties::<T>::insert(id, BoundedVec::truncate_from(parties));
		let drawn = 95 - n as u8;
		change::<T>(id, |case| case.panel = 95);
		Rounds::<T>::insert(id, 0, Round { seats: 95, drawn, ..Default::default() });
		enter::<T>(id, State::Drawing { last: EPOCH });
		let mut begun = full_draw(courts[0]);
		begun.reserved = n.min(2) as u8;
		Draws::<T>::insert(id, begun);
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert_eq!(Rounds::<T>::get(id, 0).unwrap().drawn, 95);
		Ok(())
	}

	// No quorum for the second time, and no jurors in any of the courts above: all of them are looked at
	// before the final authority gets the case.
	#[benchmark]
	fn advance_stage() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		for (number, seats) in [5, 11, 23, 47].into_iter().enumerate() {
			let round = Round { seats, drawn: seats, ..Default::default() };
			Rounds::<T>::insert(id, number as u8, round);
		}
		change::<T>(id, |case| {
			case.round = 3;
			case.failed = 1;
		});
		enter::<T>(id, State::Reveal { until: NOW });
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert!(matches!(dispute::<T>(id).state, State::Final { .. }));
		Ok(())
	}

	// The worst case of the neighbour, frozen.
	#[benchmark]
	fn enforce() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let enforced = NextDispute::<T>::get();
		let (case, claimant) = T::Enforce::benchmark_case(enforced);
		let (version, _) = Pallet::<T>::pin(courts[0])?;
		Disputes::<T>::insert(enforced, bare::<T>(case, claimant, courts[0], version));
		Pots::<T>::insert(enforced, Pot { bonds: (UNIT, UNIT), ..Pot::default() });
		enter::<T>(enforced, State::Enforcing { outcome: Outcome::ByDefault, tries: 0 });
		#[block]
		{
			Pallet::<T>::do_advance(enforced)?;
		}
		assert!(dispute::<T>(enforced).enforced.is_some());
		Ok(())
	}

	// n seats that were denounced, of jurors who must take what they lose from all of their courts and
	// have nothing left in any. They are the last of the round, whose reward is divided.
	#[benchmark]
	fn settle_penalties(n: Linear<1, { SETTLE_PAGE as u32 }>) -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let all = jurors::<T>(&courts, DEPOSIT / COURTS as Balance);
		let id = filed::<T>(&courts, true);
		seat::<T>(id, courts[0], &all[..n as usize], |place, seat| {
			let by: T::AccountId = account("denouncer", place.into(), 0);
			T::BenchmarkHelper::fund(&Asset::Native, &by, UNIT);
			seat.commitment = Some(H256::repeat_byte(1));
			seat.denounced_by = Some(by);
		});
		let seats = n as u8;
		let round = Round { seats, drawn: seats, from: seats, ..Default::default() };
		Rounds::<T>::insert(id, 0, round);
		enter::<T>(id, settling(Settling::first(0)));
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert!(all[..n as usize].iter().all(|who| !Jurors::<T>::contains_key(who)));
		Ok(())
	}

	// n coherent seats, the last of the round.
	#[benchmark]
	fn settle_rewards(n: Linear<1, { SETTLE_PAGE as u32 }>) -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let all: Vec<_> = (0..n).map(juror::<T>).collect();
		for who in &all {
			T::BenchmarkHelper::fund(&Asset::Native, who, UNIT);
		}
		let id = filed::<T>(&courts, true);
		seat::<T>(id, courts[0], &all, |_, seat| {
			seat.commitment = Some(H256::repeat_byte(1));
			seat.award = Some(AWARD);
			seat.settled = true;
		});
		put_in_pot::<T>(id, Balance::from(n) * UNIT, |pot, amount| pot.reward = amount);
		let seats = n as u8;
		let awards = BoundedVec::truncate_from(vec![AWARD; n as usize]);
		let round = Round { seats, drawn: seats, from: seats, awards, ..Default::default() };
		Rounds::<T>::insert(id, 0, round);
		enter::<T>(id, settling(Settling::Rewards { round: 0, seat: 0, each: UNIT }));
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert!(!Seats::<T>::contains_key((id, 0, seats - 1)));
		Ok(())
	}

	// An appeal that was heard in a case that nobody has won: n funders share what is left.
	#[benchmark]
	fn settle_appeal(n: Linear<1, { MAX_PAID_FUNDERS }>) -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		let claimant = funds::<T>("claimant's", n.div_ceil(2), 10 * UNIT + 1);
		let respondent = funds::<T>("respondent's", n / 2, 10 * UNIT + 1);
		let raised = claimant.raised + respondent.raised;
		put_in_pot::<T>(id, raised, |pot, amount| pot.appeals = amount);
		let appeal = Appeal { cost: UNIT + 1, claimant, respondent, heard: true };
		Appeals::<T>::insert(id, 0, appeal);
		let ruling = Some(AWARD);
		Rounds::<T>::insert(
			id,
			0,
			Round { seats: 5, drawn: 5, from: 5, ruling, ..Default::default() },
		);
		Rounds::<T>::insert(id, 1, Round { seats: 11, drawn: 11, from: 11, ..Default::default() });
		let next = Settling::Appeal { round: 0 };
		enter::<T>(id, State::Settling { outcome: Outcome::Settled(AWARD), next });
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert!(!Appeals::<T>::contains_key(id, 0));
		Ok(())
	}

	// n pieces with deposits.
	#[benchmark]
	fn settle_evidence(n: Linear<1, { SETTLE_PAGE as u32 }>) -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		for number in 0..n as u8 {
			let side = if number % 2 == 0 { Side::Claimant } else { Side::Respondent };
			let uri = BoundedVec::truncate_from(vec![b'u'; MAX_URI as usize]);
			let piece = Piece { side, hash: H256::repeat_byte(1), uri, at: NOW, deposit: UNIT };
			Evidence::<T>::insert(id, number, piece);
		}
		assert!(n <= MAX_PIECES.into());
		change::<T>(id, |case| case.pieces = (n as u8, 0, 0));
		put_in_pot::<T>(id, Balance::from(n) * UNIT, |pot, amount| pot.evidence = amount);
		enter::<T>(id, settling(Settling::Evidence { piece: 0 }));
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert!(!Evidence::<T>::contains_key(id, 0));
		Ok(())
	}

	// What is frozen for the case is released, bonds change hands, and as many cases as can wait for it
	// are decided with it.
	#[benchmark]
	fn settle_bonds() -> Result<(), BenchmarkError> {
		let courts = scene::<T>();
		let id = filed::<T>(&courts, true);
		stay::<T>(id, MAX_STAYED);
		put_in_pot::<T>(id, 105 * UNIT, |pot, _| {
			pot.bonds.1 = 100 * UNIT;
			pot.fees.1 = 5 * UNIT;
		});
		let next = Settling::Bonds;
		enter::<T>(id, State::Settling { outcome: Outcome::Conceded, next });
		#[block]
		{
			Pallet::<T>::do_advance(id)?;
		}
		assert!(matches!(dispute::<T>(id).state, State::Closed { .. }));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(40), crate::mock::Test);
}

/// A case of which nothing is known but what it is about.
fn bare<T: Config>(
	case: Case<T::AccountId>,
	claimant: T::AccountId,
	court: CourtId,
	version: TermsVersion,
) -> DisputeOf<T> {
	Dispute {
		respondent: claimant.clone(),
		case,
		claimant,
		event: H256::zero(),
		asset: None,
		court,
		version,
		panel: 5,
		confirm: false,
		round: 0,
		failed: 0,
		state: State::Stayed,
		due: None,
		ruling: None,
		evidence: H256::zero(),
		pieces: (0, 0, 0),
		offer: None,
		freeze: None,
		enforced: None,
	}
}

#[cfg(test)]
impl BenchmarkHelper<crate::mock::AccountId> for crate::mock::HelperMock {
	fn fund(asset: &Asset, who: &crate::mock::AccountId, amount: Balance) {
		use frame_support::traits::fungibles::Mutate;
		crate::mock::AllAssets::mint_into(Asset::Native, who, UNIT).unwrap();
		crate::mock::AllAssets::mint_into(asset.clone(), who, amount).unwrap();
	}

	fn set_time(now: Moment) {
		crate::mock::Now::set(now);
	}

	fn claim() -> (Case<crate::mock::AccountId>, crate::mock::AccountId) {
		(crate::mock::claim(), crate::mock::CLAIMANT)
	}

	fn default() -> (DealId, DealDefault) {
		let default = DealDefault::CouponUnpaid;
		crate::mock::Defaults::insert(crate::mock::DEAL_ID, (0, default));
		(crate::mock::DEAL_ID, default)
	}
}

/// As much on its way out as can be.
fn unbonding(from: Epoch) -> BoundedVec<Unbonding, frame_support::traits::ConstU32<MAX_UNBONDING>> {
	let chunks =
		(0..MAX_UNBONDING).map(|chunk| Unbonding { amount: 1, from: from + u64::from(chunk) });
	BoundedVec::truncate_from(chunks.collect())
}

/// A draw with as many out of it as can be, but for the room that a page needs: leaves without weight.
fn full_draw(court: CourtId) -> Draw {
	let room = 3 * u32::from(DRAW_PAGE);
	let excluded = (0..MAX_EXCLUDED - room).map(|leaf| (court, 17 + leaf * 19, 0));
	Draw {
		snapshot: EPOCH - 3,
		seed: [7; 32],
		trials: 0,
		reserved: 0,
		excluded: BoundedVec::truncate_from(excluded.collect()),
	}
}
