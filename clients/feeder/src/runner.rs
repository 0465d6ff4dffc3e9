//! The work: again and again, what is due is put into one transaction and sent, and what the chain says
//! to it is taken to heart.

use std::time::{Duration, Instant};

use tokio::{
	sync::watch,
	time::{interval, MissedTickBehavior},
};
use tracing::{debug, error, info, warn};

use crate::{
	chain::{
		reaction::{reaction, Reaction},
		stra, Bar, ChainError, Head, Ledger, Limits, Receipt, Report, Standing, SubmitError, STRA,
	},
	config::{self, Clock},
	decide::{join, Decision, Reason},
	desk::{backoff, Desk},
	metrics::{seconds, Metrics},
	sources,
};

/// Why a session with a chain is over.
#[derive(Debug)]
pub enum Ended {
	/// Somebody asked for an end.
	Stopped,
	/// The connection is lost, or of no use.
	Lost(ChainError),
}

/// What one round of everything came to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Round {
	/// Feeds that were reported.
	pub reported: Vec<u32>,
	/// Feeds without a price, or whose price the chain would not take, and why.
	pub held: Vec<(u32, String)>,
	/// Feeds that the chain refused, and why.
	pub refused: Vec<(u32, String)>,
}

/// The feeder, without its sources' tasks and its connection.
pub struct Runner {
	desks: Vec<Desk>,
	chain: config::Chain,
	metrics: Metrics,
	dry_run: bool,
	limits: Option<Limits>,
	standing: Option<Standing>,
	barred: Option<Bar>,
	refresh_at: Instant,
	refusals: u32,
	paused_until: Option<Instant>,
}

/// A report that is due.
struct Due {
	desk: usize,
	report: Report,
	reason: Reason,
}

impl Runner {
	/// A feeder with nothing known yet.
	pub fn new(
		feeds: Vec<config::Feed>,
		chain: config::Chain,
		metrics: Metrics,
		dry_run: bool,
	) -> Self {
		Self {
			desks: feeds.into_iter().map(Desk::new).collect(),
			chain,
			metrics,
			dry_run,
			limits: None,
			standing: None,
			barred: None,
			refresh_at: Instant::now(),
			refusals: 0,
			paused_until: None,
		}
	}

	/// The feeds, for those who fill their slots.
	pub fn desks(&self) -> &[Desk] {
		&self.desks
	}

	/// Reports what is due to `ledger` until the end is asked for or the connection is lost.
	pub async fn session(
		&mut self,
		ledger: &impl Ledger,
		mut stop: watch::Receiver<bool>,
	) -> Ended {
		self.refresh_at = Instant::now();
		let began = Instant::now();
		let mut ticks = interval(self.chain.tick.as_std());
		ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			tokio::select! {
				_ = stop.wait_for(|stop| *stop) => return Ended::Stopped,
				error = ledger.lost() => return Ended::Lost(error),
				_ = ticks.tick() => {},
			}
			if let Some(error) = self.stalled(ledger.head(), began) {
				return Ended::Lost(error);
			}
			// A transaction that is sent is waited for, also when the end is asked for meanwhile: what
			// became of it is to be known and logged. The wait is bounded.
			if let Err(error) = self.round(ledger, None).await {
				return Ended::Lost(error);
			}
		}
	}

	/// Reports everything once, as soon as every feed has a price or `patience` is over.
	///
	/// # Errors
	/// [`ChainError`] if the chain cannot be spoken to.
	pub async fn once(
		&mut self,
		ledger: &impl Ledger,
		patience: Duration,
	) -> Result<Round, ChainError> {
		self.refresh_at = Instant::now();
		let deadline = Instant::now() + patience;
		let mut ticks = interval(self.chain.tick.as_std());
		loop {
			tokio::select! {
				error = ledger.lost() => return Err(error),
				_ = ticks.tick() => {},
			}
			let late = Instant::now() >= deadline;
			let head = match ledger.head() {
				Some(head) => head,
				None if late => return Err(ChainError::Lost("no block seen in time".into())),
				None => continue,
			};
			let dated = self.dating(&head);
			let metrics = self.metrics.clone();
			let now = sources::now();
			let ready = self.desks.iter_mut().all(|desk| desk.price(now, &dated, &metrics).is_ok());
			if ready || late {
				return self.all_once(ledger).await;
			}
		}
	}

	/// One round of everything, and one more of those that were refused together, each alone.
	async fn all_once(&mut self, ledger: &impl Ledger) -> Result<Round, ChainError> {
		let all: Vec<u32> = self.desks.iter().map(|desk| desk.feed.id).collect();
		let mut round = self.round(ledger, Some(&all)).await?;
		let is_suspect = |id: &u32| {
			self.desks.iter().any(|desk| desk.feed.id == *id && desk.suspect && !desk.is_paused())
		};
		let again: Vec<u32> = round.refused.iter().map(|(id, _)| *id).filter(is_suspect).collect();
		if !again.is_empty() {
			let second = self.round(ledger, Some(&again)).await?;
			round.refused.retain(|(id, _)| !again.contains(id));
			round.reported.extend(second.reported);
			round.held.extend(second.held);
			round.refused.extend(second.refused);
		}
		Ok(round)
	}

	/// Whether the chain stands still, or this node does.
	fn stalled(&self, head: Option<Head>, began: Instant) -> Option<ChainError> {
		let limit = self.chain.stall_after.as_millis();
		let waited = began.elapsed() > self.chain.stall_after.as_std();
		let Some(head) = head else {
			return waited.then(|| ChainError::Lost("the node shows no block".into()));
		};
		self.metrics.head_number.set(head.number);
		let age = match self.chain.clock {
			Clock::System => sources::now().saturating_sub(head.time),
			// A chain that seals at will may stand still for ever.
			Clock::Chain => return None,
		};
		self.metrics.head_age.set(seconds(age));
		(age > limit && waited).then(|| {
			ChainError::Lost(format!("the newest block is {} and {age} ms old", head.number))
		})
	}

	/// Turns this machine's time into that which observations are dated with.
	fn dating(&self, head: &Head) -> impl Fn(u64) -> u64 {
		let shift = match self.chain.clock {
			Clock::System => 0,
			Clock::Chain => {
				let since = i128::try_from(head.seen.elapsed().as_millis()).unwrap_or(i128::MAX);
				let chain_now = i128::from(head.time).saturating_add(since);
				chain_now.saturating_sub(i128::from(sources::now()))
			},
		};
		move |time| {
			let shifted = i128::from(time).saturating_add(shift).max(0);
			u64::try_from(shifted).unwrap_or(u64::MAX)
		}
	}

	/// One round: reads what is to be read again, and sends what is due; of the feeds that are asked for,
	/// if any are, everything that the chain would take, and of others nothing.
	async fn round(
		&mut self,
		ledger: &impl Ledger,
		asked: Option<&[u32]>,
	) -> Result<Round, ChainError> {
		let Some(head) = ledger.head() else { return Ok(Round::default()) };
		if Instant::now() >= self.refresh_at {
			self.refresh(ledger).await?;
		}
		let mut round = Round::default();
		let mut due = self.due(&head, asked, &mut round);
		if let Some(reason) = self.obstacle(ledger, &head).await? {
			let feeds = due.iter().map(|due| (due.report.feed, reason.clone()));
			round.held.extend(feeds);
			return Ok(round);
		}
		// What waits longest goes first.
		due.sort_by_key(|due| self.desks[due.desk].last.map_or(0, |last| last.observed_at));
		for batch in self.batches(due) {
			let accepted = self.send(ledger, &head, batch, &mut round).await?;
			// Time has passed: what is left is looked at anew in the next round.
			if asked.is_none() || !accepted && self.paused() {
				break;
			}
		}
		Ok(round)
	}

	/// Reads what the chain wants, and what it knows of us.
	async fn refresh(&mut self, ledger: &impl Ledger) -> Result<(), ChainError> {
		let limits = ledger.limits().await?;
		let standing = ledger.standing().await?;
		for desk in &mut self.desks {
			desk.note_terms(ledger.terms(desk.feed.id).await?);
			let last = ledger.report_of_ours(desk.feed.id).await?;
			// Without reports of ours on the chain, a dry run would say the same again and again.
			if !self.dry_run || desk.last.is_none() {
				desk.note_last(last, &self.metrics);
			}
		}
		let bar = standing.bar(&limits);
		if bar != self.barred {
			match bar {
				Some(bar) => error!(reason = bar.label(), "nothing is reported: {bar}"),
				None => info!("the chain takes reports again"),
			}
			self.barred = bar;
		}
		self.metrics.barred(bar.map(Bar::label));
		self.metrics.balance.set(whole(standing.balance));
		self.metrics.bond.set(whole(standing.bond.unwrap_or(0)));
		debug!(balance = %stra(standing.balance), ?limits, ?standing, "read from the chain");
		(self.limits, self.standing) = (Some(limits), Some(standing));
		self.refresh_at = Instant::now() + self.chain.refresh.as_std();
		Ok(())
	}

	/// The reports that are due. Those that the chain would refuse are held back and noted.
	fn due(&mut self, head: &Head, asked: Option<&[u32]>, round: &mut Round) -> Vec<Due> {
		let dated = self.dating(head);
		let (ours, now) = (sources::now(), dated(sources::now()));
		let mut prices = Vec::new();
		for (index, desk) in self.desks.iter_mut().enumerate() {
			if asked.is_some_and(|asked| !asked.contains(&desk.feed.id)) {
				continue;
			}
			match desk.price(ours, &dated, &self.metrics) {
				Ok(price) => {
					let decision = desk.decide(&price, asked.is_some(), now);
					prices.push((index, price, decision));
				},
				Err(error) => {
					desk.note_held(None, &self.metrics);
					round.held.push((desk.feed.id, error.to_string()));
				},
			}
		}
		let desks = &self.desks;
		join(prices.iter_mut().map(|(desk, _, decision)| (decision, &desks[*desk].feed.reporting)));
		let mut due = Vec::new();
		for (index, price, decision) in prices {
			let desk = &mut self.desks[index];
			let reason = match decision {
				Decision::Report(reason) => reason,
				Decision::Hold(why) => {
					desk.note_held(None, &self.metrics);
					round.held.push((desk.feed.id, format!("{why:?}")));
					continue;
				},
			};
			let report = Report {
				feed: desk.feed.id,
				price: price.aggregate.price,
				half_width: price.aggregate.half_width,
				observed_at: price.observed_at,
			};
			let obstacle = desk.obstacle(&report, now);
			desk.note_held(obstacle, &self.metrics);
			match obstacle {
				Some(obstacle) => round.held.push((desk.feed.id, obstacle.into())),
				None => due.push(Due { desk: index, report, reason }),
			}
		}
		due
	}

	fn paused(&self) -> bool {
		self.paused_until.is_some_and(|until| Instant::now() < until)
	}

	/// Why nothing at all is sent now, if nothing is. A jail that is over is left, if that is wanted.
	async fn obstacle(
		&mut self,
		ledger: &impl Ledger,
		head: &Head,
	) -> Result<Option<String>, ChainError> {
		if self.paused() {
			return Ok(Some("paused after a refusal".into()));
		}
		let Some(bar) = self.barred else { return Ok(None) };
		let over = matches!(bar, Bar::Jailed { until } if head.time > until);
		if !over || !self.chain.unjail || self.dry_run {
			return Ok(Some(bar.to_string()));
		}
		match ledger.unjail().await {
			Ok(receipt) => {
				info!(block = receipt.block, fee = %stra(receipt.fee), "the jail is left");
				self.spent(receipt.fee);
				self.refresh_at = Instant::now();
			},
			Err(SubmitError::Chain(error)) => return Err(error),
			Err(error) => self.not_accepted(&error, &[]),
		}
		Ok(Some(bar.to_string()))
	}

	/// What is due, in transactions: those under suspicion alone, the others together.
	fn batches(&self, due: Vec<Due>) -> Vec<Vec<Due>> {
		let most = self.limits.map_or(1, |limits| limits.reports.max(1));
		let (alone, together): (Vec<Due>, Vec<Due>) =
			due.into_iter().partition(|due| self.desks[due.desk].suspect);
		let mut batches: Vec<Vec<Due>> = Vec::new();
		for due in together {
			match batches.last_mut() {
				Some(batch) if batch.len() < most => batch.push(due),
				_ => batches.push(vec![due]),
			}
		}
		batches.extend(alone.into_iter().map(|due| vec![due]));
		batches
	}

	/// Sends one transaction. Whether it was accepted.
	async fn send(
		&mut self,
		ledger: &impl Ledger,
		head: &Head,
		batch: Vec<Due>,
		round: &mut Round,
	) -> Result<bool, ChainError> {
		let reports: Vec<Report> = batch.iter().map(|due| due.report).collect();
		let result = match self.dry_run {
			true => self.rehearse(ledger, &reports, head).await,
			false => ledger.report(&reports).await,
		};
		// The clock went on meanwhile.
		let now = self.dating(&ledger.head().unwrap_or(*head))(sources::now());
		match result {
			Ok(receipt) => {
				self.accepted(&batch, &receipt, now);
				round.reported.extend(reports.iter().map(|report| report.feed));
				Ok(true)
			},
			Err(SubmitError::Chain(error)) => Err(error),
			Err(error) => {
				let desks: Vec<usize> = batch.iter().map(|due| due.desk).collect();
				self.not_accepted(&error, &desks);
				round.refused.extend(reports.iter().map(|it| (it.feed, error.to_string())));
				Ok(false)
			},
		}
	}

	/// Goes as far as it can without sending anything.
	async fn rehearse(
		&self,
		ledger: &impl Ledger,
		reports: &[Report],
		head: &Head,
	) -> Result<Receipt, SubmitError> {
		let rehearsal = ledger.rehearse(reports).await?;
		info!(validity = rehearsal.validity, fee = %stra(rehearsal.fee), "dry run: not sent");
		Ok(Receipt { block: head.number, hash: "dry run".into(), fee: 0 })
	}

	fn accepted(&mut self, batch: &[Due], receipt: &Receipt, now: u64) {
		(self.refusals, self.paused_until) = (0, None);
		self.spent(receipt.fee);
		for Due { desk, report, reason } in batch {
			let desk = &mut self.desks[*desk];
			desk.note_accepted(report, *reason, now, &self.metrics);
			info!(
				feed = desk.feed.name,
				price = %report.price,
				half_width = %crate::decimal::plain(report.half_width),
				observed_at = report.observed_at,
				reason = reason.label(),
				block = receipt.block,
				hash = receipt.hash,
				"{}",
				if self.dry_run { "would be reported" } else { "reported" }
			);
		}
	}

	fn spent(&self, fee: u128) {
		self.metrics.fees.inc_by(whole(fee));
	}

	/// Does what an error asks for. `desks` are those of the batch.
	fn not_accepted(&mut self, error: &SubmitError, desks: &[usize]) {
		match error {
			SubmitError::Refused { error, fee } => {
				self.spent(*fee);
				self.metrics.refused(error);
				self.refused(error, *fee, desks);
			},
			SubmitError::NoFunds => {
				self.metrics.refused("no_funds");
				let balance = self.standing.map_or(0, |standing| standing.balance);
				error!(balance = %stra(balance), "{error}: send STRA to it");
				self.pause(Duration::from_secs(60));
			},
			SubmitError::NotTaken(why) => {
				self.metrics.refused("not_taken");
				warn!(why, "a transaction was not taken");
				self.back_off();
			},
			SubmitError::Unknown => {
				self.metrics.unknown_outcomes.inc();
				warn!("a transaction is not in a block in time: its outcome is not known");
				self.refresh_at = Instant::now();
			},
			SubmitError::Pending(until) => {
				debug!(until, "an earlier transaction may still get into a block");
				self.refresh_at = Instant::now();
				self.pause(self.chain.tick.as_std().max(Duration::from_secs(3)));
			},
			// The session ends with it.
			SubmitError::Chain(_) => {},
		}
	}

	fn refused(&mut self, error: &str, fee: u128, desks: &[usize]) {
		let reaction = reaction(error);
		let names: Vec<&str> =
			desks.iter().map(|desk| self.desks[*desk].feed.name.as_str()).collect();
		let feeds = names.join(", ");
		match reaction {
			Reaction::ReadReports => {
				warn!(error, feeds, fee = %stra(fee), "refused: another report of ours is there");
			},
			Reaction::CheckClock => {
				error!(error, feeds, fee = %stra(fee), "refused: check this machine's clock");
			},
			_ => error!(error, feeds, fee = %stra(fee), ?reaction, "refused"),
		}
		// Every reaction reads something; all is read at once.
		self.refresh_at = Instant::now();
		if reaction.blames_a_feed() && !desks.is_empty() {
			for desk in desks {
				self.desks[*desk].note_refused(desks.len() == 1);
			}
		} else {
			self.back_off();
		}
	}

	/// Waits, longer with each time in a row.
	fn back_off(&mut self) {
		self.refusals = self.refusals.saturating_add(1);
		self.pause(backoff(self.refusals));
	}

	fn pause(&mut self, pause: Duration) {
		self.paused_until = Some(Instant::now() + pause);
	}
}

/// An amount in whole STRA, for a gauge that can hold nothing but a floating-point number.
fn whole(units: u128) -> f64 {
	units as f64 / STRA as f64
}
