//! What the runtime APIs say of ladders.

use sp_runtime::traits::One;
use strata_numbers::{Price, Ratio};
use strata_traits::Reading;

use super::{
	walk::{crowd, poll, run},
	*,
};
use crate::{runtime_api::MAX_RUNGS, Rungs};

#[test]
fn the_ladder_comes_in_pages_riskiest_first() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vaults = crowd(id, 7);
		open_vault(ALICE, id, 100 * OUNCE, 0);
		run(YEAR);
		let all = Vaults::ladder(id, None, u32::MAX);
		assert_eq!(all.len(), 7);
		assert!(all.windows(2).all(|pair| pair[0].rung > pair[1].rung));
		for (view, vault) in all.iter().zip(&vaults) {
			let state = Vaults::vault_state(*vault).unwrap();
			assert_eq!(Some(view.rung), state.rung.map(|rung| rung.index()));
			assert_eq!((view.vaults, view.quarantined), (1, false));
			assert_eq!((view.collateral, view.debt), (state.collateral, state.debt));
			assert_eq!(view.principal, state.principal);
			assert_eq!(view.liquidation_price, state.liquidation_price);
		}
		// Pages of three.
		let mut from = None;
		let mut paged = Vec::new();
		loop {
			let page = Vaults::ladder(id, from, 3);
			let Some(last) = page.last() else { break };
			from = Some(last.rung - 1);
			paged.extend(page);
		}
		assert_eq!(paged, all);
		// From a rung on, it included; from beyond the ends.
		assert_eq!(Vaults::ladder(id, Some(all[2].rung), 10), all[2..]);
		assert_eq!(Vaults::ladder(id, Some(i32::MAX), 10), all);
		assert_eq!(Vaults::ladder(id, Some(strata_ladder::Rung::MAX.index()), 10), all);
		assert_eq!(Vaults::ladder(id, Some(i32::MIN), 10), vec![]);
		assert_eq!(Vaults::ladder(id, None, 0), vec![]);
		assert_eq!(Vaults::ladder(id + 1, None, 10), vec![]);
	});
}

#[test]
fn no_page_is_longer_than_a_thousand() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 1);
		let entry = Rungs::<Test>::iter_prefix_values(id).next().unwrap();
		let keys: Vec<_> =
			(-1_100..0).map(|t| strata_ladder::Rung::new(t).unwrap().key()).collect();
		for key in &keys {
			Rungs::<Test>::insert(id, key, entry);
		}
		assert_eq!(Vaults::ladder(id, Some(-1), u32::MAX).len(), MAX_RUNGS as usize);
		for key in keys {
			Rungs::<Test>::remove(id, key);
		}
		// The real one had its own key above or below these.
		if Rungs::<Test>::iter_prefix(id).count() == 0 {
			Rungs::<Test>::insert(id, vault(0).place.unwrap().rung.key(), entry);
		}
	});
}

#[test]
fn a_shock_is_what_would_happen_to_the_boundary_rung() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 20);
		for percent in (60..=100u32).step_by(3) {
			let factor = Ratio::from_rational(u128::from(percent), 100);
			let foreseen = Vaults::shock(id, factor).unwrap();
			assert_eq!(foreseen.price, Price::from_u32(percent));
			frame_support::storage::with_transaction(|| {
				set_price(GOLD_FEED, percent);
				events();
				poll();
				let walked = walk::liquidated();
				assert_eq!(walked.len() as u32, foreseen.unsafe_rungs);
				assert_eq!(foreseen.unsafe_vaults, foreseen.unsafe_rungs);
				assert_eq!(
					foreseen.unsafe_debt,
					1_000 * DOLLAR * Balance::from(foreseen.unsafe_rungs)
				);
				let lots = Lots::get();
				assert_eq!(foreseen.seized, lots.iter().map(|lot| lot.units).sum::<Balance>());
				let owed = lots.iter().map(|lot| lot.principal + lot.interest).sum::<Balance>();
				assert_eq!(foreseen.repaid, owed);
				set_price(GOLD_FEED, 100);
				sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(()))
			})
			.unwrap();
		}
		// 16 ounces at 60 USD are 40 short of 1000.
		let deep = Vaults::shock(id, Ratio::from_rational(60, 100)).unwrap();
		let short = |number: u128| {
			(1_000 * DOLLAR).saturating_sub((960 + 48 * 60 * number / 1_000) * DOLLAR)
		};
		assert!(deep.shortfall.abs_diff((0..20).map(short).sum()) < 20 * DOLLAR);
		assert!(deep.shortfall > 0);
		// The boundary is exact: at the liquidation price safe, one digit below not.
		let least = Vaults::ladder(id, None, 1)[0].liquidation_price.unwrap();
		set_reading(GOLD_FEED, Reading::Fresh(quote(least, least)));
		assert_eq!(Vaults::shock(id, Ratio::one()).unwrap().unsafe_rungs, 0);
		let below = Price::from_inner(least.into_inner() - 1);
		set_reading(GOLD_FEED, Reading::Fresh(quote(below, below)));
		assert_eq!(Vaults::shock(id, Ratio::one()).unwrap().unsafe_rungs, 1);
	});
}

#[test]
fn a_shock_needs_a_book_and_a_price_and_takes_old_ones() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 2);
		assert_eq!(Vaults::shock(id + 1, Ratio::one()), None);
		assert_eq!(Vaults::shock(id, Ratio::from_inner(u128::MAX)), None);
		assert_eq!(Vaults::shock(id, Ratio::default()), None);
		let low = quote(Price::from_u32(80), Price::from_u32(80));
		set_reading(GOLD_FEED, Reading::Stale(low));
		assert_eq!(Vaults::shock(id, Ratio::one()).unwrap().unsafe_rungs, 2);
		set_reading(GOLD_FEED, Reading::Unknown);
		assert_eq!(Vaults::shock(id, Ratio::one()), None);
	});
}

fn losses(book: BookId, percent: &[u32]) -> Option<Vec<Balance>> {
	let factors: Vec<_> =
		percent.iter().map(|percent| Ratio::from_rational((*percent).into(), 100)).collect();
	<Vaults as strata_traits::Books>::losses(book, &factors)
}

#[test]
fn losses_are_the_shortfalls_of_shocks_in_one_walk() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		crowd(id, 20);
		open_vault(BOB, id, 1_000 * OUNCE, 1_000 * DOLLAR);
		run(YEAR);
		// In any order, also twice.
		let percent = [60, 100, 40, 61, 5, 60, 1, 150, 30];
		let found = losses(id, &percent).unwrap();
		for (percent, loss) in percent.iter().zip(&found) {
			let factor = Ratio::from_rational((*percent).into(), 100);
			assert_eq!(*loss, Vaults::shock(id, factor).unwrap().shortfall, "{percent}");
			let by_hand: Balance = rungs(id)
				.iter()
				.map(|(_, entry)| {
					let owed = entry.totals.owed(Vaults::book_state(id).unwrap().index).unwrap();
					// 100 USD the ounce: a unit of 10^-18 ounces at so many cents.
					let value = entry.totals.collateral * 100 * u128::from(*percent) / 100;
					owed.saturating_sub(value * DOLLAR / OUNCE)
				})
				.sum();
			assert_eq!(*loss, by_hand, "{percent}");
		}
		assert_eq!((found[1], found[7]), (0, 0));
		assert!(found[0] == found[5] && found[0] > found[3] && found[2] > found[0]);
		// At no price everything is lost.
		let all: Balance = Vaults::ladder(id, None, 100).iter().map(|rung| rung.debt).sum();
		assert_eq!(losses(id, &[0]), Some(vec![all]));
		assert_eq!(losses(id, &[]), Some(vec![]));
	});
}

#[test]
fn losses_need_a_book_a_price_and_not_too_many_factors() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		assert_eq!(losses(id, &[0, 100]), Some(vec![0, 0]));
		assert_eq!(losses(id + 1, &[50]), None);
		assert_eq!(losses(id, &[50; strata_traits::MAX_SHOCKS]).unwrap().len(), 128);
		assert_eq!(losses(id, &[50; strata_traits::MAX_SHOCKS + 1]), None);
		crowd(id, 2);
		let low = quote(Price::from_u32(50), Price::from_u32(50));
		set_reading(GOLD_FEED, Reading::Stale(low));
		assert!(losses(id, &[100]).unwrap()[0] > 0);
		set_reading(GOLD_FEED, Reading::Unknown);
		assert_eq!(losses(id, &[100]), None);
	});
}

#[test]
fn the_state_of_liquidation_is_told() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 2);
		assert_eq!(Vaults::liquidation(id + 1), None);
		let state = Vaults::liquidation(id).unwrap();
		assert_eq!(state.riskiest, Vaults::ladder(id, None, 1).first().map(|view| view.rung));
		assert!(state.threshold > state.riskiest);
		assert_eq!((state.backlog, state.impaired, state.in_auction), (false, false, 0));
		assert_eq!(state.quota, Some(1_000_000_000 * DOLLAR));
		assert_eq!(state.prices.unwrap().upper, Price::from_u32(100));
		assert_eq!(state.grace_until, 0);
		set_price(GOLD_FEED, 80);
		assert!(Vaults::liquidation(id).unwrap().threshold <= state.riskiest);
		poll();
		let owed = Lots::get().iter().map(|lot| lot.principal).sum::<Balance>();
		assert_eq!(Vaults::liquidation(id).unwrap().in_auction, owed);
		set_reading(GOLD_FEED, Reading::Unknown);
		let state = Vaults::liquidation(id).unwrap();
		assert_eq!((state.mode, state.prices, state.threshold), (None, None, None));
		assert!(state.riskiest.is_some());
	});
}
