//! What the court costs, by the number of jurors: drawing panels, and what jurors and parties do.

use codec::Encode;
use frame_support::{
	assert_ok, storage::storage_prefix, traits::fungible::Mutate as _, BoundedVec,
};
use pallet_strata_disputes::{
	types::{CourtId, Juror, Seat, Stake, State},
	Call, Courts, Disputes, Jurors, Leaves, Nodes, SeatOf, Seats,
};
use pallet_strata_seeds::{LastEpoch, Revealed};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use strata_court::{commitment, levels_for, Epoch, Node, ARITY};
use strata_numbers::Price;
use strata_runtime::{
	genesis::{STRA_FEED, USDX_FEED},
	units::STRA,
	AccountId, Balance, Balances, Runtime, Seeds,
};
use strata_traits::{Case, DisputeId, Ground, Office, Remedy, Subject};

use crate::{
	bench::{cost, Cost, MICRO},
	chain::{account, Watch},
	market::{act, Market, UNIT},
	print::print,
};

/// The court in which everything happens.
const COURT: CourtId = 0;
/// Who claims: holds senior notes.
const CLAIMANT: &str = "Investor1";
/// Who is claimed from.
const RESPONDENT: &str = "Originator";
/// Panels that are drawn.
const PANELS: [u8; 4] = [5, 11, 23, 47];

/// A market with a court of so many jurors: prints what draws and acts cost in it.
pub fn measure(jurors: u32, draws: bool, acts: bool) {
	let mut trial = Trial::new(jurors);
	if draws {
		for seats in PANELS {
			let dispute = trial.contested(seats);
			trial.draw(dispute, seats);
		}
	}
	if acts {
		trial.stakes();
		trial.case();
		trial.votes();
	}
}

/// A market, and a court with jurors.
struct Trial {
	market: Market,
	jurors: u32,
	/// Cases filed so far: each is about another moment.
	filed: u64,
}

impl Trial {
	fn new(jurors: u32) -> Self {
		let mut market = Market::new(1_000_000 * UNIT);
		populate(&mut market, jurors);
		market.chain.native(|| {
			for who in [CLAIMANT, RESPONDENT, "Borrower1", "Borrower2"] {
				assert_ok!(Balances::mint_into(&account(who), 1_000_000 * STRA));
			}
		});
		Self { market, jurors, filed: 0 }
	}

	/// Prices by which a claim is worth something in STRA, right before a block that is no session's
	/// first.
	fn quote(&mut self) {
		let chain = &mut self.market.chain;
		chain.pass_session_border();
		chain.report(&[(USDX_FEED, Price::from_u32(1)), (STRA_FEED, Price::from_u32(2))]);
	}

	/// A claim of the senior class against the originator, small enough for the general court's panel.
	fn claim(&mut self) -> Call<Runtime> {
		self.filed += 1;
		let at = self.market.chain.now() - self.filed * 1_000;
		let remedy = Remedy::Compensate { by: Office::Originator, rank: 0, amount: 100 * UNIT };
		let subject = Subject::Deal(self.market.deal);
		let case = Case { subject, ground: Ground::FalseReport, at, remedy };
		Call::file { case: Box::new(case), court: COURT, freeze: None }
	}

	/// A case that waits for the first seed of its panel of so many seats.
	fn contested(&mut self, seats: u8) -> DisputeId {
		self.quote();
		let file = self.claim();
		let chain = &mut self.market.chain;
		let dispute = chain.native(pallet_strata_disputes::NextDispute::<Runtime>::get);
		act(chain, CLAIMANT, file);
		chain.native(|| {
			Disputes::<Runtime>::mutate(dispute, |case| {
				case.as_mut().expect("it was filed").panel = seats;
			});
		});
		act(chain, RESPONDENT, Call::contest { dispute });
		dispute
	}

	/// Lets two sessions pass, and somebody reveal something in the last one. The seed is taken.
	fn take_seed(&mut self, dispute: DisputeId) {
		let chain = &mut self.market.chain;
		let state = move || Disputes::<Runtime>::get(dispute).expect("it was filed").state;
		let State::AwaitSeed { from, .. } = chain.native(state) else {
			panic!("it is contested, and there are enough jurors");
		};
		while chain.native(Seeds::epoch) < from {
			chain.native_block(1);
		}
		chain.pass_session_border();
		chain.native(|| {
			let epoch = Seeds::epoch() - 1;
			let seed = Some(("seed", dispute).using_encoded(blake2_256));
			LastEpoch::<Runtime>::put(Revealed { epoch, seed, left_over: 0 });
		});
		act(chain, "Borrower1", Call::advance { dispute });
		assert!(matches!(chain.native(state), State::Drawing { .. }), "{:?}", chain.native(state));
	}

	/// Draws all seats, a page in a block, and prints what that takes in all.
	fn draw(&mut self, dispute: DisputeId, seats: u8) {
		self.take_seed(dispute);
		let prefix = storage_prefix(b"Disputes", b"Nodes");
		let (mut nodes, mut reads, mut writes, mut weight, mut wall) = (0, 0, 0, 0, 0.0);
		let drawing = move || {
			let case = Disputes::<Runtime>::get(dispute).expect("it is there");
			matches!(case.state, State::Drawing { .. })
		};
		while self.market.chain.native(drawing) {
			let chain = &mut self.market.chain;
			chain.pass_session_border();
			let page = chain.sign("Borrower1", 0, Call::advance { dispute }.into());
			let run = |transactions: &[_]| chain.run(Watch::Time, transactions).wall.as_secs_f64();
			// The fastest of three: what else the machine does is not the court's.
			let fastest = |transactions: &[_]| {
				(0..3).map(|_| run(transactions)).fold(f64::INFINITY, f64::min)
			};
			wall += (fastest(core::slice::from_ref(&page)) - fastest(&[])).max(0.0);
			let cost = cost(chain, "draw", "Borrower1", Call::advance { dispute }, &prefix);
			nodes += cost.under;
			reads += cost.reads;
			writes += cost.writes;
			weight += cost.weight.ref_time();
		}
		print(&[
			("case", "draw".into()),
			("jurors", self.jurors.into()),
			("seats", seats.into()),
			("node_reads", nodes.into()),
			("reads", reads.into()),
			("writes", writes.into()),
			("ref_time_us", (weight / MICRO).into()),
			("cpu_us", ((wall * 1e6).round() as u64).into()),
		]);
	}

	fn op(&mut self, op: &str, name: &str, call: Call<Runtime>) {
		self.quote();
		let Cost { call, reads, writes, weight, .. } =
			cost(&mut self.market.chain, op, name, call, b"none");
		print(&[
			("case", "op".into()),
			("op", op.into()),
			("call", call.into()),
			("jurors", self.jurors.into()),
			("reads", reads.into()),
			("writes", writes.into()),
			("ref_time_us", (weight.ref_time() / MICRO).into()),
		]);
	}

	/// What jurors do with their stakes.
	fn stakes(&mut self) {
		let who = "Borrower2";
		self.op("stake", who, Call::stake { court: COURT, amount: 2_000 * STRA });
		let from = self.market.chain.native(Seeds::epoch) + 2;
		while self.market.chain.native(Seeds::epoch) < from {
			self.market.chain.native_block(1);
		}
		self.op("activate", who, Call::activate { juror: account(who), court: COURT });
		self.op("stake (more)", who, Call::stake { court: COURT, amount: 100 * STRA });
		self.op("unstake", who, Call::unstake { court: COURT, amount: 100 * STRA });
	}

	/// What parties do.
	fn case(&mut self) {
		let dispute = self.market.chain.native(pallet_strata_disputes::NextDispute::<Runtime>::get);
		let file = self.claim();
		self.op("file", CLAIMANT, file);
		let uri = BoundedVec::truncate_from(vec![b'u'; 64]);
		let piece = |uri| Call::submit_evidence { dispute, hash: H256::repeat_byte(1), uri };
		self.op("evidence", CLAIMANT, piece(uri.clone()));
		self.op("evidence (with a deposit)", CLAIMANT, piece(uri));
		self.op("contest", RESPONDENT, Call::contest { dispute });
	}

	/// What jurors do in a panel of the most seats that are measured.
	fn votes(&mut self) {
		let seats = PANELS[PANELS.len() - 1];
		let dispute = self.contested(seats);
		self.take_seed(dispute);
		let state = move || Disputes::<Runtime>::get(dispute).expect("it is there").state;
		while matches!(self.market.chain.native(state), State::Drawing { .. }) {
			act(&mut self.market.chain, "Borrower1", Call::advance { dispute });
			self.market.chain.native_block(1);
		}
		let jurors = ["Borrower1", "Borrower2"];
		self.market.chain.native(|| {
			for (place, name) in jurors.into_iter().enumerate() {
				replace(dispute, place as u8, &account(name));
			}
		});
		for party in [CLAIMANT, RESPONDENT] {
			act(&mut self.market.chain, party, Call::ready { dispute });
		}
		let evidence =
			self.market.chain.native(|| Disputes::<Runtime>::get(dispute).expect("there").evidence);
		let salt = H256::repeat_byte(7);
		let (award, round) = (10_000, 0);
		let sealed = |name| {
			let juror = account(name).encode();
			let bytes = commitment(dispute, round, &juror, award, &evidence.0, &salt.0);
			Call::commit { dispute, commitment: bytes.into() }
		};
		self.op("commit", "Borrower1", sealed("Borrower1"));
		act(&mut self.market.chain, "Borrower2", sealed("Borrower2"));
		let juror = account("Borrower2");
		self.op("denounce", "Borrower1", Call::denounce { dispute, juror, award, salt });
		while !matches!(self.market.chain.native(state), State::Reveal { .. }) {
			self.market.chain.native_block(1);
		}
		self.op("reveal", "Borrower1", Call::reveal { dispute, award, salt });
	}
}

/// Puts an account that can sign in a seat.
fn replace(dispute: DisputeId, place: u8, who: &AccountId) {
	Seats::<Runtime>::mutate((dispute, 0, place), |slot| {
		let seat: &mut Seat<_> = slot.as_mut().expect("it was drawn");
		SeatOf::<Runtime>::remove(dispute, &seat.juror);
		seat.juror = who.clone();
	});
	SeatOf::<Runtime>::insert(dispute, who, (0, place));
}

/// Puts `count` jurors into the court: what they stake, their leaves, and the tree above them, as the
/// pallet stores them. Their accounts and holds are left out: no draw and no vote looks at them.
fn populate(market: &mut Market, count: u32) {
	let epoch: Epoch = market.chain.native(Seeds::epoch);
	let levels = levels_for(count).expect("it fits");
	let mut weights = Vec::with_capacity(count as usize);
	let mut entries = Vec::new();
	for leaf in 0..count {
		let bytes = ("juror", leaf).using_encoded(blake2_256);
		let who = AccountId::from(bytes);
		// From the least stake up to fifty times as much, the small ones more often.
		let draw = u128::from(u16::from_le_bytes([bytes[0], bytes[1]]));
		let active: Balance = 1_000 * STRA + 49_000 * STRA * draw * draw / (1 << 32);
		weights.push(active);
		let stake = Stake { court: COURT, active, pending: 0, from: 0, leaf: Some(leaf) };
		let juror = Juror { stakes: BoundedVec::truncate_from(vec![stake]), ..Juror::default() };
		entries.push((Jurors::<Runtime>::hashed_key_for(&who), juror.encode()));
		entries.push((Leaves::<Runtime>::hashed_key_for(COURT, leaf), who.encode()));
		if entries.len() >= 200_000 {
			market.chain.insert(core::mem::take(&mut entries));
		}
	}
	for level in 0..levels {
		let mut sums = Vec::with_capacity(weights.len() / ARITY + 1);
		for (index, children) in weights.chunks(ARITY).enumerate() {
			let mut node = Node::default();
			for (slot, weight) in children.iter().enumerate() {
				node.set(slot as u8, *weight, epoch).expect("it is a slot");
			}
			sums.push(children.iter().sum());
			let key = Nodes::<Runtime>::hashed_key_for((COURT, level, index as u32));
			entries.push((key, node.encode()));
		}
		weights = sums;
	}
	market.chain.insert(entries);
	market.chain.native(|| {
		Courts::<Runtime>::mutate(COURT, |slot| {
			let court = slot.as_mut().expect("a court of genesis");
			(court.jurors, court.leaves, court.levels) = (count, count, levels);
		});
	});
	// The snapshot is of the epoch before a contest.
	let until = epoch + 1;
	while market.chain.native(Seeds::epoch) < until {
		market.chain.native_block(1);
	}
}
