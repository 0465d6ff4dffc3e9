//! Random calls of every kind by several accounts, with epochs, pauses, failing remedies and payees who
//! cannot be paid. All invariants hold after every block, and in the end every case comes to its end,
//! every stake goes home and the court keeps nothing.

use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};

use frame_support::assert_ok;
use proptest::{
	prelude::*,
	test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use sp_core::H256;
use sp_runtime::traits::Dispatchable;
use strata_traits::{Case, DealDefault, DisputeId, Office, Remedy};

use super::*;
use crate::{
	types::{Side, State},
	Call, Disputes, Jurors, NextDispute, Owed,
};

const MANY: u32 = 16;

/// What must have happened in all sequences together; rarer events may have.
const HAPPENS: [&str; 30] = [
	"Activated",
	"Collected",
	"Committed",
	"Conceded",
	"Contested",
	"Decided",
	"DefaultDeclared",
	"Dismissed",
	"Drawn",
	"Ejected",
	"Enforced",
	"EnforcementFailed",
	"EvidenceSubmitted",
	"Filed",
	"FinalRuling",
	"Frozen",
	"Moved",
	"NoQuorum",
	"NotDelivered",
	"Paused",
	"Redrawn",
	"Referred",
	"Revealed",
	"RoundRuled",
	"SeatSettled",
	"SettlementOffered",
	"TermsSet",
	"Unfrozen",
	"Unstaked",
	"Withdrawn",
];

#[derive(Clone, Debug)]
enum Act {
	File { who: u8, kind: u8, amount: u32, event: u8, freeze: Option<u32>, court: bool },
	Concede(u8),
	Contest(u8),
	Offer { id: u8, claimant: bool, award: u16 },
	Accept(u8),
	Withdraw(u8),
	Submit { id: u8, claimant: bool },
	Ready { id: u8, claimant: bool },
	Commit { id: u8, seat: u8, award: u16 },
	CommitAll { id: u8, award: u16 },
	Reveal { id: u8, seat: u8 },
	RevealAll(u8),
	Denounce { id: u8, seat: u8 },
	Fund { id: u8, who: u8, claimant: bool, amount: u16 },
	Counter(u8),
	Rule { id: u8, award: u16 },
	Advance(u8),
	Default { at: u32, fails: bool },
	Declare,
	Collect { who: u8, stra: bool },
	Prune(u8),
	Stake { juror: u8, amount: u16, court: bool },
	Activate { juror: u8, court: bool },
	Unstake { juror: u8, amount: u16, court: bool },
	WithdrawStake(u8),
	Pause,
	Resume,
	Halt(bool),
	Grant(u8),
	Revoke(u8),
	SetTerms { fee: u8, quota: bool },
	CreateCourt,
	Epoch { seed: bool },
	Blocks { count: u8, idle: bool },
	Fails(bool),
	Conflict(u8),
	Refuse { who: u8, refuses: bool },
	Days(u8),
	Rate(bool),
}

fn award() -> impl Strategy<Value = u16> {
	prop_oneof![3 => Just(FULL), 3 => Just(0u16), 2 => 0..=FULL, 1 => Just(FULL + 1)]
}

/// Claims, and what parties do about them.
fn act_of_a_party() -> impl Strategy<Value = Act> {
	let (id, claimant) = (|| 0..6u8, any::<bool>);
	prop_oneof![
		5 => (0..3u8, 0..6u8, 1..1_700u32, 0..3u8, prop::option::of(1..500u32), any::<bool>())
			.prop_map(|(who, kind, amount, event, freeze, court)| {
				Act::File { who, kind, amount, event, freeze, court }
			}),
		1 => id().prop_map(Act::Concede),
		6 => id().prop_map(Act::Contest),
		1 => (id(), claimant(), award())
			.prop_map(|(id, claimant, award)| Act::Offer { id, claimant, award }),
		1 => id().prop_map(Act::Accept),
		1 => id().prop_map(Act::Withdraw),
		3 => (id(), claimant()).prop_map(|(id, claimant)| Act::Submit { id, claimant }),
		4 => (id(), claimant()).prop_map(|(id, claimant)| Act::Ready { id, claimant }),
		12 => (id(), 0..6u8, claimant(), 0..700u16)
			.prop_map(|(id, who, claimant, amount)| Act::Fund { id, who, claimant, amount }),
		1 => id().prop_map(Act::Counter),
		2 => (id(), award()).prop_map(|(id, award)| Act::Rule { id, award }),
		12 => id().prop_map(Act::Advance),
		3 => id().prop_map(Act::Prune),
		1 => (0..6u8, any::<bool>()).prop_map(|(who, stra)| Act::Collect { who, stra }),
	]
}

/// What jurors do.
fn act_of_a_juror() -> impl Strategy<Value = Act> {
	let (id, juror) = (|| 0..6u8, || 0..40u8);
	prop_oneof![
		3 => (id(), 0..12u8, award())
			.prop_map(|(id, seat, award)| Act::Commit { id, seat, award }),
		6 => (id(), award()).prop_map(|(id, award)| Act::CommitAll { id, award }),
		3 => (id(), 0..12u8).prop_map(|(id, seat)| Act::Reveal { id, seat }),
		6 => id().prop_map(Act::RevealAll),
		4 => (id(), 0..12u8).prop_map(|(id, seat)| Act::Denounce { id, seat }),
		2 => (juror(), 1..3_000u16, any::<bool>())
			.prop_map(|(juror, amount, court)| Act::Stake { juror, amount, court }),
		3 => (juror(), any::<bool>()).prop_map(|(juror, court)| Act::Activate { juror, court }),
		1 => (juror(), 1..300u16, any::<bool>())
			.prop_map(|(juror, amount, court)| Act::Unstake { juror, amount, court }),
		1 => juror().prop_map(Act::WithdrawStake),
	]
}

/// What happens around them.
fn act_of_god() -> impl Strategy<Value = Act> {
	prop_oneof![
		1 => (0..100u32, any::<bool>()).prop_map(|(at, fails)| Act::Default { at, fails }),
		1 => Just(Act::Declare),
		1 => Just(Act::Pause),
		4 => Just(Act::Resume),
		1 => prop::bool::weighted(0.1).prop_map(Act::Halt),
		2 => (0..40u8).prop_map(Act::Grant),
		1 => (0..40u8).prop_map(Act::Revoke),
		1 => (1..9u8, any::<bool>()).prop_map(|(fee, quota)| Act::SetTerms { fee, quota }),
		1 => Just(Act::CreateCourt),
		12 => prop::bool::weighted(0.9).prop_map(|seed| Act::Epoch { seed }),
		24 => (1..12u8, any::<bool>()).prop_map(|(count, idle)| Act::Blocks { count, idle }),
		2 => prop::bool::weighted(0.3).prop_map(Act::Fails),
		1 => (0..40u8).prop_map(Act::Conflict),
		2 => (0..6u8, any::<bool>()).prop_map(|(who, refuses)| Act::Refuse { who, refuses }),
		1 => (0..40u8).prop_map(Act::Days),
		2 => prop::bool::weighted(0.8).prop_map(Act::Rate),
	]
}

fn act() -> impl Strategy<Value = Act> {
	prop_oneof![4 => act_of_a_party(), 3 => act_of_a_juror(), 4 => act_of_god()]
}

/// Notes the events since the last time, and how cases closed.
fn note(seen: &mut BTreeSet<String>) {
	for event in events() {
		let name = format!("{event:?}");
		if let Event::Closed { outcome, .. } = event {
			seen.insert(format!("{outcome:?}"));
		}
		let name = name.trim_start_matches("Event::");
		seen.extend(name.split([' ', '{']).next().map(String::from));
	}
}

/// What jurors committed to: case, round, juror.
type Sealed = BTreeMap<(DisputeId, u8, AccountId), u16>;

fn pick(id: u8) -> DisputeId {
	// The latest ones, and one that is not there.
	let next = NextDispute::<Test>::get();
	next.saturating_sub(u32::from(id))
}

/// One of the cases in such a state, if there is one.
fn pick_in(id: u8, is: impl Fn(&State) -> bool) -> DisputeId {
	let mut all: Vec<_> = Disputes::<Test>::iter()
		.filter(|(_, dispute)| is(&dispute.state))
		.map(|(id, _)| id)
		.collect();
	all.sort_unstable();
	all.get(usize::from(id) % all.len().max(1)).copied().unwrap_or(pick(id))
}

fn committing(id: u8) -> DisputeId {
	pick_in(id, |state| matches!(state, State::Commit { .. }))
}

fn revealing(id: u8) -> DisputeId {
	pick_in(id, |state| matches!(state, State::Reveal { .. }))
}

fn case(kind: u8, amount: u32, event: u8) -> Case<AccountId> {
	let amount = Balance::from(amount) * DOLLAR;
	let mut case = match kind {
		0 => price_claim(),
		1 => servicer_claim(),
		2 => Case { remedy: Remedy::Accelerate, ..claim() },
		3 => {
			let remedy = Remedy::Compensate { by: Office::Servicer, rank: 1, amount };
			Case { remedy, ..claim() }
		},
		_ => claim_of(amount),
	};
	// Claims on the same days are on the same events.
	case.at = (case.at / DAY - u64::from(event)) * DAY;
	case
}

fn party(id: DisputeId, claimant: bool) -> AccountId {
	Disputes::<Test>::get(id).map_or(ANYONE, |dispute| {
		if claimant {
			dispute.claimant
		} else {
			dispute.respondent
		}
	})
}

fn seat(id: DisputeId, place: u8) -> Option<AccountId> {
	let dispute = Disputes::<Test>::get(id)?;
	crate::Seats::<Test>::get((id, dispute.round, place)).map(|seat| seat.juror)
}

fn court(general: bool) -> crate::types::CourtId {
	if general {
		GENERAL
	} else {
		ACCREDITED
	}
}

fn side(claimant: bool) -> Side {
	if claimant {
		Side::Claimant
	} else {
		Side::Respondent
	}
}

/// As a block does: what fails changes nothing.
fn dispatch(origin: RuntimeOrigin, call: Call<Test>) -> bool {
	let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
	let done = RuntimeCall::TheCourt(call).dispatch(origin).is_ok();
	if !done {
		let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
		assert_eq!(before, after, "something failed and changed something");
	}
	done
}

fn commit(sealed: &mut Sealed, id: DisputeId, who: AccountId, award: u16) {
	let Some(dispute) = Disputes::<Test>::get(id) else { return };
	let commitment = commitment(id, who, award);
	if dispatch(signed(who), Call::commit { dispute: id, commitment }) {
		sealed.insert((id, dispute.round, who), award);
	}
}

fn opened(sealed: &Sealed, id: DisputeId, who: AccountId) -> u16 {
	let round = Disputes::<Test>::get(id).map_or(0, |dispute| dispute.round);
	sealed.get(&(id, round, who)).copied().unwrap_or(1)
}

fn do_vote(sealed: &mut Sealed, act: &Act) {
	match *act {
		Act::Commit { id, seat: place, award } => {
			let id = committing(id);
			let who = seat(id, place).unwrap_or(ANYONE);
			commit(sealed, id, who, award);
		},
		Act::CommitAll { id, award } => {
			let id = committing(id);
			for who in (0..60).filter_map(|place| seat(id, place)) {
				commit(sealed, id, who, award);
			}
		},
		Act::Reveal { id, seat: place } => {
			let id = revealing(id);
			let who = seat(id, place).unwrap_or(ANYONE);
			let (award, salt) = (opened(sealed, id, who), salt(who));
			dispatch(signed(who), Call::reveal { dispute: id, award, salt });
		},
		Act::RevealAll(id) => {
			let id = revealing(id);
			for who in (0..60).filter_map(|place| seat(id, place)) {
				let (award, salt) = (opened(sealed, id, who), salt(who));
				dispatch(signed(who), Call::reveal { dispute: id, award, salt });
			}
		},
		Act::Denounce { id, seat: place } => {
			let id = committing(id);
			// One who has committed, if there is one.
			let all = || (place..60).chain(0..place).filter_map(|place| seat(id, place));
			let round = Disputes::<Test>::get(id).map_or(0, |dispute| dispute.round);
			let talks = all().find(|who| sealed.contains_key(&(id, round, *who)));
			let juror = talks.or(all().next()).unwrap_or(ANYONE);
			let (award, salt) = (opened(sealed, id, juror), salt(juror));
			dispatch(signed(BACKERS[2]), Call::denounce { dispute: id, juror, award, salt });
		},
		_ => (),
	}
}

fn claimants(who: u8) -> AccountId {
	[CLAIMANT, RIVAL, ANYONE][usize::from(who) % 3]
}

fn some(who: u8) -> AccountId {
	people()[usize::from(who) % people().len()]
}

fn do_party(act: &Act) {
	let (origin, call) = match *act {
		Act::File { who, kind, amount, event, freeze, court: general } => {
			let case = Box::new(case(kind, amount, event));
			let freeze = freeze.map(|most| Balance::from(most) * DOLLAR);
			(signed(claimants(who)), Call::file { case, court: court(general), freeze })
		},
		Act::Concede(id) => {
			let dispute = pick(id);
			(signed(party(dispute, false)), Call::concede { dispute })
		},
		Act::Contest(id) => {
			let dispute = pick_in(id, |state| matches!(state, State::Response { .. }));
			(signed(party(dispute, false)), Call::contest { dispute })
		},
		Act::Offer { id, claimant, award } => {
			let dispute = pick(id);
			(signed(party(dispute, claimant)), Call::offer_settlement { dispute, award })
		},
		Act::Accept(id) => {
			let offered = Disputes::<Test>::iter()
				.find_map(|(id, one)| one.offer.map(|(side, award)| (id, side, award)));
			let (dispute, side, award) = offered.unwrap_or((pick(id), Side::Claimant, 7));
			let who = party(dispute, side == Side::Respondent);
			(signed(who), Call::accept_settlement { dispute, award })
		},
		Act::Withdraw(id) => {
			let dispute = pick(id);
			(signed(party(dispute, true)), Call::withdraw { dispute })
		},
		Act::Submit { id, claimant } => {
			let dispute = pick(id);
			let (hash, uri) = (H256::repeat_byte(id), Default::default());
			let call = Call::submit_evidence { dispute, hash, uri };
			(signed(party(dispute, claimant)), call)
		},
		Act::Ready { id, claimant } => {
			let dispute = pick(id);
			(signed(party(dispute, claimant)), Call::ready { dispute })
		},
		Act::Fund { id, who, claimant, amount } => {
			let dispute = pick_in(id, |state| matches!(state, State::Appeal { .. }));
			let side = side(claimant);
			let amount = Balance::from(amount) * STRA + 1;
			(signed(some(who)), Call::fund_appeal { dispute, side, amount })
		},
		Act::Counter(id) => {
			let dispute = pick(id);
			(signed(party(dispute, false)), Call::post_counter_bond { dispute })
		},
		Act::Rule { id, award } => (
			RuntimeOrigin::root(),
			Call::rule {
				dispute: pick_in(id, |state| matches!(state, State::Final { .. })),
				award,
			},
		),
		Act::Advance(id) => (signed(ANYONE), Call::advance { dispute: pick(id) }),
		Act::Prune(id) => (signed(ANYONE), Call::prune { dispute: pick(id) }),
		Act::Collect { who, stra } => {
			let asset = Box::new(if stra { Asset::Native } else { USD });
			(signed(ANYONE), Call::collect { who: some(who), asset })
		},
		_ => return,
	};
	dispatch(origin, call);
}

fn do_juror(act: &Act) {
	let (origin, call) = match *act {
		Act::Stake { juror: index, amount, court: general } => {
			let who = juror(index.into());
			let amount = Balance::from(amount) * STRA;
			(signed(who), Call::stake { court: court(general), amount })
		},
		Act::Activate { juror: index, court: general } => {
			let juror = juror(index.into());
			(signed(ANYONE), Call::activate { juror, court: court(general) })
		},
		Act::Unstake { juror: index, amount, court: general } => {
			let amount = Balance::from(amount) * STRA;
			(signed(juror(index.into())), Call::unstake { court: court(general), amount })
		},
		Act::WithdrawStake(index) => {
			(signed(ANYONE), Call::withdraw_stake { juror: juror(index.into()) })
		},
		Act::Grant(index) => {
			let who = juror(index.into());
			(RuntimeOrigin::root(), Call::grant_role { who, role: EXPERT })
		},
		Act::Revoke(index) => {
			let who = juror(index.into());
			(RuntimeOrigin::root(), Call::revoke_role { who, role: EXPERT })
		},
		Act::Pause => (RuntimeOrigin::root(), Call::pause {}),
		Act::Resume => (RuntimeOrigin::root(), Call::resume {}),
		Act::CreateCourt => {
			let (parent, terms) = (Some(GENERAL), terms());
			(RuntimeOrigin::root(), Call::create_court { parent, terms })
		},
		Act::SetTerms { fee, quota } => {
			let quota = quota.then_some(crate::types::Quota { court: ACCREDITED, seats: 1 });
			let terms = crate::types::Terms { fee: Balance::from(fee) * STRA, quota, ..terms() };
			(RuntimeOrigin::root(), Call::set_terms { court: GENERAL, terms })
		},
		Act::Declare => {
			let (deal, default) = (DEAL_ID, DealDefault::CouponUnpaid);
			(signed(ANYONE), Call::declare_default { deal, default })
		},
		_ => return,
	};
	dispatch(origin, call);
}

fn do_god(act: &Act) {
	match *act {
		Act::Epoch { seed } => {
			next_epoch();
			if !seed {
				CurrentSeed::set(None);
			}
		},
		Act::Blocks { count, idle } => {
			IdleHelps::set(idle);
			pass_blocks(count.into());
		},
		Act::Halt(halted) => IsHalted::set(halted),
		Act::Fails(fails) => EnforceFails::set(fails),
		Act::Conflict(index) => Conflicted::mutate(|all| all.push(juror(index.into()))),
		Act::Refuse { who, refuses: true } => {
			assert_ok!(Assets::block(signed(ISSUER), 1, some(who)));
		},
		Act::Refuse { who, refuses: false } => {
			assert_ok!(Assets::thaw(signed(ISSUER), 1, some(who)));
		},
		Act::Days(days) => Now::mutate(|now| *now += DAY * u64::from(days)),
		Act::Rate(known) => Rate::set(known.then_some(STRA / DOLLAR)),
		Act::Default { at, fails } => {
			use strata_traits::Watch;
			DeclareFails::set(fails);
			let at = Now::get() + BLOCK_MILLIS * u64::from(at);
			Defaults::insert(DEAL_ID, (at, DealDefault::CouponUnpaid));
			TheCourt::watch(DEAL_ID, at);
		},
		_ => (),
	}
}

fn all_closed() -> bool {
	Disputes::<Test>::iter_values().all(|dispute| matches!(dispute.state, State::Closed { .. }))
}

/// Whatever was in the way is not any more; the chain goes on by itself.
fn run_to_the_end() {
	if crate::CourtClock::<Test>::get().paused {
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
	}
	IsHalted::set(false);
	EnforceFails::set(false);
	DeclareFails::set(false);
	IdleHelps::set(true);
	for who in people() {
		assert_ok!(Assets::thaw(signed(ISSUER), 1, who));
	}
	for block in 0..8_000u32 {
		if all_closed() {
			return;
		}
		if block % 12 == 0 {
			next_epoch();
		}
		next_block();
	}
	let open: Vec<_> = Disputes::<Test>::iter().map(|(id, one)| (id, one.state, one.due)).collect();
	panic!("a case is stuck: {open:?}");
}

/// Everybody collects what is owed, and every juror goes home.
fn all_go_home() {
	for (who, asset, _) in Owed::<Test>::iter().collect::<Vec<_>>() {
		assert_ok!(TheCourt::collect(signed(ANYONE), who, Box::new(asset)));
	}
	assert_eq!(held(), (0, 0), "the court keeps nothing");
	for _ in 0..8 {
		next_epoch();
	}
	for (who, juror) in Jurors::<Test>::iter().collect::<Vec<_>>() {
		assert_eq!((juror.locked, juror.seats), (0, 0), "every lock is released");
		if juror.unbonding.iter().any(|chunk| chunk.from <= CurrentEpoch::get()) {
			assert_ok!(TheCourt::withdraw_stake(signed(ANYONE), who));
		}
		let juror = Jurors::<Test>::get(who).unwrap_or_default();
		for stake in juror.stakes.iter().filter(|stake| stake.active + stake.pending > 0) {
			let all = stake.active + stake.pending;
			assert_ok!(TheCourt::unstake(signed(who), stake.court, all));
		}
	}
	for _ in 0..8 {
		next_epoch();
	}
	for who in Jurors::<Test>::iter_keys().collect::<Vec<_>>() {
		assert_ok!(TheCourt::withdraw_stake(signed(ANYONE), who));
	}
	assert_eq!(Jurors::<Test>::iter_keys().count(), 0);
	assert!(crate::Courts::<Test>::iter_values().all(|court| court.jurors == 0));
}

/// One sequence.
fn run(acts: &[Act], seen: &mut BTreeSet<String>) {
	// Those who may yet become jurors.
	for index in MANY..40 {
		let rich = 100_000 * STRA;
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), juror(index), rich));
	}
	let before = sums();
	let mut sealed = Sealed::new();
	for act in acts {
		do_vote(&mut sealed, act);
		do_party(act);
		do_juror(act);
		do_god(act);
		check();
		assert_eq!(sums(), before, "{act:?}");
		note(seen);
	}
	run_to_the_end();
	all_go_home();
	check();
	note(seen);
	assert_eq!(sums(), before);
	assert_eq!(OpenCases::iter().count(), 0);
	assert_eq!(Kept::iter().count(), 0);
}

#[test]
fn whatever_is_called_every_case_ends_and_everybody_has_his_own() {
	let seen = RefCell::new(BTreeSet::new());
	let mut runner = TestRunner::new_with_rng(
		ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) },
		// The same sequences each time, so that what they reach is too.
		TestRng::deterministic_rng(RngAlgorithm::ChaCha),
	);
	let done = runner.run(&prop::collection::vec(act(), 150), |acts| {
		new_test_ext(MANY).execute_with(|| run(&acts, &mut seen.borrow_mut()));
		Ok(())
	});
	done.unwrap();
	let seen = seen.into_inner();
	let missing: Vec<_> = HAPPENS.iter().filter(|name| !seen.contains(**name)).collect();
	assert!(missing.is_empty(), "never: {missing:?} of {seen:?}");
}
