//! What the pallet stores and shows. Nothing here knows a `Config`.

// What codec's derive casts are the indices of variants; nothing written here casts.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U512;
use sp_runtime::FixedPointNumber;
use strata_ladder::{Rung, RungKey};
use strata_liquidation::Fraction;
use strata_numbers::{mul_div_ceil, pow10, Holding, Price, RateIndex, RateModel, Ratio};
use strata_statistics::initial_ratio_ceil;
use strata_traits::{
	Asset, Balance, BookFigures, BookId, Collected, DealId, FeedId, Moment, ParameterSet, Quote,
	Ramp, Ratios, DRAW_WINDOW,
};

/// Decimals of a USD amount, and the most an asset may have.
pub const USD_DECIMALS: u8 = 18;

/// Milliseconds in a second: interest accrues by whole seconds.
pub const MILLIS_PER_SECOND: u64 = 1_000;

/// `amount` of a settlement asset with `decimals`, in USD at par with 18 decimals. Exact.
///
/// `None` on overflow or above 18 decimals.
pub fn at_par(amount: Balance, decimals: u8) -> Option<u128> {
	pow10(USD_DECIMALS.checked_sub(decimals)?)?.checked_mul(amount)
}

/// Units of a settlement asset with `decimals` that are worth `usd` at par, rounded up.
///
/// `None` on overflow.
pub fn units_at_par_ceil(usd: Price, decimals: u8) -> Option<Balance> {
	mul_div_ceil(usd.into_inner(), pow10(decimals)?, Price::DIV)
}

/// The beginning of the window of draws that `now` lies in.
pub fn window_of(now: Moment) -> Moment {
	now.saturating_sub(now.checked_rem(DRAW_WINDOW).unwrap_or_default())
}

/// What is locked and what is owed: of a vault, or summed over a rung or a book.
///
/// For each vault, and so for each sum, `principal ≤ ⌊debt·R⌋` at all times: a draw rounds `debt`
/// up, R never falls, and [`Position::repaid`] leaves at least what the principal needs. Interest
/// owed to a book is therefore never negative, whatever has been rounded.
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
pub struct Position {
	/// Collateral locked, in its smallest unit.
	pub collateral: Balance,
	/// Normalised debt d: what is owed is d·R of the book, in units of the settlement asset.
	pub debt: Balance,
	/// Principal still owed, part of what is owed; in units of the settlement asset.
	pub principal: Balance,
}

impl Position {
	/// Nothing locked and nothing owed.
	pub fn is_empty(&self) -> bool {
		*self == Self::default()
	}

	/// Both together. `None` on overflow.
	pub fn plus(self, other: Self) -> Option<Self> {
		Some(Self {
			collateral: self.collateral.checked_add(other.collateral)?,
			debt: self.debt.checked_add(other.debt)?,
			principal: self.principal.checked_add(other.principal)?,
		})
	}

	/// This without `other`. `None` if `other` is not part of it.
	pub fn minus(self, other: Self) -> Option<Self> {
		Some(Self {
			collateral: self.collateral.checked_sub(other.collateral)?,
			debt: self.debt.checked_sub(other.debt)?,
			principal: self.principal.checked_sub(other.principal)?,
		})
	}

	/// ⌈d·R⌉: what a vault owes. `None` on overflow.
	pub fn owed(&self, index: RateIndex) -> Option<Balance> {
		index.debt_ceil(self.debt)
	}

	/// After `amount` more is drawn: normalised debt rounded up. `None` on overflow.
	pub fn drawn(self, amount: Balance, index: RateIndex) -> Option<Self> {
		Some(Self {
			debt: self.debt.checked_add(index.normalised_ceil(amount)?)?,
			principal: self.principal.checked_add(amount)?,
			..self
		})
	}

	/// After `amount` is paid, or all that is owed if that is less, and what it paid. Interest is
	/// paid first. Paying all leaves exactly nothing. `None` on overflow.
	pub fn repaid(self, amount: Balance, index: RateIndex) -> Option<(Self, Collected)> {
		let owed = self.owed(index)?;
		let paid = amount.min(owed);
		let interest = owed.checked_sub(self.principal)?.min(paid);
		let collected = Collected { interest, principal: paid.checked_sub(interest)? };
		let principal = self.principal.checked_sub(collected.principal)?;
		let debt = if paid == owed {
			0
		} else {
			// `owed` was rounded up, so paying all its interest may take up to one unit more than
			// the exact interest. The floor keeps ⌊d·R⌋ at or above the principal that is left.
			self.debt
				.checked_sub(index.normalised_floor(paid)?)?
				.max(index.normalised_ceil(principal)?)
		};
		Some((Self { debt, principal, ..self }, collected))
	}
}

/// Where a vault was last placed on the ladder.
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
pub struct Place {
	/// The rung.
	pub rung: Rung,
	/// The rung's generation at that time. Where it differs, the vault's rung was liquidated and
	/// the key was taken again since.
	pub generation: u64,
}

impl Place {
	/// What an edge from here is stored under.
	pub fn key(self) -> (RungKey, u64) {
		(self.rung.key(), self.generation)
	}
}

/// All vaults of a book whose normalised debt per unit of collateral lies in one 0.1 % step.
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
pub struct RungTotals {
	/// Sums over its vaults.
	pub totals: Position,
	/// How many vaults lie here, those included that have not passed the edges which lead here.
	pub vaults: u32,
	/// How many places lead here: vaults placed here, and edges to here.
	pub references: u32,
	/// Unique in the book: a rung that was emptied and is filled again has another one.
	pub generation: u64,
	/// The walk failed on it and leaves it alone; `liquidate` tries it again.
	pub quarantined: bool,
	/// The liquidity call that was raised last from vaults here.
	pub called: u32,
	/// Normalised debt and principal, part of `totals`, of the vaults that it was raised from: it is
	/// raised from nobody twice. Not their interest, which grows while the call goes on.
	pub spared: (Balance, Balance),
}

/// A vault that left a rung, and what that showed to belong to nobody.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Leaver {
	/// What it takes along.
	pub position: Position,
	/// Collateral that rounding left.
	pub dust: Balance,
	/// Principal that rounding left.
	pub written_off: Balance,
}

impl RungTotals {
	/// A rung in which nothing lies yet.
	pub fn new(generation: u64) -> Self {
		Self {
			totals: Position::default(),
			vaults: 0,
			references: 0,
			generation,
			quarantined: false,
			called: 0,
			spared: (0, 0),
		}
	}

	/// With `more` of so many vaults, to which so many places lead. `None` on overflow.
	pub fn joined(self, more: Position, vaults: u32, references: u32) -> Option<Self> {
		Some(Self {
			totals: self.totals.plus(more)?,
			vaults: self.vaults.checked_add(vaults)?,
			references: self.references.checked_add(references)?,
			..self
		})
	}

	/// The part of the debt and the principal here that the liquidity call of number `call` was raised
	/// from.
	fn spared_by(&self, call: u32) -> (Balance, Balance) {
		if self.called == call {
			self.spared
		} else {
			(0, 0)
		}
	}

	/// The interest owed here that the liquidity call of number `call` was not raised for yet, rounded
	/// down; never more than all of it. `None` on overflow.
	pub fn callable(&self, call: u32, index: RateIndex) -> Option<Balance> {
		let (debt, principal) = self.spared_by(call);
		let debt = self.totals.debt.saturating_sub(debt);
		let principal = self.totals.principal.saturating_sub(principal);
		// What rounding, or who left since, has shifted between the two parts is no interest.
		Some(index.debt_floor(debt)?.saturating_sub(principal))
	}

	/// Once the liquidity call of number `call` was raised from `raised`, which is part of the totals.
	/// `None` on overflow.
	pub fn sparing(self, call: u32, raised: &Position) -> Option<Self> {
		let (debt, principal) = self.spared_by(call);
		let spared = (debt.checked_add(raised.debt)?, principal.checked_add(raised.principal)?);
		Some(Self { called: call, spared, ..self })
	}

	/// Sparing no more than there is. Whose part a vault took along that left is not known, and whoever
	/// comes later is not to be shielded by what is gone.
	pub fn bounded(self) -> Self {
		let (debt, principal) = self.spared;
		let spared = (debt.min(self.totals.debt), principal.min(self.totals.principal));
		Self { spared, ..self }
	}

	/// Takes out a vault whose path leads here with `position`. References stay.
	///
	/// On the way here its collateral was rounded down and its debt up, as everybody's: so there is
	/// never less collateral than all hold, and never more debt than all owe. The vault takes what the
	/// rung has at most; the last one takes all the debt, and the collateral that it does not take is
	/// dust. Principal above ⌊d·R⌋, of the vault or of what is left, is owed by nobody. `None` if there
	/// is no vault.
	pub fn leave(&mut self, position: Position, index: RateIndex) -> Option<Leaver> {
		let Position { collateral, debt, principal } = self.totals;
		let last = self.vaults == 1;
		let taken = if last { debt } else { position.debt.min(debt) };
		let position = Position {
			collateral: position.collateral.min(collateral),
			debt: taken,
			principal: position.principal.min(principal).min(index.debt_floor(taken)?),
		};
		let mut left = self.totals.minus(position)?;
		let dust = if last { left.collateral } else { 0 };
		let written_off = left.principal.saturating_sub(index.debt_floor(left.debt)?);
		left.collateral = left.collateral.checked_sub(dust)?;
		left.principal = left.principal.checked_sub(written_off)?;
		self.totals = left;
		self.vaults = self.vaults.checked_sub(1)?;
		Some(Leaver { position, dust, written_off })
	}
}

/// Where the vaults of a liquidated rung are now.
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
pub enum Destination {
	/// At another rung, with what is left of debt and collateral.
	#[codec(index = 0)]
	Rung(Place),
	/// Free of debt. What is left of the collateral is theirs to withdraw.
	#[codec(index = 1)]
	Closed {
		/// Collateral that has not been passed on to its vault yet.
		left: Balance,
		/// Vaults that have not been here yet.
		vaults: u32,
	},
}

/// What a liquidation left of a rung, under the place that the rung had: a vault placed there is now
/// at `to`, with these fractions of what it had. Principal follows debt.
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
pub struct Edge {
	/// Where its vaults are.
	pub to: Destination,
	/// Of collateral: rounded down for a vault.
	pub collateral: Fraction,
	/// Of normalised debt, rounded up for a vault; and of principal, rounded down.
	pub debt: Fraction,
	/// How many places lead through it: vaults last placed here, and edges to here. The last one to
	/// pass removes it.
	pub references: u32,
}

impl Edge {
	/// What is left of `position` behind the edge: collateral and principal rounded down, debt up. A
	/// vault that becomes free of debt takes no more collateral than is left there. `None` if a
	/// figure does not fit, which a part of the whole cannot cause.
	pub fn passed(&self, position: Position) -> Option<Position> {
		let after = Position {
			collateral: self.collateral.floor(position.collateral)?,
			debt: self.debt.ceil(position.debt)?,
			principal: self.debt.floor(position.principal)?,
		};
		Some(match self.to {
			Destination::Rung(_) => after,
			Destination::Closed { left, .. } => {
				Position { collateral: after.collateral.min(left), ..Position::default() }
			},
		})
	}

	/// A vault takes `collateral` that is free of debt behind the edge. Returns what then belongs to
	/// nobody: what is left behind the last vault. `None` if there is less, no vault, or debt.
	pub fn leave(&mut self, collateral: Balance) -> Option<Balance> {
		let Destination::Closed { left, vaults } = &mut self.to else { return None };
		*left = left.checked_sub(collateral)?;
		*vaults = vaults.checked_sub(1)?;
		let dust = if *vaults == 0 { *left } else { 0 };
		*left = left.checked_sub(dust)?;
		Some(dust)
	}
}

/// When the walk last ran, and when the chain last resumed.
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
pub struct WalkClock {
	/// The time of the last block whose hooks ran.
	pub last: Moment,
	/// The time of the first block after the chain last stood still; 0 if it never has.
	pub resumed: Moment,
	/// The time of the last block in which a walk went over all books.
	pub circled: Moment,
	/// The last block whose `on_idle` came round all books. The next block begins with nothing that
	/// was not looked at, as prices come between the two hooks.
	pub swept: u32,
	/// How long the chain has stood still in all, milliseconds.
	pub stood: Moment,
}

impl WalkClock {
	/// How long the chain stood still between the last walk and `now`: what is above `gap`, the
	/// longest gap that is no halt. Milliseconds.
	pub fn halted(&self, now: Moment, gap: Moment) -> Moment {
		if self.last == 0 {
			return 0;
		}
		now.saturating_sub(self.last).saturating_sub(gap)
	}

	/// The calendar at `now` less all time in which the chain stood still. It never runs backwards,
	/// whenever the walk runs: a gap counts up to `gap` and no further.
	pub fn running(&self, now: Moment, gap: Moment) -> Moment {
		now.saturating_sub(self.stood).saturating_sub(self.halted(now, gap))
	}
}

/// Interest that the deal has called from borrowers.
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
pub struct LiquidityCall {
	/// What is still to be raised, in units of the settlement asset.
	pub amount: Balance,
	/// From when on the riskiest rungs are liquidated for it.
	pub due: Moment,
	/// The last rung that it has come to: the next block goes on behind it.
	pub at: Option<RungKey>,
}

/// A book that is winding down: the average price of the repay window, weighted by time.
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
pub struct WindDown {
	/// The end of the repay window. From then on everything is closed out at the average.
	pub until: Moment,
	/// Up to when the sums reach.
	pub summed_to: Moment,
	/// How many milliseconds are in the sums: those with a reliable price.
	pub weight: u64,
	/// Σ price of the collateral · milliseconds, in 10^−9 USD · milliseconds.
	pub collateral: u128,
	/// Σ price of the settlement asset · milliseconds, in 10^−9 USD · milliseconds.
	pub settlement: u128,
	/// The last prices that were reliable, by which the book is closed out if none was within the
	/// window: collateral, settlement asset.
	pub last: Option<(Price, Price)>,
}

/// One borrower's position in one book.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Vault<AccountId, Ticket> {
	/// The book it belongs to.
	pub book: BookId,
	/// Who may draw and withdraw, and to whom both are paid.
	pub owner: AccountId,
	/// What it holds and owes.
	pub position: Position,
	/// Its rung; `None` without debt.
	pub place: Option<Place>,
	/// The owner's deposit for the vault's storage.
	pub ticket: Ticket,
}

/// The part of a deal that lends against one collateral asset.
///
/// Everything that decides what a borrower owes and when a vault is safe is a copy made at opening:
/// governance changes what new books are opened with. Only a book whose terms say that it *follows*
/// goes over to new ratios of its collateral, along an announced ramp.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Book {
	/// The deal it lends for.
	pub deal: DealId,
	/// What is locked.
	pub collateral: Asset,
	/// 10^decimals smallest units of the collateral make one whole unit; ≤ 18.
	pub collateral_decimals: u8,
	/// What is drawn and repaid.
	pub settlement: Asset,
	/// 10^decimals smallest units of the settlement asset make one whole unit; ≤ 18.
	pub settlement_decimals: u8,
	/// Yearly rate now, compounding per second, e.g. 0.05: what `rate` gives for the principal that is
	/// out.
	pub yearly_rate: Ratio,
	/// How the yearly rate is found.
	pub rate: RateModel,
	/// Most principal drawn at a time, in units of the settlement asset.
	pub debt_ceiling: Balance,
	/// Least debt of a vault that has any, in units of the settlement asset.
	pub minimum_debt: Balance,
	/// The risk parameters that the book was opened with. Its ratios now: [`Book::ratios`].
	pub parameters: ParameterSet,
	/// Whether it goes over to new ratios of its collateral.
	pub follows: bool,
	/// How its ratios move, or moved last, since it was opened.
	pub ramp: Option<Ramp>,
	/// The feed of the collateral.
	pub collateral_feed: FeedId,
	/// The feed of the settlement asset.
	pub settlement_feed: FeedId,
	/// Nothing is drawn while the settlement asset is further than this from par.
	pub depeg_band: Ratio,
	/// From then on no risk is added, and over `close_out` every rung is closed out.
	pub maturity: Moment,
	/// How long the close-out takes, milliseconds: the threshold falls evenly to zero.
	pub close_out: Moment,
	/// How long before a liquidity call takes effect, milliseconds.
	pub call_notice: Moment,
	/// The bonus of liquidations in a liquidity call, in the close-out and in a wind-down.
	pub call_bonus: Ratio,
	/// Most principal drawn in one window ([`strata_traits::DRAW_WINDOW`]), in units of the
	/// settlement asset.
	pub draw_fuse: Balance,
	/// The window of the last draw, and what was drawn in it.
	pub drawn_in_window: (Moment, Balance),
	/// R, right at `updated_at`.
	pub index: RateIndex,
	/// Until when interest is in `index`; a whole number of seconds after opening.
	pub updated_at: Moment,
	/// Sums over all rungs, closed remainders and vaults without debt.
	pub totals: Position,
	/// How many vaults.
	pub vaults: u32,
	/// The generation that was given to a rung last.
	pub generation: u64,
	/// Nothing is drawn and no vault is opened ever again.
	pub closed: bool,
	/// Collateral that rounding left to nobody. The next lot takes it along.
	pub dust: Balance,
	/// The walk left unsafe rungs behind: no risk is added.
	pub backlog: bool,
	/// The account holds less than the ledgers say: no risk is added and nothing liquidated.
	pub impaired: bool,
	/// Interest that the deal has called.
	pub call: Option<LiquidityCall>,
	/// How many calls there have been.
	pub calls: u32,
	/// Set when the book winds down.
	pub wind_down: Option<WindDown>,
	/// When rungs were liquidated last, and how many at that very moment: for the rest of the block
	/// whoever looks for the riskiest rung passes their keys again.
	pub removed: (Moment, u32),
}

impl Book {
	/// R at `now`, rounded up, and the instant it is right at: whole seconds are accrued, and what
	/// is left of a second stays to be accrued. `None` on overflow or if `now` lies before the last
	/// time.
	pub fn accrued(&self, now: Moment) -> Option<(RateIndex, Moment)> {
		let seconds = now.checked_sub(self.updated_at)?.checked_div(MILLIS_PER_SECOND)?;
		let index = self.index.grown_ceil(self.yearly_rate, seconds)?;
		let until = self.updated_at.checked_add(seconds.checked_mul(MILLIS_PER_SECOND)?)?;
		Some((index, until))
	}

	/// Whether all that it has lent should have been repaid by `now`.
	pub fn is_due(&self, now: Moment) -> bool {
		let wound_down = self.wind_down.as_ref().is_some_and(|end| now >= end.until);
		now >= self.maturity || wound_down
	}

	/// Whether the walk goes through it. A book that holds less than its ledgers is left alone until
	/// its deal is wound down.
	pub fn is_walked(&self) -> bool {
		!self.impaired || self.wind_down.is_some()
	}

	/// Brings R up to date. `None` as for [`Book::accrued`].
	pub fn accrue(&mut self, now: Moment) -> Option<()> {
		(self.index, self.updated_at) = self.accrued(now)?;
		Some(())
	}

	/// Finds the yearly rate for the principal that is out now. Interest up to `now` is accrued at the
	/// old one first, whole seconds of it; what is left of a second accrues at the new one. Returns
	/// whether it changed. `None` as for [`Book::accrued`].
	pub fn reprice(&mut self, now: Moment) -> Option<bool> {
		let rate = self.rate.rate_ceil(self.totals.principal, self.debt_ceiling)?;
		if rate == self.yearly_rate {
			return Some(false);
		}
		self.accrue(now)?;
		self.yearly_rate = rate;
		Some(true)
	}

	/// The liquidation, initial and target ratio at `now`.
	pub fn ratios(&self, now: Moment) -> Ratios {
		self.ramp.map_or(Ratios::of(&self.parameters), |ramp| ramp.at(now))
	}

	/// Where `ramp` leads the book from wherever it is at `now`. `None` if the pinned parameters do not
	/// go together with the end of it.
	pub fn followed(&self, ramp: &Ramp, now: Moment) -> Option<Ramp> {
		self.goes_with(&ramp.to).then(|| Ramp {
			from: self.ratios(now),
			to: ramp.to,
			begins: ramp.begins.max(now),
			ends: ramp.ends,
		})
	}

	/// Whether the pinned parameters hold together with these ratios.
	pub fn goes_with(&self, ratios: &Ratios) -> bool {
		let set = ratios.put_into(self.parameters);
		// An initial ratio above the bound of the haircut is its own bound.
		let greatest_initial_ratio = set.greatest_initial_ratio.max(ratios.initial);
		ParameterSet { greatest_initial_ratio, ..set }.validate().is_ok()
	}

	/// i at `now` with the haircut of its collateral's price: what is left of the collateral after it
	/// lost the haircut must be worth the liquidation ratio. Not below the initial ratio, and not above
	/// the greatest one, or the initial ratio if that is higher. Rounded up. `None` on overflow.
	pub fn initial_ratio_ceil(&self, now: Moment, price: &Quote) -> Option<Ratio> {
		let ratios = self.ratios(now);
		let haircut = self.parameters.haircut.haircut_ceil(price.variance, price.latency);
		let most = self.parameters.greatest_initial_ratio.max(ratios.initial);
		initial_ratio_ceil(ratios.liquidation, haircut, ratios.initial, most)
	}

	/// Moves `dust` of collateral out of the vaults' total to what belongs to nobody, and forgets
	/// `written_off` of principal. `None` if there is less.
	pub fn lose(&mut self, dust: Balance, written_off: Balance) -> Option<()> {
		self.totals.collateral = self.totals.collateral.checked_sub(dust)?;
		self.dust = self.dust.checked_add(dust)?;
		self.totals.principal = self.totals.principal.checked_sub(written_off)?;
		Some(())
	}

	/// What may still be drawn in the window of `now`.
	pub fn room_in_window(&self, now: Moment) -> Balance {
		let (window, drawn) = self.drawn_in_window;
		let drawn = if window == window_of(now) { drawn } else { 0 };
		self.draw_fuse.saturating_sub(drawn)
	}

	/// Counts `amount` as drawn in the window of `now`. `None` if it is more than may be.
	pub fn draw_in_window(&mut self, amount: Balance, now: Moment) -> Option<()> {
		let left = self.room_in_window(now).checked_sub(amount)?;
		self.drawn_in_window = (window_of(now), self.draw_fuse.checked_sub(left)?);
		Some(())
	}

	/// `units` of collateral at `price`, times `factor`, in units of the settlement asset at
	/// `settlement`, rounded down once. `None` on overflow or for a settlement price of zero.
	pub fn carried_floor(
		&self,
		units: Balance,
		price: Price,
		settlement: Price,
		factor: Ratio,
	) -> Option<Balance> {
		let above = U512::from(units)
			.checked_mul(U512::from(price.into_inner()))?
			.checked_mul(U512::from(factor.into_inner()))?
			.checked_mul(U512::from(pow10(self.settlement_decimals)?))?;
		let below = U512::from(settlement.into_inner())
			.checked_mul(U512::from(pow10(self.collateral_decimals)?))?
			.checked_mul(U512::from(Ratio::DIV))?;
		u128::try_from(above.checked_div(below)?).ok()
	}

	/// `amount` of the collateral at `price`.
	pub fn collateral_at(&self, amount: Balance, price: Price) -> Holding {
		Holding { amount, decimals: self.collateral_decimals, price }
	}

	/// `amount` of the settlement asset at `price`.
	pub fn settlement_at(&self, amount: Balance, price: Price) -> Holding {
		Holding { amount, decimals: self.settlement_decimals, price }
	}

	/// The least price of the collateral at which a rung is safe with m = `ratio`, rounded up: USD per
	/// whole unit, the settlement asset at par. It is where the rung's upper edge is κ* = p / (m·R), so
	/// p = edge·m·R·10^(collateral decimals) / 10^(settlement decimals). `None` on overflow.
	pub fn liquidation_price_ceil(
		&self,
		rung: Rung,
		index: RateIndex,
		ratio: Ratio,
	) -> Option<Price> {
		let edge = rung.upper_edge();
		let power = U512::from(2u8).checked_pow(U512::from(edge.exponent().unsigned_abs()))?;
		let (up, down) =
			if edge.exponent() < 0 { (U512::one(), power) } else { (power, U512::one()) };
		// m's 18 decimals are the price's; R's 27 are divided out.
		let numerator = U512::from(edge.mantissa())
			.checked_mul(U512::from(ratio.into_inner()))?
			.checked_mul(U512::from(index.inner()))?
			.checked_mul(U512::from(pow10(self.collateral_decimals)?))?
			.checked_mul(up)?;
		let denominator = down
			.checked_mul(U512::from(RateIndex::ONE.inner()))?
			.checked_mul(U512::from(pow10(self.settlement_decimals)?))?;
		let rounding = denominator.checked_sub(U512::one())?;
		let price = numerator.checked_add(rounding)?.checked_div(denominator)?;
		u128::try_from(price).ok().map(Price::from_inner)
	}
}

/// What a book of vaults is opened with.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct BookTerms {
	/// The collateral asset it lends against. It must be listed.
	pub collateral: Asset,
	/// How its yearly rate is found; inside the asset's corridor at both ends.
	pub rate: RateModel,
	/// Most principal drawn at a time, in units of the settlement asset; at least the minimum debt.
	pub debt_ceiling: Balance,
	/// Most principal drawn in one window ([`strata_traits::DRAW_WINDOW`]), in units of the
	/// settlement asset; at least the minimum debt.
	pub draw_fuse: Balance,
	/// When what was lent is due: milliseconds since 1970, after the opening.
	pub maturity: Moment,
	/// How long the close-out after maturity takes, milliseconds; above 0.
	pub close_out: Moment,
	/// Notice of a liquidity call, milliseconds.
	pub call_notice: Moment,
	/// Bonus of liquidations in a liquidity call, in the close-out and in a wind-down; at most the
	/// asset's liquidation bonus.
	pub call_bonus: Ratio,
	/// Whether the book follows its collateral's ratios when governance changes them.
	pub follows: bool,
}

/// What to do with a vault, all at once. Amounts of zero do nothing.
///
/// Carried out in the order of the fields: what is repaid and added counts for what is drawn and
/// withdrawn.
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
pub struct Adjustment {
	/// Collateral to add.
	pub deposit: Balance,
	/// Settlement asset to repay; anything above the debt means all of it.
	pub repay: Balance,
	/// Settlement asset to draw.
	pub draw: Balance,
	/// Collateral to take out.
	pub withdraw: Balance,
}

impl Adjustment {
	/// Whether what is owed has to be known to the unit.
	pub fn needs_index(&self, before: &Position) -> bool {
		self.draw > 0 || self.repay > 0 || (self.withdraw > 0 && before.debt > 0)
	}

	/// Whether it needs prices, if it ends in `after`: it adds debt or takes collateral from debt.
	pub fn adds_risk(&self, after: &Position) -> bool {
		self.draw > 0 || (self.withdraw > 0 && after.debt > 0)
	}
}

/// How a vault stands against the ratios of its book.
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
pub enum Health {
	/// Nothing is owed.
	NoDebt,
	/// At or above the initial ratio that applies now, at the prices that an act which adds risk uses:
	/// its owner may draw or withdraw if they are reliable.
	Healthy,
	/// Not that, and not below the liquidation ratio.
	BelowInitialRatio,
	/// Below the liquidation ratio, collateral at its lower price and the settlement asset at the
	/// larger of its upper price and par.
	BelowLiquidationRatio,
	/// There is no price, not even an old one.
	Unpriced,
}

/// A vault as it stands now.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct VaultState<AccountId> {
	/// Its book.
	pub book: BookId,
	/// Its owner.
	pub owner: AccountId,
	/// Collateral locked.
	pub collateral: Balance,
	/// What is owed now, rounded up, in units of the settlement asset: principal and interest.
	pub debt: Balance,
	/// Principal owed.
	pub principal: Balance,
	/// Interest owed.
	pub interest: Balance,
	/// Value of the collateral over value of the debt, rounded down, at the last prices: collateral at
	/// its lower price, the settlement asset at the larger of its upper price and par. `None` without
	/// debt or without a price.
	pub ratio: Option<Ratio>,
	/// The initial ratio that applies now: that of the book, raised by the haircut of the collateral's
	/// last price. `None` without a price.
	pub initial_ratio: Option<Ratio>,
	/// How it stands at the last prices.
	pub health: Health,
	/// Whether both prices are fresh enough to draw and withdraw on.
	pub reliable: bool,
	/// Its rung; `None` without debt.
	pub rung: Option<Rung>,
	/// How many liquidations of its rung lie between its last touch and its rung.
	pub hops: u32,
	/// The price of the collateral below which its rung is unsafe, rounded up, the settlement asset
	/// at par. It moves with interest, and in a book that follows with an announced ramp. `None`
	/// without debt.
	pub liquidation_price: Option<Price>,
}

/// A book as it stands now.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct BookState<AccountId> {
	/// Its terms, totals and index as stored.
	pub book: Book,
	/// The account that holds its collateral.
	pub account: AccountId,
	/// R now, rounded up.
	pub index: RateIndex,
	/// What is due to it.
	pub figures: BookFigures,
}
