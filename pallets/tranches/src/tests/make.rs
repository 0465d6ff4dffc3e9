//! Programs and the dates that run them.

use frame_support::assert_ok;
use strata_waterfall::{
	Classes, Coverage, Fee, FeeAmount, Line, Part, Program, Share, Step, Support,
	Test as CoverageTest, TestResult,
};

use crate::{mock::*, *};

/// What the senior fee is on every date.
pub const SENIOR_FEE: Balance = 1_000;
/// What the subordinate fee is on every date.
pub const JUNIOR_FEE: Balance = 500;
/// The coupons of a period: to the senior notes, to the mezzanine.
pub const COUPONS: (Balance, Balance) = (665, 304);

/// A CLO of the three classes of [`terms`]: a senior fee, interest of each class with its test of
/// principal (125 % and 108 %) and its deficiency, the residual's deficiency, a subordinate fee,
/// principal, residual.
pub fn clo() -> Program {
	let fee = |fee, support, subordinate| Step::PayFee { fee, cap: None, support, subordinate };
	let interest = |rank| Step::PayInterest {
		classes: Classes::one(rank),
		part: Part::All,
		support: Support::FULL,
	};
	let lines = [
		fee(0, Support::FULL, false),
		interest(0),
		Step::TestCoverage { test: 0 },
		Step::CreditPdl { rank: 0 },
		interest(1),
		Step::TestCoverage { test: 1 },
		Step::CreditPdl { rank: 1 },
		Step::CreditPdl { rank: 2 },
		fee(1, Support::NONE, true),
		Step::PayPrincipal { classes: Classes::all(3), share: Share::Sequential },
		Step::PayResidual { rank: 2 },
	];
	let test = |rank, threshold| CoverageTest { coverage: Coverage::Principal, rank, threshold };
	let periodic = |amount| Fee { amount: FeeAmount::Periodic(amount), carried: true };
	Program {
		fees: vec![periodic(SENIOR_FEE), periodic(JUNIOR_FEE)].try_into().unwrap(),
		tests: vec![test(0, percent(125)), test(1, percent(108))].try_into().unwrap(),
		lines: lines.into_iter().map(Line::always).collect::<Vec<_>>().try_into().unwrap(),
		..plain(3)
	}
}

/// An active deal that has lent all its principal but `cash`, 6 to the first book and the rest to the
/// second.
pub fn lent(launch: impl Into<Launch>, cash: Balance) -> DealId {
	let deal = active_with(launch);
	assert_ok!(lend(deal, 0, 6_000_000_000));
	assert_ok!(lend(deal, 1, 4_000_000_000 - cash));
	deal
}

/// `amount` of what the first book has lent is lost.
pub fn default(deal: DealId, amount: Balance) {
	assert_ok!(seize(deal, 0, amount, 0));
	assert_ok!(lose(deal, 0, amount, 0));
}

/// Runs the next date with this much interest.
pub fn date(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 1, interest, 0));
	poll(ledgers(deal).next_date);
}

/// Runs every date up to `until`, each at its time.
pub fn poll_to(deal: DealId, until: Moment) {
	while Ledgers::<Test>::get(deal).is_some_and(|l| l.phase.is_some() && l.next_date <= until) {
		poll(ledgers(deal).next_date);
	}
}

/// What the tests of the last date found.
pub fn last_tests() -> Vec<TestResult> {
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Tranches(Event::PaymentRun { tests, .. }) => Some(tests.to_vec()),
			_ => None,
		})
		.expect("a date was run")
}
