//! What payment dates, notes and statements cost, whatever the number of holders and of vaults.

use pallet_strata_tranches::Call;
use strata_numbers::Price;
use strata_runtime::Runtime;

use crate::{
	bench::{asked, Bench, MICRO, READ_US},
	chain::{account, Watch},
	market::{in_practice, Market, Shape, PRICE, UNIT},
	print::{explain, print},
};

/// A market of a shape with `vaults` vaults in its book.
fn market_of(shape: Shape, vaults: usize) -> Market {
	let borrowers = in_practice(vaults, 1.5);
	let owed = borrowers.iter().map(|borrower| borrower.debt + 1).sum();
	let mut market = Market::shaped(owed, shape);
	let book = market.book;
	market.populate(book, &borrowers);
	market
}

/// A payment date of a deal with eight tranches, eight fees, all tests and triggers, in a block of its
/// own: what it takes more than the block before, in which no date has come.
pub fn payment_run(holders: usize, vaults: usize) {
	let mut market = market_of(Shape::Full, vaults);
	market.spread_notes(holders);
	let date = market.next_date();
	// The last block before the date, and no session's first; nor may the next one be.
	loop {
		market.chain.pass_session_border();
		if market.chain.now() + 2 * strata_runtime::units::SLOT_MILLIS >= date {
			break;
		}
		market.chain.native_block(1);
	}
	market.price(100);
	let remark = frame_system::Call::remark { remark: Vec::new() };
	let remark = market.chain.sign("Borrower1", 0, remark.into());
	let control = market.chain.run(Watch::Reads, core::slice::from_ref(&remark));
	market.chain.native_block(1);
	let mut run = market.chain.run(Watch::Reads, core::slice::from_ref(&remark));
	while !market.paid(&run) {
		market.chain.native_block(1);
		market.price(100);
		run = market.chain.run(Watch::Reads, core::slice::from_ref(&remark));
	}
	// `on_poll` runs before the first transaction, and is logged with it.
	let reads = run.logs[1].reads_beyond(&control.logs[1]);
	let mut log = run.logs[1].clone();
	log.keys.retain(|key| !control.logs[1].keys.contains(key));
	let weight = run.weight.saturating_sub(control.weight);
	explain("payment run", &log, &run.written().difference(&control.written()).cloned().collect());
	let writes = run.writes().saturating_sub(control.writes());
	print(&[
		("case", "payment_run".into()),
		("tranches", market.tranches().into()),
		("holders", market.holders().into()),
		("vaults", vaults.into()),
		("reads", reads.into()),
		("writes", writes.into()),
		("ref_time_us", (weight.ref_time() / MICRO).into()),
	]);
}

/// What holders and payees do, each alone in a block.
pub fn ops() {
	let mut market = market_of(Shape::Full, 1_000);
	let deal = market.deal;
	// Interest comes in, a date pays it.
	market.pay_interest();
	market.pass_date();
	market.chain.native_block(1);
	let mut bench = Bench { market, price: Price::from_u32(PRICE) };
	let (seller, buyer) = ("Investor1", "Investor2");
	let (rank, amount) = (0, 100 * UNIT);
	let to = account(buyer);
	bench.measure("claim", 0, seller, Call::claim { deal, rank, who: account(seller) });
	// The first transfer to somebody makes his checkpoint.
	let transfer = Call::transfer { deal, rank, to: to.clone(), amount };
	bench.measure("transfer (to a new holder)", 0, seller, transfer.clone());
	bench.measure("transfer", 0, seller, transfer);
	let approve = Call::approve { deal, rank, spender: to.clone(), amount: 10 * amount };
	bench.measure("approve", 0, seller, approve);
	let from = account(seller);
	let call = Call::transfer_from { deal, rank, from, to: to.clone(), amount };
	bench.measure("transfer_from", 0, buyer, call);
	bench.trade(deal, rank, seller, buyer);
	let tranches = [(deal, 1), (deal, 2)].to_vec().try_into().expect("two are few");
	bench.measure(
		"claim_many (two)",
		0,
		seller,
		Call::claim_many { tranches, who: account(seller) },
	);
	bench.measure("claim_fee", 0, "Borrower1", Call::claim_fee { deal, fee: 0 });
	bench.market.check();
}

impl Bench {
	/// Delivery against payment: an offer, a part of it taken, the rest taken, and another withdrawn.
	fn trade(&mut self, deal: u32, rank: u8, seller: &str, buyer: &str) {
		let expiry = self.market.chain.now() + 24 * 60 * 60 * 1_000;
		let offer = || Call::offer {
			deal,
			rank,
			amount: 100 * UNIT,
			price: sp_runtime::FixedU128::from_rational(99, 100),
			minimum_fill: UNIT,
			expiry,
			taker: None,
			on_payment: pallet_strata_tranches::OnPayment::Rescale,
		};
		let id = self.next_offer();
		self.measure("offer", 0, seller, offer());
		let take = |amount| Call::take_offer { offer: id, amount, max_cash: u128::MAX };
		self.measure("take_offer (part)", 0, buyer, take(40 * UNIT));
		self.measure("take_offer (what is left)", 0, buyer, take(60 * UNIT));
		let id = self.next_offer();
		self.measure("offer (again)", 0, seller, offer());
		self.measure("cancel_offer", 0, seller, Call::cancel_offer { offer: id });
	}

	fn next_offer(&mut self) -> u32 {
		self.market.chain.native(pallet_strata_tranches::NextOffer::<Runtime>::get)
	}
}

/// The net asset value with the deal's books, and the full statement, as a client asks for them.
pub fn nav(vaults: usize) {
	let market = market_of(Shape::Full, vaults);
	for (what, method) in [("nav", "TranchesApi_deal"), ("statement", "TranchesApi_statement")] {
		let (log, time) = asked(&market.chain, method, &market.deal);
		let reads = log.reads();
		let cpu = time.as_secs_f64() * 1e6;
		let total = cpu + READ_US * reads as f64;
		print(&[
			("case", "nav".into()),
			("what", what.into()),
			("vaults", vaults.into()),
			("reads", reads.into()),
			("cpu_us", (cpu.round() as u64).into()),
			("ref_time_us", (total.round() as u64).into()),
		]);
	}
}
