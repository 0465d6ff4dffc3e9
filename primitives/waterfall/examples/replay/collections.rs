//! The cash flows of the pool, a CSV read by the names of its columns.

use std::collections::BTreeMap;

use super::{
	dates::Day,
	decimal,
	format::{Columns, Use},
	problem::Problem,
};

/// What the columns are unless the deal says otherwise.
const USUAL: [(&str, Use); 7] = [
	("interest", Use::Interest),
	("principal", Use::Principal),
	("prepayment", Use::Principal),
	("recovery", Use::Recoveries),
	("loss", Use::Losses),
	("end_balance", Use::Pool),
	("delinquent", Use::Delinquent),
];

/// One row: what came in on a date. Amounts in units of the currency.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
	/// The date.
	pub date: Day,
	/// Interest.
	pub interest: u128,
	/// Principal.
	pub principal: u128,
	/// Recoveries.
	pub recoveries: u128,
	/// Losses.
	pub losses: u128,
	/// The pool afterwards, where a column says so.
	pub pool: Option<u128>,
	/// What of it counts in tests, where a column says so.
	pub adjusted: Option<u128>,
	/// What of it is past due, where a column says so.
	pub delinquent: Option<u128>,
}

/// Reads `text`, with amounts of a currency with this many decimals.
///
/// # Errors
/// What is wrong, with the line.
pub fn read(text: &str, terms: &Columns, decimals: u8) -> Result<Vec<Row>, Problem> {
	let mut lines = text
		.trim_start_matches('\u{feff}')
		.lines()
		.enumerate()
		.map(|(n, line)| (n.saturating_add(1), line.trim()))
		.filter(|(_, line)| !line.is_empty());
	let (n, header) = lines.next().ok_or_else(|| Problem::new("", "no header"))?;
	let header = Header::read(header, terms).map_err(|what| at(n, what))?;
	let mut rows: Vec<Row> = Vec::new();
	for (n, line) in lines {
		let row = header.row(line, decimals).map_err(|what| at(n, what))?;
		if let Some(before) = rows.last().filter(|before| before.date > row.date) {
			return Err(at(n, format!("{} comes before {}", row.date, before.date)));
		}
		rows.push(row);
	}
	Ok(rows)
}

fn at(line: usize, what: String) -> Problem {
	Problem::new(format!("line {line}"), what)
}

/// What each column is.
struct Header {
	names: Vec<String>,
	uses: Vec<Use>,
	date: usize,
}

impl Header {
	fn read(line: &str, terms: &Columns) -> Result<Self, String> {
		let names: Vec<String> = cells(line)?.iter().map(|name| name.to_lowercase()).collect();
		for (k, name) in names.iter().enumerate() {
			if names.iter().take(k).any(|other| other == name) {
				return Err(format!("two columns `{name}`"));
			}
		}
		let date =
			names.iter().position(|name| name == "date").ok_or("no column `date`".to_string())?;
		let uses = meaning(&names, terms)?;
		Ok(Self { names, uses, date })
	}

	fn row(&self, line: &str, decimals: u8) -> Result<Row, String> {
		let cells = cells(line)?;
		if cells.len() != self.names.len() {
			return Err(format!("{} cells, the header has {}", cells.len(), self.names.len()));
		}
		let date = Day::read(cells.get(self.date).map_or("", String::as_str))?;
		let mut row = Row {
			date,
			interest: 0,
			principal: 0,
			recoveries: 0,
			losses: 0,
			pool: None,
			adjusted: None,
			delinquent: None,
		};
		for ((cell, name), meaning) in cells.iter().zip(&self.names).zip(&self.uses) {
			if *meaning == Use::Nothing {
				continue;
			}
			let units = decimal::units(cell, decimals).map_err(|what| format!("{name}: {what}"))?;
			row.add(*meaning, units).ok_or_else(|| format!("{name}: too large"))?;
		}
		Ok(row)
	}
}

impl Row {
	/// Several columns may have the same use: they add up.
	fn add(&mut self, meaning: Use, units: u128) -> Option<()> {
		let sum = |sum: u128| sum.checked_add(units);
		match meaning {
			Use::Interest => self.interest = sum(self.interest)?,
			Use::Principal => self.principal = sum(self.principal)?,
			Use::Recoveries => self.recoveries = sum(self.recoveries)?,
			Use::Losses => self.losses = sum(self.losses)?,
			Use::Pool => self.pool = Some(sum(self.pool.unwrap_or(0))?),
			Use::Adjusted => self.adjusted = Some(sum(self.adjusted.unwrap_or(0))?),
			Use::Delinquent => self.delinquent = Some(sum(self.delinquent.unwrap_or(0))?),
			Use::Nothing => {},
		}
		Some(())
	}
}

/// The use of each column: what the deal says, else what is usual, else none.
fn meaning(names: &[String], terms: &Columns) -> Result<Vec<Use>, String> {
	let usual = USUAL.iter().map(|(name, meaning)| (name.to_string(), *meaning));
	let said = terms.columns.iter().map(|(name, meaning)| (name.to_lowercase(), *meaning));
	let said: BTreeMap<String, Use> = usual.chain(said).collect();
	let uses: Vec<Use> =
		names.iter().map(|name| said.get(name).copied().unwrap_or(Use::Nothing)).collect();
	match uses.iter().any(|used| matches!(used, Use::Interest | Use::Principal)) {
		true => Ok(uses),
		false => Err("no column with interest or principal".into()),
	}
}

/// The cells of a line, trimmed, with or without quotes.
fn cells(line: &str) -> Result<Vec<String>, String> {
	let mut cells = vec![String::new()];
	let mut quoted = false;
	for letter in line.chars() {
		match letter {
			'"' => quoted = !quoted,
			',' if !quoted => cells.push(String::new()),
			_ => cells.iter_mut().next_back().into_iter().for_each(|cell| cell.push(letter)),
		}
	}
	match quoted {
		true => Err("a quote that is not closed".into()),
		false => Ok(cells.iter().map(|cell| cell.trim().to_string()).collect()),
	}
}
