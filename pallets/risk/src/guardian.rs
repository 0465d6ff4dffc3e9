//! What guardians do: they pause and tighten, at once and for a while.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_parameters::{ensure_one_step, Direction, Kind};
use strata_traits::{Asset, CollateralListing, Moment, ParameterSet, Ramp, Ratios};

use crate::{
	records::{Guard, Source, StewardTerms, Tightening},
	Collateral, Config, Due, Error, Event, Guards, Pallet,
};

/// Kinds that decide who is liquidated and at what price: not a guardian's.
const NOT_A_GUARDIANS: [Kind; 3] =
	[Kind::LiquidationRatio, Kind::TargetRatio, Kind::LiquidationBonus];

/// The ramp to ratios that a guardian gave another initial ratio. What is on its way goes on along the
/// same line; an initial ratio that is higher yet comes down to the new one only.
fn guarded_ramp(listing: &CollateralListing, to: &ParameterSet, now: Moment) -> Ramp {
	let present = listing.ratios(now);
	Ramp {
		from: Ratios { initial: present.initial.max(to.initial_ratio), ..present },
		to: Ratios::of(to),
		begins: now,
		ends: listing.ramp.map_or(now, |ramp| ramp.ends.max(now)),
	}
}

/// The rest of the ramp that a guardian's was put in place of.
fn resumed_ramp(tightening: &Tightening, now: Moment) -> Ramp {
	let to = Ratios::of(&tightening.before);
	Ramp {
		from: tightening.ramp.map_or(to, |ramp| ramp.at(now)),
		to,
		begins: now,
		ends: tightening.ramp.map_or(now, |ramp| ramp.ends.max(now)),
	}
}

impl<T: Config> Pallet<T> {
	/// Stops draws, withdrawals and new books on a collateral asset for a while.
	pub(crate) fn do_pause(asset: Asset) -> DispatchResult {
		let until = Self::guarded_until()?;
		Self::change_collateral(&asset, |listing| {
			ensure!(!listing.paused, Error::<T>::AlreadyPaused);
			listing.paused = true;
			Ok(())
		})?;
		let guard = Guards::<T>::get(&asset).unwrap_or_default();
		Self::put_guard(&asset, Guard { pause: Some(until), ..guard })?;
		Self::deposit_event(Event::Paused { asset, until });
		Ok(())
	}

	/// Ends a pause.
	pub(crate) fn do_unpause(asset: Asset) -> DispatchResult {
		Self::change_collateral(&asset, |listing| {
			ensure!(listing.paused, Error::<T>::NotPaused);
			listing.paused = false;
			Ok(())
		})?;
		if let Some(guard) = Guards::<T>::get(&asset) {
			Self::put_guard(&asset, Guard { pause: None, ..guard })?;
		}
		Self::deposit_event(Event::Unpaused { asset });
		Ok(())
	}

	/// Tightens parameters by one step at once, for a while.
	pub(crate) fn do_tighten(asset: Asset, parameters: ParameterSet) -> DispatchResult {
		let listing = Collateral::<T>::get(&asset).ok_or(Error::<T>::NotListed)?;
		let guard = Guards::<T>::get(&asset).unwrap_or_default();
		ensure!(guard.tightening.is_none(), Error::<T>::AlreadyTightened);
		Self::ensure_parameters(&parameters)?;
		let (now, until) = (T::Time::now(), Self::guarded_until()?);
		Self::ensure_guardians(&listing, &parameters, now)?;
		let before = listing.parameters;
		let moves = before.initial_ratio != parameters.initial_ratio;
		let ramp = moves.then(|| guarded_ramp(&listing, &parameters, now));
		let in_force = ramp.map_or(listing.ratios(now), |ramp| ramp.at(now));
		Self::ensure_together(in_force, &parameters)?;
		let tightening = Some(Tightening { before, ramp: listing.ramp, until });
		Self::put_guard(&asset, Guard { tightening, ..guard })?;
		Self::apply(&asset, listing, parameters, ramp, Source::Guardian, now)?;
		Self::deposit_event(Event::Tightened { asset, until });
		Ok(())
	}

	/// Whether `to` is one step tighter than what is decided and in force, in what is a guardian's.
	fn ensure_guardians(
		listing: &CollateralListing,
		to: &ParameterSet,
		now: Moment,
	) -> Result<(), Error<T>> {
		let decided = listing.parameters;
		let mut changes = false;
		for kind in Kind::ALL {
			match kind.direction(&decided, to) {
				Direction::Same => {},
				Direction::Tighter if !NOT_A_GUARDIANS.contains(&kind) => changes = true,
				_ => return Err(Error::<T>::NotAGuardians(kind)),
			}
		}
		ensure!(changes, Error::<T>::NothingChanges);
		// An initial ratio on its way is one step from where it is, too.
		let initial_ratio = match decided.initial_ratio == to.initial_ratio {
			true => decided.initial_ratio,
			false => listing.ratios(now).initial,
		};
		let starts = [decided, ParameterSet { initial_ratio, ..decided }];
		ensure_one_step(&starts, to, T::StewardTerms::terms)
			.map_err(|(kind, refused)| Error::<T>::Step(kind, refused))
	}

	/// Lets stay what a guardian did.
	pub(crate) fn do_ratify(asset: Asset) -> DispatchResult {
		ensure!(Guards::<T>::contains_key(&asset), Error::<T>::NothingGuarded);
		Self::put_guard(&asset, Guard::default())?;
		Self::deposit_event(Event::Ratified { asset });
		Ok(())
	}

	/// Undoes what a guardian did and nobody ratified in time.
	pub(crate) fn do_revert(asset: Asset) -> DispatchResult {
		let guard = Guards::<T>::get(&asset).ok_or(Error::<T>::NothingGuarded)?;
		let now = T::Time::now();
		let over = |until: &Moment| *until <= now;
		ensure!(guard.due().is_some_and(|due| over(&due)), Error::<T>::NotDue);
		let mut left = guard.clone();
		if left.pause.take_if(|until| over(until)).is_some() {
			Self::change_collateral(&asset, |listing| {
				listing.paused = false;
				Ok(())
			})?;
			Self::deposit_event(Event::Unpaused { asset: asset.clone() });
		}
		if let Some(ended) = left.tightening.take_if(|tightening| over(&tightening.until)) {
			Self::undo(&asset, ended, now)?;
		}
		Self::put_guard(&asset, left)?;
		Self::deposit_event(Event::Reverted { asset });
		Ok(())
	}

	/// Brings back the parameters that a guardian tightened. Nothing else changed them meanwhile: a
	/// proposal that is executed ends the tightening.
	fn undo(asset: &Asset, tightening: Tightening, now: Moment) -> Result<(), DispatchError> {
		let listing = Collateral::<T>::get(asset).ok_or(Error::<T>::NotListed)?;
		let before = tightening.before;
		Self::ensure_parameters(&before)?;
		let moved = listing.parameters.initial_ratio != before.initial_ratio;
		let ramp = moved.then(|| resumed_ramp(&tightening, now));
		Self::apply(asset, listing, before, ramp, Source::Reversion, now)?;
		Ok(())
	}

	/// What a guardian tightened stays.
	pub(crate) fn end_tightening(asset: &Asset) -> Result<(), Error<T>> {
		match Guards::<T>::get(asset) {
			Some(guard) if guard.tightening.is_some() => {
				Self::put_guard(asset, Guard { tightening: None, ..guard })
			},
			_ => Ok(()),
		}
	}

	fn guarded_until() -> Result<Moment, ArithmeticError> {
		T::Time::now().checked_add(T::Periods::get().guard).ok_or(ArithmeticError::Overflow)
	}

	/// Stores `guard` and when it is due.
	pub(crate) fn put_guard(asset: &Asset, guard: Guard) -> Result<(), Error<T>> {
		Self::put_due(asset, guard.due())?;
		Guards::<T>::set(asset, guard.due().map(|_| guard));
		Ok(())
	}

	/// Notes when something of `asset` is due.
	pub(crate) fn put_due(asset: &Asset, at: Option<Moment>) -> Result<(), Error<T>> {
		Due::<T>::try_mutate(|due| {
			due.retain(|(_, other)| other != asset);
			let Some(at) = at else { return Ok(()) };
			let entry = (at, asset.clone());
			let place = due.partition_point(|other| *other < entry);
			// There is room for every asset that may be listed.
			due.try_insert(place, entry).map_err(|_| Error::<T>::TooManyListings)
		})
	}
}
