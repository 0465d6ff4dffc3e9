//! What depositors of a pool do, on pallet and model.

use num_traits::Zero;
use pallet_strata_backstop::{self as backstop, types::Pair as Assets};
use strata_traits::{Asset, Backstop as _, Balance};

use crate::{
	check,
	exact::{whole, Rat},
	model::{number, Depositor, Pool},
	runner::{attempt, Pair, Verdict},
	world::*,
};

fn pair(asset: &Asset) -> Assets {
	Assets { collateral: asset.clone(), settlement: USD }
}

impl Pair {
	pub(crate) fn pool_deposit(
		&mut self,
		who: AccountId,
		asset: &Asset,
		amount: Balance,
	) -> Result<bool, String> {
		let rich = free(&USD, who) > amount;
		let done = attempt(|| Backstop::deposit(signed(who), pair(asset), amount)).is_ok();
		check!(done == (rich && amount > 0), "a deposit of {amount} to a pool: {done}");
		if !done {
			return Ok(false);
		}
		let now = Now::get();
		let pool = self
			.model
			.pools
			.entry(number(asset))
			.or_insert_with(|| Pool { cash_float: 1, ..Pool::default() });
		pool.advance(now);
		let depositor = pool.depositors.entry(who).or_default();
		depositor.touched();
		*depositor.waiting.entry(now / ENTRY_DELAY).or_default() += amount;
		Ok(true)
	}

	/// The share of `who`, about to be touched. `None` if there is none.
	fn touched(&mut self, who: AccountId, asset: &Asset) -> Option<&mut Depositor> {
		let pool = self.model.pools.get_mut(&number(asset))?;
		pool.advance(Now::get());
		pool.depositors.get_mut(&who)
	}

	pub(crate) fn pool_exit(
		&mut self,
		who: AccountId,
		asset: &Asset,
		amount: Balance,
	) -> Result<bool, String> {
		let before = Backstop::share_state(&pair(asset), &who).map_or(0, |share| share.active);
		let done = attempt(|| Backstop::request_exit(signed(who), pair(asset), amount)).is_ok();
		check!(done == (before > 0 && amount > 0), "notice for {amount} of {before}: {done}");
		if done {
			let now = Now::get();
			let depositor = self.touched(who, asset).ok_or("notice without a share")?;
			depositor.touched();
			let leaving = whole(amount.min(before));
			let leaving = if leaving < depositor.stake { leaving } else { depositor.stake.clone() };
			depositor.exit = Some((leaving, now + EXIT_NOTICE));
		}
		Ok(done)
	}

	pub(crate) fn pool_cancel(&mut self, who: AccountId, asset: &Asset) -> Result<bool, String> {
		let done = attempt(|| Backstop::cancel_exit(signed(who), pair(asset))).is_ok();
		if done {
			let depositor = self.touched(who, asset).ok_or("notice without a share")?;
			depositor.touched();
			check!(depositor.exit.take().is_some(), "a notice was taken back that was not given");
		}
		Ok(done)
	}

	pub(crate) fn pool_withdraw(&mut self, who: AccountId, asset: &Asset) -> Result<bool, String> {
		let now = Now::get();
		let before = (free(&USD, who), free(asset, who));
		let shown = Backstop::share_state(&pair(asset), &who).and_then(|share| share.exit);
		let done = attempt(|| Backstop::withdraw(signed(who), pair(asset))).is_ok();
		let exit = self.touched(who, asset).and_then(|depositor| depositor.exit.clone());
		let Some((leaving, ready)) = exit else {
			check!(!done, "cash left a pool without notice");
			return Ok(false);
		};
		let open = now >= ready && now < ready + EXIT_WINDOW;
		check!(done == (open && shown.is_some()), "an exit ready at {ready}, now {now}: {done}");
		if !done {
			return Ok(false);
		}
		let (cash, goods) = self.paid(asset, who, before)?;
		let depositor = self.touched(who, asset).ok_or("no share")?;
		let paid = whole(cash);
		check!(
			paid <= leaving && &leaving - &paid <= depositor.short,
			"{cash} were paid of {leaving}"
		);
		depositor.stake -= &paid;
		depositor.exit = None;
		depositor.touched();
		let pool = self.model.pools.get_mut(&number(asset)).ok_or("no pool")?;
		pool.active -= cash;
		self.claimed(asset, who, goods)?;
		Ok(true)
	}

	pub(crate) fn pool_claim(&mut self, who: AccountId, asset: &Asset) -> Result<bool, String> {
		let before = (free(&USD, who), free(asset, who));
		let done = attempt(|| Backstop::claim(signed(who), pair(asset))).is_ok();
		let known = self.touched(who, asset).is_some();
		check!(!done || known, "somebody claimed without a share");
		if !done {
			return Ok(false);
		}
		let (_, goods) = self.paid(asset, who, before)?;
		if let Some(depositor) = self.touched(who, asset) {
			depositor.touched();
		}
		self.claimed(asset, who, goods)?;
		Ok(true)
	}

	/// What `who` got, without what the last one out of a pool gets on top.
	fn paid(
		&mut self,
		asset: &Asset,
		who: AccountId,
		before: (Balance, Balance),
	) -> Result<(Balance, Balance), String> {
		let mut goods = 0;
		let mut cash = 0;
		for record in System::events() {
			match record.event {
				RuntimeEvent::Backstop(backstop::Event::Withdrawn { amount, .. }) => cash += amount,
				RuntimeEvent::Backstop(backstop::Event::Claimed { amount, .. }) => goods += amount,
				_ => {},
			}
		}
		let gone = backstop::Pools::<Test>::get(pair(asset)).is_none();
		let after = (free(&USD, who), free(asset, who));
		let got = (after.0 - before.0, after.1 - before.1);
		check!(gone || got == (cash, goods), "{got:?} were paid, {cash} and {goods} announced");
		Ok((cash, goods))
	}

	/// `goods` of collateral left the pool, and perhaps the share.
	fn claimed(&mut self, asset: &Asset, who: AccountId, goods: Balance) -> Verdict {
		let depositor = self.touched(who, asset).ok_or("no share")?;
		let paid = whole(goods);
		check!(
			paid <= depositor.gains && &depositor.gains - &paid <= depositor.short_gains,
			"{goods} were claimed of {}",
			depositor.gains
		);
		// What rounding kept back is the pool's from now on: it is not claimed a second time.
		depositor.gains = Rat::zero();
		depositor.short_gains = whole(1) + &depositor.short;
		let pool = self.model.pools.get_mut(&number(asset)).ok_or("no pool")?;
		pool.collateral -= goods;
		let Some(record) = backstop::Pools::<Test>::get(pair(asset)) else {
			// The last one out takes what is left.
			self.model.pools.remove(&number(asset));
			return Ok(());
		};
		if !backstop::Shares::<Test>::contains_key(record.id, who) {
			let gone = pool.depositors.remove(&who).ok_or("no share")?;
			check!(gone.stake <= gone.short && gone.waiting.is_empty(), "a share was lost");
		}
		Ok(())
	}

	pub(crate) fn pool_cash(&self) -> Balance {
		let of = |pool: &Pool| pool.active + pool.waiting() + pool.cash_float;
		self.model.pools.values().map(of).sum()
	}

	pub(crate) fn pool_collateral(&self, asset: u32) -> Balance {
		let of = |pool: &Pool| pool.collateral + pool.collateral_float;
		self.model.pools.get(&asset).map_or(0, of)
	}

	pub(crate) fn compare_pools(&mut self) -> Verdict {
		let count = backstop::Pools::<Test>::iter_keys().count();
		check!(count == self.model.pools.len(), "there are {count} pools");
		for (asset, pool) in &mut self.model.pools {
			pool.advance(Now::get());
			let asset = Asset::WithId(*asset);
			let pair = pair(&asset);
			let state = Backstop::pool_state(&pair).ok_or("a pool is gone")?;
			let ours = (pool.active, pool.waiting(), pool.collateral);
			let theirs = (state.active, state.pending, state.collateral);
			check!(theirs == ours, "a pool has {theirs:?}, not {ours:?}");
			check!(state.capacity == pool.active, "a pool can pay {}", state.capacity);
			check!(
				Backstop::capacity(&asset, &USD) == pool.active,
				"a pool tells others something else"
			);
			check!(state.depositors as usize == pool.depositors.len(), "another depositor");
			let account = Backstop::account_of(state.id);
			let held = (free(&USD, account), free(&asset, account));
			let owed = (ours.0 + ours.1 + pool.cash_float, ours.2 + pool.collateral_float);
			check!(held == owed, "a pool holds {held:?}, not {owed:?}");
			let (mut stakes, mut gains) = (0, 0);
			for (who, depositor) in &pool.depositors {
				let share = Backstop::share_state(&pair, who).ok_or("a share is gone")?;
				let waits: Balance = share.pending.iter().map(|deposit| deposit.amount).sum();
				check!(waits == depositor.waiting.values().sum(), "{waits} wait");
				let within = |theirs: Balance, ours: &Rat, short: &Rat| {
					let theirs = whole(theirs);
					theirs <= *ours && ours - &theirs <= *short
				};
				check!(
					within(share.active, &depositor.stake, &depositor.short),
					"{who} has {} in a pool, exactly {}",
					share.active,
					depositor.stake
				);
				check!(
					within(share.gains, &depositor.gains, &depositor.short_gains),
					"{who} has bought {}, exactly {}",
					share.gains,
					depositor.gains
				);
				stakes += share.active;
				gains += share.gains;
			}
			check!(stakes <= pool.active && gains <= pool.collateral, "a pool owes too much");
		}
		Ok(())
	}
}
