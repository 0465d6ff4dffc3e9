//! The same deal in another unit of account.

use strata_waterfall::{Collections, FeeAmount, Program, State, Step};

/// Times which amounts are taken: a currency with six more decimals.
pub const MORE: u128 = 1_000_000;

fn up(amount: &mut u128) {
	*amount *= MORE;
}

/// The state with every amount times [`MORE`].
pub fn state(state: &State) -> State {
	let mut state = state.clone();
	for class in &mut state.classes {
		up(&mut class.balance);
		up(&mut class.due);
		up(&mut class.interest_on_interest);
		up(&mut class.interest_paid);
		up(&mut class.principal_paid);
		up(&mut class.pdl);
		up(&mut class.exchanged);
		up(&mut class.written_off);
	}
	for fee in &mut state.fees {
		up(&mut fee.due);
		up(&mut fee.paid);
	}
	for amount in [
		&mut state.reserve,
		&mut state.uncovered,
		&mut state.losses,
		&mut state.original,
		&mut state.pool,
	] {
		up(amount);
	}
	state
}

/// The program with every amount times [`MORE`].
pub fn program(program: &Program) -> Program {
	let mut program = program.clone();
	for class in &mut program.classes {
		class.schedule.iter_mut().for_each(|point| up(&mut point.balance));
	}
	for fee in &mut program.fees {
		match &mut fee.amount {
			FeeAmount::Once(amount) | FeeAmount::Periodic(amount) | FeeAmount::Yearly(amount) => {
				up(amount);
			},
			FeeAmount::OfPool(_) => {},
		}
	}
	up(&mut program.reserve.least);
	for line in &mut program.lines {
		if let Step::PayFee { cap: Some(cap), .. } = &mut line.step {
			up(cap);
		}
	}
	program
}

/// The collections with every amount times [`MORE`].
pub fn collections(collections: &Collections) -> Collections {
	let mut collections = *collections;
	for amount in [
		&mut collections.funds.interest,
		&mut collections.funds.principal,
		&mut collections.recoveries,
		&mut collections.losses,
		&mut collections.pool.lent,
		&mut collections.pool.adjusted,
		&mut collections.pool.delinquent,
		&mut collections.set_aside,
	] {
		up(amount);
	}
	collections
}
