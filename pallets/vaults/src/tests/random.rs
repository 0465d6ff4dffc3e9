//! Random acts of random people at random prices and decimals. After each one all totals are those
//! of the vaults, no unit of any asset has appeared or gone, and nobody has gained.

use proptest::prelude::*;
use strata_traits::{Books as BooksOfDeals, Reading};

use super::*;
use crate::{types::Adjustment, VaultsOf};

const PEOPLE: [AccountId; 4] = [ALICE, BOB, CAROL, DAVE];

#[derive(Clone, Debug)]
enum Act {
	Open { who: usize, book: usize, collateral: u16, draw: u16 },
	Deposit { who: usize, vault: usize, amount: u16 },
	Withdraw { who: usize, vault: usize, amount: u16 },
	Draw { who: usize, vault: usize, amount: u16 },
	Repay { who: usize, vault: usize, amount: u16 },
	RepayOdd { who: usize, vault: usize, amount: u64 },
	Adjust { who: usize, vault: usize, amounts: [u16; 4] },
	Close { who: usize, vault: usize },
	MaxDraw { vault: usize },
	MaxWithdraw { vault: usize },
	Price { gold: u16 },
	Dollar { thousandths: u16 },
	Stale,
	Pause { paused: bool },
	CloseBook { book: usize },
	Wait { seconds: u32 },
}

fn act() -> impl Strategy<Value = Act> {
	let (who, vault) = (|| 0..4usize, || 0..8usize);
	let amount = any::<u16>;
	prop_oneof![
		6 => (who(), 0..3usize, amount(), amount())
			.prop_map(|(who, book, collateral, draw)| Act::Open { who, book, collateral, draw }),
		4 => (who(), vault(), amount())
			.prop_map(|(who, vault, amount)| Act::Deposit { who, vault, amount }),
		4 => (who(), vault(), amount())
			.prop_map(|(who, vault, amount)| Act::Withdraw { who, vault, amount }),
		6 => (who(), vault(), amount())
			.prop_map(|(who, vault, amount)| Act::Draw { who, vault, amount }),
		4 => (who(), vault(), amount())
			.prop_map(|(who, vault, amount)| Act::Repay { who, vault, amount }),
		4 => (who(), vault(), any::<u64>())
			.prop_map(|(who, vault, amount)| Act::RepayOdd { who, vault, amount }),
		4 => (who(), vault(), any::<[u16; 4]>())
			.prop_map(|(who, vault, amounts)| Act::Adjust { who, vault, amounts }),
		2 => (who(), vault()).prop_map(|(who, vault)| Act::Close { who, vault }),
		3 => vault().prop_map(|vault| Act::MaxDraw { vault }),
		3 => vault().prop_map(|vault| Act::MaxWithdraw { vault }),
		2 => (20..400u16).prop_map(|gold| Act::Price { gold }),
		1 => (970..1_030u16).prop_map(|thousandths| Act::Dollar { thousandths }),
		1 => Just(Act::Stale),
		1 => prop::bool::weighted(0.3).prop_map(|paused| Act::Pause { paused }),
		1 => (0..3usize).prop_map(|book| Act::CloseBook { book }),
		4 => (0..20_000_000u32).prop_map(|seconds| Act::Wait { seconds }),
	]
}

fn done(result: frame_support::dispatch::DispatchResultWithPostInfo) -> sp_runtime::DispatchResult {
	result.map(|_| ()).map_err(|error| error.error)
}

struct World {
	/// Least collateral step and one dollar, in smallest units.
	lot: Balance,
	dollar: Balance,
	books: [BookId; 3],
}

impl World {
	fn collateral(&self, amount: u16) -> Balance {
		self.lot * Balance::from(amount) / 64
	}

	fn dollars(&self, amount: u16) -> Balance {
		self.dollar * Balance::from(amount)
	}

	/// Mostly the vault's owner acts; now and then somebody else tries.
	fn who(&self, who: usize, id: VaultId) -> AccountId {
		match VaultMap::<Test>::get(id) {
			Some(vault) if who > 0 => vault.owner,
			_ => PEOPLE[who],
		}
	}

	fn vault(&self, vault: usize) -> VaultId {
		let mut ids: Vec<_> = VaultMap::<Test>::iter_keys().collect();
		ids.sort_unstable();
		ids.get(vault % ids.len().max(1)).copied().unwrap_or(0)
	}

	/// Whether the act succeeded.
	fn run(&self, act: &Act) -> bool {
		use Act::*;
		match *act {
			Open { who, book, collateral, draw } => Vaults::open(
				signed(PEOPLE[who]),
				self.books[book],
				self.collateral(collateral),
				self.dollars(draw),
			),
			Deposit { who, vault, amount } => {
				let amount = self.collateral(amount);
				done(Vaults::deposit(signed(PEOPLE[who]), self.vault(vault), amount))
			},
			Withdraw { who, vault, amount } => {
				let id = self.vault(vault);
				done(Vaults::withdraw(signed(self.who(who, id)), id, self.collateral(amount)))
			},
			Draw { who, vault, amount } => {
				let id = self.vault(vault);
				done(Vaults::draw(signed(self.who(who, id)), id, self.dollars(amount)))
			},
			Repay { who, vault, amount } => {
				let amount = self.dollars(amount);
				done(Vaults::repay(signed(PEOPLE[who]), self.vault(vault), amount))
			},
			RepayOdd { who, vault, amount } => {
				let amount = Balance::from(amount) % (self.dollar * 1_000);
				done(Vaults::repay(signed(PEOPLE[who]), self.vault(vault), amount))
			},
			Adjust { who, vault, amounts: [deposit, repay, draw, withdraw] } => {
				let id = self.vault(vault);
				let wish = Adjustment {
					deposit: self.collateral(deposit),
					repay: self.dollars(repay),
					draw: self.dollars(draw),
					withdraw: self.collateral(withdraw),
				};
				done(Vaults::adjust(signed(self.who(who, id)), id, wish))
			},
			Close { who, vault } => {
				let id = self.vault(vault);
				done(Vaults::close(signed(self.who(who, id)), id))
			},
			MaxDraw { vault } => return self.draw_all(self.vault(vault)),
			MaxWithdraw { vault } => return self.withdraw_all(self.vault(vault)),
			Price { gold } => {
				set_price(GOLD_FEED, gold);
				set_price(USD_FEED, 1);
				Ok(())
			},
			Dollar { thousandths } => {
				set_price(USD_FEED, f64::from(thousandths) / 1_000.0);
				Ok(())
			},
			Stale => {
				set_reading(GOLD_FEED, Reading::Unknown);
				Ok(())
			},
			Pause { paused } => {
				relist(GOLD, |listing| listing.paused = paused);
				Ok(())
			},
			CloseBook { book } => <Vaults as BooksOfDeals>::close(self.books[book]),
			Wait { seconds } => {
				pass(u64::from(seconds) * 1_000 + 7);
				Ok(())
			},
		}
		.is_ok()
	}

	/// What is said to be possible is possible, as long as the deal has the cash.
	fn draw_all(&self, id: VaultId) -> bool {
		let (Some(vault), Some(most)) = (VaultMap::<Test>::get(id), Vaults::max_draw(id)) else {
			return false;
		};
		if most == 0 || most >= free(USD, DEAL) {
			return false;
		}
		Vaults::draw(signed(vault.owner), id, most).unwrap();
		true
	}

	fn withdraw_all(&self, id: VaultId) -> bool {
		let (Some(vault), Some(most)) = (VaultMap::<Test>::get(id), Vaults::max_withdraw(id))
		else {
			return false;
		};
		if most == 0 {
			return false;
		}
		Vaults::withdraw(signed(vault.owner), id, most).unwrap();
		true
	}

	/// Collateral and dollars of everybody, the books' vaults and the deal together.
	fn supply(&self) -> (Balance, Balance) {
		let everybody = PEOPLE.into_iter().chain([DEAL, ISSUER]);
		let gold: Balance = everybody.clone().map(|who| free(GOLD, who)).sum();
		let usd: Balance = everybody.map(|who| free(USD, who)).sum();
		let locked: Balance =
			VaultMap::<Test>::iter_values().map(|vault| vault.position.collateral).sum();
		(gold + locked, usd)
	}

	/// Cash advanced and not yet repaid is the principal of all vaults.
	fn principal_agrees(&self) {
		let (_, repaid, advanced) = CashLedger::get(7);
		let owed: Balance =
			VaultMap::<Test>::iter_values().map(|vault| vault.position.principal).sum();
		assert_eq!(advanced - repaid, owed);
	}
}

fn play(gold: u8, usd: u8, rate: f64, acts: &[Act]) -> usize {
	ExtBuilder::default().decimals(gold, usd).build().execute_with(|| {
		let ounce = 10u128.pow(gold.into());
		let world = World {
			// 65 536 lots of 1/64 are 1024 ounces, or 1024 times the minimum.
			lot: ounce.max(crate::MINIMUM_COLLATERAL),
			dollar: 10u128.pow(usd.into()),
			books: [open_book(GOLD, rate), open_book(GOLD, 0.0), open_book(GOLD, 0.5)],
		};
		let supply = world.supply();
		let mut done = 0;
		for act in acts {
			let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
			let changed = frame_support::storage::with_storage_layer(|| {
				if world.run(act) {
					Ok(())
				} else {
					Err(sp_runtime::DispatchError::Other("refused"))
				}
			})
			.is_ok();
			if changed {
				done += 1;
			} else {
				let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
				assert_eq!(before, after, "{act:?}");
			}
			Vaults::do_try_state().unwrap();
			assert_eq!(world.supply(), supply, "{act:?}");
			world.principal_agrees();
		}
		let (gold, usd) = supply;
		let minted = leave(&world);
		assert_eq!(world.supply(), (gold, usd + minted));
		done
	})
}

/// Whatever happened, everybody can pay, leave, and find everything as it was, but for the interest
/// that the deal got. Who drew everything and waited for years owes more than there is: the issuer
/// lends a hand. Returns what it minted.
fn leave(world: &World) -> Balance {
	relist(GOLD, |listing| listing.paused = false);
	let mut ids: Vec<_> = VaultMap::<Test>::iter().map(|(id, vault)| (id, vault.owner)).collect();
	ids.sort_unstable();
	let mut minted = 0;
	for (id, owner) in ids {
		let debt = Vaults::vault_state(id).unwrap().debt;
		let lacking = debt.saturating_sub(free(USD, owner));
		if lacking > 0 {
			Assets::mint(signed(ISSUER), 1, owner, lacking).unwrap();
			minted += lacking;
		}
		Vaults::close(signed(owner), id).unwrap();
		Vaults::do_try_state().unwrap();
	}
	assert_eq!(VaultsOf::<Test>::iter().count(), 0);
	let (interest, repaid, advanced) = CashLedger::get(7);
	assert_eq!(repaid, advanced);
	let endowment = ENDOWMENT * world.dollar;
	assert_eq!(free(USD, DEAL), endowment + interest);
	for book in world.books {
		let _ = <Vaults as BooksOfDeals>::close(book);
		assert_eq!(Books::<Test>::get(book), None);
		assert_eq!(Vaults::held(book, &GOLD), 0);
	}
	Vaults::do_try_state().unwrap();
	minted
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	#[test]
	fn any_sequence_keeps_every_invariant(
		gold in 0..=18u8,
		usd in 0..=18u8,
		rate in 0..50u32,
		acts in proptest::collection::vec(act(), 1..60),
	) {
		play(gold, usd, f64::from(rate) / 100.0, &acts);
	}
}

/// The sequences do more than being refused.
#[test]
fn most_acts_of_a_plain_day_succeed() {
	let acts = [
		Act::Open { who: 0, book: 0, collateral: 6_400, draw: 1_000 },
		Act::Open { who: 1, book: 2, collateral: 6_400, draw: 2_000 },
		Act::Wait { seconds: 10_000_000 },
		Act::Deposit { who: 2, vault: 0, amount: 640 },
		Act::Draw { who: 1, vault: 0, amount: 200 },
		Act::Repay { who: 3, vault: 1, amount: 100 },
		Act::MaxDraw { vault: 0 },
		Act::Price { gold: 200 },
		Act::MaxWithdraw { vault: 0 },
		Act::Adjust { who: 1, vault: 1, amounts: [64, 100, 50, 64] },
		Act::Close { who: 1, vault: 1 },
	];
	for (gold, usd) in [(9, 6), (18, 0), (6, 18), (12, 12)] {
		assert_eq!(play(gold, usd, 0.1, &acts), acts.len());
	}
}
