//! A deal: the file's words resolved to the engine's types.

use strata_numbers::{DayCount, Ratio};
use strata_waterfall::{
	ClassState, FeeState, FundMode, Funds, Point, Program, Reset, State, MAX_POINTS, MAX_RESETS,
};

use super::{
	adjust::Adjustments,
	collections::Row,
	dates::Day,
	decimal::Decimal,
	format::{Accounts, Dates, File, RevolvingPrincipal, YearBasis},
	problem::Problem,
	program, rates,
};

/// A deal, ready to be run.
pub struct Deal {
	/// The classes by rank, but for a residual that the replay had to add.
	pub names: Vec<String>,
	/// Whether the last of them is the residual.
	has_residual: bool,
	/// The payment dates, ascending.
	pub dates: Vec<Day>,
	/// The waterfall. Resets and schedules are in it only as far as a deal on the chain may have
	/// them: [`Deal::program`] has those of a period.
	program: Program,
	/// What of the fees changes from date to date.
	adjustments: Adjustments,
	/// The rates of each class from dates on.
	resets: Vec<Vec<Reset>>,
	/// The balance schedule of each class.
	schedules: Vec<Vec<Point>>,
	/// What the deal owes at the beginning.
	pub state: State,
	/// Cash at the beginning.
	pub funds: Funds,
	/// Day from which principal redeems notes, and whether what is collected before is lent again.
	pub revolving: Option<(Day, bool)>,
	/// Day from which the servicer is in default.
	pub servicer_default_from: Option<Day>,
	/// Final maturity.
	pub maturity: Option<Day>,
	/// Fixings of the index, ascending.
	pub index: Vec<(Day, Ratio)>,
}

/// A path in the file, for messages.
pub fn at(place: &str) -> impl Fn(String) -> Problem + '_ {
	move |what| Problem::new(place, what)
}

impl Deal {
	/// The deal of a file, over these collections.
	///
	/// # Errors
	/// What is wrong with the file, with the field.
	pub fn new(file: &File, rows: &[Row]) -> Result<Self, Problem> {
		let names = program::names(file)?;
		if file.revolving.is_some() && file.accounts == Accounts::One {
			// The account would pay what is to be lent again to the residual.
			let what = "needs separate accounts, or principal could not be told from income";
			return Err(Problem::new("revolving", what));
		}
		let dates = payment_dates(&file.dates, rows.last().map(|row| row.date))?;
		let index = rates::fixings(&file.index, "index")?;
		let resets = rates::resets(file, &index, &dates)?;
		let schedules = schedules(file)?;
		let program = program::built(file, &names, &resets, &schedules)?;
		let state = opening_state(file, rows, &program, &resets)?;
		let money = |amount: &Option<Decimal>, place: &str| units(amount, file.decimals, place);
		Ok(Self {
			names: file.classes.iter().map(|class| class.name.clone()).collect(),
			has_residual: file.residual.is_some(),
			dates,
			program,
			adjustments: Adjustments::of(file)?,
			resets,
			schedules,
			state,
			funds: Funds {
				interest: money(&file.opening.interest, "opening.interest")?,
				principal: money(&file.opening.principal, "opening.principal")?,
			},
			revolving: file
				.revolving
				.as_ref()
				.map(|terms| (terms.until, terms.principal == RevolvingPrincipal::Lent)),
			servicer_default_from: file.servicer_default_from,
			maturity: file.dates.maturity,
			index,
		})
	}

	/// Why a deal on the chain could not have this waterfall, if so.
	pub fn refused(&self) -> Option<String> {
		let most = |len: usize, most: u32| len > usize::try_from(most).unwrap_or(usize::MAX);
		if self.resets.iter().any(|resets| most(resets.len(), MAX_RESETS)) {
			return Some(format!("a class has more than {MAX_RESETS} resets"));
		}
		if self.schedules.iter().any(|points| most(points.len(), MAX_POINTS)) {
			return Some(format!("a schedule has more than {MAX_POINTS} dates"));
		}
		if !self.adjustments.none() {
			return Some("`of_interest` and `share` of fees are for replays only".into());
		}
		if !self.has_residual {
			return Some("it names no `residual`: what the lines leave would have no owner".into());
		}
		self.program.validate().err().map(|error| program::told(&error))
	}

	/// The waterfall for a date on which so much interest was collected: with the resets and points of
	/// schedules that matter since the date before, so that a replay may have more of them than a deal
	/// on the chain, and with the fees of the date.
	///
	/// # Errors
	/// More resets in one period than the engine takes; an amount that does not fit.
	pub fn program(&self, state: &State, date: u64, interest: u128) -> Result<Program, Problem> {
		let mut program = self.program.clone();
		let terms = self.resets.iter().zip(&self.schedules);
		for (class, (resets, points)) in program.classes.iter_mut().zip(terms) {
			if !resets.is_empty() {
				class.coupon = rates::between(resets, state.accrued_to, date)
					.ok_or_else(|| Problem::new("classes", "too many resets in one period"))?;
			}
			if let Some(point) = point_at(points, date) {
				class.schedule = bounded(vec![point], "classes")?;
			}
		}
		self.adjustments
			.put(&mut program, state, date, interest)
			.ok_or_else(|| Problem::new("fees", "an amount is too large"))?;
		Ok(program)
	}
}

/// The payment dates of a deal whose last collections are of `collected`.
fn payment_dates(terms: &Dates, collected: Option<Day>) -> Result<Vec<Day>, Problem> {
	let last = terms.last.or(terms.maturity);
	let end = last.or(collected).unwrap_or(terms.closing);
	let mut dates = terms.payments.dates(end).map_err(at("dates.payments"))?;
	if let Some(last) = last {
		dates.retain(|date| *date < last);
		dates.push(last);
	}
	let from = terms.interest_from.unwrap_or(terms.closing);
	match dates.first().filter(|first| **first < from) {
		Some(first) => {
			Err(Problem::new("dates", format!("the first payment date {first} is before {from}")))
		},
		None => Ok(dates),
	}
}

/// The point that holds on `date`; before all of them the first.
fn point_at(points: &[Point], date: u64) -> Option<Point> {
	points.iter().rev().find(|point| point.date <= date).or(points.first()).copied()
}

/// An amount that may be missing: then 0.
pub fn units(amount: &Option<Decimal>, decimals: u8, place: &str) -> Result<u128, Problem> {
	match amount {
		Some(amount) => amount.units(decimals).map_err(at(place)),
		None => Ok(0),
	}
}

/// A ratio that may be missing: then 0.
pub fn ratio(value: &Option<Decimal>, place: &str) -> Result<Ratio, Problem> {
	match value {
		Some(value) => value.ratio().map_err(at(place)),
		None => Ok(Ratio::default()),
	}
}

/// `items` where the engine bounds how many there may be.
pub fn bounded<T, B: TryFrom<Vec<T>>>(items: Vec<T>, place: &str) -> Result<B, Problem> {
	let count = items.len();
	items.try_into().map_err(|_| Problem::new(place, format!("{count} are too many")))
}

fn schedules(file: &File) -> Result<Vec<Vec<Point>>, Problem> {
	let mut schedules = Vec::new();
	for class in &file.classes {
		let place = format!("classes.{}.schedule", class.name);
		let mut points: Vec<Point> = Vec::new();
		for (date, balance) in &class.schedule {
			let balance = balance.units(file.decimals).map_err(at(&place))?;
			let point = Point { date: date.millis(), balance };
			let before = points.last();
			if before.is_some_and(|before| before.date >= point.date || before.balance < balance) {
				let what = "dates must ascend and balances must not rise";
				return Err(Problem::new(place, format!("{date}: {what}")));
			}
			points.push(point);
		}
		schedules.push(points);
	}
	Ok(schedules)
}

fn opening_state(
	file: &File,
	rows: &[Row],
	program: &Program,
	resets: &[Vec<Reset>],
) -> Result<State, Problem> {
	let from = file.dates.interest_from.unwrap_or(file.dates.closing);
	let classes = file.classes.iter().zip(resets).map(|(class, resets)| {
		let place = |field: &str| format!("classes.{}.{field}", class.name);
		let balance = class.balance.units(file.decimals).map_err(at(&place("balance")))?;
		let rate = rates::opening(class, resets, from)?;
		Ok(ClassState {
			due: units(&class.due, file.decimals, &place("due"))?,
			interest_on_interest: units(
				&class.interest_on_interest,
				file.decimals,
				&place("interest_on_interest"),
			)?,
			..ClassState::issued(balance, rate)
		})
	});
	let mut classes = classes.collect::<Result<Vec<_>, Problem>>()?;
	let original = match &file.pool.original {
		Some(original) => original.units(file.decimals).map_err(at("pool.original"))?,
		None => first_pool(&classes, rows).ok_or_else(|| {
			Problem::new("pool.original", "missing, and the first row is too large")
		})?,
	};
	// A residual that the file does not name is owed nothing.
	classes.resize(program.classes.len(), ClassState::default());
	Ok(State {
		classes: bounded(classes, "classes")?,
		fees: bounded(vec![FeeState::default(); program.fees.len()], "fees")?,
		triggers: bounded(vec![None; program.triggers.len()], "triggers")?,
		day_count: match file.day_count {
			YearBasis::Act365Fixed => DayCount::Act365Fixed,
			YearBasis::Act360 => DayCount::Act360,
		},
		accrued_to: from.millis(),
		reserve: units(&file.opening.reserve, file.decimals, "opening.reserve")?,
		uncovered: 0,
		losses: 0,
		original,
		pool: original,
	})
}

/// The pool before the first collections; where they do not say it, the classes.
fn first_pool(classes: &[ClassState], rows: &[Row]) -> Option<u128> {
	match rows.first().and_then(|row| Some((row, row.pool?))) {
		Some((row, pool)) => pool.checked_add(row.principal)?.checked_add(row.losses),
		None => classes.iter().try_fold(0u128, |sum, class| sum.checked_add(class.balance)),
	}
}

/// One account or two.
pub fn fund_mode(accounts: Accounts) -> FundMode {
	match accounts {
		Accounts::One => FundMode::One,
		Accounts::Separate => FundMode::Separate,
	}
}
