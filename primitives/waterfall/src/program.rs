//! The waterfall as data: the lines of a program and all that they refer to.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use strata_numbers::Ratio;

use crate::{PerClass, MAX_CLASSES};

/// Lines of a program, at most.
pub const MAX_LINES: u32 = 32;
/// Fees of a deal, at most.
pub const MAX_FEES: u32 = 8;
/// Coverage tests of a deal, at most: an OC and an IC test for every class.
pub const MAX_TESTS: u32 = 16;
/// Triggers of a deal, at most.
pub const MAX_TRIGGERS: u32 = 16;
/// Rate resets of one class, at most.
pub const MAX_RESETS: u32 = 40;
/// Dates of the balance schedule of one class, at most.
pub const MAX_POINTS: u32 = 120;

/// A set of classes: bit k is the class of rank k.
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
pub struct Classes(pub u8);

impl Classes {
	/// The one class of this rank; nothing for a rank that no deal has.
	pub const fn one(rank: u8) -> Self {
		match 1u8.checked_shl(rank as u32) {
			Some(bit) => Self(bit),
			None => Self(0),
		}
	}

	/// The classes from the senior-most to the one of rank `rank`, with it.
	pub const fn up_to(rank: u8) -> Self {
		let beyond = match 2u16.checked_shl(rank as u32) {
			Some(bit) => bit,
			None => 0,
		};
		Self((beyond.wrapping_sub(1) & 0xff) as u8)
	}

	/// All classes of a deal with `count` of them.
	pub const fn all(count: u32) -> Self {
		if count == 0 || count > MAX_CLASSES {
			return Self(0);
		}
		Self(0xff >> MAX_CLASSES.saturating_sub(count))
	}

	/// Whether the class of this rank is in it.
	pub const fn contains(self, rank: u8) -> bool {
		self.0 & Self::one(rank).0 != 0
	}

	/// Whether no class is in it.
	pub const fn is_empty(self) -> bool {
		self.0 == 0
	}

	/// Both together.
	pub const fn with(self, other: Self) -> Self {
		Self(self.0 | other.0)
	}

	/// Those that are in both.
	pub const fn common(self, other: Self) -> Self {
		Self(self.0 & other.0)
	}

	/// The ranks, the senior-most first.
	pub fn ranks(self) -> impl DoubleEndedIterator<Item = u8> {
		(0u8..8).filter(move |rank| self.contains(*rank))
	}
}

/// What a deal does with principal on a date. Each is further than the one before.
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
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub enum Mode {
	/// Keeps it, to be lent again, but for what is set aside.
	#[default]
	Revolving,
	/// Redeems notes with it.
	Amortising,
	/// Redeems notes before their time.
	Accelerated,
}

/// The modes in which a line of a program is carried out.
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
pub struct Modes {
	/// While revolving.
	pub revolving: bool,
	/// While amortising.
	pub amortising: bool,
	/// Once accelerated.
	pub accelerated: bool,
}

impl Modes {
	/// In every mode.
	pub const ALL: Self = Self { revolving: true, amortising: true, accelerated: true };
	/// Before acceleration.
	pub const BEFORE: Self = Self { revolving: true, amortising: true, accelerated: false };
	/// After acceleration.
	pub const AFTER: Self = Self { revolving: false, amortising: false, accelerated: true };

	/// Whether a line is carried out in `mode`.
	pub const fn contains(self, mode: Mode) -> bool {
		match mode {
			Mode::Revolving => self.revolving,
			Mode::Amortising => self.amortising,
			Mode::Accelerated => self.accelerated,
		}
	}
}

/// Whether a line waits for a trigger.
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
pub enum When {
	/// It does not.
	#[default]
	Always,
	/// Carried out only while this trigger is tripped.
	Tripped(u8),
	/// Carried out only while this trigger is not tripped.
	Clear(u8),
}

/// What pays when the interest fund does not suffice, in this order.
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
pub struct Support {
	/// The reserve.
	pub reserve: bool,
	/// The principal fund (principal to interest). What it pays is charged like a loss.
	pub principal: bool,
}

impl Support {
	/// The reserve, then principal.
	pub const FULL: Self = Self { reserve: true, principal: true };
	/// Nothing.
	pub const NONE: Self = Self { reserve: false, principal: false };
}

/// Which part of the interest that a class is owed.
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
pub enum Part {
	/// Interest on unpaid interest, then all that is due.
	#[default]
	All,
	/// What accrued on the balance since the date before, as far as it is still due.
	Current,
	/// Interest on unpaid interest, then what was due before.
	Deferred,
	/// Interest on unpaid interest.
	OnInterest,
}

/// How principal is shared out among the classes of a step. A class before its lock-out ends takes
/// nothing, unless every class that is still owed principal is locked out (the residual not counted).
/// While one is left out so, the residual is too. Once the deal is accelerated and on the last run
/// nobody is.
///
/// While the residual must wait ([`crate::Collections::hold_residual`]) it takes nothing either, as
/// long as another class stays owed principal.
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
pub enum Share {
	/// The senior-most first.
	Sequential,
	/// By balance: ⌊cash · balance / Σ balances⌋ each, what rounding leaves a unit at a time from the
	/// senior-most on, nobody more than its balance. Only while no class has a deficiency and no
	/// trigger with [`Effect::Sequential`] is tripped; else sequential.
	ProRata,
	/// The senior-most first, each down to its scheduled balance of the date and no further.
	Schedule,
}

/// One of the two funds of a deal.
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
pub enum Fund {
	/// Cash that pays interest, then the residual.
	Interest,
	/// Cash that redeems principal.
	Principal,
}

/// One step of a waterfall. Each takes from a fund what it may and leaves the rest to the next.
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
pub enum Step {
	/// Pays a fee from the interest fund. What is not paid is carried, or lapses, as the fee says.
	PayFee {
		/// Which.
		fee: u8,
		/// The most that this step pays on one date. A later step without may pay the rest.
		cap: Option<u128>,
		/// What else pays it.
		support: Support,
		/// Not paid while the residual must wait ([`crate::Collections::hold_residual`]).
		subordinate: bool,
	},
	/// Pays interest from the interest fund; several classes pro rata by what each is owed of this
	/// part, floored, and what rounding leaves a unit at a time from the senior-most on.
	PayInterest {
		/// To whom.
		classes: Classes,
		/// Which part.
		part: Part,
		/// What else pays it, while one of the classes is the senior-most that is owed anything.
		support: Support,
	},
	/// A coverage test. Where it fails, exactly what cures it is diverted from the interest fund, and
	/// then from the principal fund, to redeem the senior-most class first, in every mode and whatever
	/// the lock-outs.
	TestCoverage {
		/// Which test.
		test: u8,
	},
	/// Makes losses charged to this class good: moves its deficiency, as far as the interest fund
	/// goes, to the principal fund.
	CreditPdl {
		/// The class.
		rank: u8,
	},
	/// Fills the reserve up to its target from the interest fund.
	TopUpReserve,
	/// Moves what the reserve has above its target to the interest fund.
	ReleaseReserve,
	/// Redeems classes from the principal fund (in a deal with one fund: from what is left of it), as
	/// far as the mode lets it.
	PayPrincipal {
		/// Whom.
		classes: Classes,
		/// How it is shared out.
		share: Share,
	},
	/// Redeems classes, the senior-most first, with what is left of the interest fund.
	Turbo {
		/// Whom.
		classes: Classes,
	},
	/// Moves all that is left of one fund to the other. Income that becomes principal makes charged
	/// losses good, the senior-most class first. In a deal with one fund it does nothing.
	Sweep {
		/// Which fund gets it.
		to: Fund,
	},
	/// Pays the residual what is left of the interest fund, if no class is owed interest, no
	/// deficiency is open and nothing holds it back; at the end all that is left of everything.
	PayResidual {
		/// The residual class, the last.
		rank: u8,
	},
}

/// A step, and when it is carried out.
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
pub struct Line {
	/// What is done.
	pub step: Step,
	/// In which modes.
	pub modes: Modes,
	/// Under which condition.
	pub when: When,
}

impl Line {
	/// `step` in every mode and without a condition.
	pub const fn always(step: Step) -> Self {
		Self { step, modes: Modes::ALL, when: When::Always }
	}
}

/// How much a fee is.
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
pub enum FeeAmount {
	/// So much, once, due on the first date.
	Once(u128),
	/// So much on every date.
	Periodic(u128),
	/// So much a year, accrued by the day count, rounded down.
	Yearly(u128),
	/// A yearly rate on the pool as it was after the date before (at closing: the original pool),
	/// accrued by the day count, rounded down.
	OfPool(Ratio),
}

/// A fee.
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
pub struct Fee {
	/// How much.
	pub amount: FeeAmount,
	/// Whether what a date leaves unpaid stays due, without interest; else it lapses.
	pub carried: bool,
}

/// What a coverage test compares.
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
pub enum Coverage {
	/// Over-collateralisation: adjusted collateral and principal cash over the balances of the class
	/// and those senior to it.
	Principal,
	/// Interest coverage: income after the fees that were paid before any interest, over the interest
	/// owed to the class and those senior to it; both as of the first interest step of the run.
	Interest,
}

/// A coverage test of one class.
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
pub struct Test {
	/// What is compared.
	pub coverage: Coverage,
	/// The class; those senior to it count too.
	pub rank: u8,
	/// Passed at this ratio or above. Above 1.
	pub threshold: Ratio,
}

/// When a trigger trips. Looked at once, at the beginning of a run, on the numbers before anything is
/// paid.
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
pub enum Condition {
	/// Principal lost since closing is above this share of the original pool.
	CumulativeLoss(Ratio),
	/// A test's ratio is below this (its own threshold or another level).
	CoverageBelow {
		/// Which test.
		test: u8,
		/// The level.
		level: Ratio,
	},
	/// Delinquent principal is above this share of all that is lent.
	Delinquency(Ratio),
	/// The date is this or later: milliseconds since 1970.
	From(u64),
	/// The servicer is in default.
	ServicerDefault,
}

/// What a trigger does while it is tripped.
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
pub enum Effect {
	/// Nothing but what lines of the program make of it ([`When`]).
	Flag,
	/// Principal is paid sequentially.
	Sequential,
	/// Principal redeems notes, on the same date already.
	Amortise,
	/// The deal is accelerated, on the same date already. Never cured.
	Accelerate,
}

/// A trigger.
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
pub struct Trigger {
	/// When it trips.
	pub condition: Condition,
	/// What it does.
	pub effect: Effect,
	/// Whether it clears on a date on which the condition does not hold any more.
	pub curable: bool,
}

/// A class's rate from a date on.
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
pub struct Reset {
	/// Milliseconds since 1970.
	pub date: u64,
	/// Yearly rate.
	pub rate: Ratio,
}

/// How a class's rate moves after closing.
#[derive(
	Clone,
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
pub enum Coupon {
	/// Not at all.
	#[default]
	Fixed,
	/// On these dates, in ascending order. A period that contains one is accrued in two parts, each
	/// floored.
	Resets(BoundedVec<Reset, ConstU32<MAX_RESETS>>),
	/// On every payment date, for the period that begins: index + margin, within floor and cap. A date
	/// without a fixing leaves it as it is.
	Floating {
		/// Added to the index.
		margin: Ratio,
		/// The least rate.
		floor: Ratio,
		/// The greatest rate.
		cap: Ratio,
	},
}

/// A point of a balance schedule.
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
pub struct Point {
	/// From this date on: milliseconds since 1970.
	pub date: u64,
	/// The class is paid down to this balance and no further.
	pub balance: u128,
}

/// What does not change of a class.
#[derive(
	Clone,
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
pub struct ClassTerms {
	/// How its rate moves.
	pub coupon: Coupon,
	/// For [`Share::Schedule`]: dates ascending, balances never rising. Before the first point nothing
	/// is paid by schedule; without points it is scheduled to be paid at once.
	pub schedule: BoundedVec<Point, ConstU32<MAX_POINTS>>,
	/// No principal before this date, milliseconds since 1970, unless the deal is accelerated or ends; 0
	/// without a lock-out.
	pub locked_until: u64,
}

/// How much the reserve should hold: max(`least`, ⌈`of_balances` · Σ balances of the classes but the
/// residual⌉). It steps down with the notes, no lower than `least`.
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
pub struct ReserveTarget {
	/// At least so much.
	pub least: u128,
	/// Share of what the classes are still owed.
	pub of_balances: Ratio,
}

/// Whether interest and principal are kept apart.
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
pub enum FundMode {
	/// Two funds.
	#[default]
	Separate,
	/// One fund: all cash is in the interest fund from the beginning of a run, and principal steps take
	/// from it too. Losses are counted and charged to nobody. While the deal revolves the residual has no
	/// income: what is to be lent again is in the same fund.
	One,
}

/// All that a deal's waterfall is, fixed when the deal is launched.
#[derive(
	Clone,
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
pub struct Program {
	/// One fund or two.
	pub funds: FundMode,
	/// The classes by rank; the last one is the residual.
	pub classes: PerClass<ClassTerms>,
	/// The fees.
	pub fees: BoundedVec<Fee, ConstU32<MAX_FEES>>,
	/// The coverage tests.
	pub tests: BoundedVec<Test, ConstU32<MAX_TESTS>>,
	/// The triggers.
	pub triggers: BoundedVec<Trigger, ConstU32<MAX_TRIGGERS>>,
	/// The reserve.
	pub reserve: ReserveTarget,
	/// The order of payment.
	pub lines: BoundedVec<Line, ConstU32<MAX_LINES>>,
}

impl Program {
	/// The plain sequential waterfall of a deal with this number of classes, residual included: class
	/// by class interest and then its deficiency, the reserve up to `reserve`, principal by rank,
	/// residual. `None` below two classes or above [`MAX_CLASSES`].
	pub fn sequential(classes: u32, reserve: u128) -> Option<Self> {
		if classes > MAX_CLASSES {
			return None;
		}
		let residual = u8::try_from(classes.checked_sub(1)?).ok().filter(|rank| *rank > 0)?;
		let mut program = Self {
			reserve: ReserveTarget { least: reserve, of_balances: Ratio::default() },
			..Self::default()
		};
		let mut add = |step| program.lines.try_push(Line::always(step)).ok();
		for rank in 0..residual {
			let classes = Classes::one(rank);
			add(Step::PayInterest { classes, part: Part::All, support: Support::FULL })?;
			add(Step::CreditPdl { rank })?;
		}
		add(Step::CreditPdl { rank: residual })?;
		add(Step::TopUpReserve)?;
		add(Step::PayPrincipal { classes: Classes::all(classes), share: Share::Sequential })?;
		add(Step::PayResidual { rank: residual })?;
		for _ in 0..classes {
			program.classes.try_push(ClassTerms::default()).ok()?;
		}
		Some(program)
	}
}
