//! The oracle on the real pallets: who may price what, and what blocks do for it.

use frame_support::{assert_ok, traits::Hooks};
use strata_traits::{Conflicts, DealId, FeedId, PriceFeeds};

use super::{
	chain::{account, happened, next_block, on_dev_chain, send, send_failing},
	deal::{history, issue, report},
};
use crate::{
	genesis::{EURX_FEED, STRA_FEED, USDX_FEED, WTI_FEED},
	products::Residuals,
	Oracle, Runtime, RuntimeEvent, RuntimeOrigin,
};

type Event = pallet_strata_oracle::Event<Runtime>;
type Error = pallet_strata_oracle::Error<Runtime>;

#[test]
fn originators_should_not_price_what_their_deals_lend_against() {
	on_dev_chain(|| {
		let deal = issue(history()[0]);
		let holds = |who, deal, feed| Residuals::holds_residual(&account(who), deal, feed);
		// Oil and euros are lent against, dollars are lent.
		for feed in [WTI_FEED, EURX_FEED, USDX_FEED] {
			assert!(holds("Originator", deal, feed));
			assert!(!holds("Investor1", deal, feed));
			assert!(!holds("Originator", deal + 1, feed));
		}
		assert!(!holds("Originator", deal, STRA_FEED));
		// In a draft nothing is paid in.
		let issued = pallet_strata_tranches::Deals::<Runtime>::get(deal).expect("it was issued");
		let mut draft = issued.clone();
		draft.state = pallet_strata_tranches::DealState::Draft;
		pallet_strata_tranches::Deals::<Runtime>::insert(deal, draft);
		assert!(!holds("Originator", deal, WTI_FEED));
		pallet_strata_tranches::Deals::<Runtime>::insert(deal, issued);
	});
}

#[test]
fn changes_of_members_should_wait_a_day_at_least_whatever_the_tempo() {
	// On empty storage it is that of a live chain.
	sp_io::TestExternalities::default().execute_with(<Oracle as Hooks<_>>::integrity_test);
	on_dev_chain(<Oracle as Hooks<_>>::integrity_test);
}

/// Has governance decide that the originator is to report to `feed` too.
fn propose_originator(feed: FeedId) {
	let config = pallet_strata_oracle::Feeds::<Runtime>::get(feed).expect("it is listed");
	let mut members = config.members;
	assert!(members.try_push(account("Originator")).is_ok());
	assert_ok!(Oracle::propose_members(RuntimeOrigin::root(), feed, members, config.quorum, None));
}

#[test]
fn conflicts_should_be_shown_by_anyone_before_a_change_of_members() {
	on_dev_chain(|| {
		let deal = issue(history()[0]);
		propose_originator(WTI_FEED);
		propose_originator(STRA_FEED);
		let show = |feed: FeedId, deal: DealId| pallet_strata_oracle::Call::report_conflict {
			feed,
			feeder: account("Originator"),
			deal,
		};
		let error = send_failing("Borrower1", show(STRA_FEED, deal));
		assert_eq!(error, Error::NoConflict.into());
		send("Borrower1", show(WTI_FEED, deal));
		assert!(happened(|event| {
			matches!(event, RuntimeEvent::Oracle(Event::MembersCancelled { feed: WTI_FEED }))
		}));
		// The other change is carried out, once its time has come.
		let enact = || pallet_strata_oracle::Call::enact_members { feed: STRA_FEED };
		assert_eq!(send_failing("Borrower1", enact()), Error::TooEarly.into());
		for _ in 0..48 {
			next_block();
		}
		send("Borrower1", enact());
		let config = pallet_strata_oracle::Feeds::<Runtime>::get(STRA_FEED).expect("it is listed");
		assert!(config.members.contains(&account("Originator")));
	});
}

#[test]
fn blocks_should_compare_the_pairs_of_genesis() {
	on_dev_chain(|| {
		assert_eq!(pallet_strata_oracle::Pairs::<Runtime>::count(), 3);
		assert_eq!(Oracle::covariance(WTI_FEED, EURX_FEED), None);
		report(history()[0]);
		next_block();
		// Not known to move apart, so taken to move together.
		assert!(Oracle::covariance(WTI_FEED, EURX_FEED).is_some_and(|found| found.inner() > 0));
	});
}
