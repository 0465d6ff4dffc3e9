//! Risk parameters that change while a book lends: what a proposal declares, how a ratio rises, and
//! whom it reaches when.

use pallet_strata_risk::Error;
use strata_numbers::Ratio;
use strata_traits::{Asset, Listing, ParameterSet};

use super::{
	super::{
		chain::{account, on_dev_chain},
		deal::{books, issue_with, open, report, terms_over, MINUTE, RESERVE},
	},
	book, calm, hurry_until, scene, vault_state, Scene,
};
use crate::{genesis::WTI, Risk, RuntimeOrigin, Timestamp};

const OIL: Asset = Asset::WithId(WTI);
const USD: u128 = 1_000_000_000_000_000_000;

/// [`scene`] with a book on barrels that follows their ratios.
fn following(test: impl FnOnce(Scene)) {
	on_dev_chain(|| {
		let deal = issue_with(calm(), RESERVE, || {
			// No payment date for two hours.
			let mut terms = terms_over(120 * MINUTE);
			for book in &mut terms.books {
				book.follows = true;
			}
			terms
		});
		let [oil, _] = books(deal)[..] else { panic!("two books") };
		report(calm());
		test(Scene { deal, oil });
	});
}

fn percent(of: u128) -> Ratio {
	Ratio::from_rational(of, 100)
}

/// The liquidation ratio of barrels rises from 140 % to 152 %.
fn raised() -> ParameterSet {
	let listing = Risk::collateral(&OIL).expect("it is listed");
	ParameterSet {
		liquidation_ratio: percent(152),
		initial_ratio: percent(155),
		target_ratio: percent(160),
		..listing.parameters
	}
}

/// Proposes [`raised`] as a referendum does, with the shortest ramp, and waits for its time.
fn propose(declared: u128) -> u32 {
	let ramp = 336 * 6_000;
	let proposed = Risk::propose(RuntimeOrigin::root(), OIL, raised(), declared, ramp);
	assert_eq!(proposed, Ok(()));
	let (id, proposal) = Risk::proposals().pop().expect("it was proposed");
	hurry_until(proposal.executable_from, calm());
	id
}

fn execute(id: u32) -> Result<(), sp_runtime::DispatchError> {
	let anyone = RuntimeOrigin::signed(account("Borrower2"));
	Risk::execute(anyone, id, 4_096).map(|_| ()).map_err(|failed| failed.error)
}

#[test]
fn raised_ratio_should_reach_a_book_that_follows_along_its_ramp() {
	following(|scene| {
		// At 151 %: safe today, and not with what is proposed.
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		let debt = || vault_state(vault).debt;
		let quiet = propose(0);
		assert_eq!(execute(quiet), Err(Error::<crate::Runtime>::ImpactAboveDeclared.into()));
		let told = Risk::preview_impact(&OIL, &raised()).expect("there is a price");
		assert!((200_000 * USD..200_100 * USD).contains(&told), "{told}");
		let id = propose(200_100 * USD);
		let before = debt();
		assert_eq!(execute(id), Ok(()));
		let ramp = Risk::collateral(&OIL).and_then(|listing| listing.ramp).expect("it rises");
		assert_eq!(
			book(scene.oil).ramp.map(|ramp| (ramp.to, ramp.ends)),
			Some((ramp.to, ramp.ends))
		);

		// Nobody is liquidated in the block of the vote, nor half-way, at 146 %.
		hurry_until(ramp.begins + (ramp.ends - ramp.begins) / 2, calm());
		assert!(debt() >= before);
		assert!(book(scene.oil).ratios(Timestamp::get()).liquidation >= percent(146));
		// At the end the vault is brought to the new target ratio.
		hurry_until(ramp.ends + MINUTE, calm());
		assert!(debt() < before);
		assert!(vault_state(vault).ratio >= Some(percent(155)), "{:?}", vault_state(vault));
	});
}

#[test]
fn raised_ratio_should_not_reach_a_book_that_pinned_its_own() {
	scene(|scene| {
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		// Nothing follows: nothing to declare.
		assert_eq!(Risk::preview_impact(&OIL, &raised()), Ok(0));
		let id = propose(0);
		assert_eq!(execute(id), Ok(()));
		let before = vault_state(vault).debt;
		hurry_until(Timestamp::get() + 10 * MINUTE, calm());
		assert!(vault_state(vault).debt >= before);
		assert_eq!(book(scene.oil).ratios(Timestamp::get()).liquidation, percent(140));
	});
}

#[test]
fn pause_of_guardians_should_revert_by_itself() {
	scene(|_| {
		let paused = || Risk::collateral(&OIL).expect("it is listed").paused;
		assert_eq!(Risk::pause(RuntimeOrigin::root(), OIL), Ok(()));
		let until = Risk::guard(&OIL).and_then(|guard| guard.pause).expect("it reverts");
		// 72 hours of governance: seven minutes.
		assert_eq!(until, Timestamp::get() + 72 * 6_000);
		hurry_until(until - 60_000, calm());
		assert!(paused());
		hurry_until(until + 60_000, calm());
		assert!(!paused());
		assert_eq!(Risk::guard(&OIL), None);
	});
}
