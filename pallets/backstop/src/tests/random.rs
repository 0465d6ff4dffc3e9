//! Random sequences of acts: after each, all invariants hold, and no unit appears or is lost.

use proptest::{collection::vec, prelude::*};

use super::*;

#[derive(Clone, Copy, Debug)]
enum Act {
	Deposit(AccountId, Balance),
	Request(AccountId, Balance),
	Cancel(AccountId),
	Withdraw(AccountId),
	Claim(AccountId),
	/// Units, and thousandths of what there is.
	Sell(Balance, Balance),
	Pass(u64),
	Block(AccountId, bool),
}

const PEOPLE: std::ops::RangeInclusive<AccountId> = ALICE..=CAROL;

fn act() -> impl Strategy<Value = Act> {
	let amount = || prop_oneof![1..20u128, 1..1_000_000u128, 1..10_000_000_000u128];
	prop_oneof![
		4 => (PEOPLE, amount()).prop_map(|(who, amount)| Act::Deposit(who, amount)),
		2 => (PEOPLE, amount()).prop_map(|(who, amount)| Act::Request(who, amount)),
		1 => PEOPLE.prop_map(|who| Act::Request(who, Balance::MAX)),
		1 => PEOPLE.prop_map(Act::Cancel),
		3 => PEOPLE.prop_map(Act::Withdraw),
		2 => PEOPLE.prop_map(Act::Claim),
		4 => (amount(), prop_oneof![4 => 1..1_000u128, 1 => Just(1_000)])
			.prop_map(|(units, part)| Act::Sell(units, part)),
		3 => (1..2 * DELAY).prop_map(Act::Pass),
		2 => (NOTICE..NOTICE + WINDOW).prop_map(Act::Pass),
		1 => (PEOPLE, any::<bool>()).prop_map(|(who, block)| Act::Block(who, block)),
	]
}

/// Whether the act went through.
fn run(act: Act) -> bool {
	use strata_traits::Backstop as _;
	match act {
		Act::Deposit(who, amount) => Backstop::deposit(signed(who), pair(), amount).is_ok(),
		Act::Request(who, amount) => Backstop::request_exit(signed(who), pair(), amount).is_ok(),
		Act::Cancel(who) => Backstop::cancel_exit(signed(who), pair()).is_ok(),
		Act::Withdraw(who) => Backstop::withdraw(signed(who), pair()).is_ok(),
		Act::Claim(who) => Backstop::claim(signed(who), pair()).is_ok(),
		Act::Sell(units, part) => {
			let cash = Backstop::capacity(&GOLD, &USD);
			sell_to(&pair(), units, (cash * part).div_ceil(1_000)).is_ok()
		},
		Act::Pass(millis) => {
			pass(millis);
			true
		},
		Act::Block(who, true) => Assets::block(signed(ISSUER), 2, who).is_ok(),
		Act::Block(who, false) => Assets::thaw(signed(ISSUER), 2, who).is_ok(),
	}
}

/// What the people, the seller and the pools hold of each asset.
fn everything() -> (Balance, Balance) {
	let pools = (0..crate::NextPool::<Test>::get()).map(Backstop::account_of);
	let accounts = PEOPLE.chain([SELLER]).chain(pools).collect::<Vec<_>>();
	let all = |asset: strata_traits::Asset| {
		accounts.iter().map(|who| free(asset.clone(), *who)).sum::<Balance>()
	};
	(all(USD), all(GOLD))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	#[test]
	fn invariants_hold_after_every_act(acts in vec(act(), 1..50), minimum in 1..50u128) {
		ExtBuilder::default().minimums(minimum, minimum).build_and_execute(|| {
			let before = everything();
			for act in acts {
				run(act);
				Backstop::do_try_state().unwrap();
				assert_eq!(everything(), before);
			}
			// Everybody gets out.
			for who in PEOPLE {
				assert!(run(Act::Block(who, false)));
			}
			pass(2 * DELAY);
			for who in PEOPLE {
				if run(Act::Request(who, Balance::MAX)) {
					pass(NOTICE);
					assert!(run(Act::Withdraw(who)));
				} else {
					run(Act::Claim(who));
				}
			}
			assert_eq!(Pools::<Test>::iter().count(), 0);
			assert_eq!(everything(), before);
			assert_eq!(PEOPLE.map(held).sum::<Balance>(), 0);
		});
	}
}
