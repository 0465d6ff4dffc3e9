//! The clean-up call: the end of a deal of which little is left.

use frame_support::ensure;
use sp_arithmetic::Perbill;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_numbers::mul_div_floor;
use strata_waterfall::{Outcome, Program, Share, State, Step};

use crate::{
	cash::add,
	collections::{pool, Counted},
	payments::Dated,
	AccountIdOf, Balance, Config, DealId, DealLedgers, Error, Event, Ledgers, Pallet, Phase,
	Programs, Receipts,
};

/// More income than any deal owes on a date.
const PLENTY: Balance = 1 << 120;

/// The program of a deal that is called: every note is redeemed in order, whatever coverage tests,
/// schedules and lock-outs would say, and nothing is kept or redeemed from income.
pub(crate) fn redeeming(program: &Program) -> Program {
	let mut program = program.clone();
	program.lines.retain(|line| {
		!matches!(
			line.step,
			Step::TestCoverage { .. }
				| Step::TopUpReserve
				| Step::Turbo { .. }
				| Step::Sweep { .. }
		)
	});
	for line in program.lines.iter_mut() {
		if let Step::PayPrincipal { share, .. } = &mut line.step {
			*share = Share::Sequential;
		}
	}
	program.classes.iter_mut().for_each(|class| class.locked_until = 0);
	program
}

/// What the next date would need for notes and fees, and what it has.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Needs {
	/// Interest of notes, and fees.
	income: Balance,
	/// Losses charged to notes, which are made good before the last of these is paid: income that
	/// becomes principal.
	charged: Balance,
	/// Losses charged to the residual, which income beyond that makes good.
	charged_last: Balance,
	/// Balances of notes.
	principal: Balance,
	/// Income that is there.
	has_income: Balance,
	/// What the reserve adds to it.
	released: Balance,
	/// Principal that is there.
	has_principal: Balance,
}

impl Needs {
	/// From a date that was given `more`, which was more than enough. `None` if a sum does not fit.
	fn of(program: &Program, before: &State, more: &Receipts, dated: &Dated) -> Option<Self> {
		let Dated { netted, outcome, .. } = dated;
		let mut state = before.clone();
		state.charge(netted.losses)?;
		let (residual, notes) = state.classes.split_last()?;
		let (_, payments) = outcome.payments.split_last()?;
		let sum = |mut of: &mut dyn Iterator<Item = Balance>| {
			(&mut of).try_fold(0u128, |sum, part| sum.checked_add(part))
		};
		// A subordinate fee comes after the residual's deficiency: it waits for what makes that good.
		let waits = |fee| residual.pdl > 0 && is_subordinate(program, fee);
		let fees = (0u8..).zip(outcome.fees.iter()).filter(|(fee, _)| !waits(*fee));
		let fees = sum(&mut fees.map(|(_, paid)| *paid))?;
		let charged = sum(&mut notes.iter().map(|class| class.pdl))?;
		let reserve = before.reserve.checked_add(netted.to_reserve)?;
		let recovered = netted.recoveries.checked_sub(outcome.written_up)?;
		Some(Self {
			income: sum(&mut payments.iter().map(|payment| payment.interest))?.checked_add(fees)?,
			charged,
			charged_last: residual.pdl,
			principal: sum(&mut payments.iter().map(|payment| payment.principal))?,
			has_income: netted.funds.interest.checked_sub(more.interest)?.checked_add(recovered)?,
			released: reserve.saturating_sub(outcome.state.reserve),
			has_principal: netted
				.funds
				.principal
				.checked_sub(more.principal)?
				.checked_add(outcome.written_up)?,
		})
	}

	/// What must be paid in. `None` if a sum does not fit.
	fn price(&self) -> Option<Receipts> {
		let income = self.income.checked_add(self.charged)?;
		let has = self.has_income.checked_add(self.released)?;
		let beyond = has.saturating_sub(income).min(self.charged_last);
		let principal = self.has_principal.checked_add(self.charged)?.checked_add(beyond)?;
		Some(Receipts {
			interest: income.saturating_sub(has),
			principal: self.principal.saturating_sub(principal),
			..Receipts::default()
		})
	}
}

/// Whether a fee is paid after all that notes are owed only.
fn is_subordinate(program: &Program, fee: u8) -> bool {
	program.lines.iter().any(
		|line| matches!(line.step, Step::PayFee { fee: paid, subordinate: true, .. } if paid == fee),
	)
}

/// Whether a date redeems every note and leaves no interest of theirs unpaid.
fn redeems(outcome: &Outcome) -> bool {
	outcome.state.classes.split_last().is_some_and(|(_, notes)| {
		notes.iter().all(|class| class.balance == 0 && class.interest_owed() == Some(0))
	})
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_clean_up(who: &AccountIdOf<T>, id: DealId) -> DispatchResult {
		let (deal, phase, mut ledgers) = Self::under_way(id)?;
		ensure!(deal.originator == *who, Error::<T>::NotOriginator);
		let running = matches!(phase, Phase::Revolving | Phase::Amortising);
		ensure!(running, Error::<T>::WrongState);
		let now = Self::now();
		ensure!(now < ledgers.next_date && !ledgers.parked, Error::<T>::PaymentPending);
		ensure!(Self::is_callable(&ledgers, deal.terms.clean_up)?, Error::<T>::TooMuchLent);
		ledgers.end_ramp_up(now);
		Self::enter(id, &mut ledgers, Phase::Called);
		let program = Programs::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let price = Self::price(&program, &ledgers)?;
		let total = price.cash().ok_or(ArithmeticError::Overflow)?;
		Self::pay_in(id, &ledgers.settlement, who, total)?;
		Self::book(id, &mut ledgers, &price, now)?;
		// Principal that nobody owed: the residual's in the end.
		ledgers.excess = add(ledgers.excess, price.principal)?;
		Ledgers::<T>::insert(id, ledgers);
		let Receipts { interest, principal, .. } = price;
		Self::deposit_event(Event::Called { deal: id, interest, principal });
		Ok(())
	}

	/// Whether no more than `share` of the original pool is lent or in liquidation.
	fn is_callable(ledgers: &DealLedgers, share: Perbill) -> Result<bool, DispatchError> {
		let books = Self::count_books(ledgers);
		let known = books.iter().all(|book: &Counted| book.figures.is_some());
		let lent = pool(&books, 0, &ledgers.cash.later).ok_or(ArithmeticError::Overflow)?.lent;
		let parts = u128::from(share.deconstruct());
		let most = mul_div_floor(ledgers.waterfall.original, parts, 1_000_000_000)
			.ok_or(ArithmeticError::Overflow)?;
		Ok(!share.is_zero() && known && lent <= most)
	}

	/// The least that, paid in before the next date, has it redeem every note with all interest and
	/// fees. A dry run with plenty shows what is paid, another one that the price is enough.
	fn price(program: &Program, ledgers: &DealLedgers) -> Result<Receipts, DispatchError> {
		let overflow = ArithmeticError::Overflow;
		let state = &ledgers.waterfall;
		let notes = state.classes.len().saturating_sub(1);
		let owed = state.classes.iter().take(notes);
		let owed = owed.fold(0u128, |sum, class| sum.saturating_add(class.balance));
		// No more principal than notes need: the residual's stays, and the reserve with it.
		let principal = owed.saturating_sub(ledgers.cash.available.principal);
		let plenty = Receipts { interest: PLENTY, principal, ..Receipts::default() };
		let dated = Self::ahead(program, ledgers, &plenty)?;
		let mut needs = Needs::of(program, state, &plenty, &dated).ok_or(overflow)?;
		let mut price = needs.price().ok_or(overflow)?;
		if needs.released > 0 && !redeems(&Self::ahead(program, ledgers, &price)?.outcome) {
			// The program releases the reserve only after what is owed.
			needs.released = 0;
			price = needs.price().ok_or(overflow)?;
		}
		let enough = redeems(&Self::ahead(program, ledgers, &price)?.outcome);
		ensure!(enough, Error::<T>::NotRedeemed);
		Ok(price)
	}
}
