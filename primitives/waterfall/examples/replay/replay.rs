//! Runs a deal over the cash flows of its pool, date by date.
//!
//! What the replay adds to the engine is only this: the calendar; which collections a date may use
//! (those dated on it or before, and not used yet); cash that a date leaves, kept for the next; the
//! pool, where the collections do not say it; rates from an index, where they do not reset on payment
//! dates; and the two kinds of fee terms in [`adjust`].

pub mod adjust;
pub mod collections;
pub mod dates;
pub mod deal;
pub mod decimal;
pub mod format;
pub mod output;
pub mod problem;
pub mod program;
pub mod rates;

use strata_waterfall::{run, Collections, Funds, Mode, Outcome, Pool, State};

use collections::Row;
use dates::Day;
use deal::Deal;
use format::{BeforeClosing, File};
use output::Paid;
use problem::Problem;

/// The result: a row per class and payment date, and what the chain would say of the deal.
pub struct Replay {
	/// By date, then by rank.
	pub paid: Vec<Paid>,
	/// Why the chain would refuse the deal's waterfall, if it would.
	pub refused: Option<String>,
	/// The first date of collections that come after the last payment date, and pay nobody.
	pub unused: Option<Day>,
	/// Decimals of the currency.
	pub decimals: u8,
}

/// Replays the deal `deal_text`, a JSON, over `flows_text`, a CSV. Both names are for messages.
///
/// # Errors
/// What is wrong with an input, with the file and the place in it.
pub fn replay(
	deal_name: &str,
	deal_text: &str,
	flows_name: &str,
	flows_text: &str,
) -> Result<Replay, Problem> {
	let in_deal = |problem: Problem| problem.in_file(deal_name);
	let file = File::read(deal_text).map_err(in_deal)?;
	let mut rows = collections::read(flows_text, &file.collections, file.decimals)
		.map_err(|problem| problem.in_file(flows_name))?;
	if file.collections.before_closing == BeforeClosing::Ignore {
		rows.retain(|row| row.date >= file.dates.closing);
	}
	let deal = Deal::new(&file, &rows).map_err(in_deal)?;
	let mut position =
		Position { state: deal.state.clone(), cash: deal.funds, pool: deal.state.pool };
	let mut rows = rows.iter().peekable();
	let mut paid = Vec::new();
	for date in &deal.dates {
		let mut due = Vec::new();
		while let Some(row) = rows.next_if(|row| row.date <= *date) {
			due.push(row);
		}
		let outcome = position.pay(&deal, *date, &due).map_err(in_deal)?;
		paid.extend(output::rows(*date, &deal.names, &outcome));
	}
	let unused = rows.next().map(|row| row.date);
	Ok(Replay { paid, refused: deal.refused(), unused, decimals: file.decimals })
}

/// Where a deal stands between two dates.
struct Position {
	state: State,
	/// Cash that no step took.
	cash: Funds,
	/// The pool, as far as the collections told.
	pool: u128,
}

impl Position {
	/// Pays on `date` out of what was kept and the rows that have come due.
	fn pay(&mut self, deal: &Deal, date: Day, rows: &[&Row]) -> Result<Outcome, Problem> {
		let large =
			|| Problem::new(format!("payment date {date}"), "the collections are too large");
		let collected = self.collected(deal, date, rows).ok_or_else(large)?;
		let interest = collected.funds.interest.saturating_sub(self.cash.interest);
		let program = deal.program(&self.state, collected.date, interest)?;
		let outcome = run(&self.state, &program, &collected)
			.map_err(|error| Problem::new(format!("payment date {date}"), format!("{error:?}")))?;
		self.state = outcome.state.clone();
		self.cash = outcome.left;
		let lent = deal.revolving.is_some_and(|(_, lent)| lent);
		if lent && outcome.mode == Mode::Revolving {
			self.cash.principal = 0;
		}
		Ok(outcome)
	}

	fn collected(&mut self, deal: &Deal, date: Day, rows: &[&Row]) -> Option<Collections> {
		let mut collected = Collections {
			date: date.millis(),
			funds: self.cash,
			mode: match deal.revolving {
				Some((until, _)) if date < until => Mode::Revolving,
				_ => Mode::Amortising,
			},
			servicer_default: deal.servicer_default_from.is_some_and(|from| date >= from),
			index: rates::fixing(&deal.index, date),
			last: deal.maturity.is_some_and(|maturity| date >= maturity),
			..Collections::default()
		};
		let mut pool = Pool { lent: self.pool, adjusted: self.pool, delinquent: 0 };
		for row in rows {
			let funds = &mut collected.funds;
			funds.interest = funds.interest.checked_add(row.interest)?;
			funds.principal = funds.principal.checked_add(row.principal)?;
			collected.recoveries = collected.recoveries.checked_add(row.recoveries)?;
			collected.losses = collected.losses.checked_add(row.losses)?;
			// Where no column says what is left of the pool, it is what was and did not come in. More
			// may come in than was there: then nothing is left.
			let gone = row.principal.checked_add(row.losses)?;
			pool.lent = row.pool.unwrap_or(pool.lent.saturating_sub(gone));
			pool.adjusted = row.adjusted.unwrap_or(pool.lent);
			pool.delinquent = row.delinquent.unwrap_or(0);
		}
		self.pool = pool.lent;
		collected.pool = pool;
		Some(collected)
	}
}
