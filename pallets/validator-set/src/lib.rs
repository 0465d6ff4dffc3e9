//! # Validator set
//!
//! Who produces and finalises blocks: founders, and candidates who answer with a bond in STRA. The
//! best-bonded are elected at the start of each session; offences cost bond and seat; silence costs the
//! seat.
//!
//! ## Founders and candidates
//!
//! The pallet has no list of validators of its own at genesis: tools that rewrite a chain specification
//! rewrite `session.keys`, and a second list would then disagree with it. The owners of those keys are
//! the *founders*. (All keys of genesis count: keep `session.nonAuthorityKeys` empty.)
//!
//! Founders have no bond, as nobody can be made to hold STRA before the chain exists, and they have a seat
//! before everybody else until governance retires them ([`Pallet::retire`]), they leave, or they offend.
//! They do not step back by themselves when there are enough candidates: whoever could then raise a few
//! times the least bond would take over a young chain in one session. Let governance retire them one by one,
//! as bonds that are worth something come. A founder may bond like anybody else; it then loses bond for an
//! offence, and keeps its seat as a candidate when it is retired.
//!
//! Anybody else sets session keys ([`pallet_session::Call::set_keys`], with the proof of ownership), then
//! calls [`Pallet::bond`], and *stands*. A session's set is planned at the start of the session before:
//!
//! ```text
//! session n: bond     start of n+1: elected for n+2     n+2: validates
//! ```
//!
//! All that stand are one list in the order of [`strata_validators::election`]: founders, then the better
//! bonded, among equals who came first. A set is its front: all founders, and candidates with at least
//! [`Terms::bond`] up to [`Terms::seats`]. If fewer than [`Terms::least`] are left, those of the last set stay
//! who have not left, the better ones first. [`Pallet::chill`], [`Pallet::leave`] and [`Pallet::retire`] are
//! refused where they would make it so.
//!
//! ```text
//!                  bond            chill, jail, displaced, retired
//!  (keys set) ───────────→ stands ─────────────────────────────────→ chilled
//!                             │  ←───────────────────────────────       │
//!                             │                stand                    │
//!                             └──────────── leave ──────────────────────┴──→ left ── withdraw ──→ (nothing)
//! ```
//!
//! ## Nothing changes, nothing is said
//!
//! As session manager the pallet answers the owners of all keys for sessions 0 and 1, sorted, and from
//! session 2 on `None`, "as before", unless somebody comes, goes or has new keys. An answer would make
//! GRANDPA open a new authority set and would lift every disablement, each session. `None` at genesis
//! would be wrong too: no historical root would be stored, and an equivocation in the first sessions could
//! not be proven.
//!
//! ## Bonds
//!
//! A bond answers for every session in which it backed a validator, as long as an offence in it can be
//! proven: [`Config::HistoryDepth`] sessions. What is taken out of it in session n ([`Pallet::unbond`],
//! [`Pallet::leave`]) still backs the set of n+1, which is planned already, so that it is free from session
//! n + 2 + `HistoryDepth` on ([`Pallet::withdraw`]). What is added to a bond answers for earlier sessions too.
//!
//! ## Offences
//!
//! The pallet is the `OnOffenceHandler` of `pallet-offences`. A report does three things.
//!
//! - *The offender is disabled*, if `pallet-session`'s `DisablingStrategy` can spare it: with
//!   `UpToLimitDisablingStrategy` less than a third of the validators ever are, so that finality lives on.
//!   `pallet-session` forgets who is disabled whenever the set changes; [`Offenders`] remembers, and the start
//!   of a session disables them again, gravest first, before its first block is authored by them. Who
//!   was kept because it could not be spared, and stands again after jail, is enabled then.
//! - *It is out*: no founder any more, in jail for [`Terms::jail`] sessions, and not in the next set that
//!   is planned, unless that would be smaller than [`Terms::least`].
//! - *It is slashed*, by [`strata_validators::slashed`]: a tenth of what answers for the session of the
//!   offence if it is alone, and linearly more up to all of it where a third of that session's validators have
//!   offended, whatever each of them did and whenever it is reported. Those who were slashed before for the same
//!   session are charged the difference. Each loses at most once per session. It goes to the treasury.
//!
//! An equivocation is accepted as long as the historical root of its session is kept; then the bond is free too.
//! [`SessionKeyOwners`] proves and checks who had the key: an offender cannot make the proof worthless by rotating
//! its keys.
//! [`OncePerSession`] takes one report of an offender for each session: more would change nothing, and cost
//! nothing. What a vote is of is not a session but a set, which may last for many: [`Pallet::session_of`] says in
//! which of them a block is that was voted for, so that nobody can choose how often its author pays.
//!
//! ## Silence
//!
//! Validators are watched for at least [`strata_validators::WATCHED_SESSIONS`] sessions and as many blocks as
//! make it certain that who made none is not there. Then those go to jail, and may [`Pallet::stand`] again after
//! it; nothing is slashed. If a third are silent at once, nobody is to blame: it is the network that failed.
//!
//! ## Rewards
//!
//! Fees are the runtime's affair: it gives them to the author of the block. On top of them, governance may have
//! up to [`Config::MaxIssuance`] issued per block; it is paid when a session ends, for the blocks of that
//! session, at the rate of then.
//!
//! ## History
//!
//! At the start of a session the historical roots older than [`Config::HistoryDepth`] sessions are
//! pruned, with the convictions and the beginnings of those sessions: what nobody can be held to account for any
//! more need not be provable.
//!
//! ## What a runtime must see to
//!
//! - [`pallet_session::Call::purge_keys`] is filtered: it would take a validator's keys whoever relies on it.
//!   [`Pallet::purge_keys`] stands for it.
//! - The runtime APIs make proofs by [`SessionKeyOwners`].
//! - The `EquivocationReportSystem`s of BABE and GRANDPA check owners by [`SessionKeyOwners`], and report to
//!   `pallet-offences` by [`OncePerSession`], GRANDPA's for the session that [`Pallet::session_of`] says.
//! - `pallet-authorship` comes after `pallet-session` in the order of hooks: the author of the first block of a
//!   session is one of the new set.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::panic,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects
	)
)]

extern crate alloc;

mod authors;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod offences;
mod proofs;
mod reports;
pub mod runtime_api;
mod seats;
mod sessions;
mod slashing;
mod standing;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use proofs::SessionKeyOwners;
pub use reports::{Offender, OncePerSession};
pub use sessions::FullIdentificationOf;
pub use types::{
	Candidate, Cause, Conviction, Status, Terms, TermsError, Unbonding, LONGEST_JAIL, MAX_UNBONDING,
};
pub use weights::WeightInfo;

/// Where this pallet logs.
pub(crate) const LOG_TARGET: &str = "runtime::validator-set";

// `expect` is in what the macro writes.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use alloc::vec::Vec;
	use core::marker::PhantomData;

	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use pallet_session::historical;
	use sp_runtime::Perbill;
	use sp_staking::{offence::OffenceSeverity, SessionIndex};
	use strata_validators::{Balance, Contender};

	use crate::{Candidate, Cause, Conviction, Terms, TermsError, WeightInfo};

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime. A validator is known by its account.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<RuntimeEvent: From<Event<Self>>>
		+ pallet_session::Config<ValidatorId = <Self as frame_system::Config>::AccountId>
		+ historical::Config<FullIdentification = ()>
	{
		/// Who sets the terms and retires founders.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// STRA, which bonds are in.
		type Bonds: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::BalancedHold<Self::AccountId>;

		/// Why STRA is on hold.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who has what is slashed.
		type Treasury: Get<Self::AccountId>;

		/// Validators at most; the `MaxAuthorities` of the consensus pallets.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// How many may stand at once, at least [`Config::MaxValidators`]. When it is full, who bonds
		/// more than the last takes its place.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;

		/// Sessions whose historical roots are kept, before the current one. At least the time for
		/// which an equivocation can be reported. At least 1.
		type HistoryDepth: Get<SessionIndex>;

		/// The terms of a chain whose genesis gives none.
		type InitialTerms: Get<Terms>;

		/// What governance may have issued per block at most, in units of STRA.
		#[pallet::constant]
		type MaxIssuance: Get<Balance>;

		/// Weights. Those of a session's start and end are there to be checked: `pallet-session` takes a
		/// whole block for it.
		type WeightInfo: crate::WeightInfo;
	}

	/// Why something is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// What a validator, or who wants to be one, answers with.
		#[codec(index = 0)]
		Bond,
	}

	/// The terms at first.
	#[pallet::type_value]
	pub fn FirstTerms<T: Config>() -> Terms {
		T::InitialTerms::get()
	}

	/// What governance has set.
	#[pallet::storage]
	pub type CurrentTerms<T: Config> = StorageValue<_, Terms, ValueQuery, FirstTerms<T>>;

	/// Everybody with a bond, a part of one on its way out, or a founder's seat.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Candidate, OptionQuery>;

	/// Those who stand, the best first, with what decides it.
	#[pallet::storage]
	pub type Standing<T: Config> =
		StorageValue<_, BoundedVec<Contender<T::AccountId>, T::MaxCandidates>, ValueQuery>;

	/// Validators, of this session or the next, that have offended, with the severity of their gravest offence. Each
	/// stays disabled, as far as the limit allows, for as long as it is a validator and does not stand again.
	#[pallet::storage]
	pub type Offenders<T: Config> =
		StorageValue<_, BoundedVec<(T::AccountId, OffenceSeverity), T::MaxValidators>, ValueQuery>;

	/// Who has offended in each session that is remembered, and what it was charged.
	#[pallet::storage]
	pub type Convictions<T: Config> = StorageMap<
		_,
		Twox64Concat,
		SessionIndex,
		BoundedVec<Conviction<T::AccountId>, T::MaxValidators>,
		ValueQuery,
	>;

	/// The first block of each session that is remembered.
	#[pallet::storage]
	pub type Beginnings<T: Config> =
		StorageMap<_, Twox64Concat, SessionIndex, BlockNumberFor<T>, ValueQuery>;

	/// The validators of this session with the keys that it began with: of these its historical root is made.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type PresentKeys<T: Config> =
		StorageValue<_, Vec<(T::AccountId, <T as pallet_session::Config>::Keys)>, ValueQuery>;

	/// Blocks that each validator has made in this session, in the order of
	/// [`pallet_session::Validators`]. Zeros at the end are left out.
	#[pallet::storage]
	pub type Authored<T: Config> = StorageValue<_, BoundedVec<u32, T::MaxValidators>, ValueQuery>;

	/// How many whole sessions the watch has lasted, and how many thousandths of a block each validator could expect
	/// to make in them.
	#[pallet::storage]
	pub type Watched<T: Config> = StorageValue<_, (u32, u32), ValueQuery>;

	/// Those who were validators during all of the watch and made no block.
	#[pallet::storage]
	pub type Silent<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, T::MaxValidators>, ValueQuery>;

	/// The terms of a chain from its start. Its validators are in `session.keys`, and nowhere else.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The terms; those of the runtime if none.
		pub terms: Option<Terms>,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Some(terms) = self.terms {
				let checked = Pallet::<T>::check(&terms);
				assert!(checked.is_ok(), "terms of validators refused at genesis: {checked:?}");
				CurrentTerms::<T>::put(terms);
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A validator was proven to have offended. What it did is in the event of
		/// `pallet-offences` that follows. Offences of several validators in one slot count
		/// together, so an earlier offender of that slot is named again, with a higher severity.
		OffenceReported {
			/// The offender.
			validator: T::AccountId,
			/// The session of the offence.
			session: SessionIndex,
			/// How grave it is among all kinds of offences: who is disabled first. What it costs is in
			/// the event `Slashed`.
			severity: Perbill,
			/// Whether the offender is disabled now. Not if it is no validator any more, or if
			/// as many are disabled as finality can spare.
			disabled: bool,
		},
		/// A part of a bond was taken for an offence. It is the treasury's.
		Slashed {
			/// Whose.
			validator: T::AccountId,
			/// The session of the offence.
			session: SessionIndex,
			/// How much, in units of STRA.
			amount: Balance,
		},
		/// A validator may not stand for some time, and is no founder any more if it has offended.
		Jailed {
			/// Who.
			validator: T::AccountId,
			/// The session from which on it may stand again.
			until: SessionIndex,
			/// Why.
			cause: Cause,
		},
		/// Somebody has bonded, or added to its bond.
		Bonded {
			/// Who.
			candidate: T::AccountId,
			/// What it added, in units of STRA.
			amount: Balance,
			/// What it answers with now.
			bond: Balance,
		},
		/// A part of a bond, or all of it, is on its way out.
		Unbonded {
			/// Whose.
			candidate: T::AccountId,
			/// How much, in units of STRA.
			amount: Balance,
			/// The last session that it answers for. It is free when that can no longer be proven.
			last: SessionIndex,
		},
		/// What was on its way out is free.
		Withdrawn {
			/// Whose it is.
			candidate: T::AccountId,
			/// How much, in units of STRA.
			amount: Balance,
		},
		/// Somebody stands for election.
		Stands {
			/// Who.
			candidate: T::AccountId,
		},
		/// Somebody stands no more, by its own wish.
		Chilled {
			/// Who.
			candidate: T::AccountId,
		},
		/// Somebody stands no more: as many do as may, and all with more.
		Displaced {
			/// Who.
			candidate: T::AccountId,
		},
		/// Somebody has left: it will be no validator, and all of its bond is on its way out.
		Left {
			/// Who.
			candidate: T::AccountId,
		},
		/// Governance has retired a founder. If it has a bond it stands like anybody else.
		Retired {
			/// Who.
			founder: T::AccountId,
		},
		/// The session keys of an account are gone, and their deposit is free.
		KeysPurged {
			/// Whose.
			owner: T::AccountId,
		},
		/// Blocks of the session that has ended were rewarded, on top of their fees.
		Rewarded {
			/// Their author.
			validator: T::AccountId,
			/// How many.
			blocks: u32,
			/// What was issued, in units of STRA.
			amount: Balance,
		},
		/// Governance has set the terms.
		TermsSet {
			/// The new ones.
			terms: Terms,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// An amount of nothing.
		ZeroAmount,
		/// The account has a bond: add to it with `bond_more`.
		AlreadyBonded,
		/// The account has no bond.
		NotBonded,
		/// The bond would be below the least, or is.
		BondTooLow,
		/// The account has no session keys.
		NoKeys,
		/// As many stand as may, and all of them with as much.
		TooManyCandidates,
		/// The account has neither a bond nor a founder's seat.
		NotACandidate,
		/// It stands already.
		AlreadyStanding,
		/// It does not stand.
		NotStanding,
		/// It may not stand yet.
		InJail,
		/// There would be too few validators without it: it is one, or the substitute of one that goes.
		TooFewValidators,
		/// Nothing on its way out is free yet.
		NothingDue,
		/// It validates, will in the next session, or stands: its keys are needed.
		StillValidating,
		/// It is no founder, or not any more.
		NotAFounder,
		/// The terms do not hold together.
		Terms(TermsError),
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let (validators, candidates) = (T::MaxValidators::get(), T::MaxCandidates::get());
			assert!(validators > 0, "a chain needs a validator");
			assert!(candidates >= validators, "every founder must be able to stand");
			assert!(T::HistoryDepth::get() > 0, "a past session must be provable");
			let checked = Self::check(&T::InitialTerms::get());
			assert!(checked.is_ok(), "the terms of the runtime do not hold together: {checked:?}");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Puts `amount` of STRA on hold, and stands for election with it.
		///
		/// The caller validates two sessions later if its bond is among the best. A founder that bonds
		/// keeps its seat.
		///
		/// ## Origin
		/// Signed by an account that has set session keys.
		///
		/// ## Errors
		/// [`Error::BondTooLow`] below [`Terms::bond`]; [`Error::NoKeys`]; [`Error::AlreadyBonded`];
		/// [`Error::InJail`]; [`Error::TooManyCandidates`] if as many stand as may, and nobody with less; what the
		/// currency says if the caller cannot spare `amount`.
		///
		/// ## Events
		/// [`Event::Bonded`], [`Event::Stands`]; [`Event::Displaced`] of whose place it takes.
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 9 reads and 5 writes, and the currency's.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond(who, amount)
		}

		/// Adds `amount` to the caller's bond. It answers for the past too.
		///
		/// ## Origin
		/// Signed by an account with a bond.
		///
		/// ## Errors
		/// [`Error::ZeroAmount`], [`Error::NotBonded`]; what the currency says if the caller cannot spare
		/// `amount`.
		///
		/// ## Events
		/// [`Event::Bonded`].
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 2 reads and 2 writes, and the currency's.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::bond_more())]
		pub fn bond_more(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_more(who, amount)
		}

		/// Takes `amount` out of the caller's bond. It is free when the sessions that it answers for can no
		/// longer be proven.
		///
		/// [`Terms::bond`] must stay; a founder may take out all. Who wants to go altogether, leaves.
		///
		/// ## Origin
		/// Signed by an account with a bond.
		///
		/// ## Errors
		/// [`Error::ZeroAmount`], [`Error::NotBonded`], [`Error::BondTooLow`].
		///
		/// ## Events
		/// [`Event::Unbonded`].
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 4 reads, 2 writes.
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who, amount)
		}

		/// Stands no more. The bond stays; a validator is one until the set that is planned next.
		///
		/// ## Origin
		/// Signed by an account that stands.
		///
		/// ## Errors
		/// [`Error::NotACandidate`], [`Error::NotStanding`]; [`Error::TooFewValidators`] if the caller is a
		/// validator or could be elected, and fewer than [`Terms::least`] others could be elected.
		///
		/// ## Events
		/// [`Event::Chilled`].
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 4 reads and one for each of the least set, 2 writes.
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::chill())]
		pub fn chill(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_chill(who)
		}

		/// Stands again, after it was chilled, displaced or jailed.
		///
		/// ## Origin
		/// Signed by a founder, or an account with at least [`Terms::bond`]; with session keys.
		///
		/// ## Errors
		/// [`Error::NotACandidate`], [`Error::AlreadyStanding`], [`Error::BondTooLow`], [`Error::NoKeys`],
		/// [`Error::InJail`], [`Error::TooManyCandidates`].
		///
		/// ## Events
		/// [`Event::Stands`]; [`Event::Displaced`] of whose place it takes.
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 9 reads, 5 writes.
		#[pallet::call_index(4)]
		#[pallet::weight(<T as Config>::WeightInfo::stand())]
		pub fn stand(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_stand(who)
		}

		/// Leaves: stands no more, is no founder any more, and all of the bond is on its way out. A validator
		/// is one until the set that is planned next: let its node run until then.
		///
		/// ## Origin
		/// Signed by an account that has not left.
		///
		/// ## Errors
		/// [`Error::NotACandidate`]; [`Error::TooFewValidators`] if the caller is a validator or could be elected, and fewer than
		/// [`Terms::least`] others could be elected.
		///
		/// ## Events
		/// [`Event::Unbonded`] if there is a bond; [`Event::Left`].
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 5 reads and one for each of the least set, 2 writes.
		#[pallet::call_index(5)]
		#[pallet::weight(<T as Config>::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave(who)
		}

		/// Frees what is on its way out and answers for nothing any more.
		///
		/// ## Origin
		/// Signed by whose it is.
		///
		/// ## Errors
		/// [`Error::NotACandidate`]; [`Error::NothingDue`].
		///
		/// ## Events
		/// [`Event::Withdrawn`].
		///
		/// ## Complexity
		/// O(1): 3 reads and 1 write, and the currency's.
		#[pallet::call_index(6)]
		#[pallet::weight(<T as Config>::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who)
		}

		/// Removes the caller's session keys and frees their deposit.
		///
		/// ## Origin
		/// Signed by an account that neither validates, now or in the next session, nor stands.
		///
		/// ## Errors
		/// [`Error::StillValidating`]; [`pallet_session::Error::NoKeys`].
		///
		/// ## Events
		/// [`Event::KeysPurged`].
		///
		/// ## Complexity
		/// O(n) for n ≤ [`Config::MaxValidators`] validators: 5 reads and 5 writes, and the currency's.
		#[pallet::call_index(7)]
		#[pallet::weight(<T as Config>::WeightInfo::purge_keys())]
		pub fn purge_keys(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_purge_keys(who)
		}

		/// Ends the privilege of a founder. It stands like anybody else if its bond is high enough.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::NotAFounder`]; [`Error::TooFewValidators`] if its bond is too low to stand, it is a validator or could be elected,
		/// and fewer than [`Terms::least`] others could be elected.
		///
		/// ## Events
		/// [`Event::Retired`].
		///
		/// ## Complexity
		/// O(c) for c ≤ [`Config::MaxCandidates`] who stand: 5 reads and one for each of the least set, 2 writes.
		#[pallet::call_index(8)]
		#[pallet::weight(<T as Config>::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, founder: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_retire(founder)
		}

		/// Sets the terms. They hold from the next set that is planned; the issuance for the session that
		/// runs. A bond below the new least is not elected until something is added to it.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::Terms`].
		///
		/// ## Events
		/// [`Event::TermsSet`].
		///
		/// ## Complexity
		/// O(1): 1 write.
		#[pallet::call_index(9)]
		#[pallet::weight(<T as Config>::WeightInfo::set_terms())]
		pub fn set_terms(origin: OriginFor<T>, terms: Terms) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::check(&terms).map_err(Error::<T>::Terms)?;
			CurrentTerms::<T>::put(terms);
			Self::deposit_event(Event::TermsSet { terms });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// The terms in force.
		pub fn terms() -> Terms {
			CurrentTerms::<T>::get()
		}

		/// Whether `terms` are possible here.
		pub(crate) fn check(terms: &Terms) -> Result<(), TermsError> {
			terms.check(T::MaxValidators::get(), T::MaxIssuance::get())
		}
	}
}
