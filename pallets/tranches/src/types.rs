//! What is stored. Nothing here knows the pallet's `Config`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;
use strata_numbers::{Accrual, DayCount, PaymentIndex, Ratio};
use strata_traits::{note_asset, Asset, Balance, BookId, DealId, FeedId, Moment};
use strata_waterfall::{
	Classes, Collections, Mode, PerClass, PerFee, PerTest, ProgramError, State, Test, TestResult,
};

use crate::court::types::{CourtLedgers, DefaultTerms};

/// Books of a deal, at most.
pub const MAX_BOOKS: u32 = 8;

/// One value per book of a deal, in the order of its terms.
pub type PerBook<T> = BoundedVec<T, ConstU32<MAX_BOOKS>>;

/// A proposal to the holders of a deal: 1 is its first.
pub type ProposalId = u32;

/// A record of who held notes when a case was opened: 1 is a deal's first.
pub type RecordId = u32;

/// Note ids of a deal: `deal · NOTES_PER_DEAL + rank`.
pub const NOTES_PER_DEAL: u32 = 8;

/// The token of one tranche in the notes instance; `None` of a rank that no deal has, and if the id is
/// none that an [`Asset`] can stand for ([`strata_traits::note_asset`]).
pub fn note_id(deal: DealId, rank: u8) -> Option<u32> {
	let rank = u32::from(rank);
	if rank >= NOTES_PER_DEAL {
		return None;
	}
	let id = deal.checked_mul(NOTES_PER_DEAL)?.checked_add(rank)?;
	note_asset(id).map(|_| id)
}

/// What a tranche is.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum TrancheKind {
	/// A class with a coupon, sold to investors.
	Note,
	/// The class that bears the first loss and has what is left. Paid in by the originator at
	/// launch, and his: its notes are locked.
	Residual,
}

/// The terms of one tranche. Amounts are in the smallest unit of the settlement asset.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct TrancheTerms {
	/// What it is. Exactly the last tranche is the residual.
	pub kind: TrancheKind,
	/// Face on offer: the most that is filled.
	pub face: Balance,
	/// Least face that must be filled for the deal to close.
	pub minimum: Balance,
	/// Yearly coupon, e.g. 0.05. Zero for the residual.
	pub coupon: Ratio,
	/// Least share of all notes that must be junior to this tranche at closing. Senior tranches are
	/// scaled down to meet it.
	pub minimum_subordination: Perbill,
	/// Least order of one account.
	pub minimum_order: Balance,
	/// Largest order of one account.
	pub maximum_order: Balance,
	/// Whether only those whom the trustee has allowed may order and receive its notes.
	pub restricted: bool,
}

/// What the holders of the senior-most class may decide by two thirds: matters outside are fixed for
/// the life of the deal. Nothing by default.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Consents {
	/// To replace the servicer or the trustee.
	pub replace_parties: bool,
	/// To accelerate the deal.
	pub accelerate: bool,
	/// To let the deal lend for longer.
	pub extend_revolving: bool,
	/// To waive a trigger that has tripped.
	pub waive_triggers: bool,
}

/// The dates of a deal, milliseconds since 1970.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Schedule {
	/// Orders are taken before it; from it on the offering can be closed. Interest runs from here.
	pub offering_end: Moment,
	/// Length of time before `offering_end` in which no order may be raised.
	pub quiet_period: Moment,
	/// First payment date.
	pub first_payment: Moment,
	/// Time from one payment date to the next.
	pub period: Moment,
	/// Until then the deal should have lent what it raised: what is undrawn then redeems notes on the
	/// next payment date. At most `revolving_end`.
	pub ramp_up_end: Moment,
	/// The deal lends before it. Payment dates from it on redeem principal.
	pub revolving_end: Moment,
	/// The date by which all notes should be repaid. Payment dates go on after it until they are.
	pub final_date: Moment,
}

/// Who is paid a fee.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Party<AccountId> {
	/// The originator.
	Originator,
	/// Whoever is the servicer when the fee is claimed.
	Servicer,
	/// Whoever is the trustee when the fee is claimed.
	Trustee,
	/// This account.
	Account(AccountId),
}

/// The terms of a deal: fixed from launch on. The order of payment is in its program.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Terms<AccountId, BookTerms> {
	/// What the deal lends, collects and pays in.
	pub settlement: Asset,
	/// What each book is opened with.
	pub books: PerBook<BookTerms>,
	/// The tranches, the senior-most first; the residual last.
	pub tranches: PerClass<TrancheTerms>,
	/// How time becomes a share of a year.
	pub day_count: DayCount,
	/// The dates.
	pub schedule: Schedule,
	/// N: the reserve that the program asks for when every tranche is fully sold, which the originator
	/// pays in at launch, must pay the coupon of the senior-most class for this many periods.
	pub reserve_periods: u8,
	/// Who looks after the loans.
	pub servicer: AccountId,
	/// Who looks after the holders. Neither the originator nor the servicer.
	pub trustee: AccountId,
	/// What the originator pays in at launch for his promises, in the smallest unit of the settlement
	/// asset. Back on removal.
	pub bond: Balance,
	/// Who is paid each fee of the program, in its order.
	pub payees: PerFee<Party<AccountId>>,
	/// The feed whose value is the index of floating coupons: a yearly rate, e.g. 0.03.
	pub index: Option<FeedId>,
	/// The originator may call the deal once no more than this share of the original pool is lent.
	/// Zero: he may not.
	pub clean_up: Perbill,
	/// What the senior-most holders may decide.
	pub consents: Consents,
	/// When the deal or its servicer is in default without anybody's saying so.
	pub defaults: DefaultTerms,
}

/// Who acts in a deal. They can be replaced.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Parties<AccountId> {
	/// Calls interest from borrowers when a coupon is in danger.
	pub servicer: AccountId,
	/// Watches the servicer, may accelerate an unpaid deal, admits holders of restricted tranches.
	pub trustee: AccountId,
}

/// What is wrong with a program: the fault, and where.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct Flaw(pub ProgramError);

impl frame_support::traits::PalletError for Flaw {
	// A fault and an index, a byte each.
	const MAX_ENCODED_SIZE: usize = 2;
}

/// What an active deal does with principal.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Phase {
	/// Lends it again.
	Revolving,
	/// Redeems notes.
	Amortising,
	/// Redeems notes before its time: every book has matured.
	Accelerated,
	/// Redeems notes with whatever its books bring, which are closed out at an average price.
	WindingDown,
	/// The originator has paid in what redeems every note on the next date.
	Called,
}

/// Where a deal is in its life.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum DealState {
	/// Being written; the originator may amend it.
	Draft,
	/// Taking orders.
	Offering,
	/// Notes are issued.
	Active(Phase),
	/// The offering missed a minimum or was cancelled: all orders are refunded.
	Failed,
	/// All notes are repaid and the books are closed. Claims keep working.
	Closed,
}

/// A deal. Written when its state changes only.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Deal<AccountId, BookTerms, Ticket> {
	/// Who created it, holds its residual and placed its deposit.
	pub originator: AccountId,
	/// Where it is in its life.
	pub state: DealState,
	/// The settlement asset's minimum balance, paid by the originator at launch, so that the deal's
	/// account is never closed under its ledgers. Returned on removal.
	pub float: Balance,
	/// The reserve, paid by the originator at launch, until the deal opens with it. Of a deal that
	/// failed it goes back on removal.
	pub reserve: Balance,
	/// The originator's bond, paid at launch. Returned on removal.
	pub bond: Balance,
	/// Who acts in it.
	pub parties: Parties<AccountId>,
	/// What it was launched with. Its program is stored apart.
	pub terms: Terms<AccountId, BookTerms>,
	/// Deposit for all entries of the deal itself.
	pub ticket: Ticket,
}

/// What comes in for one payment date, in the smallest unit of the settlement asset.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Receipts {
	/// Interest of borrowers, and of sold collateral.
	pub interest: Balance,
	/// Principal of borrowers, and of sold collateral.
	pub principal: Balance,
	/// Penalties of sold collateral.
	pub penalties: Balance,
	/// What sold collateral brought above all that was owed.
	pub surplus: Balance,
	/// What collateral brought whose loss had been charged.
	pub recoveries: Balance,
	/// Principal lost. Not cash.
	pub losses: Balance,
}

impl Receipts {
	/// All cash; `None` if it does not fit.
	pub fn cash(&self) -> Option<Balance> {
		self.interest
			.checked_add(self.principal)?
			.checked_add(self.penalties)?
			.checked_add(self.surplus)?
			.checked_add(self.recoveries)
	}

	/// Both together; `None` if a sum does not fit.
	pub fn plus(&self, other: &Self) -> Option<Self> {
		self.each(other, Balance::checked_add)
	}

	/// What is left without `other`; `None` if there is less of anything.
	pub fn minus(&self, other: &Self) -> Option<Self> {
		self.each(other, Balance::checked_sub)
	}

	fn each(&self, other: &Self, of: impl Fn(Balance, Balance) -> Option<Balance>) -> Option<Self> {
		Some(Self {
			interest: of(self.interest, other.interest)?,
			principal: of(self.principal, other.principal)?,
			penalties: of(self.penalties, other.penalties)?,
			surplus: of(self.surplus, other.surplus)?,
			recoveries: of(self.recoveries, other.recoveries)?,
			losses: of(self.losses, other.losses)?,
		})
	}
}

/// The cash ledgers of a deal, in the smallest unit of its settlement asset. The reserve is in the
/// state of the waterfall; the refunds of orders are in [`Allocation::refunds_left`].
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Cash {
	/// What may be used on the next payment date (principal, while the deal revolves, also what may
	/// be lent), and the losses that it charges.
	pub available: Receipts,
	/// What came in after a payment date that is not run yet, and counts only for later ones.
	pub later: Receipts,
	/// Paid to classes and not claimed yet.
	pub distributable: Balance,
}

impl Cash {
	/// All of it; `None` if it does not fit.
	pub fn total(&self) -> Option<Balance> {
		self.available.cash()?.checked_add(self.later.cash()?)?.checked_add(self.distributable)
	}
}

/// What of one book is in liquidation.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Workout {
	/// Principal that was seized for and is neither paid nor lost yet.
	pub principal: Balance,
	/// Units of the book's collateral that wait to be sold for it.
	pub units: Balance,
}

/// What happens to principal that was never lent.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum RampUp {
	/// It may still be lent, before this moment.
	Until(Moment),
	/// The ramp-up ended with `undrawn` in cash, which is set aside to redeem notes on the next date.
	Ended {
		/// When it ended.
		at: Moment,
		/// What was in cash then.
		undrawn: Balance,
	},
	/// It has redeemed notes.
	Over,
}

/// What the units of one tranche were paid.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct NoteIndices {
	/// Notes in existence; one unit is one unit of original face.
	pub units: Balance,
	/// Notes given up for collateral.
	pub retired: Balance,
	/// Interest paid per unit.
	pub interest: PaymentIndex,
	/// Principal paid per unit.
	pub principal: PaymentIndex,
	/// Compensation paid per unit, by rulings.
	pub compensation: PaymentIndex,
}

/// Everything a payment date changes, in one value, with the few terms that every movement of cash
/// needs, so that it reads nothing else.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct DealLedgers {
	/// As in the terms.
	pub settlement: Asset,
	/// As in the deal's state; `None` once it is closed.
	pub phase: Option<Phase>,
	/// As in the schedule.
	pub period: Moment,
	/// As in the schedule.
	pub revolving_end: Moment,
	/// As in the schedule.
	pub final_date: Moment,
	/// As in the terms.
	pub index: Option<FeedId>,
	/// Whether principal still waits to be lent for the first time.
	pub ramp_up: RampUp,
	/// The books, in the order of the terms.
	pub books: PerBook<BookId>,
	/// What of each book is in liquidation, in the same order.
	pub workouts: PerBook<Workout>,
	/// Of each book, in the same order: the concentration cap of its collateral at closing. What it
	/// has lent beyond this share of all principal does not count in tests.
	pub caps: PerBook<Ratio>,
	/// Principal lost since closing, in all.
	pub losses: Balance,
	/// What principal lent, in liquidation and in cash, with losses charged and not made good, is
	/// above the balances of all classes: what notes were given up for beyond principal. It is the
	/// residual's in the end.
	pub excess: Balance,
	/// The cash ledgers.
	pub cash: Cash,
	/// What came in since the last payment date, for the report of the next one.
	pub collected: Receipts,
	/// What the classes are owed, and the reserve.
	pub waterfall: State,
	/// The coverage tests and what each found last, in the order of the program; before the first date
	/// all passed. Lending needs them.
	pub coverage: PerTest<(Test, TestResult)>,
	/// Paid for each fee and not claimed yet, in the order of the program.
	pub fees_payable: PerFee<Balance>,
	/// Whether the trustee says that the servicer is in default.
	pub servicer_default: bool,
	/// As in the terms.
	pub defaults: DefaultTerms,
	/// Of each coverage test, in the order of the program: the first of the dates in a row that left it
	/// failing.
	pub failed_since: PerTest<Option<Moment>>,
	/// What the notes were paid.
	pub notes: PerClass<NoteIndices>,
	/// The first contractual payment date that is not run yet.
	pub next_date: Moment,
	/// The first of the dates in a row that left the coupon of the senior-most class unpaid.
	pub unpaid_since: Option<Moment>,
	/// The payment date for which liquidity was called last.
	pub called_for: Option<Moment>,
	/// Checkpoints in existence. The deal can be removed at zero.
	pub checkpoints: u32,
	/// The classes whose notes only those may receive whom the trustee has allowed.
	pub restricted: Classes,
	/// The latest proposal to the holders, open or not; 0 before the first one. Units that move keep
	/// what they were at its opening ([`Checkpoint::snapshot`]).
	pub proposal: ProposalId,
	/// What the court has to do with the deal.
	pub court: CourtLedgers,
	/// The hook failed to run this deal and leaves it alone until `run_payment` succeeds.
	pub parked: bool,
}

impl DealLedgers {
	/// Whether principal may be lent at `now`.
	pub fn lends(&self, now: Moment) -> bool {
		self.phase == Some(Phase::Revolving) && now < self.revolving_end
	}

	/// Whether `date` may be the last one: whether principal is not lent again, as it stands before the
	/// date.
	pub fn amortises(&self, date: Moment) -> bool {
		match self.phase {
			Some(Phase::Revolving) => date >= self.revolving_end,
			Some(_) => true,
			None => false,
		}
	}

	/// What the calendar and decisions make of principal on `date`. Amortising before the end of the
	/// revolving period is the doing of triggers, which the waterfall looks at itself.
	pub fn mode(&self, date: Moment) -> Mode {
		match self.phase {
			Some(Phase::Accelerated) => Mode::Accelerated,
			Some(Phase::WindingDown | Phase::Called) => Mode::Amortising,
			_ if date >= self.revolving_end => Mode::Amortising,
			_ => Mode::Revolving,
		}
	}

	/// The latest proposal and the latest record, of whose time a checkpoint keeps what was held.
	pub fn latest(&self) -> Latest {
		Latest { proposal: self.proposal, record: self.court.record }
	}

	/// Paid for fees and not claimed yet, of all fees; `None` if it does not fit.
	pub fn fees(&self) -> Option<Balance> {
		self.fees_payable.iter().try_fold(0u128, |sum, fee| sum.checked_add(*fee))
	}

	/// What of a book is in liquidation.
	pub fn workout_mut(&mut self, book: BookId) -> Option<&mut Workout> {
		let position = self.books.iter().position(|other| *other == book)?;
		self.workouts.get_mut(position)
	}

	/// Sets aside what is undrawn if the ramp-up has ended by `now`. Called before cash moves.
	pub fn end_ramp_up(&mut self, now: Moment) {
		if let RampUp::Until(at) = self.ramp_up {
			if now >= at {
				self.ramp_up = RampUp::Ended { at, undrawn: self.cash.available.principal };
			}
		}
	}

	/// Principal cash that waits to redeem notes.
	pub fn set_aside(&self) -> Balance {
		match self.ramp_up {
			RampUp::Ended { undrawn, .. } => undrawn,
			RampUp::Until(_) | RampUp::Over => 0,
		}
	}

	/// Principal in liquidation, of all books; `None` if it does not fit.
	pub fn in_liquidation(&self) -> Option<Balance> {
		self.workouts.iter().try_fold(0u128, |sum, workout| sum.checked_add(workout.principal))
	}
}

/// The moments of which a checkpoint keeps what was held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Latest {
	/// The opening of the latest proposal.
	pub proposal: ProposalId,
	/// The opening of the latest case for those who hold a class.
	pub record: RecordId,
}

/// What the last payment date was run on, kept until the next one, so that anybody can run it again.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Opening {
	/// What the classes were owed, and the reserve, before the run.
	pub state: State,
	/// What could be used, and the losses, before they were netted.
	pub receipts: Receipts,
	/// What the waterfall was given.
	pub collections: Collections,
	/// Whether the deal was called: then no coverage test is carried out.
	pub called: bool,
}

/// The orders of one tranche.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Allocation {
	/// Sum of all orders, collected ones included.
	pub ordered: Balance,
	/// Face issued against them.
	pub filled: Balance,
	/// Orders not collected yet.
	pub orders: u32,
	/// Notes not collected yet.
	pub notes_left: Balance,
	/// Cash held for orders: all of it while offering, what is refunded afterwards.
	pub refunds_left: Balance,
}

/// The book of orders of a deal, from launch until the last order is collected.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Offering {
	/// By rank.
	pub classes: PerClass<Allocation>,
}

impl Offering {
	/// Orders not collected yet, of all tranches.
	pub fn orders(&self) -> u32 {
		self.classes.iter().fold(0, |sum, class| sum.saturating_add(class.orders))
	}

	/// The refunds ledger: cash held for orders. `None` if it does not fit.
	pub fn refunds(&self) -> Option<Balance> {
		self.classes.iter().try_fold(0u128, |sum, class| sum.checked_add(class.refunds_left))
	}
}

/// One account's order for one tranche.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Order<Ticket> {
	/// Cash paid in, at par.
	pub amount: Balance,
	/// Deposit; becomes the checkpoint's. `None` for the residual, which the deal's deposit covers.
	pub ticket: Option<Ticket>,
}

/// What a holder of one tranche was credited up to, and what he may claim.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Checkpoint<AccountId, Ticket> {
	/// Index of interest at the last settlement, Q64.64.
	pub interest_index: u128,
	/// Index of principal at the last settlement, Q64.64.
	pub principal_index: u128,
	/// Index of compensation at the last settlement, Q64.64.
	pub compensation_index: u128,
	/// Interest credited and not paid out.
	pub interest: Accrual,
	/// Principal credited and not paid out.
	pub principal: Accrual,
	/// Compensation credited and not paid out.
	pub compensation: Accrual,
	/// A refund that could not be delivered, or the leftover of rounding.
	pub refund: Balance,
	/// Notes on hold for offers and votes. They earn like the others and may not move but for what
	/// they are held for.
	pub held: Balance,
	/// Neither notes nor cash move while it is. What is paid on the notes is credited as ever.
	pub frozen: bool,
	/// What was held when the latest proposal was opened.
	pub snapshot: Snapshot,
	/// What was held when the latest case for those who hold a class was opened, as far as no award was
	/// paid on it.
	pub record: Snapshot,
	/// Deposit and who placed it. `None` where the deal's deposit covers it.
	pub ticket: Option<(AccountId, Ticket)>,
}

/// What a holder had at an event: of the latest one at his last movement of notes. If there has been
/// another one since, nothing has moved since that was.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Snapshot {
	/// Which event, by number.
	pub of: u32,
	/// Notes held then.
	pub units: Balance,
}

impl Snapshot {
	/// Notes held at the `latest` event, of which there are `units` now.
	pub fn at(&self, latest: u32, units: Balance) -> Balance {
		match self.of == latest {
			true => self.units,
			false => units,
		}
	}

	/// Keeps what was held at the `latest` event, before `units` change.
	pub fn keep(&mut self, latest: u32, units: Balance) {
		*self = Self { of: latest, units: self.at(latest, units) };
	}

	/// Counts `more`, collected only now, among what was held at the `latest` event. `None` if it does
	/// not fit.
	pub fn add(&mut self, latest: u32, units: Balance, more: Balance) -> Option<()> {
		*self = Self { of: latest, units: self.at(latest, units).checked_add(more)? };
		Some(())
	}
}

impl<AccountId, Ticket> Checkpoint<AccountId, Ticket> {
	/// A holder of nothing, as of `indices`, since before the latest events.
	pub fn new(indices: &NoteIndices, latest: Latest, ticket: Option<(AccountId, Ticket)>) -> Self {
		Self {
			interest_index: indices.interest.value(),
			principal_index: indices.principal.value(),
			compensation_index: indices.compensation.value(),
			interest: Accrual::default(),
			principal: Accrual::default(),
			compensation: Accrual::default(),
			refund: 0,
			held: 0,
			frozen: false,
			snapshot: Snapshot { of: latest.proposal, units: 0 },
			record: Snapshot { of: latest.record, units: 0 },
			ticket,
		}
	}

	/// Credits what `units` were paid since the last settlement. `None` if it does not fit.
	pub fn settle(&mut self, units: Balance, indices: &NoteIndices) -> Option<()> {
		let credit = |accrual: Accrual, from, index: &PaymentIndex| {
			accrual.settled(units, from, index.value())
		};
		self.interest = credit(self.interest, self.interest_index, &indices.interest)?;
		self.principal = credit(self.principal, self.principal_index, &indices.principal)?;
		self.compensation =
			credit(self.compensation, self.compensation_index, &indices.compensation)?;
		self.interest_index = indices.interest.value();
		self.principal_index = indices.principal.value();
		self.compensation_index = indices.compensation.value();
		Some(())
	}

	/// Credits what `units` were paid since closing: they were collected only now, but their owner
	/// has had a right to every payment. `None` if it does not fit.
	pub fn credit_since_closing(&mut self, units: Balance, indices: &NoteIndices) -> Option<()> {
		self.interest = self.interest.settled(units, 0, indices.interest.value())?;
		self.principal = self.principal.settled(units, 0, indices.principal.value())?;
		self.compensation = self.compensation.settled(units, 0, indices.compensation.value())?;
		Some(())
	}

	/// Keeps what was held at the latest events, before `units` change.
	pub fn keep_snapshots(&mut self, latest: Latest, units: Balance) {
		self.snapshot.keep(latest.proposal, units);
		self.record.keep(latest.record, units);
	}

	/// Of `units`, those that may move. `None` if more are on hold.
	pub fn free(&self, units: Balance) -> Option<Balance> {
		units.checked_sub(self.held)
	}

	/// Whether nothing is left to keep it for, with `units` held.
	pub fn is_empty(&self, units: Balance) -> bool {
		let paid = [self.interest, self.principal, self.compensation];
		let owed = paid.iter().any(|accrual| accrual.whole > 0) || self.refund > 0;
		units == 0 && !owed && !self.frozen
	}

	/// Whether it must be kept for the award that its holder may have a part in, though he holds
	/// nothing any more.
	pub fn is_on_record(&self, court: &CourtLedgers, rank: u8) -> bool {
		let recorded = court.recorded.is_some_and(|(_, class)| class == rank);
		recorded && self.record.at(court.record, 0) > 0
	}

	/// Whole units that may be paid out now. `None` if they do not fit.
	pub fn claimable(&self) -> Option<Balance> {
		self.interest
			.whole
			.checked_add(self.principal.whole)?
			.checked_add(self.compensation.whole)?
			.checked_add(self.refund)
	}
}
