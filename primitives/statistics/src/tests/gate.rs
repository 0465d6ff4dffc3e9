//! The gate: what is followed, what is not, and who can do anything about it.

use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;

use crate::{
	Band, Confirmation, Gate, GateTerms, GatedPrice, LimitTerms, Medians, Report, Side, Variance,
	Verdict, Votes, SLOWER,
};

const TTL: u64 = 600_000;
const MINUTE: u64 = 60_000;
/// T_confirm: a quarter of an hour.
const CONFIRM: u64 = 15 * MINUTE;
/// 2 %, whatever the volatility.
const TERMS: GateTerms = GateTerms {
	limit: LimitTerms { least: 200, most: 200, deviations: 0 },
	confirm_after: CONFIRM,
};
const CALM: Variance = Variance::from_inner(0);
const START: u128 = 1_000_000;

pub fn at(value: u128) -> Medians {
	Medians { lower: value, upper: value }
}

/// Reports of these values, observed at `now`.
pub fn all(values: &[u128], now: u64) -> Vec<Report> {
	values.iter().map(|&value| Report { value, observed_at: now }).collect()
}

/// One step in which seven reporters say the same, quorum five.
fn step(price: GatedPrice, value: u128, now: u64) -> (GatedPrice, Verdict) {
	let (after, found, verdict) =
		price.step(&all(&[value; 7], now), 5, TTL, now, CALM, &TERMS).unwrap();
	assert_eq!(found.medians(), at(value));
	(after, verdict)
}

fn started() -> GatedPrice {
	GatedPrice::first(at(START), 0)
}

fn running(price: &GatedPrice) -> Confirmation {
	match price.gate {
		Gate::Pending(Some(running)) => running,
		other => panic!("{other:?}"),
	}
}

#[test]
fn terms_are_checked() {
	assert!(TERMS.are_valid());
	assert!(!GateTerms { confirm_after: 0, ..TERMS }.are_valid());
	let limit = LimitTerms { least: 0, ..TERMS.limit };
	assert!(!GateTerms { limit, ..TERMS }.are_valid());
}

/// What a pallet stores of a feed: bounded, and read as it was written.
#[test]
fn a_gated_price_is_small_and_survives_storage() {
	assert!(GatedPrice::max_encoded_len() <= 320);
	let (pending, _) = step(started(), 700_000, MINUTE);
	for price in [started(), pending] {
		assert_eq!(GatedPrice::decode(&mut price.encode().as_slice()), Ok(price));
	}
}

#[test]
fn the_edge_of_the_gate_is_inside() {
	for (value, verdict) in [
		(980_000, Verdict::Accepted),
		(979_999, Verdict::Held),
		(1_020_000, Verdict::Accepted),
		(1_020_001, Verdict::Held),
	] {
		let (after, found) = step(started(), value, MINUTE);
		assert_eq!(found, verdict, "{value}");
		let accepted = verdict == Verdict::Accepted;
		assert_eq!(after.confirmed, at(if accepted { value } else { START }));
		assert_eq!(after.at, if accepted { MINUTE } else { 0 });
		assert_eq!(after.gate == Gate::Confirmed, accepted);
	}
}

#[test]
fn a_jump_is_confirmed_to_the_millisecond() {
	let (pending, _) = step(started(), 700_000, MINUTE);
	let held = running(&pending);
	assert_eq!((held.side, held.since, held.limit), (Side::Below, MINUTE, 200));
	assert_eq!(held.until, MINUTE + TTL);
	let (pending, verdict) = step(pending, 700_000, MINUTE + CONFIRM / 2);
	assert_eq!(verdict, Verdict::Held);
	let (_, verdict) = step(pending, 700_000, MINUTE + CONFIRM - 1);
	assert_eq!(verdict, Verdict::Held);
	let (followed, verdict) = step(pending, 700_000, MINUTE + CONFIRM);
	assert_eq!(verdict, Verdict::Followed(at(700_000)));
	assert_eq!((followed.confirmed, followed.at), (at(700_000), MINUTE + CONFIRM));
	// The next step finds the quote near.
	let (done, verdict) = step(followed, 700_000, MINUTE + CONFIRM);
	assert_eq!(verdict, Verdict::Accepted);
	assert_eq!(done.gate, Gate::Confirmed);
}

/// What is confirmed is as much of the move as was there all the time.
#[test]
fn the_nearest_value_of_the_window_is_confirmed() {
	let mut price = started();
	let path = [700_000, 800_000, 600_000, 900_000, 650_000];
	for (minute, value) in (1..).step_by(3).zip(path) {
		(price, _) = step(price, value, minute * MINUTE);
	}
	let (price, verdict) = step(price, 500_000, 16 * MINUTE);
	assert_eq!(verdict, Verdict::Followed(at(900_000)));
	// Again, as the window moves on.
	let (price, verdict) = step(price, 500_000, 24 * MINUTE);
	assert_eq!(verdict, Verdict::Followed(at(900_000)));
	let (price, verdict) = step(price, 500_000, 28 * MINUTE);
	assert_eq!(verdict, Verdict::Followed(at(650_000)));
	let (price, verdict) = step(price, 500_000, 33 * MINUTE);
	assert_eq!(verdict, Verdict::Followed(at(500_000)));
	assert_eq!(step(price, 500_000, 33 * MINUTE).1, Verdict::Accepted);
}

#[test]
fn a_jump_the_other_way_starts_anew() {
	let (pending, _) = step(started(), 700_000, MINUTE);
	let (turned, verdict) = step(pending, 1_300_000, 5 * MINUTE);
	assert_eq!(verdict, Verdict::Held);
	assert_eq!((running(&turned).side, running(&turned).since), (Side::Above, 5 * MINUTE));
	let (turned, _) = step(turned, 1_200_000, 12 * MINUTE);
	assert_eq!(step(turned, 1_400_000, 20 * MINUTE - 1).1, Verdict::Held);
	assert_eq!(step(turned, 1_400_000, 20 * MINUTE).1, Verdict::Followed(at(1_200_000)));
}

/// A price that follows comes so close to those who reported the nearest values that no quorum is
/// beyond it. Those of the first minutes, a liar's among them, do not stay for that.
#[test]
fn what_follows_goes_on_while_the_quote_is_beyond_the_gate() {
	let run = |price: GatedPrice, values: [u128; 7], minute: u64| {
		let now = minute * MINUTE;
		let (after, _, verdict) =
			price.step(&all(&values, now), 5, TTL, now, CALM, &TERMS).unwrap();
		(after, verdict)
	};
	// Who has not looked yet makes the median a liar's. Then the honest ones disagree by a tenth.
	let early = [500_000, 500_000, 500_000, 580_000, 580_000, START, START];
	let wide = [500_000, 510_000, 520_000, 530_000, 580_000, 590_000, 599_000];
	let mut price = started();
	for minute in 1..16 {
		let (after, verdict) = run(price, if minute < 4 { early } else { wide }, minute);
		assert_eq!(verdict, Verdict::Held);
		price = after;
	}
	for minute in 16..19 {
		let (after, verdict) = run(price, wide, minute);
		assert_eq!(verdict, Verdict::Followed(at(580_000)));
		price = after;
	}
	// Four are beyond the gate, of five that it takes.
	let votes = Band::around(price.confirmed, 200).votes(&all(&wide, 0), 5, TTL, 0);
	assert_eq!(votes.side(), None);
	let (price, verdict) = run(price, wide, 19);
	assert_eq!(verdict, Verdict::Followed(at(530_000)));
	// Near, it is confirmed as any other.
	let back = [500_000, 510_000, 520_000, 539_000, 580_000, 590_000, 599_000];
	let (price, verdict) = run(price, back, 20);
	assert_eq!((price.gate, verdict), (Gate::Confirmed, Verdict::Accepted));
	assert_eq!(price.confirmed, at(539_000));
}

/// The quorum must be there when the time is over: who has come back by then ends it.
#[test]
fn nothing_follows_without_a_quorum_at_the_end() {
	let run = |price: GatedPrice, back: usize, now| {
		let values = [vec![START; back], vec![800_000; 7 - back]].concat();
		price.step(&all(&values, now), 5, TTL, now, CALM, &TERMS).unwrap()
	};
	let (mut price, mut verdict) = (started(), Verdict::Accepted);
	for minute in (1..16).step_by(7) {
		(price, _, verdict) = run(price, 0, minute * MINUTE);
	}
	assert_eq!((running(&price).since, verdict), (MINUTE, Verdict::Held));
	// Three of the five honest ones are back. The medians are a liar's and the others'.
	let (after, found, verdict) = run(price, 3, 16 * MINUTE);
	assert_eq!((found.medians(), verdict), (at(800_000), Verdict::Held));
	assert_eq!((running(&after).voted_since, after.confirmed), (None, at(START)));
	// With two it would have.
	assert_eq!(run(price, 2, 16 * MINUTE).2, Verdict::Followed(at(800_000)));
}

/// A near quote is confirmed even if a quorum has left the inner band, unless they were leaving before.
#[test]
fn a_near_quote_starts_no_confirmation() {
	let (pending, _) = step(started(), 700_000, MINUTE);
	let undecided = GatedPrice { gate: Gate::Pending(None), ..pending };
	// Between the bands.
	for price in [started(), undecided] {
		let (after, verdict) = step(price, 985_000, 2 * MINUTE);
		assert_eq!((after.gate, verdict), (Gate::Confirmed, Verdict::Accepted));
	}
	// The same after the quorum that had voted was lost, and after one that voted for the other side.
	assert_eq!(step(pending, 985_000, MINUTE + TTL).1, Verdict::Accepted);
	assert_eq!(step(pending, 1_015_000, 2 * MINUTE).1, Verdict::Accepted);
	// They vote as before.
	assert_eq!(step(pending, 985_000, MINUTE + TTL - 1).1, Verdict::Held);
}

/// The quorum that vouches must have been there all the time.
#[test]
fn a_gap_between_quorums_starts_anew() {
	let (pending, _) = step(started(), 700_000, MINUTE);
	let lost = MINUTE + TTL;
	let (on, _) = step(pending, 700_000, lost - 1);
	assert_eq!(running(&on).since, MINUTE);
	let (anew, verdict) = step(pending, 700_000, lost);
	assert_eq!((running(&anew).since, verdict), (lost, Verdict::Held));
	// However long the gap was.
	let (anew, verdict) = step(pending, 700_000, lost + 10 * CONFIRM);
	assert_eq!((running(&anew).since, verdict), (lost + 10 * CONFIRM, Verdict::Held));
}

/// Between the bands a gate stays as it is, open or closed.
#[test]
fn a_price_on_the_edge_does_not_open_and_close_the_gate() {
	let (between, inside) = (985_000, 990_000);
	let (open, verdict) = step(started(), between, MINUTE);
	assert_eq!((open.gate, verdict), (Gate::Confirmed, Verdict::Accepted));

	let (pending, _) = step(started(), 970_000, MINUTE);
	let mut edge = pending;
	for minute in 2..16 {
		let value = if minute % 2 == 0 { between } else { 979_999 };
		let (after, verdict) = step(edge, value, minute * MINUTE);
		assert_eq!((running(&after).since, verdict), (MINUTE, Verdict::Held));
		edge = after;
	}
	assert_eq!(step(edge, 979_999, 16 * MINUTE).1, Verdict::Followed(at(between)));
	// Back in the inner band, to the unit.
	assert_eq!(step(pending, inside - 1, 2 * MINUTE).1, Verdict::Held);
	let (back, verdict) = step(pending, inside, 2 * MINUTE);
	assert_eq!(
		(back.gate, back.confirmed, verdict),
		(Gate::Confirmed, at(inside), Verdict::Accepted)
	);
}

/// The limit of a jump does not grow while it waits; that of one without a direction does.
#[test]
fn the_limit_stays_while_a_direction_is_confirmed() {
	let terms = GateTerms { limit: LimitTerms { least: 200, most: 5_000, deviations: 1 }, ..TERMS };
	// 1 % a minute.
	let variance = Variance::from_inner(10u128.pow(32) / 60 + 1);
	let limit = |price: GatedPrice, now| price.gate.limit(&terms.limit, variance, price.at, now);
	let run = |price: GatedPrice, values: &[u128], now| {
		price.step(&all(values, now), 5, TTL, now, variance, &terms).unwrap()
	};
	let (pending, _, _) = run(started(), &[900_000; 7], 4 * MINUTE);
	assert_eq!(limit(started(), 9 * MINUTE), 300);
	assert_eq!(limit(pending, 9 * MINUTE), 200);
	let split = [900_000, 900_000, 900_000, 900_000, START, START, START];
	let (undecided, _, verdict) = run(started(), &split, 4 * MINUTE);
	assert_eq!((running(&undecided).voted_since, verdict), (None, Verdict::Held));
	assert_eq!(limit(undecided, 100 * MINUTE), 1_000);
	let (_, _, verdict) = run(undecided, &split, 99 * MINUTE);
	assert_eq!(verdict, Verdict::Held);
	let (open, _, verdict) = run(undecided, &split, 100 * MINUTE);
	assert_eq!((open.gate, verdict), (Gate::Confirmed, Verdict::Accepted));
}

/// One honest reporter is wrong, and two lie: no quorum ever says that the price has left. The medians do, and are
/// followed, later; and no vote that liars give and take back starts that anew.
#[test]
fn a_jump_that_no_quorum_agrees_on_is_followed_later() {
	let run = |price: GatedPrice, values: [u128; 7], now| {
		let (after, _, verdict) =
			price.step(&all(&values, now), 5, TTL, now, CALM, &TERMS).unwrap();
		(after, verdict)
	};
	let none = [700_000, 710_000, 720_000, 730_000, 995_000, START, START];
	let quorum = [700_000, 710_000, 720_000, 730_000, 995_000, 1, START];
	let begins = MINUTE;
	let over = begins + SLOWER * CONFIRM;
	for with_votes in [false, true] {
		let mut price = run(started(), none, begins).0;
		assert_eq!(running(&price).voted_since, None);
		let mut now = begins;
		while now < over - MINUTE {
			now += MINUTE;
			let voted = with_votes && (now / MINUTE).is_multiple_of(7);
			let (after, verdict) = run(price, if voted { quorum } else { none }, now);
			assert_eq!((verdict, running(&after).since), (Verdict::Held, begins));
			assert_eq!(running(&after).voted_since, voted.then_some(now));
			price = after;
		}
		assert_eq!(run(price, none, over - 1).1, Verdict::Held);
		let (price, verdict) = run(price, none, over);
		// The nearest of the last T_confirm is a vote's where there was one, and that is further.
		assert_eq!((verdict, price.confirmed), (Verdict::Followed(at(730_000)), at(730_000)));
		// Near, it is confirmed as any other.
		assert_eq!(
			run(price, none, over + MINUTE),
			(GatedPrice::first(at(730_000), over + MINUTE), Verdict::Accepted)
		);
	}
}

#[test]
fn below_quorum_there_is_no_step() {
	let four = all(&[900_000; 4], MINUTE);
	assert_eq!(started().step(&four, 5, TTL, MINUTE, CALM, &TERMS), None);
	assert_eq!(started().step(&four, 0, TTL, MINUTE, CALM, &TERMS), None);
	assert!(started().step(&four, 4, TTL, MINUTE, CALM, &TERMS).is_some());
	// A report of too long ago is none.
	assert_eq!(started().step(&four, 4, TTL, MINUTE + TTL, CALM, &TERMS), None);
}

#[test]
fn a_quorum_on_each_side_is_none() {
	let reports = all(&[1, 1, 1, 9 * START, 9 * START, 9 * START], MINUTE);
	let votes = Band::around(at(START), 200).votes(&reports, 3, TTL, MINUTE);
	assert_eq!(votes, Votes { below: Some(MINUTE + TTL), above: Some(MINUTE + TTL) });
	assert_eq!(votes.side(), None);
	let (after, _, verdict) = started().step(&reports, 3, TTL, MINUTE, CALM, &TERMS).unwrap();
	assert_eq!((after.gate, verdict), (Gate::Pending(None), Verdict::Held));
}

/// A quorum of votes lasts until its oldest report expires, to the millisecond.
#[test]
fn votes_last_as_long_as_their_quorum() {
	let band = Band::around(at(START), 200);
	let mut reports: Vec<_> =
		(1..=7).map(|t| Report { value: 1, observed_at: t * 1_000 }).collect();
	assert_eq!(band.votes(&reports, 5, TTL, 7_000).below, Some(3_000 + TTL));
	assert_eq!(band.votes(&reports, 5, TTL, 3_000 + TTL - 1).below, Some(3_000 + TTL));
	assert_eq!(band.votes(&reports, 5, TTL, 3_000 + TTL).below, None);
	assert_eq!(band.votes(&reports, 0, TTL, 7_000), Votes::default());
	reports.extend(all(&[1; 9], 7_000));
	assert_eq!(band.votes(&reports, 5, TTL, 7_000), Votes::default());
}

#[test]
fn the_ends_of_the_range_do_not_fail() {
	for confirmed in [0, 1, u128::MAX] {
		for value in [0, 1, u128::MAX] {
			let price = GatedPrice::first(at(confirmed), u64::MAX);
			let reports = all(&[value; 7], 5);
			for now in [5, TTL] {
				assert!(price.step(&reports, 5, TTL, now, CALM, &TERMS).is_some());
			}
		}
	}
}

/// A path of one direction: parts in 100 000 that the price moves at each of some steps, and the time
/// between them.
fn path() -> impl Strategy<Value = Vec<(u64, u128)>> {
	prop::collection::vec(
		(1_000..4 * MINUTE, prop_oneof![0..20u128, 0..5_000u128, Just(30_000)]),
		1..120,
	)
}

/// n reporters of which f lie, and a quorum: every shape that the bounds allow.
fn shape() -> impl Strategy<Value = (usize, usize, u32)> {
	(4usize..=15).prop_flat_map(|n| {
		let f = (n - 1) / 3;
		(Just(n), Just(f), (2 * f + 1) as u32..=(n - f) as u32)
	})
}

/// Anything a liar may say: near, far, nothing new.
fn lie() -> impl Strategy<Value = u128> {
	prop_oneof![
		Just(START),
		START * 97 / 100..START * 103 / 100,
		START / 3..START * 2,
		any::<u128>(),
		Just(0)
	]
}

/// What honest reporters say who agree to a thousandth.
fn near_start() -> impl Strategy<Value = Vec<u128>> {
	prop::collection::vec(START * 999 / 1_000..START * 1_001 / 1_000, 15)
}

/// By how much honest reporters disagree after a jump.
fn offsets() -> impl Strategy<Value = Vec<u128>> {
	prop::collection::vec(0..100_000u128, 15)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	/// A monotone fall, or rise, is followed within T_confirm and one step.
	#[test]
	fn a_monotone_move_is_followed(path in path(), fall in any::<bool>()) {
		let mut price = started();
		let (mut value, mut now, mut quotes, mut longest) = (START * START, 0, vec![], 0);
		price.confirmed = at(value);
		quotes.push((now, value));
		for (wait, parts) in path {
			now += wait;
			longest = wait.max(longest);
			let moved = value * parts / 100_000;
			value = if fall { value - moved } else { value + moved };
			quotes.push((now, value));
			(price, _) = step(price, value, now);
			// What was quoted last, that long ago.
			let then = now.saturating_sub(CONFIRM + longest);
			let (_, old) = *quotes.iter().rfind(|(at, _)| *at <= then).unwrap();
			let confirmed = price.confirmed.lower;
			let (low, high) = (old.min(value), old.max(value));
			prop_assert!(low <= confirmed && confirmed <= high, "{confirmed} not in {low}..{high}");
		}
	}

	/// What is back before T_confirm is never accepted, however far and however often it went.
	#[test]
	fn a_spike_that_returns_is_never_accepted(
		base in prop::collection::vec(START * 996 / 1_000..START * 1_004 / 1_000, 1..40),
		spikes in prop::collection::vec((0..40usize, lie(), 1..CONFIRM), 0..20),
	) {
		let mut price = started();
		let mut now = 0;
		for (i, value) in base.iter().enumerate() {
			now += MINUTE;
			(price, _) = step(price, *value, now);
			prop_assert_eq!(price.confirmed, at(*value));
			for (_, spike, lasts) in spikes.iter().filter(|(place, ..)| *place == i) {
				if Band::around(price.confirmed, 200).is_near(at(*spike)) {
					continue;
				}
				// Reported all the time, to its last millisecond.
				for wait in [0, lasts / 3, lasts / 2, lasts - 1] {
					let (after, verdict) = step(price, *spike, now + wait);
					prop_assert_eq!((after.confirmed, verdict), (price.confirmed, Verdict::Held));
					price = after;
				}
				now += lasts;
				(price, _) = step(price, *value, now);
				prop_assert_eq!((price.gate, price.confirmed), (Gate::Confirmed, at(*value)));
			}
		}
	}

	/// Liars alone make no jump, and no confirmation.
	#[test]
	fn liars_cannot_start_a_confirmation(
		(n, f, quorum) in shape(),
		rounds in prop::collection::vec((near_start(), prop::collection::vec(lie(), 5)), 1..30),
	) {
		let mut price = started();
		for ((honest, lies), minute) in rounds.into_iter().zip(1..) {
			let now = minute * MINUTE;
			let honest = &honest[..n - f];
			let reports = all(&[&lies[..f], honest].concat(), now);
			price = price.step(&reports, quorum, TTL, now, CALM, &TERMS).unwrap().0;
			prop_assert_eq!(price.gate, Gate::Confirmed);
			prop_assert!(honest.iter().min() <= Some(&price.confirmed.lower));
			prop_assert!(honest.iter().max() >= Some(&price.confirmed.upper));
		}
	}

	/// When all honest reporters have left, no liars keep the price from following, and none have a say
	/// in how far.
	#[test]
	fn liars_cannot_hold_a_confirmation_up(
		(n, f, quorum) in shape(), fall in any::<bool>(),
		rounds in prop::collection::vec((offsets(), prop::collection::vec(lie(), 5), any::<bool>()), 20),
	) {
		let mut price = started();
		let (least, most) = if fall { (500_000, 600_000) } else { (1_500_000, 1_600_000) };
		let mut seen: Vec<u128> = vec![];
		for ((honest, lies, silent), minute) in rounds.into_iter().zip(1..) {
			let now = minute * MINUTE;
			let honest: Vec<_> = honest[..n - f].iter().map(|off| least + off).collect();
			seen.extend(&honest);
			let liars = if silent { &[] } else { &lies[..f] };
			// Later, and in another order.
			let reports = all(&[honest.as_slice(), liars].concat(), now);
			price = price.step(&reports, quorum, TTL, now, CALM, &TERMS).unwrap().0;
			// Left in the first minute.
			if now < MINUTE + CONFIRM {
				prop_assert_eq!(price.confirmed, at(START));
			} else {
				prop_assert!(price.confirmed.lower >= *seen.iter().min().unwrap());
				prop_assert!(price.confirmed.upper <= *seen.iter().max().unwrap());
				prop_assert!(least <= price.confirmed.lower && price.confirmed.upper <= most);
			}
		}
	}

	/// The same when the honest ones look at different times: each reports within some minutes of the
	/// jump, and again within as many, in any order; liars say what they like at any time. Followed
	/// within those minutes, T_confirm and one step.
	#[test]
	fn delays_and_reorderings_hold_it_up_no_longer_than_they_last(
		(n, f, quorum) in shape(), fall in any::<bool>(),
		who in prop::collection::vec(prop::collection::vec((any::<bool>(), 0..100_000u128), 15), 30),
		lies in prop::collection::vec(prop::collection::vec(lie(), 5), 30),
	) {
		const SLOWEST: u64 = 5;
		let mut price = started();
		let least = if fall { 500_000 } else { 1_500_000 };
		let mut reports = all(&[START; 15][..n], 0);
		for ((round, lies), minute) in who.into_iter().zip(lies).zip(1..) {
			let now = minute * MINUTE;
			for (place, (report, (early, off))) in reports.iter_mut().zip(round).enumerate() {
				// Each has its minute, and some come early.
				let due = early || (minute + place as u64).is_multiple_of(SLOWEST);
				match place {
					liar if liar < f => *report = Report { value: lies[liar], observed_at: now },
					_ if due => *report = Report { value: least + off, observed_at: now },
					_ => (),
				}
			}
			price = price.step(&reports, quorum, TTL, now, CALM, &TERMS).unwrap().0;
			let confirmed = price.confirmed;
			// Between what the honest ones say and have said; then only what they say.
			let (low, high) = (least.min(START), START.max(least + 100_000));
			prop_assert!(low <= confirmed.lower && confirmed.upper <= high, "{price:?}");
			if now >= (SLOWEST + 1) * MINUTE + CONFIRM {
				let new = least <= confirmed.lower && confirmed.upper < least + 100_000;
				prop_assert!(new, "{price:?}");
			}
		}
	}

	/// Whatever happened, and whatever liars do: once the honest reporters agree again, their price is
	/// confirmed within T_confirm and two steps. Nothing freezes.
	#[test]
	fn the_gate_always_comes_back(
		(n, f, quorum) in shape(),
		storm in prop::collection::vec((prop::collection::vec(lie(), 15), 0..5 * MINUTE), 0..30),
		settled in START / 2..START * 2,
		lies in prop::collection::vec(prop::collection::vec(lie(), 5), 18),
	) {
		let (mut price, mut now) = (started(), 0);
		for (values, wait) in storm {
			now += wait;
			price = price.step(&all(&values[..n], now), quorum, TTL, now, CALM, &TERMS).unwrap().0;
		}
		for lies in lies {
			now += MINUTE;
			let reports = all(&[vec![settled; n - f], lies[..f].to_vec()].concat(), now);
			price = price.step(&reports, quorum, TTL, now, CALM, &TERMS).unwrap().0;
		}
		prop_assert_eq!((price.gate, price.confirmed), (Gate::Confirmed, at(settled)));
	}

	/// A confirmation never moves the price back, and nothing but a confirmation moves it past the gate.
	#[test]
	fn every_step_is_a_near_quote_or_a_confirmed_direction(
		storm in prop::collection::vec((prop::collection::vec(lie(), 7), 0..20 * MINUTE), 1..40),
	) {
		let (mut price, mut now) = (started(), 0);
		for (values, wait) in storm {
			now += wait;
			let (after, found, verdict) =
				price.step(&all(&values, now), 5, TTL, now, CALM, &TERMS).unwrap();
			match verdict {
				Verdict::Accepted => {
					prop_assert!(Band::around(price.confirmed, 200).is_near(found.medians()));
					prop_assert_eq!((after.confirmed, after.gate), (found.medians(), Gate::Confirmed));
				},
				Verdict::Followed(medians) => {
					let held = running(&after);
					prop_assert!(now - held.since >= CONFIRM);
					prop_assert!(held.voted_since.is_none_or(|since| held.since <= since));
					prop_assert!(medians.lower <= medians.upper);
					prop_assert_eq!(held.side.nearer(medians, found.medians()), medians);
					prop_assert_eq!(held.side.nearer(medians, price.confirmed), price.confirmed);
				},
				Verdict::Held => prop_assert_eq!((after.confirmed, after.at), (price.confirmed, price.at)),
			}
			price = after;
		}
	}
}
