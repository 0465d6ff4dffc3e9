//! A deal in full.

use alloc::vec::Vec;

use super::{ratio_floor, sum, Issued};
use crate::{
	collections::Counted,
	runtime_api::{
		BookView, DealPage, DealView, FeeView, Statement, TestView, TriggerView, MAX_IDS,
	},
	AccountIdOf, Balance, Config, DealId, DealLedgers, DealOf, Deals, NextDeal, Offering,
	Offerings, Pallet, Programs, Receipts,
};

impl<T: Config> Pallet<T> {
	/// The deals from `from` on: a page looks at `limit` ids, at most [`MAX_IDS`], in use or not.
	pub fn deals_view(from: DealId, limit: u32) -> DealPage {
		let end = NextDeal::<T>::get();
		let stop = from.saturating_add(limit.clamp(1, MAX_IDS)).min(end);
		let listed = |id| Deals::<T>::get(id).map(|deal| (id, deal.state));
		DealPage {
			deals: (from..stop).filter_map(listed).collect(),
			next: (stop < end).then_some(stop),
		}
	}

	/// A deal's books now. `None` for an unknown deal, or if a figure does not fit.
	pub fn deal_view(id: DealId) -> Option<DealView<AccountIdOf<T>>> {
		let deal = Deals::<T>::get(id)?;
		Self::summary(id, &deal, Issued::read::<T>(id).as_ref())
	}

	fn summary(
		id: DealId,
		deal: &DealOf<T>,
		issued: Option<&Issued>,
	) -> Option<DealView<AccountIdOf<T>>> {
		let refunds = Offerings::<T>::get(id).as_ref().map_or(Some(0), Offering::refunds)?;
		let mut view = DealView {
			originator: deal.originator.clone(),
			state: deal.state,
			settlement: deal.terms.settlement.clone(),
			account: Self::account(id),
			books: Vec::new(),
			next_payment: None,
			cash: Default::default(),
			refunds,
			reserve: deal.reserve,
			fees_payable: 0,
			bond: deal.bond,
			servicer_bonds: 0,
			set_aside: 0,
			awards: 0,
			cases: 0,
			workouts: Vec::new(),
			losses: 0,
			excess: 0,
			unpaid_since: None,
			under_water: false,
			nav: None,
			notes: 0,
			parked: false,
		};
		let Some(issued) = issued else { return Some(view) };
		let ledgers = &issued.ledgers;
		view.books = ledgers.books.to_vec();
		view.next_payment = issued.is_active().then_some(ledgers.next_date);
		view.cash = ledgers.cash;
		view.reserve = ledgers.waterfall.reserve;
		view.fees_payable = ledgers.fees()?;
		view.servicer_bonds = ledgers.court.bonds;
		view.set_aside = ledgers.court.set_aside()?;
		view.awards = ledgers.court.awards;
		view.cases = ledgers.court.pending;
		view.workouts = ledgers.workouts.to_vec();
		view.losses = ledgers.losses;
		view.excess = ledgers.excess;
		view.unpaid_since = ledgers.unpaid_since;
		view.under_water = issued.books.iter().any(Counted::is_under_water);
		view.nav = issued.nav();
		view.notes = sum(ledgers.waterfall.classes.iter().map(|class| Some(class.balance)))?;
		view.parked = ledgers.parked;
		Some(view)
	}

	/// A deal in full, now. `None` for an unknown deal, or if a figure does not fit.
	///
	/// Complexity: O(books + tranches + fees + tests + triggers), one dry run included; no walk over
	/// vaults or holders.
	pub fn statement(id: DealId) -> Option<Statement<AccountIdOf<T>>> {
		let deal = Deals::<T>::get(id)?;
		let issued = Issued::read::<T>(id);
		let (tests, triggers) = match &issued {
			Some(issued) => Self::tests_and_triggers(&deal, issued),
			None => Self::terms_of_tests(id)?,
		};
		let active = issued.as_ref().filter(|issued| issued.is_active());
		Some(Statement {
			at: Self::now(),
			deal: Self::summary(id, &deal, issued.as_ref())?,
			tranches: match &issued {
				Some(issued) => issued.tranches(id, &deal.terms)?,
				None => Self::offered_views(id, &deal.terms)?,
			},
			mode: active.map(Issued::mode),
			lends: active.is_some_and(|issued| Self::lends_now(&issued.ledgers)),
			pool: active.and_then(Issued::pool),
			reserve_target: active.and_then(Issued::reserve_target),
			tests,
			triggers,
			books: active.map_or(Some(Vec::new()), Issued::books)?,
			fees: Self::fee_views(id, &deal, issued.as_ref())?,
			checkpoints: issued.as_ref().map_or(0, |issued| issued.ledgers.checkpoints),
			servicer_default: issued.as_ref().is_some_and(|i| i.ledgers.servicer_default),
			servicer: deal.parties.servicer,
			trustee: deal.parties.trustee,
		})
	}

	/// Whether a draw of what there is would be advanced now.
	fn lends_now(ledgers: &DealLedgers) -> bool {
		let now = Self::now();
		let pending = now >= ledgers.next_date || ledgers.parked;
		ledgers.lends(now) && !pending && Self::is_covered(ledgers)
	}

	/// Of a deal whose notes exist. Whether triggers would trip needs the next date to be run dry.
	fn tests_and_triggers(deal: &DealOf<T>, issued: &Issued) -> (Vec<TestView>, Vec<TriggerView>) {
		let has_run = issued.ledgers.next_date > deal.terms.schedule.first_payment;
		let ahead = issued
			.is_active()
			.then(|| Self::ahead(&issued.program, &issued.ledgers, &Receipts::default()).ok())
			.flatten();
		let next = ahead.as_ref().map(|dated| dated.outcome.state.triggers.as_slice());
		(issued.tests(has_run), issued.triggers(next))
	}

	/// Of a deal that is not closed yet: what its program says.
	fn terms_of_tests(id: DealId) -> Option<(Vec<TestView>, Vec<TriggerView>)> {
		let program = Programs::<T>::get(id)?;
		let tests = program.tests.iter().map(|test| TestView {
			coverage: test.coverage,
			rank: test.rank,
			threshold: test.threshold,
			now: None,
			last: None,
		});
		let triggers = program.triggers.iter().map(|trigger| TriggerView {
			condition: trigger.condition,
			effect: trigger.effect,
			curable: trigger.curable,
			since: None,
			next: None,
		});
		Some((tests.collect(), triggers.collect()))
	}

	/// The fees; a draft shows those that have a payee.
	fn fee_views(
		id: DealId,
		deal: &DealOf<T>,
		issued: Option<&Issued>,
	) -> Option<Vec<FeeView<AccountIdOf<T>>>> {
		let program = match issued {
			Some(issued) => issued.program.clone(),
			None => Programs::<T>::get(id)?,
		};
		let fees = program.fees.iter().zip(deal.terms.payees.iter()).enumerate();
		let view =
			|(position, (fee, payee)): (usize, (&strata_waterfall::Fee, &crate::Party<_>))| {
				let state = issued.and_then(|i| i.state.fees.get(position).copied());
				let state = state.unwrap_or_default();
				let payable = issued.and_then(|i| i.ledgers.fees_payable.get(position).copied());
				FeeView {
					amount: fee.amount,
					carried: fee.carried,
					payee: payee.account(&deal.originator, &deal.parties),
					due: state.due,
					payable: payable.unwrap_or_default(),
					paid: state.paid,
				}
			};
		Some(fees.map(view).collect())
	}
}

impl Issued {
	/// All that performs in the deal and its principal cash: what a concentration is a share of.
	fn whole(&self) -> Option<Balance> {
		let performing = sum(self.books.iter().map(|book| Some(book.performing())))?;
		performing.checked_add(self.principal_cash()?)
	}

	/// The books, in the order of the terms. `None` if a figure does not fit.
	fn books(&self) -> Option<Vec<BookView>> {
		let whole = self.whole()?;
		let books = self.ledgers.books.iter().zip(self.books.iter());
		books
			.map(|(id, book)| {
				let figures = book.figures.unwrap_or_default();
				Some(BookView {
					book: *id,
					performing: figures.performing_principal,
					past_due: figures.past_due,
					interest_due: figures.interest_due,
					value: figures.value,
					in_liquidation: book.in_liquidation,
					carrying: book.carrying,
					share: ratio_floor(figures.performing_principal, whole),
					cap: book.cap,
					excess: book.excess(whole)?,
				})
			})
			.collect()
	}
}
