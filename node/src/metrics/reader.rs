//! Makes figures of what the runtime answers, within bounds.
//!
//! Anybody can create deals, at the price of a deposit. So drafts are not shown, at most
//! [`MAX_SHOWN`] deals are, and a round looks at no more ids, lots and feeds than the bounds below say.
//! What there was no room or time for is counted in [`Series::LeftOut`].

use super::{
	chain::{Answer, Chain, Unanswered},
	series::{Sample, Series},
};
use crate::service::AccountId;
use pallet_strata_tranches::{
	runtime_api::{Statement, TestView, MAX_IDS},
	types::{DealState, Phase},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};
use strata_numbers::Ratio;
use strata_traits::{Balance, BookId, DealId, FeedId, Moment, Reading};
use strata_waterfall::Coverage;

/// Deals that are shown, at most: active ones and offerings, those with the least ids first.
pub const MAX_SHOWN: usize = 64;
/// Deals that are known, at most.
const MAX_KNOWN: usize = 100_000;
/// Pages of [`MAX_IDS`] ids that one round looks at for deals, at most. The next round goes on there.
const MAX_DEAL_PAGES: usize = 16;
/// Lots that are asked for at a time.
const LOT_PAGE: u32 = 1_000;
/// Pages of lots that one round counts, at most.
const MAX_LOT_PAGES: usize = 4;
/// Feeds that are shown, at most. No runtime so far allows more than 64.
const MAX_FEEDS: usize = 128;
/// Time for deals in one round: what has begun is finished, no other deal is begun.
const TIME: Duration = Duration::from_secs(2);

/// What one round found.
#[derive(Debug, Default)]
pub struct Round {
	/// The figures.
	pub samples: Vec<Sample>,
	/// What the runtime did not answer.
	pub unanswered: Vec<Unanswered>,
}

impl Round {
	fn add(&mut self, series: Series, labels: &[&str], value: f64) {
		let labels = labels.iter().map(ToString::to_string).collect();
		self.samples.push(Sample { series, labels, value });
	}

	/// The answer, if there is one.
	fn note<T>(&mut self, answer: Answer<T>) -> Option<T> {
		answer.map_err(|unanswered| self.unanswered.push(unanswered)).ok()
	}

	/// As [`Self::note`], if the answer is not that there is nothing.
	fn found<T>(&mut self, answer: Answer<Option<T>>) -> Option<T> {
		self.note(answer).flatten()
	}
}

/// Reads the figures of one block after another.
#[derive(Default)]
pub struct Reader {
	/// Deals that notes are or may be issued of.
	known: BTreeSet<DealId>,
	/// Where the search for deals goes on.
	next: DealId,
}

/// When the price of each feed was observed; `None` if there never was one.
type Observed = BTreeMap<FeedId, Option<Moment>>;

impl Reader {
	/// Reads all figures at block `number`.
	pub fn read(&mut self, chain: &impl Chain, number: u32) -> Round {
		let started = Instant::now();
		let mut round = Round::default();
		round.add(Series::Block, &[], f64::from(number));
		let (observed, now) = feeds(chain, &mut round);
		validators(chain, &mut round);
		if let Some(closed) = round.note(chain.court_closed()) {
			round.add(Series::CourtClosed, &[], flag(closed));
		}
		let lots = lots(chain, &mut round);
		self.find_deals(chain, &mut round);

		let mut left_out = self.known.len().saturating_sub(MAX_SHOWN);
		for deal in self.known.iter().take(MAX_SHOWN) {
			if started.elapsed() > TIME {
				left_out = left_out.saturating_add(1);
				continue;
			}
			let open = lots.get(deal).copied().unwrap_or(0);
			read_deal(chain, *deal, open, &observed, now, &mut round);
		}
		round.add(Series::LeftOut, &["deals"], count(left_out));
		round
	}

	/// Looks at some more ids, all of them on a chain that has given out no more than
	/// `MAX_DEAL_PAGES` · [`MAX_IDS`].
	fn find_deals(&mut self, chain: &impl Chain, round: &mut Round) {
		for _ in 0..MAX_DEAL_PAGES {
			let Some(page) = round.note(chain.deals(self.next, MAX_IDS)) else { return };
			let stop = page.next.unwrap_or(DealId::MAX);
			// What is not on the page is gone.
			self.known.retain(|deal| !(self.next..stop).contains(deal));
			let live = page.deals.iter().filter(|(_, state)| is_shown(*state));
			for (deal, _) in live {
				if self.known.len() < MAX_KNOWN {
					self.known.insert(*deal);
				}
			}
			self.next = page.next.unwrap_or(0);
			if page.next.is_none() {
				return;
			}
		}
	}
}

fn is_shown(state: DealState) -> bool {
	match state {
		DealState::Offering | DealState::Active(_) => true,
		DealState::Draft | DealState::Failed | DealState::Closed => false,
	}
}

/// Prices, their age and status; when they were observed; and the block's time, if a feed tells it.
fn feeds(chain: &impl Chain, round: &mut Round) -> (Observed, Option<Moment>) {
	let readings = round.note(chain.feeds()).unwrap_or_default();
	let (mut observed, mut now) = (Observed::new(), None);
	for (feed, reading) in readings.iter().take(MAX_FEEDS) {
		let label = feed.to_string();
		let quote = reading.last();
		observed.insert(*feed, quote.map(|quote| quote.observed_at));
		round.add(Series::FeedStatus, &[&label, status(reading)], 1.0);
		if let Some(quote) = quote {
			round.add(Series::FeedPrice, &[&label], ratio(quote.mid));
		}
		let Some(freshness) = round.found(chain.freshness(*feed)) else { continue };
		now = Some(freshness.at);
		let age = quote.map_or(f64::INFINITY, |quote| age(freshness.at, quote.observed_at));
		round.add(Series::FeedPriceAge, &[&label], age);
		round.add(Series::FeedFresh, &[&label], f64::from(freshness.fresh));
		round.add(Series::FeedQuorum, &[&label], f64::from(freshness.quorum));
		round.add(Series::FeedMembers, &[&label], f64::from(freshness.members));
	}
	if let Some(now) = now {
		round.add(Series::Time, &[], seconds(now));
	}
	round.add(Series::LeftOut, &["feeds"], count(readings.len().saturating_sub(MAX_FEEDS)));
	(observed, now)
}

fn validators(chain: &impl Chain, round: &mut Round) {
	let Some(validators) = round.note(chain.validators()) else { return };
	round.add(Series::Validators, &["current"], count(validators.current));
	round.add(Series::Validators, &["next"], count(validators.next));
	round.add(Series::Validators, &["elected"], count(validators.elected));
	round.add(Series::ValidatorsLeast, &[], f64::from(validators.least));
}

/// How many lots of each deal are open. If there are more than a round counts, 1 is left out: how many
/// more nobody knows.
fn lots(chain: &impl Chain, round: &mut Round) -> BTreeMap<DealId, usize> {
	let (mut open, mut all, mut from, mut more) = (BTreeMap::new(), 0_usize, None, true);
	for _ in 0..MAX_LOT_PAGES {
		let Some(page) = round.note(chain.lots(from, LOT_PAGE)) else { return open };
		for (_, deal) in &page {
			*open.entry(*deal).or_insert(0) += 1;
		}
		all = all.saturating_add(page.len());
		from = page.last().map(|(lot, _)| *lot);
		more = u32::try_from(page.len()).is_ok_and(|length| length >= LOT_PAGE);
		if !more {
			break;
		}
	}
	round.add(Series::Lots, &[], count(all));
	round.add(Series::LeftOut, &["lots"], flag(more));
	open
}

/// The figures of one deal.
fn read_deal(
	chain: &impl Chain,
	deal: DealId,
	lots: usize,
	observed: &Observed,
	now: Option<Moment>,
	round: &mut Round,
) {
	let Some(statement) = round.found(chain.statement(deal)) else { return };
	let decimals = round.found(chain.decimals(statement.deal.settlement.clone()));
	let label = deal.to_string();
	let mut figures = Figures { deal: &label, unit: decimals.map(unit), round };

	figures.state(&statement);
	figures.number(Series::DealLots, count(lots));
	figures.amounts(&statement);
	for test in &statement.tests {
		figures.test(test);
	}
	let books: Vec<_> = statement.books.iter().map(|book| book.book).collect();
	figures.ladders(chain, &books);
	if let Some(now) = now {
		figures.prices(chain, &books, observed, now);
	}
}

/// Figures of one deal in the making.
struct Figures<'a> {
	deal: &'a str,
	/// Smallest units of the settlement asset in a whole one, if it is listed.
	unit: Option<f64>,
	round: &'a mut Round,
}

impl Figures<'_> {
	fn number(&mut self, series: Series, value: f64) {
		self.round.add(series, &[self.deal], value);
	}

	/// An amount in whole units; nothing is shown while nobody knows what a whole unit is.
	fn amount(&mut self, series: Series, amount: Balance) {
		if let Some(unit) = self.unit {
			self.number(series, float(amount) / unit);
		}
	}

	fn state(&mut self, statement: &Statement<AccountId>) {
		let deal = &statement.deal;
		self.round.add(Series::DealState, &[self.deal, state(deal.state)], 1.0);
		self.number(Series::DealParked, flag(deal.parked));
		self.number(Series::DealUnderWater, flag(deal.under_water));
		self.number(Series::DealDisputes, f64::from(deal.cases));
		let tripped = statement.triggers.iter().filter(|trigger| trigger.since.is_some());
		self.number(Series::DealTriggers, count(tripped.count()));
		if let Some(date) = deal.next_payment {
			self.number(Series::DealNextPayment, seconds(date));
		}
	}

	fn amounts(&mut self, statement: &Statement<AccountId>) {
		let deal = &statement.deal;
		self.amount(Series::DealNotes, deal.notes);
		self.amount(Series::DealReserve, deal.reserve);
		self.amount(Series::DealLosses, deal.losses);
		if let Some(cash) = deal.cash.total() {
			self.amount(Series::DealCash, cash);
		}
		if let Some(nav) = deal.nav {
			self.amount(Series::DealNav, nav);
		}
	}

	fn test(&mut self, test: &TestView) {
		let kind = match test.coverage {
			Coverage::Principal => "oc",
			Coverage::Interest => "ic",
		};
		let rank = test.rank.to_string();
		let labels = [self.deal, kind, &rank];
		self.round.add(Series::TestThreshold, &labels, ratio(test.threshold));
		let Some(found) = &test.now else { return };
		self.round.add(Series::TestRatio, &labels, found.ratio.map_or(f64::INFINITY, ratio));
		self.round.add(Series::TestPassed, &labels, flag(found.passed));
		if let Some(unit) = self.unit {
			self.round.add(Series::TestHeadroom, &labels, float(found.headroom) / unit);
		}
	}

	/// What is unsafe and what is in auction, of all books together. The unsafe rungs are walked only
	/// where there are any.
	fn ladders(&mut self, chain: &impl Chain, books: &[BookId]) {
		let (mut auction, mut debt) = (0_u128, 0_u128);
		let (mut backlog, mut impaired) = (0_usize, 0_usize);
		for book in books {
			let Some(ladder) = self.round.found(chain.liquidation(*book)) else { continue };
			auction = auction.saturating_add(ladder.in_auction);
			backlog = backlog.saturating_add(usize::from(ladder.backlog));
			impaired = impaired.saturating_add(usize::from(ladder.impaired));
			// Without reliable prices there is no threshold: the last ones say what it would be.
			if ladder.mode.is_none() || ladder.threshold.is_some() {
				debt = debt
					.saturating_add(self.round.found(chain.unsafe_debt(*book)).unwrap_or_default());
			}
		}
		self.amount(Series::DealInAuction, auction);
		self.amount(Series::DealUnsafeDebt, debt);
		self.number(Series::DealBacklog, count(backlog));
		self.number(Series::DealImpaired, count(impaired));
	}

	fn prices(&mut self, chain: &impl Chain, books: &[BookId], observed: &Observed, now: Moment) {
		let mut oldest: Option<f64> = None;
		for book in books {
			for feed in self.round.found(chain.feeds_of(*book)).into_iter().flatten() {
				let at = observed.get(&feed).copied().flatten();
				let age = at.map_or(f64::INFINITY, |at| age(now, at));
				oldest = Some(oldest.map_or(age, |oldest| oldest.max(age)));
			}
		}
		if let Some(oldest) = oldest {
			self.number(Series::DealPriceAge, oldest);
		}
	}
}

fn state(state: DealState) -> &'static str {
	match state {
		DealState::Draft => "draft",
		DealState::Offering => "offering",
		DealState::Active(Phase::Revolving) => "revolving",
		DealState::Active(Phase::Amortising) => "amortising",
		DealState::Active(Phase::Accelerated) => "accelerated",
		DealState::Active(Phase::WindingDown) => "winding_down",
		DealState::Active(Phase::Called) => "called",
		DealState::Failed => "failed",
		DealState::Closed => "closed",
	}
}

fn status(reading: &Reading) -> &'static str {
	match reading {
		Reading::Fresh(_) => "fresh",
		Reading::Degraded(_) => "degraded",
		Reading::Stale(_) => "stale",
		Reading::Unknown => "unknown",
		Reading::Frozen(_) => "frozen",
		Reading::Pending { .. } => "pending",
	}
}

/// Smallest units in a whole one.
fn unit(decimals: u8) -> f64 {
	10_f64.powi(i32::from(decimals))
}

/// Prices and ratios have 18 decimals.
fn ratio(value: Ratio) -> f64 {
	float(value.into_inner()) / 1e18
}

/// To the nearest of the 53 bits that a figure has: figures are to be looked at, not to be reckoned
/// with.
#[allow(clippy::cast_precision_loss)]
fn float(amount: Balance) -> f64 {
	amount as f64
}

#[allow(clippy::cast_precision_loss)]
fn count(things: usize) -> f64 {
	things as f64
}

fn flag(holds: bool) -> f64 {
	if holds {
		1.0
	} else {
		0.0
	}
}

fn seconds(moment: Moment) -> f64 {
	float(u128::from(moment)) / 1e3
}

fn age(now: Moment, observed_at: Moment) -> f64 {
	seconds(now.saturating_sub(observed_at))
}
