//! Random liquidations of random rungs between random acts. Vaults are found through edges; the
//! model knows of none: it keeps the exact share of every vault as a quotient, and moves all vaults of
//! a rung at once. Both agree within one unit per vault and hop, and all counts are exact.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;
use crate::types::Adjustment;

const PEOPLE: [AccountId; 4] = [ALICE, BOB, CAROL, DAVE];

#[derive(Clone, Debug)]
enum Act {
	Open { who: usize, collateral: u8, draw: u8 },
	Deposit { vault: usize, amount: u32 },
	Repay { vault: usize, amount: u32 },
	Draw { vault: usize, amount: u8 },
	Withdraw { vault: usize, part: u8 },
	Close { vault: usize },
	Settle { vault: usize, hops: u32 },
	Merge { rung: usize, collateral: u8, debt: u8 },
	CloseOut { rung: usize, collateral: u8 },
	Wait { seconds: u32 },
}

fn act() -> impl Strategy<Value = Act> {
	use Act::*;
	let vault = || 0..12usize;
	prop_oneof![
		5 => (0..4usize, 1..=255u8, any::<u8>())
			.prop_map(|(who, collateral, draw)| Open { who, collateral, draw }),
		2 => (vault(), any::<u32>()).prop_map(|(vault, amount)| Deposit { vault, amount }),
		2 => (vault(), any::<u32>()).prop_map(|(vault, amount)| Repay { vault, amount }),
		2 => (vault(), any::<u8>()).prop_map(|(vault, amount)| Draw { vault, amount }),
		2 => (vault(), any::<u8>()).prop_map(|(vault, part)| Withdraw { vault, part }),
		2 => vault().prop_map(|vault| Close { vault }),
		4 => (vault(), 1..4u32).prop_map(|(vault, hops)| Settle { vault, hops }),
		9 => (0..4usize, any::<u8>(), any::<u8>())
			.prop_map(|(rung, collateral, debt)| Merge { rung, collateral, debt }),
		1 => (0..4usize, any::<u8>())
			.prop_map(|(rung, collateral)| CloseOut { rung, collateral }),
		1 => (0..10_000_000u32).prop_map(|seconds| Wait { seconds }),
	]
}

fn exact(units: Balance) -> BigRational {
	BigRational::from_integer(BigInt::from(units))
}

/// One vault as exact arithmetic has it.
#[derive(Clone)]
struct Share {
	collateral: BigRational,
	debt: BigRational,
	rung: Option<Rung>,
	/// Liquidations since it was placed exactly.
	rounds: Balance,
	/// Of them, those that `settle` has not passed on.
	hops: u32,
}

struct World {
	book: BookId,
	shares: BTreeMap<VaultId, Share>,
	/// How many vaults each liquidation moved, summed: so many units at most are off in all.
	moved: Balance,
	done: usize,
}

impl World {
	fn new() -> Self {
		AutoHops::set(3);
		Self { book: open_book(GOLD, 0.1), shares: BTreeMap::new(), moved: 0, done: 0 }
	}

	fn pick(&self, vault: usize) -> Option<VaultId> {
		self.shares.keys().nth(vault % self.shares.len().max(1)).copied()
	}

	/// The vault was touched: it is what is stored.
	fn touched(&mut self, id: VaultId) {
		self.done += 1;
		let Some(vault) = VaultMap::<Test>::get(id) else {
			self.shares.remove(&id);
			return;
		};
		let Position { collateral, debt, .. } = vault.position;
		let rung = vault.place.map(|place| place.rung);
		if collateral > 0 {
			assert_eq!(rung, Rung::of(debt, collateral));
		}
		let (collateral, debt) = (exact(collateral), exact(debt));
		self.shares.insert(id, Share { collateral, debt, rung, rounds: 0, hops: 0 });
	}

	fn run(&mut self, act: &Act) {
		let fits = |ok: bool, id, world: &mut Self| {
			if ok {
				world.touched(id);
			}
		};
		match *act {
			Act::Open { who, collateral, draw } => {
				let id = NextVault::<Test>::get();
				let collateral = Balance::from(collateral) * OUNCE / 7 + 1_000_000;
				let draw = Balance::from(draw) * 10 * DOLLAR;
				let opened = Vaults::open(signed(PEOPLE[who]), self.book, collateral, draw);
				fits(opened.is_ok(), id, self);
			},
			Act::Deposit { vault, amount } => {
				let Some(id) = self.pick(vault) else { return };
				let ok = Vaults::deposit(signed(DAVE), id, amount.into()).is_ok();
				fits(ok, id, self);
			},
			Act::Repay { vault, amount } => {
				let Some(id) = self.pick(vault) else { return };
				let ok = Vaults::repay(signed(DAVE), id, amount.into()).is_ok();
				fits(ok, id, self);
			},
			Act::Draw { vault, amount } => {
				let Some(id) = self.pick(vault) else { return };
				let amount = Balance::from(amount) * DOLLAR;
				fits(Vaults::draw(signed(owner(id)), id, amount).is_ok(), id, self);
			},
			Act::Withdraw { vault, part } => {
				let Some(id) = self.pick(vault) else { return };
				let there = Vaults::vault_state(id).unwrap().collateral;
				let wish = Adjustment {
					withdraw: there * Balance::from(part) / 255,
					deposit: 1_000,
					..Default::default()
				};
				fits(Vaults::adjust(signed(owner(id)), id, wish).is_ok(), id, self);
			},
			Act::Close { vault } => {
				let Some(id) = self.pick(vault) else { return };
				fits(Vaults::close(signed(owner(id)), id).is_ok(), id, self);
			},
			Act::Settle { vault, hops } => {
				let Some(id) = self.pick(vault) else { return };
				let far = self.shares[&id].hops;
				let ok = Vaults::settle(signed(DAVE), id, hops).is_ok();
				assert_eq!(ok, far > 0);
				if ok && hops < far {
					self.done += 1;
					self.shares.get_mut(&id).unwrap().hops -= hops;
				} else {
					fits(ok, id, self);
				}
			},
			Act::Merge { rung, collateral, debt } => {
				let part = |of: Balance, part: u8| of * Balance::from(part) / 255;
				self.merge(rung, |totals| Position {
					collateral: part(totals.collateral, collateral),
					debt: part(totals.debt, debt),
					principal: mul_div_floor(
						totals.principal,
						part(totals.debt, debt),
						totals.debt,
					)
					.unwrap(),
				});
			},
			Act::CloseOut { rung, collateral } => self.merge(rung, |totals| Position {
				collateral: totals.collateral * Balance::from(collateral) / 255,
				..Position::default()
			}),
			Act::Wait { seconds } => pass(u64::from(seconds) * 1_000),
		}
	}

	/// A rung whose debt was used up by those who left first is closed, which is one hop more.
	fn close_used_up(&mut self) {
		let ladder: Vec<_> = rungs(self.book).into_iter().map(|(rung, _)| rung).collect();
		for share in self.shares.values_mut() {
			if share.rung.is_some_and(|rung| !ladder.contains(&rung)) {
				share.rung = None;
				share.hops += 1;
				share.rounds += 1;
			}
		}
	}

	fn merge(&mut self, rung: usize, left: impl FnOnce(Position) -> Position) {
		let ladder = rungs(self.book);
		if ladder.is_empty() {
			return;
		}
		let (rung, entry) = ladder[rung % ladder.len()];
		let (before, mut after) = (entry.totals, left(entry.totals));
		if after.debt == 0 {
			after.principal = 0;
		}
		let to = Rung::of(after.debt, after.collateral);
		let allowed = after.debt == 0 || to.is_some_and(|to| to <= rung);
		assert_eq!(merge(self.book, rung, after).is_ok(), allowed);
		if !allowed {
			return;
		}
		self.done += 1;
		self.moved += Balance::from(entry.vaults);
		let part = |left: Balance, whole: Balance| match whole {
			0 => exact(0),
			_ => exact(left) / exact(whole),
		};
		let mut moved = 0;
		for share in self.shares.values_mut().filter(|share| share.rung == Some(rung)) {
			share.collateral *= part(after.collateral, before.collateral);
			share.debt *= part(after.debt, before.debt);
			share.rung = to;
			share.rounds += 1;
			share.hops += 1;
			moved += 1;
		}
		assert_eq!(moved, entry.vaults);
	}

	fn agrees(&self) {
		Vaults::do_try_state().unwrap();
		let book = book(self.book);
		let mut sum = Position::default();
		for (id, share) in &self.shares {
			let found = Vaults::resolved(&book, &vault(*id)).unwrap();
			sum = sum.plus(found.position).unwrap();
			let (collateral, debt) = (exact(found.position.collateral), exact(found.position.debt));
			assert!(collateral <= share.collateral);
			assert!(collateral + exact(share.rounds) >= share.collateral);
			assert!(debt <= &share.debt + exact(share.rounds));
			assert!(debt + exact(self.moved) >= share.debt);
			if found.rung.is_some() {
				assert_eq!(found.rung, share.rung);
			}
			assert_eq!(found.hops, share.hops);
		}
		let Position { collateral, debt, principal } = book.totals;
		assert!(sum.collateral <= collateral);
		assert!(sum.collateral + self.moved >= collateral + book.dust);
		assert!(sum.debt <= debt + self.moved && sum.debt + self.moved >= debt);
		assert!(sum.principal + self.moved >= principal);
		assert!(WrittenOff::get(self.book) <= 2 * self.moved);
	}

	/// Everybody leaves, and nothing stays but dust.
	fn leave(&mut self) {
		let ids: Vec<_> = self.shares.keys().copied().collect();
		for id in ids {
			while VaultMap::<Test>::contains_key(id) && Vaults::vault_state(id).unwrap().hops > 3 {
				Vaults::settle(signed(DAVE), id, 2).unwrap();
			}
			Vaults::do_try_state().unwrap();
			if let Some(vault) = VaultMap::<Test>::get(id) {
				Vaults::close(signed(vault.owner), id).unwrap();
			}
			Vaults::do_try_state().unwrap();
		}
		assert_eq!((rungs(self.book), edges(self.book)), (vec![], vec![]));
		assert_eq!(book(self.book).totals, Position::default());
		assert_eq!(UsageOf::get(GOLD).drawn, 0);
		assert!(book(self.book).dust <= self.moved);
	}
}

fn owner(id: VaultId) -> AccountId {
	vault(id).owner
}

/// Returns how many acts did something.
fn play(usd: u8, acts: &[Act]) -> usize {
	ExtBuilder::default().decimals(9, usd).build().execute_with(|| {
		let mut world = World::new();
		for act in acts {
			world.run(act);
			world.close_used_up();
			world.agrees();
		}
		world.leave();
		world.done
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	#[test]
	fn edges_and_exact_shares_agree(acts in proptest::collection::vec(act(), 1..80)) {
		play(6, &acts);
	}
}

/// The sequences do more than being refused.
#[test]
fn a_plain_crash_is_played_in_full() {
	use Act::*;
	let acts = [
		Open { who: 0, collateral: 200, draw: 80 },
		Open { who: 1, collateral: 200, draw: 80 },
		Open { who: 2, collateral: 200, draw: 100 },
		Merge { rung: 0, collateral: 250, debt: 220 },
		Merge { rung: 0, collateral: 250, debt: 200 },
		Merge { rung: 0, collateral: 100, debt: 30 },
		Settle { vault: 0, hops: 1 },
		Settle { vault: 1, hops: 3 },
		Deposit { vault: 2, amount: 5_000 },
		Merge { rung: 0, collateral: 200, debt: 77 },
		CloseOut { rung: 0, collateral: 99 },
		Close { vault: 0 },
	];
	assert_eq!(play(6, &acts), acts.len());
}
