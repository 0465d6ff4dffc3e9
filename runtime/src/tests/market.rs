//! A deal's whole life on the real pallets, over a real fall of prices: origination, subscription,
//! drawing, payment dates, transfers, amortisation, the last claim, and every unit accounted for.

use frame_support::traits::{fungible::NativeOrWithId, fungibles::Inspect as _};
use pallet_strata_tranches::DealState;
use pallet_strata_vaults::types::Adjustment;
use sp_runtime::{DispatchError, FixedU128, TokenError};
use strata_numbers::Price;
use strata_traits::{DealId, Listing, PriceFeeds, Reading, VaultId};

use super::{
	chain::{
		account, block_after, check_invariants, next_block, on_dev_chain, run_to, send, send_all,
		send_failing, signed,
	},
	deal::{
		books, history, holdings, in_hands, issue, open, plain, price, report, reports, set_frozen,
		state, terms, Day, BOND, MINUTE, RESERVE, UNIT,
	},
};
use crate::{
	genesis::{EURX, PARTIES, USDX, USDX_FEED, WTI, WTI_FEED},
	Assets, Notes, Oracle, Runtime, RuntimeCall, RuntimeOrigin, Timestamp, Tranches, Vaults,
};

#[test]
fn deal_should_live_its_whole_life_over_a_real_fall_of_prices() {
	on_dev_chain(|| {
		let days = history();
		assert!((60..=90).contains(&days.len()), "{}", days.len());
		let before = holdings();
		let (dollars, barrels, euros) = (in_hands(USDX), in_hands(WTI), in_hands(EURX));
		let mut days = days.into_iter();
		let deal = issue(days.next().expect("a first day"));

		let [oil, euro] = books(deal)[..] else { panic!("two books") };
		let vaults = [
			("Borrower1", open("Borrower1", oil, 6_000, 200_000)),
			("Borrower2", open("Borrower2", oil, 8_000, 250_000)),
			("Borrower3", open("Borrower3", euro, 400_000, 250_000)),
			("Borrower4", open("Borrower4", euro, 500_000, 200_000)),
		];
		assert_eq!(Assets::balance(USDX, account("Borrower1")), (1_000_000 + 200_000) * UNIT);

		let lowest = replay(deal, days, vaults);
		assert!(lowest < price("80"), "the history holds a fall");
		redeem(deal, vaults);

		for who in PARTIES {
			for rank in 0..3 {
				let claim = pallet_strata_tranches::Call::claim { deal, rank, who: who.account() };
				// Most hold nothing of most tranches.
				send_all(vec![("Borrower1", claim.into())]);
			}
		}
		assert_eq!(holdings(), before, "nothing was made or lost");
		assert_eq!(in_hands(WTI), barrels);
		assert_eq!(in_hands(EURX), euros);
		let left = dollars - in_hands(USDX) - BOND;
		// Fractions of a unit stay with the deal, at most one per holder, class and fund.
		assert!(left <= 2 * 8 + 1, "{left} units of USDX are still with the deal");
	});
}

/// A block a day: feeders report, and on the way notes change hands between two payment dates.
/// Returns the lowest price of a barrel.
fn replay(deal: DealId, days: impl Iterator<Item = Day>, vaults: [(&str, VaultId); 4]) -> Price {
	let mut lowest = Price::from_u32(1_000);
	for (index, day) in days.enumerate() {
		report(day);
		lowest = lowest.min(day.wti);
		let reading = Oracle::reading(WTI_FEED).reliable().expect("four of four reported");
		assert_eq!(reading.lower, day.wti);
		if index == 12 {
			let (rank, amount, to) = (0, 12_345_678_901, account("Investor5"));
			send("Investor1", pallet_strata_tranches::Call::transfer { deal, rank, to, amount });
		}
		if index % 10 == 5 {
			for (who, vault) in vaults {
				let amount = 1_000 * UNIT;
				send(who, pallet_strata_vaults::Call::repay { vault, amount });
			}
		}
	}
	lowest
}

/// Borrowers pay everything back; the deal amortises, redeems its notes and closes.
fn redeem(deal: DealId, vaults: [(&str, VaultId); 4]) {
	for (who, vault) in vaults {
		send(who, pallet_strata_vaults::Call::close { vault });
	}
	let schedule = terms().schedule;
	for _ in 0..100 {
		if state(deal) == DealState::Closed {
			break;
		}
		run_to(Timestamp::get() + schedule.period / 10);
	}
	assert_eq!(state(deal), DealState::Closed);
}

#[test]
fn slip_of_the_decimal_point_should_wait_and_be_forgotten() {
	on_dev_chain(|| {
		let day = history()[0];
		report(day);
		report(Day { wti: day.wti / Price::from_u32(10), ..day });
		let Reading::Pending { confirmed, current } = Oracle::reading(WTI_FEED) else {
			panic!("all feeders slipped: {:?}", Oracle::reading(WTI_FEED))
		};
		assert_eq!((confirmed.mid, current.mid), (day.wti, day.wti / Price::from_u32(10)));
		report(day);
		let quote = Oracle::reading(WTI_FEED).reliable().expect("it is back");
		assert_eq!((quote.least, quote.mid), (day.wti, day.wti));
		check_invariants();
	});
}

#[test]
fn vault_should_not_draw_on_a_stale_price_but_repay_and_add_collateral() {
	on_dev_chain(|| {
		let day = history()[0];
		let deal = issue(day);
		report(day);
		let oil = books(deal)[0];
		let vault = open("Borrower1", oil, 6_000, 200_000);
		let stale = Timestamp::get() + 11 * MINUTE;
		while Timestamp::get() < stale {
			block_after(9, Vec::new());
		}
		check_invariants();
		assert!(Oracle::reading(WTI_FEED).reliable().is_none());
		let who = "Borrower1";
		let draw = pallet_strata_vaults::Call::draw { vault, amount: 1_000 * UNIT };
		send_failing(who, draw);
		send_failing(who, pallet_strata_vaults::Call::withdraw { vault, amount: UNIT });
		send(who, pallet_strata_vaults::Call::deposit { vault, amount: UNIT });
		send(who, pallet_strata_vaults::Call::repay { vault, amount: UNIT });
		let adjustment = Adjustment { deposit: UNIT, ..Adjustment::default() };
		send(who, pallet_strata_vaults::Call::adjust { vault, adjustment });
	});
}

#[test]
fn payment_date_on_the_first_block_of_a_session_should_be_run_in_the_next() {
	on_dev_chain(|| {
		let deal = issue(history()[0]);
		let next_date = || {
			pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("it is active").next_date
		};
		// Let the date fall due in the block that changes the session: the slots before it are
		// missed.
		let date = next_date();
		while Timestamp::get() + 6_000 < date {
			next_block();
		}
		let session = crate::Session::current_index();
		block_after(60, Vec::new());
		check_invariants();
		assert!(crate::Session::current_index() > session, "a session began");
		assert_eq!(next_date(), date, "its first block does nothing else");
		next_block();
		assert!(next_date() > date, "the next one does");
	});
}

#[test]
fn reports_should_be_accepted_in_the_first_block_of_a_session() {
	on_dev_chain(|| {
		report(history()[0]);
		for _ in 0..10 {
			next_block();
		}
		let session = crate::Session::current_index();
		let transactions = reports(history()[1])
			.into_iter()
			.flat_map(|(who, call)| signed(who, vec![call]))
			.collect();
		let results = block_after(45, transactions);
		assert!(crate::Session::current_index() > session);
		for result in results {
			assert!(matches!(result, Ok(Ok(()))), "{result:?}");
		}
	});
}

#[test]
fn notes_should_exist_once_per_unit_of_face() {
	on_dev_chain(|| {
		let deal = issue(history()[0]);
		for (rank, face) in [(0, 700_000), (1, 200_000), (2, 100_000)] {
			let note = pallet_strata_tranches::note_id(deal, rank).expect("small");
			assert_eq!(Notes::total_issuance(note), face * UNIT);
		}
		assert!(Vaults::do_try_state().is_ok() && Tranches::do_try_state().is_ok());
	});
}

/// What a failed act must leave as it was: the vault with its book, the cash of the deal, and what
/// the parties and the deal hold of the dollar.
fn untouched(deal: DealId, vault: VaultId) -> impl PartialEq + std::fmt::Debug {
	let held = pallet_strata_vaults::Vaults::<Runtime>::get(vault).expect("it exists");
	let book = pallet_strata_vaults::Books::<Runtime>::get(held.book).expect("it exists");
	let account = Tranches::deal_view(deal).expect("it exists").account;
	let cash: Vec<_> = PARTIES.iter().map(|party| Assets::balance(USDX, party.account())).collect();
	(held, book, Assets::balance(USDX, account), cash)
}

#[test]
fn frozen_settlement_asset_should_stop_payments_until_it_thaws_and_lose_nothing() {
	on_dev_chain(|| {
		let deal = issue(history()[0]);
		report(history()[0]);
		let vault = open("Borrower1", books(deal)[0], 6_000, 200_000);
		let repay = || pallet_strata_vaults::Call::repay { vault, amount: UNIT };
		let claim = || {
			let who = account("Investor1");
			pallet_strata_tranches::Call::claim { deal, rank: 0, who }
		};
		let claimable = || Tranches::claimable_view(deal, 0, &account("Investor1")).interest;
		send("Borrower1", repay());
		while claimable() == 0 {
			next_block();
		}

		set_frozen(USDX, true);
		let before = untouched(deal, vault);
		let frozen = DispatchError::Token(TokenError::Frozen);
		assert_eq!(send_failing("Borrower1", repay()), frozen);
		assert_eq!(send_failing("Investor2", repay()), frozen);
		let close = pallet_strata_vaults::Call::close { vault };
		assert_eq!(send_failing("Borrower1", close), frozen);
		let draw = pallet_strata_vaults::Call::draw { vault, amount: UNIT };
		send_failing("Borrower1", draw);
		assert_eq!(send_failing("Investor1", claim()), frozen);
		assert_eq!(untouched(deal, vault), before);
		// Payment dates do not wait for it: nothing moves but what is owed.
		let owed = claimable();
		let next_date = || {
			pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("it is active").next_date
		};
		let date = next_date();
		run_to(date + MINUTE / 5);
		assert!(next_date() > date);
		assert!(claimable() >= owed);
		assert_eq!(untouched(deal, vault), before);

		set_frozen(USDX, false);
		let (owed, held) = (claimable(), Assets::balance(USDX, account("Investor1")));
		send("Borrower1", repay());
		send("Investor1", claim());
		assert!(Assets::balance(USDX, account("Investor1")) >= held + owed);
		send("Borrower1", pallet_strata_vaults::Call::close { vault });
	});
}

#[test]
fn asset_that_its_issuer_could_freeze_should_never_be_listed() {
	use crate::assets::AssetsInstance;
	on_dev_chain(|| {
		let (id, eve) = (99, account("Eve"));
		let create = pallet_assets::Call::<Runtime, AssetsInstance>::create {
			id: id.into(),
			admin: eve.into(),
			min_balance: 1,
		};
		send("Eve", RuntimeCall::Assets(create));
		let asset = NativeOrWithId::WithId(id);
		let listing = crate::Risk::collateral(&NativeOrWithId::WithId(WTI)).expect("listed");
		let untrusted = pallet_strata_risk::Error::<Runtime>::UntrustedRoles;
		let listed = crate::Risk::list_collateral(
			RuntimeOrigin::root(),
			asset.clone(),
			WTI_FEED,
			listing.parameters,
		);
		assert_eq!(listed, Err(untrusted.into()));
		let untrusted = pallet_strata_risk::Error::<Runtime>::UntrustedRoles;
		let band = FixedU128::from_rational(1, 100);
		let listed =
			crate::Risk::list_settlement(RuntimeOrigin::root(), asset.clone(), USDX_FEED, band);
		assert_eq!(listed, Err(untrusted.into()));
		// A draft may name it, but cannot be launched.
		let mut unlisted = terms();
		unlisted.settlement = asset;
		let deal = pallet_strata_tranches::NextDeal::<Runtime>::get();
		let (terms, program) = (Box::new(unlisted), plain(RESERVE));
		send("Originator", pallet_strata_tranches::Call::create { terms, program });
		let refused = send_failing("Originator", pallet_strata_tranches::Call::launch { deal });
		let error = pallet_strata_tranches::Error::<Runtime>::SettlementNotListed;
		assert_eq!(refused, error.into());
	});
}
