//! Makes sequences up from a seed.

use frame_support::weights::Weight;
use strata_numbers::{Price, RateModel, Ratio};
use strata_statistics::{HaircutTerms, Variance};
use strata_traits::{
	Asset, AuctionShape, Balance, BookId, CollateralListing, Decay, Moment, ParameterSet, Ratios,
	SettlementListing,
};

use pallet_strata_vaults::types::BookTerms;

use crate::{
	exact::{fixed, floor, whole},
	model::Stage,
	random::Random,
	runner::{indices, readings, seen, Op, Pair, Tally},
	world::{self, *},
};

const SECOND: Moment = 1_000;
const HOUR: Moment = 3_600 * SECOND;
const DAY: Moment = 24 * HOUR;
const YEAR: Moment = 365 * DAY;

/// Most vaults at a time.
const VAULTS: usize = 12;
/// Most books of a sequence.
const BOOKS: usize = 3;

/// A sequence of a seed, while it runs.
pub struct Sequence {
	seed: u64,
	random: Random,
	/// Prices around which the feeds move.
	spot: [f64; 2],
	/// Whether they mostly crawl down, so that rungs are merged over and over.
	crawl: bool,
	setup: Setup,
	ops: Vec<Op>,
	pair: Pair,
}

impl Drop for Sequence {
	fn drop(&mut self) {
		if std::thread::panicking() {
			eprintln!("seed {}, step {}:\n{:#?}", self.seed, self.ops.len(), self.setup);
			for op in &self.ops {
				eprintln!("{op:?}");
			}
		}
	}
}

impl Sequence {
	/// Plays `steps` operations of `seed`.
	///
	/// # Panics
	/// Where pallets and model do not agree, after printing seed, step and all operations.
	pub fn play(seed: u64, steps: u32) -> Tally {
		let mut random = Random::new(seed);
		let setup = setup(&mut random);
		let mut world = world::build(&setup);
		world.execute_with(|| {
			let spot = setup.prices.map(|price| price.to_float());
			let pair = Pair::new();
			let crawl = random.once_in(3);
			let ops = Vec::new();
			let mut sequence = Self { seed, random, spot, crawl, setup, ops, pair };
			sequence.start();
			for _ in 0..steps {
				let op = sequence.choose();
				sequence.run(op);
			}
			sequence.pair.try_state().expect("the pallets are sound at the end");
			sequence.pair.tally
		})
	}

	fn run(&mut self, op: Op) -> bool {
		self.ops.push(op);
		let op = self.ops.last().expect("just pushed");
		match self.pair.run(op) {
			Ok(done) => done,
			Err(what) => panic!("seed {}, step {}: {what}", self.seed, self.ops.len()),
		}
	}

	fn start(&mut self) {
		for _ in 0..self.random.within(1, 2) {
			let terms = self.terms();
			self.run(Op::OpenBook(terms));
		}
		if self.random.once_in(2) {
			for who in DEPOSITORS {
				let asset = self.asset();
				let amount = self.cash();
				self.run(Op::PoolDeposit { who, asset, amount });
			}
			self.run(Op::Wait { millis: 2 * ENTRY_DELAY });
			self.quote_all();
		}
		for _ in 0..self.random.within(2, 6) {
			let op = self.open();
			self.run(op);
		}
	}

	fn asset(&mut self) -> Asset {
		self.random.one_of(&[GOLD_ID, OIL_ID]).into_asset()
	}

	/// An amount of cash of any magnitude that matters here.
	fn cash(&mut self) -> Balance {
		let decimals = self.setup.settlement.decimals;
		let usd = self.random.magnitude(10.0, 1e7);
		at_par(price(usd), decimals) + Balance::from(self.random.below(1_000))
	}

	/// A fixed rate, or one that rises with what is lent of a ceiling that is within reach.
	fn rate(&mut self) -> (RateModel, Balance) {
		if self.random.once_in(2) {
			let rate = ratio(self.random.one_of(&[0.0, 0.03, 0.1, 0.5]));
			return (RateModel::Fixed(rate), Balance::MAX);
		}
		let usd = self.random.magnitude(1e4, 1e8);
		let ceiling = at_par(price(usd), self.setup.settlement.decimals);
		let random = &mut self.random;
		let rate = RateModel::Utilisation {
			base: ratio(random.one_of(&[0.0, 0.02])),
			kink: ratio(random.one_of(&[0.1, 0.5, 0.8])),
			slope1: ratio(random.one_of(&[0.0, 0.04, 0.1])),
			slope2: ratio(random.one_of(&[0.0, 0.1, 0.35])),
		};
		(rate, ceiling)
	}

	/// New ratios of an asset: all moved by about the same, mostly up and mostly so that they hold
	/// together.
	fn follow(&mut self) -> Op {
		let asset = self.asset();
		let now = Collaterals::get()[&asset].ratios(Now::get());
		let random = &mut self.random;
		let factor = random.one_of(&[0.98, 1.0, 1.003, 1.02, 1.05, 1.1, 1.25]);
		let odd = if random.once_in(5) { 0.99 } else { 1.0 };
		let by = |of: Ratio, factor: f64| ratio(of.to_float() * factor);
		let to = Ratios {
			liquidation: by(now.liquidation, factor),
			initial: by(now.initial, factor * odd + 1e-9),
			target: by(now.target, factor * odd + 1e-9),
		};
		let longest = random.one_of(&[0, HOUR, DAY, 30 * DAY]);
		Op::Follow { asset, to, millis: random.within(0, longest) }
	}

	fn terms(&mut self) -> BookTerms {
		let (rate, debt_ceiling) = self.rate();
		let random = &mut self.random;
		let collateral = random.one_of(&[GOLD_ID, OIL_ID]).into_asset();
		let soon = random.once_in(5);
		BookTerms {
			collateral,
			rate,
			debt_ceiling,
			draw_fuse: Balance::MAX,
			maturity: Now::get() + if soon { random.within(HOUR, YEAR) } else { 40 * YEAR },
			close_out: random.within(SECOND, YEAR),
			call_notice: random.within(0, DAY),
			call_bonus: ratio(random.one_of(&[0.042, 0.05])),
			follows: random.once_in(2),
		}
	}

	/// A draw that leaves about this much over the initial ratio.
	fn open(&mut self) -> Op {
		let who = self.random.one_of(&OWNERS);
		let books: Vec<BookId> = self.pair.model.books.keys().copied().collect();
		if books.is_empty() {
			return Op::OpenBook(self.terms());
		}
		let book = self.random.one_of(&books);
		let debt = self.cash().max(self.pair.model.books[&book].minimum_debt);
		// Often alike, so that vaults share rungs.
		let over = match self.random.below(3) {
			0 => 1.001,
			1 => 1.02,
			_ => self.random.magnitude(1.0, 4.0),
		};
		let collateral = self.collateral_for(book, debt, over);
		let draw = if self.random.once_in(8) { 0 } else { debt };
		Op::Open { who, book, collateral, draw }
	}

	/// Collateral worth `over` times the initial ratio of a debt.
	fn collateral_for(&self, book: BookId, debt: Balance, over: f64) -> Balance {
		let book = &self.pair.model.books[&book];
		let (thing, money) = readings(&book.collateral);
		let (Some(thing), Some(money)) = (thing.last(), money.last()) else { return 1_000_000 };
		let market = crate::model::Market {
			collateral: fixed(thing.least),
			settlement: crate::exact::most(fixed(money.most), whole(1)),
		};
		// The haircut, to a few digits.
		let Ratios { liquidation, initial, .. } = book.ratios(Now::get());
		let terms = book.parameters.haircut;
		let variance = thing.variance.inner() as f64 / 1e36 * thing.latency as f64 / 1e3;
		let haircut = terms.deviations.to_float() * variance.sqrt();
		let haircut = haircut.max(terms.least.to_float()).min(terms.most.to_float());
		let most = book.parameters.greatest_initial_ratio.max(initial).to_float();
		let raised = (liquidation.to_float() / (1.0 - haircut)).min(most) * (1.0 + 1e-12);
		let ratio = fixed(initial.max(ratio(raised))) * fixed(price(over));
		let units = whole(debt) * ratio / market.unit_price(book);
		floor(&units).max(1_000_000) + 1
	}

	fn quote_all(&mut self) {
		for at in 0..2 {
			let op = self.quote(at, 1.0);
			self.run(op);
		}
		let dollar = self.dollar(false);
		self.run(dollar);
	}

	/// The spot price of a feed moves by a factor, and both sides are reported around it.
	fn quote(&mut self, at: usize, factor: f64) -> Op {
		let bounds = self.setup.prices[at].to_float();
		let moved = (self.spot[at] * factor).clamp(bounds / 1e4, bounds * 1e4);
		self.spot[at] = moved;
		let spread = self.random.one_of(&[0.0, 0.0, 0.001, 0.02]);
		Op::Quote {
			feed: [GOLD_FEED, OIL_FEED][at],
			lower: price(moved * (1.0 - spread)),
			upper: price(moved * (1.0 + spread)),
			fresh: !self.random.once_in(4),
		}
	}

	fn dollar(&mut self, off: bool) -> Op {
		let lower = if off { self.random.magnitude(0.9, 1.1) } else { 1.0 };
		let upper = lower * if off { 1.005 } else { 1.0 };
		Op::Quote { feed: USD_FEED, lower: price(lower), upper: price(upper), fresh: true }
	}

	/// A jump of the reports that is not confirmed yet.
	fn jump(&mut self) -> Op {
		let feed = self.random.one_of(&[USD_FEED, GOLD_FEED, OIL_FEED]);
		let last = Readings::get().get(&feed).and_then(|reading| reading.last());
		let at = last.map_or(1.0, |quote| quote.mid.to_float()) * self.random.magnitude(0.5, 2.0);
		let spread = self.random.one_of(&[0.0, 0.01]);
		Op::Jump { feed, lower: price(at * (1.0 - spread)), upper: price(at * (1.0 + spread)) }
	}

	fn volatile(&mut self) -> Op {
		let random = &mut self.random;
		let feed = random.one_of(&[USD_FEED, GOLD_FEED, OIL_FEED]);
		// A yearly deviation, in per cent.
		let percent: u128 = random.one_of(&[0, 10, 80, 300]);
		let past = Past {
			fall: random.below(20_000).into(),
			rise: random.below(20_000).into(),
			variance: Variance::from_inner(percent * percent * 10u128.pow(32) / 31_536_000),
			latency: random.one_of(&[0, 30 * SECOND, HOUR]),
		};
		Op::Volatile { feed, past }
	}

	fn choose(&mut self) -> Op {
		let vaults: Vec<u32> = self.pair.model.vaults.keys().copied().collect();
		let lots: Vec<u32> = self.pair.model.lots.keys().copied().collect();
		let books: Vec<u32> = self.pair.model.books.keys().copied().collect();
		if self.crawl && !self.random.once_in(3) {
			if matches!(self.ops.last(), Some(Op::Quote { .. })) {
				return Op::Block { poll: None, idle: None };
			}
			let at = self.random.below(2) as usize;
			let factor = 0.96 + self.random.unit() * 0.035;
			return self.quote(at, factor);
		}
		match self.random.below(100) {
			0..=9 if vaults.len() < VAULTS => self.open(),
			0..=24 if !vaults.is_empty() => self.act(&vaults),
			25..=30 if !vaults.is_empty() => {
				let vault = self.random.one_of(&vaults);
				let hops = self.random.one_of(&[0, 1, 1, 2, 3, 8, 64, 65]);
				Op::Settle { vault, hops }
			},
			31..=46 => {
				let at = self.random.below(2) as usize;
				let factor = match self.random.below(8) {
					0..=2 => 0.999 - self.random.unit() * 0.02,
					3 => 1.0 + self.random.unit() * 0.05,
					4 => 0.5 + self.random.unit() * 0.5,
					5 => 1.0 / (0.5 + self.random.unit() * 0.5),
					6 => 0.9,
					_ => self.random.magnitude(0.02, 3.0),
				};
				self.quote(at, factor)
			},
			47..=48 => {
				let off = self.random.once_in(2);
				self.dollar(off)
			},
			49 => match self.random.below(3) {
				0 => Op::Stale { feed: self.random.one_of(&[USD_FEED, GOLD_FEED, OIL_FEED]) },
				_ => self.jump(),
			},
			50 => self.volatile(),
			51..=52 => self.follow(),
			53..=57 => Op::Wait { millis: self.pause() },
			58..=75 => self.block(),
			76..=77 if !books.is_empty() => {
				let book = self.random.one_of(&books);
				Op::Liquidate { book, rungs: self.random.within(0, 4) as u32 }
			},
			78..=88 if !lots.is_empty() => self.sale(&lots),
			89..=95 => self.pool(),
			96..=98 if !books.is_empty() => self.deal(&books),
			_ if self.pair.model.books.len() < BOOKS => Op::OpenBook(self.terms()),
			_ => self.block(),
		}
	}

	fn pause(&mut self) -> Moment {
		let longest = self.random.one_of(&[10 * SECOND, HOUR, DAY, 30 * DAY, 2 * YEAR]);
		self.random.within(1, longest)
	}

	fn block(&mut self) -> Op {
		let mut meter = || {
			if !self.random.once_in(3) {
				return None;
			}
			let time = self.random.magnitude(1e6, 1e11) as u64;
			let proof = if self.random.once_in(4) {
				self.random.magnitude(1e2, 1e6) as u64
			} else {
				u64::MAX / 4
			};
			Some(Weight::from_parts(time, proof))
		};
		Op::Block { poll: meter(), idle: meter() }
	}

	fn act(&mut self, vaults: &[u32]) -> Op {
		let vault = self.random.one_of(vaults);
		let known = &self.pair.model.vaults[&vault];
		let book = known.book;
		let seen = seen(vault).unwrap_or_default();
		let debt = indices(book).and_then(|(_, r)| r.debt_ceil(seen.d)).unwrap_or(0);
		let who = self.random.one_of(&OWNERS);
		let some = self.random.part_of(debt.max(1));
		let locked = self.random.part_of(seen.c.max(1));
		let more = self.cash();
		let over = self.random.magnitude(0.9, 3.0);
		match self.random.below(10) {
			0..=1 => Op::Deposit { who, vault, amount: locked },
			2..=3 => Op::Repay { who, vault, amount: some },
			4 => Op::Close { vault },
			5 => Op::Adjust { vault, wish: [0, 0, 0, locked] },
			6 => {
				let collateral = self.collateral_for(book, more, over);
				Op::Adjust { vault, wish: [collateral, 0, more, 0] }
			},
			7 => {
				// As much as can be drawn, or one unit more.
				let most = Vaults::max_draw(vault).unwrap_or(0);
				let extra = Balance::from(self.random.once_in(2));
				Op::Adjust { vault, wish: [0, 0, most + extra, 0] }
			},
			8 => {
				let most = Vaults::max_withdraw(vault).unwrap_or(0);
				let extra = Balance::from(self.random.once_in(2));
				Op::Adjust { vault, wish: [0, 0, 0, most + extra] }
			},
			_ => {
				let collateral = self.collateral_for(book, debt.max(more), over);
				let withdraw = self.random.part_of(seen.c);
				Op::Adjust { vault, wish: [collateral, some, more, withdraw] }
			},
		}
	}

	fn sale(&mut self, lots: &[u32]) -> Op {
		let lot = self.random.one_of(lots);
		let known = &self.pair.model.lots[&lot];
		let amount = match self.random.below(6) {
			0..=2 => known.units,
			3 => known.minimum_units.min(known.units),
			4 => self.random.part_of(known.units),
			_ => {
				known.units.saturating_sub(known.minimum_units)
					+ Balance::from(self.random.bits() & 1)
			},
		};
		let who = if self.random.once_in(20) { DEAL } else { self.random.one_of(&BIDDERS) };
		match (known.stage, self.random.below(8)) {
			(_, 0) => Op::CarryOn { lot, wrap_up: self.random.once_in(2) },
			(Stage::Exchange, 1..=6) => Op::Exchange { who, lot, amount },
			_ => {
				let limit =
					if self.random.once_in(8) { known.floor } else { Price::from_inner(u128::MAX) };
				Op::Bid { who, lot, amount, limit }
			},
		}
	}

	fn pool(&mut self) -> Op {
		let who = self.random.one_of(&DEPOSITORS);
		let asset = self.asset();
		let amount = match self.random.below(4) {
			0 => Balance::from(self.random.within(0, 2)),
			_ => self.cash(),
		};
		match self.random.below(8) {
			0..=2 => Op::PoolDeposit { who, asset, amount },
			3..=4 => Op::PoolExit { who, asset, amount },
			5 if self.random.once_in(4) => Op::PoolCancel { who, asset },
			5..=6 => Op::PoolWithdraw { who, asset },
			_ => Op::PoolClaim { who, asset },
		}
	}

	fn deal(&mut self, books: &[u32]) -> Op {
		let book = self.random.one_of(books);
		let now = Now::get();
		match self.random.below(10) {
			0..=5 => Op::Call { book, amount: self.cash() },
			6 => Op::Mature { book, at: now + self.random.within(0, DAY) },
			7 => Op::WindDown { book, until: now + self.random.within(0, DAY) },
			_ => Op::CloseBook { book },
		}
	}
}

const GOLD_ID: u32 = 2;
const OIL_ID: u32 = 3;

trait IntoAsset {
	fn into_asset(self) -> Asset;
}
impl IntoAsset for u32 {
	fn into_asset(self) -> Asset {
		Asset::WithId(self)
	}
}

/// Parameters that hold together.
fn parameters(random: &mut Random) -> ParameterSet {
	let bonus = random.one_of(&[0.05, 0.1, 0.13]);
	let liquidation = 1.0 + bonus + random.magnitude(0.01, 0.6);
	let initial = liquidation * random.magnitude(1.003, 1.2);
	let target = if random.once_in(2) { 1.031 } else { random.magnitude(1.031, 1.3) };
	let target = liquidation * target;
	let duration = random.one_of(&[60 * SECOND, HOUR, DAY]);
	let decay = if random.once_in(2) {
		Decay::Linear
	} else {
		let steps = random.within(1, 30);
		Decay::Stepped {
			step: (duration / steps).max(1),
			cut: ratio(random.one_of(&[0.9, 0.97, 0.99])),
		}
	};
	let set = ParameterSet {
		liquidation_ratio: ratio(liquidation),
		initial_ratio: ratio(initial),
		target_ratio: ratio(target),
		liquidation_bonus: ratio(bonus),
		minimum_debt: price(random.one_of(&[1.0, 10.0, 1_000.0])),
		debt_ceiling: price(1e12),
		minimum_rate: Ratio::default(),
		maximum_rate: ratio(0.5),
		concentration_cap: ratio(1.0),
		auction: AuctionShape {
			start_factor: ratio(random.one_of(&[1.01, 1.1, 1.5])),
			floor_factor: ratio(random.one_of(&[0.4, 0.7, 0.95])),
			duration,
			restarts: random.below(3) as u8,
			decay,
		},
		auction_cap: price(if random.once_in(3) { random.magnitude(100.0, 1e6) } else { 1e12 }),
		draw_fuse: price(1e12),
		backstop_discount: ratio(random.one_of(&[0.0, 0.02, 0.04])),
		haircut: HaircutTerms {
			deviations: ratio(random.one_of(&[0.0, 2.33, 3.0])),
			least: ratio(random.one_of(&[0.0, 0.001])),
			most: ratio(random.one_of(&[0.001, 0.05, 0.3])),
		},
		greatest_initial_ratio: ratio(initial * random.one_of(&[1.0, 1.05, 1.3])),
		ceiling_gap: price(0.0),
		ceiling_wait: 0,
	};
	assert_eq!(set.validate(), Ok(()), "parameters that hold together");
	set
}

fn setup(random: &mut Random) -> Setup {
	let mut listing = |feed| {
		let decimals = random.one_of(&[0, 3, 6, 8, 12, 18]);
		CollateralListing::new(feed, decimals, parameters(random))
	};
	let listings = [listing(GOLD_FEED), listing(OIL_FEED)];
	// A whole unit of few decimals is cheap: the minimum of 10^6 units must not be a fortune.
	let prices = listings.map(|listing| {
		let unit = 10f64.powi(listing.decimals.into());
		let cheapest = (unit / 1e9).max(1e-6);
		price(random.magnitude(cheapest, cheapest * 1e6))
	});
	let gap = random.one_of(&[u64::MAX, u64::MAX, 120 * SECOND]);
	Setup {
		listings,
		settlement: SettlementListing {
			feed: USD_FEED,
			decimals: random.one_of(&[0, 2, 6, 12]),
			depeg_band: ratio(0.02),
		},
		halt_gap: gap,
		resume_grace: random.one_of(&[0, 600 * SECOND]),
		prices,
	}
}
