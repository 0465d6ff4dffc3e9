//! Worked numbers, published vectors, edge cases and properties.

mod accrual;
mod coverage;
mod exact;
mod fees;
mod interest;
mod losses;
mod make;
mod one_fund;
mod order;
mod principal;
mod properties;
mod reserve;
mod sequential;
mod triggers;
mod validate;
mod vectors;
mod worked;

use strata_numbers::{DayCount, Ratio};

use crate::*;

const DAY: u64 = 86_400_000;

/// So many hundredths.
fn rate(percent: u128) -> Ratio {
	Ratio::from_rational(percent, 100)
}

/// Classes by balance and yearly rate in percent, at day 0, for a program without fees and triggers.
fn state(classes: &[(u128, u128)]) -> State {
	let program = Program::sequential(classes.len() as u32, 0).unwrap();
	opened(&program, classes)
}

/// Classes by balance and yearly rate in percent, at day 0.
fn opened(program: &Program, classes: &[(u128, u128)]) -> State {
	let faces = classes.iter().map(|(balance, percent)| (*balance, rate(*percent)));
	State::open(program, faces, DayCount::Act365Fixed, 0, 0).unwrap()
}

/// A program of these steps, always carried out, for so many classes.
fn program(classes: usize, steps: &[Step]) -> Program {
	Program {
		classes: vec![ClassTerms::default(); classes].try_into().unwrap(),
		lines: steps.iter().copied().map(Line::always).collect::<Vec<_>>().try_into().unwrap(),
		..Program::default()
	}
}

fn set(ranks: &[u8]) -> Classes {
	ranks.iter().fold(Classes(0), |all, rank| all.with(Classes::one(*rank)))
}

/// Interest of these classes without support.
fn pay(ranks: &[u8], part: Part) -> Step {
	Step::PayInterest { classes: set(ranks), part, support: Support::NONE }
}

/// Principal of these classes.
fn redeem(ranks: &[u8], share: Share) -> Step {
	Step::PayPrincipal { classes: set(ranks), share }
}

/// A fee without cap and support.
fn fee(fee: u8) -> Step {
	Step::PayFee { fee, cap: None, support: Support::NONE, subordinate: false }
}

/// Collections of a date on which nothing but cash happens, while amortising.
fn cash(date: u64, interest: u128, principal: u128) -> Collections {
	Collections {
		date,
		funds: Funds { interest, principal },
		mode: Mode::Amortising,
		..Collections::default()
	}
}

/// The same while revolving.
fn revolving(date: u64, interest: u128, principal: u128) -> Collections {
	Collections { mode: Mode::Revolving, ..cash(date, interest, principal) }
}

/// A run of the sequential program with this target of the reserve.
fn with_reserve(state: &State, target: u128, collections: &Collections) -> Outcome {
	let program = Program::sequential(state.classes.len() as u32, target).unwrap();
	run(state, &program, collections).unwrap()
}

fn pdl(outcome: &Outcome) -> Vec<u128> {
	outcome.state.classes.iter().map(|class| class.pdl).collect()
}

/// Interest due, interest and principal paid, balance after, of every class.
fn paid(outcome: &Outcome) -> Vec<(u128, u128, u128, u128)> {
	outcome.payments.iter().map(|p| (p.due, p.interest, p.principal, p.balance)).collect()
}

/// Interest paid to every class.
fn interest(outcome: &Outcome) -> Vec<u128> {
	outcome.payments.iter().map(|p| p.interest).collect()
}

/// Principal paid to every class.
fn principal_of(outcome: &Outcome) -> Vec<u128> {
	outcome.payments.iter().map(|p| p.principal).collect()
}
