//! Runs operations on the pallets and on the model, and compares everything after each.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::{
	dispatch::DispatchResult,
	storage::with_storage_layer,
	traits::{Get, Hooks},
	weights::{Weight, WeightMeter},
};
use num_traits::Zero;
use pallet_strata_auctions as auctions;
use pallet_strata_vaults::{
	self as vaults,
	types::{Adjustment, BookTerms, Destination},
};
use sp_runtime::DispatchError;
use strata_ladder::Rung;
use strata_numbers::{Price, RateIndex};
use strata_traits::{
	Asset, Balance, BookId, Books, Exposure, FeedId, Impact, ImpactUnknown, Listing, LotId,
	MarketPrices, Moment, Quote, Ramp, Ratios, Reading, VaultId,
};

use crate::{
	exact::{fixed, floor, index, whole, Rat},
	model::{
		enforced, number, Book, Group, Market, Model, Move, Outcome, Seen, Sight, Spot, Stage,
		Step, Vault, Walk,
	},
	world::{self, *},
};

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
	/// A book of the deal is opened.
	OpenBook(BookTerms),
	/// A vault is opened.
	Open {
		/// Whose.
		who: AccountId,
		/// In which book.
		book: BookId,
		/// Locked.
		collateral: Balance,
		/// Drawn.
		draw: Balance,
	},
	/// The owner adjusts: deposit, repay, draw, withdraw.
	Adjust {
		/// Which.
		vault: VaultId,
		/// How much of each.
		wish: [Balance; 4],
	},
	/// Somebody adds collateral.
	Deposit {
		/// Who pays.
		who: AccountId,
		/// To which.
		vault: VaultId,
		/// How much.
		amount: Balance,
	},
	/// Somebody repays.
	Repay {
		/// Who pays.
		who: AccountId,
		/// Whose debt.
		vault: VaultId,
		/// How much at most.
		amount: Balance,
	},
	/// The owner closes his vault.
	Close {
		/// Which.
		vault: VaultId,
	},
	/// Somebody settles a vault.
	Settle {
		/// Which.
		vault: VaultId,
		/// How many edges at most.
		hops: u32,
	},
	/// A feed has a full set of new reports.
	Quote {
		/// Which.
		feed: FeedId,
		/// Lower side.
		lower: Price,
		/// Upper side.
		upper: Price,
		/// Whether all members reported.
		fresh: bool,
	},
	/// The reports of a feed jump, and whether they stay there is being confirmed.
	Jump {
		/// Which.
		feed: FeedId,
		/// Lower side.
		lower: Price,
		/// Upper side.
		upper: Price,
	},
	/// A feed becomes volatile, or calm: its next quotes show it.
	Volatile {
		/// Which.
		feed: FeedId,
		/// What it has been through.
		past: Past,
	},
	/// Governance changes the ratios of an asset, and books that follow go along.
	Follow {
		/// Which.
		asset: Asset,
		/// To where.
		to: Ratios,
		/// In what time.
		millis: Moment,
	},
	/// A feed gets stale.
	Stale {
		/// Which.
		feed: FeedId,
	},
	/// Time passes.
	Wait {
		/// Milliseconds.
		millis: Moment,
	},
	/// A block: both hooks, with so much weight; `None` is a whole block.
	Block {
		/// For `on_poll`.
		poll: Option<Weight>,
		/// For `on_idle`.
		idle: Option<Weight>,
	},
	/// Somebody does a step of the walk.
	Liquidate {
		/// In which book.
		book: BookId,
		/// Rungs at most.
		rungs: u32,
	},
	/// Somebody bids.
	Bid {
		/// Who.
		who: AccountId,
		/// For which lot.
		lot: LotId,
		/// Units.
		amount: Balance,
		/// Highest price.
		limit: Price,
	},
	/// Somebody restarts a lot, or wraps it up.
	CarryOn {
		/// Which.
		lot: LotId,
		/// Which call.
		wrap_up: bool,
	},
	/// Somebody gives notes for collateral.
	Exchange {
		/// Who.
		who: AccountId,
		/// For which lot.
		lot: LotId,
		/// Units.
		amount: Balance,
	},
	/// A deposit to a pool.
	PoolDeposit {
		/// Who.
		who: AccountId,
		/// The pool's collateral.
		asset: Asset,
		/// Cash.
		amount: Balance,
	},
	/// Notice of an exit from a pool.
	PoolExit {
		/// Who.
		who: AccountId,
		/// The pool's collateral.
		asset: Asset,
		/// Cash.
		amount: Balance,
	},
	/// The notice is withdrawn.
	PoolCancel {
		/// Who.
		who: AccountId,
		/// The pool's collateral.
		asset: Asset,
	},
	/// Cash is taken out after the notice.
	PoolWithdraw {
		/// Who.
		who: AccountId,
		/// The pool's collateral.
		asset: Asset,
	},
	/// What was bought is taken out.
	PoolClaim {
		/// Who.
		who: AccountId,
		/// The pool's collateral.
		asset: Asset,
	},
	/// A book matures.
	Mature {
		/// Which.
		book: BookId,
		/// When.
		at: Moment,
	},
	/// A book winds down.
	WindDown {
		/// Which.
		book: BookId,
		/// The end of the repay window.
		until: Moment,
	},
	/// The deal calls interest.
	Call {
		/// From which book.
		book: BookId,
		/// How much.
		amount: Balance,
	},
	/// The deal closes a book.
	CloseBook {
		/// Which.
		book: BookId,
	},
}

/// What has happened, for the summary of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
	/// Operations.
	pub steps: u64,
	/// Of these, done.
	pub done: u64,
	/// Rungs liquidated or placed again.
	pub rungs: u64,
	/// Lots opened.
	pub lots: u64,
	/// Sales: bids and exchanges.
	pub sales: u64,
	/// Purchases by pools.
	pub pool: u64,
	/// Lots whose loss was charged, or that were closed with one.
	pub losses: u64,
	/// Rungs set aside.
	pub quarantined: u64,
	/// Most hops that a vault had.
	pub hops: u32,
	/// Changes of ratios.
	pub followed: u64,
	/// Of these, such that made rungs unsafe.
	pub impacts: u64,
	/// Changes of a rate.
	pub rates: u64,
}

impl Tally {
	/// Both together.
	pub fn add(&mut self, other: &Self) {
		self.steps += other.steps;
		self.done += other.done;
		self.rungs += other.rungs;
		self.lots += other.lots;
		self.sales += other.sales;
		self.pool += other.pool;
		self.losses += other.losses;
		self.quarantined += other.quarantined;
		self.hops = self.hops.max(other.hops);
		self.followed += other.followed;
		self.impacts += other.impacts;
		self.rates += other.rates;
	}
}

/// What went wrong, or nothing.
pub type Verdict = Result<(), String>;

/// Fails with a message unless a condition holds.
#[macro_export]
macro_rules! check {
	($holds:expr, $($message:tt)+) => {
		if !$holds {
			return Err(format!($($message)+));
		}
	};
}

/// Pallets and model, side by side. Its methods run inside the externalities.
#[derive(Debug, Default)]
pub struct Pair {
	/// The model.
	pub model: Model,
	/// What has happened.
	pub tally: Tally,
	/// Collateral that rounding left in books that are gone, by asset.
	pub(crate) stranded: BTreeMap<u32, Balance>,
	/// Rungs that a liquidation of the last hook left where they were, because debts of a few units
	/// are rounded up: the next walk looks at them again.
	stayed: BTreeSet<(BookId, i32)>,
	/// Books that had as much in auction as they may, at some time of the last hook.
	capped: BTreeSet<BookId>,
	/// The rungs that calls had come to before the walk. How far it goes among rungs of which it takes
	/// nothing is seen in no event.
	reached: BTreeMap<BookId, i32>,
	supply: BTreeMap<u32, Balance>,
	next_lot: LotId,
}

impl Pair {
	/// Before anything happened.
	pub fn new() -> Self {
		let supply = (1..=3).map(|id| (id, issued(&Asset::WithId(id)))).collect();
		Self { supply, ..Self::default() }
	}

	/// Does `op` on both and compares them. Whether the pallets did it.
	///
	/// # Errors
	/// What does not agree.
	pub fn run(&mut self, op: &Op) -> Result<bool, String> {
		System::reset_events();
		self.tally.steps += 1;
		let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
		let done = self.act(op)?;
		self.count();
		if done {
			self.tally.done += 1;
		} else if self.tally.steps.is_multiple_of(8) {
			let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
			check!(before == after, "a refused call changed the state");
		}
		self.compare()?;
		Ok(done)
	}

	/// Counts what the events of the auctions say.
	fn count(&mut self) {
		for event in auction_events() {
			match event {
				auctions::Event::LotOpened { .. } => self.tally.lots += 1,
				auctions::Event::SoldToBackstop { .. } => self.tally.pool += 1,
				auctions::Event::LossCharged { principal, .. } if principal > 0 => {
					self.tally.losses += 1;
				},
				auctions::Event::LotClosed { lost, .. } if lost > 0 => self.tally.losses += 1,
				_ => {},
			}
		}
	}

	fn act(&mut self, op: &Op) -> Result<bool, String> {
		match *op {
			Op::OpenBook(ref terms) => self.open_book(terms),
			Op::Open { who, book, collateral, draw } => self.open(who, book, collateral, draw),
			Op::Adjust { vault, wish } => {
				let Some(owner) = self.model.vaults.get(&vault).map(|vault| vault.owner) else {
					return Ok(false);
				};
				let [deposit, repay, draw, withdraw] = wish;
				let adjustment = Adjustment { deposit, repay, draw, withdraw };
				let call = || {
					Vaults::adjust(signed(owner), vault, adjustment)
						.map(|_| ())
						.map_err(|e| e.error)
				};
				self.touch(vault, wish, call)
			},
			Op::Deposit { who, vault, amount } => {
				let call =
					|| Vaults::deposit(signed(who), vault, amount).map(|_| ()).map_err(|e| e.error);
				self.touch(vault, [amount, 0, 0, 0], call)
			},
			Op::Repay { who, vault, amount } => {
				let call =
					|| Vaults::repay(signed(who), vault, amount).map(|_| ()).map_err(|e| e.error);
				self.touch(vault, [0, amount, 0, 0], call)
			},
			Op::Close { vault } => {
				let Some(known) = self.model.vaults.get(&vault) else { return Ok(false) };
				let owner = known.owner;
				let seen = seen(vault).ok_or("a vault cannot be seen")?;
				let repay = if seen.d > 0 { Balance::MAX } else { 0 };
				let call = || Vaults::close(signed(owner), vault).map(|_| ()).map_err(|e| e.error);
				self.touch(vault, [0, repay, 0, seen.c], call)
			},
			Op::Settle { vault, hops } => self.settle(vault, hops),
			Op::Quote { feed, lower, upper, fresh } => {
				let quote = quote(feed, lower, upper);
				let reading = if fresh { Reading::Fresh(quote) } else { Reading::Degraded(quote) };
				set_reading(feed, reading);
				Ok(true)
			},
			Op::Jump { feed, lower, upper } => {
				let last = Readings::get().get(&feed).and_then(|reading| reading.last());
				let current = quote(feed, lower, upper);
				let jump = |confirmed: Quote| Reading::Pending {
					confirmed: Quote { valid_until: current.valid_until, ..confirmed },
					current,
				};
				set_reading(feed, last.map_or(Reading::Fresh(current), jump));
				Ok(true)
			},
			Op::Volatile { feed, past } => {
				Pasts::mutate(|pasts| pasts.insert(feed, past));
				Ok(true)
			},
			Op::Follow { ref asset, to, millis } => self.follow(asset, to, millis),
			Op::Stale { feed } => {
				let last = Readings::get().get(&feed).and_then(|reading| reading.last());
				set_reading(feed, last.map_or(Reading::Unknown, Reading::Stale));
				Ok(true)
			},
			Op::Wait { millis } => {
				Now::mutate(|now| *now += millis);
				Ok(true)
			},
			Op::Block { poll, idle } => self.block(poll, idle),
			Op::Liquidate { book, rungs } => self.liquidate(book, rungs),
			Op::Bid { who, lot, amount, limit } => self.bid(who, lot, amount, limit),
			Op::CarryOn { lot, wrap_up } => self.carry_on(lot, wrap_up),
			Op::Exchange { who, lot, amount } => self.exchange(who, lot, amount),
			Op::PoolDeposit { who, ref asset, amount } => self.pool_deposit(who, asset, amount),
			Op::PoolExit { who, ref asset, amount } => self.pool_exit(who, asset, amount),
			Op::PoolCancel { who, ref asset } => self.pool_cancel(who, asset),
			Op::PoolWithdraw { who, ref asset } => self.pool_withdraw(who, asset),
			Op::PoolClaim { who, ref asset } => self.pool_claim(who, asset),
			Op::Mature { book, at } => {
				let done = attempt(|| <Vaults as Books>::mature(book, at)).is_ok();
				if let Some(book) = self.model.books.get_mut(&book).filter(|_| done) {
					book.maturity = book.maturity.min(at);
				}
				Ok(done)
			},
			Op::WindDown { book, until } => {
				let done = attempt(|| <Vaults as Books>::wind_down(book, until)).is_ok();
				if let Some(book) = self.model.books.get_mut(&book).filter(|_| done) {
					book.wind_down = Some(until);
				}
				Ok(done)
			},
			Op::Call { book, amount } => self.call(book, amount),
			Op::CloseBook { book } => {
				let owed = self.model.books.get(&book).map(|book| book.rungs.len());
				let lots = self.model.lots.values().filter(|lot| lot.book == book).count();
				let done = attempt(|| <Vaults as Books>::close(book)).is_ok();
				check!(!done || (owed == Some(0) && lots == 0), "a book that is owed was closed");
				if done {
					self.book_closed(book);
				}
				Ok(done)
			},
		}
	}

	fn open_book(&mut self, terms: &BookTerms) -> Result<bool, String> {
		let now = Now::get();
		let id = attempt(|| <Vaults as Books>::open(DEAL_ID, &USD, terms));
		let Ok(id) = id else { return Ok(false) };
		let listing = ListingMock::collateral(&terms.collateral).ok_or("a book without listing")?;
		let settlement = ListingMock::settlement(&USD).ok_or("a book without listing")?;
		let parameters = listing.parameters_at(now);
		let ramp = listing.ramp.filter(|ramp| terms.follows && now < ramp.ends);
		check!(terms.maturity > now, "a book opened after its maturity");
		let book = Book {
			collateral: terms.collateral.clone(),
			collateral_decimals: listing.decimals,
			settlement_decimals: settlement.decimals,
			parameters,
			follows: terms.follows,
			ramp: ramp.map(|Ramp { from, to, begins, ends }| Move { from, to, begins, ends }),
			rate: terms.rate,
			ceiling: terms.debt_ceiling,
			yearly: terms.rate.least(),
			r: RateIndex::ONE,
			updated_at: now,
			minimum_debt: at_par(parameters.minimum_debt, settlement.decimals),
			maturity: terms.maturity,
			close_out: terms.close_out,
			call_notice: terms.call_notice,
			call_bonus: terms.call_bonus,
			rungs: BTreeMap::new(),
			closed: BTreeMap::new(),
			closings: 0,
			dust: 0,
			in_auction: 0,
			call: None,
			calls: 0,
			wind_down: None,
			closed_for_good: false,
		};
		self.model.books.insert(id, book);
		Ok(true)
	}

	/// New ratios: what they would do is asked first, then the books that follow go over to them.
	fn follow(&mut self, asset: &Asset, to: Ratios, millis: Moment) -> Result<bool, String> {
		let now = Now::get();
		self.impact(asset, &to)?;
		let listing = ListingMock::collateral(asset).ok_or("no listing")?;
		let ramp = Ramp { from: listing.ratios(now), to, begins: now, ends: now + millis };
		if attempt(|| <Vaults as Exposure>::follow(asset, &ramp)).is_err() {
			return Err("ratios could not be followed".into());
		}
		for book in self.model.books.values_mut().filter(|book| book.collateral == *asset) {
			book.follow(&ramp, now);
		}
		if to.put_into(listing.parameters).validate().is_ok() {
			Collaterals::mutate(|all| {
				let listing = all.get_mut(asset).expect("it is listed");
				listing.parameters = to.put_into(listing.parameters);
				listing.ramp = Some(ramp);
			});
		}
		self.tally.followed += 1;
		Ok(true)
	}

	/// What becomes unsafe, to the unit, and that no more is read than it takes.
	fn impact(&mut self, asset: &Asset, to: &Ratios) -> Verdict {
		let now = Now::get();
		let (thing, money) = readings(asset);
		let market = enforced(thing).zip(enforced(money)).map(|(thing, money)| {
			let one = whole(1);
			let dollar = fixed(money.lower);
			let settlement = if dollar < one { dollar } else { one };
			Market { collateral: fixed(thing.upper), settlement }
		});
		let (mut debt, mut rungs, mut unpriced) = (whole(0), 0, false);
		for (id, book) in &self.model.books {
			let over = book.wind_down.is_some_and(|until| now >= until);
			let felt = book.follows && book.collateral == *asset && book.goes_with(to) && !over;
			if !felt || book.rungs.is_empty() {
				continue;
			}
			let Some(market) = &market else {
				unpriced = true;
				continue;
			};
			let (_, r) = indices(*id).ok_or("no index")?;
			let (more, there) = book.impact(to, market, r, now);
			debt += more;
			rungs += there;
		}
		let found = |most| <Vaults as Exposure>::impact(asset, to, most);
		if unpriced {
			check!(found(u32::MAX) == Err(ImpactUnknown::NoPrice), "an impact without a price");
			return Ok(());
		}
		let usd = crate::exact::ceil(&(debt * crate::exact::power(18)));
		let expected = Ok(Impact { debt: usd, rungs });
		check!(found(rungs) == expected, "the impact is {:?}, not {expected:?}", found(rungs));
		if rungs > 0 {
			let fewer = found(rungs - 1);
			check!(fewer == Err(ImpactUnknown::TooManyRungs), "fewer rungs were enough");
			self.tally.impacts += 1;
		}
		Ok(())
	}

	/// A book that is closed goes when it has no vault.
	fn book_closed(&mut self, id: BookId) {
		if let Some(book) = self.model.books.get_mut(&id) {
			book.closed_for_good = true;
		}
		self.remove_empty(id);
	}

	/// A closed book without vaults is gone, and its dust with it.
	fn remove_empty(&mut self, id: BookId) {
		let empty = !self.model.vaults.values().any(|vault| vault.book == id);
		if empty && self.model.books.get(&id).is_some_and(|book| book.closed_for_good) {
			let book = self.model.books.remove(&id).expect("it was there");
			*self.stranded.entry(number(&book.collateral)).or_default() += book.dust;
			self.model.workouts.remove(&id);
		}
	}

	fn open(
		&mut self,
		who: AccountId,
		book: BookId,
		collateral: Balance,
		draw: Balance,
	) -> Result<bool, String> {
		let Some((_, r)) = indices(book) else { return Ok(false) };
		let id = vaults::NextVault::<Test>::get();
		let result = attempt(|| Vaults::open(signed(who), book, collateral, draw).map(|_| ()));
		if result.is_err() {
			return Ok(false);
		}
		self.model.opened(id, book, who);
		self.model.changed(id, [collateral, 0, draw, 0], r);
		self.covered(id, draw, r)?;
		self.model.place(id, Spot::Free);
		Ok(true)
	}

	/// A call that touches a vault and changes it by `wish`.
	fn touch(
		&mut self,
		id: VaultId,
		wish: [Balance; 4],
		call: impl FnOnce() -> DispatchResult,
	) -> Result<bool, String> {
		let Some(vault) = self.model.vaults.get(&id).cloned() else {
			check!(attempt(call).is_err(), "an act on a vault that is not there");
			return Ok(false);
		};
		let (stored, accrued) = indices(vault.book).ok_or("a vault without book")?;
		let before = seen(id).ok_or("a vault cannot be seen")?;
		let result = attempt(call);
		let far = vault.path > AUTO_HOPS;
		let too_far = result == Err(vaults::Error::<Test>::TooManyHops.into());
		check!(!too_far || far, "vault {id} is {} hops away, not too far", vault.path);
		if let Err(error) = result {
			return self.refused(&vault, &before, wish, accrued, error).map(|()| false);
		}
		check!(!far, "an act passed {} edges", vault.path);
		let from = self.model.touch(id, before, stored);
		let [_, repay, draw, withdraw] = wish;
		let exact = draw > 0 || repay > 0 || (withdraw > 0 && before.d > 0);
		let r = if exact { accrued } else { stored };
		self.model.changed(id, wish, r);
		if draw > 0 || withdraw > 0 {
			self.covered(id, draw, r)?;
		}
		self.model.place(id, from);
		self.remove_empty(vault.book);
		Ok(true)
	}

	/// What can only help is refused for no other reason than these.
	fn refused(
		&self,
		vault: &Vault,
		before: &Seen,
		[deposit, repay, draw, withdraw]: [Balance; 4],
		r: RateIndex,
		error: DispatchError,
	) -> Verdict {
		if draw > 0 || withdraw > 0 || vault.path > AUTO_HOPS || deposit + repay == 0 {
			return Ok(());
		}
		let book = &self.model.books[&vault.book];
		let owed = crate::exact::ceil(&(whole(before.d) * index(r)));
		let rest = owed.saturating_sub(repay);
		let error_is = |expected: vaults::Error<Test>| error == expected.into();
		let excused = (error_is(vaults::Error::NothingOwed) && repay > 0 && owed == 0)
			|| (error_is(vaults::Error::BelowMinimumDebt)
				&& rest > 0 && rest < book.minimum_debt
				&& owed >= book.minimum_debt)
			|| (error_is(vaults::Error::BelowMinimumCollateral)
				&& floor(&vault.c) == 0
				&& deposit < vaults::MINIMUM_COLLATERAL);
		check!(excused, "help was refused with {error:?}: {before:?}, owed {owed}");
		Ok(())
	}

	/// What an act that adds risk must leave: collateral worth the initial ratio, at the other side of
	/// the prices.
	fn covered(&self, id: VaultId, draw: Balance, r: RateIndex) -> Verdict {
		let vault = &self.model.vaults[&id];
		if vault.d.is_zero() {
			return Ok(());
		}
		let book = &self.model.books[&vault.book];
		let now = Now::get();
		let (thing, money) = readings(&book.collateral);
		let (Some(thing), Some(money)) = (thing.reliable(), money.reliable()) else {
			return Err("risk was added without a price".into());
		};
		let one = whole(1);
		let dollar = crate::exact::most(fixed(money.most), one);
		let market = Market { collateral: fixed(thing.least), settlement: dollar };
		let owed = whole(crate::exact::ceil(&(&vault.d * index(r))));
		let value = &vault.c * market.unit_price(book);
		let past = Past { variance: thing.variance, latency: thing.latency, ..Past::default() };
		let covered = book.may_add_risk(&value, &owed, now, &past);
		check!(covered, "vault {id} was left below the initial ratio");
		check!(now < book.maturity, "risk was added after maturity");
		check!(book.wind_down.is_none(), "risk was added in a wind-down");
		let stored = vaults::Books::<Test>::get(vault.book).ok_or("no book")?;
		check!(!stored.backlog, "risk was added to a book with a backlog");
		if draw > 0 {
			check!(book.call.is_none(), "a draw in a call");
			check!(owed >= whole(book.minimum_debt), "a debt below the minimum");
		}
		Ok(())
	}

	fn settle(&mut self, id: VaultId, hops: u32) -> Result<bool, String> {
		let result = || {
			attempt(|| {
				Vaults::settle(signed(BIDDERS[0]), id, hops).map(|_| ()).map_err(|e| e.error)
			})
		};
		let Some(vault) = self.model.vaults.get(&id).cloned() else {
			check!(result().is_err(), "a vault that is not there was settled");
			return Ok(false);
		};
		let (stored, _) = indices(vault.book).ok_or("a vault without book")?;
		let before = seen(id).ok_or("a vault cannot be seen")?;
		let done = result().is_ok();
		let expected = hops > 0 && hops <= MAX_HOPS && vault.path > 0;
		check!(done == expected, "settle({hops}) of a vault {} hops away: {done}", vault.path);
		if !done {
			return Ok(false);
		}
		if hops < vault.path {
			let vault = self.model.vaults.get_mut(&id).ok_or("gone")?;
			vault.path -= hops;
		} else {
			let from = self.model.touch(id, before, stored);
			self.model.place(id, from);
			self.remove_empty(vault.book);
		}
		Ok(true)
	}

	fn call(&mut self, id: BookId, amount: Balance) -> Result<bool, String> {
		let Some((_, r)) = indices(id) else { return Ok(false) };
		let Ok(called) = attempt(|| <Vaults as Books>::call(id, amount)) else { return Ok(false) };
		let book = self.model.books.get_mut(&id).ok_or("no book")?;
		let debt: Balance = book.rungs.values().map(|group| group.d).sum();
		let principal: Balance = book.rungs.values().map(|group| group.p).sum();
		let due = floor(&(whole(debt) * index(r))) - principal;
		check!(called == amount.min(due), "{called} was called of {due}");
		// A call that is repeated does not begin anew.
		let due = Now::get() + book.call_notice;
		let due = book.call.map_or(due, |(_, before)| before.min(due));
		book.call = (called > 0).then_some((called, due));
		book.calls += 1;
		Ok(true)
	}

	// --- the walk

	/// What the walk goes by in a book, if it may act at all.
	fn sight(&self, id: BookId, r: RateIndex) -> Option<Sight> {
		let book = &self.model.books[&id];
		let now = Now::get();
		let one = whole(1);
		let min = |a: Rat| if a < one { a } else { one.clone() };
		if book.wind_down.is_some_and(|until| now >= until) {
			if self.model.resumed > 0 && now < self.model.resumed + ResumeGrace::get() {
				return None;
			}
			let (thing, money) = readings(&book.collateral);
			let holds = self.model.market(now, ResumeGrace::get(), thing, money).is_some();
			let current = current_prices(thing, money).filter(|_| holds);
			let (thing, money) = average(id)?;
			let market = Market { collateral: thing, settlement: min(money) };
			let upper = (market.collateral.clone(), market.settlement.clone());
			// An average of the past is no market: a pool does not pay by it.
			let prices = current.unwrap_or_else(|| Model::lot_prices((Rat::zero(), one), upper));
			let target = book.ratios(now).target;
			let (threshold, reached) = (None, None);
			let (full, call) = (true, false);
			return Some(Sight { market, prices, r, threshold, target, full, call, reached });
		}
		let (thing, money) = readings(&book.collateral);
		let market = self.model.market(now, ResumeGrace::get(), thing, money)?;
		let prices = current_prices(thing, money)?;
		let ratios = book.ratios(now);
		let threshold = Some(book.threshold(&market, r, now, ratios.liquidation));
		let call = book.call.is_some_and(|(_, due)| now >= due);
		let (target, full) = (ratios.target, now >= book.maturity);
		let reached = self.reached.get(&id).copied();
		Some(Sight { market, prices, r, threshold, target, full, call, reached })
	}

	fn block(&mut self, poll: Option<Weight>, idle: Option<Weight>) -> Result<bool, String> {
		let all = <<Test as frame_system::Config>::BlockWeights as Get<
			frame_system::limits::BlockWeights,
		>>::get()
		.max_block;
		let number = System::block_number();
		System::reset_events();
		self.hook(false, |pair| {
			let mut meter = WeightMeter::with_limit(poll.unwrap_or(all));
			Vaults::on_poll(number, &mut meter);
			check!(meter.consumed().all_lte(meter.limit()), "on_poll overran its meter");
			pair.tick()
		})?;
		self.count();
		self.compare()?;
		System::reset_events();
		self.hook(idle.is_none(), |pair| {
			let limit = idle.unwrap_or(all);
			let used = Vaults::on_idle(number, limit);
			check!(used.all_lte(limit), "on_idle overran its meter");
			pair.tick()
		})?;
		// Prices move between blocks here, which on chain they do only where a block had no hooks.
		System::set_block_number(number + 2);
		Ok(true)
	}

	/// The clock of the walk.
	fn tick(&mut self) -> Verdict {
		let (now, clock) = (Now::get(), vaults::Clock::<Test>::get());
		if clock.last == now && self.model.last_hook != now {
			if self.model.last_hook > 0 && now - self.model.last_hook > HaltGap::get() {
				self.model.resumed = now;
				self.model.stood += now - self.model.last_hook - HaltGap::get();
			}
			self.model.last_hook = now;
		}
		check!(clock.last == self.model.last_hook, "the walk looked at the clock at another time");
		check!(clock.resumed == self.model.resumed, "the chain resumed at {}", clock.resumed);
		Ok(())
	}

	/// Runs a hook, then does on the model what it did: which rungs, the events say; whether and how,
	/// the model decides.
	fn hook(&mut self, whole_block: bool, run: impl FnOnce(&mut Self) -> Verdict) -> Verdict {
		let (indices, quotas) = (self.indices(), self.quotas());
		self.reached = reached();
		run(self)?;
		for event in vault_events() {
			match event {
				vaults::Event::WalkFailed { book, error } => {
					return Err(format!("the walk failed in book {book}: {error:?}"));
				},
				vaults::Event::Audited { .. } => return Err("a book is impaired".into()),
				_ => {},
			}
		}
		let quarantined = self.quarantined()?;
		let mut passed = BTreeMap::new();
		self.capped.clear();
		self.stayed.clear();
		for (book, rungs) in runs() {
			self.step(book, &indices, &mut passed, Some(rungs), &quarantined)?;
		}
		// Rungs that were only placed again are not announced.
		for book in self.model.books.keys().copied().collect::<Vec<_>>() {
			self.step(book, &indices, &mut passed, None, &quarantined)?;
		}
		if whole_block {
			self.all_safe(&indices, &quotas, &quarantined)?;
		}
		self.work()
	}

	/// R of each book now.
	fn indices(&self) -> BTreeMap<BookId, RateIndex> {
		let of = |id: &BookId| indices(*id).map(|(_, r)| (*id, r));
		self.model.books.keys().filter_map(of).collect()
	}

	/// What each book may have in auction now.
	fn quotas(&self) -> BTreeMap<BookId, Balance> {
		self.model.books.keys().map(|id| (*id, self.model.quota(*id))).collect()
	}

	/// Rungs that the pallets have set aside; new ones must be such that the model says why.
	fn quarantined(&mut self) -> Result<BTreeSet<(BookId, i32)>, String> {
		self.tally.quarantined += vault_events()
			.filter(|event| matches!(event, vaults::Event::RungQuarantined { .. }))
			.count() as u64;
		let set_aside = vaults::Rungs::<Test>::iter()
			.filter(|(_, _, rung)| rung.quarantined)
			.map(|(book, key, _)| (book, key.rung().index()));
		Ok(set_aside.collect())
	}

	/// One step of the walk through a book, in which it liquidated `rungs`; `None` if it liquidated
	/// none.
	fn step(
		&mut self,
		id: BookId,
		indices: &BTreeMap<BookId, RateIndex>,
		passed: &mut BTreeMap<BookId, i32>,
		rungs: Option<Vec<Liquidated>>,
		quarantined: &BTreeSet<(BookId, i32)>,
	) -> Verdict {
		let announced = rungs.is_some();
		self.end_idle_call(id);
		let mut rungs = rungs.unwrap_or_default().into_iter().peekable();
		let Some(sight) = self.sight(id, indices[&id]) else {
			check!(!announced, "book {id} was liquidated without a market");
			return Ok(());
		};
		let mut walk = self.model.walk(id, sight, passed.get(&id).copied());
		let mut complete = true;
		while let Some((t, step)) = self.model.next(&walk) {
			match step {
				Step::Pass => {},
				Step::Fail if quarantined.contains(&(id, t)) => {},
				Step::Fail => {
					// The walk did not come so far.
					complete = false;
					break;
				},
				// What was set aside stays where it is, and the walk goes on behind it.
				Step::Take(Outcome::Keep) if has_rung(id, t) && quarantined.contains(&(id, t)) => {
				},
				Step::Take(Outcome::Keep) => {
					if has_rung(id, t) {
						complete = false;
						break;
					}
					self.model.take(&mut walk, t, Outcome::Keep);
					self.tally.rungs += 1;
				},
				Step::Take(outcome) => {
					if quarantined.contains(&(id, t)) && rungs.peek().map(|rung| rung.t) != Some(t)
					{
						walk.passed = Some(t);
						continue;
					}
					let Some(event) = rungs.next() else {
						complete = false;
						break;
					};
					check!(event.t == t, "book {id}: rung {} before rung {t}", event.t);
					self.bounds(id, t, &walk)?;
					let vaults = self.model.at(id, Spot::Rung(t)).len() as u32;
					let (taken, to) = self.model.take(&mut walk, t, outcome);
					if to == Some(t) {
						self.stayed.insert((id, t));
					}
					let ours = (taken.repaid, taken.seized, taken.principal, vaults);
					let theirs = (event.repaid, event.seized, event.principal, event.vaults);
					check!(ours == theirs, "book {id}, rung {t}: {theirs:?}, not {ours:?}");
					self.tally.rungs += 1;
				},
				// What was set aside is passed over before anybody asks for room.
				Step::Cap
					if quarantined.contains(&(id, t))
						&& rungs.peek().map(|rung| rung.t) != Some(t) => {},
				Step::Cap => {
					self.capped.insert(id);
					check!(rungs.peek().is_none(), "book {id} has more in auction than it may");
					complete = false;
					break;
				},
			}
			walk.passed = Some(t);
			self.model.end_call(&walk, false);
		}
		if let Some(rung) = rungs.next() {
			return Err(format!("book {id}: rung {} was liquidated, though safe", rung.t));
		}
		// A step that comes to the end of the ladder ends a call, whatever it raised. It was the last
		// one of the book.
		let ended = vault_events().any(|event| match event {
			vaults::Event::CallEnded { book, .. } => book == id,
			_ => false,
		});
		if ended && !announced && self.model.books[&id].call.is_some() {
			check!(
				complete,
				"the call of book {id} ended before the ladder: {:?} of {:?}, {walk:?}, {:?}",
				self.model.next(&walk),
				self.model.books[&id].rungs,
				vaults::Rungs::<Test>::iter_prefix(id).collect::<Vec<_>>()
			);
			self.model.end_call(&walk, true);
		}
		passed.extend(walk.passed.map(|t| (id, t)));
		self.model.sell(&walk, Now::get(), &mut self.next_lot);
		Ok(())
	}

	/// A call of a book that nobody owes anything is over, whether or not it is due.
	fn end_idle_call(&mut self, id: BookId) {
		let ended = vault_events().any(|event| match event {
			vaults::Event::CallEnded { book, .. } => book == id,
			_ => false,
		});
		if let Some(book) =
			self.model.books.get_mut(&id).filter(|book| ended && book.rungs.is_empty())
		{
			book.call = None;
		}
	}

	/// Nobody is liquidated above m·g^(1 + h), as far as the rounding of small figures
	/// leaves that to be seen.
	fn bounds(&self, id: BookId, t: i32, walk: &Walk) -> Verdict {
		let book = &self.model.books[&id];
		if walk.sight.full || !walk.sight.is_unsafe(t) {
			return Ok(());
		}
		let unit_price = walk.sight.market.unit_price(book);
		for vault in self.model.at(id, Spot::Rung(t)) {
			let vault = &self.model.vaults[&vault];
			let large = whole(1_000_000 * u128::from(vault.hops + 1));
			if vault.c < large || vault.d < large {
				continue;
			}
			let g = Rat::new(1_001.into(), 1_000.into());
			let slack = Rat::new(10_001.into(), 10_000.into());
			let steps = num_traits::pow(g, vault.hops as usize + 1);
			let most = fixed(book.ratios(Now::get()).liquidation) * steps * slack;
			let owed = &vault.d * index(walk.sight.r);
			check!(
				&vault.c * &unit_price <= most * owed,
				"a vault {} hops away was liquidated though safe",
				vault.hops
			);
		}
		Ok(())
	}

	/// No vault on a safe rung lies below m·g^(−h), exactly. Where others have left its
	/// rungs it may lie further off them: see [`Vault::drift`].
	fn above(&self, id: BookId, sight: &Sight) -> Verdict {
		let book = &self.model.books[&id];
		let unit_price = sight.market.unit_price(book);
		let ratio = fixed(book.ratios(Now::get()).liquidation);
		let g = Rat::new(1_001.into(), 1_000.into());
		// The edges of the ladder are powers of g to 121 bits.
		let slack = Rat::new(1_000_000_001.into(), 1_000_000_000.into());
		for (vault_id, vault) in &self.model.vaults {
			let Spot::Rung(t) = vault.spot else { continue };
			// Debt without collateral stays wherever it was.
			if vault.book != id || vault.c.is_zero() || sight.is_unsafe(t) {
				continue;
			}
			let off = vault.hops.saturating_add(vault.drift);
			// As far off as that says nothing, and takes long to work out.
			if off > 1_000 {
				continue;
			}
			let steps = num_traits::pow(g.clone(), off as usize);
			let value = &vault.c * &unit_price;
			let least = &ratio * &vault.d * index(sight.r);
			check!(
				&value * steps * &slack >= least,
				"vault {vault_id} was left unsafe on rung {t}, {} hops and {} steps away: it is worth \
				 {value}, not {least}",
				vault.hops,
				vault.drift
			);
		}
		Ok(())
	}

	/// After a walk that was not short of weight nothing unsafe is left, but what is set
	/// aside and what waits for the cap, and then the book says that it has a backlog; and no vault that
	/// is left lies below m·g^(−h).
	///
	/// `quotas` are those before the walk. A book that had no room in its turn, and so lost nothing in it,
	/// had none by these either: its quota only grows while other books are liquidated.
	fn all_safe(
		&self,
		indices: &BTreeMap<BookId, RateIndex>,
		quotas: &BTreeMap<BookId, Balance>,
		quarantined: &BTreeSet<(BookId, i32)>,
	) -> Verdict {
		for id in self.model.books.keys().copied() {
			let Some(sight) = self.sight(id, indices[&id]) else { continue };
			self.above(id, &sight)?;
			let (in_auction, quota) = (self.model.books[&id].in_auction, quotas[&id]);
			let full = self.capped.contains(&id) || (in_auction > 0 && in_auction >= quota);
			let mut walk = self.model.walk(id, sight, None);
			while let Some((t, step)) = self.model.next(&walk) {
				// From the first safe one on it is a call that has business with them.
				if !walk.sight.is_unsafe(t) {
					break;
				}
				walk.passed = Some(t);
				let aside = quarantined.contains(&(id, t)) || self.stayed.contains(&(id, t));
				if aside || step == Step::Pass {
					continue;
				}
				let stored = vaults::Books::<Test>::get(id).ok_or("a book is gone")?;
				check!(
					full && stored.backlog,
					"book {id}: rung {t} was left unsafe, {in_auction} of {quota} in auction: {step:?}, \
					 {:?}, {walk:?}, {stored:?}, {:?}",
					self.model.books[&id].rungs,
					vault_events().collect::<Vec<_>>()
				);
				// Those behind it wait as well.
				break;
			}
		}
		Ok(())
	}

	fn liquidate(&mut self, id: BookId, rungs: u32) -> Result<bool, String> {
		let Some((_, r)) = indices(id) else { return Ok(false) };
		self.reached = reached();
		let result = attempt(|| {
			Vaults::liquidate(signed(BIDDERS[1]), id, rungs).map(|_| ()).map_err(|e| e.error)
		});
		if result.is_err() {
			return Ok(false);
		}
		self.tick()?;
		let quarantined = self.quarantined()?;
		let indices = BTreeMap::from([(id, r)]);
		let mut passed = BTreeMap::new();
		let announced: Vec<_> = runs();
		check!(announced.len() <= 1, "one call, one step");
		let count: usize = announced.iter().map(|(_, rungs)| rungs.len()).sum();
		check!(count <= rungs as usize, "more rungs than asked for");
		let taken = announced.into_iter().next().map(|(_, rungs)| rungs);
		if taken.is_some() {
			self.step(id, &indices, &mut passed, taken, &quarantined)?;
		}
		self.step(id, &indices, &mut passed, None, &quarantined)?;
		Ok(true)
	}

	/// The lots whose time has come: the earliest first, as far as the hook came.
	fn work(&mut self) -> Verdict {
		let now = Now::get();
		let mut due: Vec<(Moment, LotId)> = self
			.model
			.lots
			.iter()
			.filter(|(_, lot)| lot.due_at <= self.model.clock(now))
			.map(|(id, lot)| (lot.due_at, *id))
			.collect();
		due.sort_unstable();
		let mut out = false;
		for (due_at, id) in due {
			let stored = auctions::Lots::<Test>::get(id);
			let waits = stored.is_some_and(|lot| lot.due_at == due_at);
			check!(waits || !out, "lot {id} was carried on before an earlier one");
			out |= waits;
			if !waits {
				let prices = market_of(self.model.lots[&id].book);
				let failed = auction_events().find_map(|event| match event {
					auctions::Event::Postponed { lot, error, .. } if lot == id => Some(error),
					_ => None,
				});
				let unpriced = Some(auctions::Error::<Test>::NoPrice.into());
				check!(
					failed.is_none() || (prices.is_none() && failed == unpriced),
					"lot {id} could not be carried on: {failed:?}, {:?}",
					self.model.lots[&id]
				);
				self.model.carry_on(id, prices, now);
			}
		}
		Ok(())
	}

	// --- lots

	fn bid(
		&mut self,
		who: AccountId,
		id: LotId,
		amount: Balance,
		limit: Price,
	) -> Result<bool, String> {
		let now = self.model.clock(Now::get());
		let result = attempt(|| Auctions::bid(signed(who), id, limit, amount).map(|_| ()));
		let Some(lot) = self.model.lots.get(&id).cloned() else {
			check!(result.is_err(), "a bid on lot {id}, which is not open");
			return Ok(false);
		};
		let open = lot.stage != Stage::Exchange && now < lot.ends_at;
		let Some(price) = auction_events().find_map(|event| match event {
			auctions::Event::Sold { lot, price, cost, units, .. } if lot == id => {
				Some((price, cost, units))
			},
			_ => None,
		}) else {
			if open && lot.may_sell(amount) && who != DEAL {
				// Refused: the price is above the limit, or the bidder cannot pay.
				let least = lot.cost(amount, limit);
				let poor = free(&USD, who) < lot.cost(amount, lot.start);
				let dear = fixed(limit) < lot.exact_price(now) + fixed(Price::from_inner(2));
				check!(dear || poor, "a good bid was refused: {result:?}, {least}");
			}
			return Ok(false);
		};
		check!(open && lot.may_sell(amount) && who != DEAL, "a bad bid on lot {id} won");
		let (price, cost, units) = price;
		let exact = lot.exact_price(now);
		// Rounded up once; the powers of a stepped one at 36 decimals.
		let above = fixed(price) - &exact;
		let unit = fixed(Price::from_inner(2));
		check!(price <= limit && above >= Rat::zero() && above < unit, "the price is {price:?}");
		check!(cost > 0 && cost == lot.cost(amount, price), "{units} units cost {cost}");
		self.model.sold(id, amount, cost);
		if lot.solvent && lot.stage == Stage::Auction {
			// Within its rounds buying one's own lot never pays: no part goes for less than its share
			// of x.
			let share = whole(lot.principal + lot.interest) * whole(amount) / whole(lot.units);
			check!(whole(cost) >= share, "a part of a solvent lot went for less than was owed");
		}
		self.model.close_if_empty(id);
		self.tally.sales += 1;
		Ok(true)
	}

	fn carry_on(&mut self, id: LotId, wrap_up: bool) -> Result<bool, String> {
		let now = Now::get();
		let lot = self.model.lots.get(&id).cloned();
		let prices = lot.as_ref().and_then(|lot| market_of(lot.book));
		let result = attempt(|| match wrap_up {
			true => Auctions::wrap_up(signed(BIDDERS[0]), id).map(|_| ()),
			false => Auctions::restart(signed(BIDDERS[0]), id).map(|_| ()),
		});
		let Some(lot) = lot else {
			check!(result.is_err(), "lot {id} is not there");
			return Ok(false);
		};
		let wraps = match lot.stage {
			Stage::Auction => lot.restarts == 0,
			Stage::Exchange => true,
			Stage::Recovery => false,
		};
		let may = self.model.clock(now) >= lot.ends_at
			&& wraps == wrap_up
			&& (wrap_up || prices.is_some());
		check!(result.is_ok() == may, "carrying lot {id} on: {result:?}");
		if may {
			self.model.carry_on(id, prices, now);
		}
		Ok(may)
	}

	fn exchange(&mut self, who: AccountId, id: LotId, amount: Balance) -> Result<bool, String> {
		let now = self.model.clock(Now::get());
		let result = attempt(|| Auctions::exchange(signed(who), id, amount).map(|_| ()));
		let Some(lot) = self.model.lots.get(&id).cloned() else {
			check!(result.is_err(), "lot {id} is not there");
			return Ok(false);
		};
		let may = lot.stage == Stage::Exchange
			&& now < lot.ends_at
			&& lot.may_sell(amount)
			&& lot.principal > 0
			&& who != DEAL;
		check!(result.is_ok() == may, "an exchange for lot {id}: {result:?}");
		if may {
			self.model.exchanged(id, amount);
			self.model.close_if_empty(id);
			self.tally.sales += 1;
		}
		Ok(may)
	}

	// --- comparison

	/// Everything, after everything.
	///
	/// # Errors
	/// What does not agree.
	pub fn compare(&mut self) -> Verdict {
		for id in self.model.books.keys().copied().collect::<Vec<_>>() {
			self.compare_book(id)?;
		}
		check!(
			vaults::Books::<Test>::iter_keys().count() == self.model.books.len(),
			"there are other books"
		);
		self.compare_vaults()?;
		self.compare_lots()?;
		self.compare_cash()?;
		self.compare_pools()?;
		self.compare_supply()?;
		if self.tally.steps.is_multiple_of(10) {
			self.try_state()?;
		}
		Ok(())
	}

	/// What the pallets say of themselves.
	///
	/// # Errors
	/// What they say.
	pub fn try_state(&self) -> Verdict {
		Vaults::do_try_state().map_err(|error| format!("vaults: {error:?}"))?;
		Auctions::do_try_state().map_err(|error| format!("auctions: {error:?}"))?;
		Backstop::do_try_state().map_err(|error| format!("backstop: {error:?}"))
	}

	/// R grew at the rate that was in force, which changes with what is lent, and only when R was
	/// brought up to date. The ratios are where they should be.
	fn compare_rate(&mut self, id: BookId) -> Verdict {
		let (now, lent) = (Now::get(), self.model.performing(id));
		let stored = vaults::Books::<Test>::get(id).ok_or("a book is gone")?;
		let book = self.model.books.get_mut(&id).ok_or("no book")?;
		let seconds = (stored.updated_at - book.updated_at) / 1_000;
		let grown = book.r.grown_ceil(book.yearly, seconds).ok_or("R does not fit")?;
		check!(stored.index == grown, "R of book {id} is {:?}, not {grown:?}", stored.index);
		if stored.yearly_rate != book.yearly {
			check!(now - stored.updated_at < 1_000, "the rate changed before R was brought up");
			self.tally.rates += 1;
		}
		let exact = crate::exact::price_ceil(&book.rate_of(lent));
		check!(stored.yearly_rate == exact, "the rate is {:?}, not {exact:?}", stored.yearly_rate);
		(book.yearly, book.r, book.updated_at) = (exact, grown, stored.updated_at);
		let (theirs, ours) = (stored.ratios(now), book.ratios(now));
		check!(theirs == ours, "the ratios of book {id} are {theirs:?}, not {ours:?}");
		Ok(())
	}

	fn compare_book(&mut self, id: BookId) -> Verdict {
		self.compare_rate(id)?;
		let book = &self.model.books[&id];
		let stored = vaults::Books::<Test>::get(id).ok_or("a book is gone")?;
		let mut rungs = BTreeMap::new();
		for (key, rung) in vaults::Rungs::<Test>::iter_prefix(id) {
			let t = key.rung().index();
			let vaults = self.model.at(id, Spot::Rung(t)).len();
			check!(rung.vaults as usize == vaults, "rung {t} counts {} vaults", rung.vaults);
			let totals = rung.totals;
			let group = Group {
				c: totals.collateral,
				d: totals.debt,
				p: totals.principal,
				called: rung.called,
				spared: rung.spared,
			};
			rungs.insert(t, group);
		}
		check!(rungs == book.rungs, "book {id} has rungs {rungs:?}, not {:?}", book.rungs);
		let mut closed: Vec<(Balance, usize)> = Vec::new();
		for (_, edge) in vaults::Edges::<Test>::iter_prefix(id) {
			if let Destination::Closed { left, vaults } = edge.to {
				closed.push((left, vaults as usize));
			}
		}
		closed.sort_unstable();
		let mut ours: Vec<(Balance, usize)> = book
			.closed
			.iter()
			.map(|(at, left)| (*left, self.model.at(id, Spot::Closed(*at)).len()))
			.collect();
		ours.sort_unstable();
		check!(closed == ours, "book {id} has remainders {closed:?}, not {ours:?}");
		check!(stored.dust == book.dust, "dust is {}, not {}", stored.dust, book.dust);
		let on_sale = <Auctions as strata_traits::Auctions>::on_sale(id);
		check!(
			on_sale.owed == book.in_auction,
			"in auction of book {id} are {}, not {}; lots {:?}, events {:?}",
			on_sale.owed,
			book.in_auction,
			self.model.lots,
			System::events().into_iter().map(|record| record.event).collect::<Vec<_>>()
		);
		let call = stored.call.map(|call| (call.amount, call.due));
		check!(call == book.call, "the call is {call:?}, not {:?}", book.call);
		check!(stored.maturity == book.maturity, "the maturity is another one");
		// Invariant 1.
		let reason = vaults::HoldReason::Collateral.into();
		let held =
			<Holder as frame_support::traits::fungibles::InspectHold<AccountId>>::balance_on_hold(
				book.collateral.clone(),
				&reason,
				&Vaults::account_of(id),
			);
		let locked = self.model.locked(id);
		check!(held == locked, "book {id} holds {held}, not {locked}");
		check!(stored.totals.principal == self.model.performing(id), "another principal");
		let figures = <Vaults as Books>::figures(id).ok_or("no figures")?;
		check!(figures.performing_principal == stored.totals.principal, "other figures");
		Ok(())
	}

	/// Invariant 2, and each vault against its exact share.
	fn compare_vaults(&mut self) -> Verdict {
		check!(
			vaults::Vaults::<Test>::iter_keys().count() == self.model.vaults.len(),
			"there are other vaults"
		);
		let mut sums: BTreeMap<(BookId, i32), (Group, Balance)> = BTreeMap::new();
		for (id, vault) in &self.model.vaults {
			let state = Vaults::vault_state(*id).ok_or("a vault cannot be seen")?;
			let seen = seen(*id).ok_or("a vault cannot be seen")?;
			self.model.agrees(*id, &seen)?;
			check!(state.hops == vault.path, "vault {id} is {} hops away", state.hops);
			self.tally.hops = self.tally.hops.max(vault.path);
			let rung = state.rung.map(Rung::index);
			let ours = match vault.spot {
				Spot::Rung(t) => Some(t),
				_ => None,
			};
			check!(rung == ours, "vault {id} is on rung {rung:?}, not {ours:?}");
			if let Some(t) = ours {
				let (sum, hops) = sums.entry((vault.book, t)).or_default();
				sum.c += seen.c;
				sum.d += seen.d;
				sum.p += seen.p;
				*hops += Balance::from(vault.hops);
			}
		}
		for ((book, t), (sum, _)) in sums {
			let group = self.model.books[&book].rungs[&t];
			let short = self.model.shortage(book, t);
			check!(sum.c <= group.c, "the vaults of rung {t} hold {} of {}", sum.c, group.c);
			check!(sum.p <= group.p + floor(&short.1) + 1, "rung {t} lent {}", group.p);
			check!(sum.d >= group.d, "the vaults of rung {t} owe {} of {}", sum.d, group.d);
		}
		Ok(())
	}

	fn compare_lots(&self) -> Verdict {
		let mut count = 0;
		for (id, stored) in auctions::Lots::<Test>::iter() {
			count += 1;
			let Some(lot) = self.model.lots.get(&id) else {
				return Err(format!("lot {id} is open"));
			};
			let figures = [
				(stored.units, lot.units),
				(stored.principal, lot.principal),
				(stored.interest, lot.interest),
				(stored.penalty, lot.penalty),
				(stored.owed, lot.owed),
				(stored.minimum_units, lot.minimum_units),
				(stored.start.into_inner(), lot.start.into_inner()),
				(stored.floor.into_inner(), lot.floor.into_inner()),
				(stored.started_at.into(), lot.started_at.into()),
				(stored.ends_at.into(), lot.ends_at.into()),
				(stored.due_at.into(), lot.due_at.into()),
				(stored.restarts.into(), lot.restarts.into()),
			];
			for (theirs, ours) in figures {
				check!(theirs == ours, "lot {id}: {theirs}, not {ours}; {stored:?}, {lot:?}");
			}
			let stage = match stored.stage {
				auctions::types::Stage::Auction => Stage::Auction,
				auctions::types::Stage::Exchange => Stage::Exchange,
				auctions::types::Stage::Recovery => Stage::Recovery,
			};
			check!(stage == lot.stage, "lot {id} is in {stage:?}");
		}
		check!(count == self.model.lots.len(), "a lot is gone");
		check!(auctions::NextLot::<Test>::get() == self.next_lot, "another next lot");
		Ok(())
	}

	/// What the deal's cash was told, and that no principal appears or goes.
	fn compare_cash(&self) -> Verdict {
		let (ledger, ours) = (Cash::get(), self.model.ledger);
		check!(ledger == ours, "the deal's cash is {ledger:?}, not {ours:?}");
		for (book, ours) in &self.model.workouts {
			let theirs = Workouts::get(book);
			check!(theirs == *ours, "in liquidation of book {book}: {theirs:?}, not {ours:?}");
		}
		let performing: Balance =
			self.model.books.keys().map(|book| self.model.performing(*book)).sum();
		check!(ledger.performing() == performing, "{performing} of principal performs");
		let lots: Balance = self.model.lots.values().map(|lot| lot.principal).sum();
		check!(ledger.in_liquidation == lots, "{lots} of principal is in lots");
		for (asset, drawn) in &self.model.drawn {
			let asset = Asset::WithId(*asset);
			let decimals = Settlements::get()[&USD].decimals;
			let usd = drawn * unit(18 - decimals);
			check!(Drawn::get(&asset).drawn == usd, "{asset:?}: {usd} is drawn");
		}
		let cash = free(&USD, DEAL);
		let expected = ENDOWMENT - ledger.advanced + ledger.received();
		check!(cash == expected, "the deal has {cash}, not {expected}");
		Ok(())
	}

	/// Nothing appears and nothing goes.
	fn compare_supply(&self) -> Verdict {
		for (id, supply) in &self.supply {
			let asset = Asset::WithId(*id);
			check!(issued(&asset) == *supply, "asset {id} was issued or burnt");
			let mut sum: Balance = everybody().map(|who| free(&asset, who)).sum();
			if asset == USD {
				sum += self.pool_cash();
			} else {
				sum += self.pool_collateral(*id);
				let books = self.model.books.iter().filter(|(_, book)| book.collateral == asset);
				sum += books.map(|(id, _)| self.model.locked(*id)).sum::<Balance>();
			}
			sum += self.stranded.get(id).copied().unwrap_or(0);
			check!(sum == *supply, "asset {id}: {sum} of {supply}");
		}
		Ok(())
	}
}

/// What a rung that was liquidated said.
#[derive(Clone, Debug)]
pub struct Liquidated {
	t: i32,
	vaults: u32,
	repaid: Balance,
	seized: Balance,
	principal: Balance,
}

/// Runs a call in a storage layer, as a transaction does.
pub(crate) fn attempt<R, E: Into<DispatchError>>(
	call: impl FnOnce() -> Result<R, E>,
) -> Result<R, DispatchError> {
	with_storage_layer(|| call().map_err(Into::into))
}

/// R of a book as stored, and now.
pub fn indices(id: BookId) -> Option<(RateIndex, RateIndex)> {
	let book = vaults::Books::<Test>::get(id)?;
	let (now, _) = book.accrued(Now::get())?;
	Some((book.index, now))
}

/// A vault as the pallets show it. The view shows ⌈d·R⌉; as R ≥ 1, d is ⌊⌈d·R⌉/R⌋.
pub fn seen(id: VaultId) -> Option<Seen> {
	let state = Vaults::vault_state(id)?;
	let (_, r) = indices(state.book)?;
	let d = floor(&(whole(state.debt) / index(r)));
	Some(Seen { c: state.collateral, d, p: state.principal })
}

/// The rungs that calls have come to.
fn reached() -> BTreeMap<BookId, i32> {
	vaults::Books::<Test>::iter()
		.filter_map(|(id, book)| Some((id, book.call?.at?.rung().index())))
		.collect()
}

/// What the feeds say of a collateral asset and the settlement asset.
pub fn readings(asset: &Asset) -> (Reading, Reading) {
	let all = Readings::get();
	let of = |feed| all.get(&feed).copied().unwrap_or(Reading::Unknown);
	(of(feed_of(asset)), of(USD_FEED))
}

/// Both sides of two prices, as far as anybody acts on them.
fn both(thing: Reading, money: Reading) -> Option<(Quote, Quote)> {
	let of = |reading| match reading {
		Reading::Pending { confirmed, current } => Some(Quote {
			lower: confirmed.lower.min(current.lower),
			upper: confirmed.upper.max(current.upper),
			..confirmed
		}),
		reading => reading.reliable(),
	};
	of(thing).zip(of(money))
}

/// The prices that a lot is opened with now.
fn current_prices(thing: Reading, money: Reading) -> Option<MarketPrices> {
	let (thing, money) = both(thing, money)?;
	let one = whole(1);
	let high = crate::exact::most(fixed(money.upper), one.clone());
	let low = fixed(money.lower);
	let low = if low < one { low } else { one };
	Some(Model::lot_prices((fixed(thing.lower), high), (fixed(thing.upper), low)))
}

/// The market of a book as lots see it.
fn market_of(id: BookId) -> Option<MarketPrices> {
	let book = vaults::Books::<Test>::get(id)?;
	let (thing, money) = readings(&book.collateral);
	if let Some(prices) = current_prices(thing, money) {
		return Some(prices);
	}
	book.wind_down.filter(|plan| Now::get() >= plan.until)?;
	let (thing, money) = average(id)?;
	let one = whole(1);
	let low = if money < one { money } else { one.clone() };
	Some(Model::lot_prices((Rat::zero(), one), (thing, low)))
}

/// The average prices of a wind-down, from the sums that the pallets keep.
fn average(id: BookId) -> Option<(Rat, Rat)> {
	let plan = vaults::Books::<Test>::get(id)?.wind_down?;
	if plan.weight == 0 {
		return plan.last.map(|(thing, money)| (fixed(thing), fixed(money)));
	}
	let each = |sum: u128| whole(sum) / whole(plan.weight.into());
	let nano = whole(1_000_000_000);
	let thing = fixed(Price::from_inner(crate::exact::ceil(&(each(plan.collateral) * &nano))));
	let money = fixed(Price::from_inner(floor(&(each(plan.settlement) * &nano))));
	Some((thing, money))
}

fn has_rung(book: BookId, t: i32) -> bool {
	Rung::new(t).is_some_and(|rung| vaults::Rungs::<Test>::contains_key(book, rung.key()))
}

fn vault_events() -> impl Iterator<Item = vaults::Event<Test>> {
	System::events().into_iter().filter_map(|record| match record.event {
		world::RuntimeEvent::Vaults(event) => Some(event),
		_ => None,
	})
}

fn auction_events() -> impl Iterator<Item = auctions::Event<Test>> {
	System::events().into_iter().filter_map(|record| match record.event {
		world::RuntimeEvent::Auctions(event) => Some(event),
		_ => None,
	})
}

/// The steps that liquidated anything, in their order: rungs of one book up to its lots.
fn runs() -> Vec<(BookId, Vec<Liquidated>)> {
	let mut runs: Vec<(BookId, Vec<Liquidated>)> = Vec::new();
	let mut open = false;
	for record in System::events() {
		match record.event {
			world::RuntimeEvent::Vaults(vaults::Event::RungLiquidated {
				book,
				rung,
				vaults,
				repaid,
				seized,
				principal,
				..
			}) => {
				let rung = Liquidated { t: rung.index(), vaults, repaid, seized, principal };
				match runs.last_mut() {
					Some((last, rungs)) if open && *last == book => rungs.push(rung),
					_ => runs.push((book, vec![rung])),
				}
				open = true;
			},
			world::RuntimeEvent::Auctions(_) => open = false,
			_ => {},
		}
	}
	runs
}
