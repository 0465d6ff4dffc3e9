//! A deal, date by date, in the engine and in the model.

use std::fmt::Debug;

use num_bigint::BigInt;
use strata_waterfall::{
	run, Classes, Collections, FundMode, Funds, Mode, Outcome, Part, Program, RunError, State, Step,
};

use crate::{
	generate::{Deal, Kind},
	naive,
};

/// What was compared, and how much of the engine it reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
	/// Deals.
	pub deals: u64,
	/// Of them, those with a program in contractual order.
	pub contractual: u64,
	/// Of them, those with one fund.
	pub one_fund: u64,
	/// Runs.
	pub runs: u64,
	/// Runs that the engine refused because something did not fit.
	pub overflows: u64,
	/// Runs in which a test failed.
	pub failed_tests: u64,
	/// Runs in which a test took cash.
	pub cures: u64,
	/// Runs in which a trigger changed the mode.
	pub mode_changes: u64,
	/// Runs that charged a loss, or had one open.
	pub deficient: u64,
	/// Runs that paid the residual.
	pub residual: u64,
	/// Runs that built more than losses.
	pub built: u64,
	/// Runs that released principal.
	pub released: u64,
	/// Runs that wrote balances off.
	pub written_off: u64,
	/// Runs that wrote balances up.
	pub written_up: u64,
}

impl Tally {
	/// Both together.
	pub fn add(&mut self, more: &Self) {
		let theirs = more.named();
		for ((_, mine), (_, more)) in self.fields().into_iter().zip(theirs) {
			*mine += more;
		}
	}

	/// Every count with its name.
	pub fn named(mut self) -> [(&'static str, u64); 14] {
		self.fields().map(|(name, count)| (name, *count))
	}

	fn fields(&mut self) -> [(&'static str, &mut u64); 14] {
		[
			("deals", &mut self.deals),
			("contractual", &mut self.contractual),
			("one_fund", &mut self.one_fund),
			("runs", &mut self.runs),
			("overflows", &mut self.overflows),
			("failed_tests", &mut self.failed_tests),
			("cures", &mut self.cures),
			("mode_changes", &mut self.mode_changes),
			("deficient", &mut self.deficient),
			("residual", &mut self.residual),
			("built", &mut self.built),
			("released", &mut self.released),
			("written_off", &mut self.written_off),
			("written_up", &mut self.written_up),
		]
	}

	fn count(&mut self, collections: &Collections, out: &Outcome) {
		let one_if = u64::from;
		self.failed_tests += one_if(out.tests.iter().any(|test| !test.passed));
		self.cures += one_if(out.tests.iter().any(|test| test.diverted + test.principal > 0));
		self.mode_changes += one_if(out.mode != collections.mode);
		let open = out.state.classes.iter().any(|class| class.pdl > 0);
		self.deficient += one_if(open || collections.losses > 0);
		self.residual += one_if(out.payments.last().is_some_and(|paid| paid.interest > 0));
		self.built += one_if(out.built > 0);
		self.released += one_if(out.released > 0);
		self.written_off += one_if(out.written_off > 0);
		self.written_up += one_if(out.written_up > 0);
	}
}

/// Plays the deal of `seed`. Panics, with seed, date and everything that went in, where engine and
/// model do not agree.
pub fn play(seed: u64) -> Tally {
	let mut deal = Deal::new(seed);
	let mut tally = Tally {
		deals: 1,
		contractual: u64::from(deal.kind == Kind::Contractual),
		one_fund: u64::from(deal.program.funds == FundMode::One),
		..Tally::default()
	};
	let accepted = match deal.kind {
		Kind::Contractual => deal.program.validate(),
		Kind::Arbitrary => deal.program.check(),
	};
	if let Err(error) = accepted {
		panic!("seed {seed}: {error:?} in {:#?}", deal.program);
	}
	let (mut state, mut left) = (deal.state.clone(), Funds::default());
	for at in 1..deal.dates.len() {
		let collections = deal.collect(at, &state, left);
		let seen = Case { seed, at, state: &state, program: &deal.program, collections };
		tally.runs += 1;
		let Some(out) = seen.compare() else {
			tally.overflows += 1;
			break;
		};
		tally.count(&collections, &out);
		(state, left) = (out.state, out.left);
	}
	tally
}

/// One run.
#[derive(Debug)]
struct Case<'a> {
	seed: u64,
	at: usize,
	state: &'a State,
	program: &'a Program,
	collections: Collections,
}

impl Case<'_> {
	/// Runs it in both. `None` if it does not fit.
	fn compare(&self) -> Option<Outcome> {
		let Self { state, program, collections, .. } = self;
		let (seen, expected) = (
			state.accrued(program, collections.date),
			naive::accrued(state, program, collections.date),
		);
		if !self.is_overflow(&seen, expected.is_err()) {
			self.same("accrued", &seen, &expected);
		}
		let (seen, expected) =
			(run(state, program, collections), naive::run(state, program, collections));
		if self.is_overflow(&seen, expected.is_err()) {
			return None;
		}
		self.same("run", &seen, &expected);
		let out = seen.ok()?;
		self.assert_conserved(&out);
		if by_rank(program) && program.validate().is_ok() {
			self.assert_senior_first(&out);
		}
		Some(out)
	}

	/// Whether the engine says so; then amounts must be near the end of their range.
	fn is_overflow<T: Debug>(&self, seen: &Result<T, RunError>, beyond: bool) -> bool {
		if !matches!(seen, Err(RunError::Overflow)) {
			return false;
		}
		assert!(beyond || self.magnitude() >> 122 > BigInt::from(0), "no overflow: {self:#?}");
		true
	}

	/// All that goes in.
	fn magnitude(&self) -> BigInt {
		let Self { state, collections, .. } = self;
		let classes = state.classes.iter().flat_map(|class| {
			[class.balance, class.due, class.written_off, class.interest_paid, class.principal_paid]
		});
		let fees = state.fees.iter().flat_map(|fee| [fee.due, fee.paid]);
		let Collections { funds, recoveries, losses, pool, .. } = collections;
		let cash = [funds.interest, funds.principal, *recoveries, *losses, state.reserve];
		let rest = [pool.lent, pool.adjusted, state.losses, state.uncovered];
		classes.chain(fees).chain(cash).chain(rest).map(BigInt::from).sum()
	}

	fn same<T: Debug + PartialEq>(&self, what: &str, seen: &T, expected: &T) {
		if seen == expected {
			return;
		}
		let (left, right) = (format!("{seen:#?}"), format!("{expected:#?}"));
		let differences: Vec<String> = left
			.lines()
			.zip(right.lines())
			.enumerate()
			.filter(|(_, (left, right))| left != right)
			.map(|(line, (left, right))| {
				format!("line {line}: engine {} model {}", left.trim(), right.trim())
			})
			.collect();
		panic!(
			"seed {} date {}: {what} differs\n{self:#?}\nmodel {right}\n{}\nseed {} date {}",
			self.seed,
			self.at,
			differences.join("\n"),
			self.seed,
			self.at,
		);
	}

	/// Conservation and the identity of principal, from what the engine gave back alone.
	fn assert_conserved(&self, out: &Outcome) {
		let Self { seed, at, state, program, collections } = self;
		let sum = |amounts: &[u128]| amounts.iter().map(|x| BigInt::from(*x)).sum::<BigInt>();
		let Collections { funds, recoveries, losses, .. } = *collections;
		let before = sum(&[funds.interest, funds.principal, recoveries, state.reserve]);
		let paid: BigInt =
			out.payments.iter().map(|paid| sum(&[paid.interest, paid.principal])).sum();
		let after = paid
			+ sum(&out.fees)
			+ sum(&[out.left.interest, out.left.principal, out.state.reserve]);
		assert_eq!(before, after, "seed {seed} date {at}: cash is not conserved");
		// What is written off takes its deficiency with it; the model looks at the identity before.
		if program.funds == FundMode::One || collections.last {
			return;
		}
		let held = |state: &State| -> BigInt {
			let classes = state.classes.iter();
			classes.map(|class| BigInt::from(class.pdl) - class.balance).sum::<BigInt>()
				+ state.uncovered
		};
		let before = held(state) + funds.principal + losses + out.built - out.released;
		let after = held(&out.state) + out.left.principal;
		assert_eq!(before, after, "seed {seed} date {at}: identity 4.3.11");
		let contractual = program.validate().is_ok();
		let released = out.released > 0 && out.mode == Mode::Revolving;
		assert!(!(contractual && released), "seed {seed} date {at}: released while revolving");
	}

	/// Who is owed interest afterwards has nobody junior to it that was paid any.
	fn assert_senior_first(&self, out: &Outcome) {
		let classes = out.state.classes.iter().zip(out.payments.iter());
		let mut open = false;
		for (class, paid) in classes {
			let Self { seed, at, .. } = self;
			assert!(!open || paid.interest == 0, "seed {seed} date {at}: interest out of order");
			open |= class.due > 0 || class.interest_on_interest > 0;
		}
	}
}

/// Whether every interest line pays one class all it is owed.
fn by_rank(program: &Program) -> bool {
	program.lines.iter().all(|line| match line.step {
		Step::PayInterest { classes, part, .. } => {
			part == Part::All && classes.ranks().all(|rank| classes == Classes::one(rank))
		},
		_ => true,
	})
}
