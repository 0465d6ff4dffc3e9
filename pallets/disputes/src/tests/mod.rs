//! Tests by theme. Every one of them runs on real balances and assets and ends with all invariants.

mod advance;
mod appeals;
mod audit;
mod clock;
mod conservation;
mod courts;
mod defaults;
mod enforcement;
mod evidence;
mod filing;
mod final_authority;
mod hook;
mod jurors;
mod money;
mod panel;
mod random;
mod response;
mod tree;
mod views;
mod votes;

use strata_traits::{Asset, Award, Balance};

use sp_runtime::{traits::Dispatchable, DispatchResult};

use crate::mock::*;

pub type Error = crate::Error<Test>;
pub type Event = crate::Event<Test>;

/// The events of this pallet since the last time, oldest first.
pub fn events() -> Vec<Event> {
	let events = System::events();
	System::reset_events();
	events
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::TheCourt(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// All STRA of an account, what is on hold included.
pub fn wealth(who: AccountId) -> Balance {
	use frame_support::traits::fungible::Inspect;
	Balances::total_balance(&who)
}

/// What `who` has more, or less, of STRA after `acts`, in order.
pub fn gains(of: &[AccountId], acts: impl FnOnce()) -> Vec<i128> {
	let before: Vec<Balance> = of.iter().map(|who| wealth(*who)).collect();
	acts();
	let after = of.iter().map(|who| wealth(*who));
	after.zip(before).map(|(after, before)| after as i128 - before as i128).collect()
}

/// Full awards.
pub const FULL: Award = strata_traits::FULL_AWARD;

/// What the court holds beside its float: STRA, dollars.
pub fn held() -> (Balance, Balance) {
	let account = TheCourt::account();
	(free(Asset::Native, account) - EXISTENTIAL_DEPOSIT, free(USD, account))
}

/// A call as a block makes it: one that fails changes nothing.
pub fn dispatch(origin: RuntimeOrigin, call: crate::Call<Test>) -> DispatchResult {
	match RuntimeCall::TheCourt(call).dispatch(origin) {
		Ok(_) => Ok(()),
		Err(error) => Err(error.error),
	}
}

/// STRA and dollars of everybody who may hold some.
pub fn sums() -> (Balance, Balance) {
	let mut all = people();
	all.extend([TREASURY, RESIDUAL, KEEPER, ESCROW, CLASS, TheCourt::account()]);
	all.extend((0..200).map(juror));
	all.extend((0..30).map(|index| juror(10_000 + index)));
	let stra = all.iter().map(|who| wealth(*who)).sum();
	assert_eq!(stra, Balances::total_issuance(), "somebody else holds STRA");
	let dollars = all.iter().map(|who| free(USD, *who)).sum();
	assert_eq!(dollars, Assets::total_supply(1), "somebody else holds dollars");
	(stra, dollars)
}
