//! Who reports to a feed: changes wait, and only taking out is done at once.
//!
//! A feed is taken over by replacing its members. So a change is announced two days ahead, reaches a
//! third of the members at most, and one is carried out before the next is decided: whoever relies on
//! the feed sees it coming. Quorum and classes say how the members make a price, and wait with them.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{EnsureOrigin, Get, Time},
};
use frame_system::pallet_prelude::OriginFor;
use sp_runtime::{
	traits::{BadOrigin, CheckedAdd},
	ArithmeticError, DispatchError, SaturatedConversion,
};
use strata_traits::{Conflicts, DealId, FeedId, Moment};

use crate::{
	config::{Classes, FeedConfig, Members},
	types::PendingMembers,
	Config, Error, Event, Feeds, Live, NextMembers, Pallet,
};

/// What share of the members may change at once: a third, rounded down, but at least one.
const CHANGED_PART: u32 = 3;

impl<T: Config> Pallet<T> {
	/// Whether a new configuration leaves alone what changes by proposal only. Both are sorted.
	pub(crate) fn ensure_members_stay(
		listed: &FeedConfig<T::AccountId>,
		config: &FeedConfig<T::AccountId>,
	) -> DispatchResult {
		let stay = config.members == listed.members
			&& config.quorum == listed.quorum
			&& config.classes == listed.classes;
		ensure!(stay, Error::<T>::MembersTimeLocked);
		Ok(())
	}

	/// How long a change of members waits at least, milliseconds: no block comes sooner than its slot.
	pub(crate) fn least_membership_delay() -> Moment {
		let blocks: Moment = T::MembershipDelay::get().saturated_into();
		blocks.saturating_mul(T::BlockTime::get())
	}

	/// Decides on other members.
	pub(crate) fn do_propose_members(
		feed: FeedId,
		members: Members<T::AccountId>,
		quorum: u32,
		classes: Option<Classes<T::AccountId>>,
	) -> DispatchResult {
		ensure!(!NextMembers::<T>::contains_key(feed), Error::<T>::ChangePending);
		let FeedConfig { members, quorum, classes, .. } =
			Self::with_members(feed, members, quorum, classes)?;
		let at = frame_system::Pallet::<T>::block_number()
			.checked_add(&T::MembershipDelay::get())
			.ok_or(ArithmeticError::Overflow)?;
		NextMembers::<T>::insert(feed, PendingMembers { at, members, quorum, classes });
		Self::deposit_event(Event::MembersProposed { feed, at });
		Ok(())
	}

	/// Carries out the change that waits. It is checked again, against what the feed is now.
	pub(crate) fn do_enact_members(feed: FeedId) -> DispatchResult {
		let next = NextMembers::<T>::get(feed).ok_or(Error::<T>::NothingPending)?;
		let block = frame_system::Pallet::<T>::block_number();
		ensure!(block >= next.at, Error::<T>::TooEarly);
		let config = Self::with_members(feed, next.members, next.quorum, next.classes)?;
		NextMembers::<T>::remove(feed);
		let (members, quorum) = (config.member_count(), config.quorum);
		Self::deposit_event(Event::MembersSet { feed, members, quorum });
		Self::install(feed, config)
	}

	/// Gives up the change that waits.
	pub(crate) fn do_cancel_members(feed: FeedId) -> DispatchResult {
		let next = NextMembers::<T>::take(feed);
		ensure!(next.is_some(), Error::<T>::NothingPending);
		Self::deposit_event(Event::MembersCancelled { feed });
		Ok(())
	}

	/// Takes a member out at once.
	pub(crate) fn do_suspend_feeder(feed: FeedId, feeder: T::AccountId) -> DispatchResult {
		let config = Feeds::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		ensure!(config.is_member(&feeder), Error::<T>::NotAFeeder);
		Self::give_up_naming(feed, &feeder);
		Self::expel(feed, config, feeder)
	}

	/// Takes out, or keeps out, a feeder with an interest in the price.
	pub(crate) fn do_report_conflict(
		feed: FeedId,
		feeder: T::AccountId,
		deal: DealId,
	) -> DispatchResult {
		let config = Feeds::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		let conflict = T::Conflicts::holds_residual(&feeder, deal, feed);
		ensure!(conflict, Error::<T>::NoConflict);
		let was_to_be = Self::give_up_naming(feed, &feeder);
		let is = config.is_member(&feeder);
		ensure!(is || was_to_be, Error::<T>::NotAFeeder);
		Self::deposit_event(Event::ConflictFound { feed, feeder: feeder.clone(), deal });
		if is {
			Self::expel(feed, config, feeder)?;
		}
		Ok(())
	}

	/// Who may stop a change.
	pub(crate) fn ensure_admin_or_guardian(origin: OriginFor<T>) -> Result<(), BadOrigin> {
		match T::AdminOrigin::ensure_origin(origin.clone()) {
			Ok(_) => Ok(()),
			Err(_) => T::GuardianOrigin::ensure_origin(origin).map(|_| ()),
		}
	}

	/// The feed with other members, if they go together and not too many of them change.
	fn with_members(
		feed: FeedId,
		members: Members<T::AccountId>,
		quorum: u32,
		classes: Option<Classes<T::AccountId>>,
	) -> Result<FeedConfig<T::AccountId>, DispatchError> {
		let listed = Feeds::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		let config = FeedConfig { members, quorum, classes, ..listed.clone() }
			.validated()
			.map_err(Error::<T>::Config)?;
		let changes = changes(&listed, &config);
		let same = changes == 0 && quorum == listed.quorum && config.classes == listed.classes;
		ensure!(!same, Error::<T>::NoChange);
		let most = (listed.member_count() / CHANGED_PART).max(1);
		let few = u32::try_from(changes).is_ok_and(|changes| changes <= most);
		ensure!(few, Error::<T>::TooManyChanges);
		Ok(config)
	}

	/// Gives up the change that waits if `feeder` would be a member by it. Returns whether it would.
	fn give_up_naming(feed: FeedId, feeder: &T::AccountId) -> bool {
		let next = NextMembers::<T>::get(feed);
		let named = next.is_some_and(|next| next.members.binary_search(feeder).is_ok());
		if named {
			NextMembers::<T>::remove(feed);
			Self::deposit_event(Event::MembersCancelled { feed });
		}
		named
	}

	/// Takes `feeder` out of a feed that has a quorum without it. The quorum stays: with fewer members
	/// it would have to be larger than f of them may be silent, but never small enough for more to lie.
	fn expel(
		feed: FeedId,
		mut config: FeedConfig<T::AccountId>,
		feeder: T::AccountId,
	) -> DispatchResult {
		config.members.retain(|member| *member != feeder);
		if let Some(classes) = &mut config.classes {
			classes.of.retain(|(member, _)| *member != feeder);
		}
		ensure!(config.validate().is_ok(), Error::<T>::QuorumNeeded);
		let mut rest = Live::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		rest.reports.retain(|held| held.feeder != feeder);
		ensure!(rest.aggregated(T::Time::now()).is_some(), Error::<T>::QuorumNeeded);
		Self::deposit_event(Event::FeederSuspended { feed, feeder });
		Self::install(feed, config)
	}
}

/// How many join, leave, or change class.
fn changes<AccountId: Ord>(from: &FeedConfig<AccountId>, to: &FeedConfig<AccountId>) -> usize {
	let stays = |who: &&AccountId| to.is_member(who) && to.class_of(who) == from.class_of(who);
	let stayed = from.members.iter().filter(stays).count();
	let joined = to.members.iter().filter(|who| !from.is_member(who)).count();
	from.members.len().saturating_sub(stayed).saturating_add(joined)
}
