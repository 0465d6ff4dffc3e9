//! Why a book is liquidated: close-out, liquidity call, wind-down.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::One;
use strata_numbers::Price;
use strata_traits::{Books as BooksOfDeals, Custody, Reading};

use super::{
	walk::{borrower, crowd, liquidated, poll, run},
	*,
};
use crate::{
	modes::{average, observe, Mode},
	types::{BookTerms, LiquidityCall, WindDown},
	Clock, Rungs,
};

fn reprice(gold: f64) {
	set_price(GOLD_FEED, gold);
	set_price(USD_FEED, 1);
}

fn mode(id: BookId) -> Option<Mode> {
	Vaults::liquidation(id).unwrap().mode
}

#[test]
fn a_close_out_closes_every_rung_in_full_by_its_end() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vaults = crowd(id, 4);
		let safest = open_vault(ALICE, id, 1_000 * OUNCE, 1_000 * DOLLAR);
		reprice(100.0);
		assert_eq!(mode(id), Some(Mode::Ordinary));
		let past_due = || Vaults::figures(id).map(|f| (f.past_due, f.performing_principal));
		assert_eq!(past_due(), Some((0, 5_000 * DOLLAR)));
		assert_ok!(<Vaults as BooksOfDeals>::mature(id, Now::get()));
		assert_eq!(mode(id), Some(Mode::CloseOut));
		assert_eq!(past_due(), Some((5_000 * DOLLAR, 5_000 * DOLLAR)));
		events();
		poll();
		// At its beginning the threshold is the ordinary one.
		assert_eq!(liquidated(), vec![]);
		// κ* falls to a fraction: 160 % are unsafe when less than 1.5/1.6 of the period is left.
		let (_, close_out) = (Now::get(), book(id).close_out);
		run(close_out / 100 * 6);
		poll();
		assert_eq!(liquidated(), vec![]);
		run(close_out / 100);
		poll();
		assert!(!liquidated().is_empty());
		// In full, with the bonus of calls.
		let lot = Lots::get()[0].clone();
		assert!(lot.solvent);
		assert_eq!(lot.principal % (1_000 * DOLLAR), 0);
		assert_eq!(lot.penalty, lot.principal / 50);
		let first = Vaults::vault_state(vaults[0]).unwrap();
		assert_eq!((first.debt, first.collateral), (0, 16 * OUNCE - 10_200_000_000));
		// Nearly at the end the safest is left.
		run(close_out / 10 * 8);
		poll();
		liquidated();
		assert_eq!(owed(safest), 1_000 * DOLLAR);
		run(close_out / 10 * 2);
		poll();
		assert_eq!(liquidated().len(), 1);
		assert_eq!(book(id).totals.debt, 0);
		assert_eq!(Rungs::<Test>::iter_prefix(id).count(), 0);
		run(YEAR);
		poll();
		assert_eq!(book(id).totals.debt, 0);
	});
}

#[test]
fn a_close_out_needs_prices() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 2);
		assert_ok!(<Vaults as BooksOfDeals>::mature(id, Now::get()));
		run(2 * DAY);
		let last = quote(Price::from_u32(100), Price::from_u32(100));
		set_reading(GOLD_FEED, Reading::Stale(last));
		poll();
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::NoCollateralPrice);
		assert_eq!(Lots::get(), vec![]);
		// Priced beyond all bounds, debt is still not given away for nothing.
		let high = Price::from_inner(1 << 96);
		set_reading(GOLD_FEED, Reading::Fresh(quote(high, high)));
		poll();
		assert_eq!(book(id).totals.debt, 0);
		let lot = Lots::get()[0].clone();
		assert!(lot.solvent && lot.units > 0);
	});
}

#[test]
fn debt_is_never_forgiven_for_less_than_one_unit() {
	ExtBuilder::default().decimals(0, 6).build_and_execute(|| {
		// With no decimals the minimum collateral is a million ounces.
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 1_000_000, 1_000 * DOLLAR);
		assert_ok!(<Vaults as BooksOfDeals>::mature(id, Now::get()));
		run(2 * DAY);
		reprice(5_000.0);
		poll();
		assert_eq!(Lots::get()[0].units, 1);
		assert_eq!(Vaults::vault_state(vault).unwrap().collateral, 999_999);
		assert_eq!(Vaults::vault_state(vault).unwrap().debt, 0);
	});
}

#[test]
fn a_liquidity_call_raises_interest_from_the_riskiest_after_its_notice() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let vaults: Vec<_> = (0..3u128)
			.map(|number| {
				let collateral = (20 + 5 * number) * OUNCE;
				open_vault(walk::borrower(number), id, collateral, 1_000 * DOLLAR)
			})
			.collect();
		run(YEAR);
		reprice(100.0);
		poll();
		assert_eq!(Lots::get(), vec![]);
		let interest = Vaults::vault_state(vaults[0]).unwrap().interest;
		assert!(interest > 199 * DOLLAR);
		let called = <Vaults as BooksOfDeals>::call(id, interest + 150 * DOLLAR).unwrap();
		assert_eq!(called, interest + 150 * DOLLAR);
		run(DAY - 1);
		reprice(100.0);
		poll();
		assert_eq!(Lots::get(), vec![]);
		assert_eq!(mode(id), Some(Mode::Ordinary));
		run(1);
		assert_eq!(mode(id), Some(Mode::Call));
		events();
		poll();
		// All that the riskiest owes, and the rest from those after it.
		let raised: Balance = Lots::get().iter().map(|lot| lot.principal + lot.interest).sum();
		assert!(raised >= called, "{raised}");
		assert!(raised < called + 100 * DOLLAR, "{raised}: less than one least lot more");
		let walked = events();
		assert!(walked.contains(&Event::CallEnded { book: id, unraised: 0 }), "{walked:?}");
		assert_eq!(book(id).call, None);
		assert!(Lots::get()[0].solvent);
		assert_eq!(Lots::get()[0].penalty, raised / 50);
		// Nobody is worse covered than before, and the safest was not needed.
		assert_eq!(Vaults::vault_state(vaults[2]).unwrap().hops, 0);
		assert!(Vaults::vault_state(vaults[0]).unwrap().debt < 1_050 * DOLLAR);
		poll();
		assert_eq!(mode(id), Some(Mode::Ordinary));
	});
}

#[test]
fn in_a_call_unsafe_rungs_come_first_at_their_own_bonus() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let unsafe_one = open_vault(ALICE, id, 19 * OUNCE, 1_000 * DOLLAR);
		open_vault(BOB, id, 60 * OUNCE, 1_000 * DOLLAR);
		run(YEAR);
		assert_ok!(<Vaults as BooksOfDeals>::call(id, 120 * DOLLAR));
		run(DAY);
		reprice(90.0);
		events();
		poll();
		let events = events();
		let of = |event: &Event| match event {
			Event::RungLiquidated { repaid, .. } => Some(*repaid),
			_ => None,
		};
		let repaid: Vec<Balance> = events.iter().filter_map(of).collect();
		// The unsafe one to its target; what it owes of interest then counts for the call too.
		assert!(repaid.len() >= 2, "{events:?}");
		let lot = Lots::get()[0].clone();
		let (own, called) = (repaid[0], repaid[1..].iter().sum::<Balance>());
		assert!(called >= 120 * DOLLAR);
		assert!(lot.penalty <= own / 10 + called / 50 && lot.penalty + 2 >= own / 10 + called / 50);
		assert!(Vaults::vault_state(unsafe_one).unwrap().hops >= 1);
	});
}

#[test]
fn a_small_call_on_a_large_rung_leaves_it_on_its_rung() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let vault = open_vault(ALICE, id, 50_000 * OUNCE, 900_000 * DOLLAR);
		run(YEAR / 12);
		assert_ok!(<Vaults as BooksOfDeals>::call(id, 150 * DOLLAR));
		run(DAY);
		reprice(100.0);
		let before = Vaults::vault_state(vault).unwrap();
		events();
		poll();
		let after = Vaults::vault_state(vault).unwrap();
		assert_eq!(liquidated().len(), 1);
		assert_eq!((after.rung, after.hops), (before.rung, 1));
		let raised = before.debt - after.debt;
		assert!(raised.abs_diff(150 * DOLLAR) <= 2, "{raised}");
		assert_eq!(book(id).call, None);
	});
}

#[test]
fn a_call_takes_from_everybody_once() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		// Steps of 0.3 %: a tenth of the debt repaid leads past many others.
		for number in 0..40u128 {
			let collateral = 200 * OUNCE + 6 * OUNCE * number / 10;
			open_vault(borrower(number), id, collateral, 10_000 * DOLLAR);
		}
		run(YEAR / 12);
		let owed: Vec<_> = (0..40).map(owed).collect();
		let called = <Vaults as BooksOfDeals>::call(id, Balance::MAX).unwrap();
		run(DAY);
		reprice(100.0);
		events();
		poll();
		poll();
		// All of it, though what is left of a dozen rungs comes to lie on others.
		let events = events();
		let ended = |event: &&Event| matches!(event, Event::CallEnded { .. });
		let ends: Vec<&Event> = events.iter().filter(ended).collect();
		assert_eq!(ends, vec![&Event::CallEnded { book: id, unraised: 0 }]);
		let raised: Balance = Lots::get().iter().map(|lot| lot.principal + lot.interest).sum();
		assert!((called..called + 100 * DOLLAR).contains(&raised), "{raised} of {called}");
		// Most give what they owe of interest, some 167 USD, or less. Whoever comes to lie among others
		// gives with them, and they the less.
		let given: Vec<_> = (0..40)
			.zip(owed)
			.map(|(vault, before)| before.saturating_sub(Vaults::vault_state(vault).unwrap().debt))
			.collect();
		let own = given.iter().filter(|given| **given < 200 * DOLLAR).count();
		assert!(own >= 20, "{given:?}");
		assert!(given.iter().all(|given| *given < 500 * DOLLAR), "{given:?}");
		assert_eq!(book(id).call, None);
	});
}

/// Opens a vault of 10 000 USD at 200 % and one with `second` collateral and debt, calls all the
/// interest that both owe after a month, and returns what is called.
fn called_from_two(id: BookId, second: (Balance, Balance)) -> Balance {
	open_vault(ALICE, id, 200 * OUNCE, 10_000 * DOLLAR);
	open_vault(BOB, id, second.0, second.1);
	run(YEAR / 12);
	let called = <Vaults as BooksOfDeals>::call(id, Balance::MAX).unwrap();
	run(DAY);
	reprice(100.0);
	events();
	called
}

#[test]
fn a_called_rung_does_not_shield_those_it_lands_on() {
	// What is left of the first vault, with nobody in its way.
	let landing = ExtBuilder::default().build().execute_with(|| {
		let id = open_book(GOLD, 0.2);
		called_from_two(id, (2_000 * OUNCE, 10_000 * DOLLAR));
		poll();
		rungs(id)[0]
	});
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let (rung, there) = landing;
		let second = (there.totals.collateral, there.totals.debt);
		let called = called_from_two(id, second);
		assert_eq!(rungs(id)[1].0, rung);
		poll();
		let events = events();
		let repaid: Vec<(Rung, Balance)> = events
			.iter()
			.filter_map(|event| match event {
				Event::RungLiquidated { rung, repaid, .. } => Some((*rung, *repaid)),
				_ => None,
			})
			.collect();
		// Both give what they owe; the last one what is not raised yet.
		assert_eq!((repaid.len(), repaid[1].0), (2, rung), "{events:?}");
		assert_eq!(repaid[0].1 + repaid[1].1, called);
		assert!(repaid.iter().all(|(_, repaid)| *repaid > 150 * DOLLAR), "{repaid:?}");
		assert!(events.contains(&Event::CallEnded { book: id, unraised: 0 }), "{events:?}");
		assert_eq!(book(id).call, None);
		// All that is left is spared.
		let (_, left) = rungs(id)[0];
		assert_eq!((left.called, left.vaults), (1, 2));
		assert_eq!(left.spared, (left.totals.debt, left.totals.principal));
		assert_eq!(left.callable(1, book(id).index), Some(0));
		assert!(left.callable(2, book(id).index).unwrap() > 300 * DOLLAR);
	});
}

#[test]
fn a_rung_spares_no_more_than_what_lies_there() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let large = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		let small = open_vault(BOB, id, 2 * OUNCE, 100 * DOLLAR);
		let (rung, entry) = rungs(id)[0];
		let of = |dollars: Balance| (dollars * DOLLAR, dollars * DOLLAR);
		let called = entry.sparing(1, &position(large)).unwrap();
		assert_eq!(called.spared, of(1_000));
		assert_eq!(called.sparing(1, &position(small)).unwrap().spared, of(1_100));
		// The next call spares nobody for this one.
		assert_eq!(called.sparing(2, &position(small)).unwrap().spared, of(100));
		Rungs::<Test>::insert(id, rung.key(), called);
		let spared = || rungs(id)[0].1.spared;
		// Who stays is spared as before, as far as the debt is still there.
		assert_ok!(Vaults::deposit(signed(BOB), large, OUNCE / 1_000));
		assert_eq!(spared(), of(1_000));
		Rungs::<Test>::mutate(id, rung.key(), |entry| entry.as_mut().unwrap().spared = of(1_100));
		assert_ok!(Vaults::repay(signed(BOB), large, DOLLAR / 10));
		assert_eq!((rungs(id)[0].0, spared()), (rung, (1_099_900_000, 1_099_900_000)));
		// Who leaves may be the one that was called: those who stay are spared at most with all they
		// owe, and whoever comes is not.
		assert_ok!(Vaults::deposit(signed(BOB), large, 10 * OUNCE));
		assert_eq!((rungs(id)[0].0, spared()), (rung, of(100)));
		assert_ok!(Vaults::withdraw(signed(ALICE), large, 10 * OUNCE));
		assert_eq!((rungs(id).len(), rungs(id)[0].1.vaults, spared()), (1, 2, of(100)));
	});
}

#[test]
fn a_call_of_several_blocks_takes_nothing_for_what_accrues_meanwhile() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let called = called_from_two(id, (2_000 * OUNCE, 10_000 * DOLLAR));
		assert_ok!(Vaults::liquidate(signed(BOB), id, 1));
		let hops = || (0..2).map(|vault| Vaults::vault_state(vault).unwrap().hops).sum::<u32>();
		assert_eq!((hops(), book(id).call.is_some()), (1, true));
		// Whom the call has not come to cannot slip behind it.
		for (owner, vault) in [(ALICE, 0), (BOB, 1)] {
			assert_noop!(Vaults::withdraw(signed(owner), vault, OUNCE), Error::Backlog);
		}
		run(6_000);
		reprice(100.0);
		poll();
		let raised: Balance = Lots::get().iter().map(|lot| lot.principal + lot.interest).sum();
		assert_eq!((hops(), raised), (2, called));
		assert_eq!(book(id).call, None);
	});
}

#[test]
fn a_call_never_closes_a_safe_vault() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		// They owe 122 USD each after a year: the least lot would leave 22 of it, which is less than the
		// least debt.
		let vaults: Vec<_> = (0..3u128)
			.map(|number| open_vault(borrower(number), id, (10 + 3 * number) * OUNCE, 100 * DOLLAR))
			.collect();
		let hops = || -> Vec<u32> {
			vaults.iter().map(|vault| Vaults::vault_state(*vault).unwrap().hops).collect()
		};
		let call = |amount| {
			let called = <Vaults as BooksOfDeals>::call(id, amount).unwrap();
			run(DAY);
			reprice(100.0);
			events();
			poll();
			called
		};
		run(YEAR);
		let interest = Vaults::vault_state(vaults[0]).unwrap().interest;
		let called = call(2 * interest + DOLLAR);
		// Exactly what is wanted.
		let raised: Balance = Lots::get().iter().map(|lot| lot.principal + lot.interest).sum();
		assert_eq!((hops(), raised), (vec![1, 1, 1], called));
		assert!(events().contains(&Event::CallEnded { book: id, unraised: 0 }));
		assert!(vaults.iter().all(|vault| owed(*vault) >= 100 * DOLLAR));
		// Without their interest they owe less than the least debt now. They are left alone.
		call(Balance::MAX);
		assert_eq!(hops(), vec![1, 1, 1]);
		let is_short = |event: &Event| match event {
			Event::CallEnded { unraised, .. } => *unraised > 30 * DOLLAR,
			_ => false,
		};
		assert!(events().iter().any(is_short));
		assert!(vaults.iter().all(|vault| owed(*vault) >= 100 * DOLLAR));
	});
}

#[test]
fn a_call_is_answered_by_paying_and_ends_when_nothing_is_owed() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		crowd(id, 2);
		run(YEAR / 100);
		assert_ok!(<Vaults as BooksOfDeals>::call(id, 2 * DOLLAR));
		// Both owe a dollar of interest. The first pays his.
		let interest = Vaults::vault_state(0).unwrap().interest;
		assert_ok!(Vaults::repay(signed(BOB), 0, interest));
		assert_eq!(book(id).call.unwrap().amount, 2 * DOLLAR - interest);
		events();
		assert_ok!(Vaults::repay(signed(BOB), 1, 5 * DOLLAR));
		assert_eq!(book(id).call, None);
		assert!(events().contains(&Event::CallEnded { book: id, unraised: 0 }));
		// A call for interest that nobody owes any more does not close the book for ever.
		run(YEAR / 100);
		assert_ok!(<Vaults as BooksOfDeals>::call(id, Balance::MAX));
		Books::<Test>::mutate(id, |book| {
			book.as_mut().unwrap().call.as_mut().unwrap().amount += 1_000 * DOLLAR;
		});
		reprice(100.0);
		for vault in 0..2 {
			let owner = VaultMap::<Test>::get(vault).unwrap().owner;
			assert_ok!(Vaults::close(signed(owner), vault));
		}
		assert!(book(id).call.is_some());
		poll();
		assert_eq!(book(id).call, None);
		open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
	});
}

#[test]
fn a_call_for_more_than_is_owed_ends_with_the_ladder() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		crowd(id, 2);
		run(YEAR / 100);
		let owed = <Vaults as BooksOfDeals>::figures(id).unwrap().interest_due;
		let called = <Vaults as BooksOfDeals>::call(id, Balance::MAX).unwrap();
		assert_eq!(called, owed);
		// Nobody owes interest any more when it is due.
		for vault in 0..2 {
			assert_ok!(Vaults::repay(signed(BOB), vault, 5 * DOLLAR));
		}
		Books::<Test>::mutate(id, |book| {
			let book = book.as_mut().unwrap();
			book.call = Some(LiquidityCall { amount: 77, due: Now::get(), at: None });
		});
		reprice(100.0);
		events();
		poll();
		assert_eq!(
			events(),
			vec![Event::CallEnded { book: id, unraised: 77 }],
			"no rung owes interest"
		);
		assert_eq!(Lots::get(), vec![]);
	});
}

#[test]
fn a_wind_down_closes_out_at_the_average_of_its_window() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vaults = crowd(id, 3);
		reprice(100.0);
		let until = Now::get() + 10_000;
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, until));
		// 100 for 4 s, unknown for 2 s, 150 for 3 s; the last second is after the last look.
		run(4_000);
		poll();
		set_reading(GOLD_FEED, Reading::Unknown);
		run(2_000);
		poll();
		reprice(150.0);
		run(3_000);
		poll();
		let plan = book(id).wind_down.unwrap();
		assert_eq!((plan.weight, plan.summed_to), (7_000, until - 1_000));
		assert_eq!(plan.collateral, (100 * 4_000 + 150 * 3_000) * 1_000_000_000);
		assert_eq!(plan.settlement, 7_000 * 1_000_000_000);
		assert_eq!(Lots::get(), vec![]);
		assert_ok!(Vaults::repay(signed(BOB), vaults[2], 500 * DOLLAR));

		// No price is needed then.
		set_reading(GOLD_FEED, Reading::Unknown);
		set_reading(USD_FEED, Reading::Unknown);
		run(1_000);
		poll();
		assert_eq!(book(id).totals.debt, 0);
		let lot = Lots::get()[0].clone();
		assert_eq!(lot.principal, 2_500 * DOLLAR);
		assert_eq!(lot.penalty, 50 * DOLLAR);
		// 850/7 USD, rounded up.
		let average = Price::from_inner(121_428_571_428_571_428_572);
		assert_eq!(lot.prices.upper, average);
		assert_eq!(<Vaults as Custody<AccountId>>::market(id), Some(lot.prices));
		// ⌊1000·1.02/average⌋ of the first one.
		let first = Vaults::vault_state(vaults[0]).unwrap();
		assert_eq!((first.debt, 16 * OUNCE - first.collateral), (0, 8_399_999_999));
	});
}

#[test]
fn the_average_of_a_window_is_rounded_in_the_owners_favour() {
	ExtBuilder::default().build_and_execute(|| {
		let at = |inner| quote(Price::from_inner(inner), Price::from_inner(inner));
		let mut plan = WindDown {
			until: 100,
			summed_to: 0,
			weight: 0,
			collateral: 0,
			settlement: 0,
			last: None,
		};
		// In 10^−9 USD, the last digit that is kept: 1.000000001 counts as 2, and 1.999999999 as 1.
		let quotes =
			crate::market::Quotes { collateral: at(1_000_000_001), settlement: at(1_999_999_999) };
		assert!(observe(&mut plan, 7, Some(&quotes)));
		assert_eq!((plan.weight, plan.collateral, plan.settlement), (7, 14, 7));
		// 15/7 up, 8/7 down.
		let found = average(&WindDown { collateral: 15, settlement: 8, ..plan }).unwrap();
		assert_eq!(found.collateral, Price::from_inner(2_142_857_143));
		assert_eq!(found.settlement, Price::from_inner(1_142_857_142));
	});
}

#[test]
fn a_wind_down_lot_starts_at_the_market_where_there_is_one() {
	let closed_out = |market: &dyn Fn()| {
		ExtBuilder::default().build().execute_with(|| {
			let id = open_book(GOLD, 0.0);
			let vault = crowd(id, 1)[0];
			reprice(100.0);
			assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, Now::get() + 10_000));
			run(9_000);
			poll();
			market();
			run(1_000);
			poll();
			Vaults::do_try_state().unwrap();
			// By the average, whatever the market: ⌊1000·1.02/100⌋ ounces.
			let state = Vaults::vault_state(vault).unwrap();
			assert_eq!((state.debt, 16 * OUNCE - state.collateral), (0, 10_200_000_000));
			Lots::get()[0].prices
		})
	};
	let fresh = closed_out(&|| reprice(150.0));
	assert_eq!((fresh.lower, fresh.upper), (Price::from_u32(150), Price::from_u32(150)));
	// Without one that holds, and at a price of zero, which nobody knows: at the average.
	let average = (Price::default(), Price::from_u32(100));
	for market in [&(|| set_reading(GOLD_FEED, Reading::Unknown)) as &dyn Fn(), &|| reprice(0.0)] {
		let prices = closed_out(market);
		assert_eq!((prices.lower, prices.upper), average);
	}
	// Nor at one from before the chain stood still.
	let old = closed_out(&|| {
		reprice(150.0);
		Clock::<Test>::mutate(|clock| clock.resumed = Now::get() + 1);
		Now::mutate(|now| *now += ResumeGrace::get());
	});
	assert_eq!((old.lower, old.upper), average);
}

#[test]
fn during_the_window_unsafe_rungs_are_liquidated_as_ever() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 1);
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, Now::get() + 10_000));
		run(1_000);
		reprice(90.0);
		assert_eq!(mode(id), Some(Mode::Ordinary));
		poll();
		assert_eq!(Lots::get()[0].principal, 433_333_334);
	});
}

#[test]
fn without_a_price_in_the_window_the_last_one_known_counts() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 1);
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, Now::get() + 1_000));
		Books::<Test>::mutate(id, |book| {
			let plan = book.as_mut().unwrap().wind_down.as_mut().unwrap();
			plan.last = Some((Price::from_u32(200), Price::from_u32(2)));
		});
		set_reading(GOLD_FEED, Reading::Unknown);
		run(500);
		poll();
		run(500);
		poll();
		let lot = Lots::get()[0].clone();
		assert_eq!(lot.prices.upper, Price::from_u32(200));
		// An average of the past is no market for the backstop pool.
		assert_eq!(lot.prices.lower, Price::from_u32(0));
	});
}

#[test]
fn a_book_that_never_had_a_price_waits_for_one_and_says_so_once() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 1);
		set_reading(GOLD_FEED, Reading::Unknown);
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, Now::get() + 1_000));
		Books::<Test>::mutate(id, |book| {
			book.as_mut().unwrap().wind_down.as_mut().unwrap().last = None;
		});
		events();
		for _ in 0..4 {
			run(600);
			poll();
		}
		assert_eq!(events(), vec![Event::NoPriceToCloseOut { book: id }]);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::NoCollateralPrice);
		assert_eq!(<Vaults as Custody<AccountId>>::market(id), None);
		// The first one that comes is taken, and stays.
		reprice(120.0);
		poll();
		assert_eq!(book(id).totals.debt, 0);
		assert_eq!(Lots::get()[0].prices.upper, Price::from_u32(120));
		reprice(50.0);
		poll();
		let last = book(id).wind_down.unwrap().last;
		assert_eq!(last, Some((Price::from_u32(120), Price::one())));
	});
}

#[test]
fn a_wind_down_waits_for_the_grace_period_after_a_halt() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 1);
		poll();
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, Now::get() + 1_000));
		run(500);
		poll();
		pass(HaltGap::get() + 1);
		poll();
		assert_eq!(Lots::get(), vec![]);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::Resuming);
		run(ResumeGrace::get());
		poll();
		assert_eq!(book(id).totals.debt, 0);
	});
}

#[test]
fn a_book_past_its_wind_down_is_closed_out_at_once_whatever_its_maturity() {
	ExtBuilder::default().build_and_execute(|| {
		let terms = BookTerms { maturity: Now::get() + 1, ..terms(GOLD, 0.0) };
		let id = <Vaults as BooksOfDeals>::open(7, &USD, &terms).unwrap();
		crowd(id, 1);
		run(1);
		assert_eq!(mode(id), Some(Mode::CloseOut));
		assert_ok!(<Vaults as BooksOfDeals>::wind_down(id, Now::get() + 1_000));
		assert_eq!(mode(id), Some(Mode::CloseOut));
		run(1_000);
		assert_eq!(mode(id), Some(Mode::WindDown));
	});
}

#[test]
fn sums_that_do_not_fit_leave_the_time_out() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 1);
		let mut plan = WindDown {
			until: 100,
			summed_to: 0,
			weight: 0,
			collateral: u128::MAX - 5,
			settlement: 0,
			last: None,
		};
		let high = quote(Price::from_inner(1 << 96), Price::from_inner(1 << 96));
		let par = quote(Price::one(), Price::one());
		let quotes = crate::market::Quotes { collateral: high, settlement: par };
		assert!(observe(&mut plan, 10, Some(&quotes)));
		assert_eq!((plan.weight, plan.summed_to), (0, 10));
		assert_eq!(average(&plan).unwrap().collateral, Price::from_inner(1 << 96));
		assert!(!observe(&mut plan, 10, Some(&quotes)));
		// A price of zero is no price.
		let zero = quote(Price::default(), Price::default());
		let quotes = crate::market::Quotes { collateral: zero, settlement: par };
		let mut plan = WindDown { collateral: 0, last: None, ..plan };
		assert!(observe(&mut plan, 20, Some(&quotes)));
		assert_eq!((plan.weight, plan.last), (0, None));
		assert_eq!(average(&plan), None);
	});
}
