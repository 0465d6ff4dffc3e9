//! Courts, the terms that cases are tried under, and what accounts are.

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

use crate::{
	types::{Court, CourtId, Pinned, RoleId, Terms, TermsError, TermsVersion},
	Config, CourtTerms, Courts, Error, Event, NextCourt, Pallet, Roles,
};

/// Courts on the way from a court to the one above all, both included, at most.
pub const MAX_DEPTH: u32 = 4;

impl<T: Config> Pallet<T> {
	/// Creates a court below `parent`, without jurors.
	pub(crate) fn do_create_court(parent: Option<CourtId>, terms: Terms) -> DispatchResult {
		let court = NextCourt::<T>::get();
		Self::check_terms(court, &terms)?;
		let depth = parent.map_or(Ok(0), Self::depth)?;
		ensure!(depth < MAX_DEPTH, Error::<T>::TooManyCourts);
		NextCourt::<T>::put(court.checked_add(1).ok_or(Error::<T>::TooManyCourts)?);
		let record = Court { parent, version: 0, jurors: 0, levels: 1, leaves: 0, free: (0, 0) };
		Courts::<T>::insert(court, record);
		CourtTerms::<T>::insert(court, 0, Pinned { terms, cases: 0 });
		Self::deposit_event(Event::CourtCreated { court, parent });
		Ok(())
	}

	/// Sets the terms of cases that are filed from now on.
	pub(crate) fn do_set_terms(court: CourtId, terms: Terms) -> DispatchResult {
		Self::check_terms(court, &terms)?;
		let mut record = Self::court(court)?;
		let before = record.version;
		let version = before.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		record.version = version;
		Courts::<T>::insert(court, record);
		CourtTerms::<T>::insert(court, version, Pinned { terms, cases: 0 });
		if Self::pinned(court, before)?.cases == 0 {
			CourtTerms::<T>::remove(court, before);
		}
		Self::deposit_event(Event::TermsSet { court, version });
		Ok(())
	}

	/// Whether `terms` hold together, and name another court that there is.
	fn check_terms(court: CourtId, terms: &Terms) -> DispatchResult {
		terms.validate().map_err(Error::<T>::Terms)?;
		if let Some(quota) = terms.quota {
			let another = quota.court != court;
			ensure!(another, Error::<T>::Terms(TermsError::QuotaOutOfRange));
			ensure!(Courts::<T>::contains_key(quota.court), Error::<T>::UnknownCourt);
		}
		Ok(())
	}

	/// Courts from `court` upwards, itself included.
	fn depth(court: CourtId) -> Result<u32, DispatchError> {
		let mut above = Self::court(court)?.parent;
		let mut depth = 1u32;
		// No court is deeper than that: each was created below one that was there.
		while let Some(court) = above.filter(|_| depth < MAX_DEPTH) {
			above = Self::court(court)?.parent;
			depth = depth.saturating_add(1);
		}
		Ok(depth)
	}

	/// Whether the way up from `court` ends within [`MAX_DEPTH`] courts, itself included. One that leads
	/// back to a court on it never ends.
	pub(crate) fn is_below_few(court: CourtId) -> bool {
		let mut next = Some(court);
		for _ in 0..MAX_DEPTH {
			next = next.and_then(Courts::<T>::get).and_then(|court| court.parent);
		}
		next.is_none()
	}

	/// The court.
	pub(crate) fn court(court: CourtId) -> Result<Court, DispatchError> {
		Ok(Courts::<T>::get(court).ok_or(Error::<T>::UnknownCourt)?)
	}

	fn pinned(court: CourtId, version: TermsVersion) -> Result<Pinned, DispatchError> {
		Ok(CourtTerms::<T>::get(court, version).ok_or(Error::<T>::UnknownCourt)?)
	}

	/// Terms of a court: those now, or those that a case has pinned.
	pub(crate) fn terms_of(court: CourtId, version: TermsVersion) -> Result<Terms, DispatchError> {
		Ok(Self::pinned(court, version)?.terms)
	}

	/// The terms of a court now.
	pub(crate) fn terms_now(court: CourtId) -> Result<Terms, DispatchError> {
		Self::terms_of(court, Self::court(court)?.version)
	}

	/// The terms of a court now, for a case more. They are kept until that is taken back.
	pub(crate) fn pin(court: CourtId) -> Result<(TermsVersion, Terms), DispatchError> {
		let version = Self::court(court)?.version;
		let mut pinned = Self::pinned(court, version)?;
		pinned.cases = pinned.cases.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		CourtTerms::<T>::insert(court, version, pinned);
		Ok((version, pinned.terms))
	}

	/// The terms are kept for a case less, and removed if they were for no other and there are later ones.
	pub(crate) fn unpin(court: CourtId, version: TermsVersion) -> DispatchResult {
		let mut pinned = Self::pinned(court, version)?;
		pinned.cases = pinned.cases.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		if pinned.cases == 0 && Self::court(court)?.version != version {
			CourtTerms::<T>::remove(court, version);
		} else {
			CourtTerms::<T>::insert(court, version, pinned);
		}
		Ok(())
	}

	/// Makes `who` eligible where `role` is wanted.
	pub(crate) fn do_grant_role(who: T::AccountId, role: RoleId) -> DispatchResult {
		Roles::<T>::try_mutate(&who, |roles| {
			ensure!(!roles.contains(&role), Error::<T>::RoleNotGranted);
			roles.try_push(role).map_err(|_| Error::<T>::RoleNotGranted)
		})?;
		Self::deposit_event(Event::RoleGranted { who, role });
		Ok(())
	}

	/// Takes `role` back. What is in a tree stays there; whoever is drawn without the role is passed over.
	pub(crate) fn do_revoke_role(who: T::AccountId, role: RoleId) -> DispatchResult {
		Roles::<T>::try_mutate_exists(&who, |slot| {
			let mut roles = slot.take().unwrap_or_default();
			let at = roles.iter().position(|one| *one == role).ok_or(Error::<T>::NoSuchRole)?;
			roles.remove(at);
			*slot = (!roles.is_empty()).then_some(roles);
			Ok::<_, DispatchError>(())
		})?;
		Self::deposit_event(Event::RoleRevoked { who, role });
		Ok(())
	}

	/// Whether `who` is what a court wants, if it wants something. One read if it does.
	pub(crate) fn is_qualified(who: &T::AccountId, role: Option<RoleId>) -> bool {
		role.is_none_or(|role| Roles::<T>::get(who).contains(&role))
	}
}
