//! The rates of the classes: fixed, from dates on, or an index and a margin.

use strata_numbers::Ratio;
use strata_waterfall::{Coupon, Reset};

use super::{
	dates::Day,
	deal::{at, ratio},
	decimal::Decimal,
	format::{Class, File, Floating},
	problem::Problem,
};

/// The fixings of an index, or the rates of a class, by date.
///
/// # Errors
/// One that is not a rate, or a date that does not ascend.
pub fn fixings(written: &[(Day, Decimal)], place: &str) -> Result<Vec<(Day, Ratio)>, Problem> {
	let mut read: Vec<(Day, Ratio)> = Vec::new();
	for (date, rate) in written {
		if read.last().is_some_and(|(before, _)| before >= date) {
			return Err(Problem::new(place, format!("{date}: dates must ascend")));
		}
		read.push((*date, rate.ratio().map_err(at(place))?));
	}
	Ok(read)
}

/// The last fixing on or before a date.
pub fn fixing(index: &[(Day, Ratio)], date: Day) -> Option<Ratio> {
	index.iter().rev().find(|(fixed, _)| *fixed <= date).map(|(_, rate)| *rate)
}

/// The rates of every class from dates on. None for a class whose rate never changes, or changes on
/// payment dates in a way that the engine knows by itself (`native`).
///
/// # Errors
/// What is wrong, with the field.
pub fn resets(
	file: &File,
	index: &[(Day, Ratio)],
	payments: &[Day],
) -> Result<Vec<Vec<Reset>>, Problem> {
	file.classes.iter().map(|class| class_resets(class, index, payments)).collect()
}

fn class_resets(
	class: &Class,
	index: &[(Day, Ratio)],
	payments: &[Day],
) -> Result<Vec<Reset>, Problem> {
	let place = format!("classes.{}", class.name);
	let mut rates = fixings(&class.resets, &format!("{place}.resets"))?;
	if let Some(floating) = class.floating.as_ref().filter(|_| native(class).is_none()) {
		if !rates.is_empty() {
			return Err(Problem::new(place, "either `resets` or `floating`"));
		}
		rates = floated(floating, index, payments, &place)?;
	}
	if let Some(from) = class.interest_from {
		rates = begun(rates, from, ratio(&class.rate, &place)?);
	}
	Ok(rates.iter().map(|(date, rate)| Reset { date: date.millis(), rate: *rate }).collect())
}

/// Index and margin on the reset dates: those of a grid of its own, or the payment dates. Dates before
/// the first fixing reset nothing. A reset splits an accrual even where the rate stays the same, so
/// they go on to the end of the deal.
fn floated(
	floating: &Floating,
	index: &[(Day, Ratio)],
	payments: &[Day],
	place: &str,
) -> Result<Vec<(Day, Ratio)>, Problem> {
	let (floor, cap) = limits(floating, place)?;
	let dates = match (&floating.resets, payments.last()) {
		(Some(grid), Some(end)) => {
			grid.dates(*end).map_err(at(&format!("{place}.floating.resets")))?
		},
		_ => payments.to_vec(),
	};
	let mut rates = Vec::new();
	for date in dates {
		if let Some(fixing) = fixing(index, date) {
			let rate = floating
				.margin
				.added_to(fixing)
				.map_err(at(&format!("{place}.floating.margin")))?;
			rates.push((date, rate.max(floor).min(cap)));
		}
	}
	Ok(rates)
}

/// Floor and cap of a floating rate; without, none.
fn limits(floating: &Floating, place: &str) -> Result<(Ratio, Ratio), Problem> {
	let floor = ratio(&floating.floor, &format!("{place}.floating.floor"))?;
	let cap = match &floating.cap {
		Some(cap) => cap.ratio().map_err(at(&format!("{place}.floating.cap")))?,
		None => Ratio::from_inner(u128::MAX),
	};
	match floor <= cap {
		true => Ok((floor, cap)),
		false => Err(Problem::new(format!("{place}.floating"), "the floor is above the cap")),
	}
}

/// A rate that begins on a date: what was to be before is what it begins with.
fn begun(rates: Vec<(Day, Ratio)>, from: Day, first: Ratio) -> Vec<(Day, Ratio)> {
	let at_first =
		rates.iter().rev().find(|(date, _)| *date <= from).map_or(first, |(_, rate)| *rate);
	let later = rates.into_iter().filter(|(date, _)| *date > from);
	std::iter::once((from, at_first)).chain(later).collect()
}

/// The terms of a rate that the engine resets itself: on every payment date, with a margin that is
/// not negative, from the beginning.
fn native(class: &Class) -> Option<&Floating> {
	class.floating.as_ref().filter(|floating| {
		floating.resets.is_none() && !floating.margin.is_negative() && class.interest_from.is_none()
	})
}

/// The coupon of a class as the chain would keep it.
///
/// # Errors
/// What is wrong, with the field.
pub fn coupon(class: &Class, resets: &[Reset]) -> Result<Coupon, Problem> {
	let place = format!("classes.{}", class.name);
	if let Some(floating) = native(class) {
		if !resets.is_empty() {
			return Err(Problem::new(place, "a rate that floats on payment dates has no resets"));
		}
		let (floor, cap) = limits(floating, &place)?;
		let margin = floating.margin.ratio().map_err(at(&format!("{place}.floating.margin")))?;
		return Ok(Coupon::Floating { margin, floor, cap });
	}
	if resets.is_empty() {
		return Ok(Coupon::Fixed);
	}
	Ok(resets.to_vec().try_into().map_or(Coupon::Fixed, Coupon::Resets))
}

/// The rate of a class on the day from which the deal's interest runs.
///
/// # Errors
/// What is wrong, with the field.
pub fn opening(class: &Class, resets: &[Reset], from: Day) -> Result<Ratio, Problem> {
	if let Some(reset) = resets.iter().rev().find(|reset| reset.date <= from.millis()) {
		return Ok(reset.rate);
	}
	// Interest that begins later is a rate of 0 until then; see `begun`.
	match class.interest_from.is_some_and(|date| date > from) {
		true => Ok(Ratio::default()),
		false => ratio(&class.rate, &format!("classes.{}.rate", class.name)),
	}
}

/// The resets of one period. One on its first day may have been carried out already; carrying it out
/// again changes nothing.
pub fn between(resets: &[Reset], from: u64, to: u64) -> Option<Coupon> {
	let inside = resets.iter().filter(|reset| (from..=to).contains(&reset.date)).copied();
	inside.collect::<Vec<_>>().try_into().ok().map(Coupon::Resets)
}
