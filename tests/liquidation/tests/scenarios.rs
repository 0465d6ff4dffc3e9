//! Days that history, or malice, has to offer. Each runs on pallets and model, and everything is
//! compared after every step.

mod common;

use common::{setup, HOUR};
use frame_support::weights::Weight;
use pallet_strata_vaults::types::BookTerms;
use strata_liquidation_tests::{
	model::{Spot, Stage},
	runner::{Op, Pair},
	world::{self, *},
};
use strata_numbers::{Price, RateModel};
use strata_traits::{Asset, Balance, BookId, Moment, Ratios};

const DAY: Moment = 24 * HOUR;
const YEAR: Moment = 365 * DAY;
const DOLLAR: Balance = 1_000_000;
const OUNCE: Balance = 100_000_000;

/// A pair of worlds in which a scenario is played.
struct Scene(Pair);

impl Scene {
	fn play(setup: &Setup, scenario: impl FnOnce(&mut Self)) {
		world::build(setup).execute_with(|| {
			let mut scene = Self(Pair::new());
			scenario(&mut scene);
			scene.0.try_state().unwrap();
		});
	}

	fn tries(&mut self, op: Op) -> bool {
		self.0.run(&op).unwrap_or_else(|what| panic!("{op:?}: {what}"))
	}

	fn does(&mut self, op: Op) {
		assert!(self.tries(op.clone()), "{op:?} was refused");
	}

	fn book(&mut self, collateral: Asset, yearly_rate: f64) -> BookId {
		let rate = RateModel::Fixed(ratio(yearly_rate));
		self.book_with(collateral, rate, Balance::MAX, false)
	}

	/// A book at `rate` of at most `debt_ceiling`; whether it follows the ratios of its collateral.
	fn book_with(
		&mut self,
		collateral: Asset,
		rate: RateModel,
		debt_ceiling: Balance,
		follows: bool,
	) -> BookId {
		let id = self.0.model.books.len() as BookId;
		self.does(Op::OpenBook(BookTerms {
			collateral,
			rate,
			debt_ceiling,
			draw_fuse: Balance::MAX,
			maturity: Now::get() + 50 * YEAR,
			close_out: DAY,
			call_notice: 0,
			call_bonus: ratio(0.01),
			follows,
		}));
		id
	}

	/// A vault with so many ounces, per mille of one included, and dollars.
	fn vault(&mut self, who: AccountId, book: BookId, ounces: f64, dollars: Balance) -> u32 {
		let id = pallet_strata_vaults::NextVault::<Test>::get();
		let collateral = (ounces * 1_000.0).round() as Balance * OUNCE / 1_000;
		self.does(Op::Open { who, book, collateral, draw: dollars * DOLLAR });
		id
	}

	fn gold(&mut self, usd: f64) {
		let usd = price(usd);
		self.does(Op::Quote { feed: GOLD_FEED, lower: usd, upper: usd, fresh: true });
	}

	fn block(&mut self) {
		self.does(Op::Block { poll: None, idle: None });
	}

	fn wait(&mut self, millis: Moment) {
		self.does(Op::Wait { millis });
	}

	/// Units of the vault's collateral, debt and principal, and hops.
	fn vault_state(&self, id: u32) -> (Balance, Balance, Balance, u32) {
		let state = Vaults::vault_state(id).unwrap();
		(state.collateral, state.debt, state.principal, state.hops)
	}

	/// Performing + in liquidation + lost + repaid in any way, which must be what was drawn.
	fn principal_is_conserved(&self) {
		let cash = Cash::get();
		let performing: Balance =
			self.0.model.books.keys().map(|book| self.0.model.performing(*book)).sum();
		let gone =
			cash.repaid + cash.sold_principal + cash.exchanged + cash.lost + cash.written_off;
		assert_eq!(cash.advanced, performing + cash.in_liquidation + gone);
	}
}

#[test]
fn a_fall_is_acted_on_when_it_is_confirmed() {
	Scene::play(&setup(1_000.0), |scene| {
		let book = scene.book(GOLD, 0.05);
		let vault = scene.vault(OWNERS[0], book, 16.0, 10_000);
		let usd = price(700.0);
		scene.does(Op::Jump { feed: GOLD_FEED, lower: usd, upper: usd });
		scene.block();
		assert_eq!(scene.vault_state(vault).3, 0, "at the confirmed price it is safe");
		// Nobody draws on either price; to repay and to add needs none.
		let draw = Op::Adjust { vault, wish: [OUNCE * 100, 0, DOLLAR, 0] };
		assert!(!scene.tries(draw.clone()));
		scene.does(Op::Deposit { who: OWNERS[1], vault, amount: OUNCE / 100 });
		// Reports go on falling; what was reported first is confirmed.
		scene.gold(900.0);
		let usd = price(700.0);
		scene.does(Op::Jump { feed: GOLD_FEED, lower: usd, upper: usd });
		scene.block();
		assert_eq!(scene.vault_state(vault).3, 1, "at 900 it is not");
		scene.gold(700.0);
		scene.block();
		assert_eq!(scene.vault_state(vault).3, 2);
		// A rise that waits protects owners at once.
		let usd = price(2_000.0);
		scene.does(Op::Jump { feed: GOLD_FEED, lower: usd, upper: usd });
		scene.block();
		assert_eq!(scene.vault_state(vault).3, 2);
		scene.gold(2_000.0);
		scene.does(draw);
		scene.principal_is_conserved();
	});
}

#[test]
fn a_ramp_reaches_one_rung_after_the_other() {
	Scene::play(&setup(1_000.0), |scene| {
		let follower = scene.book_with(GOLD, RateModel::Fixed(ratio(0.0)), Balance::MAX, true);
		let pinned = scene.book(GOLD, 0.0);
		let of = |scene: &mut Scene, book| -> Vec<u32> {
			(0..4).map(|at| scene.vault(OWNERS[at], book, 15.6 + at as f64 / 2.0, 10_000)).collect()
		};
		let (moved, kept) = (of(scene, follower), of(scene, pinned));
		let to = Ratios { liquidation: ratio(1.7), initial: ratio(1.75), target: ratio(1.9) };
		scene.does(Op::Follow { asset: GOLD, to, millis: 20 * DAY });
		let mut hops = Vec::new();
		for _ in 0..20 {
			scene.wait(DAY);
			scene.block();
			let all: u32 = moved.iter().map(|vault| scene.vault_state(*vault).3).sum();
			hops.push(all);
		}
		// 1.56, 1.61 and 1.66 are passed on the sixth, eleventh and sixteenth day; those that went
		// to the target of their day are not reached again, and 1.71 is not reached at all.
		assert_eq!((hops[4], hops[6], hops[9], hops[11], hops[14], hops[16]), (0, 1, 1, 2, 2, 3));
		assert_eq!(hops[19], 3);
		assert!(kept.iter().all(|vault| scene.vault_state(*vault).3 == 0));
		// Back down at once, and nobody is unsafe.
		let back = Ratios { liquidation: ratio(1.5), initial: ratio(1.55), target: ratio(1.7) };
		scene.does(Op::Follow { asset: GOLD, to: back, millis: 0 });
		scene.block();
		scene.principal_is_conserved();
	});
}

#[test]
fn a_rate_follows_what_is_lent_through_a_crash() {
	Scene::play(&setup(1_000.0), |scene| {
		let rate = RateModel::Utilisation {
			base: ratio(0.01),
			kink: ratio(0.5),
			slope1: ratio(0.04),
			slope2: ratio(0.4),
		};
		let book = scene.book_with(GOLD, rate, 40_000 * DOLLAR, false);
		let vaults: Vec<u32> = (0..4)
			.map(|at| scene.vault(OWNERS[at], book, 16.0 + at as f64 / 4.0, 10_000))
			.collect();
		let rate = || pallet_strata_vaults::Books::<Test>::get(book).unwrap().yearly_rate;
		assert_eq!(rate(), ratio(0.45));
		let mut usd = 1_000.0;
		for _ in 0..30 {
			scene.wait(DAY + 7);
			usd *= 0.97;
			scene.gold(usd);
			scene.block();
		}
		assert!(rate() < ratio(0.45));
		for vault in vaults {
			scene.tries(Op::Repay { who: OWNERS[0], vault, amount: Balance::MAX });
		}
		assert_eq!(rate(), ratio(0.01));
		assert!(scene.0.tally.rates > 8, "{:?}", scene.0.tally);
		scene.principal_is_conserved();
	});
}

#[test]
fn a_crawl_down_a_rung_at_a_time_over_years() {
	// The least target there is: a liquidation for every 3 % of the fall.
	let mut setup = setup(1_000.0);
	setup.listings[0].parameters.target_ratio = ratio(1.545);
	Scene::play(&setup, |scene| {
		let book = scene.book(GOLD, 0.05);
		// On rungs of their own; the safest is never touched by anybody.
		let vaults: Vec<u32> = (0..4)
			.map(|at| scene.vault(OWNERS[at], book, 16.5 + at as f64 / 10.0, 10_000))
			.collect();
		let mut usd: f64 = 1_000.0;
		let mut most = 0;
		for step in 0..600 {
			scene.wait(3 * DAY);
			usd *= 0.999;
			scene.gold(usd);
			scene.block();
			let hops = scene.vault_state(vaults[0]).3;
			most = most.max(hops);
			if step % 40 == 39 {
				// Further than an act follows by itself: somebody settles it.
				if hops > AUTO_HOPS {
					assert!(!scene.tries(Op::Deposit { who: 1, vault: vaults[0], amount: 1 }));
					scene.does(Op::Settle { vault: vaults[0], hops: 1 });
					assert_eq!(scene.vault_state(vaults[0]).3, hops - 1);
				}
			}
		}
		assert!(most > AUTO_HOPS, "only {most} hops");
		scene.does(Op::Settle { vault: vaults[0], hops: MAX_HOPS });
		assert_eq!(scene.vault_state(vaults[0]).3, 0);
		// Nobody was wiped out by a crawl.
		for vault in vaults {
			let (collateral, debt, _, _) = scene.vault_state(vault);
			assert!(collateral > 0 && debt < 10_000 * DOLLAR);
		}
		scene.principal_is_conserved();
	});
}

#[test]
fn every_vault_on_one_rung() {
	Scene::play(&setup(1_000.0), |scene| {
		let book = scene.book(GOLD, 0.0);
		let vaults: Vec<u32> = (1..=12)
			.map(|at| {
				let who = OWNERS[at % 4];
				scene.vault(who, book, 1.6 * at as f64, 1_000 * at as Balance)
			})
			.collect();
		assert_eq!(scene.0.model.books[&book].rungs.len(), 1);
		scene.gold(900.0);
		scene.block();
		// One rung, one edge, one lot; each vault has lost in proportion.
		assert_eq!(scene.0.model.books[&book].rungs.len(), 1);
		assert_eq!(scene.0.model.lots.len(), 1);
		let (first, debt, ..) = scene.vault_state(vaults[0]);
		for (at, vault) in vaults.iter().enumerate() {
			let times = at as Balance + 1;
			let (collateral, owed, _, hops) = scene.vault_state(*vault);
			assert_eq!(hops, 1);
			assert!(collateral.abs_diff(first * times) <= times + 1, "vault {vault}");
			assert!(owed.abs_diff(debt * times) <= times + 1, "vault {vault}");
		}
		// In full, and nothing is left: whoever is settled is gone.
		scene.wait(6_000);
		scene.gold(500.0);
		scene.block();
		assert!(scene.0.model.books[&book].rungs.is_empty());
		for vault in vaults {
			scene.does(Op::Settle { vault, hops: MAX_HOPS });
		}
		assert!(scene.0.model.vaults.is_empty());
		scene.principal_is_conserved();
	});
}

#[test]
fn the_last_vault_of_a_book_pays_what_is_left() {
	Scene::play(&setup(1_000.0), |scene| {
		let book = scene.book(GOLD, 0.07);
		let ids = [
			scene.vault(1, book, 1.601, 1_000),
			scene.vault(2, book, 1.601, 1_000),
			scene.vault(3, book, 1.601, 1_000),
		];
		for usd in [930.0, 880.0, 830.0, 790.0] {
			scene.wait(YEAR / 7 + 1);
			scene.gold(usd);
			scene.block();
		}
		let lots: Vec<u32> = scene.0.model.lots.keys().copied().collect();
		for lot in lots {
			scene.wait(1);
			let amount = scene.0.model.lots[&lot].units;
			let limit = Price::from_inner(u128::MAX);
			scene.tries(Op::Bid { who: 11, lot, amount, limit });
		}
		for vault in ids {
			scene.does(Op::Close { vault });
		}
		let stored = &scene.0.model.books[&book];
		assert!(stored.rungs.is_empty() && stored.closed.is_empty());
		assert_eq!(Cash::get().performing(), 0);
		scene.principal_is_conserved();
	});
}

#[test]
fn cascade_after_redistribution() {
	Scene::play(&setup(1_000.0), |scene| {
		let book = scene.book(GOLD, 0.0);
		// What is left of the first rung joins the second, which a further fall makes unsafe again,
		// and so on.
		let vaults: Vec<u32> =
			(0..6).map(|at| scene.vault(OWNERS[at % 4], book, 16.0 + at as f64, 10_000)).collect();
		let mut usd = 1_000.0;
		for _ in 0..12 {
			usd *= 0.95;
			scene.gold(usd);
			scene.wait(6_000);
			scene.block();
		}
		let hops: Vec<u32> = vaults.iter().map(|vault| scene.vault_state(*vault).3).collect();
		assert!(hops.iter().max() > Some(&3), "{hops:?}");
		scene.principal_is_conserved();
	});
}

#[test]
fn black_thursday_with_zero_bidders_and_stuck_prices() {
	Scene::play(&setup(1_000.0), |scene| {
		let book = scene.book(GOLD, 0.02);
		for (at, who) in OWNERS.into_iter().take(4).enumerate() {
			scene.vault(who, book, 16.0 + at as f64 / 2.0, 10_000);
		}
		scene.gold(560.0);
		scene.block();
		assert!(Cash::get().in_liquidation > 0);
		// The feed is stuck, and then gone; nobody bids, not even nothing.
		for _ in 0..6 {
			let lots: Vec<u32> = scene.0.model.lots.keys().copied().collect();
			for lot in lots {
				let amount = scene.0.model.lots[&lot].units;
				let limit = Price::from_inner(0);
				assert!(!scene.tries(Op::Bid { who: 11, lot, amount, limit }));
			}
			scene.wait(HOUR);
			scene.block();
		}
		scene.does(Op::Stale { feed: GOLD_FEED });
		for _ in 0..6 {
			scene.wait(DAY);
			scene.block();
		}
		// All that was lent is lost, once; the collateral is still there to be sold.
		let cash = Cash::get();
		assert_eq!(cash.in_liquidation, 0);
		assert_eq!(cash.lost, 40_000 * DOLLAR);
		assert_eq!((cash.sold_principal, cash.surplus), (0, 0));
		assert!(scene.0.model.lots.values().all(|lot| lot.stage == Stage::Recovery));
		scene.principal_is_conserved();
		// When there is a price again, what it brings is a recovery.
		scene.gold(560.0);
		scene.wait(HOUR);
		scene.block();
		let lots: Vec<u32> = scene.0.model.lots.keys().copied().collect();
		assert!(!lots.is_empty());
		for lot in lots {
			let amount = scene.0.model.lots[&lot].units;
			let limit = Price::from_inner(u128::MAX);
			scene.does(Op::Bid { who: 11, lot, amount, limit });
		}
		assert!(Cash::get().surplus > 0);
		assert_eq!(Cash::get().lost, 40_000 * DOLLAR);
		scene.principal_is_conserved();
	});
}

/// Bitcoin on a bad venue, December 2014 and January 2015: −53.8 % on 14 January.
const SERIES: &str = include_str!("../data/btc-usd-2015-01.csv");

#[test]
fn a_fall_of_half_in_a_day_on_real_data() {
	let days: Vec<f64> = SERIES
		.lines()
		.skip(1)
		.map(|line| line.split_once(',').unwrap().1.parse().unwrap())
		.collect();
	let worst = days.windows(2).map(|day| day[1] / day[0]).fold(1.0, f64::min);
	assert!(worst < 0.5, "the data has no such day: {worst}");
	Scene::play(&setup(days[0]), |scene| {
		let book = scene.book(GOLD, 0.08);
		scene.does(Op::PoolDeposit { who: 21, asset: GOLD, amount: 20_000 * DOLLAR });
		for at in 0..10 {
			let ounces = 10_000.0 / days[0] * (1.6 + at as f64 / 10.0);
			scene.vault(OWNERS[at % 4], book, ounces, 10_000);
		}
		let mut most = 0;
		for usd in days {
			scene.wait(DAY);
			scene.gold(usd);
			// Half of the blocks of that day are full: the walk gets what is left.
			let short = Some(Weight::from_parts(3_000_000_000, 300_000));
			scene.does(Op::Block { poll: short, idle: short });
			scene.block();
			most = most.max(scene.0.model.lots.len());
			let lots: Vec<u32> = scene.0.model.lots.keys().copied().collect();
			for lot in lots.into_iter().step_by(2) {
				let amount = scene.0.model.lots[&lot].units;
				let limit = Price::from_inner(u128::MAX);
				scene.tries(Op::Bid { who: 11, lot, amount, limit });
			}
		}
		assert!(most > 0 && scene.0.tally.rungs > 3, "{:?}", scene.0.tally);
		scene.principal_is_conserved();
		// Whoever is still there can leave.
		let vaults: Vec<u32> = scene.0.model.vaults.keys().copied().collect();
		for vault in vaults {
			scene.tries(Op::Settle { vault, hops: MAX_HOPS });
			if scene.0.model.vaults.contains_key(&vault) {
				scene.does(Op::Close { vault });
			}
		}
		let left = scene.0.model.at(book, Spot::Free).len();
		assert_eq!(left, 0);
		scene.principal_is_conserved();
	});
}

#[test]
fn a_lot_does_not_get_cheaper_while_the_chain_stands_still() {
	let setup = Setup { halt_gap: 120_000, ..setup(1_000.0) };
	Scene::play(&setup, |scene| {
		let book = scene.book(GOLD, 0.0);
		scene.vault(1, book, 17.0, 10_000);
		scene.block();
		scene.gold(850.0);
		scene.block();
		let lot = *scene.0.model.lots.keys().next().expect("it is unsafe");
		let price = || Auctions::lot(lot).unwrap().price.expect("it is for sale");
		let before = price();
		scene.wait(120_000);
		let least = price();
		assert!(least < before);
		// Twenty rounds pass without a block.
		scene.wait(20 * HOUR);
		assert_eq!(price(), least);
		scene.block();
		assert_eq!(price(), least);
		scene.wait(60_000);
		assert!(price() < least);
		let amount = scene.0.model.lots[&lot].units;
		scene.does(Op::Bid { who: 11, lot, amount, limit: least });
		scene.principal_is_conserved();
	});
}
