//! Interest.

use crate::{
	run::{Period, Run},
	share::{collect, pro_rata},
	ClassState, Classes, Part, Payment, PerClass, Support,
};

/// What tests of interest compare: both as of the first interest step.
pub(crate) struct Frozen {
	/// The interest fund.
	pub(crate) income: u128,
	/// All interest that each class is owed.
	pub(crate) owed: PerClass<u128>,
}

/// What a class is owed of a part of its interest.
#[derive(Default)]
struct Need {
	on_interest: u128,
	due: u128,
}

impl Need {
	/// Of the class, of this part.
	fn of(class: &ClassState, period: &Period, part: Part) -> Option<Self> {
		let current = class.due.min(period.coupon.checked_sub(period.paid)?);
		let on_interest = class.interest_on_interest;
		Some(match part {
			Part::All => Self { on_interest, due: class.due },
			Part::Current => Self { on_interest: 0, due: current },
			Part::Deferred => Self { on_interest, due: class.due.checked_sub(current)? },
			Part::OnInterest => Self { on_interest, due: 0 },
		})
	}
}

impl Run<'_> {
	/// Pays a part of the interest of classes from the interest fund, pro rata by what each is owed of
	/// it. If the senior-most class is among them, what is missing is drawn the same way from the
	/// reserve, then from principal, as far as `support` says; the latter is charged like a loss.
	pub(crate) fn pay_interest(
		&mut self,
		classes: Classes,
		part: Part,
		support: Support,
	) -> Option<()> {
		if self.frozen.is_none() {
			self.frozen = Some(self.freeze()?);
		}
		self.funds.interest = self.pay_part(classes, part, self.funds.interest)?;
		if !self.senior.is_some_and(|rank| classes.contains(rank)) {
			return Some(());
		}
		if support.reserve {
			self.state.reserve = self.pay_part(classes, part, self.state.reserve)?;
		}
		if !support.principal {
			return Some(());
		}
		let before = self.funds.principal;
		self.funds.principal = self.pay_part(classes, part, before)?;
		self.state.charge(before.checked_sub(self.funds.principal)?)
	}

	/// Income and what is owed now.
	pub(crate) fn freeze(&self) -> Option<Frozen> {
		let owed = collect(self.state.classes.iter().map(ClassState::interest_owed))?;
		Some(Frozen { income: self.funds.interest, owed })
	}

	/// Pays a part of the interest of classes from `fund`. Returns what is left of it.
	pub(crate) fn pay_part(&mut self, classes: Classes, part: Part, fund: u128) -> Option<u128> {
		let needs = self.needs(classes, part)?;
		let total = |need: &Need| need.on_interest.checked_add(need.due);
		let shares = pro_rata(fund, collect(needs.iter().map(total))?)?;
		let accounts = self
			.state
			.classes
			.iter_mut()
			.zip(self.payments.iter_mut())
			.zip(self.periods.iter_mut());
		let mut left = fund;
		for (((class, payment), period), (need, share)) in
			accounts.zip(needs.iter().zip(shares.iter()))
		{
			left = left.checked_sub(*share)?;
			let on_interest = need.on_interest.min(*share);
			let due = share.checked_sub(on_interest)?;
			class.interest_on_interest = class.interest_on_interest.checked_sub(on_interest)?;
			class.due = class.due.checked_sub(due)?;
			if part == Part::Current {
				period.paid = period.paid.checked_add(due)?;
			}
			book_income(class, payment, *share)?;
		}
		Some(left)
	}

	/// What each class is owed of a part; nothing for those that are not in `classes`.
	fn needs(&self, classes: Classes, part: Part) -> Option<PerClass<Need>> {
		let all = (0u8..).zip(self.state.classes.iter().zip(self.periods.iter()));
		collect(all.map(|(rank, (class, period))| match classes.contains(rank) {
			true => Need::of(class, period, part),
			false => Some(Need::default()),
		}))
	}
}

/// Books interest, or the income of the residual.
pub(crate) fn book_income(
	class: &mut ClassState,
	payment: &mut Payment,
	amount: u128,
) -> Option<()> {
	class.interest_paid = class.interest_paid.checked_add(amount)?;
	payment.interest = payment.interest.checked_add(amount)?;
	Some(())
}
