//! What each act of owners, bidders and of the walk costs: the call alone, in a block of the wasm.

use pallet_strata_vaults::{types::Adjustment, Call};
use strata_ladder::Rung;
use strata_numbers::Price;
use strata_runtime::Runtime;
use strata_traits::{Balance, VaultId};

use crate::{
	bench::Bench,
	market::{act, in_practice, Market, PRICE, UNIT},
};

/// All of them.
pub fn all() {
	let borrowers = in_practice(1_000, 1.5);
	let owed = borrowers.iter().map(|borrower| borrower.debt + 1).sum();
	let mut market = Market::new(owed);
	let book = market.book;
	market.populate(book, &borrowers);
	market.check();
	let mut bench = Bench { market, price: Price::from_u32(PRICE) };
	bench.acts();
	bench.liquidations();
	bench.market.check();
}

impl Bench {
	/// `//name` opens a vault, unmeasured.
	fn open(&mut self, name: &str, collateral: Balance, draw: Balance) -> VaultId {
		let book = self.market.book;
		let vault = self.next_vault();
		self.quote();
		let (collateral, draw) = (collateral * UNIT, draw * UNIT);
		act(&mut self.market.chain, name, Call::open { book, collateral, draw });
		vault
	}

	fn next_vault(&mut self) -> VaultId {
		self.market.chain.native(pallet_strata_vaults::NextVault::<Runtime>::get)
	}

	/// What owners do, at no hops.
	fn acts(&mut self) {
		let (book, vault) = (self.market.book, self.next_vault());
		let who = "Borrower1";
		self.measure("open", 0, who, Call::open { book, collateral: 1_000 * UNIT, draw: 0 });
		self.measure("draw (first)", 0, who, Call::draw { vault, amount: 10_000 * UNIT });
		self.measure("draw", 0, who, Call::draw { vault, amount: 1_000 * UNIT });
		// So little that the vault stays on its rung.
		let before = self.rung_of(vault);
		self.measure("draw (same rung)", 0, who, Call::draw { vault, amount: UNIT / 100 });
		assert_eq!(self.rung_of(vault), before, "a millionth more debt");
		self.measure("repay", 0, who, Call::repay { vault, amount: 500 * UNIT });
		self.measure("deposit", 0, who, Call::deposit { vault, amount: 10 * UNIT });
		self.measure("withdraw", 0, who, Call::withdraw { vault, amount: 5 * UNIT });
		let repay = Adjustment { repay: 100 * UNIT, ..Default::default() };
		self.measure("adjust (repay)", 0, who, Call::adjust { vault, adjustment: repay });
		let safer = Adjustment { deposit: 10 * UNIT, repay: 100 * UNIT, ..Default::default() };
		self.measure("adjust (deposit, repay)", 0, who, Call::adjust { vault, adjustment: safer });
		let larger = Adjustment { deposit: 10 * UNIT, draw: 100 * UNIT, ..Default::default() };
		self.measure("adjust (deposit, draw)", 0, who, Call::adjust { vault, adjustment: larger });
		let call = Call::open { book, collateral: 1_000 * UNIT, draw: 10_000 * UNIT };
		self.measure("open (with a draw)", 0, "Borrower2", call);
		self.measure("close", 0, who, Call::close { vault });
	}

	/// What happens when prices fall.
	fn liquidations(&mut self) {
		let book = self.market.book;
		// 80 dollars a barrel: 1,000 barrels for 50,000 dollars are 160 %. All on one rung.
		let vaults: Vec<_> = (0..3).map(|_| self.open("Borrower2", 1_000, 50_000)).collect();
		let rung = self.rung_of(vaults[0]);

		// The walk leaves a quarantined rung alone: it is the one that the call liquidates.
		self.quarantine(rung);
		self.fall(85, 100);
		self.measure("liquidate (one rung)", 0, "Investor1", Call::liquidate { book, rungs: 1 });
		assert!(self.hops_to(vaults[0]) == 1, "the rung was liquidated");
		self.measure("settle", 1, "Investor1", Call::settle { vault: vaults[0], hops: 8 });
		self.bids();
		// The target ratio is 146 %, the liquidation ratio 140 %: 5 % less is unsafe again.
		while self.hops_to(vaults[1]) < 8 {
			self.fall(95, 100);
		}
		self.measure("settle", 8, "Investor1", Call::settle { vault: vaults[1], hops: 8 });
		let repay = Call::repay { vault: vaults[2], amount: UNIT };
		self.measure("repay", 8, "Borrower2", repay);
	}

	fn bids(&mut self) {
		let lot = self.market.chain.native(|| {
			pallet_strata_auctions::Lots::<Runtime>::iter_keys().min().expect("lots are open")
		});
		let max_price = Price::from_u32(1_000);
		let bid = |amount| pallet_strata_auctions::Call::bid { lot, max_price, amount };
		self.measure("bid (part of a lot)", 0, "Investor1", bid(20 * UNIT));
		let left = self.market.chain.native(|| {
			pallet_strata_auctions::Lots::<Runtime>::get(lot).expect("a part is left").units
		});
		self.measure("bid (what is left of a lot)", 0, "Investor1", bid(left));
	}

	fn rung_of(&mut self, vault: VaultId) -> Rung {
		self.market.chain.native(|| {
			let vault = pallet_strata_vaults::Vaults::<Runtime>::get(vault).expect("it is open");
			vault.place.expect("it has debt").rung
		})
	}

	fn quarantine(&mut self, rung: Rung) {
		let book = self.market.book;
		self.market.chain.native(|| {
			pallet_strata_vaults::Rungs::<Runtime>::mutate(book, rung.key(), |slot| {
				slot.as_mut().expect("vaults lie there").quarantined = true;
			});
		});
	}

	/// How many edges lead from where the vault was placed to where it is.
	fn hops_to(&mut self, vault: VaultId) -> u32 {
		self.market
			.chain
			.native(|| strata_runtime::Vaults::vault_state(vault).expect("it is open").hops)
	}
}
