//! Groups of assets whose prices are expected to move together, and ceilings that follow.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Get, Time},
};
use sp_runtime::{
	traits::{One, Zero},
	ArithmeticError,
};
use strata_numbers::Ratio;
use strata_traits::{Asset, GroupId};

use crate::{records::Group, Collateral, Config, Error, Event, GroupOf, Groups, Pallet};

impl<T: Config> Pallet<T> {
	/// Makes a group with this cap, gives it this cap, or removes it.
	pub(crate) fn do_set_group(id: GroupId, cap: Option<Ratio>) -> DispatchResult {
		let held = Groups::<T>::get(id);
		match cap {
			Some(cap) => {
				let in_range = !cap.is_zero() && cap <= Ratio::one();
				ensure!(in_range, Error::<T>::CapOutOfRange);
				let room = held.is_some() || Groups::<T>::count() < T::MaxGroups::get();
				ensure!(room, Error::<T>::TooManyGroups);
				let members = held.map_or(0, |group| group.members);
				Groups::<T>::insert(id, Group { cap, members });
			},
			None => {
				let group = held.ok_or(Error::<T>::UnknownGroup)?;
				ensure!(group.members == 0, Error::<T>::GroupInUse);
				Groups::<T>::remove(id);
			},
		}
		Self::deposit_event(Event::GroupSet { group: id, cap });
		Ok(())
	}

	/// Puts a collateral asset into a group, or into none.
	pub(crate) fn do_assign(asset: Asset, group: Option<GroupId>) -> DispatchResult {
		ensure!(Collateral::<T>::contains_key(&asset), Error::<T>::NotListed);
		ensure!(GroupOf::<T>::get(&asset) != group, Error::<T>::NothingChanges);
		Self::leave_group(&asset)?;
		if let Some(id) = group {
			Groups::<T>::try_mutate(id, |slot| {
				let group = slot.as_mut().ok_or(Error::<T>::UnknownGroup)?;
				group.members = group.members.checked_add(1).ok_or(ArithmeticError::Overflow)?;
				Ok::<_, sp_runtime::DispatchError>(())
			})?;
			GroupOf::<T>::insert(&asset, id);
		}
		Self::deposit_event(Event::GroupAssigned { asset, group });
		Ok(())
	}

	/// Takes `asset` out of its group, if it has one.
	pub(crate) fn leave_group(asset: &Asset) -> Result<(), ArithmeticError> {
		let Some(id) = GroupOf::<T>::take(asset) else { return Ok(()) };
		Groups::<T>::try_mutate_exists(id, |slot| {
			if let Some(group) = slot {
				group.members = group.members.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
			}
			Ok(())
		})
	}

	/// Brings a ceiling that follows what is drawn up to date.
	pub(crate) fn do_adjust_ceiling(asset: Asset) -> DispatchResult {
		let now = T::Time::now();
		let mut line = None;
		Self::change_collateral(&asset, |listing| {
			let ceiling = listing.ceiling_at(now).ok_or(Error::<T>::CeilingDoesNotFollow)?;
			ensure!(listing.ceiling != Some(ceiling), Error::<T>::NothingChanges);
			listing.ceiling = Some(ceiling);
			line = Some(ceiling.line);
			Ok(())
		})?;
		let line = line.unwrap_or_default();
		Self::deposit_event(Event::CeilingAdjusted { asset, line });
		Ok(())
	}
}
