//! Evidence. The court keeps a hash of each piece and a chain of all of them, which votes are bound to:
//! it is closed while jurors vote.

use codec::Encode;
use frame_support::{ensure, traits::ConstU32, BoundedVec};
use sp_core::H256;
use sp_runtime::{ArithmeticError, DispatchResult};
use strata_court::evidence_root;
use strata_traits::DisputeId;

use crate::{
	pallet::{Config, DisputeOf, Disputes, Error, Event, Evidence, Pallet},
	pot::Part,
	types::{Height, Piece, Side, State, MAX_PIECES, MAX_URI},
};

impl<T: Config> Pallet<T> {
	/// See [`Pallet::submit_evidence`].
	pub(crate) fn do_submit_evidence(
		who: T::AccountId,
		id: DisputeId,
		hash: H256,
		uri: BoundedVec<u8, ConstU32<MAX_URI>>,
	) -> DispatchResult {
		Self::ensure_open()?;
		let mut dispute = Self::dispute(id)?;
		let side = Self::side(&dispute, &who)?;
		Self::ensure_evidence_open(&dispute.state)?;
		let piece = dispute.pieces.0;
		let deposit = Self::count_piece(&mut dispute, side)?;
		if deposit > 0 {
			Self::take(id, &who, Part::Evidence, deposit)?;
		}
		let root = who.using_encoded(|who| evidence_root(&dispute.evidence.0, who, &hash.0));
		let root = H256(root);
		dispute.evidence = root;
		Self::reopen(&mut dispute.state, side.other());
		let at = Self::height();
		Evidence::<T>::insert(id, piece, Piece { side, hash, uri, at, deposit });
		Disputes::<T>::insert(id, dispute);
		Self::deposit_event(Event::EvidenceSubmitted { dispute: id, piece, side, hash, root });
		Ok(())
	}

	/// After a new piece the other side may want time again.
	fn reopen(state: &mut State, other: Side) {
		if let State::Evidence { ready: [claimant, respondent], .. } = state {
			match other {
				Side::Claimant => *claimant = false,
				Side::Respondent => *respondent = false,
			}
		}
	}

	/// Counts a piece of `side` and returns its deposit: 0 for the first one, later what the court asks
	/// for.
	fn count_piece(
		dispute: &mut DisputeOf<T>,
		side: Side,
	) -> Result<strata_traits::Balance, sp_runtime::DispatchError> {
		let (all, claimant, respondent) = &mut dispute.pieces;
		let own = match side {
			Side::Claimant => claimant,
			Side::Respondent => respondent,
		};
		let first = *own == 0;
		ensure!(*own < MAX_PIECES, Error::<T>::TooMuchEvidence);
		*own = own.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		*all = all.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		if first {
			return Ok(0);
		}
		Ok(Self::terms_of(dispute.court, dispute.version)?.evidence)
	}

	/// That evidence is taken: before votes, and by the final authority.
	fn ensure_evidence_open(state: &State) -> DispatchResult {
		match state {
			State::Response { until } | State::Evidence { until, .. } | State::Final { until } => {
				Self::ensure_before(*until)
			},
			State::Stayed | State::AwaitSeed { .. } | State::Drawing { .. } => Ok(()),
			_ => Err(Error::<T>::WrongStage.into()),
		}
	}

	/// See [`Pallet::ready`].
	pub(crate) fn do_ready(who: T::AccountId, id: DisputeId) -> DispatchResult {
		Self::ensure_open()?;
		let mut dispute = Self::dispute(id)?;
		let side = Self::side(&dispute, &who)?;
		let State::Evidence { until, ready: [mut claimant, mut respondent] } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		Self::ensure_before(until)?;
		let own = match side {
			Side::Claimant => &mut claimant,
			Side::Respondent => &mut respondent,
		};
		ensure!(!*own, Error::<T>::NothingChanges);
		*own = true;
		if claimant && respondent {
			Self::begin_commit(id, &mut dispute)?;
		} else {
			dispute.state = State::Evidence { until, ready: [claimant, respondent] };
		}
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// Ends `Evidence`: jurors commit.
	///
	/// # Errors
	/// [`Error::NotDue`] while there is time.
	pub(crate) fn advance_evidence(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		until: Height,
	) -> DispatchResult {
		ensure!(Self::height() >= until, Error::<T>::NotDue);
		Self::begin_commit(id, dispute)
	}

	/// Evidence is closed, and no offer stands any more.
	fn begin_commit(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		dispute.offer = None;
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let until = Self::after(terms.periods.commit)?;
		Self::enter(id, dispute, State::Commit { until })
	}
}
