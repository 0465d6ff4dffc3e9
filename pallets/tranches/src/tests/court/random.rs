//! Random cases, for the random lives of deals.

use frame_support::{storage_alias, Twox64Concat};
use proptest::prelude::*;

use super::*;

/// The cases that were opened and are not closed.
#[storage_alias]
type Filed = StorageMap<MockBooksPrefix, Twox64Concat, DisputeId, Case<AccountId>>;

#[derive(Clone, Debug)]
pub enum CourtAct {
	File(DisputeId, u8, u8, [u8; 2], Balance),
	Freeze(DisputeId, Balance),
	Unfreeze(DisputeId),
	Rule(DisputeId, Award, Balance),
	Close(DisputeId),
	Take(DisputeId, u8),
	Sweep(DisputeId),
	Bond(Balance),
	Withdraw,
	Declare(u8),
}

fn who(index: u8) -> AccountId {
	PEOPLE[usize::from(index) % PEOPLE.len()]
}

pub fn court_act() -> impl Strategy<Value = CourtAct> {
	let dispute = || 0u32..5;
	let amount = || prop_oneof![1u128..3_000, 1u128..2_000_000_000];
	let person = || 0u8..6;
	prop_oneof![
		6 => (dispute(), 0u8..6, 0u8..2, prop::array::uniform2(person()), amount())
			.prop_map(|(d, remedy, rank, p, a)| CourtAct::File(d, remedy, rank, p, a)),
		3 => (dispute(), amount()).prop_map(|(d, a)| CourtAct::Freeze(d, a)),
		1 => dispute().prop_map(CourtAct::Unfreeze),
		5 => (dispute(), 0u16..=FULL_AWARD, prop_oneof![Just(0), amount()])
			.prop_map(|(d, award, extra)| CourtAct::Rule(d, award, extra)),
		2 => dispute().prop_map(CourtAct::Close),
		4 => (dispute(), person()).prop_map(|(d, p)| CourtAct::Take(d, p)),
		1 => dispute().prop_map(CourtAct::Sweep),
		1 => amount().prop_map(CourtAct::Bond),
		1 => Just(CourtAct::Withdraw),
		1 => (0u8..4).prop_map(CourtAct::Declare),
	]
}

fn remedy(kind: u8, rank: u8, [from, to]: [AccountId; 2], amount: Balance) -> Remedy<AccountId> {
	match kind {
		0 => Remedy::Compensate { by: Office::Originator, rank, amount },
		1 => Remedy::Compensate { by: Office::Servicer, rank, amount },
		2 => Remedy::CompensateHolders { rank, amount },
		3 => Remedy::Accelerate,
		4 => Remedy::ReplaceServicer { servicer: from },
		_ => Remedy::TransferNotes { rank, from, to, units: amount },
	}
}

pub fn perform(deal: DealId, act: &CourtAct) -> DispatchResult {
	let filed = |dispute| Filed::get(dispute).ok_or(DispatchError::Other("not filed"));
	match *act {
		CourtAct::File(dispute, kind, rank, [p, q], amount) => {
			let claimant = if kind == 5 { who(q) } else { TRUSTEE };
			let case = case(deal, remedy(kind, rank, [who(p), who(q)], amount));
			Tranches::court_open(dispute, &case, &claimant)?;
			Filed::insert(dispute, case);
		},
		CourtAct::Freeze(dispute, most) => Tranches::court_freeze(dispute, &filed(dispute)?, most)?,
		CourtAct::Unfreeze(dispute) => Tranches::court_unfreeze(dispute, &filed(dispute)?)?,
		CourtAct::Rule(dispute, award, extra) => {
			let case = filed(dispute)?;
			let claimant = match case.remedy {
				Remedy::TransferNotes { to, .. } => to,
				_ => TRUSTEE,
			};
			let done = Tranches::court_enforce(dispute, &case, &claimant, award, &KEEPER, extra)?;
			let all = match case.remedy {
				Remedy::TransferNotes { units, .. } => units,
				remedy => remedy.amount(),
			};
			let target = all * Balance::from(award) / Balance::from(FULL_AWARD);
			assert!(done == Enforced::default() || done.paid + done.short == target);
		},
		CourtAct::Close(dispute) => {
			Tranches::court_close(dispute, &filed(dispute)?)?;
			Filed::remove(dispute);
		},
		CourtAct::Take(dispute, p) => {
			Tranches::claim_award(signed(STRANGER), deal, dispute, who(p))?
		},
		CourtAct::Sweep(dispute) => Tranches::sweep_award(signed(STRANGER), deal, dispute)?,
		CourtAct::Bond(amount) => {
			let servicer = Deals::<Test>::get(deal).unwrap().parties.servicer;
			Tranches::post_bond(signed(servicer), deal, amount)?
		},
		CourtAct::Withdraw => withdraw_all(deal),
		CourtAct::Declare(which) => {
			use strata_traits::{DealDefault, Facts};
			let default = match which {
				0 => DealDefault::CouponUnpaid,
				1 => DealDefault::AttestationOverdue,
				which => DealDefault::CoverageFailed(which - 2),
			};
			<Tranches as Facts>::declare(deal, default)?
		},
	}
	Ok(())
}

/// Every bond that may go back goes back.
fn withdraw_all(deal: DealId) {
	for servicer in ServicerBonds::<Test>::iter_key_prefix(deal).collect::<Vec<_>>() {
		let back = with_storage_layer(|| Tranches::withdraw_bond(signed(STRANGER), deal, servicer));
		assert!(matches!(back, Ok(()) | Err(DispatchError::Module(_))));
	}
}

/// Ends every case, every award and every bond of a deal that has closed.
pub fn let_go(deal: DealId) {
	for (dispute, case) in Filed::iter().collect::<Vec<_>>() {
		assert_ok!(close(dispute, &case));
		Filed::remove(dispute);
	}
	if Awards::<Test>::iter_keys().next().is_some() {
		at(pallet_timestamp::Now::<Test>::get() + AWARD_WINDOW);
	}
	for (deal, dispute) in Awards::<Test>::iter_keys().collect::<Vec<_>>() {
		assert_ok!(Tranches::sweep_award(signed(STRANGER), deal, dispute));
	}
	withdraw_all(deal);
}

/// Nothing is left of any case.
pub fn nothing_is_left() {
	assert_eq!(Cases::<Test>::iter().count(), 0);
	assert_eq!(Awards::<Test>::iter().count(), 0);
	assert_eq!(Judgments::<Test>::iter().count(), 0);
	assert_eq!(ServicerBonds::<Test>::iter().count(), 0);
}
