//! # The court
//!
//! A holder who is not paid, or who can show that an originator, a servicer or a feeder did not say
//! what was so, gets a decision in known time, and what it grants happens by itself, on funds that are
//! held already.
//!
//! ## Tiers
//!
//! | tier | what | who decides |
//! |---|---|---|
//! | 0 | a default that the chain sees ([`Pallet::declare_default`], or by itself) | nobody: it is a fact |
//! | 1 | a claim with a bond ([`Pallet::file`]); silence concedes it | the respondent |
//! | 2 | a claim that is contested with an equal bond | a panel of jurors, drawn by stake |
//! | 3 | an appeal that both sides may fund ([`Pallet::fund_appeal`]) | a panel of 2n + 1 others |
//! | last | after the last appeal, without a quorum, or where no panel secures the claim | `FinalOrigin` |
//!
//! ## Course of a case
//!
//! ```text
//! file ─→ Response ─┬─ concede, silence, settlement ────────────────────────────────┐
//!            ↑      └─ contest ─→ AwaitSeed ─→ Drawing ─→ Evidence ─→ Commit        │
//! Stayed ────┘                        ↑                                 ↓           ↓
//!                                     ├── funded ──── Appeal ←────── Reveal      Cooling
//!                                     │                 │ not funded                ↓
//!                                     │                 └───────────────────────→ Enforcing
//!                              no quorum, last appeal ─→ Final ─→ Correction ─→     ↓
//!                                                                    Settling ─→ Closed
//! ```
//!
//! Every arrow is [`Pallet::advance`], open to anyone; `on_idle` does what is due, the earliest first,
//! under its meter. Nothing waits for the goodwill of somebody.
//!
//! ## The clock
//!
//! Deadlines are in court time: how many blocks the court has been open for. A chain that stands
//! still, a pause and a migration stretch all of them alike.
//!
//! ## Jurors
//!
//! Jurors stake STRA in up to four courts. What they stake can be drawn after as many epochs as the
//! terms say, what they take out stays at risk until no case that could have drawn it is left undecided. Stakes are kept in a tree of sixteen branches with the state of the last epochs
//! ([`strata_court`]), so that a seat is drawn in O(log₁₆ n), in proportion to stake, from the stakes
//! of an epoch that ended before the case was contested, by randomness that nobody knew then.
//!
//! ## Money
//!
//! Stakes are on hold in their owners' accounts. Everything else that a case is about is in the
//! court's account, booked in the [`types::Pot`] of the case, and leaves it when the case closes.
//!
//! | amount | direction | left over to |
//! |---|---|---|
//! | bond, fee, contribution asked for | up | |
//! | slash of a seat | up | the coherent jurors of the round |
//! | reward of a seat, share of appeal funds | down | treasury |
//! | award, of a claim | down | the respondent |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod advance;
mod appeals;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod clock;
mod courts;
mod defaults;
mod enforcement;
mod events;
mod evidence;
mod filing;
mod final_authority;
mod hook;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod invariants;
mod jurors;
#[cfg(test)]
mod mock;
mod panel;
mod pot;
mod response;
mod routing;
pub mod runtime_api;
mod settling;
#[cfg(test)]
mod tests;
mod tree;
pub mod types;
mod views;
mod votes;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use weights::WeightInfo;

/// Courts, jurors, cases.
#[frame_support::pallet]
// What FRAME's macros generate expects and casts; nothing written here does.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles, Time},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::Perbill;
	use strata_court::{Epoch, Leaf, Node};
	use strata_traits::{
		AgendaKey, Asset, Award, Balance, Case, DealDefault, DealId, DisputeId, Enforce, Facts,
		Moment,
	};

	use crate::{
		types::{
			Appeal, Clock, Court, CourtId, Dispute, Draw, EventCases, Height, Juror, Outcome,
			Piece, Pinned, Pot, RoleId, Round, Seat, SeatIndex, Seeds, Side, Terms, TermsError,
			TermsVersion, Value, MAX_ROLES, MAX_URI,
		},
		weights::WeightInfo,
	};

	/// The version of this pallet's storage.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// A case in this runtime.
	pub type DisputeOf<T> = Dispute<<T as frame_system::Config>::AccountId>;
	/// An appeal in this runtime.
	pub type AppealOf<T> = Appeal<<T as frame_system::Config>::AccountId>;
	/// What is claimed, in this runtime.
	pub type CaseOf<T> = Case<<T as frame_system::Config>::AccountId>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the court needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// STRA.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// Every asset, STRA included: freeze bonds are in the asset of the case.
		type Assets: fungibles::Mutate<Self::AccountId, AssetId = Asset, Balance = Balance>;

		/// Why something is on hold.
		type RuntimeHoldReason: From<HoldReason>;

		/// What a ruling reaches.
		type Enforce: Enforce<Self::AccountId>;

		/// What the chain sees by itself.
		type Facts: Facts;

		/// Where the randomness of draws comes from.
		type Seeds: Seeds;

		/// What claims are worth in STRA.
		type Value: Value;

		/// The calendar: events are claimed by when they happened.
		type Time: Time<Moment = Moment>;

		/// Whether the chain is closed to users in this block: a migration, safe mode.
		type Halted: Get<bool>;

		/// Sets courts, their terms, and roles.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Closes the court for a while.
		type PauseOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The final authority.
		type FinalOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Where the court's account is derived from.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Gets what belongs to nobody.
		type Treasury: Get<Self::AccountId>;

		/// How long a block takes, milliseconds: what a freeze may cost is reckoned by it.
		#[pallet::constant]
		type BlockMillis: Get<Moment>;

		/// What `on_idle` may take of what is left of a block.
		#[pallet::constant]
		type IdleShare: Get<Perbill>;

		/// Weights.
		type WeightInfo: WeightInfo;

		/// Sets the scene of benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// Why something is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A juror's stake.
		#[codec(index = 0)]
		JurorStake,
	}

	/// The id of the next court.
	#[pallet::storage]
	pub type NextCourt<T> = StorageValue<_, CourtId, ValueQuery>;

	/// The courts.
	#[pallet::storage]
	pub type Courts<T> = StorageMap<_, Twox64Concat, CourtId, Court>;

	/// The terms of each court now, and earlier ones that a case is still tried under.
	#[pallet::storage]
	pub type CourtTerms<T> =
		StorageDoubleMap<_, Twox64Concat, CourtId, Twox64Concat, TermsVersion, Pinned>;

	/// What accounts are.
	#[pallet::storage]
	pub type Roles<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<RoleId, ConstU32<MAX_ROLES>>,
		ValueQuery,
	>;

	/// The jurors.
	#[pallet::storage]
	pub type Jurors<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Juror>;

	/// The trees of stakes: court, level from the leaves up, index.
	#[pallet::storage]
	pub type Nodes<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, CourtId>, NMapKey<Twox64Concat, u8>, NMapKey<Twox64Concat, u32>),
		Node,
		ValueQuery,
	>;

	/// Who owns a leaf, or owned it last.
	#[pallet::storage]
	pub type Leaves<T: Config> =
		StorageDoubleMap<_, Twox64Concat, CourtId, Twox64Concat, Leaf, T::AccountId>;

	/// Leaves that were given up, in order, and in which epoch. They are used again once no snapshot
	/// knows their last owner.
	#[pallet::storage]
	pub type FreeLeaves<T> =
		StorageDoubleMap<_, Twox64Concat, CourtId, Twox64Concat, u32, (Leaf, Epoch)>;

	/// The court's clock.
	#[pallet::storage]
	pub type CourtClock<T> = StorageValue<_, Clock, ValueQuery>;

	/// The id of the next case.
	#[pallet::storage]
	pub type NextDispute<T> = StorageValue<_, DisputeId, ValueQuery>;

	/// The cases.
	#[pallet::storage]
	pub type Disputes<T: Config> = StorageMap<_, Twox64Concat, DisputeId, DisputeOf<T>>;

	/// What the court holds for each case that is not closed.
	#[pallet::storage]
	pub type Pots<T> = StorageMap<_, Twox64Concat, DisputeId, Pot>;

	/// The cases on each event.
	#[pallet::storage]
	pub type Events<T> = StorageMap<_, Identity, H256, EventCases>;

	/// Who may not judge a case, as far as is known from the beginning.
	#[pallet::storage]
	pub type Parties<T: Config> = StorageMap<
		_,
		Twox64Concat,
		DisputeId,
		BoundedVec<T::AccountId, ConstU32<{ strata_traits::MAX_PARTIES }>>,
		ValueQuery,
	>;

	/// Draws under way.
	#[pallet::storage]
	pub type Draws<T> = StorageMap<_, Twox64Concat, DisputeId, Draw>;

	/// Rounds of cases that are not closed.
	#[pallet::storage]
	pub type Rounds<T> = StorageDoubleMap<_, Twox64Concat, DisputeId, Twox64Concat, u8, Round>;

	/// Seats of cases that are not closed: case, round, place.
	#[pallet::storage]
	pub type Seats<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, DisputeId>,
			NMapKey<Twox64Concat, u8>,
			NMapKey<Twox64Concat, SeatIndex>,
		),
		Seat<T::AccountId>,
	>;

	/// Where a juror sits in a case: round and place. At most one seat in all rounds.
	#[pallet::storage]
	pub type SeatOf<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DisputeId,
		Blake2_128Concat,
		T::AccountId,
		(u8, SeatIndex),
	>;

	/// Appeals from rounds.
	#[pallet::storage]
	pub type Appeals<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DisputeId, Twox64Concat, u8, Appeal<T::AccountId>>;

	/// Evidence of cases that are not closed.
	#[pallet::storage]
	pub type Evidence<T> = StorageDoubleMap<_, Twox64Concat, DisputeId, Twox64Concat, u8, Piece>;

	/// What could not be delivered.
	#[pallet::storage]
	pub type Owed<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, Asset, Balance>;

	/// When something is to be done about a case, in court time.
	#[pallet::storage]
	pub type Agenda<T> = StorageMap<_, Identity, AgendaKey, ()>;

	/// When to look for the default of a deal, milliseconds.
	#[pallet::storage]
	pub type Watches<T> = StorageMap<_, Identity, AgendaKey, ()>;

	/// Courts that exist from the start, and what accounts are.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Parent and terms of each court; ids are given out in order.
		pub courts: alloc::vec::Vec<(Option<CourtId>, Terms)>,
		/// Roles of accounts.
		pub roles: alloc::vec::Vec<(T::AccountId, RoleId)>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (_, terms) in &self.courts {
				let made = Pallet::<T>::do_create_court(None, *terms);
				assert!(made.is_ok(), "genesis: a court does not validate: {made:?}");
			}
			// Afterwards: a parent may have a higher id.
			for ((above, _), court) in self.courts.iter().zip(0..) {
				let known = above.is_none_or(Courts::<T>::contains_key);
				assert!(known, "genesis: a court below none");
				Courts::<T>::mutate_extant(court, |court| court.parent = *above);
			}
			for (_, court) in self.courts.iter().zip(0..) {
				let ends = Pallet::<T>::is_below_few(court);
				assert!(ends, "genesis: a court above itself, or below too many");
			}
			for (who, role) in &self.roles {
				let granted = Pallet::<T>::do_grant_role(who.clone(), *role);
				assert!(granted.is_ok(), "genesis: a role is granted twice: {granted:?}");
			}
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// There is a new court.
		CourtCreated {
			/// The court.
			court: CourtId,
			/// Its parent.
			parent: Option<CourtId>,
		},
		/// Cases that are filed from now on are tried under other terms.
		TermsSet {
			/// The court.
			court: CourtId,
			/// The terms.
			version: TermsVersion,
		},
		/// An account has a role.
		RoleGranted {
			/// Who.
			who: T::AccountId,
			/// What.
			role: RoleId,
		},
		/// An account has a role no more.
		RoleRevoked {
			/// Who.
			who: T::AccountId,
			/// What.
			role: RoleId,
		},
		/// The court is closed: its clock stands.
		Paused,
		/// The court is open again.
		Resumed,
		/// A juror put a stake on hold.
		Staked {
			/// The juror.
			juror: T::AccountId,
			/// The court.
			court: CourtId,
			/// How much.
			amount: Balance,
			/// The epoch from which on it can be activated.
			from: Epoch,
		},
		/// A stake is in the tree.
		Activated {
			/// The juror.
			juror: T::AccountId,
			/// The court.
			court: CourtId,
			/// All that is in the tree.
			active: Balance,
		},
		/// A stake is out of the tree. It stays at risk until it may be withdrawn.
		Unstaked {
			/// The juror.
			juror: T::AccountId,
			/// The court.
			court: CourtId,
			/// How much.
			amount: Balance,
			/// The epoch from which on it may be withdrawn.
			from: Epoch,
		},
		/// A stake is its owner's again.
		StakeWithdrawn {
			/// The juror.
			juror: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// A juror is out of the draw for not having voted, or for having shown his vote.
		Ejected {
			/// The juror.
			juror: T::AccountId,
			/// The court.
			court: CourtId,
			/// The epoch from which on the stake can be activated again.
			until: Epoch,
		},
		/// A claim was filed.
		Filed {
			/// The case.
			dispute: DisputeId,
			/// Names the event.
			event: H256,
			/// Who claims.
			claimant: T::AccountId,
			/// Whom it is against.
			respondent: T::AccountId,
			/// The court.
			court: CourtId,
			/// Whether it waits for an earlier case on the same event.
			stayed: bool,
		},
		/// Payments of a deal are kept for a case.
		Frozen {
			/// The case.
			dispute: DisputeId,
			/// At most this much.
			most: Balance,
			/// The claimant's bond for it.
			bond: Balance,
		},
		/// They are kept no more.
		Unfrozen {
			/// The case.
			dispute: DisputeId,
			/// The respondent's bond instead; 0 if the case is over.
			counter: Balance,
		},
		/// The respondent conceded.
		Conceded {
			/// The case.
			dispute: DisputeId,
		},
		/// The respondent contests: a panel will be drawn.
		Contested {
			/// The case.
			dispute: DisputeId,
			/// The stakes at the end of this epoch count.
			snapshot: Epoch,
		},
		/// A party offers to settle.
		SettlementOffered {
			/// The case.
			dispute: DisputeId,
			/// Which party.
			side: Side,
			/// For what.
			award: Award,
		},
		/// The parties agreed.
		SettlementReached {
			/// The case.
			dispute: DisputeId,
			/// On what.
			award: Award,
		},
		/// The claimant gave up.
		Withdrawn {
			/// The case.
			dispute: DisputeId,
		},
		/// Randomness is there: seats are drawn from here on.
		SeedTaken {
			/// The case.
			dispute: DisputeId,
			/// The round.
			round: u8,
			/// The stakes at the end of this epoch count.
			snapshot: Epoch,
			/// The randomness.
			seed: H256,
		},
		/// A juror has a seat.
		Drawn {
			/// The case.
			dispute: DisputeId,
			/// The round.
			round: u8,
			/// The seat.
			seat: SeatIndex,
			/// The juror.
			juror: T::AccountId,
		},
		/// A draw began again, with a later snapshot.
		Redrawn {
			/// The case.
			dispute: DisputeId,
			/// The stakes at the end of this epoch count.
			snapshot: Epoch,
		},
		/// A case went to another court: there are too few jurors, or no quorum came together.
		Moved {
			/// The case.
			dispute: DisputeId,
			/// The court.
			court: CourtId,
		},
		/// A case is before the final authority.
		Referred {
			/// The case.
			dispute: DisputeId,
			/// The end of the time to rule in, in court time.
			until: Height,
		},
		/// A party submitted evidence.
		EvidenceSubmitted {
			/// The case.
			dispute: DisputeId,
			/// The piece.
			piece: u8,
			/// Which party.
			side: Side,
			/// Hash of the document.
			hash: H256,
			/// The evidence so far.
			root: H256,
		},
		/// A case is in another stage.
		Stage {
			/// The case.
			dispute: DisputeId,
			/// The round.
			round: u8,
			/// Which.
			state: crate::types::State,
		},
		/// A juror committed, again perhaps.
		Committed {
			/// The case.
			dispute: DisputeId,
			/// The juror.
			juror: T::AccountId,
		},
		/// A juror revealed.
		Revealed {
			/// The case.
			dispute: DisputeId,
			/// The juror.
			juror: T::AccountId,
			/// What.
			award: Award,
		},
		/// Somebody showed what a juror had committed to, before the time.
		Denounced {
			/// The case.
			dispute: DisputeId,
			/// The juror.
			juror: T::AccountId,
			/// Who.
			by: T::AccountId,
		},
		/// A round has ruled.
		RoundRuled {
			/// The case.
			dispute: DisputeId,
			/// The round.
			round: u8,
			/// The lower median.
			award: Award,
			/// How many votes it rests on.
			votes: u8,
		},
		/// Too few jurors revealed.
		NoQuorum {
			/// The case.
			dispute: DisputeId,
			/// The round.
			round: u8,
			/// How many did.
			votes: u8,
		},
		/// Somebody put money on an appeal.
		AppealFunded {
			/// The case.
			dispute: DisputeId,
			/// The round that is appealed against.
			round: u8,
			/// For which side.
			side: Side,
			/// Who.
			who: T::AccountId,
			/// How much was taken.
			amount: Balance,
			/// What the side has raised.
			raised: Balance,
		},
		/// The final authority ruled. It may correct itself.
		FinalRuling {
			/// The case.
			dispute: DisputeId,
			/// What.
			award: Award,
		},
		/// What a case grants was carried out.
		Enforced {
			/// The case.
			dispute: DisputeId,
			/// Paid, or moved.
			paid: Balance,
			/// What the respondent did not have.
			short: Balance,
		},
		/// It could not be carried out, and is tried again unless it was the last time.
		EnforcementFailed {
			/// The case.
			dispute: DisputeId,
			/// How often it failed.
			tries: u8,
			/// Why.
			error: DispatchError,
		},
		/// A seat is released.
		SeatSettled {
			/// The case.
			dispute: DisputeId,
			/// The juror.
			juror: T::AccountId,
			/// Taken.
			slashed: Balance,
			/// Paid.
			rewarded: Balance,
		},
		/// A case is over, and nothing is held for it.
		Closed {
			/// The case.
			dispute: DisputeId,
			/// How it ended.
			outcome: Outcome,
		},
		/// What was due about a case could not be done, and is tried again.
		Postponed {
			/// The case.
			dispute: DisputeId,
			/// When, in court time.
			until: Height,
			/// Why.
			error: DispatchError,
		},
		/// Something could not be delivered and waits for its owner.
		NotDelivered {
			/// Whose it is.
			who: T::AccountId,
			/// Of what.
			asset: Asset,
			/// How much.
			amount: Balance,
		},
		/// It was.
		Collected {
			/// Whose it was.
			who: T::AccountId,
			/// Of what.
			asset: Asset,
			/// How much.
			amount: Balance,
		},
		/// A deal is in default, and what its terms say of that has happened.
		DefaultDeclared {
			/// The deal.
			deal: DealId,
			/// Which.
			default: DealDefault,
		},
		/// What the terms of a deal say of a default could not be done. It is tried again.
		DeclarationFailed {
			/// The deal.
			deal: DealId,
			/// Which.
			default: DealDefault,
			/// Why.
			error: DispatchError,
		},
		/// A case that can bind nobody any more is out of storage.
		Pruned {
			/// The case.
			dispute: DisputeId,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such court.
		UnknownCourt,
		/// There are as many courts as there may be.
		TooManyCourts,
		/// The terms do not hold together.
		Terms(TermsError),
		/// The account has this role already, or as many as it may have.
		RoleNotGranted,
		/// The account does not have this role.
		NoSuchRole,
		/// The court is closed, or it is open, already.
		NothingChanges,
		/// The court is closed for now.
		CourtPaused,
		/// An amount of zero.
		ZeroAmount,
		/// Less would be staked than the court's least stake.
		StakeTooLow,
		/// A juror stakes in no more courts than this.
		TooManyCourtsOfJuror,
		/// As many stakes as can be are on their way out.
		TooManyUnbonding,
		/// The court wants a role that the account does not have.
		NotQualified,
		/// The account stakes nothing, or less, in that court.
		NoStake,
		/// The stake cannot be activated, or withdrawn, before a later epoch.
		TooEarly,
		/// No leaf of the tree is to be had.
		CourtFull,
		/// There is no such case.
		UnknownDispute,
		/// The case is in another stage.
		WrongStage,
		/// The time for it is over.
		TooLate,
		/// Nothing is to be done about the case yet.
		NotDue,
		/// Neither party to the case.
		NotAParty,
		/// Not the respondent.
		NotRespondent,
		/// Not the claimant.
		NotClaimant,
		/// What is asked for is no remedy for this.
		WrongRemedy,
		/// It happened too long ago to be claimed.
		TooLongAgo,
		/// It has not happened yet.
		InFuture,
		/// The claimant has a case on this event.
		AlreadyClaimed,
		/// The event is decided.
		AlreadyDecided,
		/// As many cases as can be wait for the first on this event.
		TooManyCases,
		/// Something is frozen for the case, or for another on the same event, already.
		AlreadyFrozen,
		/// Nothing is frozen for the case.
		NothingFrozen,
		/// There is no asset that the bond of a freeze could be in.
		NothingToFreeze,
		/// There is no offer of the other party for this.
		NoSuchOffer,
		/// An award above all of it, or a part of what cannot be divided.
		InvalidAward,
		/// As much evidence as a party may submit.
		TooMuchEvidence,
		/// The account has no seat in this round.
		NotAJuror,
		/// Nothing was committed.
		NotCommitted,
		/// What is revealed is not what was committed to.
		CommitmentMismatch,
		/// The seat has revealed, or was denounced.
		SeatDone,
		/// A juror cannot denounce himself.
		SelfDenounced,
		/// The side has what it needs, or as many funders as there may be.
		AppealFull,
		/// Less than the least contribution.
		ContributionTooLow,
		/// The side that the ruling went against must fund first, in the first half.
		HalfOver,
		/// Nothing is owed to the account.
		NothingOwed,
		/// There is no default.
		NoDefault,
		/// The case may still bind somebody.
		StillBinding,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::tick()
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(Self::idle_limit(remaining));
			Self::work(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			Self::check_integrity();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Creates a court, below `parent`.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownCourt`], [`Error::TooManyCourts`], [`Error::Terms`].
		///
		/// ## Events
		/// [`Event::CourtCreated`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create_court())]
		pub fn create_court(
			origin: OriginFor<T>,
			parent: Option<CourtId>,
			terms: Terms,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_create_court(parent, terms)
		}

		/// Sets the terms under which cases are tried that are filed from now on. Those that are under way keep
		/// theirs.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownCourt`], [`Error::Terms`].
		///
		/// ## Events
		/// [`Event::TermsSet`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_terms())]
		pub fn set_terms(origin: OriginFor<T>, court: CourtId, terms: Terms) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_terms(court, terms)
		}

		/// Makes `who` eligible where a role is wanted.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::RoleNotGranted`].
		///
		/// ## Events
		/// [`Event::RoleGranted`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::grant_role())]
		pub fn grant_role(origin: OriginFor<T>, who: T::AccountId, role: RoleId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_grant_role(who, role)
		}

		/// Takes a role back. Whoever is drawn without the role is passed over.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::NoSuchRole`].
		///
		/// ## Events
		/// [`Event::RoleRevoked`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::revoke_role())]
		pub fn revoke_role(
			origin: OriginFor<T>,
			who: T::AccountId,
			role: RoleId,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_revoke_role(who, role)
		}

		/// Closes the court: its clock stands, and nothing moves but stakes, what is owed, and defaults that
		/// the chain sees.
		///
		/// ## Origin
		/// `PauseOrigin`.
		///
		/// ## Errors
		/// [`Error::NothingChanges`].
		///
		/// ## Events
		/// [`Event::Paused`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>) -> DispatchResult {
			T::PauseOrigin::ensure_origin(origin)?;
			Self::do_pause()
		}

		/// Opens the court again. Every deadline is as far away as it was.
		///
		/// ## Origin
		/// `PauseOrigin`.
		///
		/// ## Errors
		/// [`Error::NothingChanges`].
		///
		/// ## Events
		/// [`Event::Resumed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::resume())]
		pub fn resume(origin: OriginFor<T>) -> DispatchResult {
			T::PauseOrigin::ensure_origin(origin)?;
			Self::do_resume()
		}

		/// Puts `amount` more on hold as a stake in `court`. It can be activated after as many epochs as the
		/// terms say, by anyone: nobody stakes for a case that is known.
		///
		/// ## Origin
		/// Signed by the juror.
		///
		/// ## Errors
		/// [`Error::ZeroAmount`], [`Error::UnknownCourt`], [`Error::StakeTooLow`], [`Error::NotQualified`],
		/// [`Error::TooManyCourtsOfJuror`]; if the account has less.
		///
		/// ## Events
		/// [`Event::Staked`].
		///
		/// ## Complexity
		/// O(1), whatever the number of jurors.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::stake())]
		pub fn stake(
			origin: OriginFor<T>,
			court: CourtId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_stake(who, court, amount)
		}

		/// Puts into the tree what `juror` staked in `court`.
		///
		/// ## Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::NoStake`], [`Error::TooEarly`], [`Error::NotQualified`], [`Error::CourtFull`];
		/// [`Error::StakeTooLow`] if the court wants more by now.
		///
		/// ## Events
		/// [`Event::Activated`].
		///
		/// ## Complexity
		/// O(log₁₆ n) of n jurors.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::activate())]
		pub fn activate(
			origin: OriginFor<T>,
			juror: T::AccountId,
			court: CourtId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_activate(juror, court)
		}

		/// Takes `amount` of the stake out of the tree at once; all of it if less than the least stake would be
		/// left. It stays at risk, and on hold, until no case can have drawn it any more.
		///
		/// ## Origin
		/// Signed by the juror.
		///
		/// ## Errors
		/// [`Error::ZeroAmount`], [`Error::NoStake`], [`Error::TooManyUnbonding`].
		///
		/// ## Events
		/// [`Event::Unstaked`].
		///
		/// ## Complexity
		/// O(log₁₆ n) of n jurors.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::unstake())]
		pub fn unstake(
			origin: OriginFor<T>,
			court: CourtId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unstake(who, court, amount)
		}

		/// Releases what `juror` took out of the tree long enough ago and no seat puts at risk.
		///
		/// ## Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::NoStake`], [`Error::TooEarly`].
		///
		/// ## Events
		/// [`Event::StakeWithdrawn`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::withdraw_stake())]
		pub fn withdraw_stake(origin: OriginFor<T>, juror: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw_stake(juror)
		}

		/// Files a claim, for the court's bond and the fees of the first panel; both come back if it is right.
		///
		/// `freeze` asks that up to so much of what a deal would pay to its residual and junior principal is
		/// kept until the ruling, or the notes in question, worth no more than that, against a bond in the
		/// asset of the case: a tenth of it and its interest over the longest course of the case. A claim that no panel of the court secures goes to a parent
		/// court that does, or to the final authority. A second case on an event waits for the first; one
		/// freeze is for all of them.
		///
		/// ## Origin
		/// Signed by the claimant.
		///
		/// ## Errors
		/// [`Error::CourtPaused`], [`Error::UnknownCourt`], [`Error::WrongRemedy`], [`Error::TooLongAgo`],
		/// [`Error::InFuture`], [`Error::AlreadyClaimed`], [`Error::AlreadyDecided`],
		/// [`Error::TooManyCases`]; with a freeze [`Error::ZeroAmount`], [`Error::NothingToFreeze`],
		/// [`Error::AlreadyFrozen`]; those of [`Enforce::open`] and [`Enforce::freeze`]; if the account has
		/// less.
		///
		/// ## Events
		/// [`Event::Filed`], [`Event::Frozen`]; [`Event::Stage`] unless it waits for another case.
		///
		/// ## Complexity
		/// O(1); O(depth) of the tree of courts.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::file())]
		pub fn file(
			origin: OriginFor<T>,
			case: alloc::boxed::Box<CaseOf<T>>,
			court: CourtId,
			freeze: Option<Balance>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_file(who, *case, court, freeze)
		}

		/// Concedes all that is claimed. Of notes, of who is servicer, and of an acceleration the final
		/// authority still decides.
		///
		/// ## Origin
		/// Signed by the respondent, in `Response`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotRespondent`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Conceded`]; [`Event::Referred`] if the final authority must look at it; [`Event::Stage`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::concede())]
		pub fn concede(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_concede(who, dispute)
		}

		/// Contests the claim, for the same bond and fees as the claimant's.
		///
		/// ## Origin
		/// Signed by the respondent, in `Response`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotRespondent`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::CourtPaused`]; if the account has less.
		///
		/// ## Events
		/// [`Event::Contested`]; [`Event::Moved`] for each court that has too few jurors; [`Event::Referred`]
		/// if no panel can decide it; [`Event::Stage`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::contest())]
		pub fn contest(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_contest(who, dispute)
		}

		/// Offers to settle for `award`, in place of an earlier offer. It stands until jurors commit.
		///
		/// ## Origin
		/// Signed by a party, from `Response` to `Evidence`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAParty`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::InvalidAward`], [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::SettlementOffered`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::offer_settlement())]
		pub fn offer_settlement(
			origin: OriginFor<T>,
			dispute: DisputeId,
			award: Award,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_offer_settlement(who, dispute, award)
		}

		/// Accepts the other party's offer of `award`. Bonds go back to both; jurors who were drawn are paid.
		///
		/// ## Origin
		/// Signed by a party, from `Response` to `Evidence`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAParty`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::NoSuchOffer`], [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::SettlementReached`], [`Event::Stage`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::accept_settlement())]
		pub fn accept_settlement(
			origin: OriginFor<T>,
			dispute: DisputeId,
			award: Award,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept_settlement(who, dispute, award)
		}

		/// Gives the claim up. Before it is contested everything but the bond of a freeze comes back; later
		/// the claimant has lost, and jurors who were drawn are paid by him.
		///
		/// ## Origin
		/// Signed by the claimant, before `Commit`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotClaimant`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Withdrawn`], [`Event::Stage`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who, dispute)
		}

		/// Submits a piece of evidence. A party's first one needs no deposit.
		///
		/// ## Origin
		/// Signed by a party, from filing to the end of `Evidence`, and in `Final`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAParty`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::TooMuchEvidence`], [`Error::CourtPaused`]; if the account has less than the deposit.
		///
		/// ## Events
		/// [`Event::EvidenceSubmitted`].
		///
		/// ## Complexity
		/// O(1); O(n) for an address of n bytes.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::submit_evidence(uri.len() as u32))]
		pub fn submit_evidence(
			origin: OriginFor<T>,
			dispute: DisputeId,
			hash: H256,
			uri: BoundedVec<u8, ConstU32<MAX_URI>>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_submit_evidence(who, dispute, hash, uri)
		}

		/// Wants no more time for evidence. When both parties do, jurors vote at once. A new piece of the other
		/// party takes it back.
		///
		/// ## Origin
		/// Signed by a party, in `Evidence`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAParty`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::NothingChanges`], [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Stage`] when both do.
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::ready())]
		pub fn ready(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_ready(who, dispute)
		}

		/// Commits to a vote ([`strata_court::commitment`]), in place of an earlier one. It binds case, round,
		/// juror, award and evidence: a copy is worth nothing.
		///
		/// ## Origin
		/// Signed by a juror of the round, in `Commit`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAJuror`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::SeatDone`] if the seat is denounced or was replaced, [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Committed`].
		///
		/// ## Complexity
		/// O(1), whatever the number of jurors and seats.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::commit())]
		pub fn commit(
			origin: OriginFor<T>,
			dispute: DisputeId,
			commitment: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit(who, dispute, commitment)
		}

		/// Reveals a vote.
		///
		/// ## Origin
		/// Signed by a juror of the round, in `Reveal`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAJuror`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::NotCommitted`], [`Error::SeatDone`], [`Error::InvalidAward`],
		/// [`Error::CommitmentMismatch`], [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Revealed`].
		///
		/// ## Complexity
		/// O(1), whatever the number of jurors; O(n) moves for n ≤ 95 votes.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::reveal())]
		pub fn reveal(
			origin: OriginFor<T>,
			dispute: DisputeId,
			award: Award,
			salt: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal(who, dispute, award, salt)
		}

		/// Shows what a juror committed to before it is to be revealed. The juror loses the deposit, and a part
		/// of it is the denouncer's.
		///
		/// ## Origin
		/// Signed by anyone but the juror, in `Commit`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotAJuror`], [`Error::WrongStage`], [`Error::TooLate`],
		/// [`Error::NotCommitted`], [`Error::SeatDone`], [`Error::CommitmentMismatch`],
		/// [`Error::SelfDenounced`], [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Denounced`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::denounce())]
		pub fn denounce(
			origin: OriginFor<T>,
			dispute: DisputeId,
			juror: T::AccountId,
			award: Award,
			salt: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_denounce(who, dispute, juror, award, salt)
		}

		/// Puts up to `amount` on an appeal, for one side. The side that the ruling went against needs three
		/// times what the next panel costs, within the first half of the stage; the other one twice. Of a part
		/// that is awarded either side may appeal. What is left in the end is shared by those who were right.
		///
		/// ## Origin
		/// Signed by anyone, in `Appeal`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::WrongStage`], [`Error::TooLate`], [`Error::HalfOver`],
		/// [`Error::AppealFull`], [`Error::ContributionTooLow`], [`Error::CourtPaused`]; if the account has
		/// less.
		///
		/// ## Events
		/// [`Event::AppealFunded`].
		///
		/// ## Complexity
		/// O(n) for n ≤ 16 funders of a side.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::fund_appeal())]
		pub fn fund_appeal(
			origin: OriginFor<T>,
			dispute: DisputeId,
			side: Side,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund_appeal(who, dispute, side, amount)
		}

		/// Puts down what is frozen, in cash, and lifts the freeze: the ruling reaches the cash instead. Only
		/// where the claim is for a sum of money.
		///
		/// ## Origin
		/// Signed by the respondent, before the ruling is final.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotRespondent`], [`Error::WrongStage`], [`Error::WrongRemedy`],
		/// [`Error::NothingFrozen`], [`Error::AlreadyFrozen`] if it was lifted, [`Error::CourtPaused`]; if the
		/// account has less.
		///
		/// ## Events
		/// [`Event::Unfrozen`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::post_counter_bond())]
		pub fn post_counter_bond(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_post_counter_bond(who, dispute)
		}

		/// Rules as the final authority, or corrects the ruling. If it does not in time, what the last panel
		/// ruled stands, unless it had to be confirmed; otherwise nothing is decided.
		///
		/// ## Origin
		/// `FinalOrigin`, in `Final` and `Correction`.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::WrongStage`], [`Error::TooLate`], [`Error::InvalidAward`],
		/// [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Stage`] unless it is a correction, [`Event::FinalRuling`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(23)]
		#[pallet::weight(T::WeightInfo::rule())]
		pub fn rule(origin: OriginFor<T>, dispute: DisputeId, award: Award) -> DispatchResult {
			T::FinalOrigin::ensure_origin(origin)?;
			Self::do_rule(dispute, award)
		}

		/// Does what is due about a case: ends a stage whose time is over, draws seats, carries out a ruling,
		/// settles a page of seats.
		///
		/// ## Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::NotDue`], [`Error::CourtPaused`].
		///
		/// ## Events
		/// [`Event::Stage`] and those of what is done.
		///
		/// ## Complexity
		/// O(n) for a page of n seats; the weight is that of the worst stage, and what the stage does not
		/// take is given back.
		#[pallet::call_index(24)]
		#[pallet::weight(Pallet::<T>::advance_weight())]
		pub fn advance(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			// A stage that weighs less than the worst one gives the rest back.
			Ok(Some(Self::do_advance(dispute)?).into())
		}

		/// Declares a default that the chain sees, with what the terms of the deal say of it. The chain does so
		/// by itself too.
		///
		/// ## Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::NoDefault`]; those of [`Facts::declare`].
		///
		/// ## Events
		/// [`Event::DefaultDeclared`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(25)]
		#[pallet::weight(T::WeightInfo::declare_default())]
		pub fn declare_default(
			origin: OriginFor<T>,
			deal: DealId,
			default: DealDefault,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_declare_default(deal, default)
		}

		/// Delivers to `who` what could not be delivered when it was due.
		///
		/// ## Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::NothingOwed`]; if it still cannot be delivered.
		///
		/// ## Events
		/// [`Event::Collected`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(26)]
		#[pallet::weight(T::WeightInfo::collect())]
		pub fn collect(
			origin: OriginFor<T>,
			who: T::AccountId,
			asset: alloc::boxed::Box<Asset>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(who, *asset)
		}

		/// Removes a closed case that can bind nobody any more: what happened is too long ago to be claimed.
		///
		/// ## Origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDispute`], [`Error::WrongStage`], [`Error::StillBinding`].
		///
		/// ## Events
		/// [`Event::Pruned`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(27)]
		#[pallet::weight(T::WeightInfo::prune())]
		pub fn prune(origin: OriginFor<T>, dispute: DisputeId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune(dispute)
		}
	}
}
