//! A deal's whole life on the real pallets, over a real fall of prices: origination, subscription,
//! drawing, payment dates, transfers, amortisation, the last claim, and every unit accounted for.

use std::collections::BTreeMap;

use frame_support::{
	traits::{fungible::NativeOrWithId, fungibles::Inspect as _},
	BoundedVec,
};
use pallet_strata_oracle::Report;
use pallet_strata_tranches::{DealState, Phase, Schedule, Terms, TrancheKind, TrancheTerms};
use pallet_strata_vaults::types::{Adjustment, BookTerms};
use sp_runtime::{DispatchError, FixedU128, Perbill, TokenError};
use strata_numbers::{DayCount, Price};
use strata_traits::{BookId, DealId, FeedId, Listing, PriceFeeds, VaultId};

use super::chain::{
	account, block_after, check_invariants, next_block, on_dev_chain, run_to, send, send_all,
	send_failing, signed,
};
use crate::{
	assets::IssuerAccount,
	genesis::{EURX, EURX_FEED, PARTIES, USDX, USDX_FEED, WTI, WTI_FEED},
	Assets, Balance, Balances, Notes, Oracle, Runtime, RuntimeCall, RuntimeOrigin, Timestamp,
	Tranches, Vaults,
};

/// A whole unit of each asset of the development market: 6 decimals.
const UNIT: Balance = 1_000_000;
const MINUTE: u64 = 60_000;

/// One day of the history: USD per barrel and per euro.
#[derive(Clone, Copy)]
struct Day {
	wti: Price,
	eur: Price,
}

/// A decimal number with at most 18 decimals.
fn price(text: &str) -> Price {
	let (whole, part) = text.split_once('.').unwrap_or((text, ""));
	let digits = format!("{whole}{part:0<18}");
	Price::from_inner(digits.parse().expect("a decimal number"))
}

/// The prices that the demonstration replays; its README says where they are from.
fn history() -> Vec<Day> {
	let column = |csv: &'static str| {
		csv.lines().skip(1).map(|line| line.split_once(',').expect("date,price"))
	};
	let wti = column(include_str!("../../../scripts/demo/data/wti-usd.csv"));
	let eur = column(include_str!("../../../scripts/demo/data/eur-usd.csv"));
	wti.zip(eur)
		.map(|((day, wti), (other, eur))| {
			assert_eq!(day, other, "the series have the same days");
			Day { wti: price(wti), eur: price(eur) }
		})
		.collect()
}

/// What the four feeders report for `day`, as of now.
fn reports(day: Day) -> Vec<(&'static str, RuntimeCall)> {
	let report = |feed: FeedId, value| Report {
		feed,
		value,
		half_width: Price::default(),
		observed_at: Timestamp::get(),
	};
	let par = FixedU128::from_u32(1);
	let all = [report(USDX_FEED, par), report(WTI_FEED, day.wti), report(EURX_FEED, day.eur)];
	["Feeder1", "Feeder2", "Feeder3", "Feeder4"]
		.map(|who| {
			let reports = BoundedVec::truncate_from(all.to_vec());
			(who, pallet_strata_oracle::Call::report { reports }.into())
		})
		.to_vec()
}

/// A block in which every feeder reports `day`.
fn report(day: Day) {
	for result in send_all(reports(day)) {
		assert!(result.is_ok(), "{result:?}");
	}
}

/// A deal of one million: 70 % senior, 20 % mezzanine, 10 % residual, on barrels and euros. Orders
/// until a minute from now, then a payment date every minute; it lends for four minutes.
fn terms() -> Terms<BookTerms> {
	let now = Timestamp::get();
	let offering_end = now + MINUTE;
	let book = |asset, thousandths: u32| BookTerms {
		collateral: NativeOrWithId::WithId(asset),
		yearly_rate: FixedU128::from_rational(thousandths.into(), 1_000),
		debt_ceiling: 600_000 * UNIT,
	};
	let tranche = |kind, face: Balance, percent: u32, subordination| TrancheTerms {
		kind,
		face: face * UNIT,
		minimum: face * UNIT / 2,
		coupon: FixedU128::from_rational(percent.into(), 100),
		minimum_subordination: Perbill::from_percent(subordination),
		minimum_order: UNIT,
		maximum_order: face * UNIT,
	};
	Terms {
		settlement: NativeOrWithId::WithId(USDX),
		books: BoundedVec::truncate_from(vec![book(WTI, 4_000), book(EURX, 3_000)]),
		tranches: vec![
			tranche(TrancheKind::Note, 700_000, 150, 30),
			tranche(TrancheKind::Note, 200_000, 250, 10),
			tranche(TrancheKind::Residual, 100_000, 0, 0),
		]
		.try_into()
		.expect("at most eight"),
		day_count: DayCount::Act365Fixed,
		schedule: Schedule {
			offering_end,
			quiet_period: 0,
			first_payment: offering_end + MINUTE,
			period: MINUTE,
			revolving_end: offering_end + 4 * MINUTE,
			final_date: offering_end + 60 * MINUTE,
		},
	}
}

/// The state of `deal`.
fn state(deal: DealId) -> DealState {
	pallet_strata_tranches::Deals::<Runtime>::get(deal).expect("the deal exists").state
}

/// Creates, launches and subscribes a deal; its offering is over and its orders are collected.
fn issue(first: Day) -> DealId {
	report(first);
	let deal = pallet_strata_tranches::NextDeal::<Runtime>::get();
	let terms = Box::new(terms());
	let end = terms.schedule.offering_end;
	send("Originator", pallet_strata_tranches::Call::create { terms });
	send("Originator", pallet_strata_tranches::Call::launch { deal });
	let order = |who, rank, amount: Balance| {
		let amount = amount * UNIT + 1;
		(who, RuntimeCall::from(pallet_strata_tranches::Call::order { deal, rank, amount }))
	};
	// The senior tranche is over-subscribed, by odd amounts.
	let orders = vec![
		order("Investor1", 0, 400_000),
		order("Investor2", 0, 300_000),
		order("Investor3", 0, 200_003),
		order("Investor4", 1, 150_000),
		order("Investor5", 1, 50_000),
	];
	for result in send_all(orders) {
		assert!(result.is_ok(), "{result:?}");
	}
	run_to(end);
	next_block();
	assert_eq!(state(deal), DealState::Active(Phase::Revolving), "closed by the hook");
	let collect =
		|who: &str, rank| pallet_strata_tranches::Call::collect { deal, rank, who: account(who) };
	for (who, rank) in
		[("Investor1", 0), ("Investor2", 0), ("Investor3", 0), ("Investor4", 1), ("Investor5", 1)]
	{
		// Anyone settles an order for its owner.
		send("Borrower1", collect(who, rank));
	}
	deal
}

/// The books of `deal`.
fn books(deal: DealId) -> Vec<BookId> {
	let ledgers = pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("it is active");
	ledgers.books.to_vec()
}

/// `//name` locks `collateral` in `book` and draws. Returns the vault.
fn open(name: &str, book: BookId, collateral: Balance, draw: Balance) -> VaultId {
	let vault = pallet_strata_vaults::NextVault::<Runtime>::get();
	let (collateral, draw) = (collateral * UNIT, draw * UNIT);
	send(name, pallet_strata_vaults::Call::open { book, collateral, draw });
	vault
}

/// What everybody and everything holds of each asset, and of STRA.
fn holdings() -> BTreeMap<&'static str, Balance> {
	[
		("STRA", Balances::total_issuance()),
		("USDX", Assets::total_issuance(USDX)),
		("WTI", Assets::total_issuance(WTI)),
		("EURX", Assets::total_issuance(EURX)),
	]
	.into()
}

/// What the parties hold themselves of `asset`.
fn in_hands(asset: u32) -> Balance {
	PARTIES.iter().map(|party| Assets::total_balance(asset, &party.account())).sum()
}

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
		let left = dollars - in_hands(USDX);
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

/// The issuer, for whom only governance acts, freezes or thaws the dollar.
fn set_frozen(frozen: bool) {
	let issuer = RuntimeOrigin::signed(IssuerAccount::get());
	let result = match frozen {
		true => Assets::freeze_asset(issuer, USDX.into()),
		false => Assets::thaw_asset(issuer, USDX.into()),
	};
	assert!(result.is_ok(), "{result:?}");
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

		set_frozen(true);
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

		set_frozen(false);
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
		send("Originator", pallet_strata_tranches::Call::create { terms: Box::new(unlisted) });
		let refused = send_failing("Originator", pallet_strata_tranches::Call::launch { deal });
		let error = pallet_strata_tranches::Error::<Runtime>::SettlementNotListed;
		assert_eq!(refused, error.into());
	});
}
