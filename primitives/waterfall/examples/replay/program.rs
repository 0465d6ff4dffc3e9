//! The waterfall of a deal file as the engine's program: names become ranks and numbers.

use strata_waterfall::{
	ClassTerms, Classes, Condition, Coverage, Effect, Fee, FeeAmount, Fund, Line, Modes, Part,
	Point, Program, ProgramError, ReserveTarget, Reset, Share, Step, Support, Test, Trigger, When,
	MAX_CLASSES,
};

use super::{
	deal::{at, bounded, fund_mode, ratio, units},
	format::{
		Covered, EffectName, FeeTerms, File, FundName, ModeName, PartName, PayFee, PayInterest,
		ShareName, SupportName, TriggerTerms, WhenTerms, WrittenLine,
	},
	problem::Problem,
	rates,
};

/// The names that lines use.
pub struct Names {
	classes: Vec<String>,
	fees: Vec<String>,
	tests: Vec<String>,
	triggers: Vec<String>,
	/// Rank of the residual.
	residual: u8,
}

/// The number that `name` has in `names`.
fn number(names: &[String], name: &str, kind: &str) -> Result<u8, String> {
	let found = names.iter().position(|other| other == name);
	found.and_then(|n| u8::try_from(n).ok()).ok_or_else(|| format!("no {kind} `{name}`"))
}

impl Names {
	fn class(&self, name: &str) -> Result<u8, String> {
		number(&self.classes, name, "class")
	}

	fn group(&self, names: &[String]) -> Result<Classes, String> {
		let mut classes = Classes::default();
		for name in names {
			classes = classes.with(Classes::one(self.class(name)?));
		}
		match classes.is_empty() {
			true => Err("no classes".into()),
			false => Ok(classes),
		}
	}
}

/// The names of a file: each once, and printable in a CSV.
///
/// # Errors
/// A name that is empty, twice there or not printable; a class that cannot be the residual.
pub fn names(file: &File) -> Result<Names, Problem> {
	let classes: Vec<String> = file.classes.iter().map(|class| class.name.clone()).collect();
	if classes.is_empty() {
		return Err(Problem::new("classes", "none"));
	}
	if let Some(residual) = &file.residual {
		ensure_residual(residual, &file.classes)?;
	}
	// Without a residual the replay adds one of its own after the last class.
	let rank = classes.len().saturating_sub(usize::from(file.residual.is_some()));
	if rank >= usize::try_from(MAX_CLASSES).unwrap_or(usize::MAX) {
		let most = format!("at most {MAX_CLASSES}, one less without a `residual`");
		return Err(Problem::new("classes", most));
	}
	let names = Names {
		residual: u8::try_from(rank).map_err(|_| Problem::new("classes", "too many"))?,
		fees: file.fees.iter().map(|fee| fee.name.clone()).collect(),
		tests: file.tests.iter().map(|test| test.name.clone()).collect(),
		triggers: file.triggers.iter().map(|trigger| trigger.name.clone()).collect(),
		classes,
	};
	distinct(&names.classes, "classes")?;
	distinct(&names.fees, "fees")?;
	distinct(&names.tests, "tests")?;
	distinct(&names.triggers, "triggers")?;
	Ok(names)
}

/// The residual is the last class, after another one, and is owed no interest: nothing would pay it.
fn ensure_residual(name: &str, classes: &[super::format::Class]) -> Result<(), Problem> {
	let wrong = |what: &str| Err(Problem::new("residual", format!("`{name}` {what}")));
	let Some(class) = classes.last().filter(|last| last.name == name) else {
		return wrong("is not the last class");
	};
	if classes.len() == 1 {
		return wrong("is the only class: leave `residual` out, and it is paid by lines");
	}
	let owed = [&class.rate, &class.due, &class.interest_on_interest];
	match owed.into_iter().flatten().all(|number| number.is_zero()) {
		true => Ok(()),
		false => wrong("has a rate or unpaid interest: such a class is not the residual"),
	}
}

fn distinct(names: &[String], place: &str) -> Result<(), Problem> {
	for (k, name) in names.iter().enumerate() {
		if name.is_empty() || name.contains([',', '"', '\n', '\r']) {
			return Err(Problem::new(place, format!("`{name}` is not a name")));
		}
		if names.iter().take(k).any(|other| other == name) {
			return Err(Problem::new(place, format!("two are called `{name}`")));
		}
	}
	Ok(())
}

/// The program of a file.
///
/// # Errors
/// What is wrong, with the field.
pub fn built(
	file: &File,
	names: &Names,
	resets: &[Vec<Reset>],
	schedules: &[Vec<Point>],
) -> Result<Program, Problem> {
	let mut classes = file
		.classes
		.iter()
		.zip(resets.iter().zip(schedules))
		.map(|(class, (resets, points))| {
			Ok(ClassTerms {
				coupon: rates::coupon(class, resets)?,
				schedule: points.clone().try_into().unwrap_or_default(),
				locked_until: class.locked_until.map_or(0, |date| date.millis()),
			})
		})
		.collect::<Result<Vec<_>, Problem>>()?;
	classes.resize(usize::from(names.residual).saturating_add(1), ClassTerms::default());
	let program = Program {
		funds: fund_mode(file.accounts),
		classes: bounded(classes, "classes")?,
		fees: bounded(fees(file)?, "fees")?,
		tests: bounded(tests(file, names)?, "tests")?,
		triggers: bounded(triggers(file, names)?, "triggers")?,
		reserve: ReserveTarget {
			least: units(&file.reserve.least, file.decimals, "reserve.least")?,
			of_balances: ratio(&file.reserve.of_balances, "reserve.of_balances")?,
		},
		lines: bounded(lines(file, names)?, "waterfall")?,
	};
	program.check().map_err(|error| Problem::new("the engine refuses the deal", told(&error)))?;
	Ok(program)
}

/// A fault in the engine's words, with the number it comes with.
pub fn told(error: &ProgramError) -> String {
	format!(
		"{:?} at {} (counted from 0; `Fault` in src/validate.rs says of what)",
		error.fault, error.at
	)
}

fn fees(file: &File) -> Result<Vec<Fee>, Problem> {
	file.fees.iter().map(|fee| one_fee(fee, file.decimals)).collect()
}

fn one_fee(fee: &FeeTerms, decimals: u8) -> Result<Fee, Problem> {
	let place = format!("fees.{}", fee.name);
	let written = [&fee.once, &fee.periodic, &fee.yearly, &fee.of_pool, &fee.of_interest];
	if written.iter().filter(|amount| amount.is_some()).count() != 1 {
		let fields = "`once`, `periodic`, `yearly`, `of_pool`, `of_interest`";
		return Err(Problem::new(place, format!("write one of {fields}")));
	}
	let amount = match (&fee.once, &fee.periodic, &fee.yearly, &fee.of_pool) {
		(Some(amount), ..) => amount.units(decimals).map(FeeAmount::Once),
		(_, Some(amount), ..) => amount.units(decimals).map(FeeAmount::Periodic),
		(_, _, Some(amount), _) => amount.units(decimals).map(FeeAmount::Yearly),
		(.., Some(rate)) => rate.ratio().map(FeeAmount::OfPool),
		// A share of what is collected: known only when it is. See `adjust`.
		_ => Ok(FeeAmount::Periodic(0)),
	};
	Ok(Fee { amount: amount.map_err(at(&place))?, carried: fee.carried.unwrap_or(true) })
}

fn tests(file: &File, names: &Names) -> Result<Vec<Test>, Problem> {
	let one = |test: &super::format::TestTerms| {
		let place = format!("tests.{}", test.name);
		Ok(Test {
			coverage: match test.coverage {
				Covered::Principal => Coverage::Principal,
				Covered::Interest => Coverage::Interest,
			},
			rank: names.class(&test.class).map_err(at(&place))?,
			threshold: test.threshold.ratio().map_err(at(&place))?,
		})
	};
	file.tests.iter().map(one).collect()
}

fn triggers(file: &File, names: &Names) -> Result<Vec<Trigger>, Problem> {
	let one = |trigger: &TriggerTerms| {
		let place = format!("triggers.{}", trigger.name);
		Ok(Trigger {
			condition: condition(trigger, names).map_err(at(&place))?,
			effect: match trigger.effect {
				EffectName::Flag => Effect::Flag,
				EffectName::Sequential => Effect::Sequential,
				EffectName::Amortise => Effect::Amortise,
				EffectName::Accelerate => Effect::Accelerate,
			},
			curable: trigger.curable,
		})
	};
	file.triggers.iter().map(one).collect()
}

fn condition(trigger: &TriggerTerms, names: &Names) -> Result<Condition, String> {
	let mut conditions = Vec::new();
	if let Some(share) = &trigger.cumulative_loss {
		conditions.push(Condition::CumulativeLoss(share.ratio()?));
	}
	if let Some(below) = &trigger.coverage_below {
		let test = number(&names.tests, &below.test, "test")?;
		conditions.push(Condition::CoverageBelow { test, level: below.level.ratio()? });
	}
	if let Some(share) = &trigger.delinquency {
		conditions.push(Condition::Delinquency(share.ratio()?));
	}
	if let Some(date) = trigger.from {
		conditions.push(Condition::From(date.millis()));
	}
	if trigger.servicer_default {
		conditions.push(Condition::ServicerDefault);
	}
	match conditions.as_slice() {
		[condition] => Ok(*condition),
		_ => {
			Err("write one condition: `cumulative_loss`, `coverage_below`, `delinquency`, `from` \
			or `servicer_default`"
				.into())
		},
	}
}

fn lines(file: &File, names: &Names) -> Result<Vec<Line>, Problem> {
	let numbered = file.waterfall.iter().enumerate();
	numbered
		.map(|(n, line)| {
			// Counted from 1, as people do.
			let place = format!("waterfall line {}", n.saturating_add(1));
			one_line(line, names, file.decimals).map_err(at(&place))
		})
		.collect()
}

fn one_line(line: &WrittenLine, names: &Names, decimals: u8) -> Result<Line, String> {
	let mut steps = Vec::new();
	if let Some(terms) = &line.pay_fee {
		steps.push(pay_fee(terms, names, decimals)?);
	}
	if let Some(terms) = &line.pay_interest {
		steps.push(pay_interest(terms, names)?);
	}
	if let Some(test) = &line.test_coverage {
		steps.push(Step::TestCoverage { test: number(&names.tests, test, "test")? });
	}
	if let Some(class) = &line.credit_pdl {
		steps.push(Step::CreditPdl { rank: names.class(class)? });
	}
	if line.top_up_reserve.is_some() {
		steps.push(Step::TopUpReserve);
	}
	if line.release_reserve.is_some() {
		steps.push(Step::ReleaseReserve);
	}
	if let Some(terms) = &line.pay_principal {
		let share = match terms.share {
			ShareName::Sequential => Share::Sequential,
			ShareName::ProRata => Share::ProRata,
			ShareName::Schedule => Share::Schedule,
		};
		steps.push(Step::PayPrincipal { classes: names.group(&terms.classes)?, share });
	}
	if let Some(classes) = &line.turbo {
		steps.push(Step::Turbo { classes: names.group(classes)? });
	}
	if let Some(to) = line.sweep {
		let to = match to {
			FundName::Interest => Fund::Interest,
			FundName::Principal => Fund::Principal,
		};
		steps.push(Step::Sweep { to });
	}
	if line.pay_residual.is_some() {
		steps.push(Step::PayResidual { rank: names.residual });
	}
	match steps.as_slice() {
		[step] => {
			Ok(Line { step: *step, modes: modes(&line.modes), when: when(&line.when, names)? })
		},
		[] => Err("no step".into()),
		_ => Err("more than one step".into()),
	}
}

fn pay_fee(terms: &PayFee, names: &Names, decimals: u8) -> Result<Step, String> {
	Ok(Step::PayFee {
		fee: number(&names.fees, &terms.fee, "fee")?,
		cap: terms.cap.as_ref().map(|cap| cap.units(decimals)).transpose()?,
		support: support(&terms.support),
		subordinate: terms.subordinate,
	})
}

fn pay_interest(terms: &PayInterest, names: &Names) -> Result<Step, String> {
	Ok(Step::PayInterest {
		classes: names.group(&terms.classes)?,
		part: match terms.part {
			PartName::All => Part::All,
			PartName::Current => Part::Current,
			PartName::Deferred => Part::Deferred,
			PartName::OnInterest => Part::OnInterest,
		},
		support: support(&terms.support),
	})
}

fn support(names: &[SupportName]) -> Support {
	Support {
		reserve: names.contains(&SupportName::Reserve),
		principal: names.contains(&SupportName::Principal),
	}
}

fn modes(names: &Option<Vec<ModeName>>) -> Modes {
	let Some(names) = names else { return Modes::ALL };
	Modes {
		revolving: names.contains(&ModeName::Revolving),
		amortising: names.contains(&ModeName::Amortising),
		accelerated: names.contains(&ModeName::Accelerated),
	}
}

fn when(terms: &Option<WhenTerms>, names: &Names) -> Result<When, String> {
	let Some(terms) = terms else { return Ok(When::Always) };
	let trigger = |name: &String| number(&names.triggers, name, "trigger");
	match (&terms.tripped, &terms.clear) {
		(Some(name), None) => trigger(name).map(When::Tripped),
		(None, Some(name)) => trigger(name).map(When::Clear),
		_ => Err("`when` has one of `tripped` and `clear`".into()),
	}
}
