//! What time makes of a deal.

use strata_numbers::DayCount;
use strata_waterfall::{Coupon, FeeAmount, Program};

use super::deal::Deal;
use crate::exact::{fixed, whole, Rat};

/// The share of a year from one moment to another.
fn years(day_count: DayCount, from: u64, to: u64) -> Rat {
	let days = match day_count {
		DayCount::Act365Fixed => 365u64,
		DayCount::Act360 => 360,
	};
	whole(to - from) / whole(days * 86_400_000)
}

impl Deal {
	/// Interest and the fees that accrue with time, to `date`.
	pub fn accrue(&mut self, program: &Program, day_count: DayCount, date: u64) {
		let begin = self.accrued_to;
		for (class, terms) in self.classes.iter_mut().zip(program.classes.iter()) {
			let resets = match &terms.coupon {
				Coupon::Resets(resets) => resets.to_vec(),
				_ => Vec::new(),
			};
			let mut edges = vec![begin];
			edges.extend(resets.iter().map(|reset| reset.date).filter(|d| begin < *d && *d < date));
			edges.push(date);
			for part in edges.windows(2) {
				if let Some(reset) = resets.iter().find(|reset| reset.date == part[0]) {
					class.rate = fixed(reset.rate);
				}
				let time = years(day_count, part[0], part[1]);
				let on_interest = (&class.due * &class.rate * &time).floor();
				let on_balance = (&class.balance * &class.rate * &time).floor();
				class.on_interest += on_interest;
				class.due += &on_balance;
				class.coupon += on_balance;
			}
			if let Some(reset) = resets.iter().find(|reset| reset.date == date) {
				class.rate = fixed(reset.rate);
			}
		}
		let time = years(day_count, begin, date);
		for (fee, terms) in self.fees.iter_mut().zip(program.fees.iter()) {
			fee.due += match terms.amount {
				FeeAmount::Yearly(amount) => (whole(amount) * &time).floor(),
				FeeAmount::OfPool(rate) => (&self.pool * fixed(rate) * &time).floor(),
				FeeAmount::Once(_) | FeeAmount::Periodic(_) => whole(0),
			};
		}
		self.accrued_to = date;
	}

	/// The fees that a run charges whatever the time.
	pub fn charge_fees(&mut self, program: &Program) {
		for (fee, terms) in self.fees.iter_mut().zip(program.fees.iter()) {
			match terms.amount {
				FeeAmount::Once(amount) if !fee.charged => {
					fee.due += whole(amount);
					fee.charged = true;
				},
				FeeAmount::Periodic(amount) => fee.due += whole(amount),
				_ => {},
			}
		}
	}
}
