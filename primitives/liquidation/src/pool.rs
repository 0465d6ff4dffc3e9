//! Product-sum shares of a backstop pool.
//!
//! Depositors share what is paid and what is bought in proportion to what they have in the pool at
//! that moment, and no step walks over them. The pool keeps a product P of what every unit that was
//! there from the start has left, and a sum S of what it has bought:
//!
//! ```text
//! a purchase of u units for k of the a units of cash:   S ← S + P·u/a,   P ← P·(a − k)/a
//! a stake of d, made when they were P₀ and S₀:          d·P/P₀ left,     d·(S − S₀)/P₀ bought
//! ```
//!
//! ## Precision
//!
//! P starts at 2¹⁹² and has 256 bits; whenever it falls below 2¹²⁸ it is multiplied by 2⁶⁴ and the
//! *scale* goes up by one, with a new S. So a purchase costs any stake less than one unit by
//! rounding, whatever its size. A stake has nothing left three scales later: it shrank by more than
//! 2¹²⁸. A pool that pays its last unit begins a new *epoch* with P and S as at the start; stakes of
//! older epochs have nothing left and what they bought.
//!
//! Every figure of a depositor is rounded down, by less than one unit for each purchase and each time
//! it is brought up to date: all of them together never exceed what there is.
//! What rounding keeps back stays in the pool's active cash, and bears and buys like a stake.
//!
//! ## Who takes part when
//!
//! Deposits wait in *cohorts*, one for each window of the length of the entry delay, and take part
//! from two windows later: after one to two delays. So at most two cohorts wait at a time. A cohort
//! joins at the first touch of the pool after its time; nothing was bought in between, or it would
//! have been touched, so it does not matter when that is.
//!
//! ## What is kept of the past
//!
//! The S of a past epoch and scale is kept while a stake is counted from it or from one of the two
//! scales before, the beginning of a cohort while a depositor of it has not come by. Both are counted,
//! so that at most 9 sums and 2 cohorts are kept for each depositor, whatever happens.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{U256, U512};

/// P at the start: 2¹⁹².
pub const ONE: U256 = U256([0, 0, 0, 1]);

/// The least P: 2¹²⁸.
const LEAST: U512 = U512([0, 0, 1, 0, 0, 0, 0, 0]);

/// What a scale multiplies P by: 2⁶⁴.
const STEP: U512 = U512([0, 1, 0, 0, 0, 0, 0, 0]);

/// Scales after which a stake still has something left.
const SPAN: u32 = 2;

/// A sum of 512 bits, least significant word first. A type of its own because clients know no wider
/// numbers than 256 bits, and could read nothing that holds one.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Sum([u64; 8]);

impl Sum {
	/// `wide`, to be stored.
	pub(crate) fn of(wide: U512) -> Self {
		Self(wide.0)
	}

	/// The number.
	pub(crate) fn wide(self) -> U512 {
		U512(self.0)
	}
}

impl From<U256> for Sum {
	fn from(narrow: U256) -> Self {
		Self::of(narrow.into())
	}
}

/// When a product and a sum began: they are compared within an era only.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub struct Era {
	/// How often the pool was emptied.
	pub epoch: u32,
	/// How often P was multiplied by 2⁶⁴ since.
	pub scale: u32,
}

impl Era {
	/// The era `scales` later in the same epoch. `None` if there is none.
	fn later(self, scales: u32) -> Option<Self> {
		Some(Self { scale: self.scale.checked_add(scales)?, ..self })
	}

	/// The era `scales` before in the same epoch. `None` if there is none.
	fn earlier(self, scales: u32) -> Option<Self> {
		Some(Self { scale: self.scale.checked_sub(scales)?, ..self })
	}
}

/// P and S at a moment.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Snapshot {
	/// P.
	pub product: U256,
	/// S.
	pub sum: Sum,
	/// Of which era.
	pub era: Era,
}

/// Cash that takes part.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Stake {
	/// What it was at `since`, in units of cash; above 0.
	pub amount: u128,
	/// What has happened since is not in `amount` yet.
	pub since: Snapshot,
}

/// Cash of a depositor that waits for its cohort.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Entry {
	/// The cohort: the number of its window since 1970.
	pub window: u64,
	/// Units of cash; above 0.
	pub amount: u128,
}

/// A part of a stake whose owner gave notice. It shares the fate of the stake until it is paid.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Exit {
	/// Units of cash at the stake's snapshot; above 0 and at most the stake.
	pub amount: u128,
	/// The end of the notice, milliseconds since 1970.
	pub ready: u64,
}

/// What one depositor has in a pool.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Share {
	/// What takes part. Holds a reference to its era.
	pub stake: Option<Stake>,
	/// What waits, or waited and was not counted in yet. Each holds a reference to its cohort.
	pub entries: [Option<Entry>; 2],
	/// Collateral bought up to the snapshot and not paid out, in units of collateral.
	pub gains: u128,
	/// The part of the stake that leaves.
	pub exit: Option<Exit>,
}

impl Share {
	/// Whether there is nothing in it.
	pub fn is_empty(&self) -> bool {
		self.stake.is_none() && self.gains == 0 && self.entries.iter().all(Option::is_none)
	}
}

/// Deposits that wait.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Waiting {
	/// The number of their window since 1970.
	pub window: u64,
	/// Units of cash.
	pub amount: u128,
	/// Depositors with an entry of this window.
	pub shares: u32,
}

/// Deposits that joined together.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Cohort {
	/// When they joined. Holds a reference to its era.
	pub since: Snapshot,
	/// Depositors that have not come by since; above 0.
	pub shares: u32,
}

/// What is kept of an era that is over.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PastEra {
	/// S at its end.
	pub sum: Sum,
	/// Stakes and cohorts that are counted from it.
	pub holders: u32,
}

/// Where the past of a pool is kept.
pub trait Records {
	/// An era that is over. `None` if nothing was bought in it, or nobody needs it.
	fn era(&self, era: Era) -> Option<PastEra>;

	/// Keeps or drops an era that is over.
	fn set_era(&mut self, era: Era, past: Option<PastEra>);

	/// A cohort that has joined.
	fn cohort(&self, window: u64) -> Option<Cohort>;

	/// Keeps or drops a cohort that has joined.
	fn set_cohort(&mut self, window: u64, cohort: Option<Cohort>);
}

/// A pool.
///
/// Functions return `None` if a figure does not fit or the records are not those of the pool. The pool,
/// the share and the records may be half changed then: the caller must drop all of them.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Pool {
	/// Cash that takes part, in units: all stakes and what rounding kept back.
	pub active: u128,
	/// Cohorts that have not joined yet.
	pub waiting: [Option<Waiting>; 2],
	/// P of this era.
	pub product: U256,
	/// S of this era.
	pub sum: Sum,
	/// This era.
	pub era: Era,
	/// Stakes and cohorts that are counted from this era.
	pub holders: u32,
}

impl Default for Pool {
	fn default() -> Self {
		Self {
			active: 0,
			waiting: [None; 2],
			product: ONE,
			sum: Sum::default(),
			era: Era::default(),
			holders: 0,
		}
	}
}

/// The first moment at which deposits made in `window` take part. `None` if it does not fit.
pub fn joins_at(window: u64, delay: u64) -> Option<u64> {
	window.checked_add(2)?.checked_mul(delay)
}

impl Pool {
	/// P and S now.
	pub fn snapshot(&self) -> Snapshot {
		Snapshot { product: self.product, sum: self.sum, era: self.era }
	}

	/// Cash that waits, in units. `None` if it does not fit.
	pub fn pending(&self) -> Option<u128> {
		self.waiting.iter().flatten().try_fold(0u128, |sum, cohort| sum.checked_add(cohort.amount))
	}

	/// What the pool can pay at `now`: what takes part and what will at the next touch. `None` if it
	/// does not fit.
	pub fn capacity(&self, now: u64, delay: u64) -> Option<u128> {
		self.waiting.iter().flatten().try_fold(self.active, |sum, cohort| {
			let joins = joins_at(cohort.window, delay)? <= now;
			sum.checked_add(if joins { cohort.amount } else { 0 })
		})
	}

	/// Lets the cohorts join whose time has come. To be called first whenever the pool is touched.
	pub fn advance(&mut self, now: u64, delay: u64, records: &mut impl Records) -> Option<()> {
		for slot in 0..2usize {
			let cohort = self.waiting.get_mut(slot)?;
			let Some(Waiting { window, amount, shares }) = *cohort else { continue };
			if joins_at(window, delay)? > now {
				continue;
			}
			*cohort = None;
			self.active = self.active.checked_add(amount)?;
			self.holders = self.holders.checked_add(1)?;
			records.set_cohort(window, Some(Cohort { since: self.snapshot(), shares }));
		}
		Some(())
	}

	/// Brings `share` up to date: what its stake lost and bought, and entries that have joined. To be
	/// called before anything else is done to a share.
	pub fn settle(&mut self, share: &mut Share, records: &mut impl Records) -> Option<()> {
		let waiting = self.waiting;
		let joined =
			|entry: &Entry| !waiting.iter().flatten().any(|cohort| cohort.window == entry.window);
		let nobody_joined = !share.entries.iter().flatten().any(joined);
		if nobody_joined && share.stake.is_none_or(|stake| stake.since == self.snapshot()) {
			return Some(());
		}
		let mut left = 0u128;
		if let Some(stake) = share.stake.take() {
			let (kept, bought) = self.worth(&stake, records)?;
			left = kept;
			share.gains = share.gains.checked_add(bought)?;
			self.release(stake.since.era, records)?;
			share.exit = match share.exit {
				Some(exit) => match self.left(exit.amount, &stake.since)? {
					0 => None,
					amount => Some(Exit { amount, ..exit }),
				},
				None => None,
			};
		}
		for slot in 0..2usize {
			let Some(entry) = share.entries.get(slot).copied().flatten().filter(joined) else {
				continue;
			};
			*share.entries.get_mut(slot)? = None;
			let cohort = records.cohort(entry.window)?;
			let stake = Stake { amount: entry.amount, since: cohort.since };
			let (kept, bought) = self.worth(&stake, records)?;
			left = left.checked_add(kept)?;
			share.gains = share.gains.checked_add(bought)?;
			self.leave_cohort(entry.window, cohort, records)?;
		}
		if left > 0 {
			share.stake = Some(Stake { amount: left, since: self.snapshot() });
			self.holders = self.holders.checked_add(1)?;
		}
		Some(())
	}

	/// Adds a deposit of `amount` to the cohort of `now`. Returns when it takes part. The share must be
	/// settled.
	pub fn enter(&mut self, share: &mut Share, amount: u128, now: u64, delay: u64) -> Option<u64> {
		let window = now.checked_div(delay)?;
		let known = share.entries.iter_mut().flatten().find(|entry| entry.window == window);
		let newcomer = known.is_none();
		match known {
			Some(entry) => entry.amount = entry.amount.checked_add(amount)?,
			None => {
				let free = share.entries.iter_mut().find(|slot| slot.is_none())?;
				*free = Some(Entry { window, amount });
			},
		}
		let known = self.waiting.iter_mut().flatten().find(|cohort| cohort.window == window);
		match known {
			Some(cohort) => {
				cohort.amount = cohort.amount.checked_add(amount)?;
				cohort.shares = cohort.shares.checked_add(u32::from(newcomer))?;
			},
			None => {
				let free = self.waiting.iter_mut().find(|slot| slot.is_none())?;
				*free = Some(Waiting { window, amount, shares: 1 });
			},
		}
		joins_at(window, delay)
	}

	/// Pays `cost` of the active cash for `units` of collateral. `cost` is above 0.
	pub fn buy(&mut self, cost: u128, units: u128, records: &mut impl Records) -> Option<()> {
		let left = self.active.checked_sub(cost)?;
		let whole = U512::from(self.active);
		let bought = U512::from(self.product).checked_mul(U512::from(units))?.checked_div(whole)?;
		self.sum = Sum::of(self.sum.wide().checked_add(bought)?);
		if left == 0 {
			self.close_era(records);
			self.era = Era { epoch: self.era.epoch.checked_add(1)?, scale: 0 };
			self.product = ONE;
		} else {
			let mut product = U512::from(self.product).checked_mul(U512::from(left))?;
			let mut scales = 0u32;
			while product.checked_div(whole)? < LEAST {
				product = product.checked_mul(STEP)?;
				scales = scales.checked_add(1)?;
			}
			if scales > 0 {
				self.close_era(records);
				self.era = self.era.later(scales)?;
			}
			self.product = U256::try_from(product.checked_div(whole)?).ok()?;
		}
		self.active = left;
		Some(())
	}

	/// Takes `amount` out of the stake of a settled share, and out of what leaves.
	pub fn leave(
		&mut self,
		share: &mut Share,
		amount: u128,
		records: &mut impl Records,
	) -> Option<()> {
		let stake = share.stake.take()?;
		let left = stake.amount.checked_sub(amount)?;
		self.active = self.active.checked_sub(amount)?;
		share.exit = share.exit.and_then(|exit| {
			let amount = exit.amount.checked_sub(amount).filter(|amount| *amount > 0)?;
			Some(Exit { amount, ..exit })
		});
		if left == 0 {
			return self.release(stake.since.era, records);
		}
		share.stake = Some(Stake { amount: left, ..stake });
		Some(())
	}

	/// What `stake` has left now, and what it has bought since; each rounded down.
	pub fn worth(&self, stake: &Stake, records: &impl Records) -> Option<(u128, u128)> {
		let Snapshot { product, sum, era } = stake.since;
		// Sums of later scales are in smaller units; what is cut off is below 2⁻¹²⁸ of a unit of
		// collateral for each unit of cash.
		let mut bought = self.sum_of(era, records).checked_sub(sum.wide())?;
		let mut unit = U512::one();
		for scales in 1..=SPAN {
			unit = unit.checked_mul(STEP)?;
			let later = self.sum_of(era.later(scales)?, records);
			bought = bought.checked_add(later.checked_div(unit)?)?;
		}
		let gained =
			U512::from(stake.amount).checked_mul(bought)?.checked_div(U512::from(product))?;
		Some((self.left(stake.amount, &stake.since)?, u128::try_from(gained).ok()?))
	}

	/// What `amount` has left now: ⌊amount·P/P₀⌋.
	fn left(&self, amount: u128, since: &Snapshot) -> Option<u128> {
		let scales = self.era.scale.checked_sub(since.era.scale);
		let (true, Some(scales @ 0..=SPAN)) = (self.era.epoch == since.era.epoch, scales) else {
			return Some(0);
		};
		let mut whole = U512::from(since.product);
		for _ in 0..scales {
			whole = whole.checked_mul(STEP)?;
		}
		let left = U512::from(amount).checked_mul(U512::from(self.product))?.checked_div(whole)?;
		u128::try_from(left).ok()
	}

	/// One depositor of a cohort has come by. The last one takes it along.
	fn leave_cohort(
		&mut self,
		window: u64,
		cohort: Cohort,
		records: &mut impl Records,
	) -> Option<()> {
		let shares = cohort.shares.checked_sub(1)?;
		if shares == 0 {
			records.set_cohort(window, None);
			return self.release(cohort.since.era, records);
		}
		records.set_cohort(window, Some(Cohort { shares, ..cohort }));
		Some(())
	}

	/// S of `era`, at its end if it is over.
	fn sum_of(&self, era: Era, records: &impl Records) -> U512 {
		if era == self.era {
			return self.sum.wide();
		}
		records.era(era).map_or(U512::zero(), |past| past.sum.wide())
	}

	/// Keeps the sum of this era if somebody needs it, and begins a new one.
	fn close_era(&mut self, records: &mut impl Records) {
		let needed = self.holders > 0 || Self::needed_from_before(self.era, records);
		if needed {
			records.set_era(self.era, Some(PastEra { sum: self.sum, holders: self.holders }));
		}
		self.sum = Sum::default();
		self.holders = 0;
	}

	/// Whether something is counted from one of the scales before `era` that reach into it.
	fn needed_from_before(era: Era, records: &impl Records) -> bool {
		(1..=SPAN)
			.filter_map(|scales| records.era(era.earlier(scales)?))
			.any(|past| past.holders > 0)
	}

	/// Gives back a reference to `era`. What nobody needs any more is dropped.
	fn release(&mut self, era: Era, records: &mut impl Records) -> Option<()> {
		if era == self.era {
			self.holders = self.holders.checked_sub(1)?;
			return Some(());
		}
		let past = records.era(era)?;
		let holders = past.holders.checked_sub(1)?;
		records.set_era(era, Some(PastEra { holders, ..past }));
		if holders > 0 {
			return Some(());
		}
		for scales in 0..=SPAN {
			let era = era.later(scales)?;
			let unheld = records.era(era).is_some_and(|past| past.holders == 0);
			if unheld && !Self::needed_from_before(era, records) {
				records.set_era(era, None);
			}
		}
		Some(())
	}
}

#[cfg(test)]
mod tests;
