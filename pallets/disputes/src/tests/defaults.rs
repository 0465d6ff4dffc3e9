use frame_support::{assert_noop, assert_ok, weights::Weight};
use sp_runtime::DispatchError;
use strata_traits::{AgendaKey, DealDefault, Watch};

use super::*;
use crate::{defaults::RETRY_AFTER, Call, WeightInfo};

const UNPAID: DealDefault = DealDefault::CouponUnpaid;

fn declare(deal: u32, default: DealDefault) -> DispatchResult {
	dispatch(signed(ANYONE), Call::declare_default { deal, default })
}

fn watches() -> Vec<(u64, u32)> {
	let mut keys: Vec<AgendaKey> = crate::Watches::<Test>::iter_keys().collect();
	keys.sort_unstable();
	keys.into_iter().map(|key| (key.time(), key.id())).collect()
}

fn watch(deal: u32, at: u64) {
	<TheCourt as Watch>::watch(deal, at);
}

#[test]
fn only_a_default_that_is_there_is_declared() {
	build_and_execute(0, || {
		assert_noop!(declare(DEAL_ID, UNPAID), Error::NoDefault);
		assert_noop!(declare(DEAL_ID + 1, UNPAID), DispatchError::Other("no such deal"));
		Defaults::insert(DEAL_ID, (Now::get() + 1, UNPAID));
		assert_noop!(declare(DEAL_ID, UNPAID), Error::NoDefault);
		Now::mutate(|now| *now += 1);
		assert_noop!(declare(DEAL_ID, DealDefault::AttestationOverdue), Error::NoDefault);
		let call = Call::declare_default { deal: DEAL_ID, default: UNPAID };
		assert_noop!(dispatch(RuntimeOrigin::none(), call), DispatchError::BadOrigin);
		DeclareFails::set(true);
		assert_noop!(declare(DEAL_ID, UNPAID), DispatchError::Other("not now"));
		DeclareFails::set(false);
		assert_ok!(declare(DEAL_ID, UNPAID));
		assert_eq!(Declared::get(DEAL_ID), Some(UNPAID));
		let declared = Event::DefaultDeclared { deal: DEAL_ID, default: UNPAID };
		assert!(events().contains(&declared));
		assert_noop!(declare(DEAL_ID, UNPAID), Error::NoDefault);
	});
}

#[test]
fn a_closed_court_does_not_stop_facts() {
	build_and_execute(0, || {
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		Defaults::insert(DEAL_ID, (Now::get(), UNPAID));
		assert_ok!(declare(DEAL_ID, UNPAID));
		Defaults::insert(DEAL_ID, (Now::get(), UNPAID));
		watch(DEAL_ID, Now::get());
		work();
		assert_eq!(events().len(), 3);
	});
}

#[test]
fn the_chain_declares_a_default_by_itself() {
	build_and_execute(0, || {
		let at = Now::get() + 3 * BLOCK_MILLIS;
		Defaults::insert(DEAL_ID, (at, UNPAID));
		watch(DEAL_ID, at);
		// The same again is the same.
		watch(DEAL_ID, at);
		assert_eq!(watches(), [(at, DEAL_ID)]);
		while Now::get() < at {
			work();
			assert_eq!(Declared::get(DEAL_ID), None);
			next_block();
		}
		work();
		assert_eq!(Declared::get(DEAL_ID), Some(UNPAID));
		assert_eq!(watches(), []);
		assert!(events().contains(&Event::DefaultDeclared { deal: DEAL_ID, default: UNPAID }));
	});
}

#[test]
fn a_look_in_vain_looks_again_when_there_can_be_something() {
	build_and_execute(0, || {
		let now = Now::get();
		watch(DEAL_ID, now);
		watch(DEAL_ID + 1, now);
		work();
		// Nothing is in sight.
		assert_eq!(watches(), []);
		Defaults::insert(DEAL_ID, (now + 100, UNPAID));
		watch(DEAL_ID, now);
		work();
		assert_eq!(watches(), [(now + 100, DEAL_ID)]);
		assert_eq!(events(), []);
	});
}

#[test]
fn what_fails_is_tried_again_and_stops_nobody() {
	build_and_execute(0, || {
		let now = Now::get();
		Defaults::insert(DEAL_ID, (now, UNPAID));
		watch(DEAL_ID, now);
		DeclareFails::set(true);
		work();
		// What it had done before it failed is undone.
		assert_eq!(Declared::get(DEAL_ID), None);
		assert_eq!(Defaults::get(DEAL_ID), Some((now, UNPAID)));
		assert_eq!(watches(), [(now + RETRY_AFTER, DEAL_ID)]);
		let error = DispatchError::Other("not now");
		let failed = Event::DeclarationFailed { deal: DEAL_ID, default: UNPAID, error };
		assert_eq!(events().len(), 1);
		// A deal that is not there is another's trouble.
		Defaults::insert(DEAL_ID + 1, (now, UNPAID));
		watch(DEAL_ID + 1, now);
		watch(DEAL_ID, now);
		DeclareFails::set(false);
		work();
		assert_eq!(Declared::get(DEAL_ID), Some(UNPAID));
		assert_eq!(Declared::get(DEAL_ID + 1), None);
		assert!(!events().contains(&failed));
		assert_eq!(watches(), [(now + RETRY_AFTER, DEAL_ID), (now + RETRY_AFTER, DEAL_ID + 1)]);
	});
}

#[test]
fn looks_keep_to_the_meter() {
	build_and_execute(0, || {
		let now = Now::get();
		for deal in 100..110 {
			watch(deal, now);
		}
		let one = <() as WeightInfo>::agenda_read().saturating_add(<() as WeightInfo>::watch());
		assert_eq!(work_within(Weight::zero()), Weight::zero());
		assert_eq!(watches().len(), 10);
		work_within(one.saturating_sub(Weight::from_parts(1, 0)));
		assert_eq!(watches().len(), 10);
		work_within(one);
		assert_eq!(watches().len(), 9);
		work_within(one.saturating_mul(3));
		// The earliest first.
		assert_eq!(watches()[0], (now, 104));
		work();
		assert_eq!(watches(), []);
	});
}

#[test]
fn no_deal_is_looked_at_twice_in_a_block() {
	build_and_execute(0, || {
		let now = Now::get();
		// A default that comes back as soon as it is declared, as the facts of a deal may.
		Defaults::insert(DEAL_ID, (now, UNPAID));
		watch(DEAL_ID, now);
		watch(DEAL_ID, now - 1);
		work();
		assert_eq!(Declared::get(DEAL_ID), Some(UNPAID));
		assert_eq!(watches(), []);
	});
}
