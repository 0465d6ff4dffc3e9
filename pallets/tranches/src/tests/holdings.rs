//! What an account has of deals.

use frame_support::assert_ok;
use strata_numbers::mul_div_floor;

use super::make::*;
use crate::{
	mock::*,
	runtime_api::{Claimable, DealPage, HoldingView, Supply, MAX_DEALS, MAX_IDS},
	*,
};

fn holder(deal: DealId, rank: u8, who: AccountId) -> HoldingView {
	Tranches::holder_view(deal, rank, &who).unwrap()
}

#[test]
fn a_holding_shows_units_claims_and_what_they_are_worth() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		at(OFFERING_END + PERIOD / 2);
		let alice = HoldingView {
			deal,
			rank: 0,
			note: note_id(deal, 0).unwrap(),
			units: 4_000_000_000,
			free: 4_000_000_000,
			balance: 4_000_000_000,
			// 4/7 of 332.
			accrued: 189,
			value: Some(4_000_000_189),
			..HoldingView::default()
		};
		assert_eq!(holder(deal, 0, ALICE), alice);
		date(deal, 5_000);
		let view = holder(deal, 0, ALICE);
		let paid = share(665, 4_000_000_000, SENIOR);
		assert_eq!(view.claimable, Claimable { interest: paid, ..Claimable::default() });
		assert_eq!(view.claimable, Tranches::claimable_view(deal, 0, &ALICE));
		assert_eq!((view.accrued, view.value), (0, Some(4_000_000_000)));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(holder(deal, 0, ALICE).claimable, Claimable::default());
		// Everybody's shares are no more than the whole.
		let worth: Balance =
			[ALICE, BOB].map(|who| holder(deal, 0, who).value.unwrap()).iter().sum();
		assert_eq!(Some(worth), Tranches::tranche_views(deal)[0].value);
		assert_eq!(holder(deal, 0, STRANGER).units, 0);
		assert_eq!(holder(deal, 2, ORIGINATOR).units, RESIDUAL);
		assert_eq!(Tranches::holder_view(deal, 3, &ALICE), None);
		assert_eq!(Tranches::holder_view(deal + 1, 0, &ALICE), None);
	});
}

#[test]
fn what_is_on_hold_or_frozen_is_not_free() {
	build_and_execute(|| {
		let deal = active();
		Checkpoints::<Test>::mutate((deal, 0, ALICE), |checkpoint| {
			checkpoint.as_mut().unwrap().held = 1_500_000_000;
		});
		let view = holder(deal, 0, ALICE);
		assert_eq!((view.free, view.held, view.frozen), (2_500_000_000, 1_500_000_000, false));
		Checkpoints::<Test>::mutate((deal, 0, ALICE), |checkpoint| {
			let checkpoint = checkpoint.as_mut().unwrap();
			(checkpoint.held, checkpoint.frozen) = (0, true);
		});
		let view = holder(deal, 0, ALICE);
		assert_eq!((view.free, view.held, view.frozen), (0, 0, true));
		Checkpoints::<Test>::mutate((deal, 0, ALICE), |checkpoint| {
			checkpoint.as_mut().unwrap().frozen = false;
		});
	});
}

#[test]
fn a_portfolio_comes_in_pages() {
	build_and_execute(|| {
		let first = active();
		let draft = created(terms());
		let offered = launched_later();
		order(offered, 1, ALICE, 5_000);
		let page = |from, limit| {
			let page = Tranches::portfolio_view(&ALICE, from, limit);
			let held = page.holdings.iter().map(|h| (h.deal, h.rank, h.units, h.order));
			(held.collect::<Vec<_>>(), page.next)
		};
		let (notes, ordered) = ((first, 0, 4_000_000_000, 0), (offered, 1, 0, 5_000));
		assert_eq!(page(0, 10), (vec![notes, ordered], None));
		assert_eq!(page(0, 1), (vec![notes], Some(draft)));
		assert_eq!(page(draft, 1), (vec![], Some(offered)));
		assert_eq!(page(offered, 1), (vec![ordered], None));
		// A page looks at one deal at least.
		assert_eq!(page(0, 0), page(0, 1));
		assert_eq!(page(0, u32::MAX), page(0, MAX_DEALS));
		assert_eq!(page(7, 3), (vec![], None));
		assert_eq!(page(u32::MAX, 3), (vec![], None));
		assert_eq!(Tranches::holdings_view(first, &ALICE).len(), 3);
		assert!(Tranches::holdings_view(99, &ALICE).is_empty());
	});
}

#[test]
fn deals_come_in_pages() {
	build_and_execute(|| {
		assert_eq!(Tranches::deals_view(0, 10), DealPage::default());
		let first = active();
		let draft = created(terms());
		let offered = launched_later();
		let state = |id| (id, Tranches::deal_view(id).unwrap().state);
		let all = vec![state(first), state(draft), state(offered)];
		assert_eq!(all[1].1, DealState::Draft);

		let page = |from, limit| {
			let DealPage { deals, next } = Tranches::deals_view(from, limit);
			(deals, next)
		};
		assert_eq!(page(0, 10), (all.clone(), None));
		assert_eq!(page(first, 1), (vec![all[0]], Some(draft)));
		assert_eq!(page(draft, 1), (vec![all[1]], Some(offered)));
		assert_eq!(page(offered, 1), (vec![all[2]], None));
		// A page looks at one id at least.
		assert_eq!(page(0, 0), page(0, 1));
		assert_eq!(page(0, u32::MAX), page(0, MAX_IDS));
		assert_eq!(page(u32::MAX, 3), (vec![], None));
	});
}

/// A deal that takes orders now, after the first one closed.
fn launched_later() -> DealId {
	let mut later = terms();
	let schedule = &mut later.schedule;
	for date in [
		&mut schedule.offering_end,
		&mut schedule.first_payment,
		&mut schedule.ramp_up_end,
		&mut schedule.revolving_end,
	] {
		*date += 3 * PERIOD;
	}
	launched(later)
}

#[test]
fn the_supply_of_a_tranche_and_what_waits_in_escrow() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		assert_eq!(Tranches::supply_view(deal, 0), None);
		poll(OFFERING_END);
		let supply = |rank| Tranches::supply_view(deal, rank);
		let note = note_id(deal, 0).unwrap();
		let escrowed = Supply { note, units: SENIOR, retired: 0, escrow: SENIOR };
		assert_eq!(supply(0), Some(escrowed));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(supply(0), Some(Supply { escrow: 0, ..escrowed }));
		assert_eq!(supply(3), None);
		assert_eq!(Tranches::supply_view(deal + 1, 0), None);
		// Notes given up for collateral are retired.
		assert_ok!(lend(deal, 0, 1_000_000));
		assert_ok!(seize(deal, 0, 1_000_000, 10));
		assert_ok!(exchange(deal, 0, ALICE, 10, 1_000_000, 1_000_000));
		let left = supply(0).unwrap();
		assert_eq!((left.units, left.retired), (SENIOR - 1_000_000, 1_000_000));
		let held = holder(deal, 0, ALICE);
		assert_eq!(held.units, left.units);
		assert_eq!(Some(held.balance), mul_div_floor(left.units, held.units, left.units));
	});
}
