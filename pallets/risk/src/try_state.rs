//! What must hold between blocks.

use alloc::{collections::BTreeMap, vec::Vec};

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use sp_runtime::TryRuntimeError;
use strata_parameters::{compare, Direction};
use strata_traits::{Asset, CollateralListing, FeedId, GroupId, PriceFeeds, Ratios, DRAW_WINDOW};

use crate::{
	records::MAX_HISTORY, types::MAX_DECIMALS, Collateral, Config, Due, FeedUses, GroupOf, Groups,
	Guard, Guards, History, Ledgers, NextProposal, Pallet, Proposals, ProposalsOf, Settlement,
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of the pallet.
	///
	/// - no more listings than allowed, and their counts are right;
	/// - every parameter set validates and lies inside the hard bounds, every depeg band too;
	/// - decimals are at most 18;
	/// - the window of a fuse begins at a multiple of its length;
	/// - every feed that a listing names is listed, and is counted once for each listing;
	/// - an asset listed in both roles has one feed;
	/// - a ramp ends at the decided ratios, and those in force go together with the other values;
	/// - a ceiling is there if it follows, and is not above the debt ceiling;
	/// - the last versions of each listing are remembered without a gap, the last being in force;
	/// - every proposal is of a listed asset, is listed there once, and is one that can be executed;
	/// - what a guardian did is tighter than before, and stands in the order of its reversion;
	/// - members of groups are counted;
	/// - nothing is stored of assets that are not listed.
	///
	/// # Errors
	/// The first invariant that does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let bounds = T::HardBounds::get();
		let mut uses = BTreeMap::<FeedId, u32>::new();
		let mut used = |feed| {
			let count = uses.entry(feed).or_default();
			*count = count.saturating_add(1);
		};
		let (mut collateral, mut settlement) = (0u32, 0u32);
		for (asset, listing) in Collateral::<T>::iter() {
			collateral = collateral.saturating_add(1);
			let valid = bounds.check(&listing.parameters).is_ok();
			ensure!(valid, "risk: a parameter set does not validate");
			ensure!(listing.decimals <= MAX_DECIMALS, "risk: too many decimals");
			let aligned = listing.usage.window.checked_rem(DRAW_WINDOW) == Some(0);
			ensure!(aligned, "risk: a window that begins between windows");
			Self::check_versions(&asset, &listing)?;
			used(listing.feed);
		}
		for (asset, listing) in Settlement::<T>::iter() {
			settlement = settlement.saturating_add(1);
			let valid = bounds.admits_band(listing.depeg_band);
			ensure!(valid, "risk: a depeg band out of range");
			ensure!(listing.decimals <= MAX_DECIMALS, "risk: too many decimals");
			let twin = Collateral::<T>::get(&asset);
			let agree = twin.is_none_or(|twin| twin.feed == listing.feed);
			ensure!(agree, "risk: one asset, two feeds");
			used(listing.feed);
		}
		Self::check_counts(collateral, settlement)?;
		for feed in uses.keys() {
			ensure!(T::Feeds::is_listed(*feed), "risk: a listing without its feed");
		}
		let counted: BTreeMap<_, _> = FeedUses::<T>::iter().collect();
		ensure!(counted == uses, "risk: the uses of a feed are miscounted");
		Self::check_proposals()?;
		Self::check_guards()?;
		Self::check_groups()
	}

	/// What is in force, and what was.
	fn check_versions(asset: &Asset, listing: &CollateralListing) -> Result<(), TryRuntimeError> {
		let CollateralListing { parameters, ramp, ceiling, version, .. } = listing;
		let arrives =
			ramp.is_none_or(|ramp| ramp.to == Ratios::of(parameters) && ramp.begins <= ramp.ends);
		ensure!(arrives, "risk: a ramp that ends elsewhere");
		let together = Self::ensure_together(listing.ratios(T::Time::now()), parameters).is_ok();
		ensure!(together, "risk: ratios on their way do not go together");
		let follows = !sp_runtime::traits::Zero::is_zero(&parameters.ceiling_gap);
		ensure!(ceiling.is_some() == follows, "risk: a ceiling that should, or should not, follow");
		let below = ceiling.is_none_or(|ceiling| ceiling.line <= parameters.debt_ceiling);
		ensure!(below, "risk: a ceiling above the debt ceiling");
		let mut versions: Vec<_> = History::<T>::iter_key_prefix(asset).collect();
		versions.sort_unstable();
		let oldest = version.saturating_sub(MAX_HISTORY.saturating_sub(1));
		ensure!(versions.into_iter().eq(oldest..=*version), "risk: a gap in the history");
		let last = History::<T>::get(asset, version).map(|last| last.parameters);
		ensure!(last == Some(*parameters), "risk: the history tells something else");
		Ok(())
	}

	fn check_proposals() -> Result<(), TryRuntimeError> {
		let mut count = 0u32;
		for (id, proposal) in Proposals::<T>::iter() {
			count = count.saturating_add(1);
			ensure!(id < NextProposal::<T>::get(), "risk: a proposal from the future");
			let once =
				ProposalsOf::<T>::get(&proposal.asset).iter().filter(|of| **of == id).count();
			ensure!(once == 1, "risk: a proposal that its asset does not know");
			let timely = proposal.proposed_at <= proposal.executable_from
				&& proposal.executable_from < proposal.expires;
			ensure!(timely, "risk: a proposal that cannot be executed");
		}
		let listed: usize = ProposalsOf::<T>::iter_values().map(|ids| ids.len()).sum();
		let right = count == Proposals::<T>::count() && usize::try_from(count) == Ok(listed);
		ensure!(right, "risk: the count of proposals is wrong");
		ensure!(count <= T::MaxProposals::get(), "risk: more proposals than allowed");
		let kept = ProposalsOf::<T>::iter_keys()
			.chain(Ledgers::<T>::iter_keys())
			.chain(Guards::<T>::iter_keys())
			.chain(GroupOf::<T>::iter_keys())
			.chain(History::<T>::iter_keys().map(|(asset, _)| asset));
		for asset in kept {
			ensure!(Collateral::<T>::contains_key(asset), "risk: something of an unlisted asset");
		}
		Ok(())
	}

	fn check_guards() -> Result<(), TryRuntimeError> {
		let due = Due::<T>::get();
		ensure!(due.is_sorted(), "risk: reversions out of order");
		ensure!(due.len() == Guards::<T>::iter_keys().count(), "risk: reversions are miscounted");
		for (at, asset) in due {
			let guard = Guards::<T>::get(&asset).ok_or("risk: a reversion of nothing")?;
			// It may have been put off.
			let timely = guard.due().is_some_and(|due| due <= at);
			ensure!(timely, "risk: a reversion before its time");
			let listing = Collateral::<T>::get(&asset).ok_or("risk: a guard of nothing")?;
			let Guard { pause, tightening } = guard;
			ensure!(pause.is_none() || listing.paused, "risk: a pause that is not in force");
			let tighter = tightening.is_none_or(|tightening| {
				compare(&tightening.before, &listing.parameters) == Direction::Tighter
			});
			ensure!(tighter, "risk: a guardian loosened");
		}
		Ok(())
	}

	fn check_groups() -> Result<(), TryRuntimeError> {
		let mut members = BTreeMap::<GroupId, u32>::new();
		for (_, group) in GroupOf::<T>::iter() {
			let count = members.entry(group).or_default();
			*count = count.saturating_add(1);
		}
		let counted: BTreeMap<_, _> = Groups::<T>::iter()
			.filter(|(_, group)| group.members > 0)
			.map(|(id, group)| (id, group.members))
			.collect();
		ensure!(counted == members, "risk: the members of a group are miscounted");
		ensure!(Groups::<T>::count() <= T::MaxGroups::get(), "risk: more groups than allowed");
		Ok(())
	}

	fn check_counts(collateral: u32, settlement: u32) -> Result<(), TryRuntimeError> {
		let right =
			collateral == Collateral::<T>::count() && settlement == Settlement::<T>::count();
		ensure!(right, "risk: the count of listings is wrong");
		let few = collateral <= T::MaxCollateral::get() && settlement <= T::MaxSettlement::get();
		ensure!(few, "risk: more listings than allowed");
		Ok(())
	}
}
