//! What the pallet stores and shows. Nothing here knows a `Config`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U512;
use sp_runtime::FixedPointNumber;
use strata_ladder::Rung;
use strata_numbers::{mul_div_ceil, pow10, Holding, Price, RateIndex, Ratio};
use strata_traits::{Asset, Balance, BookFigures, BookId, Collected, DealId, Moment, ParameterSet};

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
	/// How many vaults.
	pub vaults: u32,
	/// Unique in the book: a rung that was emptied and is filled again has another one.
	pub generation: u64,
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
/// governance changes what new books are opened with.
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
	/// Yearly rate, compounding per second, e.g. 0.05.
	pub yearly_rate: Ratio,
	/// Most principal drawn at a time, in units of the settlement asset.
	pub debt_ceiling: Balance,
	/// Least debt of a vault that has any, in units of the settlement asset.
	pub minimum_debt: Balance,
	/// The risk parameters that the book was opened with.
	pub parameters: ParameterSet,
	/// R, right at `updated_at`.
	pub index: RateIndex,
	/// Until when interest is in `index`; a whole number of seconds after opening.
	pub updated_at: Moment,
	/// Sums over all vaults.
	pub totals: Position,
	/// How many vaults.
	pub vaults: u32,
	/// The generation that was given to a rung last.
	pub generation: u64,
	/// Nothing is drawn and no vault is opened ever again.
	pub closed: bool,
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

	/// Brings R up to date. `None` as for [`Book::accrued`].
	pub fn accrue(&mut self, now: Moment) -> Option<()> {
		(self.index, self.updated_at) = self.accrued(now)?;
		Some(())
	}

	/// `amount` of the collateral at `price`.
	pub fn collateral_at(&self, amount: Balance, price: Price) -> Holding {
		Holding { amount, decimals: self.collateral_decimals, price }
	}

	/// `amount` of the settlement asset at `price`.
	pub fn settlement_at(&self, amount: Balance, price: Price) -> Holding {
		Holding { amount, decimals: self.settlement_decimals, price }
	}

	/// The least price of the collateral at which a rung is safe, rounded up: USD per whole unit, the
	/// settlement asset at par. It is where the rung's upper edge is κ* = p / (m·R), so
	/// p = edge·m·R·10^(collateral decimals) / 10^(settlement decimals). `None` on overflow.
	pub fn liquidation_price_ceil(&self, rung: Rung, index: RateIndex) -> Option<Price> {
		let edge = rung.upper_edge();
		let power = U512::from(2u8).checked_pow(U512::from(edge.exponent().unsigned_abs()))?;
		let (up, down) =
			if edge.exponent() < 0 { (U512::one(), power) } else { (power, U512::one()) };
		// m's 18 decimals are the price's; R's 27 are divided out.
		let numerator = U512::from(edge.mantissa())
			.checked_mul(U512::from(self.parameters.liquidation_ratio.into_inner()))?
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
	/// Yearly rate, compounding per second; inside the asset's corridor.
	pub yearly_rate: Ratio,
	/// Most principal drawn at a time, in units of the settlement asset; at least the minimum debt.
	pub debt_ceiling: Balance,
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

/// How a vault stands against the ratios of its book, at the prices that an act which adds risk uses:
/// collateral at its lower price, the settlement asset at the larger of its upper price and par.
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
	/// At or above the initial ratio: its owner may draw or withdraw.
	Healthy,
	/// Below the initial ratio, not below the liquidation ratio.
	BelowInitialRatio,
	/// Below the liquidation ratio.
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
	/// Value of the collateral over value of the debt, rounded down, at the last prices; `None`
	/// without debt or without a price.
	pub ratio: Option<Ratio>,
	/// How it stands at the last prices.
	pub health: Health,
	/// Whether both prices are fresh enough to draw and withdraw on.
	pub reliable: bool,
	/// Its rung; `None` without debt.
	pub rung: Option<Rung>,
	/// The price of the collateral below which its rung is unsafe, rounded up, the settlement asset
	/// at par. It moves with interest only. `None` without debt.
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
