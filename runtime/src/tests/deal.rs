//! A deal on the development market: how it is issued, priced, drawn on, and reckoned with.

use std::collections::BTreeMap;

use frame_support::{
	traits::{fungible::NativeOrWithId, fungibles::Inspect as _},
	BoundedVec,
};
use pallet_strata_oracle::Report;
use pallet_strata_tranches::{
	Consents, DealState, DefaultTerms, Phase, Schedule, Terms, TrancheKind, TrancheTerms,
};
use pallet_strata_vaults::types::BookTerms;
use sp_runtime::{FixedU128, Perbill};
use strata_numbers::{DayCount, Price, RateModel};
use strata_traits::{BookId, DealId, FeedId, VaultId};
use strata_waterfall::{PerFee, Program};

use super::chain::{account, next_block, run_to, send, send_all};
use crate::{
	assets::IssuerAccount,
	genesis::{EURX, EURX_FEED, PARTIES, USDX, USDX_FEED, WTI, WTI_FEED},
	AccountId, Assets, Balance, Balances, Runtime, RuntimeCall, RuntimeOrigin, Timestamp,
};

/// A whole unit of each asset of the development market: 6 decimals.
pub const UNIT: Balance = 1_000_000;
/// Milliseconds.
pub const MINUTE: u64 = 60_000;

/// The prices of a day.
#[derive(Clone, Copy)]
pub struct Day {
	/// USD per barrel.
	pub wti: Price,
	/// USD per euro.
	pub eur: Price,
}

/// A decimal number with at most 18 decimals.
pub fn price(text: &str) -> Price {
	let (whole, part) = text.split_once('.').unwrap_or((text, ""));
	let digits = format!("{whole}{part:0<18}");
	Price::from_inner(digits.parse().expect("a decimal number"))
}

/// The prices that the demonstration replays; its README says where they are from.
pub fn history() -> Vec<Day> {
	let column = |csv: &'static str| {
		csv.lines().skip(1).map(|line| line.split_once(',').expect("date,price"))
	};
	let wti = column(include_str!("../../../scripts/demos/data/wti-usd.csv"));
	let eur = column(include_str!("../../../scripts/demos/data/eur-usd.csv"));
	wti.zip(eur)
		.map(|((day, wti), (other, eur))| {
			assert_eq!(day, other, "the series have the same days");
			Day { wti: price(wti), eur: price(eur) }
		})
		.collect()
}

/// What the four feeders report for `day`, as of now.
pub fn reports(day: Day) -> Vec<(&'static str, RuntimeCall)> {
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
pub fn report(day: Day) {
	for result in send_all(reports(day)) {
		assert!(result.is_ok(), "{result:?}");
	}
}

/// [`terms_over`] periods of a minute.
pub fn terms() -> Terms<AccountId, BookTerms> {
	terms_over(MINUTE)
}

/// A deal of one million: 70 % senior, 20 % mezzanine, 10 % residual, on barrels and euros. Orders
/// until a minute from now, then a payment date every period; it lends for four periods. Borrowers
/// have thirty periods, then ten in which everything is closed out.
pub fn terms_over(period: u64) -> Terms<AccountId, BookTerms> {
	let now = Timestamp::get();
	let offering_end = now + MINUTE;
	let book = |asset, thousandths: u32| BookTerms {
		collateral: NativeOrWithId::WithId(asset),
		rate: RateModel::Fixed(FixedU128::from_rational(thousandths.into(), 1_000)),
		debt_ceiling: 600_000 * UNIT,
		draw_fuse: 600_000 * UNIT,
		maturity: offering_end + 30 * period,
		close_out: 10 * period,
		call_notice: period / 2,
		call_bonus: FixedU128::from_rational(5, 100),
		follows: false,
	};
	let tranche = |kind, face: Balance, percent: u32, subordination| TrancheTerms {
		kind,
		face: face * UNIT,
		minimum: face * UNIT / 2,
		coupon: FixedU128::from_rational(percent.into(), 100),
		minimum_subordination: Perbill::from_percent(subordination),
		minimum_order: UNIT,
		maximum_order: face * UNIT,
		restricted: false,
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
			first_payment: offering_end + period,
			period,
			ramp_up_end: offering_end + 4 * period,
			revolving_end: offering_end + 4 * period,
			final_date: offering_end + 60 * period,
		},
		reserve_periods: 2,
		servicer: account("Servicer"),
		trustee: account("Trustee"),
		bond: BOND,
		payees: PerFee::new(),
		index: None,
		clean_up: Perbill::zero(),
		consents: Consents::default(),
		// No coupon of these tests stays unpaid for so long.
		defaults: DefaultTerms { grace: 4 * period, ..DefaultTerms::default() },
	}
}

/// The bond of a deal with [`terms`], which stays with the deal until it is removed.
pub const BOND: Balance = 10_000 * UNIT;

/// The reserve of a deal with [`terms`].
pub const RESERVE: Balance = 20_000 * UNIT;

/// The plain waterfall of a deal with [`terms`].
pub fn plain(reserve: Balance) -> Box<Program> {
	Box::new(Program::sequential(3, reserve).expect("three classes"))
}

/// The state of `deal`.
pub fn state(deal: DealId) -> DealState {
	pallet_strata_tranches::Deals::<Runtime>::get(deal).expect("the deal exists").state
}

/// Creates, launches and subscribes a deal; its offering is over and its orders are collected.
pub fn issue(first: Day) -> DealId {
	issue_over(first, MINUTE)
}

/// [`issue`] with this period.
pub fn issue_over(first: Day, period: u64) -> DealId {
	issue_with(first, RESERVE, || terms_over(period))
}

/// [`issue`] with this reserve and the terms of the moment.
pub fn issue_with(
	first: Day,
	reserve: Balance,
	terms: impl FnOnce() -> Terms<AccountId, BookTerms>,
) -> DealId {
	report(first);
	let deal = pallet_strata_tranches::NextDeal::<Runtime>::get();
	let terms = Box::new(terms());
	let end = terms.schedule.offering_end;
	let program = plain(reserve);
	send("Originator", pallet_strata_tranches::Call::create { terms, program });
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
pub fn books(deal: DealId) -> Vec<BookId> {
	let ledgers = pallet_strata_tranches::Ledgers::<Runtime>::get(deal).expect("it is active");
	ledgers.books.to_vec()
}

/// `//name` locks `collateral` in `book` and draws. Returns the vault.
pub fn open(name: &str, book: BookId, collateral: Balance, draw: Balance) -> VaultId {
	let vault = pallet_strata_vaults::NextVault::<Runtime>::get();
	let (collateral, draw) = (collateral * UNIT, draw * UNIT);
	send(name, pallet_strata_vaults::Call::open { book, collateral, draw });
	vault
}

/// What everybody and everything holds of each asset, and of STRA.
pub fn holdings() -> BTreeMap<&'static str, Balance> {
	[
		("STRA", Balances::total_issuance()),
		("USDX", Assets::total_issuance(USDX)),
		("WTI", Assets::total_issuance(WTI)),
		("EURX", Assets::total_issuance(EURX)),
	]
	.into()
}

/// What the parties hold themselves of `asset`.
pub fn in_hands(asset: u32) -> Balance {
	PARTIES.iter().map(|party| Assets::total_balance(asset, &party.account())).sum()
}

/// The issuer, for whom only governance acts, freezes or thaws an asset.
pub fn set_frozen(asset: u32, frozen: bool) {
	let issuer = RuntimeOrigin::signed(IssuerAccount::get());
	let result = match frozen {
		true => Assets::freeze_asset(issuer, asset.into()),
		false => Assets::thaw_asset(issuer, asset.into()),
	};
	assert!(result.is_ok(), "{result:?}");
}
