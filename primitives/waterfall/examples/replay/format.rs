//! The deal file as it is written. `DEALS.md` documents every field.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
	dates::{Day, Grid},
	decimal::Decimal,
	problem::Problem,
};

/// A whole deal file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
	/// For readers.
	#[serde(default, rename = "name")]
	pub _name: String,
	/// For readers.
	#[serde(default, rename = "comment")]
	pub _comment: serde::de::IgnoredAny,
	pub decimals: u8,
	#[serde(default)]
	pub day_count: YearBasis,
	pub dates: Dates,
	pub accounts: Accounts,
	#[serde(default)]
	pub opening: Opening,
	#[serde(default)]
	pub pool: PoolTerms,
	#[serde(default)]
	pub collections: Columns,
	pub classes: Vec<Class>,
	pub residual: Option<String>,
	#[serde(default)]
	pub fees: Vec<FeeTerms>,
	#[serde(default)]
	pub tests: Vec<TestTerms>,
	#[serde(default)]
	pub triggers: Vec<TriggerTerms>,
	#[serde(default)]
	pub reserve: Reserve,
	#[serde(default)]
	pub index: Vec<(Day, Decimal)>,
	pub revolving: Option<RevolvingTerms>,
	pub servicer_default_from: Option<Day>,
	pub waterfall: Vec<WrittenLine>,
}

impl File {
	/// Reads a deal file.
	///
	/// # Errors
	/// What is wrong, with the line.
	pub fn read(text: &str) -> Result<Self, Problem> {
		// Some editors begin a file with a byte order mark.
		let text = text.trim_start_matches('\u{feff}');
		let file: Self = serde_json::from_str(text).map_err(|what| Problem::new("", what))?;
		match file.decimals {
			0..=18 => Ok(file),
			_ => Err(Problem::new("decimals", "from 0 to 18")),
		}
	}
}

/// The day count.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub enum YearBasis {
	#[default]
	#[serde(rename = "ACT/365F")]
	Act365Fixed,
	#[serde(rename = "ACT/360")]
	Act360,
}

/// The calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
	pub closing: Day,
	pub interest_from: Option<Day>,
	pub payments: Grid,
	pub last: Option<Day>,
	pub maturity: Option<Day>,
}

/// One fund or two.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
	One,
	Separate,
}

/// Cash at the beginning, in the currency.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
	pub interest: Option<Decimal>,
	pub principal: Option<Decimal>,
	pub reserve: Option<Decimal>,
}

/// The pool at the beginning, in the currency.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolTerms {
	pub original: Option<Decimal>,
}

/// What the columns of the collections are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
	#[serde(default)]
	pub columns: BTreeMap<String, Use>,
	#[serde(default)]
	pub before_closing: BeforeClosing,
}

/// What a column of the collections is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Use {
	Interest,
	Principal,
	Recoveries,
	Losses,
	Pool,
	Adjusted,
	Delinquent,
	Nothing,
}

/// What becomes of collections dated before the closing.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum BeforeClosing {
	#[default]
	Count,
	Ignore,
}

/// A class. Balance and unpaid interest in the currency, rates a year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
	pub name: String,
	pub balance: Decimal,
	pub rate: Option<Decimal>,
	pub interest_from: Option<Day>,
	#[serde(default)]
	pub resets: Vec<(Day, Decimal)>,
	pub floating: Option<Floating>,
	#[serde(default)]
	pub schedule: Vec<(Day, Decimal)>,
	pub locked_until: Option<Day>,
	pub due: Option<Decimal>,
	pub interest_on_interest: Option<Decimal>,
}

/// Index and margin, a year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floating {
	pub margin: Decimal,
	pub floor: Option<Decimal>,
	pub cap: Option<Decimal>,
	pub resets: Option<Grid>,
}

/// A fee: exactly one amount.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeTerms {
	pub name: String,
	pub once: Option<Decimal>,
	pub periodic: Option<Decimal>,
	pub yearly: Option<Decimal>,
	pub of_pool: Option<Decimal>,
	pub of_interest: Option<Decimal>,
	pub carried: Option<bool>,
}

/// A coverage test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestTerms {
	pub name: String,
	pub coverage: Covered,
	pub class: String,
	pub threshold: Decimal,
}

/// What a test compares.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
	Principal,
	Interest,
}

/// A trigger: exactly one condition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerTerms {
	pub name: String,
	pub cumulative_loss: Option<Decimal>,
	pub coverage_below: Option<Below>,
	pub delinquency: Option<Decimal>,
	pub from: Option<Day>,
	#[serde(default)]
	pub servicer_default: bool,
	pub effect: EffectName,
	#[serde(default)]
	pub curable: bool,
}

/// A level that the ratio of a test falls below.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Below {
	pub test: String,
	pub level: Decimal,
}

/// What a trigger does.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectName {
	Flag,
	Sequential,
	Amortise,
	Accelerate,
}

/// The target of the reserve: an amount in the currency, and a share of the balances.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
	pub least: Option<Decimal>,
	pub of_balances: Option<Decimal>,
}

/// The revolving period.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevolvingTerms {
	pub until: Day,
	#[serde(default)]
	pub principal: RevolvingPrincipal,
}

/// What becomes of principal while the deal revolves.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum RevolvingPrincipal {
	#[default]
	Held,
	Lent,
}

/// A line of the waterfall: exactly one step, and when it is carried out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenLine {
	pub pay_fee: Option<PayFee>,
	pub pay_interest: Option<PayInterest>,
	pub test_coverage: Option<String>,
	pub credit_pdl: Option<String>,
	pub top_up_reserve: Option<Nothing>,
	pub release_reserve: Option<Nothing>,
	pub pay_principal: Option<PayPrincipal>,
	pub turbo: Option<Vec<String>>,
	pub sweep: Option<FundName>,
	pub pay_residual: Option<Nothing>,
	pub modes: Option<Vec<ModeName>>,
	pub when: Option<WhenTerms>,
}

/// One of the two funds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundName {
	Interest,
	Principal,
}

/// `{}`: a step without terms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Payment of a fee. The cap is in the currency.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayFee {
	pub fee: String,
	pub cap: Option<Decimal>,
	pub share: Option<Decimal>,
	#[serde(default)]
	pub support: Vec<SupportName>,
	#[serde(default)]
	pub subordinate: bool,
}

/// What else pays.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum SupportName {
	Reserve,
	Principal,
}

/// Payment of interest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayInterest {
	pub classes: Vec<String>,
	#[serde(default)]
	pub part: PartName,
	#[serde(default)]
	pub support: Vec<SupportName>,
}

/// A part of interest.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
	#[default]
	All,
	Current,
	Deferred,
	OnInterest,
}

/// Payment of principal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayPrincipal {
	pub classes: Vec<String>,
	#[serde(default)]
	pub share: ShareName,
}

/// How principal is shared out.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareName {
	#[default]
	Sequential,
	ProRata,
	Schedule,
}

/// A mode.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum ModeName {
	Revolving,
	Amortising,
	Accelerated,
}

/// A condition: one of the two, by the name of the trigger.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhenTerms {
	pub tripped: Option<String>,
	pub clear: Option<String>,
}
