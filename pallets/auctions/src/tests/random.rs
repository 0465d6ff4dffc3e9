//! Random seizures, bids, exchanges, pools, prices and blocks. After each act every unit of both
//! assets and of the principal is accounted for.

use std::collections::BTreeMap;

use proptest::prelude::*;
use strata_traits::{AuctionShape, BookId, Decay, MarketPrices, Seizure};

use super::*;

const PEOPLE: [AccountId; 3] = [ALICE, BOB, CAROL];
const BOOKS: u32 = 3;

#[derive(Clone, Debug)]
enum Act {
	Seize { book: u32, units: u64, owed: u64, solvent: bool, stepped: bool },
	Bid { who: usize, lot: u32, part: u8 },
	BidOdd { who: usize, lot: u32, units: u64 },
	Exchange { who: usize, lot: u32, part: u8 },
	Restart { lot: u32 },
	WrapUp { lot: u32 },
	Price { cents: u32 },
	NoPrice,
	Pool { cash: u32 },
	Freeze { frozen: bool },
	Wait { seconds: u32 },
	Block { units: u8 },
}

fn act() -> impl Strategy<Value = Act> {
	let (who, lot) = (|| 0..3usize, || 0..16u32);
	prop_oneof![
		4 => (0..BOOKS, 1..50_000_000_000u64, 1..5_000_000_000u64, any::<bool>(), any::<bool>())
			.prop_map(|(book, units, owed, solvent, stepped)| {
				Act::Seize { book, units, owed, solvent, stepped }
			}),
		8 => (who(), lot(), any::<u8>()).prop_map(|(who, lot, part)| Act::Bid { who, lot, part }),
		3 => (who(), lot(), any::<u64>())
			.prop_map(|(who, lot, units)| Act::BidOdd { who, lot, units }),
		5 => (who(), lot(), any::<u8>())
			.prop_map(|(who, lot, part)| Act::Exchange { who, lot, part }),
		2 => lot().prop_map(|lot| Act::Restart { lot }),
		2 => lot().prop_map(|lot| Act::WrapUp { lot }),
		3 => (1..30_000u32).prop_map(|cents| Act::Price { cents }),
		1 => Just(Act::NoPrice),
		1 => (0..2_000_000_000u32).prop_map(|cash| Act::Pool { cash }),
		1 => prop::bool::weighted(0.3).prop_map(|frozen| Act::Freeze { frozen }),
		5 => (0..8_000u32).prop_map(|seconds| Act::Wait { seconds }),
		4 => (0..6u8).prop_map(|units| Act::Block { units }),
	]
}

/// What went in, of each book: principal, x, and collateral.
type Seized = BTreeMap<BookId, (Balance, Balance, Balance)>;

fn pick(lot: u32) -> LotId {
	let mut ids: Vec<_> = Lots::<Test>::iter_keys().collect();
	ids.sort_unstable();
	ids.get(lot as usize % ids.len().max(1)).copied().unwrap_or(99)
}

fn part_of(id: LotId, part: u8) -> Balance {
	let units = Lots::<Test>::get(id).map_or(0, |lot| lot.units);
	if part > 200 {
		units
	} else {
		units * Balance::from(part) / 200
	}
}

fn seize_some(seized: &mut Seized, act: &Act) {
	let Act::Seize { book, units, owed, solvent, stepped } = *act else { return };
	let decay =
		if stepped { Decay::Stepped { step: 90_000, cut: ratio(0.97) } } else { Decay::Linear };
	let (units, owed) = (Balance::from(units), Balance::from(owed));
	let interest = owed / 13;
	let seizure = Seizure {
		book,
		units,
		principal: owed - interest,
		interest,
		penalty: owed / 10,
		prices: Market::get().unwrap_or(prices(100.0)),
		shape: AuctionShape { decay, ..shape() },
		minimum_units: (units / 9).max(1),
		..super::seizure(1, 1, solvent)
	};
	let sums = seized.entry(book).or_default();
	*sums = (sums.0 + seizure.principal, sums.1 + owed, sums.2 + units);
	open(seizure);
}

/// Whether something was sold or carried on.
fn run(seized: &mut Seized, act: &Act) -> bool {
	match *act {
		Act::Seize { .. } => {
			seize_some(seized, act);
			true
		},
		Act::Bid { who, lot, part } => {
			let id = pick(lot);
			Auctions::bid(signed(PEOPLE[who]), id, ANY, part_of(id, part)).is_ok()
		},
		Act::BidOdd { who, lot, units } => {
			let id = pick(lot);
			let most = Lots::<Test>::get(id).map_or(1, |lot| lot.units + 2);
			let amount = Balance::from(units) % most;
			Auctions::bid(signed(PEOPLE[who]), id, ANY, amount).is_ok()
		},
		Act::Exchange { who, lot, part } => {
			let id = pick(lot);
			Auctions::exchange(signed(PEOPLE[who]), id, part_of(id, part)).is_ok()
		},
		Act::Restart { lot } => Auctions::restart(signed(ALICE), pick(lot)).is_ok(),
		Act::WrapUp { lot } => Auctions::wrap_up(signed(ALICE), pick(lot)).is_ok(),
		Act::Price { cents } => {
			let upper = Price::from_rational(cents.into(), 100);
			let lower = Price::from_rational((cents - cents / 50).into(), 100);
			Market::set(Some(MarketPrices { lower, upper }));
			true
		},
		Act::NoPrice => {
			Market::set(None);
			true
		},
		Act::Pool { cash } => {
			open_pool(cash.into());
			true
		},
		Act::Freeze { frozen } => {
			if frozen {
				Assets::freeze(signed(ISSUER), 2, KEEPER).is_ok()
			} else {
				Assets::thaw(signed(ISSUER), 2, KEEPER).is_ok()
			}
		},
		Act::Wait { seconds } => {
			pass(u64::from(seconds) * 1_000);
			true
		},
		Act::Block { units } => {
			let limit = Auctions::unit_weight() * u64::from(units);
			let mut meter = frame_support::weights::WeightMeter::with_limit(limit);
			Auctions::work(&mut meter);
			assert!(meter.consumed().all_lte(limit));
			true
		},
	}
}

fn all_dollars() -> Balance {
	[ALICE, BOB, CAROL, DEAL, POOL].into_iter().map(|who| free(USD, who)).sum()
}

fn all_gold() -> Balance {
	[ALICE, BOB, CAROL, KEEPER, POOL].into_iter().map(|who| free(GOLD, who)).sum()
}

/// Nothing has come or gone: cash, collateral, principal.
fn reconcile(seized: &Seized, deal_before: Balance, minted: Balance) {
	check();
	let mut received = 0;
	let mut gold = OUNCE;
	for book in 0..BOOKS {
		let (principal, owed, units) = seized.get(&book).copied().unwrap_or_default();
		gold += units;
		let ledger = Ledgers::get(book);
		let accounted = ledger.principal + ledger.repaid + ledger.exchanged + ledger.lost;
		assert_eq!(accounted, principal, "principal is paid, lost, or still in liquidation");
		assert!(ledger.repaid + ledger.interest + ledger.exchanged <= owed);
		assert!(ledger.notes >= ledger.exchanged);
		let booked = ledger.repaid + ledger.interest + ledger.penalty + ledger.surplus;
		assert_eq!(booked, ledger.received);
		received += ledger.received;
	}
	assert_eq!(free(USD, DEAL), deal_before + received, "the deal has what buyers paid");
	assert_eq!(all_gold(), gold, "collateral");
	assert_eq!(all_dollars(), 4 * ENDOWMENT + minted, "cash");
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn every_unit_is_accounted_for(acts in prop::collection::vec(act(), 1..80)) {
		new_test_ext().execute_with(|| {
			for who in PEOPLE {
				Notes::insert(who, 100_000 * DOLLAR);
			}
			let mut seized = Seized::new();
			let mut minted = 0;
			let deal = free(USD, DEAL);
			for act in &acts {
				if let Act::Pool { cash } = act {
					minted += Balance::from(*cash) + 1;
				}
				let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
				if !run(&mut seized, act) {
					// What fails changes nothing.
					let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
					assert_eq!(before, after, "{act:?} failed and changed something");
				}
				reconcile(&seized, deal, minted);
			}
		});
	}

	/// However a solvent lot is divided and whenever its parts are bought, they bring what was owed.
	#[test]
	fn a_solvent_lot_brings_what_is_owed(
		units in 1..100_000_000_000u64,
		owed in 1..10_000_000_000u64,
		cents in 1..30_000u32,
		buys in prop::collection::vec((1..5_000u64, any::<u8>()), 0..12),
		stepped in any::<bool>(),
	) {
		new_test_ext().execute_with(|| {
			Market::set(Some(prices(f64::from(cents) / 100.0)));
			let mut seized = Seized::new();
			seize_some(&mut seized, &Act::Seize { book: 0, units, owed, solvent: true, stepped });
			for (seconds, part) in buys {
				if !Lots::<Test>::contains_key(0) || lot(0).stage != Stage::Auction {
					return;
				}
				pass(seconds * 1_000);
				work();
				let _ = Auctions::bid(signed(ALICE), 0, ANY, part_of(0, part));
			}
			if Lots::<Test>::contains_key(0) && lot(0).stage == Stage::Auction {
				if lot(0).is_over(Now::get()) {
					return;
				}
				buy(ALICE, 0, lot(0).units);
			}
			if !Lots::<Test>::contains_key(0) {
				let ledger = Ledgers::get(0);
				assert_eq!(ledger.lost, 0);
				assert_eq!(ledger.repaid + ledger.interest, Balance::from(owed));
			}
			check();
		});
	}
}
