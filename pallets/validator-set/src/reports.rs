//! Each offender is reported once per session.
//!
//! It is charged once for a session, whatever it did in it and however often. But each slot and each round of
//! which it signs two things is another offence for `pallet-offences`, which keeps all of them for good, and a
//! report that is true costs its sender nothing. Who has the keys of one validator, and has resigned himself
//! to the loss, could fill block after block for free with proofs against himself. So what changes nothing is a
//! duplicate: not taken as a report by the author of a block, and paid for by everybody else.

use alloc::vec::Vec;
use core::marker::PhantomData;

use pallet_session::historical::IdentificationTuple;
use sp_runtime::Perbill;
use sp_staking::{
	offence::{Kind, Offence, OffenceError, ReportOffence},
	SessionIndex,
};

use crate::{Config, Convictions, Pallet};

/// Who has offended, and in which session.
pub type Offender<T> = (IdentificationTuple<T>, SessionIndex);

/// Reports to `Offences` the offences of those who were not convicted of one in the same session.
pub struct OncePerSession<T, Offences>(PhantomData<(T, Offences)>);

impl<T, Offences, O> ReportOffence<T::AccountId, Offender<T>, O> for OncePerSession<T, Offences>
where
	T: Config,
	O: Offence<Offender<T>>,
	Offences: ReportOffence<T::AccountId, IdentificationTuple<T>, Undated<T, O>>,
{
	fn report_offence(reporters: Vec<T::AccountId>, offence: O) -> Result<(), OffenceError> {
		if all_convicted::<T>(&offence.offenders()) {
			return Err(OffenceError::DuplicateReport);
		}
		Offences::report_offence(reporters, Undated(offence, PhantomData))
	}

	fn is_known_offence(offenders: &[Offender<T>], slot: &O::Slot) -> bool {
		offenders.iter().all(|(offender, session)| {
			Pallet::<T>::is_convicted(&offender.0, *session)
				|| Offences::is_known_offence(
					core::slice::from_ref(offender),
					&(slot.clone(), *session),
				)
		})
	}
}

/// Whether all of `offenders` have been convicted of an offence in their session.
fn all_convicted<T: Config>(offenders: &[Offender<T>]) -> bool {
	offenders.iter().all(|((who, ()), session)| Pallet::<T>::is_convicted(who, *session))
}

/// `offenders` as `pallet-offences` knows them.
fn undated<T: Config>(offenders: &[Offender<T>]) -> Vec<IdentificationTuple<T>> {
	offenders.iter().map(|(offender, _)| offender.clone()).collect()
}

/// An offence as `pallet-offences` knows it: it asks for the session once, not with each offender.
///
/// It takes offences of one slot for one, and has all their offenders punished again with each that is added. A
/// round of votes may last from one session into the next: an offender would be punished for the session of another.
/// So the session is a part of the slot.
pub struct Undated<T, O>(O, PhantomData<T>);

impl<T: Config, O: Offence<Offender<T>>> Offence<IdentificationTuple<T>> for Undated<T, O> {
	const ID: Kind = O::ID;

	type Slot = (O::Slot, SessionIndex);

	fn offenders(&self) -> Vec<IdentificationTuple<T>> {
		undated::<T>(&self.0.offenders())
	}

	fn session_index(&self) -> SessionIndex {
		self.0.session_index()
	}

	fn validator_set_count(&self) -> u32 {
		self.0.validator_set_count()
	}

	fn slot(&self) -> Self::Slot {
		(self.0.slot(), self.session_index())
	}

	fn slash_fraction(&self, offenders: u32) -> Perbill {
		self.0.slash_fraction(offenders)
	}
}

impl<T: Config> Pallet<T> {
	/// Whether `who` has been convicted of an offence in `session`.
	pub fn is_convicted(who: &T::AccountId, session: SessionIndex) -> bool {
		Convictions::<T>::get(session).iter().any(|convict| convict.who == *who)
	}
}
