//! What would be: the next date, losses, falls of prices.

use frame_support::assert_ok;
use strata_numbers::Ratio;
use strata_risk_measures::{comonotone, expected_shortfall, factors, independent, Tail, NODES};
use strata_statistics::{Covariance, Variance};
use strata_traits::Proceeds;
use strata_waterfall::Mode;

use super::{make::*, statement::watched};
use crate::{
	mock::*,
	runtime_api::{PaymentPreview, RiskQuery, RiskView, DEFAULT_SIGMA, DEFAULT_TIME, MAX_FALLS},
	*,
};

const MILLION: Balance = 1_000_000;

fn preview(deal: DealId, more: Receipts) -> PaymentPreview {
	Tranches::preview_payment(deal, &more).unwrap()
}

#[test]
fn a_preview_is_the_date_that_comes() {
	build_and_execute(|| {
		let deal = lent(watched(), 500 * MILLION);
		for interest in [0, 900, 5_000] {
			assert_ok!(repay(deal, 1, interest, interest * 1_000));
			let foreseen = preview(deal, Receipts::default());
			assert_eq!(foreseen.date, ledgers(deal).next_date);
			assert_eq!(foreseen.receipts, ledgers(deal).cash.available);
			poll(foreseen.date);
			assert_eq!(foreseen.outcome.state, ledgers(deal).waterfall);
			assert_eq!(foreseen.outcome.tests.to_vec(), last_tests());
			let rows = foreseen.outcome.payments.iter();
			let rows: Vec<_> = rows.map(|p| (p.due, p.interest, p.principal, p.balance)).collect();
			assert_eq!((foreseen.date, rows), last_run());
			// And that date again.
			assert_eq!(Tranches::rerun(deal, None), Ok(foreseen.outcome));
		}
	});
}

#[test]
fn hypothetical_receipts_of_every_kind_are_those_that_come_in() {
	build_and_execute(|| {
		let deal = lent(watched(), 500 * MILLION);
		// 500 in liquidation, and a lot whose loss was charged, from which something may come back.
		assert_ok!(seize(deal, 0, 500 * MILLION, 500 * MILLION));
		let more = Receipts {
			interest: 1_500,
			principal: 100 * MILLION,
			penalties: 30 * MILLION,
			surplus: 7,
			recoveries: 11,
			losses: 400 * MILLION,
		};
		let foreseen = preview(deal, more);
		assert_eq!(foreseen.charged, 370 * MILLION);
		let proceeds = Proceeds {
			principal: 100 * MILLION,
			interest: 1_500,
			penalty: 30 * MILLION,
			surplus: 7,
		};
		assert_ok!(sell(deal, 0, 100 * MILLION, proceeds));
		assert_ok!(lose(deal, 0, 400 * MILLION, 400 * MILLION));
		assert_ok!(sell(deal, 0, 0, Proceeds { surplus: 11, ..Proceeds::default() }));
		assert_eq!(ledgers(deal).cash.available, foreseen.receipts);
		let actual = preview(deal, Receipts::default());
		assert_eq!(actual.pool.lent, foreseen.pool.lent);
		assert_eq!(actual.pool.adjusted, foreseen.pool.adjusted);
		assert_eq!(actual.outcome, foreseen.outcome);
		// 9,630 over 9,000: the mezzanine's test fails, and the trigger has principal redeem notes.
		assert_eq!(actual.outcome.mode, Mode::Amortising);
		poll(FIRST);
		assert_eq!(ledgers(deal).waterfall, foreseen.outcome.state);
	});
}

#[test]
fn only_an_active_deal_has_a_next_date() {
	build_and_execute(|| {
		let none = Receipts::default();
		assert_eq!(Tranches::preview_payment(0, &none), None);
		let deal = launched(watched());
		assert_eq!(Tranches::preview_payment(deal, &none), None);
		assert_eq!(Tranches::loss_scenario(deal, 0, percent(0)), None);
		assert_eq!(Tranches::risk(deal, &query(&[0])), None);
		assert_eq!(Tranches::rerun(deal, None), Err(Error::<Test>::NotDue.into()));
		let full = Receipts { interest: u128::MAX, ..none };
		let deal = lent(watched(), 1);
		assert_eq!(Tranches::preview_payment(deal, &full).map(|_| ()), Some(()));
		let full = Receipts { recoveries: 1, ..full };
		assert_eq!(Tranches::preview_payment(deal, &full), None);
	});
}

/// Losses of the three classes, and what is lost.
fn losses(deal: DealId, defaults: Balance, recovery: u128) -> (Balance, Vec<Balance>) {
	let scenario = Tranches::loss_scenario(deal, defaults, percent(recovery)).unwrap();
	(scenario.lost, scenario.classes.iter().map(|class| class.loss).collect())
}

#[test]
fn a_loss_is_borne_from_the_junior_most_up_to_the_unit() {
	build_and_execute(|| {
		let deal = lent(watched(), 1_000 * MILLION);
		assert_eq!(losses(deal, 0, 0), (0, vec![0, 0, 0]));
		// 40 % of 101, rounded down, comes back.
		assert_eq!(losses(deal, 101, 40), (61, vec![0, 0, 61]));
		assert_eq!(losses(deal, RESIDUAL, 0), (RESIDUAL, vec![0, 0, RESIDUAL]));
		assert_eq!(losses(deal, RESIDUAL + 1, 0).1, [0, 1, RESIDUAL]);
		let all = RESIDUAL + MEZZANINE;
		assert_eq!(losses(deal, all + 9, 0).1, [9, MEZZANINE, RESIDUAL]);
		// All that is lent; the cash stays.
		let lost = 9_000 * MILLION;
		assert_eq!(losses(deal, u128::MAX, 0), (lost, vec![lost - all, MEZZANINE, RESIDUAL]));
		assert_eq!(losses(deal, u128::MAX, 100), (0, vec![0, 0, 0]));
		assert_eq!(Tranches::loss_scenario(deal, 1, percent(101)), None);
		// What is in liquidation is lent; what is lost already is gone.
		assert_ok!(seize(deal, 0, 700 * MILLION, 1));
		assert_eq!(losses(deal, 0, 0).1, [0, 0, 0]);
		assert_ok!(lose(deal, 0, 700 * MILLION, 1));
		assert_eq!(losses(deal, 0, 0).1, [0, 0, 700 * MILLION]);
		date(deal, 2_000);
		let scenario = Tranches::loss_scenario(deal, 400 * MILLION, percent(0)).unwrap();
		let missing: Balance = scenario.classes.iter().map(|class| class.loss).sum();
		let balances: Balance = scenario.classes.iter().map(|class| class.balance).sum();
		assert_eq!(missing, balances - scenario.assets);
		assert_eq!(scenario.classes[0].share, Some(percent(0)));
	});
}

fn query(falls: &[u128]) -> RiskQuery {
	RiskQuery {
		falls: falls.iter().map(|fall| percent(*fall)).collect(),
		confidence: percent(99),
		sigmas: vec![],
	}
}

/// Two books: 6,000 lent on what is worth 12,000, and 3,000 on 4,000.
fn backed() -> DealId {
	let deal = lent(watched(), 1_000 * MILLION);
	book(deal, 0, |book| book.value = Some(12_000 * MILLION));
	book(deal, 1, |book| book.value = Some(4_000 * MILLION));
	deal
}

fn risk(deal: DealId, query: &RiskQuery) -> RiskView {
	Tranches::risk(deal, query).unwrap()
}

#[test]
fn losses_delta_and_gamma_by_hand() {
	build_and_execute(|| {
		let deal = backed();
		let view = risk(deal, &query(&[0, 25, 50, 75, 100]));
		let millions =
			|amounts: &[Balance]| amounts.iter().map(|a| a * MILLION).collect::<Vec<_>>();
		let signed =
			|amounts: &[i128]| amounts.iter().map(|a| a * MILLION as i128).collect::<Vec<_>>();
		assert_eq!(view.books[0].losses, millions(&[0, 0, 0, 3_000, 6_000]));
		assert_eq!(view.books[0].delta, signed(&[0, 0, 3_000, 3_000]));
		assert_eq!(view.books[0].gamma, signed(&[0, 3_000, 0]));
		assert_eq!(view.books[1].losses, millions(&[0, 0, 1_000, 2_000, 3_000]));
		assert_eq!(view.losses, millions(&[0, 0, 1_000, 5_000, 9_000]));
		assert_eq!(view.delta, signed(&[0, 1_000, 4_000, 4_000]));
		assert_eq!(view.gamma, signed(&[1_000, 3_000, 0]));
		// What waits to be sold loses with the price: 1,000 for what counts as 800.
		assert_ok!(seize(deal, 0, 1_000 * MILLION, 800 * MILLION));
		let view = risk(deal, &query(&[0, 25, 50]));
		assert_eq!(view.books[0].losses, millions(&[200, 400, 600]));
	});
}

#[test]
fn the_expected_shortfall_is_that_of_the_curves() {
	build_and_execute(|| {
		let deal = backed();
		let sigmas = [percent(20), percent(10)];
		let asked = RiskQuery { sigmas: sigmas.to_vec(), ..query(&[]) };
		let view = risk(deal, &asked);
		let tail = Tail::beyond(percent(99)).unwrap();
		let curve = |owed: Balance, value: Balance, sigma| -> [Balance; NODES] {
			factors(sigma).map(|factor| {
				owed.saturating_sub(strata_numbers::ratio_mul_floor(value, factor).unwrap())
			})
		};
		let curves = [
			curve(6_000 * MILLION, 12_000 * MILLION, sigmas[0]),
			curve(3_000 * MILLION, 4_000 * MILLION, sigmas[1]),
		];
		for (book, curve) in view.books.iter().zip(&curves) {
			assert_eq!(Some(book.shortfall), expected_shortfall(curve, tail));
		}
		assert_eq!(Some(view.together), comonotone(&curves, tail));
		assert_eq!(Some(view.independent), independent(&curves, tail));
		// Both begin to lose at 2.5 deviations, a node: what is lost beyond them is E(Z − 2.5)⁺ =
		// 0.0020041 of 2,400 and of 400, a hundred times that in the worst hundredth.
		let first = view.books[0].shortfall;
		assert!((480_980_000..481_000_000).contains(&first), "{first}");
		let second = view.books[1].shortfall;
		assert!((80_160_000..80_170_000).contains(&second), "{second}");
		let diversification = view.diversification.unwrap();
		assert!(view.independent < view.together && diversification < percent(100));
		assert!(view.together <= first + second && first + second <= view.together + 2);
		// Without a deviation of its own a book has the standard one; without any nothing is lost.
		assert_eq!(risk(deal, &query(&[])).books[0].sigma, DEFAULT_SIGMA);
		let still = RiskQuery { sigmas: vec![percent(0), percent(0)], ..query(&[]) };
		let view = risk(deal, &still);
		assert_eq!((view.together, view.independent, view.diversification), (0, 0, None));
	});
}

#[test]
fn what_the_feeds_show_is_the_default() {
	build_and_execute(|| {
		let deal = backed();
		let unknown = risk(deal, &query(&[]));
		assert_eq!(unknown.books[0].sigma, DEFAULT_SIGMA);
		assert_eq!(unknown.correlated, unknown.together);
		// 40 % and 20 % a year: 36 decimals per second.
		let year = 31_536_000;
		let variance =
			|percent: u128| Variance::from_inner(percent * percent * 10u128.pow(32) / year);
		Variances::set([(10, variance(40)), (11, variance(20))].into());
		let view = risk(deal, &query(&[]));
		let sigma = |percent| variance(percent).deviation_ceil(DEFAULT_TIME).unwrap();
		assert_eq!((view.books[0].sigma, view.books[1].sigma), (sigma(40), sigma(20)));
		// 40 %·√(10/365) = 6.6 %.
		assert!((0.0662..0.0663).contains(&sigma(40).to_float()));
		// Whoever asks for another one gets it.
		let asked = RiskQuery { sigmas: vec![percent(20)], ..query(&[]) };
		let view = risk(deal, &asked);
		assert_eq!((view.books[0].sigma, view.books[1].sigma), (percent(20), sigma(20)));
	});
}

#[test]
fn shortfalls_are_put_together_by_what_the_feeds_show() {
	build_and_execute(|| {
		let deal = backed();
		let asked = RiskQuery { sigmas: vec![percent(20), percent(10)], ..query(&[]) };
		let one = 8_000_000_000_000_000_000_000_000_000;
		let with = |covariance: Option<i128>| {
			let variance = Variance::from_inner(one);
			Variances::set([(10, variance), (11, variance)].into());
			let watched = covariance.map(|inner| ((10, 11), Covariance::from_inner(inner)));
			Covariances::set(watched.into_iter().collect());
			risk(deal, &asked)
		};
		// Not watched: together.
		let view = with(None);
		assert_eq!(view.correlated, view.together);
		let one = one as i128;
		let (a, b) = (view.books[0].shortfall, view.books[1].shortfall);
		let of = |rho: f64| (a * a + b * b) as f64 + 2.0 * rho * a as f64 * b as f64;
		for (rho, covariance) in [(1.0, one), (0.5, one / 2), (0.0, 0), (-0.1, -one / 10)] {
			let view = with(Some(covariance));
			// A little against each other: less than the larger one alone, which is the least.
			let exact = of(rho).sqrt().max(a as f64);
			assert!((view.correlated as f64 - exact).abs() < 2.0, "{rho}: {}", view.correlated);
			assert!(view.correlated <= view.together);
		}
		// No book's gain makes up for another's loss.
		assert_eq!(with(Some(-one)).correlated, a.max(b));
		// Beyond what the variances allow is as far as they do.
		assert!(with(Some(i128::MAX)).correlated <= view.together);
		// A feed that does not move is not known to move apart.
		Variances::set([(10, Variance::from_inner(one as u128))].into());
		assert_eq!(risk(deal, &asked).correlated, view.together);
	});
}

#[test]
fn questions_that_make_no_sense_have_no_answer() {
	build_and_execute(|| {
		let deal = backed();
		let none = |query: RiskQuery| assert_eq!(Tranches::risk(deal, &query), None);
		none(query(&[0, 101]));
		none(query(&[20, 10]));
		none(query(&[20, 20]));
		none(RiskQuery { confidence: percent(100), ..query(&[]) });
		let many: Vec<_> = (0..MAX_FALLS as u128 + 1).map(Ratio::from_inner).collect();
		none(RiskQuery { falls: many.clone(), ..query(&[]) });
		let most = RiskQuery { falls: many[1..].to_vec(), ..query(&[]) };
		assert_eq!(risk(deal, &most).losses.len(), MAX_FALLS);
		book(deal, 1, |book| book.value = None);
		none(query(&[0]));
	});
}
